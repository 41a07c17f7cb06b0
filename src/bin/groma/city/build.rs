//! `groma city build`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{ArgAction, ArgGroup, Args};
use groma::city::CityInput;
use groma::city::build::{self, BuildCityMeshOptions, CityReport, FinishedTile, build_city_mesh_with};
use groma::city::footprint::Lod;
use groma::city::heights::{HEIGHT_PROPERTIES, HeightMeaning};
use groma::city::merge::{self, MergeOptions, MergeReport, merge_to_file};
use groma::city::parameters::{GroundBesideBuildings, Parameters};
use groma::city::store::MeshStore;
use groma::human::count;
use groma::io::lock::Lock;
use groma::io::output::{make_folder_of, refuse_inputs};
use groma::io::surface::SurfaceFormat;
use groma::job::{Job, Part, Runner};
use groma::{Error, Result};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::arguments::{CityArguments, HeightArguments, ReadingArguments};
use super::{code, parts};
use crate::terminal::{self, print_json, println};
use crate::values;

const EXAMPLES: &str = "\
Lengths are in metres, areas in square metres, angles in degrees. The mesh is the same, bit for bit, whatever the \
tiles and the workers. Its markers: -2 ground, -1 ground beside a building, i a wall of building i, N + i the roof of \
building i of N.

Exit codes: 0 done, 1 failed, also when single tiles could not be made, 2 wrong usage, 130 interrupted; with --part \
also 75, try this again.

Examples:
  groma city build footprints.geojson --terrain dem.tif --output city.ply
  groma city build footprints.geojson --terrain dem.tif --store tiles --tile-size 500 --threads 8
  groma city build footprints.geojson --terrain dem.asc --store tiles --output city.vtu \\
    --height-property hoogte --height-reference ground --bounds 84000,446000,86000,448000
  groma city build town.gpkg --layer buildings --where status!=demolished --terrain dem.tif \\
    --output city.ply";

/// What a build and its plan take.
#[derive(Args)]
pub struct CityBuildArguments {
    #[command(flatten)]
    city: CityArguments,
    #[command(flatten)]
    heights: HeightArguments,
    #[command(flatten)]
    readings: ReadingArguments,
    #[command(flatten)]
    mesh: MeshArguments,
    #[command(flatten)]
    work: WorkArguments,
}

#[derive(Args)]
#[command(
    after_help = after_help(),
    group = ArgGroup::new("where").required(true).multiple(true).args(["store", "output"]),
    mut_arg("footprints", |arg| arg.required(false).required_unless_present("part")),
    mut_arg("terrain", |arg| arg.required(false).required_unless_present("part"))
)]
pub struct Build {
    #[command(flatten)]
    arguments: CityBuildArguments,
    /// The folder of the tiles; what an earlier build left there is used as far as its inputs were the same
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// One mesh of all tiles: .ply, .vtu, .obj or .stl. Without --store the tiles are removed afterwards
    #[arg(long, value_name = "FILE", value_parser = values::mesh_file)]
    output: Option<PathBuf>,
    /// Keep the tiles that --output makes without --store
    #[arg(long, requires = "output")]
    keep_intermediate: bool,
    /// Make this part of what `plan` has planned in the store, part I of N, without the inputs; `groma city plan
    /// --help` has the steps
    #[arg(long, value_name = "I/N", requires = "store", conflicts_with_all = DECIDED_BY_THE_PLAN)]
    part: Option<Part>,
    /// Print the report as JSON on stdout
    #[arg(long)]
    json: bool,
}

/// Returns the end of the help: the known properties of heights, and examples.
fn after_help() -> String {
    let names = |wanted: HeightMeaning| {
        let names = HEIGHT_PROPERTIES.iter().filter(|(_, meaning)| *meaning == wanted).map(|(name, _)| *name);
        names.collect::<Vec<_>>().join(", ")
    };
    format!(
        "\
Heights: without --height-property each building takes the first of these properties with a usable value, in any \
case of letters. Zero or less above the ground, and what no building has, is unknown.
  elevations of roofs: {}
  above the ground: {}
  storeys: {}

{EXAMPLES}",
        names(HeightMeaning::RoofElevation),
        names(HeightMeaning::AboveGround),
        names(HeightMeaning::Levels)
    )
}

/// The arguments of a build that a part of it does not take.
const DECIDED_BY_THE_PLAN: [&str; 42] = [
    "footprints",
    "terrain",
    "layer",
    "filters",
    "building_mesh_triangle_size",
    "max_mesh_size",
    "max_fill_distance",
    "outside_data",
    "bounds",
    "crs",
    "height_property",
    "heights",
    "height_reference",
    "level_height",
    "default_height",
    "lod_property",
    "id_property",
    "nodata",
    "height_unit",
    "terrain_resolution",
    "lod",
    "min_building_detail",
    "min_building_area",
    "merge_buildings",
    "no_merge_buildings",
    "merge_tolerance",
    "merge_height_tolerance",
    "min_mesh_angle",
    "smoothing",
    "ground_beside_buildings",
    "raise_covered_roofs",
    "treat_lod0_as_holes",
    "sort_triangles",
    "domain",
    "tile_size",
    "tile_overlap",
    "temp_dir",
    "resume",
    "fresh",
    "replace",
    "output",
    "keep_intermediate",
];

#[derive(Args)]
#[command(next_help_heading = "Mesh")]
struct MeshArguments {
    /// The level of detail: 0 a flat platform on the ground, 1 a block with a flat roof
    #[arg(long, value_name = "0|1", value_parser = values::lod, default_value = "1")]
    lod: Lod,
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = Parameters::DEFAULT.min_building_detail,
        help = values::ranged(
            Parameters::MIN_BUILDING_DETAIL,
            "No edge of an outline is shorter and no notch or neck of it narrower, where that can be had, {}; \
             courtyards below 16 times its square are closed. With --no-merge-buildings walls nearer than half of \
             it become one"
        )
    )]
    min_building_detail: f64,
    #[arg(
        long,
        value_name = "M2",
        default_value_t = Parameters::DEFAULT.min_building_area,
        help = values::ranged(
            Parameters::MIN_BUILDING_AREA,
            "Smaller buildings are left out, {}"
        )
    )]
    min_building_area: f64,
    /// Make one building of those that touch or nearly do
    #[arg(
        long,
        value_name = "true|false",
        action = ArgAction::Set,
        default_value_t = true,
        hide_possible_values = true
    )]
    merge_buildings: bool,
    /// The same as --merge-buildings false
    #[arg(long, conflicts_with = "merge_buildings")]
    no_merge_buildings: bool,
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = Parameters::DEFAULT.merge_tolerance,
        help = values::ranged(
            Parameters::MERGE_TOLERANCE,
            "Buildings nearer to each other than this are merged, {}; wider gaps stay"
        )
    )]
    merge_tolerance: f64,
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = Parameters::DEFAULT.merge_height_tolerance,
        help = values::ranged(
            Parameters::MERGE_HEIGHT_TOLERANCE,
            "Roofs of merged buildings become one when they differ by less than this, {}; where they differ by more, \
             the building has parts, and the higher one stands where footprints overlap. With 10000 each merged \
             building has one roof, the mean of its footprints' weighted by their areas"
        )
    )]
    merge_height_tolerance: f64,
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = Parameters::DEFAULT.min_mesh_angle,
        help = values::ranged(
            Parameters::MIN_MESH_ANGLE,
            "No triangle seen from above has a smaller angle, where that can be had, {}; sharper corners of outlines \
             are cut off where they are as wide as --min-building-detail"
        )
    )]
    min_mesh_angle: f64,
    #[arg(
        long,
        value_name = "N",
        default_value_t = Parameters::DEFAULT.smoothing,
        help = values::ranged(
            Parameters::SMOOTHING,
            "Smoothing of the ground, {}"
        )
    )]
    smoothing: u32,
    /// The height of the ground beside buildings: the terrain's, or the lowest of the triangles around each point, as
    /// in DTCC, which digs a trench around buildings on slopes
    #[arg(
        long,
        value_name = "terrain|lowest",
        default_value_t = GroundBesideBuildings::default(),
        value_parser = values::ground_beside_buildings,
    )]
    ground_beside_buildings: GroundBesideBuildings,
    /// Raise roofs under the highest ground along their outline to 0.5 m above it
    #[arg(long)]
    raise_covered_roofs: bool,
    /// Leave holes where buildings of level of detail 0 stand, instead of platforms
    #[arg(long)]
    treat_lod0_as_holes: bool,
    /// Has no effect, and is there for scripts: triangles are always sorted
    #[arg(long)]
    sort_triangles: bool,
    /// Mesh only what lies in the polygons of this file, of any format that footprints may have and in any reference
    /// system; buildings that reach over their border are left out
    #[arg(long, value_name = "FILE")]
    domain: Option<PathBuf>,
}

#[derive(Args)]
#[command(next_help_heading = "Work")]
struct WorkArguments {
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = BuildCityMeshOptions::default().tile_size,
        help = values::ranged(
            BuildCityMeshOptions::TILE_SIZE,
            "The edge of a tile, {}; raised to a multiple of 250. Tiles of more than about 200,000 triangles are \
             made in halves"
        )
    )]
    tile_size: f64,
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = BuildCityMeshOptions::default().tile_overlap,
        help = values::ranged(
            BuildCityMeshOptions::TILE_OVERLAP,
            "How far around a tile the plane is triangulated with it, {}; raised when too small"
        )
    )]
    tile_overlap: f64,
    /// Where many footprints go meanwhile, and terrain that does not fit the memory, and the tiles without --store
    /// [default: the system's folder, and beside the output]
    #[arg(long, value_name = "DIR")]
    temp_dir: Option<PathBuf>,
    /// Have each file on the disk, not just in the system's cache, before it gets its name
    #[arg(long)]
    fsync: bool,
    /// Keep the tiles of an earlier build with the same inputs; this is the default
    #[arg(long)]
    resume: bool,
    /// Make all tiles anew; those of another area are let go only with --replace
    #[arg(long, conflicts_with = "resume")]
    fresh: bool,
    /// Let go of tiles in the store whose area is beyond what is meshed now; without it a build that would remove them
    /// is refused
    #[arg(long)]
    replace: bool,
}

/// The report of a build with an output.
#[derive(Serialize)]
struct Built<'a> {
    #[serde(flatten)]
    report: &'a CityReport,
    /// The mesh, if one was asked for and all tiles could be made.
    output: Option<&'a Path>,
    merge: Option<MergeReport>,
    /// Whether the tiles were kept.
    store_kept: bool,
}

impl Build {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let arguments = &self.arguments;
        if let (Some(part), Some(store)) = (self.part, &self.store) {
            let options = parts::options(&arguments.city.run, arguments.work.fsync)?;
            return parts::build(store.clone(), part, options, self.json, quiet);
        }
        let store = match (&self.store, &self.output) {
            (Some(store), _) => store.clone(),
            (None, output) => temporary_store(output.as_deref().unwrap_or(Path::new("")), &arguments.work)?,
        };
        let input = arguments.input();
        if let Some(output) = &self.output {
            input.refuse_as_output(output)?;
            refuse_inputs(output, "output", arguments.mesh.domain.as_deref())?;
            SurfaceFormat::from_path(output)?.check_files_beside(output, MergeOptions::default().markers)?;
            make_folder_of(output, "output")?;
        }
        let _alone = if self.store.is_none() { Some(self.lock(&store)?) } else { None };
        let (options, output) = (arguments.options(self.store.is_none())?, self.output.clone());
        let phases = [&build::PHASES[..], if output.is_some() { &merge::PHASES } else { &[] }].concat();
        let (run, folder) = (options.run.clone(), store.clone());
        // The build and the merge are one job, so that there is one progress bar and Ctrl-C stops either.
        let job = Job::spawn(&run, None, move |runner| {
            runner.plan(&phases);
            let report = build_city_mesh_with(&input, &folder, &options, runner)?;
            let output = output.filter(|_| report.is_complete());
            let merged = output.map(|output| merge_tiles(&folder, &output, options.fsync, runner)).transpose()?;
            Ok((report, merged))
        })?;
        let without = if arguments.work.fresh { ", without --fresh," } else { "" };
        let left = || match store.exists() {
            true => format!("tiles made so far are in {}; the same command{without} continues", store.display()),
            false => terminal::nothing_written(),
        };
        let (report, merged) = terminal::wait_with_progress(job, quiet, left).map_err(|error| match error {
            // What comes later in a build may take more, and is known once all is read.
            Error::MemoryLimit { limit, needed, what } => {
                let what = format!("{what} (groma city tile-size, asked with the same limit, names one for all)");
                Error::MemoryLimit { limit, needed, what }
            }
            error => error,
        })?;
        let store_kept = self.store.is_some() || self.keep_intermediate || merged.is_none();
        if !store_kept {
            MeshStore::open(&store)?.delete()?;
        }
        self.report(&report, merged, store_kept, quiet)?;
        Ok(code(report.is_complete()))
    }

    /// Locks out other builds with the same output: they would use the same folder of tiles, and remove it at their
    /// end.
    fn lock(&self, store: &Path) -> Result<Lock> {
        let mut path = store.as_os_str().to_os_string();
        path.push(".lock");
        make_folder_of(Path::new(&path), "output")?;
        let output = self.output.as_deref().unwrap_or(Path::new("")).display();
        Lock::acquire(PathBuf::from(path), |_| {
            format!(
                "another groma city build is at work on {output}: wait until it ends, or name another output; builds \
                 that are to share their work name a folder with --store"
            )
        })
    }

    fn report(&self, report: &CityReport, merge: Option<MergeReport>, store_kept: bool, quiet: bool) -> Result<()> {
        let output = self.output.as_deref().filter(|_| merge.is_some());
        if self.json {
            print_json(&Built { report, output, merge, store_kept })?;
        } else if !quiet {
            println(&report.to_string())?;
            if let (Some(merge), Some(output)) = (&merge, output) {
                println(&mesh_line(merge, output))?;
            }
            if !store_kept {
                println("the tiles are removed; --store or --keep-intermediate keeps them")?;
            }
        }
        if let Some(first) = report.failed.first() {
            let store = report.store.display();
            let no_mesh = match &self.output {
                Some(output) => format!("; {} is not written", output.display()),
                None => String::new(),
            };
            let others = match report.missing < report.tiles {
                true => format!(
                    "the others are in {store}, and once the cause is gone the same command makes only what is missing"
                ),
                false => format!("no tile is in {store}; once the cause is gone the same command makes them"),
            };
            terminal::print_error(&format!(
                "{} of {} tiles could not be made, {} first: {}{no_mesh}; {others}",
                report.failed.len(),
                report.tiles,
                first.tile,
                first.cause
            ));
        }
        Ok(())
    }
}

impl CityBuildArguments {
    pub fn input(&self) -> CityInput {
        self.city.input(self.heights.options(&self.city.choice))
    }

    /// Returns the options of a build, whose tiles are kept or not.
    pub fn options(&self, is_temporary: bool) -> Result<BuildCityMeshOptions> {
        let (city, mesh, work) = (&self.city, &self.mesh, &self.work);
        Ok(BuildCityMeshOptions {
            parameters: Parameters {
                lod: mesh.lod,
                min_building_detail: mesh.min_building_detail,
                min_building_area: mesh.min_building_area,
                merge_buildings: mesh.merge_buildings && !mesh.no_merge_buildings,
                merge_tolerance: mesh.merge_tolerance,
                merge_height_tolerance: mesh.merge_height_tolerance,
                building_mesh_triangle_size: city.building_mesh_triangle_size,
                max_mesh_size: city.max_mesh_size,
                min_mesh_angle: mesh.min_mesh_angle,
                smoothing: mesh.smoothing,
                treat_lod0_as_holes: mesh.treat_lod0_as_holes,
                max_fill_distance: city.max_fill_distance,
                outside_data: city.outside_data,
                ground_beside_buildings: mesh.ground_beside_buildings,
                raise_covered_roofs: mesh.raise_covered_roofs,
            },
            tile_size: work.tile_size,
            tile_overlap: work.tile_overlap,
            bounds: city.place.bounds,
            domain: mesh.domain.clone(),
            crs: city.place.crs,
            height_unit: self.readings.height_unit,
            terrain_resolution: self.readings.terrain_resolution,
            nodata: self.readings.nodata.clone(),
            resume: !work.fresh,
            // Without --store the tiles are left from an interrupted command with the same output; nobody asked to
            // keep them.
            replace: work.replace || is_temporary,
            fsync: work.fsync,
            temp_dir: work.temp_dir.clone(),
            on_tile: Some(Arc::new(log_tile)),
            run: city.run.options()?,
        })
    }
}

fn merge_tiles(store: &Path, output: &Path, fsync: bool, runner: &mut Runner) -> Result<MergeReport> {
    merge_to_file(&MeshStore::open(store)?, output, &MergeOptions { fsync, ..MergeOptions::default() }, runner)
}

/// Says that a tile is made.
pub fn log_tile(tile: FinishedTile<'_>) {
    log::info!("tile {}: {} triangles", tile.name, count(tile.header.sizes().1));
}

/// Returns the summary of a merged mesh.
pub fn mesh_line(merge: &MergeReport, output: &Path) -> String {
    let mesh =
        format!("{}: {} vertices, {} triangles", output.display(), count(merge.vertices), count(merge.triangles));
    if merge.origin == [0.0; 3] && merge.rounding == 0.0 {
        return mesh;
    }
    let [x, y, z] = merge.origin;
    format!(
        "{mesh}\nin single precision, relative to the origin {x} {y} {z}: a coordinate has moved by at most {:.2} mm",
        1000.0 * merge.rounding
    )
}

/// Returns the folder for the tiles of a build without a store. It is the same for the same output, so that an
/// interrupted build can be continued.
fn temporary_store(output: &Path, work: &WorkArguments) -> Result<PathBuf> {
    let whole = std::path::absolute(output).map_err(|cause| Error::Io {
        action: "find",
        subject: output.to_path_buf(),
        cause,
    })?;
    let mut name = output.file_name().unwrap_or_default().to_os_string();
    name.push(format!("-{:016x}.tiles", xxh3_64(whole.as_os_str().as_encoded_bytes())));
    Ok(match &work.temp_dir {
        Some(folder) => folder.join(name),
        None => output.with_file_name(name),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_part_takes_nothing_that_the_plan_has_decided() {
        const TAKEN: [&str; 6] = ["store", "part", "threads", "memory_limit", "fsync", "json"];
        let command = Build::augment_args(clap::Command::new("build"));
        let ids = command.get_arguments().map(|argument| argument.get_id().as_str());
        let decided: BTreeSet<&str> = ids.filter(|id| !TAKEN.contains(id)).collect();
        assert_eq!(decided, DECIDED_BY_THE_PLAN.into());
    }
}
