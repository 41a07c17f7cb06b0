//! Pictures of a surface: a PNG from above or from the south-west, with the sun's shadows.
//!
//! | module | what it holds |
//! |---|---|
//! | `camera` | the projection from the world to the picture and back |
//! | `caption` | scale, north, and a legend of the colours |
//! | `raster` | triangles to pixels by depth |
//! | `shade` | colours of the parts, light and shadow |
//!
//! The surface is read twice, for its extent and for drawing, and once more to find the number of buildings where
//! nobody states it. The picture and the heights that cast shadows take 7 bytes per pixel, and the samples of a pixel
//! 32. Where these exceed the memory limit the picture is drawn in bands, and the surface is read once for each. A
//! picture that does not fit even so is refused.
//!
//! ```
//! # use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
//! # use groma::city::generate::{GenerateOptions, city};
//! # use groma::city::{CityInput, Footprints, Ground};
//! use groma::city::preview::{PreviewOptions, preview};
//! use groma::city::store::MeshStore;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let (footprints, terrain) = city(&GenerateOptions::new(6))?;
//! # let (footprints, terrain) = (Footprints::Memory(footprints.into()), Ground::Memory(terrain.into()));
//! # let input = CityInput { footprints, terrain };
//! # build_city_mesh(&input, folder.path().join("tiles"), &BuildCityMeshOptions::default())?;
//! let store = MeshStore::open(folder.path().join("tiles"))?;
//! preview(&store, &folder.path().join("city.png"), &PreviewOptions::default())?;
//! # Ok::<(), groma::Error>(())
//! ```

mod camera;
mod caption;
mod raster;
mod shade;

use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use crate::human::numbers;
use crate::io::picture::{PAPER, Picture, TALLEST, check_name, check_width, too_large};
use crate::io::surface::part::MarkersSeen;
use crate::io::surface::{Part, Triangle, TriangleSource};
use crate::job::{Context, MemoryBudget, Phase, RunOptions, Runner};
use crate::{Error, Result};
use camera::Camera;
use caption::{Caption, Legend};
use raster::DepthBuffer;
use shade::{Paint, Painter, Sun};

/// Samples per pixel along each axis.
const SAMPLES: u32 = 2;

/// The direction that a surface is seen from. Both views are parallel projections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// From straight above, north up; the light comes from the north-west, as on maps.
    Top,
    /// From the south-west, 35 degrees above the horizon.
    #[default]
    Oblique,
}

/// Options of a picture.
#[derive(Clone, Debug)]
pub struct PreviewOptions {
    /// The picture's width in pixels, 16 to 8192. Its height follows from its content and the caption.
    pub width: u32,
    /// The view.
    pub view: View,
    /// The part of the surface to draw: smallest x and y, largest x and y, in metres; `None` for all of it. Triangles
    /// that cross the edge are drawn.
    pub bounds: Option<[f64; 4]>,
    /// The number of buildings, N, that the markers refer to. `None` takes the number that the surface states, or else
    /// the one that walls and roofs suggest.
    pub buildings: Option<u32>,
    /// Whether to add a strip below with scale, north, and a legend of the colours.
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
/// [`Error::InvalidArgument`] for a width out of range, a name that does not end in .png, or when there is nothing to
/// draw; [`Error::MemoryLimit`] for a picture that does not fit
/// [`DEFAULT_MEMORY_LIMIT`](crate::job::DEFAULT_MEMORY_LIMIT), with a width that does; [`Error::NoMemory`],
/// [`Error::Io`], and the errors of the source.
pub fn preview(source: &dyn TriangleSource, path: &Path, options: &PreviewOptions) -> Result<()> {
    preview_with(source, path, options, &mut Runner::new(&RunOptions::default())?)
}

/// As [`preview`], on the caller's runner and within its memory limit.
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
    check_name(path)?;
    runner.plan(&[Phase { name: "draw", weight: 2.0 }, Phase { name: "shade", weight: 1.0 }]);
    let context = runner.context().clone();
    if let Some(missing) = source.missing()? {
        context.warn("missing-tiles", missing);
    }
    let walks = 2 + u64::from(options.buildings.or(source.buildings()).is_none());
    runner.begin("draw", 0, walks * source.triangles())?;
    let scene = runner.run(|| Scene::new(source, options, &context))?;
    let rows = scene.rows_at_once(options, context.memory())?;
    let _memory = context.memory().reserve(scene.layout.bytes(rows), "a picture")?;
    let (heights, first) = runner.run(|| {
        let mut heights = DepthBuffer::new(scene.layout.field.width, 0..scene.layout.field.height)?;
        let mut band = Band::new(&scene.layout.view, 0..rows)?;
        scene.draw(source, &mut band, Some(&mut heights), &context)?;
        Ok((heights, band))
    })?;
    runner.begin("shade", 0, u64::from(scene.layout.view.height))?;
    runner.run(|| scene.shade(source, path, (heights, first), &context))?;
    runner.finish();
    Ok(())
}

/// The content of a picture and its layout.
struct Scene {
    camera: Camera,
    sun: Sun,
    painter: Painter,
    extent: Extent,
    bounds: Option<[f64; 4]>,
    layout: Layout,
}

/// The sizes of a picture.
struct Layout {
    view: Window,
    field: Field,
    /// The strip below, if any.
    caption: Option<Caption>,
}

/// Some rows of a picture, with the content of each of their samples.
struct Band {
    rows: Range<u32>,
    seen: DepthBuffer,
    paint: Vec<Paint>,
}

impl Layout {
    fn new(extent: &Extent, options: &PreviewOptions) -> Layout {
        let view = Window::new(extent, options);
        let field = view.height_field(extent);
        let scale = view.scale / f64::from(SAMPLES);
        let caption = options.caption.then(|| Caption::new(options.width, scale, extent.legend, extent.ground));
        Layout { view, field, caption }
    }

    /// Returns the number of rows of the whole picture.
    fn height(&self) -> u32 {
        self.view.height + self.caption.as_ref().map_or(0, Caption::height)
    }

    /// Returns the bytes of memory for a picture of which `rows` rows are drawn at once.
    fn bytes(&self, rows: u32) -> u64 {
        const BYTES_PER_SAMPLE: u64 = (size_of::<f32>() + size_of::<Paint>()) as u64;
        let width = u64::from(self.view.width);
        let picture = 3 * width * u64::from(self.height());
        let heights = 4 * u64::from(self.field.width) * u64::from(self.field.height);
        let band = width * u64::from(rows) * u64::from(SAMPLES * SAMPLES) * BYTES_PER_SAMPLE;
        // The file is encoded in memory after the rest was freed.
        picture + (heights + band).max(picture)
    }

    /// Returns the smallest number of rows that are drawn at once.
    fn fewest_rows(&self) -> u32 {
        self.view.height.min(64)
    }
}

impl Band {
    fn new(view: &Window, rows: Range<u32>) -> Result<Band> {
        let seen = DepthBuffer::new(view.width * SAMPLES, rows.start * SAMPLES..rows.end * SAMPLES)?;
        let mut paint = Vec::new();
        let bytes = (seen.len() * size_of::<Paint>()) as u64;
        paint.try_reserve_exact(seen.len()).map_err(|_| Error::NoMemory { bytes, what: "a picture" })?;
        paint.resize(seen.len(), Paint::default());
        Ok(Band { rows, seen, paint })
    }
}

impl Scene {
    fn new(source: &dyn TriangleSource, options: &PreviewOptions, context: &Context) -> Result<Scene> {
        let camera = Camera::new(options.view);
        let (extent, buildings) = Extent::of(source, &camera, options, context)?;
        let sun = Sun::new(options.view);
        let painter = Painter::new(&sun, &camera, buildings, extent.ground);
        let layout = Layout::new(&extent, options);
        Ok(Scene { camera, sun, painter, extent, bounds: options.bounds, layout })
    }

    /// Returns the number of rows that the memory allows to draw at once.
    fn rows_at_once(&self, options: &PreviewOptions, memory: &MemoryBudget) -> Result<u32> {
        let (layout, room) = (&self.layout, memory.room());
        let fewest = layout.fewest_rows();
        if layout.bytes(fewest) > room {
            let needed = memory.limit() - room + layout.bytes(fewest);
            return Err(too_large(memory.limit(), needed, options.width, |width| {
                let smaller = Layout::new(&self.extent, &PreviewOptions { width, ..options.clone() });
                smaller.bytes(smaller.fewest_rows()) <= room
            }));
        }
        let (mut rows, mut too_many) = (fewest, layout.view.height + 1);
        while too_many - rows > 1 {
            let middle = rows + (too_many - rows) / 2;
            if layout.bytes(middle) <= room { rows = middle } else { too_many = middle }
        }
        Ok(rows)
    }

    /// Draws a band, and the map of heights if given.
    fn draw(
        &self,
        source: &dyn TriangleSource,
        band: &mut Band,
        mut heights: Option<&mut DepthBuffer>,
        context: &Context,
    ) -> Result<()> {
        let Layout { view, field, .. } = &self.layout;
        for_each(source, context, |triangle, marker| {
            if !is_shown(triangle, self.bounds) {
                return;
            }
            let here = self.extent.relative(triangle);
            let colour = self.painter.paint(&here, triangle, marker);
            band.seen.draw(&here.map(|p| view.place(&self.camera, p)), |pixel| band.paint[pixel] = colour);
            if let Some(heights) = &mut heights {
                heights.draw(&here.map(|p| field.place(p)), |_| ());
            }
        })
    }

    fn shade(
        &self,
        source: &dyn TriangleSource,
        path: &Path,
        (heights, mut band): (DepthBuffer, Band),
        context: &Context,
    ) -> Result<()> {
        let Layout { view, caption, .. } = &self.layout;
        let mut shown = Picture::new(view.width, self.layout.height(), PAPER)?;
        let at_once = band.rows.end;
        loop {
            self.shade_band(&mut shown, &band, &heights, context)?;
            let next = band.rows.end..view.height.min(band.rows.end + at_once);
            drop(band);
            if next.is_empty() {
                break;
            }
            band = Band::new(view, next)?;
            self.draw(source, &mut band, None, context)?;
        }
        drop(heights);
        if let Some(caption) = caption {
            caption.draw(&mut shown, view.height, &self.camera);
        }
        shown.save(path)
    }

    fn shade_band(&self, shown: &mut Picture, band: &Band, heights: &DepthBuffer, context: &Context) -> Result<()> {
        let Scene { camera, sun, extent, layout: Layout { view, field, .. }, .. } = self;
        let Band { rows, seen, paint } = band;
        let zenith = extent.high[2] - extent.centre[2];
        let lines = shown.pixels_mut().par_chunks_mut(view.width as usize);
        lines.skip(rows.start as usize).take(rows.len()).enumerate().try_for_each(|(line, pixels)| {
            context.check()?;
            let row = rows.start + line as u32;
            for (column, pixel) in pixels.iter_mut().enumerate() {
                let mut sum = [0.0; 3];
                for sample in 0..SAMPLES * SAMPLES {
                    let (x, y) = (column as u32 * SAMPLES + sample % SAMPLES, row * SAMPLES + sample / SAMPLES);
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
        })
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

/// The mapping between samples and positions, which are relative to the centre of the extent.
struct Window {
    width: u32,
    height: u32,
    /// Samples per metre.
    scale: f64,
    /// The left and upper border, as the camera's right and up, in metres.
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
        // Content that does not fill the picture is centred.
        let middle = [0, 1].map(|i| (extent.seen_high[i] + extent.seen_low[i]) / 2.0);
        let corner = [middle[0] - width / scale / 2.0, middle[1] + height / scale / 2.0];
        Window { width: options.width, height: height as u32, scale: scale * f64::from(SAMPLES), corner }
    }

    /// Returns the sample and the depth at which a position is seen.
    fn place(&self, camera: &Camera, position: [f64; 3]) -> [f64; 3] {
        let [right, up, away] = camera.see(position);
        [(right - self.corner[0]) * self.scale, (self.corner[1] - up) * self.scale, away]
    }

    /// Returns the position that is seen at a sample.
    fn position(&self, camera: &Camera, x: u32, y: u32, depth: f32) -> [f64; 3] {
        let right = self.corner[0] + (f64::from(x) + 0.5) / self.scale;
        let up = self.corner[1] - (f64::from(y) + 0.5) / self.scale;
        camera.position([right, up, f64::from(depth)])
    }

    /// Returns the grid of a map of heights, for shadows, as fine as the picture's pixels.
    fn height_field(&self, extent: &Extent) -> Field {
        let size = [0, 1].map(|i| (extent.high[i] - extent.low[i]).max(1e-6));
        let (most, scale) = (f64::from(self.width), self.scale / f64::from(SAMPLES));
        let cells_per_metre = scale.min(most / size[0]).min(most / size[1]);
        let [width, height] = size.map(|s| ((s * cells_per_metre).ceil() as u32).max(1));
        let corner = [0, 1].map(|i| extent.low[i] - extent.centre[i]);
        Field { width, height, cells_per_metre, corner }
    }
}

/// The grid of a map of heights.
struct Field {
    width: u32,
    height: u32,
    cells_per_metre: f64,
    /// The south-west corner.
    corner: [f64; 2],
}

impl Field {
    /// Returns the cell of a position, and its depth: the highest position is the nearest.
    fn place(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        [(x - self.corner[0]) * self.cells_per_metre, (y - self.corner[1]) * self.cells_per_metre, -z]
    }
}

/// The extent of a surface.
struct Extent {
    low: [f64; 3],
    high: [f64; 3],
    /// The lowest and the highest elevation of triangles in the colours of the ground; of all triangles if there are
    /// none.
    ground: [f64; 2],
    /// The visible colours.
    legend: Legend,
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
    ) -> Result<(Extent, u32)> {
        let bounds = options.bounds;
        let buildings = match options.buildings.or(source.buildings()) {
            Some(buildings) => buildings,
            None => {
                let mut seen = MarkersSeen::default();
                for_each(source, context, |triangle, marker| seen.add(triangle, marker))?;
                seen.likely()
            }
        };
        let infinite = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        let (mut low, mut high) = infinite;
        let (mut seen_low, mut seen_high) = infinite;
        let mut ground = [f64::INFINITY, f64::NEG_INFINITY];
        let mut legend = Legend::default();
        for_each(source, context, |triangle, marker| {
            if is_shown(triangle, bounds) {
                let part = Part::of(marker, buildings);
                let is_ground = !matches!(part, Part::Wall | Part::Roof);
                if camera.sees(triangle) {
                    legend.add(part, shade::is_upright(triangle));
                }
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
        Ok((Extent { low, high, ground, legend, centre, seen_low, seen_high }, buildings))
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
