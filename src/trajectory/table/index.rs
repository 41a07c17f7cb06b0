//! `groma-index.json`: the time steps for which a folder of tables is complete, and the data of which they are.
//!
//! The index is written last. A time step within its built ranges that has no table is known to be empty; of a time
//! step outside nothing is known. A folder made by the existing plugin has no index: only its files tell what it holds.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize};

use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability};
use crate::io::checksum::{Checked, Checksum, of_json};
use crate::io::input;
use crate::trajectory::Steps;
use crate::trajectory::dataset::number_in_shard_name;
use crate::trajectory::grid::{BoundingBox, check_cell_size};
use crate::trajectory::shard::Shard;
use crate::{Error, Result};

/// The index file's name.
pub const INDEX_NAME: &str = "groma-index.json";
const FORMAT: &str = "groma-index";
const VERSION: u32 = 1;

/// The contents of an index.
///
/// An index has each of these keys, also those that may be null, and no other one: a misspelt key would be a box or a
/// hash that is missing. A groma that adds a key raises the version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    format: String,
    version: u32,
    /// The version of groma that wrote it.
    pub groma: String,
    /// The edge of a cell.
    pub cell_size: f32,
    /// The box the cells were made with, in double; `None` when the data set has no sample.
    #[serde(deserialize_with = "Option::deserialize")]
    pub bounds: Option<BoundingBox>,
    /// The margin that the box got around the data; `None` when the caller gave the box.
    #[serde(deserialize_with = "Option::deserialize")]
    pub margin: Option<f64>,
    /// Whether ids over 32 bits were cut.
    pub ids_truncated: bool,
    /// The origin that was subtracted from all positions when the data set was made, as its manifest said. The index is
    /// a second place for it, since nothing else tells it once the manifest is lost.
    #[serde(deserialize_with = "Option::deserialize")]
    pub coordinate_origin: Option<[f64; 3]>,
    /// The shards the tables were made from.
    pub shards: Vec<ShardRecord>,
    /// The ranges of time steps, both ends included, that the index speaks for; ascending, apart.
    pub built: Vec<Steps>,
    /// The tables there are, ascending by time step. Every other step in `built` is empty.
    pub tables: Vec<TableRecord>,
    /// The checksum of all other keys, as they are written; `None` in an index that was not read from a file.
    #[serde(skip_serializing, deserialize_with = "there")]
    checksum: Option<Checksum>,
}

fn there<'a, D: Deserializer<'a>>(checksum: D) -> std::result::Result<Option<Checksum>, D::Error> {
    Checksum::deserialize(checksum).map(Some)
}

/// The keys that an index of any version has.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
    groma: String,
}

/// A shard as it was when its tables were built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardRecord {
    /// The file's name.
    pub name: String,
    /// The time step of sample 0.
    pub first_step: i32,
    /// Time steps.
    pub steps: u32,
    /// Entries.
    pub entries: u32,
    /// Bytes of the file.
    pub size: u64,
    /// The time at which the file was last written, in nanoseconds since 1970.
    pub modified_ns: u64,
    /// The hash of its entries; `None` when no pass read all of them.
    #[serde(deserialize_with = "Option::deserialize")]
    pub digest: Option<u64>,
}

/// A table: time step, cells, samples, checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRecord(pub i32, pub u32, pub u32, pub Checksum);

impl TableRecord {
    /// Returns the time step.
    pub fn step(&self) -> i32 {
        self.0
    }
    /// Returns the number of cells.
    pub fn cells(&self) -> u32 {
        self.1
    }
    /// Returns the number of samples.
    pub fn samples(&self) -> u32 {
        self.2
    }
    /// Returns the checksum of the table's bytes.
    pub fn checksum(&self) -> Checksum {
        self.3
    }
}

/// The state of a time step by an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// There is a table.
    Table(TableRecord),
    /// The data have no sample there.
    Empty,
    /// No build has covered it.
    Missing,
}

impl ShardRecord {
    /// Makes the record of a shard as it is now.
    pub fn new(shard: &Shard, digest: Option<u64>) -> ShardRecord {
        ShardRecord {
            name: shard.name(),
            first_step: shard.first_step,
            steps: shard.steps,
            entries: shard.entries,
            size: shard.file_size,
            modified_ns: shard.modified_ns,
            digest,
        }
    }

    /// Returns the last time step.
    pub fn last_step(&self) -> i32 {
        self.first_step + (self.steps.max(1) - 1) as i32
    }

    /// Returns the time steps of the shard.
    pub fn time_steps(&self) -> Steps {
        Steps::from(self.first_step..=self.last_step())
    }

    /// Returns whether `now` holds the same data: by the hashes of the entries where both are known, else as
    /// [`ShardRecord::is_unchanged`].
    pub fn has_same_data(&self, now: &ShardRecord) -> bool {
        if self.digest.is_none() || now.digest.is_none() {
            return self.is_unchanged(now);
        }
        let what = |s: &ShardRecord| (s.first_step, s.steps, s.entries, s.size, s.digest);
        what(self) == what(now)
    }

    /// Returns whether `now` is this shard, unchanged, by all that can be known without reading its entries.
    pub fn is_unchanged(&self, now: &ShardRecord) -> bool {
        ShardRecord { digest: None, ..self.clone() } == ShardRecord { digest: None, ..now.clone() }
    }
}

impl Index {
    /// Makes an index that speaks for nothing yet.
    pub fn new(cell_size: f32, bounds: Option<BoundingBox>, margin: Option<f64>) -> Index {
        Index {
            format: FORMAT.into(),
            version: VERSION,
            groma: crate::VERSION.into(),
            cell_size,
            bounds,
            margin,
            ids_truncated: false,
            coordinate_origin: None,
            shards: Vec::new(),
            built: Vec::new(),
            tables: Vec::new(),
            checksum: None,
        }
    }

    /// Reads the index of a folder of tables; `None` when it has none.
    ///
    /// # Errors
    /// [`Error::BadFormat`] when the file is not an index, [`Error::Unsupported`] when a later version wrote it,
    /// [`Error::Io`].
    pub fn read(folder: &Path) -> Result<Option<Index>> {
        let path = folder.join(INDEX_NAME);
        let Some(bytes) = input::read_small_if_there(&path)? else { return Ok(None) };
        let bad = |seen: String| {
            let accepted = "an index as groma wrote it; building again replaces it";
            Error::bad_format(&path, None, seen, accepted)
        };
        let index: Index = serde_json::from_slice(&bytes).map_err(|e| {
            match serde_json::from_slice::<Head>(&bytes).ok().filter(|head| head.format == FORMAT) {
                Some(head) if head.version > VERSION => later(&path, head.version, &head.groma),
                _ => bad(e.to_string()),
            }
        })?;
        if index.format != FORMAT {
            return Err(bad(format!("format {:?}", index.format)));
        }
        if index.version > VERSION {
            return Err(later(&path, index.version, &index.groma));
        }
        let made = of_json(&index).context("read", &path)?;
        if let Some(checksum) = index.checksum.filter(|checksum| *checksum != made) {
            return Err(bad(format!(
                "the index's checksum is {made}, not {checksum}: it was changed or damaged since"
            )));
        }
        index.check().map_err(bad)?;
        Ok(Some(index))
    }

    /// Finds the first contradiction within the index.
    fn check(&self) -> std::result::Result<(), String> {
        check_cell_size(self.cell_size).map_err(|e| e.to_string())?;
        self.check_steps()?;
        match (self.bounds, self.margin) {
            (Some(bounds), _) => bounds.check().map_err(|e| e.to_string())?,
            (None, None) => return Err("neither a box nor a margin".into()),
            (None, Some(_)) if !self.tables.is_empty() => return Err("tables without a box".into()),
            (None, Some(_)) => {}
        }
        if let Some(margin) = self.margin.filter(|margin| !(margin.is_finite() && *margin >= 0.0)) {
            return Err(format!("a margin of {margin}"));
        }
        for table in &self.tables {
            let shard = self.shards[..self.shards.partition_point(|shard| shard.first_step <= table.step())].last();
            let Some(shard) = shard.filter(|shard| table.step() <= shard.last_step()) else {
                return Err(format!("a table of time step {}, which is in none of its shards", table.step()));
            };
            let (cells, samples) = (table.cells(), table.samples());
            if !(0 < cells && cells <= samples && samples <= shard.entries) {
                return Err(format!(
                    "{samples} samples in {cells} cells at time step {}, of {} with {} entries",
                    table.step(),
                    shard.name,
                    shard.entries
                ));
            }
        }
        Ok(())
    }

    fn check_steps(&self) -> std::result::Result<(), String> {
        let ascending = self.tables.is_sorted_by(|a, b| a.step() < b.step())
            && self.built.is_sorted_by(|a, b| a.last < b.first)
            && self.built.iter().all(|built| !built.is_empty());
        if !ascending {
            return Err("time steps out of order".into());
        }
        let is_named_so = |shard: &ShardRecord| number_in_shard_name(&shard.name) == Some(i64::from(shard.first_step));
        let last = |shard: &ShardRecord| i32::try_from(i64::from(shard.first_step) + i64::from(shard.steps) - 1);
        let is_shard = |s: &ShardRecord| is_named_so(s) && s.first_step >= 0 && s.steps > 0 && last(s).is_ok();
        if let Some(shard) = self.shards.iter().find(|shard| !is_shard(shard)) {
            return Err(format!("{} with {} time steps from {} on", shard.name, shard.steps, shard.first_step));
        }
        if !self.shards.is_sorted_by(|a, b| a.last_step() < b.first_step) {
            return Err("shards out of order".into());
        }
        if let Some(range) = self.built.iter().find(|range| range.first < 0) {
            return Err(format!("time steps {range}"));
        }
        match self.tables.iter().find(|table| !self.speaks_for(table.step().into())) {
            Some(table) => Err(format!("a table of time step {}, which is not among those built", table.step())),
            None => Ok(()),
        }
    }

    /// Writes the index into a folder of tables, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, folder: &Path, durability: Durability) -> Result<()> {
        let path = folder.join(INDEX_NAME);
        let mut file = AtomicFile::create(&path)?;
        // Piece by piece: of many tables the whole text takes more memory than the index.
        let mut out = BufWriter::with_capacity(64 << 10, file.file());
        let written = Checked::new(self).context("write", &path)?;
        serde_json::to_writer(&mut out, &written).map_err(io::Error::from).context("write", &path)?;
        out.flush().context("write", &path)?;
        drop(out);
        file.commit(durability)
    }

    /// Returns whether tables of this index and of `other` can stand side by side: both have the same cells and treat
    /// wide ids alike.
    pub fn same_grid(&self, other: &Index) -> bool {
        let bits = |b: &BoundingBox| [b.min, b.max].map(|corner| corner.map(f64::to_bits));
        self.cell_size.to_bits() == other.cell_size.to_bits()
            && self.bounds.as_ref().map(bits) == other.bounds.as_ref().map(bits)
            && self.ids_truncated == other.ids_truncated
    }

    /// Returns whether at least one of the shards is unchanged, which shows that the index is of the same data set, if
    /// perhaps of an earlier state of it.
    pub(crate) fn shares_shards(&self, shards: &[Shard]) -> bool {
        let mut now = shards.iter().map(|shard| ShardRecord::new(shard, None));
        now.any(|now| self.shards.iter().any(|then| then.is_unchanged(&now)))
    }

    /// Returns the state of a time step.
    pub fn state(&self, step: i32) -> StepState {
        match self.tables.binary_search_by_key(&step, TableRecord::step) {
            Ok(n) => StepState::Table(self.tables[n]),
            Err(_) if self.speaks_for(step.into()) => StepState::Empty,
            Err(_) => StepState::Missing,
        }
    }

    /// Returns whether the index speaks for every time step of a range.
    pub fn speaks_for(&self, range: Steps) -> bool {
        let after = self.built.partition_point(|built| built.first <= range.first);
        after > 0 && range.last <= self.built[after - 1].last
    }

    /// Returns the parts of a range of time steps that the index speaks for.
    pub(crate) fn built_in(&self, range: Steps) -> impl Iterator<Item = Steps> + '_ {
        let first = self.built.partition_point(|built| built.last < range.first);
        self.built[first..].iter().map_while(move |built| built.cut_to(range))
    }

    /// Returns the tables in a range of time steps.
    pub fn tables_in(&self, range: Steps) -> &[TableRecord] {
        let first = self.tables.partition_point(|t| t.step() < range.first);
        let end = self.tables.partition_point(|t| t.step() <= range.last);
        &self.tables[first..end.max(first)]
    }

    /// Makes the index speak for `range`, with `tables` as all its tables, in place of its records of before.
    pub fn set(&mut self, range: Steps, tables: &[TableRecord]) {
        debug_assert!(tables.iter().all(|t| range.contains(t.step())));
        self.tables.retain(|t| !range.contains(t.step()));
        self.tables.extend_from_slice(tables);
        self.tables.sort_unstable_by_key(TableRecord::step);
        self.built.push(range);
        self.built.sort_unstable();
        let mut merged: Vec<Steps> = Vec::with_capacity(self.built.len());
        for &built in &self.built {
            match merged.last_mut() {
                Some(before) if built.first <= before.last.saturating_add(1) => {
                    before.last = before.last.max(built.last)
                }
                _ => merged.push(built),
            }
        }
        self.built = merged;
    }

    /// Removes the records about `range`, so that the index does not speak for it any more.
    pub fn forget(&mut self, range: Steps) {
        self.tables.retain(|t| !range.contains(t.step()));
        let keep = |&Steps { first, last }: &Steps| {
            let before = (first < range.first).then(|| Steps::from(first..=last.min(range.first - 1)));
            let after = (last > range.last).then(|| Steps::from(first.max(range.last + 1)..=last));
            before.into_iter().chain(after)
        };
        self.built = self.built.iter().flat_map(keep).collect();
    }
}

fn later(path: &Path, version: u32, groma: &str) -> Error {
    let what = format!(
        "an index of format version {version}, which groma {groma} wrote; groma {} reads version {VERSION}",
        crate::VERSION
    );
    Error::Unsupported { subject: path.to_path_buf(), what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::checksum::Hasher;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_remembers_steps_like_a_map(
            calls in prop::collection::vec((0i32..60, 0i32..20, any::<bool>(), any::<u64>()), 1..20)
        ) {
            let checksum = Hasher::default().finish(&[]);
            let mut index = Index::new(1.0, None, None);
            let mut naive = std::collections::BTreeMap::new();
            for (first, len, forget, tables) in calls {
                let range = Steps::from(first..=first + len);
                if forget {
                    index.forget(range);
                    range.iter().for_each(|s| { naive.remove(&s); });
                } else {
                    let has = |s: i32| tables >> ((s - first) as u64 % 64) & 1 == 1;
                    let records: Vec<_> =
                        range.iter().filter(|&s| has(s)).map(|s| TableRecord(s, 1, len as u32, checksum)).collect();
                    index.set(range, &records);
                    range.iter().for_each(|s| { naive.insert(s, has(s).then_some(len as u32)); });
                }
                for step in -1..90 {
                    let expected = match naive.get(&step) {
                        None => StepState::Missing,
                        Some(None) => StepState::Empty,
                        Some(Some(n)) => StepState::Table(TableRecord(step, 1, *n, checksum)),
                    };
                    prop_assert_eq!(index.state(step), expected);
                }
                prop_assert!(index.built.is_sorted_by(|a, b| a.last + 1 < b.first));
            }
        }
    }
}
