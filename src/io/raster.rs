//! What readers and writers of rasters of heights have in common.

use std::path::Path;

use crate::{Error, Result};

/// The shape and the place of a raster. Its first row is the northernmost; a value stands for the area of its pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RasterHeader {
    /// Pixels from west to east.
    pub cols: usize,
    /// Pixels from north to south.
    pub rows: usize,
    /// The west edge of the first column, in metres.
    pub west: f64,
    /// The north edge of the first row, in metres.
    pub north: f64,
    /// The width and the height of a pixel, in metres.
    pub cell: [f64; 2],
    /// The EPSG number of the projected coordinate system, where the source names one.
    pub epsg: Option<u16>,
}

/// Where a reader puts what it reads: row, column, and values that go on eastwards from there. NaN stands for no data.
pub type RasterSink<'a> = dyn FnMut(usize, usize, &[f32]) -> Result<()> + 'a;

impl RasterHeader {
    /// The farthest a raster may lie from the zero of its coordinates, in metres: what fits 53 bits in steps of 2^-20 m.
    pub const FARTHEST: f64 = (1u64 << 32) as f64;

    /// The number of pixels.
    pub fn pixels(&self) -> u64 {
        self.cols as u64 * self.rows as u64
    }

    /// The outer edges of the outermost pixels: west, south, east, north, in metres.
    pub fn bounds(&self) -> [f64; 4] {
        let east = self.west + self.cols as f64 * self.cell[0];
        let south = self.north - self.rows as f64 * self.cell[1];
        [self.west, south, east, self.north]
    }

    /// What is wrong with these numbers, and what would be right.
    pub(crate) fn fault(&self) -> Option<(String, &'static str)> {
        let positive = |v: f64| v.is_finite() && v > 0.0;
        if self.cols == 0 || self.rows == 0 || u32::try_from(self.cols.max(self.rows)).is_err() {
            Some((format!("a raster of {} x {} pixels", self.cols, self.rows), "1 to 2^32 - 1 columns and rows"))
        } else if !self.cell.iter().all(|&v| positive(v)) {
            Some((format!("pixels of {} x {} m", self.cell[0], self.cell[1]), "finite sizes above 0"))
        } else if !self.bounds().iter().all(|v| v.abs() <= Self::FARTHEST) {
            Some((format!("bounds of {:?}", self.bounds()), "coordinates within 2^32 m"))
        } else {
            None
        }
    }

    /// Refuses a file's header that makes no sense or is in degrees.
    pub(crate) fn check(self, path: &Path) -> Result<RasterHeader> {
        if let Some((seen, accepted)) = self.fault() {
            return Err(Error::bad_format(path, None, seen, accepted));
        }
        let [west, south, east, north] = self.bounds();
        // Nobody measures heights every few millimetres, but every 0.0003 degrees.
        let degrees = west >= -181.0 && east <= 361.0 && south >= -91.0 && north <= 91.0;
        if degrees && self.cell.iter().all(|&v| v < 0.02) {
            return Err(Error::Unsupported {
                path: path.to_path_buf(),
                what: format!(
                    "bounds of {west}, {south}, {east}, {north} and pixels of {} look like degrees; \
                     project the raster to a coordinate system in metres: gdalwarp -t_srs EPSG:CODE {} metres.tif",
                    self.cell[0],
                    path.display()
                ),
            });
        }
        Ok(self)
    }
}

/// A value of a source as a height: NaN where it is the one that stands for no data or is not finite.
///
/// Compared in single precision, since the text of a no-data value is often that of a rounded single-precision number.
pub(crate) fn height(value: f64, nodata: Option<f64>) -> f32 {
    let height = value as f32;
    if height.is_finite() && nodata.is_none_or(|n| n as f32 != height) { height } else { f32::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_and_nonsense_are_refused() {
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
        assert!(degrees.check(path).unwrap_err().to_string().contains("degrees"));
        let local = RasterHeader { west: 0.0, north: 50.0, cell: [0.5, 0.5], ..good };
        assert!(local.check(path).is_ok());
    }

    #[test]
    fn no_data_is_recognised_in_single_precision() {
        assert!(height(f64::from(f32::MIN), Some("-3.4028235e+38".parse().unwrap())).is_nan());
        assert!(height(-9999.0, Some(-9999.0)).is_nan());
        assert!(height(f64::NAN, None).is_nan() && height(1e300, None).is_nan());
        assert_eq!(height(1.5, Some(-9999.0)), 1.5);
    }
}
