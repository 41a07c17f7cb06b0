//! Files that appear under their final name whole or not at all.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::in_use::{self, replace};
use super::temporary::{TEMPORARY_PREFIX, temporary_name};
use super::{input, lock};
use crate::error::IoContext;
use crate::{Error, Result};

/// Whether the contents of a file are on the disk before it gets its final name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// They are: slower, and safe from a loss of power.
    Synced,
    /// The system writes them when it likes; a loss of power may leave a damaged file under the final name.
    Unsynced,
}

impl Durability {
    /// Returns what an option `fsync` asks for.
    pub fn with_fsync(fsync: bool) -> Durability {
        if fsync { Durability::Synced } else { Durability::Unsynced }
    }
}

/// A file being written. Until [`AtomicFile::commit`] gives it its final name, it has no name, or a temporary one in
/// the same folder. If it is dropped before that, it is removed.
#[must_use = "a file that is dropped before `commit` is gone"]
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
        let (file, temporary) = create_temporary(&path)?;
        Ok(AtomicFile { file: Some(file), temporary: Some(temporary), path })
    }

    /// Gives the file its final name, replacing a file of that name.
    ///
    /// # Errors
    /// As [`replace`]; the unfinished file is removed.
    pub fn commit(mut self, durability: Durability) -> Result<()> {
        let mut file = self.file.take().expect("only commit takes it");
        if durability == Durability::Synced {
            file.sync_data().context("sync", &self.path)?;
        }
        if self.temporary.is_none() {
            if nameless::link(&file, &self.path).is_ok_and(|linked| linked) {
                return Ok(());
            }
            // Either a file of that name exists, which only a rename replaces atomically, or the file system cannot
            // link a nameless file.
            let temporary = self.temporary.insert(temporary_name(&self.path));
            let _ = std::fs::remove_file(&*temporary);
            // On a file system without locks nobody takes the file for abandoned either.
            let _ = lock::try_lock(&file);
            if !nameless::link(&file, temporary).is_ok_and(|linked| linked) {
                let (copy, temporary) = create_temporary(&self.path)?;
                let original = std::mem::replace(&mut file, copy);
                nameless::copy(&original, &mut file).context("write", self.temporary.insert(temporary))?;
                if durability == Durability::Synced {
                    file.sync_data().context("sync", &self.path)?;
                }
            }
        }
        if let Some(temporary) = &self.temporary {
            replace(temporary, &self.path)?;
        }
        // Keep the lock until the file has its name: an unlocked unfinished file would be taken for abandoned.
        drop(file);
        self.temporary = None;
        Ok(())
    }

    /// Returns the final path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the unfinished file.
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
            // An error has no one to go to here; the next build in this folder removes the file.
            let _ = std::fs::remove_file(temporary);
        }
    }
}

/// Creates a file with a temporary name and locks it, as a sign that somebody is at work on it.
fn create_temporary(path: &Path) -> Result<(File, PathBuf)> {
    /// More often than a cleanup by another process can plausibly get in between.
    const MOST_TRIES: u32 = 100;
    for _ in 0..MOST_TRIES {
        let temporary = temporary_name(path);
        let file = File::create(&temporary).context("create", &temporary)?;
        // Another process may have taken the file for abandoned, and removed it, before it was locked.
        let ours = match lock::try_lock(&file) {
            Ok(()) => lock::is_at(&file, &temporary),
            Err(TryLockError::WouldBlock) => Ok(false),
            // On a file system without locks nobody removes it.
            Err(TryLockError::Error(e)) if lock::has_no_locks(&e) => Ok(true),
            Err(TryLockError::Error(e)) => Err(e),
        };
        match ours {
            Ok(true) => return Ok((file, temporary)),
            Ok(false) => {}
            Err(source) => {
                drop(file);
                // The first error is the one to report.
                let _ = std::fs::remove_file(&temporary);
                return Err(source).context("lock", temporary);
            }
        }
    }
    let what = "unfinished files are taken away before they can be locked: another program clears this folder, or its \
                file system does not tell one file from another; use another folder";
    Err(Error::Busy { subject: folder_of(path).to_path_buf(), what: what.into() })
}

/// Files without a name, where the system and the file system support them. A kill leaves nothing of them behind, and
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

    /// Whether the folder through which a nameless file is linked exists.
    static HAS_PROC: LazyLock<bool> = LazyLock::new(|| Path::new("/proc/self/fd").exists());

    /// Returns `None` where nameless files are not supported. Any other reason shows again when a named file is tried.
    pub fn create(path: &Path) -> Option<File> {
        let folder = super::folder_of(path);
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        HAS_PROC.then(|| rustix::fs::open(folder, flags, Mode::from_raw_mode(0o666)).ok()).flatten().map(File::from)
    }

    /// Links the file at `path`; returns `false` when a file of that name exists.
    pub fn link(file: &File, path: &Path) -> io::Result<bool> {
        let from = format!("/proc/self/fd/{}", file.as_raw_fd());
        match rustix::fs::linkat(CWD, from, CWD, path, AtFlags::SYMLINK_FOLLOW) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    /// Copies the contents, for file systems that cannot link.
    pub fn copy(file: &File, into: &mut File) -> io::Result<u64> {
        io::copy(&mut File::open(format!("/proc/self/fd/{}", file.as_raw_fd()))?, into)
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

    pub fn copy(_: &File, _: &mut File) -> io::Result<u64> {
        unreachable!("no file is created without a name")
    }
}

/// Returns the folder that holds a file.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Creates a file without a name in the folder of `path`. It is gone when it is closed or the process ends.
///
/// # Errors
/// [`crate::Error::Io`].
pub fn nameless_beside(path: &Path) -> Result<File> {
    nameless_in(folder_of(path))
}

/// Creates a file without a name in `folder`. It is gone when it is closed or the process ends.
///
/// # Errors
/// [`crate::Error::Io`].
pub fn nameless_in(folder: &Path) -> Result<File> {
    tempfile::tempfile_in(folder).context("create a temporary file in", folder)
}

/// Writes a whole file at once. See [`AtomicFile`].
///
/// # Errors
/// As [`AtomicFile::commit`].
pub fn write(path: &Path, bytes: &[u8], durability: Durability) -> Result<()> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).context("write", path)?;
    file.commit(durability)
}

/// Syncs a folder's names to the disk, after files in it were committed as [`Durability::Synced`].
///
/// # Errors
/// [`crate::Error::Io`]. Where folders cannot be synced (Windows) this does nothing.
pub fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(folder).and_then(|f| f.sync_all()).context("sync", folder)?;
    }
    Ok(())
}

/// Removes the unfinished files of interrupted processes in `folder`, except those still mapped. The caller holds the
/// folder's lock.
///
/// # Errors
/// [`crate::Error::Io`].
pub fn remove_unfinished(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).context("list", folder)? {
        let entry = entry.context("list", folder)?;
        if entry.file_name().to_string_lossy().starts_with(TEMPORARY_PREFIX) {
            match std::fs::remove_file(entry.path()) {
                Err(e) if in_use::is_in_use(&e) => {}
                removed => removed.context("remove", entry.path())?,
            }
        }
    }
    Ok(())
}

/// Removes abandoned files of [`AtomicFile`]s in a folder where others may be at work: unfinished files that nobody has
/// locked. Ends at the first that cannot be removed; files that stay do no harm.
pub fn remove_abandoned(folder: &Path) {
    let _ = try_remove_abandoned(folder);
}

fn try_remove_abandoned(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).context("list", folder)? {
        let entry = entry.context("list", folder)?;
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|n| n.strip_prefix(TEMPORARY_PREFIX)) else { continue };
        let number = |part: Option<&str>| part.is_some_and(|p| p.parse::<u64>().is_ok());
        let mut parts = rest.splitn(3, '-');
        if number(parts.next()) && number(parts.next()) {
            let file = input::open_with(File::options().write(true), &entry.path())?;
            if lock::try_lock(&file).is_ok() {
                std::fs::remove_file(entry.path()).context("remove", entry.path())?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_is_at_work_on_is_not_abandoned() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.bin");
        let (file, temporary) = create_temporary(&path).unwrap();
        let others = [".groma-tmp-rows-3", ".groma-tmp-x.h5", "x.bin"].map(|name| dir.path().join(name));
        others.iter().for_each(|path| std::fs::write(path, b"").unwrap());
        remove_abandoned(dir.path());
        assert!(temporary.exists());
        drop(file);
        remove_abandoned(dir.path());
        assert!(!temporary.exists() && others.iter().all(|path| path.exists()));
    }

    #[test]
    fn a_dropped_file_leaves_nothing_and_a_committed_one_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.bin");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        write(&path, b"whole", Durability::Synced).unwrap();
        write(&path, b"again", Durability::Unsynced).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"again");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
