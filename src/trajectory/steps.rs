//! Ranges of time steps.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// A range of time steps, both ends included. Made of `0..=9`, of a pair, or of one time step.
///
/// ```
/// use groma::trajectory::Steps;
///
/// let steps = Steps::from(0..=9);
/// assert_eq!((steps.count(), steps.contains(9), steps.to_string()), (10, true, "0 to 9".into()));
/// assert_eq!(steps.cut_to(Steps::from(5..=20)), Some(Steps::from(5..=9)));
/// assert_eq!(steps.cut_to(Steps::from(10)), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(i32, i32)", into = "(i32, i32)")]
pub struct Steps {
    /// The first time step.
    pub first: i32,
    /// The last time step. One below `first` makes a range without a time step, which queries and builds refuse.
    pub last: i32,
}

impl Steps {
    /// Returns the number of time steps.
    pub fn count(self) -> u64 {
        (i64::from(self.last) - i64::from(self.first) + 1).max(0) as u64
    }

    /// Returns whether the range ends before it begins.
    pub fn is_empty(self) -> bool {
        self.last < self.first
    }

    /// Returns whether a time step lies in the range.
    pub fn contains(self, step: i32) -> bool {
        self.first <= step && step <= self.last
    }

    /// Returns the time steps that lie in both ranges; `None` when there are none.
    pub fn cut_to(self, other: Steps) -> Option<Steps> {
        let both = Steps { first: self.first.max(other.first), last: self.last.min(other.last) };
        (!both.is_empty()).then_some(both)
    }

    /// Returns the time steps, ascending.
    pub fn iter(self) -> RangeInclusive<i32> {
        self.first..=self.last
    }
}

impl From<RangeInclusive<i32>> for Steps {
    fn from(range: RangeInclusive<i32>) -> Steps {
        Steps { first: *range.start(), last: *range.end() }
    }
}

impl From<i32> for Steps {
    fn from(step: i32) -> Steps {
        Steps { first: step, last: step }
    }
}

/// The first and the last time step.
impl From<(i32, i32)> for Steps {
    fn from((first, last): (i32, i32)) -> Steps {
        Steps { first, last }
    }
}

/// The first and the last time step.
impl From<Steps> for (i32, i32) {
    fn from(steps: Steps) -> (i32, i32) {
        (steps.first, steps.last)
    }
}

impl fmt::Display for Steps {
    /// Writes "7" for one time step, else "0 to 9".
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.first == self.last {
            true => self.first.fmt(f),
            false => write!(f, "{} to {}", self.first, self.last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranges_are_sets_of_time_steps(a in 0i32..20, b in 0i32..20, c in 0i32..20, d in 0i32..20) {
            let (one, two) = (Steps::from(a..=b), Steps::from((c, d)));
            let (of_one, of_two): (Vec<i32>, Vec<i32>) = ((a..=b).collect(), (c..=d).collect());
            prop_assert_eq!(one.count(), of_one.len() as u64);
            prop_assert_eq!(one.is_empty(), of_one.is_empty());
            prop_assert_eq!(one.iter().collect::<Vec<_>>(), of_one.clone());
            prop_assert!((0..20).all(|step| one.contains(step) == of_one.contains(&step)));
            let both: Vec<i32> = of_one.into_iter().filter(|step| of_two.contains(step)).collect();
            prop_assert_eq!(one.cut_to(two).map_or(Vec::new(), |both| both.iter().collect()), both);
        }
    }

    #[test]
    fn the_ends_of_numbers_are_counted() {
        assert_eq!(Steps::from(i32::MIN..=i32::MAX).count(), 1 << 32);
        assert_eq!(Steps::from((i32::MAX, i32::MIN)).count(), 0);
        assert_eq!(Steps::from(i32::MAX).to_string(), i32::MAX.to_string());
        assert_eq!(serde_json::to_string(&Steps::from(3..=4)).unwrap(), "[3,4]");
        assert_eq!(serde_json::from_str::<Steps>("[3,4]").unwrap(), Steps::from(3..=4));
    }
}
