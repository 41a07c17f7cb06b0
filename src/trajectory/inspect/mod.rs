//! Finds out what a path is, its numbers, and what is wrong with it.
//!
//! ```
//! # use groma::trajectory::generate::{GenerateOptions, generate};
//! use groma::trajectory::inspect::inspect;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # generate(&folder, &GenerateOptions::new(20, 2, 5))?;
//! let found = inspect(folder.path())?;
//! assert!(found.problems.is_empty());
//! println!("{found}");
//! # Ok::<(), groma::Error>(())
//! ```

mod contents;
mod freshness;
mod metadata;
mod tables;
mod trajectories;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use self::contents::{Contents, Keep};
use self::trajectories::Trajectories;
use super::dataset::{MANIFEST_NAME, Manifest, OnBadShard, ShardFolder, number_in_shard_name, open_shard, surplus};
use super::shard::Shard;
use super::table::{INDEX_NAME, TableFolder, step_of_table};
use crate::human::{bytes, counted};
use crate::io::input::exists;
use crate::job::{RunOptions, Runner};
use crate::trajectory::Steps;
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
    /// The problems; empty when there are none.
    pub problems: Vec<String>,
    /// What is out of the ordinary, and changes neither a table nor an answer.
    pub warnings: Vec<String>,
}

/// Looks at a data set, a shard, a table or a folder of tables. All of it is read: shards, and tables, which are
/// compared with the checksums that their index has. The tables in a data set's own folder are compared with its
/// shards, by the hashes of their contents and by the number of samples at each time step.
///
/// Memory: some 100 bytes for each trajectory; of a data set with tables, 4 for each time step of each shard, and what
/// the index of a folder of tables takes.
///
/// # Errors
/// [`Error::NotFound`] when there is nothing at `path`; [`Error::BadFormat`] when it is none of these, or its header
/// cannot be read; [`Error::MemoryLimit`] when what is known of each trajectory does not fit; [`Error::Io`].
pub fn inspect(path: &Path) -> Result<Inspection> {
    inspect_with(path, &mut Runner::new(&RunOptions { threads: 1, ..RunOptions::default() })?)
}

/// [`inspect`] with a runner of the caller's.
///
/// # Errors
/// As [`inspect`]; [`Error::Cancelled`].
pub fn inspect_with(path: &Path, runner: &mut Runner) -> Result<Inspection> {
    if !exists(path)? {
        return Err(Error::NotFound { subject: path.to_path_buf(), what: "no such file or folder".into() });
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if path.is_dir() {
        let is_tables = name.starts_with("cellsize_") || exists(&path.join(INDEX_NAME))?;
        return if is_tables { tables::inspect_tables(path, runner) } else { inspect_dataset(path, runner) };
    }
    match (number_in_shard_name(&name), step_of_table(&name)) {
        (Some(number), _) => inspect_shard(path, number, runner),
        (None, Some(step)) => tables::inspect_table(path, step),
        (None, None) => {
            let accepted = "a folder, shard-<first time step>.bin or timestep_<number>.bin";
            Err(Error::bad_format(path, None, format!("a file named {name}"), accepted))
        }
    }
}

impl Inspection {
    fn new(path: &Path, kind: &'static str) -> Inspection {
        Inspection { path: path.to_path_buf(), kind, facts: Vec::new(), problems: Vec::new(), warnings: Vec::new() }
    }

    /// Returns the value that was read; `None` where it could not be read, which is added as a problem.
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
            0 => writeln!(f, "  no problems found")?,
            n => writeln!(f, "  {}:", counted(n as u64, "problem"))?,
        }
        self.problems.iter().try_for_each(|problem| writeln!(f, "  - {problem}"))?;
        if !self.warnings.is_empty() {
            writeln!(f, "  {}:", counted(self.warnings.len() as u64, "warning"))?;
        }
        self.warnings.iter().try_for_each(|warning| writeln!(f, "  - {warning}"))
    }
}

fn inspect_dataset(path: &Path, runner: &mut Runner) -> Result<Inspection> {
    let dataset = ShardFolder::open(path, OnBadShard::Skip)?;
    let mut found = Inspection::new(path, "trajectory data set");
    add_manifest(path, &mut found)?;
    add_sizes(&dataset, &mut found);
    report_folder(&dataset, &mut found)?;

    runner.begin("inspect", dataset.shards.len() as u64, dataset.shards.iter().map(Shard::slots).sum())?;
    let context = runner.context().clone();
    let folders = TableFolder::all_below(&dataset.path)?;
    let keep = if folders.is_empty() { Keep::Nothing } else { Keep::Shards };
    let mut contents = Contents::new(keep);
    let mut trajectories = Trajectories::read(&dataset, &mut found, &context)?;
    for shard in &dataset.shards {
        runner.run(|| contents.read(shard, &mut trajectories, &context))?;
    }
    contents.report(&mut found);
    metadata::check(&dataset, &contents, &mut found)?;
    metadata::check_copy(&dataset, &mut found)?;
    trajectories.report(&dataset, &mut found);
    report_rests(&dataset.shards, &mut found);
    report_numbers(&dataset.shards, &mut found);
    found.problems.extend(contents.range.and_then(|range| dataset.metadata_without(range)));
    if dataset.shards.iter().any(|shard| shard.entries > 0) {
        found.fact("time steps with samples", contents.steps);
    }
    freshness::check(&dataset, &folders, &contents, &mut found, runner)?;
    Ok(found)
}

/// Adds what the manifest says.
fn add_manifest(path: &Path, found: &mut Inspection) -> Result<()> {
    if let Some(manifest) = found.take(Manifest::read(&path.join(MANIFEST_NAME)))?.flatten() {
        found.fact("name", &manifest.dataset_name);
        found.fact("scenario", &manifest.scenario_name);
        found.fact("coordinate units", &manifest.coordinate_units);
        if let Some(origin) = manifest.coordinate_origin {
            found.fact("coordinate origin", origin);
        }
        if let Some(volume) = manifest.periodic_volume {
            found.fact("periodic after", volume.extent);
            found.fact("periodic from", volume.origin);
        }
        let (from, to) = (manifest.physical_start_time, manifest.physical_end_time);
        found.fact("physical time", format!("{from} to {to} {}", manifest.physical_time_unit));
    }
    Ok(())
}

/// Adds the numbers of the shards' headers and the metadata.
fn add_sizes(dataset: &ShardFolder, found: &mut Inspection) {
    found.fact("shards", dataset.shards.len());
    if let Some(Steps { first, last }) = dataset.steps() {
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
}

/// Reports what is wrong with the folder and with the shards' headers, before an entry is read.
fn report_folder(dataset: &ShardFolder, found: &mut Inspection) -> Result<()> {
    found.problems.extend(dataset.bad_shards.iter().map(|bad| bad.error.to_string()));
    found.problems.extend(dataset.look_alikes.iter().map(|name| {
        format!("{name} looks like a shard and is none: a shard is a file named shard-<first time step>.bin")
    }));
    found.problems.extend(dataset.metadata_problem.clone());
    found.problems.extend(dataset.contradictions.iter().cloned());
    found.warnings.extend(dataset.lost_manifest()?);
    let gaps = dataset.gaps();
    if !gaps.is_empty() {
        found.fact("gaps between shards", gaps.len());
        let gaps = dataset.explain(&gaps);
        found.warnings.extend(gaps.describe_written());
        found.problems.extend(gaps.describe_unexplained());
    }
    Ok(())
}

/// Reports several shards whose headers all have the same interval number, 0.
fn report_numbers(shards: &[Shard], found: &mut Inspection) {
    if shards.len() > 1 && shards.iter().all(|shard| shard.interval_index == 0) {
        found.problems.push(format!(
            "the headers of all {} say that they are interval 0: the names count, but a program that reads the numbers \
             takes them for one",
            counted(shards.len() as u64, "shard")
        ));
    }
}

/// Reports bytes after the last entry of shards that are fewer than an entry has. More of them are a contradiction.
fn report_rests(shards: &[Shard], found: &mut Inspection) {
    let rests: Vec<&Shard> = shards.iter().filter(|s| s.rest() > 0 && s.surplus_entries() == 0).collect();
    if let Some((shard, size)) = shards.iter().find_map(|shard| Some((shard, shard.other_entry_size()?))) {
        found.problems.push(format!(
            "{} has room for its {} in {size} bytes each, and they were read as of {} bytes: where they have padding, \
             dataset-meta.bin with entry_size_bytes {size} has to say so",
            shard.name(),
            counted(shard.entries.into(), "entry"),
            shard.entry_size
        ));
    } else if let Some(first) = rests.first() {
        found.warnings.push(format!(
            "{} has {} after its last entry, which nothing reads; {} in all",
            first.name(),
            bytes(first.rest()),
            counted(rests.len() as u64, "such shard")
        ));
    }
}

fn inspect_shard(path: &Path, number: i64, runner: &mut Runner) -> Result<Inspection> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let padding = match super::dataset::Metadata::read(&folder.join(super::dataset::METADATA_NAME)) {
        Err(e) if e.is_starved() => return Err(e),
        // Damaged metadata are a problem of the data set; of a shard alone its header decides.
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
    found.fact("bytes after the data", shard.rest());
    runner.begin("inspect", 1, shard.slots())?;
    let context = runner.context().clone();
    let mut contents = Contents::new(Keep::Nothing);
    runner.run(|| contents.read(&shard, &mut Trajectories::none(), &context))?;
    contents.report(&mut found);
    let shard = [shard];
    found.problems.extend(surplus(&shard));
    report_rests(&shard, &mut found);
    Ok(found)
}
