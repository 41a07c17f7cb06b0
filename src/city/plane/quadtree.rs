//! The quadtree of a city's levels of detail: which squares of the city are tiles, on which level.
//!
//! The squares are counted from the city's origin, so they do not depend on the tiles of the store. A leaf, on level 0,
//! is [`LEAF_CELLS`] cells wide; a tile of each further level is made of four of the level below.

use std::fmt;

use super::cells::{Cell, Tile};

/// The width of a leaf, in cells: 500 m.
pub const LEAF_CELLS: u32 = 2;

/// The highest level that has content: 8 km. The vertices on the borders of tiles stay on all levels, and on higher
/// ones they would be most of what there is.
pub const MOST_LEVEL: u8 = 4;

/// Places of tiles are below this, so that their cells have numbers.
const MOST_PLACE: u32 = u32::MAX / (LEAF_CELLS << MOST_LEVEL) - 1;

/// A tile of a level, by the level and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// The level: 0 for the leaves.
    pub level: u8,
    /// The row, counted from the south.
    pub row: u32,
    /// The column, counted from the west.
    pub column: u32,
}

impl fmt::Display for TileId {
    /// Writes the name of the tile's files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}_{}", self.level, self.column, self.row)
    }
}

impl TileId {
    /// Returns the tile of a name, on a level that has content.
    pub fn parse(name: &str) -> Option<TileId> {
        TileId::parse_of_any_level(name).filter(|tile| tile.level <= MOST_LEVEL)
    }

    /// Returns the tile of a name.
    pub fn parse_of_any_level(name: &str) -> Option<TileId> {
        let mut parts = name.split('_');
        let tile = TileId {
            level: parts.next()?.parse().ok()?,
            column: parts.next()?.parse().ok().filter(|&column| column < MOST_PLACE)?,
            row: parts.next()?.parse().ok().filter(|&row| row < MOST_PLACE)?,
        };
        // One tile has one name: no sign, no zero in front.
        (parts.next().is_none() && tile.to_string() == name).then_some(tile)
    }

    /// Returns the leaf that holds a cell.
    pub fn leaf_of(cell: Cell) -> TileId {
        TileId { level: 0, row: cell.row / LEAF_CELLS, column: cell.column / LEAF_CELLS }
    }

    /// Returns the tile that this one is a quarter of.
    pub fn parent(self) -> TileId {
        TileId { level: self.level + 1, row: self.row / 2, column: self.column / 2 }
    }

    /// Returns the four tiles that this one is made of, from the south-west, where it is no leaf.
    pub fn children(self) -> [TileId; 4] {
        let (level, row, column) = (self.level - 1, 2 * self.row, 2 * self.column);
        [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(r, c)| TileId { level, row: row + r, column: column + c })
    }

    /// Returns the cells of the tile.
    pub fn cells(self) -> Tile {
        let side = LEAF_CELLS << self.level;
        Tile { column: self.column * side, row: self.row * side, columns: side, rows: side }
    }
}

/// Returns the tiles of each level, sorted, up to the one that holds all leaves. The leaves are sorted.
pub fn levels(leaves: Vec<TileId>) -> Vec<Vec<TileId>> {
    let mut levels = vec![leaves];
    while let Some(last) = levels.last().filter(|last| last.len() > 1) {
        let mut parents: Vec<TileId> = last.iter().map(|tile| tile.parent()).collect();
        parents.sort_unstable();
        parents.dedup();
        levels.push(parents);
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tile_is_a_quarter_of_one_and_the_last_holds_all() {
        let leaves: Vec<TileId> =
            (0..7).flat_map(|row| (3..9).map(move |column| TileId { level: 0, row, column })).collect();
        let levels = levels(leaves);
        assert_eq!(levels.iter().map(Vec::len).collect::<Vec<_>>(), [42, 16, 6, 2, 1]);
        for (tiles, parents) in levels.iter().zip(&levels[1..]) {
            assert!(tiles.iter().all(|tile| parents.contains(&tile.parent())));
            assert!(parents.iter().all(|parent| parent.children().iter().any(|child| tiles.contains(child))));
        }
        let root = levels[4][0];
        assert_eq!((root.cells().columns, root.to_string()), (32, "4_0_0".to_string()));
        assert!(levels.iter().flatten().all(|tile| TileId::parse(&tile.to_string()) == Some(*tile)));
        for odd in ["", "4_0", "5_0_0", "4_0_0_0", "+1_0_0", "1_00_0", "1_0_-1", "0_4294967295_0"] {
            assert_eq!(TileId::parse(odd), None, "{odd}");
        }
    }
}
