//! The command line for cities: what it prints, where, and its exit codes.

#[path = "city_cli/refusals.rs"]
mod refusals;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn groma(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_groma")).arg("city").args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn assert_code(output: &Output, code: i32) {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "stdout: {out}\nstderr: {err}");
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&output.stdout)))
}

/// A folder with a generated city, gone at the end of the test.
struct Town {
    dir: tempfile::TempDir,
    footprints: String,
    terrain: String,
}

impl Town {
    fn new(buildings: u32) -> Town {
        let dir = tempfile::tempdir().unwrap();
        let town = dir.path().join("a town");
        let output = groma(&["generate", town.to_str().unwrap(), "--buildings", &buildings.to_string()]);
        assert_code(&output, 0);
        let [footprints, terrain] =
            ["footprints.geojson", "terrain.tif"].map(|file| town.join(file).to_str().unwrap().to_string());
        let out = text(&output.stdout);
        assert!(out.contains(&format!("next: groma city build {footprints} --terrain {terrain} --output ")), "{out}");
        Town { dir, footprints, terrain }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_string()
    }

    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        [&["build", &self.footprints, "--terrain", &self.terrain], more].concat()
    }

    fn build(&self, more: &[&str]) -> Output {
        groma(&self.arguments(more))
    }

    /// Builds tiles of 250 m.
    fn tiles(&self) -> String {
        let tiles = self.path("tiles");
        assert_code(&self.build(&["--store", &tiles, "--tile-size", "250"]), 0);
        tiles
    }
}

fn files(folder: impl AsRef<Path>) -> Vec<String> {
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().to_str().unwrap().to_string();
    let mut names: Vec<String> = std::fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

#[test]
fn from_footprints_to_a_picture() {
    let town = Town::new(60);
    let (tiles, mesh) = (town.path("tiles"), town.path("city.ply"));
    let output = town.build(&["--store", &tiles, "--tile-size", "250", "--threads", "1"]);
    assert_code(&output, 0);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(out.starts_with(&format!("2 tiles in {tiles}\n  tiles        2 built\n")), "{out}");
    // Without a terminal: one plain line per tile.
    let lines: Vec<&str> = err.lines().collect();
    let begins = ["tile 0_0_1x1: ", "tile 1_0_1x1: "];
    assert!(lines.len() == 2 && lines.iter().zip(begins).all(|(line, start)| line.starts_with(start)), "{err}");

    let output = groma(&["merge", &tiles, "--output", &mesh]);
    assert_code(&output, 0);
    let out = text(&output.stdout);
    assert!(out.starts_with(&format!("{mesh}: ")) && out.ends_with(" triangles\n"), "{out}");

    for what in [&tiles, &mesh] {
        let output = groma(&["check", what]);
        assert_code(&output, 0);
        assert!(text(&output.stdout).starts_with("sound: "), "{}", text(&output.stdout));
    }

    let output = groma(&["inspect", &tiles]);
    assert_code(&output, 0);
    let out = text(&output.stdout);
    for line in ["mesh store of a city", "  tiles        2: 2 there\n", "    max-mesh-size                10.0\n"] {
        assert!(out.contains(line), "{line:?} is not in: {out}");
    }

    for (source, view) in [(&tiles, "top"), (&mesh, "oblique")] {
        let picture = town.path(&format!("{view}.png"));
        let output = groma(&["preview", source, "--output", &picture, "--view", view, "--width", "320"]);
        assert_code(&output, 0);
        assert_eq!(text(&output.stdout), format!("{picture}\n"));
        let bytes = std::fs::read(&picture).unwrap();
        assert_eq!((&bytes[..8], &bytes[16..20]), (&b"\x89PNG\r\n\x1a\n"[..], &320u32.to_be_bytes()[..]));
    }

    let glb = town.path("glb");
    let output = groma(&["export", &tiles, "--format", "glb", "--output", &glb]);
    assert_code(&output, 0);
    assert_eq!(text(&output.stdout), format!("3 files of 2 tiles in {glb}\n"));
    assert_eq!(files(&glb), ["0_0_1x1.glb", "1_0_1x1.glb", "tiles.json"]);
    assert!(std::fs::read(Path::new(&glb).join("0_0_1x1.glb")).unwrap().starts_with(b"glTF"));
}

#[test]
fn a_tileset_is_made_and_checked() {
    let town = Town::new(60);
    let (tiles, city) = (town.tiles(), town.path("city"));
    let export = |more: &[&str]| groma(&[&["export", &tiles, "--format", "3dtiles", "--output", &city], more].concat());
    let output = export(&["--geoid-offset", "23.4", "--threads", "2"]);
    assert_code(&output, 0);
    let out = text(&output.stdout);
    assert!(out.starts_with("level      tiles     triangles") && out.contains("1 tile made: "), "{out}");
    // Generated cities name their system, whose datum is tied to that of the globe within a metre.
    assert!(text(&output.stderr).contains("within 1 m"), "{}", text(&output.stderr));
    assert_eq!(files(&city), ["groma-tileset.json", "tiles", "tileset.json"]);
    assert!(text(&export(&["--geoid-offset", "23.4"]).stdout).contains("all tiles were there"));
    let checked = groma(&["check", &city]);
    assert_code(&checked, 0);
    assert!(text(&checked.stdout).starts_with("sound: 1 tile, 1 JSON file, on the globe, 0 faults\n"));
    let report = json(&export(&["--placement", "local", "--levels", "0", "--compression", "none", "--json"]));
    assert_eq!((&report["tiles"], &report["levels"][0]["level"]), (&1.into(), &0.into()), "{report}");
    assert_eq!(json(&groma(&["check", &city, "--json"]))["on_globe"], false);
    // What means something for another format alone is refused, not passed over.
    for (format, option, value) in [
        ("glb", "--levels", "2"),
        ("glb", "--placement", "globe"),
        ("glb", "--geoid-offset", "23.4"),
        ("hdf5", "--crs", "EPSG:3006"),
        ("hdf5", "--threads", "2"),
        ("hdf5", "--compression", "none"),
    ] {
        let other = town.path("other");
        let output = groma(&["export", &tiles, "--format", format, "--output", &other, option, value]);
        assert_code(&output, 2);
        let err = text(&output.stderr);
        assert!(
            err.contains(&format!("{option} is given with --format {format}; accepted: with --format 3d")),
            "{err}"
        );
        assert!(!Path::new(&other).exists());
    }
    for (option, value) in [("--levels", "5"), ("--geoid-offset", "nan"), ("--placement", "moon"), ("--crs", "4326")] {
        let output = export(&[option, value]);
        assert_ne!(output.status.code(), Some(0), "{option} {value}");
    }
    std::fs::remove_file(Path::new(&city).join("tiles/0_0_0.glb")).unwrap();
    let checked = groma(&["check", &city]);
    assert_code(&checked, 1);
    assert!(text(&checked.stdout).starts_with("NOT SOUND: 0 tiles"), "{}", text(&checked.stdout));
    let missing = groma(&["check", &town.path("nowhere")]);
    assert!(text(&missing.stderr).contains("no such store, tileset or mesh"), "{}", text(&missing.stderr));
    let other = groma(&["check", &town.path("a town")]);
    assert_code(&other, 1);
    assert!(text(&other.stderr).contains("it has neither tileset.json"), "{}", text(&other.stderr));
}

#[test]
fn one_command_makes_the_mesh_and_leaves_nothing_else() {
    let town = Town::new(60);
    let merged = town.path("merged.ply");
    assert_code(&groma(&["merge", &town.tiles(), "--output", &merged]), 0);

    let mesh = town.path("out/city.ply");
    let output = town.build(&["--output", &mesh]);
    assert_code(&output, 0);
    assert!(text(&output.stdout).contains("the tiles are removed"), "{}", text(&output.stdout));
    assert_eq!(files(town.path("out")), ["city.ply"]);
    assert!(std::fs::read(&mesh).unwrap() == std::fs::read(&merged).unwrap(), "the tiles show in the mesh");

    let output = town.build(&["--output", &mesh, "--keep-intermediate", "--temp-dir", &town.path("temp"), "--json"]);
    assert_code(&output, 0);
    let report = json(&output);
    assert_eq!((&report["store_kept"], &report["output"]), (&true.into(), &mesh.as_str().into()));
    let kept = PathBuf::from(report["store"].as_str().unwrap());
    assert_eq!(kept.parent().unwrap(), Path::new(&town.path("temp")));
    assert_code(&groma(&["check", kept.to_str().unwrap()]), 0);
    assert_eq!(files(town.path("out")), ["city.ply"]);
}

#[test]
fn json_is_the_whole_answer_on_stdout() {
    let town = Town::new(60);
    let (tiles, mesh) = (town.path("tiles"), town.path("city.vtu"));
    let built = json(&town.build(&["--store", &tiles, "--output", &mesh, "--json"]));
    let triangles = built["merge"]["triangles"].as_u64().unwrap();
    assert_eq!((&built["tiles"], &built["built"], &built["clean"]["footprints"]), (&1.into(), &1.into(), &60.into()));
    assert_eq!(built["failed"], serde_json::json!([]));

    let merged = json(&groma(&["merge", &tiles, "--output", &mesh, "--json"]));
    assert_eq!((&merged["triangles"], &merged["output"]), (&triangles.into(), &mesh.as_str().into()));

    let checked = json(&groma(&["check", &mesh, "--json", "--min-angle", "20"]));
    assert_eq!((&checked["sound"], &checked["triangles"]), (&true.into(), &triangles.into()));
    assert_eq!(checked["min_angle"], 20.0);

    let found = json(&groma(&["inspect", &tiles, "--json"]));
    assert_eq!(found["city"]["buildings"], built["buildings"]);
    assert_eq!(found["stats"]["triangles"], triangles);

    let glb = town.path("glb");
    let exported = json(&groma(&["export", &tiles, "--format", "glb", "--output", &glb, "--json"]));
    assert_eq!(
        (&exported["files"], &exported["tiles"], &exported["triangles"]),
        (&2.into(), &1.into(), &triangles.into())
    );
    let picture = town.path("a.png");
    let drawn = json(&groma(&["preview", &tiles, "--output", &picture, "--width", "64", "--json"]));
    assert_eq!((&drawn["output"], &drawn["triangles"]), (&picture.as_str().into(), &triangles.into()));
    let made = json(&groma(&["generate", &town.path("more"), "--buildings", "3", "--json"]));
    assert_eq!(made["footprints"], 3);
    assert!(Path::new(made["files"]["terrain"].as_str().unwrap()).is_file(), "{made}");
    let coarse = json(&groma(&["generate", &town.path("coarse"), "--buildings", "3", "--pixel", "20", "--json"]));
    assert_eq!(coarse["pixels"], serde_json::json!([7, 6]), "{made} {coarse}");
    let refused = groma(&["generate", &town.path("finest"), "--buildings", "3", "--pixel", "0"]);
    assert_code(&refused, 2);
    assert!(text(&refused.stderr).contains("--pixel is 0; accepted: 0.01 to 100 m"), "{}", text(&refused.stderr));
    assert_eq!((&found["tiles"][0]["name"], &found["tiles"][0]["state"]), (&"0_0_2x1".into(), &"there".into()));
}

#[test]
fn every_option_reaches_the_build() {
    let town = Town::new(60);
    let houses = std::fs::read_to_string(&town.footprints).unwrap();
    std::fs::write(&town.footprints, houses.replacen("\"height\":", "\"lod\":0,\"height\":", 1)).unwrap();
    let tiles = town.path("tiles");
    let all = "--height-property height --height-reference ground --level-height 2.5 --id-property id \
               --lod-property lod --default-height 9 --where height!=-1 --where id!=none --lod LOD0 --tile-size 500 \
               --tile-overlap 60 --n-workers 1 --min-building-detail 0.4 --min-building-area 20 \
               --no-merge-buildings --merge-tolerance 0.3 \
               --merge-height-tolerance 0.7 --building-mesh-triangle-size 4 --max-mesh-size 8 \
               --min-mesh-angle 24 --smoothing 1 --treat-lod0-as-holes --sort-triangles --max-fill-distance 5 \
               --nodata -9999 --bounds 10,10,200,190.5 --memory-limit 200MiB --fsync --fresh --json";
    let mut options = vec!["--store", &tiles];
    options.extend(all.split_whitespace());
    let output = town.build(&options);
    assert_code(&output, 0);
    let report = json(&output);
    assert_eq!(report["bounds"], serde_json::json!([10.0, 10.0, 200.0, 190.5]));
    assert_eq!((&report["threads"], &report["input"]["height_property"]), (&1.into(), &"height".into()));
    assert_eq!(report["input"]["no_lod"], 59);
    let parameters = serde_json::json!({
        "lod": "lod0", "min_building_detail": 0.4, "min_building_area": 20.0, "merge_buildings": false,
        "merge_tolerance": 0.3, "merge_height_tolerance": 0.7, "building_mesh_triangle_size": 4.0, "max_mesh_size": 8.0,
        "min_mesh_angle": 24.0, "smoothing": 1, "treat_lod0_as_holes": true, "max_fill_distance": 5.0
    });
    assert_eq!(json(&groma(&["inspect", &tiles, "--json"]))["city"]["parameters"], parameters);
    // Its holes are no fault.
    let output = groma(&["check", &tiles, "--json"]);
    assert_code(&output, 0);
    let checked = json(&output);
    assert_eq!((&checked["holes"], &checked["covers_domain"]), (&true.into(), &false.into()));
}

#[test]
fn storeys_and_lost_buildings_are_told() {
    let town = Town::new(60);
    let storeys = std::fs::read_to_string(&town.footprints).unwrap().replace("\"roof\"", "\"levels\"");
    let file = town.path("storeys.geojson");
    let output = town.path("city.ply");
    let build = |properties: &str, more: &[&str]| {
        std::fs::write(&file, properties).unwrap();
        groma(&[&["build", &file, "--terrain", &town.terrain, "--output", &output, "--json"], more].concat())
    };
    // The generated heights are taken for storeys of a metre.
    let all = ["--height-property", "height", "--height-reference", "levels", "--level-height", "1"];
    let report = json(&build(&storeys, &all));
    let source = &report["input"]["heights"]["properties"][0];
    assert_eq!((&source["property"], &source["meaning"]), (&"height".into(), &"levels".into()));
    assert_eq!(report["input"]["heights"]["level_height"], 1.0);
    assert_code(&build(&storeys, &["--level-height", "0"]), 2);

    std::fs::remove_file(&output).unwrap();
    let before = files(town.dir.path());
    let lost = build(&storeys.replace("\"height\":", "\"height\":-").replace("\"levels\"", "\"other\""), &[]);
    assert_code(&lost, 1);
    let err = text(&lost.stderr);
    assert!(err.contains("no building is left of the footprints: 60 without a usable height"), "{err}");
    assert_eq!(files(town.dir.path()), before, "{err}");
}

#[test]
fn tiles_are_kept_until_asked_otherwise() {
    let town = Town::new(60);
    let tiles = town.tiles();
    let again = |more: &[&str]| {
        let report = json(&town.build(&[&["--store", &tiles, "--tile-size", "250", "--json"], more].concat()));
        (report["built"].as_u64().unwrap(), report["kept"].as_u64().unwrap())
    };
    assert_eq!(again(&[]), (0, 2));
    assert_eq!(again(&["--resume"]), (0, 2));
    assert_eq!(again(&["--fresh"]), (2, 0));
    std::fs::remove_file(Path::new(&tiles).join("tile-1_0_1x1.bin")).unwrap();
    assert_eq!(again(&[]), (1, 1));
    assert_eq!(again(&["--max-mesh-size", "9"]), (2, 0));
}

#[test]
fn an_incomplete_store_is_no_mesh_unless_allowed() {
    let town = Town::new(60);
    let (tiles, mesh) = (town.tiles(), town.path("city.obj"));
    std::fs::remove_file(Path::new(&tiles).join("tile-1_0_1x1.bin")).unwrap();
    let output = groma(&["merge", &tiles, "--output", &mesh]);
    assert_code(&output, 1);
    let err = text(&output.stderr);
    assert!(err.contains("1 of 2 tiles are missing, 1_0_1x1 first"), "{err}");
    assert!(!Path::new(&mesh).exists());

    let output = groma(&["check", &tiles]);
    assert_code(&output, 1);
    assert!(
        text(&output.stderr).contains("1 tile is missing; the same groma city build makes it"),
        "{}",
        text(&output.stderr)
    );
    let output = groma(&["preview", &tiles, "--output", &town.path("half.png"), "--width", "300"]);
    assert_code(&output, 0);
    let err = text(&output.stderr);
    assert!(err.contains("warning: ") && err.contains("1 tile is missing: 1_0_1x1; the same build makes it"), "{err}");
    let output = groma(&["inspect", &tiles]);
    assert_code(&output, 1);
    assert!(text(&output.stdout).contains("2: 1 there, 1 missing\n"), "{}", text(&output.stdout));
    // Into the folder of an earlier export, too, whose file of the tile goes; one of another program stays.
    let glb = town.path("glb");
    let export = || groma(&["export", &tiles, "--format", "glb", "--output", &glb]);
    assert_code(&export(), 1);
    let of_the_missing = Path::new(&glb).join("1_0_1x1.glb");
    std::fs::write(&of_the_missing, "of another program").unwrap();
    let refused = export();
    let err = text(&refused.stderr);
    assert!(err.contains("1 GLB file is of no tile of this store, or by another program: 1_0_1x1.glb"), "{err}");
    assert_eq!(std::fs::read_to_string(&of_the_missing).unwrap(), "of another program");
    std::fs::copy(Path::new(&glb).join("0_0_1x1.glb"), &of_the_missing).unwrap();
    let again = export();
    assert_code(&again, 1);
    assert!(text(&again.stderr).contains("1 tile is missing"), "{}", text(&again.stderr));
    assert_eq!(files(&glb), ["0_0_1x1.glb", "tiles.json"]);
    let list = std::fs::read(Path::new(&town.path("glb")).join("tiles.json")).unwrap();
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    assert_eq!((&list["complete"], &list["missing_tiles"]), (&false.into(), &serde_json::json!(["1_0_1x1"])));
    assert_eq!(list["tiles"].as_array().unwrap().len(), 1);

    let output = groma(&["merge", &tiles, "--output", &mesh, "--allow-incomplete"]);
    assert_code(&output, 0);
    assert!(text(&output.stdout).ends_with("with holes: 1 tile is missing\n"), "{}", text(&output.stdout));

    // What is there of the buildings does not tell how many there are; the file does.
    let all = json(&groma(&["inspect", &tiles, "--json"]))["city"]["buildings"].clone();
    for ending in ["ply", "vtu", "obj"] {
        let part = town.path(&format!("part.{ending}"));
        let groups = ["--groups", "markers"];
        assert_code(&groma(&[&["merge", &tiles, "--output", &part, "--allow-incomplete"], &groups[..]].concat()), 0);
        let found = json(&groma(&["check", &part, "--json"]));
        assert_eq!((&found["buildings"], &found["markers"]["number_from"]), (&all, &"stated".into()), "{found}");
    }

    // Of nothing there is no mesh, with holes or without.
    std::fs::remove_file(Path::new(&tiles).join("tile-0_0_1x1.bin")).unwrap();
    let (none, folder, picture) = (town.path("none.ply"), town.path("none"), town.path("none.png"));
    for command in [
        &["merge", &tiles, "--output", &none, "--allow-incomplete"][..],
        &["export", &tiles, "--format", "glb", "--output", &folder],
    ] {
        let output = groma(command);
        assert_code(&output, 1);
        let err = text(&output.stderr);
        assert!(err.contains("none of the 2 tiles of this store is there") && err.contains("build the city"), "{err}");
    }
    let output = groma(&["preview", &tiles, "--output", &picture]);
    assert_ne!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("without a triangle that could be drawn"), "{}", text(&output.stderr));
    assert!([&none, &folder, &picture].iter().all(|path| !Path::new(path).exists()));
}

#[test]
fn a_tile_that_cannot_be_made_is_told_and_the_others_are_there() {
    let town = Town::new(60);
    // No data in the east.
    let mut grid = "ncols 32\nnrows 22\nxllcorner 0\nyllcorner 0\ncellsize 10\nNODATA_value -9999\n".to_string();
    for _ in 0..22 {
        grid.push_str(&(0..32).map(|column| if column < 28 { "5 " } else { "-9999 " }).collect::<String>());
        grid.push('\n');
    }
    let (terrain, tiles, mesh) = (town.path("gap.asc"), town.path("tiles"), town.path("city.ply"));
    std::fs::write(&terrain, grid).unwrap();
    let fail = ["--outside-data", "fail"];
    let build = ["build", &town.footprints, "--terrain", &terrain, "--store", &tiles, "--tile-size", "250"];
    let build = [&build[..], &fail].concat();
    let output = groma(&[&build[..], &["--output", &mesh]].concat());
    assert_code(&output, 1);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(out.contains("INCOMPLETE") && out.contains("1 built, 1 FAILED"), "{out}");
    assert!(err.contains("error: 1 of 2 tiles could not be made, 1_0_1x1 first: "), "{err}");
    assert!(err.contains("city.ply is not written; the others are in "), "{err}");
    assert!(!Path::new(&mesh).exists());

    let output = groma(&["inspect", &tiles, "--json"]);
    assert_code(&output, 1);
    let tile = &json(&output)["tiles"][1];
    assert_eq!(tile["state"], "failed");
    assert!(tile["cause"].as_str().unwrap().contains("max_fill_distance"), "{tile}");

    assert_code(&groma(&[&build[..], &["--max-fill-distance", "100", "--output", &mesh]].concat()), 0);

    // A single tile has no others, and no angles.
    let alone = town.path("alone");
    let build = ["build", &town.footprints, "--terrain", &terrain, "--store", &alone, "--tile-size", "1000"];
    let output = groma(&[&build[..], &fail].concat());
    assert_code(&output, 1);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(err.contains("1 of 1 tiles could not be made") && err.contains("; no tile is in "), "{err}");
    assert!(!err.contains("the others") && !out.contains("smallest"), "{err}{out}");
}

#[test]
fn a_mesh_with_a_hole_is_not_sound() {
    let dir = tempfile::tempdir().unwrap();
    let mesh = dir.path().join("ring.obj");
    // A square in eight triangles around a square hole.
    let mut obj = String::new();
    for (x, y) in [(0, 0), (3, 0), (3, 3), (0, 3), (1, 1), (2, 1), (2, 2), (1, 2)] {
        obj.push_str(&format!("v {x} {y} 0\n"));
    }
    for i in 1..=4 {
        let next = i % 4 + 1;
        obj.push_str(&format!("f {i} {next} {}\nf {i} {} {}\n", next + 4, next + 4, i + 4));
    }
    std::fs::write(&mesh, obj).unwrap();
    let output = groma(&["check", mesh.to_str().unwrap()]);
    assert_code(&output, 1);
    assert!(text(&output.stdout).starts_with("NOT SOUND: 8 triangles"), "{}", text(&output.stdout));

    std::fs::write(&mesh, "v 0 0 0\n").unwrap();
    let output = groma(&["check", mesh.to_str().unwrap()]);
    assert_code(&output, 1);
    assert!(text(&output.stdout).starts_with("EMPTY: 0 triangles"), "{}", text(&output.stdout));
}

#[cfg(unix)]
#[test]
fn what_is_interrupted_before_it_is_whole_is_not_there() {
    let town = Town::new(3000);
    let (tiles, picture, more) = (town.tiles(), town.path("a.png"), town.path("more"));
    let commands: [&[&str]; 2] = [
        &["-q", "city", "preview", &tiles, "--output", &picture, "--width", "8000"],
        &["city", "generate", &more, "--buildings", "2000000"],
    ];
    for command in commands {
        let child = Command::new(env!("CARGO_BIN_EXE_groma"))
            .args(command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        // SAFETY: a signal to a child of ours that was not waited for yet.
        unsafe { libc::kill(child.id() as i32, libc::SIGINT) };
        let output = child.wait_with_output().unwrap();
        assert_code(&output, 130);
        let said = text(&output.stderr);
        assert!(said.ends_with("\nerror: cancelled; nothing was written\n"), "{said}");
    }
    assert!(!Path::new(&picture).exists());
    assert_eq!(files(&more), [""; 0]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130_and_the_same_command_goes_on() {
    use std::io::{BufRead, BufReader, Read};

    let town = Town::new(3000);
    let mesh = town.path("out/city.ply");
    let build = town.arguments(&["--output", &mesh, "--tile-size", "250", "--threads", "1"]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_groma"))
        .arg("city")
        .args(&build)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("tile ") {
        assert!(stderr.read_line(&mut said).unwrap() > 0, "{said}");
    }
    // SAFETY: a signal to a child of ours that was not waited for yet.
    unsafe { libc::kill(child.id() as i32, libc::SIGINT) };
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    assert!(said.contains("the same command continues"), "{said}");
    assert!(!Path::new(&mesh).exists());

    let output = groma(&[&build[..], &["--json"]].concat());
    assert_code(&output, 0);
    let report = json(&output);
    assert!(report["kept"].as_u64().unwrap() > 0 && report["built"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(files(town.path("out")), ["city.ply"]);
    assert_code(&groma(&["check", &mesh]), 0);
}

#[test]
fn tile_sizes_are_estimated() {
    let dir = tempfile::tempdir().unwrap();
    let town = dir.path().join("town");
    let town = town.to_str().unwrap();
    assert_code(&groma(&["generate", town, "--buildings", "500"]), 0);
    let (footprints, terrain) = (format!("{town}/footprints.geojson"), format!("{town}/terrain.tif"));
    let run = |limit: &str| {
        let output = groma(&["tile-size", &footprints, "--terrain", &terrain, "--memory-limit", limit, "--json"]);
        assert_code(&output, 0);
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let (much, little) = (run("1GiB"), run("24MiB"));
    assert!(much["tile_size"].as_f64() > little["tile_size"].as_f64());
    assert_eq!((&much["should_use_tiling"], &little["should_use_tiling"]), (&false.into(), &true.into()));
}

/// Roofs with a fine lattice have triangles by the square of its fineness.
#[test]
fn what_tile_size_recommends_build_accepts() {
    let town = Town::new(60);
    let mut refusals = 0;
    for size in ["5", "1", "0.5"] {
        let sized = |command: &str, more: &[&str]| {
            let arguments = [command, &town.footprints, "--terrain", &town.terrain];
            let size = ["--building-mesh-triangle-size", size, "--threads", "2"];
            groma(&[&arguments[..], &size, more].concat())
        };
        let asked = |limit: &str| sized("tile-size", &["--memory-limit", limit, "--json"]);
        // What is refused names the limit that suffices, at once.
        let refused = asked("1");
        assert_code(&refused, 1);
        let err = text(&refused.stderr);
        let least = err.split("--memory-limit ").nth(1).unwrap().split("MiB").next().unwrap().to_string() + "MiB";
        for limit in [&least, "24MiB", "48MiB", "128MiB"] {
            let output = asked(limit);
            if output.status.code() != Some(0) {
                assert!(limit != least && text(&output.stderr).contains(&least), "{}", text(&output.stderr));
                refusals += 1;
                continue;
            }
            let tile_size = json(&output)["tile_size"].to_string();
            let store = town.path(&format!("{size} {limit}"));
            let built = sized("build", &["--store", &store, "--memory-limit", limit, "--tile-size", &tile_size]);
            assert_code(&built, 0);
        }
    }
    assert!(refusals > 0);
}

#[test]
fn the_report_counts_heights_of_what_is_meshed_and_says_what_covers_what() {
    let town = Town::new(60);
    let terrain = groma::city::terrain::Terrain::open(Path::new(&town.terrain), &Default::default()).unwrap();
    let [west, south, east, north] = terrain.bounds();
    let half = format!("--bounds={west},{south},{},{north}", 0.5 * (west + east));
    let report = json(&town.build(&["--store", &town.path("half"), &half, "--json"]));
    let outside = report["clean"]["outside"].as_array().unwrap().len();
    assert!(outside > 10, "{report}");
    assert_eq!(report["input"]["heights"]["properties"][0]["footprints"], 60 - outside, "{report}");

    let text_of = std::fs::read_to_string(&town.footprints).unwrap();
    let mut city: serde_json::Value = serde_json::from_str(&text_of).unwrap();
    let one = city["features"][0].clone();
    city["features"].as_array_mut().unwrap().extend(vec![one; 7]);
    std::fs::write(&town.footprints, city.to_string()).unwrap();
    let output = town.build(&["--store", &town.path("copies"), "--no-merge-buildings", "--json"]);
    let err = text(&output.stderr);
    let told = "and 2 more; the report (--json) lists all, under clean.swallowed, each with the one that covers it";
    assert!(err.contains("left out, equal to another: ") && err.contains(told), "{err}");
    let covered = &json(&output)["clean"]["swallowed"];
    assert!(covered.as_array().unwrap().iter().all(|one| one["by"].is_string()) && covered[6].is_object(), "{covered}");
}
