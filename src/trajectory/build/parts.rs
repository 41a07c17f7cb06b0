//! A build in parts: a plan, any number of processes that build a share of it each, and an end.
//!
//! The plan is the journal of a build that has not begun: its first line identifies data and options, and it has the
//! box and the shards to build. A part reads it, builds shards, and leaves a file for each that tells its tables; every
//! file has one writer and a name that appears whole, so that parts need no lock, may run twice, or be lost. The end is
//! a build that goes on with what the parts have left.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::batches::Batches;
use super::block::{BlockCounts, ShardOutcome};
use super::options::BuildHashTablesOptions;
use super::{Build, HashTablesReport, JOURNAL_NAME, JournalRecord, begin, warnings};
use crate::error::IoContext;
use crate::human::{bytes, counted, seconds};
use crate::io::atomic::{self, Durability};
use crate::io::in_use::remove_if_there;
use crate::io::input;
use crate::job::{Journal, Part, Phase, Runner, Warning, while_planned};
use crate::trajectory::Steps;
use crate::trajectory::dataset::ShardFolder;
use crate::trajectory::grid::{BoundingBox, Grid};
use crate::trajectory::shard::Shard;
use crate::trajectory::table::{INDEX_NAME, ShardRecord, TableFolder, encoded_size};
use crate::{Error, Result};

/// What the parts of a build have to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    pub bounds: Option<BoundingBox>,
    /// The first time steps of the shards to build, ascending.
    pub todo: Vec<i32>,
}

/// The file that tells the tables of a shard.
#[derive(Serialize, Deserialize)]
struct Built {
    /// The plan that it was built by.
    plan: String,
    outcome: ShardOutcome,
}

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
    Build::start(dataset, options, runner)?.plan(runner)
}

/// Builds a part of the tables that [`plan_hash_tables`] has planned, with the same data and options; thread count,
/// memory limit, batch size and `fsync` may be others. It takes no lock. A part may run again, also at the same time:
/// it builds what is not there yet. [`finish_hash_tables`] comes after all parts.
///
/// # Errors
/// [`Error::NotFound`] where there is no plan for this data with these options; as
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
    let identity = options.identity(&now, steps);
    let journal = folder.path().join(JOURNAL_NAME);
    let plan = read_plan(&journal, &identity)?.ok_or_else(|| not_planned(folder.path()))?;
    let written_by = plan.name(&identity);
    let (path, name, of) = (journal.clone(), written_by.clone(), identity.clone());
    let is_same = move || Ok(read_plan(&path, &of)?.is_some_and(|plan| plan.name(&of) == name));
    let _looked_after = context.look_after_outputs(while_planned(journal, is_same));

    let todo: HashSet<i32> = plan.todo.iter().copied().collect();
    let mut shards: Vec<(&Shard, Steps)> = Vec::new();
    for shard in dataset.shards.iter().filter(|shard| todo.contains(&shard.first_step)) {
        shards.extend(shard.time_steps().cut_to(steps).map(|range| (shard, range)));
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

/// Reads the plan in a journal; `None` where there is none of this build.
fn read_plan(journal: &Path, identity: &serde_json::Value) -> Result<Option<Plan>> {
    let records = Journal::read::<JournalRecord>(journal, identity)?;
    Ok(records.into_iter().flatten().filter_map(JournalRecord::into_plan).next_back())
}

/// Ends a build whose parts are done: checks that all tables are there and whole, and writes their index, as
/// [`build_hash_tables`](super::build_hash_tables) does at its end. The tables and the index are those of a build in
/// one piece. An end that has come already may come again.
///
/// # Errors
/// [`Error::NotFound`] where there is no plan; [`Error::Busy`] where tables are missing or damaged: the parts that have
/// not ended well must run again; as [`build_hash_tables`](super::build_hash_tables).
pub fn finish_hash_tables(
    dataset: &Path,
    options: &BuildHashTablesOptions,
    runner: &mut Runner,
) -> Result<HashTablesReport> {
    let options = BuildHashTablesOptions { resume: true, ..options.clone() };
    options.check()?;
    let dataset = ShardFolder::open(dataset, options.on_bad_shard)?;
    let folder = options.folder_of(&dataset);
    if !input::exists(&folder.path().join(JOURNAL_NAME))? && !input::exists(&folder.path().join(INDEX_NAME))? {
        return Err(not_planned(folder.path()));
    }
    let mut build = Build::start(dataset, &options, runner)?;
    build.ends_parts = true;
    build.run(runner)
}

impl Build<'_> {
    fn plan(mut self, runner: &mut Runner) -> Result<HashTablesPlan> {
        let context = runner.context().clone();
        let wanted: Vec<_> = self.dataset.shards.iter().filter_map(|s| Some((s, self.range_of(s)?))).collect();
        let shards_done;
        let todo: Vec<(&Shard, Steps)> = match self.index.bounds {
            Some(bounds) => {
                let grid = Grid::new(bounds, self.options.cell_size)?;
                let is_done = self.find_done(&wanted, &grid, runner)?;
                shards_done = is_done.iter().filter(|is_done| **is_done).count();
                wanted.into_iter().zip(is_done).filter(|(_, is_done)| !is_done).map(|(shard, _)| shard).collect()
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
    pub(super) fn refuse_unfinished(&self, todo: &[(&Shard, Steps)]) -> Result<()> {
        if todo.is_empty() {
            return Ok(());
        }
        if !self.is_planned {
            return Err(not_planned(self.folder.path()));
        }
        for (shard, _) in todo {
            remove_if_there(&built_path(&self.folder, shard.first_step))?;
        }
        let first = todo[0].0.path.file_name().unwrap_or_default().to_string_lossy();
        let what = format!(
            "the tables of {} are not there yet, or were damaged, {first} first: run the parts that have not ended \
             well again",
            counted(todo.len() as u64, "shard")
        );
        Err(Error::Busy { subject: self.folder.path().to_path_buf(), what })
    }
}

impl Plan {
    /// Returns what tells this plan from others.
    pub fn name(&self, identity: &serde_json::Value) -> String {
        let bounds = self.bounds.map(|b| [b.min, b.max].map(|corner| corner.map(f64::to_bits)));
        format!("{:016x}", xxh3_64(format!("{identity} {bounds:?}").as_bytes()))
    }
}

fn not_planned(folder: &Path) -> Error {
    let what =
        "no plan of this data with these options; planning with the same options makes one (groma trajectories plan)";
    Error::NotFound { subject: folder.to_path_buf(), what: what.into() }
}

/// The beginning of the names of the files that tell the tables of a shard.
const BUILT_PREFIX: &str = "groma-built-";

fn built_path(folder: &TableFolder, first_step: i32) -> PathBuf {
    folder.path().join(format!("{BUILT_PREFIX}{first_step}.json"))
}

/// Writes down that the tables of a shard have their names.
fn write_built(folder: &TableFolder, outcome: ShardOutcome, plan: &str, durability: Durability) -> Result<()> {
    let path = built_path(folder, outcome.first_step);
    let built = Built { plan: plan.to_string(), outcome };
    let json = serde_json::to_string(&built).map_err(|e| Error::Internal(e.to_string()))?;
    atomic::write(&path, format!("{:016x} {json}\n", xxh3_64(json.as_bytes())).as_bytes(), durability)
}

/// Reads what a part has written down of a shard; `None` where it has not, or by another plan, or it is damaged.
fn read_built(folder: &TableFolder, first_step: i32, plan: &str) -> Result<Option<ShardOutcome>> {
    let text = input::read_if_there(&built_path(folder, first_step))?;
    let built = text.as_deref().and_then(|text| {
        let (hash, json) = text.strip_suffix(b"\n")?.split_at_checked(17)?;
        let is_whole = hash == format!("{:016x} ", xxh3_64(json)).as_bytes();
        serde_json::from_slice::<Built>(json).ok().filter(|_| is_whole)
    });
    let is_of_plan = |built: &Built| built.plan == plan && built.outcome.first_step == first_step;
    Ok(built.filter(is_of_plan).map(|built| built.outcome).filter(ShardOutcome::is_sound))
}

/// Reads what the parts of a plan have written down.
pub(super) fn read_all_built(
    folder: &TableFolder,
    plan: &Plan,
    identity: &serde_json::Value,
) -> Result<Vec<ShardOutcome>> {
    let name = plan.name(identity);
    let read = |&first_step: &i32| read_built(folder, first_step, &name).transpose();
    plan.todo.iter().filter_map(read).collect()
}

/// Removes what parts have written down.
pub(super) fn remove_all_built(folder: &TableFolder) -> Result<()> {
    for name in input::sorted_names(folder.path()).context("list", folder.path())? {
        if name.to_str().is_some_and(|name| name.starts_with(BUILT_PREFIX) && name.ends_with(".json")) {
            remove_if_there(&folder.path().join(name))?;
        }
    }
    Ok(())
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
