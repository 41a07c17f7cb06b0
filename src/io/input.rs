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

/// The largest file that is read whole though it is small when all is well, as JSON of groma's own: that of a city of a
/// million tiles has 100 MB.
pub const MOST_SMALL: u64 = 256 << 20;

/// Reads a whole file.
///
/// # Errors
/// As [`open`]; [`Error::NoMemory`].
pub fn read(path: &Path) -> Result<Vec<u8>> {
    read_at_most(path, u64::MAX)
}

/// As [`read`], of [`MOST_SMALL`] bytes at most.
///
/// # Errors
/// As [`read_at_most`].
pub fn read_small(path: &Path) -> Result<Vec<u8>> {
    read_at_most(path, MOST_SMALL)
}

/// As [`read`], of so many bytes at most: a damaged file may be larger than the memory.
///
/// # Errors
/// As [`read`]; [`Error::BadFormat`] for a larger file.
pub fn read_at_most(path: &Path, most: u64) -> Result<Vec<u8>> {
    read_open(&open(path)?, path, most)
}

/// As [`read_at_most`], from where an open file stands.
///
/// # Errors
/// As [`read_at_most`].
pub fn read_open(file: &File, path: &Path, most: u64) -> Result<Vec<u8>> {
    let size = file.metadata().context("look at", path)?.len();
    if size > most {
        let (seen, accepted) = (format!("{size} bytes"), format!("at most {most} bytes"));
        return Err(Error::bad_format(path, None, seen, accepted));
    }
    let mut bytes = Vec::new();
    let room = usize::try_from(size).ok().and_then(|room| bytes.try_reserve_exact(room).ok());
    room.ok_or(Error::NoMemory { bytes: size, what: "a file that is read whole" })?;
    file.take(most).read_to_end(&mut bytes).context("read", path)?;
    Ok(bytes)
}

/// As [`read`], but returns `None` for a missing file: see [`if_there`].
///
/// # Errors
/// As [`read`].
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    if_there(path, read(path))
}

/// As [`read_small`], but returns `None` for a missing file: see [`if_there`].
///
/// # Errors
/// As [`read_small`].
pub fn read_small_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    if_there(path, read_small(path))
}

/// Returns `None` in place of the error of reading a file that is missing. A link that leads nowhere is not missing.
///
/// # Errors
/// All others.
pub fn if_there<T>(path: &Path, found: Result<T>) -> Result<Option<T>> {
    match found {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_larger_than_it_may_be_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("small.json");
        assert!(matches!(read_small_if_there(&path), Ok(None)));
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read_at_most(&path, 5).unwrap(), b"12345");
        let text = read_at_most(&path, 4).unwrap_err().to_string();
        assert!(text.contains("small.json: 5 bytes; accepted: at most 4 bytes"), "{text}");
        File::create(&path).unwrap().set_len(MOST_SMALL + 1).unwrap();
        assert!(matches!(read_small_if_there(&path), Err(Error::BadFormat { .. })));
    }
}
