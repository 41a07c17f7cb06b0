//! Tables from samples in memory, for programs that have their trajectories by time steps and write no shards.

use std::path::Path;

use super::JOURNAL_NAME;
use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability};
use crate::io::in_use::remove_if_there;
use crate::io::input::exists;
use crate::trajectory::grid::Grid;
use crate::trajectory::keys::KeySpace;
use crate::trajectory::morton;
use crate::trajectory::sort::Record;
use crate::trajectory::table::{INDEX_NAME, TableFolder, encode};
use crate::{Error, Result};

/// A sample in memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableSample {
    /// The trajectory.
    pub id: u32,
    /// Where it is.
    pub position: [f64; 3],
}

/// Writes the table of one time step from samples in memory, below the folder `output`: the same bytes as a build from
/// shards with this grid. Samples that are not finite are left out; the table of a time step without samples is
/// removed. Returns the number of samples in the table.
///
/// The index of the folder, which speaks of the shards that the tables were built from, is removed. Tables of different
/// time steps may be written at the same time.
///
/// # Errors
/// [`Error::InvalidArgument`] for a time step below 0; [`Error::Busy`] while a build from shards is at work in the
/// folder, or was interrupted; [`Error::Io`].
pub fn write_table(output: &Path, grid: &Grid, step: i32, samples: &[TableSample]) -> Result<u32> {
    if step < 0 {
        return Err(Error::invalid("step", step, "0 or more"));
    }
    if samples.len() > u32::MAX as usize {
        return Err(Error::invalid("samples", samples.len(), "at most 4294967295, which a table has room for"));
    }
    let folder = TableFolder::new(output, grid.cell_size);
    if exists(&folder.path().join(JOURNAL_NAME))? {
        let what = "a build from shards is at work in this folder, or was interrupted".to_string();
        return Err(Error::Busy { subject: folder.path().to_path_buf(), what });
    }
    std::fs::create_dir_all(folder.path()).context("create", folder.path())?;
    remove_if_there(&folder.path().join(INDEX_NAME))?;
    let space = KeySpace::full(*grid);
    let finite = samples.iter().filter(|sample| sample.position.iter().all(|c| c.is_finite()));
    let record = |sample: &TableSample| {
        let cell = std::array::from_fn(|axis| grid.cell(axis, sample.position[axis]));
        u128::pack(morton::encode(cell), sample.id)
    };
    let mut records: Vec<u128> = finite.map(record).collect();
    if records.is_empty() {
        remove_if_there(&folder.table(step))?;
        return Ok(0);
    }
    // The samples of a cell keep their order, as in a build from shards.
    records.sort_by_key(|record| record.key());
    let mut file = AtomicFile::create(folder.table(step))?;
    let contents = encode(&records, &space, step, &mut Vec::new(), file.file()).context("write", file.path())?;
    file.commit(Durability::Unsynced)?;
    Ok(contents.samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;
    use crate::trajectory::build::{Bounds, BuildHashTablesOptions, build_hash_tables};
    use crate::trajectory::generate::{GenerateOptions, generate};
    use crate::trajectory::grid::BoundingBox;
    use crate::trajectory::query::{Dataset, DatasetOptions, StepSamples};

    #[test]
    fn samples_in_memory_make_the_tables_that_shards_make() {
        let (folder, ours) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        generate(folder.path(), &GenerateOptions::new(300, 2, 5)).unwrap();
        let bounds = BoundingBox { min: [-100.0; 3], max: [100.0; 3] };
        let options = BuildHashTablesOptions { bounds: Bounds::Box(bounds), ..BuildHashTablesOptions::new(7.5) };
        build_hash_tables(folder.path(), &options).unwrap();
        let data = Dataset::open(folder.path(), DatasetOptions::default()).unwrap();
        let grid = Grid::new(bounds, 7.5).unwrap();
        let mut at = StepSamples::default();
        for step in 0..10 {
            data.samples_at(step, &mut at).unwrap();
            let sample =
                |(&id, position): (&u64, &[f32; 3])| TableSample { id: id as u32, position: position.map(f64::from) };
            let mut samples: Vec<_> = at.ids.iter().zip(&at.positions).map(sample).collect();
            samples.push(TableSample { id: 9, position: [0.0, f64::NAN, 0.0] });
            assert_eq!(write_table(ours.path(), &grid, step, &samples).unwrap() as usize, at.ids.len());
            let table = |folder: &Path| std::fs::read(TableFolder::new(folder, 7.5).table(step)).unwrap();
            assert_eq!(table(ours.path()), table(folder.path()), "time step {step}");
        }
    }

    #[test]
    fn a_time_step_without_samples_has_no_table_and_an_index_does_not_stay() {
        let folder = tempfile::tempdir().unwrap();
        generate(folder.path(), &GenerateOptions::new(30, 1, 2)).unwrap();
        build_hash_tables(folder.path(), &BuildHashTablesOptions::new(5.0)).unwrap();
        let tables = TableFolder::new(folder.path(), 5.0);
        let grid = Grid::new(BoundingBox { min: [0.0; 3], max: [9.0; 3] }, 5.0).unwrap();
        assert!(tables.table(1).exists() && tables.path().join(INDEX_NAME).exists());
        assert_eq!(write_table(folder.path(), &grid, 1, &[]).unwrap(), 0);
        assert!(!tables.table(1).exists() && !tables.path().join(INDEX_NAME).exists());
        assert_eq!(write_table(folder.path(), &grid, -1, &[]).unwrap_err().status(), Status::InvalidArgument);
        std::fs::write(tables.path().join(JOURNAL_NAME), "").unwrap();
        assert_eq!(write_table(folder.path(), &grid, 1, &[]).unwrap_err().status(), Status::Busy);
    }
}
