//! The Unreal plugin, without Unreal: its headers are checked as Unreal's header tool would, its sources compiled
//! against a small stand-in for Unreal's API (`tests/ue_shim`), linked with the library, and run.
//!
//! What only a real editor can show: UHT and UBT themselves, staging, rendering.

mod common;
#[path = "ue_shim/cpp.rs"]
mod cpp;
#[path = "ue_shim/programs.rs"]
mod programs;
#[path = "ue_shim/uht/mod.rs"]
mod uht;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::skip;

const NEEDED: &str = "install the packages g++, clang and libclang-rt-dev";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn shim() -> PathBuf {
    root().join("tests/ue_shim")
}

fn plugin() -> PathBuf {
    root().join("ue_plugin/SpatialHashedTrajectory")
}

/// Where cargo has put the shared library this test belongs to.
fn library_folder() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_path_buf()
}

fn has(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok_and(|o| o.status.success())
}

/// Whether a compiler can link and run a program with the flags: a sanitizer's runtime may be missing.
fn can_build(compiler: &str, flags: &[&str]) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let (source, program) = (dir.path().join("empty.cpp"), dir.path().join("empty"));
    std::fs::write(&source, "int main() {}\n").unwrap();
    let built = Command::new(compiler).args(flags).arg(&source).arg("-o").arg(&program).output();
    built.is_ok_and(|o| o.status.success()) && Command::new(&program).output().is_ok_and(|o| o.status.success())
}

/// Files of an ending below a folder, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// The modules of the plugin, each after those that it depends on. The last one is for the editor alone.
const MODULES: [&str; 3] =
    ["SpatialHashedTrajectory", "SpatialHashedTrajectoryNiagara", "SpatialHashedTrajectoryEditor"];

fn is_of_editor(module: &str) -> bool {
    module.ends_with("Editor")
}

fn module(name: &str) -> PathBuf {
    plugin().join("Source").join(name)
}

fn modules(editor: bool) -> impl Iterator<Item = &'static str> {
    MODULES.into_iter().filter(move |module| editor || !is_of_editor(module))
}

fn plugin_headers() -> Vec<uht::Header> {
    let mut headers = Vec::new();
    for (name, folder) in MODULES.iter().flat_map(|name| [(name, "Public"), (name, "Private")]) {
        headers.extend(files(&module(name).join(folder), "h").into_iter().map(|path| uht::Header {
            module: name.to_string(),
            stem: stem(&path),
            public: folder == "Public",
            text: std::fs::read_to_string(&path).unwrap(),
        }));
    }
    assert!(!headers.is_empty(), "there is no plugin");
    headers
}

/// Runs the tasks on all processors; what they say, in their order, when any fails.
fn in_parallel<T: Sync>(tasks: &[T], run: impl Fn(&T) -> Result<(), String> + Sync) {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = run(task) {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn succeeded(what: &str, output: &Output) -> Result<(), String> {
    if output.status.success() {
        return Ok(());
    }
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("{what}: {}\n{out}{err}", output.status))
}

/// One way to compile: a compiler and what Unreal would define.
#[derive(Clone, Copy)]
struct Variant {
    compiler: &'static str,
    editor: bool,
    windows: bool,
    flags: &'static [&'static str],
}

const GCC: Variant = Variant { compiler: "g++", editor: true, windows: false, flags: &[] };
const CLANG: Variant = Variant { compiler: "clang++", ..GCC };

impl Variant {
    /// A command that compiles with what every file of a module is compiled with.
    fn compile(&self, generated: &Path) -> Command {
        let mut command = Command::new(self.compiler);
        let is = |yes: bool| u8::from(yes);
        command
            .args([
                "-std=c++20",
                "-fno-exceptions",
                "-fno-rtti",
                "-pthread",
                "-Wall",
                "-Wextra",
                "-Wshadow",
                "-Wpedantic",
                "-Wundef",
                "-Werror",
            ])
            .args(modules(self.editor).map(|module| format!("-D{}_API=", module.to_uppercase())))
            .args(["-DUE_BUILD_DEVELOPMENT=1", "-DUE_BUILD_SHIPPING=0", "-DPLATFORM_MAC=0"])
            .arg(format!("-DWITH_EDITOR={0}", is(self.editor)))
            .arg(format!("-DWITH_EDITORONLY_DATA={0}", is(self.editor)))
            .arg(format!("-DPLATFORM_LINUX={}", is(!self.windows)))
            .arg(format!("-DPLATFORM_WINDOWS={}", is(self.windows)))
            .args(self.flags);
        let of_modules = modules(self.editor).flat_map(|name| ["Public", "Private"].map(|f| module(name).join(f)));
        for folder in of_modules.chain([shim().join("include"), generated.to_path_buf()]) {
            command.arg("-I").arg(folder);
        }
        command.arg("-isystem").arg(root().join("include"));
        command
    }

    fn name(&self) -> String {
        format!("{} {} editor {} windows {}", self.compiler, self.flags.join(" "), self.editor, self.windows)
    }

    /// Compiles what all files begin with once, into a folder.
    fn prepare(self, folder: &Path, arguments: &'static [&'static str], begins_with: &str) -> Result<Prepared, String> {
        let header = folder.join(format!("{}.h", self.name()));
        std::fs::write(&header, begins_with).unwrap();
        let compiled = folder.join(format!("{}.h.{}", self.name(), if self.compiler == "g++" { "gch" } else { "pch" }));
        let mut command = self.compile(folder);
        command.args(arguments).args(["-x", "c++-header"]).arg(&header).arg("-o").arg(&compiled);
        succeeded(&format!("{} {}", self.name(), header.display()), &command.output().unwrap())?;
        // g++ finds what was compiled beside the header.
        let include = if self.compiler == "g++" { ("-include", header) } else { ("-include-pch", compiled) };
        Ok(Prepared { variant: self, folder: folder.to_path_buf(), arguments, include })
    }
}

/// A variant whose files' beginning is compiled.
struct Prepared {
    variant: Variant,
    folder: PathBuf,
    arguments: &'static [&'static str],
    include: (&'static str, PathBuf),
}

impl Prepared {
    fn compile(&self, source: &Path) -> Command {
        let mut command = self.variant.compile(&self.folder);
        command.args(self.arguments).arg("-Winvalid-pch").arg(self.include.0).arg(&self.include.1).arg(source);
        command
    }

    fn check(&self, source: &Path) -> Result<(), String> {
        let output = self.compile(source).arg("-fsyntax-only").output().unwrap();
        succeeded(&format!("{} {}", self.variant.name(), source.display()), &output)
    }
}

/// What every file of an engine begins with; that each includes it is for `tests/unreal_names.rs`.
const CORE: &str = "#include \"CoreMinimal.h\"\n";

/// Writes the generated files into a folder; all sources of the plugin, the generated ones too, in the order of the
/// modules.
fn sources(folder: &Path, editor: bool) -> Vec<PathBuf> {
    let headers = plugin_headers();
    let generated = uht::generate(&headers).unwrap_or_else(|errors| panic!("{}", errors.join("\n")));
    let mut sources = Vec::new();
    for name in modules(editor) {
        sources.extend(files(&module(name).join("Private"), "cpp"));
        let of_module = |stem: &str| headers.iter().any(|h| h.stem == stem && h.module == name);
        for file in generated.iter().filter(|file| of_module(&file.stem)) {
            std::fs::write(folder.join(format!("{}.generated.h", file.stem)), &file.header).unwrap();
            let source = folder.join(format!("{}.gen.cpp", file.stem));
            std::fs::write(&source, &file.source).unwrap();
            sources.push(source);
        }
    }
    sources
}

/// All sources in one: names that are equal in two files collide, as in Unreal's unity builds.
fn unity(folder: &Path, name: &str, sources: &[PathBuf]) -> PathBuf {
    let file = folder.join(name);
    let text: String = sources.iter().map(|s| format!("#include \"{}\"\n", s.display())).collect();
    std::fs::write(&file, text).unwrap();
    file
}

fn compilers(test: &str) -> Vec<&'static str> {
    let (found, missing): (Vec<_>, Vec<_>) = ["g++", "clang++"].into_iter().partition(|c| has(c));
    missing.iter().for_each(|c| skip(test, c, NEEDED));
    found
}

#[test]
fn the_headers_are_what_unreals_header_tool_takes() {
    if let Err(errors) = uht::generate(&plugin_headers()) {
        panic!("{}", errors.join("\n"));
    }
}

#[test]
fn every_source_compiles_alone_and_with_all_others() {
    let compilers = compilers("every_source_compiles_alone_and_with_all_others");
    let dir = tempfile::tempdir().unwrap();
    let mut alone = sources(dir.path(), true);
    let together = unity(dir.path(), "unity.cpp", &alone);
    let game = unity(dir.path(), "game.cpp", &sources(dir.path(), false));
    // Each public header alone, too: whoever includes it need include nothing else. Those of reflected types are alone
    // in what was generated for them.
    for header in MODULES.iter().flat_map(|name| files(&module(name).join("Public"), "h")) {
        if !dir.path().join(format!("{}.gen.cpp", stem(&header))).exists() {
            alone.push(unity(dir.path(), &format!("alone {}.cpp", stem(&header)), std::slice::from_ref(&header)));
        }
    }
    let Some(&last) = compilers.last() else { return };
    let variants: Vec<Variant> = [GCC, CLANG].into_iter().filter(|v| compilers.contains(&v.compiler)).collect();
    let last = Variant { compiler: last, ..GCC };
    let others = [Variant { editor: false, ..last }, Variant { windows: true, ..last }];
    let prepared: Vec<Prepared> = variants
        .into_iter()
        .chain(others)
        .map(|v| v.prepare(dir.path(), &[], CORE).unwrap_or_else(|failure| panic!("{failure}")))
        .collect();
    // All by both compilers together, as Unreal builds them; alone by one, which shows what a file does not include.
    let mut tasks: Vec<(&Prepared, &Path)> = Vec::new();
    for way in &prepared {
        tasks.push((way, if way.variant.editor { &together } else { &game }));
    }
    let alone_by = prepared.iter().find(|p| p.variant.compiler == last.compiler).unwrap();
    tasks.extend(alone.iter().map(|source| (alone_by, source.as_path())));
    in_parallel(&tasks, |(way, source)| way.check(source));
}

/// What the test programs begin with.
const PROGRAM: &str = "#include \"ShimControl.h\"\n#include \"Engine/World.h\"\n#include \"GameFramework/Actor.h\"\n\
    #include <filesystem>\n#include <fstream>\n#include <map>\n#include <sstream>\n#include <thread>\n";

/// Builds the plugin, the shim and each test program once for a variant, and runs the programs.
fn run_programs(test: &str, variant: Variant, environment: &[(&str, &str)]) {
    let dir = tempfile::tempdir().unwrap();
    let plugin_all = unity(dir.path(), "plugin.cpp", &sources(dir.path(), variant.editor));
    let programs = files(&shim().join("tests"), "cpp");
    assert!(!programs.is_empty());
    let mut sources = files(&shim().join("src"), "cpp");
    sources.push(plugin_all);
    let object = |source: &Path| dir.path().join(format!("{}.o", stem(source)));
    // The largest first.
    let all: Vec<&PathBuf> = sources.iter().rev().chain(&programs).collect();
    // What sanitizers put in is costly to optimise, and the programs have little to do.
    let prepared = variant.prepare(dir.path(), &["-g1", "-O0"], PROGRAM).unwrap_or_else(|failure| panic!("{failure}"));
    in_parallel(&all, |source| {
        let output = prepared.compile(source).arg("-c").arg("-o").arg(object(source)).output().unwrap();
        succeeded(&format!("{} {}", variant.name(), source.display()), &output)
    });
    in_parallel(&programs, |source| {
        let program = dir.path().join(stem(source));
        let libraries = library_folder();
        let output = Command::new(variant.compiler)
            .args(variant.flags)
            .args(["-pthread", "-o"])
            .arg(&program)
            .arg(object(source))
            .args(sources.iter().map(|s| object(s)))
            .arg("-L")
            .arg(&libraries)
            .args(["-lgroma", "-ldl"])
            .arg(format!("-Wl,-rpath,{}", libraries.display()))
            .output()
            .unwrap();
        succeeded(&format!("linking {}", source.display()), &output)?;
        let work = dir.path().join(format!("work of {}", stem(source)));
        std::fs::create_dir(&work).unwrap();
        let Some(run) = programs::prepare(test, &stem(source), &work) else { return Ok(()) };
        let output = Command::new(&program)
            .args(&run.arguments)
            .env("LD_LIBRARY_PATH", libraries)
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        succeeded(&format!("{} {}", variant.name(), stem(source)), &output)?;
        (run.check)();
        Ok(())
    });
}

/// Where the sanitizers are missing the programs run all the same.
#[test]
fn the_plugin_runs_under_address_and_undefined_behaviour_sanitizers() {
    let test = "the_plugin_runs_under_address_and_undefined_behaviour_sanitizers";
    let flags = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
    let sanitized = Variant { flags, ..GCC };
    if !has(GCC.compiler) {
        return skip(test, GCC.compiler, NEEDED);
    }
    if can_build(GCC.compiler, flags) {
        let options =
            [("ASAN_OPTIONS", "detect_stack_use_after_return=1:max_uar_stack_size_log=16:strict_init_order=1")];
        run_programs(test, sanitized, &options);
    } else {
        skip(test, &sanitized.name(), NEEDED);
        run_programs(test, GCC, &[]);
    }
}

/// The library is not built with the sanitizer, so what its threads do among themselves is not looked at: that is for
/// its own tests. What the plugin does on them and beside them is.
#[test]
fn the_plugin_runs_under_the_thread_sanitizer() {
    let test = "the_plugin_runs_under_the_thread_sanitizer";
    let sanitized = Variant { flags: &["-fsanitize=thread"], ..CLANG };
    if !has(CLANG.compiler) || !can_build(CLANG.compiler, sanitized.flags) {
        return skip(test, &sanitized.name(), NEEDED);
    }
    let options =
        [("TSAN_OPTIONS", "ignore_noninstrumented_modules=1:halt_on_error=1:exitcode=66:second_deadlock_stack=1")];
    run_programs(test, sanitized, &options);
}

/// Functions of the names that the header declares, each of which ends the program and says its name.
fn missing_library(folder: &Path) -> PathBuf {
    let header = std::fs::read_to_string(root().join("include/groma.h")).unwrap();
    let code = header.lines().filter(|line| !line.trim_start().starts_with(['*', '/', '#']));
    let mut names = std::collections::BTreeSet::new();
    for line in code {
        for (at, _) in line.match_indices("groma_") {
            let word = line[at..].split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
            if line[at + word.len()..].starts_with('(') {
                names.insert(word);
            }
        }
    }
    assert!(names.contains("groma_job_close") && names.len() > 60, "{names:?}");
    let mut text = "#include <stdio.h>\n#include <stdlib.h>\n".to_owned();
    for name in names {
        text += &format!("void {name}(void) {{ puts(\"a call into the missing library: {name}\"); exit(7); }}\n");
    }
    let source = folder.join("missing_library.c");
    std::fs::write(&source, text).unwrap();
    source
}

/// On Windows the library is delay-loaded, and a call into one that is not there ends the editor.
#[test]
fn the_plugin_without_its_library_calls_nothing_of_it() {
    let test = "the_plugin_without_its_library_calls_nothing_of_it";
    if !has(GCC.compiler) || !has("gcc") {
        return skip(test, "g++", NEEDED);
    }
    let variant = Variant { windows: true, ..GCC };
    let dir = tempfile::tempdir().unwrap();
    let plugin_all = unity(dir.path(), "plugin.cpp", &sources(dir.path(), true));
    let mut sources = files(&shim().join("src"), "cpp");
    sources.extend([plugin_all, shim().join("missing/missing_library.cpp")]);
    let object = |source: &Path| dir.path().join(format!("{}.o", stem(source)));
    // Optimised, since some warnings look at what values may be.
    let prepared = variant.prepare(dir.path(), &["-O1"], PROGRAM).unwrap_or_else(|failure| panic!("{failure}"));
    in_parallel(&sources, |source| {
        let output = prepared.compile(source).arg("-c").arg("-o").arg(object(source)).output().unwrap();
        succeeded(&source.display().to_string(), &output)
    });
    let library = dir.path().join("library.o");
    let output =
        Command::new("gcc").arg("-c").arg(missing_library(dir.path())).arg("-o").arg(&library).output().unwrap();
    succeeded("the functions that must not be called", &output).unwrap();
    let program = dir.path().join("program");
    let mut link = Command::new(variant.compiler);
    link.args(sources.iter().map(|s| object(s))).arg(library).args(["-pthread", "-ldl", "-o"]).arg(&program);
    succeeded("linking", &link.output().unwrap()).unwrap();
    succeeded("the plugin without its library", &Command::new(program).output().unwrap()).unwrap();
}

#[test]
fn the_plugin_is_laid_only_where_plugins_belong() {
    if !has("cargo") {
        return skip("the_plugin_is_laid_only_where_plugins_belong", "cargo", "install the Rust toolchain");
    }
    let dir = tempfile::tempdir().unwrap();
    let plugins = dir.path().join("Plugins");
    let refusal = |into: &Path| {
        let mut lay = Command::new("cargo");
        let output = lay.current_dir(root()).args(["xtask", "unreal", "--into"]).arg(into).output().unwrap();
        assert!(!output.status.success(), "{into:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let text = refusal(&plugins);
    assert!(text.contains("--into takes the Plugins folder of a project, which must be there"), "{text}");
    assert!(!plugins.exists());

    let other = plugins.join("SpatialHashedTrajectory");
    std::fs::create_dir_all(other.join("Source")).unwrap();
    std::fs::write(other.join("SpatialHashedTrajectory.uplugin"), "{}").unwrap();
    let text = refusal(&plugins);
    assert!(text.contains("another plugin of that name"), "{text}");
    let text = refusal(&other);
    assert!(text.contains("is a plugin itself"), "{text}");
    assert_eq!(std::fs::read_dir(&other).unwrap().count(), 2);
}
