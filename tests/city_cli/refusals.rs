//! What the commands refuse, before anything is changed.

use super::*;

#[test]
fn a_folder_with_files_of_another_program_becomes_no_store() {
    let town = Town::new(3);
    let folder = town.path("folder");
    std::fs::create_dir(&folder).unwrap();
    for (name, content) in [("buildings.jsonl", "{\"id\": 1}\n"), ("tile-roof.bin", "slates")] {
        let path = Path::new(&folder).join(name);
        std::fs::write(&path, content).unwrap();
        let output = town.build(&["--store", &folder]);
        assert_code(&output, 2);
        let err = text(&output.stderr);
        assert!(err.contains(&format!("--store is {folder}, where {name} is of another program; accepted: ")), "{err}");
        assert_eq!((files(&folder), std::fs::read_to_string(&path).unwrap()), (vec![name.to_string()], content.into()));
        std::fs::remove_file(path).unwrap();
    }
    // What a build left that was killed before it wrote the manifest is no other program's.
    assert_code(&town.build(&["--store", &folder]), 0);
    std::fs::remove_file(Path::new(&folder).join("groma-store.json")).unwrap();
    assert_code(&town.build(&["--store", &folder]), 0);
}

#[test]
fn ranges_are_told_the_same_and_the_parameter_that_is_wrong_is_blamed() {
    let town = Town::new(3);
    for (options, expected) in [
        (&["--max-mesh-size", "0.1"][..], "--max-mesh-size is 0.1; accepted: 0.5 to 41.5 m"),
        (&["--max-mesh-size", "100"], "--max-mesh-size is 100; accepted: 0.5 to 41.5 m"),
        (
            &["--max-mesh-size", "41", "--building-mesh-triangle-size", "64"],
            "--building-mesh-triangle-size is 64; accepted: 0.25 to 37.75 m with a max_mesh_size of 41 m",
        ),
        (&["--merge-tolerance", "12"], "--merge-tolerance is 12; accepted: 0 to 10 m"),
    ] {
        let output = town.build(&[&["--store", &town.path("tiles")], options].concat());
        assert_code(&output, 2);
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    }
}

#[test]
fn what_a_build_refuses_a_tile_size_is_not_calculated_for() {
    let town = Town::new(3);
    let bounds = json(&groma(&["tile-size", &town.footprints, "--terrain", &town.terrain, "--json"]));
    assert!(bounds["tile_size"].is_number(), "{bounds}");
    let terrain = groma::city::terrain::Terrain::open(Path::new(&town.terrain), &Default::default()).unwrap();
    let [west, south, east, north] = terrain.bounds();
    let around = |x: f64, y: f64| format!("--bounds={},{},{},{}", west - x, south - y, east + x, north + y);
    // 10 m is how far heights are filled by default; the corner is farther in the second.
    for (option, expected) in [
        (around(10.0, 0.0), None),
        (around(9.0, 9.0), Some("--bounds is ")),
        (around(6.0, 8.0), None),
        (around(1e5, 0.0), Some("--bounds is ")),
        ("--threads=1025".into(), Some("--threads is 1025; accepted: 0 (one per processor) to 1024")),
        ("--max-mesh-size=42".into(), Some("--max-mesh-size is 42; accepted: 0.5 to 41.5 m")),
    ] {
        let fail = ["--outside-data", "fail"];
        let build = town.build(&["--store", &town.path("tiles"), "--replace", &option, fail[0], fail[1]]);
        let asked = groma(&["tile-size", &town.footprints, "--terrain", &town.terrain, &option, fail[0], fail[1]]);
        for output in [build, asked] {
            assert_code(&output, if expected.is_some() { 2 } else { 0 });
            assert!(text(&output.stderr).contains(expected.unwrap_or_default()), "{}", text(&output.stderr));
        }
    }
    let size = |more: &[&str]| groma(&[&["tile-size", &town.footprints, "--terrain", &town.terrain], more].concat());
    // Off the terrain there are no bounds to propose.
    let off = format!("--bounds={},{},{},{}", east + 1e4, north + 1e4, east + 2e4, north + 2e4);
    let refused = size(&[&off]);
    assert_code(&refused, 2);
    let err = text(&refused.stderr);
    assert!(err.contains("these lie off the terrain altogether") && !err.contains("that: --bounds"), "{err}");
    for (fraction, code) in [("0", 2), ("-1", 2), ("1.5", 2), ("nan", 2), ("1", 0)] {
        let output = size(&["--memory-fraction", fraction]);
        assert_code(&output, code);
        let err = text(&output.stderr);
        assert!(code == 0 || err.contains("accepted: above 0, at most 1 of the limit"), "{err}");
    }
    let fill = ["--max-fill-distance", "20", &around(9.0, 9.0)];
    assert_code(&groma(&[&["tile-size", &town.footprints, "--terrain", &town.terrain], &fill[..]].concat()), 0);
}

#[test]
fn a_terrain_that_is_too_large_is_blamed_in_metres() {
    let town = Town::new(3);
    let wide = town.path("wide.asc");
    let row = "7 ".repeat(1000) + "\n";
    let header = "ncols 1000\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 300\n";
    std::fs::write(&wide, header.to_string() + &row + &row).unwrap();
    let arguments = [&town.footprints, "--terrain", &wide, "--crs", "EPSG:3006"];
    for output in [
        groma(&[&["build"], &arguments[..], &["--store", &town.path("tiles")]].concat()),
        groma(&[&["tile-size"], &arguments[..]].concat()),
    ] {
        assert_code(&output, 2);
        let expected =
            "--bounds is all of the terrain, 300000 m x 600 m; accepted: a part of it with edges of 1 m to 261 km";
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    }
}

#[test]
fn an_output_that_is_a_folder_is_refused_before_anything_is_made() {
    let town = Town::new(3);
    let (tiles, before) = (town.tiles(), files(town.dir.path()));
    let folders = ["city.ply", "city.png"].map(|name| town.path(name));
    folders.iter().for_each(|folder| std::fs::create_dir(folder).unwrap());
    for output in [
        town.build(&["--output", &folders[0], "--store", &town.path("others")]),
        town.build(&["--output", &folders[0]]),
        groma(&["merge", &tiles, "--output", &folders[0]]),
        groma(&["preview", &tiles, "--output", &folders[1]]),
    ] {
        assert_code(&output, 2);
        let err = text(&output.stderr);
        assert!(
            err.contains("--output is ") && err.contains(", which is a folder; accepted: the name of a file"),
            "{err}"
        );
    }
    folders.iter().for_each(|folder| std::fs::remove_dir(folder).unwrap());
    assert_eq!(files(town.dir.path()), before);
}

#[test]
fn a_snap_distance_is_looked_at_whatever_the_tiles_are() {
    let town = Town::new(3);
    let (tiles, mesh) = (town.tiles(), town.path("city.ply"));
    for distance in ["-1", "nan", "1e9"] {
        let output = groma(&["merge", &tiles, "--output", &mesh, "--snap-distance", distance]);
        assert_code(&output, 2);
        let err = text(&output.stderr);
        assert!(err.contains("--snap-distance is ") && err.contains("accepted: 0 to 1000 m"), "{err}");
        assert!(!Path::new(&mesh).exists());
    }
    assert!(text(&groma(&["merge", "--help"]).stdout).contains("0 to 1000 m"));
}

#[test]
fn wrong_usage_is_2_and_failure_is_1_and_both_name_what_is_wrong() {
    let town = Town::new(10);
    let (tiles, picture) = (town.path("tiles"), town.path("a.png"));
    let footprints = town.footprints.as_str();
    let build = |more: &[&str]| town.build(&[&["--store", &tiles], more].concat());
    let cases: [(Output, i32, &[&str]); 18] = [
        (town.build(&[]), 2, &["--store", "--output"]),
        (groma(&["build", footprints, "--store", &tiles]), 2, &["--terrain"]),
        (build(&["--max-mesh-sise", "3"]), 2, &["--max-mesh-sise", "--max-mesh-size"]),
        (build(&["--output", "mesh.dxf"]), 2, &["mesh.dxf", "--output", ".ply, .vtu, .obj or .stl"]),
        (build(&["--lod", "2"]), 2, &["--lod", "a platform on the ground"]),
        (build(&["--bounds", "5,0,1,9"]), 2, &["--bounds", "west < east"]),
        (build(&["--height-reference", "ground"]), 2, &["--height-property"]),
        (build(&["--resume", "--fresh"]), 2, &["--fresh", "--resume"]),
        (build(&["--merge-buildings", "perhaps"]), 2, &["--merge-buildings", "true"]),
        (build(&["--merge-buildings", "true", "--no-merge-buildings"]), 2, &["--merge-buildings", "cannot be used"]),
        (build(&["--max-mesh-size", "0"]), 2, &["--max-mesh-size is 0; accepted: "]),
        (build(&["--smoothing", "9"]), 2, &["--smoothing is 9; accepted: 0 to 5"]),
        (build(&["--bounds", "90000,90000,91000,91000"]), 2, &["reference system"]),
        (build(&["--height-property", "hight"]), 2, &["\"hight\""]),
        (
            groma(&["build", "/nowhere.geojson", "--terrain", &town.terrain, "--store", &tiles]),
            1,
            &["/nowhere.geojson"],
        ),
        (groma(&["build", footprints, "--terrain", footprints, "--store", &tiles]), 1, &["footprints.geojson"]),
        (groma(&["merge", &town.path("nothing"), "--output", "a.ply"]), 1, &["no mesh store here"]),
        (groma(&["preview", "/nowhere.ply", "--output", &picture]), 1, &["/nowhere.ply", "no such store or mesh"]),
    ];
    for (output, code, messages) in cases {
        assert_code(&output, code);
        for message in messages {
            assert!(text(&output.stderr).contains(message), "{message:?} is not in: {}", text(&output.stderr));
        }
    }
    assert!(!Path::new(&tiles).exists() && !Path::new(&picture).exists());
}

#[test]
fn what_stands_beside_an_output_is_looked_at_before_anything_is_made() {
    let town = Town::new(3);
    std::fs::write(town.path("k.mtl"), "newmtl mine\n").unwrap();
    let before = files(town.dir.path());
    let refused = town.build(&["--output", &town.path("k.obj")]);
    assert_code(&refused, 1);
    let err = text(&refused.stderr);
    assert!(err.contains("k.mtl") && err.contains("give the OBJ file another name"), "{err}");
    assert_eq!(files(town.dir.path()), before);
    assert_eq!(std::fs::read_to_string(town.path("k.mtl")).unwrap(), "newmtl mine\n");
    assert_code(&town.build(&["--output", &town.path("l.obj")]), 0);
}

#[test]
fn a_check_takes_a_number_of_buildings_only_where_markers_count_them() {
    let town = Town::new(3);
    let mesh = town.path("city.stl");
    assert_code(&town.build(&["--output", &mesh]), 0);
    for (option, expected) in [
        (["--buildings", "3"], "none (no --buildings) for a mesh without markers"),
        (["--buildings", "-1"], "a whole number of 0 to 4294967295 is accepted"),
        (["--min-angle", "-1"], "--min-angle is -1; accepted: 0 to 60 degrees"),
    ] {
        let output = groma(&["check", &mesh, option[0], option[1]]);
        assert_code(&output, 2);
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    }
    assert_code(&groma(&["check", &mesh]), 0);
    assert!(text(&groma(&["check", "--help"]).stdout).contains("0 to 60 degrees"));
}

#[test]
fn a_city_is_not_generated_over_what_is_there() {
    for there in ["footprints.geojson", "terrain.tif"] {
        let dir = tempfile::tempdir().unwrap();
        let town = dir.path().join("town");
        std::fs::create_dir(&town).unwrap();
        std::fs::write(town.join(there), "somebody's work").unwrap();
        let refused = groma(&["generate", town.to_str().unwrap(), "--buildings", "5"]);
        assert_code(&refused, 2);
        let said = text(&refused.stderr);
        assert!(said.contains(&format!("which has {there}; accepted: a new folder")), "{said}");
        assert_eq!(std::fs::read_to_string(town.join(there)).unwrap(), "somebody's work");
        assert_eq!(files(&town), [there]);
    }
}

#[test]
fn the_second_of_two_builds_with_one_output_is_told_why_it_stops() {
    let town = Town::new(20);
    let output = town.path("city.ply");
    let whole = std::path::absolute(&output).unwrap();
    let number = xxhash_rust::xxh3::xxh3_64(whole.as_os_str().as_encoded_bytes());
    let lock = town.path(&format!("city.ply-{number:016x}.tiles.lock"));
    let first = groma::io::lock::Lock::acquire(&lock, |_| String::new()).unwrap();
    let second = town.build(&["--output", &output]);
    assert_code(&second, 1);
    let said = text(&second.stderr);
    assert!(said.contains("another groma city build is at work on ") && said.contains("--store"), "{said}");
    drop(first);
    assert_code(&town.build(&["--output", &output]), 0);
    assert_eq!(files(town.dir.path()), ["a town", "city.ply"]);
}

#[test]
fn no_output_takes_the_place_of_an_input() {
    let town = Town::new(5);
    let (mesh, link) = (town.path("a.ply"), town.path("b.ply"));
    std::fs::copy(&town.footprints, &mesh).unwrap();
    std::fs::hard_link(&mesh, &link).unwrap();
    let refused = |output: Output, words: &str| {
        assert_code(&output, 2);
        let err = text(&output.stderr);
        assert!(err.contains(words) && err.contains("none of the inputs"), "{err}");
    };
    let footprints = ["build", &mesh, "--terrain", &town.terrain, "--output", &link];
    refused(groma(&footprints), &format!("b.ply, which is the input {mesh}"));
    assert_eq!(std::fs::read(&mesh).unwrap(), std::fs::read(&town.footprints).unwrap());

    let terrain = town.path("terrain.ply");
    std::fs::rename(&town.terrain, &terrain).unwrap();
    refused(groma(&["build", &mesh, "--terrain", &terrain, "--output", &terrain]), "terrain.ply, which is the input");
    let store = town.path("store");
    std::fs::create_dir(&store).unwrap();
    let list = town.path("store/buildings.jsonl");
    std::fs::copy(&town.footprints, &list).unwrap();
    refused(groma(&["build", &list, "--terrain", &terrain, "--store", &store]), "buildings.jsonl, which is the input");
    assert_eq!(std::fs::read(&list).unwrap(), std::fs::read(&town.footprints).unwrap());

    assert_code(&groma(&["build", &town.footprints, "--terrain", &terrain, "--output", &town.path("city.ply")]), 0);
    let tile = town.path("store/tile-0_0_1x1.bin");
    std::fs::copy(&terrain, &tile).unwrap();
    refused(groma(&["build", &mesh, "--terrain", &tile, "--store", &store]), "which is the input");
    assert_eq!(std::fs::read(&tile).unwrap(), std::fs::read(&terrain).unwrap());

    let tiles = town.path("tiles");
    assert_code(&groma(&["build", &town.footprints, "--terrain", &terrain, "--store", &tiles]), 0);
    let name = files(&tiles).into_iter().find(|name| name.starts_with("tile-")).unwrap();
    let linked = town.path("linked.ply");
    std::fs::hard_link(format!("{tiles}/{name}"), &linked).unwrap();
    refused(groma(&["merge", &tiles, "--output", &linked]), "linked.ply, which is the input");

    let picture = town.path("city.png");
    std::fs::hard_link(town.path("city.ply"), &picture).unwrap();
    refused(groma(&["preview", &town.path("city.ply"), "--output", &picture]), "city.png, which is the input");
}

#[test]
fn a_file_where_a_folder_is_to_be_is_called_so() {
    let town = Town::new(5);
    for store in [town.footprints.clone(), format!("{}/tiles", town.footprints)] {
        let output = town.build(&["--store", &store]);
        assert_code(&output, 2);
        let err = text(&output.stderr);
        assert!(err.contains("is no folder") && err.contains("footprints.geojson"), "{err}");
    }
}

#[test]
fn an_option_that_does_not_fit_the_files_is_wrong_usage_and_files_that_do_not_fit_are_not() {
    let town = Town::new(3);
    let output = town.path("city.ply");
    for (option, wanted) in [
        ("--height-property=hight", "--height-property is hight, and "),
        ("--heights=bag", "--heights is bag, and "),
        ("--lod-property=detail", "--lod-property is detail, and "),
        ("--id-property=name", "--id-property is name, and "),
        ("--where=use=house", "--where is use, and "),
        ("--where=ROOF=1", "accepted: \"roof\", spelled so; one of the properties there are"),
        ("--where=roof=-1", "none of 3 features fulfils roof=-1"),
        ("--layer=roofs", "--layer is roofs; "),
        (
            "--bounds=0,0,1,1",
            "--bounds is 0,0,1,1, in which no footprint lies; accepted: bounds that meet the footprints",
        ),
        ("--bounds=900000,0,900001,1", "these lie off the terrain altogether"),
        ("--crs=EPSG:9999999", "--crs is EPSG:9999999, which is no system of the plane that is known; accepted: "),
        ("--crs=EPSG:4326", "--crs is EPSG:4326, which has coordinates in degrees"),
        ("--crs=EPSG:2048", "--crs is EPSG:2048, which has coordinates that count to the west or the south"),
    ] {
        let refused = town.build(&["--output", &output, option]);
        let err = text(&refused.stderr);
        assert!(err.contains(wanted), "{option}: {err}");
        assert_code(&refused, 2);
    }
    // The files themselves: footprints that are elsewhere, none, and terrain that is none.
    let [elsewhere, empty] = ["elsewhere.geojson", "empty"].map(|name| town.path(name));
    std::fs::write(&empty, "").unwrap();
    let moved = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"height":8},"geometry":
        {"type":"Polygon","coordinates":[[[900000,0],[900010,0],[900010,10],[900000,0]]]}}]}"#;
    std::fs::write(&elsewhere, moved).unwrap();
    for (footprints, terrain, wanted) in [
        (&elsewhere, &town.terrain, "elsewhere.geojson: all footprints outside what is to be meshed"),
        (&empty, &town.terrain, "empty at byte 0: an empty file; accepted: GeoJSON, "),
        (&town.footprints, &empty, "empty at byte 0: an empty file; accepted: GeoTIFF, "),
    ] {
        let refused = groma(&["build", footprints, "--terrain", terrain, "--output", &output]);
        let err = text(&refused.stderr);
        assert!(err.contains(wanted), "{err}");
        assert_code(&refused, 1);
    }
    assert!(!Path::new(&output).exists());
}
