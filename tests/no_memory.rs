//! A system that has no more memory: a status, and nothing half done.
#![cfg(target_os = "linux")]

mod common;

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use groma::city::generate::{self, GenerateOptions as CityOptions};
use groma::trajectory::generate::{GenerateOptions, generate};

const MIB: u64 = 1 << 20;

/// Runs the command line where all memory of the process, also what is only reserved, is so much.
fn with_memory(bytes: u64, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
    command.args(arguments).args(["--memory-limit", "8GiB"]);
    // SAFETY: between fork and exec only a system call is made.
    unsafe {
        command.pre_exec(move || {
            let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
            if libc::setrlimit(libc::RLIMIT_AS, &limit) == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
        });
    }
    command.output().unwrap()
}

/// Goes up from a process that barely starts: the build ends with a message about memory each time, until it succeeds.
fn refused_until_there_is_enough(arguments: &[&str], memory: std::ops::Range<u64>) {
    let step = ((memory.end - memory.start) / 12) as usize;
    for (refused, mib) in memory.step_by(step).enumerate() {
        let output = with_memory(mib * MIB, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            assert!(refused > 0, "{mib} MiB are enough: this tests nothing");
            return;
        }
        assert_eq!(output.status.code(), Some(1), "with {mib} MiB: {}\n{said}", output.status);
        assert!(said.contains("no memory"), "with {mib} MiB: {said}");
    }
    panic!("never enough");
}

#[test]
fn tables() {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &GenerateOptions::new(200_000, 1, 60)).unwrap();
    let data = dir.path().to_str().unwrap();
    refused_until_there_is_enough(&["trajectories", "build", data, "--cell-size", "20", "--threads", "1"], 60..600);
    assert_eq!(common::tables_below(dir.path()).len(), 60);
}

#[test]
fn city() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("city");
    generate::write(&data, &CityOptions::new(6000)).unwrap();
    let file = |name: &str| data.join(name).to_str().unwrap().to_string();
    let store = dir.path().join("store");
    let (footprints, terrain) = (file("footprints.geojson"), file("terrain.tif"));
    let build = ["city", "build", &footprints, "--terrain", &terrain, "--store", path(&store)];
    let arguments = [&build[..], &["--tile-size", "100000", "--threads", "1"]].concat();
    // Reading the inputs takes many small pieces; from there on, what is large is asked for first.
    refused_until_there_is_enough(&arguments, 60..600);
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
