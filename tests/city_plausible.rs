//! Nothing of a city vanishes or moves in silence, and what no city has is told from what is merely whole.

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::city::{build, generated, in_memory, merged, options, real, rectangle};
use groma::city::build::CityReport;
use groma::city::check::{Checked, Expectations, Verdict, check_store};
use groma::city::footprint::Footprint;
use groma::city::store::MeshStore;
use groma::city::terrain::Terrain;
use groma::city::{CityInput, Ground};
use groma::io::Durability;
use groma::io::surface::{Part, Surface, TriangleSource};
use groma::job::{RunOptions, Runner};
use serde_json::{Value, json};

/// A terrain of `size` x `size` pixels of 10 m, from 0, 0 to the north-east.
fn terrain(size: usize, height: impl Fn(f64, f64) -> f64) -> Terrain {
    let at = |k: usize| height(10.0 * (k % size) as f64 + 5.0, 10.0 * (size - 1 - k / size) as f64 + 5.0) as f32;
    Terrain::from_memory(size, size, 0.0, 10.0 * size as f64, [10.0; 2], (0..size * size).map(at).collect(), None)
        .unwrap()
}

fn looked_at(store: &Path) -> Checked {
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    check_store(&MeshStore::open(store).unwrap(), &Expectations::default(), &mut runner).unwrap()
}

fn warnings(report: &CityReport, kind: &str) -> Vec<String> {
    report.warnings.iter().filter(|w| w.kind == kind).map(|w| w.message.clone()).collect()
}

fn groma(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_groma")).arg("city").args(arguments).stdin(Stdio::null()).output().unwrap()
}

#[track_caller]
fn run(arguments: &[&str], code: i32) -> (String, String) {
    let output = groma(arguments);
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(output.status.code(), Some(code), "stdout: {out}\nstderr: {err}");
    (out, err)
}

#[test]
fn generated_and_real_cities_are_plausible() {
    let dir = tempfile::tempdir().unwrap();
    let see = |name: &str, input: &CityInput, merge: bool| {
        let store = dir.path().join(format!("{name}-{merge}"));
        let mut options = options(500.0, 2);
        options.parameters.merge_buildings = merge;
        let report = build(input, &store, &options);
        let found = looked_at(&store);
        assert!(found.plausible && found.verdict == Verdict::Sound, "{name}: {found}");
        let seen = &found.plausibility;
        assert!(seen.not_looked_at.is_empty(), "{name}: {found}");
        assert!((0.9..1.1).contains(&seen.area_kept.unwrap()), "{name}: {found}");
        let ([low, high], [_, highest]) = (report.roof_heights.unwrap(), seen.roof_heights.unwrap());
        assert!(low < high && high < 200.0 && (high - highest).abs() < 10.0, "{name}: {found}\n{report}");
    };
    see("generated", &generated(300, 3, false, [0, 0]), true);
    see("generated", &generated(300, 3, false, [0, 0]), false);
    for name in ["denhaag", "delft-small"] {
        let test = "generated_and_real_cities_are_plausible";
        let Some(folder) = common::shared(test, &format!("data/cities/{name}")) else { return };
        let filled = folder.join("dem_filled.tif");
        let input = match filled.exists() {
            true => CityInput { terrain: Ground::File(filled), ..real(&folder) },
            false => real(&folder),
        };
        see(name, &input, true);
    }
}

/// Six by six houses wall to wall over the border of four cells, with roofs from some that all but equal the ground to
/// some that all but equal each other.
#[test]
fn levels_that_all_but_meet_are_one() {
    let dir = tempfile::tempdir().unwrap();
    let house = |n: usize| {
        let (i, j) = (n % 6, n / 6);
        let roof = match j {
            0 | 1 => 5.0 + 2e-6 * (i + 1) as f64,
            2 | 3 => 12.0 + 5e-5 * (i + 3 * j) as f64,
            _ => 30.0 + 2e-3 * i as f64,
        };
        rectangle(&n.to_string(), [190.0 + 20.0 * i as f64, 190.0 + 20.0 * j as f64, 20.0, 20.0], roof)
    };
    let houses: Vec<Footprint> = (0..36).map(house).collect();
    let input = in_memory(houses, terrain(50, |_, _| 5.0));
    let with = |tile_size: f64, name: &str| {
        let mut options = options(tile_size, 2);
        options.parameters.merge_buildings = false;
        let store = dir.path().join(name);
        let report = build(&input, &store, &options);
        assert_eq!((report.buildings, report.counts.walls_upside_down), (36, 0));
        store
    };
    let (whole, tiled) = (with(1000.0, "whole"), with(250.0, "tiled"));
    assert!(merged(&whole) == merged(&tiled));
    let found = looked_at(&tiled);
    assert!(found.sound && found.covers_domain, "{found}");

    let mut slivers = 0;
    let mut walls_of = vec![0_u32; 36];
    let mut count = |triangle: &[[f64; 3]; 3], marker: i32| {
        if Part::of(marker, 36) == Part::Wall {
            walls_of[marker as usize] += 1;
            let mut z = triangle.map(|corner| corner[2]);
            z.sort_unstable_by(f64::total_cmp);
            slivers += u32::from(z[2] - z[0] < 9e-4);
        }
        Ok(())
    };
    MeshStore::open(&tiled).unwrap().for_each(&mut count).unwrap();
    assert_eq!(slivers, 0);
    // Of the lowest rows nothing stands above the ground, and a house among its equals has no wall; two millimetres are
    // one.
    let with_walls: Vec<usize> = (0..36).filter(|&n| walls_of[n] > 0).collect();
    assert_eq!(with_walls, (12..19).chain(23..36).collect::<Vec<_>>(), "{walls_of:?}");
}

#[test]
fn what_is_swallowed_and_roofs_that_move_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_string();
    let houses = [
        rectangle("podium", [50.0, 50.0, 60.0, 60.0], 20.0),
        rectangle("tower", [65.0, 65.0, 20.0, 20.0], 110.0),
        rectangle("hidden", [52.0, 52.0, 8.0, 8.0], 15.0),
        rectangle("shed", [150.0, 150.0, 3.0, 3.0], 13.0),
        rectangle("edge", [190.0, 20.0, 15.0, 15.0], 20.0),
        rectangle("far", [500.0, 20.0, 15.0, 15.0], 20.0),
    ];
    let feature = |house: &Footprint| {
        let mut ring = house.polygons[0].rings[0].clone();
        ring.push(ring[0]);
        json!({"type": "Feature", "id": house.id, "properties": {"roof": house.height},
            "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let collection = json!({"type": "FeatureCollection", "features": houses.iter().map(feature).collect::<Vec<_>>()});
    std::fs::write(at("houses.geojson"), collection.to_string()).unwrap();
    let grid = "ncols 20\nnrows 20\nxllcorner 0\nyllcorner 0\ncellsize 10\n".to_string() + &"10 ".repeat(400);
    std::fs::write(at("ground.asc"), grid).unwrap();
    let (footprints, ground, store) = (at("houses.geojson"), at("ground.asc"), at("tiles"));
    let command = ["build", &footprints, "--terrain", &ground, "--store", &store, "--height-property", "roof"].to_vec();

    let (out, err) = run(&[&command[..], &["--no-merge-buildings"]].concat(), 0);
    for expected in [
        "1 footprint left out, covered by higher or larger ones but for less than a building: hidden by podium",
        "1 footprint left out, smaller than min_building_area (--min-building-area): shed",
        "1 footprint left out, over or too near to the border of what is meshed (x 0 to 200, y 0 to 200): edge",
        "1 footprint left out, outside what is meshed (x 0 to 200, y 0 to 200): far",
    ] {
        assert!(err.contains(expected), "{expected}: {err}");
    }
    let left_out = "  left out     4: 1 outside, 1 too near to the border, 1 too small, 1 covered by others\n";
    assert!(out.contains(left_out), "{out}");

    let (out, err) = run(&command, 0);
    let moved = "1 footprint with a roof that is more than 1 m higher or lower in the mesh";
    assert!(err.contains(moved) && err.contains(": hidden +5.0 m\n"), "{err}");
    assert!(out.contains("  divided      1 building into 2 parts that differ in height\n"), "{out}");
    assert!(out.contains("  heights      roofs 10.0 to 100.0 m above the lowest ground beside them\n"), "{out}");

    let one_roof = [&command[..], &["--merge-height-tolerance", "10000"]].concat();
    let (out, err) = run(&one_roof, 0);
    let moved = "3 footprints with a roof that is more than 1 m higher or lower in the mesh";
    assert!(err.contains(moved) && err.contains(": podium +8.8 m, tower -81.2 m, hidden +13.8 m\n"), "{err}");
    let most = "  merging      3 roofs differ by more than 1 m from the footprints', the most by -81.2 m (tower)\n";
    assert!(out.contains(most) && !out.contains("  divided "), "{out}");

    let (out, _) = run(&[&command[..], &["--json", "--no-merge-buildings"]].concat(), 0);
    let clean = &serde_json::from_str::<Value>(&out).unwrap()["clean"];
    assert_eq!(clean["swallowed"], json!([{"footprint": "hidden", "by": "podium", "is_equal": false}]));
    let names = ["outside", "near_border", "empty", "without_ground", "unrepairable", "small", "repaired"];
    let lists = names.map(|list| clean[list].as_array().unwrap().len());
    assert_eq!(lists, [1, 1, 0, 0, 0, 1, 0]);
    assert_eq!((&clean["used"], &clean["footprints"]), (&json!(2), &json!(6)));
    let (out, _) = run(&[&command[..], &["--json"]].concat(), 0);
    let clean = &serde_json::from_str::<Value>(&out).unwrap()["clean"];
    let hidden = json!([{"building": 0, "member": "hidden", "before": 15.0, "after": 20.0, "difference": 5.0}]);
    assert_eq!((&clean["roof_changes"], &clean["divided"], &clean["parts"]), (&hidden, &json!(1), &json!(2)));
    let records = std::fs::read_to_string(dir.path().join("tiles/buildings.jsonl")).unwrap();
    let record: Value = serde_json::from_str(&records).unwrap();
    let parts = json!([{"roof": 20.0, "members": ["podium", "hidden"]}, {"roof": 110.0, "members": ["tower"]}]);
    assert_eq!((&record["roof"], &record["parts"]), (&json!(110.0), &parts));
}

/// What is read is what is used and what is left out, and a part that is missing is told apart from a footprint that
/// is.
#[test]
fn footprints_add_up_and_parts_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_string();
    let square = |x: f64, y: f64, w: f64| json!([[[x, y], [x + w, y], [x + w, y + w], [x, y + w], [x, y]]]);
    let feature = |id: &str, height: Value, polygons: &[Value]| {
        let geometry = match polygons {
            [] => Value::Null,
            polygons => json!({"type": "MultiPolygon", "coordinates": polygons}),
        };
        json!({"type": "Feature", "id": id, "properties": {"height": height}, "geometry": geometry})
    };
    let features = [
        feature("podium", json!(10), &[square(50.0, 50.0, 60.0)]),
        feature("two", json!(9), &[square(150.0, 150.0, 20.0), square(65.0, 65.0, 20.0)]),
        feature("far", json!(8), &[square(150.0, 20.0, 20.0), square(500.0, 20.0, 20.0)]),
        feature("gone", json!(8), &[square(600.0, 20.0, 20.0), square(500.0, 20.0, 20.0)]),
        feature("bare", json!(null), &[square(20.0, 20.0, 20.0)]),
        feature("nowhere", json!(8), &[]),
        feature("twin", json!(10), &[square(50.0, 50.0, 60.0)]),
        feature("twin", json!(-1), &[square(20.0, 150.0, 20.0)]),
    ];
    std::fs::write(at("houses.geojson"), json!({"type": "FeatureCollection", "features": features}).to_string())
        .unwrap();
    let grid = "ncols 20\nnrows 20\nxllcorner 0\nyllcorner 0\ncellsize 10\n".to_string() + &"10 ".repeat(400);
    std::fs::write(at("ground.asc"), grid).unwrap();
    let (footprints, ground, store) = (at("houses.geojson"), at("ground.asc"), at("tiles"));
    let command = ["build", &footprints, "--terrain", &ground, "--store", &store, "--no-merge-buildings"].to_vec();
    let (out, err) = run(&command, 0);
    for expected in [
        "  buildings    3 from 3 of 8 footprints\n",
        "  left out     5: 1 without a geometry, 2 without a usable height, 1 outside, 1 covered by others\n",
        "  parts        left out of footprints that are there: 1 outside, 1 covered by others\n",
    ] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
    for expected in [
        "1 footprint left out, outside what is meshed (x 0 to 200, y 0 to 200): gone\n",
        "1 footprint without a part that is outside what is meshed: far\n",
        "1 footprint without a part that others cover: two by podium\n",
        "1 footprint left out, equal to another: twin and podium\n",
    ] {
        assert!(err.contains(expected), "{expected}: {err}");
    }
}

#[test]
fn a_roof_under_the_hillside_is_told_and_not_plausible() {
    let dir = tempfile::tempdir().unwrap();
    let slope = terrain(20, |x, _| 0.8 * x);
    let house = rectangle("cabin", [80.0, 80.0, 40.0, 40.0], 0.8 * 80.0 + 8.0);
    let store = dir.path().join("tiles");
    let report = build(&in_memory(vec![house], slope), &store, &options(250.0, 1));
    let told = warnings(&report, "walls-upside-down");
    assert!(told.len() == 1 && told[0].contains("above their roof, of 1 building: cabin; "), "{told:?}");
    let found = looked_at(&store);
    let seen = &found.plausibility;
    assert!(found.verdict == Verdict::Sound && !found.plausible, "{found}");
    assert_eq!((seen.under_ground_in_places.first.as_slice(), seen.below_ground.buildings), (&[0][..], 0));
    let (out, _) = run(&["check", store.to_str().unwrap()], 3);
    assert!(out.starts_with("sound: ") && out.contains("\nNOT PLAUSIBLE\n  FAULT: "), "{out}");
    let (out, _) = run(&["check", store.to_str().unwrap(), "--json"], 3);
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&found["verdict"], &found["plausible"]), (&json!("sound"), &json!(false)));
    assert!(found["plausibility"]["faults"][0].as_str().unwrap().contains("% of the walls"), "{out}");
}

/// What builds refuse may come from another program, or from a store of before.
#[test]
fn a_pit_and_a_tower_of_a_mesh_are_not_plausible() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_string();
    // A square of two by two cells, its middle at `middle`, with a box on the north-eastern cell up to `top`.
    let city = |middle: f64, top: f64| {
        let ground = (0..9).map(|n| [10.0 * (n % 3) as f64, 10.0 * (n / 3) as f64, if n == 4 { middle } else { 5.0 }]);
        let mut vertices: Vec<[f64; 3]> = ground.collect();
        vertices.extend([4, 5, 8, 7].map(|v: usize| [vertices[v][0], vertices[v][1], top]));
        let mut faces: Vec<[u32; 3]> = Vec::new();
        let mut markers = Vec::new();
        for [a, b, c, d, marker] in [[0, 1, 4, 3, -1], [1, 2, 5, 4, -1], [3, 4, 7, 6, -1], [9, 10, 11, 12, 1]]
            .into_iter()
            .chain([[4, 5, 10, 9, 0], [7, 4, 9, 12, 0]])
        {
            let [a, b, c, d] = [a, b, c, d].map(|v: i32| v as u32);
            faces.extend([[a, b, c], [a, c, d]]);
            markers.extend([marker; 2]);
        }
        // On the border the roof's edges and the ground's are open.
        Surface { vertices, faces, markers: Some(markers), ..Surface::default() }
    };
    let mesh = |name: &str, middle: f64, top: f64| {
        let path = at(name);
        city(middle, top).write(Path::new(&path), Durability::Unsynced).unwrap();
        path
    };
    let (out, _) = run(&["check", &mesh("plain.ply", 5.0, 15.0)], 0);
    assert!(out.contains("plausible as far as can be told\n"), "{out}");
    assert!(out.contains("  not looked at: the footprints' area: a mesh file does not say it\n"), "{out}");
    let (out, _) = run(&["check", &mesh("pit.ply", -9999.0, 15.0)], 3);
    assert!(out.contains("  FAULT: elevations from -9999.0 to 5.0 m"), "{out}");
    assert!(out.contains("of the ground climb more than 200 m"), "{out}");
    let (out, _) = run(&["check", &mesh("tower.ply", 5.0, 1e9)], 3);
    assert!(out.contains("  FAULT: 1 building above 900 m, the highest 999999995.0 m: building 0\n"), "{out}");
    // A fault of the surface comes first.
    let mut torn = city(5.0, 1e9);
    torn.faces[1] = torn.faces[0];
    torn.write(Path::new(&at("torn.ply")), Durability::Unsynced).unwrap();
    run(&["check", &at("torn.ply")], 1);

    let pit = city(-9999.0, 15.0);
    let store = MeshStore::create(at("store"), Value::Null).unwrap();
    store.add_tile("a", &pit.vertices, &pit.faces, pit.markers.as_ref().unwrap()).unwrap();
    let (out, _) = run(&["check", &at("store")], 3);
    assert!(out.contains("NOT PLAUSIBLE\n") && out.contains("the store does not say it"), "{out}");
}

#[test]
fn tiles_of_another_area_are_not_removed_unasked() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("tiles");
    let houses =
        vec![rectangle("w", [100.0, 100.0, 20.0, 20.0], 20.0), rectangle("e", [900.0, 100.0, 20.0, 20.0], 20.0)];
    let input = in_memory(houses, terrain(100, |_, _| 5.0));
    let with = |bounds: Option<[f64; 4]>| {
        let mut options = options(250.0, 1);
        options.bounds = bounds;
        options
    };
    let build_to = |options: &groma::city::build::BuildCityMeshOptions| {
        groma::city::build::build_city_mesh(&input, &store, options)
    };
    let names = || MeshStore::open(&store).unwrap().list_tiles().unwrap();
    let (west, east) = ([0.0, 0.0, 500.0, 500.0], [500.0, 0.0, 1000.0, 500.0]);
    assert_eq!(build_to(&with(Some(west))).unwrap().built, 4);
    let before = merged(&store);
    for (bounds, lost) in [(east, "4 of the 4"), ([0.0, 0.0, 400.0, 500.0], "2 of the 4")] {
        let error = build_to(&with(Some(bounds))).unwrap_err();
        assert_eq!(error.status(), groma::Status::Unsupported);
        let text = error.to_string();
        for expected in [lost, "which is for x 0 to 500, y 0 to 500", "replace (--replace)", "another store"] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
    assert!(merged(&store) == before);
    // Other parameters make the same area again; a larger one has all of it.
    let mut finer = with(Some(west));
    finer.parameters.max_mesh_size = 8.0;
    let report = build_to(&finer).unwrap();
    assert_eq!((report.built, report.removed), (4, 4));
    assert!(report.to_string().contains("4 of an earlier build removed"), "{report}");
    assert_eq!(build_to(&with(None)).unwrap().tiles, 16);
    // Expectations for.
    let replace = groma::city::build::BuildCityMeshOptions { replace: true, ..with(Some(east)) };
    let report = build_to(&replace).unwrap();
    assert_eq!((report.built, report.removed), (4, 16));
    assert_eq!(names().len(), 4);
    // Making all anew says nothing about another area; nor does a manifest that is gone.
    let fresh = groma::city::build::BuildCityMeshOptions { resume: false, ..with(Some(west)) };
    let is_tile = |name: &str| name.starts_with("tile-") && name.ends_with(".bin");
    let tiles = || {
        let names = std::fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| is_tile(name.to_str().unwrap())).count()
    };
    let refused = |words: &str| {
        let text = build_to(&fresh).unwrap_err().to_string();
        assert!(text.contains("4 of the 4 tiles") && text.contains(words) && text.contains("--replace"), "{text}");
        assert_eq!(tiles(), 4);
    };
    refused("this store, which is for x 500 to 1000, y 0 to 500");
    let same = groma::city::build::BuildCityMeshOptions { resume: false, ..with(Some(east)) };
    assert_eq!(build_to(&same).unwrap().removed, 4);
    std::fs::remove_file(store.join("groma-store.json")).unwrap();
    refused("this folder, which has lost its groma-store.json");
    assert!(build_to(&with(Some(west))).is_err());
    let same = build_to(&with(Some(east))).unwrap();
    assert_eq!((same.kept, same.removed), (4, 0));
    std::fs::remove_file(store.join("groma-store.json")).unwrap();
    let fresh = groma::city::build::BuildCityMeshOptions { replace: true, ..fresh };
    assert_eq!(build_to(&fresh).unwrap().removed, 4);
    assert_eq!(tiles(), 4);

    // On the command line; an output without a store asks nobody for its own tiles.
    let Some(cases) = common::shared("tiles_of_another_area_are_not_removed_unasked", "cases/cities") else { return };
    let at = |name: &str| cases.join(name).to_str().unwrap().to_string();
    let (footprints, ground) = (at("halves.geojson"), at("halves.asc"));
    let tiles = dir.path().join("halves").to_str().unwrap().to_string();
    let command = ["build", &footprints, "--terrain", &ground, "--store", &tiles].to_vec();
    run(&[&command[..], &["--bounds", "0,0,500,500"]].concat(), 0);
    let second = [&command[..], &["--bounds", "500,0,1000,500", "--tile-size", "250"]].concat();
    let (_, err) = run(&second, 1);
    assert!(err.contains("would be removed") && err.contains("--replace"), "{err}");
    run(&[&second[..], &["--replace"]].concat(), 0);
}

#[test]
fn a_footprint_around_all_of_the_terrain_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |houses: Vec<Footprint>| {
        let input = in_memory(houses, terrain(20, |_, _| 5.0));
        groma::city::build::build_city_mesh(&input, dir.path().join("tiles"), &options(250.0, 1))
            .map(drop)
            .unwrap_err()
            .to_string()
    };
    let text = refused(vec![rectangle("big", [-50.0, -50.0, 300.0, 300.0], 20.0)]);
    assert!(text.contains("around all of it as footprint big is") && text.contains("x 0 to 200, y 0 to 200"), "{text}");
    assert!(!text.contains("feet"), "{text}");
    // Elsewhere in feet they would fit.
    assert!(refused(vec![rectangle("foot", [300.0, 300.0, 30.0, 30.0], 20.0)]).contains("as feet"));
}

/// Without a footprint in the bounds the error says how the ground alone is meshed, and that is so.
#[test]
fn bounds_without_footprints_are_told_the_way_to_a_city_without_buildings() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(250.0, 1);
    options.bounds = Some([0.0, 0.0, 100.0, 100.0]);
    let run = |houses: Vec<Footprint>| {
        let input = in_memory(houses, terrain(50, |_, _| 5.0));
        groma::city::build::build_city_mesh(&input, dir.path().join("tiles"), &options)
    };
    let text = run(vec![rectangle("a", [300.0, 300.0, 30.0, 30.0], 20.0)]).unwrap_err().to_string();
    for part in ["bounds is 0,0,100,100, in which no footprint lies", "x 300.000 to 330.000", "\"features\": []}"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("reference system"), "{text}");
    let report = run(Vec::new()).unwrap();
    assert!(report.is_complete() && report.buildings == 0 && report.counts.ground > 0);
}

/// The cases beside the project: what each is right to give.
#[test]
fn cases_are_told() {
    let Some(cases) = common::shared("cases_are_told", "cases/cities") else { return };
    let dir = tempfile::tempdir().unwrap();
    let build = |case: &str, more: &[&str], code: i32| {
        let [footprints, ground] =
            ["footprints.geojson", "dem.asc"].map(|file| cases.join(case).join(file).to_str().unwrap().to_string());
        let store = dir.path().join(case).to_str().unwrap().to_string();
        run(&[&["build", &footprints, "--terrain", &ground, "--store", &store], more].concat(), code).1
    };
    for (more, buildings) in [(&[][..], 1), (&["--no-merge-buildings"], 2)] {
        let err = build("tower-on-podium-merged", more, 0);
        assert!(!err.contains("left out") && !err.contains("roof"), "{err}");
        let store = MeshStore::open(dir.path().join("tower-on-podium-merged")).unwrap();
        let mut tops: Vec<f64> = Vec::new();
        let mut roofs = |triangle: &[[f64; 3]; 3], marker: i32| {
            tops.extend((marker >= buildings).then_some(triangle[0][2]));
            Ok(())
        };
        store.for_each(&mut roofs).unwrap();
        tops.sort_by(f64::total_cmp);
        tops.dedup();
        assert_eq!(tops, [20.0, 110.0], "the roofs of podium and tower over ground at 10 m");
    }
    let err = build("tower-on-podium-merged", &["--merge-height-tolerance", "10000"], 0);
    assert!(err.contains("tower -81.0 m"), "{err}");
    let err = build("roof-under-hillside", &[], 0);
    assert!(err.contains("above their roof"), "{err}");
    let tiles = dir.path().join("roof-under-hillside");
    let mut walls = 0;
    let mut least = f64::INFINITY;
    MeshStore::open(&tiles)
        .unwrap()
        .for_each(&mut |triangle, marker| {
            if marker == 0 {
                walls += 1;
                let z = triangle.map(|corner| corner[2]);
                least = least.min(z.into_iter().fold(f64::MIN, f64::max) - z.into_iter().fold(f64::MAX, f64::min));
            }
            Ok(())
        })
        .unwrap();
    assert!(walls > 0 && least >= 9e-4, "{walls} triangles of walls, the lowest {least} m");
    run(&["check", tiles.to_str().unwrap()], 3);
    let err = build("building-larger-than-dem", &[], 1);
    assert!(err.contains("around all of it as footprint big is"), "{err}");
}
