//! groma's command line: a thin face over the library.

mod city;
mod demo;
mod limits;
mod manual;
mod terminal;
mod trajectories;
mod values;
mod view;

use std::any::TypeId;
use std::process::ExitCode;

use clap::{ArgAction, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use groma::{Error, Status};

/// Turns spatial data too big for memory, piece by piece, into files a real-time engine can use.
#[derive(Parser)]
#[command(name = "groma", version, max_term_width = 110, after_help = AFTER_HELP)]
struct Arguments {
    /// Say more on stderr: -v a line per batch or tile on a terminal too, -vv one per time step
    #[arg(short, long, global = true, action = ArgAction::Count, display_order = 900)]
    verbose: u8,
    /// Say nothing but errors: no progress, no warnings, no summary, and nothing of what demo runs. What was asked for
    /// is printed in any case: the answers of query, inspect, check and tile-size, and --json
    #[arg(short, long, global = true, conflicts_with = "verbose", display_order = 900)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 done, 1 failed, as for files that are wrong or do not fit together, 2 wrong usage: an option that is \
not known, out of range, or does not fit the files, as bounds without a building or a property that no feature has, \
3 sound but not plausible (city check), 75 try again (plan, parts and finish), 130 interrupted (Ctrl-C; a second one \
ends at once).

Folders of outputs are made where they are missing.

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
    limits::meet_with_errors();
    limits::with_own_stack(run).unwrap_or_else(|error| {
        terminal::print_error(&error);
        ExitCode::FAILURE
    })
}

fn run() -> ExitCode {
    let matches = with_negative_numbers(Arguments::command()).get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|e| e.exit());
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
        Err(Error::Cancelled) => {
            terminal::print_cancelled();
            ExitCode::from(130)
        }
        Err(error) if terminal::is_closed_output(&error) => ExitCode::SUCCESS,
        Err(error) => {
            match &error {
                Error::InvalidArgument { name, seen, accepted } => {
                    let name = option_of(name, &matches).unwrap_or_else(|| name.to_string());
                    terminal::print_error(&format!("{name} is {seen}; accepted: {accepted}"));
                }
                error => terminal::print_error(error),
            }
            if error.status() == Status::InvalidArgument { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

/// Parses negative numbers as values, not as options, so that the option's own range is reported.
fn with_negative_numbers(command: clap::Command) -> clap::Command {
    let takes_numbers = |argument: clap::Arg| {
        let kind = argument.get_value_parser().type_id();
        if kind == TypeId::of::<f32>() || kind == TypeId::of::<f64>() {
            // Any text is allowed, because clap does not recognise -1e-3 and -inf as numbers.
            argument.allow_hyphen_values(true)
        } else if argument.get_action().takes_values() {
            argument.allow_negative_numbers(true)
        } else {
            argument
        }
    };
    command.mut_args(takes_numbers).mut_subcommands(with_negative_numbers)
}

/// Returns the option of the current command that sets the library's parameter `name`.
fn option_of(name: &str, mut matches: &ArgMatches) -> Option<String> {
    let mut command = Arguments::command();
    while let Some((subcommand, below)) = matches.subcommand() {
        command = command.find_subcommand(subcommand)?.clone();
        matches = below;
    }
    let long = name.replace('_', "-");
    let sets = |argument: &&clap::Arg| {
        let aliases = argument.get_all_aliases().unwrap_or_default();
        argument.get_long() == Some(&long) || aliases.contains(&long.as_str()) || argument.get_id() == name
    };
    let argument = command.get_arguments().find(sets)?;
    argument.get_long().map(|long| format!("--{long}"))
}
