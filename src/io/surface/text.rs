//! Reads text in bounded memory, with line numbers for messages.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::error::IoContext;
use crate::io::patient::Patient;
use crate::{Error, Result};

/// The longest line of a header or an OBJ file that is read, in bytes.
const LONGEST_LINE: u64 = 64 << 10;

/// A file read line by line, byte by byte, or word by word.
pub struct Text<'a> {
    input: BufReader<Patient>,
    path: &'a Path,
    /// Bytes read so far.
    offset: u64,
    /// Line ends read so far.
    line: u64,
    buffer: Vec<u8>,
}

impl<'a> Text<'a> {
    pub fn new(file: File, path: &'a Path) -> Text<'a> {
        let input = BufReader::with_capacity(256 << 10, Patient(file));
        Text { input, path, offset: 0, line: 0, buffer: Vec::new() }
    }

    /// Reads the next line, without its end and surrounding white space; `None` at the end of the file.
    pub fn line(&mut self) -> Result<Option<Cow<'_, str>>> {
        self.buffer.clear();
        let read = (&mut self.input).take(LONGEST_LINE).read_until(b'\n', &mut self.buffer);
        let read = read.context("read", self.path)? as u64;
        if read == 0 {
            return Ok(None);
        }
        self.line += 1;
        self.offset += read;
        if read == LONGEST_LINE && self.buffer.last() != Some(&b'\n') {
            return Err(self.bad("a line without an end", "lines of at most 64 KiB"));
        }
        Ok(Some(String::from_utf8_lossy(self.buffer.trim_ascii())))
    }

    /// Reads the next word, on whatever line, as a number.
    pub fn number(&mut self) -> Result<f64> {
        self.buffer.clear();
        loop {
            let available = self.input.fill_buf().context("read", self.path)?;
            let Some(&byte) = available.first() else { break };
            if byte.is_ascii_whitespace() && !self.buffer.is_empty() {
                break;
            }
            self.input.consume(1);
            self.offset += 1;
            self.line += u64::from(byte == b'\n');
            if !byte.is_ascii_whitespace() {
                self.buffer.push(byte);
            }
            if self.buffer.len() > 400 {
                break;
            }
        }
        let word = String::from_utf8_lossy(&self.buffer);
        word.parse().map_err(|_| match word.is_empty() {
            true => self.bad_at(self.line + 1, "the file ends", "as many numbers as the header announces"),
            false => self.bad_at(self.line + 1, &format!("{word:?}"), "a number"),
        })
    }

    /// Reads exactly N bytes.
    pub fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        match self.input.read_exact(&mut bytes) {
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
                return Err(Error::bad_format(self.path, self.offset, "the file ends", "what the header announces"));
            }
            result => result.context("read", self.path)?,
        }
        self.offset += N as u64;
        Ok(bytes)
    }

    /// Returns the file's path.
    pub fn path(&self) -> &'a Path {
        self.path
    }

    /// Bytes read so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the number of lines begun so far, which is the number of the line that [`Text::line`] returned last.
    pub fn line_number(&self) -> u64 {
        self.line
    }

    /// Returns an error about the line that [`Text::line`] returned last.
    pub fn bad(&self, seen: &str, accepted: &str) -> Error {
        self.bad_at(self.line, seen, accepted)
    }

    /// Returns an error about a line, counted from 1.
    pub fn bad_at(&self, line: u64, seen: &str, accepted: &str) -> Error {
        Error::bad_format(self.path, None, format!("line {line}: {seen}"), accepted)
    }
}
