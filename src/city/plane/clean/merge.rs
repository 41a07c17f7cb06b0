//! One cluster of near footprints becomes one outline, or a few.

use super::narrow;
use super::overlay::{Keep, combine, proper, there_and_back};
use super::planarity::check_polygons;
use super::ring::{
    GridBox, GridPoint, Ring, Shape, canonical, cut_long_edges, distance2, remove_spikes, shape_area2, square,
};
use super::tidy::tidy;
use super::unite::{thin, unite};
use super::{LONGEST_EDGE, Settings};

/// How often the narrow places of one outline are patched before what is left is accepted.
const PATCH_ROUNDS: usize = 4;

/// A result vertex this near to a vertex of the input is that vertex: offsets there and back round by a unit or two.
const SAME_VERTEX: i32 = 4;

/// Simplifies, patches and cuts polygons; `None` when the result is not planar, and when the job was asked to stop.
pub(crate) fn finish(mut shapes: Vec<Shape>, settings: &Settings, simplify: bool) -> Option<Vec<Shape>> {
    if simplify {
        tidy(&mut shapes, settings)?;
        shapes = widen(shapes, settings)?;
    }
    settings.go_on()?;
    for ring in shapes.iter_mut().flatten() {
        cut_long_edges(ring, LONGEST_EDGE);
    }
    shapes.iter_mut().for_each(canonical);
    shapes.sort_unstable();
    check_polygons(&slices(&shapes), Some(LONGEST_EDGE), None).is_ok().then_some(shapes)
}

/// Does what it can about narrow places: patches first; where some remain, it cuts necks and patches what that leaves.
/// Of the two ways the one with fewer narrow places is taken.
fn widen(shapes: Vec<Shape>, settings: &Settings) -> Option<Vec<Shape>> {
    if settings.detail < 2 || !narrow::any(&slices(&shapes), settings.detail, true) {
        return Some(shapes);
    }
    let patched = patch(shapes.clone(), settings)?;
    let left = narrow_places(&patched, settings).len();
    if left == 0 {
        return Some(patched);
    }
    settings.go_on()?;
    let cut = there_and_back(&shapes, -settings.detail / 2, settings)?;
    let mut cut = snap_back(cut, &slices(&shapes));
    tidy(&mut cut, settings)?;
    let (before, after) = (total_area2(&shapes), total_area2(&cut));
    if (before - after).abs() * 16 > before {
        return Some(patched);
    }
    let cut = patch(cut, settings)?;
    Some(if narrow_places(&cut, settings).len() < left { cut } else { patched })
}

/// Patches narrow places until that gains nothing.
fn patch(mut shapes: Vec<Shape>, settings: &Settings) -> Option<Vec<Shape>> {
    for _ in 0..PATCH_ROUNDS {
        settings.go_on()?;
        let found = narrow_places(&shapes, settings);
        let patches: Vec<Ring> = found.iter().filter_map(|n| n.patch(settings.detail + settings.detail / 4)).collect();
        settings.go_on()?;
        let mut patched = combine(shapes.iter().flatten().chain(&patches), std::iter::empty(), Keep::Union, false);
        // What a patch cannot cure, such as a thin wall, it does not change.
        if total_area2(&patched) - total_area2(&shapes) < square(settings.detail) as i128 / 64 {
            break;
        }
        tidy(&mut patched, settings)?;
        shapes = patched;
    }
    Some(shapes)
}

fn narrow_places(shapes: &[Shape], settings: &Settings) -> Vec<narrow::Narrow> {
    narrow::find(&slices(shapes), settings.detail, true, None)
}

fn slices(shapes: &[Shape]) -> Vec<&[Ring]> {
    shapes.iter().map(Vec::as_slice).collect()
}

fn total_area2(shapes: &[Shape]) -> i128 {
    shapes.iter().map(|s| shape_area2(s)).sum()
}

/// What the polygons of a cluster became.
pub(crate) struct Merged {
    /// The outlines.
    pub shapes: Vec<Shape>,
    /// Twice the area that the polygons covered together.
    pub covered2: i128,
}

/// The outlines of a cluster of one or more polygons in canonical order. `level` counts how often it had to grow
/// because a result came too near to another cluster's: gaps are then closed a little wider. `None` when nothing planar
/// came out, and when the job was asked to stop.
pub(crate) fn merge(parts: &[&[Ring]], level: u32, settings: &Settings) -> Option<Merged> {
    if let [part] = parts {
        let alone = vec![part.to_vec()];
        if !narrow::any(parts, settings.detail, true) {
            let shapes = finish(alone.clone(), settings, true).or_else(|| finish(alone, settings, false))?;
            return Some(Merged { shapes, covered2: shape_area2(part) });
        }
    }
    let union = unite(parts, settings)?;
    let covered2 = total_area2(&union);
    Some(Merged { shapes: outlines(union, parts, level, settings)?, covered2 })
}

/// The outlines of the union of a cluster's polygons.
fn outlines(union: Vec<Shape>, parts: &[&[Ring]], level: u32, settings: &Settings) -> Option<Vec<Shape>> {
    let offset = settings.tolerance / 2 + settings.tolerance.min(settings.detail) / 4 * level as i32;
    let (union, _room) = thin(union, offset, settings)?;
    // Without anything narrow in it the union is closed already, and exact.
    if level == 0
        && !narrow::any(&slices(&union), settings.tolerance.max(settings.detail) + 1, true)
        && let Some(shapes) = finish(union.clone(), settings, true)
    {
        return Some(shapes);
    }
    if offset > 0 {
        for (offset, simplify) in
            [(offset, true), (offset + offset / 8 + 1, true), (offset - offset / 8, true), (offset, false)]
        {
            let closed = snap_back(there_and_back(&union, offset, settings)?, parts);
            settings.go_on()?;
            if let Some(shapes) = finish(closed, settings, simplify)
                && is_faithful(&shapes, &union, settings)
            {
                return Some(shapes);
            }
        }
    }
    finish(union.clone(), settings, true).or_else(|| finish(union, settings, false))
}

/// Gives vertices that the offsets moved by a unit or two their exact place again.
fn snap_back(mut shapes: Vec<Shape>, parts: &[&[Ring]]) -> Vec<Shape> {
    let mut vertices: Vec<GridPoint> = parts.iter().copied().flatten().flatten().copied().collect();
    vertices.sort_unstable();
    for p in shapes.iter_mut().flatten().flatten() {
        let first = vertices.partition_point(|v| v[0] < p[0] - SAME_VERTEX);
        let nearest = vertices[first..]
            .iter()
            .take_while(|v| v[0] <= p[0] + SAME_VERTEX)
            .min_by_key(|v| (distance2(**v, *p), **v));
        if let Some(v) = nearest
            && distance2(*v, *p) <= square(SAME_VERTEX)
        {
            *p = *v;
        }
    }
    for shape in &mut shapes {
        shape.iter_mut().for_each(remove_spikes);
        shape.retain(|r| !r.is_empty());
    }
    proper(shapes)
}

/// Whether an outline still covers what it is made of: no part lost, none grown beyond its neighbourhood.
fn is_faithful(shapes: &[Shape], union: &[Shape], settings: &Settings) -> bool {
    let bounds = |shapes: &[Shape]| {
        let corners: Vec<GridPoint> = shapes.iter().map(|s| GridBox::of(&s[0])).flat_map(|b| [b.min, b.max]).collect();
        GridBox::of(&corners)
    };
    let (mut around, grown) = (bounds(union), 2 * settings.detail + settings.tolerance);
    around.min = around.min.map(|v| v - grown);
    around.max = around.max.map(|v| v + grown);
    !shapes.is_empty() && total_area2(shapes) * 10 >= total_area2(union) * 9 && around.contains(&bounds(shapes))
}
