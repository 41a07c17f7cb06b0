//! The stages of building hash tables, each alone: nanoseconds per sample are the time given divided by the samples.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use groma::job::{RunOptions, Runner};
use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::dataset::{OnBadShard, ShardFolder};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::grid::{BoundingBox, Grid};
use groma::trajectory::keys::KeySpace;
use groma::trajectory::scan::scan;
use groma::trajectory::shard::{ReadBuffer, ShardReader, WantDigest};
use groma::trajectory::sort::{Record, SortScratch, sort};
use groma::trajectory::table::encode;

const STEPS: u32 = 100;

fn grid(cell_size: f32) -> Grid {
    Grid::new(BoundingBox { min: [-1000.0; 3], max: [1000.0; 3] }, cell_size).unwrap()
}

/// Positions of one time step after another, as a generated data set has them.
fn positions(trajectories: u32) -> (tempfile::TempDir, Vec<Vec<f32>>) {
    let folder = tempfile::tempdir().unwrap();
    generate(folder.path(), &GenerateOptions::new(trajectories, 1, STEPS)).unwrap();
    let dataset = ShardFolder::open(folder.path(), OnBadShard::Fail).unwrap();
    let shard = &dataset.shards[0];
    let mut entries = Vec::new();
    let reader = ShardReader::open(shard).unwrap();
    reader
        .for_each(0..shard.entries, 0..STEPS, WantDigest::No, &mut ReadBuffer::default(), |_, entry| {
            entries.push(entry.positions.into_owned());
            Ok(())
        })
        .unwrap();
    (folder, entries)
}

fn stages(criterion: &mut Criterion) {
    for trajectories in [5_000, 20_000] {
        let (folder, entries) = positions(trajectories);
        let samples = u64::from(trajectories) * u64::from(STEPS);
        let mut group = criterion.benchmark_group(format!("{trajectories} trajectories"));
        group.sample_size(20);

        group.throughput(Throughput::Elements(samples));
        let dataset = ShardFolder::open(folder.path(), OnBadShard::Fail).unwrap();
        let options = RunOptions { threads: 1, ..RunOptions::default() };
        group.bench_function("scan", |b| {
            b.iter(|| scan(&dataset.shards, &mut Runner::new(&options).unwrap()).unwrap());
        });
        group.bench_function("keys", |b| {
            let space = KeySpace::of_box(grid(50.0));
            let (mut cells, mut keys) = (Vec::new(), Vec::new());
            b.iter(|| entries.iter().any(|p| space.keys(p, &mut cells, &mut keys).overflow));
        });

        group.throughput(Throughput::Elements(u64::from(trajectories)));
        for cell_size in [10.0, 50.0] {
            let space = KeySpace::of_box(grid(cell_size));
            let (mut cells, mut keys) = (Vec::new(), Vec::new());
            let step: Vec<f32> = entries.iter().flat_map(|p| p[..3].to_vec()).collect();
            assert!(!space.keys(&step, &mut cells, &mut keys).overflow);
            let records: Vec<u64> = keys.iter().zip(0..).map(|(&key, id)| u64::pack(key, id)).collect();
            let mut scratch = SortScratch::default();
            group.bench_function(BenchmarkId::new("sort", format!("cell size {cell_size}")), |b| {
                b.iter(|| sort(&[&records], space.key_bits(), &mut scratch).len());
            });
            let sorted = sort(&[&records], space.key_bits(), &mut scratch).to_vec();
            let mut buffer = Vec::new();
            group.bench_function(BenchmarkId::new("encode", format!("cell size {cell_size}")), |b| {
                b.iter(|| encode(&sorted, &space, 0, &mut buffer, &mut std::io::sink()).unwrap());
            });
        }

        group.throughput(Throughput::Elements(samples));
        group.sample_size(10);
        group.bench_function("build, writing over the same files", |b| {
            let options = BuildHashTablesOptions { run: options.clone(), ..BuildHashTablesOptions::new(50.0) };
            b.iter(|| build_hash_tables(folder.path(), &options).unwrap());
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
