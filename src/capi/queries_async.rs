//! Queries in the background.

use super::arguments::point;
use super::boundary::{call_for_status, handle};
use super::datasets::groma_dataset;
use super::grow;
use super::job::{Report, groma_job};
use super::queries::{BATCH_NAMES, PATH_NAMES, groma_query_view, path, points};
use super::query::ask;
use super::status::groma_error;
use crate::trajectory::query::Query;

/// Starts groma_query_radius on one of the data set's threads. `job` gets the handle, to be freed with groma_job_close,
/// also when the data set was closed before. groma_job_query_view returns the answer.
///
/// Any number of queries can be started; they wait for a free thread in order. A cancelled query stops at the next time
/// step.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_radius_async(
    dataset: *const groma_dataset,
    cell_size: f32,
    step: i32,
    centre: *const f64,
    radius: f64,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    ask(error, dataset, job, &[], || {
        // SAFETY: by the conventions `centre` is NULL or three readable numbers.
        let centre = unsafe { point(centre, "centre")? };
        Ok(Query::radius(cell_size, step, centre, radius))
    })
}

/// Starts groma_query_dual_radius, otherwise as groma_query_radius_async.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_dual_radius_async(
    dataset: *const groma_dataset,
    cell_size: f32,
    step: i32,
    centre: *const f64,
    inner_radius: f64,
    outer_radius: f64,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    ask(error, dataset, job, &[], || {
        // SAFETY: by the conventions `centre` is NULL or three readable numbers.
        let centre = unsafe { point(centre, "centre")? };
        Ok(Query::dual_radius(cell_size, step, centre, (inner_radius, outer_radius)))
    })
}

/// Starts groma_query_time_range, otherwise as groma_query_radius_async.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_time_range_async(
    dataset: *const groma_dataset,
    cell_size: f32,
    first_step: i32,
    last_step: i32,
    centre: *const f64,
    radius: f64,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    ask(error, dataset, job, &[], || {
        // SAFETY: by the conventions `centre` is NULL or three readable numbers.
        let centre = unsafe { point(centre, "centre")? };
        Ok(Query::radius(cell_size, first_step..=last_step, centre, radius))
    })
}

/// Starts groma_query_trajectory, otherwise as groma_query_radius_async.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_trajectory_async(
    dataset: *const groma_dataset,
    cell_size: f32,
    first_step: i32,
    last_step: i32,
    id: u64,
    radius: f64,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    ask(error, dataset, job, &[], || Ok(Query::trajectory(cell_size, first_step..=last_step, id, radius)))
}

/// Starts groma_query_path, otherwise as groma_query_radius_async. The path is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_path_async(
    dataset: *const groma_dataset,
    cell_size: f32,
    count: usize,
    steps: *const i32,
    positions: *const f64,
    radius: f64,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    ask(error, dataset, job, &PATH_NAMES, || {
        // SAFETY: by the conventions `steps` is NULL or readable for `count` items, `positions` for three times as many
        // numbers.
        let path = unsafe { path(steps, positions, count, "steps", "positions")? };
        Ok(Query::path(cell_size, path, radius))
    })
}

/// Starts groma_query_nearest, otherwise as groma_query_radius_async.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_nearest_async(
    dataset: *const groma_dataset,
    cell_size: f32,
    step: i32,
    centre: *const f64,
    count: usize,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    ask(error, dataset, job, &[], || {
        // SAFETY: by the conventions `centre` is NULL or three readable numbers.
        let centre = unsafe { point(centre, "centre")? };
        Ok(Query::nearest(cell_size, step, centre, count))
    })
}

/// Starts groma_query_radius_batch, otherwise as groma_query_radius_async. The points are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_radius_batch_async(
    dataset: *const groma_dataset,
    cell_size: f32,
    step: i32,
    point_count: usize,
    centres: *const f64,
    radius: f64,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    ask(error, dataset, job, &BATCH_NAMES, || {
        // SAFETY: by the conventions `centres` is NULL or readable for three times `point_count` numbers.
        let centres = unsafe { points(centres, point_count, "centres")? };
        Ok(Query::radius(cell_size, step, centres, radius))
    })
}

/// Starts groma_query_nearest_batch, otherwise as groma_query_radius_async. The points are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_nearest_batch_async(
    dataset: *const groma_dataset,
    cell_size: f32,
    step: i32,
    point_count: usize,
    centres: *const f64,
    count: usize,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    ask(error, dataset, job, &BATCH_NAMES, || {
        // SAFETY: by the conventions `centres` is NULL or readable for three times `point_count` numbers.
        let centres = unsafe { points(centres, point_count, "centres")? };
        Ok(Query::nearest(cell_size, step, centres, count))
    })
}

/// Fills `view`, whose struct_size must be set, with pointers to the answer of a query's job. They are valid until the
/// job is closed. GROMA_BUSY while the query runs, its own status if it failed, GROMA_INVALID_ARGUMENT for a job of
/// another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_query_view(
    job: *const groma_job,
    view: *mut groma_query_view,
    error: *mut groma_error,
) -> i32 {
    call_for_status(error, || {
        let job = handle(job, "job")?;
        job.look(error, |report| match report {
            // SAFETY: by the conventions `view` is NULL or writable for its struct_size.
            Report::Answer(answer) => unsafe { grow::write(&groma_query_view::new(&answer.result), view, "view") },
            other => Err(other.wrong_kind("a query")),
        })
    })
}
