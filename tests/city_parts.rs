//! Merged buildings keep the heights of their footprints, in parts that share walls: the same in tiles, sound, and with
//! one number for each building.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::city::{build, generated, in_memory, is_the_same_in_tiles, options, rectangle};
use groma::city::CityInput;
use groma::city::build::{BuildCityMeshOptions, CityReport};
use groma::city::check::{Checked, Expectations, Verdict, check_store};
use groma::city::footprint::{Footprint, Polygon};
use groma::city::parameters::Parameters;
use groma::city::store::{BuildingRecord, MeshStore, PartRecord};
use groma::city::terrain::Terrain;
use groma::io::surface::TriangleSource;
use groma::job::{RunOptions, Runner};

/// A terrain of 600 x 600 m that rises by 2 % to the east, from 4 m.
fn slope() -> Terrain {
    let heights = (0..60 * 60).map(|k| 4.1 + 0.2 * (k % 60) as f32).collect();
    Terrain::from_memory(60, 60, 0.0, 600.0, [10.0; 2], heights, None).unwrap()
}

/// Builds a city, which must come out sound and plausible, and returns the records of its buildings.
fn built(input: &CityInput, options: &BuildCityMeshOptions) -> (CityReport, Checked, Vec<BuildingRecord>) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    let report = build(input, &folder, options);
    let store = MeshStore::open(&folder).unwrap();
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let checked = check_store(&store, &Expectations::default(), &mut runner).unwrap();
    assert!(checked.verdict == Verdict::Sound && checked.plausible, "{report}\n{checked}");
    let records = store.buildings().unwrap().collect::<Result<Vec<_>, _>>().unwrap();
    (report, checked, records)
}

/// The area of each building's roofs by their height in centimetres, in whole square metres.
fn roof_areas(input: &CityInput, options: &BuildCityMeshOptions) -> BTreeMap<(i32, i64), i64> {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    let report = build(input, &folder, options);
    let mut areas: BTreeMap<(i32, i64), f64> = BTreeMap::new();
    let store = MeshStore::open(&folder).unwrap();
    store
        .for_each(&mut |triangle: &[[f64; 3]; 3], marker: i32| {
            let building = marker - report.buildings as i32;
            if building >= 0 {
                let [a, b, c] = *triangle;
                assert!(a[2] == b[2] && b[2] == c[2], "a roof is level");
                let area = 0.5 * ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
                *areas.entry((building, (100.0 * a[2]).round() as i64)).or_default() += area;
            }
            Ok(())
        })
        .unwrap();
    areas.into_iter().map(|(key, area)| (key, area.round() as i64)).collect()
}

/// A podium with a tower and its stairs, beside a hall that the podium runs under, and a terrace; far from seams.
fn block() -> Vec<Footprint> {
    vec![
        rectangle("podium", [100.0, 100.0, 60.0, 40.0], 20.0),
        rectangle("tower", [110.0, 110.0, 20.0, 20.0], 104.0),
        rectangle("stairs", [114.0, 114.0, 4.0, 4.0], 108.0),
        rectangle("hall", [150.0, 100.0, 40.0, 40.0], 30.0),
        rectangle("a", [300.0, 100.0, 10.0, 10.0], 18.0),
        rectangle("b", [310.0, 100.0, 10.0, 10.0], 18.3),
        rectangle("c", [320.0, 100.0, 10.0, 10.0], 21.0),
    ]
}

#[test]
fn the_higher_one_stands_and_markers_are_the_buildings() {
    let input = in_memory(block(), slope());
    let (report, checked, records) = built(&input, &options(1000.0, 2));
    assert_eq!((report.buildings, report.clean.divided, report.clean.parts), (2, 2, 6));
    assert!(report.warnings.iter().all(|warning| warning.kind != "roof-change"), "{:?}", report.warnings);
    assert_eq!(checked.report.buildings, 2);
    let areas = roof_areas(&input, &options(1000.0, 2));
    let expected = [
        ((0, 2000), 60 * 40 - 400 - 10 * 40),
        ((0, 3000), 40 * 40),
        ((0, 10_400), 400 - 16),
        ((0, 10_800), 16),
        ((1, 1815), 200),
        ((1, 2100), 100),
    ];
    assert_eq!(areas, BTreeMap::from(expected));
    let parts = |record: &BuildingRecord| {
        let part = |part: &PartRecord| (format!("{:.2}", part.roof), part.members.join(" "));
        record.parts.iter().map(part).collect::<BTreeSet<(String, String)>>()
    };
    let named = |parts: &[(&str, &str)]| parts.iter().map(|(r, m)| (r.to_string(), m.to_string())).collect();
    let four = [("20.00", "podium"), ("104.00", "tower"), ("108.00", "stairs"), ("30.00", "hall")];
    assert_eq!((records[0].roof, parts(&records[0])), (108.0, named(&four)));
    assert_eq!(parts(&records[1]), named(&[("18.15", "a b"), ("21.00", "c")]));

    // Apart the same roofs stand, each a building of its own.
    let mut apart = options(1000.0, 1);
    apart.parameters.merge_buildings = false;
    let (report, _, records) = built(&input, &apart);
    assert_eq!((report.buildings, report.clean.divided), (7, 0));
    assert!(records.iter().all(|record| record.parts.is_empty()));
    let of_heights: Vec<i64> = roof_areas(&input, &apart).into_values().collect();
    assert_eq!(of_heights, [1600, 384, 16, 1600, 100, 100, 100]);

    // With the largest tolerance each building has one roof.
    let mut one = options(1000.0, 1);
    one.parameters.merge_height_tolerance = Parameters::MERGE_HEIGHT_TOLERANCE.most;
    let (report, _, records) = built(&input, &one);
    assert_eq!((report.clean.divided, report.clean.parts), (0, 2));
    assert!(records.iter().all(|record| record.parts.is_empty()));
    assert!(report.warnings.iter().any(|warning| warning.kind == "roof-change"));
}

/// Towers and podiums on the corners and borders of cells, turned and not, some with courtyards, and a terrain that
/// ends.
#[test]
fn towers_on_podiums_on_seams_are_the_same_in_tiles() {
    let mut houses = Vec::new();
    for (n, [x, y]) in
        [[250.0, 250.0], [500.0, 250.0], [250.0, 480.0], [400.0, 100.0], [120.0, 0.0]].into_iter().enumerate()
    {
        let id = |what: &str| format!("{what}{n}");
        let turn = 0.3 * (n % 3) as f64;
        let turned = |footprint: Footprint| turned(footprint, [x, y], turn);
        let rise = 10.0 * n as f64;
        houses.push(turned(rectangle(&id("podium"), [x - 30.0, y + 4.0, 60.0, 50.0], 30.0)));
        houses.push(turned(rectangle(&id("tower"), [x - 12.0, y + 10.0, 20.0, 20.0], 60.0 + rise)));
        houses.push(turned(rectangle(&id("wing"), [x - 2.0, y + 20.0, 36.0, 12.3], 45.0)));
        let mut hall = rectangle(&id("hall"), [x - 60.0, y + 20.0, 30.2, 30.0], 35.0 + rise);
        let [west, south] = [x - 50.0, y + 28.0];
        let court = vec![[west, south], [west, south + 9.0], [west + 9.0, south + 9.0], [west + 9.0, south]];
        hall.polygons[0].rings.push(court);
        houses.push(turned(hall));
    }
    let whole = in_memory(houses.clone(), slope());
    let heights = (0..60 * 60).map(|k| if k % 60 > 52 && k / 60 < 40 { f32::NAN } else { 5.0 }).collect();
    let ends = Terrain::from_memory(60, 60, 0.0, 600.0, [10.0; 2], heights, None).unwrap();
    let ending = in_memory(houses, ends);
    for input in [&whole, &ending] {
        for (merge, tolerance) in [(true, 0.5), (true, 0.0), (true, 12.0), (false, 0.5)] {
            let set = |options: &mut BuildCityMeshOptions| {
                options.parameters.max_fill_distance = 5.0;
                options.parameters.merge_buildings = merge;
                options.parameters.merge_height_tolerance = tolerance;
            };
            is_the_same_in_tiles(input, set);
            let mut options = options(250.0, 2);
            set(&mut options);
            let (report, _, _) = built(input, &options);
            assert!(!merge || report.clean.divided >= 4, "{report}");
        }
    }
}

/// Returns a footprint turned around a point.
fn turned(mut footprint: Footprint, [x, y]: [f64; 2], angle: f64) -> Footprint {
    let (s, c) = angle.sin_cos();
    let at = |[u, v]: [f64; 2]| [x + c * (u - x) - s * (v - y), y + s * (u - x) + c * (v - y)];
    let polygon =
        |p: Polygon| Polygon { rings: p.rings.into_iter().map(|r| r.into_iter().map(at).collect()).collect() };
    footprint.polygons = footprint.polygons.into_iter().map(polygon).collect();
    footprint
}

#[test]
fn hostile_cities_with_parts_are_the_same_in_tiles() {
    for seed in [1, 2, 3] {
        let input = generated(150, seed, true, [0, 0]);
        is_the_same_in_tiles(&input, |options| options.parameters.merge_height_tolerance = 0.1);
    }
}

/// A building that is added gives the others new numbers: what is kept and renumbered equals what is made anew.
#[test]
fn numbers_of_buildings_with_parts_change_without_a_new_mesh() {
    let dir = tempfile::tempdir().unwrap();
    let [kept, anew] = ["kept", "anew"].map(|name| dir.path().join(name));
    let mut houses = block();
    build(&in_memory(houses.clone(), slope()), &kept, &options(250.0, 2));
    houses.insert(0, rectangle("new", [500.0, 500.0, 20.0, 20.0], 30.0));
    let input = in_memory(houses, slope());
    let report = build(&input, &kept, &options(250.0, 2));
    build(&input, &anew, &options(250.0, 2));
    assert!(report.renumbered > 0 && report.built < report.tiles, "{report}");
    assert!(common::city::merged(&kept) == common::city::merged(&anew));
}
