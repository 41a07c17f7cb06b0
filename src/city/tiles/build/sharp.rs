//! Sharp corners that are left: what the smallest angles of the mesh come from.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::city::plane::corners::{Corner, sharp_corners};
use crate::city::plane::domain::GRID;
use crate::city::plane::geometry::cos_degrees;
use crate::city::plane::planar::{Planar, Region};
use crate::city::tiles::surface::Part;
use crate::human::{count, first_of};

/// The corners of the cleaned outlines that are sharper than the smallest angle asked for. Nothing can be done about
/// the angles of triangles in them; other triangles have the angle asked for, with rare exceptions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SharpCorners {
    /// The smallest angle asked for, in degrees.
    pub asked: f64,
    /// The number of these corners.
    pub corners: u64,
    /// The sharpest of them.
    pub sharpest: Option<SharpCorner>,
}

/// A sharp corner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharpCorner {
    /// Its angle.
    pub degrees: f64,
    /// Its place in the coordinates of the source, in metres.
    pub at: [f64; 2],
    /// Whether a building lies in it, and not the ground.
    pub is_in_building: bool,
    /// The footprints of the buildings beside it; none in a corner of the border of what is meshed.
    pub footprints: Vec<String>,
}

impl SharpCorners {
    /// Finds the corners sharper than an angle in degrees; none where no angle is asked for. `members` are the names of
    /// the footprints that each building is made of, and `parts` the parts of all buildings.
    pub(super) fn new(planar: &Planar, asked: f64, parts: &[Part], members: &[Vec<String>]) -> SharpCorners {
        let mut found = SharpCorners { asked, ..SharpCorners::default() };
        let mut sharpest: Option<Corner> = None;
        if asked > 0.0 {
            sharp_corners(planar, cos_degrees(asked), |corner| {
                found.corners += 1;
                if sharpest.is_none_or(|other| corner.degrees < other.degrees) {
                    sharpest = Some(corner);
                }
            });
        }
        found.sharpest = sharpest.map(|corner| {
            let origin = planar.domain().origin;
            let edges = corner.edges.map(|edge| &planar.edges()[edge as usize]);
            let beside = edges.iter().flat_map(|edge| [edge.left, edge.right]).filter_map(Region::as_part);
            let mut buildings: Vec<u32> = beside.map(|part| parts[part as usize].building).collect();
            buildings.sort_unstable();
            buildings.dedup();
            SharpCorner {
                degrees: corner.degrees,
                at: [0, 1].map(|k| origin[k] as f64 + f64::from(corner.at[k]) * GRID),
                is_in_building: corner.between.as_part().is_some(),
                footprints: buildings.iter().flat_map(|&building| members[building as usize].clone()).collect(),
            }
        });
        found
    }
}

impl fmt::Display for SharpCorners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(SharpCorner { degrees, at: [x, y], is_in_building, footprints }) = &self.sharpest else {
            return write!(f, "none under {} degrees", self.asked);
        };
        let of = match (is_in_building, footprints.is_empty()) {
            (_, true) => "on the border".to_string(),
            (true, _) => format!("of {}", first_of(footprints, footprints.len() as u64)),
            (false, _) => format!("beside {}", first_of(footprints, footprints.len() as u64)),
        };
        let corners = count(self.corners);
        let asked = self.asked;
        write!(f, "{corners} of outlines under {asked} degrees, the sharpest {degrees:.2} at {x:.3}, {y:.3}, {of}")
    }
}
