//! `dataset-meta.bin`: 92 bytes that describe a data set.

use std::path::Path;

use bytemuck::{Pod, Zeroable, bytes_of, pod_read_unaligned};

use super::METADATA_NAME;
use crate::io::{Durability, atomic, input};
use crate::{Error, Result};

const MAGIC: [u8; 4] = *b"TDSH";
const SIZE: usize = 92;

#[repr(C, packed)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Raw {
    magic: [u8; 4],
    version: u8,
    endianness: u8,
    float_precision: u8,
    pad: u8,
    first_time_step: i32,
    last_time_step: i32,
    time_step_interval_size: i32,
    entry_size_bytes: i32,
    bbox_min: [f32; 3],
    bbox_max: [f32; 3],
    trajectory_count: u64,
    first_trajectory_id: u64,
    last_trajectory_id: u64,
    created_at_unix: i64,
    converter_version: [u8; 8],
    reserved: u32,
}

const _: () = assert!(size_of::<Raw>() == SIZE);

/// The contents of `dataset-meta.bin`.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata {
    /// The first time step with a sample.
    pub first_time_step: i32,
    /// The last time step with a sample.
    pub last_time_step: i32,
    /// Time steps in a shard (K).
    pub time_step_interval_size: i32,
    /// Bytes of an entry: 16 + 12 K or more.
    pub entry_size_bytes: i32,
    /// The least x, y and z of all positions.
    pub bbox_min: [f32; 3],
    /// The greatest x, y and z of all positions.
    pub bbox_max: [f32; 3],
    /// The number of trajectories.
    pub trajectory_count: u64,
    /// The least trajectory id.
    pub first_trajectory_id: u64,
    /// The greatest trajectory id.
    pub last_trajectory_id: u64,
    /// The time at which the data set was made, in seconds since 1970.
    pub created_at_unix: i64,
    /// The program that made it: 8 bytes at most.
    pub converter_version: String,
}

/// The reserved bytes of the file, which are 0: their names in messages and their places.
const RESERVED: [(&str, std::ops::Range<usize>); 2] = [("byte 7 is", 7..8), ("bytes 88 to 91 are", 88..92)];

impl Metadata {
    /// Reads the file; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::BadFormat`], [`Error::Io`].
    pub fn read(path: &Path) -> Result<Option<Metadata>> {
        let expect_size = |size: u64| match size == SIZE as u64 {
            true => Ok(()),
            false => Err(Error::bad_format(path, None, format!("{size} bytes"), "92 bytes")),
        };
        // The size is checked before the file is read, for a file that is too large may not fit into memory.
        if let Some(found) = path.metadata().ok().filter(|found| found.is_file()) {
            expect_size(found.len())?;
        }
        let Some(bytes) = input::read_if_there(path)? else { return Ok(None) };
        expect_size(bytes.len() as u64)?;
        let raw: Raw = pod_read_unaligned(&bytes);
        if raw.magic != MAGIC {
            let seen = format!("magic {:?}", raw.magic.escape_ascii().to_string());
            return Err(Error::bad_format(path, 0, seen, "TDSH"));
        }
        if (raw.version, raw.endianness, raw.float_precision) != (1, 0, 0) {
            let seen = format!(
                "version {}, endianness {}, float precision {}",
                raw.version, raw.endianness, raw.float_precision
            );
            return Err(Error::bad_format(path, 4, seen, "version 1, endianness 0 (little), float precision 0 (f32)"));
        }
        let name = raw.converter_version;
        let end = name.iter().position(|&b| b == 0).unwrap_or(name.len());
        Ok(Some(Metadata {
            first_time_step: raw.first_time_step,
            last_time_step: raw.last_time_step,
            time_step_interval_size: raw.time_step_interval_size,
            entry_size_bytes: raw.entry_size_bytes,
            bbox_min: raw.bbox_min,
            bbox_max: raw.bbox_max,
            trajectory_count: raw.trajectory_count,
            first_trajectory_id: raw.first_trajectory_id,
            last_trajectory_id: raw.last_trajectory_id,
            created_at_unix: raw.created_at_unix,
            converter_version: String::from_utf8_lossy(&name[..end]).into_owned(),
        }))
    }

    /// Describes reserved bytes that are not 0; `None` where they are 0 or the file is not whole.
    pub(crate) fn reserved(path: &Path) -> Result<Option<String>> {
        let Some(bytes) = input::read_small_if_there(path)?.filter(|bytes| bytes.len() == SIZE) else {
            return Ok(None);
        };
        let used = RESERVED.iter().find(|(_, range)| bytes[range.clone()].iter().any(|&byte| byte != 0));
        Ok(used.map(|(name, range)| {
            format!("{METADATA_NAME}: {name} reserved and not 0, but {:?}; nothing reads them", &bytes[range.clone()])
        }))
    }

    /// Returns the name of this program in the form that the file has.
    pub(crate) fn by_groma() -> String {
        format!("g{}", crate::VERSION)
    }

    /// Returns whether groma, in any version, made the data set.
    pub(crate) fn is_by_groma(&self) -> bool {
        let version = self.converter_version.strip_prefix('g');
        version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut converter_version = [0; 8];
        let name = self.converter_version.as_bytes();
        let len = name.len().min(converter_version.len());
        converter_version[..len].copy_from_slice(&name[..len]);
        let raw = Raw {
            magic: MAGIC,
            version: 1,
            endianness: 0,
            float_precision: 0,
            pad: 0,
            first_time_step: self.first_time_step,
            last_time_step: self.last_time_step,
            time_step_interval_size: self.time_step_interval_size,
            entry_size_bytes: self.entry_size_bytes,
            bbox_min: self.bbox_min,
            bbox_max: self.bbox_max,
            trajectory_count: self.trajectory_count,
            first_trajectory_id: self.first_trajectory_id,
            last_trajectory_id: self.last_trajectory_id,
            created_at_unix: self.created_at_unix,
            converter_version,
            reserved: 0,
        };
        atomic::write(path, bytes_of(&raw), Durability::Unsynced)
    }
}
