//! The memory limit is a limit: the anonymous memory of a job, as the system measured it, stays under it, whatever the
//! data; a limit that is too small is refused at once with the smallest that does.
#![cfg(target_os = "linux")]

mod common;
#[path = "common/memory.rs"]
mod memory;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use common::city::{in_memory, rectangle};
use flate2::write::GzEncoder;
use groma::Error;
use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
use groma::city::clean::clean;
use groma::city::domain::Domain;
use groma::city::footprint::{Footprint, HeightReference, Polygon};
use groma::city::footprints::FootprintOptions;
use groma::city::generate::{self, GenerateOptions as GenerateCityOptions};
use groma::city::levels::{LevelsOptions, build_levels};
use groma::city::parameters::Parameters;
use groma::city::store::{Compression, ExportFormat, MeshStore, export};
use groma::city::terrain::Terrain;
use groma::city::tile_size::{TileSizeOptions, calculate_optimal_tile_size, measure_city};
use groma::city::tileset::check::check_tileset;
use groma::city::tileset::{TilesetOptions, export_tileset};
use groma::city::{CityInput, Footprints, Ground};
use groma::job::{Pool, RunOptions, Runner};
use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::import::{ImportOptions, import};
use memory::{measured, work_if_measured};
use serde_json::{Value, json};

const MIB: u64 = 1 << 20;

fn city_input(data: &Path) -> CityInput {
    CityInput {
        footprints: Footprints::File(data.join("footprints.geojson"), FootprintOptions::default()),
        terrain: Ground::File(data.join("terrain.tif")),
    }
}

/// A build with a limit.
struct Build<'a> {
    /// What to build: `tables` or `city`.
    what: &'a str,
    data: &'a Path,
    /// Where it goes; tables go below `data` in any case.
    output: &'a Path,
    tile_size: f64,
    threads: usize,
}

impl Build<'_> {
    /// The peak of its memory in a process of its own; or the smallest limit that would do.
    fn peak_with(&self, limit: u64) -> Result<u64, u64> {
        let (data, output) = (self.data.to_str().unwrap(), self.output.to_str().unwrap());
        let result = measured(
            "the_measure_has_anonymous_memory_and_no_program",
            &json!({ "what": self.what, "data": data, "output": output, "tile_size": self.tile_size,
                     "threads": self.threads, "limit": limit }),
        );
        result["needed"].as_u64().map_or_else(|| Ok(result["peak"].as_u64().unwrap()), Err)
    }

    /// In that process.
    fn run(job: &Value) -> Value {
        let text = |name: &str| Path::new(job[name].as_str().unwrap());
        let run = RunOptions {
            threads: job["threads"].as_u64().unwrap() as usize,
            memory_limit: job["limit"].as_u64().unwrap(),
            ..RunOptions::default()
        };
        let done = if job["what"] == "tables" {
            build_hash_tables(text("data"), &BuildHashTablesOptions { run, ..BuildHashTablesOptions::new(20.0) })
                .map(drop)
        } else {
            let options = BuildCityMeshOptions {
                run,
                tile_size: job["tile_size"].as_f64().unwrap(),
                ..BuildCityMeshOptions::default()
            };
            build_city_mesh(&city_input(text("data")), text("output"), &options).map(drop)
        };
        match done {
            Ok(()) => json!({}),
            Err(Error::MemoryLimit { needed, .. }) => json!({ "needed": needed }),
            Err(other) => panic!("{other}"),
        }
    }
}

/// Looks at limits from one that is too small to one that is ample. A refused build leaves nothing in the folder
/// `output`. Of a city the footprints are looked at first, then their cleaning, then the tiles: each may refuse the
/// limit once.
fn hold(what: &str, build: &Build, ample: u64) {
    let (threads, output) = (build.threads, build.output);
    let mut needed = build.peak_with(12 * MIB).expect_err("12 MiB is too little");
    let stages = if build.what == "city" { 3 } else { 1 };
    for _ in 1..stages {
        needed = build.peak_with(needed).err().unwrap_or(needed);
    }
    let left = std::fs::read_dir(output).into_iter().flatten().count();
    assert!(left == 0 || output.join("groma-store.json").exists(), "{what}: a refused build has begun");
    for limit in [needed, needed + needed / 4, ample] {
        let _ = std::fs::remove_dir_all(output);
        let peak = build.peak_with(limit).unwrap_or_else(|more| {
            panic!("{what}: {limit} bytes do not suffice, though {needed} should; {more} would")
        });
        assert!(peak <= limit, "{what}, {threads} threads: {peak} bytes with a limit of {limit}");
        println!("{what}, {threads} threads: {:.1} of {:.1} MiB", peak as f64 / MIB as f64, limit as f64 / MIB as f64);
    }
    let _ = std::fs::remove_dir_all(output);
}

/// Many footprints over one place, with a limit.
struct Pile<'a> {
    kind: &'a str,
    count: u32,
    merge: bool,
    /// Whether it is meshed; otherwise it is cleaned only.
    mesh: bool,
}

impl Pile<'_> {
    /// The number of buildings and the peak of its memory in a process of its own; or the error.
    fn built_with(&self, limit: u64) -> Result<(u64, u64), String> {
        let job = json!({ "what": "pile", "kind": self.kind, "count": self.count, "merge": self.merge,
                          "mesh": self.mesh, "limit": limit });
        let result = measured("the_measure_has_anonymous_memory_and_no_program", &job);
        let number = |name: &str| result[name].as_u64().unwrap();
        match result["refused"].as_str() {
            Some(error) => Err(error.to_string()),
            None => Ok((number("buildings"), number("peak"))),
        }
    }

    /// In that process.
    fn run(job: &Value) -> Value {
        let count = job["count"].as_u64().unwrap();
        let footprints: Vec<Footprint> = (0..count)
            .map(|n| Footprint {
                id: format!("flat {n}"),
                polygons: vec![Polygon { rings: vec![Pile::ring(job["kind"].as_str().unwrap(), n, count)] }],
                height: 10.0 + (n % 5) as f64,
                reference: HeightReference::Ground,
                lod: None,
            })
            .collect();
        let merge = job["merge"] == true;
        let run = RunOptions { threads: 1, memory_limit: job["limit"].as_u64().unwrap(), ..RunOptions::default() };
        let buildings =
            if job["mesh"] == true { Pile::mesh(footprints, merge, run) } else { Pile::clean(footprints, merge, run) };
        match buildings {
            Ok(buildings) => json!({ "buildings": buildings }),
            Err(error @ Error::MemoryLimit { .. }) => json!({ "refused": error.to_string() }),
            Err(other) => panic!("{other}"),
        }
    }

    fn mesh(footprints: Vec<Footprint>, merge_buildings: bool, run: RunOptions) -> groma::Result<u64> {
        let terrain = Terrain::from_memory(110, 110, 0.0, 1100.0, [10.0; 2], vec![5.0; 110 * 110], None).unwrap();
        let input =
            CityInput { footprints: Footprints::Memory(footprints.into()), terrain: Ground::Memory(Arc::new(terrain)) };
        let parameters = Parameters { merge_buildings, ..Parameters::default() };
        let store = tempfile::tempdir().unwrap();
        let options = BuildCityMeshOptions { parameters, run, ..BuildCityMeshOptions::default() };
        build_city_mesh(&input, store.path().join("store"), &options).map(|report| report.buildings)
    }

    fn clean(footprints: Vec<Footprint>, merge_buildings: bool, run: RunOptions) -> groma::Result<u64> {
        let pool = Pool::new(&run).unwrap();
        let roofs: Vec<f64> = footprints.iter().map(|footprint| footprint.height).collect();
        let domain = Domain::new([0.0, 0.0, 1100.0, 1100.0]).unwrap();
        let parameters = Parameters { merge_buildings, ..Parameters::DEFAULT };
        let cleaned = pool.install(|| clean(&footprints, &roofs, &domain.into(), &parameters, pool.context()));
        cleaned.map(|cleaned| cleaned.buildings.len() as u64)
    }

    fn ring(kind: &str, n: u64, count: u64) -> Vec<[f64; 2]> {
        let share = n as f64 / count as f64;
        let rectangle = |[x, y]: [f64; 2], [w, h]: [f64; 2]| vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
        match kind {
            "equal" => rectangle([500.0, 500.0], [20.0, 15.0]),
            "nested" => rectangle([500.0 + 5.0 * share; 2], [30.0 - 10.0 * share, 25.0 - 10.0 * share]),
            "moved" => rectangle([500.0 + 10.0 * share; 2], [20.0, 15.0]),
            // Half of the strips go to the east, half to the north.
            "woven" if n.is_multiple_of(2) => rectangle([100.0, 100.0 + 800.0 * share], [800.0, 800.0 / count as f64]),
            "woven" => rectangle([100.0 + 800.0 * share, 100.0], [800.0 / count as f64, 800.0]),
            _ => {
                let (sin, cos) = (std::f64::consts::PI * share).sin_cos();
                let corners = [[-50.0, -2.0], [50.0, -2.0], [50.0, 2.0], [-50.0, 2.0]];
                corners.map(|[u, v]| [500.0 + u * cos - v * sin, 500.0 + u * sin + v * cos]).to_vec()
            }
        }
    }
}

/// What the other tests measure with. All jobs of this file are done in this test's place.
#[test]
fn the_measure_has_anonymous_memory_and_no_program() {
    const TOUCHED: u64 = 40 * MIB;
    work_if_measured(|job| {
        match job["what"].as_str() {
            Some("touch") => {}
            Some("pile") => return Pile::run(job),
            Some("bomb") => return import_bomb(job),
            Some("export") => return exported(job),
            _ => return Build::run(job),
        }
        let touched = vec![1u8; TOUCHED as usize];
        json!({ "sum": touched.iter().map(|&byte| u64::from(byte)).sum::<u64>() })
    });
    let peak = |what| measured("the_measure_has_anonymous_memory_and_no_program", &json!({ "what": what }));
    let touching = peak("touch");
    assert_eq!(touching["sum"], TOUCHED);
    let found = touching["peak"].as_u64().unwrap();
    // What a test program has without doing anything: heaps and stacks of two threads.
    assert!((TOUCHED..TOUCHED + 2 * MIB).contains(&found), "{found} bytes");
}

#[test]
fn tables_stay_under_the_limit() {
    for (trajectories, shards, steps) in [(2000, 9, 100), (20_000, 3, 50), (200_000, 2, 5)] {
        let dir = tempfile::tempdir().unwrap();
        generate(dir.path(), &GenerateOptions::new(trajectories, shards, steps)).unwrap();
        let output = dir.path().join("spatial_hashing/cellsize_20.000");
        for threads in [1, 2] {
            let build = Build { what: "tables", data: dir.path(), output: &output, tile_size: 0.0, threads };
            hold(&format!("{trajectories} trajectories"), &build, 256 * MIB);
        }
    }
}

#[test]
fn city_meshes_stay_under_the_limit() {
    for (buildings, threads) in [(500, 1), (6000, 1), (6000, 2)] {
        let dir = tempfile::tempdir().unwrap();
        let (data, store) = (dir.path().join("city"), dir.path().join("store"));
        generate::write(&data, &GenerateCityOptions::new(buildings)).unwrap();
        let build = Build { what: "city", data: &data, output: &store, tile_size: 1000.0, threads };
        hold(&format!("{buildings} buildings"), &build, 512 * MIB);
    }
}

/// In a process of its own, makes a tileset, levels or GLB files of a store, or checks a tileset.
fn exported(job: &Value) -> Value {
    let text = |name: &str| Path::new(job[name].as_str().unwrap());
    let run = RunOptions {
        threads: job["threads"].as_u64().unwrap() as usize,
        memory_limit: job["limit"].as_u64().unwrap(),
        ..RunOptions::default()
    };
    let (store, output, mut runner) = (text("store"), text("output"), Runner::new(&run).unwrap());
    let store = MeshStore::open(store).unwrap();
    let options = TilesetOptions { crs: Some(3006), geoid_offset: Some(0.0), ..TilesetOptions::default() };
    let done = match job["kind"].as_str().unwrap() {
        "tileset" => export_tileset(&store, output, &options, &mut runner).map(drop),
        "levels" => build_levels(&store, &LevelsOptions::default(), &mut runner).map(drop),
        "check" => check_tileset(output, &mut runner).map(|checked| assert!(checked.sound)),
        _ => export(&store, output, ExportFormat::Glb(Compression::Meshopt), &mut runner).map(drop),
    };
    match done {
        Ok(()) => json!({}),
        Err(Error::MemoryLimit { needed, .. }) => json!({ "needed": needed }),
        Err(other) => panic!("{other}"),
    }
}

/// What is made of tiles one after the other stays under its limit, also under the smallest that it accepts.
#[test]
fn exports_of_cities_stay_under_the_limit() {
    for buildings in [1500, 9000] {
        let dir = tempfile::tempdir().unwrap();
        let (data, store) = (dir.path().join("city"), dir.path().join("store"));
        generate::write(&data, &GenerateCityOptions::new(buildings)).unwrap();
        let options = BuildCityMeshOptions { tile_size: 1000.0, ..BuildCityMeshOptions::default() };
        build_city_mesh(&city_input(&data), &store, &options).unwrap();
        for (kind, threads) in [("tileset", 1), ("tileset", 2), ("check", 1), ("glb", 1)] {
            let output = dir.path().join(if kind == "glb" { "glb" } else { "tileset" });
            let peak_with = |limit: u64| {
                if kind != "check" {
                    let _ = std::fs::remove_dir_all(&output);
                }
                let result = measured(
                    "the_measure_has_anonymous_memory_and_no_program",
                    &json!({ "what": "export", "kind": kind, "store": store, "output": output, "threads": threads,
                             "limit": limit }),
                );
                result["needed"].as_u64().map_or_else(|| Ok(result["peak"].as_u64().unwrap()), Err)
            };
            // A limit that suffices for the first tile may not for the largest.
            let mut needed = peak_with(13 * MIB).expect_err("13 MiB is too little");
            while let Err(more) = peak_with(needed) {
                assert!(more > needed);
                needed = more;
            }
            for limit in [needed, 256 * MIB] {
                let peak = peak_with(limit).unwrap();
                println!(
                    "{buildings} buildings, {kind}, {threads} threads: {:.1} of {:.1} MiB",
                    peak as f64 / MIB as f64,
                    limit as f64 / MIB as f64
                );
                assert!(peak <= limit, "{kind}: {peak} bytes with a limit of {limit}");
            }
        }
    }
}

/// A country takes the memory of a large city, that of its largest tile, and 2 KiB for each square of 500 m.
#[test]
fn the_memory_of_levels_and_tilesets_does_not_grow_with_the_city() {
    let peaks_of = |columns: usize| {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("store");
        let height = |n: usize| 60.0 + 25.0 * ((n % columns) as f32 / 23.0).sin() * ((n / columns) as f32 / 31.0).cos();
        let heights = (0..columns * 181).map(height).collect();
        let terrain = Terrain::from_memory(columns, 181, 0.0, 9050.0, [50.0; 2], heights, None).unwrap();
        let house = |n: usize| {
            let [x, y] = [100.0 + 500.0 * (n / 18) as f64, 100.0 + 499.0 * (n % 18) as f64];
            rectangle(&format!("{n}"), [x, y, 20.0, 15.0], 100.0 + (n % 7) as f64 * 9.0)
        };
        let input = in_memory((0..columns / 10 * 18).map(house).collect(), terrain);
        let mut options = BuildCityMeshOptions::default();
        options.parameters.max_mesh_size = 40.0;
        build_city_mesh(&input, &store, &options).unwrap();
        ["tileset", "levels"].map(|kind| {
            let output = dir.path().join(kind);
            let job = json!({ "what": "export", "kind": kind, "store": store, "output": output, "threads": 1,
                              "limit": 256 * MIB });
            measured("the_measure_has_anonymous_memory_and_no_program", &job)["peak"].as_u64().unwrap()
        })
    };
    let (city, country) = (peaks_of(181), peaks_of(724));
    println!("a city of 9 x 9 km: {city:?} bytes; 36 x 9 km: {country:?} bytes");
    let more_squares = (73 - 19) * 19;
    for (city, country) in city.into_iter().zip(country) {
        assert!(country < city + 2048 * more_squares, "{country} bytes instead of {city}");
    }
}

/// The tile size that groma proposes for a limit is one that it allows.
#[test]
fn proposed_tile_sizes_stay_under_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("city");
    generate::write(&data, &GenerateCityOptions::new(6000)).unwrap();
    let measures = measure_city(&city_input(&data), None, None, &Parameters::default()).unwrap();
    for (limit, threads) in [(48 * MIB, 1), (64 * MIB, 2), (256 * MIB, 2)] {
        let sizing = TileSizeOptions { memory_limit: limit, threads, ..TileSizeOptions::default() };
        let estimate = calculate_optimal_tile_size(measures.bounds, measures.edge_pieces_per_km2, &sizing).unwrap();
        let store = dir.path().join(format!("{limit}-{threads}"));
        let tile_size = estimate.tile_size;
        let build = Build { what: "city", data: &data, output: &store, tile_size, threads };
        let peak = build.peak_with(limit).unwrap();
        assert!(peak <= limit, "{peak} bytes with a limit of {limit} and {estimate}");
    }
}

/// Cadastres have a footprint for each flat. As many over one place take memory by their number, not by its square.
#[test]
fn footprints_over_one_place_take_memory_by_their_number() {
    for (kind, count) in [("equal", 10_000), ("nested", 4000), ("moved", 2000)] {
        for merge in [true, false] {
            let (buildings, peak) = Pile { kind, count, merge, mesh: true }.built_with(64 * MIB).unwrap();
            println!("{count} {kind}, merge {merge}: {:.1} MiB", peak as f64 / MIB as f64);
            assert!(peak <= 32 * MIB, "{count} {kind}, merge {merge}: {peak} bytes");
            if kind == "equal" || merge {
                assert_eq!(buildings, 1, "{count} {kind}, merge {merge}");
            }
        }
    }
}

/// Imports a file, which ends in an error.
fn import_bomb(job: &Value) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = Path::new(job["file"].as_str().unwrap());
    let error = import(file, &folder.path().join("out"), &ImportOptions::new(10)).unwrap_err();
    json!({ "error": error.to_string() })
}

/// A gzip file of a quarter of a megabyte that becomes 256 MiB takes no more memory than a record may.
#[test]
fn compressed_files_that_become_large_take_the_memory_of_a_record() {
    let dir = tempfile::tempdir().unwrap();
    for (name, start, endless) in [
        ("field", "id,frame,x,y\n1,0,", b'1'),
        ("quote", "id,frame,x,y\n1,0,\"", b'\n'),
        ("names", "id,frame,x,y,", b'a'),
        ("blanks", "id frame x y\n1 0 2 ", b' '),
        ("comment", "# ", b'#'),
        ("tag", "<fcd-export><timestep time=\"0\"><vehicle id=\"", b'v'),
    ] {
        let file = dir.path().join(name);
        let mut packed = GzEncoder::new(File::create(&file).unwrap(), flate2::Compression::fast());
        packed.write_all(start.as_bytes()).unwrap();
        let block = vec![endless; MIB as usize];
        (0..256).for_each(|_| packed.write_all(&block).unwrap());
        packed.finish().unwrap();
        let job = json!({ "what": "bomb", "file": file });
        let ended = measured("the_measure_has_anonymous_memory_and_no_program", &job);
        let (error, peak) = (ended["error"].as_str().unwrap(), ended["peak"].as_u64().unwrap());
        println!("{name}: {:.1} MiB, {error}", peak as f64 / MIB as f64);
        assert!(error.contains(name) && error.contains("1 MiB"), "{name}: {error}");
        assert!(peak < 16 * MIB, "{name}: {peak} bytes");
    }
}

/// Where footprints cross each other as often as the square of their number, what that takes is counted before.
#[test]
fn footprints_that_cross_each_other_stay_under_the_limit_or_are_refused() {
    let pile = |kind, count, merge| Pile { kind, count, merge, mesh: false };
    for (kind, count, merge) in [("woven", 300, true), ("woven", 200, false), ("star", 400, true)] {
        let limit = 256 * MIB;
        let (_, peak) = pile(kind, count, merge).built_with(limit).unwrap();
        println!("{count} {kind}, merge {merge}: {:.1} MiB", peak as f64 / MIB as f64);
        assert!(peak <= limit, "{count} {kind}, merge {merge}: {peak} bytes");
    }
    for (kind, count, merge) in [("woven", 900, true), ("woven", 900, false), ("star", 200, false)] {
        let refused = pile(kind, count, merge).built_with(64 * MIB).unwrap_err();
        let named = format!("cleaning {count} footprints that cross each other, flat 0, flat 1");
        assert!(refused.contains(&named), "{refused}");
    }
}
