//! Finds the cells of a table that may hold positions in a ball.

use super::{CellBox, TableHeader};
use crate::trajectory::grid::{BoundingBox, Grid};
use crate::trajectory::morton::{MAX_CELL, decode};
use crate::{Error, Result};

/// The cells of a table, as exactly as their box is known.
///
/// groma's index keeps the box in double: then a position's cell is known. The header alone has it rounded to single
/// precision: then each bound lies within one unit in the last place of it, and cells are known up to that.
#[derive(Clone, Debug)]
pub(crate) struct CellGrid {
    /// The least and the greatest that the box's least corner can be.
    low: [f64; 3],
    high: [f64; 3],
    cell_size: f64,
    exact: Option<Grid>,
}

/// A ball: all positions whose distance from the centre, as computed in double, is not above the radius.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ball {
    pub centre: [f64; 3],
    pub radius: f64,
}

impl Ball {
    /// Makes a ball.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a centre that is not finite or beyond 1e150, or a radius below 0.
    pub fn new(centre: [f64; 3], radius: f64) -> Result<Ball> {
        // Beyond that the square of a distance is infinite.
        if !centre.iter().all(|c| c.abs() <= 1.0e150) {
            let accepted = "finite coordinates between -1e150 and 1e150";
            return Err(Error::invalid("centre", format!("{centre:?}"), accepted));
        }
        if radius >= 0.0 { Ok(Ball { centre, radius }) } else { Err(Error::invalid("radius", radius, "0 or more")) }
    }

    pub fn distance(&self, position: [f32; 3]) -> f64 {
        let d: [f64; 3] = std::array::from_fn(|axis| f64::from(position[axis]) - self.centre[axis]);
        (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt()
    }

    /// Returns a radius that no position with a computed distance within the true one exceeds on any axis: the distance
    /// is rounded seven times, each time by at most 2^-53 of it.
    pub fn reach(&self) -> f64 {
        self.radius * (1.0 + 16.0 * f64::EPSILON) + f64::MIN_POSITIVE
    }
}

impl CellGrid {
    pub fn exact(grid: &Grid) -> CellGrid {
        let min = grid.bounds.min;
        CellGrid { low: min, high: min, cell_size: f64::from(grid.cell_size), exact: Some(*grid) }
    }

    /// Makes the grid of a table from its header.
    ///
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

    /// Returns the key of a position's cell, where cells are known exactly.
    pub fn key_of(&self, position: [f32; 3]) -> Option<u64> {
        self.exact.map(|grid| grid.key_of(position))
    }

    /// Returns all cells that can hold a position in the ball. Rounding and clamping keep the order of positions, so
    /// the cells of the ball's ends hold all between them.
    pub fn cells_of(&self, ball: &Ball) -> CellBox {
        let cell = |quotient: f64| quotient.clamp(0.0, f64::from(MAX_CELL)) as u32;
        let reach = ball.reach();
        CellBox {
            min: std::array::from_fn(|a| cell(((ball.centre[a] - reach).next_down() - self.high[a]) / self.cell_size)),
            max: std::array::from_fn(|a| cell(((ball.centre[a] + reach).next_up() - self.low[a]) / self.cell_size)),
        }
    }

    /// Returns whether a cell is certainly too far away to hold a position in the ball.
    pub fn is_beyond(&self, key: u64, ball: &Ball) -> bool {
        let mut sum = 0.0;
        for (axis, number) in decode(key).into_iter().enumerate() {
            let (below, above) = self.ends(axis, number, number);
            let outside = (below - ball.centre[axis]).max(ball.centre[axis] - above).max(0.0);
            sum += outside * outside;
        }
        sum.sqrt() > ball.reach()
    }

    /// Returns between which coordinates on an axis positions in the cells `first` to `last` lie.
    fn ends(&self, axis: usize, first: u32, last: u32) -> (f64, f64) {
        // Cell borders are where the rounded quotient steps: known up to a few roundings of their size.
        let slack = |number: f64| (self.low[axis].abs() + self.cell_size * (number + 2.0)) * (8.0 * f64::EPSILON);
        let border = |corner: f64, number: f64| corner + self.cell_size * number;
        let (from, to) = (f64::from(first), f64::from(last));
        // The first cell also holds what lies below the box, and the last cell what lies beyond it.
        (
            if first == 0 { f64::NEG_INFINITY } else { border(self.low[axis], from) - slack(from) },
            if last == MAX_CELL { f64::INFINITY } else { border(self.high[axis], to + 1.0) + slack(to) },
        )
    }

    /// Returns the least and the greatest coordinates that a position in a box of cells can have, in single precision,
    /// and finite as positions are.
    pub fn bounds_of(&self, cells: &CellBox) -> ([f32; 3], [f32; 3]) {
        let ends = |axis: usize| self.ends(axis, cells.min[axis], cells.max[axis]);
        (
            std::array::from_fn(|axis| (ends(axis).0 as f32).next_down().max(f32::MIN)),
            std::array::from_fn(|axis| (ends(axis).1 as f32).next_up().min(f32::MAX)),
        )
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
                let (least, greatest) = cells.bounds_of(&CellBox { min: cell, max: cell });
                prop_assert!((0..3).all(|i| (least[i]..=greatest[i]).contains(&position[i])), "{least:?} {greatest:?}");
            }
        }
    }
}
