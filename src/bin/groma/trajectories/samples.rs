//! `groma trajectories show` and `groma trajectories export`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::human::{counted, first_of, numbers};
use groma::job::{Job, RunOptions};
use groma::trajectory::Steps;
use groma::trajectory::export::{ExportOptions, export_with};
use groma::trajectory::query::{Dataset, DatasetOptions};
use serde_json::json;

use super::names::Names;
use crate::terminal::{cancel_on_interrupt, nothing_written, print, print_json, println, wait_with_progress};
use crate::values;

const SHOW_EXAMPLES: &str = "\
Positions are as they are stored: where an origin was subtracted at import, without it; --json then has it as \
coordinate_origin. A trajectory without a sample at the time steps is warned about.

Examples:
  groma trajectories show crowd --ids 7,9 --steps 0..99 --csv
  groma trajectories show crowd --ids 7 --json";

const EXPORT_EXAMPLES: &str = "\
The columns are id, frame, x, y, z, as import reads them; a missing sample has no row. Rows come shard after shard, \
trajectory after trajectory. Where an origin was subtracted at import it is added again.

Examples:
  groma trajectories export crowd crowd.csv
  groma trajectories export crowd some.csv --ids 7,9 --steps 100..199";

#[derive(Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub struct Show {
    /// The data set's folder
    dataset: PathBuf,
    /// The trajectories, with commas between: ids, or names where the data set has names
    #[arg(long, value_name = "ID,ID,...", required = true, value_delimiter = ',')]
    ids: Vec<String>,
    /// The time steps, both ends included [default: all]
    #[arg(long, value_name = "A..B", value_parser = values::steps)]
    steps: Option<Steps>,
    /// Print the samples as JSON
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print the samples as CSV
    #[arg(long)]
    csv: bool,
}

/// The positions of a trajectory at the time steps at which it has a sample.
type Shown = (u64, Vec<(i32, [f32; 3])>);

impl Show {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let run = RunOptions { threads: 1, cancel: cancel_on_interrupt()?, ..RunOptions::default() };
        let options = DatasetOptions { run: run.clone(), ..DatasetOptions::default() };
        let dataset = Dataset::open(&self.dataset, options)?;
        let origin = dataset.coordinate_origin();
        let names = Names::read(&self.dataset)?;
        let ids = ids_of(&self.ids, &names)?;
        let steps = dataset.steps_within(self.steps)?;
        let job = Job::spawn(&run, None, move |runner| {
            runner.begin("show", 0, 0)?;
            ids.iter().map(|&id| Ok((id, samples(&dataset, id, steps)?))).collect::<Result<Vec<Shown>>>()
        })?;
        let shown = wait_with_progress(job, quiet, || "there is no answer".into())?;
        let without: Vec<u64> = shown.iter().filter(|(_, s)| s.is_empty()).map(|(id, _)| *id).collect();
        warn_of_missing(&without, &self.dataset);
        if self.json {
            let sample = |step: i32, position: [f32; 3]| {
                let position = position.map(f64::from);
                json!({"time_step": step, "position": position})
            };
            let samples = |samples: &[(i32, [f32; 3])]| samples.iter().map(|s| sample(s.0, s.1)).collect::<Vec<_>>();
            let found = shown.iter().map(|(id, s)| match names.of(*id) {
                Some(name) => json!({"id": id, "name": name, "samples": samples(s)}),
                None => json!({"id": id, "samples": samples(s)}),
            });
            let found: Vec<_> = found.collect();
            print_json(&json!({"coordinate_origin": origin, "trajectories": found}))?;
            return Ok(ExitCode::SUCCESS);
        }
        print(|out| {
            if self.csv {
                writeln!(out, "id,time_step,x,y,z{}", if names.are_there() { ",name" } else { "" })?;
            }
            for (id, step, [x, y, z]) in shown.iter().flat_map(|(id, s)| s.iter().map(move |(step, p)| (id, step, p))) {
                match self.csv {
                    true => writeln!(out, "{id},{step},{x},{y},{z}{}", names.last_field(*id))?,
                    false => writeln!(out, "trajectory {:<10} step {step:<6} at {x}, {y}, {z}", names.label(*id))?,
                }
            }
            match origin.filter(|_| !self.csv) {
                Some(origin) => writeln!(out, "positions are relative to the data set's origin, {}", numbers(&origin)),
                None => Ok(()),
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns the ids that are meant, each once, in the order in which they are named first.
fn ids_of(texts: &[String], names: &Names) -> Result<Vec<u64>> {
    let mut ids = Vec::with_capacity(texts.len());
    let mut seen = HashSet::new();
    for text in texts {
        let id = names.id("ids", text)?;
        if seen.insert(id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn samples(dataset: &Dataset, id: u64, steps: Steps) -> Result<Vec<(i32, [f32; 3])>> {
    let positions = dataset.positions(id, steps)?;
    let with_steps = steps.iter().zip(positions);
    Ok(with_steps.filter_map(|(step, position)| Some((step, position?))).collect())
}

#[derive(Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub struct Export {
    /// The data set's folder
    dataset: PathBuf,
    /// The CSV file
    csv: PathBuf,
    /// Only these trajectories, with commas between: ids, or names where the data set has names
    #[arg(long, value_name = "ID,ID,...", value_delimiter = ',')]
    ids: Option<Vec<String>>,
    /// Only these time steps, both ends included
    #[arg(long, value_name = "A..B", value_parser = values::steps)]
    steps: Option<Steps>,
    /// Positions as they are stored, without the origin that was subtracted at import
    #[arg(long)]
    stored: bool,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

impl Export {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let run = RunOptions { threads: 1, cancel: cancel_on_interrupt()?, ..RunOptions::default() };
        let ids = match &self.ids {
            Some(ids) => Some(ids_of(ids, &Names::read(&self.dataset)?)?),
            None => None,
        };
        let options = ExportOptions { ids, steps: self.steps, stored: self.stored };
        let (dataset, csv) = (self.dataset.clone(), self.csv.clone());
        let job = Job::spawn(&run, None, move |runner| export_with(&dataset, &csv, &options, runner))?;
        let report = wait_with_progress(job, quiet, nothing_written)?;
        warn_of_missing(&report.without_samples, &self.dataset);
        if self.json {
            print_json(&report)?;
        } else if !quiet {
            println(&format!("{}: {}", self.csv.display(), counted(report.samples, "sample")))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn warn_of_missing(ids: &[u64], dataset: &Path) {
    if !ids.is_empty() {
        let names: Vec<String> = ids.iter().map(u64::to_string).collect();
        log::warn!(
            "{} without a sample at the time steps asked for in {}: {}",
            counted(ids.len() as u64, "trajectory"),
            dataset.display(),
            first_of(&names, ids.len() as u64)
        );
    }
}
