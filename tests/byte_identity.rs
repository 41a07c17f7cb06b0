//! The tables equal those of the existing plugin byte for byte, whatever the threads, the batch size and the memory
//! limit: golden sets, real data, and a naive twin on random data sets.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::dataset::{TestEntry, TestShard, write_all};
use common::{assert_same_tables, sha256, shared, tables_below, twin};
use groma::trajectory::build::{Bounds, BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::grid::BoundingBox;
use proptest::prelude::*;

/// The memory limits that make many blocks of one time step, some blocks, and one block.
const MEMORY_LIMITS: &[u64] = if cfg!(windows) { &[16 << 20, 0] } else { &[16 << 20, 20 << 20, 0] };
const BATCH_SIZES: &[u32] = if cfg!(windows) { &[3] } else { &[1, 3, 7] };
/// Fewer on Windows, as Wine takes its time to make files; what is computed does not depend on the system.
const RANDOM_DATA_SETS: u32 = if cfg!(windows) { 30 } else { 150 };

fn options(cell_size: f32, output: &Path) -> BuildHashTablesOptions {
    BuildHashTablesOptions { output: Some(output.to_path_buf()), ..BuildHashTablesOptions::new(cell_size) }
}

/// Builds a data set with every combination of threads, batch size and memory limit; all results must be the same.
fn build_every_way(dataset: &Path, cell_size: f32) -> BTreeMap<String, Vec<u8>> {
    let mut first: Option<BTreeMap<String, Vec<u8>>> = None;
    for threads in [1, 2] {
        for &batch_size in BATCH_SIZES {
            for &memory_limit in MEMORY_LIMITS {
                let output = tempfile::tempdir().unwrap();
                let mut options = options(cell_size, output.path());
                (options.batch_size, options.run.threads, options.run.memory_limit) =
                    (batch_size, threads, memory_limit);
                build_hash_tables(dataset, &options).unwrap();
                let tables = tables_below(output.path());
                match &first {
                    None => first = Some(tables),
                    Some(first) => assert_same_tables(
                        &format!(
                            "{} with {threads} threads, batches of {batch_size}, {memory_limit} bytes",
                            dataset.display()
                        ),
                        &tables,
                        first,
                    ),
                }
            }
        }
    }
    first.unwrap()
}

#[test]
fn golden_sets_are_reproduced() {
    let Some(sets) = shared("golden_sets_are_reproduced", "data/hash_tables") else { return };
    let mut compared = 0;
    for set in std::fs::read_dir(sets).unwrap().map(|e| e.unwrap().path()) {
        let info: serde_json::Value = serde_json::from_slice(&std::fs::read(set.join("info.json")).unwrap()).unwrap();
        let mut ours = BTreeMap::new();
        for cell_size in info["cell_sizes"].as_array().unwrap() {
            ours.extend(build_every_way(&set.join("dataset"), cell_size.as_f64().unwrap() as f32));
        }
        let expected = tables_below(&set.join("expected"));
        assert_eq!(expected.len() as u64, info["files"].as_u64().unwrap());
        assert_same_tables(&set.display().to_string(), &ours, &expected);
        compared += expected.len();
    }
    assert!(compared > 900, "only {compared} golden tables found");
}

#[test]
fn real_data_are_reproduced() {
    let Some(sets) = shared("real_data_are_reproduced", "data/trajectories") else { return };
    let mut lists = 0;
    for set in std::fs::read_dir(sets).unwrap().map(|e| e.unwrap().path()) {
        for list in std::fs::read_dir(&set).unwrap().map(|e| e.unwrap().path()) {
            let name = list.file_name().unwrap().to_str().unwrap();
            let Some(cell_size) = name.strip_prefix("hash_tables_cell_").and_then(|n| n.strip_suffix(".sha256")) else {
                continue;
            };
            lists += 1;
            let expected: BTreeMap<String, String> = std::fs::read_to_string(&list)
                .unwrap()
                .lines()
                .map(|line| {
                    let (hash, name) = line.split_once("  ").unwrap();
                    (name.trim_start_matches("./").to_string(), hash.to_string())
                })
                .collect();
            let ours: BTreeMap<String, String> = build_every_way(&set.join("shards"), cell_size.parse().unwrap())
                .into_iter()
                .map(|(name, bytes)| (name, sha256(&bytes)))
                .collect();
            assert_eq!(ours, expected, "{}", list.display());
        }
    }
    assert_eq!(lists, 4);
}

fn position() -> impl Strategy<Value = [f32; 3]> {
    let coordinate = prop_oneof![
        8 => (-300i32..300).prop_map(|n| n as f32 * 0.1),
        1 => -1.0e4f32..1.0e4,
        1 => prop::sample::select(vec![f32::NAN, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, 1.0e7]),
    ];
    prop_oneof![5 => prop::array::uniform3(coordinate), 1 => Just([f32::NAN; 3])]
}

fn shard(steps: usize, entries: usize) -> impl Strategy<Value = (usize, Vec<TestEntry>)> {
    (1..=steps).prop_flat_map(move |steps| {
        let entry =
            (0u64..40, prop::collection::vec(position(), steps), any::<u8>()).prop_map(|(id, positions, kind)| {
                // Wrong counts are taken as they are; only 0 has a meaning.
                let valid_samples = match kind {
                    0..20 => Some(0),
                    20..40 => Some(-7),
                    _ => None,
                };
                TestEntry { id, valid_samples, positions }
            });
        (Just(steps), prop::collection::vec(entry, 0..entries))
    })
}

fn shards() -> impl Strategy<Value = Vec<TestShard>> {
    let gaps = prop::collection::vec((0i64..30, shard(9, 30), 0usize..3, 0usize..40), 1..6);
    gaps.prop_map(|list| {
        let mut next = 0;
        list.into_iter()
            .map(|(gap, (steps, entries), offset, trailing)| {
                let first_step = next + gap;
                next = first_step + steps as i64;
                TestShard { data_offset: 32 + 13 * offset, trailing, ..TestShard::new(first_step, steps, entries) }
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: RANDOM_DATA_SETS, ..ProptestConfig::default() })]

    #[test]
    fn random_data_sets_equal_the_naive_twin(
        shards in shards(),
        cell_size in prop::sample::select(vec![0.1f32, 0.7, 3.0, 1.0e-4, 1.0e5]),
        margin in prop::sample::select(vec![0.0, 1.0, 0.3]),
        fixed in prop::option::of([-40.0f64..0.0, -3.0..3.0, -1.0e4..0.0]),
        batch_size in 1u32..5,
        threads in 1usize..4,
        memory_limit in prop::sample::select(MEMORY_LIMITS.to_vec()),
    ) {
        let dataset = tempfile::tempdir().unwrap();
        write_all(dataset.path(), &shards);
        let mut options = BuildHashTablesOptions::new(cell_size);
        (options.batch_size, options.run.threads, options.run.memory_limit) = (batch_size, threads, memory_limit);
        options.bounds = match fixed {
            Some(min) => Bounds::Box(BoundingBox { min, max: min.map(|c| c + 20.0) }),
            None => Bounds::Margin(margin),
        };
        let report = build_hash_tables(dataset.path(), &options).unwrap();
        let bounds = match fixed {
            Some(min) => Some((min, min.map(|c| c + 20.0))),
            None => twin::bounds(&shards, margin),
        };
        let expected = bounds.map_or_else(BTreeMap::new, |bounds| twin::tables(&shards, cell_size, bounds));
        assert_same_tables("a random data set", &tables_below(dataset.path()), &expected);
        prop_assert_eq!(report.tables, expected.len() as u64);

        let entries = || shards.iter().flat_map(|s| &s.entries);
        let samples = || entries().filter(|e| e.valid_samples != Some(0)).flat_map(|e| &e.positions);
        let is_infinite = |p: &&[f32; 3]| p.iter().any(|c| c.is_infinite()) && !p.iter().any(|c| c.is_nan());
        // Without a box no entry is looked at but by the scan, for which entries without a valid sample are like all
        // others.
        let infinite = match bounds {
            Some(_) => samples().filter(is_infinite).count(),
            None => entries().flat_map(|e| &e.positions).filter(is_infinite).count(),
        };
        prop_assert_eq!(report.infinite_samples, infinite as u64);
        prop_assert_eq!(report.samples, samples().filter(|p| p.iter().all(|c| c.is_finite())).count() as u64);
    }
}
