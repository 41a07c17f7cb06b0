//! A table opened for queries: mapped, and checked before the first answer.

use std::path::{Path, PathBuf};

use super::checksum::MENDS_IT;
use super::walk::{self, CellBox};
use super::{Ball, CellGrid, ENTRY_SIZE, HEADER_SIZE, TableEntry, TableHeader};
use crate::error::IoContext;
use crate::io::input;
use crate::io::mapped::Mapped;
use crate::trajectory::grid::{BoundingBox, Grid};
use crate::trajectory::morton::encode;
use crate::{Error, Result};

/// A mapped hash table, which any number of threads may query at once.
///
/// Opening checks everything but the ids: that the header agrees with the file's size, that keys ascend, and that the
/// cells' ranges lie within the ids and leave no gap. That reads 16 bytes per cell, once.
#[derive(Debug)]
pub struct HashTable {
    path: PathBuf,
    map: Mapped,
    header: TableHeader,
}

impl HashTable {
    /// Opens and checks the table at `path`.
    ///
    /// # Errors
    /// [`Error::BadFormat`] naming the fault and its place; [`Error::Io`].
    pub fn open(path: &Path) -> Result<HashTable> {
        let map = Mapped::open(&input::open(path)?).context("map", path)?;
        let header = TableHeader::parse(path, map.bytes(), map.bytes().len() as u64);
        map.check().context("read", path)?;
        let table = HashTable { path: path.to_path_buf(), map, header: header? };
        let checked = table.check_entries();
        table.check_whole()?;
        checked.map(|()| table)
    }

    fn check_entries(&self) -> Result<()> {
        let mut next_start = 0u64;
        let mut last_key = None;
        for (n, entry) in self.entries().iter().enumerate() {
            let ascends = last_key.is_none_or(|key| key < entry.key) && entry.key >> 63 == 0;
            if !ascends || u64::from(entry.start) != next_start || entry.count == 0 {
                let seen = format!("key {}, start {}, count {}", entry.key, entry.start, entry.count);
                let accepted =
                    format!("a key above the one before, start {next_start} and a count above 0; {MENDS_IT}");
                return Err(Error::bad_format(&self.path, HEADER_SIZE + ENTRY_SIZE * n as u64, seen, accepted));
            }
            next_start += u64::from(entry.count);
            last_key = Some(entry.key);
        }
        if next_start != u64::from(self.header.trajectory_id_count) {
            let accepted = format!("{}, as the header says; {MENDS_IT}", self.header.trajectory_id_count);
            return Err(Error::bad_format(&self.path, 44, format!("cells with {next_start} ids in all"), accepted));
        }
        Ok(())
    }

    /// Checks that everything read of the table so far was in its file. It is called after reading and before an answer
    /// is given.
    ///
    /// # Errors
    /// [`Error::Io`] when the file became shorter while it was open, or the disk failed: zeros were read instead.
    pub fn check_whole(&self) -> Result<()> {
        self.map.check().context("read", &self.path)
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the header.
    pub fn header(&self) -> &TableHeader {
        &self.header
    }

    /// Returns the cells, ascending by key.
    pub fn entries(&self) -> &[TableEntry] {
        let end = (HEADER_SIZE + ENTRY_SIZE * u64::from(self.header.entry_count)) as usize;
        // A mapping begins on a page, so entries and ids are aligned in it.
        bytemuck::cast_slice(&self.map.bytes()[HEADER_SIZE as usize..end])
    }

    /// Returns the trajectory ids of all cells, in the order of the cells.
    pub fn ids(&self) -> &[u32] {
        let start = (HEADER_SIZE + ENTRY_SIZE * u64::from(self.header.entry_count)) as usize;
        bytemuck::cast_slice(&self.map.bytes()[start..])
    }

    /// Returns the ids of a cell of this table.
    pub fn ids_of(&self, entry: &TableEntry) -> &[u32] {
        &self.ids()[entry.start as usize..][..entry.count as usize]
    }

    /// Returns the ids in the cell with a Morton key; none when it is empty.
    pub fn cell(&self, key: u64) -> &[u32] {
        match self.entries().binary_search_by_key(&key, |e| e.key) {
            Ok(n) => self.ids_of(&self.entries()[n]),
            Err(_) => &[],
        }
    }

    /// Returns the ids in the cell that a position is in, by the box in the header, which is rounded to single
    /// precision.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a position that is not finite or a header that makes no grid; as
    /// [`HashTable::check_whole`].
    pub fn cell_at(&self, position: [f64; 3]) -> Result<&[u32]> {
        let position = Ball::new(position, 0.0)?.centre;
        let corner = |c: [f32; 3]| c.map(f64::from);
        let bounds = BoundingBox { min: corner(self.header.bbox_min), max: corner(self.header.bbox_max) };
        let grid = Grid::new(bounds, self.header.cell_size)?;
        let found = self.cell(encode(std::array::from_fn(|axis| grid.cell(axis, position[axis]))));
        self.check_whole().map(|()| found)
    }

    /// Collects into `ids` the ids in all cells that a ball may touch, in the order of the cells. An id that is within
    /// the radius is among them, also where the header's single-precision box leaves its cell in doubt.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a centre that is not finite, a radius below 0, or a header that makes no grid; as
    /// [`HashTable::check_whole`].
    pub fn candidates(&self, centre: [f64; 3], radius: f64, ids: &mut Vec<u32>) -> Result<()> {
        ids.clear();
        let (ball, grid) = (Ball::new(centre, radius)?, CellGrid::of_header(&self.header)?);
        self.walk(&grid.cells_of(&ball), |_, cell| {
            if !grid.is_beyond(cell.key, &ball) {
                ids.extend_from_slice(self.ids_of(cell));
            }
        });
        self.check_whole()
    }

    /// Gives each cell of this table inside `cells` to `look`, in ascending order of keys.
    pub fn walk<'a>(&'a self, cells: &CellBox, look: impl FnMut(usize, &'a TableEntry)) {
        walk::walk(self.entries(), cells, look);
    }

    /// Returns the number of bytes that are mapped.
    pub fn mapped_bytes(&self) -> u64 {
        self.map.bytes().len() as u64
    }
}
