//! A city as a tileset of 3D Tiles 1.1, which globes and engines stream: near tiles fine, far ones coarse.
//!
//! `store -> levels -> files`. The meshes are those of the city's [`levels`](crate::city::levels), which fit each
//! other; here they are placed on the earth and become files. Levels that are in the store are read; others are made.
//!
//! ```
//! # use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
//! # use groma::city::generate::{GenerateOptions, city};
//! # use groma::city::{CityInput, Footprints, Ground};
//! use groma::city::store::MeshStore;
//! use groma::city::tileset::{TilesetOptions, export_tileset};
//! use groma::job::{RunOptions, Runner};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let (footprints, terrain) = city(&GenerateOptions::new(6))?;
//! # let (footprints, terrain) = (Footprints::Memory(footprints.into()), Ground::Memory(terrain.into()));
//! # let input = CityInput { footprints, terrain };
//! # build_city_mesh(&input, folder.path().join("tiles"), &BuildCityMeshOptions::default())?;
//! let store = MeshStore::open(folder.path().join("tiles"))?;
//! let options = TilesetOptions { crs: Some(3006), geoid_offset: Some(23.4), ..TilesetOptions::default() };
//! let mut runner = Runner::new(&RunOptions::default())?;
//! let report = export_tileset(&store, &folder.path().join("city"), &options, &mut runner)?;
//! println!("{} tiles on {} levels", report.tiles, report.levels.len());
//! # Ok::<(), groma::Error>(())
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | `placement` | where the city is on the earth |
//! | `columns` | the same for many places, between points of a grid |
//! | `place` | what a tileset says of where it is |
//! | `records` | the buildings by their numbers |
//! | `content` | a tile's GLB file |
//! | `json` | `tileset.json` and the files that it leads to |
//! | `folder` | the folder that an export writes into |
//! | `export` | the job |
//! | [`check`] | whether a tileset is what it should be |

pub mod check;
mod columns;
mod content;
mod export;
mod folder;
mod json;
mod place;
mod placement;
mod records;

use serde::Serialize;

pub use self::export::export_tileset;
pub use self::placement::Placement;
use super::levels::{LevelReport, LevelsOptions};
pub use crate::io::surface::glb::Compression;
use crate::job::Warning;

/// The name of the file that a tileset begins with.
pub const TILESET_NAME: &str = "tileset.json";
/// The file that says that a folder is an export's. It comes first.
const MARK_NAME: &str = "groma-tileset.json";
/// The folder of a tileset's tiles.
const TILES_FOLDER: &str = "tiles";
/// The folder of the meshes of coarser levels, which is gone when an export is complete.
const LEVELS_FOLDER: &str = "groma-levels";

/// What a tileset is to be like.
#[derive(Clone, Debug)]
pub struct TilesetOptions {
    /// The number of levels above the leaves, [`TilesetOptions::MOST_LEVELS`] at most; `None` for as many as there are
    /// up to that.
    pub levels: Option<u8>,
    /// Where the tileset is.
    pub placement: Placement,
    /// The EPSG code of the store's coordinates, where the store does not say it, or says it wrong.
    pub crs: Option<u32>,
    /// The height of the store's zero above the ellipsoid of WGS 84, in metres: that of the geoid, where heights are
    /// above the sea. `None` stands for 0, with a warning on the globe.
    pub geoid_offset: Option<f64>,
    /// How the arrays of the tiles are kept: compressed by default.
    pub compression: Compression,
}

impl Default for TilesetOptions {
    fn default() -> TilesetOptions {
        let (placement, compression) = (Placement::Globe, Compression::Meshopt);
        TilesetOptions { levels: None, placement, crs: None, geoid_offset: None, compression }
    }
}

impl TilesetOptions {
    /// The most levels above the leaves.
    pub const MOST_LEVELS: u8 = LevelsOptions::MOST_LEVELS;
    /// The largest distance of a store's zero from the ellipsoid that is accepted, in metres.
    pub const MOST_OFFSET: f64 = 10_000.0;
}

/// The figures of an export.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TilesetReport {
    /// The number of files: of tiles, and of JSON that leads to them.
    pub files: u64,
    /// The number of tiles with content.
    pub tiles: u64,
    /// The number of tiles that were not there before, or were of other inputs.
    pub made: u64,
    /// The levels, from the leaves on.
    pub levels: Vec<LevelReport>,
    /// The reference system that the tileset was placed with.
    pub crs: Option<String>,
    /// What its user should know.
    pub warnings: Vec<Warning>,
}
