//! Pass 1: reads every position of every shard once, for the box of the whole data set.
//!
//! ```
//! # use groma::trajectory::generate::{GenerateOptions, generate};
//! use groma::job::{RunOptions, Runner};
//! use groma::trajectory::dataset::{OnBadShard, ShardFolder};
//! use groma::trajectory::scan::scan;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # generate(&folder, &GenerateOptions::new(20, 2, 5))?;
//! let shards = ShardFolder::open(&folder, OnBadShard::Fail)?.shards;
//! let scans = scan(&shards, &mut Runner::new(&RunOptions::default())?)?;
//! assert_eq!(scans.len(), 2);
//! # Ok::<(), groma::Error>(())
//! ```

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::grid::BoundingBox;
use super::shard::{Digest, ReadBuffer, Shard, ShardReader};
use crate::Result;
use crate::job::{Context, Runner, in_lanes};

/// The contents of one shard, or of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShardScan {
    /// The least and greatest coordinates of all finite positions; `None` without any.
    pub bounds: Option<BoundingBox>,
    /// The hash of all entries.
    pub digest: u64,
    /// Positions with an infinite coordinate and no NaN: treated as missing.
    pub infinite_samples: u64,
    /// The greatest trajectory id that does not fit 32 bits, and the number of its entry.
    pub wide_id: Option<(u64, u32)>,
}

impl ShardScan {
    fn merge(&mut self, other: &ShardScan) {
        self.bounds = match (self.bounds, other.bounds) {
            (Some(a), Some(b)) => Some(a.union(&b)),
            (a, b) => a.or(b),
        };
        self.digest = self.digest.wrapping_add(other.digest);
        self.infinite_samples += other.infinite_samples;
        self.wide_id = self.wide_id.max(other.wide_id);
    }
}

/// Scans the shards in parallel; the results are in their order.
///
/// As in the existing plugin, entries without a valid sample count for the box like all others, and a position with a
/// NaN in any coordinate counts for nothing. An infinite coordinate makes its position missing.
///
/// # Errors
/// As [`ShardReader::read_chunk`]; [`crate::Error::Cancelled`]; [`crate::Error::MemoryLimit`].
pub fn scan(shards: &[Shard], runner: &mut Runner) -> Result<Vec<ShardScan>> {
    let context = runner.context().clone();
    let buffer = shards.iter().map(buffer_bytes).max().unwrap_or(0);
    let fitting = (context.memory().for_buffers() / buffer.max(1)).clamp(1, context.threads() as u64);
    let _memory = context.memory().reserve(buffer * fitting, "reading the largest entry on one thread")?;
    runner.begin("scan", shards.len() as u64, shards.iter().map(Shard::slots).sum())?;
    let mut scans = vec![ShardScan::default(); shards.len()];
    runner.run_units(
        shards.iter().enumerate(),
        1,
        |(n, shard)| Ok((n, scan_shard(shard, &context, fitting as usize)?)),
        |(n, scan)| {
            scans[n] = scan;
            Ok(())
        },
    )?;
    Ok(scans)
}

fn buffer_bytes(shard: &Shard) -> u64 {
    if shard.entries == 0 { 0 } else { ShardReader::buffer_bytes(shard, shard.steps) }
}

/// Scans one shard on the pool of the calling thread, with as many read buffers as there are lanes.
pub(crate) fn scan_shard(shard: &Shard, context: &Context, lanes: usize) -> Result<ShardScan> {
    let reader = ShardReader::open(shard)?;
    let chunk = ShardReader::chunk_entries(shard);
    let mut buffers: Vec<ReadBuffer> = (0..lanes).map(|_| ReadBuffer::default()).collect();
    let scans = in_lanes(&mut buffers, shard.entries.div_ceil(chunk) as usize, |buffer, n| {
        context.check()?;
        let first = n as u32 * chunk;
        let range = first..shard.entries.min(first.saturating_add(chunk));
        let scan = scan_chunk(&reader, range.clone(), buffer)?;
        context.add_items(range.len() as u64 * u64::from(shard.steps));
        Ok(scan)
    })?;
    let mut sum = ShardScan::default();
    scans.iter().for_each(|scan| sum.merge(scan));
    Ok(sum)
}

fn scan_chunk(reader: &ShardReader, range: Range<u32>, buffer: &mut ReadBuffer) -> Result<ShardScan> {
    let (entries, Digest(digest)) = reader.read_chunk(range.clone(), buffer)?;
    let mut scan = ShardScan { digest, ..ShardScan::default() };
    let mut extremes = Extremes::default();
    for (number, entry) in range.zip(entries.iter()) {
        if entry.id > u64::from(u32::MAX) {
            scan.wide_id = scan.wide_id.max(Some((entry.id, number)));
        }
        scan.infinite_samples += extremes.add(&entry.positions);
    }
    scan.bounds = extremes.bounds();
    Ok(scan)
}

/// Numbers handled in one step: whole positions that fill whole vector registers.
const LANES: usize = 48;

/// The least and greatest coordinates so far, lane by lane; lane i belongs to axis i mod 3.
struct Extremes {
    min: [f32; LANES],
    max: [f32; LANES],
}

impl Default for Extremes {
    fn default() -> Extremes {
        Extremes { min: [f32::INFINITY; LANES], max: [f32::NEG_INFINITY; LANES] }
    }
}

impl Extremes {
    /// Adds positions, and returns how many of them have an infinite coordinate and no NaN.
    fn add(&mut self, positions: &[f32]) -> u64 {
        let mut infinite = 0;
        let (chunks, rest) = positions.as_chunks::<LANES>();
        for chunk in chunks {
            let mut largest = 0;
            for c in chunk {
                largest = largest.max(c.to_bits() & 0x7fff_ffff);
            }
            if largest < f32::INFINITY.to_bits() {
                for ((&c, min), max) in chunk.iter().zip(&mut self.min).zip(&mut self.max) {
                    *min = if c < *min { c } else { *min };
                    *max = if c > *max { c } else { *max };
                }
            } else {
                infinite += self.add_one_by_one(chunk);
            }
        }
        infinite + self.add_one_by_one(rest)
    }

    fn add_one_by_one(&mut self, positions: &[f32]) -> u64 {
        let mut infinite = 0;
        for position in positions.as_chunks::<3>().0 {
            if position.iter().all(|c| c.is_finite()) {
                for (axis, &c) in position.iter().enumerate() {
                    self.min[axis] = self.min[axis].min(c);
                    self.max[axis] = self.max[axis].max(c);
                }
            } else if !position.iter().any(|c| c.is_nan()) {
                infinite += 1;
            }
        }
        infinite
    }

    fn bounds(&self) -> Option<BoundingBox> {
        // Adding 0 turns -0 into 0: the result must not depend on which of the two came first.
        let fold = |lanes: &[f32; LANES], axis: usize, pick: fn(f32, f32) -> f32| {
            f64::from(lanes.iter().skip(axis).step_by(3).copied().reduce(pick).expect("lanes") + 0.0)
        };
        let min = std::array::from_fn(|axis| fold(&self.min, axis, f32::min));
        let max = std::array::from_fn(|axis| fold(&self.max, axis, f32::max));
        (min[0] <= max[0]).then_some(BoundingBox { min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn extremes_are_those_of_the_finite_positions(
            positions in prop::collection::vec(
                prop::array::uniform3(prop_oneof![
                    20 => -1.0e6f32..1.0e6,
                    1 => prop::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0]),
                ]),
                0..100,
            )
        ) {
            let mut extremes = Extremes::default();
            let infinite = extremes.add(positions.as_flattened());
            let finite: Vec<_> = positions.iter().filter(|p| p.iter().all(|c| c.is_finite())).collect();
            let nan = positions.iter().filter(|p| p.iter().any(|c| c.is_nan())).count();
            prop_assert_eq!(infinite as usize, positions.len() - finite.len() - nan);
            let bounds = extremes.bounds();
            prop_assert_eq!(bounds.is_some(), !finite.is_empty());
            if let Some(bounds) = bounds {
                for axis in 0..3 {
                    let min = finite.iter().map(|p| f64::from(p[axis])).fold(f64::INFINITY, f64::min);
                    let max = finite.iter().map(|p| f64::from(p[axis])).fold(f64::NEG_INFINITY, f64::max);
                    prop_assert_eq!((bounds.min[axis], bounds.max[axis]), (min, max));
                }
            }
        }
    }
}
