//! Spatial hash tables: one file per time step.
//!
//! A file is a header of 64 bytes, entries of 16 bytes that ascend by Morton key, and the trajectory ids of all cells
//! one after another. The files of one cell size stand in one folder, beside an index that says which time steps it
//! speaks for.
//!
//! ```
//! # use groma::trajectory::generate::{GenerateOptions, generate};
//! use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
//! use groma::trajectory::table::{HashTable, TableFolder};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # generate(&folder, &GenerateOptions::new(20, 2, 5))?;
//! build_hash_tables(&folder, &BuildHashTablesOptions::new(10.0))?;
//! let table = HashTable::open(&TableFolder::new(folder.path(), 10.0).table(3))?;
//! println!("{} cells", table.entries().len());
//! # Ok::<(), groma::Error>(())
//! ```

mod cells;
mod checksum;
mod encode;
mod folder;
mod index;
mod open;
mod walk;

use std::io::Read;
use std::path::Path;

use bytemuck::{Pod, Zeroable, pod_read_unaligned};

pub(crate) use cells::{Ball, CellGrid};
pub(crate) use checksum::{CHECK_BUFFER, verify};
#[doc(hidden)]
pub use encode::{TableContents, encode};
pub(crate) use encode::{buffer_bytes as encode_buffer_bytes, encoded_size};
pub(crate) use folder::TABLES_FOLDER;
pub use folder::{StaleTables, TableFolder, folder_name, step_of_table, table_name};
pub use index::{INDEX_NAME, Index, ShardRecord, StepState, TableRecord};
pub use open::HashTable;
pub use walk::CellBox;

use super::grid::{BoundingBox, Grid};
use crate::error::IoContext;
pub use crate::io::checksum::Checksum;
use crate::io::input;
use crate::{Error, Result};

/// The first four bytes of a table, as a number; `THST` on the disk.
pub const MAGIC: u32 = 0x5453_4854;
/// The version this library reads and writes.
pub const VERSION: u32 = 1;
/// Bytes of the header.
pub const HEADER_SIZE: u64 = 64;
/// Bytes of an entry.
pub const ENTRY_SIZE: u64 = 16;

/// The header of a table file.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct TableHeader {
    /// [`MAGIC`].
    pub magic: u32,
    /// [`VERSION`].
    pub version: u32,
    /// The time step.
    pub time_step: u32,
    /// The edge of a cell.
    pub cell_size: f32,
    /// The least corner of the data set's box, rounded from double.
    pub bbox_min: [f32; 3],
    /// The greatest corner of the data set's box, rounded from double.
    pub bbox_max: [f32; 3],
    /// The number of cells that hold a sample.
    pub entry_count: u32,
    /// The number of samples.
    pub trajectory_id_count: u32,
    /// Zero.
    pub reserved: [u32; 4],
}

/// One cell of a table.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct TableEntry {
    /// The cell's Morton key.
    pub key: u64,
    /// The place of its first id, counted in ids.
    pub start: u32,
    /// The number of its ids.
    pub count: u32,
}

const _: () = assert!(size_of::<TableHeader>() as u64 == HEADER_SIZE);
const _: () = assert!(size_of::<TableEntry>() as u64 == ENTRY_SIZE);

impl TableHeader {
    /// Makes the header of the table of `time_step`, whose samples are in `cells` cells.
    pub fn new(grid: &Grid, time_step: i32, cells: u32, samples: u32) -> TableHeader {
        let BoundingBox { min, max } = grid.bounds;
        TableHeader {
            magic: MAGIC,
            version: VERSION,
            time_step: time_step as u32,
            cell_size: grid.cell_size,
            bbox_min: min.map(|c| c as f32),
            bbox_max: max.map(|c| c as f32),
            entry_count: cells,
            trajectory_id_count: samples,
            reserved: [0; 4],
        }
    }

    /// Reads the header of the file at `path` and checks it against the file's size.
    ///
    /// # Errors
    /// [`Error::BadFormat`], [`Error::Io`].
    pub fn read(path: &Path) -> Result<TableHeader> {
        let file = input::open(path)?;
        let size = file.metadata().context("look at", path)?.len();
        let mut bytes = Vec::new();
        file.take(HEADER_SIZE).read_to_end(&mut bytes).context("read the header of", path)?;
        TableHeader::parse(path, &bytes, size)
    }

    /// Parses the header at the beginning of `bytes`, and checks it against the size of the file at `path` that they
    /// are from.
    fn parse(path: &Path, bytes: &[u8], size: u64) -> Result<TableHeader> {
        let magic = MAGIC.to_le_bytes();
        let beginning = &bytes[..bytes.len().min(magic.len())];
        if !magic.starts_with(beginning) {
            let seen = format!("magic {:?}", beginning.escape_ascii().to_string());
            return Err(Error::bad_format(path, 0, seen, format!("THST; {}", checksum::MENDS_NO_TABLE)));
        }
        let Some(bytes) = bytes.first_chunk::<{ HEADER_SIZE as usize }>() else {
            let seen = format!("the file has {size} bytes");
            let accepted = format!("a table header of 64 bytes and what it announces; {}", checksum::MENDS_IT);
            return Err(Error::bad_format(path, None, seen, accepted));
        };
        let header: TableHeader = pod_read_unaligned(bytes);
        if header.version != VERSION {
            return Err(Error::bad_format(path, 4, format!("version {}", header.version), "version 1"));
        }
        if header.file_size() != size {
            let seen = format!("the file has {size} bytes");
            let accepted = format!(
                "{} bytes for {} cells and {} ids; {}",
                header.file_size(),
                header.entry_count,
                header.trajectory_id_count,
                checksum::MENDS_IT
            );
            return Err(Error::bad_format(path, 40, seen, accepted));
        }
        Ok(header)
    }

    /// Checks that the header of the file at `path` is the one that its name and its folder's index imply.
    ///
    /// # Errors
    /// [`Error::BadFormat`] naming the first field that differs.
    pub(crate) fn check_against(&self, path: &Path, expected: &TableHeader) -> Result<()> {
        let other = |at: u64, seen: String, accepted: String| Err(Error::bad_format(path, at, seen, accepted));
        if self.time_step != expected.time_step {
            let accepted =
                format!("{}, as in the file's name; tables were swapped or renamed: build again", expected.time_step);
            return other(8, format!("time step {}", self.time_step), accepted);
        }
        if self.cell_size.to_bits() != expected.cell_size.to_bits() {
            let accepted = format!("{}, that of its folder; the table is of another build", expected.cell_size);
            return other(12, format!("cell size {}", self.cell_size), accepted);
        }
        if self != expected {
            let seen = format!(
                "{} samples in {} cells of the box {:?} to {:?}",
                self.trajectory_id_count, self.entry_count, self.bbox_min, self.bbox_max
            );
            let accepted = format!(
                "{} in {} of {:?} to {:?}, as the folder's index says; the table is of another build",
                expected.trajectory_id_count, expected.entry_count, expected.bbox_min, expected.bbox_max
            );
            return other(16, seen, accepted);
        }
        Ok(())
    }

    /// Returns the size of a file with this header.
    pub fn file_size(&self) -> u64 {
        encoded_size(self.entry_count, self.trajectory_id_count)
    }
}
