//! C and C++ programs that link the library.
//!
//! They are of the machine that runs the test; `cargo xtask wine` has them made for Windows and run by Wine.

// Some of it is for the tools of Linux.
#![cfg_attr(windows, allow(dead_code))]

mod common;

#[allow(dead_code)]
#[path = "common/c_header.rs"]
mod c_header;
#[path = "common/hostile_calls.rs"]
mod hostile_calls;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::skip;

/// For what the programs are made, and how they are run.
struct Platform {
    cc: &'static str,
    cxx: &'static str,
    /// Where cargo has put the shared library.
    library_folder: PathBuf,
    wine: Option<std::ffi::OsString>,
}

fn platform() -> Platform {
    match std::env::var_os("GROMA_WINDOWS_LIBRARY") {
        Some(library_folder) => Platform {
            cc: "x86_64-w64-mingw32-gcc",
            cxx: "x86_64-w64-mingw32-g++",
            library_folder: library_folder.into(),
            wine: Some(std::env::var_os("GROMA_WINE").expect("GROMA_WINE goes with GROMA_WINDOWS_LIBRARY")),
        },
        None => {
            let library_folder = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
            Platform { cc: "cc", cxx: "c++", library_folder, wine: None }
        }
    }
}

fn has(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok_and(|o| o.status.success())
}

fn compile(compiler: &str, flags: &[&str], source: &str, to: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Platform { library_folder, wine, .. } = platform();
    let mut command = Command::new(compiler);
    command
        .args(flags)
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-O1"])
        .arg("-I")
        .arg(root.join("include"))
        .arg("-I")
        .arg(root.join("tests/c"))
        .arg(root.join("tests/c").join(source))
        .arg("-o")
        .arg(to);
    if wine.is_some() {
        // What else the program needs goes into it; C99 printing instead of that of an old C library.
        command.arg(library_folder.join("libgroma.dll.a")).args(["-lm", "-pthread", "-static"]);
        command.arg("-D__USE_MINGW_ANSI_STDIO=1");
    } else {
        command.arg("-L").arg(&library_folder).args(["-lgroma", "-lm", "-pthread"]);
        command.arg(format!("-Wl,-rpath,{}", library_folder.display()));
    }
    assert_success(&format!("{compiler} {source}"), &command.output().unwrap());
}

/// The command that runs a program with this test's library, and not one that cargo has put elsewhere before.
fn with_library(program: &Path) -> Command {
    let Platform { library_folder, wine, .. } = platform();
    match wine {
        Some(wine) => {
            let mut command = Command::new(wine);
            command.arg(program).env("WINEPATH", format!("Z:{}", library_folder.display()));
            command
        }
        None => {
            let mut command = Command::new(program);
            command.env("LD_LIBRARY_PATH", library_folder);
            command
        }
    }
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

/// What keeps the program that forks from it: in a child sanitizers lack threads of their own, and valgrind takes for
/// lost what belongs to threads that are not there.
fn without_fork(program: &str) -> Option<&'static str> {
    (program == "hostile").then_some("no-fork")
}

/// Compiles a C99 program, runs it in a folder of its own, and again under valgrind.
fn run_c99(test: &str, name: &str) {
    let Platform { cc, wine, .. } = platform();
    if !has(cc) {
        return skip(test, cc, "install gcc or clang, for Windows gcc-mingw-w64-x86-64-posix");
    }
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join(format!("{name}.exe"));
    compile(cc, &["-std=c99"], &format!("{name}.c"), &program);
    let work = dir.path().join("work");
    std::fs::create_dir(&work).unwrap();
    assert_success("the program", &with_library(&program).arg(&work).output().unwrap());

    if wine.is_some() {
        return;
    }
    if !has("valgrind") {
        return skip(&format!("{test} under valgrind"), "valgrind", "install the package valgrind");
    }
    let work = dir.path().join("work under valgrind");
    std::fs::create_dir(&work).unwrap();
    let output = with_library(Path::new("valgrind"))
        .args(["--quiet", "--leak-check=full", "--error-exitcode=99"])
        // The library reads on after a fault that it has mended: all registers must be those of the read.
        .arg("--vex-iropt-register-updates=allregs-at-mem-access")
        .arg(&program)
        .arg(&work)
        .args(without_fork(name))
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
fn a_c99_program_asks_with_values() {
    run_c99("a_c99_program_asks_with_values", "query_values");
}

#[test]
fn a_c99_program_builds_cities_and_reads_their_tiles() {
    run_c99("a_c99_program_builds_cities_and_reads_their_tiles", "city");
}

#[test]
fn a_c99_program_builds_in_parts() {
    run_c99("a_c99_program_builds_in_parts", "parts");
}

#[cfg(unix)]
#[test]
fn a_c99_program_misuses_handles_callbacks_and_fork() {
    run_c99("a_c99_program_misuses_handles_callbacks_and_fork", "hostile");
}

/// Writes the program that calls every function with each argument wrong in turn, compiles it with `flags`, and runs
/// it.
fn run_hostile_calls(compiler: &str, flags: &[&str], environment: &[(&str, &str)]) {
    let dir = tempfile::tempdir().unwrap();
    let header = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("include/groma.h")).unwrap();
    let (source, program) = (dir.path().join("calls.c"), dir.path().join("calls.exe"));
    std::fs::write(&source, hostile_calls::program(&c_header::Header::parse(&header))).unwrap();
    compile(compiler, flags, source.to_str().unwrap(), &program);
    let work = dir.path().join("work");
    std::fs::create_dir(&work).unwrap();
    let output = with_library(&program).arg(&work).envs(environment.iter().copied()).output().unwrap();
    assert_success("the program", &output);
}

#[test]
fn every_function_refuses_every_wrong_argument() {
    let cc = platform().cc;
    if !has(cc) {
        return skip("every_function_refuses_every_wrong_argument", cc, "install gcc or clang");
    }
    run_hostile_calls(cc, &["-std=c99"], &[]);
}

/// Whether a compiler can link and run a program with the flags: a sanitizer's runtime may be missing.
fn can_build(compiler: &str, flags: &[&str]) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let (source, program) = (dir.path().join("empty.c"), dir.path().join("empty"));
    std::fs::write(&source, "int main(void) { return 0; }\n").unwrap();
    let built = Command::new(compiler).args(flags).arg(&source).arg("-o").arg(&program).output();
    built.is_ok_and(|o| o.status.success()) && Command::new(&program).output().is_ok_and(|o| o.status.success())
}

/// Runs the C programs under a sanitizer. The library itself is not built with it.
fn run_sanitized(test: &str, programs: &[&str], sanitizer: &str, environment: &[(&str, &str)]) -> bool {
    let flags = ["-std=c99", sanitizer, "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
    if !can_build("clang", &flags) {
        skip(test, &format!("clang with {sanitizer}"), "install the packages clang and libclang-rt-dev");
        return false;
    }
    let dir = tempfile::tempdir().unwrap();
    for name in programs {
        let (program, work) = (dir.path().join(name), dir.path().join(format!("work of {name}")));
        std::fs::create_dir(&work).unwrap();
        compile("clang", &flags, &format!("{name}.c"), &program);
        let mut command = with_library(&program);
        command.arg(&work).args(without_fork(name)).envs(environment.iter().copied());
        assert_success(name, &command.output().unwrap());
    }
    true
}

#[cfg(unix)]
#[test]
fn c_programs_run_under_address_undefined_behaviour_and_leak_sanitizers() {
    let test = "c_programs_run_under_address_undefined_behaviour_and_leak_sanitizers";
    let environment = [("ASAN_OPTIONS", "detect_leaks=1:detect_stack_use_after_return=1")];
    let sanitizer = "-fsanitize=address,undefined";
    let programs = ["hash_tables", "queries", "query_values", "city", "parts", "hostile"];
    if run_sanitized(test, &programs, sanitizer, &environment) {
        run_hostile_calls("clang", &["-std=c99", sanitizer, "-fno-sanitize-recover=all"], &environment);
    }
}

/// What the library's threads do among themselves is not looked at here: that is for its own tests, built with the
/// sanitizer. Of how the library orders what callbacks do before what follows a wait it sees nothing either, so
/// programs that rely on it (as they may) are left out.
#[cfg(unix)]
#[test]
fn c_programs_run_under_the_thread_sanitizer() {
    let environment = [("TSAN_OPTIONS", "ignore_noninstrumented_modules=1:halt_on_error=1:exitcode=66")];
    let programs = ["queries", "query_values", "city", "hostile"];
    run_sanitized("c_programs_run_under_the_thread_sanitizer", &programs, "-fsanitize=thread", &environment);
}

#[test]
fn the_header_is_cpp17() {
    let test = "the_header_is_cpp17";
    let cxx = platform().cxx;
    if !has(cxx) {
        return skip(test, cxx, "install g++ or clang, for Windows g++-mingw-w64-x86-64-posix");
    }
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("header.exe");
    compile(cxx, &["-std=c++17"], "header.cpp", &program);
    assert_success("the program", &with_library(&program).output().unwrap());
}

#[test]
fn the_cpp_wrapper_reaches_everything_with_and_without_exceptions() {
    let test = "the_cpp_wrapper_reaches_everything_with_and_without_exceptions";
    let cxx = platform().cxx;
    if !has(cxx) {
        return skip(test, cxx, "install g++ or clang, for Windows g++-mingw-w64-x86-64-posix");
    }
    let dir = tempfile::tempdir().unwrap();
    let object = dir.path().join("results.o");
    compile(cxx, &["-std=c++17", "-fno-exceptions", "-fno-rtti", "-c"], "wrapper_results.cpp", &object);
    for standard in ["-std=c++17", "-std=c++20"] {
        let program = dir.path().join(format!("wrapper{standard}.exe"));
        compile(cxx, &[standard, object.to_str().unwrap()], "wrapper.cpp", &program);
        let work = dir.path().join(format!("work{standard}"));
        std::fs::create_dir(&work).unwrap();
        assert_success("the program", &with_library(&program).arg(&work).output().unwrap());
    }
}
