//! The ground: a raster of heights, and the height at any point.
//!
//! | file | what it holds |
//! |---|---|
//! | `values` | the heights: in memory, or in a mapped file without a name when they are too many |
//! | `fill` | the search for the nearest pixel with data |
//! | `sampling` | the height at a point |
//! | `outliers` | undeclared values that stand for no data |
//! | `file` | a terrain file: its header, then the wanted part |
//! | `kept` | a terrain in files that other processes map |
//! | `survey` | a summary of a terrain before any build |
//! | `placement` | the place of a raster in degrees, in another projection, or rotated |
//!
//! ```
//! use groma::city::terrain::Terrain;
//!
//! // Two rows of three pixels of 10 m; the first is the northern one.
//! let heights = vec![31.0, 32.0, 33.0, 30.0, 31.0, 32.0];
//! let terrain = Terrain::from_memory(3, 2, 500_000.0, 6_400_020.0, [10.0, 10.0], heights, None)?;
//! assert_eq!(terrain.bounds(), [500_000.0, 6_400_000.0, 500_030.0, 6_400_020.0]);
//! # Ok::<(), groma::Error>(())
//! ```

mod file;
mod fill;
mod kept;
mod outliers;
mod placement;
mod sampling;
mod survey;
mod values;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use file::TerrainFile;
pub(crate) use kept::KeptTerrain;
pub use outliers::Outliers;
pub(crate) use placement::Placement;
pub use sampling::{GroundHeight, Sampler};
pub use survey::TerrainSummary;

use self::fill::{Marks, Occupancy};
use self::outliers::Watch;
use self::values::Values;
use crate::io::crs::Crs;
use crate::io::raster::{Opening, RasterHeader, RasterWindow, height};
use crate::job::{CancelToken, DEFAULT_MEMORY_LIMIT};
use crate::{Error, Result};

/// Ground heights in metres on a raster. Its first row is the northernmost, and a value stands for its pixel's centre.
/// The raster is in its own reference system, which may be one of degrees; a build brings it into that of the mesh.
///
/// Heights are held in single precision; double-precision sources are rounded to it, at 1000 m by up to 0.06 mm.
///
/// A part of a file can be read alone ([`TerrainOptions::part`]). The terrain then keeps the place and the size of the
/// whole raster. Heights within the part equal the whole raster's bit for bit; elsewhere they are
/// [`GroundHeight::Missing`]. Gaps and outliers are searched for only in the part.
#[derive(Debug)]
pub struct Terrain {
    /// The header of the whole raster.
    header: RasterHeader,
    /// The pixels that are held.
    window: RasterWindow,
    values: Arc<Values>,
    /// The pyramid of pixels with data, counted from the window's first pixel; `None` where every pixel has data.
    gaps: Option<Arc<Occupancy>>,
    outliers: Option<Outliers>,
    /// The height of all held pixels, if it is the same for all.
    flat: Option<f32>,
    crs: Option<Crs>,
    /// See [`RasterSource::matrix`](crate::io::raster::RasterSource::matrix).
    matrix: Option<[f64; 6]>,
    /// The place in the mesh's reference system; `None` where the raster lies upright in that.
    placement: Option<Arc<Placement>>,
}

/// The place of a terrain in its own reference system, before any height is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TerrainPlace<'a> {
    pub header: &'a RasterHeader,
    /// See [`RasterSource::matrix`](crate::io::raster::RasterSource::matrix).
    pub matrix: Option<[f64; 6]>,
    pub crs: Option<&'a Crs>,
    /// The file's path, or a name for messages.
    pub subject: &'a Path,
}

/// A part of a terrain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TerrainPart {
    /// The area in which heights are wanted: west, south, east, north, in the raster's reference system.
    pub bounds: [f64; 4],
    /// The fill distance in metres. A margin of this width around the bounds is read as well where pixels have no data.
    pub fill_distance: f64,
}

/// Options of reading a terrain file.
#[derive(Clone, Debug)]
pub struct TerrainOptions {
    /// The part of the file to read; `None` for all of it.
    pub part: Option<TerrainPart>,
    /// The folder for a temporary file with heights that do not fit `memory`; `None` for the system's folder for such
    /// files.
    pub temp_dir: Option<PathBuf>,
    /// The most bytes of heights that are held in memory.
    pub memory: u64,
    /// Values that stand for no data, besides those that the file declares. A NaN among them accepts all others as
    /// heights, however far they are from the rest.
    pub nodata: Vec<f64>,
    /// The length of the unit of the file's heights in metres; `None` for what the file tells, or metres.
    pub height_unit: Option<f64>,
    /// The largest pixels, in metres, that the heights may be read with: a GeoTIFF with smaller copies of itself
    /// (overviews) is read from the one with the largest pixels that are no larger. 0 for the raster's own pixels.
    pub resolution: f64,
    /// The flag that stops the reading; it can be set from any thread.
    pub cancel: CancelToken,
}

impl Default for TerrainOptions {
    fn default() -> TerrainOptions {
        TerrainOptions {
            part: None,
            temp_dir: None,
            memory: DEFAULT_MEMORY_LIMIT,
            nodata: Vec::new(),
            height_unit: None,
            resolution: 0.0,
            cancel: CancelToken::default(),
        }
    }
}

impl Terrain {
    /// Creates a terrain of `cols` x `rows` heights, row by row from the north.
    ///
    /// `west` and `north` are the outer edges of the first pixel, `cell` is a pixel's width and height, all in metres.
    /// Pixels of the value `nodata`, and those that are not finite, have no data.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the number of values is not `cols` x `rows` or the place makes no sense.
    pub fn from_memory(
        cols: usize,
        rows: usize,
        west: f64,
        north: f64,
        cell: [f64; 2],
        mut values: Vec<f32>,
        nodata: Option<f32>,
    ) -> Result<Terrain> {
        let header = RasterHeader { cols, rows, west, north, cell, epsg: None };
        if let Some((seen, accepted)) = header.fault() {
            return Err(Error::invalid("terrain", seen, accepted));
        }
        if values.len() as u64 != header.pixels() {
            return Err(Error::invalid("the number of values", values.len(), format!("{cols} x {rows}")));
        }
        let nodata = nodata.map(f64::from);
        let (mut marks, mut watch) = (Marks::new(cols, rows), Watch::new());
        for (row, values) in values.chunks_exact_mut(cols).enumerate() {
            values.iter_mut().for_each(|v| *v = height(f64::from(*v), nodata.as_slice()));
            marks.add(row, 0, values);
            watch.add(values);
        }
        let flat = watch.only_height();
        Ok(Terrain {
            header,
            window: header.whole(),
            values: Values::Memory(values).into(),
            gaps: marks.finish().map(Arc::new),
            outliers: watch.finish(),
            flat,
            crs: None,
            matrix: None,
            placement: None,
        })
    }

    /// Copies the terrain; in the copy these values stand for no data, too.
    ///
    /// # Errors
    /// [`Error::NoMemory`].
    pub fn with_nodata(&self, nodata: &[f64]) -> Result<Terrain> {
        let mut values = Vec::new();
        let bytes = size_of_val(self.values()) as u64;
        let what = "a copy of the terrain";
        values.try_reserve_exact(self.values().len()).map_err(|_| Error::NoMemory { bytes, what })?;
        values.extend(self.values().iter().map(|&v| height(f64::from(v), nodata)));
        let (cols, rows) = (self.window.cols.len(), self.window.rows.len());
        let RasterHeader { west, north, cell, .. } = self.header;
        let copy = Terrain::from_memory(cols, rows, west, north, cell, values, None)?;
        let (header, window) = (self.header, self.window.clone());
        let (crs, matrix, placement) = (self.crs.clone(), self.matrix, self.placement.clone());
        Ok(Terrain { header, window, crs, matrix, placement, ..copy })
    }

    /// Returns the same terrain at a place in the mesh's reference system. The heights are shared.
    pub(crate) fn placed(&self, placement: Option<Arc<Placement>>) -> Terrain {
        Terrain {
            header: self.header,
            window: self.window.clone(),
            values: self.values.clone(),
            gaps: self.gaps.clone(),
            outliers: self.outliers.clone(),
            flat: self.flat,
            crs: self.crs.clone(),
            matrix: self.matrix,
            placement,
        }
    }

    /// Returns the raster's place in its own reference system.
    pub(crate) fn place(&self) -> TerrainPlace<'_> {
        let subject = Path::new("the terrain");
        TerrainPlace { header: &self.header, matrix: self.matrix, crs: self.crs.as_ref(), subject }
    }

    /// Returns the place in the mesh's reference system; `None` where the raster lies upright in that.
    pub(crate) fn placement(&self) -> Option<Arc<Placement>> {
        self.placement.clone()
    }

    /// Returns the extent in the mesh's reference system: west, south, east, north, in metres.
    pub(crate) fn extent(&self) -> [f64; 4] {
        self.placement.as_ref().map_or(self.header.bounds(), |placement| placement.bounds())
    }

    /// Refuses undeclared heights that stand for no data, unless a NaN among `nodata` accepts them as heights. `error`
    /// makes the error from the value seen and the accepted ones.
    pub(crate) fn refuse_voids(&self, nodata: &[f64], error: impl FnOnce(String, String) -> Error) -> Result<()> {
        match self.outliers.as_ref().filter(|outliers| outliers.are_voids()) {
            Some(voids) if !nodata.iter().any(|v| v.is_nan()) => Err(error(voids.to_string(), voids.remedy())),
            _ => Ok(()),
        }
    }

    /// Heights that are far from all others, if any.
    pub fn outliers(&self) -> Option<&Outliers> {
        self.outliers.as_ref()
    }

    /// Describes a doubt about the part of a raster that was read, if it has one height everywhere. That may be a lake,
    /// or an area without data, which only the rest of the raster would reveal.
    pub(crate) fn doubt(&self) -> Option<String> {
        let height = self.flat.filter(|_| self.window != self.header.whole())?;
        Some(format!(
            "all {} pixels of the terrain that the mesh depends on have the height {height} m: a lake, or an area \
             without data; if the height stands for no data, say so with nodata (--nodata {height})",
            self.window.pixels()
        ))
    }

    /// Reads a terrain file of any format that [`TerrainFile::open`] knows, piece by piece. Only the strips, tiles or
    /// lines that meet the wanted part are read.
    ///
    /// # Errors
    /// As [`TerrainFile::open`] and [`TerrainFile::read`].
    pub fn open(path: impl AsRef<Path>, options: &TerrainOptions) -> Result<Terrain> {
        let opening = Opening { memory: options.memory, largest_pixel: options.resolution };
        TerrainFile::open(path.as_ref(), opening)?.read(options)
    }

    /// Returns the pixels whose heights are held: those of the part that was read, and some around it.
    pub fn window(&self) -> &RasterWindow {
        &self.window
    }

    /// Returns the number of the raster's columns.
    pub fn cols(&self) -> usize {
        self.header.cols
    }

    /// Returns the number of the raster's rows.
    pub fn rows(&self) -> usize {
        self.header.rows
    }

    /// Returns the width and the height of a pixel, in the unit of the raster's reference system.
    pub fn cell(&self) -> [f64; 2] {
        self.header.cell
    }

    /// Returns the outer edges of the raster's outermost pixels: west, south, east, north, in the raster's reference
    /// system.
    pub fn bounds(&self) -> [f64; 4] {
        self.header.bounds()
    }

    /// Returns the width and the height of a pixel in metres.
    pub(crate) fn metric_cell(&self) -> [f64; 2] {
        self.placement.as_ref().map_or(self.header.cell, |placement| placement.cell())
    }

    /// Returns the EPSG code of the coordinate system, where the file names one.
    pub fn epsg(&self) -> Option<u16> {
        self.header.epsg
    }

    /// Returns the reference system, where the file or one beside it names one.
    pub fn crs(&self) -> Option<&Crs> {
        self.crs.as_ref()
    }

    /// Returns whether some held pixels have no data.
    pub fn has_gaps(&self) -> bool {
        self.gaps.is_some()
    }

    /// Returns whether any held pixel has data.
    pub fn has_data(&self) -> bool {
        self.gaps.as_ref().is_none_or(|gaps| gaps.has_data())
    }

    /// Returns the held heights, row by row from the north; NaN stands for no data.
    pub fn values(&self) -> &[f32] {
        self.values.all()
    }

    /// Returns the bytes of memory that the heights take: none when they are in a file.
    pub fn bytes_in_memory(&self) -> u64 {
        self.values.bytes_in_memory()
    }

    /// Gives the memory of heights read from a file back to the system; later reads load them again. Call it when a
    /// part of the terrain is done with.
    pub fn release(&self) {
        self.values.release();
    }

    /// Checks that all heights read so far are the terrain's. Call it before relying on them.
    ///
    /// # Errors
    /// [`Error::Io`] when the heights of a terrain in a file could not be read: they read as zero.
    pub fn check_whole(&self) -> Result<()> {
        self.values.check_whole()
    }

    /// Returns a sampler of heights at points whose coordinates count from `origin`.
    ///
    /// Pixels without data take the value of the nearest pixel with data, by the distance of their centres, within
    /// `fill_distance` metres; 0 or less fills nothing.
    pub fn sampler(&self, origin: [i64; 2], fill_distance: f64) -> Sampler<'_> {
        Sampler::new(self, origin, fill_distance)
    }

    /// Returns the index of a pixel among the values, if it is held.
    fn index(&self, row: usize, col: usize) -> Option<usize> {
        let RasterWindow { rows, cols } = &self.window;
        (rows.contains(&row) && cols.contains(&col)).then(|| (row - rows.start) * cols.len() + (col - cols.start))
    }

    /// Returns the held heights of a row within these columns.
    pub(crate) fn row(&self, row: usize, cols: &Range<usize>) -> &[f32] {
        let held = &self.window.cols;
        let cols = cols.start.max(held.start)..cols.end.min(held.end);
        let start = if cols.is_empty() { None } else { self.index(row, cols.start) };
        start.map_or(&[], |start| &self.values()[start..start + cols.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terrain_that_does_not_fit_is_the_same_from_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let header = RasterHeader { cols: 300, rows: 200, west: 0.0, north: 400.0, cell: [2.0, 2.0], epsg: Some(3006) };
        let path = dir.path().join("dem.tif");
        let value = |row: usize, col: usize| if col % 7 == 3 { f32::NAN } else { (row * col) as f32 / 16.0 };
        crate::io::geotiff::write(&path, &header, |row, values| {
            values.iter_mut().enumerate().for_each(|(col, v)| *v = value(row, col));
            Ok(())
        })
        .unwrap();
        let temp_dir = dir.path().join("temp");
        std::fs::create_dir(&temp_dir).unwrap();
        let inside = Terrain::open(&path, &TerrainOptions::default()).unwrap();
        let text = dir.path().join("dem.asc");
        let mut grid = "ncols 300\nnrows 200\nxllcorner 0\nyllcorner 0\ncellsize 2\nNODATA_value -1\n".to_string();
        inside.values().iter().for_each(|v| grid += &format!("{} ", if v.is_nan() { -1.0 } else { *v }));
        std::fs::write(&text, grid).unwrap();
        // Strips of 200 rows of 300 numbers take more memory than the numbers alone.
        for (path, memory) in [(&path, 12 * 300 * 200), (&text, 1000)] {
            let options = TerrainOptions { temp_dir: Some(temp_dir.clone()), memory, ..TerrainOptions::default() };
            let outside = Terrain::open(path, &options).unwrap();
            // On Windows the file keeps its name while it is open.
            let names = std::fs::read_dir(&temp_dir).unwrap().count();
            assert!(names <= usize::from(cfg!(windows)), "the file has no name");
            assert_eq!((outside.bounds(), outside.cols()), (inside.bounds(), 300));
            let bits = |t: &Terrain| t.values().iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert!(bits(&inside) == bits(&outside));
            drop(outside);
            assert_eq!(std::fs::read_dir(&temp_dir).unwrap().count(), 0);
        }
        assert_eq!(inside.epsg(), Some(3006));
        let cancelled = TerrainOptions::default();
        cancelled.cancel.cancel();
        for path in [&path, &text] {
            assert!(matches!(Terrain::open(path, &cancelled), Err(Error::Cancelled)));
        }
        let nowhere =
            TerrainOptions { temp_dir: Some(dir.path().join("nowhere")), memory: 1000, ..TerrainOptions::default() };
        assert!(matches!(Terrain::open(&text, &nowhere), Err(Error::Io { .. })));
        assert!(matches!(Terrain::open(dir.path().join("none.tif"), &nowhere), Err(Error::Io { .. })));
    }

    #[test]
    fn a_wrong_number_of_values_is_refused() {
        let error = Terrain::from_memory(3, 2, 0.0, 0.0, [1.0, 1.0], vec![0.0; 5], None).unwrap_err();
        assert_eq!(error.to_string(), "the number of values is 5; accepted: 3 x 2");
        assert!(Terrain::from_memory(3, 2, 0.0, 0.0, [1.0, 0.0], vec![0.0; 6], None).is_err());
    }

    #[test]
    fn heights_that_stand_for_no_data_are_refused_until_they_are_declared() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dem.asc");
        let value = |k: usize| if k < 40 { "-9999".to_string() } else { (k / 10).to_string() };
        let text: Vec<String> = (0..400).map(value).collect();
        let header = "ncols 20\nnrows 20\nxllcorner 0\nyllcorner 0\ncellsize 2\nNODATA_value -32768\n";
        std::fs::write(&path, header.to_string() + &text.join(" ")).unwrap();
        let open = |nodata: &[f64]| {
            Terrain::open(&path, &TerrainOptions { nodata: nodata.to_vec(), ..TerrainOptions::default() })
        };
        let error = open(&[]).unwrap_err();
        assert!(matches!(error, Error::BadFormat { .. }), "{error}");
        let error = error.to_string();
        assert!(error.contains("40 pixels of -9999 m, where all others are from 4 to 39 m"), "{error}");
        assert!(error.contains("(--nodata -9999)"), "{error}");
        let declared = open(&[-9999.0]).unwrap();
        assert!(declared.values()[..40].iter().all(|v| v.is_nan()) && declared.values()[40] == 4.0);
        assert_eq!((declared.outliers(), declared.has_gaps()), (None, true));
        // The NaN accepts all of them as heights.
        let heights = open(&[f64::NAN]).unwrap();
        assert_eq!((heights.values()[0], heights.outliers().unwrap().pixels()), (-9999.0, 40));

        let values = heights.values().to_vec();
        let memory = Terrain::from_memory(20, 20, 0.0, 40.0, [2.0, 2.0], values, None).unwrap();
        let refused = memory.refuse_voids(&[], |seen, accepted| Error::invalid("terrain", seen, accepted)).unwrap_err();
        assert!(refused.to_string().starts_with("terrain is 40 pixels of -9999 m"), "{refused}");
        let copy = memory.with_nodata(&[-9999.0]).unwrap();
        assert!(copy.values()[0].is_nan() && copy.outliers().is_none());
        assert_eq!(copy.bounds(), memory.bounds());
    }
}
