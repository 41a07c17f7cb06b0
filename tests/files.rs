//! Files and folders as users have them: long names, names in any script, open in another program, replaced while
//! mapped.
//!
//! What differs between systems differs most here: the suite runs on Windows (Wine) too.

mod common;

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use common::dataset::{plain, write_all};
use common::{assert_same_tables, city, tables_below, twin};
use groma::city::store::MeshStore;
use groma::trajectory::build::{Bounds, BuildHashTablesOptions, JOURNAL_NAME, build_hash_tables, spawn_hash_tables};
use groma::trajectory::grid::BoundingBox;
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult};
use groma::trajectory::table::{HashTable, TableFolder};
use groma::{Error, Status};

const CELL: f32 = 2.0;

/// A folder whose path is longer than the 260 characters that old Windows programs can take.
fn long_folder(below: &Path) -> PathBuf {
    let mut folder = below.to_path_buf();
    for name in ["Straßenzüge", "données géographiques", "軌跡データ", "траектории", "δεδομένα"]
    {
        folder.push(format!("{name} {}", "x".repeat(40)));
    }
    std::fs::create_dir_all(&folder).unwrap();
    assert!(folder.as_os_str().len() > 300);
    folder
}

#[test]
fn long_names_in_any_script_are_names() {
    let dir = tempfile::tempdir().unwrap();
    let folder = long_folder(dir.path());
    let data = folder.join("Daten");
    std::fs::create_dir(&data).unwrap();
    write_all(&data, &plain());
    build_hash_tables(&data, &BuildHashTablesOptions::new(CELL)).unwrap();
    let expected = twin::tables(&plain(), CELL, twin::bounds(&plain(), 1.0).unwrap());
    assert_same_tables("in a long folder", &tables_below(&data), &expected);
    let mut result = QueryResult::default();
    let dataset = Dataset::open(&data, DatasetOptions::default()).unwrap();
    dataset.query_radius(CELL, 5, [3.0, 5.0, -1.0], 1.5, &mut result).unwrap();
    assert_eq!(result.of_query(0).map(|(id, _)| id).collect::<Vec<_>>(), [1]);

    let store = folder.join("Häuser.城市");
    city::build(&city::generated(30, 1, false, [0, 0]), &store, &city::options(250.0, 2));
    for extension in ["ply", "obj", "vtu"] {
        assert!(city::merged_file(&store, extension).exists());
    }
}

#[test]
fn a_table_that_is_open_is_replaced_and_keeps_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let path = TableFolder::new(dir.path(), CELL).table(3);
    let open = HashTable::open(&path).unwrap();
    let before = (*open.header(), open.entries().to_vec(), open.ids().to_vec());

    let bounds = Bounds::Box(BoundingBox { min: [-100.0; 3], max: [100.0; 3] });
    for round in 0..2 {
        let report =
            build_hash_tables(dir.path(), &BuildHashTablesOptions { bounds, ..BuildHashTablesOptions::new(CELL) })
                .unwrap();
        assert_eq!(report.tables_written, 8, "round {round}");
        assert_eq!((*open.header(), open.entries().to_vec(), open.ids().to_vec()), before);
        assert_eq!(HashTable::open(&path).unwrap().header().bbox_min, [-100.0; 3]);
    }
    drop(open);
    let expected = twin::tables(&plain(), CELL, ([-100.0; 3], [100.0; 3]));
    build_hash_tables(dir.path(), &BuildHashTablesOptions { bounds, ..BuildHashTablesOptions::new(CELL) }).unwrap();
    assert_same_tables("nothing else is left", &tables_below(dir.path()), &expected);
}

#[test]
fn a_tile_that_is_open_is_replaced_and_keeps_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let store = MeshStore::create(dir.path().join("store"), serde_json::Value::Null).unwrap();
    let triangle = |x: f64| [[x, 0.0, 0.0], [x + 1.0, 0.0, 0.0], [x, 1.0, 0.0]];
    store.add_tile("a", &triangle(0.0), &[[0, 1, 2]], &[-2]).unwrap();
    let open = store.get_tile("a").unwrap();
    store.add_tile("a", &triangle(5.0), &[[0, 1, 2]], &[-2]).unwrap();
    assert_eq!(open.vertices(), triangle(0.0));
    open.verify().unwrap();
    assert_eq!(store.get_tile("a").unwrap().vertices(), triangle(5.0));
    drop(open);
    store.clear().unwrap();
    let left: Vec<_> = std::fs::read_dir(store.folder()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["groma-store.json"]);
}

#[test]
fn tiles_whose_names_differ_in_case_only_are_never_mixed_up() {
    let dir = tempfile::tempdir().unwrap();
    let store = MeshStore::create(dir.path().join("store"), serde_json::Value::Null).unwrap();
    let vertices = [[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    store.add_tile("north", &vertices, &[[0, 1, 2]], &[1]).unwrap();
    let other = store.add_tile("North", &vertices, &[[0, 1, 2]], &[2]);
    match other {
        Ok(_) => assert_eq!(store.list_tiles().unwrap(), ["North", "north"]),
        Err(error) => {
            assert_eq!(error.status(), Status::InvalidArgument);
            assert!(error.to_string().contains("north, which is the same file"), "{error}");
            assert_eq!(store.list_tiles().unwrap(), ["north"]);
        }
    }
    assert_eq!(store.get_tile("north").unwrap().markers(), [1]);
    store.add_tile("north", &vertices, &[[0, 1, 2]], &[3]).unwrap();
    assert_eq!(store.get_tile("north").unwrap().markers(), [3]);
}

/// The second of two builds in one folder is told who holds it, and changes nothing; a lock of a process that is gone
/// is none.
#[test]
fn a_folder_at_work_names_its_holder() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    let (begun, wait_for_begin) = mpsc::channel();
    let (go_on, wait_to_go_on) = mpsc::channel::<()>();
    let callback = move |progress: &groma::job::Progress| {
        if progress.phase == "build" && begun.send(()).is_ok() {
            let _ = wait_to_go_on.recv_timeout(Duration::from_secs(60));
        }
        true
    };
    let first = spawn_hash_tables(dir.path(), BuildHashTablesOptions::new(CELL), Some(Box::new(callback))).unwrap();
    wait_for_begin.recv_timeout(Duration::from_secs(60)).unwrap();
    drop(wait_for_begin);
    match build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap_err() {
        Error::Busy { subject: path, what } => {
            assert!(path.ends_with(JOURNAL_NAME), "{}", path.display());
            assert!(what.contains(&format!("process {}", std::process::id())), "{what}");
        }
        other => panic!("expected busy, got {other}"),
    }
    go_on.send(()).unwrap();
    first.finish().unwrap();

    let journal = TableFolder::new(dir.path(), CELL).path().join(JOURNAL_NAME);
    std::fs::write(&journal, "left by a process that is gone").unwrap();
    assert_eq!(build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap().tables_written, 8);
    assert!(!journal.exists());
}

/// Windows: a file that a program has open without sharing it can be neither replaced nor moved.
#[cfg(windows)]
#[test]
fn a_file_that_is_not_shared_is_named_and_the_next_run_goes_on() {
    use std::os::windows::fs::OpenOptionsExt;

    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let path = TableFolder::new(dir.path(), CELL).table(3);
    let bounds = Bounds::Box(BoundingBox { min: [-100.0; 3], max: [100.0; 3] });
    let options = BuildHashTablesOptions { bounds, ..BuildHashTablesOptions::new(CELL) };
    let held = std::fs::File::options().read(true).share_mode(0).open(&path).unwrap();
    match build_hash_tables(dir.path(), &options).unwrap_err() {
        Error::Busy { subject: named, what } => {
            assert_eq!(named, path);
            assert!(what.contains("close what has it open and run again"), "{what}");
        }
        other => panic!("expected busy, got {other}"),
    }
    drop(held);
    build_hash_tables(dir.path(), &BuildHashTablesOptions { resume: true, ..options }).unwrap();
    let expected = twin::tables(&plain(), CELL, ([-100.0; 3], [100.0; 3]));
    assert_same_tables("after it was closed", &tables_below(dir.path()), &expected);
}
