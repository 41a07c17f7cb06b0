//! Makes the buildings of outlines: one roof for footprints of about the same height, and parts where the heights
//! differ.

use std::collections::HashMap;

use super::divide::{Divided, divide};
use super::overlay::{Collinear, intersection};
use super::planarity::index_of;
use super::ring::{GridBox, Ring, shape_area2, square};
use super::{Building, BuildingPart, Cleaning, Outline};
use crate::Result;
use crate::city::input::footprint::Lod;

/// Roofs that touch, and differ by less than this, become one, in metres: the wall between them would consist of
/// slivers, and no source of heights is more precise.
const LEVEL: f64 = 0.05;

/// Footprints with about the same roof.
struct Roof {
    elevation: f64,
    /// The footprints' parts, in canonical order.
    parts: Vec<u32>,
}

impl Cleaning<'_> {
    /// Makes the building of an outline.
    pub(super) fn building(&self, outline: Outline) -> Result<Building> {
        let Outline { shape: rings, parts, roof: common } = outline;
        let mut members = self.owners(&parts);
        members.dedup();
        let lod = if members.iter().any(|&f| self.lod_of(f) == Lod::Lod1) { Lod::Lod1 } else { Lod::Lod0 };
        let roofs = if lod == Lod::Lod1 { self.roofs_of(&parts) } else { Vec::new() };
        let divided = match roofs.len() {
            0 | 1 => None,
            _ => {
                let shapes =
                    |roof: &Roof| roof.parts.iter().map(|&p| self.parts[p as usize].shape.as_slice()).collect();
                divide(&rings, &roofs.iter().map(shapes).collect::<Vec<Vec<&[Ring]>>>(), &self.settings)?
            }
        };
        let Some(divided) = divided else {
            let roof = common.unwrap_or_else(|| self.mean_roof(&parts));
            return Ok(Building { rings, members, roof, lod, parts: Vec::new() });
        };
        let roof = divided.iter().map(|(roof, _)| roofs[*roof].elevation).fold(f64::NEG_INFINITY, f64::max);
        let parts = if divided.len() > 1 { self.building_parts(divided, &roofs, &parts)? } else { Vec::new() };
        Ok(Building { rings, members, roof, lod, parts })
    }

    /// Gives the outlines of a cluster that stay apart one roof where theirs are on about the same level.
    pub(super) fn level(&self, outlines: &mut [Outline]) {
        let blocks: Vec<u32> = outlines.iter().map(|o| o.parts[0]).filter(|&p| self.is_block(p)).collect();
        let roofs = self.roofs_of(&blocks);
        let levels: HashMap<u32, f64> = roofs
            .iter()
            .filter(|roof| roof.parts.len() > 1)
            .flat_map(|r| r.parts.iter().map(|&p| (p, r.elevation)))
            .collect();
        outlines.iter_mut().for_each(|outline| outline.roof = levels.get(&outline.parts[0]).copied());
    }

    /// Groups parts by their roofs, the highest first, so that the roofs of a group differ by less than the tolerance.
    /// The nearest roofs are grouped first.
    fn roofs_of(&self, parts: &[u32]) -> Vec<Roof> {
        let roof = |p: u32| self.roof(self.parts[p as usize].footprint);
        let mut elevations: Vec<f64> = parts.iter().map(|&p| roof(p)).collect();
        elevations.sort_unstable_by(|a, b| b.total_cmp(a));
        let tolerance = if self.merging { self.height_tolerance.max(LEVEL) } else { LEVEL };
        let groups = groups(&elevations, tolerance);
        let mut roofs: Vec<Roof> = groups.iter().map(|_| Roof { elevation: 0.0, parts: Vec::new() }).collect();
        for &p in parts {
            let group = groups.partition_point(|&[_, lowest]| lowest > roof(p));
            roofs[group].parts.push(p);
        }
        roofs.iter_mut().for_each(|group| group.elevation = self.mean_roof(&group.parts));
        roofs
    }

    /// Returns the mean of roofs, weighted by area. The parts are in canonical order, so that the sum does not depend
    /// on the order of the footprints.
    fn mean_roof(&self, parts: &[u32]) -> f64 {
        let roof = |p: &u32| self.roof(self.parts[*p as usize].footprint);
        let lowest = parts.iter().map(roof).fold(f64::INFINITY, f64::min);
        let (mut weight, mut above) = (0.0, 0.0);
        for p in parts {
            let area = self.parts[*p as usize].area2 as f64;
            weight += area;
            above += area * (roof(p) - lowest);
        }
        lowest + above / weight
    }

    /// Makes the parts of a building. A footprint belongs to the parts in which some of its ground has its own roof;
    /// without such a part, to those that took its ground.
    fn building_parts(&self, divided: Vec<Divided>, roofs: &[Roof], parts: &[u32]) -> Result<Vec<BuildingPart>> {
        let numbered = roofs.iter().enumerate();
        let roof_of: HashMap<u32, usize> = numbered.flat_map(|(n, r)| r.parts.iter().map(move |&p| (p, n))).collect();
        let boxes: Vec<GridBox> = divided.iter().map(|(_, shape)| GridBox::of(&shape[0])).collect();
        let index = index_of(&boxes);
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); divided.len()];
        for &p in parts {
            self.settings.check()?;
            let shape = &self.parts[p as usize].shape;
            let b = GridBox::of(&shape[0]);
            let mut near = index.query(b.min[0], b.min[1], b.max[0], b.max[1]);
            near.sort_unstable();
            let shares_ground = |n: &usize| {
                let common = intersection(shape.iter(), divided[*n].1.iter(), Collinear::Drop);
                common.iter().map(|shape| shape_area2(shape)).sum::<i128>() >= 2 * square(self.settings.detail) as i128
            };
            let (own, others): (Vec<usize>, Vec<usize>) = near.iter().partition(|n| divided[**n].0 == roof_of[&p]);
            let mut found: Vec<usize> = own.into_iter().filter(shares_ground).collect();
            if found.is_empty() {
                found = others.into_iter().filter(shares_ground).collect();
            }
            // Of less than a detail's ground it does not matter where it went.
            let found = match (found.is_empty(), near.is_empty()) {
                (false, _) => found,
                (true, false) => near,
                (true, true) => vec![divided.iter().position(|(roof, _)| *roof == roof_of[&p]).unwrap_or(0)],
            };
            found.into_iter().for_each(|n| members[n].push(self.parts[p as usize].footprint));
        }
        let mut made: Vec<BuildingPart> = Vec::with_capacity(divided.len());
        for ((roof, rings), mut members) in divided.into_iter().zip(members) {
            if members.is_empty() {
                members = self.owners(&roofs[roof].parts);
            }
            members.sort_unstable();
            members.dedup();
            made.push(BuildingPart { rings, roof: roofs[roof].elevation, members });
        }
        made.sort_unstable_by(|a, b| a.rings.cmp(&b.rings));
        Ok(made)
    }
}

/// Groups elevations, given in descending order, so that those of a group differ by less than `tolerance`, or not at
/// all. Returns the highest and the lowest of each group, in descending order.
fn groups(elevations: &[f64], tolerance: f64) -> Vec<[f64; 2]> {
    let mut distinct = elevations.to_vec();
    distinct.dedup();
    let mut gaps: Vec<usize> = (1..distinct.len()).collect();
    gaps.sort_by(|&a, &b| (distinct[a - 1] - distinct[a]).total_cmp(&(distinct[b - 1] - distinct[b])));
    // The last of the group that begins at an elevation, and the first of the group that ends there.
    let mut last: Vec<usize> = (0..distinct.len()).collect();
    let mut first = last.clone();
    for below in gaps {
        let (top, bottom) = (first[below - 1], last[below]);
        if distinct[top] - distinct[bottom] < tolerance {
            (last[top], first[bottom]) = (bottom, top);
        }
    }
    let mut groups = Vec::new();
    let mut at = 0;
    while at < distinct.len() {
        groups.push([distinct[at], distinct[last[at]]]);
        at = last[at] + 1;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn near_elevations_are_grouped_before_far_ones_and_no_group_reaches_the_tolerance() {
        assert_eq!(groups(&[], 1.0), Vec::<[f64; 2]>::new());
        assert_eq!(groups(&[7.0, 7.0], 0.0), [[7.0, 7.0]]);
        assert_eq!(groups(&[7.5, 7.0], 0.5), [[7.5, 7.5], [7.0, 7.0]]);
        assert_eq!(groups(&[11.0, 10.6, 10.4, 10.0], 0.5), [[11.0, 11.0], [10.6, 10.4], [10.0, 10.0]]);
        assert_eq!(groups(&[11.0, 10.6, 10.4, 10.0], 0.7), [[11.0, 10.4], [10.0, 10.0]]);
        assert_eq!(groups(&[100.0, 10.0, 9.9], 1e4), [[100.0, 9.9]]);
    }
}
