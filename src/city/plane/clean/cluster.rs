//! Groups polygons that are near each other into clusters.

use super::edges::near_groups;
use super::planarity::surrounded;
use super::ring::{GridPoint, Ring, are_near};
use crate::job::CancelToken;

/// Disjoint sets of numbers (union-find); the root of a set is its smallest member.
pub(crate) struct Sets(Vec<u32>);

impl Sets {
    pub fn new(n: usize) -> Sets {
        Sets((0..n as u32).collect())
    }

    /// Adds numbers up to `n`, each a set of its own.
    pub fn extend(&mut self, n: usize) {
        self.0.extend(self.0.len() as u32..n as u32);
    }

    pub fn find(&mut self, mut i: usize) -> usize {
        while self.0[i] as usize != i {
            self.0[i] = self.0[self.0[i] as usize];
            i = self.0[i] as usize;
        }
        i
    }

    pub fn join(&mut self, [i, j]: [usize; 2]) {
        let (i, j) = (self.find(i), self.find(j));
        self.0[i.max(j)] = i.min(j) as u32;
    }

    /// Returns the sets, by their smallest members, each in ascending order.
    pub fn into_groups(mut self) -> Vec<Vec<u32>> {
        let n = self.0.len();
        let mut place = vec![u32::MAX; n];
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for i in 0..n {
            let root = self.find(i);
            if root == i {
                place[i] = groups.len() as u32;
                groups.push(Vec::new());
            }
            groups[place[root] as usize].push(i as u32);
        }
        groups
    }
}

/// Finds pairs of groups to join. The pairs connect, directly or through other groups, any two groups with polygons
/// that are no farther apart than `reach`, exactly, or of which one lies in the other. `group` gives a polygon's group;
/// the polygons of a group are contiguous. There are not many more pairs than edges. Once `cancel` is set some are
/// missing.
pub(crate) fn joined_groups(
    polygons: &[&[Ring]],
    group: impl Fn(usize) -> u32 + Sync,
    reach: i32,
    cancel: &CancelToken,
) -> Vec<[u32; 2]> {
    let mut edges: Vec<[GridPoint; 2]> = Vec::with_capacity(polygons.len() * 5);
    let mut groups: Vec<u32> = Vec::with_capacity(edges.capacity());
    for (p, ring) in polygons.iter().enumerate().flat_map(|(p, rings)| rings.iter().map(move |r| (p, r))) {
        edges.extend(super::ring::edges(ring));
        groups.resize(edges.len(), group(p));
    }
    let mut pairs = near_groups(&edges, &groups, reach, cancel, |i, j| are_near(edges[i], edges[j], reach));
    pairs.extend(surrounded(polygons, &group).into_iter().map(|pair| pair.map(&group)));
    pairs
}
