//! The box of a data set and the cells in it. The bytes of tables depend on this arithmetic, all of which is in double.
//!
//! ```
//! use groma::trajectory::grid::{BoundingBox, Grid};
//!
//! let grid = Grid::new(BoundingBox { min: [0.0; 3], max: [100.0; 3] }, 10.0)?;
//! assert_eq!(grid.cell_of([25.0, 5.0, 99.0]), [2, 0, 9]);
//! # Ok::<(), groma::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use super::morton::{MAX_CELL, encode};
use crate::{Error, Result};

/// An axis-aligned box in double precision.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoundingBox {
    /// The least x, y, z.
    pub min: [f64; 3],
    /// The greatest x, y, z.
    pub max: [f64; 3],
}

impl BoundingBox {
    /// Checks that the box is finite and not inside out.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`].
    pub fn check(&self) -> Result<()> {
        for axis in 0..3 {
            let (min, max) = (self.min[axis], self.max[axis]);
            if !(min.is_finite() && max.is_finite() && min <= max) {
                let seen = format!("{min} to {max} on axis {}", ["x", "y", "z"][axis]);
                return Err(Error::invalid("box", seen, "finite numbers, min not above max"));
            }
        }
        Ok(())
    }

    /// The box enlarged by `margin` on every side.
    pub fn grown(&self, margin: f64) -> BoundingBox {
        BoundingBox { min: self.min.map(|c| c - margin), max: self.max.map(|c| c + margin) }
    }

    /// The smallest box that holds both.
    pub fn union(&self, other: &BoundingBox) -> BoundingBox {
        BoundingBox {
            min: std::array::from_fn(|i| self.min[i].min(other.min[i])),
            max: std::array::from_fn(|i| self.max[i].max(other.max[i])),
        }
    }
}

/// Checks a cell size.
///
/// # Errors
/// [`Error::InvalidArgument`] when it is not a positive finite number.
pub fn check_cell_size(cell_size: f32) -> Result<()> {
    if cell_size.is_finite() && cell_size > 0.0 {
        Ok(())
    } else {
        Err(Error::invalid("cell_size", cell_size, "a finite number above 0"))
    }
}

/// A box that is divided into cubic cells, which are numbered from its least corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The box. Cells go on beyond its greatest corner; positions below its least corner are in cell 0.
    pub bounds: BoundingBox,
    /// The edge of a cell.
    pub cell_size: f32,
}

impl Grid {
    /// A grid over a checked box.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a box or a cell size that makes no grid.
    pub fn new(bounds: BoundingBox, cell_size: f32) -> Result<Grid> {
        bounds.check()?;
        check_cell_size(cell_size)?;
        Ok(Grid { bounds, cell_size })
    }

    /// The cell coordinate of `position` on one axis before rounding and clamping.
    pub fn quotient(&self, axis: usize, position: f64) -> f64 {
        (position - self.bounds.min[axis]) / f64::from(self.cell_size)
    }

    /// The number on one axis of the cell that holds `position`, clamped.
    pub fn cell(&self, axis: usize, position: f64) -> u32 {
        clamp(self.quotient(axis, position))
    }

    /// The cell that holds a position: floor((position - box min) / cell size) in double, clamped to 0..2^21-1.
    pub fn cell_of(&self, position: [f32; 3]) -> [u32; 3] {
        std::array::from_fn(|axis| self.cell(axis, f64::from(position[axis])))
    }

    /// The Morton key of the cell that holds a position.
    pub fn key_of(&self, position: [f32; 3]) -> u64 {
        encode(self.cell_of(position))
    }

    /// The greatest cell that a position inside the box can be in, clamped.
    pub fn last_cell(&self) -> [u32; 3] {
        std::array::from_fn(|axis| self.cell(axis, self.bounds.max[axis]))
    }

    /// The smallest cell size with which no position inside the box is clamped.
    pub fn smallest_cell_size_that_fits(&self) -> f32 {
        let extent = (0..3).map(|a| self.bounds.max[a] - self.bounds.min[a]).fold(0.0, f64::max);
        let mut size = (extent / f64::from(MAX_CELL + 1)) as f32;
        while extent / f64::from(size) >= f64::from(MAX_CELL + 1) {
            size = size.next_up();
        }
        size
    }
}

/// Clamps and rounds down: what is below 0 becomes 0 before the fraction is dropped, so that dropping it rounds down.
fn clamp(quotient: f64) -> u32 {
    quotient.clamp(0.0, f64::from(MAX_CELL)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_cell_size_that_fits_does_and_the_next_smaller_does_not() {
        for extent in [1.0, 2.0e6, 123_456.789] {
            let grid = Grid::new(BoundingBox { min: [0.0; 3], max: [extent, 1.0, 0.0] }, 0.001).unwrap();
            let size = grid.smallest_cell_size_that_fits();
            assert!(extent / f64::from(size) < 2_097_152.0);
            assert!(extent / f64::from(size.next_down()) >= 2_097_152.0);
        }
    }
}
