//! `groma trajectories query`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::job::{Job, RunOptions, Runner};
use groma::trajectory::Steps;
use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables_with};
use groma::trajectory::dataset::OnBadShard;
use groma::trajectory::query::{
    Centres, Dataset, DatasetOptions, PeriodicVolume, Periodicity, Query, QueryResult, read_points, read_points_from,
};

use super::answer::Printed;
use super::names::Names;
use crate::terminal::{cancel_on_interrupt, print, wait_with_progress};
use crate::values;

const EXAMPLES: &str = "\
Points, radii and distances are in the data set's own unit and coordinates: where an origin was subtracted at import, \
in those without it; --json then prints an object, with the origin as coordinate_origin and the answer as \
trajectories. Distances are exact; the cell size says only which tables to read. A sample of an answer takes some 100 \
bytes of memory.

Examples:
  groma trajectories query crowd --cell-size 10 --step 42 --at 0,0,0 --radius 25 --csv
  groma trajectories query crowd --cell-size 10 --step 0 --last-step 9 --trajectory 7 --radius 5
  groma trajectories query crowd --cell-size 10 --step 42 --at 0,0,0 --nearest 8 --json
  groma trajectories query crowd --cell-size 10 --step 42 --points seats.csv --radius 2 --csv
  groma trajectories query crowd --cell-size 10 --step 42 --at 0,0,0 --radius 5 --periodic 50,50,0";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
#[command(group = clap::ArgGroup::new("where").required(true).args(["at", "points", "trajectory"]))]
pub struct QueryArguments {
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
    /// Ask around each of the points in a CSV file, all in one go: its columns x, y, z, or the first three where it has
    /// no line of names; -: standard input. The answers are numbered from 0
    #[arg(long, value_name = "FILE")]
    points: Option<PathBuf>,
    /// Ask around this trajectory, by its id or name, wherever it is at each time step: of each one that comes within
    /// the radius the answer has all samples from the first time step at which it does to the last, those between that
    /// are farther away too. At a time step at which this trajectory has no sample the distance is infinite: inf, in
    /// JSON null
    #[arg(long, value_name = "ID", requires = "radius")]
    trajectory: Option<String>,
    /// Find the trajectories within this distance
    #[arg(long, value_name = "R", alias = "outer-radius", required_unless_present = "nearest")]
    radius: Option<f64>,
    /// Say of each sample whether it is within this smaller distance, too; around points
    #[arg(long, value_name = "R1", alias = "inner-radius", requires = "radius", conflicts_with = "trajectory")]
    inner: Option<f64>,
    /// Find the K nearest trajectories instead of those within a radius; at one time step, around points
    #[arg(
        long,
        value_name = "K",
        value_parser = values::at_least_one,
        conflicts_with_all = ["radius", "inner", "trajectory", "last_step"]
    )]
    nearest: Option<usize>,
    /// Space repeats itself after these lengths along x, y and z, 0 on an axis on which it does not: find what is near
    /// across the border, and say in which image. none: it does not, whatever the data set's manifest says [default: as
    /// the manifest says]
    #[arg(long, value_name = "LX,LY,LZ|none", value_parser = values::extent, allow_hyphen_values = true)]
    periodic: Option<[f64; 3]>,
    /// The least corner of the volume that repeats itself [default: 0,0,0]
    #[arg(long, value_name = "X,Y,Z", requires = "periodic", value_parser = values::point, allow_hyphen_values = true)]
    periodic_origin: Option<[f64; 3]>,
    /// Give positions in the images in which they were found, near the query point, in place of the stored ones; a
    /// trajectory that is asked around is first made continuous across the border
    #[arg(long)]
    unwrapped: bool,
    /// The tables are in DIR/spatial_hashing/cellsize_S [default: the data set's folder]
    #[arg(long, value_name = "DIR", alias = "output")]
    tables: Option<PathBuf>,
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

impl QueryArguments {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let run = RunOptions { cancel: cancel_on_interrupt()?, ..RunOptions::default() };
        let options = DatasetOptions {
            tables_folder: self.tables.clone(),
            build_missing: self.build_missing,
            run: run.clone(),
            ..DatasetOptions::default()
        };
        let dataset = Dataset::open(&self.dataset, options)?;
        let names = Names::read(&self.dataset)?;
        let query = self.query(&names)?;
        let (csv, json, may_build) = (self.csv, self.json, self.build_missing);
        let printed = Printed {
            names,
            coordinate_origin: dataset.coordinate_origin(),
            inner: self.inner,
            is_numbered: self.points.is_some(),
            is_periodic: match query.periodicity {
                Periodicity::OfDataset => dataset.periodic()?.is_some(),
                Periodicity::None => false,
                Periodicity::Volume(_) => true,
            },
        };
        // One job for both, so that there is one bar, and an interrupt stops whichever is at work.
        let job = Job::spawn(&run, None, move |runner| {
            if may_build {
                self.build_where_missing(&dataset, runner)?;
            }
            runner.begin("query", 0, 0)?;
            let mut result = QueryResult::default();
            dataset.query(&query, &mut result)?;
            self.warn_about_origin(&dataset, &result);
            Ok(result)
        })?;
        let left = if may_build { "the same command continues with the tables" } else { "there is no answer" };
        let result = wait_with_progress(job, quiet, || left.into())?;
        match (json, csv) {
            (true, _) => printed.print_json(&result)?,
            (_, true) => print(|out| printed.write_csv(&result, out))?,
            _ => print(|out| printed.write_text(&result, out))?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn query(&self, names: &Names) -> Result<Query> {
        let (cell_size, step) = (self.cell_size, self.step);
        let steps = Steps::from(step..=self.last_step.unwrap_or(step));
        let centres = match (&self.points, self.at) {
            (Some(file), _) if file == Path::new("-") => {
                Centres::from(read_points_from(std::io::stdin().lock(), "standard input".as_ref())?)
            }
            (Some(file), _) => Centres::from(read_points(file)?),
            // The argument parser has made sure that what is not given here is not needed.
            (None, at) => Centres::from(at.unwrap_or_default()),
        };
        let radius = self.radius.unwrap_or_default();
        let trajectory = self.trajectory.as_ref().map(|id| names.id("trajectory", id)).transpose()?;
        let query = match (trajectory, self.nearest, self.inner) {
            (Some(id), ..) => Query::trajectory(cell_size, steps, id, radius),
            (_, Some(count), _) => Query::nearest(cell_size, step, centres, count),
            (_, _, Some(inner)) => Query::dual_radius(cell_size, steps, centres, (inner, radius)),
            _ => Query::radius(cell_size, steps, centres, radius),
        };
        let periodicity = match self.periodic {
            None => Periodicity::OfDataset,
            Some(extent) if extent == [0.0; 3] => Periodicity::None,
            Some(extent) => {
                Periodicity::Volume(PeriodicVolume { extent, origin: self.periodic_origin.unwrap_or_default() })
            }
        };
        Ok(Query { periodicity, unwrapped: self.unwrapped, ..query })
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
                output: self.tables.clone(),
                resume: true,
                on_bad_shard: OnBadShard::Skip,
                ..BuildHashTablesOptions::new(self.cell_size)
            };
            build_hash_tables_with(&self.dataset, &options, runner)?;
            dataset.unload(self.cell_size);
        }
        Ok(())
    }
}
