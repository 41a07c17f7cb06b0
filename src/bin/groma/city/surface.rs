//! `groma city check` and `groma city preview`: of a store or of a mesh.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use groma::city::check::{CheckOptions, CheckReport, check};
use groma::city::preview::{PreviewOptions, View, preview};
use groma::city::store::{CityManifest, MeshStore};
use groma::io::surface::{Surface, TriangleSource};
use groma::job::{RunOptions, Runner};
use groma::{Error, Result};
use serde::Serialize;

use super::code;
use crate::terminal::{self, cancel_on_interrupt, print_json, println};
use crate::{make_folder_of, values};

/// What a path leads to.
enum Source {
    Store(Box<MeshStore>),
    Mesh(Surface),
}

impl Source {
    fn open(path: &Path) -> Result<Source> {
        if path.is_dir() {
            Ok(Source::Store(Box::new(MeshStore::open(path)?)))
        } else if path.exists() {
            Surface::read(path).map(Source::Mesh)
        } else {
            Err(Error::NotFound { path: path.to_path_buf(), what: "no such store or mesh".into() })
        }
    }

    fn triangles(&self) -> &dyn TriangleSource {
        match self {
            Source::Store(store) => &**store,
            Source::Mesh(mesh) => mesh,
        }
    }

    fn city(&self) -> Option<&CityManifest> {
        match self {
            Source::Store(store) => store.manifest().city.as_ref(),
            Source::Mesh(_) => None,
        }
    }
}

const CHECK_EXAMPLES: &str = "\
A store is gone through tile by tile; a mesh file is held in memory whole. The store of a city
says itself what it must cover, how many buildings it has and whether it may have holes; of a mesh
the box around it is the border.

Exit codes: 0 sound, 1 not sound, or tiles are missing, or it failed, 2 wrong usage,
130 interrupted.

Examples:
  groma city check tiles
  groma city check city.ply --min-angle 20 --json";

#[derive(Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct Check {
    /// A store's folder, or a mesh: .ply, .vtu or .obj
    path: PathBuf,
    /// The number of buildings that markers count [default: what the store says, or the largest marker]
    #[arg(long, value_name = "N")]
    buildings: Option<u32>,
    /// Count the triangles with a smaller angle, in degrees
    #[arg(long, value_name = "DEGREES", default_value_t = CheckOptions::default().min_angle)]
    min_angle: f64,
    /// The most memory to take, a mesh file's own not counted, like 2GiB [default: 256MiB]
    #[arg(long, value_name = "BYTES", value_parser = values::bytes)]
    memory_limit: Option<u64>,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

/// What a check found, and what follows from it.
#[derive(Serialize)]
struct Checked<'a> {
    sound: bool,
    covers_domain: bool,
    missing_tiles: u64,
    #[serde(flatten)]
    report: &'a CheckReport,
}

impl Check {
    pub fn run(self) -> Result<ExitCode> {
        let source = Source::open(&self.path)?;
        let city = source.city();
        let options = CheckOptions {
            memory_limit: 0,
            bounds: city.map(|city| city.domain.bounds()),
            buildings: self.buildings.or(city.map(|city| city.buildings)),
            min_angle: self.min_angle,
            holes: city.is_some_and(|city| city.parameters.treat_lod0_as_holes),
        };
        let run =
            RunOptions { threads: 1, memory_limit: self.memory_limit.unwrap_or(0), cancel: cancel_on_interrupt() };
        let report = check(source.triangles(), &options, Runner::new(&run)?.context())?;
        let missing_tiles = match &source {
            Source::Store(store) => store.total_stats()?.missing_tiles,
            Source::Mesh(_) => 0,
        };
        let (sound, covers_domain) = (report.is_sound(), report.covers_domain());
        if self.json {
            print_json(&Checked { sound, covers_domain, missing_tiles, report: &report })?;
        } else {
            println(report.to_string().trim_end())?;
        }
        if missing_tiles > 0 {
            terminal::print_error(&format!("{}: {missing_tiles} tiles are missing", self.path.display()));
        }
        // A mesh's border need not be a rectangle; a city's is one.
        let must_cover = city.is_some() && !options.holes;
        Ok(code(sound && missing_tiles == 0 && (covers_domain || !must_cover)))
    }
}

const PREVIEW_EXAMPLES: &str = "\
Examples:
  groma city preview city.ply --output city.png
  groma city preview tiles --output plan.png --view top --width 4000 --bounds 84000,446000,85000,447000";

#[derive(Args)]
#[command(after_help = PREVIEW_EXAMPLES)]
pub struct Preview {
    /// A store's folder, or a mesh: .ply, .vtu or .obj
    path: PathBuf,
    /// The picture: .png
    #[arg(long, value_name = "FILE", value_parser = values::png_file)]
    output: PathBuf,
    /// From where
    #[arg(long, value_enum, default_value = "oblique")]
    view: ViewChoice,
    /// The picture's width, in pixels, 16 to 8192
    #[arg(long, value_name = "PIXELS", default_value_t = PreviewOptions::default().width)]
    width: u32,
    /// What part of it to draw, in its own coordinates [default: all]
    #[arg(long, value_name = "W,S,E,N", value_parser = values::bounds, allow_hyphen_values = true)]
    bounds: Option<[f64; 4]>,
    /// Leave out the strip with scale, north and the meaning of colours
    #[arg(long)]
    no_caption: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ViewChoice {
    /// From straight above, north up
    Top,
    /// From the south-west
    Oblique,
}

impl Preview {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let source = Source::open(&self.path)?;
        let options = PreviewOptions {
            width: self.width,
            view: match self.view {
                ViewChoice::Top => View::Top,
                ViewChoice::Oblique => View::Oblique,
            },
            bounds: self.bounds,
            buildings: source.city().map(|city| city.buildings),
            caption: !self.no_caption,
        };
        make_folder_of(&self.output)?;
        preview(source.triangles(), &self.output, &options)?;
        if !quiet {
            println(&self.output.display().to_string())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
