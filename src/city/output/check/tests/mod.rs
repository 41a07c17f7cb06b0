use std::collections::BTreeMap;

use proptest::prelude::*;

use super::box_city::BoxCity;
use super::*;
use crate::Status;
use crate::io::surface::Surface;
use crate::job::{RunOptions, Runner};

fn with_context<T>(work: impl FnOnce(&Context) -> T) -> T {
    work(Runner::new(&RunOptions { threads: 1, ..RunOptions::default() }).unwrap().context())
}

fn checked(surface: &Surface) -> CheckReport {
    with_context(|context| check(surface, &CheckOptions::default(), context).unwrap())
}

/// Checks with tables that have room for a few keys only.
fn checked_small(surface: &Surface, slots: usize) -> CheckReport {
    let plan = Plan { slots, singled_out: slots, open_edges: usize::MAX, bytes: 0 };
    with_context(|context| run(surface, &CheckOptions::default(), context, &plan).unwrap())
}

/// Returns a city with two buildings that touch at a corner, and one apart.
fn city() -> BoxCity {
    let buildings = vec![([1, 1], [2, 1], 10.0), ([3, 2], [1, 2], 10.0), ([6, 6], [2, 2], 7.0)];
    BoxCity { cells: 9, buildings, ..BoxCity::one([0, 0], 0) }
}

/// Returns the index of the ground's face whose first corner is (i, j), below the diagonal.
fn ground_face(surface: &Surface, i: f64, j: f64) -> usize {
    let on = |f: &[u32; 3]| surface.vertices[f[0] as usize][..2] == [10.0 * i, 10.0 * j];
    let markers = surface.markers.as_ref().unwrap();
    surface.faces.iter().zip(markers).position(|(f, &m)| m < 0 && on(f)).unwrap()
}

fn push(surface: &mut Surface, face: [u32; 3], marker: i32) {
    surface.faces.push(face);
    surface.markers.as_mut().unwrap().push(marker);
}

#[test]
fn a_sound_city_is_sound() {
    let surface = city().surface();
    let report = checked(&surface);
    assert!(report.is_sound() && report.covers_domain(), "{report}");
    assert_eq!((report.triangles, report.buildings), (2 * 81 + 2 * (6 + 6 + 8), 3));
    assert_eq!(report.vertices, surface.vertices.len() as u64);
    assert_eq!(report.open_border_edges.edges, 36);
    assert_eq!(report.corner_contacts.edges, 1);
    let triangles: Vec<u64> = report.parts.iter().map(|p| p.triangles).collect();
    let near = surface.markers.as_ref().unwrap().iter().filter(|&&m| m == -1).count() as u64;
    assert_eq!(triangles, [162 - 16 - near, near, 40, 16, 0]);
    assert_eq!((report.parts[3].area, report.plan_area), (800.0, 8100.0));
    assert_eq!((report.facing_down, report.tilted_walls), (0, 0));
    assert!((report.plan_angles.smallest.unwrap() - 45.0).abs() < 1e-9);
    assert!(report.wall_angles.smallest.unwrap() < 60.0);
    assert!(report.to_string().starts_with("sound: 202 triangles"), "{report}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!((&json["triangles"], &json["parts"][1]["part"]), (&202.into(), &"ground-next-to-building".into()));
}

#[test]
fn positions_far_from_the_origin_and_negative_zero_are_the_same_city() {
    let mut surface = city().surface();
    surface.vertices.iter_mut().flatten().filter(|c| **c == 0.0).for_each(|c| *c = -0.0);
    let half = surface.faces.len() / 2;
    // Give the second half of the faces vertices of its own.
    let n = surface.vertices.len() as u32;
    surface.vertices.extend_from_within(..);
    surface.vertices[n as usize..].iter_mut().flatten().for_each(|c| *c += 0.0);
    surface.faces[half..].iter_mut().flatten().for_each(|v| *v += n);
    let report = checked(&surface);
    assert!(report.is_sound(), "{report}");
    assert_eq!(report.vertices, u64::from(n));

    let far = BoxCity { origin: [320_000.0, 6_400_000.0], ..city() }.surface();
    let far = checked(&far);
    assert!(far.is_sound() && far.covers_domain(), "{far}");
}

#[test]
fn a_face_there_twice_is_found() {
    for turned in [false, true] {
        let mut surface = city().surface();
        let face = surface.faces[ground_face(&surface, 5.0, 3.0)];
        let copy = if turned { [face[0], face[2], face[1]] } else { [face[1], face[2], face[0]] };
        push(&mut surface, copy, -2);
        let report = checked(&surface);
        assert!(!report.is_sound());
        assert_eq!((report.duplicate_faces, report.crowded_edges.edges), (1, 3));
        assert!((report.crowded_edges.length - (20.0 + 200f64.sqrt())).abs() < 0.5);
    }
}

#[test]
fn a_hole_is_found() {
    let mut surface = city().surface();
    let face = ground_face(&surface, 5.0, 3.0);
    surface.faces.remove(face);
    surface.markers.as_mut().unwrap().remove(face);
    let report = checked(&surface);
    assert_eq!((report.open_inner_edges.edges, report.open_border_edges.edges), (3, 36));
    assert!(!report.is_sound() && !report.covers_domain());
    assert_eq!((report.t_junctions.vertices, report.domain_area - report.plan_area), (0, 50.0));
    let options = CheckOptions { holes: true, ..CheckOptions::default() };
    assert!(with_context(|context| check(&surface, &options, context).unwrap().is_sound()));
}

#[test]
fn a_t_junction_is_found() {
    let mut surface = city().surface();
    let i = ground_face(&surface, 5.0, 3.0);
    let [a, b, c] = surface.faces[i];
    // A vertex in the middle of the edge from a to b, which the face on the other side lacks.
    let [p, q] = [a, b].map(|v| surface.vertices[v as usize]);
    let middle = surface.vertices.len() as u32;
    surface.vertices.push(std::array::from_fn(|i| (p[i] + q[i]) / 2.0));
    surface.faces[i] = [a, middle, c];
    push(&mut surface, [middle, b, c], -2);
    let report = checked(&surface);
    assert_eq!((report.t_junctions.vertices, report.t_junctions.edges), (1, 1));
    assert_eq!((report.open_inner_edges.edges, report.t_junctions.first[0][0]), (3, 55.0));
    assert!(!report.is_sound() && report.covers_domain());
}

#[test]
fn a_flipped_face_is_found() {
    let mut surface = city().surface();
    let i = ground_face(&surface, 5.0, 3.0);
    surface.faces[i].swap(0, 1);
    let report = checked(&surface);
    assert_eq!((report.direction_faults.edges, report.facing_down, report.open_inner_edges.edges), (3, 1, 0));
    assert!(!report.is_sound());
}

#[test]
fn an_edge_with_three_faces_is_found_and_listed() {
    let mut surface = city().surface();
    let [a, b, _] = surface.faces[ground_face(&surface, 5.0, 3.0)];
    surface.vertices.push([55.0, 30.0, 50.0]);
    let top = surface.vertices.len() as u32 - 1;
    push(&mut surface, [a, b, top], 0);
    let report = checked(&surface);
    assert_eq!((report.crowded_edges.edges, report.open_inner_edges.edges), (1, 2));
    let mut ends = report.crowded_edges.first[0].map(|end| (end[0], end[1]));
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(ends, [(50.0, 30.0), (60.0, 30.0)]);
    assert!(!report.is_sound() && report.to_string().contains("NOT SOUND"));
}

#[test]
fn faces_that_are_none_are_found() {
    let mut surface = city().surface();
    let [a, b, _] = surface.faces[0];
    push(&mut surface, [a, b, a], -2);
    surface.vertices.extend([[f64::NAN, 0.0, 0.0], [1e6, 0.0, 0.1], [1e6 + 1.0, 1.0, 0.2], [1e6 + 3.0, 3.0, 0.4]]);
    let n = surface.vertices.len() as u32;
    push(&mut surface, [a, b, n - 4], -2);
    let report = checked(&surface);
    assert_eq!((report.degenerate_faces, report.non_finite_faces, report.open_inner_edges.edges), (1, 1, 0));
    assert!(!report.is_sound());
}

#[test]
fn options_out_of_range_and_limits_too_small_are_refused() {
    let surface = city().surface();
    let status = |options| with_context(|context| check(&surface, &options, context)).unwrap_err().status();
    let default = CheckOptions::default;
    assert_eq!(status(CheckOptions { min_angle: f64::NAN, ..default() }), Status::InvalidArgument);
    assert_eq!(status(CheckOptions { bounds: Some([0.0, 0.0, 0.0, 1.0]), ..default() }), Status::InvalidArgument);
    assert_eq!(status(CheckOptions { memory_limit: 1 << 20, ..default() }), Status::MemoryLimit);
    let cancelled = with_context(|context| {
        context.cancel();
        check(&surface, &default(), context)
    });
    assert_eq!(cancelled.unwrap_err().status(), Status::Cancelled);
}

#[test]
fn nothing_at_all_is_not_sound() {
    let report = checked(&Surface::default());
    assert!(!report.is_sound() && report.to_string().starts_with("EMPTY: 0 triangles"));
    assert_eq!((report.triangles, report.vertices, report.plan_angles.smallest), (0, 0, None));
}

/// Counts faces and edges with maps of positions.
fn naive(surface: &Surface) -> [u64; 8] {
    type Position = [u64; 3];
    let mut faces: BTreeMap<[Position; 3], u64> = BTreeMap::new();
    let mut edges: BTreeMap<[Position; 2], [u64; 2]> = BTreeMap::new();
    let mut vertices: BTreeMap<Position, ()> = BTreeMap::new();
    surface
        .for_each(&mut |triangle, _| {
            let corners = triangle.map(|c| c.map(|c| (c + 0.0).to_bits()));
            let mut sorted = corners;
            sorted.sort();
            if sorted[0] == sorted[1] || sorted[1] == sorted[2] {
                return Ok(());
            }
            *faces.entry(sorted).or_default() += 1;
            for i in 0..3 {
                let (a, b) = (corners[i], corners[(i + 1) % 3]);
                edges.entry([a.min(b), a.max(b)]).or_default()[usize::from(a < b)] += 1;
                vertices.insert(a, ());
            }
            Ok(())
        })
        .unwrap();
    let count = |kind: &dyn Fn(&[Position; 2], u64, u64) -> bool| {
        edges.iter().filter(|(e, uses)| kind(e, uses[0], uses[1])).count() as u64
    };
    let contact = |e: &[Position; 2], f, b| f == b && e[0][..2] == e[1][..2];
    [
        vertices.len() as u64,
        edges.len() as u64,
        faces.values().map(|n| n - 1).sum(),
        count(&|_, f, b| f + b == 1),
        count(&|e, f, b| f + b > 2 && contact(e, f, b)),
        count(&|e, f, b| f + b > 2 && !contact(e, f, b)),
        count(&|_, f, b| f + b == 2 && f != b),
        surface.faces.len() as u64,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn small_tables_count_what_maps_count(
        corners in proptest::collection::vec(proptest::array::uniform3(proptest::array::uniform3(0u8..3)), 0..60),
        slots in 30usize..200,
    ) {
        let vertices: Vec<_> = corners.iter().flatten().map(|c| c.map(f64::from)).collect();
        let faces = (0..corners.len() as u32).map(|i| [3 * i, 3 * i + 1, 3 * i + 2]).collect();
        let surface = Surface { vertices, faces, ..Surface::default() };
        let report = checked_small(&surface, slots);
        let counts = [
            report.vertices,
            report.edges,
            report.duplicate_faces,
            report.open_border_edges.edges + report.open_inner_edges.edges,
            report.corner_contacts.edges,
            report.crowded_edges.edges,
            report.direction_faults.edges,
            report.triangles,
        ];
        prop_assert_eq!(counts, naive(&surface));
        let whole = checked(&surface);
        prop_assert_eq!(whole.t_junctions.vertices, report.t_junctions.vertices);
        prop_assert!((whole.open_inner_edges.length - report.open_inner_edges.length).abs() < 1e-9);
    }
}

#[test]
fn areas_of_many_small_triangles_add_up_exactly() {
    let city = BoxCity { cells: 300, cell: 0.1, relief: 0.3, ..BoxCity::one([10, 10], 40) };
    let report = checked(&city.surface());
    assert!(report.is_sound() && report.covers_domain(), "{report}");
    assert_eq!(report.parts[3].triangles, 3200);
}

#[test]
fn a_store_is_checked_against_what_it_says_of_itself() {
    use super::{Expectations, Verdict, check_store};
    use crate::city::tiles::store::MeshStore;

    let dir = tempfile::tempdir().unwrap();
    let store = MeshStore::create(dir.path().join("store"), serde_json::Value::Null).unwrap();
    let verdict =
        |asked: &Expectations| check_store(&store, asked, &mut Runner::new(&RunOptions::default()).unwrap()).unwrap();
    assert_eq!(verdict(&Expectations::default()).verdict, Verdict::Empty);
    // The border of another program's tiles need not be a rectangle.
    store.add_tile("a", &[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], &[[0, 1, 2]], &[-2]).unwrap();
    let found = verdict(&Expectations { min_angle: Some(50.0), ..Expectations::default() });
    assert_eq!((found.verdict, found.report.plan_angles.below_min_angle), (Verdict::NotSound, 1));
    let open = &found.report.open_inner_edges;
    assert_eq!((open.edges, found.missing_tiles, found.covers_domain), (1, 0, false));
}

#[test]
fn ground_where_there_is_some_already_is_no_fault_of_edges_but_is_told() {
    use super::verdict::MustCover;
    use super::{Checked, Verdict};

    let mut surface = city().surface();
    let verdict =
        |surface: &Surface, must_cover| Checked::new(checked(surface), Plausibility::default(), 0, must_cover).verdict;
    assert_eq!(verdict(&surface, MustCover::Domain), Verdict::Sound);

    // A closed body that hangs in the air: three faces of ground face up, one other faces down.
    let [a, b, c, top] = [0, 1, 2, 3].map(|n| surface.vertices.len() as u32 + n);
    surface.vertices.extend([[3.0, 3.0, 50.0], [8.0, 3.0, 50.0], [3.0, 8.0, 50.0], [4.0, 4.0, 60.0]]);
    for face in [[a, b, top], [b, c, top], [c, a, top]] {
        push(&mut surface, face, -2);
    }
    push(&mut surface, [a, c, b], 0);
    let report = checked(&surface);
    assert_eq!(
        (report.open_inner_edges.edges, report.facing_down, report.plan_area),
        (0, 1, report.domain_area + 12.5)
    );
    assert_eq!(verdict(&surface, MustCover::Domain), Verdict::NotSound);

    // Ground that is marked as a wall is not a city's; a mesh file's markers may say anything.
    let mut surface = city().surface();
    let face = ground_face(&surface, 5.0, 3.0);
    surface.markers.as_mut().unwrap()[face] = 0;
    assert_eq!(checked(&surface).tilted_walls, 1);
    let verdicts = [MustCover::Domain, MustCover::Nothing].map(|must_cover| verdict(&surface, must_cover));
    assert_eq!(verdicts, [Verdict::NotCovered, Verdict::Sound]);
}

fn check_file(surface: &Surface) -> Checked {
    check_mesh(surface, &Expectations::default(), &mut Runner::new(&RunOptions::default()).unwrap()).unwrap()
}

/// Returns the surface with its markers, without any, and with one that has no meaning.
fn marked_in_every_way(surface: &Surface) -> [Surface; 3] {
    let markers = [surface.markers.clone(), None, Some(vec![0; surface.faces.len()])];
    markers.map(|markers| Surface { markers, ..surface.clone() })
}

#[test]
fn a_file_that_faces_down_or_lies_twice_over_a_place_is_not_sound() {
    let plain = city().surface();
    let mut turned = plain.clone();
    turned.faces.iter_mut().for_each(|face| face.swap(0, 1));
    let twice = |turn: bool| {
        let mut surface = plain.clone();
        let n = surface.vertices.len() as u32;
        surface.vertices.extend(plain.vertices.iter().map(|[x, y, z]| [*x, *y, z + 100.0]));
        for (face, marker) in plain.faces.iter().zip(plain.markers.as_ref().unwrap()) {
            let mut face = face.map(|v| v + n);
            if turn {
                face.swap(0, 1);
            }
            push(&mut surface, face, *marker);
        }
        surface
    };
    // A vertex of the ground beyond the far side of its neighbours.
    let mut folded = plain.clone();
    let vertex = folded.vertices.iter().position(|v| v[..2] == [50.0, 40.0]).unwrap();
    folded.vertices[vertex][1] += 25.0;
    for (surface, down, covered) in [
        (&plain, false, 1.0),
        (&turned, true, -1.0),
        (&twice(false), false, 2.0),
        (&twice(true), true, 0.0),
        (&folded, true, 1.0),
    ] {
        for surface in marked_in_every_way(surface) {
            let found = check_file(&surface);
            let report = &found.report;
            assert_eq!((report.open_inner_edges.edges, report.direction_faults.edges), (0, 0), "{found}");
            assert_eq!((report.facing_down > 0, report.covers_twice()), (down, covered > 1.0), "{found}");
            assert!((report.covered_area / report.domain_area - covered).abs() < 1e-9, "{found}");
            let expected = if down || covered != 1.0 { Verdict::NotSound } else { Verdict::Sound };
            assert_eq!(found.verdict, expected, "{found}");
        }
    }
    assert!(check_file(&twice(false)).to_string().contains("MORE than the domain's"));
}

/// Surfaces of other programs have no marked walls, or are closed bodies.
#[test]
fn a_terrain_with_a_cliff_and_a_body_are_sound() {
    let mut cliff = BoxCity { cells: 4, ..BoxCity::one([9, 9], 1) };
    cliff.buildings.clear();
    let mut cliff = Surface { markers: None, ..cliff.surface() };
    // Nearly vertical: a rise of 300 m within 3 m.
    for vertex in cliff.vertices.iter_mut().filter(|vertex| vertex[0] >= 20.0) {
        *vertex = [if vertex[0] == 20.0 { 13.0 } else { vertex[0] }, vertex[1], vertex[2] + 300.0];
    }
    let found = check_file(&cliff);
    assert!(found.report.wall_angles.triangles > 0, "{found}");
    assert!(found.verdict == Verdict::Sound && found.covers_domain && found.report.must_face_up(), "{found}");
    assert!(found.to_string().contains("m2 of all triangles, all of it"), "{found}");
    assert!(found.to_string().lines().next().unwrap().ends_with(" edges, no markers"), "{found}");
    assert!(found.to_string().contains("\n  elevations                "), "{found}");

    let corners = (0..8).map(|n| [n & 1, n >> 1 & 1, n >> 2].map(f64::from)).collect();
    let sides = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [1, 3, 7, 5], [3, 2, 6, 7], [2, 0, 4, 6]];
    let faces = sides.iter().flat_map(|[a, b, c, d]| [[*a, *b, *c], [*a, *c, *d]]).collect();
    let body = Surface { vertices: corners, faces, ..Surface::default() };
    let found = check_file(&body);
    assert!(found.report.facing_down == 2 && found.report.is_closed(), "{found}");
    assert!(found.verdict == Verdict::Sound && !found.report.must_face_up(), "{found}");
    let unseen = found.plausibility.not_looked_at.join("; ");
    assert!(unseen.contains("which way triangles face: the surface has no border"), "{unseen}");
    // If it is marked as ground, it must face up.
    let ground = Surface { markers: Some(vec![-2; 12]), ..body };
    assert_eq!(check_file(&ground).verdict, Verdict::NotSound);
}

#[test]
fn buildings_that_are_not_told_apart_are_not_measured() {
    // Two buildings on ground of different heights; measured as one, they would be 1,100 m high.
    let mut surface = city().surface();
    surface.vertices.iter_mut().for_each(|v| v[2] += 15.0 * v[0]);
    let parts = surface.markers.as_ref().unwrap().iter().map(|&m| match m {
        ..0 => -2,
        0..3 => 0,
        _ => 1,
    });
    let one = Surface { markers: Some(parts.collect()), ..surface.clone() };
    let parts = Surface { has_parts_alone: true, ..one.clone() };
    let found = check_file(&parts);
    let seen = &found.plausibility;
    assert!(found.plausible && !found.report.buildings_are_apart, "{found}");
    assert_eq!((seen.roof_heights, seen.too_high.buildings, seen.wall_triangles), (None, 0, 0));
    assert_eq!((seen.roof_area, seen.ground_is_told), (800.0, true));
    assert!(seen.not_looked_at.iter().any(|what| what.contains("but not one building from another")), "{found}");
    let text = found.to_string();
    assert!(text.lines().next().unwrap().ends_with(", buildings not told apart"), "{text}");
    let text = check_file(&Surface { buildings_in_parts: Some(2), ..parts.clone() }).to_string();
    assert!(text.lines().next().unwrap().ends_with(", 2 buildings, not told apart"), "{text}");
    let refused = check_mesh(
        &parts,
        &Expectations { buildings: Some(3), ..Expectations::default() },
        &mut Runner::new(&RunOptions::default()).unwrap(),
    );
    assert_eq!(refused.unwrap_err().status(), Status::InvalidArgument);
    // A single building of that shape would be too high.
    assert_eq!(check_file(&one).plausibility.too_high.buildings, 1);
}

#[test]
fn each_bound_of_angles_is_told_once() {
    let surface = city().surface();
    for (min_angle, lines) in [(25.0, 5), (50.0, 6)] {
        let mut runner = Runner::new(&RunOptions::default()).unwrap();
        let asked = Expectations { min_angle: Some(min_angle), ..Expectations::default() };
        let text = check_mesh(&surface, &asked, &mut runner).unwrap().to_string();
        let plan = text.split_once("in plan").unwrap().1.split_once("angles of walls").unwrap().0;
        let bounds = plan.lines().filter(|line| line.starts_with("  below ")).count();
        assert_eq!((bounds, plan.matches("below the asked").count()), (lines, 1), "{text}");
    }
}
