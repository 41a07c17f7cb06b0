//! `groma trajectories generate`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::human::counted;
use groma::job::{Job, RunOptions};
use groma::trajectory::generate::{GenerateOptions, generate_with};
use groma::trajectory::shard::{MOST_ENTRIES, MOST_STEPS};
use serde_json::json;

use crate::terminal::{cancel_on_interrupt, nothing_written, print_json, println, wait_with_progress};
use crate::values;

const GENERATE_EXAMPLES: &str = "\
Walks in a cube from -1,000 to 1,000 metres. The same options make the same files, 12 bytes for a sample.

Examples:
  groma trajectories generate crowd --trajectories 2000 --shards 3 --interval 100
  groma trajectories generate gaps --trajectories 500 --shards 2 --interval 50 --late 0.3 --gaps 0.2";

#[derive(Args)]
#[command(after_help = GENERATE_EXAMPLES)]
pub struct Generate {
    /// The folder of the new data set; one that has shards is refused
    out: PathBuf,
    #[arg(long, value_name = "N", help = format!("Trajectories in the whole data set, 1 to {MOST_ENTRIES}"))]
    trajectories: u32,
    #[arg(
        long,
        value_name = "N",
        help = format!(
            "Shards that the time is cut into, 1 or more; with all their time steps {} at most",
            GenerateOptions::MOST_TIME_STEPS
        )
    )]
    shards: u32,
    #[arg(long, value_name = "K", alias = "steps", help = time_steps_in_a_shard())]
    interval: u32,
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
    /// Print what was made as JSON on stdout
    #[arg(long)]
    json: bool,
}

pub fn time_steps_in_a_shard() -> String {
    format!("Time steps in a shard, 1 to {MOST_STEPS}")
}

impl Generate {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let options = GenerateOptions {
            seed: self.seed,
            late: self.late,
            early: self.early,
            gaps: self.gaps,
            ..GenerateOptions::new(self.trajectories, self.shards, self.interval)
        };
        let run = RunOptions { threads: 1, cancel: cancel_on_interrupt()?, ..RunOptions::default() };
        let out = self.out.clone();
        let job = Job::spawn(&run, None, move |runner| generate_with(&out, &options, runner))?;
        wait_with_progress(job, quiet, nothing_written)?;
        let steps = u64::from(self.shards) * u64::from(self.interval);
        if self.json {
            print_json(&json!({
                "dataset": self.out, "trajectories": self.trajectories, "time_steps": steps, "shards": self.shards
            }))?;
        } else if !quiet {
            println(&format!(
                "{} over {} in {} in {}",
                counted(self.trajectories.into(), "trajectory"),
                counted(steps, "time step"),
                counted(self.shards.into(), "shard"),
                self.out.display()
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
