//! The memory that a job takes, as the system counts it: in a process of its own, which measures itself.
//!
//! Linux keeps the most physical memory a process has had (`VmHWM`), pages of files included: of the executable, its
//! libraries, and mapped files. How many of those are in memory depends on what the page cache holds. So the process
//! first reads all pages of its executable and its libraries; they are a constant from then on, which is taken off the
//! peak at the end. What remains is the anonymous memory and the pages of files that the job itself maps.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::process::Command;

use serde_json::Value;

/// The environment variable with the job of a process that measures itself.
const JOB: &str = "GROMA_TEST_MEASURED_JOB";
/// What the line with the result begins with.
const RESULT: &str = "measured: ";

/// In a process that [`measured`] started, does its job, prints what `work` gives, and ends the process.
pub fn work_if_measured(work: impl FnOnce(&Value) -> Value) {
    let Ok(job) = std::env::var(JOB) else { return };
    let job: Value = serde_json::from_str(&job).unwrap();
    let program = read_program_pages();
    let mut result = work(&job);
    result["peak"] = (status("VmHWM") - program).into();
    println!("\n{RESULT}{result}");
    std::process::exit(0);
}

/// Runs `test` of this program in a process of its own, where [`work_if_measured`] does the job. `peak` in what it
/// gives is the most memory of that process without the pages of its program, in bytes.
pub fn measured(test: &str, job: &Value) -> Value {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(["--exact", test, "--nocapture"]).env(JOB, job.to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let result = said.lines().find_map(|line| line.strip_prefix(RESULT));
    let failed = || panic!("{job}: {said}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(result.unwrap_or_else(failed)).unwrap()
}

/// Brings each page of the executable and its libraries into memory, and gives the bytes of all pages of files.
fn read_program_pages() -> u64 {
    const PAGE: u64 = 4096;
    let memory = File::open("/proc/self/mem").unwrap();
    for line in std::fs::read_to_string("/proc/self/maps").unwrap().lines() {
        let mut fields = line.split_whitespace();
        let (range, access) = (fields.next().unwrap(), fields.next().unwrap());
        // What the process may write to is no page of the file any more once it did.
        if !access.starts_with("r-") || !line.contains('/') {
            continue;
        }
        let (first, end) = range.split_once('-').unwrap();
        let [first, end] = [first, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        for page in (first..end).step_by(PAGE as usize) {
            memory.read_at(&mut [0], page).unwrap();
        }
    }
    status("RssFile")
}

/// A line of `/proc/self/status`, in bytes.
pub fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}
