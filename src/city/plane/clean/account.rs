//! The account of cleaning: what it left out and changed, footprint by footprint.

use std::cell::OnceCell;

use super::locate::{Locator, Place};
use super::narrow::{self, Contacts};
use super::on_grid::Outcome;
use super::outlines::ears;
use super::planarity::index_of;
use super::report::{
    AREA_CHANGE, AreaChange, CleanReport, OUTLINE_CHANGE, OutlineChange, ROOF_CHANGE, RoofChange, Swallowed,
};
use super::ring::{GridBox, GridPoint, Ring, distance2, edges as edges_of, shape_area2, square};
use super::{Building, Cleaning, Covered, Made};
use crate::Result;
use crate::city::input::footprint::Lod;
use crate::city::plane::domain::GRID;

/// The footprints that were left out, whole or in part.
pub(super) struct LeftOut {
    /// The outcome of bringing each footprint to the grid.
    pub outcomes: Vec<Outcome>,
    /// Footprints with an outline below the smallest area.
    pub small: Vec<u32>,
    /// Footprints with a part of which nothing valid could be made.
    pub unrepairable: Vec<u32>,
    /// Parts whose ground others took.
    pub swallowed: Vec<Covered>,
}

impl LeftOut {
    pub fn new(outcomes: Vec<Outcome>) -> LeftOut {
        LeftOut { outcomes, small: Vec::new(), unrepairable: Vec::new(), swallowed: Vec::new() }
    }
}

/// The areas before cleaning and after, each as twice the area in grid units.
pub(super) struct Areas {
    /// The areas of each footprint by itself; zeros for a footprint that was merged with others.
    by_footprint: Vec<[i128; 2]>,
    /// The merged footprints whose common area changed.
    merged_changes: Vec<AreaChange>,
    /// The area that the footprints covered together before.
    covered2: i128,
}

impl Areas {
    pub fn new(footprints: usize) -> Areas {
        Areas { by_footprint: vec![[0; 2]; footprints], merged_changes: Vec::new(), covered2: 0 }
    }
}

/// The share of a footprint that was left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// All of it.
    Whole,
    /// A part; the rest became a building, or part of one.
    Part,
}

/// Why a footprint or a part of it was left out. Of several reasons for a whole footprint, the first counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    WithoutGround,
    Swallowed,
    Unrepairable,
    Small,
    NearBorder,
    Outside,
    Empty,
}

impl Reason {
    const ALL: [Reason; 7] = [
        Reason::WithoutGround,
        Reason::Swallowed,
        Reason::Unrepairable,
        Reason::Small,
        Reason::NearBorder,
        Reason::Outside,
        Reason::Empty,
    ];

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl Cleaning<'_> {
    /// Adds the areas of a cluster before and after. For footprints that were merged into one cluster, only the areas
    /// that they cover together can be compared, which is done here.
    pub(super) fn add_areas(&self, parts: &[u32], owners: &[u32], made: &Made, areas: &mut Areas) {
        areas.covered2 += made.covered2;
        if self.merging && owners.len() > 1 {
            let area2 = [made.covered2, made.outlines.iter().map(|outline| shape_area2(&outline.shape)).sum()];
            if area2[1] > 0 && is_another_area(area2) {
                let footprints = self.names(owners.to_vec());
                areas.merged_changes.push(area_change(footprints, area2));
            }
            return;
        }
        for &p in parts {
            let part = &self.parts[p as usize];
            areas.by_footprint[part.footprint as usize][0] += part.area2;
        }
        for outline in &made.outlines {
            let footprint = self.parts[outline.parts[0] as usize].footprint;
            areas.by_footprint[footprint as usize][1] += shape_area2(&outline.shape);
        }
    }

    /// Reports the footprints whose area changed: first those that were merged, then those with an area of their own.
    pub(super) fn report_areas(&self, areas: Areas, report: &mut CleanReport) {
        report.area_covered = metres2(areas.covered2);
        report.area_changes = areas.merged_changes;
        let changed = areas.by_footprint.iter().enumerate();
        for (f, area2) in changed.filter(|(_, area2)| area2[1] > 0 && is_another_area(**area2)) {
            report.area_changes.push(area_change(vec![self.name(f as u32)], *area2));
        }
    }

    /// Reports the footprints that were left out, each for one reason, and the footprints that lack a part, for each
    /// reason why a part was left out.
    pub(super) fn report_left_out(&self, buildings: &[Building], left_out: LeftOut, report: &mut CleanReport) {
        let LeftOut { outcomes, small, unrepairable, swallowed } = left_out;
        let is_there = self.footprints_in(buildings);
        let covered = self.covered_footprints(swallowed);
        let reasons = reasons_by_footprint(&outcomes, &small, &unrepairable, &covered, &is_there);
        let listed = |reason: Reason, loss: Loss| -> Vec<u32> {
            let has = |f: &usize| is_there[*f] == (loss == Loss::Part) && reasons[*f] & reason.bit() != 0;
            (0..reasons.len()).filter(has).map(|f| f as u32).collect()
        };
        let name = |f: u32| self.name(f);
        let names = |reason, loss| listed(reason, loss).into_iter().map(name).collect::<Vec<String>>();
        let covers = |loss| -> Vec<Swallowed> {
            let of = |f: u32| {
                let Covered { by, is_equal, .. } = covered[covered.partition_point(|c| c.index < f)];
                Swallowed { footprint: name(f), by: by.map(name), is_equal }
            };
            listed(Reason::Swallowed, loss).into_iter().map(of).collect()
        };
        let used_and = |is_so: fn(&Outcome) -> bool| -> Vec<String> {
            let has = |f: &usize| is_there[*f] && is_so(&outcomes[*f]);
            (0..outcomes.len()).filter(has).map(|f| name(f as u32)).collect()
        };
        report.used = is_there.iter().filter(|is_there| **is_there).count() as u64;
        report.outside = names(Reason::Outside, Loss::Whole);
        report.outside_parts = names(Reason::Outside, Loss::Part);
        report.near_border = names(Reason::NearBorder, Loss::Whole);
        report.near_border_parts = names(Reason::NearBorder, Loss::Part);
        report.empty = names(Reason::Empty, Loss::Whole);
        report.empty_parts = names(Reason::Empty, Loss::Part);
        report.without_ground = names(Reason::WithoutGround, Loss::Whole);
        report.small = names(Reason::Small, Loss::Whole);
        report.small_parts = names(Reason::Small, Loss::Part);
        report.unrepairable = names(Reason::Unrepairable, Loss::Whole);
        report.unrepairable_parts = names(Reason::Unrepairable, Loss::Part);
        report.swallowed = covers(Loss::Whole);
        report.swallowed_parts = covers(Loss::Part);
        report.repaired = used_and(|outcome| outcome.repaired);
        report.outline_changes = (0..outcomes.len())
            .filter(|&f| is_there[f] && is_shorter(outcomes[f].outline))
            .map(|f| {
                let [before, after] = outcomes[f].outline.map(|length| length * GRID);
                OutlineChange { footprint: name(f as u32), before, after }
            })
            .collect();
        report.touching = used_and(|outcome| outcome.touching && !outcome.repaired);
    }

    /// Returns whether each footprint is in a building.
    fn footprints_in(&self, buildings: &[Building]) -> Vec<bool> {
        let mut is_there = vec![false; self.footprints.len()];
        buildings.iter().flat_map(|b| &b.members).for_each(|&f| is_there[f as usize] = true);
        is_there
    }

    /// Turns covered parts into covered footprints, each once and with one that covers it, ascending.
    fn covered_footprints(&self, swallowed: Vec<Covered>) -> Vec<Covered> {
        let owner = |part: u32| self.parts[part as usize].footprint;
        let mut covered: Vec<Covered> = swallowed
            .into_iter()
            .map(|c| Covered { index: owner(c.index), by: c.by.map(owner), ..c })
            // The ground under another part of the same footprint is still that footprint's.
            .filter(|c| c.by != Some(c.index))
            .collect();
        covered.sort_unstable_by_key(|c| (c.index, c.by.is_none(), !c.is_equal, c.by));
        covered.dedup_by_key(|c| c.index);
        covered
    }

    /// Finds the holes that the outlines of their cluster cover, and returns the footprint of each.
    pub(super) fn closed_holes(&self, parts: &[u32], made: &Made) -> Result<Vec<u32>> {
        let shape_of = |p: u32| &self.parts[p as usize].shape;
        let mut closed = Vec::new();
        if made.outlines.is_empty() || parts.iter().all(|&p| shape_of(p).len() == 1) {
            return Ok(closed);
        }
        let boxes: Vec<GridBox> = made.outlines.iter().map(|outline| GridBox::of(&outline.shape[0])).collect();
        let index = index_of(&boxes);
        let locators: Vec<OnceCell<Locator>> = made.outlines.iter().map(|_| OnceCell::new()).collect();
        let left: Vec<&Ring> = made.outlines.iter().flat_map(|outline| &outline.shape[1..]).collect();
        let left_boxes: Vec<GridBox> = left.iter().map(|hole| GridBox::of(hole)).collect();
        let left_index = (!left.is_empty()).then(|| index_of(&left_boxes));
        for (p, hole) in parts.iter().flat_map(|&p| shape_of(p)[1..].iter().map(move |hole| (p, hole))) {
            self.settings.check()?;
            let GridBox { min, max } = GridBox::of(hole);
            let within = Locator::new(std::iter::once(hole));
            let is_left =
                |n: usize| left[n] == hole || middles(left[n]).any(|middle| within.place(middle) == Place::Inside);
            let remains = left_index
                .as_ref()
                .is_some_and(|index| index.query(min[0], min[1], max[0], max[1]).into_iter().any(is_left));
            let mut around = index.query(min[0], min[1], max[0], max[1]);
            around.retain(|&n| made.outlines[n].parts.contains(&p));
            let is_covered = |middle: GridPoint| {
                around.iter().any(|&n| {
                    let locator = locators[n].get_or_init(|| Locator::new(made.outlines[n].shape.iter()));
                    locator.place(middle) != Place::Outside
                })
            };
            if !remains && middles(hole).all(is_covered) {
                closed.push(self.parts[p as usize].footprint);
            }
        }
        Ok(closed)
    }

    /// Reports figures of the buildings.
    pub(super) fn report_buildings(&self, buildings: &[Building], report: &mut CleanReport) {
        report.buildings = buildings.len() as u64;
        report.area_in = metres2(self.parts.iter().map(|p| p.area2).sum());
        report.area_out = metres2(buildings.iter().map(|b| shape_area2(&b.rings)).sum());
        self.report_edges(buildings, report);
        self.report_narrow_places(buildings, report);
        let blocks = buildings.iter().filter(|building| building.lod == Lod::Lod1);
        let raised = blocks.flat_map(|block| &block.members).copied().filter(|&f| self.lod_of(f) == Lod::Lod0);
        report.lod_changes = self.names(raised.collect());
        self.report_roofs(buildings, report);
    }

    fn report_edges(&self, buildings: &[Building], report: &mut CleanReport) {
        let mut shortest = i64::MAX;
        let rings = buildings.iter().flat_map(|b| b.polygons()).flat_map(|(rings, _)| rings);
        for [a, b] in rings.flat_map(|r| edges_of(r)) {
            let l = distance2(a, b);
            shortest = shortest.min(l);
            report.short_edges += (l < square(self.settings.detail)) as u64;
        }
        report.shortest_edge = (!buildings.is_empty()).then(|| (shortest as f64).sqrt() * GRID);
    }

    fn report_narrow_places(&self, buildings: &[Building], report: &mut CleanReport) {
        if self.settings.detail <= 1 {
            return;
        }
        let polygons: Vec<&[Ring]> = buildings.iter().flat_map(|b| b.polygons()).map(|(rings, _)| rings).collect();
        let cancel = self.context.cancel_token();
        let narrow = narrow::find(&polygons, self.settings.detail, Contacts::Ignore, Some(cancel));
        report.narrow_places = narrow.len() as u64;
        report.narrowest = narrow.iter().map(|n| n.width * GRID).min_by(f64::total_cmp);
    }

    /// Reports the roofs that merging moved, how far in the mean, those that it moved far, and the one that it moved
    /// farthest.
    fn report_roofs(&self, buildings: &[Building], report: &mut CleanReport) {
        let mut areas = vec![0.0; self.footprints.len()];
        self.parts.iter().for_each(|part| areas[part.footprint as usize] += part.area2 as f64);
        let (mut weight, mut squares) = (0.0, 0.0);
        for (index, building) in buildings.iter().enumerate() {
            report.divided += u64::from(!building.parts.is_empty());
            report.parts += building.polygons().count() as u64;
            for (member, after) in roofs_of_members(building, self.roofs) {
                let before = self.roofs[member as usize];
                let difference = after - before;
                if building.lod == Lod::Lod1 {
                    weight += areas[member as usize];
                    squares += areas[member as usize] * difference * difference;
                }
                let largest = report.largest_roof_change.as_ref().map_or(0.0, |r| r.difference.abs());
                let is_listed = building.lod == Lod::Lod1 && difference.abs() > ROOF_CHANGE;
                if !is_listed && difference.abs() <= largest {
                    continue;
                }
                let change =
                    RoofChange { building: index as u64, member: self.name(member), before, after, difference };
                if difference.abs() > largest {
                    report.largest_roof_change = Some(change.clone());
                }
                if is_listed {
                    report.roof_changes.push(change);
                }
            }
        }
        report.roof_rms = if weight > 0.0 { (squares / weight).sqrt() } else { 0.0 };
    }
}

/// Returns the members of a building, each with the roof over it; of several the nearest to its own in `roofs`.
fn roofs_of_members(building: &Building, roofs: &[f64]) -> Vec<(u32, f64)> {
    if building.parts.is_empty() {
        return building.members.iter().map(|&member| (member, building.roof)).collect();
    }
    let mut over: Vec<(u32, f64)> =
        building.parts.iter().flat_map(|part| part.members.iter().map(|&member| (member, part.roof))).collect();
    let distance = |(member, roof): &(u32, f64)| (roof - roofs[*member as usize]).abs();
    over.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(distance(a).total_cmp(&distance(b))).then(a.1.total_cmp(&b.1)));
    over.dedup_by_key(|(member, _)| *member);
    over
}

/// Returns the reasons why each footprint or parts of it were left out, as bits; of a footprint that was left out as a
/// whole, only the first.
fn reasons_by_footprint(
    outcomes: &[Outcome],
    small: &[u32],
    unrepairable: &[u32],
    covered: &[Covered],
    is_there: &[bool],
) -> Vec<u8> {
    let mut reasons: Vec<u8> = outcomes.iter().map(reasons_of).collect();
    small.iter().for_each(|&f| reasons[f as usize] |= Reason::Small.bit());
    unrepairable.iter().for_each(|&f| reasons[f as usize] |= Reason::Unrepairable.bit());
    covered.iter().for_each(|c| reasons[c.index as usize] |= Reason::Swallowed.bit());
    for (own, _) in reasons.iter_mut().zip(is_there).filter(|(_, is_there)| !**is_there) {
        // A footprint left out for no other reason became too small while it was simplified together with others.
        let first = Reason::ALL.into_iter().find(|reason| *own & reason.bit() != 0);
        *own = first.unwrap_or(Reason::Small).bit();
    }
    reasons
}

/// Returns the reasons why polygons of a footprint were left out, as bits.
fn reasons_of(outcome: &Outcome) -> u8 {
    let found = [
        (outcome.without_ground, Reason::WithoutGround),
        (outcome.unrepairable, Reason::Unrepairable),
        (outcome.near_border, Reason::NearBorder),
        (outcome.outside, Reason::Outside),
        (outcome.empty, Reason::Empty),
    ];
    found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, reason)| reason.bit()).sum()
}

/// Returns points in a hole, which runs clockwise; see [`ears`].
fn middles(hole: &Ring) -> impl Iterator<Item = GridPoint> {
    let ring: Ring = hole.iter().rev().copied().collect();
    ears(&ring).collect::<Vec<_>>().into_iter()
}

/// Converts twice an area on the grid to square metres.
fn metres2(area2: i128) -> f64 {
    area2 as f64 * 0.5 * GRID * GRID
}

fn is_another_area([before, after]: [i128; 2]) -> bool {
    (after - before).abs() as f64 > AREA_CHANGE * before as f64
}

fn is_shorter([before, after]: [f64; 2]) -> bool {
    before - after > OUTLINE_CHANGE * before
}

fn area_change(footprints: Vec<String>, area2: [i128; 2]) -> AreaChange {
    let [before, after] = area2.map(metres2);
    AreaChange { footprints, before, after }
}
