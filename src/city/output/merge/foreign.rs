//! Merges tiles of other programs, which know nothing of each other: nearly equal vertices become one, and of duplicate
//! triangles one remains.
//!
//! Tiles are taken in the order of their names, vertices in the order of the tile. A vertex is welded to the nearest of
//! the kept vertices within the snap distance (the first of equally near ones); without one, it is kept itself. So the
//! result does not depend on the order in which tiles were added, and each position is one that a tile has.
//!
//! A later tile can meet only vertices within the snap distance of its bounds. So only those of finished tiles are kept
//! in memory, until the last tile that can meet them. The numbers of remaining vertices and triangles must be known
//! before the first is written, so the tiles are read twice; the first pass only counts.

use std::collections::HashMap;
use std::path::PathBuf;

use super::weld::Welder;
use super::{MergeOptions, MergeReport, MeshSink};
use crate::city::tiles::store::{MeshStore, TileHeader, TileView};
use crate::job::Context;
use crate::{Error, Result};

/// The memory for a vertex of a tile at work, or for one that later tiles can meet, in bytes; a triangle's follows.
const VERTEX_BYTES: u64 = 160;
const FACE_BYTES: u64 = 80;

/// The plan for merging the tiles of another program.
#[derive(Debug)]
pub struct ForeignPlan {
    /// The tiles that have triangles or vertices, by name.
    tiles: Vec<(PathBuf, TileHeader)>,
    snap_distance: f64,
    report: MergeReport,
}

struct Counting;

impl MeshSink for Counting {
    fn vertices(&mut self, _: &[[f64; 3]]) -> Result<()> {
        Ok(())
    }

    fn faces(&mut self, _: &[[u64; 3]], _: &[i32]) -> Result<()> {
        Ok(())
    }
}

impl ForeignPlan {
    pub(super) fn new(store: &MeshStore, snap_distance: f64, context: &Context) -> Result<ForeignPlan> {
        MergeOptions::SNAP_DISTANCE.check(snap_distance)?;
        let names = store.list_tiles()?;
        let mut tiles = Vec::new();
        for name in &names {
            let view = store.open_tile(name)?;
            if view.header().sizes() != (0, 0) {
                tiles.push((view.path().to_path_buf(), *view.header()));
            }
        }
        let mut plan = ForeignPlan { tiles, snap_distance, report: MergeReport::default() };
        plan.report = MergeReport { tiles: names.len() as u64, ..plan.stream(&mut Counting, context)? };
        Ok(plan)
    }

    /// Returns the figures of the merge.
    pub fn report(&self) -> &MergeReport {
        &self.report
    }

    /// Streams the merged mesh into `sink`, tile by tile.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for a broken tile, or one that was replaced since the plan was made;
    /// [`Error::MemoryLimit`]; [`Error::Io`]; [`Error::Cancelled`]; every error of `sink`.
    pub fn stream(&self, sink: &mut dyn MeshSink, context: &Context) -> Result<MergeReport> {
        let bounds: Vec<[f64; 6]> = self.tiles.iter().map(|(_, header)| header.bounds).collect();
        let mut merge = Merge {
            welder: Welder::new(self.snap_distance, &bounds),
            met: HashMap::new(),
            met_after_forgetting: 0,
            report: MergeReport { tiles: self.report.tiles, ..MergeReport::default() },
        };
        for (number, (path, header)) in self.tiles.iter().enumerate() {
            context.check()?;
            let (vertices, faces) = header.sizes();
            let bytes = (merge.welder.len() + vertices) * VERTEX_BYTES + (merge.met.len() as u64 + faces) * FACE_BYTES;
            // The memory that the following tiles need is not known yet.
            let _memory = context.memory().reserve(bytes, "merging the tiles up to this one")?;
            let view = TileView::open(path)?;
            if view.header() != header {
                return Err(Error::bad_format(
                    path,
                    None,
                    "another tile than before",
                    "tiles that stay during a merge",
                ));
            }
            view.verify()?;
            let taken = merge.take_in(number as u32, &view, sink);
            view.check_whole().and(taken)?;
            context.add_unit();
        }
        Ok(merge.report)
    }
}

struct Merge<'a> {
    welder: Welder<'a>,
    /// The triangles that later tiles can repeat, by their vertices in ascending order, with the last tile that can.
    met: HashMap<[u64; 3], u32>,
    met_after_forgetting: usize,
    report: MergeReport,
}

impl Merge<'_> {
    fn take_in(&mut self, number: u32, tile: &TileView, sink: &mut dyn MeshSink) -> Result<()> {
        let first = self.report.vertices;
        let mut kept = Vec::new();
        let mut welded = Vec::with_capacity(tile.vertices().len());
        self.welder.begin(number, tile.vertices().len());
        for position in tile.vertices() {
            let b = tile.header().bounds;
            if !(0..3).all(|d| b[d] <= position[d] && position[d] <= b[d + 3]) {
                let seen = format!("vertex {position:?} beyond bounds {b:?}");
                return Err(Error::bad_format(tile.path(), None, seen, "vertices within the bounds of the header"));
            }
            let vertex = self.welder.weld(*position, first + kept.len() as u64);
            if vertex.number == first + kept.len() as u64 {
                kept.push(*position);
            }
            welded.push(vertex);
        }
        sink.vertices(&kept)?;
        self.report.vertices += kept.len() as u64;
        self.report.welded += (welded.len() - kept.len()) as u64;

        // Sort by vertices, then by place in the tile, so that the first of equal triangles stays.
        let mut keys: Vec<([u64; 3], u32)> = Vec::with_capacity(tile.faces().len());
        for (place, face) in tile.faces().iter().enumerate() {
            let mut key = face.map(|v| welded[v as usize].number);
            key.sort_unstable();
            if key[0] != key[1] && key[1] != key[2] {
                keys.push((key, place as u32));
            }
        }
        self.report.collapsed_removed += (tile.faces().len() - keys.len()) as u64;
        keys.sort_unstable();
        let distinct = keys.len();
        keys.dedup_by_key(|(key, _)| *key);
        keys.retain(|(key, _)| !self.met.contains_key(key));
        self.report.duplicates_removed += (distinct - keys.len()) as u64;
        keys.sort_unstable_by_key(|(_, place)| *place);

        let mut faces = Vec::with_capacity(keys.len());
        let mut markers = Vec::with_capacity(keys.len());
        for (key, place) in keys {
            let vertices = tile.faces()[place as usize].map(|v| welded[v as usize]);
            faces.push(vertices.map(|v| v.number));
            markers.push(tile.markers()[place as usize]);
            let last = vertices.map(|v| v.last_tile).into_iter().min().unwrap_or(number);
            if last > number {
                self.met.insert(key, last);
            }
        }
        self.report.triangles += faces.len() as u64;
        sink.faces(&faces, &markers)?;

        self.welder.forget(number);
        if self.met.len() > 2 * self.met_after_forgetting {
            self.met.retain(|_, last| *last > number);
            self.met_after_forgetting = self.met.len();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
