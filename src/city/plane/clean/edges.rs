//! Finds edges that are near each other, with a uniform grid of cells that is filled by a counting sort.
//!
//! Edges in one place have as many pairs as the square of their number. A caller that only needs to know whether there
//! is a pair breaks the search at the first; one that needs the connected groups calls [`near_groups`], which compares
//! few of the pairs.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::ring::{GridBox, GridPoint};
use crate::job::CancelToken;

/// Up to this many edges, comparing all pairs is cheaper than a grid.
const FEW: usize = 64;

/// Below this many edges one thread does all the work.
const MANY: usize = 1 << 14;

/// Edges sorted into square cells; each is in all cells that its box touches.
struct EdgeGrid<'a> {
    boxes: &'a [GridBox],
    reach: i32,
    shift: u32,
    mask: u32,
    /// Where each bucket's entries begin; several cells may share a bucket.
    starts: Vec<u32>,
    /// By bucket, the cell and the edge of each entry.
    entries: Vec<([i32; 2], u32)>,
}

/// Calls `visit` once for each pair `i < j` of edges whose boxes are no farther apart than `reach`, and collects what
/// it pushes. After a call that breaks, nothing more is collected.
///
/// The result's order depends on the edges alone, never on threads. Once `cancel` is set the result is incomplete.
pub(crate) fn near_pairs<T: Send>(
    edges: &[[GridPoint; 2]],
    reach: i32,
    cancel: Option<&CancelToken>,
    visit: impl Fn(usize, usize, &mut Vec<T>) -> ControlFlow<()> + Sync,
) -> Vec<T> {
    let boxes: Vec<GridBox> = edges.iter().map(|e| GridBox::of(e)).collect();
    let mut found = Vec::new();
    if edges.len() <= FEW {
        let pairs = (1..boxes.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
        let mut near = pairs.filter(|&(i, j)| boxes[i].near(&boxes[j], reach));
        let _ = near.try_for_each(|(i, j)| visit(i, j, &mut found));
        return found;
    }
    let stop = || cancel.is_some_and(CancelToken::is_cancelled);
    let Some(cells) = EdgeGrid::new(&boxes, reach, &stop) else { return found };
    cells.over_buckets(&stop, |bucket, found| cells.visit_bucket(bucket, &visit, found))
}

/// Finds pairs of groups to join. The pairs connect, directly or through other groups, any two groups with edges that
/// are no farther apart than `reach` and for which `near` is true. `groups` gives each edge's group; the edges of a
/// group are contiguous. A pair may be found several times; there are not many more pairs than edges.
///
/// Once `cancel` is set some pairs are missing.
pub(crate) fn near_groups(
    edges: &[[GridPoint; 2]],
    groups: &[u32],
    reach: i32,
    cancel: &CancelToken,
    near: impl Fn(usize, usize) -> bool + Sync,
) -> Vec<[u32; 2]> {
    let boxes: Vec<GridBox> = edges.iter().map(|e| GridBox::of(e)).collect();
    let is_near = |i: u32, j: u32| boxes[i as usize].near(&boxes[j as usize], reach) && near(i as usize, j as usize);
    if edges.len() <= FEW {
        let mut found = Vec::new();
        join_groups(&(0..edges.len() as u32).collect::<Vec<_>>(), groups, is_near, &mut found);
        return found;
    }
    let stop = || cancel.is_cancelled();
    let Some(cells) = EdgeGrid::new(&boxes, reach, &stop) else { return Vec::new() };
    cells.over_buckets(&stop, |bucket, found| {
        let alone = |entries: &[([i32; 2], u32)]| {
            entries.windows(2).all(|pair| groups[pair[0].1 as usize] == groups[pair[1].1 as usize])
        };
        if alone(cells.bucket(bucket)) {
            return ControlFlow::Continue(());
        }
        let mut entries = cells.bucket(bucket).to_vec();
        entries.sort_unstable();
        for cell in entries.chunk_by(|a, b| a.0 == b.0).filter(|cell| !alone(cell)) {
            join_groups(&cell.iter().map(|entry| entry.1).collect::<Vec<_>>(), groups, is_near, found);
        }
        ControlFlow::Continue(())
    })
}

/// Joins the groups of some edges, given in ascending order. Edges that are connected already are not compared again.
fn join_groups(edges: &[u32], groups: &[u32], is_near: impl Fn(u32, u32) -> bool, found: &mut Vec<[u32; 2]>) {
    let group = |edge: &u32| groups[*edge as usize];
    let mut sets: Vec<Vec<u32>> = Vec::new();
    for run in edges.chunk_by(|a, b| group(a) == group(b)) {
        let mut joined = run.to_vec();
        // The latest set is the most likely to be near, since neighbours are often neighbours in the data, too.
        for set in (0..sets.len()).rev() {
            if run.iter().any(|&edge| sets[set].iter().rev().any(|&other| is_near(other, edge))) {
                let mut other = sets.swap_remove(set);
                found.push([group(&other[0]), group(&run[0])]);
                if other.len() < joined.len() {
                    std::mem::swap(&mut other, &mut joined);
                }
                joined.extend(other);
            }
        }
        sets.push(joined);
    }
}

impl<'a> EdgeGrid<'a> {
    /// Sorts edges into cells; `None` when `stop` was true between two passes over the boxes.
    fn new(boxes: &'a [GridBox], reach: i32, stop: &impl Fn() -> bool) -> Option<EdgeGrid<'a>> {
        let extent = |b: &GridBox| (b.max[0] - b.min[0]).max(b.max[1] - b.min[1]) as i64;
        let mean = boxes.iter().map(extent).sum::<i64>() / boxes.len() as i64 + 1;
        let mut shift = (mean.max(reach as i64) as u64).ilog2() + 1;
        let budget = 16 * boxes.len() as u64;
        // Larger cells where a few long edges would take up too many small ones.
        while boxes.iter().map(|b| count_cells(b, reach, shift)).sum::<u64>() > budget && shift < 30 {
            shift += 1;
            if stop() {
                return None;
            }
        }
        let buckets = boxes.len().next_power_of_two();
        let mut cells = EdgeGrid {
            boxes,
            reach,
            shift,
            mask: buckets as u32 - 1,
            starts: vec![0; buckets + 1],
            entries: Vec::new(),
        };
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

    /// Calls `look` for each bucket and collects what it pushes, in the order of the buckets; nothing is collected
    /// after a call that breaks.
    fn over_buckets<T: Send>(
        &self,
        stop: &(impl Fn() -> bool + Sync),
        look: impl Fn(usize, &mut Vec<T>) -> ControlFlow<()> + Sync,
    ) -> Vec<T> {
        const BUCKETS: usize = 4096;
        let buckets = self.starts.len() - 1;
        if self.boxes.len() < MANY {
            let mut found = Vec::new();
            let _ = (0..buckets).try_for_each(|bucket| look(bucket, &mut found));
            return found;
        }
        // The first part in which a call broke; the parts after it are dropped.
        let last = AtomicUsize::new(usize::MAX);
        let parts: Vec<Vec<T>> = (0..buckets.div_ceil(BUCKETS))
            .into_par_iter()
            .map(|part| {
                let mut found = Vec::new();
                if !stop() && part <= last.load(Ordering::Relaxed) {
                    let mut part_of_all = part * BUCKETS..buckets.min((part + 1) * BUCKETS);
                    if part_of_all.try_for_each(|bucket| look(bucket, &mut found)).is_break() {
                        last.fetch_min(part, Ordering::Relaxed);
                    }
                }
                found
            })
            .collect();
        parts.into_iter().take(last.into_inner().saturating_add(1)).flatten().collect()
    }

    fn bucket(&self, b: usize) -> &[([i32; 2], u32)] {
        &self.entries[self.starts[b] as usize..self.starts[b + 1] as usize]
    }

    fn visit_bucket<T>(
        &self,
        b: usize,
        visit: impl Fn(usize, usize, &mut Vec<T>) -> ControlFlow<()>,
        found: &mut Vec<T>,
    ) -> ControlFlow<()> {
        let entries = self.bucket(b);
        for (k, &(cell, j)) in entries.iter().enumerate().skip(1) {
            let second = &self.boxes[j as usize];
            for &(other, i) in &entries[..k] {
                let first = &self.boxes[i as usize];
                if other == cell && first.near(second, self.reach) && self.home(first, second) == cell {
                    visit(i as usize, j as usize, found)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Returns the first of all cells that hold both edges: the pair is visited in that one only.
    fn home(&self, a: &GridBox, b: &GridBox) -> [i32; 2] {
        std::array::from_fn(|k| (a.min[k].max(b.min[k]) - self.reach) >> self.shift)
    }
}

/// Returns the cells of a box widened by `reach` to the south-west: any two boxes within `reach` of each other share a
/// cell.
fn cells_of(b: &GridBox, reach: i32, shift: u32) -> impl Iterator<Item = [i32; 2]> {
    let [x0, y0] = b.min.map(|v| (v - reach) >> shift);
    let [x1, y1] = b.max.map(|v| v >> shift);
    (y0..=y1).flat_map(move |y| (x0..=x1).map(move |x| [x, y]))
}

fn count_cells(b: &GridBox, reach: i32, shift: u32) -> u64 {
    (0..2).map(|k| ((b.max[k] >> shift) - ((b.min[k] - reach) >> shift) + 1) as u64).product()
}

fn bucket(cell: [i32; 2], mask: u32) -> usize {
    let key = (cell[0] as u32 as u64) << 32 | cell[1] as u32 as u64;
    ((key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32 & mask) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::cluster::Sets;
    use super::super::ring::are_near;
    use super::*;

    fn all_near_pairs(edges: &[[GridPoint; 2]], reach: i32) -> Vec<(usize, usize)> {
        near_pairs(edges, reach, None, |i, j, found| {
            found.push((i, j));
            ControlFlow::Continue(())
        })
    }

    fn edge() -> impl Strategy<Value = [GridPoint; 2]> {
        let short = (-9000..9000, -9000..9000, -400..400, -400..400);
        let long = (-9000..9000, -9000..9000, -90_000..90_000, -90_000..90_000);
        prop_oneof![9 => short.boxed(), 1 => long.boxed()].prop_map(|(x, y, u, v)| [[x, y], [x + u, y + v]])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_near_pair_is_visited_once(edges in prop::collection::vec(edge(), 0..300), reach in 0..600i32) {
            let mut found = all_near_pairs(&edges, reach);
            found.sort_unstable();
            let near = |i: usize, j: usize| GridBox::of(&edges[i]).near(&GridBox::of(&edges[j]), reach);
            let expected: Vec<(usize, usize)> = (0..edges.len())
                .flat_map(|i| (i + 1..edges.len()).map(move |j| (i, j)))
                .filter(|&(i, j)| near(i, j))
                .collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn groups_hang_together_as_all_pairs_say(edges in prop::collection::vec(edge(), 0..300), reach in 0..600i32) {
            // Triples of edges are groups.
            let groups: Vec<u32> = (0..edges.len() as u32).map(|edge| edge / 3).collect();
            let near = |i: usize, j: usize| are_near(edges[i], edges[j], reach);
            let joined = |pairs: Vec<[u32; 2]>| {
                let mut sets = Sets::new(groups.len());
                pairs.iter().for_each(|pair| sets.join(pair.map(|group| group as usize)));
                sets.into_groups()
            };
            let pairs = all_near_pairs(&edges, reach).into_iter().filter(|&(i, j)| near(i, j));
            let all = pairs.map(|(i, j)| [groups[i], groups[j]]).collect();
            let few = near_groups(&edges, &groups, reach, &CancelToken::default(), near);
            prop_assert_eq!(joined(few), joined(all));
        }

        #[test]
        fn what_is_found_ends_where_the_visit_breaks(
            edges in prop::collection::vec(edge(), 0..300), most in 1..40usize
        ) {
            let all = all_near_pairs(&edges, 100);
            let first = near_pairs(&edges, 100, None, |i, j, found| {
                found.push((i, j));
                if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            prop_assert_eq!(&first[..], &all[..most.min(all.len())]);
        }
    }

    #[test]
    fn groups_over_one_place_are_compared_about_as_often_as_there_are_edges() {
        let comparisons = |copies: usize| {
            let square =
                [[[0, 0], [9000, 0]], [[9000, 0], [9000, 9000]], [[9000, 9000], [0, 9000]], [[0, 9000], [0, 0]]];
            let edges: Vec<[GridPoint; 2]> = std::iter::repeat_n(square, copies).flatten().collect();
            let groups: Vec<u32> = (0..copies as u32).flat_map(|copy| [copy; 4]).collect();
            let count = AtomicUsize::new(0);
            let pairs = near_groups(&edges, &groups, 512, &CancelToken::default(), |i, j| {
                count.fetch_add(1, Ordering::Relaxed);
                are_near(edges[i], edges[j], 512)
            });
            assert!(pairs.len() >= copies - 1 && pairs.len() <= 8 * copies, "{} for {copies}", pairs.len());
            count.into_inner()
        };
        let [few, many] = [500, 8000].map(comparisons);
        assert!(many <= 17 * few, "{few} for 500 squares, {many} for 8000");
    }
}
