//! Footprints that stay apart: near walls become one, overlaps go to one of the two, and walls meet in common vertices
//! only.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use static_aabb2d_index::StaticAABB2DIndex;

use super::edges::near_pairs;
use super::overlay::{Keep, combine};
use super::planarity::{check_polygons, index_of};
use super::ring::{
    GridBox, GridPoint, Meeting, Ring, Shape, area2, canonical, cross, cut_long_edges, distance2, dot, edges, is_near,
    meeting, minus, remove_spikes, shape_area2, square, turn,
};
use super::simplify::{Limits, simplify_line};
use super::{LONGEST_EDGE, Settings};
use crate::job::Reservation;

/// A part of a footprint after its walls were shared.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub shape: Shape,
    /// The part it comes from, as an index into what was given.
    pub part: usize,
}

/// What became of touching footprints.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    pub pieces: Vec<Piece>,
    /// The part that each piece below the smallest area came from.
    pub small: Vec<usize>,
    /// The parts that lost so much to others that nothing of the smallest area is left, with the one that each is equal
    /// to, where there is one.
    pub swallowed: Vec<(usize, Option<usize>)>,
    /// Twice the area that the parts cover together.
    pub covered2: i128,
}

/// So many splits are held as they come, before the same ones are told apart.
const MANY: usize = 1 << 16;

/// What a place where a wall is split takes while it is searched, and what each edge that this leaves takes from then
/// on, measured.
const BYTES_PER_SPLIT: u64 = 100;
const BYTES_PER_EDGE: u64 = 150;

/// How often edges are split before the walls count as unmanageable.
const ROUNDS: usize = 24;

/// Lets parts, given in order of descending right to the ground, share their walls. `None` when nothing planar came
/// out, and when the job was asked to stop.
pub(crate) fn share(parts: &[&[Ring]], settings: &Settings) -> Option<Shared> {
    let (near, nearer) = (settings.snap, settings.snap / 4);
    let attempts = [
        (near, Simplify::Fully),
        (nearer, Simplify::Fully),
        (nearer, Simplify::Straighten),
        (nearer, Simplify::Nothing),
        (1, Simplify::Nothing),
        (0, Simplify::Nothing),
    ];
    attempts.into_iter().find_map(|(snap, simplify)| attempt(parts, snap, simplify, settings))
}

/// How far walls are simplified between the vertices where they meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Simplify {
    Fully,
    Straighten,
    Nothing,
}

fn attempt(parts: &[&[Ring]], snap: i32, simplify: Simplify, settings: &Settings) -> Option<Shared> {
    settings.go_on()?;
    let Noded { shapes: noded, copies } = node(parts, snap, settings)?;
    let edges_of = |rings: &[Ring]| rings.iter().map(|r| r.len() as u64).sum::<u64>();
    let before: u64 = parts.iter().map(|part| edges_of(part)).sum();
    let after: u64 = noded.iter().map(|part| edges_of(part)).sum();
    // As a rule there are a few more than before.
    let _room = settings.room_for(after, u64::MAX, BYTES_PER_EDGE, 2 * before)?;
    let boxes: Vec<GridBox> = noded.iter().map(|rings| GridBox::of(rings.first().map_or(&[[0; 2]], |r| r))).collect();
    let first_of: HashMap<usize, usize> = copies.into_iter().collect();
    let mut prior = Prior::default();
    let mut shared = Shared::default();
    for (part, rings) in noded.iter().enumerate() {
        settings.go_on()?;
        if rings.is_empty() {
            let is_large = |first: usize| shape_area2(&noded[first]) >= settings.small_area2;
            match first_of.get(&part) {
                Some(&first) if is_large(first) => shared.swallowed.push((part, Some(first))),
                _ => shared.small.push(part),
            }
            continue;
        }
        let around = prior.around(&boxes, &boxes[part]);
        let left = combine(rings.iter(), around.into_iter().flat_map(|other| &noded[other]), Keep::Difference, true);
        shared.covered2 += left.iter().map(|shape| shape_area2(shape)).sum::<i128>();
        if left.iter().any(|shape| shape_area2(shape) >= settings.small_area2) {
            // What is not there itself takes nothing from those after it.
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
                shared.pieces.push(Piece { shape, part });
            }
        }
    }
    if simplify != Simplify::Nothing {
        settings.go_on()?;
        simplify_walls(&mut shared.pieces, simplify, settings);
        // Simplifying may take a little of what was just large enough.
        let too_small = |piece: &Piece| shape_area2(&piece.shape) < settings.small_area2;
        shared.small.extend(shared.pieces.iter().filter(|p| too_small(p)).map(|p| p.part));
        shared.pieces.retain(|p| !too_small(p));
    }
    for piece in &mut shared.pieces {
        piece.shape.iter_mut().for_each(|ring| cut_long_edges(ring, LONGEST_EDGE));
        canonical(&mut piece.shape);
    }
    settings.go_on()?;
    let polygons: Vec<&[Ring]> = shared.pieces.iter().map(|p| p.shape.as_slice()).collect();
    check_polygons(&polygons, Some(LONGEST_EDGE), None).is_ok().then_some(shared)
}

/// The parts that ground went to, found by their boxes: runs of parts, each with an index and half as long as the one
/// before it or shorter.
#[derive(Default)]
struct Prior {
    runs: Vec<(Vec<usize>, Option<StaticAABB2DIndex<i32>>)>,
}

impl Prior {
    /// So many parts are looked at without an index.
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
    /// A shape for each part; it is empty when nothing remained, or when it is a copy.
    pub shapes: Vec<Shape>,
    /// The parts that became equal to one before them, and that one.
    pub copies: Vec<(usize, usize)>,
}

/// Moves vertices nearer than `snap` onto each other and splits edges until they meet in end points only.
pub(crate) fn node(parts: &[&[Ring]], snap: i32, settings: &Settings) -> Option<Noded> {
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
        // A wall bends to a near vertex at first; later rounds only take what lies exactly on it.
        let reach = if round < 3 { snap } else { 0 };
        settings.go_on()?;
        let splits = splits(&noded.shapes, reach, snap, settings)?;
        if splits.is_empty() {
            return Some(noded);
        }
        let splits_of = |a: GridPoint, b: GridPoint| splits.get(&[a.min(b), a.max(b)]).map_or(&[][..], Vec::as_slice);
        let parts_of = |ring: &Ring| edges(ring).map(|[a, b]| 1 + splits_of(a, b).len() as u64).sum::<u64>();
        let before: u64 = noded.shapes.iter().flatten().map(|ring| ring.len() as u64).sum();
        let after: u64 = noded.shapes.iter().flatten().map(parts_of).sum();
        // Where edges cross is known after the first round.
        if round > 0 && after > FEW_TANGLED && after > TANGLED * before {
            return None;
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
            return None;
        }
    }
    None
}

/// More than this many times the edges of before, or the walls there are, is a tangle; few edges do no harm.
const TANGLED: u64 = 4;
const FEW_TANGLED: u64 = 256;

/// Returns whether a ring goes along its walls again and again. Where many walls are nearer to each other than is
/// allowed, each bends to the ends of all others, there and back, and a few rounds of that fill any memory.
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

/// For each vertex the one that stands for it, the first of all within `snap` in lexicographic order.
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

/// Where each edge, named by its ends in order, must be split. `None` when there is no room for that.
fn splits(
    rings: &[Shape],
    reach: i32,
    snap: i32,
    settings: &Settings,
) -> Option<BTreeMap<[GridPoint; 2], Vec<GridPoint>>> {
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
            // A vertex at which many walls end splits a wall once for each of them.
            let before = found.len();
            found.sort_unstable();
            found.dedup();
            count.fetch_sub((before - found.len()) as u64, Ordering::Relaxed);
            found.reserve(found.len());
        }
        if count.load(Ordering::Relaxed) > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    settings.go_on()?;
    let _room = settings.room_for(count.into_inner(), most, BYTES_PER_SPLIT, few)?;
    let mut splits: BTreeMap<[GridPoint; 2], Vec<GridPoint>> = BTreeMap::new();
    for (wall, p) in found {
        splits.entry(wall).or_default().push(p);
    }
    for points in splits.values_mut() {
        points.sort_unstable();
        points.dedup();
    }
    Some(splits)
}

/// Whether a point lies on the inner part of an edge, or within `reach` of it.
fn is_inner(p: GridPoint, [a, b]: [GridPoint; 2], reach: i32) -> bool {
    let (along, to) = (minus(b, a), minus(p, a));
    let at = dot(along, to);
    p != a
        && p != b
        && at > 0
        && at < dot(along, along)
        && if reach == 0 { turn(a, b, p) == 0 } else { is_near(p, [a, b], reach) }
}

/// Where two crossing edges meet, rounded to the grid.
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
fn simplify_walls(pieces: &mut [Piece], simplify: Simplify, settings: &Settings) {
    let mut ends: Vec<(GridPoint, GridPoint)> = Vec::new();
    for ring in pieces.iter().flat_map(|p| &p.shape) {
        ends.extend(edges(ring).flat_map(|[a, b]| [(a, b), (b, a)]));
    }
    ends.sort_unstable();
    ends.dedup();
    let junctions: Vec<GridPoint> = ends.chunk_by(|a, b| a.0 == b.0).filter(|c| c.len() != 2).map(|c| c[0].0).collect();
    let limits = Limits::of_detail(settings.detail);
    for piece in pieces {
        for ring in &mut piece.shape {
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
            let backwards = wall.iter().rev().lt(wall.iter());
            if backwards {
                wall.reverse();
            }
            simplify_line(&mut wall, limits, simplify == Simplify::Straighten);
            if backwards {
                wall.reverse();
            }
            simple.extend_from_slice(&wall[..wall.len() - 1]);
            start = k;
        }
    }
    simple
}
