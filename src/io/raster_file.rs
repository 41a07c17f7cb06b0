//! Opens rasters of heights of every format that is read, and several as one.

use std::path::{Path, PathBuf};

use super::ascii_grid::AsciiGrid;
use super::geotiff::GeoTiff;
use super::hgt::Hgt;
use super::input;
use super::mosaic::{Mosaic, opened};
use super::raster::{Opening, RasterSource};
use super::recognise::{self, Wanted};
use super::vrt;
use super::xyz_grid::XyzGrid;
use crate::error::IoContext;
use crate::{Error, Result};

/// The extensions of files in a folder that are taken for rasters.
pub const EXTENSIONS: [&str; 5] = ["tif", "tiff", "asc", "xyz", "hgt"];

/// Opens a raster, or the rasters of a folder as one.
///
/// # Errors
/// [`Error::Io`]; [`Error::BadFormat`]; [`Error::Unsupported`] for formats that are not read, and for rasters that
/// would give wrong heights, such as those of several bands; [`Error::MemoryLimit`] for a strip or tile above the
/// limit.
pub fn open(path: &Path, opening: impl Into<Opening>) -> Result<Box<dyn RasterSource>> {
    let opening = opening.into();
    if path.is_dir() {
        return Ok(Box::new(Mosaic::of_files(&files_of(path)?, open_file, opening)?));
    }
    opened(open_file, path, opening)
}

/// Opens several rasters as one. Where they overlap, the first with data counts. A folder stands for its files.
///
/// # Errors
/// As [`open`]; [`Error::Unsupported`] for rasters in different reference systems.
pub fn open_all(paths: &[PathBuf], opening: impl Into<Opening>) -> Result<Box<dyn RasterSource>> {
    let opening = opening.into();
    if let [path] = paths {
        return open(path, opening);
    }
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() { files.extend(files_of(path)?) } else { files.push(path.clone()) }
    }
    Ok(Box::new(Mosaic::of_files(&files, open_file, opening)?))
}

/// Returns the rasters in a folder, in the order of their names.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_raster = |path: &PathBuf| {
        let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
    };
    let names = input::sorted_names(folder).context("list", folder)?;
    let files: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).filter(is_raster).collect();
    if files.is_empty() {
        let seen = format!("a folder of {} files, none of which is a raster by its name", names.len());
        let accepted = format!("files whose names end in .{}", EXTENSIONS.join(", ."));
        return Err(Error::bad_format(folder, None, seen, accepted));
    }
    Ok(files)
}

fn open_file(path: &Path, memory: u64) -> Result<Box<dyn RasterSource>> {
    let start = recognise::start_of(path)?;
    if recognise::of(&start) == Some(recognise::VRT) {
        return Ok(Box::new(vrt::open(path, open_plain, memory)?));
    }
    open_plain(path, memory)
}

/// Opens a file that is no virtual raster: one in another could go round in circles.
fn open_plain(path: &Path, memory: u64) -> Result<Box<dyn RasterSource>> {
    let start = recognise::start_of(path)?;
    recognise::refuse_others(path, &start, Wanted::Terrain)?;
    let is_tiff = start.first_chunk().is_some_and(|start| GeoTiff::is_signature(*start));
    Ok(match recognise::of(&start) {
        _ if Hgt::is_named(path) && !is_tiff => Box::new(Hgt::open(path)?),
        Some(recognise::VRT) => {
            let what = "a virtual raster inside another; gdal_translate FILE metres.tif writes what GDAL makes of it";
            return Err(Error::Unsupported { subject: path.to_path_buf(), what: what.into() });
        }
        Some(recognise::XYZ) => Box::new(XyzGrid::open(path)?),
        _ if is_tiff => Box::new(GeoTiff::open(path, memory)?),
        _ => Box::new(AsciiGrid::open(path)?),
    })
}
