//! The positions of one time step in memory, in the order of its table.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, RwLock};

use super::boxes::{BoxTree, UNIT, units_of};
use super::counted::Counted;
use super::open_shard::OpenShard;
use super::unit::{Kept, Unit};
use crate::trajectory::table::{CellGrid, HashTable};

/// The positions of one time step, filled unit by unit of the tree over its samples. Any number of threads may read and
/// fill it at once.
#[derive(Debug)]
pub(super) struct CachedStep {
    tree: BoxTree,
    units: Box<[OnceLock<Unit>]>,
    samples: usize,
    has_wide_ids: bool,
    _counted: Option<Counted>,
}

impl CachedStep {
    /// Returns the bytes that the positions of a table take.
    pub fn bytes(table: &HashTable, shard: &OpenShard) -> u64 {
        let samples = table.ids().len();
        let (units, wide) = (units_of(samples), shard.has_wide_ids());
        let of_units = samples / UNIT * Unit::bytes(UNIT, wide) + Unit::bytes(samples % UNIT, wide);
        (BoxTree::bytes(samples) + units * size_of::<OnceLock<Unit>>() + of_units) as u64
    }

    /// Makes room for the positions of a table, and stores none yet. The memory counts against no limit.
    pub fn new(table: &HashTable, grid: &CellGrid, shard: &OpenShard) -> CachedStep {
        let samples = table.ids().len();
        CachedStep {
            tree: BoxTree::new(table.entries(), grid, samples),
            units: (0..units_of(samples)).map(|_| OnceLock::new()).collect(),
            samples,
            has_wide_ids: shard.has_wide_ids(),
            _counted: None,
        }
    }

    /// Adds `bytes`, which it takes, to `used` until it is dropped.
    pub fn counted(self, bytes: u64, used: &Arc<AtomicU64>) -> CachedStep {
        CachedStep { _counted: Some(Counted::new(bytes, used)), ..self }
    }

    /// Returns the tree over the samples.
    pub fn tree(&self) -> &BoxTree {
        &self.tree
    }

    /// Returns a unit, if its positions were stored.
    pub fn unit(&self, unit: u32) -> Option<&Unit> {
        self.units[unit as usize].get()
    }

    /// Returns the numbers of the samples of a unit in the table.
    pub fn samples_of(&self, unit: u32) -> Range<usize> {
        let start = unit as usize * UNIT;
        start..self.samples.min(start + UNIT)
    }

    /// Stores the samples of a unit, in any order. Of two threads that store the same unit, one does.
    pub fn keep(&self, unit: u32, samples: &mut [Kept]) {
        // The other one has the same samples.
        let _ = self.units[unit as usize].set(Unit::new(samples, self.has_wide_ids));
    }

    /// Returns whether the shard has ids over 32 bits.
    pub fn has_wide_ids(&self) -> bool {
        self.has_wide_ids
    }
}

/// A table's place in the cache: its positions, and when a query last asked for the table.
#[derive(Debug, Default)]
pub(super) struct CacheSlot {
    step: RwLock<Option<Arc<CachedStep>>>,
    asked: AtomicU64,
}

impl CacheSlot {
    /// Returns the table's positions, if the cache has them.
    pub fn get(&self) -> Option<Arc<CachedStep>> {
        self.step.read().expect("no panic while held").clone()
    }

    /// Puts positions into the cache, or removes them.
    pub fn set(&self, step: Option<Arc<CachedStep>>) {
        *self.step.write().expect("no panic while held") = step;
    }

    /// Returns when a query last asked for the table, by the cache's clock; 0 for never.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// Records that a query asks for the table.
    pub fn ask(&self, time: u64) {
        self.asked.store(time, Ordering::Relaxed);
    }
}
