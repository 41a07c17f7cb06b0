//! The library where C and C++ programs look for it: headers, libraries, and files for pkg-config and CMake.

use std::path::{Path, PathBuf};

use crate::environment::next_steps;
use crate::files::{copy, read, write};
use crate::target::{self, Built, Target};
use crate::{Result, options, root};

pub fn run(arguments: &[String]) -> Result<()> {
    let (mut prefix, mut profile, mut features, mut from, mut target) = (None, "release", "", None, None);
    for (option, value) in options(arguments, &["--prefix", "--target", "--profile", "--features", "--from"])? {
        match option {
            "--prefix" => prefix = Some(PathBuf::from(value)),
            "--target" => target = Some(value),
            "--profile" => profile = value,
            "--features" => features = value,
            _ => from = Some(PathBuf::from(value)),
        }
    }
    let prefix = prefix.ok_or("--prefix is missing: the folder to install into, like /usr/local")?;
    let built = match (target, from) {
        (Some(_), Some(_)) => return Err("--from is for this machine, and takes no --target".into()),
        (Some(target), None) => Target::named(target)?.build(profile, features)?,
        (None, Some(folder)) => Built::found(&Target::host()?, folder)?,
        (None, None) => Target::host()?.build(profile, features)?,
    };
    lay(&built, &prefix, &prefix.join("share/doc/groma"))?;
    let whole = std::path::absolute(&prefix).unwrap_or_else(|_| prefix.clone());
    println!("groma {} is in {}\n", version()?, prefix.display());
    print!("{}", next_steps(&whole, &built.triple));
    Ok(())
}

/// Lays what was built into a prefix, and the documents into a folder.
pub fn lay(built: &Built, prefix: &Path, documents: &Path) -> Result<()> {
    let (lib, names) = (prefix.join("lib"), built.names());
    for header in ["groma.h", "groma.hpp"] {
        copy(&root().join("include").join(header), &prefix.join("include").join(header))?;
    }
    copy(&built.folder.join(names.fixed), &lib.join(installed(names.fixed)))?;
    // Windows looks for libraries beside programs, and linkers want the list of what is in them.
    let folder = if names.import.is_some() { "bin" } else { "lib" };
    let shared = prefix.join(folder).join(names.shared);
    copy(&built.shared(), &shared)?;
    if let Some(import) = names.import {
        copy(&built.import_for_msvc()?, &lib.join("groma.lib"))?;
        if import.ends_with(".a") {
            copy(&built.folder.join(import), &lib.join(import))?;
        }
    }
    if names.shared.ends_with(".dylib") {
        let mut id = std::process::Command::new("install_name_tool");
        target::run(id.args(["-id", "@rpath/libgroma.dylib"]).arg(&shared))?;
    }

    let (version, system) = (version()?, built.system_libraries.join(" "));
    let all = format!("${{libdir}}/{} {system}", installed(names.fixed));
    write(&lib.join("pkgconfig/groma.pc"), &pkg_config(&version, "-L${libdir} -lgroma", &system))?;
    write(&lib.join("pkgconfig/groma-static.pc"), &pkg_config(&version, &all, ""))?;
    let cmake = lib.join("cmake/groma");
    write(&cmake.join("gromaConfig.cmake"), &cmake_config(built, folder))?;
    write(&cmake.join("gromaConfigVersion.cmake"), &CMAKE_VERSION.replace("@VERSION@", &version))?;
    for document in ["LICENSE", "README.md", "CHANGELOG.md"] {
        copy(&root().join(document), &documents.join(document))?;
    }
    Ok(())
}

/// The name that the static library gets: on Windows `groma.lib` is the import library of the shared one.
fn installed(fixed: &'static str) -> &'static str {
    if fixed == "groma.lib" { "groma-static.lib" } else { fixed }
}

pub fn version() -> Result<String> {
    let text = read(&root().join("Cargo.toml"))?;
    let version = text.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_string).ok_or("Cargo.toml has no version".into())
}

fn pkg_config(version: &str, libs: &str, private: &str) -> String {
    let private = if private.is_empty() { String::new() } else { format!("Libs.private: {private}\n") };
    format!(
        "prefix=${{pcfiledir}}/../..\nincludedir=${{prefix}}/include\nlibdir=${{prefix}}/lib\n\nName: groma\n\
         Description: Spatial data too big for memory, piece by piece into files a real-time engine can use\n\
         Version: {version}\nCflags: -I${{includedir}}\nLibs: {libs}\n{private}"
    )
}

fn cmake_config(built: &Built, folder: &str) -> String {
    let names = built.names();
    let import = match names.import {
        Some(_) => "\n        IMPORTED_IMPLIB \"${_groma_prefix}/lib/${_groma_import}\"",
        None => "",
    };
    let (choice, fixed) = match names.import {
        // What MinGW makes of the static library is nothing that other linkers for Windows read.
        Some("libgroma.dll.a") => (CHOICE, "if(MINGW AND NOT TARGET groma::static)"),
        Some(_) => ("set(_groma_import groma.lib)\n", "if(NOT TARGET groma::static)"),
        None => ("", "if(NOT TARGET groma::static)"),
    };
    CMAKE_CONFIG
        .replace("@SHARED@", &format!("{folder}/{}", names.shared))
        .replace("@CHOICE@", choice)
        .replace("@IMPORT@", import)
        .replace("@IF_STATIC@", fixed)
        .replace("@STATIC@", installed(names.fixed))
        .replace("@SYSTEM@", &built.system_libraries.join(";"))
}

/// Each linker's import library, when both are there.
const CHOICE: &str = "set(_groma_import groma.lib)\nif(MINGW)\n    set(_groma_import libgroma.dll.a)\nendif()\n";

const CMAKE_CONFIG: &str = r#"# groma::groma is the shared library, groma::static the static one with the libraries of the system that it needs.
# Link one of them, and at most one Rust static library into a program.
get_filename_component(_groma_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
@CHOICE@
if(NOT TARGET groma::groma)
    add_library(groma::groma SHARED IMPORTED)
    set_target_properties(groma::groma PROPERTIES
        IMPORTED_LOCATION "${_groma_prefix}/@SHARED@"@IMPORT@
        IMPORTED_NO_SONAME TRUE
        INTERFACE_INCLUDE_DIRECTORIES "${_groma_prefix}/include")
endif()

@IF_STATIC@
    add_library(groma::static STATIC IMPORTED)
    set_target_properties(groma::static PROPERTIES
        IMPORTED_LOCATION "${_groma_prefix}/lib/@STATIC@"
        INTERFACE_LINK_LIBRARIES "@SYSTEM@"
        INTERFACE_INCLUDE_DIRECTORIES "${_groma_prefix}/include")
endif()

unset(_groma_prefix)
unset(_groma_import)
"#;

/// Before 1.0 a program needs the minor version it was made for, from then on the major one; and always 64 bits.
const CMAKE_VERSION: &str = r#"set(PACKAGE_VERSION "@VERSION@")
string(REGEX MATCH "^(0\\.[0-9]+|[1-9][0-9]*)" _groma_is "${PACKAGE_VERSION}")
string(REGEX MATCH "^(0(\\.[0-9]+)?|[1-9][0-9]*)" _groma_wanted "${PACKAGE_FIND_VERSION}")

if(CMAKE_SIZEOF_VOID_P AND NOT CMAKE_SIZEOF_VOID_P EQUAL 8)
    set(PACKAGE_VERSION "${PACKAGE_VERSION} (64 bit)")
    set(PACKAGE_VERSION_UNSUITABLE TRUE)
elseif(_groma_is STREQUAL _groma_wanted AND NOT PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
    if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
        set(PACKAGE_VERSION_EXACT TRUE)
    endif()
endif()

unset(_groma_is)
unset(_groma_wanted)
"#;
