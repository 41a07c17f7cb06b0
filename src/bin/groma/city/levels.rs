//! `groma city levels`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::city::levels::{LevelReport, LevelsOptions, LevelsReport, build_levels};
use groma::city::store::{LEVELS_FOLDER, MeshStore};
use groma::human::{bytes, count, counted};
use groma::job::{Job, RunOptions};

use crate::terminal::{self, cancel_on_interrupt, print_json, println};
use crate::values;

const LEVELS_EXAMPLES: &str = "\
A folder levels in the store, which is a store itself: on level 0 the city in squares of 500 m, on each further level \
tiles that take the place of four, with fewer triangles, up to 8 km. Tiles of any levels fit each other without a \
crack, so a program shows near ones fine and far ones coarse: the Unreal plugin does, and others find which tile \
takes the place of which by MeshStore::level, and in C by groma_mesh_store_tile_level. An export to 3D Tiles takes \
these levels, too, and makes its own where there are none. The same command goes on where it was interrupted, and \
makes again only what has changed.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.

Example:
  groma city levels tiles";

#[derive(Args)]
#[command(after_help = LEVELS_EXAMPLES)]
pub struct Levels {
    /// The store's folder
    store: PathBuf,
    /// The number of coarser levels above the squares of 500 m: auto, as many as there are up to squares of 8 km, or 0
    /// to 4
    #[arg(long, value_name = "auto|N", default_value = "auto", value_parser = number_of_levels)]
    levels: LevelNumber,
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        help = values::threads("Tiles made at once, each on a thread")
    )]
    threads: usize,
    /// The most memory to take, like 2GiB [default: 256MiB]
    #[arg(long, value_name = "SIZE", value_parser = values::bytes)]
    memory_limit: Option<u64>,
    /// Print what was made as JSON on stdout
    #[arg(long)]
    json: bool,
}

/// A number of coarser levels; `None` stands for as many as there are.
#[derive(Clone, Copy)]
pub struct LevelNumber(pub Option<u8>);

/// Reads the value of `--levels`.
pub fn number_of_levels(text: &str) -> std::result::Result<LevelNumber, String> {
    let most = LevelsOptions::MOST_LEVELS;
    match (text, text.parse()) {
        ("auto", _) => Ok(LevelNumber(None)),
        (_, Ok(levels)) if levels <= most => Ok(LevelNumber(Some(levels))),
        _ => Err(format!("auto, or 0 to {most}")),
    }
}

impl Levels {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let store = MeshStore::open(&self.store)?;
        let folder = self.store.join(LEVELS_FOLDER);
        let options = LevelsOptions { levels: self.levels.0 };
        let memory_limit = self.memory_limit.unwrap_or(0);
        let run = RunOptions { threads: self.threads, memory_limit, cancel: cancel_on_interrupt()? };
        let job = Job::spawn(&run, None, move |runner| build_levels(&store, &options, runner))?;
        let left = || format!("what is in {} is kept for the next run", folder.display());
        let report: LevelsReport = terminal::wait_with_progress(job, quiet, left)?;
        if self.json {
            print_json(&report)?;
        } else if !quiet {
            let text = table(&report.levels) + &format!("\n{}: {}", made(report.made), folder.display());
            println(&text)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns the figures of levels as a table.
pub fn table(levels: &[LevelReport]) -> String {
    let mut text = format!("{:<8}{:>8}{:>14}{:>12}{:>18}", "level", "tiles", "triangles", "size", "error, m");
    for level in levels {
        text += &format!(
            "\n{:<8}{:>8}{:>14}{:>12}{:>18.3}",
            level.level,
            count(level.tiles),
            count(level.triangles),
            bytes(level.bytes),
            level.geometric_error
        );
    }
    text
}

/// Returns how many tiles were made.
pub fn made(tiles: u64) -> String {
    match tiles {
        0 => "all tiles were there".into(),
        tiles => format!("{} made", counted(tiles, "tile")),
    }
}
