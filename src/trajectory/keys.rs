//! Computes the keys of whole runs of samples at once.
//!
//! Most data sets use few of a Morton key's 63 bits. A [`KeySpace`] knows which ones can vary inside its box and works
//! with keys of just these bits, in the same order: shorter to store and to sort. A table gets the full key back.

use super::grid::Grid;
use super::morton::{AXIS_BITS, Deposit, MAX_CELL};

/// Numbers handled in one step: whole positions that fill whole vector registers.
const LANES: usize = 24;

/// Turns positions into short keys and short keys into Morton keys.
#[derive(Debug)]
pub struct KeySpace {
    grid: Grid,
    bits: [u32; 3],
    axes: [Deposit; 3],
    full: Deposit,
}

/// The peculiarities of a run of positions whose keys [`KeySpace::keys`] has computed.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunFacts {
    /// A coordinate is NaN or infinite: the keys of such samples mean nothing.
    pub non_finite: bool,
    /// A coordinate was clamped.
    pub clamped: bool,
    /// The cell of a sample does not fit the key space: none of the keys may be used.
    pub overflow: bool,
}

impl KeySpace {
    /// Returns the space of the keys that positions inside the grid's box can have.
    pub fn of_box(grid: Grid) -> KeySpace {
        KeySpace::new(grid, grid.last_cell().map(|c| u32::BITS - c.leading_zeros()))
    }

    /// Returns the space of all keys.
    pub fn full(grid: Grid) -> KeySpace {
        KeySpace::new(grid, [AXIS_BITS; 3])
    }

    fn new(grid: Grid, bits: [u32; 3]) -> KeySpace {
        // The Morton bits in use, from the lowest up, each with its axis. The place of one in this list is its bit in
        // the short key.
        let used: Vec<(u32, usize)> = (0..AXIS_BITS)
            .flat_map(|bit| (0..3).map(move |axis| (bit, axis)))
            .filter(|&(bit, axis)| bit < bits[axis])
            .collect();
        let short_mask = |axis: usize| (0..used.len()).filter(|&n| used[n].1 == axis).map(|n| 1 << n).sum();
        let full_mask = used.iter().map(|&(bit, axis)| 1u64 << (3 * bit + axis as u32)).sum();
        KeySpace {
            grid,
            bits,
            axes: std::array::from_fn(|axis| Deposit::new(short_mask(axis))),
            full: Deposit::new(full_mask),
        }
    }

    /// Returns the number of bits of a short key.
    pub fn key_bits(&self) -> u32 {
        self.bits.iter().sum()
    }

    /// Returns the grid that the keys belong to.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Returns the Morton key of a short key.
    pub fn morton(&self, key: u64) -> u64 {
        self.full.apply(key)
    }

    /// Computes the short keys of the samples in `positions` (x, y, z one after another), into `keys`.
    ///
    /// `cells` is scratch. Both vectors get the length they need.
    pub fn keys(&self, positions: &[f32], cells: &mut Vec<u32>, keys: &mut Vec<u64>) -> RunFacts {
        cells.resize(positions.len(), 0);
        keys.resize(positions.len() / 3, 0);
        let mut seen = cells_of(positions, self.grid.bounds.min, f64::from(self.grid.cell_size), cells);
        let beyond = |union: [u32; 3]| (0..3).any(|axis| u64::from(union[axis]) >> self.bits[axis] != 0);
        if seen.non_finite && beyond(seen.union) {
            // A missing sample may have a finite coordinate, which is in no box.
            seen.union = union_of_samples(positions, cells);
        }
        let overflow = beyond(seen.union);
        if !overflow {
            self.short_keys(cells, keys);
        }
        RunFacts { non_finite: seen.non_finite, clamped: seen.clamped, overflow }
    }

    fn short_keys(&self, cells: &[u32], keys: &mut [u64]) {
        // One table per axis serves grids of up to 256 cells a side, two up to 65,536.
        let [x, y, z] = self.axes.each_ref().map(Deposit::tables);
        match x.len().max(y.len()).max(z.len()) {
            0 | 1 => self.short_keys_by::<1>(cells, keys),
            2 => self.short_keys_by::<2>(cells, keys),
            _ => self.short_keys_by::<3>(cells, keys),
        }
    }

    fn short_keys_by<const TABLES: usize>(&self, cells: &[u32], keys: &mut [u64]) {
        const NOTHING: [u64; 256] = [0; 256];
        let tables: [[&[u64; 256]; TABLES]; 3] =
            std::array::from_fn(|a| std::array::from_fn(|n| self.axes[a].tables().get(n).unwrap_or(&NOTHING)));
        for (key, cell) in keys.iter_mut().zip(cells.as_chunks::<3>().0) {
            let mut sum = 0;
            for axis in 0..3 {
                for (n, table) in tables[axis].iter().enumerate() {
                    sum |= table[(cell[axis] >> (8 * n)) as usize & 255];
                }
            }
            *key = sum;
        }
    }
}

/// Returns the bits that are set in any cell number of an axis, over the samples whose coordinates are all finite.
fn union_of_samples(positions: &[f32], cells: &[u32]) -> [u32; 3] {
    let samples = positions.as_chunks::<3>().0.iter().zip(cells.as_chunks::<3>().0);
    samples
        .filter(|(position, _)| position.iter().all(|c| c.is_finite()))
        .fold([0; 3], |union, (_, cell)| std::array::from_fn(|axis| union[axis] | cell[axis]))
}

/// The bits of a run of cells, and the peculiarities of its coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seen {
    /// The bits that are set in any cell number of an axis, over finite coordinates.
    union: [u32; 3],
    non_finite: bool,
    clamped: bool,
}

/// Computes the cell numbers of a run of coordinates, with the widest vectors the processor has.
fn cells_of(positions: &[f32], min: [f64; 3], cell_size: f64, cells: &mut [u32]) -> Seen {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512bw")
        {
            // SAFETY: the processor has the features that the function is compiled for, checked just above.
            return unsafe { cells_avx512(positions, min, cell_size, cells) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { cells_avx2(positions, min, cell_size, cells) };
        }
    }
    cells_portable(positions, min, cell_size, cells)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
fn cells_avx512(positions: &[f32], min: [f64; 3], cell_size: f64, cells: &mut [u32]) -> Seen {
    cells_portable(positions, min, cell_size, cells)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn cells_avx2(positions: &[f32], min: [f64; 3], cell_size: f64, cells: &mut [u32]) -> Seen {
    cells_portable(positions, min, cell_size, cells)
}

/// Computes the cell numbers; all variants are compiled from this loop. Every operation in it is exact or rounded once
/// as IEEE 754 says, so that the width of the vectors cannot change a bit of the result.
#[inline(always)]
fn cells_portable(positions: &[f32], min: [f64; 3], cell_size: f64, cells: &mut [u32]) -> Seen {
    let min: [f64; LANES] = std::array::from_fn(|i| min[i % 3]);
    let mut union = [0; LANES];
    let mut non_finite = [0; LANES];
    let mut clamped = [0; LANES];
    let (chunks, rest) = positions.as_chunks::<LANES>();
    let (cell_chunks, cell_rest) = cells.as_chunks_mut::<LANES>();
    for (chunk, out) in chunks.iter().zip(cell_chunks) {
        for i in 0..LANES {
            out[i] = cell(chunk[i], min[i], cell_size, &mut union[i], &mut non_finite[i], &mut clamped[i]);
        }
    }
    for (i, (position, out)) in rest.iter().zip(cell_rest).enumerate() {
        *out = cell(*position, min[i], cell_size, &mut union[i], &mut non_finite[i], &mut clamped[i]);
    }
    Seen {
        union: std::array::from_fn(|axis| union.iter().skip(axis).step_by(3).fold(0, |a, b| a | b)),
        non_finite: non_finite.contains(&1),
        clamped: clamped.contains(&1),
    }
}

#[inline(always)]
fn cell(position: f32, min: f64, cell_size: f64, union: &mut u32, non_finite: &mut u32, clamped: &mut u32) -> u32 {
    /// Added to a whole number below 2^52, it puts the number into the low bits.
    const WHOLE: f64 = (1u64 << 52) as f64;
    let quotient = (f64::from(position) - min) / cell_size;
    // Written so that NaN becomes 0; comparisons become single vector instructions.
    let low = if quotient > 0.0 { quotient } else { 0.0 };
    let within = if low < f64::from(MAX_CELL) { low } else { f64::from(MAX_CELL) };
    let cell = (within.floor() + WHOLE).to_bits() as u32;
    let missing = position.to_bits() & 0x7f80_0000 == 0x7f80_0000;
    *union |= if missing { 0 } else { cell };
    *non_finite |= u32::from(missing);
    *clamped |= u32::from((quotient < 0.0) | (quotient >= f64::from(MAX_CELL + 1)));
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trajectory::grid::BoundingBox;
    use proptest::prelude::*;

    fn coordinate() -> impl Strategy<Value = f32> {
        prop_oneof![
            6 => (-50_000i32..50_000).prop_map(|n| n as f32 * 0.1),
            2 => any::<f32>(),
            1 => prop::sample::select(
                vec![0.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 16_777_216.0],
            ),
        ]
    }

    proptest! {
        #[test]
        fn every_width_gives_the_cells_of_the_definition(
            positions in prop::collection::vec([coordinate(), coordinate(), coordinate()], 0..40),
            min in [-1.0e4f64..1.0e4, -10.0..10.0, -1.0e6..1.0e6],
            cell_size in prop::sample::select(vec![0.1f32, 0.3, 0.7, 1.0, 10.0, 1.0e-30, 1.0e30]),
        ) {
            let grid = Grid::new(BoundingBox { min, max: min.map(|c| c + 1000.0) }, cell_size).unwrap();
            let flat = positions.as_flattened();
            let space = KeySpace::full(grid);
            let (mut cells, mut keys) = (Vec::new(), Vec::new());
            let facts = space.keys(flat, &mut cells, &mut keys);
            let finite = |p: &[f32; 3]| p.iter().all(|c| c.is_finite());
            prop_assert_eq!(facts.non_finite, !positions.iter().all(finite));
            for (n, p) in positions.iter().enumerate().filter(|(_, p)| p.iter().all(|c| !c.is_nan())) {
                prop_assert_eq!(space.morton(keys[n]), grid.key_of(*p));
            }
            let mut portable = vec![0; flat.len()];
            let a = cells_portable(flat, min, f64::from(cell_size), &mut portable);
            let b = cells_of(flat, min, f64::from(cell_size), &mut cells);
            prop_assert_eq!(a, b);
            prop_assert_eq!(portable, cells);
        }

        #[test]
        fn short_keys_are_in_the_order_of_morton_keys(
            extents in [1.0f64..5000.0, 1.0..50.0, 1.0..200_000.0],
            at in prop::collection::vec([0.0f64..1.0, 0.0..1.0, 0.0..1.0], 2..20),
        ) {
            let grid = Grid::new(BoundingBox { min: [0.0; 3], max: extents }, 1.0).unwrap();
            let space = KeySpace::of_box(grid);
            let positions: Vec<[f32; 3]> =
                at.iter().map(|p| std::array::from_fn(|i| (p[i] * extents[i]) as f32)).collect();
            let (mut cells, mut keys) = (Vec::new(), Vec::new());
            let facts = space.keys(positions.as_flattened(), &mut cells, &mut keys);
            // Rounding to single precision may move a position out of the box; then no key may be used.
            prop_assume!(!facts.overflow);
            for (n, p) in positions.iter().enumerate() {
                prop_assert_eq!(space.morton(keys[n]), grid.key_of(*p));
                for (m, q) in positions.iter().enumerate() {
                    prop_assert_eq!(keys[n].cmp(&keys[m]), grid.key_of(*p).cmp(&grid.key_of(*q)));
                }
            }
        }
    }

    #[test]
    fn a_cell_beyond_the_key_space_is_told() {
        let grid = Grid::new(BoundingBox { min: [0.0; 3], max: [10.0; 3] }, 1.0).unwrap();
        let (mut cells, mut keys) = (Vec::new(), Vec::new());
        let space = KeySpace::of_box(grid);
        assert_eq!(space.key_bits(), 12);
        assert!(!space.keys(&[15.9, 0.0, 0.0], &mut cells, &mut keys).overflow);
        assert!(space.keys(&[16.0, 0.0, 0.0], &mut cells, &mut keys).overflow);
    }
}
