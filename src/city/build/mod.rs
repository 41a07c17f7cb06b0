//! The job: footprints and terrain become a store of tiles.
//!
//! Read and clean the inputs, once for all; plan the tiles; make those that are missing, in any order, on any number of
//! threads and in any number of processes; compare what neighbours say about the zones between them, and make those again
//! that disagree, with a wider halo.

mod claims;
mod options;
mod prepare;
mod report;
mod tile;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use options::{BuildOptions, CityInput, FinishedTile, Footprints, Ground, TileCallback};
pub use report::{BuildReport, FailedTile, InputReport, PHASES, StageSeconds};

use crate::city::cells::{CELL, Tile};
use crate::city::merge::disagreements;
use crate::city::mesher::scale::Scale;
use crate::city::store::{BuildingRecord, CityManifest, Manifest, MeshStore, TileHeader, read_header, write_buildings};
use crate::city::surface::BuildingHeight;
use crate::error::IoContext;
use crate::io::atomic::write;
use crate::io::in_use::remove_if_there;
use crate::io::lock::Lock;
use crate::job::{Context, Job, ProgressCallback, Runner};
use crate::{Error, Result};
use claims::{Builders, set_up_alone};
use prepare::City;
use tile::{Inputs, MadeTile, State, state};

/// Builds the tiles of a city into a store's folder and waits for it.
///
/// # Errors
/// [`Error::InvalidArgument`] for parameters out of range and inputs that do not fit together; what reading the inputs gives;
/// [`Error::MemoryLimit`] for a limit that not all tiles fit; [`Error::Io`], [`Error::Cancelled`]. A tile that cannot be made is
/// no error: the report names it, and the store is incomplete.
pub fn run(input: &CityInput, store: impl AsRef<Path>, options: &BuildOptions) -> Result<BuildReport> {
    build(input, store.as_ref(), options, &mut Runner::new(&options.run)?)
}

/// The same as a job of its own.
///
/// # Errors
/// As [`Runner::new`]; everything else is the job's result.
pub fn spawn(
    input: CityInput,
    store: impl Into<PathBuf>,
    options: BuildOptions,
    on_progress: Option<ProgressCallback>,
) -> Result<Job<BuildReport>> {
    let store = store.into();
    let run = options.run.clone();
    Job::spawn(&run, on_progress, move |runner| build(&input, &store, &options, runner))
}

/// As [`run`], on a runner that is there already.
///
/// # Errors
/// As [`run`].
pub fn build(input: &CityInput, folder: &Path, options: &BuildOptions, runner: &mut Runner) -> Result<BuildReport> {
    let context = runner.context().clone();
    let tiling = Tiling::new(options, &context)?;
    build_in_tiles(input, folder, options, tiling, runner)
}

fn build_in_tiles(
    input: &CityInput,
    folder: &Path,
    options: &BuildOptions,
    tiling: Tiling,
    runner: &mut Runner,
) -> Result<BuildReport> {
    runner.plan(&PHASES);
    let context = runner.context().clone();
    let city = City::new(input, options, runner)?;
    warn_about_footprints(&city, &context);
    let _shared = context.memory().reserve(city.bytes(), "the footprints and the terrain")?;
    std::fs::create_dir_all(folder).context("create", folder)?;
    let mut build = Build::new(&city, folder, options, tiling, &context)?;
    build.make_missing(runner)?;
    build.heal(runner)?;
    build.finish(runner)
}

/// How the city is cut into tiles.
#[derive(Clone, Copy, Debug)]
struct Tiling {
    /// The edge of a tile in cells.
    side: u32,
    halo: f64,
}

impl Tiling {
    fn new(options: &BuildOptions, context: &Context) -> Result<Tiling> {
        let parameters = &options.parameters;
        let scale = parameters.scale()?;
        if !(options.tile_size > 0.0 && options.tile_size <= 1e6) {
            return Err(Error::invalid("tile_size", options.tile_size, "above 0, at most 1,000,000 m"));
        }
        if !(0.0..=1e4).contains(&options.tile_overlap) {
            return Err(Error::invalid("tile_overlap", options.tile_overlap, "0 to 10,000 m"));
        }
        let side = (options.tile_size / CELL).ceil();
        if side * CELL != options.tile_size {
            let size = side * CELL;
            context.warn(
                "tile-size",
                format!("tile_size {} m is raised to {size} m, a multiple of {CELL} m", options.tile_size),
            );
        }
        let least = parameters.smallest_halo(&scale);
        if options.tile_overlap < least {
            let given = options.tile_overlap;
            context.warn(
                "tile-overlap",
                format!("tile_overlap {given} m is raised to {least} m: a tile depends on so much around it"),
            );
        }
        Ok(Tiling { side: side as u32, halo: options.tile_overlap.max(least) })
    }
}

struct Build<'a> {
    city: &'a City,
    options: &'a BuildOptions,
    context: &'a Context,
    store: MeshStore,
    tiles: Vec<Tile>,
    inputs: HashMap<Tile, Inputs>,
    /// For tiles that are made.
    halo: f64,
    /// What those must have that are kept.
    smallest_halo: f64,
    report: BuildReport,
    _builders: Builders,
}

/// What became of a tile that was to be made.
enum Outcome {
    Made(Box<MadeTile>),
    Renumbered(Box<TileHeader>),
    /// Its file was right already.
    UpToDate,
    /// Another process is at it.
    Elsewhere,
    Failed(String),
}

impl<'a> Build<'a> {
    fn new(
        city: &'a City,
        folder: &Path,
        options: &'a BuildOptions,
        tiling: Tiling,
        context: &'a Context,
    ) -> Result<Build<'a>> {
        let _setup = set_up_alone(folder, context)?;
        let mut builders = Builders::enter(folder)?;
        let old = old_city(folder)?;
        let tiles = plan_tiles(city, tiling, old.as_ref().filter(|_| options.resume), context)?;
        let inputs_of = |tile: &Tile| {
            context.check()?;
            let inputs = Inputs::new(city, tile, &options.parameters);
            city.release_terrain();
            Ok((*tile, inputs))
        };
        let inputs: HashMap<Tile, Inputs> = tiles.iter().map(inputs_of).collect::<Result<_>>()?;
        let parameters = serde_json::to_value(&options.parameters).map_err(|e| Error::Internal(e.to_string()))?;
        let manifest = CityManifest {
            parameters: options.parameters.clone(),
            domain: *city.planar.domain(),
            cells: city.cells,
            side: tiling.side,
            tiles: tiles.clone(),
            tile_inputs: tiles.iter().map(|tile| inputs[tile].text(city)).collect(),
            buildings: city.buildings.len() as u32,
            fingerprint: format!("{:032x}", city.fingerprint(&parameters, context)?),
            crs: city.crs.clone(),
        };
        city.check_terrain()?;
        if !options.resume || old.as_ref() != Some(&manifest) {
            builders.must_be_alone(folder)?;
        }
        let mut report = BuildReport {
            store: folder.to_path_buf(),
            input: city.input.clone(),
            clean: city.clean.clone(),
            buildings: city.buildings.len() as u64,
            bounds: city.planar.domain().bounds(),
            tiles: tiles.len() as u64,
            ..BuildReport::default()
        };
        let halo = options.parameters.smallest_halo(&city.scale).min(tiling.halo);
        if old.is_some() {
            let state = |name: &str, tile: &Tile, store: &MeshStore| {
                context.check().map(|()| state(store, name, &inputs[tile], city, halo))
            };
            report.removed = remove_stale(folder, &manifest, state, options.resume)?;
        }
        if old.as_ref() != Some(&manifest) {
            write_buildings(folder, building_records(city), options.sync)?;
        }
        let store = MeshStore::for_city(folder, manifest, options.sync)?;
        store.clear_up()?;
        builders.let_others_in()?;
        Ok(Build {
            city,
            options,
            context,
            store,
            tiles,
            inputs,
            halo: tiling.halo,
            smallest_halo: halo,
            report,
            _builders: builders,
        })
    }

    fn make_missing(&mut self, runner: &mut Runner) -> Result<()> {
        runner.begin("tiles", self.tiles.len() as u64, 0)?;
        let mut todo = self.tiles.clone();
        let mut first_pass = true;
        while !todo.is_empty() {
            let outcomes = self.make_all(runner, &todo, |_| (self.halo, self.smallest_halo))?;
            let elsewhere: Vec<Tile> =
                outcomes.iter().filter(|(_, o)| matches!(o, Outcome::Elsewhere)).map(|(tile, _)| *tile).collect();
            let waited = todo.len() == elsewhere.len();
            for (tile, outcome) in outcomes {
                self.take_in(&tile, outcome, !first_pass);
            }
            first_pass = false;
            if waited {
                std::thread::sleep(Duration::from_millis(50));
            }
            self.context.check()?;
            todo = elsewhere;
        }
        Ok(())
    }

    /// Makes all tiles of a list that are not up to date.
    fn make_all(
        &self,
        runner: &mut Runner,
        tiles: &[Tile],
        halo: impl Fn(&Tile) -> (f64, f64) + Sync,
    ) -> Result<Vec<(Tile, Outcome)>> {
        let mut outcomes = Vec::with_capacity(tiles.len());
        let budget = self.context.memory().for_buffers().saturating_sub(self.context.memory().now());
        let share = budget / self.context.threads() as u64;
        // Tiles that need more than a thread's share of the memory are made one at a time.
        let (large, small): (Vec<Tile>, Vec<Tile>) =
            tiles.iter().partition(|tile| self.city.estimate(tile, halo(tile).0).bytes > share);
        for (tiles, at_once) in [(small, self.context.threads()), (large, 1)] {
            runner.run_units(
                tiles,
                at_once,
                |tile| Ok((tile, self.make_one(&tile, halo(&tile))?)),
                |(tile, outcome)| {
                    self.tell(&tile, &outcome);
                    outcomes.push((tile, outcome));
                    Ok(())
                },
            )?;
        }
        Ok(outcomes)
    }

    /// Makes a tile with a halo, unless it is there with one of at least the second width.
    fn make_one(&self, tile: &Tile, (halo, least): (f64, f64)) -> Result<Outcome> {
        let inputs = &self.inputs[tile];
        let name = tile.name();
        let state = || state(&self.store, &name, inputs, self.city, least);
        if let State::UpToDate = state() {
            // A process that was killed right after it had made the tile has left it that an earlier one failed.
            return remove_if_there(&self.store.failure_path(&name)?).map(|()| Outcome::UpToDate);
        }
        let path = self.store.claim_path(&name)?;
        let _claim = match Lock::acquire(path, |_| "another process makes this tile".into()) {
            Err(Error::Busy { .. }) => return Ok(Outcome::Elsewhere),
            other => other?,
        };
        let make = || match state() {
            State::UpToDate => Ok(Outcome::UpToDate),
            State::ToRenumber => {
                tile::renumber(self.city, tile, inputs, &self.store).map(|header| Outcome::Renumbered(Box::new(header)))
            }
            State::Missing | State::Stale => {
                tile::make(self.city, tile, halo, inputs, &self.options.parameters, &self.store, self.context)
                    .map(|made| Outcome::Made(Box::new(made)))
            }
        };
        // A defect that shows in one tile must not take the others with it.
        let result = catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|panic| Err(Error::from_panic(&*panic)));
        match result {
            Err(Error::Cancelled) => Err(Error::Cancelled),
            Err(e) => {
                // A full disk may refuse this too; the report has it in any case.
                let _ =
                    self.store.failure_path(&name).and_then(|path| write(&path, format!("{e}\n").as_bytes(), false));
                Ok(Outcome::Failed(e.to_string()))
            }
            other => other,
        }
    }

    fn tell(&self, tile: &Tile, outcome: &Outcome) {
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

    fn take_in(&mut self, tile: &Tile, outcome: Outcome, waited: bool) {
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
            Outcome::UpToDate if waited => report.elsewhere += 1,
            Outcome::UpToDate => report.kept += 1,
            Outcome::Elsewhere => {}
        }
    }

    /// Makes tiles again that disagree with a neighbour, with wider and wider halos.
    fn heal(&mut self, runner: &mut Runner) -> Result<()> {
        runner.begin("compare", 1, 0)?;
        let mut removed: HashSet<String> = HashSet::new();
        loop {
            let names: Vec<String> = self.present()?;
            let pairs = disagreements(&self.store, &names)?;
            if pairs.is_empty() {
                return Ok(());
            }
            let halos = self.wider_halos(&pairs, &mut removed)?;
            let odd: Vec<Tile> = self.tiles.iter().filter(|tile| halos.contains_key(&tile.name())).copied().collect();
            let outcomes = self.make_all(runner, &odd, |tile| (halos[&tile.name()], halos[&tile.name()]))?;
            let mut made = 0;
            for (tile, outcome) in outcomes {
                match outcome {
                    Outcome::Made(tile_made) => {
                        made += 1;
                        if !self.report.healed.contains(&tile.name()) {
                            self.report.healed.push(tile.name());
                        }
                        self.report.stages.add(&tile_made.mesher, tile_made.surface, tile_made.store);
                    }
                    Outcome::UpToDate | Outcome::Elsewhere => {}
                    other => self.take_in(&tile, other, true),
                }
            }
            if made > 0 {
                let message = format!(
                    "{made} tiles disagreed with a neighbour and were made again with more of their surroundings (tile_overlap)"
                );
                self.context.warn("healed", message);
            } else {
                // Another process is at them.
                std::thread::sleep(Duration::from_millis(50));
            }
            if !self.report.failed.is_empty() {
                return Ok(());
            }
            self.context.check()?;
        }
    }

    /// The tiles of disagreeing pairs that are to be made again, with the halos for it. Where the halos rule out that tiles
    /// disagree, their files are not what was built, whatever their hashes say: they are removed, each once.
    fn wider_halos(&self, pairs: &[[String; 2]], removed: &mut HashSet<String>) -> Result<BTreeMap<String, f64>> {
        let proven = proven_halo(&self.city.scale);
        let mut halos = BTreeMap::new();
        let mut gone: HashSet<&String> = HashSet::new();
        for pair in pairs {
            if pair.iter().any(|name| gone.contains(name)) {
                continue;
            }
            let now = |name: &String| Ok(read_header(&self.store.tile_path(name)?)?.halo);
            let both: Vec<f64> = pair.iter().map(now).collect::<Result<_>>()?;
            let odd = pair.iter().zip(both).filter(|(_, halo)| *halo < proven);
            let mut again: Vec<(String, f64)> = odd.map(|(name, halo)| (name.clone(), wider(halo, proven))).collect();
            if again.is_empty() {
                for name in pair.iter().filter(|name| removed.insert(name.to_string())) {
                    self.store.remove_tile(name)?;
                    gone.insert(name);
                    again.push((name.clone(), proven));
                }
            }
            if again.is_empty() {
                let seen = format!("tiles {} and {} disagree with halos that rule that out", pair[0], pair[1]);
                return Err(Error::Internal(seen));
            }
            halos.extend(again);
        }
        Ok(halos)
    }

    fn present(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for tile in &self.tiles {
            if self.store.has_tile(&tile.name())? {
                names.push(tile.name());
            }
        }
        Ok(names)
    }

    fn finish(mut self, runner: &mut Runner) -> Result<BuildReport> {
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
        if self.options.sync {
            crate::io::atomic::sync_folder(self.store.folder())?;
        }
        let totals = runner.finish();
        self.report.finish(self.context, totals);
        Ok(self.report)
    }
}

/// What the store in the folder says of its city; `None` where there is no store.
fn old_city(folder: &Path) -> Result<Option<CityManifest>> {
    match Manifest::read(folder) {
        Err(Error::NotFound { .. }) => Ok(None),
        Ok(Manifest { city: Some(city), .. }) => Ok(Some(city)),
        Ok(_) => {
            let what = "the folder holds a store of tiles of another program; choose another folder".to_string();
            Err(Error::Unsupported { path: folder.to_path_buf(), what })
        }
        Err(e) => Err(e),
    }
}

/// Removes the tiles of an earlier build that this one cannot use, and gives their number.
fn remove_stale(
    folder: &Path,
    manifest: &CityManifest,
    state: impl Fn(&str, &Tile, &MeshStore) -> Result<State>,
    resume: bool,
) -> Result<u64> {
    let store = MeshStore::open(folder)?;
    let same = store.manifest().city.as_ref() == Some(manifest);
    let wanted: BTreeMap<String, &Tile> = manifest.tiles.iter().map(|tile| (tile.name(), tile)).collect();
    let mut removed = 0;
    for name in store.all_tiles()? {
        let keep = resume
            && match wanted.get(&name) {
                None => false,
                // Of the very same build: its tiles are looked at one by one.
                Some(_) if same => true,
                Some(tile) => matches!(state(&name, tile, &store)?, State::UpToDate | State::ToRenumber),
            };
        if !keep {
            store.remove_tile(&name)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// With this halo a tile is right whatever its neighbours are.
fn proven_halo(scale: &Scale) -> f64 {
    f64::from(Scale::MAX_ROUNDS + 1) * scale.reach
}

/// The next wider halo.
fn wider(halo: f64, proven: f64) -> f64 {
    [100.0, 200.0].into_iter().find(|&next| next > halo && next < proven).unwrap_or(proven)
}

/// The tiles, cut until one is not large and fits a thread's share of the memory, or is a single cell. Those of an earlier build
/// of the same city are taken as they are where they fit the memory.
fn plan_tiles(city: &City, tiling: Tiling, old: Option<&CityManifest>, context: &Context) -> Result<Vec<Tile>> {
    /// More files in a folder are no help to anyone.
    const MOST: u64 = 1_000_000;
    let memory = context.memory().for_buffers().saturating_sub(context.memory().now());
    if let Some(old) =
        old.filter(|old| (old.domain, old.cells, old.side) == (*city.planar.domain(), city.cells, tiling.side))
        && old.tiles.iter().all(|tile| city.estimate(tile, tiling.halo).bytes <= memory)
    {
        return Ok(old.tiles.clone());
    }
    let side = u64::from(tiling.side);
    let count = u64::from(city.cells.columns).div_ceil(side) * u64::from(city.cells.rows).div_ceil(side);
    if count > MOST {
        let size = tiling.side as f64 * CELL;
        return Err(Error::invalid(
            "tile_size",
            format!("{size} m, which gives {count} tiles"),
            format!("at most {MOST} tiles"),
        ));
    }
    let share = memory / context.threads() as u64;
    let mut tiles = Vec::new();
    let mut rest: Vec<Tile> = city.cells.tiles(tiling.side);
    rest.reverse();
    let mut most = 0;
    while let Some(tile) = rest.pop() {
        let estimate = city.estimate(&tile, tiling.halo);
        match tile.halves() {
            Some([first, second]) if estimate.bytes > share || estimate.is_large() => rest.extend([second, first]),
            _ => {
                most = most.max(estimate.bytes);
                tiles.push(tile);
            }
        }
    }
    // Before anything is changed: a limit that lets some tiles be made but not all is no help to anyone.
    drop(context.memory().reserve(most, "the footprints, the terrain and one tile")?);
    Ok(tiles)
}

fn warn_about_footprints(city: &City, context: &Context) {
    let clean = &city.clean;
    let kinds = [
        ("outside", "lie outside what is meshed, or too near to its border, and were left out", &clean.outside),
        ("empty", "have no area and were left out", &clean.empty),
        ("unrepairable", "could not be repaired and were left out", &clean.unrepairable),
        ("repaired", "crossed themselves and were repaired", &clean.repaired),
    ];
    for (kind, what, ids) in kinds.into_iter().filter(|(_, _, ids)| !ids.is_empty()) {
        context.warn(kind, format!("{} footprints {what}: {}", ids.len(), report::some(ids)));
    }
    if clean.corner_contacts > 0 {
        context.warn(
            "corner-contacts",
            format!(
                "buildings touch in {} corners; where their heights are equal, four walls meet in one edge there",
                clean.corner_contacts
            ),
        );
    }
}

fn building_records(city: &City) -> impl Iterator<Item = BuildingRecord> {
    let record = |(building, (height, members)): (usize, (&BuildingHeight, &Vec<String>))| BuildingRecord {
        building: building as u32,
        roof: height.roof,
        platform: height.platform,
        lod: height.lod,
        members: members.clone(),
    };
    city.buildings.iter().zip(&city.members).enumerate().map(record)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::city::generate::{GenerateOptions, city};
    use crate::city::merge::{MergeOptions, merge_to_file};
    use crate::job::RunOptions;

    #[test]
    fn a_halo_that_is_too_small_is_noticed_and_made_good() {
        let dir = tempfile::tempdir().unwrap();
        let (footprints, terrain) = city(&GenerateOptions { hostile: true, ..GenerateOptions::new(400) }).unwrap();
        let input =
            CityInput { footprints: Footprints::Memory(footprints.into()), terrain: Ground::Memory(Arc::new(terrain)) };
        let options = BuildOptions { tile_size: 250.0, ..BuildOptions::default() };
        let mut runner = Runner::new(&RunOptions::default()).unwrap();
        let mut merged = Vec::new();
        for halo in [50.0, 27.0] {
            let store = dir.path().join(format!("{halo}"));
            let tiling = Tiling { side: 1, halo };
            let report = build_in_tiles(&input, &store, &options, tiling, &mut runner).unwrap();
            assert_eq!(report.healed.is_empty(), halo == 50.0, "{report}");
            assert_eq!((report.built, report.is_complete()), (report.tiles, true));
            let path = store.with_extension("ply");
            merge_to_file(&MeshStore::open(&store).unwrap(), &path, &MergeOptions::default(), &mut runner).unwrap();
            merged.push(std::fs::read(path).unwrap());
        }
        assert!(merged[0] == merged[1]);
    }
}
