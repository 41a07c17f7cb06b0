//! What the steps of cleaning work with: the parameters in grid units, whether to go on, and the memory there is.

use std::sync::OnceLock;

use super::ring::square;
use crate::city::plane::domain::GRID;
use crate::city::plane::parameters::Parameters;
use crate::human::counted;
use crate::job::{CancelToken, Context, Reservation};
use crate::{Error, Result};

/// The parameters in grid units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    pub detail: i32,
    pub tolerance: i32,
    /// Walls of buildings that stay apart become one when they are this near.
    pub snap: i32,
    /// Twice the smallest area of a building.
    pub small_area2: i128,
    /// Twice the smallest area of a courtyard.
    pub hole_area2: i128,
    context: &'a Context,
    /// Why there is no room for something, once that is so.
    refused: &'a OnceLock<Error>,
}

impl<'a> Settings<'a> {
    /// The settings for parameters that were checked.
    pub fn new(parameters: &Parameters, context: &'a Context, refused: &'a OnceLock<Error>) -> Settings<'a> {
        let units = |metres: f64| (metres / GRID).round() as i32;
        let detail = units(parameters.min_building_detail);
        Settings {
            detail,
            tolerance: units(parameters.merge_tolerance),
            snap: detail / 2,
            small_area2: (parameters.min_building_area / GRID / GRID * 2.0).ceil() as i128,
            // Four details square: a light well of 2 x 2 m by default.
            hole_area2: 32 * square(detail) as i128,
            context,
            refused,
        }
    }

    /// The same for one piece of the work, which has a refusal of its own.
    pub fn with_refusal<'b>(&self, refused: &'b OnceLock<Error>) -> Settings<'b>
    where
        'a: 'b,
    {
        Settings { refused, ..*self }
    }

    /// `None` once the job was asked to stop or the limit refused memory: between the steps of the work on a cluster,
    /// which may be a whole city. What that gives then is thrown away.
    pub fn go_on(&self) -> Option<()> {
        (!self.cancel().is_cancelled() && self.refused.get().is_none()).then_some(())
    }

    pub fn cancel(&self) -> &'a CancelToken {
        self.context.cancel_token()
    }

    /// How many things of so many bytes there is room for, and the first `free` of them, which are in the memory that
    /// footprints take in any case. A count of them may end above.
    pub fn most(&self, bytes_each: u64, free: u64) -> u64 {
        free + self.context.memory().room() / bytes_each
    }

    /// Sets aside what `count` things of so many bytes take beyond the first `free`. `None` when there is no room, or
    /// the count ended above `most`: the work on all footprints then ends with an error.
    pub fn room_for(&self, count: u64, most: u64, bytes_each: u64, free: u64) -> Option<Option<Reservation<'a>>> {
        let memory = self.context.memory();
        let bytes = count.saturating_sub(free) * bytes_each;
        let room = match bytes {
            0 => return Some(None),
            _ if count > most => {
                let needed = memory.limit() - memory.room() + bytes;
                let what = "footprints that cross each other".to_string();
                Err(Error::MemoryLimit { limit: memory.limit(), needed: needed.max(memory.limit() + 1), what })
            }
            _ => memory.reserve(bytes, "footprints that cross each other"),
        };
        // Of several errors the first ends the job.
        room.map_err(|e| self.refused.set(e)).ok().map(Some)
    }
}

/// The error of what was refused, which names the footprints that were at work.
pub(crate) fn check_refused(refused: OnceLock<Error>, names: impl FnOnce() -> Vec<String>) -> Result<()> {
    match refused.into_inner() {
        None => Ok(()),
        Some(Error::MemoryLimit { limit, needed, .. }) => {
            let names = names();
            let more = if names.len() > 4 { " and others" } else { "" };
            let shown = names[..names.len().min(4)].join(", ");
            let what =
                format!("cleaning {} that cross each other, {shown}{more}", counted(names.len() as u64, "footprint"));
            Err(Error::MemoryLimit { limit, needed, what })
        }
        Some(other) => Err(other),
    }
}
