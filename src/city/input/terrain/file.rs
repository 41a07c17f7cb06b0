//! Terrain files: reads the header first, then the wanted part.

use std::path::{Path, PathBuf};

use super::fill::Marks;
use super::outliers::Watch;
use super::values::Filling;
use super::{Terrain, TerrainOptions, TerrainPart};
use crate::io::ascii_grid::AsciiGrid;
use crate::io::crs::Crs;
use crate::io::geotiff::GeoTiff;
use crate::io::raster::{RasterHeader, RasterSource, RasterWindow};
use crate::io::recognise::{self, Wanted};
use crate::{Error, Result};

/// A raster of heights whose header has been read, but none of its heights.
#[derive(Debug)]
pub struct TerrainFile {
    path: PathBuf,
    source: Box<dyn RasterSource>,
}

impl TerrainFile {
    /// Opens a GeoTIFF or an ESRI ASCII grid, as the file's contents say. Reading a compressed strip or tile may take
    /// `memory` bytes.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`]; [`Error::Unsupported`] for rasters that would give wrong heights, such as
    /// those in degrees or of several bands; [`Error::MemoryLimit`] for a GeoTIFF with a strip or tile above the limit.
    pub fn open(path: &Path, memory: u64) -> Result<TerrainFile> {
        let start = recognise::start_of(path)?;
        recognise::refuse_others(path, &start, Wanted::Terrain)?;
        let is_tiff = start.first_chunk().is_some_and(|start| GeoTiff::is_signature(*start));
        let source: Box<dyn RasterSource> =
            if is_tiff { Box::new(GeoTiff::open(path, memory)?) } else { Box::new(AsciiGrid::open(path)?) };
        Ok(TerrainFile { path: path.to_path_buf(), source })
    }

    /// Returns the shape and the place of the raster.
    pub fn header(&self) -> &RasterHeader {
        self.source.header()
    }

    /// Returns the reference system, where the file or one beside it names one.
    pub fn crs(&self) -> Option<&Crs> {
        self.source.crs()
    }

    /// Reads the wanted part, or all.
    ///
    /// # Errors
    /// [`Error::Io`], also when the disk has no room for heights that do not fit the memory; [`Error::BadFormat`] for
    /// data that cannot be decoded, and for a part without data; [`Error::Cancelled`].
    pub fn read(&mut self, options: &TerrainOptions) -> Result<Terrain> {
        self.source.set_nodata(&options.nodata);
        let header = *self.header();
        let (first, with_margin) = windows(&header, options.part.as_ref());
        let mut terrain = self.read_window(first, options)?;
        if terrain.has_gaps()
            && let Some(with_margin) = with_margin
        {
            drop(terrain);
            terrain = self.read_window(with_margin, options)?;
        }
        let path = &self.path;
        terrain.refuse_voids(&options.nodata, |seen, accepted| Error::bad_format(path, None, seen, accepted))?;
        if !terrain.has_data() {
            let seen = format!("no height: {} stand for no data", looked_at(terrain.window(), &header));
            let wanted = match &options.part {
                None => "a raster with data",
                Some(_) => "bounds (bounds, --bounds) where the raster has data",
            };
            let accepted =
                format!("{wanted}; gdalinfo -stats FILE shows what it holds and which value stands for no data");
            return Err(Error::bad_format(path, None, seen, accepted));
        }
        Ok(terrain)
    }

    fn read_window(&mut self, window: RasterWindow, options: &TerrainOptions) -> Result<Terrain> {
        let (rows, cols) = (window.rows.len(), window.cols.len());
        let mut filling = Filling::new(window.pixels(), options)?;
        // Heights are examined on the way, because to look at a mapped file again is to read it again.
        let (mut marks, mut watch) = (Marks::new(cols, rows), Watch::new());
        self.source.read(&window, &mut |row, col, values| {
            if options.cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let (row, col) = (row - window.rows.start, col - window.cols.start);
            marks.add(row, col, values);
            watch.add(values);
            filling.put(row as u64 * cols as u64 + col as u64, values)
        })?;
        let flat = watch.only_height();
        Ok(Terrain {
            header: *self.header(),
            crs: self.crs().cloned(),
            window,
            values: filling.finish()?,
            gaps: marks.finish(),
            outliers: watch.finish(),
            flat,
        })
    }
}

/// Returns the pixels to read for a part. Where a margin for filling would be much larger, the second window includes
/// the margin: it is read instead if some of the first have no data.
fn windows(header: &RasterHeader, part: Option<&TerrainPart>) -> (RasterWindow, Option<RasterWindow>) {
    let Some(part) = part else { return (header.whole(), None) };
    let window = header.window(part.bounds);
    // One pixel more, as in fingerprints.
    let pixels = |size: f64| ((part.fill_distance.max(0.0) / size).ceil() as usize).saturating_add(1);
    let with_margin = window.grown(pixels(header.cell[1]), pixels(header.cell[0]), header);
    if with_margin.pixels() <= 2 * window.pixels() { (with_margin, None) } else { (window, Some(with_margin)) }
}

/// Describes the pixels that were looked at.
fn looked_at(window: &RasterWindow, header: &RasterHeader) -> String {
    if *window == header.whole() {
        return format!("all {} pixels", header.pixels());
    }
    let [dx, dy] = header.cell;
    let x = |col: usize| header.west + col as f64 * dx;
    let y = |row: usize| header.north - row as f64 * dy;
    let RasterWindow { rows, cols } = window;
    format!(
        "of {} pixels all {} that lie in x {} to {}, y {} to {}",
        header.pixels(),
        window.pixels(),
        x(cols.start),
        x(cols.end),
        y(rows.end),
        y(rows.start)
    )
}
