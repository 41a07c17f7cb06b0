//! Numbers the buildings of a city, and writes what is listed in the order of their numbers.

use bytemuck::{Pod, Zeroable};

use super::super::plane::PartsWriter;
use crate::city::input::footprint::Lod;
use crate::city::plane::clean::BuildingKey;
use crate::city::tiles::store::{BuildingRecord, BuildingsFile};
use crate::city::tiles::surface::Part;
use crate::job::aside::{Aside, Pile, Sorted, Sorter};
use crate::{Error, Result};

/// The footprints that are the first of the buildings of a bucket: so many lines of buildings are in memory at once.
const FOOTPRINTS: u32 = 1 << 14;

/// Collects buildings in any order.
pub(super) struct Register {
    sorter: Sorter,
}

/// What stands before each building: its parts and its line follow.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Head {
    first: u32,
    start: [[i32; 2]; 2],
    /// 1 for a building with a roof that the ground covers somewhere.
    is_covered: u8,
    lod: u8,
    _unused: [u8; 2],
    parts: u32,
    line: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Roof {
    roof: f64,
    platform: f64,
}

impl Register {
    /// Begins to collect the buildings of so many footprints.
    pub fn new(aside: Aside, footprints: u64) -> Register {
        let buckets = footprints.div_ceil(u64::from(FOOTPRINTS)).max(1) as u32;
        Register { sorter: Sorter::new(aside, buckets) }
    }

    /// Adds a building by its record, without its number, and its parts. `is_covered` tells whether the ground covers a
    /// roof of it somewhere.
    ///
    /// # Errors
    /// Those of putting it aside.
    pub fn add(&mut self, key: BuildingKey, record: &BuildingRecord, parts: &[Part], is_covered: bool) -> Result<()> {
        let line = BuildingsFile::after_number(record);
        let BuildingKey { first, start } = key;
        let sizes = (parts.len() as u32, line.len() as u32);
        let (is_covered, lod) = (is_covered.into(), record.lod as u8);
        let head = Head { first, start, is_covered, lod, _unused: [0; 2], parts: sizes.0, line: sizes.1 };
        self.sorter.add(first / FOOTPRINTS, |to| {
            to.extend(bytemuck::bytes_of(&head));
            for &Part { roof, platform, .. } in parts {
                to.extend(bytemuck::bytes_of(&Roof { roof, platform }));
            }
            to.extend(line);
        })
    }

    /// Numbers the buildings.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Cancelled`]; [`Error::InvalidArgument`] for more buildings than can be numbered.
    pub fn finish(self) -> Result<Numbered> {
        let sorted = self.sorter.finish()?;
        let aside = &sorted.aside;
        let mut out = Writer {
            numbers: NumbersWriter { pile: aside.pile(), next: 0, further: Vec::new() },
            parts: PartsWriter::new(aside),
            buildings: BuildingsFile::new(aside),
            covered: Vec::new(),
            next_part: 0,
        };
        for bucket in 0..sorted.count() {
            let mut lines = Vec::new();
            sorted.read(bucket, |records| {
                lines.extend_from_slice(records);
                Ok(())
            })?;
            out.write(&lines, &sorted)?;
        }
        out.buildings.finish()?;
        let Writer { numbers, parts, buildings, covered, .. } = out;
        Ok(Numbered { numbers: numbers.finish()?, parts, buildings, covered })
    }
}

/// The buildings in the order of their numbers.
pub(super) struct Numbered {
    pub numbers: Numbers,
    pub parts: PartsWriter,
    pub buildings: BuildingsFile,
    /// The buildings with a roof that the ground covers somewhere, ascending.
    pub covered: Vec<u32>,
}

struct Writer {
    numbers: NumbersWriter,
    parts: PartsWriter,
    buildings: BuildingsFile,
    covered: Vec<u32>,
    next_part: u32,
}

impl Writer {
    /// Writes the buildings of a bucket.
    fn write(&mut self, mut records: &[u8], sorted: &Sorted) -> Result<()> {
        let mut buildings: Vec<(BuildingKey, Head, &[u8], &[u8])> = Vec::new();
        while !records.is_empty() {
            let next = (|| {
                let head: Head = bytemuck::pod_read_unaligned(records.split_off(..size_of::<Head>())?);
                let roofs = records.split_off(..head.parts as usize * size_of::<Roof>())?;
                Some((
                    BuildingKey { first: head.first, start: head.start },
                    head,
                    roofs,
                    records.split_off(..head.line as usize)?,
                ))
            })();
            buildings.push(next.ok_or_else(|| sorted.chunks.damaged())?);
        }
        buildings.sort_unstable_by_key(|(key, ..)| *key);
        for (key, head, roofs, line) in buildings {
            if self.buildings.count() > i32::MAX as u32 / 2 {
                return Err(Error::invalid("footprints", "more", "at most 1,073,741,823 buildings"));
            }
            let building = self.buildings.add(line)?;
            self.numbers.add(key, [building, self.next_part])?;
            if head.is_covered > 0 {
                self.covered.push(building);
            }
            let lod = if head.lod == Lod::Lod0 as u8 { Lod::Lod0 } else { Lod::Lod1 };
            for roof in roofs.chunks_exact(size_of::<Roof>()) {
                let Roof { roof, platform } = bytemuck::pod_read_unaligned(roof);
                self.parts.add(&Part { building, roof, platform, lod })?;
                self.next_part += 1;
            }
        }
        Ok(())
    }
}

/// The numbers of buildings and of the first of their parts, on disk, by the buildings' first footprints.
pub(super) struct Numbers {
    pile: Pile,
    /// Further buildings with the same first footprint, ascending.
    further: Vec<(BuildingKey, [u32; 2])>,
}

impl Numbers {
    /// Returns the number of a building and of the first of its parts.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn of(&self, key: &BuildingKey) -> Result<[u32; 2]> {
        if let Ok(place) = self.further.binary_search_by_key(key, |(key, _)| *key) {
            return Ok(self.further[place].1);
        }
        let mut numbers = [0_u32; 2];
        let at = u64::from(key.first) * size_of::<[u32; 2]>() as u64;
        self.pile.read_at(at, bytemuck::bytes_of_mut(&mut numbers))?;
        Ok(numbers)
    }
}

struct NumbersWriter {
    pile: Pile,
    /// The footprint whose numbers come next.
    next: u32,
    further: Vec<(BuildingKey, [u32; 2])>,
}

impl NumbersWriter {
    /// Adds the next building.
    fn add(&mut self, key: BuildingKey, numbers: [u32; 2]) -> Result<()> {
        if key.first < self.next {
            self.further.push((key, numbers));
            return Ok(());
        }
        while self.next < key.first {
            self.put([0; 2])?;
        }
        self.put(numbers)
    }

    fn put(&mut self, numbers: [u32; 2]) -> Result<()> {
        self.next += 1;
        self.pile.write(bytemuck::bytes_of(&numbers))
    }

    fn finish(mut self) -> Result<Numbers> {
        self.pile.finish()?;
        Ok(Numbers { pile: self.pile, further: self.further })
    }
}
