//! Replacing and removing files while a program uses them.
//!
//! Windows refuses to replace or remove a file that somebody maps or has open without sharing, as virus scanners do for
//! a moment. Other systems allow it, and whoever has the file open keeps the old contents.

use std::io;
use std::path::Path;
use std::time::Duration;

use super::temporary::temporary_name;
use crate::error::IoContext;
use crate::{Error, Result};

/// Renames the file at `from` to `to` in the same folder, replacing a file of that name.
///
/// On Windows a mapped file cannot be replaced; it is moved aside, so that the mapping keeps its contents as on other
/// systems. Where the system refuses that too, the file is in use in some other way.
///
/// # Errors
/// [`Error::Busy`] for a file in use (Windows); [`Error::Io`].
pub fn replace(from: &Path, to: &Path) -> Result<()> {
    let renamed = patiently(|| std::fs::rename(from, to));
    let renamed = match renamed {
        // The system refuses a folder in the way with the same code; it is not ours to move.
        Err(e) if is_in_use(&e) && to.is_file() => {
            let aside = temporary_name(to);
            let moved = std::fs::rename(to, &aside).and_then(|()| std::fs::rename(from, to));
            // Once nobody maps it, the next cleanup of unfinished files removes it.
            let _ = std::fs::remove_file(aside);
            moved.map_err(|_| e)
        }
        renamed => renamed,
    };
    context(renamed, "rename a finished file to", to)
}

/// Removes a file. A missing file is no error, also where nothing can be removed.
///
/// # Errors
/// [`Error::Busy`] for a file in use (Windows); [`Error::Io`].
pub fn remove_if_there(path: &Path) -> Result<()> {
    match patiently(|| std::fs::remove_file(path)) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        // A file system that is read-only refuses before it looks.
        Err(e) if e.kind() == io::ErrorKind::ReadOnlyFilesystem && is_missing(path) => Ok(()),
        removed => context(removed, "remove", path),
    }
}

fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|e| e.kind() == io::ErrorKind::NotFound)
}

/// Returns whether a file was refused because it is in use.
pub fn is_in_use(error: &io::Error) -> bool {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    const USER_MAPPED_FILE: i32 = 1224;
    let codes = [ACCESS_DENIED, SHARING_VIOLATION, LOCK_VIOLATION, USER_MAPPED_FILE];
    cfg!(windows) && error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

/// Retries `work` for a sixth of a second.
fn patiently(work: impl Fn() -> io::Result<()>) -> io::Result<()> {
    for milliseconds in [5, 10, 20, 40, 80] {
        match work() {
            Err(e) if is_in_use(&e) => std::thread::sleep(Duration::from_millis(milliseconds)),
            done => return done,
        }
    }
    work()
}

fn context(done: io::Result<()>, action: &'static str, path: &Path) -> Result<()> {
    match done {
        Err(e) if is_in_use(&e) && path.exists() => Err(Error::Busy {
            subject: path.to_path_buf(),
            what: format!("in use by a program, or read-only ({e}); close what has it open and run again"),
        }),
        done => done.context(action, path),
    }
}
