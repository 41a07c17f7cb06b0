//! What a store of tiles promises: only what changed is made again, what fails is named, nothing is half there.

mod common;
#[path = "city_store/damage.rs"]
mod damage;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use common::city::{build, generated, in_memory, merged, options};
use groma::Error;
use groma::city::build::{self, BuildCityMeshOptions, FinishedTile, build_city_mesh, spawn_city_mesh};
use groma::city::check::{Expectations, Verdict, check_store};
use groma::city::footprint::{Footprint, HeightReference, Polygon};
use groma::city::generate::{self, GenerateOptions, city};
use groma::city::inspect::{TileState, inspect};
use groma::city::merge::{MergeOptions, merge_to_file};
use groma::city::outside::OutsideData;
use groma::city::preview::{PreviewOptions, preview, preview_with};
use groma::city::store::{BUILDINGS_NAME, Compression, MANIFEST_NAME, MeshStore, export_glb};
use groma::city::terrain::Terrain;
use groma::city::{CityInput, Footprints, Ground};
use groma::job::{CancelToken, RunOptions, Runner};

fn footprints_of(input: &CityInput) -> Vec<Footprint> {
    match &input.footprints {
        Footprints::Memory(footprints) => footprints.to_vec(),
        Footprints::File(..) => unreachable!("generated in memory"),
    }
}

fn with_footprints(input: &CityInput, footprints: Vec<Footprint>) -> CityInput {
    CityInput { footprints: Footprints::Memory(footprints.into()), terrain: input.terrain.clone() }
}

fn no_leftovers(store: &Path) {
    for entry in std::fs::read_dir(store).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = name == "groma-store.json" || name == "buildings.jsonl";
        assert!(known || (name.starts_with("tile-") && name.ends_with(".bin")), "left behind: {name}");
    }
}

#[test]
fn nobody_takes_the_tiles_of_a_build_at_work_away() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let input = generated(300, 4, false, [0, 0]);
    let (told, tiles) = std::sync::mpsc::channel();
    let (go_on, gate) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    // The first build stops at its first tile, until the other end of the channel is dropped.
    let on_tile = move |_: FinishedTile<'_>| {
        let _ = told.send(());
        let _ = gate.lock().unwrap().recv();
    };
    // Clones of options share their cancel flag, which a job sets when it goes.
    let same = || options(250.0, 1);
    let first = build::BuildCityMeshOptions { on_tile: Some(Arc::new(on_tile)), ..same() };
    let job = spawn_city_mesh(input.clone(), &store, first, None).unwrap();
    tiles.recv().unwrap();

    for other in [build::BuildCityMeshOptions { resume: false, ..same() }, options(500.0, 1)] {
        let refused = build_city_mesh(&input, &store, &other).unwrap_err();
        assert!(matches!(refused, Error::Busy { .. }), "{refused}");
        assert!(refused.to_string().contains(&format!("process {}", std::process::id())), "{refused}");
    }
    let opened = MeshStore::open(&store).unwrap();
    for refused in [opened.clear(), opened.clone().delete()] {
        assert!(matches!(refused, Err(Error::Busy { .. })), "{refused:?}");
    }
    // The same city may be built along, with what is there kept.
    let along = spawn_city_mesh(input.clone(), &store, same(), None).unwrap();
    drop(go_on);
    let (first, along) = (job.finish().unwrap(), along.finish().unwrap());
    assert!(first.is_complete() && along.is_complete(), "{first}{along}");
    assert_eq!((first.removed, along.removed), (0, 0));
    assert_eq!(first.built + along.built, first.tiles);
    no_leftovers(&store);
    // Left by a process that was killed: locked by nobody.
    std::fs::write(store.join("groma-builders.lock"), "process 1").unwrap();
    let fresh = build::BuildCityMeshOptions { resume: false, ..same() };
    assert_eq!(build_city_mesh(&input, &store, &fresh).unwrap().removed, first.tiles);
    no_leftovers(&store);
}

#[test]
fn a_second_build_makes_only_the_tiles_that_a_change_can_touch() {
    let dir = tempfile::tempdir().unwrap();
    let (store, fresh) = (dir.path().join("store"), dir.path().join("fresh"));
    let input = generated(1500, 4, false, [0, 0]);
    let options = options(250.0, 2);
    let first = build(&input, &store, &options);
    assert_eq!((first.built, first.kept), (first.tiles, 0));
    let again = build(&input, &store, &options);
    assert_eq!((again.built, again.kept, again.removed), (0, again.tiles, 0));

    // One building of another height.
    let mut footprints = footprints_of(&input);
    footprints[700].height += 3.0;
    let changed = with_footprints(&input, footprints.clone());
    let report = build(&changed, &store, &options);
    assert!((1..=9).contains(&report.built), "{report}");
    assert_eq!(report.built + report.kept, report.tiles);
    build(&changed, &fresh, &options);
    assert!(merged(&store) == merged(&fresh));

    // One building fewer: all later ones have other numbers.
    footprints.remove(3);
    let fewer = with_footprints(&input, footprints);
    let report = build(&fewer, &store, &options);
    assert!((1..=9).contains(&report.built), "{report}");
    assert!(report.renumbered > report.built, "{report}");
    std::fs::remove_dir_all(&fresh).unwrap();
    build(&fewer, &fresh, &options);
    assert!(merged(&store) == merged(&fresh));

    // Another tiling takes nothing over and leaves nothing behind.
    let other = common::city::options(500.0, 1);
    let report = build(&fewer, &store, &other);
    assert_eq!((report.built, report.removed), (report.tiles, first.tiles));
    assert!(merged(&store) == merged(&fresh));
    no_leftovers(&store);
}

/// A terrain with a hole without data, in the north-east.
fn holed(terrain: &Terrain, nodata: bool) -> Terrain {
    let [west, south, east, north] = terrain.bounds();
    let mut values = terrain.values().to_vec();
    let _ = south;
    if nodata {
        for row in 0..40 {
            for col in terrain.cols() - 40..terrain.cols() {
                values[row * terrain.cols() + col] = f32::NAN;
            }
        }
    }
    let cell = [(east - west) / terrain.cols() as f64; 2];
    Terrain::from_memory(terrain.cols(), terrain.rows(), west, north, cell, values, None).unwrap()
}

#[test]
fn a_tile_that_fails_is_named_and_alone_is_made_by_the_next_run() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let (footprints, terrain) = city(&GenerateOptions::new(600)).unwrap();
    let mut options = options(250.0, 2);
    options.parameters.max_fill_distance = 5.0;
    options.parameters.outside_data = OutsideData::Fail;
    let report = build_city_mesh(&in_memory(footprints.clone(), holed(&terrain, true)), &store, &options).unwrap();
    assert!(!report.is_complete() && report.failed.len() <= 2, "{report}");
    assert_eq!(report.built + report.failed.len() as u64, report.tiles);
    let failed = &report.failed[0];
    assert!(failed.cause.contains("max_fill_distance") && failed.cause.contains("no data"), "{}", failed.cause);

    let opened = MeshStore::open(&store).unwrap();
    assert_eq!(opened.total_stats().unwrap().missing_tiles, report.failed.len() as u64);
    assert_eq!(opened.failures().unwrap()[0].0, failed.tile);
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let path = dir.path().join("mesh.ply");
    let error = merge_to_file(&opened, &path, &MergeOptions::default(), &mut runner).unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }) && error.to_string().contains(&failed.tile), "{error}");
    assert!(!path.exists());
    let incomplete = MergeOptions { allow_incomplete: true, ..MergeOptions::default() };
    let merged_report = merge_to_file(&opened, &path, &incomplete, &mut runner).unwrap();
    assert_eq!(
        (merged_report.missing_tiles, merged_report.triangles),
        (report.failed.len() as u64, report.counts.triangles())
    );

    let whole = in_memory(footprints, holed(&terrain, false));
    let report = build(&whole, &store, &options);
    // The tiles whose terrain changed, those that failed among them.
    assert!(report.built <= 4 && report.kept == report.tiles - report.built, "{report}");
    no_leftovers(&store);
    let fresh = dir.path().join("fresh");
    build(&whole, &fresh, &options);
    assert!(merged(&store) == merged(&fresh));
}

#[test]
fn dense_cities_are_cut_into_smaller_tiles_and_the_mesh_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (large, small) = (dir.path().join("large"), dir.path().join("small"));
    let input = generated(2000, 2, false, [0, 0]);
    let mut options = options(100_000.0, 1);
    let one = build(&input, &large, &options);
    options.run.memory_limit = 40 << 20;
    let many = build(&input, &small, &options);
    // The first for its number of triangles alone.
    assert!(one.tiles == 2 && many.tiles > 3, "{} and {} tiles", one.tiles, many.tiles);
    assert!(many.peak_buffer_bytes < 40 << 20);
    assert!(merged(&large) == merged(&small));
}

#[test]
fn every_finished_tile_is_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut options = options(250.0, 2);
    let list = told.clone();
    options.on_tile = Some(Arc::new(move |tile: FinishedTile<'_>| {
        list.lock().unwrap().push((tile.name.to_string(), tile.header.sizes().1));
    }));
    let report = build(&generated(300, 1, false, [0, 0]), dir.path(), &options);
    let mut told = told.lock().unwrap().clone();
    told.sort();
    let names: Vec<String> = told.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(names, MeshStore::open(dir.path()).unwrap().list_tiles().unwrap());
    assert_eq!(told.iter().map(|(_, faces)| faces).sum::<u64>(), report.counts.triangles());
}

#[test]
fn a_cancelled_build_goes_on_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let (store, fresh) = (dir.path().join("store"), dir.path().join("fresh"));
    let input = generated(800, 1, false, [0, 0]);
    let cancel = CancelToken::default();
    let mut stopped = options(250.0, 1);
    stopped.run.cancel = cancel.clone();
    stopped.on_tile = Some(Arc::new(move |_: FinishedTile<'_>| cancel.cancel()));
    assert!(matches!(build_city_mesh(&input, &store, &stopped), Err(Error::Cancelled)));
    no_leftovers(&store);
    let report = build(&input, &store, &options(250.0, 1));
    assert!(report.kept >= 1 && report.built == report.tiles - report.kept, "{report}");
    build(&input, &fresh, &options(250.0, 1));
    assert!(merged(&store) == merged(&fresh));
}

#[test]
fn two_processes_fill_one_store() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("city");
    generate::write(&data, &GenerateOptions::new(1500)).unwrap();
    let (store, fresh) = (dir.path().join("store"), dir.path().join("fresh"));
    let start = || {
        Command::new(env!("CARGO_BIN_EXE_groma"))
            .args(["city", "build"])
            .arg(data.join("footprints.geojson"))
            .arg("--terrain")
            .arg(data.join("terrain.tif"))
            .arg("--store")
            .arg(&store)
            .args(["--tile-size", "250", "--threads", "1", "--json"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    let both = [start(), start()];
    let mut built = 0;
    let mut tiles = 0;
    for process in both {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        built += report["built"].as_u64().unwrap();
        tiles = report["tiles"].as_u64().unwrap();
    }
    assert_eq!(built, tiles, "each tile was made once");
    no_leftovers(&store);
    let input = CityInput {
        footprints: Footprints::File(data.join("footprints.geojson"), Default::default()),
        terrain: Ground::File(data.join("terrain.tif")),
    };
    build(&input, &fresh, &options(250.0, 1));
    assert!(merged(&store) == merged(&fresh));
}

#[test]
fn what_does_not_fit_together_is_refused_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let square = |x: f64, y: f64| Footprint {
        id: "a".into(),
        polygons: vec![Polygon { rings: vec![vec![[x, y], [x + 20.0, y], [x + 20.0, y + 20.0], [x, y + 20.0]]] }],
        height: 10.0,
        reference: HeightReference::Absolute,
        lod: None,
    };
    let terrain = || Terrain::from_memory(100, 100, 0.0, 200.0, [2.0, 2.0], vec![1.0; 10_000], None).unwrap();
    let refused = |input: CityInput, change: fn(&mut build::BuildCityMeshOptions), name: &str| {
        let mut options = options(250.0, 1);
        change(&mut options);
        let error = build_city_mesh(&input, &store, &options).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }) && error.to_string().contains(name), "{error}");
        assert!(!store.exists());
    };
    let elsewhere = in_memory(vec![square(78_000.0, 457_000.0)], terrain());
    refused(elsewhere, |_| {}, "reference system");
    // Coordinates that would fit, were they read rightly.
    let far = || Terrain::from_memory(100, 100, 78_000.0, 457_200.0, [2.0, 2.0], vec![1.0; 10_000], None).unwrap();
    let converted = |convert: fn([f64; 2]) -> [f64; 2]| {
        let mut footprint = square(78_050.0, 457_050.0);
        footprint.polygons[0].rings[0].iter_mut().for_each(|p| *p = convert(*p));
        in_memory(vec![footprint], far())
    };
    refused(converted(|[x, y]| [y, x]), |_| {}, "with x and y swapped they would fit");
    refused(converted(|p| p.map(|v| v / 0.3048)), |_| {}, "as feet they would fit");
    refused(converted(|p| p.map(|v| v / 1000.0)), |_| {}, "as kilometres");
    let fine = || in_memory(vec![square(50.0, 50.0)], terrain());
    refused(fine(), |o| o.parameters.max_mesh_size = -1.0, "max_mesh_size");
    refused(fine(), |o| o.parameters.min_mesh_angle = 40.0, "min_mesh_angle");
    refused(fine(), |o| o.tile_size = 0.0, "tile_size");
    refused(fine(), |o| o.bounds = Some([0.0, 0.0, -1.0, 5.0]), "bounds");
}

#[test]
fn a_city_without_buildings_is_ground() {
    let dir = tempfile::tempdir().unwrap();
    let terrain = Terrain::from_memory(100, 100, 0.0, 200.0, [2.0, 2.0], vec![1.0; 10_000], None).unwrap();
    let report = build(&in_memory(Vec::new(), terrain), dir.path(), &options(250.0, 1));
    assert!(report.counts.ground > 500 && report.counts.triangles() == report.counts.ground, "{report}");
}

/// A small city in two stores below a folder: one to damage, and one to compare with what mends it.
fn a_city_twice() -> (tempfile::TempDir, CityInput, [PathBuf; 2]) {
    let dir = tempfile::tempdir().unwrap();
    let stores = ["store", "fresh"].map(|name| dir.path().join(name));
    let input = generated(200, 1, false, [0, 0]);
    stores.iter().for_each(|store| drop(build(&input, store, &options(250.0, 1))));
    (dir, input, stores)
}

#[test]
fn a_picture_of_a_store_tells_the_tiles_that_are_not_in_it() {
    let (dir, _, [store, _]) = a_city_twice();
    let opened = MeshStore::open(&store).unwrap();
    let told = || {
        let mut runner = Runner::new(&RunOptions::default()).unwrap();
        preview_with(&opened, &dir.path().join("city.png"), &PreviewOptions::default(), &mut runner).unwrap();
        runner.context().warnings().into_iter().map(|warning| warning.message).collect::<Vec<_>>()
    };
    assert!(told().is_empty());
    let names = opened.list_tiles().unwrap();
    for name in &names[..2] {
        std::fs::remove_file(opened.tile_path(name).unwrap()).unwrap();
    }
    std::fs::write(store.join(format!("tile-{}.failed", names[1])), "no data\n").unwrap();
    let expected = format!("2 tiles are missing: {}, {}; the same build makes them", names[0], names[1]);
    let told = told();
    assert!(told.len() == 1 && told[0].ends_with(&expected), "{told:?}");
}

#[test]
fn tiles_of_another_program_keep_their_names() {
    let dir = tempfile::tempdir().unwrap();
    let store = MeshStore::create(dir.path(), serde_json::Value::Null).unwrap();
    let triangle = |x: f64| [[x, 0.0, 0.0], [x + 1.0, 0.0, 0.0], [x, 1.0, 0.0]];
    for (name, x) in [("a", 0.0), ("b", 5.0)] {
        store.add_tile(name, &triangle(x), &[[0, 1, 2]], &[0]).unwrap();
    }
    assert_eq!(store.get_tile("b").unwrap().vertices(), triangle(5.0));
    std::fs::rename(store.tile_path("a").unwrap(), store.tile_path("b").unwrap()).unwrap();
    let error = store.get_tile("b").unwrap_err();
    assert!(matches!(error, Error::BadFormat { .. }) && error.to_string().contains("another name"), "{error}");
    let found = inspect(dir.path()).unwrap();
    assert_eq!((found.tiles[0].state, found.stats.wrong_tiles, found.is_complete()), (TileState::Wrong, 1, false));

    // One of a city has no business here.
    let city = dir.path().join("city");
    build(&generated(20, 1, false, [0, 0]), &city, &options(1000.0, 1));
    let city = MeshStore::open(&city).unwrap();
    let tile = city.tile_path(&city.list_tiles().unwrap()[0]).unwrap();
    std::fs::copy(tile, store.tile_path("b").unwrap()).unwrap();
    let error = store.get_tile("b").unwrap_err();
    assert!(error.to_string().contains("of a city"), "{error}");
}

#[test]
fn a_store_that_was_built_again_since_it_was_opened_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let input = generated(20, 4, false, [0, 0]);
    build(&input, &store, &options(250.0, 1));
    let opened = MeshStore::open(&store).unwrap();
    let name = opened.list_tiles().unwrap()[0].clone();
    opened.get_tile(&name).unwrap();
    let mut other = options(250.0, 1);
    other.parameters.max_mesh_size = 12.0;
    build(&input, &store, &other);
    let told = opened.get_tile(&name).unwrap_err().to_string();
    assert!(told.contains("after the store was opened") && told.contains("open it again"), "{told}");
    MeshStore::open(&store).unwrap().get_tile(&name).unwrap();
}
