//! Rounds each footprint to the grid and makes its polygons simple and disjoint.

use serde::Serialize;

use super::border::{Beyond, Border};
use super::dense::smooth;
use super::node::node;
use super::overlay::{Collinear, difference, union};
use super::planarity::check_polygons;
use super::ring::{LIMIT, Ring, Shape, area2, canonical, length, remove_spikes, rotate_to_smallest, shape_area2};
use super::simplify::simplify_ring;
use super::unite::{is_scribble, room_for_crossings};
use super::{Domain, GRID, Settings};
use crate::Result;
use crate::city::input::footprint::{Footprint, Polygon};

/// A footprint on the grid.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prepared {
    /// Its polygons: simple, disjoint, in canonical form.
    pub parts: Vec<Shape>,
    pub outcome: Outcome,
}

/// The findings about a footprint's polygons on their way to the grid.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Outcome {
    /// Whether outlines crossed or overlapped, so that the shape had to change.
    pub repaired: bool,
    /// Whether rings touched or had spikes; the area that they cover has not changed.
    pub touching: bool,
    /// Whether a polygon is outside the meshed area.
    pub outside: bool,
    /// Whether a polygon reaches over the border of the meshed area.
    pub near_border: bool,
    /// Whether a polygon has no area on the grid, or there is none.
    pub empty: bool,
    /// Whether polygons were left out because there is no ground that the height counts from.
    pub without_ground: bool,
    /// Whether a polygon was left out because nothing valid could be made of it.
    pub unrepairable: bool,
    /// The lengths of the outlines in grid units: as they came to the grid, and simplified by themselves.
    pub outline: [f64; 2],
}

/// Why a polygon could not be brought to the grid.
enum Refused {
    NotFinite,
    Outside,
    NearBorder,
}

/// Rounds a footprint to the grid, puts walls that all but lie on the border on it, and makes the footprint simple.
///
/// # Errors
/// [`crate::Error::Cancelled`]; the errors of [`Settings::room_for`].
pub(super) fn prepare(
    footprint: &Footprint,
    domain: &Domain,
    border: &Border,
    settings: &Settings,
) -> Result<Prepared> {
    let mut outcome = Outcome { empty: footprint.polygons.is_empty(), ..Outcome::default() };
    let mut polygons = rings_on_grid(footprint, domain, border, &mut outcome);
    if polygons.is_empty() {
        return Ok(Prepared { parts: Vec::new(), outcome });
    }
    polygons.iter_mut().for_each(|rings| direct_rings(rings));
    let given = length(polygons.iter().flatten());
    let mut valid = is_valid(&polygons);
    if let Some(smoothed) = smooth(&polygons, valid, is_valid, settings.detail) {
        outcome.repaired = !valid;
        polygons = smoothed;
        valid = is_valid(&polygons);
    }
    if !valid {
        polygons = repaired(polygons, settings, &mut outcome)?;
    }
    outcome.outline = [given, length(simplified(&polygons, settings).iter().flatten())];
    polygons.iter_mut().for_each(canonical);
    polygons.sort_unstable();
    Ok(Prepared { parts: polygons, outcome })
}

/// Rounds the polygons of a footprint to the grid, without spikes. Polygons that cannot be brought there, or have no
/// area there, are left out; `outcome` says why.
fn rings_on_grid(footprint: &Footprint, domain: &Domain, border: &Border, outcome: &mut Outcome) -> Vec<Shape> {
    let mut polygons: Vec<Shape> = Vec::with_capacity(footprint.polygons.len());
    for polygon in &footprint.polygons {
        match to_grid(polygon, domain, border) {
            Err(Refused::NotFinite) => outcome.unrepairable = true,
            Err(Refused::Outside) => outcome.outside = true,
            Err(Refused::NearBorder) => outcome.near_border = true,
            Ok(mut rings) => {
                let mut degenerate = false;
                for ring in &mut rings {
                    let before = ring.len();
                    remove_spikes(ring);
                    degenerate |= ring.len() != before;
                }
                if rings.first().is_none_or(|outer| outer.is_empty()) {
                    outcome.empty = true;
                    continue;
                }
                rings.retain(|r| !r.is_empty());
                outcome.touching |= degenerate;
                polygons.push(rings);
            }
        }
    }
    polygons
}

/// Simplifies polygons as if they were alone.
fn simplified(polygons: &[Shape], settings: &Settings) -> Vec<Shape> {
    let mut polygons = polygons.to_vec();
    for ring in polygons.iter_mut().flatten() {
        rotate_to_smallest(ring);
        simplify_ring(ring, &settings.limits(), |_| false);
    }
    polygons
}

/// Gives the outer ring and the holes of a polygon their directions.
fn direct_rings(rings: &mut [Ring]) {
    for (k, ring) in rings.iter_mut().enumerate() {
        if (area2(ring) < 0) == (k == 0) {
            ring.reverse();
        }
    }
}

/// Repairs the polygons of a footprint; none remain where nothing valid can be made of them.
fn repaired(polygons: Vec<Shape>, settings: &Settings, outcome: &mut Outcome) -> Result<Vec<Shape>> {
    let area2_of = |shapes: &[Shape]| shapes.iter().map(|shape| shape_area2(shape)).sum::<i128>();
    let Some(simple) = repair(&polygons, settings)? else {
        outcome.unrepairable = true;
        return Ok(Vec::new());
    };
    // Where rings crossed or overlapped, the sum before counts some area too often or not at all.
    let is_same = area2_of(&polygons) == area2_of(&simple);
    *(if is_same { &mut outcome.touching } else { &mut outcome.repaired }) = true;
    outcome.empty |= simple.is_empty() && !outcome.unrepairable;
    Ok(simple)
}

fn is_valid(polygons: &[Shape]) -> bool {
    let polygons: Vec<&[Ring]> = polygons.iter().map(Vec::as_slice).collect();
    check_polygons(&polygons, None, None).is_ok_and(|report| report.shared_edges == 0)
}

/// Rounds a polygon's rings to the grid, and drops points that repeat the one before.
fn to_grid(polygon: &Polygon, domain: &Domain, border: &Border) -> std::result::Result<Vec<Ring>, Refused> {
    let mut rings = Vec::with_capacity(polygon.rings.len());
    let mut is_far_away = false;
    let around = polygon
        .rings
        .first()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .fold([[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]], |[low, high], p| {
            [[low[0].min(p[0]), low[1].min(p[1])], [high[0].max(p[0]), high[1].max(p[1])]]
        });
    for ring in &polygon.rings {
        let mut points: Ring = Vec::with_capacity(ring.len());
        for p in ring {
            if !p.iter().all(|v| v.is_finite()) {
                return Err(Refused::NotFinite);
            }
            // The difference is exact, so a move of the footprint and the origin by whole metres changes nothing.
            let units: [f64; 2] = std::array::from_fn(|k| ((p[k] - domain.origin[k] as f64) / GRID).round());
            if units.iter().any(|u| u.abs() > LIMIT as f64) {
                is_far_away = true;
                continue;
            }
            let point = units.map(|u| u as i32);
            if points.last() != Some(&point) {
                points.push(point);
            }
        }
        while points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        rings.push(points);
    }
    if is_far_away {
        let [west, south, east, north] = domain.bounds();
        let [low, high] = around;
        let is_outside = low[0] >= east || high[0] <= west || low[1] >= north || high[1] <= south;
        return Err(if is_outside { Refused::Outside } else { Refused::NearBorder });
    }
    match border.put_on(&mut rings) {
        Ok(()) => Ok(rings),
        Err(Beyond::Outside) => Err(Refused::Outside),
        Err(Beyond::OverBorder) => Err(Refused::NearBorder),
    }
}

/// Makes polygons simple and disjoint: each covers the area that its outer ring winds around, except the area that its
/// holes wind around. `None` when no valid polygons result.
pub(super) fn repair(polygons: &[Shape], settings: &Settings) -> Result<Option<Vec<Shape>>> {
    if is_scribble(polygons.iter().flatten(), settings) {
        return Ok(None);
    }
    let _room = room_for_crossings(polygons.iter().flatten(), settings)?;
    let made_of = |polygons: &[Shape]| {
        let mut covered: Vec<Shape> = Vec::new();
        for rings in polygons {
            covered.extend(difference(rings[..1].iter(), rings[1..].iter(), Collinear::Drop));
        }
        union(covered.iter().flatten()).into_iter().filter(|s| shape_area2(s) > 0).collect::<Vec<_>>()
    };
    let simple = made_of(polygons);
    if is_valid(&simple) {
        return Ok(Some(simple));
    }
    // The overlay's rounding made edges cross. Once all edges are split where they meet, it has nothing to round.
    let all: Vec<&[Ring]> = polygons.iter().map(Vec::as_slice).collect();
    let Some(noded) = node(&all, 0, 0, settings)? else { return Ok(None) };
    let noded: Vec<Shape> = noded.shapes.into_iter().filter(|s| !s.is_empty()).collect();
    let simple = made_of(&noded);
    Ok(is_valid(&simple).then_some(simple))
}
