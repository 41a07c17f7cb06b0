//! `dataset-trajmeta.bin`: one record per trajectory, ascending by id.

use std::path::Path;

use bytemuck::{Pod, Zeroable, cast_slice, pod_collect_to_vec};

use crate::io::{Durability, atomic, input};
use crate::{Error, Result};

/// The first and the last time step of a trajectory, and the place of its first entry.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct TrajectoryRecord {
    /// The trajectory's id.
    pub id: u64,
    /// Its first time step with a sample.
    pub start_time_step: i32,
    /// Its last time step with a sample.
    pub end_time_step: i32,
    /// Half the size of the moving thing, in metres.
    pub extent: [f32; 3],
    /// The number in the name of the first shard that has it.
    pub data_file_index: u32,
    /// Its entry's number in that shard.
    pub entry_offset_index: u64,
}

const _: () = assert!(size_of::<TrajectoryRecord>() == 40);

/// Reads the file; `None` when there is none.
///
/// # Errors
/// [`Error::BadFormat`] when its size is not a multiple of 40 or the ids do not ascend; [`Error::Io`].
pub fn read_trajectories(path: &Path) -> Result<Option<Vec<TrajectoryRecord>>> {
    let Some(bytes) = input::read_if_there(path)? else { return Ok(None) };
    if bytes.len() % size_of::<TrajectoryRecord>() != 0 {
        let seen = format!("{} bytes", bytes.len());
        return Err(Error::bad_format(path, None, seen, "a multiple of 40 bytes"));
    }
    let records: Vec<TrajectoryRecord> = pod_collect_to_vec(&bytes);
    if let Some(n) = records.windows(2).position(|pair| pair[0].id >= pair[1].id) {
        let seen = format!("trajectory {} after trajectory {}", records[n + 1].id, records[n].id);
        return Err(Error::bad_format(path, 40 * (n as u64 + 1), seen, "records that ascend by id"));
    }
    Ok(Some(records))
}

/// Writes the file, whole or not at all. The records must ascend by id.
///
/// # Errors
/// [`Error::Io`].
pub fn write_trajectories(path: &Path, records: &[TrajectoryRecord]) -> Result<()> {
    debug_assert!(records.is_sorted_by_key(|r| r.id));
    atomic::write(path, cast_slice(records), Durability::Unsynced)
}
