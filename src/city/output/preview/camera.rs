//! From the world to the picture and back, by a parallel projection.

use super::View;
use crate::io::surface::Triangle;

/// The height of the oblique view above the horizon, in degrees.
const ELEVATION: f64 = 35.0;

/// What is right, up and away in the picture, as directions of the world: three unit vectors, at right angles.
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

    /// How far right, up and away a position is.
    pub fn see(&self, position: [f64; 3]) -> [f64; 3] {
        self.axes.map(|axis| dot(axis, position))
    }

    /// The position that is so far right, up and away.
    pub fn position(&self, seen: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|i| (0..3).map(|axis| self.axes[axis][i] * seen[axis]).sum())
    }

    /// Whether a triangle is more than a line in the picture.
    pub fn sees(&self, [a, b, c]: &Triangle) -> bool {
        let [p, q] = [b, c].map(|corner| self.see(std::array::from_fn(|i| corner[i] - a[i])));
        let area = (p[0] * q[1] - p[1] * q[0]).abs();
        area > 1e-9 * dot(p, p).max(dot(q, q))
    }

    /// The direction in which the camera looks.
    pub fn away(&self) -> [f64; 3] {
        self.axes[2]
    }
}

pub fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
