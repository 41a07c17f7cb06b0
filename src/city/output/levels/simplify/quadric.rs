//! Quadrics: the sum of the squared distances of a point from weighted planes.

/// A sum of squared distances from planes, and of the planes' weights.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quadric {
    /// The quadratic part: xx, yy, zz, xy, xz, yz.
    a: [f64; 6],
    /// The linear part.
    b: [f64; 3],
    c: f64,
    weight: f64,
}

impl Quadric {
    /// Returns the quadric of a plane through a point with a normal, which may be of any length but zero.
    pub fn plane(point: [f64; 3], [x, y, z]: [f64; 3], weight: f64) -> Quadric {
        let d = -(x * point[0] + y * point[1] + z * point[2]);
        let share = weight / (x * x + y * y + z * z);
        Quadric {
            a: [x * x, y * y, z * z, x * y, x * z, y * z].map(|v| v * share),
            b: [x * d, y * d, z * d].map(|v| v * share),
            c: d * d * share,
            weight,
        }
    }

    /// Adds another quadric.
    pub fn add(&mut self, other: &Quadric) {
        (0..6).for_each(|i| self.a[i] += other.a[i]);
        (0..3).for_each(|i| self.b[i] += other.b[i]);
        self.c += other.c;
        self.weight += other.weight;
    }

    /// Returns the mean of the squared distances of a point.
    pub fn at(&self, [x, y, z]: [f64; 3]) -> f64 {
        let [xx, yy, zz, xy, xz, yz] = self.a;
        let square = xx * x * x + yy * y * y + zz * z * z + 2.0 * (xy * x * y + xz * x * z + yz * y * z);
        let sum = square + 2.0 * (self.b[0] * x + self.b[1] * y + self.b[2] * z) + self.c;
        // Rounding makes a little less than nothing of nothing.
        if self.weight > 0.0 { sum.max(0.0) / self.weight } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_from_planes_are_squared_and_averaged() {
        let mut quadric = Quadric::plane([1.0, 2.0, 3.0], [0.0, 0.0, 1.0], 2.0);
        assert_eq!((quadric.at([9.0, 9.0, 3.0]), quadric.at([0.0, 0.0, 5.0])), (0.0, 4.0));
        quadric.add(&Quadric::plane([1.0, 0.0, 0.0], [1.0, 0.0, 0.0], 2.0));
        assert_eq!(quadric.at([4.0, 0.0, 5.0]), (4.0 + 9.0) / 2.0);
    }
}
