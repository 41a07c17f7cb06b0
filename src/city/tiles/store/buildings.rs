//! The buildings of a city: a file of JSON lines, one per building, in the order of their numbers.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::MeshStore;
use crate::city::input::footprint::Lod;
use crate::error::IoContext;
use crate::io::atomic::Durability;
use crate::io::input;
use crate::job::aside::{Aside, Pile};
use crate::{Error, Result};

/// The name of the file with a city's buildings.
pub const BUILDINGS_NAME: &str = "buildings.jsonl";

/// A building, as the store of a city records it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuildingRecord {
    /// The building's number: `building` marks its walls, N + `building` its roof.
    pub building: u32,
    /// The elevation of the roof in metres; of several roofs, the highest.
    pub roof: f64,
    /// The elevation in metres of a platform in the building's place: the lowest ground under it.
    pub platform: f64,
    /// The building's level of detail in the mesh.
    pub lod: Lod,
    /// The footprints that were merged into it, by their names in the source.
    pub members: Vec<String>,
    /// The parts with a roof of their own, at least two; none where the building has one roof. All have the building's
    /// markers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartRecord>,
}

/// A part of a building, as the store of a city records it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartRecord {
    /// The elevation of the part's roof in metres.
    pub roof: f64,
    /// The footprints whose roof it is, and those below it that have no part of their own.
    pub members: Vec<String>,
}

/// Reads the buildings of a city one after the other. The first error is the last item.
#[derive(Debug)]
pub struct Buildings {
    path: PathBuf,
    lines: BufReader<File>,
    line: Vec<u8>,
    /// The offset of the next line. The number of its building and the number of all buildings follow.
    offset: u64,
    next: u32,
    total: u32,
    /// The hash of the lines so far. The hash of all lines, as stated in the manifest, follows.
    hash: LineHash,
    expected: String,
    failed: bool,
}

impl MeshStore {
    /// Reads the buildings of a city, in the order of their numbers.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a store of tiles of another program; [`Error::NotFound`] where the file is missing;
    /// [`Error::Io`]. Items are errors, too: [`Error::BadFormat`], with the line's offset, for a line that is missing
    /// or not the city's next building, and at the end of a file that the city's build has not written; [`Error::Io`].
    pub fn buildings(&self) -> Result<Buildings> {
        let city = self.city()?;
        let (total, expected) = (city.buildings, city.buildings_hash.clone());
        let path = self.folder().join(BUILDINGS_NAME);
        if !input::exists(&path)? && path.symlink_metadata().is_err() {
            let what = format!("the list of the city's buildings is missing; {RESTORED_BY}");
            return Err(Error::NotFound { subject: path, what });
        }
        let lines = BufReader::new(input::open(&path)?);
        let hash = LineHash::default();
        Ok(Buildings { path, lines, line: Vec::new(), offset: 0, next: 0, total, hash, expected, failed: false })
    }

    /// Reads one building of a city, without a look at what the lines before it say.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a number that no building of the city has; otherwise as [`MeshStore::buildings`]
    /// and its items, but that another file with a line for this number is not noticed.
    pub fn building(&self, number: u32) -> Result<BuildingRecord> {
        let mut buildings = self.buildings()?;
        if number >= buildings.total {
            let accepted = format!("a number below {}, that of the city's buildings", buildings.total);
            return Err(Error::invalid("number", number, accepted));
        }
        while buildings.next < number && buildings.pass()? {}
        match buildings.read()? {
            Some(record) => Ok(record),
            None => Err(Error::Internal(format!("building {number} is beyond the city's last"))),
        }
    }

    /// Checks that the file of buildings is the city's.
    ///
    /// # Errors
    /// As [`MeshStore::buildings`] and its items.
    pub fn check_buildings(&self) -> Result<()> {
        self.buildings()?.try_for_each(|building| building.map(drop))
    }
}

/// The longest line that is read, in bytes: one with the names of a building's footprints is shorter.
pub(super) const LONGEST_LINE: u64 = 16 << 20;

/// The next step that restores the file.
const RESTORED_BY: &str = "the same build of the city writes it again";

impl Buildings {
    /// Returns the offset of the next building's line.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Passes a line without reading it; `false` at the end of the file.
    fn pass(&mut self) -> Result<bool> {
        let length = self.lines.skip_until(b'\n').context("read", &self.path)?;
        self.offset += length as u64;
        self.next += u32::from(length > 0);
        Ok(length > 0)
    }

    fn read(&mut self) -> Result<Option<BuildingRecord>> {
        let bad = |seen: String, accepted: String| Err(Error::bad_format(&self.path, self.offset, seen, accepted));
        self.line.clear();
        let length = (&mut self.lines).take(LONGEST_LINE).read_until(b'\n', &mut self.line);
        let length = length.context("read", &self.path)?;
        if length as u64 == LONGEST_LINE && !self.line.ends_with(b"\n") {
            return bad("a line without an end".into(), format!("lines of at most 16 MiB; {RESTORED_BY}"));
        }
        self.hash.0.update(&self.line);
        if length == 0 && self.next == self.total {
            let seen = format!("{:032x}", self.hash.0.digest128());
            if self.expected != seen {
                let accepted = format!("those of the store's last build; {RESTORED_BY}");
                return bad("buildings of another build".into(), accepted);
            }
            return Ok(None);
        }
        if length == 0 || self.next == self.total {
            let seen = if length == 0 { format!("{} buildings", self.next) } else { "another building".into() };
            return bad(seen, format!("the {} buildings of the city; {RESTORED_BY}", self.total));
        }
        let record: BuildingRecord = match serde_json::from_slice(&self.line) {
            Ok(record) => record,
            Err(e) => return bad(e.to_string(), format!("a building, as one line of JSON; {RESTORED_BY}")),
        };
        if record.building != self.next {
            return bad(format!("building {}", record.building), format!("building {}; {RESTORED_BY}", self.next));
        }
        self.offset += length as u64;
        self.next += 1;
        Ok(Some(record))
    }
}

impl Iterator for Buildings {
    type Item = Result<BuildingRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let item = self.read().transpose();
        self.failed = matches!(item, Some(Err(_)));
        item
    }
}

/// The file of a city's buildings before it is in a store.
pub(crate) struct BuildingsFile {
    pile: Pile,
    hash: LineHash,
    next: u32,
}

/// What the line of a building begins with, before its number.
const START: &str = "{\"building\":";

impl BuildingsFile {
    pub fn new(aside: &Aside) -> BuildingsFile {
        BuildingsFile { pile: aside.pile(), hash: LineHash::default(), next: 0 }
    }

    /// Returns what the line of a building says after its number.
    pub fn after_number(record: &BuildingRecord) -> Vec<u8> {
        let line = serde_json::to_vec(&BuildingRecord { building: 0, ..record.clone() });
        line.expect("plain values are JSON").split_off(START.len() + 1)
    }

    /// Writes the line of the next building, whose number it returns.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn add(&mut self, after_number: &[u8]) -> Result<u32> {
        let number = self.next;
        self.next += 1;
        for bytes in [START.as_bytes(), number.to_string().as_bytes(), after_number, b"\n"] {
            self.hash.0.update(bytes);
            self.pile.write(bytes)?;
        }
        Ok(number)
    }

    /// Ends the file, which then can be read.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(&mut self) -> Result<()> {
        self.pile.finish()
    }

    /// Returns the number of buildings.
    pub fn count(&self) -> u32 {
        self.next
    }

    /// Returns the hash of the file, in the form of the manifest.
    pub fn hash(&self) -> String {
        format!("{:032x}", self.hash.0.digest128())
    }

    /// Returns the records of a few buildings, given by their numbers in ascending order.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn records(&self, numbers: &[u32]) -> Result<Vec<BuildingRecord>> {
        let mut lines = BufReader::new(self.pile.reader(0)).lines();
        let (mut records, mut passed) = (Vec::new(), 0);
        for &number in numbers {
            let line = lines.nth((number - passed) as usize);
            passed = number + 1;
            let line = line.and_then(|line| line.ok()).ok_or_else(|| self.pile.damaged())?;
            records.push(serde_json::from_str(&line).map_err(|e| Error::Internal(e.to_string()))?);
        }
        Ok(records)
    }

    /// Copies the file into the folder of a store, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn copy_to(&self, store: &Path, durability: Durability) -> Result<()> {
        self.pile.copy_to(&store.join(BUILDINGS_NAME), durability)
    }
}

/// The hash of lines.
#[derive(Default)]
struct LineHash(Box<Xxh3>);

impl fmt::Debug for LineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineHash({:032x})", self.0.digest128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::input::generate::{self, GenerateOptions};
    use crate::city::input::{CityInput, Footprints, Ground};
    use crate::city::plane::cells::Cells;
    use crate::city::plane::domain::Domain;
    use crate::city::tiles::build::{BuildCityMeshOptions, build_city_mesh};
    use crate::city::tiles::store::CityManifest;

    /// Creates the store of a city whose buildings are the [`records`].
    fn store_of(folder: &Path, buildings: u32) -> MeshStore {
        let domain = Domain::new([0.0, 0.0, 100.0, 100.0]).unwrap();
        let city = CityManifest {
            parameters: Default::default(),
            domain,
            outline: None,
            cells: Cells::of(&domain),
            side: 1,
            tiles: Cells::of(&domain).tiles(1),
            tile_inputs: vec![String::new()],
            buildings,
            fingerprint: String::new(),
            footprint_area: 0.0,
            crs: None,
            buildings_hash: written().hash(),
        };
        MeshStore::for_city(folder, city, Durability::Unsynced).unwrap()
    }

    fn records() -> Vec<BuildingRecord> {
        let record = |building: u32| BuildingRecord {
            building,
            roof: 0.1 + f64::from(building),
            platform: -1.0 / 3.0,
            lod: if building == 1 { Lod::Lod0 } else { Lod::Lod1 },
            members: (0..building).map(|n| format!("house \"{n}\"\n")).collect(),
            parts: (0..building).map(|n| PartRecord { roof: n.into(), members: vec!["house".into()] }).collect(),
        };
        (0..3).map(record).collect()
    }

    fn written() -> BuildingsFile {
        let aside = Aside { folder: std::env::temp_dir(), memory: 1 << 20, cancel: Default::default() };
        let mut file = BuildingsFile::new(&aside);
        for record in records() {
            assert_eq!(file.add(&BuildingsFile::after_number(&record)).unwrap(), record.building);
        }
        file.finish().unwrap();
        assert_eq!(file.records(&[0, 2]).unwrap(), [&records()[0], &records()[2]].map(Clone::clone));
        file
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = store_of(folder.path(), 3);
        written().copy_to(folder.path(), Durability::Unsynced).unwrap();
        let read: Vec<_> = store.buildings().unwrap().collect::<Result<_>>().unwrap();
        assert_eq!(read, records());
        let other = tempfile::tempdir().unwrap();
        let foreign = MeshStore::create(other.path(), serde_json::Value::Null).unwrap();
        assert!(matches!(foreign.buildings(), Err(Error::Unsupported { .. })));
    }

    #[test]
    fn one_building_is_read_by_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let store = store_of(folder.path(), 3);
        written().copy_to(folder.path(), Durability::Unsynced).unwrap();
        for (number, record) in records().into_iter().enumerate() {
            assert_eq!(store.building(number as u32).unwrap(), record);
        }
        assert!(matches!(store.building(3), Err(Error::InvalidArgument { .. })));
        // A file that ends too early, and one with other buildings.
        let path = folder.path().join(BUILDINGS_NAME);
        let whole = std::fs::read_to_string(&path).unwrap();
        let first = whole.lines().next().unwrap();
        for broken in [format!("{first}\n"), format!("{first}\n{first}\n{first}\n"), format!("{first}\n{{\n")] {
            std::fs::write(&path, broken).unwrap();
            assert_eq!(store.building(0).unwrap(), records()[0]);
            assert!(matches!(store.building(1), Err(Error::BadFormat { .. })));
            assert!(matches!(store.building(2), Err(Error::BadFormat { .. })));
        }
    }

    #[test]
    fn a_file_that_is_not_the_city_s_ends_with_one_error() {
        let folder = tempfile::tempdir().unwrap();
        let store = store_of(folder.path(), 3);
        written().copy_to(folder.path(), Durability::Unsynced).unwrap();
        let path = folder.path().join(BUILDINGS_NAME);
        let whole = std::fs::read_to_string(&path).unwrap();
        let first = whole.lines().next().unwrap();
        let broken = [
            (String::new(), 0),
            (whole[..whole.len() - 4].to_string(), 2),
            (format!("{first}\n"), 1),
            (format!("{first}\n{first}\n"), 1),
            (format!("{whole}{first}\n"), 3),
            (format!("{first}\n\n"), 1),
            (whole.replace("lod0", "lod7"), 1),
            (whole.replace("lod0", "lod1"), 3),
        ];
        for (text, good) in broken {
            std::fs::write(&path, &text).unwrap();
            let items: Vec<_> = store.buildings().unwrap().collect();
            assert_eq!(items.len(), good + 1, "{text}");
            let offset: usize = text.split_inclusive('\n').take(good).map(str::len).sum();
            match items.last() {
                Some(Err(Error::BadFormat { offset: at, .. })) => assert_eq!(*at, Some(offset as u64), "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_buildings_of_a_built_city_name_every_footprint_once() {
        let (footprints, terrain) = generate::city(&GenerateOptions::new(30)).unwrap();
        let mut names: Vec<String> = footprints.iter().map(|f| f.id.clone()).collect();
        let input =
            CityInput { footprints: Footprints::Memory(footprints.into()), terrain: Ground::Memory(terrain.into()) };
        let folder = tempfile::tempdir().unwrap();
        let report = build_city_mesh(&input, folder.path(), &BuildCityMeshOptions::default()).unwrap();
        let buildings = MeshStore::open(folder.path()).unwrap().buildings().unwrap();
        let buildings: Vec<_> = buildings.collect::<Result<_>>().unwrap();
        assert_eq!(buildings.len() as u64, report.buildings);
        assert!(buildings.iter().all(|b| b.roof > b.platform));
        let mut members: Vec<String> = buildings.into_iter().flat_map(|b| b.members).collect();
        let left_out = [&report.clean.outside, &report.clean.empty, &report.clean.unrepairable];
        assert!(left_out.iter().all(|ids| ids.is_empty()));
        names.sort_unstable();
        members.sort_unstable();
        assert_eq!(members, names);
    }
}
