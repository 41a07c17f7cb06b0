//! Merges the tiles of a store into one mesh, cell by cell, without ever having the mesh in memory.
//!
//! The tiles' headers state the sizes of all cells, so every vertex has its number before the first is read. A
//! triangle's vertices lie in cells of its own tile, or are looked up by position among the vertices that the other
//! tile shares. One that is missing there is an error, never a new vertex.
//!
//! Tiles of other programs have neither cells nor shared vertices: they are welded, see [`ForeignPlan`].
//!
//! ```
//! # use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
//! # use groma::city::generate::{GenerateOptions, city};
//! # use groma::city::{CityInput, Footprints, Ground};
//! use groma::city::merge::{MergeOptions, merge_to_file};
//! use groma::city::store::MeshStore;
//! use groma::job::{RunOptions, Runner};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let (footprints, terrain) = city(&GenerateOptions::new(6))?;
//! # let (footprints, terrain) = (Footprints::Memory(footprints.into()), Ground::Memory(terrain.into()));
//! # let input = CityInput { footprints, terrain };
//! # build_city_mesh(&input, folder.path().join("tiles"), &BuildCityMeshOptions::default())?;
//! let store = MeshStore::open(folder.path().join("tiles"))?;
//! let mut runner = Runner::new(&RunOptions::default())?;
//! let report = merge_to_file(&store, &folder.path().join("city.ply"), &MergeOptions::default(), &mut runner)?;
//! println!("{} triangles", report.triangles);
//! # Ok::<(), groma::Error>(())
//! ```

mod foreign;
mod output;
mod plan;
mod resolve;
mod weld;

use serde::Serialize;

pub use foreign::ForeignPlan;
pub use output::{MergeOptions, PHASES, merge_to_file, merge_to_surface};
pub use plan::MergePlan;
use resolve::{OpenTiles, read_part};

use crate::city::tiles::store::{MeshStore, TileHeader, open_same};
use crate::job::Context;
use crate::{Error, Result};

/// Receives the merged mesh, piece by piece.
pub trait MeshSink {
    /// Receives the next vertices.
    fn vertices(&mut self, positions: &[[f64; 3]]) -> Result<()>;
    /// Receives the next triangles, as numbers of vertices, with their markers.
    fn faces(&mut self, faces: &[[u64; 3]], markers: &[i32]) -> Result<()>;
}

/// The figures of a merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MergeReport {
    /// Tiles merged.
    pub tiles: u64,
    /// Tiles that were missing.
    pub missing_tiles: u64,
    /// Vertices of the merged mesh.
    pub vertices: u64,
    /// Triangles of the merged mesh.
    pub triangles: u64,
    /// Vertices that were welded to another one; 0 for a city, like the next two.
    pub welded: u64,
    /// Triangles left out because another one has the same vertices.
    pub duplicates_removed: u64,
    /// Triangles left out because two of their vertices were welded.
    pub collapsed_removed: u64,
    /// The origin that was subtracted from every position, in metres: 0 except in STL, which is single-precision.
    pub origin: [f64; 3],
    /// The largest change of a coordinate by rounding, in metres: 0 except in STL.
    pub rounding: f64,
}

impl MergePlan {
    /// Streams the merged mesh into `sink`: cell by cell, row by row from the south-west, within a cell by position.
    /// The order does not depend on the tiles. `check` is called before each cell.
    ///
    /// # Errors
    /// [`crate::Error::BadFormat`] when tiles do not belong together; [`crate::Error::Io`]; every error of `sink` and
    /// `check`.
    pub fn stream(&self, sink: &mut dyn MeshSink, mut check: impl FnMut() -> Result<()>) -> Result<MergeReport> {
        let mut tiles = OpenTiles::new(self);
        let mut faces: Vec<[u32; 3]> = Vec::new();
        let mut markers: Vec<i32> = Vec::new();
        let mut vertices: Vec<[f64; 3]> = Vec::new();
        let mut global: Vec<[u64; 3]> = Vec::new();
        for (&cell, &(tile, span, first)) in &self.spans {
            check()?;
            tiles.advance(cell.row);
            let open = tiles.with_foreign(tile)?;
            // Opened anew for each cell, because a row of tiles may exceed the limit of open files.
            let file = open_same(&open.path, &open.header)?;
            read_part(&file, &open.path, open.header.part_offset(0), span.first_vertex, span.vertices, &mut vertices)?;
            read_part(&file, &open.path, open.header.part_offset(1), span.first_face, span.faces, &mut faces)?;
            read_part(&file, &open.path, open.header.part_offset(2), span.first_face, span.faces, &mut markers)?;
            sink.vertices(&vertices)?;
            let own = span.first_vertex..span.first_vertex + span.vertices;
            global.clear();
            for face in &faces {
                let number = |v: u32| {
                    if own.contains(&v) { Ok(first + u64::from(v - span.first_vertex)) } else { open.number(v, self) }
                };
                global.push([number(face[0])?, number(face[1])?, number(face[2])?]);
            }
            sink.faces(&global, &markers)?;
        }
        sink.vertices(&self.orphans)?;
        Ok(self.report())
    }
}

/// Plans the merge of a city's store.
///
/// # Errors
/// [`crate::Error::Unsupported`] for a store without a city. [`crate::Error::NotFound`] when tiles are missing, unless
/// `allow_incomplete`; [`crate::Error::BadFormat`] when neighbours disagree about their common zones.
pub fn plan(store: &MeshStore, allow_incomplete: bool) -> Result<MergePlan> {
    MergePlan::new(store, allow_incomplete, || Ok(()))
}

/// Plans the merge of another program's tiles: vertices within `snap_distance` (metres) become one. It reads all tiles.
///
/// # Errors
/// [`Error::InvalidArgument`] for a snap distance below 0 or over 1,000 m; as [`ForeignPlan::stream`].
pub fn plan_foreign(store: &MeshStore, snap_distance: f64, context: &Context) -> Result<ForeignPlan> {
    store.refuse_levels()?;
    ForeignPlan::new(store, snap_distance, context)
}

fn out_of_range(path: &std::path::Path, vertex: u32, header: &TileHeader) -> Error {
    let accepted = format!("vertices under {}", header.sizes().0);
    Error::bad_format(path, None, format!("a triangle with vertex {vertex}"), accepted)
}
