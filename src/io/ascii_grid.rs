//! ESRI ASCII grids: a header of keys and values, then the rows from north to south as text.
//!
//! The format:
//! <https://desktop.arcgis.com/en/arcmap/latest/manage-data/raster-and-images/esri-ascii-raster-format.htm>, with the
//! `dx` and `dy` that GDAL adds for pixels that are not square.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::crs::Crs;
use super::input;
use super::patient::Patient;
use super::raster::{BandNotes, RasterHeader, RasterSink, check_crs};
use super::recognise::quoted;
use super::sidecar::Sidecars;
use crate::error::IoContext;
use crate::{Error, Result};

/// An ESRI ASCII grid whose header has been read.
#[derive(Debug)]
pub struct AsciiGrid {
    tokens: Tokens,
    header: RasterHeader,
    notes: BandNotes,
    crs: Option<Crs>,
    nodata: Vec<f64>,
}

/// The keys of a header.
const KEYS: &str = "ncols, nrows, xllcorner or xllcenter, yllcorner or yllcenter, cellsize or dx and dy, NODATA_value";

impl AsciiGrid {
    /// Opens the file and reads its header; keys may be in any order and any case.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] for a header that is incomplete or makes no sense, or one that tells of more
    /// values than the file can hold; [`Error::Unsupported`] for a raster in degrees.
    pub fn open(path: &Path) -> Result<AsciiGrid> {
        let file = input::open(path)?;
        let bytes = file.metadata().context("read", path)?.len();
        let mut tokens = Tokens::new(file, path);
        let (keys, nodata) = Keys::read(&mut tokens)?;
        let header = keys.header(&tokens)?.check(path)?;
        // A value takes a digit and, but for the last, a separator.
        if header.pixels() > bytes / 2 + 1 {
            let seen = format!("a header that tells of {} x {} values", header.cols, header.rows);
            return Err(tokens.bad(seen, format!("no more than fit the file's {bytes} bytes")));
        }
        let sidecars = Sidecars::read(path, true)?;
        let crs = sidecars.crs.as_deref().and_then(Crs::parse);
        crs.as_ref().map_or(Ok(()), |crs| check_crs(crs, path))?;
        let notes = sidecars.band.clone().or(BandNotes { nodata, ..BandNotes::default() });
        notes.check_unit(path)?;
        notes.check_scale(path)?;
        sidecars.check_place(path, &header)?;
        let epsg = crs.as_ref().and_then(Crs::epsg);
        Ok(AsciiGrid { tokens, header: RasterHeader { epsg, ..header }, notes, crs, nodata: Vec::new() })
    }

    /// Lets further values stand for no data.
    #[must_use]
    pub fn with_nodata(self, nodata: &[f64]) -> AsciiGrid {
        AsciiGrid { nodata: nodata.to_vec(), ..self }
    }

    /// The reference system, where a file beside the grid names one.
    pub fn crs(&self) -> Option<&Crs> {
        self.crs.as_ref()
    }

    /// The shape and the place of the raster.
    pub fn header(&self) -> &RasterHeader {
        &self.header
    }

    /// Reads all values, row by row from the north.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`], with line and offset, for what is not a number, and for too few or too many
    /// numbers; whatever the sink says.
    pub fn read(mut self, sink: &mut RasterSink) -> Result<()> {
        let RasterHeader { cols, rows, .. } = self.header;
        let conversion = self.notes.conversion(&self.nodata);
        let mut values = vec![0.0; cols];
        for row in 0..rows {
            for (col, value) in values.iter_mut().enumerate() {
                if !self.tokens.advance()? {
                    let seen = format!("the end of the file in row {row}, column {col}");
                    return Err(self.tokens.bad(seen, format!("{rows} rows of {cols} numbers")));
                }
                *value = conversion.height(self.tokens.number()?);
            }
            sink(row, 0, &values)?;
        }
        if self.tokens.advance()? {
            return Err(self.tokens.bad_token(&format!("nothing after {rows} rows of {cols} numbers")));
        }
        Ok(())
    }
}

/// The header's values as they come.
#[derive(Default)]
struct Keys {
    cols: Option<usize>,
    rows: Option<usize>,
    /// The coordinate, and whether it is that of the pixel's centre.
    x: Option<(f64, bool)>,
    y: Option<(f64, bool)>,
    dx: Option<f64>,
    dy: Option<f64>,
}

impl Keys {
    /// Reads up to the first token that is no key, which is left for the values.
    fn read(tokens: &mut Tokens) -> Result<(Keys, Option<f64>)> {
        let mut keys = Keys::default();
        let mut nodata = None;
        let mut seen = Vec::new();
        while tokens.advance()? {
            let key = String::from_utf8_lossy(tokens.token()).to_ascii_lowercase();
            // The mark of UTF-8, which some editors put first.
            let key = key.strip_prefix('\u{feff}').unwrap_or(&key).to_string();
            if key.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) || key == "nan" {
                tokens.back();
                break;
            }
            match key.as_str() {
                "ncols" => keys.cols = Some(tokens.count()?),
                "nrows" => keys.rows = Some(tokens.count()?),
                "xllcorner" => keys.x = Some((tokens.value()?, false)),
                "xllcenter" => keys.x = Some((tokens.value()?, true)),
                "yllcorner" => keys.y = Some((tokens.value()?, false)),
                "yllcenter" => keys.y = Some((tokens.value()?, true)),
                "cellsize" => {
                    keys.dx = Some(tokens.value()?);
                    keys.dy = keys.dx;
                }
                "dx" => keys.dx = Some(tokens.value()?),
                "dy" => keys.dy = Some(tokens.value()?),
                "nodata_value" | "nodata" => nodata = Some(tokens.value()?),
                _ => return Err(tokens.bad_token(&format!("the keys of an ESRI ASCII grid ({KEYS}), or a GeoTIFF"))),
            }
            if seen.contains(&key) {
                return Err(tokens.bad(format!("the key {key} for a second time"), "each key once"));
            }
            seen.push(key);
        }
        Ok((keys, nodata))
    }

    fn header(&self, tokens: &Tokens) -> Result<RasterHeader> {
        let (Some(cols), Some(rows), Some(x), Some(y), Some(dx), Some(dy)) =
            (self.cols, self.rows, self.x, self.y, self.dx, self.dy)
        else {
            return Err(tokens.bad("a header that lacks a key".into(), KEYS));
        };
        let corner = |(coordinate, centre): (f64, bool), size: f64| coordinate - if centre { 0.5 * size } else { 0.0 };
        let north = corner(y, dy) + rows as f64 * dy;
        Ok(RasterHeader { cols, rows, west: corner(x, dx), north, cell: [dx, dy], epsg: None })
    }
}

/// Bytes that are read at once; no token is longer.
const BUFFER: usize = 256 << 10;

/// The words of a text file, one after the other.
#[derive(Debug)]
struct Tokens {
    file: Patient,
    path: PathBuf,
    buffer: Vec<u8>,
    /// How much of the buffer is filled.
    filled: usize,
    /// Where the token begins and ends in the buffer.
    token: (usize, usize),
    /// Where in the file the buffer begins.
    offset: u64,
    /// The line of the token, from 1 on.
    line: u64,
}

impl Tokens {
    fn new(file: File, path: &Path) -> Tokens {
        let path = path.to_path_buf();
        Tokens { file: Patient(file), path, buffer: vec![0; BUFFER], filled: 0, token: (0, 0), offset: 0, line: 1 }
    }

    fn token(&self) -> &[u8] {
        &self.buffer[self.token.0..self.token.1]
    }

    /// Makes the next [`Tokens::advance`] give the same token again.
    fn back(&mut self) {
        self.token.1 = self.token.0;
    }

    /// Goes to the next token; says whether there is one.
    fn advance(&mut self) -> Result<bool> {
        let mut start = self.token.1;
        loop {
            while start < self.filled && self.buffer[start].is_ascii_whitespace() {
                self.line += u64::from(self.buffer[start] == b'\n');
                start += 1;
            }
            let rest = &self.buffer[start..self.filled];
            let len = rest.iter().position(u8::is_ascii_whitespace);
            self.token = (start, start + len.unwrap_or(rest.len()));
            if len.is_some() {
                return Ok(true);
            }
            let before = self.token().len();
            if !self.refill()? {
                return Ok(before > 0);
            }
            start = 0;
        }
    }

    /// Moves the unfinished token to the front and reads on; says whether there was anything to read.
    fn refill(&mut self) -> Result<bool> {
        let (start, end) = self.token;
        if end - start == BUFFER {
            return Err(self.bad("a word that does not end".into(), "numbers, separated by white space"));
        }
        self.buffer.copy_within(start..end, 0);
        self.offset += start as u64;
        self.filled = end - start;
        self.token = (0, self.filled);
        let n = self.file.read(&mut self.buffer[self.filled..]).context("read", &self.path)?;
        self.filled += n;
        Ok(n > 0)
    }

    /// The token as a number.
    fn number(&self) -> Result<f64> {
        let text = std::str::from_utf8(self.token()).ok();
        text.and_then(|t| t.parse().ok()).ok_or_else(|| {
            if text.is_some_and(|t| t.contains(',') && t.replacen(',', ".", 1).parse::<f64>().is_ok()) {
                let file = quoted(&self.path);
                return self.bad_token(&format!("a number with a decimal point: tr ',' '.' < {file} > points.asc"));
            }
            self.bad_token("a number")
        })
    }

    /// The next token as a number.
    fn value(&mut self) -> Result<f64> {
        if self.advance()? { self.number() } else { Err(self.bad("the end of the file".into(), "the value of a key")) }
    }

    /// The next token as a count.
    fn count(&mut self) -> Result<usize> {
        let value = self.value()?;
        // A header's number is no size yet, but it must be one.
        if value >= 1.0 && value <= f64::from(u32::MAX) && value.fract() == 0.0 {
            Ok(value as usize)
        } else {
            Err(self.bad_token("a whole number, 1 to 2^32 - 1"))
        }
    }

    fn bad_token(&self, accepted: &str) -> Error {
        let shown = &self.token()[..self.token().len().min(40)];
        self.bad(format!("\"{}\"", String::from_utf8_lossy(shown).escape_debug()), accepted)
    }

    fn bad(&self, seen: String, accepted: impl ToString) -> Error {
        Error::bad_format(
            &self.path,
            self.offset + self.token.0 as u64,
            format!("line {}: {seen}", self.line),
            accepted,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(RasterHeader, Vec<f32>)> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dem.asc");
        std::fs::write(&path, text).unwrap();
        let grid = AsciiGrid::open(&path)?;
        let header = *grid.header();
        let mut values = Vec::new();
        grid.read(&mut |row, col, part| {
            assert_eq!((row * header.cols, col), (values.len(), 0));
            values.extend_from_slice(part);
            Ok(())
        })?;
        Ok((header, values))
    }

    #[test]
    fn keys_come_in_any_order_and_case() {
        let (header, values) = read(
            "NROWS 2\nncols 3\nCellSize 2\nYLLCORNER 100\nxllcorner 10.5\nnodata_VALUE -9999\n1 2 3\n-9999 5e0\n.5",
        )
        .unwrap();
        assert_eq!((header.cols, header.rows, header.cell), (3, 2, [2.0, 2.0]));
        assert_eq!(header.bounds(), [10.5, 100.0, 16.5, 104.0]);
        assert!(values[3].is_nan());
        assert_eq!([values[0], values[1], values[2], values[4], values[5]], [1.0, 2.0, 3.0, 5.0, 0.5]);
    }

    #[test]
    fn centres_are_moved_to_corners_and_pixels_need_not_be_square() {
        let (header, values) =
            read("ncols 1\r\nnrows 1\r\nxllcenter 11\r\nyllcenter 22\r\ndx 2\r\ndy 4\r\nnan\r\n").unwrap();
        assert_eq!(header.bounds(), [10.0, 20.0, 12.0, 24.0]);
        assert!(values[0].is_nan());
    }

    #[test]
    fn errors_tell_where() {
        const HEADER: &str = "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n";
        for (text, wanted) in [
            ("", "lacks a key"),
            ("{\"type\"", "line 1: \"{\\\"type\\\"\""),
            ("ncols -2\n", "\"-2\"; accepted: a whole number"),
            ("ncols", "the end of the file"),
            ("ncols 99999\nnrows 99999\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2", "99999 x 99999"),
            ("ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 0\n1 2 3 4", "pixels of 0 x 0"),
            (&format!("{HEADER}1 2\n3"), "row 1, column 1"),
            (&format!("{HEADER}1 2\n3 4 5"), "at byte 59: line 7: \"5\""),
            (&format!("{HEADER}1 2\n3 4,5"), "a number with a decimal point: tr ',' '.' <"),
            (&format!("{HEADER}1 2\n3 x4"), "at byte 57: line 7: \"x4\"; accepted: a number"),
        ] {
            let error = read(text).unwrap_err();
            assert!(matches!(error, Error::BadFormat { .. }), "{text:?}: {error}");
            assert!(error.to_string().contains(wanted), "{text:?}: {error}");
        }
    }

    #[test]
    fn what_lies_beside_a_grid_is_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dem.asc");
        std::fs::write(&path, "ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2\n").unwrap();
        let read = || {
            let mut values = Vec::new();
            AsciiGrid::open(&path)?.with_nodata(&[1.0]).read(&mut |_, _, part| {
                values.extend_from_slice(part);
                Ok(())
            })?;
            Ok::<_, Error>(values)
        };
        assert!(matches!(read().unwrap()[..], [a, 2.0] if a.is_nan()));
        std::fs::write(dir.path().join("dem.prj"), "Projection STATEPLANE\nUnits FEET\n").unwrap();
        assert!(read().unwrap_err().to_string().contains("coordinates in the unit \"FEET\""));
        std::fs::write(dir.path().join("dem.prj"), "PROJCS[\"x\",UNIT[\"Meter\",1],AUTHORITY[\"EPSG\",3006]]").unwrap();
        assert_eq!(AsciiGrid::open(&path).unwrap().header().epsg, Some(3006));
        let notes = "<PAMDataset><PAMRasterBand><NoDataValue>2</NoDataValue></PAMRasterBand></PAMDataset>";
        std::fs::write(dir.path().join("dem.asc.aux.xml"), notes).unwrap();
        assert!(read().unwrap().iter().all(|v| v.is_nan()));
    }

    #[test]
    fn tokens_that_lie_across_buffers_are_whole() {
        let n = 120_000;
        let mut text = format!("ncols {n}\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n");
        for i in 0..n {
            text += &format!("{}.5 ", i % 1000);
        }
        let (_, values) = read(&text).unwrap();
        assert!((0..n).all(|i| values[i] == (i % 1000) as f32 + 0.5));
    }
}
