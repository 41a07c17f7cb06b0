//! The samples within a radius of a point at one time step.

use super::result::{Hit, Sample};
use super::shards::OpenShard;
use super::tables::{OpenTable, TableSet};
use crate::Result;
use crate::trajectory::grid::{BoundingBox, Grid};
use crate::trajectory::morton::{MAX_CELL, decode};
use crate::trajectory::table::{CellBox, HashTable, TableHeader};

/// The cells of a table, as exactly as they are known.
///
/// groma's index keeps the box in double: then a position's cell is known. The header alone has it rounded to single
/// precision: then each bound lies within one unit in the last place of it, and cells are known up to that.
#[derive(Clone, Debug)]
pub(super) struct CellGrid {
    /// The least and the greatest that the box's least corner can be.
    low: [f64; 3],
    high: [f64; 3],
    cell_size: f64,
    exact: Option<Grid>,
}

/// A ball: all positions whose distance from the centre, as computed in double, is not above the radius.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ball {
    pub centre: [f64; 3],
    pub radius: f64,
}

impl Ball {
    pub fn distance(&self, position: [f32; 3]) -> f64 {
        let d: [f64; 3] = std::array::from_fn(|axis| f64::from(position[axis]) - self.centre[axis]);
        (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt()
    }

    /// A radius that no position with a computed distance within the true one exceeds on any axis: the distance is rounded
    /// seven times, each time by at most 2^-53 of it.
    fn reach(&self) -> f64 {
        self.radius * (1.0 + 16.0 * f64::EPSILON) + f64::MIN_POSITIVE
    }
}

impl CellGrid {
    pub fn exact(grid: &Grid) -> CellGrid {
        let min = grid.bounds.min;
        CellGrid { low: min, high: min, cell_size: f64::from(grid.cell_size), exact: Some(*grid) }
    }

    /// # Errors
    /// [`crate::Error::InvalidArgument`] for a header whose box or cell size makes no grid.
    pub fn of_header(header: &TableHeader) -> Result<CellGrid> {
        let corner = |c: [f32; 3]| c.map(f64::from);
        Grid::new(BoundingBox { min: corner(header.bbox_min), max: corner(header.bbox_max) }, header.cell_size)?;
        Ok(CellGrid {
            low: header.bbox_min.map(|c| f64::from(c.next_down())),
            high: header.bbox_min.map(|c| f64::from(c.next_up())),
            cell_size: f64::from(header.cell_size),
            exact: None,
        })
    }

    /// All cells that can hold a position in the ball. Rounding and clamping keep the order of positions, so the cells of
    /// the ball's ends hold all between them.
    pub fn cells_of(&self, ball: &Ball) -> CellBox {
        let cell = |quotient: f64| quotient.clamp(0.0, f64::from(MAX_CELL)) as u32;
        let reach = ball.reach();
        CellBox {
            min: std::array::from_fn(|a| cell(((ball.centre[a] - reach).next_down() - self.high[a]) / self.cell_size)),
            max: std::array::from_fn(|a| cell(((ball.centre[a] + reach).next_up() - self.low[a]) / self.cell_size)),
        }
    }

    /// Whether a cell is certainly too far away to hold a position in the ball.
    fn is_beyond(&self, key: u64, ball: &Ball) -> bool {
        let cell = decode(key);
        let mut sum = 0.0;
        for (axis, &number) in cell.iter().enumerate() {
            let (first, last) = (number == 0, number == MAX_CELL);
            let number = f64::from(number);
            // Cell borders are where the rounded quotient steps: known up to a few roundings of their size.
            let slack = (self.low[axis].abs() + self.cell_size * (number + 2.0)) * (8.0 * f64::EPSILON);
            // The first cell holds what lies below the box, the last what lies beyond the last.
            let below = if first { f64::NEG_INFINITY } else { self.low[axis] + self.cell_size * number - slack };
            let above = if last { f64::INFINITY } else { self.high[axis] + self.cell_size * (number + 1.0) + slack };
            let outside = (below - ball.centre[axis]).max(ball.centre[axis] - above).max(0.0);
            sum += outside * outside;
        }
        sum.sqrt() > ball.reach()
    }
}

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
    match &open.grid.exact {
        Some(grid) if grid.key_of(position) != key => {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// With the box known exactly and with the header's rounding of it.
        #[test]
        fn no_position_in_the_ball_is_in_a_cell_left_out(
            min in prop::array::uniform3(prop_oneof![-1.0e3f64..1.0e3, -1.0e9f64..1.0e9]),
            cell_size in prop::sample::select(vec![0.1f32, 0.3, 1.0, 77.0, 1.0e-4]),
            position in prop::array::uniform3(prop_oneof![
                -2.0e3f32..2.0e3, -1.0e9f32..1.0e9, (-500i32..500).prop_map(|n| n as f32 * 0.1)
            ]),
            towards in prop::array::uniform3(-1.0f64..1.0),
            length in prop_oneof![Just(0.0f64), 0.0f64..10.0, 0.0f64..1.0e4],
        ) {
            let grid = Grid::new(BoundingBox { min, max: min.map(|c| c + 10.0) }, cell_size).unwrap();
            let centre = std::array::from_fn(|i| f64::from(position[i]) + length * towards[i]);
            // The least radius whose ball holds the position.
            let radius = Ball { centre, radius: 0.0 }.distance(position);
            let ball = Ball { centre, radius };
            let key = grid.key_of(position);
            let header = TableHeader::new(&grid, 0, 1, 1);
            for cells in [CellGrid::exact(&grid), CellGrid::of_header(&header).unwrap()] {
                let found = cells.cells_of(&ball);
                let cell = decode(key);
                prop_assert!((0..3).all(|i| found.min[i] <= cell[i] && cell[i] <= found.max[i]), "{cell:?} {found:?}");
                prop_assert!(!cells.is_beyond(key, &ball));
            }
        }
    }
}
