//! Reads the entries of a shard, a run of them at a time, into a buffer that is used again and again.

use std::borrow::Cow;
use std::fs::File;
use std::io::ErrorKind;
use std::ops::Range;

use bytemuck::cast_slice;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{ENTRY_HEADER_SIZE, POSITION_SIZE, Shard};
use crate::error::IoContext;
use crate::io::input;
use crate::io::positioned::read_exact_at;
use crate::{Error, Result};

/// The number of bytes that are read at once, unless an entry is larger.
const CHUNK_BYTES: u64 = 256 << 10;

/// With this number of unwanted bytes between two wanted spans, or more, it pays to read each span by itself.
const GAP_WORTH_SKIPPING: u64 = 16 << 10;

/// A shard file open for reading. Many threads may read through one.
#[derive(Debug)]
pub struct ShardReader<'a> {
    shard: &'a Shard,
    file: File,
}

/// Memory for the entries of one read, aligned to 8 bytes, so that ids and positions can be used in place.
#[derive(Debug, Default)]
pub struct ReadBuffer {
    words: Vec<u64>,
}

/// One entry, seen in the buffer it was read into.
#[derive(Debug)]
pub struct Entry<'a> {
    /// The trajectory's id.
    pub id: u64,
    /// The first valid sample as the file says; -1 for none. Builds and queries do not use it.
    pub start: i32,
    /// The number of valid samples as the file says. An entry with 0 here contributes no sample.
    pub valid_samples: i32,
    /// The positions at the wanted time steps: x, y, z one after another.
    pub positions: Cow<'a, [f32]>,
}

/// A run of entries in a buffer.
#[derive(Debug)]
pub struct Entries<'a> {
    bytes: &'a [u8],
    stride: usize,
    positions: Range<usize>,
}

/// Whether a reading also hashes the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantDigest {
    /// The entries are hashed.
    Yes,
    /// They are not.
    No,
}

/// A hash of all entries of a shard that does not depend on the order in which its chunks were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest(pub u64);

impl Digest {
    /// Adds another part of the same shard.
    pub fn merge(&mut self, other: Digest) {
        self.0 = self.0.wrapping_add(other.0);
    }
}

impl<'a> ShardReader<'a> {
    /// Opens the file of a checked shard.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] when the file's size is not what it was when the header was checked.
    pub fn open(shard: &'a Shard) -> Result<ShardReader<'a>> {
        let file = input::open(&shard.path)?;
        let size = file.metadata().context("look at", &shard.path)?.len();
        if size != shard.file_size {
            let accepted = format!("{}, its size when the build began", shard.file_size);
            return Err(Error::bad_format(&shard.path, None, format!("the file has {size} bytes"), accepted));
        }
        Ok(ShardReader { shard, file })
    }

    /// Returns how many entries make a chunk: the unit of reading, and of [`Digest`].
    pub fn chunk_entries(shard: &Shard) -> u32 {
        (CHUNK_BYTES / shard.entry_size).clamp(1, u64::from(u32::MAX)) as u32
    }

    /// Returns the most bytes that a buffer takes when `steps` time steps of a chunk are read at a time.
    pub fn buffer_bytes(shard: &Shard, steps: u32) -> u64 {
        let span = ENTRY_HEADER_SIZE + POSITION_SIZE * u64::from(steps);
        if skips(shard, steps) { span } else { CHUNK_BYTES.max(shard.entry_size) }
    }

    /// Reads all time steps of the entries `range`, one chunk, and hashes them.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] when the file has become shorter.
    pub fn read_chunk<'b>(&self, range: Range<u32>, buffer: &'b mut ReadBuffer) -> Result<(Entries<'b>, Digest)> {
        let entries = self.read_whole(range.clone(), 0..self.shard.steps, buffer)?;
        let digest = entries.digest(range.start);
        Ok((entries, digest))
    }

    /// Reads the time steps `steps` (counted from the shard's first) of the entries `range`, which begins a chunk, and
    /// gives each entry, in file order, to `look`.
    ///
    /// Returns the digest of these entries where it is wanted, unless so little of each entry was wanted that the rest
    /// was not read.
    ///
    /// # Errors
    /// As [`ShardReader::read_chunk`], and the errors of `look`.
    pub fn for_each(
        &self,
        range: Range<u32>,
        steps: Range<u32>,
        digest: WantDigest,
        buffer: &mut ReadBuffer,
        mut look: impl FnMut(u32, Entry<'_>) -> Result<()>,
    ) -> Result<Option<Digest>> {
        if skips(self.shard, steps.len() as u32) {
            for entry in range {
                let entries = self.read_span(entry, steps.clone(), buffer)?;
                entries.iter().try_for_each(|e| look(entry, e))?;
            }
            return Ok(None);
        }
        let mut digest = (digest == WantDigest::Yes).then(Digest::default);
        let chunk = Self::chunk_entries(self.shard) as usize;
        for first in range.clone().step_by(chunk) {
            let chunk = first..range.end.min(first.saturating_add(chunk as u32));
            let entries = self.read_whole(chunk.clone(), steps.clone(), buffer)?;
            if let Some(digest) = &mut digest {
                digest.merge(entries.digest(first));
            }
            chunk.zip(entries.iter()).try_for_each(|(n, e)| look(n, e))?;
        }
        Ok(digest)
    }

    fn read_whole<'b>(&self, range: Range<u32>, steps: Range<u32>, buffer: &'b mut ReadBuffer) -> Result<Entries<'b>> {
        let stride = self.shard.entry_size as usize;
        let bytes = buffer.bytes(range.len() * stride)?;
        self.read_at(bytes, self.shard.entry_offset(range.start))?;
        let positions = position_bytes(&steps);
        Ok(Entries { bytes, stride, positions })
    }

    /// Reads the header of one entry and the wanted positions, and nothing in between.
    fn read_span<'b>(&self, entry: u32, steps: Range<u32>, buffer: &'b mut ReadBuffer) -> Result<Entries<'b>> {
        let wanted = position_bytes(&steps);
        let header = ENTRY_HEADER_SIZE as usize;
        let stride = header + wanted.len();
        let bytes = buffer.bytes(stride)?;
        let offset = self.shard.entry_offset(entry);
        self.read_at(&mut bytes[..header], offset)?;
        self.read_at(&mut bytes[header..], offset + wanted.start as u64)?;
        Ok(Entries { bytes, stride, positions: header..stride })
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> Result<()> {
        read_exact_at(&self.file, bytes, offset).or_else(|e| match e.kind() {
            ErrorKind::UnexpectedEof => {
                let seen = format!("the file ends within {} bytes from here", bytes.len());
                let accepted = format!("{} bytes, as when its header was checked", self.shard.file_size);
                Err(Error::bad_format(&self.shard.path, offset, seen, accepted))
            }
            _ => Err(e).context("read", &self.shard.path),
        })
    }
}

/// Returns whether the bytes between the wanted `steps` time steps of two entries are so many that each entry is read
/// by itself.
fn skips(shard: &Shard, steps: u32) -> bool {
    let wanted = ENTRY_HEADER_SIZE + POSITION_SIZE * u64::from(steps);
    shard.entry_size.saturating_sub(wanted) >= GAP_WORTH_SKIPPING
}

fn position_bytes(steps: &Range<u32>) -> Range<usize> {
    let at = |step: u32| (ENTRY_HEADER_SIZE + POSITION_SIZE * u64::from(step)) as usize;
    at(steps.start)..at(steps.end)
}

impl ReadBuffer {
    fn bytes(&mut self, len: usize) -> Result<&mut [u8]> {
        let words = len.div_ceil(8);
        if words > self.words.len() {
            let more = words - self.words.len();
            self.words
                .try_reserve_exact(more)
                .map_err(|_| Error::NoMemory { bytes: len as u64, what: "reading a shard" })?;
            self.words.resize(words, 0);
        }
        Ok(&mut bytemuck::cast_slice_mut(&mut self.words)[..len])
    }
}

impl<'a> Entries<'a> {
    /// Hashes the whole entries, which are the chunk that begins with entry number `first`.
    fn digest(&self, first: u32) -> Digest {
        Digest(xxh3_64_with_seed(self.bytes, u64::from(first)))
    }

    /// Returns the entries in file order.
    pub fn iter(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let positions = self.positions.clone();
        self.bytes.chunks_exact(self.stride).map(move |entry| {
            let field = |at: usize| i32::from_le_bytes(entry[at..at + 4].try_into().expect("four bytes"));
            Entry {
                id: u64::from_le_bytes(entry[..8].try_into().expect("eight bytes")),
                start: field(8),
                valid_samples: field(12),
                positions: floats(&entry[positions.clone()]),
            }
        })
    }
}

/// Returns the floats in `bytes`: in place, or copied where odd padding has put them off their alignment.
fn floats(bytes: &[u8]) -> Cow<'_, [f32]> {
    match bytemuck::try_cast_slice(bytes) {
        Ok(floats) => Cow::Borrowed(floats),
        Err(_) => Cow::Owned(cast_slice::<u8, [u8; 4]>(bytes).iter().map(|b| f32::from_le_bytes(*b)).collect()),
    }
}
