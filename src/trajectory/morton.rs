//! Morton keys: the bits of a cell's x, y and z in turn, x in bit 0.
//!
//! ```
//! use groma::trajectory::morton::{decode, encode};
//!
//! assert_eq!(encode([1, 1, 1]), 0b111);
//! assert_eq!(decode(encode([7, 300, 42])), [7, 300, 42]);
//! ```

/// Bits of a cell number on one axis.
pub const AXIS_BITS: u32 = 21;

/// The greatest cell number on an axis; cells beyond are clamped to it.
pub const MAX_CELL: u32 = (1 << AXIS_BITS) - 1;

/// The Morton key of a cell; only the low 21 bits of each axis count.
pub fn encode(cell: [u32; 3]) -> u64 {
    spread(cell[0]) | spread(cell[1]) << 1 | spread(cell[2]) << 2
}

/// The cell of a Morton key.
pub fn decode(key: u64) -> [u32; 3] {
    [gather(key), gather(key >> 1), gather(key >> 2)]
}

/// Moves bit i to bit 3 i, by halving the distance between groups (Hacker's Delight, 7-2, for three axes).
fn spread(cell: u32) -> u64 {
    let mut x = u64::from(cell) & u64::from(MAX_CELL);
    x = (x | x << 32) & 0x001f_0000_0000_ffff;
    x = (x | x << 16) & 0x001f_0000_ff00_00ff;
    x = (x | x << 8) & 0x100f_00f0_0f00_f00f;
    x = (x | x << 4) & 0x10c3_0c30_c30c_30c3;
    (x | x << 2) & 0x1249_2492_4924_9249
}

fn gather(key: u64) -> u32 {
    let mut x = key & 0x1249_2492_4924_9249;
    x = (x | x >> 2) & 0x10c3_0c30_c30c_30c3;
    x = (x | x >> 4) & 0x100f_00f0_0f00_f00f;
    x = (x | x >> 8) & 0x001f_0000_ff00_00ff;
    x = (x | x >> 16) & 0x001f_0000_0000_ffff;
    ((x | x >> 32) & u64::from(MAX_CELL)) as u32
}

/// Puts the low bits of a number, in order, where a mask has its ones: what the `pdep` instruction does, from tables,
/// so that it costs the same on every processor (on some, `pdep` takes dozens of cycles).
#[derive(Clone, Debug)]
pub(crate) struct Deposit {
    /// For each byte of the number, what each of its values becomes.
    tables: Vec<[u64; 256]>,
}

impl Deposit {
    pub fn new(mask: u64) -> Deposit {
        let places: Vec<u32> = (0..64).filter(|bit| mask >> bit & 1 == 1).collect();
        let table = |places: &[u32]| {
            std::array::from_fn(|value| {
                places.iter().enumerate().map(|(bit, place)| (value as u64 >> bit & 1) << place).sum()
            })
        };
        Deposit { tables: places.chunks(8).map(table).collect() }
    }

    #[inline]
    pub fn apply(&self, number: u64) -> u64 {
        self.tables.iter().enumerate().fold(0, |sum, (n, table)| sum | table[(number >> (8 * n)) as usize & 255])
    }

    pub fn tables(&self) -> &[[u64; 256]] {
        &self.tables
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, bit by bit.
    fn naive(cell: [u32; 3]) -> u64 {
        let mut key = 0;
        for bit in 0..AXIS_BITS {
            for (axis, c) in cell.iter().enumerate() {
                key |= u64::from(c >> bit & 1) << (3 * bit + axis as u32);
            }
        }
        key
    }

    proptest! {
        #[test]
        fn encode_is_the_definition_and_decode_undoes_it(x in 0..=MAX_CELL, y in 0..=MAX_CELL, z in 0..=MAX_CELL) {
            prop_assert_eq!(encode([x, y, z]), naive([x, y, z]));
            prop_assert_eq!(decode(encode([x, y, z])), [x, y, z]);
        }

        #[test]
        fn deposit_is_the_definition(mask: u64, number: u64) {
            let mut expected = 0;
            let mut rest = number;
            for bit in (0..64).filter(|bit| mask >> bit & 1 == 1) {
                expected |= (rest & 1) << bit;
                rest >>= 1;
            }
            prop_assert_eq!(Deposit::new(mask).apply(number), expected);
        }
    }
}
