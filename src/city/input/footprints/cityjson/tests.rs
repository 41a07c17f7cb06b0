//! CityJSON as programs write it, and as they should not.

use serde_json::{Value, json};

use crate::city::input::footprint::HeightReference;
use crate::city::input::footprints::{FootprintOptions, FootprintSet, read_footprints};
use crate::{Error, Result};

fn read_with(text: &str, options: &FootprintOptions) -> Result<FootprintSet> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    read_footprints(file.path(), options)
}

fn read(text: &str) -> Result<FootprintSet> {
    read_with(text, &FootprintOptions::default())
}

/// The vertices of a block from `z` to `top`, as integers of centimetres over an origin: four below, four above.
fn block(west: i64, south: i64, size: i64, z: i64, top: i64) -> Vec<Value> {
    let corners = [[west, south], [west + size, south], [west + size, south + size], [west, south + size]];
    [z, top].iter().flat_map(|&z| corners.map(|[x, y]| json!([100 * x, 100 * y, 100 * z]))).collect()
}

/// The surfaces of a block whose vertices begin at `first`: ground, roof, four walls, fronts outside.
fn sides(first: u64) -> Vec<Value> {
    let ring = |vertices: [u64; 4]| json!([vertices.map(|v| v + first)]);
    let mut sides = vec![ring([3, 2, 1, 0]), ring([4, 5, 6, 7])];
    sides.extend((0..4).map(|k| ring([k, (k + 1) % 4, (k + 1) % 4 + 4, k + 4])));
    sides
}

const KINDS: [u64; 6] = [0, 1, 2, 2, 2, 2];

fn semantics(values: &Value) -> Value {
    let surfaces = json!([{"type": "GroundSurface"}, {"type": "RoofSurface"}, {"type": "WallSurface"}]);
    json!({"surfaces": surfaces, "values": values})
}

fn solid(first: u64, lod: &str, has_kinds: bool) -> Value {
    let mut solid = json!({"type": "Solid", "lod": lod, "boundaries": [sides(first)]});
    if has_kinds {
        solid["semantics"] = semantics(&json!([KINDS]));
    }
    solid
}

fn city(objects: &Value, vertices: &[Value]) -> Value {
    json!({
        "type": "CityJSON", "version": "2.0",
        "transform": {"scale": [0.01, 0.01, 0.01], "translate": [85000.0, 446000.0, 0.0]},
        "metadata": {"referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/7415"},
        "CityObjects": objects, "vertices": vertices,
    })
}

fn area(set: &FootprintSet, n: usize) -> f64 {
    let ring = |ring: &Vec<[f64; 2]>| {
        let closed = ring.iter().zip(ring.iter().cycle().skip(1));
        let [x0, y0] = ring[0];
        0.5 * closed.map(|(a, b)| (a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0)).sum::<f64>().abs()
    };
    let polygons = &set.footprints[n].polygons;
    polygons.iter().map(|p| ring(&p.rings[0]) - p.rings[1..].iter().map(ring).sum::<f64>()).sum()
}

#[test]
fn a_building_and_its_parts_are_one_footprint_with_the_roofs_mean_height() {
    // Two parts that touch, of 10 m x 10 m and 5 m x 5 m, one in semantic surfaces, one a plain block.
    let vertices = [block(0, 0, 10, 2, 12), block(10, 0, 5, 2, 7)].concat();
    let objects = json!({
        "tree": {"type": "SolitaryVegetationObject"},
        "b-1": {"type": "BuildingPart", "parents": ["b"], "geometry": [solid(0, "1.2", false), solid(0, "2.2", true)]},
        "b": {"type": "Building", "attributes": {"name": "x"}, "children": ["b-1", "b-2"],
              "geometry": [{"type": "MultiSurface", "lod": "0", "boundaries": [[[0, 1, 2, 3]]]}]},
        "b-2": {"type": "BuildingPart", "parents": ["b"], "geometry": [solid(8, "1.2", false)]},
    });
    let whole = city(&objects, &vertices);
    // The order of members and of objects does not count.
    let ordered = format!(
        "{{\"vertices\":{},\"CityObjects\":{},\"metadata\":{},\"transform\":{},\"type\":\"CityJSON\"}}",
        whole["vertices"], whole["CityObjects"], whole["metadata"], whole["transform"]
    );
    let late = format!("{{\"other\":\"{}\",{}", "x".repeat(5000), &whole.to_string()[1..]);
    for text in [whole.to_string(), ordered, format!("\u{feff}{whole}"), late] {
        let set = read(&text).unwrap();
        assert_eq!(set.footprints.len(), 1);
        assert_eq!((set.footprints[0].id.as_str(), set.footprints[0].reference), ("b", HeightReference::Absolute));
        assert!((area(&set, 0) - 125.0).abs() < 1e-4, "{}", area(&set, 0));
        assert_eq!(set.footprints[0].polygons.len(), 1);
        assert!((set.footprints[0].height - (100.0 * 12.0 + 25.0 * 7.0) / 125.0).abs() < 1e-9);
        assert_eq!(set.heights.main_property(), Some("roof surfaces"));
        assert_eq!(set.crs.as_deref(), Some("https://www.opengis.net/def/crs/EPSG/0/7415"));
        assert_eq!(set.doubts, ["objects that are no buildings are left out: 1 SolitaryVegetationObject"]);
        let [west, south, ..] = set.bounds.unwrap();
        assert!((west - 85000.0).abs() < 1e-4 && (south - 446_000.0).abs() < 1e-4);
    }
}

#[test]
fn attributes_come_before_the_roofs_and_the_building_s_before_those_of_its_parts() {
    let vertices = block(0, 0, 10, 2, 12);
    let with = |own: Value, of_part: Value| {
        let objects = json!({
            "b-1": {"type": "BuildingPart", "parents": ["b"], "attributes": of_part, "geometry": [solid(0, "1", true)]},
            "b": {"type": "Building", "attributes": own, "children": ["b-1"]},
        });
        city(&objects, &vertices).to_string()
    };
    for (own, of_part, height, source) in [
        (json!({"measuredHeight": 8.5}), json!({"measuredHeight": 7}), 8.5, "measuredHeight"),
        (json!({"measuredHeight": null}), json!({"measuredHeight": 7}), 7.0, "measuredHeight"),
        (json!({"storeysAboveGround": 3}), json!({}), 9.0, "storeysAboveGround"),
        (json!({"b3_h_dak_50p": 11.0, "measuredHeight": 3}), json!({}), 11.0, "b3_h_dak_50p"),
        (json!({"measuredHeight": -1}), Value::Null, 12.0, "roof surfaces"),
    ] {
        let set = read(&with(own, of_part)).unwrap();
        assert_eq!((set.footprints[0].height, set.heights.main_property()), (height, Some(source)));
    }
    let options = FootprintOptions { height_property: Some("roof surfaces".into()), ..FootprintOptions::default() };
    let set = read_with(&with(json!({"measuredHeight": 8.5}), Value::Null), &options).unwrap();
    assert_eq!(set.footprints[0].height, 12.0);
}

#[test]
fn all_kinds_of_geometry_give_outlines() {
    let vertices = block(0, 0, 10, 2, 12);
    let inverted: Vec<Value> =
        sides(0).iter().map(|s| json!([s[0].as_array().unwrap().iter().rev().collect::<Vec<_>>()])).collect();
    for (geometry, height) in [
        (solid(0, "1", false), Some(12.0)),
        (json!({"type": "Solid", "lod": 1.0, "boundaries": [inverted]}), Some(12.0)),
        (json!({"type": "MultiSolid", "lod": "1", "boundaries": [[sides(0)]]}), Some(12.0)),
        (json!({"type": "CompositeSurface", "lod": "1", "boundaries": sides(0)}), Some(12.0)),
        (
            json!({"type": "MultiSurface", "lod": "2", "boundaries": sides(0), "semantics": semantics(&json!(KINDS))}),
            Some(12.0),
        ),
        (json!({"type": "MultiSurface", "lod": "0.1", "boundaries": [[[0, 1, 2, 3]]]}), None),
    ] {
        let text = city(&json!({"b": {"type": "Building", "geometry": [geometry]}}), &vertices).to_string();
        let options = FootprintOptions { default_height: Some(3.0), ..FootprintOptions::default() };
        let set = read_with(&text, &options).unwrap();
        assert_eq!(set.footprints[0].height, height.unwrap_or(3.0), "{geometry}");
        assert!((area(&set, 0) - 100.0).abs() < 1e-4, "{geometry}");
    }
    let line = json!({"type": "MultiLineString", "lod": "0", "boundaries": [[0, 1, 2]]});
    let objects = json!({"a": {"type": "Building", "geometry": [line]}, "b": {"type": "Building"}});
    let options = FootprintOptions { default_height: Some(3.0), ..FootprintOptions::default() };
    let set = read_with(&city(&objects, &vertices).to_string(), &options).unwrap();
    assert_eq!(
        (&set.skipped.other_geometry.ids[..], &set.skipped.no_geometry.ids[..]),
        (&["a".to_string()][..], &["b".to_string()][..])
    );
}

#[test]
fn a_hole_between_ground_surfaces_stays() {
    // A ground surface with a courtyard, and one beside it.
    let mut vertices = [block(0, 0, 10, 0, 9), block(3, 3, 2, 0, 9), block(10, 0, 5, 0, 9)].concat();
    vertices.truncate(24);
    let surfaces = json!([[[3, 2, 1, 0], [8, 9, 10, 11]], [[19, 18, 17, 16]], [[4, 5, 6, 7], [15, 14, 13, 12]]]);
    let geometry = json!({
        "type": "MultiSurface", "lod": "2", "boundaries": surfaces, "semantics": semantics(&json!([0, 0, 1])),
    });
    let text = city(&json!({"b": {"type": "Building", "geometry": [geometry]}}), &vertices).to_string();
    let set = read(&text).unwrap();
    assert!((area(&set, 0) - (100.0 - 4.0 + 25.0)).abs() < 1e-4, "{}", area(&set, 0));
    assert_eq!(set.footprints[0].polygons[0].rings.len(), 2);
    assert!((set.footprints[0].height - 9.0).abs() < 1e-9);
}

fn sequence(lines: &[(&str, i64)]) -> String {
    let mut first = city(&json!({}), &[]);
    first.as_object_mut().unwrap().remove("vertices");
    first["vertices"] = json!([]);
    let feature = |(id, west): &(&str, i64)| {
        let part = format!("{id}-0");
        let objects = json!({
            *id: {"type": "Building", "children": [part]},
            part.clone(): {"type": "BuildingPart", "parents": [id], "geometry": [solid(0, "2.2", true)]},
        });
        let vertices = block(*west, 0, 10, 2, 12);
        json!({"type": "CityJSONFeature", "id": id, "CityObjects": objects, "vertices": vertices}).to_string()
    };
    let features: Vec<String> = lines.iter().map(feature).collect();
    format!("{first}\n{}\n", features.join("\n"))
}

#[test]
fn sequences_are_read_feature_by_feature() {
    let text = sequence(&[("a", 0), ("b", 20), ("c", 40)]);
    for text in [text.clone(), text.replace('\n', "\r\n"), text.trim_end().to_string()] {
        let set = read(&text).unwrap();
        let ids: Vec<&str> = set.footprints.iter().map(|f| f.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c"]);
        assert!(
            (set.footprints[2].polygons[0].rings[0].iter().map(|p| p[0]).fold(0.0, f64::max) - 85050.0).abs() < 1e-6
        );
        assert_eq!(set.crs.as_deref(), Some("https://www.opengis.net/def/crs/EPSG/0/7415"));
    }
    let error = read(&text[..text.len() - 100]).unwrap_err();
    assert!(matches!(error, Error::BadFormat { .. }) && error.to_string().contains("EOF"), "{error}");
}

#[test]
fn what_is_broken_is_named() {
    let vertices = block(0, 0, 10, 2, 12);
    let broken = |geometry: Value| {
        let text = city(&json!({"b": {"type": "Building", "geometry": [geometry]}}), &vertices).to_string();
        let error = read(&text).unwrap_err();
        assert!(matches!(error, Error::BadFormat { .. }), "{error}");
        error.to_string()
    };
    let solid = |ring: Value| json!({"type": "Solid", "lod": "1", "boundaries": [[[ring]]]});
    assert!(broken(solid(json!([0, 1, 99]))).contains("object \"b\": vertex 99 of 8"));
    assert!(broken(solid(json!([0, 1, 5_000_000_000_u64]))).contains("5000000000"));
    assert!(broken(solid(json!([0, -1]))).contains("numbers of vertices"));
    let text = city(&json!({}), &[json!([1, 2])]).to_string();
    assert!(matches!(read(&text), Err(Error::BadFormat { .. })));
    let empty = read(&city(&json!({}), &[]).to_string()).unwrap();
    assert_eq!(empty.footprints, []);
}
