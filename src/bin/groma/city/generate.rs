//! `groma city generate`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::city::generate::{FOOTPRINTS_FILE, GenerateOptions, TERRAIN_FILE, write_with};
use groma::human::counted;
use groma::job::{Job, RunOptions};
use serde_json::json;

use crate::terminal::{cancel_on_interrupt, nothing_written, print_json, println, wait_with_progress};

const EXAMPLES: &str = "\
About 800 buildings per km2 on hills; coordinates in metres. The same options make the same files.

Examples:
  groma city generate town --buildings 500 --seed 3
  groma city generate country --buildings 1000000 --pixel 20";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Generate {
    /// The folder to make footprints.geojson and terrain.tif in; one that has them is refused
    out: PathBuf,
    /// Buildings, each a footprint
    #[arg(long, value_name = "N")]
    buildings: u32,
    /// Another seed gives another city of the same kind
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Have footprints among them that overlap, cross themselves, touch in corners
    #[arg(long)]
    hostile: bool,
    /// The size of a terrain pixel, 0.01 to 100 m
    #[arg(long = "pixel", value_name = "METRES", default_value_t = 2.0)]
    cell: f64,
    /// Print what was made as JSON on stdout
    #[arg(long)]
    json: bool,
}

impl Generate {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let Generate { buildings, seed, hostile, cell, .. } = self;
        let options = GenerateOptions { seed, hostile, cell, ..GenerateOptions::new(buildings) };
        let run = RunOptions { threads: 1, cancel: cancel_on_interrupt()?, ..RunOptions::default() };
        let out = self.out.clone();
        let job = Job::spawn(&run, None, move |runner| write_with(&out, &options, runner))?;
        let info = wait_with_progress(job, quiet, nothing_written)?;
        let [footprints, terrain, mesh] = [FOOTPRINTS_FILE, TERRAIN_FILE, "city.ply"].map(|f| self.out.join(f));
        if self.json {
            let files = json!({"footprints": footprints, "terrain": terrain});
            print_json(&json!({
                "files": files, "footprints": info.footprints, "bounds": info.bounds, "pixels": info.pixels
            }))?;
        } else if !quiet {
            let ([columns, rows], [west, south, east, north]) = (info.pixels, info.bounds);
            let (footprints, terrain, mesh) = (footprints.display(), terrain.display(), mesh.display());
            println(&format!("{} in {footprints}", counted(info.footprints, "footprint")))?;
            let (wide, high) = (east - west, north - south);
            println(&format!("terrain of {columns} x {rows} pixels, {wide} m x {high} m, in {terrain}"))?;
            println(&format!("next: groma city build {footprints} --terrain {terrain} --output {mesh}"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
