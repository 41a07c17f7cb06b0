//! The levels of detail of a city: a store that is read as any other, whose tiles fit each other on all levels and
//! depend on the city alone.

mod common;
#[allow(dead_code)]
#[path = "common/tileset.rs"]
mod tileset;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use common::city::{generated, in_memory, options, rectangle};
use groma::Error;
use groma::city::CityInput;
use groma::city::build::build_city_mesh;
use groma::city::check::{Expectations, check_store};
use groma::city::inspect::inspect;
use groma::city::levels::{LevelsOptions, LevelsReport, build_levels};
use groma::city::local::{LocalMesh, LocalOptions};
use groma::city::merge::{MergeOptions, merge_to_file};
use groma::city::store::{self, ExportFormat, MeshStore};
use groma::city::terrain::Terrain;
use groma::city::tileset::{Compression, export_tileset};
use groma::job::{RunOptions, Runner};
use tileset::{Files, build, export, files, local};

fn levels(store: &Path, options: LevelsOptions, threads: usize) -> LevelsReport {
    let run = RunOptions { threads, ..RunOptions::default() };
    build_levels(&MeshStore::open(store).unwrap(), &options, &mut Runner::new(&run).unwrap()).unwrap()
}

fn runner() -> Runner {
    Runner::new(&RunOptions::default()).unwrap()
}

/// Houses of many heights on hills, some on the borders of tiles.
fn hills() -> CityInput {
    let height = |n: usize| 30.0 + 9.0 * ((n % 91) as f32 / 9.0).sin() * ((n / 91) as f32 / 7.0).cos();
    let terrain = Terrain::from_memory(91, 91, 0.0, 2275.0, [25.0; 2], (0..91 * 91).map(height).collect(), None);
    let house = |n: usize| {
        let at = [40.0 + 83.7 * (n * 37 % 26) as f64, 50.0 + 80.9 * (n * 61 % 26) as f64];
        let top = 45.0 + [4.0, 7.0, 12.0, 25.0, 60.0][n % 5];
        rectangle(&format!("house {n}"), [at[0], at[1], 14.0 + (n % 3) as f64, 21.0], top)
    };
    in_memory((0..60).map(house).collect(), terrain.unwrap())
}

type Edges = HashMap<[[u64; 3]; 2], i32>;

/// The edges of tiles that do not cancel.
fn open_edges(store: &MeshStore, names: &[String]) -> Edges {
    let mut edges = Edges::new();
    for name in names {
        let tile = store.get_tile(name).unwrap();
        let at = |v: u32| tile.vertices()[v as usize].map(f64::to_bits);
        for &[a, b, c] in tile.faces() {
            for (from, to) in [(a, b), (b, c), (c, a)].map(|(from, to)| (at(from), at(to))) {
                let (edge, times) = if from < to { ([from, to], 1) } else { ([to, from], -1) };
                *edges.entry(edge).or_insert(0) += times;
            }
        }
    }
    edges.retain(|_, times| *times != 0);
    edges
}

/// A view of tiles on mixed levels: by chance a tile itself, or what its children show.
fn mix(store: &MeshStore, name: &str, seed: &mut u64, view: &mut Vec<String>) {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let children = store.level(name).unwrap().children;
    if children.is_empty() || *seed >> 62 == 0 {
        view.push(name.to_string());
    } else {
        children.iter().for_each(|child| mix(store, child, seed, view));
    }
}

#[test]
fn levels_are_a_store_whose_tiles_fit_each_other_on_any_level() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    build(&hills(), &folder, 750.0);
    let report = levels(&folder, LevelsOptions::default(), 2);
    assert_eq!(report.levels.iter().map(|level| level.tiles).collect::<Vec<_>>(), [25, 9, 4, 1]);
    assert!(report.levels.is_sorted_by(|a, b| a.triangles > b.triangles && a.geometric_error < b.geometric_error));
    let store = MeshStore::open(&folder).unwrap();
    let of_levels = store.levels().unwrap();
    let names = of_levels.list_tiles().unwrap();
    assert_eq!((names.len(), of_levels.missing_tiles().unwrap().len()), (39, 0));

    // What belongs together says so from both sides.
    let root = "3_0_0".to_string();
    for name in &names {
        let place = of_levels.level(name).unwrap();
        match &place.parent {
            Some(parent) => assert!(of_levels.level(parent).unwrap().children.contains(name)),
            None => assert_eq!(*name, root),
        }
        let finer = place.children.iter().map(|child| of_levels.level(child).unwrap());
        assert!(finer.clone().all(|child| child.level + 1 == place.level));
        assert!(finer.clone().all(|child| child.geometric_error < place.geometric_error));
        assert_eq!(finer.count() > 0, place.level > 0);
        assert_eq!(of_levels.tile_info(name).unwrap().unwrap().building_count, store.city().unwrap().buildings);
    }

    // Level 0 is the city: its parts are as large.
    let totals = |store: &MeshStore, names: &[String]| {
        let mut totals = BTreeMap::<i32, f64>::new();
        for name in names {
            let tile = store.get_tile(name).unwrap();
            for (face, marker) in tile.faces().iter().zip(tile.markers()) {
                let [a, b, c] = face.map(|v| tile.vertices()[v as usize]);
                let [u, v] = [b, c].map(|p| [p[0] - a[0], p[1] - a[1]]);
                *totals.entry(*marker).or_default() += (u[0] * v[1] - u[1] * v[0]) / 2.0;
            }
        }
        totals
    };
    let leaves: Vec<String> = names.iter().filter(|name| name.starts_with("0_")).cloned().collect();
    let (fine, city) = (totals(&of_levels, &leaves), totals(&store, &store.list_tiles().unwrap()));
    assert_eq!(fine.keys().collect::<Vec<_>>(), city.keys().collect::<Vec<_>>());
    assert!(fine.iter().all(|(marker, area)| (area - city[marker]).abs() < 3.0), "{fine:?} {city:?}");

    // A view of any levels is whole.
    let border = open_edges(&of_levels, &leaves);
    let is_at_border = |end: &[u64; 3]| end[..2].iter().any(|&c| [0.0, 2275.0].contains(&f64::from_bits(c)));
    assert!(border.len() > 200 && border.keys().flatten().all(is_at_border), "{}", border.len());
    let mut seed = 7;
    for _ in 0..30 {
        let mut view = Vec::new();
        mix(&of_levels, &root, &mut seed, &mut view);
        assert!(open_edges(&of_levels, &view) == border, "{view:?}");
    }
    let mut torn = leaves.clone();
    torn.remove(3);
    assert!(open_edges(&of_levels, &torn) != border);

    // They are read as the tiles of every store are.
    let tile = of_levels.get_tile(&root).unwrap();
    let local = LocalMesh::read(&tile, &LocalOptions { normals: true, ..LocalOptions::default() }).unwrap();
    assert_eq!(local.faces.len(), tile.faces().len());
}

/// The files of the levels' tiles. Their manifest says which tiles of the city they were made of.
fn tiles(store: &Path) -> Files {
    let mut files = files(&store.join("levels"));
    files.retain(|name, _| name.starts_with("tile-"));
    files
}

#[test]
fn the_levels_depend_on_the_city_alone() {
    let dir = tempfile::tempdir().unwrap();
    let input = generated(900, 4, false, [320_000, 6_400_000]);
    let mut expected: Option<Files> = None;
    for (tile_size, threads) in [(250.0, 1), (500.0, 2), (1000.0, 1)] {
        let store = dir.path().join(format!("store-{tile_size}"));
        build(&input, &store, tile_size);
        levels(&store, LevelsOptions::default(), threads);
        let there = tiles(&store);
        let expected = expected.get_or_insert_with(|| there.clone());
        let odd = expected.iter().find(|(name, bytes)| there.get(*name) != Some(bytes));
        assert!(expected.len() == there.len() && odd.is_none(), "tiles of {tile_size} m: {:?}", odd.map(|odd| odd.0));
    }
    let (expected, store) = (expected.unwrap(), dir.path().join("store-500"));
    assert_eq!(levels(&store, LevelsOptions::default(), 2).made, 0, "nothing has changed");
    // A damaged tile is made again, alone.
    let damaged = store.join("levels/tile-1_0_0.bin");
    let mut bytes = std::fs::read(&damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    assert!(MeshStore::open(&store).unwrap().levels().unwrap().get_tile("1_0_0").is_err());
    assert_eq!(levels(&store, LevelsOptions::default(), 2).made, 1);
    assert!(tiles(&store) == expected);
    // Fewer levels.
    let report = levels(&store, LevelsOptions { levels: Some(0) }, 2);
    assert!(report.made == 0 && report.levels.len() == 1);
    assert!(files(&store.join("levels")).keys().all(|name| !name.starts_with("tile-1_")));
}

#[test]
fn a_tileset_is_the_same_with_levels_in_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    build(&hills(), &store, 500.0);
    let (without, with) = (dir.path().join("without"), dir.path().join("with"));
    export(&store, &without, &local(), 2);
    // One level is there, and the others are not.
    levels(&store, LevelsOptions { levels: Some(1) }, 2);
    let before = files(&store);
    export(&store, &with, &local(), 2);
    assert!(files(&without) == files(&with));
    assert!(files(&store) == before, "an export writes nothing into the store");
}

#[test]
fn levels_of_another_city_are_not_given() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    let open = || MeshStore::open(&folder).unwrap();
    build(&hills(), &folder, 500.0);
    let missing = open().levels().unwrap_err();
    assert!(matches!(&missing, Error::NotFound { what, .. } if what.contains("groma city levels")), "{missing}");
    levels(&folder, LevelsOptions::default(), 2);
    // The tiles of the store are others, the levels are the same.
    build(&hills(), &folder, 1000.0);
    assert!(open().levels().is_err());
    assert_eq!(levels(&folder, LevelsOptions::default(), 2).made, 0);
    assert!(open().levels().is_ok());
    let mut other = options(1000.0, 2);
    other.parameters.max_mesh_size = 35.0;
    build_city_mesh(&hills(), &folder, &other).unwrap();
    let stale = open().levels().unwrap_err();
    assert!(matches!(&stale, Error::NotFound { what, .. } if what.contains("earlier build")), "{stale}");
    let report = levels(&folder, LevelsOptions::default(), 2);
    assert_eq!((report.made, report.tiles), (39, 39));
    assert!(open().levels().is_ok());
    // They go with the city.
    open().delete().unwrap();
    assert!(!folder.exists());
}

#[test]
fn what_needs_each_place_once_refuses_levels() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    build(&hills(), &folder, 500.0);
    levels(&folder, LevelsOptions::default(), 2);
    let store = MeshStore::open(&folder).unwrap().levels().unwrap();
    let file = dir.path().join("x.ply");
    let refused = [
        merge_to_file(&store, &file, &MergeOptions::default(), &mut runner()).map(drop),
        check_store(&store, &Expectations::default(), &mut runner()).map(drop),
        export_tileset(&store, &dir.path().join("x"), &local(), &mut runner()).map(drop),
        build_levels(&store, &LevelsOptions::default(), &mut runner()).map(drop),
        store::export(&store, &dir.path().join("x"), ExportFormat::Glb(Compression::None), &mut runner()).map(drop),
        store::export(&store, &dir.path().join("x"), ExportFormat::Hdf5, &mut runner()).map(drop),
    ];
    for (n, refused) in refused.into_iter().enumerate() {
        let e = refused.unwrap_err();
        assert!(matches!(&e, Error::Unsupported { what, .. } if what.contains("several levels")), "{n}: {e}");
    }
    assert!(!file.exists() && !dir.path().join("x").exists());
    assert!(matches!(store.add_tile("mine", &[], &[], &[]), Err(Error::Unsupported { .. })));
    assert!(matches!(store.level("9_0_0"), Err(Error::NotFound { .. })));

    let own = MeshStore::create(dir.path().join("own"), serde_json::Value::Null).unwrap();
    own.add_tile("mine", &[[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], &[[0, 1, 2]], &[7]).unwrap();
    let place = own.level("mine").unwrap();
    assert_eq!((place.level, place.parent, place.children.len()), (0, None, 0));
    assert!(matches!(own.level("yours"), Err(Error::NotFound { .. })));
    let e = build_levels(&own, &LevelsOptions::default(), &mut runner()).unwrap_err();
    assert!(matches!(e, Error::Unsupported { .. }), "{e}");
    let e = build_levels(&store, &LevelsOptions { levels: Some(5) }, &mut runner()).unwrap_err();
    assert!(matches!(e, Error::InvalidArgument { .. }) && e.to_string().contains("0 to 4"), "{e}");
}

#[test]
fn inspect_tells_of_levels() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    build(&hills(), &folder, 500.0);
    let summary = |folder: &Path| inspect(folder).unwrap().to_string();
    assert!(!summary(&folder).contains("levels"));
    levels(&folder, LevelsOptions::default(), 2);
    assert!(summary(&folder).contains("levels       4 levels of 39 tiles"), "{}", summary(&folder));
    let of_levels = summary(&folder.join("levels"));
    assert!(of_levels.contains("the levels of detail of a city") && of_levels.contains("39 there"), "{of_levels}");
    let mut other = options(500.0, 2);
    other.parameters.max_mesh_size = 35.0;
    build_city_mesh(&hills(), &folder, &other).unwrap();
    assert!(summary(&folder).contains("build them (groma city levels)"), "{}", summary(&folder));
}
