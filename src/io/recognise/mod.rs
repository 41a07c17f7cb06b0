//! Recognises the formats that people hand over by a file's first bytes, so that an error can name the format and the
//! command that converts it.
//!
//! | file | what it knows |
//! |---|---|
//! | `binary` | formats that begin with fixed bytes |
//! | `markup` | XML, by its root element |
//! | `json` | kinds of JSON, by the members of the outermost object |
//! | `molecules` | formats of molecular dynamics |
//! | `text` | plain texts: grids, points, tables, Unicode of 16 bits |

mod binary;
mod json;
mod markup;
mod molecules;
mod text;

use std::io::Read;
use std::path::Path;

use super::input;
use super::patient::Patient;
use crate::error::IoContext;
use crate::{Error, Result};

#[cfg(feature = "parquet")]
pub(crate) use self::binary::PARQUET;
pub(crate) use self::binary::{FLATGEOBUF, SHAPEFILE};
#[cfg(feature = "sqlite")]
pub(crate) use self::binary::{GEOPACKAGE, SQLITE};
pub use markup::VRT;
pub use text::POINTS as XYZ;

/// The formats of footprints that this build reads.
pub const FOOTPRINT_FORMATS: &str = match (cfg!(feature = "sqlite"), cfg!(feature = "parquet")) {
    (true, true) => "GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet and CityJSON",
    (true, false) => "GeoJSON, GeoPackage, Shapefile, FlatGeobuf and CityJSON",
    (false, true) => "GeoJSON, Shapefile, FlatGeobuf, GeoParquet and CityJSON (this build was made without GeoPackage)",
    (false, false) => "GeoJSON, Shapefile, FlatGeobuf and CityJSON (this build was made without GeoPackage)",
};

/// The formats of trajectories that this build reads.
pub const TRAJECTORY_FORMATS: &str = match (cfg!(feature = "sqlite"), cfg!(feature = "parquet")) {
    (true, true) => {
        "text tables (CSV and the like), Parquet files, floating car data of SUMO, tracks of TrackMate and databases \
         of JuPedSim"
    }
    (true, false) => {
        "text tables (CSV and the like), floating car data of SUMO, tracks of TrackMate and databases of JuPedSim"
    }
    (false, true) => "text tables (CSV and the like), Parquet files, floating car data of SUMO and tracks of TrackMate",
    (false, false) => "text tables (CSV and the like), floating car data of SUMO and tracks of TrackMate",
};

/// The number of first bytes that [`of`] looks at; a shorter file has fewer.
pub const START_BYTES: usize = 4096;

/// The kind of input that a file is given as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Outlines of buildings.
    Footprints,
    /// A raster of heights.
    Terrain,
    /// A table of samples.
    Trajectories,
}

impl Wanted {
    fn name(self) -> &'static str {
        match self {
            Wanted::Footprints => "footprints",
            Wanted::Terrain => "terrain",
            Wanted::Trajectories => "trajectories",
        }
    }

    fn read_formats(self) -> &'static str {
        match self {
            Wanted::Footprints => FOOTPRINT_FORMATS,
            Wanted::Terrain => "GeoTIFF, ESRI ASCII grid, XYZ grid, SRTM tile and VRT",
            Wanted::Trajectories => TRAJECTORY_FORMATS,
        }
    }
}

/// The treatment of a format as footprints, terrain or trajectories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// groma has a reader for it, which reports its own errors.
    Read,
    /// The file may hold the wanted data; this command converts it to a format that is read. `FILE` stands for its
    /// path.
    Convert(&'static str),
    /// The file cannot hold the wanted data. The text says what to do instead.
    Not(&'static str),
}

/// A format that was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The format's name with an article: "a GeoPackage".
    pub name: &'static str,
    footprints: Treatment,
    terrain: Treatment,
    trajectories: Treatment,
}

const NOT_FOOTPRINTS: Treatment = Treatment::Not("footprints are polygons, as in GeoJSON");
const NOT_TERRAIN: Treatment =
    Treatment::Not("terrain is a GeoTIFF, an ESRI ASCII grid, an XYZ grid, an SRTM tile or a VRT of heights");
const NOT_TRAJECTORIES: Treatment = Treatment::Not("trajectories are a CSV with the columns id, frame, x, y, z");

impl Format {
    const fn new(name: &'static str, footprints: Treatment, terrain: Treatment, trajectories: Treatment) -> Format {
        Format { name, footprints, terrain, trajectories }
    }

    /// Creates a format of shapes with attributes.
    const fn shapes(name: &'static str, command: &'static str) -> Format {
        Format::new(name, Treatment::Convert(command), NOT_TERRAIN, NOT_TRAJECTORIES)
    }

    /// Creates a format of rasters that hold numbers.
    const fn raster(name: &'static str, command: &'static str) -> Format {
        Format::new(name, NOT_FOOTPRINTS, Treatment::Convert(command), NOT_TRAJECTORIES)
    }

    /// Creates a format of tables.
    const fn table(name: &'static str, command: &'static str) -> Format {
        Format::new(name, NOT_FOOTPRINTS, NOT_TERRAIN, Treatment::Convert(command))
    }

    /// Creates a format that wraps files of any kind.
    const fn wrapping(name: &'static str, command: &'static str) -> Format {
        let unwrap = Treatment::Convert(command);
        Format::new(name, unwrap, unwrap, unwrap)
    }

    /// Creates a format that holds nothing of use here.
    const fn other(name: &'static str, instead: &'static str) -> Format {
        let not = Treatment::Not(instead);
        Format::new(name, not, not, not)
    }

    /// Returns what groma does with the format when it is given as `wanted`.
    pub fn treatment(&self, wanted: Wanted) -> Treatment {
        match wanted {
            Wanted::Footprints => self.footprints,
            Wanted::Terrain => self.terrain,
            Wanted::Trajectories => self.trajectories,
        }
    }

    /// Returns the error that refuses a file of this format, with the next step; `None` where it is read.
    pub fn refusal(&self, path: &Path, wanted: Wanted) -> Option<Error> {
        let (name, wanted_name) = (self.name, wanted.name());
        let what = match self.treatment(wanted) {
            Treatment::Read => return None,
            Treatment::Convert(command) => {
                let command = command.replace("FILE", &quoted(path));
                format!("this is {name}; {wanted_name} are read from {}: {command}", wanted.read_formats())
            }
            Treatment::Not(instead) => format!("this is {name}, which holds no {wanted_name}; {instead}"),
        };
        let what = what.replace("terrain are read", "terrain is read");
        Some(Error::Unsupported { subject: path.to_path_buf(), what })
    }
}

/// Returns the format of a file by its first bytes, up to [`START_BYTES`] of them; `None` for an unknown one.
pub fn of(start: &[u8]) -> Option<Format> {
    let start = &start[..start.len().min(START_BYTES)];
    if let Some(format) = binary::of(start).or_else(|| text::of_wide(start)) {
        return Some(format);
    }
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    match text.first()? {
        b'<' => Some(markup::of(text)),
        b'{' => json::of(text),
        b'[' if json::is_array(text) => json::of(text),
        _ => text::of(text),
    }
}

/// Returns the format of JSON whose outermost object has this `type`; `None` for a feature collection, and for unknown
/// types.
pub fn of_json_type(kind: &str) -> Option<Format> {
    json::of_type(kind)
}

/// Reads the first bytes of a file, up to [`START_BYTES`] of them.
///
/// # Errors
/// As [`input::open`].
pub fn start_of(path: &Path) -> Result<Vec<u8>> {
    let mut start = Vec::new();
    let file = Patient(input::open(path)?);
    file.take(START_BYTES as u64).read_to_end(&mut start).context("read", path)?;
    Ok(start)
}

/// Refuses a file whose first bytes show a format that groma does not read as `wanted`.
///
/// # Errors
/// [`Error::Unsupported`], with the format's name and the command that converts it; [`Error::BadFormat`] for footprints
/// and terrain without a byte that is not blank.
pub fn refuse_others(path: &Path, start: &[u8], wanted: Wanted) -> Result<()> {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    if wanted != Wanted::Trajectories && start.len() < START_BYTES && text.iter().all(u8::is_ascii_whitespace) {
        let more = match wanted {
            Wanted::Footprints => {
                "; for the ground alone a GeoJSON without features: {\"type\": \"FeatureCollection\", \"features\": []}"
            }
            Wanted::Terrain | Wanted::Trajectories => "",
        };
        return Err(Error::bad_format(path, Some(0), "an empty file", format!("{}{more}", wanted.read_formats())));
    }
    let is_named = |extension: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension));
    let format = if is_named("hgt") && !start.starts_with(b"II") && !start.starts_with(b"MM") {
        Some(binary::HGT)
    } else {
        of(start).or_else(|| start.contains(&0).then_some(binary::UNKNOWN))
    };
    format.and_then(|format| format.refusal(path, wanted)).map_or(Ok(()), Err)
}

/// Returns a path quoted for a shell.
pub(crate) fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/\\._-+:,=@%~".contains(c);
    if !path.is_empty() && path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests;
