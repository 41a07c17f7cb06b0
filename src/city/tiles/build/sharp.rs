//! Sharp corners that are left: what the smallest angles of the mesh come from.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::plane::MadePlane;
use crate::Result;
use crate::city::plane::domain::GRID;
use crate::city::tiles::store::BuildingsFile;
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
    /// Creates those of a plane, of which none are sharp where no angle is `asked` for. `buildings` has the buildings
    /// of a city with this origin.
    ///
    /// # Errors
    /// Those of reading files.
    pub(super) fn of(
        plane: &MadePlane,
        buildings: &BuildingsFile,
        origin: [i64; 2],
        asked: f64,
    ) -> Result<SharpCorners> {
        let sharpest = plane.sharpest.as_ref().map(|(corner, beside)| {
            let parts = beside.iter().filter_map(|region| region.as_part());
            let mut numbers = parts.map(|part| plane.files.building_of(part)).collect::<Result<Vec<u32>>>()?;
            numbers.sort_unstable();
            numbers.dedup();
            Ok(SharpCorner {
                degrees: corner.degrees,
                at: [0, 1].map(|k| origin[k] as f64 + f64::from(corner.at[k]) * GRID),
                is_in_building: corner.between.as_part().is_some(),
                footprints: buildings.records(&numbers)?.into_iter().flat_map(|record| record.members).collect(),
            })
        });
        Ok(SharpCorners { asked, corners: plane.corners, sharpest: sharpest.transpose()? })
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
