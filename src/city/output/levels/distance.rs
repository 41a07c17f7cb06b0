//! The distance of points from triangles.

use crate::io::surface::vector::{cross, dot, minus};

/// A triangle with the box around it.
pub struct Boxed {
    corners: [[f64; 3]; 3],
    low: [f64; 3],
    high: [f64; 3],
}

impl Boxed {
    pub fn new(corners: [[f32; 3]; 3]) -> Boxed {
        let corners = corners.map(|corner| corner.map(f64::from));
        let of = |pick: fn(f64, f64) -> f64| {
            std::array::from_fn(|d| pick(pick(corners[0][d], corners[1][d]), corners[2][d]))
        };
        Boxed { corners, low: of(f64::min), high: of(f64::max) }
    }
}

/// Returns the distance of a point from the nearest of some triangles.
pub fn distance(point: [f32; 3], triangles: &[Boxed]) -> f64 {
    let point = point.map(f64::from);
    let mut best = f64::INFINITY;
    for triangle in triangles {
        let outside = |d: usize| (triangle.low[d] - point[d]).max(point[d] - triangle.high[d]).max(0.0);
        let least: f64 = (0..3).map(|d| outside(d) * outside(d)).sum();
        if least < best {
            best = best.min(squared(point, triangle.corners));
        }
    }
    best.sqrt()
}

/// Returns the squared distance of a point from a triangle: from its plane where it is above the triangle, else from
/// the nearest edge.
pub fn squared(point: [f64; 3], [a, b, c]: [[f64; 3]; 3]) -> f64 {
    let normal = cross(minus(b, a), minus(c, a));
    let size = dot(normal, normal);
    let is_inside = |from: [f64; 3], to: [f64; 3]| dot(cross(minus(to, from), minus(point, from)), normal) >= 0.0;
    if size > 0.0 && is_inside(a, b) && is_inside(b, c) && is_inside(c, a) {
        let along = dot(minus(point, a), normal);
        return along * along / size;
    }
    [(a, b), (b, c), (c, a)].map(|(from, to)| from_edge(point, from, to)).into_iter().fold(f64::INFINITY, f64::min)
}

fn from_edge(point: [f64; 3], from: [f64; 3], to: [f64; 3]) -> f64 {
    let (edge, there) = (minus(to, from), minus(point, from));
    let length = dot(edge, edge);
    let share = if length > 0.0 { (dot(there, edge) / length).clamp(0.0, 1.0) } else { 0.0 };
    let rest: [f64; 3] = std::array::from_fn(|d| there[d] - share * edge[d]);
    dot(rest, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_as_far_as_the_nearest_point_of_a_triangle() {
        let triangles = [Boxed::new([[0.0; 3], [4.0, 0.0, 0.0], [0.0, 4.0, 0.0]])];
        let from = |point| distance(point, &triangles);
        assert_eq!(from([1.0, 1.0, 3.0]), 3.0);
        assert_eq!(from([-3.0, 4.0, 0.0]), 3.0);
        assert_eq!(from([2.0, -3.0, 4.0]), 5.0);
        assert!((from([4.0, 4.0, 0.0]) - 8f64.sqrt()).abs() < 1e-12);
    }
}
