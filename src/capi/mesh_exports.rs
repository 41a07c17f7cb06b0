//! Exports stores to other formats, tile by tile.

use std::ffi::c_void;

use super::boundary::{call, call_for_status, give, handle, output};
use super::grow::{self, Grows};
use super::job::{Report, groma_job, groma_progress_fn, progress_callback};
use super::status::groma_error;
use super::text::groma_str;
use crate::Error;
use crate::city::store::{Compression, ExportFormat, MeshStore, export};
use crate::job::RunOptions;

/// GLB, the binary form of glTF 2.0: a folder with a file for each tile, and a list of them in tiles.json.
pub const GROMA_EXPORT_GLB: i32 = 0;
/// HDF5: one file with /tiles/tile_NAME/{vertices,faces,markers}. GROMA_UNSUPPORTED where the library was built without
/// it.
pub const GROMA_EXPORT_HDF5: i32 = 1;

/// Options of an export. Fill it with groma_export_options_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_export_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// GROMA_EXPORT_GLB (default) or GROMA_EXPORT_HDF5.
    pub format: i32,
    /// The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
    pub memory_limit: u64,
    /// Called while the job runs; may be NULL.
    pub on_progress: groma_progress_fn,
    /// Handed to on_progress.
    pub user: *mut c_void,
}

// SAFETY: `struct_size` is first; the rest are numbers, a raw pointer and an optional function pointer.
unsafe impl Grows for groma_export_options {
    const FIRST_SIZE: usize = 32;

    fn defaults() -> groma_export_options {
        groma_export_options {
            struct_size: size_of::<groma_export_options>() as u32,
            format: GROMA_EXPORT_GLB,
            memory_limit: 0,
            on_progress: None,
            user: std::ptr::null_mut(),
        }
    }
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_export_options_init(options: *mut groma_export_options, size: usize) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

/// Starts to write the tiles of the store in `folder` to `path`: a folder for GROMA_EXPORT_GLB, which is created if
/// needed, a file for GROMA_EXPORT_HDF5. Each file under its final name is whole. When tiles are missing from the
/// store, the others are written, tiles.json names the missing ones, the files that an earlier export wrote for them
/// are removed, and the job ends with GROMA_NOT_FOUND. It ends with GROMA_INVALID_ARGUMENT when the folder has GLB
/// files that are not of this store's tiles, or are by another program. `options` may be NULL for the defaults. `job`
/// gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_export(
    folder: groma_str,
    path: groma_str,
    options: *const groma_export_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let job = output(job, "job")?;
        // SAFETY: by the conventions `folder` and `path` are readable text.
        let (folder, path) = unsafe { (folder.as_path("folder")?, path.as_path("path")?) };
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size.
        let options = unsafe { grow::read_or_defaults(options, "options")? };
        let format = match options.format {
            GROMA_EXPORT_GLB => ExportFormat::Glb(Compression::None),
            GROMA_EXPORT_HDF5 => ExportFormat::Hdf5,
            other => return Err(Error::invalid("format", other, "GROMA_EXPORT_GLB (0) or GROMA_EXPORT_HDF5 (1)")),
        };
        // The tiles are written one after the other.
        let run = RunOptions { threads: 1, memory_limit: options.memory_limit, ..RunOptions::default() };
        let callback = progress_callback(options.on_progress, options.user);
        let started = groma_job::start(&run, callback, move |runner| {
            let store = MeshStore::open(folder)?;
            export(&store, &path, format, runner).map(|report| Report::Export { tiles: report.tiles })
        })?;
        // SAFETY: by the conventions `job` is writable: `output` looked at it.
        unsafe { give(started, job) };
        Ok(())
    })
}

/// `tiles` gets the number of tiles that an export has written. GROMA_BUSY while the export runs, the job's own status
/// if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_exported_tiles(
    job: *const groma_job,
    tiles: *mut u64,
    error: *mut groma_error,
) -> i32 {
    call_for_status(error, || {
        let job = handle(job, "job")?;
        let out = output(tiles, "tiles")?;
        job.look(error, |r| match r {
            Report::Export { tiles } => {
                // SAFETY: not null, and the caller's to write.
                unsafe { out.write(*tiles) };
                Ok(())
            }
            other => Err(other.wrong_kind("an export")),
        })
    })
}
