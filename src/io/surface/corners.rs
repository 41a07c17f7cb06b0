//! Corners: the vertices of a mesh, once for each part that they belong to and for each smooth surface around them.

use super::vector::{cross, dot, minus};

/// The cosine of the angle between triangles beyond which their common vertices are split: 45 degrees.
const CREASE: f64 = std::f64::consts::FRAC_1_SQRT_2;
/// The cosine and the sine of the angle by which a vertex's normal may be off the first triangle: 40 degrees. Another
/// triangle, up to 45 degrees off to the other side, still faces where the vertex does.
const MOST_OFF: [f64; 2] = [0.766_044_443_118_978, 0.642_787_609_686_539_3];
const NONE: u32 = u32::MAX;

/// A vertex, as used by triangles of one group and of similar direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Corner {
    pub vertex: u32,
    group: i32,
    /// The unit normal of the first of these triangles that has an area; zero if there is none.
    facing: [f64; 3],
    /// The sum of the triangles' normals, weighted by area.
    sum: [f64; 3],
    /// The next corner of the same vertex.
    next: u32,
}

impl Corner {
    /// Returns the unit normal: the mean of the triangles', which agrees with each of them; `None` where none has an
    /// area.
    pub fn normal(&self) -> Option<[f64; 3]> {
        let mean = unit(self.sum)?;
        let along = dot(mean, self.facing);
        let [cos, sin] = MOST_OFF;
        if along >= cos {
            return Some(mean);
        }
        let across = unit([0, 1, 2].map(|d| mean[d] - along * self.facing[d])).unwrap_or_default();
        unit([0, 1, 2].map(|d| cos * self.facing[d] + sin * across[d]))
    }
}

/// The corners of a mesh, in the order of their first use.
#[derive(Debug)]
pub(crate) struct Corners {
    first: Vec<u32>,
    splits_by_direction: bool,
    pub all: Vec<Corner>,
}

impl Corners {
    /// Creates the corners of a mesh of some vertices, without a triangle so far. Without normals, vertices are not
    /// split.
    pub fn new(vertices: usize, normals: bool) -> Corners {
        Corners { first: vec![NONE; vertices], splits_by_direction: normals, all: Vec::new() }
    }

    /// Forgets all triangles.
    pub fn clear(&mut self) {
        for corner in self.all.drain(..) {
            self.first[corner.vertex as usize] = NONE;
        }
    }

    /// Takes in a triangle of a group; returns its corners, or `None` where there are more than 32 bits can count.
    pub fn add(&mut self, face: [u32; 3], group: i32, positions: [[f64; 3]; 3]) -> Option<[u32; 3]> {
        let (normal, facing) = match self.splits_by_direction {
            true => normals(positions),
            false => ([0.0; 3], [0.0; 3]),
        };
        let mut local = [0; 3];
        for (local, vertex) in local.iter_mut().zip(face) {
            let fits =
                |corner: &Corner| !self.splits_by_direction || (corner.group == group && alike(corner.facing, facing));
            let mut at = self.first[vertex as usize];
            while at != NONE && !fits(&self.all[at as usize]) {
                at = self.all[at as usize].next;
            }
            if at == NONE {
                at = u32::try_from(self.all.len()).ok().filter(|&n| n != NONE)?;
                let next = std::mem::replace(&mut self.first[vertex as usize], at);
                self.all.push(Corner { vertex, group, facing, sum: [0.0; 3], next });
            }
            let corner = &mut self.all[at as usize];
            (0..3).for_each(|d| corner.sum[d] += normal[d]);
            if corner.facing == [0.0; 3] {
                corner.facing = facing;
            }
            *local = at;
        }
        Some(local)
    }
}

/// Returns a triangle's normal with a length of twice the area, and its unit normal, which is zero without an area.
pub(crate) fn normals([a, b, c]: [[f64; 3]; 3]) -> ([f64; 3], [f64; 3]) {
    let normal = cross(minus(b, a), minus(c, a));
    (normal, unit(normal).unwrap_or_default())
}

/// Returns a vector of length 1; `None` for one without a direction.
pub(crate) fn unit(v: [f64; 3]) -> Option<[f64; 3]> {
    let length = v.iter().map(|c| c * c).sum::<f64>().sqrt();
    (length > 0.0 && length.is_finite()).then(|| v.map(|c| c / length))
}

/// Returns whether triangles with these normals belong to one smooth surface. One without an area fits any.
fn alike(a: [f64; 3], b: [f64; 3]) -> bool {
    a == [0.0; 3] || b == [0.0; 3] || dot(a, b) >= CREASE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Triangles of any directions and sizes around one vertex: each faces where its corner does.
        #[test]
        fn normals_agree_with_each_triangle(
            ends in prop::collection::vec((-9i32..9, -9i32..9, -9i32..9), 2..12),
        ) {
            let at = |(x, y, z): (i32, i32, i32)| [x, y, z].map(f64::from);
            let mut corners = Corners::new(1, true);
            let fan: Vec<_> = ends.windows(2).map(|two| [[0.0; 3], at(two[0]), at(two[1])]).collect();
            let numbers: Vec<u32> = fan.iter().map(|&triangle| corners.add([0; 3], 0, triangle).unwrap()[0]).collect();
            for (triangle, number) in fan.iter().zip(numbers) {
                let (_, facing) = normals(*triangle);
                if facing != [0.0; 3] {
                    let normal = corners.all[number as usize].normal().unwrap();
                    prop_assert!((dot(normal, normal) - 1.0).abs() < 1e-9);
                    prop_assert!(dot(normal, facing) > 0.08, "{normal:?} for {facing:?}");
                }
            }
        }
    }
}
