//! The index of a FlatGeobuf: a tree of boxes, packed level by level, the root first.

use crate::Result;
use crate::city::input::footprints::budget::Budget;
use crate::city::input::footprints::bytes::{FileBytes, f64_le, u32_le};

/// The bytes of a node: a box, and the place of its first child or of its feature.
const NODE: u64 = 40;

/// An index of some features in a file.
pub(super) struct Index {
    /// The place in the file.
    at: u64,
    node_size: u64,
    /// The numbers of nodes, by level: where a level begins, and where it ends. The leaves come first here.
    levels: Vec<(u64, u64)>,
}

impl Index {
    /// Calculates where nodes are; `None` for more than there can be.
    pub fn new(at: u64, features: u64, node_size: u16) -> Option<Index> {
        let node_size = u64::from(node_size.max(2));
        let mut sizes = vec![features];
        let mut size = features;
        loop {
            size = size.div_ceil(node_size);
            sizes.push(size);
            if size <= 1 {
                break;
            }
        }
        let mut end = sizes.iter().try_fold(0_u64, |sum, size| sum.checked_add(*size))?;
        end.checked_mul(NODE)?;
        let mut levels = Vec::new();
        for size in sizes {
            levels.push((end - size, end));
            end -= size;
        }
        Some(Index { at, node_size, levels })
    }

    /// Returns the size in bytes.
    pub fn size(&self) -> u64 {
        self.levels[0].1 * NODE
    }

    /// Returns the places of the features whose boxes meet a box, in ascending order, counted from the first feature.
    pub fn within(&self, file: &mut FileBytes, wanted: [f64; 4], budget: &Budget<'_>) -> Result<Vec<u64>> {
        let mut found = Vec::new();
        // The first nodes of groups of children, with their level.
        let mut open = vec![(0_u64, self.levels.len() - 1)];
        while let Some((first, level)) = open.pop() {
            budget.go_on()?;
            let end = self.levels[level].1.min(first + self.node_size);
            let nodes = file.get(self.at + first * NODE, (end - first) * NODE, "a part of the index")?.to_vec();
            for (n, node) in nodes.chunks_exact(NODE as usize).enumerate() {
                let place = |k: usize| u64::from(u32_le(node, k).unwrap_or(0));
                let (target, [west, south, east, north]) =
                    (place(32) | place(36) << 32, [0, 8, 16, 24].map(|k| f64_le(node, k).unwrap_or(f64::NAN)));
                if east < wanted[0] || north < wanted[1] || west > wanted[2] || south > wanted[3] {
                    continue;
                }
                if level == 0 {
                    found.push(target);
                    continue;
                }
                let (begin, end) = self.levels[level - 1];
                if !(begin..end).contains(&target) {
                    let at = self.at + (first + n as u64) * NODE + 32;
                    return Err(file.bad(at, format!("child {target} of a node"), format!("{begin} to {}", end - 1)));
                }
                open.push((target, level - 1));
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}
