//! Writes one shard file.

use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use bytemuck::{bytes_of, cast_slice};

use super::{HEADER_SIZE, MAGIC, RawHeader, VERSION, shard_name};
use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability};
use crate::{Error, Result};

/// Writes a shard entry by entry; the file has its final name only once [`ShardFileWriter::finish`] returned.
#[derive(Debug)]
pub struct ShardFileWriter {
    file: BufWriter<AtomicFile>,
    steps: u32,
    interval_index: i32,
    entries: i32,
    /// A write has failed, so that the file's contents are unknown.
    broken: bool,
}

impl ShardFileWriter {
    /// Starts `shard-<first_step>.bin` in `folder`, for `steps` time steps.
    ///
    /// `interval_index` is the shard's number in its data set, counted from 0.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for time steps that are not in 0 to 2^31 - 1, [`Error::Io`].
    pub fn create(folder: &Path, first_step: i32, steps: u32, interval_index: i32) -> Result<ShardFileWriter> {
        let last = i64::from(first_step) + i64::from(steps) - 1;
        if first_step < 0 || steps == 0 || last > i64::from(i32::MAX) {
            let seen = format!("{steps} time steps from {first_step}");
            return Err(Error::invalid("time steps", seen, format!("1 or more, within 0 to {}", i32::MAX)));
        }
        let path = folder.join(shard_name(first_step));
        let mut file = BufWriter::with_capacity(256 << 10, AtomicFile::create(&path)?);
        file.write_all(&[0; HEADER_SIZE as usize]).context("write", &path)?;
        Ok(ShardFileWriter { file, steps, interval_index, entries: 0, broken: false })
    }

    /// Adds a trajectory. After an [`Error::Io`] the shard cannot be finished any more. `positions` holds x, y, z of
    /// each time step, NaN where there is no sample.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when `positions` is not 3 floats for each time step, or for more than 2^31 - 1
    /// entries; [`Error::Io`].
    pub fn append(&mut self, id: u64, positions: &[f32]) -> Result<()> {
        if positions.len() != 3 * self.steps as usize {
            let accepted = format!("{} (3 x {} time steps)", 3 * u64::from(self.steps), self.steps);
            return Err(Error::invalid("the number of coordinates", positions.len(), accepted));
        }
        let Some(entries) = self.entries.checked_add(1) else {
            return Err(Error::invalid("the number of entries", "2147483648", "at most 2147483647 in a shard"));
        };
        let valid = |position: &[f32]| position.iter().all(|c| !c.is_nan());
        let samples = positions.chunks_exact(3);
        let count = samples.clone().filter(|p| valid(p)).count() as i32;
        let start = samples.clone().position(valid).map_or(-1, |k| k as i32);
        self.check()?;
        let mut put = |bytes: &[u8]| self.file.write_all(bytes);
        let written = put(&id.to_le_bytes())
            .and_then(|()| put(cast_slice(&[start, count])))
            .and_then(|()| put(cast_slice(positions)));
        self.broken = written.is_err();
        written.context("write", self.file.get_ref().path())?;
        self.entries = entries;
        Ok(())
    }

    fn check(&self) -> Result<()> {
        if self.broken { Err(broken(self.file.get_ref().path())) } else { Ok(()) }
    }

    /// Writes the header and gives the file its name.
    ///
    /// # Errors
    /// [`Error::Io`]; nothing is left behind.
    pub fn finish(self, durability: Durability) -> Result<()> {
        self.check()?;
        let path = self.file.get_ref().path().to_path_buf();
        let header = RawHeader {
            magic: MAGIC,
            version: VERSION,
            endianness: 0,
            reserved: 0,
            global_interval_index: self.interval_index,
            interval_size: self.steps as i32,
            entry_count: self.entries,
            data_section_offset: HEADER_SIZE as i64,
            padding: 0,
        };
        let mut file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error).context("write", &path)?;
        file.file()
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.file().write_all(bytes_of(&header)))
            .context("write", &path)?;
        file.commit(durability)
    }
}

/// Makes the error of a writer after a failed write has left its output unknown.
pub(crate) fn broken(path: &Path) -> Error {
    let cause = std::io::Error::other("an earlier write failed; the writer can only be closed");
    Error::Io { action: "go on writing", subject: path.to_path_buf(), cause }
}
