//! The settings that all steps of cleaning share: the parameters in grid units, and the job with its memory budget.

use super::ring::square;
use super::simplify::Limits;
use crate::city::plane::domain::GRID;
use crate::city::plane::geometry::cos_degrees;
use crate::city::plane::parameters::Parameters;
use crate::human::counted;
use crate::job::{CancelToken, Context, Reservation};
use crate::{Error, Result};

/// The parameters in grid units, and the job that the work belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    /// The smallest detail: shorter edges and narrower places are removed where possible.
    pub detail: i32,
    /// The cosine of the sharpest corner that is left as it is; `None` for corners of any angle.
    pub cos_sharpest: Option<f64>,
    /// Footprints that are no farther apart than this are merged.
    pub tolerance: i32,
    /// Walls of buildings that stay apart become one when they are this near.
    pub snap: i32,
    /// Twice the smallest area of a building.
    pub small_area2: i128,
    /// Twice the smallest area of a courtyard.
    pub hole_area2: i128,
    context: &'a Context,
}

impl<'a> Settings<'a> {
    /// Converts parameters that were checked.
    pub fn new(parameters: &Parameters, context: &'a Context) -> Settings<'a> {
        let units = |metres: f64| (metres / GRID).round() as i32;
        let detail = units(parameters.min_building_detail);
        Settings {
            detail,
            cos_sharpest: (parameters.min_mesh_angle > 0.0).then(|| cos_degrees(parameters.min_mesh_angle)),
            tolerance: units(parameters.merge_tolerance),
            snap: detail / 2,
            small_area2: (parameters.min_building_area / GRID / GRID * 2.0).ceil() as i128,
            // A square with sides of four details: a light well of 2 x 2 m by default.
            hole_area2: 32 * square(detail) as i128,
            context,
        }
    }

    /// Returns how near footprints of a cluster are to each other, and how near outlines of different clusters may not
    /// come.
    pub fn reach_and_gap(&self, merging: bool) -> (i32, i32) {
        match merging {
            true => (self.tolerance, self.tolerance.min(self.detail).max(1) - 1),
            false => (self.snap, 0),
        }
    }

    /// Returns how far a cluster's polygons are grown to close its gaps. `level` counts how often the cluster had to
    /// grow because its outlines came too near to another cluster's; each level closes slightly wider gaps.
    pub fn offset(&self, level: u32) -> i32 {
        self.tolerance / 2 + self.tolerance.min(self.detail) / 4 * level as i32
    }

    /// Returns the bounds of the simplification of closed outlines.
    pub fn limits(&self) -> Limits {
        Limits { cos_sharpest: self.cos_sharpest, ..Limits::of_detail(self.detail) }
    }

    /// Fails once the job was cancelled. Called between the steps of the work on a cluster, which may be a whole city.
    pub fn check(&self) -> Result<()> {
        self.context.check()
    }

    pub fn cancel(&self) -> &'a CancelToken {
        self.context.cancel_token()
    }

    /// Returns how many items of `bytes_each` the memory budget has room for, plus `free`: the estimate for footprints
    /// already includes that many. Whoever counts items may stop counting once the count exceeds this.
    pub fn most(&self, bytes_each: u64, free: u64) -> u64 {
        free + self.context.memory().room() / bytes_each
    }

    /// Reserves memory for `count` items of `bytes_each`; the first `free` of them need no reservation.
    ///
    /// # Errors
    /// [`Error::MemoryLimit`] when the budget has no room, or when the count was given up above `most`;
    /// [`Error::NoMemory`] when the system has none. Either ends the job.
    pub fn room_for(&self, count: u64, most: u64, bytes_each: u64, free: u64) -> Result<Option<Reservation<'a>>> {
        let memory = self.context.memory();
        let bytes = count.saturating_sub(free) * bytes_each;
        match bytes {
            0 => Ok(None),
            _ if count > most => {
                let needed = memory.limit() - memory.room() + bytes;
                let what = "footprints that cross each other".to_string();
                Err(Error::MemoryLimit { limit: memory.limit(), needed: needed.max(memory.limit() + 1), what })
            }
            _ => memory.reserve(bytes, "footprints that cross each other").map(Some),
        }
    }
}

/// Adds the names of the footprints that were being cleaned to an error of [`Settings::room_for`].
pub(crate) fn name_footprints(error: Error, names: impl FnOnce() -> Vec<String>) -> Error {
    match error {
        Error::MemoryLimit { limit, needed, .. } => {
            let names = names();
            let more = if names.len() > 4 { " and others" } else { "" };
            let shown = names[..names.len().min(4)].join(", ");
            let what =
                format!("cleaning {} that cross each other, {shown}{more}", counted(names.len() as u64, "footprint"));
            Error::MemoryLimit { limit, needed, what }
        }
        other => other,
    }
}
