//! What the tests of city meshes share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use groma::city::build::{BuildCityMeshOptions, CityReport, build_city_mesh};
use groma::city::check::{CheckOptions, CheckReport, check};
use groma::city::footprint::{Footprint, HeightReference, Polygon};
use groma::city::generate::{self, GenerateOptions};
use groma::city::merge::{MergeOptions, merge_to_file};
use groma::city::store::MeshStore;
use groma::city::terrain::Terrain;
use groma::city::{CityInput, Footprints, Ground};
use groma::job::{RunOptions, Runner};

/// A generated city in memory.
pub fn generated(buildings: u32, seed: u64, hostile: bool, offset: [i64; 2]) -> CityInput {
    let options = GenerateOptions { seed, hostile, offset, ..GenerateOptions::new(buildings) };
    let (footprints, terrain) = generate::city(&options).unwrap();
    in_memory(footprints, terrain)
}

pub fn in_memory(footprints: Vec<Footprint>, terrain: Terrain) -> CityInput {
    CityInput { footprints: Footprints::Memory(footprints.into()), terrain: Ground::Memory(Arc::new(terrain)) }
}

/// A rectangle at (`x`, `y`), `w` x `h` metres, with its roof at this elevation.
pub fn rectangle(id: &str, [x, y, w, h]: [f64; 4], roof: f64) -> Footprint {
    let ring = vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
    Footprint {
        id: id.into(),
        polygons: vec![Polygon { rings: vec![ring] }],
        height: roof,
        reference: HeightReference::Absolute,
        lod: None,
    }
}

/// The area of a footprint's polygons without their holes, in the square of its coordinates' unit.
pub fn area(footprint: &Footprint) -> f64 {
    let ring = |ring: &Vec<[f64; 2]>| {
        let [x0, y0] = ring[0];
        let pairs = ring.iter().zip(ring.iter().cycle().skip(1));
        0.5 * pairs.map(|(a, b)| (a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0)).sum::<f64>().abs()
    };
    let polygon = |rings: &[Vec<[f64; 2]>]| ring(&rings[0]) - rings[1..].iter().map(ring).sum::<f64>();
    footprint.polygons.iter().map(|p| polygon(&p.rings)).sum()
}

/// A city of the data beside the project.
pub fn real(folder: &Path) -> CityInput {
    CityInput {
        footprints: Footprints::File(folder.join("footprints.geojson"), Default::default()),
        terrain: Ground::File(folder.join("dem.tif")),
    }
}

pub fn options(tile_size: f64, threads: usize) -> BuildCityMeshOptions {
    let run = RunOptions { threads, memory_limit: 1 << 30, ..RunOptions::default() };
    let mut options = BuildCityMeshOptions { tile_size, run, ..BuildCityMeshOptions::default() };
    // The real terrains have large gaps.
    options.parameters.max_fill_distance = 1000.0;
    options
}

pub fn build(input: &CityInput, store: &Path, options: &BuildCityMeshOptions) -> CityReport {
    let report = build_city_mesh(input, store, options).unwrap();
    assert!(report.is_complete(), "{report}");
    report
}

/// The merged mesh of a store as a PLY file beside it; its bytes.
pub fn merged(store: &Path) -> Vec<u8> {
    std::fs::read(merged_file(store, "ply")).unwrap()
}

pub fn merged_file(store: &Path, extension: &str) -> PathBuf {
    let path = store.with_extension(extension);
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    merge_to_file(&MeshStore::open(store).unwrap(), &path, &MergeOptions::default(), &mut runner).unwrap();
    path
}

/// One tile for all.
pub const UNTILED: f64 = 100_000.0;

fn checked(store: &Path, report: &CityReport, holes: bool) -> CheckReport {
    let runner = Runner::new(&RunOptions::default()).unwrap();
    let store = MeshStore::open(store).unwrap();
    let area = store.manifest().city.as_ref().map(|city| city.area()).filter(|area| !area.is_rectangle());
    let (bounds, buildings) = (Some(report.bounds), Some(report.buildings as u32));
    let options = CheckOptions { bounds, area, buildings, holes, ..CheckOptions::default() };
    check(&store, &options, runner.context()).unwrap()
}

/// Builds a city untiled and in tiles of all sizes, on 1 and 2 threads: the same bytes, and a sound surface.
pub fn is_the_same_in_tiles(input: &CityInput, change: impl Fn(&mut BuildCityMeshOptions)) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let with = |tile_size: f64, threads: usize| {
        let mut options = options(tile_size, threads);
        change(&mut options);
        options
    };
    let whole = dir.path().join("whole");
    let report = build(input, &whole, &with(UNTILED, 1));
    let expected = merged(&whole);
    let holes = with(UNTILED, 1).parameters.treat_lod0_as_holes;
    let check = checked(&whole, &report, holes);
    assert!(check.is_sound(), "{check}");
    assert!(holes || check.covers_domain(), "{check}");
    for tile_size in [250.0, 500.0, 750.0, 1000.0] {
        for threads in [1, 2] {
            let store = dir.path().join(format!("tiles-{tile_size}-{threads}"));
            let report = build(input, &store, &with(tile_size, threads));
            log_heals(&report);
            assert!(merged(&store) == expected, "tiles of {tile_size} m on {threads} threads");
        }
    }
    expected
}

/// Making tiles again is right but slow: on a city without hostile footprints none should need it.
fn log_heals(report: &CityReport) {
    if !report.healed.is_empty() {
        println!("{} of {} tiles were made again with a wider halo", report.healed.len(), report.tiles);
    }
    assert!(report.healed.is_empty() || report.counts.quality.under_10 > 0, "{:?}", report.healed);
}
