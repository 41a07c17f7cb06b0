//! How far a surface is from the vertices that it was made of.

use super::distance::squared;
use super::mesh::{GridMesh, STEPS};

/// How many squares there are for each triangle.
const SQUARES_PER_TRIANGLE: f64 = 0.5;

/// A triangle with the box around it, in steps of the grid.
#[derive(Clone, Copy, Default)]
struct Boxed {
    low: [i32; 3],
    high: [i32; 3],
    triangle: u32,
}

impl Boxed {
    fn new(mesh: &GridMesh, triangle: u32) -> Boxed {
        let [a, b, c] = mesh.faces[triangle as usize].map(|v| mesh.vertices[v as usize]);
        let of = |pick: fn(i32, i32) -> i32| [0, 1, 2].map(|d| pick(pick(a[d], b[d]), c[d]));
        Boxed { low: of(i32::min), high: of(i32::max), triangle }
    }

    /// Returns the squared distance of a vertex from the box, which is not more than that from the triangle.
    fn squared(&self, vertex: [i32; 3]) -> f64 {
        let outside = |d: usize| f64::from((self.low[d] - vertex[d]).max(vertex[d] - self.high[d]).max(0));
        (0..3).map(|d| outside(d) * outside(d)).sum()
    }
}

/// The triangles of a mesh by the squares of the plane that they reach into.
struct Squares {
    low: [i32; 2],
    /// The width of a square, in steps of the grid.
    width: i32,
    columns: usize,
    /// The end of each square's part of `triangles`.
    ends: Vec<u32>,
    triangles: Vec<Boxed>,
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
        let boxed = || (0..mesh.faces.len() as u32).map(|triangle| Boxed::new(mesh, triangle));
        for triangle in boxed() {
            squares.reach(&triangle, margin, |squares, square| squares.ends[square] += 1);
        }
        let mut sum = 0;
        for end in &mut squares.ends {
            sum += std::mem::replace(end, sum);
        }
        squares.triangles = vec![Boxed::default(); sum as usize];
        for triangle in boxed() {
            squares.reach(&triangle, margin, |squares, square| {
                squares.triangles[squares.ends[square] as usize] = triangle;
                squares.ends[square] += 1;
            });
        }
        squares
    }

    /// Calls `on` for each square that a triangle reaches into.
    fn reach(&mut self, triangle: &Boxed, margin: i32, mut on: impl FnMut(&mut Squares, usize)) {
        let from = [0, 1].map(|d| triangle.low[d] - margin);
        let to = [0, 1].map(|d| triangle.high[d] + margin);
        let ([west, south], [east, north]) = (self.square(from), self.square(to));
        for row in south..=north {
            (west..=east).for_each(|column| on(self, row * self.columns + column));
        }
    }

    /// Returns the column and the row of a place.
    fn square(&self, place: [i32; 2]) -> [usize; 2] {
        [0, 1].map(|d| ((place[d] - self.low[d]) / self.width) as usize)
    }

    fn at(&self, place: [i32; 2]) -> &[Boxed] {
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
        let around = squares.at([vertex[0], vertex[1]]);
        // Those first that may be no farther, which mostly ends the search.
        'search: for is_near in [true, false] {
            for triangle in around {
                let least = triangle.squared(*vertex);
                if (least <= farthest) == is_near && least < best {
                    let distance = to(triangle.triangle);
                    if distance < best {
                        (best, last) = (distance, triangle.triangle);
                        if best <= farthest {
                            break 'search;
                        }
                    }
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
    use proptest::prelude::*;

    proptest! {
        /// Without squares and boxes, from each triangle.
        #[test]
        fn it_is_the_largest_of_all_distances(
            heights in prop::collection::vec(-300_i32..300, 36),
            points in prop::collection::vec((0_i32..3200, 0_i32..3200, -300_i32..300), 1..40)
        ) {
            let vertices = (0..).zip(heights).map(|(n, z)| [n % 6 * 640, n / 6 * 640, z]).collect();
            let squares = (0..25).map(|n| n / 5 * 6 + n % 5);
            let faces: Vec<[u32; 3]> = squares.flat_map(|v| [[v, v + 1, v + 7], [v, v + 7, v + 6]]).collect();
            let mesh = GridMesh { vertices, markers: vec![-2; faces.len()], faces };
            let points: Vec<[i32; 3]> = points.into_iter().map(|(x, y, z)| [x, y, z]).collect();
            let of_point = |point: &[i32; 3]| {
                let corners = |face: &[u32; 3]| face.map(|v| mesh.vertices[v as usize].map(f64::from));
                let all = mesh.faces.iter().map(|face| squared(point.map(f64::from), corners(face)));
                all.fold(f64::INFINITY, f64::min)
            };
            let naive = points.iter().map(of_point).fold(0.0, f64::max).sqrt() / STEPS;
            // So far around a point that what is nearest is among what is looked at.
            prop_assert!((farthest(&points, &mesh, 10.0) - naive).abs() < 1e-9);
        }
    }

    #[test]
    fn vertices_are_as_far_as_the_triangles_above_and_below_them() {
        let square = |z: i32| [[0, 0, z], [25600, 0, z], [25600, 25600, z], [0, 25600, z]];
        let mesh = GridMesh { vertices: square(256).to_vec(), faces: vec![[0, 1, 2], [0, 2, 3]], markers: vec![-2; 2] };
        assert_eq!(farthest(&square(256), &mesh, 0.25), 0.0);
        assert_eq!(farthest(&[[12800, 400, 384], [40, 24000, 0], [25600, 0, 256]], &mesh, 0.25), 1.0);
        assert_eq!(farthest(&[], &GridMesh::default(), 0.25), 0.0);
    }
}
