//! Reads GeoJSON in all its shapes: a feature collection (RFC 7946, and the `crs` member of its predecessor), a single
//! feature, a bare geometry, or a sequence of these, one in each line or behind record separators (RFC 8142).
//!
//! Features are read one after the other, so a file takes no more memory than its footprints.

mod coordinates;
mod feature;
mod text;
mod value;
mod words;

use std::io::{BufRead, BufReader};

use super::source::{FeatureSink, Source};
use super::text::{Text, read_error};
use crate::io::recognise::{self, Format};
use crate::{Error, Result};

pub(super) use self::value::Single;
pub(super) use self::words::NumberWords;

/// Reads the features of a text. Returns the format of a text that turns out to be another kind of JSON, if it is
/// known.
pub(super) fn read(source: &Source<'_>, text: Text<'_>, sink: &mut dyn FeatureSink) -> Result<Option<Format>> {
    const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
    let (path, budget, is_gzip) = (source.path, source.budget, text.is_gzip);
    let broken = |cause| read_error(path, cause, is_gzip, budget);
    let mut file = BufReader::with_capacity(256 << 10, NumberWords::new(text));
    if file.fill_buf().map_err(broken)?.starts_with(BYTE_ORDER_MARK) {
        file.consume(BYTE_ORDER_MARK.len());
    }
    let mut other = None;
    let read = text::read(file, sink, &mut other);
    let Err(e) = read else { return Ok(None) };
    if e.is_io() {
        return Err(broken(e.into()));
    }
    if let Some(format) = other.as_deref().and_then(recognise::of_json_type) {
        return Ok(Some(format));
    }
    let seen = match budget.number.get() {
        0 => e.to_string(),
        number => format!("feature #{number}: {e}"),
    };
    let accepted = "a GeoJSON feature collection, feature or geometry, or features one in each line";
    Err(Error::bad_format(path, None, seen, accepted))
}
