//! Makes a small data set, builds its hash tables and says where they are.
//!
//! `cargo run --release --example hash_tables [FOLDER]`
use std::path::PathBuf;

use groma::trajectory::build::{BuildHashTablesOptions, spawn_hash_tables};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::inspect::inspect;

fn main() -> groma::Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("target/demo"), PathBuf::from);
    if !folder.join("dataset-meta.bin").exists() {
        // 2,000 trajectories in 6 shards of 50 time steps; some begin late, end early or have a gap.
        let options = GenerateOptions { late: 0.2, early: 0.2, gaps: 0.1, ..GenerateOptions::new(2000, 6, 50) };
        generate(&folder, &options)?;
    }
    println!("{}", inspect(&folder)?);

    let job = spawn_hash_tables(&folder, BuildHashTablesOptions::new(50.0), None)?;
    while !job.wait(Some(std::time::Duration::from_millis(200))) {
        println!("{:.0} %", 100.0 * job.poll().fraction);
    }
    println!("{}", job.finish()?);
    Ok(())
}
