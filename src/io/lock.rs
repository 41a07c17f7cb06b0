//! A lock on a folder: a file in it that is locked while its holder lives.
//!
//! The system drops the lock with the process, so that it is never stale; the file may stay behind and means nothing
//! unlocked.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::IoContext;
use crate::io::input;
use crate::{Error, Result};

/// Opens or creates the file at `path` and locks it. `describe` says who holds it when somebody does.
///
/// # Errors
/// [`Error::Busy`] when another process or job holds it; [`Error::BadFormat`] when what is there is no regular file;
/// [`Error::Io`], also where the file system has no locks, or where a link is in its place.
pub fn acquire(path: &Path, describe: impl Fn(&Path) -> String) -> Result<File> {
    loop {
        let file = input::open_own(path)?;
        match file.try_lock() {
            Ok(()) if is_at(&file, path) => return Ok(file),
            // Its holder finished and removed it between our open and our lock: try the new one.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy { path: path.to_path_buf(), what: describe(path) });
            }
            Err(TryLockError::Error(source)) => return Err(source).context("lock", path),
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}
