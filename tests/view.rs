//! Pages in the browser: what the server gives and what it refuses, that the program served is the one of the sources,
//! and what a user sees.

#[path = "common/browser.rs"]
mod browser;
mod common;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use browser::Viewer;
use groma::trajectory::query::{Dataset, DatasetOptions, StepSamples};
use serde_json::Value;

fn groma() -> Command {
    Command::new(env!("CARGO_BIN_EXE_groma"))
}

fn run(arguments: &[&str]) {
    let output = groma().args(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A city's store below a folder, with its footprints in `town`.
fn store(dir: &Path, buildings: u32) -> PathBuf {
    let [town, footprints, terrain, store] = ["town", "town/footprints.geojson", "town/terrain.tif", "tiles"]
        .map(|name| dir.join(name).display().to_string());
    run(&["city", "generate", &town, "--buildings", &buildings.to_string()]);
    run(&["city", "build", &footprints, "--terrain", &terrain, "--store", &store]);
    store.into()
}

fn tileset(dir: &Path, buildings: u32) -> PathBuf {
    let (store, folder) = (store(dir, buildings), dir.join("city"));
    let [from, to] = [&store, &folder].map(|path| path.to_str().unwrap());
    run(&["city", "export", from, "--format", "3dtiles", "--output", to, "--placement", "local"]);
    folder
}

fn view(folder: &Path) -> Viewer {
    Viewer::start(groma().args(["city", "view"]).arg(folder))
}

/// The status, the headers by their names in small letters, and the body of an answer to what was sent as it is.
fn ask(viewer: &Viewer, request: &str) -> (u16, BTreeMap<String, String>, Vec<u8>) {
    let mut stream = TcpStream::connect(("127.0.0.1", viewer.port())).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("the end of the headers");
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let headers = head.lines().skip(1).map(|line| line.split_once(": ").unwrap());
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_string())).collect();
    (status, headers, answer[end + 4..].to_vec())
}

fn get(viewer: &Viewer, path: &str) -> (u16, BTreeMap<String, String>, Vec<u8>) {
    let port = viewer.port();
    ask(viewer, &format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"))
}

/// A folder that looks like a tileset to the server, with a secret beside it.
fn folder_with_secret(dir: &Path) -> PathBuf {
    let folder = dir.join("city");
    std::fs::create_dir_all(folder.join("tiles")).unwrap();
    std::fs::write(folder.join("tileset.json"), "{}").unwrap();
    std::fs::write(folder.join("tiles/0-0-0.glb"), "glTF").unwrap();
    std::fs::write(dir.join("secret.json"), "secret").unwrap();
    folder
}

#[test]
fn the_server_gives_the_page_and_the_folder_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let viewer = view(&folder_with_secret(dir.path()));
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/viewer.js", "text/javascript; charset=utf-8"),
        ("/viewer.css", "text/css; charset=utf-8"),
        ("/data/tileset.json", "application/json"),
        ("/data/tiles/0-0-0.glb", "model/gltf-binary"),
        ("/data/tiles/0-0-0.glb?again", "model/gltf-binary"),
    ] {
        let (status, headers, body) = get(&viewer, path);
        assert_eq!((status, headers["content-type"].as_str()), (200, kind), "{path}");
        assert_eq!(headers["content-length"], body.len().to_string(), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert!(headers["content-security-policy"].starts_with("default-src 'self';"), "{headers:?}");
    }
    assert_eq!(get(&viewer, "/data/tileset.json").2, b"{}");
    let absolute = format!("/data/{}", dir.path().join("secret.json").display());
    for path in [
        "/secret.json",
        "/data/",
        "/data/tiles",
        "/data/../secret.json",
        "/data/tiles/../../secret.json",
        "/data/%2e%2e/secret.json",
        "/data/%2E%2E%2Fsecret.json",
        "/data/..%5csecret.json",
        "/../secret.json",
        "/tileset.json",
        &absolute,
    ] {
        let (status, _, body) = get(&viewer, path);
        assert_eq!(status, 404, "{path}");
        assert!(!String::from_utf8_lossy(&body).contains("secret"), "{path}");
    }
}

#[test]
fn the_server_answers_this_machine_and_its_own_page_alone() {
    let dir = tempfile::tempdir().unwrap();
    let viewer = view(&folder_with_secret(dir.path()));
    let port = viewer.port();
    let with = |host: &str| ask(&viewer, &format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).0;
    assert_eq!(with(&format!("localhost:{port}")), 200);
    // The name of a page elsewhere that was made to point here.
    assert_eq!(with(&format!("elsewhere.example:{port}")), 403);
    assert_eq!(with("127.0.0.1"), 403);
    let own = format!("127.0.0.1:{port}");
    let asked = |line: &str| ask(&viewer, &format!("{line} HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n"));
    let (status, headers, _) = asked("POST /");
    assert_eq!((status, headers["allow"].as_str()), (405, "GET, HEAD"));
    // The first line may name the address, too.
    assert_eq!(asked(&format!("GET http://{own}/data/tileset.json")).0, 200);
    assert_eq!(asked("GET http://elsewhere.example/data/tileset.json").0, 403);
    // On Linux the whole of 127 is this machine: who listens on all addresses listens there too.
    #[cfg(target_os = "linux")]
    assert!(TcpStream::connect(("127.0.0.2", port)).is_err(), "other addresses are served");
}

#[test]
fn a_port_can_be_chosen_and_one_that_is_taken_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let folder = folder_with_secret(dir.path());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let at_port = || groma().args(["city", "view", "--port", &port]).arg(&folder).output();
    let refused = at_port().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).to_string();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("127.0.0.1:{port}")), "{said}");
    drop(taken);
    let viewer = Viewer::start(groma().args(["city", "view", "--port", &port]).arg(&folder));
    assert_eq!(viewer.port().to_string(), port);
}

#[test]
fn what_is_neither_a_store_nor_a_tileset_is_an_error_that_says_how_to_make_one() {
    let dir = tempfile::tempdir().unwrap();
    let refused = groma().args(["city", "view"]).arg(dir.path()).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).to_string();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    for part in [dir.path().to_str().unwrap(), "tileset.json", "groma-store.json", "groma city export"] {
        assert!(said.contains(part), "{said}");
    }
    // What an export leaves that was interrupted.
    std::fs::write(dir.path().join("groma-tileset.json"), "{}").unwrap();
    let refused = groma().args(["city", "view"]).arg(dir.path()).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).to_string();
    assert!(said.contains("an export that has not come to its end"), "{said}");
}

#[test]
#[cfg(unix)]
fn a_store_is_exported_into_a_temporary_folder_that_is_gone_after_ctrl_c() {
    let dir = tempfile::tempdir().unwrap();
    let (store, temporary) = (store(dir.path(), 60), dir.path().join("temporary"));
    std::fs::create_dir(&temporary).unwrap();
    let said = dir.path().join("said");
    let stderr = std::fs::File::create(&said).unwrap();
    let viewer = Viewer::start(groma().args(["city", "view"]).arg(&store).env("TMPDIR", &temporary).stderr(stderr));
    let (status, _, tileset) = get(&viewer, "/data/tileset.json");
    assert_eq!(status, 200);
    let tileset: Value = serde_json::from_slice(&tileset).unwrap();
    assert!(tileset["root"]["transform"].is_null(), "the store's own coordinates");
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 1);
    assert_eq!(viewer.interrupt(), Some(0));
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
    let said = std::fs::read_to_string(said).unwrap();
    assert!(!said.contains("interrupted"), "Ctrl-C is how it ends: {said}");
}

#[test]
fn the_bundle_is_made_of_the_sources_and_names_all_licences() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("viewer/dist");
    let program = std::fs::read_to_string(dist.join("viewer.js")).unwrap();
    let notices = program.split("*/").next().unwrap();
    for part in ["==== three 0.", "==== 3d-tiles-renderer 0.", "==== meshoptimizer", "Apache License", "MIT License"] {
        assert!(notices.contains(part), "the bundle does not begin with {part}");
    }
    let Some(workshop) = browser::workshop("the bundle is made of the sources") else { return };
    let build = Command::new("node").args(["build.js", "rebuilt"]).current_dir(&workshop).output().unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let names = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let rebuilt = workshop.join("rebuilt");
    assert_eq!(names(&rebuilt), names(&dist));
    for name in names(&dist) {
        let same = std::fs::read(rebuilt.join(&name)).unwrap() == std::fs::read(dist.join(&name)).unwrap();
        assert!(same, "viewer/dist/{name} is not what viewer/src makes: (cd viewer && npm ci && npm run build)");
    }
}

/// A generated footprint's ring, by its name.
fn rings(town: &Path) -> BTreeMap<String, Vec<[f64; 2]>> {
    let text = std::fs::read(town.join("footprints.geojson")).unwrap();
    let collection: Value = serde_json::from_slice(&text).unwrap();
    let features = collection["features"].as_array().unwrap().iter();
    features
        .map(|feature| {
            let name = feature["properties"]["id"].as_str().or(feature["id"].as_str()).expect("a name").to_string();
            let ring = &feature["geometry"]["coordinates"][0];
            (name, serde_json::from_value(ring.clone()).unwrap())
        })
        .collect()
}

fn is_inside(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let crosses = |pair: &[[f64; 2]]| {
        let [[x0, y0], [x1, y1]] = [pair[0], pair[1]];
        (y0 > y) != (y1 > y) && x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    };
    ring.windows(2).filter(|pair| crosses(pair)).count() % 2 == 1
}

#[test]
fn a_city_in_the_browser_has_no_hole_and_a_click_gives_the_record() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = None;
    let viewer = || view(folder.insert(tileset(dir.path(), 5000)));
    let Some(found) = browser::visit("a city in the browser", "city.js", viewer) else { return };
    let folder = folder.unwrap();

    // Nothing can be seen through the city at any error.
    let background = |view: &Value| view["background"].as_u64().unwrap();
    let mut triangles = Vec::new();
    for error in ["256", "2", "0.125"] {
        let views = found["errors"][error].as_array().unwrap();
        assert_eq!(views.iter().map(background).collect::<Vec<_>>(), [0, 0], "at an error of {error}: {views:?}");
        triangles.push(views[0]["triangles"].as_u64().unwrap());
    }
    assert!(triangles[0] < triangles[1] && triangles[1] < triangles[2], "a smaller error shows more: {triangles:?}");
    // Nor where levels meet that no view would choose.
    let mixes = found["mixes"].as_array().unwrap();
    for mix in mixes {
        assert_eq!(background(mix), 0, "{mix}");
    }
    let most = mixes.iter().map(|mix| mix["levels"].as_object().unwrap().len()).max().unwrap();
    assert!(most >= 3, "levels beside each other: {mixes:?}");
    // The same count sees a tile that is missing, and one that is 3 m beside its place.
    assert!(found["controls"]["hidden"].as_u64().unwrap() > 1000, "{}", found["controls"]);
    assert!(found["controls"]["moved"].as_u64().unwrap() > 10, "{}", found["controls"]);

    let lines = std::fs::read_to_string(dir.path().join("tiles/buildings.jsonl")).unwrap();
    let records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let rings = rings(&dir.path().join("town"));
    let tileset: Value = serde_json::from_slice(&std::fs::read(folder.join("tileset.json")).unwrap()).unwrap();
    let middle: [f64; 2] = serde_json::from_value(tileset["asset"]["extras"]["groma"]["middle"].clone()).unwrap();
    let (mut on_buildings, mut beside) = (0, 0);
    for click in found["clicks"].as_array().unwrap() {
        let point: [f64; 3] = serde_json::from_value(click["point"].clone()).unwrap();
        let at = [point[0] + middle[0], point[1] + middle[1]];
        let shown = click["record"].as_object().unwrap();
        if shown.is_empty() {
            beside += 1;
            continue;
        }
        on_buildings += 1;
        let text = |name: &str| shown[name].as_str().unwrap();
        let number = |name: &str| text(name).parse::<f64>().unwrap();
        let record = &records[text("building").parse::<usize>().unwrap()];
        let [roof, platform] = ["roof", "platform"].map(|name| record[name].as_f64().unwrap());
        for (name, expected) in [("roof", roof), ("platform", platform), ("height", roof - platform)] {
            assert!((number(name) - expected).abs() < 2e-3, "{name} of {record}: {shown:?}");
        }
        let members: Vec<&str> = record["members"].as_array().unwrap().iter().map(|m| m.as_str().unwrap()).collect();
        assert_eq!(text("footprints"), members.join(", "));
        assert_eq!(format!("lod{}", text("lod")), record["lod"].as_str().unwrap());
        // It is the building at that place. Footprints near each other become one, with what was between them; walls
        // are leant on.
        let near = [[0.0, 0.0], [1.5, 0.0], [-1.5, 0.0], [0.0, 1.5], [0.0, -1.5]];
        let is_there = |name: &&str| near.iter().any(|[x, y]| is_inside(&rings[*name], [at[0] + x, at[1] + y]));
        assert!(members.iter().any(is_there), "{members:?} are not at {at:?}");
    }
    assert!(on_buildings > 10 && beside > 10, "{on_buildings} clicks on buildings, {beside} beside them");
}

#[test]
fn the_panel_counts_one_tile_bounds_long_names_and_says_which_file_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let [town, footprints, terrain, tiles, city] =
        ["town", "town/footprints.geojson", "town/terrain.tif", "tiles", "city"]
            .map(|name| dir.path().join(name).display().to_string());
    run(&["city", "generate", &town, "--buildings", "4"]);
    let mut collection: Value = serde_json::from_slice(&std::fs::read(&footprints).unwrap()).unwrap();
    for (n, feature) in collection["features"].as_array_mut().unwrap().iter_mut().enumerate() {
        feature["properties"]["id"] = format!("{n}{}", "x".repeat(30_000)).into();
        feature["id"] = feature["properties"]["id"].clone();
    }
    std::fs::write(&footprints, collection.to_string()).unwrap();
    run(&["city", "build", &footprints, "--terrain", &terrain, "--store", &tiles]);
    run(&["city", "export", &tiles, "--format", "3dtiles", "--output", &city, "--placement", "local"]);
    let folder = Path::new(&city);
    let name = "the panel of a city";
    let Some(found) = browser::visit(name, "panel.js", || view(folder)) else { return };
    let text = found["text"].as_str().unwrap();
    assert!(text.starts_with("1 tile, ") && text.ends_with(" triangles"), "{text}");
    assert!(found["footprints"].as_u64() > Some(30_000) && found["height"].as_f64() < Some(300.0), "{found}");

    let tile = folder.join("tiles/0_0_0.glb");
    let bytes = std::fs::read(&tile).unwrap();
    std::fs::write(&tile, &bytes[..bytes.len() / 2]).unwrap();
    let said = || browser::visit_damaged(name, "panel.js", || view(folder)).unwrap()["text"].clone();
    assert_eq!(said(), "tiles/0_0_0.glb could not be read; groma city check says what is wrong");
    std::fs::write(folder.join("tileset.json"), "{}").unwrap();
    assert_eq!(said(), "tileset.json could not be read; groma city check says what is wrong");
}

/// A data set with tables of 50.
fn crowd(dir: &Path) -> PathBuf {
    let folder = dir.join("crowd");
    let path = folder.to_str().unwrap();
    run(&["trajectories", "generate", path, "--trajectories", "3000", "--shards", "2", "--interval", "20"]);
    run(&["trajectories", "build", path, "--cell-size", "50"]);
    folder
}

#[test]
fn trajectories_in_the_browser_are_as_many_points_as_there_are_and_the_sphere_finds_who_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let crowd = crowd(dir.path());
    let viewer = || Viewer::start(groma().args(["trajectories", "view"]).arg(&crowd));
    let Some(found) = browser::visit("trajectories in the browser", "trajectories.js", viewer) else { return };
    let dataset = Dataset::open(&crowd, DatasetOptions::default()).unwrap();
    let at = |step: &Value| {
        let mut samples = StepSamples::default();
        dataset.samples_at(step.as_i64().unwrap() as i32, &mut samples).unwrap();
        samples
    };
    let steps = found["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 4);
    for step in steps {
        let there = at(&step["step"]).ids.len();
        assert!(there > 100, "{there} samples");
        assert_eq!([&step["points"], &step["drawn"]], [there, there], "{step}");
    }
    let asked = found["asked"].as_array().unwrap();
    assert_ne!(asked[0]["at"], asked[1]["at"], "the sphere was dragged");
    assert_eq!(found["still"], true, "the camera stays while the sphere is dragged");
    for question in asked {
        let centre: [f64; 3] = serde_json::from_value(question["at"].clone()).unwrap();
        let radius = question["radius"].as_f64().unwrap();
        let samples = at(&question["step"]);
        let is_near = |position: &[f32; 3]| {
            let distances = (0..3).map(|d| (f64::from(position[d]) - centre[d]).powi(2));
            distances.sum::<f64>().sqrt() <= radius
        };
        let near = samples.ids.iter().zip(&samples.positions).filter(|(_, position)| is_near(position));
        let mut expected: Vec<String> = near.map(|(id, _)| id.to_string()).collect();
        let mut ids: Vec<String> = serde_json::from_value(question["found"].clone()).unwrap();
        expected.sort();
        ids.sort();
        assert!(!ids.is_empty(), "{question}");
        assert_eq!(ids, expected, "{question}");
        assert!(question["text"].as_str().unwrap().starts_with(&format!("{} found in ", ids.len())), "{question}");
    }
    assert!(found["played"].as_i64() >= Some(3));
}

#[test]
fn a_question_about_trajectories_that_makes_no_sense_is_refused_with_what_is_accepted() {
    let dir = tempfile::tempdir().unwrap();
    let crowd = crowd(dir.path());
    let viewer = Viewer::start(groma().args(["trajectories", "view"]).arg(&crowd));
    for (path, parts) in [
        ("/api/step", ["step", "a time step"]),
        ("/api/step?step=x", ["x", "a time step"]),
        ("/api/near?step=3&radius=5&cell_size=50&at=1,2", ["1,2", "three numbers"]),
        ("/api/near?step=3&radius=-5&cell_size=50&at=1,2,3", ["radius", "-5"]),
        ("/api/near?step=3&radius=5&cell_size=7&at=1,2,3", ["7", "groma trajectories build"]),
    ] {
        let (status, _, body) = get(&viewer, path);
        let said = String::from_utf8(body).unwrap();
        assert_eq!(status, 400, "{path}: {said}");
        assert!(parts.iter().all(|part| said.contains(part)), "{path}: {said}");
    }
    assert_eq!(get(&viewer, "/api/other").0, 404);
    assert_eq!(get(&viewer, "/data/tileset.json").0, 404);
}
