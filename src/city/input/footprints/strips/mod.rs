//! Footprints put aside on disk, so that no more than a few are in memory at once: as they are read, in the order in
//! which they come ([`Spool`]), and then by strips of the city from south to north ([`Strips`]).
//!
//! The files have no names and are gone with what holds them, however the process ends. Few footprints stay in memory.
//! What is read from them depends neither on the memory that they may take nor on threads.

mod record;

use rayon::prelude::*;

use super::set::Sources;
use crate::city::input::footprint::{EachFootprint, Footprint};
use crate::job::aside::{Aside, Chunks, NOWHERE, Sorted, Sorter};
use crate::{Error, Result};

pub(crate) use self::record::KeptFootprint;

/// Puts footprints aside as they are read.
pub(crate) struct Spool {
    aside: Aside,
    chunks: Chunks,
    /// The records of the next chunk.
    records: Vec<u8>,
    count: u64,
}

impl Spool {
    pub fn new(aside: Aside) -> Spool {
        Spool { chunks: aside.chunks(), aside, records: Vec::new(), count: 0 }
    }

    /// Adds the next footprint, with the rank of the property that its height is from.
    ///
    /// # Errors
    /// [`Error::Io`], for a full disk, too; [`Error::InvalidArgument`] for more footprints than can be numbered.
    pub fn add(&mut self, footprint: &Footprint, source: u8) -> Result<()> {
        let index = u32::try_from(self.count)
            .map_err(|_| Error::invalid("footprints", "more than 4,294,967,296", "at most 4,294,967,296 footprints"))?;
        record::write(index, source, footprint, &mut self.records);
        self.count += 1;
        if self.records.len() as u64 >= self.aside.memory / 64 { self.put_aside() } else { Ok(()) }
    }

    fn put_aside(&mut self) -> Result<()> {
        self.chunks.append(NOWHERE, &self.records)?;
        self.records.clear();
        // A long record has left a large buffer.
        self.records.shrink_to(self.aside.memory as usize / 32);
        Ok(())
    }

    /// Returns what was put aside.
    ///
    /// # Errors
    /// As [`Spool::add`].
    pub fn finish(mut self) -> Result<Unsorted<'static>> {
        self.put_aside()?;
        self.chunks.finish()?;
        Ok(Unsorted { aside: self.aside, count: self.count, all: All::Aside(self.chunks) })
    }
}

/// Footprints in the order in which they were given.
pub(crate) struct Unsorted<'a> {
    aside: Aside,
    count: u64,
    all: All<'a>,
}

enum All<'a> {
    Memory(&'a [Footprint]),
    Aside(Chunks),
}

impl<'a> Unsorted<'a> {
    /// Creates those of footprints that are in memory.
    pub fn of(footprints: &'a [Footprint], aside: Aside) -> Unsorted<'a> {
        Unsorted { aside, count: footprints.len() as u64, all: All::Memory(footprints) }
    }

    /// Returns the number of footprints.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Sorts the footprints by strips, after `bring` has moved each of them to its place. `look` sees them there, one
    /// after the other. `sources` tells what the ranks of their heights' properties stand for.
    ///
    /// # Errors
    /// [`Error::Io`], for a full disk, too; [`Error::Cancelled`]; the error of `bring` for the first footprint that has
    /// one.
    pub fn by_strips(
        self,
        bands: Bands,
        sources: &Sources,
        bring: impl Fn(u32, &mut Footprint) -> Result<()> + Sync,
        mut look: impl FnMut(&Footprint),
    ) -> Result<Strips> {
        let mut sorter = Sorter::new(self.aside.clone(), bands.count());
        let mut sort = |mut batch: Vec<KeptFootprint>| {
            self.aside.go_on()?;
            let brought: Vec<Result<()>> =
                batch.par_iter_mut().map(|kept| bring(kept.index, &mut kept.footprint)).collect();
            brought.into_iter().collect::<Result<()>>()?;
            for KeptFootprint { index, source, footprint } in &batch {
                look(footprint);
                let source = sources.place_of(*source);
                sorter.add(bands.of(footprint), |to| record::write(*index, source, footprint, to))?;
            }
            Ok(())
        };
        match &self.all {
            All::Memory(footprints) => {
                /// Footprints that are moved at a time.
                const BATCH: usize = 1024;
                for (n, batch) in footprints.chunks(BATCH).enumerate() {
                    let numbered = ((n * BATCH) as u32..).zip(batch.iter().cloned());
                    let kept = numbered.map(|(index, footprint)| {
                        let source = Sources::NONE;
                        KeptFootprint { index, source, footprint }
                    });
                    sort(kept.collect())?;
                }
            }
            All::Aside(chunks) => chunks.each(&mut |records| {
                sort(all_of(records, chunks)?)?;
                Ok(true)
            })?,
        }
        Ok(Strips { sorted: sorter.finish()?, count: self.count })
    }
}

impl EachFootprint for Unsorted<'_> {
    fn any(&self, look: &mut dyn FnMut(u32, &Footprint) -> bool) -> Result<bool> {
        match &self.all {
            All::Memory(footprints) => footprints.any(look),
            All::Aside(chunks) => any_of(chunks, &self.aside, look),
        }
    }
}

/// Strips from south to north.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bands {
    /// The southern edge of the first strip.
    pub south: f64,
    /// The northern edge of the last strip.
    pub north: f64,
    /// The height of a strip.
    pub height: f64,
}

impl Bands {
    /// Returns the number of strips.
    pub fn count(&self) -> u32 {
        (((self.north - self.south) / self.height).ceil() as u32).max(1)
    }

    /// Returns the strip of the southern edge of a footprint's box: the first or the last one for what lies beyond
    /// them, the first for a footprint without points.
    pub fn of(&self, footprint: &Footprint) -> u32 {
        let points = footprint.polygons.iter().flat_map(|polygon| polygon.rings.iter().flatten());
        let south = points.map(|p| p[1]).reduce(f64::min).unwrap_or(self.south);
        (((south - self.south) / self.height).floor() as u32).min(self.count() - 1)
    }
}

/// Footprints by strips from south to north.
pub(crate) struct Strips {
    sorted: Sorted,
    count: u64,
}

impl Strips {
    /// Returns the number of footprints.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Returns the number of strips.
    pub fn count(&self) -> u32 {
        self.sorted.count()
    }

    /// Reads the footprints of a strip, in the order in which they were given.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Cancelled`].
    pub fn read(&self, strip: u32) -> Result<Vec<KeptFootprint>> {
        let mut kept = Vec::new();
        self.sorted.read(strip, |records| {
            kept.append(&mut all_of(records, &self.sorted.chunks)?);
            Ok(())
        })?;
        kept.sort_unstable_by_key(|kept| kept.index);
        Ok(kept)
    }
}

impl EachFootprint for Strips {
    fn any(&self, look: &mut dyn FnMut(u32, &Footprint) -> bool) -> Result<bool> {
        any_of(&self.sorted.chunks, &self.sorted.aside, look)
    }
}

/// Looks at the footprints of chunks until `look` returns `true`. Returns whether it did.
fn any_of(chunks: &Chunks, aside: &Aside, look: &mut dyn FnMut(u32, &Footprint) -> bool) -> Result<bool> {
    let mut is_found = false;
    chunks.each(&mut |records| {
        aside.go_on()?;
        is_found = all_of(records, chunks)?.iter().any(|kept| look(kept.index, &kept.footprint));
        Ok(!is_found)
    })?;
    Ok(is_found)
}

/// Returns the footprints of a chunk.
fn all_of(mut records: &[u8], chunks: &Chunks) -> Result<Vec<KeptFootprint>> {
    let mut all = Vec::new();
    while !records.is_empty() {
        all.push(record::read(&mut records).ok_or_else(|| chunks.damaged())?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
