//! Building footprints from GeoJSON (RFC 7946, and the `crs` member of its predecessor).
//!
//! Features are read one after the other, so that a file takes no more memory than its footprints. Coordinates must be in
//! metres, whatever RFC 7946 says of longitude and latitude.

mod collection;
mod coordinates;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use self::collection::Reader;
use crate::city::footprint::{Footprint, HeightReference};
use crate::error::IoContext;
use crate::io::input;
use crate::io::patient::Patient;
use crate::io::recognise::{self, Wanted};
use crate::job::CancelToken;
use crate::{Error, Result};

/// Which properties of a feature mean what.
#[derive(Clone, Debug, Default)]
pub struct FootprintOptions {
    /// The property with the height, a number or a numeric text, in metres. `None` takes the first of
    /// [`HEIGHT_PROPERTIES`] that the first feature with any of them has.
    pub height_property: Option<String>,
    /// Where the heights of `height_property` count from. Heights of a property that was found count from what it is
    /// listed with.
    pub reference: HeightReference,
    /// The property with the level of detail: 0 or 1, `"LOD0"` or `"lod1"`. Features without it get that of the mesh.
    pub lod_property: Option<String>,
    /// The property with the name of the building. `None` takes the feature's `id`, else one of [`ID_PROPERTIES`].
    pub id_property: Option<String>,
    /// The height above the ground, in metres, of features that have none; without it they are skipped.
    pub default_height: Option<f64>,
}

/// Names under which heights are commonly found, and where they count from; the elevation of the roof is preferred.
pub const HEIGHT_PROPERTIES: [(&str, HeightReference); 14] = [
    ("roof_z", HeightReference::Absolute),
    ("roof", HeightReference::Absolute),
    ("roof_height", HeightReference::Absolute),
    ("roof_elevation", HeightReference::Absolute),
    ("z_roof", HeightReference::Absolute),
    ("b3_h_dak_50p", HeightReference::Absolute),
    ("height", HeightReference::Ground),
    ("building_height", HeightReference::Ground),
    ("building:height", HeightReference::Ground),
    ("measuredHeight", HeightReference::Ground),
    ("measured_height", HeightReference::Ground),
    ("Height", HeightReference::Ground),
    ("HEIGHT", HeightReference::Ground),
    ("hoogte", HeightReference::Ground),
];

/// Names under which a building's own name is commonly found.
pub const ID_PROPERTIES: [&str; 8] =
    ["id", "gml_id", "gml:id", "identificatie", "building_id", "uuid", "fid", "osm_id"];

/// The footprints of a file, and what was not taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FootprintSet {
    /// The footprints, in the order of the file.
    pub footprints: Vec<Footprint>,
    /// The property that the heights were taken from; `None` when no feature has one and the default was taken for all.
    pub height_property: Option<String>,
    /// How many footprints have the default height.
    pub default_heights: u64,
    /// The name of the coordinate system, where the file has one.
    pub crs: Option<String>,
    /// The features that were not taken.
    pub skipped: Skipped,
    /// West, south, east, north of all footprints, in metres; `None` when there are none.
    pub bounds: Option<[f64; 4]>,
}

/// Features that were not taken, by the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Features without a geometry, or with an empty one.
    pub no_geometry: SkippedFeatures,
    /// Features whose geometry is no polygon.
    pub other_geometry: SkippedFeatures,
    /// Features without a height, and no default for it.
    pub no_height: SkippedFeatures,
}

/// How many features, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedFeatures {
    /// How many there are.
    pub count: u64,
    /// The names of the first [`SkippedFeatures::LISTED`]; where a feature has none, its number in the file as `#1`.
    pub ids: Vec<String>,
}

impl SkippedFeatures {
    /// How many are listed by name.
    pub const LISTED: usize = 1000;

    fn add(&mut self, id: impl FnOnce() -> String) {
        self.count += 1;
        if self.ids.len() < Self::LISTED {
            self.ids.push(id());
        }
    }
}

/// Reads the footprints of a GeoJSON feature collection.
///
/// # Errors
/// [`Error::Io`]; [`Error::BadFormat`], with line and column, for what is not GeoJSON, for polygons that are none, and for
/// a height property that no feature has; [`Error::Unsupported`] for coordinates in degrees; [`Error::InvalidArgument`]
/// for a default height that is not finite.
pub fn read_footprints(path: impl AsRef<Path>, options: &FootprintOptions) -> Result<FootprintSet> {
    read_until_cancelled(path.as_ref(), options, &CancelToken::default())
}

/// As [`read_footprints`].
///
/// # Errors
/// As [`read_footprints`]; [`Error::Cancelled`].
pub(crate) fn read_until_cancelled(
    path: &Path,
    options: &FootprintOptions,
    cancel: &CancelToken,
) -> Result<FootprintSet> {
    if let Some(height) = options.default_height.filter(|h| !h.is_finite()) {
        return Err(Error::invalid("default_height", height, "a finite number"));
    }
    let file = input::open(path)?;
    let mut file = BufReader::with_capacity(256 << 10, Cancellable { file: Patient(file), cancel });
    const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
    let stopped = |e: Error| if cancel.is_cancelled() { Error::Cancelled } else { e };
    let start = file.fill_buf().context("read", path).map_err(stopped)?;
    recognise::refuse_others(path, start, Wanted::Footprints)?;
    if start.starts_with(BYTE_ORDER_MARK) {
        file.consume(BYTE_ORDER_MARK.len());
    }
    let mut reader = Reader::new(options);
    reader.read(file).map_err(|e| match e.io_error_kind() {
        Some(_) if cancel.is_cancelled() => Error::Cancelled,
        Some(_) => Error::Io { action: "read", path: path.to_path_buf(), source: e.into() },
        None => reader
            .other_format()
            .and_then(|format| format.refusal(path, Wanted::Footprints))
            .unwrap_or_else(|| Error::bad_format(path, None, reader.locate(&e), "a GeoJSON feature collection")),
    })?;
    reader.finish(path)
}

/// A file that fails to be read once the job was asked to stop.
struct Cancellable<'a> {
    file: Patient,
    cancel: &'a CancelToken,
}

impl Read for Cancellable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.cancel.is_cancelled() { Err(std::io::Error::other("cancelled")) } else { self.file.read(buffer) }
    }
}

#[cfg(test)]
mod tests;
