//! Plans how much of a shard is built at once, so that the memory limit holds.

use std::ops::Range;

use super::options::{Bounds, BuildHashTablesOptions};
use crate::job::{Context, MemoryBudget};
use crate::trajectory::Steps;
use crate::trajectory::grid::Grid;
use crate::trajectory::keys::KeySpace;
use crate::trajectory::shard::{Shard, ShardReader};
use crate::trajectory::sort::{Record, SortScratch};
use crate::trajectory::table::encode_buffer_bytes;
use crate::{Error, Result};

/// The memory that the buffers of a build may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct MemoryPlan {
    /// The threads that work at once: all of them, unless the limit is too small for that.
    pub lanes: usize,
    /// Bytes for the buffers that the lanes have of their own.
    pub lane_bytes: u64,
    /// Bytes for the samples of a block.
    pub block_bytes: u64,
}

/// The keys that samples are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    /// Short keys: a sample, its key and id together, takes 8 bytes.
    Short,
    /// Full keys: a sample takes 16 bytes.
    Full,
}

impl Keys {
    fn record_bytes(self) -> u64 {
        match self {
            Keys::Short => size_of::<u64>() as u64,
            Keys::Full => size_of::<u128>() as u64,
        }
    }
}

impl MemoryPlan {
    /// Divides the memory limit for the shards `todo`.
    ///
    /// # Errors
    /// [`Error::MemoryLimit`] when not even one time step of the largest shard fits.
    pub fn new(
        todo: &[(&Shard, Steps)],
        grid: Grid,
        options: &BuildHashTablesOptions,
        context: &Context,
    ) -> Result<MemoryPlan> {
        let fit_short_keys = KeySpace::of_box(grid).key_bits() <= u64::KEY_BITS;
        let keys = match options.bounds {
            Bounds::Margin(_) if fit_short_keys => Keys::Short,
            // Positions outside a given box can need keys of any length.
            Bounds::Margin(_) | Bounds::Box(_) => Keys::Full,
        };
        MemoryPlan::with_keys(keys, todo, context)
    }

    /// Refuses a limit that would not suffice with any box, before the data are read for their box.
    ///
    /// # Errors
    /// As [`MemoryPlan::new`].
    pub fn check(todo: &[(&Shard, Steps)], context: &Context) -> Result<()> {
        MemoryPlan::with_keys(Keys::Short, todo, context).map(drop)
    }

    fn with_keys(keys: Keys, todo: &[(&Shard, Steps)], context: &Context) -> Result<MemoryPlan> {
        let record = keys.record_bytes();
        let threads = context.threads();
        let most = |f: &dyn Fn(&Shard, u64) -> u64| {
            let shards = todo.iter().filter(|(shard, _)| shard.entries > 0);
            shards.map(|(shard, range)| f(shard, range.count())).max().unwrap_or(0)
        };
        let row = |shard: &Shard| Layout::new(shard, threads).row_records() * record;
        let lane = most(&|shard, _| lane_bytes(shard, keys));
        let one_step = most(&|shard, _| row(shard));
        let all_steps = most(&|shard, steps| row(shard) * steps);

        let available = context.memory().for_buffers();
        for lanes in (1..=threads).rev() {
            let lane_bytes = lane * lanes as u64;
            if lane_bytes + one_step <= available {
                return Ok(MemoryPlan { lanes, lane_bytes, block_bytes: all_steps.min(available - lane_bytes) });
            }
        }
        let (entries, entry_size) = (most(&|shard, _| u64::from(shard.entries)), most(&|shard, _| shard.entry_size));
        Err(Error::MemoryLimit {
            limit: context.memory().limit(),
            needed: MemoryBudget::OVERHEAD + lane + one_step,
            what: format!("one time step of {entries} entries of {entry_size} bytes on one thread"),
        })
    }
}

/// Returns the bytes that one lane needs while it reads a shard, and then sorts and writes its tables.
fn lane_bytes(shard: &Shard, keys: Keys) -> u64 {
    let entries = u64::from(shard.entries);
    let sort = match keys {
        Keys::Short => SortScratch::<u64>::bytes(entries),
        Keys::Full => SortScratch::<u128>::bytes(entries),
    };
    // Three cell numbers and a key for each time step of an entry.
    let run = (3 * 4 + 8) * u64::from(shard.steps);
    ShardReader::buffer_bytes(shard, shard.steps) + run + sort + encode_buffer_bytes(entries)
}

/// Divides the entries of a shard into parts that are read independently, and gives the places of their samples.
///
/// The buffer of a block holds one part after another; a part holds one time step after another; a time step holds its
/// samples in the order of the entries. So one thread fills each part, and the samples of a time step are its runs in
/// all parts.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    entries: u32,
    part_entries: u32,
    stride: usize,
}

impl Layout {
    /// Makes parts of whole chunks, several for each thread where the shard is large enough.
    pub fn new(shard: &Shard, threads: usize) -> Layout {
        const PARTS_PER_THREAD: u32 = 8;
        let chunk = ShardReader::chunk_entries(shard);
        let chunks = shard.entries.div_ceil(chunk).max(1);
        let part_chunks = chunks.div_ceil(PARTS_PER_THREAD.saturating_mul(threads as u32));
        let part_entries = chunk.saturating_mul(part_chunks).min(shard.entries.max(1));
        // An odd number of cache lines from one time step to the next: the lines that are written in turn then fall
        // into different sets of the cache.
        const LINE: usize = 64 / size_of::<u64>();
        let lines = (part_entries as usize).div_ceil(LINE) | 1;
        Layout { entries: shard.entries, part_entries, stride: lines * LINE }
    }

    /// Returns the number of parts.
    pub fn parts(&self) -> usize {
        self.entries.div_ceil(self.part_entries) as usize
    }

    /// Returns the entries of a part.
    pub fn part(&self, part: usize) -> Range<u32> {
        let first = part as u32 * self.part_entries;
        first..self.entries.min(first.saturating_add(self.part_entries))
    }

    /// Returns the number of records from one time step of a part to the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Returns the number of records that one time step takes in all parts together.
    pub fn row_records(&self) -> u64 {
        (self.parts() * self.stride) as u64
    }
}
