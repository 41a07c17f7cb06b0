//! Encodes sorted samples as a table.

use std::io::{self, Write};

use bytemuck::{bytes_of, must_cast_slice};

use super::{ENTRY_SIZE, HEADER_SIZE, TableEntry, TableHeader};
use crate::io::checksum::{Checksum, Hasher};
use crate::trajectory::keys::KeySpace;
use crate::trajectory::sort::Record;

/// The size of the buffer in which a table is encoded before it is written. Most tables fit and are written with one
/// system call.
const BUFFER_BYTES: usize = 1 << 20;

/// The numbers of cells and samples of a table, and its checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableContents {
    /// Cells that hold a sample.
    pub cells: u32,
    /// Samples.
    pub samples: u32,
    /// The checksum of its bytes.
    pub checksum: Checksum,
}

/// Bytes of a table with so many cells and samples.
pub(crate) fn encoded_size(cells: u32, samples: u32) -> u64 {
    HEADER_SIZE + ENTRY_SIZE * u64::from(cells) + 4 * u64::from(samples)
}

/// Returns the most bytes that the buffer of [`encode`] takes for a table of `samples` samples.
pub(crate) fn buffer_bytes(samples: u64) -> u64 {
    (HEADER_SIZE + (ENTRY_SIZE + 4) * samples).min(BUFFER_BYTES as u64)
}

/// Writes the table of `time_step` to `out`. `samples` are sorted by key and not empty; `buffer` is scratch.
pub fn encode<R: Record>(
    samples: &[R],
    space: &KeySpace,
    time_step: i32,
    buffer: &mut Vec<u8>,
    out: &mut impl Write,
) -> io::Result<TableContents> {
    let cells = 1 + changes(samples);
    let mut out = Staged { buffer, out, hasher: Hasher::default() };
    out.buffer.clear();
    out.put(bytes_of(&TableHeader::new(space.grid(), time_step, cells, samples.len() as u32)))?;

    let mut start = 0;
    for cell in samples.chunk_by(|a, b| a.key() == b.key()) {
        let count = cell.len() as u32;
        out.put(bytes_of(&TableEntry { key: space.morton(cell[0].key()), start, count }))?;
        start += count;
    }
    const IDS_AT_ONCE: usize = 64;
    let (blocks, rest) = samples.as_chunks::<IDS_AT_ONCE>();
    for block in blocks {
        out.put(must_cast_slice(&block.map(R::id)))?;
    }
    for sample in rest {
        out.put(&sample.id().to_le_bytes())?;
    }
    out.out.write_all(out.buffer)?;
    Ok(TableContents { cells, samples: samples.len() as u32, checksum: out.hasher.finish(out.buffer) })
}

/// Counts the samples whose key differs from the key of the sample before.
fn changes<R: Record>(samples: &[R]) -> u32 {
    samples.iter().zip(&samples[1..]).map(|(a, b)| u32::from(a.key() != b.key())).sum()
}

/// A buffer that is written to `out` whenever it is full.
struct Staged<'a, W> {
    buffer: &'a mut Vec<u8>,
    out: &'a mut W,
    hasher: Hasher,
}

impl<W: Write> Staged<'_, W> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.buffer.len() + bytes.len() > BUFFER_BYTES {
            self.out.write_all(self.buffer)?;
            self.hasher.add(self.buffer);
            self.buffer.clear();
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }
}
