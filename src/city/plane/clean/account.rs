//! The account of cleaning: what it left out and changed, footprint by footprint.

use std::cell::OnceCell;

use super::locate::{Locator, Place};
use super::narrow::{self, Contacts};
use super::on_grid::Outcome;
use super::outlines::ears;
use super::planarity::index_of;
use super::report::{AREA_CHANGE, AreaChange, OUTLINE_CHANGE, OutlineChange, ROOF_CHANGE, RoofChange, Swallowed};
use super::ring::{GridBox, GridPoint, Ring, distance2, edges as edges_of, shape_area2, square};
use super::tally::{AreaKey, BuildingKey, List, Tally, metres2};
use super::{Building, Cleaning, Covered, Known, Made};
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
    /// The merged footprints whose common area changed, each with the first of them.
    merged_changes: Vec<(u32, AreaChange)>,
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
                areas.merged_changes.push((owners[0], area_change(footprints, area2)));
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

    /// Lists the footprints whose area changed: those that were merged, and those with an area of their own.
    pub(super) fn account_for_areas(&self, areas: Areas, tally: &mut Tally) {
        tally.covered2 = areas.covered2;
        let merged = areas.merged_changes.into_iter();
        tally.area_changes = merged.map(|(first, change)| (AreaKey::Merged(self.number(first)), change)).collect();
        for (f, area2) in (0..).zip(&areas.by_footprint) {
            if area2[1] > 0 && is_another_area(*area2) {
                let change = area_change(vec![self.name(f)], *area2);
                tally.area_changes.push((AreaKey::Alone(self.number(f)), change));
            }
        }
    }

    /// Lists the footprints that were left out, each for one reason, and the footprints that lack a part, for each
    /// reason why a part was left out.
    pub(super) fn account_for_left_out(&self, buildings: &[Building], left_out: LeftOut, tally: &mut Tally) {
        let LeftOut { outcomes, small, unrepairable, swallowed } = left_out;
        let is_there = self.footprints_in(buildings);
        let covered = self.covered_footprints(swallowed);
        let reasons = reasons_by_footprint(&outcomes, &small, &unrepairable, &covered, &is_there);
        let listed = |reason: Reason, loss: Loss| -> Vec<u32> {
            let has = |f: &usize| is_there[*f] == (loss == Loss::Part) && reasons[*f] & reason.bit() != 0;
            (0..reasons.len()).filter(has).map(|f| f as u32).collect()
        };
        for (list, reason, loss) in [
            (List::Outside, Reason::Outside, Loss::Whole),
            (List::OutsideParts, Reason::Outside, Loss::Part),
            (List::NearBorder, Reason::NearBorder, Loss::Whole),
            (List::NearBorderParts, Reason::NearBorder, Loss::Part),
            (List::Empty, Reason::Empty, Loss::Whole),
            (List::EmptyParts, Reason::Empty, Loss::Part),
            (List::WithoutGround, Reason::WithoutGround, Loss::Whole),
            (List::Small, Reason::Small, Loss::Whole),
            (List::SmallParts, Reason::Small, Loss::Part),
            (List::Unrepairable, Reason::Unrepairable, Loss::Whole),
            (List::UnrepairableParts, Reason::Unrepairable, Loss::Part),
        ] {
            self.list(list, listed(reason, loss), tally);
        }
        let covers = |loss| -> Vec<(u32, Swallowed)> {
            let of = |f: u32| {
                let Covered { by, is_equal, .. } = covered[covered.partition_point(|c| c.index < f)];
                let swallowed = Swallowed { footprint: self.name(f), by: by.map(|by| self.name(by)), is_equal };
                (self.number(f), swallowed)
            };
            listed(Reason::Swallowed, loss).into_iter().map(of).collect()
        };
        (tally.swallowed, tally.swallowed_parts) = (covers(Loss::Whole), covers(Loss::Part));
        let used_and = |is_so: fn(&Outcome) -> bool| -> Vec<u32> {
            (0..outcomes.len()).filter(|&f| is_there[f] && is_so(&outcomes[f])).map(|f| f as u32).collect()
        };
        tally.figures.used = is_there.iter().filter(|is_there| **is_there).count() as u64;
        self.list(List::Repaired, used_and(|outcome| outcome.repaired), tally);
        self.list(List::Touching, used_and(|outcome| outcome.touching && !outcome.repaired), tally);
        let change = |f: u32| {
            let [before, after] = outcomes[f as usize].outline.map(|length| length * GRID);
            (self.number(f), OutlineChange { footprint: self.name(f), before, after })
        };
        tally.outline_changes = used_and(|outcome| is_shorter(outcome.outline)).into_iter().map(change).collect();
    }

    /// Lists footprints, each once.
    pub(super) fn list(&self, list: List, mut footprints: Vec<u32>, tally: &mut Tally) {
        footprints.sort_unstable();
        footprints.dedup();
        tally.names[list as usize].extend(footprints.into_iter().map(|f| (self.number(f), self.name(f))));
    }

    /// Returns the number of a footprint among all.
    fn number(&self, footprint: u32) -> u32 {
        self.footprints[footprint as usize].index
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

    /// Adds the figures of the buildings.
    pub(super) fn account_for_buildings(&self, buildings: &[Building], tally: &mut Tally) {
        tally.figures.buildings = buildings.len() as u64;
        tally.in2 = self.parts.iter().map(|p| p.area2).sum();
        tally.out2 = buildings.iter().map(|b| shape_area2(&b.rings)).sum();
        self.account_for_edges(buildings, tally);
        self.account_for_narrow_places(buildings, tally);
        let blocks = buildings.iter().filter(|building| building.lod == Lod::Lod1);
        let raised = blocks.flat_map(|block| &block.members).copied().filter(|&f| self.lod_of(f) == Lod::Lod0);
        self.list(List::LodChanges, raised.collect(), tally);
        self.account_for_roofs(buildings, tally);
    }

    fn account_for_edges(&self, buildings: &[Building], tally: &mut Tally) {
        let rings = buildings.iter().flat_map(|b| b.polygons()).flat_map(|(rings, _)| rings);
        for [a, b] in rings.flat_map(|r| edges_of(r)) {
            let l = distance2(a, b);
            tally.shortest2 = tally.shortest2.into_iter().chain([l]).min();
            tally.figures.short_edges += (l < square(self.settings.detail)) as u64;
        }
    }

    fn account_for_narrow_places(&self, buildings: &[Building], tally: &mut Tally) {
        if self.settings.detail <= 1 {
            return;
        }
        let polygons: Vec<&[Ring]> = buildings.iter().flat_map(|b| b.polygons()).map(|(rings, _)| rings).collect();
        let cancel = self.context.cancel_token();
        let narrow = narrow::find(&polygons, self.settings.detail, Contacts::Ignore, Some(cancel));
        tally.figures.narrow_places = narrow.len() as u64;
        tally.figures.narrowest = narrow.iter().map(|n| n.width * GRID).min_by(f64::total_cmp);
    }

    /// Lists the roofs that merging moved far, finds the one that it moved farthest, and adds up how far in the mean.
    fn account_for_roofs(&self, buildings: &[Building], tally: &mut Tally) {
        let mut areas = vec![0; self.footprints.len()];
        self.parts.iter().for_each(|part| areas[part.footprint as usize] += part.area2);
        for building in buildings {
            tally.figures.divided += u64::from(!building.parts.is_empty());
            tally.figures.parts += building.polygons().count() as u64;
            let key = BuildingKey::new(self.number(building.members[0]), &building.rings);
            for (member, after) in roofs_of_members(building, self.footprints) {
                let before = self.roof(member);
                let difference = after - before;
                let is_block = building.lod == Lod::Lod1;
                if is_block {
                    tally.add_roof(areas[member as usize], difference);
                }
                // The number of the building is not known yet.
                let change = RoofChange { building: 0, member: self.name(member), before, after, difference };
                if difference != 0.0 {
                    tally.take_largest(key, &change);
                }
                if is_block && difference.abs() > ROOF_CHANGE {
                    tally.roof_changes.push((key, change));
                }
            }
        }
    }
}

/// Returns the members of a building, each with the roof over it; of several the nearest to its own.
fn roofs_of_members(building: &Building, footprints: &[Known]) -> Vec<(u32, f64)> {
    if building.parts.is_empty() {
        return building.members.iter().map(|&member| (member, building.roof)).collect();
    }
    let mut over: Vec<(u32, f64)> =
        building.parts.iter().flat_map(|part| part.members.iter().map(|&member| (member, part.roof))).collect();
    let distance = |(member, roof): &(u32, f64)| (roof - footprints[*member as usize].roof).abs();
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
