//! Building footprints from GeoJSON (RFC 7946, and the `crs` member of its predecessor).
//!
//! Features are read one after the other, so a file takes no more memory than its footprints. Coordinates must be in
//! metres, although RFC 7946 prescribes longitude and latitude.
//!
//! ```
//! use groma::city::geojson::{FootprintOptions, read_footprints};
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

mod collection;
mod coordinates;
mod feature;
mod words;

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use self::collection::Reader;
use self::words::NumberWords;
use crate::city::input::Limit;
use crate::city::input::footprint::{Footprint, FootprintList};
use crate::city::input::heights::{self, HeightMeaning, HeightReport, LARGEST_HEIGHT, LEVEL_HEIGHT};
use crate::error::IoContext;
use crate::io::crs::Crs;
use crate::io::input;
use crate::io::patient::Patient;
use crate::io::recognise::{self, Wanted};
use crate::job::CancelToken;
use crate::{Error, Result};

/// The meaning of the features' properties.
#[derive(Clone, Debug)]
pub struct FootprintOptions {
    /// The property with the height, a number or a text like `12 m`. `None` takes, for each feature, the first of
    /// [`HEIGHT_PROPERTIES`](crate::city::input::heights::HEIGHT_PROPERTIES) with a usable value.
    pub height_property: Option<String>,
    /// The meaning of the values of `height_property`; `None` for the known meaning of a property of that name, or, if
    /// the name is not known, the elevation of the roof.
    pub reference: Option<HeightMeaning>,
    /// The height of a storey in metres, for buildings whose height is known in storeys only; see
    /// [`FootprintOptions::LEVEL_HEIGHT`].
    pub level_height: f64,
    /// The property with the level of detail: 0 or 1, `"LOD0"` or `"lod1"`. Features without it get the mesh's.
    pub lod_property: Option<String>,
    /// The property with the name of the building. `None` takes the feature's `id`, else one of [`ID_PROPERTIES`].
    pub id_property: Option<String>,
    /// The height above the ground, in metres, for features without a height; `None` skips them. See
    /// [`FootprintOptions::DEFAULT_HEIGHT`].
    pub default_height: Option<f64>,
}

impl Default for FootprintOptions {
    fn default() -> FootprintOptions {
        FootprintOptions {
            height_property: None,
            reference: None,
            level_height: LEVEL_HEIGHT,
            lod_property: None,
            id_property: None,
            default_height: None,
        }
    }
}

impl FootprintOptions {
    /// The range of `default_height`.
    pub const DEFAULT_HEIGHT: Limit = Limit::above("default_height", 0.0, LARGEST_HEIGHT, "m", f64::NAN);
    /// The range of `level_height`.
    pub const LEVEL_HEIGHT: Limit = Limit::above("level_height", 0.0, 20.0, "m", LEVEL_HEIGHT);

    /// Checks the numbers and the height property.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a number out of range, and for a height property that is known to be something
    /// else, unless `reference` states its meaning.
    pub fn check(&self) -> Result<()> {
        self.default_height.map_or(Ok(()), |height| Self::DEFAULT_HEIGHT.check(height))?;
        Self::LEVEL_HEIGHT.check(self.level_height)?;
        match self.height_property.as_deref().and_then(|name| Some((name, heights::lookalike(name)?))) {
            Some((name, what)) if self.reference.is_none() => Err(Error::invalid(
                "height_property",
                format!("{name}, which is {what}"),
                "the property with the height of the whole building, in metres or storeys; if this one has it, \
                 height_reference (--height-reference ground|absolute|levels) says what it counts from",
            )),
            _ => Ok(()),
        }
    }

    /// Returns the meaning of a property's values.
    pub(crate) fn meaning_of(&self, property: &str) -> HeightMeaning {
        let known = heights::rank(property).map(|rank| heights::HEIGHT_PROPERTIES[rank].1);
        let asked = self.reference.filter(|_| self.height_property.is_some());
        asked.or(known).unwrap_or(HeightMeaning::RoofElevation)
    }

    /// Returns a warning about a property that was chosen for the heights though it is known to be something else.
    pub(crate) fn doubt(&self) -> Option<String> {
        let name = self.height_property.as_deref()?;
        let what = heights::lookalike(name)?;
        Some(format!(
            "heights are taken from {name}, which is {what}; right only where its values are those of whole buildings, \
             in metres or storeys"
        ))
    }
}

/// The property names under which a building's own name is commonly found.
pub const ID_PROPERTIES: [&str; 9] =
    ["id", "@id", "gml_id", "gml:id", "identificatie", "building_id", "uuid", "fid", "osm_id"];

/// The footprints of a file, with an account of the skipped features.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FootprintSet {
    /// The footprints, in the order of the file.
    pub footprints: Vec<Footprint>,
    /// The sources of the heights, and the values that were refused.
    pub heights: HeightReport,
    /// For each footprint, the index of its property in [`HeightReport::properties`]; `u8::MAX` for the default height.
    pub(crate) sources: Vec<u8>,
    /// The names of the features' properties, the first hundred.
    pub property_names: Vec<String>,
    /// The name of the coordinate system, if the file has one.
    pub crs: Option<String>,
    /// The skipped features.
    pub skipped: Skipped,
    /// West, south, east, north of all footprints, in metres; `None` when there are none.
    pub bounds: Option<[f64; 4]>,
}

/// The skipped features by reason, and the used ones that lack something. A feature without a name is called by its
/// number in the file, as `#1`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Features without a geometry, or with an empty one.
    pub no_geometry: FootprintList,
    /// Features whose geometry has no polygon.
    pub other_geometry: FootprintList,
    /// Features without a height, when there is no default height.
    pub no_height: FootprintList,
    /// Used features with anything other than polygons in their collection of geometries, which is left out.
    pub other_parts: FootprintList,
    /// Used features without a value in the property that was chosen for the level of detail.
    pub no_lod: FootprintList,
    /// Used features without a value in the property that was chosen for the name.
    pub no_id: FootprintList,
}

/// Reads the footprints of a GeoJSON feature collection.
///
/// # Errors
/// [`Error::Io`]; [`Error::BadFormat`], with line and column, for a file that is not GeoJSON, for malformed polygons,
/// and for a chosen property that no feature has; [`Error::Unsupported`] for another format, and for coordinates in
/// degrees, in feet or in a Mercator projection of the world; the errors of [`FootprintOptions::check`].
pub fn read_footprints(path: impl AsRef<Path>, options: &FootprintOptions) -> Result<FootprintSet> {
    read_until_cancelled(path.as_ref(), options, None, &CancelToken::default(), &|_, _| Ok(()))
}

/// As [`read_footprints`], for a terrain in a reference system. `room` checks that there is memory for so many
/// footprints with so many points. After its first error, footprints are counted but no longer held, and the error for
/// all of them is returned.
///
/// # Errors
/// As [`read_footprints`]; [`Error::Unsupported`] for footprints in another system than the terrain;
/// [`Error::Cancelled`]; the errors of `room`.
pub(crate) fn read_until_cancelled(
    path: &Path,
    options: &FootprintOptions,
    terrain: Option<&Crs>,
    cancel: &CancelToken,
    room: &dyn Fn(u64, u64) -> Result<()>,
) -> Result<FootprintSet> {
    options.check()?;
    let file = input::open(path)?;
    let length = file.metadata().context("read", path)?.len();
    let text = FeatureText::default();
    let mut file = BufReader::with_capacity(
        256 << 10,
        NumberWords::new(Watched { file: Patient(file), cancel, room, text: &text, length }),
    );
    /// A file of blanks only that is larger than this is read like any other.
    const SMALL: usize = 4096;
    const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
    let stopped = |e: Error| if cancel.is_cancelled() { Error::Cancelled } else { e };
    let start = file.fill_buf().context("read", path).map_err(stopped)?;
    recognise::refuse_others(path, start, Wanted::Footprints)?;
    if start.starts_with(BYTE_ORDER_MARK) {
        file.consume(BYTE_ORDER_MARK.len());
    }
    let start = file.fill_buf().context("read", path).map_err(stopped)?;
    if start.iter().all(u8::is_ascii_whitespace) && start.len() < SMALL {
        let accepted = "a GeoJSON feature collection; for the ground alone one without features: \
                        {\"type\": \"FeatureCollection\", \"features\": []}";
        return Err(Error::bad_format(path, Some(0), "an empty file", accepted));
    }
    let mut reader = Reader::new(options, room, &text);
    reader.read(file).map_err(|e| match e.io_error_kind() {
        Some(_) if cancel.is_cancelled() => Error::Cancelled,
        Some(_) if text.refused.borrow().is_some() => reader.too_long(text.refused.take()),
        Some(_) => Error::Io { action: "read", subject: path.to_path_buf(), cause: e.into() },
        None => reader
            .other_format()
            .and_then(|format| format.refusal(path, Wanted::Footprints))
            .unwrap_or_else(|| Error::bad_format(path, None, reader.locate(&e), "a GeoJSON feature collection")),
    })?;
    reader.finish(path, terrain)
}

/// The text read since the last feature, all of which may have to be held.
#[derive(Default)]
struct FeatureText {
    bytes: Cell<u64>,
    /// The numbers of footprints and points that are held.
    held: Cell<(u64, u64)>,
    /// Why there is no room for the next feature.
    refused: RefCell<Option<Error>>,
}

/// A file whose reads fail once the job was asked to stop, or when a feature is too long for the memory.
struct Watched<'a> {
    file: Patient,
    cancel: &'a CancelToken,
    room: &'a dyn Fn(u64, u64) -> Result<()>,
    text: &'a FeatureText,
    length: u64,
}

/// The fewest bytes of text per point: with them, reading a feature takes no more memory than its points do later.
const BYTES_PER_POINT: u64 = 16;

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        /// More than is ever read ahead of the features.
        const FREE: u64 = 1 << 20;
        if self.cancel.is_cancelled() {
            return Err(std::io::Error::other("cancelled"));
        }
        let read = self.file.read(buffer)?;
        let bytes = self.text.bytes.get() + read as u64;
        self.text.bytes.set(bytes);
        let (footprints, points) = self.text.held.get();
        let room = |bytes: u64| (self.room)(footprints + 1, points + bytes / BYTES_PER_POINT);
        if bytes > FREE && room(bytes).is_err() {
            // Room for the whole file would be room for the feature.
            *self.text.refused.borrow_mut() = room(self.length.max(bytes)).err();
            return Err(std::io::Error::other("a feature that is too long"));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
