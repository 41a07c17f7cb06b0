//! `groma trajectories import`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::UNIX_EPOCH;

use clap::{Args, ValueEnum};
use groma::job::{Job, RunOptions};
use groma::trajectory::dataset::ShardWriterOptions;
use groma::trajectory::import::{self, ImportOptions, Input, Inputs, Meaning, Origin, dry_run_with, import_with};
use groma::trajectory::periodic::PeriodicVolume;
use groma::trajectory::shard::MOST_STEPS;
use groma::{Error, Result};

use crate::terminal::{cancel_on_interrupt, nothing_written, print_json, println, wait_with_progress};
use crate::values;

const EXAMPLES: &str = "\
Text tables are read with commas, semicolons, tabs, bars or blanks between fields, decimal points or commas, comments \
(# or %), and with or without a line of names; out of gzip and UTF-16, too. So are floating car data of SUMO and \
tracks of TrackMate (XML), databases of JuPedSim (SQLite), and, where groma was built with --features parquet, \
Parquet files. Without names the order is id, frame, x, y and, where there is a fifth, z. Several files make one data \
set; an id is the same trajectory in all.

Rows may come in any order; files may be larger than memory. A row that is missing is a gap, and so is one whose x, y \
or z is empty, nan or NA. Without z all is flat, at 0. Times become time steps by --time-step or --fps; those since \
1970 (numbers, or dates as ISO 8601 writes them) begin with time step 0. Ids that are texts are numbered in order of \
appearance; ids.csv in OUT has their names.

Positions are stored in single precision, which has seven digits: with --origin they are stored as distances from \
there, the manifest keeps it, inspect and query --json tell it, and stored positions plus the origin are those of the \
file. Points to ask around are then relative to it, too.

Examples:
  groma trajectories import walks.csv crowd --dry-run
  groma trajectories import walks.csv crowd
  groma trajectories import pedpy.txt.gz corridor --origin auto
  groma trajectories import spots.csv cells --columns id=TRACK_ID,frame=FRAME,x=POSITION_X,y=POSITION_Y
  groma trajectories import fcd.xml traffic --time-step 0.5
  groma trajectories import bottleneck.sqlite bottleneck
  sort day*.csv | groma trajectories import - days --columns id=1,time=2,x=3,y=4 --time-step 10";

/// The examples, and the names by which columns are known.
fn help() -> String {
    const WIDTH: usize = 100;
    let mut text = format!(
        "{EXAMPLES}\n\nColumns are known by these names; case, units (X [m], x/cm, time_ms) and _ do not count:"
    );
    for meaning in Meaning::ALL {
        let mut line = format!("\n  {:<6}", meaning.name());
        for name in meaning.known_names() {
            if line.len() + name.len() + 2 > WIDTH {
                text += &line;
                line = format!("\n  {:<6}", "");
            }
            line += &format!(" {name}");
        }
        text += &line;
    }
    text
}

/// What becomes of two rows of a trajectory at one time step.
#[derive(Clone, Copy, ValueEnum)]
enum Duplicates {
    /// An error
    Error,
    /// The first in the file counts
    First,
    /// The last in the file counts
    Last,
}

#[derive(Args)]
#[command(after_help = help(), override_usage = "groma trajectories import [OPTIONS] <FILE>... <OUT>")]
pub struct Import {
    /// The files, or - for standard input, and the folder of the new data set; with --dry-run the files alone will do
    #[arg(required = true, value_name = "FILE... OUT")]
    paths: Vec<PathBuf>,
    #[arg(
        long,
        value_name = "K",
        help = format!("Time steps in a shard, 1 to {MOST_STEPS} [default: as many as make shards of some 64 MiB]")
    )]
    interval: Option<u32>,
    /// Say what would be imported, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// What columns mean, by name or by number from 1: id, frame or time, x, y, z; z=none where all is flat
    #[arg(long, value_name = "MEANING=COLUMN,...", value_delimiter = ',', value_parser = values::column)]
    columns: Vec<(Meaning, String)>,
    /// The column that numbers the trajectories: short for --columns id=NAME
    #[arg(long, value_name = "NAME")]
    id_column: Option<String>,
    /// Number the ids in order of appearance, even where those of the first rows are numbers
    #[arg(long)]
    text_ids: bool,
    /// Take ids over 32 bits, which tables cannot hold: a build then needs --wide-ids truncate
    #[arg(long)]
    keep_wide_ids: bool,
    /// Seconds from one time step to the next: times become time steps by it; of frames it tells the times
    #[arg(long, value_name = "SECONDS", conflicts_with = "fps", value_parser = values::above_0)]
    time_step: Option<f64>,
    /// The same as time steps in a second
    #[arg(long, value_name = "N", value_parser = values::above_0)]
    fps: Option<f64>,
    /// What becomes of two rows of a trajectory at one time step
    #[arg(long, value_enum, default_value = "error")]
    duplicates: Duplicates,
    /// The data set's name [default: the first file's]
    #[arg(long)]
    name: Option<String>,
    /// What coordinates are counted in [default: what the file says, with mm, cm and km made metres; else meters]
    #[arg(long, value_name = "UNIT")]
    units: Option<String>,
    /// Multiply all coordinates by this [default: 1, or what makes metres of mm, cm and km]
    #[arg(long, value_name = "FACTOR", value_parser = values::above_0)]
    scale: Option<f64>,
    /// Half the size of the things that move, in metres
    #[arg(long, value_name = "METRES", alias = "extent", default_value_t = 0.0)]
    half_size: f32,
    /// Subtract this point from all positions before they are stored in single precision; auto: the least x, y and z,
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
    pub fn run(mut self, quiet: bool) -> Result<ExitCode> {
        let is_folder = |path: &Path| path != Path::new("-") && !path.is_file();
        let out = match self.paths.last() {
            Some(last) if self.paths.len() > 1 && (!self.dry_run || is_folder(last)) => self.paths.pop(),
            _ => None,
        };
        if out.is_none() && !self.dry_run {
            return Err(invalid(
                "OUT",
                "no path but the file's".into(),
                "the folder of the new data set after the files",
            ));
        }
        let files = std::mem::take(&mut self.paths);
        let options = self.options(&files)?;
        let input = |path: PathBuf| if path == Path::new("-") { Input::Standard } else { Input::File(path) };
        let inputs = Inputs(files.into_iter().map(input).collect());
        let run =
            RunOptions { threads: 1, memory_limit: self.memory_limit.unwrap_or(0), cancel: cancel_on_interrupt()? };
        let folder = out.clone();
        let job = Job::spawn(&run, None, move |runner| match folder.filter(|_| !self.dry_run) {
            Some(folder) => import_with(inputs, &folder, &options, runner),
            None => dry_run_with(inputs, &options, runner),
        })?;
        let report = wait_with_progress(job, quiet, nothing_written)?;
        if self.json {
            print_json(&report)?;
        } else if !quiet {
            let out = out.filter(|_| !report.dry_run).map_or(String::new(), |out| format!("{}: ", out.display()));
            println(&format!("{out}{report}"))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn options(&self, files: &[PathBuf]) -> Result<ImportOptions> {
        let mut columns = BTreeMap::new();
        for (meaning, column) in &self.columns {
            if columns.insert(*meaning, column.clone()).is_some() {
                return Err(invalid("columns", format!("{} twice", meaning.name()), "each meaning once"));
            }
        }
        Ok(ImportOptions {
            interval: self.interval,
            writer: ShardWriterOptions {
                scenario_name: "imported".into(),
                dataset_name: self.name.clone().unwrap_or_else(|| name_of(&files[0])),
                half_size: [self.half_size; 3],
                periodic_volume: self
                    .periodic
                    .filter(|extent| *extent != [0.0; 3])
                    .map(|extent| PeriodicVolume { extent, origin: self.periodic_origin.unwrap_or_default() }),
                created_at_unix: last_written(files)?,
                ..ShardWriterOptions::default()
            },
            coordinate_units: self.units.clone(),
            scale: self.scale,
            origin: self.origin.unwrap_or_default(),
            columns,
            id_column: self.id_column.clone(),
            text_ids: self.text_ids,
            keep_wide_ids: self.keep_wide_ids,
            time_per_step: self.time_step.or(self.fps.map(|fps| 1.0 / fps)),
            duplicates: match self.duplicates {
                Duplicates::Error => import::Duplicates::Error,
                Duplicates::First => import::Duplicates::First,
                Duplicates::Last => import::Duplicates::Last,
            },
            ..ImportOptions::default()
        })
    }
}

fn invalid(name: &'static str, seen: String, accepted: &str) -> Error {
    Error::InvalidArgument { name, seen, accepted: accepted.into() }
}

/// The name of a file without its extensions for the table and for gzip.
fn name_of(file: &Path) -> String {
    if file == Path::new("-") {
        return "imported".into();
    }
    let is_gzip = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let stem = if is_gzip { Path::new(file.file_stem().unwrap_or_default()) } else { file };
    stem.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns when the youngest file was written, in seconds since 1970, so that the same files make the same data set; 0
/// where there is none.
fn last_written(files: &[PathBuf]) -> Result<i64> {
    let mut last = 0;
    for file in files.iter().filter(|file| *file != Path::new("-")) {
        let failed = |cause| Error::Io { action: "look at", subject: file.clone(), cause };
        let modified = std::fs::metadata(file).map_err(failed)?.modified().ok();
        let written = modified.and_then(|t| t.duration_since(UNIX_EPOCH).ok()).map_or(0, |d| d.as_secs() as i64);
        last = last.max(written);
    }
    Ok(last)
}
