//! What buildings have their heights from, which values are none, and roofs that the ground overtops.
#![allow(missing_docs)]

mod common;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::city::in_memory;
use groma::city::build::{BuildCityMeshOptions, CityReport, build_city_mesh};
use groma::city::footprint::{Footprint, FootprintList, HeightReference, Lod, Polygon};
use groma::city::footprints::FootprintOptions;
use groma::city::terrain::Terrain;
use groma::city::{CityInput, Footprints, Ground};
use groma::{Error, Result};
use serde_json::Value;

/// 200 x 200 m of ground that rises by `slope` per metre to the east, from 100 m on.
fn ground(slope: f32) -> Terrain {
    let values = (0..400).map(|k| 100.0 + slope * (10 * (k % 20)) as f32).collect();
    Terrain::from_memory(20, 20, 0.0, 200.0, [10.0, 10.0], values, None).unwrap()
}

/// The outline of the n-th house of 10 x 10 m.
fn outline(n: usize) -> Vec<[f64; 2]> {
    let [x, y] = [20.0 + 40.0 * (n % 4) as f64, 20.0 + 40.0 * (n / 4) as f64];
    vec![[x, y], [x + 10.0, y], [x + 10.0, y + 10.0], [x, y + 10.0]]
}

/// A folder with a file of houses with these properties, and a place for a store.
struct City {
    dir: tempfile::TempDir,
    terrain: Arc<Terrain>,
}

impl City {
    fn new(slope: f32, properties: &[&str]) -> City {
        let feature = |(n, properties): (usize, &&str)| {
            let outline = serde_json::to_string(&outline(n)).unwrap();
            format!(
                r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":[{outline}]}}}}"#
            )
        };
        let features: Vec<String> = properties.iter().enumerate().map(feature).collect();
        let dir = tempfile::tempdir().unwrap();
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",\n"));
        std::fs::write(dir.path().join("footprints.geojson"), text).unwrap();
        City { dir, terrain: Arc::new(ground(slope)) }
    }

    fn store(&self) -> PathBuf {
        self.dir.path().join("store")
    }

    fn build(&self, options: FootprintOptions) -> Result<CityReport> {
        let footprints = Footprints::File(self.dir.path().join("footprints.geojson"), options);
        let input = CityInput { footprints, terrain: Ground::Memory(self.terrain.clone()) };
        build_city_mesh(&input, self.store(), &BuildCityMeshOptions::default())
    }

    /// The error of a build, which must not have written anything.
    fn refused(&self, options: FootprintOptions) -> Error {
        let error = self.build(options).unwrap_err();
        assert!(!self.store().exists(), "{error}");
        error
    }
}

/// The elevations of a store's roofs, by the footprints below them.
fn roofs(store: &Path) -> Vec<(String, f64)> {
    let text = std::fs::read_to_string(store.join("buildings.jsonl")).unwrap();
    let records = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let members = |record: &Value| {
        let members = record["members"].as_array().unwrap();
        members.iter().map(|member| member.as_str().unwrap()).collect::<Vec<_>>().join("+")
    };
    let mut roofs: Vec<(String, f64)> = records
        .filter(|record| record["members"].is_array())
        .map(|record| (members(&record), record["roof"].as_f64().unwrap()))
        .collect();
    roofs.sort_by(|a, b| a.0.cmp(&b.0));
    roofs
}

fn is(expected: &[(&str, f64)]) -> Vec<(String, f64)> {
    expected.iter().map(|(name, roof)| (name.to_string(), *roof)).collect()
}

/// The message of the one warning of a kind.
fn warning<'a>(report: &'a CityReport, kind: &str) -> &'a str {
    let messages: Vec<&str> =
        report.warnings.iter().filter(|warning| warning.kind == kind).map(|warning| warning.message.as_str()).collect();
    let [message] = messages[..] else { panic!("{kind}: {:?}", report.warnings) };
    message
}

fn with_default(height: f64) -> FootprintOptions {
    FootprintOptions { default_height: Some(height), ..FootprintOptions::default() }
}

#[test]
fn the_report_says_from_what_each_height_came() {
    let city = City::new(
        0.0,
        &[
            r#"{"id":"a","height":"12 m","roof_height":2.5}"#,
            r#"{"id":"b","height":-1,"building:levels":2}"#,
            r#"{"id":"c","height":"5;7"}"#,
            r#"{"id":"d","height":9}"#,
        ],
    );
    let report = city.build(FootprintOptions { level_height: 3.5, ..with_default(4.0) }).unwrap();
    assert_eq!(roofs(&city.store()), is(&[("a", 112.0), ("b", 107.0), ("c", 104.0), ("d", 109.0)]));
    let json = serde_json::to_value(&report.input).unwrap();
    assert_eq!(
        json["heights"]["properties"],
        serde_json::json!([
            {"property": "height", "meaning": "above-ground", "footprints": 2},
            {"property": "building:levels", "meaning": "levels", "footprints": 1},
        ])
    );
    assert_eq!(
        (&json["height_property"], &json["default_heights"], &json["no_height"]),
        (&"height".into(), &1.into(), &0.into())
    );
    assert_eq!(
        json["heights"]["unknown"]["listed"][0],
        serde_json::json!({"id": "b", "property": "height", "value": "-1"})
    );
    let text = report.to_string();
    let line = "  roofs        2 from height, above ground; 1 from building:levels, storeys of 3.5 m; 1 by default\n";
    assert!(text.contains(line), "{text}");
    assert_eq!(warning(&report, "unknown-height"), "1 height of zero or less, taken as unknown: b (height -1)");
    assert!(warning(&report, "unreadable-height").ends_with(": c (height \"5;7\")"));
}

#[test]
fn a_build_that_loses_every_building_is_an_error_with_the_reasons() {
    let city = City::new(
        0.0,
        &[r#"{"id":"low","height":-99999}"#, r#"{"id":"huge","height":1e9}"#, r#"{"id":"none","height":NaN}"#],
    );
    let error = city.refused(FootprintOptions::default());
    assert!(matches!(error, Error::BadFormat { .. }), "{error}");
    let text = error.to_string();
    for part in [
        "footprints.geojson",
        "no building is left",
        "3 without a usable height (1 zero or less: low (height -99999); 1 that no building has: huge (height \
         1000000000.0))",
        "--default-height",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert_eq!(city.build(with_default(5.0)).unwrap().buildings, 3);

    // Too small, all of them.
    let error = City::new(0.0, &[r#"{"height":5}"#]);
    let footprints = Footprints::File(error.dir.path().join("footprints.geojson"), FootprintOptions::default());
    let input = CityInput { footprints, terrain: Ground::Memory(error.terrain.clone()) };
    let mut options = BuildCityMeshOptions::default();
    options.parameters.min_building_area = 101.0;
    let text = build_city_mesh(&input, error.store(), &options).unwrap_err().to_string();
    assert!(text.contains("1 smaller than min_building_area") && !error.store().exists(), "{text}");

    let empty = City::new(0.0, &[]);
    let report = empty.build(FootprintOptions::default()).unwrap();
    assert!(report.is_complete() && report.buildings == 0 && report.counts.ground > 0);
}

#[test]
fn most_roofs_under_the_ground_stop_the_build_and_a_few_are_told() {
    let low = [r#"{"id":"a","roof_z":8}"#, r#"{"id":"b","roof_z":9}"#, r#"{"id":"c","roof_z":109}"#];
    let city = City::new(0.0, &low);
    let error = city.refused(FootprintOptions::default());
    assert!(matches!(error, Error::BadFormat { .. }), "{error}");
    let text = error.to_string();
    for part in [
        "2 of 3 roofs",
        "that of a at 8 m where the ground is at 100.00 to 100.00 m",
        "--height-property roof_z --height-reference ground",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let height_property = Some("roof_z".to_string());
    let reference = Some(groma::city::heights::HeightMeaning::AboveGround);
    city.build(FootprintOptions { height_property, reference, ..FootprintOptions::default() }).unwrap();
    assert_eq!(roofs(&city.store()), is(&[("a", 108.0), ("b", 109.0), ("c", 209.0)]));

    let few = City::new(0.0, &[r#"{"id":"a","roof_z":8}"#, r#"{"id":"b","roof_z":112}"#, r#"{"id":"c","roof_z":109}"#]);
    let report = few.build(FootprintOptions::default()).unwrap();
    assert_eq!(report.input.roofs_under_ground, FootprintList { count: 1, ids: vec!["a".into()] });
    assert!(warning(&report, "roofs-under-ground").ends_with(": a"));
    // Platforms have no roof.
    let mut options = BuildCityMeshOptions::default();
    options.parameters.lod = Lod::Lod0;
    let footprints = Footprints::File(city.dir.path().join("footprints.geojson"), FootprintOptions::default());
    let input = CityInput { footprints, terrain: Ground::Memory(city.terrain.clone()) };
    let report = build_city_mesh(&input, city.dir.path().join("platforms"), &options).unwrap();
    assert_eq!(report.input.roofs_under_ground.count, 0);
}

#[test]
fn a_village_on_a_hillside_is_built_and_told() {
    let properties: Vec<String> = (0..8).map(|n| format!(r#"{{"id":"h{n}","height":6}}"#)).collect();
    let city = City::new(0.8, &properties.iter().map(String::as_str).collect::<Vec<_>>());
    let report = city.build(FootprintOptions::default()).unwrap();
    assert_eq!((report.buildings, report.input.roofs_under_ground.count), (8, 8));
    let message = warning(&report, "roofs-under-ground");
    assert!(message.starts_with("8 buildings have their roofs under the highest ground"), "{message}");
    assert!(message.ends_with(": h0, h1, h2, h3, h4 and 3 more"), "{message}");
    let gentle = City::new(0.5, &[r#"{"height":6}"#]).build(FootprintOptions::default()).unwrap();
    assert_eq!(gentle.input.roofs_under_ground, FootprintList::default());
}

#[test]
fn elevations_taken_for_heights_are_told() {
    let city = City::new(0.0, &[r#"{"height":108}"#, r#"{"height":112.5}"#, r#"{"height":8}"#]);
    let report = city.build(FootprintOptions::default()).unwrap();
    let message = warning(&report, "heights-like-elevations");
    assert!(message.starts_with("2 of 3 buildings") && message.contains("--height-property height"), "{message}");
    for usual in [["8", "12", "20"], ["108", "12", "20"], ["160", "170", "180"]] {
        let properties = usual.map(|height| format!(r#"{{"height":{height}}}"#));
        let city = City::new(0.0, &properties.each_ref().map(String::as_str));
        assert_eq!(city.build(FootprintOptions::default()).unwrap().warnings, [], "{usual:?}");
    }
}

/// Elevations given as heights and heights given as elevations, on high ground and below the sea.
#[test]
fn heights_and_elevations_confused_are_told_on_ground_at_any_level() {
    let city = |level: f64, property: &str, values: &[f64]| {
        let properties: Vec<String> = values.iter().map(|value| format!(r#"{{"{property}":{value}}}"#)).collect();
        let mut city = City::new(0.0, &properties.iter().map(String::as_str).collect::<Vec<_>>());
        let values = (0..400).map(|k| level as f32 + (k % 20) as f32).collect();
        city.terrain = Arc::new(Terrain::from_memory(20, 20, 0.0, 200.0, [10.0, 10.0], values, None).unwrap());
        city
    };
    let absolute = "--height-property height --height-reference absolute";
    for (level, heights) in [(1500.0, [1525.0, 1530.0, 1542.0]), (-400.0, [-360.0, -370.0, -355.5])] {
        let high = city(level, "height", &heights);
        let text = high.refused(FootprintOptions::default()).to_string();
        assert!(text.contains(absolute) && text.contains("3 of 3 values"), "{text}");
        let reference = Some(groma::city::heights::HeightMeaning::RoofElevation);
        let height_property = Some("height".to_string());
        high.build(FootprintOptions { height_property, reference, ..FootprintOptions::default() }).unwrap();
        assert_eq!(roofs(&high.store()).len(), 3);
        // Some of them are there, or all by default: then it is a warning.
        let report = city(level, "height", &heights).build(with_default(8.0)).unwrap();
        assert!(warning(&report, "heights-like-elevations").contains(absolute), "{:?}", report.warnings);
    }
    let report = city(300.0, "height", &[330.0]).build(FootprintOptions::default()).unwrap();
    assert!(warning(&report, "heights-like-elevations").contains(absolute));
    let report = city(-400.0, "roof_z", &[8.0, 12.0]).build(FootprintOptions::default()).unwrap();
    let told = warning(&report, "elevations-like-heights");
    assert!(told.contains("--height-property roof_z --height-reference ground"), "{told}");
    // Stand-ins for "unknown" are none of it, and what is right is right.
    for (level, property, heights) in [
        (-2.0, "height", &[-1.0, -1.0, 8.0][..]),
        (1500.0, "height", &[9999.0, 8.0]),
        (-400.0, "height", &[-9999.0, 8.0]),
        (-400.0, "height", &[8.0, 12.0]),
        (-400.0, "roof_z", &[-360.0, -370.0]),
        (1500.0, "roof_z", &[1525.0, 1530.0]),
        (0.0, "roof_z", &[25.0, 30.0]),
    ] {
        let report = city(level, property, heights).build(FootprintOptions::default()).unwrap();
        let told = report.warnings.iter().filter(|w| w.kind.contains("-like-"));
        assert_eq!(told.count(), 0, "{level} {property} {heights:?}: {:?}", report.warnings);
    }
}

#[test]
fn a_doubtful_property_and_missing_levels_of_detail_are_told() {
    let city = City::new(0.0, &[r#"{"heightroof":30,"lod":0}"#, r#"{"heightroof":20}"#]);
    let report = city
        .build(FootprintOptions {
            height_property: Some("heightroof".into()),
            reference: Some(groma::city::heights::HeightMeaning::AboveGround),
            lod_property: Some("lod".into()),
            id_property: Some("lod".into()),
            ..FootprintOptions::default()
        })
        .unwrap();
    assert!(warning(&report, "doubtful-heights").contains("heightroof, which is a height in feet in New York's data"));
    assert!(warning(&report, "no-lod").ends_with(": #2") && warning(&report, "no-id").ends_with(": #2"));
    assert_eq!((report.input.no_lod, report.input.no_id), (1, 1));
}

#[test]
fn an_elevation_far_above_the_ground_is_no_roof() {
    let city = City::new(0.0, &[r#"{"id":"a","roof_z":5000,"height":7}"#, r#"{"id":"b","roof_z":120}"#]);
    let report = city.build(FootprintOptions::default()).unwrap();
    assert_eq!(roofs(&city.store()), is(&[("b", 120.0)]));
    assert!(warning(&report, "impossible-height").ends_with(": a (roof_z 5000)"));
    assert_eq!((report.input.no_height, report.input.heights.properties[0].footprints), (1, 1));
    let report = city.build(with_default(6.0)).unwrap();
    assert_eq!(roofs(&city.store()), is(&[("a", 106.0), ("b", 120.0)]));
    assert_eq!((report.input.no_height, report.input.default_heights), (0, 1));
}

#[test]
fn elevations_beside_heights_and_equal_ids_are_told() {
    let city = City::new(0.0, &[r#"{"id":"a","roof_z":112}"#, r#"{"id":"b","height":7}"#, r#"{"id":"a","height":8}"#]);
    let report = city.build(FootprintOptions::default()).unwrap();
    assert_eq!(roofs(&city.store()), is(&[("a", 112.0), ("a", 108.0), ("b", 107.0)]));
    let mixed = warning(&report, "mixed-heights");
    assert!(mixed.contains("elevations, from roof_z") && mixed.contains("from the ground, from height"), "{mixed}");
    assert_eq!(report.input.duplicate_ids, FootprintList { count: 1, ids: vec!["a".into()] });
    let told = warning(&report, "duplicate-ids");
    assert!(told.starts_with("1 id stands for more than one footprint") && told.ends_with(": a"), "{told}");
}

#[test]
fn footprints_from_memory_follow_the_same_rules() {
    let footprints = |heights: &[f64], reference| -> Vec<Footprint> {
        let footprint = |(n, &height): (usize, &f64)| {
            let polygons = vec![Polygon { rings: vec![outline(n)] }];
            Footprint { id: String::new(), polygons, height, reference, lod: None }
        };
        heights.iter().enumerate().map(footprint).collect()
    };
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let build = |heights: &[f64], reference| {
        build_city_mesh(
            &in_memory(footprints(heights, reference), ground(0.0)),
            &store,
            &BuildCityMeshOptions::default(),
        )
    };
    for (heights, reference) in [
        (&[0.0, -3.0, f64::NAN, 901.0, f64::INFINITY][..], HeightReference::Ground),
        (&[f64::NAN, -9999.0, 9999.0, 1e9, 1001.0], HeightReference::Absolute),
    ] {
        let error = build(heights, reference).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }), "{error}");
        assert!(error.to_string().contains("5 without a usable height"), "{error}");
        assert!(!store.exists());
    }
    let report = build(&[-1.0, 8.0, 1e9], HeightReference::Ground).unwrap();
    assert_eq!(roofs(&store), is(&[("#1", 108.0)]));
    assert_eq!(
        (report.input.no_height, report.input.heights.unknown.count, report.input.heights.impossible.count),
        (2, 1, 1)
    );
    assert!(warning(&report, "no-height").contains("#0, #2"));
    assert!(warning(&report, "unknown-height").ends_with(": #0 (-1)"));
    assert!(build(&[8.0, 9.0], HeightReference::Absolute).unwrap_err().to_string().contains("2 of 2"));
}

#[test]
fn files_that_failed_give_the_right_roofs() {
    let Some(cases) = common::shared("city_heights", "cases") else { return };
    let build = |folder: &str, footprints: &str, terrain: &str| {
        let dir = tempfile::tempdir().unwrap();
        let footprints = Footprints::File(cases.join(folder).join(footprints), FootprintOptions::default());
        let input = CityInput { footprints, terrain: Ground::File(cases.join(folder).join(terrain)) };
        let store = dir.path().join("store");
        let report = build_city_mesh(&input, &store, &BuildCityMeshOptions::default())?;
        Ok::<_, Error>((report, roofs(&store).len()))
    };
    for (name, buildings, left_out) in [
        ("null_height_first", 2, 0),
        ("overture_first_has_roof", 3, 0),
        ("microsoft_minus1", 1, 2),
        ("osm_units", 6, 1),
    ] {
        let (report, written) = build("formats", &format!("{name}.geojson"), "dem_3006.tif").unwrap();
        assert_eq!((written, report.input.no_height), (buildings, left_out), "{name}: {report}");
        assert_eq!(report.input.roofs_under_ground.count, 0, "{name}");
    }
    for (name, part) in
        [("height-sentinels", "huge (height 1000000000.0)"), ("nan-literal", "1 without a usable height")]
    {
        let error = build(&format!("cities/{name}"), "footprints.geojson", "dem.asc").unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    let (report, _) = build("cities/roof-under-hillside", "footprints.geojson", "dem.asc").unwrap();
    assert_eq!(report.input.roofs_under_ground, FootprintList { count: 1, ids: vec!["a".into()] });
}
