//! A city as 3D Tiles: what is in the tiles is the city, tiles of all levels fit, errors and boxes are true, and the
//! files depend on the city and the options alone.

mod common;
#[path = "city_tileset/faults.rs"]
mod faults;
#[path = "common/tileset.rs"]
mod tileset;

use std::collections::HashMap;
use std::path::Path;

use common::city::{generated, in_memory, options, rectangle};
use groma::Error;
use groma::city::CityInput;
use groma::city::build::build_city_mesh;
use groma::city::footprint::Footprint;
use groma::city::store::{BuildingRecord, ExportFormat, MeshStore};
use groma::city::terrain::Terrain;
use groma::city::tileset::check::{TilesetChecked, check_tileset};
use groma::city::tileset::{Compression, Placement, TilesetOptions, export_tileset};
use groma::io::surface::Part;
use groma::job::{CancelToken, RunOptions, Runner};
use tileset::{Files, Tile, Triangle, build, export, files, json, local, on_globe, open, open_edges, turned};

fn check(folder: &Path) -> TilesetChecked {
    check_tileset(folder, &mut Runner::new(&RunOptions::default()).unwrap()).unwrap()
}

/// A landscape of 9 x 8.6 km with few houses, low and high, some of them on the borders of tiles.
fn landscape(origin: [f64; 2]) -> CityInput {
    let [west, south] = origin;
    let height = |n: usize| {
        let (x, y) = ((n % 181) as f32, (n / 181) as f32);
        60.0 + 25.0 * (x / 23.0).sin() * (y / 31.0).cos() + 4.0 * (x / 5.0).sin()
    };
    let heights = (0..181 * 173).map(height).collect();
    let terrain = Terrain::from_memory(181, 173, west, south + 8650.0, [50.0; 2], heights, None).unwrap();
    let house = |n: usize| -> Footprint {
        let at = [300.0 + 83.7 * (n * 37 % 100) as f64, 250.0 + 80.9 * (n * 61 % 100) as f64];
        let top = 120.0 + [4.0, 7.0, 12.0, 25.0, 60.0][n % 5];
        rectangle(&format!("house {n}"), [west + at[0], south + at[1], 14.0 + (n % 3) as f64, 21.0], top)
    };
    in_memory((0..100).map(house).collect(), terrain)
}

fn build_landscape(store: &Path, tile_size: f64) {
    let mut options = options(tile_size, 2);
    options.parameters.max_mesh_size = 40.0;
    options.parameters.building_mesh_triangle_size = 30.0;
    assert!(build_city_mesh(&landscape([320_000.0, 6_400_000.0]), store, &options).unwrap().is_complete());
}

/// The triangles of a store on the grid of the tileset in local coordinates, with what they are of.
fn triangles_of(store: &Path) -> Vec<Triangle> {
    let store = MeshStore::open(store).unwrap();
    let city = store.city().unwrap();
    let [west, south, east, north] = city.domain.bounds();
    let middle = [((west + east) / 2.0).floor(), ((south + north) / 2.0).floor(), 0.0];
    let mut triangles = Vec::new();
    for name in store.list_tiles().unwrap() {
        let tile = store.get_tile(&name).unwrap();
        for (face, &marker) in tile.faces().iter().zip(tile.markers()) {
            let on_steps = |c: f64, steps: f64| (c * steps).round() / steps;
            let snapped = |c: f64, middle: f64| on_steps(on_steps(c, 256.0) - middle, 128.0) as f32;
            let at = |v: u32| [0, 1, 2].map(|d| snapped(tile.vertices()[v as usize][d], middle[d]));
            let corners = face.map(at);
            if corners[0] == corners[1] || corners[1] == corners[2] || corners[2] == corners[0] {
                continue;
            }
            let (part, building) = match Part::of(marker, city.buildings) {
                Part::Wall => ("wall", Some(marker as u32)),
                Part::Roof => ("roof", Some(marker as u32 - city.buildings)),
                _ => ("ground", None),
            };
            triangles.push((turned(corners), part.to_string(), building));
        }
    }
    triangles.sort();
    triangles
}

#[test]
fn the_leaves_are_the_city_bit_for_bit() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    build(&generated(700, 3, true, [320_000, 6_400_000]), &store, 500.0);
    let expected = triangles_of(&store);
    for compression in [Compression::Meshopt, Compression::None] {
        let folder = dir.path().join(format!("{compression:?}"));
        let report = export(&store, &folder, &TilesetOptions { compression, ..local() }, 2);
        let (root, _) = open(&folder);
        let mut triangles: Vec<Triangle> = root.leaves().iter().flat_map(|tile| tile.triangles()).collect();
        triangles.sort();
        let odd = triangles.iter().zip(&expected).find(|(ours, expected)| ours != expected);
        let sizes = [triangles.len(), expected.len()];
        assert!(sizes[0] == sizes[1] && odd.is_none(), "{compression:?}: {sizes:?}, {odd:?}");
        assert_eq!(report.levels[0].triangles, expected.len() as u64);
        let uses = |name: &str| root.mesh.extensions.iter().any(|extension| extension == name);
        assert_eq!(uses("EXT_meshopt_compression"), compression == Compression::Meshopt);
        assert!(uses("EXT_mesh_features") && uses("EXT_structural_metadata"));
        let checked = check(&folder);
        assert!(checked.sound && !checked.on_globe, "{checked}");
    }
    // On each stream the first byte tells the codec; the extension knows version 0 of that of attributes alone.
    for (name, bytes) in files(&dir.path().join("Meshopt")).iter().filter(|(name, _)| name.ends_with(".glb")) {
        let length = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
        let document: serde_json::Value = serde_json::from_slice(&bytes[20..20 + length]).unwrap();
        let views = document["bufferViews"].as_array().unwrap();
        let streams = views.iter().map(|view| &view["extensions"]["EXT_meshopt_compression"]).filter(|s| !s.is_null());
        for stream in streams {
            let at = 28 + length + stream["byteOffset"].as_u64().unwrap() as usize;
            assert_eq!(bytes[at], if stream["mode"] == "TRIANGLES" { 0xe1 } else { 0xa0 }, "{name}: {stream}");
        }
    }
}

#[test]
fn each_building_has_its_record_and_its_roof() {
    let dir = tempfile::tempdir().unwrap();
    let (store, folder) = (dir.path().join("store"), dir.path().join("tiles"));
    build(&generated(400, 5, false, [320_000, 6_400_000]), &store, 1000.0);
    export(&store, &folder, &local(), 2);
    let opened = MeshStore::open(&store).unwrap();
    let records: Vec<BuildingRecord> = opened.buildings().unwrap().collect::<Result<_, _>>().unwrap();
    let (root, _) = open(&folder);
    let mut seen = vec![false; records.len()];
    for tile in root.all() {
        let table = tile.mesh.buildings.as_ref().unwrap();
        let mut used: Vec<u32> = tile.triangles().into_iter().filter_map(|(_, _, building)| building).collect();
        used.sort_unstable();
        used.dedup();
        assert_eq!(&used, table, "as many rows as buildings with a triangle");
        for ((&number, footprints), heights) in table.iter().zip(&tile.mesh.footprints).zip(&tile.mesh.heights) {
            let record = &records[number as usize];
            assert_eq!(footprints, &record.members);
            let expected = [record.roof - record.platform, record.roof, record.platform].map(|v| v as f32);
            assert_eq!(*heights, expected);
            seen[number as usize] |= tile.children.is_empty();
        }
    }
    assert!(seen.iter().all(|seen| *seen));
    // The area of each roof is that in the store, but for positions that were put on the grid.
    let area = |triangles: &[Triangle]| {
        let mut areas: HashMap<u32, f64> = HashMap::new();
        for ([a, b, c], part, building) in triangles {
            let [a, b, c] = [a, b, c].map(|corner| corner.map(|bits| f64::from(f32::from_bits(bits))));
            let area = ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2.0;
            if part == "roof" {
                *areas.entry(building.unwrap()).or_default() += area;
            }
        }
        areas
    };
    let leaves: Vec<Triangle> = root.leaves().iter().flat_map(|tile| tile.triangles()).collect();
    let (ours, expected) = (area(&leaves), area(&triangles_of(&store)));
    assert_eq!(ours.len(), records.len());
    let odd = expected.iter().find(|(building, area)| (ours[*building] - **area).abs() > 1e-6);
    assert!(odd.is_none(), "{odd:?}, {:?}", odd.map(|odd| ours[odd.0]));
}

/// A view of tiles on mixed levels: by chance the tile itself, or its children.
fn mix<'a>(tile: &'a Tile, seed: &mut u64, view: &mut Vec<&'a Tile>) {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    if tile.children.is_empty() || (tile.uri.is_some() && *seed >> 62 == 0) {
        view.push(tile);
    } else {
        tile.children.iter().for_each(|child| mix(child, seed, view));
    }
}

#[test]
fn tiles_of_any_levels_fit_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    build_landscape(&store, 1000.0);
    for (name, options) in [("local", local()), ("globe", on_globe(3006))] {
        let folder = dir.path().join(name);
        let report = export(&store, &folder, &options, 2);
        assert_eq!(
            report.levels.iter().map(|level| level.tiles).collect::<Vec<_>>(),
            [342, 90, 25, 9, 4],
            "{report:?}"
        );
        let (root, _) = open(&folder);
        assert!(root.uri.is_none() && root.children.len() == 4, "above 8 km there is no content");
        let border = open_edges(root.leaves());
        assert!(border.len() > 250, "{}", border.len());
        if name == "local" {
            // The middle of the landscape is at zero, and it is 9050 x 8650 m.
            let is_at_border = |[x, y, _]: [u32; 3]| {
                let [x, y] = [x, y].map(f32::from_bits);
                x == -4525.0 || x == 4525.0 || y == -4325.0 || y == 4325.0
            };
            assert!(border.keys().all(|edge| edge.iter().all(|&end| is_at_border(end))));
        }
        let mut seed = 1;
        for n in 0..50 {
            let mut view = Vec::new();
            mix(&root, &mut seed, &mut view);
            assert!(open_edges(view.iter().copied()) == border, "{name}, mix {n} of {} tiles", view.len());
        }
        // What would be seen of a vertex on a border that was moved.
        let mut torn = open(&folder).0;
        let ground = &mut torn.children[0].mesh.primitives[0];
        let moved = (0..ground.positions.len()).find(|&v| ground.positions[v][0].fract() != 0.0).unwrap();
        ground.positions[moved][0] += 1.0 / 128.0;
        assert!(open_edges(&torn.children) != border);
        let checked = check(&folder);
        assert!(checked.sound && checked.border_edges == border.len() as u64, "{checked}");
        // A fault is told of a tile by its name from the folder on, whichever file leads to it.
        std::fs::remove_file(folder.join("tiles/0_0_0.glb")).unwrap();
        assert_eq!(check(&folder).first[0], "tiles/0_0_0.glb: no such file");
        // Nor is memory taken for whatever is there in place of such a file.
        std::fs::File::create(folder.join("tiles/4_0_0.json")).unwrap().set_len(100_000_000).unwrap();
        let run = RunOptions { memory_limit: 64 << 20, ..RunOptions::default() };
        let error = check_tileset(&folder, &mut Runner::new(&run).unwrap()).unwrap_err();
        let text = error.to_string();
        assert!(
            matches!(error, Error::MemoryLimit { .. }) && text.contains("4_0_0.json, a tileset's JSON of 1"),
            "{text}"
        );
    }
}

#[test]
fn errors_and_boxes_are_true_and_coarser_levels_are_smaller() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    build(&generated(2000, 2, false, [320_000, 6_400_000]), &store, 1000.0);
    let folder = dir.path().join("tiles");
    let report = export(&store, &folder, &on_globe(3006), 2);
    let (root, file) = open(&folder);
    assert!(file["geometricError"].as_f64().unwrap() > 2300.0, "the size of the city");
    let samples: Vec<[f32; 3]> =
        root.leaves().iter().flat_map(|tile| tile.corners().into_iter().map(|c| c[0]).step_by(97)).collect();
    for tile in root.all() {
        let [low, high] = tile.bounds;
        for corner in tile.corners().into_iter().flatten().map(|corner| corner.map(f64::from)) {
            assert!((0..3).all(|d| (low[d]..=high[d]).contains(&corner[d])), "{corner:?} in {:?}", tile.uri);
        }
        assert!((0..3).all(|d| low[d] < high[d]));
        assert_eq!(tile.error == 0.0, tile.children.is_empty());
        for child in &tile.children {
            assert!(child.error < tile.error);
            assert!((0..3).all(|d| low[d] <= child.bounds[0][d] && child.bounds[1][d] <= high[d]));
        }
    }
    // The root covers all leaves.
    let triangles = root.corners();
    let mut farthest = 0.0_f64;
    for point in samples {
        let point = point.map(f64::from);
        let distance = triangles.iter().map(|t| distance(point, *t)).fold(f64::INFINITY, f64::min);
        farthest = farthest.max(distance);
    }
    assert!(farthest <= root.error && farthest > root.error / 3.0, "{farthest} of {}", root.error);
    // Walls, too, where foot and top have lost other vertices.
    let fine = root.all().into_iter().filter(|tile| tile.uri.as_ref().is_some_and(|uri| uri.contains("1_")));
    for tile in fine.filter(|tile| !tile.children.is_empty() && tile.children.iter().all(|c| c.children.is_empty())) {
        let triangles = tile.corners();
        let walls = tile.children.iter().flat_map(Tile::walls);
        let middles = walls.flat_map(|[a, b, c]| [(a, b), (b, c), (c, a)]);
        for (from, to) in middles.step_by(67) {
            let middle: [f64; 3] = std::array::from_fn(|d| (f64::from(from[d]) + f64::from(to[d])) / 2.0);
            let distance = triangles.iter().map(|t| distance(middle, *t)).fold(f64::INFINITY, f64::min);
            assert!(distance <= tile.error + 0.05, "{distance} of {} at {middle:?}, {:?}", tile.error, tile.uri);
        }
    }
    let triangles: Vec<u64> = report.levels.iter().map(|level| level.triangles).collect();
    assert!(triangles[1..].iter().sum::<u64>() * 100 <= 35 * triangles[0], "{triangles:?}");
    let per_triangle = report.levels[0].bytes as f64 / report.levels[0].triangles as f64;
    assert!(per_triangle <= 6.0, "{per_triangle} bytes for a triangle");
    assert!(report.warnings.iter().all(|warning| warning.kind == "datum-accuracy"), "{:?}", report.warnings);
}

/// The distance of a point from a triangle, by the nearest of many of its points.
fn distance(point: [f64; 3], triangle: [[f32; 3]; 3]) -> f64 {
    let [a, b, c] = triangle.map(|corner| corner.map(f64::from));
    let minus = |p: [f64; 3], q: [f64; 3]| [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
    let dot = |p: [f64; 3], q: [f64; 3]| p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
    let (u, v, w) = (minus(b, a), minus(c, a), minus(point, a));
    // The least squares of s and t in a + s u + t v; outside of the triangle the nearest point is on an edge.
    let (uu, uv, vv, uw, vw) = (dot(u, u), dot(u, v), dot(v, v), dot(u, w), dot(v, w));
    let determinant = uu * vv - uv * uv;
    let (s, t) = ((vv * uw - uv * vw) / determinant, (uu * vw - uv * uw) / determinant);
    let at = |s: f64, t: f64| {
        let off: [f64; 3] = std::array::from_fn(|d| w[d] - s * u[d] - t * v[d]);
        dot(off, off).sqrt()
    };
    if s >= 0.0 && t >= 0.0 && s + t <= 1.0 {
        return at(s, t);
    }
    let along = |from: [f64; 3], to: [f64; 3]| {
        let edge = minus(to, from);
        let share = (dot(minus(point, from), edge) / dot(edge, edge)).clamp(0.0, 1.0);
        let off: [f64; 3] = std::array::from_fn(|d| point[d] - from[d] - share * edge[d]);
        dot(off, off).sqrt()
    };
    along(a, b).min(along(b, c)).min(along(c, a))
}

#[test]
fn the_files_depend_on_the_city_and_the_options_alone() {
    let dir = tempfile::tempdir().unwrap();
    let input = generated(900, 4, false, [320_000, 6_400_000]);
    let mut expected: Option<Files> = None;
    for (tile_size, threads) in [(250.0, 1), (500.0, 2), (750.0, 2), (1000.0, 1)] {
        let store = dir.path().join(format!("store-{tile_size}"));
        build(&input, &store, tile_size);
        let folder = dir.path().join(format!("tiles-{tile_size}"));
        export(&store, &folder, &on_globe(25832), threads);
        let there = files(&folder);
        let expected = expected.get_or_insert_with(|| there.clone());
        let odd = expected.iter().find(|(name, bytes)| there.get(*name) != Some(bytes));
        assert!(expected.len() == there.len() && odd.is_none(), "tiles of {tile_size} m: {:?}", odd.map(|odd| odd.0));
    }
    let expected = expected.unwrap();
    let store = dir.path().join("store-500");
    let opened = MeshStore::open(&store).unwrap();
    // Cancelled after each of its tiles in turn, and taken up again each time.
    let folder = dir.path().join("cancelled");
    let mut rounds = 0;
    loop {
        let cancel = CancelToken::default();
        let (token, mut units) = (cancel.clone(), 0);
        let stop = move |progress: &groma::job::Progress| {
            if ["leaves", "levels"].contains(&progress.phase) && progress.units_done > 0 {
                units += 1;
            }
            if units > 1 {
                token.cancel();
            }
            true
        };
        let run = RunOptions { threads: 1, cancel, ..RunOptions::default() };
        let mut runner = Runner::with_callback(&run, Some(Box::new(stop))).unwrap();
        match export_tileset(&opened, &folder, &on_globe(25832), &mut runner) {
            Err(Error::Cancelled) => assert!(!folder.join("tileset.json").exists()),
            other => {
                other.unwrap();
                break;
            }
        }
        rounds += 1;
        assert!(rounds < 1000, "no run goes on where the last one ended");
        if rounds == 3 {
            let report = export(&store, &folder, &on_globe(25832), 2);
            assert!(report.made < report.tiles, "{report:?}");
            break;
        }
    }
    assert!(files(&folder) == expected);
    // Nothing has changed.
    let report = export(&store, &folder, &on_globe(25832), 2);
    assert!(report.made == 0 && files(&folder) == expected);
    // A tile was damaged: it is made again, alone. Other programs' files stay where they are.
    let damaged = folder.join("tiles/0_1_0.glb");
    let mut bytes = std::fs::read(&damaged).unwrap();
    let last = bytes.len() - 9;
    bytes[last] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    let others = ["tiles/notes.txt", "tiles/roof.glb", "tiles/more/0_0_0.glb"].map(|name| folder.join(name));
    std::fs::create_dir(folder.join("tiles/more")).unwrap();
    others.iter().for_each(|other| std::fs::write(other, b"mine").unwrap());
    std::fs::write(folder.join("tiles/0_99_99.glb"), b"of before").unwrap();
    assert_eq!(export(&store, &folder, &on_globe(25832), 2).made, 1);
    assert!(others.iter().all(|other| std::fs::read(other).unwrap() == b"mine"));
    others.iter().for_each(|other| std::fs::remove_file(other).unwrap());
    std::fs::remove_dir(folder.join("tiles/more")).unwrap();
    assert!(files(&folder) == expected);
    // A tile is gone: it is made again, alone.
    std::fs::remove_file(folder.join("tiles/1_0_0.glb")).unwrap();
    assert_eq!(export(&store, &folder, &on_globe(25832), 2).made, 1);
    assert!(files(&folder) == expected);
    // Other options, other tiles; those of before are no more.
    let report = export(&store, &folder, &TilesetOptions { levels: Some(0), ..local() }, 2);
    assert!(report.made == report.tiles && report.levels.len() == 1);
    assert!(files(&folder).keys().all(|name| !name.starts_with("tiles/1_")));
    assert!(check(&folder).sound);
}

#[test]
fn a_change_of_the_city_makes_what_it_touches() {
    let dir = tempfile::tempdir().unwrap();
    let (store, folder) = (dir.path().join("store"), dir.path().join("tiles"));
    let mut houses: Vec<Footprint> = (0..24)
        .map(|n| {
            rectangle(
                &format!("{n}"),
                [f64::from(n % 6) * 300.0 + 60.0, f64::from(n / 6) * 300.0 + 60.0, 20.0, 30.0],
                20.0,
            )
        })
        .collect();
    let terrain = || Terrain::from_memory(182, 124, 0.0, 1240.0, [10.0; 2], vec![5.0; 182 * 124], None).unwrap();
    build(&in_memory(houses.clone(), terrain()), &store, 500.0);
    let first = export(&store, &folder, &local(), 2);
    houses[0].height = 31.0;
    build(&in_memory(houses, terrain()), &store, 500.0);
    let second = export(&store, &folder, &local(), 2);
    assert_eq!((first.tiles, second.tiles), (17, 17));
    assert_eq!(second.made, 3, "the leaf with the house, and the tiles above it");
    let fresh = dir.path().join("fresh");
    export(&store, &fresh, &local(), 1);
    assert!(files(&folder) == files(&fresh));
}

#[test]
fn odd_cities_have_tilesets_too() {
    let dir = tempfile::tempdir().unwrap();
    let flat = |size: usize| Terrain::from_memory(size, size, 0.0, size as f64, [1.0; 2], vec![7.0; size * size], None);
    let house = rectangle("a", [40.0, 40.0, 20.0, 20.0], 15.0);
    // Of one cell; without a building; with more vertices than 16 bits count.
    for (name, houses, size, spacing) in
        [("cell", vec![house.clone()], 100, 10.0), ("fine", vec![house], 480, 1.8), ("empty", vec![], 600, 10.0)]
    {
        let (store, folder) = (dir.path().join(name), dir.path().join(format!("{name}-tiles")));
        let mut options = options(1000.0, 2);
        options.parameters.max_mesh_size = spacing;
        let input = in_memory(houses, flat(size).unwrap());
        match build_city_mesh(&input, &store, &options) {
            Ok(report) => assert!(report.is_complete()),
            // A build may want a building.
            Err(e) => {
                assert!(name == "empty", "{e}");
                continue;
            }
        }
        export(&store, &folder, &local(), 2);
        let (root, file) = open(&folder);
        assert!(file["root"]["transform"].is_null());
        let checked = check(&folder);
        assert!(checked.sound, "{checked}");
        let most = root.all().iter().flat_map(|t| &t.mesh.primitives).map(|p| p.positions.len()).max().unwrap();
        assert_eq!(most > 65_535, name == "fine", "{name}: {most}");
    }
}

#[test]
fn what_cannot_be_exported_is_refused_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    build(&generated(60, 1, false, [0, 0]), &store, 250.0);
    let refused = |store: &Path, folder: &Path, options: &TilesetOptions| {
        let opened = MeshStore::open(store).unwrap();
        export_tileset(&opened, folder, options, &mut Runner::new(&RunOptions::default()).unwrap()).unwrap_err()
    };
    let folder = dir.path().join("tiles");
    // A city of memory names no system.
    let error = refused(&store, &folder, &TilesetOptions::default());
    assert!(matches!(error, Error::Unsupported { .. }) && error.to_string().contains("--placement local"), "{error}");
    let error = refused(&store, &folder, &TilesetOptions { levels: Some(5), ..local() });
    assert!(matches!(error, Error::InvalidArgument { name: "levels", .. }), "{error}");
    let error = refused(&store, &folder, &TilesetOptions { geoid_offset: Some(f64::NAN), ..on_globe(3006) });
    assert!(matches!(error, Error::InvalidArgument { name: "geoid_offset", .. }), "{error}");
    let error = refused(&store, &folder, &TilesetOptions { geoid_offset: Some(3.0), ..local() });
    assert!(matches!(error, Error::InvalidArgument { name: "geoid_offset", .. }), "{error}");
    let foreign = dir.path().join("foreign");
    let other = MeshStore::create(&foreign, serde_json::Value::Null).unwrap();
    other.add_tile("a", &[[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], &[[0, 1, 2]], &[-2]).unwrap();
    let error = refused(&foreign, &folder, &local());
    assert!(matches!(error, Error::Unsupported { .. }) && error.to_string().contains("--format glb"), "{error}");
    assert!(!folder.exists());
    let others = dir.path().join("others");
    std::fs::create_dir(&others).unwrap();
    std::fs::write(others.join("tileset.json"), "{}").unwrap();
    let error = refused(&store, &others, &local());
    assert!(matches!(error, Error::InvalidArgument { name: "output", .. }), "{error}");
    assert_eq!(files(&others).len(), 1);
    // So is whatever is in place of the file that says whose the folder is.
    std::fs::rename(others.join("tileset.json"), others.join("groma-tileset.json")).unwrap();
    std::fs::File::create(others.join("groma-tileset.json")).unwrap().set_len(5000).unwrap();
    let error = refused(&store, &others, &local());
    assert!(error.to_string().contains("others, where groma-tileset.json is"), "{error}");
    // A store's folder is its own.
    let before = files(&store);
    let mut outputs =
        vec![store.clone(), store.join("levels"), store.join("new/deeper"), dir.path().join("new/../store")];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&store, dir.path().join("link")).unwrap();
        outputs.push(dir.path().join("link/city"));
    }
    for output in outputs {
        let opened = MeshStore::open(&store).unwrap();
        let of_tiles = |format| {
            groma::city::store::export(&opened, &output, format, &mut Runner::new(&RunOptions::default()).unwrap())
                .unwrap_err()
        };
        let formats = [of_tiles(ExportFormat::Glb(Compression::None)), of_tiles(ExportFormat::Hdf5)];
        for error in formats.into_iter().chain([refused(&store, &output, &local())]) {
            let text = error.to_string();
            let both = [&output, &store.canonicalize().unwrap()].map(|path| path.display().to_string());
            assert!(matches!(error, Error::InvalidArgument { name: "output", .. }), "{text}");
            assert!(both.iter().all(|path| text.contains(path)), "{text}");
        }
    }
    assert!(files(&store) == before && !dir.path().join("new").exists());
    let tile = store.join("tile-0_0_1x1.bin");
    std::fs::remove_file(tile).unwrap();
    let error = refused(&store, &folder, &local());
    assert!(matches!(error, Error::NotFound { .. }) && error.to_string().contains("0_0_1x1"), "{error}");
    assert!(!folder.exists());
}

#[test]
fn a_city_on_the_globe_says_when_its_heights_may_be_off() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    build(&generated(60, 1, false, [674_000, 6_580_800]), &store, 1000.0);
    let report = export(&store, &dir.path().join("a"), &TilesetOptions { crs: Some(3006), ..Default::default() }, 2);
    assert!(report.warnings.iter().any(|warning| warning.kind == "no-geoid-offset"), "{:?}", report.warnings);
    let transform = |name: &str| -> Vec<f64> {
        serde_json::from_value(json(&dir.path().join(name).join("tileset.json"))["root"]["transform"].clone()).unwrap()
    };
    let options = TilesetOptions { crs: Some(3006), geoid_offset: Some(23.0), ..Default::default() };
    assert!(export(&store, &dir.path().join("b"), &options, 2).warnings.iter().all(|w| w.kind != "no-geoid-offset"));
    // The whole city is higher by the offset, along the way up.
    let (low, high) = (transform("a"), transform("b"));
    for d in 0..3 {
        assert!((high[12 + d] - low[12 + d] - 23.0 * low[8 + d]).abs() < 1e-6);
    }
    assert_eq!(low[..12], high[..12]);
    assert_eq!(options.placement, Placement::Globe);
}

/// Prints what Khronos' validator has to say of some files, as a list of severities and kinds.
const VALIDATE: &str = r#"
const fs = require("fs"), validator = require("gltf-validator");
(async () => {
    const said = {};
    for (const file of process.argv.slice(1)) {
        const report = await validator.validateBytes(new Uint8Array(fs.readFileSync(file)), { maxIssues: 0 });
        for (const { code, severity } of report.issues.messages) said[severity + " " + code] = true;
    }
    console.log(JSON.stringify(Object.keys(said).sort()));
})();"#;

#[test]
fn khronos_validator_has_nothing_to_say_of_the_files() {
    let has = std::process::Command::new("node").args(["-e", "require('gltf-validator')"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        let how = "apt-get install nodejs npm, npm install --global gltf-validator, NODE_PATH=$(npm root --global)";
        return common::skip("khronos_validator_has_nothing_to_say_of_the_files", "Node.js with gltf-validator", how);
    }
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    build(&generated(900, 8, true, [320_000, 6_400_000]), &store, 500.0);
    let said = |folder: &Path| -> Vec<String> {
        let names = files(folder).into_keys().filter(|name| name.ends_with(".glb")).map(|name| folder.join(name));
        let output = std::process::Command::new("node").args(["-e", VALIDATE]).args(names).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let opened = MeshStore::open(&store).unwrap();
    let runner = Runner::new(&RunOptions::default()).unwrap();
    let glb = |name: &str, compression| {
        let folder = dir.path().join(name);
        groma::city::store::export_glb(&opened, &folder, compression, runner.context()).unwrap();
        said(&folder)
    };
    assert_eq!(glb("glb", Compression::None), [""; 0]);
    // It does not know the extensions, and so not what they are for: both are infos.
    let unknown = ["2 UNSUPPORTED_EXTENSION", "2 UNUSED_OBJECT"];
    assert_eq!(glb("small", Compression::Meshopt), unknown);
    export(&store, &dir.path().join("tiles"), &on_globe(3006), 2);
    assert_eq!(said(&dir.path().join("tiles")), unknown);
}
