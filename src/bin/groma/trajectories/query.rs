//! `groma trajectories query`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::human::{counted, numbers};
use groma::job::{Job, RunOptions, Runner};
use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables_with};
use groma::trajectory::dataset::OnBadShard;
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult, Sample};
use serde::{Serialize, Serializer};

use crate::terminal::{cancel_on_interrupt, print, print_json, wait_with_progress};
use crate::values;

const EXAMPLES: &str = "\
Points, radii and distances are in the data set's own unit and coordinates: where an origin was taken
away at import, in those without it; --json then prints an object, with the origin as
coordinate_origin and the answer as trajectories. Distances are exact; the cell size says only which
tables to read. A sample of an answer takes some 100 bytes of memory.

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
    #[arg(long, value_name = "T", alias = "first-step")]
    step: i32,
    /// The last time step of a range
    #[arg(long, value_name = "T2")]
    last_step: Option<i32>,
    /// The point to ask around
    #[arg(long, value_name = "X,Y,Z", alias = "centre", value_parser = values::point, allow_hyphen_values = true)]
    at: Option<[f64; 3]>,
    /// Ask around this trajectory, wherever it is at each time step: of each one that comes within the radius the
    /// answer has all samples from the first time step at which it does to the last, those between that are farther
    /// away too. At a time step at which this trajectory has no sample the distance is infinite: inf, in JSON null
    #[arg(long, value_name = "ID", requires = "radius", value_parser = values::id)]
    trajectory: Option<u64>,
    /// Find the trajectories within this distance
    #[arg(long, value_name = "R", alias = "outer-radius", required_unless_present = "nearest")]
    radius: Option<f64>,
    /// Say of each whether it is within this smaller distance too; at one time step, around a point
    #[arg(
        long,
        value_name = "R1",
        alias = "inner-radius",
        requires = "radius",
        conflicts_with_all = ["trajectory", "last_step"]
    )]
    inner: Option<f64>,
    /// Find the K nearest trajectories instead of those within a radius; at one time step, around a point
    #[arg(
        long,
        value_name = "K",
        value_parser = values::at_least_one,
        conflicts_with_all = ["radius", "inner", "trajectory", "last_step"]
    )]
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
        let run = RunOptions { cancel: cancel_on_interrupt()?, ..RunOptions::default() };
        let options =
            DatasetOptions { output: self.output.clone(), build_missing: self.build_missing, run: run.clone() };
        let dataset = Dataset::open(&self.dataset, options)?;
        let origin = dataset.coordinate_origin();
        let (json, may_build) = (self.json, self.build_missing);
        // One job for both, so that there is one bar, and an interrupt stops whichever is at work.
        let job = Job::spawn(&run, None, move |runner| {
            if may_build {
                self.build_where_missing(&dataset, runner)?;
            }
            runner.begin("query", 0, 0)?;
            let mut result = QueryResult::default();
            self.ask(&dataset, &mut result)?;
            self.warn_about_origin(&dataset, &result);
            Ok((self, result))
        })?;
        let left = if may_build { "the same command continues with the tables" } else { "there is no answer" };
        let (query, result) = wait_with_progress(job, quiet, || left.into())?;
        if json {
            query.print_json(&result, origin)?;
        } else {
            print(|out| query.write_lines(&result, origin, out))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// A user who has forgotten the origin gets an empty answer, or the nearest trajectories from far away.
    fn warn_about_origin(&self, dataset: &Dataset, result: &QueryResult) {
        let found_nothing = (0..result.queries()).all(|query| result.of_query(query).next().is_none());
        if let Some(hint) = self.at.and_then(|point| dataset.origin_hint(point, found_nothing)) {
            log::warn!("{hint}");
        }
    }

    /// Builds what [`Dataset`] would build by itself, but with progress.
    fn build_where_missing(&self, dataset: &Dataset, runner: &mut Runner) -> Result<()> {
        let last = self.last_step.unwrap_or(self.step);
        if !dataset.missing_steps(self.cell_size, self.step..=last)?.is_empty() {
            let options = BuildHashTablesOptions {
                output: self.output.clone(),
                resume: true,
                on_bad_shard: OnBadShard::Skip,
                ..BuildHashTablesOptions::new(self.cell_size)
            };
            build_hash_tables_with(&self.dataset, &options, runner)?;
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

    /// The answers of two radii are named. One answer stands alone, unless there is an origin to stand beside it,
    /// whether anything was found or not.
    fn print_json(&self, result: &QueryResult, coordinate_origin: Option<[f64; 3]>) -> Result<()> {
        let answer = |query| Answer { result, query };
        match (self.inner, coordinate_origin) {
            (Some(_), _) => print_json(&TwoAnswers { coordinate_origin, inner: answer(0), outer: answer(1) }),
            (None, Some(coordinate_origin)) => print_json(&WithOrigin { coordinate_origin, trajectories: answer(0) }),
            (None, None) => print_json(&answer(0)),
        }
    }

    fn write_lines(&self, result: &QueryResult, origin: Option<[f64; 3]>, out: &mut dyn Write) -> io::Result<()> {
        let outer = result.queries() - 1;
        if self.csv {
            writeln!(out, "id,time_step,x,y,z,distance{}", if self.inner.is_some() { ",inner" } else { "" })?;
        }
        for (id, samples) in result.of_query(outer) {
            for Sample { distance, position: [x, y, z], time_step } in samples {
                let inner = self.inner.map(|radius| *distance <= radius);
                if self.csv {
                    let inner = inner.map_or("", |inner| if inner { ",1" } else { ",0" });
                    writeln!(out, "{id},{time_step},{x},{y},{z},{distance}{inner}")?;
                } else {
                    let inner = if inner == Some(true) { "  within the inner radius" } else { "" };
                    writeln!(
                        out,
                        "trajectory {id:<10} step {time_step:<6} distance {distance:<12.6} at {x}, {y}, {z}{inner}"
                    )?;
                }
            }
        }
        if self.csv {
            return Ok(());
        }
        let samples = result.of_query(outer).map(|(_, samples)| samples.len() as u64).sum();
        let found = result.of_query(outer).count() as u64;
        writeln!(out, "{}, {}", counted(found, "trajectory"), counted(samples, "sample"))?;
        match origin {
            Some(origin) => writeln!(out, "positions are relative to the data set's origin, {}", numbers(&origin)),
            None => Ok(()),
        }
    }
}

/// What one query of a result has found, as a JSON array of trajectories.
struct Answer<'a> {
    result: &'a QueryResult,
    query: usize,
}

#[derive(Serialize)]
struct WithOrigin<'a> {
    /// The point that was taken away from all positions.
    coordinate_origin: [f64; 3],
    trajectories: Answer<'a>,
}

#[derive(Serialize)]
struct TwoAnswers<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    coordinate_origin: Option<[f64; 3]>,
    inner: Answer<'a>,
    outer: Answer<'a>,
}

#[derive(Serialize)]
struct Found<'a> {
    id: u64,
    samples: Samples<'a>,
}

struct Samples<'a>(&'a [Sample]);

#[derive(Serialize)]
struct FoundSample {
    /// Null where it is infinite, for which JSON has no number.
    distance: f64,
    position: [f64; 3],
    time_step: i32,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let found = self.result.of_query(self.query);
        serializer.collect_seq(found.map(|(id, samples)| Found { id, samples: Samples(samples) }))
    }
}

impl Serialize for Samples<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|&Sample { distance, position, time_step }| FoundSample {
            distance,
            position: position.map(f64::from),
            time_step,
        }))
    }
}
