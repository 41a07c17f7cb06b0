//! The job that makes the levels of detail of a city: leaves, then level by level, each tile a file of its own.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::coarser::{self, Distance};
use super::file;
use super::mesh::GridMesh;
use super::source::Source;
use super::units::{self, Unit};
use super::{BYTES_PER_LEAF, LevelReport, LevelsOptions, LevelsReport};
use crate::Result;
use crate::city::plane::quadtree::{self, TileId};
use crate::city::tiles::store::{
    LEVELS_FOLDER, LevelTile, LevelsManifest, Manifest, MeshStore, SET_UP_LOCK, TileHeader, inputs_text,
};
use crate::error::IoContext;
use crate::io::in_use::remove_if_there;
use crate::io::lock::Lock;
use crate::io::output::make_folder;
use crate::io::{Durability, atomic, input};
use crate::job::{Context, Phase, Runner};

const PHASES: [Phase; 3] =
    [Phase { name: "read", weight: 1.0 }, Phase { name: "leaves", weight: 4.0 }, Phase { name: "levels", weight: 9.0 }];

/// Makes the levels of detail of a city, as a store in the folder `levels` of the city's store, which
/// [`MeshStore::levels`] opens. A run that is repeated, or goes on after an interruption, makes only what is missing or
/// has changed. The files depend on the city alone, not on the tiles of its store or the number of threads.
///
/// # Errors
/// [`crate::Error::Unsupported`] for a store of another program's tiles; [`crate::Error::NotFound`] for a store without
/// a triangle or with missing tiles; [`crate::Error::InvalidArgument`] for options out of range; [`crate::Error::Busy`]
/// while another job makes the levels; [`crate::Error::MemoryLimit`]; [`crate::Error::Cancelled`];
/// [`crate::Error::Io`]. What was made is kept for the next run.
pub fn build_levels(store: &MeshStore, options: &LevelsOptions, runner: &mut Runner) -> Result<LevelsReport> {
    let most = options.most()?;
    let stats = store.total_stats()?;
    stats.refuse_empty(store)?;
    runner.plan(&PHASES);
    runner.begin("read", stats.tiles, 0)?;
    let context = runner.context().clone();
    let source = runner.run(|| Source::new(store, &context))?;
    let leaves: Vec<(TileId, u64)> = source.leaves().collect();
    let _kept = context.memory().reserve(BYTES_PER_LEAF * leaves.len() as u64, "the list of tiles")?;
    let mut tiles = quadtree::levels(leaves.iter().map(|(leaf, _)| *leaf).collect());
    tiles.truncate(most + 1);

    let folder = store.folder().join(LEVELS_FOLDER);
    make_folder(&folder, "store")?;
    let busy = |_: &Path| "the levels of this city are made already: wait for the end, or cancel it".into();
    let _lock = Lock::acquire(folder.join(SET_UP_LOCK), busy)?;
    atomic::remove_abandoned(&folder);

    let build = Build { folder: &folder, source: &source, context: &context };
    runner.begin("leaves", leaves.len() as u64, leaves.iter().map(|(_, triangles)| triangles).sum())?;
    let mut levels =
        vec![units::run(leaves.into_iter().map(Unit::of_leaf).collect(), runner, |unit| build.leaf(unit))?];
    runner.begin("levels", tiles.iter().skip(1).map(|tiles| tiles.len() as u64).sum(), 0)?;
    for tiles in tiles.iter().skip(1) {
        let below: HashMap<TileId, Made> = levels.last().into_iter().flatten().copied().collect();
        let unit = |&tile: &TileId| {
            let children = || tile.children().into_iter().filter_map(|child| below.get(&child));
            Unit {
                tile,
                inputs: file::hash_of_parent(tile, children().map(|child| child.inputs), &source),
                triangles: children().map(|child| child.triangles).sum(),
                distance: children().map(|child| child.distance).fold(Distance::default(), Distance::max),
            }
        };
        let units = tiles.iter().map(unit).collect();
        levels.push(units::run(units, runner, |unit| build.parent(unit, |child| below.contains_key(child)))?);
    }

    let is_made = |made: &&Made| made.is_new;
    let report = LevelsReport {
        tiles: levels.iter().map(|level| level.len() as u64).sum(),
        made: levels.iter().flatten().map(|(_, made)| made).filter(is_made).count() as u64,
        levels: levels.iter().zip(0..).map(|(tiles, level)| level_report(level, tiles)).collect(),
    };
    let city = store.city()?;
    let manifest = Manifest::of_levels(LevelsManifest {
        city: city.state(),
        buildings: city.buildings,
        crs: city.crs.clone(),
        tiles: levels.iter().flatten().map(|(tile, made)| listed(*tile, made, city.buildings)).collect(),
    });
    manifest.write(&folder, Durability::Unsynced)?;
    remove_others(&folder, levels.iter().flatten().map(|(tile, _)| *tile))?;
    runner.finish();
    Ok(report)
}

fn listed(tile: TileId, made: &Made, buildings: u32) -> LevelTile {
    let inputs = inputs_text(file::halves(made.inputs), &[], buildings);
    LevelTile { name: tile.to_string(), inputs, geometric_error: made.distance.total() }
}

fn level_report(level: u8, tiles: &[(TileId, Made)]) -> LevelReport {
    let sum = |value: fn(&Made) -> u64| tiles.iter().map(|(_, made)| value(made)).sum();
    LevelReport {
        level,
        tiles: tiles.len() as u64,
        triangles: sum(|made| made.triangles),
        bytes: sum(|made| made.bytes),
        geometric_error: tiles.iter().map(|(_, made)| made.distance.total()).fold(0.0, f64::max),
    }
}

/// Removes the files of tiles that are none now.
fn remove_others(folder: &Path, tiles: impl Iterator<Item = TileId>) -> Result<()> {
    let tiles: HashSet<TileId> = tiles.collect();
    for name in input::sorted_names(folder).context("list", folder)? {
        let tile = name.to_str().and_then(|name| name.strip_prefix("tile-")?.strip_suffix(".bin"));
        if tile.and_then(TileId::parse).is_some_and(|tile| !tiles.contains(&tile)) {
            remove_if_there(&folder.join(name))?;
        }
    }
    Ok(())
}

/// A tile that was made, or was there.
#[derive(Clone, Copy)]
struct Made {
    inputs: u128,
    distance: Distance,
    triangles: u64,
    bytes: u64,
    is_new: bool,
}

impl Made {
    fn new(inputs: u128, header: &TileHeader, is_new: bool) -> Made {
        let (_, triangles) = header.sizes();
        Made { inputs, distance: file::distance(header), triangles, bytes: header.file_size(), is_new }
    }
}

struct Build<'a> {
    folder: &'a Path,
    source: &'a Source,
    context: &'a Context,
}

impl Build<'_> {
    fn path(&self, tile: TileId) -> PathBuf {
        self.folder.join(format!("tile-{tile}.bin"))
    }

    fn leaf(&self, unit: &Unit) -> Result<Made> {
        let mesh = self.source.read(unit.tile)?;
        self.context.check()?;
        let inputs = file::hash_of_leaf(unit.tile, &mesh, self.source);
        self.keep(unit, inputs, || Ok((mesh, Distance::default())))
    }

    fn parent(&self, unit: &Unit, is_there: impl Fn(&TileId) -> bool) -> Result<Made> {
        self.keep(unit, unit.inputs, || {
            let children = unit.tile.children().into_iter().filter(is_there);
            let read = |child: TileId| file::read(&self.path(child), self.source.origin).map(|(mesh, _)| mesh);
            let children = children.map(read).collect::<Result<Vec<GridMesh>>>()?;
            coarser::make(unit.tile.level, children, unit.distance, self.source.buildings, self.context)
        })
    }

    /// Keeps the file of a tile that is there, or makes it.
    fn keep(&self, unit: &Unit, inputs: u128, make: impl FnOnce() -> Result<(GridMesh, Distance)>) -> Result<Made> {
        let path = self.path(unit.tile);
        if let Some(there) = file::find(&path, inputs)? {
            return Ok(Made::new(inputs, &there, false));
        }
        let (mesh, distance) = make()?;
        self.context.check()?;
        let header = file::write(&path, unit.tile, &mesh, self.source, inputs, distance)?;
        Ok(Made::new(inputs, &header, true))
    }
}
