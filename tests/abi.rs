//! The ABI in numbers: what Rust, C and C++ compilers make of the header's structs, and what the library exports.
//!
//! `tests/header.rs` keeps the numbers and compares them with the last that were recorded.

mod common;

#[path = "common/c_header.rs"]
mod c_header;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use c_header::Header;
use common::skip;
use groma::capi::*;

/// A struct's size, and the offset and size of each field, as Rust has them.
macro_rules! layout {
    ($name:ident: $size:literal { $($field:ident: $offset:literal $bytes:literal,)* }) => {
        const _: () = {
            assert!(size_of::<$name>() == $size);
            $(
                assert!(std::mem::offset_of!($name, $field) == $offset);
                const fn $field<T>(_: fn(&$name) -> &T) -> usize { size_of::<T>() }
                assert!($field(|s| &s.$field) == $bytes);
            )*
        };
    };
}

include!("abi/layouts.rs");

fn header() -> Header {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Header::parse(&std::fs::read_to_string(root.join("include/groma.h")).unwrap())
}

/// The layouts in the header as C and C++ have them.
#[test]
fn c_and_cpp_lay_structs_out_as_rust_does() {
    let test = "c_and_cpp_lay_structs_out_as_rust_does";
    let mut program =
        "#include \"groma.h\"\n#ifdef __cplusplus\n#define _Static_assert static_assert\n#endif\n".to_string();
    for layout in header().structs {
        let name = layout.name;
        writeln!(program, "_Static_assert(sizeof({name}) == {}, \"{name}\");", layout.size).unwrap();
        for field in layout.fields {
            let (field, offset, size) = (field.name, field.offset, field.size);
            writeln!(program, "_Static_assert(offsetof({name}, {field}) == {offset}, \"{name}.{field}\");").unwrap();
            writeln!(program, "_Static_assert(sizeof((({name} *)0)->{field}) == {size}, \"{name}.{field}\");").unwrap();
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("layouts.c");
    std::fs::write(&source, program).unwrap();
    for (compiler, language) in [("cc", ["-std=c11", "-xc"]), ("c++", ["-std=c++17", "-xc++"])] {
        let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
        let mut command = Command::new(compiler);
        command.args(language).args(["-fsyntax-only", "-Wall", "-Werror", "-I"]).arg(include).arg(&source);
        let Ok(output) = command.output() else {
            skip(test, compiler, "install gcc and g++, or clang");
            continue;
        };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Nothing of Rust's and nothing of a dependency's shows.
#[cfg(target_os = "linux")]
#[test]
fn the_library_exports_the_functions_of_the_header_and_nothing_else() {
    let library = std::env::current_exe().unwrap().parent().unwrap().join("libgroma.so");
    let Ok(output) = Command::new("nm").args(["-D", "--defined-only"]).arg(library).output() else {
        return skip("the_library_exports_the_functions_of_the_header", "nm", "install the package binutils");
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let symbols = String::from_utf8(output.stdout).unwrap();
    let mut exported: Vec<&str> = symbols.lines().filter_map(|line| line.split(' ').nth(2)).collect();
    let functions = header().functions;
    let mut declared: Vec<&str> = functions.iter().map(|(name, _)| name.as_str()).collect();
    exported.sort();
    declared.sort();
    assert_eq!(exported, declared);
}
