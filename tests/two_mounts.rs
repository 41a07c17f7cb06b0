//! Folders that machines share: one may see later what another has written, or what was there before, and may see all
//! and write nothing. Parts and ends that do not see all that they need say to try again, change nothing by it, and do
//! what they should when it is seen. A library that is loaded before the system's shows a folder so.

#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use common::skip;
use groma::city::generate::{self, GenerateOptions};
use groma::trajectory::generate as crowd;

type Files = BTreeMap<String, Vec<u8>>;

/// How a command sees the folder.
type View<'a> = [(&'a str, String)];

const PROMPT: &View = &[];

struct Shared {
    dir: tempfile::TempDir,
    mount: PathBuf,
}

/// The folder of the tables below their output folder.
const TABLES: &str = "parts/spatial_hashing/cellsize_5.000";

impl Shared {
    /// A folder with inputs, and a build in one piece in `whole`; `None` without a compiler.
    fn new(test: &str, whole: &str) -> Option<Shared> {
        if !Command::new("cc").arg("--version").output().is_ok_and(|o| o.status.success()) {
            skip(test, "cc", "install gcc or clang");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let mount = dir.path().join("mount.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/two_mounts/mount.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-o"]).arg(&mount).arg(source).args(["-ldl", "-lpthread"]);
        let built = cc.output().unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        generate::write(dir.path().join("town"), &GenerateOptions::new(150)).unwrap();
        crowd::generate(dir.path().join("crowd"), &crowd::GenerateOptions::new(40, 4, 3)).unwrap();
        let shared = Shared { dir, mount };
        shared.succeed(whole);
        Some(shared)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs a command, in which `@` stands for the folder; returns its exit code and what it says.
    fn run(&self, line: &str, view: &View) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
        let folder = self.dir.path().to_str().unwrap();
        command.arg("-q").args(line.split(' ').map(|word| word.replacen('@', &format!("{folder}/"), 1)));
        if !view.is_empty() {
            command.env("LD_PRELOAD", &self.mount).env("MOUNT", self.path("parts"));
            command.envs(view.iter().map(|(name, value)| (name, value)));
        }
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn succeed(&self, line: &str) {
        assert_eq!(self.run(line, PROMPT), (0, String::new()), "{line}");
    }

    /// Runs a command that does not see these files yet, and must say to try again and change nothing.
    fn too_early(&self, line: &str, late: &[&str]) {
        let before = self.outputs();
        let (code, said) = self.run(line, &self.late(late));
        assert_eq!(code, 75, "{line} without {late:?}: {said}");
        assert!(self.outputs() == before, "{line} without {late:?} changes files");
    }

    /// The files of the parts but for the journal, in which each end says who it is.
    fn outputs(&self) -> Files {
        let mut files = self.files("parts");
        files.retain(|name, _| !name.ends_with("groma-journal"));
        files
    }

    fn late(&self, names: &[&str]) -> [(&'static str, String); 1] {
        let paths = names.iter().map(|name| format!("{}:", self.path("parts").join(name).display()));
        [("LATE", paths.collect())]
    }

    /// Runs a command, which sees all others' files late, until it does not say to try again. Returns how often it did.
    fn retry(&self, line: &str) -> usize {
        for tried in 0..200 {
            match self.run(line, &[("LATE_MS", "3000".into())]) {
                (75, _) => std::thread::sleep(Duration::from_millis(100)),
                (code, said) => {
                    assert_eq!(code, 0, "{line}: {said}");
                    return tried;
                }
            }
        }
        panic!("{line}: what was written 20 s ago is not seen");
    }

    /// The files below a folder, but for what parts of a city read.
    fn files(&self, folder: &str) -> Files {
        let mut files = self.all_files(folder);
        files.retain(|name, _| !name.starts_with("prepared/"));
        files
    }

    fn all_files(&self, folder: &str) -> Files {
        let (root, mut files, mut folders) = (self.path(folder), Files::new(), vec![self.path(folder)]);
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
                    files.insert(name.to_string(), std::fs::read(&path).unwrap());
                }
            }
        }
        files
    }

    /// Copies a folder as it is now: what those see that are late.
    fn keep(&self, folder: &str, copy: &str) {
        for (name, bytes) in self.all_files(folder) {
            let path = self.path(copy).join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
}

const CITY: &str = "@town/footprints.geojson --terrain @town/terrain.tif --tile-size 250 --threads 2 --store";
const CROWD: &str = "@crowd --cell-size 5 --threads 2 --output";

#[test]
fn cities_are_made_when_all_is_seen_and_not_before() {
    let test = "cities_are_made_when_all_is_seen_and_not_before";
    let Some(shared) = Shared::new(test, &format!("city build {CITY} @whole")) else { return };
    let expected = shared.files("whole");
    let (part, finish) = (|n: u32| format!("city build --store @parts --part {n}/2"), "city finish --store @parts");
    std::fs::create_dir(shared.path("parts")).unwrap();
    shared.too_early(&part(1), &[]);
    shared.too_early(finish, &[]);
    shared.succeed(&format!("city plan {CITY} @parts"));
    let planned: Vec<String> = shared.all_files("parts").into_keys().collect();
    assert!(planned.len() > 6 && planned.iter().any(|name| name == "prepared/plan.json"), "{planned:?}");
    for name in planned.iter().filter(|name| !["buildings.jsonl", "prepared/report.json"].contains(&name.as_str())) {
        shared.too_early(&part(1), &[name]);
    }
    shared.too_early(&part(1), &planned.iter().map(String::as_str).collect::<Vec<_>>());
    shared.succeed(&part(2));
    shared.succeed(&part(1));
    let tiles: Vec<&String> = expected.keys().filter(|name| name.starts_with("tile-")).collect();
    assert!(tiles.len() > 3, "{tiles:?}");
    for name in tiles.into_iter().chain(&planned) {
        shared.too_early(finish, &[name]);
    }
    assert_eq!(shared.run(finish, &shared.late(&[])), (0, String::new()));
    assert!(shared.files("parts") == expected);
}

/// Machines that still see the manifest or the plan of before do nothing; one that sees both makes tiles of before,
/// which the end notices.
#[test]
fn a_city_that_is_planned_anew_is_made_whatever_some_still_see_of_the_one_before() {
    let test = "a_city_that_is_planned_anew_is_made_whatever_some_still_see_of_the_one_before";
    let Some(shared) = Shared::new(test, &format!("city build {CITY} @whole")) else { return };
    let (part, finish) = ("city build --store @parts --part 1/1", "city finish --store @parts");
    shared.succeed(&format!("city plan {CITY} @parts --max-mesh-size 20"));
    shared.succeed(part);
    shared.succeed(finish);
    let planned: Vec<String> =
        shared.all_files("parts").into_keys().filter(|name| !name.starts_with("tile-")).collect();
    shared.keep("parts", "old");
    shared.succeed(&format!("city plan {CITY} @parts"));
    let old = || ("OLD", shared.path("old").display().to_string());
    for name in ["groma-store.json", "prepared/plan.json"] {
        let [late] = shared.late(&[name]);
        for line in [part, finish] {
            let (code, said) = shared.run(line, &[late.clone(), old()]);
            assert!(code == 75 && said.contains("another build"), "{line} with an old {name}: {code} {said}");
        }
    }
    shared.succeed(part);
    let [late] = shared.late(&planned.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(shared.run(part, &[late, old()]), (0, String::new()));
    assert_eq!(shared.run(finish, PROMPT).0, 75);
    shared.succeed(part);
    shared.succeed(finish);
    assert!(shared.files("parts") == shared.files("whole"));
}

#[test]
fn tables_are_built_when_all_is_seen_and_not_before() {
    let test = "tables_are_built_when_all_is_seen_and_not_before";
    let Some(shared) = Shared::new(test, &format!("trajectories build {CROWD} @whole")) else { return };
    let expected = shared.files("whole");
    let part = |n: u32| format!("trajectories build {CROWD} @parts --part {n}/2");
    let finish = format!("trajectories finish {CROWD} @parts");
    let within = |name: &str| format!("{}/{name}", TABLES.strip_prefix("parts/").unwrap());
    std::fs::create_dir(shared.path("parts")).unwrap();
    shared.too_early(&part(1), &[]);
    shared.too_early(&finish, &[]);
    shared.succeed(&format!("trajectories plan {CROWD} @parts"));
    let journal = within("groma-journal");
    shared.too_early(&part(1), &[&journal]);
    shared.too_early(&finish, &[&journal]);
    // The journal before the plan stood in it.
    shared.keep("parts", "old");
    let old = shared.path("old").join(&journal);
    let whole = std::fs::read_to_string(&old).unwrap();
    std::fs::write(&old, whole.split_inclusive('\n').next().unwrap()).unwrap();
    let [late] = shared.late(&[&journal]);
    let (code, said) = shared.run(&part(1), &[late, ("OLD", shared.path("old").display().to_string())]);
    assert!(code == 75 && said.contains("another plan or build is at work here"), "{code} {said}");
    shared.succeed(&part(2));
    shared.succeed(&part(1));
    let written: Vec<String> = shared.files("parts").into_keys().filter(|name| *name != journal).collect();
    assert_eq!(written.len(), 12 + 4, "tables, and a file for each shard: {written:?}");
    for name in &written {
        shared.too_early(&finish, &[name]);
    }
    shared.succeed(&finish);
    assert!(shared.files("parts") == expected);
    shared.too_early(&part(1), &[&within("groma-index.json")]);
    assert_eq!(shared.run(&part(1), &shared.late(&[])), (0, String::new()));
    assert!(shared.files("parts") == expected);
}

/// Each process sees what the others have written three seconds later.
#[test]
fn what_is_seen_late_is_seen_when_it_is_tried_again() {
    let test = "what_is_seen_late_is_seen_when_it_is_tried_again";
    let Some(shared) = Shared::new(test, &format!("city build {CITY} @whole")) else { return };
    shared.succeed(&format!("trajectories build {CROWD} @tables"));
    let mut tries = 0;
    shared.succeed(&format!("city plan {CITY} @parts"));
    tries += shared.retry("city build --store @parts --part 2/2");
    tries += shared.retry("city build --store @parts --part 1/2");
    tries += shared.retry("city finish --store @parts");
    assert!(tries > 0 && shared.files("parts") == shared.files("whole"), "{tries}");
    std::fs::remove_dir_all(shared.path("parts")).unwrap();
    shared.succeed(&format!("trajectories plan {CROWD} @parts"));
    let tries: usize = [
        format!("trajectories build {CROWD} @parts --part 2/2"),
        format!("trajectories build {CROWD} @parts --part 1/2"),
        format!("trajectories finish {CROWD} @parts"),
    ]
    .iter()
    .map(|line| shared.retry(line))
    .sum();
    assert!(tries > 0 && shared.files("parts") == shared.files("tables"), "{tries}");
}

#[test]
fn what_is_done_can_be_looked_at_where_nothing_can_be_written() {
    let test = "what_is_done_can_be_looked_at_where_nothing_can_be_written";
    let Some(shared) = Shared::new(test, &format!("city plan {CITY} @parts")) else { return };
    let read_only = [("READ_ONLY", "1".to_string())];
    let (part, finish) = ("city build --store @parts --part 1/1", "city finish --store @parts");
    let (code, said) = shared.run(part, &read_only);
    assert!(code == 1 && said.contains("Read-only file system"), "{code} {said}");
    shared.succeed(part);
    // Nobody has looked at the whole yet: all that there is to be done is to look.
    assert_eq!(shared.run(finish, &read_only), (0, String::new()));
    assert_eq!(shared.run(part, &read_only), (0, String::new()));
    std::fs::remove_file(shared.path("parts/tile-0_0_1x1.bin")).unwrap();
    assert_eq!(shared.run(finish, &read_only).0, 75);

    std::fs::remove_dir_all(shared.path("parts")).unwrap();
    shared.succeed(&format!("trajectories plan {CROWD} @parts"));
    let part = format!("trajectories build {CROWD} @parts --part 1/1");
    let finish = format!("trajectories finish {CROWD} @parts");
    shared.succeed(&part);
    let before = shared.files("parts");
    let (code, said) = shared.run(&finish, &read_only);
    assert!(code == 1 && said.contains("Read-only file system"), "{code} {said}");
    assert!(shared.files("parts") == before);
    shared.succeed(&finish);
    assert_eq!(shared.run(&finish, &read_only), (0, String::new()));
    assert_eq!(shared.run(&part, &read_only), (0, String::new()));
}
