//! The union of a cluster's polygons, in memory that their crossings do not run away with.
//!
//! Polygons over one place cross each other as often as the square of their number, and the overlay holds every
//! crossing. So where there are many for the edges there are, halves are united first, and then their outlines, on
//! which most crossings no longer lie. What crosses often even so is counted against the memory limit before.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Settings;
use super::edges::near_pairs;
use super::overlay::{Keep, combine};
use super::ring::{GridPoint, Meeting, Ring, Shape, edges, meeting};
use super::tidy::tidy;
use crate::job::Reservation;

/// What a place where two edges cross takes while polygons are overlaid, measured.
const BYTES_PER_CROSSING: u64 = 1500;

/// Up to so many crossings per edge, and so many more, polygons are united at once.
const FEW_PER_EDGE: u64 = 16;
const FEW: u64 = 4096;

/// The union of polygons. `None` when the job was asked to stop or there is no room for it.
pub(crate) fn unite(parts: &[&[Ring]], settings: &Settings) -> Option<Vec<Shape>> {
    let rings = || parts.iter().copied().flatten();
    let walls = walls(rings());
    let few = FEW + FEW_PER_EDGE * walls.len() as u64;
    let count = if parts.len() < 2 { 0 } else { crossings(&walls, few, settings) };
    settings.go_on()?;
    if count <= few {
        let _room = settings.room_for(count, few, BYTES_PER_CROSSING, walls.len() as u64)?;
        let union = combine(rings(), std::iter::empty(), Keep::Union, false);
        return settings.go_on().map(|()| union);
    }
    drop(walls);
    let (first, second) = parts.split_at(parts.len() / 2);
    let halves = [unite(first, settings)?, unite(second, settings)?];
    let rings = || halves.iter().flatten().flatten();
    let _room = room_for_crossings(rings(), settings)?;
    let union = combine(rings(), std::iter::empty(), Keep::Union, false);
    settings.go_on().map(|()| union)
}

/// Whether rings cross so often for the edges they have that they are the outline of nothing.
pub(crate) fn is_scribble<'b>(rings: impl Iterator<Item = &'b Ring>, settings: &Settings) -> bool {
    let walls = walls(rings);
    let few = FEW + FEW_PER_EDGE * walls.len() as u64;
    crossings(&walls, few, settings) > few
}

/// Sets aside what an overlay of rings takes, or nothing where they cross as seldom as the rings of most cities.
pub(crate) fn room_for_crossings<'a, 'b>(
    rings: impl Iterator<Item = &'b Ring>,
    settings: &Settings<'a>,
) -> Option<Option<Reservation<'a>>> {
    let walls = walls(rings);
    let few = walls.len() as u64;
    let most = settings.most(BYTES_PER_CROSSING, few);
    let count = crossings(&walls, most, settings);
    settings.go_on()?;
    settings.room_for(count, most, BYTES_PER_CROSSING, few)
}

/// Simplifies outlines of which so many edges are so near to each other that offsets of them would cross too often to
/// be held. Outlines of footprints have no such places; where thousands of footprints lie over each other with small
/// differences, their union has.
pub(crate) fn thin<'a>(
    shapes: Vec<Shape>,
    offset: i32,
    settings: &Settings<'a>,
) -> Option<(Vec<Shape>, Option<Reservation<'a>>)> {
    let near = |shapes: &[Shape], most: u64| {
        let edges: Vec<[GridPoint; 2]> = shapes.iter().flatten().flat_map(|r| edges(r)).collect();
        let count = AtomicU64::new(0);
        near_pairs(&edges, 2 * offset, Some(settings.cancel()), |_, _, _: &mut Vec<()>| {
            if count.fetch_add(1, Ordering::Relaxed) < most {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        count.into_inner()
    };
    let few = |shapes: &[Shape]| FEW + 2 * FEW_PER_EDGE * shapes.iter().flatten().map(|r| r.len() as u64).sum::<u64>();
    if near(&shapes, few(&shapes)) <= few(&shapes) {
        return Some((shapes, None));
    }
    let mut thinned = shapes;
    tidy(&mut thinned, settings)?;
    let thinned = combine(thinned.iter().flatten(), std::iter::empty(), Keep::Union, false);
    settings.go_on()?;
    let few = few(&thinned);
    let most = settings.most(BYTES_PER_CROSSING, few);
    let room = settings.room_for(near(&thinned, most), most, BYTES_PER_CROSSING, few)?;
    Some((thinned, room))
}

/// The different edges of rings, in whichever direction they go.
fn walls<'a>(rings: impl Iterator<Item = &'a Ring>) -> Vec<[GridPoint; 2]> {
    let mut walls: Vec<[GridPoint; 2]> = rings.flat_map(|r| edges(r)).map(|[a, b]| [a.min(b), a.max(b)]).collect();
    walls.sort_unstable();
    walls.dedup();
    walls
}

/// How often edges cross; the count ends soon after `most`.
fn crossings(walls: &[[GridPoint; 2]], most: u64, settings: &Settings) -> u64 {
    let count = AtomicU64::new(0);
    let visit = |i: usize, j: usize, _: &mut Vec<()>| {
        let more = meeting(walls[i], walls[j]) == Meeting::Crossing && count.fetch_add(1, Ordering::Relaxed) >= most;
        if more { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    near_pairs(walls, 0, Some(settings.cancel()), visit);
    count.into_inner()
}
