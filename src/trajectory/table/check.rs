//! Reads a whole table and checks everything in it that can be checked.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use bytemuck::{Zeroable, bytes_of_mut};

use super::{ENTRY_SIZE, HEADER_SIZE, TableEntry, TableHeader};
use crate::error::IoContext;
use crate::{Error, Result};

/// Checks that the keys ascend and that the cells' ranges follow one another and cover all ids. Gives the number of
/// samples in the fullest cell.
///
/// # Errors
/// [`Error::BadFormat`] naming the first entry that is wrong; [`Error::Io`].
pub fn check_table(path: &Path) -> Result<u32> {
    let header = TableHeader::read(path)?;
    let mut file = BufReader::with_capacity(256 << 10, std::fs::File::open(path).context("open", path)?);
    file.seek(SeekFrom::Start(HEADER_SIZE)).context("seek in", path)?;
    let (mut next_start, mut largest, mut last_key) = (0u32, 0, None);
    for n in 0..header.entry_count {
        let mut entry = TableEntry::zeroed();
        file.read_exact(bytes_of_mut(&mut entry)).context("read", path)?;
        let bad = |seen: String, accepted: &str| {
            Error::bad_format(path, HEADER_SIZE + ENTRY_SIZE * u64::from(n), seen, accepted)
        };
        if last_key.is_some_and(|key| key >= entry.key) {
            return Err(bad(format!("key {} after key {}", entry.key, last_key.unwrap_or(0)), "keys that ascend"));
        }
        if entry.key >> 63 != 0 {
            return Err(bad(format!("key {}", entry.key), "a Morton key of 63 bits"));
        }
        if entry.start != next_start || entry.count == 0 {
            let seen = format!("start {}, count {}", entry.start, entry.count);
            return Err(bad(seen, &format!("start {next_start}, where the cell before ends, and a count above 0")));
        }
        let end = u64::from(entry.start) + u64::from(entry.count);
        if end > u64::from(header.trajectory_id_count) {
            let seen = format!("ids up to number {end}");
            return Err(bad(seen, &format!("at most {}, as the header says", header.trajectory_id_count)));
        }
        (next_start, largest, last_key) = (end as u32, largest.max(entry.count), Some(entry.key));
    }
    if next_start != header.trajectory_id_count {
        let seen = format!("cells with {next_start} ids in all");
        return Err(Error::bad_format(path, 44, seen, format!("{}, as the header says", header.trajectory_id_count)));
    }
    Ok(largest)
}
