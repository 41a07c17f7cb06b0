//! Edges that do not have exactly one face on each side: their kinds, places and lengths.

use super::BORDER_TOLERANCE;
use super::junction::{OpenEdge, OpenEdges, distance};
use super::report::{CheckReport, EdgeReport};
use super::shape::Sum;
use super::tally::Uses;
use crate::Result;
use crate::city::plane::area::Area;
use crate::city::plane::geometry::{Point, Rect, middle, segment_distance2};
use crate::city::plane::planar::Planar;

/// The number of edges that the report lists of each kind.
const LISTED: usize = 10;

#[derive(Default)]
struct Edges {
    edges: u64,
    length: Sum,
    first: Vec<[[f64; 3]; 2]>,
}

impl Edges {
    fn add(&mut self, a: [f64; 3], b: [f64; 3]) {
        self.edges += 1;
        self.length.add(distance(a, b));
        if self.first.len() < LISTED {
            self.first.push([a, b]);
        }
    }

    fn report(self) -> EdgeReport {
        EdgeReport { edges: self.edges, length: self.length.value(), first: self.first }
    }
}

/// The border of the domain.
enum Border {
    /// A box: smallest x and y, largest x and y.
    Box([f64; 4]),
    /// An outline, with the origin of its coordinates.
    Outline(Planar, [f64; 2]),
}

impl Border {
    /// Returns whether an edge lies on the border.
    fn holds(&self, a: [f64; 3], b: [f64; 3]) -> bool {
        match self {
            Border::Box(bounds) => {
                let on = |p: [f64; 3], side: usize| (p[side % 2] - bounds[side]).abs() <= BORDER_TOLERANCE;
                (0..4).any(|side| on(a, side) && on(b, side))
            }
            Border::Outline(planar, origin) => {
                let local = |p: [f64; 3]| -> Point { [p[0] - origin[0], p[1] - origin[1]] };
                let (a, b) = (local(a), local(b));
                // The edge may reach over the end of one part of a straight side into the next.
                let mut is_on = [a, middle(a, b), b].map(|p| (p, false));
                planar.edges_near(&Rect::around(a, b).inflated(BORDER_TOLERANCE), |number| {
                    let [from, to] = planar.edges()[number as usize].ends();
                    for (p, is_on) in &mut is_on {
                        *is_on |= segment_distance2(*p, from, to) <= BORDER_TOLERANCE * BORDER_TOLERANCE;
                    }
                });
                is_on.iter().all(|(_, is_on)| *is_on)
            }
        }
    }
}

/// Odd edges, by kind.
pub struct OddEdges {
    domain: Border,
    border: Edges,
    inner: Edges,
    crowded: Edges,
    contacts: Edges,
    direction: Edges,
    open: OpenEdges,
}

impl OddEdges {
    /// Creates the search within bounds, or within an area, with room for `open_edges` open edges when looking for
    /// T-junctions.
    pub fn new(bounds: [f64; 4], area: Option<&Area>, open_edges: usize) -> OddEdges {
        let outline = |area: &Area| Border::Outline(Planar::new(area, []), area.domain().origin.map(|v| v as f64));
        OddEdges {
            domain: area.map_or(Border::Box(bounds), outline),
            border: Edges::default(),
            inner: Edges::default(),
            crowded: Edges::default(),
            contacts: Edges::default(),
            direction: Edges::default(),
            open: OpenEdges::new(open_edges),
        }
    }

    /// Adds an edge that does not have exactly one face on each side.
    pub fn add(&mut self, a: [f64; 3], b: [f64; 3], uses: Uses) {
        let vertical = a[0] == b[0] && a[1] == b[1];
        let Uses { forward, backward } = uses;
        let kind = match forward + backward {
            1 => {
                let border = self.domain.holds(a, b);
                self.open.add(OpenEdge { from: a, to: b, is_inside: !border });
                if border { &mut self.border } else { &mut self.inner }
            }
            2 => &mut self.direction,
            _ if vertical && forward == backward => &mut self.contacts,
            _ => &mut self.crowded,
        };
        kind.add(a, b);
    }

    /// Adds the findings to a report.
    pub fn add_to(self, report: &mut CheckReport) -> Result<()> {
        report.open_border_edges = self.border.report();
        report.open_inner_edges = self.inner.report();
        report.crowded_edges = self.crowded.report();
        report.corner_contacts = self.contacts.report();
        report.direction_faults = self.direction.report();
        report.t_junctions = self.open.junctions()?;
        Ok(())
    }
}
