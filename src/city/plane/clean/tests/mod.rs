//! Tests of cleaning: the footprints and assertions that they share.

mod cities;
mod corners;
mod dense;
mod islands;
mod random;
mod scenes;

use super::on_grid::prepare;
use super::overlay::union;
use super::planarity::{PlanarReport, Rule};
use super::ring::{GridPoint, Meeting, distance2, edges as edges_of, meeting, square};
use super::*;
use crate::Error;
use crate::city::input::footprint::{Footprint, HeightReference, Polygon};
use crate::city::plane::area::Area;
use crate::city::plane::parameters::Parameters;
use crate::job::{CancelToken, Pool, RunOptions};

const DOMAIN: Domain = Domain { origin: [85_000, 447_000], min: [-512 * 1024; 2], max: [512 * 1024; 2] };

/// A footprint of one polygon, in metres relative to the domain's origin.
fn footprint(id: &str, rings: &[&[[f64; 2]]]) -> Footprint {
    let absolute = |p: &[f64; 2]| [p[0] + DOMAIN.origin[0] as f64, p[1] + DOMAIN.origin[1] as f64];
    let rings = rings.iter().map(|r| r.iter().map(absolute).collect()).collect();
    Footprint {
        id: id.to_string(),
        polygons: vec![Polygon { rings }],
        height: 10.0,
        reference: HeightReference::Absolute,
        lod: None,
    }
}

fn rectangle(id: &str, x: f64, y: f64, w: f64, h: f64) -> Footprint {
    footprint(id, &[&[[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]]])
}

/// Cleans a city in strips of a height in grid units; of islands that are wider by so many steps, or more.
fn clean_by_strips(
    footprints: &[Footprint],
    roofs: &[f64],
    area: &Area,
    parameters: &Parameters,
    (height, mut wider): (i32, u32),
    context: &Context,
) -> Result<Cleaned> {
    let low = area.domain().min[1];
    let strip_of = |footprint: &Footprint| {
        let points = footprint.polygons.iter().flat_map(|p| p.rings.iter().flatten());
        let south = points.map(|p| (p[1] - area.domain().origin[1] as f64) / GRID).fold(f64::INFINITY, f64::min);
        ((south.floor() - f64::from(low)) / f64::from(height)).floor().clamp(0.0, 1e4) as i32
    };
    let mut strips: std::collections::BTreeMap<i32, Vec<GivenFootprint>> = Default::default();
    for (index, (footprint, &roof)) in (0..).zip(footprints.iter().zip(roofs)) {
        let given = GivenFootprint { index, footprint: footprint.clone(), roof };
        strips.entry(strip_of(footprint)).or_default().push(given);
    }
    loop {
        let mut sweep = Sweep::new(area, parameters, wider, context)?;
        let mut buildings = Vec::new();
        let mut strips = strips.clone().into_iter().peekable();
        while let Some((_, strip)) = strips.next() {
            let next = strips.peek().map(|(n, _)| low + n * height);
            buildings.extend(sweep.advance(strip, next)?.buildings);
        }
        if sweep.has_strayed() {
            wider += 1;
            continue;
        }
        let key = |b: &Building| BuildingKey::new(b.members[0], &b.rings);
        buildings.sort_unstable_by_key(key);
        let number = |wanted: &BuildingKey| {
            buildings
                .binary_search_by_key(wanted, key)
                .map(|n| n as u64)
                .map_err(|_| Error::Internal("no building".into()))
        };
        let report = sweep.finish().report(number)?;
        return Ok(Cleaned { buildings, report });
    }
}

fn clean_with(footprints: &[Footprint], roofs: &[f64], parameters: &Parameters, threads: usize) -> Cleaned {
    let pool = Pool::new(&RunOptions { threads, ..RunOptions::default() }).unwrap();
    let context = pool.context().clone();
    pool.install(|| clean(footprints, roofs, &DOMAIN.into(), parameters, &context)).unwrap()
}

fn cleaned(footprints: &[Footprint], parameters: &Parameters) -> Cleaned {
    let roofs: Vec<f64> = footprints.iter().map(|f| f.height).collect();
    let cleaned = clean_with(footprints, &roofs, parameters, 1);
    assert_sound(&cleaned, parameters);
    cleaned
}

const MERGE: Parameters = Parameters::DEFAULT;
const ONE_ROOF: Parameters =
    Parameters { merge_height_tolerance: Parameters::MERGE_HEIGHT_TOLERANCE.most, ..Parameters::DEFAULT };
const APART: Parameters = Parameters { merge_buildings: false, ..MERGE };

/// The invariants, by a naive twin of the check: every pair of edges, and areas that add up.
fn assert_sound(cleaned: &Cleaned, parameters: &Parameters) {
    let buildings = &cleaned.buildings;
    let planar = check_planar(buildings, &CancelToken::default()).unwrap_or_else(|v| panic!("{v}: {buildings:?}"));
    // The edges, each with its building, polygon, ring and place.
    let mut edges: Vec<([usize; 4], [GridPoint; 2])> = Vec::new();
    let mut polygons: Vec<&[Ring]> = Vec::new();
    for (b, building) in buildings.iter().enumerate() {
        for (rings, roof) in building.polygons() {
            for (r, ring) in rings.iter().enumerate() {
                assert!(ring.len() >= 3 && ring.iter().min() == ring.first());
                assert_eq!(ring::area2(ring) > 0, r == 0);
                edges.extend(edges_of(ring).enumerate().map(|(k, e)| ([b, polygons.len(), r, k], e)));
            }
            assert!(roof.is_finite() && roof <= building.roof);
            polygons.push(rings);
        }
        assert!(shape_area2(&building.rings) as f64 * 0.5 * GRID * GRID >= parameters.min_building_area);
        assert!(!building.members.is_empty() && building.members.is_sorted());
        assert!(building.parts.len() != 1);
        let of_parts: Vec<u32> = building.parts.iter().flat_map(|part| part.members.clone()).collect();
        assert!(building.parts.is_empty() || building.members.iter().all(|member| of_parts.contains(member)));
        assert!(building.parts.iter().all(|part| !part.members.is_empty()));
        // Parts cover the outline, up to the rounding of vertices on its edges.
        let covered: i128 = building.polygons().map(|(rings, _)| shape_area2(rings)).sum();
        assert!(
            (covered - shape_area2(&building.rings)).abs() as f64 <= 4.0 * ring::length(&building.rings),
            "{building:?}"
        );
    }
    if edges.len() < 600 {
        let mut shared = 0;
        for (i, &([b, p, r, k], e)) in edges.iter().enumerate() {
            for &([c, q, s, l], f) in &edges[..i] {
                match meeting(e, f) {
                    Meeting::Apart => {}
                    Meeting::Opposite => {
                        shared += 1;
                        assert!(p != q && (b == c || !parameters.merge_buildings));
                    }
                    Meeting::AtVertex(_) => {
                        let n = polygons[p][r].len();
                        assert!((p, r) != (q, s) || k.abs_diff(l) == 1 || k.abs_diff(l) == n - 1);
                    }
                    wrong => panic!("{wrong:?}: {e:?} {f:?}"),
                }
            }
        }
        assert_eq!(planar.shared_edges, shared);
        let union = union(polygons.iter().copied().flatten());
        let sum: i128 = polygons.iter().map(|rings| shape_area2(rings)).sum();
        assert_eq!(union.iter().map(|s| shape_area2(s)).sum::<i128>(), sum, "interiors overlap: {buildings:?}");
    }
    assert_eq!(cleaned.report.corner_contacts, planar.corner_contacts);
}

fn area(cleaned: &Cleaned) -> f64 {
    cleaned.report.area_out
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}
