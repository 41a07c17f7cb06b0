//! Answers on standard output: printed piece by piece, given up at a signal, ended quietly when nobody reads any more.

mod common;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use common::dataset::{TestEntry, TestShard};

fn groma(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    groma(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A data set with tables of cell size 1000 in which one question has all samples for an answer.
fn crowd(folder: &Path, trajectories: u64, steps: usize) {
    let walk = |id: u64| (0..steps).map(|k| [id as f32 * 0.01, k as f32, 0.5]).collect();
    let entries = (0..trajectories).map(|id| TestEntry::new(id, walk(id))).collect();
    TestShard::new(0, steps, entries).write(folder);
    let built = run(&["-q", "trajectories", "build", folder.to_str().unwrap(), "--cell-size", "1000"]);
    assert!(built.status.success(), "{}", text(&built.stderr));
}

/// All samples, in a way of printing.
fn ask_for_all(folder: &Path, last: usize, how: &[&str]) -> Child {
    let last = last.to_string();
    let question = ["-q", "trajectories", "query", folder.to_str().unwrap(), "--cell-size", "1000", "--at", "0,0,0"];
    let range = ["--radius", "1e9", "--step", "0", "--last-step", &last];
    groma(&[&question[..], &range, how].concat()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn an_answer_is_one_piece_of_json_csv_or_text() {
    let dir = tempfile::tempdir().unwrap();
    crowd(dir.path(), 3, 2);
    let answer = |how: &[&str]| text(&ask_for_all(dir.path(), 1, how).wait_with_output().unwrap().stdout);
    let json: serde_json::Value = serde_json::from_str(&answer(&["--json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 3);
    assert_eq!(json[2]["id"], 2);
    assert_eq!(json[2]["samples"][1]["time_step"], 1);
    assert_eq!(json[2]["samples"][1]["position"], serde_json::json!([f64::from(0.02f32), 1.0, 0.5]));
    assert!(json[0].get("coordinate_origin").is_none());
    let csv = answer(&["--csv"]);
    assert_eq!(csv.lines().collect::<Vec<_>>()[..2], ["id,time_step,x,y,z,distance", "0,0,0,0,0.5,0.5"]);
    assert_eq!(csv.lines().count(), 7);
    assert!(answer(&[]).ends_with("3 trajectories, 6 samples\n"));
}

#[test]
fn an_origin_and_what_is_infinitely_far_are_in_the_answer() {
    let dir = tempfile::tempdir().unwrap();
    let (csv, data) = (dir.path().join("rows.csv"), dir.path().join("data"));
    let rows = "id,frame,x,y,z\n1,0,5000000.25,0,0\n1,2,5000002.25,0,0\n2,0,5000000.25,1,0\n2,1,5000001.25,1,0\n\
                2,2,5000002.25,1,0\n";
    std::fs::write(&csv, rows).unwrap();
    let [csv, data] = [&csv, &data].map(|path| path.to_str().unwrap());
    let imported = run(&["trajectories", "import", csv, data, "--interval", "3", "--origin", "5e6,-0.5,0", "--json"]);
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    let report: serde_json::Value = serde_json::from_slice(&imported.stdout).unwrap();
    assert_eq!(report["coordinate_origin"], serde_json::json!([5.0e6, -0.5, 0.0]));
    let question = ["-q", "trajectories", "query", data, "--cell-size", "1", "--build-missing", "--step", "0"];
    let moving = ["--last-step", "2", "--trajectory", "1", "--radius", "1"];
    let ask = |how: &[&str]| text(&run(&[&question[..], &moving, how].concat()).stdout);
    let json: serde_json::Value = serde_json::from_str(&ask(&["--json"])).unwrap();
    assert_eq!(json["coordinate_origin"], report["coordinate_origin"]);
    let found = &json["trajectories"][0]["samples"];
    let distances: Vec<_> = (0..3).map(|n| found[n]["distance"].as_f64()).collect();
    assert_eq!(distances, [Some(1.0), None, Some(1.0)]);
    assert_eq!(found[1]["distance"], serde_json::Value::Null);
    // An answer in which nothing was found has the origin, too.
    let around = |how: &[&str]| -> serde_json::Value {
        let output = run(&[&question[..], &["--at", "900,0,0", "--radius", "1", "--json"], how].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let (origin, none) = (&report["coordinate_origin"], serde_json::json!([]));
    assert_eq!(around(&[]), serde_json::json!({"coordinate_origin": origin, "trajectories": none}));
    let two = serde_json::json!({"coordinate_origin": origin, "inner": none, "outer": none});
    assert_eq!(around(&["--inner", "0.5"]), two);
    assert_eq!(ask(&["--csv"]).lines().nth(2), Some("2,1,1.25,1.5,0,inf"));
    assert!(ask(&[]).ends_with("positions are relative to the data set's origin, 5000000,-0.5,0\n"));
    let inspected = text(&run(&["trajectories", "inspect", data]).stdout);
    assert!(inspected.contains("coordinate origin      [5000000.0,-0.5,0.0]"), "{inspected}");
}

#[test]
fn numbers_below_zero_are_refused_by_the_options_own_range() {
    let dir = tempfile::tempdir().unwrap();
    crowd(dir.path(), 2, 2);
    let data = dir.path().to_str().unwrap();
    fn query<'a>(data: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        [&["trajectories", "query", data, "--at", "-1,0,0"][..], more].concat()
    }
    for (arguments, words) in [
        (query(data, &["--cell-size", "1000", "--step", "0", "--radius", "-1"]), "--radius is -1; accepted: 0 or more"),
        (query(data, &["--cell-size", "-2.5", "--step", "0", "--radius", "1"]), "--cell-size is -2.5; accepted"),
        (query(data, &["--cell-size", "1000", "--step", "0", "--radius", "1", "--inner", "-1e-3"]), "-0.001"),
        (vec!["trajectories", "build", data, "--cell-size", "2", "--margin", "-1"], "--margin is -1; accepted"),
        (vec!["trajectories", "build", data, "--cell-size", "2", "--steps", "-3..-1"], "--steps is -3 to -1; accepted"),
        (vec!["trajectories", "import", data, data, "--interval", "-4"], "-4 is not in"),
        (
            vec![
                "trajectories",
                "generate",
                data,
                "--shards",
                "1",
                "--steps",
                "2",
                "--trajectories",
                "1",
                "--late",
                "-1",
            ],
            "0 to 1 is accepted",
        ),
    ] {
        let output = run(&arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words) && !said.contains("-- -"), "{arguments:?}: {said}");
    }
    // A step below 0 is one at which there is nothing, and a size without tables names those that there are.
    let output = run(&query(data, &["--cell-size", "1000", "--step", "-1", "--radius", "5"]));
    assert!(output.status.success() && text(&output.stdout).contains("0 trajectories"));
    let output = run(&query(data, &["--cell-size", "3", "--step", "0", "--radius", "5"]));
    let said = text(&output.stderr);
    assert!(said.contains("no table for time step 0 of cell size 3, but of 1000 (cell_size, --cell-size)"), "{said}");
}

#[cfg(unix)]
mod unix {
    use std::io::Read;

    use super::*;

    /// The child once it has begun to print, and then waits for a reader.
    fn begun(mut child: Child) -> Child {
        let mut start = [0; 1000];
        child.stdout.as_mut().unwrap().read_exact(&mut start).unwrap();
        child
    }

    #[test]
    fn a_signal_while_an_answer_is_printed_ends_it() {
        let dir = tempfile::tempdir().unwrap();
        crowd(dir.path(), 4000, 4);
        for signal in ["-INT", "-TERM"] {
            for how in [&["--json"][..], &["--csv"], &[]] {
                let mut child = begun(ask_for_all(dir.path(), 3, how));
                let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
                assert!(sent.success());
                // Nobody reads what is still in the pipe.
                let code = child.wait().unwrap().code();
                let mut said = String::new();
                child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
                assert_eq!(code, Some(130), "{signal} {how:?}: {said}");
                assert!(said.contains("cancelled; the answer is not whole"), "{said}");
            }
        }
    }

    #[test]
    fn a_reader_that_goes_away_ends_a_command_quietly() {
        let dir = tempfile::tempdir().unwrap();
        crowd(dir.path(), 4000, 4);
        for how in [&["--json"][..], &["--csv"], &[]] {
            let mut child = begun(ask_for_all(dir.path(), 3, how));
            drop(child.stdout.take());
            let output = child.wait_with_output().unwrap();
            assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{how:?}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_is_never_in_memory_as_text() {
    use std::io::Read;
    const SAMPLES: u64 = 300_000;
    let dir = tempfile::tempdir().unwrap();
    crowd(dir.path(), SAMPLES / 10, 10);
    for how in [&["--json"][..], &["--csv"]] {
        let mut child = ask_for_all(dir.path(), 9, how);
        let mut out = child.stdout.take().unwrap();
        // What is left to print is more than a pipe holds, so that the command is still there.
        let mut start = vec![0; if how == ["--json"] { 30 << 20 } else { 5 << 20 }];
        out.read_exact(&mut start).unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let peak: u64 = peak.trim().strip_suffix(" kB").unwrap().parse().unwrap();
        let mut rest = Vec::new();
        out.read_to_end(&mut rest).unwrap();
        assert!(child.wait().unwrap().success() && rest.len() > 1 << 20, "{how:?}: {} bytes left", rest.len());
        // The answer itself, as it is gathered and in order, the shard and the tables; the values of JSON took 1,200
        // bytes a sample.
        assert!(1024 * peak < (40 << 20) + 200 * SAMPLES, "{how:?}: {peak} KiB");
    }
}

/// The standard library puts /dev/null in the place of a descriptor that is closed.
#[cfg(unix)]
#[test]
fn an_answer_for_which_there_is_no_stdout_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    common::dataset::write_all(dir.path(), &common::dataset::plain());
    let shell = |script: &str| {
        let mut command = std::process::Command::new("sh");
        command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_groma")).arg(dir.path());
        command.stdin(std::process::Stdio::null()).output().unwrap()
    };
    let query = "\"$0\" trajectories query \"$1\" --cell-size 2 --step 1 --at 0,0,0 --radius 5 --build-missing";
    for (command, format) in
        [(query, ""), (query, "--csv"), (query, "--json"), ("\"$0\" trajectories inspect \"$1\"", "")]
    {
        let refused = shell(&format!("{command} {format} >&-"));
        let text = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{text}");
        assert!(text.contains("cannot write standard output: it was closed"), "{text}");
        // What nobody wants to see is no error.
        let passed_over = shell(&format!("{command} {format} > /dev/null"));
        let problems = command.contains("inspect").then_some(1);
        assert_eq!(passed_over.status.code(), problems.or(Some(0)));
    }
}
