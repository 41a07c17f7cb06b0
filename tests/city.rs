//! The tiled mesh is the untiled mesh, and it is sound.

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use common::city::{build, generated, in_memory, is_the_same_in_tiles, merged_file, options, real};
use groma::city::footprint::{Footprint, Lod};
use groma::city::generate::{GenerateOptions, city};
use groma::city::parameters::{GroundBesideBuildings, Parameters};
use groma::city::store::MeshStore;
use groma::city::{CityInput, Footprints};
use groma::io::surface::{Surface, TriangleSource};

#[test]
fn generated_cities_are_the_same_in_tiles() {
    is_the_same_in_tiles(&generated(2000, 1, false, [0, 0]), |_| {});
}

#[test]
fn hostile_cities_are_the_same_in_tiles() {
    for seed in 1..4 {
        is_the_same_in_tiles(&generated(500, seed, true, [0, 0]), |_| {});
    }
}

#[test]
#[ignore = "takes minutes: cargo test --release --test city -- --ignored"]
fn large_cities_are_the_same_in_tiles() {
    is_the_same_in_tiles(&generated(20_000, 1, false, [0, 0]), |_| {});
    is_the_same_in_tiles(&generated(20_000, 2, true, [0, 0]), |_| {});
    is_the_same_in_tiles(&generated(20_000, 3, true, [0, 0]), |_| {});
}

#[test]
fn every_parameter_keeps_tiles_the_same() {
    let (mut footprints, terrain) = city(&GenerateOptions { hostile: true, ..GenerateOptions::new(250) }).unwrap();
    for (n, footprint) in footprints.iter_mut().enumerate() {
        footprint.lod = [None, Some(Lod::Lod0), Some(Lod::Lod1)][n % 3];
    }
    let input = in_memory(footprints, terrain);
    let cases: [fn(&mut Parameters); 9] = [
        |p| p.lod = Lod::Lod0,
        |p| p.treat_lod0_as_holes = true,
        |p| p.merge_buildings = false,
        |p| (p.merge_buildings, p.treat_lod0_as_holes) = (false, true),
        |p| p.ground_beside_buildings = GroundBesideBuildings::Lowest,
        |p| (p.smoothing, p.min_mesh_angle) = (2, 28.0),
        |p| (p.max_mesh_size, p.building_mesh_triangle_size, p.min_mesh_angle) = (7.3, 2.1, 0.0),
        // Walls as coarse as the ground: a round then depends on what is farthest away.
        |p| p.building_mesh_triangle_size = p.max_mesh_size,
        |p| (p.min_building_detail, p.min_building_area, p.merge_tolerance) = (2.0, 50.0, 3.0),
    ];
    let mut seen = Vec::new();
    for case in cases {
        let bytes = is_the_same_in_tiles(&input, |options| case(&mut options.parameters));
        assert!(!seen.contains(&bytes), "each parameter does something");
        seen.push(bytes);
    }
}

#[test]
fn real_cities_are_the_same_in_tiles() {
    for name in ["denhaag", "delft-small"] {
        let test = "real_cities_are_the_same_in_tiles";
        let Some(folder) = common::shared(test, &format!("data/cities/{name}")) else { return };
        is_the_same_in_tiles(&real(&folder), |_| {});
        is_the_same_in_tiles(&real(&folder), |options| options.parameters.merge_buildings = false);
    }
}

#[test]
fn a_moved_city_is_the_same_mesh_moved() {
    let dir = tempfile::tempdir().unwrap();
    let offset = [320_000, 6_400_000];
    let (here, there) = (dir.path().join("here"), dir.path().join("there"));
    build(&generated(300, 5, true, [0, 0]), &here, &options(500.0, 2));
    build(&generated(300, 5, true, offset), &there, &options(500.0, 2));
    let triangles = |store: &Path, offset: [f64; 2]| {
        let mut all = Vec::new();
        let store = MeshStore::open(store).unwrap();
        store
            .for_each(&mut |triangle, marker| {
                // Exact: all coordinates lie on a grid of 2^-20 m.
                all.push((triangle.map(|[x, y, z]| [x - offset[0], y - offset[1], z].map(f64::to_bits)), marker));
                Ok(())
            })
            .unwrap();
        all
    };
    assert!(triangles(&here, [0.0, 0.0]) == triangles(&there, offset.map(|v| v as f64)));
}

#[test]
fn footprints_in_another_order_give_the_same_mesh_with_other_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let (footprints, terrain) = city(&GenerateOptions { hostile: true, ..GenerateOptions::new(300) }).unwrap();
    let mut other: Vec<Footprint> = footprints.clone();
    other.reverse();
    let half = other.len() / 2;
    other.rotate_left(half + 7);
    let terrain = std::sync::Arc::new(terrain);
    let ground = groma::city::Ground::Memory(terrain);
    let mut results = Vec::new();
    for (n, footprints) in [footprints, other].into_iter().enumerate() {
        let store = dir.path().join(format!("{n}"));
        let input = CityInput { footprints: Footprints::Memory(footprints.into()), terrain: ground.clone() };
        build(&input, &store, &options(500.0, 2));
        let members = members(&store);
        let surface = Surface::read(&merged_file(&store, "ply")).unwrap();
        let count = members.len() as i32;
        let named: Vec<(bool, Option<Vec<String>>)> = surface
            .markers
            .unwrap()
            .iter()
            .map(|&m| (m >= count, (m >= 0).then(|| members[(m % count) as usize].clone())))
            .collect();
        results.push((surface.vertices, surface.faces, named));
    }
    assert!(results[0].0 == results[1].0 && results[0].1 == results[1].1, "the geometry");
    assert!(results[0].2 == results[1].2, "the markers, by the names of the footprints");
}

/// The names of the footprints of each building of a store, sorted.
fn members(store: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(store.join("buildings.jsonl")).unwrap();
    let names = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let names = line["members"].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_string());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    text.lines().map(names).collect()
}

#[test]
fn another_checker_agrees() {
    let test = "another_checker_agrees";
    let Some(checker) = common::shared(test, "tools/check_mesh.py") else { return };
    let imports = ["-c", "import numpy, scipy, meshio"];
    if !Command::new("python3").args(imports).output().is_ok_and(|o| o.status.success()) {
        common::skip(test, "Python 3 with numpy, scipy and meshio", "pip install numpy scipy meshio");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let report = build(&generated(200, 3, false, [0, 0]), &store, &options(250.0, 2));
    let mesh = merged_file(&store, "vtu");
    let json = dir.path().join("figures.json");
    let run = Command::new("python3")
        .arg(checker)
        .arg(&mesh)
        .args(["--scheme", "dtcc", "--tile", "250", "--tol", "0", "--nsub", &report.buildings.to_string(), "--json"])
        .arg(&json)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let figures: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    assert_eq!(figures["faces"], report.counts.triangles());
    for none in [
        "unreferenced_vertices",
        "nonfinite_vertices",
        "duplicate_vertices_exact",
        "duplicate_faces_extra",
        "edges_nonmanifold_gt2",
        "edges_2_faces_bad_orientation",
        "open_edges_interior",
        "t_junction_edges",
    ] {
        assert_eq!(figures[none], 0, "{none}");
    }
}
