//! What an end of any kind, at any moment, leaves on the disk, and what the next run makes of it.
//!
//! The command line is run with something going wrong at the n-th system call that has to do with its files, for every
//! n (`tracer`): killed before it, killed within it, or the call fails. Nothing but these calls changes what is on the
//! disk, so they are all boundaries between all phases. Then every file under a final name must be the one of before or
//! the one of an undisturbed run, what index, journal and manifest say must be there, and a run without faults must end
//! with the bytes of an undisturbed one and nothing else.
//!
//! `GROMA_FAULT_ROUNDS=5000 cargo test --release --test faults` is the long form: so many rounds with kills at
//! arbitrary moments, after those at boundaries, and every way to fail at every call.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod common;
#[path = "faults/job.rs"]
mod job;
#[path = "faults/tracer.rs"]
mod tracer;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::skip;
use groma::io::mapped_array::{Access, ElementType, MappedArray};
use job::Job;
use tracer::Fault;

/// Says when processes cannot be traced.
fn can_trace(test: &str) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
    let traced = tracer::run(command.arg("--version"), "/".as_ref(), Fault::No, 0).is_ok();
    if !traced {
        skip(test, "the right to trace processes", "allow ptrace (docker run --cap-add SYS_PTRACE)");
    }
    traced
}

/// Kills each job at every boundary, and in `GROMA_FAULT_ROUNDS` further rounds (110) at arbitrary moments.
fn kill(jobs: &[Job]) {
    let arbitrary = std::env::var("GROMA_FAULT_ROUNDS").map_or(110, |text| text.parse().unwrap());
    let (mut rounds, mut kills) = (0, 0);
    for (job, fault) in jobs.iter().flat_map(|job| [(job, Fault::Kill), (job, Fault::Tear)]) {
        for at in 1.. {
            job.reset();
            let outcome = job.run(fault, at);
            let Some(hit) = outcome.hit else {
                job.assert_done("nothing went wrong");
                break;
            };
            let what = format!("{fault:?} at call {at}, {hit}");
            job.check(&what);
            (rounds, kills) = (rounds + 1, kills + 1);
            if at % 3 == 0 {
                // And the next run too, somewhere else.
                kills += usize::from(job.run(Fault::Kill, 1 + at * 7 % 23).hit.is_some());
                job.check(&format!("{what}, and again"));
            }
            job.finish(&what);
        }
    }
    let boundaries = rounds;
    let mut random = 1_u64;
    while rounds < boundaries + arbitrary {
        let job = &jobs[rounds % jobs.len()];
        job.reset();
        for attempt in 0..1 + rounds / jobs.len() % 3 {
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let moment = job.seconds() * (random >> 40) as f64 / f64::from(1 << 24);
            let started = Instant::now();
            let mut child = job.command().stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            while started.elapsed().as_secs_f64() < moment {
                std::thread::sleep(Duration::from_micros(50));
            }
            kills += usize::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
            job.check(&format!("kill {attempt} of round {rounds}, after {moment} s"));
        }
        job.finish(&format!("round {rounds}"));
        rounds += 1;
    }
    println!("{rounds} rounds, {boundaries} of them at boundaries, {kills} kills");
}

/// The ways in which calls fail.
const FAILURES: [Fault; 5] = [Fault::Fail(libc::EIO), Fault::StaysFull, Fault::Full, Fault::Interrupt, Fault::Short];

/// Lets every call of each job fail, and every third one, in the long form every one, in the rarer ways, too.
fn fail(jobs: &[Job]) {
    let (each, rarer) = FAILURES.split_at(2);
    let is_long = std::env::var_os("GROMA_FAULT_ROUNDS").is_some();
    fail_every(1, jobs, each);
    fail_every(if is_long { 1 } else { 3 }, jobs, rarer);
}

/// The same for every so many calls only, in some of the ways.
fn fail_every(stride: usize, jobs: &[Job], faults: &[Fault]) {
    let mut failed = 0;
    for (job, fault) in jobs.iter().flat_map(|job| faults.iter().map(move |&fault| (job, fault))) {
        for at in (1..).step_by(stride) {
            job.reset();
            let outcome = job.run(fault, at);
            let Some(hit) = &outcome.hit else { break };
            failed += 1;
            let what = format!("{fault:?} at call {at}, {hit}: {}", outcome.stderr);
            assert!(!outcome.stderr.contains("panicked") && !outcome.stderr.contains("internal error"), "{what}");
            job.check(&what);
            match (outcome.status.code(), fault.number()) {
                (Some(0), _) => job.assert_done_but_litter(&what),
                // A part, and the end of parts, say that they may be tried again.
                (Some(1 | 75), Some(number)) => {
                    // What `create_dir_all` says when it cannot look at a folder that is there.
                    let known = [number, libc::EEXIST].map(|n| outcome.stderr.contains(&format!("(os error {n})")));
                    assert!(known[0] || known[1] && hit.starts_with("statx"), "{what}");
                }
                (code, _) => panic!("exit code {code:?}: {what}"),
            }
            job.finish(&what);
        }
    }
    println!("{failed} calls failed");
}

#[test]
fn tables_survive_kills_at_every_boundary() {
    if can_trace("tables_survive_kills_at_every_boundary") {
        kill(&[Job::tables(), Job::tables_over_others()]);
    }
}

#[test]
fn cities_survive_kills_at_every_boundary() {
    if can_trace("cities_survive_kills_at_every_boundary") {
        kill(&[Job::city(), Job::city_over_another(), Job::merge()]);
    }
}

#[test]
fn imports_and_exports_survive_kills_at_every_boundary() {
    if can_trace("imports_and_exports_survive_kills_at_every_boundary") {
        kill(&[Job::import(), Job::export()]);
    }
}

#[test]
fn parts_survive_kills_at_every_boundary() {
    if can_trace("parts_survive_kills_at_every_boundary") {
        kill(&[Job::part(), Job::finish_parts(), Job::city_plan(), Job::city_part(), Job::finish_city()]);
    }
}

#[test]
fn calls_of_parts_may_fail() {
    if can_trace("calls_of_parts_may_fail") {
        fail_every(2, &[Job::part(), Job::finish_parts()], &[Fault::Fail(libc::EIO), Fault::StaysFull]);
        let cities = [Job::city_plan(), Job::city_part(), Job::finish_city()];
        fail_every(3, &cities, &[Fault::Fail(libc::EIO), Fault::StaysFull]);
    }
}

#[test]
fn levels_survive_kills_at_every_boundary() {
    if can_trace("levels_survive_kills_at_every_boundary") {
        kill(&[Job::levels(), Job::tileset()]);
    }
}

#[test]
fn calls_of_levels_may_fail() {
    if can_trace("calls_of_levels_may_fail") {
        fail_every(3, &[Job::levels(), Job::tileset()], &[Fault::Fail(libc::EIO), Fault::StaysFull]);
    }
}

#[test]
fn every_call_of_an_import_and_an_export_may_fail() {
    if can_trace("every_call_of_an_import_and_an_export_may_fail") {
        fail(&[Job::import(), Job::export()]);
    }
}

/// A terrain that does not fit the memory is put aside on the disk.
#[test]
fn calls_of_a_city_on_a_large_terrain_may_fail() {
    if can_trace("calls_of_a_city_on_a_large_terrain_may_fail") {
        fail_every(11, &[Job::city_on_large_terrain()], &[Fault::Fail(libc::EIO), Fault::StaysFull]);
    }
}

/// No command makes arrays, so that this program does, run once more by itself.
#[test]
fn every_call_of_an_array_may_fail() {
    const ELEMENTS: u64 = 5000;
    let name = "every_call_of_an_array_may_fail";
    let array = |of: i32| -> Result<(), groma::Error> {
        let path = std::env::var_os("GROMA_FAULT_ARRAY").unwrap();
        let mut array = MappedArray::create(path, ElementType::I32, &[ELEMENTS])?;
        array.as_mut_slice::<i32>()?.fill(of);
        array.flush()
    };
    if std::env::var_os("GROMA_FAULT_ARRAY").is_some() {
        array(2).unwrap_or_else(|e| {
            eprintln!("{e}");
            std::process::exit(1)
        });
        return;
    }
    if !can_trace(name) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("array");
    let mut failed = 0;
    for fault in FAILURES.into_iter().chain([Fault::Kill, Fault::Tear]) {
        for at in 1.. {
            let mut before = MappedArray::create(&path, ElementType::I32, &[3]).unwrap();
            before.as_mut_slice::<i32>().unwrap().fill(1);
            drop(before);
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", name, "--nocapture"]).env("GROMA_FAULT_ARRAY", &path);
            let outcome = tracer::run(&mut command, dir.path(), fault, at).unwrap();
            let Some(hit) = outcome.hit else { break };
            failed += 1;
            let what = format!("{fault:?} at call {at}, {hit}: {}", outcome.stderr);
            assert!(!outcome.stderr.contains("panicked"), "{what}");
            if let (Some(1), Some(number)) = (outcome.status.code(), fault.number()) {
                assert!(outcome.stderr.contains(&format!("(os error {number})")), "{what}");
            }
            let now = MappedArray::open(&path, Access::Read).unwrap_or_else(|e| panic!("{what}: {e}"));
            let (shape, values) = (now.shape(), now.as_slice::<i32>().unwrap());
            // Of a killed process the array is there, of zeros, or what it had written into it.
            let new = shape == [ELEMENTS] && values.iter().all(|value| [0, 2].contains(value));
            assert!(new || shape == [3] && values == [1, 1, 1], "{what}: {shape:?} {values:?}");
            assert!(new || !outcome.status.success(), "{what}");
        }
    }
    println!("{failed} calls failed");
}

#[test]
fn every_call_of_tables_and_data_sets_may_fail() {
    if can_trace("every_call_of_tables_and_data_sets_may_fail") {
        fail(&[Job::tables(), Job::tables_over_others(), Job::data_set()]);
    }
}

#[test]
fn every_call_of_a_city_may_fail() {
    if can_trace("every_call_of_a_city_may_fail") {
        fail(&[Job::city()]);
    }
}

#[test]
fn every_call_of_a_city_over_another_may_fail() {
    if can_trace("every_call_of_a_city_over_another_may_fail") {
        fail(&[Job::city_over_another()]);
    }
}

#[test]
fn every_call_of_a_merge_may_fail() {
    if can_trace("every_call_of_a_merge_may_fail") {
        fail(&[Job::merge()]);
    }
}
