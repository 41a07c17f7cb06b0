//! groma's command line: a thin face over the library.

mod city;
mod demo;
mod manual;
mod terminal;
mod trajectories;
mod values;

use std::path::Path;
use std::process::ExitCode;

use clap::{ArgAction, Parser, Subcommand};
use groma::{Error, Result, Status};

/// Turns spatial data too big for memory, piece by piece, into files a real-time engine can use.
#[derive(Parser)]
#[command(name = "groma", version, max_term_width = 110, after_help = AFTER_HELP)]
struct Arguments {
    /// Say more: -v one line per batch or tile also on a terminal, -vv one per time step
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted (Ctrl-C; a second one ends at once).

Try it:
  groma demo";

#[derive(Subcommand)]
enum Command {
    /// Spatial hash tables of trajectory data sets
    #[command(subcommand)]
    Trajectories(trajectories::Command),
    /// Triangle meshes of cities from building footprints and a terrain raster
    #[command(subcommand)]
    City(city::Command),
    /// Do both jobs once with generated data, and say how
    Demo(demo::Demo),
    /// Print a shell's completions of groma's commands and options
    Completions(manual::Completions),
    /// Write the manual pages
    Man(manual::Man),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    terminal::start_logging(arguments.verbose, arguments.quiet);
    let result = match arguments.command {
        Command::Trajectories(command) => trajectories::run(command, arguments.quiet),
        Command::City(command) => city::run(command, arguments.quiet),
        Command::Demo(demo) => demo.run(arguments.quiet),
        Command::Completions(arguments) => arguments.run(),
        Command::Man(arguments) => arguments.run(),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            terminal::print_error(&error);
            match error.status() {
                Status::Cancelled => ExitCode::from(130),
                Status::InvalidArgument => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// Makes the folder that a file will be in.
fn make_folder_of(path: &Path) -> Result<()> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::fs::create_dir_all(folder).map_err(|source| Error::Io {
            action: "create",
            path: folder.to_path_buf(),
            source,
        }),
        None => Ok(()),
    }
}
