use super::*;
use crate::city::footprint::Lod;

fn read_with(text: &str, options: &FootprintOptions) -> Result<FootprintSet> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("footprints.geojson");
    std::fs::write(&path, text).unwrap();
    read_footprints(&path, options)
}

fn read(text: &str) -> Result<FootprintSet> {
    read_with(text, &FootprintOptions::default())
}

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[1000,2000],[1010,2000],[1010,2010],[1000,2000]]]}"#;

fn feature(properties: &str) -> String {
    format!(r#"{{"type":"Feature","geometry":{SQUARE},"properties":{properties}}}"#)
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

#[test]
fn polygons_and_multipolygons_with_holes_are_read_whatever_the_order_of_members() {
    let text = r#"{"bbox":[0,[1]],"features":[
        {"properties":{"height":"7.5","id":12},"geometry":{"coordinates":[[[0,0,9],[50,0,9],[50,50,9],[0,0,9]],
            [[10,10],[20,10],[20,20],[10,10]]],"type":"Polygon"},"type":"Feature"},
        {"id":"m","type":"Feature","properties":{"id":"other","height":3},"geometry":{"type":"MultiPolygon",
            "coordinates":[[[[0,0],[1,0],[1,1]]],[[[5,5],[6,5],[6,6.5]]]]}}],
        "crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3006"}},"type":"FeatureCollection"}"#;
    let set = read(&format!("\u{feff}{text}")).unwrap();
    assert_eq!(set.crs.as_deref(), Some("urn:ogc:def:crs:EPSG::3006"));
    assert_eq!(set.bounds, Some([0.0, 0.0, 50.0, 50.0]));
    assert_eq!(set.height_property.as_deref(), Some("height"));
    let [a, b] = &set.footprints[..] else { panic!("{set:?}") };
    assert_eq!((a.id.as_str(), a.height, a.reference, a.lod), ("12", 7.5, HeightReference::Ground, None));
    assert_eq!(a.polygons[0].rings[1], [[10.0, 10.0], [20.0, 10.0], [20.0, 20.0], [10.0, 10.0]]);
    assert_eq!((b.id.as_str(), b.polygons.len(), b.polygons[1].rings[0][2]), ("m", 2, [6.0, 6.5]));
}

#[test]
fn the_height_of_the_roof_is_preferred_and_the_choice_is_told() {
    let both = feature(r#"{"height":5,"roof_z":25.5,"name":"x"}"#);
    let set = read(&collection(&[both.clone(), feature(r#"{"height":5}"#)])).unwrap();
    assert_eq!(set.height_property.as_deref(), Some("roof_z"));
    assert_eq!((set.footprints[0].height, set.footprints[0].reference), (25.5, HeightReference::Absolute));
    assert_eq!((set.footprints.len(), set.skipped.no_height.count), (1, 1));

    let options = FootprintOptions {
        height_property: Some("height".into()),
        reference: HeightReference::Ground,
        ..FootprintOptions::default()
    };
    let set = read_with(&collection(&[both]), &options).unwrap();
    assert_eq!((set.footprints[0].height, set.footprints[0].reference), (5.0, HeightReference::Ground));
}

#[test]
fn a_missing_height_property_is_an_error_that_lists_those_there_are() {
    let text = collection(&[feature(r#"{"h":5,"name":"x"}"#), feature(r#"{"b":1}"#), feature("null")]);
    let error = read(&text).unwrap_err().to_string();
    assert!(error.contains("no property with a height") && error.contains(r#""b", "h", "name""#), "{error}");
    let mut options = FootprintOptions { height_property: Some("roof".into()), ..FootprintOptions::default() };
    options.default_height = Some(6.0);
    let error = read_with(&text, &options).unwrap_err().to_string();
    assert!(error.contains("no feature with the property \"roof\""), "{error}");

    options.height_property = None;
    let set = read_with(&text, &options).unwrap();
    assert_eq!((set.footprints.len(), set.default_heights, set.height_property), (3, 3, None));
    assert_eq!((set.footprints[0].height, set.footprints[0].reference), (6.0, HeightReference::Ground));
    options.default_height = Some(f64::NAN);
    assert!(matches!(read_with(&text, &options), Err(Error::InvalidArgument { .. })));
}

#[test]
fn what_is_skipped_is_counted_and_named() {
    let set = read(&collection(&[
        feature(r#"{"id":"a","height":null}"#),
        feature(r#"{"gml_id":"b","height":"NaN"}"#),
        feature(r#"{"height":"ten"}"#),
        r#"{"type":"Feature","id":"c","geometry":null,"properties":{"height":1}}"#.into(),
        r#"{"type":"Feature","id":5,"geometry":{"type":"Polygon","coordinates":[]},"properties":{"height":1}}"#.into(),
        r#"{"type":"Feature","id":"d","geometry":{"type":"Point","coordinates":[1,2]},"properties":null}"#.into(),
        r#"{"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[]},"properties":{}}"#.into(),
        feature(r#"{"height":1}"#),
    ]))
    .unwrap();
    let expect =
        |ids: &[&str]| SkippedFeatures { count: ids.len() as u64, ids: ids.iter().map(|s| s.to_string()).collect() };
    assert_eq!(set.footprints.len(), 1);
    assert_eq!(set.skipped.no_height, expect(&["a", "b", "#3"]));
    assert_eq!(set.skipped.no_geometry, expect(&["c", "5"]));
    assert_eq!(set.skipped.other_geometry, expect(&["d", "#7"]));
}

#[test]
fn ids_and_levels_of_detail_come_from_the_properties_that_are_named() {
    let options = FootprintOptions {
        lod_property: Some("level".into()),
        id_property: Some("name".into()),
        ..FootprintOptions::default()
    };
    let text = |level: &str| collection(&[feature(&format!(r#"{{"id":1,"name":"x","height":1,"level":{level}}}"#))]);
    for (level, lod) in [
        ("0", Some(Lod::Lod0)),
        ("1.0", Some(Lod::Lod1)),
        (r#""LOD0""#, Some(Lod::Lod0)),
        (r#""lod1""#, Some(Lod::Lod1)),
        ("null", None),
    ] {
        let set = read_with(&text(level), &options).unwrap();
        assert_eq!((set.footprints[0].id.as_str(), set.footprints[0].lod), ("x", lod), "{level}");
    }
    let error = read_with(&text("2.2"), &options).unwrap_err().to_string();
    assert!(error.contains("feature #1: a level of detail of 2.2"), "{error}");
}

#[test]
fn degrees_are_refused_and_small_places_in_metres_are_not() {
    let at = |x: f64, y: f64, size: f64| {
        let (e, n) = (x + size, y + size);
        collection(&[format!(
            r#"{{"type":"Feature","geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{y}]]]}},
            "properties":{{"height":1}}}}"#
        )])
    };
    for degrees in [at(4.3, 52.1, 0.0002), at(-170.0, -80.0, 0.01)] {
        let error = read(&degrees).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }) && error.to_string().contains("metres"), "{error}");
    }
    assert_eq!(read(&at(4.3, 52.1, 12.0)).unwrap().footprints.len(), 1);
    for crs in ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"] {
        let text = at(1000.0, 1000.0, 10.0).replacen(
            "{",
            &format!(r#"{{"crs":{{"type":"name","properties":{{"name":"{crs}"}}}},"#),
            1,
        );
        assert!(read(&text).unwrap_err().to_string().contains(crs));
    }
}

#[test]
fn errors_name_the_feature_and_the_place() {
    let good = feature(r#"{"height":1}"#);
    let with = |coordinates: &str| {
        let bad = format!(
            r#"{{"type":"Feature","geometry":{{"type":"Polygon","coordinates":{coordinates}}},"properties":{{}}}}"#
        );
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{good},\n{bad}]}}")
    };
    for (text, wanted) in [
        (with("[[[0,NaN],[1,0],[1,1]]]"), "feature #2: expected value at line 2"),
        (with("[[[0,1e999],[1,0],[1,1]]]"), "feature #2: number out of range at line 2"),
        (with("[[[0,null],[1,0],[1,1]]]"), "feature #2"),
        (with("[[0,0],[1,0],[1,1]]"), "feature #2: coordinates that are not those of a Polygon"),
        (with("[[[0,0],[1,0]")[..200].to_string(), "feature #2: EOF"),
        (r#"{"type":"Other","features":[]}"#.into(), "an object of the type \"Other\""),
        ("[]".into(), "a GeoJSON feature collection"),
        ("{}".into(), "no features"),
        (format!("{} x", collection(std::slice::from_ref(&good))), "trailing characters"),
        (String::new(), "EOF"),
    ] {
        let error = read(&text).unwrap_err();
        assert!(matches!(error, Error::BadFormat { .. }), "{error}");
        assert!(error.to_string().contains(wanted), "{error}");
    }
    let empty = read(&collection(&[])).unwrap();
    assert_eq!((empty.footprints.len(), empty.bounds), (0, None));
    assert!(matches!(read_footprints("/nowhere.geojson", &FootprintOptions::default()), Err(Error::Io { .. })));
}

#[test]
fn reading_stops_when_the_job_was_cancelled() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("footprints.geojson");
    std::fs::write(&path, r#"{"type": "FeatureCollection", "features": []}"#).unwrap();
    let cancel = CancelToken::default();
    let read = || read_until_cancelled(&path, &FootprintOptions::default(), &cancel);
    assert!(!matches!(read(), Err(Error::Cancelled)));
    cancel.cancel();
    assert!(matches!(read(), Err(Error::Cancelled)));
}

#[test]
fn other_formats_are_named_with_what_converts_them() {
    let refusal = |text: &str| {
        let error = read(text).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
        error.to_string()
    };
    assert!(refusal("fgb\u{3}fgb").contains("a FlatGeobuf"));
    assert!(refusal("<kml></kml>").contains("ogr2ogr -t_srs EPSG:CODE metres.geojson"));
    assert!(refusal(&feature(r#"{"height":1}"#)).contains("a single GeoJSON feature"));
    assert!(refusal("ncols 3\nnrows 2\n").contains("given as terrain"));
    // Said after more than the first bytes.
    let vertices = "[1,2,3],".repeat(2000);
    let late = refusal(&format!("{{\"vertices\": [{vertices}[1,2,3]], \"type\": \"CityJSON\"}}"));
    assert!(late.contains("this is CityJSON"), "{late}");
}
