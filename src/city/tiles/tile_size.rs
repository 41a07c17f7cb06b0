//! How large tiles may be, and whether tiles are needed at all.
//!
//! Both follow from the number of triangles that an area will have: so many for open ground, and so many for each piece
//! of a building's edge. The figures are measured; the original of these functions looks at neither and answers with
//! kilometres by the hundred.
//!
//! ```
//! use groma::city::tile_size::{TileSizeOptions, calculate_optimal_tile_size, should_use_tiling};
//!
//! let (bounds, options) = ([0.0, 0.0, 20_000.0, 20_000.0], TileSizeOptions::default());
//! assert!(should_use_tiling(bounds, 30_000.0, &options)?);
//! println!("{}", calculate_optimal_tile_size(bounds, 30_000.0, &options)?);
//! # Ok::<(), groma::Error>(())
//! ```

use serde::Serialize;

use crate::city::input::footprint::Footprint;
use crate::city::input::geojson::read_until_cancelled;
use crate::city::input::terrain::{TerrainFile, TerrainOptions};
use crate::city::input::{CityInput, Footprints, Ground};
use crate::city::plane::cells::CELL;
use crate::city::plane::domain::Domain;
use crate::city::plane::parameters::Parameters;
use crate::city::tiles::within::refuse_bounds_beyond;
use crate::job::{CancelToken, DEFAULT_MEMORY_LIMIT, MemoryBudget, RunOptions};
use crate::{Error, Result};

/// Bytes at work for each triangle of the plane while a tile is made, measured.
pub const BYTES_PER_TRIANGLE: u64 = 330;

/// Bytes for each triangle of a whole mesh in memory: half a vertex of 24 bytes, three numbers of 4 and a marker.
pub const MESH_BYTES_PER_TRIANGLE: u64 = 28;

/// Points that each piece of a building's edge brings with it, besides the lattice, measured.
const POINTS_PER_PIECE: f64 = 5.0;

/// The triangles of the plane over so much area, in square metres, with so many pieces of edges.
pub fn expected_triangles(area: f64, pieces: f64, parameters: &Parameters) -> f64 {
    let row = 0.75_f64.sqrt() * parameters.max_mesh_size;
    2.0 * (area / (row * parameters.max_mesh_size) + POINTS_PER_PIECE * pieces)
}

/// What the size of tiles depends on.
#[derive(Clone, Debug)]
pub struct TileSizeOptions {
    /// The share of the memory limit that tiles may take.
    pub memory_fraction: f64,
    /// Threads that make tiles; 0 for one per processor.
    pub threads: usize,
    /// The memory limit in bytes; 0 for that of a job that sets none.
    pub memory_limit: u64,
    /// The parameters of the mesh.
    pub parameters: Parameters,
}

impl Default for TileSizeOptions {
    fn default() -> TileSizeOptions {
        TileSizeOptions { memory_fraction: 0.8, threads: 0, memory_limit: 0, parameters: Parameters::default() }
    }
}

impl TileSizeOptions {
    fn limit(&self) -> u64 {
        if self.memory_limit == 0 { DEFAULT_MEMORY_LIMIT } else { self.memory_limit }
    }

    fn for_tiles(&self) -> f64 {
        self.limit().saturating_sub(MemoryBudget::OVERHEAD) as f64 * self.memory_fraction
    }

    fn check(&self, bounds: [f64; 4], edge_pieces_per_km2: f64) -> Result<f64> {
        if !(self.memory_fraction > 0.0 && self.memory_fraction <= 1.0) {
            return Err(Error::invalid("memory_fraction", self.memory_fraction, "above 0, at most 1"));
        }
        if !(0.0..=1e9).contains(&edge_pieces_per_km2) {
            return Err(Error::invalid("edge_pieces_per_km2", edge_pieces_per_km2, "0 to 1e9"));
        }
        self.parameters.check()?;
        RunOptions { threads: self.threads, ..RunOptions::default() }.check_threads()?;
        let [west, south, east, north] = bounds;
        let area = (east - west) * (north - south);
        let edges = [east - west, north - south];
        if !edges.iter().all(|&edge| edge > 0.0 && edge <= Domain::LARGEST_EDGE) {
            let accepted = format!("west < east and south < north, edges of at most {} m", Domain::LARGEST_EDGE);
            return Err(Error::invalid("bounds", format!("{bounds:?}"), accepted));
        }
        Ok(area)
    }
}

/// What tiles of a size come to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TileSizeEstimate {
    /// The edge of a tile in metres.
    pub tile_size: f64,
    /// Triangles of the whole mesh, without walls.
    pub triangles: u64,
    /// Triangles of a tile with its halo.
    pub tile_triangles: u64,
    /// Bytes at work for a tile.
    pub tile_bytes: u64,
    /// Bytes of the whole mesh in memory.
    pub mesh_bytes: u64,
    /// Tiles of the city.
    pub tiles: u64,
}

impl std::fmt::Display for TileSizeEstimate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use crate::human::{bytes, count};
        write!(
            f,
            "tiles of {} m: {} of them with about {} triangles and {} at work each; the whole mesh: {} triangles, {}",
            self.tile_size,
            count(self.tiles),
            count(self.tile_triangles),
            bytes(self.tile_bytes),
            count(self.triangles),
            bytes(self.mesh_bytes)
        )
    }
}

/// The halo that estimates reckon with, in metres.
const HALO: f64 = 50.0;

fn estimate(tile_size: f64, bounds: [f64; 4], pieces: f64, options: &TileSizeOptions) -> TileSizeEstimate {
    let [width, height] = [bounds[2] - bounds[0], bounds[3] - bounds[1]];
    let triangles = |area: f64| expected_triangles(area, area * 1e-6 * pieces, &options.parameters).ceil() as u64;
    let edge = |side: f64| side.min(tile_size + 2.0 * HALO);
    let tile_triangles = triangles(edge(width) * edge(height));
    let whole = triangles(width * height);
    TileSizeEstimate {
        tile_size,
        triangles: whole,
        tile_triangles,
        tile_bytes: BYTES_PER_TRIANGLE * tile_triangles,
        mesh_bytes: MESH_BYTES_PER_TRIANGLE * whole,
        tiles: (width / tile_size).ceil() as u64 * (height / tile_size).ceil() as u64,
    }
}

/// What a tile size is calculated from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CityMeasures {
    /// What would be meshed: west, south, east, north in metres.
    pub bounds: [f64; 4],
    /// How densely it is built: pieces of `building_mesh_triangle_size` of the footprints' outlines per square
    /// kilometre.
    pub edge_pieces_per_km2: f64,
}

/// Reads the input, files included, and measures it within `bounds`, or within the terrain's.
///
/// # Errors
/// What reading the inputs gives; [`Error::Unsupported`] for footprints and terrain in different reference systems, as
/// builds refuse them; [`Error::InvalidArgument`] for bounds or parameters that a build refuses.
pub fn measure_city(
    input: &CityInput,
    bounds: Option<[f64; 4]>,
    parameters: &Parameters,
    terrain: &TerrainOptions,
) -> Result<CityMeasures> {
    parameters.check()?;
    // Heights do not matter here, so that those of a file are not read.
    let (around, crs) = match &input.terrain {
        Ground::Memory(terrain) => (*terrain.header(), terrain.crs().cloned()),
        Ground::File(path) => {
            let file = TerrainFile::open(path, terrain.memory)?;
            (*file.header(), file.crs().cloned())
        }
    };
    let domain = Domain::new(bounds.unwrap_or(around.bounds()))?;
    refuse_bounds_beyond(bounds, &around, parameters.max_fill_distance)?;
    let pieces = match &input.footprints {
        Footprints::Memory(footprints) => edge_pieces(footprints, domain.bounds(), parameters),
        Footprints::File(path, options) => {
            let any_number = |_, _| Ok(());
            let set = read_until_cancelled(path, options, crs.as_ref(), &CancelToken::default(), &any_number)?;
            edge_pieces(&set.footprints, domain.bounds(), parameters)
        }
    };
    Ok(CityMeasures { bounds: domain.bounds(), edge_pieces_per_km2: pieces / (domain.area() * 1e-6) })
}

/// The largest tiles, in multiples of [`CELL`], with which all threads together stay within the memory for tiles; one
/// cell when even that is too much. `edge_pieces_per_km2` is the density of the footprints: pieces of
/// `building_mesh_triangle_size` of their outlines per square kilometre ([`measure_city`] counts them).
///
/// # Errors
/// [`Error::InvalidArgument`].
pub fn calculate_optimal_tile_size(
    bounds: [f64; 4],
    edge_pieces_per_km2: f64,
    options: &TileSizeOptions,
) -> Result<TileSizeEstimate> {
    options.check(bounds, edge_pieces_per_km2)?;
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        n => n,
    };
    let share = options.for_tiles() / threads as f64;
    let largest = (bounds[2] - bounds[0]).max(bounds[3] - bounds[1]);
    let mut best = estimate(CELL, bounds, edge_pieces_per_km2, options);
    let mut cells = 1.0;
    while cells * CELL < largest {
        cells += 1.0;
        let next = estimate(cells * CELL, bounds, edge_pieces_per_km2, options);
        if next.tile_bytes as f64 > share {
            break;
        }
        best = next;
    }
    Ok(best)
}

/// Whether the whole city at once would take more memory than there is for tiles.
///
/// # Errors
/// As [`calculate_optimal_tile_size`].
pub fn should_use_tiling(bounds: [f64; 4], edge_pieces_per_km2: f64, options: &TileSizeOptions) -> Result<bool> {
    options.check(bounds, edge_pieces_per_km2)?;
    let whole = estimate(f64::MAX, bounds, edge_pieces_per_km2, options);
    Ok(whole.tile_bytes as f64 > options.for_tiles())
}

/// The pieces of `building_mesh_triangle_size` that the outlines of footprints will be cut into, about: of those with a
/// corner within the bounds.
fn edge_pieces(footprints: &[Footprint], bounds: [f64; 4], parameters: &Parameters) -> f64 {
    let [west, south, east, north] = bounds;
    let inside = |p: &[f64; 2]| (west..=east).contains(&p[0]) && (south..=north).contains(&p[1]);
    let meshed = |f: &&Footprint| f.polygons.iter().flat_map(|p| &p.rings).flatten().any(inside);
    let rings = footprints.iter().filter(meshed).flat_map(|f| &f.polygons).flat_map(|p| &p.rings);
    let pieces = |ring: &Vec<[f64; 2]>| -> f64 {
        let edges = ring.iter().zip(ring.iter().cycle().skip(1));
        let length = |(a, b): (&[f64; 2], &[f64; 2])| crate::city::plane::geometry::distance2(*a, *b).sqrt();
        edges.map(length).map(|length| (length / parameters.building_mesh_triangle_size).ceil()).sum()
    };
    rings.map(pieces).sum()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::city::input::generate::{GenerateOptions, city};

    fn options(memory_limit: u64, threads: usize) -> TileSizeOptions {
        TileSizeOptions { memory_limit, threads, ..TileSizeOptions::default() }
    }

    #[test]
    fn more_memory_gives_larger_tiles_and_more_threads_or_houses_smaller_ones() {
        let bounds = [0.0, 0.0, 10_000.0, 10_000.0];
        let size = |limit, threads, pieces| {
            calculate_optimal_tile_size(bounds, pieces, &options(limit, threads)).unwrap().tile_size
        };
        let usual = size(256 << 20, 2, 10_000.0);
        assert!((1000.0..4000.0).contains(&usual), "{usual}");
        assert!(size(1 << 30, 2, 10_000.0) > usual);
        assert!(size(256 << 20, 8, 10_000.0) < usual);
        assert!(size(256 << 20, 2, 40_000.0) < usual);
        assert_eq!(size(16 << 20, 8, 40_000.0), CELL);
        assert_eq!(size(1 << 40, 1, 10_000.0), 10_000.0);
    }

    #[test]
    fn only_what_is_meshed_is_measured() {
        let (footprints, terrain) = city(&GenerateOptions::new(300)).unwrap();
        let whole = terrain.bounds();
        let terrain = Ground::Memory(Arc::new(terrain));
        let input = CityInput { footprints: Footprints::Memory(footprints.into()), terrain };
        let measure =
            |bounds| measure_city(&input, bounds, &Parameters::default(), &TerrainOptions::default()).unwrap();
        let all = measure(None);
        assert_eq!(all.bounds, whole);
        let middle = [0.5 * (whole[0] + whole[2]), 0.5 * (whole[1] + whole[3])];
        let quarter = measure(Some([whole[0], whole[1], middle[0], middle[1]]));
        let ratio = quarter.edge_pieces_per_km2 / all.edge_pieces_per_km2;
        assert!((0.7..1.5).contains(&ratio), "{ratio}");
    }

    #[test]
    fn small_cities_need_no_tiles_and_nonsense_is_refused() {
        let usual = options(256 << 20, 2);
        assert!(!should_use_tiling([0.0, 0.0, 1000.0, 1000.0], 10_000.0, &usual).unwrap());
        assert!(should_use_tiling([0.0, 0.0, 20_000.0, 20_000.0], 10_000.0, &usual).unwrap());
        assert!(should_use_tiling([0.0, 0.0, f64::NAN, 1.0], 1.0, &usual).is_err());
        let fraction = TileSizeOptions { memory_fraction: 0.0, ..TileSizeOptions::default() };
        assert!(calculate_optimal_tile_size([0.0, 0.0, 1.0, 1.0], 1.0, &fraction).is_err());
    }
}
