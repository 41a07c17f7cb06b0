//! `groma city`.
//!
//! | file | commands |
//! |---|---|
//! | `build` | build |
//! | `store` | merge, export, inspect |
//! | `surface` | check, preview |
//! | `generate` | generate |

mod build;
mod generate;
mod store;
mod surface;

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;
use groma::{Error, Result};

#[derive(Subcommand)]
pub enum Command {
    /// Make the tiles of a city's mesh from building footprints and terrain, and one mesh of them
    Build(Box<build::Build>),
    /// Make one mesh of the tiles of a store
    Merge(store::Merge),
    /// Make a file of each tile of a store
    Export(store::Export),
    /// Say whether a mesh is whole: holes, duplicates, T-junctions, angles, areas
    Check(surface::Check),
    /// Say what a store holds: parameters, tiles, sizes
    Inspect(store::Inspect),
    /// Make the footprints and the terrain of a city that does not exist
    Generate(generate::Generate),
    /// Draw a picture of a mesh
    Preview(surface::Preview),
}

pub fn run(command: Command, quiet: bool) -> Result<ExitCode> {
    match command {
        Command::Build(arguments) => arguments.run(quiet),
        Command::Merge(arguments) => arguments.run(quiet),
        Command::Export(arguments) => arguments.run(quiet),
        Command::Check(arguments) => arguments.run(),
        Command::Inspect(arguments) => arguments.run(),
        Command::Generate(arguments) => arguments.run(quiet),
        Command::Preview(arguments) => arguments.run(quiet),
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

/// The exit code of a command whose answer is yes or no.
fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
