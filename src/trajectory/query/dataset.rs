//! An open data set: its shards, its tables, its origin.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use super::cache::PositionCache;
use super::counted::Counted;
use super::open_shard::OpenShard;
use super::open_shards::OpenShards;
use super::tables::{AtStep, TableBounds, TableSet};
use crate::human::numbers;
use crate::job::{CancelToken, Pool, RunOptions, Workers, on_own_thread};
use crate::trajectory::Steps;
use crate::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
use crate::trajectory::dataset::{OnBadShard, ShardFolder, steps_between};
use crate::trajectory::grid::{BoundingBox, check_cell_size};
use crate::trajectory::periodic::PeriodicVolume;
use crate::trajectory::shard::Shard;
use crate::trajectory::table::{INDEX_NAME, Index, TableFolder};
use crate::{Error, Result};

/// The most tables, of all cell sizes, that a data set keeps open. A process can have about 65,000 mappings, and shards
/// need some of them.
const MOST_OPEN: u64 = 16_384;

/// The options for opening a data set.
#[derive(Clone, Debug)]
pub struct DatasetOptions {
    /// The folder below which the tables are; `None` for the data set's own.
    pub tables_folder: Option<PathBuf>,
    /// Whether to build the tables of a cell size when a query needs one that is missing.
    pub build_missing: bool,
    /// The threads for batches and for builds, and the memory limit of builds. The cancel flag stops queries, batches
    /// and builds; queries in the background have flags of their own.
    pub run: RunOptions,
    /// The most bytes of positions to keep in memory for time steps that are asked again; 0 keeps none.
    pub cache_limit: u64,
}

impl DatasetOptions {
    /// The default of [`DatasetOptions::cache_limit`]: 64 MiB.
    pub const CACHE_LIMIT: u64 = 64 << 20;
}

impl Default for DatasetOptions {
    fn default() -> DatasetOptions {
        DatasetOptions {
            tables_folder: None,
            build_missing: false,
            run: RunOptions::default(),
            cache_limit: DatasetOptions::CACHE_LIMIT,
        }
    }
}

/// A data set opened for queries. Any number of threads may query it at once.
///
/// Files are mapped when they are first needed: a shard when a query needs its positions, a table when a query reaches
/// its time step.
#[derive(Debug)]
pub struct Dataset {
    shards: OpenShards,
    options: DatasetOptions,
    tables: RwLock<HashMap<u32, Arc<TableSet>>>,
    /// The number of open tables, of all cell sizes.
    open_tables: Arc<AtomicU64>,
    workers: OnceLock<Workers>,
    /// The gaps between shards that were logged, each as the number of the shard after it.
    told_gaps: Mutex<HashSet<usize>>,
    /// The origin that was subtracted from all positions; looked up when first needed.
    origin: OnceLock<Option<[f64; 3]>>,
    cache: PositionCache,
    /// The periodic volume of all queries, or that there is none; `None` until it was set or read from the manifest.
    periodic: RwLock<Option<Option<PeriodicVolume>>>,
}

/// The memory that an open data set takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct MemoryStats {
    /// The number of open tables.
    pub tables: u64,
    /// The mapped bytes of tables; the system takes their memory back when it needs it.
    pub table_bytes: u64,
    /// The number of open shards.
    pub shards: u64,
    /// The mapped bytes of shards; the system takes their memory back, too.
    pub shard_bytes: u64,
    /// The bytes of the shards' indices of ids.
    pub index_bytes: u64,
    /// The number of time steps with positions in the cache.
    pub cached_steps: u64,
    /// The bytes of these positions, within [`DatasetOptions::cache_limit`].
    pub cached_bytes: u64,
}

impl Dataset {
    /// Opens the data set in a folder. Only the headers of the shards are read and checked.
    ///
    /// A shard that cannot be used is left out, with a message in the log. A query of the time steps that it may cover
    /// gets an error that names it; all other queries are answered.
    ///
    /// # Errors
    /// As [`ShardFolder::open`]; where no shard can be used, the error of the first.
    pub fn open(path: impl AsRef<Path>, options: DatasetOptions) -> Result<Dataset> {
        let mut folder = ShardFolder::open(path, OnBadShard::Skip)?;
        if folder.shards.is_empty() {
            return Err(folder.bad_shards.swap_remove(0).error);
        }
        if let Some(left_out) = folder.left_out() {
            log::warn!("{left_out}; the other time steps can be asked for");
        }
        let cache = PositionCache::new(options.cache_limit);
        Ok(Dataset {
            shards: OpenShards::new(folder, options.run.clone()),
            options,
            tables: RwLock::new(HashMap::new()),
            open_tables: Arc::default(),
            workers: OnceLock::new(),
            told_gaps: Mutex::default(),
            origin: OnceLock::new(),
            cache,
            periodic: RwLock::new(None),
        })
    }

    /// Returns the folder, with its shards and metadata.
    pub fn shard_folder(&self) -> &ShardFolder {
        self.shards.folder()
    }

    /// Returns the folder below which the tables are.
    fn tables_folder(&self) -> &Path {
        self.options.tables_folder.as_deref().unwrap_or(&self.shard_folder().path)
    }

    /// Returns the origin that was subtracted from all positions when the data set was made; `None` when there was
    /// none, or when it is not known. It is in the manifest, and also in the indices of tables, in case it is lost or
    /// changed in the manifest. A contradiction is logged, once, and is no error, because queries do not need the
    /// origin: their points are in the data set's coordinates. [`Dataset::origin_hint`] recognises points in the
    /// source's coordinates.
    pub fn coordinate_origin(&self) -> Option<[f64; 3]> {
        *self.origin.get_or_init(|| self.find_origin())
    }

    fn find_origin(&self) -> Option<[f64; 3]> {
        let not_known = "whether an origin was subtracted from the positions is not known";
        let (said, lost) = match self.shard_folder().coordinate_origin() {
            Ok(None) => {
                (None, self.shard_folder().lost_manifest().unwrap_or_else(|e| Some(format!("{e}; {not_known}"))))
            }
            Ok(origin) => (origin, None),
            Err(e) => (None, Some(format!("{e}; {not_known}"))),
        };
        // Whoever needs an index, or the folder, reports its faults.
        for folder in TableFolder::all_below(self.tables_folder()).unwrap_or_default() {
            let Ok(Some(index)) = Index::read(folder.path()) else { continue };
            let Some(origin) = index.coordinate_origin.filter(|_| index.shares_shards(&self.shard_folder().shards))
            else {
                continue;
            };
            if Some(origin) == said {
                continue;
            }
            let source = folder.path().join(INDEX_NAME);
            log::warn!("{}", self.shard_folder().lost_origin(&origin, &source.display().to_string()));
            return Some(origin);
        }
        if let Some(lost) = lost {
            log::warn!("{lost}");
        }
        said
    }

    /// Returns a hint for the user when the query point is outside the data set's box and may be in the source's
    /// coordinates, from which an origin was subtracted; `None` for every other point. With `found_nothing`, also for a
    /// point that is outside the box in the source's coordinates, too, and when the box is not known.
    pub fn origin_hint(&self, point: [f64; 3], found_nothing: bool) -> Option<String> {
        let origin = self.coordinate_origin()?;
        let moved: [f64; 3] = std::array::from_fn(|axis| point[axis] - origin[axis]);
        let bounds = self.shard_folder().metadata.as_ref().map(|metadata| {
            let corner = |corner: [f32; 3]| corner.map(f64::from);
            BoundingBox { min: corner(metadata.bbox_min), max: corner(metadata.bbox_max) }
        });
        let bounds = bounds.filter(|bounds| bounds.check().is_ok());
        let holds = |point: [f64; 3]| {
            let within = |b: BoundingBox| (0..3).all(|axis| (b.min[axis]..=b.max[axis]).contains(&point[axis]));
            bounds.is_some_and(within)
        };
        if holds(point) || !(found_nothing || holds(moved)) {
            return None;
        }
        let outside = match bounds {
            Some(bounds) => {
                format!(" lies outside the data set's box, {} to {};", numbers(&bounds.min), numbers(&bounds.max))
            }
            None => " has nothing near it;".into(),
        };
        Some(format!(
            "the point {}{outside} positions count from the origin {}, which was subtracted at import: a point of the \
             source's coordinates is asked for without it, this one as {}",
            numbers(&point),
            numbers(&origin),
            numbers(&moved)
        ))
    }

    /// Returns the positions of a trajectory at each of `steps`, `None` where it has no sample. Where several entries
    /// of a shard have the id, the first with a sample at the time step counts.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a range that is empty or goes beyond the data set's first or last time step;
    /// [`Error::BadFormat`] where a shard that cannot be used may have the time steps; [`Error::Io`].
    pub fn positions(&self, id: u64, steps: impl Into<Steps>) -> Result<Vec<Option<[f32; 3]>>> {
        let wanted = steps.into();
        self.check_range(wanted)?;
        self.shard_folder().check_known(wanted)?;
        let Steps { first, last } = wanted;
        if let Some(steps) = self.shard_folder().steps().filter(|s| first < s.first || last > s.last) {
            let accepted = format!("time steps of the data set, {} to {}", steps.first, steps.last);
            let (name, step) = if first < steps.first { ("first_step", first) } else { ("last_step", last) };
            return Err(Error::invalid(name, step, accepted));
        }
        self.tell_of_gaps(wanted);
        (first..=last).map(|step| self.position(id, step)).collect()
    }

    /// Returns the time steps of `wanted` that the data set has, all of them for `None`. Others are warned about.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a range that is empty or has no time step of the data set; [`Error::BadFormat`]
    /// where a shard that cannot be used may have some of them.
    pub fn steps_within(&self, wanted: Option<Steps>) -> Result<Steps> {
        let folder = self.shard_folder();
        let all = folder.steps().ok_or_else(|| Error::Internal("an open data set without a shard".into()))?;
        let Some(wanted) = wanted else {
            folder.check_known(all)?;
            self.tell_of_gaps(all);
            return Ok(all);
        };
        let within = wanted.cut_to(all).filter(|_| !wanted.is_empty()).ok_or_else(|| {
            Error::invalid("steps", wanted, format!("a range with time steps of the data set, {all}"))
        })?;
        folder.check_known(wanted)?;
        self.tell_of_gaps(wanted);
        Ok(within)
    }

    fn position(&self, id: u64, step: i32) -> Result<Option<[f32; 3]>> {
        let Some(number) = self.shard_number(step) else { return Ok(None) };
        let shard = self.shard(number)?;
        let first = shard.positions_of(id, step).next();
        shard.check_whole()?;
        Ok(first.map(|(_, position)| position))
    }

    /// Returns the flag that stops queries without a flag of their own.
    pub(super) fn cancel_token(&self) -> &CancelToken {
        &self.options.run.cancel
    }

    pub(super) fn check_range(&self, range: Steps) -> Result<()> {
        if range.is_empty() {
            let accepted = format!("a time step not below the first one, {}", range.first);
            return Err(Error::invalid("last_step", range.last, accepted));
        }
        Ok(())
    }

    /// Refuses a range of time steps that may have samples which no shard here has: one of the shards cannot be used,
    /// or tables cover time steps whose shard is gone.
    pub(super) fn check_steps(&self, tables: &TableSet, range: Steps) -> Result<()> {
        self.shard_folder().check_known(range)?;
        if self.shard_folder().covers(range) {
            return Ok(());
        }
        tables.check_shards(range, self.shard_folder())?;
        self.tell_of_gaps(range);
        Ok(())
    }

    /// Warns about time steps of a query that no shard covers: the answer is empty there, and should not hide a missing
    /// file or a mistyped step. Each gap between shards is logged once, and so are the steps before and after all
    /// shards.
    pub(super) fn tell_of_gaps(&self, asked: Steps) {
        let (shards, parts) = (&self.shard_folder().shards, self.shard_folder().not_covered(asked));
        let Some(Steps { first, last }) = self.shard_folder().steps().filter(|_| !parts.is_empty()) else { return };
        let mut told = self.told_gaps.lock().expect("no panic while held");
        let before = |part: &Steps| shards.partition_point(|shard| shard.first_step <= part.first);
        let new: Vec<usize> = parts.iter().map(before).filter(|&number| told.insert(number)).collect();
        drop(told);
        let between = new.iter().filter(|&&number| 0 < number && number < shards.len());
        let gaps: Vec<Steps> = between.map(|&number| steps_between(&shards[number - 1], &shards[number])).collect();
        let asked = match asked.count() {
            1 => format!("time step {asked} is asked for"),
            _ => format!("time steps {asked} are asked for"),
        };
        if gaps.len() < new.len() {
            log::warn!("{asked}; the data set has {first} to {last}");
        }
        if !gaps.is_empty() {
            let gaps = self.shard_folder().explain(&gaps);
            let told = [gaps.describe_written(), gaps.describe_unexplained()];
            told.into_iter().flatten().for_each(|told| log::warn!("{asked}; {told}"));
        }
    }

    /// Returns the steps of a range that a shard covers.
    pub(super) fn covered_steps(&self, range: Steps) -> impl Iterator<Item = i32> + '_ {
        let parts = self.shard_folder().shards.iter().filter_map(move |shard| shard.time_steps().cut_to(range));
        parts.flat_map(Steps::iter)
    }

    pub(super) fn shard_number(&self, step: i32) -> Option<usize> {
        self.shard_folder().shard_number(step)
    }

    pub(super) fn shard_info(&self, number: usize) -> &Shard {
        &self.shard_folder().shards[number]
    }

    /// Returns a shard, and opens it when it is first needed.
    pub(super) fn shard(&self, number: usize) -> Result<&OpenShard> {
        self.shards.get(number)
    }

    /// Returns the threads for batches.
    pub(super) fn pool(&self) -> Result<&Pool> {
        self.shards.pool()
    }

    /// Returns the threads for queries in the background.
    pub(super) fn workers(&self) -> Result<&Workers> {
        if self.workers.get().is_none() {
            let workers = Workers::new(&self.options.run)?;
            return Ok(self.workers.get_or_init(|| workers));
        }
        Ok(self.workers.get().expect("made before"))
    }

    pub(super) fn table_set(&self, cell_size: f32) -> Result<Arc<TableSet>> {
        let bits = cell_size.to_bits();
        if let Some(set) = self.tables.read().expect("no panic while held").get(&bits) {
            return Ok(set.clone());
        }
        check_cell_size(cell_size)?;
        let set = Arc::new(TableSet::open(TableFolder::new(self.tables_folder(), cell_size), cell_size)?);
        let mut tables = self.tables.write().expect("no panic while held");
        Ok(tables.entry(bits).or_insert(set).clone())
    }

    /// Returns what there is at a time step.
    pub(super) fn at_step(&self, tables: &TableSet, step: i32) -> Result<AtStep> {
        tables.at(step, &self.shards, || self.count_table())
    }

    /// Returns whether queries build missing tables.
    pub(super) fn builds_missing(&self) -> bool {
        self.options.build_missing
    }

    /// Returns the cache of positions.
    pub(super) fn cache(&self) -> &PositionCache {
        &self.cache
    }

    /// Returns the periodic volume of all queries that do not name another one: the volume that was set last, otherwise
    /// that of the data set's manifest.
    ///
    /// # Errors
    /// As [`ShardFolder::periodic_volume`].
    pub fn periodic(&self) -> Result<Option<PeriodicVolume>> {
        if let Some(set) = *self.periodic.read().expect("no panic while held") {
            return Ok(set);
        }
        let said = self.shard_folder().periodic_volume()?;
        self.set_periodic(said)?;
        Ok(said)
    }

    /// Sets the periodic volume, or that there is none, of all later queries that do not name another one, whatever the
    /// data set's manifest says.
    ///
    /// # Errors
    /// As [`PeriodicVolume::check`].
    pub fn set_periodic(&self, volume: Option<PeriodicVolume>) -> Result<()> {
        volume.map_or(Ok(()), |volume| volume.check())?;
        *self.periodic.write().expect("no panic while held") = Some(volume);
        Ok(())
    }

    pub(super) fn build(&self, cell_size: f32, cancel: &CancelToken) -> Result<()> {
        let _one_at_a_time = self.shards.lock();
        let options = BuildHashTablesOptions {
            output: self.options.tables_folder.clone(),
            resume: true,
            on_bad_shard: OnBadShard::Skip,
            run: RunOptions { cancel: cancel.clone(), ..self.options.run.clone() },
            ..BuildHashTablesOptions::new(cell_size)
        };
        let folder = self.shard_folder().path.clone();
        on_own_thread(move || build_hash_tables(folder, &options))?;
        self.unload(cell_size);
        Ok(())
    }

    /// Returns the cell sizes for which there are tables, ascending.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn cell_sizes(&self) -> Result<Vec<f32>> {
        let mut sizes = Vec::new();
        for folder in TableFolder::all_below(self.tables_folder())? {
            let Some(cell_size) = folder.cell_size() else { continue };
            if !folder.steps()?.is_empty() {
                sizes.push(cell_size);
            }
        }
        sizes.sort_unstable_by(f32::total_cmp);
        sizes.dedup();
        Ok(sizes)
    }

    /// Returns the box of the cells of a cell size's tables; `None` where there are no tables, they have no sample, or
    /// another program built them and left no index.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::BadFormat`], [`Error::Busy`], [`Error::Io`].
    pub fn table_bounds(&self, cell_size: f32) -> Result<Option<TableBounds>> {
        Ok(self.table_set(cell_size)?.table_bounds())
    }

    /// Returns the time steps that have a table of a cell size, ascending.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::BadFormat`], [`Error::Io`].
    pub fn table_steps(&self, cell_size: f32) -> Result<Vec<i32>> {
        self.table_set(cell_size)?.steps()
    }

    /// Returns the time steps of a range that have samples but no table of a cell size, ascending.
    ///
    /// # Errors
    /// As [`Dataset::query_radius`]; [`Error::BadFormat`] when the tables were built from other data; [`Error::Busy`]
    /// when their build was interrupted.
    pub fn missing_steps(&self, cell_size: f32, steps: impl Into<Steps>) -> Result<Vec<i32>> {
        let range = steps.into();
        self.check_range(range)?;
        let set = self.table_set(cell_size)?;
        self.check_steps(&set, range)?;
        let is_missing = |step| set.is_missing(step, &self.shards).map(|missing| missing.then_some(step));
        self.covered_steps(range).filter_map(|step| is_missing(step).transpose()).collect()
    }

    /// Closes the tables of a cell size. Running queries keep theirs until they end.
    pub fn unload(&self, cell_size: f32) {
        self.tables.write().expect("no panic while held").remove(&cell_size.to_bits());
    }

    /// Closes all tables.
    pub fn unload_all(&self) {
        self.tables.write().expect("no panic while held").clear();
    }

    /// Registers one more open table. At the limit, first closes all open tables, of every cell size.
    fn count_table(&self) -> Counted {
        if self.open_tables.load(Ordering::Relaxed) >= MOST_OPEN {
            self.tables.read().expect("no panic while held").values().for_each(|set| set.close());
        }
        Counted::new(1, &self.open_tables)
    }

    /// Returns what is open and mapped at the moment.
    pub fn memory(&self) -> MemoryStats {
        let mut stats = MemoryStats::default();
        for set in self.tables.read().expect("no panic while held").values() {
            let (tables, bytes) = set.memory();
            stats.tables += tables;
            stats.table_bytes += bytes;
        }
        for shard in self.shards.opened() {
            let (mapped, index) = shard.memory();
            stats.shards += 1;
            stats.shard_bytes += mapped;
            stats.index_bytes += index;
        }
        (stats.cached_steps, stats.cached_bytes) = (self.cache.steps(), self.cache.used());
        stats
    }
}
