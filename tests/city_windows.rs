//! Of a terrain file only what a city within bounds depends on is read; the city is that of the whole raster, byte for
//! byte.
#![allow(missing_docs)]

#[allow(dead_code)]
#[path = "common/city.rs"]
mod city;

use std::path::{Path, PathBuf};

use city::merged;
use groma::city::build::{BuildCityMeshOptions, CityReport, build_city_mesh};
use groma::city::terrain::{Terrain, TerrainOptions, TerrainPart};
use groma::city::tile_size::measure_city;
use groma::city::{CityInput, Footprints, Ground};
use groma::io::geotiff;
use groma::io::raster::RasterHeader;

/// 1000 x 1000 pixels of 2 m with its north-west corner at (1000, 5000).
const HEADER: RasterHeader =
    RasterHeader { cols: 1000, rows: 1000, west: 1000.0, north: 5000.0, cell: [2.0; 2], epsg: Some(3006) };
/// What is meshed: in rows 448 to 598, columns 400 to 550.
const BOUNDS: [f64; 4] = [1800.0, 3804.0, 2100.0, 4104.0];

/// Gaps are where the city's are and, one pixel in 300, everywhere.
fn height(row: usize, col: usize) -> f32 {
    if (row * 31 + col * 7).is_multiple_of(300) || (row / 9 == 55 && col / 9 == 52) {
        return f32::NAN;
    }
    50.0 + (row as f32 / 25.0).sin() * 8.0 + (col as f32 / 40.0).cos() * 5.0 + (row * col % 17) as f32 / 16.0
}

/// Writes rows and columns of that raster, as strips that are not compressed or as text.
fn write(path: &Path, [first_row, rows]: [usize; 2], [first_col, cols]: [usize; 2], value: fn(usize, usize) -> f32) {
    let [west, north] = [HEADER.west + 2.0 * first_col as f64, HEADER.north - 2.0 * first_row as f64];
    let header = RasterHeader { cols, rows, west, north, ..HEADER };
    if path.extension().is_some_and(|extension| extension == "tif") {
        let fill = |row: usize, values: &mut [f32]| {
            values.iter_mut().enumerate().for_each(|(col, v)| *v = value(first_row + row, first_col + col));
            Ok(())
        };
        return geotiff::write(path, &header, fill).unwrap();
    }
    let [west, south, ..] = header.bounds();
    let mut text =
        format!("ncols {cols}\nnrows {rows}\nxllcorner {west}\nyllcorner {south}\ncellsize 2\nNODATA_value -9999\n");
    for row in first_row..first_row + rows {
        let values = (first_col..first_col + cols).map(|col| value(row, col));
        let values = values.map(|v| if v.is_nan() { "-9999".to_string() } else { v.to_string() });
        text += &(values.collect::<Vec<_>>().join(" ") + "\n");
    }
    std::fs::write(path, text).unwrap();
}

/// Houses inside of the bounds, one with a part far to the north that is not meshed but whose ground its roof counts
/// from, and one far away.
fn houses(folder: &Path) -> PathBuf {
    let square = |x: f64, y: f64| {
        let (e, n) = (x + 12.0, y + 9.0);
        format!("[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]")
    };
    let feature = |polygons: &[String]| {
        let polygons = polygons.join(",");
        format!(
            r#"{{"type":"Feature","properties":{{"height":8}},
                 "geometry":{{"type":"MultiPolygon","coordinates":[{polygons}]}}}}"#
        )
    };
    let mut features: Vec<String> = (0..5).map(|k| feature(&[square(1850.0 + 40.0 * f64::from(k), 3900.0)])).collect();
    features.push(feature(&[square(1950.0, 4000.0), square(2400.0, 4800.0)]));
    features.push(feature(&[square(1010.0, 3010.0)]));
    let path = folder.join("houses.geojson");
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    std::fs::write(&path, text).unwrap();
    path
}

fn options(bounds: Option<[f64; 4]>) -> BuildCityMeshOptions {
    BuildCityMeshOptions { bounds, tile_size: 250.0, ..BuildCityMeshOptions::default() }
}

fn run(houses: &Path, terrain: Ground, store: &Path, options: &BuildCityMeshOptions) -> groma::Result<CityReport> {
    let input = CityInput { footprints: Footprints::File(houses.to_path_buf(), Default::default()), terrain };
    build_city_mesh(&input, store, options)
}

/// All files of a store but for its locks.
fn files(store: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(store).unwrap().map(|entry| entry.unwrap());
    let named = entries.map(|entry| (entry.file_name().to_string_lossy().to_string(), entry.path()));
    let mut files: Vec<_> = named
        .filter(|(name, path)| path.is_file() && !name.contains("lock"))
        .map(|(name, path)| (name, std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_city_within_bounds_is_the_same_from_the_whole_raster_and_from_what_is_read_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let houses = houses(dir.path());
    let (tif, text) = (dir.path().join("dem.tif"), dir.path().join("dem.asc"));
    write(&tif, [0, 1000], [0, 1000], height);
    write(&text, [0, 1000], [0, 1000], height);
    let whole = Terrain::open(&tif, &TerrainOptions::default()).unwrap();
    let store = |name: &str| dir.path().join(name);
    let report = run(&houses, Ground::Memory(whole.into()), &store("memory"), &options(Some(BOUNDS))).unwrap();
    assert!(report.is_complete() && report.buildings == 6, "{report}");
    assert!(report.counts.filled_heights > 0, "{report}");
    for (name, path) in [("tif", &tif), ("text", &text)] {
        let again = run(&houses, Ground::File(path.clone()), &store(name), &options(Some(BOUNDS))).unwrap();
        assert!(again.is_complete(), "{again}");
        let memory: Vec<_> = files(&store("memory"));
        let file: Vec<_> = files(&store(name));
        let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&memory), names(&file));
        let tiles = memory.iter().zip(&file).filter(|((name, _), _)| name.starts_with("tile"));
        assert!(tiles.clone().count() >= 4, "{:?}", names(&memory));
        tiles.for_each(|(a, b)| assert!(a == b, "{name}: {}", a.0));
    }
    // A raster that ends where the city does: the part in the north is 100 m beyond the bounds and read, too.
    let cut = dir.path().join("cut.tif");
    write(&cut, [80, 620], [300, 420], height);
    run(&houses, Ground::File(cut), &store("cut"), &options(Some(BOUNDS))).unwrap();
    assert!(merged(&store("cut")) == merged(&store("memory")));
}

#[test]
fn what_has_changed_in_the_terrain_is_noticed_where_the_mesh_depends_on_it() {
    let dir = tempfile::tempdir().unwrap();
    let (houses, store) = (houses(dir.path()), dir.path().join("tiles"));
    for path in [dir.path().join("dem.tif"), dir.path().join("dem.asc")] {
        let run = |value| {
            write(&path, [0, 1000], [0, 1000], value);
            run(&houses, Ground::File(path.clone()), &store, &options(Some(BOUNDS))).unwrap()
        };
        let first = run(height);
        assert!(first.is_complete() && first.tiles >= 4);
        let same = run(height);
        assert_eq!((same.built, same.kept), (0, first.tiles));
        let elsewhere = run(|row, col| height(row, col) + if row > 800 || col < 200 { 9.0 } else { 0.0 });
        assert_eq!((elsewhere.built, elsewhere.kept), (0, first.tiles));
        let inside = run(|row, col| height(row, col) + if (500..505).contains(&row) { 0.5 } else { 0.0 });
        assert!(inside.built > 0, "{inside}");
        let _ = std::fs::remove_dir_all(&store);
    }
}

#[test]
fn what_lies_far_from_the_bounds_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let houses = houses(dir.path());
    let (tif, text) = (dir.path().join("dem.tif"), dir.path().join("dem.asc"));
    write(&tif, [0, 1000], [0, 1000], height);
    write(&text, [0, 1000], [0, 1000], height);
    // A PLY file names the reference system, which only the TIFF says by itself.
    std::fs::write(text.with_extension("prj"), "EPSG:3006").unwrap();
    let wanted = run(&houses, Ground::File(tif.clone()), &dir.path().join("whole"), &options(Some(BOUNDS)));
    assert!(wanted.unwrap().is_complete());
    // The southern rows, which come last, are no numbers any more, or are gone.
    let lines = std::fs::read_to_string(&text).unwrap();
    let lines: Vec<&str> = lines.lines().take(6 + 750).chain(["these", "are", "no heights"]).collect();
    std::fs::write(&text, lines.join("\n") + &" ".repeat(2_000_000)).unwrap();
    let open = |path: &Path, part| Terrain::open(path, &TerrainOptions { part, ..TerrainOptions::default() });
    let part = Some(TerrainPart { bounds: BOUNDS, fill_distance: 10.0 });
    let terrain = open(&text, part).unwrap();
    assert_eq!((terrain.cols(), terrain.rows()), (1000, 1000));
    // 150 pixels, their neighbours and three more on either side, and five to fill from with one more.
    let window = terrain.window();
    assert_eq!((window.rows.clone(), window.cols.clone()), (438..608, 390..560));
    assert!(open(&text, None).is_err());
    run(&houses, Ground::File(text), &dir.path().join("text"), &options(Some(BOUNDS))).unwrap();
    assert!(merged(&dir.path().join("text")) == merged(&dir.path().join("whole")));
}

/// A TIFF of 200,000 x 200,000 pixels of 0.5 m in tiles, of which only one is there: 160 GB of heights.
fn sparse(path: &Path, tile: &[f32]) {
    const SIDE: u32 = 4096;
    let tiles = 200_000_u32.div_ceil(SIDE).pow(2) as usize;
    let longs = |values: &[u32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let doubles = |values: &[f64]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let bytes: Vec<u8> = tile.iter().flat_map(|v| v.to_le_bytes()).collect();
    let mut places = vec![0; tiles];
    let mut sizes = vec![0; tiles];
    (places[0], sizes[0]) = (8, bytes.len() as u32);
    let entries: [(u16, u16, Vec<u8>); 12] = [
        (256, 4, longs(&[200_000])),
        (257, 4, longs(&[200_000])),
        (258, 3, vec![32, 0]),
        (259, 3, vec![1, 0]),
        (262, 3, vec![1, 0]),
        (322, 4, longs(&[SIDE])),
        (323, 4, longs(&[SIDE])),
        (324, 4, longs(&places)),
        (325, 4, longs(&sizes)),
        (339, 3, vec![3, 0]),
        (33550, 12, doubles(&[0.5, 0.5, 0.0])),
        (33922, 12, doubles(&[0.0, 0.0, 0.0, 0.0, 100_000.0, 0.0])),
    ];
    let mut file = b"II*\0\0\0\0\0".to_vec();
    file.extend(bytes);
    let mut values = Vec::new();
    for (_, _, bytes) in &entries {
        values.push(file.len() as u32);
        if bytes.len() > 4 {
            file.extend(bytes);
        }
    }
    let directory = file.len() as u32;
    file[4..8].copy_from_slice(&directory.to_le_bytes());
    file.extend((entries.len() as u16).to_le_bytes());
    for ((tag, kind, bytes), place) in entries.iter().zip(values) {
        let size = match kind {
            3 => 2,
            4 => 4,
            _ => 8,
        };
        file.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        file.extend((bytes.len() as u32 / size).to_le_bytes());
        let mut inline = bytes.clone();
        inline.resize(4, 0);
        file.extend(if bytes.len() > 4 { place.to_le_bytes().to_vec() } else { inline });
    }
    file.extend([0; 4]);
    // As many bytes as a file of so many pixels has at least.
    file.resize(file.len().max(2_000_000), 0);
    std::fs::write(path, file).unwrap();
}

#[test]
fn of_a_sparse_raster_a_part_is_read_and_a_part_without_data_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (houses, terrain) = (dir.path().join("houses.geojson"), dir.path().join("dem.tif"));
    std::fs::write(&houses, house_at([50.0, 99_900.0])).unwrap();
    // The first 1024 rows of the tile are there, which is all that the window meets.
    let tile: Vec<f32> = (0..4096 * 1024).map(|k| 10.0 + (k / 4096) as f32 / 64.0).collect();
    sparse(&terrain, &tile);
    // With all of it put aside, the folder for that would have to hold 160 GB.
    let within = |bounds| BuildCityMeshOptions { temp_dir: Some(dir.path().join("nowhere")), ..options(Some(bounds)) };
    let (ground, store) = (|| Ground::File(terrain.clone()), dir.path().join("tiles"));
    let report = run(&houses, ground(), &store, &within([20.0, 99_850.0, 120.0, 99_950.0])).unwrap();
    assert!(report.is_complete() && report.buildings == 1, "{report}");
    let far = [50_000.0, 50_000.0, 50_100.0, 50_100.0];
    std::fs::write(&houses, house_at([50_040.0; 2])).unwrap();
    let error = run(&houses, ground(), &dir.path().join("far"), &within(far)).unwrap_err().to_string();
    assert!(error.contains("no height: of 40000000000 pixels all "), "{error}");
    assert!(error.contains("stand for no data; accepted: bounds (bounds, --bounds) where the raster has"), "{error}");
    // Only the place of the raster matters for the size of tiles.
    let input = CityInput { footprints: Footprints::File(houses, Default::default()), terrain: ground() };
    let measured = measure_city(&input, None, None, &Default::default()).unwrap();
    assert_eq!(measured.bounds, [0.0, 0.0, 100_000.0, 100_000.0]);
}

fn house_at([x, y]: [f64; 2]) -> String {
    let (e, n) = (x + 10.0, y + 10.0);
    let ring = format!("[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]");
    let geometry = format!(r#"{{"type":"Polygon","coordinates":{ring}}}"#);
    let feature = format!(r#"{{"type":"Feature","properties":{{"height":8}},"geometry":{geometry}}}"#);
    format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#)
}

#[test]
fn one_height_everywhere_in_a_part_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (houses, path) = (houses(dir.path()), dir.path().join("dem.tif"));
    let warned = |value, bounds| {
        write(&path, [0, 1000], [0, 1000], value);
        let store = dir.path().join("tiles");
        let report = run(&houses, Ground::File(path.clone()), &store, &options(bounds)).unwrap();
        let _ = std::fs::remove_dir_all(store);
        report.warnings.iter().any(|warning| warning.message.contains("have the height 0 m: a lake, or an area"))
    };
    assert!(!warned(height, Some(BOUNDS)));
    assert!(!warned(|_, _| 0.0, None));
    assert!(warned(
        |row, col| if (80..700).contains(&row) && (300..720).contains(&col) { 0.0 } else { 40.0 },
        Some(BOUNDS)
    ));
}
