//! Checks, exactly, everything that the mesher relies on.

use std::collections::HashSet;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use rayon::prelude::*;
use static_aabb2d_index::{Control, StaticAABB2DIndex, StaticAABB2DIndexBuilder};

use super::Building;
use super::edges::near_pairs;
use super::locate::{Locator, Place, twice_middle};
use super::ring::{GridBox, GridPoint, Meeting, Ring, area2, compare_angle, distance2, meeting, minus, square};
use crate::job::CancelToken;

/// The numbers of contacts between the polygons of a set that passed the check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlanarReport {
    /// Points where rings touch without sharing a wall.
    pub corner_contacts: u64,
    /// Edges that two polygons share.
    pub shared_edges: u64,
}

/// The first rule that was found broken, and the polygons that break it: twice the same when it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub rule: Rule,
    pub polygons: [usize; 2],
    pub at: GridPoint,
}

/// The rules of a planar set of polygons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A ring has at least three vertices and an area; the outer ring is counter-clockwise, holes are clockwise.
    Ring,
    /// No edge is longer than the limit.
    LongEdge,
    /// Edges meet in common end points only, and a ring never touches itself.
    Edges,
    /// Only two polygons share an edge, in opposite directions.
    SharedEdge,
    /// Rings do not cross where they touch in a point.
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

/// Checks the invariants that [`super::Cleaned`] states, exactly, for the polygons of all buildings together, in
/// near-linear time. Once `cancel` is set, the result means nothing.
pub(crate) fn check_planar(buildings: &[Building], cancel: &CancelToken) -> Result<PlanarReport, Violation> {
    let polygons: Vec<&[Ring]> = buildings.iter().flat_map(|b| b.polygons()).map(|(rings, _)| rings).collect();
    check_polygons(&polygons, Some(super::LONGEST_EDGE), Some(cancel))
}

/// A ring's way through a vertex.
#[derive(Clone, Copy)]
struct Passage {
    at: GridPoint,
    ring: u32,
    from: GridPoint,
    to: GridPoint,
}

/// A finding about two near edges.
enum Event {
    Broken(Violation),
    Touch(GridPoint),
    Shared([GridPoint; 2]),
}

/// A ring with the index of its polygon.
type OwnedRing<'a> = (usize, &'a Ring);

/// The points and edges in which rings touch each other.
struct Touching {
    /// The points where rings touch, ascending; the ends of shared edges may be missing.
    touched: Vec<GridPoint>,
    /// The edges that two polygons share, each with its smaller end first, ascending.
    shared: Vec<[GridPoint; 2]>,
}

/// Checks each polygon in itself and all against each other.
pub(crate) fn check_polygons(
    polygons: &[&[Ring]],
    longest: Option<i32>,
    cancel: Option<&CancelToken>,
) -> Result<PlanarReport, Violation> {
    let mut rings: Vec<OwnedRing> = Vec::with_capacity(polygons.len());
    for (p, polygon) in polygons.iter().enumerate() {
        for (place, ring) in polygon.iter().enumerate() {
            check_ring(p, place, ring, longest)?;
            rings.push((p, ring));
        }
        if polygon.is_empty() {
            return Err(Violation { rule: Rule::Ring, polygons: [p; 2], at: [0; 2] });
        }
    }
    let Touching { mut touched, shared } = check_edges(&rings, cancel)?;
    let mut wall_ends: Vec<GridPoint> = shared.iter().flatten().copied().collect();
    wall_ends.sort_unstable();
    let corner_contacts = touched.iter().filter(|p| wall_ends.binary_search(p).is_err()).count() as u64;
    touched.extend(wall_ends);
    touched.sort_unstable();
    touched.dedup();
    check_corners(&rings, &touched)?;
    check_nesting(polygons)?;
    Ok(PlanarReport { corner_contacts, shared_edges: shared.len() as u64 })
}

/// Checks that edges meet in end points only, and finds where rings touch.
fn check_edges(rings: &[OwnedRing], cancel: Option<&CancelToken>) -> Result<Touching, Violation> {
    let mut edges = Vec::with_capacity(rings.iter().map(|r| r.1.len()).sum());
    let mut owners: Vec<(u32, u32)> = Vec::with_capacity(edges.capacity());
    for (index, (_, ring)) in rings.iter().enumerate() {
        edges.extend(super::ring::edges(ring));
        owners.extend((0..ring.len()).map(|k| (index as u32, k as u32)));
    }
    let events = near_pairs(&edges, 0, cancel, |i, j, events| {
        match compare([edges[i], edges[j]], [owners[i], owners[j]], rings) {
            None => {}
            // Where many rings meet in one point, all their pairs touch there; they come one after the other.
            Some(Event::Touch(at)) if matches!(events.last(), Some(&Event::Touch(last)) if last == at) => {}
            Some(broken @ Event::Broken(_)) => {
                events.push(broken);
                return ControlFlow::Break(());
            }
            Some(event) => events.push(event),
        }
        ControlFlow::Continue(())
    });
    let (mut touched, mut shared) = (Vec::new(), Vec::new());
    for event in events {
        match event {
            Event::Broken(violation) => return Err(violation),
            Event::Touch(at) => touched.push(at),
            Event::Shared([a, b]) => shared.push([a.min(b), a.max(b)]),
        }
    }
    // A third polygon with the same edge would have it in one of the two directions: `Meeting::Same` was found above.
    shared.sort_unstable();
    touched.sort_unstable();
    touched.dedup();
    Ok(Touching { touched, shared })
}

/// Compares two near edges, each owned by a ring and a place in it.
fn compare(edges: [[GridPoint; 2]; 2], owners: [(u32, u32); 2], rings: &[OwnedRing]) -> Option<Event> {
    let [(ring, k), (other_ring, other_k)] = owners;
    let polygons = [rings[ring as usize].0, rings[other_ring as usize].0];
    let broken = |rule, at| Some(Event::Broken(Violation { rule, polygons, at }));
    let start = edges[0][0];
    match meeting(edges[0], edges[1]) {
        Meeting::Apart => None,
        Meeting::Crossing => broken(Rule::Edges, start),
        Meeting::Same => broken(Rule::SharedEdge, start),
        Meeting::Opposite if polygons[0] == polygons[1] => broken(Rule::SharedEdge, start),
        Meeting::Opposite => Some(Event::Shared(edges[0])),
        Meeting::AtVertex(at) if ring == other_ring => {
            let n = rings[ring as usize].1.len() as u32;
            let are_neighbours = (k + 1) % n == other_k || (other_k + 1) % n == k;
            if are_neighbours { None } else { broken(Rule::Edges, at) }
        }
        Meeting::AtVertex(at) => Some(Event::Touch(at)),
    }
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

/// Checks that rings do not cross at the points where they touch.
fn check_corners(rings: &[OwnedRing], touched: &[GridPoint]) -> Result<(), Violation> {
    if touched.is_empty() {
        return Ok(());
    }
    let mut passages: Vec<Passage> = Vec::new();
    for (index, (_, ring)) in rings.iter().enumerate() {
        let n = ring.len();
        for k in 0..n {
            if touched.binary_search(&ring[k]).is_ok() {
                let (from, to) = (ring[(k + n - 1) % n], ring[(k + 1) % n]);
                passages.push(Passage { at: ring[k], ring: index as u32, from, to });
            }
        }
    }
    passages.sort_unstable_by_key(|p| (p.at, p.ring));
    let polygon = |p: &Passage| rings[p.ring as usize].0;
    let directions = |p: &Passage| [minus(p.to, p.at), minus(p.from, p.at)];
    for meeting in passages.chunk_by(|a, b| a.at == b.at) {
        let broken = |polygons| Err(Violation { rule: Rule::Corner, polygons, at: meeting[0].at });
        let mut corners: Vec<(usize, [[i64; 2]; 2])> = Vec::with_capacity(meeting.len());
        for own in meeting.chunk_by(|a, b| polygon(a) == polygon(b)) {
            for (k, a) in own.iter().enumerate() {
                let ([a_to, a_from], of) = (directions(a), polygon(a));
                // Two rings of one polygon enclose the same inside, so their outsides must be disjoint.
                for b in &own[k + 1..] {
                    let [b_to, b_from] = directions(b);
                    if !wedges_are_disjoint([a_from, a_to], [b_from, b_to]) {
                        return broken([of; 2]);
                    }
                }
                // Counter-clockwise, a corner of the inside begins at a ring's outgoing edge and ends at the next
                // incoming edge: of the same ring, or of another of the polygon's rings that touches it here.
                let is_after = |d| compare_angle(d, a_to).is_gt();
                let ends = own.iter().map(|p| directions(p)[1]);
                let end = ends.min_by(|&u, &v| is_after(v).cmp(&is_after(u)).then(compare_angle(u, v)));
                corners.push((of, [a_to, end.unwrap_or(a_from)]));
            }
        }
        for (k, &(a, corner)) in corners.iter().enumerate() {
            for &(b, other) in &corners[k + 1..] {
                if a != b && !wedges_are_disjoint(corner, other) {
                    return broken([a, b]);
                }
            }
        }
    }
    Ok(())
}

/// Returns whether two wedges have no inner direction in common; each reaches from its first direction
/// counter-clockwise to its second.
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

/// Checks that holes lie in their polygon and that no polygon lies in another's interior, where no edges cross.
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
    match first_nested(polygons) {
        None => Ok(()),
        Some([inner, outer]) => {
            let at = polygons[inner][0][0];
            Err(Violation { rule: Rule::Overlap, polygons: [inner, outer], at })
        }
    }
}

/// Returns whether a polygon lies in another's interior; their edges do not cross.
fn lies_in(inner: &[Ring], outer: &Locator) -> bool {
    // An edge's middle is on the other's border only where they share the edge, from opposite sides.
    super::ring::edges(&inner[0]).map(|e| outer.place_of_half(twice_middle(e))).find(|&place| place != Place::Border)
        == Some(Place::Inside)
}

fn boxes_of(polygons: &[&[Ring]]) -> Vec<GridBox> {
    polygons.par_iter().with_min_len(1024).map(|p| GridBox::of(&p[0])).collect()
}

/// Finds the first pair (inner, outer), by outer, of polygons of which the inner lies in the outer's interior. No edges
/// cross.
fn first_nested(polygons: &[&[Ring]]) -> Option<[usize; 2]> {
    if polygons.len() < 2 {
        return None;
    }
    let boxes = boxes_of(polygons);
    let index = index_of(&boxes);
    (0..boxes.len()).into_par_iter().with_min_len(1024).find_map_first(|outer| {
        let b = boxes[outer];
        let mut within = Vec::new();
        index.visit_query(b.min[0], b.min[1], b.max[0], b.max[1], &mut |inner: usize| {
            if inner != outer && b.contains(&boxes[inner]) {
                within.push(inner);
            }
        });
        if within.is_empty() {
            return None;
        }
        within.sort_unstable();
        let locator = Locator::new(polygons[outer].iter());
        within.into_iter().find(|&inner| lies_in(polygons[inner], &locator)).map(|inner| [inner, outer])
    })
}

/// Finds, for each polygon that lies in the interior of polygons of other groups, a pair (inner, outer) with one of
/// them. Equal polygons lie on each other's borders, not in each other; only the first of them is considered.
pub(crate) fn surrounded(polygons: &[&[Ring]], group: impl Fn(usize) -> u32 + Sync) -> Vec<[usize; 2]> {
    let mut known = HashSet::with_capacity(polygons.len());
    let distinct: Vec<usize> = (0..polygons.len()).filter(|&p| known.insert(polygons[p])).collect();
    drop(known);
    if distinct.len() < 2 {
        return Vec::new();
    }
    let boxes = boxes_of(&distinct.iter().map(|&p| polygons[p]).collect::<Vec<_>>());
    let index = index_of(&boxes);
    let locators: Vec<OnceLock<Box<Locator>>> = distinct.iter().map(|_| OnceLock::new()).collect();
    let around = |inner: usize| {
        let b = boxes[inner];
        let mut found = None;
        index.visit_query(b.min[0], b.min[1], b.max[0], b.max[1], &mut |outer: usize| {
            let pair = [distinct[inner], distinct[outer]];
            if outer == inner || group(pair[0]) == group(pair[1]) || !boxes[outer].contains(&b) {
                return Control::Continue;
            }
            let locator = locators[outer].get_or_init(|| Box::new(Locator::new(polygons[pair[1]].iter())));
            if !lies_in(polygons[pair[0]], locator) {
                return Control::Continue;
            }
            found = Some(pair);
            Control::Break(())
        });
        found
    };
    (0..boxes.len()).into_par_iter().with_min_len(1024).filter_map(around).collect()
}

/// Builds a spatial index of boxes.
pub(crate) fn index_of(boxes: &[GridBox]) -> StaticAABB2DIndex<i32> {
    let mut builder = StaticAABB2DIndexBuilder::new(boxes.len());
    for b in boxes {
        builder.add(b.min[0], b.min[1], b.max[0], b.max[1]);
    }
    builder.build().expect("as many boxes as announced, all of them i32")
}
