use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use super::*;
use crate::city::input::footprint::{HeightReference, Lod, Polygon};

/// Numbers below `below` that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn metres(&mut self, to: u64) -> f64 {
        self.below(1000 * to) as f64 / 1000.0
    }

    fn ring(&mut self, x: f64, y: f64) -> Vec<[f64; 2]> {
        (0..self.below(9)).map(|_| [x + self.metres(40), y + self.metres(40)]).collect()
    }

    /// A footprint of any shape, with a southern edge from 300 m south of the strips to 300 m north of them.
    fn footprint(&mut self) -> Footprint {
        let [x, y] = [self.metres(1000), self.metres(1600) - 300.0];
        let polygons =
            (0..self.below(4)).map(|_| Polygon { rings: (0..self.below(4)).map(|_| self.ring(x, y)).collect() });
        Footprint {
            polygons: polygons.collect(),
            id: "höuse".chars().cycle().take(self.below(200) as usize).collect(),
            height: self.metres(300) - 100.0,
            reference: [HeightReference::Absolute, HeightReference::Ground][self.below(2) as usize],
            lod: [None, Some(Lod::Lod0), Some(Lod::Lod1)][self.below(3) as usize],
        }
    }
}

const BANDS: Bands = Bands { south: 0.0, north: 1000.0, height: 30.0 };

fn aside(folder: &Path, memory: u64) -> Aside {
    Aside { folder: folder.to_path_buf(), memory, cancel: Default::default() }
}

fn spooled(footprints: &[Footprint], aside: Aside) -> Result<Unsorted<'static>> {
    let mut spool = Spool::new(aside);
    footprints.iter().try_for_each(|footprint| spool.add(footprint, 7))?;
    spool.finish()
}

fn moved(_: u32, footprint: &mut Footprint) -> Result<()> {
    let points = footprint.polygons.iter_mut().flat_map(|polygon| &mut polygon.rings).flatten();
    points.for_each(|point| point[1] += 11.0);
    Ok(())
}

fn stay(_: u32, _: &mut Footprint) -> Result<()> {
    Ok(())
}

#[test]
fn strips_hold_what_was_given_whatever_the_memory() {
    let dir = tempfile::tempdir().unwrap();
    let mut random = Random(1);
    let given: Vec<Footprint> = (0..600).map(|_| random.footprint()).collect();
    let mut wanted = given.clone();
    wanted.iter_mut().for_each(|footprint| moved(0, footprint).unwrap());
    let mut sources = Sources::default();
    sources.0[7] = 3;
    let strip_of = |footprint: &Footprint| {
        let points = || footprint.polygons.iter().flat_map(|polygon| polygon.rings.iter().flatten());
        (0..34).rev().find(|strip| points().all(|p| p[1] >= 30.0 * f64::from(*strip))).filter(|_| points().count() > 0)
    };
    let mut found_files = 0;
    for memory in [0, 1000, 100_000, Aside::MEMORY] {
        for (unsorted, source) in [
            (Unsorted::of(&given, aside(dir.path(), memory)), Sources::NONE),
            (spooled(&given, aside(dir.path(), memory)).unwrap(), 3),
        ] {
            let mut seen = Vec::new();
            unsorted.each(&mut |number, footprint| seen.push((number, footprint.clone()))).unwrap();
            assert!((0..).zip(given.iter().cloned()).eq(seen), "{memory} bytes");

            let mut looked_at = Vec::new();
            let look = |footprint: &Footprint| looked_at.push(footprint.clone());
            let strips = unsorted.by_strips(BANDS, &sources, moved, look).unwrap();
            assert!(looked_at == wanted, "{memory} bytes");
            assert_eq!((strips.len(), strips.count()), (600, 34));
            found_files += u32::from(strips.sorted.chunks.file().is_some());

            let mut all = vec![None; given.len()];
            for strip in 0..strips.count() {
                let kept = strips.read(strip).unwrap();
                assert!(kept.is_sorted_by(|a, b| a.index < b.index));
                for KeptFootprint { index, source: found, footprint } in kept {
                    assert_eq!((found, strip_of(&footprint).unwrap_or(0)), (source, strip), "{footprint:?}");
                    all[index as usize] = Some(footprint);
                }
            }
            assert!(all.into_iter().eq(wanted.iter().cloned().map(Some)), "{memory} bytes");

            let mut all = vec![None; given.len()];
            strips.each(&mut |number, footprint| all[number as usize] = Some(footprint.clone())).unwrap();
            assert!(all.into_iter().eq(wanted.iter().cloned().map(Some)), "{memory} bytes");
            let mut left = 50;
            let found = strips.any(&mut |_, _| {
                left -= 1;
                left == 0
            });
            assert!(found.unwrap() && left == 0);
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "files have no names");
    }
    assert_eq!(found_files, 6, "all but those of the largest memory");
}

#[test]
fn no_footprints_are_one_empty_strip_or_more() {
    let dir = tempfile::tempdir().unwrap();
    for (north, count) in [(0.0, 1), (20.0, 1), (30.0, 1), (31.0, 2)] {
        let bands = Bands { north, ..BANDS };
        let unsorted = spooled(&[], aside(dir.path(), 0)).unwrap();
        let strips = unsorted.by_strips(bands, &Sources::default(), stay, |_| ()).unwrap();
        assert_eq!((strips.len(), strips.count()), (0, count));
        assert_eq!(strips.read(0).unwrap(), []);
    }
}

#[test]
fn the_first_footprint_that_cannot_be_brought_is_the_error() {
    let dir = tempfile::tempdir().unwrap();
    let mut random = Random(2);
    let given: Vec<Footprint> = (0..3000).map(|_| random.footprint()).collect();
    let bring = |number, _: &mut Footprint| match number % 1000 {
        999 => Err(Error::invalid("footprint", number, "another")),
        _ => Ok(()),
    };
    for unsorted in [Unsorted::of(&given, aside(dir.path(), 0)), spooled(&given, aside(dir.path(), 1 << 24)).unwrap()] {
        let error = unsorted.by_strips(BANDS, &Sources::default(), bring, |_| ()).map(drop).unwrap_err().to_string();
        assert!(error.contains(" 999;"), "{error}");
    }
}

#[test]
fn files_that_cannot_be_made_or_do_not_hold_what_was_written_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let mut random = Random(3);
    let given: Vec<Footprint> = (0..100).map(|_| random.footprint()).collect();
    let nowhere = spooled(&given, aside(&dir.path().join("nowhere"), 0)).map(drop).unwrap_err().to_string();
    assert!(nowhere.contains("create a temporary file in") && nowhere.contains("nowhere"), "{nowhere}");

    let strips = || {
        let unsorted = spooled(&given, aside(dir.path(), 1000)).unwrap();
        unsorted.by_strips(BANDS, &Sources::default(), stay, |_| ()).unwrap()
    };
    let is_told = |strips: &Strips| {
        let read = (0..strips.count()).try_for_each(|strip| strips.read(strip).map(drop));
        for error in [read.unwrap_err(), strips.each(&mut |_, _| ()).unwrap_err()] {
            assert!(matches!(error, Error::Io { .. }), "{error}");
            let error = error.to_string();
            let folder = dir.path().display().to_string();
            assert!(error.contains("read a temporary file in") && error.contains(&folder), "{error}");
        }
    };
    // Cut at any place.
    let length = strips().sorted.chunks.file().unwrap().metadata().unwrap().len();
    for cut in [0, 10, 20, length / 2, length - 1] {
        let strips = strips();
        strips.sorted.chunks.file().unwrap().set_len(cut).unwrap();
        is_told(&strips);
    }
    // Other bytes in the place of a chunk's length, and of its first record.
    for place in [8, 16] {
        let strips = strips();
        let mut file = strips.sorted.chunks.file().unwrap();
        file.seek(SeekFrom::Start(place)).unwrap();
        file.write_all(&[0xff; 8]).unwrap();
        is_told(&strips);
    }
}

#[test]
fn sorting_and_reading_stop_when_the_job_was_cancelled() {
    let dir = tempfile::tempdir().unwrap();
    let mut random = Random(4);
    let given: Vec<Footprint> = (0..100).map(|_| random.footprint()).collect();
    let aside = aside(dir.path(), 0);
    let cancel = aside.cancel.clone();
    let [first, second] = [0, 1].map(|_| spooled(&given, aside.clone()).unwrap());
    let strips = first.by_strips(BANDS, &Sources::default(), stay, |_| ()).unwrap();
    cancel.cancel();
    assert!(matches!(second.by_strips(BANDS, &Sources::default(), stay, |_| ()).map(drop), Err(Error::Cancelled)));
    assert!(matches!(strips.each(&mut |_, _| ()), Err(Error::Cancelled)));
    let read = (0..strips.count()).try_for_each(|strip| strips.read(strip).map(drop));
    assert!(matches!(read, Err(Error::Cancelled)));
}
