//! `groma city inspect` of inputs: it tells what files hold, what a build would take from them, and refuses what a
//! build refuses.
#![allow(missing_docs)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn groma(folder: &Path, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
    command.current_dir(folder).arg("city").args(arguments.split_whitespace());
    command.stdin(Stdio::null()).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

fn json(folder: &Path, arguments: &str) -> Value {
    let output = groma(folder, &format!("inspect {arguments} --json"));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{arguments}: {e}: {}", text(&output)))
}

/// Houses of 10 m x 10 m, 20 m from each other, with these properties each.
fn houses(path: &Path, crs: &str, properties: &[&str]) {
    let feature = |(k, properties): (usize, &&str)| {
        let (w, s) = (20 + 20 * (k % 4), 20 + 20 * (k / 4));
        let (e, n) = (w + 10, s + 10);
        format!(
            r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Polygon",
            "coordinates":[[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]}}}}"#
        )
    };
    let features: Vec<String> = properties.iter().enumerate().map(feature).collect();
    let crs = if crs.is_empty() {
        String::new()
    } else {
        format!(r#""crs":{{"type":"name","properties":{{"name":"{crs}"}}}},"#)
    };
    std::fs::write(path, format!(r#"{{"type":"FeatureCollection",{crs}"features":[{}]}}"#, features.join(",")))
        .unwrap();
}

/// A slope of 40 x 40 pixels of 5 m, from 100 to 139 m; the first pixels have these values instead.
fn slope(path: &Path, first: &[&str]) {
    let value = |k: usize| first.get(k).map_or_else(|| (100 + k % 40).to_string(), |value| value.to_string());
    let values: Vec<String> = (0..1600).map(value).collect();
    let text =
        format!("ncols 40\nnrows 40\nxllcorner 0\nyllcorner 0\ncellsize 5\nNODATA_value -1\n{}\n", values.join(" "));
    std::fs::write(path, text).unwrap();
}

#[test]
fn footprints_are_described_field_by_field() {
    let dir = tempfile::tempdir().unwrap();
    let properties = [
        r#""id":"a","height":"12 m","building:levels":4,"roof_height":2.5"#,
        r#""id":"b","height":null,"building:levels":2,"roof_height":1"#,
        r#""id":"c","height":7.5"#,
        r#""id":"d","height":"tall"#,
        r#""id":"e""#,
    ];
    let properties = properties.map(|p| if p.ends_with("tall") { format!("{p} 9 or 10\"") } else { p.to_string() });
    let properties: Vec<&str> = properties.iter().map(String::as_str).collect();
    houses(&dir.path().join("houses.geojson"), "EPSG:3006", &properties);
    let found = json(dir.path(), "houses.geojson");
    assert_eq!(found["terrain"], Value::Null);
    let found = &found["footprints"];
    assert_eq!((&found["format"], &found["reference_system"]), (&"GeoJSON".into(), &"EPSG:3006".into()));
    let numbers = ["features", "with_polygons", "polygons", "points", "usable", "without_height"].map(|k| &found[k]);
    assert_eq!(numbers, [5, 5, 5, 25, 3, 2]);
    assert_eq!(found["extent"], serde_json::json!([20.0, 20.0, 90.0, 50.0]));
    let property = |name: &str| found["properties"].as_array().unwrap().iter().find(|p| p["name"] == name).unwrap();
    let height = property("height");
    assert_eq!([&height["values"], &height["nulls"], &height["texts"]], [3, 2, 2]);
    assert_eq!((&height["range"], &height["examples"][0]), (&serde_json::json!([7.5, 7.5]), &"12 m".into()));
    assert_eq!(height["purpose"], "the height above the ground of 2 buildings");
    assert_eq!(property("building:levels")["purpose"], "storeys above the ground of 1 building");
    assert!(property("roof_height")["purpose"].as_str().unwrap().starts_with("not taken for a height: "));
    assert_eq!(property("id")["purpose"], "the buildings' names");
    assert_eq!(found["heights"]["unreadable"]["count"], 1);
    // The same with the options of a build.
    let chosen = json(dir.path(), "houses.geojson --where id!=a --height-property building:levels");
    assert_eq!([&chosen["footprints"]["filtered"], &chosen["footprints"]["usable"]], [1, 1]);
    let output = text(&groma(dir.path(), "inspect houses.geojson"));
    for line in [
        "houses.geojson: footprints, GeoJSON\n",
        "  features    5, 5 with polygons (5 polygons, 25 points)\n",
        "  extent      20,20,90,50\n",
        "  no height   2, left out unless default_height (--default-height) says one\n",
        "  7.5; texts like \"12 m\", \"tall 9 or 10\" -> the height above the ground of 2 buildings\n",
    ] {
        assert!(output.contains(line), "{line}: {output}");
    }
}

#[test]
fn terrain_is_described_with_its_heights() {
    let dir = tempfile::tempdir().unwrap();
    slope(&dir.path().join("dem.asc"), &["-1", "-1", "-1", "-1"]);
    let found = json(dir.path(), "dem.asc")["terrain"].clone();
    assert_eq!([&found["cols"], &found["rows"], &found["looked_at"], &found["with_data"]], [40, 40, 1600, 1596]);
    assert_eq!((&found["range"], &found["cell"]), (&serde_json::json!([100.0, 139.0]), &serde_json::json!([5.0, 5.0])));
    assert_eq!((&found["storage"]["format"], &found["storage"]["nodata"]), (&"ESRI ASCII grid".into(), &(-1.0).into()));
    assert_eq!(found["refusal"], Value::Null);
    let output = text(&groma(dir.path(), "inspect dem.asc --height-unit ft"));
    assert!(
        output.contains("  heights     30.48 to 42.3672 m, of a unit of 0.3048 m, converted; 99.8 % of pixels"),
        "{output}"
    );
    // A folder is one raster.
    std::fs::create_dir(dir.path().join("dems")).unwrap();
    for (name, x) in [("a.asc", 0), ("b.asc", 200)] {
        let grid = std::fs::read_to_string(dir.path().join("dem.asc")).unwrap();
        let moved = grid.replace("xllcorner 0", &format!("xllcorner {x}"));
        std::fs::write(dir.path().join("dems").join(name), moved).unwrap();
    }
    let found = json(dir.path(), "dems")["terrain"].clone();
    assert_eq!([&found["cols"], &found["storage"]["files"], &found["with_data"]], [80, 2, 3192]);
}

#[test]
fn both_together_tell_what_would_be_meshed() {
    let dir = tempfile::tempdir().unwrap();
    let houses_file = dir.path().join("houses.geojson");
    houses(&houses_file, "EPSG:3006", &[r#""height":8"#; 12]);
    slope(&dir.path().join("dem.asc"), &[]);
    std::fs::write(dir.path().join("dem.prj"), "EPSG:3006").unwrap();
    let found = json(dir.path(), "houses.geojson --terrain dem.asc --bounds 0,0,100,35");
    let together = &found["together"];
    assert_eq!(
        (&together["meshed"], &together["footprints"], &together["refusal"]),
        (&4.into(), &12.into(), &Value::Null)
    );
    assert_eq!(together["bounds"], serde_json::json!([0.0, 0.0, 100.0, 35.0]));
    assert_eq!(together["reference_systems"]["are_the_same"], true);
    // The estimate is that of tile-size, and near what a build makes.
    let whole = json(dir.path(), "houses.geojson dem.asc")["together"]["estimate"]["triangles"].as_f64().unwrap();
    let built = groma(dir.path(), "build houses.geojson --terrain dem.asc --store tiles --json");
    let built: Value = serde_json::from_slice(&built.stdout).unwrap();
    let counts = &built["counts"];
    let made: f64 = ["ground", "ground_beside_buildings", "roofs"].iter().map(|k| counts[k].as_f64().unwrap()).sum();
    assert!((0.3..3.0).contains(&(whole / made)), "{whole} estimated, {made} made");
    // Nothing was written before the build, and a store is still told as a store.
    let store = text(&groma(dir.path(), "inspect tiles"));
    assert!(store.starts_with("tiles: mesh store of a city"), "{store}");
}

#[test]
fn what_a_build_refuses_is_a_problem_and_nothing_else_is() {
    let dir = tempfile::tempdir().unwrap();
    let (houses_file, dem) = (dir.path().join("houses.geojson"), dir.path().join("dem.asc"));
    let fine: &[&str] = &[r#""height":8"#; 3];
    let voids: &[&str] = &["-9999"; 50];
    type Case<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a str, &'a str);
    let cases: [Case<'_>; 9] = [
        ("fine", fine, &[], "", ""),
        ("no heights", &[r#""colour":"red""#; 3], &[], "", "colour"),
        ("no heights, and a default", &[r#""colour":"red""#; 3], &[], "--default-height 6", ""),
        ("another height property", fine, &[], "--height-property hoogte", "hoogte"),
        ("a filter that nothing fulfils", fine, &[], "--where height=9", "height=9"),
        ("voids", fine, voids, "", "--nodata -9999"),
        ("declared voids", fine, voids, "--nodata -9999", ""),
        ("bounds elsewhere", fine, &[], "--bounds 150,150,190,190", "150"),
        ("too little memory", fine, &[], "--memory-limit 1MiB", "limit"),
    ];
    for (what, properties, first, options, wanted) in cases {
        houses(&houses_file, "", properties);
        slope(&dem, first);
        let inspected = groma(dir.path(), &format!("inspect houses.geojson dem.asc {options}"));
        let _ = std::fs::remove_dir_all(dir.path().join("tiles"));
        let built = groma(dir.path(), &format!("build houses.geojson --terrain dem.asc --store tiles {options}"));
        let (inspected_text, built_text) = (text(&inspected), text(&built));
        let codes = (inspected.status.code(), built.status.code());
        if wanted.is_empty() {
            assert_eq!(codes, (Some(0), Some(0)), "{what}: {inspected_text}{built_text}");
            assert!(!inspected_text.contains("PROBLEM"), "{what}: {inspected_text}");
        } else {
            assert_eq!(codes.0, Some(1), "{what}: {inspected_text}");
            assert_ne!(codes.1, Some(0), "{what}: {built_text}");
            let problem = inspected_text.lines().find(|line| line.contains("PROBLEM") || line.contains("error:"));
            assert!(problem.is_some_and(|line| line.contains(wanted)), "{what}: {inspected_text}");
            assert!(built_text.contains(wanted), "{what}: {built_text}");
        }
    }
}

#[test]
fn what_cannot_be_told_apart_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    houses(&dir.path().join("a.geojson"), "", &[r#""height":8"#]);
    houses(&dir.path().join("b.geojson"), "", &[r#""height":8"#]);
    for (arguments, wanted, code) in [
        ("a.geojson b.geojson", "b.geojson beside a.geojson; accepted: one file of footprints", 2),
        ("nowhere.tif", "nowhere.tif", 1),
        ("", "STORE|FILE", 2),
    ] {
        let output = groma(dir.path(), &format!("inspect {arguments}"));
        assert!(text(&output).contains(wanted), "{}", text(&output));
        assert_eq!(output.status.code(), Some(code), "{}", text(&output));
    }
}

#[test]
fn what_cannot_be_read_is_a_problem_and_the_rest_is_told() {
    let dir = tempfile::tempdir().unwrap();
    houses(&dir.path().join("houses.geojson"), "", &[r#""height":8"#; 3]);
    slope(&dir.path().join("dem.asc"), &[]);
    std::fs::write(dir.path().join("cut.asc"), "ncols 40\nnrows 40\n").unwrap();
    std::fs::write(dir.path().join("page.pdf"), "%PDF-1.7\n\0").unwrap();
    std::fs::write(dir.path().join("broken.geojson"), "{\"type\": \"FeatureCollection\", \"features\": [").unwrap();
    for (arguments, refused, told) in [
        ("houses.geojson cut.asc", "terrain", "footprints"),
        ("houses.geojson page.pdf", "terrain", "footprints"),
        ("broken.geojson dem.asc", "footprints", "terrain"),
    ] {
        let output = groma(dir.path(), &format!("inspect {arguments}"));
        assert_eq!(output.status.code(), Some(1), "{arguments}: {}", text(&output));
        let found = json(dir.path(), arguments);
        assert!(found[refused]["refusal"].is_string(), "{arguments}: {found}");
        assert!(found[told]["refusal"].is_null() && found["together"].is_null(), "{arguments}: {found}");
    }
    // Elevations that lie under the ground, and footprints of which none can be meshed.
    houses(&dir.path().join("low.geojson"), "", &[r#""roof_z":8"#; 3]);
    houses(&dir.path().join("flat.geojson"), "", &[r#""height":0"#; 3]);
    for (arguments, wanted) in
        [("low.geojson dem.asc", "are all below the ground"), ("flat.geojson dem.asc", "no building")]
    {
        let refusal = json(dir.path(), arguments)["together"]["refusal"].clone();
        assert!(refusal.as_str().is_some_and(|refusal| refusal.contains(wanted)), "{arguments}: {refusal}");
        let [houses, dem] = arguments.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let built = groma(dir.path(), &format!("build {houses} --terrain {dem} --store {houses}.tiles"));
        assert_ne!(built.status.code(), Some(0), "{arguments}: {}", text(&built));
    }
    // A footprint that reaches to the end of numbers changes no estimate, and ends nothing.
    let far = std::fs::read_to_string(dir.path().join("houses.geojson")).unwrap().replacen("[30,30]", "[1e30,30]", 1);
    std::fs::write(dir.path().join("far.geojson"), far).unwrap();
    let found = json(dir.path(), "far.geojson dem.asc");
    assert!(found["together"]["estimate"]["triangles"].as_u64().is_some_and(|n| n < 100_000), "{found}");
}
