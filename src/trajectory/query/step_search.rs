//! Finds the samples within a radius of a point at one time step.

use std::cell::Cell;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::cached_step::CachedStep;
use super::cell_tree::CellTree;
use super::dataset::Dataset;
use super::open_shard::{OpenShard, is_sample};
use super::result::{Hit, QueryResult, Sample};
use super::tables::{Density, OpenTable};
use crate::job::CancelToken;
use crate::trajectory::grid::BoundingBox;
use crate::trajectory::periodic::{Image, PeriodicVolume};
use crate::trajectory::table::Ball;
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
    candidates: Vec<Candidate>,
    /// The candidates' positions, not finite where a sample is missing.
    positions: Vec<[f32; 3]>,
    /// The numbers of the cached samples that may be in the ball.
    found: Vec<u32>,
    /// The same samples for sorting by id: the id in the upper half, the number in the lower.
    by_id: Vec<u64>,
    /// The leaves whose positions are not stored yet.
    unread: Vec<usize>,
    /// The answer for an outer radius, from which that for the inner one is taken.
    pub outer: QueryResult,
    pub hits: Vec<Hit>,
    /// The flag that stops the search; checked before each time step, and for each trajectory of a large answer.
    pub cancel: CancelToken,
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
        let Scratch { found, hits, candidates, outer, .. } = &*scratch;
        if [found.capacity(), hits.capacity(), candidates.capacity(), outer.samples.capacity()]
            .iter()
            .all(|&n| n < LARGE)
        {
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
            search.cached = Some(Arc::new(CachedStep::new(&search.open.table, search.shard()?)));
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
        let has_doubtful = self.find(cached, ball, scratch)?;
        // One number for both, since sorting plain numbers is fastest.
        let Scratch { found, by_id, .. } = scratch;
        let ids = self.open.table.ids();
        by_id.clear();
        by_id.extend(found.iter().map(|&n| u64::from(ids[n as usize]) << 32 | u64::from(n)));
        by_id.sort_unstable();
        let sample = |id_and_number: u64| {
            let position = cached.position(id_and_number as u32 as usize);
            Sample { distance: ball.distance(position), position, time_step: self.step }
        };
        if has_doubtful {
            by_id.retain(|&id_and_number| sample(id_and_number).distance <= ball.radius);
        }
        let before = result.mark();
        result.push_samples(by_id.iter().map(|&id_and_number| (id_and_number >> 32, sample(id_and_number))));
        result.end_query();
        self.open.table.check_whole().inspect_err(|_| result.cut(before))
    }

    /// Puts the cached samples in the ball, and perhaps some just outside by a rounding, into `scratch.found`. Leaves
    /// that are not stored yet are read first. Returns whether there are any that a rounding decides about.
    fn find(&self, cached: &CachedStep, ball: &Ball, scratch: &mut Scratch) -> Result<bool> {
        scratch.found.clear();
        scratch.unread.clear();
        // The samples of leaves that follow one another are contiguous: one run.
        let (mut run, mut has_doubtful) = (0..0, false);
        let Scratch { found, unread, .. } = scratch;
        let tree = cached.tree();
        tree.walk(&self.open.grid.cells_of(ball), |leaf| {
            if !cached.has_leaf(leaf) {
                unread.push(leaf);
                return;
            }
            let samples = tree.samples_of(leaf);
            if run.end == samples.start {
                run.end = samples.end;
            } else {
                has_doubtful |= search_run(cached, std::mem::replace(&mut run, samples), ball, found);
            }
        });
        has_doubtful |= search_run(cached, run, ball, found);
        if scratch.unread.is_empty() {
            return Ok(has_doubtful);
        }
        self.read_leaves(cached, scratch)?;
        let Scratch { found, unread, .. } = scratch;
        for &leaf in unread.iter() {
            has_doubtful |= search_run(cached, tree.samples_of(leaf), ball, found);
        }
        Ok(has_doubtful)
    }

    /// Reads the positions of the leaves in `scratch.unread` and stores them, once the files were found whole.
    fn read_leaves(&self, cached: &CachedStep, scratch: &mut Scratch) -> Result<()> {
        let (open, shard) = (&*self.open, self.shard()?);
        let cells = open.table.entries();
        let mut read = || {
            scratch.candidates.clear();
            for cell in scratch.unread.iter().flat_map(|&leaf| CellTree::cells_of(leaf, cells)) {
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
        for &leaf in &scratch.unread {
            let numbers = cached.tree().samples_of(leaf);
            let with_ids = samples.by_ref().take(numbers.len());
            let with_ids =
                with_ids.map(|(candidate, &position)| (position, shard.full_id(candidate.entry, candidate.id)));
            cached.keep_leaf(leaf, numbers.start, with_ids);
        }
        check_whole(open, shard)
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

/// Adds the samples of a run that are in the ball, and perhaps some just outside by a rounding, to `found`. Returns
/// whether there are any at the ball's border, for which only the distance as it is given decides.
fn search_run(cached: &CachedStep, run: Range<usize>, ball: &Ball, found: &mut Vec<u32>) -> bool {
    let reach = ball.reach();
    let limit = reach * reach * (1.0 + 4.0 * f64::EPSILON);
    // A rounding of the root is far smaller than this.
    let surely = ball.radius * ball.radius * (1.0 - 16.0 * f64::EPSILON);
    let [cx, cy, cz] = ball.centre;
    let (mut len, mut doubtful) = (found.len(), 0);
    found.resize(len + run.len(), 0);
    for ([x, y, z], n) in cached.positions(run.clone()).zip(run.start as u32..) {
        let (dx, dy, dz) = (f64::from(x) - cx, f64::from(y) - cy, f64::from(z) - cz);
        let square = dx * dx + dy * dy + dz * dz;
        // Always written, and counted only when it is in the ball: a branch would often be predicted wrong.
        found[len] = n;
        len += usize::from(square <= limit);
        doubtful += usize::from((square <= limit) & (square > surely));
    }
    found.truncate(len);
    doubtful > 0
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
