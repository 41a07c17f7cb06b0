//! One shard file: many trajectories over consecutive time steps.
//!
//! The file has a header of 32 bytes and, from the header's data offset on, N entries of one size: u64 trajectory id,
//! i32 first valid sample, i32 number of valid samples, K positions of three f32, perhaps padding. A missing sample is
//! NaN.
//!
//! ```
//! # use groma::trajectory::generate::{GenerateOptions, generate};
//! use groma::trajectory::dataset::{OnBadShard, ShardFolder};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # generate(&folder, &GenerateOptions::new(20, 2, 5))?;
//! for shard in ShardFolder::open(&folder, OnBadShard::Fail)?.shards {
//!     println!("{}: time steps {} to {}", shard.name(), shard.first_step, shard.last_step());
//! }
//! # Ok::<(), groma::Error>(())
//! ```

mod read;
mod write;

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytemuck::{Pod, Zeroable};

pub use read::{Digest, Entries, Entry, ReadBuffer, ShardReader, WantDigest};
pub use write::ShardFileWriter;
pub(crate) use write::broken;

use crate::error::IoContext;
use crate::io::input;
use crate::io::positioned::read_exact_at;
use crate::trajectory::Steps;
use crate::{Error, Result};

/// The first four bytes of a shard file.
pub const MAGIC: [u8; 4] = *b"TDDB";
/// The version this library reads and writes.
pub const VERSION: u8 = 1;
/// Bytes of the header.
pub const HEADER_SIZE: u64 = 32;
/// Bytes of an entry before its positions.
pub const ENTRY_HEADER_SIZE: u64 = 16;
/// Bytes of a position.
pub const POSITION_SIZE: u64 = 12;

/// The most time steps in a shard: an entry's size must fit 31 bits.
pub const MOST_STEPS: u32 = ((i32::MAX as u64 - ENTRY_HEADER_SIZE) / POSITION_SIZE) as u32;
/// The most entries in a shard.
pub const MOST_ENTRIES: u32 = i32::MAX as u32;

/// The header as it stands in the file.
#[repr(C, packed)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(crate) struct RawHeader {
    pub magic: [u8; 4],
    pub version: u8,
    pub endianness: u8,
    pub reserved: u16,
    pub global_interval_index: i32,
    pub interval_size: i32,
    pub entry_count: i32,
    pub data_section_offset: i64,
    pub padding: u32,
}

const _: () = assert!(size_of::<RawHeader>() as u64 == HEADER_SIZE);

/// A shard whose header agrees with the size of its file, so that every count in it can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The file.
    pub path: PathBuf,
    /// The time step of sample 0: the number in the file's name.
    pub first_step: i32,
    /// Time steps in the shard (K).
    pub steps: u32,
    /// Entries in the shard (N).
    pub entries: u32,
    /// The offset of the first entry.
    pub data_offset: u64,
    /// Bytes from one entry to the next: 16 + 12 K and any padding.
    pub entry_size: u64,
    /// The interval's number, as the header gives it.
    pub interval_index: i32,
    /// Bytes of the file.
    pub file_size: u64,
    /// The time at which the file was last written, in nanoseconds since 1970.
    pub modified_ns: u64,
}

/// Returns the file name of the shard whose sample 0 is at `first_step`.
pub fn shard_name(first_step: i32) -> String {
    format!("shard-{first_step}.bin")
}

/// Bytes of an entry without padding for `steps` time steps.
pub fn packed_entry_size(steps: u32) -> u64 {
    ENTRY_HEADER_SIZE + POSITION_SIZE * u64::from(steps)
}

/// Returns when a file was last written, in nanoseconds since 1970; 0 where the system does not say.
pub(crate) fn modified_ns(file: &std::fs::Metadata) -> u64 {
    file.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok()).map_or(0, |d| d.as_nanos() as u64)
}

impl Shard {
    /// Reads the header of the shard at `path` and checks it against the file's size.
    ///
    /// `padding` is the number of bytes that an entry has beyond 16 + 12 K by the data set's metadata; it is used where
    /// the file's size agrees.
    ///
    /// # Errors
    /// [`Error::BadFormat`] when the header does not describe the file, [`Error::Io`] when it cannot be read.
    pub fn open(path: &Path, first_step: i32, padding: u64) -> Result<Shard> {
        let file = input::open(path)?;
        let metadata = file.metadata().context("look at", path)?;
        let file_size = metadata.len();
        if file_size < HEADER_SIZE {
            let seen = format!("the file has {file_size} bytes");
            return Err(Error::bad_format(path, None, seen, "a shard header of 32 bytes and its entries"));
        }
        let mut raw = RawHeader::zeroed();
        read_exact_at(&file, bytemuck::bytes_of_mut(&mut raw), 0).context("read the header of", path)?;
        let modified_ns = modified_ns(&metadata);

        let (magic, version, endianness) = (raw.magic, raw.version, raw.endianness);
        if magic != MAGIC {
            return Err(Error::bad_format(path, 0, format!("magic {:?}", magic.escape_ascii().to_string()), "TDDB"));
        }
        if version != VERSION {
            return Err(Error::bad_format(path, 4, format!("version {version}"), "version 1"));
        }
        if endianness != 0 {
            return Err(Error::bad_format(path, 5, format!("endianness {endianness}"), "0 (little-endian)"));
        }
        let steps = raw.interval_size;
        if steps <= 0 {
            return Err(Error::bad_format(path, 12, format!("time_step_interval_size {steps}"), "1 or more"));
        }
        let entries = raw.entry_count;
        if entries < 0 {
            return Err(Error::bad_format(path, 16, format!("trajectory_entry_count {entries}"), "0 or more"));
        }
        let offset = raw.data_section_offset;
        if offset < HEADER_SIZE as i64 || offset as u64 > file_size {
            let accepted = format!("{HEADER_SIZE} to the file's size, {file_size}");
            return Err(Error::bad_format(path, 20, format!("data_section_offset {offset}"), accepted));
        }
        if first_step.checked_add(steps - 1).is_none() {
            let seen = format!("time steps {first_step} to {}", i64::from(first_step) + i64::from(steps) - 1);
            return Err(Error::bad_format(path, 12, seen, format!("time steps up to {}", i32::MAX)));
        }
        let (steps, entries, data_offset) = (steps as u32, entries as u32, offset as u64);
        let entry_size = entry_size(path, file_size - data_offset, steps, entries, padding)?;
        Ok(Shard {
            path: path.to_path_buf(),
            first_step,
            steps,
            entries,
            data_offset,
            entry_size,
            interval_index: raw.global_interval_index,
            file_size,
            modified_ns,
        })
    }

    /// Returns the last time step of the shard.
    pub fn last_step(&self) -> i32 {
        self.first_step + (self.steps - 1) as i32
    }

    /// Returns the time steps of the shard.
    pub fn time_steps(&self) -> Steps {
        Steps::from(self.first_step..=self.last_step())
    }

    /// Returns the number of samples that the shard has room for: entries times time steps.
    pub fn slots(&self) -> u64 {
        u64::from(self.entries) * u64::from(self.steps)
    }

    /// Bytes of the file after the last entry.
    pub fn rest(&self) -> u64 {
        self.file_size - self.entry_offset(self.entries)
    }

    /// Returns the number of whole entries for which the file has bytes beyond those that the header counts.
    pub fn surplus_entries(&self) -> u64 {
        self.rest() / self.entry_size
    }

    /// Returns the size with which the entries would fill the file, where they are read with another. With padding that
    /// no metadata mention, all entries but the first are read from wrong places. Sizes are multiples of four bytes.
    pub fn other_entry_size(&self) -> Option<u64> {
        let there = self.file_size - self.data_offset;
        let entries = u64::from(self.entries);
        let fills = entries > 1 && self.rest() > 0 && there.is_multiple_of(4 * entries);
        fills.then(|| there / entries)
    }

    /// Returns the file's name without its folder.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Returns the offset of an entry in the file.
    pub fn entry_offset(&self, entry: u32) -> u64 {
        self.data_offset + u64::from(entry) * self.entry_size
    }
}

/// Decides between packed and padded entries by the number of bytes in the file.
///
/// Bytes after the last entry are allowed. Where the metadata announce padding and the bytes suffice for packed entries
/// alone, the shard may be a truncated padded one or a packed one with bytes after it: that is an error, not a guess.
fn entry_size(path: &Path, available: u64, steps: u32, entries: u32, padding: u64) -> Result<u64> {
    // At most 2^31 * (16 + 12 * 2^31 + padding): below 2^68, so the products need 128 bits.
    let total = |size: u64| u128::from(entries) * u128::from(size);
    let packed = packed_entry_size(steps);
    let padded = packed.saturating_add(padding);
    let there = u128::from(available);
    if total(padded) <= there && total(packed) != there {
        return Ok(padded);
    }
    if total(packed) == there {
        return Ok(packed);
    }
    let seen = format!("{available} bytes for {entries} entries of {steps} time steps");
    let mut accepted = format!("{} bytes ({packed} an entry) or more", total(packed));
    if padding > 0 {
        accepted = format!(
            "{} bytes ({packed} an entry), or {} or more ({padded} an entry, as dataset-meta.bin says)",
            total(packed),
            total(padded)
        );
    }
    Err(Error::bad_format(path, 16, seen, accepted + "; the shard is truncated"))
}
