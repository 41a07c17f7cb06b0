//! Narrow places: where polygons, or parts of one outline, are nearer to each other than the smallest detail.

use std::ops::ControlFlow;

use super::edges::near_pairs;
use super::ring::{GridPoint, Meeting, Ring, are_near, distance2, meeting, minus, square, turn};
use super::simplify::closest_on_edge;
use crate::job::CancelToken;

/// Above this many narrow places, one at the same place as the one before it is dropped when it is found.
const MANY: usize = 1 << 16;

/// A narrow place: a gap or a neck.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Narrow {
    /// The width in grid units; 0 where outlines touch in a point.
    pub width: f64,
    /// The nearest points of the two sides.
    sides: [Side; 2],
}

/// A point of an outline, rounded to the grid, and the vertices of the outline before and after it.
#[derive(Clone, Copy, Debug)]
struct Side {
    at: GridPoint,
    before: GridPoint,
    after: GridPoint,
}

/// Whether the places where outlines touch in a point count as narrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contacts {
    Count,
    Ignore,
}

/// Finds the places narrower than `reach` of polygons that do not cross, each once.
pub(crate) fn find(polygons: &[&[Ring]], reach: i32, contacts: Contacts, cancel: Option<&CancelToken>) -> Vec<Narrow> {
    find_up_to(polygons, reach, contacts, usize::MAX, cancel)
}

/// Returns whether there is a place narrower than `reach`, contacts included.
pub(crate) fn any(polygons: &[&[Ring]], reach: i32) -> bool {
    !find_up_to(polygons, reach, Contacts::Count, 1, None).is_empty()
}

/// Finds narrow places as [`find`] does, but ends once a thread has found `most`, several of which may be at one place.
fn find_up_to(
    polygons: &[&[Ring]],
    reach: i32,
    contacts: Contacts,
    most: usize,
    cancel: Option<&CancelToken>,
) -> Vec<Narrow> {
    let rings: Vec<&Ring> = polygons.iter().copied().flatten().collect();
    let mut edges = Vec::with_capacity(rings.iter().map(|r| r.len()).sum());
    let mut owners: Vec<(u32, u32)> = Vec::with_capacity(edges.capacity());
    for (index, ring) in rings.iter().enumerate() {
        edges.extend(super::ring::edges(ring));
        owners.extend((0..ring.len()).map(|k| (index as u32, k as u32)));
    }
    // Rounding to the grid may take a unit of the width, so `reach - 1` counts as wide enough.
    let below = reach - 1;
    let place = |n: &Narrow| {
        let [a, b] = n.sides.map(|s| s.at);
        (a.min(b), a.max(b))
    };
    let mut found = near_pairs(&edges, below, cancel, |i, j, found: &mut Vec<Narrow>| {
        let ((ring_i, k_i), (ring_j, k_j)) = (owners[i], owners[j]);
        let ring = rings[ring_i as usize];
        if ring_i == ring_j && !apart_on_ring(ring, k_i as usize, k_j as usize, reach) {
            return ControlFlow::Continue(());
        }
        if !are_near(edges[i], edges[j], below)
            || (contacts == Contacts::Ignore && meeting(edges[i], edges[j]) != Meeting::Apart)
        {
            return ControlFlow::Continue(());
        }
        let other = rings[ring_j as usize];
        let (p, q, width) = nearest(edges[i], edges[j]);
        let narrow = Narrow { width, sides: [side(ring, k_i as usize, p), side(other, k_j as usize, q)] };
        // Where many rings meet in one point, all their pairs are narrow there; they come one after the other.
        let known = found.len() > MANY && found.last().is_some_and(|n| place(n) == place(&narrow) && n.width <= width);
        if !known {
            found.push(narrow);
        }
        if found.len() >= most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    found.sort_unstable_by(|a, b| place(a).cmp(&place(b)).then(a.width.total_cmp(&b.width)));
    found.dedup_by_key(|n| place(n));
    found
}

/// Returns whether two edges of one ring are neither neighbours nor joined by a single short edge.
fn apart_on_ring(ring: &Ring, i: usize, j: usize, reach: i32) -> bool {
    let n = ring.len();
    let steps = (j + n - i) % n;
    let short = |k: usize| distance2(ring[k % n], ring[(k + 1) % n]) < square(reach);
    match steps.min(n - steps) {
        0 | 1 => false,
        2 => !short(if steps == 2 { i + 1 } else { j + 1 }),
        _ => true,
    }
}

/// Returns the nearest points of two edges, and their distance.
fn nearest(e: [GridPoint; 2], f: [GridPoint; 2]) -> ([f64; 2], [f64; 2], f64) {
    let real = |p: GridPoint| p.map(f64::from);
    let candidates = [
        (real(e[0]), closest_on_edge(e[0], f)),
        (real(e[1]), closest_on_edge(e[1], f)),
        (closest_on_edge(f[0], e), real(f[0])),
        (closest_on_edge(f[1], e), real(f[1])),
    ];
    let width = |(p, q): &([f64; 2], [f64; 2])| {
        let d = [p[0] - q[0], p[1] - q[1]];
        (d[0] * d[0] + d[1] * d[1]).sqrt()
    };
    let best = candidates.into_iter().min_by(|a, b| width(a).total_cmp(&width(b))).expect("four candidates");
    (best.0, best.1, width(&best))
}

/// Makes a side of the point `at`, which lies on the edge that starts at vertex `k`.
fn side(ring: &Ring, k: usize, at: [f64; 2]) -> Side {
    let n = ring.len();
    let (mut before, mut after) = (ring[k], ring[(k + 1) % n]);
    let at = at.map(|v| v.round() as i32);
    if at == before {
        before = ring[(k + n - 1) % n];
    } else if at == after {
        after = ring[(k + 2) % n];
    }
    Side { at, before, after }
}

impl Narrow {
    /// Makes a patch that bridges the gap, or fills the notch beside the neck: the convex hull of the nearest points
    /// and of the outline within `reach` of them. Returns `None` when the hull has no area.
    pub fn patch(&self, reach: i32) -> Option<Ring> {
        let mut points: Vec<GridPoint> = self
            .sides
            .iter()
            .flat_map(|s| [s.at, towards(s.at, s.before, reach), towards(s.at, s.after, reach)])
            .collect();
        points.sort_unstable();
        points.dedup();
        let hull = hull(&points);
        (hull.len() >= 3).then_some(hull)
    }
}

/// Returns the point at most `reach` away from `from` on the way to `to`.
fn towards(from: GridPoint, to: GridPoint, reach: i32) -> GridPoint {
    let d = minus(to, from);
    let length2 = distance2(from, to);
    if length2 <= square(reach) {
        return to;
    }
    let t = reach as f64 / (length2 as f64).sqrt();
    [from[0] + (d[0] as f64 * t).round() as i32, from[1] + (d[1] as f64 * t).round() as i32]
}

/// Returns the convex hull of sorted points, counter-clockwise (Andrew's monotone chain).
fn hull(sorted: &[GridPoint]) -> Ring {
    let mut hull: Ring = Vec::new();
    for half in [sorted.to_vec(), sorted.iter().rev().copied().collect()] {
        let start = hull.len();
        for p in half {
            while hull.len() >= start + 2 && turn(hull[hull.len() - 2], hull[hull.len() - 1], p) <= 0 {
                hull.pop();
            }
            hull.push(p);
        }
        hull.pop();
    }
    hull
}
