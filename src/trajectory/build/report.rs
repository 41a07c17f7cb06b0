//! The report of a build.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::Written;
use super::block::BlockCounts;
use crate::human::{bytes, count, counted, peak_memory, seconds};
use crate::job::{Context, PhaseReport, Warning, process_peak_bytes};
use crate::trajectory::Steps;
use crate::trajectory::dataset::ShardFolder;
use crate::trajectory::grid::BoundingBox;
use crate::trajectory::table::{Index, StaleTables};

/// The figures of a build.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct HashTablesReport {
    /// The data set's folder.
    pub dataset: PathBuf,
    /// The folder of the tables.
    pub folder: PathBuf,
    /// The edge of a cell.
    pub cell_size: f32,
    /// The box of the cells; `None` when the data set has no sample.
    pub bounds: Option<BoundingBox>,
    /// The first time step that was asked for and is in the data set.
    pub first_step: i32,
    /// The last time step that was asked for and is in the data set.
    pub last_step: i32,
    /// Time steps from the first to the last.
    pub steps: u64,
    /// Tables that there are now for these steps.
    pub tables: u64,
    /// Tables that this run wrote; an earlier run wrote the others.
    pub tables_written: u64,
    /// Time steps that an earlier run had done.
    pub steps_resumed: u64,
    /// Time steps known to have no sample, and so no table.
    pub empty_steps: u64,
    /// Time steps that are not known because a shard was left out.
    pub unknown_steps: u64,
    /// Samples in the tables of these steps.
    pub samples: u64,
    /// Cells in the tables of these steps.
    pub cells: u64,
    /// Bytes that this run wrote.
    pub bytes_written: u64,
    /// Shards that were used.
    pub shards: u64,
    /// Shards that were left out, and why.
    pub shards_skipped: Vec<SkippedShard>,
    /// Files whose names look like those of shards, and that are none.
    pub look_alikes: Vec<String>,
    /// Samples with an infinite coordinate, treated as missing.
    pub infinite_samples: u64,
    /// Positions in entries whose number of valid samples is 0, which were skipped.
    pub uncounted_samples: u64,
    /// Entries whose trajectory id was cut to 32 bits.
    pub truncated_ids: u64,
    /// Samples in a border cell in which they do not lie.
    pub clamped_samples: u64,
    /// Stale tables found: of an earlier build with other data, box or cell size.
    pub stale_tables: u64,
    /// Stale tables removed.
    pub stale_removed: u64,
    /// Threads of the pool.
    pub threads: usize,
    /// Seconds that the build took.
    pub seconds: f64,
    /// The phases that ran.
    pub phases: Vec<PhaseReport>,
    /// The memory limit, in bytes.
    pub memory_limit: u64,
    /// The most bytes the buffers took at once.
    pub peak_buffer_bytes: u64,
    /// The most physical memory the whole process has had, where the system tells, as
    /// [`process_peak_bytes`](crate::job::process_peak_bytes): with pages of files, which the memory limit does not
    /// count.
    pub process_peak_bytes: Option<u64>,
    /// The warnings, in the order in which they came up.
    pub warnings: Vec<Warning>,
}

/// A shard that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SkippedShard {
    /// The file's name.
    pub name: String,
    /// The error of the shard.
    pub reason: String,
}

/// A finished build, which the report is about.
pub(super) struct Finished<'a> {
    pub dataset: ShardFolder,
    pub folder: PathBuf,
    pub index: &'a Index,
    pub steps: Steps,
    pub counts: BlockCounts,
    pub written: Written,
    pub stale: StaleTables,
    pub removed: u64,
    pub phases: Vec<PhaseReport>,
    pub seconds: f64,
    pub context: &'a Context,
}

impl HashTablesReport {
    pub(super) fn new(finished: Finished<'_>) -> HashTablesReport {
        let Finished { dataset, index, steps: range, counts, written, context, .. } = finished;
        let tables = index.tables_in(range);
        let steps = range.count();
        let known: u64 = index.built.iter().filter_map(|built| built.cut_to(range)).map(Steps::count).sum();
        let count = tables.len() as u64;
        HashTablesReport {
            dataset: dataset.path,
            folder: finished.folder,
            cell_size: index.cell_size,
            bounds: index.bounds,
            first_step: range.first,
            last_step: range.last,
            steps,
            tables: count,
            tables_written: written.tables,
            steps_resumed: written.steps_resumed,
            empty_steps: known - count,
            unknown_steps: steps - known,
            samples: tables.iter().map(|t| u64::from(t.samples())).sum(),
            cells: tables.iter().map(|t| u64::from(t.cells())).sum(),
            bytes_written: written.bytes,
            shards: dataset.shards.len() as u64,
            shards_skipped: dataset
                .bad_shards
                .into_iter()
                .map(|bad| SkippedShard { name: bad.name, reason: bad.error.to_string() })
                .collect(),
            look_alikes: dataset.look_alikes,
            infinite_samples: counts.infinite_samples,
            uncounted_samples: counts.uncounted_samples,
            truncated_ids: counts.truncated_ids,
            clamped_samples: counts.clamped_samples,
            stale_tables: finished.stale.steps.len() as u64,
            stale_removed: finished.removed,
            threads: context.threads(),
            seconds: finished.seconds,
            phases: finished.phases,
            memory_limit: context.memory().limit(),
            peak_buffer_bytes: context.memory().peak(),
            process_peak_bytes: process_peak_bytes(),
            warnings: context.warnings(),
        }
    }
}

/// The summary that the command line prints: some lines, without a newline at the end.
impl fmt::Display for HashTablesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = vec![format!("{} in {}", counted(self.tables, "table"), self.folder.display())];
        let mut line = |name: &str, text: String| lines.push(format!("  {name:<12} {text}"));
        line("time steps", self.describe_steps());
        line("samples", count(self.samples));
        let per_cell = self.samples as f64 / self.cells.max(1) as f64;
        line("cells", format!("{} ({per_cell:.1} samples a cell)", count(self.cells)));
        line("written", format!("{} in {}", bytes(self.bytes_written), counted(self.tables_written, "table")));
        let phases: Vec<String> = self.phases.iter().map(|p| format!("{} {}", p.name, seconds(p.seconds))).collect();
        let threads = counted(self.threads as u64, "thread");
        line("time", format!("{} ({}) on {threads}", seconds(self.seconds), phases.join(", ")));
        line("peak memory", peak_memory(self.process_peak_bytes, self.peak_buffer_bytes));
        for shard in &self.shards_skipped {
            line("left out", format!("{}: {}", shard.name, shard.reason));
        }
        self.notes().into_iter().for_each(|note| line("note", note));
        f.write_str(&lines.join("\n"))
    }
}

impl HashTablesReport {
    fn describe_steps(&self) -> String {
        let mut steps = format!("{} ({} to {})", count(self.steps), self.first_step, self.last_step);
        for (n, what) in [
            (self.empty_steps, "without a sample"),
            (self.steps_resumed, "done by an earlier run"),
            (self.unknown_steps, "unknown: their shard was left out"),
        ] {
            if n > 0 {
                steps += &format!(", {} {what}", count(n));
            }
        }
        steps
    }

    /// Describes everything out of the ordinary, with its amount.
    fn notes(&self) -> Vec<String> {
        let counts = [
            (self.infinite_samples, ["sample", "with an infinite coordinate, treated as missing"]),
            (self.uncounted_samples, ["position", "of entries with 0 valid samples, skipped"]),
            (self.truncated_ids, ["trajectory id", "over 32 bits, which was cut"]),
            (self.clamped_samples, ["sample", "clamped to a border cell"]),
            (self.stale_removed, ["stale table", "removed"]),
            (self.stale_tables - self.stale_removed, ["stale table", "of an earlier build still there"]),
        ];
        let there = counts.into_iter().filter(|(n, _)| *n > 0);
        there.map(|(n, [thing, what])| format!("{} {what}", counted(n, thing))).collect()
    }
}
