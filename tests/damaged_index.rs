//! An index that is not as it was written, and what all that read it say.

mod common;

use std::path::Path;

use common::dataset::{TestEntry, TestShard, write_all};
use common::{assert_same_tables, tables_below};
use groma::io::Durability;
use groma::trajectory::build::{Bounds, BuildHashTablesOptions, HashTablesReport, build_hash_tables};
use groma::trajectory::inspect::inspect;
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult};
use groma::trajectory::table::{INDEX_NAME, Index, TableFolder};
use groma::{Result, Status};
use serde_json::{Value, json};

const CELL: f32 = 2.0;

/// A data set of two shards with its tables.
fn built() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let shard = |first: i64| {
        let at = |id: u64, k: usize| [id as f32 * 3.0, first as f32 + k as f32, -(id as f32)];
        let entries = (1..=3).map(|id| TestEntry::new(id, (0..4).map(|k| at(id, k)).collect()));
        TestShard { number: (first / 4) as i32, ..TestShard::new(first, 4, entries.collect()) }
    };
    write_all(dir.path(), &[shard(0), shard(4)]);
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    dir
}

fn read(dataset: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(TableFolder::new(dataset, CELL).path().join(INDEX_NAME)).unwrap()).unwrap()
}

fn write(dataset: &Path, index: &Value) {
    let path = TableFolder::new(dataset, CELL).path().join(INDEX_NAME);
    std::fs::write(path, serde_json::to_vec(index).unwrap()).unwrap();
}

fn query(dataset: &Path) -> Result<usize> {
    let mut result = QueryResult::default();
    let dataset = Dataset::open(dataset, DatasetOptions::default())?;
    dataset.query_radius(CELL, 5, [0.0; 3], 1000.0, &mut result)?;
    Ok(result.ids.len())
}

fn resume_and_prune(dataset: &Path) -> HashTablesReport {
    build_hash_tables(
        dataset,
        &BuildHashTablesOptions { resume: true, prune_stale: true, ..BuildHashTablesOptions::new(CELL) },
    )
    .unwrap()
}

/// The index is an error of queries and a problem of every kind of inspection, and a resumed build makes what was.
#[track_caller]
fn assert_told(dataset: &Path, words: &str) {
    let expected = tables_below(dataset);
    let folder = TableFolder::new(dataset, CELL);
    let mut told = vec![query(dataset).unwrap_err(), Index::read(folder.path()).unwrap_err()];
    told.push(inspect(folder.path()).unwrap_err());
    for error in &told {
        assert_eq!(error.status(), Status::BadFormat, "{error}");
    }
    let mut told: Vec<String> = told.iter().map(|error| error.to_string()).collect();
    for path in [dataset, &folder.table(5)] {
        let problems = inspect(path).unwrap().problems;
        assert_eq!(problems.len(), 1, "{problems:#?}");
        told.extend(problems);
    }
    for text in told {
        for words in [INDEX_NAME, words, "building again replaces it"] {
            assert!(text.contains(words), "{words:?} is not in: {text}");
        }
    }
    let report = resume_and_prune(dataset);
    assert_eq!((report.tables_written, report.stale_removed), (8, 0));
    assert!(report.warnings.iter().any(|warning| warning.kind == "index-replaced"), "{:?}", report.warnings);
    assert_same_tables("after the damage", &tables_below(dataset), &expected);
    assert_eq!(inspect(dataset).unwrap().problems, Vec::<String>::new());
}

#[test]
fn a_changed_index_is_told_whatever_was_changed() {
    let dir = built();
    let written = read(dir.path());
    assert_eq!(resume_and_prune(dir.path()).tables_written, 0);
    let changes: [(&str, Value); 8] = [
        // In the last digit, which no header of a table has.
        ("/bounds/min/0", json!(2.000_000_000_000_000_4)),
        ("/bounds/max/1", json!(9.0)),
        ("/margin", json!(2.0)),
        ("/ids_truncated", json!(true)),
        ("/shards/0/modified_ns", json!(1)),
        ("/shards/1/digest", json!(7)),
        ("/built", json!([])),
        ("/tables/6/3", json!(5)),
    ];
    for (place, value) in changes {
        let mut index = written.clone();
        assert_ne!(index.pointer(place), Some(&value), "{place}");
        *index.pointer_mut(place).unwrap() = value;
        write(dir.path(), &index);
        assert_told(dir.path(), "changed or damaged since");
    }
    // The same in another layout is the same.
    let path = TableFolder::new(dir.path(), CELL).path().join(INDEX_NAME);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace(',', ", \n")).unwrap();
    assert_eq!(query(dir.path()).unwrap(), 3);
    assert_eq!(resume_and_prune(dir.path()).tables_written, 0);
}

/// Writes what a build would not have written, with the checksum that goes with it.
fn write_contradiction(dataset: &Path, index: &Value) {
    let index: Index = serde_json::from_value(index.clone()).unwrap();
    index.write(TableFolder::new(dataset, CELL).path(), Durability::Unsynced).unwrap();
}

#[test]
fn an_index_that_lacks_a_key_or_contradicts_itself_is_told() {
    let dir = built();
    let written = read(dir.path());
    let shards = written["shards"].clone();
    let keys: Vec<String> = written.as_object().unwrap().keys().cloned().collect();
    for name in ["checksum", "coordinate_origin", "margin"] {
        assert!(keys.iter().any(|key| key == name), "{keys:?}");
    }
    for key in keys {
        let mut renamed = written.clone();
        let value = renamed.as_object_mut().unwrap().remove(&key).unwrap();
        renamed["another"] = value;
        write(dir.path(), &renamed);
        assert_told(dir.path(), "another");
        renamed.as_object_mut().unwrap().remove("another");
        write(dir.path(), &renamed);
        assert_told(dir.path(), &key);
    }
    for key in shards[0].as_object().unwrap().keys() {
        let mut lacking = written.clone();
        lacking["shards"][1].as_object_mut().unwrap().remove(key).unwrap();
        write(dir.path(), &lacking);
        assert_told(dir.path(), key);
    }
    for (place, value, words) in
        [("/checksum", Value::Null, "expected"), ("/tables/3", json!([3, 3, 3]), "invalid length 3")]
    {
        let mut index = written.clone();
        *index.pointer_mut(place).unwrap() = value;
        write(dir.path(), &index);
        assert_told(dir.path(), words);
    }
    let changes: [(&str, Value, &str); 15] = [
        ("/format", json!("other"), "format \"other\""),
        ("/cell_size", json!(0.0), "cell_size"),
        ("/cell_size", json!(-2.0), "cell_size"),
        ("/bounds", Value::Null, "tables without a box"),
        ("/bounds/max/0", json!(-100.0), "axis x"),
        ("/margin", json!(-1.0), "a margin of -1"),
        ("/shards", json!([]), "in none of its shards"),
        ("/shards", json!([shards[0]]), "time step 4, which is in none of its shards"),
        ("/shards", json!([shards[1], shards[0]]), "shards out of order"),
        ("/shards/1/name", json!("shard-5.bin"), "shard-5.bin with 4 time steps from 4 on"),
        ("/shards/1/steps", json!(0), "with 0 time steps"),
        ("/shards/1/entries", json!(2), "3 samples in 3 cells at time step 4"),
        ("/tables/2/1", json!(0), "3 samples in 0 cells at time step 2"),
        ("/tables/2/2", json!(2), "2 samples in 3 cells at time step 2"),
        ("/built", json!([[0, 3]]), "time step 4, which is not among those built"),
    ];
    for (place, value, words) in changes {
        let mut index = written.clone();
        *index.pointer_mut(place).unwrap() = value;
        write_contradiction(dir.path(), &index);
        assert_told(dir.path(), words);
    }
    // A later version may have other keys, or just these.
    for other_keys in [true, false] {
        let mut later = written.clone();
        (later["version"], later["groma"]) = (json!(2), json!("9.9"));
        if other_keys {
            later["another"] = json!(1);
        }
        write(dir.path(), &later);
        let error = Index::read(TableFolder::new(dir.path(), CELL).path()).unwrap_err();
        let words = format!("format version 2, which groma 9.9 wrote; groma {} reads version 1", groma::VERSION);
        assert!(error.status() == Status::Unsupported && error.to_string().contains(&words), "{error}");
    }
}

#[test]
fn a_box_that_is_not_that_of_the_shards_is_told() {
    let dir = built();
    let expected = tables_below(dir.path());
    for (place, value) in [("/bounds/min/0", json!(-5.0)), ("/bounds/max/2", json!(7.5)), ("/margin", json!(0.5))] {
        let mut index = read(dir.path());
        *index.pointer_mut(place).unwrap() = value;
        write_contradiction(dir.path(), &index);
        let problems = inspect(dir.path()).unwrap().problems.join("\n");
        for words in ["that of the shards with a margin of", "build again, without resume"] {
            assert!(problems.contains(words), "{words:?} is not in: {problems}");
        }
        build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
        assert_same_tables("with the shards' box", &tables_below(dir.path()), &expected);
        assert_eq!(inspect(dir.path()).unwrap().problems, Vec::<String>::new());
    }
    // Of a box that was given the shards say nothing.
    let bounds = Bounds::Box(read_bounds(dir.path()).grown(3.0));
    build_hash_tables(dir.path(), &BuildHashTablesOptions { bounds, ..BuildHashTablesOptions::new(CELL) }).unwrap();
    assert_eq!(inspect(dir.path()).unwrap().problems, Vec::<String>::new());
}

fn read_bounds(dataset: &Path) -> groma::trajectory::grid::BoundingBox {
    Index::read(TableFolder::new(dataset, CELL).path()).unwrap().unwrap().bounds.unwrap()
}
