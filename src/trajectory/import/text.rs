//! Reads text tables: CSV and what resembles it.

use std::io::{self, Read};
use std::path::PathBuf;

use super::dialect::Dialect;
use super::meaning::is_known;
use super::records::{Head, Record, Records};
use super::source::{LONGEST_RECORD, Source, TooLong, read_error};
use crate::error::IoContext;
use crate::io::input;
use crate::io::positioned::read_exact_at;
use crate::{Error, Result};

/// A text table.
pub(super) struct TextTable {
    path: PathBuf,
    reader: csv::Reader<Tidy>,
    /// The record that names the columns; what repeats it later is passed over.
    is_named: bool,
    has_blanks: bool,
    /// Lines and bytes that the reader does not count: a first line that states the separator, and, where lines end
    /// with CR and LF, the LF that the reader takes for the beginning of the next line.
    uncounted: (u64, u64),
    is_plain: bool,
}

/// The first records that are looked at.
const HEAD_RECORDS: usize = 200;

pub(super) fn open(mut source: Source) -> Result<(Box<dyn Records>, Head)> {
    let path = source.path.clone();
    let dialect = Dialect::find(&source.head, source.head_is_all);
    source.pass_over(dialect.stated)?;
    let mut records = first_records(&source, &dialect);
    let names = match records.first() {
        Some(first) if is_header(first, records.get(1)) => Some(text_of(&records.remove(0))),
        _ => None,
    };
    let is_named = names.is_some();
    let names = names.or_else(|| names_in_comments(&dialect, records.first().map_or(0, csv::ByteRecord::len)));
    let is_tidy = dialect.separator == b' ' || dialect.has_lone_cr;
    let is_plain = source.is_plain && !is_tidy;
    let tidy = Tidy {
        tidier: Tidier::of(&dialect),
        raw: if is_tidy { vec![0; 1 << 13] } else { Vec::new() },
        given: 0,
        source,
    };
    let reader = reader_of(&dialect).from_reader(tidy);
    let has_blanks = dialect.separator == b' ';
    let uncounted = (u64::from(dialect.stated > 0), dialect.stated as u64);
    let mut table = TextTable { path: path.clone(), reader, is_named, has_blanks, uncounted, is_plain };
    if is_named {
        table.read(&mut Record::default())?;
    }
    if dialect.has_crlf && !is_tidy {
        table.uncounted = (uncounted.0 + 1, uncounted.1 + 1);
    }
    let head = Head {
        path,
        format: match dialect.separator {
            b',' => "a table with commas",
            b';' => "a table with semicolons",
            b'\t' => "a table with tabs",
            b' ' => "a table with blanks",
            _ => "a table with bars",
        },
        counted: "line",
        names,
        records,
        comments: dialect.comments,
        has_decimal_commas: dialect.has_decimal_commas,
        usual_time_step: None,
    };
    Ok((Box::new(table), head))
}

fn reader_of(dialect: &Dialect) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).trim(csv::Trim::All).delimiter(dialect.separator).comment(Some(dialect.comment));
    builder
}

/// The records that are whole in the first bytes.
fn first_records(source: &Source, dialect: &Dialect) -> Vec<csv::ByteRecord> {
    let mut tidier = Tidier::of(dialect);
    tidier.tidy(&source.head);
    let reader = reader_of(dialect).flexible(true).from_reader(&tidier.text[..]);
    let records = reader.into_byte_records().map_while(|record| record.ok()).take(HEAD_RECORDS);
    let mut records: Vec<csv::ByteRecord> = records.collect();
    if !source.head_is_all && records.len() > 1 && records.len() < HEAD_RECORDS {
        records.pop();
    }
    records
}

/// Whether a first record names columns: it has a known name, or nothing but names, and numbers come after it.
fn is_header(first: &csv::ByteRecord, second: Option<&csv::ByteRecord>) -> bool {
    let text = |field: &[u8]| String::from_utf8_lossy(field).trim().replace(',', ".");
    let is_number = |field: &[u8]| text(field).parse::<f64>().is_ok();
    let is_empty = first.iter().all(|field| field.is_empty());
    let numbers = |record: &csv::ByteRecord| record.iter().filter(|field| is_number(field)).count();
    let is_sep = first.get(0).is_some_and(|field| field.to_ascii_lowercase().starts_with(b"sep="));
    let known = first.iter().filter(|field| is_known(&text(field))).count();
    is_empty
        || is_sep
        || known > 1
        || known > 0 && numbers(first) == 0
        || numbers(first) == 0 && second.is_none_or(|second| numbers(second) > 0)
}

fn text_of(record: &csv::ByteRecord) -> csv::StringRecord {
    // Names of columns that are not needed may be in any encoding.
    record.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

/// The names of `count` columns, where the last comment that can be such a line names any that is known.
fn names_in_comments(dialect: &Dialect, count: usize) -> Option<csv::StringRecord> {
    let lines = dialect.comments.iter().rev().flat_map(|comment| dialect.all_words(comment));
    let mut lines = lines.filter(|words| words.len() == count && count > 1);
    lines.find(|words| words.iter().filter(|word| is_known(word)).count() >= 2).map(|words| words.into_iter().collect())
}

impl Records for TextTable {
    fn read(&mut self, record: &mut Record) -> Result<bool> {
        self.reader.get_mut().source.begin_record();
        let (line, byte) = self.place(self.reader.position());
        if !self.reader.read_byte_record(&mut record.fields).map_err(|e| self.error((line, byte), &record.fields, e))? {
            return Ok(false);
        }
        // Where a quote is not closed, its field takes in all rows that follow and becomes the last one.
        let last = record.fields.iter().next_back().unwrap_or_default();
        if last.contains(&b'\n')
            && let Some(end) = self.reader.get_ref().source.end()
            && !end.trim_ascii_end().ends_with(b"\"")
        {
            return Err(self.open_quote(byte, line));
        }
        let (line, byte) = record.fields.position().map_or((line, byte), |position| self.place(position));
        (record.line, record.offset) = (line, self.offset(byte));
        Ok(true)
    }
}

impl TextTable {
    /// The line and the byte at which the reader is.
    fn place(&self, position: &csv::Position) -> (u64, u64) {
        let (lines, bytes) = self.uncounted;
        (position.line() + lines, position.byte() + bytes)
    }

    fn offset(&self, byte: u64) -> Option<u64> {
        self.is_plain.then_some(byte)
    }

    /// `fields` holds what was read of the record.
    fn error(&self, (line, byte): (u64, u64), fields: &csv::ByteRecord, error: csv::Error) -> Error {
        let text = error.to_string();
        match error.into_kind() {
            csv::ErrorKind::Io(source) if source.get_ref().is_some_and(|e| e.is::<TooLong>()) => {
                self.too_long(line, byte)
            }
            csv::ErrorKind::Io(cause) => read_error(&self.path, cause),
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                if fields.iter().any(|field| field.contains(&b'\n')) {
                    return self.open_quote(byte, line);
                }
                let other = if self.is_named { "the line of names" } else { "the first line" };
                let seen = format!("line {line} has {len} fields, {other} has {expected_len}");
                let quotes = match self.has_blanks {
                    false => "put a field that has commas in quotes, and ",
                    true => "",
                };
                let accepted = format!("as many in each: {quotes}remove lines that are no rows");
                Error::bad_format(&self.path, self.offset(byte), seen, accepted)
            }
            _ => Error::bad_format(&self.path, self.offset(byte), format!("line {line}: {text}"), "rows of a CSV file"),
        }
    }

    fn open_quote(&self, byte: u64, line: u64) -> Error {
        let seen = format!("a field of line {line} begins with a quote that is not closed in that line");
        let accepted = "a quote at both ends of a field, or none: remove the one that opens it";
        Error::bad_format(&self.path, self.offset(byte), seen, accepted)
    }

    /// Explains why a line is longer than may be read at once, by its beginning where that can be read again.
    fn too_long(&self, line: u64, byte: u64) -> Error {
        const LOOKED_AT: usize = 1 << 16;
        let mut start = vec![0; LOOKED_AT];
        let read = |start: &mut [u8]| {
            let file = input::open(&self.path).ok()?;
            read_exact_at(&file, start, byte).context("read", &self.path).ok()
        };
        let is_read = self.is_plain && read(&mut start).is_some();
        let lines = || start.split(|&b| b == b'\n');
        let quotes = |line: &[u8]| line.iter().filter(|&&b| b == b'"').count();
        if is_read && start.iter().all(u8::is_ascii_whitespace) {
            let seen = format!("more than 1 MiB of blank lines from line {line} on");
            let accepted = "rows that follow one another: remove the blank lines";
            return Error::bad_format(&self.path, self.offset(byte), seen, accepted);
        }
        if is_read && lines().next().is_some_and(|first| first.len() < LOOKED_AT && quotes(first) % 2 == 1) {
            return self.open_quote(byte, line);
        }
        let accepted = "at most 1 MiB in a line, and as much of blank lines or comments between two rows; a quote that \
                        is not closed takes all lines after it for one field";
        let seen = format!("line {line} is longer than {} MiB", LONGEST_RECORD >> 20);
        Error::bad_format(&self.path, self.offset(byte), seen, accepted)
    }
}

/// Makes single blanks of runs of blanks and tabs, and LF of lone CRs.
struct Tidier {
    has_blanks: bool,
    has_lone_cr: bool,
    text: Vec<u8>,
    is_blank_due: bool,
    is_at_start: bool,
}

impl Tidier {
    fn of(dialect: &Dialect) -> Tidier {
        Tidier {
            has_blanks: dialect.separator == b' ',
            has_lone_cr: dialect.has_lone_cr,
            text: Vec::new(),
            is_blank_due: false,
            is_at_start: true,
        }
    }

    /// Puts the next bytes into `text`, in place of those before.
    fn tidy(&mut self, raw: &[u8]) {
        self.text.clear();
        for &byte in raw {
            match byte {
                b'\r' if self.has_lone_cr => self.end_line(b'\n'),
                b'\r' | b'\n' => self.end_line(byte),
                b' ' | b'\t' if self.has_blanks => self.is_blank_due = !self.is_at_start,
                _ => {
                    if self.is_blank_due {
                        self.text.push(b' ');
                    }
                    self.text.push(byte);
                    (self.is_blank_due, self.is_at_start) = (false, false);
                }
            }
        }
    }

    fn end_line(&mut self, end: u8) {
        self.text.push(end);
        (self.is_blank_due, self.is_at_start) = (false, true);
    }
}

/// The bytes of a table, tidied where that is needed.
struct Tidy {
    source: Source,
    tidier: Tidier,
    /// What was read. It has a size only where something has to be tidied.
    raw: Vec<u8>,
    /// Tidied bytes that were given.
    given: usize,
}

impl Read for Tidy {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.raw.is_empty() {
            return self.source.read(buffer);
        }
        while self.given == self.tidier.text.len() {
            let read = self.source.read(&mut self.raw)?;
            if read == 0 {
                return Ok(0);
            }
            self.tidier.tidy(&self.raw[..read]);
            self.given = 0;
        }
        let count = buffer.len().min(self.tidier.text.len() - self.given);
        buffer[..count].copy_from_slice(&self.tidier.text[self.given..][..count]);
        self.given += count;
        Ok(count)
    }
}
