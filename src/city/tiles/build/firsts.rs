//! The first of many things in an order of their own, however they come.

use std::collections::BTreeMap;

use crate::city::input::footprint::FootprintList;

/// Counts things, and keeps the first of them by their keys, which differ.
pub(super) struct Firsts<K, T> {
    count: u64,
    first: BTreeMap<K, T>,
}

impl<K, T> Default for Firsts<K, T> {
    fn default() -> Self {
        Firsts { count: 0, first: BTreeMap::new() }
    }
}

impl<K: Ord, T> Firsts<K, T> {
    /// Takes the next thing.
    pub fn add(&mut self, key: K, thing: impl FnOnce() -> T) {
        self.count += 1;
        let is_full = self.first.len() == FootprintList::LISTED;
        if is_full && self.first.last_key_value().is_some_and(|(last, _)| *last < key) {
            return;
        }
        if is_full {
            self.first.pop_last();
        }
        self.first.insert(key, thing());
    }

    /// Returns the number of all things.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns the first of them, at most so many.
    pub fn into_first(self, most: usize) -> impl Iterator<Item = T> {
        self.first.into_values().take(most)
    }
}

impl<K: Ord> Firsts<K, String> {
    /// Adds the names to a list.
    pub fn add_to(self, list: &mut FootprintList) {
        list.count += self.count;
        let room = FootprintList::LISTED.saturating_sub(list.ids.len());
        list.ids.extend(self.into_first(room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_kept_in_whatever_order_they_come() {
        let mut firsts = Firsts::default();
        let most = FootprintList::LISTED as u32;
        (0..3 * most).for_each(|n| {
            let key = n * 7919 % (3 * most);
            firsts.add(key, || key.to_string());
        });
        assert_eq!(firsts.count(), u64::from(3 * most));
        let mut list = FootprintList { count: 1, ids: vec!["before".into()] };
        firsts.add_to(&mut list);
        assert_eq!((list.count, list.ids.len()), (u64::from(3 * most) + 1, FootprintList::LISTED));
        assert_eq!(list.ids[1..4], ["0", "1", "2"]);
    }
}
