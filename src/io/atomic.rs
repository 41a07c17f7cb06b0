//! Files that appear under their final name whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Result;
use crate::error::IoContext;

/// What the names of unfinished files begin with. Whoever holds the lock of a folder may remove them.
pub const TEMPORARY_PREFIX: &str = ".groma-tmp-";

/// A file in the making: it has no name, or a temporary one in the same folder, until [`AtomicFile::commit`] gives it its
/// final name; dropped before, it is gone.
#[derive(Debug)]
pub struct AtomicFile {
    file: Option<File>,
    /// The temporary name, while the file has one.
    temporary: Option<PathBuf>,
    path: PathBuf,
}

impl AtomicFile {
    /// Starts the file that will be at `path`.
    ///
    /// # Errors
    /// [`crate::Error::Io`] when the temporary file cannot be created.
    pub fn create(path: impl Into<PathBuf>) -> Result<AtomicFile> {
        let path = path.into();
        if let Some(file) = nameless::create(&path) {
            return Ok(AtomicFile { file: Some(file), temporary: None, path });
        }
        let temporary = temporary_name(&path);
        let file = File::create(&temporary).context("create", &temporary)?;
        Ok(AtomicFile { file: Some(file), temporary: Some(temporary), path })
    }

    /// Gives the file its final name; what stood there is replaced.
    ///
    /// With `sync`, its contents are on the disk before it gets the name.
    ///
    /// # Errors
    /// As [`replace`]; the unfinished file is removed.
    pub fn commit(mut self, sync: bool) -> Result<()> {
        let file = self.file.take().expect("only commit takes it");
        if sync {
            file.sync_data().context("sync", &self.path)?;
        }
        if self.temporary.is_none() {
            if nameless::link(&file, &self.path).is_ok_and(|linked| linked) {
                return Ok(());
            }
            // There is a file of that name, which only a rename replaces at once; or the file system gives a file no
            // second name.
            let temporary = self.temporary.insert(temporary_name(&self.path));
            let _ = std::fs::remove_file(&*temporary);
            if !nameless::link(&file, temporary).is_ok_and(|linked| linked) {
                nameless::copy(&file, temporary).context("write", &*temporary)?;
            }
        }
        drop(file);
        if let Some(temporary) = &self.temporary {
            replace(temporary, &self.path)?;
        }
        self.temporary = None;
        Ok(())
    }

    /// The final path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The unfinished file.
    pub fn file(&mut self) -> &mut File {
        self.file.as_mut().expect("only commit takes it")
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        self.file = None;
        if let Some(temporary) = &self.temporary {
            // Nothing more can be done here; the next build in this folder removes it.
            let _ = std::fs::remove_file(temporary);
        }
    }
}

/// Gives the file at `from` the name `to` in the same folder; what stood there is replaced.
///
/// On Windows a file that a program maps cannot be replaced; it is moved aside then, so that the mapping keeps what it has, as
/// elsewhere. Where the system refuses that too, the file is in use in some other way.
///
/// # Errors
/// [`crate::Error::Busy`] for a file in use (Windows); [`Error::Io`].
pub fn replace(from: &Path, to: &Path) -> Result<()> {
    let renamed = in_use::patiently(|| std::fs::rename(from, to));
    let renamed = match renamed {
        Err(e) if in_use::is(&e) && to.exists() => {
            let aside = temporary_name(to);
            let moved = std::fs::rename(to, &aside).and_then(|()| std::fs::rename(from, to));
            // Once nobody maps it, whoever clears the folder of unfinished files can remove it.
            let _ = std::fs::remove_file(aside);
            moved.map_err(|_| e)
        }
        renamed => renamed,
    };
    in_use::context(renamed, "rename a finished file to", to)
}

/// Removes a file; no error when it is not there.
///
/// # Errors
/// [`crate::Error::Busy`] for a file in use (Windows); [`Error::Io`].
pub fn remove_if_there(path: &Path) -> Result<()> {
    match in_use::patiently(|| std::fs::remove_file(path)) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => in_use::context(removed, "remove", path),
    }
}

/// Windows refuses to replace or remove a file that somebody maps or, as virus scanners do for a moment, has open without
/// sharing it.
mod in_use {
    use std::io;
    use std::path::Path;
    use std::time::Duration;

    use crate::error::IoContext;
    use crate::{Error, Result};

    pub fn is(error: &io::Error) -> bool {
        const ACCESS_DENIED: i32 = 5;
        const SHARING_VIOLATION: i32 = 32;
        const LOCK_VIOLATION: i32 = 33;
        const USER_MAPPED_FILE: i32 = 1224;
        let codes = [ACCESS_DENIED, SHARING_VIOLATION, LOCK_VIOLATION, USER_MAPPED_FILE];
        cfg!(windows) && error.raw_os_error().is_some_and(|code| codes.contains(&code))
    }

    /// Tries again for a sixth of a second.
    pub fn patiently(work: impl Fn() -> io::Result<()>) -> io::Result<()> {
        for milliseconds in [5, 10, 20, 40, 80] {
            match work() {
                Err(e) if is(&e) => std::thread::sleep(Duration::from_millis(milliseconds)),
                done => return done,
            }
        }
        work()
    }

    pub fn context(done: io::Result<()>, action: &'static str, path: &Path) -> Result<()> {
        match done {
            Err(e) if is(&e) && path.exists() => Err(Error::Busy {
                path: path.to_path_buf(),
                what: format!("in use by a program, or read-only ({e}); close what has it open and run again"),
            }),
            done => done.context(action, path),
        }
    }
}

/// A name beside the final one that no other thread or process takes.
fn temporary_name(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = std::ffi::OsString::from(format!("{TEMPORARY_PREFIX}{}-{number}-", std::process::id()));
    name.push(path.file_name().unwrap_or_default());
    path.with_file_name(name)
}

/// Files without a name, where the system and the file system have them: nothing is left of them after a kill, and
/// naming one costs less than renaming.
#[cfg(target_os = "linux")]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd;
    use std::path::Path;
    use std::sync::LazyLock;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags};
    use rustix::io::Errno;

    /// A file is named through this folder.
    static HAS_PROC: LazyLock<bool> = LazyLock::new(|| Path::new("/proc/self/fd").exists());

    /// `None` where there are no such files; the reason comes up again when a named one is tried.
    pub fn create(path: &Path) -> Option<File> {
        let folder = super::folder_of(path);
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        HAS_PROC.then(|| rustix::fs::open(folder, flags, Mode::from_raw_mode(0o666)).ok()).flatten().map(File::from)
    }

    /// Says `false` when there is a file of that name.
    pub fn link(file: &File, path: &Path) -> io::Result<bool> {
        let from = format!("/proc/self/fd/{}", file.as_raw_fd());
        match rustix::fs::linkat(CWD, from, CWD, path, AtFlags::SYMLINK_FOLLOW) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    /// For file systems that cannot link.
    pub fn copy(file: &File, path: &Path) -> io::Result<u64> {
        std::fs::copy(format!("/proc/self/fd/{}", file.as_raw_fd()), path)
    }
}

#[cfg(not(target_os = "linux"))]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub fn create(_: &Path) -> Option<File> {
        None
    }

    pub fn link(_: &File, _: &Path) -> io::Result<bool> {
        unreachable!("no file is created without a name")
    }

    pub fn copy(_: &File, _: &Path) -> io::Result<u64> {
        unreachable!("no file is created without a name")
    }
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file without a name in the folder of `path`, gone with the process or when it is closed.
///
/// # Errors
/// [`crate::Error::Io`].
pub fn nameless_beside(path: &Path) -> Result<File> {
    nameless_in(folder_of(path))
}

/// A file without a name in `folder`, gone with the process or when it is closed.
///
/// # Errors
/// [`crate::Error::Io`].
pub fn nameless_in(folder: &Path) -> Result<File> {
    tempfile::tempfile_in(folder).context("create a temporary file in", folder)
}

/// Writes a whole file in one go. See [`AtomicFile`].
///
/// # Errors
/// As [`AtomicFile::commit`].
pub fn write(path: &Path, bytes: &[u8], sync: bool) -> Result<()> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).context("write", path)?;
    file.commit(sync)
}

/// Puts the names in a folder on the disk, after files in it were committed with `sync`.
///
/// # Errors
/// [`crate::Error::Io`]. Does nothing where folders cannot be synced (Windows).
pub fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(folder).and_then(|f| f.sync_all()).context("sync", folder)?;
    }
    Ok(())
}

/// Removes what an interrupted process left unfinished in `folder`, but for what is still mapped. The caller holds the
/// folder's lock.
///
/// # Errors
/// [`crate::Error::Io`].
pub fn remove_unfinished(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).context("list", folder)? {
        let entry = entry.context("list", folder)?;
        if entry.file_name().to_string_lossy().starts_with(TEMPORARY_PREFIX) {
            match std::fs::remove_file(entry.path()) {
                Err(e) if in_use::is(&e) => {}
                removed => removed.context("remove", entry.path())?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_file_leaves_nothing_and_a_committed_one_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.bin");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        write(&path, b"whole", true).unwrap();
        write(&path, b"again", false).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"again");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
