//! Cities in parts: a plan, shares of the tiles in any order, twice or lost, without the inputs, an end; the store is
//! that of a build in one piece.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use common::city::{build, generated, in_memory, options, rectangle};
use groma::Error;
use groma::city::build::{
    BuildCityMeshOptions, CityPart, FinishedTile, PartOptions, build_city_mesh_part, finish_city_mesh, plan_city_mesh,
};
use groma::city::footprint::Footprint;
use groma::city::generate::{self, GenerateOptions};
use groma::city::outside::OutsideData;
use groma::city::store::MeshStore;
use groma::city::terrain::Terrain;
use groma::city::{CityInput, Footprints, Ground};
use groma::job::{CancelToken, Part, Progress, RunOptions, Runner};

type Files = BTreeMap<String, Vec<u8>>;

/// A city with a folder for the store of each build of it.
struct City {
    dir: tempfile::TempDir,
    input: CityInput,
    options: BuildCityMeshOptions,
}

impl City {
    fn new(input: CityInput, options: BuildCityMeshOptions) -> City {
        City { dir: tempfile::tempdir().unwrap(), input, options }
    }

    /// A city of 12 tiles, some of whose footprints are hostile.
    fn generated() -> City {
        City::new(generated(300, 7, true, [0, 0]), options(250.0, 2))
    }

    fn store(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn plan(&self, name: &str) -> u64 {
        plan_city_mesh(&self.input, &self.store(name), &self.options, &mut runner(2)).unwrap().tiles
    }

    fn part(&self, name: &str, part: &str) -> CityPart {
        let done =
            build_city_mesh_part(&self.store(name), parsed(part), &PartOptions::default(), &mut runner(2)).unwrap();
        assert!(done.failed.is_empty(), "{done}");
        done
    }

    fn try_part(&self, name: &str) -> groma::Result<CityPart> {
        build_city_mesh_part(&self.store(name), parsed("1/1"), &PartOptions::default(), &mut runner(2))
    }

    fn finish(&self, name: &str) -> groma::Result<groma::city::build::CityReport> {
        finish_city_mesh(&self.store(name), &PartOptions::default(), &mut runner(2))
    }

    /// The files of a store but for the prepared city.
    fn files(&self, name: &str) -> Files {
        files(&self.store(name))
    }

    /// The files of a build in one piece.
    fn expected(&self) -> Files {
        build(&self.input, &self.store("whole"), &self.options);
        self.files("whole")
    }
}

fn files(folder: &Path) -> Files {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.map(|path| (path.file_name().unwrap().to_str().unwrap().into(), std::fs::read(&path).unwrap())).collect()
}

fn parsed(part: &str) -> Part {
    part.parse().unwrap()
}

fn runner(threads: usize) -> Runner {
    Runner::new(&RunOptions { threads, ..RunOptions::default() }).unwrap()
}

#[test]
fn parts_in_any_order_give_the_store_of_a_build_in_one_piece() {
    let city = City::generated();
    let expected = city.expected();
    for (name, parts) in [
        ("one", vec!["1/1"]),
        ("backwards", vec!["3/3", "1/3", "2/3"]),
        ("twice", vec!["2/2", "1/2", "2/2", "1/2"]),
        (
            "more parts than tiles",
            (1..=40).rev().map(|n| format!("{n}/40")).collect::<Vec<_>>().iter().map(String::as_str).collect(),
        ),
        ("of other counts", vec!["1/2", "2/3", "3/3"]),
    ] {
        let tiles = city.plan(name);
        let built: u64 = parts.iter().map(|part| city.part(name, part).built).sum();
        assert_eq!(built, tiles, "{name}: each tile is made once");
        let report = city.finish(name).unwrap();
        assert!(report.is_complete() && report.kept == tiles, "{name}: {report}");
        assert!(city.files(name) == expected, "{name}: {:?}", city.files(name).keys());
    }
}

/// What a tile needs to know lies far from it, or comes from elsewhere than the terrain's pixels around it.
#[test]
fn parts_know_what_lies_far_away() {
    let flat = |gap: fn(usize, usize) -> bool| {
        let height = |k: usize| if gap(k % 160, k / 160) { f32::NAN } else { 3.0 + (k % 160) as f32 / 50.0 };
        Terrain::from_memory(160, 120, 0.0, 1200.0, [10.0; 2], (0..160 * 120).map(height).collect(), None).unwrap()
    };
    let houses = || -> Vec<Footprint> {
        let house = |n: i32| {
            let [x, y] = [f64::from(n % 8) * 180.0 + 23.0, f64::from(n / 8) * 150.0 + 31.0];
            rectangle(&n.to_string(), [x, y, 20.0, 12.0], 18.0)
        };
        (0..48).map(house).collect()
    };
    let mut cases: Vec<(&str, CityInput, BuildCityMeshOptions)> = Vec::new();
    // Tiles within a building, and tiles without any edge.
    let hall =
        vec![rectangle("hall", [180.0, 90.0, 1300.0, 900.0], 30.0), rectangle("hut", [40.0, 1100.0, 9.0, 9.0], 9.0)];
    cases.push(("a hall over many tiles", in_memory(hall, flat(|_, _| false)), options(250.0, 2)));
    cases.push(("no building", in_memory(Vec::new(), flat(|_, _| false)), options(250.0, 2)));
    let mut fill = options(250.0, 2);
    fill.parameters.outside_data = OutsideData::Fill;
    fill.parameters.max_fill_distance = 0.0;
    cases.push(("filled from far", in_memory(houses(), flat(|x, y| x > 70 || y > 90)), fill));
    let mut ends = options(250.0, 2);
    ends.parameters.max_fill_distance = 5.0;
    cases.push((
        "terrain that ends",
        in_memory(houses(), flat(|x, y| x > 20 && x < 60 && y > 30 || x + y > 220)),
        ends,
    ));
    let mut lowest = options(500.0, 2);
    lowest.parameters.smoothing = 3;
    lowest.parameters.lod = groma::city::footprint::Lod::Lod0;
    lowest.parameters.treat_lod0_as_holes = true;
    lowest.bounds = Some([101.5, 99.25, 1300.0, 1010.0]);
    cases.push(("holes within bounds", in_memory(houses(), flat(|_, _| false)), lowest));
    for (name, input, options) in cases {
        let city = City::new(input, options);
        let expected = city.expected();
        city.plan("parts");
        for part in ["3/4", "1/4", "4/4", "2/4"] {
            city.part("parts", part);
        }
        city.finish("parts").unwrap();
        assert!(city.files("parts") == expected, "{name}");
    }
}

#[test]
fn parts_need_no_inputs_and_look_terrain_up_in_its_own_system() {
    let dir = tempfile::tempdir().unwrap();
    let of = |name: &str| dir.path().join(name);
    // Heights in degrees below a city in metres.
    let mut dem = "ncols 220\nnrows 160\nxllcorner 9.73\nyllcorner 52.34\ncellsize 0.0001\n".to_string();
    (0..220 * 160).for_each(|k| dem += &format!("{} ", 50.0 + f64::from(k % 37) / 9.0));
    std::fs::write(of("dem.asc"), dem).unwrap();
    let house = |n: u32| {
        let [x, y] = [9.7335 + f64::from(n % 9) * 0.0016, 52.3425 + f64::from(n / 9) * 0.0021];
        let ring = [[x, y], [x + 3e-4, y], [x + 3e-4, y + 2e-4], [x, y + 2e-4], [x, y]];
        format!(
            r#"{{"type": "Feature", "properties": {{"height": {}}}, "geometry": {{"type": "Polygon", "coordinates": [{ring:?}]}}}}"#,
            4 + n % 5
        )
    };
    let houses = (0..45).map(house).collect::<Vec<_>>().join(",");
    std::fs::write(of("a.geojson"), format!(r#"{{"type": "FeatureCollection", "features": [{houses}]}}"#)).unwrap();
    let input = CityInput {
        footprints: Footprints::File(of("a.geojson"), Default::default()),
        terrain: Ground::File(of("dem.asc")),
    };
    let bounds = Some([9.732, 52.3415, 9.749, 52.354]);
    let city = City::new(input, BuildCityMeshOptions { bounds, ..options(250.0, 2) });
    let expected = city.expected();
    city.plan("parts");
    std::fs::remove_file(of("dem.asc")).unwrap();
    std::fs::remove_file(of("a.geojson")).unwrap();
    city.part("parts", "2/2");
    city.part("parts", "1/2");
    let report = city.finish("parts").unwrap();
    assert!(report.input.reference_systems.terrain_looked_up && report.input.features == 45, "{report}");
    assert!(city.files("parts") == expected);
}

#[test]
fn an_end_that_comes_too_early_says_so_and_one_may_come_twice() {
    let city = City::generated();
    let expected = city.expected();
    city.plan("parts");
    city.part("parts", "2/3");
    let before = city.files("parts");
    let e = city.finish("parts").unwrap_err();
    assert!(
        matches!(&e, Error::Unfinished { of: 12, missing, .. } if missing.len() > 4 && missing[0].name == "0_0_1x1"),
        "{e}"
    );
    assert!(e.is_worth_repeating() && e.to_string().contains(" more; run the parts"), "{e}");
    assert!(city.files("parts") == before);
    city.part("parts", "1/3");
    city.part("parts", "3/3");
    // A tile that is damaged, but as long as before.
    let tile = city.store("parts").join("tile-1_1_1x1.bin");
    let mut bytes = std::fs::read(&tile).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    let e = city.finish("parts").unwrap_err();
    assert!(e.to_string().contains("1 of 12 tiles") && e.to_string().contains("1_1_1x1 ("), "{e}");
    let again: u64 = ["1/3", "2/3", "3/3"].iter().map(|part| city.part("parts", part).built).sum();
    assert_eq!(again, 1);
    for _ in 0..2 {
        city.finish("parts").unwrap();
        assert!(city.files("parts") == expected);
    }
    // A part that comes late changes nothing.
    assert_eq!(city.part("parts", "1/3").built, 0);
    assert!(city.files("parts") == expected);
}

/// A part that goes on after another plan was made, or a build with other options, stops at its next tile.
#[test]
fn a_late_part_of_another_plan_leaves_the_store_alone() {
    for is_plan in [true, false] {
        let city = City::generated();
        city.plan("store");
        let mut other = City::new(city.input.clone(), city.options.clone());
        other.options.parameters.max_mesh_size = 20.0;
        let expected = other.expected();
        let (store, input, options) = (city.store("store"), other.input.clone(), other.options.clone());
        let once = std::sync::Once::new();
        let on_tile = move |_: FinishedTile<'_>| {
            once.call_once(|| {
                if is_plan {
                    plan_city_mesh(&input, &store, &options, &mut runner(1)).unwrap();
                } else {
                    build(&input, &store, &options);
                }
            });
        };
        let options = PartOptions { on_tile: Some(Arc::new(on_tile)), ..PartOptions::default() };
        let late = build_city_mesh_part(&city.store("store"), parsed("1/1"), &options, &mut runner(1));
        assert!(matches!(&late, Err(Error::Busy { what, .. }) if what.contains("another was made")), "{late:?}");
        if is_plan {
            city.part("store", "1/1");
            city.finish("store").unwrap();
        }
        assert!(city.files("store") == expected, "{is_plan}");
    }
}

#[test]
fn an_end_removes_what_is_no_tile_of_the_city_and_sees_other_buildings() {
    let city = City::generated();
    let expected = city.expected();
    city.plan("parts");
    city.part("parts", "1/1");
    let store = city.store("parts");
    std::fs::copy(store.join("tile-0_0_1x1.bin"), store.join("tile-7_7_1x1.bin")).unwrap();
    assert_eq!(city.finish("parts").unwrap().removed, 1);
    assert!(city.files("parts") == expected);
    let buildings = store.join("buildings.jsonl");
    let whole = std::fs::read_to_string(&buildings).unwrap();
    std::fs::write(&buildings, whole.replacen("\"members\"", "\"member \"", 1)).unwrap();
    assert!(matches!(city.finish("parts"), Err(Error::BadFormat { .. })));
    city.plan("parts");
    city.finish("parts").unwrap();
    assert!(city.files("parts") == expected);
}

#[test]
fn a_prepared_city_that_was_damaged_is_refused_or_does_not_matter() {
    let city = City::new(generated(60, 3, false, [0, 0]), options(250.0, 2));
    let expected = city.expected();
    city.plan("parts");
    let folder = city.store("parts").join("prepared");
    let mut refused = 0;
    for (name, whole) in files(&folder) {
        let path = folder.join(&name);
        let size = whole.len();
        let mut damages: Vec<Vec<u8>> = [0, size / 2, size - 1].map(|end| whole[..end].to_vec()).into();
        for at in (0..7).map(|k| k * size / 7).chain([size - 1]) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            damages.push(bytes);
        }
        for damaged in damages {
            std::fs::write(&path, damaged).unwrap();
            let files = |store: &Path| files(store).into_iter().filter(|(name, _)| name.starts_with("tile-"));
            match city.try_part("parts").and_then(|_| city.finish("parts")) {
                Ok(_) => assert!(city.files("parts") == expected, "{name}"),
                Err(e) => {
                    refused += 1;
                    assert!(matches!(e, Error::BadFormat { .. } | Error::Unsupported { .. }), "{name}: {e:?}");
                    assert!(e.to_string().contains("prepared"), "{name}: {e}");
                }
            }
            for (tile, bytes) in files(&city.store("parts")) {
                assert!(bytes == expected[&tile], "{name}: {tile}");
                std::fs::remove_file(city.store("parts").join(tile)).unwrap();
            }
        }
        std::fs::write(&path, whole).unwrap();
    }
    assert!(refused > 40, "{refused}");
    city.part("parts", "1/1");
    city.finish("parts").unwrap();
    assert!(city.files("parts") == expected);
}

#[test]
fn what_was_not_planned_is_refused() {
    let mut city = City::generated();
    let refused = |city: &City| {
        for e in [city.try_part("parts").unwrap_err(), city.finish("parts").unwrap_err()] {
            assert!(matches!(e, Error::NotPlanned { .. }) && e.is_worth_repeating(), "{e}");
            assert!(e.to_string().contains("groma city plan"), "{e}");
        }
    };
    refused(&city);
    build(&city.input, &city.store("parts"), &city.options);
    refused(&city);
    // A plan over a build has nothing to do; a build with other options makes an end of the plan.
    city.plan("parts");
    assert_eq!(city.part("parts", "1/1").built, 0);
    city.options.parameters.max_mesh_size = 20.0;
    build(&city.input, &city.store("parts"), &city.options);
    refused(&city);
    assert!(!city.store("parts").join("prepared").exists());
    std::fs::write(city.store("parts").join("prepared"), "mine").unwrap();
    for e in [city.try_part("parts").unwrap_err(), city.finish("parts").unwrap_err()] {
        let says = ["prepared: a file", "move the file away", "groma city plan"];
        assert!(matches!(e, Error::BadFormat { .. }) && says.iter().all(|text| e.to_string().contains(text)), "{e}");
    }
    std::fs::remove_file(city.store("parts").join("prepared")).unwrap();
    // A file of the plan is gone.
    city.plan("parts");
    let prepared = city.store("parts").join("prepared");
    for name in files(&prepared).keys().filter(|name| *name != "report.json") {
        let aside = city.store("aside");
        std::fs::rename(prepared.join(name), &aside).unwrap();
        refused(&city);
        std::fs::rename(aside, prepared.join(name)).unwrap();
    }
    // The plan of another store.
    city.plan("parts");
    city.options.parameters.max_mesh_size = 15.0;
    city.plan("other");
    for name in ["plan.json", "report.json"] {
        let [from, to] = ["other", "parts"].map(|store| city.store(store).join("prepared").join(name));
        std::fs::copy(from, to).unwrap();
    }
    refused(&city);
    // Nothing of a store is left when it is deleted.
    MeshStore::open(city.store("parts")).unwrap().delete().unwrap();
    assert!(!city.store("parts").exists());
}

#[test]
fn a_part_that_was_cancelled_goes_on_and_a_build_takes_over() {
    let city = City::generated();
    let tiles = city.plan("parts");
    let cancel = CancelToken::default();
    let token = cancel.clone();
    let stop = move |progress: &Progress| {
        if progress.units_done > 1 {
            token.cancel();
        }
        true
    };
    let run = RunOptions { threads: 1, cancel, ..RunOptions::default() };
    let mut cancelled = Runner::with_callback(&run, Some(Box::new(stop))).unwrap();
    let e = build_city_mesh_part(&city.store("parts"), parsed("1/1"), &PartOptions::default(), &mut cancelled);
    assert!(matches!(e, Err(Error::Cancelled)));
    let half = city.part("parts", "1/2");
    assert!(half.kept > 0 && half.built < tiles, "{half}");
    let report = build(&city.input, &city.store("parts"), &city.options);
    assert!(report.kept >= half.tiles && report.built > 0, "{report}");
    assert!(city.files("parts") == city.expected());
}

#[test]
fn a_part_says_what_memory_its_tiles_take_before_it_makes_any() {
    let city = City::new(generated(400, 5, false, [0, 0]), options(1000.0, 1));
    city.plan("parts");
    let run = RunOptions { threads: 1, memory_limit: 13 << 20, ..RunOptions::default() };
    let e = build_city_mesh_part(
        &city.store("parts"),
        parsed("1/1"),
        &PartOptions::default(),
        &mut Runner::new(&run).unwrap(),
    );
    let Err(Error::MemoryLimit { needed, .. }) = e else { panic!("{e:?}") };
    assert!(MeshStore::open(city.store("parts")).unwrap().list_tiles().unwrap().is_empty());
    let run = RunOptions { memory_limit: needed, ..run };
    let options = PartOptions { run: run.clone(), ..PartOptions::default() };
    let part = build_city_mesh_part(&city.store("parts"), parsed("1/1"), &options, &mut Runner::new(&run).unwrap());
    assert!(part.unwrap().failed.is_empty());
}

/// A tile that no part can make, however often it is tried: the end says why, and that trying again is no use.
#[test]
fn an_end_says_what_cannot_be_made_and_why() {
    let mut lacks = City::generated();
    // The terrain has no data in its middle.
    let height = |k: usize| if (40..80).contains(&(k % 120)) && (40..80).contains(&(k / 120)) { f32::NAN } else { 3.0 };
    let heights: Vec<f32> = (0..120 * 120).map(height).collect();
    let terrain = Terrain::from_memory(120, 120, 0.0, 1200.0, [10.0; 2], heights, None).unwrap();
    lacks.input = in_memory(vec![rectangle("hut", [40.0, 1100.0, 9.0, 9.0], 9.0)], terrain);
    lacks.options.parameters.max_fill_distance = 5.0;
    lacks.options.parameters.outside_data = OutsideData::Fail;
    plan_city_mesh(&lacks.input, &lacks.store("parts"), &lacks.options, &mut runner(2)).unwrap();
    let part = lacks.try_part("parts").unwrap();
    assert!(!part.failed.is_empty() && !part.is_worth_repeating, "{part}");
    let e = lacks.finish("parts").unwrap_err();
    let Error::Unfinished { missing, .. } = &e else { panic!("{e}") };
    assert_eq!(missing.len(), part.failed.len());
    assert!(missing.iter().all(|tile| tile.is_lasting && tile.cause.contains("max_fill_distance")), "{e}");
    assert!(!e.is_worth_repeating() && e.to_string().contains("could not be made"), "{e}");

    // So does memory that never suffices; with more of it the part succeeds, and so does the end.
    let city = City::new(generated(400, 5, false, [0, 0]), options(1000.0, 1));
    city.plan("parts");
    let run = RunOptions { threads: 1, memory_limit: 13 << 20, ..RunOptions::default() };
    let options = PartOptions { run: run.clone(), ..PartOptions::default() };
    let mut small = Runner::new(&run).unwrap();
    build_city_mesh_part(&city.store("parts"), parsed("1/1"), &options, &mut small).unwrap_err();
    let e = city.finish("parts").unwrap_err();
    assert!(!e.is_worth_repeating() && e.to_string().contains("the memory limit of 13631488 bytes"), "{e}");
    city.part("parts", "1/1");
    city.finish("parts").unwrap();
    assert!(city.files("parts") == city.expected());

    // A file that could not be written may be written another time.
    let store = MeshStore::open(city.store("parts")).unwrap();
    let name = &store.list_tiles().unwrap()[0];
    let tile = store.tile_path(name).unwrap();
    std::fs::remove_file(&tile).unwrap();
    std::fs::write(tile.with_extension("failed"), "disk full\nanother run may succeed\n").unwrap();
    let e = city.finish("parts").unwrap_err();
    assert!(e.is_worth_repeating() && e.to_string().contains(&format!("{name} (disk full)")), "{e}");
    assert_eq!(store.failures().unwrap()[0].1, "disk full");
}

#[test]
fn the_command_line_builds_in_parts_and_its_exit_codes_tell_what_to_do_again() {
    let dir = tempfile::tempdir().unwrap();
    generate::write(dir.path().join("town"), &GenerateOptions::new(120)).unwrap();
    let said = std::cell::RefCell::new(Vec::new());
    let groma = |arguments: &[&str]| {
        let mut groma = Command::new(env!("CARGO_BIN_EXE_groma"));
        let output = groma.current_dir(dir.path()).args(["-q", "city"]).args(arguments).output().unwrap();
        *said.borrow_mut() = output.stdout;
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let inputs = ["town/footprints.geojson", "--terrain", "town/terrain.tif", "--tile-size", "250"];
    let with = |command: &str, store: &str| [&[command], &inputs[..], &["--store", store]].concat().join(" ");
    let run = |line: &str| groma(&line.split(' ').collect::<Vec<_>>());
    for line in ["build --store parts --part 1/2", "finish --store parts"] {
        let (code, error) = run(line);
        assert!(code == 75 && error.contains("no mesh store here; plan the city (groma city plan)"), "{code}: {error}");
    }
    assert_eq!(run(&with("build", "whole")), (0, String::new()));
    assert_eq!(run(&with("plan", "parts")), (0, String::new()));
    std::fs::rename(dir.path().join("town"), dir.path().join("elsewhere")).unwrap();
    assert_eq!(run("build --store parts --part 1/2"), (0, String::new()));
    let (code, error) = run("finish --store parts");
    assert!(code == 75 && error.contains("run the parts"), "{code}: {error}");
    let json: serde_json::Value = serde_json::from_slice(&said.borrow()).unwrap_or_default();
    assert!(json.is_null(), "nothing is printed where it was not asked for");
    assert_eq!(run("finish --store parts --json").0, 75);
    let json: serde_json::Value = serde_json::from_slice(&said.borrow()).unwrap();
    let missing = json["missing"].as_array().unwrap();
    assert!(json["of"].as_u64() > Some(missing.len() as u64) && json["is_worth_repeating"] == true, "{json}");
    assert!(missing.iter().all(|tile| tile["cause"] == "missing" && tile["is_lasting"] == false), "{json}");
    let (code, error) = run("finish --store parts --memory-limit 1KiB");
    assert!(code == 1 && error.contains("--memory-limit 13MiB"), "{code}: {error}");
    // What the memory never suffices for is not worth repeating, which the end says, too.
    assert_eq!(run(&with("plan", "small").replace("town", "elsewhere")), (0, String::new()));
    assert_eq!(run("build --store small --part 1/1 --memory-limit 12.1MiB").0, 1);
    let (code, error) = run("finish --store small --json");
    assert!(code == 1 && error.contains("could not be made: 0_0_1x1 (the memory limit of"), "{code}: {error}");
    let json: serde_json::Value = serde_json::from_slice(&said.borrow()).unwrap();
    assert!(json["is_worth_repeating"] == false && json["missing"][0]["is_lasting"] == true, "{json}");
    // What is not there stays away when the same is done again.
    let (code, error) = run("plan nowhere.geojson --terrain elsewhere/terrain.tif --store parts");
    assert!(code == 1 && error.contains("nowhere.geojson"), "{code}: {error}");
    for wrong in [
        "build --store parts --part 3/2",
        "build --part 1/2",
        "build --store parts",
        "build --store parts --part 2/2 --tile-size 500",
        "build --store parts --part 2/2 --terrain elsewhere/terrain.tif",
        "build elsewhere/footprints.geojson --store parts --part 2/2",
    ] {
        assert_eq!(run(wrong).0, 2, "{wrong}");
    }
    // A line for each tile, as a build prints it.
    let mut verbose = Command::new(env!("CARGO_BIN_EXE_groma"));
    verbose.current_dir(dir.path()).args(["city", "build", "--store", "parts", "--part", "2/2", "--threads", "1"]);
    let printed = String::from_utf8(verbose.output().unwrap().stderr).unwrap();
    let names = printed.lines().filter(|line| line.starts_with("tile ") && line.ends_with(" triangles")).count();
    assert!(names > 1 && names == missing.len(), "{printed}");
    assert_eq!(run("finish --store parts"), (0, String::new()));
    assert!(files(&dir.path().join("parts")) == files(&dir.path().join("whole")));
}

/// Of a city of many footprints, a plan that is killed has kept the islands that it has cleaned, and the next one takes
/// them up; of inputs that are refused nothing stays.
#[test]
fn a_plan_that_was_killed_goes_on_with_what_it_has_cleaned() {
    let dir = tempfile::tempdir().unwrap();
    let mut city = GenerateOptions::new(60_000);
    city.cell = 20.0;
    generate::write(dir.path().join("town"), &city).unwrap();
    let plan = |store: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
        command.current_dir(dir.path()).args(["city", "plan", "town/footprints.geojson", "--terrain"]);
        command.args(["town/terrain.tif", "--store", store, "--quiet"]).args(more);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        command
    };
    let islands = |store: &str| {
        let names = std::fs::read_dir(dir.path().join(store).join("prepared")).into_iter().flatten();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("islands-")).collect::<Vec<String>>()
    };
    assert!(plan("whole", &[]).status().unwrap().success());
    let mut killed = plan("killed", &[]).spawn().unwrap();
    while islands("killed").len() < 8 && killed.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let kept = islands("killed");
    assert!(kept.len() >= 8 && !dir.path().join("killed/prepared/plan.json").exists(), "{kept:?}");
    // What is damaged is made again.
    let damaged = dir.path().join("killed/prepared").join(&kept[0]);
    std::fs::write(&damaged, &std::fs::read(&damaged).unwrap()[1..]).unwrap();
    assert!(plan("killed", &[]).status().unwrap().success());
    assert_eq!(islands("killed"), Vec::<String>::new());
    assert!(islands("whole").is_empty());
    let (expected, found) = ("whole", "killed");
    assert!(files(&dir.path().join(found)) == files(&dir.path().join(expected)));
    for name in ["edges.bin", "blocks.bin", "parts.bin", "roofs.bin", "plan.json", "report.json"] {
        let of = |store: &str| std::fs::read(dir.path().join(store).join("prepared").join(name)).unwrap();
        assert!(of(found) == of(expected), "{name}");
    }
    assert!(!plan("refused", &["--min-building-area", "100000000"]).status().unwrap().success());
    assert!(!dir.path().join("refused").exists());
}
