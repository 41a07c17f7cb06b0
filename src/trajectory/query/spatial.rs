//! Queries around points that stay: radius, two radii, a range of time steps, nearest.

use std::collections::HashMap;

use super::answering::Answering;
use super::dataset::Dataset;
use super::result::{Hit, QueryResult, Sample};
use super::step_search::Scratch;
use super::value::Query;
use crate::trajectory::Steps;
use crate::trajectory::periodic::Image;
use crate::trajectory::table::Ball;
use crate::{Error, Result};

/// From how many points on it pays to store the positions for this query alone.
const MANY: usize = 64;
/// How many points at one time step a thread takes at once.
const POINTS_AT_ONCE: usize = 256;
/// How many points over a range of time steps a thread takes at once.
const RANGES_AT_ONCE: usize = 16;

impl Dataset {
    /// Finds the trajectories within `radius` of `centre` at a time step, each with its sample. One query.
    ///
    /// # Errors
    /// As [`Dataset::query`].
    pub fn query_radius(
        &self,
        cell_size: f32,
        step: i32,
        centre: [f64; 3],
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query(&Query::radius(cell_size, step, centre, radius), result)
    }

    /// The same as [`Dataset::query_radius`] with two radii: query 0 has the inner radius, query 1 the outer, which
    /// includes the trajectories of query 0.
    ///
    /// # Errors
    /// As [`Dataset::query`].
    pub fn query_dual_radius(
        &self,
        cell_size: f32,
        step: i32,
        centre: [f64; 3],
        radii: (f64, f64),
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query(&Query::dual_radius(cell_size, step, centre, radii), result)
    }

    /// Finds the trajectories within `radius` of `centre` at any of `steps`, each with its samples within the radius.
    /// One query.
    ///
    /// # Errors
    /// As [`Dataset::query`].
    pub fn query_time_range(
        &self,
        cell_size: f32,
        steps: impl Into<Steps>,
        centre: [f64; 3],
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query(&Query::radius(cell_size, steps, centre, radius), result)
    }

    /// Finds the `count` nearest trajectories at a time step, the nearest first; of two at the same distance the lower
    /// id comes first. A trajectory with several entries in the shard counts once, with its nearest sample. One query.
    ///
    /// # Errors
    /// As [`Dataset::query`].
    pub fn query_nearest(
        &self,
        cell_size: f32,
        step: i32,
        centre: [f64; 3],
        count: usize,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query(&Query::nearest(cell_size, step, centre, count), result)
    }

    /// The same as [`Dataset::query_radius`] around many points at one time step, in parallel: query n is that of
    /// `centres[n]`.
    ///
    /// # Errors
    /// As [`Dataset::query`].
    pub fn query_radius_batch(
        &self,
        cell_size: f32,
        step: i32,
        centres: &[[f64; 3]],
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query(&Query::radius(cell_size, step, centres, radius), result)
    }

    /// The same as [`Dataset::query_nearest`] around many points at one time step, in parallel: query n is that of
    /// `centres[n]`.
    ///
    /// # Errors
    /// As [`Dataset::query`].
    pub fn query_nearest_batch(
        &self,
        cell_size: f32,
        step: i32,
        centres: &[[f64; 3]],
        count: usize,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query(&Query::nearest(cell_size, step, centres, count), result)
    }
}

impl Answering<'_> {
    /// Answers radius queries: one for each centre, or two where there is an inner radius, the inner one first.
    pub fn within_radius(
        &self,
        steps: Steps,
        centres: &[[f64; 3]],
        radius: f64,
        inner: Option<f64>,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.dataset.check_range(steps)?;
        if let Some(inner) = inner {
            if radius.is_nan() || radius < 0.0 {
                return Err(Error::invalid("outer_radius", radius, "0 or more"));
            }
            if !(0.0..=radius).contains(&inner) {
                return Err(Error::invalid("inner_radius", inner, format!("0 to the outer one, {radius}")));
            }
        }
        let balls = centres.iter().map(|&centre| Ball::new(centre, radius)).collect::<Result<Vec<Ball>>>()?;
        if steps.first == steps.last {
            let step = self.step(steps.first, centres.len() >= MANY)?;
            return self.answer_each(&balls, POINTS_AT_ONCE, result, |ball, scratch, part| {
                with_inner(inner, scratch, part, |scratch, part| match &step {
                    Some(step) => step.answer(self.volume.as_ref(), ball, scratch, part),
                    None => {
                        part.end_query();
                        Ok(())
                    }
                })
            });
        }
        self.dataset.check_steps(&self.tables, steps)?;
        self.answer_each(&balls, RANGES_AT_ONCE, result, |ball, scratch, part| {
            with_inner(inner, scratch, part, |scratch, part| self.over_time(steps, ball, scratch, part))
        })
    }

    /// Finds the trajectories in a ball at any of some time steps.
    fn over_time(&self, steps: Steps, ball: &Ball, scratch: &mut Scratch, result: &mut QueryResult) -> Result<()> {
        // Grouped by trajectory as they are found: sorting all of them at the end could not be cancelled.
        let mut found: HashMap<u64, Vec<(Sample, Image)>> = HashMap::new();
        for step in self.dataset.covered_steps(steps) {
            scratch.check()?;
            let Some(step) = self.step(step, false)? else { continue };
            scratch.hits.clear();
            step.search(self.volume.as_ref(), ball, scratch)?;
            if self.volume.is_some() {
                scratch.hits.sort_unstable_by_key(Hit::order);
            }
            for hit in &scratch.hits {
                found.entry(hit.id).or_default().push((hit.sample, hit.image));
            }
        }
        let mut found: Vec<(u64, Vec<(Sample, Image)>)> = found.into_iter().collect();
        found.sort_unstable_by_key(|&(id, _)| id);
        for (id, samples) in found {
            scratch.check()?;
            result.push_trajectory(id, samples, self.volume.is_some());
        }
        result.end_query();
        Ok(())
    }

    /// Answers nearest queries, one for each centre.
    pub fn nearest(&self, step: i32, centres: &[[f64; 3]], count: usize, result: &mut QueryResult) -> Result<()> {
        centres.iter().try_for_each(|&centre| Ball::new(centre, 0.0).map(|_| ()))?;
        let step = self.step(step, centres.len() >= MANY)?;
        self.answer_each(centres, POINTS_AT_ONCE, result, |&centre, scratch, part| match &step {
            Some(step) if count > 0 => self.find_nearest(step, centre, count, scratch, part),
            _ => {
                part.end_query();
                Ok(())
            }
        })
    }
}

/// Adds an answer; with an inner radius, first the part of it that is within that.
fn with_inner(
    inner: Option<f64>,
    scratch: &mut Scratch,
    result: &mut QueryResult,
    answer: impl FnOnce(&mut Scratch, &mut QueryResult) -> Result<()>,
) -> Result<()> {
    let Some(inner) = inner else { return answer(scratch, result) };
    let mut outer = std::mem::take(&mut scratch.outer);
    outer.clear();
    let answered = answer(scratch, &mut outer);
    if answered.is_ok() {
        result.push_within(&outer, inner);
        result.append(&outer);
    }
    scratch.outer = outer;
    answered
}
