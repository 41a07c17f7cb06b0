//! The exact check of everything that the mesher relies on.

use std::fmt;

use rayon::prelude::*;
use static_aabb2d_index::{StaticAABB2DIndex, StaticAABB2DIndexBuilder};

use super::Building;
use super::edges::near_pairs;
use super::locate::{Locator, Place, twice_middle};
use super::ring::{Bounds, Meeting, Point, Ring, area2, compare_angle, distance2, meeting, minus, square};
use crate::job::CancelToken;

/// What a set of polygons that passed the check has in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlanarReport {
    /// Points where rings touch without sharing a wall.
    pub corner_contacts: u64,
    /// Edges that two buildings share.
    pub shared_edges: u64,
}

/// The first rule found broken, and by which polygons (twice the same when it is one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub rule: Rule,
    pub polygons: [usize; 2],
    pub at: Point,
}

/// The rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A ring has three vertices or more and an area, the outer one counter-clockwise, holes clockwise.
    Ring,
    /// No edge is longer than the limit.
    LongEdge,
    /// Edges meet in common end points only, and a ring never touches itself.
    Edges,
    /// Only two polygons share an edge, in opposite directions.
    SharedEdge,
    /// Where rings touch in a point they do not cross.
    Corner,
    /// Holes lie inside their outer ring and not in each other.
    Hole,
    /// Interiors are disjoint.
    Overlap,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "polygons {:?} break the rule {:?} at {:?}", self.polygons, self.rule, self.at)
    }
}

/// Checks all buildings together, exactly, in near-linear time: the invariants that [`super::Cleaned`] states.
/// Once `cancel` is set it says nothing.
pub(crate) fn check_planar(buildings: &[Building], cancel: &CancelToken) -> Result<PlanarReport, Violation> {
    let polygons: Vec<&[Ring]> = buildings.iter().map(|b| b.rings.as_slice()).collect();
    check_polygons(&polygons, Some(super::LONGEST_EDGE), Some(cancel))
}

/// Where a ring passes a vertex: who, from where, where to.
#[derive(Clone, Copy)]
struct Passage {
    at: Point,
    ring: u32,
    from: Point,
    to: Point,
}

/// What two near edges can do to each other.
enum Event {
    Broken(Violation),
    Touch(Point),
    Shared([Point; 2]),
}

/// Checks polygons against each other and in themselves.
pub(crate) fn check_polygons(
    polygons: &[&[Ring]],
    longest: Option<i32>,
    cancel: Option<&CancelToken>,
) -> Result<PlanarReport, Violation> {
    let mut rings: Vec<(usize, usize, &Ring)> = Vec::with_capacity(polygons.len());
    for (p, polygon) in polygons.iter().enumerate() {
        for (r, ring) in polygon.iter().enumerate() {
            check_ring(p, r, ring, longest)?;
            rings.push((p, r, ring));
        }
        if polygon.is_empty() {
            return Err(Violation { rule: Rule::Ring, polygons: [p; 2], at: [0; 2] });
        }
    }
    let mut edges = Vec::with_capacity(rings.iter().map(|r| r.2.len()).sum());
    let mut owners: Vec<(u32, u32)> = Vec::with_capacity(edges.capacity());
    for (index, (_, _, ring)) in rings.iter().enumerate() {
        edges.extend(super::ring::edges(ring));
        owners.extend((0..ring.len()).map(|k| (index as u32, k as u32)));
    }
    let events = near_pairs(&edges, 0, cancel, |i, j| {
        let (ring_i, k_i) = owners[i];
        let (ring_j, k_j) = owners[j];
        let polygons = [rings[ring_i as usize].0, rings[ring_j as usize].0];
        let broken = |rule, at| Some(Event::Broken(Violation { rule, polygons, at }));
        match meeting(edges[i], edges[j]) {
            Meeting::Apart => None,
            Meeting::Crossing => broken(Rule::Edges, edges[i][0]),
            Meeting::Same => broken(Rule::SharedEdge, edges[i][0]),
            Meeting::Opposite if polygons[0] == polygons[1] => broken(Rule::SharedEdge, edges[i][0]),
            Meeting::Opposite => Some(Event::Shared(edges[i])),
            Meeting::AtVertex(at) if ring_i == ring_j => {
                let n = rings[ring_i as usize].2.len() as u32;
                let neighbours = (k_i + 1) % n == k_j || (k_j + 1) % n == k_i;
                if neighbours { None } else { broken(Rule::Edges, at) }
            }
            Meeting::AtVertex(at) => Some(Event::Touch(at)),
        }
    });
    let (mut touched, mut shared) = (Vec::new(), Vec::new());
    for event in events {
        match event {
            Event::Broken(violation) => return Err(violation),
            Event::Touch(at) => touched.push(at),
            Event::Shared([a, b]) => shared.push([a.min(b), a.max(b)]),
        }
    }
    shared.sort_unstable();
    // A third polygon at a shared edge has it in one of the two directions and was found above.
    let shared_edges = shared.len() as u64;
    let mut wall_ends: Vec<Point> = shared.iter().flatten().copied().collect();
    wall_ends.sort_unstable();
    touched.sort_unstable();
    touched.dedup();
    let corner_contacts = touched.iter().filter(|p| wall_ends.binary_search(p).is_err()).count() as u64;
    touched.extend(wall_ends);
    touched.sort_unstable();
    touched.dedup();
    check_corners(&rings, &touched)?;
    check_nesting(polygons)?;
    Ok(PlanarReport { corner_contacts, shared_edges })
}

fn check_ring(polygon: usize, place: usize, ring: &Ring, longest: Option<i32>) -> Result<(), Violation> {
    let at = ring.first().copied().unwrap_or_default();
    let area = area2(ring);
    if ring.len() < 3 || area == 0 || (area > 0) != (place == 0) {
        return Err(Violation { rule: Rule::Ring, polygons: [polygon; 2], at });
    }
    for [a, b] in super::ring::edges(ring) {
        if a == b {
            return Err(Violation { rule: Rule::Ring, polygons: [polygon; 2], at: a });
        }
        if longest.is_some_and(|l| distance2(a, b) > square(l)) {
            return Err(Violation { rule: Rule::LongEdge, polygons: [polygon; 2], at: a });
        }
    }
    Ok(())
}

/// At every point where rings touch, their sides must not interleave.
fn check_corners(rings: &[(usize, usize, &Ring)], touched: &[Point]) -> Result<(), Violation> {
    if touched.is_empty() {
        return Ok(());
    }
    let mut passages: Vec<Passage> = Vec::new();
    for (index, (_, _, ring)) in rings.iter().enumerate() {
        let n = ring.len();
        for k in 0..n {
            if touched.binary_search(&ring[k]).is_ok() {
                let (from, to) = (ring[(k + n - 1) % n], ring[(k + 1) % n]);
                passages.push(Passage { at: ring[k], ring: index as u32, from, to });
            }
        }
    }
    passages.sort_unstable_by_key(|p| (p.at, p.ring));
    for meeting in passages.chunk_by(|a, b| a.at == b.at) {
        for (k, a) in meeting.iter().enumerate() {
            for b in &meeting[k + 1..] {
                let polygons = [rings[a.ring as usize].0, rings[b.ring as usize].0];
                // Of two polygons the insides, of two rings of one polygon the outsides must be disjoint.
                let wedge = |p: &Passage| {
                    let (to, from) = (minus(p.to, p.at), minus(p.from, p.at));
                    if polygons[0] == polygons[1] { [from, to] } else { [to, from] }
                };
                if !wedges_are_disjoint(wedge(a), wedge(b)) {
                    return Err(Violation { rule: Rule::Corner, polygons, at: a.at });
                }
            }
        }
    }
    Ok(())
}

/// Whether two wedges, each from its first direction counter-clockwise to its second, have no inner direction in common.
fn wedges_are_disjoint(a: [[i64; 2]; 2], b: [[i64; 2]; 2]) -> bool {
    let same = |u, v| compare_angle(u, v).is_eq();
    let inside = |d, [first, last]: [[i64; 2]; 2]| {
        if same(d, first) || same(d, last) {
            return false;
        }
        let after_first = compare_angle(first, d).is_lt();
        let before_last = compare_angle(d, last).is_lt();
        if compare_angle(first, last).is_lt() { after_first && before_last } else { after_first || before_last }
    };
    !same(a[0], b[0]) && !same(a[1], b[1]) && !inside(b[0], a) && !inside(b[1], a) && !inside(a[0], b)
}

/// Holes lie in their polygon; no polygon lies in another's interior. Edges are known not to cross.
fn check_nesting(polygons: &[&[Ring]]) -> Result<(), Violation> {
    polygons.par_iter().enumerate().with_min_len(1024).try_for_each(|(p, polygon)| {
        if polygon.len() < 2 {
            return Ok(());
        }
        let locator = Locator::new(polygon.iter());
        for (h, hole) in polygon.iter().enumerate().skip(1) {
            if locator.place_without(twice_middle([hole[0], hole[1]]), h as u32) != Place::Inside {
                return Err(Violation { rule: Rule::Hole, polygons: [p; 2], at: hole[0] });
            }
        }
        Ok(())
    })?;
    match nested(polygons).first() {
        None => Ok(()),
        Some(&[inner, outer]) => {
            let at = polygons[inner][0][0];
            Err(Violation { rule: Rule::Overlap, polygons: [inner, outer], at })
        }
    }
}

/// The pairs (inner, outer) of polygons without crossings of which one lies in the other's interior.
pub(crate) fn nested(polygons: &[&[Ring]]) -> Vec<[usize; 2]> {
    if polygons.len() < 2 {
        return Vec::new();
    }
    let boxes: Vec<Bounds> = polygons.par_iter().with_min_len(1024).map(|p| Bounds::of(&p[0])).collect();
    let index = index_of(&boxes);
    let mut candidates: Vec<[usize; 2]> = (0..boxes.len())
        .into_par_iter()
        .with_min_len(1024)
        .flat_map_iter(|inner| {
            let b = boxes[inner];
            let mut around = index.query(b.min[0], b.min[1], b.max[0], b.max[1]);
            around.retain(|&outer| outer != inner && boxes[outer].contains(&b));
            around.into_iter().map(move |outer| [outer, inner])
        })
        .collect();
    candidates.sort_unstable();
    let by_outer: Vec<&[[usize; 2]]> = candidates.chunk_by(|a, b| a[0] == b[0]).collect();
    by_outer
        .par_iter()
        .flat_map_iter(|same_outer| {
            let outer = same_outer[0][0];
            let locator = Locator::new(polygons[outer].iter());
            let inside = move |inner: usize| {
                // An edge's middle is on the other's border only where they share the edge, from opposite sides.
                super::ring::edges(&polygons[inner][0])
                    .map(|e| locator.place_of_half(twice_middle(e)))
                    .find(|&place| place != Place::Border)
                    == Some(Place::Inside)
            };
            same_outer.iter().map(|c| c[1]).filter(move |&i| inside(i)).map(move |inner| [inner, outer])
        })
        .collect()
}

/// An index of boxes.
pub(crate) fn index_of(boxes: &[Bounds]) -> StaticAABB2DIndex<i32> {
    let mut builder = StaticAABB2DIndexBuilder::new(boxes.len());
    for b in boxes {
        builder.add(b.min[0], b.min[1], b.max[0], b.max[1]);
    }
    builder.build().expect("as many boxes as announced, all of them i32")
}
