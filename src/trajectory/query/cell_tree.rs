//! A tree of boxes over the cells of a table, which finds those in a box of cells without reading the table.
//!
//! The cells are in the order of the Morton curve, so cells that follow one another are mostly near each other: each
//! run of eight has a box, each eight of these boxes another one around them, and so on to the top. The tree is made of
//! keys alone, and is as fast for balls of many cells as for balls of few.

use std::ops::Range;

use crate::trajectory::morton::decode;
use crate::trajectory::table::{CellBox, TableEntry};

/// Cells in a leaf, and boxes in a group.
const FAN: usize = 8;

/// Eight boxes, axis by axis, so that a processor compares several at once. Cell numbers have 21 bits.
#[derive(Clone, Copy, Debug)]
struct Group {
    min: [[i32; FAN]; 3],
    max: [[i32; FAN]; 3],
}

impl Group {
    /// Eight boxes that meet nothing.
    const EMPTY: Group = Group { min: [[i32::MAX; FAN]; 3], max: [[-1; FAN]; 3] };

    /// Makes one of the boxes larger, so that it holds another box.
    fn include(&mut self, place: usize, min: [i32; 3], max: [i32; 3]) {
        for axis in 0..3 {
            self.min[axis][place] = self.min[axis][place].min(min[axis]);
            self.max[axis][place] = self.max[axis][place].max(max[axis]);
        }
    }

    /// Returns the box around all eight.
    fn around(&self) -> ([i32; 3], [i32; 3]) {
        let least = |axis: usize| self.min[axis].iter().copied().fold(i32::MAX, i32::min);
        let greatest = |axis: usize| self.max[axis].iter().copied().fold(-1, i32::max);
        (std::array::from_fn(least), std::array::from_fn(greatest))
    }

    /// Returns which of the boxes meet a box: a bit for each.
    fn meeting(&self, min: [i32; 3], max: [i32; 3]) -> u32 {
        let mut meets = [true; FAN];
        for axis in 0..3 {
            for (place, meets) in meets.iter_mut().enumerate() {
                *meets &= (self.min[axis][place] <= max[axis]) & (min[axis] <= self.max[axis][place]);
            }
        }
        meets.iter().rev().fold(0, |bits, &meets| bits << 1 | u32::from(meets))
    }
}

/// The tree over the cells of one table.
#[derive(Debug)]
pub(super) struct CellTree {
    /// From the leaves' boxes up to a single group.
    levels: Vec<Vec<Group>>,
    /// The number of each leaf's first sample, and at the end the number of samples. The table has them too, but spread
    /// over four times the memory.
    starts: Vec<u32>,
}

impl CellTree {
    /// Builds the tree over cells, which ascend by key.
    pub fn new(cells: &[TableEntry]) -> CellTree {
        let mut leaves = vec![Group::EMPTY; groups_for(CellTree::leaves_of(cells.len()))];
        for (leaf, cells) in cells.chunks(FAN).enumerate() {
            for cell in cells {
                let cell = decode(cell.key).map(|number| number as i32);
                leaves[leaf / FAN].include(leaf % FAN, cell, cell);
            }
        }
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|groups| groups.len() > 1) {
            let mut groups = vec![Group::EMPTY; groups_for(below.len())];
            for (n, (min, max)) in below.iter().map(Group::around).enumerate() {
                groups[n / FAN].include(n % FAN, min, max);
            }
            levels.push(groups);
        }
        let end = cells.last().map_or(0, |cell| cell.start + cell.count);
        let starts = cells.chunks(FAN).map(|cells| cells[0].start).chain([end]).collect();
        CellTree { levels, starts }
    }

    /// Returns the number of leaves over a number of cells.
    pub fn leaves_of(cells: usize) -> usize {
        cells.div_ceil(FAN)
    }

    /// Returns the bytes of a tree over a number of cells.
    pub fn bytes(cells: usize) -> u64 {
        let leaves = CellTree::leaves_of(cells);
        let (mut count, mut all) = (groups_for(leaves), 0);
        loop {
            all += count;
            if count <= 1 {
                return (all * size_of::<Group>() + (leaves + 1) * size_of::<u32>()) as u64;
            }
            count = groups_for(count);
        }
    }

    /// Returns the numbers of the samples of a leaf.
    pub fn samples_of(&self, leaf: usize) -> Range<usize> {
        self.starts[leaf] as usize..self.starts[leaf + 1] as usize
    }

    /// Returns the cells of a leaf.
    pub fn cells_of(leaf: usize, cells: &[TableEntry]) -> &[TableEntry] {
        &cells[leaf * FAN..cells.len().min((leaf + 1) * FAN)]
    }

    /// Gives each leaf whose box meets a box of cells to `look`, in ascending order.
    pub fn walk(&self, cells: &CellBox, mut look: impl FnMut(usize)) {
        let (min, max) = (cells.min.map(|number| number as i32), cells.max.map(|number| number as i32));
        self.descend(self.levels.len() - 1, 0, min, max, &mut look);
    }

    fn descend(&self, level: usize, group: usize, min: [i32; 3], max: [i32; 3], look: &mut impl FnMut(usize)) {
        let mut meeting = self.levels[level][group].meeting(min, max);
        while meeting != 0 {
            let below = group * FAN + meeting.trailing_zeros() as usize;
            meeting &= meeting - 1;
            match level {
                0 => look(below),
                _ => self.descend(level - 1, below, min, max, look),
            }
        }
    }
}

/// Returns the number of groups for a number of boxes; one at least.
fn groups_for(boxes: usize) -> usize {
    boxes.div_ceil(FAN).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trajectory::morton::encode;
    use proptest::prelude::*;

    fn cell() -> impl Strategy<Value = [u32; 3]> {
        prop_oneof![[0u32..12, 0u32..12, 0u32..12], [0u32..1 << 21, 0u32..1 << 21, (1u32 << 21) - 3..1 << 21]]
    }

    proptest! {
        /// Each cell in the box is in a leaf that is found, leaves ascend, and none is far from the box for nothing.
        #[test]
        fn it_finds_the_leaves_of_all_cells_in_a_box(
            cells in prop::collection::btree_set(cell(), 0..700), a in cell(), b in cell(),
        ) {
            let mut keys: Vec<u64> = cells.iter().map(|c| encode(*c)).collect();
            keys.sort_unstable();
            let entry = |(&key, start)| TableEntry { key, start, count: 1 };
            let entries: Vec<TableEntry> = keys.iter().zip(0..).map(entry).collect();
            let wanted = CellBox {
                min: std::array::from_fn(|i| a[i].min(b[i])),
                max: std::array::from_fn(|i| a[i].max(b[i])),
            };
            let tree = CellTree::new(&entries);
            let mut found = Vec::new();
            tree.walk(&wanted, |leaf| found.push(leaf));
            let in_box = |e: &TableEntry| (0..3).all(|i| (wanted.min[i]..=wanted.max[i]).contains(&decode(e.key)[i]));
            let meets = |leaf: &usize| {
                let cells = CellTree::cells_of(*leaf, &entries);
                (0..3).all(|i| {
                    let of_axis = || cells.iter().map(|e| decode(e.key)[i]);
                    of_axis().min().unwrap() <= wanted.max[i] && of_axis().max().unwrap() >= wanted.min[i]
                })
            };
            let leaves = CellTree::leaves_of(entries.len());
            prop_assert_eq!(&found, &(0..leaves).filter(meets).collect::<Vec<_>>());
            for (n, _) in entries.iter().enumerate().filter(|(_, e)| in_box(e)) {
                prop_assert!(found.contains(&(n / FAN)));
            }
            let samples = |leaf: usize| leaf * FAN..entries.len().min((leaf + 1) * FAN);
            prop_assert!((0..leaves).all(|leaf| tree.samples_of(leaf) == samples(leaf)));
            let groups: usize = tree.levels.iter().map(|groups| size_of_val(groups.as_slice())).sum();
            prop_assert_eq!((groups + size_of_val(tree.starts.as_slice())) as u64, CellTree::bytes(entries.len()));
        }
    }
}
