//! What a build did, in figures.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use super::systems::ReferenceSystems;
use crate::Error;
use crate::city::input::Footprints;
use crate::city::input::footprint::FootprintList;
use crate::city::input::geojson::Skipped;
use crate::city::input::heights::{ELEVATIONS, HeightMeaning, HeightReport, LARGEST_HEIGHT};
use crate::city::plane::clean::{AREA_CHANGE, CleanReport, ROOF_CHANGE, Swallowed};
use crate::city::plane::domain::Domain;
use crate::city::tiles::surface::SurfaceCounts;
use crate::human::{self, first_of};
use crate::job::{Context, Phase, PhaseReport, Warning, process_peak_bytes};

/// What a build goes through.
pub const PHASES: [Phase; 4] = [
    Phase { name: "read", weight: 3.0 },
    Phase { name: "clean", weight: 7.0 },
    Phase { name: "tiles", weight: 88.0 },
    Phase { name: "compare", weight: 2.0 },
];

/// What came in.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct InputReport {
    /// Features of the file, or footprints from memory: those in [`CleanReport::footprints`], and those that are left
    /// out here.
    pub features: u64,
    /// The property that most heights were taken from.
    pub height_property: Option<String>,
    /// What the heights were taken from, and which values are none.
    pub heights: HeightReport,
    /// Footprints that got the default height.
    pub default_heights: u64,
    /// Features without a geometry.
    pub no_geometry: u64,
    /// Features whose geometry is no polygon.
    pub other_geometry: u64,
    /// Features, or footprints from memory, without a usable height, left out.
    pub no_height: u64,
    /// Features without a value in the property that was asked for their level of detail.
    pub no_lod: u64,
    /// Features without a value in the property that was asked for their names.
    pub no_id: u64,
    /// The reference systems of the inputs.
    pub reference_systems: ReferenceSystems,
    /// Ids that more than one footprint has.
    pub duplicate_ids: FootprintList,
    /// Buildings whose roof lies under the highest ground along their outline, by the footprints they are made of.
    pub roofs_under_ground: FootprintList,
}

impl InputReport {
    /// Takes in what came of reading and of looking at the ground, and tells what the user should know of it.
    pub(super) fn take_in(
        &mut self,
        heights: HeightReport,
        skipped: &Skipped,
        duplicate_ids: FootprintList,
        hint: Option<&str>,
        context: &Context,
    ) {
        let Skipped { no_geometry, other_geometry, no_height, other_parts, no_lod, no_id } = skipped;
        let left_out = [
            ("no-geometry", "without a geometry", no_geometry, ""),
            ("other-geometry", "without a polygon", other_geometry, ""),
            ("no-height", "without a usable height", no_height, "; default_height (--default-height) gives them one"),
        ];
        for (kind, what, features, remedy) in left_out.into_iter().filter(|(_, _, features, _)| features.count > 0) {
            let were = if features.count == 1 { "was" } else { "were" };
            let counted = human::counted(features.count, "feature");
            let ids = first_of(&features.ids, features.count);
            context.warn(kind, format!("{counted} {what} {were} left out: {ids}{remedy}"));
        }
        let lacking = [
            ("other-parts", "taken without the lines and points in their geometry collections", other_parts),
            ("no-lod", "without a level of detail in lod_property (--lod-property) got that of the mesh", no_lod),
            ("no-id", "without a name in id_property (--id-property) are called by their number", no_id),
        ];
        for (kind, what, features) in lacking.into_iter().filter(|(_, _, features)| features.count > 0) {
            let ids = first_of(&features.ids, features.count);
            context.warn(kind, format!("{} {what}: {ids}", human::counted(features.count, "footprint")));
        }
        let impossible = format!(
            "that no building has, above {LARGEST_HEIGHT} m or an elevation outside {} to {} m, taken as unknown",
            ELEVATIONS.start(),
            ELEVATIONS.end()
        );
        let refused = [
            ("unknown-height", "height", "of zero or less, taken as unknown", &heights.unknown),
            ("impossible-height", "height", impossible.as_str(), &heights.impossible),
            ("unreadable-height", "value", "not to be read as one height, taken as unknown", &heights.unreadable),
        ];
        for (kind, thing, what, values) in refused.into_iter().filter(|(_, _, _, values)| values.count > 0) {
            let counted = human::counted(values.count, thing);
            context.warn(kind, format!("{counted} {what}: {}", first_of(&values.listed, values.count)));
        }
        if let Some(hint) = hint {
            context.warn("heights-like-elevations", hint.to_string());
        }
        let of = |is_wanted: fn(&HeightMeaning) -> bool| {
            let sources: Vec<&str> = heights
                .properties
                .iter()
                .filter(|source| is_wanted(&source.meaning))
                .map(|source| source.property.as_str())
                .collect();
            (!sources.is_empty()).then(|| sources.join(", "))
        };
        let (absolute, relative) =
            (of(|m| *m == HeightMeaning::RoofElevation), of(|m| *m != HeightMeaning::RoofElevation));
        if let (Some(absolute), Some(relative)) = (absolute, relative) {
            context.warn(
                "mixed-heights",
                format!(
                    "some roofs are elevations, from {absolute}, others count from the ground, from {relative} \
                     ({heights}); height_property (--height-property) takes one property alone"
                ),
            );
        }
        if duplicate_ids.count > 0 {
            let ids = first_of(&duplicate_ids.ids, duplicate_ids.count);
            context.warn(
                "duplicate-ids",
                format!(
                    "{} {} for more than one footprint, which reports and buildings.jsonl cannot tell apart: {ids}",
                    human::counted(duplicate_ids.count, "id"),
                    if duplicate_ids.count == 1 { "stands" } else { "stand" }
                ),
            );
        }
        *self = InputReport {
            features: self.features,
            height_property: heights.main_property().map(String::from),
            default_heights: heights.default,
            heights,
            no_geometry: no_geometry.count,
            other_geometry: other_geometry.count,
            no_height: no_height.count,
            no_lod: no_lod.count,
            no_id: no_id.count,
            duplicate_ids,
            roofs_under_ground: FootprintList::default(),
            reference_systems: std::mem::take(&mut self.reference_systems),
        };
    }

    /// Tells of roofs that the ground beside them overtops.
    pub(super) fn take_in_roofs_under_ground(&mut self, buildings: FootprintList, context: &Context) {
        if buildings.count > 0 {
            let have = if buildings.count == 1 { "has its roof" } else { "have their roofs" };
            context.warn(
                "roofs-under-ground",
                format!(
                    "{} {have} under the highest ground along the outline, which is right only where a house stands \
                     deep in a slope: {}",
                    human::counted(buildings.count, "building"),
                    first_of(&buildings.ids, buildings.count)
                ),
            );
        }
        self.roofs_under_ground = buildings;
    }
}

/// What gives a city without buildings.
pub(super) const NO_FOOTPRINTS: &str = "a collection without features, {\"type\": \"FeatureCollection\", \"features\": \
                                        []} as footprints, or none from memory";

/// The error for footprints of which no building is left.
pub(super) fn no_buildings(
    footprints: &Footprints,
    input: &InputReport,
    clean: &CleanReport,
    hint: Option<String>,
) -> Error {
    let HeightReport { unknown, impossible, unreadable, .. } = &input.heights;
    let details = [(unknown, "zero or less"), (impossible, "that no building has"), (unreadable, "not to be read")];
    let details: Vec<String> = details
        .iter()
        .filter(|(values, _)| values.count > 0)
        .map(|(values, what)| format!("{} {what}: {}", values.count, first_of(&values.listed, values.count)))
        .collect();
    let heights = match details.is_empty() {
        true => "without a usable height".to_string(),
        false => format!("without a usable height ({})", details.join("; ")),
    };
    let listed = |ids: &[String]| ids.len() as u64;
    let reasons = [
        (input.no_geometry, "without a geometry"),
        (input.other_geometry, "without a polygon"),
        (input.no_height, &heights),
        (listed(&clean.outside), "outside what is meshed"),
        (listed(&clean.near_border), "over or too near to the border of what is meshed"),
        (listed(&clean.empty), "without an area"),
        (listed(&clean.small), "smaller than min_building_area (--min-building-area)"),
        (listed(&clean.unrepairable), "not to be repaired"),
        (listed(&clean.without_ground), "without ground that the height counts from"),
        (clean.swallowed.len() as u64, "covered by others"),
    ];
    let reasons: Vec<String> =
        reasons.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let reasons = reasons.join(", ");
    let mut accepted = "at least one building".to_string();
    if input.no_height > 0 {
        accepted += ", with its height in a property to be named as height_property (--height-property) or by \
                     default_height (--default-height)";
    }
    if let Some(hint) = hint {
        accepted = format!("{hint}; else {accepted}");
    }
    accepted += &format!("; for the ground alone, {NO_FOOTPRINTS}");
    match footprints {
        Footprints::File(path, _) => {
            let seen = format!("no building is left of the footprints: {reasons}");
            Error::bad_format(path, None, seen, accepted)
        }
        Footprints::Memory(_) => {
            Error::invalid("the number of buildings", format!("0, left out were {reasons}"), accepted)
        }
    }
}

/// Tells what became of footprints that are not meshed as they came.
pub(super) fn warn_about_footprints(clean: &CleanReport, domain: &Domain, context: &Context) {
    let [west, south, east, north] = domain.bounds();
    let meshed = format!("what is meshed (x {west} to {east}, y {south} to {north})");
    let alike = |list: &[Swallowed], is_equal: bool| -> Vec<String> {
        list.iter().filter(|s| s.is_equal == is_equal).map(Swallowed::to_string).collect()
    };
    let (swallowed, equal) = (alike(&clean.swallowed, false), alike(&clean.swallowed, true));
    let (swallowed_parts, equal_parts) = (alike(&clean.swallowed_parts, false), alike(&clean.swallowed_parts, true));
    let roofs = named(&clean.roof_changes, |r| format!("{} {:+.1} m", r.member, r.difference));
    let areas = named(&clean.area_changes, |a| {
        let footprints = first_of(&a.footprints, a.footprints.len() as u64);
        format!("{footprints} {:.0} to {:.0} m2", a.before, a.after)
    });
    let roof_change = format!(
        "whose roof merging moved by more than {ROOF_CHANGE} m; --no-merge-buildings (merge_buildings) keeps \
         apart what does not overlap"
    );
    let area_change = format!("whose area changed by more than {:.0} %", 100.0 * AREA_CHANGE);
    let courtyards = format!(
        "with {} closed, too small or too narrow for min_building_detail (--min-building-detail), or filled by others",
        human::counted(clean.holes_closed, "courtyard")
    );
    let kinds: [(&str, &str, &[String]); 20] = [
        ("outside", &format!("left out, outside {meshed}"), &clean.outside),
        ("outside-parts", "without a part that is outside what is meshed", &clean.outside_parts),
        ("near-border", &format!("left out, over or too near to the border of {meshed}"), &clean.near_border),
        (
            "near-border-parts",
            "without a part that is over or too near to the border of what is meshed",
            &clean.near_border_parts,
        ),
        ("empty", "left out, without an area", &clean.empty),
        ("empty-parts", "without a part that has no area", &clean.empty_parts),
        ("unrepairable", "left out, not to be repaired", &clean.unrepairable),
        ("unrepairable-parts", "without a part that is not to be repaired", &clean.unrepairable_parts),
        ("without-ground", "left out, without ground that the height counts from", &clean.without_ground),
        ("small", "left out, smaller than min_building_area (--min-building-area)", &clean.small),
        ("small-parts", "without a part that is smaller than min_building_area", &clean.small_parts),
        ("swallowed", "left out, covered by larger ones but for less than a building", &swallowed),
        ("swallowed", "left out, equal to another", &equal),
        ("swallowed-parts", "without a part that others cover", &swallowed_parts),
        ("swallowed-parts", "without a part that is equal to another's", &equal_parts),
        ("courtyards-closed", &courtyards, &clean.courtyards_closed),
        ("repaired", "repaired, with outlines that crossed or overlapped themselves", &clean.repaired),
        ("roof-change", &roof_change, &roofs),
        ("area-change", &area_change, &areas),
        (
            "lod-change",
            "of level of detail 0 merged into blocks of level 1, with walls; --no-merge-buildings (merge_buildings) \
             keeps them apart",
            &clean.lod_changes,
        ),
    ];
    for (kind, what, ids) in kinds.into_iter().filter(|(_, _, ids)| !ids.is_empty()) {
        let count = ids.len() as u64;
        let more = match ids.len() > human::SHOWN {
            true => format!("; the report (--json) lists all, {}", list_of(kind)),
            false => String::new(),
        };
        context.warn(kind, format!("{} {what}: {}{more}", human::counted(count, "footprint"), first_of(ids, count)));
    }
    if clean.corner_contacts > 0 {
        context.warn(
            "corner-contacts",
            format!(
                "buildings touch in {} corners; where their heights are equal, four walls meet in one edge there",
                clean.corner_contacts
            ),
        );
    }
}

/// Names the list of the report with what a kind of warning is about.
fn list_of(kind: &str) -> String {
    let list = kind.replace('-', "_");
    match list.as_str() {
        "swallowed" | "swallowed_parts" => format!("under clean.{list}, each with the one that covers it"),
        "roof_change" | "area_change" | "lod_change" => format!("under clean.{list}s"),
        _ => format!("under clean.{list}"),
    }
}

/// Tells how much of the walls has the ground above its roof, and of which buildings.
pub(super) fn warn_about_walls(counts: &SurfaceCounts, buildings: &FootprintList, context: &Context) {
    if counts.walls_upside_down > 0 {
        context.warn(
            "walls-upside-down",
            format!(
                "{} of walls {} the ground above their roof, of {}: {}; are heights above the ground taken for \
                 elevations (--height-reference ground)?",
                human::counted(counts.walls_upside_down, "piece"),
                if counts.walls_upside_down == 1 { "has" } else { "have" },
                human::counted(buildings.count, "building"),
                first_of(&buildings.ids, buildings.count)
            ),
        );
    }
}

fn named<T>(items: &[T], name: impl Fn(&T) -> String) -> Vec<String> {
    items.iter().map(name).collect()
}

/// A tile that could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedTile {
    /// Its name in the store.
    pub tile: String,
    /// Why.
    pub cause: String,
}

/// The time that stages of meshing took, in seconds, summed over the threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct StageSeconds {
    /// Points on edges and in the field.
    pub points: f64,
    /// Triangulation.
    pub triangulate: f64,
    /// Refinement.
    pub refine: f64,
    /// Heights and walls.
    pub surface: f64,
    /// Files.
    pub store: f64,
}

impl StageSeconds {
    pub(super) fn add(&mut self, mesher: &crate::city::plane::mesher::StageTimes, surface: Duration, store: Duration) {
        self.points += mesher.points.as_secs_f64();
        self.triangulate += mesher.triangulate.as_secs_f64();
        self.refine += mesher.refine.as_secs_f64();
        self.surface += surface.as_secs_f64();
        self.store += store.as_secs_f64();
    }
}

/// What a build did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CityReport {
    /// The store's folder.
    pub store: PathBuf,
    /// What came in.
    pub input: InputReport,
    /// What the cleaning of the footprints did.
    pub clean: CleanReport,
    /// Buildings of the mesh, N of the markers.
    pub buildings: u64,
    /// The lowest and the highest roof of a block above the lowest ground along its outline, in metres.
    pub roof_heights: Option<[f64; 2]>,
    /// What is meshed: west, south, east, north.
    pub bounds: [f64; 4],
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
    /// Files of tiles of an earlier build that were removed.
    pub removed: u64,
    /// Tiles that are not there at the end: those that failed, and those that another process removed.
    pub missing: u64,
    /// Tiles that could not be made.
    pub failed: Vec<FailedTile>,
    /// Tiles that were made again with a wider halo because they and a neighbour disagreed.
    pub healed: Vec<String>,
    /// The most rounds of refinement in a tile.
    pub rounds: u32,
    /// Vertices, each once for each tile that uses it.
    pub vertices: u64,
    /// What the surface consists of.
    pub counts: SurfaceCounts,
    /// The size of the store.
    pub bytes: u64,
    /// What the stages of meshing took in this run.
    pub stages: StageSeconds,
    /// The phases.
    pub phases: Vec<PhaseReport>,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Threads.
    pub threads: usize,
    /// The most bytes in the job's buffers at once.
    pub peak_buffer_bytes: u64,
    /// The most physical memory the whole process has had, where the system tells, as
    /// [`process_peak_bytes`](crate::job::process_peak_bytes): with pages of files, which the memory limit does not
    /// count.
    pub process_peak_bytes: Option<u64>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

impl CityReport {
    /// Whether all tiles are there.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.missing == 0
    }

    pub(super) fn finish(&mut self, context: &Context, (phases, seconds): (Vec<PhaseReport>, f64)) {
        (self.phases, self.seconds) = (phases, seconds);
        self.threads = context.threads();
        self.peak_buffer_bytes = context.memory().peak();
        self.process_peak_bytes = process_peak_bytes();
        self.warnings = context.warnings();
    }
}

impl CityReport {
    /// What is left out or not as it came.
    fn write_changes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (clean, input) = (&self.clean, &self.input);
        let lists = [
            (input.no_geometry as usize, "without a geometry"),
            (input.other_geometry as usize, "without a polygon"),
            (input.no_height as usize, "without a usable height"),
            (clean.outside.len(), "outside"),
            (clean.near_border.len(), "too near to the border"),
            (clean.empty.len(), "without area"),
            (clean.unrepairable.len(), "not to be repaired"),
            (clean.without_ground.len(), "without ground"),
            (clean.small.len(), "too small"),
            (clean.swallowed.len(), "covered by others"),
        ];
        let count = |n: usize| human::count(n as u64);
        let reasons: Vec<String> =
            lists.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{} {why}", count(*n))).collect();
        if !reasons.is_empty() {
            let left_out = self.input.features - clean.used;
            writeln!(f, "  left out     {}: {}", human::count(left_out), reasons.join(", "))?;
        }
        let parts = [
            (clean.outside_parts.len(), "outside"),
            (clean.near_border_parts.len(), "too near to the border"),
            (clean.empty_parts.len(), "without area"),
            (clean.unrepairable_parts.len(), "not to be repaired"),
            (clean.small_parts.len(), "too small"),
            (clean.swallowed_parts.len(), "covered by others"),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{} {why}", count(*n))).collect();
        if !parts.is_empty() {
            writeln!(f, "  parts        left out of footprints that are there: {}", parts.join(", "))?;
        }
        if let (Some(most), false) = (&clean.largest_roof_change, clean.roof_changes.is_empty()) {
            let moved = count(clean.roof_changes.len());
            writeln!(
                f,
                "  merging      {moved} roofs moved by more than {ROOF_CHANGE} m, the most by {:+.1} m ({})",
                most.difference, most.member
            )?;
        }
        if !clean.area_changes.is_empty() {
            let changed = count(clean.area_changes.len());
            writeln!(f, "  areas        {changed} changed by more than {:.0} %", 100.0 * AREA_CHANGE)?;
        }
        Ok(())
    }
}

impl fmt::Display for CityReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = human::count;
        let counts = &self.counts;
        let state = if self.is_complete() { "" } else { ", INCOMPLETE" };
        writeln!(f, "{} in {}{state}", human::counted(self.tiles, "tile"), self.store.display())?;
        let mut done = vec![format!("{} built", n(self.built))];
        let others = [
            (self.kept, "kept"),
            (self.renumbered, "renumbered"),
            (self.elsewhere, "made by other processes"),
            (self.empty, "empty"),
            (self.removed, "of an earlier build removed"),
            (self.healed.len() as u64, "made again with more of their surroundings"),
            (self.failed.len() as u64, "FAILED"),
        ];
        done.extend(
            others.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{} {what}", n(count))),
        );
        writeln!(f, "  tiles        {}", done.join(", "))?;
        for failed in self.failed.iter().take(5) {
            writeln!(f, "    {}: {}", failed.tile, failed.cause)?;
        }
        let (used, features) = (self.clean.used, self.input.features);
        let footprints = human::counted(features, "footprint");
        let footprints = if used == features { footprints } else { format!("{} of {footprints}", n(used)) };
        writeln!(f, "  buildings    {} from {footprints}", n(self.buildings))?;
        writeln!(f, "  reference    {}", self.input.reference_systems)?;
        let heights = self.input.heights.to_string();
        if !heights.is_empty() {
            writeln!(f, "  roofs        {heights}")?;
        }
        self.write_changes(f)?;
        if let Some([low, high]) = self.roof_heights {
            writeln!(f, "  heights      roofs {low:.1} to {high:.1} m above the lowest ground beside them")?;
        }
        writeln!(
            f,
            "  triangles    {}: ground {}, ground beside buildings {}, walls {}, roofs {}",
            n(counts.triangles()),
            n(counts.ground),
            n(counts.ground_beside_buildings),
            n(counts.walls),
            n(counts.roofs)
        )?;
        let quality = &counts.quality;
        let plane = (counts.triangles() - counts.walls) as f64;
        if plane > 0.0 {
            writeln!(
                f,
                "  angles       {:.4} % under 25 degrees, {:.4} % under 20, {:.4} % under 10, smallest {:.2}; longest \
                 edge seen from above {:.1} m",
                100.0 * quality.under_25 as f64 / plane,
                100.0 * quality.under_20 as f64 / plane,
                100.0 * quality.under_10 as f64 / plane,
                quality.min_angle(),
                quality.longest_edge
            )?;
        }
        if counts.filled_heights > 0 {
            writeln!(f, "  ground       {} heights filled from the nearest data", n(counts.filled_heights))?;
        }
        if counts.walls_upside_down > 0 {
            let pieces = n(counts.walls_upside_down);
            writeln!(f, "  walls        {pieces} pieces have the ground above their roof")?;
        }
        writeln!(f, "  store        {}", human::bytes(self.bytes))?;
        let phases: Vec<String> =
            self.phases.iter().map(|p| format!("{} {}", p.name, human::seconds(p.seconds))).collect();
        writeln!(
            f,
            "  time         {} ({}) on {}",
            human::seconds(self.seconds),
            phases.join(", "),
            human::counted(self.threads as u64, "thread")
        )?;
        write!(f, "  peak memory  {}", human::peak_memory(self.process_peak_bytes, self.peak_buffer_bytes))
    }
}
