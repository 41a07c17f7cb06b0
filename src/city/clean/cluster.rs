//! Which polygons belong together.

use super::edges::near_pairs;
use super::planar::nested;
use super::ring::{Point, Ring, are_near};
use crate::job::CancelToken;

/// Sets that grow together; each is named by its smallest member.
pub(crate) struct Sets(Vec<u32>);

impl Sets {
    pub fn new(n: usize) -> Sets {
        Sets((0..n as u32).collect())
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

    /// The sets, by their smallest members, each in ascending order.
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

/// The pairs of polygons of different groups that are no farther apart than `reach`, exactly, or of which one lies in the
/// other. A pair may come several times. Once `cancel` is set some are missing.
pub(crate) fn neighbours(
    polygons: &[&[Ring]],
    group: impl Fn(usize) -> u32 + Sync,
    reach: i32,
    cancel: &CancelToken,
) -> Vec<[usize; 2]> {
    let mut edges: Vec<[Point; 2]> = Vec::with_capacity(polygons.len() * 5);
    let mut owners: Vec<u32> = Vec::with_capacity(edges.capacity());
    for (p, ring) in polygons.iter().enumerate().flat_map(|(p, rings)| rings.iter().map(move |r| (p, r))) {
        edges.extend(super::ring::edges(ring));
        owners.resize(edges.len(), p as u32);
    }
    let mut pairs = near_pairs(&edges, reach, Some(cancel), |i, j| {
        let pair = [owners[i] as usize, owners[j] as usize];
        (group(pair[0]) != group(pair[1]) && are_near(edges[i], edges[j], reach)).then_some(pair)
    });
    pairs.extend(nested(polygons).into_iter().filter(|&[inner, outer]| group(inner) != group(outer)));
    pairs
}
