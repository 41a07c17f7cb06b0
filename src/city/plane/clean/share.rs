//! Lets footprints that stay apart share their walls: near walls become one, each overlap goes to one of the two, and
//! walls meet in common vertices only.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use static_aabb2d_index::StaticAABB2DIndex;

use super::edges::near_pairs;
use super::overlay::{Collinear, difference};
use super::planarity::{check_polygons, index_of};
use super::ring::{
    GridBox, GridPoint, Meeting, Ring, Shape, area2, canonical, cross, cut_long_edges, distance2, dot, edges, is_near,
    meeting, minus, remove_spikes, shape_area2, square, turn,
};
use super::simplify::{Limits, simplify_line, straighten_line};
use super::{LONGEST_EDGE, Settings};
use crate::Result;
use crate::job::Reservation;

/// A polygon that remains of a part once others have taken the ground that they have in common.
#[derive(Clone, Debug)]
pub(crate) struct Remainder {
    pub shape: Shape,
    /// The index of the part.
    pub part: usize,
}

/// The result of sharing walls. Parts are given by their indices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    pub remainders: Vec<Remainder>,
    /// For each remainder below the smallest area, its part.
    pub small: Vec<usize>,
    /// The parts that keep no remainder of the smallest area because others took the rest; for a copy of another part,
    /// also that part.
    pub swallowed: Vec<(usize, Option<usize>)>,
    /// Twice the area that the parts cover together.
    pub covered2: i128,
}

/// Above this many splits, repeated ones are removed as they are found.
const MANY: usize = 1 << 16;

/// The memory that a split of a wall takes until it is made, measured.
const BYTES_PER_SPLIT: u64 = 100;

/// The memory that an edge takes once the walls are split, measured.
const BYTES_PER_EDGE: u64 = 150;

/// How many rounds of splits are tried before an attempt fails.
const ROUNDS: usize = 24;

/// Lets parts share their walls. Where parts overlap, the one that comes first gets the ground. `None` when no attempt
/// gave planar polygons.
///
/// # Errors
/// [`crate::Error::Cancelled`]; those of [`Settings::room_for`].
pub(crate) fn share(parts: &[&[Ring]], settings: &Settings) -> Result<Option<Shared>> {
    let (near, nearer) = (settings.snap, settings.snap / 4);
    let attempts = [
        (near, Simplify::Fully),
        (nearer, Simplify::Fully),
        (nearer, Simplify::Straighten),
        (nearer, Simplify::Nothing),
        (1, Simplify::Nothing),
        (0, Simplify::Nothing),
    ];
    for (snap, simplify) in attempts {
        if let Some(shared) = attempt(parts, snap, simplify, settings)? {
            return Ok(Some(shared));
        }
    }
    Ok(None)
}

/// How walls are simplified between the vertices where they meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Simplify {
    Fully,
    Straighten,
    Nothing,
}

/// Shares walls that are within `snap`; `None` when the result is not planar.
fn attempt(parts: &[&[Ring]], snap: i32, simplify: Simplify, settings: &Settings) -> Result<Option<Shared>> {
    settings.check()?;
    let Some(noded) = node(parts, snap, settings)? else { return Ok(None) };
    let edges_of = |rings: &[Ring]| rings.iter().map(|r| r.len() as u64).sum::<u64>();
    let before: u64 = parts.iter().map(|part| edges_of(part)).sum();
    let after: u64 = noded.shapes.iter().map(|part| edges_of(part)).sum();
    // Most footprints get a few more edges; the estimate for footprints covers twice as many.
    let _room = settings.room_for(after, u64::MAX, BYTES_PER_EDGE, 2 * before)?;
    let mut shared = give_ground(noded, settings)?;
    if simplify != Simplify::Nothing {
        settings.check()?;
        simplify_walls(&mut shared.remainders, simplify, settings);
        // Simplifying may make a remainder too small that was just large enough.
        let too_small = |remainder: &Remainder| shape_area2(&remainder.shape) < settings.small_area2;
        shared.small.extend(shared.remainders.iter().filter(|r| too_small(r)).map(|r| r.part));
        shared.remainders.retain(|r| !too_small(r));
    }
    for remainder in &mut shared.remainders {
        remainder.shape.iter_mut().for_each(|ring| cut_long_edges(ring, LONGEST_EDGE));
        canonical(&mut remainder.shape);
    }
    settings.check()?;
    let polygons: Vec<&[Ring]> = shared.remainders.iter().map(|r| r.shape.as_slice()).collect();
    Ok(check_polygons(&polygons, Some(LONGEST_EDGE), None).is_ok().then_some(shared))
}

/// Gives all ground to the first part that covers it.
fn give_ground(noded: Noded, settings: &Settings) -> Result<Shared> {
    let Noded { shapes: noded, copies } = noded;
    let boxes: Vec<GridBox> = noded.iter().map(|rings| GridBox::of(rings.first().map_or(&[[0; 2]], |r| r))).collect();
    let first_of: HashMap<usize, usize> = copies.into_iter().collect();
    let mut prior = Prior::default();
    let mut shared = Shared::default();
    for (part, rings) in noded.iter().enumerate() {
        settings.check()?;
        if rings.is_empty() {
            let is_large = |first: usize| shape_area2(&noded[first]) >= settings.small_area2;
            match first_of.get(&part) {
                Some(&first) if is_large(first) => shared.swallowed.push((part, Some(first))),
                _ => shared.small.push(part),
            }
            continue;
        }
        let around = prior.around(&boxes, &boxes[part]);
        // Junctions with walls of others lie on straight walls, so collinear vertices must stay.
        let others = around.into_iter().flat_map(|other| &noded[other]);
        let left = difference(rings.iter(), others, Collinear::Keep);
        shared.covered2 += left.iter().map(|shape| shape_area2(shape)).sum::<i128>();
        if left.iter().any(|shape| shape_area2(shape) >= settings.small_area2) {
            // A part that becomes no building takes no ground from the parts after it.
            prior.add(part, &boxes);
        }
        let was_large = shape_area2(rings) >= settings.small_area2;
        if was_large && left.iter().all(|shape| shape_area2(shape) < settings.small_area2) {
            shared.swallowed.push((part, None));
            continue;
        }
        if left.is_empty() {
            shared.small.push(part);
            continue;
        }
        for shape in left {
            if shape_area2(&shape) < settings.small_area2 {
                shared.small.push(part);
            } else {
                shared.remainders.push(Remainder { shape, part });
            }
        }
    }
    Ok(shared)
}

/// The parts that have got ground so far, found by their boxes: runs of parts, each at most half as long as the one
/// before it and with a spatial index of its own.
#[derive(Default)]
struct Prior {
    runs: Vec<(Vec<usize>, Option<StaticAABB2DIndex<i32>>)>,
}

impl Prior {
    /// A run of up to this many parts has no index.
    const FEW: usize = 16;

    /// The parts whose boxes meet a box, ascending.
    fn around(&self, boxes: &[GridBox], b: &GridBox) -> Vec<usize> {
        let mut found = Vec::new();
        for (parts, index) in &self.runs {
            match index {
                Some(index) => index.visit_query(b.min[0], b.min[1], b.max[0], b.max[1], &mut |n: usize| {
                    found.push(parts[n]);
                }),
                None => found.extend(parts.iter().copied().filter(|&part| boxes[part].near(b, 0))),
            }
        }
        found.sort_unstable();
        found
    }

    fn add(&mut self, part: usize, boxes: &[GridBox]) {
        let mut run = vec![part];
        while let Some((before, _)) = self.runs.pop_if(|(before, _)| before.len() < 2 * run.len()) {
            run = [before, run].concat();
        }
        let index = (run.len() > Prior::FEW).then(|| index_of(&run.iter().map(|&p| boxes[p]).collect::<Vec<_>>()));
        self.runs.push((run, index));
    }
}

/// Parts whose edges meet in end points only.
pub(crate) struct Noded {
    /// A shape for each part, empty when it collapsed or when it is a copy of another part.
    pub shapes: Vec<Shape>,
    /// Each part that became equal to an earlier one, with that one.
    pub copies: Vec<(usize, usize)>,
}

/// Joins vertices within `snap` of each other and splits edges until they meet in end points only. `None` when there is
/// no end to that.
///
/// # Errors
/// [`crate::Error::Cancelled`]; those of [`Settings::room_for`].
pub(crate) fn node(parts: &[&[Ring]], snap: i32, settings: &Settings) -> Result<Option<Noded>> {
    let moved = common_vertices(parts, snap);
    let shape = |part: &&[Ring]| part.iter().map(|ring| ring.iter().map(|p| moved[p]).collect()).collect();
    let mut noded = Noded { shapes: parts.iter().map(shape).collect(), copies: Vec::new() };
    let few = 2 * noded.shapes.iter().flatten().map(|ring| ring.len() as u64).sum::<u64>();
    let mut room: Option<Reservation<'_>> = None;
    for round in 0..ROUNDS {
        for shape in &mut noded.shapes {
            shape.iter_mut().for_each(remove_spikes);
            if shape.first().is_some_and(|outer| outer.is_empty()) {
                shape.clear();
            }
            shape.retain(|r| !r.is_empty());
        }
        clear_copies(&mut noded);
        // In the first rounds a wall bends to near vertices, later it is only split at those exactly on it.
        let reach = if round < 3 { snap } else { 0 };
        settings.check()?;
        let splits = splits(&noded.shapes, reach, snap, settings)?;
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
        for ring in noded.shapes.iter_mut().flatten() {
            let mut split = Vec::with_capacity(ring.len() + 4);
            for [a, b] in edges(ring) {
                split.push(a);
                let from = split.len();
                split.extend_from_slice(splits_of(a, b));
                split[from..].sort_unstable_by_key(|&p| (dot(minus(b, a), minus(p, a)), p));
            }
            *ring = split;
        }
        if noded.shapes.iter().flatten().any(is_tangled) {
            return Ok(None);
        }
    }
    Ok(None)
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

/// For each vertex, the vertex that replaces it: the nearest within `snap` of those kept before, in lexicographic
/// order, or itself.
fn common_vertices(parts: &[&[Ring]], snap: i32) -> BTreeMap<GridPoint, GridPoint> {
    let mut vertices: Vec<GridPoint> = parts.iter().copied().flatten().flatten().copied().collect();
    vertices.sort_unstable();
    vertices.dedup();
    let side = snap.max(1);
    let cell = |p: GridPoint| p.map(|v| v.div_euclid(side));
    let mut kept: BTreeMap<[i32; 2], Vec<GridPoint>> = BTreeMap::new();
    let mut moved = BTreeMap::new();
    for p in vertices {
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

/// The points at which edges must be split, by edge; the smaller end of an edge comes first.
fn splits(
    rings: &[Shape],
    reach: i32,
    snap: i32,
    settings: &Settings,
) -> Result<BTreeMap<[GridPoint; 2], Vec<GridPoint>>> {
    let mut walls: Vec<[GridPoint; 2]> =
        rings.iter().flatten().flat_map(|r| edges(r)).map(|[a, b]| [a.min(b), a.max(b)]).collect();
    walls.sort_unstable();
    walls.dedup();
    // Most walls are split once or twice.
    let few = 4 * walls.len() as u64;
    let most = settings.most(BYTES_PER_SPLIT, few);
    let count = AtomicU64::new(0);
    let found = near_pairs(&walls, reach, Some(settings.cancel()), |i, j, found| {
        let (e, f) = (walls[i], walls[j]);
        let on_e = f.map(|p| is_inner(p, e, reach).then_some((e, p)));
        let on_f = e.map(|p| is_inner(p, f, reach).then_some((f, p)));
        let mut here: Vec<([GridPoint; 2], GridPoint)> = on_e.into_iter().chain(on_f).flatten().collect();
        if here.is_empty() && meeting(e, f) == Meeting::Crossing {
            let p = crossing(e, f);
            let end = [e[0], e[1], f[0], f[1]].into_iter().find(|&q| distance2(p, q) <= square(snap));
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

/// The intersection of two crossing edges, rounded to the grid.
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

/// Simplifies each wall between two junctions once, for both its sides.
fn simplify_walls(remainders: &mut [Remainder], simplify: Simplify, settings: &Settings) {
    let mut ends: Vec<(GridPoint, GridPoint)> = Vec::new();
    for ring in remainders.iter().flat_map(|r| &r.shape) {
        ends.extend(edges(ring).flat_map(|[a, b]| [(a, b), (b, a)]));
    }
    ends.sort_unstable();
    ends.dedup();
    let junctions: Vec<GridPoint> = ends.chunk_by(|a, b| a.0 == b.0).filter(|c| c.len() != 2).map(|c| c[0].0).collect();
    let limits = Limits::of_detail(settings.detail);
    for remainder in remainders {
        for ring in &mut remainder.shape {
            let simple = simplify_walls_of(ring, &junctions, simplify, &limits);
            if simple.len() >= 3 && area2(&simple).signum() == area2(ring).signum() {
                *ring = simple;
            }
        }
    }
}

fn simplify_walls_of(ring: &Ring, junctions: &[GridPoint], simplify: Simplify, limits: &Limits) -> Ring {
    let is_junction = |p: &GridPoint| junctions.binary_search(p).is_ok();
    let mut ring = ring.clone();
    match ring.iter().position(is_junction) {
        Some(k) => ring.rotate_left(k),
        None => super::ring::rotate_to_smallest(&mut ring),
    }
    ring.push(ring[0]);
    let mut simple = Vec::with_capacity(ring.len());
    let mut start = 0;
    for k in 1..ring.len() {
        if is_junction(&ring[k]) || k + 1 == ring.len() {
            let mut wall = ring[start..=k].to_vec();
            // The same direction for both sides of the wall, so that both get the same vertices.
            let backwards = wall.iter().rev().lt(wall.iter());
            if backwards {
                wall.reverse();
            }
            match simplify {
                Simplify::Fully => simplify_line(&mut wall, limits),
                Simplify::Straighten => straighten_line(&mut wall, limits),
                Simplify::Nothing => {}
            }
            if backwards {
                wall.reverse();
            }
            simple.extend_from_slice(&wall[..wall.len() - 1]);
            start = k;
        }
    }
    simple
}
