//! `include/groma.h` is what the source says, its examples compile, and what it declares stays.

mod common;

#[path = "common/abi.rs"]
mod abi;
#[path = "common/c_header.rs"]
mod c_header;
#[path = "common/chapters.rs"]
mod chapters;

use std::path::{Path, PathBuf};
use std::process::Command;

use c_header::Header;
use chapters::{CHAPTERS, in_chapters};
use common::skip;

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn checked_in(path: &str) -> String {
    std::fs::read_to_string(in_repository(path)).unwrap_or_default().replace("\r\n", "\n")
}

/// Compares a file with what it should be, or makes it that with `GROMA_BLESS=1`.
fn is_up_to_date(path: &str, text: &str) {
    if std::env::var_os("GROMA_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(in_repository(path), text).unwrap();
    }
    assert!(
        checked_in(path) == text,
        "{path} differs from what the source says; GROMA_BLESS=1 cargo test --test header writes it anew"
    );
}

fn generate() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    let number = |text: &str| text.parse::<u32>().unwrap();
    config.after_includes = Some(format!(
        "\n/** The version of the library this header belongs to. */\n#define GROMA_VERSION \"{}\"\n\
         #define GROMA_VERSION_MAJOR {}\n#define GROMA_VERSION_MINOR {}\n#define GROMA_VERSION_PATCH {}",
        env!("CARGO_PKG_VERSION"),
        number(env!("CARGO_PKG_VERSION_MAJOR")),
        number(env!("CARGO_PKG_VERSION_MINOR")),
        number(env!("CARGO_PKG_VERSION_PATCH")),
    ));
    let mut builder = cbindgen::Builder::new().with_config(config);
    // The files of the C ABI alone: nothing else of the crate belongs into the header.
    for name in CHAPTERS.iter().flat_map(|chapter| chapter.files) {
        builder = builder.with_src(root.join(format!("src/capi/{name}.rs")));
    }
    let mut header = Vec::new();
    builder.generate().unwrap().write(&mut header);
    in_chapters(&String::from_utf8(header).unwrap(), &root.join("src/capi"))
}

#[test]
fn the_header_is_the_one_generated_from_the_source() {
    is_up_to_date("include/groma.h", &generate());
}

#[test]
fn what_the_header_declares_is_what_was_recorded() {
    let header = Header::parse(&generate());
    let present = abi::record(&header);
    let breaks = abi::breaks(&checked_in("include/groma.abi"), &present);
    assert!(
        breaks.is_empty(),
        "programs compiled against the header as it was break:\n  {}\nAdd a function, or a field at the end of a \
         struct, instead; or step GROMA_ABI_VERSION in src/capi/status.rs and bless again. (Only while no version of \
         this ABI has been released: delete include/groma.abi and bless again.)",
        breaks.join("\n  ")
    );
    is_up_to_date("include/groma.abi", &present);
    is_up_to_date("tests/abi/layouts.rs", &abi::layouts(&header));
}

#[test]
fn a_break_is_told_from_an_addition() {
    let header = |text: &str| abi::record(&Header::parse(&format!("#define GROMA_ABI_VERSION 1\n{text}")));
    let options = "typedef struct { uint32_t struct_size; uint32_t reserved; double x[2]; } groma_o;\n";
    let recorded = header(&format!("#define GROMA_A 1\n{options}void groma_f(groma_o *o);"));
    let broken = |text: &str| abi::breaks(&recorded, &header(text));
    let kept = "#define GROMA_A 1\nvoid groma_f(groma_o *o);\nvoid groma_g(void);";

    assert!(broken(&format!("{options}{kept}")).is_empty());
    let grown = "typedef struct { uint32_t struct_size; uint32_t flags; double x[2]; char *y; } groma_o;\n";
    assert!(broken(&format!("{grown}{kept}")).is_empty());
    let moved = "typedef struct { uint32_t struct_size; uint32_t reserved; char *y; double x[2]; } groma_o;\n";
    assert_eq!(broken(&format!("{moved}{kept}")).len(), 1);
    assert_eq!(broken(&format!("{options}#define GROMA_A 2\nvoid groma_f(groma_o *o);")).len(), 1);
    assert_eq!(broken(&format!("{options}#define GROMA_A 1")), ["function groma_f is gone"]);
    let stepped = header(options).replace("GROMA_ABI_VERSION\n  1", "GROMA_ABI_VERSION\n  2");
    assert!(abi::breaks(&recorded, &stepped).is_empty());
}

#[test]
fn every_export_is_in_the_header() {
    let header = generate();
    let capi = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/capi");
    let mut exports = 0;
    for file in std::fs::read_dir(capi).unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for (at, _) in source.match_indices("extern \"C\" fn groma_") {
            let name: String = source[at + 14..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            assert!(header.contains(&format!("{name}(")), "{name} is not in the header");
            exports += 1;
        }
    }
    assert!(exports > 10);
}

#[test]
fn the_cpp_wrapper_has_every_function() {
    let wrapper = checked_in("include/groma.hpp");
    for (name, _) in Header::parse(&generate()).functions {
        let calls = [format!("{name}("), format!("{name}>"), format!(" {name})")];
        assert!(calls.iter().any(|call| wrapper.contains(call)), "include/groma.hpp does not call {name}");
    }
}

/// The examples in the header's comments: whole programs, and lines that belong into a function.
fn examples() -> Vec<String> {
    let header = generate();
    let mut examples = Vec::new();
    let mut example: Option<String> = None;
    for line in header.lines() {
        let text = line.strip_prefix(" *").unwrap_or_default();
        let text = text.strip_prefix(' ').unwrap_or(text);
        match (text, &mut example) {
            ("```c", None) => example = Some(String::new()),
            ("```", Some(_)) => examples.extend(example.take()),
            (text, Some(example)) => *example += &format!("{text}\n"),
            _ => {}
        }
    }
    assert!(example.is_none(), "an example without an end");
    examples
}

/// What the lines of an example may use: the headers, and a handle of each kind.
const AROUND: &str = "\
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <groma.h>
void example(groma_job *job, groma_shard_writer *writer, groma_dataset *dataset, groma_query_result *result,
             groma_hash_table *table, groma_mesh_store *store, groma_mesh_tile *tile, groma_mapped_array *mapped);
void example(groma_job *job, groma_shard_writer *writer, groma_dataset *dataset, groma_query_result *result,
             groma_hash_table *table, groma_mesh_store *store, groma_mesh_tile *tile, groma_mapped_array *mapped) {
(void)job, (void)writer, (void)dataset, (void)result, (void)table, (void)store, (void)tile, (void)mapped;
";

#[test]
fn every_example_of_the_header_compiles_as_c99_and_as_cpp17() {
    let test = "every_example_of_the_header_compiles_as_c99_and_as_cpp17";
    let dir = tempfile::tempdir().unwrap();
    let examples = examples();
    assert!(examples.len() >= 5, "{} examples found", examples.len());
    for (compiler, language) in [("cc", ["-std=c99", "-xc"]), ("c++", ["-std=c++17", "-xc++"])] {
        for example in &examples {
            let whole = example.contains("int main(");
            let program = if whole { example.clone() } else { format!("{AROUND}{example}}}\n") };
            let source = dir.path().join("example.c");
            std::fs::write(&source, &program).unwrap();
            let mut command = Command::new(compiler);
            command.args(language).args(["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
            command.args(["-Wno-unused-but-set-variable", "-I"]).arg(in_repository("include"));
            let Ok(output) = command.arg(&source).output() else {
                return skip(test, compiler, "install gcc and g++, or clang");
            };
            assert!(output.status.success(), "{}{program}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[test]
fn the_cpp_of_the_readme_compiles() {
    let readme = checked_in("README.md");
    let lines = readme.split("```cpp\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("readme.cpp");
    std::fs::write(&source, lines).unwrap();
    let mut command = Command::new("c++");
    command.args(["-std=c++17", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I"]).arg(in_repository("include"));
    let Ok(output) = command.arg(&source).output() else {
        return skip("the_cpp_of_the_readme_compiles", "c++", "install g++ or clang");
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_program_on_the_headers_first_page_runs() {
    use groma::trajectory::generate::{GenerateOptions, generate};
    let test = "the_program_on_the_headers_first_page_runs";
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    generate(&data, &GenerateOptions { half_edge: 100.0, ..GenerateOptions::new(50, 2, 5) }).unwrap();
    let (source, program) = (dir.path().join("example.c"), dir.path().join("example"));
    std::fs::write(&source, &examples()[0]).unwrap();
    let libraries = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
    let mut compile = Command::new("cc");
    compile.arg("-std=c99").arg(source).arg("-o").arg(&program).arg("-I").arg(in_repository("include"));
    compile.arg("-L").arg(&libraries).arg("-lgroma").arg(format!("-Wl,-rpath,{}", libraries.display()));
    let Ok(output) = compile.output() else { return skip(test, "cc", "install gcc or clang") };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let run = |folder: &Path| Command::new(&program).env("LD_LIBRARY_PATH", &libraries).arg(folder).output().unwrap();
    let answer = run(&data);
    let text = String::from_utf8(answer.stdout).unwrap();
    assert!(answer.status.success(), "{text}{}", String::from_utf8_lossy(&answer.stderr));
    assert!(text.lines().any(|line| line.starts_with("trajectory ")), "{text}");
    let failure = run(&dir.path().join("nowhere"));
    assert_eq!(failure.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failure.stderr).contains("no such folder"));
}
