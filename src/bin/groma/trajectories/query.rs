//! `groma trajectories query`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::human::counted;
use groma::job::{Job, RunOptions, Runner};
use groma::trajectory::build::{self, BuildOptions};
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult, Sample};
use serde_json::json;

use crate::terminal::{cancel_on_interrupt, print_json, println, wait_with_progress};
use crate::values;

const EXAMPLES: &str = "\
Points, radii and distances are in the data set's own unit. Distances are exact; the cell size says
only which tables to read.

Examples:
  groma trajectories query crowd --cell-size 10 --step 42 --at 0,0,0 --radius 25 --csv
  groma trajectories query crowd --cell-size 10 --step 0 --last-step 9 --trajectory 7 --radius 5
  groma trajectories query crowd --cell-size 10 --step 42 --at 0,0,0 --nearest 8 --json";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
#[command(group = clap::ArgGroup::new("where").required(true).args(["at", "trajectory"]))]
pub struct Query {
    /// The data set's folder
    dataset: PathBuf,
    /// The cell size of the tables
    #[arg(long, value_name = "S")]
    cell_size: f32,
    /// The time step, or the first of a range
    #[arg(long, value_name = "T")]
    step: i32,
    /// The last time step of a range
    #[arg(long, value_name = "T2")]
    last_step: Option<i32>,
    /// The point to ask around
    #[arg(long, value_name = "X,Y,Z", value_parser = values::point, allow_hyphen_values = true)]
    at: Option<[f64; 3]>,
    /// Ask around this trajectory, wherever it is at each time step: of each one that comes within the radius the answer has all
    /// samples from the first time step at which it does to the last, those between that are farther away too. At a time step
    /// at which this trajectory has no sample the distance is infinite: inf, in JSON null
    #[arg(long, value_name = "ID", requires = "radius")]
    trajectory: Option<u64>,
    /// Find the trajectories within this distance
    #[arg(long, value_name = "R", required_unless_present = "nearest")]
    radius: Option<f64>,
    /// Say of each whether it is within this smaller distance too; at one time step, around a point
    #[arg(long, value_name = "R1", requires = "radius", conflicts_with_all = ["trajectory", "last_step"])]
    inner: Option<f64>,
    /// Find the K nearest trajectories instead of those within a radius; at one time step, around a point
    #[arg(long, value_name = "K", value_parser = values::at_least_one, conflicts_with_all = ["radius", "inner", "trajectory", "last_step"])]
    nearest: Option<usize>,
    /// The tables are in DIR/spatial_hashing/cellsize_S [default: the data set's folder]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Build the tables first where there are none
    #[arg(long)]
    build_missing: bool,
    /// Print the answer as JSON
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print the answer as CSV
    #[arg(long)]
    csv: bool,
}

impl Query {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let run = RunOptions { cancel: cancel_on_interrupt(), ..RunOptions::default() };
        let options =
            DatasetOptions { output: self.output.clone(), build_missing: self.build_missing, run: run.clone() };
        let dataset = Dataset::open(&self.dataset, options)?;
        self.warn_about_steps(&dataset);
        let (json, may_build) = (self.json, self.build_missing);
        // One job for both, so that there is one bar, and an interrupt stops whichever is at work.
        let job = Job::spawn(&run, None, move |runner| {
            if may_build {
                self.build_where_missing(&dataset, runner)?;
            }
            runner.begin("query", 0, 0)?;
            let mut result = QueryResult::default();
            self.ask(&dataset, &mut result)?;
            Ok((self, result))
        })?;
        let left = if may_build { "the same command continues with the tables" } else { "there is no answer" };
        let (query, result) = wait_with_progress(job, quiet, || left.into())?;
        if json {
            print_json(&query.as_json(&result))?;
        } else {
            println(query.as_lines(&result).join("\n").as_str())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The answer is empty there, which is not what a mistyped step should look like.
    fn warn_about_steps(&self, dataset: &Dataset) {
        let (from, to) = (self.step, self.last_step.unwrap_or(self.step));
        if let Some((first, last)) = dataset.info().steps().filter(|(first, last)| from < *first || to > *last) {
            let asked =
                if from == to { format!("time step {from} is") } else { format!("time steps {from} to {to} are") };
            log::warn!("{asked} asked for; the data set has {first} to {last}");
        }
    }

    /// Builds what [`Dataset`] would, for it shows no progress.
    fn build_where_missing(&self, dataset: &Dataset, runner: &mut Runner) -> Result<()> {
        let last = self.last_step.unwrap_or(self.step);
        if !dataset.missing_steps(self.cell_size, self.step, last)?.is_empty() {
            let options =
                BuildOptions { output: self.output.clone(), resume: true, ..BuildOptions::new(self.cell_size) };
            build::run_with(&self.dataset, &options, runner)?;
            dataset.unload(self.cell_size);
        }
        Ok(())
    }

    fn ask(&self, dataset: &Dataset, result: &mut QueryResult) -> Result<()> {
        let (cell_size, step) = (self.cell_size, self.step);
        let steps = (step, self.last_step.unwrap_or(step));
        // The argument parser has made sure that what is not given here is not needed.
        let (at, radius) = (self.at.unwrap_or_default(), self.radius.unwrap_or_default());
        match (self.trajectory, self.nearest, self.inner) {
            (Some(id), ..) => dataset.query_trajectory(cell_size, steps, id, radius, result),
            (_, Some(count), _) => dataset.query_nearest(cell_size, step, at, count, result),
            (_, _, Some(inner)) => dataset.query_dual_radius(cell_size, step, at, (inner, radius), result),
            _ => dataset.query_time_range(cell_size, steps, at, radius, result),
        }
    }

    /// The answers of two radii are named; one answer stands alone.
    fn as_json(&self, result: &QueryResult) -> serde_json::Value {
        let answer = |query: usize| -> serde_json::Value {
            let sample = |s: &Sample| json!({"time_step": s.time_step, "position": s.position, "distance": s.distance});
            let found = result.of_query(query);
            found
                .map(|(id, samples)| json!({"id": id, "samples": samples.iter().map(sample).collect::<Vec<_>>()}))
                .collect()
        };
        if self.inner.is_some() { json!({"inner": answer(0), "outer": answer(1)}) } else { answer(0) }
    }

    fn as_lines(&self, result: &QueryResult) -> Vec<String> {
        let outer = result.queries() - 1;
        let mut lines = Vec::new();
        if self.csv {
            lines.push(format!("id,time_step,x,y,z,distance{}", if self.inner.is_some() { ",inner" } else { "" }));
        }
        for (id, samples) in result.of_query(outer) {
            for Sample { distance, position: [x, y, z], time_step } in samples {
                let inner = self.inner.map(|radius| *distance <= radius);
                lines.push(if self.csv {
                    let inner = inner.map_or("", |inner| if inner { ",1" } else { ",0" });
                    format!("{id},{time_step},{x},{y},{z},{distance}{inner}")
                } else {
                    let inner = if inner == Some(true) { "  within the inner radius" } else { "" };
                    format!("trajectory {id:<10} step {time_step:<6} distance {distance:<12.6} at {x}, {y}, {z}{inner}")
                });
            }
        }
        if !self.csv {
            let samples = result.of_query(outer).map(|(_, samples)| samples.len() as u64).sum();
            let found = result.of_query(outer).count() as u64;
            lines.push(format!("{}, {}", counted(found, "trajectory"), counted(samples, "sample")));
        }
        lines
    }
}
