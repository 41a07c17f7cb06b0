//! 128-bit keys of vertices, edges and faces.
//!
//! A vertex's key is a hash of its position's bits. The key of an edge or a face is the sum of its vertices' keys: it
//! does not depend on their order, and two sums of hashes are as unlikely to be equal as two hashes are. With 10^9
//! edges the chance that any two share one of the 121 bits that count is 2 * 10^-19.

use xxhash_rust::xxh3::xxh3_128;

use crate::io::surface::Triangle;

/// The lowest bits of a key are zero: [`super::tally`] counts in them.
pub const FREE_BITS: u32 = 7;

/// The vertices of a triangle, by their hashes.
pub struct Corners([u128; 3]);

impl Corners {
    /// `None` for a triangle that has no three different corners, or one that is not finite.
    pub fn of(triangle: &Triangle) -> Option<Corners> {
        if !triangle.as_flattened().iter().all(|c| c.is_finite()) {
            return None;
        }
        // Adding zero makes -0 to 0.
        let [a, b, c] = triangle.map(|corner| xxh3_128(bytemuck::bytes_of(&corner.map(|c| c + 0.0))));
        (a != b && b != c && c != a).then_some(Corners([a, b, c]))
    }

    /// The keys of the three vertices.
    pub fn vertices(&self) -> [u128; 3] {
        self.0.map(key)
    }

    /// The keys of the three edges, from each vertex to the next, and whether the triangle runs along it from the
    /// vertex with the smaller hash to the one with the larger.
    pub fn edges(&self) -> [(u128, bool); 3] {
        let [a, b, c] = self.0;
        [(a, b), (b, c), (c, a)].map(|(p, q)| (key(p.wrapping_add(q)), p < q))
    }

    /// The key of the face, whichever way around.
    pub fn face(&self) -> u128 {
        let [a, b, c] = self.0;
        key(a.wrapping_add(b).wrapping_add(c))
    }
}

/// Never zero, which stands for no key.
fn key(hash: u128) -> u128 {
    (hash >> FREE_BITS << FREE_BITS).max(1 << FREE_BITS)
}
