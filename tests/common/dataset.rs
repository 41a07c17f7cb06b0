//! Small data sets, byte by byte, without groma's own writer: what is tested must not make its own input.

use std::path::Path;

/// A position that is missing.
pub const MISSING: [f32; 3] = [f32::NAN; 3];

#[derive(Clone, Debug)]
pub struct TestEntry {
    pub id: u64,
    /// `None`: the number of positions without a NaN.
    pub valid_samples: Option<i32>,
    pub positions: Vec<[f32; 3]>,
}

#[derive(Clone, Debug)]
pub struct TestShard {
    pub first_step: i64,
    pub steps: usize,
    /// The number of the interval, in the header.
    pub number: i32,
    pub entries: Vec<TestEntry>,
    pub data_offset: usize,
    pub padding: usize,
    pub trailing: usize,
}

impl TestEntry {
    pub fn new(id: u64, positions: Vec<[f32; 3]>) -> TestEntry {
        TestEntry { id, valid_samples: None, positions }
    }
}

impl TestShard {
    pub fn new(first_step: i64, steps: usize, entries: Vec<TestEntry>) -> TestShard {
        TestShard { first_step, steps, number: 0, entries, data_offset: 32, padding: 0, trailing: 0 }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(b"TDDB\x01\0\0\0");
        for field in [self.number, self.steps as i32, self.entries.len() as i32] {
            bytes.extend_from_slice(&field.to_le_bytes());
        }
        bytes.extend_from_slice(&(self.data_offset as i64).to_le_bytes());
        bytes.resize(self.data_offset, 0);
        for entry in &self.entries {
            assert_eq!(entry.positions.len(), self.steps);
            let valid = |p: &[f32; 3]| p.iter().all(|c| !c.is_nan());
            let count = entry.positions.iter().filter(|p| valid(p)).count() as i32;
            let start = entry.positions.iter().position(valid).map_or(-1, |k| k as i32);
            bytes.extend_from_slice(&entry.id.to_le_bytes());
            bytes.extend_from_slice(&start.to_le_bytes());
            bytes.extend_from_slice(&entry.valid_samples.unwrap_or(count).to_le_bytes());
            bytes.extend(entry.positions.iter().flatten().flat_map(|c| c.to_le_bytes()));
            bytes.extend(std::iter::repeat_n(0xEE, self.padding));
        }
        bytes.extend(std::iter::repeat_n(0xAA, self.trailing));
        bytes
    }

    pub fn write(&self, folder: &Path) {
        std::fs::write(folder.join(format!("shard-{}.bin", self.first_step)), self.bytes()).unwrap();
    }
}

/// `dataset-meta.bin` that announces entries of `entry_size` bytes for `steps` time steps.
pub fn write_metadata(folder: &Path, steps: i32, entry_size: i32) {
    let mut bytes = b"TDSH\x01\0\0\0".to_vec();
    for field in [0, steps - 1, steps, entry_size] {
        bytes.extend_from_slice(&field.to_le_bytes());
    }
    bytes.resize(92, 0);
    std::fs::write(folder.join("dataset-meta.bin"), bytes).unwrap();
}

/// Two shards of four steps with three trajectories that move a little.
pub fn plain() -> Vec<TestShard> {
    let entry = |id: u64, shard: i64| {
        let at = |k: usize| [id as f32 * 3.0, shard as f32 + k as f32, -(id as f32)];
        TestEntry::new(id, (0..4).map(at).collect())
    };
    [0, 4].map(|first| TestShard::new(first, 4, (1..=3).map(|id| entry(id, first)).collect())).to_vec()
}

pub fn write_all(folder: &Path, shards: &[TestShard]) {
    shards.iter().for_each(|s| s.write(folder));
}
