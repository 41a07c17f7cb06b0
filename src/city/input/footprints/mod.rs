//! Building footprints from files, whatever their format.
//!
//! The format is found by a file's first bytes. Each reader gives one feature at a time, so a file takes no more memory
//! than its footprints. Coordinates stay as they are in the file, the easting or the longitude first; a build brings
//! them into the mesh's reference system. A file that names no system is in degrees where its numbers can only be
//! those, and else in the mesh's. What properties mean, which features are wanted, and what is counted as left out is
//! the same for all formats.
//!
//! ```
//! use groma::city::footprints::{FootprintOptions, read_footprints};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! let path = folder.path().join("houses.geojson");
//! # std::fs::write(&path, r#"{"type": "FeatureCollection", "features": [{"type": "Feature",
//! #     "properties": {"height": 9}, "geometry": {"type": "Polygon",
//! #     "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]]]}}]}"#).unwrap();
//! let set = read_footprints(&path, &FootprintOptions::default())?;
//! for footprint in &set.footprints {
//!     println!("{} m: {} polygons", footprint.height, footprint.polygons.len());
//! }
//! # assert_eq!(set.footprints[0].height, 9.0);
//! # Ok::<(), groma::Error>(())
//! ```

mod budget;
mod bytes;
mod cityjson;
mod collector;
mod feature;
mod filter;
mod flatgeobuf;
mod geojson;
#[cfg(feature = "sqlite")]
mod geopackage;
#[cfg(feature = "parquet")]
mod geoparquet;
mod options;
mod set;
mod shapefile;
mod source;
mod strips;
mod survey;
mod tags;
mod text;
#[cfg(any(feature = "parquet", feature = "sqlite"))]
mod wkb;

use std::path::Path;

use self::budget::Budget;
use self::collector::{Collector, Take};
use self::source::{FeatureSink, Source};
use self::text::Text;
use crate::city::input::footprint::Footprint;
use crate::io::crs::Crs;
use crate::io::recognise::{self, Wanted, quoted};
use crate::job::CancelToken;
use crate::{Error, Result};

pub use self::filter::Filter;
pub use self::options::{FootprintOptions, ID_PROPERTIES};
pub(crate) use self::set::Sources;
pub use self::set::{FootprintSet, Skipped};
pub(crate) use self::strips::{Bands, KeptFootprint, Spool, Strips, Unsorted};
pub use self::survey::{FootprintsSummary, PropertySummary};
pub(crate) use self::survey::{Surveyed, survey};

/// Reads the footprints of a file.
///
/// # Errors
/// [`Error::Io`]; [`Error::BadFormat`], with the place in the file, for a file that is not what it seems, and for
/// malformed polygons; [`Error::InvalidArgument`] for a chosen property that no feature has, and for filters that none
/// fulfils; [`Error::Unsupported`] for another format; the errors of [`FootprintOptions::check`].
pub fn read_footprints(path: impl AsRef<Path>, options: &FootprintOptions) -> Result<FootprintSet> {
    read_until_cancelled(path.as_ref(), options, &Surroundings::default(), &CancelToken::default(), &|_, _| Ok(()))
}

/// As [`read_footprints`], of what may meet a box (west, south, east, north) in the file's coordinates. Formats with an
/// index, GeoPackage and FlatGeobuf, read no others; the other formats, and files without their index, give all.
///
/// # Errors
/// As [`read_footprints`]; [`Error::InvalidArgument`] where the index has nothing within the box.
pub fn read_footprints_within(
    path: impl AsRef<Path>,
    options: &FootprintOptions,
    bounds: [f64; 4],
) -> Result<FootprintSet> {
    let terrain = Surroundings { crs: None, within: Some(bounds) };
    read_until_cancelled(path.as_ref(), options, &terrain, &CancelToken::default(), &|_, _| Ok(()))
}

/// The terrain around footprints, and the part of them that is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Surroundings<'a> {
    /// The terrain's reference system, or the one that is asked for.
    pub crs: Option<&'a Crs>,
    /// The box that is wanted, in the terrain's system: west, south, east, north. Formats with an index read no more;
    /// others give all of their footprints.
    pub within: Option<[f64; 4]>,
}

/// As [`read_footprints`], beside a terrain. `room` checks that there is memory for so many footprints with so many
/// points. After its first error, footprints are counted but no longer held, and the error for all of them is returned.
///
/// # Errors
/// As [`read_footprints`]; [`Error::Cancelled`]; the errors of `room`.
pub(crate) fn read_until_cancelled(
    path: &Path,
    options: &FootprintOptions,
    terrain: &Surroundings<'_>,
    cancel: &CancelToken,
    room: &dyn Fn(u64, u64) -> Result<()>,
) -> Result<FootprintSet> {
    let budget = Budget::new(room, cancel);
    let (mut footprints, mut sizes, mut is_too_large) = (Vec::new(), (0, 0), false);
    let mut keep = |footprint: Footprint, _| {
        sizes = (sizes.0 + 1, sizes.1 + footprint.points());
        is_too_large = is_too_large || budget.check(sizes).is_err();
        if is_too_large {
            // From here on footprints are only counted, to find the memory limit that would do.
            footprints = Vec::new();
        } else {
            footprints.push(footprint);
        }
        budget.hold(if is_too_large { (0, 0) } else { sizes });
        Ok(())
    };
    let (set, _) = collect(path, options, terrain, &budget, &mut keep)?;
    if is_too_large {
        budget.check(sizes)?;
    }
    footprints.shrink_to_fit();
    Ok(FootprintSet { footprints, ..set })
}

/// As [`read_until_cancelled`], with no footprint held: `take` gets each, and the rank of the property that its height
/// is from. Returns a set without footprints, and what the ranks stand for. `room` is asked about one feature at a
/// time.
///
/// # Errors
/// As [`read_until_cancelled`]; the first error of `take`, which ends the reading.
pub(crate) fn read_each(
    path: &Path,
    options: &FootprintOptions,
    terrain: &Surroundings<'_>,
    cancel: &CancelToken,
    room: &dyn Fn(u64, u64) -> Result<()>,
    take: Take<'_>,
) -> Result<(FootprintSet, Sources)> {
    collect(path, options, terrain, &Budget::new(room, cancel), take)
}

fn collect(
    path: &Path,
    options: &FootprintOptions,
    terrain: &Surroundings<'_>,
    budget: &Budget<'_>,
    take: Take<'_>,
) -> Result<(FootprintSet, Sources)> {
    options.check()?;
    let mut collector = Collector::new(options, budget, take);
    let layer = options.layer.as_deref();
    let source = Source { path, budget, layer, within: terrain.within, terrain: terrain.crs };
    let read = read(&source, &mut collector);
    budget.refuse_stopped()?;
    read?;
    collector.finish(path)
}

/// Reads the features of a file of any format. Returns the format's name.
fn read(source: &Source<'_>, sink: &mut dyn FeatureSink) -> Result<&'static str> {
    let path = source.path;
    let text = Text::open(path, source.budget)?;
    recognise::refuse_others(path, &text.start, Wanted::Footprints)?;
    let format = recognise::of(&text.start);
    if text.is_gzip && text.start.contains(&0) {
        let what = format!("this is a compressed file that holds no text; unpack it: gunzip -k {}", quoted(path));
        return Err(Error::Unsupported { subject: path.to_path_buf(), what });
    }
    #[cfg(feature = "sqlite")]
    if format == Some(recognise::GEOPACKAGE) {
        return geopackage::read(source, sink).map(|()| "GeoPackage");
    }
    #[cfg(feature = "parquet")]
    if format == Some(recognise::PARQUET) && source.layer.is_none() {
        return geoparquet::read(source, sink).map(|()| "GeoParquet");
    }
    if let Some(layer) = source.layer {
        let accepted = "no layer (--layer), for the file has one alone";
        return Err(Error::invalid("layer", layer, accepted));
    }
    if format == Some(recognise::SHAPEFILE) {
        return shapefile::read(source, sink).map(|()| "Shapefile");
    }
    if format == Some(recognise::FLATGEOBUF) {
        return flatgeobuf::read(source, sink).map(|()| "FlatGeobuf");
    }
    let city = |sink| cityjson::read(source, sink).map(|()| "CityJSON");
    if format.is_some_and(|format| format.is_cityjson()) {
        return city(sink);
    }
    match geojson::read(source, text, sink)? {
        None => Ok("GeoJSON"),
        Some(format) if format.is_cityjson() => city(sink),
        Some(format) => Err(format.refusal(path, Wanted::Footprints).unwrap_or_else(|| {
            Error::bad_format(path, None, format!("a part of {}", format.name), "a GeoJSON feature collection")
        })),
    }
}

#[cfg(test)]
mod tests;
