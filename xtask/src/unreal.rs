//! The Unreal plugin with its binaries in place.

use std::path::{Path, PathBuf};
use std::process::Command;

type Result<T> = std::result::Result<T, String>;

/// The newest glibc that Unreal's Linux toolchain and the systems games run on are sure to have.
const GLIBC: (u32, u32) = (2, 28);

/// A platform of Unreal: its folder in `GromaLibrary`, and what goes there under which name.
struct Platform {
    folder: &'static str,
    files: &'static [(&'static str, &'static str)],
}

fn platform(triple: &str) -> Result<Platform> {
    let (folder, files): (_, &[_]) = match triple {
        "x86_64-unknown-linux-gnu" => ("Linux", &[("libgroma.so", "libgroma.so")]),
        "x86_64-pc-windows-msvc" => ("Win64", &[("groma.dll", "groma.dll"), ("groma.dll.lib", "groma.lib")]),
        "x86_64-apple-darwin" | "aarch64-apple-darwin" => ("Mac", &[("libgroma.dylib", "libgroma.dylib")]),
        other => {
            return Err(format!(
                "the plugin has no folder for {other}: x86_64-unknown-linux-gnu, x86_64-pc-windows-msvc, \
                 x86_64-apple-darwin or aarch64-apple-darwin"
            ));
        }
    };
    Ok(Platform { folder, files })
}

struct Options {
    targets: Vec<String>,
    profile: String,
    into: Option<PathBuf>,
}

fn parse(arguments: &[String]) -> Result<Options> {
    let mut options = Options { targets: Vec::new(), profile: "release".into(), into: None };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or(format!("{argument} wants a value"));
        match argument.as_str() {
            "--target" => options.targets.push(value?.clone()),
            "--profile" => options.profile = value?.clone(),
            "--into" => options.into = Some(value?.into()),
            other => return Err(format!("no option {other:?}: --target, --profile or --into")),
        }
    }
    Ok(options)
}

pub fn run(arguments: &[String]) -> Result<()> {
    let options = parse(arguments)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_path_buf();
    let host = host()?;
    let targets = if options.targets.is_empty() { vec![host.clone()] } else { options.targets.clone() };
    let platforms = targets.iter().map(|t| Ok((t, platform(t)?))).collect::<Result<Vec<_>>>()?;

    let source = root.join("ue_plugin/SpatialHashedTrajectory");
    let plugin = match &options.into {
        Some(folder) => {
            let copy = folder.join("SpatialHashedTrajectory");
            copy_folder(&source, &copy)?;
            copy
        }
        None => source,
    };
    let library = plugin.join("Source/ThirdParty/GromaLibrary");
    copy(&root.join("include/groma.h"), &library.join("include/groma.h"))?;
    for (target, platform) in platforms {
        let built = build(&root, target, *target == host, &options.profile)?;
        for (from, to) in platform.files {
            copy(&built.join(from), &library.join(platform.folder).join(to))?;
        }
        if platform.folder == "Linux" {
            check_linux(&library.join("Linux/libgroma.so"))?;
        }
    }
    println!("{}", plugin.display());
    Ok(())
}

fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().map_err(|e| format!("rustc: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_string).ok_or("rustc -vV names no host".into())
}

/// Builds the library and gives the folder that it is in.
fn build(root: &Path, target: &str, is_host: bool, profile: &str) -> Result<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(root).args(["build", "--package", "groma", "--lib", "--no-default-features", "--locked"]);
    cargo.args(["--profile", profile]);
    // For this machine without a triple, so that it shares what other builds have compiled.
    if !is_host {
        cargo.args(["--target", target]);
    }
    let status = cargo.status().map_err(|e| format!("cargo: {e}"))?;
    if !status.success() {
        return Err(format!("cargo build for {target}: {status}"));
    }
    let target_folder = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(if is_host { target_folder.join(folder) } else { target_folder.join(target).join(folder) })
}

/// Tells when the library asks for a newer glibc than Unreal users have. Staging also wants it to have no SONAME.
fn check_linux(library: &Path) -> Result<()> {
    let Ok(output) = Command::new("objdump").arg("-p").arg(library).output() else {
        println!("objdump is missing: which glibc {} asks for is not known", library.display());
        return Ok(());
    };
    let text = String::from_utf8_lossy(&output.stdout);
    if text.lines().any(|line| line.trim_start().starts_with("SONAME")) {
        return Err(format!("{} has a SONAME; Unreal stages the file under its own name", library.display()));
    }
    let asked = text.split("GLIBC_").skip(1).filter_map(|rest| {
        let version = rest.split_whitespace().next()?;
        let mut numbers = version.split('.').map(|n| n.parse::<u32>());
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    });
    let newest = asked.max().unwrap_or((0, 0));
    if newest > GLIBC {
        println!(
            "note: this libgroma.so asks for glibc {}.{}; Unreal's toolchain and older systems have {}.{}. Games for those need \
             a build on such a system.",
            newest.0, newest.1, GLIBC.0, GLIBC.1
        );
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().expect("a file in a folder");
    let copied = std::fs::create_dir_all(folder).and_then(|()| std::fs::copy(from, to));
    copied.map(|_| ()).map_err(|e| format!("copy {} to {}: {e}", from.display(), to.display()))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from).map_err(|e| format!("{}: {e}", from.display()))? {
        let entry = entry.map_err(|e| format!("{}: {e}", from.display()))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            copy(&source, &target)?;
        }
    }
    Ok(())
}
