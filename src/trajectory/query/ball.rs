//! The samples within a radius of a point at one time step.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::cached::CachedStep;
use super::dataset::Dataset;
use super::result::{Hit, QueryResult, Sample};
use super::shards::{OpenShard, is_sample};
use super::tables::OpenTable;
use crate::job::CancelToken;
use crate::trajectory::grid::BoundingBox;
use crate::trajectory::periodic::{Image, PeriodicVolume};
use crate::trajectory::table::{Ball, TableEntry};
use crate::{Error, Result};

/// An entry of the shard that may be in the ball.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    entry: u32,
    /// The trajectory's id, as the table has it.
    id: u32,
    /// The key of the cell that named it.
    key: u64,
}

/// Memory for one search after another.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    candidates: Vec<Candidate>,
    /// Where they are; not finite where the sample is missing.
    positions: Vec<[f32; 3]>,
    /// Samples of kept positions that may be in the ball, by number.
    found: Vec<u32>,
    /// The same by id: the id above the number.
    by_id: Vec<u64>,
    /// Cells whose positions are not kept yet, with their numbers.
    unread: Vec<(usize, TableEntry)>,
    /// The answer of an outer radius.
    pub outer: QueryResult,
    pub hits: Vec<Hit>,
    /// Looked at before each time step, and for each trajectory of a large answer.
    pub cancel: CancelToken,
}

impl Scratch {
    /// Memory for a search that can be stopped.
    pub fn with_cancel(cancel: &CancelToken) -> Scratch {
        Scratch { cancel: cancel.clone(), ..Scratch::default() }
    }

    /// Gives [`Error::Cancelled`] once the search was asked to stop.
    pub fn check(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

/// A time step that has a table, ready for searches: by kept positions where there are some, else from the files.
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
    /// For one search or a few, or for `many`, for which positions are kept be it only for them.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::BadFormat`] for a shard that is not the one that it was.
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
            // It does not fit into the cache, but into these questions.
            search.cached = Some(Arc::new(CachedStep::new(&search.open.table, search.shard()?)));
        }
        Ok(search)
    }

    /// The shard, which searches among kept positions do not need.
    pub fn shard(&self) -> Result<&'a OpenShard> {
        if let Some(shard) = self.opened.get() {
            return Ok(shard);
        }
        let shard = self.dataset.shard(self.shard)?;
        Ok(self.opened.get_or_init(|| shard))
    }

    /// The number of samples that the table names.
    pub fn samples(&self) -> usize {
        self.open.table.ids().len()
    }

    /// Samples for each cell that has some.
    pub fn samples_per_cell(&self) -> f64 {
        self.samples() as f64 / self.open.table.entries().len().max(1) as f64
    }

    /// The table.
    pub fn open_table(&self) -> &OpenTable {
        &self.open
    }

    /// Whether the shard has several entries with one id.
    pub fn has_repeated_ids(&self) -> Result<bool> {
        // Only a shard without has kept positions.
        if self.cached.is_some() { Ok(false) } else { Ok(self.shard()?.has_repeated_ids()) }
    }

    /// Adds the samples in the ball, or with an image in it, to `scratch.hits`.
    ///
    /// # Errors
    /// The table's error when it names an id or a cell that the shard does not confirm; that of a file that was cut
    /// meanwhile; [`Error::InvalidArgument`] for a ball that reaches images too far away.
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
        self.find(cached, ball, scratch)?;
        let ids = self.open.table.ids();
        for &n in &scratch.found {
            let position = cached.position(n as usize);
            let distance = ball.distance(position);
            if distance <= ball.radius {
                let sample = Sample { distance, position, time_step: self.step };
                scratch.hits.push(Hit { id: cached.id(n as usize, ids[n as usize]), entry: 0, image, sample });
            }
        }
        self.open.table.check_whole()
    }

    /// Adds the answer of a further query, which is that of one ball, to `result`.
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
        self.find(cached, ball, scratch)?;
        // One number to sort by, with what is looked for behind it.
        let ids = self.open.table.ids();
        scratch.by_id.clear();
        scratch.by_id.extend(scratch.found.iter().map(|&n| u64::from(ids[n as usize]) << 32 | u64::from(n)));
        scratch.by_id.sort_unstable();
        let near = scratch.by_id.iter().filter_map(|&id_and_number| {
            let position = cached.position(id_and_number as u32 as usize);
            let distance = ball.distance(position);
            let sample = Sample { distance, position, time_step: self.step };
            (distance <= ball.radius).then_some((id_and_number >> 32, sample))
        });
        let before = result.mark();
        result.push_samples(near);
        result.end_query();
        self.open.table.check_whole().inspect_err(|_| result.cut(before))
    }

    /// The samples that may be in the ball, and perhaps some a rounding outside, into `scratch.found`.
    fn find(&self, cached: &CachedStep, ball: &Ball, scratch: &mut Scratch) -> Result<()> {
        scratch.found.clear();
        scratch.unread.clear();
        // Cells that follow one another in the table are one run of samples.
        let mut run = 0..0;
        let Scratch { found, unread, .. } = scratch;
        let grid = &self.open.grid;
        self.open.table.walk(&grid.cells_of(ball), |number, cell| {
            if !cached.has_cell(number) {
                if !grid.is_beyond(cell.key, ball) {
                    unread.push((number, *cell));
                }
                return;
            }
            let samples = samples_of(cell);
            if run.end == samples.start {
                run.end = samples.end;
            } else {
                search_run(cached, std::mem::replace(&mut run, samples), ball, found);
            }
        });
        search_run(cached, run, ball, found);
        if scratch.unread.is_empty() {
            return Ok(());
        }
        self.read_cells(cached, scratch)?;
        let Scratch { found, unread, .. } = scratch;
        unread.iter().for_each(|(_, cell)| search_run(cached, samples_of(cell), ball, found));
        Ok(())
    }

    /// Keeps the positions of the cells in `scratch.unread`.
    fn read_cells(&self, cached: &CachedStep, scratch: &mut Scratch) -> Result<()> {
        let (open, shard) = (&*self.open, self.shard()?);
        let mut read = || {
            scratch.candidates.clear();
            for (_, cell) in &scratch.unread {
                for &id in open.table.ids_of(cell) {
                    let entry = shard.entries_of(id).next().ok_or_else(|| unknown(open, shard, id))?;
                    scratch.candidates.push(Candidate { entry, id, key: cell.key });
                }
            }
            fetch(shard, self.step, &scratch.candidates, &mut scratch.positions);
            for (&Candidate { id, key, .. }, &position) in scratch.candidates.iter().zip(&scratch.positions) {
                if !is_sample(position) {
                    return Err(no_sample(open, id, self.step));
                }
                check_cell(open, position, key, id)?;
            }
            Ok(())
        };
        let found = read();
        check_whole(open, shard).and(found)?;
        let mut samples = scratch.candidates.iter().zip(&scratch.positions);
        for (number, cell) in &scratch.unread {
            let with_ids = samples.by_ref().take(cell.count as usize);
            let with_ids =
                with_ids.map(|(candidate, &position)| (position, shard.full_id(candidate.entry, candidate.id)));
            cached.keep_cell(*number, cell.start as usize, with_ids);
        }
        shard.check_whole()
    }

    /// A box that holds all positions at the time step.
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

fn samples_of(cell: &TableEntry) -> Range<usize> {
    cell.start as usize..cell.start as usize + cell.count as usize
}

/// Adds the samples of a run that are in the ball, and perhaps some a rounding outside, to `found`.
fn search_run(cached: &CachedStep, run: Range<usize>, ball: &Ball, found: &mut Vec<u32>) {
    let reach = ball.reach();
    let limit = reach * reach * (1.0 + 4.0 * f64::EPSILON);
    let [cx, cy, cz] = ball.centre;
    let mut len = found.len();
    found.resize(len + run.len(), 0);
    for ([x, y, z], n) in cached.positions(run.clone()).zip(run.start as u32..) {
        let (dx, dy, dz) = (f64::from(x) - cx, f64::from(y) - cy, f64::from(z) - cz);
        // Written whether it counts or not: a branch here would be guessed wrong too often.
        found[len] = n;
        len += usize::from(dx * dx + dy * dy + dz * dz <= limit);
    }
    found.truncate(len);
}

/// Call before trusting anything read from the table or its shard, errors included: either file may have been cut.
fn check_whole(open: &OpenTable, shard: &OpenShard) -> Result<()> {
    open.table.check_whole()?;
    shard.check_whole()
}

/// The positions of candidates. Fetched by a loop that does nothing else: they are far apart in memory, and the shorter
/// the loop, the more of them the processor fetches at once.
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
    collect(open, shard, ball, &mut scratch.candidates)?;
    fetch(shard, step, &scratch.candidates, &mut scratch.positions);
    let has_repeated_ids = shard.has_repeated_ids();
    for (&Candidate { entry, id, key }, &position) in scratch.candidates.iter().zip(&scratch.positions) {
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

/// The entries named by the cells that the ball may touch, each once.
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
        // Each entry of an id came up for each time that the table names the id.
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
