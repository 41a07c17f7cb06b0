//! Cleans footprints: turns them into outlines that the mesher can rely on, once for the whole city, before it is cut
//! into tiles.
//!
//! All coordinates are on a grid of 2^-10 m relative to the data set's integer origin, and the result is checked with
//! integer arithmetic. The steps, each in a module of its own:
//!
//! 1. `on_grid`: each footprint is rounded to the grid and made simple, and `dense` ones lose their noise;
//! 2. `cluster`: footprints no farther apart than the tolerance form a cluster;
//! 3. `merge` closes a cluster's gaps, simplifies its outlines and patches narrow places; or, where buildings stay
//!    apart, `share` joins near walls and gives overlaps to the larger footprint;
//! 4. clusters whose outlines came too near to each other are joined and made again, until there are none;
//! 5. `border`: walls that all but lie on the border of the meshed area are put on it;
//! 6. `roofs`: a building of footprints of different height is divided into parts, one for each roof (`divide`);
//! 7. `planarity`: all buildings together are checked exactly; of two in conflict, the smaller is left out and
//!    reported.
//!
//! The result depends neither on the order of the footprints, nor on threads, nor on a move of the footprints and the
//! origin by whole metres.

mod account;
mod border;
mod cluster;
mod cut_out;
mod dense;
mod divide;
mod edges;
mod locate;
mod merge;
mod narrow;
mod node;
mod on_grid;
mod outlines;
mod overlay;
mod planarity;
mod prior;
mod report;
mod ring;
mod roofs;
mod settings;
mod share;
mod simplify;
#[cfg(test)]
mod tests;
mod tidy;
mod unite;
mod wedges;

use rayon::prelude::*;

use self::account::{Areas, LeftOut};
use self::border::Border;
use self::cluster::{Sets, joined_groups};
use self::on_grid::{Outcome, Prepared, prepare};
use self::planarity::PlanarReport;
use self::ring::{LIMIT, Ring, Shape, canonical, shape_area2};
use self::settings::{Settings, name_footprints};
use crate::city::input::footprint::{Footprint, Lod};
use crate::city::plane::area::Area;
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::parameters::Parameters;
use crate::city::plane::planar::Planar;
use crate::human::{counted, first_of};
use crate::job::Context;
use crate::{Error, Result};

pub use self::cut_out::cut_out;
pub(crate) use self::planarity::check_planar;
pub use self::report::{
    AREA_CHANGE, AreaChange, CleanReport, OUTLINE_CHANGE, OutlineChange, ROOF_CHANGE, RoofChange, Swallowed,
};

/// The longest edge of a building, 64 m in grid units.
pub(crate) const LONGEST_EDGE: i32 = Planar::LONGEST_EDGE;

/// Walls nearer to the border of the meshed area than this are put on it in any case, in grid units: 0.1 m.
const SMALLEST_MARGIN: i32 = 102;

/// How often clusters are joined because their outlines came too near to each other.
const GROWTH_ROUNDS: usize = 12;

/// A building: a polygon with its roof and the footprints it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Building {
    /// The outer ring counter-clockwise, then the holes clockwise, in grid units relative to the origin. No ring
    /// repeats its first point; each starts at its lexicographically smallest vertex.
    pub rings: Vec<Vec<[i32; 2]>>,
    /// The indices of its footprints, ascending.
    pub members: Vec<u32>,
    /// The elevation of its roof in metres; of several roofs, the highest.
    pub roof: f64,
    /// The level of detail: [`Lod::Lod1`] when any member has it.
    pub lod: Lod,
    /// The parts of different height, at least two, which together cover the polygon; none where the building has one
    /// roof.
    pub parts: Vec<BuildingPart>,
}

/// A part of a building, with a roof of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildingPart {
    /// Its polygon, as that of a [`Building`].
    pub rings: Vec<Vec<[i32; 2]>>,
    /// The mean of its footprints' roof elevations in metres, weighted by their areas.
    pub roof: f64,
    /// The indices of the footprints whose roof it is, and of those below it that have no part of their own, ascending.
    pub members: Vec<u32>,
}

impl Building {
    /// Returns the polygons that the building takes in the plane, each with the elevation of its roof.
    pub fn polygons(&self) -> impl Iterator<Item = (&[Vec<[i32; 2]>], f64)> {
        let whole = self.parts.is_empty().then_some((self.rings.as_slice(), self.roof));
        whole.into_iter().chain(self.parts.iter().map(|part| (part.rings.as_slice(), part.roof)))
    }
}

/// Footprints after cleaning.
///
/// Edges of `buildings`, and of their parts, neither cross nor overlap, except that two buildings or two parts of one
/// may share a wall with the same end points.
/// No vertex lies inside an edge, no edge is longer than 64 m, rings are simple and interiors disjoint. Rings may touch
/// in single vertices.
#[derive(Clone, Debug, PartialEq)]
pub struct Cleaned {
    /// The buildings, by smallest member, then by their first vertex.
    pub buildings: Vec<Building>,
    /// The report of all that was changed or left out.
    pub report: CleanReport,
}

/// A polygon of a footprint, on the grid.
struct FootprintPart {
    footprint: u32,
    shape: Shape,
    area2: i128,
}

/// Polygons that are merged, or share walls, together.
struct Cluster {
    /// The indices of the parts, in canonical order.
    parts: Vec<u32>,
    /// How often the cluster was joined with others because of its outlines.
    level: u32,
    /// The result, once there is one.
    made: Option<Made>,
}

/// A part, or a footprint, whose ground others took.
#[derive(Clone, Copy)]
struct Covered {
    index: u32,
    /// A part, or a footprint, that covers it alone; `None` where there is none such.
    by: Option<u32>,
    is_equal: bool,
}

/// The outline of a building, with the parts that it is made of.
struct Outline {
    shape: Shape,
    parts: Vec<u32>,
    /// The roof that it shares with outlines that touch it; `None` where the roof is that of its parts.
    roof: Option<f64>,
}

impl Outline {
    fn of(shape: Shape, parts: Vec<u32>) -> Outline {
        Outline { shape, parts, roof: None }
    }
}

/// The outlines that were made of a cluster, and the parts that are in none. Parts are given by their indices.
#[derive(Default)]
struct Made {
    outlines: Vec<Outline>,
    /// Parts of outlines that were too small.
    small: Vec<u32>,
    /// Parts whose ground others took.
    swallowed: Vec<Covered>,
    /// Parts of which nothing valid could be made.
    unrepairable: Vec<u32>,
    /// Twice the area that the parts covered together.
    covered2: i128,
}

/// The results of all clusters together.
struct Gathered {
    outlines: Vec<Outline>,
    left_out: LeftOut,
    areas: Areas,
    /// The footprint of each hole that was closed.
    closed: Vec<u32>,
}

/// Cleans footprints; `roofs` are the absolute elevations of their roofs.
///
/// # Errors
/// [`Error::InvalidArgument`] when a parameter or the domain is out of its range, or the numbers of roofs and
/// footprints differ; [`Error::MemoryLimit`] and [`Error::NoMemory`] when footprints cross each other too often for the
/// memory; [`Error::Cancelled`].
pub fn clean(
    footprints: &[Footprint],
    roofs: &[f64],
    area: &Area,
    parameters: &Parameters,
    context: &Context,
) -> Result<Cleaned> {
    parameters.check()?;
    check_input(footprints, roofs, area.domain())?;
    let settings = Settings::new(parameters, context);
    let border = Border::new(area, settings.detail);
    let on_grid = bring_to_grid(footprints, roofs, area.domain(), &border, &settings)?;
    let outcomes: Vec<Outcome> = on_grid.iter().map(|prepared| prepared.outcome).collect();
    let parts = parts_of(on_grid);
    let cleaning = Cleaning {
        footprints,
        roofs,
        lod: parameters.lod,
        merging: parameters.merge_buildings,
        height_tolerance: parameters.merge_height_tolerance,
        settings,
        context,
        border,
        parts,
    };
    let clusters = cleaning.clusters()?;
    cleaning.finish(clusters, outcomes)
}

fn check_input(footprints: &[Footprint], roofs: &[f64], domain: &Domain) -> Result<()> {
    if roofs.len() != footprints.len() {
        return Err(Error::invalid("roofs", roofs.len(), format!("one per footprint, {}", footprints.len())));
    }
    if footprints.len() >= u32::MAX as usize {
        return Err(Error::invalid("footprints", footprints.len(), "fewer than 2^32 - 1"));
    }
    // Offsets may reach beyond the border of the domain.
    let limit = LIMIT - (1 << 20);
    let in_range = (0..2).all(|k| -limit <= domain.min[k] && domain.min[k] < domain.max[k] && domain.max[k] <= limit);
    if !in_range {
        let accepted = format!("smallest below largest, both within {:.0} m of the origin", limit as f64 * GRID);
        return Err(Error::invalid("domain", format!("{:?} to {:?}", domain.min, domain.max), accepted));
    }
    Ok(())
}

/// Brings each footprint to the grid; one whose roof is not finite becomes no building.
fn bring_to_grid(
    footprints: &[Footprint],
    roofs: &[f64],
    domain: &Domain,
    border: &Border,
    settings: &Settings,
) -> Result<Vec<Prepared>> {
    let numbered = footprints.par_iter().zip(roofs).enumerate().with_min_len(64);
    let prepared = numbered.map(|(n, (footprint, roof))| {
        settings.check()?;
        let prepared = prepare(footprint, domain, border, settings)
            .map_err(|error| name_footprints(error, || vec![footprint.name(n as u32)]))?;
        if roof.is_finite() {
            return Ok(prepared);
        }
        // There is no ground that the height counts from. That is the reason only when there would be a building
        // otherwise, not for a footprint that is outside or empty.
        let without_ground = !prepared.parts.is_empty();
        let outcome = Outcome { without_ground, ..prepared.outcome };
        Ok(Prepared { parts: Vec::new(), outcome })
    });
    prepared.collect()
}

/// Collects the parts of all footprints, in the footprints' order.
fn parts_of(on_grid: Vec<Prepared>) -> Vec<FootprintPart> {
    let shapes = on_grid
        .into_iter()
        .enumerate()
        .flat_map(|(footprint, prepared)| prepared.parts.into_iter().map(move |shape| (footprint as u32, shape)));
    shapes.map(|(footprint, shape)| FootprintPart { footprint, area2: shape_area2(&shape), shape }).collect()
}

/// The inputs, the settings and the parts, which all steps share.
struct Cleaning<'a> {
    footprints: &'a [Footprint],
    roofs: &'a [f64],
    lod: Lod,
    merging: bool,
    /// Roofs that differ by less become one, in metres.
    height_tolerance: f64,
    settings: Settings<'a>,
    context: &'a Context,
    border: Border,
    parts: Vec<FootprintPart>,
}

impl Cleaning<'_> {
    /// Returns a footprint's name in reports.
    fn name(&self, footprint: u32) -> String {
        self.footprints[footprint as usize].name(footprint)
    }

    fn names(&self, mut footprints: Vec<u32>) -> Vec<String> {
        footprints.sort_unstable();
        footprints.dedup();
        footprints.into_iter().map(|f| self.name(f)).collect()
    }

    /// Groups the parts into clusters and makes their outlines; joins clusters whose outlines came too near to each
    /// other and makes those again.
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
            self.make_all(&mut clusters)?;
            let conflicts = self.too_near(&clusters, allowed)?;
            if conflicts.is_empty() {
                break;
            }
            clusters = joined(clusters, conflicts);
        }
        // The last round may have joined some more. Where their outlines are in conflict, the final check decides.
        self.make_all(&mut clusters)?;
        Ok(clusters)
    }

    /// Finds pairs of clusters to join because outlines of theirs are no farther apart than `allowed`.
    fn too_near(&self, clusters: &[Cluster], allowed: i32) -> Result<Vec<[u32; 2]>> {
        let outlines: Vec<(u32, &[Ring])> = clusters
            .iter()
            .enumerate()
            .flat_map(|(c, cluster)| cluster.outlines().iter().map(move |o| (c as u32, o.shape.as_slice())))
            .collect();
        let shapes: Vec<&[Ring]> = outlines.iter().map(|o| o.1).collect();
        let pairs = joined_groups(&shapes, |o| outlines[o].0, allowed, self.context.cancel_token());
        self.context.check()?;
        Ok(pairs)
    }

    /// Makes the buildings, checks them all together, and reports.
    fn finish(&self, clusters: Vec<Cluster>, outcomes: Vec<Outcome>) -> Result<Cleaned> {
        self.context.check()?;
        let mut report = CleanReport {
            footprints: self.footprints.len() as u64,
            polygons: self.footprints.iter().map(|f| f.polygons.len() as u64).sum(),
            ..CleanReport::default()
        };
        let Gathered { mut outlines, mut left_out, areas, closed } = self.gather(clusters, outcomes, &mut report)?;
        self.join_border(&mut outlines, &mut left_out.outcomes);
        let mut buildings: Vec<Building> =
            outlines.into_par_iter().map(|outline| self.building(outline)).collect::<Result<_>>()?;
        let planar = self.leave_out_conflicts(&mut buildings, &mut left_out.unrepairable)?;
        buildings.sort_unstable_by(|a, b| (a.members.first(), &a.rings).cmp(&(b.members.first(), &b.rings)));
        report.corner_contacts = planar.corner_contacts;
        report.shared_walls = planar.shared_edges;
        self.report_left_out(&buildings, left_out, &mut report);
        self.report_areas(areas, &mut report);
        report.holes_closed = closed.len() as u64;
        report.courtyards_closed = self.names(closed);
        self.context.check()?;
        self.report_buildings(&buildings, &mut report);
        self.context.check()?;
        Ok(Cleaned { buildings, report })
    }

    /// Gathers the results of all clusters, and counts the clusters in the report.
    fn gather(&self, clusters: Vec<Cluster>, outcomes: Vec<Outcome>, report: &mut CleanReport) -> Result<Gathered> {
        let mut gathered = Gathered {
            outlines: Vec::with_capacity(clusters.len()),
            left_out: LeftOut::new(outcomes),
            areas: Areas::new(self.footprints.len()),
            closed: Vec::new(),
        };
        for cluster in clusters {
            let mut owners: Vec<u32> = self.owners(&cluster.parts);
            owners.dedup();
            if cluster.parts.len() > 1 {
                report.clusters += 1;
                report.clustered += owners.len() as u64;
            }
            let Some(mut made) = cluster.made else { continue };
            if !self.merging && made.outlines.len() > 1 {
                self.level(&mut made.outlines);
            }
            gathered.left_out.small.extend(self.owners(&made.small));
            gathered.left_out.unrepairable.extend(self.owners(&made.unrepairable));
            gathered.left_out.swallowed.extend(made.swallowed.iter().copied());
            self.add_areas(&cluster.parts, &owners, &made, &mut gathered.areas);
            gathered.closed.extend(self.closed_holes(&cluster.parts, &made)?);
            gathered.outlines.extend(made.outlines);
        }
        Ok(gathered)
    }

    /// Puts the walls of outlines near the border on it again, since merging and simplifying may have moved them.
    /// Removes outlines that reach over it now.
    fn join_border(&self, outlines: &mut Vec<Outline>, outcomes: &mut [Outcome]) {
        outlines.retain_mut(|outline| {
            let is_there = self.border.join(&mut outline.shape).is_ok() && !outline.shape[0].is_empty();
            match is_there {
                true => canonical(&mut outline.shape),
                false => {
                    self.owners(&outline.parts).into_iter().for_each(|f| outcomes[f as usize].near_border = true);
                }
            }
            is_there
        });
    }

    /// Checks all buildings together. Of two in conflict, one with parts gets one roof, which keeps its outline as it
    /// was; else the smaller is removed and its footprints are added to `unrepairable`, until the check passes.
    fn leave_out_conflicts(&self, buildings: &mut Vec<Building>, unrepairable: &mut Vec<u32>) -> Result<PlanarReport> {
        let mut conflicts: Vec<(String, Vec<String>)> = Vec::new();
        loop {
            self.context.check()?;
            let checked = check_planar(buildings, self.context.cancel_token());
            self.context.check()?;
            match checked {
                Ok(planar) => {
                    self.warn_about_conflicts(conflicts);
                    return Ok(planar);
                }
                Err(violation) => {
                    let owners = || buildings.iter().enumerate().flat_map(|(n, b)| b.polygons().map(move |_| n));
                    let two = violation.polygons.map(|p| owners().nth(p).expect("a building's polygon"));
                    if let Some(divided) = two.into_iter().find(|&n| !buildings[n].parts.is_empty()) {
                        buildings[divided].parts.clear();
                        continue;
                    }
                    let area = |n: &usize| (shape_area2(&buildings[*n].rings), &buildings[*n].rings);
                    let smaller = two.into_iter().min_by(|a, b| area(a).cmp(&area(b)));
                    let gone = buildings.swap_remove(smaller.expect("two polygons"));
                    conflicts.push((violation.to_string(), self.names(gone.members.clone())));
                    unrepairable.extend(gone.members);
                }
            }
        }
    }

    /// Warns, once for all, about buildings that were left out because of a conflict with others.
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

    /// Returns the footprints of parts, ascending.
    fn owners(&self, parts: &[u32]) -> Vec<u32> {
        let mut owners: Vec<u32> = parts.iter().map(|&p| self.parts[p as usize].footprint).collect();
        owners.sort_unstable();
        owners
    }

    /// Returns whether a part becomes a block with a roof.
    fn is_block(&self, part: u32) -> bool {
        self.lod_of(self.parts[part as usize].footprint) == Lod::Lod1
    }

    fn lod_of(&self, footprint: u32) -> Lod {
        self.footprints[footprint as usize].lod.unwrap_or(self.lod)
    }
}

impl Cluster {
    fn outlines(&self) -> &[Outline] {
        self.made.as_ref().map_or(&[], |m| &m.outlines)
    }
}

/// Joins clusters that pairs connect; the joined ones are to be made again.
fn joined(clusters: Vec<Cluster>, pairs: Vec<[u32; 2]>) -> Vec<Cluster> {
    let mut sets = Sets::new(clusters.len());
    pairs.into_iter().for_each(|pair| sets.join(pair.map(|c| c as usize)));
    let mut old: Vec<Option<Cluster>> = clusters.into_iter().map(Some).collect();
    let mut take = |c: u32| old[c as usize].take().expect("each cluster is in one group");
    let mut new = Vec::new();
    for group in sets.into_groups() {
        if let [alone] = group[..] {
            new.push(take(alone));
            continue;
        }
        let joined: Vec<Cluster> = group.into_iter().map(&mut take).collect();
        let level = joined.iter().map(|c| c.level).max().unwrap_or(0) + 1;
        let parts = joined.into_iter().flat_map(|c| c.parts).collect();
        new.push(Cluster { parts, level, made: None });
    }
    new
}
