//! The open tiles, and the numbers of vertices that lie in other tiles than the triangles that use them.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use bytemuck::Pod;

use super::out_of_range;
use super::plan::{MergePlan, PlannedTile};
use crate::city::tiles::store::{TileHeader, TileView};
use crate::city::tiles::surface::CellSpan;
use crate::error::IoContext;
use crate::io::positioned::read_exact_at;
use crate::{Error, Result};

/// A tile being merged.
pub(super) struct OpenTile {
    pub path: PathBuf,
    pub header: TileHeader,
    cells: Vec<CellSpan>,
    /// The numbers in the merged mesh of the vertices behind the tile's own ones.
    foreign: Vec<u64>,
}

/// The vertices that a tile shares, by position, with their numbers in the merged mesh.
type Shared = Vec<([u64; 3], u64)>;

/// The tiles that the current row of cells needs. Tiles to the south are closed.
pub(super) struct OpenTiles<'a> {
    plan: &'a MergePlan,
    open: BTreeMap<u32, OpenTile>,
    shared: BTreeMap<u32, Shared>,
}

impl OpenTile {
    /// Returns the number in the merged mesh of a vertex of the tile.
    pub fn number(&self, vertex: u32, plan: &MergePlan) -> Result<u64> {
        let own = self.header.own_vertices;
        if u64::from(vertex) >= own {
            let number = self.foreign.get((u64::from(vertex) - own) as usize);
            return number.copied().ok_or_else(|| out_of_range(&self.path, vertex, &self.header));
        }
        let after = self.cells.partition_point(|span| span.first_vertex <= vertex);
        // A cell without vertices begins where the next one does.
        let span = &self.cells[after - 1];
        let cell = crate::city::plane::cells::Cell { column: span.column, row: span.row };
        Ok(plan.first_vertex(cell) + u64::from(vertex - span.first_vertex))
    }
}

impl<'a> OpenTiles<'a> {
    pub fn new(plan: &'a MergePlan) -> OpenTiles<'a> {
        OpenTiles { plan, open: BTreeMap::new(), shared: BTreeMap::new() }
    }

    /// Closes the tiles that cells from this row on do not need.
    pub fn advance(&mut self, row: u32) {
        let tiles = &self.plan.tiles;
        let top = |number: u32| tiles[number as usize].tile.row + tiles[number as usize].tile.rows;
        self.open.retain(|&number, _| top(number) > row);
        self.shared.retain(|&number, _| top(number) >= row);
    }

    /// Returns the tile with this number after looking up its foreign vertices.
    pub fn with_foreign(&mut self, number: u32) -> Result<&OpenTile> {
        if !self.open.contains_key(&number) {
            let tile = self.open_tile(number)?;
            self.open.insert(number, tile);
        }
        Ok(&self.open[&number])
    }

    fn open_tile(&mut self, number: u32) -> Result<OpenTile> {
        let PlannedTile { path, header, .. } = &self.plan.tiles[number as usize];
        let view = TileView::open_same(path, header)?;
        let mut foreign = Vec::new();
        for position in &view.vertices()[view.header().own_vertices as usize..] {
            let number = self.look_up(*position, path);
            view.check_whole()?;
            foreign.push(number?);
        }
        let cells = view.cells().to_vec();
        view.check_whole()?;
        Ok(OpenTile { path: path.clone(), header: *header, cells, foreign })
    }

    fn look_up(&mut self, position: [f64; 3], asked_by: &Path) -> Result<u64> {
        let cell = self.plan.cell_of(position);
        let missing = |other: &Path| {
            let seen = format!("vertex {position:?}, which {} does not share", other.display());
            Error::bad_format(asked_by, None, seen, "tiles of one build; build the city anew")
        };
        let Some((owner, _)) = self.plan.span(cell) else {
            return self.plan.orphan(position).ok_or_else(|| missing(Path::new("a missing tile")));
        };
        if !self.shared.contains_key(&owner) {
            let shared = self.read_shared(owner)?;
            self.shared.insert(owner, shared);
        }
        let shared = &self.shared[&owner];
        let found = shared.binary_search_by_key(&position.map(f64::to_bits), |(bits, _)| *bits);
        found.map(|at| shared[at].1).map_err(|_| missing(&self.plan.tiles[owner as usize].path))
    }

    fn read_shared(&self, number: u32) -> Result<Shared> {
        let PlannedTile { path, header, .. } = &self.plan.tiles[number as usize];
        let view = TileView::open_same(path, header)?;
        let vertices = view.vertices();
        let tile =
            OpenTile { path: path.clone(), header: *view.header(), cells: view.cells().to_vec(), foreign: Vec::new() };
        let mut shared = Vec::with_capacity(view.shared().len());
        for &vertex in view.shared() {
            let position = vertices.get(vertex as usize).ok_or_else(|| out_of_range(path, vertex, view.header()))?;
            shared.push((position.map(f64::to_bits), tile.number(vertex, self.plan)?));
        }
        view.check_whole()?;
        shared.sort_unstable();
        Ok(shared)
    }
}

/// Reads `count` items, beginning at item `first`, of a part of a tile's file.
pub(super) fn read_part<T: Pod>(
    file: &File,
    path: &Path,
    part: u64,
    first: u32,
    count: u32,
    into: &mut Vec<T>,
) -> Result<()> {
    into.resize(count as usize, T::zeroed());
    let offset = part + u64::from(first) * size_of::<T>() as u64;
    read_exact_at(file, bytemuck::cast_slice_mut(into), offset).context("read", path)
}
