//! The lengths and angles that the canonical mesher works with, derived from the two triangle sizes and the smallest
//! angle.

use crate::city::plane::domain::{FINE_GRID, GRID};
use crate::city::plane::geometry::cos_degrees;
use crate::city::plane::planar::Planar;

/// The target sizes and angles of the mesher.
#[derive(Clone, Debug)]
pub struct Scale {
    /// The spacing of the coarsest lattice of field points, and the longest piece of the domain's border.
    pub lattice: f64,
    /// The height of a row of that lattice.
    pub row: f64,
    /// The longest piece of a building's edge.
    pub wall: f64,
    /// The level of the lattice that is used everywhere inside footprints.
    pub roof_level: u32,
    /// The cosine of the smallest angle wanted; `None` for no refinement.
    pub cos_min_angle: Option<f64>,
    /// The height of an off-centre above the middle of the shortest edge, in units of that edge.
    pub off_centre: f64,
    /// The largest circumradius of a triangle that is refined; larger ones are left to the lattice, so refinement stays
    /// local.
    pub largest_radius: f64,
    /// The farthest distance that one round of refinement depends on.
    pub reach: f64,
    /// The farthest distance of an edge that the sizing field depends on.
    pub field_reach: f64,
}

impl Scale {
    /// The shortest half of a piece; a piece whose halves would be shorter is not halved.
    pub const SHORTEST_HALF: f64 = 0.1;
    /// The largest number of rounds of refinement.
    pub const MAX_ROUNDS: u8 = 24;

    /// Creates the scale for triangles of `max_mesh_size` on the ground and `building_mesh_triangle_size` at buildings,
    /// in metres, and for `min_mesh_angle` in degrees. [`Parameters::check`] must accept the numbers.
    ///
    /// [`Parameters::check`]: crate::city::plane::parameters::Parameters::check
    pub fn new(max_mesh_size: f64, building_mesh_triangle_size: f64, min_mesh_angle: f64) -> Scale {
        // With multiples of 2^-10 m, ten halvings of the lattice stay on the fine grid.
        let coarse = |v: f64| (v / (1024.0 * FINE_GRID)).floor() * (1024.0 * FINE_GRID);
        let lattice = coarse(max_mesh_size);
        let wall = building_mesh_triangle_size.min(lattice);
        let mut roof_level = 0;
        while lattice / f64::from(1 << roof_level) > wall {
            roof_level += 1;
        }
        let cos = cos_degrees(min_mesh_angle);
        Scale {
            lattice,
            row: coarse(lattice * 0.75_f64.sqrt()),
            wall,
            roof_level,
            cos_min_angle: (min_mesh_angle > 0.0).then_some(cos),
            // The apex of an isosceles triangle over the edge with the wanted angle lies at half the edge times sqrt((1
            // + cos) / (1 - cos)). The point lies a little nearer, so that rounding does not make the new triangle bad
            // again.
            off_centre: if min_mesh_angle > 0.0 { 0.475 * ((1.0 + cos) / (1.0 - cos)).sqrt() } else { 0.0 },
            largest_radius: 0.7 * lattice,
            reach: 2.1 * lattice + wall.max(0.5 * lattice),
            field_reach: 1.8 * lattice,
        }
    }

    /// Returns the spacing of the lattice at `level`.
    pub fn spacing(&self, level: u32) -> f64 {
        self.lattice / f64::from(1 << level)
    }

    /// Returns the farthest distance from a rectangle of an edge that matters to its points: those near the edges that
    /// the field depends on count, too.
    pub fn edge_reach(&self) -> f64 {
        self.field_reach + f64::from(Planar::LONGEST_EDGE) * GRID + 0.5 * self.lattice
    }

    /// Returns the value of the sizing field at or below which it asks for the lattice's `level` (1 or more).
    pub fn threshold(&self, level: u32) -> f64 {
        0.7 * self.spacing(level - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_give_the_lengths_of_the_design() {
        let scale = Scale::new(10.0, 5.0, 25.0);
        assert_eq!((scale.lattice, scale.wall, scale.roof_level), (10.0, 5.0, 1));
        assert_eq!((scale.largest_radius, scale.reach, scale.field_reach), (7.0, 26.0, 18.0));
        assert_eq!(Scale::new(10.0, 2.0, 25.0).roof_level, 3);
    }
}
