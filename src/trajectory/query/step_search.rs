//! Finds the samples within a radius of a point at one time step.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use super::boxes::RoughBall;
use super::cached_step::CachedStep;
use super::closest::Closest;
use super::dataset::Dataset;
use super::open_shard::{OpenShard, is_sample};
use super::order::Order;
use super::result::{Hit, QueryResult, Sample};
use super::tables::{Density, OpenTable};
use super::unit::{Found, Kept, Unit};
use crate::job::CancelToken;
use crate::trajectory::grid::BoundingBox;
use crate::trajectory::morton::encode;
use crate::trajectory::periodic::{Image, PeriodicVolume};
use crate::trajectory::table::{Ball, TableEntry};
use crate::{Error, Result};

/// An entry of the shard that may be in the ball.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    entry: u32,
    /// The trajectory's id, as the table has it.
    id: u32,
    /// The key of the cell that lists it.
    key: u64,
}

/// Memory that searches use one after the other.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub reading: Reading,
    /// The samples that were found, in no order, and their order.
    pub found: Vec<Found>,
    pub order: Order,
    pub closest: Closest,
    /// The answer for an outer radius, from which that for the inner one is taken.
    pub outer: QueryResult,
    pub hits: Vec<Hit>,
    /// The flag that stops the search; checked before each time step, and for each trajectory of a large answer.
    pub cancel: CancelToken,
}

/// Memory for reading positions out of the files, and for finding units.
#[derive(Debug, Default)]
pub(super) struct Reading {
    candidates: Vec<Candidate>,
    /// The candidates' positions, not finite where a sample is missing.
    positions: Vec<[f32; 3]>,
    /// The units that a ball reaches.
    pub units: Vec<u32>,
    other: Vec<u32>,
    /// The units whose positions are not stored yet.
    unread: Vec<u32>,
    kept: Vec<Kept>,
}

impl Scratch {
    /// Lends this thread's memory to searches that `cancel` stops. It is kept for the next ones, unless a large answer
    /// has made it large.
    pub fn lend<R>(cancel: &CancelToken, work: impl FnOnce(&mut Scratch) -> R) -> R {
        const LARGE: usize = 1 << 16;
        thread_local!(static KEPT: Cell<Option<Box<Scratch>>> = const { Cell::new(None) });
        let mut scratch = KEPT.take().unwrap_or_default();
        scratch.cancel = cancel.clone();
        let result = work(&mut scratch);
        let Scratch { hits, reading: Reading { candidates, .. }, found, outer, .. } = &*scratch;
        let used = [hits.capacity(), candidates.capacity(), found.capacity(), outer.samples.capacity()];
        if used.iter().all(|&capacity| capacity < LARGE) {
            KEPT.set(Some(scratch));
        }
        result
    }

    /// Fails with [`Error::Cancelled`] once the search was cancelled.
    pub fn check(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

/// A time step with a table, ready to be searched, from cached positions or from the files.
pub(super) struct StepSearch<'a> {
    dataset: &'a Dataset,
    open: Arc<OpenTable>,
    step: i32,
    /// The number of the table's shard.
    shard: usize,
    cached: Option<Arc<CachedStep>>,
    opened: OnceLock<&'a OpenShard>,
}

impl<'a> StepSearch<'a> {
    /// Prepares one search or a few, or `many`: these get positions in memory even where the cache has no room.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] for a shard whose size has changed.
    pub fn new(
        dataset: &'a Dataset,
        open: Arc<OpenTable>,
        shard: usize,
        step: i32,
        many: bool,
    ) -> Result<StepSearch<'a>> {
        let cached = dataset.cache().of(&open, many, || dataset.shard(shard))?;
        let mut search = StepSearch { dataset, open, step, shard, cached, opened: OnceLock::new() };
        if many && search.cached.is_none() && !search.has_repeated_ids()? {
            // Where the cache has no room, the positions live as long as these searches.
            search.cached = Some(Arc::new(CachedStep::new(&search.open.table, &search.open.grid, search.shard()?)));
        }
        Ok(search)
    }

    /// Returns the shard. It is looked up when first needed: a search among cached positions does not need it.
    pub fn shard(&self) -> Result<&'a OpenShard> {
        if let Some(shard) = self.opened.get() {
            return Ok(shard);
        }
        let shard = self.dataset.shard(self.shard)?;
        Ok(self.opened.get_or_init(|| shard))
    }

    /// Returns the time step.
    pub fn step(&self) -> i32 {
        self.step
    }

    /// Returns the key of the cell that holds a point, or of one beside it.
    pub fn key_near(&self, point: [f64; 3]) -> u64 {
        encode(self.open.grid.cells_of(&Ball { centre: point, radius: 0.0 }).min)
    }

    /// Returns the cached positions, where there are any.
    pub fn cached(&self) -> Option<&CachedStep> {
        self.cached.as_deref()
    }

    /// Fails when some of what was read of the table did not come from its file. Call before returning an answer.
    pub fn check_table(&self) -> Result<()> {
        self.open.table.check_whole()
    }

    /// Returns the number of samples in the table.
    pub fn samples(&self) -> usize {
        self.open.table.ids().len()
    }

    /// Returns the average number of samples in a cell that has any.
    pub fn samples_per_cell(&self) -> f64 {
        self.samples() as f64 / self.open.table.entries().len().max(1) as f64
    }

    /// Returns the density at which the nearest samples were found last.
    pub fn density(&self) -> &Density {
        &self.open.density
    }

    /// Returns the table.
    pub fn open_table(&self) -> &OpenTable {
        &self.open
    }

    /// Returns whether the shard has several entries with one id.
    pub fn has_repeated_ids(&self) -> Result<bool> {
        // Only shards without repeated ids are cached.
        if self.cached.is_some() { Ok(false) } else { Ok(self.shard()?.has_repeated_ids()) }
    }

    /// Adds the samples in the ball to `scratch.hits`; in a periodic volume, a hit for each image in the ball.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for a table that lists an id which the shard does not have, or in another cell than its
    /// position; [`Error::Io`] for a file that was cut meanwhile; [`Error::InvalidArgument`] for a ball that reaches
    /// images too far away.
    pub fn search(&self, volume: Option<&PeriodicVolume>, ball: &Ball, scratch: &mut Scratch) -> Result<()> {
        let Some(volume) = volume else {
            return self.search_image(ball, Image::default(), scratch);
        };
        for (image, ball) in volume.images(*ball, &self.bounds()?)? {
            scratch.check()?;
            self.search_image(&ball, image, scratch)?;
        }
        Ok(())
    }

    fn search_image(&self, ball: &Ball, image: Image, scratch: &mut Scratch) -> Result<()> {
        let Some(cached) = &self.cached else {
            let shard = self.shard()?;
            let found = search_files(&self.open, shard, self.step, ball, image, scratch);
            return check_whole(&self.open, shard).and(found);
        };
        self.find_cached(cached, ball, scratch)?;
        let Scratch { found, hits, .. } = scratch;
        hits.extend(found.iter().map(|&(id, sample)| Hit { id, entry: 0, image, sample }));
        Ok(())
    }

    /// Searches a ball and adds what is in it to `result` as a further query.
    ///
    /// # Errors
    /// As [`StepSearch::search`].
    pub fn answer(
        &self,
        volume: Option<&PeriodicVolume>,
        ball: &Ball,
        scratch: &mut Scratch,
        result: &mut QueryResult,
    ) -> Result<()> {
        let cached = self.cached.as_ref().filter(|cached| volume.is_none() && !cached.has_wide_ids());
        let Some(cached) = cached else {
            scratch.hits.clear();
            self.search(volume, ball, scratch)?;
            result.push_query(&mut scratch.hits, volume.is_some());
            return Ok(());
        };
        self.find_cached(cached, ball, scratch)?;
        let Scratch { found, order, .. } = scratch;
        let order = order.of(found.iter().map(|&(id, _)| id as u32));
        result.push_samples(order.iter().map(|&n| found[n as usize]));
        result.end_query();
        Ok(())
    }

    /// Puts the cached samples in the ball into `scratch.found`, in no order. Units that are not stored yet are read
    /// first.
    fn find_cached(&self, cached: &CachedStep, ball: &Ball, scratch: &mut Scratch) -> Result<()> {
        let rough = RoughBall::around(ball);
        self.find_units(cached, &rough, &mut scratch.reading)?;
        let Scratch { reading: Reading { units, .. }, found, .. } = scratch;
        found.clear();
        let units = units.iter().filter_map(|&unit| cached.unit(unit));
        units.for_each(|unit| unit.search(&rough, ball, self.step, found));
        // The rough ball holds a few more, rarely.
        if found.iter().any(|(_, sample)| sample.distance > ball.radius) {
            found.retain(|(_, sample)| sample.distance <= ball.radius);
        }
        self.check_table()
    }

    /// Puts the numbers of the units that a ball reaches into `reading.units`. Those that are not stored yet are read.
    pub fn find_units(&self, cached: &CachedStep, ball: &RoughBall, reading: &mut Reading) -> Result<()> {
        let Reading { units, other, unread, .. } = reading;
        cached.tree().units_in(ball, units, other);
        let is_unread = |unit: &&u32| cached.unit(**unit).is_none();
        if units.iter().any(|unit| is_unread(&unit)) {
            unread.clear();
            unread.extend(units.iter().filter(is_unread));
            self.read_units(cached, reading)?;
        }
        Ok(())
    }

    /// Returns a unit, and reads it first if it is not stored yet.
    pub fn unit<'c>(&self, cached: &'c CachedStep, unit: u32, scratch: &mut Scratch) -> Result<&'c Unit> {
        if cached.unit(unit).is_none() {
            scratch.reading.unread.clear();
            scratch.reading.unread.push(unit);
            self.read_units(cached, &mut scratch.reading)?;
        }
        Ok(cached.unit(unit).expect("read before"))
    }

    /// Reads the positions of the units in `reading.unread` and stores them, once the files were found whole.
    #[cold]
    fn read_units(&self, cached: &CachedStep, reading: &mut Reading) -> Result<()> {
        let (open, shard) = (&*self.open, self.shard()?);
        let (cells, ids) = (open.table.entries(), open.table.ids());
        let Reading { candidates, positions, unread, kept, .. } = reading;
        candidates.clear();
        let mut read = || {
            for &unit in unread.iter() {
                let wanted = cached.samples_of(unit);
                let end = |cell: &TableEntry| cell.start as usize + cell.count as usize;
                let first = cells.partition_point(|cell| end(cell) <= wanted.start);
                for cell in cells[first..].iter().take_while(|cell| (cell.start as usize) < wanted.end) {
                    let samples = wanted.start.max(cell.start as usize)..wanted.end.min(end(cell));
                    // A table that is cut meanwhile reads as zeros.
                    for &id in ids.get(samples).unwrap_or_default() {
                        let entry = shard.entries_of(id).next().ok_or_else(|| unknown(open, shard, id))?;
                        candidates.push(Candidate { entry, id, key: cell.key });
                    }
                }
            }
            fetch(shard, self.step, candidates, positions);
            for (&Candidate { id, key, .. }, &position) in candidates.iter().zip(&*positions) {
                if !is_sample(position) {
                    return Err(no_sample(open, id, self.step));
                }
                check_cell(open, position, key, id)?;
            }
            Ok(())
        };
        let found = read();
        check_whole(open, shard).and(found)?;
        kept.clear();
        let full_id = |candidate: &Candidate| shard.full_id(candidate.entry, candidate.id);
        kept.extend(candidates.iter().zip(&*positions).map(|(c, &position)| Kept { position, id: full_id(c) }));
        check_whole(open, shard)?;
        let mut rest = &mut kept[..];
        for &unit in unread.iter() {
            let samples = rest.split_off_mut(..cached.samples_of(unit).len()).unwrap_or_default();
            cached.keep(unit, samples);
        }
        Ok(())
    }

    /// Returns a box that holds all positions at the time step.
    pub fn bounds(&self) -> Result<BoundingBox> {
        if let Some(bounds) = self.open.bounds.get() {
            return Ok(*bounds);
        }
        let shard = self.shard()?;
        let mut bounds = BoundingBox { min: [f64::INFINITY; 3], max: [f64::NEG_INFINITY; 3] };
        for entry in self.open.table.ids().iter().flat_map(|&id| shard.entries_of(id)) {
            if let Some(position) = shard.position(entry, self.step) {
                let at = position.map(f64::from);
                bounds = bounds.union(&BoundingBox { min: at, max: at });
            }
        }
        check_whole(&self.open, shard)?;
        Ok(*self.open.bounds.get_or_init(|| bounds))
    }
}

/// Call before trusting anything read from the table or its shard, errors included: either file may have been cut.
fn check_whole(open: &OpenTable, shard: &OpenShard) -> Result<()> {
    open.table.check_whole()?;
    shard.check_whole()
}

/// Reads the positions of the candidates. The loop does nothing else: positions are far apart in memory, and the
/// shorter the loop, the more of them the processor fetches at once.
fn fetch(shard: &OpenShard, step: i32, candidates: &[Candidate], positions: &mut Vec<[f32; 3]>) {
    positions.clear();
    positions.extend(candidates.iter().map(|candidate| shard.coordinates(candidate.entry, step)));
}

fn search_files(
    open: &OpenTable,
    shard: &OpenShard,
    step: i32,
    ball: &Ball,
    image: Image,
    scratch: &mut Scratch,
) -> Result<()> {
    collect(open, shard, ball, &mut scratch.reading.candidates)?;
    fetch(shard, step, &scratch.reading.candidates, &mut scratch.reading.positions);
    let has_repeated_ids = shard.has_repeated_ids();
    for (&Candidate { entry, id, key }, &position) in scratch.reading.candidates.iter().zip(&scratch.reading.positions)
    {
        if !is_sample(position) {
            if has_repeated_ids {
                continue;
            }
            return Err(no_sample(open, id, step));
        }
        if !has_repeated_ids {
            check_cell(open, position, key, id)?;
        }
        let distance = ball.distance(position);
        if distance <= ball.radius {
            let sample = Sample { distance, position, time_step: step };
            scratch.hits.push(Hit { id: shard.full_id(entry, id), entry, image, sample });
        }
    }
    Ok(())
}

/// The entries that are listed in the cells which the ball may touch, each once.
fn collect(open: &OpenTable, shard: &OpenShard, ball: &Ball, candidates: &mut Vec<Candidate>) -> Result<()> {
    candidates.clear();
    let mut missing = None;
    open.table.walk(&open.grid.cells_of(ball), |_, cell| {
        if open.grid.is_beyond(cell.key, ball) {
            return;
        }
        for &id in open.table.ids_of(cell) {
            let before = candidates.len();
            candidates.extend(shard.entries_of(id).map(|entry| Candidate { entry, id, key: cell.key }));
            if candidates.len() == before {
                missing = Some(id);
            }
        }
    });
    if let Some(id) = missing {
        return Err(unknown(open, shard, id));
    }
    if shard.has_repeated_ids() {
        // Where an id has several entries, all of them were added each time the table lists the id.
        candidates.sort_unstable();
        candidates.dedup_by_key(|candidate| candidate.entry);
    }
    Ok(())
}

fn unknown(open: &OpenTable, shard: &OpenShard, id: u32) -> Error {
    open.contradiction(format!("trajectory {id}, which {} does not have", shard.shard().name()))
}

fn no_sample(open: &OpenTable, id: u32, step: i32) -> Error {
    open.contradiction(format!("trajectory {id}, which has no sample at time step {step}"))
}

fn check_cell(open: &OpenTable, position: [f32; 3], key: u64, id: u32) -> Result<()> {
    match open.grid.key_of(position) {
        Some(here) if here != key => {
            Err(open.contradiction(format!("trajectory {id} in the cell with key {key}, which it is not in")))
        }
        _ => Ok(()),
    }
}
