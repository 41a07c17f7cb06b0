//! `groma city merge`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use groma::Result;
use groma::city::merge::{MergeOptions, MergeReport, merge_to_file};
use groma::city::store::MeshStore;
use groma::human::counted;
use groma::io::output::make_folder_of;
use groma::io::surface::{Groups, Markers};
use groma::job::{Job, RunOptions};
use serde::Serialize;

use super::build::mesh_line;
use crate::terminal::{self, cancel_on_interrupt, nothing_written, print_json, println};
use crate::values;

const MERGE_EXAMPLES: &str = "\
The order of vertices and triangles does not depend on the tiles.
  .ply  binary, doubles, a marker per triangle, up to 2^32 vertices: Blender, trimesh, CloudCompare;
        with --markers none also meshio
  .vtu  binary, doubles, a marker per triangle, 64-bit indices: ParaView, PyVista, meshio
  .obj  text, exact, sorted by groups, with materials in a file .mtl beside it
  .stl  binary, single precision around an origin in whole metres, which the file's first 80 bytes
        and the report tell; no markers

Examples:
  groma city merge tiles --output city.ply
  groma city merge tiles --output city.obj --groups markers
  groma city merge tiles --output part.vtu --allow-incomplete";

#[derive(Args)]
#[command(after_help = MERGE_EXAMPLES)]
pub struct Merge {
    /// The store's folder
    store: PathBuf,
    /// The mesh: .ply, .vtu, .obj or .stl
    #[arg(long, value_name = "FILE", value_parser = values::mesh_file)]
    output: PathBuf,
    /// Merge the tiles that are there where others are missing: the mesh has holes
    #[arg(long)]
    allow_incomplete: bool,
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = MergeOptions::default().snap_distance,
        allow_hyphen_values = true,
        help = values::ranged(
            MergeOptions::SNAP_DISTANCE,
            "How far apart vertices of tiles of other programs may be to become one, {}; a city's tiles need none"
        )
    )]
    snap_distance: f64,
    /// Whether the file has the triangles' markers, which tell ground, walls and roofs
    #[arg(long, value_enum, default_value_t = MarkersChoice::Faces)]
    markers: MarkersChoice,
    /// What an OBJ file makes a group of
    #[arg(long, value_enum, default_value_t = GroupsChoice::Parts)]
    groups: GroupsChoice,
    /// The most memory to take, like 2GiB, where tiles are of other programs [default: 256MiB]
    #[arg(long, value_name = "SIZE", value_parser = values::bytes)]
    memory_limit: Option<u64>,
    /// Have the file on the disk, not just in the system's cache, before it gets its name
    #[arg(long)]
    fsync: bool,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum MarkersChoice {
    /// As the format has them; STL has none
    Faces,
    /// Positions and triangles alone
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum GroupsChoice {
    /// Ground, walls and roofs
    Parts,
    /// One for each marker, so that walls and roof of every building are apart
    Markers,
}

/// The output of a merge and its report, for `--json`.
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
            fsync: self.fsync,
            markers: match self.markers {
                MarkersChoice::Faces => Markers::Faces,
                MarkersChoice::None => Markers::None,
            },
            groups: match self.groups {
                GroupsChoice::Parts => Groups::Parts,
                GroupsChoice::Markers => Groups::Markers,
            },
        };
        let run =
            RunOptions { threads: 1, memory_limit: self.memory_limit.unwrap_or(0), cancel: cancel_on_interrupt()? };
        make_folder_of(&self.output, "output")?;
        let (store, output) = (MeshStore::open(&self.store)?, self.output.clone());
        let job = Job::spawn(&run, None, move |runner| merge_to_file(&store, &output, &options, runner))?;
        let report = terminal::wait_with_progress(job, quiet, nothing_written)?;
        if self.json {
            print_json(&Merged { output: &self.output, report })?;
        } else if !quiet {
            println(&mesh_line(&report, &self.output))?;
            if report.missing_tiles > 0 {
                let are = if report.missing_tiles == 1 { "is" } else { "are" };
                println(&format!("with holes: {} {are} missing", counted(report.missing_tiles, "tile")))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns the message for a store that is not complete, with the next step.
pub fn missing_tiles(store: &Path, missing: u64) -> String {
    let (are, them) = if missing == 1 { ("is", "it") } else { ("are", "them") };
    let tiles = counted(missing, "tile");
    format!("{}: {tiles} {are} missing; the same groma city build makes {them}", store.display())
}
