//! Opens an input in the format that its first bytes show.

use super::fcd;
use super::records::{Head, Records};
use super::source::Source;
use super::text;
use super::trackmate;
use crate::Result;
use crate::io::recognise::{self, Wanted};

pub(super) fn open(source: Source) -> Result<(Box<dyn Records>, Head)> {
    if fcd::is_fcd(&source.head) {
        return fcd::open(source);
    }
    if trackmate::is_tracks(&source.head) {
        return trackmate::open(source);
    }
    let start = &source.head[..source.head.len().min(recognise::START_BYTES)];
    recognise::refuse_others(&source.path, start, Wanted::Trajectories)?;
    text::open(source)
}
