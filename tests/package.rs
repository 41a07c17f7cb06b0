//! What is published: the files of the package, and the oldest Rust that builds it.

use std::path::Path;
use std::process::Command;

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--offline", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_package_is_the_library_the_command_and_their_pages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = cargo(&["package", "--list", "--allow-dirty"]);
    let files: Vec<&str> = listed.lines().collect();
    for needed in
        ["src/lib.rs", "src/bin/groma/main.rs", "include/groma.h", "include/groma.hpp", "README.md", "LICENSE"]
            .into_iter()
            .chain([
                "viewer/dist/city.html",
                "viewer/dist/trajectories.html",
                "viewer/dist/viewer.css",
                "viewer/dist/viewer.js",
            ])
    {
        assert!(files.contains(&needed), "{needed} is not in the package");
    }
    let made_by_cargo = ["Cargo.lock", "Cargo.toml", "Cargo.toml.orig", ".cargo_vcs_info.json"];
    let folders = ["src", "include", "examples", "docs", "viewer"];
    for file in &files {
        let top = file.split(['/', '\\']).next().unwrap();
        let page = ["README.md", "CHANGELOG.md", "LICENSE"].contains(file);
        assert!(page || made_by_cargo.contains(file) || folders.contains(&top), "{file} is in the package");
    }
    // What the source includes as text must be there too.
    let library = std::fs::read_to_string(root.join("src/lib.rs")).unwrap();
    for (_, rest) in library.match_indices("include_str!(\"../").map(|(at, found)| (at, &library[at + found.len()..])) {
        let page = rest.split('"').next().unwrap();
        assert!(files.contains(&page), "src/lib.rs includes {page}, which is not in the package");
    }
}

/// clippy's `incompatible_msrv` tells what of the standard library is newer than `rust-version`; dependencies are
/// looked at here.
#[test]
fn no_dependency_wants_a_newer_rust_than_is_promised() {
    // Of other platforms the dependencies need not be on this machine.
    let about = Command::new("rustc").arg("-vV").output().unwrap();
    let about = String::from_utf8(about.stdout).unwrap();
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = cargo(&["metadata", "--format-version", "1", "--filter-platform", host]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let version = |text: &str| -> Vec<u32> {
        let mut numbers: Vec<u32> = text.split('.').map(|number| number.parse().unwrap()).collect();
        numbers.resize(3, 0);
        numbers
    };
    let promised = version(env!("CARGO_PKG_RUST_VERSION"));
    let packages = metadata["packages"].as_array().unwrap();
    let newer: Vec<String> = packages
        .iter()
        .filter(|package| package["rust_version"].as_str().is_some_and(|wanted| version(wanted) > promised))
        .map(|package| format!("{} wants {}", package["id"], package["rust_version"]))
        .collect();
    assert!(packages.len() > 50 && newer.is_empty(), "newer than {promised:?}: {newer:?}");
}
