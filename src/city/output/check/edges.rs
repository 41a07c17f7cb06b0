//! Edges that do not have exactly one face on each side: their kinds, places and lengths.

use super::BORDER_TOLERANCE;
use super::junction::{OpenEdge, OpenEdges, distance};
use super::report::{CheckReport, EdgeReport};
use super::shape::Sum;
use super::tally::Uses;
use crate::Result;

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

/// Odd edges, by kind.
pub struct OddEdges {
    bounds: [f64; 4],
    border: Edges,
    inner: Edges,
    crowded: Edges,
    contacts: Edges,
    direction: Edges,
    open: OpenEdges,
}

impl OddEdges {
    /// Creates the search, with room for `open_edges` open edges when looking for T-junctions.
    pub fn new(bounds: [f64; 4], open_edges: usize) -> OddEdges {
        OddEdges {
            bounds,
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
                let border = self.on_border(a, b);
                self.open.add(OpenEdge { from: a, to: b, is_inside: !border });
                if border { &mut self.border } else { &mut self.inner }
            }
            2 => &mut self.direction,
            _ if vertical && forward == backward => &mut self.contacts,
            _ => &mut self.crowded,
        };
        kind.add(a, b);
    }

    fn on_border(&self, a: [f64; 3], b: [f64; 3]) -> bool {
        let on = |p: [f64; 3], side: usize| (p[side % 2] - self.bounds[side]).abs() <= BORDER_TOLERANCE;
        (0..4).any(|side| on(a, side) && on(b, side))
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
