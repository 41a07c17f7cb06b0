//! What to build, from what, and how.

use std::path::PathBuf;
use std::sync::Arc;

use crate::Result;
use crate::city::input::Limit;
use crate::city::plane::domain::Domain;
use crate::city::plane::parameters::Parameters;
use crate::city::tiles::store::TileHeader;
use crate::job::RunOptions;

/// A tile that has just been finished.
#[derive(Clone, Copy, Debug)]
pub struct FinishedTile<'a> {
    /// Its name in the store.
    pub name: &'a str,
    /// What its file begins with.
    pub header: &'a TileHeader,
}

/// Called on the job's own thread for each tile that is finished, so that it can be shown while the city grows.
pub type TileCallback = Arc<dyn Fn(FinishedTile<'_>) + Send + Sync>;

/// How to build a city mesh.
#[derive(Clone)]
pub struct BuildCityMeshOptions {
    /// The mesh.
    pub parameters: Parameters,
    /// The edge of a tile, in metres; rounded up to a multiple of [`CELL`](crate::city::plane::cells::CELL). Tiles of
    /// more than about 200,000 triangles, or more than fit the memory limit, are made in halves.
    pub tile_size: f64,
    /// How far around a tile the plane is triangulated with it, in metres; raised when too small.
    pub tile_overlap: f64,
    /// What to mesh: west, south, east, north in metres; `None` for the whole terrain. Of a terrain file only what the
    /// mesh depends on there is read.
    pub bounds: Option<[f64; 4]>,
    /// Keep what an earlier build left in the store as far as its inputs are the same; else all tiles are made anew.
    pub resume: bool,
    /// Let go of tiles in the store whose area is beyond what is meshed now. Without it a build that would remove them
    /// is refused, with and without `resume`.
    pub replace: bool,
    /// Flush files to the disk before they get their names.
    pub fsync: bool,
    /// Heights of the terrain that stand for no data, besides those that its file declares. NaN among them says that
    /// all others are heights, however far they are from the rest.
    pub nodata: Vec<f64>,
    /// Where terrain that does not fit the memory limit goes; `None` for the system's folder.
    pub temp_dir: Option<PathBuf>,
    /// Told of each finished tile.
    pub on_tile: Option<TileCallback>,
    /// Threads, memory, cancel.
    pub run: RunOptions,
}

impl BuildCityMeshOptions {
    /// What `tile_size` may be.
    pub const TILE_SIZE: Limit = Limit::above("tile_size", 0.0, 1e6, "m", 1000.0);
    /// What `tile_overlap` may be.
    pub const TILE_OVERLAP: Limit = Limit::new("tile_overlap", 0.0, 1e4, "m", 50.0);

    /// Looks at all that can be said without the inputs.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] for what is out of range.
    pub fn check(&self) -> Result<()> {
        self.parameters.check()?;
        Self::TILE_SIZE.check(self.tile_size)?;
        Self::TILE_OVERLAP.check(self.tile_overlap)?;
        self.bounds.map_or(Ok(()), |bounds| Domain::new(bounds).map(drop))
    }
}

impl Default for BuildCityMeshOptions {
    fn default() -> BuildCityMeshOptions {
        BuildCityMeshOptions {
            parameters: Parameters::default(),
            tile_size: Self::TILE_SIZE.default,
            tile_overlap: Self::TILE_OVERLAP.default,
            bounds: None,
            resume: true,
            replace: false,
            fsync: false,
            nodata: Vec::new(),
            temp_dir: None,
            on_tile: None,
            run: RunOptions::default(),
        }
    }
}
