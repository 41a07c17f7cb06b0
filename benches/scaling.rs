//! How cost and memory grow: over three decades of trajectories, time steps, shards, buildings and area, with the
//! exponents that fit.
//!
//! `cargo bench --bench scaling [-- --quick]` prints the table of BENCHMARKS.md. Each run is a process of its own, one
//! thread, medians of three. The exponent is that of the power law between the last two sizes, and over all by least
//! squares; small runs are mostly the start of a process, so the first says more.
#![allow(missing_docs)]

mod common;

use std::cell::Cell;
use std::path::{Path, PathBuf};

use common::{Cost, groma, measure, median};
use groma::city::generate as town;
use groma::city::terrain::{Terrain, TerrainOptions};
use groma::io::geotiff;
use groma::io::raster::RasterHeader;
use groma::trajectory::generate::{GenerateOptions, generate};

fn main() {
    let quick = std::env::args().any(|a| a == "--quick");
    let scratch = common::scratch();
    let scratch = scratch.path();
    println!(
        "| what grows | from | to | CPU s | exponent, last decade | over all | peak, MiB | exponent, last decade |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let decades = |first: u32, last: u32| -> Vec<u32> {
        let sizes = std::iter::successors(Some(first), |n| n.checked_mul(10)).take_while(|&n| n <= last);
        let sizes: Vec<u32> = sizes.collect();
        sizes[..sizes.len() - usize::from(quick)].to_vec()
    };
    // Nothing is removed before the end: ext4 passes over each inode that was freed within the last minute before it
    // takes a new one, which made builds of many small files grow faster than they do.
    let made = Cell::new(0);
    let fresh = || {
        made.set(made.get() + 1);
        scratch.join(made.get().to_string())
    };
    let tables = |trajectories, shards, steps| {
        let data = fresh();
        generate(&data, &GenerateOptions::new(trajectories, shards, steps)).unwrap();
        data
    };
    let build = |data: &Path| {
        let mut command = groma(&["-q", "trajectories", "build", "--json", "--cell-size", "50", "--threads", "1"]);
        measure(command.arg("--output").arg(fresh()).arg(data))
    };
    grow("trajectories, of 20 time steps", &decades(1_000, 1_000_000), |n| tables(n, 1, 20), build);
    grow("time steps of one shard, of 500 trajectories", &decades(10, 10_000), |n| tables(500, 1, n), build);
    grow("shards of 500 trajectories and 10 time steps", &decades(3, 3_000), |n| tables(500, n, 10), build);

    let city = |buildings| {
        let data = fresh();
        town::write(&data, &town::GenerateOptions::new(buildings)).unwrap();
        data
    };
    let build = |data: &Path| {
        let mut command = groma(&["-q", "city", "build", "--json", "--threads", "1"]);
        command.arg(data.join(town::FOOTPRINTS_FILE)).arg("--terrain").arg(data.join(town::TERRAIN_FILE));
        measure(command.arg("--store").arg(fresh()).arg("--output").arg(fresh().with_extension("ply")))
    };
    grow("buildings, and the area with them", &decades(100, 100_000), city, build);
    let countryside = |area: u32| {
        let data = city(100);
        let path = data.join(town::TERRAIN_FILE);
        let [west, south, ..] = Terrain::open(&path, &TerrainOptions::default()).unwrap().bounds();
        let edge = (f64::from(area).sqrt() * 100.0).ceil();
        let pixels = edge as usize;
        let cell = [10.0; 2];
        let header = RasterHeader { cols: pixels, rows: pixels, west, north: south + 10.0 * edge, cell, epsg: None };
        let slope = |row: usize, values: &mut [f32]| {
            values.iter_mut().zip(0..).for_each(|(value, col)| *value = 0.1 * (row + col) as f32);
            Ok(())
        };
        geotiff::write(&path, &header, slope).unwrap();
        data
    };
    grow("square kilometres around 100 buildings", &decades(1, 1_000), countryside, build);
}

/// A row: runs of each size on the data that `make` makes.
fn grow(what: &str, sizes: &[u32], make: impl Fn(u32) -> PathBuf, run: impl Fn(&Path) -> Cost) {
    let costs: Vec<Cost> = sizes
        .iter()
        .map(|&size| {
            let data = make(size);
            median(&[run(&data), run(&data), run(&data)])
        })
        .collect();
    let points = |pick: fn(&Cost) -> f64| -> Vec<[f64; 2]> {
        sizes.iter().zip(&costs).map(|(&n, cost)| [f64::from(n).ln(), pick(cost).ln()]).collect()
    };
    let (cpu, peak) = (points(|cost| cost.cpu), points(|cost| cost.peak));
    let last = costs[costs.len() - 1];
    println!(
        "| {what} | {} | {} | {:.2} | {:.2} | {:.2} | {:.1} | {:.2} |",
        sizes[0],
        sizes[sizes.len() - 1],
        last.cpu,
        slope(&cpu[cpu.len() - 2..]),
        slope(&cpu),
        last.peak,
        slope(&peak[peak.len() - 2..])
    );
}

/// The slope of the line through points, by least squares.
fn slope(points: &[[f64; 2]]) -> f64 {
    let mean = |d: usize| points.iter().map(|p| p[d]).sum::<f64>() / points.len() as f64;
    let [x, y] = [mean(0), mean(1)];
    let product: f64 = points.iter().map(|p| (p[0] - x) * (p[1] - y)).sum();
    product / points.iter().map(|p| (p[0] - x).powi(2)).sum::<f64>()
}
