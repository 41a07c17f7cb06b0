//! Builds in parts.

use std::ffi::c_void;
use std::path::Path;

use super::arguments::flag;
use super::boundary::{call, call_for_status, give, handle, output};
use super::city::{groma_build_city_mesh_options, groma_tile_fn, tile_callback};
use super::city_input::{self, groma_city_input};
use super::grow::{self, Grows};
use super::hash_tables::groma_build_hash_tables_options;
use super::job::{PartReport, Report, groma_job, groma_progress_fn, progress_callback};
use super::status::groma_error;
use super::text::groma_str;
use crate::Result;
use crate::city::build::{PartOptions, build_city_mesh_part, finish_city_mesh, plan_city_mesh};
use crate::job::{Part, ProgressCallback, RunOptions, Runner};
use crate::trajectory::build::{BuildHashTablesOptions, build_hash_tables_part, finish_hash_tables, plan_hash_tables};

/// Options of a part of the build of a city, and of its end. Fill it with groma_part_options_init. All else the plan
/// has decided.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_part_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// Worker threads; default 0, which stands for one per processor.
    pub threads: u32,
    /// The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
    pub memory_limit: u64,
    /// 1: sync each file to the disk before it gets its name. Default: 0.
    pub fsync: i32,
    /// Zero.
    pub reserved: u32,
    /// Called while the job runs; may be NULL.
    pub on_progress: groma_progress_fn,
    /// Called for each finished tile; may be NULL.
    pub on_tile: groma_tile_fn,
    /// Handed to on_progress and on_tile.
    pub user: *mut c_void,
}

// SAFETY: `struct_size` is first; the rest are numbers, a raw pointer and optional function pointers.
unsafe impl Grows for groma_part_options {
    const FIRST_SIZE: usize = 48;

    fn defaults() -> groma_part_options {
        groma_part_options {
            struct_size: size_of::<groma_part_options>() as u32,
            threads: 0,
            memory_limit: 0,
            fsync: 0,
            reserved: 0,
            on_progress: None,
            on_tile: None,
            user: std::ptr::null_mut(),
        }
    }
}

impl groma_part_options {
    fn to_options(self) -> Result<PartOptions> {
        super::arguments::reserved(self.reserved)?;
        Ok(PartOptions {
            fsync: flag(self.fsync, "fsync")?,
            on_tile: tile_callback(self.on_tile, self.user),
            run: RunOptions {
                threads: self.threads as usize,
                memory_limit: self.memory_limit,
                ..RunOptions::default()
            },
        })
    }
}

/// The figures of a part of a build. The JSON of groma_job_report_json has more.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_part_report {
    /// sizeof the struct; set it before groma_job_part_report.
    pub struct_size: u32,
    /// 1 when tiles failed that may succeed when the part runs again, as on a full disk.
    pub is_worth_repeating: i32,
    /// Units of the part: tiles of a city, shards of a data set.
    pub units: u64,
    /// Units that this run made.
    pub made: u64,
    /// Units that could not be made; their causes are in the JSON.
    pub failed: u64,
    /// Bytes that this run wrote.
    pub bytes: u64,
    /// The duration of the part, in seconds.
    pub seconds: f64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_part_report {
    const FIRST_SIZE: usize = 48;
}

impl groma_part_report {
    fn new(report: &PartReport) -> groma_part_report {
        match report {
            PartReport::City(part) => groma_part_report {
                is_worth_repeating: part.is_worth_repeating.into(),
                units: part.tiles,
                made: part.built + part.renumbered,
                failed: part.failed.len() as u64,
                bytes: part.bytes,
                seconds: part.seconds,
                ..groma_part_report::defaults()
            },
            PartReport::HashTables(part) => groma_part_report {
                units: part.shards,
                made: part.shards_built,
                bytes: part.bytes_written,
                seconds: part.seconds,
                ..groma_part_report::defaults()
            },
        }
    }
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_part_options_init(options: *mut groma_part_options, size: usize) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

/// Starts to plan the build of a city in parts: reads and cleans the inputs, as groma_build_city_mesh_tiled does, plans
/// the tiles, and leaves all that parts need in the store in `folder`. No tile is made. Parts, of which there may be
/// any number, then run with groma_build_city_mesh_part, at the same time, in any order, twice, in any process on any
/// machine that shares the folder; they read no inputs and take no locks. When all have ended well,
/// groma_finish_city_mesh ends the build. The store is then that of a build in one piece.
///
/// The status is as that of groma_build_city_mesh_tiled. `job` gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_plan_city_mesh(
    input: *const groma_city_input,
    folder: groma_str,
    options: *const groma_build_city_mesh_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let job = output(job, "job")?;
        // SAFETY: by the conventions `folder` is readable text, `options` NULL or readable for its struct_size.
        let (folder, options) = unsafe { (folder.as_path("folder")?, grow::read_or_defaults(options, "options")?) };
        let callback = progress_callback(options.on_progress, options.user);
        // SAFETY: by the conventions the texts and arrays in `options` are readable.
        let options = unsafe { options.to_options()? };
        // SAFETY: by the conventions `input` is NULL or readable for its struct_size, and so is what it points to.
        let input = unsafe { city_input::read(input)? };
        options.check()?;
        let run = options.run.clone();
        let started = groma_job::start(&run, callback, move |runner| {
            plan_city_mesh(&input, &folder, &options, runner).map(|plan| Report::CityPlan(Box::new(plan)))
        })?;
        // SAFETY: by the conventions `job` is writable: `output` looked at it.
        unsafe { give(started, job) };
        Ok(())
    })
}

/// Starts part `part` of `parts` (1 to `parts`, the same number for all) of a build that groma_plan_city_mesh planned
/// in the store in `folder`. Tiles that are there are kept. `options` may be NULL for the defaults.
///
/// The job ends with GROMA_NOT_FOUND where there is no plan, or one of another build, or where it cannot be seen yet,
/// as on a file system that machines share, GROMA_BAD_FORMAT for one that was damaged, GROMA_UNSUPPORTED for one of
/// another version, GROMA_MEMORY_LIMIT when memory_limit is too small for a tile of the part. A tile that cannot be
/// made does not fail the job: groma_part_report counts it.
///
/// `job` gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_build_city_mesh_part(
    folder: groma_str,
    part: u32,
    parts: u32,
    options: *const groma_part_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: this function's contract.
    unsafe {
        start_piece(folder, options, job, error, move || {
            let part = Part::new(part, parts)?;
            Ok(move |folder: &Path, options: &PartOptions, runner: &mut Runner| {
                build_city_mesh_part(folder, part, options, runner)
                    .map(|part| Report::Part(Box::new(PartReport::City(part))))
            })
        })
    }
}

/// Starts the end of a build whose parts are done, in the store in `folder`: all tiles are checked, neighbours compared
/// and, where they disagree, made again. The end may come again. `options` may be NULL for the defaults.
///
/// The job ends with GROMA_BUSY where tiles are missing or damaged: the parts that have not ended well must run again;
/// with GROMA_NOT_FOUND where there is no plan, or tiles are missing that could not be made for a reason that stays.
/// Its report is that of a build: groma_job_city_report. `job` gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_finish_city_mesh(
    folder: groma_str,
    options: *const groma_part_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: this function's contract.
    unsafe {
        start_piece(folder, options, job, error, || {
            Ok(|folder: &Path, options: &PartOptions, runner: &mut Runner| {
                finish_city_mesh(folder, options, runner).map(|report| Report::City(Box::new(report)))
            })
        })
    }
}

/// Options of a piece of a build in parts.
trait PieceOptions: Grows + Copy {
    /// The options in Rust.
    type Options: Send + 'static;

    /// Reads and checks the options.
    ///
    /// # Safety
    /// By the conventions `options` is NULL or readable for its struct_size, and so is what it points to.
    unsafe fn read(options: *const Self) -> Result<(Self::Options, RunOptions, Option<ProgressCallback>)>;
}

impl PieceOptions for groma_part_options {
    type Options = PartOptions;

    unsafe fn read(options: *const Self) -> Result<(PartOptions, RunOptions, Option<ProgressCallback>)> {
        // SAFETY: this function's contract.
        let given = unsafe { grow::read_or_defaults(options, "options")? };
        let options = given.to_options()?;
        let run = options.run.clone();
        Ok((options, run, progress_callback(given.on_progress, given.user)))
    }
}

impl PieceOptions for groma_build_hash_tables_options {
    type Options = BuildHashTablesOptions;

    unsafe fn read(options: *const Self) -> Result<(Self::Options, RunOptions, Option<ProgressCallback>)> {
        // SAFETY: this function's contract.
        let given = unsafe { grow::read(options, "options")? };
        // SAFETY: this function's contract.
        let options = unsafe { given.to_options()? };
        options.check()?;
        let run = options.run.clone();
        Ok((options, run, progress_callback(given.on_progress, given.user)))
    }
}

/// Starts a piece of a build in parts, in the folder of a store or of a data set.
///
/// # Safety
/// By the conventions `folder` is readable text, `options` NULL or readable for its struct_size, and so is what it
/// points to, `job` NULL or writable.
unsafe fn start_piece<O: PieceOptions, W>(
    folder: groma_str,
    options: *const O,
    job: *mut *mut groma_job,
    error: *mut groma_error,
    work: impl FnOnce() -> Result<W>,
) -> i32
where
    W: FnOnce(&Path, &O::Options, &mut Runner) -> Result<Report> + Send + 'static,
{
    call(error, || {
        let job = output(job, "job")?;
        // SAFETY: this function's contract.
        let (folder, (options, run, callback)) = unsafe { (folder.as_path("folder")?, O::read(options)?) };
        let work = work()?;
        let started = groma_job::start(&run, callback, move |runner| work(&folder, &options, runner))?;
        // SAFETY: by the conventions `job` is writable: `output` looked at it.
        unsafe { give(started, job) };
        Ok(())
    })
}

/// Starts to plan a build of hash tables in parts: checks the data set in `folder`, finds the box of its positions, and
/// writes down which shards are to be built. The parts and the end take the same options, but for threads, memory_limit
/// and the callback. With resume what an earlier run has built is kept. `options` must not be NULL: it has the cell
/// size.
///
/// `job` gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_plan_hash_tables(
    folder: groma_str,
    options: *const groma_build_hash_tables_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: this function's contract.
    unsafe {
        start_piece(folder, options, job, error, || {
            Ok(|folder: &Path, options: &_, runner: &mut Runner| {
                plan_hash_tables(folder, options, runner).map(|plan| Report::HashTablesPlan(Box::new(plan)))
            })
        })
    }
}

/// Starts part `part` of `parts` (1 to `parts`, the same number for all) of a build of hash tables that was planned
/// with the same options. Parts may run at the same time, in any order, twice, and on different machines; they take no
/// locks. resume and prune_stale have no meaning here.
///
/// The job ends with GROMA_NOT_FOUND where there is no plan with these options, or it cannot be seen yet, as on a file
/// system that machines share; the message says what differs. After the end of the build a part checks its tables.
/// `job` gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_build_hash_tables_part(
    folder: groma_str,
    part: u32,
    parts: u32,
    options: *const groma_build_hash_tables_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: this function's contract.
    unsafe {
        start_piece(folder, options, job, error, move || {
            let part = Part::new(part, parts)?;
            Ok(move |folder: &Path, options: &_, runner: &mut Runner| {
                build_hash_tables_part(folder, options, part, runner)
                    .map(|part| Report::Part(Box::new(PartReport::HashTables(part))))
            })
        })
    }
}

/// Starts the end of a build of hash tables in parts: all tables are checked and their index written. The end may come
/// again.
///
/// The job ends with GROMA_BUSY where tables are missing or damaged: the parts that have not ended well must run again.
/// Its report is that of a build: groma_job_hash_tables_report. `job` gets the handle, to be freed with
/// groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_finish_hash_tables(
    folder: groma_str,
    options: *const groma_build_hash_tables_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: this function's contract.
    unsafe {
        start_piece(folder, options, job, error, || {
            Ok(|folder: &Path, options: &_, runner: &mut Runner| {
                finish_hash_tables(folder, options, runner).map(|report| Report::HashTables(Box::new(report)))
            })
        })
    }
}

/// Fills `report`, whose struct_size must be set, with the figures of a part of a build. GROMA_BUSY while it runs, the
/// job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_part_report(
    job: *const groma_job,
    report: *mut groma_part_report,
    error: *mut groma_error,
) -> i32 {
    call_for_status(error, || {
        let job = handle(job, "job")?;
        job.look(error, |r| match r {
            // SAFETY: by the conventions `report` is NULL or writable for its struct_size.
            Report::Part(r) => unsafe { grow::write(&groma_part_report::new(r), report, "report") },
            other => Err(other.wrong_kind("a part of a build")),
        })
    })
}
