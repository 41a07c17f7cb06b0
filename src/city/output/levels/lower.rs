//! Low buildings, lowered into the ground: seen from far away they are patches of roof on it.
//!
//! A building costs about twenty triangles that no simplification can take away without moving its walls. So the roofs
//! of those that are too low to be seen come down: each of their vertices to the lowest vertex of its column. Walls
//! become triangles that are none. The mesh stays closed, for all triangles around a vertex move with it.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::mesh::{GridHasher, GridMesh, STEPS, Welder};
use crate::io::surface::Part;

/// A building in the mesh.
#[derive(Clone, Copy)]
struct Building {
    /// The highest vertex of its roof, and the lowest vertex of the columns below it.
    top: i32,
    bottom: i32,
    /// The number of its roof's vertices that have others below them, and the sum of the lowest of these.
    standing: i64,
    sum: i64,
    /// Whether a vertex of its roof must stay.
    is_fixed: bool,
    is_lowered: bool,
}

/// Lowers the buildings of at most `most` metres without a fixed vertex, in a city of `buildings`. Returns the mesh and
/// the height of the highest of them, in metres.
pub fn lower(mut mesh: GridMesh, fixed: &[bool], buildings: u32, most: f64) -> (GridMesh, f64) {
    let numbers = mesh.buildings(buildings);
    let place = |marker: i32| match Part::of(marker, buildings) {
        Part::Roof => numbers.binary_search(&(marker as u32 - buildings)).ok(),
        _ => None,
    };
    let lowest = lowest_of_columns(&mesh);
    // The roofs that a vertex is of: pairs of vertex and building.
    let mut roofs: Vec<(u32, u32)> = Vec::new();
    for (face, &marker) in mesh.faces.iter().zip(&mesh.markers) {
        if let Some(building) = place(marker) {
            roofs.extend(face.iter().map(|&v| (v, building as u32)));
        }
    }
    roofs.sort_unstable();
    roofs.dedup();
    let none = Building { top: i32::MIN, bottom: i32::MAX, standing: 0, sum: 0, is_fixed: false, is_lowered: false };
    let mut all = vec![none; numbers.len()];
    for &(v, building) in &roofs {
        let (z, below, building) = (mesh.vertices[v as usize][2], lowest[v as usize], &mut all[building as usize]);
        building.top = building.top.max(z);
        building.bottom = building.bottom.min(below);
        building.is_fixed |= fixed[v as usize];
        if below < z {
            building.standing += 1;
            building.sum += i64::from(below);
        }
    }
    let mut highest = 0;
    for building in all.iter_mut().filter(|building| building.top > i32::MIN) {
        let height = building.top - building.bottom;
        building.is_lowered = !building.is_fixed && f64::from(height) <= most * STEPS;
        if building.is_lowered {
            highest = highest.max(height);
        }
    }
    for of_vertex in roofs.chunk_by(|a, b| a.0 == b.0) {
        let v = of_vertex[0].0 as usize;
        if of_vertex.iter().all(|&(_, building)| all[building as usize].is_lowered) {
            let building = &all[of_vertex[0].1 as usize];
            // A vertex in the middle of a roof has nothing below it.
            let height = &mut mesh.vertices[v][2];
            *height = if lowest[v] < *height { lowest[v] } else { building.mean() as i32 };
        }
    }
    (welded(mesh, buildings), f64::from(highest) / STEPS)
}

impl Building {
    /// Returns the mean height of the ground along the walls.
    fn mean(&self) -> i64 {
        if self.standing > 0 { self.sum.div_euclid(self.standing) } else { self.bottom.into() }
    }
}

/// Returns for each vertex the height of the lowest vertex straight above or below it.
fn lowest_of_columns(mesh: &GridMesh) -> Vec<i32> {
    let mut order: Vec<u32> = (0..mesh.vertices.len() as u32).collect();
    order.sort_unstable_by_key(|&v| mesh.vertices[v as usize]);
    let mut lowest = vec![0; mesh.vertices.len()];
    let place = |v: u32| [mesh.vertices[v as usize][0], mesh.vertices[v as usize][1]];
    for column in order.chunk_by(|&a, &b| place(a) == place(b)) {
        let bottom = mesh.vertices[column[0] as usize][2];
        column.iter().for_each(|&v| lowest[v as usize] = bottom);
    }
    lowest
}

/// Returns the mesh with one vertex at each position. Where triangles cover each other from both sides, as those of
/// walls do that have come to lie in a plane, as many of one side are left out as of the other, those of walls first.
fn welded(mesh: GridMesh, buildings: u32) -> GridMesh {
    let mut welder = Welder::with_capacity(mesh.faces.len());
    welder.add(&mesh);
    drop(mesh);
    let mut mesh = welder.finish();
    // The corners, and the side from which they come in this order.
    let sided = |[a, b, c]: [u32; 3]| {
        let [a, b, c] = match a.min(b).min(c) {
            least if least == a => [a, b, c],
            least if least == b => [b, c, a],
            _ => [c, a, b],
        };
        if b < c { ([a, b, c], 0) } else { ([a, c, b], 1) }
    };
    let mut sides: HashMap<[u32; 3], [u32; 2], BuildHasherDefault<GridHasher>> = HashMap::default();
    sides.reserve(mesh.faces.len());
    for &face in &mesh.faces {
        let (corners, side) = sided(face);
        sides.entry(corners).or_default()[side] += 1;
    }
    sides.retain(|_, [one, other]| *one > 0 && *other > 0);
    sides.values_mut().for_each(|[one, other]| (*one, *other) = (*one.min(other), *one.min(other)));
    let mut kept = vec![true; mesh.faces.len()];
    for of_walls in [true, false] {
        for (kept, (&face, &marker)) in kept.iter_mut().zip(mesh.faces.iter().zip(&mesh.markers)) {
            let (corners, side) = sided(face);
            if *kept
                && (Part::of(marker, buildings) == Part::Wall) == of_walls
                && let Some(left) = sides.get_mut(&corners).map(|sides| &mut sides[side]).filter(|left| **left > 0)
            {
                *left -= 1;
                *kept = false;
            }
        }
    }
    let mut keep = kept.iter();
    mesh.faces.retain(|_| *keep.next().expect("one for each"));
    let mut keep = kept.iter();
    mesh.markers.retain(|_| *keep.next().expect("one for each"));
    mesh
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::output::levels::borders::fixed;

    /// The steps in a metre.
    const M: i32 = STEPS as i32;

    /// A box of `height` steps on a square of ground whose border is farther away.
    fn house(height: i32) -> GridMesh {
        let at = |x: i32, y: i32, z: i32| [x, y, z];
        let vertices = vec![
            at(-10 * M, -10 * M, 0),
            at(20 * M, -10 * M, 0),
            at(20 * M, 20 * M, 0),
            at(-10 * M, 20 * M, 0),
            at(0, 0, 0),
            at(10 * M, 0, M),
            at(10 * M, 10 * M, 0),
            at(0, 10 * M, 0),
            at(0, 0, height),
            at(10 * M, 0, height),
            at(10 * M, 10 * M, height),
            at(0, 10 * M, height),
            at(5 * M, 5 * M, height),
        ];
        let (mut faces, mut markers) = (Vec::new(), Vec::new());
        for n in 0..4 {
            let next = (n + 1) % 4;
            faces.extend([[n, next, next + 4], [n, next + 4, n + 4]]);
            faces.extend([[n + 4, next + 4, next + 8], [n + 4, next + 8, n + 8]]);
            faces.push([n + 8, next + 8, 12]);
            markers.extend([-2, -1, 0, 0, 1]);
        }
        GridMesh { vertices, faces, markers }
    }

    #[test]
    fn a_low_building_becomes_a_patch_on_the_ground() {
        let mesh = house(5 * M);
        let stay = fixed(&mesh);
        let (same, height) = lower(mesh.clone(), &stay, 1, 4.9);
        assert_eq!((same.faces.len(), height), (mesh.faces.len(), 0.0));
        let (flat, height) = lower(mesh.clone(), &stay, 1, 5.0);
        assert_eq!((flat.faces.len(), height), (12, 5.0));
        assert!(flat.markers.iter().all(|&marker| marker != 0));
        // The middle of the roof is as high as the mean of the corners.
        assert!(flat.vertices.contains(&[5 * M, 5 * M, M / 4]) && flat.vertices.contains(&[10 * M, 0, M]));
        let open = fixed(&flat);
        assert_eq!(open.iter().filter(|open| **open).count(), 4, "the border of the ground alone");
    }

    #[test]
    fn walls_that_came_to_lie_on_the_ground_are_none() {
        let vertices = vec![[0, 0, 0], [M, 0, 0], [0, M, 0], [M, M, 0]];
        // Ground with a wall on it, which goes there and back; a wall under a roof, whose other side is the ground.
        let faces = vec![[0, 1, 2], [1, 2, 0], [0, 2, 1], [2, 1, 3], [1, 2, 3], [3, 2, 1]];
        let mesh = GridMesh { vertices, faces, markers: vec![0, -2, 0, 1, 0, -2] };
        let left = welded(mesh, 1);
        assert_eq!((left.faces, left.markers), (vec![[1, 2, 0], [3, 2, 1]], vec![-2, -2]));
    }

    #[test]
    fn a_building_on_the_border_stays() {
        let mesh = house(M);
        let mut stay = fixed(&mesh);
        stay[9] = true;
        assert_eq!(lower(mesh.clone(), &stay, 1, 8.0).1, 0.0);
    }
}
