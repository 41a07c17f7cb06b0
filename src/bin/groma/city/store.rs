//! `groma city merge`, `export` and `inspect`: what to do with a store.

use std::fmt::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use groma::city::cells::{CELL, Tile};
use groma::city::merge::{MergeOptions, MergeReport, merge_to_file};
use groma::city::store::export_glb;
use groma::city::store::{Manifest, MeshStore, StoreStats};
use groma::city::surface::SurfaceCounts;
use groma::human::{bytes, count};
use groma::job::{Job, Phase, RunOptions};
use groma::{Error, Result};
use serde::Serialize;

use super::build::mesh_line;
use super::code;
use crate::terminal::{self, cancel_on_interrupt, print_json, println};
use crate::{make_folder_of, values};

const MERGE_EXAMPLES: &str = "\
The order of vertices and triangles does not depend on the tiles. PLY is binary and holds up to
2^32 vertices; VTU has 64-bit indices; OBJ is text.

Examples:
  groma city merge tiles --output city.ply
  groma city merge tiles --output part.vtu --allow-incomplete";

#[derive(Args)]
#[command(after_help = MERGE_EXAMPLES)]
pub struct Merge {
    /// The store's folder
    store: PathBuf,
    /// The mesh: .ply, .vtu or .obj
    #[arg(long, value_name = "FILE", value_parser = values::mesh_file)]
    output: PathBuf,
    /// Merge the tiles that are there where others are missing: the mesh has holes
    #[arg(long)]
    allow_incomplete: bool,
    /// How far apart vertices of tiles of other programs may be to become one, in metres; a city's tiles need none
    #[arg(long, value_name = "METRES", default_value_t = 0.01)]
    snap_distance: f64,
    /// Have the file on the disk, not just in the system's cache, before it gets its name
    #[arg(long)]
    fsync: bool,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

/// What a merge did, and into what.
#[derive(Serialize)]
struct Merged<'a> {
    output: &'a Path,
    #[serde(flatten)]
    report: MergeReport,
}

impl Merge {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let options = MergeOptions {
            allow_incomplete: self.allow_incomplete,
            snap_distance: self.snap_distance,
            sync: self.fsync,
        };
        let run = RunOptions { threads: 1, cancel: cancel_on_interrupt(), ..RunOptions::default() };
        make_folder_of(&self.output)?;
        let (store, output) = (MeshStore::open(&self.store)?, self.output.clone());
        let job = Job::spawn(&run, None, move |runner| {
            runner.plan(&[Phase { name: "merge", weight: 1.0 }]);
            merge_to_file(&store, &output, &options, runner)
        })?;
        let report = terminal::wait_with_progress(job, quiet)?;
        if self.json {
            print_json(&Merged { output: &self.output, report })?;
        } else if !quiet {
            println(&mesh_line(&report, &self.output))?;
            if report.missing_tiles > 0 {
                println(&format!("with holes: {} tiles are missing", count(report.missing_tiles)))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

const EXPORT_EXAMPLES: &str = "\
Exit codes: 0 done, 1 failed, or tiles are missing, 2 wrong usage, 130 interrupted.

Example:
  groma city export tiles --format glb --output glb";

#[derive(Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub struct Export {
    /// The store's folder
    store: PathBuf,
    /// What files
    #[arg(long, value_enum)]
    format: ExportFormat,
    /// The folder to make them in
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// The most memory to take, like 2GiB [default: 256MiB]
    #[arg(long, value_name = "BYTES", value_parser = values::bytes)]
    memory_limit: Option<u64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ExportFormat {
    /// A file tile-NAME.glb for each tile, in single precision around an origin in whole metres; y is up
    Glb,
    /// One HDF5 file of all tiles, where groma was built with the feature hdf5
    Hdf5,
}

impl Export {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let store = MeshStore::open(&self.store)?;
        let stats = store.total_stats()?;
        let run =
            RunOptions { threads: 1, memory_limit: self.memory_limit.unwrap_or(0), cancel: cancel_on_interrupt() };
        let files = match self.format {
            ExportFormat::Glb => {
                let output = self.output.clone();
                let job = Job::spawn(&run, None, move |runner| {
                    runner.plan(&[Phase { name: "export", weight: 1.0 }]);
                    runner.begin("export", stats.tiles, stats.faces)?;
                    export_glb(&store, &output, runner.context())
                })?;
                terminal::wait_with_progress(job, quiet)?
            }
            #[cfg(feature = "hdf5")]
            ExportFormat::Hdf5 => {
                std::fs::create_dir_all(&self.output).map_err(|source| Error::Io {
                    action: "create",
                    path: self.output.clone(),
                    source,
                })?;
                let path = self.output.join("tiles.h5");
                let job = Job::spawn(&run, None, move |runner| {
                    groma::city::store::hdf5::export_hdf5(&store, &path, runner.context())
                })?;
                terminal::wait_with_progress(job, quiet)?;
                1
            }
            #[cfg(not(feature = "hdf5"))]
            ExportFormat::Hdf5 => {
                let what = "this groma was built without the feature hdf5; --format glb is there".to_string();
                return Err(Error::Unsupported { path: self.output, what });
            }
        };
        if !quiet {
            println(&format!("{} files in {}", count(files), self.output.display()))?;
        }
        let missing = stats.missing_tiles;
        if missing > 0 {
            terminal::print_error(&format!("{}: {missing} tiles are missing", self.store.display()));
        }
        Ok(code(missing == 0))
    }
}

const INSPECT_EXAMPLES: &str = "\
Exit codes: 0 all tiles are there, 1 tiles are missing, or it failed, 2 wrong usage.

Example:
  groma city inspect tiles --json";

#[derive(Args)]
#[command(after_help = INSPECT_EXAMPLES)]
pub struct Inspect {
    /// The store's folder
    store: PathBuf,
    /// Print what was found as JSON on stdout, with a line for each tile
    #[arg(long)]
    json: bool,
}

/// What a store says about itself.
#[derive(Serialize)]
struct StoreSummary {
    store: PathBuf,
    #[serde(flatten)]
    manifest: Manifest,
    stats: StoreStats,
    counts: Option<SurfaceCounts>,
    tiles: Vec<TileSummary>,
}

#[derive(Serialize)]
struct TileSummary {
    name: String,
    state: TileState,
    /// Why it could not be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    vertices: u64,
    triangles: u64,
    bytes: u64,
    /// West, south, lowest, east, north, highest.
    bounds: Option<[f64; 6]>,
}

#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum TileState {
    There,
    Empty,
    Missing,
    Failed,
}

impl Inspect {
    pub fn run(self) -> Result<ExitCode> {
        let summary = StoreSummary::of(self.store)?;
        if self.json {
            print_json(&summary)?;
        } else {
            println(summary.to_string().trim_end())?;
        }
        Ok(code(summary.stats.missing_tiles == 0))
    }
}

impl StoreSummary {
    fn of(folder: PathBuf) -> Result<StoreSummary> {
        let store = MeshStore::open(folder)?;
        let failures = store.failures()?;
        let names = match &store.manifest().city {
            Some(city) => city.tiles.iter().map(Tile::name).collect(),
            None => store.list_tiles()?,
        };
        let mut counts = SurfaceCounts::default();
        let mut tiles = Vec::with_capacity(names.len());
        for name in names {
            let header = store.tile_info(&name)?;
            let cause = failures.iter().find(|(failed, _)| *failed == name).map(|(_, cause)| cause.clone());
            let (vertices, triangles) = header.map_or((0, 0), |header| header.sizes());
            let state = match (&header, &cause) {
                (Some(_), _) if triangles == 0 => TileState::Empty,
                (Some(_), _) => TileState::There,
                (None, Some(_)) => TileState::Failed,
                (None, None) => TileState::Missing,
            };
            if let Some(header) = &header {
                counts.add(&header.counts());
            }
            tiles.push(TileSummary {
                state,
                cause: cause.filter(|_| state == TileState::Failed),
                vertices,
                triangles,
                bytes: header.map_or(0, |header| header.file_size()),
                bounds: header.filter(|_| vertices > 0).map(|header| header.bounds),
                name,
            });
        }
        Ok(StoreSummary {
            store: store.folder().to_path_buf(),
            stats: store.total_stats()?,
            counts: store.manifest().city.is_some().then_some(counts),
            manifest: store.manifest().clone(),
            tiles,
        })
    }

    fn in_state(&self, state: TileState) -> impl Iterator<Item = &TileSummary> {
        self.tiles.iter().filter(move |tile| tile.state == state)
    }
}

impl fmt::Display for StoreSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = if self.manifest.city.is_some() { "a city" } else { "another program's tiles" };
        writeln!(f, "{}: mesh store of {of}, made by groma {}", self.store.display(), self.manifest.groma)?;
        if let Some(city) = &self.manifest.city {
            let [west, south, east, north] = city.domain.bounds();
            let crs = city.crs.as_ref().map_or(String::new(), |crs| format!(", {crs}"));
            writeln!(
                f,
                "  domain       {west}, {south} to {east}, {north} ({:.3} km2){crs}",
                city.domain.area() / 1e6
            )?;
            writeln!(f, "  buildings    {}", count(city.buildings.into()))?;
        }
        let mut states = String::new();
        for (state, what) in [
            (TileState::There, "there"),
            (TileState::Empty, "empty"),
            (TileState::Missing, "missing"),
            (TileState::Failed, "FAILED"),
        ] {
            let tiles = self.in_state(state).count() as u64;
            if tiles > 0 {
                let separator = if states.is_empty() { ": " } else { ", " };
                write!(states, "{separator}{} {what}", count(tiles))?;
            }
        }
        writeln!(f, "  tiles        {}{states}", count(self.tiles.len() as u64))?;
        for tile in self.in_state(TileState::Failed) {
            writeln!(f, "    {}: {}", tile.name, tile.cause.as_deref().unwrap_or_default())?;
        }
        if let Some(counts) = &self.counts {
            writeln!(
                f,
                "  triangles    {}: ground {}, beside buildings {}, walls {}, roofs {}",
                count(counts.triangles()),
                count(counts.ground),
                count(counts.ground_beside_buildings),
                count(counts.walls),
                count(counts.roofs)
            )?;
        } else {
            writeln!(f, "  triangles    {}", count(self.stats.faces))?;
        }
        writeln!(f, "  vertices     {}, each once for each tile that uses it", count(self.stats.vertices))?;
        if let Some([west, south, low, east, north, high]) = self.stats.bounds {
            writeln!(f, "  extent       {west}, {south} to {east}, {north}, elevations {low:.2} to {high:.2}")?;
        }
        writeln!(f, "  size         {}", bytes(self.stats.bytes))?;
        if let Some(city) = &self.manifest.city {
            let columns = city.tiles.iter().map(|tile| tile.columns.max(tile.rows)).max().unwrap_or(0);
            writeln!(f, "  tile size    {} m", f64::from(columns) * CELL)?;
            let parameters = serde_json::to_value(&city.parameters).map_err(|_| fmt::Error)?;
            writeln!(f, "  parameters")?;
            for (name, value) in parameters.as_object().into_iter().flatten() {
                writeln!(f, "    {:<28} {value}", name.replace('_', "-"))?;
            }
        }
        Ok(())
    }
}
