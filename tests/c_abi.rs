//! C and C++ programs that link the library.

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::skip;

/// Where cargo has put the shared library this test belongs to.
fn library_folder() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_path_buf()
}

fn has(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok_and(|o| o.status.success())
}

fn compile(compiler: &str, flags: &[&str], source: &str, to: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let libraries = library_folder();
    let output = Command::new(compiler)
        .args(flags)
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-O1"])
        .arg("-I")
        .arg(root.join("include"))
        .arg(root.join("tests/c").join(source))
        .arg("-o")
        .arg(to)
        .arg("-L")
        .arg(&libraries)
        .args(["-lgroma", "-lm", "-pthread"])
        .arg(format!("-Wl,-rpath,{}", libraries.display()))
        .output()
        .unwrap();
    assert_success(&format!("{compiler} {source}"), &output);
}

/// A command that finds this test's library, and not one that cargo has put elsewhere before.
fn with_library(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env("LD_LIBRARY_PATH", library_folder());
    command
}

fn assert_success(what: &str, output: &Output) {
    assert!(
        output.status.success(),
        "{what}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Compiles a C99 program, runs it in a folder of its own, and again under valgrind.
fn run_c99(test: &str, name: &str) {
    if !has("cc") {
        return skip(test, "a C compiler (cc)", "install gcc or clang");
    }
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join(name);
    compile("cc", &["-std=c99"], &format!("{name}.c"), &program);
    let work = dir.path().join("work");
    std::fs::create_dir(&work).unwrap();
    assert_success("the program", &with_library(&program).arg(&work).output().unwrap());

    if !has("valgrind") {
        return skip(&format!("{test} under valgrind"), "valgrind", "install the package valgrind");
    }
    let work = dir.path().join("work under valgrind");
    std::fs::create_dir(&work).unwrap();
    let output = with_library("valgrind")
        .args(["--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect", "--error-exitcode=99"])
        // The library reads on after a fault that it has mended: all registers must be those of the read.
        .arg("--vex-iropt-register-updates=allregs-at-mem-access")
        .arg(&program)
        .arg(&work)
        .output()
        .unwrap();
    assert_success("the program under valgrind", &output);
}

#[test]
fn a_c99_program_builds_cancels_and_meets_every_error() {
    run_c99("a_c99_program_builds_cancels_and_meets_every_error", "hash_tables");
}

#[test]
fn a_c99_program_asks_from_many_threads() {
    run_c99("a_c99_program_asks_from_many_threads", "queries");
}

#[test]
fn a_c99_program_builds_cities_and_reads_their_tiles() {
    run_c99("a_c99_program_builds_cities_and_reads_their_tiles", "city");
}

#[test]
fn the_header_is_cpp17() {
    let test = "the_header_is_cpp17";
    if !has("c++") {
        return skip(test, "a C++ compiler (c++)", "install g++ or clang");
    }
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("header");
    compile("c++", &["-std=c++17"], "header.cpp", &program);
    assert_success("the program", &with_library(&program).output().unwrap());
}

#[test]
fn the_cpp_wrapper_reaches_everything_with_and_without_exceptions() {
    let test = "the_cpp_wrapper_reaches_everything_with_and_without_exceptions";
    if !has("c++") {
        return skip(test, "a C++ compiler (c++)", "install g++ or clang");
    }
    let dir = tempfile::tempdir().unwrap();
    let object = dir.path().join("results.o");
    compile("c++", &["-std=c++17", "-fno-exceptions", "-fno-rtti", "-c"], "wrapper_results.cpp", &object);
    for standard in ["-std=c++17", "-std=c++20"] {
        let program = dir.path().join(format!("wrapper{standard}"));
        compile("c++", &[standard, object.to_str().unwrap()], "wrapper.cpp", &program);
        let work = dir.path().join(format!("work{standard}"));
        std::fs::create_dir(&work).unwrap();
        assert_success("the program", &with_library(&program).arg(&work).output().unwrap());
    }
}
