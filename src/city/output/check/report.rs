//! The figures of a check, and the rule for a sound surface.

use std::fmt;

use serde::Serialize;

use super::BORDER_TOLERANCE;
use super::verdict::Verdict;
use crate::human::{count, counted};
use crate::io::surface::Part;
use crate::io::surface::part::MarkersSeen;
use crate::{Error, Result};

/// Edges of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EdgeReport {
    /// The number of edges.
    pub edges: u64,
    /// Their total length, in metres.
    pub length: f64,
    /// The ends of the first few.
    pub first: Vec<[[f64; 3]; 2]>,
}

/// Vertices in the interior of open edges.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct JunctionReport {
    /// The number of vertices.
    pub vertices: u64,
    /// The open edges inside the domain that have such a vertex.
    pub edges: u64,
    /// Whether all open edges were searched; false when there are more than the memory limit allows to hold.
    pub complete: bool,
    /// The first few vertices, by their coordinates.
    pub first: Vec<[f64; 3]>,
}

/// The triangles of one part of the city.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PartReport {
    /// The part.
    pub part: Part,
    /// The number of triangles.
    pub triangles: u64,
    /// Their area, in square metres.
    pub area: f64,
    /// Their area seen from above, in square metres. Triangles that face down count negative, walls not at all.
    pub plan_area: f64,
}

/// The source of the number of buildings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberFrom {
    /// The store or the file states it.
    Stated,
    /// The caller states it.
    Expectations,
    /// The vertical walls and the other roofs leave no other number.
    Shown,
    /// Nothing states it, and the markers leave more than one: it is not known which roof belongs to which walls.
    Guessed,
}

/// Facts about the markers of a surface.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MarkerReport {
    /// As [`CheckReport::buildings`].
    #[serde(skip)]
    pub buildings: u32,
    /// The source of that number.
    pub number_from: NumberFrom,
    /// The smallest and the largest number that walls and roofs agree with, if any; the latter is null where no roof
    /// bounds it.
    pub number_shown: Option<(u32, Option<u32>)>,
    /// Triangles with a marker that has no meaning in a city of that many buildings.
    pub strange: u64,
    /// The smallest and the largest such marker.
    pub strange_range: Option<[i32; 2]>,
}

impl MarkerReport {
    /// Chooses the number of buildings: the stated one, else the one asked for, else the one that walls and roofs show.
    /// Refuses a number asked for that contradicts the others.
    pub(super) fn new(seen: &MarkersSeen, asked: Option<u32>, stated: Option<u32>) -> Result<MarkerReport> {
        let number_shown = seen.buildings();
        if let (Some(asked), Some(stated)) = (asked, stated)
            && asked != stated
        {
            let accepted = format!("{stated}, which the surface states itself, or none (no --buildings)");
            return Err(Error::invalid("buildings", asked, accepted));
        }
        if let (Some(asked), None) = (asked, stated) {
            let largest = seen.largest();
            let (least, most) = number_shown.unwrap_or((seen.least(), None));
            // Without any marker from 0 on, any number is possible.
            let most = most.filter(|_| largest.is_some());
            if asked < least || most.is_some_and(|most| asked > most) {
                let why = largest.map_or(String::new(), |largest| format!(", since the largest marker is {largest}"));
                let accepted = match most {
                    Some(most) if most == least => format!("{most}, as walls and roofs show"),
                    Some(most) => format!("{least} to {most}, as walls and roofs show"),
                    None => format!("{least} or more{why}"),
                };
                return Err(Error::invalid("buildings", asked, accepted));
            }
        }
        let (buildings, number_from) = match (stated, asked, number_shown) {
            (Some(stated), ..) => (stated, NumberFrom::Stated),
            (_, Some(asked), _) => (asked, NumberFrom::Expectations),
            (.., Some((least, Some(most)))) if least == most => (least, NumberFrom::Shown),
            _ => (seen.likely(), NumberFrom::Guessed),
        };
        Ok(MarkerReport { buildings, number_from, number_shown, strange: 0, strange_range: None })
    }

    /// Describes the source of the number of buildings, where the surface does not state it.
    fn origin(&self) -> &'static str {
        match self.number_from {
            NumberFrom::Stated => "",
            NumberFrom::Expectations => ", as asked",
            NumberFrom::Shown => " (not stated: as walls and roofs show)",
            NumberFrom::Guessed => " or more (not stated)",
        }
    }

    /// Returns the question that the markers leave open, and why.
    pub(super) fn not_told(&self) -> Option<String> {
        let between = match self.number_shown {
            _ if self.number_from != NumberFrom::Guessed => return None,
            Some((least, Some(most))) => format!("walls and roofs leave {least} to {most}"),
            Some((least, None)) => format!("walls leave {least} or more"),
            None => "walls that lean or roofs that stand upright leave none".to_string(),
        };
        Some(format!(
            "which roof stands on which walls: the number of buildings is not stated, and {between}; it settles \
             that (--buildings)"
        ))
    }

    /// Lists the impossible findings.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if let Some([low, high]) = self.strange_range {
            let are = if low == high { format!("marker {low}") } else { format!("markers {low} to {high}") };
            let of = match self.number_from {
                NumberFrom::Stated => format!(", of which {} is stated", counted(self.buildings.into(), "building")),
                _ => String::new(),
            };
            let triangles = counted(self.strange, "triangle");
            faults.push(format!(
                "{triangles} with {are}, which stand{} for no part of a city{of}",
                if low == high { "s" } else { "" }
            ));
        }
        let agrees = |(least, most): (u32, Option<u32>)| {
            least <= self.buildings && most.is_none_or(|most| self.buildings <= most)
        };
        let shown = self.number_shown.filter(|_| self.number_from == NumberFrom::Stated && self.strange == 0);
        if let Some((least, most)) = shown.filter(|shown| shown.0 > 0 && !agrees(*shown)) {
            let most = match most {
                Some(most) if most == least => String::new(),
                Some(most) => format!(" to {most}"),
                None => " or more".to_string(),
            };
            faults.push(format!(
                "{} stated, where walls and roofs show {least}{most}",
                counted(self.buildings.into(), "building")
            ));
        }
        faults
    }
}

/// Triangles with a smallest angle below a bound.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Below {
    /// The bound, in degrees.
    pub degrees: f64,
    /// The number of triangles.
    pub triangles: u64,
    /// Their share of the measured triangles, 0 to 1.
    pub share: f64,
}

/// The smallest angles of triangles, degenerate ones excluded.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AngleReport {
    /// The number of triangles measured.
    pub triangles: u64,
    /// The smallest of all angles, in degrees.
    pub smallest: Option<f64>,
    /// The vertex with that angle, the first of several.
    pub smallest_at: Option<[f64; 2]>,
    /// The part of the city that its triangle belongs to.
    pub smallest_in: Option<Part>,
    /// Counts below 25, 20, 10, 5 and 1 degrees.
    pub below: Vec<Below>,
    /// Triangles with an angle smaller than acceptable.
    pub below_min_angle: u64,
}

/// The findings of a check.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// The domain: smallest x and y, largest x and y, in metres.
    pub bounds: [f64; 4],
    /// The number of buildings, N, that the markers refer to; where [`MarkerReport::number_from`] is
    /// [`NumberFrom::Guessed`], the smallest possible one.
    pub buildings: u32,
    /// The markers, and the source of their number of buildings.
    pub markers: MarkerReport,
    /// Whether each building has a number of its own; as
    /// [`TriangleSource::buildings_are_apart`](super::TriangleSource).
    pub buildings_are_apart: bool,
    /// The number of buildings that a surface states which does not tell them apart; `buildings` is 1 then.
    pub buildings_in_parts: Option<u32>,
    /// Whether the ground may have holes.
    pub holes: bool,
    /// The smallest acceptable angle of a triangle, in degrees.
    pub min_angle: f64,
    /// The number of triangles.
    pub triangles: u64,
    /// The number of different vertices.
    pub vertices: u64,
    /// The number of different edges.
    pub edges: u64,
    /// Triangles with a coordinate that is not finite. They are left out of all other figures.
    pub non_finite_faces: u64,
    /// Triangles whose corners lie on one line.
    pub degenerate_faces: u64,
    /// Triangles beyond the first with the same three vertices, in either direction.
    pub duplicate_faces: u64,
    /// Edges with one face, on the domain's border.
    pub open_border_edges: EdgeReport,
    /// Inner edges with one face.
    pub open_inner_edges: EdgeReport,
    /// Edges with more than two faces, except corner contacts.
    pub crowded_edges: EdgeReport,
    /// Vertical edges with more than two faces, as many in one direction as in the other: buildings that touch at a
    /// corner.
    pub corner_contacts: EdgeReport,
    /// Edges whose two faces run along them in the same direction.
    pub direction_faults: EdgeReport,
    /// Vertices in the interior of open edges inside the domain.
    pub t_junctions: JunctionReport,
    /// The triangles of each part, in the order of [`Part::ALL`].
    pub parts: Vec<PartReport>,
    /// Triangles that face down: of ground and roofs, and of walls that are not vertical.
    pub facing_down: u64,
    /// Triangles marked as walls that are not vertical.
    pub tilted_walls: u64,
    /// The domain's area, in square metres.
    pub domain_area: f64,
    /// The area of ground and roofs seen from above, in square metres; without markers the area of all triangles.
    pub plan_area: f64,
    /// The area of all triangles seen from above, in square metres; those that face down count negative. If no edge is
    /// open inside the domain, it is a multiple of the domain's area.
    pub covered_area: f64,
    /// The longest edge, in metres.
    pub longest_edge: f64,
    /// The angles of ground and roofs, seen from above.
    pub plan_angles: AngleReport,
    /// The angles of walls.
    pub wall_angles: AngleReport,
}

impl CheckReport {
    /// Returns whether the surface is sound. Every triangle is proper and occurs once; no edge inside the domain lacks
    /// its second face, unless holes are allowed; no vertex lies inside another face's edge; neighbours wind the same
    /// way; and edges have more than two faces only where buildings touch at a corner. Where
    /// [`CheckReport::must_face_up`], only triangles of walls face down. No place is covered twice. An empty surface is
    /// not sound.
    pub fn is_sound(&self) -> bool {
        self.triangles > 0
            && self.non_finite_faces == 0
            && self.degenerate_faces == 0
            && self.duplicate_faces == 0
            && (self.holes || self.open_inner_edges.edges == 0)
            && self.crowded_edges.edges == 0
            && self.direction_faults.edges == 0
            && self.t_junctions.vertices == 0
            && self.t_junctions.complete
            && (self.facing_down == 0 || !self.must_face_up())
            && !self.covers_twice()
    }

    /// Returns whether markers tell any part of the city.
    fn has_markers(&self) -> bool {
        self.parts.iter().any(|part| part.triangles > 0 && part.part != Part::Unknown)
    }

    /// Returns whether the surface has no border. On the closed body of another program some triangles must face down.
    pub fn is_closed(&self) -> bool {
        self.triangles > 0 && self.open_border_edges.edges + self.open_inner_edges.edges == 0
    }

    /// Returns whether ground and roofs must face up: they do if markers tell them, or if the surface has a border, as
    /// every terrain has.
    pub fn must_face_up(&self) -> bool {
        let is_told = |part: &PartReport| part.triangles > 0 && !matches!(part.part, Part::Wall | Part::Unknown);
        !self.is_closed() || self.parts.iter().any(is_told)
    }

    /// Returns whether some place of the domain has one sheet of ground or roofs above another. The border goes once
    /// around each sheet, so two sheets have twice the domain's area, however they lie.
    pub fn covers_twice(&self) -> bool {
        let [west, south, east, north] = self.bounds;
        let rounding = 1e-9 * self.domain_area + 2.0 * BORDER_TOLERANCE * (east - west + north - south);
        self.covered_area > self.domain_area + rounding
    }

    /// Returns whether ground and roofs, seen from above, have the domain's area, except for rounding.
    pub fn covers_domain(&self) -> bool {
        (self.plan_area - self.domain_area).abs() <= 1e-9 * self.domain_area
    }
}

impl fmt::Display for CheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.is_sound() {
            true => Verdict::Sound,
            false if self.triangles == 0 => Verdict::Empty,
            false => Verdict::NotSound,
        };
        self.write(f, verdict)
    }
}

impl CheckReport {
    /// Writes the report under a verdict, which may say more than the report: that of a whole store or file.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, verdict: Verdict) -> fmt::Result {
        self.write_size(f, verdict)?;
        self.write_faults(f)?;
        writeln!(f, "parts")?;
        for part in self.parts.iter().filter(|p| p.triangles > 0) {
            let name = match part.part {
                Part::GroundNextToBuilding => "ground beside a building",
                part => part.name(),
            };
            writeln!(f, "  {:<26}{:>14} {:>14.3} m2", name, count(part.triangles), part.area)?;
        }
        self.write_angles(f)
    }

    fn write_size(&self, f: &mut fmt::Formatter<'_>, verdict: Verdict) -> fmt::Result {
        writeln!(
            f,
            "{verdict}: {}, {}, {}, {}",
            counted(self.triangles, "triangle"),
            if self.vertices == 1 { "1 vertex".into() } else { format!("{} vertices", count(self.vertices)) },
            counted(self.edges, "edge"),
            match (self.has_markers(), self.buildings_are_apart) {
                (false, _) if self.triangles > 0 => "no markers".into(),
                (_, true) => counted(self.buildings.into(), "building") + self.markers.origin(),
                (_, false) => match self.buildings_in_parts {
                    Some(number) => counted(number.into(), "building") + ", not told apart",
                    None => "buildings not told apart".into(),
                },
            }
        )?;
        let [x0, y0, x1, y1] = self.bounds;
        writeln!(f, "domain    {x0}, {y0} to {x1}, {y1}: {:.3} m2", self.domain_area)?;
        let cover = match (self.covers_domain(), self.holes) {
            _ if self.covers_twice() => "MORE than the domain's: some of it is covered more than once",
            (true, _) => "all of it",
            (false, true) => "the rest may be holes",
            (false, false) => "NOT the domain's",
        };
        let of = if self.has_markers() { "of ground and roofs" } else { "of all triangles" };
        writeln!(f, "plan area {:.3} m2 {of}, {cover}", self.plan_area)?;
        writeln!(f, "longest edge {:.3} m in space", self.longest_edge)
    }

    /// Writes the counts of faults in triangles and edges.
    fn write_faults(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "triangles")?;
        for (name, n) in [
            ("not finite", self.non_finite_faces),
            ("degenerate", self.degenerate_faces),
            ("duplicate", self.duplicate_faces),
            ("facing down", self.facing_down),
            ("tilted walls", self.tilted_walls),
        ] {
            writeln!(f, "  {name:<26}{:>14}", count(n))?;
        }
        writeln!(f, "edges")?;
        // Only the edges that are a fault are listed.
        let (all, none) = (usize::MAX, 0);
        let inside = if self.holes { none } else { all };
        for (name, edges, listed) in [
            ("open, on the border", &self.open_border_edges, none),
            ("open, inside", &self.open_inner_edges, inside),
            ("more than two triangles", &self.crowded_edges, all),
            ("corner contacts", &self.corner_contacts, none),
            ("triangles one way around", &self.direction_faults, all),
        ] {
            writeln!(f, "  {name:<26}{:>14} {:>14.3} m", count(edges.edges), edges.length)?;
            for [a, b] in edges.first.iter().take(listed) {
                writeln!(f, "    {a:?} to {b:?}")?;
            }
        }
        let searched = if self.t_junctions.complete { "" } else { " or more: too many open edges to search all" };
        writeln!(f, "  {:<26}{:>14}{searched}", "T-junctions", count(self.t_junctions.vertices))?;
        for vertex in &self.t_junctions.first {
            writeln!(f, "    {vertex:?}")?;
        }
        Ok(())
    }

    fn write_angles(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, angles, asked) in [
            ("ground and roofs, in plan", &self.plan_angles, "the asked "),
            ("walls, of which none is asked", &self.wall_angles, ""),
        ] {
            let (Some(smallest), Some([x, y])) = (angles.smallest, angles.smallest_at) else { continue };
            let part = match angles.smallest_in {
                None | Some(Part::Unknown) => String::new(),
                Some(part) => part.name().to_string() + " ",
            };
            writeln!(f, "angles of {name}: smallest {smallest:.4} degrees, {part}at {x:.3}, {y:.3}")?;
            let min_angle = self.min_angle;
            let below = format!("below {asked}{min_angle}");
            let share = 100.0 * angles.below_min_angle as f64 / angles.triangles.max(1) as f64;
            writeln!(f, "  {below:<26}{:>14} {share:>14.4} %", count(angles.below_min_angle))?;
            for below in angles.below.iter().filter(|below| below.degrees != min_angle) {
                let (degrees, share) = (below.degrees, 100.0 * below.share);
                writeln!(f, "  below {degrees:<20}{:>14} {share:>14.4} %", count(below.triangles))?;
            }
        }
        Ok(())
    }
}
