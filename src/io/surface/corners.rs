//! Corners: the vertices of a mesh, once for each part that they belong to and for each smooth surface around them.

use super::vector::{cross, minus};

/// The cosine of the angle between triangles beyond which their common vertices are split.
const CREASE: f64 = std::f64::consts::FRAC_1_SQRT_2;
const NONE: u32 = u32::MAX;

/// A vertex, as used by triangles of one group and of similar direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Corner {
    pub vertex: u32,
    group: i32,
    /// The unit normal of the first of these triangles; zero if that has no area.
    facing: [f64; 3],
    /// The sum of the triangles' normals, weighted by area.
    pub sum: [f64; 3],
    /// The next corner of the same vertex.
    next: u32,
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
            let sum = &mut self.all[at as usize].sum;
            (0..3).for_each(|d| sum[d] += normal[d]);
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
    a == [0.0; 3] || b == [0.0; 3] || (0..3).map(|d| a[d] * b[d]).sum::<f64>() >= CREASE
}
