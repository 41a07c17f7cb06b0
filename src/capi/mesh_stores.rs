//! Stores of tiles: a folder with one file per tile.

use std::ffi::{CString, c_char};

use super::arguments::{array, give_text};
use super::boundary::{call, close, give, handle, output};
use super::grow::{self, Grows};
use super::status::groma_error;
use super::text::groma_str;
use crate::city::store::{MeshStore, StoreStats, TileHeader};
use crate::io::surface::part::NO_MARKER;
use crate::{Error, Result};

/// The marker of a triangle whose part is unknown.
pub const GROMA_NO_MARKER: i32 = -2147483647 - 1;
const _: () = assert!(GROMA_NO_MARKER == NO_MARKER);

/// A folder of tiles: a city's, made by groma_build_city_mesh_tiled, or one for the tiles of any program.
///
/// Threads: every function on it may be called from any thread, also at the same time, and by several processes on the
/// same folder, except groma_mesh_store_close, which must be the last. Tiles are added and removed whole.
pub struct groma_mesh_store {
    pub(super) store: MeshStore,
}

/// Names of tiles, sorted.
///
/// Threads: every function on it may be called from any thread, also at the same time, except groma_tile_list_close,
/// which must be the last.
pub struct groma_tile_list {
    /// The texts that `names` points into.
    _texts: Vec<CString>,
    names: Vec<groma_str>,
}

// SAFETY: `names` points into `_texts`, which moves and ends with it; neither changes.
unsafe impl Send for groma_tile_list {}
// SAFETY: the list never changes after it was made, so threads only read it.
unsafe impl Sync for groma_tile_list {}

/// The header of a tile.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_tile_info {
    /// sizeof the struct; set it before groma_mesh_store_tile_info.
    pub struct_size: u32,
    /// The number of buildings of the city, the N of the markers; 0 for tiles of other programs.
    pub building_count: u32,
    /// West, south, lowest, east, north, highest, in metres; zeros for a tile without vertices.
    pub bounds: [f64; 6],
    /// The number of vertices.
    pub vertices: u64,
    /// The number of vertices, the first ones, that lie in the tile's own area; the others belong to neighbours. In
    /// tiles of other programs all are their own.
    pub own_vertices: u64,
    /// The number of triangles.
    pub triangles: u64,
    /// Triangles of the ground that touch no building. This and the following counts are zero for tiles of other
    /// programs.
    pub ground: u64,
    /// Triangles of the ground that touch a building.
    pub ground_beside_buildings: u64,
    /// Triangles of walls.
    pub walls: u64,
    /// Triangles of roofs and platforms.
    pub roofs: u64,
    /// Vertices whose height was taken from the nearest data.
    pub filled_heights: u64,
    /// Pieces of walls with their roof below the ground.
    pub walls_upside_down: u64,
    /// Triangles of ground and roofs with an angle under 25 degrees, seen from above.
    pub under_25: u64,
    /// The number of refinement rounds.
    pub rounds: u32,
    /// 1 for a tile of a city, 0 for one of another program.
    pub is_city: i32,
    /// The distance around the tile in which the plane was triangulated, in metres.
    pub halo: f64,
    /// The size of the file, in bytes.
    pub bytes: u64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_tile_info {
    const FIRST_SIZE: usize = 160;
}

impl groma_tile_info {
    pub(super) fn new(header: &TileHeader) -> groma_tile_info {
        let counts = header.counts();
        let (vertices, triangles) = header.sizes();
        groma_tile_info {
            building_count: header.building_count,
            bounds: header.bounds,
            vertices,
            own_vertices: header.own_vertices,
            triangles,
            ground: counts.ground,
            ground_beside_buildings: counts.ground_beside_buildings,
            walls: counts.walls,
            roofs: counts.roofs,
            filled_heights: counts.filled_heights,
            walls_upside_down: counts.walls_upside_down,
            under_25: counts.quality.under_25,
            rounds: header.rounds,
            is_city: header.tile().is_some().into(),
            halo: header.halo,
            bytes: header.file_size(),
            ..groma_tile_info::defaults()
        }
    }
}

/// The totals over all tiles of a store.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_store_stats {
    /// sizeof the struct; set it before groma_mesh_store_total_stats.
    pub struct_size: u32,
    /// The number of buildings of the city, the N of the markers; 0 for a store of another program's tiles.
    pub building_count: u32,
    /// 1 for the store of a city, 0 for one of another program's tiles.
    pub is_city: i32,
    /// Zero.
    pub reserved: u32,
    /// Tiles in the store.
    pub tiles: u64,
    /// Tiles among them that have no triangle.
    pub empty_tiles: u64,
    /// Tiles of the city that do not exist yet, or whose file is damaged or of another build.
    pub missing_tiles: u64,
    /// Missing tiles whose last attempt failed.
    pub failed_tiles: u64,
    /// Vertices. A vertex counts once for each tile that uses it.
    pub vertices: u64,
    /// Triangles.
    pub triangles: u64,
    /// The size of the tiles' files, in bytes.
    pub bytes: u64,
    /// West, south, lowest, east, north, highest of all vertices, in metres; zeros when there are none.
    pub bounds: [f64; 6],
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_store_stats {
    const FIRST_SIZE: usize = 120;
}

/// Creates a store for the caller's tiles in `folder`, which may exist; GROMA_INVALID_ARGUMENT when it already holds a
/// store. (groma_build_city_mesh_tiled creates the store of a city by itself.) `metadata` is JSON of the caller's, kept
/// in the store, or empty. `store` gets the handle, to be freed with groma_mesh_store_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_create(
    folder: groma_str,
    metadata: groma_str,
    store: *mut *mut groma_mesh_store,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let store = output(store, "store")?;
        // SAFETY: by the conventions `folder` and `metadata` are readable text.
        let (folder, metadata) = unsafe { (folder.as_path("folder")?, metadata.as_str("metadata")?) };
        let metadata = match metadata {
            "" => serde_json::Value::Null,
            text => serde_json::from_str(text).map_err(|e| Error::invalid("metadata", e, "JSON, or nothing"))?,
        };
        let created = groma_mesh_store { store: MeshStore::create(folder, metadata)? };
        // SAFETY: by the conventions `store` is writable: `output` looked at it.
        unsafe { give(created, store) };
        Ok(())
    })
}

/// Opens the store in `folder`. GROMA_NOT_FOUND when there is none, GROMA_UNSUPPORTED when a later version made it.
/// `store` gets the handle, to be freed with groma_mesh_store_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_open(
    folder: groma_str,
    store: *mut *mut groma_mesh_store,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let store = output(store, "store")?;
        // SAFETY: by the conventions `folder` is readable text.
        let folder = unsafe { folder.as_path("folder")? };
        let open = groma_mesh_store { store: MeshStore::open(folder)? };
        // SAFETY: by the conventions `store` is writable: `output` looked at it.
        unsafe { give(open, store) };
        Ok(())
    })
}

/// Writes the store's metadata as JSON, NUL-terminated, into `buffer`: version, city (parameters, domain, tiles, number
/// of buildings) or null, and the metadata given to groma_mesh_store_create. `size` and `capacity` as for
/// groma_job_report_json.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_get_metadata(
    store: *const groma_mesh_store,
    buffer: *mut c_char,
    capacity: usize,
    size: *mut usize,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let store = handle(store, "store")?;
        let store = &store.store;
        let json = serde_json::to_string(store.manifest()).map_err(|e| Error::Internal(e.to_string()))?;
        // SAFETY: by the conventions `buffer` is NULL or writable for `capacity` bytes, and `size` NULL or writable.
        unsafe { give_text(&json, buffer, capacity, size) }
    })
}

/// Adds a tile, or replaces the one of that name: whole or not at all. The name is 1 to 200 letters, digits, `_`, `-`
/// and `.`.
///
/// `vertices` has x, y, z of each vertex in metres, `faces` three vertex numbers of each triangle, counter-clockwise
/// seen from outside, `markers` one number for each triangle, or NULL, which stands for GROMA_NO_MARKER. All arrays are
/// checked first. GROMA_UNSUPPORTED for the store of a city.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_add_tile(
    store: *const groma_mesh_store,
    name: groma_str,
    vertices: *const f64,
    vertex_count: u64,
    faces: *const u32,
    face_count: u64,
    markers: *const i32,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let store = handle(store, "store")?;
        let store = &store.store;
        // SAFETY: by the conventions `name` is readable text.
        let name = unsafe { name.as_str("name")? };
        // SAFETY: by the conventions `vertices` is NULL or readable for `vertex_count` items.
        let vertices = unsafe { array(vertices.cast::<[f64; 3]>(), vertex_count as usize, "vertices")? };
        // SAFETY: by the conventions `faces` is NULL or readable for `face_count` items.
        let faces = unsafe { array(faces.cast::<[u32; 3]>(), face_count as usize, "faces")? };
        let unmarked;
        let markers = if markers.is_null() {
            unmarked = vec![GROMA_NO_MARKER; faces.len()];
            &unmarked
        } else {
            // SAFETY: by the conventions `markers` is NULL or readable for `face_count` items.
            unsafe { array(markers, face_count as usize, "markers")? }
        };
        store.add_tile(name, vertices, faces, markers).map(|_| ())
    })
}

/// Removes a tile; a missing one is no error. Open views of it stay valid until they are closed (Windows refuses to
/// remove mapped files).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_remove_tile(
    store: *const groma_mesh_store,
    name: groma_str,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        // SAFETY: by the conventions `name` is readable text.
        let store = handle(store, "store")?;
        // SAFETY: by the conventions `name` is readable text.
        let name = unsafe { name.as_str("name")? };
        store.store.remove_tile(name)
    })
}

/// Lists the tiles in the store. `list` gets the handle, to be freed with groma_tile_list_close. The list does not
/// follow later changes of the store.
///
/// ```c
/// groma_tile_list *list = NULL;
/// const groma_str *names = NULL;
/// size_t count = 0, i;
/// if (groma_mesh_store_list_tiles(store, &list, NULL) == GROMA_OK) {
///     groma_tile_list_get_names(list, &names, &count, NULL);
///     for (i = 0; i < count; i++) {
///         printf("%s\n", names[i].data);
///     }
///     groma_tile_list_close(list);
/// }
/// ```
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_list_tiles(
    store: *const groma_mesh_store,
    list: *mut *mut groma_tile_list,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let list = output(list, "list")?;
        let names = handle(store, "store")?.store.list_tiles()?;
        let text = |name| CString::new(name).map_err(|e| Error::Internal(e.to_string()));
        let texts: Vec<CString> = names.into_iter().map(text).collect::<Result<_>>()?;
        let names = texts.iter().map(|t| groma_str { data: t.as_ptr(), size: t.count_bytes() }).collect();
        // SAFETY: by the conventions `list` is writable: `output` looked at it.
        unsafe { give(groma_tile_list { _texts: texts, names }, list) };
        Ok(())
    })
}

/// Returns the names of a list, sorted. A NUL follows each of them, which its size does not count. They live until the
/// list is closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_tile_list_get_names(
    list: *const groma_tile_list,
    names: *mut *const groma_str,
    count: *mut usize,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let list = handle(list, "list")?;
        let (names, count) = (output(names, "names")?, output(count, "count")?);
        // SAFETY: not null, and the caller's to write.
        unsafe {
            names.write(list.names.as_ptr());
            count.write(list.names.len());
        }
        Ok(())
    })
}

/// Frees the list. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_tile_list_close(list: *mut groma_tile_list) {
    close(list);
}

/// Fills `info`, whose struct_size must be set, with the header of a tile. GROMA_NOT_FOUND when there is no such tile,
/// GROMA_BAD_FORMAT when its file is damaged, of another tile, or of another build.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_tile_info(
    store: *const groma_mesh_store,
    name: groma_str,
    info: *mut groma_tile_info,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let store = handle(store, "store")?;
        let store = &store.store;
        // SAFETY: by the conventions `name` is readable text.
        let name = unsafe { name.as_str("name")? };
        let header = store.tile_info(name)?.ok_or_else(|| Error::NotFound {
            subject: store.folder().to_path_buf(),
            what: format!("no tile {name}; groma_mesh_store_list_tiles names those that are there"),
        })?;
        // SAFETY: by the conventions `info` is NULL or writable for its struct_size.
        unsafe { grow::write(&groma_tile_info::new(&header), info, "info") }
    })
}

/// Fills `stats`, whose struct_size must be set, with the totals over all tiles. It reads the header of each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_total_stats(
    store: *const groma_mesh_store,
    stats: *mut groma_store_stats,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let store = handle(store, "store")?;
        let store = &store.store;
        let city = store.manifest().city.as_ref();
        let total: StoreStats = store.total_stats()?;
        let value = groma_store_stats {
            building_count: city.map_or(0, |city| city.buildings),
            is_city: city.is_some().into(),
            tiles: total.tiles,
            empty_tiles: total.empty_tiles,
            missing_tiles: total.missing_tiles,
            failed_tiles: total.failed_tiles,
            vertices: total.vertices,
            triangles: total.triangles,
            bytes: total.bytes,
            bounds: total.bounds.unwrap_or_default(),
            ..groma_store_stats::defaults()
        };
        // SAFETY: by the conventions `stats` is NULL or writable for its struct_size.
        unsafe { grow::write(&value, stats, "stats") }
    })
}

/// Removes all tiles, one after the other; the store stays. GROMA_BUSY while a city is built in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_clear(store: *const groma_mesh_store, error: *mut groma_error) -> i32 {
    call(error, || handle(store, "store")?.store.clear())
}

/// Removes all tiles and the store's own files, and the folder when nothing else is in it. GROMA_BUSY while a city is
/// built in it. The handle must still be closed with groma_mesh_store_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_delete(store: *const groma_mesh_store, error: *mut groma_error) -> i32 {
    call(error, || handle(store, "store")?.store.clone().delete())
}

/// Closes the store. Open tiles stay open. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_close(store: *mut groma_mesh_store) {
    close(store);
}
