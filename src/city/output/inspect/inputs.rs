//! A summary of the inputs of a city before any build.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::city::input::footprints::{FootprintOptions, FootprintsSummary, Surroundings, Surveyed, survey};
use crate::city::input::heights::HeightMeaning;
use crate::city::input::terrain::{TerrainFile, TerrainSummary};
use crate::city::input::{CityInput, Footprints, Ground};
use crate::city::tiles::build::{BuildCityMeshOptions, ReferenceSystems};
use crate::city::tiles::tile_size::{
    CityMeasures, TileSizeEstimate, TileSizeOptions, bytes_for_footprints, measure_inputs, recommend_tile_size,
};
use crate::io::crs::Crs;
use crate::io::geotiff::GeoTiff;
use crate::io::hgt::Hgt;
use crate::io::raster::Opening;
use crate::io::recognise::{self, Treatment, Wanted};
use crate::job::{Context, Phase, Runner};
use crate::{Error, Result};

/// The phases of a look at inputs.
const PHASES: [Phase; 3] = [
    Phase { name: "footprints", weight: 1.0 },
    Phase { name: "terrain", weight: 1.0 },
    Phase { name: "together", weight: 1.0 },
];

/// CPU seconds for each triangle of the plane, from reading to the merged mesh, measured on cities of 5,000 to 100,000
/// buildings. Other machines and cities differ by two or three times.
const SECONDS_PER_TRIANGLE: f64 = 1.5e-6;

/// The summary of footprints and terrain.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct InputsSummary {
    /// The footprints, where a file of them was given.
    pub footprints: Option<FootprintsSummary>,
    /// The terrain, where files of it were given.
    pub terrain: Option<TerrainSummary>,
    /// The city that both would make, where both were given and can be read.
    pub together: Option<TogetherSummary>,
}

/// The summary of the city that footprints and terrain would make.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct TogetherSummary {
    /// The reference systems of the inputs and of the mesh.
    pub reference_systems: ReferenceSystems,
    /// The area that would be meshed: west, south, east, north, in metres; `None` where that cannot be told.
    pub bounds: Option<[f64; 4]>,
    /// The number of footprints with a corner in that area.
    pub meshed: u64,
    /// The number of footprints that are read, those elsewhere included.
    pub footprints: u64,
    /// The size of tiles and the triangles, walls not counted; `None` where the memory limit does not suffice.
    pub estimate: Option<TileSizeEstimate>,
    /// The time that a processor would take for all, in seconds, within a factor of two or three.
    pub cpu_seconds: f64,
    /// Doubts that a look at both shows, in words.
    pub doubts: Vec<String>,
    /// Why a build would refuse them.
    pub refusal: Option<String>,
}

impl InputsSummary {
    /// Returns whether nothing that was looked at would make a build fail.
    pub fn is_accepted(&self) -> bool {
        let refusals = [
            self.footprints.as_ref().map(|footprints| &footprints.refusal),
            self.terrain.as_ref().map(|terrain| &terrain.refusal),
            self.together.as_ref().map(|together| &together.refusal),
        ];
        refusals.into_iter().flatten().all(Option::is_none)
    }
}

/// Summarises files of footprints and of terrain: at most one file of footprints, and any number of files or folders of
/// terrain. Their first bytes tell which is which. `options` are those of the build that is to follow.
///
/// # Errors
/// [`Error::InvalidArgument`] for two files of footprints, for no file, and for options out of range; [`Error::Io`];
/// [`Error::Cancelled`]. What a build would refuse is no error, not even a file that cannot be read at all: see
/// [`InputsSummary::is_accepted`].
pub fn inspect_inputs(
    paths: &[PathBuf],
    footprints: &FootprintOptions,
    options: &BuildCityMeshOptions,
    runner: &mut Runner,
) -> Result<InputsSummary> {
    options.check()?;
    footprints.check()?;
    let given = Given::sort(paths)?;
    runner.plan(&PHASES);
    let context = runner.context().clone();
    let limit = context.memory().limit();
    let opening = Opening { memory: limit, largest_pixel: options.terrain_resolution };
    let (mut file, mut refused) = (None, None);
    if !given.terrain.is_empty() {
        match refusal_of(TerrainFile::open_all(&given.terrain, opening))? {
            Ok(opened) => file = Some(opened),
            Err(why) => refused = Some(TerrainSummary { refusal: Some(why), ..TerrainSummary::default() }),
        }
    }

    runner.begin(PHASES[0].name, 1, 0)?;
    let asked = options.crs.map(Crs::of_epsg);
    let crs = asked.as_ref().or(file.as_ref().and_then(TerrainFile::crs)).cloned();
    let surveyed = given.footprints.as_deref().map(|path| {
        let surveyed = runner.run(|| {
            let surroundings = Surroundings { crs: crs.as_ref(), within: options.bounds };
            let room = |footprints, points| {
                let needed = bytes_for_footprints(footprints, points, context.threads());
                refuse_above(limit, needed, "a feature")
            };
            survey(path, footprints, &surroundings, context.cancel_token(), &room)
        });
        Ok::<_, Error>(refusal_of(surveyed)?.unwrap_or_else(|why| Surveyed::refused(path, why)))
    });
    let surveyed = surveyed.transpose()?;

    let pixels = file.as_ref().map_or(0, |file| file.header().pixels());
    runner.begin(PHASES[1].name, 1, pixels)?;
    let terrain = file.as_mut().map(|file| {
        let mut on_pixels = |pixels| context.add_items(pixels);
        runner.run(|| file.survey(&options.nodata, options.height_unit, context.cancel_token(), &mut on_pixels))
    });
    let mut terrain = terrain.transpose()?.or(refused);
    if let Some(terrain) = &mut terrain {
        terrain.paths = given.terrain.clone();
    }

    runner.begin(PHASES[2].name, 1, 0)?;
    let together = match (&surveyed, &terrain, given.footprints) {
        (Some(surveyed), Some(terrain), Some(path)) if surveyed.summary.refusal.is_none() && file.is_some() => {
            let input = CityInput {
                footprints: Footprints::File(path, footprints.clone()),
                terrain: Ground::Files(given.terrain),
            };
            Some(runner.run(|| together(&input, surveyed, terrain, options, &context))?)
        }
        _ => None,
    };
    runner.finish();
    Ok(InputsSummary { footprints: surveyed.map(|surveyed| surveyed.summary), terrain, together })
}

/// Returns why a build would refuse what could not be read; errors that say nothing about a file stay errors.
fn refusal_of<T>(read: Result<T>) -> Result<std::result::Result<T, String>> {
    match read {
        Err(e @ (Error::Cancelled | Error::Io { .. } | Error::NoMemory { .. } | Error::Internal { .. })) => Err(e),
        read => Ok(read.map_err(|e| e.to_string())),
    }
}

/// The given files by what they are.
struct Given {
    footprints: Option<PathBuf>,
    terrain: Vec<PathBuf>,
}

impl Given {
    fn sort(paths: &[PathBuf]) -> Result<Given> {
        let mut given = Given { footprints: None, terrain: Vec::new() };
        let mut unknown = Vec::new();
        for path in paths {
            match kind_of(path)? {
                Some(Wanted::Terrain) => given.terrain.push(path.clone()),
                Some(_) => {
                    if let Some(other) = given.footprints.replace(path.clone()) {
                        let seen = format!("{} beside {}", path.display(), other.display());
                        let accepted = "one file of footprints, and any number of terrain";
                        return Err(Error::invalid("the files", seen, accepted));
                    }
                }
                None => unknown.push(path.clone()),
            }
        }
        // What could be neither is taken for what is missing: the error of its reader says what it is.
        for path in unknown {
            match given.footprints {
                None => given.footprints = Some(path),
                Some(_) => given.terrain.push(path),
            }
        }
        match paths {
            [] => Err(Error::invalid("the files", "none", "one or more")),
            _ => Ok(given),
        }
    }
}

/// Returns whether a file is footprints or terrain, or is more like one of them; `None` where it could be neither.
fn kind_of(path: &Path) -> Result<Option<Wanted>> {
    if path.is_dir() {
        return Ok(Some(Wanted::Terrain));
    }
    let start = recognise::start_of(path)?;
    if Hgt::is_named(path) || start.first_chunk().is_some_and(|start| GeoTiff::is_signature(*start)) {
        return Ok(Some(Wanted::Terrain));
    }
    let Some(format) = recognise::of(&start) else {
        return Ok(start.trim_ascii_start().starts_with(b"{").then_some(Wanted::Footprints));
    };
    Ok(match (format.treatment(Wanted::Terrain), format.treatment(Wanted::Footprints)) {
        (Treatment::Read, _) | (Treatment::Convert(_), Treatment::Not(_)) => Some(Wanted::Terrain),
        (_, Treatment::Read) | (Treatment::Not(_), Treatment::Convert(_)) => Some(Wanted::Footprints),
        _ => None,
    })
}

/// Summarises the city that inputs would make.
fn together(
    input: &CityInput,
    surveyed: &Surveyed,
    terrain: &TerrainSummary,
    options: &BuildCityMeshOptions,
    context: &Context,
) -> Result<TogetherSummary> {
    let mut summary = TogetherSummary { footprints: surveyed.sizes.0, ..TogetherSummary::default() };
    let limit = context.memory().limit();
    let needed = bytes_for_footprints(surveyed.sizes.0, surveyed.sizes.1, context.threads());
    let looked = refuse_above(limit, needed, "comparing the footprints with the terrain")
        .and_then(|()| look(input, options, context, &mut summary));
    summary.refusal = refusal_of(looked)?.err();
    let nothing_left = (summary.meshed == 0 && surveyed.summary.features > 0).then(|| {
        "no building is left: none of the features has polygons with a height and a corner in the area".to_string()
    });
    let refusal = summary.refusal.take().or_else(|| refusal_of_elevations(&surveyed.summary, terrain));
    summary.refusal = refusal.or(nothing_left);
    Ok(summary)
}

fn refuse_above(limit: u64, needed: u64, what: &str) -> Result<()> {
    if needed <= limit { Ok(()) } else { Err(Error::MemoryLimit { limit, needed, what: what.to_string() }) }
}

fn look(
    input: &CityInput,
    options: &BuildCityMeshOptions,
    context: &Context,
    summary: &mut TogetherSummary,
) -> Result<()> {
    let (measures, systems) =
        measure_inputs(input, options.bounds, options.crs, &options.parameters, context.cancel_token())?;
    summary.doubts.extend(systems.doubt());
    summary.reference_systems = systems;
    let CityMeasures { bounds, meshed, footprints, .. } = measures;
    (summary.bounds, summary.meshed, summary.footprints) = (Some(bounds), meshed, footprints);
    let sizes = TileSizeOptions {
        threads: context.threads(),
        memory_limit: context.memory().limit(),
        parameters: options.parameters.clone(),
        ..TileSizeOptions::default()
    };
    let estimate = recommend_tile_size(&measures, &sizes)?;
    summary.cpu_seconds = SECONDS_PER_TRIANGLE * estimate.triangles as f64;
    summary.estimate = Some(estimate);
    Ok(())
}

/// Returns why a build would refuse elevations of roofs: all lie below the lowest ground.
fn refusal_of_elevations(footprints: &FootprintsSummary, terrain: &TerrainSummary) -> Option<String> {
    let [low, high] = terrain.range?.map(f64::from);
    let sources = footprints.heights.properties.iter();
    let main = sources.filter(|source| source.meaning == HeightMeaning::RoofElevation).max_by_key(|s| s.footprints)?;
    let property = footprints.properties.iter().find(|property| property.name == main.property)?;
    let [lowest, highest] = property.range?;
    (highest < low).then(|| {
        format!(
            "{} is taken for the elevation of roofs, and its values, {lowest} to {highest} m, are all below the \
             ground, {low} to {high} m: are they heights above the ground (--height-property {} --height-reference \
             ground), or in another unit?",
            main.property, main.property
        )
    })
}
