//! Building city meshes, and generating cities to try things out.

use std::ffi::c_void;
use std::sync::Arc;

use super::arguments::{array, flag};
use super::boundary::{call, give, output};
use super::city_input::{self, GROMA_LOD0, GROMA_LOD1, groma_city_input, length};
use super::grow::{self, Grows};
use super::job::{Report, UserData, groma_job, groma_progress_fn, progress_callback};
use super::status::groma_error;
use super::text::groma_str;
use crate::city::build::{BuildCityMeshOptions, FinishedTile, TileCallback, build_city_mesh_with};
use crate::city::footprint::Lod;
use crate::city::generate::{self, GenerateOptions};
use crate::city::merge::MergeOptions;
use crate::city::outside::OutsideData;
use crate::city::parameters::{GroundBesideBuildings, Parameters};
use crate::job::{RunOptions, on_own_thread};
use crate::{Error, Result};

/// Called on the job's own thread for each finished tile, so that a program can show tiles while the city grows. It
/// gets the tile's name, which is not NUL-terminated and lives until the return, and its number of triangles. The tile
/// can be read from the store at once. A tile that is made again with a wider halo is reported again. The function may
/// do what a groma_progress_fn may.
pub type groma_tile_fn = Option<unsafe extern "C" fn(name: groma_str, triangles: u64, user: *mut c_void)>;

/// Places without terrain data are left out: the mesh ends where the data end. A void is filled as a whole where each
/// of its places is near enough to data, or under a building; else it is left out as a whole.
pub const GROMA_OUTSIDE_SKIP: i32 = 0;
/// A tile with a place that is too far from terrain data fails.
pub const GROMA_OUTSIDE_FAIL: i32 = 1;
/// Places without terrain data get the height of the nearest data, however far those are.
pub const GROMA_OUTSIDE_FILL: i32 = 2;

/// The ground beside buildings is the terrain's, like everywhere: walls go down to it.
pub const GROMA_GROUND_TERRAIN: i32 = 0;
/// The ground beside buildings has the lowest height of the triangles around each vertex, as in DTCC.
pub const GROMA_GROUND_LOWEST: i32 = 1;

/// Options of a city mesh. Fill it with groma_build_city_mesh_options_init. Lengths are in metres.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_build_city_mesh_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// The level of detail of buildings that have none of their own: GROMA_LOD0 or GROMA_LOD1 (default).
    pub lod: i32,
    /// The edge of a tile, above 0, at most 1,000,000 m; rounded up to a multiple of 250, with a warning. Tiles of more
    /// than about 200,000 triangles are made in halves. The mesh does not depend on it. Default: 1000.
    pub tile_size: f64,
    /// The halo of a tile: how far around it the plane is triangulated together with it, 0 to 10,000 m; a value that is
    /// too small is raised, with a warning. Default: 50.
    pub tile_overlap: f64,
    /// Worker threads; default 0, which stands for one per processor. The mesh does not depend on it.
    pub threads: u32,
    /// 1 (default): merge buildings that touch or nearly do into one. 0: let them share their walls.
    pub merge_buildings: i32,
    /// The smallest detail of an outline, 0 to 10 m: where possible no edge is shorter, and no notch or neck narrower.
    /// Courtyards smaller than 16 times its square are closed. Where buildings stay apart, walls nearer than half of it
    /// become one. Default: 0.5.
    pub min_building_detail: f64,
    /// Footprints smaller than this are left out, 0 to 1,000,000,000 square metres. Default: 15.
    pub min_building_area: f64,
    /// Buildings nearer to each other than this are merged, 0 to 10 m. Default: 0.5.
    pub merge_tolerance: f64,
    /// The largest length of pieces of walls, and the spacing of points on roofs, 0.25 to 64 m; at most 37.75 where
    /// max_mesh_size is above 40. Default: 5.
    pub building_mesh_triangle_size: f64,
    /// The spacing of points on open ground, 0.5 to 41.5 m, less with smoothing. Default: 10.
    pub max_mesh_size: f64,
    /// The smallest angle of triangles of ground and roofs, seen from above, 0 to 30 degrees, where possible. A corner
    /// of an outline that is sharper is cut off, or filled, where it is as wide as min_building_detail. Default: 25.
    pub min_mesh_angle: f64,
    /// Smoothing of the ground, 0 to 5 rounds. Default: 0.
    pub smoothing: u32,
    /// 1: leave the footprints of LOD0 buildings open. 0 (default): cover them with a platform.
    pub treat_lod0_as_holes: i32,
    /// 0 or 1 (default). Without effect, as triangles are always sorted; for programs that set it.
    pub sort_triangles: i32,
    /// 1: mesh the area in bounds. 0 (default): mesh the whole terrain.
    pub use_bounds: i32,
    /// 0 to 1000. Without effect, as the tiles of a city fit bit for bit; for programs that set it. Default: 0.
    pub snap_distance: f64,
    /// The largest distance from a place without terrain data to the data used for it, 0 to 1,000,000 m. Default: 10.
    pub max_fill_distance: f64,
    /// The area to mesh: west, south, east, north, in metres of the mesh's reference system, or in degrees where an
    /// input is in degrees.
    pub bounds: [f64; 4],
    /// 1 (default): keep tiles of an earlier build in the store whose inputs are the same. 0: make all tiles anew.
    pub resume: i32,
    /// 1: sync each file to the disk before it gets its name. Default: 0.
    pub fsync: i32,
    /// The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
    pub memory_limit: u64,
    /// The folder for temporary files with many footprints, and with terrain that does not fit the memory limit.
    /// Default: empty, which stands for the system's folder for such files.
    pub temp_dir: groma_str,
    /// Called while the job runs; may be NULL.
    pub on_progress: groma_progress_fn,
    /// Called for each finished tile; may be NULL.
    pub on_tile: groma_tile_fn,
    /// Handed to on_progress and on_tile.
    pub user: *mut c_void,
    /// 1: remove tiles from the store whose area is outside what is meshed now. 0 (default): a build that would
    /// remove such tiles is refused with GROMA_UNSUPPORTED, whatever resume is.
    pub replace: i32,
    /// What is done with places that are farther from the terrain's data than max_fill_distance: GROMA_OUTSIDE_SKIP
    /// (default), GROMA_OUTSIDE_FAIL or GROMA_OUTSIDE_FILL.
    pub outside_data: i32,
    /// nodata_count heights of the terrain that stand for no data, besides those that its file or its groma_raster
    /// declares. Heights that cannot be ground, in more than a few pixels and far from the rest, are refused unless
    /// they are listed here; a NaN in the list accepts all of them as heights. Default: NULL.
    pub nodata: *const f64,
    /// The length of nodata. Default: 0.
    pub nodata_count: u64,
    /// The EPSG code of the mesh's reference system, a local projection. Default: 0, which stands for the terrain's, or
    /// the footprints', or, where both are in degrees, the zone of UTM in the middle. Inputs that name no system are
    /// taken to be in it.
    pub crs: u32,
    /// The height of the ground beside buildings: GROMA_GROUND_TERRAIN (default) or GROMA_GROUND_LOWEST.
    pub ground_beside_buildings: i32,
    /// The length of the unit of the heights in a terrain file in metres, at most 1,000: 0.3048 for feet. Default: 0,
    /// which stands for what the file tells, or metres.
    pub height_unit: f64,
    /// The largest pixels that a terrain file may be read with, 0 to 1,000 m: a GeoTIFF with overviews is read from the
    /// one with the largest pixels that are no larger. Default: 0, which stands for the file's own pixels.
    pub terrain_resolution: f64,
    /// A file of polygons, of any format that footprints may have and in any reference system: only what lies in one of
    /// them is meshed, and buildings that reach over their border are left out. Default: empty, which stands for all
    /// of the terrain or the bounds. groma_measure_city passes over it.
    pub domain_file: groma_str,
    /// 1: raise roofs under the highest ground along their outline to 0.5 m above it. 0 (default): leave them there.
    pub raise_covered_roofs: i32,
    /// Zero.
    pub reserved: i32,
    /// Roofs of merged buildings become one when they differ by less than this, 0 to 10,000 m. Where they differ by
    /// more, the building is divided into parts, and where footprints overlap the higher one stands. With 10,000 each
    /// merged building has one roof, the mean of its footprints' weighted by their areas. Default: 0.5.
    pub merge_height_tolerance: f64,
}

// SAFETY: `struct_size` is first; the rest are numbers, raw pointers and optional function pointers.
unsafe impl Grows for groma_build_city_mesh_options {
    const FIRST_SIZE: usize = 200;

    fn defaults() -> groma_build_city_mesh_options {
        let build = BuildCityMeshOptions::default();
        let parameters = &build.parameters;
        groma_build_city_mesh_options {
            struct_size: size_of::<groma_build_city_mesh_options>() as u32,
            lod: match parameters.lod {
                Lod::Lod0 => GROMA_LOD0,
                Lod::Lod1 => GROMA_LOD1,
            },
            tile_size: build.tile_size,
            tile_overlap: build.tile_overlap,
            threads: 0,
            merge_buildings: parameters.merge_buildings.into(),
            min_building_detail: parameters.min_building_detail,
            min_building_area: parameters.min_building_area,
            merge_tolerance: parameters.merge_tolerance,
            building_mesh_triangle_size: parameters.building_mesh_triangle_size,
            max_mesh_size: parameters.max_mesh_size,
            min_mesh_angle: parameters.min_mesh_angle,
            smoothing: parameters.smoothing,
            treat_lod0_as_holes: parameters.treat_lod0_as_holes.into(),
            sort_triangles: 1,
            use_bounds: 0,
            snap_distance: 0.0,
            max_fill_distance: parameters.max_fill_distance,
            bounds: [0.0; 4],
            resume: build.resume.into(),
            fsync: build.fsync.into(),
            memory_limit: 0,
            temp_dir: groma_str::EMPTY,
            on_progress: None,
            on_tile: None,
            user: std::ptr::null_mut(),
            replace: build.replace.into(),
            outside_data: GROMA_OUTSIDE_SKIP,
            nodata: std::ptr::null(),
            nodata_count: 0,
            crs: 0,
            ground_beside_buildings: GROMA_GROUND_TERRAIN,
            height_unit: 0.0,
            terrain_resolution: build.terrain_resolution,
            domain_file: groma_str::EMPTY,
            raise_covered_roofs: parameters.raise_covered_roofs.into(),
            reserved: 0,
            merge_height_tolerance: parameters.merge_height_tolerance,
        }
    }
}

impl groma_build_city_mesh_options {
    /// Returns the parameters of the mesh.
    pub(super) fn parameters(&self) -> Result<Parameters> {
        let lod = match self.lod {
            GROMA_LOD0 => Lod::Lod0,
            GROMA_LOD1 => Lod::Lod1,
            other => return Err(Error::invalid("lod", other, "GROMA_LOD0 (0) or GROMA_LOD1 (1)")),
        };
        let parameters = Parameters {
            lod,
            min_building_detail: self.min_building_detail,
            min_building_area: self.min_building_area,
            merge_buildings: flag(self.merge_buildings, "merge_buildings")?,
            merge_tolerance: self.merge_tolerance,
            merge_height_tolerance: self.merge_height_tolerance,
            building_mesh_triangle_size: self.building_mesh_triangle_size,
            max_mesh_size: self.max_mesh_size,
            min_mesh_angle: self.min_mesh_angle,
            smoothing: self.smoothing,
            treat_lod0_as_holes: flag(self.treat_lod0_as_holes, "treat_lod0_as_holes")?,
            max_fill_distance: self.max_fill_distance,
            outside_data: match self.outside_data {
                GROMA_OUTSIDE_SKIP => OutsideData::Skip,
                GROMA_OUTSIDE_FAIL => OutsideData::Fail,
                GROMA_OUTSIDE_FILL => OutsideData::Fill,
                other => {
                    let accepted = "GROMA_OUTSIDE_SKIP (0), GROMA_OUTSIDE_FAIL (1) or GROMA_OUTSIDE_FILL (2)";
                    return Err(Error::invalid("outside_data", other, accepted));
                }
            },
            ground_beside_buildings: match self.ground_beside_buildings {
                GROMA_GROUND_TERRAIN => GroundBesideBuildings::Terrain,
                GROMA_GROUND_LOWEST => GroundBesideBuildings::Lowest,
                other => {
                    let accepted = "GROMA_GROUND_TERRAIN (0) or GROMA_GROUND_LOWEST (1)";
                    return Err(Error::invalid("ground_beside_buildings", other, accepted));
                }
            },
            raise_covered_roofs: flag(self.raise_covered_roofs, "raise_covered_roofs")?,
        };
        parameters.check()?;
        Ok(parameters)
    }

    /// Returns the EPSG code of the mesh's reference system, if one is asked for.
    pub(super) fn crs(&self) -> Option<u32> {
        Some(self.crs).filter(|&code| code != 0)
    }

    /// # Safety
    /// `temp_dir` and `domain_file` must hold readable text, `nodata` so many numbers as `nodata_count` says.
    pub(super) unsafe fn to_options(self) -> Result<BuildCityMeshOptions> {
        super::arguments::reserved(self.reserved as u32)?;
        flag(self.sort_triangles, "sort_triangles")?;
        MergeOptions::SNAP_DISTANCE.check(self.snap_distance)?;
        let temp_dir = if self.temp_dir.size == 0 {
            None
        } else {
            // SAFETY: this function's contract.
            Some(unsafe { self.temp_dir.as_path("temp_dir")? })
        };
        let domain = if self.domain_file.size == 0 {
            None
        } else {
            // SAFETY: this function's contract.
            Some(unsafe { self.domain_file.as_path("domain_file")? })
        };
        Ok(BuildCityMeshOptions {
            domain,
            parameters: self.parameters()?,
            tile_size: self.tile_size,
            tile_overlap: self.tile_overlap,
            bounds: flag(self.use_bounds, "use_bounds")?.then_some(self.bounds),
            crs: self.crs(),
            height_unit: Some(self.height_unit).filter(|&unit| unit != 0.0),
            terrain_resolution: self.terrain_resolution,
            resume: flag(self.resume, "resume")?,
            replace: flag(self.replace, "replace")?,
            fsync: flag(self.fsync, "fsync")?,
            // SAFETY: this function's contract.
            nodata: unsafe { array(self.nodata, length(self.nodata_count, "nodata_count")?, "nodata")? }.to_vec(),
            temp_dir,
            on_tile: tile_callback(self.on_tile, self.user),
            run: RunOptions {
                threads: self.threads as usize,
                memory_limit: self.memory_limit,
                ..RunOptions::default()
            },
        })
    }
}

pub(super) fn tile_callback(function: groma_tile_fn, user: *mut c_void) -> Option<TileCallback> {
    let (function, user) = (function?, UserData(user));
    Some(Arc::new(move |tile: FinishedTile<'_>| {
        let user = &user;
        // SAFETY: the caller gave a function of this type, which lives as long as the job; the name lives until it has
        // returned.
        unsafe { function(groma_str::borrow(tile.name), tile.header.sizes().1, user.0) };
    }))
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_build_city_mesh_options_init(
    options: *mut groma_build_city_mesh_options,
    size: usize,
) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

/// Starts to build the mesh of a city, tile by tile, into the store in `folder`, which is created if needed. The call
/// returns at once: it checks the options and the arrays in memory, while errors of files and folders become the job's
/// status. Arrays in `input` are copied before the call returns. `options` may be NULL for the defaults.
///
/// The mesh is the same, bit for bit, for every tile size, number of threads and memory limit. Several processes may
/// build the same city into the same store at once. However a build ends, kill -9 included, each tile under its final
/// name is whole, and a second build makes only the missing ones. A tile that cannot be made does not fail the job:
/// groma_city_report counts it as failed, the JSON has its cause, and the store is incomplete. The job ends with
/// GROMA_NOT_FOUND or GROMA_BAD_FORMAT for an input file, GROMA_UNSUPPORTED for reference systems between which no way
/// is known, GROMA_MEMORY_LIMIT when memory_limit is too small for a tile.
///
/// `job` gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_build_city_mesh_tiled(
    input: *const groma_city_input,
    folder: groma_str,
    options: *const groma_build_city_mesh_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let job = output(job, "job")?;
        // SAFETY: by the conventions `folder` is readable text.
        let folder = unsafe { folder.as_path("folder")? };
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size.
        let options = unsafe { grow::read_or_defaults(options, "options")? };
        let callback = progress_callback(options.on_progress, options.user);
        // SAFETY: by the conventions the texts and arrays in `options` are readable.
        let options = unsafe { options.to_options()? };
        // SAFETY: by the conventions `input` is NULL or readable for its struct_size, and so is what it points to.
        let input = unsafe { city_input::read(input)? };
        options.check()?;
        let run = options.run.clone();
        let started = groma_job::start(&run, callback, move |runner| {
            build_city_mesh_with(&input, &folder, &options, runner).map(|report| Report::City(Box::new(report)))
        })?;
        // SAFETY: by the conventions `job` is writable: `output` looked at it.
        unsafe { give(started, job) };
        Ok(())
    })
}

/// Options of groma_generate_city. Fill it with groma_generate_city_options_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_generate_city_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// The number of footprints, the hostile ones included. Default: 1000.
    pub buildings: u32,
    /// Another seed gives another city of the same kind. Default: 1.
    pub seed: u64,
    /// 1: add footprints that overlap, touch at corners, cross themselves, or are hard on a mesher in other ways.
    /// Default: 0.
    pub hostile: i32,
    /// Zero.
    pub reserved: u32,
    /// The south-west corner: x and y in whole metres. Default: 0.
    pub offset: [i64; 2],
    /// The size of a terrain pixel, in metres. Default: 2.
    pub cell: f64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_generate_city_options {
    const FIRST_SIZE: usize = 48;

    fn defaults() -> groma_generate_city_options {
        let GenerateOptions { buildings, seed, hostile, offset, cell } = GenerateOptions::new(1000);
        let struct_size = size_of::<groma_generate_city_options>() as u32;
        groma_generate_city_options { struct_size, buildings, seed, hostile: hostile.into(), reserved: 0, offset, cell }
    }
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_generate_city_options_init(
    options: *mut groma_generate_city_options,
    size: usize,
) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

/// Generates a city to try things out with, and writes it into `folder`, which is created if needed: footprints.geojson
/// (heights in the properties roof, an elevation, and height, above the ground) and terrain.tif. The same options give
/// the same files on every machine. `options` may be NULL for the defaults. `bounds`, four numbers or NULL, gets west,
/// south, east and north of the terrain in metres. GROMA_INVALID_ARGUMENT for a folder that already has one of the
/// files: nothing is replaced. The call returns when all is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_generate_city(
    folder: groma_str,
    options: *const groma_generate_city_options,
    bounds: *mut f64,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        // SAFETY: by the conventions `folder` is readable text.
        let folder = unsafe { folder.as_path("folder")? };
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size.
        let options = unsafe { grow::read_or_defaults(options, "options")? };
        super::arguments::reserved(options.reserved)?;
        let options = GenerateOptions {
            buildings: options.buildings,
            seed: options.seed,
            hostile: flag(options.hostile, "hostile")?,
            offset: options.offset,
            cell: options.cell,
        };
        let info = on_own_thread(move || generate::write(folder, &options))?;
        if !bounds.is_null() {
            // SAFETY: not null; four numbers by this function's contract.
            unsafe { bounds.cast::<[f64; 4]>().write_unaligned(info.bounds) };
        }
        Ok(())
    })
}
