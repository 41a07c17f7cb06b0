//! What an import is asked for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::meaning::Meaning;
use super::table::Table;
use crate::Error;
use crate::error::Result;
use crate::human::numbers;
use crate::job::CancelToken;
use crate::trajectory::dataset::ShardWriterOptions;
use crate::trajectory::shard::MOST_STEPS;

/// The options of an import.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Time steps in a shard; `None` for as many as make shards of some 64 MiB.
    pub interval: Option<u32>,
    /// What the manifest says about the data set. Its own origin and units are ignored, and its times where the file or
    /// `time_per_step` tell them.
    pub writer: ShardWriterOptions,
    /// What the coordinates are counted in; `None` for what the file says, and metres where it says nothing. Where the
    /// file says millimetres, centimetres or kilometres, these become metres.
    pub coordinate_units: Option<String>,
    /// The factor of all coordinates; `None` for 1, or the one from the file's unit to metres.
    pub scale: Option<f64>,
    /// The origin that is subtracted from all positions, in double, before they are stored in single precision. It
    /// counts after the scale.
    pub origin: Origin,
    /// The columns of these meanings, by name or by number from 1; all others are found by their names.
    pub columns: BTreeMap<Meaning, String>,
    /// The column of the trajectories' ids: short for that meaning in `columns`.
    pub id_column: Option<String>,
    /// Number the ids in order of appearance, as is done where the first rows show that they are no numbers.
    pub text_ids: bool,
    /// Take ids over 32 bits, which tables cannot hold.
    pub keep_wide_ids: bool,
    /// Seconds from one time step to the next: times become time steps by it, and of frames it tells the times; `None`
    /// for what the file says.
    pub time_per_step: Option<f64>,
    /// What becomes of two rows of a trajectory at one time step.
    pub duplicates: Duplicates,
    /// The most memory to take, in bytes; 0 stands for [`DEFAULT_MEMORY_LIMIT`](crate::job::DEFAULT_MEMORY_LIMIT).
    pub memory_limit: u64,
    /// Set it from any thread to stop.
    pub cancel: CancelToken,
}

impl ImportOptions {
    /// All defaults, for shards of `interval` time steps.
    pub fn new(interval: u32) -> ImportOptions {
        ImportOptions { interval: Some(interval), ..ImportOptions::default() }
    }

    pub(super) fn check(&self) -> Result<()> {
        if let Origin::At(origin) = self.origin
            && !origin.iter().all(|c| c.is_finite())
        {
            return Err(Error::invalid("origin", numbers(&origin), "three finite numbers"));
        }
        if let Some(interval) = self.interval.filter(|interval| !(1..=MOST_STEPS).contains(interval)) {
            return Err(Error::invalid("interval", interval, format!("1 to {MOST_STEPS} time steps")));
        }
        for (name, value) in [("scale", self.scale), ("time_per_step", self.time_per_step)] {
            if let Some(value) = value.filter(|value| !(value.is_finite() && *value > 0.0)) {
                return Err(Error::invalid(name, value, "a finite number above 0"));
            }
        }
        let both = [Meaning::Frame, Meaning::Time].iter().all(|meaning| self.columns.contains_key(meaning));
        if both {
            return Err(Error::invalid("columns", "both frame and time", "one of the two"));
        }
        match self.columns.get(&Meaning::Id) {
            Some(id) if self.id_column.as_ref().is_some_and(|other| other != id) => {
                Err(Error::invalid("id_column", id, "the same as columns have for id, or one of the two"))
            }
            _ => Ok(()),
        }
    }

    /// The columns that were chosen, those of `id_column` among them.
    pub(super) fn chosen(&self) -> BTreeMap<Meaning, String> {
        let mut chosen = self.columns.clone();
        if let Some(name) = &self.id_column {
            chosen.insert(Meaning::Id, name.clone());
        }
        chosen
    }
}

/// The origin that is subtracted from positions. Stored positions plus the origin are the positions in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Origin {
    /// Nothing.
    #[default]
    Zero,
    /// The least x, y and z of all positions, rounded down to whole numbers.
    Auto,
    /// This point.
    At([f64; 3]),
}

/// What becomes of two rows of a trajectory at one time step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// They are an error.
    #[default]
    Error,
    /// The first one in the file counts.
    First,
    /// The last one in the file counts.
    Last,
}

/// What an import reads, in this order.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs(pub Vec<Input>);

/// One of the things that an import reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Standard,
    /// A table in memory.
    Table(Table),
}

impl From<Table> for Inputs {
    fn from(table: Table) -> Inputs {
        Inputs(vec![Input::Table(table)])
    }
}

impl From<&Path> for Inputs {
    fn from(file: &Path) -> Inputs {
        Inputs(vec![Input::File(file.to_path_buf())])
    }
}

impl From<&PathBuf> for Inputs {
    fn from(file: &PathBuf) -> Inputs {
        Inputs::from(file.as_path())
    }
}

impl From<&[PathBuf]> for Inputs {
    fn from(files: &[PathBuf]) -> Inputs {
        Inputs(files.iter().cloned().map(Input::File).collect())
    }
}
