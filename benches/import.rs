//! Imports beside other readers of tables: pandas and polars (`peers/import.py`), where Python has them.
//!
//! `cargo bench --bench import` prints the table of BENCHMARKS.md: processor seconds and peak memory of whole processes
//! on the same generated CSV, medians of five runs in turn. `-- --quick` takes a smaller one, `-- OTHER-GROMA` compares
//! with another build of the command line, which may need `--interval`. With `--features parquet` groma imports the
//! same table as a Parquet file, too.
#![allow(missing_docs)]

mod common;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use common::{Cost, median};

const RUNS: usize = 5;
const STEPS: u32 = 400;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let trajectories = if arguments.iter().any(|argument| argument == "--quick") { 500 } else { 5000 };
    let scratch = common::scratch();
    let [csv, parquet, out] = ["walks.csv", "walks.parquet", "out"].map(|name| scratch.path().join(name));
    let rows = u64::from(trajectories) * u64::from(STEPS);
    write_csv(&csv, trajectories).unwrap();
    let size = csv.metadata().unwrap().len();
    let import = |program: &str, table: &Path| {
        let mut command = Command::new(program);
        command.args(["-q", "trajectories", "import", "--interval", "100"]).arg(table).arg(&out);
        command
    };
    let peer = |reader: &str, to: &Path| {
        let mut command = Command::new("python3");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/import.py")).arg(reader).arg(&csv).arg(to);
        // Its threads would only wait for each other where other programs are at work.
        command.env("POLARS_MAX_THREADS", "1");
        command
    };
    let mut ways = vec![("groma".to_string(), import(env!("CARGO_BIN_EXE_groma"), &csv))];
    for other in arguments.iter().filter(|argument| !argument.starts_with("--")) {
        ways.push((other.clone(), import(other, &csv)));
    }
    for reader in ["pandas", "polars"] {
        ways.push((format!("{reader}: read, sort, write"), peer(reader, &out)));
    }
    if cfg!(feature = "parquet") && peer("parquet", &parquet).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
    {
        ways.push(("groma, the table as Parquet of polars".into(), import(env!("CARGO_BIN_EXE_groma"), &parquet)));
    }
    let mut costs = vec![Vec::new(); ways.len()];
    for _ in 0..RUNS {
        for (costs, (_, command)) in costs.iter_mut().zip(&mut ways) {
            let _ = std::fs::remove_dir_all(&out);
            let _ = std::fs::remove_file(&out);
            costs.extend(run(command));
        }
    }
    println!("{rows} rows, {:.1} MB of CSV\n", size as f64 / 1.0e6);
    println!("| | CPU s | MB of CSV per CPU s | wall s | peak, MiB | CPU, of groma's |\n|---|---|---|---|---|---|");
    let first = median(&costs[0]);
    for ((name, _), costs) in ways.iter().zip(&costs) {
        if costs.len() < RUNS {
            eprintln!("without {name}: pip install pandas polars pyarrow");
            continue;
        }
        let Cost { cpu, wall, peak } = median(costs);
        let speed = size as f64 / 1.0e6 / cpu;
        println!("| {name} | {cpu:.2} | {speed:.0} | {wall:.2} | {peak:.0} | {:.2} |", cpu / first.cpu);
    }
}

/// Walks with millimetres, time step after time step, as trackers write them.
fn write_csv(path: &Path, trajectories: u32) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut line = String::from("id,frame,x,y,z\n");
    for frame in 0..STEPS {
        for id in 0..trajectories {
            let angle = f64::from(id) * 0.7 + f64::from(frame) * 0.01;
            let (x, y) = (500.0 * angle.cos() + f64::from(id % 97), 500.0 * (1.3 * angle).sin());
            let _ = writeln!(line, "{id},{frame},{x:.3},{y:.3},1.750");
            file.write_all(line.as_bytes())?;
            line.clear();
        }
    }
    file.flush()
}

/// Runs a process to its end; `None` where it cannot be run.
#[cfg(unix)]
fn run(command: &mut Command) -> Option<Cost> {
    let started = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
    // SAFETY: zero bytes are a valid rusage, and wait4 fills it, for a child of ours that nobody else waits for.
    let (is_well, usage) = unsafe {
        let (mut status, mut usage): (i32, libc::rusage) = (0, std::mem::zeroed());
        (libc::wait4(child.id() as i32, &mut status, 0, &mut usage) == child.id() as i32 && status == 0, usage)
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    let wall = started.elapsed().as_secs_f64();
    // Linux counts kibibytes.
    let peak = usage.ru_maxrss as f64 / 1024.0;
    is_well.then(|| Cost { cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime), wall, peak })
}

#[cfg(not(unix))]
fn run(command: &mut Command) -> Option<Cost> {
    let started = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    status.success().then(|| Cost { cpu: f64::NAN, wall: started.elapsed().as_secs_f64(), peak: f64::NAN })
}
