//! Queries on data sets.

use std::sync::Mutex;

use super::arguments::{array, named, point};
use super::boundary::{call, close, give, handle, output};
use super::datasets::groma_dataset;
use super::grow::{self, Grows};
use super::status::groma_error;
use crate::trajectory::query::{Dataset, PathPoint, QueryPath, QueryResult, Sample};
use crate::{Error, Result};

/// The name of a path's points in the calls for paths.
pub(super) const PATH_NAMES: [(&str, &str); 1] = [("centre", "positions")];

/// The name of the points in the calls for many.
pub(super) const BATCH_NAMES: [(&str, &str); 1] = [("centre", "centres")];

/// A buffer for answers. It can be used for one query after another, and allocates only when an answer is larger than
/// all before.
///
/// Threads: one query at a time; use one per thread.
pub struct groma_query_result {
    result: Mutex<QueryResult>,
}

/// A sample in an answer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_sample {
    /// The distance to the query point at the same time step; infinity (HUGE_VAL) where a moving query point has no
    /// position at that time step.
    pub distance: f64,
    /// The position, in the data's own unit.
    pub position: [f32; 3],
    /// The time step.
    pub time_step: i32,
}

const _: () = assert!(size_of::<groma_sample>() == size_of::<Sample>());

/// Answers as flat arrays. They belong to the result handle and live until its next query or its close; those of a job
/// until groma_job_close.
///
/// Query q found the trajectories ids[query_offsets[q]] to ids[query_offsets[q + 1] - 1]; trajectory i has the samples
/// samples[sample_offsets[i]] to samples[sample_offsets[i + 1] - 1]. Ids ascend within a query and time steps within a
/// trajectory; the nearest trajectories come nearest first.
///
/// ```c
/// groma_query_view view;
/// uint64_t i, s;
/// view.struct_size = sizeof view;
/// groma_query_result_get_view(result, &view, NULL);
/// for (i = 0; i < view.id_count; i++) {
///     printf("trajectory %llu\n", (unsigned long long)view.ids[i]);
///     for (s = view.sample_offsets[i]; s < view.sample_offsets[i + 1]; s++) {
///         printf("  %g away at time step %d\n", view.samples[s].distance, (int)view.samples[s].time_step);
///     }
/// }
/// ```
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_query_view {
    /// sizeof the struct; set it before groma_query_result_get_view.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The number of queries answered: 1, or 2 for dual radius (inner, outer), or the number of points of a batch.
    pub query_count: u64,
    /// query_count + 1 numbers.
    pub query_offsets: *const u64,
    /// The number of trajectories of all queries.
    pub id_count: u64,
    /// id_count ids.
    pub ids: *const u64,
    /// id_count + 1 numbers.
    pub sample_offsets: *const u64,
    /// The number of samples of all trajectories.
    pub sample_count: u64,
    /// sample_count samples.
    pub samples: *const groma_sample,
    /// sample_count numbers that say in which image of a periodic volume each sample was found, or NULL where the query
    /// was not periodic: how many extents have to be added to the position along x (bits 0 to 7), y (8 to 15) and z
    /// (16 to 23), each a signed byte, -127 to 127.
    pub images: *const u32,
}

// SAFETY: `struct_size` is first; the other fields are numbers and raw pointers.
unsafe impl Grows for groma_query_view {
    const FIRST_SIZE: usize = 64;

    fn defaults() -> groma_query_view {
        groma_query_view {
            struct_size: size_of::<groma_query_view>() as u32,
            reserved: 0,
            query_count: 0,
            query_offsets: std::ptr::null(),
            id_count: 0,
            ids: std::ptr::null(),
            sample_offsets: std::ptr::null(),
            sample_count: 0,
            samples: std::ptr::null(),
            images: std::ptr::null(),
        }
    }
}

impl groma_query_view {
    /// Returns a view of a result's arrays.
    pub(super) fn new(result: &QueryResult) -> groma_query_view {
        groma_query_view {
            query_count: result.queries() as u64,
            query_offsets: result.query_offsets.as_ptr(),
            id_count: result.ids.len() as u64,
            ids: result.ids.as_ptr(),
            sample_offsets: result.sample_offsets.as_ptr(),
            sample_count: result.samples.len() as u64,
            samples: result.samples.as_ptr().cast(),
            images: if result.images.is_empty() { std::ptr::null() } else { result.images.as_ptr().cast() },
            ..groma_query_view::defaults()
        }
    }
}

/// Creates an empty result for queries. `result` gets the handle, to be freed with groma_query_result_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_result_create(
    result: *mut *mut groma_query_result,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let result = output(result, "result")?;
        let created = groma_query_result { result: Mutex::new(QueryResult::default()) };
        // SAFETY: by the conventions `result` is writable: `output` looked at it.
        unsafe { give(created, result) };
        Ok(())
    })
}

/// Fills `view`, whose struct_size must be set, with pointers to the answer of the last query: nothing is copied. After
/// a query that failed the view is empty. The next query into the result invalidates it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_result_get_view(
    result: *const groma_query_result,
    view: *mut groma_query_view,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let result = handle(result, "result")?;
        let result = lock(&result)?;
        // SAFETY: by the conventions `view` is NULL or writable for its struct_size.
        unsafe { grow::write(&groma_query_view::new(&result), view, "view") }
    })
}

/// Frees the result. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_result_close(result: *mut groma_query_result) {
    close(result);
}

/// Finds the trajectories within `radius` of `centre` (x, y, z) at time step `step`, each with its sample. Lengths are
/// in the data's own unit; a distance equal to the radius is within. `cell_size` selects the tables, and must equal the
/// cell size of their build.
///
/// The following holds for all queries. They are exact: distances are computed in double from the shards' positions.
/// The answer goes into `result` and replaces the previous one. Any number of threads may ask at once, each with a
/// result of its own. A time step known to be empty, or in no shard, gives an empty answer; the first query of a
/// time step in no shard also logs a warning (groma_log_to). A time step that has samples but no table gives
/// GROMA_NOT_FOUND (or, with build_missing, its table is built); a table that is torn, stale or of other data gives
/// GROMA_BAD_FORMAT; tables whose build is at work or was interrupted give GROMA_BUSY; a centre that is not finite or a
/// negative radius gives GROMA_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_radius(
    dataset: *const groma_dataset,
    cell_size: f32,
    step: i32,
    centre: *const f64,
    radius: f64,
    result: *const groma_query_result,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: by the conventions `centre` is NULL or three readable numbers.
    into_result(error, dataset, result, |dataset, result| unsafe {
        dataset.query_radius(cell_size, step, point(centre, "centre")?, radius, result)
    })
}

/// As groma_query_radius, with two radii: query 0 of the answer is the inner one, query 1 the outer one, which includes
/// it. GROMA_INVALID_ARGUMENT when `inner_radius` is above `outer_radius`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_dual_radius(
    dataset: *const groma_dataset,
    cell_size: f32,
    step: i32,
    centre: *const f64,
    inner_radius: f64,
    outer_radius: f64,
    result: *const groma_query_result,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: by the conventions `centre` is NULL or three readable numbers.
    into_result(error, dataset, result, |dataset, result| unsafe {
        dataset.query_dual_radius(cell_size, step, point(centre, "centre")?, (inner_radius, outer_radius), result)
    })
}

/// Finds the trajectories within `radius` of `centre` at any time step from `first_step` to `last_step`, each with its
/// samples within the radius.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_time_range(
    dataset: *const groma_dataset,
    cell_size: f32,
    first_step: i32,
    last_step: i32,
    centre: *const f64,
    radius: f64,
    result: *const groma_query_result,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: by the conventions `centre` is NULL or three readable numbers.
    into_result(error, dataset, result, |dataset, result| unsafe {
        dataset.query_time_range(cell_size, first_step..=last_step, point(centre, "centre")?, radius, result)
    })
}

/// Finds the trajectories that come within `radius` of trajectory `id` at any time step from `first_step` to
/// `last_step`. Each comes with all its samples from its first entry to its last exit, and their distances to `id` at
/// the same time step: infinity where `id` has no sample. `id` itself is left out. Where several entries of a shard
/// have the id, the nearest of their samples counts; where several have an id of the answer, each entry has a first
/// entry and a last exit of its own. GROMA_NOT_FOUND when `id` has no sample in the range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_trajectory(
    dataset: *const groma_dataset,
    cell_size: f32,
    first_step: i32,
    last_step: i32,
    id: u64,
    radius: f64,
    result: *const groma_query_result,
    error: *mut groma_error,
) -> i32 {
    into_result(error, dataset, result, |dataset, result| {
        dataset.query_trajectory(cell_size, first_step..=last_step, id, radius, result)
    })
}

/// As groma_query_trajectory, around the caller's path: `count` time steps in `steps`, in order, and x, y, z at each in
/// `positions`, 3 x count numbers. A time step may be repeated; then the nearest of its points counts. At a time step
/// that the path skips nothing is near, and samples there, between a first entry and a last exit, have infinite
/// distance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_path(
    dataset: *const groma_dataset,
    cell_size: f32,
    count: usize,
    steps: *const i32,
    positions: *const f64,
    radius: f64,
    result: *const groma_query_result,
    error: *mut groma_error,
) -> i32 {
    into_result(error, dataset, result, |dataset, result| {
        // SAFETY: by the conventions `steps` is NULL or readable for `count` items, `positions` for three times as many
        // numbers.
        let path = unsafe { path(steps, positions, count, "steps", "positions")? };
        named(dataset.query_path(cell_size, &path, radius, result), &PATH_NAMES)
    })
}

/// Finds the `count` nearest trajectories at time step `step`, the nearest first; at equal distance the lower id comes
/// first. The answer has fewer when the time step does, and none with a `count` of 0. Otherwise as groma_query_radius.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_nearest(
    dataset: *const groma_dataset,
    cell_size: f32,
    step: i32,
    centre: *const f64,
    count: usize,
    result: *const groma_query_result,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: by the conventions `centre` is NULL or three readable numbers.
    into_result(error, dataset, result, |dataset, result| unsafe {
        dataset.query_nearest(cell_size, step, point(centre, "centre")?, count, result)
    })
}

/// As groma_query_radius, around `point_count` points at one time step, on the data set's threads. `centres` holds
/// 3 x point_count numbers; query n of the answer is that of point n. For many points this is much faster than one call
/// for each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_radius_batch(
    dataset: *const groma_dataset,
    cell_size: f32,
    step: i32,
    point_count: usize,
    centres: *const f64,
    radius: f64,
    result: *const groma_query_result,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: by the conventions `centres` is NULL or readable for three times `point_count` numbers.
    into_result(error, dataset, result, |dataset, result| unsafe {
        let centres = points(centres, point_count, "centres")?;
        named(dataset.query_radius_batch(cell_size, step, centres, radius, result), &BATCH_NAMES)
    })
}

/// As groma_query_nearest, around `point_count` points at one time step, on the data set's threads. `centres` holds
/// 3 x point_count numbers; query n of the answer is that of point n.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_nearest_batch(
    dataset: *const groma_dataset,
    cell_size: f32,
    step: i32,
    point_count: usize,
    centres: *const f64,
    count: usize,
    result: *const groma_query_result,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: by the conventions `centres` is NULL or readable for three times `point_count` numbers.
    into_result(error, dataset, result, |dataset, result| unsafe {
        let centres = points(centres, point_count, "centres")?;
        named(dataset.query_nearest_batch(cell_size, step, centres, count, result), &BATCH_NAMES)
    })
}

/// Runs a query: resolves the handles, and leaves an empty answer after a failure.
pub(super) fn into_result(
    error: *mut groma_error,
    dataset: *const groma_dataset,
    result: *const groma_query_result,
    ask: impl FnOnce(&Dataset, &mut QueryResult) -> Result<()>,
) -> i32 {
    call(error, || {
        let (dataset, result) = (handle(dataset, "dataset")?, handle(result, "result")?);
        let mut result = lock(&result)?;
        result.clear();
        ask(&dataset.dataset, &mut result).inspect_err(|_| result.clear())
    })
}

fn lock(result: &groma_query_result) -> Result<std::sync::MutexGuard<'_, QueryResult>> {
    result.result.lock().map_err(|_| Error::Internal("an earlier query into this result panicked".into()))
}

/// # Safety
/// `numbers` must be null or readable for 3 x `count` numbers.
pub(super) unsafe fn points<'a>(numbers: *const f64, count: usize, name: &'static str) -> Result<&'a [[f64; 3]]> {
    // SAFETY: this function's contract; three numbers have the layout of an array of three.
    unsafe { array(numbers.cast(), count, name) }
}

/// Reads the caller's path.
///
/// # Safety
/// `steps` must be null or readable for `count` items, `positions` for three times as many numbers.
pub(super) unsafe fn path(
    steps: *const i32,
    positions: *const f64,
    count: usize,
    steps_name: &'static str,
    positions_name: &'static str,
) -> Result<QueryPath> {
    // SAFETY: this function's contract.
    let (steps, positions) = unsafe { (array(steps, count, steps_name)?, points(positions, count, positions_name)?) };
    let points = steps.iter().zip(positions);
    let points = points.map(|(&time_step, &position)| PathPoint { time_step, position }).collect();
    Ok(QueryPath { points, leave_out: None })
}
