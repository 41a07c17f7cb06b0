//! Pictures: pixels, plain shapes and letters, saved as PNG.

use std::io::{BufWriter, Write};
use std::path::Path;

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};

use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability};
use crate::{Error, Result};

/// A colour: red, green and blue.
pub type Rgb = [u8; 3];

/// The colour of letters and of the marks beside them.
pub const INK: Rgb = [45, 45, 50];
/// The background of captions.
pub const PAPER: Rgb = [252, 252, 250];

/// The largest ratio of height to width of a picture that is drawn to fit its subject.
pub const TALLEST: f64 = 4.0;

/// Refuses a width that is out of range.
///
/// # Errors
/// [`Error::InvalidArgument`].
pub fn check_width(width: u32) -> Result<()> {
    if (16..=8192).contains(&width) { Ok(()) } else { Err(Error::invalid("width", width, "16 to 8192 pixels")) }
}

/// Refuses a file whose name says that it is another kind of picture.
pub fn check_name(path: &Path) -> Result<()> {
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png")) {
        return Ok(());
    }
    Err(Error::invalid("output", path.display(), "a file name that ends in .png"))
}

/// Returns the error for a picture that takes more memory than the limit leaves; it names a width that fits.
pub fn too_large(limit: u64, needed: u64, width: u32, fits: impl Fn(u32) -> bool) -> Error {
    let (mut fitting, mut too_wide) = (0, width);
    while too_wide - fitting > 1 {
        let middle = fitting + (too_wide - fitting) / 2;
        if fits(middle) { fitting = middle } else { too_wide = middle }
    }
    let what = match check_width(fitting) {
        Ok(()) => format!("a picture of a width of {width} pixels, where {fitting} pixels fit (width, --width)"),
        Err(_) => format!("a picture of a width of {width} pixels"),
    };
    Error::MemoryLimit { limit, needed, what }
}

/// A picture being drawn.
#[derive(Clone, Debug)]
pub struct Picture {
    width: u32,
    height: u32,
    /// Rows from top to bottom, three bytes per pixel.
    pixels: Vec<u8>,
}

/// The size of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 16 pixels high.
    Small,
    /// 32 pixels high.
    Large,
}

impl Size {
    /// Returns the size that suits a picture of this width.
    pub fn for_width(width: u32) -> Size {
        if width < 1200 { Size::Small } else { Size::Large }
    }

    fn raster(self) -> RasterHeight {
        match self {
            Size::Small => RasterHeight::Size16,
            Size::Large => RasterHeight::Size32,
        }
    }

    /// Returns the height of a line, in pixels.
    pub fn line(self) -> u32 {
        self.raster().val() as u32
    }

    /// Returns the width of a text, in pixels.
    pub fn width_of(self, text: &str) -> u32 {
        text.chars().count() as u32 * get_raster_width(FontWeight::Regular, self.raster()) as u32
    }
}

impl Picture {
    /// Creates a picture of one colour.
    ///
    /// # Errors
    /// [`Error::NoMemory`].
    pub fn new(width: u32, height: u32, colour: Rgb) -> Result<Picture> {
        let bytes = 3 * width as usize * height as usize;
        let mut pixels = Vec::new();
        pixels.try_reserve_exact(bytes).map_err(|_| Error::NoMemory { bytes: bytes as u64, what: "a picture" })?;
        pixels.resize(bytes, 0);
        let mut picture = Picture { width, height, pixels };
        picture.pixels_mut().fill(colour);
        Ok(picture)
    }

    /// Returns its width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Returns its height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Returns the pixels, row by row from the top.
    pub fn pixels_mut(&mut self) -> &mut [Rgb] {
        self.pixels.as_chunks_mut::<3>().0
    }

    /// Returns the rows from `first` on.
    fn rows_mut(&mut self, first: u32) -> std::slice::ChunksExactMut<'_, Rgb> {
        let width = self.width as usize;
        self.pixels_mut()[first as usize * width..].chunks_exact_mut(width)
    }

    /// Fills a rectangle, clipped to the picture.
    pub fn fill(&mut self, [x, y]: [u32; 2], [width, height]: [u32; 2], colour: Rgb) {
        let end = x.saturating_add(width).min(self.width) as usize;
        for row in self.rows_mut(y.min(self.height)).take(height as usize) {
            row.get_mut(x as usize..end).into_iter().for_each(|part| part.fill(colour));
        }
    }

    /// Draws a thick line.
    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], thickness: u32, colour: Rgb) {
        let steps = (to[0] - from[0]).abs().max((to[1] - from[1]).abs()).ceil().max(1.0);
        let half = f64::from(thickness) / 2.0;
        for n in 0..=steps as u32 {
            let at = [0, 1].map(|d| from[d] + (to[d] - from[d]) * f64::from(n) / steps - half);
            self.fill(at.map(|v| v.round().max(0.0) as u32), [thickness, thickness], colour);
        }
    }

    /// Writes text with its upper left corner at a place. Characters without a glyph, and parts outside the picture,
    /// are left out.
    pub fn write(&mut self, [x, y]: [u32; 2], text: &str, size: Size) {
        let letters = text.chars().zip(0..);
        for (letter, n) in letters {
            let Some(raster) = get_raster(letter, FontWeight::Regular, size.raster()) else { continue };
            let left = x as usize + n * raster.width();
            for (row, shades) in self.rows_mut(y.min(self.height)).zip(raster.rows()) {
                for (pixel, &shade) in row.iter_mut().skip(left).zip(shades.iter()) {
                    let mix = |c: usize| {
                        let [below, ink] = [pixel[c], INK[c]].map(u32::from);
                        ((below * (255 - u32::from(shade)) + ink * u32::from(shade)) / 255) as u8
                    };
                    *pixel = [mix(0), mix(1), mix(2)];
                }
            }
        }
    }

    /// Draws a colour ramp from left to right; `colour` gets the position in it, 0 to 1.
    pub fn ramp(&mut self, [x, y]: [u32; 2], [width, height]: [u32; 2], colour: impl Fn(f64) -> Rgb) {
        for n in 0..width {
            self.fill([x + n, y], [1, height], colour(f64::from(n) / f64::from(width)));
        }
    }

    /// Returns the width, in pixels, that [`Picture::scale_bar`] would take.
    pub fn scale_bar_width(wide: u32, pixels_per_unit: f64, unit: &str, size: Size) -> u32 {
        let (pixels, text) = scale(wide, pixels_per_unit, unit);
        pixels + size.line() / 2 + size.width_of(&text)
    }

    /// Draws a scale bar of a round number of units, about `wide` pixels long, with its label; returns the total width.
    pub fn scale_bar(&mut self, [x, y]: [u32; 2], wide: u32, pixels_per_unit: f64, unit: &str, size: Size) -> u32 {
        let (pixels, text) = scale(wide, pixels_per_unit, unit);
        let (line, thin) = (size.line(), size.line() / 8);
        let bar = y + line * 5 / 8;
        self.fill([x, bar], [pixels, thin], INK);
        for end in [x, x + pixels.saturating_sub(thin)] {
            self.fill([end, y + line / 4], [thin, line / 2], INK);
        }
        self.write([x + pixels + line / 2, y], &text, size);
        pixels + line / 2 + size.width_of(&text)
    }

    /// Saves the picture as a PNG file, which appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save(&self, path: &Path) -> Result<()> {
        let mut file = AtomicFile::create(path)?;
        let mut out = BufWriter::new(&mut file);
        let mut encoder = png::Encoder::new(&mut out, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder
            .write_header()
            .and_then(|mut writer| {
                writer.write_image_data(&self.pixels)?;
                writer.finish()
            })
            .map_err(|e| match e {
                png::EncodingError::IoError(source) => source,
                other => std::io::Error::other(other),
            })
            .and_then(|()| out.flush())
            .context("write", path)?;
        drop(out);
        file.commit(Durability::Unsynced)
    }
}

/// Returns the length of a scale bar in pixels, and its label.
fn scale(wide: u32, pixels_per_unit: f64, unit: &str) -> (u32, String) {
    let length = round_below(f64::from(wide) / pixels_per_unit);
    ((length * pixels_per_unit).round() as u32, format!("{length} {unit}").trim_end().to_string())
}

/// Returns the largest number of the form 1, 2 or 5 times a power of ten that is not above `value`.
pub fn round_below(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let factor = [5.0, 2.0].into_iter().find(|factor| factor * power <= value).unwrap_or(1.0);
    factor * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_end_at_the_border_and_text_is_ink() {
        let mut picture = Picture::new(40, 20, PAPER).unwrap();
        picture.fill([38, 18], [100, 100], [1, 2, 3]);
        picture.line([-5.0, 10.0], [50.0, 10.0], 2, [9, 9, 9]);
        picture.write([30, 0], "groma", Size::Small);
        picture.write([0, 500], "below", Size::Large);
        let rows: Vec<Vec<Rgb>> = picture.rows_mut(0).map(|row| row.to_vec()).collect();
        assert_eq!((rows[19][39], rows[19][37], rows[10][0]), ([1, 2, 3], PAPER, [9, 9, 9]));
        assert!(rows[..9].iter().flatten().any(|pixel| *pixel != PAPER));
        assert!(rows[..9].iter().all(|row| row[..30].iter().all(|pixel| *pixel == PAPER)));
    }

    #[test]
    fn lengths_are_round() {
        let found = [0.3, 1.0, 4.99, 7.0, 123.0, 5000.0].map(round_below);
        assert_eq!(found, [0.2, 1.0, 2.0, 5.0, 100.0, 5000.0]);
    }
}
