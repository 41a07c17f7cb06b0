//! `groma trajectories`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::UNIX_EPOCH;

use clap::{Args, Subcommand, ValueEnum};
use groma::human::count;
use groma::job::RunOptions;
use groma::trajectory::build::{self, Bounds, BuildOptions, WideIds};
use groma::trajectory::dataset::{DataSetInfo, OnBadShard};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::grid::BoundingBox;
use groma::trajectory::import::{ImportOptions, import};
use groma::trajectory::inspect::inspect;
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult, Sample};
use groma::{Error, Result};
use serde_json::json;

use crate::terminal::{self, cancel_on_interrupt, print_json, println};
use crate::values;

#[derive(Subcommand)]
pub enum Command {
    /// Build one spatial hash table per time step from a data set's shards
    Build(Build),
    /// Make a data set of random trajectories
    Generate(Generate),
    /// Make a data set from CSV with the columns id, frame, x, y, z
    Import(Import),
    /// Find the trajectories near a point, a trajectory, or the nearest ones
    Query(Query),
    /// Say what a data set, a shard, a table or a folder of tables is, and what is wrong with it
    Inspect(Inspect),
}

pub fn run(command: Command, quiet: bool) -> Result<ExitCode> {
    match command {
        Command::Build(arguments) => arguments.run(quiet),
        Command::Generate(arguments) => arguments.run(quiet),
        Command::Import(arguments) => arguments.run(quiet),
        Command::Query(arguments) => arguments.run(),
        Command::Inspect(arguments) => arguments.run(),
    }
}

#[derive(Args)]
pub struct Build {
    /// The data set's folder: shard-<first time step>.bin files
    dataset: PathBuf,
    /// The edge of a cell, in the data's own unit
    #[arg(long, value_name = "S")]
    cell_size: f32,
    /// The tables go to DIR/spatial_hashing/cellsize_S [default: the data set's folder]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Shards worked on between two points from which an interrupted build can resume
    #[arg(long, value_name = "N", default_value_t = build::DEFAULT_BATCH_SIZE)]
    batch_size: u32,
    /// Worker threads [default: one per processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// The most memory to take, like 512MiB [default: 256MiB]
    #[arg(long, value_name = "BYTES", value_parser = values::bytes)]
    memory_limit: Option<u64>,
    /// What the box gets around the data on every side
    #[arg(long, value_name = "M", default_value_t = build::DEFAULT_MARGIN, conflicts_with = "bounds")]
    margin: f64,
    /// The box of the cells, instead of that of the data
    #[arg(long = "box", id = "bounds", value_name = "X0,Y0,Z0,X1,Y1,Z1", value_parser = values::bounding_box, allow_hyphen_values = true)]
    bounds: Option<[f64; 6]>,
    /// Build these time steps only, both ends included
    #[arg(long, value_name = "A..B", value_parser = values::steps)]
    steps: Option<(i32, i32)>,
    /// What to do with a shard that cannot be used
    #[arg(long, value_enum, default_value = "fail")]
    on_bad_shard: BadShardChoice,
    /// What to do with trajectory ids over 32 bits
    #[arg(long, value_enum, default_value = "fail")]
    wide_ids: WideIdsChoice,
    /// Keep what an earlier run with the same data and options has done
    #[arg(long)]
    resume: bool,
    /// Remove tables of an earlier build with other data, box or cell size
    #[arg(long)]
    prune_stale: bool,
    /// Have each batch on the disk, not just in the system's cache, before it counts as done
    #[arg(long)]
    fsync: bool,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum BadShardChoice {
    /// Stop before any table is written
    Fail,
    /// Leave it out and list it in the report
    Skip,
}

#[derive(Clone, Copy, ValueEnum)]
enum WideIdsChoice {
    /// Stop with the id's error
    Fail,
    /// Keep the low 32 bits and count them in the report
    Truncate,
}

impl Build {
    fn run(self, quiet: bool) -> Result<ExitCode> {
        let options = BuildOptions {
            output: self.output,
            bounds: match self.bounds {
                Some([x0, y0, z0, x1, y1, z1]) => Bounds::Box(BoundingBox { min: [x0, y0, z0], max: [x1, y1, z1] }),
                None => Bounds::Margin(self.margin),
            },
            steps: self.steps,
            batch_size: self.batch_size,
            on_bad_shard: match self.on_bad_shard {
                BadShardChoice::Fail => OnBadShard::Fail,
                BadShardChoice::Skip => OnBadShard::Skip,
            },
            wide_ids: match self.wide_ids {
                WideIdsChoice::Fail => WideIds::Fail,
                WideIdsChoice::Truncate => WideIds::Truncate,
            },
            resume: self.resume,
            prune_stale: self.prune_stale,
            sync: self.fsync,
            run: RunOptions {
                threads: self.threads,
                memory_limit: self.memory_limit.unwrap_or(0),
                cancel: cancel_on_interrupt(),
            },
            ..BuildOptions::new(self.cell_size)
        };
        let job = build::spawn(&self.dataset, options, None)?;
        let report = terminal::wait_with_progress(job, quiet).inspect_err(|e| {
            if matches!(e, Error::Cancelled) {
                log::error!("stopped; the same command with --resume continues");
            }
        })?;
        if self.json {
            print_json(&report)?;
        } else if !quiet {
            println(&report.to_string())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Args)]
pub struct Generate {
    /// The folder of the new data set
    out: PathBuf,
    /// Trajectories in the whole data set
    #[arg(long, value_name = "N")]
    trajectories: u32,
    /// Shards
    #[arg(long, value_name = "N")]
    shards: u32,
    /// Time steps in a shard
    #[arg(long, value_name = "K")]
    steps: u32,
    /// Another seed gives another data set of the same kind
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The share of trajectories that begin late
    #[arg(long, value_name = "FRACTION", default_value_t = 0.0, value_parser = values::fraction)]
    late: f64,
    /// The share of trajectories that end early
    #[arg(long, value_name = "FRACTION", default_value_t = 0.0, value_parser = values::fraction)]
    early: f64,
    /// The share of trajectories with a gap
    #[arg(long, value_name = "FRACTION", default_value_t = 0.0, value_parser = values::fraction)]
    gaps: f64,
}

impl Generate {
    fn run(self, quiet: bool) -> Result<ExitCode> {
        let options = GenerateOptions {
            seed: self.seed,
            late: self.late,
            early: self.early,
            gaps: self.gaps,
            cancel: cancel_on_interrupt(),
            ..GenerateOptions::new(self.trajectories, self.shards, self.steps)
        };
        generate(&self.out, &options)?;
        if !quiet {
            println(&format!(
                "{} trajectories over {} time steps in {} shards in {}",
                count(self.trajectories.into()),
                count(u64::from(self.shards) * u64::from(self.steps)),
                count(self.shards.into()),
                self.out.display()
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Args)]
pub struct Import {
    /// The CSV file; its first line names the columns, id, frame, x, y, z among them
    csv: PathBuf,
    /// The folder of the new data set
    out: PathBuf,
    /// Time steps in a shard
    #[arg(long, value_name = "K")]
    interval: u32,
    /// The data set's name [default: the CSV's]
    #[arg(long)]
    name: Option<String>,
    /// What coordinates are counted in
    #[arg(long, value_name = "UNIT", default_value = "meters")]
    units: String,
    /// Half the size of the things that move, in metres
    #[arg(long, value_name = "M", default_value_t = 0.0)]
    extent: f32,
    /// The most memory to take, like 512MiB [default: 256MiB]
    #[arg(long, value_name = "BYTES", value_parser = values::bytes)]
    memory_limit: Option<u64>,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

impl Import {
    fn run(self, quiet: bool) -> Result<ExitCode> {
        let stem = self.csv.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // The CSV's own age, so that the same file makes the same data set.
        let created = std::fs::metadata(&self.csv).and_then(|m| m.modified()).ok();
        let options = ImportOptions {
            info: DataSetInfo {
                scenario_name: "imported".into(),
                dataset_name: self.name.unwrap_or(stem),
                coordinate_units: self.units,
                extent: [self.extent; 3],
                created_at_unix: created
                    .and_then(|t| t.duration_since(UNIX_EPOCH).ok())
                    .map_or(0, |d| d.as_secs() as i64),
                ..DataSetInfo::default()
            },
            memory_limit: self.memory_limit.unwrap_or(0),
            cancel: cancel_on_interrupt(),
            ..ImportOptions::new(self.interval)
        };
        let report = import(&self.csv, &self.out, &options)?;
        if self.json {
            print_json(&report)?;
        } else if !quiet {
            println(&format!(
                "{} samples of {} trajectories, time steps {} to {}, in {} shards in {}",
                count(report.samples),
                count(report.trajectories),
                report.first_step,
                report.last_step,
                count(report.shards),
                self.out.display()
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Args)]
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
    /// Ask around this trajectory, wherever it is at each time step
    #[arg(long, value_name = "ID", requires = "radius")]
    trajectory: Option<u64>,
    /// Trajectories within this distance
    #[arg(long, value_name = "R", required_unless_present = "nearest")]
    radius: Option<f64>,
    /// A second, inner radius
    #[arg(long, value_name = "R1", requires = "radius", conflicts_with_all = ["trajectory", "last_step"])]
    inner: Option<f64>,
    /// The K nearest trajectories instead of those within a radius
    #[arg(long, value_name = "K", conflicts_with_all = ["radius", "inner", "trajectory", "last_step"])]
    nearest: Option<usize>,
    /// Under which folder the tables are [default: the data set's]
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
    fn run(self) -> Result<ExitCode> {
        let options = DatasetOptions {
            output: self.output.clone(),
            build_missing: self.build_missing,
            run: RunOptions { cancel: cancel_on_interrupt(), ..RunOptions::default() },
        };
        let dataset = Dataset::open(&self.dataset, options)?;
        let mut result = QueryResult::default();
        self.ask(&dataset, &mut result)?;
        if self.json {
            print_json(&self.as_json(&result))?;
        } else {
            println(self.as_lines(&result).join("\n").as_str())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn ask(&self, dataset: &Dataset, result: &mut QueryResult) -> Result<()> {
        let (cell_size, step) = (self.cell_size, self.step);
        let steps = (step, self.last_step.unwrap_or(step));
        // The argument parser has made sure that what is not given here is not needed.
        let (at, radius) = (self.at.unwrap_or_default(), self.radius.unwrap_or_default());
        match (self.trajectory, self.nearest, self.inner) {
            (Some(id), ..) => dataset.around_trajectory(cell_size, steps, id, radius, result),
            (_, Some(count), _) => dataset.nearest(cell_size, step, at, count, result),
            (_, _, Some(inner)) => dataset.dual_radius(cell_size, step, at, (inner, radius), result),
            _ => dataset.radius_over_time(cell_size, steps, at, radius, result),
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
            lines.push(format!("{} trajectories, {} samples", result.of_query(outer).count(), count(samples)));
        }
        lines
    }
}

#[derive(Args)]
pub struct Inspect {
    /// A data set, a shard, a table or a folder of tables
    path: PathBuf,
    /// Print what was found as JSON on stdout
    #[arg(long)]
    json: bool,
}

impl Inspect {
    /// Exit code 1 when something is wrong.
    fn run(self) -> Result<ExitCode> {
        let found = inspect(&self.path)?;
        if self.json {
            print_json(&found)?;
        } else {
            println(found.to_string().trim_end())?;
        }
        Ok(if found.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
