//! Files that appear under their final name whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::Result;
use crate::error::IoContext;

/// What the names of unfinished files begin with. Whoever holds the lock of a folder may remove them.
pub const TEMPORARY_PREFIX: &str = ".groma-tmp-";

/// A file in the making: written under a temporary name in the same folder, renamed by [`AtomicFile::commit`], removed
/// when dropped before.
#[derive(Debug)]
pub struct AtomicFile {
    file: Option<File>,
    temporary: PathBuf,
    path: PathBuf,
}

impl AtomicFile {
    /// Starts the file that will be at `path`.
    ///
    /// # Errors
    /// [`crate::Error::Io`] when the temporary file cannot be created.
    pub fn create(path: impl Into<PathBuf>) -> Result<AtomicFile> {
        let path = path.into();
        let mut name = std::ffi::OsString::from(TEMPORARY_PREFIX);
        name.push(path.file_name().unwrap_or_default());
        let temporary = path.with_file_name(name);
        let file = File::create(&temporary).context("create", &temporary)?;
        Ok(AtomicFile { file: Some(file), temporary, path })
    }

    /// Gives the file its final name; what stood there is replaced.
    ///
    /// With `sync`, its contents are on the disk before it gets the name.
    ///
    /// # Errors
    /// [`crate::Error::Io`]; the temporary file is removed.
    pub fn commit(mut self, sync: bool) -> Result<()> {
        let file = self.file.take().expect("only commit takes it");
        if sync {
            file.sync_data().context("sync", &self.temporary)?;
        }
        drop(file);
        std::fs::rename(&self.temporary, &self.path).context("rename a finished file to", &self.path)?;
        self.temporary.clear();
        Ok(())
    }

    /// The final path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file under its temporary name.
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
        if !self.temporary.as_os_str().is_empty() {
            // Nothing more can be done here; the next build in this folder removes it.
            let _ = std::fs::remove_file(&self.temporary);
        }
    }
}

/// Writes a whole file in one go. See [`AtomicFile`].
///
/// # Errors
/// [`crate::Error::Io`].
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

/// Removes what an interrupted process left unfinished in `folder`. The caller holds the folder's lock.
///
/// # Errors
/// [`crate::Error::Io`].
pub fn remove_unfinished(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).context("list", folder)? {
        let entry = entry.context("list", folder)?;
        if entry.file_name().to_string_lossy().starts_with(TEMPORARY_PREFIX) {
            std::fs::remove_file(entry.path()).context("remove", entry.path())?;
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
