//! Cleans footprints: turns them into outlines that the mesher can rely on, once for the whole city, before it is cut
//! into tiles.
//!
//! A [`Sweep`] takes the footprints from south to north and cleans them by islands, groups of footprints that are so
//! far from all others that neither matters to the other: no more of the city is in memory than the islands that reach
//! over the line that it has come to.
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
mod stray;
mod sweep;
mod tally;
#[cfg(test)]
mod tests;
mod tidy;
mod unite;
mod wedges;

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use self::account::{Areas, LeftOut};
use self::border::Border;
use self::cluster::{Sets, joined_groups};
use self::on_grid::Outcome;
use self::planarity::PlanarReport;
use self::ring::{Ring, Shape, canonical, shape_area2};
use self::settings::Settings;
use self::stray::Distances;
use self::tally::List;
use crate::Result;
use crate::city::input::footprint::{Lod, name_of};
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::planar::Planar;
use crate::human::{counted, first_of};
use crate::job::Context;

pub use self::cut_out::cut_out;
pub(crate) use self::planarity::check_planar;
pub use self::report::{
    AREA_CHANGE, AreaChange, CleanReport, OUTLINE_CHANGE, OutlineChange, ROOF_CHANGE, RoofChange, Swallowed,
};
pub use self::sweep::{GivenFootprint, Islands, Sweep, ToClean, clean};
pub use self::tally::{BuildingKey, Tally};

/// The longest edge of a building, 64 m in grid units.
pub(crate) const LONGEST_EDGE: i32 = Planar::LONGEST_EDGE;

/// Walls nearer to the border of the meshed area than this are put on it in any case, in grid units: 0.1 m.
const SMALLEST_MARGIN: i32 = 102;

/// How often clusters are joined because their outlines came too near to each other.
const GROWTH_ROUNDS: usize = 12;

/// A building: a polygon with its roof and the footprints it is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// A city after cleaning.
///
/// Edges of all buildings of a city, and of their parts, neither cross nor overlap, except that two buildings or two
/// parts of one may share a wall with the same end points.
/// No vertex lies inside an edge, no edge is longer than 64 m, rings are simple and interiors disjoint. Rings may touch
/// in single vertices.
#[derive(Clone, Debug, PartialEq)]
pub struct Cleaned {
    /// The buildings, by smallest member, then by their first vertex.
    pub buildings: Vec<Building>,
    /// The report of all that was changed or left out.
    pub report: CleanReport,
}

/// The buildings of some islands, and the account of what was changed or left out there. It can be put into a file.
#[derive(Serialize, Deserialize)]
pub struct CleanedIslands {
    buildings: Vec<Building>,
    tally: Tally,
    has_strayed: bool,
}

#[cfg(test)]
impl CleanedIslands {
    /// Creates the result of no islands.
    pub fn none() -> CleanedIslands {
        CleanedIslands { buildings: Vec::new(), tally: Tally::default(), has_strayed: false }
    }
}

/// What cleaning must know of a footprint beside its polygons.
#[derive(Debug, Serialize)]
struct Known {
    /// Its number among all footprints.
    index: u32,
    id: String,
    lod: Lod,
    /// The number of its polygons, as they were given.
    polygons: u64,
    /// The elevation of its roof.
    roof: f64,
}

impl Known {
    /// Returns the footprint's name in reports.
    fn name(&self) -> String {
        name_of(&self.id, self.index)
    }
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

/// The footprints of some islands, the settings and the parts, which all steps share. Footprints are given by their
/// places here.
struct Cleaning<'a> {
    /// The footprints, by their numbers.
    footprints: &'a [Known],
    merging: bool,
    /// Roofs that differ by less become one, in metres.
    height_tolerance: f64,
    settings: Settings<'a>,
    context: &'a Context,
    border: &'a Border,
    parts: &'a [FootprintPart],
    distances: Distances,
    /// Whether an outline was made that is farther from its parts than islands allow.
    has_strayed: AtomicBool,
}

impl Cleaning<'_> {
    /// Cleans the footprints. `outcomes` says of each how it came to the grid.
    fn clean(&self, outcomes: Vec<Outcome>) -> Result<CleanedIslands> {
        let clusters = self.clusters()?;
        self.finish(clusters, outcomes)
    }

    /// Returns a footprint's name in reports.
    fn name(&self, footprint: u32) -> String {
        self.footprints[footprint as usize].name()
    }

    /// Returns a footprint's roof.
    fn roof(&self, footprint: u32) -> f64 {
        self.footprints[footprint as usize].roof
    }

    fn names(&self, mut footprints: Vec<u32>) -> Vec<String> {
        footprints.sort_unstable();
        footprints.dedup();
        footprints.into_iter().map(|f| self.name(f)).collect()
    }

    /// Groups the parts into clusters and makes their outlines; joins clusters whose outlines came too near to each
    /// other and makes those again.
    fn clusters(&self) -> Result<Vec<Cluster>> {
        let (reach, allowed) = self.settings.reach_and_gap(self.merging);
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
    fn finish(&self, clusters: Vec<Cluster>, outcomes: Vec<Outcome>) -> Result<CleanedIslands> {
        self.context.check()?;
        let mut tally = Tally::default();
        tally.figures.footprints = self.footprints.len() as u64;
        tally.figures.polygons = self.footprints.iter().map(|f| f.polygons).sum();
        let Gathered { mut outlines, mut left_out, areas, closed } = self.gather(clusters, outcomes, &mut tally)?;
        self.join_border(&mut outlines, &mut left_out.outcomes);
        let mut buildings: Vec<Building> =
            outlines.into_par_iter().map(|outline| self.building(outline)).collect::<Result<_>>()?;
        let planar = self.leave_out_conflicts(&mut buildings, &mut left_out.unrepairable)?;
        buildings.sort_unstable_by(|a, b| (a.members.first(), &a.rings).cmp(&(b.members.first(), &b.rings)));
        tally.figures.corner_contacts = planar.corner_contacts;
        tally.figures.shared_walls = planar.shared_edges;
        self.account_for_left_out(&buildings, left_out, &mut tally);
        self.account_for_areas(areas, &mut tally);
        tally.figures.holes_closed = closed.len() as u64;
        self.list(List::CourtyardsClosed, closed, &mut tally);
        self.context.check()?;
        self.account_for_buildings(&buildings, &mut tally);
        self.context.check()?;
        // From here on the footprints are known by their numbers.
        let numbered =
            |members: &mut Vec<u32>| members.iter_mut().for_each(|f| *f = self.footprints[*f as usize].index);
        for building in &mut buildings {
            numbered(&mut building.members);
            building.parts.iter_mut().for_each(|part| numbered(&mut part.members));
        }
        let has_strayed = self.has_strayed.load(Ordering::Relaxed);
        Ok(CleanedIslands { buildings, tally, has_strayed })
    }

    /// Gathers the results of all clusters, and counts the clusters.
    fn gather(&self, clusters: Vec<Cluster>, outcomes: Vec<Outcome>, tally: &mut Tally) -> Result<Gathered> {
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
                tally.figures.clusters += 1;
                tally.figures.clustered += owners.len() as u64;
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
        self.footprints[footprint as usize].lod
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
