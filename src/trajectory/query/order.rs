//! Puts the numbers of an answer into order.

use crate::trajectory::sort::{Record, SortScratch, sort};

/// Up to so many numbers are put into buckets, more are sorted digit by digit.
const FEW: usize = 255;

/// Memory for ordering, used again.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// Each number with its index.
    packed: Vec<u64>,
    placed: Vec<u64>,
    sorting: SortScratch<u64>,
    order: Vec<u32>,
}

impl Order {
    /// Returns the indices of some numbers in the order of the numbers, and of equal ones ascending.
    pub fn of(&mut self, numbers: impl ExactSizeIterator<Item = u32>) -> &mut [u32] {
        let Order { packed, placed, sorting, order } = self;
        packed.clear();
        packed.extend(numbers.zip(0..).map(|(number, index)| u64::pack(number.into(), index)));
        let sorted = if packed.len() <= FEW {
            placed.resize(packed.len(), 0);
            sort_few(packed, placed);
            &placed[..]
        } else {
            let bits = packed.iter().fold(0, |bits, packed| bits | packed.key());
            sort(&[packed], u64::BITS - bits.leading_zeros(), sorting)
        };
        order.clear();
        order.extend(sorted.iter().map(|packed| packed.id()));
        order
    }
}

/// Sorts a few numbers into `to`: into as many buckets of equal width as there are numbers, and where several are in
/// one, by insertion. The ids of an answer are spread evenly, as a rule, so most buckets have one or none. Other sorts
/// compare, and a processor predicts half of these comparisons wrong.
fn sort_few(from: &[u64], to: &mut [u64]) {
    let (least, greatest) = from.iter().fold((u64::MAX, 0), |(least, greatest), packed| {
        let key = packed.key();
        (least.min(key), greatest.max(key))
    });
    let buckets = from.len().next_power_of_two();
    let width_bits = u64::BITS - greatest.saturating_sub(least).leading_zeros();
    let shift = width_bits.saturating_sub(buckets.trailing_zeros());
    let bucket = |packed: u64| ((packed.key() - least) >> shift) as usize & FEW;
    let mut next = [0u8; FEW + 1];
    from.iter().for_each(|&packed| next[bucket(packed)] += 1);
    let mut before = 0;
    for next in &mut next[..buckets] {
        before += std::mem::replace(next, before);
    }
    for &packed in from {
        let next = &mut next[bucket(packed)];
        to[usize::from(*next)] = packed;
        *next += 1;
    }
    for end in 1..to.len() {
        let (packed, mut at) = (to[end], end);
        while at > 0 && to[at - 1] > packed {
            to[at] = to[at - 1];
            at -= 1;
        }
        to[at] = packed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_stable_sort(
            numbers in prop_oneof![
                prop::collection::vec(any::<u32>(), 0..600),
                prop::collection::vec(0u32..300, 0..300),
                prop::collection::vec(prop_oneof![0u32..3, u32::MAX - 2..=u32::MAX], 0..300),
            ],
        ) {
            let mut expected: Vec<u32> = (0..numbers.len() as u32).collect();
            expected.sort_by_key(|&n| numbers[n as usize]);
            let mut order = Order::default();
            for _ in 0..2 {
                prop_assert_eq!(&*order.of(numbers.iter().copied()), &expected[..]);
            }
        }
    }
}
