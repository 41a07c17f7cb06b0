//! Every answer equals brute force over the shards, and all golden answers agree.

mod common;
#[path = "query/golden.rs"]
mod golden;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use common::dataset::{TestEntry, TestShard, plain, write_all};
use common::truth::{Truth, distance, truth_of};
use common::{shared, twin};
use groma::Status;
use groma::trajectory::build::{Bounds, BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::dataset::{OnBadShard, ShardFolder};
use groma::trajectory::grid::BoundingBox;
use groma::trajectory::query::{Dataset, DatasetOptions, PathPoint, QueryPath, QueryResult, Sample};
use groma::trajectory::shard::{ReadBuffer, ShardReader, WantDigest};
use groma::trajectory::table::{HashTable, TableFolder};
use proptest::prelude::*;

fn truth_of_folder(folder: &Path) -> Vec<Truth> {
    let data = ShardFolder::open(folder, OnBadShard::Fail).unwrap();
    let mut all = Vec::new();
    for shard in &data.shards {
        let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
        let look = |_: u32, entry: groma::trajectory::shard::Entry<'_>| {
            if entry.valid_samples == 0 {
                return Ok(());
            }
            let which = *seen.entry(entry.id).and_modify(|n| *n += 1).or_insert(0);
            for (k, &position) in entry.positions.as_chunks::<3>().0.iter().enumerate() {
                if position.iter().all(|c| c.is_finite()) {
                    all.push(Truth { id: entry.id, which, step: shard.first_step + k as i32, position });
                }
            }
            Ok(())
        };
        let reader = ShardReader::open(shard).unwrap();
        reader.for_each(0..shard.entries, 0..shard.steps, WantDigest::No, &mut ReadBuffer::default(), look).unwrap();
    }
    all.sort_by_key(|t| (t.id, t.step));
    all
}

type Found = Vec<(u64, Sample)>;

fn brute_force(truth: &[Truth], steps: (i32, i32), centre: [f64; 3], radius: f64) -> Found {
    truth
        .iter()
        .filter(|t| steps.0 <= t.step && t.step <= steps.1)
        .map(|t| (t.id, Sample { distance: distance(t.position, centre), position: t.position, time_step: t.step }))
        .filter(|(_, sample)| sample.distance <= radius)
        .collect()
}

fn brute_force_path(truth: &[Truth], path: &QueryPath, radius: f64) -> Found {
    let nearest = |t: &Truth| -> Option<f64> {
        let here = path.points.iter().filter(|p| p.time_step == t.step);
        here.map(|p| distance(t.position, p.position)).min_by(f64::total_cmp)
    };
    let mut near: BTreeMap<(u64, usize), (i32, i32)> = BTreeMap::new();
    for t in truth.iter().filter(|t| path.leave_out != Some(t.id)) {
        if nearest(t).is_some_and(|distance| distance <= radius) {
            let range = near.entry((t.id, t.which)).or_insert((t.step, t.step));
            *range = (range.0.min(t.step), range.1.max(t.step));
        }
    }
    let inside = |t: &&Truth| near.get(&(t.id, t.which)).is_some_and(|r| r.0 <= t.step && t.step <= r.1);
    truth
        .iter()
        .filter(inside)
        .map(|t| {
            let distance = nearest(t).unwrap_or(f64::INFINITY);
            (t.id, Sample { distance, position: t.position, time_step: t.step })
        })
        .collect()
}

fn path_of(truth: &[Truth], id: u64, steps: (i32, i32)) -> QueryPath {
    let of_id = truth.iter().filter(|t| t.id == id && steps.0 <= t.step && t.step <= steps.1);
    let points = of_id.map(|t| PathPoint { time_step: t.step, position: t.position.map(f64::from) }).collect();
    QueryPath { points, leave_out: Some(id) }
}

fn found(result: &QueryResult, query: usize) -> Found {
    result.of_query(query).flat_map(|(id, samples)| samples.iter().map(move |s| (id, *s))).collect()
}

fn coordinate() -> impl Strategy<Value = f32> {
    prop_oneof![
        10 => (-60i32..60).prop_map(|n| n as f32 * 0.1),
        3 => -6.0f32..6.0,
        1 => prop::sample::select(vec![f32::NAN, f32::INFINITY, -0.0, 16_777_216.0, 16_777_218.0, -3.0e7, 1.0e12]),
    ]
}

fn shards() -> impl Strategy<Value = Vec<TestShard>> {
    let id = prop_oneof![8 => 0u64..30, 2 => (1u64 << 31)..(1 << 31) + 10, 1 => Just(u64::from(u32::MAX))];
    let shard = (1usize..6).prop_flat_map(move |steps| {
        let positions = prop::collection::vec(prop::array::uniform3(coordinate()), steps);
        let entry = (id.clone(), positions, any::<u8>()).prop_map(|(id, positions, n)| TestEntry {
            id,
            valid_samples: (n < 20).then_some(0),
            positions,
        });
        (Just(steps), prop::collection::vec(entry, 0..25), any::<bool>())
    });
    prop::collection::vec((0i64..4, shard), 1..4).prop_map(|list| {
        let mut next = 0;
        list.into_iter()
            .map(|(gap, (steps, mut entries, unique))| {
                if unique {
                    let mut seen = BTreeSet::new();
                    entries.retain(|e| seen.insert(e.id));
                }
                let first = next + gap;
                next = first + steps as i64;
                TestShard::new(first, steps, entries)
            })
            .collect()
    })
}

fn centre() -> impl Strategy<Value = [f64; 3]> {
    prop::array::uniform3(prop_oneof![
        5 => (-60i32..60).prop_map(|n| f64::from(n as f32 * 0.1)),
        3 => -7.0f64..7.0,
        1 => prop::sample::select(vec![0.0, 16_777_217.0, 1.0e12, -1.0e9]),
    ])
}

fn radius() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => 0.0f64..4.0,
        2 => prop::sample::select(vec![0.0, 0.1, 1.0, f64::from(0.3f32)]),
        1 => prop::sample::select(vec![1.0e3, 1.0e13, f64::INFINITY]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_query_equals_brute_force(
        shards in shards(),
        cell_size in prop::sample::select(vec![0.1f32, 0.3, 0.7, 2.0, 100.0, 1.0e-4]),
        bounds in prop_oneof![
            Just(Bounds::Margin(1.0)),
            Just(Bounds::Margin(0.1)),
            Just(Bounds::Box(BoundingBox { min: [-1.0 / 3.0, -2.0e-9, 0.7], max: [5.1, 1.0, 1.0] })),
        ],
        with_index: bool,
        centres in prop::collection::vec(centre(), 1..4),
        radius in radius(),
        inner in 0.0f64..1.0,
        steps in (0i32..14, 0i32..8),
        count in 0usize..40,
        id in 0u64..30,
    ) {
        let dir = tempfile::tempdir().unwrap();
        write_all(dir.path(), &shards);
        let mut options = BuildHashTablesOptions { bounds, ..BuildHashTablesOptions::new(cell_size) };
        options.run.threads = 1;
        build_hash_tables(dir.path(), &options).unwrap();
        if !with_index {
            let folder = TableFolder::new(dir.path(), cell_size);
            std::fs::remove_file(folder.path().join("groma-index.json")).unwrap();
        }
        let truth = truth_of(&shards);
        let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
        let (step, steps) = (steps.0, (steps.0, steps.0 + steps.1));
        let mut result = QueryResult::default();
        for &centre in &centres {
            dataset.query_radius(cell_size, step, centre, radius, &mut result).unwrap();
            prop_assert_eq!(found(&result, 0), brute_force(&truth, (step, step), centre, radius));

            let inner = if radius.is_finite() { inner * radius } else { 5.0 };
            dataset.query_dual_radius(cell_size, step, centre, (inner, radius), &mut result).unwrap();
            prop_assert_eq!(found(&result, 0), brute_force(&truth, (step, step), centre, inner));
            prop_assert_eq!(found(&result, 1), brute_force(&truth, (step, step), centre, radius));

            dataset.query_time_range(cell_size, steps, centre, radius, &mut result).unwrap();
            prop_assert_eq!(found(&result, 0), brute_force(&truth, steps, centre, radius));

            dataset.query_nearest(cell_size, step, centre, count, &mut result).unwrap();
            let mut all = brute_force(&truth, (step, step), centre, f64::INFINITY);
            all.sort_by(|a, b| a.1.distance.total_cmp(&b.1.distance).then(a.0.cmp(&b.0)));
            let mut seen = std::collections::HashSet::new();
            all.retain(|(id, _)| seen.len() < count && seen.insert(*id));
            prop_assert_eq!(found(&result, 0), all);
        }

        dataset.query_radius_batch(cell_size, step, &centres, radius, &mut result).unwrap();
        prop_assert_eq!(result.queries(), centres.len());
        for (n, &centre) in centres.iter().enumerate() {
            prop_assert_eq!(found(&result, n), brute_force(&truth, (step, step), centre, radius));
        }
        let many: Vec<[f64; 3]> = centres.iter().cycle().take(600).copied().collect();
        dataset.query_radius_batch(cell_size, step, &many, radius, &mut result).unwrap();
        for (n, &centre) in many.iter().enumerate() {
            prop_assert_eq!(found(&result, n), brute_force(&truth, (step, step), centre, radius));
        }

        let path = path_of(&truth, id, steps);
        let answered = dataset.query_trajectory(cell_size, steps, id, radius, &mut result);
        if path.points.is_empty() {
            prop_assert_eq!(answered.unwrap_err().status(), Status::NotFound);
        } else {
            answered.unwrap();
            prop_assert_eq!(found(&result, 0), brute_force_path(&truth, &path, radius));
        }
        // With gaps of one time step, of several (over shards), and with several points at a time step.
        for stride in [2, 5, 0] {
            let points = centres.iter().zip(0..);
            let points = points.map(|(&position, n)| PathPoint { time_step: steps.0 + n * stride, position }).collect();
            let path = QueryPath { points, leave_out: None };
            dataset.query_path(cell_size, &path, radius, &mut result).unwrap();
            prop_assert_eq!(found(&result, 0), brute_force_path(&truth, &path, radius));
        }
    }
}

/// A query trajectory with a gap: at a time step within one shard, at a whole shard, and of an id with several entries.
#[test]
fn samples_at_a_gap_of_the_query_trajectory_are_infinitely_far() {
    let dir = tempfile::tempdir().unwrap();
    let at = |x: f32, y: f32| [x, y, 0.0];
    let gone = [f32::NAN; 3];
    let steady = |id: u64, y: f32| TestEntry::new(id, vec![at(0.0, y), at(1.0, y), at(2.0, y)]);
    let walker = TestEntry::new(1, vec![at(0.0, 0.0), gone, at(2.0, 0.0)]);
    TestShard::new(0, 3, vec![walker.clone(), steady(2, 1.0), steady(3, 9.0)]).write(dir.path());
    // The query trajectory is not in this shard at all; trajectory 2 is, but for one sample.
    TestShard::new(3, 3, vec![TestEntry::new(2, vec![at(2.0, 1.0), gone, at(0.0, 1.0)])]).write(dir.path());
    TestShard::new(6, 3, vec![walker.clone(), walker, steady(2, 1.0)]).write(dir.path());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(1.0)).unwrap();
    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    let mut result = QueryResult::default();
    dataset.query_trajectory(1.0, 0..=8, 1, 1.5, &mut result).unwrap();
    let distances = found(&result, 0).iter().map(|(id, s)| (*id, s.time_step, s.distance)).collect::<Vec<_>>();
    const FAR: f64 = f64::INFINITY;
    let expected = [(0, 1.0), (1, FAR), (2, 1.0), (3, FAR), (5, FAR), (6, 1.0), (7, FAR), (8, 1.0)];
    assert_eq!(distances, expected.map(|(step, distance)| (2, step, distance)));
    // The gap is at the end of what is near: the answer ends with the last exit.
    dataset.query_trajectory(1.0, 0..=1, 1, 1.5, &mut result).unwrap();
    assert_eq!(found(&result, 0).iter().map(|(id, s)| (*id, s.time_step)).collect::<Vec<_>>(), [(2, 0)]);
    let point = |time_step: i32| PathPoint { time_step, position: [0.0; 3] };
    let path = QueryPath { points: vec![point(0), point(5)], leave_out: Some(1) };
    dataset.query_path(1.0, &path, 1.0, &mut result).unwrap();
    let distances = found(&result, 0).iter().map(|(id, s)| (*id, s.time_step, s.distance)).collect::<Vec<_>>();
    let expected = [(0, 1.0), (1, FAR), (2, FAR), (3, FAR), (5, 1.0)];
    assert_eq!(distances, expected.map(|(step, distance)| (2, step, distance)));
    assert_eq!(found(&result, 0), brute_force_path(&truth_of_folder(dir.path()), &path, 1.0));
}

#[test]
fn a_table_of_other_data_is_an_error_and_never_a_wrong_answer() {
    let dir = tempfile::tempdir().unwrap();
    let mut shards = plain();
    write_all(dir.path(), &shards);
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(2.0)).unwrap();
    let ask = || {
        let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
        let mut result = QueryResult::default();
        dataset.query_radius(2.0, 5, [6.0, 5.0, -2.0], 100.0, &mut result).map(|()| found(&result, 0).len())
    };
    assert_eq!(ask().unwrap(), 3);

    // Another shard under the same name, of the same size.
    std::thread::sleep(std::time::Duration::from_millis(20));
    shards[1].entries[1].positions[1][0] += 50.0;
    shards[1].write(dir.path());
    let error = ask().unwrap_err();
    assert_eq!(error.status(), Status::BadFormat);
    assert!(error.to_string().contains("cellsize_2.000") && error.to_string().contains("shard-4.bin"), "{error}");
    // The same contents at another time, as after a copy.
    shards[1].entries[1].positions[1][0] -= 50.0;
    shards[1].write(dir.path());
    assert_eq!(ask().unwrap(), 3);

    // Tables without an index, of a data set with other trajectories.
    let folder = TableFolder::new(dir.path(), 2.0);
    std::fs::remove_file(folder.path().join("groma-index.json")).unwrap();
    assert_eq!(ask().unwrap(), 3);
    shards[1].entries[1].id = 77;
    shards[1].write(dir.path());
    let error = ask().unwrap_err();
    assert!(error.to_string().contains("timestep_00005.bin") && error.to_string().contains("trajectory 2"), "{error}");
}

#[test]
fn a_torn_table_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(2.0)).unwrap();
    let path = TableFolder::new(dir.path(), 2.0).table(5);
    let good = std::fs::read(&path).unwrap();
    let with = |at: usize, new: &[u8]| {
        let mut bytes = good.clone();
        bytes[at..at + new.len()].copy_from_slice(new);
        bytes
    };
    let zeros = {
        let mut bytes = good.clone();
        bytes[64..].fill(0);
        bytes
    };
    for bytes in [
        good[..good.len() - 1].to_vec(),
        Vec::new(),
        zeros,
        with(0, b"X"),
        with(4, &[9]),
        with(8, &[6]),
        with(12, &3.0f32.to_le_bytes()),
        with(16, &9.0f32.to_le_bytes()),
        with(40, &[0xff; 4]),
        with(64 + 8, &[1]),
        with(64 + 12, &[2]),
        with(good.len() - 4, &99u32.to_le_bytes()),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
        let error = dataset.query_radius(2.0, 5, [0.0; 3], 100.0, &mut QueryResult::default()).unwrap_err();
        assert_eq!(error.status(), Status::BadFormat, "{error}");
        assert!(error.to_string().contains("timestep_00005.bin"), "{error}");
    }
}

#[test]
fn nearest_ends_on_a_table_that_names_more_samples_than_there_are() {
    let dir = tempfile::tempdir().unwrap();
    let entry = |x: f32| TestEntry::new(9, vec![[x, 0.0, 0.0]]);
    TestShard::new(0, 1, vec![entry(0.0), entry(5.0), entry(9.0)]).write(dir.path());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(2.0)).unwrap();
    std::fs::remove_file(TableFolder::new(dir.path(), 2.0).path().join("groma-index.json")).unwrap();
    TestShard::new(0, 1, vec![entry(0.0), entry(5.0), entry(f32::NAN)]).write(dir.path());
    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    let error = dataset.query_nearest(2.0, 0, [0.0; 3], 3, &mut QueryResult::default()).unwrap_err();
    assert_eq!(error.status(), Status::BadFormat);
    assert!(error.to_string().contains("timestep_00000.bin") && error.to_string().contains("3 samples"), "{error}");
}

#[test]
fn empty_steps_are_empty_and_missing_tables_say_how_to_build() {
    let dir = tempfile::tempdir().unwrap();
    let mut shards = plain();
    shards[1].first_step = 10;
    for entry in &mut shards[0].entries {
        entry.positions[2] = [f32::NAN; 3];
    }
    write_all(dir.path(), &shards);
    let mut result = QueryResult::default();
    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    let error = dataset.query_radius(2.0, 0, [0.0; 3], 1.0, &mut result).unwrap_err();
    assert_eq!(error.status(), Status::NotFound);
    for text in ["timestep_00000.bin", "no table for time step 0", "--cell-size 2", "build_missing"] {
        assert!(error.to_string().contains(text), "{error}");
    }
    // Without a table and without an index, the data say that a step is empty.
    dataset.query_radius(2.0, 2, [0.0; 3], 1.0e9, &mut result).unwrap();
    assert_eq!(found(&result, 0), []);

    let options = DatasetOptions { build_missing: true, ..DatasetOptions::default() };
    let dataset = Dataset::open(dir.path(), options).unwrap();
    dataset.query_radius(2.0, 0, [0.0; 3], 1.0e9, &mut result).unwrap();
    assert_eq!(found(&result, 0).len(), 3);
    for step in [-3, 2, 4, 9, 14, i32::MAX] {
        dataset.query_radius(2.0, step, [0.0; 3], 1.0e9, &mut result).unwrap();
        assert_eq!(found(&result, 0), [], "step {step}");
    }
    assert_eq!(dataset.table_steps(2.0).unwrap(), [0, 1, 3, 10, 11, 12, 13]);
}

#[test]
fn nothing_is_mapped_until_asked_and_unload_gives_it_back() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    for cell_size in [2.0, 5.0] {
        build_hash_tables(dir.path(), &BuildHashTablesOptions::new(cell_size)).unwrap();
    }
    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    assert_eq!(dataset.table_steps(2.0).unwrap().len(), 8);
    assert_eq!(dataset.memory(), Default::default());
    let mut result = QueryResult::default();
    dataset.query_time_range(2.0, 0..=7, [0.0; 3], 1.0, &mut result).unwrap();
    dataset.query_radius(5.0, 1, [0.0; 3], 1.0, &mut result).unwrap();
    let stats = dataset.memory();
    assert_eq!((stats.tables, stats.shards), (9, 2));
    assert!(stats.table_bytes > 0 && stats.shard_bytes == 2 * 224 && stats.index_bytes > 0);
    dataset.unload(2.0);
    assert_eq!(dataset.memory().tables, 1);
    dataset.unload_all();
    assert_eq!(dataset.memory().tables, 0);
}

#[test]
fn many_threads_ask_one_data_set() {
    let dir = tempfile::tempdir().unwrap();
    groma::trajectory::generate::generate(dir.path(), &groma::trajectory::generate::GenerateOptions::new(300, 4, 10))
        .unwrap();
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(50.0)).unwrap();
    let truth = truth_of_folder(dir.path());
    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (dataset, truth) = (&dataset, &truth);
            scope.spawn(move || {
                let mut result = QueryResult::default();
                for n in 0..60 {
                    let step = (thread * 7 + n * 3) % 40;
                    let centre =
                        truth[(thread as usize * 997 + n as usize * 131) % truth.len()].position.map(f64::from);
                    dataset.query_radius(50.0, step, centre, 200.0, &mut result).unwrap();
                    assert_eq!(found(&result, 0), brute_force(truth, (step, step), centre, 200.0));
                    if n % 20 == 0 {
                        dataset.unload_all();
                    }
                }
            });
        }
    });
}

/// Windows does not let a mapped file shrink.
#[cfg(not(windows))]
#[test]
fn a_shard_that_shrinks_while_open_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(2.0)).unwrap();
    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    let mut result = QueryResult::default();
    dataset.query_radius(2.0, 5, [0.0; 3], 1.0, &mut result).unwrap();
    std::fs::File::options().write(true).open(dir.path().join("shard-4.bin")).unwrap().set_len(40).unwrap();
    let error = dataset.query_radius(2.0, 5, [0.0; 3], 1.0, &mut result).unwrap_err();
    assert!(error.to_string().contains("shard-4.bin") && error.to_string().contains("40 bytes"), "{error}");
}
