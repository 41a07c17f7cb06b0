//! Large and long: more shards than a process may have files open, more trajectories than fit the memory limit, the
//! ends of what numbers can hold. The large forms print their figures:
//!
//!     cargo test --release --test large -- --ignored --nocapture --test-threads 1

mod common;

use std::path::Path;
use std::process::Command;

use common::dataset::{TestEntry, TestShard, write_all};
use common::{assert_same_tables, tables_below, twin};
use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult};

const MIB: u64 = 1 << 20;

/// Runs the command line with at most so many open files, and gives what it printed and its peak memory.
fn groma(open_files: u64, arguments: &[&str]) -> (serde_json::Value, u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
    command.args(arguments);
    limit_open_files(&mut command, open_files);
    let started = std::time::Instant::now();
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    // What Windows tells has megabytes of the system's own libraries in it.
    let peak = report["process_peak_bytes"].as_u64().filter(|_| cfg!(target_os = "linux")).unwrap_or(0);
    let what = arguments[..2].join(" ");
    println!("  groma {what}: {:.1} s, peak {} MiB", started.elapsed().as_secs_f64(), peak / MIB);
    (report, peak)
}

#[cfg(unix)]
fn limit_open_files(command: &mut Command, most: u64) {
    use std::os::unix::process::CommandExt;
    // SAFETY: between fork and exec only a system call is made.
    unsafe {
        command.pre_exec(move || {
            let limit = libc::rlimit { rlim_cur: most as libc::rlim_t, rlim_max: most as libc::rlim_t };
            if libc::setrlimit(libc::RLIMIT_NOFILE, &limit) == 0 {
                Ok(())
            } else {
                Err(std::io::Error::last_os_error())
            }
        });
    }
}

#[cfg(not(unix))]
fn limit_open_files(_: &mut Command, _: u64) {}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Many small shards: built, continued, and asked over all their time steps, with few files open at any moment.
fn many_shards(shards: u32, steps: u32, trajectories: u32, open_files: u64) {
    println!("{shards} shards of {steps} time steps, {trajectories} trajectories, {open_files} open files:");
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &GenerateOptions::new(trajectories, shards, steps)).unwrap();
    let data = path(dir.path());
    let build = ["trajectories", "build", data, "--cell-size", "50", "--threads", "2", "--json"];
    let (report, peak) = groma(open_files, &build);
    let all = u64::from(shards) * u64::from(steps);
    assert_eq!(report["tables"].as_u64().unwrap(), all);
    assert!(peak < 64 * MIB, "{peak} bytes");
    let (report, _) = groma(open_files, &[&build[..], &["--resume"]].concat());
    assert_eq!(report["tables_written"].as_u64().unwrap(), 0);

    let last = (all - 1).to_string();
    let query = ["trajectories", "query", data, "--cell-size", "50", "--step", "0", "--last-step", &last];
    let (answer, _) = groma(open_files, &[&query[..], &["--at", "0,0,0", "--radius", "5000", "--json"]].concat());
    let samples = answer.to_string().matches("\"time_step\"").count() as u64;
    assert_eq!(samples, all * u64::from(trajectories), "every trajectory at every time step is in reach");
}

#[test]
fn more_shards_than_open_files() {
    many_shards(300, 2, 20, 64);
}

#[test]
#[ignore = "large: see the command above"]
fn ten_thousand_shards() {
    many_shards(10_000, 3, 200, 64);
}

/// More tables than a process may map.
#[test]
#[ignore = "large: see the command above"]
fn more_tables_than_mappings() {
    many_shards(1000, 70, 20, 64);
}

/// The smallest memory limit that does for one shard of so many trajectories, and what it took.
fn one_shard(trajectories: u32, steps: u32) {
    println!("{trajectories} trajectories in one shard of {steps} time steps:");
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &GenerateOptions::new(trajectories, 1, steps)).unwrap();
    let mut options = BuildHashTablesOptions::new(20.0);
    (options.run.memory_limit, options.run.threads) = (13 << 20, 1);
    let groma::Error::MemoryLimit { needed, .. } = build_hash_tables(dir.path(), &options).unwrap_err() else {
        panic!("13 MiB should not do");
    };
    let limit = needed.to_string();
    let arguments = ["--cell-size", "20", "--threads", "1", "--memory-limit", &limit, "--json"];
    let (report, peak) = groma(64, &[&["trajectories", "build", path(dir.path())][..], &arguments].concat());
    assert_eq!(report["samples"].as_u64().unwrap(), u64::from(trajectories) * u64::from(steps));
    // The limit is one of anonymous memory; the measured peak has the pages of the program, too.
    const PROGRAM: u64 = 2 << 20;
    assert!(peak <= needed + PROGRAM, "{peak} bytes with a limit of {needed}");

    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    let at = dataset.positions(1, 0..=0).unwrap()[0].unwrap().map(f64::from);
    let mut result = QueryResult::default();
    dataset.query_radius(20.0, 0, at, 1.0, &mut result).unwrap();
    assert!(result.of_query(0).any(|(id, _)| id == 1));
}

#[test]
#[ignore = "large: see the command above"]
fn five_million_trajectories_in_one_shard() {
    one_shard(5_000_000, 4);
}

#[test]
fn a_hundred_thousand_trajectories_in_one_shard() {
    one_shard(100_000, 3);
}

/// All trajectories in one cell: one entry in the table, in the order of the shard.
#[test]
fn a_step_with_one_cell() {
    let dir = tempfile::tempdir().unwrap();
    let entries = (0..200_000).map(|id| TestEntry::new(id * 7919 % 200_003, vec![[id as f32 * 1e-6, 0.0, 0.0]]));
    let shards = [TestShard::new(0, 1, entries.collect())];
    write_all(dir.path(), &shards);
    let mut options = BuildHashTablesOptions::new(1000.0);
    options.run.threads = 2;
    build_hash_tables(dir.path(), &options).unwrap();
    let expected = twin::tables(&shards, 1000.0, twin::bounds(&shards, 1.0).unwrap());
    assert_same_tables("one cell", &tables_below(dir.path()), &expected);
    let mut result = QueryResult::default();
    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    dataset.query_radius(1000.0, 0, [0.0; 3], 500.0, &mut result).unwrap();
    assert_eq!(result.of_query(0).count(), 200_000);
}

/// The last time steps that there can be.
#[test]
fn time_steps_up_to_the_last_there_is() {
    let dir = tempfile::tempdir().unwrap();
    let last = i64::from(i32::MAX);
    let positions = |x: f32| (0..4).map(|k| [x, k as f32, 0.0]).collect::<Vec<_>>();
    let shard = |first: i64| {
        TestShard::new(first, 4, vec![TestEntry::new(1, positions(0.0)), TestEntry::new(2, positions(3.0))])
    };
    let shards = [shard(0), shard(last - 3)];
    write_all(dir.path(), &shards);
    for resume in [false, true] {
        let report =
            build_hash_tables(dir.path(), &BuildHashTablesOptions { resume, ..BuildHashTablesOptions::new(2.0) })
                .unwrap();
        assert_eq!((report.tables, report.tables_written), (8, if resume { 0 } else { 8 }));
    }
    let expected = twin::tables(&shards, 2.0, twin::bounds(&shards, 1.0).unwrap());
    assert_same_tables("the last time steps", &tables_below(dir.path()), &expected);

    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    let mut result = QueryResult::default();
    dataset.query_radius(2.0, i32::MAX, [0.0, 3.0, 0.0], 1.0, &mut result).unwrap();
    assert_eq!(result.of_query(0).map(|(id, _)| id).collect::<Vec<_>>(), [1]);
    dataset.query_time_range(2.0, 0..=i32::MAX, [0.0, 3.0, 0.0], 0.5, &mut result).unwrap();
    let steps: Vec<i32> = result.of_query(0).flat_map(|(_, samples)| samples.iter().map(|s| s.time_step)).collect();
    assert_eq!(steps, [3, i32::MAX]);
}

/// A city of 200,000 buildings in tiles, under a memory limit of 1 GiB.
#[test]
#[ignore = "large: see the command above"]
fn a_city_of_two_hundred_thousand_buildings() {
    println!("a city of 200,000 footprints, memory limit 1 GiB, 2 workers:");
    let dir = tempfile::tempdir().unwrap();
    let (city, store, mesh) = (dir.path().join("city"), dir.path().join("store"), dir.path().join("city.ply"));
    groma(256, &["city", "generate", path(&city), "--buildings", "200000"]);
    let (footprints, terrain) = (city.join("footprints.geojson"), city.join("terrain.tif"));
    let build = ["city", "build", path(&footprints), "--terrain", path(&terrain), "--store", path(&store)];
    let how = ["--tile-size", "1000", "--threads", "2", "--memory-limit", "1GiB", "--json"];
    let (report, peak) = groma(256, &[&build[..], &how].concat());
    assert!(peak <= 1024 * MIB, "{peak} bytes");
    println!("  {} tiles, {} triangles", report["tiles"], report["counts"]);
    groma(256, &["city", "merge", path(&store), "--output", path(&mesh)]);
    groma(256, &["city", "check", path(&store), "--memory-limit", "8GiB"]);
}
