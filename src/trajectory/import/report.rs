//! The report of an import.

use std::fmt;

use serde::Serialize;

use super::Precision;
use crate::human::{count, counted, numbers, rough};
use crate::job::Warning;

/// The figures of an import.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ImportReport {
    /// Nothing was written; the number of trajectories is an estimate, and what comes to light when shards are put
    /// together (shards, gaps, duplicates, rounding) is not known.
    pub dry_run: bool,
    /// The format of the first file.
    pub format: &'static str,
    /// What the columns of the first file were taken for.
    pub columns: Vec<ColumnTaken>,
    /// Rows with a position, which are samples.
    pub samples: u64,
    /// Rows without one: a coordinate is missing or infinite.
    pub rows_without_position: u64,
    /// Rows of those whose coordinate is infinite or beyond single precision.
    pub infinite_rows: u64,
    /// Rows with an id over 32 bits.
    pub wide_id_rows: u64,
    /// Rows that belong to no trajectory, since their id is missing; they are left out.
    pub rows_without_id: u64,
    /// Rows that were left out for another one of their trajectory and time step.
    pub duplicate_rows: u64,
    /// Lines of names or units after the first line of names; they are left out.
    pub header_rows: u64,
    /// Trajectories with a sample.
    pub trajectories: u64,
    /// Ids that were texts and have numbers now, in order of appearance.
    pub numbered_ids: Option<u64>,
    /// Time steps in a shard.
    pub interval: u32,
    /// Shards written.
    pub shards: u64,
    /// The first time step.
    pub first_step: i32,
    /// The last time step.
    pub last_step: i32,
    /// Time steps between shards that have no row, and so no shard.
    pub gap_steps: u64,
    /// Seconds from one time step to the next; `None` where they are not known.
    pub time_per_step: Option<f64>,
    /// The times of the first and the last time step, in seconds; `None` where they are not known.
    pub times: Option<[f64; 2]>,
    /// What these times are counted in.
    pub time_unit: String,
    /// Rows whose time lies beside its time step by more than
    /// [`TOLD_SHARE_OF_TIME_STEP`](super::TOLD_SHARE_OF_TIME_STEP) of it.
    pub rows_beside_steps: u64,
    /// The least corner of the box of all positions, before an origin was subtracted, and the greatest.
    pub bounds: [[f64; 3]; 2],
    /// What coordinates are counted in.
    pub coordinate_units: String,
    /// The factor that coordinates were multiplied with.
    pub scale: f64,
    /// The origin that was subtracted from all positions; `None` where none was.
    pub coordinate_origin: Option<[f64; 3]>,
    /// The first samples in the file, before an origin was subtracted.
    pub first_samples: Vec<FirstSample>,
    /// What positions lost by being stored in single precision.
    pub precision: Precision,
    /// The warnings, in the order in which they came up.
    pub warnings: Vec<Warning>,
}

/// What a column was taken for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ColumnTaken {
    /// `id`, `frame`, `time`, `x`, `y` or `z`.
    pub meaning: &'static str,
    /// The column's name, or its number where the file has no names; `None` where there is no such column, so that all
    /// are 0.
    pub column: Option<String>,
}

/// One of the first samples of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FirstSample {
    /// The trajectory.
    pub id: u64,
    /// Its time step.
    pub time_step: i32,
    /// Its position.
    pub position: [f64; 3],
}

/// The summary that the command line prints: some lines, without a newline at the end.
impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {}{}, time steps {} to {}, in {}",
            counted(self.samples, "sample"),
            if self.dry_run { "about " } else { "" },
            counted(self.trajectories, "trajectory"),
            self.first_step,
            self.last_step,
            match self.dry_run {
                true => format!("shards of {}; nothing was written", counted(self.interval.into(), "time step")),
                false => counted(self.shards, "shard"),
            }
        )?;
        let mut note = |text: String| write!(f, "\n  {text}");
        let columns = self.columns.iter().map(|taken| match &taken.column {
            Some(column) => format!("{} from {column:?}", taken.meaning),
            None => format!("{} is 0, since there is no such column", taken.meaning),
        });
        note(format!("{}: {}", self.format, columns.collect::<Vec<_>>().join(", ")))?;
        if let Some(ids) = self.numbered_ids {
            note(format!("ids are texts: {} numbered in order of appearance, as ids.csv says", count(ids)))?;
        }
        for FirstSample { id, time_step, position } in &self.first_samples {
            note(format!("trajectory {id} at time step {time_step}: {}", numbers(position)))?;
        }
        let [least, greatest] = self.bounds;
        let scaled = if self.scale == 1.0 { String::new() } else { format!(", multiplied by {}", self.scale) };
        let units = &self.coordinate_units;
        note(format!("box from {} to {} in {units}{scaled}", numbers(&least), numbers(&greatest)))?;
        if let (Some(step), Some([from, to])) = (self.time_per_step, self.times) {
            note(format!("{step} s from one time step to the next, {from} to {to} {}", self.time_unit))?;
        }
        if let Some(origin) = self.coordinate_origin {
            note(format!("positions are relative to the origin {}", numbers(&origin)))?;
        }
        if self.precision.is_told() {
            let of_step = self.precision.of_step().unwrap_or_else(|| "nothing moves".into());
            note(format!("rounded by up to {}: {of_step}", rough(self.precision.largest_rounding)))?;
        }
        for (n, what) in [
            (self.rows_without_position, ["row", "without a position"]),
            (self.infinite_rows, ["row", "of those with an infinite coordinate"]),
            (self.wide_id_rows, ["row", "with an id over 32 bits"]),
            (self.rows_without_id, ["row", "without an id, left out"]),
            (self.duplicate_rows, ["row", "left out for another one of the same trajectory and time step"]),
            (self.header_rows, ["line", "of names or units passed over"]),
        ] {
            if n > 0 {
                note(format!("{} {}", counted(n, what[0]), what[1]))?;
            }
        }
        if self.gap_steps > 0 {
            note(format!("{} time steps in between without a row", count(self.gap_steps)))?;
        }
        Ok(())
    }
}
