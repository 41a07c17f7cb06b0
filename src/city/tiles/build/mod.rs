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
mod heal;
mod inputs;
mod known_ground;
mod options;
mod prepare;
mod report;
mod roofs;
mod sharp;
mod tile;
mod tiling;
mod warnings;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use inputs::refuse_another_place;
pub use options::{BuildCityMeshOptions, FinishedTile, TileCallback};
pub use report::{CityReport, FailedTile, InputReport, PHASES, StageSeconds};
pub use sharp::{SharpCorner, SharpCorners};

use crate::city::input::CityInput;
use crate::city::input::footprint::{FootprintList, Lod};
pub use crate::city::input::systems::ReferenceSystems;
use crate::city::plane::area::OutlineText;
use crate::city::plane::cells::Tile;
use crate::city::plane::domain::Domain;
use crate::city::plane::geometry::{Point, Rect};
use crate::city::tiles::store::{
    BUILDINGS_NAME, BuildingRecord, CityManifest, MANIFEST_NAME, Manifest, MeshStore, PartRecord, TileHeader,
    buildings_hash, is_tile, read_header, refuse_foreign_files, write_buildings,
};
use crate::city::tiles::surface::Part;
use crate::io::atomic::{Durability, write};
use crate::io::in_use::remove_if_there;
use crate::io::lock::Lock;
use crate::io::output::{make_folder, refuse_inputs};
use crate::job::{Context, Job, ProgressCallback, Runner};
use crate::{Error, Result};
use claims::Builders;
use prepare::PreparedCity;
use tile::{MadeTile, State, TileInputs, state};
use tiling::{Tiling, plan_tiles};
use warnings::{warn_about_footprints, warn_about_walls};

/// Builds the tiles of a city into a store's folder and waits for it.
///
/// # Errors
/// [`Error::InvalidArgument`] for parameters out of range and inputs that do not fit together; the errors of reading
/// the inputs; [`Error::MemoryLimit`] for a limit that does not suffice for every tile; [`Error::Io`];
/// [`Error::Cancelled`]. A tile that cannot be made is no error: the report names it, and the store is incomplete.
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
    refuse_inputs_in_store(input.files().chain(options.domain.as_deref()), folder)?;
    refuse_foreign_files(folder, "store")?;
    let city = PreparedCity::new(input, options, runner)?;
    warn_about_footprints(&city.clean, city.planar.domain(), &context);
    let _shared = context.memory().reserve(city.bytes(), "the footprints and the terrain")?;
    make_folder(folder, "store")?;
    let mut build = Build::new(&city, folder, options, tiling, &context)?;
    build.make_missing(runner)?;
    build.heal(runner)?;
    build.finish(runner)
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

struct Build<'a> {
    city: &'a PreparedCity,
    options: &'a BuildCityMeshOptions,
    context: &'a Context,
    store: MeshStore,
    tiles: Vec<Tile>,
    inputs: HashMap<Tile, TileInputs>,
    halo: Halo,
    report: CityReport,
    _builders: Builders,
}

/// The halo of a tile, in metres.
#[derive(Clone, Copy, Debug)]
struct Halo {
    /// The halo with which the tile is made.
    made: f64,
    /// The least halo with which its file must have been made for the file to be kept.
    kept: f64,
}

/// A pass over the missing tiles. A tile that is up to date only in a later one was made by another process meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    First,
    Later,
}

/// The outcome of making a tile.
enum Outcome {
    Made(Box<MadeTile>),
    Renumbered(Box<TileHeader>),
    /// Its file was valid already.
    UpToDate,
    /// Another process is making it.
    Elsewhere,
    Failed(String),
}

impl<'a> Build<'a> {
    /// Sets up the store, alone, and then lets other builds enter.
    fn new(
        city: &'a PreparedCity,
        folder: &Path,
        options: &'a BuildCityMeshOptions,
        tiling: Tiling,
        context: &'a Context,
    ) -> Result<Build<'a>> {
        let mut builders = Builders::enter(folder, context)?;
        let old = old_city(folder)?;
        if !options.replace {
            refuse_to_lose(folder, old.as_ref(), city.planar.domain())?;
        }
        let tiles = plan_tiles(city, tiling, old.as_ref().filter(|_| options.resume), context)?;
        let inputs = inputs_of(city, &tiles, context)?;
        let manifest = manifest_of(city, options, tiling, &tiles, &inputs)?;
        city.check_terrain()?;
        let is_same = old.as_ref() == Some(&manifest);
        if !options.resume || !is_same {
            builders.must_be_alone(folder)?;
        }
        let halo = Halo { made: tiling.halo, kept: options.parameters.smallest_halo(&city.scale).min(tiling.halo) };
        let state = |name: &str, tile: &Tile, store: &MeshStore| {
            context.check().and_then(|()| state(store, name, &inputs[tile], city, halo.kept))
        };
        let removed = remove_stale(folder, context, old.as_ref(), &manifest, state, options.resume)?;
        let store = store_of(city, folder, manifest, is_same, options, context)?;
        store.clear_up()?;
        builders.let_others_in()?;
        let report = CityReport {
            store: folder.to_path_buf(),
            input: city.input.clone(),
            clean: city.clean.clone(),
            sharp_corners: city.sharp_corners.clone(),
            buildings: city.buildings().into(),
            bounds: city.planar.domain().bounds(),
            area: city.area.square_metres(),
            tiles: tiles.len() as u64,
            removed,
            ..CityReport::default()
        };
        Ok(Build { city, options, context, store, tiles, inputs, halo, report, _builders: builders })
    }

    fn make_missing(&mut self, runner: &mut Runner) -> Result<()> {
        runner.begin("tiles", self.tiles.len() as u64, 0)?;
        let mut todo = self.tiles.clone();
        let mut pass = Pass::First;
        while !todo.is_empty() {
            let outcomes = self.make_all(runner, &todo, |_| self.halo)?;
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
            self.context.check()?;
            todo = elsewhere;
        }
        Ok(())
    }

    /// Makes the tiles of a list that are not up to date.
    fn make_all(
        &self,
        runner: &mut Runner,
        tiles: &[Tile],
        halo: impl Fn(&Tile) -> Halo + Sync,
    ) -> Result<Vec<(Tile, Outcome)>> {
        let mut outcomes = Vec::with_capacity(tiles.len());
        let budget = self.context.memory().for_buffers().saturating_sub(self.context.memory().now());
        let share = budget / self.context.threads() as u64;
        // Tiles that need more than a thread's share of the memory are made one at a time.
        let (large, small): (Vec<Tile>, Vec<Tile>) =
            tiles.iter().partition(|tile| self.city.estimate(tile, halo(tile).made).bytes > share);
        for (tiles, at_once) in [(small, self.context.threads()), (large, 1)] {
            runner.run_units(
                tiles,
                at_once,
                |tile| Ok((tile, self.make_one(&tile, halo(&tile))?)),
                |(tile, outcome)| {
                    self.announce(&tile, &outcome);
                    outcomes.push((tile, outcome));
                    Ok(())
                },
            )?;
        }
        Ok(outcomes)
    }

    /// Makes a tile, unless its file is valid and was made with a halo that is wide enough.
    fn make_one(&self, tile: &Tile, halo: Halo) -> Result<Outcome> {
        let inputs = &self.inputs[tile];
        let name = tile.name();
        let state = || state(&self.store, &name, inputs, self.city, halo.kept);
        if let State::UpToDate = state()? {
            // A process that was killed right after it made the tile may have left the note of an earlier failure.
            return remove_if_there(&self.store.failure_path(&name)?).map(|()| Outcome::UpToDate);
        }
        let path = self.store.claim_path(&name)?;
        let _claim = match Lock::acquire(path, |_| "another process or job makes this tile".into()) {
            Err(Error::Busy { .. }) => return Ok(Outcome::Elsewhere),
            other => other?,
        };
        let make = || match state()? {
            State::UpToDate => Ok(Outcome::UpToDate),
            State::ToRenumber => {
                tile::renumber(self.city, tile, inputs, &self.store).map(|header| Outcome::Renumbered(Box::new(header)))
            }
            State::Missing | State::Stale => tile::make(self.city, tile, halo.made, inputs, &self.store, self.context)
                .map(|made| Outcome::Made(Box::new(made))),
        };
        // A panic in one tile must not end the others.
        let result = catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|panic| Err(Error::from_panic(&*panic)));
        match result {
            Err(Error::Cancelled) => Err(Error::Cancelled),
            Err(e) => {
                // Writing the note may fail, too, as on a full disk; the report has the cause in any case.
                let _ = self
                    .store
                    .failure_path(&name)
                    .and_then(|path| write(&path, format!("{e}\n").as_bytes(), Durability::Unsynced));
                Ok(Outcome::Failed(e.to_string()))
            }
            other => other,
        }
    }

    /// Calls the caller's function for a tile that was made.
    fn announce(&self, tile: &Tile, outcome: &Outcome) {
        let header = match outcome {
            Outcome::Made(made) => &made.header,
            Outcome::Renumbered(header) => header,
            Outcome::UpToDate | Outcome::Elsewhere | Outcome::Failed(_) => return,
        };
        if let Some(on_tile) = &self.options.on_tile
            && !self.context.is_silent()
        {
            on_tile(FinishedTile { name: &tile.name(), header });
        }
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
                self.context.warn("failed-tile", format!("tile {} could not be made: {cause}", tile.name()));
                report.failed.push(FailedTile { tile: tile.name(), cause });
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
            if !failed.contains(name.as_str()) && self.store.has_tile(&name)? {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Lists the buildings with walls whose ground is above their roof, by their footprints. Reads only tiles that have
    /// such walls.
    fn upside_down(&self) -> Result<FootprintList> {
        let mut found = BTreeSet::new();
        for name in self.present()? {
            let path = self.store.tile_path(&name)?;
            if read_header(&path)?.counts().walls_upside_down == 0 {
                continue;
            }
            self.context.check()?;
            let tile = self.store.get_tile(&name)?;
            for (face, &marker) in tile.faces().iter().zip(tile.markers()) {
                let Some(building) = u32::try_from(marker).ok().filter(|&n| n < self.city.buildings()) else {
                    continue;
                };
                let is_above = |top: f64| face.iter().any(|&v| tile.vertices()[v as usize][2] > top);
                let is_upside_down = match self.city.parts_of(building) {
                    [part] => is_above(part.top()),
                    // A wall does not tell which of several parts it belongs to.
                    _ => self.city.covered.binary_search(&building).is_ok(),
                };
                if is_upside_down {
                    found.insert(marker as usize);
                }
            }
            tile.check_whole()?;
        }
        let mut list = FootprintList::default();
        found.into_iter().for_each(|building| list.add(|| self.city.members[building].join(" + ")));
        Ok(list)
    }

    fn finish(mut self, runner: &mut Runner) -> Result<CityReport> {
        self.report.roof_heights = roof_heights(&self.city.parts);
        let present = self.present()?;
        self.report.missing = self.tiles.len() as u64 - present.len() as u64;
        for name in present {
            let header = read_header(&self.store.tile_path(&name)?)?;
            let (vertices, faces) = header.sizes();
            self.report.empty += u64::from(faces == 0);
            self.report.vertices += vertices;
            self.report.bytes += header.file_size();
            self.report.rounds = self.report.rounds.max(header.rounds);
            self.report.counts.add(&header.counts());
        }
        if self.options.fsync {
            crate::io::atomic::sync_folder(self.store.folder())?;
        }
        warn_about_walls(&self.report.counts, &self.upside_down()?, self.context);
        let totals = runner.finish();
        self.report.finish(self.context, totals);
        Ok(self.report)
    }
}

/// Returns the least and the greatest height of a roof above the lowest ground along its outline.
fn roof_heights(parts: &[Part]) -> Option<[f64; 2]> {
    let blocks = parts.iter().filter(|part| part.lod == Lod::Lod1);
    let heights = blocks.map(|part| part.roof - part.platform);
    heights.map(|height| [height; 2]).reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
}

/// Reads the manifest of the city in a folder; `None` when the folder has no store.
fn old_city(folder: &Path) -> Result<Option<CityManifest>> {
    match Manifest::read(folder) {
        Err(Error::NotFound { .. }) => Ok(None),
        Ok(Manifest { city: Some(city), .. }) => Ok(Some(city)),
        Ok(manifest) => {
            let of = if manifest.levels.is_some() { "levels of detail" } else { "tiles of another program" };
            let what = format!("the folder holds a store of {of}; choose another folder");
            Err(Error::Unsupported { subject: folder.to_path_buf(), what })
        }
        Err(e) => Err(e),
    }
}

/// Refuses a build that would remove tiles whose area is not within the area to mesh, also when their manifest is gone.
/// Other tiles are made again where their inputs have changed.
fn refuse_to_lose(folder: &Path, old: Option<&CityManifest>, domain: &Domain) -> Result<()> {
    let store = MeshStore::without_manifest(folder);
    let [west, south, east, north] = domain.bounds();
    let is_within = |[w, s, e, n]: [f64; 4]| west <= w && south <= s && e <= east && n <= north;
    let known: HashMap<String, [f64; 4]> = old.map_or_else(HashMap::new, |old| {
        let border = Rect { min: old.domain.local_min(), max: old.domain.local_max() };
        let area = |tile: &Tile| {
            let rect = tile.rect().intersection(&border);
            let at = |p: Point, d: usize| p[d] + old.domain.origin[d] as f64;
            [at(rect.min, 0), at(rect.min, 1), at(rect.max, 0), at(rect.max, 1)]
        };
        old.tiles.iter().map(|tile| (tile.name(), area(tile))).collect()
    });
    let (mut lost, mut there) = (0_u64, 0_u64);
    for name in store.all_tiles()? {
        let is_lost = match known.get(&name) {
            Some(&area) => !is_within(area),
            None => match read_header(&store.tile_path(&name)?) {
                // A file that is no readable tile is not lost.
                Err(Error::BadFormat { .. } | Error::Unsupported { .. }) => continue,
                Err(e) => return Err(e),
                // A tile of another program's store is no part of a city, wherever it lies.
                Ok(header) if header.tile().is_none() => true,
                Ok(header) => {
                    let [w, s, _, e, n, _] = header.bounds;
                    header.sizes().0 > 0 && !is_within([w, s, e, n])
                }
            },
        };
        there += 1;
        lost += u64::from(is_lost);
    }
    if lost == 0 {
        return Ok(());
    }
    let store = match old {
        Some(old) => format!("this store, which is for x {}", range_text(old.domain.bounds())),
        None => format!("this folder, which has lost its {MANIFEST_NAME}"),
    };
    let what = format!(
        "{lost} of the {there} tiles in {store}, would be removed, for they reach beyond what is to be meshed now, x \
         {}: build into another store, with bounds (--bounds) that contain both, or let them go with replace \
         (--replace)",
        range_text(domain.bounds()),
    );
    Err(Error::Unsupported { subject: folder.to_path_buf(), what })
}

fn range_text([west, south, east, north]: [f64; 4]) -> String {
    format!("{west} to {east}, y {south} to {north}")
}

/// Removes the tiles of an earlier build that this one cannot use, and returns their number. Files of other programs
/// stay.
fn remove_stale(
    folder: &Path,
    context: &Context,
    old: Option<&CityManifest>,
    manifest: &CityManifest,
    state: impl Fn(&str, &Tile, &MeshStore) -> Result<State>,
    resume: bool,
) -> Result<u64> {
    let store = MeshStore::without_manifest(folder);
    let same = old == Some(manifest);
    let wanted: BTreeMap<String, &Tile> = manifest.tiles.iter().map(|tile| (tile.name(), tile)).collect();
    let mut removed = 0;
    for name in store.failed_names()? {
        if !wanted.contains_key(&name) {
            remove_if_there(&store.failure_path(&name)?)?;
        }
    }
    for name in store.all_tiles()? {
        let keep = resume
            && match wanted.get(&name) {
                None => false,
                // The earlier build was of the same city: each tile is checked when it is its turn.
                Some(_) if same => true,
                Some(tile) => matches!(state(&name, tile, &store)?, State::UpToDate | State::ToRenumber),
            };
        let file = store.tile_path(&name)?;
        if !keep && !wanted.contains_key(&name) && !is_tile(&file)? {
            let what = "no tile of groma's, though it has the name of one; it is left where it is";
            context.warn("foreign-file", format!("{}: {what}", file.display()));
        } else if !keep {
            store.remove_tile(&name)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Collects the inputs of all tiles.
fn inputs_of(city: &PreparedCity, tiles: &[Tile], context: &Context) -> Result<HashMap<Tile, TileInputs>> {
    let inputs_of = |tile: &Tile| {
        context.check()?;
        let inputs = TileInputs::new(city, tile);
        city.release_terrain();
        Ok((*tile, inputs))
    };
    tiles.iter().map(inputs_of).collect()
}

/// Makes the manifest that the store of a city must have.
fn manifest_of(
    city: &PreparedCity,
    options: &BuildCityMeshOptions,
    tiling: Tiling,
    tiles: &[Tile],
    inputs: &HashMap<Tile, TileInputs>,
) -> Result<CityManifest> {
    Ok(CityManifest {
        parameters: options.parameters.clone(),
        domain: *city.planar.domain(),
        outline: city.area.outline().map(OutlineText::of),
        cells: city.cells,
        side: tiling.side,
        tiles: tiles.to_vec(),
        tile_inputs: tiles.iter().map(|tile| inputs[tile].text(city)).collect(),
        buildings: city.buildings(),
        fingerprint: format!("{:032x}", city.fingerprint()),
        footprint_area: city.clean.area_covered,
        crs: city.crs.clone(),
        buildings_hash: buildings_hash(building_records(city))?,
    })
}

/// Makes a folder the store of a city, with its manifest and the file of its buildings. Of a store that `is_same`, that
/// file is only written again where it is not the city's any more.
fn store_of(
    city: &PreparedCity,
    folder: &Path,
    manifest: CityManifest,
    is_same: bool,
    options: &BuildCityMeshOptions,
    context: &Context,
) -> Result<MeshStore> {
    if !is_same {
        write_buildings(folder, building_records(city), options.durability())?;
    }
    let store = MeshStore::for_city(folder, manifest, options.durability())?;
    if let Some(problem) = store.check_buildings().err().filter(|_| is_same) {
        if problem.is_starved() {
            return Err(problem);
        }
        write_buildings(folder, building_records(city), options.durability())?;
        context.warn("buildings-restored", format!("{problem}; it was written again"));
    }
    Ok(store)
}

fn building_records(city: &PreparedCity) -> impl Iterator<Item = BuildingRecord> {
    city.parts_of_buildings().enumerate().map(|(n, parts)| {
        let records = city.members_of_parts[n].iter().zip(parts);
        BuildingRecord {
            building: parts[0].building,
            roof: parts.iter().map(|part| part.roof).fold(f64::NEG_INFINITY, f64::max),
            platform: parts[0].platform,
            lod: parts[0].lod,
            members: city.members[n].clone(),
            parts: records.map(|(members, p)| PartRecord { roof: p.roof, members: members.clone() }).collect(),
        }
    })
}
