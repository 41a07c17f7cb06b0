//! Keeps positions in memory, so that a time step that is asked again reads them one after another.
//!
//! A shard stores the positions of a trajectory together; a table lists the trajectories of a place. An answer from the
//! files therefore reads another place in memory for each sample. From the second query at a time step on, the
//! positions that a query reads are stored, in units of samples that follow one another in the table, so no query waits
//! for positions far away from it.
//!
//! The positions of all tables together stay within a limit. At the limit, the time step that was asked longest ago is
//! dropped, but only in favour of one that was asked more recently. So a range with more time steps than the cache has
//! room for keeps some of them, instead of each one for a moment.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::cached_step::{CacheSlot, CachedStep};
use super::open_shard::OpenShard;
use super::tables::OpenTable;
use crate::Result;

/// The cache of a data set.
#[derive(Debug)]
pub(super) struct PositionCache {
    limit: u64,
    used: Arc<AtomicU64>,
    /// Advances by one whenever a query asks for another table than the query before.
    clock: AtomicU64,
    /// A lower bound of the times at which the tables in the cache were last asked for: times only grow.
    oldest: AtomicU64,
    /// The tables in the cache. Locked while room is made, never while positions are read.
    tables: Mutex<Vec<Weak<OpenTable>>>,
}

impl PositionCache {
    /// Creates a cache of at most `limit` bytes.
    pub fn new(limit: u64) -> PositionCache {
        PositionCache {
            limit,
            used: Arc::default(),
            clock: AtomicU64::new(0),
            oldest: AtomicU64::new(0),
            tables: Mutex::default(),
        }
    }

    /// Returns the bytes in the cache.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Returns the number of time steps in the cache.
    pub fn steps(&self) -> u64 {
        let tables = self.tables.lock().expect("no panic while held");
        tables.iter().filter_map(Weak::upgrade).filter(|table| table.cached.get().is_some()).count() as u64
    }

    /// Returns the cached positions of a table that a query asks for now, perhaps none of them stored yet; `None` when
    /// the query is to read the files. For `many` questions at once, the first query puts the table into the cache.
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
        // Where ids repeat, a table does not say which of an id's entries it means.
        Ok(if shard.has_repeated_ids() { None } else { self.admit(table, shard, before) })
    }

    /// Makes room for a table whose previous query was at `before`; `None` when it gets none.
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
            let alive = tables.iter().enumerate().filter_map(|(n, table)| Some((n, table.upgrade()?)));
            let (n, oldest) = alive.min_by_key(|(_, table)| table.cached.asked())?;
            let asked = oldest.cached.asked();
            self.oldest.store(asked, Ordering::Relaxed);
            if before < asked {
                return None;
            }
            let used = self.used();
            oldest.cached.set(None);
            tables.swap_remove(n);
            if self.used() == used {
                // A running query still uses it; its memory is free when that query ends.
                return None;
            }
        }
        let step = Arc::new(CachedStep::new(&table.table, &table.grid, shard).counted(bytes, &self.used));
        table.cached.set(Some(step.clone()));
        tables.push(Arc::downgrade(table));
        Some(step)
    }

    /// Records that a query asks for a table, and returns when the previous one did.
    fn mark(&self, slot: &CacheSlot) -> u64 {
        let before = slot.asked();
        // Threads that all ask for one table write nothing, and so do not slow each other down.
        if before != 0 && before == self.clock.load(Ordering::Relaxed) {
            return before;
        }
        slot.ask(self.clock.fetch_add(1, Ordering::Relaxed) + 1);
        before
    }
}
