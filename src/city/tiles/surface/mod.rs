//! Turns the triangulated plane into the surface of a tile: heights, walls, and the part that the tile owns.
//!
//! Every vertex of the plane has one or more levels: the ground's height, and the roof of each part of a building
//! around it. A piece of an edge between two regions makes a wall between the levels of the two. A building on the
//! border of the meshed area has a wall there down to the ground's height. Vertices of ground, walls and roofs with the
//! same position are one vertex.

mod heights;
mod tile_mesh;
mod walls;

pub use heights::MissingGround;
pub use tile_mesh::{CellSpan, Quality, SurfaceCounts, TileMesh, surface};

use crate::city::input::footprint::Lod;
use crate::city::plane::cells::{Cells, Tile};
use crate::city::plane::geometry::Point;
use crate::city::plane::parameters::GroundBesideBuildings;
use crate::city::plane::planar::Planar;

/// A part of a building: a polygon of the plane with one roof. Most buildings are one part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The number of its building.
    pub building: u32,
    /// The elevation of the roof (LOD1), in metres.
    pub roof: f64,
    /// The elevation of the platform (LOD0), in metres: the lowest ground along the building's outline.
    pub platform: f64,
    /// The building's level of detail.
    pub lod: Lod,
}

impl Part {
    /// Returns the elevation of the surface that covers the footprint.
    pub fn top(&self) -> f64 {
        match self.lod {
            Lod::Lod0 => self.platform,
            Lod::Lod1 => self.roof,
        }
    }
}

/// The inputs of a tile's surface, besides the triangulated plane.
pub struct SurfaceInput<'a, G> {
    /// The plane with its edges.
    pub planar: &'a Planar,
    /// All cells of the domain.
    pub cells: &'a Cells,
    /// The tile.
    pub tile: &'a Tile,
    /// The distance around the tile within which the plane is valid, in metres.
    pub halo: f64,
    /// The parts of the buildings, by their numbers.
    pub parts: &'a [Part],
    /// The number of buildings.
    pub buildings: u32,
    /// The height of the ground at a place, in local metres.
    pub ground: G,
    /// The number of rounds of smoothing of the ground.
    pub smoothing: u32,
    /// The height of the ground beside buildings.
    pub beside_buildings: GroundBesideBuildings,
    /// Whether to leave the footprints of LOD0 buildings open.
    pub lod0_as_holes: bool,
}

impl<G> SurfaceInput<'_, G> {
    /// Returns whether the ground of a part is left open.
    fn is_open(&self, part: u32) -> bool {
        self.lod0_as_holes && self.parts[part as usize].lod == Lod::Lod0
    }
}

/// Returns x and y of a point as 64-bit patterns that sort like the point.
fn sort_key(p: Point) -> [u64; 2] {
    p.map(|v| {
        let bits = v.to_bits();
        if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
    })
}
