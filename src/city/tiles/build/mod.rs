//! The job that builds a store of tiles from footprints and terrain.
//!
//! It reads and cleans the inputs once, plans the tiles, and makes the missing ones, in any order, on any number of
//! threads and in any number of processes. Then it compares neighbours in the zones along their border, and makes those
//! that disagree again with a wider halo.
//!
//! ```
//! use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
//! use groma::city::generate::{GenerateOptions, city};
//! use groma::city::{CityInput, Footprints, Ground};
//!
//! let folder = tempfile::tempdir().unwrap();
//! let (footprints, terrain) = city(&GenerateOptions::new(6))?;
//! let (footprints, terrain) = (Footprints::Memory(footprints.into()), Ground::Memory(terrain.into()));
//! let input = CityInput { footprints, terrain };
//! let report = build_city_mesh(&input, folder.path().join("tiles"), &BuildCityMeshOptions::default())?;
//! assert!(report.is_complete());
//! println!("{report}");
//! # Ok::<(), groma::Error>(())
//! ```

mod claims;
mod detail;
mod firsts;
mod heal;
mod inputs;
mod known_ground;
mod make;
mod options;
mod parts;
mod plane;
mod prepare;
mod prepared;
mod report;
mod roofs;
mod setup;
mod sharp;
mod source;
mod tile;
mod tiling;
mod warnings;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use inputs::refuse_another_place;
pub use options::{BuildCityMeshOptions, FinishedTile, TileCallback};
pub use parts::{CityPart, CityPlan, PartOptions, build_city_mesh_part, finish_city_mesh, plan_city_mesh};
pub use report::{CityReport, FailedTile, InputReport, PHASES, StageSeconds};
pub use sharp::{SharpCorner, SharpCorners};

use crate::Result;
use crate::city::input::CityInput;
use crate::city::input::footprint::FootprintList;
pub use crate::city::input::systems::ReferenceSystems;
use crate::city::plane::cells::Tile;
use crate::city::tiles::store::{BUILDINGS_NAME, MANIFEST_NAME, read_header, refuse_foreign_files};
use crate::city::tiles::surface::Part;
use crate::io::output::{make_folder, refuse_inputs};
use crate::job::{Context, Job, ProgressCallback, Runner};
use claims::Builders;
use make::{Halo, Maker, Outcome};
use prepare::{PreparedCity, remove_kept};
use setup::SetUp;
use tiling::Tiling;
use warnings::{warn_about_footprints, warn_about_walls};

/// Builds the tiles of a city into a store's folder and waits for it.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for parameters out of range and inputs that do not fit together; the errors of
/// reading the inputs; [`crate::Error::MemoryLimit`] for a limit that does not suffice for every tile;
/// [`crate::Error::Io`]; [`crate::Error::Cancelled`]. A tile that cannot be made is no error: the report names it, and
/// the store is incomplete.
pub fn build_city_mesh(
    input: &CityInput,
    store: impl AsRef<Path>,
    options: &BuildCityMeshOptions,
) -> Result<CityReport> {
    build_city_mesh_with(input, store.as_ref(), options, &mut Runner::new(&options.run)?)
}

/// Builds the tiles as [`build_city_mesh`] does, as a job in the background.
///
/// # Errors
/// As [`BuildCityMeshOptions::check`] and [`Runner::new`]; everything else is the job's result.
pub fn spawn_city_mesh(
    input: CityInput,
    store: impl Into<PathBuf>,
    options: BuildCityMeshOptions,
    on_progress: Option<ProgressCallback>,
) -> Result<Job<CityReport>> {
    options.check()?;
    let store = store.into();
    let run = options.run.clone();
    Job::spawn(&run, on_progress, move |runner| build_city_mesh_with(&input, &store, &options, runner))
}

/// Builds the tiles as [`build_city_mesh`] does, on an existing runner.
///
/// # Errors
/// As [`build_city_mesh`].
pub fn build_city_mesh_with(
    input: &CityInput,
    folder: &Path,
    options: &BuildCityMeshOptions,
    runner: &mut Runner,
) -> Result<CityReport> {
    options.check()?;
    let context = runner.context().clone();
    let tiling = Tiling::new(options, &context)?;
    build_in_tiles(input, folder, options, tiling, runner)
}

fn build_in_tiles(
    input: &CityInput,
    folder: &Path,
    options: &BuildCityMeshOptions,
    tiling: Tiling,
    runner: &mut Runner,
) -> Result<CityReport> {
    runner.plan(&PHASES);
    let context = runner.context().clone();
    let city = prepare(input, folder, options, runner)?;
    let _shared = context.memory().reserve(city.bytes(), SHARED)?;
    let set_up = SetUp::new(&city, folder, options, tiling, true, &context)?;
    remove_kept(folder)?;
    let mut build = Build::new(&city, set_up, options, &context);
    build.make_missing(runner)?;
    build.heal(runner)?;
    build.finish(runner)
}

/// What all tiles share, in the error for too little memory.
const SHARED: &str = "the footprints and the terrain";

/// Reads and cleans the inputs, and makes the folder of the store.
fn prepare(
    input: &CityInput,
    folder: &Path,
    options: &BuildCityMeshOptions,
    runner: &mut Runner,
) -> Result<PreparedCity> {
    refuse_inputs_in_store(input.files().chain(options.domain.as_deref()), folder)?;
    refuse_foreign_files(folder, "store")?;
    let city = PreparedCity::new(input, folder, options, runner)?;
    warn_about_footprints(&city.clean, city.source.area.domain(), runner.context());
    make_folder(folder, "store")?;
    Ok(city)
}

/// Refuses inputs that would be replaced, because they have the path of one of the store's own files.
fn refuse_inputs_in_store<'a>(files: impl Iterator<Item = &'a Path>, folder: &Path) -> Result<()> {
    let files: Vec<&Path> = files.collect();
    for name in [BUILDINGS_NAME, MANIFEST_NAME] {
        refuse_inputs(&folder.join(name), "store", files.iter().copied())?;
    }
    for file in files {
        let name = file.file_name().unwrap_or_default();
        if name.to_string_lossy().starts_with("tile-") {
            refuse_inputs(&folder.join(name), "store", [file])?;
        }
    }
    Ok(())
}

/// A build whose store is set up.
struct Build<'a> {
    maker: Maker<'a>,
    /// The buildings with a roof that the ground covers somewhere, ascending.
    covered: &'a [u32],
    fsync: bool,
    tiles: Vec<Tile>,
    halo: Halo,
    report: CityReport,
    /// `None` where nothing can be written.
    builders: Option<Builders>,
}

/// A pass over the missing tiles. A tile that is up to date only in a later one was made by another process meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    First,
    Later,
}

impl<'a> Build<'a> {
    fn new(
        city: &'a PreparedCity,
        set_up: SetUp,
        options: &'a BuildCityMeshOptions,
        context: &'a Context,
    ) -> Build<'a> {
        let SetUp { builders, store, tiles, inputs, halo, removed } = set_up;
        let source = &city.source;
        let report = CityReport {
            input: city.input.clone(),
            clean: city.clean.clone(),
            sharp_corners: city.sharp_corners.clone(),
            roof_heights: city.roof_heights,
            removed,
            ..CityReport::of_store(store.folder(), source, tiles.len())
        };
        let (on_tile, shares) = (options.on_tile.as_ref(), builders.are_known);
        let maker = Maker { source, store, context, on_tile, inputs, shares };
        Build { maker, covered: &city.covered, fsync: options.fsync, tiles, halo, report, builders: Some(builders) }
    }

    fn make_missing(&mut self, runner: &mut Runner) -> Result<()> {
        runner.begin("tiles", self.tiles.len() as u64, 0)?;
        let mut todo = self.tiles.clone();
        let mut pass = Pass::First;
        while !todo.is_empty() {
            let outcomes = self.maker.make_all(runner, &todo, |_| self.halo)?;
            let elsewhere: Vec<Tile> =
                outcomes.iter().filter(|(_, o)| matches!(o, Outcome::Elsewhere)).map(|(tile, _)| *tile).collect();
            let waited = todo.len() == elsewhere.len();
            for (tile, outcome) in outcomes {
                self.take_in(&tile, outcome, pass);
            }
            pass = Pass::Later;
            if waited {
                std::thread::sleep(Duration::from_millis(50));
            }
            self.maker.context.check()?;
            todo = elsewhere;
        }
        Ok(())
    }

    /// Adds the outcome of a tile to the report.
    fn take_in(&mut self, tile: &Tile, outcome: Outcome, pass: Pass) {
        let report = &mut self.report;
        match outcome {
            Outcome::Made(made) => {
                report.built += 1;
                report.stages.add(&made.mesher, made.surface, made.store);
            }
            Outcome::Renumbered(_) => report.renumbered += 1,
            Outcome::Failed(cause) => {
                self.maker.context.warn("failed-tile", format!("tile {} could not be made: {cause}", tile.name()));
                report.failed.push(FailedTile { tile: tile.name(), cause: cause.to_string() });
            }
            Outcome::UpToDate => match pass {
                Pass::First => report.kept += 1,
                Pass::Later => report.elsewhere += 1,
            },
            Outcome::Elsewhere => {}
        }
    }

    /// Returns the valid tiles. A tile that failed is none of them, although the file of an earlier build may exist.
    fn present(&self) -> Result<Vec<String>> {
        let failed: HashSet<&str> = self.report.failed.iter().map(|failed| failed.tile.as_str()).collect();
        let mut names = Vec::new();
        for name in self.tiles.iter().map(Tile::name) {
            if !failed.contains(name.as_str()) && self.maker.store.has_tile(&name)? {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Lists the buildings with walls whose ground is above their roof, by their footprints. Reads only tiles that have
    /// such walls.
    fn upside_down(&self) -> Result<FootprintList> {
        let Maker { source, store, .. } = &self.maker;
        let mut found = BTreeSet::new();
        for name in self.present()? {
            if read_header(&store.tile_path(&name)?)?.counts().walls_upside_down == 0 {
                continue;
            }
            self.maker.context.check()?;
            let tile = store.get_tile(&name)?;
            let mut parts_of: HashMap<u32, Vec<Part>> = HashMap::new();
            for (face, &marker) in tile.faces().iter().zip(tile.markers()) {
                let Some(building) = u32::try_from(marker).ok().filter(|&n| n < source.buildings) else {
                    continue;
                };
                let parts = match parts_of.entry(building) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(unknown) => unknown.insert(source.parts_of(building)?),
                };
                let is_above = |top: f64| face.iter().any(|&v| tile.vertices()[v as usize][2] > top);
                let is_upside_down = match parts.as_slice() {
                    [part] => is_above(part.top()),
                    // A wall does not tell which of several parts it belongs to.
                    _ => self.covered.binary_search(&building).is_ok(),
                };
                if is_upside_down {
                    found.insert(building);
                }
            }
            tile.check_whole()?;
        }
        let mut list = FootprintList::default();
        let mut wanted = found.iter().peekable();
        let mut records = if found.is_empty() { None } else { Some(store.buildings()?) };
        while let Some(&&building) = wanted.peek()
            && let Some(record) = records.as_mut().and_then(Iterator::next).transpose()?
        {
            if record.building == building {
                wanted.next();
                list.add(|| record.members.join(" + "));
            }
        }
        Ok(list)
    }

    fn finish(mut self, runner: &mut Runner) -> Result<CityReport> {
        let present = self.present()?;
        self.report.missing = self.tiles.len() as u64 - present.len() as u64;
        for name in present {
            let header = read_header(&self.maker.store.tile_path(&name)?)?;
            let (vertices, faces) = header.sizes();
            self.report.empty += u64::from(faces == 0);
            self.report.vertices += vertices;
            self.report.bytes += header.file_size();
            self.report.rounds = self.report.rounds.max(header.rounds);
            self.report.counts.add(&header.counts());
        }
        if self.fsync {
            crate::io::atomic::sync_folder(self.maker.store.folder())?;
        }
        warn_about_walls(&self.report.counts, &self.upside_down()?, self.maker.context);
        let totals = runner.finish();
        self.report.finish(self.maker.context, totals);
        Ok(self.report)
    }
}
