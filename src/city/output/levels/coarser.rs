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
const LOW: f64 = 15.0;
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
    let scale = f64::from(1_u32 << (level - 1));
    let limits = Limits { distance: LIMIT * scale, seam_weight: if level > 1 { SEAM_WEIGHT } else { 1.0 } };
    let mut welder = Welder::with_capacity(children.iter().map(|mesh| mesh.faces.len()).sum());
    let (mut before, mut lowered) = (Vec::new(), 0.0);
    for mut child in children {
        if level == 1 {
            // Most triangles are those of leaves. Each of them by itself, up to its border, stays in a processor's
            // cache; what is left along the borders between them is little: two thirds of the time of all at once.
            let stay = fixed_on_ground(&mut child, buildings);
            add_samples(&child, buildings, &mut before);
            simplify(&mut child, &stay, &limits, || context.check())?;
        }
        welder.add(&child);
    }
    let mut mesh = welder.finish();
    let mut stay = fixed_on_ground(&mut mesh, buildings);
    if level > 1 {
        context.check()?;
        (mesh, lowered) = lower(mesh, &stay, buildings, LOW * scale / 2.0);
        // Where triangles on both sides are gone, others may be in the way.
        stay = fixed(&mesh);
        add_samples(&mesh, buildings, &mut before);
    }
    context.check()?;
    simplify(&mut mesh, &stay, &limits, || context.check())?;
    context.check()?;
    let moved = farthest(&before, &mesh, 2.0 * limits.distance);
    // A coarser level is no more exact, even where it is the same.
    let moved = distance.moved + moved.max(1.0 / STEPS);
    Ok((mesh, Distance { moved, lowered: distance.lowered.max(lowered) }))
}

/// Adds the points of a mesh whose distance from the coarser one is measured: its vertices, and on walls the middles of
/// edges, since a wall may come off its surface in between where foot and top have other vertices.
fn add_samples(mesh: &GridMesh, buildings: u32, samples: &mut Vec<[i32; 3]>) {
    samples.extend_from_slice(&mesh.vertices);
    for (face, &marker) in mesh.faces.iter().zip(&mesh.markers) {
        if Part::of(marker, buildings) == Part::Wall {
            let [a, b, c] = *face;
            // Each edge once: its other triangle has it the other way round.
            for (from, to) in [(a, b), (b, c), (c, a)].into_iter().filter(|(from, to)| from < to) {
                let [from, to] = [from, to].map(|v| mesh.vertices[v as usize]);
                samples.push([0, 1, 2].map(|d| from[d] + (to[d] - from[d]) / 2));
            }
        }
    }
}

/// Takes ground beside buildings for ground, and returns which vertices must stay.
fn fixed_on_ground(mesh: &mut GridMesh, buildings: u32) -> Vec<bool> {
    for marker in &mut mesh.markers {
        if Part::of(*marker, buildings) == Part::GroundNextToBuilding {
            *marker = GROUND;
        }
    }
    fixed(mesh)
}
