//! What a path is, its numbers, and what is wrong with it.

mod contents;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use self::contents::Contents;
use super::dataset::{
    MANIFEST_NAME, Manifest, OnBadShard, ShardFolder, TRAJECTORIES_NAME, TrajectoryRecord, describe_steps, open_shard,
    read_trajectories, shard_number,
};
use super::shard::Shard;
use super::table::{HashTable, INDEX_NAME, Index, StepState, TableFolder, TableHeader, encoded_size, step_of_table};
use crate::human::counted;
use crate::io::input::exists;
use crate::job::{RunOptions, Runner};
use crate::{Error, Result};

/// What [`inspect`] found.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// What was looked at.
    pub path: PathBuf,
    /// "trajectory data set", "shard", "hash table" or "folder of hash tables".
    pub kind: &'static str,
    /// Names and values, in an order for reading.
    pub facts: Vec<(&'static str, serde_json::Value)>,
    /// What is wrong. Empty when nothing is.
    pub problems: Vec<String>,
}

/// Looks at a data set, a shard, a table or a folder of tables. Shards and a table are read whole.
///
/// # Errors
/// [`Error::NotFound`] when there is nothing at `path`; [`Error::BadFormat`] when it is none of these, or its header
/// cannot be read; [`Error::Io`].
pub fn inspect(path: &Path) -> Result<Inspection> {
    inspect_with(path, &mut Runner::new(&RunOptions { threads: 1, ..RunOptions::default() })?)
}

/// [`inspect`] with a runner of the caller's.
///
/// # Errors
/// As [`inspect`]; [`Error::Cancelled`].
pub fn inspect_with(path: &Path, runner: &mut Runner) -> Result<Inspection> {
    if !exists(path)? {
        return Err(Error::NotFound { path: path.to_path_buf(), what: "no such file or folder".into() });
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if path.is_dir() {
        let is_tables = name.starts_with("cellsize_") || exists(&path.join(INDEX_NAME))?;
        return if is_tables { inspect_tables(path) } else { inspect_dataset(path, runner) };
    }
    match (shard_number(&name), step_of_table(&name)) {
        (Some(number), _) => inspect_shard(path, number, runner),
        (None, Some(step)) => inspect_table(path, step),
        (None, None) => {
            let accepted = "a folder, shard-<first time step>.bin or timestep_<number>.bin";
            Err(Error::bad_format(path, None, format!("a file named {name}"), accepted))
        }
    }
}

impl Inspection {
    fn new(path: &Path, kind: &'static str) -> Inspection {
        Inspection { path: path.to_path_buf(), kind, facts: Vec::new(), problems: Vec::new() }
    }

    /// What was read, or the problem that it could not be.
    fn take<T>(&mut self, read: Result<T>) -> Result<Option<T>> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(e) if e.is_starved() => Err(e),
            Err(e) => {
                self.problems.push(e.to_string());
                Ok(None)
            }
        }
    }

    fn fact(&mut self, name: &'static str, value: impl Serialize) {
        self.facts.push((name, serde_json::to_value(value).unwrap_or_default()));
    }
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.path.display(), self.kind)?;
        for (name, value) in &self.facts {
            match value {
                serde_json::Value::String(text) => writeln!(f, "  {name:<22} {text}")?,
                other => writeln!(f, "  {name:<22} {other}")?,
            }
        }
        match self.problems.len() {
            0 => writeln!(f, "  no problems found"),
            n => {
                writeln!(f, "  {n} problem{}:", if n == 1 { "" } else { "s" })?;
                self.problems.iter().try_for_each(|problem| writeln!(f, "  - {problem}"))
            }
        }
    }
}

fn inspect_dataset(path: &Path, runner: &mut Runner) -> Result<Inspection> {
    let dataset = ShardFolder::open(path, OnBadShard::Skip)?;
    let mut found = Inspection::new(path, "trajectory data set");
    if let Some(manifest) = found.take(Manifest::read(&path.join(MANIFEST_NAME)))?.flatten() {
        found.fact("name", &manifest.dataset_name);
        found.fact("scenario", &manifest.scenario_name);
        found.fact("coordinate units", &manifest.coordinate_units);
        if let Some(origin) = manifest.coordinate_origin {
            found.fact("coordinate origin", origin);
        }
        let (from, to) = (manifest.physical_start_time, manifest.physical_end_time);
        found.fact("physical time", format!("{from} to {to} {}", manifest.physical_time_unit));
    }
    found.fact("shards", dataset.shards.len());
    if let Some((first, last)) = dataset.steps() {
        found.fact("time steps", format!("{first} to {last}"));
    }
    found.fact("entries", dataset.shards.iter().map(|s| u64::from(s.entries)).sum::<u64>());
    found.fact("room for samples", dataset.shards.iter().map(Shard::slots).sum::<u64>());
    found.fact("bytes", dataset.shards.iter().map(|s| s.file_size).sum::<u64>());
    if let Some(meta) = &dataset.metadata {
        found.fact("trajectories", meta.trajectory_count);
        found.fact("least position", meta.bbox_min);
        found.fact("greatest position", meta.bbox_max);
    }
    found.problems.extend(dataset.bad_shards.iter().map(|bad| bad.error.to_string()));
    found.problems.extend(dataset.look_alikes.iter().map(|name| format!("{name} looks like a shard and is none")));
    found.problems.extend(dataset.metadata_problem.clone());
    found.problems.extend(dataset.contradictions.iter().cloned());
    if let Some(records) = found.take(read_trajectories(&path.join(TRAJECTORIES_NAME)))?.flatten() {
        check_records(&dataset, &records, &mut found);
    }
    let gaps = dataset.gaps();
    if !gaps.is_empty() {
        found.fact("gaps between shards", gaps.len());
        found.problems.push(format!("{} are in no shard: is a file missing?", describe_steps(&gaps)));
    }

    runner.begin("inspect", dataset.shards.len() as u64, dataset.shards.iter().map(Shard::slots).sum())?;
    let context = runner.context().clone();
    let mut contents = Contents::new();
    for shard in &dataset.shards {
        runner.run(|| contents.read(shard, &context))?;
    }
    contents.tell(&mut found);
    found.problems.extend(contents.range.and_then(|range| dataset.metadata_without(range)));
    if dataset.shards.iter().any(|shard| shard.entries > 0) {
        found.fact("time steps with samples", contents.steps);
    }
    Ok(found)
}

/// Compares the table of trajectories with shards and metadata.
fn check_records(dataset: &ShardFolder, records: &[TrajectoryRecord], found: &mut Inspection) {
    let expected = dataset.metadata.as_ref().map(|m| m.trajectory_count);
    if let Some(expected) = expected.filter(|&n| n != records.len() as u64) {
        let problem = format!("{TRAJECTORIES_NAME} has {} records, the metadata say {expected}", records.len());
        found.problems.push(problem);
    }
    let is_there =
        |number: u32| dataset.shards.binary_search_by_key(&i64::from(number), |s| s.first_step.into()).is_ok();
    let mut elsewhere = records.iter().filter(|record| !is_there(record.data_file_index));
    if let Some(first) = elsewhere.next() {
        found.problems.push(format!(
            "{TRAJECTORIES_NAME} says that trajectory {} begins in shard-{}.bin, which is not among the shards that \
             can be used; {} in all",
            first.id,
            first.data_file_index,
            counted(1 + elsewhere.count() as u64, "such record")
        ));
    }
}

fn inspect_shard(path: &Path, number: i64, runner: &mut Runner) -> Result<Inspection> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let padding = match super::dataset::Metadata::read(&folder.join(super::dataset::METADATA_NAME)) {
        Err(e) if e.is_starved() => return Err(e),
        // They are a problem of the data set; the shard's own header decides.
        metadata => metadata.ok().flatten().map_or(0, |meta| meta.padding()),
    };
    let shard = open_shard(path, number, padding)?;
    let mut found = Inspection::new(path, "shard");
    found.fact("time steps", format!("{} to {}", shard.first_step, shard.last_step()));
    found.fact("entries", shard.entries);
    found.fact("interval number", shard.interval_index);
    found.fact("entry size", shard.entry_size);
    found.fact("data offset", shard.data_offset);
    found.fact("bytes", shard.file_size);
    let used = shard.entry_offset(shard.entries);
    found.fact("bytes after the data", shard.file_size - used);
    runner.begin("inspect", 1, shard.slots())?;
    let context = runner.context().clone();
    let mut contents = Contents::new();
    runner.run(|| contents.read(&shard, &context))?;
    contents.tell(&mut found);
    Ok(found)
}

fn inspect_table(path: &Path, step: i32) -> Result<Inspection> {
    let mut found = Inspection::new(path, "hash table");
    let header = TableHeader::read(path)?;
    add_header(&mut found, &header);
    if header.time_step != step as u32 {
        found.problems.push(format!("the header says time step {}, the name {step}", header.time_step));
    }
    if let Some(table) = found.take(HashTable::open(path))? {
        found.fact("most samples in a cell", table.entries().iter().map(|e| e.count).max());
    }
    Ok(found)
}

fn add_header(found: &mut Inspection, header: &TableHeader) {
    found.fact("time step", header.time_step);
    found.fact("cell size", header.cell_size);
    found.fact("box min", header.bbox_min);
    found.fact("box max", header.bbox_max);
    found.fact("cells", header.entry_count);
    found.fact("samples", header.trajectory_id_count);
    found.fact("bytes", header.file_size());
}

fn inspect_tables(path: &Path) -> Result<Inspection> {
    let mut found = Inspection::new(path, "folder of hash tables");
    let folder = TableFolder::at(path);
    let steps = folder.steps()?;
    found.fact("tables", steps.len());
    if let (Some(first), Some(last)) = (steps.first(), steps.last()) {
        found.fact("time steps", format!("{first} to {last}"));
    }
    if exists(&path.join(super::build::JOURNAL_NAME))? {
        found
            .problems
            .push("a build is at work here, or was interrupted; building with resume (--resume) continues it".into());
    }
    let Some(index) = Index::read(path)? else {
        found.fact("index", "none: made by the existing plugin, or not finished");
        for &step in &steps {
            found.take(TableHeader::read(&folder.table(step)))?;
        }
        return Ok(found);
    };
    found.fact("cell size", index.cell_size);
    found.fact("box", index.bounds);
    found.fact("margin", index.margin);
    found.fact("built", &index.built);
    found.fact("shards", index.shards.len());
    found.fact("samples", index.tables.iter().map(|t| u64::from(t.samples())).sum::<u64>());
    found.fact("cells", index.tables.iter().map(|t| u64::from(t.cells())).sum::<u64>());
    for table in &index.tables {
        let path = folder.table(table.step());
        let expected = encoded_size(table.cells(), table.samples());
        match std::fs::metadata(&path) {
            Ok(m) if m.len() == expected => {}
            Ok(m) => {
                found.problems.push(format!("{} has {} bytes, the index says {expected}", path.display(), m.len()))
            }
            Err(e) => found.problems.push(format!("{}: {e}", path.display())),
        }
    }
    let stale = steps.iter().filter(|&&s| !matches!(index.state(s), StepState::Table(_))).count();
    if stale > 0 {
        found.problems.push(format!("{}, for which the index does not speak", counted(stale as u64, "stale table")));
    }
    Ok(found)
}
