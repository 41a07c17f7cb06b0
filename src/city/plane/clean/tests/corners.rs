//! Sharp corners.

use super::random::Random;
use super::*;

/// The sharpest corner of all outlines, and of all parts, in degrees.
fn sharpest(cleaned: &Cleaned) -> f64 {
    let corner = |ring: &Ring, k: usize| {
        let n = ring.len();
        let [u, v] = [ring[(k + n - 1) % n], ring[(k + 1) % n]].map(|end| ring::minus(end, ring[k]));
        (ring::cross(u, v).abs() as f64).atan2(ring::dot(u, v) as f64).to_degrees()
    };
    let parts = cleaned.buildings.iter().flat_map(|b| b.polygons()).flat_map(|(rings, _)| rings);
    let rings = cleaned.buildings.iter().flat_map(|b| &b.rings).chain(parts);
    rings.flat_map(|ring| (0..ring.len()).map(move |k| corner(ring, k))).fold(180.0, f64::min)
}

/// A house with a tip of so many degrees in the west, 20 m from its east wall, that widens over 8 m.
fn pointed(degrees: f64) -> Footprint {
    let half = 8.0 * (0.5 * degrees).to_radians().tan();
    footprint("tip", &[&[[0.0, 0.0], [8.0, -half], [20.0, -6.0], [20.0, 6.0], [8.0, half]]])
}

#[test]
fn a_sharp_tip_is_cut_off_where_it_is_as_wide_as_the_detail() {
    for degrees in [8.0, 15.0, 24.0] {
        let whole = cleaned(&[pointed(degrees)], &Parameters { min_mesh_angle: 0.0, ..MERGE });
        assert!(close(sharpest(&whole), degrees, 0.1) && whole.buildings[0].rings[0].len() == 5);
        let cut = cleaned(&[pointed(degrees)], &MERGE);
        assert!(sharpest(&cut) > 25.0 && cut.report.short_edges == 0, "{degrees}: {}", sharpest(&cut));
        assert_eq!(cut.buildings[0].rings[0].len(), 6);
        // A triangle with this angle and a base of 0.5 m.
        let tip = 0.25 * 0.25 / (0.5 * degrees).to_radians().tan();
        assert!(close(area(&whole) - area(&cut), tip, 0.02 * tip + 0.01), "{degrees}");
        let out = cleaned(&[pointed(degrees)], &Parameters { min_building_detail: 0.0, ..MERGE });
        assert!(close(sharpest(&out), degrees, 0.1), "without a detail there is no tip narrower than it");
    }
    // Corners that triangles can fill stay as they are.
    assert_eq!(cleaned(&[pointed(26.0)], &MERGE).buildings[0].rings[0].len(), 5);
}

#[test]
fn a_sharp_notch_is_filled_where_it_is_narrower_than_the_detail() {
    let notched = |depth: f64, width: f64| {
        let (low, high) = (5.0 - 0.5 * width, 5.0 + 0.5 * width);
        let ring = [[0.0, 0.0], [20.0, 0.0], [20.0, low], [20.0 - depth, 5.0], [20.0, high], [20.0, 10.0], [0.0, 10.0]];
        footprint("notched", &[&ring])
    };
    let out = cleaned(&[notched(9.0, 2.0)], &MERGE);
    assert!(sharpest(&out) > 25.0 && out.report.short_edges == 0 && out.buildings[0].rings[0].len() == 8);
    assert!(close(area(&out), 200.0 - 9.0 + 0.5 * 0.5 * 2.25, 0.05), "{}", area(&out));
    // Of one that is hardly wider, less than an edge would be left: it goes.
    assert_eq!(cleaned(&[notched(5.0, 0.52)], &MERGE).buildings[0].rings[0].len(), 4);
}

/// The tip of a needle is most of it; to cut it off would be to make another building.
#[test]
fn a_building_that_is_a_needle_keeps_its_tip() {
    let needle = footprint("needle", &[&[[0.0, 0.0], [22.0, 0.0], [22.0, 1.5]]]);
    let out = cleaned(&[needle], &MERGE);
    assert!(close(area(&out), 16.5, 0.1) && sharpest(&out) < 5.0, "{} {}", area(&out), sharpest(&out));
}

#[test]
fn a_gap_between_two_houses_that_face_each_other_at_an_angle_closes_without_a_sharp_end() {
    let mut random = Random(5);
    for round in 0..300 {
        // The second house leans by a few degrees; the gap has the tolerance's width somewhere along the wall.
        let (lean, from) = (random.range(0.01, 0.35), random.range(0.0, 0.49));
        let (s, c) = lean.sin_cos();
        let (w, h) = (random.range(8.0, 15.0), random.range(3.0, 20.0));
        let at = |u: f64, v: f64| [10.0 + from + c * u + s * v, -s * u + c * v];
        let houses = [
            rectangle("a", 0.0, -random.range(0.0, 9.0), 10.0, random.range(10.0, 30.0)),
            footprint("b", &[&[at(0.0, 0.0), at(w, 0.0), at(w, h), at(0.0, h)]]),
        ];
        let out = cleaned(&houses, &MERGE);
        assert!(sharpest(&out) >= 25.0, "{round}: {} of {houses:?}", sharpest(&out));
        assert_eq!((out.buildings.len(), out.report.narrow_places, out.report.short_edges), (1, 0, 0), "{round}");
    }
}

/// A tower whose south wall leaves that of its podium at a small angle: the strip between the two is the tower's until
/// it is as wide as the detail.
#[test]
fn a_wall_between_two_parts_does_not_end_in_a_sharp_corner() {
    for rise in [1.2, 2.0, 4.0, 9.0] {
        let mut tower = footprint("tower", &[&[[5.0, 0.0], [25.0, rise], [25.0, 15.0], [5.0, 15.0]]]);
        tower.height = 40.0;
        let houses = [rectangle("podium", 0.0, 0.0, 30.0, 20.0), tower];
        let out = cleaned(&houses, &MERGE);
        let [building] = &out.buildings[..] else { panic!("{out:?}") };
        let areas: Vec<f64> =
            building.parts.iter().map(|part| shape_area2(&part.rings) as f64 * 0.5 * GRID * GRID).collect();
        assert!(areas.len() == 2 && close(areas.iter().sum(), 600.0, 0.01), "{rise}: {areas:?}");
        let high = building.parts.iter().position(|part| part.roof == 40.0).unwrap();
        let degrees = f64::atan2(rise, 20.0).to_degrees();
        // At 9 m it is wider than 24 degrees, but not than 25.
        let tip = 0.25 * 0.25 / (0.5 * degrees).to_radians().tan();
        assert!(close(areas[high], 300.0 - 10.0 * rise + tip, 0.1), "{rise}: {areas:?}");
        assert!(sharpest(&out) >= 25.0, "{rise}: {}", sharpest(&out));
        // Where no angle is asked for, the strip is the podium's up to its end.
        let exact = &cleaned(&houses, &Parameters { min_mesh_angle: 0.0, ..MERGE }).buildings[0];
        let tower = exact.parts.iter().find(|part| part.roof == 40.0).unwrap();
        let kept = shape_area2(&tower.rings) as f64 * 0.5 * GRID * GRID;
        assert!(close(kept, 300.0 - 10.0 * rise, 0.1), "{rise}: {kept}");
    }
}
