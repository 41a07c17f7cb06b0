//! A disk that is full: a clean error, nothing torn, and the next run goes on.
#![cfg(target_os = "linux")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{assert_same_tables, skip, tables_below};
use groma::Status;
use groma::trajectory::build::{BuildHashTablesOptions, JOURNAL_NAME, build_hash_tables};
use groma::trajectory::dataset::{ShardWriter, ShardWriterOptions};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::table::TableFolder;

/// A file system of its own, unmounted when dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(test: &str, size: &str) -> Option<SmallDisk> {
        let dir = tempfile::tempdir().unwrap();
        let disk = SmallDisk(dir);
        let options = format!("size={size}");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(disk.path()).output();
        if mount.is_ok_and(|o| o.status.success()) {
            return Some(disk);
        }
        skip(test, "the right to mount a tmpfs", "run the tests as root");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Makes room.
    fn grow(&self, size: &str) {
        let options = format!("remount,size={size}");
        assert!(Command::new("mount").args(["-o", &options]).arg(self.path()).status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

#[test]
fn a_build_stops_cleanly_and_goes_on_when_there_is_room() {
    let Some(disk) = SmallDisk::new("a_build_stops_cleanly_and_goes_on_when_there_is_room", "400k") else { return };
    let data = tempfile::tempdir().unwrap();
    generate(data.path(), &GenerateOptions::new(500, 6, 10)).unwrap();
    let whole = data.path().join("whole");
    let options = |output: PathBuf| BuildHashTablesOptions {
        output: Some(output),
        batch_size: 1,
        ..BuildHashTablesOptions::new(20.0)
    };
    build_hash_tables(data.path(), &options(whole.clone())).unwrap();
    let expected = tables_below(&whole);

    let mut options = options(disk.path().to_path_buf());
    let error = build_hash_tables(data.path(), &options).unwrap_err();
    assert_eq!(error.status(), Status::DiskFull, "{error}");
    assert_eq!(error.os_code(), libc::ENOSPC);
    assert!(error.to_string().contains("timestep_") || error.to_string().contains("groma-"), "{error}");
    let folder = TableFolder::new(disk.path(), 20.0);
    for step in folder.steps().unwrap() {
        let path = folder.table(step);
        let name = path.strip_prefix(disk.path()).unwrap().to_str().unwrap();
        assert!(std::fs::read(&path).unwrap() == expected[name], "{name} is torn");
    }
    assert!(folder.path().join(JOURNAL_NAME).exists());

    disk.grow("8m");
    options.resume = true;
    let report = build_hash_tables(data.path(), &options).unwrap();
    assert!(report.steps_resumed > 0);
    assert_same_tables("after there was room", &tables_below(disk.path()), &expected);
}

#[test]
fn tiles_that_find_no_room_are_named_and_made_when_there_is() {
    let Some(disk) = SmallDisk::new("tiles_that_find_no_room_are_named_and_made_when_there_is", "1m") else { return };
    let input = common::city::generated(600, 1, false, [0, 0]);
    let options = common::city::options(250.0, 2);
    let store = disk.path().join("store");
    let report = groma::build_city_mesh(&input, &store, &options).unwrap();
    assert!(!report.failed.is_empty() && report.built > 0, "{report}");
    assert!(report.failed.iter().all(|failed| failed.cause.contains("No space left")), "{report}");
    let opened = groma::city::store::MeshStore::open(&store).unwrap();
    for name in opened.list_tiles().unwrap() {
        opened.get_tile(&name).unwrap().verify().unwrap();
    }

    disk.grow("32m");
    let again = common::city::build(&input, &store, &options);
    assert_eq!((again.kept, again.built), (report.built, report.failed.len() as u64));
    let fresh = tempfile::tempdir().unwrap();
    common::city::build(&input, &fresh.path().join("store"), &options);
    assert!(common::city::merged(&store) == common::city::merged(&fresh.path().join("store")));
}

#[test]
fn footprints_that_find_no_room_on_their_way_stop_a_build_before_it_writes() {
    let test = "footprints_that_find_no_room_on_their_way_stop_a_build_before_it_writes";
    let Some(disk) = SmallDisk::new(test, "128k") else { return };
    let input = common::city::generated(3000, 1, false, [0, 0]);
    let mut options = common::city::options(1000.0, 2);
    // With more memory they would stay there.
    options.run.memory_limit = 14 << 20;
    options.temp_dir = Some(disk.path().to_path_buf());
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let error = groma::build_city_mesh(&input, &store, &options).unwrap_err();
    assert_eq!(error.status(), Status::DiskFull, "{error}");
    let place = format!("write a temporary file in {}", disk.path().display());
    assert!(error.to_string().contains(&place), "{error}");
    assert!(std::fs::read_dir(&store).map_or(0, |files| files.count()) == 0);
    assert_eq!(std::fs::read_dir(disk.path()).unwrap().count(), 0);
}

#[test]
fn a_data_set_is_not_finished_after_a_failed_write() {
    let Some(disk) = SmallDisk::new("a_data_set_is_not_finished_after_a_failed_write", "600k") else { return };
    let folder = disk.path().join("data");
    let mut writer = ShardWriter::create(&folder, 100, ShardWriterOptions::default()).unwrap();
    let positions = vec![1.0f32; 300];
    (0..10).for_each(|id| writer.append(0, id, &positions).unwrap());
    writer.begin_shard(100).unwrap();
    let error = (0..1000).find_map(|id| writer.append(100, id, &positions).err()).unwrap();
    assert_eq!(error.status(), Status::DiskFull, "{error}");
    disk.grow("8m");
    // Part of an entry may be in the file: nothing must make a shard of it.
    assert!(writer.append(100, 5000, &positions).is_err());
    assert!(writer.append(200, 1, &positions).is_err());
    assert!(writer.finish().is_err());
    let left: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(left, ["shard-0.bin"]);
}
