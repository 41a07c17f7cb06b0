//! The naive twin: the tables of a data set by the rules, one sample after another, with maps and no cleverness.

use std::collections::BTreeMap;

use super::dataset::TestShard;

/// The box over all shards, as the rules say: every entry, positions with a NaN passed over. `None` without any.
pub fn bounds(shards: &[TestShard], margin: f64) -> Option<([f64; 3], [f64; 3])> {
    let mut bounds: Option<([f64; 3], [f64; 3])> = None;
    for p in shards.iter().flat_map(|s| &s.entries).flat_map(|e| &e.positions) {
        if p.iter().any(|c| !c.is_finite()) {
            continue;
        }
        let p = p.map(f64::from);
        let (min, max) = bounds.get_or_insert((p, p));
        for i in 0..3 {
            min[i] = min[i].min(p[i]);
            max[i] = max[i].max(p[i]);
        }
    }
    bounds.map(|(min, max)| (min.map(|c| c + 0.0 - margin), max.map(|c| c + 0.0 + margin)))
}

pub fn cell(p: [f32; 3], min: [f64; 3], cell_size: f32) -> [u64; 3] {
    std::array::from_fn(|i| ((f64::from(p[i]) - min[i]) / f64::from(cell_size)).floor().clamp(0.0, 2_097_151.0) as u64)
}

pub fn key(cell: [u64; 3]) -> u64 {
    let mut key = 0;
    for bit in 0..21 {
        for (axis, c) in cell.iter().enumerate() {
            key |= (c >> bit & 1) << (3 * bit + axis);
        }
    }
    key
}

/// All tables, by their path below the output folder.
pub fn tables(shards: &[TestShard], cell_size: f32, (min, max): ([f64; 3], [f64; 3])) -> BTreeMap<String, Vec<u8>> {
    let mut tables = BTreeMap::new();
    for shard in shards {
        for k in 0..shard.steps {
            let mut cells: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
            for entry in &shard.entries {
                let p = entry.positions[k];
                if entry.valid_samples != Some(0) && p.iter().all(|c| c.is_finite()) {
                    cells.entry(key(cell(p, min, cell_size))).or_default().push(entry.id as u32);
                }
            }
            if cells.is_empty() {
                continue;
            }
            let step = shard.first_step as u32 + k as u32;
            let mut bytes = Vec::new();
            bytes.extend_from_slice(b"THST");
            bytes.extend_from_slice(&1u32.to_le_bytes());
            bytes.extend_from_slice(&step.to_le_bytes());
            bytes.extend_from_slice(&cell_size.to_le_bytes());
            for c in min.iter().chain(&max) {
                bytes.extend_from_slice(&(*c as f32).to_le_bytes());
            }
            let ids: usize = cells.values().map(Vec::len).sum();
            bytes.extend_from_slice(&(cells.len() as u32).to_le_bytes());
            bytes.extend_from_slice(&(ids as u32).to_le_bytes());
            bytes.extend_from_slice(&[0; 16]);
            let mut start = 0u32;
            for (key, ids) in &cells {
                bytes.extend_from_slice(&key.to_le_bytes());
                bytes.extend_from_slice(&start.to_le_bytes());
                bytes.extend_from_slice(&(ids.len() as u32).to_le_bytes());
                start += ids.len() as u32;
            }
            bytes.extend(cells.values().flatten().flat_map(|id| id.to_le_bytes()));
            tables
                .insert(format!("spatial_hashing/cellsize_{:.3}/timestep_{step:05}.bin", f64::from(cell_size)), bytes);
        }
    }
    tables
}
