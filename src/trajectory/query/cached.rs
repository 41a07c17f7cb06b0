//! The positions of one table, kept in its order.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use super::shards::OpenShard;
use crate::trajectory::table::HashTable;

/// The positions of one table.
#[derive(Debug)]
pub(super) struct CachedStep {
    /// For each cell whether its positions are here.
    cells: Box<[AtomicBool]>,
    /// For each sample the bits of x, y and z.
    positions: Box<[[AtomicU32; 3]]>,
    /// For each sample the upper half of its id, in a shard with ids of more than 32 bits.
    upper_ids: Option<Box<[AtomicU32]>>,
    _counted: Option<Counted>,
}

impl CachedStep {
    /// Bytes that the positions of a table take.
    pub fn bytes(table: &HashTable, shard: &OpenShard) -> u64 {
        let words = if shard.has_wide_ids() { 4 } else { 3 };
        let header = table.header();
        u64::from(header.entry_count) + u64::from(header.trajectory_id_count) * 4 * words
    }

    /// Without any position yet. What is not counted is a query's own.
    pub fn new(table: &HashTable, shard: &OpenShard) -> CachedStep {
        let (cells, samples) = (table.entries().len(), table.ids().len());
        CachedStep {
            cells: (0..cells).map(|_| AtomicBool::new(false)).collect(),
            positions: (0..samples).map(|_| Default::default()).collect(),
            upper_ids: shard.has_wide_ids().then(|| (0..samples).map(|_| AtomicU32::new(0)).collect()),
            _counted: None,
        }
    }

    /// The same, with its bytes added to those that are used, as long as it is kept.
    pub fn counted(self, used: &Arc<AtomicU64>) -> CachedStep {
        let words = self.positions.len() * 3 + self.upper_ids.as_ref().map_or(0, |upper| upper.len());
        let bytes = (self.cells.len() + 4 * words) as u64;
        used.fetch_add(bytes, Ordering::Relaxed);
        CachedStep { _counted: Some(Counted { bytes, used: used.clone() }), ..self }
    }

    /// Whether the positions of a cell are here.
    pub fn has_cell(&self, cell: usize) -> bool {
        // What was kept before the mark is seen behind it.
        self.cells[cell].load(Ordering::Acquire)
    }

    /// Keeps the positions and the full ids of a cell, whose samples begin with number `start`. Two threads that keep
    /// the same cell write the same.
    pub fn keep_cell(&self, cell: usize, start: usize, samples: impl Iterator<Item = ([f32; 3], u64)>) {
        for (n, (position, id)) in (start..).zip(samples) {
            for (kept, coordinate) in self.positions[n].iter().zip(position) {
                kept.store(coordinate.to_bits(), Ordering::Relaxed);
            }
            if let Some(upper) = &self.upper_ids {
                upper[n].store((id >> 32) as u32, Ordering::Relaxed);
            }
        }
        self.cells[cell].store(true, Ordering::Release);
    }

    /// The position of a sample in a cell that is here.
    pub fn position(&self, sample: usize) -> [f32; 3] {
        self.positions[sample].each_ref().map(|bits| f32::from_bits(bits.load(Ordering::Relaxed)))
    }

    /// The positions of the samples in cells that are here.
    pub fn positions(&self, samples: std::ops::Range<usize>) -> impl Iterator<Item = [f32; 3]> {
        let position = |bits: &[AtomicU32; 3]| bits.each_ref().map(|bits| f32::from_bits(bits.load(Ordering::Relaxed)));
        self.positions[samples].iter().map(position)
    }

    /// Whether ids have more than their lower 32 bits.
    pub fn has_wide_ids(&self) -> bool {
        self.upper_ids.is_some()
    }

    /// The full id of a sample in a cell that is here.
    pub fn id(&self, sample: usize, low: u32) -> u64 {
        let upper = self.upper_ids.as_ref().map_or(0, |upper| upper[sample].load(Ordering::Relaxed));
        u64::from(upper) << 32 | u64::from(low)
    }
}

/// Bytes that are kept, as long as they are.
#[derive(Debug)]
struct Counted {
    bytes: u64,
    used: Arc<AtomicU64>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// What a table has in the cache, and when it was asked last.
#[derive(Debug, Default)]
pub(super) struct CacheSlot {
    step: RwLock<Option<Arc<CachedStep>>>,
    asked: AtomicU64,
}

impl CacheSlot {
    /// What is kept.
    pub fn get(&self) -> Option<Arc<CachedStep>> {
        self.step.read().expect("no panic while held").clone()
    }

    /// Keeps something, or nothing any more.
    pub fn set(&self, step: Option<Arc<CachedStep>>) {
        *self.step.write().expect("no panic while held") = step;
    }

    /// When the table was asked last, by the cache's clock; 0: never.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// Notes when the table is asked.
    pub fn ask(&self, time: u64) {
        self.asked.store(time, Ordering::Relaxed);
    }
}
