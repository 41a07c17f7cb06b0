//! `groma trajectories build`, and `plan` and `finish` for builds in parts.

use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use groma::Result;
use groma::job::{Job, Part, RunOptions, Runner};
use groma::trajectory::Steps;
use groma::trajectory::build::{
    self, Bounds, BuildHashTablesOptions, LAST_TIME_STEP, WideIds, build_hash_tables_part, finish_hash_tables,
    plan_hash_tables, spawn_hash_tables,
};
use groma::trajectory::dataset::OnBadShard;
use groma::trajectory::grid::BoundingBox;
use serde::Serialize;

use crate::terminal::{self, cancel_on_interrupt, print_json, println};
use crate::values;

const EXAMPLES: &str = "\
A cell size near the radius that will be asked for is a good one: in metres when coordinates are. Smaller cells make \
larger tables; `groma trajectories inspect` says how many samples a cell has.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted; with --part also 75, try this again.

Examples:
  groma trajectories build crowd --cell-size 10
  groma trajectories build crowd --cell-size 2.5 --memory-limit 512MiB --threads 4 --resume
  groma trajectories build crowd --cell-size 10 --steps 0..499 --output tables --json";

const PARTS: &str = "\
Examples, which are a build in parts, on any number of machines that share the folder:
  groma trajectories plan crowd --cell-size 10                    once
  groma trajectories build crowd --cell-size 10 --part 1/3        and 2/3, 3/3, at once or in turn
  groma trajectories finish crowd --cell-size 10                  once, after all parts
All take the same data and options, but each its own --threads and --memory-limit. Tables and index are those of a \
build in one piece. Parts take no locks, may run twice, and go on where they were killed.

Exit codes: 0 done, 75 try this again (a file could not be read or written; there is no such plan, or this machine \
does not see it yet; finish: parts are missing), 1 failed, 2 wrong usage, 130 interrupted. With --json finish prints \
what is missing, too.";

/// What all commands of a build take.
#[derive(Args)]
struct BuildArguments {
    /// The data set's folder: shard-<first time step>.bin files
    dataset: PathBuf,
    /// The edge of a cell, in the data's own unit
    #[arg(long, value_name = "S")]
    cell_size: f32,
    /// The tables go to DIR/spatial_hashing/cellsize_S [default: the data set's folder]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Shards worked on between two points from which an interrupted build can resume, 1 or more
    #[arg(long, value_name = "N", default_value_t = build::DEFAULT_BATCH_SIZE)]
    batch_size: u32,
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        help = values::threads("Worker threads")
    )]
    threads: usize,
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = values::bytes,
        help = values::memory_limit(
            "The most memory to take, like 512MiB, its program and the files that it maps not counted"
        )
    )]
    memory_limit: Option<u64>,
    /// The margin of the box around the data on every side, in the data's own unit
    #[arg(long, value_name = "LENGTH", default_value_t = build::DEFAULT_MARGIN, conflicts_with = "bounds")]
    margin: f64,
    /// The box of the cells, instead of that of the data, in the data's own unit
    #[arg(
        long = "box",
        id = "bounds",
        value_name = "X0,Y0,Z0,X1,Y1,Z1",
        value_parser = values::bounding_box,
        allow_hyphen_values = true
    )]
    bounds: Option<[f64; 6]>,
    #[arg(
        long,
        value_name = "A..B",
        value_parser = values::steps,
        allow_hyphen_values = true,
        help = format!("Build these time steps only, both ends included, of 0 to {LAST_TIME_STEP}")
    )]
    steps: Option<Steps>,
    /// What to do with a shard that cannot be used
    #[arg(long, value_enum, default_value = "fail")]
    on_bad_shard: BadShardChoice,
    /// What to do with trajectory ids over 32 bits
    #[arg(long, value_enum, default_value = "fail")]
    wide_ids: WideIdsChoice,
    /// Write each batch through to the disk, not just into the system's cache, before it counts as done
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

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Build {
    #[command(flatten)]
    arguments: BuildArguments,
    /// Keep what an earlier run with the same data and options has done: its tables are read, and damaged ones made
    /// again. Shards are not read: one with the same size and time of writing counts as unchanged (inspect reads them)
    #[arg(long)]
    resume: bool,
    /// Remove tables of an earlier build with other data, box or cell size; a file that is no table stays
    #[arg(long)]
    prune_stale: bool,
    /// Build this part of what `plan` has planned, part I of N; `groma trajectories plan --help` has the steps
    #[arg(long, value_name = "I/N", conflicts_with_all = ["resume", "prune_stale"])]
    part: Option<Part>,
}

#[derive(Args)]
#[command(after_help = PARTS)]
pub struct Plan {
    #[command(flatten)]
    arguments: BuildArguments,
    /// Keep what an earlier run with the same data and options has done
    #[arg(long)]
    resume: bool,
}

#[derive(Args)]
#[command(after_help = PARTS)]
pub struct Finish {
    #[command(flatten)]
    arguments: BuildArguments,
    /// Remove tables of an earlier build with other data, box or cell size; a file that is no table stays
    #[arg(long)]
    prune_stale: bool,
}

impl Build {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let Build { arguments, resume, prune_stale, part } = self;
        let json = arguments.json;
        let (dataset, options) = arguments.into_options()?;
        match part {
            Some(part) => in_part(options, json, quiet, move |options, runner| {
                build_hash_tables_part(&dataset, options, part, runner)
            }),
            None => {
                let options = BuildHashTablesOptions { resume, prune_stale, ..options };
                let job = spawn_hash_tables(&dataset, options, None)?;
                let left = || "the same command with --resume continues".into();
                show(&terminal::wait_with_progress(job, quiet, left)?, json, quiet)
            }
        }
    }
}

impl Plan {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let json = self.arguments.json;
        let (dataset, options) = self.arguments.into_options()?;
        let options = BuildHashTablesOptions { resume: self.resume, ..options };
        in_part(options, json, quiet, move |options, runner| plan_hash_tables(&dataset, options, runner))
    }
}

impl Finish {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let json = self.arguments.json;
        let (dataset, options) = self.arguments.into_options()?;
        let options = BuildHashTablesOptions { prune_stale: self.prune_stale, ..options };
        in_part(options, json, quiet, move |options, runner| finish_hash_tables(&dataset, options, runner))
    }
}

/// Does a piece of a build in parts.
fn in_part<R: Serialize + Display + Send + 'static>(
    options: BuildHashTablesOptions,
    json: bool,
    quiet: bool,
    work: impl FnOnce(&BuildHashTablesOptions, &mut Runner) -> Result<R> + Send + 'static,
) -> Result<ExitCode> {
    let run = options.run.clone();
    let job = Job::spawn(&run, None, move |runner| work(&options, runner))?;
    match terminal::wait_for_piece(job, json, quiet)? {
        Some(report) => show(&report, json, quiet),
        None => Ok(terminal::try_again()),
    }
}

fn show<R: Serialize + Display>(report: &R, json: bool, quiet: bool) -> Result<ExitCode> {
    if json {
        print_json(report)?;
    } else if !quiet {
        println(&report.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

impl BuildArguments {
    /// Returns the data set and the options, neither resuming nor pruning.
    fn into_options(self) -> Result<(PathBuf, BuildHashTablesOptions)> {
        let options = BuildHashTablesOptions {
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
            fsync: self.fsync,
            run: RunOptions {
                threads: self.threads,
                memory_limit: self.memory_limit.unwrap_or(0),
                cancel: cancel_on_interrupt()?,
            },
            ..BuildHashTablesOptions::new(self.cell_size)
        };
        Ok((self.dataset, options))
    }
}
