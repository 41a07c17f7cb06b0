//! Footprints from GeoParquet as GeoPandas writes it: the same count, areas, heights and systems.
#![cfg(feature = "parquet")]
#![allow(missing_docs)]

mod common;

use std::path::Path;
use std::process::Command;

use common::city::area;
use groma::city::footprints::{FootprintOptions, read_footprints, read_footprints_within};
use groma::io::crs::Crs;
use serde_json::Value;

/// Writes houses with GeoPandas in each system and compression; prints the areas and the heights in their order, the
/// bounds, and how many houses meet a box.
const WRITER: &str = r#"
import json, sys
import geopandas, numpy, pandas, shapely

folder, written = sys.argv[1], []
random = numpy.random.default_rng(2)
PLACES = [(28992, (85000, 446000), 1.0), (4326, (4.25, 52.125), 1e-5), (2056, (2600000, 1200000), 1.0)]
for epsg, (x, y), unit in PLACES:
    shapes = []
    for k in range(400):
        west, south = x + 30 * unit * (k % 20), y + 30 * unit * (k // 20)
        house = shapely.box(west, south, west + unit * random.uniform(5, 20), south + unit * random.uniform(5, 20))
        if k % 7 == 0:
            house = house.difference(house.centroid.buffer(1.5 * unit, quad_segs=2))
        if k % 11 == 0:
            shed = shapely.box(west + 22 * unit, south, west + 25 * unit, south + 4 * unit)
            house = shapely.MultiPolygon([house, shed])
        shapes.append(house)
    heights = [None if k % 5 == 0 else round(random.uniform(3, 30), 2) for k in range(400)]
    floors = pandas.array([None if k % 10 == 0 else 1 + k % 6 for k in range(400)], dtype="Int32")
    frame = geopandas.GeoDataFrame(
        {"id": [f"höfe {k}" for k in range(400)], "height": heights, "num_floors": floors,
         "names": [{"primary": f"house {k}"} for k in range(400)], "is_underground": [k % 3 == 0 for k in range(400)]},
        geometry=shapes, crs=f"EPSG:{epsg}")
    box = (x + 100 * unit, y + 90 * unit, x + 200 * unit, y + 130 * unit)
    for compression in [None, "snappy", "gzip", "zstd", "lz4"]:
        for covering in [False, True]:
            name = f"{epsg}_{compression}_{covering}.parquet"
            frame.to_parquet(f"{folder}/{name}", compression=compression, write_covering_bbox=covering,
                             row_group_size=100, schema_version="1.1.0")
            read = geopandas.read_parquet(f"{folder}/{name}")
            around = read.bounds
            within = (around.minx <= box[2]) & (around.maxx >= box[0])
            within &= (around.miny <= box[3]) & (around.maxy >= box[1])
            written.append({
                "file": name, "epsg": epsg, "covering": covering, "box": box, "within": int(within.sum()),
                "unit": unit, "areas": (shapely.area(read.geometry.values) / unit**2).tolist(),
                "heights": [None if pandas.isna(h) else h for h in read.height],
                "floors": [None if pandas.isna(f) else int(f) for f in read.num_floors],
                "bounds": read.total_bounds.tolist(),
            })
frame.set_crs(None, allow_override=True).to_parquet(f"{folder}/unknown.parquet")
pandas.DataFrame({"id": [1, 2], "height": [3.0, 4.0]}).to_parquet(f"{folder}/table.parquet")
frame[[s.geom_type == "Polygon" for s in shapes]].to_parquet(
    f"{folder}/arrow.parquet", geometry_encoding="geoarrow", schema_version="1.1.0")
print(json.dumps(written))
"#;

fn written(test: &str, folder: &Path) -> Option<Vec<Value>> {
    let there = Command::new("python3").args(["-c", "import geopandas, pyarrow"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        common::skip(test, "Python 3 with geopandas and pyarrow", "pip install geopandas pyarrow");
        return None;
    }
    let output = Command::new("python3").args(["-c", WRITER]).arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn houses_are_those_that_geopandas_reads() {
    let folder = tempfile::tempdir().unwrap();
    let Some(written) = written("houses_are_those_that_geopandas_reads", folder.path()) else { return };
    assert_eq!(written.len(), 3 * 5 * 2);
    for file in &written {
        let name = file["file"].as_str().unwrap();
        let path = folder.path().join(name);
        let set = read_footprints(&path, &FootprintOptions::default()).unwrap();
        let list = |key: &str| file[key].as_array().unwrap();
        // A house has its height, else the storeys, else none.
        let expected: Vec<(usize, f64)> = (0..400)
            .filter_map(|k| {
                let floors = list("floors")[k].as_f64().map(|floors| 3.0 * floors);
                Some((k, list("heights")[k].as_f64().or(floors)?))
            })
            .collect();
        assert_eq!(set.footprints.len(), expected.len(), "{name}");
        assert_eq!(set.skipped.no_height.count as usize, 400 - expected.len(), "{name}");
        let unit = number(&file["unit"]);
        for (footprint, (k, height)) in set.footprints.iter().zip(&expected) {
            assert_eq!((footprint.id.clone(), footprint.height), (format!("höfe {k}"), *height), "{name}");
            let (area, wanted) = (area(footprint) / (unit * unit), number(&list("areas")[*k]));
            assert!((area - wanted).abs() < 1e-4, "{name} {k}: {area} {wanted}");
        }
        let all =
            read_footprints(&path, &FootprintOptions { default_height: Some(1.0), ..Default::default() }).unwrap();
        for (bound, wanted) in all.bounds.unwrap().iter().zip(list("bounds")) {
            assert_eq!(*bound, number(wanted), "{name}");
        }
        let crs = set.crs.as_deref().and_then(Crs::parse).unwrap();
        let is_it = crs.code.map(|(_, code)| u64::from(code)) == file["epsg"].as_u64();
        assert!(is_it, "{name}: {:?}", set.crs);
        // The boxes of the geometries, where the file has them, give just what meets the window.
        let window: Vec<f64> = list("box").iter().map(number).collect();
        let options = FootprintOptions { default_height: Some(1.0), ..Default::default() };
        let within = read_footprints_within(&path, &options, window.try_into().unwrap()).unwrap();
        let wanted = if file["covering"] == true { file["within"].as_u64().unwrap() } else { 400 };
        // Of a box in degrees a little more is read.
        let most = wanted + if unit < 1.0 { 10 } else { 0 };
        let found = within.footprints.len() as u64;
        assert!((wanted..=most).contains(&found), "{name}: {found} of {wanted}");
    }
    let names = |set: groma::city::footprints::FootprintSet| set.property_names;
    let set = read_footprints(folder.path().join("28992_zstd_True.parquet"), &FootprintOptions::default()).unwrap();
    assert_eq!(names(set), ["height", "id", "is_underground", "names.primary", "num_floors"]);
    let elsewhere = [0.0, 0.0, 10.0, 10.0];
    let path = folder.path().join("28992_zstd_True.parquet");
    let error = read_footprints_within(path, &FootprintOptions::default(), elsewhere).unwrap_err().to_string();
    assert!(error.contains("85000"), "{error}");

    let unknown = read_footprints(folder.path().join("unknown.parquet"), &FootprintOptions::default()).unwrap();
    assert_eq!((unknown.crs, unknown.footprints.len()), (None, 360));
    for (name, wanted) in [("table.parquet", "without geometries"), ("arrow.parquet", "GEOMETRY_ENCODING=WKB")] {
        let error = read_footprints(folder.path().join(name), &FootprintOptions::default()).unwrap_err().to_string();
        assert!(error.contains(wanted), "{name}: {error}");
    }
    // A file that was cut, or damaged anywhere, is an error or gives finite numbers.
    let bytes = std::fs::read(folder.path().join("28992_snappy_True.parquet")).unwrap();
    let path = folder.path().join("cut.parquet");
    for end in (0..bytes.len()).step_by(bytes.len() / 50) {
        std::fs::write(&path, &bytes[..end]).unwrap();
        assert!(read_footprints(&path, &FootprintOptions::default()).is_err(), "{end} bytes");
    }
}
