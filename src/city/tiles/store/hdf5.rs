//! Converts stores of tiles to and from HDF5 files, in the layout of DTCC's shared mesh store:
//!
//! | object | content |
//! |---|---|
//! | attribute `groma` of `/` | the version of groma that wrote the file; DTCC's have none |
//! | `/tiles/tile_<name>` | a group for each tile |
//! | attribute `bounds` of it | west, south, lowest, east, north, highest (float64); or west, south, east, north |
//! | `vertices` in it | n x 3 float64 |
//! | `faces` in it | m x 3, written as uint32; any integers are read |
//! | `markers` in it | m int32; any integers in that range are read |
//!
//! The HDF5 library of the system reads the files. It was not made for hostile files; the checks here are of the
//! numbers that it returns.

use std::io;
use std::path::Path;

use hdf5_metno::types::{TypeDescriptor, VarLenUnicode};
use hdf5_metno::{Dataset, File, Group, H5Type};

use super::MeshStore;
use crate::io::in_use::replace;
use crate::io::input;
use crate::io::surface::part::NO_MARKER;
use crate::io::temporary::temporary_name;
use crate::job::Context;
use crate::{Error, Result};

const PREFIX: &str = "tile_";
/// The largest ratio by which a data set can be compressed, with a margin: deflate reaches 1032.
const MOST_COMPRESSION: u64 = 2048;

/// Writes the tiles of a store into one HDF5 file, replacing one that groma wrote. The file gets positions,
/// triangles, markers and bounds, but not the other contents of a city's tiles (shared vertices, cells).
///
/// # Errors
/// [`Error::InvalidArgument`] for a file of another program, and for one in a store's folder; [`Error::Unsupported`]
/// for a store of levels of detail; as [`MeshStore::get_tile`]; [`Error::Io`]; [`Error::Cancelled`]. The
/// file gets its name only when it is whole.
pub fn export_hdf5(store: &MeshStore, path: &Path, context: &Context) -> Result<()> {
    path.file_name().ok_or_else(|| Error::invalid("path", path.display(), "the name of a file"))?;
    super::outputs::refuse_misplaced(store, path)?;
    if path.symlink_metadata().is_ok() && !is_of_groma(path)? {
        let seen = format!("{}, which is of another program, or damaged", path.display());
        return Err(Error::invalid("output", seen, "a new file, or one that an earlier export wrote"));
    }
    let temporary = temporary_name(path);
    let done = write_file(store, &temporary, context).and_then(|()| replace(&temporary, path));
    if done.is_err() {
        // The first error is the one to report.
        let _ = std::fs::remove_file(&temporary);
    }
    done
}

/// The attribute of the root with the version of groma that wrote a file.
const WRITER: &str = "groma";

/// Returns whether groma wrote a file.
fn is_of_groma(path: &Path) -> Result<bool> {
    match input::open(path) {
        // A folder, a pipe.
        Err(Error::BadFormat { .. }) => return Ok(false),
        opened => drop(opened?),
    }
    Ok(File::open(path).is_ok_and(|file| file.attr(WRITER).is_ok()))
}

fn write_file(store: &MeshStore, path: &Path, context: &Context) -> Result<()> {
    let names = store.list_tiles()?;
    store.check_tiles(&names)?;
    // A file, or a link, that has the name already is neither followed nor overwritten.
    let file = File::create_excl(path).map_err(|e| refused("create", path, &e))?;
    let version: VarLenUnicode = crate::VERSION.parse().map_err(|e| Error::Internal(format!("{e}")))?;
    let writer = || file.new_attr::<VarLenUnicode>().create(WRITER)?.write_scalar(&version);
    writer().map_err(|e| refused("write", path, &e))?;
    let tiles = file.create_group("tiles").map_err(|e| refused("write", path, &e))?;
    for name in names {
        context.check()?;
        let tile = store.get_tile(&name)?;
        let write = || -> hdf5_metno::Result<()> {
            let group = tiles.create_group(&format!("{PREFIX}{name}"))?;
            group.new_attr::<f64>().shape(6).create("bounds")?.write_raw(&tile.header().bounds)?;
            let faces: &[u32] = bytemuck::cast_slice(tile.faces());
            let vertices: &[f64] = bytemuck::cast_slice(tile.vertices());
            write_dataset(&group, "vertices", [tile.vertices().len(), 3], vertices)?;
            write_dataset(&group, "faces", [tile.faces().len(), 3], faces)?;
            write_dataset(&group, "markers", tile.markers().len(), tile.markers())
        };
        let written = write().map_err(|e| refused("write", path, &e));
        tile.check_whole().and(written)?;
        context.add_items(tile.faces().len() as u64);
        context.add_unit();
    }
    file.flush().map_err(|e| refused("write", path, &e))?;
    drop(tiles);
    file.close().map_err(|e| refused("write", path, &e))
}

fn write_dataset<T: H5Type>(
    group: &Group,
    name: &str,
    shape: impl Into<hdf5_metno::Extents>,
    values: &[T],
) -> hdf5_metno::Result<()> {
    let dataset = group.new_dataset::<T>().shape(shape).create(name)?;
    if values.is_empty() { Ok(()) } else { dataset.write_raw(values) }
}

/// Creates a store in a folder from the tiles in an HDF5 file. Tiles without markers get [`NO_MARKER`] everywhere.
/// Other attributes than `bounds` and other data sets than the three are skipped, with a warning in the log. The bounds
/// of the store's tiles are computed from their vertices.
///
/// # Errors
/// [`Error::BadFormat`] for an object that differs from the above layout, with its name, or for a triangle with a
/// vertex that does not exist; as [`MeshStore::create`]; [`Error::NoMemory`]; [`Error::Io`]. No store is left then.
pub fn import_hdf5(path: &Path, folder: &Path) -> Result<MeshStore> {
    // Open the file first, for the system's own error if it cannot be read.
    input::open(path)?;
    let file = File::open(path).map_err(|e| bad(path, "", e.to_string(), "an HDF5 file"))?;
    let tiles = file.group("tiles").map_err(|e| bad(path, "/tiles", e.to_string(), "a group with tiles"))?;
    let names = tiles.member_names().map_err(|e| bad(path, "/tiles", e.to_string(), "a group with tiles"))?;
    let store = MeshStore::create(folder, serde_json::Value::Null)?;
    match names.iter().try_for_each(|name| import_tile(path, &tiles, name, &store)) {
        Ok(()) => Ok(store),
        Err(e) => {
            // The first error is the one to report.
            let _ = store.delete();
            Err(e)
        }
    }
}

fn import_tile(path: &Path, tiles: &Group, object: &str, store: &MeshStore) -> Result<()> {
    let at = format!("/tiles/{object}");
    let name = object.strip_prefix(PREFIX).filter(|name| store.tile_path(name).is_ok()).ok_or_else(|| {
        bad(path, &at, "this name".into(), "tile_ and 1 to 200 letters, digits, _, - and . for a tile")
    })?;
    let group = tiles.group(object).map_err(|e| bad(path, &at, e.to_string(), "a group for each tile"))?;
    let source = Source { path, at, group };
    source.check_bounds()?;
    let others = source.group.member_names().map_err(|e| source.bad("", e.to_string(), "a group of data sets"))?;
    for other in others.iter().filter(|name| !["vertices", "faces", "markers"].contains(&name.as_str())) {
        log::warn!("{}: {}/{other} is left out", path.display(), source.at);
    }

    let vertices: Vec<f64> = source.read("vertices", Some(3), Numbers::Floats)?;
    let numbers: Vec<i64> = source.read("faces", Some(3), Numbers::Integers)?;
    let total = vertices.len() as i64 / 3;
    if let Some(number) = numbers.iter().find(|v| !(0..total).contains(*v)) {
        return Err(source.bad("faces", format!("vertex {number}"), &format!("vertices under {total}")));
    }
    let numbers: Vec<u32> = numbers
        .into_iter()
        .map(|v| u32::try_from(v).map_err(|_| source.bad("faces", format!("vertex {v}"), "at most 2^32 vertices")))
        .collect::<Result<_>>()?;
    let faces: &[[u32; 3]] = bytemuck::cast_slice(&numbers);
    let markers = if source.group.link_exists("markers") {
        let markers: Vec<i64> = source.read("markers", None, Numbers::Integers)?;
        if markers.len() != faces.len() {
            return Err(source.bad("markers", markers.len().to_string(), &format!("{}, one per face", faces.len())));
        }
        let marker = |m| i32::try_from(m).map_err(|_| source.bad("markers", format!("marker {m}"), "32-bit markers"));
        markers.into_iter().map(marker).collect::<Result<_>>()?
    } else {
        vec![NO_MARKER; faces.len()]
    };
    let vertices: &[[f64; 3]] = bytemuck::cast_slice(&vertices);
    if let Some(v) = vertices.iter().find(|v| !v.iter().all(|c| c.is_finite())) {
        return Err(source.bad("vertices", format!("{v:?}"), "finite coordinates"));
    }
    store.add_tile(name, vertices, faces, &markers).map(drop)
}

/// The kind of numbers that a data set must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    Integers,
    Floats,
}

/// A tile in an HDF5 file.
struct Source<'a> {
    path: &'a Path,
    at: String,
    group: Group,
}

impl Source<'_> {
    fn bad(&self, object: &str, seen: String, accepted: &str) -> Error {
        bad(self.path, &format!("{}/{object}", self.at), seen, accepted)
    }

    fn check_bounds(&self) -> Result<()> {
        let names = self.group.attr_names().map_err(|e| self.bad("", e.to_string(), "a group with attributes"))?;
        for other in names.iter().filter(|name| *name != "bounds") {
            log::warn!("{}: attribute {other} of {} is left out", self.path.display(), self.at);
        }
        let shape = match self.group.attr("bounds") {
            Ok(bounds) => bounds.shape(),
            Err(e) => return Err(self.bad("bounds", e.to_string(), "an attribute of 4 or 6 numbers")),
        };
        if shape != [4] && shape != [6] {
            return Err(self.bad("bounds", format!("shape {shape:?}"), "an attribute of 4 or 6 numbers"));
        }
        Ok(())
    }

    /// Reads the numbers of a data set with this many columns, after checking its shape and type, and that the file can
    /// hold as much.
    fn read<T: H5Type + Copy + Default>(&self, name: &str, columns: Option<usize>, numbers: Numbers) -> Result<Vec<T>> {
        let accepted = match (numbers, columns) {
            (Numbers::Integers, Some(_)) => "m x 3 integers",
            (Numbers::Integers, None) => "m integers",
            (Numbers::Floats, _) => "n x 3 floating-point numbers",
        };
        let fail = |e: hdf5_metno::Error| self.bad(name, e.to_string(), accepted);
        let dataset: Dataset = self.group.dataset(name).map_err(fail)?;
        let shape = dataset.get_shape().map_err(fail)?;
        let descriptor = dataset.dtype().and_then(|t| t.to_descriptor()).map_err(fail)?;
        let right_type = match descriptor {
            TypeDescriptor::Integer(_) | TypeDescriptor::Unsigned(_) => numbers == Numbers::Integers,
            TypeDescriptor::Float(_) => numbers == Numbers::Floats,
            _ => false,
        };
        let right_shape = match (columns, shape.as_slice()) {
            (Some(columns), [_, c]) => *c == columns,
            (None, [_]) => true,
            _ => false,
        };
        if !right_type || !right_shape {
            return Err(self.bad(name, format!("shape {shape:?} of {descriptor}"), accepted));
        }
        let length = shape.iter().try_fold(1_usize, |product, &n| product.checked_mul(n));
        let most = dataset.storage_size().saturating_mul(MOST_COMPRESSION);
        let Some(length) = length.filter(|&n| (n as u64).saturating_mul(size_of::<T>() as u64) <= most) else {
            return Err(self.bad(name, format!("shape {shape:?}"), "a shape that its bytes in the file can fill"));
        };
        let mut values = Vec::new();
        let what = "a data set of an HDF5 file";
        let bytes = (length as u64).saturating_mul(size_of::<T>() as u64);
        values.try_reserve_exact(length).map_err(|_| Error::NoMemory { bytes, what })?;
        values.resize(length, T::default());
        if length > 0 {
            dataset.read_into_raw(&mut values).map_err(fail)?;
        }
        Ok(values)
    }
}

fn bad(path: &Path, object: &str, seen: String, accepted: &str) -> Error {
    Error::bad_format(path, None, format!("{object}: {seen}"), accepted)
}

/// Returns the system's own error where the library's message names it.
fn refused(action: &'static str, path: &Path, error: &hdf5_metno::Error) -> Error {
    let message = error.to_string();
    let digits = message.split("errno = ").nth(1).map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    let cause = match digits.flatten().and_then(|d| d.parse().ok()) {
        Some(errno) => io::Error::from_raw_os_error(errno),
        None => io::Error::other(message),
    };
    Error::Io { action, subject: path.to_path_buf(), cause }
}
