//! Files of text, plain or compressed by gzip, whose reads fail when the job is to stop or a feature has no room.

use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::budget::Budget;
use crate::error::IoContext;
use crate::io::input;
use crate::io::patient::Patient;
use crate::io::recognise::START_BYTES;
use crate::{Error, Result};

const GZIP: &[u8] = b"\x1f\x8b";

/// A compressed file may become so many times larger, and [`FREE`] bytes on top: footprints become 10 to 40 times
/// larger, and what repeats the same bytes up to 1,000 times.
const LARGEST_RATIO: u64 = 250;
const FREE: u64 = 4 << 20;

/// The text of a file from its beginning.
pub(super) struct Text<'a> {
    bytes: Box<dyn Read>,
    /// The size of the file.
    length: u64,
    /// Whether the bytes come out of gzip.
    pub is_gzip: bool,
    /// The first bytes, up to [`START_BYTES`] of them; they are read again.
    pub start: Vec<u8>,
    budget: &'a Budget<'a>,
}

impl<'a> Text<'a> {
    pub fn open(path: &Path, budget: &'a Budget<'a>) -> Result<Text<'a>> {
        let file = input::open(path)?;
        let length = file.metadata().context("read", path)?.len();
        let mut text = Text { bytes: Box::new(Patient(file)), length, is_gzip: false, start: Vec::new(), budget };
        text.look_ahead(path)?;
        if text.start.starts_with(GZIP) {
            text.is_gzip = true;
            let packed = std::mem::replace(&mut text.bytes, Box::new(io::empty()));
            let unpacked = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, packed));
            text.bytes = Box::new(Bounded { inner: unpacked, left: FREE + length.saturating_mul(LARGEST_RATIO) });
            text.look_ahead(path)?;
        }
        Ok(text)
    }

    fn look_ahead(&mut self, path: &Path) -> Result<()> {
        self.start.clear();
        let read = (&mut self.bytes).take(START_BYTES as u64).read_to_end(&mut self.start);
        let is_gzip = self.is_gzip;
        read.map_err(|cause| self.error(path, cause, is_gzip))?;
        let bytes = std::mem::replace(&mut self.bytes, Box::new(io::empty()));
        self.bytes = Box::new(Cursor::new(self.start.clone()).chain(bytes));
        Ok(())
    }

    fn error(&self, path: &Path, cause: io::Error, is_gzip: bool) -> Error {
        read_error(path, cause, is_gzip, self.budget)
    }
}

/// Returns the error of a read, which may come from the budget or from a damaged gzip file.
pub(super) fn read_error(path: &Path, cause: io::Error, is_gzip: bool, budget: &Budget) -> Error {
    if budget.is_cancelled() {
        return Error::Cancelled;
    }
    if let Some(refusal) = budget.take_refusal() {
        return refusal;
    }
    match cause.kind() {
        ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof if is_gzip => {
            Error::bad_format(path, None, format!("a gzip file that cannot be unpacked: {cause}"), "a whole gzip file")
        }
        _ => Error::Io { action: "read", subject: path.to_path_buf(), cause },
    }
}

impl Read for Text<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.budget.is_cancelled() {
            return Err(io::Error::other("cancelled"));
        }
        let read = self.bytes.read(buffer)?;
        if self.budget.add_text(read as u64, self.length) {
            return Ok(read);
        }
        Err(io::Error::other("a feature that is too long"))
    }
}

/// A reader that gives no more than a number of bytes.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let what = format!("it becomes more than {LARGEST_RATIO} times as large, which no footprints do");
            io::Error::new(ErrorKind::InvalidData, what)
        })?;
        Ok(read)
    }
}
