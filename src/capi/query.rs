//! Queries as values.

use super::arguments::{Names, array, flag, named};
use super::boundary::{call, give, handle, output};
use super::datasets::groma_dataset;
use super::grow::{self, Grows};
use super::job::groma_job;
use super::queries::{groma_query_result, into_result, path, points};
use super::status::groma_error;
use crate::trajectory::Steps;
use crate::trajectory::periodic::PeriodicVolume;
use crate::trajectory::query::{Centres, Periodicity, Query, QueryKind, QueryPath};
use crate::{Error, Result};

/// Finds around each of the points what groma_query_time_range finds. Set first_step, last_step (the same for a single
/// time step), points and radius.
pub const GROMA_QUERY_RADIUS: i32 = 0;
/// Finds around each of the points what groma_query_dual_radius finds, over a range of time steps. Set first_step,
/// last_step, points, inner_radius and radius, which is the outer one. Query 2n of the answer is the inner one of point
/// n, query 2n + 1 the outer.
pub const GROMA_QUERY_DUAL_RADIUS: i32 = 1;
/// Finds around each of the points what groma_query_nearest finds. Set first_step, points and nearest_count.
pub const GROMA_QUERY_NEAREST: i32 = 2;
/// Finds around each of the trajectories what groma_query_trajectory finds. Set first_step, last_step, ids and radius.
pub const GROMA_QUERY_TRAJECTORY: i32 = 3;
/// Finds what groma_query_path finds. Set path_steps, points and radius, and leave_out where a trajectory is not meant.
pub const GROMA_QUERY_PATH: i32 = 4;

/// Takes space as periodic as groma_dataset_set_periodic or the manifest of the data set says.
pub const GROMA_PERIODIC_AS_DATASET: i32 = 0;
/// Takes space as not periodic.
pub const GROMA_PERIODIC_NOT: i32 = 1;
/// Takes space as periodic after the query's own periodic_extent.
pub const GROMA_PERIODIC_EXTENT: i32 = 2;

/// A query of any kind as a value. Fill it with groma_query_init, then set what its kind needs; the rest is not looked
/// at. Nothing is copied before groma_dataset_query or groma_dataset_query_async.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_query {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// GROMA_QUERY_RADIUS (default), GROMA_QUERY_DUAL_RADIUS, GROMA_QUERY_NEAREST, GROMA_QUERY_TRAJECTORY or
    /// GROMA_QUERY_PATH.
    pub kind: i32,
    /// Selects the tables; must equal the cell size of their build. No default.
    pub cell_size: f32,
    /// The first time step. Default: 0.
    pub first_step: i32,
    /// The last time step. Default: 0.
    pub last_step: i32,
    /// Whether space is periodic: GROMA_PERIODIC_AS_DATASET (default), GROMA_PERIODIC_NOT or GROMA_PERIODIC_EXTENT.
    pub periodicity: i32,
    /// 1: give each sample's position in the image in which it was found, in place of the stored one; a query point
    /// that moves is first made continuous across the border. Default: 0.
    pub unwrapped: i32,
    /// 1: leave_out is a trajectory that the answer to a path leaves out. Default: 0.
    pub use_leave_out: i32,
    /// x, y, z of each query point, 3 x point_count numbers.
    pub points: *const f64,
    /// The number of query points.
    pub point_count: usize,
    /// The time step of each query point of a path, in order.
    pub path_steps: *const i32,
    /// The trajectories to ask around.
    pub ids: *const u64,
    /// The number of trajectories to ask around.
    pub id_count: usize,
    /// How far from the query points.
    pub radius: f64,
    /// The smaller one of two radii.
    pub inner_radius: f64,
    /// How many of the nearest trajectories.
    pub nearest_count: usize,
    /// A trajectory that the answer to a path leaves out, where use_leave_out says so.
    pub leave_out: u64,
    /// With GROMA_PERIODIC_EXTENT, after which length space repeats itself along x, y and z; 0 on an axis on which it
    /// does not.
    pub periodic_extent: [f64; 3],
    /// The least corner of the volume that repeats itself.
    pub periodic_origin: [f64; 3],
}

// SAFETY: `struct_size` is first; the rest are numbers and raw pointers.
unsafe impl Grows for groma_query {
    const FIRST_SIZE: usize = 152;
}

impl groma_query {
    /// # Safety
    /// The arrays must be readable.
    unsafe fn to_query(self) -> Result<Query> {
        let steps = Steps::from(self.first_step..=self.last_step);
        // SAFETY: this function's contract.
        let centres = || unsafe { points(self.points, self.point_count, "points").map(Centres::from) };
        let kind = match self.kind {
            GROMA_QUERY_RADIUS => QueryKind::Radius { steps, centres: centres()?, radius: self.radius },
            GROMA_QUERY_DUAL_RADIUS => {
                QueryKind::DualRadius { steps, centres: centres()?, radii: (self.inner_radius, self.radius) }
            }
            GROMA_QUERY_NEAREST => {
                QueryKind::Nearest { step: self.first_step, centres: centres()?, count: self.nearest_count }
            }
            GROMA_QUERY_TRAJECTORY => {
                // SAFETY: this function's contract.
                let ids = unsafe { array(self.ids, self.id_count, "ids")? };
                QueryKind::Trajectory { steps, ids: ids.to_vec(), radius: self.radius }
            }
            GROMA_QUERY_PATH => {
                // SAFETY: this function's contract.
                let path = unsafe { path(self.path_steps, self.points, self.point_count, "path_steps", "points")? };
                let leave_out = flag(self.use_leave_out, "use_leave_out")?.then_some(self.leave_out);
                QueryKind::Path { paths: vec![QueryPath { leave_out, ..path }], radius: self.radius }
            }
            other => return Err(Error::invalid("kind", other, "one of GROMA_QUERY_..., 0 to 4")),
        };
        let periodicity = match self.periodicity {
            GROMA_PERIODIC_AS_DATASET => Periodicity::OfDataset,
            GROMA_PERIODIC_NOT => Periodicity::None,
            GROMA_PERIODIC_EXTENT if self.periodic_extent == [0.0; 3] => Periodicity::None,
            GROMA_PERIODIC_EXTENT => {
                Periodicity::Volume(PeriodicVolume { extent: self.periodic_extent, origin: self.periodic_origin })
            }
            other => return Err(Error::invalid("periodicity", other, "one of GROMA_PERIODIC_..., 0 to 2")),
        };
        let unwrapped = flag(self.unwrapped, "unwrapped")?;
        Ok(Query { periodicity, unwrapped, ..Query::new(self.cell_size, kind) })
    }
}

/// The names that the struct has for the library's parameters.
const NAMES: [(&str, &str); 4] =
    [("centre", "points"), ("outer_radius", "radius"), ("periodic", "periodic_extent"), ("steps", "path_steps")];

/// Fills `query`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_query_init(query: *mut groma_query, size: usize) -> i32 {
    // SAFETY: by the conventions `query` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(query, size, "query") })
}

/// Answers a query of any kind, around one point, trajectory or path or around many, those in parallel. The answer goes
/// into `result`. What holds for all queries stands at groma_query_radius.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_query(
    dataset: *const groma_dataset,
    query: *const groma_query,
    result: *const groma_query_result,
    error: *mut groma_error,
) -> i32 {
    into_result(error, dataset, result, |dataset, result| {
        // SAFETY: by the conventions `query` is NULL or readable for its struct_size.
        let query = unsafe { grow::read(query, "query")? };
        // SAFETY: by the conventions the arrays of `query` are readable.
        let query = unsafe { query.to_query()? };
        named(dataset.query(&query, result), &NAMES)
    })
}

/// Starts groma_dataset_query on one of the data set's threads. What the query points to is copied. `job` gets the
/// handle, to be freed with groma_job_close, also when the data set was closed before. groma_job_query_view returns the
/// answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_query_async(
    dataset: *const groma_dataset,
    query: *const groma_query,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    ask(error, dataset, job, &NAMES, || {
        // SAFETY: by the conventions `query` is NULL or readable for its struct_size.
        let query = unsafe { grow::read(query, "query")? };
        // SAFETY: by the conventions the arrays of `query` are readable.
        unsafe { query.to_query() }
    })
}

/// Starts a query in the background. `names` are those of the parameters in errors.
pub(super) fn ask(
    error: *mut groma_error,
    dataset: *const groma_dataset,
    job: *mut *mut groma_job,
    names: &'static Names,
    query: impl FnOnce() -> Result<Query>,
) -> i32 {
    call(error, || {
        let job = output(job, "job")?;
        let dataset = handle(dataset, "dataset")?;
        let started = groma_job::ask(&dataset.dataset, query()?, names)?;
        // SAFETY: by the conventions `job` is writable: `output` looked at it.
        unsafe { give(started, job) };
        Ok(())
    })
}
