//! What the cleaning left out and changed, footprint by footprint.

use super::prepare::Prepared;
use super::report::{AREA_CHANGE, AreaChange, ROOF_CHANGE, RoofChange, Swallowed};
use super::ring::{Ring, distance2, edges as edges_of, shape_area2, square};
use super::{Building, Cleaning, Made, narrow};
use crate::city::domain::GRID;
use crate::city::footprint::Lod;

impl Cleaning<'_> {
    /// Takes over what happened to the footprints one by one.
    pub(super) fn note_prepared(&mut self, prepared: &[Prepared]) {
        let having = |what: fn(&Prepared) -> bool| -> Vec<u32> {
            (0..prepared.len() as u32).filter(|&f| what(&prepared[f as usize])).collect()
        };
        self.report.outside = self.names(having(|p| p.outside));
        self.report.near_border = self.names(having(|p| p.near_border));
        self.report.empty = self.names(having(|p| p.empty));
        self.report.without_ground = self.names(having(|p| p.without_ground));
        self.report.repaired = self.names(having(|p| p.repaired && !p.parts.is_empty()));
        self.report.touching = self.names(having(|p| p.touching && !p.repaired && !p.parts.is_empty()));
        self.report.unrepairable = self.names(having(|p| p.unrepairable));
    }

    /// Adds up what each footprint covered before and covers after. What several cover together once they are merged is
    /// compared here.
    pub(super) fn note_areas(&mut self, parts: &[u32], owners: &[u32], made: &Made, areas: &mut [[i128; 2]]) {
        if self.merging && owners.len() > 1 {
            let area2 = [made.covered2, made.pieces.iter().map(|piece| shape_area2(&piece.0)).sum()];
            if area2[1] > 0 && is_another_area(area2) {
                let footprints = self.names(owners.to_vec());
                self.report.area_changes.push(area_change(footprints, area2));
            }
            return;
        }
        for &p in parts {
            let part = &self.parts[p as usize];
            areas[part.footprint as usize][0] += part.area2;
        }
        for (shape, of) in &made.pieces {
            areas[self.parts[of[0] as usize].footprint as usize][1] += shape_area2(shape);
        }
    }

    pub(super) fn note_area_changes(&mut self, areas: &[[i128; 2]], covered2: i128) {
        self.report.area_covered = metres2(covered2);
        for (f, area2) in areas.iter().enumerate().filter(|(_, area2)| area2[1] > 0 && is_another_area(**area2)) {
            let footprints = vec![self.name(f as u32)];
            self.report.area_changes.push(area_change(footprints, *area2));
        }
    }

    /// Tells footprints that are gone from those of which a part is gone.
    pub(super) fn note_left_out(
        &mut self,
        buildings: &[Building],
        small: Vec<u32>,
        swallowed: Vec<(u32, Option<u32>)>,
    ) {
        let mut is_there = vec![false; self.footprints.len()];
        buildings.iter().flat_map(|b| &b.members).for_each(|&f| is_there[f as usize] = true);
        let (parts, gone): (Vec<u32>, Vec<u32>) = small.into_iter().partition(|&f| is_there[f as usize]);
        let owner = |part: u32| self.parts[part as usize].footprint;
        let mut covered: Vec<(u32, Option<u32>)> =
            swallowed.into_iter().map(|(part, by)| (owner(part), by.map(owner))).collect();
        covered.retain(|(f, _)| !is_there[*f as usize]);
        covered.sort_unstable_by_key(|&(f, by)| (f, by.is_none(), by));
        covered.dedup_by_key(|(f, _)| *f);
        let is_covered = |f: &u32| covered.binary_search_by_key(f, |(f, _)| *f).is_ok();
        self.report.small = self.names(gone.into_iter().filter(|f| !is_covered(f)).collect());
        self.report.small_parts = self.names(parts);
        let named =
            |&(f, by): &(u32, Option<u32>)| Swallowed { footprint: self.name(f), by: by.map(|by| self.name(by)) };
        self.report.swallowed = covered.iter().map(named).collect();
    }

    /// The report's figures about what came out.
    pub(super) fn measure(&mut self, buildings: &[Building]) {
        self.report.buildings = buildings.len() as u64;
        self.report.area_in = metres2(self.parts.iter().map(|p| p.area2).sum());
        self.report.area_out = metres2(buildings.iter().map(|b| shape_area2(&b.rings)).sum());
        let mut shortest = i64::MAX;
        for [a, b] in buildings.iter().flat_map(|b| &b.rings).flat_map(|r| edges_of(r)) {
            let l = distance2(a, b);
            shortest = shortest.min(l);
            self.report.short_edges += (l < square(self.settings.detail)) as u64;
        }
        self.report.shortest_edge = (!buildings.is_empty()).then(|| (shortest as f64).sqrt() * GRID);
        if self.settings.detail > 1 {
            let polygons: Vec<&[Ring]> = buildings.iter().map(|b| b.rings.as_slice()).collect();
            let narrow = narrow::find(&polygons, self.settings.detail, false, Some(self.context.cancel_token()));
            self.report.narrow_places = narrow.len() as u64;
            self.report.narrowest = narrow.iter().map(|n| n.width * GRID).min_by(f64::total_cmp);
        }
        for (index, building) in buildings.iter().enumerate() {
            for &member in &building.members {
                let (before, after) = (self.roofs[member as usize], building.roof);
                let difference = after - before;
                let largest = self.report.largest_roof_change.as_ref().map_or(0.0, |r| r.difference.abs());
                let is_told = building.lod == Lod::Lod1 && difference.abs() > ROOF_CHANGE;
                if !is_told && difference.abs() <= largest {
                    continue;
                }
                let change =
                    RoofChange { building: index as u64, member: self.name(member), before, after, difference };
                if difference.abs() > largest {
                    self.report.largest_roof_change = Some(change.clone());
                }
                if is_told {
                    self.report.roof_changes.push(change);
                }
            }
        }
    }
}

/// Twice an area on the grid, in square metres.
fn metres2(area2: i128) -> f64 {
    area2 as f64 * 0.5 * GRID * GRID
}

fn is_another_area([before, after]: [i128; 2]) -> bool {
    (after - before).abs() as f64 > AREA_CHANGE * before as f64
}

fn area_change(footprints: Vec<String>, area2: [i128; 2]) -> AreaChange {
    let [before, after] = area2.map(metres2);
    AreaChange { footprints, before, after }
}
