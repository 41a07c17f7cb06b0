//! A file that becomes shorter while it is mapped: an error, never a wrong answer, and never the end of the process.
#![cfg(unix)]

mod common;

use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use groma::city::store::MeshStore;
use groma::io::mapped_array::{Access, ElementType, MappedArray};
use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::generate::{GenerateOptions, generate};
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult};
use groma::trajectory::table::{HashTable, TableFolder};
use groma::{Error, Result, Status};

fn cut(path: &Path, length: u64) {
    File::options().write(true).open(path).unwrap().set_len(length).unwrap();
}

fn samples(result: &QueryResult) -> Vec<String> {
    result.of_query(0).map(|found| format!("{found:?}")).collect()
}

/// Three kinds of queries, one after the other.
fn ask(dataset: &Dataset, cell: f32) -> Result<Vec<String>> {
    let mut result = QueryResult::default();
    let mut all = Vec::new();
    dataset.query_radius(cell, 0, [0.0; 3], 1e9, &mut result)?;
    all.extend(samples(&result));
    dataset.query_nearest(cell, 0, [0.0; 3], 20, &mut result)?;
    all.extend(samples(&result));
    dataset.query_radius_batch(cell, 0, &[[0.0; 3]; 80], 1e9, &mut result)?;
    all.extend(samples(&result));
    dataset.query_trajectory(cell, 0..=1, 7, 1e9, &mut result)?;
    all.extend(samples(&result));
    Ok(all)
}

#[test]
fn queries_on_many_threads_give_the_right_answer_or_an_error() {
    const CELL: f32 = 20.0;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    generate(&data, &GenerateOptions::new(2000, 1, 2)).unwrap();
    build_hash_tables(&data, &BuildHashTablesOptions::new(CELL)).unwrap();
    let (shard, table) = (data.join("shard-0.bin"), TableFolder::new(&data, CELL).table(0));
    for path in [shard, table] {
        let whole = std::fs::read(&path).unwrap();
        for length in [0, whole.len() / 2, whole.len() - 4097, whole.len() - 2] {
            let dataset = Dataset::open(&data, DatasetOptions::default()).unwrap();
            let expected = ask(&dataset, CELL).unwrap();
            let errors = AtomicUsize::new(0);
            let started = std::sync::Barrier::new(5);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        started.wait();
                        for _ in 0..10 {
                            match ask(&dataset, CELL) {
                                Ok(answer) => assert!(answer == expected, "a wrong answer of {}", path.display()),
                                Err(e) => {
                                    assert!(matches!(e.status(), Status::Io | Status::BadFormat), "{e}");
                                    assert!(e.to_string().contains(path.to_str().unwrap()), "{e}");
                                    errors.fetch_add(1, Ordering::Relaxed);
                                }
                            }
                        }
                    });
                }
                started.wait();
                cut(&path, length as u64);
            });
            // Two bytes less of ids that end in zeros are no loss.
            let is_loss = whole[length..].iter().any(|&byte| byte != 0);
            assert!(errors.into_inner() > 0 || !is_loss, "{} cut to {length} went unnoticed", path.display());
            // Replaced: by its name it is another file.
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, &whole).unwrap();
        }
    }
}

#[test]
fn a_table_that_is_cut_says_so() {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path(), &GenerateOptions::new(3000, 1, 1)).unwrap();
    build_hash_tables(dir.path(), &BuildHashTablesOptions::new(20.0)).unwrap();
    let path = TableFolder::new(dir.path(), 20.0).table(0);
    let table = HashTable::open(&path).unwrap();
    let last = *table.ids().last().unwrap();
    table.check_whole().unwrap();
    cut(&path, std::fs::metadata(&path).unwrap().len() - 4);
    assert_eq!(*table.ids().last().unwrap(), 0, "of {last}, without a fault: in the last page");
    let error = table.check_whole().unwrap_err();
    assert!(matches!(error, Error::Io { .. }) && error.to_string().contains("became shorter"), "{error}");
    let mut ids = Vec::new();
    assert!(table.candidates([0.0; 3], 1e9, &mut ids).is_err());
    cut(&path, 0);
    assert_eq!(table.entries()[0].key, 0);
    assert!(HashTable::open(&path).is_err());
}

#[test]
fn a_tile_that_is_cut_says_so_on_every_thread() {
    let dir = tempfile::tempdir().unwrap();
    let store = MeshStore::create(dir.path(), serde_json::Value::Null).unwrap();
    let vertices: Vec<[f64; 3]> = (0..50_000).map(|n| [f64::from(n) + 1.0, 1.0, 1.0]).collect();
    store.add_tile("a", &vertices, &[[0, 1, 2]], &[0]).unwrap();
    let path = store.tile_path("a").unwrap();
    let tile = store.get_tile("a").unwrap();
    tile.verify().unwrap();
    cut(&path, 600_000);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let there = tile.vertices().iter().filter(|v| v[1] == 1.0).count();
                assert!((20_000..50_000).contains(&there), "{there}");
                assert_eq!(tile.check_whole().unwrap_err().status(), Status::Io);
                assert_eq!(tile.verify().unwrap_err().status(), Status::Io);
            });
        }
    });
}

#[test]
fn arrays_that_are_cut_again_and_again_on_many_threads() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let path = dir.path().join(format!("{thread}"));
            scope.spawn(move || {
                for round in 0..50 {
                    let mut array = MappedArray::create(&path, ElementType::U64, &[4000]).unwrap();
                    array.as_mut_slice::<u64>().unwrap().fill(7);
                    array.flush().unwrap();
                    let reading = MappedArray::open(&path, Access::Read).unwrap();
                    cut(&path, 4096 * (round % 4));
                    array.as_mut_slice::<u64>().unwrap().fill(8);
                    let kept = reading.as_slice::<u64>().unwrap().iter().filter(|&&n| n == 8).count();
                    assert!(kept <= 512 * round as usize, "{kept}");
                    for array in [&array, &reading] {
                        assert_eq!(array.check().unwrap_err().status(), Status::Io);
                    }
                    assert!(array.flush().is_err());
                }
            });
        }
    });
}

/// A fault that is not groma's, after one that is, in a process of its own: to whom does it go?
#[test]
fn other_faults_go_where_they_went_before() {
    const MODE: &str = "GROMA_TEST_FAULT";
    if let Ok(mode) = std::env::var(MODE) {
        child(&mode);
    }
    let status = |mode: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "other_faults_go_where_they_went_before"]).env(MODE, mode);
        let output = command.output().unwrap();
        output.status
    };
    assert_eq!(status("handler with information").code(), Some(42));
    assert_eq!(status("plain handler").code(), Some(43));
    assert_eq!(status("nothing").signal(), Some(libc::SIGBUS));
    assert_eq!(status("ignored").signal(), Some(libc::SIGBUS), "what the system says cannot be ignored");
    assert_eq!(status("sent").signal(), Some(libc::SIGBUS));
    assert_eq!(status("sent and ignored").code(), Some(44));
}

fn child(mode: &str) -> ! {
    extern "C" fn with_information(_: i32, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
        // SAFETY: as the system calls it; ends the process at once.
        unsafe { libc::_exit(if (*info).si_code > 0 && !(*info).si_addr().is_null() { 42 } else { 1 }) }
    }
    extern "C" fn plain(_: i32) {
        // SAFETY: ends the process at once.
        unsafe { libc::_exit(43) }
    }
    // SAFETY: plain calls with valid arguments; the mapping that is read is there, but its file is not.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        match mode {
            "handler with information" => {
                let handler: extern "C" fn(i32, *mut libc::siginfo_t, *mut libc::c_void) = with_information;
                action.sa_sigaction = handler as usize;
                action.sa_flags = libc::SA_SIGINFO;
            }
            "plain handler" => {
                let handler: extern "C" fn(i32) = plain;
                action.sa_sigaction = handler as usize;
            }
            "ignored" | "sent and ignored" => action.sa_sigaction = libc::SIG_IGN,
            _ => action.sa_sigaction = libc::SIG_DFL,
        }
        libc::sigaction(libc::SIGBUS, &action, std::ptr::null_mut());

        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("array");
        let array = MappedArray::create(&path, ElementType::U8, &[10_000]).unwrap();
        cut(&path, 0);
        assert!(array.bytes()[5000] == 0 && array.check().is_err());

        if mode.starts_with("sent") {
            libc::raise(libc::SIGBUS);
            libc::_exit(44);
        }
        let file = tempfile::tempfile().unwrap();
        file.set_len(4096).unwrap();
        let foreign = memmap2::Mmap::map(&file).unwrap();
        file.set_len(0).unwrap();
        std::ptr::read_volatile(foreign.as_ptr());
        libc::_exit(1)
    }
}
