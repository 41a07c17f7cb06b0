//! The job that makes a tileset: leaves, then level by level, then the files that lead to them.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::content::{self, Content, Writer};
use super::folder::Folder;
use super::json::{Tree, write_own_files, write_root};
use super::level::{self, Distance};
use super::mesh::GridMesh;
use super::placement::{Frame, Placement};
use super::records::Records;
use super::source::Source;
use super::tiling::{self, TileId};
use super::{LEVELS_FOLDER, LevelReport, TILES_FOLDER, TILESET_NAME, TilesetOptions, TilesetReport};
use crate::city::tiles::store::MeshStore;
use crate::io::crs::Crs;
use crate::job::{Context, Phase, Runner};
use crate::{Error, Result};

const PHASES: [Phase; 4] = [
    Phase { name: "read", weight: 1.0 },
    Phase { name: "leaves", weight: 10.0 },
    Phase { name: "levels", weight: 9.0 },
    Phase { name: "index", weight: 0.1 },
];

/// What a tile takes at most while it is made, in bytes for each triangle that goes in, and besides.
const BYTES_PER_TRIANGLE: u64 = 400;
const BYTES_PER_TILE: u64 = 1 << 20;
/// What is kept of each tile to the end.
const BYTES_KEPT: u64 = 400;

/// Writes the tiles of a city's store as a tileset into a folder, which is made as needed. An export that is repeated,
/// or goes on after an interruption, makes only what is missing or has changed. The files depend on the city and the
/// options alone, not on the tiles of the store or the number of threads.
///
/// # Errors
/// [`Error::Unsupported`] for a store of another program's tiles, and for a city that cannot be placed on the globe;
/// [`Error::NotFound`] for a store without a triangle or with missing tiles; [`Error::InvalidArgument`] for options out
/// of range and for a folder with other files; [`Error::MemoryLimit`]; [`Error::Cancelled`]; [`Error::Io`]. In each
/// case there is no `tileset.json`, which comes last, and what was made is kept for the next run.
pub fn export_tileset(
    store: &MeshStore,
    folder: &Path,
    options: &TilesetOptions,
    runner: &mut Runner,
) -> Result<TilesetReport> {
    options.check()?;
    let stats = store.total_stats()?;
    stats.refuse_empty(store)?;
    runner.plan(&PHASES);
    runner.begin("read", stats.tiles, 0)?;
    let context = runner.context().clone();
    let (source, records) = runner.run(|| Ok((Source::new(store, &context)?, Records::new(store, &context)?)))?;
    let (frame, crs) = frame_of(store, options, &context)?;
    let folder_taken = Folder::take(folder)?;
    let writer =
        Writer { frame: &frame, origin: source.origin, buildings: source.buildings, compression: options.compression };
    let mut export = Export { folder, source: &source, records: &records, writer: &writer, made: 0 };
    let contents = export.tiles(options, runner)?;
    let made = export.made;

    runner.begin("index", 1, 0)?;
    let levels = contents.iter().zip(0..).map(|(contents, level)| level_report(level, contents)).collect();
    let tiles = contents.iter().map(|contents| contents.len() as u64).sum();
    let tree = Tree::new(contents);
    write_own_files(folder, &tree)?;
    let own_files = tree.own_files().count() as u64;
    folder_taken.clear_up(&tree.file_names())?;
    write_root(&folder.join(TILESET_NAME), &tree, &frame, crs.as_deref(), options)?;
    runner.finish();
    Ok(TilesetReport { files: tiles + own_files + 1, tiles, made, levels, crs, warnings: context.warnings() })
}

impl TilesetOptions {
    fn check(&self) -> Result<()> {
        if let Some(levels) = self.levels.filter(|&levels| levels > Self::MOST_LEVELS) {
            return Err(Error::invalid("levels", levels, format!("0 to {}", Self::MOST_LEVELS)));
        }
        let is_odd = |offset: &f64| offset.is_nan() || offset.abs() > Self::MOST_OFFSET;
        if let Some(offset) = self.geoid_offset.filter(is_odd) {
            let accepted = format!("-{} to {} m", Self::MOST_OFFSET, Self::MOST_OFFSET);
            return Err(Error::invalid("geoid_offset", offset, accepted));
        }
        Ok(())
    }
}

/// Returns the frame of a city, and the name of its reference system.
fn frame_of(store: &MeshStore, options: &TilesetOptions, context: &Context) -> Result<(Frame, Option<String>)> {
    let city = store.city()?;
    let crs = match options.crs {
        Some(code) => Some(Crs::of_epsg(code)),
        None => city.crs.as_deref().and_then(Crs::parse),
    };
    let frame = Frame::new(city.domain.bounds(), options.placement, crs.as_ref(), options.geoid_offset.unwrap_or(0.0))?;
    if options.placement == Placement::Globe {
        if options.geoid_offset.is_none() {
            context.warn(
                "no-geoid-offset",
                "heights are taken to be above the ellipsoid of WGS 84; if they are above the sea, as those of most \
                 countries, the city is too low or too high by the height of the geoid there, which is up to 100 m: \
                 --geoid-offset (geoid_offset) adds it",
            );
        }
        let accuracy = frame.accuracy();
        if accuracy > 0.0 {
            let message = format!("the datum of the city's system is tied to WGS 84 within {accuracy} m");
            context.warn("datum-accuracy", message);
        }
    }
    Ok((frame, crs.map(|crs| crs.to_string())))
}

fn level_report(level: u8, contents: &[(TileId, Content)]) -> LevelReport {
    let sum = |value: fn(&Content) -> u64| contents.iter().map(|(_, content)| value(content)).sum();
    LevelReport {
        level,
        tiles: contents.len() as u64,
        triangles: sum(|content| content.triangles),
        bytes: sum(|content| content.bytes),
        geometric_error: contents.iter().map(|(_, content)| content.distance.total()).fold(0.0, f64::max),
    }
}

/// An export at work.
struct Export<'a> {
    folder: &'a Path,
    source: &'a Source,
    records: &'a Records,
    writer: &'a Writer<'a>,
    made: u64,
}

/// A tile that is to be made, with the triangles that go into it.
struct Unit {
    tile: TileId,
    inputs: u128,
    triangles: u64,
    distance: Distance,
}

impl Export<'_> {
    /// Makes the contents of all levels, those of each sorted.
    fn tiles(&mut self, options: &TilesetOptions, runner: &mut Runner) -> Result<Vec<Vec<(TileId, Content)>>> {
        let leaves: Vec<(TileId, u64)> = self.source.leaves().collect();
        let context = runner.context().clone();
        let kept = BYTES_KEPT * leaves.len() as u64;
        let _kept = context.memory().reserve(kept, "the list of tiles")?;
        let tiles = tiling::levels(leaves.iter().map(|(leaf, _)| *leaf).collect());
        let most = usize::from(options.levels.unwrap_or(tiling::MOST_LEVEL).min(tiling::MOST_LEVEL));

        runner.begin("leaves", leaves.len() as u64, leaves.iter().map(|(_, triangles)| triangles).sum())?;
        let units = leaves.into_iter().map(|(tile, triangles)| Unit {
            tile,
            inputs: 0,
            triangles,
            distance: Distance::default(),
        });
        let mut contents = vec![self.run(units.collect(), runner, |export, unit| export.leaf(unit, &context))?];

        let tiles = &tiles[..tiles.len().min(most + 1)];
        let hashes = self.hashes(tiles, &contents[0]);
        let needed = self.needed(tiles, &hashes)?;
        let units: u64 = needed.iter().map(|needed| needed.len() as u64).sum();
        runner.begin("levels", units, 0)?;
        for (tiles, needed) in tiles.iter().zip(&needed).skip(1) {
            let below: HashMap<TileId, Content> = contents.last().into_iter().flatten().copied().collect();
            let unit = |&tile: &TileId| {
                let children = || tile.children().into_iter().filter_map(|child| below.get(&child));
                let distance = children().map(|child| child.distance).fold(Distance::default(), Distance::max);
                let triangles = children().map(|child| child.triangles).sum();
                Unit { tile, inputs: hashes[&tile], triangles, distance }
            };
            let units = tiles.iter().filter(|tile| needed.contains(tile)).map(unit).collect();
            let mut of_level = self.run(units, runner, |export, unit| {
                let children = unit.tile.children();
                let there = children.into_iter().filter(|child| below.contains_key(child)).collect::<Vec<_>>();
                export.parent(unit, &there, &context)
            })?;
            for &tile in tiles.iter().filter(|tile| !needed.contains(tile)) {
                let content = content::read(&self.glb(tile), hashes[&tile])?;
                let gone = || Error::Busy {
                    subject: self.glb(tile),
                    what: "the tile was removed meanwhile; try again".into(),
                };
                of_level.push((tile, content.ok_or_else(gone)?));
            }
            of_level.sort_unstable_by_key(|(tile, _)| *tile);
            contents.push(of_level);
        }
        Ok(contents)
    }

    /// Makes units, at most as many at once as the memory has room for.
    fn run(
        &mut self,
        units: Vec<Unit>,
        runner: &mut Runner,
        make: impl Fn(&Export<'_>, &Unit) -> Result<(Content, bool)> + Sync,
    ) -> Result<Vec<(TileId, Content)>> {
        let context = runner.context().clone();
        let need = |unit: &Unit| BYTES_PER_TILE + BYTES_PER_TRIANGLE * unit.triangles;
        let largest = units.iter().map(need).max().unwrap_or(1);
        let at_once = (context.memory().room() / largest).clamp(1, context.threads() as u64) as usize;
        let (mut contents, mut made) = (Vec::with_capacity(units.len()), 0);
        let this = &*self;
        let work = |unit: Unit| {
            let _reservation = context.memory().reserve(need(&unit), "a tile of the tileset")?;
            let (content, is_new) = make(this, &unit)?;
            context.add_items(unit.triangles);
            Ok((unit.tile, content, is_new))
        };
        runner.run_units(units, at_once, work, |(tile, content, is_new)| {
            contents.push((tile, content));
            made += u64::from(is_new);
            Ok(())
        })?;
        self.made += made;
        contents.sort_unstable_by_key(|(tile, _)| *tile);
        Ok(contents)
    }

    fn glb(&self, tile: TileId) -> PathBuf {
        self.folder.join(TILES_FOLDER).join(format!("{tile}.glb"))
    }

    fn level_file(&self, tile: TileId) -> PathBuf {
        self.folder.join(LEVELS_FOLDER).join(format!("{tile}.bin"))
    }

    fn leaf(&self, unit: &Unit, context: &Context) -> Result<(Content, bool)> {
        let mesh = self.source.read(unit.tile)?;
        context.check()?;
        let records = self.records.get(&mesh.buildings(self.source.buildings))?;
        let inputs = content::hash_of_leaf(self.writer.hash(), unit.tile, &mesh, &records)?;
        let path = self.glb(unit.tile);
        if let Some(there) = content::read(&path, inputs)? {
            return Ok((there, false));
        }
        let content = self.writer.write(&path, unit.tile, &mesh, &records, inputs, Distance::default())?;
        Ok((content, true))
    }

    fn parent(&self, unit: &Unit, children: &[TileId], context: &Context) -> Result<(Content, bool)> {
        let tile = unit.tile;
        let read = |&child: &TileId| match child.level {
            0 => self.source.read(child),
            _ => level::read(&self.level_file(child), self.source.origin),
        };
        let children = children.iter().map(read).collect::<Result<Vec<GridMesh>>>()?;
        let (mesh, distance) = level::make(tile.level, &children, unit.distance, self.source.buildings, context)?;
        drop(children);
        let file = self.level_file(tile);
        level::write(&file, tile, &mesh, self.source.origin, self.source.buildings, unit.inputs)?;
        let path = self.glb(tile);
        if let Some(there) = content::read(&path, unit.inputs)? {
            return Ok((there, false));
        }
        context.check()?;
        let records = self.records.get(&mesh.buildings(self.source.buildings))?;
        let content = self.writer.write(&path, tile, &mesh, &records, unit.inputs, distance)?;
        Ok((content, true))
    }

    /// Returns the hashes of all tiles above the leaves.
    fn hashes(&self, tiles: &[Vec<TileId>], leaves: &[(TileId, Content)]) -> HashMap<TileId, u128> {
        let mut hashes: HashMap<TileId, u128> = leaves.iter().map(|(tile, leaf)| (*tile, leaf.inputs)).collect();
        for &tile in tiles.iter().skip(1).flatten() {
            let children = tile.children();
            let children = children.iter().filter_map(|child| hashes.get(child).copied());
            let hash = content::hash_of_parent(self.writer.hash(), tile, children);
            hashes.insert(tile, hash);
        }
        hashes
    }

    /// Returns the tiles of each level that are to be made: those whose file is missing or of other inputs, and those
    /// whose mesh such a tile is made of, unless that is still there from a run that was interrupted.
    fn needed(&self, tiles: &[Vec<TileId>], hashes: &HashMap<TileId, u128>) -> Result<Vec<HashSet<TileId>>> {
        let mut needed: Vec<HashSet<TileId>> = vec![HashSet::new(); tiles.len()];
        for level in (1..tiles.len()).rev() {
            for &tile in &tiles[level] {
                let inputs = hashes[&tile];
                let is_asked = needed.get(level + 1).is_some_and(|above| above.contains(&tile.parent()));
                let is_needed = content::read(&self.glb(tile), inputs)?.is_none();
                let has_mesh = !is_asked || level::is_there(&self.level_file(tile), inputs)?;
                if is_needed || !has_mesh {
                    needed[level].insert(tile);
                }
            }
        }
        Ok(needed)
    }
}
