use super::*;
use crate::city::input::footprint::{Footprint, FootprintList, HeightReference, Lod};
use crate::city::input::heights::{HeightMeaning, HeightSource, RefusedHeights};

fn read_with(text: &str, options: &FootprintOptions) -> Result<FootprintSet> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("footprints.geojson");
    std::fs::write(&path, text).unwrap();
    read_footprints(&path, options)
}

fn read(text: &str) -> Result<FootprintSet> {
    read_with(text, &FootprintOptions::default())
}

/// Reads a file where `room` says whether so many footprints and points have room in memory.
fn read_in(path: &Path, room: &dyn Fn(u64, u64) -> Result<()>) -> Result<FootprintSet> {
    let (options, around) = (FootprintOptions::default(), Surroundings::default());
    read_until_cancelled(path, &options, &around, &CancelToken::default(), room)
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
    assert_eq!(set.heights.main_property(), Some("height"));
    let [a, b] = &set.footprints[..] else { panic!("{set:?}") };
    assert_eq!((a.id.as_str(), a.height, a.reference, a.lod), ("12", 7.5, HeightReference::Ground, None));
    assert_eq!(a.polygons[0].rings[1], [[10.0, 10.0], [20.0, 10.0], [20.0, 20.0], [10.0, 10.0]]);
    assert_eq!((b.id.as_str(), b.polygons.len(), b.polygons[1].rings[0][2]), ("m", 2, [6.0, 6.5]));
}

/// Reads features with these properties and returns their heights.
fn heights(properties: &[&str], options: &FootprintOptions) -> (Vec<f64>, FootprintSet) {
    let features: Vec<String> = properties.iter().map(|properties| feature(properties)).collect();
    let set = read_with(&collection(&features), options).unwrap();
    (set.footprints.iter().map(|footprint| footprint.height).collect(), set)
}

/// Reads a file footprint by footprint, into strips of 10 m, and returns the account of it, and the footprints in the
/// order of the file.
fn read_by_strips(path: &Path, options: &FootprintOptions) -> Result<(FootprintSet, Vec<KeptFootprint>)> {
    let aside = crate::job::aside::Aside {
        folder: path.parent().unwrap().to_path_buf(),
        memory: 100,
        cancel: CancelToken::default(),
    };
    let mut spool = Spool::new(aside);
    let mut take = |footprint: Footprint, source| spool.add(&footprint, source);
    let (around, cancel) = (Surroundings::default(), CancelToken::default());
    let (set, sources) = read_each(path, options, &around, &cancel, &|_, _| Ok(()), &mut take)?;
    let bands = Bands { south: 0.0, north: 100.0, height: 10.0 };
    let strips = spool.finish()?.by_strips(bands, &sources, |_, _| Ok(()), |_| ())?;
    let mut all = Vec::new();
    for strip in 0..strips.count() {
        all.extend(strips.read(strip)?);
    }
    all.sort_by_key(|kept| kept.index);
    Ok((set, all))
}

/// Returns the places in the report of the properties that the heights of features with these properties are from.
fn sources(properties: &[&str], options: &FootprintOptions) -> Vec<u8> {
    let features: Vec<String> = properties.iter().map(|properties| feature(properties)).collect();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("footprints.geojson");
    std::fs::write(&path, collection(&features)).unwrap();
    let (_, all) = read_by_strips(&path, options).unwrap();
    all.into_iter().map(|kept| kept.source).collect()
}

/// Returns the listed ids with their values.
fn listed(refused: &RefusedHeights) -> Vec<(&str, &str)> {
    assert_eq!(refused.count, refused.listed.len() as u64);
    refused.listed.iter().map(|refused| (refused.id.as_str(), refused.value.as_str())).collect()
}

#[test]
fn each_feature_has_its_height_from_the_best_property_with_a_usable_value() {
    let options = FootprintOptions::default();
    let properties = [
        r#"{"height":5,"roof_z":25.5,"name":"x"}"#,
        r#"{"roof_z":null,"height":"6 m"}"#,
        r#"{"building:levels":"3","height":7,"roof_z":"flat"}"#,
        r#"{"building:levels":"3","height":null}"#,
        r#"{"height":8}"#,
    ];
    let (read, set) = heights(&properties, &options);
    assert_eq!(read, [25.5, 6.0, 7.0, 9.0, 8.0]);
    let references: Vec<bool> = set.footprints.iter().map(|f| f.reference == HeightReference::Absolute).collect();
    assert_eq!(references, [true, false, false, false, false]);
    let source = |property: &str, meaning, footprints| HeightSource { property: property.into(), meaning, footprints };
    assert_eq!(
        set.heights.properties,
        [
            source("roof_z", HeightMeaning::RoofElevation, 1),
            source("height", HeightMeaning::AboveGround, 3),
            source("building:levels", HeightMeaning::Levels, 1),
        ]
    );
    assert_eq!((set.heights.main_property(), set.heights.level_height), (Some("height"), Some(3.0)));
    assert_eq!(sources(&properties, &options), [0, 1, 1, 2, 1]);
    assert_eq!(
        set.heights.to_string(),
        "1 from roof_z, an elevation; 3 from height, above ground; 1 from building:levels, storeys of 3 m"
    );
    for refused in [&set.heights.unknown, &set.heights.impossible, &set.heights.unreadable] {
        assert_eq!(refused.count, 0);
    }

    let (read, set) = heights(&[r#"{"roof_z":null,"height":8}"#, r#"{"roof_z":null,"height":9}"#], &options);
    assert_eq!((read, set.heights.main_property()), (vec![8.0, 9.0], Some("height")));
    // Overture's first feature has the height of a roof's body, the second none.
    let (read, set) = heights(&[r#"{"height":12.5,"roof_height":2.5}"#, r#"{"height":8}"#], &options);
    assert_eq!((read, set.heights.properties.len()), (vec![12.5, 8.0], 1));
}

#[test]
fn tags_that_gdal_keeps_in_one_text_are_properties() {
    let tags = |text: &str| feature(&serde_json::json!({"building": "yes", "other_tags": text}).to_string());
    let text = collection(&[
        tags(r#""height"=>"12 m","building:levels"=>"3","status"=>"in use""#),
        tags(r#""building:levels"=>"2""#),
        tags(r#""name"=>"shed""#),
    ]);
    let set = read(&text).unwrap();
    let heights: Vec<f64> = set.footprints.iter().map(|footprint| footprint.height).collect();
    assert_eq!((heights, set.skipped.no_height.count), (vec![12.0, 6.0], 1));
    let filters = vec!["status=in use".parse().unwrap()];
    let chosen = read_with(&text, &FootprintOptions { filters, ..FootprintOptions::default() }).unwrap();
    assert_eq!((chosen.footprints.len(), chosen.filtered), (1, 2));
}

#[test]
fn the_property_that_was_asked_for_is_the_only_one() {
    let options = |property: &str, reference| FootprintOptions {
        height_property: Some(property.into()),
        reference,
        level_height: 2.5,
        ..FootprintOptions::default()
    };
    let features = [r#"{"height":5,"roof_z":25.5,"etages":4}"#, r#"{"height":null,"roof_z":26,"etages":"x"}"#];
    for (property, reference, expected) in [
        // A known name has its known meaning; any other is an elevation.
        ("height", None, (5.0, HeightReference::Ground)),
        ("height", Some(HeightMeaning::RoofElevation), (5.0, HeightReference::Absolute)),
        ("etages", None, (4.0, HeightReference::Absolute)),
        ("etages", Some(HeightMeaning::Levels), (10.0, HeightReference::Ground)),
    ] {
        let (_, set) = heights(&features, &options(property, reference));
        let [one] = &set.footprints[..] else { panic!("{property}: {set:?}") };
        assert_eq!((one.height, one.reference), expected, "{property} {reference:?}");
        assert_eq!(set.skipped.no_height.ids, ["#2"]);
    }
}

#[test]
fn values_that_are_no_heights_are_counted_and_named_and_give_way_to_others() {
    let properties = [
        r#"{"id":"a","height":-1}"#,
        r#"{"id":"b","height":0,"levels":2}"#,
        r#"{"id":"c","height":1e9}"#,
        r#"{"id":"d","height":"5;7","levels":1}"#,
        r#"{"id":"e","height":NaN}"#,
        r#"{"id":"f","roof_z":-9999,"height":4}"#,
        r#"{"id":"g","height":[1,2],"levels":"many"}"#,
        r#"{"id":"h","height":"7 m","levels":0}"#,
    ];
    let (read, set) = heights(&properties, &FootprintOptions::default());
    assert_eq!(read, [6.0, 3.0, 4.0, 7.0]);
    assert_eq!(set.skipped.no_height.ids, ["a", "c", "e", "g"]);
    assert_eq!(listed(&set.heights.unknown), [("a", "-1"), ("b", "0")]);
    assert_eq!(listed(&set.heights.impossible), [("c", "1000000000.0"), ("f", "-9999")]);
    assert_eq!(listed(&set.heights.unreadable), [("d", "\"5;7\""), ("g", "[1]")]);
    assert_eq!(set.heights.unreadable.listed[0].to_string(), "d (height \"5;7\")");

    let options = FootprintOptions { default_height: Some(2.0), ..FootprintOptions::default() };
    let (read, set) = heights(&properties, &options);
    assert_eq!(read, [2.0, 6.0, 2.0, 3.0, 2.0, 4.0, 2.0, 7.0]);
    assert_eq!((set.heights.default, set.skipped.no_height.count, set.heights.unknown.count), (4, 0, 2));
    assert_eq!(sources(&properties, &options), [255, 1, 255, 1, 255, 0, 255, 0]);
    // A value that is neither a number nor a text is unreadable, like a text that is no height; numbers beyond a
    // double's range count as missing.
    let (read, set) = heights(
        &[
            r#"{"id":"a","height":true}"#,
            r#"{"id":"b","height":[12]}"#,
            r#"{"id":"c","height":{"v":12,"w":[1,2]}}"#,
            r#"{"id":"d","height":"\uff11\uff12"}"#,
            r#"{"id":"e","height":1e999}"#,
            r#"{"id":"f","height":-1e999,"levels":2}"#,
            r#"{"id":"g","height":Infinity}"#,
            &format!(r#"{{"id":"h","height":{}}}"#, "9".repeat(400)),
        ],
        &FootprintOptions::default(),
    );
    assert_eq!(read, [6.0]);
    assert_eq!(set.skipped.no_height.ids, ["a", "b", "c", "d", "e", "g", "h"]);
    let unreadable = [("a", "true"), ("b", "[12]"), ("c", "{\"v\":12}"), ("d", "\"\u{ff11}\u{ff12}\"")];
    assert_eq!(listed(&set.heights.unreadable), unreadable);

    let long = format!(r#"{{"height":"1{}"}}"#, ";\u{e4}".repeat(100));
    let (_, set) = heights(&[&long, r#"{"height":1}"#], &FootprintOptions::default());
    assert_eq!(set.heights.unreadable.listed[0].value.chars().count(), 43);
}

#[test]
fn numbers_of_the_options_have_ranges() {
    let check = |default_height, level_height| {
        FootprintOptions { default_height, level_height, ..FootprintOptions::default() }.check()
    };
    assert!(check(Some(900.0), 20.0).is_ok());
    for bad in [0.0, -1.0, f64::NAN, 901.0] {
        let error = check(Some(bad), 3.0).unwrap_err().to_string();
        assert!(error.contains("default_height") && error.contains("at most 900 m"), "{error}");
    }
    for bad in [0.0, 20.5, f64::INFINITY] {
        assert!(check(None, bad).unwrap_err().to_string().contains("level_height"));
    }
}

#[test]
fn an_elevation_of_zero_gives_way_to_another_height() {
    let properties = [
        r#"{"id":"a","roof_z":0,"height":8}"#,
        r#"{"id":"b","levels":2,"roof_z":0.0}"#,
        r#"{"id":"c","roof_z":"0","b3_h_dak_50p":-0.0,"b3_h_dak_70p":3.5}"#,
        // Nothing else states a height, so the elevation counts.
        r#"{"id":"d","roof_z":0}"#,
        r#"{"id":"e","height":-1,"b3_h_dak_50p":0}"#,
        r#"{"id":"f","roof":0,"roof_z":-9999}"#,
        // A better property has a height.
        r#"{"id":"g","roof_z":9,"roof":0,"height":4}"#,
    ];
    let (read, set) = heights(&properties, &FootprintOptions::default());
    assert_eq!(read, [8.0, 6.0, 3.5, 0.0, 0.0, 0.0, 9.0]);
    let is_absolute = |f: &Footprint| f.reference == HeightReference::Absolute;
    let references: Vec<bool> = set.footprints.iter().map(is_absolute).collect();
    assert_eq!(references, [false, false, true, true, true, true, true]);
    assert_eq!(listed(&set.heights.unknown), [("a", "0"), ("b", "0.0"), ("c", "\"0\""), ("c", "-0.0")]);
    assert_eq!(listed(&set.heights.impossible), [("f", "-9999")]);

    // With a default height, too, an elevation that stands alone counts; so does one in the chosen property.
    let options = FootprintOptions { default_height: Some(2.0), ..FootprintOptions::default() };
    assert_eq!(heights(&properties[3..4], &options).0, [0.0]);
    let options = FootprintOptions { height_property: Some("roof_z".into()), ..FootprintOptions::default() };
    let (read, set) = heights(&properties[..1], &options);
    assert_eq!((read, set.heights.unknown.count), (vec![0.0], 0));
}

#[test]
fn a_missing_height_property_is_an_error_that_lists_those_there_are() {
    let text = collection(&[feature(r#"{"h":5,"name":"x"}"#), feature(r#"{"b":1}"#), feature("null")]);
    let error = read(&text).unwrap_err().to_string();
    assert!(error.contains("no property that is known to state a height"), "{error}");
    assert!(error.contains(r#""b", "h", "name""#), "{error}");
    let error = read(&collection(&[feature(r#"{"roof_height":5}"#)])).unwrap_err().to_string();
    assert!(error.contains("\"roof_height\" (the height of the roof's own body"), "{error}");
    let mut options = FootprintOptions { height_property: Some("roof".into()), ..FootprintOptions::default() };
    options.default_height = Some(6.0);
    let error = read_with(&text, &options).unwrap_err().to_string();
    assert!(error.contains("no feature with the property \"roof\""), "{error}");

    options.height_property = None;
    let set = read_with(&text, &options).unwrap();
    assert_eq!((set.footprints.len(), set.heights.default, set.heights.main_property()), (3, 3, None));
    assert_eq!(set.property_names, ["b", "h", "name"]);
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
        |ids: &[&str]| FootprintList { count: ids.len() as u64, ids: ids.iter().map(|s| s.to_string()).collect() };
    assert_eq!(set.footprints.len(), 1);
    assert_eq!(set.skipped.no_height, expect(&["a", "b", "#3"]));
    assert_eq!(set.skipped.no_geometry, expect(&["c", "5", "#7"]));
    assert_eq!(set.skipped.other_geometry, expect(&["d"]));
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
    assert!(error.contains("in the property \"level\" (lod_property)"), "{error}");
}

#[test]
fn a_property_that_was_asked_for_and_is_not_there_is_an_error_and_a_feature_without_it_is_named() {
    let with = |lod: Option<&str>, id: Option<&str>| FootprintOptions {
        lod_property: lod.map(String::from),
        id_property: id.map(String::from),
        ..FootprintOptions::default()
    };
    let text = collection(&[
        feature(r#"{"height":1,"level":0,"name":"x"}"#),
        feature(r#"{"height":2}"#),
        feature(r#"{"height":3,"level":null,"name":""}"#),
    ]);
    for (options, parameter) in
        [(with(Some("lvl"), None), "--lod-property"), (with(None, Some("lvl")), "--id-property")]
    {
        let error = read_with(&text, &options).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }), "{error}");
        let error = error.to_string();
        for part in ["no feature with the property \"lvl\"", "\"height\", \"level\", \"name\"", parameter] {
            assert!(error.contains(part), "{part}: {error}");
        }
        assert_eq!(read_with(&collection(&[]), &options).unwrap().footprints, []);
    }
    let set = read_with(&text, &with(Some("level"), Some("name"))).unwrap();
    let ids: Vec<&str> = set.footprints.iter().map(|f| f.id.as_str()).collect();
    assert_eq!(ids, ["x", "#2", "#3"]);
    assert_eq!(
        (&set.skipped.no_lod.ids[..], &set.skipped.no_id.ids[..]),
        (&ids[1..].iter().map(|id| id.to_string()).collect::<Vec<_>>()[..], &["#2".to_string(), "#3".to_string()][..])
    );
    assert_eq!(read(&text).unwrap().skipped, Skipped::default());
}

#[test]
fn a_height_property_that_is_known_as_something_else_wants_a_word_on_what_it_is() {
    let options = |name: &str, reference| FootprintOptions {
        height_property: Some(name.into()),
        reference,
        ..FootprintOptions::default()
    };
    for name in
        ["heightroof", "HEIGHT_ROOF", "roof_height", "roof:height", "min_height", "b3_h_maaiveld", "height_ft", "ele"]
    {
        let text = collection(&[feature(&format!(r#"{{"{name}":31.5}}"#))]);
        let error = read_with(&text, &options(name, None)).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }), "{error}");
        let error = error.to_string();
        assert!(error.contains(&format!("height_property is {name}, which is ")), "{error}");
        assert!(error.contains("--height-reference ground|absolute|levels"), "{error}");
        let taken = options(name, Some(HeightMeaning::AboveGround));
        assert_eq!(read_with(&text, &taken).unwrap().footprints[0].height, 31.5);
        assert!(taken.doubt().unwrap().contains(name));
    }
    assert_eq!(options("height", None).doubt(), None);
    assert_eq!(options("my_height", None).doubt(), None);
}

#[test]
fn collections_of_geometries_give_their_polygons() {
    let with = |geometries: &str| {
        let members = format!(r#""type":"GeometryCollection","geometries":[{geometries}]"#);
        collection(&[
            format!(r#"{{"type":"Feature","geometry":{{{members}}},"properties":{{"height":4}}}}"#),
            feature(r#"{"height":1}"#),
        ])
    };
    let point = r#"{"type":"Point","coordinates":[1,2]}"#;
    let several = r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1]]],[[[5,5],[6,5],[6,6.5]]]]}"#;
    let nested = format!(r#"{{"type":"GeometryCollection","geometries":[{several}]}}"#);
    let set = read(&with(&format!("{SQUARE},{nested}"))).unwrap();
    assert_eq!((set.footprints.len(), set.footprints[0].polygons.len()), (2, 3));
    assert_eq!(set.footprints[0].polygons[0].rings[0][1], [1010.0, 2000.0]);
    assert_eq!(set.skipped, Skipped::default());
    let set = read(&with(&format!("{point},{SQUARE}"))).unwrap();
    assert_eq!((set.footprints.len(), set.skipped.other_parts.ids), (2, vec!["#1".to_string()]));
    let set = read(&with(point)).unwrap();
    assert_eq!((set.footprints.len(), set.skipped.other_geometry.ids), (1, vec!["#1".to_string()]));
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
        (with("[[[0,NaN],[1,0],[1,1]]]"), "feature #2: a coordinate that is NaN or infinite"),
        (with("[[[0,0],[1,0],[-Infinity,1]]]"), "allow_nan=False) in Python finds where it comes from) at line 2"),
        (with("[[[0,\"1\"],[1,0],[1,1]]]"), "feature #2: a coordinate that is the text \"1\""),
        (with("[[[0,1e999],[1,0],[1,1]]]"), "feature #2: a coordinate that is NaN or infinite"),
        (with("[[[0,null],[1,0],[1,1]]]"), "feature #2"),
        (with("[[0,0],[1,0],[1,1]]"), "feature #2: coordinates that are not those of a Polygon"),
        (with("[[[0,0],[1,0]")[..200].to_string(), "feature #2: EOF"),
        (r#"{"type":"Other","features":[]}"#.into(), "an object of the type \"Other\""),
        ("[]".into(), "a GeoJSON feature collection"),
        ("{}".into(), "no features"),
        (format!("{} x", collection(std::slice::from_ref(&good))), "expected value"),
        (String::new(), "an empty file"),
        ("\u{feff} \n".into(), "an empty file"),
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
fn footprints_through_strips_are_those_that_are_read_at_once() {
    let at = |n: usize| {
        let [x, y] = [n as f64 * 7.25, 100.0 - (n * 37 % 100) as f64];
        format!(
            r#"{{"type":"Feature","id":"house {n}","properties":{{"height":{n},"lod":"{}"}},
            "geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{},{y}],[{x},{}],[{x},{y}]]]}}}}"#,
            n % 2,
            x + 5.0,
            y + 5.0
        )
    };
    let features: Vec<String> = (1..200).map(at).chain([feature("null")]).collect();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("footprints.geojson");
    std::fs::write(&path, collection(&features)).unwrap();
    let options = FootprintOptions { lod_property: Some("lod".into()), ..FootprintOptions::default() };
    let whole = read_footprints(&path, &options).unwrap();
    let (set, kept) = read_by_strips(&path, &options).unwrap();
    assert_eq!(whole.footprints.len(), 199);
    assert!((0..).zip(&kept).all(|(n, kept)| kept.index == n));
    let footprints = kept.into_iter().map(|kept| kept.footprint).collect();
    assert_eq!(FootprintSet { footprints, ..set }, whole);
}

#[test]
fn an_error_of_what_takes_the_footprints_ends_the_reading() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("footprints.geojson");
    std::fs::write(&path, collection(&vec![feature(r#"{"height":1}"#); 10_000])).unwrap();
    let mut taken = 0;
    let mut take = |_, _| {
        taken += 1;
        if taken < 3 { Ok(()) } else { Err(Error::invalid("footprints", "three", "two")) }
    };
    let (around, cancel) = (Surroundings::default(), CancelToken::default());
    let read = read_each(&path, &FootprintOptions::default(), &around, &cancel, &|_, _| Ok(()), &mut take);
    let Err(Error::InvalidArgument { .. }) = read.map(drop) else { panic!("three are not two") };
    assert_eq!(taken, 3);
}

#[test]
fn reading_stops_when_the_job_was_cancelled() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("footprints.geojson");
    std::fs::write(&path, r#"{"type": "FeatureCollection", "features": []}"#).unwrap();
    let cancel = CancelToken::default();
    let read =
        || read_until_cancelled(&path, &FootprintOptions::default(), &Surroundings::default(), &cancel, &|_, _| Ok(()));
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
    assert!(refusal("<kml></kml>").contains("ogr2ogr -t_srs EPSG:CODE metres.geojson"));
    assert!(refusal("ncols 3\nnrows 2\n").contains("given as terrain"));
}

#[test]
fn reference_systems_are_named_in_several_ways() {
    let named = |name: &str| format!(r#"{{"type":"name","properties":{{"name":"{name}"}}}}"#);
    for (crs, wanted) in [
        (named("urn:ogc:def:crs:EPSG::2263"), Some("urn:ogc:def:crs:EPSG::2263")),
        (named("urn:ogc:def:crs:OGC:1.3:CRS84"), Some("urn:ogc:def:crs:OGC:1.3:CRS84")),
        (r#"{"type":"EPSG","properties":{"code":28992}}"#.into(), Some("EPSG:28992")),
        (
            r#""https://www.opengis.net/def/crs/EPSG/0/28992""#.into(),
            Some("https://www.opengis.net/def/crs/EPSG/0/28992"),
        ),
        ("null".into(), None),
    ] {
        let features = feature(r#"{"height":1}"#);
        let set = read(&format!(r#"{{"type":"FeatureCollection","crs":{crs},"features":[{features}]}}"#)).unwrap();
        assert_eq!((set.footprints.len(), set.crs.as_deref()), (1, wanted), "{crs}");
    }
}

/// The text of one feature may take as much memory as there is, and no more.
#[test]
fn a_feature_longer_than_there_is_room_for_is_refused_while_it_is_read() {
    let ring = vec!["[600.125,600.25]"; 150_000].join(",");
    let long = format!(
        r#"{{"type":"Feature","properties":{{"height":5}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), collection(&[feature(r#"{"height":1}"#), long.clone()])).unwrap();
    let read = |most: u64| {
        let room = |footprints: u64, points: u64| {
            let needed = footprints + points;
            if needed <= most { Ok(()) } else { Err(Error::MemoryLimit { limit: most, needed, what: String::new() }) }
        };
        read_in(file.path(), &room)
    };
    let Err(Error::MemoryLimit { needed, what, .. }) = read(100_000) else { panic!("2.5 MB of text have no room") };
    assert!(what.contains("feature #2, whose text is "), "{what}");
    assert_eq!(read(needed).unwrap().footprints.len(), 2);
    // Many short features are not one long one.
    let short = vec![feature(r#"{"height":1}"#); 20_000];
    std::fs::write(file.path(), collection(&short)).unwrap();
    assert_eq!(read(20_000 * 5).unwrap().footprints.len(), 20_000);
}

/// Footprints without room in memory are counted, so that the error states the memory for all of them.
#[test]
fn what_does_not_fit_is_counted_to_the_end() {
    let feature = r#"{"type":"Feature","properties":{"height":5},"geometry":{"type":"Polygon","coordinates":
        [[[600,600],[620,600],[620,620],[600,600]]]}}"#;
    let file = tempfile::NamedTempFile::new().unwrap();
    let features = vec![feature; 40].join(",");
    std::fs::write(file.path(), format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)).unwrap();
    let read = |most: u64| {
        let room = |footprints: u64, points: u64| {
            let (needed, what) = (100 * footprints + points, "footprints".to_string());
            if footprints <= most { Ok(()) } else { Err(Error::MemoryLimit { limit: 0, needed, what }) }
        };
        read_in(file.path(), &room)
    };
    assert_eq!(read(40).unwrap().footprints.len(), 40);
    for most in [0, 7, 39] {
        let Err(Error::MemoryLimit { needed, .. }) = read(most) else { panic!("{most} of 40 are enough") };
        assert_eq!(needed, 40 * 100 + 40 * 4);
    }
}

/// Returns the rings' first points, the heights and the ids.
fn read_bytes(bytes: &[u8]) -> Result<FootprintSet> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    read_footprints(file.path(), &FootprintOptions::default())
}

#[test]
fn geojson_is_read_in_all_its_shapes() {
    let one = |height: &str| feature(&format!(r#"{{"height":{height}}}"#));
    let lines = format!("{}\n{}\r\n\n{}\n", one("6"), one("7"), one("8"));
    let sequence = format!("\u{1e}{}\n\u{1e}{}\n\u{1e}{}", one("6"), one("7"), one("8"));
    let late = r#"{"properties":{"height":6},"id":"a","geometry":{"type":"Polygon","coordinates":
        [[[0,0],[9,0],[9,9],[0,0]]]},"type":"Feature"}"#;
    for (text, heights) in [
        (one("6"), &[6.0][..]),
        (format!("\u{feff}{}", one("6")), &[6.0]),
        (late.to_string(), &[6.0]),
        (lines.clone(), &[6.0, 7.0, 8.0]),
        (format!("\u{feff}{lines}"), &[6.0, 7.0, 8.0]),
        (sequence, &[6.0, 7.0, 8.0]),
        // Without line breaks, over several lines, and collections after each other.
        (format!("{}{}", one("6"), one("7")), &[6.0, 7.0]),
        (format!("{}\n{}", one("6").replace(',', ",\n"), one("7")), &[6.0, 7.0]),
        (format!("{}\n{}", collection(&[one("6"), one("7")]), collection(&[one("8")])), &[6.0, 7.0, 8.0]),
    ] {
        let check = |set: FootprintSet| {
            let read: Vec<f64> = set.footprints.iter().map(|f| f.height).collect();
            assert_eq!(read, heights, "{text}");
            assert_eq!(set.skipped, Skipped::default(), "{text}");
        };
        check(read_bytes(text.as_bytes()).unwrap());
        check(read_bytes(&packed(text.as_bytes())).unwrap());
    }
    // A geometry alone has no height.
    let options = FootprintOptions { default_height: Some(5.0), ..FootprintOptions::default() };
    let collected = format!(r#"{{"type":"GeometryCollection","geometries":[{SQUARE},{SQUARE}]}}"#);
    let coordinates_first = r#"{"coordinates":[[[1000,2000],[1010,2000],[1010,2010],[1000,2000]]],"type":"Polygon"}"#;
    for (text, polygons) in [(SQUARE, 1), (coordinates_first, 1), (&collected, 2)] {
        let set = read_with(text, &options).unwrap();
        assert_eq!((set.footprints.len(), set.footprints[0].polygons.len()), (1, polygons), "{text}");
        assert!(read(text).unwrap_err().to_string().contains("default_height"), "{text}");
    }
    let point = read_with(r#"{"type":"Point","coordinates":[1,2]}"#, &options).unwrap();
    assert_eq!((point.footprints.len(), point.skipped.other_geometry.count), (0, 1));
    // A cut or broken line is named by its number.
    let error = read_bytes(format!("{}\n{}", one("6"), &one("7")[..80]).as_bytes()).unwrap_err().to_string();
    assert!(error.contains("feature #2: EOF"), "{error}");
    let error = read_bytes(format!("{}\nx", one("6")).as_bytes()).unwrap_err().to_string();
    assert!(error.contains("line 2"), "{error}");
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packer, bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn damaged_and_hostile_gzip_files_are_refused() {
    let text = collection(&vec![feature(r#"{"height":1}"#); 500]);
    let whole = packed(text.as_bytes());
    let mut cut = whole.clone();
    cut.truncate(whole.len() / 2);
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 0x55;
    for bad in [&cut, &damaged] {
        let error = read_bytes(bad).unwrap_err();
        assert!(matches!(error, Error::BadFormat { .. }), "{error}");
    }
    // Blanks beyond what any footprints become.
    let bomb = packed(format!("{{\"type\":\"FeatureCollection\",{}\"features\":[]}}", " ".repeat(40 << 20)).as_bytes());
    let error = read_bytes(&bomb).unwrap_err().to_string();
    assert!(error.contains("more than 250 times as large"), "{error}");
    // What is no text inside is to be unpacked first.
    let error = read_bytes(&packed(b"<kml></kml>")).unwrap_err().to_string();
    assert!(error.contains("KML"), "{error}");
}

#[test]
fn names_of_properties_are_known_in_capitals() {
    let set = read(&collection(&[feature(r#"{"HEIGHT":4,"OSM_ID":77}"#)])).unwrap();
    assert_eq!((set.footprints[0].id.as_str(), set.footprints[0].height), ("77", 4.0));
}

#[test]
fn features_are_chosen_by_filters() {
    let features: Vec<String> =
        [r#"{"height":1,"kind":"house"}"#, r#"{"height":2,"kind":"barn"}"#, r#"{"height":3}"#].map(feature).into();
    let chosen = |filters: &[&str]| {
        let filters = filters.iter().map(|filter| filter.parse().unwrap()).collect();
        read_with(&collection(&features), &FootprintOptions { filters, ..FootprintOptions::default() })
    };
    for (filters, heights, filtered) in [
        (&["kind=house"][..], &[1.0][..], 2),
        (&["kind!=house"], &[2.0, 3.0], 1),
        (&["kind!=house", "kind!=barn"], &[3.0], 2),
        (&["height=2"], &[2.0], 2),
    ] {
        let set = chosen(filters).unwrap();
        assert_eq!(set.footprints.iter().map(|f| f.height).collect::<Vec<_>>(), heights, "{filters:?}");
        assert_eq!(set.filtered, filtered, "{filters:?}");
    }
    let error = chosen(&["use=house"]).unwrap_err().to_string();
    assert!(error.contains("no feature with the property \"use\"") && error.contains("\"kind\""), "{error}");
    // A name that is spelled otherwise is offered.
    let error = chosen(&["Kind=house"]).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { name: "filters", .. }), "{error}");
    assert!(error.to_string().contains("accepted: \"kind\", spelled so; one of the properties there are"), "{error}");
    let error = chosen(&["kind=church"]).unwrap_err().to_string();
    assert!(error.contains("none of 3 features fulfils kind=church"), "{error}");
    let layer = FootprintOptions { layer: Some("roofs".into()), ..FootprintOptions::default() };
    let error = read_with(&collection(&features), &layer).unwrap_err().to_string();
    assert!(error.contains("layer is roofs"), "{error}");
}
