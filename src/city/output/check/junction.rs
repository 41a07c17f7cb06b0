//! T-junctions: vertices in the interior of an open edge.

use static_aabb2d_index::{StaticAABB2DIndex, StaticAABB2DIndexBuilder};

use super::report::JunctionReport;
use crate::{Error, Result};

/// In metres: a vertex this near to an edge lies in it, unless it is this near to one of its ends.
const TOLERANCE: f64 = 1e-4;
/// Long edges are searched in pieces of this length, in metres, so that the boxes around slanted ones stay small.
const PIECE: f64 = 8.0;
/// The largest number of pieces of an edge.
const MOST_PIECES: f64 = 1024.0;
/// The number of positions that the report lists.
const LISTED: usize = 10;
/// The bytes that an edge takes here: itself, its vertices, and their entries in the index.
pub const OPEN_EDGE: u64 = 56 + 2 * (24 + 24 + 48 + 8);

/// An edge of one triangle alone.
#[derive(Clone, Copy, Debug)]
pub struct OpenEdge {
    pub from: [f64; 3],
    pub to: [f64; 3],
    /// Whether it is inside the domain, not on its border.
    pub is_inside: bool,
}

/// The open edges of a surface.
pub struct OpenEdges {
    edges: Vec<OpenEdge>,
    limit: usize,
    complete: bool,
}

impl OpenEdges {
    /// Creates a list with room for `limit` edges.
    pub fn new(limit: usize) -> OpenEdges {
        OpenEdges { edges: Vec::new(), limit, complete: true }
    }

    pub fn add(&mut self, OpenEdge { from, to, is_inside }: OpenEdge) {
        if self.edges.len() < self.limit {
            // Adding zero turns -0 into 0.
            self.edges.push(OpenEdge { from: from.map(|c| c + 0.0), to: to.map(|c| c + 0.0), is_inside });
        } else {
            self.complete = false;
        }
    }

    /// Finds the ends of open edges that lie in the interior of open edges inside the domain.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when coordinates are so far apart that their distances overflow.
    pub fn junctions(self) -> Result<JunctionReport> {
        let mut report = JunctionReport { vertices: 0, edges: 0, complete: self.complete, first: Vec::new() };
        if !self.edges.iter().any(|edge| edge.is_inside) {
            return Ok(report);
        }
        let mut vertices: Vec<[f64; 3]> = self.edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
        vertices.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])).then(a[2].total_cmp(&b[2])));
        vertices.dedup();
        let index = index(&vertices)?;
        let mut hit = vec![false; vertices.len()];
        for &OpenEdge { from: a, to: b, .. } in self.edges.iter().filter(|edge| edge.is_inside) {
            let mut junction = false;
            let length = distance(a, b);
            let pieces = (length / PIECE).ceil().clamp(1.0, MOST_PIECES);
            for piece in 0..pieces as usize {
                let [p, q] = [piece, piece + 1].map(|i| along(a, b, i as f64 / pieces));
                let low = |i: usize| p[i].min(q[i]) - TOLERANCE;
                let high = |i: usize| p[i].max(q[i]) + TOLERANCE;
                for v in index.query_iter(low(0), low(1), high(0), high(1)) {
                    if lies_in(vertices[v], a, b, length) {
                        hit[v] = true;
                        junction = true;
                    }
                }
            }
            report.edges += u64::from(junction);
        }
        report.vertices = hit.iter().filter(|&&h| h).count() as u64;
        report.first = vertices.iter().zip(&hit).filter(|(_, h)| **h).map(|(v, _)| *v).take(LISTED).collect();
        Ok(report)
    }
}

fn index(vertices: &[[f64; 3]]) -> Result<StaticAABB2DIndex<f64>> {
    let mut builder = StaticAABB2DIndexBuilder::new(vertices.len());
    for [x, y, _] in vertices {
        builder.add(*x, *y, *x, *y);
    }
    builder.build().map_err(|e| Error::Unsupported {
        subject: "the surface".into(),
        what: format!("open edges cannot be searched for T-junctions: {e}"),
    })
}

fn along(a: [f64; 3], b: [f64; 3], t: f64) -> [f64; 3] {
    std::array::from_fn(|i| a[i] + t * (b[i] - a[i]))
}

pub fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// Returns whether a vertex is nearer than [`TOLERANCE`] to the edge, and farther than that from both its ends,
/// measured along the edge.
fn lies_in(v: [f64; 3], a: [f64; 3], b: [f64; 3], length: f64) -> bool {
    let t = (0..3).map(|i| (v[i] - a[i]) * (b[i] - a[i])).sum::<f64>() / (length * length);
    let from_end = t.min(1.0 - t) * length;
    from_end > TOLERANCE && distance(v, along(a, b, t)) < TOLERANCE
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_index_finds_what_trying_all_finds(
            ends in proptest::collection::vec(
                (proptest::array::uniform3(0i8..30), proptest::array::uniform3(0i8..30), any::<bool>()),
                1..40,
            )
        ) {
            let edge = |&(a, b, is_inside): &([i8; 3], [i8; 3], bool)| {
                OpenEdge { from: a.map(f64::from), to: b.map(f64::from), is_inside }
            };
            let edges: Vec<OpenEdge> = ends.iter().map(edge).collect();
            let mut open = OpenEdges::new(usize::MAX);
            edges.iter().for_each(|&edge| open.add(edge));
            let ends: Vec<_> = edges.iter().flat_map(|e| [e.from, e.to]).collect();
            let on = |e: &OpenEdge, v: [f64; 3]| e.is_inside && lies_in(v, e.from, e.to, distance(e.from, e.to));
            let count = edges.iter().filter(|e| ends.iter().any(|&v| on(e, v))).count();
            let report = open.junctions().unwrap();
            prop_assert_eq!(report.edges, count as u64);
            prop_assert_eq!(report.vertices > 0, count > 0);
            prop_assert!(report.complete);
        }
    }

    #[test]
    fn an_incomplete_search_says_so() {
        let mut open = OpenEdges::new(1);
        open.add(OpenEdge { from: [0.0; 3], to: [1.0, 0.0, 0.0], is_inside: true });
        open.add(OpenEdge { from: [0.5, 0.0, 0.0], to: [1.0, 1.0, 0.0], is_inside: true });
        let report = open.junctions().unwrap();
        assert_eq!((report.vertices, report.complete), (0, false));
    }
}
