//! `groma city generate`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::city::generate::{FOOTPRINTS_FILE, GenerateOptions, TERRAIN_FILE, write};
use groma::human::count;

use crate::terminal::println;

const EXAMPLES: &str = "\
About 800 buildings per km2 on hills; coordinates in metres, terrain pixels of 2 m. The same
options make the same files.

Example:
  groma city generate town --buildings 500 --seed 3";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Generate {
    /// The folder to make footprints.geojson and terrain.tif in
    out: PathBuf,
    /// Buildings
    #[arg(long, value_name = "N")]
    buildings: u32,
    /// Another seed gives another city of the same kind
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Have footprints among them that overlap, cross themselves, touch in corners
    #[arg(long)]
    hostile: bool,
}

impl Generate {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let options =
            GenerateOptions { seed: self.seed, hostile: self.hostile, ..GenerateOptions::new(self.buildings) };
        let info = write(&self.out, &options)?;
        if !quiet {
            let [footprints, terrain, mesh] = [FOOTPRINTS_FILE, TERRAIN_FILE, "city.ply"].map(|f| self.out.join(f));
            let ([columns, rows], [west, south, east, north]) = (info.pixels, info.bounds);
            let (footprints, terrain, mesh) = (footprints.display(), terrain.display(), mesh.display());
            println(&format!("{} footprints in {footprints}", count(info.footprints)))?;
            let (wide, high) = (east - west, north - south);
            println(&format!("terrain of {columns} x {rows} pixels, {wide} m x {high} m, in {terrain}"))?;
            println(&format!("next: groma city build {footprints} --terrain {terrain} --output {mesh}"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
