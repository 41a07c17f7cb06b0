//! Sharp corners of the plane: where two edges meet at an angle that no triangle between them can be free of.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::planar::{Planar, Region};

/// A sharp corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corner {
    /// The vertex, in units of the grid.
    pub at: [i32; 2],
    /// The angle between the two edges.
    pub degrees: f64,
    /// The region between them.
    pub between: Region,
    /// The numbers of the edges.
    pub edges: [u32; 2],
}

/// An edge as seen from one of its ends.
struct Spoke {
    edge: u32,
    /// The direction to the other end.
    to: [f64; 2],
    /// The region to the left of that direction.
    left: Region,
}

/// Calls `found` for each vertex of the meshed area at which two edges make an angle with a larger cosine than this,
/// with the sharpest corner there; by the order of the vertices.
pub fn sharp_corners(planar: &Planar, cos_sharpest: f64, mut found: impl FnMut(Corner)) {
    let edges = planar.edges();
    // The edges are sorted by their first ends; those whose second end is still to come wait for it.
    let mut open: BinaryHeap<Reverse<([i32; 2], u32)>> = BinaryHeap::new();
    let mut next = 0;
    let mut spokes: Vec<Spoke> = Vec::new();
    loop {
        let begins = edges.get(next).map(|edge| edge.a);
        let ends = open.peek().map(|Reverse((end, _))| *end);
        let Some(at) = [begins, ends].into_iter().flatten().min() else { return };
        spokes.clear();
        let to = |end: [i32; 2]| [0, 1].map(|k| f64::from(end[k]) - f64::from(at[k]));
        while let Some(edge) = edges.get(next).filter(|edge| edge.a == at) {
            spokes.push(Spoke { edge: next as u32, to: to(edge.b), left: edge.left });
            open.push(Reverse((edge.b, next as u32)));
            next += 1;
        }
        while let Some(&Reverse((end, number))) = open.peek()
            && end == at
        {
            open.pop();
            let edge = &edges[number as usize];
            spokes.push(Spoke { edge: number, to: to(edge.a), left: edge.right });
        }
        let pairs = spokes.iter().enumerate().flat_map(|(n, one)| spokes[..n].iter().map(move |other| (one, other)));
        let sharp = pairs.filter_map(|(one, other)| sharp(at, one, other, cos_sharpest));
        if let Some(corner) = sharp.min_by(|a, b| a.degrees.total_cmp(&b.degrees)) {
            found(corner);
        }
    }
}

fn sharp(at: [i32; 2], one: &Spoke, other: &Spoke, cos_sharpest: f64) -> Option<Corner> {
    let (u, v) = (one.to, other.to);
    let (dot, cross) = (u[0] * v[0] + u[1] * v[1], u[0] * v[1] - u[1] * v[0]);
    let between = if cross > 0.0 { one.left } else { other.left };
    let is_sharp = dot > cos_sharpest * (u[0].hypot(u[1]) * v[0].hypot(v[1]));
    (is_sharp && between != Region::OUTSIDE).then(|| Corner {
        at,
        degrees: cross.abs().atan2(dot).to_degrees(),
        between,
        edges: [one.edge, other.edge],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::plane::domain::Domain;
    use crate::city::plane::geometry::cos_degrees;

    fn corners(rings: &[&[[i32; 2]]]) -> Vec<([i32; 2], u32, Region)> {
        let domain = Domain::new([0.0, 0.0, 200.0, 200.0]).unwrap();
        let planar = Planar::new(&domain.into(), rings.iter().enumerate().map(|(n, ring)| (n as u32, *ring)));
        let mut found = Vec::new();
        sharp_corners(&planar, cos_degrees(25.0), |corner| {
            found.push((corner.at, corner.degrees.round() as u32, corner.between));
        });
        found
    }

    #[test]
    fn tips_notches_and_contacts_are_sharp_corners() {
        let house: &[[i32; 2]] = &[[10_000, 10_000], [20_000, 10_000], [20_000, 18_000], [10_000, 18_000]];
        assert_eq!(corners(&[house]), []);
        let tip: &[[i32; 2]] = &[[10_000, 10_000], [30_000, 9_000], [30_000, 11_000]];
        assert_eq!(corners(&[tip]), [([10_000, 10_000], 6, Region::part(0))]);
        let notched: &[[i32; 2]] = &[
            [10_000, 10_000],
            [30_000, 10_000],
            [30_000, 14_000],
            [20_000, 15_000],
            [30_000, 16_000],
            [30_000, 20_000],
            [10_000, 20_000],
        ];
        assert_eq!(corners(&[notched]), [([20_000, 15_000], 11, Region::GROUND)]);
        // Houses that touch in a corner: the ground between two of them is sharp.
        let other: &[[i32; 2]] = &[[20_000, 18_000], [40_000, 18_000], [40_000, 30_000]];
        let leaning: &[[i32; 2]] = &[[20_000, 18_000], [22_000, 26_000], [16_000, 30_000]];
        let upright: &[[i32; 2]] = &[[20_000, 18_000], [24_000, 26_000], [23_000, 28_000]];
        assert_eq!(corners(&[house, other]), []);
        assert_eq!(corners(&[house, leaning]), []);
        assert_eq!(corners(&[leaning, upright]), [([20_000, 18_000], 3, Region::GROUND)]);
    }
}
