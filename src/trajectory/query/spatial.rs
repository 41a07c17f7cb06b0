//! Queries around a fixed point: radius, two radii, a range of time steps, nearest, and many points at once.

use std::collections::HashMap;
use std::collections::HashSet;

use rayon::prelude::*;

use super::ball::{Scratch, StepView, check_whole, search};
use super::dataset::Dataset;
use super::result::{Hit, QueryResult, Sample};
use crate::trajectory::Steps;
use crate::trajectory::grid::check_cell_size;
use crate::trajectory::table::Ball;
use crate::{Error, Result};

impl Dataset {
    /// Finds the trajectories within `radius` of `centre` at a time step, each with its sample. One query.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a centre that is not finite, a negative radius, or a cell size that is not
    /// positive; [`Error::NotFound`] when the time step has samples but no table; [`Error::BadFormat`] for a table that
    /// is torn, stale or of other data, or where the time step may be in a shard that is gone or cannot be used;
    /// [`Error::Io`]. `result` is then empty. A time step that no shard covers gives an empty answer, and a warning in
    /// the log.
    pub fn query_radius(
        &self,
        cell_size: f32,
        step: i32,
        centre: [f64; 3],
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query_time_range(cell_size, step..=step, centre, radius, result)
    }

    /// The same as [`Dataset::query_radius`] with two radii: query 0 has the inner radius, query 1 the outer, which
    /// includes the trajectories of query 0.
    ///
    /// # Errors
    /// As [`Dataset::query_radius`]; [`Error::InvalidArgument`] for an inner radius above the outer one.
    pub fn query_dual_radius(
        &self,
        cell_size: f32,
        step: i32,
        centre: [f64; 3],
        (inner, outer): (f64, f64),
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query_dual_radius_in(&mut self.scratch(), cell_size, step, centre, (inner, outer), result)
    }

    pub(super) fn query_dual_radius_in(
        &self,
        scratch: &mut Scratch,
        cell_size: f32,
        step: i32,
        centre: [f64; 3],
        (inner, outer): (f64, f64),
        result: &mut QueryResult,
    ) -> Result<()> {
        result.clear();
        if outer.is_nan() || outer < 0.0 {
            return Err(Error::invalid("outer_radius", outer, "0 or more"));
        }
        if !(0.0..=outer).contains(&inner) {
            return Err(Error::invalid("inner_radius", inner, format!("0 to the outer one, {outer}")));
        }
        self.search_step(cell_size, step, &Ball::new(centre, outer)?, scratch)?;
        let mut within: Vec<Hit> = scratch.hits.iter().copied().filter(|h| h.sample.distance <= inner).collect();
        result.push_query(&mut within);
        result.push_query(&mut scratch.hits);
        Ok(())
    }

    /// Finds the trajectories within `radius` of `centre` at any of `steps`, each with its samples within the radius.
    /// One query.
    ///
    /// # Errors
    /// As [`Dataset::query_radius`]; [`Error::InvalidArgument`] for a range that ends before it begins.
    pub fn query_time_range(
        &self,
        cell_size: f32,
        steps: impl Into<Steps>,
        centre: [f64; 3],
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        self.query_time_range_in(&mut self.scratch(), cell_size, steps.into(), centre, radius, result)
    }

    pub(super) fn query_time_range_in(
        &self,
        scratch: &mut Scratch,
        cell_size: f32,
        steps: Steps,
        centre: [f64; 3],
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        result.clear();
        self.check_range(steps)?;
        let ball = Ball::new(centre, radius)?;
        let tables = self.table_set(cell_size)?;
        if steps.first == steps.last {
            self.search_step(cell_size, steps.first, &ball, scratch)?;
            result.push_query(&mut scratch.hits);
            return Ok(());
        }
        self.check_steps(&tables, steps)?;
        // Grouped by trajectory as they are found: sorting all of them at the end could not be cancelled.
        let mut found: HashMap<u64, Vec<Sample>> = HashMap::new();
        for step in self.covered_steps(steps) {
            scratch.hits.clear();
            self.search_step(cell_size, step, &ball, scratch)?;
            for hit in &scratch.hits {
                found.entry(hit.id).or_default().push(hit.sample);
            }
        }
        let mut found: Vec<(u64, Vec<Sample>)> = found.into_iter().collect();
        found.sort_unstable_by_key(|&(id, _)| id);
        for (id, samples) in found {
            scratch.check().inspect_err(|_| result.clear())?;
            result.push_trajectory(id, samples);
        }
        result.end_query();
        Ok(())
    }

    /// Finds the `count` nearest trajectories at a time step, the nearest first; at equal distances the lower id is
    /// first. A trajectory with several entries in the shard counts once, with its nearest sample. One query.
    ///
    /// # Errors
    /// As [`Dataset::query_radius`].
    pub fn query_nearest(
        &self,
        cell_size: f32,
        step: i32,
        centre: [f64; 3],
        count: usize,
        result: &mut QueryResult,
    ) -> Result<()> {
        result.clear();
        check_cell_size(cell_size)?;
        let mut ball = Ball::new(centre, f64::from(cell_size))?;
        let mut scratch = self.scratch();
        let mut repeated = false;
        if let Some((open, shard)) = self.table(cell_size, step, &scratch.cancel)?
            && count > 0
        {
            repeated = shard.has_repeated_ids();
            // The radius doubles until the ball holds enough trajectories, or all.
            loop {
                scratch.hits.clear();
                search(&open, shard, step, &ball, &mut scratch)?;
                let found = if repeated { trajectories(&scratch.hits) } else { scratch.hits.len() };
                let (named, all) = (open.table.ids().len(), scratch.hits.len());
                if found >= count.min(named) || (ball.radius == f64::INFINITY && all >= named) {
                    break;
                }
                if ball.radius == f64::INFINITY {
                    let what = format!("{named} samples, of which {} has {all}", shard.shard().name());
                    return Err(open.contradiction(what));
                }
                ball.radius *= 2.0;
            }
        }
        scratch.hits.sort_unstable_by(|a, b| {
            a.sample.distance.total_cmp(&b.sample.distance).then((a.id, a.entry).cmp(&(b.id, b.entry)))
        });
        if repeated {
            let mut seen = HashSet::new();
            scratch.hits.retain(|hit| seen.insert(hit.id));
        }
        scratch.hits.truncate(count);
        result.push_ordered(&scratch.hits);
        Ok(())
    }

    /// The same as [`Dataset::query_radius`] around many points at one time step, in parallel: query n is that of
    /// `centres[n]`.
    ///
    /// # Errors
    /// As [`Dataset::query_radius`]; `result` then has the answers before the one that failed, or none.
    pub fn query_radius_batch(
        &self,
        cell_size: f32,
        step: i32,
        centres: &[[f64; 3]],
        radius: f64,
        result: &mut QueryResult,
    ) -> Result<()> {
        /// From this many points on, it pays to bring all positions of the step into the table's order first.
        const MANY: usize = 64;
        /// The number of points that a thread takes at once.
        const CHUNK: usize = 256;
        result.clear();
        let balls = centres.iter().map(|&c| Ball::new(c, radius)).collect::<Result<Vec<Ball>>>()?;
        let Some((open, shard)) = self.table(cell_size, step, self.cancel_token())? else {
            balls.iter().for_each(|_| result.push_query(&mut []));
            return Ok(());
        };
        let view = if balls.len() >= MANY { StepView::new(&open, shard, step)? } else { None };
        let answer = |balls: &[Ball], part: &mut QueryResult| {
            let (mut scratch, mut found) = (self.scratch(), Vec::new());
            scratch.check()?;
            for ball in balls {
                if let Some(view) = &view {
                    view.answer(ball, &mut found, part);
                } else {
                    scratch.hits.clear();
                    search(&open, shard, step, ball, &mut scratch)?;
                    part.push_query(&mut scratch.hits);
                }
            }
            check_whole(&open, shard)
        };
        // A batch of one part needs no threads.
        if balls.len() <= CHUNK {
            return answer(&balls, result);
        }
        let pool = self.pool()?;
        if pool.context().threads() == 1 {
            return answer(&balls, result);
        }
        let answer_part = |balls: &[Ball]| {
            let mut part = QueryResult::default();
            answer(balls, &mut part).map(|()| part)
        };
        let parts: Vec<QueryResult> =
            pool.install(|| balls.par_chunks(CHUNK).map(answer_part).collect::<Result<_>>())?;
        parts.iter().for_each(|part| result.append(part));
        Ok(())
    }

    /// Adds the samples in the ball at a time step to the hits. Fails with [`Error::Cancelled`] once the search was
    /// cancelled.
    pub(super) fn search_step(&self, cell_size: f32, step: i32, ball: &Ball, scratch: &mut Scratch) -> Result<()> {
        scratch.check()?;
        match self.table(cell_size, step, &scratch.cancel)? {
            Some((open, shard)) => search(&open, shard, step, ball, scratch),
            None => Ok(()),
        }
    }
}

/// Returns the number of different trajectories among hits.
fn trajectories(hits: &[Hit]) -> usize {
    hits.iter().map(|hit| hit.id).collect::<HashSet<u64>>().len()
}
