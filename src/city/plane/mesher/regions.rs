//! Finds out which triangles are ground, which belong to which building, and which lie outside the meshed area.

use super::triangulation::{NONE, Triangulation};
use crate::city::plane::geometry::{Rect, before};
use crate::city::plane::planar::{Planar, Region};

/// The region of each triangle of a rectangle.
#[derive(Debug)]
pub struct Regions {
    /// The region by triangle; `None` for triangles that reach beyond the rectangle.
    of: Vec<Option<Region>>,
}

impl Regions {
    /// Finds the regions of all triangles that lie entirely in `rect`, by flooding from the pieces of edges. An area
    /// without such a piece is looked up in the plane.
    pub fn new(mesh: &Triangulation, planar: &Planar, rect: &Rect) -> Regions {
        let count = mesh.triangles();
        let mut of = vec![None; count as usize];
        let inside = |t: u32| (3 * t..3 * t + 3).all(|e| rect.contains(mesh.points[mesh.start[e as usize] as usize]));
        let mut seen: Vec<bool> = (0..count).map(|t| !inside(t)).collect();
        let mut area = Vec::new();
        for first in 0..count {
            if seen[first as usize] {
                continue;
            }
            seen[first as usize] = true;
            area.clear();
            area.push(first);
            let mut region = None;
            let mut at = 0;
            while at < area.len() {
                let t = area[at];
                at += 1;
                for e in 3 * t..3 * t + 3 {
                    if mesh.edge[e as usize] != NONE {
                        region.get_or_insert_with(|| beside(mesh, planar, e)[0]);
                        continue;
                    }
                    let twin = mesh.twin[e as usize];
                    if twin != NONE && !seen[(twin / 3) as usize] {
                        seen[(twin / 3) as usize] = true;
                        area.push(twin / 3);
                    }
                }
            }
            let region = region.unwrap_or_else(|| {
                let p = mesh.canonical(first).map(|v| mesh.points[v as usize]);
                planar.region_at([0, 1].map(|d| (p[0][d] + p[1][d] + p[2][d]) / 3.0))
            });
            area.iter().for_each(|&t| of[t as usize] = Some(region));
        }
        Regions { of }
    }

    /// Returns the region of a triangle; `None` when the triangle reaches beyond the rectangle.
    pub fn of(&self, triangle: u32) -> Option<Region> {
        self.of[triangle as usize]
    }

    /// Returns the region of a triangle of the meshed area; `None` for one outside, and for one that reaches beyond the
    /// rectangle.
    pub fn meshed(&self, triangle: u32) -> Option<Region> {
        self.of(triangle).filter(|&region| region != Region::OUTSIDE)
    }
}

/// Returns the regions to the left and to the right of a half-edge that is a piece of an edge.
pub fn beside(mesh: &Triangulation, planar: &Planar, e: u32) -> [Region; 2] {
    let edge = &planar.edges()[mesh.edge[e as usize] as usize];
    let [from, to] = [mesh.start[e as usize], mesh.end(e)].map(|v| mesh.points[v as usize]);
    if before(from, to) { [edge.left, edge.right] } else { [edge.right, edge.left] }
}
