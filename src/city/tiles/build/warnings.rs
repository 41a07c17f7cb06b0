//! Warnings about the inputs of a build, and the error when no building is left.

use super::report::InputReport;
use crate::Error;
use crate::city::input::Footprints;
use crate::city::input::footprint::FootprintList;
use crate::city::input::footprints::Skipped;
use crate::city::input::heights::{ELEVATIONS, HeightMeaning, HeightReport, LARGEST_HEIGHT};
use crate::city::plane::area::Area;
use crate::city::plane::clean::{AREA_CHANGE, CleanReport, OUTLINE_CHANGE, ROOF_CHANGE, Swallowed};
use crate::city::plane::domain::Domain;
use crate::city::plane::parameters::Parameters;
use crate::city::tiles::surface::SurfaceCounts;
use crate::human::{self, first_of};
use crate::job::Context;

/// Warns about features that were left out, or that lack a property.
pub(super) fn warn_about_features(skipped: &Skipped, context: &Context) {
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
}

/// Warns about values that are no heights, and about heights of different meanings. `hint` is the warning about heights
/// that look like elevations.
pub(super) fn warn_about_heights(heights: &HeightReport, hint: Option<&str>, context: &Context) {
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
    let (absolute, relative) = (of(|m| *m == HeightMeaning::RoofElevation), of(|m| *m != HeightMeaning::RoofElevation));
    if let (Some(absolute), Some(relative)) = (absolute, relative) {
        context.warn(
            "mixed-heights",
            format!(
                "some roofs are elevations, from {absolute}, others count from the ground, from {relative} \
                 ({heights}); height_property (--height-property) takes one property alone"
            ),
        );
    }
}

/// Warns about bounds of which only the part on the terrain is meshed.
pub(super) fn warn_about_bounds_beyond(asked: Option<[f64; 4]>, meshed: Option<[f64; 4]>, context: &Context) {
    if let Some([west, south, east, north]) = meshed.filter(|_| meshed != asked) {
        let message = format!(
            "the bounds reach beyond the terrain; what is on it is meshed, x {west} to {east}, y {south} to {north}; \
             outside_data (--outside-data) fail refuses such bounds"
        );
        context.warn("bounds-beyond-terrain", message);
    }
}

/// Warns about the part of the domain that has no data and is left out.
pub(super) fn warn_about_terrain_that_ends(area: &Area, left_out: f64, context: &Context) {
    if left_out > 0.0 {
        let [west, south, east, north] = area.domain().bounds();
        let share = 100.0 * left_out / (left_out + area.square_metres());
        let message = format!(
            "the terrain has no data in {share:.1} % of what was to be meshed ({left_out:.0} square metres), which is \
             left out; the mesh lies in x {west} to {east}, y {south} to {north}. outside_data (--outside-data) fail \
             refuses such places, fill gives them the height of the nearest data, and max_fill_distance \
             (--max-fill-distance) says which gaps are filled in any case"
        );
        context.warn("terrain-ends", message);
    }
}

/// Warns about ids that more than one footprint has.
pub(super) fn warn_about_duplicate_ids(duplicate_ids: &FootprintList, context: &Context) {
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
}

/// Warns about buildings whose roof is below the highest ground along their outline.
pub(super) fn warn_about_roofs_under_ground(buildings: &FootprintList, are_raised: bool, context: &Context) {
    if buildings.count > 0 {
        let have = match (buildings.count, are_raised) {
            (1, false) => "has its roof",
            (_, false) => "have their roofs",
            (1, true) => "had its roof",
            (_, true) => "had their roofs",
        };
        let then = match are_raised {
            true => format!("and got it {} m above that", Parameters::CLEAR_OF_GROUND),
            false => "which is right only where a house stands deep in a slope, and raise_covered_roofs \
                      (--raise-covered-roofs) changes"
                .to_string(),
        };
        context.warn(
            "roofs-under-ground",
            format!(
                "{} {have} under the highest ground along the outline, {then}: {}",
                human::counted(buildings.count, "building"),
                first_of(&buildings.ids, buildings.count)
            ),
        );
    }
}

/// The inputs of a city without buildings, for messages.
pub(super) const NO_FOOTPRINTS: &str = "a collection without features, {\"type\": \"FeatureCollection\", \"features\": \
                                        []} as footprints, or none from memory";

/// Returns the error for footprints of which no building is left.
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

/// Warns about footprints that were left out or changed.
pub(super) fn warn_about_footprints(clean: &CleanReport, domain: &Domain, context: &Context) {
    let [west, south, east, north] = domain.bounds();
    let meshed = format!("what is meshed (x {west} to {east}, y {south} to {north})");
    let equal_and_covered = |list: &[Swallowed]| -> [Vec<String>; 2] {
        let (equal, covered): (Vec<&Swallowed>, Vec<&Swallowed>) = list.iter().partition(|s| s.is_equal);
        [equal, covered].map(|list| list.into_iter().map(Swallowed::to_string).collect())
    };
    let [equal, swallowed] = equal_and_covered(&clean.swallowed);
    let [equal_parts, swallowed_parts] = equal_and_covered(&clean.swallowed_parts);
    let roofs = named(&clean.roof_changes, |r| format!("{} {:+.1} m", r.member, r.difference));
    let areas = named(&clean.area_changes, |a| {
        let footprints = first_of(&a.footprints, a.footprints.len() as u64);
        format!("{footprints} {:.0} to {:.0} m2", a.before, a.after)
    });
    let outlines = named(&clean.outline_changes, |o| format!("{} {:.0} to {:.0} m", o.footprint, o.before, o.after));
    let outline_change = format!(
        "whose outline simplification made shorter by more than {:.0} %, for it has noise or details below \
         min_building_detail (--min-building-detail)",
        100.0 * OUTLINE_CHANGE
    );
    let roof_change = format!(
        "with a roof that is more than {ROOF_CHANGE} m higher or lower in the mesh: parts of others that are higher or \
         larger stand there, or merge_height_tolerance (--merge-height-tolerance) makes one roof of several"
    );
    let area_change = format!("whose area changed by more than {:.0} %", 100.0 * AREA_CHANGE);
    let courtyards = format!(
        "with {} closed, too small or too narrow for min_building_detail (--min-building-detail), or filled by others",
        human::counted(clean.holes_closed, "courtyard")
    );
    let kinds: [(&str, &str, &[String]); 21] = [
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
        ("swallowed", "left out, covered by higher or larger ones but for less than a building", &swallowed),
        ("swallowed", "left out, equal to another", &equal),
        ("swallowed-parts", "without a part that others cover", &swallowed_parts),
        ("swallowed-parts", "without a part that is equal to another's", &equal_parts),
        ("courtyards-closed", &courtyards, &clean.courtyards_closed),
        ("repaired", "repaired, with outlines that crossed or overlapped themselves", &clean.repaired),
        ("roof-change", &roof_change, &roofs),
        ("area-change", &area_change, &areas),
        ("outline-change", &outline_change, &outlines),
        (
            "lod-change",
            "of level of detail 0 merged into blocks of level 1, with walls; merge_buildings off \
             (--no-merge-buildings) keeps them apart",
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

/// Names the list of the report with the footprints that a kind of warning is about.
fn list_of(kind: &str) -> String {
    let list = kind.replace('-', "_");
    match list.as_str() {
        "swallowed" | "swallowed_parts" => format!("under clean.{list}, each with the one that covers it"),
        "roof_change" | "area_change" | "outline_change" | "lod_change" => format!("under clean.{list}s"),
        _ => format!("under clean.{list}"),
    }
}

/// Warns about walls whose ground is above their roof, and names their buildings.
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
