//! Scenes with known answers.

use super::*;

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
    let out = clean_with(&houses, &[4.0, 8.0], &ONE_ROOF, 1);
    assert_sound(&out, &ONE_ROOF);
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
        rectangle("border", 505.0, 0.0, 8.0, 10.0),
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

/// A rectangle at (`x`, `y`), `w` x `h` metres, of this height.
fn house(id: &str, height: f64, [x, y, w, h]: [f64; 4]) -> Footprint {
    Footprint { height, ..rectangle(id, x, y, w, h) }
}

/// Returns the roofs of a building's parts, the highest first, each with its area in square metres and its members.
fn roofs_of(building: &Building) -> Vec<(f64, f64, Vec<u32>)> {
    let metres2 = |rings: &[Ring]| shape_area2(rings) as f64 * 0.5 * GRID * GRID;
    let mut roofs: Vec<_> =
        building.parts.iter().map(|part| (part.roof, metres2(&part.rings), part.members.clone())).collect();
    roofs.sort_by(|a, b| b.partial_cmp(a).unwrap());
    roofs
}

/// A tower of 20 x 20 m in a podium of 60 x 60 m keeps its height, merged and apart.
#[test]
fn a_tower_stands_on_its_podium() {
    let mut houses = [rectangle("podium", 0.0, 0.0, 60.0, 60.0), rectangle("tower", 15.0, 15.0, 20.0, 20.0)];
    houses[1].height = 100.0;
    let out = cleaned(&houses, &APART);
    let apart: Vec<_> = out.buildings.iter().map(|b| (b.roof, b.members.as_slice(), b.rings.len())).collect();
    assert_eq!(apart, [(10.0, &[0][..], 2), (100.0, &[1][..], 1)]);
    assert_eq!((out.report.left_out(), out.report.swallowed.len(), out.report.shared_walls), (0, 0, 4));

    let out = cleaned(&houses, &MERGE);
    let [building] = &out.buildings[..] else { panic!("{out:?}") };
    assert_eq!((building.roof, building.members.as_slice(), building.rings.len()), (100.0, &[0, 1][..], 1));
    assert_eq!(roofs_of(building), [(100.0, 400.0, vec![1]), (10.0, 3200.0, vec![0])]);
    let report = out.report;
    assert_eq!((report.divided, report.parts, report.roof_rms), (1, 2, 0.0));
    assert!(report.roof_changes.is_empty() && report.area_changes.is_empty() && report.left_out() == 0);

    // One roof for all is their mean, and that is told.
    let report = cleaned(&houses, &ONE_ROOF).report;
    assert_eq!((report.divided, report.parts), (0, 1));
    let roofs: Vec<_> = report.roof_changes.iter().map(|c| (c.member.as_str(), c.before, c.after)).collect();
    assert_eq!(roofs, [("podium", 10.0, 19.0), ("tower", 100.0, 19.0)]);
    assert_eq!(report.largest_roof_change, Some(report.roof_changes[1].clone()));

    // Less than the tolerance makes no parts; platforms have no roofs.
    houses[1].height = 10.4;
    let out = cleaned(&houses, &MERGE);
    assert!(out.buildings[0].parts.is_empty() && close(out.buildings[0].roof, 10.04, 1e-9), "{out:?}");
    houses[1].height = 100.0;
    houses.iter_mut().for_each(|house| house.lod = Some(Lod::Lod0));
    let out = cleaned(&houses, &MERGE);
    assert!(out.buildings[0].parts.is_empty() && out.report.roof_changes.is_empty());
}

/// Apart, a large low building does not swallow a small high one, however the two are ordered.
#[test]
fn the_higher_of_two_that_overlap_stands_and_the_lower_may_be_hidden() {
    let low = house("low", 5.0, [5.0, 5.0, 8.0, 8.0]);
    let houses = [low, house("high", 30.0, [0.0, 0.0, 20.0, 20.0])];
    let out = cleaned(&houses, &APART);
    assert_eq!((out.buildings.len(), out.report.swallowed[0].footprint.as_str()), (1, "low"));
    let out = cleaned(&houses, &MERGE);
    let [building] = &out.buildings[..] else { panic!("{out:?}") };
    assert_eq!((building.roof, building.parts.len(), building.members.len()), (30.0, 0, 2));
    let [change] = &out.report.roof_changes[..] else { panic!("{}", out.report) };
    assert_eq!((change.member.as_str(), change.after), ("low", 30.0));
}

/// The parts name the footprints whose roof they are: also one with a tower in its middle, and steps of which each
/// covers most of the one below it.
#[test]
fn parts_belong_to_the_footprints_whose_roof_they_are() {
    let pair = [
        house("a", 20.0, [0.0, 0.0, 10.0, 10.0]),
        house("tower", 40.0, [3.0, 3.0, 4.0, 4.0]),
        house("b", 20.0, [10.0, 0.0, 10.0, 10.0]),
    ];
    let out = cleaned(&pair, &MERGE);
    assert_eq!(roofs_of(&out.buildings[0]), [(40.0, 16.0, vec![1]), (20.0, 184.0, vec![0, 2])]);
    assert!(out.report.roof_changes.is_empty() && out.report.roof_rms == 0.0, "{}", out.report);

    let step =
        |k: usize| house(&k.to_string(), 20.0 + 3.0 * k as f64, [2.0 * k as f64, 0.0, 10.0 - 2.0 * k as f64, 10.0]);
    let out = cleaned(&(0..4).map(step).collect::<Vec<_>>(), &MERGE);
    let members: Vec<Vec<u32>> = roofs_of(&out.buildings[0]).into_iter().map(|roof| roof.2).collect();
    assert_eq!(members, [[3], [2], [1], [0]]);
    assert!(out.report.roof_changes.is_empty(), "{}", out.report);
}

/// A tower near a corner takes no ground from the house around it, however the two are turned.
#[test]
fn parts_leave_the_outline_where_it_is() {
    for k in 0..40 {
        let (s, c) = (0.16 * k as f64).sin_cos();
        let at = |[x, y]: [f64; 2]| [c * x - s * y, s * x + c * y];
        let outer = [[0.0, 0.0], [30.0, 0.0], [30.0, 40.0], [0.0, 40.0]].map(at);
        let inner = [[0.4, 35.0], [1.7, 35.1], [1.6, 39.6], [0.4, 39.7]].map(at);
        let mut houses = [footprint("house", &[&outer]), footprint("tower", &[&inner])];
        houses[1].height = 41.0;
        let out = cleaned(&houses, &MERGE);
        let outline = cleaned(&houses, &ONE_ROOF);
        assert_eq!(out.buildings[0].rings, outline.buildings[0].rings, "{k}");
        assert!(close(area(&out), 1200.0, 0.2), "{k}: {}", area(&out));
    }
}

/// Forty steps of 3 m narrower than a part are joined in twos and threes, and no roof is off by more than two steps.
#[test]
fn narrow_parts_join_their_neighbours_not_all_of_them_one() {
    let step = |k: usize| Footprint {
        height: 20.0 + 3.0 * k as f64,
        ..rectangle(&k.to_string(), 0.49 * k as f64, 0.0, 20.0 - 0.49 * k as f64, 30.0)
    };
    let out = cleaned(&(0..40).map(step).collect::<Vec<_>>(), &MERGE);
    let most = out.report.largest_roof_change.as_ref().unwrap().difference;
    assert!(most.abs() <= 6.0 && out.report.parts >= 15, "{}", out.report);
}

/// Three houses in a row, the gaps closed and each roof kept; a stair tower too small for a part takes the roof around
/// it; a wall that nearly lies on another one leaves no sliver.
#[test]
fn parts_share_walls_and_leave_no_slivers() {
    let row = [
        house("a", 6.0, [0.0, 0.0, 10.0, 8.0]),
        house("b", 9.0, [10.3, 0.0, 10.0, 8.0]),
        house("c", 9.2, [20.3, 0.0, 10.0, 8.1]),
        house("d", 15.0, [30.2, 0.0, 10.0, 12.0]),
        house("stairs", 12.0, [2.0, 2.0, 1.5, 1.5]),
    ];
    let out = cleaned(&row, &MERGE);
    let [building] = &out.buildings[..] else { panic!("{out:?}") };
    let roofs = roofs_of(building);
    let heights: Vec<_> = roofs.iter().map(|(roof, _, members)| (*roof, members.clone())).collect();
    assert_eq!(heights.len(), 3, "{roofs:?}");
    assert_eq!((heights[0].clone(), heights[2].clone()), ((15.0, vec![3]), (6.0, vec![0, 4])));
    assert!(close(heights[1].0, 9.1, 0.01) && heights[1].1 == [1, 2], "{roofs:?}");
    assert_eq!((out.report.short_edges, out.report.narrow_places), (0, 0), "{}", out.report);
    let all: f64 = roofs.iter().map(|roof| roof.1).sum();
    assert!(close(all, area(&out), 0.1) && close(roofs[0].1, 120.0, 2.0), "{roofs:?}");
    // The stair tower is told, with the roof that it has now.
    let [change] = &out.report.roof_changes[..] else { panic!("{}", out.report) };
    assert_eq!((change.member.as_str(), change.difference), ("stairs", -6.0));
    assert!(out.report.roof_rms > 0.1 && out.report.roof_rms < 1.0, "{}", out.report.roof_rms);
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
        two("border", 20.0, rectangle("", 505.0, 0.0, 8.0, 10.0)),
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
        let refused = clean(&[], &[], &DOMAIN.into(), &parameters, pool.context());
        assert!(matches!(refused, Err(Error::InvalidArgument { .. })));
    }
    assert!(clean(&[], &[1.0], &DOMAIN.into(), &MERGE, pool.context()).is_err());
    pool.context().cancel();
    let stopped = clean(&[rectangle("a", 0.0, 0.0, 9.0, 9.0)], &[1.0], &DOMAIN.into(), &MERGE, pool.context());
    assert!(matches!(stopped, Err(Error::Cancelled)));
}

#[test]
fn the_check_finds_what_is_wrong() {
    let building = |rings: &[&[GridPoint]]| Building {
        rings: rings.iter().map(|r| r.to_vec()).collect(),
        members: vec![0],
        roof: 1.0,
        lod: Lod::Lod1,
        parts: Vec::new(),
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
