//! Building hash tables beside the floor: reading the same shards and writing files of the same sizes, and nothing else.
//!
//! `cargo bench --bench compare [-- --quick] [--fresh]` prints the tables of BENCHMARKS.md: CPU seconds, wall seconds and peak
//! memory, each run in a process of its own, the two in turn, medians; then peak memory against the number of shards.
#![allow(missing_docs)]

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use groma::job::{RunOptions, process_peak_bytes};
use groma::trajectory::build::{self, BuildOptions};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::table::{Index, TableFolder};

/// About eight samples a cell at 20,000 trajectories, two at 5,000.
const CELL_SIZE: f32 = 50.0;
const STEPS_PER_SHARD: u32 = 100;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["prime"] => prime(),
        ["child", work, data, output, threads] => child(work, Path::new(data), Path::new(output), threads),
        _ => parent(words.contains(&"--quick"), words.contains(&"--fresh")),
    }
}

/// What one process took.
#[derive(Clone, Copy)]
struct Cost {
    cpu: f64,
    wall: f64,
    peak: f64,
}

fn parent(quick: bool, fresh: bool) {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("compare-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).unwrap();
    if !fresh {
        assert!(Command::new(std::env::current_exe().unwrap()).arg("prime").status().unwrap().success());
    }
    let (shards, rounds) = if quick { (3, 3) } else { (15, 7) };
    println!(
        "{} time steps, cell size {CELL_SIZE}, page cache warm; medians of {rounds} runs of each, in turn\n",
        shards * STEPS_PER_SHARD
    );
    println!("| trajectories | threads | | CPU s | wall s | samples per CPU s | peak memory |");
    println!("|---|---|---|---|---|---|---|");
    for trajectories in [5_000, 20_000] {
        let data = data_set(&scratch, trajectories, shards);
        let samples = f64::from(trajectories) * f64::from(shards * STEPS_PER_SHARD);
        // The floor learns its file sizes from here.
        run("groma", &data, &data, 1);
        for threads in [1, 2] {
            let mut costs: [Vec<Cost>; 2] = Default::default();
            for round in 0..rounds {
                for (work, costs) in ["floor", "groma"].iter().zip(&mut costs) {
                    let output = scratch.join(format!("{work}-{trajectories}-{threads}-{round}"));
                    costs.push(run(work, &data, &output, threads));
                }
            }
            let [floor, groma] = costs.map(|c| median(&c));
            for (name, cost) in [("floor", floor), ("groma", groma)] {
                println!(
                    "| {trajectories} | {threads} | {name} | {:.2} | {:.2} | {:.1} M | {:.1} MiB |",
                    cost.cpu,
                    cost.wall,
                    samples / cost.cpu / 1e6,
                    cost.peak / f64::from(1 << 20)
                );
            }
            println!(
                "| {trajectories} | {threads} | **ratio** | **{:.2}** | **{:.2}** | | |",
                groma.cpu / floor.cpu,
                groma.wall / floor.wall
            );
        }
    }

    println!("\n| shards of 20,000 x {STEPS_PER_SHARD} | peak memory, 2 threads |");
    println!("|---|---|");
    for shards in if quick { [1, 3, 6] } else { [3, 15, 60] } {
        let data = data_set(&scratch, 20_000, shards);
        let output = scratch.join(format!("memory-{shards}"));
        println!("| {shards} | {:.1} MiB |", run("groma", &data, &output, 2).peak / f64::from(1 << 20));
    }
    std::fs::remove_dir_all(&scratch).unwrap();
}

/// Touches most of the free memory once. On a virtual machine the first use of a page costs several times what is
/// measured here, and falls on whichever run comes first.
fn prime() {
    let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let free =
        meminfo.lines().find_map(|l| l.strip_prefix("MemFree:")?.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    let mut memory = vec![0u8; free.unwrap_or(0) * 1024 / 10 * 8];
    memory.iter_mut().step_by(4096).for_each(|byte| *byte = 1);
    std::hint::black_box(&memory);
}

fn data_set(scratch: &Path, trajectories: u32, shards: u32) -> PathBuf {
    let folder = scratch.join(format!("data-{trajectories}-{shards}"));
    if !folder.exists() {
        generate(&folder, &GenerateOptions::new(trajectories, shards, STEPS_PER_SHARD)).unwrap();
    }
    folder
}

fn median(costs: &[Cost]) -> Cost {
    let middle = |pick: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Cost { cpu: middle(|c| c.cpu), wall: middle(|c| c.wall), peak: middle(|c| c.peak) }
}

fn run(work: &str, data: &Path, output: &Path, threads: usize) -> Cost {
    let result = Command::new(std::env::current_exe().unwrap())
        .args(["child", work])
        .arg(data)
        .arg(output)
        .arg(threads.to_string())
        .output()
        .unwrap();
    assert!(result.status.success(), "{work}: {}", String::from_utf8_lossy(&result.stderr));
    let text = String::from_utf8(result.stdout).unwrap();
    let numbers: Vec<f64> = text.split_whitespace().map(|n| n.parse().unwrap()).collect();
    Cost { cpu: numbers[0], wall: numbers[1], peak: numbers[2] }
}

fn child(work: &str, data: &Path, output: &Path, threads: &str) {
    let threads: usize = threads.parse().unwrap();
    let started = Instant::now();
    match work {
        "groma" => {
            let options = BuildOptions {
                output: Some(output.to_path_buf()),
                run: RunOptions { threads, ..RunOptions::default() },
                ..BuildOptions::new(CELL_SIZE)
            };
            build::run(data, &options).unwrap();
        }
        _ => floor(data, output, threads),
    }
    println!("{} {} {}", cpu_seconds(), started.elapsed().as_secs_f64(), process_peak_bytes().unwrap_or(0));
}

/// Reads every shard and writes a file of the size of each table, with as little else as can be.
fn floor(data: &Path, output: &Path, threads: usize) {
    let sizes = Index::read(TableFolder::new(data, CELL_SIZE).path()).unwrap().unwrap();
    let folder = TableFolder::new(output, CELL_SIZE);
    std::fs::create_dir_all(folder.path()).unwrap();
    let shards: Vec<PathBuf> = std::fs::read_dir(data)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.file_name().unwrap().to_str().unwrap().starts_with("shard-"))
        .collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut buffer = vec![1u8; 1 << 20];
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if let Some(shard) = shards.get(n) {
                        let mut file = File::open(shard).unwrap();
                        while file.read(&mut buffer[..256 << 10]).unwrap() > 0 {}
                    } else if let Some(table) = sizes.tables.get(n - shards.len()) {
                        let mut left = 64 + 16 * table.cells() as usize + 4 * table.samples() as usize;
                        let mut file = File::create(folder.table(table.step())).unwrap();
                        while left > 0 {
                            let now = left.min(buffer.len());
                            file.write_all(&buffer[..now]).unwrap();
                            left -= now;
                        }
                    } else {
                        break;
                    }
                }
            });
        }
    });
}

/// User and system time of this process so far.
fn cpu_seconds() -> f64 {
    #[cfg(unix)]
    {
        // SAFETY: zero bytes are a valid rusage, and getrusage fills it.
        let usage = unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            libc::getrusage(libc::RUSAGE_SELF, &mut usage);
            usage
        };
        let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
        seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
    #[cfg(not(unix))]
    {
        f64::NAN
    }
}
