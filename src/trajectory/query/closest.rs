//! The samples that may be among the nearest, while these are being looked for.

use super::boxes::{RoughBall, UNIT, bits};
use super::unit::{LANES, Unit};

/// The samples that may be among the nearest.
#[derive(Debug, Default)]
pub(super) struct Closest {
    /// How many are wanted.
    count: usize,
    /// How many to gather before the ball is made smaller.
    enough: usize,
    /// The squares of their distances.
    squares: Vec<f32>,
    /// Their numbers: that of the unit times [`UNIT`], and the number in the unit.
    pub numbers: Vec<u32>,
}

impl Closest {
    /// Forgets everything, to look for the `count` nearest samples.
    pub fn begin(&mut self, count: usize) {
        self.squares.clear();
        self.numbers.clear();
        (self.count, self.enough) = (count, 2 * count);
    }

    /// Adds the samples of a unit that are in the ball, and makes the ball smaller when enough of them were found.
    pub fn search(&mut self, number: u32, unit: &Unit, ball: &mut RoughBall) {
        let boxes = unit.box_squares(ball.centre);
        let mut left = ball.holds(&boxes);
        // The nearest block first while there is no end to the ball, since that makes it much smaller.
        while left != 0 {
            let nearer = |&a: &usize, &b: &usize| boxes[a].total_cmp(&boxes[b]);
            let next = if ball.limit < f32::INFINITY { bits(left).next() } else { bits(left).min_by(nearer) };
            let Some(place) = next else { return };
            left &= !(1 << place);
            let Some(squares) = unit.block_squares(place, ball.centre).filter(|_| boxes[place] <= ball.limit) else {
                continue;
            };
            for lane in bits(ball.holds(&squares)) {
                self.squares.push(squares[lane]);
                self.numbers.push(number * UNIT as u32 + (place * LANES + lane) as u32);
            }
            if self.squares.len() >= self.enough {
                self.shrink(ball);
            }
        }
    }

    /// Makes the ball so small that it holds the wanted number and few more, and forgets those outside it.
    pub fn shrink(&mut self, ball: &mut RoughBall) {
        if self.squares.len() <= self.count {
            return;
        }
        ball.shrink_to(bound_of(&self.squares, self.count));
        let mut len = 0;
        for n in 0..self.squares.len() {
            // Always written, and counted only when it is in the ball: a branch would often be predicted wrong.
            let square = self.squares[n];
            (self.squares[len], self.numbers[len]) = (square, self.numbers[n]);
            len += usize::from(square <= ball.limit);
        }
        self.squares.truncate(len);
        self.numbers.truncate(len);
        // However many are equally far away, each is looked at a few times only.
        self.enough = 2 * len;
    }
}

/// Returns a number that at least `count` of some numbers, none of them negative, are not above, and not many more.
fn bound_of(numbers: &[f32], count: usize) -> f32 {
    const MANTISSA_BITS: u32 = f32::MANTISSA_DIGITS - 1;
    let greatest = numbers.iter().map(|number| number.to_bits()).max().unwrap_or(0);
    // The power of two above all of them, so that no sum below is rounded.
    let exponent = (greatest >> MANTISSA_BITS) + 1;
    let mut width = f32::from_bits(exponent << MANTISSA_BITS);
    if exponent >= f32::INFINITY.to_bits() >> MANTISSA_BITS {
        return f32::INFINITY;
    }
    // Halving needs no order, a processor counts many at once, and no branch depends on the numbers.
    let mut low = 0.0;
    for _ in 0..7 {
        width /= 2.0;
        let within: u32 = numbers.iter().map(|&number| u32::from(number <= low + width)).sum();
        low += width * f32::from(u8::from((within as usize) < count));
    }
    low + width
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn enough_are_below_a_bound_and_few_more(
            numbers in prop::collection::vec(
                prop_oneof![
                    0.0f32..100.0,
                    prop::sample::select(vec![0.0, 1.0e-44, 3.0e38, f32::MAX, f32::INFINITY, 7.0]),
                ],
                1..300,
            ),
            part in 0.0f64..1.0,
        ) {
            let count = 1 + (part * (numbers.len() - 1) as f64) as usize;
            let bound = bound_of(&numbers, count);
            prop_assert!(numbers.iter().filter(|&&number| number <= bound).count() >= count);
            let greatest = numbers.iter().copied().fold(0.0, f32::max);
            if greatest < 1.0e38 {
                let far_below = bound - greatest.max(f32::MIN_POSITIVE) / 32.0;
                prop_assert!(numbers.iter().filter(|&&number| number <= far_below).count() < count);
            }
        }
    }
}
