//! Imports CSV files of any size as data sets: rows are sorted into shards on the disk, then one shard after another is
//! put together.
//!
//! | file | what it holds |
//! |---|---|
//! | `columns` | which columns of the file are which |
//! | `rows` | the rows, one after another, each within a limit |
//! | `spill` | rows sorted roughly by time, in memory or put aside |
//! | `distinct` | about how many ids there are |
//! | `precision` | what single precision takes from positions |
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

mod columns;
mod distinct;
mod precision;
mod report;
mod rows;
mod spill;

use std::path::{Path, PathBuf};

pub(crate) use precision::{Measure, length};
pub use precision::{Precision, TOLD_LENGTH, TOLD_SHARE};
pub use report::ImportReport;
pub use rows::LONGEST_RECORD;

use self::distinct::Distinct;
use self::rows::CsvRows;
use self::spill::{Row, Spill};
use super::dataset::{DatasetInfo, DatasetWriter, LOCK_NAME, describe_steps};
use crate::error::IoContext;
use crate::human::{count, counted, numbers, rough};
use crate::io::input;
use crate::io::temporary::TEMPORARY_PREFIX;
use crate::job::{CancelToken, Context, Phase, Reservation, RunOptions, Runner};
use crate::trajectory::Steps;
use crate::trajectory::shard::POSITION_SIZE;
use crate::{Error, Result};

/// The options of an import.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Time steps in a shard.
    pub interval: u32,
    /// What the manifest says about the data set. Its own origin is ignored: `origin` counts.
    pub info: DatasetInfo,
    /// The origin that is taken away from all positions, in double, before they are stored in single precision.
    pub origin: Origin,
    /// The column of the trajectories' ids; `None` for `id`.
    pub id_column: Option<String>,
    /// Take ids over 32 bits, which tables cannot hold.
    pub keep_wide_ids: bool,
    /// The most memory to take, in bytes; 0 stands for [`DEFAULT_MEMORY_LIMIT`](crate::job::DEFAULT_MEMORY_LIMIT).
    pub memory_limit: u64,
    /// Set it from any thread to stop.
    pub cancel: CancelToken,
}

/// The origin that is taken away from positions. Stored positions plus the origin are those of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Origin {
    /// Nothing.
    #[default]
    Zero,
    /// The least x, y and z of all positions, rounded down to whole numbers.
    Auto,
    /// This point.
    At([f64; 3]),
}

impl ImportOptions {
    /// All defaults, for shards of `interval` time steps.
    pub fn new(interval: u32) -> ImportOptions {
        ImportOptions {
            interval,
            info: DatasetInfo::default(),
            origin: Origin::Zero,
            id_column: None,
            keep_wide_ids: false,
            memory_limit: 0,
            cancel: CancelToken::default(),
        }
    }
}

/// Reads `csv`, whose first line names the columns `id`, `frame`, `x`, `y` and `z` in any order among others, and
/// writes the data set into `folder`. Rows may come in any order; a row that is missing is a gap.
///
/// Memory: 100 bytes for a trajectory and 44 for each row of a shard; rows beyond the limit are put aside in temporary
/// files in `folder` until their shard is written.
///
/// # Errors
/// [`Error::BadFormat`] naming the line for a value that cannot be read, a frame outside 0 to 2^31 - 1 or 100,000,000
/// beyond all others, an id over 32 bits, a line longer than [`LONGEST_RECORD`], or a second row of the same id and
/// frame; for columns that are missing, there twice, or of which two may have the ids; and for a coordinate that is
/// missing everywhere. [`Error::InvalidArgument`]; [`Error::MemoryLimit`] when
/// a shard and what is kept of each trajectory do not fit; [`Error::Io`];
/// [`Error::Cancelled`].
pub fn import(csv: &Path, folder: &Path, options: &ImportOptions) -> Result<ImportReport> {
    let (memory_limit, cancel) = (options.memory_limit, options.cancel.clone());
    import_with(csv, folder, options, &mut Runner::new(&RunOptions { threads: 1, memory_limit, cancel })?)
}

/// [`import`] with a runner of the caller's; the options' own limit and cancel flag are not looked at.
///
/// # Errors
/// As [`import`].
pub fn import_with(csv: &Path, folder: &Path, options: &ImportOptions, runner: &mut Runner) -> Result<ImportReport> {
    if let Origin::At(origin) = options.origin
        && !origin.iter().all(|c| c.is_finite())
    {
        return Err(Error::invalid("origin", numbers(&origin), "three finite numbers"));
    }
    runner.plan(&[Phase { name: "read", weight: 1.0 }, Phase { name: "write", weight: 1.0 }]);
    let mut rows = CsvRows::open(csv, options)?;
    refuse_foreign_files(folder)?;
    let mut writer = DatasetWriter::create(folder, options.interval, options.info.clone())?;
    match import_rows(&mut rows, folder, options, &mut writer, runner) {
        Ok(report) => {
            runner.finish();
            writer.finish().map(|()| report)
        }
        Err(e) => {
            writer.abandon();
            Err(e)
        }
    }
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
    rows: &mut CsvRows,
    folder: &Path,
    options: &ImportOptions,
    writer: &mut DatasetWriter,
    runner: &mut Runner,
) -> Result<ImportReport> {
    let context = runner.context().clone();
    let mut spill = Spill::new(folder, context.memory().for_buffers() / 2);
    runner.begin("read", 0, rows.bytes)?;
    let seen = runner.run(|| take_in(rows, &mut spill, &context))?;
    seen.check(&rows.path, &spill, options.interval)?;
    let _memory = reserve(&mut spill, &seen, options.interval, &context)?;
    let origin = match options.origin {
        Origin::Zero => None,
        Origin::Auto => Some(seen.least.map(f64::floor)),
        Origin::At(origin) => Some(origin),
    };
    writer.set_coordinate_origin(origin);
    runner.begin("write", 0, seen.rows)?;
    let mut import = Import {
        csv: rows.path.clone(),
        interval: options.interval as i32,
        origin,
        last_samples: Vec::new(),
        measure: Measure::new(),
        gaps: Vec::new(),
        samples: 0,
        infinite: 0,
        shards: 0,
    };
    runner.run(|| import.write_shards(spill, &seen, writer, &context))?;
    import.refuse_nothing(&seen)?;
    Ok(import.report(&seen, rows.id_column(), &context))
}

/// Bytes that are kept of a trajectory until the end: its record, its last sample, and room to sort them.
const BYTES_OF_TRAJECTORY: u64 = 100;

/// Reserves the memory of the second half: the rows of a shard, and what is kept of trajectories.
fn reserve<'a>(spill: &mut Spill, seen: &Seen, interval: u32, context: &'a Context) -> Result<Reservation<'a>> {
    let (rows, left) = spill.most_at_once(seen.first, seen.last.0, interval);
    let ids = seen.ids.estimate().ceil();
    // Five percent more than the estimate, whose error is about one percent.
    let bytes = (rows + left) * size_of::<Row>() as u64
        + (1.05 * ids) as u64 * BYTES_OF_TRAJECTORY
        + u64::from(interval) * POSITION_SIZE;
    if bytes + spill.bytes() > context.memory().room() {
        spill.put_aside(context)?;
    }
    context.memory().reserve(bytes, "").map_err(|e| match e {
        Error::MemoryLimit { limit, needed, .. } => {
            let what = format!(
                "some {} and up to {} of one shard (a smaller interval, --interval, takes less)",
                counted(ids as u64, "trajectory"),
                counted(rows, "row")
            );
            Error::MemoryLimit { limit, needed, what }
        }
        Error::NoMemory { bytes, .. } => Error::NoMemory { bytes, what: "trajectories and the rows of one shard" },
        other => other,
    })
}

/// What was seen in all rows.
struct Seen {
    rows: u64,
    ids: Distinct,
    /// The first frame.
    first: i32,
    /// The last frame, and the line of a row that has it.
    last: (i32, u64),
    /// The least coordinates of all finite positions.
    least: [f64; 3],
    /// Whether any row has a finite coordinate, axis by axis.
    has_coordinate: [bool; 3],
    /// Rows with three finite coordinates.
    positions: u64,
    /// Rows with an id over 32 bits.
    wide_ids: u64,
}

fn take_in(rows: &mut CsvRows, spill: &mut Spill, context: &Context) -> Result<Seen> {
    let mut seen = Seen {
        rows: 0,
        ids: Distinct::new(),
        first: i32::MAX,
        last: (i32::MIN, 0),
        least: [f64::INFINITY; 3],
        has_coordinate: [false; 3],
        positions: 0,
        wide_ids: 0,
    };
    let mut read = 0;
    while let Some(row) = rows.next()? {
        if row.line % 4096 == 0 {
            context.check()?;
            let now = rows.position();
            context.add_items(now - read);
            read = now;
        }
        seen.add(&row);
        spill.push(row, context)?;
    }
    Ok(seen)
}

impl Seen {
    fn add(&mut self, row: &Row) {
        self.rows += 1;
        self.ids.add(row.id);
        self.first = self.first.min(row.frame);
        if row.frame > self.last.0 {
            self.last = (row.frame, row.line);
        }
        self.wide_ids += u64::from(row.id > u64::from(u32::MAX));
        let finite = row.position.map(f64::is_finite);
        (0..3).for_each(|axis| self.has_coordinate[axis] |= finite[axis]);
        if finite == [true; 3] {
            self.positions += 1;
            (0..3).for_each(|axis| self.least[axis] = self.least[axis].min(row.position[axis]));
        }
    }

    /// Refuses rows of which no data set that anybody means can be made: none at all, none with a position, or frames
    /// far beyond all others.
    fn check(&self, csv: &Path, spill: &Spill, interval: u32) -> Result<()> {
        if self.rows == 0 {
            let seen = "no row after the line of column names";
            return Err(Error::bad_format(csv, None, seen, "a row for each sample"));
        }
        if let Some(axis) = (0..3).find(|&axis| !self.has_coordinate[axis]) {
            let seen = format!("column {} has no finite number in any of {}", columns::COLUMNS[2 + axis], self.told());
            return Err(Error::bad_format(
                csv,
                None,
                seen,
                "a number for each sample; 0 in all rows where all is flat",
            ));
        }
        if self.positions == 0 {
            let seen = format!("none of {} has all three coordinates", self.told());
            return Err(Error::bad_format(csv, None, seen, "x, y and z in one row for each sample"));
        }
        let gap = spill.largest_gap();
        if gap.frames > LARGEST_GAP && gap.frames > 1000 * spill.spans() as i64 {
            let seen = format!(
                "line {}, column frame: {} comes some {} frames after all before it",
                gap.line,
                gap.frame,
                count(gap.frames as u64)
            );
            let accepted = "frames that follow one another: 0, 1, 2 and so on; of times, (time - first time) / time \
                            between frames; correct or remove that row where it is a slip";
            return Err(Error::bad_format(csv, None, seen, accepted));
        }
        let (last, line) = self.last;
        let last_shard = last - (last - self.first) % interval as i32;
        if i64::from(last_shard) + i64::from(interval) - 1 > i64::from(i32::MAX) {
            let seen = format!(
                "line {line}, column frame: {last}, in a shard of the {interval} time steps from {last_shard} on, \
                 which would end after 2147483647"
            );
            let accepted = "frames that are counted from 0: take the first one away from all; or a smaller interval \
                            (--interval)";
            return Err(Error::bad_format(csv, None, seen, accepted));
        }
        Ok(())
    }

    fn told(&self) -> String {
        counted(self.rows, "row")
    }
}

/// The rounding error of `difference`, which is `a - b` rounded: the exact difference less the rounded one; 0 where
/// that is not finite (Knuth's TwoSum).
fn rest_of_difference(a: f64, b: f64, difference: f64) -> f64 {
    let subtracted = a - difference;
    let rest = (a - (difference + subtracted)) + (subtracted - b);
    if rest.is_finite() { rest } else { 0.0 }
}

/// The largest distance in frames between two rows: what is beyond is a slip, or no frame, unless the number of rows
/// explains it.
const LARGEST_GAP: i64 = 100_000_000;

/// The first frame from which on frames look like times.
const LIKE_TIMES: i32 = 100_000_000;

/// The second half of an import: from rows to shards.
struct Import {
    csv: PathBuf,
    interval: i32,
    origin: Option<[f64; 3]>,
    /// The position of each trajectory's last sample so far, as the file has it; ascending by id.
    last_samples: Vec<(u64, [f64; 3])>,
    measure: Measure,
    /// Time steps between shards that have no row.
    gaps: Vec<Steps>,
    samples: u64,
    /// Rows with an infinite coordinate, or one beyond single precision.
    infinite: u64,
    shards: u64,
}

impl Import {
    fn write_shards(
        &mut self,
        mut spill: Spill,
        seen: &Seen,
        writer: &mut DatasetWriter,
        context: &Context,
    ) -> Result<()> {
        let interval = self.interval;
        let mut positions = vec![f32::NAN; 3 * interval as usize];
        let mut next_step = seen.first;
        while let Some(frame) = spill.first_frame() {
            // Shards begin at whole intervals from the first frame; where there are no rows there is no shard.
            let frame = frame.max(seen.first);
            let shard_first = frame - (frame - seen.first) % interval;
            let taken = spill.take(shard_first.saturating_add(interval - 1), context)?;
            if taken.is_empty() {
                continue;
            }
            if shard_first > next_step {
                self.gaps.push(Steps::from(next_step..=shard_first - 1));
            }
            next_step = shard_first.saturating_add(interval);
            self.write_shard(taken, shard_first, &mut positions, writer, context)?;
            self.shards += 1;
        }
        Ok(())
    }

    fn write_shard(
        &mut self,
        mut rows: Vec<Row>,
        shard_first: i32,
        positions: &mut [f32],
        writer: &mut DatasetWriter,
        context: &Context,
    ) -> Result<()> {
        rows.sort_unstable_by_key(|row| (row.id, row.frame, row.line));
        let known = self.last_samples.len();
        for rows_of_id in rows.chunk_by(|a, b| a.id == b.id) {
            context.check()?;
            context.add_items(rows_of_id.len() as u64);
            let id = rows_of_id[0].id;
            if let Some(pair) = rows_of_id.windows(2).find(|pair| pair[0].frame == pair[1].frame) {
                let (a, b, frame) = (pair[0].line, pair[1].line, pair[0].frame);
                let seen = format!("lines {a} and {b} both have id {id} and frame {frame}");
                let accepted = "one row for an id and frame: remove one of them; where the ids of several recordings \
                                begin anew, number them apart; where frames are rounded times, count finer";
                return Err(Error::bad_format(&self.csv, None, seen, accepted));
            }
            let place = self.last_samples[..known].binary_search_by_key(&id, |(id, _)| *id).ok();
            let mut last = place.map(|place| self.last_samples[place].1);
            positions.fill(f32::NAN);
            for row in rows_of_id {
                positions.as_chunks_mut::<3>().0[(row.frame - shard_first) as usize] = self.store(row, &mut last);
            }
            match (place, last) {
                (Some(place), Some(last)) => self.last_samples[place].1 = last,
                (None, Some(last)) => self.last_samples.push((id, last)),
                (_, None) => {}
            }
            writer.append(shard_first, id, positions)?;
        }
        if known > 0 && self.last_samples.get(known).is_some_and(|new| new.0 < self.last_samples[known - 1].0) {
            // Both runs are in order, so that the sort merges them.
            self.last_samples.sort_by_key(|(id, _)| *id);
        }
        Ok(())
    }

    /// The position of a row in single precision; `last` is that of the trajectory's sample before.
    fn store(&mut self, row: &Row, last: &mut Option<[f64; 3]>) -> [f32; 3] {
        let origin = self.origin.unwrap_or_default();
        let relative: [f64; 3] = std::array::from_fn(|axis| row.position[axis] - origin[axis]);
        let stored = relative.map(|c| c as f32);
        if stored.iter().all(|c| c.is_finite()) {
            self.samples += 1;
            // The rounding of the difference in double counts, too: with an origin far away it is nearly all of the
            // loss.
            let lost: [f64; 3] = std::array::from_fn(|axis| {
                let rest = rest_of_difference(row.position[axis], origin[axis], relative[axis]);
                (f64::from(stored[axis]) - relative[axis]) - rest
            });
            self.measure.add_rounding(length([0.0; 3], lost));
            if let Some(before) = last.replace(row.position) {
                self.measure.add_step(before, row.position);
            }
        } else if !stored.iter().any(|c| c.is_nan()) {
            self.infinite += 1;
        }
        stored
    }

    /// Refuses a data set from which all positions were lost.
    fn refuse_nothing(&self, seen: &Seen) -> Result<()> {
        let rows = counted(seen.positions, "row");
        match self.origin {
            _ if self.samples > 0 => Ok(()),
            Some(origin) => {
                let seen =
                    format!("{}, from which all positions of {rows} are beyond single precision", numbers(&origin));
                Err(Error::invalid("origin", seen, "a point near the positions, or auto (--origin auto)"))
            }
            None => {
                let seen = format!("the positions of {rows} are all beyond single precision (3.4e38)");
                let accepted = "positions in another unit, or relative to an origin (--origin auto)";
                Err(Error::bad_format(&self.csv, None, seen, accepted))
            }
        }
    }

    fn report(self, seen: &Seen, id_column: &str, context: &Context) -> ImportReport {
        let precision = self.measure.finish();
        self.warn_about_precision(&precision, context);
        self.warn_about_frames(seen, context);
        self.warn_about_ids(seen, id_column, context);
        if self.infinite > 0 {
            let what = format!(
                "{} with a coordinate that is infinite or beyond single precision (3.4e38): a build treats them as \
                 missing",
                counted(self.infinite, "row")
            );
            context.warn("infinite-samples", what);
        }
        ImportReport {
            samples: self.samples,
            rows_without_position: seen.rows - self.samples,
            infinite_rows: self.infinite,
            wide_id_rows: seen.wide_ids,
            trajectories: self.last_samples.len() as u64,
            shards: self.shards,
            first_step: seen.first,
            last_step: seen.last.0,
            gap_steps: self.gaps.iter().map(|gap| gap.count()).sum(),
            coordinate_origin: self.origin,
            precision,
            warnings: context.warnings(),
        }
    }

    fn warn_about_precision(&self, precision: &Precision, context: &Context) {
        if precision.is_told() {
            let remedy = match self.origin {
                None => {
                    "origin (--origin auto, or --origin X,Y,Z) takes an origin away first and keeps it in the manifest"
                }
                Some(_) => "the positions are too far from the origin that is taken away, or too far apart",
            };
            context.warn(
                "precision",
                format!(
                    "single precision moves positions by up to {}{}, and {} by more than {}: {remedy}",
                    rough(precision.largest_rounding),
                    precision.of_step().map_or(String::new(), |of_step| format!(", {of_step}")),
                    counted(precision.rounded_samples, "sample"),
                    rough(precision.told_from())
                ),
            );
        }
    }

    /// Warns about time steps without a shard, and about frames that may be times.
    fn warn_about_frames(&self, seen: &Seen, context: &Context) {
        if !self.gaps.is_empty() {
            let steps = describe_steps(&self.gaps);
            context.warn("gap", format!("no row has a frame of {steps}: there is no shard of these time steps"));
        }
        if seen.first >= LIKE_TIMES {
            let what = format!(
                "the first frame is {}: where frames are times, the numbers of frames belong there",
                seen.first
            );
            context.warn("frames-like-times", what);
        }
    }

    /// Warns about ids that may number rows in place of trajectories, and about those that a table cannot hold.
    fn warn_about_ids(&self, seen: &Seen, id_column: &str, context: &Context) {
        let trajectories = self.last_samples.len() as u64;
        if trajectories > 1 && trajectories == self.samples && seen.first < seen.last.0 {
            let what = format!(
                "each of {} has one sample only: does column {} number the trajectories? id_column (--id-column) \
                 takes ids from another one",
                counted(trajectories, "trajectory"),
                columns::short(id_column)
            );
            context.warn("single-samples", what);
        }
        if seen.wide_ids > 0 {
            let what = format!(
                "{} with an id over 32 bits, which a table cannot hold: a build fails, unless it cuts them (wide_ids, \
                 --wide-ids truncate)",
                counted(seen.wide_ids, "row")
            );
            context.warn("wide-ids", what);
        }
    }
}
