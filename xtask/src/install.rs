//! The library where C and C++ programs look for it: headers, libraries, and files for pkg-config and CMake.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

type Result<T> = std::result::Result<T, String>;

struct Options {
    prefix: PathBuf,
    profile: String,
    features: String,
    from: Option<PathBuf>,
}

fn parse(arguments: &[String]) -> Result<Options> {
    let (mut prefix, mut profile, mut features, mut from) = (None, "release".to_string(), String::new(), None);
    for pair in arguments.chunks(2) {
        let [option, value] = pair else { return Err(format!("{} wants a value", pair[0])) };
        match option.as_str() {
            "--prefix" => prefix = Some(value.into()),
            "--profile" => profile = value.clone(),
            "--features" => features = value.clone(),
            "--from" => from = Some(value.into()),
            other => return Err(format!("no option {other:?}: --prefix, --profile, --features or --from")),
        }
    }
    let prefix = prefix.ok_or("--prefix is missing: the folder to install into, like /usr/local")?;
    Ok(Options { prefix, profile, features, from })
}

pub fn run(arguments: &[String]) -> Result<()> {
    let options = parse(arguments)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_path_buf();
    let built = match &options.from {
        Some(folder) => folder.clone(),
        None => build(&root, &options)?,
    };
    let shared = file_name("cdylib")?;
    let static_ = file_name("staticlib")?;
    let system = system_libraries(&built)?;
    let version = version(&root)?;

    let (lib, bin) = (options.prefix.join("lib"), options.prefix.join("bin"));
    for header in ["groma.h", "groma.hpp"] {
        copy(&root.join("include").join(header), &options.prefix.join("include").join(header))?;
    }
    copy(&built.join(&static_), &lib.join(&static_))?;
    // Windows looks for libraries beside programs, and linkers want the list of what is in them.
    let (shared_to, import) = if shared.ends_with(".dll") {
        let import = ["groma.dll.lib", "libgroma.dll.a"].into_iter().find(|name| built.join(name).exists());
        let import = import.ok_or(format!("no import library of {shared} in {}", built.display()))?;
        copy(&built.join(import), &lib.join(import))?;
        (bin.join(&shared), Some(import))
    } else {
        (lib.join(&shared), None)
    };
    copy(&built.join(&shared), &shared_to)?;
    if shared.ends_with(".dylib") {
        let id = Command::new("install_name_tool").args(["-id", "@rpath/libgroma.dylib"]).arg(&shared_to).status();
        if !id.is_ok_and(|status| status.success()) {
            return Err(format!("install_name_tool cannot name {}", shared_to.display()));
        }
    }

    write(&lib.join("pkgconfig/groma.pc"), &pkg_config(&version, "-L${libdir} -lgroma", &system.join(" ")))?;
    let all = format!("${{libdir}}/{static_} {}", system.join(" "));
    write(&lib.join("pkgconfig/groma-static.pc"), &pkg_config(&version, &all, ""))?;
    let cmake = lib.join("cmake/groma");
    write(&cmake.join("gromaConfig.cmake"), &cmake_config(&shared_to, &static_, import, &system))?;
    write(&cmake.join("gromaConfigVersion.cmake"), &CMAKE_VERSION.replace("@VERSION@", &version))?;
    for document in ["LICENSE", "README.md", "CHANGELOG.md"] {
        copy(&root.join(document), &options.prefix.join("share/doc/groma").join(document))?;
    }
    println!("groma {version} is in {}", options.prefix.display());
    Ok(())
}

/// Builds both libraries and gives the folder they are in.
fn build(root: &Path, options: &Options) -> Result<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(root).args(["build", "--package", "groma", "--lib", "--no-default-features", "--locked"]);
    cargo.args(["--profile", &options.profile]);
    if !options.features.is_empty() {
        cargo.args(["--features", &options.features]);
    }
    let status = cargo.status().map_err(|e| format!("cargo: {e}"))?;
    if !status.success() {
        return Err(format!("cargo build: {status}"));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    Ok(target.join(if options.profile == "dev" { "debug" } else { &options.profile }))
}

fn version(root: &Path) -> Result<String> {
    let manifest = root.join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).map_err(|e| format!("{}: {e}", manifest.display()))?;
    let version = text.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_string).ok_or(format!("{} has no version", manifest.display()))
}

/// Asks the compiler, with an empty program or one on its standard input.
fn ask_rustc(arguments: &[&str], program: &str) -> Result<String> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()));
    rustc.args(["--edition=2024", "--crate-name=groma_ask"]).args(arguments).arg("-");
    rustc.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = rustc.spawn().map_err(|e| format!("rustc: {e}"))?;
    let sent = child.stdin.take().expect("piped").write_all(program.as_bytes());
    let output =
        child.wait_with_output().and_then(|output| sent.map(|()| output)).map_err(|e| format!("rustc: {e}"))?;
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(text) } else { Err(format!("rustc: {}\n{text}", output.status)) }
}

/// What this platform calls the library.
fn file_name(kind: &str) -> Result<String> {
    let name = ask_rustc(&["--print=file-names", "--crate-type", kind], "")?;
    Ok(name.trim().replace("groma_ask", "groma"))
}

/// What a program that links the static library must link besides, as the compiler says it.
fn system_libraries(built: &Path) -> Result<Vec<String>> {
    const SAYS: &str = "native-static-libs: ";
    let library = format!("groma={}", built.join("libgroma.rlib").display());
    let (itself, dependencies) = (format!("dependency={}", built.display()), built.join("deps"));
    let dependencies = format!("dependency={}", dependencies.display());
    let out = std::env::temp_dir().join(format!("groma-ask-{}.a", std::process::id()));
    let arguments = ["--crate-type=staticlib", "--print=native-static-libs", "--extern", &library, "-L", &itself];
    let out_path = out.display().to_string();
    let said = ask_rustc(&[&arguments[..], &["-L", &dependencies, "-o", &out_path]].concat(), "use groma as _;");
    // It writes the library of this program too, which nobody wants.
    std::fs::remove_file(&out).ok();
    let said = said?;
    let list = said.lines().find_map(|line| Some(line.split_once(SAYS)?.1));
    let list = list.ok_or(format!("rustc says no {SAYS}{said}"))?;
    let mut libraries: Vec<String> = Vec::new();
    let mut words = list.split_whitespace();
    while let Some(word) = words.next() {
        let library =
            if word == "-framework" { format!("{word} {}", words.next().unwrap_or_default()) } else { word.into() };
        if !libraries.contains(&library) {
            libraries.push(library);
        }
    }
    Ok(libraries)
}

fn pkg_config(version: &str, libs: &str, private: &str) -> String {
    let private = if private.is_empty() { String::new() } else { format!("Libs.private: {private}\n") };
    format!(
        "prefix=${{pcfiledir}}/../..\nincludedir=${{prefix}}/include\nlibdir=${{prefix}}/lib\n\nName: groma\n\
         Description: Spatial data too big for memory, piece by piece into files a real-time engine can use\n\
         Version: {version}\nCflags: -I${{includedir}}\nLibs: {libs}\n{private}"
    )
}

fn cmake_config(shared: &Path, static_: &str, import: Option<&str>, system: &[String]) -> String {
    let folder = shared.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let name = shared.file_name().unwrap_or_default().to_string_lossy();
    let import =
        import.map(|name| format!("\n        IMPORTED_IMPLIB \"${{_groma_prefix}}/lib/{name}\"")).unwrap_or_default();
    CMAKE_CONFIG
        .replace("@SHARED@", &format!("{folder}/{name}"))
        .replace("@IMPORT@", &import)
        .replace("@STATIC@", static_)
        .replace("@SYSTEM@", &system.join(";"))
}

const CMAKE_CONFIG: &str = r#"# groma::groma is the shared library, groma::static the static one with the libraries of the system that it needs.
# Link one of them, and at most one Rust static library into a program.
get_filename_component(_groma_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET groma::groma)
    add_library(groma::groma SHARED IMPORTED)
    set_target_properties(groma::groma PROPERTIES
        IMPORTED_LOCATION "${_groma_prefix}/@SHARED@"@IMPORT@
        IMPORTED_NO_SONAME TRUE
        INTERFACE_INCLUDE_DIRECTORIES "${_groma_prefix}/include")

    add_library(groma::static STATIC IMPORTED)
    set_target_properties(groma::static PROPERTIES
        IMPORTED_LOCATION "${_groma_prefix}/lib/@STATIC@"
        INTERFACE_LINK_LIBRARIES "@SYSTEM@"
        INTERFACE_INCLUDE_DIRECTORIES "${_groma_prefix}/include")
endif()

unset(_groma_prefix)
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

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().expect("a file in a folder");
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text));
    written.map_err(|e| format!("write {}: {e}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().expect("a file in a folder");
    let copied = std::fs::create_dir_all(folder).and_then(|()| std::fs::copy(from, to));
    copied.map(|_| ()).map_err(|e| format!("copy {} to {}: {e}", from.display(), to.display()))
}
