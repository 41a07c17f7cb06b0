//! What benchmarks share: a folder to work in, processes that are measured, medians.
#![allow(dead_code)]

use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder of its own for a benchmark, removed with it.
pub fn scratch() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// What one process took.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Processor seconds, in user and system mode.
    pub cpu: f64,
    pub wall: f64,
    /// The most physical memory, in MiB, where the process says it.
    pub peak: f64,
}

/// groma's command line.
pub fn groma(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
    command.args(arguments);
    command
}

/// Runs a process to its end; its peak memory is what it says as `process_peak_bytes` in JSON on its standard output.
/// One process at a time can be measured.
pub fn measure(command: &mut Command) -> Cost {
    let (before, started) = (children_cpu_seconds(), Instant::now());
    let output = command.stdin(Stdio::null()).output().unwrap();
    let wall = started.elapsed().as_secs_f64();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let peak = said["process_peak_bytes"].as_f64().unwrap_or(f64::NAN) / f64::from(1 << 20);
    Cost { cpu: children_cpu_seconds() - before, wall, peak }
}

/// What [`measure`] reads.
pub fn say_peak() {
    println!("{}", json!({ "process_peak_bytes": groma::job::process_peak_bytes() }));
}

/// The medians of several runs, number by number.
pub fn median(costs: &[Cost]) -> Cost {
    let middle = |pick: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Cost { cpu: middle(|c| c.cpu), wall: middle(|c| c.wall), peak: middle(|c| c.peak) }
}

/// User and system time of this process so far.
pub fn cpu_seconds() -> f64 {
    #[cfg(unix)]
    return usage(libc::RUSAGE_SELF);
    #[cfg(not(unix))]
    return f64::NAN;
}

/// The same of the processes that it has started and that have ended.
fn children_cpu_seconds() -> f64 {
    #[cfg(unix)]
    return usage(libc::RUSAGE_CHILDREN);
    #[cfg(not(unix))]
    return f64::NAN;
}

#[cfg(unix)]
fn usage(who: libc::c_int) -> f64 {
    // SAFETY: zero bytes are a valid rusage, and getrusage fills it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(who, &mut usage);
        usage
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
