//! The archives that `cargo xtask release` has made in the folder GROMA_RELEASE, used as their users would.

// Some of it is for the tools of Linux.
#![cfg_attr(windows, allow(dead_code))]

// Only the names of functions are wanted here.
#[allow(dead_code)]
#[path = "common/c_header.rs"]
mod c_header;
mod common;
#[path = "common/examples.rs"]
mod examples;
#[path = "common/wine.rs"]
mod wine;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::skip;
use examples::{EXPECTED, succeeded};
use tempfile::TempDir;
use wine::Wine;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn archives(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("GROMA_RELEASE").map(PathBuf::from);
    if folder.is_none() {
        skip(test, "GROMA_RELEASE", "run `cargo xtask release --out FOLDER` and set GROMA_RELEASE to that folder");
    }
    folder
}

fn names() -> [String; 3] {
    ["linux-x86_64.tar.gz", "windows-x86_64.zip", "unreal-plugin.zip"].map(|end| format!("groma-{VERSION}-{end}"))
}

/// Whether the tools are there.
fn has(test: &str, tools: &[&str], how: &str) -> bool {
    let missing =
        tools.iter().find(|tool| !Command::new(tool).arg("--version").output().is_ok_and(|o| o.status.success()));
    if let Some(tool) = missing {
        skip(test, tool, how);
    }
    missing.is_none()
}

fn run(command: &mut Command) -> String {
    let what = format!("{command:?}");
    succeeded(&what, command.output().unwrap_or_else(|e| panic!("{what}: {e}")))
}

/// The folder that an archive holds, unpacked.
fn unpacked(archives: &Path, name: &str) -> (TempDir, PathBuf) {
    let to = tempfile::tempdir().unwrap();
    let archive = archives.join(name);
    if name.ends_with(".zip") {
        run(Command::new("unzip").arg("-q").arg(&archive).arg("-d").arg(to.path()));
    } else {
        run(Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(to.path()));
    }
    let entries: Vec<_> = std::fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(entries.len(), 1, "{name} is one folder: {entries:?}");
    let folder = entries[0].clone();
    (to, folder)
}

fn unpacked_library(test: &str, which: usize) -> Option<(TempDir, PathBuf)> {
    let archives = archives(test)?;
    if !has(test, &["tar"], "install the package tar") || Command::new("unzip").arg("-v").output().is_err() {
        skip(test, "unzip", "install the package unzip");
        return None;
    }
    Some(unpacked(&archives, &names()[which]))
}

fn declared() -> BTreeSet<String> {
    let header = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/groma.h");
    let header = c_header::Header::parse(&std::fs::read_to_string(header).unwrap());
    header.functions.into_iter().map(|(name, _)| name).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn the_sums_are_those_of_the_archives() {
    let Some(archives) = archives("the_sums_are_those_of_the_archives") else { return };
    let sums = std::fs::read_to_string(archives.join("SHA256SUMS")).unwrap();
    let expected =
        names().map(|name| format!("{}  {name}\n", common::sha256(&std::fs::read(archives.join(&name)).unwrap())));
    assert_eq!(sums, expected.concat());
}

#[test]
fn the_archives_have_documents_and_nothing_of_the_machine() {
    for which in 0..3 {
        let test = "the_archives_have_documents_and_nothing_of_the_machine";
        let Some((_dir, folder)) = unpacked_library(test, which) else { return };
        for document in ["LICENSE", "THIRD-PARTY.txt", "README.md"] {
            let text = std::fs::read_to_string(folder.join(document)).unwrap();
            assert!(text.len() > 500, "{document} of {}", folder.display());
        }
        let home = std::env::home_dir().unwrap().join(".cargo/");
        for file in files(&folder) {
            let bytes = std::fs::read(&file).unwrap();
            for path in [env!("CARGO_MANIFEST_DIR"), home.to_str().unwrap()] {
                let found = bytes.windows(path.len()).position(|window| window == path.as_bytes());
                let shown = found.map(|at| String::from_utf8_lossy(&bytes[at..bytes.len().min(at + 120)]).into_owned());
                assert_eq!(shown, None, "in {}", file.display());
            }
        }
    }
}

#[test]
fn the_linux_archive_has_manual_pages_and_completions() {
    let test = "the_linux_archive_has_manual_pages_and_completions";
    let Some((_dir, folder)) = unpacked_library(test, 0) else { return };
    for (file, expected) in [
        ("man/man1/groma-trajectories-build.1", "cell"),
        ("bash-completion/completions/groma", "--cell-size"),
        ("zsh/site-functions/_groma", "--cell-size"),
        ("fish/vendor_completions.d/groma.fish", "cell-size"),
    ] {
        let text = std::fs::read_to_string(folder.join("share").join(file)).unwrap();
        assert!(text.contains(expected), "{file}: {text}");
    }
    assert!(folder.join("docs/cookbook.md").is_file());
}

#[test]
fn the_linux_library_asks_for_glibc_2_17_at_most() {
    let test = "the_linux_library_asks_for_glibc_2_17_at_most";
    let Some((_dir, folder)) = unpacked_library(test, 0) else { return };
    if !has(test, &["objdump", "nm"], "install the package binutils") {
        return;
    }
    for file in ["lib/libgroma.so", "bin/groma"] {
        let said = run(Command::new("objdump").arg("-p").arg(folder.join(file)));
        let asked =
            said.split("GLIBC_2.").skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap());
        let newest = asked.map(|minor| minor.parse::<u32>().unwrap()).max();
        assert!(newest.is_some_and(|minor| minor <= 17), "{file} asks for glibc 2.{newest:?}:\n{said}");
        assert!(!said.contains("SONAME"), "Unreal stages the file under its own name:\n{said}");
        let needed: Vec<&str> = said.lines().filter_map(|line| line.trim().strip_prefix("NEEDED")).collect();
        assert!(needed.iter().all(|name| !name.contains("stdc++") && !name.contains("unwind")), "{needed:?}");
    }
    let symbols = run(Command::new("nm").args(["-D", "--defined-only"]).arg(folder.join("lib/libgroma.so")));
    let exported: BTreeSet<String> = symbols.lines().filter_map(|line| Some(line.split(' ').nth(2)?.into())).collect();
    assert_eq!(exported, declared());
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        assert_eq!(run(Command::new(folder.join("bin/groma")).arg("--version")), format!("groma {VERSION}\n"));
    }
}

/// The programs of `tests/c`, which meet every error, panics that are caught, callbacks and threads.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn c_programs_run_with_the_linux_library() {
    let test = "c_programs_run_with_the_linux_library";
    let Some((_dir, folder)) = unpacked_library(test, 0) else { return };
    if !has(test, &["cc"], "install gcc or clang") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c");
    for name in ["hash_tables", "queries", "city"] {
        let program = dir.path().join(name);
        let mut cc = Command::new("cc");
        cc.args(["-std=c99", "-O1"]).arg(source.join(name).with_extension("c")).arg("-o").arg(&program);
        cc.arg("-I").arg(folder.join("include")).arg("-L").arg(folder.join("lib")).args(["-lgroma", "-lm", "-pthread"]);
        run(&mut cc);
        let work = dir.path().join(format!("{name} at work"));
        std::fs::create_dir(&work).unwrap();
        run(Command::new(&program).arg(&work).env("LD_LIBRARY_PATH", folder.join("lib")));
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn the_examples_build_with_the_linux_archive() {
    let test = "the_examples_build_with_the_linux_archive";
    let Some((_dir, folder)) = unpacked_library(test, 0) else { return };
    if examples::tools(test) {
        for language in ["c", "cpp"] {
            examples::run_readme(&folder.join("examples").join(language), &folder);
        }
    }
}

#[test]
fn the_windows_files_need_the_system_alone() {
    let test = "the_windows_files_need_the_system_alone";
    let Some((_dir, folder)) = unpacked_library(test, 1) else { return };
    if !has(test, &["x86_64-w64-mingw32-objdump"], "install the package binutils-mingw-w64-x86-64") {
        return;
    }
    let system = ["advapi32", "bcryptprimitives", "dbghelp", "kernel32", "msvcrt", "ntdll", "userenv", "ws2_32"];
    for file in ["bin/groma.dll", "bin/groma.exe"] {
        let said = run(Command::new("x86_64-w64-mingw32-objdump").arg("-p").arg(folder.join(file)));
        let needed: Vec<String> =
            said.lines().filter_map(|line| Some(line.split_once("DLL Name: ")?.1.trim().to_lowercase())).collect();
        let of_the_system =
            |name: &String| name.starts_with("api-ms-win-") || system.contains(&name.trim_end_matches(".dll"));
        assert!(!needed.is_empty() && needed.iter().all(of_the_system), "{file} needs {needed:?}");
        if file == "bin/groma.dll" {
            let table = said.split("[Ordinal/Name Pointer] Table").nth(1).unwrap();
            let names = table.lines().filter_map(|line| line.split_whitespace().last());
            let exported: BTreeSet<String> =
                names.filter(|name| name.starts_with("groma_")).map(str::to_string).collect();
            let all = table.lines().skip(1).take_while(|line| !line.trim().is_empty()).count();
            assert_eq!((exported.len(), exported), (all, declared()));
        }
    }
}

#[test]
fn the_windows_tool_runs() {
    let test = "the_windows_tool_runs";
    let Some((_dir, folder)) = unpacked_library(test, 1) else { return };
    let Some(wine) = Wine::new(test) else { return };
    let dir = tempfile::tempdir().unwrap();
    let tool = folder.join("bin/groma.exe");
    assert_eq!(wine.run(&tool, &["--version"], dir.path()), format!("groma {VERSION}\n"));
    wine.run(
        &tool,
        &["trajectories", "generate", "made", "--trajectories", "100", "--shards", "2", "--interval", "10"],
        dir.path(),
    );
    let report = wine.run(&tool, &["trajectories", "build", "made", "--cell-size", "50"], dir.path());
    assert!(report.starts_with("20 tables in "), "{report}");
}

#[test]
fn the_examples_build_with_mingw_and_the_windows_archive() {
    let test = "the_examples_build_with_mingw_and_the_windows_archive";
    let Some((_dir, folder)) = unpacked_library(test, 1) else { return };
    let Some(wine) = Wine::new(test) else { return };
    if !has(test, &["cmake", "x86_64-w64-mingw32-g++-posix"], "install cmake and g++-mingw-w64-x86-64-posix") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (language, compiler) in
        [("c", "C_COMPILER=x86_64-w64-mingw32-gcc-posix"), ("cpp", "CXX_COMPILER=x86_64-w64-mingw32-g++-posix")]
    {
        let build = dir.path().join(language);
        let mut cmake = Command::new("cmake");
        cmake.arg("-S").arg(folder.join("examples").join(language)).arg("-B").arg(&build);
        cmake.args(["-DCMAKE_SYSTEM_NAME=Windows", "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_EXE_LINKER_FLAGS=-static"]);
        cmake.arg(format!("-DCMAKE_{compiler}")).arg(format!("-DCMAKE_PREFIX_PATH={}", folder.display()));
        run(&mut cmake);
        run(Command::new("cmake").arg("--build").arg(&build));
        let said = wine.run(&build.join("trajectories.exe"), &["data"], &build)
            + &wine.run(&build.join("city.exe"), &["town"], &build);
        for line in EXPECTED {
            assert_eq!(said.lines().filter(|l| *l == line).count(), 1, "{line:?} in\n{said}");
        }
    }
}

/// A program as Microsoft's compiler makes it links `groma.lib` with a linker of the kind of Microsoft's.
#[test]
fn microsofts_kind_of_object_links_groma_lib() {
    let test = "microsofts_kind_of_object_links_groma_lib";
    let Some((_dir, folder)) = unpacked_library(test, 1) else { return };
    let Some(wine) = Wine::new(test) else { return };
    if !has(test, &["clang", "lld-link"], "install the packages clang and lld") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (source, object, program) = (dir.path().join("a.c"), dir.path().join("a.obj"), dir.path().join("a.exe"));
    // Without a C runtime, whose headers and libraries only Microsoft has: the exit code is all that can be told.
    let text = "#include \"groma.h\"\n\
                int start(void) { return groma_abi_version() == GROMA_ABI_VERSION && groma_version().size == sizeof \
                GROMA_VERSION - 1 ? 7 : 8; }\n";
    std::fs::write(&source, text).unwrap();
    let mut clang = Command::new("clang");
    clang.args(["--target=x86_64-pc-windows-msvc", "-ffreestanding", "-c", "-I"]).arg(folder.join("include"));
    run(clang.arg(&source).arg("-o").arg(&object));
    let mut link = Command::new("lld-link");
    link.args(["/nologo", "/entry:start", "/subsystem:console", "/nodefaultlib"]).arg(&object);
    run(link.arg(folder.join("lib/groma.lib")).arg(format!("/out:{}", program.display())));
    std::fs::copy(folder.join("bin/groma.dll"), dir.path().join("groma.dll")).unwrap();
    assert_eq!(wine.command(&program, dir.path()).status().unwrap().code(), Some(7));
}

#[test]
fn the_plugin_has_its_binaries_where_its_build_looks() {
    let test = "the_plugin_has_its_binaries_where_its_build_looks";
    let Some((_dir, plugin)) = unpacked_library(test, 2) else { return };
    let (_linux, linux) = unpacked_library(test, 0).unwrap();
    let (_windows, windows) = unpacked_library(test, 1).unwrap();
    assert!(plugin.ends_with("SpatialHashedTrajectory"));
    let library = plugin.join("Source/ThirdParty/GromaLibrary");
    let build = std::fs::read_to_string(library.join("GromaLibrary.Build.cs")).unwrap();
    let looks: BTreeSet<(&str, &str)> =
        build.split("InPlace(\"").skip(1).filter_map(|call| call.split_once("\")")?.0.split_once("\", \"")).collect();
    let there = [
        (("include", "groma.h"), linux.join("include/groma.h")),
        (("Linux", "libgroma.so"), linux.join("lib/libgroma.so")),
        (("Win64", "groma.dll"), windows.join("bin/groma.dll")),
        (("Win64", "groma.lib"), windows.join("lib/groma.lib")),
    ];
    // What Macs need can only be made on one.
    let without_mac: BTreeSet<_> = looks.into_iter().filter(|(folder, _)| *folder != "Mac").collect();
    assert_eq!(without_mac, there.iter().map(|(look, _)| *look).collect());
    for ((folder, name), same) in there {
        assert!(
            std::fs::read(library.join(folder).join(name)).unwrap() == std::fs::read(same).unwrap(),
            "{folder}/{name}"
        );
    }
}
