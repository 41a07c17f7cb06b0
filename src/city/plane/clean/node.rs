//! Splits the edges of polygons until they meet in end points only.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Settings;
use super::edges::near_pairs;
use super::ring::{
    GridPoint, Meeting, Ring, Shape, clear_collapsed, cross, distance2, dot, edges, is_near, meeting, minus, square,
    turn,
};
use crate::Result;
use crate::job::Reservation;

/// Above this many splits, repeated ones are removed as they are found.
const MANY: usize = 1 << 16;

/// The memory that a split of a wall takes until it is made, measured.
const BYTES_PER_SPLIT: u64 = 100;

/// The memory that an edge takes once the walls are split, measured.
pub(crate) const BYTES_PER_EDGE: u64 = 150;

/// How many rounds of splits are tried before an attempt fails.
const ROUNDS: usize = 24;

/// Parts whose edges meet in end points only.
pub(crate) struct Noded {
    /// A shape for each part, empty when it collapsed or when it is a copy of another part.
    pub shapes: Vec<Shape>,
    /// Each part that became equal to an earlier one, with that one.
    pub copies: Vec<(usize, usize)>,
}

/// Joins vertices within `snap` of each other and splits edges until they meet in end points only. The first `anchors`
/// parts stay where they are: they only get vertices on their edges, rounded to the grid. `None` when there is no end
/// to that.
///
/// # Errors
/// [`crate::Error::Cancelled`]; the errors of [`Settings::room_for`].
pub(crate) fn node(parts: &[&[Ring]], anchors: usize, snap: i32, settings: &Settings) -> Result<Option<Noded>> {
    let moved = common_vertices(parts, anchors, snap);
    let shape = |part: &&[Ring]| part.iter().map(|ring| ring.iter().map(|p| moved[p]).collect()).collect();
    let mut noded = Noded { shapes: parts.iter().map(shape).collect(), copies: Vec::new() };
    let few = 2 * noded.shapes.iter().flatten().map(|ring| ring.len() as u64).sum::<u64>();
    let mut room: Option<Reservation<'_>> = None;
    for round in 0..ROUNDS {
        noded.shapes.iter_mut().for_each(clear_collapsed);
        clear_copies(&mut noded);
        // In the first rounds a wall bends to near vertices, later it is only split at those exactly on it.
        let reach = if round < 3 { snap } else { 0 };
        settings.check()?;
        let splits = splits(&noded.shapes, anchors, reach, snap, settings)?;
        if splits.is_empty() {
            return Ok(Some(noded));
        }
        let splits_of = |a: GridPoint, b: GridPoint| splits.get(&[a.min(b), a.max(b)]).map_or(&[][..], Vec::as_slice);
        let parts_of = |ring: &Ring| edges(ring).map(|[a, b]| 1 + splits_of(a, b).len() as u64).sum::<u64>();
        let before: u64 = noded.shapes.iter().flatten().map(|ring| ring.len() as u64).sum();
        let after: u64 = noded.shapes.iter().flatten().map(parts_of).sum();
        // The first round splits edges at all their crossings, however many; the rounds after it should add few.
        if round > 0 && after > FEW_TANGLED && after > TANGLED * before {
            return Ok(None);
        }
        drop(room.take());
        room = settings.room_for(after, u64::MAX, BYTES_PER_EDGE, few)?;
        noded.shapes.iter_mut().flatten().for_each(|ring| split_edges(ring, splits_of));
        if noded.shapes.iter().flatten().any(is_tangled) {
            return Ok(None);
        }
    }
    Ok(None)
}

/// Splits the edges of a ring at the points that `splits_of` gives for each.
pub(super) fn split_edges<'s>(ring: &mut Ring, splits_of: impl Fn(GridPoint, GridPoint) -> &'s [GridPoint]) {
    let mut split = Vec::with_capacity(ring.len() + 4);
    for [a, b] in edges(ring) {
        split.push(a);
        let from = split.len();
        split.extend_from_slice(splits_of(a, b));
        split[from..].sort_unstable_by_key(|&p| (dot(minus(b, a), minus(p, a)), p));
    }
    *ring = split;
}

/// Edges are tangled when a round multiplies their number by more than this, or when a ring has more than this many
/// edges per wall.
const TANGLED: u64 = 4;

/// So few edges are never tangled.
const FEW_TANGLED: u64 = 256;

/// Returns whether a ring passes its walls again and again. Where many walls are within `snap` of each other, each
/// bends to the ends of all others and back, and a few such rounds would fill any memory.
fn is_tangled(ring: &Ring) -> bool {
    if ring.len() as u64 <= FEW_TANGLED {
        return false;
    }
    let mut walls: Vec<[GridPoint; 2]> = edges(ring).map(|[a, b]| [a.min(b), a.max(b)]).collect();
    walls.sort_unstable();
    walls.dedup();
    ring.len() as u64 > TANGLED * walls.len() as u64
}

/// Clears each shape that equals one before it.
fn clear_copies(noded: &mut Noded) {
    let shapes = &noded.shapes;
    let mut order: Vec<usize> = (0..shapes.len()).filter(|&part| !shapes[part].is_empty()).collect();
    order.sort_unstable_by(|&a, &b| shapes[a].cmp(&shapes[b]).then(a.cmp(&b)));
    let mut copies: Vec<(usize, usize)> = Vec::new();
    for same in order.chunk_by(|&a, &b| shapes[a] == shapes[b]) {
        copies.extend(same[1..].iter().map(|&copy| (copy, same[0])));
    }
    copies.iter().for_each(|&(copy, _)| noded.shapes[copy].clear());
    noded.copies.extend(copies);
}

/// Maps each vertex to the vertex that replaces it: the nearest within `snap` of the vertices kept before, in
/// lexicographic order, or itself. The vertices of the first `anchors` parts are all kept.
fn common_vertices(parts: &[&[Ring]], anchors: usize, snap: i32) -> BTreeMap<GridPoint, GridPoint> {
    let sorted = |parts: &[&[Ring]]| {
        let mut vertices: Vec<GridPoint> = parts.iter().copied().flatten().flatten().copied().collect();
        vertices.sort_unstable();
        vertices.dedup();
        vertices
    };
    let (anchored, vertices) = (sorted(&parts[..anchors]), sorted(&parts[anchors..]));
    let side = snap.max(1);
    let cell = |p: GridPoint| p.map(|v| v.div_euclid(side));
    let mut kept: BTreeMap<[i32; 2], Vec<GridPoint>> = BTreeMap::new();
    let mut moved = BTreeMap::new();
    for p in anchored {
        kept.entry(cell(p)).or_default().push(p);
        moved.insert(p, p);
    }
    for p in vertices {
        if moved.contains_key(&p) {
            continue;
        }
        let [x, y] = cell(p);
        let near = (-1..=1)
            .flat_map(|dx| (-1..=1).map(move |dy| [x + dx, y + dy]))
            .filter_map(|c| kept.get(&c))
            .flatten()
            .filter(|q| distance2(**q, p) <= square(snap))
            .min_by_key(|q| (distance2(**q, p), **q))
            .copied();
        if near.is_none() {
            kept.entry([x, y]).or_default().push(p);
        }
        moved.insert(p, near.unwrap_or(p));
    }
    moved
}

/// Finds the points at which edges must be split, by edge; the smaller end of an edge comes first.
fn splits(
    rings: &[Shape],
    anchors: usize,
    reach: i32,
    snap: i32,
    settings: &Settings,
) -> Result<BTreeMap<[GridPoint; 2], Vec<GridPoint>>> {
    let mut walls: Vec<[GridPoint; 2]> =
        rings.iter().flatten().flat_map(|r| edges(r)).map(|[a, b]| [a.min(b), a.max(b)]).collect();
    walls.sort_unstable();
    walls.dedup();
    let anchored = rings[..anchors].iter().flatten().flat_map(|r| edges(r)).map(|[a, b]| [a.min(b), a.max(b)]);
    let anchored: HashSet<[GridPoint; 2]> = anchored.collect();
    // Most walls are split once or twice.
    let few = 4 * walls.len() as u64;
    let most = settings.most(BYTES_PER_SPLIT, few);
    let count = AtomicU64::new(0);
    let found = near_pairs(&walls, reach, Some(settings.cancel()), |i, j, found| {
        let (e, f) = (walls[i], walls[j]);
        let stays = [e, f].map(|wall| anchored.contains(&wall));
        let reach_of = |stays: bool| if stays { 0 } else { reach };
        let on_e = f.map(|p| is_inner(p, e, reach_of(stays[0])).then_some((e, p)));
        let on_f = e.map(|p| is_inner(p, f, reach_of(stays[1])).then_some((f, p)));
        let mut here: Vec<([GridPoint; 2], GridPoint)> = on_e.into_iter().chain(on_f).flatten().collect();
        if here.is_empty() && meeting(e, f) == Meeting::Crossing {
            let p = crossing(e, f);
            // A wall that stays bends to none of the other's ends.
            let ends = [(e, stays[1]), (f, stays[0])].into_iter().filter(|(_, other_stays)| !other_stays);
            let end = ends.flat_map(|(wall, _)| wall).find(|&q| distance2(p, q) <= square(snap));
            let p = end.unwrap_or(p);
            here.extend([e, f].into_iter().filter(|w| w[0] != p && w[1] != p).map(|w| (w, p)));
        }
        count.fetch_add(here.len() as u64, Ordering::Relaxed);
        found.extend(here);
        if found.len() >= MANY && found.len() + 4 > found.capacity() {
            // Many walls that end in one vertex give the same split once for each of them.
            let before = found.len();
            found.sort_unstable();
            found.dedup();
            count.fetch_sub((before - found.len()) as u64, Ordering::Relaxed);
            found.reserve(found.len());
        }
        if count.load(Ordering::Relaxed) > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    settings.check()?;
    let _room = settings.room_for(count.into_inner(), most, BYTES_PER_SPLIT, few)?;
    let mut splits: BTreeMap<[GridPoint; 2], Vec<GridPoint>> = BTreeMap::new();
    for (wall, p) in found {
        splits.entry(wall).or_default().push(p);
    }
    for points in splits.values_mut() {
        points.sort_unstable();
        points.dedup();
    }
    Ok(splits)
}

/// Returns whether a point projects between the ends of an edge and lies within `reach` of it.
fn is_inner(p: GridPoint, [a, b]: [GridPoint; 2], reach: i32) -> bool {
    let (along, to) = (minus(b, a), minus(p, a));
    let at = dot(along, to);
    p != a
        && p != b
        && at > 0
        && at < dot(along, along)
        && if reach == 0 { turn(a, b, p) == 0 } else { is_near(p, [a, b], reach) }
}

/// Computes the intersection of two crossing edges, rounded to the grid.
fn crossing([a, b]: [GridPoint; 2], [c, d]: [GridPoint; 2]) -> GridPoint {
    let (u, v) = (minus(b, a), minus(d, c));
    let denominator = cross(u, v) as i128;
    let numerator = cross(minus(c, a), v) as i128;
    let at = |k: usize| {
        let twice = 2 * u[k] as i128 * numerator;
        let (n, d) = if denominator < 0 { (-twice, -denominator) } else { (twice, denominator) };
        a[k] + (n + d).div_euclid(2 * d) as i32
    };
    [at(0), at(1)]
}
