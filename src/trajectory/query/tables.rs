//! The tables of one cell size of a data set, each opened when it is asked for.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use super::open_shards::OpenShards;
use crate::io::input::exists;
use crate::trajectory::build::JOURNAL_NAME;
use crate::trajectory::table::{
    CellGrid, HashTable, Index, ShardRecord, StepState, TableFolder, TableHeader, folder_name,
};
use crate::{Error, Result};

/// The tables of one cell size.
#[derive(Debug)]
pub(super) struct TableSet {
    cell_size: f32,
    folder: TableFolder,
    index: Option<Index>,
    /// Shards, by number, whose tables are of just these data.
    verified: RwLock<HashSet<usize>>,
    tables: RwLock<HashMap<i32, Arc<OpenTable>>>,
}

/// A table and the cells it was made with.
#[derive(Debug)]
pub(super) struct OpenTable {
    pub table: HashTable,
    pub grid: CellGrid,
    _counted: Counted,
}

impl OpenTable {
    /// The error for a table whose contents contradict the shards.
    pub fn contradiction(&self, what: String) -> Error {
        Error::bad_format(self.table.path(), None, what, "a table built from the data as they are; build again")
    }
}

/// One of the tables that are open, as long as it lives.
#[derive(Debug)]
pub(super) struct Counted(Arc<AtomicUsize>);

impl Counted {
    pub fn new(count: &Arc<AtomicUsize>) -> Counted {
        count.fetch_add(1, Ordering::Relaxed);
        Counted(count.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What there is at a time step.
pub(super) enum AtStep {
    /// A table, and the number of the shard it was made from.
    Table(Arc<OpenTable>, usize),
    /// No sample.
    Empty,
    /// No table, though there may be samples.
    Missing,
}

/// What is known of a time step before its table is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Table,
    Empty,
    Missing,
}

impl TableSet {
    /// Reads the folder's index; no table is opened yet.
    pub fn open(folder: TableFolder, cell_size: f32) -> Result<TableSet> {
        let index = Index::read(folder.path())?;
        if index.is_none() && exists(&folder.path().join(JOURNAL_NAME))? {
            let what = "a build is at work in this folder, or was interrupted; build with resume (--resume), then ask"
                .to_string();
            return Err(Error::Busy { path: folder.path().to_path_buf(), what });
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
        let (verified, tables) = Default::default();
        Ok(TableSet { cell_size, folder, index, verified, tables })
    }

    /// The time steps that have a table, ascending.
    pub fn steps(&self) -> Result<Vec<i32>> {
        match &self.index {
            Some(index) => Ok(index.tables.iter().map(|t| t.step()).collect()),
            None if exists(self.folder.path())? => self.folder.steps(),
            None => Ok(Vec::new()),
        }
    }

    /// The table of a time step, opened and checked the first time.
    ///
    /// `count` registers a table that is about to be opened.
    pub fn at(&self, step: i32, shards: &OpenShards, count: impl FnOnce() -> Counted) -> Result<AtStep> {
        let Some(shard) = shards.folder().shard_number(step) else { return Ok(AtStep::Empty) };
        if let Some(table) = self.tables.read().expect("no panic while held").get(&step) {
            return Ok(AtStep::Table(table.clone(), shard));
        }
        match self.known(step, shard, shards)? {
            Known::Missing => Ok(AtStep::Missing),
            Known::Empty => Ok(AtStep::Empty),
            Known::Table => {
                let counted = count();
                let (table, grid) = self.open_table(step)?;
                let table = Arc::new(OpenTable { table, grid, _counted: counted });
                self.tables.write().expect("no panic while held").insert(step, table.clone());
                Ok(AtStep::Table(table, shard))
            }
        }
    }

    /// Whether a time step has samples but no table.
    pub fn is_missing(&self, step: i32, shards: &OpenShards) -> Result<bool> {
        let Some(shard) = shards.folder().shard_number(step) else { return Ok(false) };
        Ok(self.known(step, shard, shards)? == Known::Missing)
    }

    /// What is known of a time step that a shard covers, without its table.
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
        // The existing plugin writes no file for an empty step: the data say which it is.
        let open = shards.get(shard)?;
        let any = (0..open.shard().entries).any(|entry| open.has_sample(entry, step));
        open.check_whole()?;
        Ok(if any { Known::Missing } else { Known::Empty })
    }

    fn open_table(&self, step: i32) -> Result<(HashTable, CellGrid)> {
        let path = self.folder.table(step);
        let table = HashTable::open(&path).map_err(|e| match e {
            Error::Io { ref cause, .. } if cause.kind() == std::io::ErrorKind::NotFound => self.missing(step),
            other => other,
        })?;
        let header = *table.header();
        // All that a folder without an index tells is in names.
        let of_names = TableHeader { time_step: step as u32, cell_size: self.cell_size, ..header };
        header.check_against(&path, &of_names)?;
        let Some(index) = &self.index else {
            return Ok((table, CellGrid::of_header(&header)?));
        };
        let (StepState::Table(record), Some(bounds)) = (index.state(step), index.bounds) else {
            return Err(Error::Internal("a table was opened that the index does not speak for".into()));
        };
        let grid = crate::trajectory::grid::Grid { bounds, cell_size: self.cell_size };
        header.check_against(&path, &TableHeader::new(&grid, step, record.cells(), record.samples()))?;
        Ok((table, CellGrid::exact(&grid)))
    }

    /// Checks, once, that the shard is the one that the index speaks for. When only its time of writing has changed, as
    /// after a copy, its contents decide.
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

    /// The error for a time step without a table.
    pub fn missing(&self, step: i32) -> Error {
        let what = format!(
            "no table for time step {step}{}; groma trajectories build with --cell-size {} makes it, or opening the \
             data set with build_missing (--build-missing)",
            self.other_cell_sizes(),
            self.cell_size
        );
        Error::NotFound { path: self.folder.table(step), what }
    }

    /// Where there is no table of this cell size, the sizes of which there are tables, for an error.
    fn other_cell_sizes(&self) -> String {
        const SHOWN: usize = 5;
        let has_tables = |folder: &TableFolder| folder.steps().is_ok_and(|steps| !steps.is_empty());
        if has_tables(&self.folder) {
            return String::new();
        }
        let beside = self.folder.path().parent().and_then(|parent| std::fs::read_dir(parent).ok());
        let folders = beside.into_iter().flatten().flatten().map(|entry| TableFolder::at(&entry.path()));
        let folders: Vec<TableFolder> = folders.filter(has_tables).collect();
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

    /// Closes all tables. Those that a query is at stay open until it is done.
    pub fn close(&self) {
        self.tables.write().expect("no panic while held").clear();
    }

    /// Tables that are open, and bytes mapped for them.
    pub fn memory(&self) -> (u64, u64) {
        let tables = self.tables.read().expect("no panic while held");
        (tables.len() as u64, tables.values().map(|t| t.table.mapped_bytes()).sum())
    }
}
