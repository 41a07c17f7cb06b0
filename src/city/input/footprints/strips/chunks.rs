//! Bytes that are put aside in chunks: in memory while they are few, and in a file without a name from then on. All are
//! written before the first is read.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use crate::Result;
use crate::error::IoContext;
use crate::io::atomic::nameless_in;
use crate::io::positioned::read_exact_at;

const WRITE: &str = "write a temporary file in";
const READ: &str = "read a temporary file in";

/// The bytes before a chunk: the place of the chunk before it in its list, and its length.
const HEAD: usize = 16;

/// The place of no chunk: the end of a list.
pub(super) const NOWHERE: u64 = u64::MAX;

/// Chunks, one behind the other. Each names the place of another one, so that any number of lists of them needs no more
/// memory than the place of the last of each.
pub(super) struct Chunks {
    bytes: Bytes,
    /// The length of all.
    length: u64,
    /// The folder of the file.
    folder: PathBuf,
    /// How many bytes stay in memory.
    in_memory: usize,
}

enum Bytes {
    Memory(Vec<u8>),
    File(File),
}

impl Chunks {
    pub fn new(folder: PathBuf, in_memory: usize) -> Chunks {
        Chunks { bytes: Bytes::Memory(Vec::new()), length: 0, folder, in_memory }
    }

    /// Appends a chunk to the list of which `before` is the last one. Returns its place.
    ///
    /// # Errors
    /// [`crate::Error::Io`] where the file cannot be made or written, a full disk among them.
    pub fn append(&mut self, before: u64, content: &[u8]) -> Result<u64> {
        let place = self.length;
        let head = bytemuck::cast::<[u64; 2], [u8; HEAD]>([before, content.len() as u64]);
        self.length += (HEAD + content.len()) as u64;
        if let Bytes::Memory(bytes) = &self.bytes
            && self.length > self.in_memory as u64
        {
            let mut file = nameless_in(&self.folder)?;
            file.write_all(bytes).context(WRITE, &self.folder)?;
            self.bytes = Bytes::File(file);
        }
        match &mut self.bytes {
            Bytes::Memory(bytes) => bytes.extend(head.iter().chain(content)),
            Bytes::File(file) => {
                file.write_all(&head).and_then(|()| file.write_all(content)).context(WRITE, &self.folder)?;
            }
        }
        Ok(place)
    }

    /// Reads the chunk at a place. Returns the place of the one before it in its list.
    ///
    /// # Errors
    /// [`crate::Error::Io`], also where the file has become shorter.
    pub fn read(&self, place: u64, content: &mut Vec<u8>) -> Result<u64> {
        let mut head = [0; HEAD];
        self.read_at(place, &mut head)?;
        let [before, length] = bytemuck::cast::<[u8; HEAD], [u64; 2]>(head);
        let start = place + HEAD as u64;
        if length > self.length - start {
            return Err(self.damaged());
        }
        content.resize(length as usize, 0);
        self.read_at(start, content)?;
        Ok(before)
    }

    /// Reads all chunks in the order in which they were appended, until `each` returns `false`.
    ///
    /// # Errors
    /// As [`Chunks::read`]; the errors of `each`.
    pub fn each(&self, each: &mut dyn FnMut(&[u8]) -> Result<bool>) -> Result<()> {
        let (mut place, mut content) = (0, Vec::new());
        while place < self.length {
            self.read(place, &mut content)?;
            if !each(&content)? {
                break;
            }
            place += (HEAD + content.len()) as u64;
        }
        Ok(())
    }

    fn read_at(&self, place: u64, buffer: &mut [u8]) -> Result<()> {
        match &self.bytes {
            Bytes::Memory(bytes) => {
                let there = bytes.get(place as usize..).and_then(|bytes| bytes.get(..buffer.len()));
                buffer.copy_from_slice(there.ok_or_else(|| self.damaged())?);
                Ok(())
            }
            Bytes::File(file) => read_exact_at(file, buffer, place).context(READ, &self.folder),
        }
    }

    /// Returns the error for bytes that are not what was written.
    pub fn damaged(&self) -> crate::Error {
        let cause = io::Error::new(ErrorKind::InvalidData, "it does not hold what was written");
        crate::Error::Io { action: READ, subject: self.folder.clone(), cause }
    }

    /// Returns the file, once there is one.
    #[cfg(test)]
    pub fn file(&self) -> Option<&File> {
        match &self.bytes {
            Bytes::Memory(_) => None,
            Bytes::File(file) => Some(file),
        }
    }
}
