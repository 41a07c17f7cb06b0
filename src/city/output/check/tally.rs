//! Counts how often each key occurs in each direction, in a table of fixed size, one range of keys at a time.

use std::ops::RangeInclusive;

use super::keys::{Direction, FREE_BITS};
use crate::{Error, Result};

/// The size of a slot, in bytes.
pub const SLOT: u64 = 16;

/// Returns the number of slots of a table for this many keys, of which at most four fifths are used.
pub fn slots_for(keys: u64) -> u64 {
    keys.saturating_add(keys / 4).saturating_add(1)
}

/// Returns the number of walks that counting this many different keys takes with a table of this many slots.
pub fn walks_for(keys: u64, slots: usize) -> u64 {
    keys.div_ceil((slots * 4 / 5).max(1) as u64).max(1)
}

/// The largest count; higher ones are not told apart.
const MOST: u128 = 7;
const BACKWARD: u32 = 3;
const SEEN: u128 = 1 << 6;
const STATE: u128 = (1 << FREE_BITS) - 1;

/// Whether there is room for all keys of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    Enough,
    TooLittle,
}

/// The counts of a key in each direction; 7 stands for 7 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uses {
    pub forward: u8,
    pub backward: u8,
}

impl Uses {
    /// The counts of an edge with one face on each side.
    pub const ONE_EACH: Uses = Uses { forward: 1, backward: 1 };

    fn of(slot: u128) -> Uses {
        Uses { forward: (slot & MOST) as u8, backward: (slot >> BACKWARD & MOST) as u8 }
    }
}

/// A hash table with open addressing. A slot holds a key with its counts in the free bits, or zero.
pub struct Tally {
    slots: Vec<u128>,
    used: usize,
    added: u64,
}

impl Tally {
    pub fn new(slots: usize) -> Result<Tally> {
        let mut table = Vec::new();
        let refused = |_| Error::NoMemory { bytes: slots as u64 * SLOT, what: "the check's tables" };
        table.try_reserve_exact(slots).map_err(refused)?;
        table.resize(slots, 0);
        Ok(Tally { slots: table, used: 0, added: 0 })
    }

    pub fn clear(&mut self) {
        self.slots.fill(0);
        (self.used, self.added) = (0, 0);
    }

    /// Returns how many different keys it takes.
    pub fn capacity(&self) -> usize {
        self.slots.len() * 4 / 5
    }

    /// Returns the number of different keys.
    pub fn keys(&self) -> u64 {
        self.used as u64
    }

    /// Returns how many keys were added again.
    pub fn repeated(&self) -> u64 {
        self.added - self.keys()
    }

    /// Returns the slot of a key, or the empty slot for it.
    fn place(&self, key: u128) -> usize {
        // The low half spreads keys over the slots; the high half selects ranges.
        let mut place = ((key as u64 as u128 * self.slots.len() as u128) >> 64) as usize;
        while self.slots[place] != 0 && self.slots[place] & !STATE != key {
            place = if place + 1 == self.slots.len() { 0 } else { place + 1 };
        }
        place
    }

    /// Adds a key, unless it is new and there is no room.
    pub fn add(&mut self, key: u128, direction: Direction) -> Room {
        let place = self.place(key);
        if self.slots[place] == 0 {
            if self.used == self.capacity() {
                return Room::TooLittle;
            }
            self.slots[place] = key;
            self.used += 1;
        }
        self.added += 1;
        let slot = &mut self.slots[place];
        let shift = match direction {
            Direction::Forward => 0,
            Direction::Backward => BACKWARD,
        };
        if *slot >> shift & MOST < MOST {
            *slot += 1 << shift;
        }
        Room::Enough
    }

    /// Inserts a key with its counts. There must be room.
    pub fn insert(&mut self, key: u128, uses: Uses) {
        let place = self.place(key);
        self.slots[place] = key | u128::from(uses.forward) | u128::from(uses.backward) << BACKWARD;
        self.used += 1;
    }

    /// Returns the counts of a key when it is first asked for, and `None` after that.
    pub fn take(&mut self, key: u128) -> Option<Uses> {
        let place = self.place(key);
        let slot = &mut self.slots[place];
        if *slot == 0 || *slot & SEEN != 0 {
            return None;
        }
        *slot |= SEEN;
        Some(Uses::of(*slot))
    }

    /// Iterates over all keys and their counts.
    pub fn iter(&self) -> impl Iterator<Item = (u128, Uses)> {
        self.slots.iter().filter(|&&slot| slot != 0).map(|&slot| (slot & !STATE, Uses::of(slot)))
    }

    /// Counts the keys that `walk` yields. Where about `expected` distinct keys exceed the table, the key range is
    /// split and walked once per part. `counted` looks at the table after each walk; where there are more keys than it
    /// has room for, the part is walked again in two halves. Keys are hashes, and so spread
    /// evenly over the parts, whatever the surface.
    pub fn count(
        &mut self,
        expected: u64,
        mut walk: impl FnMut(&mut dyn FnMut(u128, Direction)) -> Result<()>,
        mut counted: impl FnMut(&Tally) -> Result<Room>,
    ) -> Result<()> {
        let mut ranges = cut(0..=u64::MAX, walks_for(expected, self.slots.len()));
        while let Some(range) = ranges.pop() {
            self.clear();
            let mut room = Room::Enough;
            walk(&mut |key, direction| {
                if room == Room::Enough && range.contains(&((key >> 64) as u64)) {
                    room = self.add(key, direction);
                }
            })?;
            if room == Room::TooLittle || counted(self)? == Room::TooLittle {
                if range.start() == range.end() {
                    return Err(Error::Internal("the hashes of positions are not spread".to_string()));
                }
                ranges.extend(cut(range, 2));
            }
        }
        Ok(())
    }
}

/// Cuts a range into parts of about the same size; the last part comes first.
fn cut(range: RangeInclusive<u64>, parts: u64) -> Vec<RangeInclusive<u64>> {
    let (start, parts) = (*range.start(), u128::from(parts));
    let length = u128::from(range.end() - start) + 1;
    let at = |i: u128| start + (length * i / parts) as u64;
    (0..parts).rev().map(|i| at(i)..=start + ((length * (i + 1) / parts) - 1) as u64).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use xxhash_rust::xxh3::xxh3_128;

    use super::*;

    proptest! {
        #[test]
        fn ranges_of_any_size_count_as_a_map_does(
            uses in proptest::collection::vec((0u64..200, any::<bool>()), 0..600),
            slots in 10usize..400,
            expected in 0u64..300,
        ) {
            let key = |n: u64| xxh3_128(&n.to_le_bytes()) & !STATE;
            let mut model = BTreeMap::new();
            for &(n, forward) in &uses {
                let entry: &mut (u8, u8) = model.entry(key(n)).or_default();
                let count = if forward { &mut entry.0 } else { &mut entry.1 };
                *count = (*count + 1).min(7);
            }
            let mut counted = BTreeMap::new();
            let (mut repeated, mut keys) = (0, 0);
            let direction = |forward| if forward { Direction::Forward } else { Direction::Backward };
            let mut tally = Tally::new(slots).unwrap();
            tally.count(
                expected,
                |each| { uses.iter().for_each(|&(n, forward)| each(key(n), direction(forward))); Ok(()) },
                |tally| {
                    // A part that is refused is walked again in halves.
                    if tally.keys() > 5 { return Ok(Room::TooLittle) }
                    counted.extend(tally.iter().map(|(key, uses)| (key, (uses.forward, uses.backward))));
                    (repeated, keys) = (repeated + tally.repeated(), keys + tally.keys());
                    Ok(Room::Enough)
                },
            ).unwrap();
            prop_assert_eq!((keys, keys + repeated), (model.len() as u64, uses.len() as u64));
            prop_assert_eq!(counted, model);
        }
    }

    #[test]
    fn a_key_is_taken_once() {
        let mut tally = Tally::new(10).unwrap();
        let uses = Uses { forward: 2, backward: 7 };
        tally.insert(1 << 100, uses);
        assert_eq!((tally.take(1 << 100), tally.take(1 << 100), tally.take(1 << 99)), (Some(uses), None, None));
    }
}
