//! Decoding of a strip or tile: decompression, undoing the predictor, cutting to the raster.
//!
//! The `tiff` crate reads the directories. Its own decoder is not used: it reads the padding of LZW tiles separately,
//! and then refuses valid streams.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;

use flate2::bufread::ZlibDecoder;
use half::f16;
use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;
use tiff::tags::ByteOrder;
use weezl::LzwStatus;

use crate::io::positioned::read_exact_at;

/// How the bytes of a strip or tile are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Lzw,
    Deflate,
    PackBits,
    Lzma,
    Zstd,
    #[cfg(feature = "lerc")]
    Lerc(super::lerc::Outer),
}

impl Compression {
    /// Returns the compression for a value of the tag Compression.
    pub fn of(code: u16) -> Option<Compression> {
        match code {
            1 => Some(Compression::None),
            5 => Some(Compression::Lzw),
            8 | 32946 => Some(Compression::Deflate),
            32773 => Some(Compression::PackBits),
            34925 => Some(Compression::Lzma),
            34926 | 50000 => Some(Compression::Zstd),
            _ => None,
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Compression::None => "not compressed",
            Compression::Lzw => "LZW",
            Compression::Deflate => "deflate",
            Compression::PackBits => "PackBits",
            Compression::Lzma => "LZMA",
            Compression::Zstd => "ZSTD",
            #[cfg(feature = "lerc")]
            Compression::Lerc(_) => "LERC",
        })
    }
}

/// Returns the name of a compression that groma does not read.
pub(super) fn compression_name(code: u16) -> &'static str {
    match code {
        2..=4 => "CCITT fax",
        6 | 7 | 34892 => "JPEG",
        9 | 10 | 34661 => "JBIG",
        34712 => "JPEG 2000",
        34887 => "LERC, for which groma was built without its feature lerc,",
        50001 | 34927 => "WebP",
        50002 | 52546 => "JPEG XL",
        _ => "unknown",
    }
}

/// The type of a number in the raster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sample {
    Unsigned(usize),
    Signed(usize),
    Float(usize),
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Sample::Unsigned(_) => "uint",
            Sample::Signed(_) => "int",
            Sample::Float(_) => "float",
        };
        write!(f, "{kind}{}", 8 * self.bytes())
    }
}

impl Sample {
    /// Returns the type for the values of the tags SampleFormat and BitsPerSample.
    pub fn of(format: u16, bits: u16) -> Option<Sample> {
        match (format, bits) {
            (1 | 4, 8 | 16 | 32 | 64) => Some(Sample::Unsigned(usize::from(bits / 8))),
            (2, 8 | 16 | 32 | 64) => Some(Sample::Signed(usize::from(bits / 8))),
            (3, 16 | 32 | 64) => Some(Sample::Float(usize::from(bits / 8))),
            _ => None,
        }
    }

    /// Returns the size of a number in bytes.
    pub fn bytes(self) -> usize {
        let (Sample::Unsigned(bytes) | Sample::Signed(bytes) | Sample::Float(bytes)) = self;
        bytes
    }

    fn value(self, bytes: &[u8]) -> f64 {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        let bits = u64::from_le_bytes(word);
        match self {
            Sample::Unsigned(_) => bits as f64,
            Sample::Signed(1) => f64::from(bits as u8 as i8),
            Sample::Signed(2) => f64::from(bits as u16 as i16),
            Sample::Signed(4) => f64::from(bits as u32 as i32),
            Sample::Signed(_) => bits as i64 as f64,
            Sample::Float(2) => f64::from(f16::from_bits(bits as u16)),
            Sample::Float(4) => f64::from(f32::from_bits(bits as u32)),
            Sample::Float(_) => f64::from_bits(bits),
        }
    }
}

/// The transformation of the numbers before compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Predictor {
    None,
    /// Each number minus the one before it in its row.
    Horizontal,
    /// The same on bytes, after a row's bytes were regrouped: all first bytes of its numbers, then all second ones, and
    /// so on.
    FloatingPoint,
}

/// The encoding of a raster's strips or tiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encoding {
    pub compression: Compression,
    pub sample: Sample,
    pub predictor: Predictor,
    pub byte_order: ByteOrder,
}

/// A strip or tile in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    /// The offset in the file.
    pub offset: u64,
    /// The length of the packed data, in bytes.
    pub size: u64,
    /// Numbers per row.
    pub width: usize,
    /// Rows, at most: the last strip may have fewer.
    #[cfg_attr(not(feature = "lerc"), expect(dead_code))]
    pub length: usize,
}

/// The most memory for the dictionary of LZMA, in KiB. Writers take 8 MiB, unless they are told otherwise.
const LARGEST_DICTIONARY_KIB: u32 = 33 << 10;

/// Bytes that are read at once from uncompressed data, unless a row is longer.
const READ_AT_ONCE: usize = 256 << 10;

impl Encoding {
    /// Returns the bytes held at once while reading `rows` uncompressed rows of `width` numbers.
    pub fn bytes_at_once(&self, width: usize, rows: usize) -> u64 {
        let row = width as u64 * self.sample.bytes() as u64;
        row.saturating_mul((READ_AT_ONCE as u64 / row.max(1)).clamp(1, rows as u64))
    }

    /// Passes the bytes of each of `rows` to `take`, with the column of their first number. They hold at least `cols`.
    /// Ends when `take` returns false.
    pub fn read(
        &self,
        file: &mut BufReader<File>,
        chunk: &Chunk,
        rows: Range<usize>,
        cols: Range<usize>,
        mut take: impl FnMut(&mut [u8], usize) -> bool,
    ) -> io::Result<()> {
        let size = self.sample.bytes();
        let row_bytes = chunk.width * size;
        if self.compression != Compression::None {
            file.seek(SeekFrom::Start(chunk.offset))?;
            // Data after the last wanted row stay packed.
            let mut bytes = self.unpack(&mut file.take(chunk.size), chunk, rows.end)?;
            bytes.chunks_exact_mut(row_bytes).skip(rows.start).all(|row| take(row, 0));
            return Ok(());
        }
        let end = rows.end as u64 * row_bytes as u64;
        if end > chunk.size {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, format!("{} of {end} bytes", chunk.size)));
        }
        let at = |row: usize, col: usize| chunk.offset + row as u64 * row_bytes as u64 + (col * size) as u64;
        if row_bytes > READ_AT_ONCE / 4 {
            let mut bytes = vec![0; cols.len() * size];
            for row in rows {
                read_exact_at(file.get_ref(), &mut bytes, at(row, cols.start))?;
                if !take(&mut bytes, cols.start) {
                    break;
                }
            }
            return Ok(());
        }
        let at_once = READ_AT_ONCE / row_bytes;
        let mut bytes = vec![0; at_once.min(rows.len()) * row_bytes];
        for first in rows.clone().step_by(at_once) {
            let bytes = &mut bytes[..at_once.min(rows.end - first) * row_bytes];
            read_exact_at(file.get_ref(), bytes, at(first, 0))?;
            if !bytes.chunks_exact_mut(row_bytes).all(|row| take(row, 0)) {
                break;
            }
        }
        Ok(())
    }

    /// Unpacks the bytes of the first `rows` rows of a strip or tile.
    pub fn unpack(&self, packed: &mut impl BufRead, chunk: &Chunk, rows: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; chunk.width * rows * self.sample.bytes()];
        match self.compression {
            Compression::None => packed.read_exact(&mut bytes),
            Compression::Lzw => lzw(packed, &mut bytes),
            Compression::Deflate => ZlibDecoder::new(packed).read_exact(&mut bytes),
            Compression::PackBits => pack_bits(packed, &mut bytes),
            Compression::Lzma => XzReader::new_mem_limit(packed, false, LARGEST_DICTIONARY_KIB).read_exact(&mut bytes),
            Compression::Zstd => {
                let decoder = StreamingDecoder::new(packed);
                decoder
                    .map_err(|e| io::Error::new(ErrorKind::InvalidData, e))
                    .and_then(|mut d| d.read_exact(&mut bytes))
            }
            #[cfg(feature = "lerc")]
            Compression::Lerc(outer) => {
                let sizes = [chunk.width, chunk.length, rows];
                super::lerc::unpack(packed, outer, sizes, &self.sample.to_string()).map(|unpacked| bytes = unpacked)
            }
        }?;
        Ok(bytes)
    }

    /// Decodes the numbers of a row, undoing the predictor in place.
    pub fn numbers<'a>(&self, row: &'a mut [u8], scratch: &'a mut Vec<u8>) -> impl Iterator<Item = f64> + 'a {
        let size = self.sample.bytes();
        let row: &'a mut [u8] = match self.predictor {
            Predictor::FloatingPoint => {
                for at in 1..row.len() {
                    row[at] = row[at].wrapping_add(row[at - 1]);
                }
                let count = row.len() / size;
                scratch.clear();
                // The most significant bytes come first.
                scratch.extend((0..row.len()).map(|at| row[(size - 1 - at % size) * count + at / size]));
                scratch.as_mut_slice()
            }
            _ => {
                if self.byte_order == ByteOrder::BigEndian {
                    row.chunks_exact_mut(size).for_each(<[u8]>::reverse);
                }
                row
            }
        };
        if self.predictor == Predictor::Horizontal {
            add_up(row, size);
        }
        let sample = self.sample;
        row.chunks_exact(size).map(move |bytes| sample.value(bytes))
    }
}

/// Adds to each little-endian number of a row the one before it.
fn add_up(row: &mut [u8], size: usize) {
    let mut before = 0_u64;
    for bytes in row.chunks_exact_mut(size) {
        let mut word = [0; 8];
        word[..size].copy_from_slice(bytes);
        before = before.wrapping_add(u64::from_le_bytes(word));
        bytes.copy_from_slice(&before.to_le_bytes()[..size]);
    }
}

fn lzw(packed: &mut impl BufRead, bytes: &mut [u8]) -> io::Result<()> {
    let start = fill(packed)?;
    // Writers before TIFF 6.0 stored a code's bits in reverse order; such a stream begins with the code that clears the
    // table.
    let is_old = start.len() > 1 && start[0] == 0 && start[1] & 1 == 1;
    let mut decoder = if is_old {
        weezl::decode::Decoder::new(weezl::BitOrder::Lsb, 8)
    } else {
        weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
    };
    let mut filled = 0;
    // The end code may be missing, or come after enough bytes were decoded.
    while filled < bytes.len() {
        let input = fill(packed)?;
        let is_end = input.is_empty();
        let result = decoder.decode_bytes(input, &mut bytes[filled..]);
        packed.consume(result.consumed_in);
        filled += result.consumed_out;
        let status = result.status.map_err(|e| io::Error::new(ErrorKind::InvalidData, e))?;
        let is_stuck = result.consumed_in == 0 && result.consumed_out == 0;
        if filled < bytes.len() && (matches!(status, LzwStatus::Done) || is_stuck && is_end) {
            return Err(ends_early(filled, bytes.len()));
        }
    }
    Ok(())
}

/// Returns the available bytes, retrying a read that a signal interrupted.
fn fill(packed: &mut impl BufRead) -> io::Result<&[u8]> {
    while packed.fill_buf().is_err_and(|e| e.kind() == ErrorKind::Interrupted) {}
    packed.fill_buf()
}

fn pack_bits(packed: &mut impl BufRead, bytes: &mut [u8]) -> io::Result<()> {
    let mut filled = 0;
    while filled < bytes.len() {
        let mut header = [0];
        packed.read_exact(&mut header)?;
        let count = match header[0] as i8 {
            -128 => continue,
            literal @ 0.. => literal as usize + 1,
            repeated => usize::from(repeated.unsigned_abs()) + 1,
        };
        // A run may go on into the padding.
        let count = count.min(bytes.len() - filled);
        let run = &mut bytes[filled..][..count];
        if header[0] < 128 {
            packed.read_exact(run)?;
        } else {
            packed.read_exact(&mut header)?;
            run.fill(header[0]);
        }
        filled += count;
    }
    Ok(())
}

fn ends_early(filled: usize, wanted: usize) -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, format!("{filled} of {wanted} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// Returns the numbers of a row after encoding and decoding them.
    fn again(numbers: &[f64], sample: Sample, predictor: Predictor, byte_order: ByteOrder) -> Vec<f64> {
        let size = sample.bytes();
        let mut row: Vec<u8> = Vec::new();
        for &number in numbers {
            let word = match sample {
                Sample::Unsigned(_) => (number as u64).to_le_bytes(),
                Sample::Signed(_) => (number as i64).to_le_bytes(),
                Sample::Float(2) => u64::from(f16::from_f64(number).to_bits()).to_le_bytes(),
                Sample::Float(4) => u64::from((number as f32).to_bits()).to_le_bytes(),
                Sample::Float(_) => number.to_bits().to_le_bytes(),
            };
            row.extend(&word[..size]);
        }
        match predictor {
            Predictor::None => {}
            Predictor::Horizontal => {
                let word = |at: usize| {
                    let mut word = [0; 8];
                    word[..size].copy_from_slice(&row[at..at + size]);
                    u64::from_le_bytes(word)
                };
                let words: Vec<u64> = (0..row.len()).step_by(size).map(word).collect();
                let first = words[0].to_le_bytes()[..size].to_vec();
                let rest = words.windows(2).flat_map(|w| w[1].wrapping_sub(w[0]).to_le_bytes()[..size].to_vec());
                row = first.into_iter().chain(rest).collect();
            }
            Predictor::FloatingPoint => {
                let planes = (0..size).rev().flat_map(|byte| row.iter().skip(byte).step_by(size));
                let planes: Vec<u8> = planes.copied().collect();
                row =
                    planes.iter().scan(0_u8, |before, &b| Some(b.wrapping_sub(std::mem::replace(before, b)))).collect();
            }
        }
        if byte_order == ByteOrder::BigEndian && predictor != Predictor::FloatingPoint {
            row.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        }
        let encoding = Encoding { compression: Compression::None, sample, predictor, byte_order };
        encoding.numbers(&mut row, &mut Vec::new()).collect()
    }

    #[test]
    fn every_number_survives_every_predictor_and_byte_order() {
        let numbers = [3.0, 250.0, 0.0, 7.0, 7.0, 100.0, 1.0];
        let fractions = [3.25, -250.5, 0.0, 7.0, 1000.0, -0.125];
        for byte_order in [ByteOrder::LittleEndian, ByteOrder::BigEndian] {
            for predictor in [Predictor::None, Predictor::Horizontal] {
                for bits in [8, 16, 32, 64] {
                    let unsigned = Sample::of(1, bits).unwrap();
                    assert_eq!(again(&numbers, unsigned, predictor, byte_order), numbers);
                    let signed = [3.0, -120.0, 0.0, 7.0, 7.0, 100.0, -1.0];
                    assert_eq!(again(&signed, Sample::of(2, bits).unwrap(), predictor, byte_order), signed);
                }
            }
            for predictor in [Predictor::None, Predictor::Horizontal, Predictor::FloatingPoint] {
                for bits in [16, 32, 64] {
                    let sample = Sample::of(3, bits).unwrap();
                    assert_eq!(again(&fractions, sample, predictor, byte_order), fractions, "{sample:?} {predictor:?}");
                }
            }
        }
        assert_eq!((Sample::of(3, 24), Sample::of(1, 1), Sample::of(5, 32)), (None, None, None));
    }

    #[test]
    fn every_compression_gives_the_bytes_or_says_that_they_end_early() {
        let bytes: Vec<u8> = (0..600_u32).map(|k| if k % 7 < 4 { 9 } else { k as u8 }).collect();
        let deflated = {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&bytes).unwrap();
            encoder.finish().unwrap()
        };
        let lzw = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(&bytes).unwrap();
        // A run of four is a repeated byte; every other byte is a literal. 128 means nothing.
        let runs = bytes.chunk_by(|a, b| a == b);
        let runs = runs.flat_map(|run| match run {
            [one] => vec![0, *one],
            many => vec![128, 1_u8.wrapping_sub(many.len() as u8), many[0]],
        });
        let pack_bits: Vec<u8> = runs.collect();
        for (compression, packed) in [
            (Compression::None, bytes.clone()),
            (Compression::Deflate, deflated),
            (Compression::Lzw, lzw),
            (Compression::PackBits, pack_bits),
        ] {
            let chunk = Chunk { offset: 0, size: packed.len() as u64, width: 20, length: 30 };
            let encoding = Encoding {
                compression,
                sample: Sample::Unsigned(1),
                predictor: Predictor::None,
                byte_order: ByteOrder::LittleEndian,
            };
            assert!(encoding.unpack(&mut &packed[..], &chunk, 30).unwrap() == bytes, "{compression:?}");
            let cut = encoding.unpack(&mut &packed[..packed.len() / 2], &chunk, 30).unwrap_err();
            assert!(
                matches!(cut.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidInput),
                "{compression:?}: {cut:?}"
            );
        }
    }
}
