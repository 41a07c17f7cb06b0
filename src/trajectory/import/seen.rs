//! What is seen in all rows before the first shard is written.

use super::columns::COLUMNS;
use super::distinct::Distinct;
use super::places::Places;
use super::rows::Rows;
use super::spill::{Row, Spill};
use crate::human::{count, counted};
use crate::job::{Context, Reservation};
use crate::{Error, Result};

/// The largest distance in frames between two rows: what is beyond is a slip, or no frame, unless the number of rows
/// explains it.
const LARGEST_GAP: i64 = 100_000_000;

/// The first samples that are kept to be shown.
const SAMPLES: usize = 3;

/// Bytes of names that are reserved at once.
const NAMES_AT_ONCE: u64 = 1 << 20;

/// What was seen in all rows.
pub(super) struct Seen {
    pub rows: u64,
    pub ids: Distinct,
    /// The first frame.
    pub first: i32,
    /// The last frame, and the place of a row that has it.
    pub last: (i32, u64),
    /// The least coordinates of all finite positions, and the greatest.
    pub least: [f64; 3],
    pub greatest: [f64; 3],
    /// The first rows with a position.
    pub samples: Vec<Row>,
    /// Whether any row has a finite coordinate, axis by axis.
    has_coordinate: [bool; 3],
    /// Rows with three finite coordinates.
    pub positions: u64,
    /// Rows with an id over 32 bits.
    pub wide_ids: u64,
}

/// Takes in all rows.
pub(super) fn take_in<'a>(
    rows: &mut Rows,
    spill: &mut Spill,
    context: &'a Context,
) -> Result<(Seen, Vec<Reservation<'a>>)> {
    let mut seen = Seen {
        rows: 0,
        ids: Distinct::new(),
        first: i32::MAX,
        last: (i32::MIN, 0),
        least: [f64::INFINITY; 3],
        greatest: [f64::NEG_INFINITY; 3],
        samples: Vec::new(),
        has_coordinate: [false; 3],
        positions: 0,
        wide_ids: 0,
    };
    let mut read = 0;
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        if seen.rows.is_multiple_of(4096) {
            context.check()?;
            let now = rows.position();
            context.add_items(now - read);
            read = now;
        }
        seen.add(&row);
        spill.push(row, context)?;
        if rows.names.as_ref().is_some_and(|known| known.bytes() > names.len() as u64 * NAMES_AT_ONCE) {
            names.push(context.memory().reserve(NAMES_AT_ONCE, "the names of trajectories")?);
        }
    }
    Ok((seen, names))
}

impl Seen {
    fn add(&mut self, row: &Row) {
        self.rows += 1;
        self.ids.add(row.id);
        self.first = self.first.min(row.frame);
        if row.frame > self.last.0 {
            self.last = (row.frame, row.place);
        }
        self.wide_ids += u64::from(row.id > u64::from(u32::MAX));
        let finite = row.position.map(f64::is_finite);
        (0..3).for_each(|axis| self.has_coordinate[axis] |= finite[axis]);
        if finite == [true; 3] {
            self.positions += 1;
            (0..3).for_each(|axis| {
                self.least[axis] = self.least[axis].min(row.position[axis]);
                self.greatest[axis] = self.greatest[axis].max(row.position[axis]);
            });
            if self.samples.len() < SAMPLES {
                self.samples.push(*row);
            }
        }
    }

    /// Refuses rows of which no data set that anybody means can be made: none at all, none with a position, or frames
    /// far beyond all others.
    pub fn check(&self, rows: &Rows, spill: &Spill) -> Result<()> {
        let places = &rows.places;
        let path = places.path(0);
        if self.rows == 0 {
            let seen = match rows.rows_without_id {
                0 => "no row after the line of column names".to_string(),
                without => format!("no id in any of {}", counted(without, "row")),
            };
            return Err(Error::bad_format(path, None, seen, "a row for each sample"));
        }
        if let Some(axis) = (0..3).find(|&axis| !self.has_coordinate[axis]) {
            let seen = format!("column {} has no finite number in any of {}", COLUMNS[2 + axis], self.all_rows());
            let accepted = "a number for each sample; 0 in all rows where all is flat";
            return Err(Error::bad_format(path, None, seen, accepted));
        }
        if self.positions == 0 {
            let seen = format!("none of {} has all three coordinates", self.all_rows());
            return Err(Error::bad_format(path, None, seen, "x, y and z in one row for each sample"));
        }
        let gap = spill.largest_gap();
        if gap.frames > LARGEST_GAP && gap.frames > 1000 * spill.spans() as i64 {
            let (name, value, accepted) = match &rows.clock {
                None => (
                    "frame",
                    gap.frame.to_string(),
                    "frames that follow one another: 0, 1, 2 and so on; of times, the seconds between time steps \
                     (--time-step), by which they are (time - first time) / time between frames; correct or remove \
                     that row where it is a slip",
                ),
                Some(clock) => (
                    "time",
                    format!("{} s", clock.time_of(gap.frame)),
                    "a larger time_per_step (--time-step); correct or remove that row where it is a slip",
                ),
            };
            let (at, frames) = (places.describe(gap.place), count(gap.frames as u64));
            let seen = format!("{at}, column {name}: {value} comes some {frames} frames after all before it");
            return Err(Error::bad_format(places.path(gap.place), None, seen, accepted));
        }
        Ok(())
    }

    /// Refuses an interval whose last shard would end after the last time step there can be. Time steps are frames less
    /// `shift`.
    pub fn check_interval(&self, places: &Places, interval: u32, shift: i32) -> Result<()> {
        let (last, place) = self.last;
        let steps = i64::from(last) - i64::from(self.first);
        let last_shard = i64::from(last) - steps % i64::from(interval) - i64::from(shift);
        if last_shard + i64::from(interval) - 1 <= i64::from(i32::MAX) {
            return Ok(());
        }
        let seen = format!(
            "{}, column frame: {last}, in a shard of the {interval} time steps from {last_shard} on, which would end \
             after 2147483647",
            places.describe(place)
        );
        let accepted = "frames that are counted from 0: take the first one away from all; or a smaller interval \
                        (--interval)";
        Err(Error::bad_format(places.path(place), None, seen, accepted))
    }

    /// Time steps from the first to the last.
    pub fn steps(&self) -> u64 {
        (i64::from(self.last.0) - i64::from(self.first) + 1).max(0) as u64
    }

    fn all_rows(&self) -> String {
        counted(self.rows, "row")
    }
}
