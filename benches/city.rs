//! City meshes: what the stages take, beside other quality meshers on the same domain (plain refinement by spade, and
//! by `peers/meshers.py` Triangle and gmsh); tiles, threads, memory.
//!
//! `cargo bench --bench city [-- --quick]` prints the tables of BENCHMARKS.md. Each run is a process of its own;
//! medians.
#![allow(missing_docs)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use common::cpu_seconds;
use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
use groma::city::clean::clean;
use groma::city::domain::Domain;
use groma::city::footprints::read_footprints;
use groma::city::generate::{FOOTPRINTS_FILE, GenerateOptions, TERRAIN_FILE, write};
use groma::city::merge::{MergeOptions, merge_to_file};
use groma::city::parameters::Parameters;
use groma::city::planar::Planar;
use groma::city::store::MeshStore;
use groma::city::terrain::Terrain;
use groma::city::{CityInput, Footprints, Ground};
use groma::job::{RunOptions, Runner, process_peak_bytes};
use serde_json::{Value, json};
use spade::{AngleLimit, ConstrainedDelaunayTriangulation, Point2, RefinementParameters, Triangulation};
use tempfile::TempDir;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["build", data, store, tile_size, threads] => {
            child_build(Path::new(data), Path::new(store), tile_size, threads)
        }
        ["merge", store, output] => child_merge(Path::new(store), Path::new(output)),
        ["spade", data] => child_spade(&plane(Path::new(data))),
        ["domain", data] => child_domain(&plane(Path::new(data))),
        _ => parent(words.contains(&"--quick")),
    }
}

const UNTILED: &str = "1000000";

fn parent(quick: bool) {
    let rounds = if quick { 3 } else { 5 };
    let (small, large) = if quick { (2_000, 5_000) } else { (20_000, 100_000) };
    let bench = Bench { scratch: common::scratch(), rounds };
    bench.stages(small);
    bench.meshers(2_000);
    bench.tiles(small);
    bench.memory(if quick { &[1_000, 4_000] } else { &[5_000, 20_000, 100_000] });
    bench.threads(large);
}

struct Bench {
    scratch: TempDir,
    rounds: usize,
}

impl Bench {
    fn data(&self, buildings: u32) -> PathBuf {
        let folder = self.scratch.path().join(format!("city-{buildings}"));
        if !folder.exists() {
            write(&folder, &GenerateOptions::new(buildings)).unwrap();
        }
        folder
    }

    /// The medians of what so many runs say, number by number.
    fn median(&self, run: impl Fn(usize) -> Value) -> Value {
        let runs: Vec<Value> = (0..self.rounds).map(run).collect();
        let keys: Vec<&String> = runs[0].as_object().unwrap().keys().collect();
        let median = |key: &&String| {
            let mut values: Vec<f64> = runs.iter().map(|run| run[key.as_str()].as_f64().unwrap()).collect();
            values.sort_by(f64::total_cmp);
            (key.to_string(), json!(values[values.len() / 2]))
        };
        Value::Object(keys.iter().map(median).collect())
    }

    fn build(&self, data: &Path, tile_size: &str, threads: &str) -> Value {
        self.median(|n| {
            let store = self.scratch.path().join(format!("store-{n}"));
            let _ = std::fs::remove_dir_all(&store);
            child(&["build", data.to_str().unwrap(), store.to_str().unwrap(), tile_size, threads])
        })
    }

    fn merge(&self) -> Value {
        self.median(|n| {
            let store = self.scratch.path().join(format!("store-{n}"));
            let output = self.scratch.path().join("mesh.ply");
            child(&["merge", store.to_str().unwrap(), output.to_str().unwrap()])
        })
    }

    fn stages(&self, buildings: u32) {
        let data = self.data(buildings);
        let built = self.build(&data, UNTILED, "1");
        let merge = self.merge();
        let plane = number(&built, "plane");
        println!("{buildings} buildings, one thread; seconds per million triangles of the plane\n");
        println!("| read | clean | points | triangulate | refine | heights, walls | store | merge | all, CPU |");
        println!("|---|---|---|---|---|---|---|---|---|");
        let mut row = String::from("|");
        for stage in ["read", "clean", "points", "triangulate", "refine", "surface", "store"] {
            row += &format!(" {:.3} |", number(&built, stage) / plane * 1e6);
        }
        let all = number(&built, "cpu") + number(&merge, "cpu");
        println!("{row} {:.3} | {:.3} |\n", number(&merge, "cpu") / plane * 1e6, all / plane * 1e6);
        println!("\nmerge: {:.1} % of the CPU\n", 100.0 * number(&merge, "cpu") / all);
    }

    fn meshers(&self, buildings: u32) {
        let data = self.data(buildings);
        let data = data.to_str().unwrap();
        let domain = self.scratch.path().join("domain.json");
        std::fs::write(&domain, child(&["domain", data]).to_string()).unwrap();
        let built = self.build(Path::new(data), UNTILED, "1");
        let mut runs = vec![("groma, the plane", built), ("spade, refine", self.median(|_| child(&["spade", data])))];
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/meshers.py");
        for (name, mesher) in [("Triangle, -pq25a43.3", "triangle"), ("gmsh, Delaunay", "gmsh")] {
            let run = || Command::new("python3").args([script, mesher]).arg(&domain).output().ok();
            let said = |output: std::process::Output| serde_json::from_slice(&output.stdout).ok();
            match run().and_then(said) {
                Some(first) => runs.push((
                    name,
                    self.median(|n| if n == 0 { Value::clone(&first) } else { run().and_then(said).unwrap() }),
                )),
                None => eprintln!("without {mesher}: pip install triangle gmsh numpy"),
            }
        }
        println!("{buildings} buildings, one thread\n");
        println!("| | triangles | CPU s per million | under 25 degrees | under 20 | under 10 | smallest |");
        println!("|---|---|---|---|---|---|---|");
        for (name, run) in &runs {
            let triangles = number(run, "plane");
            let seconds = match run.get("points") {
                Some(_) => ["points", "triangulate", "refine"].map(|stage| number(run, stage)).iter().sum(),
                None => number(run, "cpu"),
            };
            let share = |key| 100.0 * number(run, key) / triangles;
            println!(
                "| {name} | {triangles:.0} | {:.2} | {:.4} % | {:.4} % | {:.4} % | {:.2} |",
                seconds / triangles * 1e6,
                share("under_25"),
                share("under_20"),
                share("under_10"),
                number(run, "min_angle")
            );
        }
        println!();
    }

    fn tiles(&self, buildings: u32) {
        let data = self.data(buildings);
        println!("{buildings} buildings, one thread\n");
        println!("| tiles of | tiles | CPU s | beside untiled | peak memory, MiB |");
        println!("|---|---|---|---|---|");
        let whole = number(&self.build(&data, UNTILED, "1"), "cpu");
        for tile_size in [UNTILED, "2000", "1000", "500", "250"] {
            let run = self.build(&data, tile_size, "1");
            let (cpu, tiles) = (number(&run, "cpu"), number(&run, "tiles"));
            let name = if tile_size == UNTILED { "all" } else { tile_size };
            println!("| {name} | {tiles:.0} | {cpu:.2} | {:.2} | {:.0} |", cpu / whole, number(&run, "peak"));
        }
        println!();
    }

    fn memory(&self, sizes: &[u32]) {
        println!("tiles of 1000 m, one thread, memory limit 128 MiB\n");
        println!(
            "| buildings | tiles | triangles, millions | CPU s | merge, CPU s | peak memory, MiB | of the merge |"
        );
        println!("|---|---|---|---|---|---|---|");
        for &buildings in sizes {
            let run = self.build(&self.data(buildings), "1000", "1");
            let merge = self.merge();
            println!(
                "| {buildings} | {:.0} | {:.2} | {:.2} | {:.2} | {:.0} | {:.0} |",
                number(&run, "tiles"),
                number(&run, "triangles") * 1e-6,
                number(&run, "cpu"),
                number(&merge, "cpu"),
                number(&run, "peak"),
                number(&merge, "peak")
            );
        }
        println!();
    }

    fn threads(&self, buildings: u32) {
        let data = self.data(buildings);
        let [one, two] = ["1", "2"].map(|threads| self.build(&data, "1000", threads));
        println!("{buildings} buildings, tiles of 1000 m\n");
        println!("| threads | wall s | of it tiles | CPU s |\n|---|---|---|---|");
        for (threads, run) in [(1, &one), (2, &two)] {
            let [wall, tiles, cpu] = ["wall", "tiles_wall", "cpu"].map(|key| number(run, key));
            println!("| {threads} | {wall:.2} | {tiles:.2} | {cpu:.2} |");
        }
        println!("\ntwo threads: {:.2}x\n", number(&one, "wall") / number(&two, "wall"));
    }
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap()
}

fn child(arguments: &[&str]) -> Value {
    let output = Command::new(std::env::current_exe().unwrap()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn child_build(data: &Path, store: &Path, tile_size: &str, threads: &str) {
    let input = CityInput {
        footprints: Footprints::File(data.join(FOOTPRINTS_FILE), Default::default()),
        terrain: Ground::File(data.join(TERRAIN_FILE)),
    };
    let memory_limit = match (tile_size, threads) {
        // Untiled, everything is at work at once.
        (UNTILED, _) => 16 << 30,
        (_, "1") => 128 << 20,
        // On two threads cleaning 100,000 footprints takes more at once.
        _ => 192 << 20,
    };
    let run = RunOptions { threads: threads.parse().unwrap(), memory_limit, ..RunOptions::default() };
    let options =
        BuildCityMeshOptions { tile_size: tile_size.parse().unwrap(), run, ..BuildCityMeshOptions::default() };
    let report = build_city_mesh(&input, store, &options).unwrap();
    assert!(report.is_complete() && report.healed.is_empty());
    let phase = |name: &str| report.phases.iter().find(|p| p.name == name).map_or(0.0, |p| p.seconds);
    let (counts, stages) = (&report.counts, &report.stages);
    println!(
        "{}",
        json!({
            "cpu": cpu_seconds(), "wall": report.seconds, "tiles_wall": phase("tiles"), "peak": peak(),
            "tiles": report.tiles, "triangles": counts.triangles(), "plane": counts.triangles() - counts.walls,
            "read": phase("read"), "clean": phase("clean"), "points": stages.points, "triangulate": stages.triangulate,
            "refine": stages.refine, "surface": stages.surface, "store": stages.store,
            "under_25": counts.quality.under_25, "under_20": counts.quality.under_20,
            "under_10": counts.quality.under_10, "min_angle": counts.quality.min_angle(),
        })
    );
}

fn child_merge(store: &Path, output: &Path) {
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let started = Instant::now();
    merge_to_file(&MeshStore::open(store).unwrap(), output, &MergeOptions::default(), &mut runner).unwrap();
    println!("{}", json!({ "cpu": cpu_seconds(), "wall": started.elapsed().as_secs_f64(), "peak": peak() }));
}

/// The ends and the edges of cleaned footprints and the border.
fn plane(data: &Path) -> (Vec<[f64; 2]>, Vec<[usize; 2]>) {
    let footprints = read_footprints(data.join(FOOTPRINTS_FILE), &Default::default()).unwrap().footprints;
    let terrain = Terrain::open(data.join(TERRAIN_FILE), &Default::default()).unwrap();
    let domain = Domain::new(terrain.bounds()).unwrap();
    let roofs = vec![0.0; footprints.len()];
    let runner = Runner::new(&RunOptions::default()).unwrap();
    let cleaned = clean(&footprints, &roofs, &domain.into(), &Parameters::DEFAULT, runner.context()).unwrap();
    let rings = cleaned.buildings.iter().enumerate();
    let rings = rings.flat_map(|(n, b)| b.rings.iter().map(move |ring| (n as u32, ring.as_slice())));
    let planar = Planar::new(&domain.into(), rings);
    let mut ends: Vec<[i32; 2]> = planar.edges().iter().flat_map(|e| [e.a, e.b]).collect();
    ends.sort_unstable();
    ends.dedup();
    let vertex = |p: [i32; 2]| ends.binary_search(&p).unwrap();
    let edges: Vec<[usize; 2]> = planar.edges().iter().map(|e| [vertex(e.a), vertex(e.b)]).collect();
    (ends.iter().map(|p| p.map(|v| f64::from(v) / 1024.0)).collect(), edges)
}

fn child_domain((points, edges): &(Vec<[f64; 2]>, Vec<[usize; 2]>)) {
    println!("{}", json!({ "points": points, "edges": edges }));
}

/// What plain refinement makes of the same edges, with triangles no larger than those of groma's lattice on open
/// ground.
fn child_spade((points, edges): &(Vec<[f64; 2]>, Vec<[usize; 2]>)) {
    let (points, edges) = (points.iter().map(|p| Point2::new(p[0], p[1])).collect(), edges.clone());
    let before = cpu_seconds();
    let mut cdt = ConstrainedDelaunayTriangulation::<Point2<f64>>::bulk_load_cdt(points, edges).unwrap();
    let parameters = RefinementParameters::<f64>::new()
        .with_angle_limit(AngleLimit::from_deg(25.0))
        .with_max_allowed_area(43.3)
        .with_max_additional_vertices(100_000_000);
    cdt.refine(parameters);
    let cpu = cpu_seconds() - before;

    let mut under = [0_u64; 3];
    let mut smallest = 90.0_f64;
    for face in cdt.inner_faces() {
        let p = face.positions();
        let mut sides = [0, 1, 2].map(|i| {
            let (a, b) = (p[i], p[(i + 1) % 3]);
            (a.x - b.x).powi(2) + (a.y - b.y).powi(2)
        });
        sides.sort_by(f64::total_cmp);
        let cos = (sides[1] + sides[2] - sides[0]) / (2.0 * (sides[1] * sides[2]).sqrt());
        let angle = cos.min(1.0).acos().to_degrees();
        smallest = smallest.min(angle);
        for (count, limit) in under.iter_mut().zip([25.0, 20.0, 10.0]) {
            *count += u64::from(angle < limit - 1e-9);
        }
    }
    let [under_25, under_20, under_10] = under;
    println!(
        "{}",
        json!({
            "cpu": cpu, "plane": cdt.num_inner_faces(), "min_angle": smallest,
            "under_25": under_25, "under_20": under_20, "under_10": under_10,
        })
    );
}

/// The most physical memory so far, in MiB.
fn peak() -> f64 {
    process_peak_bytes().map_or(f64::NAN, |bytes| bytes as f64 / (1 << 20) as f64)
}
