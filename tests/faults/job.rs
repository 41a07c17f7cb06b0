//! The jobs that are disturbed, and what must be true of their folders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use groma::Error;
use groma::city::generate as town;
use groma::city::store::{MANIFEST_NAME, MeshStore};
use groma::trajectory::build::JOURNAL_NAME;
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::table::{Index, TableFolder};
use xxhash_rust::xxh3::xxh3_64;

use super::tracer::{self, Fault, Outcome};

/// The files below a folder, by their paths relative to it.
type Tree = BTreeMap<String, Vec<u8>>;

const CELL: f32 = 20.0;

/// A command that writes to one folder.
pub struct Job {
    name: &'static str,
    /// Its inputs, and the folder `out`.
    dir: tempfile::TempDir,
    arguments: Vec<String>,
    /// What is in the folder before, and after an undisturbed run.
    start: Tree,
    expected: Tree,
    seconds: f64,
    /// Whether the folder must be cleared before the command is tried again.
    anew: bool,
    /// Whether leftovers of a killed run stay, because others may be at work on them.
    keeps_litter: bool,
}

impl Job {
    /// Tables where there are none.
    pub fn tables() -> Job {
        Job::of_tables("tables", None)
    }

    /// Tables over those of another box.
    pub fn tables_over_others() -> Job {
        Job::of_tables("tables over others", Some("50"))
    }

    fn of_tables(name: &'static str, margin_before: Option<&str>) -> Job {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        generate(&data, &GenerateOptions::new(40, 2, 2)).unwrap();
        let arguments = |more: &[&str]| {
            let mut all =
                strings(&["trajectories", "build", "--cell-size", "20", "--threads", "1", "--batch-size", "1"]);
            all.extend(strings(&["--resume", "--output", text(&dir.path().join("out")), text(&data)]));
            all.extend(strings(more));
            all
        };
        let (before, now) = match margin_before {
            Some(margin) => (Some(arguments(&["--margin", margin])), arguments(&["--fsync"])),
            None => (None, arguments(&[])),
        };
        Job::new(name, dir, before, now)
    }

    /// A part of tables that were planned.
    pub fn part() -> Job {
        let (dir, arguments) = Job::in_parts();
        let job = Job::new("part", dir, Some(arguments(&["plan"])), arguments(&["build", "--part", "1/1"]));
        Job { keeps_litter: true, ..job }
    }

    /// The end of tables in parts.
    pub fn finish_parts() -> Job {
        let (dir, arguments) = Job::in_parts();
        let planned = Job::new("finish", dir, Some(arguments(&["plan"])), arguments(&["build", "--part", "1/2"]));
        Job::new("finish", planned.dir, Some(arguments(&["build", "--part", "2/2"])), arguments(&["finish"]))
    }

    fn in_parts() -> (tempfile::TempDir, impl Fn(&[&str]) -> Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        let (data, out) = (dir.path().join("data"), dir.path().join("out"));
        generate(&data, &GenerateOptions::new(40, 2, 2)).unwrap();
        let arguments = move |command: &[&str]| {
            let mut all = strings(&["trajectories"]);
            all.extend(strings(command));
            all.extend(strings(&["--cell-size", "20", "--threads", "1", "--batch-size", "1"]));
            all.extend(strings(&["--output", text(&out), text(&data)]));
            all
        };
        (dir, arguments)
    }

    /// A data set.
    pub fn data_set() -> Job {
        let dir = tempfile::tempdir().unwrap();
        let mut arguments = strings(&["trajectories", "generate", text(&dir.path().join("out"))]);
        arguments.extend(strings(&["--trajectories", "10", "--shards", "2", "--steps", "3"]));
        Job { anew: true, ..Job::new("data set", dir, None, arguments) }
    }

    /// A data set of rows that do not fit the memory limit.
    pub fn import() -> Job {
        let dir = tempfile::tempdir().unwrap();
        let csv = dir.path().join("rows.csv");
        let row = |n: u32| format!("{},{},{}.5,{},0\n", n % 97, n / 97, n % 13, n % 7);
        std::fs::write(&csv, "id,frame,x,y,z\n".to_string() + &(0..2425).map(row).collect::<String>()).unwrap();
        let mut arguments = strings(&["trajectories", "import", "--interval", "4", "--memory-limit", "12740000"]);
        arguments.extend(strings(&[text(&csv), text(&dir.path().join("out"))]));
        Job { anew: true, ..Job::new("import", dir, None, arguments) }
    }

    /// The tiles of a store as files for engines, over those of a city with a building less.
    pub fn export() -> Job {
        let (dir, arguments) = Job::town();
        let (store, out) = (dir.path().join("out/store"), dir.path().join("out/glb"));
        let export = strings(&["city", "export", "--format", "glb", "--output", text(&out), text(&store)]);
        let before = Job::new("export", dir, Some(arguments("before.geojson", &[])), export.clone());
        Job::new("export", before.dir, Some(arguments("footprints.geojson", &[])), export)
    }

    /// The levels of detail of a city, over those of one with a house less.
    pub fn levels() -> Job {
        let (dir, build) = Job::village();
        let levels = strings(&["city", "levels", "--threads", "1", text(&dir.path().join("out/store"))]);
        let before = Job::new("levels", dir, Some(build("before")), levels.clone());
        Job::new("levels", before.dir, Some(build("houses")), levels)
    }

    /// A tileset, over that of a city with a house less.
    pub fn tileset() -> Job {
        let (dir, build) = Job::village();
        let (store, out) = (dir.path().join("out/store"), dir.path().join("out/tileset"));
        let mut export = strings(&["city", "export", "--format", "3dtiles", "--placement", "local"]);
        export.extend(strings(&["--threads", "1", "--output", text(&out), text(&store)]));
        let before = Job::new("tileset", dir, Some(build("before")), export.clone());
        Job::new("tileset", before.dir, Some(build("houses")), export)
    }

    /// Three houses on a plain of four leaves.
    fn village() -> (tempfile::TempDir, impl Fn(&str) -> Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_path_buf();
        let row = "3 ".repeat(14);
        let rows = [row.as_str(); 14].join("\n");
        let terrain = format!("ncols 14\nnrows 14\nxllcorner 0\nyllcorner 0\ncellsize 50\n{rows}\n");
        std::fs::write(path.join("plain.asc"), terrain).unwrap();
        let house = |[x, y]: [u32; 2]| {
            let ring = [[x, y], [x + 20, y], [x + 20, y + 20], [x, y + 20], [x, y]];
            serde_json::json!({
                "type": "Feature", "properties": { "height": 9 },
                "geometry": { "type": "Polygon", "coordinates": [ring] },
            })
        };
        let houses = [[100, 100], [490, 200], [600, 600]].map(house);
        for (name, features) in [("before", &houses[1..]), ("houses", &houses[..])] {
            let collection = serde_json::json!({ "type": "FeatureCollection", "features": features });
            std::fs::write(path.join(format!("{name}.geojson")), collection.to_string()).unwrap();
        }
        let build = move |houses: &str| {
            let footprints = path.join(format!("{houses}.geojson"));
            let mut all = strings(&["city", "build", text(&footprints), "--terrain", text(&path.join("plain.asc"))]);
            all.extend(strings(&["--store", text(&path.join("out/store")), "--threads", "1"]));
            all.extend(strings(&["--max-mesh-size", "40", "--building-mesh-triangle-size", "40"]));
            all
        };
        (dir, build)
    }

    /// The plan of a city, over that of a city with a house less.
    pub fn city_plan() -> Job {
        let (dir, build) = Job::village();
        let plan = |houses: &str| Job::piece(&dir, &[&["plan"], &strings_of(&build(houses))[2..]].concat());
        let (before, now) = (plan("before"), plan("houses"));
        Job::new("city plan", dir, Some(before), now)
    }

    /// A part of a planned city.
    pub fn city_part() -> Job {
        let (dir, build) = Job::village();
        let plan = Job::piece(&dir, &[&["plan"], &strings_of(&build("houses"))[2..]].concat());
        let part = Job::piece(&dir, &["build", "--part", "1/1"]);
        let job = Job::new("city part", dir, Some(plan), part);
        Job { keeps_litter: true, ..job }
    }

    /// The end of a city in parts.
    pub fn finish_city() -> Job {
        let (dir, build) = Job::village();
        let plan = Job::piece(&dir, &[&["plan"], &strings_of(&build("houses"))[2..]].concat());
        let part = Job::piece(&dir, &["build", "--part", "1/1"]);
        let planned = Job::new("city finish", dir, Some(plan), part.clone());
        let finish = Job::piece(&planned.dir, &["finish"]);
        Job::new("city finish", planned.dir, Some(part), finish)
    }

    fn piece(dir: &tempfile::TempDir, arguments: &[&str]) -> Vec<String> {
        let mut all = strings(&["city"]);
        all.extend(strings(arguments));
        if !arguments.contains(&"--store") {
            all.extend(strings(&["--store", text(&dir.path().join("out/store")), "--threads", "1"]));
        }
        all
    }

    /// A city on a terrain that does not fit the memory limit.
    pub fn city_on_large_terrain() -> Job {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        town::write(path, &town::GenerateOptions { cell: 0.2, ..town::GenerateOptions::new(60) }).unwrap();
        let in_dir = |name: &str| text(&path.join(name)).to_string();
        let mut arguments =
            strings(&["city", "build", &in_dir("footprints.geojson"), "--terrain", &in_dir("terrain.tif")]);
        arguments.extend(strings(&["--store", &in_dir("out/store"), "--temp-dir", text(path), "--threads", "1"]));
        arguments.extend(strings(&["--memory-limit", "20MiB"]));
        Job::new("city on a large terrain", dir, None, arguments)
    }

    /// A city and its merged mesh, where there is nothing.
    pub fn city() -> Job {
        let (dir, arguments) = Job::town();
        let arguments = arguments("footprints.geojson", &[]);
        Job::new("city", dir, None, arguments)
    }

    /// A city over one with a building less, so that tiles stay, are renumbered and are replaced.
    pub fn city_over_another() -> Job {
        let (dir, arguments) = Job::town();
        let (before, now) = (arguments("before.geojson", &[]), arguments("footprints.geojson", &["--fsync"]));
        Job::new("city over another", dir, Some(before), now)
    }

    fn town() -> (tempfile::TempDir, impl Fn(&str, &[&str]) -> Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_path_buf();
        town::write(&path, &town::GenerateOptions::new(60)).unwrap();
        let whole = std::fs::read(path.join("footprints.geojson")).unwrap();
        let mut fewer: serde_json::Value = serde_json::from_slice(&whole).unwrap();
        fewer["features"].as_array_mut().unwrap().remove(0);
        std::fs::write(path.join("before.geojson"), fewer.to_string()).unwrap();
        let arguments = move |footprints: &str, more: &[&str]| {
            let in_dir = |name: &str| text(&path.join(name)).to_string();
            let mut all = strings(&["city", "build", &in_dir(footprints), "--terrain", &in_dir("terrain.tif")]);
            all.extend(strings(&["--store", &in_dir("out/store"), "--output", &in_dir("out/mesh.ply")]));
            all.extend(strings(&["--tile-size", "250", "--threads", "1"]));
            all.extend(strings(more));
            all
        };
        (dir, arguments)
    }

    /// A merge into a file in another format, over one that is there.
    pub fn merge() -> Job {
        let (dir, arguments) = Job::town();
        let (out, store) = (dir.path().join("out"), dir.path().join("out/store"));
        let before = arguments("footprints.geojson", &[]);
        let now = strings(&["city", "merge", text(&store), "--output", text(&out.join("mesh.obj"))]);
        let mut job = Job::new("merge", dir, Some(before), now);
        job.start.insert("mesh.obj".into(), b"# of before\n".to_vec());
        job
    }

    fn new(name: &'static str, dir: tempfile::TempDir, before: Option<Vec<String>>, now: Vec<String>) -> Job {
        let empty = || Tree::new();
        let (start, expected) = (empty(), empty());
        let mut job =
            Job { name, dir, arguments: now, start, expected, seconds: 0.0, anew: false, keeps_litter: false };
        if let Some(before) = before {
            let now = std::mem::replace(&mut job.arguments, before);
            job.run_undisturbed();
            job.start = job.tree();
            job.arguments = now;
        }
        let started = Instant::now();
        job.run_undisturbed();
        job.seconds = started.elapsed().as_secs_f64();
        job.expected = job.tree();
        job
    }

    /// How long an undisturbed run takes.
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
        command.arg("-q").args(&self.arguments);
        command
    }

    /// Makes the folder what it was before.
    pub fn reset(&self) {
        let _ = std::fs::remove_dir_all(self.out());
        for (name, bytes) in &self.start {
            let path = self.out().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }

    pub fn run(&self, fault: Fault, at: usize) -> Outcome {
        tracer::run(&mut self.command(), self.dir.path(), fault, at).unwrap()
    }

    fn run_undisturbed(&self) {
        let output = self.command().stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
    }

    /// The next run goes on, and ends with what an undisturbed one ends with.
    pub fn finish(&self, what: &str) {
        if self.anew {
            self.reset();
        }
        let output = self.command().stdin(Stdio::null()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}, after {what}: {stderr}", self.name);
        self.assert_done(what);
    }

    pub fn assert_done(&self, what: &str) {
        if self.keeps_litter {
            return self.assert_done_but_litter(what);
        }
        self.assert_same(&self.tree(), &self.expected, what);
    }

    /// Leftovers that could not be removed are no harm.
    pub fn assert_done_but_litter(&self, what: &str) {
        let [tree, expected] = [self.tree(), self.expected.clone()].map(|mut tree| {
            tree.retain(|name, _| !is_litter(name));
            tree
        });
        self.assert_same(&tree, &expected, what);
    }

    fn assert_same(&self, tree: &Tree, expected: &Tree, what: &str) {
        let names = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(tree), names(expected), "{}, after {what}", self.name);
        for (name, bytes) in tree {
            assert!(*bytes == expected[name], "{}, after {what}: {name} differs", self.name);
        }
    }

    fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        let mut folders = vec![self.out()];
        while let Some(folder) = folders.pop().filter(|folder| folder.exists()) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = text(path.strip_prefix(self.out()).unwrap()).to_string();
                    tree.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
        tree
    }

    /// Whatever has a final name is whole and right, and what the files say of each other is true.
    pub fn check(&self, what: &str) {
        let what = format!("{}, after {what}", self.name);
        let tree = self.tree();
        for (name, bytes) in &tree {
            let one_of_both = || self.start.get(name) == Some(bytes) || self.expected.get(name) == Some(bytes);
            let may_be_another = is_litter(name) || name.ends_with("groma-index.json") || name.ends_with(".failed");
            assert!(may_be_another || one_of_both(), "{what}: {name} is of no run");
        }
        self.check_tables(&tree, &what);
        self.check_city(&tree, &what);
    }

    /// The tables that index and journal speak of are there, and the right ones.
    fn check_tables(&self, tree: &Tree, what: &str) {
        let folder = TableFolder::new(&self.out(), CELL);
        let relative = |step: i32| text(folder.table(step).strip_prefix(self.out()).unwrap()).to_string();
        if let Some(index) = folder.path().exists().then(|| Index::read(folder.path()).unwrap()).flatten() {
            // Of which of both the index speaks, the box tells, which every table has.
            let new = self.expected.iter().find(|(name, _)| name.ends_with("groma-index.json"));
            let new: Index = serde_json::from_slice(new.unwrap().1).unwrap();
            let means = if index.bounds == new.bounds { &self.expected } else { &self.start };
            for table in &index.tables {
                let name = relative(table.step());
                assert!(tree.contains_key(&name) && tree[&name] == means[&name], "{what}: the index lies about {name}");
            }
        }
        let Some((_, journal)) = tree.iter().find(|(name, _)| name.ends_with(JOURNAL_NAME)) else { return };
        for line in journal.split_inclusive(|&byte| byte == b'\n') {
            let Some((hash, json)) = line.strip_suffix(b"\n").and_then(|line| line.split_at_checked(17)) else { break };
            if hash != format!("{:016x} ", xxh3_64(json)).as_bytes() {
                break;
            }
            let record: serde_json::Value = serde_json::from_slice(json).unwrap();
            for table in
                record["Batch"].as_array().into_iter().flatten().flat_map(|shard| shard["tables"].as_array()).flatten()
            {
                let name = relative(table[0].as_i64().unwrap() as i32);
                let right = tree.get(&name).is_some_and(|bytes| *bytes == self.expected[&name]);
                assert!(right, "{what}: the journal lies about {name}");
            }
        }
    }

    /// A tile is given when it is the one that the manifest means, and no other.
    fn check_city(&self, tree: &Tree, what: &str) {
        let folder = self.out().join("store");
        let Some(manifest) = tree.get(&format!("store/{MANIFEST_NAME}")) else { return };
        let means = if self.expected.values().any(|bytes| bytes == manifest) { &self.expected } else { &self.start };
        let store = MeshStore::open(&folder).unwrap();
        let city = store.city().unwrap();
        for tile in &city.tiles {
            let name = format!("store/tile-{}.bin", tile.name());
            let Some(bytes) = tree.get(&name) else { continue };
            match store.get_tile(&tile.name()) {
                Ok(_) => assert!(*bytes == means[&name], "{what}: {name} is given"),
                Err(Error::BadFormat { .. }) => assert!(*bytes != means[&name], "{what}: {name} is refused"),
                Err(e) => panic!("{what}: {name}: {e}"),
            }
        }
    }
}

/// What a process that was killed, or that could not remove it, may leave, until the next one removes it.
fn is_litter(name: &str) -> bool {
    let file = Path::new(name).file_name().unwrap().to_str().unwrap();
    // The meshes of an export are put aside until it is whole.
    let is_put_aside = name.contains("groma-levels/");
    is_put_aside || file.starts_with(".groma-tmp-") || file.ends_with(".lock") || file == JOURNAL_NAME
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn strings_of(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| text.to_string()).collect()
}
