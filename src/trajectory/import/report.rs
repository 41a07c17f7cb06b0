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
    /// Rows of the CSV with a position, which are samples.
    pub samples: u64,
    /// Rows of the CSV without one: a coordinate is missing or infinite.
    pub rows_without_position: u64,
    /// Rows of those whose coordinate is infinite or beyond single precision.
    pub infinite_rows: u64,
    /// Rows with an id over 32 bits.
    pub wide_id_rows: u64,
    /// Trajectories with a sample.
    pub trajectories: u64,
    /// Shards written.
    pub shards: u64,
    /// The first time step.
    pub first_step: i32,
    /// The last time step.
    pub last_step: i32,
    /// Time steps between shards that have no row, and so no shard.
    pub gap_steps: u64,
    /// The origin that was taken away from all positions; `None` where none was.
    pub coordinate_origin: Option<[f64; 3]>,
    /// What positions lost by being stored in single precision.
    pub precision: Precision,
    /// The warnings, in the order in which they came up.
    pub warnings: Vec<Warning>,
}

/// The summary that the command line prints: some lines, without a newline at the end.
impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {}, time steps {} to {}, in {}",
            counted(self.samples, "sample"),
            counted(self.trajectories, "trajectory"),
            self.first_step,
            self.last_step,
            counted(self.shards, "shard")
        )?;
        let mut note = |text: String| write!(f, "\n  {text}");
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
