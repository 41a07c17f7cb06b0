//! `cargo xtask install`, and the programs in `examples` built against what it installs, with the commands of their
//! READMEs.
//!
//! With GROMA_PREFIX the installation there is tested; else one of the library this test was built with.

mod common;
#[path = "common/examples.rs"]
mod examples;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use examples::succeeded;

/// The folder that the library is installed in; one of ours was moved after the installation.
fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        if let Some(prefix) = std::env::var_os("GROMA_PREFIX") {
            return prefix.into();
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("install");
        std::fs::remove_dir_all(&folder).ok();
        let (first, moved) = (folder.join("first"), folder.join("moved here"));
        let libraries = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
        let mut install = Command::new(env!("CARGO"));
        install.current_dir(env!("CARGO_MANIFEST_DIR")).args(["xtask", "install", "--prefix"]).arg(&first);
        succeeded("cargo xtask install", install.arg("--from").arg(libraries).output().unwrap());
        std::fs::rename(first, &moved).unwrap();
        moved
    })
}

fn run_examples(test: &str, language: &str) {
    if examples::tools(test) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        examples::run_readme(&root.join("examples").join(language), prefix());
    }
}

#[test]
fn the_c_examples_build_and_run_as_their_readme_says() {
    run_examples("the_c_examples_build_and_run_as_their_readme_says", "c");
}

#[test]
fn the_cpp_examples_build_and_run_as_their_readme_says() {
    run_examples("the_cpp_examples_build_and_run_as_their_readme_says", "cpp");
}

#[test]
fn cmake_and_pkg_config_know_the_version() {
    let test = "cmake_and_pkg_config_know_the_version";
    if !examples::tools(test) {
        return;
    }
    let mut pkg_config = Command::new("pkg-config");
    pkg_config.env("PKG_CONFIG_PATH", prefix().join("lib/pkgconfig")).args(["--modversion", "groma", "groma-static"]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(succeeded("pkg-config", pkg_config.output().unwrap()), format!("{version}\n{version}\n"));

    let dir = tempfile::tempdir().unwrap();
    let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
    let next =
        [format!("{major}.{}", minor.parse::<u32>().unwrap() + 1), format!("{}.0", major.parse::<u32>().unwrap() + 1)];
    let project = format!(
        "cmake_minimum_required(VERSION 3.15)\nproject(versions NONE)\n\
         foreach(version {version} {major}.{minor})\n    find_package(groma ${{version}} REQUIRED)\nendforeach()\n\
         foreach(version {})\n    find_package(groma ${{version}} QUIET)\n    if(groma_FOUND)\n\
         message(FATAL_ERROR \"{version} passes for ${{version}}\")\n    endif()\nendforeach()\n",
        next.join(" ")
    );
    std::fs::write(dir.path().join("CMakeLists.txt"), project).unwrap();
    let mut cmake = Command::new("cmake");
    cmake.arg("-S").arg(dir.path()).arg("-B").arg(dir.path().join("build"));
    cmake.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()));
    succeeded("cmake", cmake.output().unwrap());
}
