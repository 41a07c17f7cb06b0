//! A tile of a coarser level, made of its four children alone.
//!
//! Its border is that of the children: the same edges, bit for bit. So tiles of any levels fit each other.

use super::borders::fixed;
use super::lower::lower;
use super::measure::farthest;
use super::mesh::{GROUND, GridMesh, STEPS, Welder};
use super::simplify::{Limits, simplify};
use crate::Result;
use crate::io::surface::Part;
use crate::job::Context;

/// The largest mean distance of a moved vertex from the planes around it on level 1, in metres. It doubles with each
/// level.
const LIMIT: f64 = 0.25;
/// The height of the buildings that are lowered on level 2, in metres; on level 1 none is. It doubles with each level.
const LOW: f64 = 8.0;
/// How much the outlines of roofs weigh from level 2 on, where they are colours on the ground: they may be four times
/// as far off as the ground, which is two to four pixels where readers show these levels.
const SEAM_WEIGHT: f64 = 1.0 / 16.0;

/// How far a surface is from that of the leaves, in metres, at most.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Distance {
    /// By vertices that were moved; what each level adds.
    pub moved: f64,
    /// By buildings that were lowered; a building is lowered once.
    pub lowered: f64,
}

impl Distance {
    /// Returns the larger of two distances.
    pub fn max(self, other: Distance) -> Distance {
        Distance { moved: self.moved.max(other.moved), lowered: self.lowered.max(other.lowered) }
    }

    /// Returns the distance in all.
    pub fn total(self) -> f64 {
        self.moved + self.lowered
    }
}

/// Makes the mesh of a tile from those of its children, of which the largest distance is given.
///
/// # Errors
/// [`Error::Cancelled`](crate::Error::Cancelled).
pub fn make(
    level: u8,
    children: Vec<GridMesh>,
    distance: Distance,
    buildings: u32,
    context: &Context,
) -> Result<(GridMesh, Distance)> {
    let mut welder = Welder::with_capacity(children.iter().map(|mesh| mesh.faces.len()).sum());
    children.into_iter().for_each(|mesh| welder.add(&mesh));
    let mut mesh = welder.finish();
    for marker in &mut mesh.markers {
        if Part::of(*marker, buildings) == Part::GroundNextToBuilding {
            *marker = GROUND;
        }
    }
    let scale = f64::from(1_u32 << (level - 1));
    let mut lowered = 0.0;
    let mut stay = fixed(&mesh);
    if level > 1 {
        context.check()?;
        (mesh, lowered) = lower(mesh, &stay, buildings, LOW * scale / 2.0);
        // Where triangles on both sides are gone, others may be in the way.
        stay = fixed(&mesh);
    }
    context.check()?;
    let limits = Limits { distance: LIMIT * scale, seam_weight: if level > 1 { SEAM_WEIGHT } else { 1.0 } };
    let before = mesh.vertices.clone();
    simplify(&mut mesh, &stay, &limits, || context.check())?;
    context.check()?;
    let moved = farthest(&before, &mesh, 2.0 * limits.distance);
    // A coarser level is no more exact, even where it is the same.
    let moved = distance.moved + moved.max(1.0 / STEPS);
    Ok((mesh, Distance { moved, lowered: distance.lowered.max(lowered) }))
}
