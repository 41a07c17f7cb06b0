//! Tiles of SRTM (`.hgt`): heights of a square degree as big-endian numbers of 16 bits, and nothing else. The name has
//! the corner in the south-west, as `N52E013.hgt`; samples stand on the lines of the grid, those of the edge on whole
//! degrees. The format: <https://lpdaac.usgs.gov/documents/179/SRTM_User_Guide_V3.pdf>.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::crs::Crs;
use super::input;
use super::positioned::read_exact_at;
use super::raster::{BandNotes, RasterHeader, RasterSink, RasterSource, RasterStorage, RasterWindow};
use super::sidecar::{Facts, refuse_mask};
use crate::error::IoContext;
use crate::{Error, Result};

/// The number that stands for no data.
const VOID: f64 = -32768.0;
/// The bytes of a number.
const BYTES: usize = 2;
/// The numbers of columns and rows that there are: 3 and 1 seconds, and 2 by 1 seconds far from the equator.
const SIZES: [[usize; 2]; 3] = [[1201, 1201], [3601, 3601], [1801, 3601]];

/// A tile whose name and size were read.
#[derive(Debug)]
pub struct Hgt {
    path: PathBuf,
    file: File,
    facts: Facts,
}

impl Hgt {
    /// Returns whether the name is that of such a tile. The format has no signature.
    pub fn is_named(path: &Path) -> bool {
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("hgt"))
    }

    /// Opens the file.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] for a name without a place, and for a size that no tile has;
    /// [`Error::Unsupported`] for a mask beside it.
    pub fn open(path: &Path) -> Result<Hgt> {
        let file = input::open(path)?;
        let bytes = file.metadata().context("read", path)?.len();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let [west, south] = corner(&name).ok_or_else(|| {
            let accepted = "a name with the tile's corner in the south-west, as N52E013.hgt";
            Error::bad_format(path, None, format!("the name {name}"), accepted)
        })?;
        let of_size = |[cols, rows]: &&[usize; 2]| (cols * rows * BYTES) as u64 == bytes;
        let &[cols, rows] = SIZES.iter().find(of_size).ok_or_else(|| {
            let accepted = "the 2,884,802 bytes of 3 seconds of arc, or the 25,934,402 or 12,970,802 of 1 second";
            Error::bad_format(path, None, format!("{bytes} bytes"), accepted)
        })?;
        let cell = [1.0 / (cols - 1) as f64, 1.0 / (rows - 1) as f64];
        let (west, north) = (west - 0.5 * cell[0], south + 1.0 + 0.5 * cell[1]);
        let header = RasterHeader { cols, rows, west, north, cell, epsg: None };
        let notes = BandNotes { nodata: Some(VOID), ..BandNotes::default() };
        let facts = Facts::join(path, Facts::inside(header, notes, Some(Crs::of_epsg(4326))))?;
        refuse_mask(path, &facts)?;
        Ok(Hgt { path: path.to_path_buf(), file, facts })
    }
}

/// Returns the longitude and the latitude of the corner that a name states.
fn corner(name: &str) -> Option<[f64; 2]> {
    let degrees = |text: &str, positive: char, negative: char, most: f64| {
        let number = text.get(1..)?.parse::<u32>().ok().map(f64::from).filter(|&number| number <= most)?;
        match text.chars().next()?.to_ascii_uppercase() {
            sign if sign == positive => Some(number),
            sign if sign == negative => Some(-number),
            _ => None,
        }
    };
    // Some have words behind the place: N52E013.SRTMGL1.
    let south = degrees(name.get(..3)?, 'N', 'S', 90.0)?;
    let west = degrees(name.get(3..7)?, 'E', 'W', 180.0)?;
    Some([west, south])
}

impl RasterSource for Hgt {
    fn header(&self) -> &RasterHeader {
        &self.facts.header
    }

    fn crs(&self) -> Option<&Crs> {
        self.facts.crs.as_ref()
    }

    fn storage(&self) -> RasterStorage {
        RasterStorage { numbers: "int16".into(), ..RasterStorage::of_file("SRTM tile (.hgt)", &self.facts.notes) }
    }

    fn interpret(&mut self, nodata: &[f64], unit: Option<f64>) -> Result<f64> {
        self.facts.interpret(&self.path, nodata, unit)
    }

    fn take_raw(&mut self) -> Result<()> {
        self.facts.take_raw();
        Ok(())
    }

    fn read(&mut self, window: &RasterWindow, sink: &mut RasterSink) -> Result<()> {
        self.facts.header.check_window(window)?;
        let mut bytes = vec![0; window.cols.len() * BYTES];
        let mut heights = vec![0.0; window.cols.len()];
        for row in window.rows.clone() {
            let at = (row * self.facts.header.cols + window.cols.start) * BYTES;
            read_exact_at(&self.file, &mut bytes, at as u64).context("read", &self.path)?;
            for (height, number) in heights.iter_mut().zip(bytes.as_chunks::<BYTES>().0) {
                *height = self.facts.conversion.height(f64::from(i16::from_be_bytes(*number)));
            }
            sink(row, window.cols.start, &heights)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_corner() {
        for (name, expected) in [
            ("N52E013", Some([13.0, 52.0])),
            ("s01w120", Some([-120.0, -1.0])),
            ("N00E006.SRTMGL1", Some([6.0, 0.0])),
            ("E013N52", None),
            ("N95E013", None),
            ("N5", None),
            ("N52Ä013", None),
        ] {
            assert_eq!(corner(name), expected, "{name}");
        }
    }

    #[test]
    fn a_tile_is_read_window_by_window() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("N52E013.hgt");
        let value =
            |row: usize, col: usize| if row == 3 && col == 4 { VOID as i16 } else { (row * 2 + col % 7) as i16 };
        let rows = (0..1201).flat_map(|row| (0..1201).map(move |col| value(row, col)));
        std::fs::write(&path, rows.flat_map(i16::to_be_bytes).collect::<Vec<u8>>()).unwrap();
        let mut tile = Hgt::open(&path).unwrap();
        let [west, south, east, north] = tile.header().bounds();
        let half = 0.5 / 1200.0;
        let expected = [13.0 - half, 52.0 - half, 14.0 + half, 53.0 + half];
        assert!([west, south, east, north].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9));
        assert_eq!(tile.crs().unwrap().epsg(), Some(4326));
        tile.interpret(&[], None).unwrap();
        let mut seen = Vec::new();
        tile.read(&RasterWindow { rows: 2..5, cols: 3..6 }, &mut |row, col, heights| {
            assert_eq!(col, 3);
            seen.push((row, heights.to_vec()));
            Ok(())
        })
        .unwrap();
        assert_eq!((seen.len(), &seen[0]), (3, &(2, vec![7.0, 8.0, 9.0])));
        assert!(seen[1].1[1].is_nan() && seen[1].1[2] == 11.0);
        for (name, size, wanted) in
            [("place.hgt", 2 * 1201 * 1201, "the name place"), ("N52E013.hgt", 1000, "1000 bytes")]
        {
            let path = dir.path().join(name);
            std::fs::write(&path, vec![0; size]).unwrap();
            let error = Hgt::open(&path).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
