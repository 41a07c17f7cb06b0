//! Single hash tables.

use super::arguments::{array, copy_all, copy_some, point};
use super::boundary::{call, close, give, handle, output};
use super::grow::{self, Grows};
use super::status::groma_error;
use super::text::groma_str;
use crate::Error;
use crate::trajectory::build::{TableSample, write_table};
use crate::trajectory::grid::{BoundingBox, Grid};
use crate::trajectory::morton::{MAX_CELL, encode};
use crate::trajectory::table::{HashTable, TableEntry};

/// One hash table file, mapped and checked.
///
/// Threads: every function on it may be called from any thread, also at the same time, except groma_hash_table_close,
/// which must be the last.
pub struct groma_hash_table {
    table: HashTable,
}

/// The header of a table.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_hash_table_info {
    /// sizeof the struct; set it before groma_hash_table_get_info.
    pub struct_size: u32,
    /// The time step.
    pub time_step: u32,
    /// The edge of a cell, in the data's own unit.
    pub cell_size: f32,
    /// The smallest x, y, z of the box, rounded from double.
    pub box_min: [f32; 3],
    /// The largest x, y, z of the box, rounded from double.
    pub box_max: [f32; 3],
    /// The number of cells that hold a sample.
    pub cells: u32,
    /// The number of samples.
    pub samples: u32,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_hash_table_info {
    const FIRST_SIZE: usize = 44;
}

/// A cell of a table that holds a sample.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_hash_table_entry {
    /// The cell's key: a Morton code, 21 bits each, x in the lowest bit.
    pub key: u64,
    /// Where the ids of the cell's trajectories begin among all ids.
    pub start: u32,
    /// The number of these ids.
    pub count: u32,
}

const _: () = assert!(size_of::<groma_hash_table_entry>() == size_of::<TableEntry>());
const _: () = assert!(align_of::<groma_hash_table_entry>() == align_of::<TableEntry>());

/// Opens and checks the table in a file (like timestep_00001.bin in the folder of a cell size). GROMA_NOT_FOUND when
/// there is no such file, GROMA_BAD_FORMAT when it is not a complete table. `table` gets the handle, to be freed with
/// groma_hash_table_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_hash_table_open(
    file: groma_str,
    table: *mut *mut groma_hash_table,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let table = output(table, "table")?;
        // SAFETY: by the conventions `file` is readable text.
        let file = unsafe { file.as_path("file")? };
        let open = groma_hash_table { table: HashTable::open(&file)? };
        // SAFETY: by the conventions `table` is writable: `output` looked at it.
        unsafe { give(open, table) };
        Ok(())
    })
}

/// Fills `info`, whose struct_size must be set, with the table's header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_hash_table_get_info(
    table: *const groma_hash_table,
    info: *mut groma_hash_table_info,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let header = *handle(table, "table")?.table.header();
        let value = groma_hash_table_info {
            time_step: header.time_step,
            cell_size: header.cell_size,
            box_min: header.bbox_min,
            box_max: header.bbox_max,
            cells: header.entry_count,
            samples: header.trajectory_id_count,
            ..groma_hash_table_info::defaults()
        };
        // SAFETY: by the conventions `info` is NULL or writable for its struct_size.
        unsafe { grow::write(&value, info, "info") }
    })
}

/// Returns the table's arrays in the mapped file, valid until it is closed: the cells that hold a sample, ascending by
/// their keys, and the trajectory ids of all cells one after another. GROMA_BAD_FORMAT when the file was cut.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_hash_table_get_arrays(
    table: *const groma_hash_table,
    entries: *mut *const groma_hash_table_entry,
    entry_count: *mut usize,
    ids: *mut *const u32,
    id_count: *mut usize,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let table = handle(table, "table")?;
        let (entries, entry_count) = (output(entries, "entries")?, output(entry_count, "entry_count")?);
        let (ids, id_count) = (output(ids, "ids")?, output(id_count, "id_count")?);
        let (all_entries, all_ids) = (table.table.entries(), table.table.ids());
        table.table.check_whole()?;
        // SAFETY: not null, and the caller's to write; the two structs of an entry have the same layout.
        unsafe {
            entries.write(all_entries.as_ptr().cast());
            entry_count.write(all_entries.len());
            ids.write(all_ids.as_ptr());
            id_count.write(all_ids.len());
        }
        Ok(())
    })
}

/// Writes the table of one time step from `count` samples in memory below `folder`, where a build from shards with this
/// box writes it, with the same bytes. `box_min` and `box_max` have three numbers, `positions` three for each sample.
/// Samples that are not finite are left out; the table of a time step without samples is removed. `written` gets the
/// number of samples in the table; it may be NULL.
///
/// The index of that folder, which speaks of the shards that its tables were built from, is removed. Tables of
/// different time steps may be written at the same time. GROMA_BUSY while a build from shards is at work in the folder,
/// or was interrupted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_write_hash_table(
    folder: groma_str,
    cell_size: f32,
    box_min: *const f64,
    box_max: *const f64,
    step: i32,
    count: u64,
    ids: *const u32,
    positions: *const f64,
    written: *mut u32,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let written = if written.is_null() { None } else { Some(output(written, "written")?) };
        // SAFETY: by the conventions `folder` is readable text.
        let folder = unsafe { folder.as_path("folder")? };
        // SAFETY: by the conventions `box_min` and `box_max` are NULL or three readable numbers each.
        let bounds = unsafe { BoundingBox { min: point(box_min, "box_min")?, max: point(box_max, "box_max")? } };
        // SAFETY: by the conventions `ids` is NULL or readable for `count` items.
        let ids = unsafe { array(ids, count as usize, "ids")? };
        // SAFETY: by the conventions `positions` is NULL or readable for three times `count` numbers.
        let positions = unsafe { array(positions.cast::<[f64; 3]>(), count as usize, "positions")? };
        let samples: Vec<TableSample> =
            ids.iter().zip(positions).map(|(&id, &position)| TableSample { id, position }).collect();
        let samples = write_table(&folder, &Grid::new(bounds, cell_size)?, step, &samples)?;
        if let Some(written) = written {
            // SAFETY: by the conventions `written` is writable: `output` looked at it.
            unsafe { written.write(samples) };
        }
        Ok(())
    })
}

/// Finds the trajectory ids in the cell with the numbers x, y, z (0 to 2097151). `ids` gets a pointer to them in the
/// mapped table, valid until it is closed, and `count` their number, 0 for an empty cell.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_hash_table_cell(
    table: *const groma_hash_table,
    x: u32,
    y: u32,
    z: u32,
    ids: *mut *const u32,
    count: *mut usize,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let table = handle(table, "table")?;
        let (ids, count) = (output(ids, "ids")?, output(count, "count")?);
        if let Some((name, number)) = [("x", x), ("y", y), ("z", z)].into_iter().find(|&(_, number)| number > MAX_CELL)
        {
            return Err(Error::invalid(name, number, format!("0 to {MAX_CELL}, the number of a cell")));
        }
        let found = table.table.cell(encode([x, y, z]));
        table.table.check_whole()?;
        // SAFETY: not null, and the caller's to write.
        unsafe {
            ids.write(found.as_ptr());
            count.write(found.len());
        }
        Ok(())
    })
}

/// Finds the trajectory ids in all cells that a ball around `centre` (x, y, z) may touch. `ids` gets at most `capacity`
/// of them, and `count` their total number, which may be larger. Every id within `radius` is among them, but also
/// others, since the table has no positions. With a `capacity` of 0 `ids` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_hash_table_candidates(
    table: *const groma_hash_table,
    centre: *const f64,
    radius: f64,
    ids: *mut u32,
    capacity: usize,
    count: *mut usize,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let table = handle(table, "table")?;
        let count = output(count, "count")?;
        let mut found = Vec::new();
        // SAFETY: by the conventions `centre` is NULL or three readable numbers.
        table.table.candidates(unsafe { point(centre, "centre")? }, radius, &mut found)?;
        // SAFETY: by the conventions `ids` is NULL or writable for `capacity` items; `count` is not NULL.
        unsafe {
            copy_some(&found, ids, capacity, "ids")?;
            count.write(found.len());
        }
        Ok(())
    })
}

/// Finds the trajectory ids in the cell of a position (x, y, z), as groma_hash_table_cell. The cell is computed from
/// the box in the table's header, which is rounded to single precision: a position within such a rounding of a cell's
/// border may be assigned to the neighbour. Positions outside the box are in the nearest cell.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_hash_table_cell_at(
    table: *const groma_hash_table,
    position: *const f64,
    ids: *mut *const u32,
    count: *mut usize,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        // SAFETY: by the conventions `position` is NULL or three readable numbers.
        let table = handle(table, "table")?;
        // SAFETY: by the conventions `position` is NULL or three readable numbers.
        let position = unsafe { point(position, "position")? };
        let (ids, count) = (output(ids, "ids")?, output(count, "count")?);
        let found = table.table.cell_at(position)?;
        // SAFETY: not null, and the caller's to write.
        unsafe {
            ids.write(found.as_ptr());
            count.write(found.len());
        }
        Ok(())
    })
}

/// Computes the cell of a position in a grid of cubes of `cell_size` that begins at `box_min`. `cell` gets the numbers
/// x, y, z, rounded down, and negative below `box_min`; a number outside the range of int32_t becomes the nearest in
/// it. `position` and `box_min` have three finite numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_cell_of_position(
    position: *const f64,
    box_min: *const f64,
    cell_size: f32,
    cell: *mut i32,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        // SAFETY: by the conventions `position` and `box_min` are NULL or three readable numbers each.
        let (position, min) = unsafe { (point(position, "position")?, point(box_min, "box_min")?) };
        let cell = output(cell, "cell")?;
        let grid = Grid::new(BoundingBox { min, max: min }, cell_size)?;
        if let Some(coordinate) = position.into_iter().find(|c| !c.is_finite()) {
            return Err(Error::invalid("position", coordinate, "finite numbers"));
        }
        // The conversion saturates at the ends of an int32_t.
        let numbers: [i32; 3] = std::array::from_fn(|axis| grid.quotient(axis, position[axis]).floor() as i32);
        // SAFETY: the caller's array has room for three numbers.
        unsafe { copy_all(&numbers, cell) };
        Ok(())
    })
}

/// Computes the key of the cell with the numbers x, y, z in `cell`: a Morton code, 21 bits each, x in the lowest bit.
/// As in tables, numbers outside 0 to 2097151 become the nearest in that range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_cell_key(cell: *const i32, key: *mut u64, error: *mut groma_error) -> i32 {
    call(error, || {
        let key = output(key, "key")?;
        // SAFETY: by the conventions `cell` is NULL or three readable numbers.
        let cell = unsafe { array(cell, 3, "cell")? };
        let clamped = std::array::from_fn(|axis| cell[axis].clamp(0, MAX_CELL as i32) as u32);
        // SAFETY: not null, and the caller's to write.
        unsafe { key.write(encode(clamped)) };
        Ok(())
    })
}

/// Closes the table. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_hash_table_close(table: *mut groma_hash_table) {
    close(table);
}
