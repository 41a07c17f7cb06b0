//! The memory limit is a limit: what a process takes at most, as the system measured it, stays under it, whatever the data;
//! one that is too small is refused at once with the smallest that does.

mod common;

use std::path::Path;
use std::process::Command;

use groma::city::build::{CityInput, Footprints, Ground};
use groma::city::generate::{self, GenerateOptions as CityOptions};
use groma::city::geojson::FootprintOptions;
use groma::city::parameters::Parameters;
use groma::city::terrain::TerrainOptions;
use groma::city::tile_size::{TileSizeOptions, calculate_optimal_tile_size, measure_city};
use groma::trajectory::generate::{GenerateOptions, generate};

const MIB: u64 = 1 << 20;

fn no_peak_here(test: &str) -> bool {
    // What Windows tells has megabytes of the system's own libraries in it.
    let missing = !cfg!(target_os = "linux");
    if missing {
        common::skip(test, "a system that tells the peak memory of a process alone", "run it on Linux");
    }
    missing
}

/// Runs a build with a limit, in a process of its own, and gives its peak; or the smallest limit that would do.
fn peak_with(arguments: &[&str], threads: &str, limit: u64) -> Result<u64, u64> {
    let limit = limit.to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_groma"))
        .args(arguments)
        .args([if arguments[0] == "city" { "--workers" } else { "--threads" }, threads])
        .args(["--memory-limit", &limit, "--json"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        return Ok(report["process_peak_bytes"].as_u64().unwrap());
    }
    let needed = said.split_once(": at least ").unwrap_or_else(|| panic!("{said}")).1;
    Err(needed.split_once(" bytes").unwrap().0.parse().unwrap())
}

/// Looks at limits from one that is too small to one that is ample. A refused build leaves nothing in the folder `output`. Of a
/// city the footprints are looked at first, then their cleaning, then the tiles: each may refuse the limit once.
fn hold(what: &str, arguments: &[&str], threads: &str, ample: u64, output: &Path) {
    let mut needed = peak_with(arguments, threads, 12 * MIB).expect_err("12 MiB is too little");
    let stages = if arguments[0] == "city" { 3 } else { 1 };
    for _ in 1..stages {
        needed = peak_with(arguments, threads, needed).err().unwrap_or(needed);
    }
    let left = std::fs::read_dir(output).into_iter().flatten().count();
    assert!(left == 0 || output.join("groma-store.json").exists(), "{what}: a refused build has begun");
    for limit in [needed, needed + needed / 4, ample] {
        let _ = std::fs::remove_dir_all(output);
        let peak = peak_with(arguments, threads, limit).unwrap_or_else(|more| {
            panic!("{what}: {limit} bytes do not suffice, though {needed} should; {more} would")
        });
        assert!(peak <= limit, "{what}, {threads} threads: {peak} bytes with a limit of {limit}");
        println!("{what}, {threads} threads: {:.1} of {:.1} MiB", peak as f64 / MIB as f64, limit as f64 / MIB as f64);
    }
    let _ = std::fs::remove_dir_all(output);
}

#[test]
fn tables_stay_under_the_limit() {
    if no_peak_here("tables_stay_under_the_limit") {
        return;
    }
    for (trajectories, shards, steps) in [(2000, 9, 100), (20_000, 3, 50), (200_000, 2, 5)] {
        let dir = tempfile::tempdir().unwrap();
        generate(dir.path(), &GenerateOptions::new(trajectories, shards, steps)).unwrap();
        let arguments = ["trajectories", "build", dir.path().to_str().unwrap(), "--cell-size", "20"];
        let tables = dir.path().join("spatial_hashing/cellsize_20.000");
        for threads in ["1", "2"] {
            hold(&format!("{trajectories} trajectories"), &arguments, threads, 256 * MIB, &tables);
        }
    }
}

#[test]
fn city_meshes_stay_under_the_limit() {
    if no_peak_here("city_meshes_stay_under_the_limit") {
        return;
    }
    for (buildings, threads) in [(500, "1"), (6000, "1"), (6000, "2")] {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("city");
        generate::write(&data, &CityOptions::new(buildings)).unwrap();
        let (footprints, terrain) = (data.join("footprints.geojson"), data.join("terrain.tif"));
        let store = dir.path().join("store");
        let build = ["city", "build", footprints.to_str().unwrap(), "--terrain", terrain.to_str().unwrap(), "--store"];
        let arguments = [&build[..], &[store.to_str().unwrap()]].concat();
        hold(&format!("{buildings} buildings"), &arguments, threads, 512 * MIB, &store);
    }
}

/// The tile size that groma proposes for a limit is one that it allows.
#[test]
fn proposed_tile_sizes_stay_under_the_limit() {
    if no_peak_here("proposed_tile_sizes_stay_under_the_limit") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("city");
    let buildings = 6000;
    generate::write(&data, &CityOptions::new(buildings)).unwrap();
    let (footprints, terrain) = (data.join("footprints.geojson"), data.join("terrain.tif"));
    let input = CityInput {
        footprints: Footprints::File(footprints.clone(), FootprintOptions::default()),
        terrain: Ground::File(terrain.clone()),
    };
    let measures = measure_city(&input, None, &Parameters::default(), &TerrainOptions::default()).unwrap();
    for (limit, threads) in [(48 * MIB, "1"), (64 * MIB, "2"), (256 * MIB, "2")] {
        let threads_number = threads.parse().unwrap();
        let sizing = TileSizeOptions { memory_limit: limit, threads: threads_number, ..TileSizeOptions::default() };
        let estimate = calculate_optimal_tile_size(measures.bounds, measures.edge_pieces_per_km2, &sizing).unwrap();
        let (store, size) = (dir.path().join(format!("{limit}-{threads}")), estimate.tile_size.to_string());
        let build = ["city", "build", footprints.to_str().unwrap(), "--terrain", terrain.to_str().unwrap()];
        let tiles = ["--store", store.to_str().unwrap(), "--tile-size", &size];
        let peak = peak_with(&[&build[..], &tiles[..]].concat(), threads, limit).unwrap();
        assert!(peak <= limit, "{peak} bytes with a limit of {limit} and {estimate}");
    }
}
