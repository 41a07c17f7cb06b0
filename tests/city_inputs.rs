//! Real footprints and terrains, read from all their formats.
#![allow(missing_docs)]

mod common;

use groma::city::footprint::HeightReference;
use groma::city::footprints::{FootprintOptions, read_footprints};
use groma::city::terrain::{GroundHeight, Terrain, TerrainOptions};

#[test]
fn a_raster_is_the_same_from_geotiff_and_from_text_to_the_text_s_three_decimals() {
    for city in ["denhaag", "delft-small"] {
        let Some(folder) = common::shared("city_inputs", &format!("data/cities/{city}")) else { return };
        let open = |name: &str, memory: u64| {
            let options = TerrainOptions { memory, ..TerrainOptions::default() };
            Terrain::open(folder.join(name), &options).unwrap()
        };
        let tiff = open("dem.tif", 64 << 20);
        assert_eq!(tiff.epsg(), Some(28992));
        for other in [open("dem.asc", 64 << 20), open("dem.asc", 0)] {
            assert_eq!((other.bounds(), other.cols(), other.rows()), (tiff.bounds(), tiff.cols(), tiff.rows()));
            for (a, b) in tiff.values().iter().zip(other.values()) {
                assert!((a - b).abs() < 0.00051 || (a.is_nan() && b.is_nan()), "{city}: {a} and {b}");
            }
        }
    }
}

#[test]
fn gaps_of_a_real_raster_are_filled_from_the_nearest() {
    let Some(folder) = common::shared("city_inputs", "data/cities/denhaag") else { return };
    let terrain = Terrain::open(folder.join("dem.tif"), &TerrainOptions::default()).unwrap();
    assert!(terrain.has_gaps());
    let filled = Terrain::open(folder.join("dem_filled.tif"), &TerrainOptions::default()).unwrap();
    assert!(!filled.has_gaps());
    let (cols, rows, [west, _, _, north]) = (terrain.cols(), terrain.rows(), terrain.bounds());
    let origin = [west as i64, north as i64];
    let sampler = terrain.sampler(origin, f64::INFINITY);
    let reference = filled.sampler(origin, 0.0);
    let mut gaps = 0;
    for k in (0..cols * rows).step_by(101) {
        let (row, col) = (k / cols, k % cols);
        let (x, y) = (col as f64 + 0.5, -(row as f64 + 0.5));
        match sampler.height(x, y) {
            GroundHeight::Data(height) => assert_eq!(GroundHeight::Data(height), reference.height(x, y)),
            GroundHeight::Filled(height) => {
                gaps += 1;
                let nearest = (0..cols * rows)
                    .filter(|&p| !terrain.values()[p].is_nan())
                    .min_by_key(|&p| ((p / cols).abs_diff(row).pow(2) + (p % cols).abs_diff(col).pow(2), p));
                assert_eq!(height, f64::from(terrain.values()[nearest.unwrap()]), "row {row}, column {col}");
            }
            GroundHeight::Missing => panic!("row {row}, column {col}"),
        }
    }
    assert!(gaps > 1000, "{gaps}");
}

#[test]
fn real_footprints_are_read_whole() {
    for (city, count) in [("denhaag", 847), ("delft-small", 158)] {
        let Some(folder) = common::shared("city_inputs", &format!("data/cities/{city}")) else { return };
        let path = folder.join("footprints.geojson");
        let set = read_footprints(&path, &FootprintOptions::default()).unwrap();
        assert_eq!(set.footprints.len(), count);
        assert_eq!(set.heights.main_property(), Some("roof_z"));
        assert_eq!(set.crs.as_deref(), Some("urn:ogc:def:crs:EPSG::28992"));
        let skipped = [&set.skipped.no_geometry, &set.skipped.other_geometry, &set.skipped.no_height];
        assert!(skipped.iter().all(|s| s.count == 0));

        let text: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for (ours, feature) in set.footprints.iter().zip(text["features"].as_array().unwrap()) {
            assert_eq!(ours.id, feature["properties"]["id"].as_str().unwrap());
            assert_eq!(ours.height, feature["properties"]["roof_z"].as_f64().unwrap());
            assert_eq!(ours.reference, HeightReference::Absolute);
            let rings: Vec<Vec<[f64; 2]>> = serde_json::from_value(feature["geometry"]["coordinates"].clone()).unwrap();
            assert_eq!(ours.polygons[0].rings, rings);
        }
        let terrain = Terrain::open(folder.join("dem.tif"), &TerrainOptions::default()).unwrap();
        let ([w, s, e, n], [west, south, east, north]) = (set.bounds.unwrap(), terrain.bounds());
        assert!(w > west && s > south && e < east && n < north);
    }
}
