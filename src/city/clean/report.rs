//! What the cleaning did, in figures.

use std::fmt;

use serde::Serialize;

use crate::human::count;

/// Ids shown per line; the report itself holds all.
const IDS_SHOWN: usize = 8;

/// What the cleaning did to the footprints. Ids are those of the source; a footprint without one is `#` and its index.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CleanReport {
    /// Footprints that came in.
    pub footprints: u64,
    /// Polygons they have.
    pub polygons: u64,
    /// Buildings that came out.
    pub buildings: u64,
    /// Clusters of footprints that were merged, or whose walls were shared.
    pub clusters: u64,
    /// Footprints in those clusters.
    pub clustered: u64,
    /// Footprints with a polygon outside the domain or too near to its border.
    pub outside: Vec<String>,
    /// Footprints with a polygon without area on the grid.
    pub empty: Vec<String>,
    /// Footprints with a part, after merging or sharing, below the smallest area.
    pub small: Vec<String>,
    /// Footprints whose shape had to change to become simple.
    pub repaired: Vec<String>,
    /// Footprints left out because nothing valid could be made of them, or a number of theirs is not finite.
    pub unrepairable: Vec<String>,
    /// Holes (courtyards) closed because they were too small or too narrow, or joined with the outside.
    pub holes_closed: u64,
    /// Points where outlines touch without sharing a wall.
    pub corner_contacts: u64,
    /// Walls that two buildings share.
    pub shared_walls: u64,
    /// The shortest edge, in metres; `None` without buildings.
    pub shortest_edge: Option<f64>,
    /// Edges below the smallest detail that could not be made longer.
    pub short_edges: u64,
    /// Places where outlines, or parts of one, remain nearer to each other than the smallest detail.
    pub narrow_places: u64,
    /// The width of the narrowest of them, in metres.
    pub narrowest: Option<f64>,
    /// The largest difference between a member's roof and that of its merged building.
    pub largest_roof_change: Option<RoofChange>,
    /// The area of all footprints on the grid, in square metres; overlaps count twice.
    pub area_in: f64,
    /// The area of all buildings, in square metres.
    pub area_out: f64,
}

/// A member whose roof moved by merging.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoofChange {
    /// The index of the building.
    pub building: u64,
    /// The member.
    pub member: String,
    /// The building's roof minus the member's, in metres.
    pub difference: f64,
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
        writeln!(f, "area: {:.1} m2 in, {:.1} m2 out", self.area_in, self.area_out)?;
        if self.clusters > 0 {
            writeln!(f, "{} clusters of {} footprints", n(self.clusters), n(self.clustered))?;
        }
        for (what, ids) in [
            ("outside the domain or at its border", &self.outside),
            ("without area", &self.empty),
            ("with parts below the smallest area", &self.small),
            ("repaired", &self.repaired),
            ("left out, not repairable", &self.unrepairable),
        ] {
            if !ids.is_empty() {
                let more = if ids.len() > IDS_SHOWN { ", ..." } else { "" };
                let shown = &ids[..ids.len().min(IDS_SHOWN)];
                writeln!(f, "{what}: {} ({}{more})", n(ids.len() as u64), shown.join(", "))?;
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
            let RoofChange { building, member, difference } = roof;
            writeln!(f, "largest roof change: {difference:+.2} m for {member} in building {building}")?;
        }
        Ok(())
    }
}
