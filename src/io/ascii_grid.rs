//! ESRI ASCII grids: a header of keys and values, then the rows from north to south as text.
//!
//! The format:
//! <https://desktop.arcgis.com/en/arcmap/latest/manage-data/raster-and-images/esri-ascii-raster-format.htm>, with the
//! `dx` and `dy` that GDAL adds for pixels that are not square.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::crs::Crs;
use super::input;
use super::patient::Patient;
use super::raster::{BandNotes, RasterHeader, RasterSink, RasterSource, RasterStorage, RasterWindow};
use super::sidecar::{Facts, refuse_mask};
use crate::error::IoContext;
use crate::{Error, Result};

/// An ESRI ASCII grid whose header has been read.
#[derive(Debug)]
pub struct AsciiGrid {
    tokens: Tokens,
    facts: Facts,
    /// The place of the first value: its offset in the file, and its line.
    values: (u64, u64),
}

/// The accepted keys of a header, for messages.
const KEYS: &str = "ncols, nrows, xllcorner or xllcenter, yllcorner or yllcenter, cellsize or dx and dy, NODATA_value";

impl AsciiGrid {
    /// Opens the file and reads its header. Keys may be in any order and any case.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] for a header that is incomplete, makes no sense, or announces more values
    /// than the file can hold; [`Error::Unsupported`] for a mask beside it.
    pub fn open(path: &Path) -> Result<AsciiGrid> {
        let file = input::open(path)?;
        let bytes = file.metadata().context("read", path)?.len();
        let mut tokens = Tokens::new(file, path);
        let (keys, nodata) = Keys::read(&mut tokens)?;
        let values = tokens.place();
        let notes = BandNotes { nodata, ..BandNotes::default() };
        let facts = Facts::join(path, Facts::inside(keys.header(&tokens)?, notes, None))?;
        refuse_mask(path, &facts)?;
        let header = &facts.header;
        // Each value but the last takes at least a digit and a separator.
        if header.pixels() > bytes / 2 + 1 {
            let seen = format!("a header that tells of {} x {} values", header.cols, header.rows);
            return Err(tokens.bad(seen, format!("no more than fit the file's {bytes} bytes")));
        }
        Ok(AsciiGrid { tokens, facts, values })
    }
}

impl RasterSource for AsciiGrid {
    fn header(&self) -> &RasterHeader {
        &self.facts.header
    }

    fn crs(&self) -> Option<&Crs> {
        self.facts.crs.as_ref()
    }

    fn storage(&self) -> RasterStorage {
        RasterStorage { numbers: "text".into(), ..RasterStorage::of_file("ESRI ASCII grid", &self.facts.notes) }
    }

    fn interpret(&mut self, nodata: &[f64], unit: Option<f64>) -> Result<f64> {
        self.facts.interpret(&self.tokens.path, nodata, unit)
    }

    fn take_raw(&mut self) -> Result<()> {
        self.facts.take_raw();
        Ok(())
    }

    /// Errors carry the line and the offset. Values after the window's last row are read only where rows are not lines:
    /// then all values must be counted, since nothing else confirms the number of columns.
    fn read(&mut self, window: &RasterWindow, sink: &mut RasterSink) -> Result<()> {
        let RasterHeader { cols, rows, .. } = self.facts.header;
        self.facts.header.check_window(window)?;
        let conversion = self.facts.conversion.clone();
        let tokens = &mut self.tokens;
        tokens.go_to(self.values)?;
        let ends = |tokens: &Tokens, row: usize, col: usize| {
            let seen = format!("the end of the file in row {row}, column {col}");
            tokens.bad(seen, format!("{rows} rows of {cols} numbers"))
        };
        // Skips the values from number `from` up to `to`, counted over the whole raster; the sink may stop it.
        let skip = |tokens: &mut Tokens, sink: &mut RasterSink, from: u64, to: u64| -> Result<()> {
            let mut at = from;
            while at < to {
                let wanted = (to - at).min(PASSED_AT_ONCE);
                let there = tokens.skip(wanted)?;
                at += there;
                if there < wanted {
                    return Err(ends(tokens, (at / cols as u64) as usize, (at % cols as u64) as usize));
                }
                if wanted == PASSED_AT_ONCE {
                    sink(window.rows.start, window.cols.start, &[])?;
                }
            }
            Ok(())
        };
        let number = |row: usize, col: usize| row as u64 * cols as u64 + col as u64;
        // The line of the first value, 0 when there is none.
        let first_line = if tokens.advance()? { tokens.line } else { 0 };
        tokens.back();
        let mut values = vec![0.0; window.cols.len()];
        let mut at = 0;
        for row in window.rows.clone() {
            skip(tokens, sink, at, number(row, window.cols.start))?;
            for (col, value) in window.cols.clone().zip(&mut values) {
                if !tokens.advance()? {
                    return Err(ends(tokens, row, col));
                }
                *value = conversion.height(tokens.number()?);
            }
            at = number(row, window.cols.end);
            sink(row, window.cols.start, &values)?;
        }
        skip(tokens, sink, at, number(window.rows.end, 0))?;
        let last_line = tokens.line;
        let goes_on = tokens.advance()?;
        let row_is_line = goes_on && tokens.line > last_line && last_line - first_line == window.rows.end as u64 - 1;
        if window.rows.end < rows && row_is_line {
            return Ok(());
        }
        tokens.back();
        skip(tokens, sink, number(window.rows.end, 0), number(rows, 0))?;
        if tokens.advance()? {
            return Err(tokens.bad_token(&format!("nothing after {rows} rows of {cols} numbers")));
        }
        Ok(())
    }
}

/// The point of a pixel whose coordinate the header gives.
#[derive(Clone, Copy)]
enum Anchor {
    Corner,
    Centre,
}

/// The header's values as read, unchecked.
#[derive(Default)]
struct Keys {
    cols: Option<usize>,
    rows: Option<usize>,
    /// A coordinate of the first pixel, and the point of the pixel that it is of.
    x: Option<(f64, Anchor)>,
    y: Option<(f64, Anchor)>,
    dx: Option<f64>,
    dy: Option<f64>,
}

impl Keys {
    /// Reads up to the first token that is not a key; it stays for the values.
    fn read(tokens: &mut Tokens) -> Result<(Keys, Option<f64>)> {
        let mut keys = Keys::default();
        let mut nodata = None;
        let mut seen = Vec::new();
        while tokens.advance()? {
            let key = String::from_utf8_lossy(tokens.token()).to_ascii_lowercase();
            // Some editors put the byte order mark of UTF-8 first.
            let key = key.strip_prefix('\u{feff}').unwrap_or(&key).to_string();
            if key.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) || key == "nan" {
                tokens.back();
                break;
            }
            match key.as_str() {
                "ncols" => keys.cols = Some(tokens.count()?),
                "nrows" => keys.rows = Some(tokens.count()?),
                "xllcorner" => keys.x = Some((tokens.value()?, Anchor::Corner)),
                "xllcenter" => keys.x = Some((tokens.value()?, Anchor::Centre)),
                "yllcorner" => keys.y = Some((tokens.value()?, Anchor::Corner)),
                "yllcenter" => keys.y = Some((tokens.value()?, Anchor::Centre)),
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
        let corner = |(coordinate, anchor): (f64, Anchor), size: f64| match anchor {
            Anchor::Corner => coordinate,
            Anchor::Centre => coordinate - 0.5 * size,
        };
        let north = corner(y, dy) + rows as f64 * dy;
        Ok(RasterHeader { cols, rows, west: corner(x, dx), north, cell: [dx, dy], epsg: None })
    }
}

/// Values that are skipped before the sink is asked whether to go on.
const PASSED_AT_ONCE: u64 = 1 << 22;

/// Bytes that are read at once; no token may be longer.
const BUFFER: usize = 256 << 10;

/// Like [`u8::is_ascii_whitespace`], but vectorisable.
fn is_space(byte: u8) -> bool {
    (byte == b' ') | (byte == b'\n') | (byte == b'\r') | (byte == b'\t') | (byte == b'\x0c')
}

/// Parses a number with a decimal comma, as some countries' programs write it.
fn with_decimal_comma(text: &str) -> Option<f64> {
    let (before, after) = text.split_once(',')?;
    format!("{before}.{after}").parse().ok()
}

/// The words of a text file, in order.
#[derive(Debug)]
struct Tokens {
    file: Patient,
    path: PathBuf,
    buffer: Vec<u8>,
    /// The number of bytes in the buffer that are filled.
    filled: usize,
    /// The range of the token in the buffer.
    token: (usize, usize),
    /// The offset of the buffer's first byte in the file.
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

    /// Makes the next [`Tokens::advance`] yield the same token again.
    fn back(&mut self) {
        self.token.1 = self.token.0;
    }

    /// Returns the offset of the token in the file, and its line.
    fn place(&self) -> (u64, u64) {
        (self.offset + self.token.0 as u64, self.line)
    }

    /// Goes back to a place between tokens or before one.
    fn go_to(&mut self, (offset, line): (u64, u64)) -> Result<()> {
        self.file.0.seek(SeekFrom::Start(offset)).context("seek in", &self.path)?;
        (self.offset, self.line, self.filled, self.token) = (offset, line, 0, (0, 0));
        Ok(())
    }

    /// Skips `count` tokens; returns the number skipped, which is smaller at the end of the file.
    fn skip(&mut self, count: u64) -> Result<u64> {
        /// Bytes that are looked at together. The number of token ends in a block fits a byte.
        const BLOCK: usize = 128;
        let mut left = count;
        while left > 0 {
            let start = self.token.1;
            // The byte after a block shows whether a token ends with the block.
            if let Some(block) = self.buffer[start..self.filled].get(..=BLOCK) {
                let ends = block.iter().zip(&block[1..]).map(|(a, b)| u8::from(is_space(*b) && !is_space(*a)));
                let ends = u64::from(ends.sum::<u8>());
                if ends < left {
                    left -= ends;
                    let newlines = block[..BLOCK].iter().map(|&byte| u8::from(byte == b'\n')).sum::<u8>();
                    self.line += u64::from(newlines);
                    self.token = (start + BLOCK, start + BLOCK);
                    continue;
                }
            }
            if !self.advance()? {
                break;
            }
            left -= 1;
        }
        Ok(count - left)
    }

    /// Goes to the next token; returns whether there is one.
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

    /// Moves the unfinished token to the front of the buffer and reads on; returns whether there was anything to read.
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

    /// Returns the token as a number.
    fn number(&self) -> Result<f64> {
        let text = std::str::from_utf8(self.token()).ok();
        let number = text.and_then(|t| t.parse().ok().or_else(|| with_decimal_comma(t)));
        number.ok_or_else(|| self.bad_token("a number"))
    }

    /// Reads the next token as a number.
    fn value(&mut self) -> Result<f64> {
        if self.advance()? { self.number() } else { Err(self.bad("the end of the file".into(), "the value of a key")) }
    }

    /// Reads the next token as a count.
    fn count(&mut self) -> Result<usize> {
        let value = self.value()?;
        // The number in the header is not a raster's size yet, but must be able to be one.
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
        let mut grid = AsciiGrid::open(&path)?;
        let header = *grid.header();
        let mut values = Vec::new();
        grid.read(&header.whole(), &mut |row, col, part| {
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
            (&format!("{HEADER}1 2\n3 4,5,6"), "\"4,5,6\"; accepted: a number"),
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
            let mut grid = AsciiGrid::open(&path)?;
            grid.interpret(&[1.0], None)?;
            let whole = grid.header().whole();
            grid.read(&whole, &mut |_, _, part| {
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

    /// Reads the values of a window.
    fn window(text: &str, rows: std::ops::Range<usize>, cols: std::ops::Range<usize>) -> Result<Vec<f32>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dem.asc");
        std::fs::write(&path, text).unwrap();
        let mut grid = AsciiGrid::open(&path)?;
        let mut read = || {
            let mut values = Vec::new();
            let window = RasterWindow { rows: rows.clone(), cols: cols.clone() };
            grid.read(&window, &mut |_, col, part| {
                assert_eq!(col, cols.start);
                values.extend_from_slice(part);
                Ok(())
            })?;
            Ok(values)
        };
        let first = read();
        // A window may be read again.
        if let Ok(first) = &first {
            assert_eq!(&read().unwrap(), first);
        }
        first
    }

    #[test]
    fn windows_are_the_values_of_the_whole_however_lines_are_broken() {
        let (cols, rows) = (97_usize, 60_usize);
        let header = format!("ncols {cols}\nnrows {rows}\nxllcorner 0\nyllcorner 0\ncellsize 1\n");
        for per_line in [cols, 10, cols * rows, 1] {
            let mut text = header.clone();
            for k in 0..cols * rows {
                // Rows of different widths, with more white space than needed here and there.
                text += &format!("{}{}{}", " ".repeat(k % 3), k, if (k + 1) % per_line == 0 { "\r\n" } else { " " });
            }
            for (r, c) in [(0..rows, 0..cols), (0..1, 0..1), (17..30, 90..97), (59..60, 5..50), (40..41, 0..97)] {
                let wanted: Vec<f32> =
                    r.clone().flat_map(|row| c.clone().map(move |col| (row * cols + col) as f32)).collect();
                assert_eq!(window(&text, r, c).unwrap(), wanted, "{per_line} a line");
            }
            // One value too many or too few at the end is an error where nothing else confirms the number of columns.
            let more = window(&(text.clone() + "7\n"), 3..5, 2..4);
            let fewer = window(&text[..text.trim_end().len() - 4], 3..5, 2..4);
            if per_line == cols {
                assert_eq!(more.unwrap(), fewer.unwrap());
            } else {
                assert!(more.unwrap_err().to_string().contains("nothing after 60 rows of 97 numbers"));
                assert!(fewer.unwrap_err().to_string().contains("the end of the file in row 59, column 96"));
            }
            // A window within a wrong number of columns is refused.
            for wrong in [cols - 1, cols + 1, 2 * cols] {
                let text = text.replacen("ncols 97", &format!("ncols {wrong}"), 1);
                assert!(window(&text, 0..1, 0..9).is_err() && window(&text, 7..9, 1..5).is_err(), "{wrong}");
            }
        }
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
