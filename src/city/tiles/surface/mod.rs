//! From the triangulated plane to the surface: heights, walls, and the part of it that a tile owns.
//!
//! Every vertex of the plane has one or more levels: the ground's height, and the roof of each building around it. A
//! piece of an edge between two regions makes a wall from the levels of the one to those of the other. Vertices of
//! ground, walls and roofs with the same position are one vertex.

mod heights;
mod regions;
mod tile_mesh;
mod walls;

pub use heights::{GroundHeight, MissingGround};
pub use regions::Regions;
pub use tile_mesh::{CellSpan, Quality, SurfaceCounts, TileMesh, surface};

use crate::city::input::footprint::Lod;
use crate::city::plane::cells::{Cells, Tile};
use crate::city::plane::geometry::Point;
use crate::city::plane::planar::Planar;

/// How high a building is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BuildingHeight {
    /// The elevation of the roof (LOD1), in metres.
    pub roof: f64,
    /// The lowest ground along the outline: the elevation of the platform (LOD0).
    pub platform: f64,
    /// The level of detail.
    pub lod: Lod,
}

impl BuildingHeight {
    /// The elevation of what covers the footprint.
    pub fn top(&self) -> f64 {
        match self.lod {
            Lod::Lod0 => self.platform,
            Lod::Lod1 => self.roof,
        }
    }
}

/// What the surface of a tile is made from, besides the triangulated plane.
pub struct SurfaceInput<'a, G> {
    /// The edges.
    pub planar: &'a Planar,
    /// All cells.
    pub cells: &'a Cells,
    /// The tile.
    pub tile: &'a Tile,
    /// How far around the tile the plane is right.
    pub halo: f64,
    /// The buildings' heights, by their numbers.
    pub buildings: &'a [BuildingHeight],
    /// The height of the ground at a place, in local metres.
    pub ground: G,
    /// Rounds of smoothing of the ground.
    pub smoothing: u32,
    /// Leave the footprints of LOD0 buildings open.
    pub lod0_as_holes: bool,
}

/// The x and y of a point as 64-bit patterns that sort like the point.
fn sort_key(p: Point) -> [u64; 2] {
    p.map(|v| {
        let bits = v.to_bits();
        if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
    })
}
