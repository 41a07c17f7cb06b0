//! Calculates the largest tiles for a memory limit, and whether tiles are needed at all.
//!
//! Both follow from the number of triangles that an area will have: a measured number per area of open ground, and per
//! piece of a building's edge. The original functions of these names consider neither, and recommend tiles of hundreds
//! of kilometres.
//!
//! ```
//! use groma::city::tile_size::{TileSizeOptions, calculate_optimal_tile_size, should_use_tiling};
//!
//! let (bounds, options) = ([0.0, 0.0, 20_000.0, 20_000.0], TileSizeOptions::default());
//! assert!(should_use_tiling(bounds, 30_000.0, &options)?);
//! println!("{}", calculate_optimal_tile_size(bounds, 30_000.0, &options)?);
//! # Ok::<(), groma::Error>(())
//! ```

use std::path::PathBuf;

use serde::Serialize;

use crate::city::input::footprint::Footprint;
use crate::city::input::footprints::{Surroundings, read_until_cancelled};
use crate::city::input::systems::{CommonSystem, Gist, GivenFootprints, ReferenceSystems};
use crate::city::input::terrain::TerrainFile;
use crate::city::input::{CityInput, Footprints, Ground, Limit};
use crate::city::plane::cells::{CELL, Cell, Cells};
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::geometry::{Point, Rect, distance2};
use crate::city::plane::parameters::Parameters;
use crate::city::plane::planar::Planar;
use crate::city::tiles::build::{BuildCityMeshOptions, refuse_another_place};
use crate::city::tiles::estimate::{
    Estimate, RoofAreas, area, bytes_to_clean, pieces_of_edge, pieces_of_roofs, places,
};
use crate::city::tiles::within::{bounds_to_mesh, for_terrain, limit_for_terrain, refuse_bounds_beyond};
use crate::io::crs::Crs;
use crate::job::{CancelToken, DEFAULT_MEMORY_LIMIT, MemoryBudget, RunOptions};
use crate::{Error, Result};

/// Bytes for each triangle of a whole mesh in memory: half a vertex of 24 bytes, three numbers of 4 and a marker.
pub const MESH_BYTES_PER_TRIANGLE: u64 = 28;

/// The options that the size of tiles depends on.
#[derive(Clone, Debug)]
pub struct TileSizeOptions {
    /// The share of the memory limit that tiles may take.
    pub memory_fraction: f64,
    /// The number of threads that make tiles; 0 for one per processor.
    pub threads: usize,
    /// The memory limit in bytes; 0 for the default of jobs.
    pub memory_limit: u64,
    /// The parameters of the mesh.
    pub parameters: Parameters,
}

impl Default for TileSizeOptions {
    fn default() -> TileSizeOptions {
        TileSizeOptions {
            memory_fraction: Self::MEMORY_FRACTION.default,
            threads: 0,
            memory_limit: 0,
            parameters: Parameters::default(),
        }
    }
}

impl TileSizeOptions {
    /// The range of `memory_fraction`.
    pub const MEMORY_FRACTION: Limit = Limit::above("memory_fraction", 0.0, 1.0, "of the limit", 0.8);

    fn limit(&self) -> u64 {
        if self.memory_limit == 0 { DEFAULT_MEMORY_LIMIT } else { self.memory_limit }
    }

    fn for_tiles(&self) -> f64 {
        self.limit().saturating_sub(MemoryBudget::OVERHEAD) as f64 * self.memory_fraction
    }

    fn threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n => n,
        }
    }

    /// Checks everything that can be checked without a city.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a value that is out of range.
    pub fn check(&self) -> Result<()> {
        Self::MEMORY_FRACTION.check(self.memory_fraction)?;
        self.parameters.check()?;
        RunOptions { threads: self.threads, ..RunOptions::default() }.check_threads()
    }

    fn check_with(&self, bounds: [f64; 4], edge_pieces_per_km2: f64) -> Result<()> {
        self.check()?;
        if !(0.0..=1e9).contains(&edge_pieces_per_km2) {
            return Err(Error::invalid("edge_pieces_per_km2", edge_pieces_per_km2, "0 to 1e9"));
        }
        let [west, south, east, north] = bounds;
        let edges = [east - west, north - south];
        if !edges.iter().all(|&edge| edge > 0.0 && edge <= Domain::LARGEST_EDGE) {
            let accepted = format!("west < east and south < north, edges of at most {} m", Domain::LARGEST_EDGE);
            return Err(Error::invalid("bounds", format!("{bounds:?}"), accepted));
        }
        Ok(())
    }

    /// Returns the width of the halo around a tile.
    fn halo(&self) -> f64 {
        halo(&self.parameters)
    }

    /// Returns the smallest limit for a tile of so many bytes, besides `shared` bytes for the whole city.
    fn least_for(&self, tile: u64, shared: u64) -> u64 {
        MemoryBudget::OVERHEAD + shared + (tile as f64 / self.memory_fraction).ceil() as u64
    }

    /// Fails when the limit is below `needed`.
    fn refuse_below(&self, needed: u64) -> Result<()> {
        if needed <= self.limit() {
            return Ok(());
        }
        let fraction = self.memory_fraction;
        let what = format!("a tile of {CELL} m, the smallest, in {fraction} (--memory-fraction) of it");
        Err(Error::MemoryLimit { limit: self.limit(), needed, what })
    }
}

/// The estimate for a size of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TileSizeEstimate {
    /// The edge of a tile in metres.
    pub tile_size: f64,
    /// Triangles of the whole mesh, without walls.
    pub triangles: u64,
    /// Triangles of a tile with its halo.
    pub tile_triangles: u64,
    /// Bytes of memory for the work on a tile.
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

/// Returns the halo of a tile in a build with the default overlap, in metres.
fn halo(parameters: &Parameters) -> f64 {
    BuildCityMeshOptions::TILE_OVERLAP.default.max(parameters.smallest_halo(&parameters.scale()))
}

fn estimate(tile_size: f64, bounds: [f64; 4], density: f64, options: &TileSizeOptions) -> TileSizeEstimate {
    let [width, height] = [bounds[2] - bounds[0], bounds[3] - bounds[1]];
    let scale = options.parameters.scale();
    let of = |area: f64| Estimate::new(area, area * 1e-6 * density, &scale);
    let edge = |side: f64| side.min(tile_size + 2.0 * options.halo());
    let (tile, whole) = (of(edge(width) * edge(height)), of(width * height));
    let triangles = whole.triangles.ceil() as u64;
    TileSizeEstimate {
        tile_size,
        triangles,
        tile_triangles: tile.triangles.ceil() as u64,
        tile_bytes: tile.bytes,
        mesh_bytes: MESH_BYTES_PER_TRIANGLE * triangles,
        tiles: (width / tile_size).ceil() as u64 * (height / tile_size).ceil() as u64,
    }
}

/// The measures of a city that a tile size is calculated from.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CityMeasures {
    /// The area to mesh: west, south, east, north in metres.
    pub bounds: [f64; 4],
    /// The density of buildings: pieces of `building_mesh_triangle_size` of the footprints' outlines per square
    /// kilometre. Finely meshed roofs count as the number of pieces that bring as many points.
    pub edge_pieces_per_km2: f64,
    /// Bytes of memory for the cell of 250 m, with its surroundings, that takes the most.
    pub densest_cell_bytes: u64,
    /// Footprints that are read.
    pub footprints: u64,
    /// Those of them with a corner in the area to mesh.
    pub meshed: u64,
    /// Points of their outlines.
    pub points: u64,
    /// Bytes of the terrain's heights.
    pub terrain_bytes: u64,
    /// The memory limit with which a build can read the terrain.
    pub least_for_terrain: u64,
}

/// Reads the input, files included, and measures it within `bounds`, or within the terrain's. `crs` is the EPSG code of
/// the mesh's reference system, as in [`BuildCityMeshOptions::crs`].
///
/// # Errors
/// The errors of reading the inputs; [`Error::Unsupported`] for reference systems that builds refuse, too;
/// [`Error::InvalidArgument`] for bounds or parameters that a build refuses.
pub fn measure_city(
    input: &CityInput,
    bounds: Option<[f64; 4]>,
    crs: Option<u32>,
    parameters: &Parameters,
) -> Result<CityMeasures> {
    measure_inputs(input, bounds, crs, parameters, &CancelToken::default()).map(|(measures, _)| measures)
}

/// As [`measure_city`], until it is cancelled; also returns the reference systems.
pub(crate) fn measure_inputs(
    input: &CityInput,
    bounds: Option<[f64; 4]>,
    crs: Option<u32>,
    parameters: &Parameters,
    cancel: &CancelToken,
) -> Result<(CityMeasures, ReferenceSystems)> {
    parameters.check()?;
    let mut least_for_terrain = 0;
    // The heights of a terrain file do not matter here and are not read.
    let file;
    let (place, is_file) = match &input.terrain {
        Ground::Memory(terrain) => (terrain.place(), false),
        files => {
            file = match TerrainFile::open_all(files.paths(), 0) {
                Err(Error::MemoryLimit { needed, .. }) => {
                    // Of several files another may need more.
                    let (needed, opened) = opened_with(files.paths(), needed)?;
                    least_for_terrain = limit_for_terrain(needed);
                    opened
                }
                opened => opened?,
            };
            (file.place(), true)
        }
    };
    let any_number = |_, _| Ok(());
    let (mut footprints, named, subject) = match &input.footprints {
        Footprints::Memory(footprints) => (footprints.to_vec(), None, PathBuf::from("the footprints")),
        Footprints::File(path, options) => {
            let asked = crs.map(Crs::of_epsg);
            let terrain = Surroundings { crs: asked.as_ref().or(place.crs), within: bounds };
            let set = read_until_cancelled(path, options, &terrain, cancel, &any_number)?;
            (set.footprints, set.crs, path.clone())
        }
    };
    let (all, gist) = (&footprints[..], Gist::of(&footprints));
    let given = GivenFootprints { all: &all, gist: &gist, crs: named.as_deref(), subject: &subject };
    let common = CommonSystem::new(given, place, crs, bounds)?;
    (0..).zip(&mut footprints).try_for_each(|(number, footprint)| common.bring(number, footprint))?;
    let extent = common.placement.as_ref().map_or(place.header.bounds(), |placement| placement.bounds());
    let bounds = bounds.map(|bounds| bounds_to_mesh(common.bounds(bounds), extent, parameters));
    let domain = Domain::of_terrain(extent, bounds)?;
    refuse_bounds_beyond(bounds, extent, parameters.max_fill_distance)?;
    refuse_another_place(&input.footprints, &&footprints[..], &domain, extent, &common)?;
    let mut measured = measure(&footprints, &domain, parameters);
    let (pixels, [west, south, east, north]): (f64, _) = (place.header.pixels() as f64, extent);
    // Only the part of a file that the mesh depends on is read.
    let share = if is_file { domain.area() / ((east - west) * (north - south)) } else { 1.0 };
    measured.least_for_terrain = least_for_terrain;
    measured.terrain_bytes = (share.min(1.0) * pixels * 4.0) as u64;
    Ok((measured, common.report))
}

/// Returns the bytes of memory in which so many footprints with so many points are held at once.
pub(crate) fn bytes_for_footprints(footprints: u64, points: u64, threads: usize) -> u64 {
    MemoryBudget::OVERHEAD + bytes_to_clean(footprints, points, threads)
}

/// Opens files with the least memory that suffices for each of them, `least` or more.
fn opened_with(paths: &[PathBuf], mut least: u64) -> Result<(u64, TerrainFile)> {
    loop {
        match TerrainFile::open_all(paths, least) {
            Err(Error::MemoryLimit { needed, .. }) if needed > least => least = needed,
            opened => return Ok((least, opened?)),
        }
    }
}

/// Calculates the largest tiles, as [`calculate_optimal_tile_size`] does, and checks that a build accepts the city with
/// these options.
///
/// # Errors
/// As [`calculate_optimal_tile_size`]; [`Error::MemoryLimit`] for a limit that does not suffice for the footprints, or
/// for the tile with the most buildings.
pub fn recommend_tile_size(measures: &CityMeasures, options: &TileSizeOptions) -> Result<TileSizeEstimate> {
    options.check_with(measures.bounds, measures.edge_pieces_per_km2)?;
    let CityMeasures { bounds: [_, south, _, north], footprints, points, terrain_bytes, .. } = *measures;
    // Footprints are cleaned by strips of 256 m, of which some are denser than others, and few are held at once.
    let share = (4.0 * 256.0 / (north - south)).min(1.0);
    let of_strips = |count: u64| (share * count as f64) as u64;
    let to_clean = bytes_for_footprints(of_strips(footprints), of_strips(points), options.threads());
    let least = |terrain: u64| {
        let of_a_tile = options.least_for(measures.densest_cell_bytes, terrain);
        of_a_tile.max(to_clean).max(measures.least_for_terrain)
    };
    // Terrain that does not fit its part of the memory goes to a file.
    let with_terrain = least(terrain_bytes);
    let is_in_memory = terrain_bytes <= for_terrain(options.limit().max(with_terrain));
    options.refuse_below(if is_in_memory { with_terrain } else { least(0) })?;
    calculate_optimal_tile_size(measures.bounds, measures.edge_pieces_per_km2, options)
}

/// Calculates the largest tiles, in multiples of [`CELL`], with which all threads together stay within the memory for
/// tiles. The result is one cell when they would not even then: a build then makes one tile at a time.
/// `edge_pieces_per_km2` is the density of the footprints, as [`CityMeasures`] has it.
///
/// # Errors
/// [`Error::InvalidArgument`]; [`Error::MemoryLimit`] where not even one tile of one cell fits.
pub fn calculate_optimal_tile_size(
    bounds: [f64; 4],
    edge_pieces_per_km2: f64,
    options: &TileSizeOptions,
) -> Result<TileSizeEstimate> {
    options.check_with(bounds, edge_pieces_per_km2)?;
    let share = options.for_tiles() / options.threads() as f64;
    let largest = (bounds[2] - bounds[0]).max(bounds[3] - bounds[1]);
    let mut best = estimate(CELL, bounds, edge_pieces_per_km2, options);
    options.refuse_below(options.least_for(best.tile_bytes, 0))?;
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

/// Returns whether the whole city at once would take more memory than there is for tiles.
///
/// # Errors
/// As [`calculate_optimal_tile_size`].
pub fn should_use_tiling(bounds: [f64; 4], edge_pieces_per_km2: f64, options: &TileSizeOptions) -> Result<bool> {
    options.check_with(bounds, edge_pieces_per_km2)?;
    let whole = estimate(f64::MAX, bounds, edge_pieces_per_km2, options);
    Ok(whole.tile_bytes as f64 > options.for_tiles())
}

/// Measures the footprints with a corner in the domain, as they are before they are cleaned.
fn measure(footprints: &[Footprint], domain: &Domain, parameters: &Parameters) -> CityMeasures {
    let (scale, halo, cells) = (parameters.scale(), halo(parameters), Cells::of(domain));
    let border = Rect { min: domain.local_min(), max: domain.local_max() };
    let local = |p: &[f64; 2]| [0, 1].map(|d| p[d] - domain.origin[d] as f64);
    let is_meshed =
        |f: &&Footprint| f.polygons.iter().flat_map(|p| &p.rings).flatten().any(|p| border.contains(local(p)));
    let mut roofs = RoofAreas::new(cells);
    let mut pieces_near = vec![0.0; cells.columns as usize * cells.rows as usize];
    let near = border.inflated(halo);
    let mut add = |a: Point, b: Point| {
        // A footprint may reach far beyond what is meshed.
        let Some((a, b)) = within(a, b, &near) else { return 0.0 };
        let pieces = pieces_of_edge(a, b, &scale);
        places(&cells, &Rect::around(a, b).inflated(halo)).for_each(|(place, _)| pieces_near[place] += pieces);
        pieces
    };
    let mut pieces = 0.0;
    for polygon in footprints.iter().filter(is_meshed).flat_map(|f| &f.polygons) {
        for (n, ring) in polygon.rings.iter().filter(|ring| !ring.is_empty()).enumerate() {
            let ring: Vec<Point> = ring.iter().map(local).collect();
            if n == 0 {
                roofs.add(&ring);
            }
            let edges = ring.iter().zip(ring.iter().cycle().skip(1)).filter(|(a, b)| a != b);
            pieces += edges.map(|(&a, &b)| add(a, b)).sum::<f64>();
        }
    }
    // The border of the domain is cut into pieces, too.
    let (min, max) = (border.min, border.max);
    for (from, to) in
        [(min, [max[0], min[1]]), (min, [min[0], max[1]]), ([min[0], max[1]], max), ([max[0], min[1]], max)]
    {
        let count = (distance2(from, to).sqrt() / (f64::from(Planar::LONGEST_EDGE) * GRID)).ceil();
        let at = |n: u32| [0, 1].map(|d| from[d] + (to[d] - from[d]) * f64::from(n) / count);
        for n in 0..count as u32 {
            add(at(n), at(n + 1));
        }
    }
    let bytes = |(place, cell): (usize, Cell)| {
        let inside = cell.rect().inflated(halo).intersection(&border);
        let pieces = pieces_near[place] + pieces_of_roofs(roofs.within(&inside), &scale);
        Estimate::new(area(&inside), pieces, &scale).bytes
    };
    let all = pieces + pieces_of_roofs(roofs.within(&border), &scale);
    let rings = footprints.iter().flat_map(|f| &f.polygons).flat_map(|p| &p.rings);
    CityMeasures {
        bounds: domain.bounds(),
        edge_pieces_per_km2: all / (domain.area() * 1e-6),
        densest_cell_bytes: places(&cells, &border).map(bytes).max().unwrap_or(0),
        footprints: footprints.len() as u64,
        meshed: footprints.iter().filter(is_meshed).count() as u64,
        points: rings.map(|ring| ring.len() as u64).sum(),
        terrain_bytes: 0,
        least_for_terrain: 0,
    }
}

/// Returns the part of an edge within a rectangle.
fn within(a: Point, b: Point, rect: &Rect) -> Option<(Point, Point)> {
    if rect.contains(a) && rect.contains(b) {
        return Some((a, b));
    }
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    for d in 0..2 {
        let length = b[d] - a[d];
        let (least, most) = ((rect.min[d] - a[d]) / length, (rect.max[d] - a[d]) / length);
        if length == 0.0 {
            let is_within = (rect.min[d]..=rect.max[d]).contains(&a[d]);
            last = if is_within { last } else { -1.0 };
        } else {
            (first, last) = (first.max(least.min(most)), last.min(least.max(most)));
        }
    }
    let at = |t: f64| [0, 1].map(|d| (a[d] + t * (b[d] - a[d])).clamp(rect.min[d], rect.max[d]));
    (first <= last).then(|| (at(first), at(last)))
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
        assert_eq!(size(64 << 20, 8, 40_000.0), CELL);
        let refused = calculate_optimal_tile_size(bounds, 40_000.0, &options(16 << 20, 8)).unwrap_err();
        let Error::MemoryLimit { needed, .. } = refused else { panic!("{refused}") };
        assert_eq!(size(needed, 8, 40_000.0), CELL);
        assert_eq!(size(1 << 40, 1, 10_000.0), 10_000.0);
    }

    #[test]
    fn only_what_is_meshed_is_measured() {
        let (footprints, terrain) = city(&GenerateOptions::new(300)).unwrap();
        let whole = terrain.bounds();
        let terrain = Ground::Memory(Arc::new(terrain));
        let input = CityInput { footprints: Footprints::Memory(footprints.into()), terrain };
        let measure = |bounds| measure_city(&input, bounds, None, &Parameters::default()).unwrap();
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
