//! The programs of docs/cookbook.md print what it says. Those in Rust are tests of the documentation (src/lib.rs).
#![cfg(unix)]

mod common;

use std::path::Path;
use std::process::Command;

use common::skip;

/// The programs in a language, each with the text that follows it.
fn programs(language: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cookbook.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut programs = Vec::new();
    for part in page.split(&format!("```{language}\n")).skip(1) {
        let (program, rest) = part.split_once("```\n").unwrap();
        let (printed, _) = rest.strip_prefix("\n```text\n").and_then(|text| text.split_once("```\n")).unwrap();
        programs.push((program.to_string(), printed.to_string()));
    }
    assert!(programs.len() >= 2, "{} programs in {language}", programs.len());
    programs
}

fn prints(command: &mut Command, program: &str, expected: &str) {
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{out}{err}\n{program}", output.status);
    assert_eq!(out, expected, "{err}\n{program}");
}

#[test]
fn the_shell_programs_print_what_the_page_says() {
    let groma = Path::new(env!("CARGO_BIN_EXE_groma")).parent().unwrap();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::env::join_paths([groma.to_path_buf()].into_iter().chain(std::env::split_paths(&paths))).unwrap();
    for (program, printed) in programs("sh") {
        let dir = tempfile::tempdir().unwrap();
        prints(Command::new("sh").args(["-c", &program]).current_dir(&dir).env("PATH", &paths), &program, &printed);
    }
}

fn compiled(test: &str, language: &str, compiler: &str, standard: &str) {
    if Command::new(compiler).arg("--version").output().is_err() {
        return skip(test, compiler, "install gcc and g++, or clang");
    }
    let libraries = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
    for (program, printed) in programs(language) {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join(format!("program.{language}"));
        std::fs::write(&source, &program).unwrap();
        let mut compile = Command::new(compiler);
        compile.args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-o", "program"]).arg(&source);
        compile.arg("-I").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("include"));
        compile.arg("-L").arg(&libraries).arg("-lgroma");
        prints(compile.current_dir(&dir), &program, "");
        let mut run = Command::new(dir.path().join("program"));
        let path = if cfg!(target_os = "macos") { "DYLD_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };
        prints(run.current_dir(&dir).env(path, &libraries), &program, &printed);
    }
}

#[test]
fn the_c_programs_print_what_the_page_says() {
    compiled("the_c_programs_print_what_the_page_says", "c", "cc", "-std=c99");
}

#[test]
fn the_cpp_programs_print_what_the_page_says() {
    compiled("the_cpp_programs_print_what_the_page_says", "cpp", "c++", "-std=c++17");
}
