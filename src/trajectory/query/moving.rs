//! Queries around a moving point: a trajectory of the data set, or a path from the caller.

use std::collections::HashMap;

use super::ball::Scratch;
use super::dataset::Dataset;
use super::result::{Hit, QueryResult, Sample};
use super::shards::OpenShard;
use crate::trajectory::Steps;
use crate::trajectory::table::Ball;
use crate::{Error, Result};

/// The position of a moving query point at a time step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathPoint {
    /// The time step.
    pub time_step: i32,
    /// The position.
    pub position: [f64; 3],
}

/// The path of a query point: its points, in the order of their time steps. At a time step without a point, nothing is
/// near and every distance is infinite; at one with several points, the nearest counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryPath {
    /// The points.
    pub points: Vec<PathPoint>,
    /// The trajectory to leave out of the answer, if any.
    pub leave_out: Option<u64>,
}

impl Dataset {
    /// Finds the trajectories that come within `radius` of trajectory `id` at any of `steps`, without `id` itself. Each
    /// gets all its samples from its first entry to its last exit, with their distances to `id` at the same time step:
    /// [`f64::INFINITY`] where `id` has no sample. One query.
    ///
    /// Where several entries of a shard have one id, the first entries of all shards are one trajectory, the second
    /// ones another, and so on. Of several entries of `id` itself, the nearest counts at each time step.
    ///
    /// # Errors
    /// As [`Dataset::query_radius`]; [`Error::NotFound`] when `id` has no sample in the range.
    pub fn query_trajectory(
        &self,
        cell_size: f32,
        steps: impl Into<Steps>,
        id: u64,
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query_trajectory_in(&mut self.scratch(), cell_size, steps.into(), id, radius, result)
    }

    pub(super) fn query_trajectory_in(
        &self,
        scratch: &mut Scratch,
        cell_size: f32,
        steps: Steps,
        id: u64,
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        result.clear();
        self.check_range(steps)?;
        self.check_steps(&*self.table_set(cell_size)?, steps)?;
        let path = self.path_of(id, steps)?;
        if path.points.is_empty() {
            let what = format!("no sample of trajectory {id} at the time steps {} to {}", steps.first, steps.last);
            return Err(Error::NotFound { subject: self.info().path.clone(), what });
        }
        self.query_path_in(scratch, cell_size, &path, radius, result)
    }

    /// Returns the path of a trajectory over a range of time steps; the trajectory itself is to be left out of answers.
    ///
    /// # Errors
    /// [`Error::BadFormat`], [`Error::Io`].
    pub fn path_of(&self, id: u64, steps: impl Into<Steps>) -> Result<QueryPath> {
        let steps = steps.into();
        self.info().check_known(steps)?;
        self.tell_of_gaps(steps);
        let mut points = Vec::new();
        for step in self.covered_steps(steps) {
            let Some(number) = self.shard_number(step) else { continue };
            let shard = self.shard(number)?;
            let positions = shard.positions_of(id, step).map(|(_, position)| position.map(f64::from));
            points.extend(positions.map(|position| PathPoint { time_step: step, position }));
            shard.check_whole()?;
        }
        Ok(QueryPath { points, leave_out: Some(id) })
    }

    /// The same as [`Dataset::query_trajectory`], around a path from the caller.
    ///
    /// # Errors
    /// As [`Dataset::query_radius`]; [`Error::InvalidArgument`] for time steps out of order.
    pub fn query_path(&self, cell_size: f32, path: &QueryPath, radius: f64, result: &mut QueryResult) -> Result<()> {
        self.query_path_in(&mut self.scratch(), cell_size, path, radius, result)
    }

    fn query_path_in(
        &self,
        scratch: &mut Scratch,
        cell_size: f32,
        path: &QueryPath,
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        result.clear();
        if let Some(pair) = path.points.windows(2).find(|pair| pair[0].time_step > pair[1].time_step) {
            let seen = format!("{} after {}", pair[1].time_step, pair[0].time_step);
            return Err(Error::invalid("steps", seen, "time steps in order"));
        }
        let tables = self.table_set(cell_size)?;
        if let (Some(first), Some(last)) = (path.points.first(), path.points.last()) {
            self.check_steps(&tables, Steps::from(first.time_step..=last.time_step))?;
        }
        let stops: Vec<&[PathPoint]> = path.points.chunk_by(|a, b| a.time_step == b.time_step).collect();
        // By id and occurrence of the id: the first and the last time step at which that trajectory is near.
        let mut near: HashMap<(u64, usize), Steps> = HashMap::new();
        for stop in &stops {
            let step = stop[0].time_step;
            scratch.hits.clear();
            for point in *stop {
                let ball = Ball::new(point.position, radius)?;
                self.search_step(cell_size, step, &ball, scratch)?;
            }
            let Some(number) = self.shard_number(step) else { continue };
            let shard = self.shard(number)?;
            for hit in scratch.hits.iter().filter(|hit| path.leave_out != Some(hit.id)) {
                near.entry((hit.id, which_of_its_id(shard, hit))).or_insert(step.into()).last = step;
            }
            shard.check_whole()?;
        }
        let mut near: Vec<Near> = near.into_iter().collect();
        near.sort_unstable_by_key(|&(trajectory, _)| trajectory);
        let answered = self.push_near(scratch, &stops, &near, result);
        answered.inspect_err(|_| result.clear())
    }

    /// Adds the samples of each trajectory from the first to the last time step at which it is near, in the order of
    /// ids.
    fn push_near(
        &self,
        scratch: &mut Scratch,
        stops: &[&[PathPoint]],
        near: &[Near],
        result: &mut QueryResult,
    ) -> Result<()> {
        let first = near.iter().map(|near| near.1.first).min().unwrap_or(i32::MAX);
        let last = near.iter().map(|near| near.1.last).max().unwrap_or(i32::MIN);
        let numbers = (0..self.info().shards.len()).filter(|&number| {
            let shard = self.shard_info(number);
            shard.first_step <= last && first <= shard.last_step()
        });
        let shards: Vec<&OpenShard> = numbers.map(|number| self.shard(number)).collect::<Result<_>>()?;
        for same_id in near.chunk_by(|a, b| a.0.0 == b.0.0) {
            scratch.check()?;
            scratch.hits.clear();
            for &((id, which), steps) in same_id {
                let after = shards.partition_point(|shard| shard.shard().last_step() < steps.first);
                for shard in shards[after..].iter().take_while(|shard| shard.shard().first_step <= steps.last) {
                    if let Some(entry) = shard.entries_with(id).nth(which) {
                        push_entry(shard, entry, id, steps, stops, &mut scratch.hits);
                    }
                }
            }
            if same_id.len() > 1 {
                scratch.hits.sort_unstable_by_key(|hit| (hit.sample.time_step, hit.entry));
            }
            if !scratch.hits.is_empty() {
                result.push_trajectory(same_id[0].0.0, scratch.hits.iter().map(|hit| hit.sample));
            }
        }
        result.end_query();
        shards.iter().try_for_each(|shard| shard.check_whole())
    }
}

/// Returns the number of entries with the hit's id that come before it in its shard.
fn which_of_its_id(shard: &OpenShard, hit: &Hit) -> usize {
    match shard.has_repeated_ids() {
        true => shard.entries_with(hit.id).take_while(|&e| e != hit.entry).count(),
        false => 0,
    }
}

/// A trajectory (its id, and the occurrence of the id in its shards), with the first and the last time step at which it
/// is near.
type Near = ((u64, usize), Steps);

/// Adds the samples of an entry at the `steps` that its shard covers, with their distances to the path.
fn push_entry(shard: &OpenShard, entry: u32, id: u64, steps: Steps, stops: &[&[PathPoint]], hits: &mut Vec<Hit>) {
    let Some(steps) = steps.cut_to(shard.shard().time_steps()) else { return };
    let mut ahead = &stops[stops.partition_point(|stop| stop[0].time_step < steps.first)..];
    for time_step in steps.iter() {
        let stop: &[PathPoint] = match ahead.split_first() {
            Some((stop, rest)) if stop[0].time_step == time_step => {
                ahead = rest;
                stop
            }
            _ => &[],
        };
        let Some(position) = shard.position(entry, time_step) else { continue };
        let distance = distance_to(stop, position);
        hits.push(Hit { id, entry, sample: Sample { distance, position, time_step } });
    }
}

/// Returns the distance to the nearest of the path's points at a time step; infinite when there is none.
fn distance_to(stop: &[PathPoint], position: [f32; 3]) -> f64 {
    let to = |point: &PathPoint| Ball { centre: point.position, radius: 0.0 }.distance(position);
    stop.iter().map(to).fold(f64::INFINITY, f64::min)
}
