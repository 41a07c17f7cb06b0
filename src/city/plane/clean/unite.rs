//! The union of a cluster's polygons, within the memory limit however often they cross each other.
//!
//! The overlay holds every crossing in memory, and polygons over one place cross each other as often as the square of
//! their number. So where the crossings are many for the number of edges, each half of the polygons is united first,
//! and then the two results: most of the crossings lie inside them. The crossings that remain are counted, and memory
//! is reserved for them before the overlay starts.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Settings;
use super::edges::near_pairs;
use super::overlay::union;
use super::ring::{GridPoint, Meeting, Ring, Shape, edges, meeting};
use super::tidy::tidy;
use crate::Result;
use crate::job::Reservation;

/// The memory that an overlay takes for each crossing of two edges, measured.
const BYTES_PER_CROSSING: u64 = 1500;

/// Polygons are united at once when they have at most `FEW_PER_EDGE` crossings per edge and `FEW` more.
const FEW_PER_EDGE: u64 = 16;
const FEW: u64 = 4096;

/// Computes the union of polygons.
///
/// # Errors
/// [`crate::Error::Cancelled`]; the errors of [`Settings::room_for`].
pub(crate) fn unite(parts: &[&[Ring]], settings: &Settings) -> Result<Vec<Shape>> {
    let rings = || parts.iter().copied().flatten();
    let walls = walls(rings());
    let few = FEW + FEW_PER_EDGE * walls.len() as u64;
    let count = if parts.len() < 2 { 0 } else { crossings(&walls, few, settings) };
    settings.check()?;
    if count <= few {
        let _room = settings.room_for(count, few, BYTES_PER_CROSSING, walls.len() as u64)?;
        let united = union(rings());
        return settings.check().map(|()| united);
    }
    drop(walls);
    let (first, second) = parts.split_at(parts.len() / 2);
    let halves = [unite(first, settings)?, unite(second, settings)?];
    let rings = || halves.iter().flatten().flatten();
    let _room = room_for_crossings(rings(), settings)?;
    let united = union(rings());
    settings.check().map(|()| united)
}

/// Returns whether rings have so many crossings per edge that they cannot be the outline of anything.
pub(crate) fn is_scribble<'b>(rings: impl Iterator<Item = &'b Ring>, settings: &Settings) -> bool {
    let walls = walls(rings);
    let few = FEW + FEW_PER_EDGE * walls.len() as u64;
    crossings(&walls, few, settings) > few
}

/// Reserves the memory for an overlay of rings; `None` when they have at most one crossing per edge, which the estimate
/// for footprints includes.
///
/// # Errors
/// [`crate::Error::Cancelled`]; the errors of [`Settings::room_for`].
pub(crate) fn room_for_crossings<'a, 'b>(
    rings: impl Iterator<Item = &'b Ring>,
    settings: &Settings<'a>,
) -> Result<Option<Reservation<'a>>> {
    let walls = walls(rings);
    let few = walls.len() as u64;
    let most = settings.most(BYTES_PER_CROSSING, few);
    let count = crossings(&walls, most, settings);
    settings.check()?;
    settings.room_for(count, most, BYTES_PER_CROSSING, few)
}

/// Simplifies outlines that have so many edges within `offset` of each other that their offsets would have too many
/// crossings for the memory; other outlines are returned as they are. The outline of a footprint has no such places,
/// but the union of thousands of footprints that lie over each other with small differences does.
///
/// # Errors
/// [`crate::Error::Cancelled`]; the errors of [`Settings::room_for`].
pub(crate) fn thin<'a>(
    shapes: Vec<Shape>,
    offset: i32,
    settings: &Settings<'a>,
) -> Result<(Vec<Shape>, Option<Reservation<'a>>)> {
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
        return Ok((shapes, None));
    }
    let mut thinned = shapes;
    tidy(&mut thinned, settings)?;
    let thinned = union(thinned.iter().flatten());
    settings.check()?;
    let few = few(&thinned);
    let most = settings.most(BYTES_PER_CROSSING, few);
    let room = settings.room_for(near(&thinned, most), most, BYTES_PER_CROSSING, few)?;
    Ok((thinned, room))
}

/// Returns the distinct edges of rings, each with its smaller end first.
fn walls<'a>(rings: impl Iterator<Item = &'a Ring>) -> Vec<[GridPoint; 2]> {
    let mut walls: Vec<[GridPoint; 2]> = rings.flat_map(|r| edges(r)).map(|[a, b]| [a.min(b), a.max(b)]).collect();
    walls.sort_unstable();
    walls.dedup();
    walls
}

/// Counts the crossings of edges; gives up soon after `most`.
fn crossings(walls: &[[GridPoint; 2]], most: u64, settings: &Settings) -> u64 {
    let count = AtomicU64::new(0);
    let visit = |i: usize, j: usize, _: &mut Vec<()>| {
        let more = meeting(walls[i], walls[j]) == Meeting::Crossing && count.fetch_add(1, Ordering::Relaxed) >= most;
        if more { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    near_pairs(walls, 0, Some(settings.cancel()), visit);
    count.into_inner()
}
