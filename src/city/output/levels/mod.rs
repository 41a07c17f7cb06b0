//! Levels of detail: the city in squares, and four of them as one with fewer triangles, level by level.
//!
//! `store -> leaves -> levels`. A leaf holds cells of the store; a tile of each further level is made of its four
//! children alone, so that the tiles of a level are units of their own. All of them lie on one grid, and the borders of
//! tiles are the same on all levels: a view may mix levels without a hole. [`build_levels`] keeps them as a store of
//! their own, and [`tileset`](crate::city::tileset) makes 3D Tiles of them.
//!
//! ```
//! # use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
//! # use groma::city::generate::{GenerateOptions, city};
//! # use groma::city::{CityInput, Footprints, Ground};
//! use groma::city::levels::{LevelsOptions, build_levels};
//! use groma::city::store::MeshStore;
//! use groma::job::{RunOptions, Runner};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let (footprints, terrain) = city(&GenerateOptions::new(600))?;
//! # let (footprints, terrain) = (Footprints::Memory(footprints.into()), Ground::Memory(terrain.into()));
//! # let input = CityInput { footprints, terrain };
//! # build_city_mesh(&input, folder.path().join("tiles"), &BuildCityMeshOptions::default())?;
//! let store = MeshStore::open(folder.path().join("tiles"))?;
//! build_levels(&store, &LevelsOptions::default(), &mut Runner::new(&RunOptions::default())?)?;
//! let levels = store.levels()?;
//! for name in levels.list_tiles()? {
//!     let place = levels.level(&name)?;
//!     let triangles = levels.get_tile(&name)?.faces().len();
//!     println!("{name}: level {}, {triangles} triangles, {} m off", place.level, place.geometric_error);
//! }
//! # assert_eq!(levels.level("1_0_0")?.children.len(), 4);
//! # Ok::<(), groma::Error>(())
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | `source` | leaves, read from the tiles of a store |
//! | `mesh` | a mesh on the grid |
//! | `coarser` | a coarser tile from its children |
//! | `borders` | the vertices that must stay |
//! | `lower` | low buildings become patches on the ground |
//! | `simplify` | fewer triangles for nearly the same surface |
//! | `measure`, `distance` | how far points are from a surface |
//! | `file` | the file that a tile is kept in |
//! | `units` | the tiles of a level, as many at once as the memory has room for |
//! | `build` | the job |

mod borders;
mod build;
pub(super) mod coarser;
pub(super) mod distance;
pub(super) mod file;
mod lower;
mod measure;
pub(super) mod mesh;
mod simplify;
pub(super) mod source;
pub(super) mod units;

use serde::Serialize;

/// What is kept of each leaf, and of the coarser tiles above it, until the job ends, in bytes: its cells, hashes, boxes
/// and names. All else that a job takes does not grow with the city.
pub(super) const BYTES_PER_LEAF: u64 = 2048;

pub use self::build::build_levels;
use crate::city::plane::quadtree;
use crate::{Error, Result};

/// What levels of detail a city gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LevelsOptions {
    /// The number of levels above the leaves, [`LevelsOptions::MOST_LEVELS`] at most; `None` for as many as there are
    /// up to that.
    pub levels: Option<u8>,
}

impl LevelsOptions {
    /// The most levels above the leaves.
    pub const MOST_LEVELS: u8 = quadtree::MOST_LEVEL;

    /// Returns the number of levels at most.
    pub(super) fn most(&self) -> Result<usize> {
        match self.levels {
            Some(levels) if levels > Self::MOST_LEVELS => {
                Err(Error::invalid("levels", levels, format!("0 to {}", Self::MOST_LEVELS)))
            }
            levels => Ok(levels.unwrap_or(Self::MOST_LEVELS).into()),
        }
    }
}

/// The figures of a level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LevelReport {
    /// The level: 0 for the leaves.
    pub level: u8,
    /// The number of tiles.
    pub tiles: u64,
    /// The number of triangles.
    pub triangles: u64,
    /// The size of the tiles' files, in bytes.
    pub bytes: u64,
    /// The largest distance from the leaves' surface that a tile states, in metres.
    pub geometric_error: f64,
}

/// The figures of a city's levels.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LevelsReport {
    /// The number of tiles on all levels.
    pub tiles: u64,
    /// The number of tiles that were not there before, or were of other inputs.
    pub made: u64,
    /// The levels, from the leaves on.
    pub levels: Vec<LevelReport>,
}
