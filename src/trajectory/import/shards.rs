//! Puts shards together, one after another, from rows that are sorted roughly.

use super::options::Duplicates;
use super::places::Places;
use super::precision::{Measure, length};
use super::seen::Seen;
use super::spill::{Row, Spill};
use crate::human::{counted, numbers};
use crate::job::Context;
use crate::trajectory::Steps;
use crate::trajectory::dataset::ShardWriter;
use crate::{Error, Result};

/// The second half of an import: from rows to shards.
pub(super) struct Shards<'a> {
    pub places: &'a Places,
    pub interval: i32,
    pub duplicates: Duplicates,
    /// Time steps are the rows' frames less this.
    pub shift: i32,
    pub origin: Option<[f64; 3]>,
    /// The position of each trajectory's last sample so far, as the file has it; ascending by id.
    pub last_samples: Vec<(u64, [f64; 3])>,
    pub measure: Measure,
    /// Time steps between shards that have no row.
    pub gaps: Vec<Steps>,
    pub samples: u64,
    /// Rows with an infinite coordinate, or one beyond single precision.
    pub infinite: u64,
    /// Rows that were left out for another of the same trajectory and time step.
    pub duplicate_rows: u64,
    pub shards: u64,
}

impl Shards<'_> {
    pub fn write_shards(
        &mut self,
        mut spill: Spill,
        seen: &Seen,
        writer: &mut ShardWriter,
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
                self.gaps.push(Steps::from(next_step - self.shift..=shard_first - 1 - self.shift));
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
        writer: &mut ShardWriter,
        context: &Context,
    ) -> Result<()> {
        sort(&mut rows, context)?;
        let known = self.last_samples.len();
        for rows_of_id in rows.chunk_by(|a, b| a.id == b.id) {
            context.check()?;
            context.add_items(rows_of_id.len() as u64);
            let id = rows_of_id[0].id;
            let mut twins = rows_of_id.windows(2).filter(|pair| pair[0].frame == pair[1].frame);
            match self.duplicates {
                Duplicates::Error => twins.next().map_or(Ok(()), |pair| Err(self.twice(&pair[0], &pair[1])))?,
                _ => self.duplicate_rows += twins.count() as u64,
            }
            let place = self.last_samples[..known].binary_search_by_key(&id, |(id, _)| *id).ok();
            let mut last = place.map(|place| self.last_samples[place].1);
            positions.fill(f32::NAN);
            let duplicates = self.duplicates;
            let is_left_out = |n: usize| match duplicates {
                Duplicates::Error => false,
                Duplicates::First => n > 0 && rows_of_id[n - 1].frame == rows_of_id[n].frame,
                Duplicates::Last => rows_of_id.get(n + 1).is_some_and(|next| next.frame == rows_of_id[n].frame),
            };
            for row in (0..rows_of_id.len()).filter(|&n| !is_left_out(n)).map(|n| &rows_of_id[n]) {
                positions.as_chunks_mut::<3>().0[(row.frame - shard_first) as usize] = self.store(row, &mut last);
            }
            match (place, last) {
                (Some(place), Some(last)) => self.last_samples[place].1 = last,
                (None, Some(last)) => self.last_samples.push((id, last)),
                (_, None) => {}
            }
            writer.append(shard_first - self.shift, id, positions)?;
        }
        if known > 0 && self.last_samples.get(known).is_some_and(|new| new.0 < self.last_samples[known - 1].0) {
            // Both runs are in order, so that the sort merges them.
            self.last_samples.sort_by_key(|(id, _)| *id);
        }
        Ok(())
    }

    fn twice(&self, a: &Row, b: &Row) -> Error {
        let (id, frame) = (a.id, a.frame - self.shift);
        let seen = format!("{} both have id {id} and frame {frame}", self.places.describe_both(a.place, b.place));
        let accepted = "one row for an id and frame: remove one of them, or choose (--duplicates first, or last); \
                        where the ids of several recordings begin anew, number them apart; where frames are rounded \
                        times, count finer (--time-step)";
        Error::bad_format(self.places.path(b.place), None, seen, accepted)
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
    pub fn refuse_nothing(&self, seen: &Seen) -> Result<()> {
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
                Err(Error::bad_format(self.places.path(0), None, seen, accepted))
            }
        }
    }
}

/// The most rows that are sorted without a look at whether the job was cancelled.
const SORTED_AT_ONCE: usize = 1 << 19;

/// Sorts rows by id, then time; in halves until few are left, between which the job can be cancelled.
fn sort(rows: &mut [Row], context: &Context) -> Result<()> {
    let key = |row: &Row| (row.id, row.frame, row.place);
    context.check()?;
    if rows.len() <= SORTED_AT_ONCE {
        rows.sort_unstable_by_key(key);
        return Ok(());
    }
    let (low, _, high) = rows.select_nth_unstable_by_key(rows.len() / 2, key);
    sort(low, context)?;
    sort(high, context)
}

/// The rounding error of `difference`, which is `a - b` rounded: the exact difference less the rounded one; 0 where
/// that is not finite (Knuth's TwoSum).
fn rest_of_difference(a: f64, b: f64, difference: f64) -> f64 {
    let subtracted = a - difference;
    let rest = (a - (difference + subtracted)) + (subtracted - b);
    if rest.is_finite() { rest } else { 0.0 }
}
