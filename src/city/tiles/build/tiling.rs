//! How the city is cut into tiles.

use super::options::BuildCityMeshOptions;
use super::prepare::PreparedCity;
use crate::city::plane::cells::{CELL, Tile};
use crate::city::plane::geometry::Rect;
use crate::city::tiles::estimate::{Estimate, area, pieces_of_edge, pieces_of_roofs};
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
}

/// Plans the tiles: each is halved until it is not large and fits a thread's share of the memory, or is a single cell.
/// The tiles of an earlier build of the same city are kept where they fit the memory.
pub(super) fn plan_tiles(
    city: &PreparedCity,
    tiling: Tiling,
    old: Option<&CityManifest>,
    context: &Context,
) -> Result<Vec<Tile>> {
    /// A folder with more files would be of no use.
    const MOST: u64 = 1_000_000;
    let memory = context.memory().for_buffers().saturating_sub(context.memory().now());
    if let Some(old) =
        old.filter(|old| (old.domain, old.cells, old.side) == (*city.planar.domain(), city.cells, tiling.side))
        && old.tiles.iter().all(|tile| city.estimate(tile, tiling.halo).bytes <= memory)
    {
        return Ok(old.tiles.clone());
    }
    let side = u64::from(tiling.side);
    let count = u64::from(city.cells.columns).div_ceil(side) * u64::from(city.cells.rows).div_ceil(side);
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
    let mut rest: Vec<Tile> = city.cells.tiles(tiling.side);
    rest.reverse();
    let mut most = 0;
    while let Some(tile) = rest.pop() {
        let estimate = city.estimate(&tile, tiling.halo);
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

impl PreparedCity {
    /// Estimates the triangles and the memory of a tile with its halo.
    pub(super) fn estimate(&self, tile: &Tile, halo: f64) -> Estimate {
        let domain = self.planar.domain();
        let rect = tile.rect().inflated(halo);
        let inside = rect.intersection(&Rect { min: domain.local_min(), max: domain.local_max() });
        let mut pieces = pieces_of_roofs(self.roof_areas.within(&inside), &self.scale);
        self.planar.edges_near(&rect, |edge| {
            let [a, b] = self.planar.edges()[edge as usize].ends();
            pieces += pieces_of_edge(a, b, &self.scale);
        });
        Estimate::new(area(&inside), pieces, &self.scale)
    }
}
