//! The largest tiles that fit the memory limit, and whether tiles are needed at all.

use super::boundary::{call, misplaced, output};
use super::city::groma_build_city_mesh_options;
use super::city_input::{self, groma_city_input};
use super::grow::{self, Grows};
use super::status::groma_error;
use crate::Result;
use crate::city::tile_size::{
    TileSizeEstimate, TileSizeOptions, calculate_optimal_tile_size, measure_city, should_use_tiling,
};

/// The estimated sizes of tiles and of the whole mesh.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_tile_size_estimate {
    /// sizeof the struct; set it before groma_calculate_optimal_tile_size.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The edge of a tile, in metres.
    pub tile_size: f64,
    /// Triangles of the whole mesh, walls excluded.
    pub triangles: u64,
    /// Triangles of a tile, its surroundings included.
    pub tile_triangles: u64,
    /// Bytes of memory that the work on a tile takes.
    pub tile_bytes: u64,
    /// Bytes of memory that the whole mesh would take.
    pub mesh_bytes: u64,
    /// The number of tiles of the city.
    pub tiles: u64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_tile_size_estimate {
    const FIRST_SIZE: usize = 56;
}

impl groma_tile_size_estimate {
    fn new(estimate: &TileSizeEstimate) -> groma_tile_size_estimate {
        groma_tile_size_estimate {
            tile_size: estimate.tile_size,
            triangles: estimate.triangles,
            tile_triangles: estimate.tile_triangles,
            tile_bytes: estimate.tile_bytes,
            mesh_bytes: estimate.mesh_bytes,
            tiles: estimate.tiles,
            ..groma_tile_size_estimate::defaults()
        }
    }
}

/// Computes the largest tiles with which all workers together stay within `memory_fraction` (above 0, at most 1) of the
/// memory limit; one cell of 250 m where one worker at a time does with it, else GROMA_MEMORY_LIMIT.
///
/// `bounds` has four numbers: west, south, east, north in metres. `edge_pieces_per_km2` is the density of buildings:
/// pieces of building_mesh_triangle_size of their outlines per square kilometre, and for finely meshed roofs as many as
/// bring the same number of points. groma_measure_city counts them; an ordinary town has 10,000. `options` may be NULL
/// for the defaults; only the mesh's parameters, threads and memory_limit are used. `estimate`, whose struct_size must
/// be set, gets the result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_calculate_optimal_tile_size(
    bounds: *const f64,
    edge_pieces_per_km2: f64,
    memory_fraction: f64,
    options: *const groma_build_city_mesh_options,
    estimate: *mut groma_tile_size_estimate,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        // SAFETY: by the conventions `bounds` is NULL or four readable numbers, `options` NULL or readable for its
        // struct_size.
        let (bounds, options) = unsafe { (four(bounds)?, tile_size_options(options, memory_fraction)?) };
        let found = calculate_optimal_tile_size(bounds, edge_pieces_per_km2, &options)?;
        // SAFETY: by the conventions `estimate` is NULL or writable for its struct_size.
        unsafe { grow::write(&groma_tile_size_estimate::new(&found), estimate, "estimate") }
    })
}

/// Tells whether the whole city at once would take more than `memory_fraction` of the memory limit: `tiling` gets 1 or
/// 0. Arguments as for groma_calculate_optimal_tile_size. (groma_build_city_mesh_tiled makes one tile of a city when
/// tile_size is at least its edge.)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_should_use_tiling(
    bounds: *const f64,
    edge_pieces_per_km2: f64,
    memory_fraction: f64,
    options: *const groma_build_city_mesh_options,
    tiling: *mut i32,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let tiling = output(tiling, "tiling")?;
        // SAFETY: by the conventions `bounds` is NULL or four readable numbers, `options` NULL or readable for its
        // struct_size.
        let (bounds, options) = unsafe { (four(bounds)?, tile_size_options(options, memory_fraction)?) };
        let found = should_use_tiling(bounds, edge_pieces_per_km2, &options)?;
        // SAFETY: by the conventions `tiling` is writable: `output` looked at it.
        unsafe { tiling.write(found.into()) };
        Ok(())
    })
}

/// Reads the input, files included, and measures the figures that a tile size is calculated from. `bounds`, four
/// numbers, gets west, south, east, north of the area that would be meshed, `edge_pieces_per_km2` its density of
/// buildings. `options` may be NULL for the defaults; only the mesh's parameters, bounds, use_bounds and crs are used.
/// The call returns when all is read, for a large city after some seconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_measure_city(
    input: *const groma_city_input,
    options: *const groma_build_city_mesh_options,
    bounds: *mut f64,
    edge_pieces_per_km2: *mut f64,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let (bounds, density) = (output(bounds, "bounds")?, output(edge_pieces_per_km2, "edge_pieces_per_km2")?);
        // SAFETY: by the conventions `input` is NULL or readable for its struct_size, and so is what it points to.
        let input = unsafe { city_input::read(input)? };
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size.
        let options = unsafe { grow::read_or_defaults(options, "options")? };
        let parameters = options.parameters()?;
        let within = super::arguments::flag(options.use_bounds, "use_bounds")?.then_some(options.bounds);
        let measures = measure_city(&input, within, options.crs(), &parameters)?;
        // SAFETY: not null; four numbers and one by this function's contract.
        unsafe {
            bounds.cast::<[f64; 4]>().write(measures.bounds);
            density.write(measures.edge_pieces_per_km2);
        }
        Ok(())
    })
}

/// # Safety
/// `options` must be null or point to such options.
unsafe fn tile_size_options(
    options: *const groma_build_city_mesh_options,
    memory_fraction: f64,
) -> Result<TileSizeOptions> {
    // SAFETY: this function's contract.
    let options = unsafe { grow::read_or_defaults(options, "options")? };
    Ok(TileSizeOptions {
        memory_fraction,
        threads: options.threads as usize,
        memory_limit: options.memory_limit,
        parameters: options.parameters()?,
    })
}

/// # Safety
/// `numbers` must be null or readable for four numbers.
unsafe fn four(numbers: *const f64) -> Result<[f64; 4]> {
    if numbers.is_null() || !numbers.is_aligned() {
        return Err(misplaced(numbers, "bounds", "four numbers: west, south, east, north"));
    }
    // SAFETY: not null, aligned, and readable by this function's contract.
    Ok(unsafe { *numbers.cast() })
}
