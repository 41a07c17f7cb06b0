//! Strips and tiles in LERC, Esri's compression with a limited error, in the way that libtiff puts them into TIFF: one
//! LERC blob for each strip or tile, which may be compressed once more.

use std::io::{self, BufRead, ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::bufread::ZlibDecoder;
use lerc_core::PixelData;
use lerc_reader::{decode_first, inspect_first};
use ruzstd::decoding::StreamingDecoder;

/// The compression around a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outer {
    None,
    Deflate,
    Zstd,
}

impl Outer {
    /// Returns the compression for the second number of the tag LercParameters.
    pub fn of(code: u32) -> Option<Outer> {
        match code {
            0 => Some(Outer::None),
            1 => Some(Outer::Deflate),
            2 => Some(Outer::Zstd),
            _ => None,
        }
    }
}

/// Unpacks the first `rows` rows of a strip or tile of `width` x `length` numbers of a kind, such as "float32". Pixels
/// that the blob marks as without data become NaN, where numbers are floating point.
pub(super) fn unpack(
    packed: &mut impl BufRead,
    outer: Outer,
    [width, length, rows]: [usize; 3],
    kind: &str,
) -> io::Result<Vec<u8>> {
    // A blob is the numbers as they are, where nothing is smaller, and a header with a mask.
    let most = (width as u64 * length as u64).saturating_mul(9).saturating_add(1 << 16);
    let mut blob = Vec::new();
    match outer {
        Outer::None => packed.take(most).read_to_end(&mut blob),
        Outer::Deflate => ZlibDecoder::new(packed).take(most).read_to_end(&mut blob),
        Outer::Zstd => StreamingDecoder::new(packed).map_err(invalid)?.take(most).read_to_end(&mut blob),
    }?;
    let about = guarded(|| inspect_first(&blob))?;
    let (cols, height) = (about.width as usize, about.height as usize);
    if cols != width || !(rows..=length).contains(&height) || about.depth != 1 {
        let seen = format!("a LERC blob of {cols} x {height} pixels of {} numbers", about.depth);
        return Err(invalid(seen));
    }
    let decoded = guarded(|| decode_first(&blob))?;
    drop(blob);
    let count = width * rows;
    let is_missing = |at: usize| decoded.mask.as_ref().is_some_and(|mask| mask.get(at) == Some(&0));
    let mut bytes = Vec::new();
    // In a TIFF of the other byte order, libtiff turns numbers around before they are packed.
    let mut put = |number: &[u8]| bytes.extend_from_slice(number);
    macro_rules! all {
        ($numbers:expr) => {
            $numbers.iter().take(count).for_each(|number| put(&number.to_le_bytes()))
        };
        ($numbers:expr, $nan:expr) => {
            for (at, &number) in $numbers.iter().take(count).enumerate() {
                put(&if is_missing(at) { $nan } else { number }.to_le_bytes());
            }
        };
    }
    match (&decoded.pixels, kind) {
        (PixelData::I8(numbers), "int8") => all!(numbers),
        (PixelData::U8(numbers), "uint8") => all!(numbers),
        (PixelData::I16(numbers), "int16") => all!(numbers),
        (PixelData::U16(numbers), "uint16") => all!(numbers),
        (PixelData::I32(numbers), "int32") => all!(numbers),
        (PixelData::U32(numbers), "uint32") => all!(numbers),
        (PixelData::F32(numbers), "float32") => all!(numbers, f32::NAN),
        (PixelData::F64(numbers), "float64") => all!(numbers, f64::NAN),
        _ => return Err(invalid(format!("a LERC blob of {:?}, where the TIFF has {kind}", about.data_type))),
    }
    Ok(bytes)
}

fn invalid(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, cause)
}

/// Calls the decoder, and turns its panics into errors.
fn guarded<T, E: std::fmt::Display>(call: impl FnOnce() -> Result<T, E>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(e)) => Err(invalid(e.to_string())),
        Err(_) => Err(invalid("a LERC blob that contradicts itself")),
    }
}
