//! Pieces of a binary file by their place, each checked against the file's size before memory is taken for it.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::error::IoContext;
use crate::io::input;
use crate::io::positioned::read_exact_at;
use crate::{Error, Result};

/// The bytes that are read at once, as small pieces mostly follow each other.
const AT_ONCE: u64 = 256 << 10;

/// An open file, with the piece of it that was read last.
pub(super) struct FileBytes {
    pub path: PathBuf,
    pub length: u64,
    file: File,
    buffer: Vec<u8>,
    /// The place of the buffer in the file.
    start: u64,
}

impl FileBytes {
    pub fn open(path: &Path) -> Result<FileBytes> {
        let file = input::open(path)?;
        let length = file.metadata().context("look at", path)?.len();
        Ok(FileBytes { path: path.to_path_buf(), length, file, buffer: Vec::new(), start: 0 })
    }

    /// Returns a piece of the file. `what` names it in errors.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for a piece beyond the file's end; [`Error::Io`]; [`Error::NoMemory`].
    pub fn get(&mut self, offset: u64, length: u64, what: &'static str) -> Result<&[u8]> {
        let end = offset.checked_add(length).filter(|end| *end <= self.length);
        let Some(end) = end else {
            let seen = format!("{what} of {length} bytes, beyond the end of the file at {}", self.length);
            return Err(Error::bad_format(&self.path, Some(offset), seen, "a whole file"));
        };
        if offset < self.start || end > self.start + self.buffer.len() as u64 {
            self.fill(offset, length.max(AT_ONCE).min(self.length - offset), what)?;
        }
        let from = (offset - self.start) as usize;
        Ok(&self.buffer[from..from + length as usize])
    }

    fn fill(&mut self, offset: u64, length: u64, what: &'static str) -> Result<()> {
        self.buffer.clear();
        self.buffer.shrink_to(AT_ONCE as usize);
        let room = usize::try_from(length).ok().filter(|room| self.buffer.try_reserve_exact(*room).is_ok());
        let room = room.ok_or(Error::NoMemory { bytes: length, what })?;
        self.buffer.resize(room, 0);
        self.start = offset;
        let read = read_exact_at(&self.file, &mut self.buffer, offset);
        if read.is_err() {
            self.buffer.clear();
        }
        read.context("read", &self.path)
    }

    /// Returns an error about a place in the file.
    pub fn bad(&self, offset: u64, seen: impl ToString, accepted: impl ToString) -> Error {
        Error::bad_format(&self.path, Some(offset), seen, accepted)
    }
}

/// Returns the number at a place in bytes; `None` beyond their end.
macro_rules! number_at {
    ($($name:ident: $type:ty, $from:ident;)*) => {
        $(
            #[doc = "Returns the number at a place; `None` beyond the end of the bytes."]
            pub(super) fn $name(bytes: &[u8], at: usize) -> Option<$type> {
                const SIZE: usize = size_of::<$type>();
                let piece = bytes.get(at..at.checked_add(SIZE)?)?;
                Some(<$type>::$from(piece.try_into().ok()?))
            }
        )*
    };
}

number_at! {
    i32_be: i32, from_be_bytes;
    i32_le: i32, from_le_bytes;
    u16_le: u16, from_le_bytes;
    u32_le: u32, from_le_bytes;
    f64_le: f64, from_le_bytes;
}
