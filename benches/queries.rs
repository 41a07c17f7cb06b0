//! Queries beside a k-d tree (kiddo), scipy's cKDTree and a plain scan, on the same points, with the same answers.
//!
//! `cargo bench --bench queries [-- --quick]` prints the tables of BENCHMARKS.md. One thread; times are medians. scipy
//! is left out, with a word, where Python 3 with scipy is missing.
#![allow(missing_docs)]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use groma::job::RunOptions;
use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::dataset::{OnBadShard, ShardFolder};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult};
use groma::trajectory::shard::{ReadBuffer, ShardReader, WantDigest};
use kiddo::{ImmutableKdTree, SquaredEuclidean};

const STEPS: u32 = 40;
const STEP: i32 = 17;
const SINGLE: usize = 2000;
const BATCH: usize = 10_000;

fn main() {
    let quick = std::env::args().any(|a| a == "--quick");
    let has_scipy = Command::new("python3").args(["-c", "import scipy"]).output().is_ok_and(|o| o.status.success());
    if !has_scipy {
        println!("scipy is left out: Python 3 with scipy is missing (pip install scipy)\n");
    }
    println!("Radius with about 50 hits; microseconds of CPU, and for batches microseconds a point\n");
    println!(
        "| trajectories, cell size | | open, load, first query | one query, warm | batch of {BATCH} | \
         all neighbours of a step |"
    );
    println!("|---|---|---|---|---|---|");
    let sizes: &[u32] = if quick { &[5_000, 20_000] } else { &[5_000, 20_000, 200_000] };
    let (mut nearest, mut growth, mut middle) = (Vec::new(), Vec::new(), None);
    for &trajectories in sizes {
        let world = World::new(trajectories);
        let radius = world.radius_for(50.0);
        let mut rows = vec![
            world.groma(radius),
            world.kiddo("kiddo ImmutableKdTree, by id", true, radius),
            world.kiddo("kiddo ImmutableKdTree, unsorted", false, radius),
            world.scan(radius),
        ];
        rows.extend(has_scipy.then(|| world.scipy(radius)));
        for row in &rows {
            assert_eq!(row.hits, rows[0].hits, "{} and {} disagree", row.name, rows[0].name);
            let times = row.times.map(|t| if t.is_nan() { "-".into() } else { format!("{t:.2}") }).join(" | ");
            println!("| {trajectories}, {} | {} | {times} |", world.cell_size, row.name);
        }
        nearest.extend([8, 50].map(|count| (trajectories, count, world.nearest(count))));
        growth.push((trajectories, [rows[0].times[1], rows[1].times[1]]));
        middle = middle.or((trajectories == 20_000).then_some(world));
    }

    println!("\nNearest, warm; microseconds\n");
    println!("| trajectories | k | groma | kiddo |");
    println!("|---|---|---|---|");
    for (trajectories, count, [groma, kiddo]) in nearest {
        println!("| {trajectories} | {count} | {groma:.2} | {kiddo:.2} |");
    }

    let world = middle.expect("20,000 is among the sizes");
    println!("\nOne warm query at 20,000 trajectories against the radius; microseconds\n");
    println!("| radius in cells | hits | groma | kiddo, by id | scan |");
    println!("|---|---|---|---|---|");
    for cells in [1.0, 3.0, 10.0, 100.0] {
        let radius = cells * f64::from(world.cell_size);
        let hits = world.hits(radius) as f64 / world.centres.len().min(SINGLE) as f64;
        let kiddo = world.kiddo_single(radius);
        let times = [world.groma_single(radius), kiddo, world.scan_single(radius)];
        println!("| {cells} | {hits:.0} | {:.1} | {:.1} | {:.1} |", times[0], times[1], times[2]);
    }
    other_kinds(&world);
    threads(&world);
    drop(world);
    show_growth(growth, quick);
}

/// The kinds that a tree of one time step does not have, with positions in memory and from the files alone.
fn other_kinds(world: &World) {
    println!("\nOther kinds at 20,000 trajectories, {STEPS} time steps in a range; microseconds\n");
    println!("| positions | two radii | a range of time steps | around a trajectory |");
    println!("|---|---|---|---|");
    let (cell_size, radius, last) = (world.cell_size, world.radius_for(50.0), STEPS as i32 - 1);
    let files = open(world.folder.path(), 0);
    let mut result = QueryResult::default();
    let centres = &world.centres[..SINGLE / 20];
    for (name, dataset) in [("kept", &world.dataset), ("in files", &files)] {
        // All positions are read once.
        for _ in 0..2 {
            dataset.query_time_range(cell_size, 0..=last, centres[0], 1.0e5, &mut result).unwrap();
        }
        let dual = time(5, centres.len(), || {
            for centre in centres {
                let radii = (radius / 2.0, radius);
                dataset.query_dual_radius(cell_size, STEP, *centre, radii, &mut result).unwrap();
            }
        });
        let range = time(5, centres.len(), || {
            for centre in centres {
                dataset.query_time_range(cell_size, 0..=last, *centre, radius, &mut result).unwrap();
            }
        });
        let moving = time(5, centres.len(), || {
            for id in 1..=centres.len() as u64 {
                dataset.query_trajectory(cell_size, 0..=last, id, radius, &mut result).unwrap();
            }
        });
        println!("| {name} | {dual:.1} | {range:.0} | {moving:.0} |");
    }
}

/// Threads that ask one data set at once.
fn threads(world: &World) {
    println!("\nThreads that ask one time step at 20,000 trajectories at once, warm\n");
    println!("| threads | CPU microseconds a query | queries in a millisecond |");
    println!("|---|---|---|");
    let radius = world.radius_for(50.0);
    for threads in [1usize, 2, 8] {
        let mut cpu = Vec::new();
        let microseconds = time_by_the_wall(9, threads * SINGLE, || {
            let each = std::thread::scope(|scope| {
                let ask = || time(1, SINGLE, || world.groma_single_once(radius));
                let asking: Vec<_> = (0..threads).map(|_| scope.spawn(ask)).collect();
                asking.into_iter().map(|thread| thread.join().unwrap()).sum::<f64>()
            });
            cpu.push(each / threads as f64);
        });
        println!("| {threads} | {:.2} | {:.0} |", median(cpu), 1000.0 / microseconds);
    }
}

/// How the time of a query with about 50 hits grows with the number of trajectories.
fn show_growth(mut points: Vec<(u32, [f64; 2])>, quick: bool) {
    println!("\nOne warm query with about 50 hits against the number of trajectories; microseconds\n");
    println!("| trajectories | groma | kiddo, by id |");
    println!("|---|---|---|");
    if !quick {
        let world = World::with_steps(2_000_000, STEP as u32 + 1);
        let radius = world.radius_for(50.0);
        points.push((2_000_000, [world.groma_single(radius), world.kiddo_single(radius)]));
    }
    for (trajectories, [groma, kiddo]) in &points {
        println!("| {trajectories} | {groma:.2} | {kiddo:.2} |");
    }
    let slope = |which: usize| {
        let logarithms: Vec<(f64, f64)> = points.iter().map(|(n, t)| (f64::from(*n).ln(), t[which].ln())).collect();
        let n = points.len() as f64;
        let (x, y) = logarithms.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / n, sum.1 + p.1 / n));
        let covariance: f64 = logarithms.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
        covariance / logarithms.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>()
    };
    println!("\nfitted: trajectories to the power of {:.2}, kiddo {:.2}", slope(0), slope(1));
}

struct Row {
    name: &'static str,
    times: [f64; 4],
    hits: u64,
}

/// A data set with tables, and the positions of one of its time steps.
struct World {
    folder: tempfile::TempDir,
    /// Not far from the radius with 50 hits.
    cell_size: f32,
    points: Vec<[f64; 3]>,
    centres: Vec<[f64; 3]>,
    tree: ImmutableKdTree<f64, 3>,
    dataset: Dataset,
}

/// The median of some runs, in microseconds per item of this thread's CPU, which other work on the machine disturbs
/// least.
fn time(runs: usize, items: usize, work: impl FnMut()) -> f64 {
    measure(runs, items, thread_seconds, work)
}

/// The same by the wall clock.
fn time_by_the_wall(runs: usize, items: usize, work: impl FnMut()) -> f64 {
    let begun = Instant::now();
    measure(runs, items, || begun.elapsed().as_secs_f64(), work)
}

fn measure(runs: usize, items: usize, clock: impl Fn() -> f64, mut work: impl FnMut()) -> f64 {
    let once = |_| {
        let started = clock();
        work();
        (clock() - started) * 1.0e6 / items as f64
    };
    median((0..runs).map(once).collect())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[cfg(unix)]
fn thread_seconds() -> f64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock is there on every Linux, and `now` is writable.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut now) };
    now.tv_sec as f64 + now.tv_nsec as f64 * 1.0e-9
}

/// By the wall clock, where a thread has none.
#[cfg(not(unix))]
fn thread_seconds() -> f64 {
    static BEGUN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    BEGUN.elapsed().as_secs_f64()
}

fn load(folder: &Path) -> Vec<[f64; 3]> {
    let data = ShardFolder::open(folder, OnBadShard::Fail).unwrap();
    let shard = &data.shards[data.shard_number(STEP).unwrap()];
    let step = (STEP - shard.first_step) as u32;
    let mut points = Vec::with_capacity(shard.entries as usize);
    let look = |_: u32, entry: groma::trajectory::shard::Entry<'_>| {
        points.push([0, 1, 2].map(|axis| f64::from(entry.positions[axis])));
        Ok(())
    };
    let reader = ShardReader::open(shard).unwrap();
    reader.for_each(0..shard.entries, step..step + 1, WantDigest::No, &mut ReadBuffer::default(), look).unwrap();
    points
}

fn open(folder: &Path, cache_limit: u64) -> Dataset {
    let run = RunOptions { threads: 1, ..RunOptions::default() };
    Dataset::open(folder, DatasetOptions { run, cache_limit, ..DatasetOptions::default() }).unwrap()
}

impl World {
    fn new(trajectories: u32) -> World {
        World::with_steps(trajectories, STEPS)
    }

    fn with_steps(trajectories: u32, steps: u32) -> World {
        // Not far from the radius with 50 hits.
        let cell_size = match trajectories {
            0..=20_000 => 50.0,
            20_001..=500_000 => 20.0,
            _ => 10.0,
        };
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        generate(folder.path(), &GenerateOptions::new(trajectories, 1, steps)).unwrap();
        build_hash_tables(folder.path(), &BuildHashTablesOptions::new(cell_size)).unwrap();
        let points = load(folder.path());
        // Around trajectories, at places far apart in memory, and not exactly on them.
        let centres =
            (0..BATCH).map(|n| points[(n * 7919 + 13) % points.len()].map(|c| c + (n % 7) as f64 * 0.5)).collect();
        let tree = ImmutableKdTree::new_from_slice(&points).unwrap();
        let dataset = open(folder.path(), DatasetOptions::CACHE_LIMIT);
        World { folder, cell_size, points, centres, tree, dataset }
    }

    fn hits(&self, radius: f64) -> u64 {
        let mut result = QueryResult::default();
        let ask = |centre: &[f64; 3]| {
            self.dataset.query_radius(self.cell_size, STEP, *centre, radius, &mut result).unwrap();
            result.samples.len() as u64
        };
        self.centres[..SINGLE].iter().map(ask).sum()
    }

    fn radius_for(&self, hits: f64) -> f64 {
        let (mut low, mut high) = (0.0, 2000.0);
        for _ in 0..20 {
            let middle = (low + high) / 2.0;
            if (self.hits(middle) as f64) < hits * SINGLE as f64 { low = middle } else { high = middle }
        }
        high
    }

    fn groma_single(&self, radius: f64) -> f64 {
        time(9, SINGLE, || self.groma_single_once(radius))
    }

    fn groma_single_once(&self, radius: f64) {
        let mut result = QueryResult::default();
        for centre in &self.centres[..SINGLE] {
            self.dataset.query_radius(self.cell_size, STEP, *centre, radius, &mut result).unwrap();
            black_box(&result);
        }
    }

    fn kiddo_single(&self, radius: f64) -> f64 {
        time(9, SINGLE, || {
            for centre in &self.centres[..SINGLE] {
                black_box(World::kiddo_one(&self.tree, centre, radius, true));
            }
        })
    }

    /// The nearest: groma's, and kiddo's.
    fn nearest(&self, count: usize) -> [f64; 2] {
        let mut result = QueryResult::default();
        let groma = time(9, SINGLE, || {
            for centre in &self.centres[..SINGLE] {
                self.dataset.query_nearest(self.cell_size, STEP, *centre, count, &mut result).unwrap();
                black_box(&result);
            }
        });
        let most = std::num::NonZeroUsize::new(count).unwrap();
        let kiddo = time(9, SINGLE, || {
            for centre in &self.centres[..SINGLE] {
                black_box(self.tree.query(centre).nearest_n::<SquaredEuclidean<f64>>(most).execute());
            }
        });
        [groma, kiddo]
    }

    fn groma(&self, radius: f64) -> Row {
        let mut result = QueryResult::default();
        let cold = time(9, 1, || {
            let dataset = open(self.folder.path(), DatasetOptions::CACHE_LIMIT);
            dataset.query_radius(self.cell_size, STEP, self.centres[0], radius, &mut result).unwrap();
        });
        let mut batch = |points: &[[f64; 3]]| {
            time(3, points.len(), || {
                self.dataset.query_radius_batch(self.cell_size, STEP, points, radius, &mut result).unwrap();
                black_box(&result);
            })
        };
        let (some, all) = (batch(&self.centres), batch(&self.points));
        Row { name: "groma", times: [cold, self.groma_single(radius), some, all], hits: self.hits(radius) }
    }

    /// As kiddo gives them, or in the order of ids as groma does.
    fn kiddo_one(tree: &ImmutableKdTree<f64, 3>, centre: &[f64; 3], radius: f64, by_id: bool) -> u64 {
        let mut found = tree.query(centre).within::<SquaredEuclidean<f64>>(radius * radius).unsorted().execute();
        if by_id {
            found.sort_unstable_by_key(|item| item.item);
        }
        black_box(&found).len() as u64
    }

    fn kiddo(&self, name: &'static str, by_id: bool, radius: f64) -> Row {
        let cold = time(9, 1, || {
            let tree = ImmutableKdTree::new_from_slice(&load(self.folder.path())).unwrap();
            black_box(World::kiddo_one(&tree, &self.centres[0], radius, by_id));
        });
        let one = |centre: &[f64; 3]| World::kiddo_one(&self.tree, centre, radius, by_id);
        let batch = |runs: usize, points: &[[f64; 3]]| {
            time(runs, points.len(), || {
                black_box(points.iter().map(one).sum::<u64>());
            })
        };
        let hits = self.centres[..SINGLE].iter().map(one).sum();
        let times = [cold, batch(9, &self.centres[..SINGLE]), batch(3, &self.centres), batch(3, &self.points)];
        Row { name, times, hits }
    }

    fn scan_one(points: &[[f64; 3]], centre: &[f64; 3], radius: f64) -> Vec<u32> {
        let near = |p: &[f64; 3]| {
            let d = [p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]];
            (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt() <= radius
        };
        points.iter().zip(0..).filter(|(p, _)| near(p)).map(|(_, n)| n).collect()
    }

    fn scan_single(&self, radius: f64) -> f64 {
        time(3, 200, || {
            for centre in &self.centres[..200] {
                black_box(World::scan_one(&self.points, centre, radius));
            }
        })
    }

    fn scan(&self, radius: f64) -> Row {
        let cold = time(9, 1, || {
            black_box(World::scan_one(&load(self.folder.path()), &self.centres[0], radius));
        });
        let single = self.scan_single(radius);
        let one = |centre| World::scan_one(&self.points, centre, radius).len() as u64;
        let hits = self.centres[..SINGLE].iter().map(one).sum();
        // A batch of scans is scans.
        Row { name: "scan of positions in memory", times: [cold, single, single, single], hits }
    }

    fn scipy(&self, radius: f64) -> Row {
        let file = |name: &str, points: &[[f64; 3]]| {
            let path = self.folder.path().join(name);
            std::fs::write(&path, bytemuck::cast_slice(points.as_flattened())).unwrap();
            path
        };
        let (points, centres) = (file("points", &self.points), file("centres", &self.centres));
        let script = format!(
            "import time, numpy as np\nfrom scipy.spatial import cKDTree\n\
             def median(work, n, items):\n  t = []\n  for _ in range(n):\n    s = time.thread_time(); work(); \
             t.append(time.thread_time() - s)\n  return sorted(t)[n // 2] * 1e6 / items\n\
             load = lambda f: np.fromfile(f).reshape(-1, 3)\nc = load({centres:?}); r = {radius:?}\n\
             cold = median(lambda: cKDTree(load({points:?})).query_ball_point(c[0], r), 9, 1)\n\
             p = load({points:?}); t = cKDTree(p)\n\
             single = median(lambda: [t.query_ball_point(x, r) for x in c[:{SINGLE}]], 5, {SINGLE})\n\
             batch = median(lambda: t.query_ball_point(c, r), 3, len(c))\n\
             all_ = median(lambda: t.query_ball_point(p, r), 3, len(p))\n\
             print(cold, single, batch, all_, sum(len(x) for x in t.query_ball_point(c[:{SINGLE}], r)))\n"
        );
        let output = Command::new("python3").args(["-c", &script]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let n: Vec<f64> = text.split_whitespace().map(|n| n.parse().unwrap()).collect();
        // Its points come from a file of just these points: nothing has to be picked out of a shard.
        Row { name: "scipy cKDTree, from Python", times: [n[0], n[1], n[2], n[3]], hits: n[4] as u64 }
    }
}
