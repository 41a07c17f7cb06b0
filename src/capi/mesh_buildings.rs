//! What a city's store records beside its tiles: its buildings, and its reference system.

use std::ffi::c_char;

use super::arguments::give_text;
use super::boundary::{call, handle};
use super::city_input::{GROMA_LOD0, GROMA_LOD1};
use super::grow::{self, Grows};
use super::mesh_stores::groma_mesh_store;
use super::status::groma_error;
use crate::city::footprint::Lod;

/// A building of a city.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_building {
    /// sizeof the struct; set it before groma_mesh_store_get_building.
    pub struct_size: u32,
    /// The building's level of detail in the mesh: GROMA_LOD0 or GROMA_LOD1.
    pub lod: i32,
    /// The elevation of the roof in metres; of several roofs, the highest.
    pub roof: f64,
    /// The elevation of the lowest ground under the building in metres.
    pub platform: f64,
    /// The number of footprints that were merged into it.
    pub members: u64,
    /// The number of its parts with a roof of their own; 1 where it has one roof.
    pub parts: u64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_building {
    const FIRST_SIZE: usize = 40;
}

/// Fills `building`, whose struct_size must be set, with what the store of a city records of its building `number`,
/// which is below the N of the markers. The names of its footprints, one in each line, are written NUL-terminated into
/// `names`; `size` and `capacity` as for groma_job_report_json.
///
/// The call reads the file of the buildings up to this one. GROMA_UNSUPPORTED for the store of another program's tiles,
/// GROMA_INVALID_ARGUMENT for a number that no building has, GROMA_BAD_FORMAT where the file has another building in
/// its place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_get_building(
    store: *const groma_mesh_store,
    number: u32,
    building: *mut groma_building,
    names: *mut c_char,
    capacity: usize,
    size: *mut usize,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let record = handle(store, "store")?.store.building(number)?;
        let value = groma_building {
            lod: if record.lod == Lod::Lod0 { GROMA_LOD0 } else { GROMA_LOD1 },
            roof: record.roof,
            platform: record.platform,
            members: record.members.len() as u64,
            parts: record.parts.len().max(1) as u64,
            ..groma_building::defaults()
        };
        // SAFETY: by the conventions `building` is NULL or writable for its struct_size.
        unsafe { grow::write(&value, building, "building")? };
        // SAFETY: by the conventions `names` is NULL or writable for `capacity` bytes, and `size` NULL or writable.
        unsafe { give_text(&record.members.join("\n"), names, capacity, size) }
    })
}

/// Writes the name of the reference system that the city's coordinates are in, like "EPSG:25832", NUL-terminated into
/// `buffer`: as the inputs name it, or the empty text where they name none. `size` and `capacity` as for
/// groma_job_report_json.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_get_crs(
    store: *const groma_mesh_store,
    buffer: *mut c_char,
    capacity: usize,
    size: *mut usize,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let store = handle(store, "store")?;
        let crs = store.store.manifest().city.as_ref().and_then(|city| city.crs.as_deref()).unwrap_or_default();
        // SAFETY: by the conventions `buffer` is NULL or writable for `capacity` bytes, and `size` NULL or writable.
        unsafe { give_text(crs, buffer, capacity, size) }
    })
}
