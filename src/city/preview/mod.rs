//! Pictures of a surface: a PNG from above or from the south-west, with the sun's shadows.
//!
//! | module | what it holds |
//! |---|---|
//! | `camera` | from the world to the picture and back |
//! | `caption` | scale, north, what the colours stand for |
//! | `raster` | triangles to pixels, the nearest one wins |
//! | `shade` | colours of the parts, light and shadow |
//!
//! The surface is gone through twice, for its extent and to draw it; memory is the picture's: 39 bytes per pixel.

mod camera;
mod caption;
mod raster;
mod shade;

use std::path::Path;

use rayon::prelude::*;

use crate::human::numbers;
use crate::io::picture::{PAPER, Picture, TALLEST, check_width};
use crate::io::surface::{Part, Triangle, TriangleSource};
use crate::job::{Context, Phase, RunOptions, Runner};
use crate::{Error, Result};
use camera::Camera;
use raster::DepthBuffer;
use shade::{Paint, Painter, Sun};

/// Samples per pixel along each axis.
const SAMPLES: u32 = 2;

/// From where a surface is seen. Both views are parallel projections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// From straight above, north up; the light comes from the north-west, as on maps.
    Top,
    /// From the south-west, 35 degrees above the horizon.
    #[default]
    Oblique,
}

/// What the picture shows.
#[derive(Clone, Debug)]
pub struct PreviewOptions {
    /// The picture's width, in pixels, 16 to 8192; its height follows from what it shows, and the strip below.
    pub width: u32,
    /// From where.
    pub view: View,
    /// What part of the surface: smallest x and y, largest x and y, in metres; `None` for all of it. A triangle that
    /// reaches over the edge is drawn.
    pub bounds: Option<[f64; 4]>,
    /// The number of buildings that markers count; `None` to derive it from the largest marker.
    pub buildings: Option<u32>,
    /// Below it a strip with scale, north, and what the colours stand for.
    pub caption: bool,
}

impl Default for PreviewOptions {
    fn default() -> PreviewOptions {
        PreviewOptions { width: 1600, view: View::default(), bounds: None, buildings: None, caption: true }
    }
}

/// Draws a surface into a PNG file. Triangles that are not finite are left out.
///
/// # Errors
/// [`Error::InvalidArgument`] for a width out of range, or when there is nothing to draw; [`Error::NoMemory`],
/// [`Error::Io`], and those of the source.
pub fn preview(source: &dyn TriangleSource, path: &Path, options: &PreviewOptions) -> Result<()> {
    preview_with(source, path, options, &mut Runner::new(&RunOptions::default())?)
}

/// [`preview`] with a runner of the caller's.
///
/// # Errors
/// As [`preview`]; [`Error::Cancelled`].
pub fn preview_with(
    source: &dyn TriangleSource,
    path: &Path,
    options: &PreviewOptions,
    runner: &mut Runner,
) -> Result<()> {
    check_width(options.width)?;
    runner.plan(&[Phase { name: "draw", weight: 2.0 }, Phase { name: "shade", weight: 1.0 }]);
    let context = runner.context().clone();
    runner.begin("draw", 0, 2 * source.triangles())?;
    let drawn = runner.run(|| Drawn::new(source, options, &context))?;
    runner.begin("shade", 0, u64::from(drawn.view.height))?;
    runner.run(|| drawn.shade(path, options, &context))?;
    runner.finish();
    Ok(())
}

/// What every sample of the picture shows.
struct Drawn {
    camera: Camera,
    sun: Sun,
    extent: Extent,
    view: Window,
    field: Field,
    seen: DepthBuffer,
    heights: DepthBuffer,
    paint: Vec<Paint>,
}

impl Drawn {
    fn new(source: &dyn TriangleSource, options: &PreviewOptions, context: &Context) -> Result<Drawn> {
        let camera = Camera::new(options.view);
        let (extent, largest_marker) = Extent::of(source, &camera, options, context)?;
        let buildings = options.buildings.unwrap_or_else(|| Part::buildings(largest_marker));
        let view = Window::new(&extent, options);
        let sun = Sun::new(options.view);
        let painter = Painter::new(&sun, &camera, buildings, extent.ground);
        let field = view.height_field(&extent);

        let mut seen = DepthBuffer::new(view.width * SAMPLES, view.height * SAMPLES)?;
        let mut heights = DepthBuffer::new(field.width, field.height)?;
        let mut paint = vec![Paint::default(); seen.len()];
        for_each(source, context, |triangle, marker| {
            if !is_shown(triangle, options.bounds) {
                return;
            }
            let here = extent.relative(triangle);
            let colour = painter.paint(&here, triangle, marker);
            seen.draw(&here.map(|p| view.place(&camera, p)), |pixel| paint[pixel] = colour);
            heights.draw(&here.map(|p| field.place(p)), |_| ());
        })?;
        Ok(Drawn { camera, sun, extent, view, field, seen, heights, paint })
    }

    fn shade(&self, path: &Path, options: &PreviewOptions, context: &Context) -> Result<()> {
        let Drawn { camera, sun, extent, view, field, seen, heights, paint } = self;
        let caption = if options.caption { caption::height(options.width) } else { 0 };
        let mut shown = Picture::new(view.width, view.height + caption, PAPER)?;
        let zenith = extent.high[2] - extent.centre[2];
        let rows = shown.pixels_mut().par_chunks_mut(view.width as usize).take(view.height as usize);
        rows.enumerate().try_for_each(|(row, pixels)| {
            context.check()?;
            for (column, pixel) in pixels.iter_mut().enumerate() {
                let mut sum = [0.0; 3];
                for sample in 0..SAMPLES * SAMPLES {
                    let (x, y) = (column as u32 * SAMPLES + sample % SAMPLES, row as u32 * SAMPLES + sample / SAMPLES);
                    let i = seen.index(x, y);
                    let colour = if seen.depth(i).is_finite() {
                        let position = || view.position(camera, x, y, seen.depth(i));
                        paint[i].seen(|| sun.is_shaded(position(), zenith, field, heights))
                    } else {
                        shade::SKY
                    };
                    (0..3).for_each(|c| sum[c] += colour[c]);
                }
                for (value, sum) in pixel.iter_mut().zip(sum) {
                    *value = (sum / (SAMPLES * SAMPLES) as f32 * 255.0 + 0.5) as u8;
                }
            }
            context.add_items(1);
            Ok(())
        })?;
        if options.caption {
            caption::draw(&mut shown, view.height, view.scale / f64::from(SAMPLES), camera, extent.ground);
        }
        shown.save(path)
    }
}

/// Calls `each` with every triangle; stops when the job is asked to.
fn for_each(source: &dyn TriangleSource, context: &Context, mut each: impl FnMut(&Triangle, i32)) -> Result<()> {
    /// Triangles between two looks at the flag.
    const STRIDE: u64 = 1 << 14;
    let mut walked = 0_u64;
    source.for_each(&mut |triangle, marker| {
        walked += 1;
        if walked.is_multiple_of(STRIDE) {
            context.add_items(STRIDE);
            context.check()?;
        }
        each(triangle, marker);
        Ok(())
    })
}

/// A picture's pixels and what they show; positions are relative to the centre of the extent.
struct Window {
    width: u32,
    height: u32,
    /// Samples per metre.
    scale: f64,
    /// What is at the left and upper border: the camera's right and up, in metres.
    corner: [f64; 2],
}

impl Window {
    fn new(extent: &Extent, options: &PreviewOptions) -> Window {
        let [wide, high] = [0, 1].map(|i| (extent.seen_high[i] - extent.seen_low[i]).max(1e-6));
        let margin = if options.view == View::Top { 0.0 } else { 0.02 * wide };
        let (wide, high) = (wide + 2.0 * margin, high + 2.0 * margin);
        let width = f64::from(options.width);
        let scale = (width / wide).min(TALLEST * width / high);
        let height = (high * scale).round().clamp(1.0, TALLEST * width);
        // What does not fill the picture is in its middle.
        let middle = [0, 1].map(|i| (extent.seen_high[i] + extent.seen_low[i]) / 2.0);
        let corner = [middle[0] - width / scale / 2.0, middle[1] + height / scale / 2.0];
        Window { width: options.width, height: height as u32, scale: scale * f64::from(SAMPLES), corner }
    }

    /// The sample, and the depth, at which a position is seen.
    fn place(&self, camera: &Camera, position: [f64; 3]) -> [f64; 3] {
        let [right, up, away] = camera.see(position);
        [(right - self.corner[0]) * self.scale, (self.corner[1] - up) * self.scale, away]
    }

    /// The position that is seen at a sample.
    fn position(&self, camera: &Camera, x: u32, y: u32, depth: f32) -> [f64; 3] {
        let right = self.corner[0] + (f64::from(x) + 0.5) / self.scale;
        let up = self.corner[1] - (f64::from(y) + 0.5) / self.scale;
        camera.position([right, up, f64::from(depth)])
    }

    /// A map of heights, for shadows, as fine as the picture's pixels.
    fn height_field(&self, extent: &Extent) -> Field {
        let size = [0, 1].map(|i| (extent.high[i] - extent.low[i]).max(1e-6));
        let (most, scale) = (f64::from(self.width), self.scale / f64::from(SAMPLES));
        let cells_per_metre = scale.min(most / size[0]).min(most / size[1]);
        let [width, height] = size.map(|s| ((s * cells_per_metre).ceil() as u32).max(1));
        let corner = [0, 1].map(|i| extent.low[i] - extent.centre[i]);
        Field { width, height, cells_per_metre, corner }
    }
}

/// The cells of a map of heights.
struct Field {
    width: u32,
    height: u32,
    cells_per_metre: f64,
    /// The south-west corner.
    corner: [f64; 2],
}

impl Field {
    /// The cell of a position; the nearest is what is highest.
    fn place(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        [(x - self.corner[0]) * self.cells_per_metre, (y - self.corner[1]) * self.cells_per_metre, -z]
    }
}

/// What a surface extends over.
struct Extent {
    low: [f64; 3],
    high: [f64; 3],
    /// The lowest and the highest of what has the colours of the ground; of all where nothing has them.
    ground: [f64; 2],
    centre: [f64; 3],
    /// The camera's right and up, relative to the centre.
    seen_low: [f64; 2],
    seen_high: [f64; 2],
}

impl Extent {
    fn of(
        source: &dyn TriangleSource,
        camera: &Camera,
        options: &PreviewOptions,
        context: &Context,
    ) -> Result<(Extent, i32)> {
        let bounds = options.bounds;
        // Where the number of buildings is yet to be told by the largest marker, none is beyond their roofs.
        let buildings = options.buildings.unwrap_or(u32::MAX);
        let infinite = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        let (mut low, mut high) = infinite;
        let (mut seen_low, mut seen_high) = infinite;
        let mut ground = [f64::INFINITY, f64::NEG_INFINITY];
        let mut largest_marker = -1;
        for_each(source, context, |triangle, marker| {
            largest_marker = largest_marker.max(marker);
            if is_shown(triangle, bounds) {
                let is_ground = !matches!(Part::of(marker, buildings), Part::Wall | Part::Roof);
                for &corner in triangle {
                    if is_ground {
                        ground = [ground[0].min(corner[2]), ground[1].max(corner[2])];
                    }
                    let seen = camera.see(corner);
                    for i in 0..3 {
                        (low[i], high[i]) = (low[i].min(corner[i]), high[i].max(corner[i]));
                        (seen_low[i], seen_high[i]) = (seen_low[i].min(seen[i]), seen_high[i].max(seen[i]));
                    }
                }
            }
        })?;
        if !(0..3).all(|i| (high[i] - low[i]).is_finite()) {
            return Err(match bounds {
                Some(bounds) => {
                    Error::invalid("bounds", numbers(&bounds), "an area with triangles of the surface in it")
                }
                None => Error::invalid("surface", "without a triangle that could be drawn", "one or more triangles"),
            });
        }
        if ground[0] > ground[1] {
            ground = [low[2], high[2]];
        }
        let centre: [f64; 3] = std::array::from_fn(|i| (low[i] + high[i]) / 2.0);
        let seen = camera.see(centre);
        let [seen_low, seen_high] = [seen_low, seen_high].map(|s| [s[0] - seen[0], s[1] - seen[1]]);
        Ok((Extent { low, high, ground, centre, seen_low, seen_high }, largest_marker))
    }

    fn relative(&self, triangle: &Triangle) -> Triangle {
        triangle.map(|corner| std::array::from_fn(|i| corner[i] - self.centre[i]))
    }
}

fn is_shown(triangle: &Triangle, bounds: Option<[f64; 4]>) -> bool {
    let outside = |[x0, y0, x1, y1]: [f64; 4]| {
        triangle.iter().all(|c| c[0] < x0)
            || triangle.iter().all(|c| c[0] > x1)
            || triangle.iter().all(|c| c[1] < y0)
            || triangle.iter().all(|c| c[1] > y1)
    };
    triangle.as_flattened().iter().all(|c| c.is_finite()) && !bounds.is_some_and(outside)
}

#[cfg(test)]
mod tests;
