//! Inspects hash tables, one or a folder of them.

use std::path::Path;

use super::Inspection;
use crate::human::counted;
use crate::io::input::exists;
use crate::job::Runner;
use crate::trajectory::build::JOURNAL_NAME;
use crate::trajectory::grid::Grid;
use crate::trajectory::table::{HashTable, Index, StepState, TableFolder, TableHeader, folder_name, verify};
use crate::{Error, Result};

pub(super) fn inspect_table(path: &Path, step: i32) -> Result<Inspection> {
    let mut found = Inspection::new(path, "hash table");
    let header = TableHeader::read(path)?;
    add_header(&mut found, &header);
    if header.time_step != step as u32 {
        found.problems.push(format!("the header says time step {}, the name {step}", header.time_step));
    }
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    if folder.starts_with("cellsize_") && folder != folder_name(header.cell_size) {
        found.problems.push(format!("the header says cell size {}, the folder is {folder}", header.cell_size));
    }
    if let Some(table) = found.take(HashTable::open(path))? {
        found.fact("most samples in a cell", table.entries().iter().map(|e| e.count).max());
        drop(table);
        compare_with_index(path, step, &mut found)?;
    }
    Ok(found)
}

/// Reports a table that differs from its record in the folder's index, and an index that cannot be read.
fn compare_with_index(path: &Path, step: i32, found: &mut Inspection) -> Result<()> {
    let index = found.take(Index::read(path.parent().unwrap_or(Path::new("."))))?.flatten();
    let Some(index) = index else { return Ok(()) };
    let (StepState::Table(record), Some(bounds)) = (index.state(step), index.bounds) else {
        found.problems.push("a stale table: the index of its folder does not speak for it".into());
        return Ok(());
    };
    let grid = Grid { bounds, cell_size: index.cell_size };
    let expected = TableHeader::new(&grid, step, record.cells(), record.samples());
    found.take(verify(path, &expected, record.checksum())).map(drop)
}

fn add_header(found: &mut Inspection, header: &TableHeader) {
    found.fact("time step", header.time_step);
    found.fact("cell size", header.cell_size);
    found.fact("box min", header.bbox_min);
    found.fact("box max", header.bbox_max);
    found.fact("cells", header.entry_count);
    found.fact("samples", header.trajectory_id_count);
    found.fact("bytes", header.file_size());
}

pub(super) fn inspect_tables(path: &Path, runner: &mut Runner) -> Result<Inspection> {
    let mut found = Inspection::new(path, "folder of hash tables");
    let steps = TableFolder::at(path).steps()?;
    found.fact("tables", steps.len());
    if let (Some(first), Some(last)) = (steps.first(), steps.last()) {
        found.fact("time steps", format!("{first} to {last}"));
    }
    let index = Index::read(path)?;
    read_tables(path, steps, index.as_ref(), &mut found, runner)?;
    Ok(found)
}

/// Reads all tables of a folder: those in the index or, without one, those that there are. Returns the time steps and
/// the numbers of samples of the good ones.
pub(super) fn read_tables(
    path: &Path,
    steps: Vec<i32>,
    index: Option<&Index>,
    found: &mut Inspection,
    runner: &mut Runner,
) -> Result<Vec<(i32, u32)>> {
    if exists(&path.join(JOURNAL_NAME))? {
        found
            .problems
            .push("a build is at work here, or was interrupted; building with resume (--resume) continues it".into());
    }
    let folder = TableFolder::at(path);
    let stale = index.map(|index| folder.stale(index)).transpose()?.unwrap_or_default();
    let mut errors = TableErrors::default();
    let samples = match index {
        Some(index) => {
            add_index(found, index);
            check_name(path, index.cell_size, found);
            read_indexed(&folder, index, &mut errors, runner)?
        }
        None => read_unindexed(&folder, &steps, &mut errors, found, runner)?,
    };
    errors.report(found);
    if !stale.steps.is_empty() {
        let n = counted(stale.steps.len() as u64, "stale table");
        found.problems.push(format!("{n}, for which the index does not speak"));
    }
    found.problems.extend(stale.describe_foreign());
    Ok(samples)
}

fn add_index(found: &mut Inspection, index: &Index) {
    found.fact("cell size", index.cell_size);
    found.fact("box", index.bounds);
    found.fact("margin", index.margin);
    found.fact("built", &index.built);
    found.fact("shards", index.shards.len());
    found.fact("samples", index.tables.iter().map(|t| u64::from(t.samples())).sum::<u64>());
    found.fact("cells", index.tables.iter().map(|t| u64::from(t.cells())).sum::<u64>());
}

/// Compares the tables of an index with what it says of them.
fn read_indexed(
    folder: &TableFolder,
    index: &Index,
    errors: &mut TableErrors,
    runner: &mut Runner,
) -> Result<Vec<(i32, u32)>> {
    let Some(bounds) = index.bounds else { return Ok(Vec::new()) };
    let grid = Grid { bounds, cell_size: index.cell_size };
    in_chunks(&index.tables, runner, errors, |table| {
        let expected = TableHeader::new(&grid, table.step(), table.cells(), table.samples());
        verify(&folder.table(table.step()), &expected, table.checksum())?;
        Ok((table.step(), table.samples()))
    })
}

/// Compares tables without an index with each other: all must have the box and the cell size of the first one whose
/// header can be read. What a table holds stands in its own header alone.
fn read_unindexed(
    folder: &TableFolder,
    steps: &[i32],
    errors: &mut TableErrors,
    found: &mut Inspection,
    runner: &mut Runner,
) -> Result<Vec<(i32, u32)>> {
    found.fact("index", "none: made by the existing plugin, or not finished");
    let mut first: Option<TableHeader> = None;
    for &step in steps {
        first = ok_or_unreadable(TableHeader::read(&folder.table(step)))?.ok();
        if first.is_some() {
            break;
        }
    }
    let Some(first) = first else {
        for &step in steps {
            errors.take(TableHeader::read(&folder.table(step)))?;
        }
        return Ok(Vec::new());
    };
    found.fact("cell size", first.cell_size);
    check_name(folder.path(), first.cell_size, found);
    in_chunks(steps, runner, errors, |&step| {
        let path = folder.table(step);
        let header = *HashTable::open(&path)?.header();
        let expected = TableHeader {
            time_step: step as u32,
            entry_count: header.entry_count,
            trajectory_id_count: header.trajectory_id_count,
            ..first
        };
        header.check_against(&path, &expected)?;
        Ok((step, header.trajectory_id_count))
    })
}

/// Gives each table to `read`, many at a time, and gathers the results, in order, and the errors.
fn in_chunks<T: Sync, R: Send>(
    tables: &[T],
    runner: &mut Runner,
    errors: &mut TableErrors,
    read: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    const AT_ONCE: usize = 64;
    let context = runner.context().clone();
    runner.begin("tables", tables.len().div_ceil(AT_ONCE) as u64, tables.len() as u64)?;
    let mut chunks: Vec<(usize, TableErrors, Vec<R>)> = Vec::new();
    runner.run_units(
        tables.chunks(AT_ONCE).enumerate(),
        context.threads(),
        |(n, chunk)| {
            let (mut errors, mut good) = (TableErrors::default(), Vec::with_capacity(chunk.len()));
            for table in chunk {
                context.check()?;
                good.extend(errors.take(read(table))?);
                context.add_items(1);
            }
            Ok((n, errors, good))
        },
        |chunk| {
            chunks.push(chunk);
            Ok(())
        },
    )?;
    chunks.sort_unstable_by_key(|chunk| chunk.0);
    let mut all = Vec::with_capacity(tables.len());
    for (_, chunk, good) in chunks {
        errors.join(chunk);
        all.extend(good);
    }
    Ok(all)
}

/// Reports a folder whose name is of another cell size, so that queries do not find it.
fn check_name(path: &Path, cell_size: f32, found: &mut Inspection) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name != folder_name(cell_size) {
        found.problems.push(format!(
            "the folder is called {name}, and its tables have the cell size {cell_size}: queries look for them in {}; \
             rename it back",
            folder_name(cell_size)
        ));
    }
}

/// Tells an error of the table itself, which becomes the inner result, from one that ends the inspection.
fn ok_or_unreadable<T>(read: Result<T>) -> Result<Result<T>> {
    match read {
        Err(e) if e.is_starved() || matches!(e, Error::Cancelled) => Err(e),
        read => Ok(read),
    }
}

/// Errors of tables: the first few, and the number of all.
#[derive(Default)]
struct TableErrors {
    shown: Vec<String>,
    count: u64,
}

impl TableErrors {
    const SHOWN: usize = 5;

    /// Returns what was read of a table; `None` where it could not be read, which is counted.
    fn take<T>(&mut self, read: Result<T>) -> Result<Option<T>> {
        match ok_or_unreadable(read)? {
            Ok(value) => Ok(Some(value)),
            Err(e) => {
                self.count += 1;
                if self.shown.len() < Self::SHOWN {
                    self.shown.push(e.to_string());
                }
                Ok(None)
            }
        }
    }

    fn join(&mut self, later: TableErrors) {
        self.count += later.count;
        let room = Self::SHOWN - self.shown.len();
        self.shown.extend(later.shown.into_iter().take(room));
    }

    fn report(self, found: &mut Inspection) {
        let more = self.count - self.shown.len() as u64;
        found.problems.extend(self.shown);
        if more > 0 {
            found.problems.push(format!("and {} with something wrong", counted(more, "more table")));
        }
    }
}
