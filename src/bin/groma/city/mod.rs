//! `groma city` and its commands.
//!
//! | file | commands |
//! |---|---|
//! | `arguments` | what several commands take |
//! | `build` | build |
//! | `parts` | plan, finish, and the parts of build |
//! | `inspect` | inspect |
//! | `export` | export |
//! | `levels` | levels |
//! | `store` | merge |
//! | `surface` | check, preview |
//! | `generate` | generate |
//! | `tile_size` | tile-size |
//!
//! `view` is beside this folder, since trajectories have it too.

mod arguments;
mod build;
mod export;
mod generate;
mod inspect;
mod levels;
mod parts;
mod store;
mod surface;
mod tile_size;

use std::process::ExitCode;

use clap::Subcommand;
use groma::Result;

use crate::view;

#[derive(Subcommand)]
pub enum Command {
    /// Make the tiles of a city's mesh from building footprints and terrain, and one mesh of them
    Build(Box<build::Build>),
    /// Plan a build in parts: read and clean the inputs once, and leave what the parts need in the store
    Plan(Box<parts::Plan>),
    /// End a build in parts: check that all tiles are there, and that neighbours agree
    Finish(parts::Finish),
    /// Make one mesh of the tiles of a store
    Merge(store::Merge),
    /// Make files for engines of the tiles of a store: GLB, 3D Tiles, HDF5
    Export(export::Export),
    /// Make coarser levels of a city in its store, for programs that show what is far with fewer triangles
    Levels(levels::Levels),
    /// Say whether a mesh is whole, and plausible: holes, duplicates, T-junctions, angles, areas, heights
    Check(surface::Check),
    /// Say what footprints and terrain hold and what a build would make of them, or what a store holds
    Inspect(Box<inspect::Inspect>),
    /// Make the footprints and the terrain of a city that does not exist
    Generate(generate::Generate),
    /// Draw a picture of a mesh
    Preview(surface::Preview),
    /// Show a city in the browser: fly through it, click a building
    View(view::CityView),
    /// Say how large tiles may be for the memory there is, and whether tiles are needed
    TileSize(tile_size::TileSize),
}

pub fn run(command: Command, quiet: bool) -> Result<ExitCode> {
    match command {
        Command::Build(arguments) => arguments.run(quiet),
        Command::Plan(arguments) => arguments.run(quiet),
        Command::Finish(arguments) => arguments.run(quiet),
        Command::Merge(arguments) => arguments.run(quiet),
        Command::Export(arguments) => arguments.run(quiet),
        Command::Levels(arguments) => arguments.run(quiet),
        Command::Check(arguments) => arguments.run(quiet),
        Command::Inspect(arguments) => arguments.run(quiet),
        Command::Generate(arguments) => arguments.run(quiet),
        Command::Preview(arguments) => arguments.run(quiet),
        Command::View(arguments) => arguments.run(quiet),
        Command::TileSize(arguments) => arguments.run(),
    }
}

/// Returns the exit code of a command whose answer is yes or no.
fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
