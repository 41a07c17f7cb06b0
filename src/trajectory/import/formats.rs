//! Opens an input in the format that its first bytes show.

use super::fcd;
#[cfg(feature = "sqlite")]
use super::jupedsim;
#[cfg(feature = "parquet")]
use super::parquet;
use super::records::{Head, Records};
use super::source::Source;
use super::text;
use super::trackmate;
use crate::Result;
use crate::io::recognise::{self, Wanted};
use crate::job::Context;

// Only the formats that features add take memory for what a file says.
#[cfg_attr(not(any(feature = "parquet", feature = "sqlite")), expect(unused_variables))]
pub(super) fn open<'a>(source: Source, context: &'a Context) -> Result<(Box<dyn Records + 'a>, Head)> {
    if fcd::is_fcd(&source.head) {
        return fcd::open(source);
    }
    if trackmate::is_tracks(&source.head) {
        return trackmate::open(source);
    }
    let start = &source.head[..source.head.len().min(recognise::START_BYTES)];
    recognise::refuse_others(&source.path, start, Wanted::Trajectories)?;
    #[cfg(feature = "sqlite")]
    if recognise::of(start) == Some(recognise::SQLITE) {
        source.refuse_stream(recognise::SQLITE.name)?;
        return jupedsim::open(&source, context);
    }
    #[cfg(feature = "parquet")]
    if recognise::of(start) == Some(recognise::PARQUET) {
        source.refuse_stream(recognise::PARQUET.name)?;
        return parquet::open(&source, context);
    }
    text::open(source)
}
