//! XYZ grids: texts with a line for each pixel, the coordinates of its centre and its height.
//!
//! Lines may be in any order, and pixels without data may be left out, which is told. Numbers are separated by white
//! space, semicolons or commas; where commas do not separate, they may be decimal. The first line may be a header of
//! names. Columns behind the third are passed over.

use std::io::{BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use super::crs::Crs;
use super::input;
use super::patient::Patient;
use super::raster::{BandNotes, RasterHeader, RasterSink, RasterSource, RasterStorage, RasterWindow};
use super::recognise::quoted;
use super::sidecar::{Facts, refuse_mask};
use crate::error::IoContext;
use crate::human;
use crate::{Error, Result};

/// The longest line, in bytes.
const LONGEST: u64 = 4096;

/// Heights that go to the sink at once.
const AT_ONCE: usize = 4096;

/// An XYZ grid whose extent has been read.
#[derive(Debug)]
pub struct XyzGrid {
    lines: Lines,
    facts: Facts,
    /// See [`RasterSource::doubt`].
    doubt: Option<String>,
}

impl XyzGrid {
    /// Opens the file and reads it once for the extent and the size of a pixel.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`], with line and offset, for a line that does not begin with three numbers or
    /// has another number of columns than the first, for a last line that was cut, and for points that are no grid;
    /// [`Error::Unsupported`] for a mask beside it.
    pub fn open(path: &Path) -> Result<XyzGrid> {
        let mut lines = Lines::open(path)?;
        let mut extent: Option<Extent> = None;
        let mut decimals = Decimals::default();
        while let Some([x, y, _]) = lines.next()? {
            match &mut extent {
                None => extent = Some(Extent::new([x, y])),
                Some(extent) => extent.add([x, y]),
            }
            decimals.check(&lines)?;
        }
        let not_a_grid = |seen: String| {
            let file = quoted(path);
            let accepted = format!(
                "the centres of the pixels of a raster, of which most have a height; gdal_grid -a invdist -l LAYER \
                 {file} metres.tif makes a raster of points anywhere"
            );
            Error::bad_format(path, None, seen, accepted)
        };
        let Some(extent) = extent else { return Err(not_a_grid("no point".into())) };
        let header = extent.header().ok_or_else(|| not_a_grid(format!("{} points on one place", extent.points)))?;
        // Pixels may be left out, but a raster that is mostly gaps is none.
        if header.pixels() > extent.points.saturating_mul(16).saturating_add(4096) {
            let seen = format!("{} points in a box of {} x {} pixels", extent.points, header.cols, header.rows);
            return Err(not_a_grid(seen));
        }
        let facts = Facts::join(path, Facts::inside(header, BandNotes::default(), None))?;
        refuse_mask(path, &facts)?;
        let doubt = extent.doubt(&header).map(|doubt| format!("{} {doubt}", path.display()));
        Ok(XyzGrid { lines, facts, doubt })
    }
}

/// The fewest decimals of the last numbers of lines, by which a file is known that ends within a number.
#[derive(Default)]
struct Decimals {
    fewest: Option<usize>,
}

impl Decimals {
    /// Refuses a last line that does not end, and whose last number has fewer decimals than that of any other line.
    fn check(&mut self, lines: &Lines) -> Result<()> {
        let text = lines.line.trim_ascii_end();
        let word = text.rsplit(|b| b.is_ascii_whitespace() || *b == b';' || *b == b',').next().unwrap_or_default();
        let point = word.iter().position(|&b| b == b'.');
        let decimals = point.map_or(0, |point| word.len() - point - 1);
        match self.fewest {
            Some(fewest) if decimals < fewest && lines.line.last() != Some(&b'\n') => {
                let last = String::from_utf8_lossy(word);
                let seen = format!("the file ends with {last}, which has fewer decimals than all other lines");
                Err(lines.bad(seen, "a whole file, for this one seems to be cut within a number"))
            }
            fewest => {
                self.fewest = Some(fewest.map_or(decimals, |fewest| fewest.min(decimals)));
                Ok(())
            }
        }
    }
}

/// The numbers of successive points in a row, or in a column.
struct Runs {
    /// The points in the current one so far.
    current: u64,
    /// The points in each of those before, if these have all the same number of points.
    before: Option<u64>,
    are_even: bool,
}

impl Runs {
    fn new() -> Runs {
        Runs { current: 1, before: None, are_even: true }
    }

    fn add(&mut self, goes_on: bool) {
        if goes_on {
            self.current += 1;
            return;
        }
        self.are_even &= self.before.is_none_or(|before| before == self.current);
        (self.before, self.current) = (Some(self.current), 1);
    }

    /// Returns how many points the last has, and how many each before it, where it is the only one that is shorter.
    fn short_end(&self) -> Option<[u64; 2]> {
        let before = self.before.filter(|&before| self.are_even && self.current < before)?;
        Some([self.current, before])
    }
}

/// The extent of the points and the smallest steps between successive ones.
struct Extent {
    min: [f64; 2],
    max: [f64; 2],
    step: [f64; 2],
    last: [f64; 2],
    points: u64,
    /// Points that have the same x, and such that have the same y.
    runs: [Runs; 2],
}

impl Extent {
    fn new(point: [f64; 2]) -> Extent {
        let runs = [Runs::new(), Runs::new()];
        Extent { min: point, max: point, step: [f64::INFINITY; 2], last: point, points: 1, runs }
    }

    fn add(&mut self, point: [f64; 2]) {
        for (d, &coordinate) in point.iter().enumerate() {
            self.min[d] = self.min[d].min(coordinate);
            self.max[d] = self.max[d].max(coordinate);
            let step = (coordinate - self.last[d]).abs();
            // Smaller steps are rounding.
            let moves = step > 1e-9 * coordinate.abs().max(1.0);
            if moves {
                self.step[d] = self.step[d].min(step);
            }
            self.runs[d].add(!moves);
        }
        self.last = point;
        self.points += 1;
    }

    /// Describes the pixels that no line has, if there are any; the file's name comes before.
    fn doubt(&self, header: &RasterHeader) -> Option<String> {
        let missing = header.pixels().checked_sub(self.points).filter(|&missing| missing > 0)?;
        let (missing, pixels) = (human::count(missing), human::count(header.pixels()));
        let cut = self.runs.iter().find_map(Runs::short_end).map_or(String::new(), |[last, before]| {
            format!(
                "; it ends after {last} points of a row, where each row before has {before}: the file seems to be cut"
            )
        });
        Some(format!("leaves out {missing} of {pixels} pixels, which are taken as without data{cut}"))
    }

    fn header(&self) -> Option<RasterHeader> {
        // One row, or one column, has pixels as high as they are wide.
        let [dx, dy] = match self.step.map(f64::is_finite) {
            [true, true] => self.step,
            [true, false] => [self.step[0]; 2],
            [false, true] => [self.step[1]; 2],
            [false, false] => return None,
        };
        // The whole extent tells the size better than the difference of two numbers of a few digits.
        let fitted = |d: usize, step: f64| {
            let count = ((self.max[d] - self.min[d]) / step).round();
            let count = if count.is_finite() { count.min(f64::from(u32::MAX)) } else { f64::from(u32::MAX) };
            let size = (self.max[d] - self.min[d]) / count;
            (count as usize + 1, if (size - step).abs() < 1e-3 * step { size } else { step })
        };
        let ((cols, width), (rows, height)) = (fitted(0, dx), fitted(1, dy));
        let (west, north) = (self.min[0] - 0.5 * width, self.max[1] + 0.5 * height);
        Some(RasterHeader { cols, rows, west, north, cell: [width, height], epsg: None })
    }
}

impl RasterSource for XyzGrid {
    fn header(&self) -> &RasterHeader {
        &self.facts.header
    }

    fn crs(&self) -> Option<&Crs> {
        self.facts.crs.as_ref()
    }

    fn storage(&self) -> RasterStorage {
        RasterStorage { numbers: "text".into(), ..RasterStorage::of_file("XYZ grid", &self.facts.notes) }
    }

    fn interpret(&mut self, nodata: &[f64], unit: Option<f64>) -> Result<f64> {
        self.facts.interpret(&self.lines.path, nodata, unit)
    }

    fn take_raw(&mut self) -> Result<()> {
        self.facts.take_raw();
        Ok(())
    }

    fn doubt(&self) -> Option<&str> {
        self.doubt.as_deref()
    }

    /// Reads the whole file, whatever the window, since points may be in any order.
    fn read(&mut self, window: &RasterWindow, sink: &mut RasterSink) -> Result<()> {
        /// How far a point may be from a pixel's centre, in pixels.
        const OFF_CENTRE: f64 = 0.1;
        let header = self.facts.header;
        header.check_window(window)?;
        let RasterWindow { rows, cols } = window;
        let width = cols.len();
        let mut seen = vec![0_u64; (window.pixels() as usize).div_ceil(64)];
        let mut run = Run { row: 0, col: 0, heights: Vec::with_capacity(AT_ONCE) };
        self.lines.rewind()?;
        while let Some([x, y, z]) = self.lines.next()? {
            let (u, v) = ((x - header.west) / header.cell[0] - 0.5, (header.north - y) / header.cell[1] - 0.5);
            let (col, row) = (u.round(), v.round());
            if (u - col).abs() > OFF_CENTRE || (v - row).abs() > OFF_CENTRE {
                let seen = format!("a point at {x}, {y}");
                let [dx, dy] = header.cell;
                return Err(self.lines.bad(seen, format!("points on the raster of the others, of {dx} x {dy}")));
            }
            let (row, col) = (row as usize, col as usize);
            if !rows.contains(&row) || !cols.contains(&col) {
                if self.lines.number.is_multiple_of(1 << 20) {
                    sink(rows.start, cols.start, &[])?;
                }
                continue;
            }
            let pixel = (row - rows.start) * width + col - cols.start;
            if seen[pixel / 64] >> (pixel % 64) & 1 == 1 {
                return Err(self.lines.bad(format!("a second height at {x}, {y}"), "one for each pixel"));
            }
            seen[pixel / 64] |= 1 << (pixel % 64);
            run.add(row, col, self.facts.conversion.height(z), sink)?;
        }
        run.flush(sink)?;
        for row in rows.clone() {
            for col in cols.clone() {
                let pixel = (row - rows.start) * width + col - cols.start;
                if seen[pixel / 64] >> (pixel % 64) & 1 == 0 {
                    run.add(row, col, f32::NAN, sink)?;
                }
            }
        }
        run.flush(sink)
    }
}

/// Heights that go on eastwards from a pixel.
struct Run {
    row: usize,
    col: usize,
    heights: Vec<f32>,
}

impl Run {
    fn add(&mut self, row: usize, col: usize, height: f32, sink: &mut RasterSink) -> Result<()> {
        let goes_on = row == self.row && col == self.col + self.heights.len() && self.heights.len() < AT_ONCE;
        if !goes_on {
            self.flush(sink)?;
            (self.row, self.col) = (row, col);
        }
        self.heights.push(height);
        Ok(())
    }

    fn flush(&mut self, sink: &mut RasterSink) -> Result<()> {
        if !self.heights.is_empty() {
            sink(self.row, self.col, &self.heights)?;
            self.heights.clear();
        }
        Ok(())
    }
}

/// The lines that begin with three numbers.
#[derive(Debug)]
struct Lines {
    file: BufReader<Patient>,
    path: PathBuf,
    line: Vec<u8>,
    /// The number of the line, from 1 on.
    number: u64,
    /// The offset of the line, and of the next.
    offset: [u64; 2],
    /// The number of columns, once a line was read.
    columns: Option<usize>,
}

impl Lines {
    fn open(path: &Path) -> Result<Lines> {
        let file = BufReader::with_capacity(256 << 10, Patient(input::open(path)?));
        Ok(Lines { file, path: path.to_path_buf(), line: Vec::new(), number: 0, offset: [0; 2], columns: None })
    }

    fn rewind(&mut self) -> Result<()> {
        let file = self.file.get_ref().0.try_clone().context("read", &self.path)?;
        self.file = BufReader::with_capacity(256 << 10, Patient(file));
        self.file.get_mut().0.rewind().context("seek in", &self.path)?;
        (self.number, self.offset) = (0, [0; 2]);
        Ok(())
    }

    fn next(&mut self) -> Result<Option<[f64; 3]>> {
        loop {
            self.line.clear();
            let mut limited = (&mut self.file).take(LONGEST);
            let read = limited.read_until(b'\n', &mut self.line).context("read", &self.path)?;
            self.offset = [self.offset[1], self.offset[1] + read as u64];
            self.number += 1;
            if read == 0 {
                return Ok(None);
            }
            if read as u64 == LONGEST && self.line.last() != Some(&b'\n') {
                return Err(self.bad("a line that does not end".into(), "x, y and a height on each line"));
            }
            if self.number == 1 && self.line.starts_with(b"\xEF\xBB\xBF") {
                self.line.drain(..3);
            }
            if self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match numbers(&mut self.line) {
                Some((numbers, columns)) => {
                    let wanted = *self.columns.get_or_insert(columns);
                    if columns != wanted {
                        let seen = format!("{columns} columns");
                        return Err(self.bad(seen, format!("{wanted}, as the first line has")));
                    }
                    return Ok(Some(numbers));
                }
                // The names of the columns.
                None if self.number == 1 => {}
                None => {
                    let start = &self.line[..self.line.len().min(60)];
                    let seen = format!("\"{}\"", String::from_utf8_lossy(start).trim_end().escape_debug());
                    return Err(self.bad(seen, "x, y and a height"));
                }
            }
        }
    }

    fn bad(&self, seen: String, accepted: impl ToString) -> Error {
        Error::bad_format(&self.path, self.offset[0], format!("line {}: {seen}", self.number), accepted)
    }
}

/// Parses the three numbers that a line begins with, and counts its columns; a NaN as a height is allowed.
fn numbers(line: &mut [u8]) -> Option<([f64; 3], usize)> {
    let commas_separate = !line.contains(&b';') && {
        let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
        words < 3
    };
    if !commas_separate {
        line.iter_mut().filter(|b| **b == b',').for_each(|b| *b = b'.');
    }
    let is_separator = |b: &u8| b.is_ascii_whitespace() || *b == b';' || *b == b',';
    let mut words = line.split(is_separator).filter(|word| !word.is_empty());
    let mut number = || std::str::from_utf8(words.next()?).ok()?.parse::<f64>().ok();
    let point = [number()?, number()?, number()?];
    (point[0].is_finite() && point[1].is_finite()).then(|| (point, 3 + words.count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, window: Option<RasterWindow>) -> Result<(RasterHeader, Vec<f32>)> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dgm.xyz");
        std::fs::write(&path, text).unwrap();
        let mut grid = XyzGrid::open(&path)?;
        let header = *grid.header();
        grid.interpret(&[-99.0], None)?;
        let window = window.unwrap_or(header.whole());
        let mut values = vec![f32::INFINITY; window.pixels() as usize];
        grid.read(&window, &mut |row, col, part| {
            let at = (row - window.rows.start) * window.cols.len() + col - window.cols.start;
            for (value, &height) in values[at..].iter_mut().zip(part) {
                assert_eq!(*value, f32::INFINITY, "a pixel comes once");
                *value = height;
            }
            Ok(())
        })?;
        Ok((header, values))
    }

    #[test]
    fn lines_are_in_any_order_with_any_separator() {
        let expected = [1.0, 2.0, 3.0, 4.0, 5.5, 6.0];
        for text in [
            "10 20 1\n12 20 2\n14 20 3\n10 18 4\n12 18 5.5\n14 18 6\n",
            "x;y;z\r\n10;18;4\r\n10;20;1\r\n12;18;5,5\r\n12;20;2\r\n14;18;6\r\n14;20;3",
            "10.0,20,1\n12,20,2\n14,20,3\n\n10,18,4\n12,18,5.5\n14,18,6\n",
            "\u{feff}X\tY\tZ\n14,0\t18,0\t6,0\n12,0\t18,0\t5,5\n10,0\t18,0\t4,0\n14\t20\t3\n12\t20\t2\n10\t20\t1\n",
        ] {
            let (header, values) = read(text, None).unwrap();
            assert_eq!((header.cols, header.rows, header.bounds()), (3, 2, [9.0, 17.0, 15.0, 21.0]), "{text}");
            assert_eq!(values, expected, "{text}");
            let window = RasterWindow { rows: 1..2, cols: 1..3 };
            assert_eq!(read(text, Some(window)).unwrap().1, [5.5, 6.0]);
        }
        // A pixel that is left out, one without data, and one row.
        let (_, values) = read("10 20 1\n12 20 -99\n10 18 4\n12 18 nan\n14 18 6\n", None).unwrap();
        assert!(values[1].is_nan() && values[2].is_nan() && values[4].is_nan());
        assert_eq!([values[0], values[3], values[5]], [1.0, 4.0, 6.0]);
        let (header, values) = read("0.5 7 1\n1.5 7 2\n", None).unwrap();
        assert_eq!((header.bounds(), values), ([0.0, 6.5, 2.0, 7.5], vec![1.0, 2.0]));
        // What stands behind the height is passed over.
        for text in ["10 20 1 0 2\n12 20 2 0 2\n", "x,y,z,class\n10,20,1,ground\n12,20,2,water\n"] {
            assert_eq!(read(text, None).unwrap().1, [1.0, 2.0], "{text}");
        }
    }

    #[test]
    fn pixels_that_no_line_has_are_counted_and_a_cut_file_is_told() {
        let doubt = |text: &str| {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("dgm.xyz");
            std::fs::write(&path, text).unwrap();
            let told = |grid: XyzGrid| Some(grid.doubt()?.split_once("dgm.xyz ")?.1.to_string());
            XyzGrid::open(&path).map(told)
        };
        let grid = |by_rows: bool| {
            let line = |k: usize| {
                let (x, y) = if by_rows { (k % 5, k / 5) } else { (k / 4, k % 4) };
                format!("{}.0 {}.0 {}.25\n", 10 + x, 40 - y, 1 + x)
            };
            (0..20).map(line).collect::<String>()
        };
        for (by_rows, row) in [(true, 5), (false, 4)] {
            let whole = grid(by_rows);
            assert_eq!(doubt(&whole).unwrap(), None);
            // Cut within the last row, at the end of a line.
            let lines: Vec<&str> = whole.split_inclusive('\n').collect();
            let cut = doubt(&lines[..18].concat()).unwrap().unwrap();
            let left = row - 2;
            let wanted = format!("it ends after {left} points of a row, where each row before has {row}");
            assert!(cut.starts_with("leaves out 2 of 20 pixels") && cut.contains(&wanted), "{cut}");
            // A gap elsewhere, and rows of all lengths, are not taken for a cut.
            let gap: String = lines.iter().enumerate().filter(|(k, _)| *k != 7).map(|(_, line)| *line).collect();
            let gap = doubt(&gap).unwrap().unwrap();
            assert!(gap.starts_with("leaves out 1 of 20 pixels") && !gap.contains("cut"), "{gap}");
            // Without its last byte the file is whole; without more of its last number it is cut.
            assert_eq!(doubt(whole.trim_end()).unwrap(), None);
            for less in [2, 3] {
                let error = doubt(&whole[..whole.len() - less]).unwrap_err().to_string();
                assert!(error.contains("line 20: the file ends with") && error.contains("seems to be cut"), "{error}");
            }
        }
    }

    #[test]
    fn what_is_no_grid_is_told_with_its_line() {
        for (text, wanted) in [
            ("", "no point"),
            ("10 20 1\n", "1 points on one place"),
            ("10 20 1\n10 20 1\n", "2 points on one place"),
            ("10 20 1\n12 20 2\n14 20\n", "at byte 16: line 3: \"14 20\"; accepted: x, y and a height"),
            ("10 20 1\n12 20 2\n14 20 3 4\n", "line 3: 4 columns; accepted: 3, as the first line has"),
            ("10 20 1\ninf 20 2\n", "line 2"),
            ("10 20 1\n12 20 2\n12.9 20 3\n10 18 4\n", "line 2: a point at 12, 20; accepted: points on the raster"),
            ("10 20 1\n12 20 2\n12 20 3\n10 18 4\n", "line 3: a second height at 12, 20"),
            ("0 0 1\n1 1 2\n900000 900000 3\n", "3 points in a box of 900001 x 900001 pixels"),
            ("0 0 1\n1e-300 1e300 2\n", "bounds of"),
            (&"7".repeat(5000), "a line that does not end"),
        ] {
            let error = read(text, None).unwrap_err();
            assert!(matches!(error, Error::BadFormat { .. }), "{text}: {error}");
            assert!(error.to_string().contains(wanted), "{text}: {error}");
        }
    }
}
