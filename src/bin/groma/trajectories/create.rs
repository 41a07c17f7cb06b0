//! `groma trajectories generate` and `groma trajectories import`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::UNIX_EPOCH;

use clap::Args;
use groma::human::counted;
use groma::job::{Job, RunOptions};
use groma::trajectory::dataset::DatasetInfo;
use groma::trajectory::generate::{GenerateOptions, generate_with};
use groma::trajectory::import::{ImportOptions, Origin, import_with};
use groma::trajectory::periodic::PeriodicVolume;
use groma::trajectory::shard::{MOST_ENTRIES, MOST_STEPS};
use groma::{Error, Result};
use serde_json::json;

use crate::terminal::{cancel_on_interrupt, nothing_written, print_json, println, wait_with_progress};
use crate::values;

const GENERATE_EXAMPLES: &str = "\
Walks in a cube from -1,000 to 1,000 metres. The same options make the same files, 12 bytes for a
sample.

Examples:
  groma trajectories generate crowd --trajectories 2000 --shards 3 --steps 100
  groma trajectories generate gaps --trajectories 500 --shards 2 --steps 50 --late 0.3 --gaps 0.2";

const IMPORT_EXAMPLES: &str = "\
Rows may come in any order; the file may be larger than memory. A row that is missing is a gap, and so
is one whose x, y or z is nan. Positions are stored in single precision, which has seven digits: with
--origin they are stored as distances from there, the manifest keeps it, inspect and query --json tell
it, and stored positions plus the origin are those of the file. Points to ask around are then relative
to it, too.

Example, of a file that begins
  id,frame,x,y,z
  7,0,12.5,3.25,0

  groma trajectories import walks.csv crowd --interval 100
  groma trajectories import utm.csv crowd --interval 100 --origin auto";

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
    #[arg(long, value_name = "K", help = time_steps_in_a_shard())]
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
    /// Print what was made as JSON on stdout
    #[arg(long)]
    json: bool,
}

fn time_steps_in_a_shard() -> String {
    format!("Time steps in a shard, 1 to {MOST_STEPS}")
}

impl Generate {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let options = GenerateOptions {
            seed: self.seed,
            late: self.late,
            early: self.early,
            gaps: self.gaps,
            ..GenerateOptions::new(self.trajectories, self.shards, self.steps)
        };
        let run = RunOptions { threads: 1, cancel: cancel_on_interrupt()?, ..RunOptions::default() };
        let out = self.out.clone();
        let job = Job::spawn(&run, None, move |runner| generate_with(&out, &options, runner))?;
        wait_with_progress(job, quiet, nothing_written)?;
        let steps = u64::from(self.shards) * u64::from(self.steps);
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

#[derive(Args)]
#[command(after_help = IMPORT_EXAMPLES)]
pub struct Import {
    /// The CSV file; its first line names the columns, id, frame, x, y, z among them
    csv: PathBuf,
    /// The folder of the new data set
    out: PathBuf,
    #[arg(long, value_name = "K", help = time_steps_in_a_shard())]
    interval: u32,
    /// The data set's name [default: the CSV's]
    #[arg(long)]
    name: Option<String>,
    /// What coordinates are counted in
    #[arg(long, value_name = "UNIT", default_value = "meters")]
    units: String,
    /// Half the size of the things that move, in metres
    #[arg(long, value_name = "METRES", default_value_t = 0.0)]
    extent: f32,
    /// Take this point away from all positions before they are stored in single precision; auto: the least x, y and z,
    /// rounded down to whole numbers
    #[arg(long, value_name = "X,Y,Z|auto", value_parser = values::origin, allow_hyphen_values = true)]
    origin: Option<Origin>,
    /// Space repeats itself after these lengths along x, y and z, 0 on an axis on which it does not: the manifest keeps
    /// it, and queries find what is near across the border
    #[arg(long, value_name = "LX,LY,LZ", value_parser = values::extent, allow_hyphen_values = true)]
    periodic: Option<[f64; 3]>,
    /// The least corner of the volume that repeats itself, in the file's coordinates [default: 0,0,0]
    #[arg(long, value_name = "X,Y,Z", requires = "periodic", value_parser = values::point, allow_hyphen_values = true)]
    periodic_origin: Option<[f64; 3]>,
    /// The column that numbers the trajectories [default: id]
    #[arg(long, value_name = "NAME")]
    id_column: Option<String>,
    /// Take ids over 32 bits, which tables cannot hold: a build then needs --wide-ids truncate
    #[arg(long)]
    keep_wide_ids: bool,
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = values::bytes,
        help = values::memory_limit("The most memory to take, like 512MiB")
    )]
    memory_limit: Option<u64>,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

impl Import {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let stem = self.csv.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // The CSV's own age, so that the same file makes the same data set.
        let failed = |cause| Error::Io { action: "look at", subject: self.csv.clone(), cause };
        let created = std::fs::metadata(&self.csv).map_err(failed)?.modified().ok();
        let options = ImportOptions {
            info: DatasetInfo {
                scenario_name: "imported".into(),
                dataset_name: self.name.unwrap_or(stem),
                coordinate_units: self.units,
                extent: [self.extent; 3],
                periodic_volume: self
                    .periodic
                    .filter(|extent| *extent != [0.0; 3])
                    .map(|extent| PeriodicVolume { extent, origin: self.periodic_origin.unwrap_or_default() }),
                created_at_unix: created
                    .and_then(|t| t.duration_since(UNIX_EPOCH).ok())
                    .map_or(0, |d| d.as_secs() as i64),
                ..DatasetInfo::default()
            },
            origin: self.origin.unwrap_or_default(),
            id_column: self.id_column,
            keep_wide_ids: self.keep_wide_ids,
            ..ImportOptions::new(self.interval)
        };
        let memory_limit = self.memory_limit.unwrap_or(0);
        let run = RunOptions { threads: 1, memory_limit, cancel: cancel_on_interrupt()? };
        let (csv, out) = (self.csv.clone(), self.out.clone());
        let job = Job::spawn(&run, None, move |runner| import_with(&csv, &out, &options, runner))?;
        let report = wait_with_progress(job, quiet, nothing_written)?;
        if self.json {
            print_json(&report)?;
        } else if !quiet {
            println(&format!("{}: {report}", self.out.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
