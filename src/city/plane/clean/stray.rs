//! Makes sure that outlines stay near the footprints that they are made of: islands are so far apart that only outlines
//! that stray could meet those of another.

use std::collections::HashSet;

use super::locate::{Locator, Place};
use super::planarity::index_of;
use super::ring::{GridBox, GridPoint, Ring, edges, is_near};
use super::settings::Settings;
use super::{Cleaning, Cluster, Made};

/// The distance of islands, and how far outlines may be from their footprints, in grid units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Distances {
    /// Footprints that are no farther apart are of one island.
    pub reach: i32,
    /// The largest distance of a point of an outline from the footprints that it is made of.
    pub room: i32,
}

impl Distances {
    /// How often the room is doubled at most.
    pub const WIDEST: u32 = 8;

    /// Usual are outlines that stay within the tolerance and two details.
    pub fn new(settings: &Settings, merging: bool, margin: i32, wider: u32) -> Distances {
        /// The least room: what rounding moves is far less.
        const LEAST: i32 = 256;
        let (_, gap) = settings.reach_and_gap(merging);
        // Outlines are put on the border of what is meshed at the end; between two that are no nearer to each other
        // than a detail nothing is narrow.
        let between = gap.max(settings.detail) + 2 * margin + 2;
        let room = (settings.tolerance + 2 * settings.detail).max(LEAST) << wider.min(Self::WIDEST);
        Distances { reach: 2 * room + between, room }
    }
}

impl Cleaning<'_> {
    /// Returns whether all that was made of a cluster stays near its parts.
    pub(super) fn stays_near(&self, made: &Made, cluster: &Cluster) -> bool {
        // A wider gap than what is closed is between islands: none closes around another.
        let offset = self.settings.offset(cluster.level);
        let parts: Vec<&[Ring]> = cluster.parts.iter().map(|&p| self.parts[p as usize].shape.as_slice()).collect();
        let outlines = made.outlines.iter().flat_map(|outline| &outline.shape);
        offset + offset / 8 < self.distances.reach && are_near(outlines, &parts, self.distances.room)
    }
}

/// Returns whether all points of rings are within `room` of the edges of polygons, or inside one.
fn are_near<'a>(rings: impl Iterator<Item = &'a Ring>, polygons: &[&[Ring]], room: i32) -> bool {
    let given: Vec<[GridPoint; 2]> = polygons.iter().copied().flatten().flat_map(|ring| edges(ring)).collect();
    let known: HashSet<[GridPoint; 2]> = given.iter().copied().collect();
    let others: Vec<[GridPoint; 2]> = rings.flat_map(|ring| edges(ring)).filter(|edge| !known.contains(edge)).collect();
    if others.is_empty() {
        return true;
    }
    let index = index_of(&given.iter().map(|edge| GridBox::of(edge)).collect::<Vec<_>>());
    // What lies between two places that are looked at is no farther than half a step from one of them.
    let step = room / 2;
    let within = room - step / 2 - 1;
    let is_near_edge = |p: GridPoint| {
        let found = index.query(p[0] - within, p[1] - within, p[0] + within, p[1] + within);
        found.into_iter().any(|n| is_near(p, given[n], within))
    };
    let is_inside = |p: GridPoint| polygons.iter().any(|rings| Locator::new(rings.iter()).place(p) == Place::Inside);
    others.iter().flat_map(|&edge| places(edge, step)).all(|p| is_near_edge(p) || is_inside(p))
}

/// Returns the ends of an edge, and places between that are no farther apart than `step`.
fn places([a, b]: [GridPoint; 2], step: i32) -> impl Iterator<Item = GridPoint> {
    let [dx, dy] = [0, 1].map(|k| i64::from(b[k]) - i64::from(a[k]));
    let count = dx.abs().max(dy.abs()) * 3 / 2 / i64::from(step) + 1;
    (0..=count).map(move |n| [a[0] + (dx * n / count) as i32, a[1] + (dy * n / count) as i32])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_its_polygons_is_noticed_between_vertices_too() {
        let square = |low: i32, high: i32| vec![vec![[low, low], [high, low], [high, high], [low, high]]];
        let given = square(0, 10_000);
        let near = |ring: &[GridPoint], room: i32| are_near([ring.to_vec()].iter(), &[&given], room);
        assert!(near(&given[0], 10));
        assert!(near(&square(-700, 10_700)[0], 1400) && !near(&square(-700, 10_700)[0], 500));
        // From corner to corner across the square is inside it.
        assert!(near(&[[0, 0], [10_000, 10_000], [0, 10_000]], 100));
        // Between two polygons, a straight edge is far from both.
        let other: Vec<Ring> = square(20_000, 30_000);
        let both = |room: i32| {
            are_near([vec![[10_000, 10_000], [20_000, 20_000], [20_000, 30_000]]].iter(), &[&given, &other], room)
        };
        assert!(!both(2000) && both(16_000));
    }
}
