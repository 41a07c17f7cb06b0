//! Compares the tables in a data set's folder with its shards as they are.

use super::Inspection;
use super::contents::Contents;
use super::tables::read_tables;
use crate::Result;
use crate::human::{counted, first_of, numbers};
use crate::job::Runner;
use crate::trajectory::Steps;
use crate::trajectory::dataset::{ShardFolder, describe_steps};
use crate::trajectory::table::{INDEX_NAME, Index, ShardRecord, StepState, TABLES_FOLDER, TableFolder};

/// Reads the tables in `folders`, and reports their faults and their differences from the shards.
pub(super) fn check(
    dataset: &ShardFolder,
    folders: &[TableFolder],
    contents: &Contents,
    found: &mut Inspection,
    runner: &mut Runner,
) -> Result<()> {
    let mut counts = Vec::new();
    // Problems of the manifest were reported before.
    let origin = dataset.coordinate_origin().ok().flatten();
    for folder in folders {
        let name = folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut own = Inspection::new(folder.path(), "folder of hash tables");
        let steps = folder.steps()?;
        counts.push(format!("{} in {name}", counted(steps.len() as u64, "table")));
        if let Some(index) = own.take(Index::read(folder.path()))? {
            let samples = read_tables(folder.path(), steps, index.as_ref(), &mut own, runner)?;
            compare(dataset, index.as_ref(), &samples, contents, &mut own);
            if let Some(then) = index.and_then(|index| index.coordinate_origin).filter(|then| Some(*then) != origin) {
                own.problems.push(dataset.lost_origin(&then, INDEX_NAME));
            }
        }
        let named = |what: String| format!("{TABLES_FOLDER}/{name}: {what}");
        found.problems.extend(own.problems.into_iter().map(named));
        found.warnings.extend(own.warnings.into_iter().map(named));
    }
    if !counts.is_empty() {
        found.fact("hash tables", counts);
    }
    Ok(())
}

/// Compares the numbers of samples in `tables`, which are pairs of time step and number, and the index with what was
/// read of the shards.
fn compare(
    dataset: &ShardFolder,
    index: Option<&Index>,
    tables: &[(i32, u32)],
    contents: &Contents,
    found: &mut Inspection,
) {
    let mut is_other = vec![false; dataset.shards.len()];
    let all_there = index.is_none_or(|index| compare_shards(dataset, index, contents, &mut is_other, found));
    compare_samples(dataset, tables, contents, &is_other, found);
    if all_there {
        report_orphans(dataset, tables, found);
    }
    let Some(index) = index else { return };
    let is_whole = all_there && !is_other.contains(&true) && dataset.shards.len() == index.shards.len();
    if is_whole && dataset.bad_shards.is_empty() {
        compare_box(index, contents, found);
    }
    compare_empty_steps(dataset, index, contents, &is_other, found);
}

/// Reports tables that have another number of samples than their shard, where they were built from that shard.
fn compare_samples(
    dataset: &ShardFolder,
    tables: &[(i32, u32)],
    contents: &Contents,
    is_other: &[bool],
    found: &mut Inspection,
) {
    let samples_at = |step: i32| {
        let n = dataset.shard_number(step).filter(|&n| !is_other[n])?;
        let at = (step - dataset.shards[n].first_step) as usize;
        Some((n, contents.shards[n].samples.get(at).copied().unwrap_or(0)))
    };
    let differing: Vec<(i32, u32, usize, u32)> = tables
        .iter()
        .filter_map(|&(step, seen)| samples_at(step).map(|(n, samples)| (step, seen, n, samples)))
        .filter(|(_, seen, _, samples)| seen != samples)
        .collect();
    if let Some((step, seen, n, samples)) = differing.first() {
        let steps: Vec<i32> = differing.iter().map(|table| table.0).collect();
        found.problems.push(format!(
            "tables of other data than the shards have: that of time step {step} has {seen} samples, {} has {samples} \
             there; build again, without resume (time steps {})",
            dataset.shards[*n].name(),
            first_of(&steps, steps.len() as u64)
        ));
    }
}

/// Reports tables of time steps that no shard has.
fn report_orphans(dataset: &ShardFolder, tables: &[(i32, u32)], found: &mut Inspection) {
    let unknown: Vec<Steps> = dataset.unknown_steps().collect();
    let is_bad = |step: i32| unknown.iter().any(|range| range.contains(step));
    let without_shard = |step: &i32| dataset.shard_number(*step).is_none() && !is_bad(*step);
    let orphans: Vec<i32> = tables.iter().map(|table| table.0).filter(without_shard).collect();
    if !orphans.is_empty() {
        found.problems.push(format!(
            "tables of time steps that no shard has ({}): put the shard back, or build again with prune_stale \
             (--prune-stale), which takes them away",
            first_of(&orphans, orphans.len() as u64)
        ));
    }
}

/// Reports a box that differs from the box of the shards with the index's margin.
fn compare_box(index: &Index, contents: &Contents, found: &mut Inspection) {
    if let (Some(margin), Some(bounds)) = (index.margin, index.bounds)
        && let Some(expected) = contents.extents[0].map(|extent| extent.grown(margin))
        && bounds != expected
    {
        found.problems.push(format!(
            "the index says that the cells were made in the box {} to {}, but that of the shards with a margin of \
             {margin} is {} to {}: build again, without resume",
            numbers(&bounds.min),
            numbers(&bounds.max),
            numbers(&expected.min),
            numbers(&expected.max)
        ));
    }
}

/// Reports time steps that the index calls empty and at which shards that it was made from have samples.
fn compare_empty_steps(
    dataset: &ShardFolder,
    index: &Index,
    contents: &Contents,
    is_other: &[bool],
    found: &mut Inspection,
) {
    let steps = dataset.shards.iter().zip(&contents.shards).zip(is_other).filter(|(_, is_other)| !**is_other);
    let with_samples = steps.flat_map(|((shard, contents), _)| {
        (shard.first_step..).zip(&contents.samples).filter(|(_, count)| **count > 0).map(|(step, _)| step)
    });
    let not_empty: Vec<i32> = with_samples.filter(|&step| index.state(step) == StepState::Empty).collect();
    if !not_empty.is_empty() {
        found.problems.push(format!(
            "the index says that there is no sample at time steps at which the shards have some ({}): build again, \
             without resume",
            first_of(&not_empty, not_empty.len() as u64)
        ));
    }
}

/// Compares the shards that the tables were built from with those of the data set, and marks those that have changed.
/// Returns whether all of them are still there.
fn compare_shards(
    dataset: &ShardFolder,
    index: &Index,
    contents: &Contents,
    is_other: &mut [bool],
    found: &mut Inspection,
) -> bool {
    let speaks = |steps: Steps| index.built_in(steps).next().is_some();
    let (mut other, mut hidden) = (Vec::new(), Vec::new());
    for (n, (shard, contents)) in dataset.shards.iter().zip(&contents.shards).enumerate() {
        if !speaks(shard.time_steps()) {
            continue;
        }
        let now = ShardRecord::new(shard, contents.digest);
        let then = index.shards.iter().find(|then| then.first_step == now.first_step);
        if then.is_none_or(|then| !then.has_same_data(&now)) {
            is_other[n] = true;
            let looks_the_same = then.is_some_and(|then| then.is_unchanged(&now));
            if looks_the_same { &mut hidden } else { &mut other }.push(now.name);
        }
    }
    for (names, how) in [(other, ""), (hidden, ", though their size and time are the same; queries do not see it")] {
        if !names.is_empty() {
            found.problems.push(format!(
                "the tables were not built from the shards as they are{how}: build again, without resume ({})",
                first_of(&names, names.len() as u64)
            ));
        }
    }
    let is_bad = |record: &ShardRecord| dataset.bad_shards.iter().any(|bad| bad.name == record.name);
    let is_there = |record: &ShardRecord| dataset.shards.iter().any(|shard| shard.first_step == record.first_step);
    let gone: Vec<&ShardRecord> = index
        .shards
        .iter()
        .filter(|record| speaks(record.time_steps()) && !is_bad(record) && !is_there(record))
        .collect();
    if !gone.is_empty() {
        let names: Vec<&str> = gone.iter().map(|record| &record.name[..]).collect();
        let steps: Vec<Steps> = gone.iter().map(|record| record.time_steps()).collect();
        found.problems.push(format!(
            "the index speaks for {} of shards that are not in the data set: put them back, or build again with \
             prune_stale (--prune-stale), which takes their tables away ({})",
            describe_steps(&steps),
            first_of(&names, names.len() as u64)
        ));
    }
    gone.is_empty()
}
