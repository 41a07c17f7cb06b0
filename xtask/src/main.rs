//! What takes more than one command to do in this repository: `cargo xtask`.

mod arm;
mod environment;
mod files;
mod install;
mod notices;
mod python;
mod release;
mod sanitize;
mod system;
mod target;
mod unreal;
mod wine;

use std::path::Path;
use std::process::ExitCode;

type Result<T> = std::result::Result<T, String>;

const USAGE: &str = "\
Usage: cargo xtask <TASK>

Tasks:
  install --prefix FOLDER [--target TRIPLE] [--features LIST] [--profile NAME] [--from FOLDER]
      Builds the library and installs it for C and C++ programs: include/, lib/ with files for pkg-config and CMake,
      share/doc/groma/, and prints what to set next. The prefix may be moved afterwards. --target
      x86_64-pc-windows-gnu is for Windows, with import libraries for MinGW and for Microsoft's linker; --target
      x86_64-unknown-linux-gnu.2.17 for Linux systems older than this one, with zig. --features hdf5 adds that.
      --profile dev builds in less time, but slow code that no user should get. --from takes libraries that cargo has
      built for this machine instead of building them.
  unreal [--target TRIPLE]... [--profile NAME] [--into FOLDER]
      Builds the library and lays it, with its header, into the Unreal plugin, where the plugin's Build.cs looks for
      them. Without --target for this machine, on Linux for glibc 2.17 when zig is there; with it for others, like
      x86_64-pc-windows-gnu. --profile dev builds in less time, but slow code that no user should get. --into makes a
      copy of the plugin in FOLDER, the Plugins folder of a project, in place of an earlier such copy, and leaves the
      one in the repository as it is.
  release [--out FOLDER] [--profile NAME]
      Makes the archives of a release in FOLDER (target/release-archives), for Linux, for Windows and of the Unreal
      plugin with both, and SHA256SUMS. RELEASE-CHECKLIST.md says what is done before and after. --profile dev makes
      archives to test and not to publish, in less time.
  wine [--short | ARGUMENT...]
      Runs the tests on Windows without Windows: built with MinGW, run by Wine, the C and C++ programs too. With
      --short only those of files, locks, kills and mappings, and the programs. With other arguments, `cargo test`
      gets them, and no more is run: `cargo xtask wine --test files`.
  arm [ARGUMENT]...
      Runs the tests of arithmetic, formats, queries and meshes on 64-bit ARM without ARM: built with GCC's cross
      compiler, run by qemu; or those that ARGUMENTs of `cargo test` name.
  python [ARGUMENT]...
      Builds the Python package, unoptimised, installs the wheel into an environment of its own and runs the package's
      tests there; pytest gets the ARGUMENTs.
  wheels [--out FOLDER] [--profile NAME]
      Makes the wheels of the Python package in FOLDER (target/wheels), for Linux with glibc 2.17 or later and for
      Windows. --profile dev makes wheels to test and not to publish, in less time.
  sanitize [ARGUMENT]...
      Runs the tests of what is unsafe with the address sanitizer in the library and all that it depends on; or those
      that ARGUMENTs of `cargo test` name.
";

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository")
}

/// The options of a task, each with its value.
fn options<'a>(arguments: &'a [String], known: &[&str]) -> Result<Vec<(&'a str, &'a String)>> {
    let option = |pair: &'a [String]| match pair {
        [option, ..] if !known.contains(&option.as_str()) => {
            Err(format!("no option {option}; accepted: {}; cargo xtask --help explains them", known.join(", ")))
        }
        [option, value] => Ok((option.as_str(), value)),
        _ => Err(format!("{} needs a value after it", pair[0])),
    };
    arguments.chunks(2).map(option).collect()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asks_for_help = arguments.iter().take_while(|a| *a != "--").any(|a| a == "--help" || a == "-h");
    let result = match arguments.first().map(String::as_str) {
        _ if asks_for_help => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Some("install") => install::run(&arguments[1..]),
        Some("unreal") => unreal::run(&arguments[1..]),
        Some("release") => release::run(&arguments[1..]),
        Some("wine") => wine::test(&arguments[1..]),
        Some("arm") => arm::test(&arguments[1..]),
        Some("python") => python::test(&arguments[1..]),
        Some("wheels") => python::wheels(&arguments[1..]),
        Some("sanitize") => sanitize::test(&arguments[1..]),
        Some(other) => Err(format!("no task {other}\n\n{USAGE}")),
        None => Err(format!("no task given\n\n{USAGE}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
