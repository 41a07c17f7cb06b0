//! Walls between regions of different height.

use std::cmp::Ordering;

use super::SurfaceInput;
use super::heights::Levels;
use crate::city::plane::geometry::before;
use crate::city::plane::mesher::triangulation::Triangulation;
use crate::city::plane::planar::Region;

/// A wall over one piece of an edge.
pub(super) struct Wall {
    /// The building that the wall belongs to.
    pub building: u32,
    /// The triangles, as levels of the two vertices, facing outward.
    pub triangles: Vec<[u32; 3]>,
    /// Whether the wall's top is below its bottom at an end.
    pub upside_down: bool,
}

/// Returns the wall over a half-edge that is a piece, seen from the higher side. `None` where there is no wall: between
/// the ground and the outside, between equal heights, or for a half-edge whose twin makes the wall.
///
/// The part on the left stands above the region on the right: the ground, a hole, the outside of the meshed area, or a
/// lower part of the same building or of another. Each of the wall's two columns has all levels of its vertex between
/// bottom and top, so walls that meet there share their edges.
pub(super) fn wall<G>(
    mesh: &Triangulation,
    levels: &Levels,
    half_edge: u32,
    [left, right]: [Region; 2],
    input: &SurfaceInput<'_, G>,
) -> Option<Wall> {
    let part = left.as_part()?;
    if input.is_open(part) {
        return None;
    }
    let part = &input.parts[part as usize];
    if let Some(other) = right.as_part().filter(|&other| !input.is_open(other))
        && part.top() <= input.parts[other as usize].top()
    {
        return None;
    }
    let ends = [mesh.start[half_edge as usize], mesh.end(half_edge)];
    let [from, to] = ends.map(|v| Column::between(levels.at(v, right, input), levels.at(v, left, input)));
    let from_first = before(mesh.points[ends[0] as usize], mesh.points[ends[1] as usize]);
    Some(Wall {
        building: part.building,
        triangles: ladder(&from.levels, &to.levels, levels, from_first),
        upside_down: from.is_upside_down || to.is_upside_down,
    })
}

/// The levels of a vertex that a wall has there, from its bottom to its top.
struct Column {
    levels: Vec<u32>,
    /// Whether the top is below the bottom.
    is_upside_down: bool,
}

impl Column {
    fn between(bottom: u32, top: u32) -> Column {
        let is_upside_down = top < bottom;
        let levels = if is_upside_down { (top..=bottom).rev().collect() } else { (bottom..=top).collect() };
        Column { levels, is_upside_down }
    }
}

/// Triangulates the strip between two columns of levels, bottom to top, counter-clockwise as seen from outside, with
/// `from` on the left. Of the two next rungs the shorter comes first: a step between near levels then faces a level of
/// the other column that is near, too, not one far below. Of equally long ones it is the one with the lower climb, and
/// then the climb of the lexicographically smaller column.
fn ladder(from: &[u32], to: &[u32], levels: &Levels, from_first: bool) -> Vec<[u32; 3]> {
    let mut triangles = Vec::with_capacity(from.len() + to.len() - 2);
    let (mut i, mut j) = (0, 0);
    while i + 1 < from.len() || j + 1 < to.len() {
        let climb_from = match (from.get(i + 1), to.get(j + 1)) {
            (Some(_), None) => true,
            (None, _) => false,
            (Some(&a), Some(&b)) => {
                let (a, b) = (levels.height(a), levels.height(b));
                let rungs = [(a - levels.height(to[j])).abs(), (b - levels.height(from[i])).abs()];
                match rungs[0].total_cmp(&rungs[1]).then(a.total_cmp(&b)) {
                    Ordering::Equal => from_first,
                    order => order.is_lt(),
                }
            }
        };
        if climb_from {
            triangles.push([from[i], to[j], from[i + 1]]);
            i += 1;
        } else {
            triangles.push([from[i], to[j], to[j + 1]]);
            j += 1;
        }
    }
    triangles
}
