//! Answers queries of all kinds, at once or in the background.

use std::sync::Arc;

use super::answering::Answering;
use super::dataset::Dataset;
use super::result::QueryResult;
use super::value::{Periodicity, Query, QueryKind};
use crate::Result;
use crate::job::{CancelToken, Job};
use crate::trajectory::periodic::PeriodicVolume;

impl Dataset {
    /// Answers a query of any kind. Many points, trajectories or paths are answered in parallel.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a centre that is not finite, a negative radius, an inner radius above the outer
    /// one, a range that ends before it begins, a path out of order, a periodic volume that is none, one of which more
    /// than 127 images a side are reached, or a cell size without sense; [`Error::NotFound`] when a time step has
    /// samples but no table, or a trajectory to ask around no sample; [`Error::BadFormat`] for a table that is torn,
    /// stale or of other data, or where a time step may be in a shard that is gone or cannot be used; [`Error::Io`].
    /// `result` is then empty. A time step that no shard covers gives an empty answer, and a warning in the log.
    ///
    /// [`Error::InvalidArgument`]: crate::Error::InvalidArgument
    /// [`Error::NotFound`]: crate::Error::NotFound
    /// [`Error::BadFormat`]: crate::Error::BadFormat
    /// [`Error::Io`]: crate::Error::Io
    pub fn query(&self, query: &Query, result: &mut QueryResult) -> Result<()> {
        self.query_until(self.cancel_token(), query, result)
    }

    /// Returns the volume in which space is periodic for a query; `None` when it is not.
    pub(super) fn volume_of(&self, periodicity: Periodicity) -> Result<Option<PeriodicVolume>> {
        match periodicity {
            Periodicity::OfDataset => self.periodic(),
            Periodicity::None => Ok(None),
            Periodicity::Volume(volume) => volume.check().map(|()| Some(volume)),
        }
    }

    fn query_until(&self, cancel: &CancelToken, query: &Query, result: &mut QueryResult) -> Result<()> {
        result.clear();
        let volume = self.volume_of(query.periodicity)?;
        let answering = Answering {
            dataset: self,
            cell_size: query.cell_size,
            tables: self.table_set(query.cell_size)?,
            volume,
            unwrapped: query.unwrapped,
            cancel,
        };
        let answered = match &query.kind {
            QueryKind::Radius { steps, centres, radius } => {
                answering.within_radius(*steps, centres.as_slice(), *radius, None, result)
            }
            QueryKind::DualRadius { steps, centres, radii: (inner, outer) } => {
                answering.within_radius(*steps, centres.as_slice(), *outer, Some(*inner), result)
            }
            QueryKind::Nearest { step, centres, count } => answering.nearest(*step, centres.as_slice(), *count, result),
            QueryKind::Trajectory { steps, ids, radius } => answering.around_trajectories(*steps, ids, *radius, result),
            QueryKind::Path { paths, radius } => answering.around_paths(paths, *radius, result),
        };
        if let (Some(volume), true) = (volume, query.unwrapped) {
            result.unwrap_positions(&volume);
        }
        answered.inspect_err(|_| result.clear())
    }

    /// Asks in the background, on one of the data set's threads, which also makes of the answer what `then` says. A
    /// cancelled query stops at the next time step, or where a build of missing tables stops.
    ///
    /// The last owner of the data set must not be the job: keep one until it was dropped.
    ///
    /// # Errors
    /// The first query starts the threads, and gives the error when they cannot be started. The query's own errors are
    /// the job's result.
    pub fn ask<R: Send + 'static>(
        self: &Arc<Self>,
        query: Query,
        then: impl FnOnce(QueryResult) -> R + Send + 'static,
    ) -> Result<Job<R>> {
        // The volume is that of now: one that is set before a thread takes up the query is not meant for it.
        let query = match query.periodicity {
            Periodicity::OfDataset => {
                let periodicity = self.periodic()?.map_or(Periodicity::None, Periodicity::Volume);
                Query { periodicity, ..query }
            }
            _ => query,
        };
        let dataset = self.clone();
        Ok(Job::on(self.workers()?, move |context| {
            let mut result = QueryResult::default();
            dataset.query_until(context.cancel_token(), &query, &mut result)?;
            Ok(then(result))
        }))
    }
}
