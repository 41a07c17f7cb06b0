//! Which edges are near each other: a uniform grid of cells, filled by counting.

use rayon::prelude::*;

use super::ring::{Bounds, Point};
use crate::job::CancelToken;

/// Below this many edges every pair is looked at: cheaper than a grid.
const FEW: usize = 64;

/// Below this many edges one thread does it all.
const MANY: usize = 1 << 14;

/// Edges in square cells, each in all cells that its box touches.
struct Cells<'a> {
    boxes: &'a [Bounds],
    reach: i32,
    shift: u32,
    mask: u32,
    /// Where each bucket's entries begin; several cells may share a bucket.
    starts: Vec<u32>,
    /// Cell and edge.
    entries: Vec<([i32; 2], u32)>,
}

/// Calls `visit` once for each pair `i < j` of edges whose boxes are no farther apart than `reach`; collects what it gives.
///
/// The result's order depends on the edges alone, never on threads. Once `cancel` is set it is only what was found until then.
pub(crate) fn near_pairs<T: Send>(
    edges: &[[Point; 2]],
    reach: i32,
    cancel: Option<&CancelToken>,
    visit: impl Fn(usize, usize) -> Option<T> + Sync,
) -> Vec<T> {
    let boxes: Vec<Bounds> = edges.iter().map(|e| Bounds::of(e)).collect();
    let mut found = Vec::new();
    if edges.len() <= FEW {
        for j in 1..boxes.len() {
            for i in 0..j {
                if boxes[i].near(&boxes[j], reach) {
                    found.extend(visit(i, j));
                }
            }
        }
        return found;
    }
    let stop = || cancel.is_some_and(CancelToken::is_cancelled);
    let Some(cells) = Cells::new(&boxes, reach, &stop) else { return found };
    let buckets = cells.starts.len() - 1;
    if edges.len() < MANY {
        (0..buckets).for_each(|b| cells.visit_bucket(b, &visit, &mut found));
        return found;
    }
    let starts: Vec<usize> = (0..buckets).step_by(4096).collect();
    let parts: Vec<Vec<T>> = starts
        .into_par_iter()
        .map(|start| {
            let mut found = Vec::new();
            if stop() {
                return found;
            }
            (start..buckets.min(start + 4096)).for_each(|b| cells.visit_bucket(b, &visit, &mut found));
            found
        })
        .collect();
    parts.into_iter().flatten().collect()
}

impl<'a> Cells<'a> {
    /// `None` once `stop` says so, which is asked between passes over the boxes.
    fn new(boxes: &'a [Bounds], reach: i32, stop: &impl Fn() -> bool) -> Option<Cells<'a>> {
        let extent = |b: &Bounds| (b.max[0] - b.min[0]).max(b.max[1] - b.min[1]) as i64;
        let mean = boxes.iter().map(extent).sum::<i64>() / boxes.len() as i64 + 1;
        let mut shift = (mean.max(reach as i64) as u64).ilog2() + 1;
        let budget = 16 * boxes.len() as u64;
        // A few long edges must not fill the memory with cells.
        while boxes.iter().map(|b| count_cells(b, reach, shift)).sum::<u64>() > budget && shift < 30 {
            shift += 1;
            if stop() {
                return None;
            }
        }
        let buckets = boxes.len().next_power_of_two();
        let mut cells =
            Cells { boxes, reach, shift, mask: buckets as u32 - 1, starts: vec![0; buckets + 1], entries: Vec::new() };
        for b in boxes {
            for cell in cells_of(b, reach, shift) {
                cells.starts[bucket(cell, cells.mask) + 1] += 1;
            }
        }
        if stop() {
            return None;
        }
        for b in 1..cells.starts.len() {
            cells.starts[b] += cells.starts[b - 1];
        }
        let mut next = cells.starts.clone();
        cells.entries = vec![([0; 2], 0); cells.starts[buckets] as usize];
        if stop() {
            return None;
        }
        for (edge, b) in boxes.iter().enumerate() {
            for cell in cells_of(b, reach, shift) {
                let slot = &mut next[bucket(cell, cells.mask)];
                cells.entries[*slot as usize] = (cell, edge as u32);
                *slot += 1;
            }
        }
        Some(cells)
    }

    fn visit_bucket<T>(&self, b: usize, visit: impl Fn(usize, usize) -> Option<T>, found: &mut Vec<T>) {
        let entries = &self.entries[self.starts[b] as usize..self.starts[b + 1] as usize];
        for (k, &(cell, j)) in entries.iter().enumerate().skip(1) {
            let second = &self.boxes[j as usize];
            for &(other, i) in &entries[..k] {
                let first = &self.boxes[i as usize];
                if other == cell && first.near(second, self.reach) && self.home(first, second) == cell {
                    found.extend(visit(i as usize, j as usize));
                }
            }
        }
    }

    /// Of all cells that hold both edges, the first: there the pair is visited.
    fn home(&self, a: &Bounds, b: &Bounds) -> [i32; 2] {
        std::array::from_fn(|k| (a.min[k].max(b.min[k]) - self.reach) >> self.shift)
    }
}

/// The cells of a box that is widened by `reach`: any two boxes within `reach` of each other share one.
fn cells_of(b: &Bounds, reach: i32, shift: u32) -> impl Iterator<Item = [i32; 2]> {
    let [x0, y0] = b.min.map(|v| (v - reach) >> shift);
    let [x1, y1] = b.max.map(|v| v >> shift);
    (y0..=y1).flat_map(move |y| (x0..=x1).map(move |x| [x, y]))
}

fn count_cells(b: &Bounds, reach: i32, shift: u32) -> u64 {
    (0..2).map(|k| ((b.max[k] >> shift) - ((b.min[k] - reach) >> shift) + 1) as u64).product()
}

fn bucket(cell: [i32; 2], mask: u32) -> usize {
    let key = (cell[0] as u32 as u64) << 32 | cell[1] as u32 as u64;
    ((key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32 & mask) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edge() -> impl Strategy<Value = [Point; 2]> {
        let short = (-9000..9000, -9000..9000, -400..400, -400..400);
        let long = (-9000..9000, -9000..9000, -90_000..90_000, -90_000..90_000);
        prop_oneof![9 => short.boxed(), 1 => long.boxed()].prop_map(|(x, y, u, v)| [[x, y], [x + u, y + v]])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_near_pair_is_visited_once(edges in prop::collection::vec(edge(), 0..300), reach in 0..600i32) {
            let mut found = near_pairs(&edges, reach, None, |i, j| Some((i, j)));
            found.sort_unstable();
            let near = |i: usize, j: usize| Bounds::of(&edges[i]).near(&Bounds::of(&edges[j]), reach);
            let expected: Vec<(usize, usize)> = (0..edges.len())
                .flat_map(|i| (i + 1..edges.len()).map(move |j| (i, j)))
                .filter(|&(i, j)| near(i, j))
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
