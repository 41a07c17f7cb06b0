//! A parallel projection from the world to the picture, and back.

use super::View;
use crate::io::surface::Triangle;
use crate::io::surface::vector::dot;

/// The height of the oblique view above the horizon, in degrees.
const ELEVATION: f64 = 35.0;

/// The directions of right, up and away in the picture: three orthogonal unit vectors in the world.
pub struct Camera {
    axes: [[f64; 3]; 3],
}

impl Camera {
    pub fn new(view: View) -> Camera {
        let axes = match view {
            View::Top => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, -1.0]],
            View::Oblique => {
                let (sin, cos) = ELEVATION.to_radians().sin_cos();
                let half = 0.5f64.sqrt();
                [[half, -half, 0.0], [sin * half, sin * half, cos], [cos * half, cos * half, -sin]]
            }
        };
        Camera { axes }
    }

    /// Returns a position's coordinates along right, up and away.
    pub fn see(&self, position: [f64; 3]) -> [f64; 3] {
        self.axes.map(|axis| dot(axis, position))
    }

    /// Returns the position with these coordinates along right, up and away.
    pub fn position(&self, seen: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|i| (0..3).map(|axis| self.axes[axis][i] * seen[axis]).sum())
    }

    /// Returns whether a triangle is more than a line in the picture.
    pub fn sees(&self, [a, b, c]: &Triangle) -> bool {
        let [p, q] = [b, c].map(|corner| self.see(std::array::from_fn(|i| corner[i] - a[i])));
        let area = (p[0] * q[1] - p[1] * q[0]).abs();
        area > 1e-9 * dot(p, p).max(dot(q, q))
    }

    /// Returns the direction in which the camera looks.
    pub fn away(&self) -> [f64; 3] {
        self.axes[2]
    }
}
