//! The warnings of a build.

use super::block::BlockCounts;
use super::options::{Bounds, BuildHashTablesOptions};
use crate::job::{Context, Recovered};
use crate::trajectory::dataset::ShardFolder;
use crate::trajectory::grid::Grid;

/// Warns about oddities in the folder of a data set.
pub(super) fn about_folder(dataset: &ShardFolder, context: &Context) {
    for name in &dataset.look_alikes {
        let path = dataset.path.join(name);
        context.warn(
            "look-alike",
            format!("{} is not read: a shard is a file named shard-<first time step>.bin", path.display()),
        );
    }
    if let Some(problem) = &dataset.metadata_problem {
        context.warn("metadata", format!("{problem}; entries are taken to have no padding"));
    }
    for contradiction in &dataset.contradictions {
        context.warn("contradiction", contradiction.as_str());
    }
    if let Some(gaps) = dataset.explain(&dataset.gaps()).describe_unexplained() {
        context.warn("gap", gaps);
    }
    for bad in &dataset.bad_shards {
        context.warn("bad-shard", format!("left out: {}", bad.error));
    }
}

/// Warns about an earlier, interrupted build in the folder that is not continued.
pub(super) fn about_journal<R>(recovered: &Recovered<R>, options: &BuildHashTablesOptions, context: &Context) {
    if recovered.interrupted && !options.resume {
        log::info!(
            "An earlier build in this folder was interrupted; this one starts anew, where resume (--resume) would \
             continue it"
        );
    }
    if recovered.other_job {
        context.warn(
            "journal-of-another-build",
            "the interrupted build in this folder had other shards or options; this one starts anew",
        );
    }
}

/// Warns about samples that were treated as missing.
pub(super) fn about_infinite(counts: &BlockCounts, context: &Context) {
    let count = counts.infinite_samples;
    if count > 0 {
        context
            .warn("infinite-samples", format!("{count} samples with an infinite coordinate were treated as missing"));
    }
}

/// Warns about samples and ids that differ between the tables and the shards.
pub(super) fn about_samples(counts: &BlockCounts, bounds: &Bounds, grid: &Grid, context: &Context) {
    about_infinite(counts, context);
    if counts.uncounted_samples > 0 {
        context.warn(
            "uncounted-samples",
            format!(
                "{} positions are in entries whose number of valid samples is 0, and were skipped (trajectories \
                 inspect tells more)",
                counts.uncounted_samples
            ),
        );
    }
    if counts.truncated_ids > 0 {
        context.warn(
            "truncated-ids",
            format!(
                "{} entries have a trajectory id over 32 bits, which was cut: different trajectories may have \
                 become one",
                counts.truncated_ids
            ),
        );
    }
    if counts.clamped_samples > 0 {
        let fits = grid.smallest_cell_size_that_fits();
        let hint = match bounds {
            Bounds::Margin(_) => format!("the smallest cell size that fits this box is {fits}"),
            Bounds::Box(_) => format!(
                "they lie outside the box given, or the box is larger than 2^21 cells (the smallest cell size \
                 that fits it is {fits})"
            ),
        };
        context.warn(
            "clamped-samples",
            format!("{} samples are in a border cell that is not theirs (clamped): {hint}", counts.clamped_samples),
        );
    }
}
