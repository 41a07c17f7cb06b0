//! The parameters of a city mesh, under the names and with the defaults that are usual in the field.
//!
//! ```
//! use groma::city::parameters::Parameters;
//!
//! let parameters = Parameters { max_mesh_size: 20.0, ..Parameters::default() };
//! parameters.check()?;
//! assert_eq!(Parameters::MAX_MESH_SIZE.range(), "0.5 to 41.5 m");
//! # Ok::<(), groma::Error>(())
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::city::input::Limit;
use crate::city::input::footprint::Lod;
use crate::city::input::outside::OutsideData;
use crate::city::plane::mesher::scale::Scale;
use crate::{Error, Result};

/// The parameters of the mesh.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The level of detail of buildings that have none of their own.
    pub lod: Lod,
    /// The smallest detail of an outline, in metres: where possible no edge is shorter, and no notch or neck narrower.
    /// Courtyards smaller than 16 times its square are closed. Where buildings stay apart, walls nearer than half of it
    /// become one.
    pub min_building_detail: f64,
    /// Footprints smaller than this are left out, in square metres.
    pub min_building_area: f64,
    /// Whether to merge buildings that touch or nearly do into one.
    pub merge_buildings: bool,
    /// Buildings nearer to each other than this are merged, in metres. Wider gaps between them stay, whatever the
    /// detail.
    pub merge_tolerance: f64,
    /// Roofs of merged buildings become one when they differ by less than this, in metres; where they differ by more,
    /// the building is divided into parts, and where footprints overlap the higher one stands. With
    /// [`Parameters::MERGE_HEIGHT_TOLERANCE`]'s largest value each merged building has one roof, the mean of its
    /// footprints' weighted by their areas.
    #[serde(default = "default_height_tolerance")]
    pub merge_height_tolerance: f64,
    /// The largest length of pieces of walls, and the spacing of points on roofs, in metres: up to 64, or up to 37.75
    /// where `max_mesh_size` is above 40.
    pub building_mesh_triangle_size: f64,
    /// The spacing of points on open ground, in metres.
    pub max_mesh_size: f64,
    /// The smallest angle of triangles in the plane, in degrees, where possible. A corner of an outline that is sharper
    /// is cut off, or filled, where it is as wide as `min_building_detail`.
    pub min_mesh_angle: f64,
    /// The number of rounds of smoothing of the ground.
    pub smoothing: u32,
    /// Whether to leave the footprints of LOD0 buildings open instead of covering them with a platform.
    pub treat_lod0_as_holes: bool,
    /// The largest distance from a place without terrain data to the data used for it, in metres.
    pub max_fill_distance: f64,
    /// What is done with places that are farther from data than that.
    #[serde(default, skip_serializing_if = "OutsideData::is_default")]
    pub outside_data: OutsideData,
    /// The height of the ground beside buildings.
    #[serde(default, skip_serializing_if = "GroundBesideBuildings::is_default")]
    pub ground_beside_buildings: GroundBesideBuildings,
    /// Whether roofs under the highest ground along their outline are raised to [`Parameters::CLEAR_OF_GROUND`] above
    /// it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub raise_covered_roofs: bool,
}

/// The height of the ground beside buildings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroundBesideBuildings {
    /// The terrain's, like everywhere: walls go down to it.
    #[default]
    Terrain,
    /// The lowest height of the triangles around each vertex, as in DTCC. On slopes this digs a trench around a
    /// building.
    Lowest,
}

impl GroundBesideBuildings {
    /// All choices.
    pub const ALL: [GroundBesideBuildings; 2] = [GroundBesideBuildings::Terrain, GroundBesideBuildings::Lowest];

    /// Returns the name of the choice.
    pub fn name(self) -> &'static str {
        match self {
            GroundBesideBuildings::Terrain => "terrain",
            GroundBesideBuildings::Lowest => "lowest",
        }
    }

    fn is_default(&self) -> bool {
        *self == GroundBesideBuildings::default()
    }
}

impl fmt::Display for GroundBesideBuildings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for GroundBesideBuildings {
    type Err = Error;

    fn from_str(text: &str) -> Result<GroundBesideBuildings> {
        let found = GroundBesideBuildings::ALL.into_iter().find(|choice| choice.name() == text);
        found.ok_or_else(|| Error::invalid("ground_beside_buildings", text, "terrain or lowest"))
    }
}

fn default_height_tolerance() -> f64 {
    Parameters::MERGE_HEIGHT_TOLERANCE.default
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Default for Parameters {
    fn default() -> Parameters {
        Parameters::DEFAULT
    }
}

impl Parameters {
    /// The range of `min_building_detail`.
    pub const MIN_BUILDING_DETAIL: Limit = Limit::new("min_building_detail", 0.0, 10.0, "m", 0.5);
    /// The range of `min_building_area`.
    pub const MIN_BUILDING_AREA: Limit = Limit::new("min_building_area", 0.0, 1e9, "square metres", 15.0);
    /// The range of `merge_tolerance`.
    pub const MERGE_TOLERANCE: Limit = Limit::new("merge_tolerance", 0.0, 10.0, "m", 0.5);
    /// The range of `merge_height_tolerance`. No two roofs on Earth differ by more than its largest value.
    pub const MERGE_HEIGHT_TOLERANCE: Limit = Limit::new("merge_height_tolerance", 0.0, 10_000.0, "m", 0.5);
    /// The range of `building_mesh_triangle_size`; see [`Parameters::building_mesh_triangle_size_limit`].
    pub const BUILDING_MESH_TRIANGLE_SIZE: Limit = Limit::new("building_mesh_triangle_size", 0.25, 64.0, "m", 5.0);
    /// The range of `max_mesh_size`; see [`Parameters::max_mesh_size_limit`].
    pub const MAX_MESH_SIZE: Limit = Limit::new("max_mesh_size", 0.5, 41.5, "m", 10.0);
    /// The range of `min_mesh_angle`. Above it, refinement is not known to terminate, and would reach too far for
    /// tiles.
    pub const MIN_MESH_ANGLE: Limit = Limit::new("min_mesh_angle", 0.0, 30.0, "degrees", 25.0);
    /// The range of `smoothing`.
    pub const SMOOTHING: Limit = Limit::new("smoothing", 0.0, 5.0, "rounds", 0.0);
    /// The range of `max_fill_distance`.
    pub const MAX_FILL_DISTANCE: Limit = Limit::new("max_fill_distance", 0.0, 1e6, "m", 10.0);

    /// How far above the highest ground along its outline a roof is raised that the ground covers, in metres.
    pub const CLEAR_OF_GROUND: f64 = 0.5;

    /// The default parameters.
    pub const DEFAULT: Parameters = Parameters {
        lod: Lod::Lod1,
        min_building_detail: Self::MIN_BUILDING_DETAIL.default,
        min_building_area: Self::MIN_BUILDING_AREA.default,
        merge_buildings: true,
        merge_tolerance: Self::MERGE_TOLERANCE.default,
        merge_height_tolerance: Self::MERGE_HEIGHT_TOLERANCE.default,
        building_mesh_triangle_size: Self::BUILDING_MESH_TRIANGLE_SIZE.default,
        max_mesh_size: Self::MAX_MESH_SIZE.default,
        min_mesh_angle: Self::MIN_MESH_ANGLE.default,
        smoothing: Self::SMOOTHING.default as u32,
        treat_lod0_as_holes: false,
        max_fill_distance: Self::MAX_FILL_DISTANCE.default,
        outside_data: OutsideData::Skip,
        ground_beside_buildings: GroundBesideBuildings::Terrain,
        raise_covered_roofs: false,
    };

    /// Returns the range of `max_mesh_size` with these rounds of smoothing: the surroundings that a tile depends on
    /// must fit into its neighbour.
    pub fn max_mesh_size_limit(&self) -> Limit {
        let most = match self.smoothing {
            0 => Self::MAX_MESH_SIZE.most,
            1 => 27.5,
            2 => 20.5,
            3 => 16.5,
            4 => 13.5,
            _ => 11.5,
        };
        Limit { most, ..Self::MAX_MESH_SIZE }
    }

    /// Returns the range of `building_mesh_triangle_size` with this `max_mesh_size`: the surroundings that a tile
    /// depends on must fit into its neighbour.
    pub fn building_mesh_triangle_size_limit(&self) -> Limit {
        let most = if self.max_mesh_size > 40.0 { 37.75 } else { Self::BUILDING_MESH_TRIANGLE_SIZE.most };
        Limit { most, ..Self::BUILDING_MESH_TRIANGLE_SIZE }
    }

    /// Returns the limits of all parameters that have one, with the parameters' values.
    pub fn limits(&self) -> [(Limit, f64); 9] {
        [
            (Self::MIN_BUILDING_DETAIL, self.min_building_detail),
            (Self::MIN_BUILDING_AREA, self.min_building_area),
            (Self::MERGE_TOLERANCE, self.merge_tolerance),
            (Self::MERGE_HEIGHT_TOLERANCE, self.merge_height_tolerance),
            (Self::BUILDING_MESH_TRIANGLE_SIZE, self.building_mesh_triangle_size),
            (Self::MAX_MESH_SIZE, self.max_mesh_size),
            (Self::MIN_MESH_ANGLE, self.min_mesh_angle),
            (Self::SMOOTHING, f64::from(self.smoothing)),
            (Self::MAX_FILL_DISTANCE, self.max_fill_distance),
        ]
    }

    /// Checks each parameter, and the combinations that limit each other.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming the parameter that is out of its range.
    pub fn check(&self) -> Result<()> {
        self.limits().iter().try_for_each(|(limit, value)| limit.check(*value))?;
        let (ground, building) = (self.max_mesh_size_limit(), self.building_mesh_triangle_size_limit());
        let beyond = |limit: Limit, value: f64, why: String| match limit.check(value) {
            Err(Error::InvalidArgument { name, seen, accepted }) => {
                Err(Error::InvalidArgument { name, seen, accepted: accepted + &why })
            }
            other => other,
        };
        beyond(ground, self.max_mesh_size, format!(" with {} rounds of smoothing", self.smoothing))?;
        let why = format!(" with a max_mesh_size of {} m", self.max_mesh_size);
        beyond(building, self.building_mesh_triangle_size, why)
    }

    /// Returns the largest distance from data at which a height is taken from them, in metres.
    pub fn fill_distance(&self) -> f64 {
        match self.outside_data {
            OutsideData::Fill => f64::INFINITY,
            OutsideData::Skip | OutsideData::Fail => self.max_fill_distance,
        }
    }

    /// Returns the lengths and angles of the mesher. The parameters must have been checked.
    pub fn scale(&self) -> Scale {
        Scale::new(self.max_mesh_size, self.building_mesh_triangle_size, self.min_mesh_angle)
    }

    /// Returns the depth of the zones in which neighbouring tiles are compared, in metres: the farther of the reach of
    /// a round of refinement and the reach of the heights of a triangle's vertices.
    pub fn zone_width(&self, scale: &Scale) -> f64 {
        scale.reach.max(1.5 * scale.lattice * f64::from(2 + self.smoothing))
    }

    /// Returns the smallest width of the halo around a tile that is triangulated with it, in metres. Near the rim the
    /// triangles differ from those of the whole, and each round of refinement carries the difference inward. Larger
    /// smallest angles take more rounds.
    pub fn smallest_halo(&self, scale: &Scale) -> f64 {
        let rim = if self.min_mesh_angle > 25.0 { 4.0 } else { 2.0 };
        self.zone_width(scale) + rim * scale.lattice
    }

    /// Returns how far around a tile its fingerprint covers the inputs, in metres.
    pub fn tile_reach(&self, scale: &Scale) -> f64 {
        self.smallest_halo(scale) + scale.field_reach + scale.lattice
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::plane::cells::CELL;

    /// The help of the command line and the C header state these limits.
    #[test]
    fn the_largest_sizes_are_those_that_are_stated_and_zones_fit_into_a_neighbour() {
        for smoothing in 0..=5 {
            let with = |max_mesh_size: f64, building_mesh_triangle_size: f64| Parameters {
                smoothing,
                max_mesh_size,
                building_mesh_triangle_size,
                ..Parameters::default()
            };
            let most = with(10.0, 5.0).max_mesh_size_limit().most;
            assert!(with(most, 5.0).check().is_ok() && with(most + 0.01, 5.0).check().is_err(), "{smoothing}");
            for size in [most, 40.0, 40.01, 40.3, 40.33].into_iter().filter(|&size| size <= most) {
                let largest = with(size, 5.0).building_mesh_triangle_size_limit().most;
                assert_eq!(largest, if size > 40.0 { 37.75 } else { 64.0 });
                let parameters = with(size, largest);
                parameters.check().unwrap();
                assert!(parameters.zone_width(&parameters.scale()) <= 0.5 * CELL, "{parameters:?}");
                assert!(with(size, largest + 0.01).check().is_err());
            }
        }
    }

    #[test]
    fn defaults_are_accepted_and_what_is_out_of_range_is_named() {
        let defaults = Parameters::default();
        defaults.check().unwrap();
        let scale = defaults.scale();
        assert_eq!((defaults.zone_width(&scale), defaults.smallest_halo(&scale)), (30.0, 50.0));
        let large = Parameters { max_mesh_size: 50.0, ..Parameters::default() };
        assert!(large.check().unwrap_err().to_string().contains("max_mesh_size is 50; accepted: 0.5 to 41.5 m"));
        assert!(Parameters { max_mesh_size: 41.5, ..Parameters::default() }.check().is_ok());
        let smooth = Parameters { max_mesh_size: 12.0, smoothing: 5, ..Parameters::default() };
        assert!(smooth.check().unwrap_err().to_string().contains("0.5 to 11.5 m with 5 rounds"));
        let small = Parameters { max_mesh_size: 0.1, ..Parameters::default() };
        assert!(small.check().unwrap_err().to_string().contains("max_mesh_size is 0.1; accepted: 0.5 to 41.5 m"));
        let walls = Parameters { max_mesh_size: 41.0, building_mesh_triangle_size: 64.0, ..Parameters::default() };
        let refused = walls.check().unwrap_err().to_string();
        assert!(
            refused.contains("building_mesh_triangle_size is 64; accepted: 0.25 to 37.75 m with a max_mesh_size of 41"),
            "{refused}"
        );
        assert!(Parameters { building_mesh_triangle_size: 37.75, ..walls.clone() }.check().is_ok());
        assert!(Parameters { building_mesh_triangle_size: 37.76, ..walls }.check().is_err());
        let wrong = Parameters { merge_tolerance: f64::NAN, ..Parameters::default() };
        assert!(wrong.check().unwrap_err().to_string().contains("merge_tolerance"));
    }
}
