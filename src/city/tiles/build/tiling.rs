//! How the city is cut into tiles.

use super::make::Halo;
use super::options::BuildCityMeshOptions;
use super::source::TileSource;
use crate::city::plane::cells::{CELL, Tile};
use crate::city::tiles::estimate::Estimate;
use crate::city::tiles::store::CityManifest;
use crate::job::Context;
use crate::{Error, Result};

/// The way in which the city is cut into tiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tiling {
    /// The edge of a tile in cells.
    pub side: u32,
    pub halo: f64,
}

impl Tiling {
    /// Makes the tiling for checked options; warns about each value that it raises.
    pub fn new(options: &BuildCityMeshOptions, context: &Context) -> Result<Tiling> {
        let parameters = &options.parameters;
        let scale = parameters.scale();
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

    /// Returns the halo with which the tiles are made.
    pub fn halo_of(&self, source: &TileSource) -> Halo {
        Halo { made: self.halo, kept: source.parameters.smallest_halo(&source.scale).min(self.halo) }
    }
}

/// Plans the tiles: each is halved until it is not large and fits a thread's share of the memory, or is a single cell.
/// The tiles of an earlier build of the same city are kept where they fit the memory.
pub(super) fn plan_tiles(
    source: &TileSource,
    tiling: Tiling,
    old: Option<&CityManifest>,
    context: &Context,
) -> Result<Vec<Tile>> {
    /// A folder with more files would be of no use.
    const MOST: u64 = 1_000_000;
    let memory = context.memory().for_buffers().saturating_sub(context.memory().now());
    let domain = *source.area.domain();
    if let Some(old) = old.filter(|old| (old.domain, old.cells, old.side) == (domain, source.cells, tiling.side)) {
        let mut bytes = old.tiles.iter().map(|tile| Ok(source.estimate(tile, tiling.halo)?.bytes));
        if bytes.try_fold(true, |fit, bytes: Result<u64>| Ok::<_, Error>(fit && bytes? <= memory))? {
            return Ok(old.tiles.clone());
        }
    }
    let side = u64::from(tiling.side);
    let count = u64::from(source.cells.columns).div_ceil(side) * u64::from(source.cells.rows).div_ceil(side);
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
    let mut rest: Vec<Tile> = source.cells.tiles(tiling.side);
    rest.reverse();
    let mut most = 0;
    while let Some(tile) = rest.pop() {
        let estimate = source.estimate(&tile, tiling.halo)?;
        match tile.halves() {
            Some([first, second]) if estimate.bytes > share || is_large(&estimate) => rest.extend([second, first]),
            _ => {
                most = most.max(estimate.bytes);
                tiles.push(tile);
            }
        }
    }
    // A limit that does not suffice for all tiles is refused here, before anything is changed.
    drop(context.memory().reserve(most, "the footprints, the terrain and one tile")?);
    Ok(tiles)
}

/// Returns whether a tile should be made in parts, whatever memory there is. Its triangulation is one call that cannot
/// be cancelled and takes about 0.7 microseconds per triangle; and a tile that exceeds the processor's caches takes
/// longer than its parts.
fn is_large(estimate: &Estimate) -> bool {
    const MOST_TRIANGLES: f64 = 200_000.0;
    estimate.triangles > MOST_TRIANGLES
}
