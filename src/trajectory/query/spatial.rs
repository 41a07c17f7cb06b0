//! Queries around points that stay: radius, two radii, a range of time steps, nearest.

use std::collections::{HashMap, HashSet};
use std::f64::consts::PI;

use super::asked::Asked;
use super::ball::{Scratch, StepSearch};
use super::dataset::Dataset;
use super::question::Query;
use super::result::{Hit, QueryResult, Sample};
use crate::trajectory::Steps;
use crate::trajectory::periodic::Image;
use crate::trajectory::table::Ball;
use crate::{Error, Result};

/// Points from which it pays to keep positions for these alone.
const MANY: usize = 64;
/// Points at one time step that a thread takes at once.
const POINTS_AT_ONCE: usize = 256;
/// The same for ranges of time steps.
const RANGES_AT_ONCE: usize = 16;

impl Dataset {
    /// The trajectories within `radius` of `centre` at a time step, each with its sample. One query.
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

    /// [`Dataset::query_radius`] with two radii: query 0 is the inner one, query 1 the outer one, which includes it.
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

    /// The trajectories within `radius` of `centre` at any of `steps`, each with its samples within the radius. One
    /// query.
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

    /// The `count` nearest trajectories at a time step, the nearest first; of two at the same distance the lower id. A
    /// trajectory with several entries in the shard counts once, with its nearest sample. One query.
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

    /// [`Dataset::query_radius`] around many points at one time step, in parallel: query n is that of `centres[n]`.
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

    /// [`Dataset::query_nearest`] around many points at one time step, in parallel: query n is that of `centres[n]`.
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

impl Asked<'_> {
    /// What is within a radius of each centre, and, where there is an inner one, before it what is within that.
    pub fn within_radius(
        &self,
        steps: Steps,
        centres: &[[f64; 3]],
        radius: f64,
        inner: Option<f64>,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.check_range(steps)?;
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

    /// What is in a ball at any of some time steps.
    fn over_time(&self, steps: Steps, ball: &Ball, scratch: &mut Scratch, result: &mut QueryResult) -> Result<()> {
        // Gathered by trajectory as they come: sorting all that was found at the end could not be stopped.
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

    /// The nearest trajectories to each centre.
    pub fn nearest(&self, step: i32, centres: &[[f64; 3]], count: usize, result: &mut QueryResult) -> Result<()> {
        centres.iter().try_for_each(|&centre| Ball::new(centre, 0.0).map(|_| ()))?;
        let step = self.step(step, centres.len() >= MANY)?;
        self.answer_each(centres, POINTS_AT_ONCE, result, |&centre, scratch, part| {
            scratch.hits.clear();
            if let Some(step) = &step
                && count > 0
            {
                self.find_nearest(step, centre, count, scratch)?;
            }
            part.push_ordered(&scratch.hits, self.volume.is_some());
            Ok(())
        })
    }

    /// The nearest trajectories to a point, each with its nearest sample, the nearest first, into `scratch.hits`.
    fn find_nearest(&self, step: &StepSearch, centre: [f64; 3], count: usize, scratch: &mut Scratch) -> Result<()> {
        let (volume, named) = (self.volume.as_ref(), step.samples());
        let repeated = volume.is_some() || step.has_repeated_ids()?;
        // Within it is everything.
        let whole = match volume {
            Some(volume) => volume.radius_of_all(centre, &step.bounds()?),
            None => f64::INFINITY,
        };
        // The ball with twice as many samples, if they were everywhere as dense as where there are some.
        let cells = 2.0 * count.min(named) as f64 / step.samples_per_cell();
        let radius = f64::from(self.cell_size) * (cells * 3.0 / (4.0 * PI)).cbrt();
        let mut ball = Ball::new(centre, radius.min(whole))?;
        // Balls of twice the radius each time, until one holds enough or all.
        loop {
            scratch.check()?;
            scratch.hits.clear();
            step.search(volume, &ball, scratch)?;
            let (found, all) =
                (if repeated { trajectories(&scratch.hits) } else { scratch.hits.len() }, scratch.hits.len());
            if found >= count.min(named) || (ball.radius >= whole && all >= named) {
                break;
            }
            if ball.radius >= whole {
                let what = format!("{named} samples, of which {} has {all}", step.shard()?.shard().name());
                return Err(step.open_table().contradiction(what));
            }
            ball.radius = (2.0 * ball.radius).min(whole);
        }
        let hits = &mut scratch.hits;
        hits.sort_unstable_by(|a, b| {
            let by_distance = a.sample.distance.total_cmp(&b.sample.distance);
            by_distance.then_with(|| a.order().cmp(&b.order()))
        });
        if repeated {
            let mut seen = HashSet::new();
            hits.retain(|hit| seen.insert(hit.id));
        }
        hits.truncate(count);
        Ok(())
    }
}

/// Adds an answer, and before it what of it is within an inner radius, if there is one.
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

/// How many trajectories the hits are of.
fn trajectories(hits: &[Hit]) -> usize {
    hits.iter().map(|hit| hit.id).collect::<HashSet<u64>>().len()
}
