//! What the tests of city meshes share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use groma::city::build::{BuildCityMeshOptions, CityReport, build_city_mesh};
use groma::city::footprint::Footprint;
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
