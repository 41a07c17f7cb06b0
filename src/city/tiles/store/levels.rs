//! Coarser levels of a city: a store of their own, in a folder of the city's store.
//!
//! Its tiles are squares of the city on several levels: on level 0 the city itself, in squares that do not depend on
//! the tiles of the city's store; on each further level a tile takes the place of four with fewer triangles. All lie on
//! one grid, and tiles of any levels meet without a crack, so that a reader may show near ones fine and far ones
//! coarse. They are read as all tiles are.

use serde::{Deserialize, Serialize};

use super::{MANIFEST_NAME, MeshStore};
use crate::city::plane::cells::Tile;
use crate::city::plane::quadtree::TileId;
use crate::io::input;
use crate::{Error, Result};

/// The name of the folder of the levels, in the folder of the city's store.
pub const LEVELS_FOLDER: &str = "levels";

/// The manifest's part about the levels of a city, in the store of the levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelsManifest {
    /// A hash of what the tiles of the city were made from when the levels were made of them.
    pub city: String,
    /// The number of buildings, the N of the markers.
    pub buildings: u32,
    /// The reference system of the mesh, as the city's store names it, if it does.
    pub crs: Option<String>,
    /// The tiles of all levels, from level 0 on, those of each by row and column.
    pub tiles: Vec<LevelTile>,
}

/// A tile of a level, as the manifest lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelTile {
    /// The name: level, column and row.
    pub name: String,
    /// A hash of the tile's inputs, as hexadecimal digits; a file with another hash is of another build.
    pub inputs: String,
    /// How far the surface is from that of the city at most, in metres.
    pub geometric_error: f64,
}

/// The place of a tile among the levels of a store.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LevelInfo {
    /// The level: 0 for the finest, and for all tiles of a store without levels.
    pub level: u8,
    /// How far the surface is from that of the city at most, in metres; 0 on level 0.
    pub geometric_error: f64,
    /// The name of the tile that takes the place of this one and its neighbours on the next coarser level, if there is
    /// one.
    pub parent: Option<String>,
    /// The names of the tiles whose place this one takes, up to four; none on level 0.
    pub children: Vec<String>,
}

impl LevelsManifest {
    /// Returns the cells of a tile.
    pub(super) fn tile(&self, place: usize) -> Option<(Tile, &str)> {
        let tile = self.tiles.get(place)?;
        Some((TileId::parse(&tile.name)?.cells(), &tile.inputs))
    }

    /// Returns the first contradiction within the manifest, if there is one.
    pub(super) fn fault(&self) -> Option<String> {
        if self.buildings > i32::MAX as u32 / 2 {
            return Some(format!("{} buildings", self.buildings));
        }
        let mut before = None;
        for LevelTile { name, geometric_error, .. } in &self.tiles {
            let tile = TileId::parse(name);
            if tile.is_none() || tile <= before || !geometric_error.is_finite() || *geometric_error < 0.0 {
                return Some(format!("a tile {name} with an error of {geometric_error}"));
            }
            before = tile;
        }
        None
    }
}

impl MeshStore {
    /// Opens the store of a city's levels of detail, which [`build_levels`](crate::city::levels::build_levels) makes.
    /// [`MeshStore::level`] tells how its tiles belong together.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a store of another program's tiles; [`Error::NotFound`] where there are no levels, or
    /// those of an earlier build of the city alone; as [`MeshStore::open`].
    pub fn levels(&self) -> Result<MeshStore> {
        let state = self.city()?.state();
        let folder = self.folder.join(LEVELS_FOLDER);
        let not_found = |what: &str| Error::NotFound {
            subject: folder.clone(),
            what: format!("{what}; build them (groma city levels)"),
        };
        if !input::exists(&folder.join(MANIFEST_NAME))? {
            return Err(not_found("this store has no levels of detail"));
        }
        let levels = MeshStore::open(&folder)?;
        match &levels.manifest.levels {
            Some(manifest) if manifest.city == state => Ok(levels),
            _ => Err(not_found("the levels of detail here are those of an earlier build of the city")),
        }
    }

    /// Returns the place of a tile among the levels of the store. In a store without levels all tiles are on level 0.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a name that is none of the store's tiles; [`Error::Io`].
    pub fn level(&self, name: &str) -> Result<LevelInfo> {
        let unknown = || Error::NotFound {
            subject: self.folder.clone(),
            what: format!("no tile {name}; list_tiles names those that are there"),
        };
        let Some(levels) = &self.manifest.levels else {
            return if self.has_tile(name)? { Ok(LevelInfo::default()) } else { Err(unknown()) };
        };
        let there = |name: &String| self.places.contains_key(name);
        let place = *self.places.get(name).ok_or_else(unknown)?;
        let tile = TileId::parse(name).ok_or_else(unknown)?;
        let children = if tile.level > 0 { tile.children().map(|child| child.to_string()).into() } else { Vec::new() };
        Ok(LevelInfo {
            level: tile.level,
            geometric_error: levels.tiles[place].geometric_error,
            parent: Some(tile.parent().to_string()).filter(there),
            children: children.into_iter().filter(there).collect(),
        })
    }

    /// Refuses a store of levels as the input of what needs each place once.
    ///
    /// # Errors
    /// [`Error::Unsupported`].
    pub(crate) fn refuse_levels(&self) -> Result<()> {
        if self.manifest.levels.is_none() {
            return Ok(());
        }
        let what = "the store holds a city on several levels of detail, one over the other; name the store of the \
                    city, whose folder this one is in";
        Err(Error::Unsupported { subject: self.folder.clone(), what: what.into() })
    }
}
