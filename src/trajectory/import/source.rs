//! The bytes of an input as UTF-8: from a file or standard input, out of gzip, out of UTF-16.
//!
//! Nothing is ever held of it but buffers, however much a compressed file becomes.

use std::io::{self, BufReader, Chain, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fmt, mem};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};
use flate2::bufread::MultiGzDecoder;

use super::standard::{Standard, Stopped};
use crate::error::IoContext;
use crate::io::input;
use crate::io::patient::Patient;
use crate::job::CancelToken;
use crate::{Error, Result};

/// The most bytes that one line of the file, or one field with line breaks in quotes, may take.
pub const LONGEST_RECORD: u64 = 1 << 20;

/// The first bytes that are looked at before any are read.
const HEAD_BYTES: u64 = 1 << 16;

/// The last bytes that are remembered.
const TAIL_BYTES: usize = 64;

/// The bytes of an input. A reader of records allows itself [`LONGEST_RECORD`] bytes anew for each, and gets an error
/// beyond: it would otherwise take memory for the whole of a record that does not end.
pub(super) struct Source {
    /// The file, or what stands for it in messages.
    pub path: PathBuf,
    /// The size of the file; 0 where that is not known.
    pub size: u64,
    /// Whether the bytes are those of the file, so that their offsets mean something there.
    pub is_plain: bool,
    /// The first bytes, which will be read again.
    pub head: Vec<u8>,
    /// Whether the first bytes are all.
    pub head_is_all: bool,
    bytes: Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>,
    taken: Arc<AtomicU64>,
    left: u64,
    tail: Vec<u8>,
    has_ended: bool,
}

impl Source {
    /// Opens a file, or standard input where none is named, whose reads end with an error when the job is cancelled.
    pub fn open(file: Option<&Path>, cancel: &CancelToken) -> Result<Source> {
        let taken = Arc::new(AtomicU64::new(0));
        let (path, size, raw): (PathBuf, u64, Box<dyn Read + Send>) = match file {
            Some(path) => {
                let file = input::open(path)?;
                let size = file.metadata().context("look at", path)?.len();
                (path.to_path_buf(), size, Box::new(Counted { inner: Patient(file), taken: taken.clone() }))
            }
            None => {
                let path = PathBuf::from("standard input");
                let inner = Patient(Standard::take(cancel).context("read", &path)?);
                (path, 0, Box::new(Counted { inner, taken: taken.clone() }))
            }
        };
        let bad = |cause| read_error(&path, cause);
        let (start, mut bytes) = begin(raw, 2).map_err(bad)?;
        let is_gzip = start.starts_with(b"\x1f\x8b");
        if is_gzip {
            bytes = Box::new(MultiGzDecoder::new(BufReader::with_capacity(HEAD_BYTES as usize, bytes)));
        }
        let (start, mut bytes) = begin(bytes, 4).map_err(bad)?;
        let wide = match start[..] {
            [0xff, 0xfe, 0, 0] => None,
            [0xff, 0xfe, ..] => Some(UTF_16LE),
            [0xfe, 0xff, ..] => Some(UTF_16BE),
            _ => None,
        };
        if let Some(encoding) = wide {
            bytes = Box::new(Wide {
                inner: bytes,
                decoder: Some(encoding.new_decoder_with_bom_removal()),
                given: 0,
                text: Vec::new(),
            });
        }
        let mut head = Vec::new();
        bytes.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(bad)?;
        Ok(Source {
            size,
            is_plain: !is_gzip && wide.is_none() && file.is_some(),
            head_is_all: (head.len() as u64) < HEAD_BYTES,
            bytes: Cursor::new(head.clone()).chain(bytes),
            head,
            path,
            taken,
            left: LONGEST_RECORD,
            tail: Vec::new(),
            has_ended: false,
        })
    }

    /// Passes over first bytes, which are among those that were looked at.
    pub fn pass_over(&mut self, count: usize) -> Result<()> {
        self.head.drain(..count);
        let passed = io::copy(&mut self.bytes.by_ref().take(count as u64), &mut io::sink());
        passed.map(drop).map_err(|cause| read_error(&self.path, cause))
    }

    /// Refuses bytes that are not those of a file, for a format that is not read from first to last.
    #[cfg(any(feature = "parquet", feature = "sqlite"))]
    pub fn refuse_stream(&self, name: &str) -> Result<()> {
        if self.is_plain {
            return Ok(());
        }
        let what = format!(
            "this is {name} in a stream of bytes; it is read from a file that is not compressed: write it to one \
             (gunzip -k unpacks a file), and name that"
        );
        Err(Error::Unsupported { subject: self.path.clone(), what })
    }

    /// Allows the next record its bytes.
    pub fn begin_record(&mut self) {
        self.left = LONGEST_RECORD;
    }

    /// Returns the number of bytes of the file that were read, which goes on counting where it is kept.
    pub fn taken(&self) -> Arc<AtomicU64> {
        self.taken.clone()
    }

    /// Returns what counts the bytes of the file by the share of its `rows` that were read, where a library reads them.
    #[cfg(any(feature = "parquet", feature = "sqlite"))]
    pub fn share(&self, rows: u64) -> Share {
        Share { size: self.size, rows, taken: self.taken() }
    }

    /// Whether there is nothing more to read, and the last bytes there were.
    pub fn end(&self) -> Option<&[u8]> {
        self.has_ended.then_some(&self.tail)
    }
}

/// The share of a file's rows that was read.
#[cfg(any(feature = "parquet", feature = "sqlite"))]
pub(super) struct Share {
    size: u64,
    rows: u64,
    taken: Arc<AtomicU64>,
}

#[cfg(any(feature = "parquet", feature = "sqlite"))]
impl Share {
    /// Notes that so many rows were read.
    pub fn note(&self, rows: u64) {
        let share = rows as f64 / self.rows.max(1) as f64;
        self.taken.fetch_max((self.size as f64 * share.min(1.0)) as u64, Ordering::Relaxed);
    }
}

/// The error of a read, which may come from what the bytes mean.
pub(super) fn read_error(path: &Path, cause: io::Error) -> Error {
    match cause.kind() {
        _ if cause.get_ref().is_some_and(|e| e.is::<Stopped>()) => Error::Cancelled,
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            Error::bad_format(path, None, format!("a gzip file that is damaged or cut: {cause}"), "a whole gzip file")
        }
        _ => Error::Io { action: "read", subject: path.to_path_buf(), cause },
    }
}

/// Reads up to `count` first bytes; they come again from the reader that is returned.
fn begin(mut bytes: Box<dyn Read + Send>, count: u64) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut start = Vec::new();
    bytes.by_ref().take(count).read_to_end(&mut start)?;
    Ok((start.clone(), Box::new(Cursor::new(start).chain(bytes))))
}

#[derive(Debug)]
pub(super) struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record is too long")
    }
}

impl std::error::Error for TooLong {}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !buffer.is_empty() {
            return Err(io::Error::other(TooLong));
        }
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.bytes.read(&mut buffer[..most])?;
        self.left -= read as u64;
        self.has_ended |= read == 0 && most > 0;
        self.tail.extend_from_slice(&buffer[read.saturating_sub(TAIL_BYTES)..read]);
        self.tail.drain(..self.tail.len().saturating_sub(TAIL_BYTES));
        Ok(read)
    }
}

struct Counted<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// UTF-16 that is read as UTF-8.
struct Wide<R> {
    inner: R,
    /// `None` when all was decoded.
    decoder: Option<Decoder>,
    text: Vec<u8>,
    /// Bytes of `text` that were given.
    given: usize,
}

impl<R: Read> Read for Wide<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            let Some(decoder) = &mut self.decoder else { return Ok(0) };
            let mut raw = [0; 4096];
            let read = self.inner.read(&mut raw)?;
            let most = decoder.max_utf8_buffer_length(read).unwrap_or(raw.len() * 3 + 16);
            let mut text = mem::take(&mut self.text);
            text.resize(most, 0);
            let (_, _, written, _) = decoder.decode_to_utf8(&raw[..read], &mut text, read == 0);
            text.truncate(written);
            (self.text, self.given) = (text, 0);
            if read == 0 {
                self.decoder = None;
            }
        }
        let count = buffer.len().min(self.text.len() - self.given);
        buffer[..count].copy_from_slice(&self.text[self.given..][..count]);
        self.given += count;
        Ok(count)
    }
}
