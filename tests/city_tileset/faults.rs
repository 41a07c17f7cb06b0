//! Faults of a tileset: each is told by the check.

use serde_json::{Value, json};

use super::*;

/// Returns what the check says of a tileset's files, changed.
fn checked(original: &Files, change: &dyn Fn(&mut Files)) -> TilesetChecked {
    let folder = tempfile::tempdir().unwrap();
    let mut changed = original.clone();
    change(&mut changed);
    for (name, bytes) in &changed {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    check(folder.path())
}

/// Changes `tileset.json`.
fn text(files: &mut Files, change: &dyn Fn(&mut Value)) {
    let bytes = files.get_mut("tileset.json").unwrap();
    let mut value = serde_json::from_slice(bytes).unwrap();
    change(&mut value);
    *bytes = value.to_string().into_bytes();
}

#[test]
fn faults_of_a_tileset_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let (store, good) = (dir.path().join("store"), dir.path().join("good"));
    build(&generated(900, 6, false, [320_000, 6_400_000]), &store, 1000.0);
    export(&store, &good, &on_globe(3006), 2);
    let whole = check(&good);
    assert!(whole.sound && whole.faults == 0 && whole.on_globe, "{whole}");
    let original = files(&good);
    let with = |change: &dyn Fn(&mut Files)| checked(&original, change);
    // Changes the document of a GLB file, which then states no checksum.
    let glb = |files: &mut Files, name: &str, change: &dyn Fn(&mut Value)| {
        let bytes = files.get_mut(name).unwrap();
        let size = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
        let mut document: Value = serde_json::from_slice(&bytes[20..20 + size]).unwrap();
        document["asset"]["extras"]["groma"].as_object_mut().unwrap().remove("checksum");
        change(&mut document);
        let mut text = document.to_string().into_bytes();
        text.resize(text.len().next_multiple_of(4), b' ');
        let mut changed =
            [&bytes[..12], &(text.len() as u32).to_le_bytes(), b"JSON", &text, &bytes[20 + size..]].concat();
        let length = changed.len() as u32;
        changed[8..12].copy_from_slice(&length.to_le_bytes());
        *bytes = changed;
    };
    assert!(with(&|_| {}).sound);
    let leaf = "tiles/0_0_0.glb".to_string();
    type Change<'a> = &'a dyn Fn(&mut Files);
    let cases: [(&str, Change<'_>); 17] = [
        ("no such file", &|files| drop(files.remove(&leaf))),
        ("outside the tile's box", &|files| {
            let other = files["tiles/0_1_1.glb"].clone();
            files.insert(leaf.clone(), other);
        }),
        ("not its children's", &|files| {
            let other = files["tiles/1_0_0.glb"].clone();
            files.insert("tiles/2_0_0.glb".into(), other);
        }),
        ("bytes where the header says", &|files| files.get_mut(&leaf).unwrap().truncate(9000)),
        ("is not above a child's", &|files| text(files, &|file| file["root"]["geometricError"] = 0.1.into())),
        ("reaches out", &|files| text(files, &|file| file["root"]["boundingVolume"]["box"][3] = 10.0.into())),
        ("is below the city's size", &|files| text(files, &|file| file["geometricError"] = 100.0.into())),
        ("more than its error", &|files| {
            text(files, &|file| {
                let mut tile = &mut file["root"];
                tile["geometricError"] = 0.4.into();
                for child in 0..4 {
                    tile["children"][child]["geometricError"] = 0.01.into();
                }
                tile = &mut tile["children"][0];
                tile["geometricError"] = 0.01.into();
            });
        }),
        ("no rotation", &|files| text(files, &|file| file["root"]["transform"][0] = 0.9.into())),
        ("not up", &|files| text(files, &|file| file["root"]["transform"][14] = 0.0.into())),
        ("tileset.json: it asks for the extension X", &|files| {
            text(files, &|file| file["extensionsRequired"] = json!(["X"]));
        }),
        ("outside the tileset", &|files| {
            text(files, &|file| file["root"]["content"]["uri"] = "../tiles/2_0_0.glb".into());
        }),
        ("no checksum", &|files| glb(files, &leaf, &|_| ())),
        ("does not show its mesh", &|files| {
            glb(files, &leaf, &|document| document["nodes"][0]["translation"] = json!([1, 0, 0]));
        }),
        ("does not show its mesh", &|files| {
            glb(files, &leaf, &|document| document["scenes"][0]["nodes"] = json!([]));
        }),
        ("EXT_nothing", &|files| {
            glb(files, &leaf, &|document| document["extensionsRequired"] = json!(["EXT_nothing"]));
        }),
        ("lead to no table", &|files| {
            glb(files, &leaf, &|document| {
                let primitives = document["meshes"][0]["primitives"].as_array_mut().unwrap();
                primitives.iter_mut().for_each(|primitive| drop(primitive["extensions"].take()));
            });
        }),
    ];
    for (expected, change) in cases {
        let checked = with(change);
        let told = checked.first.iter().any(|fault| fault.contains(expected));
        assert!(!checked.sound && told, "{expected}: {checked}");
    }
    // One changed byte does not go unseen.
    for n in 0..40 {
        let checked = with(&|files| {
            let bytes = files.get_mut(&leaf).unwrap();
            let at = 100 + n * (bytes.len() - 200) / 40;
            bytes[at] ^= 0x11;
        });
        assert!(!checked.sound, "{n}");
    }
    // All levels over each other, and an export that has not come to its end.
    let refused = |change: Change<'_>| {
        let folder = tempfile::tempdir().unwrap();
        let mut changed = original.clone();
        change(&mut changed);
        for (name, bytes) in changed.iter().filter(|(name, _)| !name.contains('/')) {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        check_tileset(folder.path(), &mut Runner::new(&RunOptions::default()).unwrap()).unwrap_err().to_string()
    };
    let error = refused(&|files| text(files, &|file| file["root"]["refine"] = "ADD".into()));
    assert!(error.contains("REPLACE"), "{error}");
    let error = refused(&|files| drop(files.remove("tileset.json")));
    assert!(error.contains("not come to its end"), "{error}");
}

#[test]
fn a_tileset_that_is_not_where_it_says_is_not_sound() {
    let dir = tempfile::tempdir().unwrap();
    let (store, good) = (dir.path().join("store"), dir.path().join("good"));
    build(&generated(60, 6, false, [320_000, 6_400_000]), &store, 1000.0);
    export(&store, &good, &on_globe(3006), 2);
    let original = files(&good);
    assert!(checked(&original, &|_| {}).sound);
    let raise = |file: &mut Value, metres: f64| {
        let matrix = &mut file["root"]["transform"];
        for d in 0..3 {
            let up = matrix[8 + d].as_f64().unwrap();
            matrix[12 + d] = (matrix[12 + d].as_f64().unwrap() + metres * up).into();
        }
    };
    let turn = |file: &mut Value| {
        let matrix = &mut file["root"]["transform"];
        for d in 0..3 {
            let [x, y] = [0, 4].map(|n| matrix[n + d].as_f64().unwrap());
            let (sin, cos) = 1e-4_f64.sin_cos();
            (matrix[d], matrix[4 + d]) = ((cos * x + sin * y).into(), (cos * y - sin * x).into());
        }
    };
    let extras = |file: &mut Value, name: &str, value: Value| file["asset"]["extras"]["groma"][name] = value;
    type Change<'a> = &'a dyn Fn(&mut Value);
    let cases: [(&str, Change<'_>); 14] = [
        ("no transform, where", &|file| drop(file["root"].as_object_mut().unwrap().remove("transform"))),
        ("of its transform is", &|file| raise(file, 1.0)),
        ("of its transform is", &|file| raise(file, -23.4)),
        ("of its transform is", &turn),
        ("of its transform is", &|file| extras(file, "geoid_offset", 20.01.into())),
        ("of its transform is", &|file| extras(file, "crs", "EPSG:25832".into())),
        ("of its transform is", &|file| extras(file, "middle", json!([320_001, 6_400_000]))),
        ("makes no transform", &|file| extras(file, "geoid_offset", 1e300.into())),
        ("makes no transform", &|file| extras(file, "crs", "of our own".into())),
        ("does not say where it is", &|file| extras(file, "geoid_offset", Value::Null)),
        ("does not say where it is", &|file| extras(file, "crs", Value::Null)),
        ("does not say where it is", &|file| drop(file["asset"]["extras"]["groma"].take())),
        ("says that it is local", &|file| extras(file, "placement", "local".into())),
        ("does not say where it is", &|file| extras(file, "placement", Value::Null)),
    ];
    for (n, (expected, change)) in cases.iter().enumerate() {
        let checked = checked(&original, &|files| text(files, *change));
        assert!(!checked.sound && checked.first[0].contains(expected), "{n}, {expected}: {checked}");
    }
    // Both values are told.
    let high = checked(&original, &|files| text(files, &|file| raise(file, 1.0))).first[0].clone();
    let stated = json(&good.join("tileset.json"))["root"]["transform"][14].as_f64().unwrap();
    assert!(high.contains(&format!(" make it {stated}")) && high.contains("number 14 of its transform is "), "{high}");
    // Another program's need not say it.
    let of_others = checked(&original, &|files| {
        text(files, &|file| {
            file["asset"] = json!({ "version": "1.1" });
            raise(file, 1.0);
        });
    });
    assert!(of_others.sound, "{of_others}");
    let folder = dir.path().join("local");
    export(&store, &folder, &local(), 2);
    assert!(check(&folder).sound);
}

#[test]
fn a_tile_that_nothing_leads_to_is_a_fault_and_other_files_are_none() {
    let dir = tempfile::tempdir().unwrap();
    let (store, folder) = (dir.path().join("store"), dir.path().join("city"));
    build(&generated(60, 6, false, [320_000, 6_400_000]), &store, 1000.0);
    export(&store, &folder, &local(), 2);
    for name in [".DS_Store", "x.tmp", "roof.glb", "notes.json", "0_0_0.glb.bak"] {
        std::fs::write(folder.join("tiles").join(name), "mine").unwrap();
    }
    assert!(check(&folder).sound);
    for name in ["0_9_9.glb", "4_7_0.json"] {
        let stray = folder.join("tiles").join(name);
        std::fs::write(&stray, "of before").unwrap();
        let checked = check(&folder);
        assert_eq!(checked.first, [format!("tiles/{name}: a tile that nothing leads to")]);
        std::fs::remove_file(stray).unwrap();
    }
}
