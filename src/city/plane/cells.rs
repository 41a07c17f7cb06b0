//! Cells and tiles, and the rule for which triangle belongs to which.
//!
//! The unit of ownership is a fixed square cell of [`CELL`] metres, counted from the origin; a tile is a rectangle of
//! cells. A triangle belongs to the cell that holds its lexicographically smallest vertex. So the order of triangles in
//! a merged mesh does not depend on the tiles.

use serde::{Deserialize, Serialize};

use crate::city::plane::domain::Domain;
use crate::city::plane::geometry::{Point, Rect};

/// The edge of a cell, in metres.
pub const CELL: f64 = 250.0;

/// A cell, by its column and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// The column, counted from the west.
    pub column: u32,
    /// The row, counted from the south.
    pub row: u32,
}

impl Cell {
    /// Returns the sort key of cells: row, then column.
    pub fn key(self) -> (u32, u32) {
        (self.row, self.column)
    }

    /// Returns the cell's square in local metres.
    pub fn rect(self) -> Rect {
        let min = [f64::from(self.column) * CELL, f64::from(self.row) * CELL];
        Rect { min, max: [min[0] + CELL, min[1] + CELL] }
    }
}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Cell) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cell {
    fn cmp(&self, other: &Cell) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// The grid of all cells of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cells {
    /// The number of columns, from west to east.
    pub columns: u32,
    /// The number of rows, from south to north.
    pub rows: u32,
}

impl Cells {
    /// Returns the cells of a domain.
    pub fn of(domain: &Domain) -> Cells {
        let [columns, rows] = domain.local_max().map(|v| ((v / CELL).ceil() as u32).max(1));
        Cells { columns, rows }
    }

    /// Returns the cell that holds a point of the domain. The domain's eastern and northern border belong to the last
    /// cells.
    pub fn cell_of(&self, p: Point) -> Cell {
        let place = |v: f64, count: u32| ((v / CELL) as u32).min(count - 1);
        Cell { column: place(p[0], self.columns), row: place(p[1], self.rows) }
    }

    /// Returns the tile of all cells.
    pub fn whole(&self) -> Tile {
        Tile { column: 0, row: 0, columns: self.columns, rows: self.rows }
    }

    /// Returns square tiles of `side` cells, row by row; those in the last column and row may be smaller.
    pub fn tiles(&self, side: u32) -> Vec<Tile> {
        let starts = |count: u32| (0..count).step_by(side as usize);
        starts(self.rows)
            .flat_map(|row| {
                starts(self.columns).map(move |column| Tile {
                    column,
                    row,
                    columns: side.min(self.columns - column),
                    rows: side.min(self.rows - row),
                })
            })
            .collect()
    }
}

/// A rectangle of cells, which is meshed as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    /// The first column.
    pub column: u32,
    /// The first row.
    pub row: u32,
    /// The number of columns, from west to east.
    pub columns: u32,
    /// The number of rows, from south to north.
    pub rows: u32,
}

impl Tile {
    /// Returns the tile's name in a store.
    pub fn name(&self) -> String {
        format!("{}_{}_{}x{}", self.column, self.row, self.columns, self.rows)
    }

    /// Returns whether a text is the name of a tile.
    pub(crate) fn is_name(text: &str) -> bool {
        let numbers: Option<Vec<u32>> = text.split(['_', 'x']).map(|part| part.parse().ok()).collect();
        let Some(&[column, row, columns, rows]) = numbers.as_deref() else { return false };
        Tile { column, row, columns, rows }.name() == text
    }

    /// Returns the tile's rectangle in local metres.
    pub fn rect(&self) -> Rect {
        let corner = |c: u32, r: u32| [f64::from(c) * CELL, f64::from(r) * CELL];
        Rect { min: corner(self.column, self.row), max: corner(self.column + self.columns, self.row + self.rows) }
    }

    /// Returns whether the cell belongs to the tile.
    pub fn contains(&self, cell: Cell) -> bool {
        (self.column..self.column + self.columns).contains(&cell.column)
            && (self.row..self.row + self.rows).contains(&cell.row)
    }

    /// Returns the tile's cells, sorted.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + use<> {
        let tile = *self;
        (tile.row..tile.row + tile.rows)
            .flat_map(move |row| (tile.column..tile.column + tile.columns).map(move |column| Cell { column, row }))
    }

    /// Cuts the tile into two halves across its longer side; `None` for a single cell.
    pub fn halves(&self) -> Option<[Tile; 2]> {
        if self.columns >= self.rows && self.columns > 1 {
            let west = self.columns / 2;
            let east = Tile { column: self.column + west, columns: self.columns - west, ..*self };
            Some([Tile { columns: west, ..*self }, east])
        } else if self.rows > 1 {
            let south = self.rows / 2;
            let north = Tile { row: self.row + south, rows: self.rows - south, ..*self };
            Some([Tile { rows: south, ..*self }, north])
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_in_one_tile_whatever_the_side() {
        let cells = Cells::of(&Domain::new([0.0, 0.0, 1600.0, 900.0]).unwrap());
        assert_eq!((cells.columns, cells.rows), (7, 4));
        for side in 1..9 {
            let mut seen: Vec<Cell> = cells.tiles(side).iter().flat_map(Tile::cells).collect();
            seen.sort();
            assert_eq!(seen, cells.whole().cells().collect::<Vec<_>>());
        }
        let mut parts = vec![cells.whole()];
        while let Some(at) = parts.iter().position(|t| t.halves().is_some()) {
            let halves = parts.swap_remove(at).halves().unwrap();
            parts.extend(halves);
        }
        assert_eq!(parts.len(), 28);
    }

    #[test]
    fn the_far_border_belongs_to_the_last_cells() {
        let cells = Cells::of(&Domain::new([0.0, 0.0, 500.0, 250.0]).unwrap());
        assert_eq!(cells.cell_of([500.0, 250.0]), Cell { column: 1, row: 0 });
        assert_eq!(cells.cell_of([250.0, 249.0]), Cell { column: 1, row: 0 });
    }
}
