//! Building hash tables beside the floor, which reads the same shards, writes files of the same sizes and does nothing
//! else, and beside the documented algorithm written plainly in C++ (`peers/tables.cpp`), whose files must equal
//! groma's.
//!
//! `cargo bench --bench compare [-- --quick] [--fresh]` prints the tables of BENCHMARKS.md: CPU seconds, wall seconds
//! and peak memory, each run in a process of its own, all in turn, medians; then peak memory against the number of
//! shards.
#![allow(missing_docs)]

mod common;

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Cost, groma, measure, median, say_peak};
use groma::trajectory::dataset::{OnBadShard, ShardFolder, ShardWriter, ShardWriterOptions};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::shard::{Entry, ReadBuffer, ShardReader, WantDigest};
use groma::trajectory::table::{Index, TableFolder};

const STEPS_PER_SHARD: u32 = 100;

/// What is built, and how.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    trajectories: u32,
    shards: u32,
    cell_size: f32,
    threads: usize,
    /// Nine of ten samples are missing.
    sparse: bool,
    memory_limit: Option<&'static str>,
    /// The shards are not in the system's cache.
    cold: bool,
}

const USUAL: Case = Case {
    name: "",
    trajectories: 20_000,
    shards: 6,
    cell_size: 50.0,
    threads: 1,
    sparse: false,
    memory_limit: None,
    cold: false,
};

const CASES: [Case; 11] = [
    Case { name: "5,000 trajectories a step", trajectories: 5_000, ..USUAL },
    Case { name: "5,000, two threads", trajectories: 5_000, threads: 2, ..USUAL },
    Case { name: "20,000 trajectories a step", ..USUAL },
    Case { name: "20,000, two threads", threads: 2, ..USUAL },
    Case { name: "20,000, small cells", cell_size: 10.0, ..USUAL },
    Case { name: "20,000, large cells", cell_size: 120.0, ..USUAL },
    Case { name: "20,000, nine of ten samples missing", sparse: true, ..USUAL },
    Case { name: "20,000, shards not in the cache", cold: true, ..USUAL },
    Case { name: "200,000 trajectories a step", trajectories: 200_000, shards: 2, cell_size: 20.0, ..USUAL },
    Case { name: "200,000, two threads", trajectories: 200_000, shards: 2, cell_size: 20.0, threads: 2, ..USUAL },
    Case {
        name: "200,000, shards of 243 MB, limit 64 MiB",
        trajectories: 200_000,
        shards: 2,
        cell_size: 20.0,
        memory_limit: Some("64MiB"),
        ..USUAL
    },
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["prime"] => prime(),
        ["floor", data, sizes, output, threads] => {
            floor(Path::new(data), Path::new(sizes), Path::new(output), threads.parse().unwrap());
            say_peak();
        }
        _ => parent(words.contains(&"--quick"), words.contains(&"--fresh")),
    }
}

fn parent(quick: bool, fresh: bool) {
    let scratch = common::scratch();
    let scratch = scratch.path();
    if !fresh {
        assert!(Command::new(std::env::current_exe().unwrap()).arg("prime").status().unwrap().success());
    }
    let plain = compile(scratch);
    let rounds = if quick { 3 } else { 5 };
    println!("time steps: {STEPS_PER_SHARD} a shard; medians of {rounds} runs of each, of the plain one 3, in turn\n");
    println!("| | ids a cell | | CPU s | wall s | samples per CPU s | peak, MiB | CPU beside groma's |");
    println!("|---|---|---|---|---|---|---|---|");
    for mut case in CASES {
        if quick {
            case.shards = case.shards.min(3);
        }
        compare(&case, rounds, scratch, plain.as_deref());
    }

    println!("\n| shards of 20,000 x {STEPS_PER_SHARD} | peak memory, 2 threads, MiB |");
    println!("|---|---|");
    for shards in if quick { [1, 3, 6] } else { [3, 15, 60] } {
        let case = Case { shards, threads: 2, ..USUAL };
        let output = scratch.join(format!("memory-{shards}"));
        println!("| {shards} | {:.1} |", measure(&mut case.groma(&case.data(scratch), &output)).peak);
    }
}

fn compare(case: &Case, rounds: usize, scratch: &Path, plain: Option<&Path>) {
    let data = case.data(scratch);
    // The floor learns its file sizes from here.
    let runs = scratch.join(format!("runs of {}", case.name));
    let first = runs.join("first");
    measure(&mut case.groma(&data, &first));
    let sizes = Index::read(TableFolder::new(&first, case.cell_size).path()).unwrap().unwrap();
    let (samples, cells) = sizes.tables.iter().fold((0.0, 0.0), |(samples, cells), table| {
        (samples + f64::from(table.samples()), cells + f64::from(table.cells()))
    });
    let mut costs: [Vec<Cost>; 3] = Default::default();
    for round in 0..rounds {
        // Removed at the end of all: ext4 passes over each inode that was freed within the last minute before it takes
        // a new one.
        let output = |who: &str| runs.join(format!("{who}-{round}"));
        let run = |mut command: Command| {
            if case.cold {
                forget(&data);
            }
            measure(&mut command)
        };
        costs[0].push(run(case.floor(&data, &first, &output("floor"))));
        costs[1].push(run(case.groma(&data, &output("groma"))));
        if let Some(plain) = plain.filter(|_| round < 3) {
            costs[2].push(run(case.plain(plain, &data, &output("plain"))));
            if round == 0 {
                assert_same(case, &output("groma"), &output("plain"));
            }
        }
    }
    let groma = median(&costs[1]);
    for (name, costs) in ["floor", "**groma**", "plain C++"].iter().zip(&costs).filter(|(_, costs)| !costs.is_empty()) {
        let cost = median(costs);
        println!(
            "| {} | {:.1} | {name} | {:.2} | {:.2} | {:.1} M | {:.1} | {:.2} |",
            case.name,
            samples / cells,
            cost.cpu,
            cost.wall,
            samples / cost.cpu / 1e6,
            cost.peak,
            cost.cpu / groma.cpu
        );
    }
}

impl Case {
    fn data(&self, scratch: &Path) -> PathBuf {
        let kind = if self.sparse { "sparse" } else { "full" };
        let folder = scratch.join(format!("data-{}-{}-{kind}", self.trajectories, self.shards));
        if !folder.exists() {
            generate(&folder, &GenerateOptions::new(self.trajectories, self.shards, STEPS_PER_SHARD)).unwrap();
            if self.sparse {
                let full = scratch.join("full");
                std::fs::rename(&folder, &full).unwrap();
                thin_out(&full, &folder);
                std::fs::remove_dir_all(full).unwrap();
            }
        }
        folder
    }

    fn groma(&self, data: &Path, output: &Path) -> Command {
        let mut command = groma(&["-q", "trajectories", "build", "--json", "--cell-size", &self.cell_size.to_string()]);
        command.args(["--threads", &self.threads.to_string()]).arg("--output").arg(output).arg(data);
        if let Some(limit) = self.memory_limit {
            command.args(["--memory-limit", limit]);
        }
        command
    }

    fn floor(&self, data: &Path, sizes: &Path, output: &Path) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let sizes = TableFolder::new(sizes, self.cell_size).path().to_path_buf();
        let output = TableFolder::new(output, self.cell_size).path().to_path_buf();
        command.arg("floor").args([data, &sizes, &output]).arg(self.threads.to_string());
        command
    }

    fn plain(&self, program: &Path, data: &Path, output: &Path) -> Command {
        let mut command = Command::new(program);
        command.arg(data).arg(self.cell_size.to_string()).arg(output).arg(self.threads.to_string());
        command
    }
}

/// The same data set with runs of ten time steps, one in each hundred, and gaps between them.
fn thin_out(full: &Path, sparse: &Path) {
    let data = ShardFolder::open(full, OnBadShard::Fail).unwrap();
    let mut writer = ShardWriter::create(sparse, STEPS_PER_SHARD, ShardWriterOptions::default()).unwrap();
    let mut buffer = ReadBuffer::default();
    for shard in &data.shards {
        let thin = |n: u32, entry: Entry<'_>| {
            let mut positions = entry.positions.to_vec();
            for (step, position) in positions.chunks_exact_mut(3).enumerate() {
                if !(n as usize + step / 10).is_multiple_of(10) {
                    position.fill(f32::NAN);
                }
            }
            writer.append(shard.first_step, entry.id, &positions)
        };
        let reader = ShardReader::open(shard).unwrap();
        reader.for_each(0..shard.entries, 0..shard.steps, WantDigest::Yes, &mut buffer, thin).unwrap();
    }
    writer.finish().unwrap();
}

/// Compiles the plain implementation; `None` where there is no compiler.
fn compile(scratch: &Path) -> Option<PathBuf> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/tables.cpp");
    let program = scratch.join("tables");
    let mut compiler = Command::new("c++");
    compiler.args(["-O3", "-march=native", "-std=c++17", "-pthread", source, "-o"]).arg(&program);
    let compiled = compiler.status().is_ok_and(|status| status.success());
    if !compiled {
        eprintln!("no C++ compiler: without the plain implementation");
    }
    compiled.then_some(program)
}

fn assert_same(case: &Case, ours: &Path, theirs: &Path) {
    let [ours, theirs] = [ours, theirs].map(|output| TableFolder::new(output, case.cell_size).path().to_path_buf());
    let mut tables = 0;
    for entry in std::fs::read_dir(&theirs).unwrap() {
        let name = entry.unwrap().file_name();
        let [ours, theirs] = [&ours, &theirs].map(|folder| std::fs::read(folder.join(&name)).unwrap());
        assert!(ours == theirs, "{name:?} differs");
        tables += 1;
    }
    // All but the index.
    assert_eq!(std::fs::read_dir(&ours).unwrap().count(), tables + 1);
}

/// Has the system forget what it keeps of the shards.
fn forget(data: &Path) {
    #[cfg(target_os = "linux")]
    for entry in std::fs::read_dir(data).unwrap() {
        use std::os::fd::AsRawFd;
        let file = File::open(entry.unwrap().path()).unwrap();
        file.sync_all().unwrap();
        // SAFETY: the file is open; the call moves no memory of ours.
        unsafe { libc::posix_fadvise(file.as_raw_fd(), 0, 0, libc::POSIX_FADV_DONTNEED) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = data;
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

/// Reads every shard and writes a file of the size of each table, with as little else as can be.
fn floor(data: &Path, sizes: &Path, output: &Path, threads: usize) {
    let sizes = Index::read(sizes).unwrap().unwrap();
    std::fs::create_dir_all(output).unwrap();
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
                        let mut file = File::create(output.join(format!("timestep_{:05}.bin", table.step()))).unwrap();
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
