//! GeoTIFF rasters of heights: one band of numbers with a place.
//!
//! OGC GeoTIFF 1.1 (<https://docs.ogc.org/is/19-008r4/19-008r4.html>) defines the place, GDAL's tag 42113 the no-data
//! value. Strips or tiles, classic or BigTIFF, with deflate, LZW, PackBits or no compression are read.

mod chunk;
mod keys;
mod write;

use std::fmt::Display;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tiff::decoder::ifd::Value;
use tiff::decoder::{ChunkType, Decoder, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError, TiffResult};

pub use write::write;

use self::chunk::{Chunk, Compression, Encoding, Predictor, Sample, compression_name};
use self::keys::{GeoKeys, key};
use super::crs::Crs;
use super::input;
use super::positioned::read_exact_at;
use super::raster::{BandNotes, Conversion, RasterHeader, RasterSink, RasterSource, RasterWindow};
use super::recognise::quoted;
use super::sidecar::{self, Facts};
use crate::error::IoContext;
use crate::{Error, Result};

/// GDAL's tag for, among other things, scale, offset and unit of a band.
const GDAL_METADATA: Tag = Tag::Unknown(42112);

/// The most bytes that a compressed byte can expand to. LZW's longest string takes 12 bits; deflate's best ratio is
/// 1032.
const MOST_EXPANSION: u64 = 4096;

/// A GeoTIFF whose header has been read.
#[derive(Debug)]
pub struct GeoTiff {
    path: PathBuf,
    decoder: Decoder<BufReader<File>>,
    facts: Facts,
    nodata: Vec<f64>,
    /// The offset and the length of each strip or tile, in bytes; both 0 for one without data.
    chunks: Vec<(u64, u64)>,
    encoding: Encoding,
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
    /// for several bands, rotated rasters, units other than metres and other things that would give wrong heights;
    /// [`Error::MemoryLimit`].
    pub fn open(path: &Path, memory: u64) -> Result<GeoTiff> {
        let mut file = input::open(path)?;
        let file_bytes = file.metadata().context("read", path)?.len();
        check_counts(&file, path, file_bytes)?;
        file.rewind().context("seek in", path)?;
        let decoder = guarded(path, || Decoder::new(BufReader::new(file)))?;
        // These limits bound further directories, whose counts are not checked above.
        let mut limits = Limits::default();
        let largest = file_bytes.saturating_mul(size_of::<Value>() as u64);
        limits.decoding_buffer_size = limits.decoding_buffer_size.min(usize::try_from(largest).unwrap_or(usize::MAX));
        let mut decoder = decoder.with_limits(limits);

        let said_inside = notes_inside(path, &mut decoder)?;
        refuse_what_would_mislead(path, &mut decoder)?;
        let keys = GeoKeys::read(path, &mut decoder)?;
        let (cols, rows) = guarded(path, || decoder.dimensions())?;
        let header = RasterHeader { cols: cols as usize, rows: rows as usize, ..place(path, &mut decoder, &keys)? };
        let facts = Facts::join(path, Facts { header, notes: said_inside, crs: keys.crs() })?;
        let header = &facts.header;

        let encoding = encoding(path, &mut decoder)?;
        let (offsets, counts) = match decoder.get_chunk_type() {
            ChunkType::Strip => (Tag::StripOffsets, Tag::StripByteCounts),
            ChunkType::Tile => (Tag::TileOffsets, Tag::TileByteCounts),
        };
        let offsets = guarded(path, || decoder.get_tag_u64_vec(offsets))?;
        let counts = guarded(path, || decoder.get_tag_u64_vec(counts))?;
        let (width, length) = guarded(path, || Ok(decoder.chunk_dimensions()))?;
        let expected = u64::from(cols.div_ceil(width.max(1))) * u64::from(rows.div_ceil(length.max(1)));
        if [offsets.len(), counts.len()].iter().any(|&n| n as u64 != expected) {
            let seen = format!("{} offsets and {} sizes of strips or tiles", offsets.len(), counts.len());
            return Err(Error::bad_format(
                path,
                None,
                seen,
                format!("{expected} of each, as {cols} x {rows} pixels take"),
            ));
        }
        let chunk_pixels = u64::from(width).saturating_mul(u64::from(length.min(rows)));
        // Strips and tiles without data count too: in memory their pixels take as much room.
        if header.pixels() > file_bytes.saturating_mul(8 * MOST_EXPANSION) {
            let seen = format!("a header that tells of {cols} x {rows} pixels");
            return Err(Error::bad_format(path, None, seen, format!("no more than fit the file's {file_bytes} bytes")));
        }
        // The unpacked bytes, and a row of heights on its way to the sink.
        let row_bytes = u64::from(width) * (size_of::<f64>() + size_of::<f32>()) as u64;
        let unpacked = match encoding.compression {
            Compression::None => encoding.bytes_at_once(width as usize, length.min(rows) as usize),
            _ => chunk_pixels.saturating_mul(encoding.sample.bytes() as u64),
        };
        let needed = unpacked.saturating_add(row_bytes);
        if needed > memory {
            let file = path.display();
            let what = format!(
                "a strip or tile of {width} x {length} pixels of {file} (gdal_translate -co TILED=YES {file} tiled.tif \
                 writes smaller ones)"
            );
            return Err(Error::MemoryLimit { limit: memory, needed, what });
        }
        let chunks = offsets.into_iter().zip(counts).collect();
        Ok(GeoTiff { path: path.to_path_buf(), decoder, facts, nodata: Vec::new(), chunks, encoding })
    }

    /// Reads some pixels of a strip or tile, given by its number, its place (row and column of its first pixel), and
    /// the wanted rows and columns.
    fn read_chunk(
        &mut self,
        number: usize,
        place: (usize, usize),
        wanted: &RasterWindow,
        conversion: &Conversion,
        sink: &mut RasterSink,
    ) -> Result<()> {
        let (offset, size) = self.chunks[number];
        let mut heights = vec![f32::NAN; wanted.cols.len()];
        if size == 0 {
            return wanted.rows.clone().try_for_each(|row| sink(row, wanted.cols.start, &heights));
        }
        let (width, _) = self.decoder.chunk_dimensions();
        let encoding = self.encoding;
        let chunk = Chunk { offset, size, width: width as usize };
        // Rows relative to the chunk's first pixel.
        let rows = wanted.rows.start - place.0..wanted.rows.end - place.0;
        let cols = wanted.cols.start - place.1..wanted.cols.end - place.1;
        let file = self.decoder.inner();
        let mut scratch = Vec::new();
        let mut row = wanted.rows.start;
        let mut failure = None;
        let read = encoding.read(file, &chunk, rows, cols.clone(), |bytes, first_col| {
            let numbers = encoding.numbers(bytes, &mut scratch).skip(cols.start - first_col);
            heights.iter_mut().zip(numbers).for_each(|(h, number)| *h = conversion.height(number));
            row += 1;
            sink(row - 1, wanted.cols.start, &heights).map_err(|e| failure = Some(e)).is_ok()
        });
        if let Some(e) = failure {
            return Err(e);
        }
        read.map_err(|e| match e.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput => {
                let rows = wanted.rows.end - place.0;
                let seen = format!("strip or tile {number}, {size} bytes, cannot be unpacked: {e}");
                Error::bad_format(&self.path, offset, seen, format!("the numbers of {width} x {rows} pixels"))
            }
            _ => Error::Io { action: "read", subject: self.path.clone(), cause: e },
        })
    }
}

impl RasterSource for GeoTiff {
    fn header(&self) -> &RasterHeader {
        &self.facts.header
    }

    fn crs(&self) -> Option<&Crs> {
        self.facts.crs.as_ref()
    }

    fn set_nodata(&mut self, nodata: &[f64]) {
        self.nodata = nodata.to_vec();
    }

    /// Reads strip by strip or tile by tile; those outside the window are skipped.
    fn read(&mut self, window: &RasterWindow, sink: &mut RasterSink) -> Result<()> {
        let RasterHeader { cols, .. } = self.facts.header;
        self.facts.header.check_window(window)?;
        let (width, length) = self.decoder.chunk_dimensions();
        let (width, length) = (width as usize, length as usize);
        let across = cols.div_ceil(width);
        let conversion = self.facts.notes.conversion(&self.nodata);
        for down in window.rows.start / length..window.rows.end.div_ceil(length) {
            for right in window.cols.start / width..window.cols.end.div_ceil(width) {
                let (row, col) = (down * length, right * width);
                let wanted = RasterWindow {
                    rows: window.rows.start.max(row)..window.rows.end.min(row.saturating_add(length)),
                    cols: window.cols.start.max(col)..window.cols.end.min(col.saturating_add(width)),
                };
                self.read_chunk(down * across + right, (row, col), &wanted, &conversion, sink)?;
            }
        }
        Ok(())
    }
}

/// Reads how the numbers are encoded.
fn encoding(path: &Path, decoder: &mut Decoder<BufReader<File>>) -> Result<Encoding> {
    let mut number = |tag: Tag, otherwise: u16| {
        guarded(path, || {
            Ok(decoder.find_tag_unsigned_vec::<u16>(tag)?.and_then(|v| v.first().copied()).unwrap_or(otherwise))
        })
    };
    let (format, bits) = (number(Tag::SampleFormat, 1)?, number(Tag::BitsPerSample, 1)?);
    let (compression, predictor) = (number(Tag::Compression, 1)?, number(Tag::Predictor, 1)?);
    let file = quoted(path);
    let sample = Sample::of(format, bits).ok_or_else(|| {
        let what = format!(
            "numbers of {bits} bits in format {format}; accepted: whole numbers of 8 to 64 bits, floating point of 16, \
             32 and 64: gdal_translate -ot Float32 {file} metres.tif"
        );
        unsupported(path, what)
    })?;
    let compression = Compression::of(compression).ok_or_else(|| {
        let name = compression_name(compression);
        let what = format!(
            "its compression is {name} ({compression}); accepted: none, deflate, LZW, PackBits: gdal_translate -co \
             COMPRESS=DEFLATE {file} metres.tif"
        );
        unsupported(path, what)
    })?;
    if number(Tag::FillOrder, 1)? != 1 {
        let what = format!("the bits of its bytes are in reverse; gdal_translate {file} metres.tif puts them right");
        return Err(unsupported(path, what));
    }
    let predictor = match (predictor, sample) {
        (1, _) => Predictor::None,
        (2, _) => Predictor::Horizontal,
        (3, Sample::Float(_)) => Predictor::FloatingPoint,
        _ => {
            let what =
                format!("predictor {predictor} on these numbers; gdal_translate {file} metres.tif writes them without");
            return Err(unsupported(path, what));
        }
    };
    // Other compressions have no predictor, whatever the tag says.
    let has_predictor = matches!(compression, Compression::Lzw | Compression::Deflate);
    let predictor = if has_predictor { predictor } else { Predictor::None };
    let byte_order = decoder.byte_order();
    Ok(Encoding { compression, sample, predictor, byte_order })
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
    const IS_MASK: u32 = 4;
    const MOST_IMAGES: usize = 64;

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
    let (width, height) = guarded(path, || decoder.dimensions())?;
    let mut next = guarded(path, || Ok(decoder.image_ifd().directory().next()))?;
    for page in 0..MOST_IMAGES {
        let Some(pointer) = next else { break };
        let directory = guarded(path, || decoder.read_directory(pointer))?;
        let mut number =
            |tag: Tag| guarded(path, || decoder.read_directory_tags(&directory).find_tag_unsigned::<u32>(tag));
        let kind = number(Tag::NewSubfileType)?;
        let size = (number(Tag::ImageWidth)?, number(Tag::ImageLength)?);
        if size.0 > Some(width) && size.1 > Some(height) {
            let (file, number) = (quoted(path), page + 2);
            let what = format!(
                "it holds several images, and its first, of {width} x {height} pixels, is smaller than its image \
                 {number}: gdal_translate GTIFF_DIR:{number}:{file} metres.tif takes that one"
            );
            return Err(unsupported(path, what));
        }
        if kind.is_some_and(|kind| kind & IS_MASK != 0) {
            return Err(unsupported(
                path,
                format!(
                    "it has a mask of its own, which is not read; gdalwarp -dstnodata -9999 {} metres.tif puts a \
                     no-data value in its place",
                    quoted(path)
                ),
            ));
        }
        next = directory.next();
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

/// Reads where the raster lies; columns and rows stay 0.
fn place(path: &Path, decoder: &mut Decoder<BufReader<File>>, keys: &GeoKeys) -> Result<RasterHeader> {
    let mut numbers = |tag: Tag| -> Result<Option<Vec<f64>>> {
        guarded(path, || decoder.find_tag(tag)?.map(Value::into_f64_vec).transpose())
    };
    let (scale, tiepoints, transformation) =
        (numbers(Tag::ModelPixelScaleTag)?, numbers(Tag::ModelTiepointTag)?, numbers(Tag::ModelTransformationTag)?);
    // Both forms give the upper left corner of the first pixel, or its centre with PixelIsPoint.
    let (x, y, dx, dy) = match (scale.as_deref(), tiepoints.as_deref(), transformation.as_deref()) {
        (Some(&[dx, dy, ..]), Some(&[i, j, _, x, y, _]), _) => (x - i * dx, y + j * dy, dx, dy),
        (_, _, Some(&[dx, shear_x, _, x, shear_y, dy, _, y, ..])) => {
            // A shear this small, left by rounding, moves no pixel by a thousandth of its size.
            let (cols, rows) = guarded(path, || decoder.dimensions())?;
            let shear = shear_x.abs() * f64::from(rows) / dx.abs() + shear_y.abs() * f64::from(cols) / dy.abs();
            if !(shear < 1e-3 && dx > 0.0 && dy < 0.0) {
                let file = quoted(path);
                return Err(unsupported(
                    path,
                    format!(
                        "it is rotated, or its first row is not its northernmost; gdalwarp {file} metres.tif makes one \
                         that is not"
                    ),
                ));
            }
            (x, y, dx, -dy)
        }
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
    Ok(RasterHeader { cols: 0, rows: 0, west: x - shift * dx, north: y + shift * dy, cell: [dx, dy], epsg: None })
}

#[cfg(test)]
mod tests;
