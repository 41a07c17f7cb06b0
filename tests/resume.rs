//! What is on the disk after an end of any kind, and what the next run makes of it: the journal, the index, stale
//! tables.

mod common;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::dataset::{TestEntry, TestShard, plain, write_all};
use common::{assert_same_tables, tables_below, twin};
use groma::trajectory::Steps;
use groma::trajectory::build::{
    Bounds, BuildHashTablesOptions, HashTablesReport, JOURNAL_NAME, build_hash_tables, spawn_hash_tables,
};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::grid::{BoundingBox, Grid};
use groma::trajectory::table::{HashTable, INDEX_NAME, Index, StepState, TableFolder, TableHeader};
use groma::{Error, Status};

const CELL: f32 = 2.0;

fn resume(dataset: &Path) -> HashTablesReport {
    build_hash_tables(dataset, &BuildHashTablesOptions { resume: true, ..BuildHashTablesOptions::new(CELL) }).unwrap()
}

fn index(dataset: &Path) -> Index {
    Index::read(TableFolder::new(dataset, CELL).path()).unwrap().unwrap()
}

/// Builds in batches of one shard and stops after `batches` of them.
fn interrupt_after(dataset: &Path, batches: u64) {
    let options = BuildHashTablesOptions { batch_size: 1, ..BuildHashTablesOptions::new(CELL) };
    let callback = move |p: &groma::job::Progress| !(p.phase == "build" && p.units_done >= batches);
    let job = spawn_hash_tables(dataset, options, Some(Box::new(callback))).unwrap();
    assert!(matches!(job.finish(), Err(Error::Cancelled)));
}

#[test]
fn a_cancelled_build_keeps_whole_batches_and_resume_does_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &GenerateOptions::new(50, 8, 5)).unwrap();
    interrupt_after(dir.path(), 3);
    let folder = TableFolder::new(dir.path(), CELL);
    assert!(folder.path().join(JOURNAL_NAME).exists());
    assert!(Index::read(folder.path()).unwrap().is_none(), "an index before the build is whole");

    let report = resume(dir.path());
    assert!(report.steps_resumed >= 15, "{} steps resumed", report.steps_resumed);
    assert_eq!((report.tables, report.tables_written), (40, 40 - report.steps_resumed));
    assert!(report.phases.iter().all(|p| p.name != "scan"), "pass 1 was in the journal");
    assert!(!folder.path().join(JOURNAL_NAME).exists());

    let other = tempfile::tempdir().unwrap();
    let options = BuildHashTablesOptions { output: Some(other.path().into()), ..BuildHashTablesOptions::new(CELL) };
    build_hash_tables(dir.path(), &options).unwrap();
    assert_same_tables("resumed", &tables_below(dir.path()), &tables_below(other.path()));
    assert_eq!(resume(dir.path()).tables_written, 0, "all was done");
}

#[test]
fn resume_does_not_trust_a_table_that_is_gone_or_torn() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let expected = tables_below(dir.path());
    let folder = TableFolder::new(dir.path(), CELL);
    std::fs::remove_file(folder.table(2)).unwrap();
    assert_eq!(resume(dir.path()).tables_written, 4, "the shard of step 2");
    assert_same_tables("after a table was removed", &tables_below(dir.path()), &expected);
    let torn = std::fs::read(folder.table(5)).unwrap();
    std::fs::write(folder.table(5), &torn[..torn.len() - 5]).unwrap();
    assert_eq!(resume(dir.path()).tables_written, 4, "the shard of step 5");
    assert_same_tables("after a table was torn", &tables_below(dir.path()), &expected);
}

#[test]
fn a_file_that_only_has_a_table_s_name_is_neither_replaced_nor_removed() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let folder = TableFolder::new(dir.path(), CELL);
    let notes = "somebody's notes";
    let table = std::fs::read(folder.table(5)).unwrap();
    std::fs::write(folder.table(5), notes).unwrap();
    let before = tables_below(dir.path());
    for (resume, has_index) in [(false, true), (true, true), (false, false)] {
        if !has_index {
            std::fs::remove_file(folder.path().join(INDEX_NAME)).unwrap();
        }
        let error =
            build_hash_tables(dir.path(), &BuildHashTablesOptions { resume, ..BuildHashTablesOptions::new(CELL) })
                .unwrap_err();
        assert_eq!(error.status(), Status::BadFormat);
        let text = error.to_string();
        for words in ["timestep_00005.bin", "begins with \"some\"", "begins with THST", "move it away"] {
            assert!(text.contains(words), "{words:?} is not in: {text}");
        }
        // With what pass 1 has seen, where it ran.
        let _ = std::fs::remove_file(folder.path().join(JOURNAL_NAME));
        assert_same_tables("after the refusal", &tables_below(dir.path()), &before);
    }
    // What is not in the way is built; a link or an empty file holds nothing.
    let steps = Some((0..=4).into());
    assert_eq!(
        build_hash_tables(dir.path(), &BuildHashTablesOptions { steps, ..BuildHashTablesOptions::new(CELL) })
            .unwrap()
            .tables,
        5
    );
    std::fs::write(folder.table(5), "").unwrap();
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    assert_eq!(std::fs::read(folder.table(5)).unwrap(), table);

    // Beyond the data set's time steps: stale tables, whole or torn, are removed, and other files are told.
    std::fs::write(folder.table(50), notes).unwrap();
    std::fs::write(folder.table(60), &table).unwrap();
    std::fs::write(folder.table(70), &table[..3]).unwrap();
    let report =
        build_hash_tables(dir.path(), &BuildHashTablesOptions { resume: true, ..BuildHashTablesOptions::new(CELL) })
            .unwrap();
    assert_eq!((report.stale_tables, report.stale_removed), (2, 0));
    let options = BuildHashTablesOptions { resume: true, prune_stale: true, ..BuildHashTablesOptions::new(CELL) };
    let report = build_hash_tables(dir.path(), &options).unwrap();
    assert_eq!((report.stale_tables, report.stale_removed), (2, 2));
    let told = report.warnings.iter().find(|warning| warning.kind == "foreign-files").unwrap();
    assert!(told.message.contains("1 file with the name of a table that is none"), "{}", told.message);
    let found = groma::trajectory::inspect::inspect(folder.path()).unwrap();
    assert_eq!(found.problems.len(), 1, "{found}");
    assert!(found.problems[0].contains("left alone: timestep_00050.bin"), "{found}");
    assert_eq!(std::fs::read_to_string(folder.table(50)).unwrap(), notes);
}

#[test]
fn what_inspect_says_of_a_foreign_file_in_a_table_s_place_is_what_works() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let expected = tables_below(dir.path());
    let folder = TableFolder::new(dir.path(), CELL);
    for notes in ["n", "somebody's notes", &"somebody's long notes, ".repeat(40)] {
        std::fs::write(folder.table(5), notes).unwrap();
        for path in [dir.path(), folder.path()] {
            let problems = groma::trajectory::inspect::inspect(path).unwrap().problems;
            let told: Vec<_> = problems.iter().filter(|problem| problem.contains("timestep_00005.bin")).collect();
            assert!(told.len() == 1 && told[0].contains("move the file away: building again with resume"), "{told:?}");
        }
        std::fs::rename(folder.table(5), dir.path().join("notes")).unwrap();
        resume(dir.path());
        assert_same_tables("after the advice", &tables_below(dir.path()), &expected);
        assert_eq!(std::fs::read_to_string(dir.path().join("notes")).unwrap(), notes);
    }
}

#[cfg(unix)]
#[test]
fn folders_pipes_and_links_that_have_a_table_s_name_are_left_and_told() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    let folder = TableFolder::new(dir.path(), CELL);
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    std::fs::create_dir(folder.table(60)).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(folder.table(70)).status().unwrap().success());
    std::os::unix::fs::symlink(folder.table(3), folder.table(80)).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.table(81)).unwrap();
    std::fs::copy(folder.table(3), folder.table(90)).unwrap();
    let options = BuildHashTablesOptions { resume: true, prune_stale: true, ..BuildHashTablesOptions::new(CELL) };
    let report = build_hash_tables(dir.path(), &options).unwrap();
    assert_eq!((report.stale_tables, report.stale_removed), (1, 1));
    let told = report.warnings.iter().find(|warning| warning.kind == "foreign-files").unwrap();
    let problems = groma::trajectory::inspect::inspect(folder.path()).unwrap().problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    let names = "timestep_00060.bin, timestep_00070.bin, timestep_00080.bin, timestep_00081.bin";
    for text in [&told.message, &problems[0]] {
        assert!(text.contains("4 files with the name of a table that are none") && text.contains(names), "{text}");
    }
    assert!([60, 70, 80, 81].iter().all(|&step| folder.table(step).symlink_metadata().is_ok()));
    assert!(!folder.table(90).exists());
}

#[test]
fn tables_that_no_index_speaks_for_are_not_removed() {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &GenerateOptions::new(50, 4, 5)).unwrap();
    let whole = build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let folder = TableFolder::new(dir.path(), CELL);
    // A table of no shard, which is stale whatever the index says.
    std::fs::copy(folder.table(3), folder.table(30)).unwrap();
    for index in [Some("{}"), None] {
        let path = folder.path().join(INDEX_NAME);
        match index {
            Some(text) => std::fs::write(&path, text).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let some = BuildHashTablesOptions {
            steps: Some((0..=3).into()),
            resume: true,
            prune_stale: true,
            ..BuildHashTablesOptions::new(CELL)
        };
        let report = build_hash_tables(dir.path(), &some).unwrap();
        assert_eq!(report.stale_removed, u64::from(index.is_some()), "{index:?}");
        let told = report.warnings.iter().find(|warning| warning.kind == "tables-without-index").unwrap();
        assert!(told.message.contains("tables of time step"), "{}", told.message);
        assert_eq!(folder.steps().unwrap().len() as u64, whole.tables, "{index:?}");
    }
    let again = BuildHashTablesOptions { resume: true, ..BuildHashTablesOptions::new(CELL) };
    assert_eq!(build_hash_tables(dir.path(), &again).unwrap().tables, whole.tables);
}

#[test]
fn an_interrupted_build_of_other_options_is_not_continued() {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &GenerateOptions::new(50, 6, 5)).unwrap();
    interrupt_after(dir.path(), 2);
    let options =
        BuildHashTablesOptions { resume: true, bounds: Bounds::Margin(5.0), ..BuildHashTablesOptions::new(CELL) };
    let report = build_hash_tables(dir.path(), &options).unwrap();
    assert_eq!((report.steps_resumed, report.tables_written), (0, 30));
    assert!(report.warnings.iter().any(|w| w.kind == "journal-of-another-build"));
}

#[test]
fn empty_and_missing_steps_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let mut shards = plain();
    shards[1].first_step = 10;
    for entry in &mut shards[0].entries {
        entry.positions[2] = [f32::NAN; 3];
    }
    write_all(dir.path(), &shards);
    let options = BuildHashTablesOptions { steps: Some((0..=11).into()), ..BuildHashTablesOptions::new(CELL) };
    let report = build_hash_tables(dir.path(), &options).unwrap();
    assert_eq!((report.steps, report.tables, report.empty_steps), (12, 5, 7));
    let index = index(dir.path());
    let state = |step| match index.state(step) {
        StepState::Table(_) => 't',
        StepState::Empty => 'e',
        StepState::Missing => 'm',
    };
    assert_eq!((-1..16).map(state).collect::<String>(), "mtteteeeeeettmmmm");
}

#[test]
fn step_ranges_add_up_in_one_folder() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    for steps in [(6, 7), (0, 1), (2, 5)] {
        let report = build_hash_tables(
            dir.path(),
            &BuildHashTablesOptions { steps: Some(steps.into()), ..BuildHashTablesOptions::new(CELL) },
        )
        .unwrap();
        assert_eq!(report.stale_tables, 0);
        assert_eq!(report.tables, (steps.1 - steps.0 + 1) as u64);
    }
    assert_eq!(index(dir.path()).built, [Steps::from(0..=7)]);
    let expected = twin::tables(&plain(), CELL, twin::bounds(&plain(), 1.0).unwrap());
    assert_same_tables("by ranges", &tables_below(dir.path()), &expected);
}

#[test]
fn stale_tables_are_reported_and_removed_on_request() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();

    // One shard less: its tables are of no data any more.
    std::fs::remove_file(dir.path().join("shard-4.bin")).unwrap();
    let report = build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    assert_eq!((report.stale_tables, report.stale_removed, report.tables), (4, 0, 4));
    let message = &report.warnings.iter().find(|w| w.kind == "stale-tables").unwrap().message;
    assert!(message.contains("4 stale tables") && message.contains("time steps 4 to 7"), "{message}");
    assert_eq!(index(dir.path()).state(5), StepState::Missing);

    let report = build_hash_tables(
        dir.path(),
        &BuildHashTablesOptions { prune_stale: true, ..BuildHashTablesOptions::new(CELL) },
    )
    .unwrap();
    assert_eq!((report.stale_tables, report.stale_removed), (4, 4));
    let expected = twin::tables(&plain()[..1], CELL, twin::bounds(&plain()[..1], 1.0).unwrap());
    assert_same_tables("pruned", &tables_below(dir.path()), &expected);
}

#[test]
fn another_box_makes_all_earlier_tables_stale() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let options = BuildHashTablesOptions {
        bounds: Bounds::Margin(2.0),
        steps: Some((0..=2).into()),
        ..BuildHashTablesOptions::new(CELL)
    };
    let report = build_hash_tables(dir.path(), &options).unwrap();
    assert_eq!((report.tables, report.stale_tables), (3, 5));
    assert_eq!(index(dir.path()).built, [Steps::from(0..=2)]);
}

#[test]
fn with_a_given_box_a_new_shard_leaves_the_others_alone() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain()[..1]);
    let bounds = Bounds::Box(BoundingBox { min: [-50.0; 3], max: [50.0; 3] });
    let options = BuildHashTablesOptions { resume: true, bounds, ..BuildHashTablesOptions::new(CELL) };
    assert_eq!(build_hash_tables(dir.path(), &options).unwrap().tables_written, 4);
    plain()[1].write(dir.path());
    let report = build_hash_tables(dir.path(), &options).unwrap();
    assert_eq!((report.tables, report.tables_written, report.stale_tables), (8, 4, 0));
    let expected = twin::tables(&plain(), CELL, ([-50.0; 3], [50.0; 3]));
    assert_same_tables("grown", &tables_below(dir.path()), &expected);
    assert!(index(dir.path()).shards.iter().all(|s| s.digest.is_some()), "pass 2 hashed what pass 1 did not read");
}

#[test]
fn a_build_that_is_not_possible_takes_nothing_away() {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &GenerateOptions::new(5000, 6, 5)).unwrap();
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let before = index(dir.path());
    let mut other = BuildHashTablesOptions { bounds: Bounds::Margin(2.0), ..BuildHashTablesOptions::new(CELL) };
    other.run.memory_limit = (12 << 20) + (300 << 10);
    assert_eq!(build_hash_tables(dir.path(), &other).unwrap_err().status(), Status::MemoryLimit);
    assert_eq!(index(dir.path()), before);

    // Nor from an interrupted one: the same command without resume, or with other options, that comes to nothing.
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &GenerateOptions::new(5000, 6, 5)).unwrap();
    interrupt_after(dir.path(), 3);
    assert_eq!(build_hash_tables(dir.path(), &other).unwrap_err().status(), Status::MemoryLimit);
    other.bounds = Bounds::Margin(1.0);
    for resume in [false, true] {
        other.resume = resume;
        assert_eq!(build_hash_tables(dir.path(), &other).unwrap_err().status(), Status::MemoryLimit);
    }
    let report = resume(dir.path());
    assert!(report.steps_resumed >= 15, "{} steps resumed", report.steps_resumed);
}

#[test]
fn contents_decide_what_has_changed_where_pass_1_has_read_them() {
    let dir = tempfile::tempdir().unwrap();
    let mut shards = plain();
    write_all(dir.path(), &shards);
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    assert!(index(dir.path()).shards.iter().all(|s| s.digest.is_some()));

    // The same contents at another time, as after a copy: nothing to do.
    std::thread::sleep(Duration::from_millis(20));
    write_all(dir.path(), &shards);
    assert_eq!(resume(dir.path()).tables_written, 0);

    // Other contents at the same time: the tables of that shard are not spoken for any more.
    let path = dir.path().join("shard-4.bin");
    let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
    shards[1].entries.swap(0, 2);
    shards[1].write(dir.path());
    std::fs::File::options().append(true).open(&path).unwrap().set_modified(modified).unwrap();
    let report = build_hash_tables(
        dir.path(),
        &BuildHashTablesOptions { steps: Some((0..=3).into()), ..BuildHashTablesOptions::new(CELL) },
    )
    .unwrap();
    assert_eq!((report.tables, report.stale_tables), (4, 4));
    assert_eq!(index(dir.path()).built, [Steps::from(0..=3)]);
}

#[test]
fn a_changed_shard_is_built_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut shards = plain();
    write_all(dir.path(), &shards);
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    // The box stays what it was; only the time of writing tells.
    shards[1].entries.swap(0, 2);
    std::thread::sleep(Duration::from_millis(20));
    shards[1].write(dir.path());
    let report = resume(dir.path());
    assert_eq!((report.tables_written, report.steps_resumed), (4, 4));
    let expected = twin::tables(&shards, CELL, twin::bounds(&shards, 1.0).unwrap());
    assert_same_tables("changed", &tables_below(dir.path()), &expected);
}

#[test]
fn a_folder_of_the_existing_plugin_opens_without_an_index() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    let expected = twin::tables(&plain(), CELL, twin::bounds(&plain(), 1.0).unwrap());
    let folder = TableFolder::new(dir.path(), CELL);
    std::fs::create_dir_all(folder.path()).unwrap();
    for (name, bytes) in &expected {
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    let found = groma::trajectory::inspect::inspect(folder.path()).unwrap();
    assert!(found.problems.is_empty(), "{found}");
    assert!(found.to_string().contains("made by the existing plugin"));
    let report = resume(dir.path());
    assert_eq!((report.tables_written, report.stale_tables), (8, 0));
    assert_same_tables("over the plugin's", &tables_below(dir.path()), &expected);
}

#[test]
fn an_index_that_cannot_be_read_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
    let path = TableFolder::new(dir.path(), CELL).path().join("groma-index.json");
    for text in ["", "{}", "[1,2", "{\"format\":\"other\"}"] {
        std::fs::write(&path, text).unwrap();
        let report = resume(dir.path());
        assert_eq!(report.tables_written, 8);
        assert!(report.warnings.iter().any(|w| w.kind == "index-replaced"));
    }
}

#[test]
fn a_failure_in_a_later_batch_leaves_whole_tables_and_no_index() {
    let dir = tempfile::tempdir().unwrap();
    let mut shards = plain();
    shards.push(TestShard::new(8, 4, vec![TestEntry::new(u64::MAX, vec![[0.0; 3]; 4])]));
    write_all(dir.path(), &shards);
    let bounds = Bounds::Box(BoundingBox { min: [-50.0; 3], max: [50.0; 3] });
    let options = BuildHashTablesOptions { batch_size: 1, bounds, ..BuildHashTablesOptions::new(CELL) };
    let error = build_hash_tables(dir.path(), &options).unwrap_err();
    assert_eq!(error.status(), Status::BadFormat);
    let folder = TableFolder::new(dir.path(), CELL);
    assert!(Index::read(folder.path()).unwrap().is_none());
    let expected = twin::tables(&shards[..2], CELL, ([-50.0; 3], [50.0; 3]));
    std::fs::remove_file(folder.path().join(JOURNAL_NAME)).unwrap();
    assert_same_tables("before the failure", &tables_below(dir.path()), &expected);
}

/// Kills the process at arbitrary moments; whatever has a final name is whole, and resume ends with the same bytes.
#[test]
fn kill_at_any_moment_leaves_whole_tables_and_resume_goes_on() {
    let data = tempfile::tempdir().unwrap();
    generate(data.path(), &GenerateOptions::new(2000, 9, 20)).unwrap();
    let undisturbed = tempfile::tempdir().unwrap();
    let options =
        BuildHashTablesOptions { output: Some(undisturbed.path().into()), ..BuildHashTablesOptions::new(CELL) };
    let seconds = build_hash_tables(data.path(), &options).unwrap().seconds;
    let expected = tables_below(undisturbed.path());

    let mut interrupted = 0;
    for round in 0..12 {
        let output = tempfile::tempdir().unwrap();
        if round % 2 == 1 {
            // Over the tables of another box: what the index says must be true at each moment all the same.
            let bounds = Bounds::Margin(50.0);
            let output = Some(output.path().to_path_buf());
            build_hash_tables(
                data.path(),
                &BuildHashTablesOptions { bounds, output, ..BuildHashTablesOptions::new(CELL) },
            )
            .unwrap();
        }
        for attempt in 0.. {
            assert!(attempt < 200, "the build never ended");
            let mut child = Command::new(env!("CARGO_BIN_EXE_groma"))
                .args(["-q", "trajectories", "build", "--cell-size", "2", "--batch-size", "1", "--resume", "--output"])
                .arg(output.path())
                .arg(data.path())
                .stdin(Stdio::null())
                .spawn()
                .unwrap();
            // From before the first table to after the last, another moment each time; later attempts get more time.
            let moment = seconds * f64::from(round + 1) / 10.0 * (1.0 + f64::from(attempt) / 5.0);
            std::thread::sleep(Duration::from_secs_f64(moment));
            if child.try_wait().unwrap().is_some_and(|status| status.success()) {
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            interrupted += 1;
            assert_all_whole(output.path(), &expected);
        }
        assert_same_tables("after kills", &tables_below(output.path()), &expected);
    }
    assert!(interrupted >= 5, "only {interrupted} builds were killed in time");
}

/// Every table is one of the build before or of this one, and every table that the index speaks for is the one it
/// means.
fn assert_all_whole(output: &Path, expected: &std::collections::BTreeMap<String, Vec<u8>>) {
    let folder = TableFolder::new(output, CELL);
    let index = Index::read(folder.path()).unwrap_or(None);
    for step in folder.steps().into_iter().flatten() {
        let path = folder.table(step);
        let table = HashTable::open(&path).unwrap();
        let name = &path.strip_prefix(output).unwrap().to_str().unwrap().replace('\\', "/");
        let is_new = std::fs::read(&path).unwrap() == expected[name];
        match index.as_ref().map(|i| (i.state(step), i.bounds.unwrap())) {
            Some((StepState::Table(record), bounds)) => {
                let header =
                    TableHeader::new(&Grid { bounds, cell_size: CELL }, step, record.cells(), record.samples());
                assert_eq!(*table.header(), header, "{name} is not the one the index means");
            }
            Some(_) => {}
            None => assert!(is_new || table.header().bbox_min[0] < -1000.0, "{name} is of no build"),
        }
    }
}
