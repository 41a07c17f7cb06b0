//! Opening what is read: regular files and nothing else.
//!
//! Under the name of an input may stand a folder, a pipe, a device, or a link that leads nowhere. A pipe would keep its
//! reader waiting until somebody writes to it, and a device such as `/dev/zero` has no end: both are errors at once.

use std::fs::{File, FileType, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::error::IoContext;
use crate::{Error, Result};

/// Opens a file to be read.
///
/// # Errors
/// [`Error::BadFormat`] for what is no regular file; [`Error::Io`].
pub fn open(path: &Path) -> Result<File> {
    open_with(File::options().read(true), path)
}

/// Opens a file in a way of the caller's.
///
/// # Errors
/// As [`open`].
pub fn open_with(options: &mut OpenOptions, path: &Path) -> Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, WITHOUT_WAITING);
    regular(options.open(path).context("open", path)?, path)
}

/// Opens a file of groma's own to be read and written, and makes it where there is none. A link in its place is
/// refused: what it leads to is not groma's to write to.
///
/// # Errors
/// As [`open`].
pub fn open_own(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, WITHOUT_WAITING | libc::O_NOFOLLOW);
    regular(options.open(path).context("open", path)?, path)
}

/// Whether something stands at a path. What cannot be looked at is not taken for missing.
///
/// # Errors
/// [`Error::Io`].
pub fn exists(path: &Path) -> Result<bool> {
    path.try_exists().context("look at", path)
}

/// Reads a whole file.
///
/// # Errors
/// As [`open`]; [`Error::NoMemory`].
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut file = open(path)?;
    let size = file.metadata().context("look at", path)?.len();
    let mut bytes = Vec::new();
    let room = usize::try_from(size).ok().and_then(|room| bytes.try_reserve_exact(room).ok());
    room.ok_or(Error::NoMemory { bytes: size, what: "a file that is read whole" })?;
    file.read_to_end(&mut bytes).context("read", path)?;
    Ok(bytes)
}

/// [`read`] for a file that need not be there: `None` then. A link that leads nowhere is there.
///
/// # Errors
/// As [`read`].
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    match read(path) {
        Err(Error::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound && path.symlink_metadata().is_err() => {
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// To open a pipe is to wait for its other end, without this; with a regular file it changes nothing. Nor may a
/// terminal become the one that controls the process.
#[cfg(unix)]
const WITHOUT_WAITING: i32 = libc::O_NONBLOCK | libc::O_NOCTTY;

fn regular(file: File, path: &Path) -> Result<File> {
    let kind = file.metadata().context("look at", path)?.file_type();
    if kind.is_file() { Ok(file) } else { Err(Error::bad_format(path, None, describe(kind), "a regular file")) }
}

fn describe(kind: FileType) -> &'static str {
    if kind.is_dir() { "a folder" } else { "a pipe, a device or a socket" }
}
