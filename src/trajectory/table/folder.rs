//! The folder that holds the tables of one cell size.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Index, StepState, TableHeader};
use crate::error::IoContext;
use crate::io::in_use::remove_if_there;
use crate::trajectory::Steps;
use crate::{Error, Result};

/// The folder inside an output folder under which each cell size has its own.
pub const TABLES_FOLDER: &str = "spatial_hashing";

/// `cellsize_<three decimals>`, of the single-precision size widened to double.
pub fn folder_name(cell_size: f32) -> String {
    format!("cellsize_{:.3}", f64::from(cell_size))
}

/// `timestep_<at least five digits>.bin`.
pub fn table_name(step: i32) -> String {
    format!("timestep_{step:05}.bin")
}

/// The time step of a table's file name; `None` for any other name.
pub fn step_of_table(name: &str) -> Option<i32> {
    let step = name.strip_prefix("timestep_")?.strip_suffix(".bin")?.parse().ok()?;
    (step >= 0 && table_name(step) == name).then_some(step)
}

/// Where the tables of one cell size are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFolder {
    path: PathBuf,
}

/// Tables in a folder that its index does not speak for: of an earlier build with other data, box or cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaleTables {
    /// Their time steps, ascending.
    pub steps: Vec<i32>,
}

impl TableFolder {
    /// The folder for `cell_size` below an output folder.
    pub fn new(output: &Path, cell_size: f32) -> TableFolder {
        TableFolder { path: output.join(TABLES_FOLDER).join(folder_name(cell_size)) }
    }

    /// A folder of tables by its own path.
    pub fn at(path: &Path) -> TableFolder {
        TableFolder { path: path.to_path_buf() }
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of the table of a time step.
    pub fn table(&self, step: i32) -> PathBuf {
        self.path.join(table_name(step))
    }

    /// The time steps of all tables there are, ascending.
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

    /// The cell size of the tables, as their index says, or their name where there is none.
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

    /// The header of the first table that has one. A table that cannot be read says nothing about its cell size; the
    /// build replaces it or reports it as stale.
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

    /// The tables that `index` does not speak for.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn stale(&self, index: &Index) -> Result<StaleTables> {
        let mut steps = self.steps()?;
        steps.retain(|&step| !matches!(index.state(step), StepState::Table(_)));
        Ok(StaleTables { steps })
    }

    /// Removes tables.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(&self, tables: &StaleTables) -> Result<()> {
        tables.steps.iter().map(|&step| self.table(step)).try_for_each(|path| remove_if_there(&path))
    }
}

impl StaleTables {
    /// The steps as ranges, for people: "0 to 9, 12, 20 to 29 and 5 more".
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
        let stale = StaleTables { steps: vec![0, 1, 2, 7, 9, 11, 13, 20, 21] };
        assert_eq!(stale.describe(), "0 to 2, 7, 9, 11, 13 and 2 more");
    }
}
