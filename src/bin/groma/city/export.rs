//! `groma city export`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use groma::city::store::{Compression, ExportFormat, ExportReport, MeshStore, export};
use groma::city::tileset::{Placement, TILESET_NAME, TilesetOptions, TilesetReport, export_tileset};
use groma::human::counted;
use groma::job::{Job, RunOptions};
use groma::{Error, Result};
use serde::Serialize;

use super::levels::{LevelNumber, made, number_of_levels, table};
use crate::terminal::{self, cancel_on_interrupt, print_json, println};
use crate::values;

const EXPORT_EXAMPLES: &str = "\
glb, hdf5: Every tile is read before the first file is made, so that a damaged one leaves none. tiles.json comes \
last: without it, as after an interrupt, not all files are there. Of a store from which tiles are missing the others \
are written, tiles.json names those that are missing, an earlier export's files of them are removed, and the exit \
code is 1. A folder with other GLB files is refused.

3dtiles: squares of 500 m, four of which make one of the next level with fewer triangles, up to 8 km; normals, and a \
table of the buildings in each. tileset.json comes last. The same command goes on where it was interrupted, and makes \
again only what has changed. Heights above the sea are not those of the globe: --geoid-offset is the height of the \
geoid above the ellipsoid, some 23 m in Stockholm, 45 m in Amsterdam, -33 m in New York.

Exit codes: 0 done, 1 failed, or tiles are missing, 2 wrong usage, 130 interrupted.

Examples:
  groma city export tiles --format glb --output glb
  groma city export tiles --format 3dtiles --geoid-offset 23.4 --output city";

#[derive(Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub struct Export {
    /// The store's folder
    store: PathBuf,
    /// What kind of files to make
    #[arg(long, value_enum)]
    format: FormatChoice,
    /// The folder to make them in
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// How arrays are kept: by the extension EXT_meshopt_compression of glTF, in steps of 1/64 m, or as every program
    /// reads them [default: meshopt for 3dtiles, none for glb]
    #[arg(long, value_enum)]
    compression: Option<CompressionChoice>,
    #[command(flatten)]
    tileset: TilesetArguments,
    /// The most memory to take, like 2GiB [default: 256MiB]
    #[arg(long, value_name = "SIZE", value_parser = values::bytes)]
    memory_limit: Option<u64>,
    /// Print what was written as JSON on stdout
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(next_help_heading = "3D Tiles")]
struct TilesetArguments {
    /// The number of coarser levels above the squares of 500 m: auto, as many as there are up to squares of 8 km, or 0
    /// to 4 [default: auto]
    #[arg(long, value_name = "auto|N", value_parser = number_of_levels)]
    levels: Option<LevelNumber>,
    /// Where the city is: globe, on the earth, or local, around the middle of its own coordinates [default: globe]
    #[arg(long, value_enum)]
    placement: Option<PlacementChoice>,
    /// The height of the store's zero above the ellipsoid of WGS 84, in metres: that of the geoid, where heights are
    /// above the sea [default: 0, with a warning]
    #[arg(long, value_name = "METRES", allow_hyphen_values = true)]
    geoid_offset: Option<f64>,
    /// The reference system of the store's coordinates, like EPSG:3006 [default: what the store says]
    #[arg(long, value_name = "EPSG:CODE", value_parser = values::epsg)]
    crs: Option<u32>,
    #[arg(long, value_name = "N", help = values::threads("Tiles made at once, each on a thread"))]
    threads: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatChoice {
    /// A file NAME.glb for each tile, in single precision around an origin in whole metres, y up, and tiles.json, which
    /// lists them
    Glb,
    /// tileset.json and the tiles that it leads to, which globes and engines stream: 3D Tiles 1.1
    #[value(name = "3dtiles")]
    Tileset,
    /// One file of all tiles, tiles.h5, where groma was built with the feature hdf5
    Hdf5,
}

#[derive(Clone, Copy, ValueEnum)]
enum CompressionChoice {
    /// A quarter of the size, for programs that know the extension
    Meshopt,
    /// As glTF alone has them
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum PlacementChoice {
    /// On the earth
    Globe,
    /// Around the middle of the city
    Local,
}

/// The output of an export and its counts, for `--json`.
#[derive(Serialize)]
struct Exported<'a, R> {
    output: &'a Path,
    #[serde(flatten)]
    report: R,
}

impl Export {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        self.refuse_others_options()?;
        let store = MeshStore::open(&self.store)?;
        let compression = match (self.compression, self.format) {
            (Some(CompressionChoice::Meshopt), _) | (None, FormatChoice::Tileset) => Compression::Meshopt,
            (Some(CompressionChoice::None), _) | (None, _) => Compression::None,
        };
        let threads = if self.format == FormatChoice::Tileset { self.tileset.threads.unwrap_or(0) } else { 1 };
        let memory_limit = self.memory_limit.unwrap_or(0);
        let run = RunOptions { threads, memory_limit, cancel: cancel_on_interrupt()? };
        let output = self.output.clone();
        match self.format {
            FormatChoice::Tileset => {
                let options = TilesetOptions {
                    levels: self.tileset.levels.and_then(|levels| levels.0),
                    placement: match self.tileset.placement {
                        None | Some(PlacementChoice::Globe) => Placement::Globe,
                        Some(PlacementChoice::Local) => Placement::Local,
                    },
                    crs: self.tileset.crs,
                    geoid_offset: self.tileset.geoid_offset,
                    compression,
                };
                let job = Job::spawn(&run, None, move |runner| export_tileset(&store, &output, &options, runner))?;
                let left = || format!("what is in {} is kept for the next run", self.output.display());
                let report = terminal::wait_with_progress(job, quiet, left)?;
                self.show(report, quiet, levels_text)
            }
            FormatChoice::Glb => self.export_tiles(store, output, ExportFormat::Glb(compression), &run, quiet),
            FormatChoice::Hdf5 => self.export_tiles(store, output.join("tiles.h5"), ExportFormat::Hdf5, &run, quiet),
        }
    }

    /// Refuses an option that means nothing for the format.
    fn refuse_others_options(&self) -> Result<()> {
        let format = match self.format {
            FormatChoice::Tileset => return Ok(()),
            FormatChoice::Glb => "glb",
            FormatChoice::Hdf5 => "hdf5",
        };
        let TilesetArguments { levels, placement, geoid_offset, crs, threads } = &self.tileset;
        let is_compressed = self.format == FormatChoice::Hdf5 && self.compression.is_some();
        let others = [
            ("levels", levels.is_some(), "3dtiles"),
            ("placement", placement.is_some(), "3dtiles"),
            ("geoid_offset", geoid_offset.is_some(), "3dtiles"),
            ("crs", crs.is_some(), "3dtiles"),
            ("threads", threads.is_some(), "3dtiles"),
            ("compression", is_compressed, "3dtiles or glb"),
        ];
        let Some((name, _, formats)) = others.into_iter().find(|(_, is_given, _)| *is_given) else { return Ok(()) };
        let (seen, accepted) = (format!("given with --format {format}"), format!("with --format {formats} alone"));
        Err(Error::InvalidArgument { name, seen, accepted })
    }

    fn export_tiles(
        &self,
        store: MeshStore,
        path: PathBuf,
        format: ExportFormat,
        run: &RunOptions,
        quiet: bool,
    ) -> Result<ExitCode> {
        let job = Job::spawn(run, None, move |runner| export(&store, &path, format, runner))?;
        let left = || format!("every file in {} is whole, tiles are missing", self.output.display());
        let report: ExportReport = terminal::wait_with_progress(job, quiet, left)?;
        self.show(report, quiet, |report, output| {
            let (files, tiles) = (counted(report.files, "file"), counted(report.tiles, "tile"));
            format!("{files} of {tiles} in {}", output.display())
        })
    }

    fn show<R: Serialize>(&self, report: R, quiet: bool, text: impl Fn(&R, &Path) -> String) -> Result<ExitCode> {
        if self.json {
            print_json(&Exported { output: &self.output, report })?;
        } else if !quiet {
            println(&text(&report, &self.output))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn levels_text(report: &TilesetReport, output: &Path) -> String {
    let (files, made) = (counted(report.files, "file"), made(report.made));
    table(&report.levels) + &format!("\n{files}, {made}: {}", output.join(TILESET_NAME).display())
}
