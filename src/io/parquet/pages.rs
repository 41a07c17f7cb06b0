//! Checks what the pages of a column say of themselves, before memory is taken for it.

use std::fs::File;

use parquet::file::metadata::ColumnChunkMetaData;

use super::thrift;
use crate::io::positioned::read_exact_at;

/// A page may become as large as this whatever it takes in the file, and else as many times as large.
const FREE: u64 = 16 << 20;
const MOST_TIMES: u64 = 256;

/// The most bytes of a page's header, in which the least and the greatest value may be.
const LONGEST_HEADER: usize = 1 << 16;

/// Encodings in which a page can state any number of texts. Plain and dictionary encodings are what writers use for
/// texts unless they are told otherwise.
const DELTA_OF_TEXTS: [i64; 2] = [6, 7];

/// What the header of a page says.
#[derive(Default)]
struct Header {
    becomes: i64,
    takes: i64,
    encoding: i64,
    /// The values in a dictionary.
    values: i64,
}

/// Checks the pages of a column. Returns the memory that reading them takes.
///
/// # Errors
/// What is wrong with one.
pub(super) fn check(file: &File, size: u64, column: &ColumnChunkMetaData) -> Result<u64, String> {
    let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
    let (start, length) = u64::try_from(start).ok().zip(u64::try_from(column.compressed_size()).ok()).unwrap_or((0, 0));
    let end = start.checked_add(length).filter(|end| *end <= size && length > 0);
    let end = end.ok_or_else(|| format!("{length} bytes of pages from byte {start} on, in a file of {size}"))?;
    let (mut at, mut largest, mut dictionary) = (start, 0, 0);
    while at < end {
        let bad = |what: String| format!("at byte {at} a page {what}");
        let (header, header_length) = read(file, at, end).ok_or_else(|| bad("without a whole header".into()))?;
        let left = end - at - header_length;
        let takes = u64::try_from(header.takes).ok().filter(|takes| *takes <= left);
        let takes = takes.ok_or_else(|| bad(format!("of {} bytes, where {left} are left", header.takes)))?;
        let most = FREE.max(MOST_TIMES.saturating_mul(takes));
        let becomes = u64::try_from(header.becomes).ok().filter(|becomes| *becomes <= most);
        let becomes = becomes.ok_or_else(|| {
            bad(format!("of {takes} bytes that becomes {}, where {most} are the most", header.becomes))
        })?;
        if DELTA_OF_TEXTS.contains(&header.encoding) {
            return Err(bad(
                "of texts in an encoding of differences (DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY)".into()
            ));
        }
        if header.values < 0 || header.values as u64 > becomes {
            return Err(bad(format!("of {becomes} bytes with a dictionary of {} values", header.values)));
        }
        // The values of a dictionary are held beside the bytes that they are in.
        dictionary += header.values as u64 * BYTES_OF_ENTRY;
        largest = largest.max(takes + becomes);
        at += header_length + takes;
    }
    Ok(2 * largest + dictionary)
}

/// What an entry of a dictionary takes in memory, beside its text.
const BYTES_OF_ENTRY: u64 = 40;

/// Reads the header at a place, and its length.
fn read(file: &File, at: u64, end: u64) -> Option<(Header, u64)> {
    let mut bytes = Vec::new();
    for room in [1 << 8, 1 << 12, LONGEST_HEADER] {
        let room = room.min(usize::try_from(end - at).unwrap_or(room));
        bytes.resize(room, 0);
        read_exact_at(file, &mut bytes, at).ok()?;
        let mut header = Header::default();
        let length = thrift::look(&bytes, &mut |path, number| match path {
            [2] => header.becomes = number,
            [3] => header.takes = number,
            [5, 2] | [8, 4] => header.encoding = number,
            [7, 1] => header.values = number,
            _ => {}
        });
        if let Some(length) = length {
            return Some((header, length as u64));
        }
    }
    None
}
