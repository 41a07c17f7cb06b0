//! The files that earlier builds left in the folder: tables that are kept, stale tables, files that are not groma's.

use std::io::ErrorKind;

use super::{Build, Purpose};
use crate::human::counted;
use crate::job::{Context, Runner};
use crate::trajectory::Steps;
use crate::trajectory::dataset::describe_steps;
use crate::trajectory::grid::Grid;
use crate::trajectory::shard::Shard;
use crate::trajectory::table::{Index, StaleTables, StepState, TableFolder, TableHeader, encoded_size, verify};
use crate::{Error, Result};

/// The state of a shard's tables, compared with what an earlier run made.
pub(super) enum Verified {
    Whole,
    /// At least one is gone.
    Missing,
    /// At least one is damaged or of another build.
    Damaged(Error),
}

impl Build<'_> {
    /// Refuses to replace a file that has a table's name and is none. A file as long as the table that the index has
    /// there is taken for that table, damaged.
    pub(super) fn refuse_foreign(&self, todo: &[(&Shard, Steps)]) -> Result<()> {
        for step in self.folder.steps()? {
            let next = todo.get(todo.partition_point(|(_, range)| range.last < step));
            if next.is_none_or(|(_, range)| step < range.first) {
                continue;
            }
            let Some(seen) = self.folder.foreign_beginning(step)? else { continue };
            let path = self.folder.table(step);
            let own = self.on_disk.as_ref().map(|index| index.state(step));
            if let Some(StepState::Table(table)) = own
                && path.metadata().is_ok_and(|found| found.len() == encoded_size(table.cells(), table.samples()))
            {
                continue;
            }
            let accepted = "a table, which begins with THST, or nothing under this name: groma did not write this \
                            file, and does not replace it; move it away";
            return Err(Error::bad_format(&path, 0, format!("a file that begins with {seen:?}"), accepted));
        }
        Ok(())
    }

    /// Finds the shards that no earlier run has finished: those whose tables are not all there, whole and unchanged.
    pub(super) fn find_missing<'s>(
        &self,
        shards: Vec<(&'s Shard, Steps)>,
        grid: &Grid,
        runner: &mut Runner,
    ) -> Result<Vec<((&'s Shard, Steps), Verified)>> {
        let context = runner.context().clone();
        let is_claimed = |range: Steps| self.options.resume && self.index.speaks_for(range);
        let mut found: Vec<Verified> = shards.iter().map(|_| Verified::Missing).collect();
        let claimed: Vec<(usize, Steps)> =
            shards.iter().map(|(_, range)| *range).enumerate().filter(|(_, range)| is_claimed(*range)).collect();
        if !claimed.is_empty() {
            let tables = claimed.iter().map(|(_, range)| self.index.tables_in(*range).len() as u64).sum();
            runner.begin("verify", claimed.len() as u64, tables)?;
            let verify = |(n, range)| match verify_tables(&self.folder, &self.index, range, grid, &context)? {
                // What cannot be read now may be whole, and is not this process's to make again.
                Verified::Damaged(e @ Error::Io { .. }) if self.purpose == Purpose::EndParts => Err(e),
                verified => Ok((n, verified)),
            };
            runner.run_units(claimed, context.threads(), verify, |(n, verified): (usize, Verified)| {
                found[n] = verified;
                Ok(())
            })?;
        }
        let missing: Vec<_> =
            shards.into_iter().zip(found).filter(|(_, verified)| !matches!(verified, Verified::Whole)).collect();
        let mut damaged = missing.iter().filter_map(|(_, verified)| match verified {
            Verified::Damaged(error) => Some(error),
            _ => None,
        });
        if let Some(error) = damaged.next()
            && self.purpose == Purpose::Build
        {
            let of = counted(1 + damaged.count() as u64, "shard");
            let message = format!("the tables of {of} are made again, for some were damaged or replaced: {error}");
            context.warn("damaged-tables", message);
        }
        Ok(missing)
    }

    /// Finds the tables that the new index does not speak for and that may be removed. Warns about files that have the
    /// name of a table and are none.
    pub(super) fn find_stale(&self, context: &Context) -> Result<StaleTables> {
        let mut stale = self.folder.stale(&self.index)?;
        let unknown: Vec<Steps> = self.dataset.unknown_steps().collect();
        // They may not be stale, for their shard may come back.
        stale.steps.retain(|step| !unknown.iter().any(|range| range.contains(*step)));
        let (index, dataset) = (&self.index, &self.dataset);
        if self.on_disk.is_none() {
            // Without an earlier index it is not known of what data these tables are: they may be the existing
            // plugin's.
            let is_unknown =
                |step: i32| index.state(step) == StepState::Missing && dataset.shard_number(step).is_some();
            let kept: Vec<Steps> = stale.steps.extract_if(.., |step| is_unknown(*step)).map(Steps::from).collect();
            if !kept.is_empty() {
                let (folder, which) = (self.folder.path().display(), describe_steps(&kept));
                context.warn(
                    "tables-without-index",
                    format!("{folder} holds tables of {which}, which no index speaks for; they are left as they are"),
                );
            }
        }
        if let Some(what) = stale.describe_foreign() {
            context.warn("foreign-files", format!("{}: {what}", self.folder.path().display()));
        }
        Ok(stale)
    }

    /// Removes stale tables where the options say so, or else warns about them. Returns how many were removed.
    pub(super) fn remove_stale(&self, stale: &StaleTables, context: &Context) -> Result<u64> {
        if stale.steps.is_empty() {
            return Ok(0);
        }
        let (n, which) = (stale.steps.len(), stale.describe());
        if self.options.prune_stale {
            self.folder.remove(stale)?;
            log::info!("Removed {n} stale tables (time steps {which})");
            return Ok(n as u64);
        }
        context.warn(
            "stale-tables",
            format!(
                "{} holds {n} stale tables of an earlier build with other data, box or cell size (time steps \
                 {which}); building with prune_stale (--prune-stale) removes them",
                self.folder.path().display()
            ),
        );
        Ok(0)
    }
}

/// Compares the tables of `range` with their records in an index.
pub(super) fn verify_tables(
    folder: &TableFolder,
    index: &Index,
    range: Steps,
    grid: &Grid,
    context: &Context,
) -> Result<Verified> {
    for table in index.tables_in(range) {
        context.check()?;
        let expected = TableHeader::new(grid, table.step(), table.cells(), table.samples());
        match verify(&folder.table(table.step()), &expected, table.checksum()) {
            Ok(()) => context.add_items(1),
            Err(e) if e.is_starved() => return Err(e),
            Err(Error::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound => return Ok(Verified::Missing),
            Err(e) => return Ok(Verified::Damaged(e)),
        }
    }
    Ok(Verified::Whole)
}
