//! Lets footprints that stay apart share their walls: near walls become one, each overlap goes to one of the two, and
//! walls meet in common vertices only.

use std::collections::HashMap;

use super::node::{BYTES_PER_EDGE, Noded, node};
use super::overlay::{Collinear, difference};
use super::planarity::check_polygons;
use super::prior::Prior;
use super::ring::{GridBox, GridPoint, Ring, Shape, area2, canonical, cut_long_edges, edges, shape_area2};
use super::simplify::{Limits, simplify_line, straighten_line};
use super::{LONGEST_EDGE, Settings};
use crate::Result;

/// A polygon that remains of a part once others have taken the ground that they have in common.
#[derive(Clone, Debug)]
pub(crate) struct Remainder {
    pub shape: Shape,
    /// The index of the part.
    pub part: usize,
}

/// A part whose ground others took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SwallowedPart {
    /// The index of the part.
    pub part: usize,
    /// The earlier part of which it is a copy, if it is one.
    pub copy_of: Option<usize>,
}

/// The result of sharing walls. Parts are given by their indices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    pub remainders: Vec<Remainder>,
    /// The part of each remainder that is below the smallest area.
    pub small: Vec<usize>,
    /// The parts that keep no remainder of the smallest area because others took the rest.
    pub swallowed: Vec<SwallowedPart>,
    /// Twice the area that the parts cover together.
    pub covered2: i128,
}

/// Lets parts share their walls. Where parts overlap, the one that comes first gets the ground. `None` when no attempt
/// gave planar polygons.
///
/// # Errors
/// [`crate::Error::Cancelled`]; the errors of [`Settings::room_for`].
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

/// The simplification of walls between the vertices where they meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Simplify {
    Fully,
    Straighten,
    Nothing,
}

/// Shares walls that are within `snap`; `None` when the result is not planar.
fn attempt(parts: &[&[Ring]], snap: i32, simplify: Simplify, settings: &Settings) -> Result<Option<Shared>> {
    settings.check()?;
    let Some(noded) = node(parts, 0, snap, settings)? else { return Ok(None) };
    let edges_of = |rings: &[Ring]| rings.iter().map(|r| r.len() as u64).sum::<u64>();
    let before: u64 = parts.iter().map(|part| edges_of(part)).sum();
    let after: u64 = noded.shapes.iter().map(|part| edges_of(part)).sum();
    // Most footprints get a few more edges; the estimate for footprints covers twice as many.
    let _room = settings.room_for(after, u64::MAX, BYTES_PER_EDGE, 2 * before)?;
    let mut shared = give_ground(noded, settings)?;
    if simplify != Simplify::Nothing {
        settings.check()?;
        let remainders = shared.remainders.iter_mut().map(|remainder| &mut remainder.shape);
        simplify_walls(remainders.collect(), &[], simplify, settings);
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
                Some(&first) if is_large(first) => {
                    shared.swallowed.push(SwallowedPart { part, copy_of: Some(first) });
                }
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
            shared.swallowed.push(SwallowedPart { part, copy_of: None });
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

/// Simplifies each wall between two junctions once, for both its sides. Points of `fixed` stay; they are sorted.
pub(super) fn simplify_walls(shapes: Vec<&mut Shape>, fixed: &[GridPoint], simplify: Simplify, settings: &Settings) {
    let mut ends: Vec<(GridPoint, GridPoint)> = Vec::new();
    for ring in shapes.iter().flat_map(|shape| shape.iter()) {
        ends.extend(edges(ring).flat_map(|[a, b]| [(a, b), (b, a)]));
    }
    ends.sort_unstable();
    ends.dedup();
    let is_fixed = |p: GridPoint| fixed.binary_search(&p).is_ok();
    let ends = ends.chunk_by(|a, b| a.0 == b.0).filter(|c| c.len() != 2 || is_fixed(c[0].0));
    let junctions: Vec<GridPoint> = ends.map(|c| c[0].0).collect();
    let limits = Limits::of_detail(settings.detail);
    for ring in shapes.into_iter().flatten() {
        let simple = simplify_walls_of(ring, &junctions, simplify, &limits);
        if simple.len() >= 3 && area2(&simple).signum() == area2(ring).signum() {
            *ring = simple;
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
