//! The account of cleaning as it adds up, island by island, in any order.

use serde::{Deserialize, Serialize};

use super::report::{AreaChange, CleanReport, OutlineChange, RoofChange, Swallowed};
use super::ring::{GridPoint, Ring};
use crate::Result;
use crate::city::plane::domain::GRID;

/// The account of what was cleaned so far. Names stand with the numbers of their footprints, so that the report does
/// not depend on the order in which islands were cleaned; sums are of whole numbers for the same reason.
#[derive(Default, Serialize, Deserialize)]
pub struct Tally {
    /// The figures that are no sums of areas. Its lists are empty.
    pub(super) figures: CleanReport,
    pub(super) names: [Vec<(u32, String)>; LISTS],
    pub(super) swallowed: Vec<(u32, Swallowed)>,
    pub(super) swallowed_parts: Vec<(u32, Swallowed)>,
    pub(super) outline_changes: Vec<(u32, OutlineChange)>,
    pub(super) area_changes: Vec<(AreaKey, AreaChange)>,
    pub(super) roof_changes: Vec<(BuildingKey, RoofChange)>,
    largest_roof_change: Option<(BuildingKey, RoofChange)>,
    /// Twice the areas of all footprints, of what they cover together, and of all buildings, in grid units.
    pub(super) in2: i128,
    pub(super) covered2: i128,
    pub(super) out2: i128,
    /// The square of the shortest edge.
    pub(super) shortest2: Option<i64>,
    /// The sums of the areas, and of the areas times the squares of how far roofs were moved, in micrometres.
    roofs: [i128; 2],
}

/// The lists of footprints by name, in the order of [`CleanReport::lists_mut`].
#[derive(Clone, Copy)]
pub(super) enum List {
    Outside,
    OutsideParts,
    NearBorder,
    NearBorderParts,
    Empty,
    EmptyParts,
    WithoutGround,
    Small,
    SmallParts,
    Repaired,
    Touching,
    Unrepairable,
    UnrepairableParts,
    CourtyardsClosed,
    LodChanges,
}

const LISTS: usize = 15;

/// The place of a change of area in the report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum AreaKey {
    /// Of footprints that were merged, by the first of them.
    Merged(u32),
    /// Of a footprint by itself.
    Alone(u32),
}

/// The place of a building among all: by its first footprint, then by its outline, of which the first two points
/// suffice. Buildings with the same would overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BuildingKey {
    /// The number of its first footprint.
    pub first: u32,
    /// The first two points of its outline.
    pub start: [GridPoint; 2],
}

impl BuildingKey {
    /// Returns the place of a building.
    pub fn new(first: u32, rings: &[Ring]) -> BuildingKey {
        BuildingKey { first, start: [rings[0][0], rings[0][1]] }
    }
}

impl Tally {
    /// Adds the account of other islands.
    pub(super) fn add(&mut self, other: Tally) {
        let (all, more) = (&mut self.figures, &other.figures);
        for (sum, count) in [
            (&mut all.footprints, more.footprints),
            (&mut all.polygons, more.polygons),
            (&mut all.used, more.used),
            (&mut all.buildings, more.buildings),
            (&mut all.divided, more.divided),
            (&mut all.parts, more.parts),
            (&mut all.clusters, more.clusters),
            (&mut all.clustered, more.clustered),
            (&mut all.holes_closed, more.holes_closed),
            (&mut all.corner_contacts, more.corner_contacts),
            (&mut all.shared_walls, more.shared_walls),
            (&mut all.short_edges, more.short_edges),
            (&mut all.narrow_places, more.narrow_places),
        ] {
            *sum += count;
        }
        all.narrowest = all.narrowest.into_iter().chain(more.narrowest).min_by(f64::total_cmp);
        self.names.iter_mut().zip(other.names).for_each(|(names, more)| names.extend(more));
        self.swallowed.extend(other.swallowed);
        self.swallowed_parts.extend(other.swallowed_parts);
        self.outline_changes.extend(other.outline_changes);
        self.area_changes.extend(other.area_changes);
        self.roof_changes.extend(other.roof_changes);
        if let Some((key, change)) = other.largest_roof_change {
            self.take_largest(key, &change);
        }
        (self.in2, self.covered2, self.out2) =
            (self.in2 + other.in2, self.covered2 + other.covered2, self.out2 + other.out2);
        self.shortest2 = self.shortest2.into_iter().chain(other.shortest2).min();
        self.roofs = [0, 1].map(|k| self.roofs[k].saturating_add(other.roofs[k]));
    }

    /// Adds a roof that was moved, over twice an area in grid units.
    pub(super) fn add_roof(&mut self, area2: i128, difference: f64) {
        let moved = (difference * 1e6).round() as i128;
        let squares = area2.saturating_mul(moved * moved);
        self.roofs = [self.roofs[0] + area2, self.roofs[1].saturating_add(squares)];
    }

    /// Keeps a change of a roof when it is larger than all others; of equal ones that of the first building.
    pub(super) fn take_largest(&mut self, key: BuildingKey, change: &RoofChange) {
        let is_larger = self.largest_roof_change.as_ref().is_none_or(|(other, largest)| {
            let order = change.difference.abs().total_cmp(&largest.difference.abs());
            order.then(other.cmp(&key)).is_gt()
        });
        if is_larger {
            self.largest_roof_change = Some((key, change.clone()));
        }
    }

    /// Returns the report. `number` gives the number of a building.
    ///
    /// # Errors
    /// Those of `number`.
    pub fn report(self, mut number: impl FnMut(&BuildingKey) -> Result<u64>) -> Result<CleanReport> {
        let mut numbered =
            |(key, change): (BuildingKey, RoofChange)| number(&key).map(|building| RoofChange { building, ..change });
        let mut report = CleanReport {
            largest_roof_change: self.largest_roof_change.map(&mut numbered).transpose()?,
            roof_changes: in_order(self.roof_changes, |(key, _)| *key).map(numbered).collect::<Result<_>>()?,
            swallowed: sorted(self.swallowed),
            swallowed_parts: sorted(self.swallowed_parts),
            outline_changes: sorted(self.outline_changes),
            area_changes: sorted(self.area_changes),
            area_in: metres2(self.in2),
            area_covered: metres2(self.covered2),
            area_out: metres2(self.out2),
            shortest_edge: self.shortest2.map(|squared| (squared as f64).sqrt() * GRID),
            roof_rms: match self.roofs {
                [0, _] => 0.0,
                [area2, squares] => (squares as f64 / area2 as f64).sqrt() * 1e-6,
            },
            ..self.figures
        };
        report.lists_mut().into_iter().zip(self.names).for_each(|(list, names)| *list = sorted(names));
        Ok(report)
    }
}

/// Brings things into the order of their keys; things of one key stay in theirs.
fn in_order<T, K: Ord>(mut things: Vec<T>, key: impl Fn(&T) -> K) -> impl Iterator<Item = T> {
    things.sort_by_key(key);
    things.into_iter()
}

fn sorted<K: Ord + Copy, T>(things: Vec<(K, T)>) -> Vec<T> {
    in_order(things, |(key, _)| *key).map(|(_, thing)| thing).collect()
}

/// Converts twice an area on the grid to square metres.
pub(super) fn metres2(area2: i128) -> f64 {
    area2 as f64 * 0.5 * GRID * GRID
}
