//! What a build of a city mesh did, in figures.

use super::boundary::{call_for_status, handle};
use super::grow::{self, Grows};
use super::job::{Report, groma_job};
use super::status::groma_error;
use crate::city::build::BuildReport;

/// What a build of a city mesh did. The JSON of groma_job_report_json has more: names, causes, warnings.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_city_report {
    /// sizeof the struct; set it before groma_job_city_report.
    pub struct_size: u32,
    /// Worker threads.
    pub threads: u32,
    /// What is meshed: west, south, east, north.
    pub bounds: [f64; 4],
    /// Features of the file, or footprints in memory: used_footprints and all that were left out.
    pub footprints: u64,
    /// Buildings of the mesh, N of the markers.
    pub buildings: u64,
    /// Features of the file without a geometry, left out.
    pub no_geometry: u64,
    /// Features of the file that are no polygons, left out.
    pub other_geometry: u64,
    /// Features of the file, or footprints in memory, without a usable height, left out.
    pub no_height: u64,
    /// Footprints that got the default height.
    pub default_heights: u64,
    /// Footprints outside what is meshed or too near to its border, left out.
    pub outside: u64,
    /// Footprints without area, left out.
    pub empty_footprints: u64,
    /// Footprints below min_building_area, left out.
    pub small: u64,
    /// Footprints whose outlines crossed or overlapped themselves and had to change.
    pub repaired: u64,
    /// Footprints of which nothing valid could be made, or without ground that their height counts from, left out.
    pub unrepairable: u64,
    /// Footprints that were merged with others, or share walls with them.
    pub clustered: u64,
    /// Points where buildings touch without sharing a wall.
    pub corner_contacts: u64,
    /// Edges of buildings below min_building_detail that could not be made longer.
    pub short_edges: u64,
    /// Places where buildings remain nearer to each other, or narrower, than min_building_detail.
    pub narrow_places: u64,
    /// The tiles of the city.
    pub tiles: u64,
    /// Tiles made by this run.
    pub built: u64,
    /// Tiles that an earlier run had made from the same inputs.
    pub kept: u64,
    /// Tiles of an earlier run of which only the numbers of the buildings were changed.
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
    /// The most rounds of refinement in a tile.
    pub rounds: u64,
    /// Vertices, each once for each tile that uses it.
    pub vertices: u64,
    /// Triangles.
    pub triangles: u64,
    /// Triangles of the ground that touch no building.
    pub ground: u64,
    /// Triangles of the ground that touch one.
    pub ground_beside_buildings: u64,
    /// Triangles of walls.
    pub walls: u64,
    /// Triangles of roofs and platforms.
    pub roofs: u64,
    /// Vertices whose height came from the nearest data.
    pub filled_heights: u64,
    /// Pieces of walls whose roof lies under the ground.
    pub walls_upside_down: u64,
    /// Triangles of ground and roofs with an angle under 25 degrees, seen from above.
    pub under_25: u64,
    /// The same under 20 degrees.
    pub under_20: u64,
    /// The same under 10 degrees.
    pub under_10: u64,
    /// The smallest of these angles, in degrees.
    pub min_angle: f64,
    /// The longest edge of ground and roofs, seen from above, in metres.
    pub longest_edge: f64,
    /// The size of the store.
    pub bytes: u64,
    /// The most bytes the job's buffers took at once.
    pub peak_buffer_bytes: u64,
    /// The most physical memory the whole process has had, with pages of files, which memory_limit does not count; 0
    /// where the system does not tell.
    pub process_peak_bytes: u64,
    /// Warnings; their text is in the JSON.
    pub warnings: u64,
    /// Seconds the whole took.
    pub seconds: f64,
    /// Heights of zero or less above the ground, elevations of zero beside another height, and in memory NaN, which
    /// count as unknown.
    pub unknown_heights: u64,
    /// Heights above 900 m and elevations outside -500 to 9000 m, which count as unknown.
    pub impossible_heights: u64,
    /// Texts of the file that cannot be read as one height and count as unknown.
    pub unreadable_heights: u64,
    /// Footprints whose height was reckoned from storeys.
    pub heights_from_levels: u64,
    /// Buildings whose roof lies under the highest ground along their outline.
    pub roofs_under_ground: u64,
    /// Ids that more than one footprint has.
    pub duplicate_ids: u64,
    /// Footprints left out because others, which stay apart, cover them.
    pub swallowed: u64,
    /// Footprints whose roof merging moved by more than 1 m.
    pub roof_changes: u64,
    /// Footprints whose area cleaning changed by more than a tenth; of a cluster that was merged, the cluster counts
    /// once.
    pub area_changes: u64,
    /// The lowest roof above the lowest ground along its outline, in metres; 0 where there is none.
    pub lowest_roof: f64,
    /// The highest roof above the lowest ground along its outline, in metres; 0 where there is none.
    pub highest_roof: f64,
    /// Footprints that are there, whole or in part.
    pub used_footprints: u64,
    /// Reasons why footprints that are there lack a part, each counted once for each footprint; the JSON has them by
    /// name.
    pub missing_parts: u64,
    /// Courtyards that were closed.
    pub courtyards_closed: u64,
    /// Footprints of level of detail 0 that merging made parts of blocks, of level 1.
    pub lod_changes: u64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_city_report {
    const FIRST_SIZE: usize = 384;
}

impl groma_city_report {
    fn new(report: &BuildReport) -> groma_city_report {
        let (input, clean, counts) = (&report.input, &report.clean, &report.counts);
        let number = |items: &[String]| items.len() as u64;
        let [lowest_roof, highest_roof] = report.roof_heights.unwrap_or_default();
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
            lowest_roof,
            highest_roof,
            used_footprints: clean.used,
            missing_parts: clean.missing_parts(),
            courtyards_closed: clean.holes_closed,
            lod_changes: number(&clean.lod_changes),
            ..groma_city_report::defaults()
        }
    }
}

/// Fills `report`, whose struct_size must be set, with what a build of a city mesh did. Gives GROMA_BUSY while it runs,
/// the job's own status when it did not succeed, and GROMA_INVALID_ARGUMENT for a job of another kind.
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
