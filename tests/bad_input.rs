//! What groma does with data that are not as they should be: each row of the format's table of faults, with the error's
//! text or the report's count. Nothing half-written is ever left under a final name.

mod common;

use std::path::Path;

use common::dataset::{MISSING, TestEntry, TestShard, plain, write_all, write_metadata};
use common::{assert_same_tables, tables_below, twin};
use groma::trajectory::build::{Bounds, BuildHashTablesOptions, HashTablesReport, WideIds, build_hash_tables};
use groma::trajectory::dataset::OnBadShard;
use groma::trajectory::grid::BoundingBox;
use groma::{Error, Status};
use tempfile::TempDir;

const CELL: f32 = 2.0;

fn data_set(shards: &[TestShard]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), shards);
    dir
}

fn build(dataset: &Path) -> groma::Result<HashTablesReport> {
    build_hash_tables(dataset, &BuildHashTablesOptions::new(CELL))
}

/// Asserts that building fails with a status and a message that has all of `texts`, before any table is written.
fn assert_refused(dataset: &Path, options: &BuildHashTablesOptions, status: Status, texts: &[&str]) {
    let error = build_hash_tables(dataset, options).unwrap_err();
    assert_eq!(error.status(), status, "{error}");
    for text in texts {
        assert!(error.to_string().contains(text), "{text:?} is not in: {error}");
    }
    assert!(tables_below_with_journal(dataset).is_empty(), "tables were written before the error: {error}");
}

/// As `tables_below`, for a folder in which a build was interrupted.
fn tables_below_with_journal(output: &Path) -> Vec<String> {
    let root = output.join("spatial_hashing");
    let folders = std::fs::read_dir(root).into_iter().flatten().map(|f| f.unwrap().path());
    let names =
        folders.flat_map(|f| std::fs::read_dir(f).unwrap()).map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|n| n != "groma-journal").collect()
}

fn warning(report: &HashTablesReport, kind: &str) -> String {
    report
        .warnings
        .iter()
        .find(|w| w.kind == kind)
        .map(|w| w.message.clone())
        .unwrap_or_else(|| panic!("no warning {kind} in {:?}", report.warnings))
}

#[test]
fn a_shard_that_cannot_be_used_fails_the_build_before_any_table() {
    let good = plain()[1].bytes();
    let with = |at: usize, new: &[u8]| {
        let mut bytes = good.clone();
        bytes[at..at + new.len()].copy_from_slice(new);
        bytes
    };
    let int = i32::to_le_bytes;
    let cases: Vec<(Vec<u8>, &[&str])> = vec![
        (Vec::new(), &["the file has 0 bytes", "shard header of 32 bytes"]),
        (good[..31].to_vec(), &["the file has 31 bytes"]),
        (good[..good.len() - 1].to_vec(), &["191 bytes for 3 entries of 4 time steps", "truncated", "192 bytes"]),
        (with(0, b"TDDX"), &["at byte 0", "TDDX", "accepted: TDDB"]),
        (with(4, &[2]), &["at byte 4", "version 2", "accepted: version 1"]),
        (with(5, &[1]), &["at byte 5", "endianness 1", "0 (little-endian)"]),
        (with(12, &int(0)), &["at byte 12", "time_step_interval_size 0", "1 or more"]),
        (with(12, &int(-4)), &["time_step_interval_size -4"]),
        (with(12, &int(i32::MAX)), &["time steps 4 to 2147483650", "up to 2147483647"]),
        (with(12, &int(i32::MAX - 4)), &["3 entries of 2147483643 time steps", "truncated"]),
        (with(16, &int(-1)), &["at byte 16", "trajectory_entry_count -1", "0 or more"]),
        (with(16, &int(4)), &["192 bytes for 4 entries", "truncated"]),
        (with(16, &int(i32::MAX)), &["192 bytes for 2147483647 entries", "truncated"]),
        (with(20, &31i64.to_le_bytes()), &["at byte 20", "data_section_offset 31", "32 to the file's size, 224"]),
        (with(20, &i64::MIN.to_le_bytes()), &["data_section_offset -9223372036854775808"]),
        (with(20, &225i64.to_le_bytes()), &["data_section_offset 225"]),
        (with(20, &i64::MAX.to_le_bytes()), &["data_section_offset 9223372036854775807"]),
    ];
    for (bytes, texts) in cases {
        let dir = data_set(&plain()[..1]);
        std::fs::write(dir.path().join("shard-4.bin"), bytes).unwrap();
        let mut options = BuildHashTablesOptions::new(CELL);
        assert_refused(dir.path(), &options, Status::BadFormat, &[&["shard-4.bin"], texts].concat());

        // The option: left out, listed, and the other shard built as if it were alone.
        options.on_bad_shard = OnBadShard::Skip;
        let report = build_hash_tables(dir.path(), &options).unwrap();
        assert_eq!((report.shards, report.tables, report.shards_skipped.len()), (1, 4, 1));
        assert_eq!(report.shards_skipped[0].name, "shard-4.bin");
        assert!(report.shards_skipped[0].reason.contains(texts[0]));
        assert!(warning(&report, "bad-shard").contains("shard-4.bin"));
        let expected = twin::tables(&plain()[..1], CELL, twin::bounds(&plain()[..1], 1.0).unwrap());
        assert_same_tables("the good shard", &tables_below(dir.path()), &expected);
    }
}

#[test]
fn an_unreadable_shard_names_the_file() {
    let dir = data_set(&plain());
    std::fs::create_dir(dir.path().join("shard-8.bin")).unwrap();
    // A folder of that name is not a shard; it is named in a warning.
    let report = build(dir.path()).unwrap();
    assert!(warning(&report, "look-alike").contains("shard-8.bin"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", dir.path().join("shard-12.bin")).unwrap();
        let error = build(dir.path()).unwrap_err();
        assert_eq!(error.status(), Status::NotFound, "{error}");
        assert!(error.to_string().contains("shard-12.bin"));
    }
}

#[test]
fn all_shards_bad_is_an_error_even_when_skipping() {
    let dir = data_set(&[]);
    std::fs::write(dir.path().join("shard-0.bin"), b"no").unwrap();
    let options = BuildHashTablesOptions { on_bad_shard: OnBadShard::Skip, ..BuildHashTablesOptions::new(CELL) };
    assert_refused(dir.path(), &options, Status::NotFound, &["all shards were left out", "shard-0.bin", "2 bytes"]);
}

#[test]
fn a_shard_without_entries_is_valid() {
    let mut shards = plain();
    shards.insert(1, TestShard::new(8, 4, Vec::new()));
    let dir = data_set(&shards);
    let report = build(dir.path()).unwrap();
    assert_eq!((report.steps, report.tables, report.empty_steps, report.shards), (12, 8, 4, 3));
    let expected = twin::tables(&shards, CELL, twin::bounds(&shards, 1.0).unwrap());
    assert_same_tables("with an empty shard", &tables_below(dir.path()), &expected);
}

#[test]
fn entry_padding_is_honoured_when_the_file_agrees() {
    for padding in [4, 8, 3, 20] {
        let mut shards = plain();
        shards.iter_mut().for_each(|s| s.padding = padding);
        // Another interval than the metadata's: the padding is the same, the entry's size is not.
        let wide = TestEntry::new(9, (0..7).map(|k| [k as f32, 0.5, 0.5]).collect());
        shards.push(TestShard { padding, ..TestShard::new(8, 7, vec![wide.clone(), wide]) });
        let expected = twin::tables(&shards, CELL, twin::bounds(&shards, 1.0).unwrap());

        let dir = data_set(&shards);
        write_metadata(dir.path(), 4, 16 + 12 * 4 + padding as i32);
        build(dir.path()).unwrap();
        assert_same_tables(&format!("padding of {padding}"), &tables_below(dir.path()), &expected);

        // Metadata that announce padding which the files do not have.
        shards.iter_mut().for_each(|s| s.padding = 0);
        let dir = data_set(&shards);
        write_metadata(dir.path(), 4, 16 + 12 * 4 + padding as i32);
        build(dir.path()).unwrap();
        assert_same_tables("no padding", &tables_below(dir.path()), &expected);
    }
}

#[test]
fn a_truncated_shard_with_padding_is_not_taken_for_one_without() {
    let mut shards = plain();
    shards.iter_mut().for_each(|s| s.padding = 8);
    let dir = data_set(&shards);
    write_metadata(dir.path(), 4, 16 + 12 * 4 + 8);
    // 3 entries of 64 + 8 bytes: from 193 to 215 bytes fit packed entries, but are no whole number of them.
    let whole = std::fs::read(dir.path().join("shard-4.bin")).unwrap();
    for cut in 1..24 {
        std::fs::write(dir.path().join("shard-4.bin"), &whole[..whole.len() - cut]).unwrap();
        let texts = ["shard-4.bin", "192 bytes (64 an entry)", "216 or more (72 an entry", "truncated"];
        assert_refused(dir.path(), &BuildHashTablesOptions::new(CELL), Status::BadFormat, &texts);
    }
    // Bytes beyond the last padded entry are as welcome as beyond the last packed one.
    shards[1].trailing = 5;
    shards[1].write(dir.path());
    build(dir.path()).unwrap();
    let expected = twin::tables(&shards, CELL, twin::bounds(&shards, 1.0).unwrap());
    assert_same_tables("padding and bytes beyond", &tables_below(dir.path()), &expected);
}

#[test]
fn steps_of_a_shard_left_out_are_unknown_even_where_an_earlier_build_saw_a_gap() {
    let mut shards = plain();
    shards[1].first_step = 20;
    let dir = data_set(&shards);
    let bounds = Bounds::Box(BoundingBox { min: [-50.0; 3], max: [50.0; 3] });
    let mut options =
        BuildHashTablesOptions { bounds, on_bad_shard: OnBadShard::Skip, ..BuildHashTablesOptions::new(CELL) };
    assert_eq!(build_hash_tables(dir.path(), &options).unwrap().empty_steps, 16);
    std::fs::write(dir.path().join("shard-10.bin"), b"bad").unwrap();
    for (resume, prune_stale) in [(false, false), (true, true)] {
        (options.resume, options.prune_stale) = (resume, prune_stale);
        let report = build_hash_tables(dir.path(), &options).unwrap();
        assert_eq!((report.tables, report.empty_steps, report.unknown_steps), (8, 6, 10));
    }

    // A shard that cannot be read for a while: its tables are no longer spoken for, but they are not removed.
    std::fs::remove_file(dir.path().join("shard-10.bin")).unwrap();
    let good = std::fs::read(dir.path().join("shard-20.bin")).unwrap();
    std::fs::write(dir.path().join("shard-20.bin"), &good[..50]).unwrap();
    let report = build_hash_tables(dir.path(), &options).unwrap();
    assert_eq!((report.tables, report.stale_removed), (4, 0));
    assert_eq!(tables_below(dir.path()).len(), 8);
}

#[test]
fn an_empty_shard_of_a_huge_interval_takes_no_memory() {
    let mut shards = plain();
    shards.push(TestShard::new(100, 100_000_000, Vec::new()));
    let dir = data_set(&shards);
    let mut options = BuildHashTablesOptions { resume: true, ..BuildHashTablesOptions::new(CELL) };
    options.run.memory_limit = 32 << 20;
    for tables_written in [8, 0] {
        let report = build_hash_tables(dir.path(), &options).unwrap();
        assert_eq!((report.tables, report.tables_written), (8, tables_written));
    }
}

#[test]
fn metadata_that_cannot_be_read_are_warned_about() {
    let dir = data_set(&plain());
    std::fs::write(dir.path().join("dataset-meta.bin"), b"nonsense").unwrap();
    let report = build(dir.path()).unwrap();
    assert!(warning(&report, "metadata").contains("dataset-meta.bin"));
    assert!(warning(&report, "metadata").contains("8 bytes"));
}

#[test]
fn two_shards_with_the_same_step_name_both() {
    let mut shards = plain();
    shards[1].first_step = 3;
    let dir = data_set(&shards);
    let texts = ["time steps 3 to 3", "shard-0.bin (0 to 3)", "shard-3.bin (3 to 6)"];
    for on_bad_shard in [OnBadShard::Fail, OnBadShard::Skip] {
        let options = BuildHashTablesOptions { on_bad_shard, ..BuildHashTablesOptions::new(CELL) };
        assert_refused(dir.path(), &options, Status::BadFormat, &texts);
    }
    let dir = data_set(&plain());
    std::fs::copy(dir.path().join("shard-4.bin"), dir.path().join("shard-004.bin")).unwrap();
    assert_refused(
        dir.path(),
        &BuildHashTablesOptions::new(CELL),
        Status::BadFormat,
        &["shard-4.bin", "shard-004.bin"],
    );
}

#[test]
fn far_apart_shards_take_no_memory_for_the_gap() {
    let mut shards = plain();
    shards[1].first_step = 2_000_000_000;
    let dir = data_set(&shards);
    let report = build(dir.path()).unwrap();
    assert_eq!((report.tables, report.steps, report.empty_steps), (8, 2_000_000_004, 1_999_999_996));
    assert!(report.peak_buffer_bytes < 4 << 20, "{} bytes", report.peak_buffer_bytes);
    let expected = twin::tables(&shards, CELL, twin::bounds(&shards, 1.0).unwrap());
    assert_same_tables("far apart", &tables_below(dir.path()), &expected);
    // The index holds the gap as a range.
    let index = std::fs::metadata(dir.path().join("spatial_hashing/cellsize_2.000/groma-index.json")).unwrap();
    assert!(index.len() < 4096);
}

#[test]
fn look_alikes_are_named_and_not_read() {
    let dir = data_set(&plain());
    let names = ["shard-0 copy.bin", "Shard-30.BIN", "shard-5x.bin", "shard-.bin"];
    for name in names {
        std::fs::copy(dir.path().join("shard-0.bin"), dir.path().join(name)).unwrap();
    }
    let report = build(dir.path()).unwrap();
    let mut listed = report.look_alikes.clone();
    listed.sort();
    let mut expected = names.map(String::from).to_vec();
    expected.sort();
    assert_eq!(listed, expected);
    for name in names {
        assert!(report.warnings.iter().any(|w| w.kind == "look-alike" && w.message.contains(name)), "{name}");
    }
    let expected = twin::tables(&plain(), CELL, twin::bounds(&plain(), 1.0).unwrap());
    assert_same_tables("with look-alikes", &tables_below(dir.path()), &expected);
}

#[test]
fn only_look_alikes_is_an_error_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("Shard-30.BIN"), plain()[0].bytes()).unwrap();
    let options = BuildHashTablesOptions::new(CELL);
    assert_refused(
        dir.path(),
        &options,
        Status::NotFound,
        &["no shard", "shard-<first time step>.bin", "Shard-30.BIN"],
    );
}

#[test]
fn time_steps_outside_31_bits_are_errors() {
    for (first, text) in [(-5, "first time step -5"), (99_999_999_999, "first time step 99999999999")] {
        let mut shards = plain();
        shards[1].first_step = first;
        let name = format!("shard-{first}.bin");
        let dir = data_set(&shards);
        assert_refused(
            dir.path(),
            &BuildHashTablesOptions::new(CELL),
            Status::BadFormat,
            &[&name, text, "0 to 2147483647"],
        );
    }
    let mut shards = plain();
    shards[1].first_step = i64::from(i32::MAX) - 2;
    let dir = data_set(&shards);
    let texts = ["shard-2147483645.bin", "time steps 2147483645 to 2147483648", "up to 2147483647"];
    assert_refused(dir.path(), &BuildHashTablesOptions::new(CELL), Status::BadFormat, &texts);
    // The last step there is can be used.
    shards[1].first_step -= 1;
    let dir = data_set(&shards);
    assert_eq!(build(dir.path()).unwrap().tables, 8);
}

#[test]
fn ids_over_32_bits_are_errors_or_cut_and_counted() {
    let mut shards = plain();
    shards[1].entries[2].id = (1 << 32) + 7;
    let dir = data_set(&shards);
    let texts = ["shard-4.bin at byte 160", "trajectory id 4294967303", "ids up to 4294967295"];
    assert_refused(dir.path(), &BuildHashTablesOptions::new(CELL), Status::BadFormat, &texts);
    // With a given box pass 1 does not read the entries; the error comes from pass 2, and is the same.
    let bounds = Bounds::Box(BoundingBox { min: [-100.0; 3], max: [100.0; 3] });
    let error = build_hash_tables(dir.path(), &BuildHashTablesOptions { bounds, ..BuildHashTablesOptions::new(CELL) })
        .unwrap_err();
    texts.iter().for_each(|t| assert!(error.to_string().contains(t), "{error}"));

    let options = BuildHashTablesOptions { wide_ids: WideIds::Truncate, ..BuildHashTablesOptions::new(CELL) };
    let report = build_hash_tables(dir.path(), &options).unwrap();
    assert_eq!(report.truncated_ids, 1);
    assert!(warning(&report, "truncated-ids").contains("1 entries"));
    let expected = twin::tables(&shards, CELL, twin::bounds(&shards, 1.0).unwrap());
    assert_same_tables("cut ids", &tables_below(dir.path()), &expected);
}

#[test]
fn infinite_coordinates_are_missing_samples() {
    let mut shards = plain();
    shards[0].entries[0].positions[1][2] = f32::INFINITY;
    shards[1].entries[1].positions[3][0] = f32::NEG_INFINITY;
    shards[1].entries[2].positions[0] = [f32::INFINITY, f32::NAN, 0.0];
    let dir = data_set(&shards);
    let report = build(dir.path()).unwrap();
    assert_eq!((report.infinite_samples, report.samples), (2, 24 - 3));
    assert!(report.bounds.unwrap().max.iter().all(|c| c.is_finite()));
    assert_eq!(report.warnings.iter().filter(|w| w.kind == "infinite-samples").count(), 1);
    let expected = twin::tables(&shards, CELL, twin::bounds(&shards, 1.0).unwrap());
    assert_same_tables("infinite", &tables_below(dir.path()), &expected);
}

#[test]
fn clamped_cells_are_counted_and_the_cell_size_that_fits_is_named() {
    let mut shards = plain();
    shards[1].entries[2].positions[0] = [1.0e6, 0.0, 0.0];
    let dir = data_set(&shards);
    let report = build_hash_tables(dir.path(), &BuildHashTablesOptions::new(0.25)).unwrap();
    assert_eq!(report.clamped_samples, 1);
    let message = warning(&report, "clamped-samples");
    let named: f32 = message.rsplit(' ').next().unwrap().parse().unwrap();
    let report = build_hash_tables(dir.path(), &BuildHashTablesOptions::new(named)).unwrap();
    assert_eq!(report.clamped_samples, 0, "the cell size named, {named}, does not fit");
    let output = Some(dir.path().join("elsewhere"));
    let report = build_hash_tables(
        dir.path(),
        &BuildHashTablesOptions { output, ..BuildHashTablesOptions::new(named * 0.9999) },
    )
    .unwrap();
    assert_eq!(report.clamped_samples, 1, "a smaller cell size than the one named fits");

    // A box that does not hold the data.
    let bounds = Bounds::Box(BoundingBox { min: [5.0; 3], max: [10.0; 3] });
    let report =
        build_hash_tables(dir.path(), &BuildHashTablesOptions { bounds, ..BuildHashTablesOptions::new(1.0) }).unwrap();
    assert_eq!(report.clamped_samples, 24);
    assert!(warning(&report, "clamped-samples").contains("outside the box given"));
}

#[test]
fn cell_sizes_without_sense_are_errors() {
    let dir = data_set(&plain());
    for cell_size in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let options = BuildHashTablesOptions::new(cell_size);
        assert_refused(dir.path(), &options, Status::InvalidArgument, &["cell_size", "a finite number above 0"]);
    }
}

#[test]
fn two_cell_sizes_with_one_folder_name_are_told_apart() {
    for keep_index in [true, false] {
        let dir = data_set(&plain());
        build_hash_tables(dir.path(), &BuildHashTablesOptions::new(0.1)).unwrap();
        let folder = dir.path().join("spatial_hashing/cellsize_0.100");
        if !keep_index {
            std::fs::remove_file(folder.join("groma-index.json")).unwrap();
        }
        let before = tables_below(dir.path());
        let error = build_hash_tables(dir.path(), &BuildHashTablesOptions::new(0.1001)).unwrap_err();
        assert_eq!(error.status(), Status::InvalidArgument);
        for text in ["cell_size is 0.1001", "0.1, the cell size of the tables in", "cellsize_0.100"] {
            assert!(error.to_string().contains(text), "{error}");
        }
        assert_same_tables("after the refusal", &tables_below(dir.path()), &before);
    }
}

#[test]
fn a_data_set_without_a_sample_succeeds_without_tables() {
    let entry = TestEntry::new(1, vec![MISSING, MISSING, [f32::INFINITY; 3], MISSING]);
    let dir = data_set(&[TestShard::new(0, 4, vec![entry])]);
    let report = build(dir.path()).unwrap();
    assert_eq!((report.tables, report.steps, report.empty_steps, report.infinite_samples), (0, 4, 4, 1));
    assert!(warning(&report, "infinite-samples").starts_with("1 samples"));
    assert!(warning(&report, "no-samples").contains("no sample"));
    assert!(dir.path().join("spatial_hashing/cellsize_2.000").is_dir());
}

#[test]
fn a_shard_that_shrinks_during_the_build_is_an_error() {
    let dir = data_set(&plain());
    let dataset = groma::trajectory::dataset::ShardFolder::open(dir.path(), OnBadShard::Fail).unwrap();
    let shard = &dataset.shards[1];
    let file = std::fs::File::options().write(true).open(&shard.path).unwrap();
    let reader = groma::trajectory::shard::ShardReader::open(shard).unwrap();
    file.set_len(100).unwrap();
    let error = reader.read_chunk(0..3, &mut Default::default()).unwrap_err();
    assert!(matches!(&error, Error::BadFormat { path, .. } if *path == shard.path), "{error}");
    let error = groma::trajectory::shard::ShardReader::open(shard).unwrap_err();
    assert!(error.to_string().contains("the file has 100 bytes") && error.to_string().contains("224"), "{error}");
}

#[test]
fn a_memory_limit_that_is_too_small_names_the_one_that_would_do() {
    let entries = (0..50_000).map(|id| TestEntry::new(id, vec![[id as f32, 0.0, 0.0]; 2])).collect();
    let dir = data_set(&[TestShard::new(0, 2, entries)]);
    let mut options = BuildHashTablesOptions::new(CELL);
    options.run.memory_limit = 13 << 20;
    let error = build_hash_tables(dir.path(), &options).unwrap_err();
    let Error::MemoryLimit { needed, .. } = error else { panic!("{error}") };
    options.run.memory_limit = needed - 1;
    assert_eq!(build_hash_tables(dir.path(), &options).unwrap_err().status(), Status::MemoryLimit);
    options.run.memory_limit = needed;
    let report = build_hash_tables(dir.path(), &options).unwrap();
    assert!(report.peak_buffer_bytes <= needed);
}
