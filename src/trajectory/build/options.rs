//! The options of a build.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::io::Durability;
use crate::job::RunOptions;
use crate::trajectory::Steps;
use crate::trajectory::dataset::{OnBadShard, ShardFolder};
use crate::trajectory::grid::{BoundingBox, check_cell_size};
use crate::trajectory::table::TableFolder;
use crate::{Error, Result};

/// The default number of shards in a batch.
pub const DEFAULT_BATCH_SIZE: u32 = 3;
/// The default margin of the box around the data, on every side and in the data's own unit.
pub const DEFAULT_MARGIN: f64 = 1.0;
/// The last time step that there can be; the first is 0.
pub const LAST_TIME_STEP: i32 = i32::MAX;

/// The source of the cells' box.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Bounds {
    /// The box of all positions of the data set, enlarged by this margin on every side.
    Margin(f64),
    /// This box. Pass 1 is then left out.
    Box(BoundingBox),
}

/// The treatment of trajectory ids over 32 bits, which a table cannot hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WideIds {
    /// Give an error that names the id.
    #[default]
    Fail,
    /// Keep the low 32 bits, as the existing plugin does, and count them in the report.
    Truncate,
}

/// The options of a build. Start from [`BuildHashTablesOptions::new`].
#[derive(Clone, Debug)]
pub struct BuildHashTablesOptions {
    /// The edge of a cell, in the data's own unit.
    pub cell_size: f32,
    /// The folder under which the tables go, the `tables_folder` of [`crate::DatasetOptions`]; `None` for the data
    /// set's own.
    pub output: Option<PathBuf>,
    /// The box of the cells.
    pub bounds: Bounds,
    /// The time steps to build; `None` for all.
    pub steps: Option<Steps>,
    /// The number of shards that are built between two records in the journal.
    pub batch_size: u32,
    /// The treatment of a shard that cannot be used.
    pub on_bad_shard: OnBadShard,
    /// The treatment of ids over 32 bits.
    pub wide_ids: WideIds,
    /// Keep the tables that an earlier run, interrupted or complete, made of the same data with the same options. They
    /// are read; where one is gone or damaged, all tables of its shard are made again. A shard counts as unchanged by
    /// its size and time of writing: reading all shards, as `inspect` does, would take as long as pass 1.
    pub resume: bool,
    /// Remove tables of an earlier, different build. A file that has the name of a table and is none stays.
    pub prune_stale: bool,
    /// Write each batch through to the disk, not just into the system's cache, before it counts as done.
    pub fsync: bool,
    /// Threads, memory limit, cancel.
    pub run: RunOptions,
}

impl BuildHashTablesOptions {
    /// Returns the default options for a cell size.
    pub fn new(cell_size: f32) -> BuildHashTablesOptions {
        BuildHashTablesOptions {
            cell_size,
            output: None,
            bounds: Bounds::Margin(DEFAULT_MARGIN),
            steps: None,
            batch_size: DEFAULT_BATCH_SIZE,
            on_bad_shard: OnBadShard::Fail,
            wide_ids: WideIds::Fail,
            resume: false,
            prune_stale: false,
            fsync: false,
            run: RunOptions::default(),
        }
    }

    /// Returns what `fsync` asks for of each file.
    pub(super) fn durability(&self) -> Durability {
        Durability::with_fsync(self.fsync)
    }

    /// Checks what can be checked without the data set.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`].
    pub fn check(&self) -> Result<()> {
        check_cell_size(self.cell_size)?;
        match self.bounds {
            Bounds::Box(bounds) => {
                bounds.check()?;
                if bounds.min == bounds.max {
                    // A box that was never filled in: all samples would lie outside.
                    let seen = format!("a point, {:?}", bounds.min);
                    return Err(Error::invalid("box", seen, "a box with an extent along one axis at least"));
                }
            }
            Bounds::Margin(margin) if margin.is_finite() && margin >= 0.0 => {}
            Bounds::Margin(margin) => return Err(Error::invalid("margin", margin, "a finite number, 0 or more")),
        }
        if self.batch_size == 0 {
            return Err(Error::invalid("batch_size", 0, "1 or more"));
        }
        if let Some(Steps { first, last }) = self.steps
            && (first < 0 || last < first)
        {
            return Err(Error::invalid(
                "steps",
                format!("{first} to {last}"),
                format!("time steps of 0 to {LAST_TIME_STEP}, the last not below the first"),
            ));
        }
        Ok(())
    }

    /// Returns the folder of the tables.
    pub(super) fn folder_of(&self, dataset: &ShardFolder) -> TableFolder {
        TableFolder::new(self.output.as_deref().unwrap_or(&dataset.path), self.cell_size)
    }

    /// Returns the wanted time steps that the data set covers.
    pub(super) fn steps_of(&self, dataset: &ShardFolder) -> Result<Steps> {
        let Some(covered) = dataset.steps() else {
            let what = "all shards were left out as bad; the first: ".to_string()
                + &dataset.bad_shards.first().map_or(String::new(), |b| b.error.to_string());
            return Err(Error::NotFound { subject: dataset.path.clone(), what });
        };
        let wanted = self.steps.unwrap_or(covered);
        wanted.cut_to(covered).ok_or_else(|| {
            let accepted = format!("time steps of the data set, {} to {}", covered.first, covered.last);
            Error::invalid("steps", format!("{} to {}", wanted.first, wanted.last), accepted)
        })
    }
}
