//! Opens inputs: regular files and nothing else.
//!
//! The path of an input may name a folder, a pipe, a device, or a link that leads nowhere. A pipe would block its
//! reader until somebody writes to it, and a device such as `/dev/zero` has no end: both are errors at once.

use std::ffi::OsString;
use std::fs::{File, FileType, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::error::IoContext;
use crate::{Error, Result};

/// Opens a file for reading.
///
/// # Errors
/// [`Error::BadFormat`] for anything but a regular file; [`Error::Io`].
pub fn open(path: &Path) -> Result<File> {
    open_with(File::options().read(true), path)
}

/// Opens a file with the caller's options.
///
/// # Errors
/// As [`open`].
pub fn open_with(options: &mut OpenOptions, path: &Path) -> Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, WITHOUT_WAITING);
    regular(options.open(path), path)
}

/// Opens one of groma's own files for reading and writing, creating it where there is none. A link in its place is
/// refused: its target is not groma's to write to.
///
/// # Errors
/// As [`open`].
pub fn open_own(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, WITHOUT_WAITING | libc::O_NOFOLLOW);
    regular(options.open(path), path)
}

/// Returns whether something exists at a path. An error other than "not found" is returned, not taken for missing.
///
/// # Errors
/// [`Error::Io`].
pub fn exists(path: &Path) -> Result<bool> {
    path.try_exists().context("look at", path)
}

/// Lists the names in a folder in their order: systems list folders in any, and messages name the first.
///
/// # Errors
/// Every error of the system.
pub fn sorted_names(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<OsString>>>()?;
    names.sort_unstable();
    Ok(names)
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

/// As [`read`], but returns `None` for a missing file. A link that leads nowhere is not missing.
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

/// Without the first flag, opening a pipe waits for its other end; regular files are not affected. The second keeps a
/// terminal from becoming the controlling terminal of the process.
#[cfg(unix)]
const WITHOUT_WAITING: i32 = libc::O_NONBLOCK | libc::O_NOCTTY;

fn regular(opened: io::Result<File>, path: &Path) -> Result<File> {
    let file = match opened {
        // Windows does not open a folder: access to it is denied.
        Err(_) if cfg!(windows) && path.is_dir() => {
            return Err(Error::bad_format(path, None, "a folder", "a regular file"));
        }
        opened => opened.context("open", path)?,
    };
    let kind = file.metadata().context("look at", path)?.file_type();
    if kind.is_file() { Ok(file) } else { Err(Error::bad_format(path, None, describe(kind), "a regular file")) }
}

fn describe(kind: FileType) -> &'static str {
    if kind.is_dir() { "a folder" } else { "a pipe, a device or a socket" }
}
