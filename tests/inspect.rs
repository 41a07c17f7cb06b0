//! What `inspect` says of data sets and folders of tables: all that is wrong, and nothing of those that are right.

mod common;

use std::path::{Path, PathBuf};

use common::dataset::{MISSING, plain, write_all};
use common::shared;
use groma::job::{RunOptions, Runner};
use groma::trajectory::build::{self, BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::dataset::{
    Manifest, Metadata, ShardWriter, ShardWriterOptions, TrajectoryRecord, read_trajectories, write_trajectories,
};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::inspect::{Inspection, inspect, inspect_with};
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult};
use groma::{Result, Status};

/// Three trajectories over two shards of four time steps; 2 begins late, 3 is in the first shard alone.
fn written(folder: &Path) {
    let mut writer = ShardWriter::create(folder, 4, ShardWriterOptions::default()).unwrap();
    let at = |id: u64, step: i32| [id as f32 + 0.1, step as f32, -2.5];
    for first in [0, 4] {
        for (id, from, to) in [(1, 0, 7), (2, 2, 7), (3, 0, 3)] {
            let has = |step: &i32| (from..=to).contains(step);
            if (first..first + 4).any(|step| has(&step)) {
                let run = (first..first + 4).map(|step| if has(&step) { at(id, step) } else { MISSING });
                writer.append(first, id, run.collect::<Vec<_>>().as_flattened()).unwrap();
            }
        }
    }
    writer.finish().unwrap();
}

fn problems(path: &Path) -> Vec<String> {
    inspect(path).unwrap().problems
}

#[track_caller]
fn assert_only(what: &str, path: &Path, words: &[&str]) {
    let problems = problems(path);
    assert_eq!(problems.len(), 1, "{what}: {problems:#?}");
    words.iter().for_each(|word| assert!(problems[0].contains(word), "{what}: {word:?} is not in: {}", problems[0]));
}

fn change(path: PathBuf, at: usize, new: &[u8]) {
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[at..at + new.len()].copy_from_slice(new);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn metadata_that_are_not_of_the_shards_are_told() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    assert_eq!(problems(dir.path()), Vec::<String>::new());
    let path = dir.path().join("dataset-meta.bin");
    let right = Metadata::read(&path).unwrap().unwrap();
    // The manifest's copy would contradict, too.
    std::fs::remove_file(dir.path().join("dataset-manifest.json")).unwrap();
    type Change = fn(&mut Metadata);
    let wrong: [(&str, Change, &[&str]); 13] = [
        ("too small", |m| m.bbox_max[1] = 6.5, &["box from", "the shards have positions from"]),
        ("too large", |m| m.bbox_min[0] = -1000.0, &["-1000.0", "the shards have positions from"]),
        ("NaN", |m| m.bbox_min[2] = f32::NAN, &["a box that is none", "NaN"]),
        ("infinite", |m| m.bbox_max[2] = f32::INFINITY, &["a box that is none", "inf"]),
        ("reversed", |m| std::mem::swap(&mut m.bbox_min, &mut m.bbox_max), &["a box that is none"]),
        ("count", |m| m.trajectory_count = 4, &["dataset-trajmeta.bin has 3 records, the metadata say 4"]),
        ("first id", |m| m.first_trajectory_id = 0, &["trajectory ids from 0 to 3, the shards have 1 to 3"]),
        ("last id", |m| m.last_trajectory_id = 30, &["trajectory ids from 1 to 30, the shards have 1 to 3"]),
        ("small entries", |m| m.entry_size_bytes = 60, &["entries of 60 bytes", "has 64 or more"]),
        ("before 1970", |m| m.created_at_unix = -1, &["made -1 seconds after 1970"]),
        ("year 10000", |m| m.created_at_unix = 253_402_300_800, &["no year of four digits"]),
        ("no text", |m| m.converter_version = "a\u{1}b".into(), &["a\\u{1}b", "no text"]),
        ("large entries", |m| m.entry_size_bytes = 72, &["entries of 72 bytes for 4", "has entries of 64 bytes"]),
    ];
    for (what, change, words) in wrong {
        let mut metadata = right.clone();
        change(&mut metadata);
        metadata.write(&path).unwrap();
        assert_only(what, dir.path(), words);
    }
    // Without records the shards tell how many trajectories there are.
    std::fs::remove_file(dir.path().join("dataset-trajmeta.bin")).unwrap();
    right.write(&path).unwrap();
    assert_eq!(problems(dir.path()), Vec::<String>::new());
    Metadata { trajectory_count: 5, ..right }.write(&path).unwrap();
    assert_only("count", dir.path(), &["says 5 trajectories, the shards have 3 trajectories"]);
}

#[test]
fn a_copy_in_the_manifest_that_says_something_else_is_told() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let path = dir.path().join("dataset-manifest.json");
    let right = Manifest::read(&path).unwrap().unwrap();
    let changed = |change: fn(&mut Manifest)| {
        let mut manifest = right.clone();
        change(&mut manifest);
        manifest.write(&path).unwrap();
    };
    changed(|m| m.dataset_meta_info.last_time_step = 99);
    assert_only("steps", dir.path(), &["dataset-manifest.json", "last_time_step 99 (there: 7)"]);
    changed(|m| m.dataset_meta_info.bounding_box.max[0] = 77.5);
    assert_only("box", dir.path(), &["bounding_box", "77.5"]);
    changed(|m| m.dataset_meta_info.trajectory_count = 2);
    assert_only("count", dir.path(), &["trajectory_count 2 (there: 3)"]);
    let name = right.dataset_meta_info.converter_version.clone();
    changed(|m| m.dataset_meta_info.converter_version = "other".into());
    assert_only("program", dir.path(), &["converter_version \"other\"", &name]);
    changed(|m| m.dataset_meta_info.created_at = "1999-12-31T23:59:59Z".into());
    assert_only("time", dir.path(), &["created_at \"1999-12-31T23:59:59Z\""]);
    // Of the same time and program in other words nothing is said.
    changed(|m| m.dataset_meta_info.created_at = "last week".into());
    assert_eq!(problems(dir.path()), Vec::<String>::new());
    // What it does not have it does not say; whole numbers may be written as such.
    std::fs::write(&path, r#"{"dataset_name": "x", "dataset_meta_info": {"bounding_box": {"min": [1.1, 0, -2.5]}}}"#)
        .unwrap();
    assert_eq!(problems(dir.path()), Vec::<String>::new());
    std::fs::write(&path, r#"{"dataset_name": "x"}"#).unwrap();
    assert_eq!(problems(dir.path()), Vec::<String>::new());
}

#[test]
fn records_of_trajectories_that_are_not_of_the_shards_are_told() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let path = dir.path().join("dataset-trajmeta.bin");
    let right = read_trajectories(&path).unwrap().unwrap();
    let changed = |change: fn(&mut Vec<TrajectoryRecord>)| {
        let mut records = right.clone();
        change(&mut records);
        write_trajectories(&path, &records).unwrap();
    };
    changed(|r| r[1].start_time_step = 0);
    assert_only("start", dir.path(), &["1 record", "trajectory 2 0 to 7, its samples have 2 to 7", ": 2"]);
    changed(|r| r[2].end_time_step = 7);
    assert_only("end", dir.path(), &["trajectory 3 0 to 7, its samples have 0 to 3"]);
    changed(|r| r[1].entry_offset_index = 0);
    assert_only("entry", dir.path(), &["trajectory 2 entry 0 of shard-0.bin"]);
    changed(|r| (r[0].data_file_index, r[0].entry_offset_index) = (4, 0));
    assert_only("shard", dir.path(), &["not its trajectory's first", ": 1"]);
    for wrong in [f32::NAN, f32::INFINITY, -0.5] {
        let mut records = right.clone();
        records[1].extent[2] = wrong;
        write_trajectories(&path, &records).unwrap();
        assert_only("extent", dir.path(), &["a half-extent that is no size", "of trajectory 2", ": 2"]);
    }
    changed(|r| r[0].data_file_index = 8);
    assert_only("no shard", dir.path(), &["trajectory 1 begins in shard-8.bin", "1 such record"]);
    changed(|r| r[2].id = 9);
    let found = problems(dir.path()).join("\n");
    for words in ["no record of trajectories that have samples: 3", "no sample in any shard: 9"] {
        assert!(found.contains(words), "{found}");
    }
    // What the shards have and what the records have is held against the memory limit.
    write_trajectories(&path, &right).unwrap();
    let mut runner = Runner::new(&RunOptions { threads: 1, memory_limit: 1 << 20, ..RunOptions::default() }).unwrap();
    assert_eq!(inspect_with(dir.path(), &mut runner).unwrap_err().status(), Status::MemoryLimit);
}

#[test]
fn entries_beyond_the_number_in_the_header_are_told_by_inspect_and_build() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    change(dir.path().join("shard-0.bin"), 16, &2i32.to_le_bytes());
    let found = problems(dir.path()).join("\n");
    assert!(found.contains("shard-0.bin says in its header that it has 2 entries, and has room for 1 more"), "{found}");
    let report = build_hash_tables(dir.path(), &BuildHashTablesOptions::new(1.0)).unwrap();
    let warned: Vec<_> = report.warnings.iter().filter(|w| w.message.contains("room for 1 more")).collect();
    assert_eq!(warned.len(), 1, "{:?}", report.warnings);
    assert!(problems(&dir.path().join("shard-0.bin"))[0].contains("room for 1 more"));

    // Less than an entry is read by nobody, and changes nothing.
    let mut shards = plain();
    shards[1].number = 1;
    shards[1].trailing = 9;
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &shards);
    let found = inspect(dir.path()).unwrap();
    assert_eq!(found.problems, Vec::<String>::new());
    assert!(found.warnings[0].contains("shard-4.bin has 9 B after its last entry"), "{:?}", found.warnings);
    assert!(found.to_string().contains("no problems found") && found.to_string().contains("1 warning:"));
    assert!(build_hash_tables(dir.path(), &BuildHashTablesOptions::new(1.0)).unwrap().warnings.is_empty());
    // Several shards that all say that they are the first interval.
    (shards[1].number, shards[1].trailing) = (0, 0);
    std::fs::remove_dir_all(dir.path().join("spatial_hashing")).unwrap();
    write_all(dir.path(), &shards);
    assert_only("numbers", dir.path(), &["all 2 shards say that they are interval 0"]);
}

#[test]
fn positions_in_entries_that_count_none_are_no_samples_and_are_told() {
    let mut shards = plain();
    shards[1].number = 1;
    shards[0].entries[1].valid_samples = Some(0);
    shards[0].entries[2].positions[3] = [f32::INFINITY, 0.0, 0.0];
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &shards);
    let report = build_hash_tables(dir.path(), &BuildHashTablesOptions::new(1.0)).unwrap();
    assert_eq!((report.samples, report.uncounted_samples, report.infinite_samples), (24 - 5, 4, 1));
    let kinds: Vec<_> = report.warnings.iter().map(|w| w.kind).collect();
    assert_eq!(kinds, ["infinite-samples", "uncounted-samples"]);
    assert!(report.to_string().contains("4 positions of entries with 0 valid samples, skipped"), "{report}");
    let Inspection { facts, problems, .. } = inspect(dir.path()).unwrap();
    assert!(facts.contains(&("samples", report.samples.into())), "{facts:?}");
    assert!(problems.iter().any(|p| p.contains("4 positions in 1 entry whose number of valid samples is 0")));
    // A box of the caller's, for which no first pass is made, and blocks of few time steps count the same.
    let bounds = build::Bounds::Box(report.bounds.unwrap());
    let given =
        build_hash_tables(dir.path(), &BuildHashTablesOptions { bounds, ..BuildHashTablesOptions::new(2.0) }).unwrap();
    assert_eq!(given.uncounted_samples, 4);
}

#[test]
fn tables_that_were_swapped_or_whose_folder_was_renamed_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut shards = plain();
    shards[1].number = 1;
    write_all(dir.path(), &shards);
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(10.0)).unwrap();
    let root = dir.path().join("spatial_hashing");
    let folder = root.join("cellsize_10.000");
    let query = |cell_size: f32| -> Result<()> {
        let dataset = Dataset::open(dir.path(), DatasetOptions::default())?;
        dataset.query_radius(cell_size, 3, [0.0; 3], 1.0, &mut QueryResult::default())
    };
    assert_eq!(problems(&folder), Vec::<String>::new());
    for has_index in [true, false] {
        if !has_index {
            std::fs::remove_file(folder.join("groma-index.json")).unwrap();
        }
        let swap = || {
            let name = |step: u32| folder.join(format!("timestep_{step:05}.bin"));
            std::fs::rename(name(2), name(99)).unwrap();
            std::fs::rename(name(3), name(2)).unwrap();
            std::fs::rename(name(99), name(3)).unwrap();
        };
        swap();
        let found = problems(&folder);
        assert_eq!(found.len(), 2, "{found:?}");
        for (problem, words) in found.iter().zip([["00002.bin", "time step 3"], ["00003.bin", "time step 2"]]) {
            words.iter().for_each(|word| assert!(problem.contains(word), "{problem}"));
        }
        assert!(query(10.0).unwrap_err().to_string().contains("tables were swapped or renamed"));
        swap();
    }
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(10.0)).unwrap();
    let renamed = root.join("cellsize_20.000");
    std::fs::rename(&folder, &renamed).unwrap();
    assert_only("renamed", &renamed, &["called cellsize_20.000", "cell size 10", "cellsize_10.000; rename it back"]);
    assert!(problems(&renamed.join("timestep_00003.bin"))[0].contains("the folder is cellsize_20.000"));
    let error = query(10.0).unwrap_err().to_string();
    assert!(error.contains("cellsize_20.000, which was renamed; call it cellsize_10.000 again"), "{error}");
    let error = query(20.0).unwrap_err().to_string();
    assert!(error.contains("cell_size is 20") && error.contains("was called cellsize_10.000"), "{error}");
}

#[test]
fn the_golden_data_sets_have_no_problem_that_is_none() {
    let test = "the_golden_data_sets_have_no_problem_that_is_none";
    let Some(data) = shared(test, "data") else { return };
    let of = |part: &str, folder: &str| -> Vec<PathBuf> {
        let sets = std::fs::read_dir(data.join(part)).unwrap();
        sets.map(|set| set.unwrap().path().join(folder)).filter(|path| path.exists()).collect()
    };
    let sets = [of("hash_tables", "dataset"), of("trajectories", "shards")].concat();
    assert!(sets.len() >= 10, "{sets:?}");
    for set in sets {
        let name = set.parent().unwrap().file_name().unwrap().to_str().unwrap().to_string();
        // What these sets were made to have.
        let made: &[&str] = match name.as_str() {
            "allnan" => &["is missing in all"],
            "dup" => &["repeat a trajectory id"],
            "gaps" => &["are in no shard", "valid samples", "with a start step that is not"],
            "seven_lex" => &["are in no shard"],
            _ => &[],
        };
        let others: Vec<String> =
            problems(&set).into_iter().filter(|p| !made.iter().any(|known| p.contains(known))).collect();
        assert_eq!(others, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn reserved_bytes_of_the_metadata_that_are_not_0_are_warned_about() {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &GenerateOptions::new(5, 2, 4)).unwrap();
    let path = dir.path().join("dataset-meta.bin");
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(inspect(dir.path()).unwrap().warnings, Vec::<String>::new());
    for (at, name) in [(7, "byte 7 is"), (88, "bytes 88 to 91 are"), (91, "bytes 88 to 91 are")] {
        let mut bytes = whole.clone();
        bytes[at] = 9;
        std::fs::write(&path, bytes).unwrap();
        let found = inspect(dir.path()).unwrap();
        assert_eq!((found.problems.len(), found.warnings.len()), (0, 1), "{found}");
        assert!(found.warnings[0].contains(&format!("dataset-meta.bin: {name} reserved and not 0")), "{found}");
    }
}
