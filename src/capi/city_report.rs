//! The figures of a build of a city mesh.

use super::boundary::{call_for_status, handle};
use super::grow::{self, Grows};
use super::job::{Report, groma_job};
use super::status::groma_error;
use crate::city::build::CityReport;

/// The figures of a build of a city mesh. The JSON of groma_job_report_json also has names, causes and warnings.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_city_report {
    /// sizeof the struct; set it before groma_job_city_report.
    pub struct_size: u32,
    /// The number of worker threads.
    pub threads: u32,
    /// The rectangle around the meshed area: west, south, east, north.
    pub bounds: [f64; 4],
    /// Features of the file, or footprints in memory: used_footprints plus all that were left out.
    pub footprints: u64,
    /// Buildings of the mesh, the N of the markers.
    pub buildings: u64,
    /// Features of the file without a geometry, left out.
    pub no_geometry: u64,
    /// Features of the file that are not polygons, left out.
    pub other_geometry: u64,
    /// Features of the file, or footprints in memory, without a usable height, left out.
    pub no_height: u64,
    /// Footprints that got the default height.
    pub default_heights: u64,
    /// Footprints outside the meshed area or over its border, left out; the JSON has the two apart.
    pub outside: u64,
    /// Footprints without area, left out.
    pub empty_footprints: u64,
    /// Footprints below min_building_area, left out.
    pub small: u64,
    /// Footprints whose outlines crossed or overlapped themselves and were repaired.
    pub repaired: u64,
    /// Footprints that could not be repaired, or without ground for their height to count from, left out; the JSON has
    /// the two apart.
    pub unrepairable: u64,
    /// Footprints that were merged with others, or share walls with them.
    pub clustered: u64,
    /// Points where buildings touch without sharing a wall.
    pub corner_contacts: u64,
    /// Edges of buildings that stayed shorter than min_building_detail.
    pub short_edges: u64,
    /// Places that stayed narrower than min_building_detail, within a building or between two.
    pub narrow_places: u64,
    /// Tiles of the city.
    pub tiles: u64,
    /// Tiles made by this run.
    pub built: u64,
    /// Tiles kept from an earlier run with the same inputs.
    pub kept: u64,
    /// Tiles kept from an earlier run in which only the buildings' numbers changed.
    pub renumbered: u64,
    /// Tiles made by other processes meanwhile.
    pub elsewhere: u64,
    /// Tiles without a triangle.
    pub empty: u64,
    /// Tiles of an earlier build that were removed.
    pub removed: u64,
    /// Tiles that could not be made; above 0 the store is incomplete.
    pub failed: u64,
    /// Tiles that were made again with a wider halo because they and a neighbour disagreed.
    pub healed: u64,
    /// The largest number of refinement rounds in a tile.
    pub rounds: u64,
    /// Vertices. A vertex counts once for each tile that uses it.
    pub vertices: u64,
    /// Triangles.
    pub triangles: u64,
    /// Triangles of the ground that touch no building.
    pub ground: u64,
    /// Triangles of the ground that touch a building.
    pub ground_beside_buildings: u64,
    /// Triangles of walls.
    pub walls: u64,
    /// Triangles of roofs and platforms.
    pub roofs: u64,
    /// Vertices whose height was taken from the nearest data.
    pub filled_heights: u64,
    /// Pieces of walls with their roof below the ground; groma_check_report counts triangles of walls.
    pub walls_upside_down: u64,
    /// Triangles of ground and roofs with an angle under 25 degrees, seen from above.
    pub under_25: u64,
    /// The same under 20 degrees.
    pub under_20: u64,
    /// The same under 10 degrees.
    pub under_10: u64,
    /// The smallest angle of ground and roofs, seen from above, in degrees.
    pub min_angle: f64,
    /// The longest edge of ground and roofs, seen from above, in metres; groma_check_report has the longest in space.
    pub longest_edge: f64,
    /// The size of the store, in bytes.
    pub bytes: u64,
    /// The most bytes that the job's buffers took at once.
    pub peak_buffer_bytes: u64,
    /// The peak physical memory of the whole process, in bytes. It includes pages of files, which memory_limit does not
    /// count. 0 where the system does not tell.
    pub process_peak_bytes: u64,
    /// The number of warnings; their text is in the JSON.
    pub warnings: u64,
    /// The duration of the build, in seconds.
    pub seconds: f64,
    /// Heights that count as unknown: zero or less above the ground, an elevation of zero beside another height, and
    /// NaN in memory.
    pub unknown_heights: u64,
    /// Heights that count as unknown: above 900 m, or an elevation outside -500 to 9000 m.
    pub impossible_heights: u64,
    /// Heights that count as unknown: texts of the file that cannot be read as one height.
    pub unreadable_heights: u64,
    /// Footprints whose height was computed from storeys.
    pub heights_from_levels: u64,
    /// Buildings with their roof below the highest ground along their outline.
    pub roofs_under_ground: u64,
    /// Ids shared by more than one footprint.
    pub duplicate_ids: u64,
    /// Footprints left out because others, which stay apart, cover them.
    pub swallowed: u64,
    /// Footprints with a roof that is more than 1 m higher or lower in the mesh.
    pub roof_changes: u64,
    /// Footprints whose area changed by more than a tenth in cleaning; a merged cluster counts once.
    pub area_changes: u64,
    /// The height of the lowest roof above the lowest ground along its outline, in metres; 0 where there is none.
    pub lowest_roof_height: f64,
    /// The height of the highest roof above the lowest ground along its outline, in metres; 0 where there is none.
    pub highest_roof_height: f64,
    /// Footprints that are in the mesh, whole or in part.
    pub used_footprints: u64,
    /// Reasons why used footprints lack a part, each counted once per footprint; the JSON has them by name.
    pub missing_parts: u64,
    /// Courtyards that were closed; the JSON names the footprints that had them.
    pub courtyards_closed: u64,
    /// Footprints of level of detail 0 that were merged into blocks, of level 1.
    pub lod_changes: u64,
    /// The meshed area, in square metres.
    pub area: f64,
    /// What was left out of the area to mesh because the terrain has no data there, in square metres.
    pub area_without_data: f64,
    /// Buildings that were divided into parts of different height.
    pub divided_buildings: u64,
    /// The parts of all buildings; a building with one roof counts as one.
    pub building_parts: u64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_city_report {
    const FIRST_SIZE: usize = 384;
}

impl groma_city_report {
    fn new(report: &CityReport) -> groma_city_report {
        let (input, clean, counts) = (&report.input, &report.clean, &report.counts);
        let number = |items: &[String]| items.len() as u64;
        let [lowest_roof_height, highest_roof_height] = report.roof_heights.unwrap_or_default();
        groma_city_report {
            threads: report.threads as u32,
            bounds: report.bounds,
            footprints: input.features,
            buildings: report.buildings,
            no_geometry: input.no_geometry,
            other_geometry: input.other_geometry,
            no_height: input.no_height,
            default_heights: input.default_heights,
            outside: number(&clean.outside) + number(&clean.near_border),
            empty_footprints: number(&clean.empty),
            small: number(&clean.small),
            repaired: number(&clean.repaired),
            unrepairable: number(&clean.unrepairable) + number(&clean.without_ground),
            clustered: clean.clustered,
            corner_contacts: clean.corner_contacts,
            short_edges: clean.short_edges,
            narrow_places: clean.narrow_places,
            tiles: report.tiles,
            built: report.built,
            kept: report.kept,
            renumbered: report.renumbered,
            elsewhere: report.elsewhere,
            empty: report.empty,
            removed: report.removed,
            failed: report.failed.len() as u64,
            healed: number(&report.healed),
            rounds: report.rounds.into(),
            vertices: report.vertices,
            triangles: counts.triangles(),
            ground: counts.ground,
            ground_beside_buildings: counts.ground_beside_buildings,
            walls: counts.walls,
            roofs: counts.roofs,
            filled_heights: counts.filled_heights,
            walls_upside_down: counts.walls_upside_down,
            under_25: counts.quality.under_25,
            under_20: counts.quality.under_20,
            under_10: counts.quality.under_10,
            min_angle: counts.quality.min_angle(),
            longest_edge: counts.quality.longest_edge,
            bytes: report.bytes,
            peak_buffer_bytes: report.peak_buffer_bytes,
            process_peak_bytes: report.process_peak_bytes.unwrap_or(0),
            warnings: report.warnings.len() as u64,
            seconds: report.seconds,
            unknown_heights: input.heights.unknown.count,
            impossible_heights: input.heights.impossible.count,
            unreadable_heights: input.heights.unreadable.count,
            heights_from_levels: input.heights.from_levels(),
            roofs_under_ground: input.roofs_under_ground.count,
            duplicate_ids: input.duplicate_ids.count,
            swallowed: clean.swallowed.len() as u64,
            roof_changes: clean.roof_changes.len() as u64,
            area_changes: clean.area_changes.len() as u64,
            lowest_roof_height,
            highest_roof_height,
            used_footprints: clean.used,
            missing_parts: clean.missing_parts(),
            courtyards_closed: clean.holes_closed,
            lod_changes: number(&clean.lod_changes),
            area: report.area,
            area_without_data: input.area_without_data,
            divided_buildings: clean.divided,
            building_parts: clean.parts,
            ..groma_city_report::defaults()
        }
    }
}

/// Fills `report`, whose struct_size must be set, with the figures of a build of a city mesh. GROMA_BUSY while the
/// build runs, the job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_job_city_report(
    job: *const groma_job,
    report: *mut groma_city_report,
    error: *mut groma_error,
) -> i32 {
    call_for_status(error, || {
        let job = handle(job, "job")?;
        job.look(error, |r| match r {
            // SAFETY: by the conventions `report` is NULL or writable for its struct_size.
            Report::City(r) => unsafe { grow::write(&groma_city_report::new(r), report, "report") },
            other => Err(other.wrong_kind("a build of a city mesh")),
        })
    })
}
