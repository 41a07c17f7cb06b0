//! Finds the samples within a radius of a point at one time step.

use std::ops::Range;

use super::result::{Hit, QueryResult, Sample};
use super::shards::{OpenShard, is_sample};
use super::tables::OpenTable;
use crate::job::CancelToken;
use crate::trajectory::table::Ball;
use crate::{Error, Result};

/// An entry of the shard that may be in the ball.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    entry: u32,
    /// The trajectory's id, as the table has it.
    id: u32,
    /// The key of the cell that lists it.
    key: u64,
}

/// Memory that searches use one after the other.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    candidates: Vec<Candidate>,
    /// The candidates' positions; not finite where a sample is missing.
    positions: Vec<[f32; 3]>,
    pub hits: Vec<Hit>,
    /// The flag that stops the search; checked before each time step, and for each trajectory of a large answer.
    pub cancel: CancelToken,
}

impl Scratch {
    /// Creates memory for a search that `cancel` stops.
    pub fn with_cancel(cancel: &CancelToken) -> Scratch {
        Scratch { cancel: cancel.clone(), ..Scratch::default() }
    }

    /// Fails with [`Error::Cancelled`] once the search was cancelled.
    pub fn check(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

/// Adds the samples in the ball at `step` to `scratch.hits`.
///
/// # Errors
/// [`Error::BadFormat`] for a table that lists an id which the shard does not have, or in another cell than its
/// position; [`Error::Io`] for a file that was cut meanwhile.
pub(super) fn search(open: &OpenTable, shard: &OpenShard, step: i32, ball: &Ball, scratch: &mut Scratch) -> Result<()> {
    let found = search_unchecked(open, shard, step, ball, scratch);
    check_whole(open, shard).and(found)
}

/// Call before trusting anything read from the table or its shard, errors included: either file may have been cut.
pub(super) fn check_whole(open: &OpenTable, shard: &OpenShard) -> Result<()> {
    open.table.check_whole()?;
    shard.check_whole()
}

fn search_unchecked(open: &OpenTable, shard: &OpenShard, step: i32, ball: &Ball, scratch: &mut Scratch) -> Result<()> {
    collect(open, shard, ball, &mut scratch.candidates)?;
    // A loop of its own fetches the positions. They are far apart in memory, and the shorter the loop, the more of them
    // the processor fetches at once.
    scratch.positions.clear();
    scratch.positions.extend(scratch.candidates.iter().map(|candidate| shard.coordinates(candidate.entry, step)));
    let has_repeated_ids = shard.has_repeated_ids();
    for (&Candidate { entry, id, key }, &position) in scratch.candidates.iter().zip(&scratch.positions) {
        if !is_sample(position) {
            if has_repeated_ids {
                continue;
            }
            return Err(no_sample(open, id, step));
        }
        if !has_repeated_ids {
            check_cell(open, position, key, id)?;
        }
        let distance = ball.distance(position);
        if distance <= ball.radius {
            let sample = Sample { distance, position, time_step: step };
            scratch.hits.push(Hit { id: shard.full_id(entry, id), entry, sample });
        }
    }
    Ok(())
}

/// The entries that are listed in the cells which the ball may touch, each once.
fn collect(open: &OpenTable, shard: &OpenShard, ball: &Ball, candidates: &mut Vec<Candidate>) -> Result<()> {
    candidates.clear();
    let mut unknown = None;
    open.table.walk(&open.grid.cells_of(ball), |_, cell| {
        if open.grid.is_beyond(cell.key, ball) {
            return;
        }
        for &id in open.table.ids_of(cell) {
            let before = candidates.len();
            candidates.extend(shard.entries_of(id).map(|entry| Candidate { entry, id, key: cell.key }));
            if candidates.len() == before {
                unknown = Some(id);
            }
        }
    });
    if let Some(id) = unknown {
        return Err(open.contradiction(format!("trajectory {id}, which {} does not have", shard.shard().name())));
    }
    if shard.has_repeated_ids() {
        // Where an id has several entries, all of them were added each time the table lists the id.
        candidates.sort_unstable();
        candidates.dedup_by_key(|candidate| candidate.entry);
    }
    Ok(())
}

fn no_sample(open: &OpenTable, id: u32, step: i32) -> Error {
    open.contradiction(format!("trajectory {id}, which has no sample at time step {step}"))
}

fn check_cell(open: &OpenTable, position: [f32; 3], key: u64, id: u32) -> Result<()> {
    match open.grid.key_of(position) {
        Some(here) if here != key => {
            Err(open.contradiction(format!("trajectory {id} in the cell with key {key}, which it is not in")))
        }
        _ => Ok(()),
    }
}

/// The positions of all samples of a table, in the table's order, so that many searches read memory in sequence.
#[derive(Debug)]
pub(super) struct StepView<'a> {
    open: &'a OpenTable,
    step: i32,
    /// The id and the position of each sample, in the table's order.
    ids: Vec<u64>,
    x: Vec<f32>,
    y: Vec<f32>,
    z: Vec<f32>,
    /// The rank of each sample in the order of ids, and the inverse of that permutation.
    rank: Vec<u32>,
    by_rank: Vec<u32>,
}

impl<'a> StepView<'a> {
    /// Brings the positions of a table into its order. `None` for a shard in which ids repeat, because the table does
    /// not tell their entries apart.
    ///
    /// # Errors
    /// As [`search`].
    pub fn new(open: &'a OpenTable, shard: &OpenShard, step: i32) -> Result<Option<StepView<'a>>> {
        let view = StepView::new_unchecked(open, shard, step);
        check_whole(open, shard).and(view)
    }

    fn new_unchecked(open: &'a OpenTable, shard: &OpenShard, step: i32) -> Result<Option<StepView<'a>>> {
        if shard.has_repeated_ids() {
            return Ok(None);
        }
        let mut entries = Vec::with_capacity(open.table.ids().len());
        for id in open.table.ids() {
            let Some(entry) = shard.entries_of(*id).next() else {
                let what = format!("trajectory {id}, which {} does not have", shard.shard().name());
                return Err(open.contradiction(what));
            };
            entries.push(entry);
        }
        let ids = open.table.ids();
        let found = entries
            .iter()
            .zip(ids)
            .map(|(&entry, &id)| shard.position(entry, step).ok_or_else(|| no_sample(open, id, step)));
        let positions: Vec<[f32; 3]> = found.collect::<Result<_>>()?;
        for cell in open.table.entries() {
            for n in cell.start as usize..(cell.start + cell.count) as usize {
                check_cell(open, positions[n], cell.key, ids[n])?;
            }
        }
        let ids: Vec<u64> = entries.iter().zip(ids).map(|(&entry, &id)| shard.full_id(entry, id)).collect();
        let mut by_rank: Vec<u32> = (0..ids.len() as u32).collect();
        by_rank.sort_unstable_by_key(|&n| ids[n as usize]);
        let mut rank = vec![0; ids.len()];
        by_rank.iter().zip(0..).for_each(|(&n, r)| rank[n as usize] = r);
        let axis = |axis: usize| positions.iter().map(|p| p[axis]).collect();
        Ok(Some(StepView { open, step, ids, x: axis(0), y: axis(1), z: axis(2), rank, by_rank }))
    }

    /// Adds the answer of a further query to `result`, with `found` as scratch memory.
    pub fn answer(&self, ball: &Ball, found: &mut Vec<u32>, result: &mut QueryResult) {
        found.clear();
        // The samples of cells that are adjacent in the table are contiguous: one run.
        let mut run = 0..0;
        self.open.table.walk(&self.open.grid.cells_of(ball), |_, cell| {
            let cell = cell.start as usize..(cell.start + cell.count) as usize;
            if run.end == cell.start {
                run.end = cell.end;
            } else {
                self.search_run(std::mem::replace(&mut run, cell), ball, found);
            }
        });
        self.search_run(run, ball, found);
        // Sorts ranks instead of ids, because short integers sort fastest.
        found.iter_mut().for_each(|n| *n = self.rank[*n as usize]);
        found.sort_unstable();
        for &rank in found.iter() {
            let n = self.by_rank[rank as usize] as usize;
            let position = [self.x[n], self.y[n], self.z[n]];
            let distance = ball.distance(position);
            if distance <= ball.radius {
                result.push_sample(self.ids[n], Sample { distance, position, time_step: self.step });
            }
        }
        result.end_query();
    }

    /// Adds the samples of a run that are in the ball to `found`, and possibly some outside it by a rounding error.
    fn search_run(&self, run: Range<usize>, ball: &Ball, found: &mut Vec<u32>) {
        let reach = ball.reach();
        let limit = reach * reach * (1.0 + 4.0 * f64::EPSILON);
        let [cx, cy, cz] = ball.centre;
        let mut len = found.len();
        found.resize(len + run.len(), 0);
        let samples = self.x[run.clone()].iter().zip(&self.y[run.clone()]).zip(&self.z[run.clone()]);
        for (((&x, &y), &z), n) in samples.zip(run.start as u32..) {
            let (dx, dy, dz) = (f64::from(x) - cx, f64::from(y) - cy, f64::from(z) - cz);
            // Always written, and counted only when it is in the ball: a branch would often be predicted wrong.
            found[len] = n;
            len += usize::from(dx * dx + dy * dy + dz * dz <= limit);
        }
        found.truncate(len);
    }
}
