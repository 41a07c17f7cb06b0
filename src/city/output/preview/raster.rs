//! Draws triangles into pixels; the nearest one wins.

use std::ops::Range;

use crate::io::surface::Triangle;
use crate::{Error, Result};

/// A depth per pixel, infinite where nothing was drawn. It may hold only a few rows of a picture.
pub struct DepthBuffer {
    width: u32,
    /// The rows that it holds.
    rows: Range<u32>,
    depths: Vec<f32>,
}

impl DepthBuffer {
    pub fn new(width: u32, rows: Range<u32>) -> Result<DepthBuffer> {
        let pixels = width as usize * rows.len();
        let mut depths = Vec::new();
        let refused = |_| Error::NoMemory { bytes: 4 * pixels as u64, what: "a picture" };
        depths.try_reserve_exact(pixels).map_err(refused)?;
        depths.resize(pixels, f32::INFINITY);
        Ok(DepthBuffer { width, rows, depths })
    }

    /// Returns the number of pixels.
    pub fn len(&self) -> usize {
        self.depths.len()
    }

    pub fn index(&self, x: u32, y: u32) -> usize {
        (y - self.rows.start) as usize * self.width as usize + x as usize
    }

    pub fn depth(&self, index: usize) -> f32 {
        self.depths[index]
    }

    /// Returns the depth at a place in pixels; `None` outside.
    pub fn at(&self, x: f64, y: f64) -> Option<f32> {
        let rows = f64::from(self.rows.start)..f64::from(self.rows.end);
        let inside = x >= 0.0 && x < f64::from(self.width) && rows.contains(&y);
        inside.then(|| self.depths[self.index(x as u32, y as u32)])
    }

    /// Draws a triangle, given in pixels and depth. Calls `nearest` with each pixel whose centre it covers nearer than
    /// everything before. Both directions are drawn; a triangle seen edge-on covers nothing.
    pub fn draw(&mut self, [a, b, c]: &Triangle, mut nearest: impl FnMut(usize)) {
        let area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        if area == 0.0 {
            return;
        }
        // Pixels whose centres lie between the corners, clipped to the picture.
        let first = |axis: usize| (a[axis].min(b[axis]).min(c[axis]) - 0.5).ceil().max(0.0) as u32;
        let behind = |axis: usize, size: u32| {
            ((a[axis].max(b[axis]).max(c[axis]) - 0.5).floor() + 1.0).clamp(0.0, f64::from(size)) as u32
        };
        for y in first(1).max(self.rows.start)..behind(1, self.rows.end) {
            let y_centre = f64::from(y) + 0.5;
            for x in first(0)..behind(0, self.width) {
                let x_centre = f64::from(x) + 0.5;
                // The weight of each corner.
                let share = |p: &[f64; 3], q: &[f64; 3]| {
                    ((q[0] - p[0]) * (y_centre - p[1]) - (q[1] - p[1]) * (x_centre - p[0])) / area
                };
                let (of_a, of_b, of_c) = (share(b, c), share(c, a), share(a, b));
                if of_a < 0.0 || of_b < 0.0 || of_c < 0.0 {
                    continue;
                }
                let depth = (of_a * a[2] + of_b * b[2] + of_c * c[2]) as f32;
                let pixel = self.index(x, y);
                if depth < self.depths[pixel] {
                    self.depths[pixel] = depth;
                    nearest(pixel);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_covers_the_centres_in_it_and_the_nearest_wins() {
        let mut buffer = DepthBuffer::new(4, 0..3).unwrap();
        let mut drawn = Vec::new();
        buffer.draw(&[[0.0, 0.0, 5.0], [4.0, 0.0, 5.0], [0.0, 4.0, 5.0]], |i| drawn.push(i));
        assert_eq!(drawn, [0, 1, 2, 3, 4, 5, 6, 8, 9]);
        let mut nearer = Vec::new();
        buffer.draw(&[[-100.0, 1.0, 7.0], [-100.0, 2.0, 7.0], [100.0, 1.5, 3.0]], |i| nearer.push(i));
        assert_eq!((nearer, buffer.at(3.5, 1.5)), (vec![4, 5, 6, 7], Some(buffer.depth(7))));
        assert_eq!((buffer.at(4.0, 0.0), buffer.at(0.0, -0.1)), (None, None));
        buffer.draw(&[[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 2.0, 0.0]], |_| panic!("seen edge-on"));

        let mut last_row = DepthBuffer::new(4, 2..3).unwrap();
        let mut drawn = Vec::new();
        last_row.draw(&[[0.0, 0.0, 5.0], [4.0, 0.0, 5.0], [0.0, 4.0, 5.0]], |i| drawn.push(i));
        assert_eq!((drawn, last_row.at(0.5, 1.5), last_row.at(0.5, 2.5)), (vec![0, 1], None, Some(5.0)));
    }
}
