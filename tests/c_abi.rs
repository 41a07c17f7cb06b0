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
        .arg("-lgroma")
        .arg(format!("-Wl,-rpath,{}", libraries.display()))
        .output()
        .unwrap();
    assert_success(&format!("{compiler} {source}"), &output);
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

#[test]
fn a_c99_program_builds_cancels_and_meets_every_error() {
    let test = "a_c99_program_builds_cancels_and_meets_every_error";
    if !has("cc") {
        return skip(test, "a C compiler (cc)", "install gcc or clang");
    }
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("hash_tables");
    compile("cc", &["-std=c99"], "hash_tables.c", &program);
    let work = dir.path().join("work");
    std::fs::create_dir(&work).unwrap();
    assert_success("the program", &Command::new(&program).arg(&work).output().unwrap());

    if !has("valgrind") {
        return skip(&format!("{test} under valgrind"), "valgrind", "install the package valgrind");
    }
    let work = dir.path().join("work under valgrind");
    std::fs::create_dir(&work).unwrap();
    let output = Command::new("valgrind")
        .args(["--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect", "--error-exitcode=99"])
        .arg(&program)
        .arg(&work)
        .output()
        .unwrap();
    assert_success("the program under valgrind", &output);
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
    assert_success("the program", &Command::new(&program).output().unwrap());
}
