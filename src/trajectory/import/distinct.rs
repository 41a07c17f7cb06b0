//! Estimates how many different numbers there were, in 16 KiB.

use xxhash_rust::xxh3::xxh3_64;

/// Bits of a hash that number its register: the error is about 0.8 %.
const BITS: u32 = 14;

/// Counts different numbers by the longest run of zeros in their hashes (Flajolet and others, HyperLogLog, 2007).
pub(super) struct Distinct {
    registers: Vec<u8>,
}

impl Distinct {
    pub fn new() -> Distinct {
        Distinct { registers: vec![0; 1 << BITS] }
    }

    pub fn add(&mut self, number: u64) {
        let hash = xxh3_64(&number.to_le_bytes());
        let register = &mut self.registers[(hash >> (64 - BITS)) as usize];
        // The bit that is set below the hash ends the run in any case.
        let zeros = ((hash << BITS) | (1 << (BITS - 1))).leading_zeros() as u8 + 1;
        *register = (*register).max(zeros);
    }

    pub fn estimate(&self) -> f64 {
        let n = self.registers.len() as f64;
        let sum: f64 = self.registers.iter().map(|&zeros| 0.5f64.powi(i32::from(zeros))).sum();
        let estimate = 0.7213 / (1.0 + 1.079 / n) * n * n / sum;
        let empty = self.registers.iter().filter(|&&zeros| zeros == 0).count();
        // While many registers are empty, they tell more than the runs.
        if estimate <= 2.5 * n && empty > 0 { n * (n / empty as f64).ln() } else { estimate }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_is_within_three_percent() {
        let mut distinct = Distinct::new();
        assert_eq!(distinct.estimate(), 0.0);
        let mut next = 0;
        for count in [1, 10, 1000, 20_000, 50_000, 300_000] {
            while next < count {
                // Ids follow one another, and each has many rows.
                (0..3).for_each(|_| distinct.add(next + 4_000_000_000));
                next += 1;
            }
            let share = distinct.estimate() / count as f64;
            assert!((0.97..1.03).contains(&share), "{count}: {share}");
        }
    }
}
