//! A shard opened for queries: mapped, with an index from ids to entries.

use std::hash::{BuildHasher, RandomState};

use crate::error::IoContext;
use crate::io::input;
use crate::io::mapped::Mapped;
use crate::trajectory::shard::{ENTRY_HEADER_SIZE, POSITION_SIZE, Shard};
use crate::{Error, Result};

/// A mapped shard and the index of its entries.
#[derive(Debug)]
pub(super) struct OpenShard {
    shard: Shard,
    /// Mapped without keeping the file open: there may be more shards than a process can have open files.
    map: Mapped,
    index: IdIndex,
    /// Whether any id has more than 32 bits.
    has_wide_ids: bool,
}

impl OpenShard {
    /// Maps a shard and indexes its entries by id.
    pub fn open(shard: &Shard) -> Result<OpenShard> {
        let file = input::open(&shard.path)?;
        let map = Mapped::open(&file).context("map", &shard.path)?;
        let mut open = OpenShard { shard: shard.clone(), map, index: IdIndex::default(), has_wide_ids: false };
        open.expect_size(file.metadata().context("look at", &shard.path)?.len())?;
        let mut index = IdIndex::with_room_for(shard.entries as usize);
        for entry in 0..shard.entries {
            let header = open.bytes(entry, 0, ENTRY_HEADER_SIZE);
            if header[12..16] != [0; 4] {
                let id = open.id(entry);
                open.has_wide_ids |= id > u64::from(u32::MAX);
                index.add(id as u32, entry);
            }
        }
        open.check_whole()?;
        open.index = index;
        Ok(open)
    }

    /// Fails when the file's size has changed: it is then another shard.
    pub fn check_size(&self) -> Result<()> {
        if cfg!(windows) {
            // On Windows a mapped file keeps its size, and asking for it costs more than a query.
            return Ok(());
        }
        self.expect_size(std::fs::metadata(&self.shard.path).context("look at", &self.shard.path)?.len())
    }

    fn expect_size(&self, size: u64) -> Result<()> {
        if size == self.shard.file_size && self.map.bytes().len() as u64 == size {
            return Ok(());
        }
        let accepted = format!("{}, its size when the data set was opened", self.shard.file_size);
        Err(Error::bad_format(&self.shard.path, None, format!("the file has {size} bytes"), accepted))
    }

    /// Fails when some of what was read so far did not come from the file. Call before returning an answer.
    pub fn check_whole(&self) -> Result<()> {
        self.map.check().context("read", &self.shard.path)
    }

    pub fn shard(&self) -> &Shard {
        &self.shard
    }

    fn bytes(&self, entry: u32, offset: u64, len: u64) -> &[u8] {
        let start = (self.shard.entry_offset(entry) + offset) as usize;
        &self.map.bytes()[start..][..len as usize]
    }

    /// Returns the full id of an entry.
    pub fn id(&self, entry: u32) -> u64 {
        u64::from_le_bytes(self.bytes(entry, 0, 8).try_into().expect("eight bytes"))
    }

    /// Returns the full id of an entry whose low 32 bits are known. It reads the entry only where ids have more bits,
    /// since that costs another cache line than the positions.
    pub fn full_id(&self, entry: u32, low: u32) -> u64 {
        if self.has_wide_ids { self.id(entry) } else { u64::from(low) }
    }

    /// Returns the three numbers of an entry at a time step that the shard covers: a position, or the mark of a missing
    /// sample.
    pub fn coordinates(&self, entry: u32, step: i32) -> [f32; 3] {
        let sample = (step - self.shard.first_step) as u64;
        let bytes = self.bytes(entry, ENTRY_HEADER_SIZE + POSITION_SIZE * sample, POSITION_SIZE);
        let coordinate = |n: usize| f32::from_le_bytes(bytes[4 * n..4 * n + 4].try_into().expect("four bytes"));
        [coordinate(0), coordinate(1), coordinate(2)]
    }

    /// Returns the position of an entry at a time step that the shard covers; `None` when the sample is missing.
    pub fn position(&self, entry: u32, step: i32) -> Option<[f32; 3]> {
        Some(self.coordinates(entry, step)).filter(|&coordinates| is_sample(coordinates))
    }

    /// Returns whether an entry has a sample at a time step that the shard covers.
    pub fn has_sample(&self, entry: u32, step: i32) -> bool {
        self.bytes(entry, 12, 4) != [0; 4] && self.position(entry, step).is_some()
    }

    /// Returns the entries with samples whose id has `id` as its low 32 bits, in file order.
    pub fn entries_of(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        self.index.entries_of(id)
    }

    /// Returns the samples of a trajectory at a time step that the shard covers: entry and position, in file order.
    pub fn positions_of(&self, id: u64, step: i32) -> impl Iterator<Item = (u32, [f32; 3])> + '_ {
        self.entries_with(id).filter_map(move |entry| Some((entry, self.position(entry, step)?)))
    }

    /// Returns the entries with samples that have an id, in file order.
    pub fn entries_with(&self, id: u64) -> impl Iterator<Item = u32> + '_ {
        self.entries_of(id as u32).filter(move |&entry| self.id(entry) == id)
    }

    /// Returns whether any two entries share the low 32 bits of their ids.
    pub fn has_repeated_ids(&self) -> bool {
        self.index.has_repeated()
    }

    /// Whether an id has more than 32 bits.
    pub fn has_wide_ids(&self) -> bool {
        self.has_wide_ids
    }

    /// Returns the mapped bytes and the bytes of the index.
    pub fn memory(&self) -> (u64, u64) {
        (self.map.bytes().len() as u64, self.index.bytes() as u64)
    }
}

/// Returns whether coordinates are a position: those of a missing sample are not finite.
pub(super) fn is_sample(coordinates: [f32; 3]) -> bool {
    coordinates.iter().all(|c| c.is_finite())
}

/// A hash table from ids to entries: open addressing with linear probing, at most half full, one slot for each distinct
/// id. The entries of an id form a ring, so equal ids cost no more than different ones.
#[derive(Debug, Default)]
struct IdIndex {
    /// By slot, an id and the last of its entries; the entry [`IdIndex::FREE`] marks a free slot.
    slots: Vec<(u32, u32)>,
    shift: u32,
    /// The seed of the hash, random for each index: no file can be made whose ids all get the same slots.
    seed: u64,
    /// For each entry, the next entry with the same id; for the last one, the first. Empty while all ids differ.
    next: Vec<u32>,
}

impl IdIndex {
    const FREE: u32 = u32::MAX;

    fn with_room_for(entries: usize) -> IdIndex {
        let slots = (2 * entries).next_power_of_two().max(2);
        let seed = RandomState::new().hash_one(entries);
        IdIndex { slots: vec![(0, IdIndex::FREE); slots], shift: 64 - slots.trailing_zeros(), seed, next: Vec::new() }
    }

    /// Returns the slot of an id, or the free slot where it belongs. The hash is the high bits of a product with 2^64
    /// divided by the golden ratio, taken twice: after one round, ids chosen to collide would collide for every seed.
    fn slot(&self, id: u32) -> usize {
        const RATIO: u64 = 0x9e37_79b9_7f4a_7c15;
        let mixed = (u64::from(id) ^ self.seed).wrapping_mul(RATIO);
        let mut at = ((mixed ^ mixed >> 32).wrapping_mul(RATIO) >> self.shift) as usize;
        while self.slots[at].1 != IdIndex::FREE && self.slots[at].0 != id {
            at = (at + 1) & (self.slots.len() - 1);
        }
        at
    }

    /// Adds an entry. Entries are added in the order of the file.
    fn add(&mut self, id: u32, entry: u32) {
        let at = self.slot(id);
        let last = self.slots[at].1;
        if last != IdIndex::FREE {
            if self.next.is_empty() {
                // The first repeated id: until now each entry is a ring by itself.
                self.next = (0..(self.slots.len() / 2) as u32).collect();
            }
            self.next.swap(last as usize, entry as usize);
        }
        self.slots[at] = (id, entry);
    }

    fn entries_of(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        let last = match self.slots.is_empty() {
            true => IdIndex::FREE,
            false => self.slots[self.slot(id)].1,
        };
        let after = |entry: u32| self.next.get(entry as usize).copied().unwrap_or(entry);
        let first = (last != IdIndex::FREE).then(|| after(last));
        std::iter::successors(first, move |&entry| (entry != last).then(|| after(entry)))
    }

    fn has_repeated(&self) -> bool {
        !self.next.is_empty()
    }

    fn bytes(&self) -> usize {
        self.slots.len() * size_of::<(u32, u32)>() + self.next.len() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::IdIndex;
    use proptest::prelude::*;

    /// A million equal ids, and as many that all fall into a thousandth of the slots of an index without a seed.
    #[test]
    fn ids_that_are_chosen_to_collide_cost_no_more_than_others() {
        const COUNT: u32 = 1 << 20;
        let near = (0..u32::MAX)
            .filter(|&id| u64::from(id).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52 == 7)
            .take(COUNT as usize);
        let equal = vec![7; COUNT as usize];
        for ids in [near.collect(), equal] {
            let mut index = IdIndex::with_room_for(ids.len());
            ids.iter().zip(0..).for_each(|(&id, entry)| index.add(id, entry));
            let mut longest = 0;
            let mut run = 0;
            for slot in &index.slots {
                run = if slot.1 == IdIndex::FREE { 0 } else { run + 1 };
                longest = longest.max(run);
            }
            assert!(longest < 10_000, "{longest} slots in a row");
            assert_eq!(index.entries_of(ids[0]).next(), Some(0));
        }
        let mut index = IdIndex::with_room_for(COUNT as usize);
        (0..COUNT).for_each(|entry| index.add(7, entry));
        assert!(index.entries_of(7).eq(0..COUNT));
    }

    proptest! {
        #[test]
        fn it_finds_all_entries_of_an_id_in_order(
            ids in prop::collection::vec(prop_oneof![0u32..20, any::<u32>()], 0..200),
        ) {
            let mut index = IdIndex::with_room_for(ids.len());
            ids.iter().zip(0..).for_each(|(&id, entry)| index.add(id, entry));
            for id in ids.iter().copied().chain(0..25) {
                let expected: Vec<u32> = (0..ids.len() as u32).filter(|&n| ids[n as usize] == id).collect();
                prop_assert_eq!(index.entries_of(id).collect::<Vec<_>>(), expected);
            }
            let mut unique = ids.clone();
            unique.sort_unstable();
            unique.dedup();
            prop_assert_eq!(index.has_repeated(), unique.len() < ids.len());
        }
    }
}
