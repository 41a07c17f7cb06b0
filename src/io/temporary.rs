//! The names of unfinished files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The prefix of unfinished files' names. The holder of a folder's lock may remove them; for other folders there is
/// [`remove_abandoned`](super::atomic::remove_abandoned).
pub const TEMPORARY_PREFIX: &str = ".groma-tmp-";

/// Returns a name in the folder of `path` that no other thread or process uses.
pub(crate) fn temporary_name(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = std::ffi::OsString::from(format!("{TEMPORARY_PREFIX}{}-{number}-", std::process::id()));
    name.push(path.file_name().unwrap_or_default());
    path.with_file_name(name)
}
