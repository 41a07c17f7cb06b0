//! Walks the cells of a table that lie in a box of cells.
//!
//! The keys ascend along the Morton curve. Between two stretches of the curve inside the box the walk does not look at
//! every key: it computes where the curve enters the box again (BIGMIN; Tropf and Herzog, "Multidimensional Range
//! Search in Dynamically Balanced Trees", 1981) and searches on from there.

use super::TableEntry;
use crate::trajectory::morton::{AXIS_BITS, encode};

/// A box of cells, both corners included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellBox {
    /// The least cell on each axis.
    pub min: [u32; 3],
    /// The greatest cell on each axis.
    pub max: [u32; 3],
}

/// The bits of each axis in a key.
const AXES: [u64; 3] = [0x1249_2492_4924_9249, 0x2492_4924_9249_2492, 0x4924_9249_2492_4924];

/// The keys of the two corners of a box of cells. Keys are compared axis by axis without decoding them, since the bits
/// of an axis keep their order in the key.
struct KeyBox {
    min: u64,
    max: u64,
}

impl KeyBox {
    fn holds(&self, key: u64) -> bool {
        AXES.iter().all(|axis| self.min & axis <= key & axis && key & axis <= self.max & axis)
    }

    /// Returns the least key in the box that is above `key`, which is not in the box; `None` when there is none.
    fn next(&self, key: u64) -> Option<u64> {
        let (mut min, mut max) = (self.min, self.max);
        let mut best = None;
        // Bits above the highest in which the three differ change nothing.
        let differing = u64::BITS - ((key ^ min) | (key ^ max)).leading_zeros();
        for bit in (0..differing.min(3 * AXIS_BITS)).rev() {
            let axis = AXES[bit as usize % 3];
            let this = 1u64 << bit;
            // The axis' bits below this one.
            let below = axis & (this - 1);
            match (key & this != 0, min & this != 0, max & this != 0) {
                (false, false, false) | (true, true, true) => {}
                (false, false, true) => {
                    // The upper half of the box begins here; the answer is in the lower half or is this beginning.
                    best = Some((min & !below) | this);
                    max = (max & !this) | below;
                }
                (false, true, _) => return Some(min),
                (true, _, false) => return best,
                (true, false, true) => min = (min & !below) | this,
            }
        }
        best
    }
}

/// Gives each entry whose cell is in `cells` to `look`, with its number, in ascending order.
pub(super) fn walk<'a>(entries: &'a [TableEntry], cells: &CellBox, mut look: impl FnMut(usize, &'a TableEntry)) {
    /// The number of keys in a row outside the box after which it pays to compute where to go on.
    const PATIENCE: usize = 4;
    let keys = KeyBox { min: encode(cells.min), max: encode(cells.max) };
    let mut at = entries.partition_point(|e| e.key < keys.min);
    let mut outside = 0;
    while let Some(entry) = entries.get(at).filter(|e| e.key <= keys.max) {
        if keys.holds(entry.key) {
            look(at, entry);
            outside = 0;
            at += 1;
            continue;
        }
        outside += 1;
        at += 1;
        if outside > PATIENCE {
            let Some(next) = keys.next(entry.key) else { return };
            at = gallop(entries, at, next);
            outside = 0;
        }
    }
}

/// Finds the first entry from `at` on whose key is `key` or above: in steps that double, then by halving.
fn gallop(entries: &[TableEntry], at: usize, key: u64) -> usize {
    let mut step = 1;
    let mut low = at;
    while entries.get(low + step).is_some_and(|e| e.key < key) {
        low += step;
        step *= 2;
    }
    let high = entries.len().min(low + step + 1);
    low + entries[low.min(high)..high].partition_point(|e| e.key < key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trajectory::morton::decode;
    use proptest::prelude::*;

    fn cell() -> impl Strategy<Value = [u32; 3]> {
        prop_oneof![[0u32..12, 0u32..12, 0u32..12], [0u32..1 << 21, 0u32..1 << 21, (1u32 << 21) - 3..1 << 21]]
    }

    proptest! {
        #[test]
        fn it_finds_just_the_cells_in_the_box(
            cells in prop::collection::btree_set(cell(), 0..300), a in cell(), b in cell(),
        ) {
            let mut keys: Vec<u64> = cells.iter().map(|c| encode(*c)).collect();
            keys.sort_unstable();
            let entries: Vec<TableEntry> = keys.iter().map(|&key| TableEntry { key, start: 0, count: 1 }).collect();
            let bounds = CellBox {
                min: std::array::from_fn(|i| a[i].min(b[i])),
                max: std::array::from_fn(|i| a[i].max(b[i])),
            };
            let mut found = Vec::new();
            walk(&entries, &bounds, |n, e| {
                assert_eq!(entries[n].key, e.key);
                found.push(e.key);
            });
            let inside = |key: &u64| {
                let c = decode(*key);
                (0..3).all(|i| bounds.min[i] <= c[i] && c[i] <= bounds.max[i])
            };
            let expected: Vec<u64> = keys.into_iter().filter(inside).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn the_next_key_in_a_box_is_the_least_one(
            a in [0u32..6, 0u32..6, 0u32..6], b in [0u32..6, 0u32..6, 0u32..6], key in 0u64..512,
        ) {
            let bounds = CellBox {
                min: std::array::from_fn(|i| a[i].min(b[i])),
                max: std::array::from_fn(|i| a[i].max(b[i])),
            };
            let keys = KeyBox { min: encode(bounds.min), max: encode(bounds.max) };
            prop_assume!(!keys.holds(key));
            prop_assert_eq!(keys.next(key), (key + 1..512).find(|k| keys.holds(*k)));
        }
    }
}
