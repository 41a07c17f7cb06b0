//! How far a surface is from the vertices that it was made of.

use super::distance::squared;
use super::mesh::{GridMesh, STEPS};

/// How many squares there are for each triangle.
const SQUARES_PER_TRIANGLE: f64 = 0.5;

/// The triangles of a mesh by the squares of the plane that they reach into.
struct Squares {
    low: [i32; 2],
    /// The width of a square, in steps of the grid.
    width: i32,
    columns: usize,
    /// The end of each square's part of `triangles`.
    ends: Vec<u32>,
    triangles: Vec<u32>,
}

impl Squares {
    /// Sorts the triangles into squares, each a little wider than it is.
    fn new(mesh: &GridMesh, margin: i32) -> Squares {
        let of = |d: usize, pick: fn(i32, i32) -> i32, start: i32| mesh.vertices.iter().map(|v| v[d]).fold(start, pick);
        let low = [0, 1].map(|d| of(d, i32::min, i32::MAX).saturating_sub(margin));
        let high = [0, 1].map(|d| of(d, i32::max, i32::MIN).saturating_add(margin));
        let extent = [0, 1].map(|d| f64::from(high[d]) - f64::from(low[d]) + 1.0);
        let squares = (mesh.faces.len() as f64 * SQUARES_PER_TRIANGLE).max(1.0);
        let width = ((extent[0] * extent[1] / squares).sqrt().ceil() as i32).max(margin).max(1);
        let [columns, rows] = extent.map(|extent| (extent / f64::from(width)) as usize + 1);
        let mut squares = Squares { low, width, columns, ends: vec![0; columns * rows], triangles: Vec::new() };
        for face in &mesh.faces {
            squares.reach(mesh, face, margin, |squares, square| squares.ends[square] += 1);
        }
        let mut sum = 0;
        for end in &mut squares.ends {
            sum += std::mem::replace(end, sum);
        }
        squares.triangles = vec![0; sum as usize];
        for (n, face) in mesh.faces.iter().enumerate() {
            squares.reach(mesh, face, margin, |squares, square| {
                squares.triangles[squares.ends[square] as usize] = n as u32;
                squares.ends[square] += 1;
            });
        }
        squares
    }

    /// Calls `on` for each square that a triangle reaches into.
    fn reach(&mut self, mesh: &GridMesh, face: &[u32; 3], margin: i32, mut on: impl FnMut(&mut Squares, usize)) {
        let [a, b, c] = face.map(|v| mesh.vertices[v as usize]);
        let from = [0, 1].map(|d| a[d].min(b[d]).min(c[d]) - margin);
        let to = [0, 1].map(|d| a[d].max(b[d]).max(c[d]) + margin);
        let ([west, south], [east, north]) = (self.square(from), self.square(to));
        for row in south..=north {
            (west..=east).for_each(|column| on(self, row * self.columns + column));
        }
    }

    /// Returns the column and the row of a place.
    fn square(&self, place: [i32; 2]) -> [usize; 2] {
        [0, 1].map(|d| ((place[d] - self.low[d]) / self.width) as usize)
    }

    fn at(&self, place: [i32; 2]) -> &[u32] {
        let [column, row] = self.square(place);
        let square = row * self.columns + column;
        let from = if square > 0 { self.ends[square - 1] as usize } else { 0 };
        &self.triangles[from..self.ends[square] as usize]
    }
}

/// Returns the largest distance of some vertices from the triangles of a mesh in the plane near them, in metres: an
/// upper bound of their distance from the mesh. The mesh covers, seen from above, all the vertices; they are hardly
/// farther away than `expected` metres.
pub fn farthest(vertices: &[[i32; 3]], mesh: &GridMesh, expected: f64) -> f64 {
    if mesh.faces.is_empty() {
        return 0.0;
    }
    let margin = (expected * STEPS).ceil() as i32;
    let squares = Squares::new(mesh, margin);
    // The triangle that was nearest last: vertices that follow each other are near each other.
    let (mut farthest, mut last) = (0.0_f64, 0);
    for vertex in vertices {
        // Near the vertex, so that no digits are lost.
        let near = |v: u32| {
            let other = mesh.vertices[v as usize];
            std::array::from_fn(|d| f64::from(other[d] - vertex[d]))
        };
        let to = |triangle: u32| squared([0.0; 3], mesh.faces[triangle as usize].map(near));
        // What is no farther than another changes nothing.
        if to(last) <= farthest {
            continue;
        }
        let mut best = f64::INFINITY;
        for &triangle in squares.at([vertex[0], vertex[1]]) {
            let distance = to(triangle);
            if distance < best {
                (best, last) = (distance, triangle);
                if best <= farthest {
                    break;
                }
            }
        }
        if best.is_infinite() {
            best = mesh.faces.iter().map(|face| squared([0.0; 3], face.map(near))).fold(best, f64::min);
        }
        farthest = farthest.max(best);
    }
    farthest.sqrt() / STEPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vertices_are_as_far_as_the_triangles_above_and_below_them() {
        let square = |z: i32| [[0, 0, z], [6400, 0, z], [6400, 6400, z], [0, 6400, z]];
        let mesh = GridMesh { vertices: square(64).to_vec(), faces: vec![[0, 1, 2], [0, 2, 3]], markers: vec![-2; 2] };
        assert_eq!(farthest(&square(64), &mesh, 0.25), 0.0);
        assert_eq!(farthest(&[[3200, 100, 96], [10, 6000, 0], [6400, 0, 64]], &mesh, 0.25), 1.0);
        assert_eq!(farthest(&[], &GridMesh::default(), 0.25), 0.0);
    }
}
