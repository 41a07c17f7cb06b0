//! Pass 2, and the whole job: from a data set to one table per time step.
//!
//! ```text
//! options -> data set (all headers checked) -> box -> batches of shards that are not done yet
//!   each batch: shard by shard, block of time steps by block: fill (by entries) -> sort, encode, write (by time step)
//!   each finished batch: a record in the journal; at the end the index, then the journal goes
//! ```

mod batches;
mod block;
mod earlier;
mod identity;
mod options;
mod parts;
mod plan;
mod planned;
mod report;
mod samples;
mod start;
mod warnings;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use options::{Bounds, BuildHashTablesOptions, DEFAULT_BATCH_SIZE, DEFAULT_MARGIN, LAST_TIME_STEP, WideIds};
pub use parts::{HashTablesPart, HashTablesPlan, build_hash_tables_part, finish_hash_tables, plan_hash_tables};
pub use report::{HashTablesReport, SkippedShard};
pub use samples::{TableSample, write_table};

use self::batches::Batches;
use self::block::{BlockCounts, ShardOutcome};
use super::dataset::ShardFolder;
use super::grid::Grid;
use super::scan::ShardScan;
use super::shard::Shard;
use super::table::{INDEX_NAME, Index, TableFolder};
use crate::Result;
use crate::io::atomic::{remove_unfinished, sync_folder};
use crate::io::in_use::remove_if_there;
use crate::job::{Context, Job, Journal, ProgressCallback, Runner};
use crate::trajectory::Steps;

/// The name of the journal of a build at work, or interrupted, in the folder of tables.
pub const JOURNAL_NAME: &str = "groma-journal";

/// Builds the hash tables of the data set in the folder `dataset`, on this thread and the threads of a pool.
///
/// The tables' bytes depend on the data and on the cell size and box only: not on threads, batch size, memory limit,
/// or on how often the build was interrupted.
///
/// # Errors
/// Whatever is wrong with the options or the data set, before a table is written (but with a given box, for which pass
/// 1 is left out, a trajectory id over 32 bits is met where it stands); [`crate::Error::Io`] when reading or writing
/// fails. After any error each table under its final name is whole, and a build with [`BuildHashTablesOptions::resume`]
/// continues.
pub fn build_hash_tables(dataset: impl AsRef<Path>, options: &BuildHashTablesOptions) -> Result<HashTablesReport> {
    build_hash_tables_with(dataset.as_ref(), options, &mut Runner::new(&options.run)?)
}

/// Starts [`build_hash_tables`] as a job of its own.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for options that no data set could be built with; the rest is the job's result.
pub fn spawn_hash_tables(
    dataset: impl AsRef<Path>,
    options: BuildHashTablesOptions,
    on_progress: Option<ProgressCallback>,
) -> Result<Job<HashTablesReport>> {
    options.check()?;
    let dataset = dataset.as_ref().to_path_buf();
    let run = options.run.clone();
    Job::spawn(&run, on_progress, move |runner| build_hash_tables_with(&dataset, &options, runner))
}

/// Builds as [`build_hash_tables`] does, with the caller's runner; ignores the thread count, limit and cancel flag of
/// the options.
///
/// # Errors
/// As [`build_hash_tables`].
pub fn build_hash_tables_with(
    dataset: &Path,
    options: &BuildHashTablesOptions,
    runner: &mut Runner,
) -> Result<HashTablesReport> {
    options.check()?;
    let dataset = ShardFolder::open(dataset, options.on_bad_shard)?;
    Build::start(dataset, options, Purpose::Build, runner)?.run(runner)
}

/// A record of a build's journal.
#[derive(Serialize, Deserialize)]
enum JournalRecord {
    /// Pass 1 is done.
    Scan(Vec<ShardScan>),
    /// All tables of a batch have their final names.
    Batch(Vec<ShardOutcome>),
    /// The build is done in parts.
    Plan(planned::Plan),
}

impl JournalRecord {
    fn into_plan(self) -> Option<planned::Plan> {
        if let JournalRecord::Plan(plan) = self { Some(plan) } else { None }
    }
}

/// What a build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To build tables, or to plan them.
    Build,
    /// To end what parts have built: it builds none.
    EndParts,
}

struct Build<'a> {
    dataset: ShardFolder,
    options: &'a BuildHashTablesOptions,
    folder: TableFolder,
    journal: Journal,
    /// The index of the tables that are done, which becomes the folder's index at the end.
    index: Index,
    /// The part of an earlier build's index that still holds.
    kept: Index,
    /// The index that was in the folder before.
    on_disk: Option<Index>,
    /// The counts of this build and of earlier, interrupted runs of it.
    counts: BlockCounts,
    /// The infinite samples that pass 1 counted, where it ran.
    infinite_in_scan: u64,
    /// The time steps to build, cut to those that the data set covers.
    steps: Steps,
    /// Whether there is a plan, and what its parts have built by it: the first time steps of shards.
    is_planned: bool,
    done_by_parts: Vec<i32>,
    purpose: Purpose,
}

impl<'a> Build<'a> {
    /// Takes a finished shard into the index.
    fn accept(&mut self, outcome: &ShardOutcome) {
        self.index.set(outcome.steps, &outcome.tables);
        self.counts.add(&outcome.counts);
        if let Some(digest) = outcome.digest
            && let Some(shard) = self.index.shards.iter_mut().find(|s| s.first_step == outcome.first_step)
        {
            shard.digest = Some(digest);
        }
    }

    /// Returns the wanted time steps of a shard; `None` when there are none.
    fn range_of(&self, shard: &Shard) -> Option<Steps> {
        shard.time_steps().cut_to(self.steps)
    }

    /// Builds the missing tables, writes the index, looks after stale tables, and ends the journal.
    fn run(mut self, runner: &mut Runner) -> Result<HashTablesReport> {
        let context = runner.context().clone();
        let written = self.build_tables(runner)?;
        self.mark_empty_steps();
        self.warn_about_metadata(&context);
        if self.options.fsync {
            sync_folder(self.folder.path())?;
        }
        // Where nothing can be written, the index is there already.
        if self.journal.is_written() {
            self.index.write(self.folder.path(), self.options.durability())?;
        }
        if self.is_planned {
            planned::remove_all_built(&self.folder)?;
            remove_unfinished(self.folder.path())?;
        }
        let stale = self.find_stale(&context)?;
        let removed = self.remove_stale(&stale, &context)?;
        self.journal.remove()?;
        let (phases, seconds) = runner.finish();
        Ok(HashTablesReport::new(report::Finished {
            dataset: self.dataset,
            folder: self.folder.path().to_path_buf(),
            index: &self.index,
            steps: self.steps,
            counts: self.counts,
            written,
            stale,
            removed,
            phases,
            seconds,
            context: &context,
        }))
    }

    /// Builds the tables of all shards that are not done, and warns about samples that no table has.
    fn build_tables(&mut self, runner: &mut Runner) -> Result<Written> {
        let context = runner.context().clone();
        let mut written = Written::default();
        if let Some(bounds) = self.index.bounds {
            let grid = Grid::new(bounds, self.options.cell_size)?;
            self.build_batches(grid, runner, &mut written)?;
            warnings::about_samples(&self.counts, &self.options.bounds, &grid, &context);
        } else {
            self.counts.infinite_samples = self.infinite_in_scan;
            warnings::about_infinite(&self.counts, &context);
            context.warn("no-samples", format!("{} has no sample: no table to build", self.dataset.path.display()));
        }
        Ok(written)
    }

    /// Warns about metadata that leave out time steps of which there are tables.
    fn warn_about_metadata(&self, context: &Context) {
        let tables = &self.index.tables;
        let range = tables.first().zip(tables.last()).map(|(first, last)| Steps::from(first.step()..=last.step()));
        if let Some(contradiction) = range.and_then(|range| self.dataset.metadata_without(range)) {
            context.warn("contradiction", contradiction);
        }
    }

    fn build_batches(&mut self, grid: Grid, runner: &mut Runner, written: &mut Written) -> Result<()> {
        let context = runner.context().clone();
        let wanted: Vec<_> = self.dataset.shards.iter().filter_map(|s| Some((s, self.range_of(s)?))).collect();
        let steps_of = |shards: &[(&Shard, Steps)]| shards.iter().map(|(_, range)| range.count()).sum::<u64>();
        let (all, steps) = (wanted.len(), steps_of(&wanted));
        let missing = self.find_missing(wanted, &grid, runner)?;
        if missing.len() < all {
            log::info!("Resuming: {} of {all} shards are done", all - missing.len());
        }
        if self.purpose == Purpose::EndParts {
            written.steps_resumed = steps;
            return self.refuse_unfinished(missing);
        }
        let todo: Vec<(&Shard, Steps)> = missing.into_iter().map(|(shard, _)| shard).collect();
        written.steps_resumed = steps - steps_of(&todo);
        let batches = Batches::new(&todo, grid, self.options, &self.folder, &context)?;
        batches.begin(runner)?;
        if !todo.is_empty() {
            self.refuse_foreign(&todo)?;
            begin(&self.kept, &self.folder, &mut self.journal, self.options)?;
        }

        let journal = &mut self.journal;
        let mut outcomes = Vec::new();
        let result = batches.build(runner, |batch| {
            journal.append(&JournalRecord::Batch(batch.clone()))?;
            outcomes.extend(batch);
            Ok(())
        });
        for outcome in &outcomes {
            written.add(outcome);
            self.accept(outcome);
        }
        result
    }

    /// Marks the time steps that no shard covers as empty, except where a shard that was left out may have covered
    /// them.
    fn mark_empty_steps(&mut self) {
        let mut empty = self.dataset.between_shards();
        if self.index.bounds.is_none() {
            empty.extend(self.dataset.shards.iter().map(Shard::time_steps));
        }
        for range in empty.into_iter().filter_map(|range| range.cut_to(self.steps)) {
            self.index.set(range, &[]);
        }
        let unknown: Vec<Steps> = self.dataset.unknown_steps().collect();
        unknown.into_iter().for_each(|range| self.index.forget(range));
    }
}

/// Cuts the index on the disk down to the records that stay true, before the first table is replaced, and begins the
/// journal.
fn begin(kept: &Index, folder: &TableFolder, journal: &mut Journal, options: &BuildHashTablesOptions) -> Result<()> {
    if !options.resume {
        planned::remove_all_built(folder)?;
    }
    if kept.built.is_empty() {
        remove_if_there(&folder.path().join(INDEX_NAME))?;
    } else {
        kept.write(folder.path(), options.durability())?;
    }
    journal.begin()
}

/// The number and the size of the files that this run wrote.
#[derive(Debug, Default)]
struct Written {
    tables: u64,
    bytes: u64,
    steps_resumed: u64,
}

impl Written {
    fn add(&mut self, outcome: &ShardOutcome) {
        self.tables += outcome.tables.len() as u64;
        self.bytes += outcome.bytes();
    }
}
