//! The place of each cell's vertices and triangles, and their numbers in the merged mesh.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use super::MergeReport;
use crate::city::plane::cells::{Cell, Cells, Tile};
use crate::city::plane::domain::Domain;
use crate::city::plane::geometry::Point;
use crate::city::tiles::store::{MeshStore, TileHeader, TileView};
use crate::city::tiles::surface::CellSpan;
use crate::{Error, Result};

/// The place of each cell's vertices and triangles, and their numbers in the merged mesh.
#[derive(Debug)]
pub struct MergePlan {
    pub(super) cells: Cells,
    pub(super) origin: [f64; 2],
    /// The tiles that exist.
    pub(in crate::city::output) tiles: Vec<PlannedTile>,
    /// Per cell, row by row: the tile that holds it, the cell's part of the tile, and the number of its first vertex.
    /// The cells come from the tiles' files; the manifest's number of cells is not trusted.
    pub(in crate::city::output) spans: BTreeMap<Cell, (u32, CellSpan, u64)>,
    /// Vertices in cells of missing tiles, sorted; they come last.
    pub(super) orphans: Vec<[f64; 3]>,
    vertices: u64,
    faces: u64,
    missing: u64,
}

#[derive(Debug)]
pub(in crate::city::output) struct PlannedTile {
    pub path: PathBuf,
    pub tile: Tile,
    pub header: TileHeader,
}

impl MergePlan {
    /// Makes the plan. `check` is called after each tile.
    pub(in crate::city::output) fn new(
        store: &MeshStore,
        allow_incomplete: bool,
        mut check: impl FnMut() -> Result<()>,
    ) -> Result<MergePlan> {
        let city = store.city()?;
        let names: Vec<String> = city.tiles.iter().map(Tile::name).collect();
        let mut present = Vec::new();
        let mut missing = Vec::new();
        for (name, tile) in names.iter().zip(&city.tiles) {
            if store.has_tile(name)? { present.push((name.clone(), *tile)) } else { missing.push(name.clone()) }
        }
        if !missing.is_empty() && !allow_incomplete {
            return Err(incomplete(store, &missing, city.tiles.len())?);
        }
        let names: Vec<String> = present.iter().map(|(name, _)| name.clone()).collect();
        if let Some([a, b]) = store.disagreements(&names)?.first() {
            let seen = format!("tiles {a} and {b} disagree about the zone between them");
            return Err(Error::bad_format(store.folder(), None, seen, "tiles of one build; build the city anew"));
        }

        let mut plan = MergePlan {
            cells: city.cells,
            origin: origin(&city.domain),
            tiles: Vec::new(),
            spans: BTreeMap::new(),
            orphans: Vec::new(),
            vertices: 0,
            faces: 0,
            missing: missing.len() as u64,
        };
        for (number, (name, tile)) in present.iter().enumerate() {
            let view = store.get_tile(name)?;
            plan.take_in(&view, tile, number as u32)?;
            view.check_whole()?;
            plan.tiles.push(PlannedTile { path: view.path().to_path_buf(), tile: *tile, header: *view.header() });
            check()?;
        }
        for span in plan.spans.values_mut() {
            span.2 = plan.vertices;
            plan.vertices += u64::from(span.1.vertices);
            plan.faces += u64::from(span.1.faces);
        }
        if plan.missing > 0 {
            plan.orphans = plan.find_orphans(store, &names)?;
        }
        Ok(plan)
    }

    /// Returns the numbers of vertices and triangles of the merged mesh.
    pub fn sizes(&self) -> (u64, u64) {
        (self.vertices + self.orphans.len() as u64, self.faces)
    }

    /// Returns the number of cells to stream.
    pub fn cells(&self) -> u64 {
        self.spans.len() as u64
    }

    pub(super) fn report(&self) -> MergeReport {
        let (vertices, faces) = self.sizes();
        let tiles = self.tiles.len() as u64;
        MergeReport { tiles, missing_tiles: self.missing, vertices, triangles: faces, ..MergeReport::default() }
    }

    /// Returns the tile that holds a cell, and the cell's part of it.
    pub(super) fn span(&self, cell: Cell) -> Option<(u32, CellSpan)> {
        self.spans.get(&cell).map(|(tile, span, _)| (*tile, *span))
    }

    /// Returns the number of a cell's first vertex.
    pub(super) fn first_vertex(&self, cell: Cell) -> u64 {
        self.spans.get(&cell).map_or(0, |(_, _, first)| *first)
    }

    /// Returns the number of a vertex in a cell of a missing tile.
    pub(super) fn orphan(&self, position: [f64; 3]) -> Option<u64> {
        let order = |p: &[f64; 3]| p.map(f64::to_bits);
        let found = self.orphans.binary_search_by_key(&order(&position), order).ok()?;
        Some(self.vertices + found as u64)
    }

    /// Returns the cell that holds a position.
    pub(super) fn cell_of(&self, position: [f64; 3]) -> Cell {
        let local: Point = [position[0] - self.origin[0], position[1] - self.origin[1]];
        self.cells.cell_of(local)
    }

    fn take_in(&mut self, view: &TileView, tile: &Tile, number: u32) -> Result<()> {
        let header = view.header();
        let bad = |seen: String, accepted: &str| Error::bad_format(view.path(), None, seen, accepted.to_string());
        let (mut vertex, mut face) = (0_u64, 0_u64);
        for (span, cell) in view.cells().iter().zip(tile.cells()) {
            let in_order = (u64::from(span.first_vertex), u64::from(span.first_face)) == (vertex, face);
            if (span.row, span.column) != cell.key() || !in_order {
                let seen = format!(
                    "row {}, column {}, vertices from {}, triangles from {} where cell {}, {} with vertex {vertex} and \
                     triangle {face} comes",
                    span.row, span.column, span.first_vertex, span.first_face, cell.row, cell.column
                );
                return Err(bad(seen, "the cells of the tile, one after the other"));
            }
            vertex += u64::from(span.vertices);
            face += u64::from(span.faces);
            self.spans.insert(cell, (number, *span, 0));
        }
        let cells = u64::from(tile.columns) * u64::from(tile.rows);
        if view.cells().len() as u64 != cells || vertex != header.own_vertices || face != header.sizes().1 {
            return Err(bad(format!("{} cells", view.cells().len()), "cells that hold all vertices and triangles"));
        }
        Ok(())
    }

    fn find_orphans(&self, store: &MeshStore, names: &[String]) -> Result<Vec<[f64; 3]>> {
        let mut orphans: HashMap<[u64; 3], [f64; 3]> = HashMap::new();
        for name in names {
            let view = store.open_tile(name)?;
            let foreign = &view.vertices()[view.header().own_vertices as usize..];
            let lost = foreign.iter().filter(|p| self.span(self.cell_of(**p)).is_none());
            orphans.extend(lost.map(|p| (p.map(f64::to_bits), *p)));
            view.check_whole()?;
        }
        let mut orphans: Vec<_> = orphans.into_iter().collect();
        orphans.sort_unstable_by_key(|(bits, _)| *bits);
        Ok(orphans.into_iter().map(|(_, position)| position).collect())
    }
}

fn origin(domain: &Domain) -> [f64; 2] {
    domain.origin.map(|v| v as f64)
}

fn incomplete(store: &MeshStore, missing: &[String], all: usize) -> Result<Error> {
    let failures = store.failures()?;
    let cause = |name: &String| failures.iter().find(|(failed, _)| failed == name).map(|(_, cause)| cause.as_str());
    let first = &missing[0];
    let why = cause(first).map_or(String::new(), |cause| format!(" ({cause})"));
    let what = format!(
        "{} of {all} tiles are missing, {first} first{why}; build the city again to add them, or allow a mesh with \
         holes with allow_incomplete (--allow-incomplete)",
        missing.len()
    );
    Ok(Error::NotFound { subject: store.folder().to_path_buf(), what })
}
