//! GeoTIFF rasters of heights: one band of numbers and where it lies.
//!
//! OGC GeoTIFF 1.1 (<https://docs.ogc.org/is/19-008r4/19-008r4.html>) for the place, and GDAL's tag 42113 for the value
//! that stands for no data. Strips or tiles, classic or BigTIFF, the compressions of the `tiff` crate (deflate, LZW,
//! PackBits, none).

mod write;

use std::fmt::Display;
use std::fs::File;
use std::io::{BufReader, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tiff::decoder::ifd::Value;
use tiff::decoder::{ChunkType, Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError, TiffResult};

pub use write::write;

use super::input;
use super::positioned::read_exact_at;
use super::raster::{RasterHeader, RasterSink, height};
use crate::error::IoContext;
use crate::{Error, Result};

/// GDAL's tag for, among other things, the scale and the offset of a band.
const GDAL_METADATA: Tag = Tag::Unknown(42112);

/// The keys of a GeoTIFF that matter here, by the names and numbers of the standard.
mod key {
    pub const MODEL_TYPE: u16 = 1024;
    pub const RASTER_TYPE: u16 = 1025;
    pub const PROJECTED_CRS: u16 = 3072;
    pub const LINEAR_UNITS: u16 = 3076;
    pub const VERTICAL_UNITS: u16 = 4099;

    pub const MODEL_PROJECTED: u16 = 1;
    pub const MODEL_GEOGRAPHIC: u16 = 2;
    pub const MODEL_GEOCENTRIC: u16 = 3;
    pub const PIXEL_IS_AREA: u16 = 1;
    pub const PIXEL_IS_POINT: u16 = 2;
    pub const METRE: u16 = 9001;
    pub const USER_DEFINED: u16 = 32767;
}

/// A compressed byte never makes more bytes than this: LZW's longest string takes 12 bits, deflate's best is 1032.
const MOST_EXPANSION: u64 = 4096;
/// The value of the tag Compression for data as they are.
const NOT_COMPRESSED: u16 = 1;

/// A GeoTIFF whose header has been read.
#[derive(Debug)]
pub struct GeoTiff {
    path: PathBuf,
    decoder: Decoder<BufReader<File>>,
    header: RasterHeader,
    nodata: Option<f64>,
    /// The bytes of each strip or tile in the file; none in those that hold no data.
    chunk_bytes: Vec<u64>,
    is_compressed: bool,
}

impl GeoTiff {
    /// Whether a file's first four bytes are those of a TIFF.
    pub fn is_signature(bytes: [u8; 4]) -> bool {
        matches!(&bytes, b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+")
    }

    /// Opens the file and reads its header. A strip or tile that takes more than `memory` bytes is refused.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] for a header that makes no sense or lacks a place; [`Error::Unsupported`] for
    /// several bands, rotated rasters, units other than metres and other things that would give wrong heights;
    /// [`Error::MemoryLimit`].
    pub fn open(path: &Path, memory: u64) -> Result<GeoTiff> {
        let mut file = input::open(path)?;
        let file_bytes = file.metadata().context("read", path)?.len();
        check_counts(&file, path, file_bytes)?;
        file.rewind().context("seek in", path)?;
        let decoder = guarded(path, || Decoder::new(BufReader::new(file)))?;
        // What is told of further directories is not checked above.
        let mut limits = Limits::default();
        let largest = file_bytes.saturating_mul(size_of::<Value>() as u64);
        limits.decoding_buffer_size = limits.decoding_buffer_size.min(usize::try_from(largest).unwrap_or(usize::MAX));
        let mut decoder = decoder.with_limits(limits);

        refuse_what_would_mislead(path, &mut decoder)?;
        let (cols, rows) = guarded(path, || decoder.dimensions())?;
        let header =
            RasterHeader { cols: cols as usize, rows: rows as usize, ..place(path, &mut decoder)? }.check(path)?;
        let nodata = no_data(path, &mut decoder)?;

        let counts = match decoder.get_chunk_type() {
            ChunkType::Strip => Tag::StripByteCounts,
            ChunkType::Tile => Tag::TileByteCounts,
        };
        let chunk_bytes = guarded(path, || decoder.get_tag_u64_vec(counts))?;
        let (width, length) = guarded(path, || Ok(decoder.chunk_dimensions()))?;
        let chunk_pixels = u64::from(width).saturating_mul(u64::from(length.min(rows)));
        // Strips and tiles that are left out, since they hold no data, count too: their pixels take as much room here.
        if header.pixels() > file_bytes.saturating_mul(8 * MOST_EXPANSION) {
            let seen = format!("a header that tells of {cols} x {rows} pixels");
            return Err(Error::bad_format(path, None, seen, format!("no more than fit the file's {file_bytes} bytes")));
        }
        // The widest numbers are decoded as they are, and narrowed.
        let needed = chunk_pixels.saturating_mul((size_of::<f64>() + size_of::<f32>()) as u64);
        if needed > memory {
            let file = path.display();
            let what = format!(
                "a strip or tile of {width} x {length} pixels of {file} (gdal_translate -co TILED=YES {file} tiled.tif writes \
                 smaller ones)"
            );
            return Err(Error::MemoryLimit { limit: memory, needed, what });
        }
        let compression = guarded(path, || decoder.find_tag_unsigned::<u16>(Tag::Compression))?;
        let is_compressed = compression.is_some_and(|c| c != NOT_COMPRESSED);
        let mut limits = Limits::default();
        limits.decoding_buffer_size = memory as usize;
        limits.intermediate_buffer_size = memory as usize;
        let decoder = decoder.with_limits(limits);
        Ok(GeoTiff { path: path.to_path_buf(), decoder, header, nodata, chunk_bytes, is_compressed })
    }

    /// The shape and the place of the raster.
    pub fn header(&self) -> &RasterHeader {
        &self.header
    }

    /// Reads all values, strip by strip or tile by tile.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] for data that cannot be decoded; [`Error::Unsupported`] for numbers of 64
    /// bits that are whole; whatever the sink says.
    pub fn read(mut self, sink: &mut RasterSink) -> Result<()> {
        let (width, length) = self.decoder.chunk_dimensions();
        let across = self.header.cols.div_ceil(width as usize);
        for (chunk, bytes) in self.chunk_bytes.iter().enumerate() {
            let (row, col) = (chunk / across * length as usize, chunk % across * width as usize);
            let (cols, rows) = guarded(&self.path, || Ok(self.decoder.chunk_data_dimensions(chunk as u32)))?;
            let (cols, rows) = (cols as usize, rows as usize);
            let values = if *bytes == 0 {
                vec![f32::NAN; cols * rows]
            } else {
                // Without compression the decoder reads on into what follows.
                let needed = guarded(&self.path, || self.decoder.image_chunk_buffer_layout(chunk as u32))?.len as u64;
                if !self.is_compressed && *bytes < needed {
                    let seen = format!("strip or tile {chunk} of {bytes} bytes");
                    return Err(Error::bad_format(&self.path, None, seen, format!("{needed} bytes or more")));
                }
                let decoded = guarded(&self.path, || self.decoder.read_chunk(chunk as u32))?;
                heights(decoded, self.nodata).ok_or_else(|| unsupported(&self.path, "whole numbers of 64 bits"))?
            };
            for (k, values) in values.chunks_exact(cols).enumerate() {
                sink(row + k, col, values)?;
            }
        }
        Ok(())
    }
}

/// Numbers of any kind as heights; `None` for those that single precision is too small for.
fn heights(decoded: DecodingResult, nodata: Option<f64>) -> Option<Vec<f32>> {
    fn convert<T: Into<f64>>(values: Vec<T>, nodata: Option<f64>) -> Option<Vec<f32>> {
        Some(values.into_iter().map(|v| height(v.into(), nodata)).collect())
    }
    match decoded {
        DecodingResult::F64(v) => convert(v, nodata),
        DecodingResult::F32(v) => convert(v, nodata),
        DecodingResult::F16(v) => convert(v, nodata),
        DecodingResult::I32(v) => convert(v, nodata),
        DecodingResult::I16(v) => convert(v, nodata),
        DecodingResult::I8(v) => convert(v, nodata),
        DecodingResult::U32(v) => convert(v, nodata),
        DecodingResult::U16(v) => convert(v, nodata),
        DecodingResult::U8(v) => convert(v, nodata),
        DecodingResult::I64(_) | DecodingResult::U64(_) => None,
    }
}

/// Refuses a first directory with an entry of more values than the file has bytes: the decoder makes room for them before it
/// looks whether they are there.
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
    // What is not there is for the decoder to tell.
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

/// Calls the decoder, which must never take the process down with it, and says which file its errors are about.
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
    Error::Unsupported { path: path.to_path_buf(), what: format!("no heights can be read from it: {what}") }
}

/// Refuses what can be decoded, but would not give the heights that are meant.
fn refuse_what_would_mislead(path: &Path, decoder: &mut Decoder<BufReader<File>>) -> Result<()> {
    const WHITE_IS_ZERO: u16 = 0;
    const IS_MASK: u32 = 4;
    const MOST_IMAGES: usize = 64;

    let color = guarded(path, || decoder.colortype())?;
    let photometric = guarded(path, || decoder.find_tag_unsigned::<u16>(Tag::PhotometricInterpretation))?;
    if !matches!(color, ColorType::Gray(8..)) || photometric == Some(WHITE_IS_ZERO) {
        return Err(unsupported(
            path,
            format!(
                "pixels of {color:?}, photometric {}; accepted: one band of numbers of 8 bits or more, photometric 1",
                photometric.unwrap_or_default()
            ),
        ));
    }
    if let Some(metadata) = guarded(path, || decoder.find_tag(GDAL_METADATA))? {
        let metadata = guarded(path, || metadata.into_string())?;
        if metadata.contains("role=\"scale\"") || metadata.contains("role=\"offset\"") {
            return Err(unsupported(
                path,
                "its numbers have a scale or an offset; gdal_translate -unscale resolves them",
            ));
        }
    }
    let mut next = guarded(path, || Ok(decoder.image_ifd().directory().next()))?;
    for _ in 0..MOST_IMAGES {
        let Some(pointer) = next else { break };
        let directory = guarded(path, || decoder.read_directory(pointer))?;
        let kind =
            guarded(path, || decoder.read_directory_tags(&directory).find_tag_unsigned::<u32>(Tag::NewSubfileType))?;
        if kind.is_some_and(|kind| kind & IS_MASK != 0) {
            return Err(unsupported(path, "it has a mask of its own; a no-data value can stand for that"));
        }
        next = directory.next();
    }
    Ok(())
}

fn no_data(path: &Path, decoder: &mut Decoder<BufReader<File>>) -> Result<Option<f64>> {
    let Some(value) = guarded(path, || decoder.find_tag(Tag::GdalNodata))? else { return Ok(None) };
    let text = guarded(path, || value.into_string())?;
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    match text.parse() {
        Ok(value) => Ok(Some(value)),
        Err(_) if text.is_empty() => Ok(None),
        Err(_) => Err(Error::bad_format(path, None, format!("a no-data value of \"{text}\""), "a number")),
    }
}

/// Where the raster lies; columns and rows are left 0.
fn place(path: &Path, decoder: &mut Decoder<BufReader<File>>) -> Result<RasterHeader> {
    let keys = GeoKeys::read(path, decoder)?;
    keys.check_units(path)?;
    let mut numbers = |tag: Tag| -> Result<Option<Vec<f64>>> {
        guarded(path, || decoder.find_tag(tag)?.map(Value::into_f64_vec).transpose())
    };
    let (scale, tiepoints, transformation) =
        (numbers(Tag::ModelPixelScaleTag)?, numbers(Tag::ModelTiepointTag)?, numbers(Tag::ModelTransformationTag)?);
    // Both forms say where the upper left corner of the first pixel is, or with PixelIsPoint where its centre is.
    let (x, y, dx, dy) = match (scale.as_deref(), tiepoints.as_deref(), transformation.as_deref()) {
        (Some(&[dx, dy, ..]), Some(&[i, j, _, x, y, _]), _) => (x - i * dx, y + j * dy, dx, dy),
        (_, _, Some(&[dx, shear_x, _, x, shear_y, dy, _, y, ..])) => {
            if shear_x != 0.0 || shear_y != 0.0 || !(dx > 0.0 && dy < 0.0) {
                return Err(unsupported(
                    path,
                    "it is rotated, or its first row is not its northernmost; gdalwarp makes one that is not",
                ));
            }
            (x, y, dx, -dy)
        }
        (_, Some(points), _) if points.len() > 6 => {
            return Err(unsupported(path, "it is placed by several control points; gdalwarp resolves them"));
        }
        _ => {
            let accepted = "ModelPixelScale with one ModelTiepoint, or ModelTransformation, as gdal_translate writes them (also from a \
                            .tfw file beside it)";
            return Err(Error::bad_format(path, None, "a TIFF that does not say where it lies", accepted));
        }
    };
    let shift = match keys.get(key::RASTER_TYPE) {
        Some(key::PIXEL_IS_POINT) => 0.5,
        _ => 0.0,
    };
    Ok(RasterHeader {
        cols: 0,
        rows: 0,
        west: x - shift * dx,
        north: y + shift * dy,
        cell: [dx, dy],
        epsg: keys.get(key::PROJECTED_CRS).filter(|&code| code != key::USER_DEFINED),
    })
}

/// The directory of GeoTIFF keys; empty where there is none.
struct GeoKeys(Vec<u16>);

impl GeoKeys {
    fn read(path: &Path, decoder: &mut Decoder<BufReader<File>>) -> Result<GeoKeys> {
        let keys = guarded(path, || decoder.find_tag(Tag::GeoKeyDirectoryTag)?.map(Value::into_u16_vec).transpose())?;
        Ok(GeoKeys(keys.unwrap_or_default()))
    }

    /// The value of a key that is a short, as all are that matter here.
    fn get(&self, wanted: u16) -> Option<u16> {
        // The first group of four is the directory's own header; then key, place (0: here), count, value.
        let entries = self.0.as_chunks::<4>().0.iter().skip(1);
        entries.filter(|e| e[0] == wanted && e[1] == 0).map(|e| e[3]).next()
    }

    fn check_units(&self, path: &Path) -> Result<()> {
        if let Some(key::MODEL_GEOGRAPHIC | key::MODEL_GEOCENTRIC) = self.get(key::MODEL_TYPE) {
            let file = path.display();
            let what = format!(
                "a raster in degrees or geocentric coordinates; project it to a coordinate system in metres: \
                 gdalwarp -t_srs EPSG:CODE {file} metres.tif"
            );
            return Err(Error::Unsupported { path: path.to_path_buf(), what });
        }
        for (what, key) in [("coordinates", key::LINEAR_UNITS), ("heights", key::VERTICAL_UNITS)] {
            if let Some(unit) = self.get(key).filter(|&unit| unit != key::METRE && unit != 0) {
                return Err(Error::Unsupported {
                    path: path.to_path_buf(),
                    what: format!("{what} in the unit EPSG:{unit}; metres (EPSG:{}) are needed", key::METRE),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
