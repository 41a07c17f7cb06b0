//! Queries around a point that moves: a trajectory of the data set, or a path of the caller's.

use std::collections::HashMap;

use super::ball::Scratch;
use super::dataset::Dataset;
use super::result::{Hit, QueryResult, Sample};
use crate::trajectory::table::Ball;
use crate::{Error, Result};

/// Where a query point is at a time step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathPoint {
    /// The time step.
    pub time_step: i32,
    /// The position.
    pub position: [f64; 3],
}

/// The path of a query point: its points at ascending time steps. At a time step without a point nothing is near it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryPath {
    /// The points.
    pub points: Vec<PathPoint>,
    /// A trajectory that is left out of the answer.
    pub leave_out: Option<u64>,
}

impl Dataset {
    /// The trajectories that come within `radius` of trajectory `id` at any time step from `steps.0` to `steps.1`, each
    /// with all its samples from its first entry to its last exit, and their distances to `id` at the same time step. `id`
    /// itself is left out, and so are samples at time steps at which it has none. One query.
    ///
    /// Where several entries have the id, its position is that of the first with a sample at the time step.
    ///
    /// # Errors
    /// As [`Dataset::radius`]; [`Error::NotFound`] when `id` has no sample in the range.
    pub fn around_trajectory(
        &self,
        cell_size: f32,
        steps: (i32, i32),
        id: u64,
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        result.clear();
        self.check_range(steps.0, steps.1)?;
        let path = self.path_of(id, steps)?;
        if path.points.is_empty() {
            let what = format!("no sample of trajectory {id} at the time steps {} to {}", steps.0, steps.1);
            return Err(Error::NotFound { path: self.info().path.clone(), what });
        }
        self.around_path(cell_size, &path, radius, result)
    }

    /// The path of a trajectory over a range of time steps, itself left out.
    ///
    /// # Errors
    /// [`Error::BadFormat`], [`Error::Io`].
    pub fn path_of(&self, id: u64, steps: (i32, i32)) -> Result<QueryPath> {
        let mut points = Vec::new();
        for step in self.covered_steps(steps.0, steps.1) {
            if let Some(position) = self.position(id, step)? {
                points.push(PathPoint { time_step: step, position: position.map(f64::from) });
            }
        }
        Ok(QueryPath { points, leave_out: Some(id) })
    }

    /// [`Dataset::around_trajectory`] for a path of the caller's.
    ///
    /// # Errors
    /// As [`Dataset::radius`]; [`Error::InvalidArgument`] for time steps that do not ascend.
    pub fn around_path(&self, cell_size: f32, path: &QueryPath, radius: f64, result: &mut QueryResult) -> Result<()> {
        result.clear();
        if let Some(pair) = path.points.windows(2).find(|pair| pair[0].time_step >= pair[1].time_step) {
            let seen = format!("{} after {}", pair[1].time_step, pair[0].time_step);
            return Err(Error::invalid("the path's time steps", seen, "time steps that ascend"));
        }
        self.table_set(cell_size)?;
        let mut scratch = Scratch::default();
        let mut near: HashMap<u64, (usize, usize)> = HashMap::new();
        for (n, point) in path.points.iter().enumerate() {
            let ball = Ball::new(point.position, radius)?;
            scratch.hits.clear();
            self.search_step(cell_size, point.time_step, &ball, &mut scratch)?;
            for hit in scratch.hits.iter().filter(|hit| path.leave_out != Some(hit.id)) {
                near.entry(hit.id).or_insert((n, n)).1 = n;
            }
        }
        let mut hits = Vec::new();
        for (id, (first, last)) in near {
            for point in &path.points[first..=last] {
                self.add_samples(id, point, &mut hits)?;
            }
        }
        result.push_query(&mut hits);
        Ok(())
    }

    /// All samples of a trajectory at the time step of a path's point, with their distances to it.
    fn add_samples(&self, id: u64, point: &PathPoint, hits: &mut Vec<Hit>) -> Result<()> {
        let Some(number) = self.shard_number(point.time_step) else { return Ok(()) };
        let shard = self.shard(number)?;
        let ball = Ball::new(point.position, 0.0)?;
        for entry in shard.entries_of(id as u32).filter(|&entry| shard.id(entry) == id) {
            if let Some(position) = shard.position(entry, point.time_step) {
                let sample = Sample { distance: ball.distance(position), position, time_step: point.time_step };
                hits.push(Hit { id, entry, sample });
            }
        }
        Ok(())
    }
}
