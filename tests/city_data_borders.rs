//! Terrain that ends: the mesh ends where the data end, the same in tiles and sound; or it is filled, or refused.

mod common;

use std::path::Path;

use common::city::{build, in_memory, is_the_same_in_tiles, options, real, rectangle};
use groma::city::build::{BuildCityMeshOptions, CityReport, build_city_mesh};
use groma::city::check::{Checked, Expectations, Verdict, check_store};
use groma::city::footprint::{Footprint, Lod};
use groma::city::generate::{GenerateOptions, city};
use groma::city::outside::OutsideData;
use groma::city::store::MeshStore;
use groma::city::terrain::Terrain;
use groma::city::{CityInput, Footprints, Ground};
use groma::io::surface::{Part, TriangleSource};
use groma::job::{RunOptions, Runner};

/// A terrain of `cols` x `rows` pixels of `size` metres, from 0, 0 to the north-east, with data where `has_data` says
/// so of a pixel's centre.
fn terrain(cols: usize, rows: usize, size: f64, has_data: impl Fn(f64, f64) -> bool) -> Terrain {
    let height = |k: usize| {
        let (x, y) = (((k % cols) as f64 + 0.5) * size, ((rows - 1 - k / cols) as f64 + 0.5) * size);
        if has_data(x, y) { (5.0 + 0.01 * x + 0.02 * y) as f32 } else { f32::NAN }
    };
    let heights = (0..cols * rows).map(height).collect();
    Terrain::from_memory(cols, rows, 0.0, size * rows as f64, [size; 2], heights, None).unwrap()
}

/// A copy of a terrain that has data only where `has_data` says so of a pixel's centre, counted from its corner.
fn cut(terrain: &Terrain, has_data: impl Fn(f64, f64) -> bool) -> Terrain {
    let ([west, _, _, north], [dx, dy], cols) = (terrain.bounds(), terrain.cell(), terrain.cols());
    let height = |(k, &z): (usize, &f32)| {
        let (x, y) = (((k % cols) as f64 + 0.5) * dx, (terrain.rows() as f64 - (k / cols) as f64 - 0.5) * dy);
        if has_data(x, y) { z } else { f32::NAN }
    };
    let heights = terrain.values().iter().enumerate().map(height).collect();
    Terrain::from_memory(cols, terrain.rows(), west, north, [dx, dy], heights, None).unwrap()
}

/// The options of these tests: gaps up to 5 m from data are filled.
fn with(outside_data: OutsideData, tile_size: f64) -> BuildCityMeshOptions {
    let mut options = options(tile_size, 2);
    (options.parameters.max_fill_distance, options.parameters.outside_data) = (5.0, outside_data);
    options
}

fn looked_at(store: &Path) -> Checked {
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    check_store(&MeshStore::open(store).unwrap(), &Expectations::default(), &mut runner).unwrap()
}

/// Builds a city, which must come out sound, covered and plausible.
fn built(input: &CityInput, options: &BuildCityMeshOptions) -> (CityReport, Checked) {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let report = build(input, &store, options);
    let checked = looked_at(&store);
    assert!(checked.verdict == Verdict::Sound && checked.plausible, "{report}\n{checked}");
    (report, checked)
}

fn warnings<'a>(report: &'a CityReport, kind: &str) -> Vec<&'a str> {
    report.warnings.iter().filter(|w| w.kind == kind).map(|w| w.message.as_str()).collect()
}

fn case(test: &str, name: &str) -> Option<CityInput> {
    let folder = common::shared(test, "cases/cities")?;
    let footprints = Footprints::File(folder.join(format!("{name}.geojson")), Default::default());
    Some(CityInput { footprints, terrain: Ground::File(folder.join(format!("{name}.asc"))) })
}

#[test]
fn a_building_whose_wall_lies_on_the_terrains_edge_is_meshed() {
    let Some(input) = case("a_building_whose_wall_lies_on_the_terrains_edge_is_meshed", "border") else { return };
    let (report, _) = built(&input, &with(OutsideData::Skip, 1000.0));
    assert_eq!((report.buildings, report.bounds), (2, [-50.0, -50.0, 150.0, 150.0]));
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    is_the_same_in_tiles(&input, |_| {});
}

#[test]
fn the_mesh_ends_where_the_data_end() {
    let Some(input) = case("the_mesh_ends_where_the_data_end", "strip") else { return };
    let (report, _) = built(&input, &with(OutsideData::Skip, 1000.0));
    assert_eq!((report.buildings, report.bounds, report.area), (1, [0.0, 0.0, 120.0, 120.0], 14_400.0));
    assert_eq!(report.input.area_without_data, 14_400.0);
    let warning = warnings(&report, "terrain-ends");
    assert!(warning[0].contains("no data in 50.0 %") && warning[0].contains("--outside-data"), "{warning:?}");

    let (report, _) = built(&input, &with(OutsideData::Fill, 1000.0));
    assert_eq!((report.bounds, report.area), ([0.0, 0.0, 240.0, 120.0], 28_800.0));
    assert!(report.counts.filled_heights > 0 && report.input.area_without_data == 0.0);
    assert!(warnings(&report, "terrain-filled")[0].starts_with("900 of 1,800 pixels"), "{:?}", report.warnings);

    let dir = tempfile::tempdir().unwrap();
    let report = build_city_mesh(&input, dir.path().join("fail"), &with(OutsideData::Fail, 1000.0)).unwrap();
    assert_eq!(report.failed.len(), 1, "{report}");
    assert!(report.failed[0].cause.contains("the terrain has no data that near to"), "{report}");
}

/// Data borders of all kinds across tiles, through buildings, hostile ones among them.
#[test]
fn data_borders_are_the_same_in_tiles() {
    let masks: [fn(f64, f64) -> bool; 4] = [
        // A slanted edge.
        |x, y| x + 0.37 * y < 480.0,
        // Wavy, with an island and a lake.
        |x, y| {
            let (wave, lake) = (40.0 * (x / 37.0).sin() + 25.0 * (y / 23.0).cos(), (x - 200.0).hypot(y - 230.0));
            y < 330.0 + wave && lake > 60.0 || (x - 420.0).hypot(y - 480.0) < 45.0
        },
        // On the border of cells, with a spit along it.
        |x, y| x < 250.0 || (x < 420.0 && (y - 250.0).abs() < 12.0) || (x > 400.0 && y < 250.0),
        // Frayed: noise in a strip.
        |x, y| {
            let hash = xxhash_rust::xxh3::xxh3_64(&[x as u8, (x / 256.0) as u8, y as u8, (y / 256.0) as u8]);
            let edge = 300.0 + 60.0 * (y / 90.0).sin();
            x < edge || (x < edge + 30.0 && !hash.is_multiple_of(3))
        },
    ];
    for (n, mask) in masks.into_iter().enumerate() {
        for hostile in [false, true] {
            let generate = GenerateOptions { hostile, seed: 7 + n as u64, ..GenerateOptions::new(220) };
            let (footprints, terrain) = city(&generate).unwrap();
            let input = in_memory(footprints, cut(&terrain, mask));
            let set = |options: &mut BuildCityMeshOptions| options.parameters.max_fill_distance = 3.0;
            is_the_same_in_tiles(&input, set);
            if hostile {
                is_the_same_in_tiles(&input, |options| {
                    set(options);
                    options.parameters.merge_buildings = false;
                    options.parameters.smoothing = 2;
                });
            }
        }
    }
}

/// Towers on the borders of cells and of data at once, in both levels of detail.
#[test]
fn towers_on_seams_and_data_borders_are_the_same_in_tiles() {
    let mask = |x: f64, y: f64| x < 500.0 && y < 500.0 && !(x > 240.0 && y > 260.0);
    let spots = [
        [230.0, 250.0, 10.0, 20.0],
        [240.0, 240.0, 20.0, 20.0],
        [480.0, 240.0, 20.0, 20.0],
        [490.0, 0.0, 10.0, 12.0],
        [0.0, 240.0, 14.0, 20.0],
        [220.0, 480.0, 20.0, 20.0],
        [225.0, 300.0, 15.0, 80.0],
        [245.0, 0.0, 10.0, 10.0],
        [300.0, 259.7, 30.0, 0.5],
        [300.0, 235.0, 60.0, 25.2],
        // Over the border.
        [235.0, 400.0, 20.0, 20.0],
    ];
    let towers = spots.iter().enumerate().map(|(n, spot)| Footprint {
        lod: [None, Some(Lod::Lod0)][n % 2],
        ..rectangle(&n.to_string(), *spot, 40.0 + n as f64)
    });
    let input = in_memory(towers.collect(), terrain(300, 300, 2.0, mask));
    for merge in [true, false] {
        let set = |options: &mut BuildCityMeshOptions| {
            options.parameters.max_fill_distance = 5.0;
            options.parameters.merge_buildings = merge;
        };
        is_the_same_in_tiles(&input, set);
        is_the_same_in_tiles(&input, |options| {
            set(options);
            options.parameters.treat_lod0_as_holes = true;
        });
        let mut options = with(OutsideData::Skip, 250.0);
        set(&mut options);
        let (report, _) = built(&input, &options);
        assert_eq!(report.clean.near_border, ["10"], "{report}");
        assert_eq!(report.bounds, [0.0, 0.0, 500.0, 500.0]);
    }
}

/// What is meshed, by a naive rule: the pixels with data, and the voids of which each pixel is near to data or under a
/// building.
#[test]
fn small_voids_and_those_under_buildings_are_filled_and_larger_ones_left_out() {
    let hall = [100.0, 100.0, 80.0, 60.0];
    let is_in = |[x0, y0, w, h]: [f64; 4], x: f64, y: f64| x > x0 && y > y0 && x < x0 + w && y < y0 + h;
    let voids = [hall, [30.0, 30.0, 8.0, 200.0], [200.0, 30.0, 20.0, 20.0]];
    let has_data = |x: f64, y: f64| !voids.iter().any(|&void| is_in(void, x, y));
    let halls = vec![rectangle("hall", hall, 30.0), rectangle("house", [60.0, 60.0, 10.0, 10.0], 20.0)];
    let input = in_memory(halls, terrain(120, 130, 2.0, has_data));
    let (report, checked) = built(&input, &with(OutsideData::Skip, 250.0));
    assert_eq!(report.buildings, 2);
    // The void of 20 m x 20 m is left out, as far as it is wider than twice the distance in which data are.
    assert_eq!(report.area, 240.0 * 260.0 - 400.0);
    assert_eq!(report.input.area_without_data, 400.0);
    assert!(report.counts.filled_heights > 0 && checked.report.open_border_edges.edges > 0);
    let dir = tempfile::tempdir().unwrap();
    build(&input, &dir.path().join("store"), &with(OutsideData::Skip, 250.0));
    let mut ground_in_hole = 0;
    let store = MeshStore::open(dir.path().join("store")).unwrap();
    store
        .for_each(&mut |triangle, marker| {
            let middle = |d: usize| triangle.iter().map(|p| p[d]).sum::<f64>() / 3.0;
            let is_ground = matches!(Part::of(marker, 2), Part::Ground | Part::GroundNextToBuilding);
            ground_in_hole += u32::from(is_ground && is_in(voids[2], middle(0), middle(1)));
            Ok(())
        })
        .unwrap();
    assert_eq!(ground_in_hole, 0);
}

/// A mesh file does not say where its border is; the store does.
#[test]
fn a_merged_mesh_is_held_to_the_border_of_its_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let houses = vec![rectangle("house", [60.0, 60.0, 10.0, 10.0], 20.0)];
    let input = in_memory(houses, terrain(100, 100, 2.0, |x, y| x + y < 260.0));
    build(&input, &store, &with(OutsideData::Skip, 250.0));
    let mesh = common::city::merged_file(&store, "ply");
    let check = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_groma"));
        command.args(["city", "check"]).arg(&mesh).args(more);
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = check(&[]);
    assert!(code == 1 && said.contains("--border-of"), "{said}");
    assert_eq!(check(&["--border-of", store.to_str().unwrap()]), (0, String::new()));
}

#[test]
fn bounds_beyond_the_terrain_are_cut_or_refused() {
    let houses = vec![rectangle("house", [60.0, 60.0, 10.0, 10.0], 20.0)];
    let input = in_memory(houses, terrain(100, 100, 2.0, |_, _| true));
    let asked =
        |outside_data| BuildCityMeshOptions { bounds: Some([50.0, 50.0, 900.0, 120.0]), ..with(outside_data, 250.0) };
    let (report, _) = built(&input, &asked(OutsideData::Skip));
    assert_eq!(report.bounds, [50.0, 50.0, 200.0, 120.0]);
    assert_eq!(warnings(&report, "bounds-beyond-terrain").len(), 1);
    let dir = tempfile::tempdir().unwrap();
    let refused = build_city_mesh(&input, dir.path(), &asked(OutsideData::Fail)).unwrap_err().to_string();
    assert!(refused.contains("--bounds 50,50,200,120"), "{refused}");
}

/// A file with polygons given by their outer rings.
fn write_polygons(path: &Path, rings: &[&[[f64; 2]]]) {
    let feature = |ring: &&[[f64; 2]]| {
        let ring: Vec<[f64; 2]> = ring.iter().chain(&ring[..1]).copied().collect();
        serde_json::json!({"type": "Feature", "properties": {},
            "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let features: Vec<_> = rings.iter().map(feature).collect();
    let collection = serde_json::json!({"type": "FeatureCollection", "features": features});
    std::fs::write(path, collection.to_string()).unwrap();
}

/// Districts with slanted sides, in one piece and in two, over a terrain with and without a lake.
#[test]
fn districts_are_the_same_in_tiles() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("one.geojson"), dir.path().join("two.geojson"));
    let district: &[[f64; 2]] = &[[30.0, 20.0], [430.0, 90.0], [380.0, 420.0], [250.0, 250.0], [90.0, 400.0]];
    write_polygons(&one, &[district]);
    write_polygons(
        &two,
        &[&[[-80.0, -90.0], [300.0, 10.0], [120.0, 260.0]], &[[310.0, 250.0], [999.0, 260.0], [400.0, 999.0]]],
    );
    let lake = |x: f64, y: f64| (x - 240.0).hypot(y - 180.0) > 50.0;
    for (n, path) in [&one, &two].into_iter().enumerate() {
        for has_lake in [false, true] {
            let generate = GenerateOptions { hostile: true, seed: 3 + n as u64, ..GenerateOptions::new(220) };
            let (footprints, terrain) = city(&generate).unwrap();
            let terrain = if has_lake { cut(&terrain, lake) } else { terrain };
            is_the_same_in_tiles(&in_memory(footprints, terrain), |options| {
                options.domain = Some(path.clone());
                options.parameters.max_fill_distance = 3.0;
            });
        }
    }
}

#[test]
fn only_what_lies_in_the_polygons_of_a_file_is_meshed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("district.geojson");
    let houses = vec![
        rectangle("inside", [40.0, 40.0, 10.0, 10.0], 20.0),
        rectangle("over", [65.0, 65.0, 10.0, 10.0], 20.0),
        rectangle("outside", [150.0, 150.0, 10.0, 10.0], 20.0),
    ];
    let input = in_memory(houses, terrain(100, 100, 2.0, |_, _| true));
    let with_domain = || BuildCityMeshOptions { domain: Some(path.clone()), ..with(OutsideData::Skip, 250.0) };
    write_polygons(
        &path,
        &[&[[20.0, 20.0], [120.0, 20.0], [20.0, 120.0]], &[[20.0, 110.0], [50.0, 110.0], [20.0, 140.0]]],
    );
    let (report, checked) = built(&input, &with_domain());
    assert_eq!((report.buildings, report.bounds), (1, [20.0, 20.0, 120.0, 140.0]));
    assert!((report.area - 5000.0 - 450.0 + 50.0).abs() < 1.0, "{report}");
    assert_eq!(
        (&report.clean.near_border[..], &report.clean.outside[..]),
        (&["over".into()][..], &["outside".into()][..])
    );
    assert!(checked.report.open_border_edges.edges > 0 && report.input.area_without_data == 0.0);

    let refused = |rings: &[&[[f64; 2]]]| {
        write_polygons(&path, rings);
        build_city_mesh(&input, dir.path().join("store"), &with_domain()).unwrap_err().to_string()
    };
    let error = refused(&[&[[900.0, 900.0], [950.0, 900.0], [950.0, 950.0]]]);
    assert!(error.contains("bounds is 900,900,950,950, beyond the terrain"), "{error}");
    let error = refused(&[]);
    assert!(error.contains("district.geojson") && error.contains("no polygon"), "{error}");
}

/// The terrain covers half of its raster.
#[test]
fn a_real_city_with_its_own_raster_is_sound_and_plausible() {
    let test = "a_real_city_with_its_own_raster_is_sound_and_plausible";
    let Some(folder) = common::shared(test, "data/cities/denhaag") else { return };
    let options = BuildCityMeshOptions { tile_size: 250.0, ..BuildCityMeshOptions::default() };
    let (report, _) = built(&real(&folder), &options);
    println!("{report}");
    assert!(report.clean.used > 830 && report.area > 250_000.0 && report.area < 260_000.0, "{report}");
    is_the_same_in_tiles(&real(&folder), |options| options.parameters.max_fill_distance = 10.0);
}
