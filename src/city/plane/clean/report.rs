//! The report of cleaning, in figures and in the names of footprints.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::human::{count, first_of};

/// A roof that merging moves by more than this, in metres, is reported.
pub const ROOF_CHANGE: f64 = 1.0;

/// A footprint whose area cleaning changes by more than this share of it is reported.
pub const AREA_CHANGE: f64 = 0.1;

/// A footprint whose outline simplification shortens by more than this share of its length is reported.
pub const OUTLINE_CHANGE: f64 = 0.1;

/// The changes that cleaning made to the footprints. Footprints are named by their ids in the source, and one without
/// an id by `#` and its index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CleanReport {
    /// Footprints that came in.
    pub footprints: u64,
    /// Polygons of these footprints.
    pub polygons: u64,
    /// Footprints that became buildings, whole or in part: `footprints` minus those left out.
    pub used: u64,
    /// Buildings that came out.
    pub buildings: u64,
    /// Buildings that were divided into parts of different height.
    pub divided: u64,
    /// The parts of all buildings; a building with one roof counts as one.
    pub parts: u64,
    /// Clusters of footprints that were merged, or whose walls were shared.
    pub clusters: u64,
    /// Footprints in those clusters.
    pub clustered: u64,
    /// Footprints left out because they are outside the meshed area. Each footprint that was left out is in one list.
    /// The lists whose names end with `parts` have footprints that were used except for a part.
    pub outside: Vec<String>,
    /// Footprints used except for a part outside the meshed area.
    pub outside_parts: Vec<String>,
    /// Footprints left out because they reach over the border of the meshed area.
    pub near_border: Vec<String>,
    /// Footprints used except for a part that reaches over the border of the meshed area.
    pub near_border_parts: Vec<String>,
    /// Footprints left out because they have no area on the grid.
    pub empty: Vec<String>,
    /// Footprints used except for a part without area.
    pub empty_parts: Vec<String>,
    /// Footprints left out because the terrain has no ground that their height could count from.
    pub without_ground: Vec<String>,
    /// Footprints left out because they are smaller than the smallest area, or become so when they are simplified.
    pub small: Vec<String>,
    /// Footprints used except for a part below the smallest area.
    pub small_parts: Vec<String>,
    /// Footprints left out because others cover them, where buildings stay apart.
    pub swallowed: Vec<Swallowed>,
    /// Footprints used except for a part that others cover.
    pub swallowed_parts: Vec<Swallowed>,
    /// Footprints whose outlines crossed or overlapped themselves, and were changed.
    pub repaired: Vec<String>,
    /// Footprints whose rings touched in a point or along a line, or had spikes; the area that they cover did not
    /// change.
    pub touching: Vec<String>,
    /// Footprints left out because nothing valid could be made of them, or because a coordinate is not finite.
    pub unrepairable: Vec<String>,
    /// Footprints used except for a part of which nothing valid could be made.
    pub unrepairable_parts: Vec<String>,
    /// Roofs that merging moved by more than [`ROOF_CHANGE`].
    pub roof_changes: Vec<RoofChange>,
    /// Footprints of level of detail 0 that were merged into buildings of level 1.
    pub lod_changes: Vec<String>,
    /// Footprints that were used and whose area changed by more than [`AREA_CHANGE`].
    pub area_changes: Vec<AreaChange>,
    /// Footprints that were used and whose outline simplification shortened by more than [`OUTLINE_CHANGE`]: so much of
    /// its length was noise, or details below the smallest.
    pub outline_changes: Vec<OutlineChange>,
    /// Holes (courtyards) that were closed because they were too small or too narrow, or because others fill them.
    pub holes_closed: u64,
    /// The footprints that had these holes.
    pub courtyards_closed: Vec<String>,
    /// Points where outlines touch without sharing a wall.
    pub corner_contacts: u64,
    /// Walls that two buildings, or two parts of one, share.
    pub shared_walls: u64,
    /// The shortest edge, in metres; `None` without buildings.
    pub shortest_edge: Option<f64>,
    /// Edges that remain shorter than the smallest detail.
    pub short_edges: u64,
    /// Places that remain narrower than the smallest detail, between outlines or within one.
    pub narrow_places: u64,
    /// The width of the narrowest of these places, in metres.
    pub narrowest: Option<f64>,
    /// The root mean square of the differences between the footprints' roofs and those over them, weighted by the
    /// footprints' areas, in metres.
    pub roof_rms: f64,
    /// The largest difference between a footprint's roof and its building's.
    pub largest_roof_change: Option<RoofChange>,
    /// The area of all footprints on the grid, in square metres; overlaps count twice.
    pub area_in: f64,
    /// The area that the footprints covered together before they were merged or shared walls, in square metres;
    /// overlaps count once.
    pub area_covered: f64,
    /// The area of all buildings, in square metres.
    pub area_out: f64,
}

/// A footprint whose roof was moved by merging.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoofChange {
    /// The index of the building.
    pub building: u64,
    /// The footprint.
    pub member: String,
    /// The elevation of the footprint's roof, in metres.
    pub before: f64,
    /// The elevation of the building's roof, in metres.
    pub after: f64,
    /// The elevation of the building's roof minus the footprint's, in metres.
    pub difference: f64,
}

/// A footprint whose ground others took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Swallowed {
    /// The footprint.
    pub footprint: String,
    /// The footprint that covers it; `None` where several cover a part of it each.
    pub by: Option<String>,
    /// Whether the two have the same corners.
    pub is_equal: bool,
}

impl fmt::Display for Swallowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            Some(by) if self.is_equal => write!(f, "{} and {by}", self.footprint),
            Some(by) => write!(f, "{} by {by}", self.footprint),
            None => f.write_str(&self.footprint),
        }
    }
}

/// Footprints whose area cleaning changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AreaChange {
    /// The footprint, or all footprints of a cluster that was merged.
    pub footprints: Vec<String>,
    /// The area that they covered together before, in square metres.
    pub before: f64,
    /// The area that they cover after, in square metres.
    pub after: f64,
}

/// A footprint whose outline simplification shortened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutlineChange {
    /// The footprint.
    pub footprint: String,
    /// The length of its outline before, courtyards included, in metres.
    pub before: f64,
    /// The length after, in metres, before it is merged with others.
    pub after: f64,
}

impl CleanReport {
    /// Returns the lists of names.
    pub(super) fn lists_mut(&mut self) -> [&mut Vec<String>; 15] {
        [
            &mut self.outside,
            &mut self.outside_parts,
            &mut self.near_border,
            &mut self.near_border_parts,
            &mut self.empty,
            &mut self.empty_parts,
            &mut self.without_ground,
            &mut self.small,
            &mut self.small_parts,
            &mut self.repaired,
            &mut self.touching,
            &mut self.unrepairable,
            &mut self.unrepairable_parts,
            &mut self.courtyards_closed,
            &mut self.lod_changes,
        ]
    }

    /// Returns about how many bytes the lists take.
    pub(crate) fn bytes(&self) -> u64 {
        const EACH: usize = 24;
        let names = [
            &self.outside,
            &self.outside_parts,
            &self.near_border,
            &self.near_border_parts,
            &self.empty,
            &self.empty_parts,
            &self.without_ground,
            &self.small,
            &self.small_parts,
            &self.repaired,
            &self.touching,
            &self.unrepairable,
            &self.unrepairable_parts,
            &self.courtyards_closed,
            &self.lod_changes,
        ];
        let text = |name: &String| name.len() + EACH;
        let listed: usize = names.into_iter().flatten().map(text).sum();
        let roofs: usize = self.roof_changes.iter().map(|change| text(&change.member) + 32).sum();
        let swallowed: usize = [&self.swallowed, &self.swallowed_parts]
            .into_iter()
            .flatten()
            .map(|s| text(&s.footprint) + s.by.as_ref().map_or(0, text))
            .sum();
        let areas: usize = self.area_changes.iter().flat_map(|change| &change.footprints).map(text).sum();
        let outlines: usize = self.outline_changes.iter().map(|change| text(&change.footprint) + 16).sum();
        (listed + roofs + swallowed + areas + 48 * self.area_changes.len() + outlines) as u64
    }

    /// Returns the number of parts of the buildings that were divided.
    pub fn roofs(&self) -> u64 {
        self.parts + self.divided - self.buildings
    }

    /// Returns the number of footprints that lack a part, summed over the reasons.
    pub fn missing_parts(&self) -> u64 {
        let lists = [
            &self.outside_parts,
            &self.near_border_parts,
            &self.empty_parts,
            &self.small_parts,
            &self.unrepairable_parts,
        ];
        lists.into_iter().map(|ids| ids.len() as u64).sum::<u64>() + self.swallowed_parts.len() as u64
    }

    /// Returns the number of footprints that were left out.
    pub fn left_out(&self) -> u64 {
        let lists =
            [&self.outside, &self.near_border, &self.empty, &self.without_ground, &self.small, &self.unrepairable];
        lists.into_iter().map(|ids| ids.len() as u64).sum::<u64>() + self.swallowed.len() as u64
    }
}

impl fmt::Display for CleanReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = |v: u64| count(v);
        writeln!(
            f,
            "{} footprints ({} polygons) became {} buildings",
            n(self.footprints),
            n(self.polygons),
            n(self.buildings)
        )?;
        if self.divided > 0 {
            writeln!(f, "{} buildings have {} roofs of different height", n(self.divided), n(self.roofs()))?;
        }
        writeln!(f, "area: {:.1} m2 in, {:.1} m2 out", self.area_in, self.area_out)?;
        if self.clusters > 0 {
            writeln!(f, "{} clusters of {} footprints", n(self.clusters), n(self.clustered))?;
        }
        let swallowed: Vec<String> = self.swallowed.iter().map(Swallowed::to_string).collect();
        let swallowed_parts: Vec<String> = self.swallowed_parts.iter().map(Swallowed::to_string).collect();
        let roofs: Vec<String> = self.roof_changes.iter().map(|change| change.member.clone()).collect();
        let areas: Vec<String> = self.area_changes.iter().flat_map(|change| change.footprints.clone()).collect();
        let outlines: Vec<String> = self.outline_changes.iter().map(|change| change.footprint.clone()).collect();
        for (what, ids) in [
            ("outside the meshed area", &self.outside),
            ("with parts outside the meshed area", &self.outside_parts),
            ("over the border", &self.near_border),
            ("with parts over the border", &self.near_border_parts),
            ("without area", &self.empty),
            ("with parts without area", &self.empty_parts),
            ("without ground", &self.without_ground),
            ("below the smallest area", &self.small),
            ("with parts below the smallest area", &self.small_parts),
            ("covered by others", &swallowed),
            ("with parts covered by others", &swallowed_parts),
            ("repaired", &self.repaired),
            ("touching themselves", &self.touching),
            ("left out, not repairable", &self.unrepairable),
            ("with parts that are not repairable", &self.unrepairable_parts),
            ("with closed courtyards", &self.courtyards_closed),
            ("with another roof", &roofs),
            ("with another level of detail", &self.lod_changes),
            ("with another area", &areas),
            ("with a shorter outline", &outlines),
        ] {
            if !ids.is_empty() {
                writeln!(f, "{what}: {} ({})", n(ids.len() as u64), first_of(ids, ids.len() as u64))?;
            }
        }
        if self.holes_closed > 0 {
            writeln!(f, "holes closed: {}", n(self.holes_closed))?;
        }
        if self.corner_contacts + self.shared_walls > 0 {
            writeln!(f, "corner contacts: {}, shared walls: {}", n(self.corner_contacts), n(self.shared_walls))?;
        }
        if let Some(shortest) = self.shortest_edge {
            writeln!(f, "shortest edge: {shortest:.3} m; short edges: {}", n(self.short_edges))?;
        }
        if let Some(narrowest) = self.narrowest {
            writeln!(f, "narrow places: {}, the narrowest {narrowest:.3} m", n(self.narrow_places))?;
        }
        if let Some(roof) = &self.largest_roof_change {
            let RoofChange { building, member, difference, .. } = roof;
            writeln!(f, "largest roof change: {difference:+.2} m for {member} in building {building}")?;
        }
        Ok(())
    }
}
