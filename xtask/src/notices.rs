//! The licences of what is compiled into the library: binaries must carry them.

use std::path::PathBuf;
use std::process::Command;

use crate::files::read;
use crate::target::{output, registries};
use crate::{Result, root};

/// The licences of all that is in the library and the command line.
pub fn text(targets: &[&str]) -> Result<String> {
    let mut text = of_crates("Cargo.toml", "groma", targets)?;
    // The program of the pages begins with a remark that has all of it.
    let pages = read(&root().join("viewer/dist/viewer.js"))?;
    let notices = pages.strip_prefix("/*").and_then(|text| text.split_once("*/"));
    let (notices, _) = notices.ok_or("viewer/dist/viewer.js does not begin with its licences")?;
    text += &format!("\n{}\n", notices.trim());
    Ok(text)
}

/// The licences of all that is in a wheel.
pub fn of_wheel(target: &str) -> Result<String> {
    of_crates("python/Cargo.toml", "groma-python", &[target])
}

fn of_crates(manifest: &str, package: &str, targets: &[&str]) -> Result<String> {
    let mut tree = Command::new("cargo");
    tree.current_dir(root()).args(["tree", "--edges=normal,no-proc-macro", "--prefix=none"]);
    tree.args(["--manifest-path", manifest, "--package", package]);
    tree.args(["--locked", "--no-dedupe", "--format={p}|{l}"]);
    tree.args(targets.iter().flat_map(|target| ["--target", target]));
    let tree = output(&mut tree)?;
    let mut crates: Vec<&str> = tree.lines().filter(|line| !line.is_empty() && !line.starts_with("groma")).collect();
    crates.sort();
    crates.dedup();
    let mut text =
        "The binaries of groma contain the standard library of Rust (MIT OR Apache-2.0, The Rust Project Developers), \
                    and these crates from crates.io:\n"
            .to_string();
    for line in crates {
        let (package, licence) = line.split_once('|').ok_or(format!("cargo tree: {line:?}"))?;
        let package = package.split(' ').take(2).collect::<Vec<_>>().join(" ");
        text += &format!("\n==== {package}: {licence}\n\n{}", own_text(&package.replace(" v", "-"))?);
    }
    Ok(text)
}

/// The text that a crate brings of its licence, that of MIT where there are several.
fn own_text(folder: &str) -> Result<String> {
    let mut found: Vec<PathBuf> = Vec::new();
    for registry in registries()? {
        for entry in std::fs::read_dir(registry.join(folder)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().to_uppercase();
            if ["LICEN", "COPYING", "NOTICE", "UNLICEN"].iter().any(|start| name.starts_with(start))
                && entry.path().is_file()
            {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    if let Some(mit) = found.iter().position(|path| path.to_string_lossy().to_uppercase().contains("MIT")) {
        found = vec![found.swap_remove(mit)];
    }
    found.iter().map(|path| read(path)).collect()
}
