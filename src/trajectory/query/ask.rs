//! Runs queries in the background, on the data set's threads.

use std::sync::Arc;

use super::ball::Scratch;
use super::dataset::Dataset;
use super::result::QueryResult;
use crate::Result;
use crate::job::Job;
use crate::trajectory::Steps;

/// A query as a value. Each kind stands for a method of [`Dataset`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Query {
    /// [`Dataset::query_time_range`], and [`Dataset::query_radius`] with a range of one time step.
    RadiusOverTime {
        /// The edge of the cells of the tables to use.
        cell_size: f32,
        /// The time steps.
        steps: Steps,
        /// The query point.
        centre: [f64; 3],
        /// The radius around it.
        radius: f64,
    },
    /// [`Dataset::query_dual_radius`].
    DualRadius {
        /// The edge of the cells of the tables to use.
        cell_size: f32,
        /// The time step.
        step: i32,
        /// The query point.
        centre: [f64; 3],
        /// The inner and the outer radius.
        radii: (f64, f64),
    },
    /// [`Dataset::query_trajectory`].
    AroundTrajectory {
        /// The edge of the cells of the tables to use.
        cell_size: f32,
        /// The time steps.
        steps: Steps,
        /// The trajectory.
        id: u64,
        /// The radius around it.
        radius: f64,
    },
}

impl Dataset {
    /// Runs a query in the background, on one of the data set's threads. The same thread passes the answer to `then`,
    /// whose value is the job's result. A cancelled query stops at the next time step, or where a build of missing
    /// tables can stop.
    ///
    /// The job must not be the last owner of the data set: keep an owner until the job was dropped.
    ///
    /// # Errors
    /// The first query starts the threads, and gives the error when they cannot be started. The query's own errors are
    /// the job's result.
    pub fn ask<R: Send + 'static>(
        self: &Arc<Self>,
        query: Query,
        then: impl FnOnce(QueryResult) -> R + Send + 'static,
    ) -> Result<Job<R>> {
        let dataset = self.clone();
        Ok(Job::on(self.workers()?, move |context| {
            let (mut scratch, mut result) = (Scratch::with_cancel(context.cancel_token()), QueryResult::default());
            match query {
                Query::RadiusOverTime { cell_size, steps, centre, radius } => {
                    dataset.query_time_range_in(&mut scratch, cell_size, steps, centre, radius, &mut result)?;
                }
                Query::DualRadius { cell_size, step, centre, radii } => {
                    dataset.query_dual_radius_in(&mut scratch, cell_size, step, centre, radii, &mut result)?;
                }
                Query::AroundTrajectory { cell_size, steps, id, radius } => {
                    dataset.query_trajectory_in(&mut scratch, cell_size, steps, id, radius, &mut result)?;
                }
            }
            Ok(then(result))
        }))
    }
}
