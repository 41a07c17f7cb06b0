//! The tables of one cell size of a data set: each is opened when it is first needed.

use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, RwLock};

use super::cached_step::CacheSlot;
use super::counted::Counted;
use super::open_shards::OpenShards;
use crate::io::input::exists;
use crate::trajectory::Steps;
use crate::trajectory::build::JOURNAL_NAME;
use crate::trajectory::dataset::ShardFolder;
use crate::trajectory::grid::BoundingBox;
use crate::trajectory::table::{
    CellGrid, HashTable, Index, ShardRecord, StepState, TableFolder, TableHeader, folder_name,
};
use crate::{Error, Result};

/// The accepted state, in the error for tables that were built again while the data set was open.
const AFTER_THE_BUILD: &str = "a data set that is opened after the last build of its tables: open it again, or unload \
                               its tables";

/// The tables of one cell size.
#[derive(Debug)]
pub(super) struct TableSet {
    cell_size: f32,
    folder: TableFolder,
    index: Option<Index>,
    /// The numbers of the shards that were found to be those which the index means.
    verified: RwLock<HashSet<usize>>,
    tables: RwLock<HashMap<i32, Arc<OpenTable>>>,
    /// The ranges of time steps that tables cover and no shard does, ascending; found when first needed.
    orphans: OnceLock<Vec<Steps>>,
}

/// The box of the cells of all tables of a cell size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableBounds {
    /// The box, as the keys were computed with it.
    pub bounds: BoundingBox,
    /// What the box of all positions got on every side; `None` where the caller of the build gave the box.
    pub margin: Option<f64>,
}

/// An open table, with the grid that it was built on.
#[derive(Debug)]
pub(super) struct OpenTable {
    pub table: HashTable,
    pub grid: CellGrid,
    /// A box that holds all positions at the time step, once it is known.
    pub bounds: OnceLock<BoundingBox>,
    pub cached: CacheSlot,
    /// How many samples a unit of volume had where the nearest ones were found last: where to begin the next time.
    pub density: Density,
    _counted: Counted,
}

/// A guess that queries share and improve. It changes how long an answer takes, never the answer.
#[derive(Debug, Default)]
pub(super) struct Density(AtomicU64);

impl Density {
    /// Returns the last value, if there is one.
    pub fn get(&self) -> Option<f64> {
        Some(f64::from_bits(self.0.load(Ordering::Relaxed))).filter(|density| *density > 0.0)
    }

    /// Moves the value half way towards another one, by ratio.
    pub fn learn(&self, density: f64) {
        let mean = self.get().map_or(density, |before| (before * density).sqrt());
        if mean.is_finite() && mean > 0.0 {
            self.0.store(mean.to_bits(), Ordering::Relaxed);
        }
    }
}

impl OpenTable {
    /// Returns the error for a table whose contents contradict the shards.
    pub fn contradiction(&self, what: String) -> Error {
        Error::bad_format(
            self.table.path(),
            None,
            what,
            "a table built from the data as they are; build again, without resume",
        )
    }
}

/// The table of a time step, or why there is none.
pub(super) enum AtStep {
    /// The table, and the number of the shard that it was built from.
    Table(Arc<OpenTable>, usize),
    /// The time step has no samples.
    Empty,
    /// There is no table, but there may be samples.
    Missing,
}

/// What the index, or the folder, says about a time step before its table is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Table,
    Empty,
    Missing,
}

impl TableSet {
    /// Reads the folder's index and opens no table.
    pub fn open(folder: TableFolder, cell_size: f32) -> Result<TableSet> {
        let index = Index::read(folder.path())?;
        if index.is_none() && exists(&folder.path().join(JOURNAL_NAME))? {
            let what = "a build is at work in this folder, or was interrupted; build with resume (--resume), then ask"
                .to_string();
            return Err(Error::Busy { subject: folder.path().to_path_buf(), what });
        }
        if let Some(index) = index.as_ref().filter(|i| i.cell_size.to_bits() != cell_size.to_bits()) {
            let own_name = folder_name(index.cell_size);
            let cause = match folder.path().file_name().is_some_and(|name| name == own_name.as_str()) {
                true => String::new(),
                false => format!(", which was called {own_name}: rename it back, and ask for its own cell size"),
            };
            let accepted = format!("{}, that of the tables in {}{cause}", index.cell_size, folder.path().display());
            return Err(Error::invalid("cell_size", cell_size, accepted));
        }
        let (verified, tables, orphans) = Default::default();
        Ok(TableSet { cell_size, folder, index, verified, tables, orphans })
    }

    /// Returns the box of the cells and the margin that it has around the data, as the index tells them.
    pub fn table_bounds(&self) -> Option<TableBounds> {
        let index = self.index.as_ref()?;
        Some(TableBounds { bounds: index.bounds?, margin: index.margin })
    }

    /// Returns the time steps that have a table, ascending.
    pub fn steps(&self) -> Result<Vec<i32>> {
        match &self.index {
            Some(index) => Ok(index.tables.iter().map(|t| t.step()).collect()),
            None if exists(self.folder.path())? => self.folder.steps(),
            None => Ok(Vec::new()),
        }
    }

    /// Returns the table of a time step, opened and checked when it is first needed.
    ///
    /// `count` registers a table that is about to be opened.
    pub fn at(&self, step: i32, shards: &OpenShards, count: impl FnOnce() -> Counted) -> Result<AtStep> {
        let Some(shard) = shards.folder().shard_at(step)? else {
            return self.check_shards(step.into(), shards.folder()).map(|()| AtStep::Empty);
        };
        if let Some(table) = self.tables.read().expect("no panic while held").get(&step) {
            return Ok(AtStep::Table(table.clone(), shard));
        }
        match self.known(step, shard, shards)? {
            Known::Missing => Ok(AtStep::Missing),
            Known::Empty => Ok(AtStep::Empty),
            Known::Table => {
                let counted = count();
                let Some((table, grid)) = self.open_table(step)? else { return Ok(AtStep::Missing) };
                let (bounds, cached, density) = Default::default();
                let table = OpenTable { table, grid, bounds, cached, density, _counted: counted };
                // A box with a margin was made around all positions; a box that the caller gave can be smaller.
                if let Some(around) = self.index.as_ref().filter(|index| index.margin.is_some()).and_then(|i| i.bounds)
                {
                    table.bounds.get_or_init(|| around);
                }
                let table = Arc::new(table);
                self.tables.write().expect("no panic while held").insert(step, table.clone());
                Ok(AtStep::Table(table, shard))
            }
        }
    }

    /// Returns whether a time step has samples but no table.
    pub fn is_missing(&self, step: i32, shards: &OpenShards) -> Result<bool> {
        let Some(shard) = shards.folder().shard_at(step)? else {
            return self.check_shards(step.into(), shards.folder()).map(|()| false);
        };
        Ok(match self.known(step, shard, shards)? {
            Known::Missing => true,
            Known::Empty => false,
            // The index may have one that was removed since.
            Known::Table => !exists(&self.folder.table(step))?,
        })
    }

    /// Refuses a range that shards do not fully cover when tables cover one of its uncovered time steps: the shard of
    /// that step is gone, with its samples.
    pub fn check_shards(&self, range: Steps, shards: &ShardFolder) -> Result<()> {
        let Some(step) = self.orphan_in(range, shards)? else { return Ok(()) };
        let of = |index: &Index| index.shards.iter().find(|s| s.time_steps().contains(step)).map(|s| s.name.clone());
        let seen = match self.index.as_ref().and_then(of) {
            Some(shard) => format!("the tables speak for time step {step}, of {shard}, which is not in the data set"),
            None => format!("a table of time step {step}, which no shard of the data set has"),
        };
        let accepted = format!(
            "tables of the shards in {}: put the shard back, or build again with prune_stale (--prune-stale), which \
             takes away what no shard has",
            shards.path.display()
        );
        Err(Error::bad_format(self.folder.table(step), None, seen, accepted))
    }

    /// Returns the first time step that tables cover and no shard does, in a range that shards do not fully cover.
    fn orphan_in(&self, range: Steps, shards: &ShardFolder) -> Result<Option<i32>> {
        if self.index.is_none() && range.count() == 1 {
            // Without an index the folder would have to be listed, which takes long when it has many tables.
            return Ok(exists(&self.folder.table(range.first))?.then_some(range.first));
        }
        let orphans = match self.orphans.get() {
            Some(orphans) => orphans,
            None => {
                let found = self.find_orphans(shards)?;
                self.orphans.get_or_init(|| found)
            }
        };
        let next = orphans.get(orphans.partition_point(|orphan| orphan.last < range.first));
        Ok(next.and_then(|orphan| orphan.cut_to(range)).map(|steps| steps.first))
    }

    fn find_orphans(&self, shards: &ShardFolder) -> Result<Vec<Steps>> {
        let Some(index) = &self.index else {
            let without_shard = |step: &i32| shards.shard_number(*step).is_none();
            return Ok(self.steps()?.into_iter().filter(without_shard).map(Steps::from).collect());
        };
        let of_shards = index.shards.iter().flat_map(|shard| shards.not_covered(shard.time_steps()));
        let mut found: Vec<Steps> = of_shards.flat_map(|range| index.built_in(range)).collect();
        found.sort_unstable();
        Ok(found)
    }

    /// Returns what is known about a time step that a shard covers, without opening its table.
    fn known(&self, step: i32, shard: usize, shards: &OpenShards) -> Result<Known> {
        if let Some(index) = &self.index {
            return match index.state(step) {
                StepState::Missing => Ok(Known::Missing),
                StepState::Empty => self.verify(index, shard, shards).map(|()| Known::Empty),
                StepState::Table(_) => self.verify(index, shard, shards).map(|()| Known::Table),
            };
        }
        if exists(&self.folder.table(step))? {
            return Ok(Known::Table);
        }
        // The existing plugin writes no file for an empty step, so the shard's data tell an empty step from a missing
        // table.
        let open = shards.get(shard)?;
        let any = (0..open.shard().entries).any(|entry| open.has_sample(entry, step));
        open.check_whole()?;
        Ok(if any { Known::Missing } else { Known::Empty })
    }

    /// The table of a time step; `None` where there is no such file.
    fn open_table(&self, step: i32) -> Result<Option<(HashTable, CellGrid)>> {
        let path = self.folder.table(step);
        let table = match HashTable::open(&path) {
            Err(Error::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            table => table?,
        };
        let header = *table.header();
        // A folder without an index tells about its tables by their names alone.
        let of_names = TableHeader { time_step: step as u32, cell_size: self.cell_size, ..header };
        header.check_against(&path, &of_names)?;
        let Some(index) = &self.index else {
            return Ok(Some((table, CellGrid::of_header(&header)?)));
        };
        let (StepState::Table(record), Some(bounds)) = (index.state(step), index.bounds) else {
            return Err(Error::Internal("a table was opened that the index does not speak for".into()));
        };
        let grid = crate::trajectory::grid::Grid { bounds, cell_size: self.cell_size };
        let expected = TableHeader::new(&grid, step, record.cells(), record.samples());
        header.check_against(&path, &expected).map_err(|e| match self.was_built_again() {
            true => {
                let seen = "a table of a build that came after the data set was opened";
                Error::bad_format(&path, None, seen, AFTER_THE_BUILD)
            }
            false => e,
        })?;
        Ok(Some((table, CellGrid::exact(&grid))))
    }

    /// Returns whether the folder's index has been replaced since it was read.
    fn was_built_again(&self) -> bool {
        // An index that cannot be read any more has been replaced, too.
        self.index.is_some() && Index::read(self.folder.path()).ok().flatten() != self.index
    }

    /// Checks, once, that a shard is the one that the index means. When only its time of writing differs, as after a
    /// copy, the hash of its contents decides.
    fn verify(&self, index: &Index, shard: usize, shards: &OpenShards) -> Result<()> {
        if self.verified.read().expect("no panic while held").contains(&shard) {
            return Ok(());
        }
        let now = ShardRecord::new(&shards.folder().shards[shard], None);
        let same = match index.shards.iter().find(|s| s.first_step == now.first_step) {
            Some(then) if then.is_unchanged(&now) => true,
            Some(then) if then.size == now.size && then.digest.is_some() => then.digest == Some(shards.digest(shard)?),
            _ => false,
        };
        if !same {
            let seen = format!("{} is not the shard these tables were built from", now.name);
            return Err(Error::bad_format(
                self.folder.path(),
                None,
                seen,
                "tables of the data as they are; build again",
            ));
        }
        self.verified.write().expect("no panic while held").insert(shard);
        Ok(())
    }

    /// Returns the error for a time step without a table.
    pub fn missing(&self, step: i32) -> Error {
        if self.was_built_again() {
            let what = format!(
                "no table for time step {step}, and the tables were built again since the data set was opened; \
                 accepted: {AFTER_THE_BUILD}"
            );
            return Error::NotFound { subject: self.folder.table(step), what };
        }
        let what = format!(
            "no table for time step {step}{}; a build with cell_size {1} makes it (groma trajectories build \
             --cell-size {1}), or opening the data set with build_missing (--build-missing)",
            self.other_cell_sizes(),
            self.cell_size
        );
        Error::NotFound { subject: self.folder.table(step), what }
    }

    /// Lists the cell sizes that have tables, for the error when this one has none.
    fn other_cell_sizes(&self) -> String {
        const SHOWN: usize = 5;
        let has_tables = |folder: &TableFolder| folder.steps().is_ok_and(|steps| !steps.is_empty());
        if has_tables(&self.folder) {
            return String::new();
        }
        let beside = self.folder.path().parent().and_then(|parent| std::fs::read_dir(parent).ok());
        let folders = beside.into_iter().flatten().flatten().map(|entry| TableFolder::at(&entry.path()));
        let mut folders: Vec<TableFolder> = folders.filter(has_tables).collect();
        folders.sort_unstable_by(|a, b| a.path().cmp(b.path()));
        let renamed = folders.iter().find(|folder| folder.cell_size() == Some(self.cell_size));
        if let Some(folder) = renamed {
            return format!(
                ": those of cell size {} are in {}, which was renamed; call it {} again",
                self.cell_size,
                folder.path().display(),
                folder_name(self.cell_size)
            );
        }
        let mut sizes: Vec<f32> = folders.iter().filter_map(TableFolder::cell_size).collect();
        sizes.sort_unstable_by(f32::total_cmp);
        sizes.dedup();
        if sizes.is_empty() {
            return ", nor any of another cell size".into();
        }
        let shown = sizes.iter().take(SHOWN).map(f32::to_string).collect::<Vec<_>>().join(", ");
        let more = match sizes.len().saturating_sub(SHOWN) {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        format!(" of cell size {}, but of {shown}{more} (cell_size, --cell-size)", self.cell_size)
    }

    /// Closes all tables. Running queries keep theirs until they end.
    pub fn close(&self) {
        self.tables.write().expect("no panic while held").clear();
    }

    /// Returns the number of open tables and their mapped bytes.
    pub fn memory(&self) -> (u64, u64) {
        let tables = self.tables.read().expect("no panic while held");
        (tables.len() as u64, tables.values().map(|t| t.table.mapped_bytes()).sum())
    }
}
