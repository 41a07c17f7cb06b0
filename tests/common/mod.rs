//! What the product tests share: where the data are, skipping aloud, a naive twin of the build.
#![allow(dead_code, missing_docs)]

pub mod city;
pub mod dataset;
pub mod truth;
pub mod twin;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Whether a missing tool or data set fails a test instead of skipping it.
pub fn require_all() -> bool {
    std::env::var_os("GROMA_REQUIRE_ALL").is_some_and(|v| v == "1")
}

/// Says what was not tested and how to get what it needs; with `GROMA_REQUIRE_ALL=1` fails.
pub fn skip(test: &str, missing: &str, how_to_get_it: &str) {
    let message = format!("SKIPPED {test}: {missing} is missing; {how_to_get_it}");
    assert!(!require_all(), "{message} (GROMA_REQUIRE_ALL=1 makes this a failure)");
    // Around the test harness, which shows the output of failed tests only.
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{message}\n"));
}

/// A folder of the test data beside the project; `None`, said aloud, where they are absent.
pub fn shared(test: &str, path: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if folder.exists() {
        return Some(folder);
    }
    skip(
        test,
        &format!("../shared/{path}"),
        "the folder of golden and real data, which is no part of the repository, belongs beside the project's folder",
    );
    None
}

/// All tables below an output folder, by their path relative to it. Anything else but groma's index fails the test.
pub fn tables_below(output: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut tables = BTreeMap::new();
    let root = output.join("spatial_hashing");
    if !root.exists() {
        return tables;
    }
    for folder in std::fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        for file in std::fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            let name = file.file_name().unwrap().to_str().unwrap();
            if name == "groma-index.json" {
                continue;
            }
            assert!(name.starts_with("timestep_") && name.ends_with(".bin"), "left behind: {}", file.display());
            let relative = file.strip_prefix(output).unwrap().to_str().unwrap().replace('\\', "/");
            tables.insert(relative, std::fs::read(&file).unwrap());
        }
    }
    tables
}

pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Asserts that two sets of tables are the same, naming the first difference.
pub fn assert_same_tables(what: &str, ours: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    let names = |m: &BTreeMap<String, Vec<u8>>| m.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(ours), names(expected), "{what}: the tables there are");
    for (name, bytes) in ours {
        assert!(*bytes == expected[name], "{what}: {name} differs");
    }
}

/// Copies a program that is to be run. Another process does it: a file that this one has open to be written, the
/// children that other threads start at that moment have open too, and what is open to be written cannot be run.
pub fn copy_program(from: &Path, to: &Path) {
    let copied = std::process::Command::new("cp").arg(from).arg(to).status().unwrap();
    assert!(copied.success(), "cp {} {}", from.display(), to.display());
}
