//! The start of a build: what earlier runs have done, the box, and the index that the build goes on with.

use super::block::{self, BlockCounts, ShardOutcome};
use super::identity::Identity;
use super::options::{Bounds, BuildHashTablesOptions, WideIds};
use super::plan::MemoryPlan;
use super::{Build, JOURNAL_NAME, JournalRecord, Purpose, planned, warnings};
use crate::io::atomic::remove_unfinished;
use crate::io::output::make_folder;
use crate::io::{input, lock};
use crate::job::{Context, Journal, Phase, Runner};
use crate::trajectory::Steps;
use crate::trajectory::dataset::ShardFolder;
use crate::trajectory::scan::{self, ShardScan};
use crate::trajectory::shard::Shard;
use crate::trajectory::table::{INDEX_NAME, Index, ShardRecord, TableFolder};
use crate::{Error, Result};

impl<'a> Build<'a> {
    /// Starts a build: locks the folder, finds out what earlier runs have done, and scans the data where the box is not
    /// known.
    pub(super) fn start(
        dataset: ShardFolder,
        options: &'a BuildHashTablesOptions,
        purpose: Purpose,
        runner: &mut Runner,
    ) -> Result<Build<'a>> {
        runner.plan(&[
            Phase { name: "scan", weight: 1.0 },
            Phase { name: "verify", weight: if options.resume { 0.5 } else { 0.0 } },
            Phase { name: "build", weight: 6.0 },
        ]);
        let context = runner.context().clone();
        warnings::about_folder(&dataset, &context);
        let steps = options.steps_of(&dataset)?;

        let folder = options.folder_of(&dataset);
        make_folder(folder.path(), "output")?;
        let now: Vec<ShardRecord> = dataset.shards.iter().map(|s| ShardRecord::new(s, None)).collect();
        let identity = Identity::new(options, &now, steps);
        let journal = folder.path().join(JOURNAL_NAME);
        let opened = Journal::open(&journal, &identity, options.resume, options.durability());
        let (mut journal, recovered) = match opened {
            // What has ended may come to its end again where nothing can be written.
            Err(e) if e.is_read_only() && purpose == Purpose::EndParts && !input::exists(&journal)? => {
                Journal::unwritten(&journal)
            }
            opened => opened?,
        };
        if !journal.is_locked() {
            context.warn("no-locks", format!("{}: {}", folder.path().display(), lock::NO_LOCKS));
        }
        let old_index = read_index(&folder, &context)?;
        folder.check_cell_size(options.cell_size, old_index.as_ref())?;
        warnings::about_journal(&recovered, options, &context);

        let Split { mut scans, mut outcomes, plan } = Split::of(recovered.records);
        let mut done_by_parts = Vec::new();
        if let Some(plan) = &plan {
            let built = planned::read_all_built(&folder, plan, &identity)?;
            done_by_parts.extend(built.iter().map(|outcome| outcome.first_step));
            outcomes.extend(built);
        } else {
            // Those of a plan may be of parts at work.
            remove_unfinished(folder.path())?;
        }
        let reusable = old_index.as_ref().filter(|old| options.resume && covers(old, &now, options));
        let (bounds, margin) = match (options.bounds, reusable) {
            (Bounds::Box(bounds), _) => (Some(bounds), None),
            (Bounds::Margin(margin), Some(old)) if scans.is_none() => (old.bounds, Some(margin)),
            (Bounds::Margin(margin), _) => {
                let scans = match &scans {
                    Some(journaled) => journaled,
                    None => scans.insert(scan_shards(&dataset, options, &mut journal, runner)?),
                };
                let data = scans.iter().filter_map(|s| s.bounds).reduce(|a, b| a.union(&b));
                (data.map(|data| data.grown(margin)), Some(margin))
            }
        };

        let mut index = Index::new(options.cell_size, bounds, margin);
        index.ids_truncated = options.wide_ids == WideIds::Truncate;
        index.coordinate_origin = origin_of(&dataset, old_index.as_ref(), &context)?;
        index.shards = now;
        let infinite_in_scan = scans.iter().flatten().fold(0, |sum: u64, s| sum.saturating_add(s.infinite_samples));
        if let Some(scans) = scans {
            index.shards.iter_mut().zip(scans).for_each(|(shard, scan)| shard.digest = Some(scan.digest));
        }
        let mut build = Build {
            dataset,
            options,
            folder,
            journal,
            kept: index.clone(),
            index,
            on_disk: old_index,
            counts: BlockCounts::default(),
            infinite_in_scan,
            steps,
            is_planned: plan.is_some(),
            done_by_parts,
            purpose,
        };
        build.take_over();
        for outcome in &outcomes {
            build.accept(outcome);
        }
        Ok(build)
    }

    /// Takes over the records of an earlier index about shards that have not changed, where it has the same grid.
    fn take_over(&mut self) {
        let Some(old) = self.on_disk.as_ref().filter(|old| old.same_grid(&self.index)) else { return };
        for shard in self.index.shards.iter_mut().filter(|s| s.digest.is_none()) {
            shard.digest = old.shards.iter().find(|o| o.is_unchanged(shard)).and_then(|o| o.digest);
        }
        (self.index.built, self.index.tables) = (old.built.clone(), old.tables.clone());
        let changed = |record: &&ShardRecord, others: &[ShardRecord]| !others.iter().any(|o| o.has_same_data(record));
        let gone = old.shards.iter().filter(|s| changed(s, &self.index.shards));
        let new = self.index.shards.iter().filter(|s| changed(s, &old.shards));
        let ranges = gone.chain(new).map(ShardRecord::time_steps);
        let ranges: Vec<Steps> = ranges.chain(self.dataset.unknown_steps()).collect();
        ranges.into_iter().for_each(|range| self.index.forget(range));
        self.kept = self.index.clone();
    }
}

/// The records of a journal.
struct Split {
    /// The result of pass 1, where it was done.
    scans: Option<Vec<ShardScan>>,
    /// The shards that are done.
    outcomes: Vec<ShardOutcome>,
    /// The plan of a build in parts.
    plan: Option<planned::Plan>,
}

impl Split {
    fn of(records: Vec<JournalRecord>) -> Split {
        let mut split = Split { scans: None, outcomes: Vec::new(), plan: None };
        for record in records {
            match record {
                JournalRecord::Scan(scan) => split.scans = Some(scan),
                JournalRecord::Batch(batch) => split.outcomes.extend(batch.into_iter().filter(ShardOutcome::is_sound)),
                JournalRecord::Plan(plan) => split.plan = Some(plan),
            }
        }
        split
    }
}

/// Runs pass 1: scans the shards and records the result in the journal. Refuses, before it, a memory limit that
/// suffices for no box and, after it, ids that a table cannot hold.
fn scan_shards(
    dataset: &ShardFolder,
    options: &BuildHashTablesOptions,
    journal: &mut Journal,
    runner: &mut Runner,
) -> Result<Vec<ShardScan>> {
    let all: Vec<_> = dataset.shards.iter().map(|s| (s, s.time_steps())).collect();
    MemoryPlan::check(&all, runner.context())?;
    let scans = scan::scan(&dataset.shards, runner)?;
    refuse_wide_ids(&dataset.shards, &scans, options)?;
    journal.append(&JournalRecord::Scan(scans.clone()))?;
    Ok(scans)
}

/// Returns whether an earlier build had the very same shards and margin, so that its box still holds. Where it treated
/// wide ids in another way, pass 1 has not looked at them as this build must.
fn covers(old: &Index, now: &[ShardRecord], options: &BuildHashTablesOptions) -> bool {
    let same_margin = matches!(options.bounds, Bounds::Margin(m) if old.margin.map(f64::to_bits) == Some(m.to_bits()));
    same_margin
        && old.ids_truncated == (options.wide_ids == WideIds::Truncate)
        && old.shards.len() == now.len()
        && old.shards.iter().zip(now).all(|(a, b)| a.is_unchanged(b))
}

/// Reads the folder's index. An unreadable index is replaced, with a warning; one of a later version is an error.
fn read_index(folder: &TableFolder, context: &Context) -> Result<Option<Index>> {
    match Index::read(folder.path()) {
        Err(Error::BadFormat { path, seen, .. }) => {
            let message = format!("{}: {seen}; it is not as groma wrote it, and is replaced", path.display());
            context.warn("index-replaced", message);
            Ok(None)
        }
        other => other,
    }
}

/// Returns the data set's origin, for the index. The earlier index's origin is kept where the manifest has lost or
/// changed it, as long as there are the same shards.
fn origin_of(dataset: &ShardFolder, old: Option<&Index>, context: &Context) -> Result<Option<[f64; 3]>> {
    let kept = old.filter(|old| old.shares_shards(&dataset.shards)).and_then(|old| old.coordinate_origin);
    match dataset.coordinate_origin() {
        Ok(origin) if kept.is_none() || kept == origin => {
            if origin.is_none()
                && let Some(lost) = dataset.lost_manifest()?
            {
                context.warn("manifest", lost);
            }
            return Ok(origin);
        }
        Ok(_) => {}
        Err(e) if e.is_starved() => return Err(e),
        Err(e) => {
            let what = "whether an origin was subtracted from the positions is not known";
            context.warn("manifest", format!("{e}; {what}"));
        }
    }
    if let Some(origin) = &kept {
        context.warn("origin-lost", dataset.lost_origin(origin, INDEX_NAME));
    }
    Ok(kept)
}

fn refuse_wide_ids(shards: &[Shard], scans: &[ShardScan], options: &BuildHashTablesOptions) -> Result<()> {
    let wide = shards.iter().zip(scans).find_map(|(shard, scan)| Some((shard, scan.wide_id?)));
    match wide {
        Some((shard, (id, entry))) if options.wide_ids == WideIds::Fail => Err(block::wide_id(shard, id, entry)),
        _ => Ok(()),
    }
}
