//! Finds the nearest trajectories to a point at one time step.

use std::collections::HashSet;
use std::f64::consts::PI;
use std::ops::Range;

use super::answering::Answering;
use super::boxes::{RoughBall, UNIT, units_of};
use super::cached_step::CachedStep;
use super::result::{Hit, QueryResult, Sample};
use super::step_search::{Reading, Scratch, StepSearch};
use super::unit::Kept;
use crate::Result;
use crate::trajectory::table::Ball;

impl Answering<'_> {
    /// Adds the nearest trajectories to a point, each with its nearest sample, to the answer, the nearest first.
    pub fn find_nearest(
        &self,
        step: &StepSearch,
        centre: [f64; 3],
        count: usize,
        scratch: &mut Scratch,
        result: &mut QueryResult,
    ) -> Result<()> {
        if let (Some(cached), None) = (step.cached(), &self.volume) {
            return nearest_of_cached(step, cached, centre, count.min(step.samples()), scratch, result);
        }
        scratch.hits.clear();
        self.in_growing_balls(step, centre, count, scratch)?;
        result.push_ordered(&scratch.hits, self.volume.is_some());
        Ok(())
    }

    /// Puts the nearest trajectories to a point into `scratch.hits`, each with its nearest sample, the nearest first.
    fn in_growing_balls(&self, step: &StepSearch, centre: [f64; 3], count: usize, scratch: &mut Scratch) -> Result<()> {
        let (volume, named) = (self.volume.as_ref(), step.samples());
        let repeated = volume.is_some() || step.has_repeated_ids()?;
        // Every sample is within this radius.
        let whole = match volume {
            Some(volume) => volume.radius_of_all(centre, &step.bounds()?),
            None => f64::INFINITY,
        };
        // A ball that holds somewhat more than the wanted number, if samples are as dense as where the nearest ones
        // were found last, or as in the cells that have any.
        let ball_of = |count: f64, density: f64| (count / density * 3.0 / (4.0 * PI)).cbrt();
        let wanted = count.min(named) as f64;
        let in_cells = step.samples_per_cell() / f64::from(self.cell_size).powi(3);
        let radius = ball_of(1.3 * wanted + 2.0, step.density().get().unwrap_or(in_cells));
        let mut ball = Ball::new(centre, radius.min(whole))?;
        // Larger balls, up to twice the radius each time, until one holds enough samples or all.
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
            let density = found.max(1) as f64 / (4.0 / 3.0 * PI * ball.radius.powi(3));
            let next = ball_of(1.3 * wanted + 2.0, density).clamp(1.1 * ball.radius, 2.0 * ball.radius);
            // Where that is no number, as for a radius of 0 or one beyond all numbers, it is everything.
            ball.radius = if next > ball.radius { next.min(whole) } else { whole };
        }
        step.density().learn(scratch.hits.len() as f64 / (4.0 / 3.0 * PI * ball.radius.powi(3)));
        let hits = &mut scratch.hits;
        let nearer = |a: &Hit, b: &Hit| {
            let by_distance = a.sample.distance.total_cmp(&b.sample.distance);
            by_distance.then_with(|| a.order().cmp(&b.order()))
        };
        if !repeated && count < hits.len() {
            hits.select_nth_unstable_by(count, nearer);
            hits.truncate(count);
        }
        hits.sort_unstable_by(nearer);
        if repeated {
            let mut seen = HashSet::new();
            hits.retain(|hit| seen.insert(hit.id));
        }
        hits.truncate(count);
        Ok(())
    }
}

/// Finds the `count` nearest among cached positions: first `count` of those around, and then all that are no farther
/// away, in a ball that becomes smaller with each nearer one.
fn nearest_of_cached(
    step: &StepSearch,
    cached: &CachedStep,
    centre: [f64; 3],
    count: usize,
    scratch: &mut Scratch,
    result: &mut QueryResult,
) -> Result<()> {
    let exact = Ball { centre, radius: f64::INFINITY };
    let mut ball = RoughBall::around(&exact);
    scratch.closest.begin(count);
    let around = some_units(step.samples(), cached.tree().unit_of(step.key_near(centre)), count);
    for unit in around.clone() {
        scratch.check()?;
        let read = step.unit(cached, unit, scratch)?;
        scratch.closest.search(unit, read, &mut ball);
    }
    scratch.closest.shrink(&mut ball);
    step.find_units(cached, &ball, &mut scratch.reading)?;
    let Scratch { closest, reading: Reading { units, .. }, found, order, .. } = scratch;
    for &number in units.iter().filter(|unit| !around.contains(*unit)) {
        if let Some(unit) = cached.unit(number) {
            closest.search(number, unit, &mut ball);
        }
    }
    closest.shrink(&mut ball);
    found.clear();
    found.extend(closest.numbers.iter().filter_map(|&number| {
        let (unit, number) = (number / UNIT as u32, number as usize % UNIT);
        let Kept { position, id } = cached.unit(unit)?.sample(number);
        Some((id, Sample { distance: exact.distance(position), position, time_step: step.step() }))
    }));
    // By single precision first, in which a few may be equal, and these exactly.
    let rough = |n: usize| (found[n].1.distance as f32).to_bits();
    let order = order.of((0..found.len()).map(rough));
    for equal in order.chunk_by_mut(|&a, &b| rough(a as usize) == rough(b as usize)) {
        equal.sort_unstable_by(|&a, &b| {
            let ((id_a, a), (id_b, b)) = (&found[a as usize], &found[b as usize]);
            a.distance.total_cmp(&b.distance).then(id_a.cmp(id_b))
        });
    }
    result.push_samples(order.iter().take(count).map(|&n| found[n as usize]));
    result.end_query();
    step.check_table()
}

/// Returns units around one of them that have `count` samples at least.
fn some_units(samples: usize, unit: u32, count: usize) -> Range<u32> {
    let (around, all) = ((count / UNIT) as u32, units_of(samples) as u32);
    let (mut first, mut end) = (unit.saturating_sub(around), (unit + around + 1).min(all));
    while samples.min(end as usize * UNIT) - first as usize * UNIT < count {
        (first, end) = if first > 0 { (first - 1, end) } else { (first, end + 1) };
    }
    first..end
}

/// Counts the trajectories among the hits.
fn trajectories(hits: &[Hit]) -> usize {
    hits.iter().map(|hit| hit.id).collect::<HashSet<u64>>().len()
}
