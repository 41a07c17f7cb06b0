//! What users of an import are warned about.

use super::clock::TOLD_SHARE_OF_TIME_STEP;
use super::columns::short;
use super::precision::Precision;
use super::rows::Rows;
use super::seen::Seen;
use super::shards::Shards;
use crate::human::{count, counted, rough};
use crate::job::Context;
use crate::trajectory::dataset::describe_steps;

/// The first frame from which on frames look like times.
const LIKE_TIMES: i32 = 100_000_000;

/// Warns about what is known when shards are written; `lives` are the time steps of all trajectories' lives.
pub(super) fn of_shards(
    shards: &Shards,
    rows: &Rows,
    seen: &Seen,
    lives: u64,
    precision: &Precision,
    context: &Context,
) {
    warn_about_precision(shards, precision, context);
    warn_about_frames(shards, rows, seen, context);
    warn_about_times(rows, seen, shards.shift, context);
    warn_about_sparse_steps(rows, seen, Some((shards, lives)), context);
    warn_about_ids(shards, rows, seen, context);
}

/// Warns about what is known when rows are read.
pub(super) fn of_rows(rows: &Rows, seen: &Seen, shift: i32, context: &Context) {
    warn_about_times(rows, seen, shift, context);
    warn_about_sparse_steps(rows, seen, None, context);
}

fn warn_about_precision(shards: &Shards, precision: &Precision, context: &Context) {
    if precision.is_told() {
        let remedy = match shards.origin {
            None => "origin (--origin auto, or --origin X,Y,Z) subtracts an origin first and keeps it in the manifest",
            Some(_) => "the positions are too far from the origin that is subtracted, or too far apart",
        };
        context.warn(
            "precision",
            format!(
                "single precision moves positions by up to {}{}, and {} by more than {}: {remedy}",
                rough(precision.largest_rounding),
                precision.of_step().map_or(String::new(), |of_step| format!(", {of_step}")),
                counted(precision.rounded_samples, "sample"),
                rough(precision.told_from())
            ),
        );
    }
}

/// Warns about time steps without a shard, and about frames that may be times.
fn warn_about_frames(shards: &Shards, rows: &Rows, seen: &Seen, context: &Context) {
    if !shards.gaps.is_empty() {
        let steps = describe_steps(&shards.gaps);
        context.warn("gap", format!("no row has a frame of {steps}: there is no shard of these time steps"));
    }
    if seen.first >= LIKE_TIMES && rows.clock.is_none() {
        let what = format!(
            "the first frame is {}: where frames are times, the seconds between time steps make numbers of them \
             (time_per_step, --time-step)",
            seen.first
        );
        context.warn("frames-like-times", what);
    }
}

/// Warns about times beside their time steps, and about those that begin before 0.
fn warn_about_times(rows: &Rows, seen: &Seen, shift: i32, context: &Context) {
    let Some(clock) = &rows.clock else { return };
    if clock.rows_beside > 0 {
        let what = format!(
            "{} with a time beside its time step by more than {TOLD_SHARE_OF_TIME_STEP} of the {} s between two, up to \
             {}: each takes the nearest time step; where another time_per_step is meant, give it (--time-step)",
            counted(clock.rows_beside, "row"),
            clock.step,
            rough(clock.largest_share)
        );
        context.warn("beside-time-steps", what);
    }
    if shift < 0 && !clock.is_since_1970 {
        let what = format!("time step 0 is the time {} s, the first one, before 0", clock.time_of(seen.first));
        context.warn("times-before-0", what);
    }
}

/// The time steps from which on a data set with few samples in each is told.
const MANY_STEPS: u64 = 1000;

/// Warns where tables would be made for many time steps with next to nothing in them. Of shards that were written the
/// steps of all trajectories' lives are known.
fn warn_about_sparse_steps(rows: &Rows, seen: &Seen, lives: Option<(&Shards, u64)>, context: &Context) {
    let steps = seen.steps() - lives.map_or(0, |(shards, _)| shards.gaps.iter().map(|gap| gap.count()).sum());
    let per_step = seen.positions as f64 / steps as f64;
    // Steps from one sample of a trajectory to its next, on average; at least so many where it is not known.
    let apart = match lives {
        Some((shards, lives)) => {
            lives as f64 / (shards.samples.saturating_sub(shards.last_samples.len() as u64)).max(1) as f64
        }
        None if seen.ids.estimate() >= 2.0 => seen.ids.estimate() / per_step / 4.0,
        None => 1.0 / per_step,
    };
    const TOLD_APART: f64 = 3.0;
    if steps < MANY_STEPS || apart < TOLD_APART || per_step > 10.0 {
        return;
    }
    let next = match (&rows.clock, rows.columns.when) {
        (Some(clock), _) => format!("a larger time_per_step (--time-step {})", rough(apart * clock.step)),
        (None, _) => {
            let name = &rows.columns.names[1];
            format!("times by a time_per_step (--columns time={} --time-step {})", short(name), rough(apart))
        }
    };
    let what = format!(
        "{} have {} samples each, and the samples of a trajectory are some {} time steps apart: a build makes a table \
         of each; {next} makes fewer of them",
        counted(steps, "time step"),
        rough(per_step),
        count(apart.round() as u64)
    );
    context.warn("sparse-time-steps", what);
}

/// Warns about ids that may number rows in place of trajectories, and about those that a table cannot hold.
fn warn_about_ids(shards: &Shards, rows: &Rows, seen: &Seen, context: &Context) {
    let trajectories = shards.last_samples.len() as u64;
    if trajectories > 1 && trajectories == shards.samples && seen.first < seen.last.0 {
        let what = format!(
            "each of {} has one sample only: does column {} number the trajectories? id_column (--id-column) takes ids \
             from another one",
            counted(trajectories, "trajectory"),
            short(&rows.columns.names[0])
        );
        context.warn("single-samples", what);
    }
    if rows.rows_without_id > 0 {
        let what = format!("{} without an id: left out", counted(rows.rows_without_id, "row"));
        context.warn("rows-without-id", what);
    }
    if seen.wide_ids > 0 {
        let what = format!(
            "{} with an id over 32 bits, which a table cannot hold: a build fails, unless it cuts them (wide_ids, \
             --wide-ids truncate)",
            counted(seen.wide_ids, "row")
        );
        context.warn("wide-ids", what);
    }
    if shards.infinite > 0 {
        let what = format!(
            "{} with a coordinate that is infinite or beyond single precision (3.4e38): a build treats them as missing",
            counted(shards.infinite, "row")
        );
        context.warn("infinite-samples", what);
    }
}
