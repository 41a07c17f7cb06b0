//! What each test program of the plugin is given, and what must come of it.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use groma::trajectory::Steps;
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult};
use groma::trajectory::table::{HashTable, TableFolder};

use super::common::dataset::{TestEntry, TestShard};
use super::common::{assert_same_tables, shared, tables_below};

/// A program's arguments, and what is checked once it has succeeded.
pub struct Run {
    pub arguments: Vec<OsString>,
    pub check: Box<dyn Fn()>,
}

/// `None`, said aloud, where data are missing.
pub fn prepare(test: &str, program: &str, work: &Path) -> Option<Run> {
    match program {
        "queries" => queries(test, work),
        "lifetimes" => Some(lifetimes(work)),
        _ => Some(Run { arguments: vec![work.into()], check: Box::new(|| {}) }),
    }
}

/// Every golden set is built through the manager, and every golden query asked of it.
fn queries(test: &str, work: &Path) -> Option<Run> {
    let sets = shared(test, "data/hash_tables")?;
    let (mut script, mut folders) = (String::new(), Vec::new());
    let mut sets: Vec<PathBuf> = std::fs::read_dir(sets).unwrap().map(|e| e.unwrap().path()).collect();
    sets.sort();
    for set in sets {
        let folder = work.join(format!("data set {} \u{fc}", set.file_name().unwrap().to_str().unwrap()));
        copy_files(&set.join("dataset"), &folder);
        writeln!(script, "dataset {}", folder.display()).unwrap();
        let info: serde_json::Value = serde_json::from_slice(&std::fs::read(set.join("info.json")).unwrap()).unwrap();
        let steps = Dataset::open(&folder, DatasetOptions::default()).unwrap().shard_folder().steps();
        for cell_size in info["cell_sizes"].as_array().unwrap() {
            writeln!(script, "build {cell_size}").unwrap();
            if let Some(Steps { first, last }) = steps {
                writeln!(script, "load {cell_size} {first} {last}").unwrap();
            }
        }
        script += &std::fs::read_to_string(set.join("queries.txt")).unwrap_or_default();
        if set.ends_with("gaps") {
            // Everybody is near at all time steps, also before and after those at which the trajectory has no sample.
            (2..=24).for_each(|id| writeln!(script, "traj 50.0 0 49 {id} 1000000").unwrap());
        }
        folders.push((folder, set.join("expected")));
    }
    let (script_file, answers) = (work.join("script.txt"), work.join("answers.txt"));
    std::fs::write(&script_file, &script).unwrap();
    let arguments = vec![script_file.into(), answers.clone().into()];
    let check = move || {
        for (folder, expected) in &folders {
            assert_same_tables(&folder.display().to_string(), &tables_below(folder), &tables_below(expected));
        }
        let ours = std::fs::read_to_string(&answers).unwrap();
        let expected = answer(&script);
        for (n, (ours, expected)) in ours.lines().zip(expected.lines()).enumerate() {
            assert_eq!(ours, expected, "line {n} of {}", answers.display());
        }
        assert_eq!(ours.lines().count(), expected.lines().count());
        assert!(ours.lines().filter(|line| line.starts_with("> ")).count() > 500);
        let infinite = format!(" {}", f32::MAX.to_bits());
        assert!(ours.lines().any(|line| line.ends_with(&infinite)), "no query trajectory had a gap");
    };
    Some(Run { arguments, check: Box::new(check) })
}

/// What the program must write: the same script, asked through the Rust API.
fn answer(script: &str) -> String {
    let (mut out, mut result) = (String::new(), QueryResult::default());
    let mut folder = PathBuf::new();
    let mut dataset = None;
    for line in script.lines() {
        writeln!(out, "> {line}").unwrap();
        if let Some(path) = line.strip_prefix("dataset ") {
            folder = path.into();
            dataset = Some(Dataset::open(&folder, DatasetOptions::default()).unwrap());
            continue;
        }
        let dataset = dataset.as_ref().unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let (single, whole) =
            (|n: usize| words[n].parse::<f32>().unwrap(), |n: usize| words[n].parse::<i32>().unwrap());
        let point = |n: usize| [n, n + 1, n + 2].map(|n| words[n].parse::<f64>().unwrap());
        let reach = |n: usize| f64::from(single(n));
        let cell_size = single(1);
        let table = |step: i32| HashTable::open(&TableFolder::new(&folder, cell_size).table(step));
        let asked = match words[0] {
            "build" => {
                writeln!(out, "1").unwrap();
                continue;
            }
            "load" => {
                writeln!(out, "{}", dataset.table_steps(cell_size).unwrap().len()).unwrap();
                continue;
            }
            "cell" | "ids" => {
                if let Ok(table) = table(whole(2)) {
                    let mut ids = Vec::new();
                    match words[0] {
                        "cell" => ids.extend_from_slice(table.cell_at(point(3)).unwrap()),
                        _ => table.candidates(point(3), reach(6), &mut ids).unwrap(),
                    }
                    ids.iter().for_each(|id| writeln!(out, "{id}").unwrap());
                }
                continue;
            }
            "radius" => dataset.query_radius(cell_size, whole(2), point(3), reach(6), &mut result),
            "dual" => dataset.query_dual_radius(cell_size, whole(2), point(3), (reach(6), reach(7)), &mut result),
            "range" => dataset.query_time_range(cell_size, whole(2)..=whole(3), point(4), reach(7), &mut result),
            "traj" => dataset.query_trajectory(cell_size, whole(2)..=whole(3), whole(4) as u64, reach(5), &mut result),
            other => panic!("an unknown kind of query: {other}"),
        };
        if asked.is_err() {
            result.clear();
        }
        let queries = result.queries();
        if queries == 2 {
            write_samples(&mut out, &result, 0);
        }
        writeln!(out, "--").unwrap();
        if queries > 0 {
            write_samples(&mut out, &result, queries - 1);
        }
    }
    out
}

fn write_samples(out: &mut String, result: &QueryResult, query: usize) {
    for (id, samples) in result.of_query(query) {
        for sample in samples {
            let [x, y, z] = sample.position.map(f32::to_bits);
            let distance = (sample.distance as f32).min(f32::MAX).to_bits();
            writeln!(out, "{id} {} {x} {y} {z} {distance}", sample.time_step).unwrap();
        }
    }
}

/// A data set whose build takes long enough to be stopped on the way, and one with ids that do not fit an `int32`.
fn lifetimes(work: &Path) -> Run {
    let (dataset, wide_ids) = (work.join("data set"), work.join("wide ids"));
    let options = GenerateOptions { half_edge: 300.0, ..GenerateOptions::new(4000, 6, 50) };
    generate(&dataset, &options).unwrap();
    std::fs::create_dir(&wide_ids).unwrap();
    let ids = [7, (1 << 31) - 1, 1 << 31, (1 << 32) - 1];
    let entries = ids.map(|id| TestEntry::new(id, vec![[1.0, 0.0, 0.0]])).to_vec();
    TestShard::new(0, 1, entries).write(&wide_ids);
    Run { arguments: vec![dataset.into(), wide_ids.into()], check: Box::new(|| {}) }
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(|e| e.unwrap().path()) {
        std::fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
    }
}
