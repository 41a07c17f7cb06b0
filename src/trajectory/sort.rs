//! Sorts the samples of one time step by key, keeping the order of equal keys.

/// A sample in the form that is sorted: its short key in the high bits, its trajectory id in the low ones.
pub trait Record: bytemuck::Pod + Send + Sync {
    /// The most bits a key may have.
    const KEY_BITS: u32;
    /// Makes a record of a key and an id.
    fn pack(key: u64, id: u32) -> Self;
    /// Returns the key.
    fn key(self) -> u64;
    /// Returns the trajectory id.
    fn id(self) -> u32;
}

impl Record for u64 {
    const KEY_BITS: u32 = 32;
    #[inline(always)]
    fn pack(key: u64, id: u32) -> u64 {
        key << 32 | u64::from(id)
    }
    #[inline(always)]
    fn key(self) -> u64 {
        self >> 32
    }
    #[inline(always)]
    fn id(self) -> u32 {
        self as u32
    }
}

impl Record for u128 {
    const KEY_BITS: u32 = 64;
    #[inline(always)]
    fn pack(key: u64, id: u32) -> u128 {
        u128::from(key) << 32 | u128::from(id)
    }
    #[inline(always)]
    fn key(self) -> u64 {
        (self >> 32) as u64
    }
    #[inline(always)]
    fn id(self) -> u32 {
        self as u32
    }
}

/// Below this number of samples the stable sort of the standard library is the fastest.
const SMALL: usize = 200;

/// The most bits of a radix digit: 2,048 counters stay in the first-level cache.
const DIGIT_BITS: u32 = 11;
const BUCKETS: usize = 1 << DIGIT_BITS;

/// Scratch memory for [`sort`], which grows to the need of the largest time step and is reused.
#[derive(Debug)]
pub struct SortScratch<R> {
    a: Vec<R>,
    b: Vec<R>,
    counts: Vec<[u32; BUCKETS]>,
}

impl<R> Default for SortScratch<R> {
    fn default() -> SortScratch<R> {
        SortScratch { a: Vec::new(), b: Vec::new(), counts: Vec::new() }
    }
}

impl<R: Record> SortScratch<R> {
    /// Bytes of scratch memory that `samples` samples take.
    pub fn bytes(samples: u64) -> u64 {
        2 * samples * size_of::<R>() as u64
    }
}

/// Sorts the samples in `runs`, taken one run after another, by the low `key_bits` bits of their keys: a radix sort
/// from the lowest digit up, whose first pass reads the runs where they are.
pub fn sort<'s, R: Record>(runs: &[&[R]], key_bits: u32, scratch: &'s mut SortScratch<R>) -> &'s [R] {
    let len: usize = runs.iter().map(|run| run.len()).sum();
    let SortScratch { a, b, counts } = scratch;
    if len < SMALL {
        a.clear();
        runs.iter().for_each(|run| a.extend_from_slice(run));
        a.sort_by_key(|r| r.key());
        return a;
    }
    grow(a, len);
    grow(b, len);
    let passes = key_bits.div_ceil(DIGIT_BITS).max(1);
    let digit_bits = key_bits.div_ceil(passes);
    counts.resize(passes as usize, [0; BUCKETS]);
    count_digits(runs, digit_bits, counts);

    let (mut from, mut to) = (&mut b[..len], &mut a[..len]);
    for (pass, counts) in counts.iter_mut().enumerate() {
        // A digit that all samples share needs no pass; but the first pass gathers the runs.
        if pass > 0 && counts[..1 << digit_bits].contains(&(len as u32)) {
            continue;
        }
        let mut sum = 0;
        for count in &mut counts[..1 << digit_bits] {
            sum += std::mem::replace(count, sum);
        }
        let digit = Digit { shift: pass as u32 * digit_bits, bits: digit_bits };
        if pass == 0 {
            runs.iter().for_each(|run| place(run, digit, counts, to));
        } else {
            place(from, digit, counts, to);
        }
        std::mem::swap(&mut from, &mut to);
    }
    from
}

#[derive(Clone, Copy)]
struct Digit {
    shift: u32,
    bits: u32,
}

impl Digit {
    #[inline(always)]
    fn of<R: Record>(self, record: R) -> usize {
        // The second mask changes nothing: it shows the compiler that the counter's number is in bounds.
        (record.key() >> self.shift) as usize & ((1 << self.bits) - 1) & (BUCKETS - 1)
    }
}

/// Counts how often each digit has each value, for all digits in one pass.
fn count_digits<R: Record>(runs: &[&[R]], digit_bits: u32, counts: &mut [[u32; BUCKETS]]) {
    for counts in counts.iter_mut() {
        counts[..1 << digit_bits].fill(0);
    }
    // Most keys have two digits, which are counted together without an inner loop.
    if let [low, high] = counts {
        let (low_digit, high_digit) =
            (Digit { shift: 0, bits: digit_bits }, Digit { shift: digit_bits, bits: digit_bits });
        for &record in runs.iter().copied().flatten() {
            low[low_digit.of(record)] += 1;
            high[high_digit.of(record)] += 1;
        }
        return;
    }
    for &record in runs.iter().copied().flatten() {
        for (n, counts) in counts.iter_mut().enumerate() {
            counts[Digit { shift: n as u32 * digit_bits, bits: digit_bits }.of(record)] += 1;
        }
    }
}

/// Puts each record in the place that its digit's counter gives, and advances the counter.
fn place<R: Record>(from: &[R], digit: Digit, next: &mut [u32; BUCKETS], to: &mut [R]) {
    for &record in from {
        let next = &mut next[digit.of(record)];
        to[*next as usize] = record;
        *next += 1;
    }
}

fn grow<R: Record>(buffer: &mut Vec<R>, len: usize) {
    if buffer.len() < len {
        buffer.reserve_exact(len - buffer.len());
        buffer.resize(len, R::zeroed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check<R: Record + PartialEq + std::fmt::Debug>(keys: &[u64], runs: usize, key_bits: u32) {
        let records: Vec<R> = keys.iter().enumerate().map(|(n, &key)| R::pack(key, n as u32 ^ 5)).collect();
        let mut expected = records.clone();
        expected.sort_by_key(|r| r.key());
        let runs: Vec<&[R]> = records.chunks(records.len().div_ceil(runs).max(1)).collect();
        let mut scratch = SortScratch::default();
        assert_eq!(sort(&runs, key_bits, &mut scratch), expected);
    }

    proptest! {
        #[test]
        fn it_is_the_stable_sort(
            keys in prop::collection::vec(any::<u64>(), 0..2000), bits in 0u32..=63, runs in 1usize..9,
        ) {
            let narrow: Vec<u64> = keys.iter().map(|k| k & ((1 << bits.min(32)) - 1)).collect();
            check::<u64>(&narrow, runs, bits.min(32));
            let wide: Vec<u64> = keys.iter().map(|k| k & ((1 << bits) - 1)).collect();
            check::<u128>(&wide, runs, bits);
        }
    }
}
