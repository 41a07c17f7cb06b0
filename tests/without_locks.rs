//! Folders on file systems without locks, as NFS without its daemon: builds say that nobody is kept out, and parts,
//! which need no locks, give what they give elsewhere. A library that is loaded before the system's refuses every lock.

#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::skip;
use groma::city::generate::{self, GenerateOptions};
use groma::trajectory::generate as crowd;

const NO_LOCKS: &str = "#include <errno.h>\nint flock(int fd, int how) { errno = ENOLCK; return -1; }\n";

struct Commands {
    dir: tempfile::TempDir,
    preloaded: PathBuf,
}

impl Commands {
    fn new() -> Commands {
        let dir = tempfile::tempdir().unwrap();
        let (source, preloaded) = (dir.path().join("locks.c"), dir.path().join("locks.so"));
        std::fs::write(&source, NO_LOCKS).unwrap();
        let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&preloaded).arg(&source).output().unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        generate::write(dir.path().join("town"), &GenerateOptions::new(80)).unwrap();
        crowd::generate(dir.path().join("crowd"), &crowd::GenerateOptions::new(40, 4, 3)).unwrap();
        Commands { dir, preloaded }
    }

    /// Runs a command, with locks or without, and returns what it says.
    fn run(&self, line: &str, has_locks: bool) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
        command.current_dir(self.dir.path()).args(line.split(' '));
        if !has_locks {
            command.env("LD_PRELOAD", &self.preloaded);
        }
        let output = command.output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{line}: {stderr}");
        stderr
    }

    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let files = std::fs::read_dir(self.dir.path().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_string();
        let kept = files.filter(|path| path.is_file() && !name(path).ends_with(".lock"));
        kept.map(|path| (name(&path), std::fs::read(&path).unwrap())).collect()
    }
}

#[test]
fn without_locks_builds_say_so_and_parts_need_none() {
    if !Command::new("cc").arg("--version").output().is_ok_and(|o| o.status.success()) {
        return skip("without_locks_builds_say_so_and_parts_need_none", "cc", "install gcc or clang");
    }
    let commands = Commands::new();
    let city = "town/footprints.geojson --terrain town/terrain.tif --tile-size 250 --threads 2 --store";
    let tables = "crowd --cell-size 5 --threads 2 --output";
    assert!(!commands.run(&format!("city build {city} whole"), true).contains("no locks"));
    commands.run(&format!("trajectories build {tables} tables"), true);
    for (line, has_warning) in [
        (format!("city build {city} alone"), true),
        (format!("city plan {city} parts"), true),
        ("city build --store parts --part 2/2".to_string(), false),
        ("city build --store parts --part 1/2".to_string(), false),
        ("city finish --store parts".to_string(), true),
        (format!("trajectories build {tables} tables-alone"), true),
        (format!("trajectories plan {tables} tables-parts"), true),
        (format!("trajectories build {tables} tables-parts --part 1/2"), false),
        (format!("trajectories build {tables} tables-parts --part 2/2"), false),
        (format!("trajectories finish {tables} tables-parts"), true),
    ] {
        let said = commands.run(&line, false);
        assert_eq!(said.contains("has no locks that work"), has_warning, "{line}: {said}");
    }
    let whole = commands.files("whole");
    assert!(commands.files("alone") == whole && commands.files("parts") == whole);
    let tables = |name: &str| commands.files(&format!("{name}/spatial_hashing/cellsize_5.000"));
    assert!(tables("tables-alone") == tables("tables") && tables("tables-parts") == tables("tables"));
}
