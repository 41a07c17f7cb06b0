//! Jobs on whole stores: merging and checking.

use std::ffi::c_void;

use super::arguments::flag;
use super::boundary::{call, call_for_status, give, handle, output};
use super::grow::{self, Grows};
use super::job::{Report, groma_job, groma_progress_fn, progress_callback};
use super::status::groma_error;
use super::text::groma_str;
use crate::city::check::{Checked, Expectations, check_store};
use crate::city::merge::{MergeOptions, MergeReport, merge_to_file};
use crate::city::store::MeshStore;
use crate::io::surface::{Groups, Markers};
use crate::job::RunOptions;
use crate::{Error, Result};

/// A merged file has the markers of its triangles in the form of its format; STL has none.
pub const GROMA_MARKERS_FACES: i32 = 0;
/// A merged file has positions and triangles alone. Some programs, meshio among them, cannot read a PLY with more.
pub const GROMA_MARKERS_NONE: i32 = 1;

/// The groups of an OBJ file are ground, walls and roofs, if the store is a city's.
pub const GROMA_GROUPS_PARTS: i32 = 0;
/// An OBJ file has a group marker_m for each marker m, so that walls and roof of every building are apart.
pub const GROMA_GROUPS_MARKERS: i32 = 1;

/// Options of a merge. Fill it with groma_merge_options_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_merge_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// 1: merge a store even if tiles are missing; the mesh then has holes. 0 (default): return GROMA_NOT_FOUND for it.
    pub allow_incomplete: i32,
    /// 1: sync the file to the disk before it gets its name. Default: 0.
    pub fsync: i32,
    /// Without effect: a merge has one thread. Default: 0.
    pub threads: u32,
    /// 0 to 1000 m: vertices of tiles of other programs that are nearer to each other than this become one. The tiles
    /// of a city fit bit for bit and need none. Default: 0.01.
    pub snap_distance: f64,
    /// The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
    pub memory_limit: u64,
    /// Called while the job runs; may be NULL.
    pub on_progress: groma_progress_fn,
    /// Handed to on_progress.
    pub user: *mut c_void,
    /// GROMA_MARKERS_FACES (default) or GROMA_MARKERS_NONE.
    pub markers: i32,
    /// GROMA_GROUPS_PARTS (default) or GROMA_GROUPS_MARKERS.
    pub groups: i32,
}

// SAFETY: `struct_size` is first; the rest are numbers, a raw pointer and an optional function pointer.
unsafe impl Grows for groma_merge_options {
    const FIRST_SIZE: usize = 48;

    fn defaults() -> groma_merge_options {
        groma_merge_options {
            struct_size: size_of::<groma_merge_options>() as u32,
            allow_incomplete: 0,
            fsync: 0,
            threads: 0,
            snap_distance: MergeOptions::default().snap_distance,
            memory_limit: 0,
            on_progress: None,
            user: std::ptr::null_mut(),
            markers: GROMA_MARKERS_FACES,
            groups: GROMA_GROUPS_PARTS,
        }
    }
}

/// Options of a check. Fill it with groma_check_options_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_check_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// Without effect: a check has one thread. Default: 0.
    pub threads: u32,
    /// The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB. With a
    /// smaller limit the check reads the tiles more often.
    pub memory_limit: u64,
    /// Called while the job runs; may be NULL.
    pub on_progress: groma_progress_fn,
    /// Handed to on_progress.
    pub user: *mut c_void,
}

// SAFETY: `struct_size` is first; the rest are numbers, a raw pointer and an optional function pointer.
unsafe impl Grows for groma_check_options {
    const FIRST_SIZE: usize = 32;

    fn defaults() -> groma_check_options {
        groma_check_options {
            struct_size: size_of::<groma_check_options>() as u32,
            threads: 0,
            memory_limit: 0,
            on_progress: None,
            user: std::ptr::null_mut(),
        }
    }
}

/// The figures of a merge.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_merge_report {
    /// sizeof the struct; set it before groma_job_merge_report.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Tiles merged.
    pub tiles: u64,
    /// Tiles that were missing.
    pub missing_tiles: u64,
    /// Vertices of the merged mesh.
    pub vertices: u64,
    /// Triangles of the merged mesh.
    pub triangles: u64,
    /// Vertices that were merged into another one; this and the following counts are 0 for a city.
    pub welded: u64,
    /// Triangles left out because another one has the same vertices.
    pub duplicates_removed: u64,
    /// Triangles left out because two of their vertices were merged.
    pub collapsed_removed: u64,
    /// The origin that was subtracted from every position, in metres: 0 except in STL, which is single-precision.
    pub origin: [f64; 3],
    /// The largest change of a coordinate by rounding, in metres: 0 except in STL.
    pub rounding: f64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_merge_report {
    const FIRST_SIZE: usize = 64;
}

/// The findings of a check. The JSON of groma_job_report_json has more: the places of faults, areas and angles by part.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_check_report {
    /// sizeof the struct; set it before groma_job_check_report.
    pub struct_size: u32,
    /// 1: the mesh is sound. It has triangles; each of them is proper and occurs once; every inner edge has two faces,
    /// or more where buildings touch at a corner; no vertex lies inside another face's edge; and neighbours wind the
    /// same way.
    pub sound: i32,
    /// 1: ground and roofs, seen from above, have the domain's area.
    pub covers_domain: i32,
    /// 1: all open edges were searched for T-junctions. 0: there are more of them than the memory limit allows to hold.
    pub t_junctions_complete: i32,
    /// Triangles.
    pub triangles: u64,
    /// Different vertices.
    pub vertices: u64,
    /// Different edges.
    pub edges: u64,
    /// Triangles with a coordinate that is not finite.
    pub non_finite_faces: u64,
    /// Triangles whose corners lie on one line.
    pub degenerate_faces: u64,
    /// Triangles beyond the first with the same three vertices.
    pub duplicate_faces: u64,
    /// Edges with one face, on the domain's border, which is not a fault.
    pub open_border_edges: u64,
    /// Inner edges with one face.
    pub open_inner_edges: u64,
    /// Edges with more than two faces, except corner contacts.
    pub crowded_edges: u64,
    /// Edges with more than two faces where buildings touch at a corner, which is not a fault.
    pub corner_contacts: u64,
    /// Edges whose two faces run along them in the same direction.
    pub direction_faults: u64,
    /// Vertices in the interior of inner open edges.
    pub t_junctions: u64,
    /// The smallest angle of ground and roofs seen from above, in degrees; 0 when there are none.
    pub smallest_angle: f64,
    /// The longest edge in space, walls included, in metres; groma_city_report has the longest seen from above.
    pub longest_edge: f64,
    /// The domain's area, in square metres.
    pub domain_area: f64,
    /// The area of ground and roofs seen from above, in square metres.
    pub plan_area: f64,
    /// 1: the mesh is plausible. Ground lies between -500 and 9000 m, without steps of more than 200 m. No building is
    /// higher than 900 m or has its roof below all the ground around it. At most a tenth of the walls have the ground
    /// above their roof. Roofs have half to twice the footprints' area. The JSON has the findings, and the points that
    /// could not be checked.
    pub plausible: i32,
    /// Zero.
    pub reserved: i32,
    /// Buildings higher than 900 m.
    pub too_high: u64,
    /// Buildings with their roof below all the ground around them.
    pub below_ground: u64,
    /// Buildings with their roof below the ground in places, the above included.
    pub under_ground_in_places: u64,
    /// Triangles of the ground that climb more than 200 m, at 10 m per metre or more.
    pub ground_steps: u64,
    /// Triangles of walls that reach above their own roof, because the ground does; groma_city_report counts pieces.
    pub walls_upside_down: u64,
    /// The lowest elevation of the ground, in metres; 0 where there is none.
    pub lowest_ground: f64,
    /// The highest elevation of the ground, in metres; 0 where there is none.
    pub highest_ground: f64,
    /// The height of the lowest roof above the lowest edge of its walls, in metres; 0 where there is none.
    pub lowest_roof_height: f64,
    /// The height of the highest roof above the lowest edge of its walls, in metres; 0 where there is none.
    pub highest_roof_height: f64,
    /// The roofs' plan area as a share of the footprints' area; 0 where that is not known.
    pub area_kept: f64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_check_report {
    const FIRST_SIZE: usize = 144;
}

impl groma_merge_report {
    fn new(report: &MergeReport) -> groma_merge_report {
        groma_merge_report {
            tiles: report.tiles,
            missing_tiles: report.missing_tiles,
            vertices: report.vertices,
            triangles: report.triangles,
            welded: report.welded,
            duplicates_removed: report.duplicates_removed,
            collapsed_removed: report.collapsed_removed,
            origin: report.origin,
            rounding: report.rounding,
            ..groma_merge_report::defaults()
        }
    }
}

impl groma_check_report {
    fn new(checked: &Checked) -> groma_check_report {
        let (report, seen) = (&checked.report, &checked.plausibility);
        let [lowest_ground, highest_ground] = seen.ground.unwrap_or_default();
        let [lowest_roof_height, highest_roof_height] = seen.roof_heights.unwrap_or_default();
        groma_check_report {
            sound: checked.sound.into(),
            covers_domain: checked.covers_domain.into(),
            t_junctions_complete: report.t_junctions.complete.into(),
            triangles: report.triangles,
            vertices: report.vertices,
            edges: report.edges,
            non_finite_faces: report.non_finite_faces,
            degenerate_faces: report.degenerate_faces,
            duplicate_faces: report.duplicate_faces,
            open_border_edges: report.open_border_edges.edges,
            open_inner_edges: report.open_inner_edges.edges,
            crowded_edges: report.crowded_edges.edges,
            corner_contacts: report.corner_contacts.edges,
            direction_faults: report.direction_faults.edges,
            t_junctions: report.t_junctions.vertices,
            smallest_angle: report.plan_angles.smallest.unwrap_or(0.0),
            longest_edge: report.longest_edge,
            domain_area: report.domain_area,
            plan_area: report.plan_area,
            plausible: checked.plausible.into(),
            too_high: seen.too_high.buildings,
            below_ground: seen.below_ground.buildings,
            under_ground_in_places: seen.under_ground_in_places.buildings,
            ground_steps: seen.ground_steps,
            walls_upside_down: seen.walls_upside_down,
            lowest_ground,
            highest_ground,
            lowest_roof_height,
            highest_roof_height,
            area_kept: seen.area_kept.unwrap_or(0.0),
            ..groma_check_report::defaults()
        }
    }
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_merge_options_init(options: *mut groma_merge_options, size: usize) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_check_options_init(options: *mut groma_check_options, size: usize) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

fn markers(value: i32) -> Result<Markers> {
    match value {
        GROMA_MARKERS_FACES => Ok(Markers::Faces),
        GROMA_MARKERS_NONE => Ok(Markers::None),
        _ => Err(Error::invalid("markers", value, "GROMA_MARKERS_FACES (0) or GROMA_MARKERS_NONE (1)")),
    }
}

fn groups(value: i32) -> Result<Groups> {
    match value {
        GROMA_GROUPS_PARTS => Ok(Groups::Parts),
        GROMA_GROUPS_MARKERS => Ok(Groups::Markers),
        _ => Err(Error::invalid("groups", value, "GROMA_GROUPS_PARTS (0) or GROMA_GROUPS_MARKERS (1)")),
    }
}

/// Starts to merge the tiles of the store in `folder` into one file. The extension of `path` chooses PLY, VTU, OBJ or
/// STL; any other ends the job with GROMA_INVALID_ARGUMENT. An OBJ file has its materials beside it, in a file of the
/// same name that ends in .mtl. STL is single-precision: an origin is subtracted, which the report and the file's first
/// bytes state. The file appears whole or not at all. The mesh is never in memory as a whole. For a city it is the
/// same, byte for byte, for every tiling; tiles of other programs get common vertices, and of equal triangles one
/// stays. The job ends with GROMA_NOT_FOUND when there is no store, or when tiles are missing and allow_incomplete is
/// 0. `options` may be NULL for the defaults. `job` gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_merge(
    folder: groma_str,
    path: groma_str,
    options: *const groma_merge_options,
    job: *mut *mut groma_job,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let job = output(job, "job")?;
        // SAFETY: by the conventions `folder` and `path` are readable text.
        let (folder, path) = unsafe { (folder.as_path("folder")?, path.as_path("path")?) };
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size.
        let options = unsafe { grow::read_or_defaults(options, "options")? };
        let merge = MergeOptions {
            allow_incomplete: flag(options.allow_incomplete, "allow_incomplete")?,
            snap_distance: options.snap_distance,
            fsync: flag(options.fsync, "fsync")?,
            markers: markers(options.markers)?,
            groups: groups(options.groups)?,
        };
        merge.check()?;
        let callback = progress_callback(options.on_progress, options.user);
        let started = groma_job::start(&run_options(options.threads, options.memory_limit), callback, move |runner| {
            merge_to_file(&MeshStore::open(folder)?, &path, &merge, runner).map(Report::Merge)
        })?;
        // SAFETY: by the conventions `job` is writable: `output` looked at it.
        unsafe { give(started, job) };
        Ok(())
    })
}

/// Starts to check the mesh that the tiles of the store in `folder` make together, in bounded memory. A mesh that is
/// not sound or not plausible does not fail the job: groma_job_check_report tells. `options` may be NULL for the
/// defaults. `job` gets the handle, to be freed with groma_job_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mesh_store_check(
    folder: groma_str,
    options: *const groma_check_options,
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
        let run = run_options(options.threads, options.memory_limit);
        let started = groma_job::start(&run, callback, move |runner| {
            let checked = check_store(&MeshStore::open(folder)?, &Expectations::default(), runner)?;
            Ok(Report::Check(Box::new(checked)))
        })?;
        // SAFETY: by the conventions `job` is writable: `output` looked at it.
        unsafe { give(started, job) };
        Ok(())
    })
}

fn run_options(threads: u32, memory_limit: u64) -> RunOptions {
    RunOptions { threads: threads as usize, memory_limit, ..RunOptions::default() }
}

/// Fills `report`, whose struct_size must be set, with the figures of a merge. GROMA_BUSY while the merge runs, the
/// job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_merge_report(
    job: *const groma_job,
    report: *mut groma_merge_report,
    error: *mut groma_error,
) -> i32 {
    call_for_status(error, || {
        let job = handle(job, "job")?;
        job.look(error, |r| match r {
            // SAFETY: by the conventions `report` is NULL or writable for its struct_size.
            Report::Merge(r) => unsafe { grow::write(&groma_merge_report::new(r), report, "report") },
            other => Err(other.wrong_kind("a merge")),
        })
    })
}

/// Fills `report`, whose struct_size must be set, with the findings of a check. GROMA_BUSY while the check runs, the
/// job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_check_report(
    job: *const groma_job,
    report: *mut groma_check_report,
    error: *mut groma_error,
) -> i32 {
    call_for_status(error, || {
        let job = handle(job, "job")?;
        job.look(error, |r| match r {
            // SAFETY: by the conventions `report` is NULL or writable for its struct_size.
            Report::Check(r) => unsafe { grow::write(&groma_check_report::new(r), report, "report") },
            other => Err(other.wrong_kind("a check")),
        })
    })
}
