//! Positions that are kept in memory, in units of 128 that follow one another in a table.

use super::boxes::{Boxes, FAN, RoughBall, UNIT, bits};
use super::result::Sample;
use crate::trajectory::table::Ball;

/// The positions that are compared at once.
pub(super) const LANES: usize = UNIT / FAN;

/// A sample: its position and its trajectory's id.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kept {
    pub position: [f32; 3],
    pub id: u64,
}

/// A sample that was found, with its trajectory's id.
pub(super) type Found = (u64, Sample);

/// The samples of a unit, in blocks of sixteen that are near each other.
#[derive(Debug)]
pub(super) struct Unit {
    /// The boxes around the positions of each block.
    boxes: Boxes,
    blocks: Box<[Block]>,
    /// The upper half of each id, where the shard has ids over 32 bits.
    upper_ids: Box<[u32]>,
}

/// Positions axis by axis, so that a processor compares several at once. Where there are fewer than sixteen the rest is
/// not a number, and so at no distance from anything.
#[derive(Debug)]
#[repr(align(64))]
struct Block {
    coordinates: [[f32; LANES]; 3],
    /// The lower half of each id.
    ids: [u32; LANES],
}

impl Unit {
    /// Takes the samples of a unit, and changes their order.
    pub fn new(samples: &mut [Kept], has_wide_ids: bool) -> Unit {
        divide(samples);
        let mut boxes = Boxes::EMPTY;
        let block = |(place, samples): (usize, &[Kept])| {
            let mut block = Block { coordinates: [[f32::NAN; LANES]; 3], ids: [0; LANES] };
            for (lane, sample) in samples.iter().enumerate() {
                boxes.include(place, sample.position, sample.position);
                (0..3).for_each(|axis| block.coordinates[axis][lane] = sample.position[axis]);
                block.ids[lane] = sample.id as u32;
            }
            block
        };
        let blocks = samples.chunks(LANES).enumerate().map(block).collect();
        let upper_ids = samples.iter().filter(|_| has_wide_ids).map(|sample| (sample.id >> 32) as u32).collect();
        Unit { boxes, blocks, upper_ids }
    }

    /// Returns the bytes of a unit with a number of samples, outside the unit itself.
    pub fn bytes(samples: usize, has_wide_ids: bool) -> usize {
        let upper_ids = if has_wide_ids { samples * size_of::<u32>() } else { 0 };
        samples.div_ceil(LANES) * size_of::<Block>() + upper_ids
    }

    /// Adds the samples in a rough ball to `found`, with their distances to the centre of the exact one.
    pub fn search(&self, rough: &RoughBall, exact: &Ball, time_step: i32, found: &mut Vec<Found>) {
        for place in bits(rough.holds(&self.box_squares(rough.centre))) {
            // In a ball without end there are also boxes around nothing.
            let Some(block) = self.blocks.get(place) else { return };
            for lane in bits(rough.holds(&block.squares(rough.centre))) {
                let Kept { position, id } = self.in_block(block, place, lane);
                found.push((id, Sample { distance: exact.distance(position), position, time_step }));
            }
        }
    }

    /// Returns the squares of the distances from a point to the boxes around the blocks, see [`Boxes::squares`].
    #[inline(always)]
    pub fn box_squares(&self, from: [f32; 3]) -> [f32; FAN] {
        self.boxes.squares(from)
    }

    /// Returns the squares of the distances from a point to the samples of a block, as [`RoughBall`] measures them;
    /// `None` where there is no such block.
    #[inline(always)]
    pub fn block_squares(&self, place: usize, from: [f32; 3]) -> Option<[f32; LANES]> {
        self.blocks.get(place).map(|block| block.squares(from))
    }

    /// Returns a sample by its number: that of its block times [`LANES`], and the number in the block.
    pub fn sample(&self, number: usize) -> Kept {
        let (place, lane) = (number / LANES, number % LANES);
        self.in_block(&self.blocks[place], place, lane)
    }

    #[inline(always)]
    fn in_block(&self, block: &Block, place: usize, lane: usize) -> Kept {
        let upper = self.upper_ids.get(place * LANES + lane).copied().unwrap_or(0);
        let position = std::array::from_fn(|axis| block.coordinates[axis][lane]);
        Kept { position, id: u64::from(upper) << 32 | u64::from(block.ids[lane]) }
    }
}

impl Block {
    #[inline(always)]
    fn squares(&self, from: [f32; 3]) -> [f32; LANES] {
        let mut squares = [0.0; LANES];
        for (coordinates, from) in self.coordinates.iter().zip(from) {
            for (square, coordinate) in squares.iter_mut().zip(coordinates) {
                let away = coordinate - from;
                *square += away * away;
            }
        }
        squares
    }
}

/// Brings samples into an order in which each sixteen that follow one another are near each other: halves them, again
/// and again, along the axis on which they are farthest apart.
fn divide(samples: &mut [Kept]) {
    if samples.len() <= LANES {
        return;
    }
    let width = |axis: usize| {
        let ends = samples.iter().map(|sample| sample.position[axis]);
        let (min, max) = ends.fold((f32::MAX, f32::MIN), |(min, max), c| (min.min(c), max.max(c)));
        f64::from(max) - f64::from(min)
    };
    let axis = (0..3).max_by(|&a, &b| width(a).total_cmp(&width(b))).expect("three axes");
    let middle = samples.len().div_ceil(LANES).div_ceil(2) * LANES;
    samples.select_nth_unstable_by(middle, |a, b| a.position[axis].total_cmp(&b.position[axis]));
    let (before, after) = samples.split_at_mut(middle);
    divide(before);
    divide(after);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_unit_has_all_its_samples_and_finds_those_in_a_ball(
            positions in prop::collection::vec(
                prop::array::uniform3(prop_oneof![-9.0f32..9.0, (-3i32..3).prop_map(|n| n as f32)]), 0..=UNIT,
            ),
            centre in prop::array::uniform3(-9.0f64..9.0), radius in prop_oneof![0.0f64..9.0, Just(f64::INFINITY)],
            has_wide_ids in any::<bool>(),
        ) {
            let id = |n: u64| if has_wide_ids { n << 31 } else { n };
            let samples: Vec<Kept> =
                positions.iter().zip(0..).map(|(&position, n)| Kept { position, id: id(n) }).collect();
            let unit = Unit::new(&mut samples.clone(), has_wide_ids);
            let by_id = |mut samples: Vec<Kept>| {
                samples.sort_by_key(|sample| sample.id);
                samples
            };
            prop_assert_eq!(&by_id((0..samples.len()).map(|n| unit.sample(n)).collect()), &samples);
            let exact = Ball { centre, radius };
            let ball = RoughBall::around(&exact);
            let mut found = Vec::new();
            unit.search(&ball, &exact, 7, &mut found);
            found.retain(|(_, sample)| sample.distance <= radius && sample.time_step == 7);
            let found = found.iter().map(|&(id, Sample { position, .. })| Kept { position, id }).collect();
            let expected = samples.iter().copied().filter(|sample| exact.distance(sample.position) <= radius);
            prop_assert_eq!(by_id(found), expected.collect::<Vec<_>>());
            // No sample is nearer than the box of its block.
            let boxes = unit.box_squares(ball.centre);
            for (place, &nearest) in boxes.iter().enumerate().take(samples.len().div_ceil(LANES)) {
                let squares = unit.block_squares(place, ball.centre).unwrap();
                let lanes = LANES.min(samples.len() - place * LANES);
                prop_assert!(squares[..lanes].iter().all(|&square| nearest <= square));
                prop_assert!(squares[lanes..].iter().all(|square| square.is_nan()));
            }
            let in_blocks = samples.len().div_ceil(LANES) * size_of::<Block>() + size_of_val(&*unit.upper_ids);
            prop_assert_eq!(Unit::bytes(samples.len(), has_wide_ids), in_blocks);
        }
    }
}
