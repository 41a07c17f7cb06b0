//! Imports trajectories as other programs write them, files of any size: rows are sorted into shards on the disk, then
//! one shard after another is put together.
//!
//! ```text
//! formats -> rows -> spill -> shards
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `options` | what an import is asked for |
//! | `source` | the bytes of a file or of standard input, out of gzip and UTF-16 |
//! | `standard` | standard input, whose reads end when the job is cancelled |
//! | `records` | what every format gives: records, one after another |
//! | `formats` | the format of an input, by its first bytes |
//! | `dialect`, `text` | text tables: how one is written, its records |
//! | `tags`, `fcd`, `trackmate` | XML: its tags; floating car data of SUMO, tracks of TrackMate |
//! | `jupedsim` | databases of JuPedSim |
//! | `parquet` | Parquet files |
//! | `table` | tables in memory |
//! | `meaning` | what columns can mean, by their names and units |
//! | `columns` | which columns of a file mean what |
//! | `clock` | time steps of times |
//! | `names` | numbers of ids that are texts |
//! | `places` | where a row comes from |
//! | `rows` | the rows of all inputs |
//! | `spill` | rows sorted roughly by time, in memory or put aside |
//! | `seen` | what is known of all rows |
//! | `shards` | rows become shards |
//! | `distinct` | about how many ids there are |
//! | `precision` | what single precision takes from positions |
//! | `warnings` | what users are warned about |
//! | `report` | what an import came to |
//!
//! ```
//! use groma::trajectory::import::{ImportOptions, import};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! let csv = folder.path().join("walks.csv");
//! std::fs::write(&csv, "id,frame,x,y,z\n7,0,1,2,0\n7,1,1.5,2,0\n").unwrap();
//! let report = import(&csv, &folder.path().join("walks"), &ImportOptions::new(50))?;
//! println!("{report}");
//! # Ok::<(), groma::Error>(())
//! ```

mod clock;
mod columns;
mod dialect;
mod distinct;
mod fcd;
mod formats;
#[cfg(feature = "sqlite")]
mod jupedsim;
mod meaning;
mod names;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod places;
mod precision;
mod records;
mod report;
mod rows;
mod seen;
mod shards;
mod source;
mod spill;
mod standard;
mod table;
mod tags;
mod text;
mod trackmate;
mod warnings;

use std::path::Path;

pub use clock::TOLD_SHARE_OF_TIME_STEP;
pub use meaning::Meaning;
pub use options::{Duplicates, ImportOptions, Input, Inputs, Origin};
pub(crate) use precision::Measure;
pub use precision::{Precision, TOLD_LENGTH, TOLD_SHARE};
pub use report::{ColumnTaken, FirstSample, ImportReport};
pub use source::LONGEST_RECORD;
pub use table::{Table, TableColumn};

use self::columns::{COLUMNS, When};
use self::rows::Rows;
use self::seen::{Seen, take_in};
use self::shards::Shards;
use self::spill::{Row, Spill};
use super::dataset::{IDS_NAME, LOCK_NAME, ShardWriter, write_names};
use crate::error::IoContext;
use crate::human::counted;
use crate::io::input;
use crate::io::temporary::TEMPORARY_PREFIX;
use crate::job::{Context, Phase, Reservation, RunOptions, Runner};
use crate::trajectory::shard::{MOST_STEPS, POSITION_SIZE};
use crate::{Error, Result};

/// Reads one file or several and writes their trajectories as a data set into `folder`. Rows may come in any order; a
/// row that is missing is a gap.
///
/// A text table may have its fields separated by commas, semicolons, tabs, bars or runs of blanks, decimal points or
/// commas, comments, lines of names or none, in UTF-8 or UTF-16, compressed with gzip; XML may be SUMO's floating car
/// data or TrackMate's tracks, and an SQLite file a database of JuPedSim. With the feature `parquet`, Parquet files are
/// read, of which nested columns and booleans are left out. Columns are found by the names of [`Meaning::known_names`],
/// without names by their order: id, frame, x, y and, where there is a fifth, z.
///
/// Memory: 100 bytes for a trajectory and 44 for each row of a shard, and, where ids are texts, twice each with 64
/// bytes more; rows beyond the limit are put aside in temporary files in `folder` until their shard is written. Of a
/// Parquet file, two pages of each column that is used.
///
/// # Errors
/// [`Error::BadFormat`] naming the line for a value that cannot be read, a frame outside 0 to 2^31 - 1 or 100,000,000
/// beyond all others, an id over 32 bits, a line longer than [`LONGEST_RECORD`], or a second row of the same id and
/// frame; for columns that are missing, there twice, or of which two may mean the same; for times without a time step;
/// and for a coordinate that is missing everywhere. [`Error::Unsupported`] for other formats, and for degrees.
/// [`Error::InvalidArgument`]; [`Error::MemoryLimit`] when a shard and what is kept of each trajectory do not fit;
/// [`Error::Io`]; [`Error::Cancelled`].
pub fn import(files: impl Into<Inputs>, folder: &Path, options: &ImportOptions) -> Result<ImportReport> {
    import_with(files, folder, options, &mut runner_of(options)?)
}

fn runner_of(options: &ImportOptions) -> Result<Runner> {
    let (memory_limit, cancel) = (options.memory_limit, options.cancel.clone());
    Runner::new(&RunOptions { threads: 1, memory_limit, cancel })
}

/// Imports as [`import`] does, with a runner of the caller's; the options' own limit and cancel flag have no effect.
///
/// # Errors
/// As [`import`].
pub fn import_with(
    files: impl Into<Inputs>,
    folder: &Path,
    options: &ImportOptions,
    runner: &mut Runner,
) -> Result<ImportReport> {
    let Inputs(inputs) = files.into();
    options.check()?;
    runner.plan(&[Phase { name: "read", weight: 1.0 }, Phase { name: "write", weight: 1.0 }]);
    let context = runner.context().clone();
    let mut rows = Rows::open(&inputs, options, &context)?;
    refuse_foreign_files(folder)?;
    let mut writer = ShardWriter::create(folder, options.interval.unwrap_or(1), options.writer.clone())?;
    let imported = import_rows(&mut rows, folder, options, &mut writer, runner);
    let named = imported.and_then(|report| match &rows.names {
        Some(names) => write_names(folder, &names.sorted()).map(|()| report),
        None => Ok(report),
    });
    match named {
        Ok(report) => {
            runner.finish();
            writer.finish().map(|()| report)
        }
        Err(e) => {
            // It may be there, in part or not at all.
            let _ = std::fs::remove_file(folder.join(IDS_NAME));
            writer.abandon();
            Err(e)
        }
    }
}

/// Reads all rows as [`import`] does, and tells what would be imported. Nothing is written. What an import finds only
/// when it puts shards together is not found: second rows of an id and frame, and what rounding takes.
///
/// # Errors
/// As [`import`].
pub fn dry_run(files: impl Into<Inputs>, options: &ImportOptions) -> Result<ImportReport> {
    dry_run_with(files, options, &mut runner_of(options)?)
}

/// [`dry_run`] with a runner of the caller's; the options' own limit and cancel flag are not looked at.
///
/// # Errors
/// As [`import`].
pub fn dry_run_with(files: impl Into<Inputs>, options: &ImportOptions, runner: &mut Runner) -> Result<ImportReport> {
    let Inputs(inputs) = files.into();
    options.check()?;
    runner.plan(&[Phase { name: "read", weight: 1.0 }]);
    let context = runner.context().clone();
    let mut rows = Rows::open(&inputs, options, &context)?;
    let mut spill = Spill::dry();
    runner.begin("read", 0, rows.bytes)?;
    let (seen, _memory_of_names) = runner.run(|| take_in(&mut rows, &mut spill, &context))?;
    seen.check(&rows, &spill)?;
    let shift = shift(&rows, &seen);
    let interval = options.interval.unwrap_or_else(|| usual_interval(&seen));
    seen.check_interval(&rows.places, interval, shift)?;
    warnings::of_rows(&rows, &seen, shift, &context);
    runner.finish();
    let trajectories = match &rows.names {
        Some(names) => names.count(),
        None => seen.ids.estimate().round() as u64,
    };
    Ok(ImportReport {
        dry_run: true,
        trajectories,
        interval,
        samples: seen.positions,
        rows_without_position: seen.rows - seen.positions,
        warnings: context.warnings(),
        ..report_of_rows(&rows, &seen, options, shift)
    })
}

/// Refuses a folder that has other files, among which the data set's would be mixed.
fn refuse_foreign_files(folder: &Path) -> Result<()> {
    if !input::exists(folder)? {
        return Ok(());
    }
    let names = input::sorted_names(folder).context("list", folder)?;
    let mut names = names.iter().map(|name| name.to_string_lossy());
    let foreign = names.find(|name| !name.starts_with(TEMPORARY_PREFIX) && name != LOCK_NAME);
    let Some(name) = foreign else { return Ok(()) };
    let seen = format!("{}, which has {name}", folder.display());
    Err(Error::invalid("folder", seen, "a new folder, or an empty one"))
}

fn import_rows(
    rows: &mut Rows,
    folder: &Path,
    options: &ImportOptions,
    writer: &mut ShardWriter,
    runner: &mut Runner,
) -> Result<ImportReport> {
    let context = runner.context().clone();
    let mut spill = Spill::new(folder, context.memory().for_buffers() / 2);
    runner.begin("read", 0, rows.bytes)?;
    let (seen, _memory_of_names) = runner.run(|| take_in(rows, &mut spill, &context))?;
    seen.check(rows, &spill)?;
    let shift = shift(rows, &seen);
    let interval = options.interval.unwrap_or_else(|| fitting_interval(&spill, &seen, &context));
    seen.check_interval(&rows.places, interval, shift)?;
    let _memory = reserve(&mut spill, &seen, interval, &context)?;
    let origin = match options.origin {
        Origin::Zero => None,
        Origin::Auto => Some(seen.least.map(f64::floor)),
        Origin::At(origin) => Some(origin),
    };
    let report = report_of_rows(rows, &seen, options, shift);
    writer.set_interval(interval);
    writer.set_coordinate_origin(origin);
    writer.set_coordinate_units(&report.coordinate_units);
    if let Some(step) = report.time_per_step {
        writer.set_times(&report.time_unit, time_of_step_0(rows, shift), step);
    }
    runner.begin("write", 0, seen.rows)?;
    let mut shards = Shards {
        places: &rows.places,
        interval: interval as i32,
        duplicates: options.duplicates,
        shift,
        origin,
        last_samples: Vec::new(),
        measure: Measure::new(),
        gaps: Vec::new(),
        samples: 0,
        infinite: 0,
        duplicate_rows: 0,
        shards: 0,
    };
    runner.run(|| shards.write_shards(spill, &seen, writer, &context))?;
    shards.refuse_nothing(&seen)?;
    let precision = shards.measure.finish();
    warnings::of_shards(&shards, rows, &seen, writer.lives(), &precision, &context);
    Ok(ImportReport {
        interval,
        samples: shards.samples,
        rows_without_position: seen.rows - shards.duplicate_rows - shards.samples,
        infinite_rows: shards.infinite,
        duplicate_rows: shards.duplicate_rows,
        trajectories: shards.last_samples.len() as u64,
        shards: shards.shards,
        gap_steps: shards.gaps.iter().map(|gap| gap.count()).sum(),
        coordinate_origin: origin,
        precision,
        warnings: context.warnings(),
        ..report
    })
}

/// Returns the report with what is known when all rows are read.
fn report_of_rows(rows: &Rows, seen: &Seen, options: &ImportOptions, shift: i32) -> ImportReport {
    let columns = &rows.columns;
    let taken = (0..5).map(|n| ColumnTaken {
        meaning: match columns.when {
            When::Times(_) if n == 1 => "time",
            _ => COLUMNS[n],
        },
        column: columns.places[n].map(|_| columns.names[n].clone()),
    });
    let time_per_step = columns.time_step;
    let time = |step: i32| time_of_step_0(rows, shift) + f64::from(step) * time_per_step.unwrap_or(1.0);
    let (first_step, last_step) = (seen.first - shift, seen.last.0 - shift);
    let is_since_1970 = rows.clock.as_ref().is_some_and(|clock| clock.is_since_1970);
    let first_samples =
        seen.samples.iter().map(|row| FirstSample { id: row.id, time_step: row.frame - shift, position: row.position });
    ImportReport {
        dry_run: false,
        format: rows.format,
        columns: taken.collect(),
        samples: 0,
        rows_without_position: 0,
        infinite_rows: 0,
        wide_id_rows: seen.wide_ids,
        rows_without_id: rows.rows_without_id,
        duplicate_rows: 0,
        header_rows: rows.header_rows,
        trajectories: 0,
        numbered_ids: rows.names.as_ref().map(|names| names.count()),
        interval: 0,
        shards: 0,
        first_step,
        last_step,
        gap_steps: 0,
        time_per_step,
        times: time_per_step.map(|_| [time(first_step), time(last_step)]),
        time_unit: match (time_per_step, is_since_1970) {
            (None, _) => options.writer.time_unit.clone(),
            (_, true) => "seconds since 1970-01-01T00:00:00Z".into(),
            (_, false) => "seconds".into(),
        },
        rows_beside_steps: rows.clock.as_ref().map_or(0, |clock| clock.rows_beside),
        bounds: [seen.least, seen.greatest],
        coordinate_units: options.coordinate_units.as_deref().or(rows.unit()).unwrap_or("meters").to_string(),
        scale: rows.scale,
        coordinate_origin: None,
        first_samples: first_samples.collect(),
        precision: Precision::default(),
        warnings: Vec::new(),
    }
}

/// Returns what to subtract from frames that were made of times: times since 1970 begin with time step 0, and so do
/// times that begin before 0.
fn shift(rows: &Rows, seen: &Seen) -> i32 {
    match &rows.clock {
        Some(clock) if clock.is_since_1970 => seen.first,
        Some(_) => seen.first.min(0),
        None => 0,
    }
}

fn time_of_step_0(rows: &Rows, shift: i32) -> f64 {
    rows.clock.as_ref().map_or(0.0, |clock| clock.time_of(shift))
}

/// The size of a shard in which every trajectory has an entry, by default.
const USUAL_SHARD: f64 = (64 << 20) as f64;

/// The time steps of a shard of the usual size, rounded down to 1, 2 or 5 and zeros where they are fewer than all.
fn usual_interval(seen: &Seen) -> u32 {
    let steps = seen.steps().clamp(1, MOST_STEPS.into()) as u32;
    let entry = POSITION_SIZE as f64 * seen.ids.estimate().max(1.0);
    let fitting = (USUAL_SHARD / entry).clamp(1.0, f64::from(MOST_STEPS)) as u32;
    if fitting < steps { rounded_down(fitting) } else { steps }
}

fn rounded_down(number: u32) -> u32 {
    let ten = 10u32.pow(number.max(1).ilog10());
    let factor = [5, 2].into_iter().find(|factor| factor * u64::from(ten) <= u64::from(number));
    ten * factor.unwrap_or(1) as u32
}

/// The usual interval, or a smaller one whose shards fit the memory limit.
fn fitting_interval(spill: &Spill, seen: &Seen, context: &Context) -> u32 {
    let mut interval = usual_interval(seen);
    while interval > 1 && needed(spill, seen, interval).1 > context.memory().room() {
        interval = rounded_down(interval - 1);
    }
    interval
}

/// Bytes that are kept of a trajectory until the end: its record, its last sample, and room to sort them.
const BYTES_OF_TRAJECTORY: u64 = 100;

/// The most rows of a shard, and the bytes of the second half: the rows of a shard, and what is kept of trajectories.
fn needed(spill: &Spill, seen: &Seen, interval: u32) -> (u64, u64) {
    let (rows, left) = spill.most_at_once(seen.first, seen.last.0, interval);
    // Five percent more than the estimate, whose error is about one percent.
    let ids = (1.05 * seen.ids.estimate().ceil()) as u64;
    let bytes =
        (rows + left) * size_of::<Row>() as u64 + ids * BYTES_OF_TRAJECTORY + u64::from(interval) * POSITION_SIZE;
    (rows, bytes)
}

/// Reserves the memory of the second half.
fn reserve<'a>(spill: &mut Spill, seen: &Seen, interval: u32, context: &'a Context) -> Result<Reservation<'a>> {
    let (rows, bytes) = needed(spill, seen, interval);
    if bytes + spill.bytes() > context.memory().room() {
        spill.put_aside(context)?;
    }
    context.memory().reserve(bytes, "").map_err(|e| match e {
        Error::MemoryLimit { limit, needed, .. } => {
            let what = format!(
                "some {} and up to {} of one shard; a smaller interval (--interval) takes less",
                counted(seen.ids.estimate().ceil() as u64, "trajectory"),
                counted(rows, "row")
            );
            Error::MemoryLimit { limit, needed, what }
        }
        Error::NoMemory { bytes, .. } => Error::NoMemory { bytes, what: "trajectories and the rows of one shard" },
        other => other,
    })
}
