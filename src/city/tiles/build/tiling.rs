//! How the city is cut into tiles.

use super::options::BuildCityMeshOptions;
use super::prepare::City;
use crate::city::plane::cells::{CELL, Tile};
use crate::city::plane::geometry::Rect;
use crate::city::tiles::store::CityManifest;
use crate::city::tiles::tile_size::{BYTES_PER_TRIANGLE, expected_triangles};
use crate::job::Context;
use crate::{Error, Result};

/// How the city is cut into tiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tiling {
    /// The edge of a tile in cells.
    pub side: u32,
    pub halo: f64,
}

impl Tiling {
    /// The tiling for checked options; warns about each value that it raises.
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

/// The tiles, cut until one is not large and fits a thread's share of the memory, or is a single cell. Those of an
/// earlier build of the same city are taken as they are where they fit the memory.
pub(super) fn plan_tiles(
    city: &City,
    tiling: Tiling,
    old: Option<&CityManifest>,
    context: &Context,
) -> Result<Vec<Tile>> {
    /// More files in a folder are no help to anyone.
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
            Some([first, second]) if estimate.bytes > share || estimate.is_large() => rest.extend([second, first]),
            _ => {
                most = most.max(estimate.bytes);
                tiles.push(tile);
            }
        }
    }
    // Before anything is changed: a limit that lets some tiles be made but not all is no help to anyone.
    drop(context.memory().reserve(most, "the footprints, the terrain and one tile")?);
    Ok(tiles)
}

/// What making a tile with its halo takes.
pub(super) struct Estimate {
    pub triangles: f64,
    pub bytes: u64,
}

impl Estimate {
    /// Whether the tile should be made in parts, whatever memory there is: its triangulation, one call that cannot be
    /// cancelled, takes some 0.7 microseconds a triangle, and what does not fit the processor's caches takes longer
    /// than its parts.
    pub fn is_large(&self) -> bool {
        const MOST_TRIANGLES: f64 = 200_000.0;
        self.triangles > MOST_TRIANGLES
    }
}

impl City {
    /// The area of the roofs in the cells that a rectangle meets.
    fn roof_area(&self, rect: &Rect) -> f64 {
        let (first, last) = (self.cells.cell_of(rect.min), self.cells.cell_of(rect.max));
        let row = |row: u32| (first.column..=last.column).map(move |column| (row, column));
        let place = |(row, column): (u32, u32)| (row * self.cells.columns + column) as usize;
        (first.row..=last.row).flat_map(row).map(|at| self.roof_areas[place(at)]).sum()
    }

    /// What making a tile takes, about.
    pub(super) fn estimate(&self, tile: &Tile, halo: f64) -> Estimate {
        // Code that only cities need, and what the allocator keeps back of the inputs' reading.
        const AT_LEAST: u64 = 3 << 19;
        let domain = self.planar.domain();
        let rect = tile.rect().inflated(halo);
        let inside = rect.intersection(&Rect { min: domain.local_min(), max: domain.local_max() });
        let area = (inside.max[0] - inside.min[0]).max(0.0) * (inside.max[1] - inside.min[1]).max(0.0);
        let mut pieces = 0.0;
        self.planar.edges_near(&rect, |edge| {
            let [a, b] = self.planar.edges()[edge as usize].ends();
            let length = crate::city::plane::geometry::distance2(a, b).sqrt();
            pieces += (length / self.scale.wall).ceil().max(1.0);
        });
        let fine = self.scale.spacing(self.scale.roof_level);
        let mut triangles = expected_triangles(area, pieces, &self.parameters);
        if self.scale.roof_level > 1 {
            // Roofs with a fine lattice have more than their edges tell.
            triangles += 2.0 * self.roof_area(&inside) / (0.866 * fine * fine);
        }
        // The finest level that is marked in a bitmap has a byte for each half step of each row.
        let marked = self.scale.spacing(self.scale.roof_level.max(2));
        let bytes = AT_LEAST + BYTES_PER_TRIANGLE * triangles as u64 + (2.0 * area / (0.866 * marked * marked)) as u64;
        Estimate { triangles, bytes }
    }
}
