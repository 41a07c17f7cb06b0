//! What queries, `inspect` and a resumed build say when shards or tables have changed since they belonged together.

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::dataset::{TestEntry, TestShard, write_all};
use groma::trajectory::build::{self, BuildOptions};
use groma::trajectory::dataset::OnBadShard;
use groma::trajectory::preview::{PreviewOptions, preview};
use groma::trajectory::query::{Dataset, DatasetOptions, PathPoint, QueryPath, QueryResult};
use groma::trajectory::table::TableFolder;
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
    dataset.query_time_range(CELL, (first, last), [0.0; 3], 1000.0, &mut result)?;
    Ok(result.of_query(0).map(|(_, samples)| samples.len()).sum())
}

/// Every kind of question that reaches into the time steps `first` to `last`.
fn all_kinds(dataset: &Dataset, first: i32, last: i32) -> Vec<Result<()>> {
    let (mut result, around) = (QueryResult::default(), [0.0; 3]);
    let point = |time_step| PathPoint { time_step, position: around };
    let path = QueryPath { points: vec![point(first), point(last)], leave_out: None };
    let mut answers = vec![
        dataset.query_time_range(CELL, (first, last), around, 5.0, &mut result),
        dataset.query_trajectory(CELL, (first, last), 1, 5.0, &mut result),
        dataset.query_path(CELL, &path, 5.0, &mut result),
        dataset.missing_steps(CELL, first, last).map(drop),
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
    build::run(dir.path(), &BuildOptions::new(CELL)).unwrap();
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
    build::run(dir.path(), &BuildOptions { prune_stale: true, ..BuildOptions::new(CELL) }).unwrap();
    assert_eq!(samples(&open(dir.path()), 0, 15).unwrap(), 36);
    assert_eq!(samples(&open(dir.path()), 5, 5).unwrap(), 0);
    assert_eq!(groma(&ask).status.code(), Some(0));
}

#[test]
fn time_steps_between_shards_are_empty_as_they_ever_were() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &shards(&[4, 12]));
    build::run(dir.path(), &BuildOptions::new(CELL)).unwrap();
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
        build::run(dir.path(), &BuildOptions { on_bad_shard: OnBadShard::Skip, ..BuildOptions::new(CELL) }).unwrap();
        let dataset = open(dir.path());
        let (first, last) = known;
        assert_eq!(samples(&dataset, first, last).unwrap() as i32, 3 * (last - first + 1));
        assert_eq!(dataset.positions(1, first, last).unwrap().iter().flatten().count() as i32, last - first + 1);
        for answer in all_kinds(&dataset, first, first) {
            answer.unwrap();
        }
        for range in [(unknown.0, unknown.0), (unknown.0 + 2, unknown.0 + 3), (0, 11)] {
            let mut answers = all_kinds(&dataset, range.0, range.1);
            answers.push(dataset.positions(1, range.0, range.1).map(drop));
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
        build::run(dir.path(), &BuildOptions { resume: true, ..BuildOptions::new(CELL) }).unwrap();
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
