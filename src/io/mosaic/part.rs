//! One of the rasters of a mosaic.

use std::ops::Range;
use std::path::PathBuf;

use crate::io::raster::{RasterHeader, RasterSink, RasterSource, RasterWindow};
use crate::io::recognise::quoted;
use crate::{Error, Result};

/// A rectangle in pixels of a raster, not always whole ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rect {
    pub col: f64,
    pub row: f64,
    pub cols: f64,
    pub rows: f64,
}

/// What is taken of a raster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Numbers {
    /// Its heights.
    Heights,
    /// The numbers that it stores, times a factor, plus a summand; one of them stands for no data.
    Raw { nodata: Option<f64>, scale: f64, offset: f64 },
}

/// A raster of a mosaic, or a part of it.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub path: PathBuf,
    /// What is taken of the raster, in its own pixels.
    pub from: Rect,
    /// Where it lies, in pixels of the whole.
    pub at: Rect,
    pub numbers: Numbers,
}

/// A hundredth of a pixel is rounding.
const ROUNDING: f64 = 0.01;

impl Part {
    /// Places the whole raster of a file in the whole.
    pub fn of_file(path: PathBuf, own: &RasterHeader, whole: &RasterHeader) -> Part {
        let [dx, dy] = whole.cell;
        let from = Rect { col: 0.0, row: 0.0, cols: own.cols as f64, rows: own.rows as f64 };
        let at = Rect {
            col: (own.west - whole.west) / dx,
            row: (whole.north - own.north) / dy,
            cols: own.cols as f64 * own.cell[0] / dx,
            rows: own.rows as f64 * own.cell[1] / dy,
        };
        Part { path, from, at, numbers: Numbers::Heights }
    }

    /// Returns the pixels of the whole whose centres the part covers.
    pub fn pixels(&self) -> RasterWindow {
        let range = |first: f64, count: f64| {
            let centre = |v: f64| (v - 0.5 - ROUNDING).ceil().clamp(0.0, f64::from(u32::MAX)) as usize;
            // The centre on the far edge belongs to the next part, if there is one.
            centre(first)..((first + count - 0.5 + ROUNDING).floor() + 1.0).clamp(0.0, f64::from(u32::MAX)) as usize
        };
        let exact = self.shift().map(|[cols, rows]| {
            let shifted = |first: f64, by: i64, count: f64| {
                let first = (first.round() as i64).saturating_add(by);
                let end = first.saturating_add(count.round() as i64);
                first.max(0) as usize..end.max(0) as usize
            };
            let rows = shifted(self.from.row, rows, self.from.rows);
            RasterWindow { rows, cols: shifted(self.from.col, cols, self.from.cols) }
        });
        let Rect { col, row, cols, rows } = self.at;
        exact.unwrap_or(RasterWindow { rows: range(row, rows), cols: range(col, cols) })
    }

    /// Returns by how many pixels columns and rows of the raster are moved, where its pixels are pixels of the whole.
    fn shift(&self) -> Option<[i64; 2]> {
        let is_whole = |v: f64| (v - v.round()).abs() < ROUNDING;
        let same = |a: f64, b: f64| (a - b).abs() < ROUNDING;
        let (from, at) = (&self.from, &self.at);
        let [x, y] = [at.col - from.col, at.row - from.row];
        let fits = same(from.cols, at.cols) && same(from.rows, at.rows) && is_whole(from.cols) && is_whole(from.rows);
        let lies = [x, y, from.col, from.row].into_iter().all(is_whole);
        (fits && lies).then(|| [x.round() as i64, y.round() as i64])
    }

    /// Passes the numbers of a window of the whole, which the part covers, to the sink.
    pub fn read(&self, source: &mut dyn RasterSource, window: &RasterWindow, sink: &mut RasterSink) -> Result<()> {
        self.check(source.header())?;
        let mut converted = Vec::new();
        let numbers = self.numbers;
        let mut give = |row: usize, col: usize, values: &[f32]| match numbers {
            Numbers::Heights => sink(row, col, values),
            Numbers::Raw { nodata, scale, offset } => {
                converted.clear();
                converted.extend(values.iter().map(|&v| match nodata {
                    Some(nodata) if nodata as f32 == v => f32::NAN,
                    _ if scale == 1.0 && offset == 0.0 => v,
                    _ => (f64::from(v) * scale + offset) as f32,
                }));
                sink(row, col, &converted)
            }
        };
        match self.shift() {
            Some([x, y]) => {
                let back = |range: &Range<usize>, by: i64| {
                    (range.start as i64 - by) as usize..(range.end as i64 - by) as usize
                };
                let own = RasterWindow { rows: back(&window.rows, y), cols: back(&window.cols, x) };
                let moved = |at: usize, by: i64| (at as i64 + by) as usize;
                source.read(&own, &mut |row, col, values| give(moved(row, y), moved(col, x), values))
            }
            None => self.interpolate(source, window, &mut give),
        }
    }

    /// Refuses a raster that is smaller than what is taken of it.
    fn check(&self, header: &RasterHeader) -> Result<()> {
        let Rect { col, row, cols, rows } = self.from;
        let fits = |first: f64, count: f64, all: usize| {
            first > -ROUNDING && count > 0.0 && first + count < all as f64 + ROUNDING
        };
        if fits(col, cols, header.cols) && fits(row, rows, header.rows) {
            return Ok(());
        }
        let seen = format!("{} x {} pixels", header.cols, header.rows);
        let accepted = format!(
            "those from column {col}, row {row} on, {cols} x {rows} of them; gdalbuildvrt makes a virtual raster of {} \
             anew",
            quoted(&self.path)
        );
        Err(Error::bad_format(&self.path, None, seen, accepted))
    }

    /// Interpolates between the centres of the raster's pixels, a few rows at a time.
    fn interpolate(&self, source: &mut dyn RasterSource, window: &RasterWindow, give: &mut RasterSink) -> Result<()> {
        let (from, at) = (&self.from, &self.at);
        // The first and the last pixel that may be used, and the place of the centre of a pixel of the whole among the
        // centres of the raster.
        let axis = |first: f64, count: f64, place: f64, size: f64| {
            let (least, most) = (first.round(), (first + count).round() - 1.0);
            move |k: usize| ((k as f64 + 0.5 - place) * count / size + first - 0.5).clamp(least, most.max(least))
        };
        let column = axis(from.col, from.cols, at.col, at.cols);
        let line = axis(from.row, from.rows, at.row, at.rows);
        let cols = column(window.cols.start) as usize..column(window.cols.end - 1).ceil() as usize + 1;
        let per_row = (from.rows / at.rows).max(1e-9);
        let most = (super::AT_ONCE as f64 / cols.len() as f64 / per_row) as usize;
        let (header, end) = (*source.header(), window.rows.end);
        for first in window.rows.clone().step_by(most.max(1)) {
            let rows = first..(first + most.max(1)).min(end);
            let own = line(rows.start) as usize..line(rows.end - 1).ceil() as usize + 1;
            let own =
                RasterWindow { rows: own.start..own.end.min(header.rows), cols: cols.start..cols.end.min(header.cols) };
            let width = own.cols.len();
            let mut held = vec![f32::NAN; own.pixels() as usize];
            source.read(&own, &mut |row, col, values| {
                let at = (row - own.rows.start) * width + col - own.cols.start;
                let held = &mut held[at..at + values.len()];
                held.copy_from_slice(values);
                // A number that stands for no data is none to interpolate with.
                if let Numbers::Raw { nodata: Some(nodata), .. } = self.numbers {
                    held.iter_mut().filter(|v| **v == nodata as f32).for_each(|v| *v = f32::NAN);
                }
                Ok(())
            })?;
            let mut heights = vec![f32::NAN; window.cols.len()];
            for row in rows {
                let v = line(row);
                let (r, fy) = (v.floor(), v - v.floor());
                let r = r as usize - own.rows.start;
                for (height, col) in heights.iter_mut().zip(window.cols.clone()) {
                    let u = column(col);
                    let (c, fx) = (u.floor(), u - u.floor());
                    let c = c as usize - own.cols.start;
                    let value = |r: usize, c: usize| held.get(r * width + c).copied().unwrap_or(f32::NAN);
                    let nearest = value(r + usize::from(fy >= 0.5), c + usize::from(fx >= 0.5));
                    // A neighbour without weight is not looked at.
                    let (c1, r1) = (c + usize::from(fx > 0.0), r + usize::from(fy > 0.0));
                    let upper = f64::from(value(r, c)) * (1.0 - fx) + f64::from(value(r, c1)) * fx;
                    let lower = f64::from(value(r1, c)) * (1.0 - fx) + f64::from(value(r1, c1)) * fx;
                    let between = (upper * (1.0 - fy) + lower * fy) as f32;
                    // Beside a gap the nearest pixel counts, so that gaps do not grow.
                    *height = if between.is_nan() { nearest } else { between };
                }
                give(row, window.cols.start, &heights)?;
            }
        }
        Ok(())
    }
}
