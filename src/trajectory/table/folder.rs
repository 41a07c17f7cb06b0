//! The folder that holds the tables of one cell size.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::{Index, MAGIC, StepState, TableHeader};
use crate::error::IoContext;
use crate::human::{counted, first_of};
use crate::io::in_use::{self, remove_if_there};
use crate::io::input::{self, exists};
use crate::trajectory::Steps;
use crate::{Error, Result};

/// The folder inside an output folder under which each cell size has its own.
pub const TABLES_FOLDER: &str = "spatial_hashing";

/// Returns `cellsize_<three decimals>`, of the single-precision size widened to double.
pub fn folder_name(cell_size: f32) -> String {
    format!("cellsize_{:.3}", f64::from(cell_size))
}

/// Returns `timestep_<at least five digits>.bin`.
pub fn table_name(step: i32) -> String {
    format!("timestep_{step:05}.bin")
}

/// Returns the time step of a table's file name; `None` for any other name.
pub fn step_of_table(name: &str) -> Option<i32> {
    let step = name.strip_prefix("timestep_")?.strip_suffix(".bin")?.parse().ok()?;
    (step >= 0 && table_name(step) == name).then_some(step)
}

/// The folder that holds the tables of one cell size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFolder {
    path: PathBuf,
}

/// The tables in a folder for which its index does not speak: tables of an earlier build with other data, box or cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaleTables {
    /// Their time steps, ascending.
    pub steps: Vec<i32>,
    /// The time steps in names of tables that no table has, ascending: the names of folders, pipes, links and files of
    /// other programs, which are not to be removed.
    pub foreign: Vec<i32>,
}

impl TableFolder {
    /// Returns the folder for `cell_size` below an output folder.
    pub fn new(output: &Path, cell_size: f32) -> TableFolder {
        TableFolder { path: output.join(TABLES_FOLDER).join(folder_name(cell_size)) }
    }

    /// Returns a folder of tables by its own path.
    pub fn at(path: &Path) -> TableFolder {
        TableFolder { path: path.to_path_buf() }
    }

    /// Finds the folders of tables below an output folder, in the order of their names.
    pub(crate) fn all_below(output: &Path) -> Result<Vec<TableFolder>> {
        let root = output.join(TABLES_FOLDER);
        if !exists(&root)? || !root.is_dir() {
            return Ok(Vec::new());
        }
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(&root).context("list", &root)? {
            let path = entry.context("list", &root)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("cellsize_") && path.is_dir() {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths.into_iter().map(|path| TableFolder { path }).collect())
    }

    /// Returns the folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of the table of a time step.
    pub fn table(&self, step: i32) -> PathBuf {
        self.path.join(table_name(step))
    }

    /// Lists the time steps of all tables in the folder, ascending.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn steps(&self) -> Result<Vec<i32>> {
        let mut steps = Vec::new();
        for entry in std::fs::read_dir(&self.path).context("list", &self.path)? {
            let name = entry.context("list", &self.path)?.file_name();
            steps.extend(name.to_str().and_then(step_of_table));
        }
        steps.sort_unstable();
        Ok(steps)
    }

    /// Returns the cell size of the tables: the one in their index or, without an index, the one in the folder's name.
    pub fn cell_size(&self) -> Option<f32> {
        let of_index = Index::read(&self.path).ok().flatten().map(|index| index.cell_size);
        let of_name = || self.path.file_name()?.to_str()?.strip_prefix("cellsize_")?.parse().ok();
        of_index.or_else(of_name)
    }

    /// Refuses a folder that holds tables of another cell size which has the same folder name.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`]; [`Error::Io`].
    pub fn check_cell_size(&self, cell_size: f32, index: Option<&Index>) -> Result<()> {
        let of_index = index.map(|i| i.cell_size);
        let other = match of_index {
            Some(size) => Some(size),
            None => self.first_header()?.map(|header| header.cell_size),
        };
        match other {
            Some(other) if other.to_bits() != cell_size.to_bits() => {
                let path = self.path.display();
                let accepted = format!(
                    "{other}, the cell size of the tables in {path}, which has this size's name, or another output \
                     folder"
                );
                Err(Error::invalid("cell_size", cell_size, accepted))
            }
            _ => Ok(()),
        }
    }

    /// Reads the header of the first table whose header can be read. A damaged table says nothing about its cell size:
    /// the build replaces it or reports it as stale.
    fn first_header(&self) -> Result<Option<TableHeader>> {
        let steps = match self.steps() {
            Err(Error::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            steps => steps?,
        };
        for step in steps {
            match TableHeader::read(&self.table(step)) {
                Ok(header) => return Ok(Some(header)),
                Err(e) if e.is_starved() => return Err(e),
                Err(_) => {}
            }
        }
        Ok(None)
    }

    /// Finds the tables that `index` does not speak for.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn stale(&self, index: &Index) -> Result<StaleTables> {
        let mut stale = StaleTables::default();
        for step in self.steps()? {
            if matches!(index.state(step), StepState::Table(_)) {
                continue;
            }
            let is_foreign = self.is_foreign(step)?;
            if is_foreign { &mut stale.foreign } else { &mut stale.steps }.push(step);
        }
        Ok(stale)
    }

    /// Returns whether a file with the name of a table is none, and so not to be removed: a folder, a pipe, a link, or
    /// a file of another program.
    fn is_foreign(&self, step: i32) -> Result<bool> {
        if self.table(step).symlink_metadata().is_ok_and(|found| !found.is_file()) {
            return Ok(true);
        }
        Ok(self.foreign_beginning(step)?.is_some())
    }

    /// Describes the first bytes of a file that has the name of a table and is none. Returns `None` for a table, and
    /// for a file that a build may replace since nothing would be lost with it: a link, an empty file, the beginning of
    /// a table.
    pub(crate) fn foreign_beginning(&self, step: i32) -> Result<Option<String>> {
        let path = self.table(step);
        if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
            return Ok(None);
        }
        let (mut bytes, magic) = (Vec::new(), MAGIC.to_le_bytes());
        match input::open(&path) {
            // A file in use can be neither read nor replaced nor removed: the build that tries gives the error.
            Err(Error::Io { cause, .. }) if in_use::is_in_use(&cause) => return Ok(None),
            opened => opened?.take(magic.len() as u64).read_to_end(&mut bytes).context("read", &path)?,
        };
        Ok((!magic.starts_with(&bytes)).then(|| bytes.escape_ascii().to_string()))
    }

    /// Removes the stale tables; files that are no tables stay.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(&self, tables: &StaleTables) -> Result<()> {
        tables.steps.iter().map(|&step| self.table(step)).try_for_each(|path| remove_if_there(&path))
    }
}

impl StaleTables {
    /// Describes the files that are no tables; `None` where there are none.
    pub(crate) fn describe_foreign(&self) -> Option<String> {
        let names: Vec<String> = self.foreign.iter().map(|&step| table_name(step)).collect();
        let n = names.len() as u64;
        (n > 0).then(|| {
            format!(
                "{} with the name of a table that {} none, for a table is a file of its own, no link, that begins with \
                 THST; left alone: {}",
                counted(n, "file"),
                if n == 1 { "is" } else { "are" },
                first_of(&names, n)
            )
        })
    }

    /// Describes the steps as ranges, for people: "0 to 9, 12, 20 to 29 and 5 more".
    pub fn describe(&self) -> String {
        const SHOWN: usize = 5;
        let mut ranges: Vec<Steps> = Vec::new();
        for &step in &self.steps {
            match ranges.last_mut() {
                Some(range) if range.last + 1 == step => range.last = step,
                _ => ranges.push(step.into()),
            }
        }
        let mut shown = ranges.iter().take(SHOWN).map(Steps::to_string).collect::<Vec<_>>().join(", ");
        if let Some(rest) = ranges.get(SHOWN..).filter(|rest| !rest.is_empty()) {
            let more: u64 = rest.iter().map(|range| range.count()).sum();
            shown += &format!(" and {more} more");
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_existing_plugin() {
        assert_eq!(folder_name(10.0), "cellsize_10.000");
        assert_eq!(folder_name(0.1), "cellsize_0.100");
        assert_eq!(folder_name(0.0625), "cellsize_0.062");
        assert_eq!(table_name(7), "timestep_00007.bin");
        assert_eq!(table_name(100_000), "timestep_100000.bin");
        assert_eq!(step_of_table("timestep_00007.bin"), Some(7));
        assert_eq!(step_of_table("timestep_100000.bin"), Some(100_000));
        for name in ["timestep_7.bin", "timestep_000007.bin", "timestep_00007.bin.tmp", "timestep_-0007.bin"] {
            assert_eq!(step_of_table(name), None, "{name}");
        }
    }

    #[test]
    fn stale_steps_read_as_ranges() {
        let stale = StaleTables { steps: vec![0, 1, 2, 7, 9, 11, 13, 20, 21], ..StaleTables::default() };
        assert_eq!(stale.describe(), "0 to 2, 7, 9, 11, 13 and 2 more");
    }
}
