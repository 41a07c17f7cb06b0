//! The fuzz targets without a fuzzer: every file of the corpus, then mutations of them, the same ones each time.
//!
//! An input must neither panic nor take memory that its size does not explain. `GROMA_FUZZ_MUTATIONS` sets how many are
//! tried for a target, however long it takes.
#![allow(missing_docs)]

#[path = "../fuzz/targets/mod.rs"]
mod targets;

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Counts the bytes that are allocated at the moment, and the most there were.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all is left to the system's allocator; the counts change nothing of what it gives.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What one input may take: what the targets let a job take and what the code itself does, and so much for each of its
/// bytes.
const MOST_BYTES: usize = 64 << 20;
const MOST_BYTES_PER_BYTE: usize = 256;
/// Mutations of a target, and the most time that they may take.
const MUTATIONS: usize = 2000;
const MOST_TIME: Duration = Duration::from_secs(20);
/// No mutation is longer.
const LONGEST: usize = 16 << 10;

fn replay(target: &str) {
    // What is allocated is counted for the process, so the targets run one after the other.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(|e| e.into_inner());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let corpus: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    assert!(!corpus.is_empty(), "{} has no file", folder.display());
    for (file, input) in files.iter().zip(&corpus) {
        run(target, input, &file.display().to_string());
    }

    let wanted: Option<usize> = std::env::var("GROMA_FUZZ_MUTATIONS").ok().map(|n| n.parse().unwrap());
    let (mut random, begin) = (Random(0x9e37_79b9_7f4a_7c15), Instant::now());
    for n in 0..wanted.unwrap_or(MUTATIONS) {
        if wanted.is_none() && begin.elapsed() > MOST_TIME {
            break;
        }
        run(target, &mutation(&corpus, &mut random), &format!("mutation {n}"));
    }
}

fn run(target: &str, input: &[u8], name: &str) {
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let done = std::panic::catch_unwind(|| targets::run(target, input));
    let taken = PEAK.load(Ordering::Relaxed).saturating_sub(before);
    let kept = || {
        let path = std::env::temp_dir().join(format!("groma-fuzz-{target}"));
        std::fs::write(&path, input).unwrap();
        path
    };
    assert!(done.is_ok(), "{target}, {name}: a panic; the input is in {}", kept().display());
    let most = MOST_BYTES + MOST_BYTES_PER_BYTE * input.len();
    assert!(taken <= most, "{target}, {name}: {taken} bytes for {}, the input is in {}", input.len(), kept().display());
}

/// Marsaglia's xorshift: the mutations of a target are the same ones each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }
}

/// A file of the corpus with one to four changes.
fn mutation(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    const NUMBERS: [u64; 8] = [0, 1, 0x7f, 0xff, 0x7fff_ffff, 0xffff_ffff, i64::MAX as u64, u64::MAX];
    let mut bytes = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            2 => bytes.truncate(at),
            3 => {
                let end = bytes.len().min(at + 1 + random.below(8));
                drop(bytes.drain(at..end));
            }
            4 => {
                let number = NUMBERS[random.below(NUMBERS.len())].to_le_bytes();
                let size = [1, 2, 4, 8][random.below(4)].min(bytes.len() - at);
                bytes[at..at + size].copy_from_slice(&number[..size]);
            }
            5 => {
                let other = &corpus[random.below(corpus.len())];
                let from = random.below(other.len() + 1);
                let part = &other[from..other.len().min(from + 1 + random.below(64))];
                drop(bytes.splice(at..at, part.iter().copied()));
            }
            _ => {
                let part = bytes[at..bytes.len().min(at + 1 + random.below(64))].to_vec();
                drop(bytes.splice(at..at, part));
            }
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

macro_rules! replayed {
    ($($target:ident)*) => {
        $(#[test] fn $target() { replay(stringify!($target)); })*

        #[test]
        fn every_target_is_replayed() {
            let names: Vec<&str> = targets::ALL.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, [$(stringify!($target)),*]);
        }
    };
}

replayed!(
    shard samples metadata index table csv import jupedsim parquet tile store geojson shapefile geopackage
    flatgeobuf geoparquet cityjson geotiff ascii_grid crs vrt xyz_grid surface tileset headers
);
