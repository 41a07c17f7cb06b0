//! groma's command line: a thin face over the library.

mod city;
mod terminal;
mod trajectories;
mod values;

use std::process::ExitCode;

use clap::{ArgAction, Parser, Subcommand};
use groma::Status;

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
  groma trajectories generate demo --trajectories 2000 --shards 3 --steps 100
  groma trajectories build demo --cell-size 10
  groma city generate town --buildings 500
  groma city build town/footprints.geojson --terrain town/terrain.tif --output town/city.ply
  groma city preview town/city.ply --output town/city.png";

#[derive(Subcommand)]
enum Command {
    /// Spatial hash tables of trajectory data sets
    #[command(subcommand)]
    Trajectories(trajectories::Command),
    /// Triangle meshes of cities from building footprints and a terrain raster
    #[command(subcommand)]
    City(city::Command),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    terminal::start_logging(arguments.verbose, arguments.quiet);
    let result = match arguments.command {
        Command::Trajectories(command) => trajectories::run(command, arguments.quiet),
        Command::City(command) => city::run(command, arguments.quiet),
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
