//! Building hash tables.

use std::ffi::c_void;

use super::arguments::{choice, flag};
use super::boundary::{call, call_for_status, give, handle, output};
use super::grow::{self, Grows};
use super::job::{Report, groma_job, groma_progress_fn, progress_callback};
use super::status::groma_error;
use super::text::groma_str;
use crate::Result;
use crate::job::{Job, RunOptions};
use crate::trajectory::Steps;
use crate::trajectory::build::{
    Bounds, BuildHashTablesOptions, DEFAULT_BATCH_SIZE, DEFAULT_MARGIN, HashTablesReport, WideIds,
    build_hash_tables_with,
};
use crate::trajectory::dataset::OnBadShard;
use crate::trajectory::grid::BoundingBox;

/// A shard that cannot be used fails the build before any table is written.
pub const GROMA_BAD_SHARD_FAIL: i32 = 0;
/// A shard that cannot be used is left out, and listed in the report.
pub const GROMA_BAD_SHARD_SKIP: i32 = 1;

/// A trajectory id over 32 bits fails the build.
pub const GROMA_WIDE_IDS_FAIL: i32 = 0;
/// A trajectory id over 32 bits is cut to its low 32, and counted in the report.
pub const GROMA_WIDE_IDS_TRUNCATE: i32 = 1;

/// Options of a build of hash tables. Fill it with groma_build_hash_tables_options_init, then set cell_size.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_build_hash_tables_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// The edge of a cell, in the data's own unit; finite, above 0. No default.
    pub cell_size: f32,
    /// The folder under which the tables go, as spatial_hashing/cellsize_2.000/timestep_00001.bin. Default: empty,
    /// which stands for the data set's folder.
    pub output: groma_str,
    /// The margin of the box around the data, on every side; finite, 0 or more. Default: 1.
    pub margin: f64,
    /// 1: use box_min and box_max instead of the data's box with the margin. Default: 0.
    pub use_box: i32,
    /// GROMA_BAD_SHARD_FAIL (default) or GROMA_BAD_SHARD_SKIP.
    pub on_bad_shard: i32,
    /// The smallest x, y, z of the box.
    pub box_min: [f64; 3],
    /// The largest x, y, z of the box.
    pub box_max: [f64; 3],
    /// The first time step to build. Default: -1, which stands for all time steps, with last_step -1.
    pub first_step: i32,
    /// The last time step to build. Default: -1.
    pub last_step: i32,
    /// GROMA_WIDE_IDS_FAIL (default) or GROMA_WIDE_IDS_TRUNCATE.
    pub wide_ids: i32,
    /// The number of shards that are read, built and freed together; the unit of progress and of resume. Default: 3.
    pub batch_size: u32,
    /// The number of worker threads, 1024 at most; default 0, which stands for one per processor.
    pub threads: u32,
    /// 1: keep the tables of an earlier run with the same data and options, except damaged ones. A shard whose size and
    /// time of writing are the same counts as unchanged. Default: 0, unlike that of a city: tables are as cheap to
    /// build as their shards are to read, tiles are not.
    pub resume: i32,
    /// The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
    pub memory_limit: u64,
    /// 1: remove tables of an earlier build with other data, box or cell size. What is no table stays. Default: 0.
    pub prune_stale: i32,
    /// 1: sync each batch to the disk before it counts as done. Default: 0.
    pub fsync: i32,
    /// Called while the job runs; may be NULL.
    pub on_progress: groma_progress_fn,
    /// Handed to on_progress.
    pub user: *mut c_void,
}

// SAFETY: `struct_size` is first; the rest are numbers, raw pointers and an optional function pointer.
unsafe impl Grows for groma_build_hash_tables_options {
    const FIRST_SIZE: usize = 144;

    fn defaults() -> groma_build_hash_tables_options {
        groma_build_hash_tables_options {
            struct_size: size_of::<groma_build_hash_tables_options>() as u32,
            cell_size: 0.0,
            output: groma_str::EMPTY,
            margin: DEFAULT_MARGIN,
            use_box: 0,
            on_bad_shard: GROMA_BAD_SHARD_FAIL,
            box_min: [0.0; 3],
            box_max: [0.0; 3],
            first_step: -1,
            last_step: -1,
            wide_ids: GROMA_WIDE_IDS_FAIL,
            batch_size: DEFAULT_BATCH_SIZE,
            threads: 0,
            resume: 0,
            memory_limit: 0,
            prune_stale: 0,
            fsync: 0,
            on_progress: None,
            user: std::ptr::null_mut(),
        }
    }
}

impl groma_build_hash_tables_options {
    /// # Safety
    /// `output` must hold readable text.
    pub(super) unsafe fn to_options(self) -> Result<BuildHashTablesOptions> {
        let output = if self.output.size == 0 {
            None
        } else {
            // SAFETY: this function's contract.
            Some(unsafe { self.output.as_path("output")? })
        };
        let bounds = if flag(self.use_box, "use_box")? {
            Bounds::Box(BoundingBox { min: self.box_min, max: self.box_max })
        } else {
            Bounds::Margin(self.margin)
        };
        let steps = match (self.first_step, self.last_step) {
            (-1, -1) => None,
            (first, last) => Some(Steps::from(first..=last)),
        };
        Ok(BuildHashTablesOptions {
            output,
            bounds,
            steps,
            batch_size: self.batch_size,
            on_bad_shard: choice(self.on_bad_shard, "on_bad_shard", [OnBadShard::Fail, OnBadShard::Skip])?,
            wide_ids: choice(self.wide_ids, "wide_ids", [WideIds::Fail, WideIds::Truncate])?,
            resume: flag(self.resume, "resume")?,
            prune_stale: flag(self.prune_stale, "prune_stale")?,
            fsync: flag(self.fsync, "fsync")?,
            run: RunOptions {
                threads: self.threads as usize,
                memory_limit: self.memory_limit,
                ..RunOptions::default()
            },
            ..BuildHashTablesOptions::new(self.cell_size)
        })
    }
}

/// The figures of a build of hash tables. The JSON of groma_job_report_json has more.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_hash_tables_report {
    /// sizeof the struct; set it before groma_job_hash_tables_report.
    pub struct_size: u32,
    /// The first requested time step that is in the data set.
    pub first_step: i32,
    /// The last requested time step that is in the data set.
    pub last_step: i32,
    /// The number of worker threads.
    pub threads: u32,
    /// Time steps from the first to the last.
    pub steps: u64,
    /// Tables that these steps have now.
    pub tables: u64,
    /// Tables that this run wrote; the others remained from an earlier run.
    pub tables_written: u64,
    /// Time steps known to have no sample, and therefore no table.
    pub empty_steps: u64,
    /// Time steps that an earlier run had finished.
    pub steps_resumed: u64,
    /// Time steps whose content is unknown because a shard was left out.
    pub unknown_steps: u64,
    /// Samples in the tables of these steps.
    pub samples: u64,
    /// Cells in the tables of these steps.
    pub cells: u64,
    /// Bytes that this run wrote.
    pub bytes_written: u64,
    /// Shards that were used.
    pub shards: u64,
    /// Shards that were left out.
    pub shards_skipped: u64,
    /// Samples with an infinite coordinate, treated as missing.
    pub infinite_samples: u64,
    /// Entries whose trajectory id was cut to 32 bits.
    pub truncated_ids: u64,
    /// Samples outside the box, put into the nearest border cell.
    pub clamped_samples: u64,
    /// Stale tables found, from an earlier build with other data, box or cell size.
    pub stale_tables: u64,
    /// Stale tables removed.
    pub stale_removed: u64,
    /// The number of warnings; their text is in the JSON.
    pub warnings: u64,
    /// The most bytes that the buffers took at once.
    pub peak_buffer_bytes: u64,
    /// The duration of the build, in seconds.
    pub seconds: f64,
    /// The box of the cells: smallest x, y, z. Both corners are 0 when the data set has no sample.
    pub box_min: [f64; 3],
    /// The box of the cells: largest x, y, z.
    pub box_max: [f64; 3],
    /// Positions skipped because their entry states 0 valid samples.
    pub uncounted_samples: u64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_hash_tables_report {
    const FIRST_SIZE: usize = 216;
}

impl groma_hash_tables_report {
    pub(super) fn new(report: &HashTablesReport) -> groma_hash_tables_report {
        let bounds = report.bounds.unwrap_or(BoundingBox { min: [0.0; 3], max: [0.0; 3] });
        groma_hash_tables_report {
            first_step: report.first_step,
            last_step: report.last_step,
            threads: report.threads as u32,
            steps: report.steps,
            tables: report.tables,
            tables_written: report.tables_written,
            empty_steps: report.empty_steps,
            steps_resumed: report.steps_resumed,
            unknown_steps: report.unknown_steps,
            samples: report.samples,
            cells: report.cells,
            bytes_written: report.bytes_written,
            shards: report.shards,
            shards_skipped: report.shards_skipped.len() as u64,
            infinite_samples: report.infinite_samples,
            truncated_ids: report.truncated_ids,
            clamped_samples: report.clamped_samples,
            stale_tables: report.stale_tables,
            stale_removed: report.stale_removed,
            warnings: report.warnings.len() as u64,
            peak_buffer_bytes: report.peak_buffer_bytes,
            seconds: report.seconds,
            box_min: bounds.min,
            box_max: bounds.max,
            uncounted_samples: report.uncounted_samples,
            ..groma_hash_tables_report::defaults()
        }
    }
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_build_hash_tables_options_init(
    options: *mut groma_build_hash_tables_options,
    size: usize,
) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

/// Starts to build one hash table per time step from the shards in `folder`. The call returns at once: it
/// checks the options, while errors of the data set and the folders become the job's status. `options` must not be
/// NULL: it has the cell size.
///
/// The job makes two passes: the first reads all positions for the box (unless the caller gives it), the second builds
/// the tables batch after batch. However the job ends, kill -9 included, each table under its final name is whole. It
/// ends with GROMA_NOT_FOUND when there is no such folder or no shard in it, GROMA_BAD_FORMAT when a shard contradicts
/// its name or header (unless on_bad_shard says to skip it), GROMA_MEMORY_LIMIT when memory_limit is too small for a
/// single time step, GROMA_BUSY when another build is at work in the folder of the tables.
///
/// `job` gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_build_hash_tables_from_shards(
    folder: groma_str,
    options: *const groma_build_hash_tables_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let job = output(job, "job")?;
        // SAFETY: by the conventions `folder` is readable text.
        let folder = unsafe { folder.as_path("folder")? };
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size.
        let options = unsafe { grow::read(options, "options")? };
        let callback = progress_callback(options.on_progress, options.user);
        // SAFETY: by the conventions the texts and arrays in `options` are readable.
        let options = unsafe { options.to_options()? };
        options.check()?;
        let run = options.run.clone();
        let started = groma_job::start(&run, callback, move |runner| {
            build_hash_tables_with(&folder, &options, runner).map(|report| Report::HashTables(Box::new(report)))
        })?;
        // SAFETY: by the conventions `job` is writable: `output` looked at it.
        unsafe { give(started, job) };
        Ok(())
    })
}

/// groma_build_hash_tables_from_shards and its end in one call, which returns when the tables are there. `report` gets
/// the figures, as from groma_job_hash_tables_report; it may be NULL. A failure of the build is the call's. on_progress
/// of the options can end it early.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_build_hash_tables(
    folder: groma_str,
    options: *const groma_build_hash_tables_options,
    report: *mut groma_hash_tables_report,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        // SAFETY: by the conventions `folder` is readable text, `options` NULL or readable for its struct_size.
        let (folder, options) = unsafe { (folder.as_path("folder")?, grow::read(options, "options")?) };
        let callback = progress_callback(options.on_progress, options.user);
        // SAFETY: by the conventions the texts and arrays in `options` are readable.
        let options = unsafe { options.to_options()? };
        options.check()?;
        let run = options.run.clone();
        let job = Job::spawn(&run, callback, move |runner| build_hash_tables_with(&folder, &options, runner))?;
        let built = groma_hash_tables_report::new(&job.finish()?);
        if report.is_null() {
            return Ok(());
        }
        // SAFETY: not null, and by the conventions writable for its struct_size.
        unsafe { grow::write(&built, report, "report") }
    })
}

/// Fills `report`, whose struct_size must be set, with the figures of a build of hash tables. GROMA_BUSY while the
/// build runs, the job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_hash_tables_report(
    job: *const groma_job,
    report: *mut groma_hash_tables_report,
    error: *mut groma_error,
) -> i32 {
    call_for_status(error, || {
        let job = handle(job, "job")?;
        job.look(error, |r| match r {
            // SAFETY: by the conventions `report` is NULL or writable for its struct_size.
            Report::HashTables(r) => unsafe { grow::write(&groma_hash_tables_report::new(r), report, "report") },
            other => Err(other.wrong_kind("a build of hash tables")),
        })
    })
}
