//! A build in parts: a plan, any number of processes that build a share of it each, and an end.
//!
//! The plan is the journal of a build that has not begun: its first line identifies data and options, and it has the
//! box and the shards to build. A part reads it, builds shards, and leaves a file for each that tells its tables; every
//! file has one writer and a name that appears whole, so that parts need no lock, may run twice, or be lost. The end is
//! a build that goes on with what the parts have left.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::batches::Batches;
use super::block::{BlockCounts, ShardOutcome};
use super::earlier::{Verified, verify_tables};
use super::identity::Identity;
use super::options::BuildHashTablesOptions;
use super::planned::{self, Found, Plan, read_built, write_built};
use super::{Build, HashTablesReport, JOURNAL_NAME, JournalRecord, Purpose, begin, warnings};
use crate::error::MissingUnit;
use crate::human::{bytes, counted, seconds};
use crate::io::in_use::remove_if_there;
use crate::job::{Part, Phase, Runner, Warning, unfinished, while_planned};
use crate::trajectory::Steps;
use crate::trajectory::dataset::ShardFolder;
use crate::trajectory::grid::{BoundingBox, Grid};
use crate::trajectory::shard::Shard;
use crate::trajectory::table::{CHECK_BUFFER, Index, ShardRecord, TableFolder, encoded_size};
use crate::{Error, Result};

/// What a plan of hash tables has found.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct HashTablesPlan {
    /// The data set's folder.
    pub dataset: PathBuf,
    /// The folder of the tables.
    pub folder: PathBuf,
    /// The box of the cells; `None` when the data set has no sample.
    pub bounds: Option<BoundingBox>,
    /// Shards whose tables are to be built.
    pub shards: u64,
    /// Shards whose tables an earlier run has built.
    pub shards_done: u64,
    /// Time steps of the shards to build.
    pub steps: u64,
    /// Seconds that the plan took.
    pub seconds: f64,
    /// The warnings, in the order in which they came up.
    pub warnings: Vec<Warning>,
}

/// What a part of a build has done.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct HashTablesPart {
    /// The part.
    pub part: Part,
    /// The folder of the tables.
    pub folder: PathBuf,
    /// Shards of the part.
    pub shards: u64,
    /// Those of them that this run has built; an earlier one had built the others.
    pub shards_built: u64,
    /// Tables that this run wrote.
    pub tables_written: u64,
    /// Bytes that this run wrote.
    pub bytes_written: u64,
    /// Seconds that the part took.
    pub seconds: f64,
    /// The warnings, in the order in which they came up.
    pub warnings: Vec<Warning>,
}

/// Plans a build, for [`build_hash_tables_part`]: checks the data set, finds the box of its positions, and writes down
/// which shards are to be built. Nothing is built. A plan that is made again replaces the one before; with
/// [`BuildHashTablesOptions::resume`], what parts have built by it is kept.
///
/// # Errors
/// As [`build_hash_tables`](super::build_hash_tables).
pub fn plan_hash_tables(
    dataset: &Path,
    options: &BuildHashTablesOptions,
    runner: &mut Runner,
) -> Result<HashTablesPlan> {
    options.check()?;
    let dataset = ShardFolder::open(dataset, options.on_bad_shard)?;
    Build::start(dataset, options, Purpose::Build, runner)?.plan(runner)
}

/// Builds a part of the tables that [`plan_hash_tables`] has planned, with the same data and options; thread count,
/// memory limit, batch size and `fsync` may be others. It takes no lock. A part may run again, also at the same time:
/// it builds what is not there yet. [`finish_hash_tables`] comes after all parts; a part that runs after it checks its
/// tables, and has nothing to build.
///
/// # Errors
/// [`Error::NotPlanned`] where there is no plan for this data with these options, or it cannot be seen yet;
/// [`Error::NotFound`] where the build has ended and tables of the part are missing or damaged since; as
/// [`build_hash_tables`](super::build_hash_tables).
pub fn build_hash_tables_part(
    dataset: &Path,
    options: &BuildHashTablesOptions,
    part: Part,
    runner: &mut Runner,
) -> Result<HashTablesPart> {
    options.check()?;
    runner.plan(&[Phase { name: "build", weight: 1.0 }]);
    let context = runner.context().clone();
    let dataset = ShardFolder::open(dataset, options.on_bad_shard)?;
    let steps = options.steps_of(&dataset)?;
    let folder = options.folder_of(&dataset);
    let now: Vec<ShardRecord> = dataset.shards.iter().map(|shard| ShardRecord::new(shard, None)).collect();
    let identity = Identity::new(options, &now, steps);
    let found = Found::look(&folder, &identity)?;
    let mut shards: Vec<(&Shard, Steps)> = Vec::new();
    for shard in &dataset.shards {
        shards.extend(shard.time_steps().cut_to(steps).map(|range| (shard, range)));
    }
    if let Found::Planned(plan) = &found {
        let todo: HashSet<i32> = plan.todo.iter().copied().collect();
        shards.retain(|(shard, _)| todo.contains(&shard.first_step));
    }
    // A shard without entries takes some time, too.
    let work: Vec<u64> = shards.iter().map(|(shard, range)| 1 + u64::from(shard.entries) * range.count()).collect();
    let mine = &shards[part.of(&work)];
    let mut report = HashTablesPart {
        part,
        folder: folder.path().to_path_buf(),
        shards: mine.len() as u64,
        shards_built: 0,
        tables_written: 0,
        bytes_written: 0,
        seconds: 0.0,
        warnings: Vec::new(),
    };
    let plan = match found {
        Found::Planned(plan) => plan,
        Found::Ended(index) => {
            check_ended(&folder, &index, mine, runner)?;
            let (_, seconds) = runner.finish();
            (report.seconds, report.warnings) = (seconds, context.warnings());
            return Ok(report);
        }
    };
    let written_by = plan.name(&identity);
    let (of, name) = (folder.clone(), written_by.clone());
    let is_same = move || match Found::look(&of, &identity) {
        Ok(Found::Planned(plan)) => Ok(plan.name(&identity) == name),
        Ok(Found::Ended(_)) | Err(Error::NotPlanned { .. }) => Ok(false),
        Err(e) => Err(e),
    };
    let _looked_after = context.look_after_outputs(while_planned(folder.path().join(JOURNAL_NAME), is_same));
    let mut missing = Vec::new();
    for &(shard, range) in mine {
        context.check()?;
        let there = read_built(&folder, shard.first_step, &written_by)?;
        if !there.is_some_and(|outcome| outcome.steps == range && has_tables(&folder, &outcome)) {
            missing.push((shard, range));
        }
    }
    if let Some(bounds) = plan.bounds.filter(|_| !missing.is_empty()) {
        let grid = Grid::new(bounds, options.cell_size)?;
        let batches = Batches::new(&missing, grid, options, &folder, &context)?;
        batches.begin(runner)?;
        let mut counts = BlockCounts::default();
        batches.build(runner, |batch| {
            for outcome in batch {
                report.shards_built += 1;
                report.tables_written += outcome.tables.len() as u64;
                report.bytes_written += outcome.bytes();
                counts.add(&outcome.counts);
                context.check_output()?;
                write_built(&folder, outcome, &written_by, options.durability())?;
            }
            Ok(())
        })?;
        warnings::about_samples(&counts, &options.bounds, &grid, &context);
    } else {
        runner.begin("build", 0, 0)?;
    }
    let (_, seconds) = runner.finish();
    (report.seconds, report.warnings) = (seconds, context.warnings());
    Ok(report)
}

/// Checks the tables of a build that has ended, of which a part can build none.
fn check_ended(folder: &TableFolder, index: &Index, shards: &[(&Shard, Steps)], runner: &mut Runner) -> Result<()> {
    runner.begin("build", shards.len() as u64, 0)?;
    let Some(bounds) = index.bounds else { return Ok(()) };
    let grid = Grid::new(bounds, index.cell_size)?;
    let context = runner.context().clone();
    let check = |(shard, range): &(&Shard, Steps)| {
        let damaged = match verify_tables(folder, index, *range, &grid, &context)? {
            Verified::Whole => return Ok(()),
            Verified::Missing => "missing".to_string(),
            Verified::Damaged(error @ Error::Io { .. }) => return Err(error),
            Verified::Damaged(error) => error.to_string(),
        };
        let what = format!(
            "the build has ended, but tables of {} are not whole ({damaged}); planning again with resume makes them \
             anew (groma trajectories plan --resume)",
            shard.name()
        );
        Err(Error::NotFound { subject: folder.path().to_path_buf(), what })
    };
    runner.run_units(shards, context.threads(), check, |()| Ok(()))
}

/// Ends a build whose parts are done: checks that all tables are there and whole, and writes their index, as
/// [`build_hash_tables`](super::build_hash_tables) does at its end. The tables and the index are those of a build in
/// one piece. An end that has come already may come again.
///
/// # Errors
/// [`Error::NotPlanned`] where there is no plan, or it cannot be seen yet; [`Error::Unfinished`] where tables are
/// missing or damaged: the parts that have not ended well must run again; as
/// [`build_hash_tables`](super::build_hash_tables).
pub fn finish_hash_tables(
    dataset: &Path,
    options: &BuildHashTablesOptions,
    runner: &mut Runner,
) -> Result<HashTablesReport> {
    let options = BuildHashTablesOptions { resume: true, ..options.clone() };
    options.check()?;
    let dataset = ShardFolder::open(dataset, options.on_bad_shard)?;
    let steps = options.steps_of(&dataset)?;
    let now: Vec<ShardRecord> = dataset.shards.iter().map(|shard| ShardRecord::new(shard, None)).collect();
    // Nothing is locked or made where there is no plan.
    Found::look(&options.folder_of(&dataset), &Identity::new(&options, &now, steps))?;
    let context = runner.context().clone();
    let _memory = context.memory().reserve(context.threads() as u64 * CHECK_BUFFER, "comparing tables")?;
    Build::start(dataset, &options, Purpose::EndParts, runner)?.run(runner)
}

impl Build<'_> {
    fn plan(mut self, runner: &mut Runner) -> Result<HashTablesPlan> {
        let context = runner.context().clone();
        let wanted: Vec<_> = self.dataset.shards.iter().filter_map(|s| Some((s, self.range_of(s)?))).collect();
        let shards_done;
        let todo: Vec<(&Shard, Steps)> = match self.index.bounds {
            Some(bounds) => {
                let grid = Grid::new(bounds, self.options.cell_size)?;
                let all = wanted.len();
                let todo = self.find_missing(wanted, &grid, runner)?;
                shards_done = all - todo.len();
                todo.into_iter().map(|(shard, _)| shard).collect()
            }
            None => {
                shards_done = 0;
                Vec::new()
            }
        };
        self.refuse_foreign(&todo)?;
        begin(&self.kept, &self.folder, &mut self.journal, self.options)?;
        // What parts have built is theirs to skip, so that a part has the same shards each time.
        let done_by_parts = self.done_by_parts.iter().copied();
        let mut all: Vec<i32> = todo.iter().map(|(shard, _)| shard.first_step).chain(done_by_parts).collect();
        all.sort_unstable();
        all.dedup();
        self.journal.append(&JournalRecord::Plan(Plan { bounds: self.index.bounds, todo: all }))?;
        let (_, seconds) = runner.finish();
        Ok(HashTablesPlan {
            dataset: self.dataset.path.clone(),
            folder: self.folder.path().to_path_buf(),
            bounds: self.index.bounds,
            shards: todo.len() as u64,
            shards_done: shards_done as u64,
            steps: todo.iter().map(|(_, range)| range.count()).sum(),
            seconds,
            warnings: context.warnings(),
        })
    }

    /// Refuses to end a build that has shards left, after which parts build these.
    pub(super) fn refuse_unfinished(&self, missing: Vec<((&Shard, Steps), Verified)>) -> Result<()> {
        let subject = self.folder.path().to_path_buf();
        let Some(((first, _), _)) = missing.first() else { return Ok(()) };
        if !self.is_planned {
            let what = format!(
                "the build has ended, but the tables of {}, {} first, are missing or damaged; planning again with \
                 resume makes them anew (groma trajectories plan --resume)",
                counted(missing.len() as u64, "shard"),
                first.name()
            );
            return Err(Error::NotFound { subject, what });
        }
        let mut units = Vec::with_capacity(missing.len());
        for ((shard, _), found) in missing {
            let cause = match found {
                Verified::Damaged(error) => {
                    // Its part would see a file as long as the table.
                    remove_if_there(&planned::built_path(&self.folder, shard.first_step))?;
                    error.to_string()
                }
                _ => "missing".into(),
            };
            units.push(MissingUnit { name: shard.name(), cause, is_lasting: false });
        }
        Err(unfinished(&subject, "shard", self.dataset.shards.len() as u64, units))
    }
}

/// Returns whether there are files as long as the tables of a shard. Whether they are whole, the end of the build finds
/// out.
fn has_tables(folder: &TableFolder, outcome: &ShardOutcome) -> bool {
    outcome.tables.iter().all(|table| {
        let found = folder.table(table.step()).metadata();
        found.is_ok_and(|found| found.len() == encoded_size(table.cells(), table.samples()))
    })
}

impl fmt::Display for HashTablesPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = match self.shards_done {
            0 => String::new(),
            done => format!(", {} done before", counted(done, "shard")),
        };
        let (shards, steps) = (counted(self.shards, "shard"), counted(self.steps, "time step"));
        let folder = self.folder.display();
        write!(f, "{shards} of {steps} to build{done}, planned in {}: {folder}", seconds(self.seconds))
    }
}

impl fmt::Display for HashTablesPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (part, shards) = (self.part, counted(self.shards, "shard"));
        let kept = match self.shards - self.shards_built {
            0 => String::new(),
            kept => format!(", {kept} of them before"),
        };
        let (tables, size) = (counted(self.tables_written, "table"), bytes(self.bytes_written));
        let folder = self.folder.display();
        write!(f, "part {part}: {shards}{kept}; {tables}, {size}, in {}: {folder}", seconds(self.seconds))
    }
}
