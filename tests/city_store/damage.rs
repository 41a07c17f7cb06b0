//! Stores with tiles, lists or manifests that are damaged, of another build, or not the city's: every reader says so,
//! and the next build makes them again.

use super::*;

#[test]
fn tiles_that_are_damaged_are_noticed_and_made_again() {
    let (_dir, input, [store, fresh]) = a_city_twice();
    let opened = MeshStore::open(&store).unwrap();
    let names = opened.list_tiles().unwrap();
    let path = opened.tile_path(&names[0]).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 64]).unwrap();
    assert!(matches!(opened.get_tile(&names[0]), Err(Error::BadFormat { .. })));
    let report = build(&input, &store, &options(250.0, 1));
    assert_eq!((report.built, report.kept), (1, report.tiles - 1));
    assert!(merged(&store) == merged(&fresh));
}

#[test]
fn a_tile_with_a_changed_bit_is_noticed_by_the_merge_and_made_again() {
    let (dir, input, [store, fresh]) = a_city_twice();
    let opened = MeshStore::open(&store).unwrap();
    let path = opened.tile_path(&opened.list_tiles().unwrap()[1]).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[400 + 24 * 17] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let merged_to = dir.path().join("mesh.ply");
    let error = merge_to_file(&opened, &merged_to, &MergeOptions::default(), &mut runner).unwrap_err();
    assert!(matches!(error, Error::BadFormat { .. }) && !merged_to.exists(), "{error}");
    assert_eq!(build(&input, &store, &options(250.0, 1)).built, 1);
    assert!(merged(&store) == merged(&fresh));
}

#[test]
fn tiles_of_an_earlier_numbering_are_not_merged() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let input = generated(300, 1, false, [0, 0]);
    build(&input, &store, &options(250.0, 1));
    let opened = MeshStore::open(&store).unwrap();
    let old: Vec<(std::path::PathBuf, Vec<u8>)> = opened
        .list_tiles()
        .unwrap()
        .iter()
        .map(|name| opened.tile_path(name).unwrap())
        .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
        .collect();
    let mut footprints = footprints_of(&input);
    footprints.reverse();
    let reversed = with_footprints(&input, footprints);
    assert!(build(&reversed, &store, &options(250.0, 1)).renumbered > 0);
    let right = merged(&store);

    // As a build that was killed half way leaves it.
    for (path, bytes) in old.iter().skip(1).step_by(2) {
        std::fs::write(path, bytes).unwrap();
    }
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let opened = MeshStore::open(&store).unwrap();
    let error = merge_to_file(&opened, &dir.path().join("m.ply"), &MergeOptions::default(), &mut runner).unwrap_err();
    assert!(error.to_string().contains("earlier build"), "{error}");
    build(&reversed, &store, &options(250.0, 1));
    assert!(merged(&store) == right);
}

#[test]
fn a_manifest_that_contradicts_itself_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    build(&generated(50, 1, false, [0, 0]), dir.path(), &options(500.0, 1));
    let path = dir.path().join("groma-store.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
    let changes: [fn(&mut serde_json::Value); 5] = [
        |m| m["city"]["cells"]["columns"] = 60_000.into(),
        |m| m["city"]["cells"]["rows"] = 0.into(),
        |m| m["city"]["tiles"][0]["columns"] = 1000.into(),
        |m| m["city"]["tiles"] = serde_json::json!([]),
        |m| m["city"]["domain"]["max"] = serde_json::json!([i32::MAX, i32::MAX]),
    ];
    for change in changes {
        let mut manifest = whole.clone();
        change(&mut manifest);
        std::fs::write(&path, manifest.to_string()).unwrap();
        assert!(matches!(MeshStore::open(dir.path()), Err(Error::BadFormat { .. })), "{manifest}");
    }
}

#[test]
fn a_manifest_that_was_changed_is_an_error_and_the_tiles_outlive_it() {
    let dir = tempfile::tempdir().unwrap();
    let input = generated(50, 1, false, [0, 0]);
    build(&input, dir.path(), &options(500.0, 1));
    let path = dir.path().join(MANIFEST_NAME);
    let text = std::fs::read(&path).unwrap();
    let whole: serde_json::Value = serde_json::from_slice(&text).unwrap();
    // The layout is nobody's.
    std::fs::write(&path, whole.to_string()).unwrap();
    MeshStore::open(dir.path()).unwrap();
    type Change = (&'static str, fn(&mut serde_json::Value));
    let changes: [Change; 8] = [
        ("it was changed or damaged", |m| m["city"]["buildings"] = 7.into()),
        ("it was changed or damaged", |m| m["city"]["crs"] = "EPSG:28992".into()),
        ("it was changed or damaged", |m| m["city"]["parameters"]["min_mesh_angle"] = 20.0.into()),
        ("it was changed or damaged", |m| m["metadata"] = "mine".into()),
        ("it was changed or damaged", |m| m["checksum"] = 1.into()),
        ("no checksum", |m| drop(m.as_object_mut().unwrap().remove("checksum"))),
        ("`mine`", |m| m["city"]["mine"] = 1.into()),
        ("`smoothing`", |m| drop(m["city"]["parameters"].as_object_mut().unwrap().remove("smoothing"))),
    ];
    for (words, change) in changes {
        let mut manifest = whole.clone();
        change(&mut manifest);
        std::fs::write(&path, manifest.to_string()).unwrap();
        let built = build::build_city_mesh(&input, dir.path(), &options(500.0, 1)).map(drop);
        for result in [MeshStore::open(dir.path()).map(drop), inspect(dir.path()).map(drop), built] {
            let error = result.unwrap_err();
            assert!(matches!(error, Error::BadFormat { .. }), "{manifest}: {error}");
            let error = error.to_string();
            for words in [words, MANIFEST_NAME, "remove this file and build again"] {
                assert!(error.contains(words), "{words}: {error}");
            }
        }
        std::fs::remove_file(&path).unwrap();
        let again = build(&input, dir.path(), &options(500.0, 1));
        assert_eq!((again.kept, again.built, again.removed), (again.tiles, 0, 0));
        assert_eq!(std::fs::read(&path).unwrap(), text);
    }
}

#[test]
fn tiles_that_changed_places_are_told_by_every_reader_and_made_again() {
    let (dir, input, [store, fresh]) = a_city_twice();
    let opened = MeshStore::open(&store).unwrap();
    let names = opened.list_tiles().unwrap();
    let paths = [0, 1].map(|n| opened.tile_path(&names[n]).unwrap());
    let aside = dir.path().join("aside");
    std::fs::rename(&paths[0], &aside).unwrap();
    std::fs::rename(&paths[1], &paths[0]).unwrap();
    std::fs::rename(&aside, &paths[1]).unwrap();

    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let context = runner.context().clone();
    let out = |name: &str| dir.path().join(name);
    let refused = [
        ("get_tile", opened.get_tile(&names[0]).map(drop)),
        ("tile_info", opened.tile_info(&names[1]).map(drop)),
        ("disagreements", opened.disagreements(&names).map(drop)),
        ("merge", merge_to_file(&opened, &out("mesh.ply"), &MergeOptions::default(), &mut runner).map(drop)),
        ("export", export_glb(&opened, &out("glb"), Compression::None, &context).map(drop)),
        ("check", check_store(&opened, &Expectations::default(), &mut runner).map(drop)),
        ("preview", preview(&opened, &out("city.png"), &PreviewOptions::default())),
    ];
    for (reader, result) in refused {
        match result {
            Err(Error::BadFormat { path, accepted, .. }) => {
                assert!(paths.contains(&path), "{reader}: {}", path.display());
                assert!(accepted.contains("the tile that its name says"), "{reader}: {accepted}");
            }
            other => panic!("{reader}: {other:?}"),
        }
    }
    assert!(!out("mesh.ply").exists() && !out("glb").exists() && !out("city.png").exists());
    let stats = opened.total_stats().unwrap();
    assert_eq!((stats.tiles, stats.missing_tiles, stats.wrong_tiles), (names.len() as u64 - 2, 2, 2));
    let found = inspect(&store).unwrap();
    assert!(!found.is_complete() && found.stats == stats, "{found}");
    assert!(
        found.tiles.iter().all(|tile| (tile.state == TileState::Wrong) == names[..2].contains(&tile.name)),
        "{found}"
    );
    assert!(found.to_string().contains("2 WRONG"), "{found}");

    let again = build(&input, &store, &options(250.0, 1));
    assert_eq!((again.built, again.kept), (2, again.tiles - 2));
    assert!(inspect(&store).unwrap().is_complete());
    assert!(merged(&store) == merged(&fresh));
}

/// Writes the bytes of a tile's file back with one in its vertices changed.
fn damage(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[384 + 100] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_tile_is_told_with_what_to_do_before_anything_is_written() {
    let (dir, input, [store, fresh]) = a_city_twice();
    let opened = MeshStore::open(&store).unwrap();
    let names = opened.list_tiles().unwrap();
    let path = opened.tile_path(names.last().unwrap()).unwrap();
    damage(&path);

    let out = |name: &str| dir.path().join(name);
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let context = runner.context().clone();
    let refused = [
        ("get_tile", opened.get_tile(names.last().unwrap()).map(drop)),
        ("check", check_store(&opened, &Expectations::default(), &mut runner).map(drop)),
        ("export", export_glb(&opened, &out("glb"), Compression::None, &context).map(drop)),
        ("preview", preview(&opened, &out("city.png"), &PreviewOptions::default())),
    ];
    for (reader, result) in refused {
        match result {
            Err(Error::BadFormat { path: seen, accepted, .. }) => {
                assert_eq!(seen, path, "{reader}");
                assert!(accepted.ends_with("as its header says; the same build makes the tile again"), "{accepted}");
            }
            other => panic!("{reader}: {other:?}"),
        }
    }
    assert!(!out("glb").exists() && !out("city.png").exists());
    // An inspection reads headers, and says so.
    let found = inspect(&store).unwrap();
    assert!(found.is_complete() && found.to_string().contains("groma city check reads their contents"), "{found}");

    // What an earlier export has left stays as long as nothing is written in its place.
    std::fs::create_dir(out("glb")).unwrap();
    let list = "{\"groma\": \"an earlier one\"}";
    std::fs::write(out("glb").join("tiles.json"), list).unwrap();
    assert!(export_glb(&opened, &out("glb"), Compression::None, &context).is_err());
    assert_eq!(std::fs::read_to_string(out("glb").join("tiles.json")).unwrap(), list);

    let again = build(&input, &store, &options(250.0, 1));
    assert_eq!((again.built, again.kept), (1, again.tiles - 1));
    assert!(merged(&store) == merged(&fresh));
    assert_eq!(export_glb(&opened, &out("glb"), Compression::None, &context).unwrap(), names.len() as u64);

    // Of another program it is that which has the tile.
    let other = MeshStore::create(out("other"), serde_json::Value::Null).unwrap();
    let corners: Vec<[f64; 3]> = (0..9).map(|n| [f64::from(n), f64::from(n * n), 0.0]).collect();
    other.add_tile("a", &corners, &[[0, 1, 2]], &[-2]).unwrap();
    damage(&other.tile_path("a").unwrap());
    let error = other.get_tile("a").unwrap_err().to_string();
    assert!(error.contains("as its header says; add the tile again"), "{error}");
}

#[test]
fn files_of_no_tile_are_told_and_removed_by_the_next_build() {
    let (_dir, input, [store, _]) = a_city_twice();
    let opened = MeshStore::open(&store).unwrap();
    assert!(opened.stray_files().unwrap().is_empty());
    let first = opened.tile_path(&opened.list_tiles().unwrap()[0]).unwrap();
    let strays = ["tile-9_9_1x1.bin", "tile-9_9_1x1.failed", "tile-x.bin"];
    for name in strays {
        std::fs::copy(&first, store.join(name)).unwrap();
    }
    assert_eq!(opened.stray_files().unwrap(), strays);
    let found = inspect(&store).unwrap();
    assert!(found.is_complete() && found.stray_files == strays && found.stats.failed_tiles == 0, "{found}");
    let text = "3 files of no tile of the city: tile-9_9_1x1.bin, tile-9_9_1x1.failed, tile-x.bin; the next build \
                removes them if groma wrote them";
    assert!(found.to_string().contains(text), "{found}");
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let checked = check_store(&opened, &Expectations::default(), &mut runner).unwrap();
    assert!(checked.verdict == Verdict::Sound && checked.stray_files == strays, "{checked}");
    assert!(checked.to_string().contains(text), "{checked}");

    let again = build(&input, &store, &options(250.0, 1));
    assert_eq!((again.built, again.removed), (0, 2));
    assert!(opened.stray_files().unwrap().is_empty());
    no_leftovers(&store);

    // What is no tile of groma's is somebody's, whatever its name.
    let foreign = ["tile-9_9_1x1.bin", "tile-notes.bin", "tile-x.bin"];
    std::fs::create_dir(store.join(foreign[0])).unwrap();
    std::fs::write(store.join(foreign[1]), "mine").unwrap();
    std::fs::write(store.join(foreign[2]), "").unwrap();
    for resume in [true, false] {
        let again = build(&input, &store, &BuildCityMeshOptions { resume, ..options(250.0, 1) });
        let told: Vec<&String> =
            again.warnings.iter().filter(|w| w.kind == "foreign-file").map(|w| &w.message).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(foreign.iter().all(|name| told.iter().any(|message| message.contains(name))), "{told:?}");
        assert_eq!(opened.stray_files().unwrap(), foreign);
        assert_eq!(std::fs::read_to_string(store.join(foreign[1])).unwrap(), "mine");
    }
}

#[test]
fn a_tile_of_another_city_with_the_same_tiles_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let stores = [1, 2].map(|number| {
        let store = dir.path().join(number.to_string());
        let mut footprints = footprints_of(&generated(100, 1, false, [0, 0]));
        footprints[50].height += f64::from(number);
        build(&with_footprints(&generated(100, 1, false, [0, 0]), footprints), &store, &options(250.0, 1));
        MeshStore::open(&store).unwrap()
    });
    let differs = |name: &&String| stores[0].tile_info(name).unwrap() != stores[1].tile_info(name).unwrap();
    let names = stores[0].list_tiles().unwrap();
    let name = names.iter().find(differs).unwrap();
    std::fs::copy(stores[1].tile_path(name).unwrap(), stores[0].tile_path(name).unwrap()).unwrap();
    let error = stores[0].get_tile(name).unwrap_err();
    assert!(error.to_string().contains("a tile of an earlier build, or of another city"), "{error}");
    let found = inspect(stores[0].folder()).unwrap();
    assert_eq!((found.stats.wrong_tiles, found.is_complete()), (1, false), "{found}");
}

#[test]
fn a_list_of_buildings_that_is_not_the_city_s_is_told_and_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let input = generated(100, 1, false, [0, 0]);
    let first = build(&input, &store, &options(250.0, 1));
    let restored = |report: &build::CityReport| report.warnings.iter().any(|w| w.kind == "buildings-restored");
    assert!(!restored(&first), "{first}");
    let path = store.join(BUILDINGS_NAME);
    let whole = std::fs::read_to_string(&path).unwrap();
    // As long, as many buildings, in order: another city's.
    let other = whole.replacen("\"roof\":", "\"roof\":1", 1);
    let half = whole[..whole.len() / 2].to_string();
    for (what, text) in [
        ("missing", None),
        ("cut", Some(half)),
        ("another city's", Some(other)),
        ("empty", Some(String::new())),
        ("endless", Some(" ".repeat(17 << 20))),
    ] {
        match &text {
            Some(text) => std::fs::write(&path, text).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let found = inspect(&store).unwrap();
        let problem = found.buildings_problem.clone().unwrap_or_else(|| panic!("{what}: nothing is told"));
        assert!(problem.contains(BUILDINGS_NAME) && problem.contains("writes it again"), "{what}: {problem}");
        assert_eq!(problem.contains("a line without an end"), what == "endless", "{problem}");
        assert!(!found.is_complete() && found.to_string().contains(&problem), "{what}: {found}");
        let mut runner = Runner::new(&RunOptions::default()).unwrap();
        let checked = check_store(&MeshStore::open(&store).unwrap(), &Expectations::default(), &mut runner).unwrap();
        assert_eq!(
            (checked.verdict, checked.buildings_problem.as_ref()),
            (Verdict::Incomplete, Some(&problem)),
            "{what}"
        );

        let again = build(&input, &store, &options(250.0, 1));
        assert_eq!((again.built, again.kept), (0, again.tiles), "{what}");
        assert!(restored(&again) && again.warnings.iter().any(|w| w.message.contains(&problem)), "{what}: {again}");
        assert!(std::fs::read_to_string(&path).unwrap() == whole, "{what}");
        assert!(inspect(&store).unwrap().is_complete(), "{what}");
    }
}

#[test]
fn a_manifest_larger_than_any_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(MANIFEST_NAME);
    std::fs::File::create(&path).unwrap().set_len((256 << 20) + 1).unwrap();
    let text = MeshStore::open(dir.path()).unwrap_err().to_string();
    assert!(text.contains(MANIFEST_NAME) && text.contains("268435457 bytes; accepted: at most "), "{text}");
}
