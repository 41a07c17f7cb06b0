//! Batches of shards, the units of a build.

use std::sync::{Arc, Mutex};

use super::block::{Builder, ShardOutcome};
use super::options::BuildHashTablesOptions;
use super::plan::MemoryPlan;
use crate::io::atomic::sync_folder;
use crate::job::{Context, Runner};
use crate::trajectory::Steps;
use crate::trajectory::grid::Grid;
use crate::trajectory::shard::Shard;
use crate::trajectory::table::TableFolder;
use crate::{Error, Result};

/// Shards that are built batch by batch, in buffers that all of them share.
pub(super) struct Batches<'a> {
    batches: Vec<Batch<'a>>,
    /// The room for samples in the tables.
    slots: u64,
    builder: Mutex<Builder>,
    /// The folder of the tables, where each batch is to be on the disk before it counts as done.
    synced: Option<&'a TableFolder>,
}

impl<'a> Batches<'a> {
    /// Plans the memory for the shards `todo`.
    pub fn new(
        todo: &[(&'a Shard, Steps)],
        grid: Grid,
        options: &BuildHashTablesOptions,
        folder: &'a TableFolder,
        context: &Arc<Context>,
    ) -> Result<Batches<'a>> {
        let plan = MemoryPlan::new(todo, grid, options, context)?;
        Ok(Batches {
            batches: numbered_batches(todo, options.batch_size as usize),
            slots: todo.iter().map(|(shard, range)| u64::from(shard.entries) * range.count()).sum(),
            builder: Mutex::new(Builder::new(grid, options, folder.clone(), plan, context.clone())?),
            synced: Some(folder).filter(|_| options.fsync),
        })
    }

    /// Begins the phase.
    pub fn begin(&self, runner: &mut Runner) -> Result<()> {
        runner.begin("build", self.batches.len() as u64, self.slots)
    }

    /// Builds the batches one after the other and hands over what each has become.
    pub fn build(self, runner: &mut Runner, mut on_batch: impl FnMut(Vec<ShardOutcome>) -> Result<()>) -> Result<()> {
        let Batches { batches, builder, synced, .. } = self;
        runner.run_units(
            batches,
            1,
            |batch| {
                batch.log();
                let mut builder = builder.lock().map_err(|_| Error::Internal("an earlier batch panicked".into()))?;
                batch.shards.iter().map(|(shard, range)| builder.build_shard(shard, *range)).collect()
            },
            |batch: Vec<ShardOutcome>| {
                synced.map_or(Ok(()), |folder| sync_folder(folder.path()))?;
                on_batch(batch)
            },
        )
    }
}

/// A batch: shards that are read, built and freed together.
struct Batch<'a> {
    /// The numbers of its first and last shard among those to be built.
    numbers: (usize, usize),
    shards: Vec<(&'a Shard, Steps)>,
}

fn numbered_batches<'a>(todo: &[(&'a Shard, Steps)], size: usize) -> Vec<Batch<'a>> {
    todo.chunks(size)
        .enumerate()
        .map(|(n, shards)| Batch { numbers: (n * size, n * size + shards.len() - 1), shards: shards.to_vec() })
        .collect()
}

impl Batch<'_> {
    fn log(&self) {
        log::info!("Processing batch {}-{} ({} shards)", self.numbers.0, self.numbers.1, self.shards.len());
        let (first, last) = (self.shards[0].1.first, self.shards[self.shards.len() - 1].1.last);
        let steps: u64 = self.shards.iter().map(|(_, range)| range.count()).sum();
        log::debug!("Batch timestep range: {first} to {last} ({steps} timesteps)");
    }
}
