//! What takes more than one command to do in this repository: `cargo xtask`.

mod install;
mod unreal;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask <TASK>

Tasks:
  install --prefix FOLDER [--features LIST] [--profile NAME] [--from FOLDER]
      Builds the library and installs it for C and C++ programs: include/, lib/ with files for pkg-config and CMake,
      share/doc/groma/. The prefix may be moved afterwards. --features hdf5 adds that. --profile dev builds faster code no
      user should get. --from takes libraries that cargo has built instead of building them.
  unreal [--target TRIPLE]... [--profile NAME] [--into FOLDER]
      Builds the library and lays it, with its header, into the Unreal plugin, where the plugin's Build.cs looks for
      them. Without --target for this machine; with it for others, whose Rust target and linker must be installed.
      --profile dev builds faster code no user should get. --into makes a copy of the plugin in FOLDER, ready to be
      dropped into a project, and leaves the one in the repository as it is.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("install") => install::run(&arguments[1..]),
        Some("unreal") => unreal::run(&arguments[1..]),
        Some("--help" | "-h") => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Some(other) => Err(format!("no task {other:?}\n\n{USAGE}")),
        None => Err(USAGE.to_string()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
