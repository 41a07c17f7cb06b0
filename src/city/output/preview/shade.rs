//! Colours of the parts, light and shadow.

use super::camera::Camera;
use super::raster::DepthBuffer;
use super::{Field, View};
use crate::io::picture::Rgb;
use crate::io::surface::vector::{cross, dot, minus};
use crate::io::surface::{Part, Triangle};

type Colour = [f32; 3];

/// The colour around the surface.
pub const SKY: Colour = [0.93, 0.95, 0.97];

pub const LOW_GROUND: Colour = [0.55, 0.62, 0.46];
pub const HIGH_GROUND: Colour = [0.73, 0.71, 0.56];
const STEEP_GROUND: Colour = [0.53, 0.50, 0.46];
pub const WALL: Colour = [0.88, 0.86, 0.82];
pub const ROOF: Colour = [0.76, 0.40, 0.29];
const OTHER_ROOF: Colour = [0.60, 0.46, 0.40];

/// The largest vertical component of the unit normal of an upright triangle, which is drawn like a wall.
const UPRIGHT: f64 = 0.02;

/// The light of the sky, which is everywhere, and of the sun. A surface that faces the sun gets both in full.
const SKY_LIGHT: Colour = [0.44, 0.48, 0.55];
const SUN_LIGHT: Colour = [0.66, 0.61, 0.52];

/// The light that sky and sun give to a sample.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paint {
    colour: [u8; 3],
    /// The share of the sun's light that the sample gets unless it is in shadow, 0 to 255.
    sun: u8,
}

impl Paint {
    /// Returns the colour; `is_shaded` is called only where the answer matters.
    pub fn seen(self, is_shaded: impl FnOnce() -> bool) -> Colour {
        let sun = if self.sun == 0 || is_shaded() { 0.0 } else { f32::from(self.sun) / 255.0 };
        std::array::from_fn(|i| (f32::from(self.colour[i]) / 255.0 * (SKY_LIGHT[i] + sun * SUN_LIGHT[i])).min(1.0))
    }
}

/// Colours triangles.
pub struct Painter {
    to_sun: [f64; 3],
    away: [f64; 3],
    buildings: u32,
    /// The lowest and the highest elevation of the ground.
    ground: [f64; 2],
}

impl Painter {
    pub fn new(sun: &Sun, camera: &Camera, buildings: u32, ground: [f64; 2]) -> Painter {
        Painter { to_sun: sun.direction, away: camera.away(), buildings, ground }
    }

    /// Returns the paint of a triangle. `here` is relative to the centre, `triangle` in the data's coordinates.
    pub fn paint(&self, here: &Triangle, triangle: &Triangle, marker: i32) -> Paint {
        let normal = normal(here);
        // Take the visible side, whatever the direction of the triangle.
        let normal = if dot(normal, self.away) > 0.0 { normal.map(|n| -n) } else { normal };
        let upright = normal[2].abs();
        let colour = match Part::of(marker, self.buildings) {
            Part::Wall => WALL,
            Part::Roof => roof(marker),
            Part::Unknown if upright < UPRIGHT => WALL,
            _ => {
                let [low, high] = self.ground;
                let height = (triangle[0][2] + triangle[1][2] + triangle[2][2]) / 3.0;
                let ground = mix(LOW_GROUND, HIGH_GROUND, (height - low) / (high - low).max(20.0));
                mix(ground, STEEP_GROUND, (1.0 - upright) * 4.0)
            }
        };
        let sun = dot(normal, self.to_sun).clamp(0.0, 1.0);
        Paint { colour: rgb(colour), sun: (sun * 255.0 + 0.5) as u8 }
    }
}

fn normal([a, b, c]: &Triangle) -> [f64; 3] {
    unit(cross(minus(*b, *a), minus(*c, *a)))
}

/// Returns whether a triangle stands upright, as walls do.
pub fn is_upright(triangle: &Triangle) -> bool {
    normal(triangle)[2].abs() < UPRIGHT
}

/// Returns the colour of a roof. Roofs vary a little: from brick to brown, lighter and darker.
fn roof(marker: i32) -> Colour {
    let hash = (marker as u32).wrapping_mul(0x9E37_79B9);
    let [kind, light] = [hash >> 24, hash >> 16 & 0xFF].map(|byte| f64::from(byte) / 255.0);
    mix(ROOF, OTHER_ROOF, kind * kind).map(|c| c * (0.9 + 0.2 * light as f32))
}

pub fn mix(a: Colour, b: Colour, share: f64) -> Colour {
    let share = share.clamp(0.0, 1.0) as f32;
    std::array::from_fn(|i| a[i] + share * (b[i] - a[i]))
}

/// Converts a colour to a pixel's.
pub fn rgb(colour: Colour) -> Rgb {
    colour.map(|c| (c * 255.0 + 0.5) as u8)
}

/// The sun, at infinite distance.
pub struct Sun {
    /// The direction towards it.
    direction: [f64; 3],
}

impl Sun {
    pub fn new(view: View) -> Sun {
        // Of the two walls that are seen from the south-west, one is well lit and one barely.
        let direction = match view {
            View::Top => [-0.5, 0.6, 1.1],
            View::Oblique => [-0.2, -0.8, 0.9],
        };
        Sun { direction: unit(direction) }
    }

    /// Returns whether something higher stands between a position and the sun; nothing is higher than `zenith`.
    pub fn is_shaded(&self, position: [f64; 3], zenith: f64, field: &Field, heights: &DepthBuffer) -> bool {
        let [dx, dy, _] = self.direction;
        let way = 1.0 / (field.cells_per_metre * dx.abs().max(dy.abs()));
        let step = self.direction.map(|d| d * way);
        // Start a little off: the cell beside a wall may be the roof's, and a slope's cell has the height of its
        // middle.
        let start = field.place(std::array::from_fn(|i| position[i] + 1.5 * step[i]));
        let [dx, dy] = [step[0], step[1]].map(|d| d * field.cells_per_metre);
        let [mut x, mut y, depth] = start;
        let mut z = -depth;
        while z <= zenith {
            match heights.at(x, y) {
                None => return false,
                Some(depth) if f64::from(-depth) > z => return true,
                Some(_) => (x, y, z) = (x + dx, y + dy, z + step[2]),
            }
        }
        false
    }
}

fn unit(a: [f64; 3]) -> [f64; 3] {
    let length = dot(a, a).sqrt();
    if length > 0.0 { a.map(|c| c / length) } else { a }
}
