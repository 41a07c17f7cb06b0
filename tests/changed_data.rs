//! What queries, `inspect` and a resumed build say when shards or tables have changed since they belonged together.

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::dataset::{MISSING, TestEntry, TestShard, write_all};
use common::{assert_same_tables, tables_below};
use groma::io::Durability;
use groma::trajectory::build::{BuildHashTablesOptions, HashTablesReport, build_hash_tables};
use groma::trajectory::dataset::{MANIFEST_NAME, METADATA_NAME, Manifest, OnBadShard, ShardWriter, ShardWriterOptions};
use groma::trajectory::inspect::inspect;
use groma::trajectory::preview::{PreviewOptions, preview};
use groma::trajectory::query::{Dataset, DatasetOptions, PathPoint, QueryPath, QueryResult};
use groma::trajectory::table::{INDEX_NAME, Index, TableFolder};
use groma::{Result, Status};

const CELL: f32 = 2.0;

/// Shards of four time steps from each of `first` on, with the interval numbers that their names ask for.
fn shards(first: &[i64]) -> Vec<TestShard> {
    let one = |&first: &i64| {
        let at = |id: u64, k: usize| [id as f32 * 3.0, first as f32 + k as f32, -(id as f32)];
        let entries = (1..=3).map(|id| TestEntry::new(id, (0..4).map(|k| at(id, k)).collect()));
        TestShard { number: (first / 4) as i32, ..TestShard::new(first, 4, entries.collect()) }
    };
    first.iter().map(one).collect()
}

fn open(folder: &Path) -> Dataset {
    Dataset::open(folder, DatasetOptions::default()).unwrap()
}

/// The samples of all trajectories at the time steps `first` to `last`, by a ball around everything.
fn samples(dataset: &Dataset, first: i32, last: i32) -> Result<usize> {
    let mut result = QueryResult::default();
    dataset.query_time_range(CELL, first..=last, [0.0; 3], 1000.0, &mut result)?;
    Ok(result.of_query(0).map(|(_, samples)| samples.len()).sum())
}

/// Every kind of question that reaches into the time steps `first` to `last`.
fn all_kinds(dataset: &Dataset, first: i32, last: i32) -> Vec<Result<()>> {
    let (mut result, around) = (QueryResult::default(), [0.0; 3]);
    let point = |time_step| PathPoint { time_step, position: around };
    let path = QueryPath { points: vec![point(first), point(last)], leave_out: None };
    let mut answers = vec![
        dataset.query_time_range(CELL, first..=last, around, 5.0, &mut result),
        dataset.query_trajectory(CELL, first..=last, 1, 5.0, &mut result),
        dataset.query_path(CELL, &path, 5.0, &mut result),
        dataset.missing_steps(CELL, first..=last).map(drop),
    ];
    if first == last {
        answers.extend([
            dataset.query_radius(CELL, first, around, 5.0, &mut result),
            dataset.query_dual_radius(CELL, first, around, (1.0, 5.0), &mut result),
            dataset.query_nearest(CELL, first, around, 2, &mut result),
            dataset.query_radius_batch(CELL, first, &[around], 5.0, &mut result),
        ]);
    }
    answers
}

fn groma(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_groma")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_time_step_that_tables_speak_for_and_no_shard_has_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &shards(&[0, 4, 8, 12]));
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    assert_eq!(samples(&open(dir.path()), 0, 15).unwrap(), 48);
    let index = TableFolder::new(dir.path(), CELL).path().join("groma-index.json");
    // From the middle, and from both ends.
    for (gone, first, rest) in [(4, 4, [8, 15]), (12, 12, [0, 11]), (0, 0, [4, 15])] {
        let (shard, aside) = (dir.path().join(format!("shard-{gone}.bin")), dir.path().join("aside"));
        std::fs::rename(&shard, &aside).unwrap();
        for has_index in [true, false] {
            let index_aside = dir.path().join("index aside");
            if !has_index {
                std::fs::rename(&index, &index_aside).unwrap();
            }
            let dataset = open(dir.path());
            for (from, to) in [(first + 1, first + 1), (first + 3, first + 9), (first - 2, first + 1), (0, i32::MAX)] {
                let step = from.max(first);
                for answer in all_kinds(&dataset, from.max(0), to) {
                    let error = answer.unwrap_err();
                    assert_eq!(error.status(), Status::BadFormat, "{error}");
                    let text = error.to_string();
                    for words in
                        [format!("timestep_{step:05}.bin"), "--prune-stale".into(), "put the shard back".into()]
                    {
                        assert!(text.contains(&words), "{words:?} is not in: {text}");
                    }
                    assert_eq!(text.contains(&format!("shard-{gone}.bin")), has_index, "{text}");
                }
            }
            assert_eq!(samples(&dataset, rest[0], rest[0]).unwrap(), 3, "without shard-{gone}.bin");
            if gone != 4 {
                assert_eq!(samples(&dataset, rest[0], rest[1]).unwrap(), 36);
            }
            if !has_index {
                std::fs::rename(&index_aside, &index).unwrap();
            }
        }
        std::fs::rename(&aside, &shard).unwrap();
    }
    // What the message tells to do mends it.
    std::fs::remove_file(dir.path().join("shard-4.bin")).unwrap();
    let data = dir.path().to_str().unwrap();
    let ask = ["trajectories", "query", data, "--cell-size", "2", "--step", "5", "--at", "0,0,0", "--radius", "9"];
    let refused = groma(&ask);
    let text = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() != Some(0) && text.contains("timestep_00005.bin"), "{text}");
    assert_eq!(refused.stdout, b"");
    build_hash_tables(dir.path(), &BuildHashTablesOptions { prune_stale: true, ..BuildHashTablesOptions::new(CELL) })
        .unwrap();
    assert_eq!(samples(&open(dir.path()), 0, 15).unwrap(), 36);
    assert_eq!(samples(&open(dir.path()), 5, 5).unwrap(), 0);
    assert_eq!(groma(&ask).status.code(), Some(0));
}

#[test]
fn time_steps_between_shards_are_empty_and_told() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &shards(&[4, 12]));
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let data = dir.path().to_str().unwrap();
    let ask = |steps: &[&str], kind: &[&str]| {
        let output = groma(&[&["trajectories", "query", data, "--cell-size", "2"], steps, kind].concat());
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    let gap = "time steps 8 to 11 are in no shard, though there are shards before and after: is a file missing?\n";
    let at = ["--at", "0,0,0"];
    let kinds: [&[&str]; 3] = [&["--radius", "9"], &["--radius", "9", "--inner", "1"], &["--nearest", "1"]];
    for kind in kinds {
        let kind = [&at, kind].concat();
        assert_eq!(ask(&["--step", "9"], &kind), format!("warning: time step 9 is asked for; {gap}"));
        assert_eq!(ask(&["--step", "7"], &kind), "");
        assert_eq!(ask(&["--step", "3"], &kind), "warning: time step 3 is asked for; the data set has 4 to 15\n");
    }
    for kind in [["--at", "0,0,0", "--radius", "9"], ["--trajectory", "1", "--radius", "9"]] {
        assert_eq!(
            ask(&["--step", "6", "--last-step", "12"], &kind),
            format!("warning: time steps 6 to 12 are asked for; {gap}")
        );
        assert_eq!(
            ask(&["--step", "0", "--last-step", "20"], &kind),
            format!(
                "warning: time steps 0 to 20 are asked for; the data set has 4 to 15\n\
                 warning: time steps 0 to 20 are asked for; {gap}"
            )
        );
        assert_eq!(ask(&["--step", "12", "--last-step", "15"], &kind), "");
    }
    let dataset = open(dir.path());
    assert_eq!(samples(&dataset, 0, 100).unwrap(), 24);
    for step in [0, 3, 8, 11, 16, i32::MAX] {
        assert_eq!(samples(&dataset, step, step).unwrap(), 0, "time step {step}");
    }
}

#[test]
fn queries_answer_for_the_time_steps_of_the_shards_that_can_be_used() {
    for (bad, unknown, known) in [(4, (4, 7), (8, 11)), (0, (0, 3), (4, 11)), (8, (8, i32::MAX), (0, 7))] {
        let dir = tempfile::tempdir().unwrap();
        write_all(dir.path(), &shards(&[0, 4, 8]));
        let name = format!("shard-{bad}.bin");
        let whole = std::fs::read(dir.path().join(&name)).unwrap();
        std::fs::write(dir.path().join(&name), &whole[..whole.len() - 1]).unwrap();
        build_hash_tables(
            dir.path(),
            &BuildHashTablesOptions { on_bad_shard: OnBadShard::Skip, ..BuildHashTablesOptions::new(CELL) },
        )
        .unwrap();
        let dataset = open(dir.path());
        let (first, last) = known;
        assert_eq!(samples(&dataset, first, last).unwrap() as i32, 3 * (last - first + 1));
        assert_eq!(dataset.positions(1, first..=last).unwrap().iter().flatten().count() as i32, last - first + 1);
        for answer in all_kinds(&dataset, first, first) {
            answer.unwrap();
        }
        for range in [(unknown.0, unknown.0), (unknown.0 + 2, unknown.0 + 3), (0, 11)] {
            let mut answers = all_kinds(&dataset, range.0, range.1);
            answers.push(dataset.positions(1, range.0..=range.1).map(drop));
            for answer in answers {
                let error = answer.unwrap_err();
                assert_eq!(error.status(), Status::BadFormat);
                let text = error.to_string();
                for words in [&name[..], "which cannot be used", "whole copy of the shard", "build again"] {
                    assert!(text.contains(words), "{words:?} is not in: {text}");
                }
            }
        }
        let picture = |step| preview(dir.path(), step, &dir.path().join("a.png"), &PreviewOptions::default());
        assert_eq!(picture(first).unwrap(), 3);
        assert!(picture(unknown.0).unwrap_err().to_string().contains(&name));

        // The command line, which builds what is missing as the library does.
        let data = dir.path().to_str().unwrap();
        let ask = |step: i32, cell_size: &str| {
            let step = step.to_string();
            let around = ["--at", "0,0,0", "--radius", "1000", "--build-missing"];
            groma(&[&["trajectories", "query", data, "--cell-size", cell_size, "--step", &step][..], &around].concat())
        };
        for cell_size in ["2", "5"] {
            let answer = ask(first, cell_size);
            let text = String::from_utf8(answer.stdout).unwrap();
            assert!(text.ends_with("3 trajectories, 3 samples\n"), "{text}");
            let warned = String::from_utf8(answer.stderr).unwrap();
            assert!(warned.contains("left out:") && warned.contains(&name), "{warned}");
        }
        let refused = ask(unknown.0, "2");
        assert_ne!(refused.status.code(), Some(0));
        assert!(String::from_utf8(refused.stderr).unwrap().contains("which cannot be used"));

        // A whole copy, and a build: all is as if nothing had been.
        std::fs::write(dir.path().join(&name), &whole).unwrap();
        build_hash_tables(dir.path(), &BuildHashTablesOptions { resume: true, ..BuildHashTablesOptions::new(CELL) })
            .unwrap();
        assert_eq!(samples(&open(dir.path()), 0, 11).unwrap(), 36);
    }
}

#[test]
fn where_no_shard_can_be_used_opening_says_why() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("shard-0.bin"), b"nothing").unwrap();
    let error = Dataset::open(dir.path(), DatasetOptions::default()).unwrap_err();
    assert_eq!(error.status(), Status::BadFormat);
    assert!(error.to_string().contains("shard-0.bin"), "{error}");
}

fn built(first: &[i64]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &shards(first));
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    dir
}

fn tables(dataset: &Path) -> PathBuf {
    TableFolder::new(dataset, CELL).path().to_path_buf()
}

fn problems(path: &Path) -> Vec<String> {
    inspect(path).unwrap().problems
}

#[track_caller]
fn assert_only(path: &Path, words: &[&str]) {
    let problems = problems(path);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    words.iter().for_each(|word| assert!(problems[0].contains(word), "{word:?} is not in: {}", problems[0]));
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn resume(dataset: &Path) -> HashTablesReport {
    build_hash_tables(dataset, &BuildHashTablesOptions { resume: true, ..BuildHashTablesOptions::new(CELL) }).unwrap()
}

#[test]
fn every_changed_byte_of_a_table_is_found_by_inspect_and_mended_by_resume() {
    let dir = built(&[0, 4]);
    assert_eq!(problems(dir.path()), Vec::<String>::new());
    let expected = tables_below(dir.path());
    let table = tables(dir.path()).join("timestep_00005.bin");
    let size = std::fs::metadata(&table).unwrap().len() as usize;
    assert_eq!(size, 64 + 3 * 16 + 3 * 4);
    for at in 0..size {
        flip(&table, at);
        assert_only(&tables(dir.path()), &["timestep_00005.bin"]);
        assert_only(dir.path(), &["spatial_hashing/cellsize_2.000: ", "timestep_00005.bin"]);
        flip(&table, at);
    }
    // The last cell's key: its sample would be missed without a word.
    for at in [64 + 2 * 16, size - 1] {
        flip(&table, at);
        for path in [dir.path(), &tables(dir.path()), &table] {
            assert_only(path, &["the table's checksum is ", "with resume (--resume)"]);
        }
        let report = resume(dir.path());
        assert_eq!((report.tables_written, report.steps_resumed), (4, 4));
        let warned: Vec<_> = report.warnings.iter().filter(|w| w.kind == "damaged-tables").collect();
        assert!(warned.len() == 1 && warned[0].message.contains("1 shard"), "{:?}", report.warnings);
        assert_same_tables("mended", &tables_below(dir.path()), &expected);
        assert_eq!(problems(dir.path()), Vec::<String>::new());
        let again = resume(dir.path());
        assert_eq!((again.tables_written, again.warnings.len()), (0, 0));
    }
}

#[test]
fn tables_that_are_written_in_several_parts_have_their_checksum() {
    let dir = tempfile::tempdir().unwrap();
    // Each in a cell of its own: 20 bytes of the table, which has more than 1 MiB.
    let at = |n: u64| [3.0 * (n % 300) as f32, 3.0 * (n / 300) as f32, 0.0];
    TestShard::new(0, 1, (0..60_000).map(|n| TestEntry::new(n, vec![at(n)])).collect()).write(dir.path());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let table = tables(dir.path()).join("timestep_00000.bin");
    let size = std::fs::metadata(&table).unwrap().len() as usize;
    assert_eq!(size, 64 + 20 * 60_000);
    assert_eq!(problems(dir.path()), Vec::<String>::new());
    for place in [64 + 16 * 59_999, size / 2, size - 1] {
        flip(&table, place);
        assert_eq!(problems(&tables(dir.path())).len(), 1, "byte {place}");
        flip(&table, place);
    }
    assert_eq!(resume(dir.path()).tables_written, 0);
}

#[test]
fn a_shard_that_changed_with_its_size_and_time_kept_is_told() {
    let dir = built(&[0, 4, 8]);
    let shard = dir.path().join("shard-4.bin");
    let time = std::fs::metadata(&shard).unwrap().modified().unwrap();
    let mut other = shards(&[4]);
    other[0].entries[1].positions[2][1] += 50.0;
    write_all(dir.path(), &other);
    std::fs::File::options().write(true).open(&shard).unwrap().set_modified(time).unwrap();
    assert_only(dir.path(), &["cellsize_2.000", "shard-4.bin", "their size and time are the same", "without resume"]);
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    assert_eq!(problems(dir.path()), Vec::<String>::new());
    // Only its time: a copy.
    write_all(dir.path(), &other);
    assert_eq!(problems(dir.path()), Vec::<String>::new());
    // What queries refuse.
    write_all(dir.path(), &shards(&[4]));
    assert!(samples(&open(dir.path()), 5, 5).is_err());
    assert_only(dir.path(), &["cellsize_2.000", "not built from the shards as they are", "shard-4.bin"]);
}

#[test]
fn tables_of_other_data_are_problems_of_the_data_set() {
    // A shard that is gone, and one that is new where there was none.
    let dir = built(&[0, 8]);
    let aside = dir.path().join("aside");
    std::fs::rename(dir.path().join("shard-8.bin"), &aside).unwrap();
    assert_only(dir.path(), &["time steps 8 to 11", "shard-8.bin", "--prune-stale"]);
    std::fs::remove_file(tables(dir.path()).join(INDEX_NAME)).unwrap();
    assert_only(dir.path(), &["time steps that no shard has (8, 9, 10, 11)", "--prune-stale"]);
    std::fs::rename(&aside, dir.path().join("shard-8.bin")).unwrap();
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    write_all(dir.path(), &shards(&[4]));
    assert_only(dir.path(), &["not built from the shards as they are", "shard-4.bin"]);

    // All tables of a data set that has fewer samples at some steps, with their index and without.
    let (dir, other) = (built(&[0, 4]), tempfile::tempdir().unwrap());
    let mut fewer = shards(&[0, 4]);
    fewer[1].entries[0].positions[1] = MISSING;
    fewer[1].entries.iter_mut().for_each(|entry| entry.positions[3] = MISSING);
    write_all(other.path(), &fewer);
    build_hash_tables(other.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    std::fs::remove_dir_all(tables(dir.path())).unwrap();
    std::fs::rename(tables(other.path()), tables(dir.path())).unwrap();
    assert_only(dir.path(), &["not built from the shards as they are", "shard-4.bin"]);
    std::fs::remove_file(tables(dir.path()).join(INDEX_NAME)).unwrap();
    assert_only(dir.path(), &["time step 5 has 2 samples, shard-4.bin has 3 there", "(time steps 5)"]);

    // An index that calls empty what is not.
    let dir = built(&[0, 4]);
    let path = tables(dir.path()).join(INDEX_NAME);
    let mut index: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    index["tables"].as_array_mut().unwrap().remove(6);
    serde_json::from_value::<Index>(index).unwrap().write(&tables(dir.path()), Durability::Unsynced).unwrap();
    let found = problems(dir.path()).join("\n");
    assert!(found.contains("no sample at time steps at which the shards have some (6)"), "{found}");
    // One that is none.
    std::fs::write(&path, "{}").unwrap();
    assert_only(dir.path(), &["cellsize_2.000", "groma-index.json"]);
}

#[test]
fn a_start_step_that_is_not_that_of_the_first_sample_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut late = shards(&[4]);
    late[0].entries[1].positions[0] = MISSING;
    write_all(dir.path(), &late);
    assert_eq!(problems(dir.path()), Vec::<String>::new());
    let path = dir.path().join("shard-4.bin");
    let right = std::fs::read(&path).unwrap();
    let second = 32 + (16 + 12 * 4) + 8;
    for (wrong, words) in [(0, "says 0"), (3, "says 3"), (-1, "says -1"), (i32::MIN, "says -2147483648")] {
        let mut bytes = right.clone();
        bytes[second..second + 4].copy_from_slice(&i32::to_le_bytes(wrong));
        std::fs::write(&path, bytes).unwrap();
        for path in [dir.path(), &path] {
            assert_only(path, &["1 entry with a start step", "entry 1 of shard-4.bin", words, "is 1 step after"]);
        }
    }
}

#[test]
fn a_point_in_the_source_s_coordinates_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = ShardWriter::create(dir.path(), 2, ShardWriterOptions::default()).unwrap();
    writer.append(0, 1, &[0.0, 0.0, 0.0, 10.0, 10.0, 1.0]).unwrap();
    writer.finish().unwrap();
    let path = dir.path().join(MANIFEST_NAME);
    let manifest = Manifest::read(&path).unwrap().unwrap();
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let data = dir.path().to_str().unwrap();
    let ask = |at: &str, kind: &[&str]| {
        let around = ["trajectories", "query", data, "--cell-size", "2", "--step", "0", "--at", at];
        let output = groma(&[&around, kind].concat());
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    let source = "300005,6000005,0.5";
    // Without an origin there is nothing to tell.
    assert_eq!(ask(source, &["--radius", "3", "--csv"]), "");
    Manifest { coordinate_origin: Some([300_000.0, 6_000_000.0, 0.0]), ..manifest }.write(&path).unwrap();
    let kinds: [&[&str]; 4] = [
        &["--radius", "3"],
        &["--radius", "3", "--last-step", "1"],
        &["--radius", "3", "--inner", "1"],
        &["--nearest", "1"],
    ];
    for kind in kinds {
        for format in [&[][..], &["--csv"], &["--json"]] {
            let kind = [kind, format].concat();
            let told = ask(source, &kind);
            assert!(
                told.contains("outside the data set's box, 0,0,0 to 10,10,1; positions count from the origin")
                    && told.ends_with("this one as 5,5,0.5\n"),
                "{kind:?}: {told}"
            );
            assert_eq!(ask("0.5,0,0", &kind), "", "{kind:?}");
        }
    }
    // Outside in both: where nothing was found.
    assert!(ask("50,0,0", &["--radius", "3"]).contains("positions count from the origin"));
    assert_eq!(ask("50,0,0", &["--radius", "100"]), "");
    // Without metadata the box is not known.
    std::fs::remove_file(dir.path().join(METADATA_NAME)).unwrap();
    assert!(ask(source, &["--radius", "3"]).contains("has nothing near it; positions count from the origin"));
}

/// A data set with an origin, and its tables.
fn built_with_origin(origin: [f64; 3]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let info = ShardWriterOptions { coordinate_origin: Some(origin), ..ShardWriterOptions::default() };
    let mut writer = ShardWriter::create(dir.path(), 2, info).unwrap();
    writer.append(0, 1, &[0.0, 0.0, 0.0, 10.0, 10.0, 1.0]).unwrap();
    writer.finish().unwrap();
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    dir
}

#[test]
fn an_origin_that_the_manifest_has_lost_is_told_and_is_still_in_the_index() {
    let origin = [300_000.25, 6_000_000.0, 0.0];
    let dir = built_with_origin(origin);
    let path = dir.path().join(MANIFEST_NAME);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(problems(dir.path()), Vec::<String>::new());
    let edited = |edit: &dyn Fn(&mut serde_json::Map<String, serde_json::Value>)| {
        let mut manifest: serde_json::Value = serde_json::from_slice(&whole).unwrap();
        edit(manifest.as_object_mut().unwrap());
        std::fs::write(&path, serde_json::to_vec(&manifest).unwrap()).unwrap();
    };
    let losses: [&dyn Fn(); 4] = [
        &|| edited(&|manifest| manifest["coordinate_origin"] = serde_json::json!([4.0, 5.0, 6.0])),
        &|| std::fs::remove_file(&path).unwrap(),
        &|| edited(&|manifest| drop(manifest.remove("coordinate_origin").unwrap())),
        &|| edited(&|manifest| manifest["coordinate_origin"] = serde_json::Value::Null),
    ];
    let told = "groma-index.json says that the origin 300000.25,6000000,0 was subtracted from all positions";
    let data = dir.path().to_str().unwrap();
    for lose in losses {
        lose();
        // A build, resumed or not, has the origin from the index before it, and says so.
        for resume in [true, false] {
            let found = problems(dir.path()).join("\n");
            assert!(found.contains(told) && found.contains(MANIFEST_NAME), "{found}");
            assert_eq!(open(dir.path()).coordinate_origin(), Some(origin));
            let around = ["trajectories", "query", data, "--cell-size", "2", "--step", "0", "--at"];
            let output = groma(&[&around[..], &["300000.25,6000000,0", "--radius", "1", "--json"]].concat());
            let text = String::from_utf8(output.stderr).unwrap();
            assert!(text.contains(told) && text.contains("\"coordinate_origin\": [300000.25,6000000,0]"), "{text}");
            assert!(text.ends_with("this one as 0,0,0\n"), "{text}");
            let report =
                build_hash_tables(dir.path(), &BuildHashTablesOptions { resume, ..BuildHashTablesOptions::new(CELL) })
                    .unwrap();
            assert!(report.warnings.iter().any(|warning| warning.kind == "origin-lost"), "{:?}", report.warnings);
        }
        std::fs::write(&path, &whole).unwrap();
        assert_eq!(problems(dir.path()), Vec::<String>::new());
    }
    // Without tables it can only be told that the manifest is gone, or what is wrong in it.
    std::fs::remove_dir_all(dir.path().join("spatial_hashing")).unwrap();
    std::fs::remove_file(&path).unwrap();
    let found = inspect(dir.path()).unwrap();
    assert_eq!((found.problems.len(), found.warnings.len()), (0, 1), "{found}");
    assert!(
        found.warnings[0].contains("is missing, which groma wrote with the data set: whether an origin"),
        "{found}"
    );
    assert_eq!(open(dir.path()).coordinate_origin(), None);
    edited(&|manifest| manifest["coordinate_origin"] = serde_json::Value::Null);
    assert_only(dir.path(), &[MANIFEST_NAME, "coordinate_origin: x, y and z are accepted, or no such field"]);
}

#[test]
fn an_origin_that_is_lost_before_there_are_tables_is_told() {
    let dir = built_with_origin([300_000.25, 6_000_000.0, 0.0]);
    std::fs::remove_dir_all(dir.path().join("spatial_hashing")).unwrap();
    let path = dir.path().join(MANIFEST_NAME);
    let whole = std::fs::read(&path).unwrap();
    let edited = |edit: &dyn Fn(&mut serde_json::Map<String, serde_json::Value>)| {
        let mut manifest: serde_json::Value = serde_json::from_slice(&whole).unwrap();
        edit(manifest.as_object_mut().unwrap());
        std::fs::write(&path, serde_json::to_vec(&manifest).unwrap()).unwrap();
    };
    let build = || build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let told = |kind: &str, words: &[&str]| {
        let report = build();
        std::fs::remove_dir_all(dir.path().join("spatial_hashing")).unwrap();
        let found = inspect(dir.path()).unwrap();
        let mut texts = vec![if kind == "problem" { found.problems.join("\n") } else { found.warnings.join("\n") }];
        assert_eq!((found.problems.len(), found.warnings.len()), if kind == "problem" { (1, 0) } else { (0, 1) });
        texts.extend(report.warnings.iter().filter(|warning| warning.kind == "manifest").map(|w| w.message.clone()));
        assert_eq!(texts.len(), 2, "{:?}", report.warnings);
        for (text, word) in texts.iter().flat_map(|text| words.iter().map(move |word| (text, word))) {
            assert!(text.contains(word), "{word:?} is not in: {text}");
        }
        assert_eq!(open(dir.path()).coordinate_origin(), None);
    };
    // By hand, the rest of the file kept.
    for change in [None, Some(serde_json::json!([300_000.5, 6_000_000.0, 0.0]))] {
        edited(&|manifest| {
            drop(manifest.remove("coordinate_origin").unwrap());
            manifest.extend(change.clone().map(|origin| ("coordinate_origin".to_string(), origin)));
        });
        told("problem", &[MANIFEST_NAME, "coordinate_origin or steps_without_shard was changed or removed"]);
    }
    // By a program that writes again what it knows.
    edited(&|manifest| {
        manifest.remove("groma_checksum").unwrap();
        manifest.remove("coordinate_origin").unwrap();
    });
    told("warning", &[MANIFEST_NAME, "has no groma_checksum", "whether an origin was subtracted"]);
    // In another layout and with other words it is the same.
    edited(&|manifest| manifest["dataset_name"] = "another".into());
    assert_eq!(open(dir.path()).coordinate_origin(), Some([300_000.25, 6_000_000.0, 0.0]));
    let found = inspect(dir.path()).unwrap();
    assert_eq!((found.problems.len(), found.warnings.len(), build().warnings.len()), (0, 0, 0), "{found}");
}

#[test]
fn a_table_that_was_removed_is_built_where_missing_ones_are() {
    let dir = built(&[0, 4]);
    let (table, data) = (tables(dir.path()).join("timestep_00005.bin"), dir.path().to_str().unwrap());
    let whole = std::fs::read(&table).unwrap();
    let ask = |how: &[&str]| {
        let around = ["-q", "trajectories", "query", data, "--cell-size", "2", "--step", "5", "--at", "0,0,0"];
        groma(&[&around[..], &["--radius", "99", "--csv"], how].concat())
    };
    std::fs::remove_file(&table).unwrap();
    let refused = ask(&[]);
    let text = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() != Some(0) && text.contains("no table for time step 5; "), "{text}");
    assert_eq!(open(dir.path()).missing_steps(CELL, 0..=7).unwrap(), [5]);
    let answer = ask(&["--build-missing"]);
    assert_eq!(answer.status.code(), Some(0), "{}", String::from_utf8_lossy(&answer.stderr));
    assert_eq!(String::from_utf8(answer.stdout).unwrap().lines().count(), 4);
    assert_eq!(std::fs::read(&table).unwrap(), whole);
    // By a data set that is open, too.
    let options = DatasetOptions { build_missing: true, ..DatasetOptions::default() };
    let dataset = Dataset::open(dir.path(), options).unwrap();
    assert_eq!(samples(&dataset, 4, 4).unwrap(), 3);
    std::fs::remove_file(&table).unwrap();
    assert_eq!(samples(&dataset, 5, 5).unwrap(), 3);
    assert_eq!(std::fs::read(&table).unwrap(), whole);
}

#[test]
fn an_origin_in_the_index_of_other_shards_is_not_theirs() {
    let dir = built_with_origin([1.0, 2.0, 3.0]);
    for name in [MANIFEST_NAME, METADATA_NAME, "dataset-trajmeta.bin", "shard-0.bin"] {
        std::fs::remove_file(dir.path().join(name)).unwrap();
    }
    write_all(dir.path(), &shards(&[0]));
    assert_eq!(open(dir.path()).coordinate_origin(), None);
    let report =
        build_hash_tables(dir.path(), &BuildHashTablesOptions { resume: true, ..BuildHashTablesOptions::new(CELL) })
            .unwrap();
    assert!(report.warnings.iter().all(|warning| warning.kind != "origin-lost"), "{:?}", report.warnings);
    assert_eq!(Index::read(&tables(dir.path())).unwrap().unwrap().coordinate_origin, None);
}

#[test]
fn tables_that_were_built_again_while_open_are_told() {
    let dir = built(&[0, 4]);
    let dataset = open(dir.path());
    assert_eq!(samples(&dataset, 1, 1).unwrap(), 3);
    let bounds = groma::trajectory::build::Bounds::Margin(5.0);
    build_hash_tables(dir.path(), &BuildHashTablesOptions { bounds, ..BuildHashTablesOptions::new(CELL) }).unwrap();
    // One that is open is what it was.
    assert_eq!(samples(&dataset, 1, 1).unwrap(), 3);
    let again = "opened after the last build of its tables: open it again, or unload its tables";
    let error = samples(&dataset, 2, 2).unwrap_err();
    assert!(error.status() == Status::BadFormat && error.to_string().contains(again), "{error}");
    dataset.unload(CELL);
    assert_eq!(samples(&dataset, 2, 2).unwrap(), 3);

    // Some are gone, or were not there.
    let steps = Some((0..=3).into());
    std::fs::remove_dir_all(tables(dir.path())).unwrap();
    build_hash_tables(dir.path(), &BuildHashTablesOptions { steps, ..BuildHashTablesOptions::new(CELL) }).unwrap();
    let early = open(dir.path());
    for (dataset, was_built_again) in [(&dataset, true), (&early, false)] {
        let error = samples(dataset, 5, 5).unwrap_err();
        assert!(error.status() == Status::NotFound && error.to_string().contains(again) == was_built_again, "{error}");
    }
    build_hash_tables(dir.path(), &BuildHashTablesOptions { resume: true, ..BuildHashTablesOptions::new(CELL) })
        .unwrap();
    let error = samples(&early, 5, 5).unwrap_err();
    assert!(error.status() == Status::NotFound && error.to_string().contains(again), "{error}");
    early.unload_all();
    assert_eq!(samples(&early, 5, 5).unwrap(), 3);
}
