//! Boxes in single precision: which of them a ball reaches, and a tree of them over the samples of a table.
//!
//! Single precision only sorts out what is certainly too far away. What remains is measured in double.

use std::array::from_fn;

use crate::trajectory::morton::decode;
use crate::trajectory::table::{Ball, CellBox, CellGrid, TableEntry};

/// The boxes that are compared at once.
pub(super) const FAN: usize = 8;
/// The samples below one box of the tree's lowest level, in the order of the table.
pub(super) const UNIT: usize = 128;

/// A ball in single precision. It is larger than the exact one by what rounding can make of a distance, so each
/// position in the exact ball is in this one.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoughBall {
    pub centre: [f32; 3],
    /// The greatest square of a distance in the ball.
    pub limit: f32,
    /// The most by which the rounding of the centre can change a distance.
    slack: f64,
}

impl RoughBall {
    /// The sum of all relative errors of a square is below this: it is rounded six times, by at most 2^-24 each.
    const ROUNDING: f64 = 1.0 + 1.0 / (1 << 20) as f64;

    /// Makes the ball around an exact one.
    pub fn around(ball: &Ball) -> RoughBall {
        let farthest = ball.centre.iter().fold(0.0f64, |farthest, c| farthest.max(c.abs()));
        // On each axis half a unit in the last place: below 2^-24 of the coordinate, or 2^-150 of the smallest numbers.
        let slack = farthest / (1 << 23) as f64 + f64::from(f32::from_bits(1));
        let mut rough = RoughBall { centre: ball.centre.map(|c| c as f32), limit: f32::INFINITY, slack };
        rough.set_radius(ball.reach());
        rough
    }

    fn set_radius(&mut self, reach: f64) {
        let square = (reach + self.slack).powi(2) * RoughBall::ROUNDING + f64::from(f32::MIN_POSITIVE);
        self.limit = (square as f32).next_up();
    }

    /// Makes the ball so small that it just holds all positions that are no farther away than a position whose square
    /// is `square`.
    pub fn shrink_to(&mut self, square: f32) {
        let farthest = (f64::from(square) * RoughBall::ROUNDING + f64::from(f32::MIN_POSITIVE)).sqrt() + self.slack;
        self.set_radius(Ball { centre: [0.0; 3], radius: farthest }.reach());
    }

    /// Returns which of some squares of distances are in the ball: a bit for each.
    #[inline(always)]
    pub fn holds<const N: usize>(&self, squares: &[f32; N]) -> u32 {
        const { assert!(N <= 32 && N.is_multiple_of(4)) };
        let quarters = squares.as_chunks::<4>().0.iter().zip((0..).step_by(4));
        quarters.fold(0, |bits, (squares, place)| bits | at_most(squares, self.limit) << place)
    }
}

/// Returns which of four numbers are at most a limit: a bit for each.
///
/// The portable loop below means the same, but compilers do not turn it into the one instruction there is for it, and
/// then the arithmetic before it does not become vectors either: all in all three times as many instructions.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn at_most(numbers: &[f32; 4], limit: f32) -> u32 {
    use std::arch::x86_64::{_mm_cmple_ps, _mm_movemask_ps, _mm_set1_ps};
    // SAFETY: every processor of this architecture has these instructions, and they only compute.
    unsafe { _mm_movemask_ps(_mm_cmple_ps(bytemuck::must_cast(*numbers), _mm_set1_ps(limit))) as u32 }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn at_most(numbers: &[f32; 4], limit: f32) -> u32 {
    let bits: [u32; 4] = from_fn(|n| if numbers[n] <= limit { 1 << n } else { 0 });
    bits.iter().fold(0, |all, bit| all | bit)
}

/// Eight boxes, axis by axis, so that a processor compares several at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boxes {
    min: [[f32; FAN]; 3],
    max: [[f32; FAN]; 3],
}

impl Boxes {
    /// Eight boxes around nothing.
    pub const EMPTY: Boxes = Boxes { min: [[f32::INFINITY; FAN]; 3], max: [[f32::NEG_INFINITY; FAN]; 3] };

    /// Makes one of the boxes larger, so that it holds another box.
    pub fn include(&mut self, place: usize, min: [f32; 3], max: [f32; 3]) {
        for axis in 0..3 {
            self.min[axis][place] = self.min[axis][place].min(min[axis]);
            self.max[axis][place] = self.max[axis][place].max(max[axis]);
        }
    }

    /// Returns the box around all eight.
    fn around(&self) -> ([f32; 3], [f32; 3]) {
        let least = |axis: usize| self.min[axis].iter().copied().fold(f32::INFINITY, f32::min);
        let greatest = |axis: usize| self.max[axis].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        (from_fn(least), from_fn(greatest))
    }

    /// Returns the squares of the distances from a point to the boxes. None is above the square of the distance to a
    /// position in the box, as [`RoughBall`] measures it, since rounding keeps the order of numbers. Those of boxes
    /// around nothing say nothing.
    #[inline(always)]
    pub fn squares(&self, from: [f32; 3]) -> [f32; FAN] {
        // The maximum of the library treats what is no number in a way for which there is no single instruction.
        let larger = |a: f32, b: f32| if a > b { a } else { b };
        let mut squares = [0.0; FAN];
        for (axis, from) in from.into_iter().enumerate() {
            for (place, square) in squares.iter_mut().enumerate() {
                let (below, above) = (self.min[axis][place] - from, from - self.max[axis][place]);
                let outside = larger(larger(below, above), 0.0);
                *square += outside * outside;
            }
        }
        squares
    }
}

/// A tree of boxes over the samples of a table, in the order of the table: each run of 128 samples, a *unit*, has a
/// box, each eight of these boxes another one around them, and so on to the top. Samples that follow one another are
/// mostly near each other, because the cells are in the order of the Morton curve. The boxes are those of the cells, so
/// no position is needed to build the tree.
#[derive(Debug)]
pub(super) struct BoxTree {
    /// Level by level, from the boxes of the units up to a single group of eight.
    groups: Vec<Boxes>,
    levels: Vec<Level>,
    /// The key of the first cell of each unit.
    first_keys: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    /// The number of the level's first group.
    start: usize,
    /// The number of its boxes.
    boxes: usize,
}

impl BoxTree {
    /// Builds the tree over the cells of a table.
    pub fn new(cells: &[TableEntry], grid: &CellGrid, samples: usize) -> BoxTree {
        let nothing = CellBox { min: [u32::MAX; 3], max: [0; 3] };
        let mut units = vec![nothing; units_of(samples)];
        let mut first_keys = Vec::with_capacity(units.len());
        for cell in cells {
            let (number, start) = (decode(cell.key), cell.start as usize);
            let of_cell = start / UNIT..(start + cell.count as usize).div_ceil(UNIT);
            // A table that is cut meanwhile reads as zeros; whoever uses the tree looks for that.
            first_keys.resize(of_cell.end.clamp(first_keys.len(), units.len()), cell.key);
            for unit in units.get_mut(of_cell).unwrap_or_default() {
                *unit = CellBox {
                    min: from_fn(|axis| unit.min[axis].min(number[axis])),
                    max: from_fn(|axis| unit.max[axis].max(number[axis])),
                };
            }
        }
        let mut tree = BoxTree { groups: Vec::new(), levels: Vec::new(), first_keys };
        tree.add_level(units.iter().map(|unit| grid.bounds_of(unit)).collect());
        while let Some(below) = tree.levels.last().filter(|below| below.boxes > FAN) {
            tree.add_level(tree.groups[below.start..].iter().map(Boxes::around).collect());
        }
        tree
    }

    fn add_level(&mut self, boxes: Vec<([f32; 3], [f32; 3])>) {
        self.levels.push(Level { start: self.groups.len(), boxes: boxes.len() });
        for boxes in boxes.chunks(FAN) {
            let mut group = Boxes::EMPTY;
            boxes.iter().enumerate().for_each(|(place, &(min, max))| group.include(place, min, max));
            self.groups.push(group);
        }
    }

    /// Returns the bytes of a tree over a number of samples.
    pub fn bytes(samples: usize) -> usize {
        let (mut boxes, mut all) = (units_of(samples), units_of(samples) * size_of::<u64>());
        loop {
            all += boxes.div_ceil(FAN) * size_of::<Boxes>() + size_of::<Level>();
            if boxes <= FAN {
                return all;
            }
            boxes = boxes.div_ceil(FAN);
        }
    }

    /// Gives the numbers of the boxes on a level that a ball reaches to `look`, of those below one box of the level
    /// above.
    #[inline(always)]
    fn below(&self, level: Level, above: usize, ball: &RoughBall, mut look: impl FnMut(usize)) {
        let Some(group) = self.groups.get(level.start + above) else { return };
        for place in bits(ball.holds(&group.squares(ball.centre))) {
            let number = above * FAN + place;
            // In a ball without end there are also boxes around nothing.
            if number < level.boxes {
                look(number);
            }
        }
    }

    /// Puts the numbers of the units that a ball reaches into `units`, ascending. `other` is memory for the search.
    pub fn units_in(&self, ball: &RoughBall, units: &mut Vec<u32>, other: &mut Vec<u32>) {
        units.clear();
        units.push(0);
        for &level in self.levels.iter().rev() {
            other.clear();
            for &above in units.iter() {
                self.below(level, above as usize, ball, |number| other.push(number as u32));
            }
            std::mem::swap(units, other);
        }
    }

    /// Returns the number of a unit that has samples near a cell, by its key: the unit that has the cell, or would have
    /// it.
    pub fn unit_of(&self, key: u64) -> u32 {
        self.first_keys.partition_point(|&first| first <= key).saturating_sub(1) as u32
    }
}

/// Returns the number of units over a number of samples.
pub(super) fn units_of(samples: usize) -> usize {
    samples.div_ceil(UNIT)
}

/// Returns the places of the ones in a number, ascending.
#[inline(always)]
pub(super) fn bits(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        (bits != 0).then(|| {
            bits &= bits - 1;
            place
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trajectory::grid::{BoundingBox, Grid};
    use proptest::prelude::*;

    fn coordinate() -> impl Strategy<Value = f32> {
        prop_oneof![
            -50.0f32..50.0,
            -1.0e7f32..1.0e7,
            (-20i32..20).prop_map(|n| n as f32 * 0.1),
            prop::sample::select(vec![0.0, f32::MIN_POSITIVE, f32::MAX, f32::MIN, 1.0e-42, -3.0e19]),
        ]
    }

    fn position() -> impl Strategy<Value = [f32; 3]> {
        prop::array::uniform3(coordinate())
    }

    fn centre() -> impl Strategy<Value = [f64; 3]> {
        let far = prop::sample::select(vec![1.0e150, -1.0e39, 3.3e38, 1.0e-300]);
        prop::array::uniform3(prop_oneof![-60.0f64..60.0, coordinate().prop_map(f64::from), far])
    }

    fn square(ball: &RoughBall, position: [f32; 3]) -> f32 {
        let mut boxes = Boxes::EMPTY;
        boxes.include(3, position, position);
        boxes.squares(ball.centre)[3]
    }

    proptest! {
        /// However large the coordinates are, and also at the border.
        #[test]
        fn a_rough_ball_holds_what_the_exact_one_does(centre in centre(), near in position(), far in position()) {
            let exact = |position| Ball { centre, radius: 0.0 }.distance(position);
            let (near, far) = if exact(near) <= exact(far) { (near, far) } else { (far, near) };
            let mut ball = RoughBall::around(&Ball { centre, radius: exact(far) });
            prop_assert!(square(&ball, far) <= ball.limit && square(&ball, near) <= ball.limit, "{ball:?}");
            ball.shrink_to(square(&ball, far));
            prop_assert!(square(&ball, far) <= ball.limit && square(&ball, near) <= ball.limit, "{ball:?}");
        }

        /// The unit of each position in the ball is found, ascending, and so is the unit of a cell.
        #[test]
        fn a_tree_finds_the_units_of_all_positions_in_a_ball(
            positions in prop_oneof![
                prop::collection::vec(position(), 0..2000),
                prop::collection::vec(prop::array::uniform3(-50.0f32..50.0), 0..2000),
            ],
            centre in centre(), radius in 0.0f64..60.0, cell_size in 1.0f32..200.0,
        ) {
            let bounds = BoundingBox { min: [-60.0; 3], max: [60.0; 3] };
            let grid = Grid::new(bounds, cell_size).unwrap();
            let mut samples: Vec<(u64, [f32; 3])> = positions.iter().map(|&p| (grid.key_of(p), p)).collect();
            samples.sort_by_key(|&(key, _)| key);
            let mut start = 0;
            let cell = |samples: &[(u64, [f32; 3])]| {
                let count = samples.len() as u32;
                start += count;
                TableEntry { key: samples[0].0, start: start - count, count }
            };
            let cells: Vec<TableEntry> = samples.chunk_by(|a, b| a.0 == b.0).map(cell).collect();
            let tree = BoxTree::new(&cells, &CellGrid::exact(&grid), samples.len());
            let ball = Ball { centre, radius };
            let (mut units, mut other) = (Vec::new(), Vec::new());
            tree.units_in(&RoughBall::around(&ball), &mut units, &mut other);
            prop_assert!(units.is_sorted() && units.iter().all(|&unit| (unit as usize) < units_of(samples.len())));
            for (n, &(key, position)) in samples.iter().enumerate() {
                prop_assert!(ball.distance(position) > radius || units.contains(&((n / UNIT) as u32)));
                let unit = tree.unit_of(key) as usize * UNIT;
                prop_assert!(samples[unit..samples.len().min(unit + UNIT)].iter().any(|sample| sample.0 == key));
            }
            let bytes = size_of_val(&*tree.groups) + size_of_val(&*tree.levels) + size_of_val(&*tree.first_keys);
            prop_assert_eq!(bytes, BoxTree::bytes(samples.len()));
        }
    }
}
