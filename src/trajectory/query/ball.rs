//! The samples within a radius of a point at one time step.

use super::result::{Hit, Sample};
use super::shards::OpenShard;
use super::tables::{OpenTable, TableSet};
use crate::Result;
use crate::trajectory::table::{Ball, HashTable};

/// Memory for one search after another.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Entries of the shard that may be in the ball, and the key of the cell that named each.
    candidates: Vec<(u32, u64)>,
    pub hits: Vec<Hit>,
}

/// Adds the samples in the ball at `step` to `scratch.hits`.
///
/// # Errors
/// The table's error when it names an id or a cell that the shard does not confirm.
pub(super) fn search(open: &OpenTable, shard: &OpenShard, step: i32, ball: &Ball, scratch: &mut Scratch) -> Result<()> {
    collect(open, shard, ball, &mut scratch.candidates)?;
    // A loop of its own: the positions are far apart in memory, and the processor fetches many at once.
    for &(entry, key) in &scratch.candidates {
        let Some(position) = shard.position(entry, step) else {
            if shard.has_repeated_ids() {
                continue;
            }
            return Err(no_sample(&open.table, shard.id(entry), step));
        };
        if !shard.has_repeated_ids() {
            check_cell(open, position, key, shard.id(entry))?;
        }
        let distance = ball.distance(position);
        if distance <= ball.radius {
            let sample = Sample { distance, position, time_step: step };
            scratch.hits.push(Hit { id: shard.id(entry), entry, sample });
        }
    }
    Ok(())
}

/// The entries named by the cells that the ball may touch, each once.
fn collect(open: &OpenTable, shard: &OpenShard, ball: &Ball, candidates: &mut Vec<(u32, u64)>) -> Result<()> {
    candidates.clear();
    let mut unknown = None;
    open.table.walk(&open.grid.cells_of(ball), |_, cell| {
        if open.grid.is_beyond(cell.key, ball) {
            return;
        }
        for &id in open.table.ids_of(cell) {
            let before = candidates.len();
            candidates.extend(shard.entries_of(id).map(|entry| (entry, cell.key)));
            if candidates.len() == before {
                unknown = Some(id);
            }
        }
    });
    if let Some(id) = unknown {
        return Err(TableSet::stale(
            &open.table,
            format!("trajectory {id}, which {} does not have", shard.shard().name()),
        ));
    }
    if shard.has_repeated_ids() {
        // Each entry of an id came up for each time that the table names the id.
        candidates.sort_unstable();
        candidates.dedup_by_key(|(entry, _)| *entry);
    }
    Ok(())
}

fn no_sample(table: &HashTable, id: u64, step: i32) -> crate::Error {
    TableSet::stale(table, format!("trajectory {id}, which has no sample at time step {step}"))
}

fn check_cell(open: &OpenTable, position: [f32; 3], key: u64, id: u64) -> Result<()> {
    match open.grid.key_of(position) {
        Some(here) if here != key => {
            Err(TableSet::stale(&open.table, format!("trajectory {id} in the cell with key {key}, which it is not in")))
        }
        _ => Ok(()),
    }
}

/// The positions of a whole table in its own order, so that many searches read them one after another.
#[derive(Debug)]
pub(super) struct StepView<'a> {
    open: &'a OpenTable,
    step: i32,
    entries: Vec<u32>,
    ids: Vec<u64>,
    positions: Vec<[f32; 3]>,
}

impl<'a> StepView<'a> {
    /// `None` for a shard with repeated ids, in which the table does not say which entry it means.
    ///
    /// # Errors
    /// As [`search`].
    pub fn new(open: &'a OpenTable, shard: &OpenShard, step: i32) -> Result<Option<StepView<'a>>> {
        if shard.has_repeated_ids() {
            return Ok(None);
        }
        let len = open.table.ids().len();
        let mut view = StepView {
            open,
            step,
            entries: Vec::with_capacity(len),
            ids: Vec::with_capacity(len),
            positions: Vec::with_capacity(len),
        };
        for id in open.table.ids() {
            let Some(entry) = shard.entries_of(*id).next() else {
                return Err(TableSet::stale(
                    &open.table,
                    format!("trajectory {id}, which {} does not have", shard.shard().name()),
                ));
            };
            view.entries.push(entry);
        }
        for &entry in &view.entries {
            view.ids.push(shard.id(entry));
            let position = shard.position(entry, step);
            view.positions.push(position.ok_or_else(|| no_sample(&open.table, shard.id(entry), step))?);
        }
        for cell in open.table.entries() {
            let range = cell.start as usize..(cell.start + cell.count) as usize;
            for n in range {
                check_cell(open, view.positions[n], cell.key, view.ids[n])?;
            }
        }
        Ok(Some(view))
    }

    /// Adds the samples in the ball to `hits`.
    pub fn search(&self, ball: &Ball, hits: &mut Vec<Hit>) {
        self.open.table.walk(&self.open.grid.cells_of(ball), |_, cell| {
            let first = cell.start as usize;
            for (n, &position) in self.positions[first..first + cell.count as usize].iter().enumerate() {
                let distance = ball.distance(position);
                if distance <= ball.radius {
                    let sample = Sample { distance, position, time_step: self.step };
                    hits.push(Hit { id: self.ids[first + n], entry: self.entries[first + n], sample });
                }
            }
        });
    }
}
