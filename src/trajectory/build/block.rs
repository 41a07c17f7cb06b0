//! Builds the tables of one shard: block of time steps by block, fill, then sort and write.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use super::options::{BuildHashTablesOptions, WideIds};
use super::plan::{Layout, MemoryPlan};
use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability};
use crate::job::{Context, in_lanes};
use crate::trajectory::Steps;
use crate::trajectory::grid::Grid;
use crate::trajectory::keys::{KeySpace, RunFacts};
use crate::trajectory::morton::MAX_CELL;
use crate::trajectory::shard::{Digest, Entry, ReadBuffer, Shard, ShardReader, WantDigest};
use crate::trajectory::sort::{Record, SortScratch, sort};
use crate::trajectory::table::{TableFolder, TableRecord, encode, encoded_size};
use crate::{Error, Result};

/// The result of building a shard.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ShardOutcome {
    /// The shard.
    pub first_step: i32,
    /// The time steps that were built.
    pub steps: Steps,
    /// The tables that were written.
    pub tables: Vec<TableRecord>,
    /// The hash of the shard's entries, where all of them were read.
    pub digest: Option<u64>,
    pub counts: BlockCounts,
}

impl ShardOutcome {
    /// Returns the size of the tables' files.
    pub fn bytes(&self) -> u64 {
        self.tables.iter().map(|table| encoded_size(table.cells(), table.samples())).sum()
    }

    /// Returns whether the tables are of the time steps that were built, which a record in a damaged journal may
    /// contradict.
    pub fn is_sound(&self) -> bool {
        let Steps { first, last } = self.steps;
        0 <= first
            && first <= last
            && self.tables.is_sorted_by(|a, b| a.step() < b.step())
            && self.tables.iter().all(|t| (first..=last).contains(&t.step()))
    }
}

/// The numbers of samples that were skipped or changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BlockCounts {
    pub infinite_samples: u64,
    /// Positions in entries whose number of valid samples is 0.
    pub uncounted_samples: u64,
    pub clamped_samples: u64,
    pub truncated_ids: u64,
}

impl BlockCounts {
    pub fn add(&mut self, other: &BlockCounts) {
        self.infinite_samples = self.infinite_samples.saturating_add(other.infinite_samples);
        self.uncounted_samples = self.uncounted_samples.saturating_add(other.uncounted_samples);
        self.clamped_samples = self.clamped_samples.saturating_add(other.clamped_samples);
        self.truncated_ids = self.truncated_ids.saturating_add(other.truncated_ids);
    }
}

/// Makes the error for an id that a table cannot hold.
pub(super) fn wide_id(shard: &Shard, id: u64, entry: u32) -> Error {
    let accepted = match shard.other_entry_size() {
        Some(size) => format!(
            "ids up to {}; the file has room for {} entries of {size} bytes, which were read as of {}: \
             dataset-meta.bin with entry_size_bytes {size} tells their size",
            u32::MAX,
            shard.entries,
            shard.entry_size
        ),
        None => format!(
            "ids up to {}, which is what a table holds, or wide_ids (--wide-ids truncate), which cuts them to 32 bits",
            u32::MAX
        ),
    };
    Error::bad_format(&shard.path, shard.entry_offset(entry), format!("trajectory id {id}"), accepted)
}

/// Builds shards one after another, in buffers that are reused.
pub(super) struct Builder {
    space: KeySpace,
    /// All keys, for a shard with positions outside the box.
    full_space: KeySpace,
    wide_ids: WideIds,
    /// Whether the caller gave the box: then positions may lie outside it, and pass 1 has not hashed the entries.
    box_given: bool,
    durability: Durability,
    folder: TableFolder,
    context: Arc<Context>,
    plan: MemoryPlan,
    /// The samples of a block, in a buffer of the widest record type, whose alignment suffices for all.
    buffer: Box<[u128]>,
}

/// The buffers that each thread has of its own.
struct Lane<R> {
    read: ReadBuffer,
    cells: Vec<u32>,
    keys: Vec<u64>,
    sort: SortScratch<R>,
    out: Vec<u8>,
}

impl<R> Default for Lane<R> {
    fn default() -> Lane<R> {
        Lane {
            read: ReadBuffer::default(),
            cells: Vec::new(),
            keys: Vec::new(),
            sort: SortScratch::default(),
            out: Vec::new(),
        }
    }
}

/// A shard that is being built.
struct Work<'a> {
    shard: &'a Shard,
    reader: ShardReader<'a>,
    layout: Layout,
    space: &'a KeySpace,
}

/// The place for the samples of a block that one part of a shard has.
struct PartTarget<'a, R> {
    entries: Range<u32>,
    samples: &'a mut [R],
    /// The number of samples that the part has at each time step of the block.
    counts: &'a mut [u32],
}

/// The counts and findings of filling a part of a block.
#[derive(Default)]
struct Filled {
    counts: BlockCounts,
    digest: Option<Digest>,
    overflow: bool,
}

impl Builder {
    pub fn new(
        grid: Grid,
        options: &BuildHashTablesOptions,
        folder: TableFolder,
        plan: MemoryPlan,
        context: Arc<Context>,
    ) -> Result<Builder> {
        let records = plan.block_bytes.div_ceil(size_of::<u128>() as u64) as usize;
        let bytes = plan.block_bytes + plan.lane_bytes;
        let buffer = bytemuck::allocation::try_zeroed_slice_box(records)
            .map_err(|()| Error::NoMemory { bytes, what: "the samples of a block of time steps" })?;
        Ok(Builder {
            space: KeySpace::of_box(grid),
            full_space: KeySpace::full(grid),
            wide_ids: options.wide_ids,
            box_given: matches!(options.bounds, super::Bounds::Box(_)),
            durability: options.durability(),
            folder,
            context,
            plan,
            buffer,
        })
    }

    /// Builds and writes the tables of the time steps `steps` of a shard.
    pub fn build_shard(&mut self, shard: &Shard, steps: Steps) -> Result<ShardOutcome> {
        let context = self.context.clone();
        let _memory = context
            .memory()
            .reserve(self.plan.block_bytes + self.plan.lane_bytes, "the buffers of a batch of shards")?;
        let mut buffer = std::mem::take(&mut self.buffer);
        let wanted = (steps.first - shard.first_step) as u32..(steps.last - shard.first_step) as u32 + 1;
        let built = if self.space.key_bits() <= <u64 as Record>::KEY_BITS {
            let samples: &mut [u64] = bytemuck::must_cast_slice_mut(&mut buffer);
            self.build_blocks(&self.space, shard, wanted.clone(), samples)?
        } else {
            self.build_blocks::<u128>(&self.space, shard, wanted.clone(), &mut buffer)?
        };
        let outcome = match built {
            Some(outcome) => outcome,
            // A position outside the given box may have a key that the box's key space cannot hold.
            None if self.box_given => self
                .build_blocks::<u128>(&self.full_space, shard, wanted, &mut buffer)?
                .ok_or_else(|| Error::Internal("a cell beyond 2^21".into()))?,
            None => {
                let seen = "a position outside the box of all positions";
                return Err(Error::bad_format(
                    &shard.path,
                    None,
                    seen,
                    "a shard that does not change during the build",
                ));
            }
        };
        self.buffer = buffer;
        Ok(outcome)
    }

    /// Builds and writes tables with the keys of `space`, block by block. Returns `None` when a sample's key does not
    /// fit them.
    fn build_blocks<R: Record>(
        &self,
        space: &KeySpace,
        shard: &Shard,
        steps: Range<u32>,
        samples: &mut [R],
    ) -> Result<Option<ShardOutcome>> {
        let layout = Layout::new(shard, self.context.threads());
        let work = Work { shard, reader: ShardReader::open(shard)?, layout, space };
        let step = |k: u32| shard.first_step + k as i32;
        let mut outcome = ShardOutcome {
            first_step: shard.first_step,
            steps: Steps::from(step(steps.start)..=step(steps.end - 1)),
            tables: Vec::new(),
            digest: None,
            counts: BlockCounts::default(),
        };
        if shard.entries == 0 {
            return Ok(Some(outcome));
        }
        let mut lanes: Vec<Lane<R>> = (0..self.plan.lanes).map(|_| Lane::default()).collect();
        let block = (samples.len() as u64 / work.layout.row_records()).min(u64::from(steps.end - steps.start)) as u32;
        if block == 0 {
            return Err(Error::Internal("the memory plan left no room for a time step".into()));
        }
        let mut counts = vec![0; work.layout.parts() * block as usize];
        for first in steps.clone().step_by(block as usize) {
            let range = first..steps.end.min(first.saturating_add(block));
            let counts = &mut counts[..work.layout.parts() * range.len()];
            let filled = self.fill(&work, range.clone(), first == steps.start, &mut lanes, samples, counts)?;
            if filled.overflow {
                return Ok(None);
            }
            outcome.counts.add(&filled.counts);
            if first == steps.start {
                outcome.digest = filled.digest.map(|d| d.0);
            }
            outcome.tables.extend(self.write_tables(&work, range, &mut lanes, samples, counts)?);
        }
        Ok(Some(outcome))
    }

    /// Reads the entries and puts the samples of the time steps `range` into `samples`, by parts in parallel.
    fn fill<R: Record>(
        &self,
        work: &Work<'_>,
        range: Range<u32>,
        first_block: bool,
        lanes: &mut [Lane<R>],
        samples: &mut [R],
        counts: &mut [u32],
    ) -> Result<Filled> {
        let steps = range.len();
        let targets: Vec<Mutex<PartTarget<R>>> = samples
            .chunks_mut(work.layout.stride() * steps)
            .zip(counts.chunks_mut(steps))
            .enumerate()
            .map(|(n, (samples, counts))| Mutex::new(PartTarget { entries: work.layout.part(n), samples, counts }))
            .collect();
        let filled = in_lanes(lanes, targets.len(), |lane, n| {
            // Each part is visited once: the lock only proves it to the compiler.
            let mut target = targets[n].lock().expect("visited once");
            self.fill_part(work, range.clone(), first_block, lane, &mut target)
        })?;
        let mut sum = Filled { digest: (first_block && self.box_given).then(Digest::default), ..Filled::default() };
        for part in filled {
            sum.counts.add(&part.counts);
            sum.overflow |= part.overflow;
            sum.digest = sum.digest.zip(part.digest).map(|(mut a, b)| {
                a.merge(b);
                a
            });
        }
        Ok(sum)
    }

    fn fill_part<R: Record>(
        &self,
        work: &Work<'_>,
        range: Range<u32>,
        first_block: bool,
        lane: &mut Lane<R>,
        target: &mut PartTarget<R>,
    ) -> Result<Filled> {
        let mut filled = Filled::default();
        let Lane { read, cells, keys, .. } = lane;
        target.counts.fill(0);
        let digest = if first_block && self.box_given { WantDigest::Yes } else { WantDigest::No };
        filled.digest = work.reader.for_each(target.entries.clone(), range, digest, read, |number, entry| {
            self.context.check()?;
            if entry.valid_samples == 0 {
                let is_finite = |position: &&[f32; 3]| position.iter().all(|c| c.is_finite());
                let skipped = entry.positions.as_chunks::<3>().0.iter().filter(is_finite).count();
                filled.counts.uncounted_samples += skipped as u64;
                return Ok(());
            }
            let id = self.narrow_id(work.shard, &entry, number, first_block, &mut filled.counts)?;
            let facts = work.space.keys(&entry.positions, cells, keys);
            if facts.overflow {
                filled.overflow = true;
                return Ok(());
            }
            let lanes = target.samples.chunks_exact_mut(work.layout.stride()).zip(target.counts.iter_mut());
            if facts.non_finite || facts.clamped {
                let positions = entry.positions.as_chunks::<3>().0;
                for (((samples, count), &key), position) in lanes.zip(keys.iter()).zip(positions) {
                    if takes(position, facts, work.space.grid(), &mut filled.counts) {
                        samples[*count as usize] = R::pack(key, id);
                        *count += 1;
                    }
                }
            } else {
                for ((samples, count), &key) in lanes.zip(keys.iter()) {
                    samples[*count as usize] = R::pack(key, id);
                    *count += 1;
                }
            }
            Ok(())
        })?;
        Ok(filled)
    }

    fn narrow_id(
        &self,
        shard: &Shard,
        entry: &Entry<'_>,
        number: u32,
        first_block: bool,
        counts: &mut BlockCounts,
    ) -> Result<u32> {
        match (u32::try_from(entry.id), self.wide_ids) {
            (Ok(id), _) => Ok(id),
            (Err(_), WideIds::Fail) => Err(wide_id(shard, entry.id, number)),
            (Err(_), WideIds::Truncate) => {
                // An entry is read once per block; it counts with the first.
                counts.truncated_ids += u64::from(first_block);
                Ok(entry.id as u32)
            }
        }
    }

    /// Sorts and writes the tables of a filled block, by time steps in parallel.
    fn write_tables<R: Record>(
        &self,
        work: &Work<'_>,
        range: Range<u32>,
        lanes: &mut [Lane<R>],
        samples: &[R],
        counts: &[u32],
    ) -> Result<Vec<TableRecord>> {
        let steps = range.len();
        let stride = work.layout.stride();
        let tables = in_lanes(lanes, steps, |lane, k| {
            self.context.check()?;
            let runs: Vec<&[R]> = samples
                .chunks(stride * steps)
                .zip(counts.chunks(steps))
                .map(|(part, counts)| &part[k * stride..][..counts[k] as usize])
                .collect();
            let table =
                self.write_table(work, work.shard.first_step + (range.start as usize + k) as i32, &runs, lane)?;
            self.context.add_items(u64::from(work.shard.entries));
            Ok(table)
        })?;
        Ok(tables.into_iter().flatten().collect())
    }

    /// Sorts and writes the table of a time step. Without samples there is no file, and `None` is returned.
    fn write_table<R: Record>(
        &self,
        work: &Work<'_>,
        step: i32,
        runs: &[&[R]],
        lane: &mut Lane<R>,
    ) -> Result<Option<TableRecord>> {
        let sorted = sort(runs, work.space.key_bits(), &mut lane.sort);
        if sorted.is_empty() {
            log::debug!("Timestep {step}: no samples");
            return Ok(None);
        }
        let path = self.folder.table(step);
        let mut file = AtomicFile::create(path)?;
        let contents = encode(sorted, work.space, step, &mut lane.out, file.file()).context("write", file.path())?;
        self.context.check_output()?;
        file.commit(self.durability)?;
        log::debug!("Timestep {step}: {} samples in {} cells", contents.samples, contents.cells);
        Ok(Some(TableRecord(step, contents.cells, contents.samples, contents.checksum)))
    }
}

/// Returns whether a position is a sample; counts infinite and clamped ones.
fn takes(position: &[f32; 3], facts: RunFacts, grid: &Grid, counts: &mut BlockCounts) -> bool {
    if !position.iter().all(|c| c.is_finite()) {
        counts.infinite_samples += u64::from(!position.iter().any(|c| c.is_nan()));
        return false;
    }
    if facts.clamped {
        let outside = |axis: usize| {
            let quotient = grid.quotient(axis, f64::from(position[axis]));
            quotient < 0.0 || quotient >= f64::from(MAX_CELL) + 1.0
        };
        counts.clamped_samples += u64::from((0..3).any(outside));
    }
    true
}
