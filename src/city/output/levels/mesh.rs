//! A mesh on the grid that all levels have in common: [`STEPS`] steps for each metre.
//!
//! Everything that decides what the levels look like is computed from these whole numbers, in the axes of the store.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::io::surface::Part;

/// The steps of the grid in a metre, as a power of two.
pub const STEP_BITS: u32 = 8;
/// The steps of the grid in a metre. A vertex is moved by 3.4 mm at most when it is put there.
pub const STEPS: f64 = (1 << STEP_BITS) as f64;

/// The marker of all ground on the coarser levels, where triangles beside buildings are no longer told apart.
pub const GROUND: i32 = -2;

/// A mesh on the grid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GridMesh {
    /// Positions in steps from the city's origin.
    pub vertices: Vec<[i32; 3]>,
    /// The triangles, as indices of vertices.
    pub faces: Vec<[u32; 3]>,
    /// A marker for each triangle.
    pub markers: Vec<i32>,
}

/// Makes a mesh of triangles: vertices with the same position are one, triangles that are none are left out.
#[derive(Default)]
pub struct Welder {
    numbers: HashMap<[i32; 3], u32, BuildHasherDefault<GridHasher>>,
    mesh: GridMesh,
}

impl Welder {
    /// Creates a welder for about so many triangles.
    pub fn with_capacity(faces: usize) -> Welder {
        let vertices = faces * 5 / 8;
        Welder {
            numbers: HashMap::with_capacity_and_hasher(vertices, BuildHasherDefault::default()),
            mesh: GridMesh {
                vertices: Vec::with_capacity(vertices),
                faces: Vec::with_capacity(faces),
                markers: Vec::with_capacity(faces),
            },
        }
    }

    /// Returns the number of a vertex.
    pub fn vertex(&mut self, position: [i32; 3]) -> u32 {
        *self.numbers.entry(position).or_insert_with(|| {
            self.mesh.vertices.push(position);
            self.mesh.vertices.len() as u32 - 1
        })
    }

    /// Adds a triangle.
    pub fn face(&mut self, face: [u32; 3], marker: i32) {
        let [a, b, c] = face;
        if a != b && b != c && c != a {
            self.mesh.faces.push(face);
            self.mesh.markers.push(marker);
        }
    }

    /// Returns the mesh.
    pub fn finish(self) -> GridMesh {
        self.mesh
    }

    /// Adds all triangles of a mesh.
    pub fn add(&mut self, mesh: &GridMesh) {
        let numbers: Vec<u32> = mesh.vertices.iter().map(|&position| self.vertex(position)).collect();
        for (face, &marker) in mesh.faces.iter().zip(&mesh.markers) {
            self.face(face.map(|v| numbers[v as usize]), marker);
        }
    }
}

impl GridMesh {
    /// Removes the vertices that no triangle uses, and numbers the others in the order of their use.
    pub fn compact(&mut self) {
        let mut numbers = vec![u32::MAX; self.vertices.len()];
        let mut vertices = Vec::with_capacity(self.faces.len() / 2 + 3);
        for vertex in self.faces.iter_mut().flatten() {
            let number = &mut numbers[*vertex as usize];
            if *number == u32::MAX {
                *number = vertices.len() as u32;
                vertices.push(self.vertices[*vertex as usize]);
            }
            *vertex = *number;
        }
        self.vertices = vertices;
    }

    /// Returns the numbers of the buildings of a city of `buildings` that have a triangle here, sorted.
    pub fn buildings(&self, buildings: u32) -> Vec<u32> {
        let mut markers = self.markers.clone();
        markers.dedup();
        let number = |marker: i32| match Part::of(marker, buildings) {
            Part::Wall => Some(marker as u32),
            Part::Roof => Some(marker as u32 - buildings),
            Part::Ground | Part::GroundNextToBuilding | Part::Unknown => None,
        };
        let mut numbers: Vec<u32> = markers.into_iter().filter_map(number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// A quick hash of a few small numbers. The numbers are groma's own, so nobody makes them collide.
#[derive(Default)]
pub struct GridHasher(u64);

impl Hasher for GridHasher {
    fn finish(&self) -> u64 {
        // A hash table looks at the highest and the lowest bits.
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut eight = [0; 8];
            eight[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(eight));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_positions_are_one_vertex_and_what_is_no_triangle_is_left_out() {
        let mesh = |shift: i32| GridMesh {
            vertices: vec![[shift, 0, 0], [shift + 64, 0, 0], [shift, 64, 0], [shift, 0, 0]],
            faces: vec![[0, 1, 2], [0, 3, 2], [3, 1, 2]],
            markers: vec![-2, 0, 5],
        };
        let mut welder = Welder::default();
        welder.add(&mesh(0));
        welder.add(&mesh(64));
        let mut mesh = welder.finish();
        assert_eq!((mesh.vertices.len(), mesh.faces.len()), (5, 4));
        mesh.faces.truncate(2);
        mesh.markers = vec![5, 1];
        mesh.compact();
        assert_eq!((mesh.vertices.len(), mesh.buildings(3)), (3, vec![1, 2]));
    }
}
