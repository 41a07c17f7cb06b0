//! Jobs: long work behind a handle.

use std::ffi::{c_char, c_void};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;

use super::arguments::{Names, give_text, named, renamed};
use super::boundary::{call, call_for_status, close, handle};
use super::grow::{self, Grows};
use super::status::{GROMA_OK, groma_error, report};
use crate::city::build::{CityPart, CityPlan, CityReport};
use crate::city::check::Checked;
use crate::city::levels::LevelsReport;
use crate::city::local::{LocalMesh, LocalOptions};
use crate::city::merge::MergeReport;
use crate::city::store::TileView;
use crate::human::json_without_options;
use crate::job::{Job, Progress, ProgressCallback, RunOptions, Runner};
use crate::trajectory::build::{HashTablesPart, HashTablesPlan, HashTablesReport};
use crate::trajectory::query::{Dataset, Query, QueryResult};
use crate::{Error, Result, Status};

/// A long piece of work on threads of its own.
///
/// Threads: every function on it may be called from any thread, also at the same time, except groma_job_close, which
/// must be the last.
pub struct groma_job {
    job: Job<Report>,
    /// The header's names of the library's parameters.
    names: &'static Names,
    /// The data set of a query. It must not be dropped on the job's own thread, and is dropped after the job.
    _dataset: Option<Arc<Dataset>>,
}

/// The result of a job of any kind. Serializes as its content.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Report {
    HashTables(Box<HashTablesReport>),
    HashTablesPlan(Box<HashTablesPlan>),
    City(Box<CityReport>),
    CityPlan(Box<CityPlan>),
    Part(Box<PartReport>),
    Merge(MergeReport),
    Check(Box<Checked>),
    Export { tiles: u64 },
    Levels(LevelsReport),
    Answer(Answer),
    Tile(Box<ReadTile>),
}

/// What a part of a build has done.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum PartReport {
    HashTables(HashTablesPart),
    City(CityPart),
}

/// The answer of a query.
#[derive(Serialize)]
pub(super) struct Answer {
    trajectories: usize,
    samples: usize,
    #[serde(skip)]
    pub result: QueryResult,
}

impl Answer {
    pub fn new(result: QueryResult) -> Answer {
        Answer { trajectories: result.ids.len(), samples: result.samples.len(), result }
    }
}

/// A tile that was read, until the caller takes it.
#[derive(Serialize)]
pub(super) struct ReadTile {
    pub triangles: usize,
    #[serde(skip)]
    pub tile: Mutex<Option<(TileView, LocalMeshes)>>,
}

/// The parts of a tile that were read, each with its options.
pub(super) type LocalMeshes = Vec<(LocalOptions, LocalMesh)>;

impl Report {
    fn of(&self) -> &'static str {
        match self {
            Report::HashTables(_) => "a build of hash tables",
            Report::HashTablesPlan(_) => "a plan of hash tables",
            Report::City(_) => "a build of a city mesh",
            Report::CityPlan(_) => "a plan of a city mesh",
            Report::Part(_) => "a part of a build",
            Report::Merge(_) => "a merge",
            Report::Check(_) => "a check",
            Report::Export { .. } => "an export",
            Report::Levels(_) => "a build of levels",
            Report::Answer(_) => "a query",
            Report::Tile(_) => "reading a tile",
        }
    }

    /// Returns the error of a call that wants the report of another kind of job.
    pub(super) fn wrong_kind(&self, accepted: &str) -> Error {
        Error::invalid("job", self.of(), format!("{accepted}; groma_job_report_json is for jobs of every kind"))
    }
}

impl groma_job {
    pub(super) fn start(
        run: &RunOptions,
        on_progress: Option<ProgressCallback>,
        work: impl FnOnce(&mut Runner) -> Result<Report> + Send + 'static,
    ) -> Result<groma_job> {
        Ok(groma_job { job: Job::spawn(run, on_progress, work)?, names: &[], _dataset: None })
    }

    /// Asks in the background. `names` are those of the parameters in errors.
    pub(super) fn ask(dataset: &Arc<Dataset>, query: Query, names: &'static Names) -> Result<groma_job> {
        let job = named(dataset.ask(query, |result| Report::Answer(Answer::new(result))), names)?;
        Ok(groma_job { job, names, _dataset: Some(dataset.clone()) })
    }

    /// Passes the report to `look` when the job succeeded; otherwise returns the job's status.
    pub(super) fn look(&self, error: *mut groma_error, look: impl FnOnce(&Report) -> Result<()>) -> Result<i32> {
        self.job.with_result(|result| match result {
            None => Err(Error::Busy { subject: "the job".into(), what: "still runs; wait for its end first".into() }),
            Some(Ok(result)) => look(result).map(|()| GROMA_OK),
            Some(Err(e)) => Ok(report(renamed(e, self.names).as_ref().unwrap_or(e), error)),
        })
    }
}

/// The progress of a job.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_progress {
    /// sizeof the struct; set it before groma_job_poll.
    pub struct_size: u32,
    /// 1 when the job has ended, with success or not.
    pub finished: i32,
    /// The name of the current phase, one word, NUL-terminated: "scan", "tiles".
    pub phase: [c_char; 32],
    /// Units (shards, batches of shards, tiles) of this phase that are done.
    pub units_done: u64,
    /// Units in this phase.
    pub units_total: u64,
    /// Items (room for samples, triangles) of this phase that are done.
    pub items_done: u64,
    /// Items in this phase.
    pub items_total: u64,
    /// Bytes reserved for the job's buffers at the moment.
    pub bytes_now: u64,
    /// The most bytes reserved for the job's buffers at once.
    pub bytes_peak: u64,
    /// Seconds since the job began.
    pub seconds: f64,
    /// The share of the whole work that is done, 0 to 1, over all phases.
    pub fraction: f64,
    /// The estimated seconds to go; negative until enough is done for an estimate.
    pub eta_seconds: f64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_progress {
    const FIRST_SIZE: usize = 112;
}

/// Called on the job's own thread while it runs, about twenty times a second, and never after groma_job_wait saw the
/// end. The library holds no lock meanwhile, so the function may call any other on the job (whose handle may not be
/// stored yet at the first call); only groma_job_wait refuses to wait there. A return other than 0 asks the job to
/// stop. The job does not end before the function has returned; its other threads go on with the work they have. The
/// function must not wait for a lock that is held around groma_job_close.
pub type groma_progress_fn = Option<unsafe extern "C" fn(progress: *const groma_progress, user: *mut c_void) -> i32>;

impl groma_progress {
    fn new(progress: &Progress, finished: bool) -> groma_progress {
        let mut phase = [0; 32];
        for (to, from) in phase.iter_mut().zip(progress.phase.bytes().take(31)) {
            *to = from as c_char;
        }
        groma_progress {
            finished: finished.into(),
            phase,
            units_done: progress.units_done,
            units_total: progress.units_total,
            items_done: progress.items_done,
            items_total: progress.items_total,
            bytes_now: progress.bytes_now,
            bytes_peak: progress.bytes_peak,
            seconds: progress.seconds,
            fraction: progress.fraction,
            eta_seconds: progress.eta_seconds.unwrap_or(-1.0),
            ..groma_progress::defaults()
        }
    }
}

/// The caller's data for a callback. The header says that callbacks come from other threads.
pub(super) struct UserData(pub *mut c_void);
// SAFETY: the pointer is only handed back to the caller's function, and the header says on which thread that happens.
unsafe impl Send for UserData {}
// SAFETY: shared threads only copy the pointer; nothing here reads what it points to.
unsafe impl Sync for UserData {}

pub(super) fn progress_callback(function: groma_progress_fn, user: *mut c_void) -> Option<ProgressCallback> {
    let (function, user) = (function?, UserData(user));
    Some(Box::new(move |progress| {
        let user = &user;
        let progress = groma_progress::new(progress, false);
        // SAFETY: the caller gave a function of this type, which lives as long as the job.
        unsafe { function(&progress, user.0) == 0 }
    }))
}

/// Fills `progress`, whose struct_size must be set, with the job's progress. The call never waits. It succeeds even if
/// the job failed: groma_job_wait tells that.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_poll(
    job: *const groma_job,
    progress: *mut groma_progress,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let job = handle(job, "job")?;
        let finished = job.job.is_finished();
        // SAFETY: by the conventions `progress` is NULL or writable for its struct_size.
        unsafe { grow::write(&groma_progress::new(&job.job.poll(), finished), progress, "progress") }
    })
}

/// Waits until the job has ended, at most `timeout_ms` milliseconds; a negative number waits for ever, 0 returns at
/// once.
///
/// Returns GROMA_TIMEOUT when the job goes on, and then leaves `error` alone; otherwise the job's own status: GROMA_OK,
/// GROMA_CANCELLED, or its error, which is then in `error`. Further calls return the same. In the job's own callback,
/// which cannot wait for the job's end, any timeout other than 0 gives GROMA_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_wait(job: *const groma_job, timeout_ms: i64, error: *mut groma_error) -> i32 {
    call_for_status(error, || {
        let job = handle(job, "job")?;
        if timeout_ms != 0 && job.job.is_own_thread() && !job.job.is_finished() {
            return Err(Error::invalid(
                "timeout_ms",
                timeout_ms,
                "0 in the job's own callback, which it would wait for",
            ));
        }
        if job.job.wait(u64::try_from(timeout_ms).ok().map(Duration::from_millis)) {
            job.look(error, |_| Ok(()))
        } else {
            Ok(Status::Timeout as i32)
        }
    })
}

/// Asks the job to stop, and returns at once. The job ends with GROMA_CANCELLED unless it finishes before it notices;
/// everything it has finished stays, whole. For a job that has ended the call does nothing and returns GROMA_OK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_cancel(job: *const groma_job, error: *mut groma_error) -> i32 {
    call(error, || {
        handle(job, "job")?.job.cancel();
        Ok(())
    })
}

/// Writes the whole report of a job of any kind as JSON, NUL-terminated, into `buffer`. It holds more than the structs
/// have room for, such as the warnings and the names of inputs that were left out.
///
/// `size` gets the bytes needed, the NUL included. When `capacity` is smaller, the call returns GROMA_INVALID_ARGUMENT;
/// with a `capacity` of 0 `buffer` may be NULL. GROMA_BUSY while the
/// job runs, the job's own status if it failed.
///
/// ```c
/// size_t size = 0;
/// char *json = NULL;
/// groma_job_report_json(job, NULL, 0, &size, NULL);
/// json = (char *)malloc(size);
/// if (json != NULL && groma_job_report_json(job, json, size, &size, NULL) == GROMA_OK) {
///     puts(json);
/// }
/// free(json);
/// ```
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_report_json(
    job: *const groma_job,
    buffer: *mut c_char,
    capacity: usize,
    size: *mut usize,
    error: *mut groma_error,
) -> i32 {
    call_for_status(error, || {
        let job = handle(job, "job")?;
        job.look(error, |report| {
            let json = serde_json::to_string(report).map_err(|e| Error::Internal(e.to_string()))?;
            let json = json_without_options(&json);
            // SAFETY: by the conventions `buffer` is NULL or writable for `capacity` bytes, and `size` NULL or
            // writable.
            unsafe { give_text(&json, buffer, capacity, size) }
        })
    })
}

/// Cancels the job if it runs, waits for its threads, and frees it. NULL is allowed. Called in the job's own callback,
/// it does not wait: the job ends soon after the callback has returned, and the callback is not called again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_close(job: *mut groma_job) {
    // The handle stays valid until the end, for callbacks that use it meanwhile.
    if let Ok(open) = handle(job.cast_const(), "job")
        && !open.job.is_own_thread()
    {
        open.job.cancel();
        open.job.wait(None);
    }
    close(job);
}
