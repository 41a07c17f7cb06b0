//! Measures what positions lose in single precision, compared with how far they move from one sample to the next and
//! with the unit of coordinates.

use serde::Serialize;

use crate::human::rough;

/// The share of the typical step that a position may lose before its user is told.
pub const TOLD_SHARE: f64 = 0.01;
/// The length that a position may lose before its user is told, whatever the typical step and where nothing moves: one
/// hundredth of the unit of coordinates, a centimetre where that is the metre.
pub const TOLD_LENGTH: f64 = 0.01;

/// The loss of positions that are stored in single precision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Precision {
    /// The median distance from a sample of a trajectory to its next one, of those that move; `None` where nothing
    /// moves.
    pub typical_step: Option<f64>,
    /// The largest distance by which rounding has moved a position.
    pub largest_rounding: f64,
    /// Samples that were moved by more than [`Precision::told_from`].
    pub rounded_samples: u64,
}

impl Precision {
    /// The length above which a loss is told: [`TOLD_SHARE`] of the typical step, and [`TOLD_LENGTH`] at most.
    pub fn told_from(&self) -> f64 {
        told_from(self.typical_step)
    }

    /// The largest rounding as a share of the typical step, for people; `None` where nothing moves.
    pub(super) fn of_step(&self) -> Option<String> {
        let step = self.typical_step?;
        let share = rough(100.0 * self.largest_rounding / step);
        Some(format!("{share} % of the typical step of {} from one sample to the next", rough(step)))
    }

    /// Whether any position was moved by more than [`Precision::told_from`].
    pub fn is_told(&self) -> bool {
        self.largest_rounding > self.told_from()
    }
}

fn told_from(typical_step: Option<f64>) -> f64 {
    typical_step.map_or(TOLD_LENGTH, |step| TOLD_LENGTH.min(TOLD_SHARE * step))
}

/// Gathers steps and roundings, in memory that does not grow with their number.
#[derive(Debug)]
pub(crate) struct Measure {
    steps: Histogram,
    roundings: Histogram,
    largest_rounding: f64,
}

impl Measure {
    pub fn new() -> Measure {
        Measure { steps: Histogram::new(), roundings: Histogram::new(), largest_rounding: 0.0 }
    }

    /// Adds the way from one sample of a trajectory to its next.
    pub fn add_step(&mut self, from: [f64; 3], to: [f64; 3]) {
        self.steps.add(length(from, to));
    }

    /// Adds a sample and how far rounding has moved it.
    pub fn add_rounding(&mut self, rounding: f64) {
        if rounding.is_finite() {
            self.largest_rounding = self.largest_rounding.max(rounding);
            self.roundings.add(rounding);
        }
    }

    pub fn finish(&self) -> Precision {
        let typical_step = self.steps.median();
        let told = told_from(typical_step);
        let above = self.roundings.count_above(told);
        let rounded_samples = above.max(u64::from(self.largest_rounding > told));
        Precision { typical_step, largest_rounding: self.largest_rounding, rounded_samples }
    }

    /// The median of the roundings that were added; 0 without any.
    pub fn typical_rounding(&self) -> f64 {
        self.roundings.median().unwrap_or(0.0)
    }
}

/// The distance of two positions.
pub(crate) fn length(from: [f64; 3], to: [f64; 3]) -> f64 {
    (0..3).map(|axis| (to[axis] - from[axis]).powi(2)).sum::<f64>().sqrt()
}

/// Counts positive numbers by their size: 32 bins from each power of two to the next.
#[derive(Debug)]
struct Histogram {
    bins: Vec<u64>,
    count: u64,
}

/// Bits of a double below those that number its bin: exponent and five bits of the mantissa.
const BELOW_BIN: u32 = 47;

impl Histogram {
    fn new() -> Histogram {
        Histogram { bins: vec![0; 1 << (63 - BELOW_BIN)], count: 0 }
    }

    /// Adds a number; 0 and what is not finite is left out.
    fn add(&mut self, number: f64) {
        if number > 0.0 && number.is_finite() {
            self.bins[(number.to_bits() >> BELOW_BIN) as usize] += 1;
            self.count += 1;
        }
    }

    fn median(&self) -> Option<f64> {
        let mut before = 0;
        let bin = self.bins.iter().position(|count| {
            before += count;
            2 * before >= self.count && before > 0
        })?;
        let edge = |bin: usize| f64::from_bits((bin as u64) << BELOW_BIN);
        Some(0.5 * (edge(bin) + edge(bin + 1).min(f64::MAX)))
    }

    /// How many numbers are in bins that begin above `least`.
    fn count_above(&self, least: f64) -> u64 {
        let first = (least.to_bits() >> BELOW_BIN) as usize + 1;
        self.bins.get(first..).map_or(0, |bins| bins.iter().sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_within_a_bin_and_counts_are_of_what_lies_above() {
        let mut histogram = Histogram::new();
        assert_eq!(histogram.median(), None);
        for number in [0.0, f64::NAN, f64::INFINITY] {
            histogram.add(number);
        }
        assert_eq!(histogram.median(), None);
        (1..=999).for_each(|n| histogram.add(0.01 * f64::from(n)));
        let median = histogram.median().unwrap();
        assert!((median / 5.0 - 1.0).abs() < 0.03, "{median}");
        let above = histogram.count_above(8.0);
        assert!((170..=199).contains(&above), "{above}");
        assert_eq!((histogram.count_above(f64::INFINITY), histogram.count_above(1.0e300)), (0, 0));
        histogram.add(f64::MAX);
        histogram.add(f64::from_bits(1));
        assert_eq!(histogram.count_above(1.0e300), 1);
    }

    #[test]
    fn a_loss_is_told_from_one_percent_of_the_typical_step_or_of_the_unit_on() {
        let mut measure = Measure::new();
        for n in 0..100 {
            measure.add_step([f64::from(n), 0.0, 0.0], [f64::from(n) + 1.0, 0.0, 0.0]);
            measure.add_rounding(0.001);
        }
        assert!(!measure.finish().is_told());
        assert_eq!(measure.finish().rounded_samples, 0);
        measure.add_rounding(0.5);
        let found = measure.finish();
        assert_eq!((found.largest_rounding, found.rounded_samples), (0.5, 1));
        assert!(found.is_told() && (found.told_from() / TOLD_LENGTH - 1.0).abs() < 0.03, "{found:?}");
        // Where nothing moves, and where all move far, the unit is the measure.
        for step in [0.0, 100.0] {
            let mut measure = Measure::new();
            measure.add_step([1.0; 3], [1.0 + step, 1.0, 1.0]);
            measure.add_rounding(TOLD_LENGTH);
            assert!(!measure.finish().is_told());
            measure.add_rounding(0.5);
            let found = measure.finish();
            assert_eq!((found.is_told(), found.rounded_samples, found.told_from()), (true, 1, TOLD_LENGTH));
        }
    }
}
