//! `groma city check` and `groma city preview`, for a store, a tileset or a mesh file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use groma::city::check::{CheckOptions, Expectations, Verdict, check_mesh, check_store};
use groma::city::preview::{PreviewOptions, View, preview_with};
use groma::city::store::{CityManifest, MeshStore};
use groma::city::tileset::TILESET_NAME;
use groma::city::tileset::check::{check_tileset, is_tileset};
use groma::io::output::{make_folder_of, refuse_inputs};
use groma::io::surface::{Surface, TriangleSource};
use groma::job::{Job, RunOptions, Runner};
use groma::{Error, Result};
use serde_json::json;

use super::code;
use super::store::missing_tiles;
use crate::terminal::{cancel_on_interrupt, nothing_written, print_error, print_json, println, wait_with_progress};
use crate::values;
use crate::view::refuse_others;

/// A store or a mesh file, opened by its path.
enum Source {
    Store(Box<MeshStore>),
    Mesh(Surface),
}

impl Source {
    fn open(path: &Path, runner: &mut Runner) -> Result<Source> {
        runner.begin("read", 0, 0)?;
        if is_folder(path, "store or mesh")? {
            Ok(Source::Store(Box::new(MeshStore::open(path)?)))
        } else {
            Surface::read(path).map(Source::Mesh)
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

/// Returns whether a path leads to a folder; fails when it leads to nothing, with what was looked for.
fn is_folder(path: &Path, wanted: &str) -> Result<bool> {
    match std::fs::metadata(path) {
        Ok(found) => Ok(found.is_dir()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            Err(Error::NotFound { subject: path.to_path_buf(), what: format!("no such {wanted}") })
        }
        Err(cause) => Err(Error::Io { action: "look at", subject: path.to_path_buf(), cause }),
    }
}

const CHECK_EXAMPLES: &str = "\
A store is gone through tile by tile; a mesh file is held in memory whole. The store of a city says itself what it \
must cover, how many buildings it has and whether it may have holes; of a mesh the box around it is the border, or \
that of the store that --border-of names.

There are two verdicts. Sound: no hole, no duplicate, no T-junction, nothing but a wall faces down, no place covered \
twice; of a city's store all is covered. A body of another program that has no border may face where it will: that is \
said. Plausible: the ground between -500 and 9000 m and without pits or spikes, no building above 900 m or below the \
ground, at most a tenth of the walls with the ground above their roof, roofs with half to twice the footprints' area; \
what could not be looked at is said.

A tileset, as export --format 3dtiles makes it, is read tile by tile: every file is there and whole, boxes hold what \
is in them, no vertex of the leaves that is looked at is farther from a coarser tile than its error, borders are the \
same on all levels, normals and buildings' numbers are right.

Exit codes: 0 sound and plausible, 1 not sound, empty, not all covered, or tiles or the list of buildings are \
missing, or it failed, 2 wrong usage, 3 sound but not plausible, 130 interrupted.

Examples:
  groma city check tiles
  groma city check city
  groma city check city.ply --min-angle 20 --json";

#[derive(Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct Check {
    /// A store's folder, a tileset's, or a mesh: .ply, .vtu, .obj or .stl
    path: PathBuf,
    /// The number of buildings that markers count; not for a mesh without markers [default: what the store or the
    /// file states, else what walls and roofs show]
    #[arg(long, value_name = "N", value_parser = values::buildings, allow_negative_numbers = true)]
    buildings: Option<u32>,
    #[arg(
        long,
        value_name = "DEGREES",
        allow_negative_numbers = true,
        help = values::ranged(
            CheckOptions::MIN_ANGLE,
            "Count the triangles with a smaller angle, {} [default: what the city was built with, or 25]"
        )
    )]
    min_angle: Option<f64>,
    /// The store that a mesh file was merged from: the mesh must have its border, which is no box where the terrain or
    /// --domain ends within one [default: the box around the mesh]
    #[arg(long, value_name = "STORE")]
    border_of: Option<PathBuf>,
    /// The most memory to take, a mesh file's own not counted, like 2GiB [default: 256MiB]
    #[arg(long, value_name = "SIZE", value_parser = values::bytes)]
    memory_limit: Option<u64>,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

impl Check {
    pub fn run(mut self, quiet: bool) -> Result<ExitCode> {
        let run =
            RunOptions { threads: 1, memory_limit: self.memory_limit.unwrap_or(0), cancel: cancel_on_interrupt()? };
        if self.path.file_name().is_some_and(|name| name == TILESET_NAME) {
            self.path.pop();
        }
        if is_folder(&self.path, "store, tileset or mesh")? {
            if is_tileset(&self.path)? {
                return self.check_tileset(&run, quiet);
            }
            refuse_others(&self.path)?;
        }
        let area = match &self.border_of {
            Some(store) => Some(MeshStore::open(store)?.city()?.area()),
            None => None,
        };
        let is_box = area.is_none() && !self.path.is_dir();
        let asked = Expectations { buildings: self.buildings, min_angle: self.min_angle, area };
        let path = self.path.clone();
        let job = Job::spawn(&run, None, move |runner| match Source::open(&path, runner)? {
            Source::Store(store) => check_store(&store, &asked, runner),
            Source::Mesh(mesh) => check_mesh(&mesh, &asked, runner),
        })?;
        let checked = wait_with_progress(job, quiet, || "there is no verdict".into())?;
        if self.json {
            print_json(&checked)?;
        } else {
            println(checked.to_string().trim_end())?;
        }
        if checked.missing_tiles > 0 {
            print_error(&missing_tiles(&self.path, checked.missing_tiles));
        }
        if is_box && checked.report.open_inner_edges.edges > 0 {
            let hint = "the border of the mesh is taken to be the box around it; if it ends where the terrain's data \
                        end, or at polygons of --domain, --border-of names the store that it was merged from";
            print_error(&hint);
        }
        checked.buildings_problem.iter().for_each(|problem| print_error(problem));
        Ok(match (checked.verdict, checked.plausible) {
            (Verdict::Sound, true) => ExitCode::SUCCESS,
            (Verdict::Sound, false) => ExitCode::from(3),
            _ => ExitCode::FAILURE,
        })
    }
}

impl Check {
    fn check_tileset(&self, run: &RunOptions, quiet: bool) -> Result<ExitCode> {
        let path = self.path.clone();
        let job = Job::spawn(run, None, move |runner| check_tileset(&path, runner))?;
        let checked = wait_with_progress(job, quiet, || "there is no verdict".into())?;
        if self.json {
            print_json(&checked)?;
        } else {
            println(checked.to_string().trim_end())?;
        }
        Ok(code(checked.sound))
    }
}

const PREVIEW_EXAMPLES: &str = "\
Of a store with missing tiles those that are there are drawn, with a warning that names the others.

Examples:
  groma city preview city.ply --output city.png
  groma city preview tiles --output plan.png --view top --bounds 84000,446000,85000,447000";

#[derive(Args)]
#[command(after_help = PREVIEW_EXAMPLES)]
pub struct Preview {
    /// A store's folder, or a mesh: .ply, .vtu, .obj or .stl
    path: PathBuf,
    /// The picture: .png
    #[arg(long, value_name = "FILE", value_parser = values::png_file)]
    output: PathBuf,
    /// From where the surface is seen
    #[arg(long, value_enum, default_value = "oblique")]
    view: ViewChoice,
    /// The picture's width, in pixels, 16 to 8192
    #[arg(long, value_name = "PIXELS", default_value_t = PreviewOptions::default().width)]
    width: u32,
    /// What part of it to draw: west, south, east, north, in its own coordinates [default: all]
    #[arg(long, value_name = "W,S,E,N", value_parser = values::bounds, allow_hyphen_values = true)]
    bounds: Option<[f64; 4]>,
    /// Leave out the strip with scale, north and the meaning of colours
    #[arg(long)]
    no_caption: bool,
    /// The most memory to take, a mesh file's own not counted, like 2GiB [default: 256MiB]
    #[arg(long, value_name = "SIZE", value_parser = values::bytes)]
    memory_limit: Option<u64>,
    /// Print what was drawn as JSON on stdout
    #[arg(long)]
    json: bool,
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
        let mut options = PreviewOptions {
            width: self.width,
            view: match self.view {
                ViewChoice::Top => View::Top,
                ViewChoice::Oblique => View::Oblique,
            },
            bounds: self.bounds,
            buildings: None,
            caption: !self.no_caption,
        };
        is_folder(&self.path, "store or mesh")?;
        refuse_inputs(&self.output, "output", [&*self.path])?;
        make_folder_of(&self.output, "output")?;
        let memory_limit = self.memory_limit.unwrap_or(0);
        let run = RunOptions { threads: 0, memory_limit, cancel: cancel_on_interrupt()? };
        let (path, output) = (self.path, self.output.clone());
        let job = Job::spawn(&run, None, move |runner| {
            let source = Source::open(&path, runner)?;
            options.buildings = source.city().map(|city| city.buildings);
            preview_with(source.triangles(), &output, &options, runner)?;
            Ok(source.triangles().triangles())
        })?;
        let triangles = wait_with_progress(job, quiet, nothing_written)?;
        if self.json {
            print_json(&json!({"output": self.output, "triangles": triangles}))?;
        } else if !quiet {
            println(&self.output.display().to_string())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
