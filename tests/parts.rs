//! Builds in parts: a plan, shares of the work in any order, twice or lost, an end; the tables and the index are those
//! of a build in one piece.

mod common;

use std::collections::BTreeMap;
#[cfg(unix)]
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use groma::Error;
use groma::job::{CancelToken, Part, Progress, RunOptions, Runner};
use groma::trajectory::build::{
    Bounds, BuildHashTablesOptions, HashTablesPart, HashTablesPlan, HashTablesReport, JOURNAL_NAME, build_hash_tables,
    build_hash_tables_part, finish_hash_tables, plan_hash_tables,
};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::grid::BoundingBox;
use groma::trajectory::table::TableFolder;

const CELL: f32 = 2.0;

/// A data set with a folder for the tables of each build of it.
struct Data {
    dir: tempfile::TempDir,
}

impl Data {
    fn new() -> Data {
        let dir = tempfile::tempdir().unwrap();
        let mut options = GenerateOptions::new(60, 7, 4);
        options.seed = 5;
        generate(dir.path().join("data"), &options).unwrap();
        Data { dir }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn options(&self, name: &str) -> BuildHashTablesOptions {
        BuildHashTablesOptions { output: Some(self.dir.path().join(name)), ..BuildHashTablesOptions::new(CELL) }
    }

    fn plan(&self, name: &str) -> HashTablesPlan {
        plan_hash_tables(&self.path(), &self.options(name), &mut runner(1)).unwrap()
    }

    fn part(&self, name: &str, part: &str, threads: usize) -> HashTablesPart {
        let part: Part = part.parse().unwrap();
        build_hash_tables_part(&self.path(), &self.options(name), part, &mut runner(threads)).unwrap()
    }

    fn finish(&self, name: &str) -> groma::Result<HashTablesReport> {
        finish_hash_tables(&self.path(), &self.options(name), &mut runner(2))
    }

    fn folder(&self, name: &str) -> PathBuf {
        TableFolder::new(&self.dir.path().join(name), CELL).path().to_path_buf()
    }

    /// The files of a build, all of them.
    fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let files = std::fs::read_dir(self.folder(name)).unwrap().map(|entry| entry.unwrap().path());
        files.map(|path| (name_of(&path), std::fs::read(&path).unwrap())).collect()
    }

    /// The files of a build in one piece.
    fn expected(&self) -> BTreeMap<String, Vec<u8>> {
        build_hash_tables(self.path(), &self.options("whole")).unwrap();
        self.files("whole")
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_string()
}

fn runner(threads: usize) -> Runner {
    Runner::new(&RunOptions { threads, ..RunOptions::default() }).unwrap()
}

#[test]
fn parts_in_any_order_give_the_files_of_a_build_in_one_piece() {
    let data = Data::new();
    let expected = data.expected();
    for (name, parts) in [
        ("one", vec!["1/1"]),
        ("three", vec!["1/3", "2/3", "3/3"]),
        ("backwards", vec!["3/3", "1/3", "2/3"]),
        ("twice", vec!["2/2", "1/2", "2/2", "1/2"]),
        ("more parts than shards", vec!["9/9", "1/9", "2/9", "3/9", "4/9", "8/9", "7/9", "6/9", "5/9"]),
        ("of other counts", vec!["1/2", "2/3", "3/3"]),
    ] {
        let plan = data.plan(name);
        assert_eq!((plan.shards, plan.shards_done, plan.steps), (7, 0, 28), "{name}");
        let parts: Vec<HashTablesPart> =
            parts.iter().enumerate().map(|(n, part)| data.part(name, part, 1 + n % 2)).collect();
        assert_eq!(parts.iter().map(|part| part.shards_built).sum::<u64>(), 7, "{name}: each shard is built once");
        assert_eq!(parts.iter().map(|part| part.tables_written).sum::<u64>(), 28, "{name}");
        let report = data.finish(name).unwrap();
        assert_eq!((report.tables, report.tables_written, report.steps_resumed), (28, 0, 28), "{name}");
        assert!(data.files(name) == expected, "{name}: {:?}", data.files(name).keys());
    }
}

#[test]
fn a_given_box_and_some_steps_are_planned_too() {
    let data = Data::new();
    let options = |name: &str| BuildHashTablesOptions {
        bounds: Bounds::Box(BoundingBox { min: [-5.0; 3], max: [5.0; 3] }),
        steps: Some((6..=17).into()),
        ..data.options(name)
    };
    build_hash_tables(data.path(), &options("whole")).unwrap();
    plan_hash_tables(&data.path(), &options("parts"), &mut runner(1)).unwrap();
    for part in ["2/2", "1/2"] {
        build_hash_tables_part(&data.path(), &options("parts"), part.parse().unwrap(), &mut runner(1)).unwrap();
    }
    finish_hash_tables(&data.path(), &options("parts"), &mut runner(1)).unwrap();
    assert!(data.files("parts") == data.files("whole"));
}

#[test]
fn an_end_that_comes_too_early_says_so_and_harms_nothing() {
    let data = Data::new();
    let expected = data.expected();
    data.plan("early");
    data.part("early", "2/3", 1);
    let before = data.files("early");
    let e = data.finish("early").unwrap_err();
    let Error::Unfinished { of: 7, missing, .. } = &e else { panic!("{e}") };
    let names: Vec<&str> = missing.iter().map(|shard| shard.name.as_str()).collect();
    assert_eq!(names, ["shard-0.bin", "shard-4.bin", "shard-20.bin", "shard-24.bin"]);
    assert!(e.to_string().contains("4 of 7 shards are not there yet") && e.is_worth_repeating(), "{e}");
    let tables = |files: &BTreeMap<String, Vec<u8>>| {
        files.keys().filter(|name| *name != JOURNAL_NAME).cloned().collect::<Vec<_>>()
    };
    assert_eq!(tables(&data.files("early")), tables(&before));
    data.part("early", "1/3", 1);
    data.part("early", "3/3", 1);
    // One of the tables is damaged, but as long as before.
    let table = data.folder("early").join("timestep_00009.bin");
    let mut bytes = std::fs::read(&table).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&table, bytes).unwrap();
    let e = data.finish("early").unwrap_err();
    assert!(matches!(&e, Error::Unfinished { .. }) && e.to_string().contains("shard-8.bin ("), "{e}");
    let again: u64 = ["1/3", "2/3", "3/3"].iter().map(|part| data.part("early", part, 1).shards_built).sum();
    assert_eq!(again, 1);
    data.finish("early").unwrap();
    assert!(data.files("early") == expected);
    // As an array job that is started again does.
    data.finish("early").unwrap();
    assert!(data.files("early") == expected);
    // A part that comes late has nothing to do.
    let late = data.part("early", "1/3", 1);
    assert!(late.shards > 0 && late.shards_built == 0 && late.tables_written == 0, "{late}");
    assert!(data.files("early") == expected);
    // What is damaged after the end is not the parts' to make again.
    for is_removed in [true, false] {
        match is_removed {
            true => std::fs::remove_file(&table).unwrap(),
            false => std::fs::write(&table, "THST").unwrap(),
        }
        let part = |name: &str| name.parse::<Part>().unwrap();
        let parts = ["1/3", "2/3", "3/3"];
        let errors = parts
            .map(|name| build_hash_tables_part(&data.path(), &data.options("early"), part(name), &mut runner(1)).err());
        let errors: Vec<Error> = errors.into_iter().flatten().chain(data.finish("early").err()).collect();
        assert_eq!(errors.len(), 2, "the part that has the table, and the end: {errors:?}");
        for e in errors {
            let says = ["has ended", "shard-8.bin", "groma trajectories plan --resume"];
            assert!(matches!(e, Error::NotFound { .. }) && says.iter().all(|text| e.to_string().contains(text)), "{e}");
            assert!(!e.is_worth_repeating());
        }
    }
    let resumed = BuildHashTablesOptions { resume: true, ..data.options("early") };
    assert_eq!(plan_hash_tables(&data.path(), &resumed, &mut runner(1)).unwrap().shards, 1);
    assert_eq!(data.part("early", "1/1", 1).shards_built, 1);
    data.finish("early").unwrap();
    assert!(data.files("early") == expected);
}

#[test]
fn what_is_not_as_planned_is_refused() {
    let data = Data::new();
    let part: Part = "1/2".parse().unwrap();
    let refused = |options: &BuildHashTablesOptions, says: &[&str]| {
        let (mut for_part, mut for_end) = (runner(1), runner(1));
        let errors = [
            build_hash_tables_part(&data.path(), options, part, &mut for_part).unwrap_err(),
            finish_hash_tables(&data.path(), options, &mut for_end).unwrap_err(),
        ];
        for e in errors {
            assert!(matches!(e, Error::NotPlanned { .. }) && e.is_worth_repeating(), "{e}");
            for text in says.iter().chain(&["groma trajectories plan"]) {
                assert!(e.to_string().contains(text), "{text} is not in: {e}");
            }
        }
        assert!(for_part.context().warnings().is_empty() && for_end.context().warnings().is_empty());
    };
    refused(&data.options("parts"), &["no plan"]);
    assert!(!data.folder("parts").exists());
    let margin = BuildHashTablesOptions { bounds: Bounds::Margin(3.0), ..data.options("parts") };
    let steps = BuildHashTablesOptions { steps: Some((6..=17).into()), ..data.options("parts") };
    for (is_ended, there) in [(false, "the plan"), (true, "groma-index.json")] {
        match is_ended {
            false => assert_eq!(data.plan("parts").shards, 7),
            true => {
                data.part("parts", "1/1", 2);
                data.finish("parts").unwrap();
            }
        }
        let before = data.files("parts");
        refused(&margin, &[&format!("margin (--margin) is 1 in {there} and 3 here")]);
        if is_ended {
            // The tables of all time steps are also those of some.
            finish_hash_tables(&data.path(), &steps, &mut runner(1)).unwrap();
        } else {
            refused(&steps, &[&format!("steps (--steps) is 0 to 27 in {there} and 6 to 17 here")]);
        }
        // A shard that came later.
        let shard = data.path().join("shard-28.bin");
        std::fs::copy(data.path().join("shard-24.bin"), &shard).unwrap();
        // The number of its interval is in its header.
        let mut bytes = std::fs::read(&shard).unwrap();
        bytes[8] += 1;
        std::fs::write(&shard, bytes).unwrap();
        refused(&data.options("parts"), &[&format!("shard-28.bin is here and not in {there}")]);
        std::fs::remove_file(&shard).unwrap();
        assert!(data.files("parts") == before, "{there}");
    }
    // A copy of the data set without its times.
    let shard = data.path().join("shard-8.bin");
    let written = std::fs::metadata(&shard).unwrap().modified().unwrap();
    let touch = |time| std::fs::File::options().write(true).open(&shard).unwrap().set_modified(time).unwrap();
    touch(written + std::time::Duration::from_secs(7));
    refused(&data.options("parts"), &["shard-8.bin was last written at ", "the time of writing counts"]);
    touch(written);
    data.part("parts", "1/1", 1);
}

#[test]
fn a_part_that_was_cancelled_goes_on_and_a_build_takes_over_what_parts_have_done() {
    let data = Data::new();
    let expected = data.expected();
    data.plan("parts");
    let cancel = CancelToken::default();
    let token = cancel.clone();
    let stop = move |progress: &Progress| {
        if progress.units_done > 1 {
            token.cancel();
        }
        true
    };
    let run = RunOptions { threads: 1, cancel, ..RunOptions::default() };
    let options = BuildHashTablesOptions { batch_size: 1, ..data.options("parts") };
    let mut cancelled = Runner::with_callback(&run, Some(Box::new(stop))).unwrap();
    let whole: Part = "1/1".parse().unwrap();
    let e = build_hash_tables_part(&data.path(), &options, whole, &mut cancelled).unwrap_err();
    assert!(matches!(e, Error::Cancelled), "{e}");
    let built = build_hash_tables_part(&data.path(), &options, whole, &mut runner(1)).unwrap();
    assert!((1..=5).contains(&built.shards_built) && built.shards == 7, "{built:?}");

    // A plan that is made again keeps what parts have built, where it is asked to.
    let resumed = BuildHashTablesOptions { resume: true, ..data.options("parts") };
    let plan = plan_hash_tables(&data.path(), &resumed, &mut runner(1)).unwrap();
    assert_eq!((plan.shards, plan.shards_done), (0, 7));
    assert_eq!(data.part("parts", "1/2", 1).shards_built, 0);
    let report = build_hash_tables(data.path(), &resumed).unwrap();
    assert_eq!((report.tables, report.tables_written), (28, 0));
    assert!(data.files("parts") == expected);

    data.plan("anew");
    data.part("anew", "1/2", 1);
    assert_eq!(data.plan("anew").shards_done, 0);
    assert_eq!(data.part("anew", "1/1", 1).shards_built, 7);
    data.finish("anew").unwrap();
    assert!(data.files("anew") == expected);
}

/// A part that goes on after another plan was made stops at its next table.
#[test]
fn a_late_part_of_another_plan_leaves_the_tables_alone() {
    let data = Data::new();
    let other = BuildHashTablesOptions { bounds: Bounds::Margin(7.0), ..data.options("parts") };
    data.plan("parts");
    let (path, options) = (data.path(), other.clone());
    let mut is_first = true;
    let replan = move |progress: &Progress| {
        if is_first && progress.units_done > 0 {
            is_first = false;
            plan_hash_tables(&path, &options, &mut runner(1)).unwrap();
        }
        true
    };
    let run = RunOptions { threads: 1, ..RunOptions::default() };
    let mut late = Runner::with_callback(&run, Some(Box::new(replan))).unwrap();
    let options = BuildHashTablesOptions { batch_size: 1, ..data.options("parts") };
    let part: Part = "1/1".parse().unwrap();
    let late = build_hash_tables_part(&data.path(), &options, part, &mut late);
    assert!(matches!(&late, Err(Error::Busy { what, .. }) if what.contains("another was made")), "{late:?}");
    build_hash_tables_part(&data.path(), &other, part, &mut runner(2)).unwrap();
    finish_hash_tables(&data.path(), &other, &mut runner(2)).unwrap();
    let whole = BuildHashTablesOptions { bounds: Bounds::Margin(7.0), ..data.options("whole") };
    build_hash_tables(data.path(), &whole).unwrap();
    assert!(data.files("parts") == data.files("whole"));
}

/// Another process may hold the lock, or there may be none that works: a part asks for none. On Windows what is locked
/// cannot be read, so that a part comes at another time.
#[cfg(unix)]
#[test]
fn a_part_needs_no_lock() {
    let data = Data::new();
    data.plan("parts");
    let journal = File::open(data.folder("parts").join(JOURNAL_NAME)).unwrap();
    journal.lock().unwrap();
    data.part("parts", "1/1", 2);
    assert!(matches!(data.finish("parts"), Err(Error::Busy { .. })), "an end takes the lock");
    drop(journal);
    data.finish("parts").unwrap();
    assert!(data.files("parts") == data.expected());
}

#[test]
fn exit_codes_tell_what_to_do_again() {
    let data = Data::new();
    let said = std::cell::RefCell::new(Vec::new());
    let groma = |command: &[&str]| {
        let mut groma = Command::new(env!("CARGO_BIN_EXE_groma"));
        groma.args(["-q", "trajectories"]).args(command).arg(data.path()).args(["--cell-size", "2", "--output"]);
        let output = groma.arg(data.dir.path().join("cli")).output().unwrap();
        *said.borrow_mut() = output.stdout;
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for command in [&["build", "--part", "1/2"][..], &["finish"]] {
        let (code, error) = groma(command);
        assert!(code == 75 && error.contains("groma trajectories plan"), "{command:?} {code}: {error}");
    }
    assert_eq!(groma(&["plan"]), (0, String::new()));
    assert_eq!(groma(&["build", "--part", "1/2"]), (0, String::new()));
    let (code, error) = groma(&["finish"]);
    assert!(code == 75 && error.contains("run the parts"), "{code}: {error}");
    let (_, error) = groma(&["finish", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&said.borrow()).unwrap();
    assert_eq!((json["of"].as_u64(), json["is_worth_repeating"].as_bool()), (Some(7), Some(true)), "{json}");
    assert!(error.contains(json["error"].as_str().unwrap()), "{json}");
    let names: Vec<_> = json["missing"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names.last(), Some(&"shard-24.bin"));
    let (code, error) = groma(&["finish", "--steps", "500..600"]);
    assert!(code == 2 && error.contains("--steps is 500 to 600"), "{code}: {error}");
    let (code, error) = groma(&["finish", "--memory-limit", "1KiB"]);
    assert!(code == 1 && error.contains("--memory-limit 13MiB"), "{code}: {error}");
    assert_eq!(groma(&["build", "--part", "3/2"]).0, 2);
    assert_eq!(groma(&["build", "--part", "2/2", "--resume"]).0, 2);
    assert_eq!(groma(&["build", "--part", "2/2"]), (0, String::new()));
    assert_eq!(groma(&["finish"]), (0, String::new()));
    assert_eq!(groma(&["build", "--part", "1/2"]), (0, String::new()));
    let (code, error) = groma(&["finish", "--steps", "500..600"]);
    assert!(code == 2 && error.contains("--steps is 500 to 600"), "{code}: {error}");
    assert!(data.files("cli") == data.expected());
}
