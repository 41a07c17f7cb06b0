//! Points on edges: each edge is halved repeatedly until its pieces suit their size and their neighbourhood.

use super::scale::Scale;
use crate::city::plane::geometry::{Point, Rect, distance2, middle, segments_distance2};
use crate::city::plane::planar::{Edge, Planar};

/// A piece of an edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// The two ends, the lexicographically smaller one first.
    pub ends: [Point; 2],
    /// The number of the edge.
    pub edge: u32,
}

impl Piece {
    /// Returns the piece's length.
    pub fn length(&self) -> f64 {
        distance2(self.ends[0], self.ends[1]).sqrt()
    }
}

/// Returns the pieces of all edges that meet `rect`.
///
/// A piece is halved while it is longer than the wanted size, or longer than twice its distance to an edge that is not
/// adjacent to its own, unless its halves would be shorter than [`Scale::SHORTEST_HALF`].
pub fn pieces_in(planar: &Planar, rect: &Rect, scale: &Scale) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut near = Vec::new();
    planar.edges_near(rect, |number| {
        let edge = &planar.edges()[number as usize];
        let size = if edge.is_border() { scale.lattice } else { scale.wall };
        let ends = edge.ends();
        near.clear();
        planar.edges_near(&Rect::around(ends[0], ends[1]).inflated(0.5 * size), |other| {
            let other = &planar.edges()[other as usize];
            if !edge.is_adjacent_to(other) {
                near.push(other.ends());
            }
        });
        halve(Piece { ends, edge: number }, size, &near, &mut pieces);
    });
    pieces
}

/// Returns whether a piece of this length can be halved.
pub fn can_be_halved(length: f64) -> bool {
    length >= 2.0 * Scale::SHORTEST_HALF
}

/// The cosine of 37 degrees. Two edges that meet at a smaller angle form a sharp corner.
pub const COS_SHARP: f64 = 0.798_635_510_047_292_8;

/// Returns whether two edges meet in a corner so sharp that refinement between them would not terminate.
pub fn meet_sharply(a: &Edge, b: &Edge) -> bool {
    let Some(corner) = a.common_end(b) else { return false };
    let from_corner = |edge: &Edge| {
        let [to, at] = if edge.a == corner { [edge.b, edge.a] } else { [edge.a, edge.b] };
        [f64::from(to[0]) - f64::from(at[0]), f64::from(to[1]) - f64::from(at[1])]
    };
    let (u, v) = (from_corner(a), from_corner(b));
    let dot = u[0] * v[0] + u[1] * v[1];
    dot > 0.0 && dot * dot > COS_SHARP * COS_SHARP * ((u[0] * u[0] + u[1] * u[1]) * (v[0] * v[0] + v[1] * v[1]))
}

fn halve(piece: Piece, size: f64, near: &[[Point; 2]], pieces: &mut Vec<Piece>) {
    let [a, b] = piece.ends;
    let length2 = distance2(a, b);
    let too_long = length2 > size * size || near.iter().any(|&other| length2 > 4.0 * segments_distance2([a, b], other));
    if too_long && can_be_halved(length2.sqrt()) {
        let m = middle(a, b);
        halve(Piece { ends: [a, m], ..piece }, size, near, pieces);
        halve(Piece { ends: [m, b], ..piece }, size, near, pieces);
    } else {
        pieces.push(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::plane::domain::{Domain, FINE_GRID};

    fn rectangle(west: i32, south: i32, east: i32, north: i32) -> Vec<[i32; 2]> {
        vec![[west, south], [east, south], [east, north], [west, north]]
    }

    #[test]
    fn pieces_are_short_beside_narrow_gaps_and_stay_on_the_fine_grid() {
        let domain = Domain::new([0.0, 0.0, 200.0, 200.0]).unwrap();
        let metre = 1024;
        // Two blocks, 0.6 m apart.
        let left = rectangle(50 * metre, 50 * metre, 80 * metre, 80 * metre);
        let right = rectangle(80 * metre + 614, 50 * metre + 3, 110 * metre, 80 * metre);
        let planar = Planar::new(&domain.into(), [(0, left.as_slice()), (1, right.as_slice())]);
        let scale = Scale::new(10.0, 5.0, 25.0);
        let all = Rect { min: [-10.0; 2], max: [300.0; 2] };
        let pieces = pieces_in(&planar, &all, &scale);
        for piece in &pieces {
            let size = if planar.edges()[piece.edge as usize].is_border() { 10.0 } else { 5.0 };
            assert!(piece.length() <= size);
            for v in piece.ends.iter().flatten() {
                assert_eq!((v / FINE_GRID).fract(), 0.0);
            }
        }
        let in_gap = |p: &&Piece| p.ends.iter().all(|e| e[0] > 79.9 && e[0] < 80.7 && e[1] > 51.0 && e[1] < 79.0);
        let longest = pieces.iter().filter(in_gap).map(Piece::length).fold(0.0, f64::max);
        assert!(longest > 0.5 && longest <= 1.2, "{longest}");

        // The same pieces, from a part of the plane.
        let part = Rect { min: [60.0, 60.0], max: [90.0, 70.0] };
        let there = pieces_in(&planar, &part, &scale);
        assert!(!there.is_empty() && there.iter().all(|p| pieces.contains(p)));
    }
}
