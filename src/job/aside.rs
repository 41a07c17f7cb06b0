//! Records that are put aside, in more than fit the memory: in memory while they are few, and in a file without a name
//! from then on. All are written before the first is read.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::CancelToken;

use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability, nameless_in};
use crate::io::positioned::read_exact_at;
use crate::{Error, Result};

/// How records are put aside.
#[derive(Clone, Debug)]
pub(crate) struct Aside {
    /// The folder for files.
    pub folder: PathBuf,
    /// About how many bytes of memory the buffers of a [`Sorter`] may take, and those of a few [`Pile`]s together.
    pub memory: u64,
    pub cancel: CancelToken,
}

impl Aside {
    /// The most memory of buffers that is of use.
    pub const MEMORY: u64 = 16 << 20;

    /// Begins a pile.
    pub fn pile(&self) -> Pile {
        Pile::new(self.folder.clone(), self.memory as usize / 4)
    }

    /// Begins chunks.
    pub fn chunks(&self) -> Chunks {
        Chunks { pile: self.pile() }
    }

    /// Fails once the job was cancelled.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn go_on(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

const WRITE: &str = "write a temporary file in";
const READ: &str = "read a temporary file in";

/// Bytes that are written one after the other: in memory while they are few, and in a file without a name from then on.
pub(crate) struct Pile {
    folder: PathBuf,
    /// How many bytes stay in memory.
    in_memory: usize,
    /// What is in no file: everything, or what comes next in the file.
    bytes: Vec<u8>,
    file: Option<File>,
    length: u64,
}

/// What a pile holds.
pub(crate) enum Piled {
    Memory(Vec<u8>),
    File(File),
}

impl Pile {
    /// The bytes that are written to a file at once.
    const AT_ONCE: usize = 1 << 17;

    pub fn new(folder: PathBuf, in_memory: usize) -> Pile {
        Pile { folder, in_memory, bytes: Vec::new(), file: None, length: 0 }
    }

    /// Returns the number of bytes.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Returns the folder of the file.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be made or written, a full disk among them.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.length += bytes.len() as u64;
        self.bytes.extend_from_slice(bytes);
        let most = if self.file.is_some() { Self::AT_ONCE } else { self.in_memory };
        if self.bytes.len() > most { self.write_file() } else { Ok(()) }
    }

    fn write_file(&mut self) -> Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(nameless_in(&self.folder)?),
        };
        file.write_all(&self.bytes).context(WRITE, &self.folder)?;
        self.bytes.clear();
        self.bytes.shrink_to(Self::AT_ONCE);
        Ok(())
    }

    /// Ends the writing; from then on the bytes can be read.
    ///
    /// # Errors
    /// As [`Pile::write`].
    pub fn finish(&mut self) -> Result<()> {
        if self.file.is_some() { self.write_file() } else { Ok(()) }
    }

    /// Reads bytes at a place.
    ///
    /// # Errors
    /// [`Error::Io`], also where there are not as many.
    pub fn read_at(&self, place: u64, buffer: &mut [u8]) -> Result<()> {
        if let Some(file) = &self.file {
            return read_exact_at(file, buffer, place).context(READ, &self.folder);
        }
        let there = self.bytes.get(place as usize..).and_then(|bytes| bytes.get(..buffer.len()));
        buffer.copy_from_slice(there.ok_or_else(|| self.damaged())?);
        Ok(())
    }

    /// Returns a reader of all bytes from a place on.
    pub fn reader(&self, place: u64) -> impl Read + '_ {
        PileReader { pile: self, place }
    }

    /// Copies all bytes to a file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn copy_to(&self, path: &Path, durability: Durability) -> Result<()> {
        let mut copy = AtomicFile::create(path)?;
        io::copy(&mut self.reader(0), &mut copy).context("write", path)?;
        copy.commit(durability)
    }

    /// Ends the writing, and returns what there is.
    ///
    /// # Errors
    /// As [`Pile::write`].
    pub fn into_piled(mut self) -> Result<Piled> {
        self.finish()?;
        Ok(self.file.map_or(Piled::Memory(self.bytes), Piled::File))
    }

    /// Returns the error for bytes that are not what was written.
    pub fn damaged(&self) -> Error {
        let cause = io::Error::new(ErrorKind::InvalidData, "it does not hold what was written");
        Error::Io { action: READ, subject: self.folder.clone(), cause }
    }
}

struct PileReader<'a> {
    pile: &'a Pile,
    place: u64,
}

impl Read for PileReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (self.pile.length - self.place).min(buffer.len() as u64) as usize;
        self.pile.read_at(self.place, &mut buffer[..count]).map_err(io::Error::other)?;
        self.place += count as u64;
        Ok(count)
    }
}

/// The bytes before a chunk: the place of the chunk before it in its list, and its length.
const HEAD: usize = 16;

/// The place of no chunk: the end of a list.
pub(crate) const NOWHERE: u64 = u64::MAX;

/// Chunks, one behind the other. Each names the place of another one, so that any number of lists of them needs no more
/// memory than the place of the last of each.
pub(crate) struct Chunks {
    pile: Pile,
}

impl Chunks {
    /// Appends a chunk to the list of which `before` is the last one. Returns its place.
    ///
    /// # Errors
    /// As [`Pile::write`].
    pub fn append(&mut self, before: u64, content: &[u8]) -> Result<u64> {
        let place = self.pile.len();
        self.pile.write(&bytemuck::cast::<[u64; 2], [u8; HEAD]>([before, content.len() as u64]))?;
        self.pile.write(content)?;
        Ok(place)
    }

    /// Ends the writing.
    ///
    /// # Errors
    /// As [`Pile::write`].
    pub fn finish(&mut self) -> Result<()> {
        self.pile.finish()
    }

    /// Reads the chunk at a place. Returns the place of the one before it in its list.
    ///
    /// # Errors
    /// As [`Pile::read_at`].
    pub fn read(&self, place: u64, content: &mut Vec<u8>) -> Result<u64> {
        let mut head = [0; HEAD];
        self.pile.read_at(place, &mut head)?;
        let [before, length] = bytemuck::cast::<[u8; HEAD], [u64; 2]>(head);
        let start = place + HEAD as u64;
        if length > self.pile.len() - start {
            return Err(self.damaged());
        }
        content.resize(length as usize, 0);
        self.pile.read_at(start, content)?;
        Ok(before)
    }

    /// Reads all chunks in the order in which they were appended, until `each` returns `false`.
    ///
    /// # Errors
    /// As [`Chunks::read`]; the errors of `each`.
    pub fn each(&self, each: &mut dyn FnMut(&[u8]) -> Result<bool>) -> Result<()> {
        let (mut place, mut content) = (0, Vec::new());
        while place < self.pile.len() {
            self.read(place, &mut content)?;
            if !each(&content)? {
                break;
            }
            place += (HEAD + content.len()) as u64;
        }
        Ok(())
    }

    /// As [`Pile::damaged`].
    pub fn damaged(&self) -> Error {
        self.pile.damaged()
    }

    /// Returns the file, once there is one.
    #[cfg(test)]
    pub fn file(&self) -> Option<&File> {
        self.pile.file.as_ref()
    }
}

/// Sorts records into buckets.
pub(crate) struct Sorter {
    aside: Aside,
    chunks: Chunks,
    /// The place of the last chunk of each bucket.
    last: Vec<u64>,
    /// The next chunk of each bucket.
    records: Vec<Vec<u8>>,
    /// The bytes that the next chunks take.
    bytes: usize,
}

impl Sorter {
    /// Begins with so many empty buckets.
    pub fn new(aside: Aside, buckets: u32) -> Sorter {
        let (last, records) = (vec![NOWHERE; buckets as usize], vec![Vec::new(); buckets as usize]);
        Sorter { chunks: aside.chunks(), aside, last, records, bytes: 0 }
    }

    /// Returns the number of buckets.
    pub fn buckets(&self) -> u32 {
        self.last.len() as u32
    }

    /// Adds what `write` appends to a bucket.
    ///
    /// # Errors
    /// As [`Chunks::append`].
    pub fn add(&mut self, bucket: u32, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let records = &mut self.records[bucket as usize];
        self.bytes -= records.capacity();
        write(records);
        self.bytes += records.capacity();
        if self.bytes as u64 >= self.aside.memory { self.put_aside() } else { Ok(()) }
    }

    fn put_aside(&mut self) -> Result<()> {
        self.aside.go_on()?;
        for (last, records) in self.last.iter_mut().zip(&mut self.records).filter(|(_, records)| !records.is_empty()) {
            *last = self.chunks.append(*last, &std::mem::take(records))?;
        }
        self.bytes = 0;
        Ok(())
    }

    /// Returns the buckets.
    ///
    /// # Errors
    /// As [`Chunks::append`].
    pub fn finish(mut self) -> Result<Sorted> {
        self.put_aside()?;
        self.chunks.finish()?;
        Ok(Sorted { aside: self.aside, chunks: self.chunks, last: self.last })
    }
}

/// Records in buckets.
pub(crate) struct Sorted {
    pub aside: Aside,
    pub chunks: Chunks,
    last: Vec<u64>,
}

impl Sorted {
    /// Returns the number of buckets.
    pub fn count(&self) -> u32 {
        self.last.len() as u32
    }

    /// Hands over the records of a bucket, many at a time. Their order is that of adding them within what is handed
    /// over, and otherwise the opposite.
    ///
    /// # Errors
    /// As [`Chunks::read`]; the errors of `each`; [`Error::Cancelled`].
    pub fn read(&self, bucket: u32, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let (mut place, mut records) = (self.last[bucket as usize], Vec::new());
        while place != NOWHERE {
            self.aside.go_on()?;
            place = self.chunks.read(place, &mut records)?;
            each(&records)?;
        }
        Ok(())
    }
}
