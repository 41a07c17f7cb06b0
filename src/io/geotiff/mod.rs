//! GeoTIFF rasters of heights: one band of numbers with a place.
//!
//! OGC GeoTIFF 1.1 (<https://docs.ogc.org/is/19-008r4/19-008r4.html>) defines the place, GDAL's tag 42113 the no-data
//! value. Strips or tiles, classic or BigTIFF, with deflate, LERC, LZMA, LZW, PackBits, ZSTD or no compression are
//! read, and masks, inside or beside the file.

mod chunk;
mod images;
mod keys;
mod layout;
#[cfg(feature = "lerc")]
mod lerc;
mod projection;
mod write;

use std::fmt::Display;
use std::fs::File;
use std::io::{BufReader, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tiff::decoder::ifd::Value;
use tiff::decoder::{Decoder, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError, TiffResult};

pub use write::write;

use self::images::{OtherImages, overview};
use self::keys::{GeoKeys, key};
use self::layout::{Bounds, Layout};
use super::crs::Crs;
use super::input;
use super::positioned::read_exact_at;
use super::raster::{BandNotes, RasterHeader, RasterSink, RasterSource, RasterStorage, RasterWindow, upright_or_not};
use super::recognise::quoted;
use super::sidecar::{self, Facts};
use crate::error::IoContext;
use crate::{Error, Result};

/// GDAL's tag for, among other things, scale, offset and unit of a band.
const GDAL_METADATA: Tag = Tag::Unknown(42112);

/// The most pixels of which a mask is held at once.
const MASKED_AT_ONCE: usize = 1 << 20;

/// A GeoTIFF whose header has been read.
#[derive(Debug)]
pub struct GeoTiff {
    path: PathBuf,
    decoder: Decoder<BufReader<File>>,
    facts: Facts,
    layout: Layout,
    mask: Option<Mask>,
    /// What the file allows, for images that are opened later.
    bounds: Bounds,
    /// The columns and rows of the smaller copies, the largest first.
    overviews: Vec<[usize; 2]>,
}

/// An image that tells which pixels have data: those where it is not 0.
#[derive(Debug)]
struct Mask {
    layout: Layout,
    /// The file beside the raster that holds it; `None` for one inside the raster's own file.
    file: Option<(PathBuf, BufReader<File>)>,
}

impl GeoTiff {
    /// Returns whether a file's first four bytes are the signature of a TIFF.
    pub fn is_signature(bytes: [u8; 4]) -> bool {
        matches!(&bytes, b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+")
    }

    /// Opens the file and reads its header. Refuses a compressed strip or tile that takes more than `memory` bytes
    /// unpacked, and an uncompressed one with a row that does.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] for a header that makes no sense or lacks a place; [`Error::Unsupported`]
    /// for several bands and other things that would give wrong heights; [`Error::MemoryLimit`].
    pub fn open(path: &Path, memory: u64) -> Result<GeoTiff> {
        let (mut decoder, file_bytes) = decoder_of(path)?;
        let bounds = Bounds { file_bytes, memory, byte_order: decoder.byte_order() };

        let said_inside = notes_inside(path, &mut decoder)?;
        refuse_what_would_mislead(path, &mut decoder)?;
        let others = OtherImages::read(path, &mut decoder, bounds)?;
        let keys = GeoKeys::read(path, &mut decoder)?;
        let (cols, rows) = guarded(path, || decoder.dimensions())?;
        let size = [cols as usize, rows as usize];
        let (header, matrix) = place(path, &mut decoder, &keys, size)?;
        let facts = Facts { matrix, ..Facts::inside(header, said_inside, keys.crs()) };
        let facts = Facts::join(path, facts)?;
        let layout = Layout::read_from(path, &mut decoder.image_ifd(), bounds, false)?;
        let mask = match (others.mask, &facts.mask) {
            (Some(layout), _) => Some(Mask { layout, file: None }),
            (None, Some(mask)) => Some(Mask::open(mask, [cols, rows], memory)?),
            (None, None) => None,
        };
        let overviews = others.overviews;
        Ok(GeoTiff { path: path.to_path_buf(), decoder, facts, layout, mask, bounds, overviews })
    }
}

impl GeoTiff {
    /// Returns the size of a pixel in metres, about, of an image of the whole with so many columns and rows.
    fn pixel_of(&self, [cols, rows]: [usize; 2]) -> f64 {
        let RasterHeader { cols: all_cols, rows: all_rows, cell: [dx, dy], .. } = self.facts.header;
        let cell = [dx * all_cols as f64 / cols as f64, dy * all_rows as f64 / rows as f64];
        RasterHeader { cell, ..self.facts.header }.pixel_in_metres(self.facts.crs.as_ref())
    }
}

impl Mask {
    /// Opens a mask beside a raster of so many columns and rows.
    fn open(path: &Path, [cols, rows]: [u32; 2], memory: u64) -> Result<Mask> {
        let (mut decoder, file_bytes) = decoder_of(path)?;
        let bounds = Bounds { file_bytes, memory, byte_order: decoder.byte_order() };
        let layout = Layout::read_from(path, &mut decoder.image_ifd(), bounds, true)?;
        if [layout.cols, layout.rows] != [cols as usize, rows as usize] {
            let seen = format!("a mask of {} x {} pixels", layout.cols, layout.rows);
            return Err(Error::bad_format(path, None, seen, format!("{cols} x {rows}, as the raster beside it has")));
        }
        Ok(Mask { layout, file: Some((path.to_path_buf(), BufReader::new(input::open(path)?))) })
    }

    /// Returns for each pixel of a window whether it has data. `own` is the raster's file.
    fn read(&mut self, window: &RasterWindow, own: (&mut BufReader<File>, &Path)) -> Result<Vec<bool>> {
        let mut has_data = vec![false; window.pixels() as usize];
        let width = window.cols.len();
        let (file, path) = match &mut self.file {
            Some((path, file)) => (file, path.as_path()),
            None => own,
        };
        for (number, part) in self.layout.parts(window, MASKED_AT_ONCE) {
            let first = part.cols.start - window.cols.start;
            self.layout.read_part(
                (file, path),
                (number, &part),
                |number| number as f32,
                |row, values| {
                    let at = (row - window.rows.start) * width + first;
                    // A strip or tile that is not there is 0, as a value that is none.
                    has_data[at..at + values.len()].iter_mut().zip(values).for_each(|(has, v)| *has = *v > 0.0);
                    Ok(())
                },
            )?;
        }
        Ok(has_data)
    }
}

impl RasterSource for GeoTiff {
    fn header(&self) -> &RasterHeader {
        &self.facts.header
    }

    fn crs(&self) -> Option<&Crs> {
        self.facts.crs.as_ref()
    }

    fn matrix(&self) -> Option<[f64; 6]> {
        self.facts.matrix
    }

    fn storage(&self) -> RasterStorage {
        let (numbers, packing) = self.layout.describe();
        let has_mask = self.mask.is_some();
        let overviews = self.overviews.iter().map(|&size| self.pixel_of(size)).collect();
        RasterStorage { numbers, packing, has_mask, overviews, ..RasterStorage::of_file("GeoTIFF", &self.facts.notes) }
    }

    fn coarsen(&mut self, largest: f64) -> Result<()> {
        let fits = |size: &&[usize; 2]| self.pixel_of(**size) <= largest * (1.0 + 1e-9);
        let Some(&[cols, rows]) = self.overviews.iter().rev().find(fits) else { return Ok(()) };
        // A mask beside the raster has the raster's own pixels.
        if self.facts.mask.is_some() {
            return Ok(());
        }
        let has_mask = self.mask.is_some();
        let Some((layout, mask)) = overview(&self.path, &mut self.decoder, self.bounds, [cols, rows], has_mask)? else {
            return Ok(());
        };
        let header = &mut self.facts.header;
        let [across, down] = [header.cols as f64 / cols as f64, header.rows as f64 / rows as f64];
        (header.cell, header.cols, header.rows) = ([header.cell[0] * across, header.cell[1] * down], cols, rows);
        self.facts.matrix = self.facts.matrix.map(|[x, ax, bx, y, ay, by]| {
            let (ax, bx, ay, by) = (ax * across, bx * down, ay * across, by * down);
            [x, ax, bx, y, ay, by]
        });
        (self.layout, self.mask) = (layout, mask.map(|layout| Mask { layout, file: None }));
        Ok(())
    }

    fn interpret(&mut self, nodata: &[f64], unit: Option<f64>) -> Result<f64> {
        self.facts.interpret(&self.path, nodata, unit)
    }

    fn take_raw(&mut self) -> Result<()> {
        self.facts.take_raw();
        Ok(())
    }

    /// Reads strip by strip or tile by tile; those outside the window are skipped.
    fn read(&mut self, window: &RasterWindow, sink: &mut RasterSink) -> Result<()> {
        self.facts.header.check_window(window)?;
        let conversion = &self.facts.conversion;
        let most = if self.mask.is_some() { MASKED_AT_ONCE } else { usize::MAX };
        for (number, part) in self.layout.parts(window, most) {
            let file = self.decoder.inner();
            let mask = self.mask.as_mut().map(|mask| mask.read(&part, (file, &self.path))).transpose()?;
            let width = part.cols.len();
            let file = self.decoder.inner();
            let convert = |number: f64| conversion.height(number);
            self.layout.read_part((file, &self.path), (number, &part), convert, |row, heights| {
                if let Some(mask) = &mask {
                    let has_data = &mask[(row - part.rows.start) * width..][..width];
                    heights.iter_mut().zip(has_data).filter(|(_, has)| !**has).for_each(|(h, _)| *h = f32::NAN);
                }
                sink(row, part.cols.start, heights)
            })?;
        }
        Ok(())
    }
}

/// Opens a TIFF; returns the decoder of its directories and the number of its bytes.
fn decoder_of(path: &Path) -> Result<(Decoder<BufReader<File>>, u64)> {
    let mut file = input::open(path)?;
    let file_bytes = file.metadata().context("read", path)?.len();
    check_counts(&file, path, file_bytes)?;
    file.rewind().context("seek in", path)?;
    let decoder = guarded(path, || Decoder::new(BufReader::new(file)))?;
    // These limits bound further directories, whose counts are not checked above.
    let mut limits = Limits::default();
    let largest = file_bytes.saturating_mul(size_of::<Value>() as u64);
    limits.decoding_buffer_size = limits.decoding_buffer_size.min(usize::try_from(largest).unwrap_or(usize::MAX));
    Ok((decoder.with_limits(limits), file_bytes))
}

/// Refuses a first directory with an entry of more values than the file has bytes: the decoder allocates room for them
/// before it looks whether they exist.
fn check_counts(file: &File, path: &Path, file_bytes: u64) -> Result<()> {
    let mut start = [0; 16];
    let at_hand = start.len().min(file_bytes as usize);
    read_exact_at(file, &mut start[..at_hand], 0).context("read", path)?;
    let little = start[0] == b'I';
    let number = |bytes: &[u8]| {
        let join = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        if little { bytes.iter().rev().fold(0, join) } else { bytes.iter().fold(0, join) }
    };
    let big = number(&start[2..4]) == 43;
    let (directory, count_bytes, entry_bytes) =
        if big { (number(&start[8..16]), 8, 20) } else { (number(&start[4..8]), 2, 12) };
    let mut count = [0; 8];
    let mut entry = [0; 20];
    // The decoder reports data that are missing.
    if read_exact_at(file, &mut count[..count_bytes], directory).is_err() {
        return Ok(());
    }
    for n in 0..number(&count[..count_bytes]) {
        let at =
            n.checked_mul(entry_bytes as u64).and_then(|at| at.checked_add(directory)?.checked_add(count_bytes as u64));
        let Some(at) = at.filter(|&at| read_exact_at(file, &mut entry[..entry_bytes], at).is_ok()) else { break };
        let values = number(&entry[4..if big { 12 } else { 8 }]);
        if values > file_bytes {
            let seen = format!("a directory entry of {values} values");
            return Err(Error::bad_format(path, at, seen, format!("no more than the file's {file_bytes} bytes")));
        }
    }
    Ok(())
}

/// Calls the decoder, names the file in its errors, and turns its panics into errors.
fn guarded<T>(path: &Path, call: impl FnOnce() -> TiffResult<T>) -> Result<T> {
    const ACCEPTED: &str = "a TIFF of one band of numbers";
    // The decoder is not used again after an error.
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(TiffError::IoError(e))) if e.raw_os_error().is_some() => Err(e).context("read", path),
        Ok(Err(TiffError::UnsupportedError(e))) => Err(unsupported(path, e)),
        Ok(Err(e)) => Err(Error::bad_format(path, None, e, ACCEPTED)),
        Err(_) => Err(Error::bad_format(path, None, "sizes that contradict each other", ACCEPTED)),
    }
}

fn unsupported(path: &Path, what: impl Display) -> Error {
    Error::Unsupported { subject: path.to_path_buf(), what: format!("no heights can be read from it: {what}") }
}

/// Refuses files that can be decoded but would give wrong heights.
fn refuse_what_would_mislead(path: &Path, decoder: &mut Decoder<BufReader<File>>) -> Result<()> {
    const WHITE_IS_ZERO: u16 = 0;
    let color = guarded(path, || decoder.colortype())?;
    let photometric = guarded(path, || decoder.find_tag_unsigned::<u16>(Tag::PhotometricInterpretation))?;
    if !matches!(color, ColorType::Gray(8..)) || photometric == Some(WHITE_IS_ZERO) {
        let file = quoted(path);
        let remedy = match color {
            ColorType::Gray(_) | ColorType::Palette(_) => {
                format!("gdal_translate -ot Float32 {file} metres.tif, if its numbers are heights")
            }
            ColorType::GrayA(_) | ColorType::Multiband { num_samples: 2, .. } => format!(
                "gdalwarp -ot Float32 -srcalpha -dstnodata -9999 {file} two.tif and gdal_translate -b 1 two.tif \
                 metres.tif where the second band says which pixels have data, else gdal_translate -b 1 {file} \
                 metres.tif"
            ),
            _ => format!("gdal_translate -b 1 {file} metres.tif takes the first band, if its numbers are heights"),
        };
        return Err(unsupported(
            path,
            format!(
                "pixels of {color:?}, photometric {}; accepted: one band of numbers of 8 bits or more, photometric 1: \
                 {remedy}",
                photometric.unwrap_or_default()
            ),
        ));
    }
    Ok(())
}

/// Reads GDAL's tags about the band.
fn notes_inside(path: &Path, decoder: &mut Decoder<BufReader<File>>) -> Result<BandNotes> {
    let mut text_of = |tag: Tag| -> Result<Option<String>> {
        let text = guarded(path, || decoder.find_tag(tag)?.map(Value::into_string).transpose())?;
        let text = text.map(|text| text.trim_matches(|c: char| c.is_whitespace() || c == '\0').to_string());
        Ok(text.filter(|text| !text.is_empty()))
    };
    let nodata = text_of(Tag::GdalNodata)?.map(|text| {
        let seen = || format!("a no-data value of \"{text}\"");
        let accepted = "a number; gdal_edit.py -a_nodata VALUE FILE sets one";
        sidecar::number(&text).ok_or_else(|| Error::bad_format(path, None, seen(), accepted))
    });
    let metadata = text_of(GDAL_METADATA)?.map(|text| {
        sidecar::metadata(&text).map_err(|seen| {
            let accepted = "metadata as GDAL writes them; gdal_translate FILE metres.tif writes them anew";
            Error::bad_format(path, None, format!("GDAL's metadata: {seen}"), accepted)
        })
    });
    let notes = metadata.transpose()?.unwrap_or_default();
    Ok(BandNotes { nodata: nodata.transpose()?, ..notes })
}

/// Reads where the raster of so many columns and rows lies, with the matrix of one that is not upright.
fn place(
    path: &Path,
    decoder: &mut Decoder<BufReader<File>>,
    keys: &GeoKeys,
    [cols, rows]: [usize; 2],
) -> Result<(RasterHeader, Option<[f64; 6]>)> {
    let mut numbers = |tag: Tag| -> Result<Option<Vec<f64>>> {
        guarded(path, || decoder.find_tag(tag)?.map(Value::into_f64_vec).transpose())
    };
    let (scale, tiepoints, transformation) =
        (numbers(Tag::ModelPixelScaleTag)?, numbers(Tag::ModelTiepointTag)?, numbers(Tag::ModelTransformationTag)?);
    // Both forms give the upper left corner of the first pixel, or its centre with PixelIsPoint.
    let [x, ax, bx, y, ay, by] = match (scale.as_deref(), tiepoints.as_deref(), transformation.as_deref()) {
        (Some(&[dx, dy, ..]), Some(&[i, j, _, x, y, _]), _) => [x - i * dx, dx, 0.0, y + j * dy, 0.0, -dy],
        (_, _, Some(&[ax, bx, _, x, ay, by, _, y, ..])) => [x, ax, bx, y, ay, by],
        (_, Some(points), _) if points.len() > 6 => {
            let what =
                format!("it is placed by several control points; gdalwarp {} metres.tif resolves them", quoted(path));
            return Err(unsupported(path, what));
        }
        _ => {
            let accepted = "ModelPixelScale with one ModelTiepoint, or ModelTransformation, as gdal_translate writes \
                            them (also from a .tfw file beside it)";
            return Err(Error::bad_format(path, None, "a TIFF that does not say where it lies", accepted));
        }
    };
    let shift = match keys.get(key::RASTER_TYPE) {
        Some(key::PIXEL_IS_POINT) => 0.5,
        _ => 0.0,
    };
    let corner = [x - shift * (ax + bx), y - shift * (ay + by)];
    let matrix = [corner[0], ax, bx, corner[1], ay, by];
    if !(ax * by - bx * ay).is_normal() {
        let seen = format!("rows and columns of one direction, or none, in the place {matrix:?}");
        return Err(Error::bad_format(path, None, seen, "pixels with an area"));
    }
    Ok(upright_or_not(matrix, [cols, rows]))
}

#[cfg(test)]
mod tests;
