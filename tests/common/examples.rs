//! The programs in `examples`, built against an installed library with the commands of their READMEs.
#![allow(dead_code)] // Each test uses a part.

use std::path::Path;
use std::process::{Command, Output};

use crate::common::skip;

/// What the programs print, among other things.
pub const EXPECTED: [&str; 6] = [
    "60 tables of 58000 samples",
    "within 5 of (100, 100, 3) at time step 30:",
    "  trajectory 543: 1 samples, the first at time step 30, 4.44 away",
    "  trajectory 458: 12 samples, the first at time step 30, 3.54 away",
    "tile 0_2_1x1: 82 triangles, 15 to 18 m high",
    "the buildings of 0_0_1x1: 3508 triangles around (128, 127, 6)",
];

pub fn succeeded(what: &str, output: Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{what}: {}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr));
    text
}

/// Whether what the READMEs use is there.
pub fn tools(test: &str) -> bool {
    let tools = ["cc", "c++", "make", "cmake", "pkg-config"];
    let missing = tools.into_iter().find(|tool| Command::new(tool).arg("--version").output().is_err());
    if let Some(tool) = missing {
        skip(test, tool, "install the packages build-essential, cmake and pkg-config");
    }
    missing.is_none()
}

/// The commands of a README but for the installation, which was done.
fn commands(readme: &Path) -> String {
    let text = std::fs::read_to_string(readme).unwrap();
    let commands = text.lines().filter_map(|line| line.strip_prefix("    "));
    let (install, rest): (Vec<&str>, Vec<&str>) = commands
        .partition(|command| command.starts_with("cargo xtask install") || command.starts_with("export PREFIX="));
    assert_eq!(install.len(), 2, "the commands that install");
    assert!(rest.len() >= 8, "the commands that build and run: {rest:?}");
    rest.join("\n")
}

/// Builds and runs the examples of a folder in one of their own, with the library that is in the prefix.
pub fn run_readme(source: &Path, prefix: &Path) {
    let dir = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(source).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), dir.path().join(file.file_name())).unwrap();
    }
    let mut shell = Command::new("sh");
    shell.current_dir(&dir).args(["-euc", &commands(&source.join("README.md"))]).env("PREFIX", prefix);
    // What cargo sets for its tests must not be what finds the library.
    shell.env_remove("LD_LIBRARY_PATH").env_remove("DYLD_FALLBACK_LIBRARY_PATH");
    let text = succeeded("the commands of the README", shell.output().unwrap());
    for line in EXPECTED {
        // Once as CMake built it, once as make did.
        assert_eq!(text.lines().filter(|l| *l == line).count(), 2, "{line:?} in\n{text}");
    }
    if cfg!(target_os = "linux") {
        for (program, shared) in [("trajectories", true), ("city", false)] {
            for folder in ["", "build"] {
                let program = dir.path().join(folder).join(program);
                let needs = succeeded("ldd", Command::new("ldd").arg(&program).output().unwrap());
                assert_eq!(needs.contains("groma"), shared, "{}: {needs}", program.display());
            }
        }
    }
}
