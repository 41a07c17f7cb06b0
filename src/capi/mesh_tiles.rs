//! Tiles: mapped, or in single precision for engines.

use std::sync::Mutex;

use super::arguments::{array, choice, copy_all, flag, reserved};
use super::boundary::{call, call_for_status, close, give, handle, output};
use super::grow::{self, Grows};
use super::job::{LocalMeshes, ReadTile, Report, groma_job};
use super::mesh_stores::groma_mesh_store;
use super::status::groma_error;
use super::text::groma_str;
use crate::city::local::{Frame, LocalMesh, LocalOptions, PartMask};
use crate::city::store::TileView;
use crate::job::RunOptions;
use crate::{Error, Result};

/// The data's axes: x east, y north, z up, right-handed, in metres. Triangles are counter-clockwise seen from outside.
pub const GROMA_FRAME_SOURCE: i32 = 0;
/// Unreal's axes: x east, y south, z up, left-handed, in centimetres. Indices keep the order of the source, and
/// triangles face outwards in Unreal: mirroring y reverses the winding, and so does Unreal's front-face rule; the two
/// cancel.
pub const GROMA_FRAME_UNREAL: i32 = 1;

/// The ground, next to buildings or not.
pub const GROMA_PART_GROUND: u32 = 1;
/// Walls.
pub const GROMA_PART_WALL: u32 = 2;
/// Roofs and platforms.
pub const GROMA_PART_ROOF: u32 = 4;
/// All other triangles, by their markers; in tiles of other programs those with markers of 0 and more.
pub const GROMA_PART_OTHER: u32 = 8;
/// All triangles.
pub const GROMA_PART_ALL: u32 = 15;

/// One tile of a store, mapped and checked.
///
/// Threads: every function on it may be called from any thread, also at the same time, except groma_mesh_tile_close,
/// which must be the last. The store may be closed before it. The file must not be cut meanwhile (the library never
/// does that: it replaces files).
pub struct groma_mesh_tile {
    view: TileView,
    /// Parts already read, by a call for the size or by the job that opened the tile, for the calls that copy them out.
    read: Mutex<LocalMeshes>,
}

/// The arrays of a tile, in the mapped file. They live until the tile is closed. Every number in faces is below
/// vertex_count.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_mesh_tile_view {
    /// sizeof the struct; set it before groma_mesh_tile_get_view.
    pub struct_size: u32,
    /// The number of buildings of the city, the N of the markers; 0 for tiles of other programs.
    pub building_count: u32,
    /// The number of vertices.
    pub vertex_count: u64,
    /// The number of vertices, the first ones, that lie in the tile's own area, including some that only neighbours'
    /// triangles use; the others belong to neighbours. In tiles of other programs all are their own.
    pub own_vertex_count: u64,
    /// The number of triangles.
    pub face_count: u64,
    /// x, y, z of each vertex, in metres: 3 x vertex_count numbers.
    pub vertices: *const f64,
    /// Three vertex numbers of each triangle, counter-clockwise seen from outside: 3 x face_count numbers.
    pub faces: *const u32,
    /// A marker for each triangle: -2 ground, -1 ground next to a building, i (below N) a wall of building i, N + i its
    /// roof.
    pub markers: *const i32,
}

// SAFETY: `struct_size` is first; the other fields are numbers and raw pointers.
unsafe impl Grows for groma_mesh_tile_view {
    const FIRST_SIZE: usize = 56;
}

/// The parts of a tile to read, and the form to read them in. Fill it with groma_local_options_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_local_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// GROMA_FRAME_SOURCE (default) or GROMA_FRAME_UNREAL.
    pub frame: i32,
    /// A sum of GROMA_PART_GROUND, GROMA_PART_WALL, GROMA_PART_ROOF and GROMA_PART_OTHER. Default: GROMA_PART_ALL.
    pub parts: u32,
    /// 1: give vertices normals. A vertex is then repeated for each part and for each group of triangles around it
    /// whose directions differ by more than 45 degrees: ground is smooth, buildings have edges. Default: 0.
    pub normals: i32,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_local_options {
    const FIRST_SIZE: usize = 16;

    fn defaults() -> groma_local_options {
        groma_local_options {
            struct_size: size_of::<groma_local_options>() as u32,
            frame: GROMA_FRAME_SOURCE,
            parts: GROMA_PART_ALL,
            normals: 0,
        }
    }
}

impl groma_local_options {
    fn to_options(self) -> Result<LocalOptions> {
        Ok(LocalOptions {
            frame: choice(self.frame, "frame", [Frame::Source, Frame::Unreal])?,
            parts: PartMask::from_bits(self.parts)?,
            normals: flag(self.normals, "normals")?,
        })
    }
}

/// The size of a tile, or of parts of it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_local_size {
    /// sizeof the struct; set it before groma_mesh_tile_local_size.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The number of vertices.
    pub vertex_count: u64,
    /// The number of triangles.
    pub triangle_count: u64,
    /// The origin of the positions: x, y, z in metres in the data's axes, whole numbers, the same for all parts of a
    /// tile. In the whole city, a position p of GROMA_FRAME_UNREAL is at (100 x + p.x, -100 y + p.y, 100 z + p.z).
    pub origin: [f64; 3],
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_local_size {
    const FIRST_SIZE: usize = 48;

    fn defaults() -> groma_local_size {
        let struct_size = size_of::<groma_local_size>() as u32;
        groma_local_size { struct_size, reserved: 0, vertex_count: 0, triangle_count: 0, origin: [0.0; 3] }
    }
}

/// The buffers that groma_mesh_tile_read_local writes to. Fill it with groma_local_buffers_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_local_buffers {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The number of vertices that positions and normals have room for.
    pub vertex_capacity: u64,
    /// The number of triangles that indices and markers have room for.
    pub triangle_capacity: u64,
    /// x, y, z of each vertex, relative to the origin.
    pub positions: *mut f32,
    /// A unit vector for each vertex, pointing outwards; may be NULL. Written only when the options ask for normals.
    pub normals: *mut f32,
    /// Three vertex numbers of each triangle.
    pub indices: *mut u32,
    /// The tile's marker of each triangle; may be NULL.
    pub markers: *mut i32,
}

// SAFETY: `struct_size` is first; the other fields are numbers and raw pointers.
unsafe impl Grows for groma_local_buffers {
    const FIRST_SIZE: usize = 56;
}

/// Maps a tile and checks all of it: its checksum, its name, that it is of the store's last build, and that the
/// vertices of its triangles exist. GROMA_NOT_FOUND when there is no such tile, GROMA_BAD_FORMAT when it is damaged or
/// another one. `tile` gets the handle, to be freed with groma_mesh_tile_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_get_tile(
    store: *const groma_mesh_store,
    name: groma_str,
    tile: *mut *mut groma_mesh_tile,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let tile = output(tile, "tile")?;
        // SAFETY: by the conventions `name` is readable text.
        let store = handle(store, "store")?;
        // SAFETY: by the conventions `name` is readable text.
        let name = unsafe { name.as_str("name")? };
        let view = store.store.get_tile(name)?;
        // SAFETY: by the conventions `tile` is writable: `output` looked at it.
        unsafe { give(groma_mesh_tile { view, read: Mutex::default() }, tile) };
        Ok(())
    })
}

/// Fills `view`, whose struct_size must be set, with pointers to the tile's arrays: nothing is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_tile_get_view(
    tile: *const groma_mesh_tile,
    view: *mut groma_mesh_tile_view,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let tile = handle(tile, "tile")?;
        let tile = &tile.view;
        tile.check_whole()?;
        let value = groma_mesh_tile_view {
            building_count: tile.header().building_count,
            vertex_count: tile.vertices().len() as u64,
            own_vertex_count: tile.header().own_vertices,
            face_count: tile.faces().len() as u64,
            vertices: tile.vertices().as_ptr().cast(),
            faces: tile.faces().as_ptr().cast(),
            markers: tile.markers().as_ptr(),
            ..groma_mesh_tile_view::defaults()
        };
        // SAFETY: by the conventions `view` is NULL or writable for its struct_size.
        unsafe { grow::write(&value, view, "view") }
    })
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_local_options_init(options: *mut groma_local_options, size: usize) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

/// Fills `buffers`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_local_buffers_init(buffers: *mut groma_local_buffers, size: usize) -> i32 {
    // SAFETY: by the conventions `buffers` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(buffers, size, "buffers") })
}

/// Fills `size`, whose struct_size must be set, with the numbers of vertices and triangles that
/// groma_mesh_tile_read_local will write with these options, and with the origin. The tile keeps the result until that
/// call, which then only copies. `options` may be NULL for the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_tile_local_size(
    tile: *const groma_mesh_tile,
    options: *const groma_local_options,
    size: *mut groma_local_size,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let tile = handle(tile, "tile")?;
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size.
        let options = unsafe { grow::read_or_defaults(options, "options")? }.to_options()?;
        let mesh = tile.take(&options)?;
        let value = groma_local_size {
            vertex_count: mesh.positions.len() as u64,
            triangle_count: mesh.faces.len() as u64,
            origin: mesh.origin,
            ..groma_local_size::defaults()
        };
        tile.keep(options, mesh)?;
        // SAFETY: by the conventions `size` is NULL or writable for its struct_size.
        unsafe { grow::write(&value, size, "size") }
    })
}

/// Reads a tile, or parts of it, in single precision relative to the origin. It writes only the vertices that these
/// parts use, in the order of their use, and the triangles in the order of the tile. `options` may be NULL for the
/// defaults; groma_mesh_tile_local_size tells the size. GROMA_INVALID_ARGUMENT when something does not fit: then
/// nothing is written.
///
/// ```c
/// groma_local_options options;
/// groma_local_buffers buffers;
/// groma_local_size size;
/// groma_local_options_init(&options, sizeof options);
/// groma_local_buffers_init(&buffers, sizeof buffers);
/// options.frame = GROMA_FRAME_UNREAL;
/// options.parts = GROMA_PART_WALL + GROMA_PART_ROOF;
/// size.struct_size = sizeof size;
/// if (groma_mesh_tile_local_size(tile, &options, &size, NULL) == GROMA_OK) {
///     buffers.vertex_capacity = size.vertex_count;
///     buffers.triangle_capacity = size.triangle_count;
///     buffers.positions = (float *)malloc(3 * size.vertex_count * sizeof(float));
///     buffers.indices = (uint32_t *)malloc(3 * size.triangle_count * sizeof(uint32_t));
///     groma_mesh_tile_read_local(tile, &options, &buffers, NULL);
///     free(buffers.positions);
///     free(buffers.indices);
/// }
/// ```
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_tile_read_local(
    tile: *const groma_mesh_tile,
    options: *const groma_local_options,
    buffers: *const groma_local_buffers,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let tile = handle(tile, "tile")?;
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size.
        let options = unsafe { grow::read_or_defaults(options, "options")? }.to_options()?;
        // SAFETY: by the conventions `buffers` is NULL or readable for its struct_size.
        let to = unsafe { grow::read(buffers, "buffers")? };
        reserved(to.reserved)?;
        let mesh = tile.take(&options)?;
        let fits = |items: usize, capacity: u64, name| {
            let accepted = || format!("{items} or more, as groma_mesh_tile_local_size says");
            if items as u64 <= capacity { Ok(()) } else { Err(Error::invalid(name, capacity, accepted())) }
        };
        let all_fits = fits(mesh.positions.len(), to.vertex_capacity, "vertex_capacity")
            .and_then(|()| fits(mesh.faces.len(), to.triangle_capacity, "triangle_capacity"))
            .and_then(|()| if mesh.faces.is_empty() { Ok(()) } else { output(to.positions, "positions").map(|_| ()) })
            .and_then(|()| if mesh.faces.is_empty() { Ok(()) } else { output(to.indices, "indices").map(|_| ()) });
        if let Err(e) = all_fits {
            tile.keep(options, mesh)?;
            return Err(e);
        }
        // SAFETY: by the conventions each buffer is NULL or has room for the vertices and triangles whose numbers were
        // compared above.
        unsafe {
            copy_all(&mesh.positions, to.positions.cast());
            copy_all(&mesh.normals, to.normals.cast());
            copy_all(&mesh.faces, to.indices.cast());
            copy_all(&mesh.markers, to.markers);
        }
        Ok(())
    })
}

impl groma_mesh_tile {
    /// Takes the parts already read with the same options, or reads them.
    fn take(&self, options: &LocalOptions) -> Result<LocalMesh> {
        let kept = {
            let mut read = self.lock()?;
            read.iter().position(|(with, _)| with == options).map(|n| read.swap_remove(n))
        };
        kept.map_or_else(|| LocalMesh::read(&self.view, options), |(_, mesh)| Ok(mesh))
    }

    fn keep(&self, options: LocalOptions, mesh: LocalMesh) -> Result<()> {
        self.lock()?.push((options, mesh));
        Ok(())
    }

    fn lock(&self) -> Result<std::sync::MutexGuard<'_, Vec<(LocalOptions, LocalMesh)>>> {
        self.read.lock().map_err(|_| Error::Internal("an earlier call on this tile panicked".into()))
    }
}

/// Starts to open and check a tile as groma_mesh_store_get_tile does, and to read it with `options` (NULL for the
/// defaults) once for each of the `part_count` sums of GROMA_PART_ in `parts`, which replace the options' own parts.
/// `job` gets the handle, to be freed with groma_job_close. groma_job_take_tile returns the tile;
/// groma_mesh_tile_local_size and groma_mesh_tile_read_local with the same options and parts then only copy. The store
/// may be closed meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_get_tile_async(
    store: *const groma_mesh_store,
    name: groma_str,
    options: *const groma_local_options,
    parts: *const u32,
    part_count: usize,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let job = output(job, "job")?;
        // SAFETY: by the conventions `name` is readable text.
        let store = handle(store, "store")?.store.clone();
        // SAFETY: by the conventions `name` is readable text.
        let name = unsafe { name.as_str("name")?.to_string() };
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size, `parts` for `part_count` items.
        let (options, parts) =
            unsafe { (grow::read_or_defaults(options, "options")?, array(parts, part_count, "parts")?) };
        let of_parts = |&parts| groma_local_options { parts, ..options }.to_options();
        let wanted = parts.iter().map(of_parts).collect::<Result<Vec<LocalOptions>>>()?;
        let run = RunOptions { threads: 1, ..RunOptions::default() };
        let started = groma_job::start(&run, None, move |runner| {
            let view = store.get_tile(&name)?;
            let mut read = Vec::new();
            for options in wanted {
                runner.check()?;
                read.push((options, LocalMesh::read(&view, &options)?));
            }
            let triangles = view.faces().len();
            Ok(Report::Tile(Box::new(ReadTile { triangles, tile: Mutex::new(Some((view, read))) })))
        })?;
        // SAFETY: by the conventions `job` is writable: `output` looked at it.
        unsafe { give(started, job) };
        Ok(())
    })
}

/// `tile` gets the tile that a job has opened, to be freed with groma_mesh_tile_close. It can be taken once: a second
/// call returns GROMA_NOT_FOUND. GROMA_BUSY while the job runs, its own status if it failed, GROMA_INVALID_ARGUMENT for
/// a job of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_take_tile(
    job: *const groma_job,
    tile: *mut *mut groma_mesh_tile,
    error: *mut groma_error,
) -> i32 {
    call_for_status(error, || {
        let tile = output(tile, "tile")?;
        let job = handle(job, "job")?;
        job.look(error, |report| match report {
            Report::Tile(read) => {
                let taken = read.tile.lock().ok().and_then(|mut tile| tile.take());
                let gone =
                    || Error::NotFound { subject: "the tile".into(), what: "it was taken from the job before".into() };
                let (view, read) = taken.ok_or_else(gone)?;
                // SAFETY: by the conventions `tile` is writable: `output` looked at it.
                unsafe { give(groma_mesh_tile { view, read: Mutex::new(read) }, tile) };
                Ok(())
            }
            other => Err(other.wrong_kind("groma_mesh_store_get_tile_async")),
        })
    })
}

/// Closes the tile; pointers into it are invalid afterwards. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_tile_close(tile: *mut groma_mesh_tile) {
    close(tile);
}
