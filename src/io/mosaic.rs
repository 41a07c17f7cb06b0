//! Many rasters as one.
//!
//! | file | what it holds |
//! |---|---|
//! | `part` | one of the rasters: where it lies in the whole, and its heights there |
//! | `cover` | which rasters cover which pixels of a window |
//! | `open` | the rasters that are open, few at a time |
//!
//! The whole has the smallest pixels of its rasters. Pixels of rasters with the same size and the same edges are taken
//! as they are; others are interpolated between the centres of pixels. Where rasters overlap, the first in the order
//! given that has data counts. No raster is open before it is read, and few are at a time.

mod cover;
mod open;
mod part;

use std::path::{Path, PathBuf};

pub(crate) use self::open::{Opener, opened};
pub(super) use self::part::{Numbers, Part, Rect};

use self::cover::{Patch, cover};
use self::open::OpenParts;
use super::crs::{Comparison, Crs};
use super::raster::{
    BandNotes, Conversion, Opening, RasterHeader, RasterSink, RasterSource, RasterStorage, RasterWindow, upright_or_not,
};
use super::recognise::quoted;
use crate::human;
use crate::{Error, Result};

/// Pixels that are held at once where rasters overlap.
const AT_ONCE: usize = 1 << 20;

/// Many rasters as one.
#[derive(Debug)]
pub struct Mosaic {
    header: RasterHeader,
    crs: Option<Crs>,
    matrix: Option<[f64; 6]>,
    /// The rasters; of two at one place, the first counts.
    parts: Vec<Part>,
    open: OpenParts,
    /// How the numbers of a virtual raster become heights; of files, each knows for itself.
    conversion: Option<(PathBuf, BandNotes, Conversion)>,
    storage: RasterStorage,
    /// What was set by [`RasterSource::interpret`].
    nodata: Vec<f64>,
    unit: Option<f64>,
    /// See [`RasterSource::doubt`].
    doubt: Option<String>,
}

impl Mosaic {
    /// Joins the rasters of files, in order. Each is opened for its header alone.
    ///
    /// # Errors
    /// The errors of `opener`; [`Error::Unsupported`] for rasters in different reference systems, and for those that do
    /// not lie upright; [`Error::BadFormat`] for a whole that makes no sense.
    pub(crate) fn of_files(files: &[PathBuf], opener: Opener, opening: Opening) -> Result<Mosaic> {
        let mut headers = Vec::with_capacity(files.len());
        let mut doubts: (Option<String>, u64) = (None, 0);
        let mut first: Option<(&Path, Option<Crs>)> = None;
        let mut storage: Option<RasterStorage> = None;
        for path in files {
            let source = opened(opener, path, opening)?;
            let crs = source.crs().cloned();
            if source.matrix().is_some() {
                let what = "it is rotated, or its first row is not its northernmost, as no file of several may be: \
                            gdalwarp FILE metres.tif makes one that is not"
                    .to_string();
                return Err(Error::Unsupported { subject: path.clone(), what });
            }
            match &first {
                None => first = Some((path, crs)),
                Some((other, system)) => refuse_another_system(path, crs.as_ref(), other, system.as_ref())?,
            }
            headers.push(*source.header());
            match &mut storage {
                None => storage = Some(source.storage()),
                Some(storage) => join(storage, source.storage()),
            }
            if let Some(doubt) = source.doubt() {
                doubts = (doubts.0.or(Some(doubt.to_string())), doubts.1 + 1);
            }
        }
        let more = doubts.1.saturating_sub(1);
        let doubt = doubts.0.map(|first| match more {
            0 => first,
            more => format!("{first}; so do {} more", human::counted(more, "file")),
        });
        let Some((first, crs)) = first else {
            return Err(Error::invalid("terrain", "no file", "one or more"));
        };
        let header = whole(&headers).check(first)?;
        let header = RasterHeader { epsg: crs.as_ref().and_then(Crs::epsg), ..header };
        let part = |(path, own): (&PathBuf, &RasterHeader)| Part::of_file(path.clone(), own, &header);
        let parts = files.iter().zip(&headers).map(part).collect();
        let open = OpenParts::new(opener, opening);
        let storage = storage.unwrap_or_default();
        let (conversion, nodata, unit) = (None, Vec::new(), None);
        Ok(Mosaic { header, crs, matrix: None, parts, open, conversion, storage, nodata, unit, doubt })
    }

    /// Makes one raster of parts of others, as a virtual raster describes it: `matrix` is its place, and of two parts
    /// at one place the first counts.
    pub(super) fn of_parts(
        path: &Path,
        (matrix, size): ([f64; 6], [usize; 2]),
        (crs, notes): (Option<Crs>, BandNotes),
        parts: Vec<Part>,
        (opener, memory): (Opener, u64),
    ) -> Result<Mosaic> {
        let (header, matrix) = upright_or_not(matrix, size);
        let header = RasterHeader { epsg: crs.as_ref().and_then(Crs::epsg), ..header }.check(path)?;
        let crs = crs.or_else(|| (matrix.is_none() && header.looks_like_degrees()).then(Crs::degrees));
        notes.check_scale(path)?;
        let conversion = notes.conversion(&[], 1.0);
        let storage = RasterStorage { files: parts.len() as u64, ..RasterStorage::of_file("VRT", &notes) };
        let conversion = Some((path.to_path_buf(), notes, conversion));
        let open = OpenParts::new(opener, memory.into());
        let (nodata, unit, doubt) = (Vec::new(), None, None);
        Ok(Mosaic { header, crs, matrix, parts, open, conversion, storage, nodata, unit, doubt })
    }

    /// Reads a patch that one part covers, or several.
    fn read_patch(&mut self, patch: &Patch, sink: &mut RasterSink) -> Result<()> {
        let Patch { window, parts } = patch;
        let width = window.cols.len();
        let rows_at_once = (AT_ONCE / width).max(1);
        match parts.as_slice() {
            [] => {
                let empty = vec![f32::NAN; width];
                window.rows.clone().try_for_each(|row| sink(row, window.cols.start, &empty))
            }
            &[part] => self.read_part(part, window, sink),
            several => {
                let end = window.rows.end;
                for first in window.rows.clone().step_by(rows_at_once) {
                    let rows = first..(first + rows_at_once).min(end);
                    let piece = RasterWindow { rows, cols: window.cols.clone() };
                    let mut heights = vec![f32::NAN; piece.pixels() as usize];
                    for &part in several {
                        let mut has_gaps = false;
                        self.read_part(part, &piece, &mut |row, col, values| {
                            let at = (row - piece.rows.start) * width + col - piece.cols.start;
                            for (height, &value) in heights[at..].iter_mut().zip(values) {
                                if height.is_nan() {
                                    *height = value;
                                    has_gaps |= value.is_nan();
                                }
                            }
                            Ok(())
                        })?;
                        if !has_gaps {
                            break;
                        }
                    }
                    for (row, heights) in piece.rows.clone().zip(heights.chunks_exact(width)) {
                        sink(row, piece.cols.start, heights)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn read_part(&mut self, number: u32, window: &RasterWindow, sink: &mut RasterSink) -> Result<()> {
        let part = &self.parts[number as usize];
        let (nodata, unit) = (&self.nodata, self.unit);
        let interpret = |source: &mut dyn RasterSource| match part.numbers {
            Numbers::Heights => source.interpret(nodata, unit).map(drop),
            Numbers::Raw { .. } => source.take_raw(),
        };
        let source = self.open.get(number, &part.path, interpret)?;
        let Some((_, _, conversion)) = &self.conversion else { return part.read(source, window, sink) };
        let mut heights = Vec::new();
        part.read(source, window, &mut |row, col, values| {
            heights.clear();
            heights.extend(values.iter().map(|&v| conversion.height(f64::from(v))));
            sink(row, col, &heights)
        })
    }
}

impl RasterSource for Mosaic {
    fn header(&self) -> &RasterHeader {
        &self.header
    }

    fn crs(&self) -> Option<&Crs> {
        self.crs.as_ref()
    }

    fn matrix(&self) -> Option<[f64; 6]> {
        self.matrix
    }

    fn storage(&self) -> RasterStorage {
        self.storage.clone()
    }

    fn interpret(&mut self, nodata: &[f64], unit: Option<f64>) -> Result<f64> {
        if let Some((path, notes, conversion)) = &mut self.conversion {
            super::raster::refuse_depths(path, self.crs.as_ref())?;
            let told = || super::raster::height_unit(path, notes, self.crs.as_ref());
            let unit = unit.map_or_else(told, Ok)?;
            *conversion = notes.conversion(nodata, unit);
            return Ok(unit);
        }
        (self.nodata, self.unit) = (nodata.to_vec(), unit);
        // Rasters that are open already were to be read otherwise.
        self.open.close();
        match self.parts.first() {
            Some(part) => self.open.get(0, &part.path, |_| Ok(()))?.interpret(nodata, unit),
            None => Ok(1.0),
        }
    }

    fn take_raw(&mut self) -> Result<()> {
        if let Some((_, _, conversion)) = &mut self.conversion {
            *conversion = BandNotes::default().conversion(&[], 1.0);
        }
        Ok(())
    }

    fn doubt(&self) -> Option<&str> {
        self.doubt.as_deref()
    }

    fn uncovered(&self, window: &RasterWindow) -> Option<(u64, RasterWindow)> {
        let mut found: Option<(u64, RasterWindow)> = None;
        cover(&self.parts, window, |patch| {
            if patch.parts.is_empty() {
                let pixels = patch.window.pixels();
                match &mut found {
                    Some((count, _)) => *count += pixels,
                    None => found = Some((pixels, patch.window.clone())),
                }
            }
            Ok(())
        })
        .ok()?;
        found
    }

    fn read(&mut self, window: &RasterWindow, sink: &mut RasterSink) -> Result<()> {
        self.header.check_window(window)?;
        let mut patches = Vec::new();
        cover(&self.parts, window, |patch| {
            patches.push(patch);
            Ok(())
        })?;
        patches.iter().try_for_each(|patch| {
            // A patch without a raster may be large.
            sink(patch.window.rows.start, patch.window.cols.start, &[])?;
            self.read_patch(patch, sink)
        })
    }
}

/// Joins the storage of a further file: what files do not share is not told.
fn join(all: &mut RasterStorage, other: RasterStorage) {
    all.files += other.files;
    all.has_mask |= other.has_mask;
    if all.overviews != other.overviews {
        all.overviews.clear();
    }
    [(&mut all.numbers, other.numbers), (&mut all.packing, other.packing)].into_iter().for_each(|(all, other)| {
        if *all != other {
            all.clear();
        }
    });
    [(&mut all.nodata, other.nodata), (&mut all.scale, other.scale), (&mut all.offset, other.offset)]
        .into_iter()
        .for_each(|(all, other)| *all = all.filter(|value| Some(*value) == other));
    all.unit = all.unit.take().filter(|unit| Some(unit) == other.unit.as_ref());
}

/// Refuses rasters in different reference systems, and in such that nothing tells whether they are the same.
fn refuse_another_system(path: &Path, crs: Option<&Crs>, other: &Path, first: Option<&Crs>) -> Result<()> {
    let (file, there) = (quoted(path), other.display());
    let give = |file: &str| format!("gdal_edit.py -a_srs EPSG:CODE {file}, or a .prj beside it, says which it is in");
    let what = match (crs, first) {
        (None, None) => return Ok(()),
        (Some(a), None) => format!(
            "it is in {a}, and {there} names no reference system, where files of one terrain are in one: {}",
            give(&quoted(other))
        ),
        (None, Some(b)) => format!(
            "it names no reference system, and {there} is in {b}, where files of one terrain are in one: {}",
            give(&file)
        ),
        (Some(a), Some(b)) => match a.compare(b) {
            Comparison::Same if a.is_used_like(b) => return Ok(()),
            Comparison::Same | Comparison::Different => format!(
                "it is in {a}, and {there} is in {b}: files of one terrain are in one system (gdalwarp -t_srs \
                 EPSG:CODE {file} metres.tif)"
            ),
            Comparison::Unknown => format!(
                "it is in {a}, and {there} is in {b}, and nothing tells whether these are the same: where they are, \
                 {}; else gdalwarp -s_srs EPSG:CODE -t_srs EPSG:CODE {file} metres.tif transforms it",
                give(&file)
            ),
        },
    };
    Err(Error::Unsupported { subject: path.to_path_buf(), what })
}

/// Returns the raster around all others, with the smallest pixels of any, whose edges are those of the first such.
fn whole(headers: &[RasterHeader]) -> RasterHeader {
    let finest = headers.iter().copied().min_by(|a, b| (a.cell[0] * a.cell[1]).total_cmp(&(b.cell[0] * b.cell[1])));
    let finest = finest.expect("there is a raster");
    let [dx, dy] = finest.cell;
    // Rasters that are whole pixels away differ by the rounding of their coordinates.
    let whole = |v: f64| if (v - v.round()).abs() < 0.01 { v.round() } else { v };
    let (mut left, mut up, mut right, mut down) = (0.0_f64, 0.0_f64, finest.cols as f64, finest.rows as f64);
    for header in headers {
        let [west, south, east, north] = header.bounds();
        left = left.min(whole((west - finest.west) / dx).floor());
        up = up.min(whole((finest.north - north) / dy).floor());
        right = right.max(whole((east - finest.west) / dx).ceil());
        down = down.max(whole((finest.north - south) / dy).ceil());
    }
    let size = |first: f64, last: f64| (last - first).min(f64::from(u32::MAX) + 1.0) as usize;
    // The corner of a raster that lies there tells the place better than a product.
    let corner = |wanted: f64, offset: f64, at: &dyn Fn(&RasterHeader) -> f64, cell: f64| {
        if offset == 0.0 {
            return wanted;
        }
        let sought = wanted + offset;
        let near = headers.iter().map(at).find(|v| (v - sought).abs() < 0.01 * cell);
        near.unwrap_or(sought)
    };
    let west = corner(finest.west, left * dx, &|header| header.west, dx);
    let north = corner(finest.north, -up * dy, &|header| header.north, dy);
    RasterHeader { cols: size(left, right), rows: size(up, down), west, north, cell: [dx, dy], epsg: None }
}

#[cfg(test)]
mod tests;
