//! Sorts the samples of one time step by key, keeping the order of equal keys.

/// A sample as it is sorted: its short key above its trajectory id.
pub(crate) trait Record: bytemuck::Pod + Send + Sync {
    /// The most bits a key may have.
    const KEY_BITS: u32;
    fn pack(key: u64, id: u32) -> Self;
    fn key(self) -> u64;
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

/// Below this many samples the library's stable sort is the fastest.
const SMALL: usize = 200;

/// Bits of a radix digit: 2,048 counters stay in the first-level cache.
const DIGIT_BITS: u32 = 11;

/// Scratch for [`sort`]; grows to the largest step and is used again.
#[derive(Debug)]
pub(crate) struct SortScratch<R> {
    a: Vec<R>,
    b: Vec<R>,
    counts: Vec<u32>,
}

impl<R> Default for SortScratch<R> {
    fn default() -> SortScratch<R> {
        SortScratch { a: Vec::new(), b: Vec::new(), counts: Vec::new() }
    }
}

impl<R: Record> SortScratch<R> {
    /// Bytes that `samples` samples take.
    pub fn bytes(samples: u64) -> u64 {
        2 * samples * size_of::<R>() as u64
    }
}

/// Sorts the samples in `runs`, taken one run after another, by the low `key_bits` bits of their keys: a radix sort
/// from the lowest digit up, whose first pass reads the runs where they are.
pub(crate) fn sort<'s, R: Record>(runs: &[&[R]], key_bits: u32, scratch: &'s mut SortScratch<R>) -> &'s [R] {
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
    let buckets = 1usize << digit_bits;
    let digit = |r: R, pass: u32| (r.key() >> (pass * digit_bits)) as usize & (buckets - 1);

    counts.clear();
    counts.resize(buckets * passes as usize, 0);
    for run in runs {
        for &record in *run {
            for pass in 0..passes {
                counts[pass as usize * buckets + digit(record, pass)] += 1;
            }
        }
    }
    // A digit that all samples share needs no pass; the first pass always runs, it gathers the runs.
    let needed = |pass: u32| pass == 0 || !counts[pass as usize * buckets..][..buckets].contains(&(len as u32));
    let passes: Vec<u32> = (0..passes).filter(|&pass| needed(pass)).collect();

    let (mut from, mut to) = (&mut b[..len], &mut a[..len]);
    for pass in passes {
        let starts = &mut counts[pass as usize * buckets..][..buckets];
        let mut sum = 0;
        for count in starts.iter_mut() {
            sum += std::mem::replace(count, sum);
        }
        let place = |record: R, to: &mut [R], starts: &mut [u32]| {
            let start = &mut starts[digit(record, pass)];
            to[*start as usize] = record;
            *start += 1;
        };
        if pass == 0 {
            runs.iter().flat_map(|run| run.iter()).for_each(|&record| place(record, to, starts));
        } else {
            from.iter().for_each(|&record| place(record, to, starts));
        }
        std::mem::swap(&mut from, &mut to);
    }
    from
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
