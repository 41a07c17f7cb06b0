//! `cargo xtask install`, and the programs in `examples` built against what it installs, with the commands of their READMEs.
//!
//! With GROMA_PREFIX the installation there is tested; else one of the library this test was built with.

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use common::skip;

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn succeeded(what: &str, output: Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{what}: {}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr));
    text
}

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

fn missing_tool(test: &str) -> bool {
    let tools = ["cc", "c++", "make", "cmake", "pkg-config"];
    let missing = tools.into_iter().find(|tool| Command::new(tool).arg("--version").output().is_err());
    if let Some(tool) = missing {
        skip(test, tool, "install the packages build-essential, cmake and pkg-config");
    }
    missing.is_some()
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

fn run_examples(test: &str, language: &str) {
    if missing_tool(test) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let source = in_repository("examples").join(language);
    for file in std::fs::read_dir(&source).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), dir.path().join(file.file_name())).unwrap();
    }
    let mut shell = Command::new("sh");
    shell.current_dir(&dir).args(["-euc", &commands(&source.join("README.md"))]).env("PREFIX", prefix());
    // What cargo sets for its tests must not be what finds the library.
    shell.env_remove("LD_LIBRARY_PATH").env_remove("DYLD_FALLBACK_LIBRARY_PATH");
    let text = succeeded("the commands of the README", shell.output().unwrap());
    let expected = [
        "60 tables of 58000 samples",
        "within 5 of (100, 100, 3) at time step 30:",
        "  trajectory 543: 1 samples, the first at time step 30, 4.44 away",
        "  trajectory 458: 12 samples, the first at time step 30, 3.54 away",
        "tile 0_2_1x1: 82 triangles, 15 to 18 m high",
        "the buildings of 0_0_1x1: 3144 triangles around (128, 127, 6)",
    ];
    for line in expected {
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
    if missing_tool(test) {
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
