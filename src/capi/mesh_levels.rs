//! Levels of detail of a city.

use std::ffi::{c_char, c_void};

use super::boundary::{call, call_for_status, give, handle, output};
use super::grow::{self, Grows};
use super::job::{Report, groma_job, groma_progress_fn, progress_callback};
use super::mesh_stores::groma_mesh_store;
use super::status::groma_error;
use super::text::groma_str;
use crate::city::levels::{LevelsOptions, LevelsReport, build_levels};
use crate::city::store::{LevelInfo, MeshStore};
use crate::job::RunOptions;
use crate::{Error, Result};

/// As many levels as there are up to squares of 8 km.
pub const GROMA_LEVELS_AUTO: i32 = -1;

/// Options of the levels of detail of a city. Fill it with groma_levels_options_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_levels_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// The number of coarser levels above the squares of 500 m: GROMA_LEVELS_AUTO (default), or 0 to 4.
    pub levels: i32,
    /// Tiles made at once, each on a thread. 0 (default): all processors.
    pub threads: u32,
    /// Zero.
    pub reserved: u32,
    /// The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
    pub memory_limit: u64,
    /// Called while the job runs; may be NULL.
    pub on_progress: groma_progress_fn,
    /// Handed to on_progress.
    pub user: *mut c_void,
}

// SAFETY: `struct_size` is first; the rest are numbers, a raw pointer and an optional function pointer.
unsafe impl Grows for groma_levels_options {
    const FIRST_SIZE: usize = 40;

    fn defaults() -> groma_levels_options {
        groma_levels_options {
            struct_size: size_of::<groma_levels_options>() as u32,
            levels: GROMA_LEVELS_AUTO,
            threads: 0,
            reserved: 0,
            memory_limit: 0,
            on_progress: None,
            user: std::ptr::null_mut(),
        }
    }
}

/// The figures of a city's levels of detail. The JSON of groma_job_report_json has those of each level.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_levels_report {
    /// sizeof the struct; set it before groma_job_levels_report.
    pub struct_size: u32,
    /// The number of levels, level 0 included.
    pub levels: u32,
    /// Tiles on all levels.
    pub tiles: u64,
    /// Tiles that were not there before, or were of other inputs.
    pub made: u64,
    /// Triangles on all levels.
    pub triangles: u64,
    /// The size of the tiles' files, in bytes.
    pub bytes: u64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_levels_report {
    const FIRST_SIZE: usize = 40;
}

impl groma_levels_report {
    fn new(report: &LevelsReport) -> groma_levels_report {
        groma_levels_report {
            levels: report.levels.len() as u32,
            tiles: report.tiles,
            made: report.made,
            triangles: report.levels.iter().map(|level| level.triangles).sum(),
            bytes: report.levels.iter().map(|level| level.bytes).sum(),
            ..groma_levels_report::defaults()
        }
    }
}

/// The place of a tile among the levels of detail.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_tile_level {
    /// sizeof the struct; set it before groma_mesh_store_tile_level.
    pub struct_size: u32,
    /// The level: 0 for the finest, and for all tiles of a store without levels.
    pub level: u32,
    /// How far the surface is from that of the city at most, in metres; 0 on level 0. A tile may take the place of its
    /// children where this is less than may be seen.
    pub geometric_error: f64,
    /// The number of children: 0 on level 0, else 1 to 4.
    pub child_count: u32,
    /// Zero.
    pub reserved: u32,
    /// The name of the tile that takes the place of this one and its neighbours on the next coarser level,
    /// NUL-terminated; empty where there is none.
    pub parent: [c_char; 32],
    /// The names of the tiles whose place this one takes, NUL-terminated; empty after the last.
    pub children: [[c_char; 32]; 4],
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_tile_level {
    const FIRST_SIZE: usize = 184;
}

impl groma_tile_level {
    fn new(info: &LevelInfo) -> groma_tile_level {
        let mut level = groma_tile_level {
            level: info.level.into(),
            geometric_error: info.geometric_error,
            child_count: info.children.len() as u32,
            parent: name(info.parent.as_deref().unwrap_or_default()),
            ..groma_tile_level::defaults()
        };
        level.children.iter_mut().zip(&info.children).for_each(|(to, child)| *to = name(child));
        level
    }
}

/// Returns a name, which has at most 23 characters, with zeros after it.
fn name(text: &str) -> [c_char; 32] {
    let mut name = [0; 32];
    name.iter_mut().zip(text.bytes().take(31)).for_each(|(to, byte)| *to = byte as c_char);
    name
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_levels_options_init(options: *mut groma_levels_options, size: usize) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

/// Starts to make the levels of detail of the city in `folder`: a store of their own, in the folder `levels` of that
/// one, which groma_mesh_store_open_levels opens. Level 0 is the city in squares of 500 m; on each further level a tile
/// takes the place of four with fewer triangles. Tiles of any levels fit each other without a crack. A second run makes
/// only what is missing or has changed. The job ends with GROMA_UNSUPPORTED for a store of another program's tiles,
/// GROMA_NOT_FOUND when tiles are missing, GROMA_BUSY while another job makes the levels. `options` may be NULL for the
/// defaults. `job` gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_build_levels(
    folder: groma_str,
    options: *const groma_levels_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let job = output(job, "job")?;
        // SAFETY: by the conventions `folder` is readable text.
        let folder = unsafe { folder.as_path("folder")? };
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size.
        let options = unsafe { grow::read_or_defaults(options, "options")? };
        let levels = match options.levels {
            GROMA_LEVELS_AUTO => None,
            levels => Some(most(levels)?),
        };
        let run = RunOptions {
            threads: options.threads as usize,
            memory_limit: options.memory_limit,
            ..RunOptions::default()
        };
        let callback = progress_callback(options.on_progress, options.user);
        let started = groma_job::start(&run, callback, move |runner| {
            let store = MeshStore::open(folder)?;
            build_levels(&store, &LevelsOptions { levels }, runner).map(Report::Levels)
        })?;
        // SAFETY: by the conventions `job` is writable: `output` looked at it.
        unsafe { give(started, job) };
        Ok(())
    })
}

fn most(levels: i32) -> Result<u8> {
    let most = LevelsOptions::MOST_LEVELS;
    let fits = u8::try_from(levels).ok().filter(|&levels| levels <= most);
    fits.ok_or_else(|| Error::invalid("levels", levels, format!("GROMA_LEVELS_AUTO (-1), or 0 to {most}")))
}

/// Opens the levels of detail of a city's store. Their tiles are listed and read as those of every store are. `levels`
/// gets the handle, to be freed with groma_mesh_store_close; `store` may be closed before it. GROMA_NOT_FOUND where
/// there are no levels, or those of an earlier build of the city alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_open_levels(
    store: *const groma_mesh_store,
    levels: *mut *mut groma_mesh_store,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let levels = output(levels, "levels")?;
        let open = groma_mesh_store { store: handle(store, "store")?.store.levels()? };
        // SAFETY: by the conventions `levels` is writable: `output` looked at it.
        unsafe { give(open, levels) };
        Ok(())
    })
}

/// Fills `level`, whose struct_size must be set, with the place of a tile among the levels of `store`, as
/// groma_mesh_store_open_levels opens it; in every other store all tiles are on level 0. No file is read, so that it
/// can be asked for all tiles at once. GROMA_NOT_FOUND when there is no such tile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_tile_level(
    store: *const groma_mesh_store,
    name: groma_str,
    level: *mut groma_tile_level,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let store = handle(store, "store")?;
        // SAFETY: by the conventions `name` is readable text.
        let name = unsafe { name.as_str("name")? };
        let info = store.store.level(name)?;
        // SAFETY: by the conventions `level` is NULL or writable for its struct_size.
        unsafe { grow::write(&groma_tile_level::new(&info), level, "level") }
    })
}

/// Fills `report`, whose struct_size must be set, with the figures of a job of groma_mesh_store_build_levels.
/// GROMA_BUSY while it runs, the job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_levels_report(
    job: *const groma_job,
    report: *mut groma_levels_report,
    error: *mut groma_error,
) -> i32 {
    call_for_status(error, || {
        let job = handle(job, "job")?;
        job.look(error, |r| match r {
            Report::Levels(levels) => {
                // SAFETY: by the conventions `report` is NULL or writable for its struct_size.
                unsafe { grow::write(&groma_levels_report::new(levels), report, "report") }
            }
            other => Err(other.wrong_kind("a build of levels")),
        })
    })
}
