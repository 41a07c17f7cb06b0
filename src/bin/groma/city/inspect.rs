//! `groma city inspect`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::city::build::BuildCityMeshOptions;
use groma::city::inspect::{inspect, inspect_inputs};
use groma::city::store::MANIFEST_NAME;
use groma::job::Job;

use super::arguments::{ChoiceArguments, HeightArguments, PlaceArguments, ReadingArguments, RunArguments};
use super::code;
use crate::terminal::{self, nothing_written, print_json, println};

const EXAMPLES: &str = "\
Of footprints it tells the format, the layer, the reference system, the extent, the properties with their values, and \
from which of them a build would take heights; of terrain the pixels, how they are stored, the heights, and how many \
pixels have data; of both together what would be meshed, how many triangles that makes, and the time and the memory \
for it. A line PROBLEM tells why a build would refuse. Nothing is written.

A store is looked at quickly: of each tile its header is read, and what it holds is not; groma city check reads that \
too.

Exit codes: 0 nothing would be refused, or all tiles are there; 1 something would be, tiles are missing or of another \
build, or the list of buildings is, or it failed; 2 wrong usage; 130 interrupted.

Examples:
  groma city inspect footprints.gpkg dem.tif
  groma city inspect buildings.geojson --where status!=demolished --terrain dem-tiles
  groma city inspect tiles --json";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Inspect {
    /// The folder of a store; or a file of footprints, files or folders of terrain, or both. Their first bytes tell
    /// which is which
    #[arg(required = true, value_name = "STORE|FILE")]
    paths: Vec<PathBuf>,
    /// The ground, as groma city build takes it; the same as a file without the option
    #[arg(long, value_name = "DEM")]
    terrain: Vec<PathBuf>,
    #[command(flatten)]
    choice: ChoiceArguments,
    #[command(flatten)]
    heights: HeightArguments,
    #[command(flatten)]
    readings: ReadingArguments,
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    run: RunArguments,
    /// Print what was found as JSON on stdout, of a store with a line for each tile
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub fn run(mut self, quiet: bool) -> Result<ExitCode> {
        self.paths.append(&mut self.terrain);
        match self.paths.as_slice() {
            [path] if path.join(MANIFEST_NAME).exists() => self.store(path),
            _ => self.inputs(quiet),
        }
    }

    fn store(&self, store: &Path) -> Result<ExitCode> {
        let summary = inspect(store)?;
        if self.json {
            print_json(&summary)?;
        } else {
            println(summary.to_string().trim_end())?;
        }
        Ok(code(summary.is_complete()))
    }

    fn inputs(self, quiet: bool) -> Result<ExitCode> {
        let footprints = self.heights.options(&self.choice);
        let options = BuildCityMeshOptions {
            bounds: self.place.bounds,
            crs: self.place.crs,
            height_unit: self.readings.height_unit,
            terrain_resolution: self.readings.terrain_resolution,
            nodata: self.readings.nodata,
            run: self.run.options()?,
            ..BuildCityMeshOptions::default()
        };
        let (paths, run) = (self.paths, options.run.clone());
        let job = Job::spawn(&run, None, move |runner| inspect_inputs(&paths, &footprints, &options, runner))?;
        let summary = terminal::wait_with_progress(job, quiet, nothing_written)?;
        if self.json {
            print_json(&summary)?;
        } else {
            println(summary.to_string().trim_end())?;
        }
        Ok(code(summary.is_accepted()))
    }
}
