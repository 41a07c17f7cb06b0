//! The common ground of readers and writers of rasters of heights.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::crs::{Crs, Fault, Heights, length_unit};
use super::recognise::quoted;
use crate::{Error, Result};

/// The shape and the place of a raster in its own reference system. Its first row is the northernmost; a value stands
/// for the area of its pixel. Lengths are in the unit of the system: metres, feet or degrees.
///
/// A raster with a [`RasterSource::matrix`] has the header of an upright one with pixels of the same size, whose first
/// corner is the origin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RasterHeader {
    /// The number of columns, from west to east.
    pub cols: usize,
    /// The number of rows, from north to south.
    pub rows: usize,
    /// The west edge of the first column.
    pub west: f64,
    /// The north edge of the first row.
    pub north: f64,
    /// The width and the height of a pixel.
    pub cell: [f64; 2],
    /// The EPSG code of the coordinate system, where the source names one.
    pub epsg: Option<u16>,
}

/// Receives the values that a reader reads: row, column of the first value, and values going eastwards. NaN stands for
/// no data. While a reader skips much, it calls the sink now and then without values, so that an error can stop it.
pub type RasterSink<'a> = dyn FnMut(usize, usize, &[f32]) -> Result<()> + 'a;

/// A rectangle of a raster's pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RasterWindow {
    /// The rows, from north to south.
    pub rows: Range<usize>,
    /// The columns, from west to east.
    pub cols: Range<usize>,
}

impl RasterWindow {
    /// Returns the number of pixels.
    pub fn pixels(&self) -> u64 {
        self.rows.len() as u64 * self.cols.len() as u64
    }

    /// Returns the window grown by so many rows and columns on each side, clipped to the raster.
    #[must_use]
    pub fn grown(&self, rows: usize, cols: usize, header: &RasterHeader) -> RasterWindow {
        let grown = |range: &Range<usize>, by: usize, end: usize| {
            range.start.saturating_sub(by)..range.end.saturating_add(by).min(end)
        };
        RasterWindow { rows: grown(&self.rows, rows, header.rows), cols: grown(&self.cols, cols, header.cols) }
    }
}

impl fmt::Display for RasterWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RasterWindow { rows, cols } = self;
        write!(f, "rows {} to {}, columns {} to {}", rows.start, rows.end - 1, cols.start, cols.end - 1)
    }
}

/// How a raster's numbers are stored, and what the source says of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RasterStorage {
    /// The name of the format, such as "GeoTIFF"; of several files, the first one's.
    pub format: &'static str,
    /// The number of files that the raster is made of.
    pub files: u64,
    /// The type of the numbers, such as "float32"; empty where files differ or it is not known before they are read.
    pub numbers: String,
    /// The compression and the strips or tiles; empty for texts.
    pub packing: String,
    /// The number that stands for no data.
    pub nodata: Option<f64>,
    /// The factor on the stored numbers, where there is one.
    pub scale: Option<f64>,
    /// The summand after the scale, where there is one.
    pub offset: Option<f64>,
    /// The unit of the heights, as the band names it.
    pub unit: Option<String>,
    /// Whether a mask says which pixels have data.
    pub has_mask: bool,
    /// The pixels of smaller copies in metres, about, the finest first.
    pub overviews: Vec<f64>,
}

impl RasterStorage {
    /// Creates the storage of a single file.
    pub(crate) fn of_file(format: &'static str, notes: &BandNotes) -> RasterStorage {
        let BandNotes { nodata, scale, offset, unit } = notes.clone();
        RasterStorage { format, files: 1, nodata, scale, offset, unit, ..RasterStorage::default() }
    }
}

/// How rasters are opened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opening {
    /// The most bytes that reading a compressed strip or tile may take.
    pub memory: u64,
    /// The largest pixels in metres that overviews may be read with, see [`RasterSource::coarsen`]; 0 for the raster's
    /// own pixels.
    pub largest_pixel: f64,
}

impl From<u64> for Opening {
    /// Opens rasters with their own pixels, and so much memory.
    fn from(memory: u64) -> Opening {
        Opening { memory, largest_pixel: 0.0 }
    }
}

/// A raster of known shape and place whose heights are read window by window.
pub trait RasterSource: fmt::Debug + Send {
    /// Returns the shape and the place of the raster.
    fn header(&self) -> &RasterHeader;

    /// Returns the reference system, where the source or a file beside it names one.
    fn crs(&self) -> Option<&Crs>;

    /// Returns the place of pixels that do not lie upright: six numbers m, so that a corner in column c and row r is at
    /// x = m0 + m1 c + m2 r, y = m3 + m4 c + m5 r. `None` where the header tells the place.
    fn matrix(&self) -> Option<[f64; 6]> {
        None
    }

    /// Describes how the raster is stored.
    fn storage(&self) -> RasterStorage;

    /// Sets how numbers become heights, and returns the length of the source's unit of heights in metres. `nodata` are
    /// values that stand for no data, besides those that the source declares; `unit` is the length of the unit, where
    /// the caller knows it better than the source.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the unit is not known, or heights count downwards.
    fn interpret(&mut self, nodata: &[f64], unit: Option<f64>) -> Result<f64>;

    /// Reads from now on a smaller copy of the raster, an overview, where it has one: the one with the largest pixels
    /// that are no larger than this many metres. The header changes accordingly.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] for copies that cannot be understood.
    fn coarsen(&mut self, _largest: f64) -> Result<()> {
        Ok(())
    }

    /// Makes [`RasterSource::read`] give the numbers that the source stores, before scale, offset and no-data value.
    ///
    /// # Errors
    /// None of a single raster.
    fn take_raw(&mut self) -> Result<()>;

    /// Returns the number of pixels of a window that lie on none of the rasters which this is made of, and the first
    /// rectangle of them; `None` where there is none.
    fn uncovered(&self, _window: &RasterWindow) -> Option<(u64, RasterWindow)> {
        None
    }

    /// Returns a doubt about the source, as a sentence, such as that it leaves out pixels.
    fn doubt(&self) -> Option<&str> {
        None
    }

    /// Passes every pixel of the window to the sink once, and reads only the necessary part of the source. Windows may
    /// be read in any order and repeatedly.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a window that is empty or reaches beyond the raster; [`Error::Io`];
    /// [`Error::BadFormat`] for data that cannot be decoded; every error of the sink.
    fn read(&mut self, window: &RasterWindow, sink: &mut RasterSink) -> Result<()>;
}

impl RasterHeader {
    /// The farthest a raster may lie from the zero of its coordinates, in metres: steps of 2^-20 m then fit 53 bits.
    pub const FARTHEST: f64 = (1u64 << 32) as f64;

    /// Returns the number of pixels.
    pub fn pixels(&self) -> u64 {
        self.cols as u64 * self.rows as u64
    }

    /// Returns the window of all pixels.
    pub fn whole(&self) -> RasterWindow {
        RasterWindow { rows: 0..self.rows, cols: 0..self.cols }
    }

    /// Returns the pixels that heights within bounds (west, south, east, north) are interpolated from, and a
    /// few more around them; where the bounds are beyond the raster, those at its edge.
    pub fn window(&self, [west, south, east, north]: [f64; 4]) -> RasterWindow {
        // Places are rounded before heights are looked up, which moves them by less than a pixel.
        const MORE: usize = 3;
        let range = |first: f64, last: f64, count: usize| {
            let place = |v: f64| v.clamp(0.0, (count - 1) as f64) as usize;
            let (first, last) = (place(first.floor()), place(last.ceil()));
            first.saturating_sub(MORE)..last.max(first).saturating_add(MORE + 1).min(count)
        };
        let [dx, dy] = self.cell;
        let cols = range((west - self.west) / dx - 0.5, (east - self.west) / dx - 0.5, self.cols);
        let rows = range((self.north - north) / dy - 0.5, (self.north - south) / dy - 0.5, self.rows);
        RasterWindow { rows, cols }
    }

    /// Refuses a window that does not lie in this raster.
    pub(crate) fn check_window(&self, window: &RasterWindow) -> Result<()> {
        let fits = |range: &Range<usize>, end: usize| range.start < range.end && range.end <= end;
        if fits(&window.rows, self.rows) && fits(&window.cols, self.cols) {
            return Ok(());
        }
        let accepted = format!("one within {} rows and {} columns, not empty", self.rows, self.cols);
        Err(Error::invalid("window", format!("{window:?}"), accepted))
    }

    /// Returns the outer edges of the outermost pixels: west, south, east, north.
    pub fn bounds(&self) -> [f64; 4] {
        let east = self.west + self.cols as f64 * self.cell[0];
        let south = self.north - self.rows as f64 * self.cell[1];
        [self.west, south, east, self.north]
    }

    /// Returns the first fault of these numbers: what was seen and what is accepted.
    pub(crate) fn fault(&self) -> Option<(String, &'static str)> {
        let positive = |v: f64| v.is_finite() && v > 0.0;
        if self.cols == 0 || self.rows == 0 || u32::try_from(self.cols.max(self.rows)).is_err() {
            Some((format!("a raster of {} x {} pixels", self.cols, self.rows), "1 to 2^32 - 1 columns and rows"))
        } else if !self.cell.iter().all(|&v| positive(v)) {
            Some((format!("pixels of {} x {}", self.cell[0], self.cell[1]), "finite sizes above 0"))
        } else if !self.bounds().iter().all(|v| v.abs() <= Self::FARTHEST) {
            Some((format!("bounds of {:?}", self.bounds()), "coordinates within 2^32 m"))
        } else {
            None
        }
    }

    /// Refuses a header of a file that makes no sense.
    pub(crate) fn check(self, path: &Path) -> Result<RasterHeader> {
        match self.fault() {
            Some((seen, accepted)) => Err(Error::bad_format(path, None, seen, accepted)),
            None => Ok(self),
        }
    }

    /// Returns the larger edge of a pixel in metres, about, in a reference system.
    pub(crate) fn pixel_in_metres(&self, crs: Option<&Crs>) -> f64 {
        const METRES_OF_A_DEGREE: f64 = 111_320.0;
        let unit = match crs.and_then(|crs| crs.fault.as_ref()) {
            Some(Fault::Degrees) => METRES_OF_A_DEGREE,
            Some(Fault::Unit { metres: Some(metres), .. }) => *metres,
            _ => 1.0,
        };
        self.cell[0].max(self.cell[1]) * unit
    }

    /// Returns whether the numbers can only be degrees: nobody measures heights every few millimetres, but many rasters
    /// have steps of 0.0003 degrees.
    pub(crate) fn looks_like_degrees(&self) -> bool {
        let [west, south, east, north] = self.bounds();
        let are_angles = west >= -181.0 && east <= 361.0 && south >= -91.0 && north <= 91.0;
        are_angles && self.cell.iter().all(|&v| v < 0.02)
    }
}

/// Returns the header of a raster that lies as a matrix says (see [`RasterSource::matrix`]), with the matrix itself
/// where the raster is rotated, or its first row is not its northernmost.
pub(crate) fn upright_or_not(matrix: [f64; 6], [cols, rows]: [usize; 2]) -> (RasterHeader, Option<[f64; 6]>) {
    let [x, ax, bx, y, ay, by] = matrix;
    // A shear this small, left by rounding, moves no pixel by a thousandth of its size.
    let shear = bx.abs() * rows as f64 / ax.abs() + ay.abs() * cols as f64 / by.abs();
    if shear < 1e-3 && ax > 0.0 && by < 0.0 {
        return (RasterHeader { cols, rows, west: x, north: y, cell: [ax, -by], epsg: None }, None);
    }
    let cell = [ax.hypot(ay), bx.hypot(by)];
    (RasterHeader { cols, rows, west: 0.0, north: 0.0, cell, epsg: None }, Some(matrix))
}

/// The metadata of a raster's band.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BandNotes {
    /// The number that stands for no data.
    pub nodata: Option<f64>,
    /// The factor on the stored numbers.
    pub scale: Option<f64>,
    /// The summand after the scale.
    pub offset: Option<f64>,
    /// The unit of the heights.
    pub unit: Option<String>,
}

impl BandNotes {
    /// Returns these notes, completed by the others where these are silent.
    pub fn or(self, others: BandNotes) -> BandNotes {
        BandNotes {
            nodata: self.nodata.or(others.nodata),
            scale: self.scale.or(others.scale),
            offset: self.offset.or(others.offset),
            unit: self.unit.or(others.unit),
        }
    }

    /// Returns the length of the unit of heights in metres, where the notes name a known one.
    fn unit_in_metres(&self) -> Option<f64> {
        Some(length_unit(self.unit.as_deref()?)?.unwrap_or(1.0))
    }

    /// Refuses a scale that would make all heights the same.
    pub fn check_scale(&self, path: &Path) -> Result<()> {
        match self.scale {
            Some(scale) if scale == 0.0 || !scale.is_finite() => {
                let accepted = "a number other than 0; gdal_edit.py -scale 1 FILE sets one";
                Err(Error::bad_format(path, None, format!("a scale of {scale}"), accepted))
            }
            _ => Ok(()),
        }
    }

    /// Returns the conversion from numbers to heights in metres, with further no-data values and the length of the unit
    /// of heights.
    pub fn conversion(&self, nodata: &[f64], unit: f64) -> Conversion {
        Conversion {
            declared: self.nodata,
            nodata: nodata.to_vec(),
            scale: self.scale.unwrap_or(1.0),
            offset: self.offset.unwrap_or(0.0),
            unit,
        }
    }
}

/// The conversion from the numbers of a source to heights.
#[derive(Clone, Debug)]
pub(crate) struct Conversion {
    /// The number that the source declares to stand for no data.
    declared: Option<f64>,
    /// Further no-data values, given either as numbers of the source or as heights.
    nodata: Vec<f64>,
    scale: f64,
    offset: f64,
    /// The length of the unit of heights in metres.
    unit: f64,
}

impl Conversion {
    /// Converts a number to a height; the declared no-data number is compared before scale and offset are applied.
    pub fn height(&self, number: f64) -> f32 {
        if height(number, self.declared.as_slice()).is_nan() || height(number, &self.nodata).is_nan() {
            return f32::NAN;
        }
        if self.scale == 1.0 && self.offset == 0.0 && self.unit == 1.0 {
            return height(number, &[]);
        }
        let scaled = number * self.scale + self.offset;
        if height(scaled, &self.nodata).is_nan() { f32::NAN } else { height(scaled * self.unit, &[]) }
    }
}

/// Returns the length of the unit of a raster's heights in metres, as its notes and its reference system tell.
pub(crate) fn height_unit(path: &Path, notes: &BandNotes, crs: Option<&Crs>) -> Result<f64> {
    const TELL: &str = "say what they are with height_unit (--height-unit m, ft or us-ft)";
    let refuse = |what: String| Err(Error::Unsupported { subject: path.to_path_buf(), what });
    let by_band = notes.unit_in_metres();
    let by_system = match crs.map(|crs| &crs.heights) {
        Some(Heights::Other(Fault::Unit { metres: Some(metres), .. })) => Some(*metres),
        Some(Heights::Other(Fault::Unit { name, .. })) if by_band.is_none() => {
            return refuse(format!("heights in the unit \"{name}\", whose length is not known; {TELL}"));
        }
        Some(Heights::Metres) => Some(1.0),
        _ => None,
    };
    // The feet of surveyors and of engineers differ by two millionths, which no height shows.
    let differ = |a: f64, b: f64| (a - b).abs() > 1e-5 * a;
    match (by_band, by_system) {
        (Some(band), Some(system)) if differ(band, system) => {
            refuse(format!("heights in a unit of {band} m by its band, of {system} m by its reference system; {TELL}"))
        }
        (Some(_), Some(unit)) | (Some(unit), None) | (None, Some(unit)) => Ok(unit),
        (None, None) => match crs.and_then(|crs| crs.fault.as_ref()) {
            Some(Fault::Unit { name, .. }) => {
                refuse(format!("coordinates in the unit \"{name}\", and nothing tells the unit of its heights; {TELL}"))
            }
            _ => Ok(1.0),
        },
    }
}

/// Refuses heights that count downwards.
pub(crate) fn refuse_depths(path: &Path, crs: Option<&Crs>) -> Result<()> {
    let Some(Heights::Other(Fault::Depths { name })) = crs.map(|crs| &crs.heights) else { return Ok(()) };
    let file = quoted(path);
    let what = format!(
        "heights that count downwards, as depths ({name}); heights that count upwards are needed: gdal_calc.py -A \
         {file} --calc=\"-1.0*A\" --type=Float32 --outfile=metres.tif (then gdal_edit.py -a_srs EPSG:CODE metres.tif, \
         without a vertical system)"
    );
    Err(Error::Unsupported { subject: path.to_path_buf(), what })
}

/// Converts a value of a source to a height: NaN for a no-data value and for one that is not finite.
///
/// Values are compared in single precision, since the text of a no-data value is often a rounded single-precision
/// number.
pub(crate) fn height(value: f64, nodata: &[f64]) -> f32 {
    let height = value as f32;
    if height.is_finite() && nodata.iter().all(|&n| n as f32 != height) { height } else { f32::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused_and_degrees_are_known() {
        let good = RasterHeader { cols: 20, rows: 10, west: 1e5, north: 6e6, cell: [2.0, 2.0], epsg: None };
        let path = Path::new("dem.asc");
        assert_eq!(good.check(path).unwrap().bounds(), [1e5, 6e6 - 20.0, 1e5 + 40.0, 6e6]);
        for bad in [
            RasterHeader { cols: 0, ..good },
            RasterHeader { cell: [2.0, f64::NAN], ..good },
            RasterHeader { cell: [-2.0, 2.0], ..good },
            RasterHeader { west: f64::INFINITY, ..good },
            RasterHeader { north: 1e300, ..good },
        ] {
            assert!(matches!(bad.check(path), Err(Error::BadFormat { .. })), "{bad:?}");
        }
        let degrees = RasterHeader { west: 4.3, north: 52.1, cell: [0.00027, 0.00027], ..good };
        assert!(degrees.check(path).is_ok() && degrees.looks_like_degrees());
        let local = RasterHeader { west: 0.0, north: 50.0, cell: [0.5, 0.5], ..good };
        assert!(local.check(path).is_ok() && !local.looks_like_degrees());
    }

    #[test]
    fn windows_hold_what_heights_come_from_and_are_never_empty() {
        let header = RasterHeader { cols: 100, rows: 50, west: 1000.0, north: 2000.0, cell: [2.0, 4.0], epsg: None };
        let window = |bounds| {
            let RasterWindow { rows, cols } = header.window(bounds);
            (rows, cols)
        };
        // Pixel centres lie at 1001, 1003 ... and 1998, 1994 ...
        assert_eq!(window([1101.0, 1902.0, 1103.0, 1902.0]), (21..28, 47..55));
        assert_eq!(window([1102.0, 1900.0, 1102.0, 1900.0]), (21..29, 47..55));
        assert_eq!(window(header.bounds()), (0..50, 0..100));
        // Heights beyond the raster are those at its edge.
        assert_eq!(window([0.0, 0.0, 10.0, 10.0]), (46..50, 0..4));
        assert_eq!(window([9e9, 9e9, 1e300, f64::INFINITY]), (0..4, 96..100));
        assert_eq!(window([f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY]), (0..50, 0..100));
        let grown = RasterWindow { rows: 2..3, cols: 90..95 }.grown(4, usize::MAX, &header);
        assert_eq!((grown.pixels(), grown), (700, RasterWindow { rows: 0..7, cols: 0..100 }));
    }

    #[test]
    fn no_data_is_recognised_in_single_precision() {
        assert!(height(f64::from(f32::MIN), &["-3.4028235e+38".parse().unwrap()]).is_nan());
        assert!(height(-9999.0, &[1.0, -9999.0]).is_nan());
        assert!(height(f64::NAN, &[]).is_nan() && height(1e300, &[]).is_nan());
        assert_eq!(height(1.5, &[-9999.0, f64::NAN]), 1.5);
    }
}
