//! Terrain of many files is the terrain of one.
#![allow(missing_docs)]

mod common;

use std::path::{Path, PathBuf};

use groma::city::build::{BuildCityMeshOptions, CityReport, build_city_mesh};
use groma::city::generate::{GenerateOptions, city};
use groma::city::terrain::{Terrain, TerrainOptions};
use groma::city::{CityInput, Footprints, Ground};
use groma::io::geotiff;
use groma::io::raster::RasterHeader;

/// Writes a window of a terrain as a GeoTIFF; `value` may change a height.
fn tile(path: &Path, terrain: &Terrain, rows: std::ops::Range<usize>, cols: std::ops::Range<usize>) {
    let ([west, _, _, north], [dx, dy]) = (terrain.bounds(), terrain.cell());
    let header = RasterHeader {
        cols: cols.len(),
        rows: rows.len(),
        west: west + cols.start as f64 * dx,
        north: north - rows.start as f64 * dy,
        cell: [dx, dy],
        epsg: Some(3006),
    };
    geotiff::write(path, &header, |row, values| {
        values.copy_from_slice(&terrain.values()[(rows.start + row) * terrain.cols()..][cols.clone()]);
        Ok(())
    })
    .unwrap();
}

fn build(footprints: &Footprints, terrain: Ground, store: &Path) -> CityReport {
    let input = CityInput { footprints: footprints.clone(), terrain };
    build_city_mesh(&input, store, &BuildCityMeshOptions::default()).unwrap()
}

#[test]
fn a_folder_of_tiles_gives_the_mesh_of_one_file() {
    let dir = tempfile::tempdir().unwrap();
    let (footprints, terrain) = city(&GenerateOptions::new(60)).unwrap();
    let (cols, rows) = (terrain.cols(), terrain.rows());
    let footprints = Footprints::Memory(footprints.into());
    let whole = dir.path().join("whole.tif");
    tile(&whole, &terrain, 0..rows, 0..cols);
    let folder = dir.path().join("dem");
    std::fs::create_dir(&folder).unwrap();
    // Tiles of 37 x 41 pixels, of which every second reaches over its neighbours; one overlaps nothing and is
    // elsewhere.
    let mut paths: Vec<PathBuf> = Vec::new();
    for (n, row) in (0..rows).step_by(41).enumerate() {
        for (k, col) in (0..cols).step_by(37).enumerate() {
            let more = 5 * ((n + k) % 2);
            let (rows, cols) = (row..(row + 41 + more).min(rows), col..(col + 37 + more).min(cols));
            paths.push(folder.join(format!("tile-{n:02}-{k:02}.tif")));
            tile(paths.last().unwrap(), &terrain, rows, cols);
        }
    }
    std::fs::write(folder.join("readme.txt"), "not a raster").unwrap();
    let open = |ground: &Path| Terrain::open(ground, &TerrainOptions::default()).unwrap();
    let (one, many) = (open(&whole), open(&folder));
    assert_eq!((one.bounds(), one.cols(), one.epsg()), (many.bounds(), many.cols(), many.epsg()));
    let bits = |terrain: &Terrain| terrain.values().iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert!(bits(&one) == bits(&many));

    let store = |name: &str| dir.path().join(name);
    let report = build(&footprints, Ground::File(whole), &store("one"));
    let merged = common::city::merged(&store("one"));
    for (name, ground) in [
        ("folder", Ground::File(folder.clone())),
        ("files", Ground::Files(paths.iter().rev().cloned().collect())),
        ("folder-in-files", Ground::Files(vec![folder.clone()])),
    ] {
        let again = build(&footprints, ground, &store(name));
        assert_eq!((again.counts, again.bounds), (report.counts, report.bounds));
        assert!(common::city::merged(&store(name)) == merged, "{name}");
        assert!(!again.warnings.iter().any(|w| w.message.contains("none of its files")), "{:?}", again.warnings);
    }
    // One store may go on with the other kind of input, since the pixels are the same.
    assert_eq!(build(&footprints, Ground::File(folder.clone()), &store("one")).built, 0);

    // Another height in one tile makes the tiles around it anew, and no others.
    let changed = terrain.values()[5 * cols + 5];
    let nodata = Terrain::from_memory(
        cols,
        rows,
        terrain.bounds()[0],
        terrain.bounds()[3],
        terrain.cell(),
        terrain.values().iter().enumerate().map(|(k, v)| if k == 5 * cols + 5 { changed + 1.0 } else { *v }).collect(),
        None,
    )
    .unwrap();
    tile(&paths[0], &nodata, 0..41, 0..37);
    let report = build(&footprints, Ground::File(folder.clone()), &store("one"));
    assert!(report.built > 0, "{report}");

    // A tile that is missing is told with its place.
    std::fs::remove_file(&paths[paths.len() / 2]).unwrap();
    let input = CityInput { footprints, terrain: Ground::File(folder) };
    let mut options = BuildCityMeshOptions::default();
    options.parameters.max_fill_distance = 10_000.0;
    let report = build_city_mesh(&input, store("gap"), &options).unwrap();
    let told = report.warnings.iter().find(|w| w.message.contains("lie on none of its files"));
    assert!(told.is_some_and(|w| w.message.contains("is a file missing?")), "{:?}", report.warnings);
}

#[test]
fn a_folder_without_rasters_is_told() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("notes.txt"), "x").unwrap();
    let error = Terrain::open(dir.path(), &TerrainOptions::default()).unwrap_err().to_string();
    assert!(error.contains("none of which is a raster by its name") && error.contains(".tif, .tiff, .asc"), "{error}");
}
