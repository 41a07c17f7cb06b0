//! How long a job goes on after it was cancelled: from `cancel` to the return of `wait`, by job and phase.
//!
//! `cargo bench --bench cancel [-- --quick] [NAME...]` prints the table of BENCHMARKS.md; names are beginnings of jobs'
//! names. Each job runs once to its end, to learn when which phase is at work, and is then cancelled at moments spread
//! evenly over each phase. Two threads. The processor time of all threads meanwhile, which other programs on the
//! machine hardly change, is an upper limit of how long it would take on one of its own.
#![allow(missing_docs)]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::cpu_seconds;
use groma::Result;
use groma::city::build::{BuildCityMeshOptions, build_city_mesh, build_city_mesh_with};
use groma::city::check::{CheckOptions, check};
use groma::city::footprint::{Footprint, HeightReference, Polygon};
use groma::city::generate::{self as city_generate, FOOTPRINTS_FILE, TERRAIN_FILE};
use groma::city::merge::{MergeOptions, merge_to_file};
use groma::city::store::{Compression, MeshStore, export_glb};
use groma::city::terrain::Terrain;
use groma::city::{CityInput, Footprints, Ground};
use groma::job::{Context, Job, RunOptions, Runner};
use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables, build_hash_tables_with};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::import::{ImportOptions, import};
use groma::trajectory::query::{Dataset, DatasetOptions, Query};
use groma::trajectory::table::TableFolder;
use tempfile::TempDir;

const THREADS: usize = 2;
const CELL_SIZE: f32 = 50.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let quick = arguments.iter().any(|a| a == "--quick");
    let names: Vec<String> = arguments.into_iter().filter(|a| !a.starts_with("--")).collect();
    println!("| job | phase | runs for, s | cancelled | median, ms | 99 %, ms | longest, ms | most CPU, ms |");
    println!("|---|---|---|---|---|---|---|---|");
    let bench = Bench { scratch: common::scratch(), names, times: if quick { 10 } else { 20 } };
    bench.trajectories(if quick { (5_000, 5) } else { (20_000, 15) });
    bench.cities(if quick { 5_000 } else { 100_000 });
    bench.clusters(if quick { 5_000 } else { 50_000 });
}

struct Bench {
    scratch: TempDir,
    names: Vec<String>,
    times: usize,
}

/// When a phase was at work, in seconds from the start.
struct Span {
    phase: &'static str,
    from: f64,
    to: f64,
}

impl Bench {
    fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|wanted| name.starts_with(wanted.as_str()))
    }

    fn run(&self) -> RunOptions {
        RunOptions { threads: THREADS, memory_limit: 2 << 30, ..RunOptions::default() }
    }

    /// A job that calls `work`.
    fn job(&self, mut work: impl FnMut(&mut Runner) -> Result<()> + Send + 'static) -> Job<()> {
        Job::spawn(&self.run(), None, move |runner| work(runner)).unwrap()
    }

    /// Cancels a job in each of its phases; `prepare` goes before each start.
    fn measure(&self, name: &str, prepare: impl Fn(), start: impl Fn() -> Job<()>) {
        if !self.wants(name) {
            return;
        }
        prepare();
        for span in phases(&start()) {
            let (mut latencies, mut most_cpu) = (Vec::<f64>::new(), 0.0f64);
            for n in 0..self.times {
                prepare();
                let at = span.from + (span.to - span.from) * (n as f64 + 0.5) / self.times as f64;
                let (job, started) = (start(), Instant::now());
                while started.elapsed().as_secs_f64() < at && !job.is_finished() {
                    std::thread::sleep(Duration::from_micros(200));
                }
                if job.poll().phase != span.phase || job.is_finished() {
                    continue;
                }
                let (cancelled, cpu) = (Instant::now(), cpu_seconds());
                job.cancel();
                job.wait(None);
                most_cpu = most_cpu.max(1e3 * (cpu_seconds() - cpu));
                latencies.push(1e3 * cancelled.elapsed().as_secs_f64());
            }
            latencies.sort_by(f64::total_cmp);
            let Some(longest) = latencies.last() else { continue };
            let share = |p: f64| latencies[((latencies.len() - 1) as f64 * p).ceil() as usize];
            println!(
                "| {name} | {} | {:.2} | {} times | {:.1} | {:.1} | {longest:.1} | {most_cpu:.1} |",
                span.phase,
                span.to - span.from,
                latencies.len(),
                share(0.5),
                share(0.99)
            );
        }
    }

    /// As [`Bench::measure`], for work that is not cut into phases.
    fn measure_whole(
        &self,
        name: &str,
        prepare: impl Fn(),
        work: impl Fn(&Context) -> Result<()> + Clone + Send + 'static,
    ) {
        self.measure(name, prepare, || {
            let work = work.clone();
            self.job(move |runner| {
                runner.begin("all", 1, 0)?;
                work(runner.context())?;
                runner.finish();
                Ok(())
            })
        });
    }

    fn trajectories(&self, (trajectories, shards): (u32, u32)) {
        if !["data set", "tables", "query"].iter().any(|kind| {
            self.names.is_empty() || self.names.iter().any(|n| n.starts_with(kind) || kind.starts_with(n.as_str()))
        }) {
            return;
        }
        let data = self.scratch.path().join("data");
        generate(&data, &GenerateOptions::new(trajectories, shards, 100)).unwrap();
        let made = self.scratch.path().join("made");
        let gone = {
            let made = made.clone();
            move || {
                let _ = std::fs::remove_dir_all(&made);
            }
        };
        let to = made.clone();
        self.measure_whole("data set, generate", &gone, move |context| {
            let cancel = context.cancel_token().clone();
            generate(&to, &GenerateOptions { cancel, ..GenerateOptions::new(trajectories, shards, 100) })
        });
        if self.wants("data set, import") {
            let csv = self.scratch.path().join("rows.csv");
            write_rows(&csv, trajectories, 10 * shards);
            let to = made.clone();
            self.measure_whole("data set, import", &gone, move |context| {
                let cancel = context.cancel_token().clone();
                import(&csv, &to, &ImportOptions { cancel, ..ImportOptions::new(100) }).map(|_| ())
            });
        }
        let folder = TableFolder::new(&data, CELL_SIZE).path().to_path_buf();
        let fresh = || {
            let _ = std::fs::remove_dir_all(&folder);
        };
        let options = BuildHashTablesOptions { run: self.run(), ..BuildHashTablesOptions::new(CELL_SIZE) };
        self.measure("tables", fresh, || {
            let (data, options) = (data.clone(), options.clone());
            self.job(move |runner| build_hash_tables_with(&data, &options, runner).map(|_| ()))
        });

        if self.wants("query") {
            build_hash_tables(&data, &options).unwrap();
            let dataset = Arc::new(
                Dataset::open(&data, DatasetOptions { run: self.run(), ..DatasetOptions::default() }).unwrap(),
            );
            let last = 100 * shards as i32 - 1;
            let everywhere = || Query::radius(CELL_SIZE, 0..=last, [0.0; 3], 700.0);
            let around = || Query::trajectory(CELL_SIZE, 0..=last, 17, 300.0);
            self.measure("query, radius over time", || (), || dataset.ask(everywhere(), |_| ()).unwrap());
            self.measure("query, around a trajectory", || (), || dataset.ask(around(), |_| ()).unwrap());
        }
    }

    fn cities(&self, buildings: u32) {
        if !self.names.is_empty() && !self.names.iter().any(|n| n.starts_with("city") || n.starts_with("store")) {
            return;
        }
        let data = self.scratch.path().join("city");
        // A terrain of pixels of 1 m: a large file.
        let cell = 1.0;
        city_generate::write(
            &data,
            &city_generate::GenerateOptions { cell, ..city_generate::GenerateOptions::new(buildings) },
        )
        .unwrap();
        let input = || CityInput {
            footprints: Footprints::File(data.join(FOOTPRINTS_FILE), Default::default()),
            terrain: Ground::File(data.join(TERRAIN_FILE)),
        };
        self.city("city", &input, BuildCityMeshOptions { run: self.run(), ..BuildCityMeshOptions::default() });
        let large = BuildCityMeshOptions { tile_size: 1e5, run: self.run(), ..BuildCityMeshOptions::default() };
        self.city("city in one tile", &input, large);

        if !["store, merge", "store, check", "store, export"].iter().any(|name| self.wants(name)) {
            return;
        }
        let store = self.scratch.path().join("store");
        build_city_mesh(&input(), &store, &BuildCityMeshOptions { run: self.run(), ..BuildCityMeshOptions::default() })
            .unwrap();
        let out = self.scratch.path().join("mesh.ply");
        self.measure(
            "store, merge",
            || (),
            || {
                let (store, out) = (store.clone(), out.clone());
                self.job(move |runner| {
                    merge_to_file(&MeshStore::open(&store)?, &out, &MergeOptions::default(), runner).map(|_| ())
                })
            },
        );
        let from = store.clone();
        self.measure_whole(
            "store, check",
            || (),
            move |context| check(&MeshStore::open(&from)?, &CheckOptions::default(), context).map(|_| ()),
        );
        let (from, out) = (store.clone(), self.scratch.path().join("glb"));
        self.measure_whole(
            "store, export",
            || (),
            move |context| export_glb(&MeshStore::open(&from)?, &out, Compression::None, context).map(|_| ()),
        );
    }

    /// A build from nothing, and one that finds all its tiles.
    fn city(&self, name: &str, input: &impl Fn() -> CityInput, options: BuildCityMeshOptions) {
        let store = self.scratch.path().join("store");
        let gone = || {
            let _ = std::fs::remove_dir_all(&store);
        };
        let start = || {
            let (input, store, options) = (input(), store.clone(), options.clone());
            self.job(move |runner| build_city_mesh_with(&input, &store, &options, runner).map(|_| ()))
        };
        self.measure(name, gone, start);
        let again = format!("{name}, again");
        if self.wants(&again) {
            gone();
            build_city_mesh(&input(), &store, &options).unwrap();
            self.measure(&again, || (), start);
        }
    }

    /// All footprints of a city touch.
    fn clusters(&self, footprints: usize) {
        if !self.names.is_empty() && !self.names.iter().any(|n| n.starts_with("cluster")) {
            return;
        }
        let side = (footprints as f64).sqrt().ceil() as usize;
        let size = 12 * side + 40;
        let values = (0..size * size).map(|p| (p % size) as f32 * 0.01).collect();
        let terrain =
            Arc::new(Terrain::from_memory(size, size, -20.0, (size - 20) as f64, [1.0; 2], values, None).unwrap());
        let footprints: Arc<[Footprint]> = touching(side).into();
        let input = || CityInput {
            footprints: Footprints::Memory(footprints.clone()),
            terrain: Ground::Memory(terrain.clone()),
        };
        for (name, merge) in [("cluster, merged", true), ("cluster, apart", false)] {
            let mut options = BuildCityMeshOptions { run: self.run(), ..BuildCityMeshOptions::default() };
            options.parameters.merge_buildings = merge;
            self.city(name, &input, options);
        }
    }
}

/// The phases of a job, when they were at work.
fn phases(job: &Job<()>) -> Vec<Span> {
    let started = Instant::now();
    let mut spans: Vec<Span> = Vec::new();
    while !job.is_finished() {
        let (phase, now) = (job.poll().phase, started.elapsed().as_secs_f64());
        match spans.last_mut() {
            Some(span) if span.phase == phase => span.to = now,
            _ => spans.push(Span { phase, from: now, to: now }),
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    job.with_result(|result| assert!(matches!(result, Some(Ok(()))), "{result:?}"));
    spans.retain(|span| span.to - span.from > 0.002);
    spans
}

/// Blocks with crooked walls in common, with a yard here and there.
fn touching(side: usize) -> Vec<Footprint> {
    let noise = |x: usize, y: usize, n: u64| {
        let mixed =
            (x as u64 * 0x9E37_79B9 + y as u64 * 0x85EB_CA6B + n * 0xC2B2_AE35).wrapping_mul(0x2545_F491_4F6C_DD1D);
        (mixed >> 40) as f64 / (1u64 << 24) as f64
    };
    let corner = |x: usize, y: usize| [12.0 * x as f64 + 2.0 * noise(x, y, 0), 12.0 * y as f64 + 2.0 * noise(x, y, 1)];
    let mut footprints = Vec::new();
    for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
        if noise(x, y, 2) < 0.1 {
            continue;
        }
        let ring = vec![corner(x, y), corner(x + 1, y), corner(x + 1, y + 1), corner(x, y + 1)];
        footprints.push(Footprint {
            id: format!("{x}-{y}"),
            polygons: vec![Polygon { rings: vec![ring] }],
            height: 5.0 + 20.0 * noise(x, y, 3),
            reference: HeightReference::Ground,
            lod: None,
        });
    }
    footprints
}

/// Rows in order of time, as programs write them.
fn write_rows(path: &Path, trajectories: u32, steps: u32) {
    use std::io::Write;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(file, "id,frame,x,y,z").unwrap();
    for (frame, id) in (0..steps).flat_map(|frame| (0..trajectories).map(move |id| (frame, id))) {
        let x = f64::from(id % 1000) + 0.25 * f64::from(frame);
        writeln!(file, "{id},{frame},{x},{},{}", id / 1000, 0.5 * f64::from(frame)).unwrap();
    }
}
