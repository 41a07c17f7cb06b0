//! Scenes with known answers, random scenes, and real cities.

use std::path::Path;

use super::overlay::{Keep, combine};
use super::planarity::{PlanarReport, Rule};
use super::ring::{GridPoint, Meeting, distance2, edges as edges_of, meeting, square};
use super::*;
use crate::city::input::footprint::{HeightReference, Polygon};
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

fn clean_with(footprints: &[Footprint], roofs: &[f64], parameters: &Parameters, threads: usize) -> Cleaned {
    let pool = Pool::new(&RunOptions { threads, ..RunOptions::default() }).unwrap();
    let context = pool.context().clone();
    pool.install(|| clean(footprints, roofs, &DOMAIN, parameters, &context)).unwrap()
}

fn cleaned(footprints: &[Footprint], parameters: &Parameters) -> Cleaned {
    let roofs: Vec<f64> = footprints.iter().map(|f| f.height).collect();
    let cleaned = clean_with(footprints, &roofs, parameters, 1);
    assert_sound(&cleaned, parameters);
    cleaned
}

const MERGE: Parameters = Parameters::DEFAULT;
const APART: Parameters = Parameters { merge_buildings: false, ..MERGE };

/// The invariants, by a naive twin of the check: every pair of edges, and areas that add up.
fn assert_sound(cleaned: &Cleaned, parameters: &Parameters) {
    let buildings = &cleaned.buildings;
    let planar = check_planar(buildings, &CancelToken::default()).unwrap_or_else(|v| panic!("{v}: {buildings:?}"));
    let mut edges: Vec<(usize, usize, usize, [GridPoint; 2])> = Vec::new();
    for (b, building) in buildings.iter().enumerate() {
        for (r, ring) in building.rings.iter().enumerate() {
            assert!(ring.len() >= 3 && ring.iter().min() == ring.first());
            assert_eq!(ring::area2(ring) > 0, r == 0);
            edges.extend(edges_of(ring).enumerate().map(|(k, e)| (b, r, k, e)));
        }
        assert!(shape_area2(&building.rings) as f64 * 0.5 * GRID * GRID >= parameters.min_building_area);
        assert!(!building.members.is_empty() && building.members.is_sorted());
        assert!(building.roof.is_finite());
    }
    if edges.len() < 600 {
        let mut shared = 0;
        for (i, &(b, r, k, e)) in edges.iter().enumerate() {
            for &(c, s, l, f) in &edges[..i] {
                match meeting(e, f) {
                    Meeting::Apart => {}
                    Meeting::Opposite => {
                        shared += 1;
                        assert!(b != c && !parameters.merge_buildings);
                    }
                    Meeting::AtVertex(_) => {
                        let n = buildings[b].rings[r].len();
                        assert!((b, r) != (c, s) || k.abs_diff(l) == 1 || k.abs_diff(l) == n - 1);
                    }
                    wrong => panic!("{wrong:?}: {e:?} {f:?}"),
                }
            }
        }
        assert_eq!(planar.shared_edges, shared);
        let union = combine(buildings.iter().flat_map(|b| &b.rings), std::iter::empty(), Keep::Union, true);
        let sum: i128 = buildings.iter().map(|b| shape_area2(&b.rings)).sum();
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

#[test]
fn a_plain_house_keeps_its_corners() {
    let out = cleaned(&[rectangle("a", 0.0, 0.0, 10.0, 8.0)], &MERGE);
    assert_eq!(out.buildings[0].rings, [[[0, 0], [10_240, 0], [10_240, 8192], [0, 8192]]]);
    assert_eq!((out.buildings[0].members.as_slice(), out.buildings[0].roof), (&[0][..], 10.0));
    assert_eq!(out.report.shortest_edge, Some(8.0));
    assert_eq!((out.report.narrow_places, out.report.short_edges), (0, 0));
}

#[test]
fn touching_houses_merge_and_weigh_their_roofs() {
    let houses = [rectangle("a", 0.0, 0.0, 10.0, 8.0), rectangle("b", 10.0, 0.0, 30.0, 8.0)];
    let out = clean_with(&houses, &[4.0, 8.0], &MERGE, 1);
    assert_sound(&out, &MERGE);
    assert_eq!(out.buildings.len(), 1);
    assert_eq!(out.buildings[0].rings, [[[0, 0], [40_960, 0], [40_960, 8192], [0, 8192]]]);
    assert_eq!(out.buildings[0].members, [0, 1]);
    assert_eq!(out.buildings[0].roof, 7.0);
    let change = out.report.largest_roof_change.unwrap();
    assert_eq!((change.member.as_str(), change.difference), ("a", 3.0));
}

#[test]
fn gaps_below_the_tolerance_close_and_others_stay() {
    for (gap, buildings) in [(0.001, 1), (0.3, 1), (0.5, 1), (0.51, 2), (0.9, 2)] {
        let houses = [rectangle("a", 0.0, 0.0, 10.0, 8.0), rectangle("b", 10.0 + gap, 0.0, 10.0, 8.0)];
        let out = cleaned(&houses, &MERGE);
        assert_eq!(out.buildings.len(), buildings, "gap {gap}");
        let closed = if buildings == 1 { 8.0 * gap } else { 0.0 };
        assert!(close(area(&out), 160.0 + closed, 0.1), "gap {gap}: {}", area(&out));
        assert_eq!(out.report.narrow_places, 0);
        assert_eq!(cleaned(&houses, &APART).buildings.len(), 2);
    }
}

#[test]
fn overlaps_by_millimetres_are_resolved() {
    let houses = [rectangle("a", 0.0, 0.0, 10.0, 8.0), rectangle("b", 9.997, 0.003, 12.0, 8.0)];
    assert_eq!(cleaned(&houses, &MERGE).buildings.len(), 1);
    let out = cleaned(&houses, &APART);
    assert_eq!(out.buildings.len(), 2);
    assert_eq!((out.report.shared_walls, out.report.corner_contacts), (1, 0));
    assert!(close(area(&out), 80.0 + 96.0, 0.1));
}

#[test]
fn houses_that_stay_apart_share_their_walls() {
    // A row whose walls meet in the middle of others: the walls get vertices where they meet.
    let houses = [
        rectangle("a", 0.0, 0.0, 10.0, 8.0),
        rectangle("b", 10.002, 2.0, 6.0, 8.0),
        rectangle("c", 2.0, 8.001, 6.0, 6.0),
    ];
    let out = cleaned(&houses, &APART);
    assert_eq!(out.buildings.len(), 3);
    assert_eq!(out.report.shared_walls, 2);
    assert!(close(area(&out), 80.0 + 48.0 + 36.0, 0.1));
}

#[test]
fn an_overlap_goes_to_the_larger() {
    let houses = [rectangle("small", 8.0, 2.0, 8.0, 4.0), rectangle("large", 0.0, 0.0, 10.0, 8.0)];
    let out = cleaned(&houses, &APART);
    let areas: Vec<i128> = out.buildings.iter().map(|b| shape_area2(&b.rings) / 2 / 1024 / 1024).collect();
    assert_eq!(areas, [24, 80]);
}

#[test]
fn corner_contacts_are_bridged_when_merging_and_counted_when_not() {
    let houses = [rectangle("a", 0.0, 0.0, 10.0, 8.0), rectangle("b", 10.0, 8.0, 10.0, 8.0)];
    let out = cleaned(&houses, &MERGE);
    assert_eq!((out.buildings.len(), out.report.corner_contacts, out.report.narrow_places), (1, 0, 0));
    let out = cleaned(&houses, &APART);
    assert_eq!((out.buildings.len(), out.report.corner_contacts), (2, 1));
    let near = [rectangle("a", 0.0, 0.0, 10.0, 8.0), rectangle("b", 10.2, 8.2, 10.0, 8.0)];
    let out = cleaned(&near, &MERGE);
    assert_eq!((out.buildings.len(), out.report.narrow_places), (1, 0));
}

#[test]
fn courtyards_stay_and_light_wells_close() {
    let outer: &[[f64; 2]] = &[[0.0, 0.0], [30.0, 0.0], [30.0, 30.0], [0.0, 30.0]];
    let yard: &[[f64; 2]] = &[[10.0, 10.0], [20.0, 10.0], [20.0, 20.0], [10.0, 20.0]];
    let well: &[[f64; 2]] = &[[2.0, 2.0], [3.0, 2.0], [3.0, 3.0], [2.0, 3.0]];
    let out = cleaned(&[footprint("a", &[outer, yard, well])], &MERGE);
    assert_eq!(out.buildings[0].rings.len(), 2);
    assert_eq!((out.report.holes_closed, &out.report.courtyards_closed), (1, &vec!["a".to_string()]));
    assert_eq!(area(&out), 800.0);
    // A house in the courtyard is its own; one over the wall is not.
    let inside = rectangle("b", 12.0, 12.0, 6.0, 6.0);
    assert_eq!(cleaned(&[footprint("a", &[outer, yard]), inside], &MERGE).buildings.len(), 2);
    for parameters in [MERGE, APART] {
        let nested = rectangle("c", 2.0, 2.0, 6.0, 6.0);
        let out = cleaned(&[footprint("a", &[outer, yard]), nested], &parameters);
        assert_eq!((out.buildings.len(), area(&out)), (1, 800.0));
    }
    let filling = cleaned(&[footprint("a", &[outer, yard]), footprint("d", &[yard])], &APART);
    assert_eq!((filling.buildings.len(), filling.report.shared_walls), (2, 4));
}

#[test]
fn four_houses_around_a_yard_merge_to_a_ring() {
    let houses = [
        rectangle("s", 0.0, 0.0, 30.0, 8.0),
        rectangle("n", 0.0, 22.0, 30.0, 8.0),
        rectangle("w", 0.0, 8.1, 8.0, 13.8),
        rectangle("e", 22.0, 8.0, 8.0, 14.0),
    ];
    let out = cleaned(&houses, &MERGE);
    assert_eq!(out.buildings.len(), 1);
    assert_eq!(out.buildings[0].rings.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4]);
    assert_eq!(out.buildings[0].members, [0, 1, 2, 3]);
}

#[test]
fn crooked_rings_are_repaired() {
    let bow_tie = footprint("bow", &[&[[0.0, 0.0], [20.0, 20.0], [20.0, 0.0], [0.0, 20.0]]]);
    let out = cleaned(&[bow_tie], &MERGE);
    assert_eq!(out.report.repaired, ["bow"]);
    assert!(close(area(&out), 200.0, 2.0));
    let square: &[[f64; 2]] = &[[0.0, 0.0], [0.0, 9.0], [9.0, 9.0], [9.0, 0.0], [9.0, 0.0], [0.0, 0.0]];
    let out = cleaned(&[footprint("clockwise", &[square])], &MERGE);
    assert_eq!((out.report.repaired.len(), area(&out)), (0, 81.0));
    // A hole that is all of the outline leaves nothing, with other vertices, too.
    let cut: &[[f64; 2]] = &[[0.0, 0.0], [0.0, 9.0], [9.0, 9.0], [9.0, 4.0], [9.0, 0.0]];
    let out = cleaned(&[footprint("twice", &[square, square]), footprint("cut", &[square, cut])], &MERGE);
    assert_eq!((out.buildings.len(), &out.report.empty), (0, &vec!["twice".to_string(), "cut".to_string()]));
    assert!(out.report.repaired.is_empty() && out.report.touching.is_empty());
    // A hole that touches the outline in one point crosses nothing.
    let hole: &[[f64; 2]] = &[[0.0, 4.0], [4.0, 2.0], [4.0, 6.0]];
    let out = cleaned(&[footprint("touch", &[square, hole])], &APART);
    assert_eq!(out.report.touching, ["touch"]);
    assert!(close(area(&out), 81.0 - 8.0, 0.5));
    assert!(out.report.repaired.is_empty() && out.report.area_changes.is_empty());
    let spike: &[[f64; 2]] = &[[0.0, 0.0], [9.0, 0.0], [15.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]];
    let out = cleaned(&[footprint("spike", &[spike])], &MERGE);
    assert_eq!((out.report.touching.len(), out.report.repaired.len(), area(&out)), (1, 0, 81.0));
    let line: &[[f64; 2]] = &[[0.0, 0.0], [9.0, 0.0], [5.0, 0.0]];
    let out = cleaned(&[footprint("line", &[line]), footprint("none", &[])], &MERGE);
    assert_eq!((out.buildings.len(), out.report.empty), (0, vec!["line".to_string(), "none".to_string()]));
    let bad = footprint("nan", &[&[[0.0, 0.0], [f64::NAN, 0.0], [5.0, 5.0]]]);
    assert_eq!(cleaned(&[bad], &MERGE).report.unrepairable, ["nan"]);
}

#[test]
fn duplicates_are_one_building() {
    let house = rectangle("a", 0.0, 0.0, 10.0, 8.0);
    for parameters in [MERGE, APART] {
        let out = cleaned(&[house.clone(), house.clone(), house.clone()], &parameters);
        assert_eq!((out.buildings.len(), area(&out)), (1, 80.0));
    }
}

#[test]
fn needles_wedges_and_noise_go() {
    let needle = footprint(
        "needle",
        &[&[[0.0, 0.0], [10.0, 0.0], [10.0, 4.0], [25.0, 4.1], [10.0, 4.2], [10.0, 8.0], [0.0, 8.0]]],
    );
    let out = cleaned(&[needle], &MERGE);
    assert_eq!(out.buildings[0].rings[0].len(), 4);
    let noisy: Vec<[f64; 2]> = (0..40).map(|k| [k as f64 * 0.25, 0.01 * (k % 3) as f64]).collect();
    let ring: Vec<[f64; 2]> = noisy.into_iter().chain([[10.0, 0.0], [10.0, 8.0], [0.0, 8.0]]).collect();
    let out = cleaned(&[footprint("noisy", &[&ring])], &MERGE);
    assert_eq!((out.buildings[0].rings[0].len(), out.report.short_edges), (4, 0));
    // A wedge of a gap between two houses closes where it is narrow.
    let wedge =
        [rectangle("a", 0.0, 0.0, 10.0, 8.0), footprint("b", &[&[[10.0, 0.0], [20.0, 0.0], [20.0, 8.0], [12.0, 8.0]]])];
    let out = cleaned(&wedge, &MERGE);
    assert_eq!((out.buildings.len(), out.report.narrow_places, out.report.short_edges), (1, 0, 0));
}

#[test]
fn long_walls_are_cut() {
    for parameters in [MERGE, APART] {
        let halls = [
            rectangle("a", -200.0, 0.0, 400.0, 20.0),
            footprint("b", &[&[[-200.0, 20.0], [200.0, 20.0], [7.0, 90.0]]]),
        ];
        let out = cleaned(&halls, &parameters);
        assert!(close(area(&out), 8000.0 + 14_000.0, 1.0));
        let longest =
            out.buildings.iter().flat_map(|b| &b.rings).flat_map(|r| edges_of(r)).map(|[a, b]| distance2(a, b));
        assert!(longest.max().unwrap() <= square(LONGEST_EDGE));
    }
}

#[test]
fn what_is_left_out_is_named() {
    let houses = [
        rectangle("shed", 0.0, 0.0, 3.0, 3.0),
        rectangle("border", 505.0, 0.0, 6.8, 10.0),
        rectangle("far", 9000.0, 0.0, 10.0, 10.0),
        rectangle("house", 20.0, 0.0, 10.0, 10.0),
        rectangle("", -20.0, 0.0, 2.0, 2.0),
        // Without ground that their heights count from: where there is none, and where there should be.
        Footprint { height: f64::NAN, ..rectangle("farther", 0.0, 9000.0, 10.0, 10.0) },
        Footprint { height: f64::NAN, ..rectangle("pit", 0.0, 40.0, 10.0, 10.0) },
    ];
    for parameters in [MERGE, APART] {
        let out = cleaned(&houses, &parameters);
        assert_eq!(out.report.outside, ["far", "farther"]);
        assert_eq!(out.report.near_border, ["border"]);
        assert_eq!(out.report.without_ground, ["pit"]);
        assert!(out.report.unrepairable.is_empty());
        assert_eq!(out.report.left_out(), 6);
        assert_eq!(out.report.small, ["shed", "#4"]);
        assert_eq!((out.buildings.len(), &out.buildings[0].members), (1, &vec![3]));
    }
}

/// A tower of 20 x 20 m in a podium of 60 x 60 m: apart the podium covers it, merged both get the mean of their roofs.
#[test]
fn a_tower_on_a_podium_is_told() {
    let mut houses = [rectangle("podium", 0.0, 0.0, 60.0, 60.0), rectangle("tower", 15.0, 15.0, 20.0, 20.0)];
    houses[1].height = 100.0;
    let out = cleaned(&houses, &APART);
    assert_eq!((out.buildings.len(), out.buildings[0].roof), (1, 10.0));
    let swallowed = Swallowed { footprint: "tower".into(), by: Some("podium".into()), is_equal: false };
    assert_eq!((&out.report.swallowed, out.report.left_out()), (&vec![swallowed], 1));
    assert!(out.report.small.is_empty() && out.report.area_changes.is_empty());

    let report = cleaned(&houses, &MERGE).report;
    assert!(report.swallowed.is_empty() && report.left_out() == 0 && report.area_changes.is_empty());
    let roofs: Vec<_> = report.roof_changes.iter().map(|c| (c.member.as_str(), c.before, c.after)).collect();
    assert_eq!(roofs, [("podium", 10.0, 19.0), ("tower", 100.0, 19.0)]);
    assert_eq!(report.largest_roof_change, Some(report.roof_changes[1].clone()));

    // Within the measure nothing is told; a platform has no roof.
    houses[1].height = 10.9;
    assert!(cleaned(&houses, &MERGE).report.roof_changes.is_empty());
    houses[1].height = 100.0;
    houses.iter_mut().for_each(|house| house.lod = Some(Lod::Lod0));
    assert!(cleaned(&houses, &MERGE).report.roof_changes.is_empty());
}

#[test]
fn an_area_that_changes_is_told() {
    // A light well of 3.6 square metres closes: 32.4 become 36. One of 2.6 changes less than a tenth.
    let outer: &[[f64; 2]] = &[[0.0, 0.0], [6.0, 0.0], [6.0, 6.0], [0.0, 6.0]];
    let well = |w: f64| [[2.0, 2.0], [2.0, 2.0 + w], [2.0 + w, 2.0 + w], [2.0 + w, 2.0]];
    for parameters in [MERGE, APART] {
        let report = cleaned(&[footprint("well", &[outer, &well(1.9)])], &parameters).report;
        let [change] = &report.area_changes[..] else { panic!("{report}") };
        assert_eq!(change.footprints, ["well"]);
        assert!(close(change.before, 32.4, 0.05) && change.after == 36.0, "{change:?}");
        assert!(cleaned(&[footprint("well", &[outer, &well(1.6)])], &parameters).report.area_changes.is_empty());
    }
    // Apart, the smaller one of two that overlap loses its half; merged, the two cover what they covered.
    let houses = [rectangle("small", 5.0, 0.0, 10.0, 8.0), rectangle("large", 0.0, 0.0, 10.0, 9.0)];
    let report = cleaned(&houses, &APART).report;
    let changes: Vec<_> = report.area_changes.iter().map(|c| (c.footprints.clone(), c.before, c.after)).collect();
    assert_eq!(changes, [(vec!["small".to_string()], 80.0, 40.0)]);
    assert!(cleaned(&houses, &MERGE).report.area_changes.is_empty());
    // A part below the smallest area goes, and the footprint stays.
    let mut both = rectangle("both", 0.0, 0.0, 10.0, 10.0);
    both.polygons.extend(rectangle("", 20.0, 0.0, 3.0, 3.0).polygons);
    let report = cleaned(&[both], &MERGE).report;
    assert_eq!((report.small_parts.as_slice(), report.small.len()), (&["both".to_string()][..], 0));
}

/// Footprints in two parts of which the second is none, each for another reason.
#[test]
fn a_footprint_without_one_of_its_parts_is_there_and_told_apart() {
    let two = |id: &str, y: f64, other: Footprint| {
        let mut both = rectangle(id, 0.0, y, 10.0, 10.0);
        both.polygons.extend(other.polygons);
        both
    };
    let line = footprint("", &[&[[0.0, 120.0], [10.0, 120.0], [5.0, 120.0]]]);
    let houses = [
        two("outside", 0.0, rectangle("", 9000.0, 0.0, 10.0, 10.0)),
        two("border", 20.0, rectangle("", 505.0, 0.0, 6.8, 10.0)),
        two("line", 40.0, line.clone()),
        two("nan", 60.0, rectangle("", f64::NAN, 60.0, 10.0, 10.0)),
        two("shed", 80.0, rectangle("", 20.0, 80.0, 3.0, 3.0)),
        two("hidden", 100.0, rectangle("", 110.0, 110.0, 10.0, 10.0)),
        two("twin", 120.0, rectangle("", 200.0, 100.0, 20.0, 20.0)),
        rectangle("hall", 100.0, 100.0, 40.0, 40.0),
        rectangle("same", 200.0, 100.0, 20.0, 20.0),
        // Gone whole, for the first of two reasons.
        Footprint { id: "gone".into(), ..two("", 0.0, rectangle("", 300.0, 0.0, 2.0, 2.0)) },
        footprint("void", &[]),
        Footprint { polygons: Vec::new(), ..line },
    ];
    let mut houses = houses.to_vec();
    houses[9].polygons[0] = rectangle("", 9000.0, 0.0, 10.0, 10.0).polygons.remove(0);
    let covered =
        |footprint: &str, by: &str, is_equal| Swallowed { footprint: footprint.into(), by: Some(by.into()), is_equal };
    for parameters in [MERGE, APART] {
        let report = cleaned(&houses, &parameters).report;
        assert_eq!(report.outside_parts, ["outside"]);
        assert_eq!(report.near_border_parts, ["border"]);
        assert_eq!(report.empty_parts, ["line"]);
        assert_eq!(report.unrepairable_parts, ["nan"]);
        assert_eq!(report.small_parts, ["shed"]);
        assert_eq!(report.small, ["gone"]);
        assert_eq!(report.empty, ["void", "#11"]);
        let expected = if parameters == MERGE {
            Vec::new()
        } else {
            vec![covered("hidden", "hall", false), covered("twin", "same", true)]
        };
        assert_eq!(report.swallowed_parts, expected, "{report}");
        assert!(report.outside.is_empty() && report.near_border.is_empty() && report.unrepairable.is_empty());
        assert_eq!((report.used, report.left_out(), report.footprints), (9, 3, 12));
        assert_eq!(report.missing_parts(), 5 + expected.len() as u64);
    }
}

/// How wide the gaps between buildings are that remain: wider than the tolerance, or than half a detail where they stay
/// apart.
#[test]
fn gaps_between_buildings_follow_the_tolerance_and_half_the_detail() {
    let gaps = |gap: f64, parameters: &Parameters| {
        let houses = [rectangle("a", 0.0, 0.0, 20.0, 20.0), rectangle("b", 20.0 + gap, 0.0, 20.0, 20.0)];
        let out = cleaned(&houses, parameters);
        assert_sound(&out, parameters);
        let report = out.report;
        (out.buildings.len(), report.shared_walls > 0, report.narrow_places > 0)
    };
    let merge = Parameters { min_building_detail: 5.0, ..MERGE };
    assert_eq!(gaps(0.4, &merge), (1, false, false));
    assert_eq!(gaps(0.7, &merge), (2, false, true));
    assert_eq!(gaps(4.0, &merge), (2, false, true));
    assert_eq!(gaps(4.0, &Parameters { merge_tolerance: 5.0, ..merge }), (1, false, false));
    let apart = Parameters { min_building_detail: 5.0, ..APART };
    assert_eq!(gaps(2.3, &apart), (2, true, false));
    assert_eq!(gaps(2.7, &apart), (2, false, true));
    assert_eq!(gaps(5.2, &apart), (2, false, false));
}

/// A star of 301 corners, each joined with the 150th after it, crosses itself 301 x 149 times.
#[test]
fn a_polygon_that_crosses_itself_without_end_is_left_out_alone() {
    let star = |corners: usize, step: usize| -> Vec<[f64; 2]> {
        let at = |k: usize| (k * step % corners) as f64 / corners as f64 * std::f64::consts::TAU;
        (0..corners).map(|k| [100.0 + 90.0 * at(k).cos(), 90.0 * at(k).sin()]).collect()
    };
    let houses = [rectangle("house", 0.0, 200.0, 20.0, 20.0), footprint("scribble", &[&star(301, 150)])];
    let out = cleaned(&houses, &MERGE);
    assert_eq!((&out.report.unrepairable, out.buildings.len()), (&vec!["scribble".to_string()], 1));
    // A pentagram is repaired.
    let out = cleaned(&[footprint("pentagram", &[&star(5, 2)])], &MERGE);
    assert_eq!(out.report.repaired, ["pentagram"]);
}

/// What loses all its ground to others takes none from those after it.
#[test]
fn a_footprint_that_is_not_there_covers_nothing() {
    let houses = [
        rectangle("large", 0.0, 0.0, 40.0, 20.0),
        // 1 m of it, 14 m2, is beside the large one: too little.
        rectangle("gone", 27.0, 3.0, 14.0, 14.0),
        rectangle("small", 39.0, 4.0, 10.0, 12.0),
    ];
    let out = cleaned(&houses, &APART);
    let [gone] = &out.report.swallowed[..] else { panic!("{:?}", out.report) };
    assert_eq!((gone.footprint.as_str(), gone.by.as_deref()), ("gone", Some("large")));
    assert!(close(area(&out), 800.0 + 9.0 * 12.0, 1e-6), "{}", area(&out));
}

/// Two larger ones leave nothing of a footprint together, and neither does alone.
#[test]
fn what_several_cover_is_covered_by_none_of_them() {
    let houses = [
        rectangle("west", 0.0, 0.0, 20.0, 20.0),
        rectangle("east", 20.0, 0.0, 20.0, 20.0),
        rectangle("between", 14.0, 5.0, 12.0, 10.0),
    ];
    let out = cleaned(&houses, &APART);
    let [swallowed] = &out.report.swallowed[..] else { panic!("{:?}", out.report) };
    assert_eq!((swallowed.footprint.as_str(), &swallowed.by), ("between", &None));
}

#[test]
fn footprints_that_merging_raises_are_named() {
    let mut houses = [
        rectangle("block", 0.0, 0.0, 20.0, 20.0),
        rectangle("platform", 20.0, 0.0, 20.0, 20.0),
        rectangle("lone", 90.0, 0.0, 9.0, 9.0),
    ];
    (houses[1].lod, houses[2].lod) = (Some(Lod::Lod0), Some(Lod::Lod0));
    assert_eq!(cleaned(&houses, &MERGE).report.lod_changes, ["platform"]);
    assert!(cleaned(&houses, &APART).report.lod_changes.is_empty());
}

#[test]
fn an_equal_footprint_is_told_as_such() {
    let houses = [rectangle("a", 0.0, 0.0, 10.0, 8.0), rectangle("b", 0.0, 0.0, 10.0, 8.0)];
    let report = cleaned(&houses, &APART).report;
    let equal = Swallowed { footprint: "b".into(), by: Some("a".into()), is_equal: true };
    assert_eq!((report.swallowed, report.used), (vec![equal], 1));
}

#[test]
fn closed_courtyards_have_the_names_of_their_footprints() {
    let square = |x: f64, y: f64, w: f64| [[x, y], [x + w, y], [x + w, y + w], [x, y + w]];
    let yard = |id: &str, x: f64, w: f64| footprint(id, &[&square(x, 0.0, 30.0), &square(x + 10.0, 10.0, w)]);
    let houses = [
        yard("open", 0.0, 10.0),
        yard("well", 100.0, 1.0),
        yard("filled", 200.0, 6.0),
        Footprint { id: "filler".into(), ..footprint("", &[&square(210.0, 10.0, 6.0)]) },
        yard("touched", 300.0, 10.0),
        footprint("beside", &[&square(330.0, 0.0, 10.0)]),
    ];
    let report = cleaned(&houses, &MERGE).report;
    assert_eq!((report.holes_closed, report.courtyards_closed.as_slice()), (2, &["well".into(), "filled".into()][..]));
    // Apart, the house in the courtyard is one of its own.
    let report = cleaned(&houses, &APART).report;
    assert_eq!((report.holes_closed, report.courtyards_closed.as_slice()), (1, &["well".into()][..]));
}

#[test]
fn parameters_out_of_range_are_refused() {
    let pool = Pool::new(&RunOptions { threads: 1, ..RunOptions::default() }).unwrap();
    for parameters in [
        Parameters { min_building_detail: -1.0, ..MERGE },
        Parameters { merge_tolerance: f64::NAN, ..MERGE },
        Parameters { min_building_area: f64::INFINITY, ..MERGE },
    ] {
        let refused = clean(&[], &[], &DOMAIN, &parameters, pool.context());
        assert!(matches!(refused, Err(Error::InvalidArgument { .. })));
    }
    assert!(clean(&[], &[1.0], &DOMAIN, &MERGE, pool.context()).is_err());
    pool.context().cancel();
    let stopped = clean(&[rectangle("a", 0.0, 0.0, 9.0, 9.0)], &[1.0], &DOMAIN, &MERGE, pool.context());
    assert!(matches!(stopped, Err(Error::Cancelled)));
}

#[test]
fn the_check_finds_what_is_wrong() {
    let building = |rings: &[&[GridPoint]]| Building {
        rings: rings.iter().map(|r| r.to_vec()).collect(),
        members: vec![0],
        roof: 1.0,
        lod: Lod::Lod1,
    };
    let block = |x: i32, y: i32, s: i32| building(&[&[[x, y], [x + s, y], [x + s, y + s], [x, y + s]]]);
    let rule = |buildings: &[Building]| check_planar(buildings, &CancelToken::default()).unwrap_err().rule;
    assert_eq!(rule(&[building(&[&[[0, 0], [0, 9], [9, 0]]])]), Rule::Ring);
    assert_eq!(rule(&[block(0, 0, 70_000)]), Rule::LongEdge);
    assert_eq!(rule(&[building(&[&[[0, 0], [10, 10], [10, 0], [0, 9]]])]), Rule::Ring);
    assert_eq!(rule(&[building(&[&[[0, 0], [10, 0], [2, 8], [8, 8], [0, 1]]])]), Rule::Edges);
    assert_eq!(rule(&[block(0, 0, 10), block(5, 5, 10)]), Rule::Edges);
    assert_eq!(rule(&[block(0, 0, 10), block(10, 2, 5)]), Rule::Edges);
    assert_eq!(rule(&[block(0, 0, 10), block(0, 0, 10)]), Rule::SharedEdge);
    assert_eq!(rule(&[block(0, 0, 10), block(2, 2, 5)]), Rule::Overlap);
    assert_eq!(rule(&[building(&[&[[0, 0], [9, 0], [9, 9], [0, 9]], &[[20, 0], [20, 5], [25, 0]]])]), Rule::Hole);
    // Two that cross in their common corners.
    let a = building(&[&[[0, 0], [10, 0], [10, 10], [0, 10]]]);
    let b = building(&[&[[0, 0], [10, 10], [5, 20]]]);
    assert_eq!(rule(&[a, b]), Rule::Edges);
    let c = building(&[&[[0, 0], [20, 0], [10, 10]]]);
    let d = building(&[&[[10, 10], [5, 3], [10, 4]]]);
    assert_eq!(rule(&[c, d]), Rule::Corner);
    let touching = check_planar(&[block(0, 0, 10), block(10, 10, 10), block(10, 0, 10)], &CancelToken::default());
    assert_eq!(touching, Ok(PlanarReport { corner_contacts: 0, shared_edges: 2 }));
    let corner = check_planar(&[block(0, 0, 10), block(10, 10, 10)], &CancelToken::default());
    assert_eq!(corner, Ok(PlanarReport { corner_contacts: 1, shared_edges: 0 }));
}

/// Numbers that are the same in every run (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }

    fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.below(1 << 30) as f64 / (1u64 << 30) as f64
    }
}

/// A few houses close together: turned rectangles, stars that cross themselves, copies, courtyards, whole-metre
/// neighbours.
fn scene(random: &mut Random) -> Vec<Footprint> {
    let spread = random.range(10.0, 60.0);
    let count = 1 + random.below(12);
    let turn = random.range(0.0, 1.0) * random.below(2) as f64;
    let mut houses: Vec<Footprint> = Vec::new();
    for k in 0..count {
        let id = k.to_string();
        let (x, y) = (random.range(-spread, spread), random.range(-spread, spread));
        let (w, h) = (random.range(0.3, 15.0), random.range(3.0, 15.0));
        let turn = if random.below(3) == 0 { random.range(0.0, 1.5) } else { turn };
        let (s, c) = (turn.sin(), turn.cos());
        let at = |u: f64, v: f64| [x + c * u - s * v, y + s * u + c * v];
        houses.push(match random.below(8) {
            0 => {
                let points: Vec<[f64; 2]> =
                    (0..3 + random.below(7)).map(|_| at(random.range(-9.0, 9.0), random.range(-9.0, 9.0))).collect();
                footprint(&id, &[&points])
            }
            1 => {
                let (t, u) = (w * random.range(0.05, 0.4), h * random.range(0.05, 0.4));
                let outer = [at(0.0, 0.0), at(w, 0.0), at(w, h), at(0.0, h)];
                footprint(&id, &[&outer, &[at(t, u), at(w - t, u), at(w - t, h - u), at(t, h - u)]])
            }
            2 => rectangle(&id, x.round(), y.round(), w.round() + 1.0, h.round()),
            3 => {
                // An L next to itself, with a narrow slit.
                let slit = random.range(0.0, 1.5);
                footprint(
                    &id,
                    &[&[at(0.0, 0.0), at(w, 0.0), at(w, h), at(w * 0.5 + slit, h), at(w * 0.5, h * 0.3), at(0.0, h)]],
                )
            }
            4 if !houses.is_empty() => {
                let mut twin = houses[random.below(houses.len() as u64) as usize].clone();
                let (dx, dy) = (random.range(-0.002, 0.002), random.range(-12.0, 12.0) * random.below(2) as f64);
                for p in twin.polygons.iter_mut().flat_map(|p| &mut p.rings).flatten() {
                    *p = [p[0] + dx, p[1] + dy];
                }
                twin.id = id;
                twin
            }
            _ => footprint(&id, &[&[at(0.0, 0.0), at(w, 0.0), at(w, h), at(0.0, h)]]),
        });
        houses.last_mut().unwrap().height = random.range(3.0, 30.0);
    }
    houses
}

/// Buildings without what depends on the order of the input.
fn geometry(cleaned: &Cleaned) -> Vec<(&Shape, u64)> {
    let mut all: Vec<_> = cleaned.buildings.iter().map(|b| (&b.rings, b.roof.to_bits())).collect();
    all.sort_unstable();
    all
}

#[test]
fn random_scenes_hold_every_promise() {
    let mut random = Random(7);
    let (mut narrow, mut short, mut made) = (0, 0, 0);
    for round in 0..1000 {
        let houses = scene(&mut random);
        for parameters in [
            MERGE,
            APART,
            Parameters { min_building_detail: random.range(0.0, 1.0), min_building_area: 1.0, ..MERGE },
            Parameters { merge_tolerance: random.range(0.0, 2.0), ..MERGE },
        ] {
            let out = cleaned(&houses, &parameters);
            assert!(out.report.unrepairable.is_empty(), "{round} {parameters:?}: {}", out.report);
            if parameters == MERGE {
                narrow += out.report.narrow_places;
                short += out.report.short_edges;
                made += out.report.buildings;
            }
            assert_area(&houses, &out, &parameters, round);
            let named = |c: &Cleaned| {
                let members = c.buildings.iter().flat_map(|b| b.members.clone());
                let mut ids: Vec<String> = members.map(|m| houses[m as usize].id.clone()).collect();
                ids.extend(c.report.small.iter().chain(&c.report.empty).cloned());
                ids.extend(c.report.swallowed.iter().map(|s| s.footprint.clone()));
                ids.sort_unstable();
                ids.dedup();
                ids
            };
            assert_eq!(named(&out).len(), houses.len(), "{round} {parameters:?}: a footprint is lost: {}", out.report);
        }
        // The order of the footprints changes nothing, nor does a move by whole metres.
        let parameters = if round % 2 == 0 { MERGE } else { APART };
        let reference = cleaned(&houses, &parameters);
        let mut mixed = houses.clone();
        for k in (1..mixed.len()).rev() {
            mixed.swap(k, random.below(k as u64 + 1) as usize);
        }
        assert_eq!(geometry(&cleaned(&mixed, &parameters)), geometry(&reference), "{round} order");
    }
    // Even of such scenes little stays below the smallest detail.
    assert!(made > 3000 && narrow < made / 10 && short < made / 50, "{made} {narrow} {short}");
}

/// A rectangle around a point, turned by an angle.
fn turned(id: &str, middle: [f64; 2], angle: f64, [w, h]: [f64; 2]) -> Footprint {
    let (s, c) = angle.sin_cos();
    let at = |u: f64, v: f64| [middle[0] + c * u * w - s * v * h, middle[1] + s * u * w + c * v * h];
    footprint(id, &[&[at(-0.5, -0.5), at(0.5, -0.5), at(0.5, 0.5), at(-0.5, 0.5)]])
}

/// Footprints that touch, overlap by a grid unit and cross at small angles, some longer than edges may be.
fn crowd(random: &mut Random) -> Vec<Footprint> {
    let angle = random.range(0.0, 3.0);
    let (s, c) = angle.sin_cos();
    let at = |u: f64, v: f64| [c * u - s * v, s * u + c * v];
    let mut houses = Vec::new();
    let mut along = 0.0;
    for k in 0..3 + random.below(9) {
        let id = k.to_string();
        let (w, h) = (random.range(0.4, 9.0), random.range(3.0, 12.0));
        houses.push(match random.below(5) {
            0 => {
                turned(&id, at(along, 0.0), random.range(0.0, 3.0), [random.range(20.0, 120.0), random.range(0.2, 2.0)])
            }
            1 => turned(&id, at(along, 3.0), angle + random.range(-0.01, 0.01), [random.range(70.0, 150.0), h]),
            2 => footprint(&id, &[&[at(along, -0.001), at(along + w, 0.001), at(along + w, -h), at(along, -h)]]),
            3 => {
                let first = random.range(0.0, 3.0);
                let [p, q] = [first, first + random.range(0.05, 1.0)].map(|a| at(30.0 * a.cos(), 30.0 * a.sin()));
                footprint(&id, &[&[at(0.0, 0.0), p, q]])
            }
            _ => footprint(&id, &[&[at(along, 0.0), at(along + w, 0.0), at(along + w, h), at(along, h)]]),
        });
        along += w;
    }
    houses
}

/// A block over a corner that three footprints share, so that a courtyard and a neighbour touch the outline there.
#[test]
fn a_courtyard_and_a_neighbour_may_touch_an_outline_in_the_same_corner() {
    let houses = [
        footprint("block", &[&[[0.3, 0.3], [5.5, 6.3], [-0.4, 11.4], [-5.6, 5.5]]]),
        footprint("left", &[&[[0.0, 0.0], [-7.9, 28.9], [-28.5, 9.4]]]),
        footprint("right", &[&[[0.0, 0.0], [16.5, 25.0], [14.8, 26.1]]]),
        footprint("below", &[&[[0.0, 0.0], [-28.9, -8.1], [-24.5, -17.4]]]),
    ];
    let exact = Parameters { min_building_detail: 0.0, merge_tolerance: 0.0, ..MERGE };
    let out = cleaned(&houses, &exact);
    let members: Vec<&[u32]> = out.buildings.iter().map(|b| b.members.as_slice()).collect();
    assert_eq!((members, out.buildings[0].rings.len()), (vec![&[0, 1, 2][..], &[3]], 2));
}

#[test]
fn each_valid_footprint_is_in_a_building_whatever_it_touches() {
    let mut random = Random(11);
    let exact = Parameters { min_building_detail: 0.0, merge_tolerance: 0.0, min_building_area: 0.0, ..MERGE };
    for round in 0..1000 {
        let houses = crowd(&mut random);
        let out = cleaned(&houses, &exact);
        let mut members: Vec<u32> = out.buildings.iter().flat_map(|b| b.members.iter().copied()).collect();
        members.sort_unstable();
        members.dedup();
        assert_eq!(members.len(), houses.len(), "round {round}: {:?} of {houses:?}", out.report.unrepairable);
    }
}

#[test]
fn thin_footprints_through_one_point_are_buildings_or_named() {
    let mut random = Random(3);
    for count in [8, 20, 80] {
        let houses: Vec<Footprint> = (0..count)
            .map(|k| {
                let angle = std::f64::consts::PI * f64::from(k) / f64::from(count) + random.range(-0.005, 0.005);
                turned(&k.to_string(), [0.0; 2], angle, [random.range(20.0, 200.0), random.range(0.2, 1.0)])
            })
            .collect();
        for parameters in [MERGE, APART] {
            for detail in [parameters.min_building_detail, 0.0] {
                let tolerance = detail;
                let parameters =
                    Parameters { min_building_detail: detail, merge_tolerance: tolerance, ..parameters.clone() };
                let out = cleaned(&houses, &parameters);
                let report = &out.report;
                let named = [&report.small, &report.unrepairable].into_iter().flatten().cloned();
                let mut known: Vec<String> =
                    named.chain(report.swallowed.iter().map(|s| s.footprint.clone())).collect();
                known.extend(out.buildings.iter().flat_map(|b| b.members.iter().map(u32::to_string)));
                known.sort_unstable();
                known.dedup();
                assert_eq!(known.len(), houses.len());
            }
        }
    }
}

/// Buildings cover what the footprints cover, but for what is too small, closed, or simplified.
fn assert_area(houses: &[Footprint], out: &Cleaned, parameters: &Parameters, round: usize) {
    let (pool, refused) = (Pool::new(&RunOptions::default()).unwrap(), OnceLock::new());
    let settings = Settings::new(parameters, pool.context(), &refused);
    let parts: Vec<Shape> = houses.iter().flat_map(|h| prepare(h, &DOMAIN, 512, &settings).parts).collect();
    let union = combine(parts.iter().flatten(), std::iter::empty(), Keep::Union, false);
    let square_metres = |area2: i128| area2 as f64 * 0.5 * GRID * GRID;
    let covered = square_metres(union.iter().map(|s| shape_area2(s)).sum());
    let small: f64 =
        union.iter().map(|s| square_metres(shape_area2(s))).filter(|&a| a < 1.3 * parameters.min_building_area).sum();
    let cut = [out.report.small.len(), out.report.small_parts.len(), out.report.swallowed.len()];
    let cut_small = cut.iter().sum::<usize>() as f64 * parameters.min_building_area;
    let difference = area(out) - covered;
    let slack = 0.1 * covered + small + cut_small + 1.0;
    let closed = 1.2 * parameters.merge_tolerance * 30.0 * houses.len() as f64 + 4.0 * out.report.holes_closed as f64;
    assert!(difference >= -slack && difference <= slack + closed, "{round} {parameters:?}: {covered} -> {}", area(out));
}

/// The footprints of a real city beside the project; `None`, said aloud, where they are absent.
fn city(name: &str) -> Option<(Vec<Footprint>, Vec<f64>, Domain)> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cities").join(name).join("footprints.geojson");
    let Ok(text) = std::fs::read_to_string(&path) else {
        let message = format!(
            "SKIPPED: {} is missing; put the folder of real data beside the project's folder\n",
            path.display()
        );
        assert!(std::env::var_os("GROMA_REQUIRE_ALL").is_none_or(|v| v != "1"), "{message}");
        let _ = std::io::Write::write_all(&mut std::io::stderr(), message.as_bytes());
        return None;
    };
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let (mut footprints, mut roofs) = (Vec::new(), Vec::new());
    for feature in json["features"].as_array().unwrap() {
        let rings: Vec<Vec<[f64; 2]>> = serde_json::from_value(feature["geometry"]["coordinates"].clone()).unwrap();
        let height = feature["properties"]["roof_z"].as_f64().unwrap();
        roofs.push(height);
        footprints.push(Footprint {
            id: feature["properties"]["id"].as_str().unwrap().to_string(),
            polygons: vec![Polygon { rings }],
            height,
            reference: HeightReference::Absolute,
            lod: None,
        });
    }
    let points = || footprints.iter().flat_map(|f| &f.polygons).flat_map(|p| &p.rings).flatten();
    let low: [f64; 2] = std::array::from_fn(|k| points().map(|p| p[k]).fold(f64::INFINITY, f64::min).floor() - 10.0);
    let domain = Domain { origin: low.map(|v| v as i64), min: [0; 2], max: [2000 * 1024; 2] };
    Some((footprints, roofs, domain))
}

#[test]
fn real_cities_come_out_clean() {
    for name in ["denhaag", "delft-small"] {
        let Some((footprints, roofs, domain)) = city(name) else { continue };
        for parameters in [MERGE, APART] {
            let at = |footprints: &[Footprint], domain: &Domain, threads: usize| {
                let pool = Pool::new(&RunOptions { threads, ..RunOptions::default() }).unwrap();
                pool.install(|| clean(footprints, &roofs, domain, &parameters, pool.context())).unwrap()
            };
            let out = at(&footprints, &domain, 1);
            println!("{name} {parameters:?}\n{}", out.report);
            assert_sound(&out, &parameters);
            assert!(out.report.unrepairable.is_empty());
            assert!(out.report.area_out > 0.9 * out.report.area_in && out.report.area_out < 1.1 * out.report.area_in);
            assert_eq!(at(&footprints, &domain, 3), out, "threads");
            let mut moved = footprints.clone();
            for p in moved.iter_mut().flat_map(|f| &mut f.polygons).flat_map(|p| &mut p.rings).flatten() {
                *p = [p[0] + 320_000.0, p[1] + 6_400_000.0];
            }
            let there = Domain { origin: [domain.origin[0] + 320_000, domain.origin[1] + 6_400_000], ..domain };
            assert_eq!(at(&moved, &there, 2), out, "moved");
            if parameters.merge_buildings {
                assert!(out.buildings.len() < footprints.len());
                let report = &out.report;
                assert_eq!((report.corner_contacts, report.narrow_places, report.short_edges), (0, 0, 0));
            }
        }
    }
}
