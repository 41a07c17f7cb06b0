//! Hash tables, one or a folder of them, and what is wrong with them.

use std::path::Path;

use super::Inspection;
use crate::Result;
use crate::human::counted;
use crate::io::input::exists;
use crate::trajectory::build::JOURNAL_NAME;
use crate::trajectory::grid::Grid;
use crate::trajectory::table::{HashTable, Index, StepState, TableFolder, TableHeader, folder_name};

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
    }
    Ok(found)
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

pub(super) fn inspect_tables(path: &Path) -> Result<Inspection> {
    let mut found = Inspection::new(path, "folder of hash tables");
    let folder = TableFolder::at(path);
    let steps = folder.steps()?;
    found.fact("tables", steps.len());
    if let (Some(first), Some(last)) = (steps.first(), steps.last()) {
        found.fact("time steps", format!("{first} to {last}"));
    }
    if exists(&path.join(JOURNAL_NAME))? {
        found
            .problems
            .push("a build is at work here, or was interrupted; building with resume (--resume) continues it".into());
    }
    let index = Index::read(path)?;
    let mut told = Told::default();
    match &index {
        Some(index) => {
            found.fact("cell size", index.cell_size);
            found.fact("box", index.bounds);
            found.fact("margin", index.margin);
            found.fact("built", &index.built);
            found.fact("shards", index.shards.len());
            found.fact("samples", index.tables.iter().map(|t| u64::from(t.samples())).sum::<u64>());
            found.fact("cells", index.tables.iter().map(|t| u64::from(t.cells())).sum::<u64>());
            check_name(path, index.cell_size, &mut found);
            for record in &index.tables {
                let Some(bounds) = index.bounds else { break };
                let grid = Grid { bounds, cell_size: index.cell_size };
                let expected = TableHeader::new(&grid, record.step(), record.cells(), record.samples());
                let path = folder.table(record.step());
                told.take(TableHeader::read(&path).and_then(|header| header.check_against(&path, &expected)))?;
            }
        }
        None => {
            found.fact("index", "none: made by the existing plugin, or not finished");
            let mut first: Option<TableHeader> = None;
            for &step in &steps {
                let path = folder.table(step);
                let Some(header) = told.take(TableHeader::read(&path))? else { continue };
                // All have one box and one cell size; what each holds nothing else tells.
                let first = first.get_or_insert(header);
                let expected = TableHeader {
                    time_step: step as u32,
                    entry_count: header.entry_count,
                    trajectory_id_count: header.trajectory_id_count,
                    ..*first
                };
                told.take(header.check_against(&path, &expected))?;
            }
            if let Some(first) = first {
                found.fact("cell size", first.cell_size);
                check_name(path, first.cell_size, &mut found);
            }
        }
    }
    told.tell(&mut found);
    let is_stale = |step: &&i32| index.as_ref().is_some_and(|i| !matches!(i.state(**step), StepState::Table(_)));
    let stale = steps.iter().filter(is_stale).count();
    if stale > 0 {
        found.problems.push(format!("{}, for which the index does not speak", counted(stale as u64, "stale table")));
    }
    Ok(found)
}

/// Tells of a folder that queries do not find, or find for another cell size.
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

/// Tables with something wrong: what it is of the first few, and how many there are.
#[derive(Default)]
struct Told {
    shown: Vec<String>,
    count: u64,
}

impl Told {
    const SHOWN: usize = 5;

    fn take<T>(&mut self, read: Result<T>) -> Result<Option<T>> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(e) if e.is_starved() => Err(e),
            Err(e) => {
                self.count += 1;
                if self.shown.len() < Self::SHOWN {
                    self.shown.push(e.to_string());
                }
                Ok(None)
            }
        }
    }

    fn tell(self, found: &mut Inspection) {
        let more = self.count - self.shown.len() as u64;
        found.problems.extend(self.shown);
        if more > 0 {
            found.problems.push(format!("and {} with something wrong", counted(more, "more table")));
        }
    }
}
