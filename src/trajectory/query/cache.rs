//! Positions that are kept in memory in the order of their table, so that a time step that is asked again reads them
//! one after another.
//!
//! A shard has the positions of a trajectory together, a table those of a place: an answer from the files reads one
//! place in memory for each sample. What a query has read this way is kept, cell by cell, from the second query at a
//! time step on: no query waits for positions that it does not need. The kept positions of all tables stay within a
//! limit. When it is reached, those whose time step was asked longest ago go, but only for a time step that was asked
//! later than they were: a range of more time steps than there is room for keeps some of them rather than each for a
//! moment.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::cached::{CacheSlot, CachedStep};
use super::shards::OpenShard;
use super::tables::OpenTable;
use crate::Result;

/// The positions that a data set keeps.
#[derive(Debug)]
pub(super) struct PositionCache {
    limit: u64,
    used: Arc<AtomicU64>,
    /// Goes on by one when another table is asked than the time before.
    clock: AtomicU64,
    /// No table in the cache was asked longest ago than this: times only grow.
    oldest: AtomicU64,
    /// The tables that have something in it. Locked while room is made, never while positions are read.
    tables: Mutex<Vec<Weak<OpenTable>>>,
}

impl PositionCache {
    /// Keeps up to `limit` bytes.
    pub fn new(limit: u64) -> PositionCache {
        PositionCache {
            limit,
            used: Arc::default(),
            clock: AtomicU64::new(0),
            oldest: AtomicU64::new(0),
            tables: Mutex::default(),
        }
    }

    /// Bytes that are kept now.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Tables of which positions are kept now.
    pub fn steps(&self) -> u64 {
        let tables = self.tables.lock().expect("no panic while held");
        tables.iter().filter_map(Weak::upgrade).filter(|table| table.cached.get().is_some()).count() as u64
    }

    /// What is kept of a table that is asked now; `None` where nothing is and nothing shall be. For `many` questions at
    /// once it is kept at the first.
    pub fn of<'a>(
        &self,
        table: &Arc<OpenTable>,
        many: bool,
        shard: impl FnOnce() -> Result<&'a OpenShard>,
    ) -> Result<Option<Arc<CachedStep>>> {
        let before = self.mark(&table.cached);
        if let Some(step) = table.cached.get() {
            return Ok(Some(step));
        }
        let before = if many { u64::MAX } else { before };
        if before == 0 {
            return Ok(None);
        }
        let shard = shard()?;
        // A table does not say which of several entries with one id it means.
        Ok(if shard.has_repeated_ids() { None } else { self.admit(table, shard, before) })
    }

    /// Makes room for the positions of a table that was asked before at `before`; `None` where there is none for it.
    fn admit(&self, table: &Arc<OpenTable>, shard: &OpenShard, before: u64) -> Option<Arc<CachedStep>> {
        let bytes = CachedStep::bytes(&table.table, shard);
        let fits = || self.used() + bytes <= self.limit;
        if bytes > self.limit || (!fits() && before < self.oldest.load(Ordering::Relaxed)) {
            return None;
        }
        let mut tables = self.tables.lock().expect("no panic while held");
        if let Some(step) = table.cached.get() {
            return Some(step);
        }
        tables.retain(|other| other.upgrade().is_some_and(|other| other.cached.get().is_some()));
        while !fits() {
            let asked = |(_, table): &(usize, Arc<OpenTable>)| table.cached.asked();
            let alive = tables.iter().enumerate().filter_map(|(n, table)| Some((n, table.upgrade()?)));
            let (n, oldest) = alive.min_by_key(asked)?;
            self.oldest.store(asked(&(n, oldest.clone())), Ordering::Relaxed);
            if before < asked(&(n, oldest.clone())) {
                return None;
            }
            let used = self.used();
            oldest.cached.set(None);
            tables.swap_remove(n);
            if self.used() == used {
                // A query at work has it still: there will be room when it has ended.
                return None;
            }
        }
        let step = Arc::new(CachedStep::new(&table.table, shard).counted(&self.used));
        table.cached.set(Some(step.clone()));
        tables.push(Arc::downgrade(table));
        Some(step)
    }

    /// Notes that a table is asked, and gives when it was before.
    fn mark(&self, slot: &CacheSlot) -> u64 {
        let before = slot.asked();
        // Threads that ask one table all the time write nothing that the others read.
        if before != 0 && before == self.clock.load(Ordering::Relaxed) {
            return before;
        }
        slot.ask(self.clock.fetch_add(1, Ordering::Relaxed) + 1);
        before
    }
}
