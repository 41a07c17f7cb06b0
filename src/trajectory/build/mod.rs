//! Pass 2, and the whole job: from a data set to one table per time step.
//!
//! ```text
//! options -> data set (all headers checked) -> box -> batches of shards that are not done yet
//!   each batch: shard by shard, block of time steps by block: fill (by entries) -> sort, encode, write (by time step)
//!   each finished batch: a record in the journal; at the end the index, then the journal goes
//! ```

mod block;
mod options;
mod plan;
mod report;
mod warnings;

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

pub use options::{Bounds, BuildHashTablesOptions, DEFAULT_BATCH_SIZE, DEFAULT_MARGIN, LAST_TIME_STEP, WideIds};
pub use report::{HashTablesReport, SkippedShard};

use self::block::{BlockCounts, Builder, ShardOutcome};
use self::plan::MemoryPlan;
use super::dataset::{ShardFolder, describe_steps};
use super::grid::Grid;
use super::scan::{self, ShardScan};
use super::shard::Shard;
use super::table::{
    INDEX_NAME, Index, ShardRecord, StaleTables, StepState, TableFolder, TableHeader, encoded_size, verify,
};
use crate::human::counted;
use crate::io::atomic::{Durability, remove_unfinished, sync_folder};
use crate::io::in_use::remove_if_there;
use crate::io::output::make_folder;
use crate::job::{Context, Job, Journal, Phase, ProgressCallback, Runner};
use crate::trajectory::Steps;
use crate::{Error, Result};

/// The name of the journal of a build at work, or interrupted, in the folder of tables.
pub const JOURNAL_NAME: &str = "groma-journal";

/// Builds the hash tables of the data set in the folder `dataset`, on this thread and those of a pool.
///
/// The tables' bytes depend on the data and on the cell size and box only: not on threads, batch size, memory limit,
/// or on how often the build was interrupted.
///
/// # Errors
/// Whatever is wrong with the options or the data set, before a table is written (but with a given box, for which pass
/// 1 reads headers only, a trajectory id over 32 bits is met where it stands); [`Error::Io`] when reading or writing
/// fails. After any error each table under its final name is whole, and a build with [`BuildHashTablesOptions::resume`]
/// continues.
pub fn build_hash_tables(dataset: impl AsRef<Path>, options: &BuildHashTablesOptions) -> Result<HashTablesReport> {
    build_hash_tables_with(dataset.as_ref(), options, &mut Runner::new(&options.run)?)
}

/// Starts [`build_hash_tables`] as a job of its own.
///
/// # Errors
/// [`Error::InvalidArgument`] for options that no data set could be built with; the rest is the job's result.
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

/// [`build_hash_tables`] with the caller's runner; ignores the thread count, limit and cancel flag of the options.
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
    Build::prepare(dataset, options, runner)?.run(runner)
}

/// A record of a build's journal.
#[derive(Serialize, Deserialize)]
enum JournalRecord {
    /// Pass 1 is done.
    Scan(Vec<ShardScan>),
    /// All tables of a batch have their final names.
    Batch(Vec<ShardOutcome>),
}

struct Build<'a> {
    dataset: ShardFolder,
    options: &'a BuildHashTablesOptions,
    folder: TableFolder,
    journal: Journal,
    /// The index of what is done, which becomes the folder's index at the end.
    index: Index,
    /// What still holds of an earlier build's index.
    kept: Index,
    /// The index that the folder has.
    on_disk: Option<Index>,
    /// The counts of this build, those of earlier, interrupted runs included.
    counts: BlockCounts,
    /// The infinite samples that pass 1 counted, where it ran.
    infinite_in_scan: u64,
    /// The time steps to build, cut to those that the data set covers.
    steps: Steps,
}

impl<'a> Build<'a> {
    /// Locks the folder, finds out what earlier runs have done, and scans the data where the box is not known.
    fn prepare(dataset: ShardFolder, options: &'a BuildHashTablesOptions, runner: &mut Runner) -> Result<Build<'a>> {
        runner.plan(&[
            Phase { name: "scan", weight: 1.0 },
            Phase { name: "verify", weight: if options.resume { 0.5 } else { 0.0 } },
            Phase { name: "build", weight: 6.0 },
        ]);
        let context = runner.context().clone();
        warnings::about_folder(&dataset, &context);
        let steps = wanted_steps(&dataset, options)?;

        let output = options.output.as_deref().unwrap_or(&dataset.path);
        let folder = TableFolder::new(output, options.cell_size);
        make_folder(folder.path(), "output")?;
        let now: Vec<ShardRecord> = dataset.shards.iter().map(|s| ShardRecord::new(s, None)).collect();
        let identity = options.identity(&now, steps);
        let (mut journal, recovered) =
            Journal::open(&folder.path().join(JOURNAL_NAME), &identity, options.resume, options.durability())?;
        let old_index = read_index(&folder, &context)?;
        folder.check_cell_size(options.cell_size, old_index.as_ref())?;
        warnings::about_journal(&recovered, options, &context);
        remove_unfinished(folder.path())?;

        let (mut scans, outcomes) = sort_records(recovered.records);
        let reusable = old_index.as_ref().filter(|old| options.resume && covers(old, &now, options));
        let (bounds, margin) = match (options.bounds, reusable) {
            (Bounds::Box(bounds), _) => (Some(bounds), None),
            (Bounds::Margin(margin), Some(old)) if scans.is_none() => (old.bounds, Some(margin)),
            (Bounds::Margin(margin), _) => {
                let scans = match &scans {
                    Some(journaled) => journaled,
                    None => scans.insert(scan_shards(&dataset, options, &mut journal, runner)?),
                };
                let data = scans.iter().filter_map(|s| s.bounds).reduce(|a, b| a.union(&b));
                (data.map(|data| data.grown(margin)), Some(margin))
            }
        };

        let mut index = Index::new(options.cell_size, bounds, margin);
        index.ids_truncated = options.wide_ids == WideIds::Truncate;
        index.coordinate_origin = origin_of(&dataset, old_index.as_ref(), &context)?;
        index.shards = now;
        let infinite_in_scan = scans.iter().flatten().fold(0, |sum: u64, s| sum.saturating_add(s.infinite_samples));
        if let Some(scans) = scans {
            index.shards.iter_mut().zip(scans).for_each(|(shard, scan)| shard.digest = Some(scan.digest));
        }
        let mut build = Build {
            dataset,
            options,
            folder,
            journal,
            kept: index.clone(),
            index,
            on_disk: old_index,
            counts: BlockCounts::default(),
            infinite_in_scan,
            steps,
        };
        build.take_over();
        for outcome in &outcomes {
            build.accept(outcome);
        }
        Ok(build)
    }

    /// Takes over what an earlier index says about shards that have not changed, where it has the same grid.
    fn take_over(&mut self) {
        let Some(old) = self.on_disk.as_ref().filter(|old| old.same_grid(&self.index)) else { return };
        for shard in self.index.shards.iter_mut().filter(|s| s.digest.is_none()) {
            shard.digest = old.shards.iter().find(|o| o.is_unchanged(shard)).and_then(|o| o.digest);
        }
        (self.index.built, self.index.tables) = (old.built.clone(), old.tables.clone());
        let changed = |record: &&ShardRecord, others: &[ShardRecord]| !others.iter().any(|o| o.has_same_data(record));
        let gone = old.shards.iter().filter(|s| changed(s, &self.index.shards));
        let new = self.index.shards.iter().filter(|s| changed(s, &old.shards));
        let ranges = gone.chain(new).map(ShardRecord::time_steps);
        let ranges: Vec<Steps> = ranges.chain(self.dataset.unknown_steps()).collect();
        ranges.into_iter().for_each(|range| self.index.forget(range));
        self.kept = self.index.clone();
    }

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

    /// The wanted time steps of a shard; `None` when there are none.
    fn range_of(&self, shard: &Shard) -> Option<Steps> {
        shard.time_steps().cut_to(self.steps)
    }

    /// Builds what is not done, writes the index, looks after stale tables, and ends the journal.
    fn run(mut self, runner: &mut Runner) -> Result<HashTablesReport> {
        let context = runner.context().clone();
        let written = self.build_tables(runner)?;
        self.mark_empty_steps();
        self.warn_about_metadata(&context);
        if self.options.fsync {
            sync_folder(self.folder.path())?;
        }
        self.index.write(self.folder.path(), self.options.durability())?;
        let stale = self.find_stale(&context)?;
        let removed = self.remove_stale(&stale, &context)?;
        self.journal.remove()?;
        let (phases, seconds) = runner.finish();
        Ok(HashTablesReport::new(report::Inputs {
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

    /// Builds the tables of all shards that are not done, and warns about samples that tables do not have.
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

    /// The tables that the new index does not speak for and that may be removed; warns about what else has the name of
    /// a table.
    fn find_stale(&self, context: &Context) -> Result<StaleTables> {
        let mut stale = self.folder.stale(&self.index)?;
        let unknown: Vec<Steps> = self.dataset.unknown_steps().collect();
        // They may not be stale, for their shard may come back.
        stale.steps.retain(|step| !unknown.iter().any(|range| range.contains(*step)));
        let (index, dataset) = (&self.index, &self.dataset);
        if self.on_disk.is_none() {
            // Without an earlier index it is not known of what data these tables are: they may be the existing
            // plugin's.
            let is_unknown =
                |step: i32| index.state(step) == StepState::Missing && dataset.shard_number(step).is_some();
            let kept: Vec<Steps> = stale.steps.extract_if(.., |step| is_unknown(*step)).map(Steps::from).collect();
            if !kept.is_empty() {
                let (folder, which) = (self.folder.path().display(), describe_steps(&kept));
                context.warn(
                    "tables-without-index",
                    format!("{folder} holds tables of {which}, which no index speaks for; they are left as they are"),
                );
            }
        }
        if let Some(what) = stale.describe_foreign() {
            context.warn("foreign-files", format!("{}: {what}", self.folder.path().display()));
        }
        Ok(stale)
    }

    /// Removes stale tables where the options say so, or warns about them; gives how many were removed.
    fn remove_stale(&self, stale: &StaleTables, context: &Context) -> Result<u64> {
        if stale.steps.is_empty() {
            return Ok(0);
        }
        let (n, which) = (stale.steps.len(), stale.describe());
        if self.options.prune_stale {
            self.folder.remove(stale)?;
            log::info!("Removed {n} stale tables (time steps {which})");
            return Ok(n as u64);
        }
        context.warn(
            "stale-tables",
            format!(
                "{} holds {n} stale tables of an earlier build with other data, box or cell size (time steps \
                 {which}); building with prune_stale (--prune-stale) removes them",
                self.folder.path().display()
            ),
        );
        Ok(0)
    }

    fn build_batches(&mut self, grid: Grid, runner: &mut Runner, written: &mut Written) -> Result<()> {
        let context = runner.context().clone();
        let wanted: Vec<_> = self.dataset.shards.iter().filter_map(|s| Some((s, self.range_of(s)?))).collect();
        let is_done = self.find_done(&wanted, &grid, runner)?;
        let (mut done, mut todo) = (Vec::new(), Vec::new());
        for (shard, is_done) in wanted.into_iter().zip(is_done) {
            if is_done { done.push(shard) } else { todo.push(shard) }
        }
        written.steps_resumed = done.iter().map(|(_, range)| range.count()).sum();
        if !done.is_empty() {
            log::info!("Resuming: {} of {} shards are done", done.len(), done.len() + todo.len());
        }
        let slots = |(shard, range): &(&Shard, Steps)| u64::from(shard.entries) * range.count();
        let batches: Vec<Batch> = numbered_batches(&todo, self.options.batch_size as usize);

        let plan = MemoryPlan::new(&todo, grid, self.options, &context)?;
        let builder = Mutex::new(Builder::new(grid, self.options, self.folder.clone(), plan, context.clone())?);
        let (batch_count, slots) = (batches.len() as u64, todo.iter().map(slots).sum());
        runner.begin("build", batch_count, slots)?;
        if batch_count > 0 {
            self.refuse_foreign(&todo)?;
            begin(&self.kept, &self.folder, &mut self.journal, self.options.durability())?;
        }

        let (journal, folder, fsync) = (&mut self.journal, &self.folder, self.options.fsync);
        let mut outcomes = Vec::new();
        let result = runner.run_units(
            batches,
            1,
            |batch| {
                batch.log();
                let mut builder = builder.lock().map_err(|_| Error::Internal("an earlier batch panicked".into()))?;
                batch.shards.iter().map(|(shard, range)| builder.build_shard(shard, *range)).collect()
            },
            |batch: Vec<ShardOutcome>| {
                if fsync {
                    sync_folder(folder.path())?;
                }
                journal.append(&JournalRecord::Batch(batch.clone()))?;
                outcomes.extend(batch);
                Ok(())
            },
        );
        for outcome in &outcomes {
            written.add(outcome);
            self.accept(outcome);
        }
        result
    }

    /// Refuses to replace a file that has a table's name and is none. A file as long as the table that the index has
    /// there is taken for that table, damaged.
    fn refuse_foreign(&self, todo: &[(&Shard, Steps)]) -> Result<()> {
        for step in self.folder.steps()? {
            let next = todo.get(todo.partition_point(|(_, range)| range.last < step));
            if next.is_none_or(|(_, range)| step < range.first) {
                continue;
            }
            let Some(seen) = self.folder.foreign_beginning(step)? else { continue };
            let path = self.folder.table(step);
            let own = self.on_disk.as_ref().map(|index| index.state(step));
            if let Some(StepState::Table(table)) = own
                && path.metadata().is_ok_and(|found| found.len() == encoded_size(table.cells(), table.samples()))
            {
                continue;
            }
            let accepted = "a table, which begins with THST, or nothing under this name: groma did not write this \
                            file, and does not replace it; move it away";
            return Err(Error::bad_format(&path, 0, format!("a file that begins with {seen:?}"), accepted));
        }
        Ok(())
    }

    /// Finds the shards with which an earlier run is done: those whose tables are all there, whole and unchanged.
    fn find_done(&self, shards: &[(&Shard, Steps)], grid: &Grid, runner: &mut Runner) -> Result<Vec<bool>> {
        let mut done = vec![false; shards.len()];
        let numbered = || shards.iter().map(|(_, range)| *range).enumerate();
        let claimed: Vec<(usize, Steps)> =
            numbered().filter(|(_, range)| self.options.resume && self.index.speaks_for(*range)).collect();
        if claimed.is_empty() {
            return Ok(done);
        }
        let context = runner.context().clone();
        let tables = claimed.iter().map(|(_, range)| self.index.tables_in(*range).len() as u64).sum();
        runner.begin("verify", claimed.len() as u64, tables)?;
        let mut damaged: Vec<(usize, Error)> = Vec::new();
        runner.run_units(
            claimed,
            context.threads(),
            |(n, range)| Ok((n, self.verify_tables(range, grid, &context)?)),
            |(n, found)| {
                done[n] = matches!(found, Verified::Whole);
                if let Verified::Damaged(error) = found {
                    damaged.push((n, error));
                }
                Ok(())
            },
        )?;
        damaged.sort_unstable_by_key(|(n, _)| *n);
        if let Some((_, error)) = damaged.first() {
            let of = counted(damaged.len() as u64, "shard");
            let message = format!("the tables of {of} are made again, for some were damaged or replaced: {error}");
            context.warn("damaged-tables", message);
        }
        Ok(done)
    }

    /// Compares the tables of `range` with what the index says of them.
    fn verify_tables(&self, range: Steps, grid: &Grid, context: &Context) -> Result<Verified> {
        for table in self.index.tables_in(range) {
            context.check()?;
            let expected = TableHeader::new(grid, table.step(), table.cells(), table.samples());
            match verify(&self.folder.table(table.step()), &expected, table.checksum()) {
                Ok(()) => context.add_items(1),
                Err(e) if e.is_starved() => return Err(e),
                Err(Error::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound => return Ok(Verified::Missing),
                Err(e) => return Ok(Verified::Damaged(e)),
            }
        }
        Ok(Verified::Whole)
    }

    /// Time steps that no shard covers are known to be empty, unless a shard that was left out may have covered them.
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

/// The records of a journal: what pass 1 saw, where it was done, and the shards that are done.
fn sort_records(records: Vec<JournalRecord>) -> (Option<Vec<ShardScan>>, Vec<ShardOutcome>) {
    let (mut scans, mut outcomes) = (None, Vec::new());
    for record in records {
        match record {
            JournalRecord::Scan(scan) => scans = Some(scan),
            JournalRecord::Batch(batch) => outcomes.extend(batch.into_iter().filter(ShardOutcome::is_sound)),
        }
    }
    (scans, outcomes)
}

/// Pass 1: scans the shards and records the result in the journal. Before it, refuses a memory limit that no box could
/// make do; after it, ids that a table cannot hold.
fn scan_shards(
    dataset: &ShardFolder,
    options: &BuildHashTablesOptions,
    journal: &mut Journal,
    runner: &mut Runner,
) -> Result<Vec<ShardScan>> {
    let all: Vec<_> = dataset.shards.iter().map(|s| (s, s.time_steps())).collect();
    MemoryPlan::check(&all, runner.context())?;
    let scans = scan::scan(&dataset.shards, runner)?;
    refuse_wide_ids(&dataset.shards, &scans, options)?;
    journal.append(&JournalRecord::Scan(scans.clone()))?;
    Ok(scans)
}

/// The state of a shard's tables, compared with what an earlier run made.
enum Verified {
    Whole,
    /// At least one is gone.
    Missing,
    /// At least one is damaged or of another build.
    Damaged(Error),
}

/// Before the first table is replaced, cuts the index on the disk down to what stays true, and begins the journal.
fn begin(kept: &Index, folder: &TableFolder, journal: &mut Journal, durability: Durability) -> Result<()> {
    if kept.built.is_empty() {
        remove_if_there(&folder.path().join(INDEX_NAME))?;
    } else {
        kept.write(folder.path(), durability)?;
    }
    journal.begin()
}

/// The numbers of what this run wrote.
#[derive(Debug, Default)]
struct Written {
    tables: u64,
    bytes: u64,
    steps_resumed: u64,
}

impl Written {
    fn add(&mut self, outcome: &ShardOutcome) {
        self.tables += outcome.tables.len() as u64;
        self.bytes += outcome.tables.iter().map(|t| encoded_size(t.cells(), t.samples())).sum::<u64>();
    }
}

/// A batch: shards that are read, built and freed together.
struct Batch<'a> {
    /// The numbers of its first and last shard among those to be built.
    numbers: (usize, usize),
    shards: Vec<(&'a Shard, Steps)>,
}

fn numbered_batches<'a>(todo: &[(&'a Shard, Steps)], size: usize) -> Vec<Batch<'a>> {
    todo.chunks(size)
        .enumerate()
        .map(|(n, shards)| Batch { numbers: (n * size, n * size + shards.len() - 1), shards: shards.to_vec() })
        .collect()
}

impl Batch<'_> {
    fn log(&self) {
        log::info!("Processing batch {}-{} ({} shards)", self.numbers.0, self.numbers.1, self.shards.len());
        let (first, last) = (self.shards[0].1.first, self.shards[self.shards.len() - 1].1.last);
        let steps: u64 = self.shards.iter().map(|(_, range)| range.count()).sum();
        log::debug!("Batch timestep range: {first} to {last} ({steps} timesteps)");
    }
}

/// The wanted time steps, cut to what the data set covers.
fn wanted_steps(dataset: &ShardFolder, options: &BuildHashTablesOptions) -> Result<Steps> {
    let Some(covered) = dataset.steps() else {
        let what = "all shards were left out as bad; the first: ".to_string()
            + &dataset.bad_shards.first().map_or(String::new(), |b| b.error.to_string());
        return Err(Error::NotFound { subject: dataset.path.clone(), what });
    };
    let wanted = options.steps.unwrap_or(covered);
    wanted.cut_to(covered).ok_or_else(|| {
        let accepted = format!("time steps of the data set, {} to {}", covered.first, covered.last);
        Error::invalid("steps", format!("{} to {}", wanted.first, wanted.last), accepted)
    })
}

/// Whether an earlier build had the very same shards and margin, so that its box still holds.
fn covers(old: &Index, now: &[ShardRecord], options: &BuildHashTablesOptions) -> bool {
    let same_margin = matches!(options.bounds, Bounds::Margin(m) if old.margin.map(f64::to_bits) == Some(m.to_bits()));
    same_margin
        && old.ids_truncated == (options.wide_ids == WideIds::Truncate)
        && old.shards.len() == now.len()
        && old.shards.iter().zip(now).all(|(a, b)| a.is_unchanged(b))
}

/// Reads the folder's index. An unreadable index is replaced, with a warning; one of a later version is an error.
fn read_index(folder: &TableFolder, context: &Context) -> Result<Option<Index>> {
    match Index::read(folder.path()) {
        Err(Error::BadFormat { path, seen, .. }) => {
            let message = format!("{}: {seen}; it is not as groma wrote it, and is replaced", path.display());
            context.warn("index-replaced", message);
            Ok(None)
        }
        other => other,
    }
}

/// The data set's origin, for the index. The earlier index's origin is kept where the manifest has lost or changed it,
/// as long as there are the same shards.
fn origin_of(dataset: &ShardFolder, old: Option<&Index>, context: &Context) -> Result<Option<[f64; 3]>> {
    let kept = old.filter(|old| old.shares_shards(&dataset.shards)).and_then(|old| old.coordinate_origin);
    match dataset.coordinate_origin() {
        Ok(origin) if kept.is_none() || kept == origin => {
            if origin.is_none()
                && let Some(lost) = dataset.lost_manifest()?
            {
                context.warn("manifest", lost);
            }
            return Ok(origin);
        }
        Ok(_) => {}
        Err(e) if e.is_starved() => return Err(e),
        Err(e) => {
            let what = "whether an origin was taken away from the positions is not known";
            context.warn("manifest", format!("{e}; {what}"));
        }
    }
    if let Some(origin) = &kept {
        context.warn("origin-lost", dataset.lost_origin(origin, INDEX_NAME));
    }
    Ok(kept)
}

fn refuse_wide_ids(shards: &[Shard], scans: &[ShardScan], options: &BuildHashTablesOptions) -> Result<()> {
    let wide = shards.iter().zip(scans).find_map(|(shard, scan)| Some((shard, scan.wide_id?)));
    match wide {
        Some((shard, (id, entry))) if options.wide_ids == WideIds::Fail => Err(block::wide_id(shard, id, entry)),
        _ => Ok(()),
    }
}
