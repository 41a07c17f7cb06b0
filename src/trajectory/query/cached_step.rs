//! The positions of one time step in memory, in the order of its table.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use super::cell_tree::CellTree;
use super::counted::Counted;
use super::open_shard::OpenShard;
use crate::trajectory::table::HashTable;

/// The positions of one time step, filled leaf by leaf of the tree over its cells. Any number of threads may read and
/// fill it at once.
#[derive(Debug)]
pub(super) struct CachedStep {
    tree: CellTree,
    /// For each leaf of the tree, whether its positions were stored.
    leaves: Box<[AtomicBool]>,
    /// The bits of each sample's x, y and z.
    positions: Box<[[AtomicU32; 3]]>,
    /// The upper half of each sample's id, where the shard has ids over 32 bits.
    upper_ids: Option<Box<[AtomicU32]>>,
    _counted: Option<Counted>,
}

impl CachedStep {
    /// Returns the bytes that the positions of a table take.
    pub fn bytes(table: &HashTable, shard: &OpenShard) -> u64 {
        let words = if shard.has_wide_ids() { 4 } else { 3 };
        let (cells, samples) = (table.entries().len(), table.ids().len() as u64);
        CellTree::bytes(cells) + CellTree::leaves_of(cells) as u64 + samples * 4 * words
    }

    /// Makes room for the positions of a table, and stores none yet. The memory counts against no limit.
    pub fn new(table: &HashTable, shard: &OpenShard) -> CachedStep {
        let (cells, samples) = (table.entries().len(), table.ids().len());
        CachedStep {
            tree: CellTree::new(table.entries()),
            leaves: (0..CellTree::leaves_of(cells)).map(|_| AtomicBool::new(false)).collect(),
            positions: (0..samples).map(|_| Default::default()).collect(),
            upper_ids: shard.has_wide_ids().then(|| (0..samples).map(|_| AtomicU32::new(0)).collect()),
            _counted: None,
        }
    }

    /// Adds `bytes`, which it takes, to `used` until it is dropped.
    pub fn counted(self, bytes: u64, used: &Arc<AtomicU64>) -> CachedStep {
        CachedStep { _counted: Some(Counted::new(bytes, used)), ..self }
    }

    /// Returns the tree over the cells.
    pub fn tree(&self) -> &CellTree {
        &self.tree
    }

    /// Returns whether the positions of a leaf were stored.
    pub fn has_leaf(&self, leaf: usize) -> bool {
        // Acquire: whoever sees the mark also sees the positions that were stored before it.
        self.leaves[leaf].load(Ordering::Acquire)
    }

    /// Stores the positions and the full ids of a leaf whose samples begin at number `start`. Two threads that store
    /// the same leaf write the same values.
    pub fn keep_leaf(&self, leaf: usize, start: usize, samples: impl Iterator<Item = ([f32; 3], u64)>) {
        for (n, (position, id)) in (start..).zip(samples) {
            for (kept, coordinate) in self.positions[n].iter().zip(position) {
                kept.store(coordinate.to_bits(), Ordering::Relaxed);
            }
            if let Some(upper) = &self.upper_ids {
                upper[n].store((id >> 32) as u32, Ordering::Relaxed);
            }
        }
        self.leaves[leaf].store(true, Ordering::Release);
    }

    /// Returns the position of a sample in a stored leaf.
    pub fn position(&self, sample: usize) -> [f32; 3] {
        coordinates(&self.positions[sample])
    }

    /// Returns the positions of a run of samples in stored leaves.
    pub fn positions(&self, samples: std::ops::Range<usize>) -> impl Iterator<Item = [f32; 3]> {
        self.positions[samples].iter().map(coordinates)
    }

    /// Returns whether the shard has ids over 32 bits.
    pub fn has_wide_ids(&self) -> bool {
        self.upper_ids.is_some()
    }

    /// Returns the full id of a sample in a stored leaf, from its lower half.
    pub fn id(&self, sample: usize, low: u32) -> u64 {
        let upper = self.upper_ids.as_ref().map_or(0, |upper| upper[sample].load(Ordering::Relaxed));
        u64::from(upper) << 32 | u64::from(low)
    }
}

fn coordinates(bits: &[AtomicU32; 3]) -> [f32; 3] {
    bits.each_ref().map(|bits| f32::from_bits(bits.load(Ordering::Relaxed)))
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
