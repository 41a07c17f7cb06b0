//! Merges a cluster of near footprints into one outline, or a few.

use super::narrow::{self, Contacts};
use super::overlay::{proper, there_and_back, union};
use super::planarity::check_polygons;
use super::ring::{
    GridBox, GridPoint, Ring, Shape, canonical, cut_long_edges, distance2, remove_spikes, shape_area2, square,
};
use super::tidy::tidy;
use super::unite::{thin, unite};
use super::{LONGEST_EDGE, Settings};
use crate::Result;

/// How often the narrow places of one outline are patched before the remaining ones are accepted.
const PATCH_ROUNDS: usize = 4;

/// A result's vertex this near to a vertex of the input stands for it: offsets there and back round by a unit or two.
const SAME_VERTEX: i32 = 4;

/// The detail of an outline that [`finish`] keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// Small holes, short edges and narrow places are removed.
    Simplified,
    /// All of it.
    Full,
}

/// Simplifies polygons where asked to, and cuts their long edges. `None` when the result is not planar.
fn finish(mut shapes: Vec<Shape>, detail: Detail, settings: &Settings) -> Result<Option<Vec<Shape>>> {
    if detail == Detail::Simplified {
        tidy(&mut shapes, settings)?;
        shapes = widen(shapes, settings)?;
    }
    settings.check()?;
    for ring in shapes.iter_mut().flatten() {
        cut_long_edges(ring, LONGEST_EDGE);
    }
    shapes.iter_mut().for_each(canonical);
    shapes.sort_unstable();
    Ok(check_polygons(&slices(&shapes), Some(LONGEST_EDGE), None).is_ok().then_some(shapes))
}

/// Simplifies and cuts polygons; where that gives nothing planar, they are cut in full detail.
fn finish_simplified_or_full(shapes: Vec<Shape>, settings: &Settings) -> Result<Option<Vec<Shape>>> {
    match finish(shapes.clone(), Detail::Simplified, settings)? {
        Some(simplified) => Ok(Some(simplified)),
        None => finish(shapes, Detail::Full, settings),
    }
}

/// Removes narrow places as far as it can. It patches them first; where some remain, it also tries to cut necks and
/// patch the rest, and returns the result with fewer narrow places.
fn widen(shapes: Vec<Shape>, settings: &Settings) -> Result<Vec<Shape>> {
    if settings.detail < 2 || !narrow::any(&slices(&shapes), settings.detail) {
        return Ok(shapes);
    }
    let patched = patch(shapes.clone(), settings)?;
    let left = narrow_places(&patched, settings).len();
    if left == 0 {
        return Ok(patched);
    }
    settings.check()?;
    let cut = there_and_back(&shapes, -settings.detail / 2, settings)?;
    let mut cut = snap_back(cut, &slices(&shapes));
    tidy(&mut cut, settings)?;
    let (before, after) = (total_area2(&shapes), total_area2(&cut));
    if (before - after).abs() * 16 > before {
        return Ok(patched);
    }
    let cut = patch(cut, settings)?;
    Ok(if narrow_places(&cut, settings).len() < left { cut } else { patched })
}

/// Patches narrow places until patches add no area, at most [`PATCH_ROUNDS`] times.
fn patch(mut shapes: Vec<Shape>, settings: &Settings) -> Result<Vec<Shape>> {
    for _ in 0..PATCH_ROUNDS {
        settings.check()?;
        let found = narrow_places(&shapes, settings);
        let patches: Vec<Ring> = found.iter().filter_map(|n| n.patch(settings.detail + settings.detail / 4)).collect();
        settings.check()?;
        let mut patched = union(shapes.iter().flatten().chain(&patches));
        // A patch adds no area where it cannot help, as on a thin wall.
        if total_area2(&patched) - total_area2(&shapes) < square(settings.detail) as i128 / 64 {
            break;
        }
        tidy(&mut patched, settings)?;
        shapes = patched;
    }
    Ok(shapes)
}

fn narrow_places(shapes: &[Shape], settings: &Settings) -> Vec<narrow::Narrow> {
    narrow::find(&slices(shapes), settings.detail, Contacts::Count, None)
}

fn slices(shapes: &[Shape]) -> Vec<&[Ring]> {
    shapes.iter().map(Vec::as_slice).collect()
}

fn total_area2(shapes: &[Shape]) -> i128 {
    shapes.iter().map(|s| shape_area2(s)).sum()
}

/// The result of merging a cluster.
pub(crate) struct Merged {
    /// The merged outlines.
    pub shapes: Vec<Shape>,
    /// Twice the area that the polygons covered together.
    pub covered2: i128,
}

/// Merges a cluster of one or more polygons in canonical order, of the level that [`Settings::offset`] tells of. `None`
/// when no attempt gave planar outlines.
///
/// # Errors
/// [`crate::Error::Cancelled`]; the errors of [`Settings::room_for`].
pub(crate) fn merge(parts: &[&[Ring]], level: u32, settings: &Settings) -> Result<Option<Merged>> {
    if let [part] = parts
        && !narrow::any(parts, settings.detail)
    {
        let shapes = finish_simplified_or_full(vec![part.to_vec()], settings)?;
        return Ok(shapes.map(|shapes| Merged { shapes, covered2: shape_area2(part) }));
    }
    let united = unite(parts, settings)?;
    let covered2 = total_area2(&united);
    Ok(outlines(united, parts, level, settings)?.map(|shapes| Merged { shapes, covered2 }))
}

/// Returns the outlines of the union of a cluster's polygons.
fn outlines(united: Vec<Shape>, parts: &[&[Ring]], level: u32, settings: &Settings) -> Result<Option<Vec<Shape>>> {
    let offset = settings.offset(level);
    let (united, _room) = thin(united, offset, settings)?;
    // A union without narrow places has no gaps to close, and no offset has rounded it.
    if level == 0
        && !narrow::any(&slices(&united), settings.tolerance.max(settings.detail) + 1)
        && let Some(shapes) = finish(united.clone(), Detail::Simplified, settings)?
    {
        return Ok(Some(shapes));
    }
    if offset > 0 {
        for (offset, detail) in [
            (offset, Detail::Simplified),
            (offset + offset / 8 + 1, Detail::Simplified),
            (offset - offset / 8, Detail::Simplified),
            (offset, Detail::Full),
        ] {
            let closed = snap_back(there_and_back(&united, offset, settings)?, parts);
            settings.check()?;
            if let Some(shapes) = finish(closed, detail, settings)?
                && is_faithful(&shapes, &united, settings)
            {
                return Ok(Some(shapes));
            }
        }
    }
    finish_simplified_or_full(united, settings)
}

/// Moves vertices that the offsets displaced by a unit or two back to their exact places.
fn snap_back(mut shapes: Vec<Shape>, parts: &[&[Ring]]) -> Vec<Shape> {
    // The neighbourhood of a point lies in two columns of cells at most, and in two cells of each.
    let cell = |p: GridPoint| p.map(|v| v.div_euclid(2 * SAME_VERTEX));
    let mut vertices: Vec<([i32; 2], GridPoint)> =
        parts.iter().copied().flatten().flatten().map(|&p| (cell(p), p)).collect();
    vertices.sort_unstable();
    for p in shapes.iter_mut().flatten().flatten() {
        let [low, high] = [-SAME_VERTEX, SAME_VERTEX].map(|by| cell(p.map(|v| v + by)));
        let in_column = |column: i32| {
            let first = vertices.partition_point(|(cell, _)| *cell < [column, low[1]]);
            vertices[first..].iter().take_while(move |(cell, _)| *cell <= [column, high[1]]).map(|(_, v)| *v)
        };
        let nearest = (low[0]..=high[0]).flat_map(in_column).min_by_key(|v| (distance2(*v, *p), *v));
        if let Some(v) = nearest
            && distance2(v, *p) <= square(SAME_VERTEX)
        {
            *p = v;
        }
    }
    for shape in &mut shapes {
        shape.iter_mut().for_each(remove_spikes);
        shape.retain(|r| !r.is_empty());
    }
    proper(shapes)
}

/// Returns whether outlines cover at least 90 % of the union's area and stay within its neighbourhood.
fn is_faithful(shapes: &[Shape], united: &[Shape], settings: &Settings) -> bool {
    let bounds = |shapes: &[Shape]| {
        let corners: Vec<GridPoint> = shapes.iter().map(|s| GridBox::of(&s[0])).flat_map(|b| [b.min, b.max]).collect();
        GridBox::of(&corners)
    };
    let (mut around, grown) = (bounds(united), 2 * settings.detail + settings.tolerance);
    around.min = around.min.map(|v| v - grown);
    around.max = around.max.map(|v| v + grown);
    !shapes.is_empty() && total_area2(shapes) * 10 >= total_area2(united) * 9 && around.contains(&bounds(shapes))
}
