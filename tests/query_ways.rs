//! Each kind of query, asked in each way: the first time, from kept positions, within a cache that is too small, around
//! many points at once, in the background, while others throw the cache out; in periodic space and in space that is
//! not. Every answer equals brute force.

mod common;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::dataset::{TestEntry, TestShard, write_all};
use common::truth::{Truth, distance, truth_of};
use groma::Status;
use groma::trajectory::build::{Bounds, BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::grid::BoundingBox;
use groma::trajectory::query::{
    Dataset, DatasetOptions, Image, PathPoint, PeriodicVolume, Periodicity, Query, QueryKind, QueryPath, QueryResult,
    Sample,
};
use groma::trajectory::table::TableFolder;
use proptest::prelude::*;

/// What brute force finds: the trajectory, its sample, and the image.
type Found = Vec<(u64, Sample, [i8; 3])>;

/// The definition: an image is as far from a point as the position from the point less the image's extents.
fn distance_of_image(position: [f32; 3], centre: [f64; 3], extent: [f64; 3], image: [i8; 3]) -> f64 {
    distance(position, std::array::from_fn(|axis| centre[axis] - f64::from(image[axis]) * extent[axis]))
}

/// More images along an axis than any query of these tests reaches: points, radii and positions are not farther apart.
fn shifts(extent: f64) -> std::ops::RangeInclusive<i8> {
    let most = if extent == 0.0 { 0 } else { (66.0 / extent) as i8 + 1 };
    -most..=most
}

fn images(extent: [f64; 3]) -> Vec<[i8; 3]> {
    let shifts = |axis: usize| shifts(extent[axis]);
    let (mut all, (y, z)) = (Vec::new(), (shifts(1), shifts(2)));
    for x in shifts(0) {
        for y in y.clone() {
            all.extend(z.clone().map(|z| [x, y, z]));
        }
    }
    all
}

fn within(truth: &[Truth], steps: (i32, i32), centre: [f64; 3], radius: f64, extent: [f64; 3]) -> Found {
    let images = images(extent);
    let mut found = Found::new();
    for t in truth.iter().filter(|t| steps.0 <= t.step && t.step <= steps.1) {
        for &image in &images {
            let distance = distance_of_image(t.position, centre, extent, image);
            if distance <= radius {
                found.push((t.id, Sample { distance, position: t.position, time_step: t.step }, image));
            }
        }
    }
    found
}

fn nearest(truth: &[Truth], step: i32, centre: [f64; 3], count: usize, extent: [f64; 3]) -> Found {
    let mut all = within(truth, (step, step), centre, f64::INFINITY, extent);
    // Stable: of one id at one distance the first entry, and of that the lowest image.
    all.sort_by(|a, b| a.1.distance.total_cmp(&b.1.distance).then(a.0.cmp(&b.0)));
    let mut seen = HashSet::new();
    all.retain(|(id, ..)| seen.len() < count && seen.insert(*id));
    all
}

/// On each axis the nearest image, of two equally near the lower.
fn nearest_image(position: [f32; 3], centre: [f64; 3], extent: [f64; 3]) -> (f64, [i8; 3]) {
    let image = std::array::from_fn(|axis| {
        let away = |shift: i8| (f64::from(position[axis]) - (centre[axis] - f64::from(shift) * extent[axis])).abs();
        shifts(extent[axis]).min_by(|&a, &b| away(a).total_cmp(&away(b))).unwrap()
    });
    (distance_of_image(position, centre, extent, image), image)
}

fn around_path(truth: &[Truth], path: &QueryPath, radius: f64, extent: [f64; 3]) -> Found {
    let nearest = |t: &Truth| {
        let here = path.points.iter().filter(|p| p.time_step == t.step);
        here.map(|p| nearest_image(t.position, p.position, extent)).min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let mut near: BTreeMap<(u64, usize), (i32, i32)> = BTreeMap::new();
    for t in truth.iter().filter(|t| path.leave_out != Some(t.id)) {
        if nearest(t).is_some_and(|(distance, _)| distance <= radius) {
            let range = near.entry((t.id, t.which)).or_insert((t.step, t.step));
            *range = (range.0.min(t.step), range.1.max(t.step));
        }
    }
    let inside = |t: &&Truth| near.get(&(t.id, t.which)).is_some_and(|r| r.0 <= t.step && t.step <= r.1);
    let sample = |t: &Truth| {
        let (distance, image) = nearest(t).unwrap_or((f64::INFINITY, [0; 3]));
        (t.id, Sample { distance, position: t.position, time_step: t.step }, image)
    };
    truth.iter().filter(inside).map(sample).collect()
}

/// The answers that a query must have.
fn brute_force(truth: &[Truth], query: &Query) -> Vec<Found> {
    let extent = match query.periodicity {
        Periodicity::Volume(volume) => volume.extent,
        _ => [0.0; 3],
    };
    match &query.kind {
        QueryKind::Radius { steps, centres, radius } => {
            let answer = |&centre| within(truth, (steps.first, steps.last), centre, *radius, extent);
            centres.as_slice().iter().map(answer).collect()
        }
        QueryKind::DualRadius { steps, centres, radii: (inner, outer) } => {
            let answer = |centre, radius| within(truth, (steps.first, steps.last), centre, radius, extent);
            centres.as_slice().iter().flat_map(|&c| [answer(c, *inner), answer(c, *outer)]).collect()
        }
        QueryKind::Nearest { step, centres, count } => {
            centres.as_slice().iter().map(|&centre| nearest(truth, *step, centre, *count, extent)).collect()
        }
        QueryKind::Trajectory { steps, ids, radius } => {
            let path = |id: u64| {
                let of_id = truth.iter().filter(|t| t.id == id && steps.contains(t.step));
                let points = of_id.map(|t| PathPoint { time_step: t.step, position: t.position.map(f64::from) });
                QueryPath { points: points.collect(), leave_out: Some(id) }
            };
            ids.iter().map(|&id| around_path(truth, &path(id), *radius, extent)).collect()
        }
        QueryKind::Path { paths, radius } => paths.iter().map(|p| around_path(truth, p, *radius, extent)).collect(),
        other => panic!("a kind that brute force does not know: {other:?}"),
    }
}

fn found(result: &QueryResult) -> Vec<Found> {
    let samples = |query| {
        let found = result.images_of_query(query);
        found.flat_map(|(id, s)| s.map(move |(sample, image)| (id, *sample, image.shifts()))).collect()
    };
    (0..result.queries()).map(samples).collect()
}

/// Asks in each way and gives the one answer that all have, or its error.
fn ask_in_each_way(folder: &Path, query: &Query) -> groma::Result<QueryResult> {
    let mut result = QueryResult::default();
    let mut answer = None;
    for cache_limit in [DatasetOptions::CACHE_LIMIT, 0, 1000] {
        let dataset = Dataset::open(folder, DatasetOptions { cache_limit, ..DatasetOptions::default() }).unwrap();
        let dataset = Arc::new(dataset);
        // The first time from the files, the second while they are read into the cache, the third from there.
        for time in 0..3 {
            dataset.query(query, &mut result)?;
            let first = answer.get_or_insert_with(|| result.clone());
            assert_eq!(result, *first, "time {time}, cache of {cache_limit}");
            assert!(dataset.memory().cached_bytes <= cache_limit);
        }
        let job = dataset.ask(query.clone(), |result| result).unwrap();
        assert_eq!(Some(&job.finish()?), answer.as_ref(), "in the background");
    }
    Ok(answer.unwrap())
}

fn coordinate() -> impl Strategy<Value = f32> {
    prop_oneof![
        8 => (-20i32..60).prop_map(|n| n as f32 * 0.25),
        3 => -3.0f32..13.0,
        // The border, and just beside it.
        3 => prop::sample::select(vec![0.0f32, 10.0, 5.0, -0.0, 9.999_999, 10.000_001, -1.0e-7, f32::NAN]),
    ]
}

fn shards() -> impl Strategy<Value = Vec<TestShard>> {
    let shard = (1usize..5).prop_flat_map(|steps| {
        let positions = prop::collection::vec(prop::array::uniform3(coordinate()), steps);
        let id = prop_oneof![9 => 0u64..20, 1 => Just(u64::from(u32::MAX))];
        let entry = (id, positions).prop_map(|(id, positions)| TestEntry::new(id, positions));
        (Just(steps), prop::collection::vec(entry, 1..20), prop::bool::weighted(0.7))
    });
    prop::collection::vec(shard, 1..4).prop_map(|list| {
        let mut first = 0;
        let shard = |(steps, mut entries, unique): (usize, Vec<TestEntry>, bool)| {
            if unique {
                let mut seen = HashSet::new();
                entries.retain(|e| seen.insert(e.id));
            }
            first += steps as i64;
            TestShard::new(first - steps as i64, steps, entries)
        };
        list.into_iter().map(shard).collect()
    })
}

fn centre() -> impl Strategy<Value = [f64; 3]> {
    prop::array::uniform3(prop_oneof![
        4 => (-40i32..80).prop_map(|n| f64::from(n) * 0.25),
        3 => -8.0f64..18.0,
        1 => prop::sample::select(vec![0.0, 10.0, -10.0, 30.0, 5.0]),
    ])
}

/// Some that repeat on all axes, some on one or two, and some that are no multiple of a cell.
fn extent() -> impl Strategy<Value = [f64; 3]> {
    prop_oneof![
        2 => Just([0.0; 3]),
        3 => Just([10.0; 3]),
        2 => prop::sample::select(vec![[10.0, 0.0, 0.0], [0.0, 10.0, 7.3], [9.7, 11.1, 10.0], [10.0 / 3.0, 10.0, 0.0]]),
    ]
}

fn kind() -> impl Strategy<Value = QueryKind> {
    let steps = (0i32..8, 0i32..5).prop_map(|(first, more)| (first..=first + more).into());
    let step = (0i32..8).prop_map(|step| (step..=step).into());
    let steps = prop_oneof![steps, step];
    let centres = prop_oneof![
        3 => centre().prop_map(|c| c.into()),
        2 => prop::collection::vec(centre(), 0..4).prop_map(|c| c.into()),
        // Enough for threads, and for positions that are kept for these alone.
        1 => prop::collection::vec(centre(), 1..3).prop_map(|c| c.repeat(300).into()),
    ];
    let radius = prop_oneof![6 => 0.0f64..4.0, 2 => 4.0f64..14.0, 1 => Just(5.0), 1 => Just(0.0)];
    let path =
        (prop::collection::vec((0i32..3, centre()), 1..5), prop::option::of(0u64..20)).prop_map(|(list, out)| {
            let mut time_step = 0;
            let point = |(ahead, position)| {
                time_step += ahead;
                PathPoint { time_step, position }
            };
            QueryPath { points: list.into_iter().map(point).collect(), leave_out: out }
        });
    (steps, centres, radius, 0.0f64..1.0, 0usize..30, prop::collection::vec(path, 0..4), 0..5).prop_map(
        |(steps, centres, radius, inner, count, paths, which)| match which {
            0 => QueryKind::Radius { steps, centres, radius },
            1 => QueryKind::DualRadius { steps, centres, radii: (inner * radius, radius) },
            2 => QueryKind::Nearest { step: steps.first, centres, count },
            3 => QueryKind::Trajectory { steps, ids: (0..count as u64 % 4).collect(), radius },
            _ => QueryKind::Path { paths, radius },
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn each_kind_asked_in_each_way_equals_brute_force(
        shards in shards(),
        cell_size in prop::sample::select(vec![0.7f32, 2.0, 2.5, 100.0]),
        bounds in prop_oneof![
            2 => Just(Bounds::Margin(1.0)),
            1 => Just(Bounds::Box(BoundingBox { min: [1.0, 0.5, 2.0], max: [3.0, 6.0, 7.0] })),
        ],
        with_index in prop::bool::weighted(0.8),
        kind in kind(),
        extent in extent(),
        origin in prop::array::uniform3(-20.0f64..20.0),
    ) {
        let dir = tempfile::tempdir().unwrap();
        write_all(dir.path(), &shards);
        let mut options = BuildHashTablesOptions { bounds, ..BuildHashTablesOptions::new(cell_size) };
        options.run.threads = 1;
        build_hash_tables(dir.path(), &options).unwrap();
        if !with_index {
            std::fs::remove_file(TableFolder::new(dir.path(), cell_size).path().join("groma-index.json")).unwrap();
        }
        let truth = truth_of(&shards);
        let mut query = Query::new(cell_size, kind);
        if extent != [0.0; 3] {
            query = query.periodic(PeriodicVolume { extent, origin });
        }
        let is_of_nobody = match &query.kind {
            QueryKind::Trajectory { ids, steps, .. } => {
                ids.iter().any(|id| !truth.iter().any(|t| t.id == *id && steps.contains(t.step)))
            }
            _ => false,
        };
        match ask_in_each_way(dir.path(), &query) {
            Err(e) => prop_assert!(is_of_nobody && e.status() == Status::NotFound, "{}", e),
            Ok(result) => {
                prop_assert!(!is_of_nobody);
                prop_assert_eq!(found(&result), brute_force(&truth, &query));
                // Unwrapped, a sample is where its image was found, and as near.
                let mut unwrapped = QueryResult::default();
                let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
                if !matches!(query.kind, QueryKind::Path { .. } | QueryKind::Trajectory { .. }) {
                    dataset.query(&query.clone().unwrapped(), &mut unwrapped).unwrap();
                    for (n, sample) in unwrapped.samples.iter().enumerate() {
                        let image = result.images.get(n).map_or([0; 3], |image| image.shifts());
                        let stored = result.samples[n].position;
                        for axis in 0..3 {
                            let moved = f64::from(stored[axis]) + f64::from(image[axis]) * extent[axis];
                            prop_assert_eq!(sample.position[axis], moved as f32);
                        }
                        prop_assert_eq!(sample.distance, result.samples[n].distance);
                    }
                }
            }
        }
    }
}

/// A box of 10, one trajectory at 0.2 and one across the border at 9.8: 0.4 apart.
fn across_the_border(folder: &Path) -> Dataset {
    let entry = |id: u64, x: f32| TestEntry::new(id, vec![[x, 5.0, 5.0]]);
    TestShard::new(0, 1, vec![entry(1, 0.2), entry(2, 9.8), entry(3, 5.0)]).write(folder);
    build_hash_tables(folder, &BuildHashTablesOptions::new(2.0)).unwrap();
    Dataset::open(folder, DatasetOptions::default()).unwrap()
}

#[test]
fn neighbours_across_the_border_are_found_with_their_image() {
    let dir = tempfile::tempdir().unwrap();
    let dataset = across_the_border(dir.path());
    let volume = PeriodicVolume::new([10.0; 3]).unwrap();
    let mut result = QueryResult::default();
    let here = [0.2f32, 5.0, 5.0].map(f64::from);
    let query = Query::radius(2.0, 0, here, 1.0);
    dataset.query(&query, &mut result).unwrap();
    assert_eq!((result.ids.as_slice(), result.images.len()), (&[1][..], 0));
    dataset.query(&query.clone().periodic(volume), &mut result).unwrap();
    assert_eq!(result.ids, [1, 2]);
    assert_eq!(result.images, [Image::default(), Image::new([-1, 0, 0])]);
    assert_eq!(result.images[1].bits(), 0xff);
    assert!((result.samples[1].distance - 0.4).abs() < 1.0e-6);
    // For all queries that do not say otherwise.
    dataset.set_periodic(Some(volume)).unwrap();
    dataset.query_radius(2.0, 0, here, 1.0, &mut result).unwrap();
    assert_eq!(result.ids, [1, 2]);
    dataset.query(&Query { periodicity: Periodicity::None, ..query }, &mut result).unwrap();
    assert_eq!(result.ids, [1]);
    // A radius over the extent: an image for each time that it comes round.
    dataset.query_radius(2.0, 0, here, 10.5, &mut result).unwrap();
    let of_first: Vec<[i8; 3]> = result.images_of_query(0).next().unwrap().1.map(|(_, i)| i.shifts()).collect();
    let around = [[-1, 0, 0], [0, -1, 0], [0, 0, -1], [0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]];
    assert_eq!(of_first, around);
}

#[test]
fn images_that_one_byte_cannot_count_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let dataset = across_the_border(dir.path());
    let mut result = QueryResult::default();
    let volume = PeriodicVolume::new([10.0, 0.0, 0.0]).unwrap();
    let refused = |query: Query, result: &mut QueryResult| {
        let error = dataset.query(&query.periodic(volume), result).unwrap_err();
        assert!(error.status() == Status::InvalidArgument && error.to_string().contains("127"), "{error}");
        assert_eq!(*result, QueryResult::default());
    };
    dataset.query(&Query::radius(2.0, 0, [1270.0, 5.0, 5.0], 3.0).periodic(volume), &mut result).unwrap();
    assert_eq!(result.images, [Image::new([127, 0, 0]), Image::new([126, 0, 0])]);
    refused(Query::radius(2.0, 0, [1270.0, 5.0, 5.0], 20.0), &mut result);
    refused(Query::radius(2.0, 0, [0.0, 5.0, 5.0], f64::INFINITY), &mut result);
    refused(Query::radius(2.0, 0, [-2000.0, 5.0, 5.0], 1.0), &mut result);
    refused(Query::nearest(2.0, 0, [2000.0, 5.0, 5.0], 1), &mut result);
    for extent in [[-1.0, 1.0, 1.0], [f64::NAN, 1.0, 1.0], [0.0; 3], [f64::INFINITY, 1.0, 1.0]] {
        assert!(dataset.set_periodic(Some(PeriodicVolume { extent, origin: [0.0; 3] })).is_err(), "{extent:?}");
    }
}

/// A query point that crosses the border twice: unwrapped it goes on, and so do the images around it.
#[test]
fn a_moving_query_point_is_made_continuous_on_request() {
    let dir = tempfile::tempdir().unwrap();
    let walk = |start: f32| (0..30).map(|n| [(start + n as f32).rem_euclid(10.0), 5.0, 5.0]).collect::<Vec<_>>();
    TestShard::new(0, 30, vec![TestEntry::new(1, walk(8.5)), TestEntry::new(2, walk(9.0))]).write(dir.path());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(2.0)).unwrap();
    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    let volume = PeriodicVolume::new([10.0; 3]).unwrap();
    let mut result = QueryResult::default();
    let query = Query::trajectory(2.0, 0..=29, 1, 1.0).periodic(volume);
    dataset.query(&query, &mut result).unwrap();
    assert!(result.samples.iter().all(|sample| (sample.distance - 0.5).abs() < 1.0e-6));
    assert!(result.samples.iter().all(|sample| (0.0..10.0).contains(&sample.position[0])));
    dataset.query(&query.unwrapped(), &mut result).unwrap();
    let x: Vec<f32> = result.samples.iter().map(|sample| sample.position[0]).collect();
    assert_eq!(x, (0..30).map(|n| 9.0 + n as f32).collect::<Vec<_>>());
    assert_eq!(result.images.last(), Some(&Image::new([3, 0, 0])));
}

/// Time steps are kept from the second question on, within the limit, those asked longest ago go first, and a range
/// that is larger than the cache does not throw everything out.
#[test]
fn kept_positions_stay_within_the_limit_and_go_in_the_order_of_their_last_use() {
    let dir = tempfile::tempdir().unwrap();
    let entry = |id: u64| TestEntry::new(id, vec![[id as f32, 0.0, 0.0]; 6]);
    TestShard::new(0, 6, (0..100).map(entry).collect()).write(dir.path());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(1000.0)).unwrap();
    // 2,240 bytes for each time step: a tree of one group, and one unit of seven blocks of sixteen samples.
    let options = DatasetOptions { cache_limit: 4700, ..DatasetOptions::default() };
    let dataset = Dataset::open(dir.path(), options).unwrap();
    let mut result = QueryResult::default();
    let mut ask = |step: i32| {
        dataset.query_radius(1000.0, step, [0.0; 3], 10.0, &mut result).unwrap();
        assert_eq!(result.ids.len(), 11);
        (dataset.memory().cached_steps, dataset.memory().cached_bytes)
    };
    assert_eq!([0, 1].map(&mut ask), [(0, 0); 2]);
    assert_eq!([0, 1].map(&mut ask), [(1, 2240), (2, 4480)]);
    // Longer ago than what is kept was asked: stays outside however often the round is made.
    for _ in 0..3 {
        assert_eq!([2, 3, 4, 5, 0, 1].map(&mut ask), [(2, 4480); 6]);
    }
    // Asked twice in a row it comes in, and the one asked longest ago goes.
    assert_eq!([2, 2].map(&mut ask), [(2, 4480); 2]);
    dataset.unload(1000.0);
    assert_eq!((dataset.memory().cached_steps, dataset.memory().cached_bytes), (0, 0));
}

#[test]
fn answers_stay_exact_while_other_threads_throw_the_cache_out() {
    let dir = tempfile::tempdir().unwrap();
    let position = |id: u64, step: u64| [((id * 7919 + step * 31) % 1000) as f32 * 0.1, (id % 97) as f32, step as f32];
    let entry = |id: u64| TestEntry::new(id, (0..8).map(|step| position(id, step)).collect());
    let shards = [TestShard::new(0, 8, (0..500).map(entry).collect())];
    write_all(dir.path(), &shards);
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(5.0)).unwrap();
    let truth = truth_of(&shards);
    let options = DatasetOptions { cache_limit: 20_000, ..DatasetOptions::default() };
    let dataset = Dataset::open(dir.path(), options).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                dataset.unload_all();
                std::thread::yield_now();
            }
        });
        let askers: Vec<_> = (0..4)
            .map(|thread| {
                let (dataset, truth) = (&dataset, &truth);
                scope.spawn(move || {
                    let mut result = QueryResult::default();
                    for n in 0..150usize {
                        let centre = truth[(thread * 997 + n * 131) % truth.len()].position.map(f64::from);
                        let step = (n / 3 % 8) as i32;
                        let query = Query::radius(5.0, step, centre, 12.0);
                        dataset.query(&query, &mut result).unwrap();
                        assert_eq!(found(&result), brute_force(truth, &query));
                        assert!(dataset.memory().cached_bytes <= 20_000);
                    }
                })
            })
            .collect();
        let ended: Vec<_> = askers.into_iter().map(|asker| asker.join()).collect();
        done.store(true, Ordering::Relaxed);
        ended.into_iter().for_each(|asker| asker.unwrap());
    });
}

/// Another data set of the same size under a handle that is open: its tables and what is mapped of the old one do not
/// mix, also after the tables were unloaded, as one does after a build.
#[test]
fn shards_that_are_written_anew_under_an_open_data_set_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let write = |x: f32| {
        let entry = |id: u64| TestEntry::new(id, vec![[x + id as f32 * 0.25, 0.0, 0.0]]);
        let written = tempfile::tempdir_in(dir.path()).unwrap();
        TestShard::new(0, 1, (0..4).map(entry).collect()).write(written.path());
        std::fs::rename(written.path().join("shard-0.bin"), dir.path().join("shard-0.bin")).unwrap();
        build_hash_tables(dir.path(), &BuildHashTablesOptions::new(5.0)).unwrap();
    };
    write(0.0);
    let dataset = Dataset::open(dir.path(), DatasetOptions { cache_limit: 0, ..DatasetOptions::default() }).unwrap();
    let mut result = QueryResult::default();
    let mut ask = |dataset: &Dataset| dataset.query_radius(5.0, 0, [0.0; 3], 1.0, &mut result);
    ask(&dataset).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(20));
    write(0.5);
    dataset.unload_all();
    let error = ask(&dataset).unwrap_err();
    assert_eq!(error.status(), Status::BadFormat, "{error}");
    assert!(
        error.to_string().contains("shard-0.bin") && error.to_string().contains("open the data set again"),
        "{error}"
    );
    ask(&Dataset::open(dir.path(), DatasetOptions::default()).unwrap()).unwrap();
}

/// The volume of a query in the background is the one of the moment when it was asked.
#[test]
fn a_query_in_the_background_keeps_the_volume_with_which_it_was_asked() {
    let dir = tempfile::tempdir().unwrap();
    let dataset = Arc::new(across_the_border(dir.path()));
    for _ in 0..30 {
        dataset.set_periodic(Some(PeriodicVolume::new([10.0; 3]).unwrap())).unwrap();
        let job = dataset.ask(Query::radius(2.0, 0, [0.25, 5.0, 5.0], 1.0), |result| result.ids).unwrap();
        dataset.set_periodic(None).unwrap();
        assert_eq!(job.finish().unwrap(), [1, 2]);
    }
}

/// What was kept was read before the file was cut; what was not is an error, never a wrong answer. Windows does not let
/// a mapped file shrink.
#[cfg(not(windows))]
#[test]
fn a_file_that_is_cut_under_kept_positions_gives_their_answer_or_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let entry = |id: u64| TestEntry::new(id, vec![[id as f32 * 10.0, 0.0, 0.0]; 400]);
    TestShard::new(0, 400, (0..200).map(entry).collect()).write(dir.path());
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(5.0)).unwrap();
    let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
    let mut result = QueryResult::default();
    let mut ask = |x: f64| dataset.query_radius(5.0, 7, [x, 0.0, 0.0], 12.0, &mut result).map(|()| result.ids.clone());
    for _ in 0..3 {
        assert_eq!(ask(50.0).unwrap(), [4, 5, 6]);
    }
    let shard = std::fs::File::options().write(true).open(dir.path().join("shard-0.bin")).unwrap();
    shard.set_len(5000).unwrap();
    assert_eq!(ask(50.0).unwrap(), [4, 5, 6]);
    let error = ask(1900.0).unwrap_err();
    assert!(error.to_string().contains("shard-0.bin"), "{error}");
}
