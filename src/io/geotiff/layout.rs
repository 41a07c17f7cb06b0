//! The strips or tiles of one image of a TIFF: where they lie, how they are encoded, and their numbers.

use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::ops::Range;
use std::path::Path;

use tiff::TiffResult;
use tiff::decoder::IfdDecoder;
use tiff::tags::{ByteOrder, Tag};

use super::chunk::{Chunk, Compression, Encoding, Predictor, Sample, compression_name};
use super::{guarded, unsupported};
use crate::io::raster::RasterWindow;
use crate::io::recognise::quoted;
use crate::{Error, Result};

/// The most bytes that a compressed byte can expand to. LZW's longest string takes 12 bits; deflate's best ratio is
/// 1032. The newer compressions pack more, but no heights are as flat as that.
const MOST_EXPANSION: u64 = 4096;

/// The value of the tag SampleFormat for unsigned numbers.
const UNSIGNED: u32 = 1;

/// The compression LERC, and the tag with its version and the compression around its blobs.
#[cfg(feature = "lerc")]
const LERC: u16 = 34887;
const LERC_PARAMETERS: Tag = Tag::Unknown(50674);

/// The strips or tiles of an image.
#[derive(Debug)]
pub(super) struct Layout {
    pub cols: usize,
    pub rows: usize,
    /// The columns and the rows of a strip or tile.
    width: usize,
    length: usize,
    /// The offset and the length of each strip or tile, in bytes; both 0 for one without data.
    chunks: Vec<(u64, u64)>,
    encoding: Encoding,
    /// The bits of a number that is not made of whole bytes: 1 in masks. Its strips and tiles are read as bytes.
    bits: Option<usize>,
}

/// What a file allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub file_bytes: u64,
    /// The most bytes that reading a strip or tile may take.
    pub memory: u64,
    pub byte_order: ByteOrder,
}

impl Layout {
    /// Reads a directory. `with_bits` accepts numbers of one bit, as masks have.
    pub fn read_from(path: &Path, tags: &mut IfdDecoder<'_>, bounds: Bounds, with_bits: bool) -> Result<Layout> {
        let found: TiffResult<Option<Vec<u32>>> = tags.find_tag_unsigned_vec(LERC_PARAMETERS);
        let outer = guarded(path, || Ok(found?.and_then(|v| v.get(1).copied())))?;
        let mut number = |tag: Tag, otherwise: u32| {
            let found: TiffResult<Option<Vec<u32>>> = tags.find_tag_unsigned_vec(tag);
            guarded(path, || Ok(found?.and_then(|v| v.first().copied()).unwrap_or(otherwise)))
        };
        let (cols, rows) = (number(Tag::ImageWidth, 0)?, number(Tag::ImageLength, 0)?);
        let is_tiled = number(Tag::TileWidth, 0)? > 0;
        let (width, length, offsets, counts) = if is_tiled {
            (number(Tag::TileWidth, 0)?, number(Tag::TileLength, 0)?, Tag::TileOffsets, Tag::TileByteCounts)
        } else {
            (cols, number(Tag::RowsPerStrip, u32::MAX)?.min(rows), Tag::StripOffsets, Tag::StripByteCounts)
        };
        let bits = match (number(Tag::BitsPerSample, 1)?, number(Tag::SampleFormat, 1)?) {
            (1, _) if with_bits => Some(1),
            (bits @ (9..=15 | 17..=31), UNSIGNED) => Some(bits as usize),
            _ => None,
        };
        let encoding = encoding(path, &mut number, bounds.byte_order, bits.is_some(), outer)?;
        let mut list = |tag: Tag| {
            let found: TiffResult<Option<Vec<u64>>> = tags.find_tag_unsigned_vec(tag);
            guarded(path, || Ok(found?.unwrap_or_default()))
        };
        let (offsets, counts) = (list(offsets)?, list(counts)?);
        let expected = u64::from(cols.div_ceil(width.max(1))) * u64::from(rows.div_ceil(length.max(1)));
        if width == 0 || length == 0 || [offsets.len(), counts.len()].iter().any(|&n| n as u64 != expected) {
            let seen = format!("{} offsets and {} sizes of strips or tiles", offsets.len(), counts.len());
            let accepted = format!("{expected} of each, as {cols} x {rows} pixels take");
            return Err(Error::bad_format(path, None, seen, accepted));
        }
        let chunks = offsets.into_iter().zip(counts).collect();
        let [cols, rows, width, length] = [cols, rows, width, length].map(|n| n as usize);
        let layout = Layout { cols, rows, width, length, chunks, encoding, bits };
        // Strips and tiles without data count too: in memory their pixels take as much room.
        if cols as u64 * rows as u64 > bounds.file_bytes.saturating_mul(8 * MOST_EXPANSION) {
            let seen = format!("a header that tells of {cols} x {rows} pixels");
            let accepted = format!("no more than fit the file's {} bytes", bounds.file_bytes);
            return Err(Error::bad_format(path, None, seen, accepted));
        }
        layout.check_memory(path, bounds.memory)?;
        Ok(layout)
    }

    /// Describes the numbers, and how they are packed.
    pub fn describe(&self) -> (String, String) {
        let shape = match self.width == self.cols {
            true => format!("strips of {} rows", self.length.min(self.rows)),
            false => format!("tiles of {} x {}", self.width, self.length),
        };
        let numbers = self.bits.map_or(self.encoding.sample.to_string(), |bits| format!("uint{bits}"));
        (numbers, format!("{}, {shape}", self.encoding.compression))
    }

    /// Refuses a compressed strip or tile that takes more than `memory` bytes unpacked, and an uncompressed one with a
    /// row that does.
    fn check_memory(&self, path: &Path, memory: u64) -> Result<()> {
        let (width, length) = (self.width, self.length.min(self.rows));
        // The unpacked bytes, and a row of heights on its way to the sink.
        let row_bytes = width as u64 * (size_of::<f64>() + size_of::<f32>()) as u64;
        let numbers_or_bytes = self.bits.map_or(width, |bits| (width * bits).div_ceil(8));
        let unpacked = match self.encoding.compression {
            Compression::None => self.encoding.bytes_at_once(numbers_or_bytes, length),
            _ => (numbers_or_bytes as u64 * length as u64).saturating_mul(self.encoding.sample.bytes() as u64),
        };
        let needed = unpacked.saturating_add(row_bytes);
        if needed <= memory {
            return Ok(());
        }
        let file = path.display();
        let what = format!(
            "a strip or tile of {width} x {length} pixels of {file} (gdal_translate -co TILED=YES {file} tiled.tif \
             writes smaller ones)"
        );
        Err(Error::MemoryLimit { limit: memory, needed, what })
    }

    /// Returns the parts of a window that lie in one strip or tile each, with the number of that. Parts of strips that
    /// are not packed have at most about `most` pixels.
    pub fn parts(&self, window: &RasterWindow, most: usize) -> impl Iterator<Item = (usize, RasterWindow)> + use<> {
        let (width, length, across) = (self.width, self.length, self.cols.div_ceil(self.width));
        let RasterWindow { rows, cols } = window.clone();
        let step = match self.encoding.compression {
            Compression::None => (most / width.min(cols.len()).max(1)).max(1),
            _ => usize::MAX,
        };
        let right = cols.start / width..cols.end.div_ceil(width);
        (rows.start / length..rows.end.div_ceil(length)).flat_map(move |down| {
            let (rows, cols) = (rows.clone(), cols.clone());
            right.clone().flat_map(move |right| {
                let (row, col) = (down * length, right * width);
                let rows = rows.start.max(row)..rows.end.min(row.saturating_add(length));
                let cols = cols.start.max(col)..cols.end.min(col.saturating_add(width));
                let end = rows.end;
                rows.step_by(step).map(move |first| {
                    let rows = first..first.saturating_add(step).min(end);
                    (down * across + right, RasterWindow { rows, cols: cols.clone() })
                })
            })
        })
    }

    /// Reads a part of a strip or tile, as [`Layout::parts`] gives them, and passes the converted numbers of each row
    /// to `take`, with the row; NaN for a strip or tile without data.
    pub fn read_part(
        &self,
        (file, path): (&mut BufReader<File>, &Path),
        (number, wanted): (usize, &RasterWindow),
        convert: impl Fn(f64) -> f32,
        mut take: impl FnMut(usize, &mut [f32]) -> Result<()>,
    ) -> Result<()> {
        let (offset, size) = self.chunks[number];
        let mut heights = vec![f32::NAN; wanted.cols.len()];
        if size == 0 {
            return wanted.rows.clone().try_for_each(|row| {
                heights.fill(f32::NAN);
                take(row, &mut heights)
            });
        }
        let across = self.cols.div_ceil(self.width);
        let (row, col) = (number / across * self.length, number % across * self.width);
        let rows = wanted.rows.start - row..wanted.rows.end - row;
        let cols = wanted.cols.start - col..wanted.cols.end - col;
        let mut row = wanted.rows.start;
        let mut failure = None;
        let mut give = |heights: &mut [f32]| {
            row += 1;
            take(row - 1, heights).map_err(|e| failure = Some(e)).is_ok()
        };
        let encoding = self.encoding;
        let mut scratch = Vec::new();
        let read = if let Some(bits) = self.bits {
            let chunk = Chunk { offset, size, width: (self.width * bits).div_ceil(8), length: self.length };
            let bytes: Range<usize> = cols.start * bits / 8..(cols.end * bits).div_ceil(8);
            encoding.read(file, &chunk, rows, bytes, |bytes, first| {
                let number = |col: usize| number_at(bytes, col * bits - 8 * first, bits);
                heights.iter_mut().zip(cols.clone()).for_each(|(h, col)| *h = convert(number(col)));
                give(&mut heights)
            })
        } else {
            let chunk = Chunk { offset, size, width: self.width, length: self.length };
            encoding.read(file, &chunk, rows, cols.clone(), |bytes, first| {
                let numbers = encoding.numbers(bytes, &mut scratch).skip(cols.start - first);
                heights.iter_mut().zip(numbers).for_each(|(h, number)| *h = convert(number));
                give(&mut heights)
            })
        };
        if let Some(e) = failure {
            return Err(e);
        }
        read.map_err(|e| match e.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::OutOfMemory => {
                let rows = wanted.rows.end - number / across * self.length;
                let seen = format!("strip or tile {number}, {size} bytes, cannot be unpacked: {e}");
                let accepted = format!("the numbers of {} x {rows} pixels", self.width);
                Error::bad_format(path, offset, seen, accepted)
            }
            _ => Error::Io { action: "read", subject: path.to_path_buf(), cause: e },
        })
    }
}

/// Returns the number of so many bits at a bit, the most significant first.
fn number_at(bytes: &[u8], at: usize, bits: usize) -> f64 {
    let held = bytes[at / 8..(at + bits).div_ceil(8)].iter().fold(0_u64, |held, &byte| held << 8 | u64::from(byte));
    let beyond = (at + bits).div_ceil(8) * 8 - at - bits;
    (held >> beyond & ((1 << bits) - 1)) as f64
}

/// Reads how the numbers are encoded.
fn encoding(
    path: &Path,
    number: &mut impl FnMut(Tag, u32) -> Result<u32>,
    byte_order: ByteOrder,
    is_bits: bool,
    #[cfg_attr(not(feature = "lerc"), expect(unused_variables))] outer: Option<u32>,
) -> Result<Encoding> {
    let mut number = |tag: Tag| Ok::<u16, Error>(u16::try_from(number(tag, 1)?).unwrap_or(u16::MAX));
    let (format, bits) = (number(Tag::SampleFormat)?, number(Tag::BitsPerSample)?);
    let (compression, predictor) = (number(Tag::Compression)?, number(Tag::Predictor)?);
    let file = quoted(path);
    let sample = if is_bits { Some(Sample::Unsigned(1)) } else { Sample::of(format, bits) };
    let sample = sample.ok_or_else(|| {
        let what = format!(
            "numbers of {bits} bits in format {format}; accepted: whole numbers of 8, 16, 32 and 64 bits, unsigned \
             ones of 9 to 31, floating point of 16, 32 and 64: gdal_translate -ot Float32 {file} metres.tif"
        );
        unsupported(path, what)
    })?;
    #[cfg(feature = "lerc")]
    let known = match (compression, super::lerc::Outer::of(outer.unwrap_or(0))) {
        (LERC, Some(outer)) => Some(Compression::Lerc(outer)),
        _ => Compression::of(compression),
    };
    #[cfg(not(feature = "lerc"))]
    let known = Compression::of(compression);
    let compression = known.ok_or_else(|| {
        let name = compression_name(compression);
        let what = format!(
            "its compression is {name} ({compression}); accepted: none, deflate, LERC, LZW, LZMA, PackBits, ZSTD: \
             gdal_translate -co COMPRESS=DEFLATE {file} metres.tif"
        );
        unsupported(path, what)
    })?;
    if number(Tag::FillOrder)? != 1 {
        let what = format!("the bits of its bytes are in reverse; gdal_translate {file} metres.tif puts them right");
        return Err(unsupported(path, what));
    }
    let predictor = match (predictor, sample) {
        (1, _) => Predictor::None,
        (2, _) if !is_bits => Predictor::Horizontal,
        (3, Sample::Float(_)) => Predictor::FloatingPoint,
        _ => {
            let what =
                format!("predictor {predictor} on these numbers; gdal_translate {file} metres.tif writes them without");
            return Err(unsupported(path, what));
        }
    };
    // Other compressions have no predictor, whatever the tag says.
    let has_predictor =
        matches!(compression, Compression::Deflate | Compression::Lzw | Compression::Lzma | Compression::Zstd);
    let predictor = if has_predictor { predictor } else { Predictor::None };
    Ok(Encoding { compression, sample, predictor, byte_order })
}
