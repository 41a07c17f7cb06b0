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
/// the nearest of the edges that it is outside of.
pub fn squared(point: [f64; 3], [a, b, c]: [[f64; 3]; 3]) -> f64 {
    let (ab, ac, there) = (minus(b, a), minus(c, a), minus(point, a));
    let (bb, bc, cc) = (dot(ab, ab), dot(ab, ac), dot(ac, ac));
    let (along_b, along_c) = (dot(there, ab), dot(there, ac));
    // How much of b and c the point's foot in the plane is made of, times the square of twice the area.
    let size = bb * cc - bc * bc;
    let of_b = cc * along_b - bc * along_c;
    let of_c = bb * along_c - bc * along_b;
    let of_a = size - of_b - of_c;
    if size > 0.0 && of_a >= 0.0 && of_b >= 0.0 && of_c >= 0.0 {
        let normal = cross(ab, ac);
        let along = dot(there, normal);
        return along * along / dot(normal, normal);
    }
    let mut best = f64::INFINITY;
    if of_c < 0.0 || size <= 0.0 {
        best = best.min(from_edge(there, ab));
    }
    if of_b < 0.0 || size <= 0.0 {
        best = best.min(from_edge(there, ac));
    }
    if of_a < 0.0 || size <= 0.0 {
        best = best.min(from_edge(minus(point, b), minus(c, b)));
    }
    best
}

/// Returns the squared distance of a point from an edge, both seen from where the edge begins.
fn from_edge(there: [f64; 3], edge: [f64; 3]) -> f64 {
    let (length, along) = (dot(edge, edge), dot(there, edge));
    if along <= 0.0 {
        return dot(there, there);
    }
    if along >= length {
        let rest = minus(there, edge);
        return dot(rest, rest);
    }
    let across = cross(edge, there);
    dot(across, across) / length
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The squared distance from the nearest of many points of a triangle.
    fn sampled(point: [f64; 3], [a, b, c]: [[f64; 3]; 3]) -> f64 {
        const PARTS: u32 = 64;
        let points = (0..=PARTS).flat_map(|i| (0..=PARTS - i).map(move |j| [i, j].map(|n| f64::from(n) / 64.0)));
        let squares = points.map(|[of_b, of_c]| {
            let there = [0, 1, 2].map(|d| a[d] + of_b * (b[d] - a[d]) + of_c * (c[d] - a[d]));
            let away = minus(point, there);
            dot(away, away)
        });
        squares.fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn it_is_the_distance_from_the_nearest_point(numbers in prop::array::uniform12(-20_i32..20)) {
            let [p, a, b, c] = [0, 3, 6, 9].map(|n| [0, 1, 2].map(|d| f64::from(numbers[n + d])));
            let (exact, sampled) = (squared(p, [a, b, c]).sqrt(), sampled(p, [a, b, c]).sqrt());
            let longest = [minus(b, a), minus(c, a), minus(c, b)].map(|edge| dot(edge, edge).sqrt());
            let step = longest.into_iter().fold(0.0, f64::max) / 64.0;
            prop_assert!(exact <= sampled + 1e-9 && sampled <= exact + step, "{exact} {sampled}");
        }
    }

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
