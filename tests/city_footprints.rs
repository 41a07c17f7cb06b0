//! Footprints in all formats that are read: the same count, areas and heights as another library reads, and the cases
//! of the data beside the project.
#![allow(missing_docs)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::city::area;
use groma::city::footprint::HeightReference;
use groma::city::footprints::{FootprintOptions, FootprintSet, read_footprints, read_footprints_within};
use groma::city::heights::HeightPreset;
use serde_json::Value;

/// Writes the same buildings in each format with GDAL, reads them again with GDAL, and prints for each file its name,
/// for each building its area and its height, and how many meet a box. Writes CityJSON by hand, for GDAL does not.
const WRITER: &str = r#"
import json, math, sys
import numpy, pyogrio, shapely, shapely.affinity, shapely.geometry.polygon

folder = sys.argv[1]
random = numpy.random.default_rng(5)
shapes, names, heights, levels = [], [], [], []
for k in range(300):
    x, y = 85000 + 40 * (k % 20) + random.uniform(0, 9), 446000 + 40 * (k // 20) + random.uniform(0, 9)
    angle, a, b = random.uniform(0, 3), random.uniform(4, 12), random.uniform(4, 12)
    house = shapely.affinity.rotate(shapely.box(x, y, x + a, y + b), angle, use_radians=True)
    if k % 7 == 0:
        house = house.difference(house.centroid.buffer(1.5, quad_segs=2))
    if k % 11 == 0:
        house = shapely.MultiPolygon([house, shapely.box(x + 20, y, x + 24, y + 5)])
    if k % 13 == 0:
        court = shapely.box(x + 1, y + 18, x + 7, y + 24).difference(shapely.box(x + 3, y + 20, x + 5, y + 22))
        house = shapely.union(house, court)
    shapes.append(house)
    names.append(f"h\u00f6fe {k:03}")
    heights.append(None if k % 5 == 0 else round(3 + random.uniform(0, 20), 2))
    levels.append(1 + k % 6)
heights = numpy.array([numpy.nan if h is None else h for h in heights])
fields = ["name", "height", "num_floors"]
data = [numpy.array(names, dtype=object), heights, numpy.array(levels, dtype=numpy.int32)]
flat = shapely.to_wkb(numpy.array(shapes, dtype=object))
high = shapely.to_wkb(shapely.force_3d(numpy.array(shapes, dtype=object), z=7.0))
box = (85100.0, 446100.0, 85260.0, 446230.0)
files = [
    ("flat.geojson", "GeoJSON", flat, {}),
    ("lines.geojsonl", "GeoJSONSeq", flat, {}),
    ("separated.geojsons", "GeoJSONSeq", flat, {"RS": "YES"}),
    ("flat.shp", "ESRI Shapefile", flat, {}),
    ("latin.shp", "ESRI Shapefile", flat, {"ENCODING": "ISO-8859-1"}),
    ("dos.shp", "ESRI Shapefile", flat, {"ENCODING": "CP850"}),
    ("high.shp", "ESRI Shapefile", high, {}),
    ("flat.gpkg", "GPKG", flat, {}),
    ("high.gpkg", "GPKG", high, {}),
    ("unindexed.gpkg", "GPKG", flat, {"SPATIAL_INDEX": "NO"}),
    ("flat.fgb", "FlatGeobuf", flat, {}),
    ("high.fgb", "FlatGeobuf", high, {}),
    ("unindexed.fgb", "FlatGeobuf", flat, {"SPATIAL_INDEX": "NO"}),
]
read = {}
for name, driver, geometry, options in files:
    path = f"{folder}/{name}"
    is_high = geometry is high
    kind = "MultiPolygon Z" if is_high else "Polygon" if driver == "ESRI Shapefile" else "Unknown"
    pyogrio.raw.write(path, geometry, data, fields, layer="houses", driver=driver, geometry_type=kind,
                      crs=None if driver == "GeoJSONSeq" else "EPSG:28992", promote_to_multi=is_high, **options)
    meta, _, found, (name_of, height_of, levels_of) = pyogrio.raw.read(path, columns=fields)
    areas = shapely.area(shapely.from_wkb(found))
    houses = {
        n: [float(a), 3.0 * int(l) if h is None or math.isnan(h) else float(h)]
        for n, a, h, l in zip(name_of, areas, height_of, levels_of)
    }
    read[name] = {"within": len(pyogrio.raw.read(path, bbox=box)[2]), "houses": houses}
# CityJSON, which GDAL does not write: each polygon of a house is a part with the ground at 2 m and a flat roof.
def rounded(polygon):
    polygon = shapely.geometry.polygon.orient(polygon)
    return [[[round(1000 * (x - 85000)), round(1000 * (y - 446000))] for x, y in list(ring.coords)[:-1]]
            for ring in [polygon.exterior, *polygon.interiors]]

def part(polygon, roof, vertices):
    rings = rounded(polygon)
    low, high = [], []
    for ring in rings:
        low.append([len(vertices) + k for k in range(len(ring))])
        vertices.extend([x, y, 2000] for x, y in ring)
        high.append([len(vertices) + k for k in range(len(ring))])
        vertices.extend([x, y, round(1000 * roof)] for x, y in ring)
    surfaces = [[ring[::-1] for ring in low], high]
    for a, b in zip(low, high):
        surfaces += [[[a[k - 1], a[k], b[k], b[k - 1]]] for k in range(len(a))]
    kinds = {"surfaces": [{"type": "GroundSurface"}, {"type": "RoofSurface"}, {"type": "WallSurface"}],
             "values": [[min(k, 2) for k in range(len(surfaces))]]}
    area = shapely.Polygon(rings[0], rings[1:]).area / 1e6
    return area, {"type": "Solid", "lod": "2.2", "boundaries": [surfaces], "semantics": kinds}

def objects(k, vertices):
    polygons = getattr(shapes[k], "geoms", [shapes[k]])
    roof = 2 + (3.0 * levels[k] if math.isnan(heights[k]) else heights[k])
    made = [part(polygon, roof, vertices) for polygon in polygons]
    houses[names[k]] = [sum(area for area, _ in made), roof]
    parts = {f"{names[k]}-{n}": {"type": "BuildingPart", "parents": [names[k]], "geometry": [solid]}
             for n, (_, solid) in enumerate(made)}
    return {names[k]: {"type": "Building", "attributes": {"name": names[k]}, "children": list(parts)}, **parts}

shared = {"type": "CityJSON", "version": "2.0", "transform": {"scale": [0.001] * 3, "translate": [85000, 446000, 0]},
          "metadata": {"referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/28992"}}
houses, vertices, all_objects, lines = {}, [], {}, [json.dumps({**shared, "CityObjects": {}, "vertices": []})]
for k in range(300):
    all_objects.update(objects(k, vertices))
    own = []
    feature = {"type": "CityJSONFeature", "id": names[k], "CityObjects": objects(k, own), "vertices": own}
    lines.append(json.dumps(feature))
json.dump({**shared, "CityObjects": all_objects, "vertices": vertices}, open(f"{folder}/whole.city.json", "w"))
open(f"{folder}/sequence.city.jsonl", "w").write("\n".join(lines) + "\n")
for name in ["whole.city.json", "sequence.city.jsonl"]:
    read[name] = {"within": 300, "houses": houses}
for layer, count in [("houses", 300), ("sheds", 7)]:
    pyogrio.raw.write(f"{folder}/two.gpkg", flat[:count], [d[:count] for d in data], fields, layer=layer,
                      driver="GPKG", geometry_type="Unknown", crs="EPSG:28992", append=layer == "sheds")
print(json.dumps(read))
"#;

/// The files that GDAL wrote, with what it reads of them.
struct Written {
    folder: tempfile::TempDir,
    read: BTreeMap<String, Value>,
}

fn written(test: &str) -> Option<Written> {
    let there = Command::new("python3").args(["-c", "import numpy, pyogrio, shapely.affinity"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        common::skip(test, "Python 3 with pyogrio (GDAL) and shapely", "pip install pyogrio shapely");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("python3").args(["-c", WRITER]).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(Written { folder, read: serde_json::from_slice(&output.stdout).unwrap() })
}

fn named() -> FootprintOptions {
    FootprintOptions { id_property: Some("name".into()), ..FootprintOptions::default() }
}

#[test]
fn every_format_has_the_count_areas_and_heights_that_gdal_reads() {
    let Some(written) = written("every_format_has_the_count_areas_and_heights_that_gdal_reads") else { return };
    assert_eq!(written.read.len(), 15);
    for (name, read) in &written.read {
        let set = read_footprints(written.folder.path().join(name), &named()).unwrap();
        let houses = read["houses"].as_object().unwrap();
        assert_eq!((set.footprints.len(), houses.len()), (300, 300), "{name}");
        for footprint in &set.footprints {
            let house = &houses[&footprint.id];
            let (expected, height) = (house[0].as_f64().unwrap(), house[1].as_f64().unwrap());
            let is_city_json = name.contains(".city.");
            let (close, reference) =
                if is_city_json { (1e-4, HeightReference::Absolute) } else { (1e-6, HeightReference::Ground) };
            assert!((area(footprint) - expected).abs() < close, "{name} {}: {}", footprint.id, area(footprint));
            assert!((footprint.height - height).abs() < if is_city_json { 1e-3 } else { 1e-12 }, "{name}");
            assert_eq!(footprint.reference, reference, "{name}");
        }
        let is_rd = set.crs.as_deref().is_some_and(|crs| crs.contains("28992") || crs.contains("RD_New"));
        assert!(is_rd || name.starts_with("lines") || name.starts_with("separated"), "{name}: {:?}", set.crs);
        assert_eq!((&set.skipped, &set.doubts), (&Default::default(), &vec![]), "{name}");
    }
}

#[test]
fn an_index_gives_what_gdal_finds_within_bounds() {
    let Some(written) = written("an_index_gives_what_gdal_finds_within_bounds") else { return };
    let bounds = [85100.0, 446_100.0, 85260.0, 446_230.0];
    for (name, read) in &written.read {
        let set = read_footprints_within(written.folder.path().join(name), &named(), bounds).unwrap();
        let found = set.footprints.len() as u64;
        let is_indexed = !name.starts_with("unindexed") && (name.ends_with(".gpkg") || name.ends_with(".fgb"));
        // GDAL compares shapes with the box, an index boxes with it.
        let expected = read["within"].as_u64().unwrap();
        let is_right = if is_indexed { (expected..expected + 10).contains(&found) } else { found == 300 };
        assert!(is_right, "{name}: {found} of {expected}");
    }
}

#[test]
fn layers_are_listed_and_chosen() {
    let Some(written) = written("layers_are_listed_and_chosen") else { return };
    let path = written.folder.path().join("two.gpkg");
    let error = read_footprints(&path, &named()).unwrap_err().to_string();
    assert!(error.contains("houses (GEOMETRY), sheds (GEOMETRY)"), "{error}");
    let sheds = FootprintOptions { layer: Some("sheds".into()), ..named() };
    assert_eq!(read_footprints(&path, &sheds).unwrap().footprints.len(), 7);
}

/// Reads a case of the data beside the project.
fn case(cases: &Path, name: &str) -> FootprintSet {
    read_footprints(cases.join("formats").join(name), &FootprintOptions::default()).unwrap()
}

#[test]
fn cases_of_geojson_have_all_their_buildings() {
    let Some(cases): Option<PathBuf> = common::shared("cases_of_geojson_have_all_their_buildings", "cases") else {
        return;
    };
    for (name, heights) in [
        ("lines.geojsonl", &[6.0, 7.0, 8.0][..]),
        ("single_feature.geojson", &[6.0]),
        ("geometry_collection_feature.geojson", &[6.0, 7.0]),
    ] {
        let set = case(&cases, name);
        assert_eq!(set.footprints.iter().map(|f| f.height).collect::<Vec<_>>(), heights, "{name}");
        assert!(set.footprints.iter().all(|f| (area(f) - 100.0).abs() < 1e-9), "{name}");
    }
}

#[test]
fn a_preset_takes_the_fields_of_one_publisher_alone() {
    let square = r#"{"type":"Polygon","coordinates":[[[1000,2000],[1010,2000],[1010,2010],[1000,2000]]]}"#;
    let feature = |properties: &str| format!(r#"{{"type":"Feature","geometry":{square},"properties":{properties}}}"#);
    let text = [
        feature(r#"{"roof_z":30,"height":8,"num_floors":4,"sources":[],"has_parts":false}"#),
        feature(r#"{"num_floors":2}"#),
    ]
    .join("\n");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let with = |heights| read_footprints(file.path(), &FootprintOptions { heights, ..FootprintOptions::default() });
    for (preset, heights, publisher) in [
        // Recognised by its fields, but all that are known are taken.
        (HeightPreset::Auto, &[30.0, 6.0][..], Some("Overture")),
        (HeightPreset::Overture, &[8.0, 6.0], Some("Overture")),
        (HeightPreset::Microsoft, &[8.0], Some("Microsoft")),
    ] {
        let set = with(preset).unwrap();
        assert_eq!(set.footprints.iter().map(|f| f.height).collect::<Vec<_>>(), heights, "{preset}");
        assert_eq!(set.heights.publisher.as_deref(), publisher, "{preset}");
        assert!(set.heights.to_string().contains("the fields are those of"), "{}", set.heights);
    }
    let error = with(HeightPreset::Bag).unwrap_err().to_string();
    assert!(error.contains("heights is bag") && error.contains("none of its fields b3_h_dak_50p"), "{error}");
    let both = FootprintOptions { height_property: Some("height".into()), ..FootprintOptions::default() };
    let both = FootprintOptions { heights: HeightPreset::Osm, ..both };
    let error = read_footprints(file.path(), &both).unwrap_err().to_string();
    assert!(error.contains("heights is osm beside height"), "{error}");
}
