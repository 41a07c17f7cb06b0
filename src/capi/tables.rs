//! One hash table by itself.

use super::boundary::{call, close, give, handle, output};
use super::grow::{self, Grows};
use super::status::groma_error;
use super::text::groma_str;
use crate::trajectory::morton::{MAX_CELL, encode};
use crate::trajectory::table::HashTable;
use crate::{Error, Result};

/// One hash table file, mapped and checked.
///
/// Threads: every function on it may be called from any thread, also at the same time, but for groma_hash_table_close,
/// which must be the last.
pub struct groma_hash_table {
    table: HashTable,
}

/// What the header of a table says.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_hash_table_info {
    /// sizeof the struct; set it before groma_hash_table_get_info.
    pub struct_size: u32,
    /// The time step.
    pub time_step: u32,
    /// The edge of a cell.
    pub cell_size: f32,
    /// The least x, y, z of the box, rounded from double.
    pub box_min: [f32; 3],
    /// The greatest x, y, z of the box, rounded from double.
    pub box_max: [f32; 3],
    /// Cells that hold a sample.
    pub cells: u32,
    /// Samples.
    pub samples: u32,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_hash_table_info {
    const FIRST_SIZE: usize = 44;

    fn defaults() -> groma_hash_table_info {
        // SAFETY: all fields are numbers, for which zero bytes are valid.
        let zero: groma_hash_table_info = unsafe { std::mem::zeroed() };
        groma_hash_table_info { struct_size: size_of::<groma_hash_table_info>() as u32, ..zero }
    }
}

/// Opens and checks the table in a file. `table` gets the handle, to be freed with groma_hash_table_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_hash_table_open(
    file: groma_str,
    table: *mut *mut groma_hash_table,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let table = output(table, "table")?;
        // SAFETY: the ABI's conventions.
        let file = unsafe { file.as_path("file")? };
        let open = groma_hash_table { table: HashTable::open(&file)? };
        // SAFETY: as above.
        unsafe { give(open, table) };
        Ok(())
    })
}

/// Fills `info`, whose struct_size must be set, with what the table's header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_hash_table_get_info(
    table: *const groma_hash_table,
    info: *mut groma_hash_table_info,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        // SAFETY: the ABI's conventions.
        let header = *unsafe { handle(table, "table")? }.table.header();
        let value = groma_hash_table_info {
            time_step: header.time_step,
            cell_size: header.cell_size,
            box_min: header.bbox_min,
            box_max: header.bbox_max,
            cells: header.entry_count,
            samples: header.trajectory_id_count,
            ..groma_hash_table_info::defaults()
        };
        // SAFETY: as above.
        unsafe { grow::write(&value, info, "info") }
    })
}

/// The trajectory ids in the cell with the numbers x, y, z (0 to 2097151): `ids` gets where they are in the mapped table,
/// valid until it is closed, and `count` their number, 0 for an empty cell.
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
        // SAFETY: the ABI's conventions.
        let table = unsafe { handle(table, "table")? };
        let (ids, count) = (output(ids, "ids")?, output(count, "count")?);
        if let Some(number) = [x, y, z].into_iter().find(|&number| number > MAX_CELL) {
            return Err(Error::invalid("a cell number", number, format!("0 to {MAX_CELL}")));
        }
        let found = table.table.cell(encode([x, y, z]));
        // SAFETY: not null, and the caller's to write.
        unsafe {
            ids.write(found.as_ptr());
            count.write(found.len());
        }
        Ok(())
    })
}

/// Writes the trajectory ids in all cells that a ball may touch into `ids`, as far as `capacity` goes; `count` gets their
/// number. Every id within the radius is among them. With a `capacity` of 0 `ids` may be NULL.
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
        // SAFETY: the ABI's conventions.
        let table = unsafe { handle(table, "table")? };
        let count = output(count, "count")?;
        if centre.is_null() {
            return Err(Error::invalid("centre", "NULL", "three numbers"));
        }
        let mut found = Vec::new();
        // SAFETY: not null; three numbers by this function's contract.
        table.table.candidates(unsafe { *centre.cast() }, radius, &mut found)?;
        copy_out(&found, ids, capacity)?;
        // SAFETY: not null, and the caller's to write.
        unsafe { count.write(found.len()) };
        Ok(())
    })
}

fn copy_out(found: &[u32], to: *mut u32, capacity: usize) -> Result<()> {
    let copied = found.len().min(capacity);
    if copied > 0 {
        let to = output(to, "ids")?;
        // SAFETY: the caller's array has room for `capacity` numbers.
        unsafe { to.copy_from_nonoverlapping(found.as_ptr(), copied) };
    }
    Ok(())
}

/// Closes the table. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_hash_table_close(table: *mut groma_hash_table) {
    // SAFETY: the ABI's conventions.
    unsafe { close(table) };
}
