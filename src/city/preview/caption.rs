//! The strip below a picture: scale, north, and what the colours stand for.

use super::camera::Camera;
use super::shade::{HIGH_GROUND, LOW_GROUND, ROOF, WALL, mix, rgb};
use crate::io::picture::{INK, Picture, Rgb, Size};

/// The height of the strip below a picture of this width, in pixels.
pub fn height(width: u32) -> u32 {
    2 * Size::for_width(width).line()
}

/// Draws it from row `top` on. `scale` is in pixels per metre, along the picture's width; `ground` its lowest and
/// highest elevation.
pub fn draw(picture: &mut Picture, top: u32, scale: f64, camera: &Camera, ground: [f64; 2]) {
    let size = Size::for_width(picture.width());
    let line = size.line();
    let y = top + line / 2;
    let mut x = line / 2;
    x += picture.scale_bar([x, y], picture.width() / 8, scale, "m", size) + line;
    x += north(picture, [x, y], camera, size) + line;
    let swatch = |picture: &mut Picture, x: u32, colour: Rgb| picture.fill([x, y], [line, line], colour);
    for (name, colour) in [("roof", ROOF), ("wall", WALL)] {
        swatch(picture, x, rgb(colour));
        picture.write([x + line * 5 / 4, y], name, size);
        x += line * 9 / 4 + size.width_of(name);
    }
    let [low, high] = ground.map(|height| format!("{height:.0} m"));
    picture.write([x, y], "ground", size);
    x += size.width_of("ground ");
    picture.write([x, y], &low, size);
    x += size.width_of(&low) + line / 4;
    picture.ramp([x, y], [3 * line, line], |share| rgb(mix(LOW_GROUND, HIGH_GROUND, share)));
    picture.write([x + 3 * line + line / 4, y], &high, size);
}

/// An arrow to the north, with an N; gives its width.
fn north(picture: &mut Picture, [x, y]: [u32; 2], camera: &Camera, size: Size) -> u32 {
    let line = f64::from(size.line());
    let [right, up, _] = camera.see([0.0, 1.0, 0.0]);
    let length = right.hypot(up);
    let along = [right / length, -up / length].map(|v| 0.5 * line * v);
    let middle = [f64::from(x) + 0.5 * line, f64::from(y) + 0.5 * line];
    let (tail, tip) = ([0, 1].map(|d| middle[d] - along[d]), [0, 1].map(|d| middle[d] + along[d]));
    let thin = size.line() / 8;
    picture.line(tail, tip, thin, INK);
    for side in [-1.0, 1.0] {
        let barb = [-along[0] + side * 0.6 * along[1], -along[1] - side * 0.6 * along[0]];
        picture.line(tip, [0, 1].map(|d| tip[d] + 0.6 * barb[d]), thin, INK);
    }
    picture.write([x + size.line() * 5 / 4, y], "N", size);
    size.line() * 5 / 4 + size.width_of("N")
}
