//! Queries around a moving point: a trajectory of the data set, or a path from the caller.

use std::collections::HashMap;

use super::answering::Answering;
use super::dataset::Dataset;
use super::open_shard::OpenShard;
use super::result::{Hit, QueryResult, Sample};
use super::step_search::Scratch;
use super::value::{PathPoint, Query, QueryPath};
use crate::trajectory::Steps;
use crate::trajectory::periodic::{Image, PeriodicVolume};
use crate::trajectory::table::Ball;
use crate::{Error, Result};

/// How many paths a thread takes at once.
const PATHS_AT_ONCE: usize = 4;

impl Dataset {
    /// Finds the trajectories that come within `radius` of trajectory `id` at any of `steps`, without `id` itself. Each
    /// gets all its samples from its first entry to its last exit, with their distances to `id` at the same time step:
    /// [`f64::INFINITY`] where `id` has no sample. One query.
    ///
    /// Where several entries of a shard have one id, the first entries of all shards are one trajectory, the second
    /// ones another, and so on. Of several entries of `id` itself, the nearest counts at each time step. In a periodic
    /// volume each sample counts once, in its nearest image.
    ///
    /// # Errors
    /// As [`Dataset::query`]; [`Error::NotFound`] when `id` has no sample in the range.
    pub fn query_trajectory(
        &self,
        cell_size: f32,
        steps: impl Into<Steps>,
        id: u64,
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query(&Query::trajectory(cell_size, steps, id, radius), result)
    }

    /// The same as [`Dataset::query_trajectory`], around a path from the caller.
    ///
    /// # Errors
    /// As [`Dataset::query`]; [`Error::InvalidArgument`] for time steps out of order.
    pub fn query_path(&self, cell_size: f32, path: &QueryPath, radius: f64, result: &mut QueryResult) -> Result<()> {
        self.query(&Query::path(cell_size, path.clone(), radius), result)
    }

    /// Returns the path of a trajectory over a range of time steps; the trajectory itself is to be left out of answers.
    ///
    /// # Errors
    /// [`Error::BadFormat`], [`Error::Io`].
    pub fn path_of(&self, id: u64, steps: impl Into<Steps>) -> Result<QueryPath> {
        let steps = steps.into();
        self.shard_folder().check_known(steps)?;
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
}

impl Answering<'_> {
    /// Answers queries around trajectories, one for each.
    pub fn around_trajectories(&self, steps: Steps, ids: &[u64], radius: f64, result: &mut QueryResult) -> Result<()> {
        self.dataset.check_range(steps)?;
        self.dataset.check_steps(&self.tables, steps)?;
        self.answer_each(ids, PATHS_AT_ONCE, result, |&id, scratch, part| {
            let path = self.dataset.path_of(id, steps)?;
            if path.points.is_empty() {
                let what = format!("no sample of trajectory {id} at the time steps {} to {}", steps.first, steps.last);
                return Err(Error::NotFound { subject: self.dataset.shard_folder().path.clone(), what });
            }
            self.around_path(&path, radius, scratch, part)
        })
    }

    /// Answers queries around paths, one for each.
    pub fn around_paths(&self, paths: &[QueryPath], radius: f64, result: &mut QueryResult) -> Result<()> {
        for path in paths {
            if let Some(pair) = path.points.windows(2).find(|pair| pair[0].time_step > pair[1].time_step) {
                let seen = format!("{} after {}", pair[1].time_step, pair[0].time_step);
                return Err(Error::invalid("steps", seen, "time steps in order"));
            }
            if let (Some(first), Some(last)) = (path.points.first(), path.points.last()) {
                self.dataset.check_steps(&self.tables, Steps::from(first.time_step..=last.time_step))?;
            }
        }
        self.answer_each(paths, PATHS_AT_ONCE, result, |path, scratch, part| {
            self.around_path(path, radius, scratch, part)
        })
    }

    fn around_path(
        &self,
        path: &QueryPath,
        radius: f64,
        scratch: &mut Scratch,
        result: &mut QueryResult,
    ) -> Result<()> {
        let continuous = self.volume.filter(|_| self.unwrapped).map(|volume| path.continuous(&volume));
        let path = continuous.as_ref().unwrap_or(path);
        let stops: Vec<&[PathPoint]> = path.points.chunk_by(|a, b| a.time_step == b.time_step).collect();
        // By id and occurrence of the id: the first and the last time step at which that trajectory is near.
        let mut near: HashMap<(u64, usize), Steps> = HashMap::new();
        for stop in &stops {
            let time_step = stop[0].time_step;
            let balls = stop.iter().map(|point| Ball::new(point.position, radius)).collect::<Result<Vec<Ball>>>()?;
            scratch.check()?;
            let Some(step) = self.step(time_step, false)? else { continue };
            scratch.hits.clear();
            for ball in &balls {
                step.search(self.volume.as_ref(), ball, scratch)?;
            }
            let repeated = if step.has_repeated_ids()? { Some(step.shard()?) } else { None };
            for hit in scratch.hits.iter().filter(|hit| path.leave_out != Some(hit.id)) {
                let which = repeated.map_or(0, |shard| which_of_its_id(shard, hit));
                near.entry((hit.id, which)).or_insert(time_step.into()).last = time_step;
            }
            repeated.map_or(Ok(()), OpenShard::check_whole)?;
        }
        let mut near: Vec<Near> = near.into_iter().collect();
        near.sort_unstable_by_key(|&(trajectory, _)| trajectory);
        self.push_near(scratch, &stops, &near, result)
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
        let dataset = self.dataset;
        let numbers = (0..dataset.shard_folder().shards.len()).filter(|&number| {
            let shard = dataset.shard_info(number);
            shard.first_step <= last && first <= shard.last_step()
        });
        let shards: Vec<&OpenShard> = numbers.map(|number| dataset.shard(number)).collect::<Result<_>>()?;
        for same_id in near.chunk_by(|a, b| a.0.0 == b.0.0) {
            scratch.check()?;
            scratch.hits.clear();
            for &((id, which), steps) in same_id {
                let after = shards.partition_point(|shard| shard.shard().last_step() < steps.first);
                for shard in shards[after..].iter().take_while(|shard| shard.shard().first_step <= steps.last) {
                    if let Some(entry) = shard.entries_with(id).nth(which) {
                        self.push_entry(shard, entry, id, steps, stops, &mut scratch.hits)?;
                    }
                }
            }
            if same_id.len() > 1 {
                scratch.hits.sort_unstable_by_key(Hit::order);
            }
            if !scratch.hits.is_empty() {
                let samples = scratch.hits.iter().map(|hit| (hit.sample, hit.image));
                result.push_trajectory(same_id[0].0.0, samples, self.volume.is_some());
            }
        }
        result.end_query();
        shards.iter().try_for_each(|shard| shard.check_whole())
    }

    /// Adds the samples of an entry at those of `steps` that its shard covers, with their distances to the path.
    fn push_entry(
        &self,
        shard: &OpenShard,
        entry: u32,
        id: u64,
        steps: Steps,
        stops: &[&[PathPoint]],
        hits: &mut Vec<Hit>,
    ) -> Result<()> {
        let Some(steps) = steps.cut_to(shard.shard().time_steps()) else { return Ok(()) };
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
            let (distance, image) = self.distance_to(stop, position)?;
            hits.push(Hit { id, entry, image, sample: Sample { distance, position, time_step } });
        }
        Ok(())
    }

    /// Returns the distance to the nearest point of a stop, and the image that is so near; infinite without a point.
    fn distance_to(&self, stop: &[PathPoint], position: [f32; 3]) -> Result<(f64, Image)> {
        let mut nearest = (f64::INFINITY, Image::default());
        for point in stop {
            let (distance, image) = match &self.volume {
                Some(volume) => volume.nearest_image(point.position, position)?,
                None => (Ball { centre: point.position, radius: 0.0 }.distance(position), Image::default()),
            };
            if distance < nearest.0 {
                nearest = (distance, image);
            }
        }
        Ok(nearest)
    }
}

impl QueryPath {
    /// Returns the path with each point replaced by its image nearest to the time step before. Several points at one
    /// time step stay beside the first of them.
    fn continuous(&self, volume: &PeriodicVolume) -> QueryPath {
        let mut points = self.points.clone();
        let mut before = None;
        for stop in points.chunk_by_mut(|a, b| a.time_step == b.time_step) {
            let mut beside = before;
            for point in stop.iter_mut() {
                point.position = beside.map_or(point.position, |near| volume.nearest_to(near, point.position));
                beside = beside.or(Some(point.position));
            }
            before = Some(stop[0].position);
        }
        QueryPath { points, leave_out: self.leave_out }
    }
}

/// Returns the number of entries with the hit's id that come before it in its shard.
fn which_of_its_id(shard: &OpenShard, hit: &Hit) -> usize {
    shard.entries_with(hit.id).take_while(|&e| e != hit.entry).count()
}

/// A trajectory, by its id and which of that id, and the first and the last time step at which it is near.
type Near = ((u64, usize), Steps);
