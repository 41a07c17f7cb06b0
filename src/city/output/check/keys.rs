//! 128-bit keys of vertices, edges and faces.
//!
//! A vertex's key is a hash of its position's bits. The key of an edge or a face is the sum of its vertices' keys,
//! which does not depend on their order. Two such sums collide no more often than two hashes. With 10^9 edges, the
//! chance that any two share the 121 bits that count is 2 * 10^-19.

use xxhash_rust::xxh3::xxh3_128;

use crate::io::surface::Triangle;

/// The lowest bits of a key are zero: [`super::tally`] keeps its counts in them.
pub const FREE_BITS: u32 = 7;

/// The direction in which a triangle runs along an edge. A key without a direction counts as forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

/// The vertices of a triangle, as hashes.
pub struct Corners([u128; 3]);

impl Corners {
    /// Hashes a triangle; `None` if it has no three different corners or is not finite.
    pub fn of(triangle: &Triangle) -> Option<Corners> {
        if !triangle.as_flattened().iter().all(|c| c.is_finite()) {
            return None;
        }
        // Adding zero turns -0 into 0.
        let [a, b, c] = triangle.map(|corner| xxh3_128(bytemuck::bytes_of(&corner.map(|c| c + 0.0))));
        (a != b && b != c && c != a).then_some(Corners([a, b, c]))
    }

    /// Returns the keys of the three vertices.
    pub fn vertices(&self) -> [u128; 3] {
        self.0.map(key)
    }

    /// Returns the keys of the three edges, from each vertex to the next, each with the direction in which the triangle
    /// runs along it: forward from the vertex with the smaller hash to the one with the larger.
    pub fn edges(&self) -> [(u128, Direction); 3] {
        let [a, b, c] = self.0;
        let direction = |p, q| if p < q { Direction::Forward } else { Direction::Backward };
        [(a, b), (b, c), (c, a)].map(|(p, q)| (key(p.wrapping_add(q)), direction(p, q)))
    }

    /// Returns the key of the face, which does not depend on its direction.
    pub fn face(&self) -> u128 {
        let [a, b, c] = self.0;
        key(a.wrapping_add(b).wrapping_add(c))
    }
}

/// Makes a key from a hash; never zero, which stands for no key.
fn key(hash: u128) -> u128 {
    (hash >> FREE_BITS << FREE_BITS).max(1 << FREE_BITS)
}
