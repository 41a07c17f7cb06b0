//! Welds nearly equal vertices with a hash table of grid cells, which forgets the vertices that no later tile can meet.

use std::collections::HashMap;

/// The result of welding a vertex.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Welded {
    /// The number in the merged mesh.
    pub number: u64,
    /// The last tile whose vertices can be welded to this one.
    pub last_tile: u32,
}

/// A vertex that others can be welded to.
#[derive(Clone, Copy, Debug)]
struct Kept {
    position: [f64; 3],
    welded: Welded,
    /// The next one in the same cell.
    next: u32,
}

const NONE: u32 = u32::MAX;

/// Welds the vertices of one tile after the other.
#[derive(Debug)]
pub(super) struct Welder<'a> {
    /// The bounds of all tiles.
    bounds: &'a [[f64; 6]],
    snap_distance: f64,
    /// The snap distance, plus the most that rounding can add to it.
    reach: f64,
    /// The edge of a cell of the grid.
    cell: f64,
    kept: Vec<Kept>,
    /// The first kept vertex in each cell.
    cells: HashMap<[i64; 3], u32>,
    after_forgetting: usize,
    /// The current tile. The bounds of later tiles near it follow, the last one first.
    tile: u32,
    later: Vec<(u32, [f64; 6])>,
}

impl<'a> Welder<'a> {
    pub fn new(snap_distance: f64, bounds: &'a [[f64; 6]]) -> Welder<'a> {
        let largest = bounds.iter().flatten().fold(0.0_f64, |most, c| most.max(c.abs()));
        let reach = snap_distance * 1.001 + 8.0 * f64::EPSILON * largest;
        // Wide enough that most balls of that radius lie in one cell, and that the numbers of cells are exact: the
        // rounding of position / cell is then far below reach / cell.
        let cell = (8.0 * reach).max(largest * 2.0_f64.powi(-40)).max(f64::MIN_POSITIVE);
        Welder {
            bounds,
            snap_distance,
            reach,
            cell,
            kept: Vec::new(),
            cells: HashMap::new(),
            after_forgetting: 0,
            tile: 0,
            later: Vec::new(),
        }
    }

    /// Returns the number of vertices in memory.
    pub fn len(&self) -> u64 {
        self.kept.len() as u64
    }

    /// Begins a tile of `vertices` vertices.
    pub fn begin(&mut self, tile: u32, vertices: usize) {
        let own = self.bounds[tile as usize];
        let apart = |b: &[f64; 6]| (0..3).any(|d| b[d] - self.reach > own[d + 3] || own[d] - self.reach > b[d + 3]);
        let later = (tile + 1..).zip(&self.bounds[tile as usize + 1..]);
        self.later = later.filter(|(_, b)| !apart(b)).map(|(t, b)| (t, *b)).collect();
        self.later.reverse();
        self.tile = tile;
        self.kept.reserve_exact(vertices);
        self.cells.reserve(vertices);
    }

    /// Welds a vertex of the tile, or keeps it under `number`.
    pub fn weld(&mut self, position: [f64; 3], number: u64) -> Welded {
        let least = position.map(|c| (c / self.cell - self.reach / self.cell).floor() as i64);
        let most = position.map(|c| (c / self.cell + self.reach / self.cell).floor() as i64);
        let mut nearest: Option<(f64, Welded)> = None;
        for x in least[0]..=most[0] {
            for y in least[1]..=most[1] {
                for z in least[2]..=most[2] {
                    let mut at = self.cells.get(&[x, y, z]).copied().unwrap_or(NONE);
                    while at != NONE {
                        let Kept { position: other, welded, next } = self.kept[at as usize];
                        let square = distance_squared(position, other);
                        let nearer = nearest.is_none_or(|(s, w)| (square, welded.number) < (s, w.number));
                        if square <= self.snap_distance * self.snap_distance && nearer {
                            nearest = Some((square, welded));
                        }
                        at = next;
                    }
                }
            }
        }
        if let Some((_, welded)) = nearest {
            return welded;
        }
        let near =
            |b: &[f64; 6]| (0..3).all(|d| b[d] - self.reach <= position[d] && position[d] <= b[d + 3] + self.reach);
        let last_tile = self.later.iter().find(|(_, b)| near(b)).map_or(self.tile, |(tile, _)| *tile);
        let welded = Welded { number, last_tile };
        self.keep(position, welded);
        welded
    }

    fn keep(&mut self, position: [f64; 3], welded: Welded) {
        let key = position.map(|c| (c / self.cell).floor() as i64);
        let first = self.cells.entry(key).or_insert(NONE);
        let next = std::mem::replace(first, self.kept.len() as u32);
        self.kept.push(Kept { position, welded, next });
    }

    /// Forgets, after a tile, the vertices that no later tile can meet. It does so only now and then, lest all kept
    /// vertices be visited for every tile.
    pub fn forget(&mut self, tile: u32) {
        if self.kept.len() <= 2 * self.after_forgetting {
            return;
        }
        let kept = std::mem::take(&mut self.kept);
        self.cells = HashMap::new();
        for vertex in kept.into_iter().filter(|vertex| vertex.welded.last_tile > tile) {
            self.keep(vertex.position, vertex.welded);
        }
        self.after_forgetting = self.kept.len();
    }
}

pub(super) fn distance_squared(a: [f64; 3], b: [f64; 3]) -> f64 {
    let d: [f64; 3] = std::array::from_fn(|i| a[i] - b[i]);
    d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
}
