//! What stands where a file is expected and is none, or may not be read: links that lead nowhere or in circles,
//! folders, pipes, devices, sockets, files without permission, names that are not UTF-8. Each input of both jobs gives
//! an error that names it, or a warning where it can do without; none waits, none reads without end, and none writes
//! where a link leads.
#![cfg(unix)]
#![allow(missing_docs)]

mod common;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use common::dataset::{plain, write_all};
use common::{assert_same_tables, skip, tables_below, twin};
use groma::city::footprints::{FootprintOptions, read_footprints};
use groma::city::store::{BUILDINGS_NAME, MANIFEST_NAME, MeshStore, TileView, read_header};
use groma::city::terrain::{Terrain, TerrainOptions};
use groma::io::mapped_array::{Access, MappedArray};
use groma::io::surface::Surface;
use groma::trajectory::build::{BuildHashTablesOptions, JOURNAL_NAME, build_hash_tables};
use groma::trajectory::dataset::{Manifest, Metadata, OnBadShard, ShardFolder, read_trajectories};
use groma::trajectory::import::{ImportOptions, import};
use groma::trajectory::inspect::inspect;
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult};
use groma::trajectory::table::{HashTable, INDEX_NAME, Index, TableFolder, TableHeader};
use groma::{Error, Result, Status};

const CELL: f32 = 2.0;

/// Puts something in the place of a file.
type Put = fn(&Path);

/// What can stand under a file's name.
const THINGS: [(&str, Put); 8] = [
    ("a link to nothing", |path| symlink("nowhere", path).unwrap()),
    ("a link to itself", |path| symlink(path.file_name().unwrap(), path).unwrap()),
    ("a folder", |path| std::fs::create_dir(path).unwrap()),
    ("a link to a folder", |path| symlink(".", path).unwrap()),
    ("a pipe", |path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success())),
    ("a device without end", |path| symlink("/dev/zero", path).unwrap()),
    ("a device without anything", |path| symlink("/dev/null", path).unwrap()),
    ("a socket", |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap())),
];

/// Does something that must not wait for anybody.
fn in_time<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(Duration::from_secs(100)).unwrap_or_else(|_| panic!("{what}: it waits, or has panicked"))
}

fn assert_names(what: &str, error: &Error, name: &str) {
    assert!(error.to_string().contains(name), "{what}: {name} is not in: {error}");
    assert!(
        matches!(error.status(), Status::NotFound | Status::Io | Status::BadFormat | Status::InvalidArgument),
        "{what}: {error:?}"
    );
}

#[test]
fn every_file_that_is_read_must_be_a_file() {
    type Reader = fn(&Path) -> Result<()>;
    let readers: [(&str, Reader); 15] = [
        ("dataset-manifest.json", |path| Manifest::read(path).map(drop)),
        ("dataset-meta.bin", |path| Metadata::read(path).map(drop)),
        ("dataset-trajmeta.bin", |path| read_trajectories(path).map(drop)),
        ("rows.csv", |path| import(path, &path.with_file_name("imported"), &ImportOptions::new(4)).map(drop)),
        ("timestep_00003.bin", |path| HashTable::open(path).map(drop)),
        ("timestep_00004.bin", |path| TableHeader::read(path).map(drop)),
        (INDEX_NAME, |path| Index::read(path.parent().unwrap()).map(drop)),
        ("footprints.geojson", |path| read_footprints(path, &FootprintOptions::default()).map(drop)),
        ("dem.tif", |path| Terrain::open(path, &TerrainOptions::default()).map(drop)),
        (MANIFEST_NAME, |path| MeshStore::open(path.parent().unwrap()).map(drop)),
        ("tile-a.bin", |path| TileView::open(path).map(drop)),
        ("tile-b.bin", |path| read_header(path).map(drop)),
        ("array", |path| MappedArray::open(path, Access::Read).map(drop)),
        ("array to be written", |path| MappedArray::open(path, Access::Write).map(drop)),
        ("mesh.ply", |path| Surface::read(path).map(drop)),
    ];
    for (name, read) in readers {
        for (thing, make) in THINGS {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            make(&path);
            let what = format!("{thing} as {name}");
            let error = in_time(&what, move || read(&path)).err().unwrap_or_else(|| panic!("{what} is taken"));
            assert_names(&what, &error, name);
            if thing == "a folder" || thing == "a pipe" {
                assert!(matches!(error, Error::BadFormat { .. } | Error::Io { .. }), "{what}: {error:?}");
            }
        }
    }
}

#[test]
fn a_shard_that_is_no_file_is_an_error_or_counted() {
    for (thing, make) in THINGS {
        let dir = tempfile::tempdir().unwrap();
        write_all(dir.path(), &plain()[..1]);
        make(&dir.path().join("shard-4.bin"));
        let dataset = dir.path().to_path_buf();
        let options = BuildHashTablesOptions { on_bad_shard: OnBadShard::Skip, ..BuildHashTablesOptions::new(CELL) };
        let (strict, skipping) = in_time(thing, move || {
            (
                build_hash_tables(&dataset, &BuildHashTablesOptions::new(CELL)),
                build_hash_tables(&dataset, &options).unwrap(),
            )
        });
        if thing.ends_with("a folder") {
            // By its name only; named in a warning.
            assert_eq!(strict.unwrap().look_alikes, ["shard-4.bin"], "{thing}");
        } else {
            assert_names(thing, &strict.unwrap_err(), "shard-4.bin");
            assert_eq!((skipping.shards_skipped.len(), skipping.tables), (1, 4), "{thing}");
            assert_eq!(skipping.shards_skipped[0].name, "shard-4.bin");
        }
        let expected = twin::tables(&plain()[..1], CELL, twin::bounds(&plain()[..1], 1.0).unwrap());
        assert_same_tables(thing, &tables_below(dir.path()), &expected);
    }
}

#[test]
fn metadata_that_are_no_file_are_warned_about() {
    for (thing, make) in THINGS {
        let dir = tempfile::tempdir().unwrap();
        write_all(dir.path(), &plain());
        make(&dir.path().join("dataset-meta.bin"));
        make(&dir.path().join("dataset-manifest.json"));
        let dataset = dir.path().to_path_buf();
        let (report, found) = in_time(thing, move || {
            (build_hash_tables(&dataset, &BuildHashTablesOptions::new(CELL)).unwrap(), inspect(&dataset).unwrap())
        });
        assert_eq!(report.tables, 8, "{thing}");
        assert!(
            report.warnings.iter().any(|w| w.kind == "metadata" && w.message.contains("dataset-meta.bin")),
            "{thing}"
        );
        for name in ["dataset-meta.bin", "dataset-manifest.json"] {
            assert!(found.problems.iter().any(|problem| problem.contains(name)), "{thing}: {:?}", found.problems);
        }
    }
}

#[test]
fn a_table_or_an_index_that_is_no_file_is_an_error_and_is_built_again() {
    for name in ["timestep_00002.bin", INDEX_NAME] {
        for (thing, make) in THINGS {
            let what = format!("{thing} as {name}");
            let dir = tempfile::tempdir().unwrap();
            write_all(dir.path(), &plain());
            build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap();
            let path = TableFolder::new(dir.path(), CELL).path().join(name);
            std::fs::remove_file(&path).unwrap();
            make(&path);
            let dataset = dir.path().to_path_buf();
            let (asked, built) = in_time(&what, move || {
                let open = Dataset::open(&dataset, DatasetOptions::default()).unwrap();
                let asked = open.query_radius(CELL, 2, [0.0; 3], 100.0, &mut QueryResult::default());
                (
                    asked,
                    build_hash_tables(
                        &dataset,
                        &BuildHashTablesOptions { resume: true, ..BuildHashTablesOptions::new(CELL) },
                    ),
                )
            });
            assert_names(&what, &asked.unwrap_err(), name);
            match built {
                Ok(report) => {
                    assert_eq!(report.tables, 8, "{what}");
                    let expected = twin::tables(&plain(), CELL, twin::bounds(&plain(), 1.0).unwrap());
                    assert_same_tables(&what, &tables_below(dir.path()), &expected);
                }
                // A folder is in the way of the new file; a link that cannot be followed may be somebody's index.
                Err(error) => {
                    assert!(thing == "a folder" || name == INDEX_NAME, "{what}: {error}");
                    assert_names(&what, &error, name);
                }
            }
        }
    }
}

#[test]
fn groma_s_own_files_are_not_written_through_links() {
    for (thing, make) in THINGS {
        let dir = tempfile::tempdir().unwrap();
        write_all(dir.path(), &plain());
        let tables = TableFolder::new(dir.path(), CELL);
        std::fs::create_dir_all(tables.path()).unwrap();
        make(&tables.path().join(JOURNAL_NAME));
        let dataset = dir.path().to_path_buf();
        let error =
            in_time(thing, move || build_hash_tables(&dataset, &BuildHashTablesOptions::new(CELL))).unwrap_err();
        assert_names(thing, &error, JOURNAL_NAME);
    }
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &plain());
    let tables = TableFolder::new(dir.path(), CELL);
    std::fs::create_dir_all(tables.path()).unwrap();
    let precious = dir.path().join("precious");
    std::fs::write(&precious, "not groma's").unwrap();
    let links = [JOURNAL_NAME, INDEX_NAME, "timestep_00002.bin"].map(|name| tables.path().join(name));
    symlink(&precious, &links[0]).unwrap();
    assert_names(
        "a journal",
        &build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap_err(),
        JOURNAL_NAME,
    );
    // Outputs take the place of links.
    std::fs::remove_file(&links[0]).unwrap();
    links[1..].iter().for_each(|link| symlink(&precious, link).unwrap());
    assert_eq!(build_hash_tables(dir.path(), &BuildHashTablesOptions::new(CELL)).unwrap().tables, 8);
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "not groma's");
    assert!(links[1..].iter().all(|link| link.symlink_metadata().unwrap().is_file()));
}

#[test]
fn files_of_a_store_that_are_none_are_errors() {
    for (thing, make) in THINGS {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().to_path_buf();
        common::city::build(&common::city::generated(3, 1, false, [0, 0]), &folder, &common::city::options(1000.0, 1));
        let name = MeshStore::open(&folder).unwrap().list_tiles().unwrap()[0].clone();
        let tile = format!("tile-{name}.bin");
        std::fs::remove_file(folder.join(&tile)).unwrap();
        std::fs::remove_file(folder.join(BUILDINGS_NAME)).unwrap();
        make(&folder.join(&tile));
        make(&folder.join(BUILDINGS_NAME));
        make(&folder.join(format!("tile-{name}.failed")));
        let (got, buildings, failures) = in_time(thing, move || {
            let store = MeshStore::open(&folder).unwrap();
            let all = |buildings: groma::city::store::Buildings| buildings.collect::<Result<Vec<_>>>();
            (store.get_tile(&name).map(drop), store.buildings().and_then(all), store.failures())
        });
        assert_names(thing, &got.unwrap_err(), &tile);
        assert_names(thing, &buildings.unwrap_err(), BUILDINGS_NAME);
        assert_names(thing, &failures.unwrap_err(), ".failed");
    }
}

#[test]
fn names_that_are_not_utf_8_are_as_good_as_others_or_counted() {
    let dir = tempfile::tempdir().unwrap();
    let name = |bytes: &'static [u8]| dir.path().join(OsStr::from_bytes(bytes));
    let dataset = name(b"data \xff set");
    if std::fs::create_dir(&dataset).is_err() {
        return skip("hostile_files", "a file system with names that are not UTF-8", "use one of Linux");
    }
    write_all(&dataset, &plain());
    std::fs::write(dataset.join(OsStr::from_bytes(b"shard-\xff8.bin")), plain()[0].bytes()).unwrap();
    let report = build_hash_tables(&dataset, &BuildHashTablesOptions::new(CELL)).unwrap();
    assert_eq!((report.tables, report.look_alikes.len()), (8, 1));
    let expected = twin::tables(&plain(), CELL, twin::bounds(&plain(), 1.0).unwrap());
    assert_same_tables("a folder that is not UTF-8", &tables_below(&dataset), &expected);

    let csv = name(b"\xfe.csv");
    std::fs::write(&csv, "id,frame,x,y,z\n1,0,1,2,3\n").unwrap();
    assert_eq!(import(&csv, &name(b"out\xfe"), &ImportOptions::new(4)).unwrap().samples, 1);
    assert_eq!(ShardFolder::open(name(b"out\xfe"), OnBadShard::Fail).unwrap().shards.len(), 1);

    let grid = name(b"\xfd.asc");
    std::fs::write(&grid, "ncols 2 nrows 1 xllcorner 0 yllcorner 0 cellsize 5\n1 2\n").unwrap();
    assert_eq!(Terrain::open(&grid, &TerrainOptions::default()).unwrap().values(), [1.0, 2.0]);
    let error = Terrain::open(name(b"none\xfd.asc"), &TerrainOptions::default()).unwrap_err();
    assert_eq!(error.status(), Status::NotFound);

    let store = MeshStore::create(name(b"store\xfc"), serde_json::Value::Null).unwrap();
    store.add_tile("a", &[[0.0; 3]], &[[0, 0, 0]], &[0]).unwrap();
    for stray in [&b"tile-\xfc.bin"[..], b"tile-not a tile.bin", b"tile-.bin", b"tile-\xfc.failed"] {
        std::fs::write(store.folder().join(OsStr::from_bytes(stray)), "stray").unwrap();
    }
    assert_eq!(store.list_tiles().unwrap(), ["a"]);
    assert_eq!((store.total_stats().unwrap().tiles, store.failures().unwrap().len()), (1, 0));
}

/// The command line as a user who may not read everything.
struct Nobody {
    folder: tempfile::TempDir,
    program: PathBuf,
}

impl Nobody {
    /// The ordinary user of that number, where the tests run as root.
    const USER: u32 = 65534;

    fn new() -> Option<Nobody> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("groma");
        common::copy_program(env!("CARGO_BIN_EXE_groma").as_ref(), &program);
        set_mode(folder.path(), 0o777);
        set_mode(&program, 0o755);
        let nobody = Nobody { folder, program };
        if nobody.command().arg("--version").status().is_ok_and(|status| status.success()) {
            return Some(nobody);
        }
        skip("hostile_files", "a user without rights", "run the tests as root or as an ordinary user");
        None
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        // SAFETY: it takes nothing and always succeeds.
        if unsafe { libc::geteuid() } == 0 {
            command.uid(Nobody::USER).gid(Nobody::USER);
        }
        command
    }

    /// What a command that fails for want of permission says.
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {text}");
        assert!(text.contains("Permission denied"), "{arguments:?}: {text}");
        text
    }
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_may_not_be_read_is_named() {
    let Some(nobody) = Nobody::new() else { return };
    let path = |name: &str| nobody.folder.path().join(name);
    std::fs::create_dir(path("data")).unwrap();
    write_all(&path("data"), &plain());
    std::fs::write(path("rows.csv"), "id,frame,x,y,z\n1,0,1,2,3\n").unwrap();
    std::fs::write(path("dem.asc"), "ncols 2 nrows 2 xllcorner 0 yllcorner 0 cellsize 50\n1 2 3 4\n").unwrap();
    std::fs::write(path("houses.geojson"), r#"{"type":"FeatureCollection","features":[]}"#).unwrap();
    set_mode(&path("data"), 0o777);

    for (file, arguments) in [
        ("data/shard-4.bin", &["trajectories", "build", "data", "--cell-size", "2"][..]),
        ("rows.csv", &["trajectories", "import", "rows.csv", "imported", "--interval", "4"]),
        ("dem.asc", &["city", "build", "houses.geojson", "--terrain", "dem.asc", "--store", "store"]),
        ("houses.geojson", &["city", "build", "houses.geojson", "--terrain", "dem.asc", "--store", "store"]),
    ] {
        set_mode(&path(file), 0o000);
        let text = nobody.refused(arguments);
        assert!(text.contains(Path::new(file).file_name().unwrap().to_str().unwrap()), "{file}: {text}");
        set_mode(&path(file), 0o644);
    }
    // A folder that may not be listed is not one that does not exist.
    set_mode(&path("data"), 0o000);
    let text = nobody.refused(&["trajectories", "build", "data", "--cell-size", "2"]);
    assert!(!text.contains("no such folder"), "{text}");
    // One that may not be written to.
    set_mode(&path("data"), 0o555);
    nobody.refused(&["trajectories", "build", "data", "--cell-size", "2"]);
    set_mode(&path("data"), 0o777);
}
