//! Footprints become outlines that a mesher can rely on: globally, once, before anything is cut into tiles.
//!
//! Everything happens on a grid of 2^-10 m relative to the data set's integer origin, and what comes out is checked
//! with integer arithmetic. The steps, each in a module of its own:
//!
//! 1. *prepare*: each footprint is brought to the grid and made simple;
//! 2. *cluster*: footprints no farther apart than the tolerance belong together;
//! 3. *merge*: a cluster's gaps are closed, its outline is simplified, narrow places are patched; or *share*:
//!    footprints stay apart, near walls become one, overlaps go to the larger one;
//! 4. results that came too near to each other are made again as one cluster, until there are none;
//! 5. *planar*: all buildings together pass the exact check, or the smaller of two in conflict is left out and
//!    reported.
//!
//! The result depends neither on the order of the footprints nor on threads, nor on a move by whole metres of the
//! footprints with the origin.

mod account;
mod cluster;
mod edges;
mod locate;
mod merge;
mod narrow;
mod on_grid;
mod overlay;
mod planarity;
mod report;
mod ring;
mod settings;
mod share;
mod simplify;
#[cfg(test)]
mod tests;
mod tidy;
mod unite;

use std::cmp::Reverse;
use std::sync::OnceLock;

use rayon::prelude::*;

use self::account::LeftOut;
use self::cluster::{Sets, joined_groups};
use self::locate::{Locator, Place};
use self::on_grid::{Outcome, Prepared, prepare};
use self::overlay::{Keep, combine};
use self::ring::{GridBox, LIMIT, Ring, Shape, shape_area2, turn};
use self::settings::{Settings, check_refused};
use crate::city::input::footprint::{Footprint, Lod};
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::parameters::Parameters;
use crate::city::plane::planar::Planar;
use crate::human::{counted, first_of};
use crate::job::Context;
use crate::{Error, Result};

pub(crate) use self::planarity::check_planar;
pub use self::report::{AREA_CHANGE, AreaChange, CleanReport, ROOF_CHANGE, RoofChange, Swallowed};

/// The longest edge of a building, 64 m in grid units.
pub(crate) const LONGEST_EDGE: i32 = Planar::LONGEST_EDGE;

/// No footprint is nearer to the border of the domain, in grid units: 0.1 m.
const SMALLEST_MARGIN: i32 = 102;

/// How often clusters may grow by results that came too near to each other.
const GROWTH_ROUNDS: usize = 12;

/// One building: a polygon with its height and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Building {
    /// The outer ring counter-clockwise, then the holes clockwise, in grid units relative to the origin. No ring
    /// repeats its first point; each starts at its lexicographically smallest vertex.
    pub rings: Vec<Vec<[i32; 2]>>,
    /// The indices of the footprints it is made of, ascending.
    pub members: Vec<u32>,
    /// The mean of its members' roof elevations in metres, weighted by their areas.
    pub roof: f64,
    /// [`Lod::Lod1`] when any member is.
    pub lod: Lod,
}

/// Footprints after cleaning.
///
/// No two edges of `buildings` cross or overlap but walls that two buildings share with the same end points; no vertex
/// lies inside an edge; no edge is longer than 64 m; rings are simple and interiors disjoint; rings may touch in single
/// vertices.
#[derive(Clone, Debug, PartialEq)]
pub struct Cleaned {
    /// The buildings, by smallest member, then by their first vertex.
    pub buildings: Vec<Building>,
    /// What was done.
    pub report: CleanReport,
}

/// A polygon of a footprint.
struct Part {
    footprint: u32,
    shape: Shape,
    area2: i128,
}

/// Polygons that are worked on together, as indices of parts in canonical order, and what became of them.
struct Cluster {
    parts: Vec<u32>,
    level: u32,
    made: Option<Made>,
}

/// A part that others left nothing of.
#[derive(Clone, Copy)]
struct Covered {
    part: u32,
    /// One that covers it.
    by: Option<u32>,
    is_equal: bool,
}

/// What a cluster became.
#[derive(Default)]
struct Made {
    /// Polygons with the parts that each is made of.
    pieces: Vec<(Shape, Vec<u32>)>,
    /// Parts of which a piece was too small.
    small: Vec<u32>,
    /// Parts that others left nothing of.
    swallowed: Vec<Covered>,
    /// Parts of which nothing valid could be made.
    unrepairable: Vec<u32>,
    /// Twice the area that the parts covered together.
    covered2: i128,
}

/// Cleans footprints; `roofs` are the absolute elevations of their roofs.
///
/// # Errors
/// [`Error::InvalidArgument`] when a parameter or the domain is out of its range or the number of roofs is not that of
/// the footprints; [`Error::Cancelled`].
pub fn clean(
    footprints: &[Footprint],
    roofs: &[f64],
    domain: &Domain,
    parameters: &Parameters,
    context: &Context,
) -> Result<Cleaned> {
    parameters.check()?;
    let refused = OnceLock::new();
    let settings = Settings::new(parameters, context, &refused);
    check_input(footprints, roofs, domain)?;
    let prepared: Vec<Prepared> = footprints
        .par_iter()
        .zip(roofs)
        .enumerate()
        .with_min_len(64)
        .map(|(n, (footprint, roof))| {
            context.check()?;
            let refused = OnceLock::new();
            let settings = settings.with_refusal(&refused);
            let prepared = prepare(footprint, domain, settings.detail.max(SMALLEST_MARGIN), &settings);
            check_refused(refused, || vec![footprint.name(n as u32)])?;
            if roof.is_finite() {
                return Ok(prepared);
            }
            // What would be a building has no ground that its height counts from; what is outside or empty is none
            // anyway.
            let without_ground = !prepared.parts.is_empty();
            let outcome = Outcome { without_ground, ..prepared.outcome };
            Ok(Prepared { parts: Vec::new(), outcome })
        })
        .collect::<Result<_>>()?;
    let mut cleaning = Cleaning::new(footprints, roofs, parameters, settings, context);
    let outcome: Vec<Outcome> = prepared.iter().map(|p| p.outcome).collect();
    cleaning.parts = prepared
        .into_iter()
        .enumerate()
        .flat_map(|(f, p)| p.parts.into_iter().map(move |shape| (f as u32, shape)))
        .map(|(footprint, shape)| Part { footprint, area2: shape_area2(&shape), shape })
        .collect();
    let clusters = cleaning.clusters()?;
    cleaning.finish(clusters, outcome)
}

fn check_input(footprints: &[Footprint], roofs: &[f64], domain: &Domain) -> Result<()> {
    if roofs.len() != footprints.len() {
        return Err(Error::invalid("roofs", roofs.len(), format!("one per footprint, {}", footprints.len())));
    }
    if footprints.len() >= u32::MAX as usize {
        return Err(Error::invalid("footprints", footprints.len(), "fewer than 2^32 - 1"));
    }
    // Room for offsets beyond the border.
    let limit = LIMIT - (1 << 20);
    let in_range = (0..2).all(|k| -limit <= domain.min[k] && domain.min[k] < domain.max[k] && domain.max[k] <= limit);
    if !in_range {
        let accepted = format!("smallest below largest, both within {:.0} m of the origin", limit as f64 * GRID);
        return Err(Error::invalid("domain", format!("{:?} to {:?}", domain.min, domain.max), accepted));
    }
    Ok(())
}

/// All that the steps share.
struct Cleaning<'a> {
    footprints: &'a [Footprint],
    roofs: &'a [f64],
    lod: Lod,
    merging: bool,
    settings: Settings<'a>,
    context: &'a Context,
    parts: Vec<Part>,
    report: CleanReport,
}

impl<'a> Cleaning<'a> {
    fn new(
        footprints: &'a [Footprint],
        roofs: &'a [f64],
        parameters: &Parameters,
        settings: Settings<'a>,
        context: &'a Context,
    ) -> Cleaning<'a> {
        let report = CleanReport {
            footprints: footprints.len() as u64,
            polygons: footprints.iter().map(|f| f.polygons.len() as u64).sum(),
            ..CleanReport::default()
        };
        let (lod, merging) = (parameters.lod, parameters.merge_buildings);
        Cleaning { footprints, roofs, lod, merging, settings, context, parts: Vec::new(), report }
    }

    /// A footprint's name in reports.
    fn name(&self, footprint: u32) -> String {
        self.footprints[footprint as usize].name(footprint)
    }

    fn names(&self, mut footprints: Vec<u32>) -> Vec<String> {
        footprints.sort_unstable();
        footprints.dedup();
        footprints.into_iter().map(|f| self.name(f)).collect()
    }

    /// Groups the parts, works on each group, and again on those whose results came too near to each other.
    fn clusters(&self) -> Result<Vec<Cluster>> {
        let (reach, allowed) = if self.merging {
            (self.settings.tolerance, self.settings.tolerance.min(self.settings.detail).max(1) - 1)
        } else {
            (self.settings.snap, 0)
        };
        let shapes: Vec<&[Ring]> = self.parts.iter().map(|p| p.shape.as_slice()).collect();
        let mut sets = Sets::new(shapes.len());
        joined_groups(&shapes, |p| p as u32, reach, self.context.cancel_token())
            .into_iter()
            .for_each(|pair| sets.join(pair.map(|p| p as usize)));
        self.context.check()?;
        let cluster = |parts| Cluster { parts, level: 0, made: None };
        let mut clusters: Vec<Cluster> = sets.into_groups().into_iter().map(cluster).collect();
        for _ in 0..GROWTH_ROUNDS {
            clusters.par_iter_mut().filter(|c| c.made.is_none()).try_for_each(|cluster| {
                self.context.check()?;
                self.make(cluster)?;
                self.context.check()
            })?;
            let pieces: Vec<(u32, &[Ring])> = clusters
                .iter()
                .enumerate()
                .flat_map(|(c, cluster)| cluster.pieces().iter().map(move |p| (c as u32, p.0.as_slice())))
                .collect();
            let shapes: Vec<&[Ring]> = pieces.iter().map(|p| p.1).collect();
            let conflicts = joined_groups(&shapes, |p| pieces[p].0, allowed, self.context.cancel_token());
            self.context.check()?;
            if conflicts.is_empty() {
                break;
            }
            let mut sets = Sets::new(clusters.len());
            conflicts.into_iter().for_each(|pair| sets.join(pair.map(|c| c as usize)));
            let mut old: Vec<Option<Cluster>> = clusters.into_iter().map(Some).collect();
            let mut take = |c: u32| old[c as usize].take().expect("each cluster is in one group");
            clusters = Vec::new();
            for group in sets.into_groups() {
                if let [alone] = group[..] {
                    clusters.push(take(alone));
                    continue;
                }
                let joined: Vec<Cluster> = group.into_iter().map(&mut take).collect();
                let level = joined.iter().map(|c| c.level).max().unwrap_or(0) + 1;
                let parts = joined.into_iter().flat_map(|c| c.parts).collect();
                clusters.push(Cluster { parts, level, made: None });
            }
        }
        // The last round may have left some to be made; the check of the whole decides about them.
        clusters.par_iter_mut().filter(|c| c.made.is_none()).try_for_each(|cluster| {
            self.make(cluster)?;
            self.context.check()
        })?;
        Ok(clusters)
    }

    fn make(&self, cluster: &mut Cluster) -> Result<()> {
        let tie = |p: u32| {
            let part = &self.parts[p as usize];
            (&part.shape, self.roofs[part.footprint as usize].to_bits(), &self.footprints[part.footprint as usize].id)
        };
        cluster.parts.sort_unstable_by(|&a, &b| tie(a).cmp(&tie(b)));
        let refused = OnceLock::new();
        let settings = self.settings.with_refusal(&refused);
        let made = if self.merging || (cluster.parts.len() == 1 && cluster.level == 0) {
            self.merge(cluster, &settings)
        } else {
            cluster.parts.sort_by_key(|&p| Reverse(self.parts[p as usize].area2));
            self.share(cluster, &settings)
        };
        cluster.made = Some(made);
        check_refused(refused, || self.names(self.owners(&cluster.parts)))
    }

    fn shapes(&self, cluster: &Cluster) -> Vec<&[Ring]> {
        cluster.parts.iter().map(|&p| self.parts[p as usize].shape.as_slice()).collect()
    }

    fn merge(&self, cluster: &Cluster, settings: &Settings) -> Made {
        let Some(merged) = merge::merge(&self.shapes(cluster), cluster.level, settings) else {
            return self.nothing_of(cluster);
        };
        let mut made = Made { covered2: merged.covered2, ..Made::default() };
        for (shape, parts) in self.members(merged.shapes, &cluster.parts) {
            if shape_area2(&shape) < self.settings.small_area2 {
                made.small.extend(parts);
            } else {
                made.pieces.push((shape, parts));
            }
        }
        if made.pieces.is_empty() && made.small.is_empty() {
            made.small.clone_from(&cluster.parts);
        }
        made
    }

    fn share(&self, cluster: &Cluster, settings: &Settings) -> Made {
        let Some(shared) = share::share(&self.shapes(cluster), settings) else {
            return self.nothing_of(cluster);
        };
        let covered = |&(p, equal): &(usize, Option<usize>)| Covered {
            part: cluster.parts[p],
            by: equal.map(|first| cluster.parts[first]).or_else(|| self.covering(&cluster.parts[..=p])),
            is_equal: equal.is_some(),
        };
        Made {
            swallowed: shared.swallowed.iter().map(covered).collect(),
            pieces: shared.pieces.into_iter().map(|p| (p.shape, vec![cluster.parts[p.part]])).collect(),
            small: shared.small.into_iter().map(|p| cluster.parts[p]).collect(),
            unrepairable: Vec::new(),
            covered2: shared.covered2,
        }
    }

    /// Nothing valid came of a cluster.
    fn nothing_of(&self, cluster: &Cluster) -> Made {
        let covered2 = cluster.parts.iter().map(|&p| self.parts[p as usize].area2).sum();
        Made { unrepairable: cluster.parts.clone(), covered2, ..Made::default() }
    }

    /// The first of some parts that leaves no building of the last.
    fn covering(&self, parts: &[u32]) -> Option<u32> {
        /// Where so many lie around a footprint, naming one of them is not worth looking at all.
        const MOST: usize = 64;
        let (last, others) = parts.split_last()?;
        let outer = &self.parts[*last as usize].shape[0];
        let bounds = GridBox::of(outer);
        let shape_of = |other: u32| &self.parts[other as usize].shape;
        let near = others.iter().copied().filter(|&other| GridBox::of(&shape_of(other)[0]).near(&bounds, 0));
        near.take(MOST).find(|&other| {
            let (rings, others) = (shape_of(*last).iter(), shape_of(other).iter());
            let left = combine(rings, others, Keep::Difference, false);
            left.iter().all(|shape| shape_area2(shape) < self.settings.small_area2)
        })
    }

    /// Gives each polygon the parts it is made of.
    fn members(&self, shapes: Vec<Shape>, parts: &[u32]) -> Vec<(Shape, Vec<u32>)> {
        if shapes.len() <= 1 {
            return shapes.into_iter().map(|s| (s, parts.to_vec())).collect();
        }
        let locators: Vec<(GridBox, Locator)> =
            shapes.iter().map(|s| (GridBox::of(&s[0]), Locator::new(s.iter()))).collect();
        let boxes: Vec<GridBox> = locators.iter().map(|l| l.0).collect();
        let index = planarity::index_of(&boxes);
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); shapes.len()];
        for &p in parts {
            if self.settings.go_on().is_none() {
                break;
            }
            let outer = &self.parts[p as usize].shape[0];
            let b = GridBox::of(outer);
            let near = self.settings.tolerance + self.settings.detail;
            let mut around = index.query(b.min[0] - near, b.min[1] - near, b.max[0] + near, b.max[1] + near);
            around.sort_unstable();
            let holds = |s: &usize| ears(outer).any(|ear| locators[*s].1.place(ear) == Place::Inside);
            let inside: Vec<usize> = around.iter().copied().filter(holds).collect();
            // A part of which nothing is surely inside belongs to all that it may have gone into.
            for s in if inside.is_empty() { around } else { inside } {
                members[s].push(p);
            }
        }
        for (s, own) in members.iter_mut().enumerate().filter(|(_, own)| own.is_empty()) {
            if self.settings.go_on().is_none() {
                break;
            }
            let shape_of = |p: u32| &self.parts[p as usize].shape;
            let reach = 2 * self.settings.detail + self.settings.tolerance;
            let near = |&p: &u32| GridBox::of(&shape_of(p)[0]).near(&boxes[s], reach);
            let around: Vec<u32> = parts.iter().copied().filter(near).collect();
            let holds = |&p: &u32| {
                let locator = Locator::new(shape_of(p).iter());
                ears(&shapes[s][0]).any(|ear| locator.place(ear) == Place::Inside)
            };
            *own = around.iter().copied().filter(holds).collect();
            if own.is_empty() {
                *own = around;
            }
        }
        shapes.into_iter().zip(members).collect()
    }

    /// Makes the buildings, checks them all together, and completes the report.
    fn finish(mut self, clusters: Vec<Cluster>, outcome: Vec<Outcome>) -> Result<Cleaned> {
        self.context.check()?;
        let (mut small, mut unrepairable, mut swallowed, mut closed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut areas = vec![[0_i128; 2]; self.footprints.len()];
        let mut covered2 = 0;
        let mut buildings: Vec<Building> = Vec::with_capacity(clusters.len());
        for cluster in clusters {
            let mut owners: Vec<u32> = self.owners(&cluster.parts);
            owners.dedup();
            if cluster.parts.len() > 1 {
                self.report.clusters += 1;
                self.report.clustered += owners.len() as u64;
            }
            let Some(made) = cluster.made else { continue };
            small.extend(self.owners(&made.small));
            unrepairable.extend(self.owners(&made.unrepairable));
            swallowed.extend(made.swallowed.iter().copied());
            covered2 += made.covered2;
            self.note_areas(&cluster.parts, &owners, &made, &mut areas);
            closed.extend(self.closed_holes(&cluster.parts, &made));
            buildings.extend(made.pieces.into_iter().map(|(shape, parts)| self.building(shape, &parts)));
        }
        let mut conflicts: Vec<(String, Vec<String>)> = Vec::new();
        let planar = loop {
            self.context.check()?;
            match check_planar(&buildings, self.context.cancel_token()) {
                Ok(planar) => break planar,
                Err(violation) => {
                    self.context.check()?;
                    let area = |p: &usize| (shape_area2(&buildings[*p].rings), &buildings[*p].rings);
                    let smaller = violation.polygons.into_iter().min_by(|a, b| area(a).cmp(&area(b)));
                    let gone = buildings.swap_remove(smaller.expect("two polygons"));
                    conflicts.push((violation.to_string(), self.names(gone.members.clone())));
                    unrepairable.extend(gone.members);
                }
            }
        };
        self.warn_about_conflicts(conflicts);
        buildings.sort_unstable_by(|a, b| (a.members.first(), &a.rings).cmp(&(b.members.first(), &b.rings)));
        self.report.corner_contacts = planar.corner_contacts;
        self.report.shared_walls = planar.shared_edges;
        let came = LeftOut { outcome, small, unrepairable, swallowed };
        self.note_left_out(&buildings, came);
        self.note_area_changes(&areas, covered2);
        self.report.holes_closed = closed.len() as u64;
        self.report.courtyards_closed = self.names(closed);
        self.context.check()?;
        self.measure(&buildings);
        self.context.check()?;
        Ok(Cleaned { buildings, report: self.report })
    }

    /// Tells of buildings that were left out for what they had in common with others, once for all.
    fn warn_about_conflicts(&self, conflicts: Vec<(String, Vec<String>)>) {
        let Some((first, _)) = conflicts.first() else { return };
        let (buildings, message) = (conflicts.len() as u64, first.clone());
        let mut names: Vec<String> = conflicts.into_iter().flat_map(|(_, names)| names).collect();
        names.sort_unstable();
        let (count, were) = (names.len() as u64, if buildings == 1 { "was" } else { "were" });
        let what = format!(
            "{} {were} left out, made of {}, the first since {message}",
            counted(buildings, "building"),
            first_of(&names, count)
        );
        self.context.warn("building-left-out", what);
    }

    /// The footprints of parts, ascending.
    fn owners(&self, parts: &[u32]) -> Vec<u32> {
        let mut owners: Vec<u32> = parts.iter().map(|&p| self.parts[p as usize].footprint).collect();
        owners.sort_unstable();
        owners
    }

    fn lod_of(&self, footprint: u32) -> Lod {
        self.footprints[footprint as usize].lod.unwrap_or(self.lod)
    }

    /// A polygon with its members, its roof and its level of detail. `parts` are in canonical order: so is the sum.
    fn building(&self, rings: Shape, parts: &[u32]) -> Building {
        let roof = |p: &u32| self.roofs[self.parts[*p as usize].footprint as usize];
        let lowest = parts.iter().map(roof).fold(f64::INFINITY, f64::min);
        let (mut weight, mut above) = (0.0, 0.0);
        for p in parts {
            let area = self.parts[*p as usize].area2 as f64;
            weight += area;
            above += area * (roof(p) - lowest);
        }
        let mut members = self.owners(parts);
        members.dedup();
        let lod = if members.iter().any(|&f| self.lod_of(f) == Lod::Lod1) { Lod::Lod1 } else { Lod::Lod0 };
        Building { rings, members, roof: lowest + above / weight, lod }
    }
}

impl Cluster {
    fn pieces(&self) -> &[(Shape, Vec<u32>)] {
        self.made.as_ref().map_or(&[], |m| &m.pieces)
    }
}

/// Points surely near the inside of a ring: the middles of the triangles at its convex corners.
fn ears(ring: &Ring) -> impl Iterator<Item = [i32; 2]> + '_ {
    let n = ring.len();
    (0..n)
        .map(move |i| [ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]])
        .filter(|&[a, b, c]| turn(a, b, c) > 0)
        .map(|[a, b, c]| std::array::from_fn(|k| ((a[k] as i64 + b[k] as i64 + c[k] as i64) / 3) as i32))
}
