//! The job that makes a tileset: leaves, then level by level, then the files that lead to them.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::content::{self, Content, Writer};
use super::folder::Folder;
use super::json::{Tree, write_own_files, write_root};
use super::placement::{Frame, Placement};
use super::records::Records;
use super::{LEVELS_FOLDER, LevelReport, TILES_FOLDER, TILESET_NAME, TilesetOptions, TilesetReport};
use crate::city::output::levels::coarser::{self, Distance};
use crate::city::output::levels::file;
use crate::city::output::levels::mesh::GridMesh;
use crate::city::output::levels::source::Source;
use crate::city::output::levels::units::{self, Unit};
use crate::city::output::levels::{BYTES_PER_LEAF, LevelsOptions};
use crate::city::plane::quadtree::{self, TileId};
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

/// How far from each other two systems may have the same city without a warning, in metres: datums are tied to each
/// other within some metres.
const MOST_APART: f64 = 20.0;

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
    let most = options.check()?;
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
    let export = Export {
        folder,
        kept_levels: store.levels().ok().map(|levels| levels.folder().to_path_buf()),
        source: &source,
        records: &records,
        writer: &writer,
        context: &context,
    };
    let (contents, made) = export.tiles(most, runner)?;

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
    /// Checks the options, and returns the number of levels at most.
    fn check(&self) -> Result<usize> {
        let is_odd = |offset: &f64| offset.is_nan() || offset.abs() > Self::MOST_OFFSET;
        if let Some(offset) = self.geoid_offset.filter(is_odd) {
            let accepted = format!("-{} to {} m", Self::MOST_OFFSET, Self::MOST_OFFSET);
            return Err(Error::invalid("geoid_offset", offset, accepted));
        }
        if let Some(offset) = self.geoid_offset.filter(|_| self.placement == Placement::Local) {
            let accepted = "none in local coordinates, whose heights stay as they are (placement local)";
            return Err(Error::invalid("geoid_offset", offset, accepted));
        }
        LevelsOptions { levels: self.levels }.most()
    }
}

/// Returns the frame of a city, and the name of its reference system.
fn frame_of(store: &MeshStore, options: &TilesetOptions, context: &Context) -> Result<(Frame, Option<String>)> {
    let city = store.city()?;
    let of_store = city.crs.as_deref().and_then(Crs::parse);
    let crs = options.crs.map(Crs::of_epsg).or_else(|| of_store.clone());
    let frame = Frame::new(city.domain.bounds(), options.placement, crs.as_ref(), options.geoid_offset.unwrap_or(0.0))?;
    if options.placement == Placement::Globe {
        if options.geoid_offset.is_none() {
            context.warn(
                "no-geoid-offset",
                "heights are taken to be above the ellipsoid of WGS 84; if they are above the sea, as those of most \
                 countries, the city is too low or too high by the height of the geoid there, which is up to 100 m: \
                 geoid_offset (--geoid-offset) adds it",
            );
        }
        if let Some((asked, said)) = options.crs.map(Crs::of_epsg).zip(of_store)
            && let Some(apart) = frame.distance_to(&said).filter(|apart| *apart > MOST_APART)
        {
            let apart = if apart < 1e4 { format!("{apart:.0} m") } else { format!("{:.0} km", apart / 1e3) };
            let message = format!("{asked} (crs) has the city {apart} from where {said} has it, which the store names");
            context.warn("other-crs", message);
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
    /// The folder of the levels that are in the store, if there are any.
    kept_levels: Option<PathBuf>,
    source: &'a Source,
    records: &'a Records,
    writer: &'a Writer<'a>,
    context: &'a Context,
}

/// A tile whose file was made, or was there.
#[derive(Clone, Copy)]
struct Made {
    content: Content,
    /// The hash of what the mesh was made from.
    mesh: u128,
    is_new: bool,
}

/// The contents of the tiles of each level, those of each sorted.
type Contents = Vec<Vec<(TileId, Content)>>;

/// The hashes of what a tile's mesh was made from, and of what its file was made from.
#[derive(Clone, Copy)]
struct Hashes {
    mesh: u128,
    file: u128,
}

impl Export<'_> {
    /// Makes the contents of all levels, those of each sorted, and returns how many are new.
    fn tiles(&self, most: usize, runner: &mut Runner) -> Result<(Contents, u64)> {
        let leaves: Vec<(TileId, u64)> = self.source.leaves().collect();
        let _kept = self.context.memory().reserve(BYTES_PER_LEAF * leaves.len() as u64, "the list of tiles")?;
        let mut tiles = quadtree::levels(leaves.iter().map(|(leaf, _)| *leaf).collect());
        tiles.truncate(most + 1);

        runner.begin("leaves", leaves.len() as u64, leaves.iter().map(|(_, triangles)| triangles).sum())?;
        let units = leaves.into_iter().map(Unit::of_leaf).collect();
        let leaves = units::run(units, runner, |unit| self.leaf(unit))?;
        let hashes = self.hashes(&tiles, &leaves);
        let mut made = count_new(&leaves);
        let mut contents = vec![leaves.into_iter().map(|(tile, made)| (tile, made.content)).collect()];

        let needed = self.needed(&tiles, &hashes)?;
        runner.begin("levels", needed.iter().map(|needed| needed.len() as u64).sum(), 0)?;
        for (tiles, needed) in tiles.iter().zip(&needed).skip(1) {
            let below: HashMap<TileId, Content> = contents.last().into_iter().flatten().copied().collect();
            let unit = |&tile: &TileId| {
                let children = || tile.children().into_iter().filter_map(|child| below.get(&child));
                let distance = children().map(|child| child.distance).fold(Distance::default(), Distance::max);
                let triangles = children().map(|child| child.triangles).sum();
                Unit { tile, inputs: hashes[&tile].mesh, triangles, distance }
            };
            let units = tiles.iter().filter(|tile| needed.contains(tile)).map(unit).collect();
            let of_level = units::run(units, runner, |unit| {
                let children = unit.tile.children();
                let there = children.into_iter().filter(|child| below.contains_key(child)).collect::<Vec<_>>();
                self.parent(unit, hashes[&unit.tile].file, &there, &hashes)
            })?;
            made += count_new(&of_level);
            let mut of_level: Vec<_> = of_level.into_iter().map(|(tile, made)| (tile, made.content)).collect();
            for &tile in tiles.iter().filter(|tile| !needed.contains(tile)) {
                let content = content::read(&self.glb(tile), hashes[&tile].file)?;
                let gone = || Error::Busy {
                    subject: self.glb(tile),
                    what: "the tile was removed meanwhile; try again".into(),
                };
                of_level.push((tile, content.ok_or_else(gone)?));
            }
            of_level.sort_unstable_by_key(|(tile, _)| *tile);
            contents.push(of_level);
        }
        Ok((contents, made))
    }

    fn glb(&self, tile: TileId) -> PathBuf {
        self.folder.join(TILES_FOLDER).join(format!("{tile}.glb"))
    }

    /// Returns the file that holds the mesh of a coarser tile which was made from these inputs, if there is one: in the
    /// store, or of this export or one that was interrupted.
    fn find_mesh(&self, tile: TileId, inputs: u128) -> Result<Option<PathBuf>> {
        let kept = self.kept_levels.iter().map(|levels| levels.join(format!("tile-{tile}.bin")));
        for path in kept.chain([self.own_mesh(tile)]) {
            if file::find(&path, inputs)?.is_some() {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    fn own_mesh(&self, tile: TileId) -> PathBuf {
        self.folder.join(LEVELS_FOLDER).join(format!("{tile}.bin"))
    }

    fn leaf(&self, unit: &Unit) -> Result<Made> {
        let mesh = self.source.read(unit.tile)?;
        self.context.check()?;
        let hash = file::hash_of_leaf(unit.tile, &mesh, self.source);
        let records = self.records.get(&mesh.buildings(self.source.buildings))?;
        let inputs = content::hash_of_leaf(self.writer.hash(), hash, &records)?;
        let path = self.glb(unit.tile);
        if let Some(content) = content::read(&path, inputs)? {
            return Ok(Made { content, mesh: hash, is_new: false });
        }
        let content = self.writer.write(&path, unit.tile, &mesh, &records, inputs, Distance::default())?;
        Ok(Made { content, mesh: hash, is_new: true })
    }

    fn parent(&self, unit: &Unit, inputs: u128, children: &[TileId], hashes: &HashMap<TileId, Hashes>) -> Result<Made> {
        let tile = unit.tile;
        let (mesh, distance) = match self.find_mesh(tile, unit.inputs)? {
            Some(path) => file::read(&path, self.source.origin)?,
            None => self.make_mesh(unit, children, hashes)?,
        };
        let path = self.glb(tile);
        if let Some(content) = content::read(&path, inputs)? {
            return Ok(Made { content, mesh: unit.inputs, is_new: false });
        }
        self.context.check()?;
        let records = self.records.get(&mesh.buildings(self.source.buildings))?;
        let content = self.writer.write(&path, tile, &mesh, &records, inputs, distance)?;
        Ok(Made { content, mesh: unit.inputs, is_new: true })
    }

    fn make_mesh(
        &self,
        unit: &Unit,
        children: &[TileId],
        hashes: &HashMap<TileId, Hashes>,
    ) -> Result<(GridMesh, Distance)> {
        let read = |&child: &TileId| match child.level {
            0 => self.source.read(child),
            _ => {
                let path = self.find_mesh(child, hashes[&child].mesh)?.unwrap_or_else(|| self.own_mesh(child));
                file::read(&path, self.source.origin).map(|(mesh, _)| mesh)
            }
        };
        let children = children.iter().map(read).collect::<Result<Vec<GridMesh>>>()?;
        let (level, buildings) = (unit.tile.level, self.source.buildings);
        let (mesh, distance) = coarser::make(level, children, unit.distance, buildings, self.context)?;
        file::write(&self.own_mesh(unit.tile), unit.tile, &mesh, self.source, unit.inputs, distance)?;
        Ok((mesh, distance))
    }

    /// Returns the hashes of all tiles.
    fn hashes(&self, tiles: &[Vec<TileId>], leaves: &[(TileId, Made)]) -> HashMap<TileId, Hashes> {
        let of_leaf = |(tile, leaf): &(TileId, Made)| (*tile, Hashes { mesh: leaf.mesh, file: leaf.content.inputs });
        let mut hashes: HashMap<TileId, Hashes> = leaves.iter().map(of_leaf).collect();
        for &tile in tiles.iter().skip(1).flatten() {
            let children = tile.children();
            let children: Vec<Hashes> = children.iter().filter_map(|child| hashes.get(child).copied()).collect();
            let mesh = file::hash_of_parent(tile, children.iter().map(|child| child.mesh), self.source);
            let of_children = children.iter().map(|child| child.file);
            let file = content::hash_of_parent(self.writer.hash(), tile, of_children);
            hashes.insert(tile, Hashes { mesh, file });
        }
        hashes
    }

    /// Returns the tiles of each level that are to be made: those whose file is missing or of other inputs, and those
    /// whose mesh such a tile is made of, unless that is still there from a run that was interrupted.
    fn needed(&self, tiles: &[Vec<TileId>], hashes: &HashMap<TileId, Hashes>) -> Result<Vec<HashSet<TileId>>> {
        let mut needed: Vec<HashSet<TileId>> = vec![HashSet::new(); tiles.len()];
        for level in (1..tiles.len()).rev() {
            for &tile in &tiles[level] {
                let inputs = hashes[&tile];
                let is_asked = needed.get(level + 1).is_some_and(|above| above.contains(&tile.parent()));
                let is_needed = content::read(&self.glb(tile), inputs.file)?.is_none();
                let has_mesh = !is_asked || self.find_mesh(tile, inputs.mesh)?.is_some();
                if is_needed || !has_mesh {
                    needed[level].insert(tile);
                }
            }
        }
        Ok(needed)
    }
}

fn count_new(tiles: &[(TileId, Made)]) -> u64 {
    tiles.iter().filter(|(_, made)| made.is_new).count() as u64
}
