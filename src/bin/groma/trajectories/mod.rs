//! `groma trajectories`.
//!
//! | file | commands |
//! |---|---|
//! | `build` | build, plan, finish |
//! | `generate` | generate |
//! | `import` | import |
//! | `query`, `answer` | query |
//! | `samples` | show, export |
//! | `names` | names of trajectories in show and query |
//! | `look` | inspect, preview |
//!
//! `view` is beside this folder, since cities have it too.

mod answer;
mod build;
mod generate;
mod import;
mod look;
mod names;
mod query;
mod samples;

use std::process::ExitCode;

use clap::Subcommand;
use groma::Result;

use crate::view;

#[derive(Subcommand)]
pub enum Command {
    /// Build one spatial hash table per time step from a data set's shards
    Build(build::Build),
    /// Plan a build in parts: find the box, and write down which shards are to be built
    Plan(build::Plan),
    /// End a build in parts: check that all tables are there, and write their index
    Finish(build::Finish),
    /// Make a data set of random trajectories
    Generate(generate::Generate),
    /// Make a data set from text tables, SUMO's floating car data, TrackMate's tracks or JuPedSim's databases
    Import(Box<import::Import>),
    /// Find the trajectories near a point, a trajectory, or the nearest ones
    Query(query::QueryArguments),
    /// Print the samples of some trajectories
    Show(samples::Show),
    /// Write a data set, or a part of it, into a CSV file
    Export(samples::Export),
    /// Say what a data set, a shard, a table or a folder of tables is, and what is wrong with it
    Inspect(look::Inspect),
    /// Draw a picture of a time step
    Preview(look::Preview),
    /// Play time steps in the browser, and ask around a point with a sphere that is dragged
    View(view::TrajectoriesView),
}

pub fn run(command: Command, quiet: bool) -> Result<ExitCode> {
    match command {
        Command::Build(arguments) => arguments.run(quiet),
        Command::Plan(arguments) => arguments.run(quiet),
        Command::Finish(arguments) => arguments.run(quiet),
        Command::Generate(arguments) => arguments.run(quiet),
        Command::Import(arguments) => arguments.run(quiet),
        Command::Query(arguments) => arguments.run(quiet),
        Command::Show(arguments) => arguments.run(quiet),
        Command::Export(arguments) => arguments.run(quiet),
        Command::Inspect(arguments) => arguments.run(quiet),
        Command::Preview(arguments) => arguments.run(quiet),
        Command::View(arguments) => arguments.run(quiet),
    }
}
