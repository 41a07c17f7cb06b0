//! The command line: what it prints, where, and its exit codes.

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::dataset::{plain, write_all};
use common::{skip, tables_below};

fn groma(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_groma")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn assert_code(output: &Output, code: i32) {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "stdout: {out}\nstderr: {err}");
}

#[test]
fn generate_build_and_inspect() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data set");
    let data = path(&data);
    let output = groma(&[
        "trajectories",
        "generate",
        data,
        "--trajectories",
        "300",
        "--shards",
        "4",
        "--steps",
        "10",
        "--seed",
        "7",
        "--late",
        "0.3",
        "--early",
        "0.3",
        "--gaps",
        "0.5",
    ]);
    assert_code(&output, 0);
    assert_eq!(text(&output.stdout), format!("300 trajectories over 40 time steps in 4 shards in {data}\n"));

    let output = groma(&["trajectories", "build", data, "--cell-size", "20", "--threads", "1"]);
    assert_code(&output, 0);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(out.starts_with("40 tables in ") && out.contains("cellsize_20.000"), "{out}");
    for line in ["  time steps   40 (0 to 39)", "  samples ", "  cells ", "  written ", "  time ", "  peak memory "] {
        assert!(out.contains(line), "{line:?} is not in: {out}");
    }
    // Without a terminal: one plain line per batch.
    assert_eq!(err, "Processing batch 0-2 (3 shards)\nProcessing batch 3-3 (1 shards)\n");

    let output = groma(&["-vv", "trajectories", "build", data, "--cell-size", "20"]);
    let err = text(&output.stderr);
    assert!(err.contains("Batch timestep range: 0 to 29 (30 timesteps)"), "{err}");
    assert_eq!(err.lines().filter(|l| l.starts_with("Timestep ")).count(), 40);

    for (what, kind) in [
        (data.to_string(), "trajectory data set"),
        (format!("{data}/shard-10.bin"), "shard"),
        (format!("{data}/spatial_hashing/cellsize_20.000"), "folder of hash tables"),
        (format!("{data}/spatial_hashing/cellsize_20.000/timestep_00012.bin"), "hash table"),
    ] {
        let output = groma(&["trajectories", "inspect", &what]);
        assert_code(&output, 0);
        let out = text(&output.stdout);
        assert!(out.starts_with(&format!("{what}: {kind}\n")) && out.contains("no problems found"), "{out}");
        let output = groma(&["trajectories", "inspect", &what, "--json"]);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["kind"], kind);
    }
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let make = |name: &str, seed: &str| {
        let out = dir.path().join(name);
        let sizes = ["--trajectories", "40", "--shards", "2", "--steps", "50", "--gaps", "0.5"];
        assert_code(&groma(&[&["trajectories", "generate", path(&out), "--seed", seed], &sizes[..]].concat()), 0);
        ["shard-0.bin", "shard-50.bin", "dataset-meta.bin", "dataset-trajmeta.bin", "dataset-manifest.json"]
            .map(|name| std::fs::read(out.join(name)).unwrap())
    };
    assert!(make("a", "3") == make("b", "3"));
    assert!(make("c", "4")[0] != make("d", "5")[0]);
}

#[test]
fn json_is_the_whole_report_on_stdout() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    std::fs::write(dir.path().join("shard-8.bin"), b"bad").unwrap();
    let arguments = ["trajectories", "build", path(dir.path()), "--cell-size", "2", "--json", "--on-bad-shard", "skip"];
    let output = groma(&arguments);
    assert_code(&output, 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["tables"], 8);
    assert_eq!(report["shards_skipped"][0]["name"], "shard-8.bin");
    assert_eq!(report["warnings"][0]["kind"], "bad-shard");
    assert!(text(&output.stderr).contains("warning: left out: "));

    let (made, picture) = (dir.path().join("made"), dir.path().join("a.png"));
    let sizes = ["--trajectories", "5", "--shards", "2", "--steps", "3", "--json"];
    let output = groma(&[&["trajectories", "generate", path(&made)], &sizes[..]].concat());
    assert_code(&output, 0);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json, serde_json::json!({"dataset": made, "trajectories": 5, "time_steps": 6, "shards": 2}));
    let output = groma(&["trajectories", "preview", path(&made), "--step", "4", "--output", path(&picture), "--json"]);
    assert_code(&output, 0);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json, serde_json::json!({"output": picture, "time_step": 4, "samples": 5}));
}

#[test]
fn every_option_reaches_the_build() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    let out = dir.path().join("out");
    let output = groma(&[
        "trajectories",
        "build",
        path(dir.path()),
        "--cell-size",
        "0.5",
        "--output",
        path(&out),
        "--batch-size",
        "1",
        "--threads",
        "2",
        "--memory-limit",
        "64MiB",
        "--box",
        "-10,-10,-10,20,20,20.5",
        "--steps",
        "2..5",
        "--on-bad-shard",
        "fail",
        "--wide-ids",
        "truncate",
        "--resume",
        "--prune-stale",
        "--fsync",
        "--json",
    ]);
    assert_code(&output, 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["bounds"]["max"], serde_json::json!([20.0, 20.0, 20.5]));
    assert_eq!((&report["first_step"], &report["last_step"]), (&2.into(), &5.into()));
    assert_eq!((&report["threads"], &report["memory_limit"]), (&2.into(), &(64 << 20).into()));
    assert_eq!(tables_below(&out).len(), 4);
}

#[test]
fn query_answers_as_text_csv_and_json() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    let data = path(dir.path());
    let query = |more: &[&str]| {
        groma(&[&["-q", "trajectories", "query", data, "--cell-size", "2", "--build-missing"], more].concat())
    };
    // Trajectory n is at (3 n, step, -n) plus the shard's first step.
    let output = query(&["--step", "5", "--at", "6,5,-2", "--radius", "3.5"]);
    assert_code(&output, 0);
    let out = text(&output.stdout);
    assert!(out.ends_with("3 trajectories, 3 samples\n"), "{out}");
    assert!(out.contains("trajectory 2          step 5      distance 0.000000     at 6, 5, -2"), "{out}");

    let output = query(&["--step", "4", "--last-step", "5", "--at", "6,5,-2", "--radius", "1", "--csv"]);
    assert_eq!(text(&output.stdout), "id,time_step,x,y,z,distance\n2,4,6,4,-2,1\n2,5,6,5,-2,0\n");

    let output = query(&["--step", "5", "--at", "6,5,-2", "--radius", "4", "--inner", "1", "--csv"]);
    let out = text(&output.stdout);
    assert!(
        out.starts_with("id,time_step,x,y,z,distance,inner\n1,5,3,5,-1,3.16") && out.contains("\n2,5,6,5,-2,0,1\n"),
        "{out}"
    );

    let output = query(&["--step", "5", "--at", "-100,5,-2", "--nearest", "2", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json[0]["id"], &json[1]["id"], json.as_array().unwrap().len()), (&1.into(), &2.into(), 2));
    assert_eq!(json[0]["samples"][0]["position"], serde_json::json!([3.0, 5.0, -1.0]));

    let output = query(&["--step", "0", "--last-step", "7", "--trajectory", "1", "--radius", "4", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json[0]["id"], json[0]["samples"].as_array().unwrap().len()), (&2.into(), 8));

    let output =
        groma(&["trajectories", "query", data, "--cell-size", "2", "--step", "70", "--at", "0,0,0", "--nearest", "1"]);
    assert_code(&output, 0);
    assert_eq!(text(&output.stderr), "warning: time step 70 is asked for; the data set has 0 to 7\n");
    assert_code(&query(&["--step", "5", "--at", "0,0,0", "--nearest", "0"]), 2);

    assert_code(&query(&["--step", "5", "--radius", "4"]), 2);
    assert_code(&query(&["--step", "5", "--at", "1,2,3", "--nearest", "2", "--inner", "1"]), 2);
    assert_code(&query(&["--step", "5", "--at", "1,2", "--radius", "1"]), 2);
    assert_code(&query(&["--step", "5", "--at", "1,2,3", "--radius", "-1"]), 2);
    let output =
        groma(&["trajectories", "query", data, "--cell-size", "9", "--step", "5", "--at", "1,2,3", "--radius", "1"]);
    assert_code(&output, 1);
    assert!(text(&output.stderr).contains("no table for time step 5"), "{}", text(&output.stderr));
}

/// A box of 10 with one trajectory on each side of its border: by option, by what the import has written into the
/// manifest, and not where `none` says so.
#[test]
fn queries_find_what_is_near_across_a_border() {
    let dir = tempfile::tempdir().unwrap();
    let (csv, points) = (dir.path().join("box.csv"), dir.path().join("points.csv"));
    std::fs::write(&csv, "id,frame,x,y,z\n1,0,0.25,5,5\n2,0,9.75,5,5\n3,0,5,5,5\n").unwrap();
    std::fs::write(&points, "name,x,y,z\na,0.25,5,5\nb,5,5,5\n").unwrap();
    let (plain, periodic) = (dir.path().join("plain"), dir.path().join("periodic"));
    let import = |out: &Path, more: &[&str]| {
        let import = ["-q", "trajectories", "import", path(&csv), path(out), "--interval", "1", "--origin", "100,0,0"];
        assert_code(&groma(&[&import, more].concat()), 0);
    };
    import(&plain, &[]);
    import(&periodic, &["--periodic", "10,10,10"]);
    let query = |data: &Path, more: &[&str]| {
        let query = ["-q", "trajectories", "query", path(data), "--cell-size", "2", "--build-missing", "--step", "0"];
        let output = groma(&[&query, more].concat());
        assert_code(&output, 0);
        text(&output.stdout)
    };
    let near = ["--at", "-99.75,5,5", "--radius", "1", "--csv"];
    let header = "id,time_step,x,y,z,distance";
    assert_eq!(query(&plain, &near), format!("{header}\n1,0,-99.75,5,5,0\n"));
    let found = format!("{header},image_x,image_y,image_z\n1,0,-99.75,5,5,0,0,0,0\n2,0,-90.25,5,5,0.5,-1,0,0\n");
    assert_eq!(query(&periodic, &near), found);
    assert_eq!(query(&plain, &[&near[..], &["--periodic", "10,0,0"]].concat()), found);
    assert_eq!(query(&periodic, &[&near[..], &["--periodic", "none"]].concat()), query(&plain, &near));
    let nothing = query(&periodic, &["--at", "-97,5,5", "--radius", "0.1", "--csv"]);
    assert_eq!(nothing, format!("{header},image_x,image_y,image_z\n"));
    let unwrapped = query(&periodic, &[&near[..], &["--unwrapped"]].concat());
    assert!(unwrapped.ends_with("2,0,-100.25,5,5,0.5,-1,0,0\n"), "{unwrapped}");
    let lines = query(&periodic, &near[..4]);
    assert!(lines.contains("at -90.25, 5, 5  in the image -1,0,0\n"), "{lines}");

    let of_points = ["--points", path(&points), "--radius", "1", "--periodic", "none"];
    let json: serde_json::Value =
        serde_json::from_str(&query(&plain, &[&of_points[..], &["--json"]].concat())).unwrap();
    assert_eq!(json["points"].as_array().unwrap().len(), 2);
    assert_eq!(json["coordinate_origin"][0], 100.0);
    std::fs::write(&points, "-99.75,5,5\n-95,5,5\n").unwrap();
    let csv = query(&periodic, &["--points", path(&points), "--radius", "1", "--inner", "0.25", "--csv"]);
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows[0], "point,id,time_step,x,y,z,distance,inner,image_x,image_y,image_z");
    assert_eq!(rows[1..], ["0,1,0,-99.75,5,5,0,1,0,0,0", "0,2,0,-90.25,5,5,0.5,0,-1,0,0", "1,3,0,-95,5,5,0,1,0,0,0"]);

    let told = text(&groma(&["trajectories", "inspect", path(&periodic)]).stdout);
    assert!(told.contains("periodic after") && told.contains("periodic from"), "{told}");
    let refused = |more: &[&str], named: &str| {
        let query = ["-q", "trajectories", "query", path(&plain), "--cell-size", "2", "--step", "0", "--radius", "1"];
        let output = groma(&[&query, more].concat());
        let err = text(&output.stderr);
        assert!(!output.status.success() && output.stdout.is_empty() && err.contains(named), "{err}");
    };
    refused(&["--at", "0,0,0", "--periodic", "-1,2,3"], "0 (not periodic)");
    refused(&["--at", "0,0,0", "--periodic", "10,10"], "three lengths");
    refused(&["--at", "5000,0,0", "--periodic", "10,10,10"], "127");
    refused(&["--points", path(dir.path())], "a folder");
    std::fs::write(&points, "x,y\n1,2\n").unwrap();
    refused(&["--points", path(&points)], "no column z");
}

#[test]
fn samples_are_shown_and_come_back_from_an_export() {
    let dir = tempfile::tempdir().unwrap();
    let (csv, data) = (dir.path().join("walks.csv"), dir.path().join("data"));
    let rows = "7,0,500000.5,1,2\n7,1,500001.5,1,2\n7,3,500003.5,1,2\n9,2,500000,-4,0\n";
    std::fs::write(&csv, format!("id,frame,x,y,z\n{rows}")).unwrap();
    let import = |csv: &Path, out: &Path| {
        let out = path(out);
        groma(&["-q", "trajectories", "import", path(csv), out, "--interval", "2", "--origin", "500000,0,0"])
    };
    assert_code(&import(&csv, &data), 0);
    let show = |more: &[&str]| groma(&[&["trajectories", "show", path(&data)], more].concat());
    let output = show(&["--ids", "7,9", "--csv"]);
    let stored = "7,0,0.5,1,2\n7,1,1.5,1,2\n7,3,3.5,1,2\n9,2,0,-4,0\n";
    assert_eq!(text(&output.stdout), format!("id,time_step,x,y,z\n{stored}"));
    let output = show(&["--ids", "7", "--steps", "1..3", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["trajectories"][0]["samples"].as_array().unwrap().len(), 2);
    assert_eq!(json["coordinate_origin"][0], 500000.0);
    let output = show(&["--ids", "8,9", "--steps", "2"]);
    assert!(text(&output.stdout).starts_with("trajectory 9          step 2      at 0, -4, 0\n"));
    assert!(text(&output.stderr).contains("1 trajectory without a sample"), "{}", text(&output.stderr));
    let output = show(&["--ids", "9,9,7", "--steps", "2..9", "--csv"]);
    assert_eq!(text(&output.stdout), "id,time_step,x,y,z\n9,2,0,-4,0\n7,3,3.5,1,2\n");
    assert!(text(&output.stderr).contains("time steps 2 to 9 are asked for"), "{}", text(&output.stderr));
    assert_code(&show(&["--ids", "7", "--steps", "4..9"]), 2);

    let export =
        |out: &Path, more: &[&str]| groma(&[&["trajectories", "export", path(&data), path(out)], more].concat());
    let back = dir.path().join("back.csv");
    let output = export(&back, &[]);
    assert_eq!(text(&output.stdout), format!("{}: 4 samples\n", path(&back)));
    // Shard after shard; the same rows.
    let mut lines: Vec<String> = std::fs::read_to_string(&back).unwrap().lines().map(String::from).collect();
    assert_eq!(lines.remove(0), "id,frame,x,y,z");
    lines.sort();
    assert_eq!(lines.join("\n") + "\n", rows);
    // And the same data set.
    let again = dir.path().join("again");
    assert_code(&import(&back, &again), 0);
    for shard in ["shard-0.bin", "shard-2.bin"] {
        assert!(std::fs::read(data.join(shard)).unwrap() == std::fs::read(again.join(shard)).unwrap(), "{shard}");
    }
    let part = dir.path().join("part.csv");
    let output = export(&part, &["--ids", "7,8", "--steps", "1..2", "--stored", "--json"]);
    assert_eq!(text(&output.stdout).replace([' ', '\n'], ""), "{\"samples\":1,\"without_samples\":[8]}");
    assert_eq!(std::fs::read_to_string(&part).unwrap(), "id,frame,x,y,z\n7,1,1.5,1,2\n");
    assert_code(&export(&data.join("shard-0.bin"), &[]), 2);
    #[cfg(unix)]
    {
        let pipe = dir.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for special in [pipe.as_path(), Path::new("/dev/null"), Path::new("/dev/stdout")] {
            let output = export(special, &[]);
            assert_code(&output, 2);
            assert!(text(&output.stderr).contains("a device"), "{}", text(&output.stderr));
        }
    }
    assert_code(&export(&part, &["--steps", "9..12"]), 2);
    let output = export(&part, &["--ids", "999"]);
    assert_code(&output, 1);
    assert!(text(&output.stderr).contains("no sample of the trajectories 999"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_to_string(&part).unwrap(), "id,frame,x,y,z\n7,1,1.5,1,2\n");
}

#[test]
fn wrong_usage_is_2_and_failure_is_1() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    let data = path(dir.path());
    let usage: [(&[&str], &str); 7] = [
        (&["trajectories", "build", data], "--cell-size"),
        (&["trajectories", "build", data, "--cell-size", "0"], "--cell-size is 0; accepted: a finite number above 0"),
        (&["trajectories", "build", data, "--cell-size", "1", "--memory-limit", "3 apples"], "MiB"),
        (&["trajectories", "build", data, "--cell-size", "1", "--box", "1,2"], "six"),
        (&["trajectories", "build", data, "--cell-size", "1", "--margin", "1", "--box", "0,0,0,1,1,1"], "--margin"),
        (
            &["trajectories", "build", data, "--cell-size", "1", "--steps", "80..90"],
            "time steps of the data set, 0 to 7",
        ),
        (
            &["trajectories", "generate", data, "--trajectories", "1", "--shards", "1", "--interval", "1"],
            "one without a data set",
        ),
    ];
    for (arguments, message) in usage {
        let output = groma(arguments);
        assert_code(&output, 2);
        assert!(text(&output.stderr).contains(message), "{message:?} is not in: {}", text(&output.stderr));
    }
    let output = groma(&["trajectories", "build", "/nowhere", "--cell-size", "1"]);
    assert_code(&output, 1);
    assert_eq!(text(&output.stderr), "error: /nowhere: no such folder\n");
    std::fs::write(dir.path().join("shard-3 (2).bin"), b"").unwrap();
    assert_code(&groma(&["trajectories", "inspect", data]), 1);
}

/// A data set that takes a while.
#[cfg(unix)]
fn many_batches(dir: &tempfile::TempDir, shards: u32) -> std::path::PathBuf {
    use groma::trajectory::generate::{GenerateOptions, generate};
    let data = dir.path().join("data");
    generate(&data, &GenerateOptions::new(2000, shards, 20)).unwrap();
    data
}

/// Interrupts a command once its first batch is at work, sees that it ends with 130, and gives what it said.
#[cfg(unix)]
fn interrupted_at_the_first_batch(arguments: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_groma"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    std::io::BufRead::read_line(&mut stderr, &mut said).unwrap();
    // SAFETY: a signal to a child of ours that was not waited for yet.
    unsafe { libc::kill(child.id() as i32, libc::SIGINT) };
    std::io::Read::read_to_string(&mut stderr, &mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    said
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130_and_says_how_to_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let data = many_batches(&dir, 30);
    let build = ["trajectories", "build", path(&data), "--cell-size", "1", "--threads", "1", "--batch-size", "1"];
    let said = interrupted_at_the_first_batch(&build);
    assert!(said.starts_with("Processing batch 0-0 (1 shards)\n"), "{said}");
    assert!(said.contains("the same command with --resume continues"), "{said}");

    let output = groma(&[&build[..], &["--resume", "--json"]].concat());
    assert_code(&output, 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["tables"], 600);
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_a_query_that_builds_its_tables_first() {
    let dir = tempfile::tempdir().unwrap();
    let data = many_batches(&dir, 60);
    let ask = ["trajectories", "query", path(&data), "--cell-size", "1", "--step", "0", "--at", "0,0,0"];
    let said = interrupted_at_the_first_batch(&[&ask[..], &["--radius", "1", "--build-missing"]].concat());
    assert!(said.starts_with("Processing batch 0"), "{said}");
}

#[test]
fn import_reproduces_the_shards_of_the_real_data() {
    let test = "import_reproduces_the_shards_of_the_real_data";
    for (set, interval) in [("peds-bottleneck", "100"), ("ascidian-embryo", "50")] {
        let Some(folder) = common::shared(test, &format!("data/trajectories/{set}")) else { return };
        let dir = tempfile::tempdir().unwrap();
        let csv = folder.join("trajectories.csv");
        // The smallest limit puts rows aside on the disk.
        for limit in ["256MiB", "14MiB"] {
            let out = dir.path().join(limit);
            let import = ["trajectories", "import", path(&csv), path(&out), "--interval", interval];
            assert_code(&groma(&[&import[..], &["--memory-limit", limit]].concat()), 0);
            for file in std::fs::read_dir(folder.join("shards")).unwrap().map(|f| f.unwrap().path()) {
                let name = file.file_name().unwrap().to_str().unwrap();
                if name.starts_with("shard-") {
                    let ours = std::fs::read(out.join(name)).unwrap();
                    assert!(ours == std::fs::read(&file).unwrap(), "{set}: {name} differs");
                }
            }
            let names = |folder: &Path| {
                let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name()).collect();
                names.sort();
                names
            };
            assert_eq!(names(&out), names(&folder.join("shards")), "{set}");
            let records = |folder: &Path| {
                groma::trajectory::dataset::read_trajectories(&folder.join("dataset-trajmeta.bin")).unwrap().unwrap()
            };
            let without_extent = |folder: &Path| {
                let mut all = records(folder);
                all.iter_mut().for_each(|r| r.extent = [0.0; 3]);
                all
            };
            assert_eq!(without_extent(&out), without_extent(&folder.join("shards")), "{set}");
        }
    }
}

#[test]
fn import_takes_rows_in_any_order_and_names_what_it_cannot_read() {
    let dir = tempfile::tempdir().unwrap();
    let csv = dir.path().join("rows.csv");
    let import = |text: &str, name: &str| {
        std::fs::write(&csv, text).unwrap();
        groma(&["trajectories", "import", path(&csv), path(&dir.path().join(name)), "--interval", "4"])
    };
    let rows = ["7,5,1,2,3", "7,20000,4,5,6", "3,6,7,8,9", "7,6,-1,-2,-3"];
    let text_of = |rows: &[&str]| {
        format!(
            "frame_ignored,id,frame,x,y,z\n{}\n",
            rows.iter().map(|r| format!("0,{r}")).collect::<Vec<_>>().join("\n")
        )
    };
    assert_code(&import(&text_of(&rows), "a"), 0);
    let reversed: Vec<&str> = rows.iter().rev().copied().collect();
    assert_code(&import(&text_of(&reversed), "b"), 0);
    let shards = ["shard-5.bin", "shard-19997.bin"];
    for shard in shards {
        let [a, b] = ["a", "b"].map(|n| std::fs::read(dir.path().join(n).join(shard)).unwrap());
        assert!(a == b, "{shard}");
    }

    let bad: [(&str, &[&str]); 9] = [
        ("id,frame,x,z\n1,2,3,4\n", &["rows.csv", "\"y\" is missing", "id, frame, x, y, z"]),
        ("id,frame,x,y,z\n1,2,3,4,oops\n", &["line 2, column z", "\"oops\"", "a number"]),
        ("id,frame,x,y,z\n1,2,3,4,5\n-1,2,3,4,5\n", &["line 3, column id", "\"-1\"", "a whole number, 0 or more"]),
        ("id,frame,x,y,z\r\n1,2,3,4,5\r\n-1,2,3,4,5\r\n", &["at byte 27", "line 3, column id"]),
        ("id,frame,x,y,z\r\n1,2,3,4,5\r\n1,2,0,0,0\r\n", &["lines 2 and 3 both have id 1 and frame 2"]),
        ("id,frame,x,y,z\n1,-2,3,4,5\n", &["line 2, column frame", "0 to 2147483647"]),
        ("id,frame,x,y,z\n1,2,3,4,5\n1,3,3,4,5\n1,2,0,0,0\n", &["lines 2 and 4 both have id 1 and frame 2"]),
        ("id,frame,x,y,z\n1,2,3\n", &["accepted: as many in each"]),
        ("id,frame,x,y,z\n", &["no row"]),
    ];
    for (n, (text_in, messages)) in bad.into_iter().enumerate() {
        let name = format!("bad{n}");
        let output = import(text_in, &name);
        assert_code(&output, 1);
        for message in messages {
            assert!(text(&output.stderr).contains(message), "{message:?} is not in: {}", text(&output.stderr));
        }
        assert!(!dir.path().join(&name).exists(), "{text_in:?} left something behind");
    }
}

/// In CI: generated data sets against the independent model of the format's rules.
#[test]
fn generated_data_sets_equal_the_independent_model() {
    let test = "generated_data_sets_equal_the_independent_model";
    let Some(model) = common::shared(test, "tools/hash_table_model.py") else { return };
    let numpy = Command::new("python3").args(["-c", "import numpy"]).output();
    if !numpy.is_ok_and(|o| o.status.success()) {
        return skip(test, "Python 3 with numpy", "pip install numpy");
    }
    let dir = tempfile::tempdir().unwrap();
    for (n, (generator, cell_size)) in [
        ("--traj 300 --shards 4 --steps 7 --late 0.3 --early 0.3 --gap 0.4 --all-entries --shuffle", "10"),
        ("--traj 2000 --shards 5 --steps 5 --stride 9 --first 99990 --id0 4000000000", "33.3"),
        ("--traj 500 --shards 2 --steps 20 --grid 0.1 --extent 20 --gap 0.9", "0.1"),
        ("--traj 400 --shards 3 --steps 6 --center 1e6 2e7 3e5 --id-step 7", "0.0001"),
    ]
    .into_iter()
    .enumerate()
    {
        let data = dir.path().join(format!("data{n}"));
        let generated = Command::new("python3")
            .arg(common::shared(test, "tools/generate_shards.py").unwrap())
            .arg(&data)
            .args(generator.split(' '))
            .output()
            .unwrap();
        assert!(generated.status.success(), "{}", text(&generated.stderr));
        let out = dir.path().join(format!("out{n}"));
        assert_code(
            &groma(&["-q", "trajectories", "build", path(&data), "--cell-size", cell_size, "--output", path(&out)]),
            0,
        );
        let index = groma::trajectory::table::TableFolder::new(&out, cell_size.parse().unwrap());
        std::fs::remove_file(index.path().join("groma-index.json")).unwrap();
        let compared =
            Command::new("python3").arg(&model).arg("--dir").arg(&data).arg(cell_size).arg(&out).output().unwrap();
        let said = text(&compared.stdout);
        let tables: usize = said.trim_start_matches('(').split(',').next().unwrap().parse().unwrap();
        assert!(said.trim_end().ends_with(", [])") && tables >= 18, "{generator}: {said}{}", text(&compared.stderr));
    }
}

#[test]
fn manual_pages_replace_those_of_groma_alone() {
    let dir = tempfile::tempdir().unwrap();
    let pages = dir.path().join("man1");
    let write = || groma(&["man", pages.to_str().unwrap()]);
    assert_code(&write(), 0);
    let first = std::fs::read(pages.join("groma.1")).unwrap();
    let count = std::fs::read_dir(&pages).unwrap().count();
    assert!(count > 15 && pages.join("groma-city-build.1").exists(), "{count} pages");
    // An earlier groma's.
    std::fs::write(pages.join("groma.1"), ".TH groma 1 \"groma 0.0.1\"\nless").unwrap();
    assert_code(&write(), 0);
    assert_eq!(std::fs::read(pages.join("groma.1")).unwrap(), first);
    // Another's: nothing is written, not even what is not in its way.
    let other = ".TH grommet 1\nanother program";
    std::fs::write(pages.join("groma-city.1"), other).unwrap();
    std::fs::remove_file(pages.join("groma.1")).unwrap();
    let output = write();
    assert_code(&output, 2);
    let told = text(&output.stderr);
    assert!(told.contains("groma-city.1, which no groma has written") && told.contains("move the file away"), "{told}");
    assert_eq!(std::fs::read_to_string(pages.join("groma-city.1")).unwrap(), other);
    assert!(!pages.join("groma.1").exists());
}

#[test]
fn numbers_of_the_trajectories_commands_have_a_range_that_help_and_refusal_tell() {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    assert_code(
        &groma(&["trajectories", "generate", data, "--trajectories", "3", "--shards", "1", "--interval", "2"]),
        0,
    );
    let csv = dir.path().join("a.csv");
    std::fs::write(&csv, "id,frame,x,y,z\n1,0,1,2,3\n").unwrap();
    let csv = csv.to_str().unwrap();
    let generate = |counts: [&str; 3]| {
        let [trajectories, shards, steps] = counts;
        groma(&[
            "trajectories",
            "generate",
            out,
            "--trajectories",
            trajectories,
            "--shards",
            shards,
            "--interval",
            steps,
        ])
    };
    let build = |option: &[&str]| groma(&[&["trajectories", "build", data, "--cell-size", "2"], option].concat());
    let refusals = [
        ("build", "to 1024", build(&["--threads", "1025"])),
        ("build", "1 or more", build(&["--batch-size", "0"])),
        ("build", "0 to 2147483647", build(&["--steps", "0..4294967295"])),
        ("build", "0 to 2147483647", build(&["--steps", "-1..4"])),
        ("generate", "1 to 2147483647", generate(["2147483648", "1", "1"])),
        ("generate", "1 to 178956969", generate(["1", "1", "178956970"])),
        ("generate", "2147483647", generate(["1", "2147483647", "2"])),
        ("import", "1 to 178956969", groma(&["trajectories", "import", csv, out, "--interval", "178956970"])),
        ("import", "1 to 178956969", groma(&["trajectories", "import", csv, out, "--interval", "0"])),
    ];
    for (command, range, output) in refusals {
        assert!(!output.status.success(), "{command}");
        let told = text(&output.stderr);
        assert!(told.contains(range), "{command}: {range:?} is not in: {told}");
        let help = groma(&["trajectories", command, "--help"]);
        let help = text(&help.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(range), "{command}: {range:?} is not in: {help}");
    }
    for command in ["build", "import", "inspect", "preview"] {
        let help = groma(&["trajectories", command, "--help"]);
        let help = text(&help.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("too little is refused with what suffices [default: 256MiB]"), "{help}");
    }
}
