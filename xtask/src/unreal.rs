//! The Unreal plugin with its binaries in place.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::{copy, copy_folder, write};
use crate::target::{self, Built, GLIBC, Target};
use crate::{Result, notices, options, root};

/// The folder of a platform in `GromaLibrary`.
fn folder(triple: &str) -> Result<&'static str> {
    match triple {
        target::LINUX => Ok("Linux"),
        target::WINDOWS | "x86_64-pc-windows-msvc" => Ok("Win64"),
        "x86_64-apple-darwin" | "aarch64-apple-darwin" => Ok("Mac"),
        other => Err(format!(
            "the plugin has no folder for {other}; accepted: x86_64-unknown-linux-gnu, x86_64-pc-windows-gnu, \
             x86_64-pc-windows-msvc, x86_64-apple-darwin or aarch64-apple-darwin"
        )),
    }
}

pub fn run(arguments: &[String]) -> Result<()> {
    let (mut targets, mut profile, mut into) = (Vec::new(), "release", None);
    for (option, value) in options(arguments, &["--target", "--profile", "--into"])? {
        match option {
            "--target" => targets.push(Target::named(value)?),
            "--profile" => profile = value,
            _ => into = Some(PathBuf::from(value)),
        }
    }
    if targets.is_empty() {
        targets.push(Target::shipped()?);
    }
    for target in &targets {
        folder(&target.triple)?;
    }
    // Before the minutes of compiling.
    let into = into.map(|folder| place_in(&folder)).transpose()?;
    let builds = targets.iter().map(|target| target.build(profile, "")).collect::<Result<Vec<_>>>()?;
    let source = root().join("ue_plugin/SpatialHashedTrajectory");
    let plugin = match into {
        Some(laid) => {
            // A source file of an earlier version would be compiled along.
            let sources = laid.join("Source");
            if sources.exists() {
                std::fs::remove_dir_all(&sources).map_err(|e| format!("cannot remove {}: {e}", sources.display()))?;
                println!("replaced what an earlier version had laid into {}", sources.display());
            }
            copy_folder(&source, &laid)?;
            copy(&root().join("LICENSE"), &laid.join("LICENSE"))?;
            let triples: Vec<&str> = targets.iter().map(|target| target.triple.as_str()).collect();
            write(&laid.join("THIRD-PARTY.txt"), &notices::text(&triples)?)?;
            laid
        }
        None => source,
    };
    lay(&builds.iter().collect::<Vec<_>>(), &plugin)?;
    println!("the library is laid into {}", plugin.display());
    Ok(())
}

const LIBRARY: &str = "Source/ThirdParty/GromaLibrary";

/// Where the plugin goes in a folder of plugins.
fn place_in(plugins: &Path) -> Result<PathBuf> {
    let named = "--into takes the Plugins folder of a project";
    let shown = plugins.display();
    let plugins = plugins.canonicalize().map_err(|e| format!("{shown}: {e}; {named}, which must be there"))?;
    if has_a(&plugins, "uplugin") {
        return Err(format!("{shown} is a plugin itself; {named}"));
    }
    if !plugins.parent().is_some_and(|folder| has_a(folder, "uproject")) {
        println!("note: there is no .uproject beside {shown}");
    }
    let copy = plugins.join("SpatialHashedTrajectory");
    if copy.exists() && !copy.join(LIBRARY).is_dir() {
        return Err(format!("{} is another plugin of that name; close the editor and remove it first", copy.display()));
    }
    Ok(copy)
}

/// Whether a folder has a file with an extension.
fn has_a(folder: &Path, extension: &str) -> bool {
    let is_one = |entry: std::fs::DirEntry| entry.path().extension().is_some_and(|e| e == extension);
    std::fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(is_one))
}

/// Lays what was built into a plugin.
pub fn lay(builds: &[&Built], plugin: &Path) -> Result<()> {
    let library = plugin.join(LIBRARY);
    copy(&root().join("include/groma.h"), &library.join("include/groma.h"))?;
    for built in builds {
        let folder = library.join(folder(&built.triple)?);
        let shared = folder.join(built.names().shared);
        copy(&built.shared(), &shared)?;
        if built.names().import.is_some() {
            copy(&built.import_for_msvc()?, &folder.join("groma.lib"))?;
        }
        if built.triple == target::LINUX {
            check_linux(&shared)?;
        }
    }
    Ok(())
}

/// Tells when the library asks for a newer glibc than Unreal users have. Staging also wants it to have no SONAME.
fn check_linux(library: &Path) -> Result<()> {
    let Ok(text) = target::output(Command::new("objdump").arg("-p").arg(library)) else {
        println!("note: which glibc {} asks for is not known, for objdump (binutils) is missing", library.display());
        return Ok(());
    };
    if text.lines().any(|line| line.trim_start().starts_with("SONAME")) {
        return Err(format!("{} has a SONAME; Unreal stages the file under its own name", library.display()));
    }
    let (major, minor) = target::glibc(&text);
    if (major, minor) > GLIBC {
        println!(
            "note: this libgroma.so asks for glibc {major}.{minor}; Unreal's toolchain and older systems have {}.{}.",
            GLIBC.0, GLIBC.1
        );
    }
    Ok(())
}
