//! A build in parts: a plan, any number of processes that make a share of the tiles each, and an end.
//!
//! The plan reads and cleans the inputs once and leaves a prepared city in the store; from then on nobody needs the
//! inputs. A part makes tiles from that. Each tile is one file with one writer at a time that would write the same
//! bytes, and a name that appears whole, so that parts need no lock, may run twice, or be lost. The end checks every
//! tile, compares neighbours, and makes those that disagree again.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::claims::Builders;
use super::make::{Maker, Outcome};
use super::options::TileCallback;
use super::prepare::remove_kept;
use super::prepared::{self, Prepared, PreparedReport};
use super::report::InputReport;
use super::setup::SetUp;
use super::tiling::Tiling;
use super::{Build, BuildCityMeshOptions, CityReport, FailedTile, SHARED, prepare};
use crate::city::input::CityInput;
use crate::city::plane::cells::Tile;
use crate::city::plane::clean::CleanReport;
use crate::city::tiles::store::{MANIFEST_NAME, MeshStore, is_tile};
use crate::error::MissingUnit;
use crate::human::{self, counted};
use crate::io::{Durability, input};
use crate::job::{Part, Phase, RunOptions, Runner, Warning, process_peak_bytes, unfinished, while_planned};
use crate::{Error, Result};

/// The phases of a plan.
const PLAN_PHASES: [Phase; 3] =
    [Phase { name: "read", weight: 3.0 }, Phase { name: "clean", weight: 7.0 }, Phase { name: "plan", weight: 1.0 }];

/// The phases of a part.
const PART_PHASES: [Phase; 1] = [Phase { name: "tiles", weight: 1.0 }];

/// The bytes of memory that an end takes for each tile of the city, about.
const BYTES_PER_TILE: u64 = 256;

/// The phases of an end.
const FINISH_PHASES: [Phase; 2] = [Phase { name: "look", weight: 1.0 }, Phase { name: "compare", weight: 1.0 }];

/// The options of a part of a build, and of its end. All else the plan has decided.
#[derive(Clone, Default)]
pub struct PartOptions {
    /// Whether to flush files to the disk before they get their names.
    pub fsync: bool,
    /// Called for each finished tile.
    pub on_tile: Option<TileCallback>,
    /// The threads, the memory limit and the cancel flag.
    pub run: RunOptions,
}

/// What the plan of a city has found.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CityPlan {
    /// The store's folder.
    pub store: PathBuf,
    /// The inputs.
    pub input: InputReport,
    /// The report of cleaning the footprints.
    pub clean: CleanReport,
    /// The number of buildings in the mesh.
    pub buildings: u64,
    /// The tiles of the city.
    pub tiles: u64,
    /// Those of them that an earlier run has made.
    pub tiles_done: u64,
    /// The bytes of memory that the largest tile takes, about.
    pub largest_tile_bytes: u64,
    /// The least memory limit, in bytes, of a part on one thread; each further thread takes as much as a tile.
    pub least_memory_limit: u64,
    /// Files of tiles of an earlier build that were removed.
    pub removed: u64,
    /// Seconds that the plan took.
    pub seconds: f64,
    /// The most bytes in the job's buffers at once.
    pub peak_buffer_bytes: u64,
    /// The peak physical memory of the whole process, where the system reports it.
    pub process_peak_bytes: Option<u64>,
    /// The warnings.
    pub warnings: Vec<Warning>,
}

/// What a part of a build has done.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CityPart {
    /// The part.
    pub part: Part,
    /// The store's folder.
    pub store: PathBuf,
    /// Tiles of the part.
    pub tiles: u64,
    /// Those of them that this run has made.
    pub built: u64,
    /// Those that an earlier run had made.
    pub kept: u64,
    /// Those of which only the numbers of the buildings were changed.
    pub renumbered: u64,
    /// Those that could not be made.
    pub failed: Vec<FailedTile>,
    /// Whether those may succeed when the part runs again: a file could not be read or written, or memory lacked.
    pub is_worth_repeating: bool,
    /// Triangles that this run made.
    pub triangles: u64,
    /// Bytes that this run wrote.
    pub bytes: u64,
    /// Seconds that the part took.
    pub seconds: f64,
    /// The most bytes in the job's buffers at once.
    pub peak_buffer_bytes: u64,
    /// The peak physical memory of the whole process, where the system reports it.
    pub process_peak_bytes: Option<u64>,
    /// The warnings.
    pub warnings: Vec<Warning>,
}

/// Plans the build of a city in parts, for [`build_city_mesh_part`]: reads and cleans the inputs, plans the tiles, and
/// leaves all that parts need in the folder `prepared` of the store. No tile is made; those of an earlier build with
/// the same inputs are kept, as by [`build_city_mesh`](super::build_city_mesh). A plan that is made again replaces the
/// one before.
///
/// # Errors
/// As [`build_city_mesh`](super::build_city_mesh), but for those of making tiles.
pub fn plan_city_mesh(
    input: &CityInput,
    store: &Path,
    options: &BuildCityMeshOptions,
    runner: &mut Runner,
) -> Result<CityPlan> {
    options.check()?;
    runner.plan(&PLAN_PHASES);
    let context = runner.context().clone();
    let tiling = Tiling::new(options, &context)?;
    let city = prepare(input, store, options, runner)?;
    let _shared = context.memory().reserve(city.bytes(), SHARED)?;
    runner.begin("plan", 1, 0)?;
    let SetUp { builders: _builders, store, tiles, halo, removed, .. } =
        SetUp::new(&city, store, options, tiling, false, &context)?;
    let manifest = store.city()?;
    let durability = options.durability();
    let work = runner.run(|| prepared::write(store.folder(), &city, (manifest, halo), durability, &context))?;
    remove_kept(store.folder())?;
    let mut tiles_done = 0;
    for tile in &tiles {
        tiles_done += u64::from(store.has_tile(&tile.name())?);
    }
    let largest_tile_bytes = work.into_iter().max().unwrap_or(0);
    // What no buffer takes is a part of each limit.
    let least_memory_limit = largest_tile_bytes + context.memory().limit() - context.memory().for_buffers();
    let (_, seconds) = runner.finish();
    Ok(CityPlan {
        store: store.folder().to_path_buf(),
        buildings: city.source.buildings.into(),
        input: city.input,
        clean: city.clean,
        tiles: tiles.len() as u64,
        tiles_done,
        largest_tile_bytes,
        least_memory_limit,
        removed,
        seconds,
        peak_buffer_bytes: context.memory().peak(),
        process_peak_bytes: process_peak_bytes(),
        warnings: context.warnings(),
    })
}

/// Makes the tiles of a part of a planned build that are not there yet. It reads no inputs, only the store. Parts may
/// run at the same time, in any order, twice, and on different machines that share the store's folder; with any number
/// of parts, which must be the same for all.
///
/// # Errors
/// [`Error::NotPlanned`] where there is no plan, or one of another build than the store's last, or it cannot be seen
/// yet; [`Error::BadFormat`] for one that is damaged; [`Error::Unsupported`] for one of another version of groma;
/// [`Error::MemoryLimit`] for a limit that does not suffice for every tile of the part; [`Error::Io`];
/// [`Error::Cancelled`]. A tile that cannot be made is no error: the report names it.
pub fn build_city_mesh_part(store: &Path, part: Part, options: &PartOptions, runner: &mut Runner) -> Result<CityPart> {
    runner.plan(&PART_PHASES);
    let context = runner.context().clone();
    let planned = Planned::open(store)?;
    let share = part.of(&planned.prepared.work);
    let most = planned.prepared.work[share.clone()].iter().max().copied().unwrap_or(0);
    let tiles: Vec<Tile> = planned.tiles()?[share.clone()].to_vec();
    // A limit that does not suffice for all tiles is refused here, before any is made. The end is to know why they are
    // missing.
    if let Err(e) = context.memory().reserve(most, "the largest tile of the part").map(drop) {
        for (tile, &work) in tiles.iter().zip(&planned.prepared.work[share]) {
            if work > context.memory().for_buffers() && !planned.store.has_tile(&tile.name())? {
                planned.store.note_failure(&tile.name(), &e);
            }
        }
        return Err(e);
    }
    let (of, manifest) = (store.to_path_buf(), planned.store.city()?.clone());
    let is_same = move || prepared::is_planned(&of, &manifest);
    let _looked_after = context.look_after_outputs(while_planned(prepared::plan_of(store), is_same));
    runner.begin("tiles", tiles.len() as u64, 0)?;
    let source = &planned.prepared.source;
    let store = planned.store(options.fsync);
    let on_tile = options.on_tile.as_ref();
    let maker = Maker { source, store, context: &context, on_tile, inputs: HashMap::new(), shares: false };
    let mut report = CityPart {
        part,
        store: maker.store.folder().to_path_buf(),
        tiles: tiles.len() as u64,
        built: 0,
        kept: 0,
        renumbered: 0,
        failed: Vec::new(),
        is_worth_repeating: false,
        triangles: 0,
        bytes: 0,
        seconds: 0.0,
        peak_buffer_bytes: 0,
        process_peak_bytes: None,
        warnings: Vec::new(),
    };
    for (tile, outcome) in maker.make_all(runner, &tiles, |_| planned.prepared.halo)? {
        let header = match &outcome {
            Outcome::Made(made) => Some(&made.header),
            Outcome::Renumbered(header) => Some(&**header),
            _ => None,
        };
        report.triangles += header.map_or(0, |header| header.sizes().1);
        report.bytes += header.map_or(0, |header| header.file_size());
        match outcome {
            Outcome::Made(_) => report.built += 1,
            Outcome::Renumbered(_) => report.renumbered += 1,
            Outcome::UpToDate | Outcome::Elsewhere => report.kept += 1,
            Outcome::Failed(cause) => {
                context.warn("failed-tile", format!("tile {} could not be made: {cause}", tile.name()));
                report.is_worth_repeating |= cause.is_worth_repeating();
                report.failed.push(FailedTile { tile: tile.name(), cause: cause.to_string() });
            }
        }
    }
    let (_, seconds) = runner.finish();
    (report.seconds, report.warnings) = (seconds, context.warnings());
    (report.peak_buffer_bytes, report.process_peak_bytes) = (context.memory().peak(), process_peak_bytes());
    Ok(report)
}

/// Ends a build whose parts are done: checks that all tiles are there and whole, and compares neighbours, as
/// [`build_city_mesh`](super::build_city_mesh) does at its end. The tiles are those of a build in one piece. An end
/// that has come already may come again.
///
/// Where nothing can be written, a build that lacks nothing is ended by looking at it.
///
/// # Errors
/// [`Error::Unfinished`] where tiles are missing or damaged: the parts that have not ended well must run again, or some
/// cannot be made; as [`build_city_mesh_part`].
pub fn finish_city_mesh(store: &Path, options: &PartOptions, runner: &mut Runner) -> Result<CityReport> {
    runner.plan(&FINISH_PHASES);
    let context = runner.context().clone();
    let planned = Planned::open(store)?;
    let PreparedReport { covered, roof_heights, input, clean, sharp_corners, .. } =
        Prepared::report(store, planned.store.city()?)?;
    let tiles = planned.tiles()?.to_vec();
    let _memory = context.memory().reserve(tiles.len() as u64 * BYTES_PER_TILE, "the list of tiles")?;
    runner.begin("look", tiles.len() as u64, 0)?;
    let store = planned.store(options.fsync);
    refuse_missing(&store, &tiles, runner)?;
    store.check_buildings().map_err(prepared::of_missing_file)?;
    let builders = match Builders::enter(store.folder(), &context) {
        Ok(mut builders) => {
            builders.let_others_in()?;
            Some(builders)
        }
        // Nobody builds where nothing can be written.
        Err(e) if e.is_read_only() => None,
        Err(e) => return Err(e),
    };
    let removed = remove_strays(&store)?;
    let source = &planned.prepared.source;
    let report = CityReport {
        input,
        clean,
        sharp_corners,
        roof_heights,
        kept: tiles.len() as u64,
        removed,
        ..CityReport::of_store(store.folder(), source, tiles.len())
    };
    let on_tile = options.on_tile.as_ref();
    let shares = builders.as_ref().is_some_and(|builders| builders.are_known);
    let maker = Maker { source, store, context: &context, on_tile, inputs: HashMap::new(), shares };
    let halo = planned.prepared.halo;
    let mut build = Build { maker, covered: &covered, fsync: options.fsync, tiles, halo, report, builders };
    build.heal(runner)?;
    if build.builders.is_some() {
        build.maker.store.clear_up()?;
    }
    build.finish(runner)
}

/// A store whose city is planned.
struct Planned {
    store: MeshStore,
    prepared: Prepared,
}

impl Planned {
    fn open(store: &Path) -> Result<Planned> {
        if !store.is_file() && !input::exists(&store.join(MANIFEST_NAME))? {
            return Err(prepared::not_planned(store, "no mesh store here"));
        }
        let store = MeshStore::open(store)?;
        let prepared = Prepared::open(store.folder(), store.city()?)?;
        Ok(Planned { store, prepared })
    }

    fn tiles(&self) -> Result<&[Tile]> {
        Ok(&self.store.city()?.tiles)
    }

    fn store(&self, fsync: bool) -> MeshStore {
        self.store.with_durability(Durability::with_fsync(fsync))
    }
}

/// Refuses to end a build whose tiles are not all there and whole.
fn refuse_missing(store: &MeshStore, tiles: &[Tile], runner: &mut Runner) -> Result<()> {
    let threads = runner.context().threads();
    let mut found: Vec<(usize, String)> = Vec::new();
    let look = |(place, tile): (usize, &Tile)| match store.get_tile(&tile.name()) {
        Ok(_) => Ok(None),
        Err(Error::NotFound { .. }) => Ok(Some((place, "missing".to_string()))),
        Err(e @ (Error::BadFormat { .. } | Error::Unsupported { .. })) => Ok(Some((place, e.to_string()))),
        Err(e) => Err(e),
    };
    runner.run_units(tiles.iter().enumerate(), threads, look, |one| {
        found.extend(one);
        Ok(())
    })?;
    found.sort_unstable();
    let mut missing = Vec::with_capacity(found.len());
    for (place, cause) in found {
        let name = tiles[place].name();
        let (cause, is_lasting) = store.failure_of(&name)?.unwrap_or((cause, false));
        missing.push(MissingUnit { name, cause, is_lasting });
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(unfinished(store.folder(), "tile", tiles.len() as u64, missing))
}

/// Removes tiles that are none of the city's, as late parts of another plan may leave them. Returns their number.
fn remove_strays(store: &MeshStore) -> Result<u64> {
    let mut removed = 0;
    for name in store.all_tiles()? {
        if store.inputs_of(&name).is_none() && is_tile(&store.tile_path(&name)?)? {
            store.remove_tile(&name)?;
            removed += 1;
        }
    }
    Ok(removed)
}

impl fmt::Display for CityPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = match self.tiles_done {
            0 => String::new(),
            done => format!(", {} done before", human::count(done)),
        };
        let (tiles, buildings) = (counted(self.tiles, "tile"), counted(self.buildings, "building"));
        let (seconds, memory) = (human::seconds(self.seconds), human::bytes(self.least_memory_limit));
        let store = self.store.display();
        write!(f, "{tiles} of {buildings}{done}, parts need {memory} of memory, planned in {seconds}: {store}")
    }
}

impl fmt::Display for CityPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tiles = counted(self.tiles, "tile");
        let others =
            [(self.kept, "of them before"), (self.renumbered, "renumbered"), (self.failed.len() as u64, "FAILED")];
        let others = others.iter().filter(|(count, _)| *count > 0);
        let others: String = others.map(|(count, what)| format!(", {} {what}", human::count(*count))).collect();
        let (triangles, bytes) = (counted(self.triangles, "triangle"), human::bytes(self.bytes));
        let (part, seconds, store) = (self.part, human::seconds(self.seconds), self.store.display());
        write!(f, "part {part}: {tiles}{others}; {triangles}, {bytes}, in {seconds}: {store}")
    }
}
