//! The heights of a terrain: in memory, or in a mapped file without a name.

use std::fs::File;
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bytemuck::allocation::try_zeroed_vec;

use super::TerrainOptions;
use crate::error::IoContext;
use crate::human;
use crate::io::atomic::nameless_in;
use crate::io::free_space::free_space;
use crate::io::mapped::Mapped;
use crate::{Error, Result};

const VALUE_BYTES: u64 = size_of::<f32>() as u64;
const WRITE: &str = "write a temporary file in";

/// The heights, row by row from the north.
#[derive(Debug)]
pub(super) enum Values {
    Memory(Vec<f32>),
    /// The heights in a mapped file.
    File {
        mapped: Mapped,
        /// What is done when they are read, and where, for errors.
        action: &'static str,
        path: PathBuf,
    },
}

impl Values {
    pub fn all(&self) -> &[f32] {
        match self {
            Values::Memory(values) => values,
            Values::File { mapped, .. } => bytemuck::cast_slice(mapped.bytes()),
        }
    }

    /// Returns the bytes of memory that the heights take.
    pub fn bytes_in_memory(&self) -> u64 {
        match self {
            Values::Memory(values) => values.len() as u64 * VALUE_BYTES,
            Values::File { .. } => 0,
        }
    }

    pub fn release(&self) {
        if let Values::File { mapped, .. } = self {
            mapped.release();
        }
    }

    /// Checks that everything read so far is what was written.
    pub fn check_whole(&self) -> Result<()> {
        match self {
            Values::Memory(_) => Ok(()),
            Values::File { mapped, action, path } => mapped.check().context(action, path),
        }
    }
}

/// Heights as they come in. Those for a file are written, not mapped, so that a full disk is an error and not a signal.
pub(super) enum Filling {
    Memory(Vec<f32>),
    File { file: File, folder: PathBuf, at: u64 },
}

impl Filling {
    pub fn new(count: u64, options: &TerrainOptions) -> Result<Filling> {
        let bytes = count.saturating_mul(VALUE_BYTES);
        if bytes <= options.memory {
            let what = "the heights of the terrain";
            // The system zeroes this memory when it is first touched, and readers set every pixel. Touching all of a
            // large terrain at once could not be cancelled.
            let values = try_zeroed_vec(count as usize).map_err(|()| Error::NoMemory { bytes, what })?;
            return Ok(Filling::Memory(values));
        }
        let folder = options.temp_dir.clone().unwrap_or_else(std::env::temp_dir);
        refuse_what_finds_no_room(bytes, &folder)?;
        let file = nameless_in(&folder)?;
        file.set_len(bytes).context(WRITE, &folder)?;
        Ok(Filling::File { file, folder, at: 0 })
    }

    /// Sets successive values, beginning with the value of index `first`.
    pub fn put(&mut self, first: u64, values: &[f32]) -> Result<()> {
        match self {
            Filling::Memory(all) => all[first as usize..][..values.len()].copy_from_slice(values),
            Filling::File { file, folder, at } => {
                if *at != first {
                    file.seek(SeekFrom::Start(first * VALUE_BYTES)).context(WRITE, &*folder)?;
                }
                file.write_all(bytemuck::cast_slice(values)).context(WRITE, &*folder)?;
                *at = first + values.len() as u64;
            }
        }
        Ok(())
    }

    pub fn finish(self) -> Result<Values> {
        Ok(match self {
            Filling::Memory(values) => Values::Memory(values),
            Filling::File { file, folder, .. } => {
                // The file has no name: nobody else can open or cut it.
                let mapped = Mapped::open(&file).context("map a temporary file in", &folder)?;
                Values::File { mapped, action: "read a temporary file in", path: folder }
            }
        })
    }
}

/// Refuses a file that does not fit the disk. It does so before the file is written, which may take minutes and leave
/// no room to others meanwhile.
fn refuse_what_finds_no_room(bytes: u64, folder: &Path) -> Result<()> {
    let Some(free) = free_space(folder).filter(|&free| free < bytes) else { return Ok(()) };
    let cause = format!(
        "{} are needed for heights that do not fit the memory limit, and {} are free; mesh less of the terrain \
         (bounds, --bounds), or let another folder (temp_dir, --temp-dir) or the memory (memory_limit, --memory-limit) \
         hold them",
        human::bytes(bytes),
        human::bytes(free)
    );
    let cause = io::Error::new(ErrorKind::StorageFull, cause);
    Err(Error::Io { action: "put the terrain aside in", subject: folder.to_path_buf(), cause })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    #[test]
    #[cfg(any(target_os = "linux", windows))]
    fn heights_that_no_disk_has_room_for_are_refused_before_they_are_written() {
        let dir = tempfile::tempdir().unwrap();
        let options =
            TerrainOptions { temp_dir: Some(dir.path().to_path_buf()), memory: 1000, ..TerrainOptions::default() };
        // 4 EB.
        let Err(error) = Filling::new(1 << 60, &options) else { panic!("no disk has so much room") };
        assert_eq!(error.status(), Status::DiskFull);
        let error = error.to_string();
        assert!(error.contains("cannot put the terrain aside in") && error.contains("--bounds"), "{error}");
        assert!(error.contains("are needed for heights that do not fit the memory limit, and"), "{error}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        assert!(Filling::new(1000, &options).is_ok());
    }
}
