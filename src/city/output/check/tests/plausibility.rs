//! Whether a mesh is plausible as a city.

use super::*;

/// Measures the plausibility of a surface with this many buildings.
fn plausibility(surface: &Surface, buildings: u32, footprint_area: f64) -> Plausibility {
    let runner = Runner::new(&RunOptions::default()).unwrap();
    let known = plausible::Known {
        buildings,
        buildings_are_apart: true,
        roofs_have_walls: true,
        footprint_area: Ok(footprint_area),
    };
    plausible::look(surface, &known, runner.context()).unwrap()
}

#[test]
fn a_plain_city_is_plausible() {
    let city = BoxCity::one([1, 1], 2);
    let found = plausibility(&city.surface(), 1, 400.0);
    assert!(found.is_plausible() && found.not_looked_at.is_empty(), "{found}");
    assert_eq!((found.roof_area, found.area_kept), (400.0, Some(1.0)));
    // The roof is 12 m above the highest possible ground; the walls start lower.
    let [low, high] = found.roof_heights.unwrap();
    assert!(low == high && (12.0..15.0).contains(&low), "{low}");
    let [low, high] = found.ground.unwrap();
    assert!(0.0 <= low && low < high && high <= 3.0);
    assert_eq!((found.wall_triangles, found.walls_upside_down, found.ground_steps), (16, 0, 0));
}

#[test]
fn what_no_city_has_is_named() {
    let fault = |surface: &Surface, area: f64| {
        let found = plausibility(surface, 1, area);
        assert!(!found.is_plausible());
        (found.faults.join("; "), found)
    };
    let mut tower = BoxCity::one([1, 1], 2);
    tower.buildings[0].2 = 1e9;
    let (text, found) = fault(&tower.surface(), 400.0);
    assert!(
        text.starts_with("1 building above 900 m, the highest 100000000") && text.ends_with("building 0"),
        "{text}"
    );
    assert_eq!(found.too_high, plausible::BuildingsFound { buildings: 1, first: vec![0] });

    // The whole roof is 40 m below the ground, so the walls go up from it.
    let mut cellar = BoxCity::one([1, 1], 2);
    cellar.buildings[0].2 = -40.0;
    let (text, found) = fault(&cellar.surface(), 400.0);
    assert!(text.contains("1 building with a roof below all the ground around: building 0"), "{text}");
    assert!(text.contains("100.0 % of the walls have the ground above their roof"), "{text}");
    assert_eq!((found.below_ground.buildings, found.roof_heights), (1, None));

    // A roof between the lowest and the highest ground is below the ground in places.
    let mut hillside = BoxCity { relief: 30.0, ..BoxCity::one([1, 1], 2) };
    hillside.buildings[0].2 = -12.0;
    let (text, found) = fault(&hillside.surface(), 400.0);
    assert_eq!((found.under_ground_in_places.buildings, found.below_ground.buildings), (1, 0));
    assert!(0 < found.walls_upside_down && found.walls_upside_down < 16, "{text}");

    // One vertex of the ground in a pit: an impossible elevation, and steps.
    let mut pit = BoxCity::one([1, 1], 2).surface();
    let far = pit.vertices.iter().position(|v| v[..2] == [40.0, 40.0]).unwrap();
    pit.vertices[far][2] = -9999.0;
    let (text, found) = fault(&pit, 400.0);
    assert!(text.contains("elevations from -9999.0 to"), "{text}");
    assert_eq!((found.ground_steps, found.ground.unwrap()[0]), (6, -9999.0));
    // With a possible elevation it still makes steps.
    pit.vertices[far][2] = -300.0;
    assert!(fault(&pit, 400.0).0.starts_with("6 triangles of the ground climb more than 200 m"));

    let (text, _) = fault(&BoxCity::one([1, 1], 2).surface(), 1000.0);
    assert_eq!(text, "roofs with 40.0 % of the footprints' area");
}

#[test]
fn what_could_not_be_looked_at_is_said() {
    let surface = BoxCity::one([1, 1], 2).surface();
    let bare = Surface { markers: None, ..surface.clone() };
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let checked = check_mesh(&bare, &Expectations::default(), &mut runner).unwrap();
    let unseen = checked.plausibility.not_looked_at.join("; ");
    for expected in ["the ground apart from buildings", "roofs and walls: no marker", "a mesh file does not say it"] {
        assert!(unseen.contains(expected), "{unseen}");
    }
    assert!(checked.plausible && checked.verdict == Verdict::Sound);
    assert!(checked.to_string().contains("\nplausible as far as can be told\n"), "{checked}");
    // A marker of a billion buildings takes no memory.
    let mut absurd = surface;
    absurd.markers.as_mut().unwrap()[0] = i32::MAX;
    let checked = check_mesh(&absurd, &Expectations::default(), &mut runner).unwrap();
    let unseen = checked.plausibility.not_looked_at.join("; ");
    assert!(unseen.contains("the markers count 1,073,741,824 buildings"), "{unseen}");
}

/// The last of the city's three buildings is missing, and the rest does not tell how many there were.
#[test]
fn the_number_of_buildings_is_stated_shown_or_not_known() {
    let whole = city().surface();
    let try_check = |surface: &Surface, buildings: Option<u32>| {
        let asked = Expectations { buildings, ..Expectations::default() };
        check_mesh(surface, &asked, &mut Runner::new(&RunOptions::default()).unwrap())
    };
    let number = |checked: &Checked| (checked.report.buildings, checked.report.markers.number_from);
    assert_eq!(number(&check_file(&whole)), (3, NumberFrom::Shown));

    let mut part = whole.clone();
    let there: Vec<bool> = part.markers.as_ref().unwrap().iter().map(|&m| m != 0 && m != 3).collect();
    let keep = |i: usize| there[i];
    part.faces = (0..whole.faces.len()).filter(|&i| keep(i)).map(|i| whole.faces[i]).collect();
    let markers = whole.markers.as_ref().unwrap();
    part.markers = Some((0..markers.len()).filter(|&i| keep(i)).map(|i| markers[i]).collect());
    let found = check_file(&part);
    assert_eq!(number(&found), (3, NumberFrom::Guessed), "{found}");
    assert_eq!(found.report.markers.number_shown, Some((3, Some(4))));
    let text = found.to_string();
    assert!(text.lines().next().unwrap().ends_with(", 3 buildings or more (not stated)"), "{text}");
    let not_stated = "is not stated, and walls and roofs leave 3 to 4; it settles that (--buildings)\n";
    assert!(text.contains(not_stated), "{text}");
    // Walls and roofs are still told apart, but not measured against each other.
    let walls = found.report.parts.iter().find(|part| part.part == Part::Wall).unwrap();
    let all = check_file(&whole);
    assert_eq!(walls.triangles, 2 * (6 + 8), "{text}");
    assert!(all.plausibility.roof_heights.is_some() && found.plausibility.roof_heights.is_none());

    // The true number is accepted; one that walls and roofs contradict is not.
    let asked = try_check(&part, Some(3)).unwrap();
    assert_eq!(number(&asked), (3, NumberFrom::Expectations));
    assert!(asked.plausibility.roof_heights.is_some());
    for wrong in [2, 5, 1000] {
        let refused = try_check(&part, Some(wrong)).unwrap_err().to_string();
        assert!(refused.contains("3 to 4, as walls and roofs show"), "{refused}");
    }
    // The number that the file states prevails, and a different one is refused; an impossible one is reported.
    part.buildings = Some(3);
    assert_eq!(number(&check_file(&part)), (3, NumberFrom::Stated));
    assert!(try_check(&part, Some(4)).unwrap_err().to_string().contains("accepted: 3, which the surface states"));
    for (stated, expected) in [
        (9, "9 buildings stated, where walls and roofs show 3 to 4"),
        (1, "for no part of a city, of which 1 building is"),
    ] {
        part.buildings = Some(stated);
        let found = check_file(&part);
        assert!(!found.plausible && found.to_string().contains(expected), "{found}");
    }
}

#[test]
fn markers_that_stand_for_nothing_are_told() {
    let mut surface = city().surface();
    let markers = surface.markers.as_mut().unwrap();
    let ground: Vec<usize> = (0..markers.len()).filter(|&i| markers[i] == -2).collect();
    (markers[ground[0]], markers[ground[1]]) = (-5, -7);
    let found = check_file(&surface);
    assert!(!found.plausible, "{found}");
    assert!(found.to_string().contains("FAULT: 2 triangles with markers -7 to -5, which stand for no part"), "{found}");
    assert_eq!((found.report.markers.strange, found.report.markers.strange_range), (2, Some([-7, -5])));
}

/// When not all buildings fit at once, they are measured in several walks, with the same result.
#[test]
fn many_buildings_are_looked_at_in_parts() {
    let mut surface = Surface { markers: Some(Vec::new()), ..Surface::default() };
    for n in 0..40_000 {
        let (x, first) = (2.0 * f64::from(n), surface.vertices.len() as u32);
        let top = if n == 39_999 { 2000.0 } else { f64::from(n % 50) + 1.0 };
        surface.vertices.extend([[x, 0.0, 0.0], [x + 1.0, 0.0, top], [x, 0.0, top], [x, 1.0, top]]);
        surface.faces.extend([[first, first + 1, first + 2], [first + 1, first + 3, first + 2]]);
        surface.markers.as_mut().unwrap().extend([n, 40_000 + n]);
    }
    let found = |memory_limit: u64| {
        let runner = Runner::new(&RunOptions { memory_limit, ..RunOptions::default() }).unwrap();
        let known = plausible::Known {
            buildings: 40_000,
            buildings_are_apart: true,
            roofs_have_walls: true,
            footprint_area: Err("x"),
        };
        let walks = plausible::walks(&surface, &known, runner.context());
        (walks, plausible::look(&surface, &known, runner.context()).unwrap())
    };
    let (one, many) = (found(0), found(MemoryBudget::OVERHEAD + (1 << 20)));
    assert_eq!((one.0, many.0), (3, 7));
    assert_eq!(one.1, many.1);
    assert_eq!(one.1.too_high.first, [39_999]);
    assert_eq!((one.1.wall_triangles, one.1.roof_heights), (40_000, Some([1.0, 2000.0])));
}
