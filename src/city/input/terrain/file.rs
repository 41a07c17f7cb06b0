//! Terrain files: reads the header first, then the wanted part.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fill::Marks;
use super::outliers::Watch;
use super::values::Filling;
use super::{Placement, Terrain, TerrainOptions, TerrainPart, TerrainPlace};
use crate::human;
use crate::io::crs::Crs;
use crate::io::raster::{Opening, RasterHeader, RasterSource, RasterWindow};
use crate::io::raster_file;
use crate::{Error, Result};

/// A raster of heights whose header has been read, but none of its heights.
#[derive(Debug)]
pub struct TerrainFile {
    pub(super) path: PathBuf,
    pub(super) source: Box<dyn RasterSource>,
    placement: Option<Arc<Placement>>,
    /// The length of the unit of heights in metres, once it is known.
    unit: Option<f64>,
}

impl TerrainFile {
    /// Opens a GeoTIFF, an ESRI ASCII grid, an XYZ grid, an SRTM tile (.hgt) or a VRT, as the file's contents say, or a
    /// folder of such files as one raster. `opening` is the memory that reading a compressed strip or tile may take, in
    /// bytes, or an [`Opening`].
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`]; [`Error::Unsupported`] for rasters that would give wrong heights, such as
    /// those of several bands; [`Error::MemoryLimit`] for a GeoTIFF with a strip or tile above the limit.
    pub fn open(path: &Path, opening: impl Into<Opening>) -> Result<TerrainFile> {
        let source = raster_file::open(path, opening)?;
        Ok(TerrainFile { path: path.to_path_buf(), source, placement: None, unit: None })
    }

    /// Opens files, or folders of them, as one raster: where they overlap, the first that has data counts.
    ///
    /// # Errors
    /// As [`TerrainFile::open`]; [`Error::Unsupported`] for files in different reference systems.
    pub fn open_all(paths: &[PathBuf], opening: impl Into<Opening>) -> Result<TerrainFile> {
        let source = raster_file::open_all(paths, opening)?;
        let path = paths.first().cloned().unwrap_or_default();
        Ok(TerrainFile { path, source, placement: None, unit: None })
    }

    /// Places the raster in the mesh's reference system. Parts to read are then in that.
    pub(crate) fn set_placement(&mut self, placement: Option<Arc<Placement>>) {
        self.placement = placement;
    }

    /// Returns the raster's place in its own reference system.
    pub(crate) fn place(&self) -> TerrainPlace<'_> {
        TerrainPlace { header: self.header(), matrix: self.source.matrix(), crs: self.crs(), subject: &self.path }
    }

    /// Returns the extent in the mesh's reference system: west, south, east, north, in metres.
    pub(crate) fn extent(&self) -> [f64; 4] {
        self.placement.as_ref().map_or(self.header().bounds(), |placement| placement.bounds())
    }

    /// Describes the pixels of a window that lie on none of the files which the raster is made of, if there are any.
    pub(crate) fn gaps(&self, window: &RasterWindow) -> Option<String> {
        let (pixels, first) = self.source.uncovered(window)?;
        let [x, y, x_end, y_end] = corners(&first, self.header());
        Some(format!(
            "{} of {} pixels of the terrain that were looked at lie on none of its files, the first in x {x} to \
             {x_end}, y {y} to {y_end}: is a file missing?",
            human::count(pixels),
            human::count(window.pixels()),
        ))
    }

    /// Returns a doubt about the files, as a sentence, such as that one leaves out pixels.
    pub(crate) fn doubt(&self) -> Option<&str> {
        self.source.doubt()
    }

    /// Returns the length of the unit of the file's heights in metres, once heights were read.
    pub(crate) fn height_unit(&self) -> Option<f64> {
        self.unit
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
        self.unit = Some(self.source.interpret(&options.nodata, options.height_unit)?);
        let header = *self.header();
        let (first, with_margin) = windows(&header, options.part.as_ref(), self.placement.as_deref());
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
            values: filling.finish()?.into(),
            gaps: marks.finish().map(Arc::new),
            outliers: watch.finish(),
            flat,
            matrix: self.source.matrix(),
            placement: self.placement.clone(),
        })
    }
}

/// Returns the pixels to read for a part. Where a margin for filling would be much larger, the second window includes
/// the margin: it is read instead if some of the first have no data.
fn windows(
    header: &RasterHeader,
    part: Option<&TerrainPart>,
    placement: Option<&Placement>,
) -> (RasterWindow, Option<RasterWindow>) {
    let Some(part) = part else { return (header.whole(), None) };
    let bounds = placement.map_or(part.bounds, |placement| placement.around(part.bounds));
    let cell = placement.map_or(header.cell, Placement::cell);
    let window = header.window(bounds);
    // One pixel more, as in fingerprints.
    let pixels = |size: f64| ((part.fill_distance.max(0.0) / size).ceil() as usize).saturating_add(1);
    let with_margin = window.grown(pixels(cell[1]), pixels(cell[0]), header);
    if with_margin.pixels() <= 2 * window.pixels() { (with_margin, None) } else { (window, Some(with_margin)) }
}

/// Describes the pixels that were looked at.
fn looked_at(window: &RasterWindow, header: &RasterHeader) -> String {
    if *window == header.whole() {
        return format!("all {} pixels", header.pixels());
    }
    let [west, south, east, north] = corners(window, header);
    format!(
        "of {} pixels all {} that lie in x {west} to {east}, y {south} to {north}",
        header.pixels(),
        window.pixels(),
    )
}

/// Returns the outer edges of a window: west, south, east, north.
fn corners(window: &RasterWindow, header: &RasterHeader) -> [f64; 4] {
    let [dx, dy] = header.cell;
    let x = |col: usize| header.west + col as f64 * dx;
    let y = |row: usize| header.north - row as f64 * dy;
    let RasterWindow { rows, cols } = window;
    [x(cols.start), y(rows.end), x(cols.end), y(rows.start)]
}
