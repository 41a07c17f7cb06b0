//! Finds heights that cannot be ground: values that stand for no data without the file saying so.
//!
//! The search takes one pass while the heights come in, in any order. It keeps the lowest and the highest distinct
//! values with their counts, which tell whether some of them lie far from all others.

use std::fmt;

/// The number of distinct values kept at either end.
const KEPT: usize = 8;
/// The largest number of distinct values at either end that can stand for no data.
const MOST_VOIDS: usize = 3;
/// The largest number of pixels that may be spikes of a survey, far from the rest.
const HANDFUL: u64 = 8;
/// The lowest and the highest ground on earth, in metres above whatever zero.
const GROUND: [f32; 2] = [-11_500.0, 9_200.0];
/// The largest elevation of a spike of a survey, up or down, in metres. A height beyond it stands for no data, even in
/// a single pixel.
const NO_SPIKE: f32 = 20_000.0;
/// Values within [`GROUND`] that programs use for no data.
const COMMON: [f32; 16] = [
    -10_000.0, -9_999.99, -9_999.9, -9_999.0, -9_998.0, -9_990.0, -9_000.0, -8_888.0, -1_000.0, -999.99, -999.9,
    -999.0, -888.0, -100.0, -99.99, -99.0,
];

/// One end of the heights: the outermost distinct values, the outermost first, with their counts.
#[derive(Clone, Debug)]
struct End {
    /// The factor that puts the values in ascending order.
    sign: f32,
    values: Vec<(f32, u64)>,
}

impl End {
    fn new(sign: f32) -> End {
        End { sign, values: Vec::with_capacity(KEPT + 1) }
    }

    fn add(&mut self, value: f32) {
        let key = self.sign * value;
        let inner = self.values.last().map_or(f32::INFINITY, |(v, _)| self.sign * v);
        if key > inner && self.values.len() == KEPT {
            return;
        }
        let at = self.values.partition_point(|(v, _)| self.sign * v < key);
        match self.values.get_mut(at) {
            Some((v, count)) if *v == value => *count += 1,
            _ => {
                self.values.insert(at, (value, 1));
                self.values.truncate(KEPT);
            }
        }
    }
}

/// Watches heights as they come, in any order.
pub(super) struct Watch {
    low: End,
    high: End,
}

impl Watch {
    pub fn new() -> Watch {
        Watch { low: End::new(1.0), high: End::new(-1.0) }
    }

    /// Adds some heights; NaN stands for no data.
    pub fn add(&mut self, values: &[f32]) {
        for &value in values.iter().filter(|v| !v.is_nan()) {
            self.low.add(value);
            self.high.add(value);
        }
    }

    /// Returns the height of all pixels, if it is the same for all.
    pub fn only_height(&self) -> Option<f32> {
        match self.low.values.as_slice() {
            &[(value, _)] => Some(value),
            _ => None,
        }
    }

    /// Returns the outliers; `None` where there are none.
    pub fn finish(self) -> Option<Outliers> {
        let (low, high) = (&self.low.values, &self.high.values);
        if let &[(value, count)] = low.as_slice()
            && (COMMON.contains(&value) && value < -500.0 || is_no_ground([value, value]))
        {
            return Some(Outliers { values: vec![(value, count)], others: None });
        }
        let is_varied = low.len() == KEPT;
        // Of all ways to split off values at either end, take the one that leaves the smallest range.
        let mut best: Option<([f32; 2], usize, usize)> = None;
        for (n_low, &(from, _)) in low.iter().enumerate().take(MOST_VOIDS + 1) {
            let ends = high.iter().enumerate().take(MOST_VOIDS + 1);
            for (n_high, &(to, _)) in ends.filter(|(_, (to, _))| *to >= from) {
                let range = to - from;
                let far = |value: f32, nearest: f32| is_far(value, (nearest - value).abs(), range, is_varied);
                let is_split =
                    low[..n_low].iter().all(|(v, _)| far(*v, from)) && high[..n_high].iter().all(|(v, _)| far(*v, to));
                if is_split && best.is_none_or(|([a, b], ..)| range < b - a) {
                    best = Some(([from, to], n_low, n_high));
                }
            }
        }
        let (others, n_low, n_high) = best?;
        let values: Vec<(f32, u64)> = low[..n_low].iter().chain(&high[..n_high]).copied().collect();
        (!values.is_empty() || is_no_ground(others)).then_some(Outliers { values, others: Some(others) })
    }
}

/// Returns whether a range of heights exceeds the Earth's ground.
fn is_no_ground([from, to]: [f32; 2]) -> bool {
    from < GROUND[0] || to > GROUND[1]
}

/// Returns whether a value is too far to belong to the others: `gap` away from the nearest of them, which have this
/// range.
fn is_far(value: f32, gap: f32, range: f32, is_varied: bool) -> bool {
    if !(GROUND[0]..=GROUND[1]).contains(&value) {
        gap > 100.0 && gap > range / 8.0
    } else if COMMON.contains(&value) {
        gap > 80.0 && gap > range / 4.0
    } else {
        is_varied && gap > if value == 0.0 { 50.0 } else { 150.0 } && gap > 3.0 * range
    }
}

/// Heights that are far from all others, or heights that all lie outside the Earth's ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Outliers {
    /// The values that are far from the others, in metres, with their numbers of pixels.
    pub values: Vec<(f32, u64)>,
    /// The lowest and the highest of the others; `None` if there are no others.
    pub others: Option<[f32; 2]>,
}

impl Outliers {
    /// Returns the number of pixels with these values.
    pub fn pixels(&self) -> u64 {
        self.values.iter().map(|(_, count)| count).sum()
    }

    /// Returns whether the values cannot be spikes of a survey, by their number or their size. Then they stand for no
    /// data, or the heights are in another unit.
    pub fn are_voids(&self) -> bool {
        let is_void = |value: f32| COMMON.contains(&value) || value.abs() >= NO_SPIKE;
        self.pixels() > HANDFUL || self.values.iter().any(|&(value, _)| is_void(value)) || self.are_no_ground()
    }

    /// Returns whether the others are no ground of the Earth either.
    fn are_no_ground(&self) -> bool {
        self.others.is_none_or(is_no_ground)
    }

    /// Returns the option that declares the values.
    pub(crate) fn remedy(&self) -> String {
        if self.values.is_empty() {
            return format!(
                "heights of the ground in metres, {} to {} m, and values for no data that are declared (--nodata \
                 VALUE): gdal_calc.py -A FILE --calc=\"A*0.001\" --type=Float32 --outfile=metres.tif makes metres of \
                 millimetres; if all are heights, say so with nodata NaN (--nodata nan)",
                GROUND[0], GROUND[1]
            );
        }
        let options: Vec<String> = self.values.iter().map(|(v, _)| format!("--nodata {}", Number(*v))).collect();
        format!(
            "heights of the ground; if these stand for no data, say so with nodata ({}); if all are heights, with \
             nodata NaN (--nodata nan)",
            options.join(" ")
        )
    }
}

impl fmt::Display for Outliers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, (value, count)) in self.values.iter().enumerate() {
            let separator = if k == 0 { "" } else { ", " };
            write!(f, "{separator}{} of {}", crate::human::counted(*count, "pixel"), Number(*value))?;
        }
        match self.others {
            None => write!(f, " m, and no other"),
            Some([from, to]) if self.values.is_empty() => {
                write!(f, "heights from {} to {} m, which no ground has", Number(from), Number(to))
            }
            Some([from, to]) => write!(f, " m, where all others are from {} to {} m", Number(from), Number(to)),
        }
    }
}

/// Formats a height as it is typed, the largest ones with an exponent.
struct Number(f32);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.abs() < 1e9 { write!(f, "{}", self.0) } else { write!(f, "{:e}", self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outliers(values: impl IntoIterator<Item = f32>) -> Option<Outliers> {
        let mut watch = Watch::new();
        values.into_iter().for_each(|v| watch.add(&[v]));
        watch.finish()
    }

    fn slope(from: f32, to: f32) -> Vec<f32> {
        (0..400).map(|k| from + (to - from) * k as f32 / 399.0).collect()
    }

    #[test]
    fn values_for_no_data_are_found_whatever_the_order() {
        let ground = slope(-3.0, 120.0);
        for void in [
            -9999.0,
            -99999.0,
            -32768.0,
            -32767.0,
            32767.0,
            65535.0,
            f32::MIN,
            f32::MAX,
            -3.4e38,
            1e20,
            9999.0,
            99999.0,
            -999.0,
            -9999.9,
            -99.99,
            -99.0,
            -123_456.0,
            -5000.0,
            1.701_41e38,
            2_147_483_600.0,
        ] {
            for voids_first in [true, false] {
                let voids = vec![void; 20];
                let all = if voids_first { [voids, ground.clone()] } else { [ground.clone(), voids] };
                let found = outliers(all.concat()).unwrap_or_else(|| panic!("{void}"));
                assert_eq!(found, Outliers { values: vec![(void, 20)], others: Some([-3.0, 120.0]) });
                assert!(found.are_voids());
            }
        }
        let two =
            outliers([vec![-9999.0; 9], slope(1500.0, 1600.0), vec![f32::MAX; 2], vec![0.0; 5]].concat()).unwrap();
        assert_eq!(two.values, [(-9999.0, 9), (0.0, 5), (f32::MAX, 2)]);
        assert_eq!((two.pixels(), two.others), (16, Some([1500.0, 1600.0])));
        assert_eq!(
            two.to_string(),
            "9 pixels of -9999, 5 pixels of 0, 2 pixels of 3.4028235e38 m, where all others are from 1500 to 1600 m"
        );
        assert!(two.remedy().contains("--nodata -9999 --nodata 0 --nodata 3.4028235e38"), "{}", two.remedy());
    }

    #[test]
    fn a_spike_is_no_void() {
        let found = outliers([slope(0.0, 50.0), vec![9999.0; 3]].concat()).unwrap();
        assert!(!found.are_voids(), "{found}");
        // No instrument measures these: a single one stands for no data.
        for void in [-9999.0, -32768.0, 3.4e38, 65535.0] {
            let found = outliers([slope(0.0, 50.0), vec![void]].concat()).unwrap();
            assert!(found.are_voids(), "{found}");
        }
    }

    #[test]
    fn zeros_far_below_all_others_are_voids() {
        let found = outliers([slope(484.0, 517.0), vec![0.0; 16]].concat()).unwrap();
        assert!(found.are_voids() && found.values == [(0.0, 16)], "{found}");
        for (ground, void) in [([100.0, 129.0], 0.0), ([100.0, 129.0], -500.0), ([3.0, 22.0], 255.0)] {
            let found = outliers([slope(ground[0], ground[1]), vec![void; 16]].concat()).unwrap();
            assert!(found.are_voids() && found.values == [(void, 16)], "{found}");
        }
        // A city by the sea, with no heights in between.
        assert_eq!(outliers([slope(2.0, 30.0), vec![0.0; 1000]].concat()), None);
    }

    #[test]
    fn heights_that_no_ground_has_are_told() {
        for heights in [vec![-9999.0; 1000], vec![f32::MAX; 20]] {
            let found = outliers(heights.iter().copied()).unwrap();
            assert!(found.are_voids() && found.others.is_none(), "{found}");
            assert!(found.to_string().ends_with(" m, and no other"), "{found}");
        }
        let millimetres = outliers(slope(10_000.0, 90_000.0)).unwrap();
        assert!(millimetres.are_voids());
        assert_eq!(millimetres.to_string(), "heights from 10000 to 90000 m, which no ground has");
        assert!(millimetres.remedy().contains("-11500 to 9200 m") && millimetres.remedy().contains("--nodata nan"));
        let spread = outliers((0..400).map(|k| 1e38 * (k as f32 - 200.0) / 200.0)).unwrap();
        assert!(spread.are_voids(), "{spread}");
    }

    #[test]
    fn ground_is_not_taken_for_voids() {
        let flat = |height: f32, count: usize| vec![height; count];
        for ground in [
            // The Dead Sea and its shore, Death Valley, the deep sea, high mountains.
            [flat(-430.5, 5000), slope(-430.0, 800.0)].concat(),
            [flat(-86.0, 100), slope(-85.0, 3300.0)].concat(),
            slope(-10_990.0, 50.0),
            [flat(-9999.0, 50), slope(-10_500.0, -9000.0)].concat(),
            slope(0.0, 8849.0),
            [flat(-99.0, 50), slope(-98.0, -20.0)].concat(),
            // The sea and a cliff, a plateau, a single height, two of them.
            [flat(0.0, 1000), slope(100.0, 180.0)].concat(),
            [flat(0.0, 1000), slope(900.0, 1800.0)].concat(),
            flat(0.0, 1000),
            [flat(0.0, 1000), flat(2000.0, 1000)].concat(),
            Vec::new(),
        ] {
            assert_eq!(outliers(ground.iter().copied()), None, "{:?}", &ground[..ground.len().min(3)]);
        }
    }
}
