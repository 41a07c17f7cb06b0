//! Reads the rows of a CSV file, one after another, each within a limit of size.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::ImportOptions;
use super::columns::{self, COLUMNS};
use super::spill::Row;
use crate::error::IoContext;
use crate::io::input;
use crate::io::patient::Patient;
use crate::io::positioned::read_exact_at;
use crate::io::recognise::{self, Wanted};
use crate::{Error, Result};

/// The most bytes that one line of the file, or one field with line breaks in quotes, may take.
pub const LONGEST_RECORD: u64 = 1 << 20;

const ID_ACCEPTED: &str = "a whole number, 0 or more (number the trajectories where they have names)";
const FRAME_ACCEPTED: &str = "a whole number, 0 to 2147483647 (of times: (time - first time) / time between frames)";
const COORDINATE_ACCEPTED: &str = "a number, or nan where the position is missing";

/// The rows of a CSV file.
pub(super) struct CsvRows {
    pub path: PathBuf,
    reader: csv::Reader<Limited>,
    record: csv::ByteRecord,
    columns: [usize; 5],
    /// The columns' names as the file has them.
    names: [String; 5],
    wide_ids_are_kept: bool,
    /// Bytes of a line's end that the reader takes for the beginning of the next line: where lines end with CR and LF,
    /// the LF.
    late: u64,
    /// The size of the whole file when it was opened.
    pub bytes: u64,
}

impl CsvRows {
    pub fn open(path: &Path, options: &ImportOptions) -> Result<CsvRows> {
        recognise::refuse_others(path, &recognise::start_of(path)?, Wanted::Trajectories)?;
        let file = input::open(path)?;
        let bytes = file.metadata().context("look at", path)?.len();
        let limited = Limited { file: Patient(file), left: LONGEST_RECORD };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(limited);
        let names = reader.byte_headers().map_err(|e| csv_error(path, (1, 0), None, e))?;
        // Names of columns that are not needed may be in any encoding.
        let names: csv::StringRecord = names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let columns = columns::find(path, &names, options.id_column.as_deref())?;
        let names = columns.map(|column| names.get(column).unwrap_or_default().to_string());
        let late = u64::from(first_line_ends_with_crlf(path)?);
        Ok(CsvRows {
            path: path.to_path_buf(),
            reader,
            record: csv::ByteRecord::new(),
            columns,
            names,
            wide_ids_are_kept: options.keep_wide_ids,
            late,
            bytes,
        })
    }

    /// The name of the column that ids are taken from.
    pub fn id_column(&self) -> &str {
        &self.names[0]
    }

    /// How many bytes were read.
    pub fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    pub fn next(&mut self) -> Result<Option<Row>> {
        self.reader.get_mut().left = LONGEST_RECORD;
        let (line, byte) = (self.reader.position().line() + self.late, self.reader.position().byte() + self.late);
        let read = self.reader.read_byte_record(&mut self.record);
        if !read.map_err(|e| csv_error(&self.path, (line, byte), Some(&self.record), e))? {
            return Ok(None);
        }
        // Where a quote is not closed, its field takes in all rows that follow and becomes the last one.
        let last = self.record.iter().next_back().unwrap_or_default();
        if self.position() >= self.bytes && last.contains(&b'\n') && !self.ends_with_quote()? {
            return Err(open_quote(&self.path, byte, line));
        }
        let line = self.record.position().map_or(line, |position| position.line() + self.late);
        let id = self.value::<u64>(0, line, ID_ACCEPTED)?;
        if id > u64::from(u32::MAX) && !self.wide_ids_are_kept {
            let accepted = "0 to 4294967295: a table holds 32 bits of an id; number the trajectories anew, or import \
                            with keep_wide_ids (--keep-wide-ids) and build with wide_ids (--wide-ids truncate)";
            return Err(self.bad_value(0, line, accepted));
        }
        let frame = self.value::<i32>(1, line, FRAME_ACCEPTED)?;
        if frame < 0 {
            return Err(self.bad_value(1, line, "0 to 2147483647; add the same number to all frames"));
        }
        let mut position = [0.0; 3];
        for (axis, coordinate) in position.iter_mut().enumerate() {
            *coordinate = self.coordinate(2 + axis, line)?;
        }
        Ok(Some(Row { id, line, frame, position }))
    }

    fn ends_with_quote(&self) -> Result<bool> {
        const LOOKED_AT: u64 = 64;
        let first = self.bytes.saturating_sub(LOOKED_AT);
        let mut end = vec![0; (self.bytes - first) as usize];
        read_exact_at(&input::open(&self.path)?, &mut end, first).context("read", &self.path)?;
        Ok(end.trim_ascii_end().ends_with(b"\""))
    }

    /// A coordinate in double that, rounded to single precision, gives the number nearest to the text in the file.
    fn coordinate(&self, column: usize, line: u64) -> Result<f64> {
        let double = self.value::<f64>(column, line, COORDINATE_ACCEPTED)?;
        // A double half way between two single-precision numbers may stand for a text on either side of it.
        let is_half_way = double.to_bits() & 0x1fff_ffff == 0x1000_0000 || double.abs() < f64::from(f32::MIN_POSITIVE);
        if !is_half_way || !double.is_finite() {
            return Ok(double);
        }
        let single = self.value::<f32>(column, line, COORDINATE_ACCEPTED)?;
        Ok(match f64::from(single).partial_cmp(&double) {
            Some(std::cmp::Ordering::Greater) if double as f32 != single => double.next_up(),
            Some(std::cmp::Ordering::Less) if double as f32 != single => double.next_down(),
            _ => double,
        })
    }

    fn value<T: std::str::FromStr>(&self, column: usize, line: u64, accepted: &str) -> Result<T> {
        let text = std::str::from_utf8(self.record.get(self.columns[column]).unwrap_or_default()).ok();
        text.and_then(|text| text.parse().ok()).ok_or_else(|| self.bad_value(column, line, accepted))
    }

    fn bad_value(&self, column: usize, line: u64, accepted: &str) -> Error {
        let text = String::from_utf8_lossy(self.record.get(self.columns[column]).unwrap_or_default());
        let text = columns::short(&text);
        let offset = self.record.position().map(|position| position.byte() + self.late);
        let name = columns::short(&self.names[column]);
        // The name as the file has it, where that is another one than in the messages of all files.
        let name = if name.eq_ignore_ascii_case(COLUMNS[column]) { COLUMNS[column] } else { name.as_str() };
        Error::bad_format(&self.path, offset, format!("line {line}, column {name}: {text:?}"), accepted)
    }
}

fn first_line_ends_with_crlf(path: &Path) -> Result<bool> {
    const LONGEST: u64 = 1 << 16;
    let mut line = Vec::new();
    BufReader::new(Patient(input::open(path)?)).take(LONGEST).read_until(b'\n', &mut line).context("read", path)?;
    Ok(line.ends_with(b"\r\n"))
}

/// `record` holds what was read of it.
fn csv_error(path: &Path, (line, byte): (u64, u64), record: Option<&csv::ByteRecord>, error: csv::Error) -> Error {
    let text = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(source) if source.get_ref().is_some_and(|e| e.is::<TooLong>()) => too_long(path, line, byte),
        csv::ErrorKind::Io(cause) => Error::Io { action: "read", subject: path.to_path_buf(), cause },
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            if record.is_some_and(|record| record.iter().any(|field| field.contains(&b'\n'))) {
                return open_quote(path, byte, line);
            }
            let seen = format!("line {line} has {len} fields, the line of names has {expected_len}");
            let accepted = "as many in each: put a field that has commas in quotes, and remove lines that are no rows";
            Error::bad_format(path, byte, seen, accepted)
        }
        _ => Error::bad_format(path, byte, format!("line {line}: {text}"), "rows of a CSV file"),
    }
}

fn open_quote(path: &Path, byte: u64, line: u64) -> Error {
    let seen = format!("a field of line {line} begins with a quote that is not closed in that line");
    Error::bad_format(path, byte, seen, "a quote at both ends of a field, or none: remove the one that opens it")
}

/// Explains why a line, whose beginning is given, is longer than may be read at once.
fn too_long(path: &Path, line: u64, byte: u64) -> Error {
    const LOOKED_AT: usize = 1 << 16;
    let mut start = vec![0; LOOKED_AT];
    let read = input::open(path).and_then(|file| read_exact_at(&file, &mut start, byte).context("read", path));
    let lines = || start.split(|&b| b == b'\n');
    match read {
        Ok(()) if start.iter().all(u8::is_ascii_whitespace) => {
            let seen = format!("more than 1 MiB of blank lines from line {line} on");
            Error::bad_format(path, byte, seen, "rows that follow one another: remove the blank lines")
        }
        Ok(()) if lines().next().is_some_and(|first| first.len() < LOOKED_AT && quotes(first) % 2 == 1) => {
            open_quote(path, byte, line)
        }
        _ => {
            let accepted = "at most 1 MiB in a line; a quote that is not closed takes all lines after it for one field";
            Error::bad_format(path, byte, format!("line {line} is longer than 1 MiB"), accepted)
        }
    }
}

fn quotes(line: &[u8]) -> usize {
    line.iter().filter(|&&b| b == b'"').count()
}

/// A file that gives only as many bytes as are allowed: the reader of records would otherwise take memory for the whole
/// of a record that does not end.
struct Limited {
    file: Patient,
    left: u64,
}

#[derive(Debug)]
struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record is too long")
    }
}

impl std::error::Error for TooLong {}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 && !buffer.is_empty() {
            return Err(std::io::Error::other(TooLong));
        }
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.file.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}
