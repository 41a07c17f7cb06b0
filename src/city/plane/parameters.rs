//! The parameters of a city mesh, with the names and defaults they have elsewhere in the field.

use serde::{Deserialize, Serialize};

use crate::city::input::footprint::Lod;
use crate::city::plane::cells::CELL;
use crate::city::plane::mesher::scale::Scale;
use crate::{Error, Result};

/// What mesh to make. All but the tiling parameters decide the mesh; those decide how it is made.
///
/// Where a store of an earlier version does not say a parameter, it is the default: that has to give the mesh of
/// before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Parameters {
    /// The level of detail of buildings that have none of their own.
    pub lod: Lod,
    /// No edge of an outline is shorter and no notch or neck of it narrower, where that can be had, in metres; smaller
    /// courtyards than 16 times its square are closed. Of buildings that stay apart, walls nearer than half of it
    /// become one.
    pub min_building_detail: f64,
    /// Smaller footprints are left out, in square metres.
    pub min_building_area: f64,
    /// Make one building of those that touch or nearly do.
    pub merge_buildings: bool,
    /// Buildings nearer to each other than this are merged, in metres; wider gaps between them stay, whatever the
    /// detail.
    pub merge_tolerance: f64,
    /// The longest pieces of walls, and the spacing of points on roofs, in metres: up to 64, or 37.75 to 39.75 where
    /// `max_mesh_size` is above 40.25.
    pub building_mesh_triangle_size: f64,
    /// The spacing of points on open ground, in metres.
    pub max_mesh_size: f64,
    /// No triangle of the plane has a smaller angle, in degrees, where that can be had.
    pub min_mesh_angle: f64,
    /// Rounds of smoothing of the ground.
    pub smoothing: u32,
    /// Leave the footprints of LOD0 buildings open instead of covering them with a platform.
    pub treat_lod0_as_holes: bool,
    /// How far from a place without terrain data the nearest data may be taken, in metres.
    pub max_fill_distance: f64,
}

impl Default for Parameters {
    fn default() -> Parameters {
        Parameters {
            lod: Lod::Lod1,
            min_building_detail: 0.5,
            min_building_area: 15.0,
            merge_buildings: true,
            merge_tolerance: 0.5,
            building_mesh_triangle_size: 5.0,
            max_mesh_size: 10.0,
            min_mesh_angle: 25.0,
            smoothing: 0,
            treat_lod0_as_holes: false,
            max_fill_distance: 10.0,
        }
    }
}

impl Parameters {
    /// The largest `min_building_detail` and `merge_tolerance`, in metres.
    pub const LARGEST_DETAIL: f64 = 10.0;
    /// The largest `min_building_area`, in square metres.
    pub const LARGEST_BUILDING_AREA: f64 = 1e9;

    /// The lengths and angles of the mesher.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming the parameter that is out of its range.
    pub fn scale(&self) -> Result<Scale> {
        let at_least_zero = [
            ("min_building_detail", self.min_building_detail, Self::LARGEST_DETAIL, "m"),
            ("min_building_area", self.min_building_area, Self::LARGEST_BUILDING_AREA, "square metres"),
            ("merge_tolerance", self.merge_tolerance, Self::LARGEST_DETAIL, "m"),
            ("max_fill_distance", self.max_fill_distance, 1e6, "m"),
        ];
        for (name, value, most, unit) in at_least_zero {
            if !(0.0..=most).contains(&value) {
                return Err(Error::invalid(name, value, format!("0 to {most} {unit}")));
            }
        }
        if self.smoothing > 5 {
            return Err(Error::invalid("smoothing", self.smoothing, "0 to 5 rounds"));
        }
        // What a tile depends on must fit into its neighbour.
        let fits = |scale: &Scale| self.zone_width(scale) <= 0.5 * CELL;
        let would_fit = |ground: f64, building: f64| Scale::new(ground, building, 0.0).is_ok_and(|scale| fits(&scale));
        let (ground, smallest) = (self.max_mesh_size, Scale::SMALLEST_BUILDING_SIZE);
        if !would_fit(ground, smallest) {
            let largest = (1..=128).rev().map(|n| 0.5 * f64::from(n)).find(|&size| would_fit(size, smallest));
            let with = match self.smoothing {
                0 => ", less with smoothing".to_string(),
                rounds => format!(" with {rounds} rounds of smoothing"),
            };
            let range =
                format!("{} to {} m", Scale::SMALLEST_GROUND_SIZE, largest.unwrap_or(Scale::SMALLEST_GROUND_SIZE));
            return Err(Error::invalid("max_mesh_size", ground, range + &with));
        }
        let scale = Scale::new(ground, self.building_mesh_triangle_size, self.min_mesh_angle)?;
        if !fits(&scale) {
            let largest = (1..=256).rev().map(|n| 0.25 * f64::from(n)).find(|&size| would_fit(ground, size));
            let accepted =
                format!("{smallest} to {} m with a max_mesh_size of {ground} m", largest.unwrap_or(smallest));
            return Err(Error::invalid("building_mesh_triangle_size", self.building_mesh_triangle_size, accepted));
        }
        Ok(scale)
    }

    /// How deep the zones are in which neighbouring tiles are compared, in metres: what a round of refinement depends
    /// on, or what the heights of a triangle's vertices depend on.
    pub fn zone_width(&self, scale: &Scale) -> f64 {
        scale.reach.max(1.5 * scale.lattice * f64::from(2 + self.smoothing))
    }

    /// How far around a tile the plane is triangulated with it at least, in metres. Near the rim triangles are not what
    /// they are in the whole, and each round of refinement carries that inward; larger smallest angles take more
    /// rounds.
    pub fn smallest_halo(&self, scale: &Scale) -> f64 {
        let rim = if self.min_mesh_angle > 25.0 { 4.0 } else { 2.0 };
        self.zone_width(scale) + rim * scale.lattice
    }

    /// How far around a tile the inputs are that its fingerprint covers, in metres.
    pub fn tile_reach(&self, scale: &Scale) -> f64 {
        self.smallest_halo(scale) + scale.field_reach + scale.lattice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_store_does_not_say_is_the_default() {
        let read: Parameters = serde_json::from_str(r#"{"max_mesh_size": 8.0}"#).unwrap();
        assert_eq!(read, Parameters { max_mesh_size: 8.0, ..Parameters::default() });
    }

    /// The help of the command line and the C header say these figures.
    #[test]
    fn the_largest_triangles_at_walls_are_64_metres_up_to_40_on_the_ground_and_fewer_beyond() {
        let largest = |max_mesh_size: f64| {
            let fits = |&size: &f64| {
                let parameters =
                    Parameters { max_mesh_size, building_mesh_triangle_size: size, ..Parameters::default() };
                parameters.scale().is_ok()
            };
            (1..=256).rev().map(|n| 0.25 * f64::from(n)).find(fits)
        };
        let found = [0.5, 10.0, 40.0, 40.25, 40.5, 41.0, 41.5].map(largest);
        assert_eq!(found, [64.0, 64.0, 64.0, 64.0, 39.75, 38.75, 37.75].map(Some));
    }

    #[test]
    fn defaults_are_accepted_and_what_is_out_of_range_is_named() {
        let defaults = Parameters::default();
        let scale = defaults.scale().unwrap();
        assert_eq!((defaults.zone_width(&scale), defaults.smallest_halo(&scale)), (30.0, 50.0));
        let large = Parameters { max_mesh_size: 50.0, ..Parameters::default() };
        assert!(large.scale().unwrap_err().to_string().contains("max_mesh_size is 50; accepted: 0.5 to 41.5 m"));
        assert!(Parameters { max_mesh_size: 41.6, ..Parameters::default() }.scale().is_ok());
        let smooth = Parameters { max_mesh_size: 12.0, smoothing: 5, ..Parameters::default() };
        assert!(smooth.scale().unwrap_err().to_string().contains("0.5 to 11.5 m with 5 rounds"));
        let small = Parameters { max_mesh_size: 0.1, ..Parameters::default() };
        assert!(small.scale().unwrap_err().to_string().contains("max_mesh_size is 0.1; accepted: 0.5 to 41.5 m"));
        let walls = Parameters { max_mesh_size: 41.0, building_mesh_triangle_size: 64.0, ..Parameters::default() };
        let refused = walls.scale().unwrap_err().to_string();
        assert!(
            refused.contains("building_mesh_triangle_size is 64; accepted: 0.25 to 38.75 m with a max_mesh_size of 41"),
            "{refused}"
        );
        assert!(Parameters { building_mesh_triangle_size: 38.75, ..walls.clone() }.scale().is_ok());
        assert!(Parameters { building_mesh_triangle_size: 39.0, ..walls }.scale().is_err());
        let wrong = Parameters { merge_tolerance: f64::NAN, ..Parameters::default() };
        assert!(wrong.scale().unwrap_err().to_string().contains("merge_tolerance"));
    }
}
