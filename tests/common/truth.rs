//! The samples of a data set as brute force sees them, for what queries are compared with.

use std::collections::BTreeMap;

use super::dataset::TestShard;

/// A sample of the data, as brute force sees it.
#[derive(Clone, Copy, Debug)]
pub struct Truth {
    pub id: u64,
    /// How many entries of the shard have the same id and stand before this one.
    pub which: usize,
    pub step: i32,
    pub position: [f32; 3],
}

/// All samples of shards in the order of answers; several samples of an id at a step stay in file order.
pub fn truth_of(shards: &[TestShard]) -> Vec<Truth> {
    let mut all = Vec::new();
    for shard in shards {
        let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
        for entry in shard.entries.iter().filter(|e| {
            let valid = e.positions.iter().filter(|p| !p.iter().any(|c| c.is_nan())).count();
            e.valid_samples.unwrap_or(valid as i32) != 0
        }) {
            let which = *seen.entry(entry.id).and_modify(|n| *n += 1).or_insert(0);
            for (k, &position) in entry.positions.iter().enumerate() {
                if position.iter().all(|c| c.is_finite()) {
                    all.push(Truth { id: entry.id, which, step: shard.first_step as i32 + k as i32, position });
                }
            }
        }
    }
    all.sort_by_key(|t| (t.id, t.step));
    all
}

/// The distance as queries define it.
pub fn distance(position: [f32; 3], centre: [f64; 3]) -> f64 {
    let d: [f64; 3] = std::array::from_fn(|i| f64::from(position[i]) - centre[i]);
    (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt()
}
