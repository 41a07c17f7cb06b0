//! Points and predicates of the plane.
//!
//! Decisions use only `+ - * /`, square roots and exact predicates, on differences of coordinates. So they come out the
//! same on every machine and wherever the city lies.

use robust::Coord;

/// A point in local metres.
pub type Point = [f64; 2];

/// Returns twice the signed area of a triangle: positive when `a`, `b`, `c` go round counter-clockwise. Its sign is
/// exact.
pub fn orient(a: Point, b: Point, c: Point) -> f64 {
    robust::orient2d(coord(a), coord(b), coord(c))
}

/// Returns a number that is positive when `d` lies inside the circle through the counter-clockwise `a`, `b`, `c`. Its
/// sign is exact.
pub fn in_circle(a: Point, b: Point, c: Point, d: Point) -> f64 {
    robust::incircle(coord(a), coord(b), coord(c), coord(d))
}

fn coord(p: Point) -> Coord<f64> {
    Coord { x: p[0], y: p[1] }
}

/// Returns `a - b`, which is exact for points of the mesh.
pub fn sub(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

/// Returns the scalar product.
pub fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// Returns the square of the distance of two points.
pub fn distance2(a: Point, b: Point) -> f64 {
    let d = sub(a, b);
    dot(d, d)
}

/// Returns the square of the distance from `p` to the segment from `a` to `b`.
pub fn segment_distance2(p: Point, a: Point, b: Point) -> f64 {
    let (ab, ap) = (sub(b, a), sub(p, a));
    let (along, length2) = (dot(ap, ab), dot(ab, ab));
    if along <= 0.0 {
        return dot(ap, ap);
    }
    if along >= length2 {
        return distance2(p, b);
    }
    let t = along / length2;
    let off = [ap[0] - t * ab[0], ap[1] - t * ab[1]];
    dot(off, off)
}

/// Returns the square of the distance of two segments that do not cross.
pub fn segments_distance2(a: [Point; 2], b: [Point; 2]) -> f64 {
    segment_distance2(a[0], b[0], b[1])
        .min(segment_distance2(a[1], b[0], b[1]))
        .min(segment_distance2(b[0], a[0], a[1]))
        .min(segment_distance2(b[1], a[0], a[1]))
}

/// Returns whether `a` comes before `b` in lexicographic order: by x, then y.
pub fn before(a: Point, b: Point) -> bool {
    a[0] < b[0] || (a[0] == b[0] && a[1] < b[1])
}

/// Returns the point halfway between two points.
pub fn middle(a: Point, b: Point) -> Point {
    [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]
}

/// An axis-parallel rectangle in local metres, its border included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// The south-west corner.
    pub min: Point,
    /// The north-east corner.
    pub max: Point,
}

impl Rect {
    /// Returns the bounding rectangle of two points.
    pub fn around(a: Point, b: Point) -> Rect {
        Rect { min: [a[0].min(b[0]), a[1].min(b[1])], max: [a[0].max(b[0]), a[1].max(b[1])] }
    }

    /// Returns the rectangle with all sides moved outward by `by`.
    pub fn inflated(&self, by: f64) -> Rect {
        Rect { min: [self.min[0] - by, self.min[1] - by], max: [self.max[0] + by, self.max[1] + by] }
    }

    /// Returns the intersection of both rectangles; if they do not meet, `min` exceeds `max` in some coordinate.
    pub fn intersection(&self, other: &Rect) -> Rect {
        Rect {
            min: [self.min[0].max(other.min[0]), self.min[1].max(other.min[1])],
            max: [self.max[0].min(other.max[0]), self.max[1].min(other.max[1])],
        }
    }

    /// Returns whether the two have a point in common.
    pub fn meets(&self, other: &Rect) -> bool {
        (0..2).all(|d| self.min[d] <= other.max[d] && other.min[d] <= self.max[d])
    }

    /// Returns whether `p` lies in the rectangle.
    pub fn contains(&self, p: Point) -> bool {
        (0..2).all(|d| self.min[d] <= p[d] && p[d] <= self.max[d])
    }
}

/// Returns the cosine of an angle of 0 to 90 degrees, from its series: unlike the library function it gives the same
/// bits on every machine.
pub fn cos_degrees(degrees: f64) -> f64 {
    let x = degrees * (std::f64::consts::PI / 180.0);
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 1..16 {
        term *= -x * x / f64::from((2 * n - 1) * (2 * n));
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cosine_is_the_cosine() {
        for degrees in 0..=90 {
            let d = f64::from(degrees);
            assert!((cos_degrees(d) - d.to_radians().cos()).abs() < 1e-14, "{d}");
        }
    }

    #[test]
    fn distances_to_segments() {
        let (a, b) = ([0.0, 0.0], [4.0, 0.0]);
        for (p, expected) in [([2.0, 3.0], 9.0), ([-3.0, 4.0], 25.0), ([7.0, 4.0], 25.0), ([1.0, 0.0], 0.0)] {
            assert_eq!(segment_distance2(p, a, b), expected);
        }
        assert_eq!(segments_distance2([a, b], [[5.0, 1.0], [6.0, 1.0]]), 2.0);
    }
}
