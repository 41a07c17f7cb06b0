//! What the kernel takes for a table's file, in different ways of making it (`peers/files.c`).
//!
//! `cargo bench --bench files` prints the table of BENCHMARKS.md: microseconds of CPU time a file, medians of five runs
//! in turn.
#![allow(missing_docs)]

mod common;

use std::path::Path;
use std::process::Command;

const WAYS: [(&str, &str); 6] = [
    ("create", "create, write, close: may be torn under its name"),
    ("nameless", "without a name, then named (as groma does)"),
    ("nameless, allocated", "the same, space allocated first"),
    ("rename", "under another name, then renamed"),
    ("mapped", "created, made long, mapped, copied into"),
    ("io_uring", "created by io_uring, 32 files a call"),
];
const FILES: u32 = 1500;
const SIZES: [u32; 2] = [35_000, 114_000];

fn main() {
    let scratch = common::scratch();
    let scratch = scratch.path();
    let program = scratch.join("files");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/files.c");
    let compile = |more: &[&str]| {
        let mut compiler = Command::new("cc");
        compiler.args(["-O2", source, "-o"]).arg(&program).args(more);
        compiler.output().is_ok_and(|output| output.status.success())
    };
    let uring = compile(&["-DWITH_URING", "-luring"]);
    assert!(uring || compile(&[]), "it needs Linux and a C compiler");
    let run = |way: &str, folder: &Path, size: u32| -> f64 {
        let mut command = Command::new(&program);
        let output = command.arg(way).arg(folder).args([FILES, size].map(|n| n.to_string())).output().unwrap();
        assert!(output.status.success(), "{way}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
    };
    println!("| microseconds a file of | {} bytes | {} bytes |\n|---|---|---|", SIZES[0], SIZES[1]);
    let ways: Vec<_> = WAYS.iter().filter(|(way, _)| uring || *way != "io_uring").collect();
    // Nothing is removed before the end: ext4 looks at each inode that was freed lately before it takes another.
    let mut costs = vec![[const { Vec::new() }; 2]; ways.len()];
    for round in 0..5 {
        for (costs, (way, _)) in costs.iter_mut().zip(&ways) {
            for (costs, size) in costs.iter_mut().zip(SIZES) {
                costs.push(run(way, &scratch.join(format!("{way}-{size}-{round}")), size));
            }
        }
    }
    for (costs, (_, what)) in costs.iter_mut().zip(ways) {
        let [small, large] = costs.each_mut().map(|costs| {
            costs.sort_by(f64::total_cmp);
            costs[costs.len() / 2]
        });
        println!("| {what} | {small:.0} | {large:.0} |");
    }
}
