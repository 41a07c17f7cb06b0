//! `groma trajectories inspect` and `groma trajectories preview`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use groma::Result;
use groma::io::output::make_folder_of;
use groma::job::{Job, RunOptions};
use groma::trajectory::inspect::inspect_with;
use groma::trajectory::preview::{PreviewOptions, View, preview_with};
use serde_json::json;

use crate::terminal::{cancel_on_interrupt, nothing_written, print_json, println, wait_with_progress};
use crate::values;

const INSPECT_EXAMPLES: &str = "\
Exit codes: 0 all is well, 1 something is wrong, or it failed, 2 wrong usage.

Examples:
  groma trajectories inspect crowd
  groma trajectories inspect crowd/spatial_hashing/cellsize_10.000/timestep_00042.bin --json";

const PREVIEW_EXAMPLES: &str = "\
The darker a place, the more samples it has; the strip below says how many.

Examples:
  groma trajectories preview crowd --step 42 --output crowd.png
  groma trajectories preview crowd --step 42 --output side.png --view xz --width 800";

#[derive(Args)]
#[command(after_help = INSPECT_EXAMPLES)]
pub struct Inspect {
    /// A data set, a shard, a table or a folder of tables
    path: PathBuf,
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = values::bytes,
        help = values::memory_limit("The most memory to take, like 2GiB")
    )]
    memory_limit: Option<u64>,
    /// Print what was found as JSON on stdout
    #[arg(long)]
    json: bool,
}

impl Inspect {
    /// Exit code 1 when something is wrong.
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let memory_limit = self.memory_limit.unwrap_or(0);
        let run = RunOptions { threads: 1, memory_limit, cancel: cancel_on_interrupt()? };
        let path = self.path.clone();
        let job = Job::spawn(&run, None, move |runner| inspect_with(&path, runner))?;
        let found = wait_with_progress(job, quiet, || "there is no answer".into())?;
        if self.json {
            print_json(&found)?;
        } else {
            println(found.to_string().trim_end())?;
        }
        Ok(if found.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

#[derive(Args)]
#[command(after_help = PREVIEW_EXAMPLES)]
pub struct Preview {
    /// The data set's folder
    dataset: PathBuf,
    /// The time step
    #[arg(long, value_name = "T")]
    step: i32,
    /// The picture: .png
    #[arg(long, value_name = "FILE", value_parser = values::png_file)]
    output: PathBuf,
    /// The axis along which the samples are seen
    #[arg(long, value_enum, default_value = "xy")]
    view: ViewChoice,
    /// The picture's width, in pixels, 16 to 8192
    #[arg(long, value_name = "PIXELS", default_value_t = PreviewOptions::default().width)]
    width: u32,
    /// The part of it to draw: left, lower, right, upper, in the data's own unit [default: all]
    #[arg(long, value_name = "L,L,R,U", value_parser = values::part, allow_hyphen_values = true)]
    bounds: Option<[f64; 4]>,
    /// Leave out the strip with the scale and the meaning of colours
    #[arg(long)]
    no_caption: bool,
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = values::bytes,
        help = values::memory_limit("The most memory to take, like 2GiB")
    )]
    memory_limit: Option<u64>,
    /// Print what was drawn as JSON on stdout
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ViewChoice {
    /// x to the right, y up
    Xy,
    /// x to the right, z up
    Xz,
    /// y to the right, z up
    Yz,
}

impl Preview {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let options = PreviewOptions {
            width: self.width,
            view: match self.view {
                ViewChoice::Xy => View::Xy,
                ViewChoice::Xz => View::Xz,
                ViewChoice::Yz => View::Yz,
            },
            bounds: self.bounds,
            caption: !self.no_caption,
            ..PreviewOptions::default()
        };
        make_folder_of(&self.output, "output")?;
        let memory_limit = self.memory_limit.unwrap_or(0);
        let run = RunOptions { threads: 1, memory_limit, cancel: cancel_on_interrupt()? };
        let (dataset, step, output) = (self.dataset, self.step, self.output.clone());
        let job = Job::spawn(&run, None, move |runner| preview_with(&dataset, step, &output, &options, runner))?;
        let samples = wait_with_progress(job, quiet, nothing_written)?;
        if self.json {
            print_json(&json!({"output": self.output, "time_step": step, "samples": samples}))?;
        } else if !quiet {
            println(&self.output.display().to_string())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
