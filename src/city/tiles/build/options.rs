//! The options of a build.

use std::path::PathBuf;
use std::sync::Arc;

use crate::Result;
use crate::city::input::Limit;
use crate::city::plane::domain::Domain;
use crate::city::plane::parameters::Parameters;
use crate::city::tiles::store::TileHeader;
use crate::io::Durability;
use crate::job::RunOptions;

/// A tile that has just been finished.
#[derive(Clone, Copy, Debug)]
pub struct FinishedTile<'a> {
    /// The name of the tile in the store.
    pub name: &'a str,
    /// The header of the tile's file.
    pub header: &'a TileHeader,
}

/// Called on the job's own thread for each finished tile, so that the city can be shown while it grows.
pub type TileCallback = Arc<dyn Fn(FinishedTile<'_>) + Send + Sync>;

/// The options of a build of a city mesh.
#[derive(Clone)]
pub struct BuildCityMeshOptions {
    /// The parameters of the mesh.
    pub parameters: Parameters,
    /// The edge of a tile, in metres; rounded up to a multiple of [`CELL`](crate::city::plane::cells::CELL). Tiles of
    /// more than about 200,000 triangles, or more than fit the memory limit, are made in halves.
    pub tile_size: f64,
    /// The distance around a tile within which the plane is triangulated with it, in metres; raised when too small.
    pub tile_overlap: f64,
    /// The area to mesh: west, south, east, north in metres of the mesh's reference system, or in degrees where an
    /// input is in degrees; `None` for the whole terrain. Only the part of a terrain file that this mesh depends on is
    /// read.
    pub bounds: Option<[f64; 4]>,
    /// A file of polygons, of any format that footprints may have and in any reference system: only what lies in one of
    /// them is meshed. Buildings that reach over their border are left out. `None` for all of the bounds.
    pub domain: Option<PathBuf>,
    /// The EPSG code of the mesh's reference system, a local projection; `None` for the terrain's, or the footprints',
    /// or, where both are in degrees, the zone of UTM in the middle. Inputs that name no system are taken to be in it.
    pub crs: Option<u32>,
    /// The length of the unit of the terrain's heights in metres; `None` for what the file tells, or metres.
    pub height_unit: Option<f64>,
    /// The largest pixels, in metres, that terrain may be read with: a GeoTIFF with smaller copies of itself
    /// (overviews) is read from the one with the largest pixels that are no larger. 0 for the files' own pixels.
    pub terrain_resolution: f64,
    /// Whether to keep the tiles of an earlier build whose inputs are the same; otherwise all tiles are made anew.
    pub resume: bool,
    /// Whether tiles in the store whose area is not within the area to mesh may be removed. If not, a build that would
    /// remove them is refused, with or without `resume`.
    pub replace: bool,
    /// Whether to flush files to the disk before they get their names.
    pub fsync: bool,
    /// Heights of the terrain that mean "no data", besides those that its file declares. With NaN among them, all other
    /// values are heights, however far they are from the rest.
    pub nodata: Vec<f64>,
    /// The folder for footprints, where they are many, and for terrain that does not fit the memory limit, while they
    /// are needed; `None` for the system's folder for temporary files.
    pub temp_dir: Option<PathBuf>,
    /// Called for each finished tile.
    pub on_tile: Option<TileCallback>,
    /// The threads, the memory limit and the cancel flag.
    pub run: RunOptions,
}

impl BuildCityMeshOptions {
    /// The range of `tile_size`.
    pub const TILE_SIZE: Limit = Limit::above("tile_size", 0.0, 1e6, "m", 1000.0);
    /// The range of `tile_overlap`.
    pub const TILE_OVERLAP: Limit = Limit::new("tile_overlap", 0.0, 1e4, "m", 50.0);
    /// The range of `terrain_resolution`.
    pub const TERRAIN_RESOLUTION: Limit = Limit::new("terrain_resolution", 0.0, 1000.0, "m", 0.0);
    /// The range of `height_unit`.
    pub const HEIGHT_UNIT: Limit = Limit::above("height_unit", 0.0, 1000.0, "m", f64::NAN);

    /// Returns what `fsync` asks for of each file.
    pub(super) fn durability(&self) -> Durability {
        Durability::with_fsync(self.fsync)
    }

    /// Checks everything that can be checked without the inputs.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] for a value that is out of range.
    pub fn check(&self) -> Result<()> {
        self.parameters.check()?;
        Self::TILE_SIZE.check(self.tile_size)?;
        Self::TILE_OVERLAP.check(self.tile_overlap)?;
        Self::TERRAIN_RESOLUTION.check(self.terrain_resolution)?;
        self.height_unit.map_or(Ok(()), |unit| Self::HEIGHT_UNIT.check(unit))?;
        self.bounds.map_or(Ok(()), check_bounds)
    }
}

/// Refuses bounds that can be neither in metres nor in degrees.
pub(crate) fn check_bounds([west, south, east, north]: [f64; 4]) -> Result<()> {
    let are_degrees =
        west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0 && west < east && south < north;
    if are_degrees { Ok(()) } else { Domain::new([west, south, east, north]).map(drop) }
}

impl Default for BuildCityMeshOptions {
    fn default() -> BuildCityMeshOptions {
        BuildCityMeshOptions {
            parameters: Parameters::default(),
            tile_size: Self::TILE_SIZE.default,
            tile_overlap: Self::TILE_OVERLAP.default,
            bounds: None,
            domain: None,
            crs: None,
            height_unit: None,
            terrain_resolution: Self::TERRAIN_RESOLUTION.default,
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
