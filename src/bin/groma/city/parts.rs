//! `groma city plan` and `finish`, and the parts of a build.

use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use groma::Result;
use groma::city::build::{PartOptions, build_city_mesh_part, finish_city_mesh, plan_city_mesh};
use groma::job::{Job, Part};
use serde::Serialize;

use super::arguments::RunArguments;
use super::build::{CityBuildArguments, log_tile};
use super::code;
use crate::terminal::{self, print_json, println};

const STEPS: &str = "\
Examples, which are a build in parts, on any number of machines that share the folder:
  groma city plan footprints.geojson --terrain dem.tif --store tiles    once
  groma city build --store tiles --part 1/3                             and 2/3, 3/3, at once or in turn
  groma city finish --store tiles                                       once, after all parts
Parts read no inputs, only the store; each has its own --threads and --memory-limit. The tiles are those of a build \
in one piece. Parts take no locks, may run twice, and go on where they were killed. What they read is in the folder \
prepared of the store, of no use once the build has ended.

Exit codes: 0 done, 75 try this again (a file could not be read or written; there is no plan, or this machine does \
not see it yet; finish: parts are missing), 1 failed (finish: a tile cannot be made, however often it is tried), 2 \
wrong usage, 130 interrupted. With --json finish prints what is missing, too.";

#[derive(Args)]
#[command(after_help = STEPS)]
pub struct Plan {
    #[command(flatten)]
    arguments: CityBuildArguments,
    /// The folder of the tiles
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(after_help = STEPS)]
pub struct Finish {
    /// The folder of the tiles
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    #[command(flatten)]
    run: RunArguments,
    /// Have each file on the disk, not just in the system's cache, before it gets its name
    #[arg(long)]
    fsync: bool,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

impl Plan {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let (input, options, store) = (self.arguments.input(), self.arguments.options(false)?, self.store);
        let run = options.run.clone();
        let job = Job::spawn(&run, None, move |runner| plan_city_mesh(&input, &store, &options, runner))?;
        Ok(match terminal::wait_for_piece(job, self.json, quiet)? {
            Some(plan) => show(&plan, self.json, quiet).map(|()| ExitCode::SUCCESS)?,
            None => terminal::try_again(),
        })
    }
}

impl Finish {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let (options, store) = (options(&self.run, self.fsync)?, self.store);
        let run = options.run.clone();
        let job = Job::spawn(&run, None, move |runner| finish_city_mesh(&store, &options, runner))?;
        Ok(match terminal::wait_for_piece(job, self.json, quiet)? {
            Some(report) => show(&report, self.json, quiet).map(|()| code(report.is_complete()))?,
            None => terminal::try_again(),
        })
    }
}

/// Returns the options of a part and of the end.
pub fn options(run: &RunArguments, fsync: bool) -> Result<PartOptions> {
    Ok(PartOptions { fsync, on_tile: Some(Arc::new(log_tile)), run: run.options()? })
}

/// Makes a part.
pub fn build(store: PathBuf, part: Part, options: PartOptions, json: bool, quiet: bool) -> Result<ExitCode> {
    let run = options.run.clone();
    let job = Job::spawn(&run, None, move |runner| build_city_mesh_part(&store, part, &options, runner))?;
    let Some(report) = terminal::wait_for_piece(job, json, quiet)? else { return Ok(terminal::try_again()) };
    show(&report, json, quiet)?;
    let Some(first) = report.failed.first() else { return Ok(ExitCode::SUCCESS) };
    terminal::print_error(&format!(
        "{} of {} tiles could not be made, {} first: {}",
        report.failed.len(),
        report.tiles,
        first.tile,
        first.cause
    ));
    Ok(if report.is_worth_repeating { terminal::try_again() } else { ExitCode::FAILURE })
}

fn show<R: Serialize + Display>(report: &R, json: bool, quiet: bool) -> Result<()> {
    if json {
        print_json(report)
    } else if quiet {
        Ok(())
    } else {
        println(&report.to_string())
    }
}
