//! Locks on folders: a file in the folder that is locked while its holder lives.
//!
//! The system drops the lock with the process, so it is never stale. A file that stays behind unlocked means nothing.

use std::fmt;
use std::fs::{File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Once};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::IoContext;
use crate::io::input;
use crate::{Error, Result};

/// How many times a lock is tried for when the locked file turns out not to be the one at the path. Each time another
/// holder has come and gone. The bound ends the loop on a file system that never identifies the opened file with its
/// path.
const MOST_TRIES: u32 = 1000;

/// Opens or creates the file at `path` and locks it. `describe` names the holder when another has the lock. Where the
/// file system has no locks, as some that are shared by machines, it keeps nobody out: [`works`] tells, and so does a
/// message, once.
///
/// # Errors
/// [`Error::Busy`] when another process or job holds it; [`Error::BadFormat`] when the path is not a regular file;
/// [`Error::Io`], also where a link is in its place.
pub fn acquire(path: &Path, describe: impl Fn(&Path) -> String) -> Result<File> {
    for tried in 0..MOST_TRIES {
        if tried > 20 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let file = match input::open_own(path) {
            // On Windows a removed file keeps its name while somebody has it open, and nobody else can open it.
            Err(Error::Io { cause, .. }) if is_being_removed(&cause) && tried < 100 => {
                std::thread::sleep(Duration::from_millis(10));
                continue;
            }
            opened => opened?,
        };
        match try_lock(&file) {
            Ok(()) if is_at(&file, path).context("look at", path)? => return Ok(file),
            // The holder finished and removed the file between our open and our lock: try the new one.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy { subject: path.to_path_buf(), what: describe(path) });
            }
            Err(TryLockError::Error(e)) if has_no_locks(&e) => {
                static TOLD: Once = Once::new();
                TOLD.call_once(|| log::warn!("{}: {NO_LOCKS}", path.display()));
                return Ok(file);
            }
            Err(TryLockError::Error(source)) => return Err(source).context("lock", path),
        }
    }
    let what = "others lock it all the time, or its file system does not tell one file from another; try again, or use \
                a folder on another file system";
    Err(Error::Busy { subject: path.to_path_buf(), what: what.into() })
}

fn is_being_removed(error: &io::Error) -> bool {
    cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied
}

/// Returns whether `file` is the one at `path`. No file is opened for it, as the system can compare identities by name.
#[cfg(unix)]
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let ours = file.metadata()?;
    match path.symlink_metadata() {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// Returns whether `file` is the one at `path`.
#[cfg(not(unix))]
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use same_file::Handle;

    let ours = Handle::from_file(file.try_clone()?)?;
    match Handle::from_path(path) {
        Ok(there) => Ok(ours == there),
        Err(e) if e.kind() == io::ErrorKind::NotFound || is_being_removed(&e) => Ok(false),
        Err(e) => Err(e),
    }
}

/// What users must know where the file system has no locks.
pub const NO_LOCKS: &str = "the file system has no locks that work, so that nobody is kept out: see that no other \
                            process works in this folder, other than on parts of a plan, which need none";

/// Returns whether the lock of a file that [`acquire`] returned keeps others out.
pub fn works(file: &File) -> bool {
    !matches!(try_lock(file), Err(TryLockError::Error(e)) if has_no_locks(&e))
}

/// Returns whether a lock was refused because the file system has no locks.
pub(super) fn has_no_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    let codes = [libc::ENOLCK, libc::EINVAL];
    // ERROR_INVALID_FUNCTION and ERROR_NOT_SUPPORTED.
    #[cfg(not(unix))]
    let codes = [1, 50];
    error.kind() == io::ErrorKind::Unsupported || error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

/// The holder of a lock, as recorded in the lock's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    process: u32,
    /// A random number of the process, since processes in different containers can have the same number.
    #[serde(default)]
    run: u64,
}

impl Holder {
    /// Returns this process as a holder.
    pub fn this() -> Holder {
        static RUN: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("run"));
        Holder { process: std::process::id(), run: *RUN }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Holder::this() {
            write!(f, "another job of this same process {}", self.process)
        } else {
            write!(f, "process {}", self.process)
        }
    }
}

/// A lock whose file is empty and is removed with it.
#[must_use = "the lock is given up when it is dropped"]
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    /// Closed after the file was removed, so that nobody else can hold a lock on it in between.
    _file: File,
}

impl Lock {
    /// As [`acquire`].
    ///
    /// # Errors
    /// As [`acquire`].
    pub fn acquire(path: impl Into<PathBuf>, describe: impl Fn(&Path) -> String) -> Result<Lock> {
        let path = path.into();
        let file = acquire(&path, describe)?;
        Ok(Lock { path, _file: file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A file that stays is not locked.
        let _ = std::fs::remove_file(&self.path);
    }
}

pub use system::{lock_shared, try_lock, unlock};

#[cfg(not(windows))]
mod system {
    use std::fs::{File, TryLockError};
    use std::io;

    /// Locks a file exclusively, unless somebody else has locked it.
    pub fn try_lock(file: &File) -> Result<(), TryLockError> {
        file.try_lock()
    }

    /// Waits until nobody holds an exclusive lock on the file, and takes a shared one.
    pub fn lock_shared(file: &File) -> io::Result<()> {
        file.lock_shared()
    }

    /// Releases this handle's lock.
    pub fn unlock(file: &File) -> io::Result<()> {
        file.unlock()
    }
}

/// The Windows locks cover one byte far beyond the end of the file. Locked bytes cannot be read, and the file's text,
/// which names the holder, must stay readable.
#[cfg(windows)]
mod system {
    use std::fs::{File, TryLockError};
    use std::io;
    use std::os::windows::io::AsRawHandle;

    use windows_sys::Win32::Foundation::ERROR_LOCK_VIOLATION;
    use windows_sys::Win32::Storage::FileSystem::{
        LOCKFILE_EXCLUSIVE_LOCK, LOCKFILE_FAIL_IMMEDIATELY, LockFileEx, UnlockFileEx,
    };
    use windows_sys::Win32::System::IO::OVERLAPPED;

    /// Locks a file exclusively, unless somebody else has locked it.
    pub fn try_lock(file: &File) -> Result<(), TryLockError> {
        match lock(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY) {
            Err(e) if e.raw_os_error() == Some(ERROR_LOCK_VIOLATION as i32) => Err(TryLockError::WouldBlock),
            locked => locked.map_err(TryLockError::Error),
        }
    }

    /// Waits until nobody holds an exclusive lock on the file, and takes a shared one.
    pub fn lock_shared(file: &File) -> io::Result<()> {
        lock(file, 0)
    }

    fn lock(file: &File, flags: u32) -> io::Result<()> {
        // SAFETY: the handle is open as long as `file` is borrowed. Files are not opened for overlapped work, so the
        // call returns when all is done, and nothing uses its pointers afterwards.
        done(unsafe { LockFileEx(file.as_raw_handle(), flags, 0, 1, 0, &mut place()) })
    }

    /// Releases this handle's lock.
    pub fn unlock(file: &File) -> io::Result<()> {
        // SAFETY: as above.
        done(unsafe { UnlockFileEx(file.as_raw_handle(), 0, 1, 0, &mut place()) })
    }

    fn place() -> OVERLAPPED {
        let mut place = OVERLAPPED::default();
        place.Anonymous.Anonymous.OffsetHigh = i32::MAX as u32;
        place
    }

    fn done(result: i32) -> io::Result<()> {
        if result == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_once_can_be_read_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        let lock = Lock::acquire(&path, read).unwrap();
        std::fs::write(&path, "held by the test").unwrap();
        match Lock::acquire(&path, read) {
            Err(Error::Busy { what, .. }) => assert_eq!(what, "held by the test"),
            other => panic!("expected busy, got {other:?}"),
        }
        drop(lock);
        assert!(!path.exists());
        drop(Lock::acquire(&path, read).unwrap());
        assert!(!path.exists());
    }

    #[test]
    fn many_threads_never_hold_it_together() {
        use std::sync::atomic::{AtomicUsize, Ordering};

        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        let (inside, passed) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while passed.load(Ordering::SeqCst) < 200 {
                        match Lock::acquire(&path, |_| String::new()) {
                            Ok(_lock) => {
                                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                                passed.fetch_add(1, Ordering::SeqCst);
                                inside.fetch_sub(1, Ordering::SeqCst);
                            }
                            Err(Error::Busy { .. }) => std::thread::yield_now(),
                            Err(e) => panic!("{e}"),
                        }
                    }
                });
            }
        });
    }
}
