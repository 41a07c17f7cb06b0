//! The certificate between neighbouring tiles.
//!
//! A round of refinement depends on nothing farther away than [`Scale::reach`]. Each tile hashes its points and
//! triangles in the zones along the borders of cells where it meets other tiles: its own zones, and those of the others
//! that its halo covers. When all tiles that cover a zone agree about it, round by round, then by induction over the
//! rounds each tile is the same as it would be within the whole.
//!
//! [`Scale::reach`]: super::scale::Scale::reach

use bytemuck::{Pod, Zeroable};
use xxhash_rust::xxh3::xxh3_128;

use super::PlaneMesh;
use crate::city::plane::cells::{CELL, Cell, Cells, Tile};
use crate::city::plane::geometry::Point;

/// The hash of a tile's mesh within a zone of a cell.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
pub struct ZoneHash {
    /// The cell's row.
    pub row: u32,
    /// The cell's column.
    pub column: u32,
    /// The zone in the cell: `x + 3 y`, each 0 near the lower border, 2 near the upper one, 1 between.
    pub zone: u32,
    /// Zero.
    pub reserved: u32,
    /// The sum of the hashes of the zone's vertices, with their rounds, and of its triangles.
    pub hash: [u64; 2],
}

/// Computes the hashes of all zones, `width` metres wide, along which `tile` meets other tiles, sorted. Of the
/// triangles only those that `is_meshed` accepts are in them: outside the meshed area triangles may be of any size, so
/// that tiles need not agree on them.
pub fn zone_hashes(
    plane: &PlaneMesh,
    tile: &Tile,
    cells: &Cells,
    width: f64,
    is_meshed: impl Fn(u32) -> bool,
) -> Vec<ZoneHash> {
    let mut zones = Zones::new(tile, cells, width);
    let mesh = &plane.mesh;
    for (&p, &round) in mesh.points.iter().zip(&plane.round) {
        if let Some(sum) = zones.at(p) {
            let item = [p[0].to_bits(), p[1].to_bits(), u64::from(round)];
            *sum = sum.wrapping_add(xxh3_128(bytemuck::must_cast_slice(&item)));
        }
    }
    for t in (0..mesh.triangles()).filter(|&t| is_meshed(t)) {
        let corners = mesh.canonical(t).map(|v| mesh.points[v as usize]);
        if let Some(sum) = zones.at(corners[0]) {
            *sum = sum.wrapping_add(xxh3_128(bytemuck::bytes_of(&corners)));
        }
    }
    zones.finish()
}

/// The zones that one tile hashes.
struct Zones {
    width: f64,
    cells: Cells,
    /// The first column and row of the cells in and around the tile.
    first: (u32, u32),
    columns: u32,
    /// Nine sums per cell; `None` where the tile hashes nothing.
    sums: Vec<Option<u128>>,
}

impl Zones {
    fn new(tile: &Tile, cells: &Cells, width: f64) -> Zones {
        let first = (tile.column.saturating_sub(1), tile.row.saturating_sub(1));
        let last = ((tile.column + tile.columns).min(cells.columns - 1), (tile.row + tile.rows).min(cells.rows - 1));
        let (columns, rows) = (last.0 - first.0 + 1, last.1 - first.1 + 1);
        let mut sums = vec![None; 9 * (columns * rows) as usize];
        for (n, sum) in sums.iter_mut().enumerate() {
            let (at, zone) = (n as u32 / 9, n as u32 % 9);
            let cell = Cell { column: first.0 + at % columns, row: first.1 + at / columns };
            if faces_another(tile, cells, cell, zone) {
                *sum = Some(0);
            }
        }
        Zones { width, cells: *cells, first, columns, sums }
    }

    fn at(&mut self, p: Point) -> Option<&mut u128> {
        let cell = self.cells.cell_of(p);
        let (column, row) = (cell.column.checked_sub(self.first.0)?, cell.row.checked_sub(self.first.1)?);
        if column >= self.columns {
            return None;
        }
        let corner = cell.rect().min;
        let class = |v: f64| u32::from(v >= self.width) + u32::from(v >= CELL - self.width);
        let zone = class(p[0] - corner[0]) + 3 * class(p[1] - corner[1]);
        self.sums.get_mut((9 * (row * self.columns + column) + zone) as usize)?.as_mut()
    }

    fn finish(self) -> Vec<ZoneHash> {
        let sums = self.sums.iter().enumerate();
        sums.filter_map(|(n, sum)| {
            let (at, zone) = (n as u32 / 9, n as u32 % 9);
            let hash = (*sum)?;
            Some(ZoneHash {
                row: self.first.1 + at / self.columns,
                column: self.first.0 + at % self.columns,
                zone,
                reserved: 0,
                hash: [hash as u64, (hash >> 64) as u64],
            })
        })
        .collect()
    }
}

/// Returns whether the zone lies along a border between the tile and another, on either side of the border.
fn faces_another(tile: &Tile, cells: &Cells, cell: Cell, zone: u32) -> bool {
    let (x, y) = (i64::from(zone % 3) - 1, i64::from(zone / 3) - 1);
    let inside = tile.contains(cell);
    // A zone in a corner also lies along both sides.
    let beside = [(x, y), (x, 0), (0, y)].into_iter().filter(|&d| d != (0, 0));
    beside.into_iter().any(|(dx, dy)| {
        let (column, row) = (i64::from(cell.column) + dx, i64::from(cell.row) + dy);
        let exists = (0..i64::from(cells.columns)).contains(&column) && (0..i64::from(cells.rows)).contains(&row);
        exists && tile.contains(Cell { column: column as u32, row: row as u32 }) != inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_neighbours_speak_of_the_same_zones_along_their_border() {
        let cells = Cells { columns: 4, rows: 3 };
        let west = Tile { column: 0, row: 0, columns: 2, rows: 3 };
        let east = Tile { column: 2, row: 0, columns: 2, rows: 3 };
        let of = |tile: &Tile| -> Vec<(u32, u32, u32)> {
            Zones::new(tile, &cells, 26.0).finish().iter().map(|z| (z.row, z.column, z.zone)).collect()
        };
        assert_eq!(of(&west), of(&east));
        // Three rows of cells, with three zones each on either side.
        assert_eq!(of(&west).len(), 18);
        assert!(Zones::new(&cells.whole(), &cells, 26.0).finish().is_empty());
        // A tile inside: eight cells around it with 3 or 1 zones, and its own eight zones.
        let inner = Tile { column: 1, row: 1, columns: 1, rows: 1 };
        assert_eq!(of(&inner).len(), 4 * 3 + 4 + 8);
    }
}
