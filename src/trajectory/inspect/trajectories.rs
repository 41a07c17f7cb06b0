//! Compares the trajectories in the shards with what `dataset-trajmeta.bin` and `dataset-meta.bin` say of them.

use super::Inspection;
use crate::Result;
use crate::human::{count, counted, first_of};
use crate::job::{Context, Reservation};
use crate::trajectory::dataset::{METADATA_NAME, ShardFolder, TRAJECTORIES_NAME, TrajectoryRecord, read_trajectories};
use crate::trajectory::shard::Shard;

/// The time steps from a first to a last one; the default has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    first: i32,
    last: i32,
}

/// The time steps of a trajectory.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Life {
    /// From its first to its last position, also of those that a build skips.
    pub present: Span,
    /// From its first to its last sample.
    pub taken: Span,
}

/// What the shards have of a record's trajectory.
#[derive(Clone, Copy, Debug, Default)]
struct Met {
    life: Life,
    /// Whether its entry is where the record says.
    is_in_place: bool,
}

/// The trajectories of the shards read so far.
pub(super) struct Trajectories<'a> {
    records: Option<Vec<TrajectoryRecord>>,
    /// One for each record.
    met: Vec<Met>,
    /// Without records: the ids of trajectories with a position, ascending, and whether one of them is a sample.
    ids: Vec<(u64, bool)>,
    /// The number of `ids` that are sorted and without repetition.
    sorted: usize,
    /// Some of the ids that have a sample and no record, and the number of all their entries.
    without_record: Vec<u64>,
    entries_without_record: u64,
    /// The least and the greatest id with a position, and with a sample.
    present: Option<(u64, u64)>,
    taken: Option<(u64, u64)>,
    memory: Vec<Reservation<'a>>,
}

/// The number of ids that are kept for a message.
const KEPT: usize = 5;

impl Default for Span {
    fn default() -> Span {
        Span { first: i32::MAX, last: i32::MIN }
    }
}

impl Span {
    pub fn add(&mut self, step: i32) {
        self.join(Span { first: step, last: step });
    }

    fn join(&mut self, other: Span) {
        *self = Span { first: self.first.min(other.first), last: self.last.max(other.last) };
    }

    /// The first time step; `None` where there is none.
    pub fn first(self) -> Option<i64> {
        (!self.is_empty()).then_some(i64::from(self.first))
    }

    pub fn is_empty(self) -> bool {
        self.last < self.first
    }
}

impl<'a> Trajectories<'a> {
    /// Reads the table of trajectories of a data set.
    pub fn read(dataset: &ShardFolder, found: &mut Inspection, context: &'a Context) -> Result<Trajectories<'a>> {
        let path = dataset.path.join(TRAJECTORIES_NAME);
        let bytes = path.metadata().map_or(0, |metadata| metadata.len());
        let per_record = size_of::<TrajectoryRecord>() as u64;
        // For a moment the table is in memory as bytes and as records.
        let needed = 2 * bytes + bytes / per_record * size_of::<Met>() as u64;
        let memory = context.memory().reserve(needed, "the table of trajectories")?;
        let records = found.take(read_trajectories(&path))?.flatten();
        let met = vec![Met::default(); records.as_ref().map_or(0, Vec::len)];
        Ok(Trajectories { records, met, memory: vec![memory], ..Trajectories::none() })
    }

    /// For a shard alone, without records.
    pub fn none() -> Trajectories<'a> {
        Trajectories {
            records: None,
            met: Vec::new(),
            ids: Vec::new(),
            sorted: 0,
            without_record: Vec::new(),
            entries_without_record: 0,
            present: None,
            taken: None,
            memory: Vec::new(),
        }
    }

    /// Adds an entry of a shard.
    pub fn add(&mut self, shard: &Shard, entry: u32, id: u64, life: Life) {
        let has_sample = !life.taken.is_empty();
        let join = |range: &mut Option<(u64, u64)>| {
            *range = Some(range.map_or((id, id), |(least, greatest)| (least.min(id), greatest.max(id))));
        };
        if !life.present.is_empty() {
            join(&mut self.present);
        }
        if has_sample {
            join(&mut self.taken);
        }
        let Some(records) = &self.records else {
            if !life.present.is_empty() {
                self.ids.push((id, has_sample));
            }
            return;
        };
        if let Ok(n) = records.binary_search_by_key(&id, |record| record.id) {
            let (record, met) = (&records[n], &mut self.met[n]);
            met.life.present.join(life.present);
            met.life.taken.join(life.taken);
            met.is_in_place |= i64::from(record.data_file_index) == i64::from(shard.first_step)
                && record.entry_offset_index == u64::from(entry);
        } else if has_sample {
            self.entries_without_record += 1;
            if self.without_record.len() < KEPT && !self.without_record.contains(&id) {
                self.without_record.push(id);
            }
        }
    }

    /// Ends a shard: drops ids that earlier shards have, too.
    pub fn end_shard(&mut self, context: &'a Context) -> Result<()> {
        if self.ids.len() > self.sorted {
            // The sort keeps the runs that are in order, and takes half of them for a moment.
            self.ids.sort();
            self.ids.dedup_by(|later, earlier| {
                let is_same = later.0 == earlier.0;
                earlier.1 |= is_same && later.1;
                is_same
            });
            self.sorted = self.ids.len();
        }
        let bytes = 2 * (self.ids.capacity() * size_of::<(u64, bool)>()) as u64;
        if bytes > 0 {
            self.memory.clear();
            self.memory.push(context.memory().reserve(bytes, "the trajectory ids of the data set")?);
        }
        Ok(())
    }

    /// Reports where the metadata and the records differ from the shards.
    pub fn report(&self, dataset: &ShardFolder, found: &mut Inspection) {
        self.report_metadata(dataset, found);
        let Some(records) = &self.records else { return };
        report_extents(records, found);
        let all_there = report_unknown_shards(records, dataset, found);
        self.report_missing_records(found);
        // What is in shards that were left out is not known.
        if all_there && dataset.bad_shards.is_empty() {
            self.report_lives(records, found);
            self.report_entries(records, found);
        }
    }

    fn report_missing_records(&self, found: &mut Inspection) {
        if self.entries_without_record > 0 {
            found.problems.push(format!(
                "{TRAJECTORIES_NAME} has no record of trajectories that have samples: {}; {} in all",
                self.without_record.iter().map(u64::to_string).collect::<Vec<_>>().join(", "),
                counted(self.entries_without_record, "such entry")
            ));
        }
    }

    /// Compares the first and the last time step of each record with those of its trajectory's samples.
    fn report_lives(&self, records: &[TrajectoryRecord], found: &mut Inspection) {
        let absent = |_: &TrajectoryRecord, met: &Met| met.life.present.is_empty();
        report_records(found, &self.ids(records, absent), "a trajectory that has no sample in any shard");
        let is_wrong = |record: &TrajectoryRecord, met: &Met| {
            let said = Span { first: record.start_time_step, last: record.end_time_step };
            !met.life.present.is_empty() && said != met.life.present && said != met.life.taken
        };
        if let Some((record, met)) = records.iter().zip(&self.met).find(|(record, met)| is_wrong(record, met)) {
            let Span { first, last } = if met.life.taken.is_empty() { met.life.present } else { met.life.taken };
            let what = format!(
                "other time steps than its samples have (of trajectory {} {} to {}, its samples have {first} to \
                 {last})",
                record.id, record.start_time_step, record.end_time_step
            );
            report_records(found, &self.ids(records, is_wrong), &what);
        }
    }

    /// Compares the entry that each record names with those in which the shards have its trajectory.
    fn report_entries(&self, records: &[TrajectoryRecord], found: &mut Inspection) {
        let is_misplaced = |_: &TrajectoryRecord, met: &Met| !met.life.present.is_empty() && !met.is_in_place;
        if let Some((record, _)) = records.iter().zip(&self.met).find(|(record, met)| is_misplaced(record, met)) {
            let what = format!(
                "an entry that is another trajectory's, or none (of trajectory {} entry {} of shard-{}.bin)",
                record.id, record.entry_offset_index, record.data_file_index
            );
            report_records(found, &self.ids(records, is_misplaced), &what);
        }
        let is_late = |record: &TrajectoryRecord, met: &Met| {
            !met.life.present.is_empty()
                && met.is_in_place
                && i64::from(record.data_file_index) > i64::from(met.life.present.first)
        };
        report_records(found, &self.ids(records, is_late), "a shard that is not its trajectory's first");
    }

    /// The ids of the records of which `is_wrong` holds.
    fn ids(&self, records: &[TrajectoryRecord], is_wrong: impl Fn(&TrajectoryRecord, &Met) -> bool) -> Vec<u64> {
        let pairs = records.iter().zip(&self.met);
        pairs.filter(|(record, met)| is_wrong(record, met)).map(|(record, _)| record.id).collect()
    }

    fn report_metadata(&self, dataset: &ShardFolder, found: &mut Inspection) {
        let Some(metadata) = &dataset.metadata else { return };
        let said = metadata.trajectory_count;
        if let Some(records) = self.records.as_ref().filter(|records| records.len() as u64 != said) {
            found.problems.push(format!("{TRAJECTORIES_NAME} has {} records, the metadata say {said}", records.len()));
        }
        if !dataset.bad_shards.is_empty() {
            return;
        }
        let with_sample = self.ids.iter().filter(|(_, has_sample)| *has_sample).count() as u64;
        let with_position = self.ids.len() as u64;
        if self.records.is_none() && said != with_sample && said != with_position {
            let shards = counted(with_sample, "trajectory");
            let said = counted(said, "trajectory");
            found.problems.push(format!("{METADATA_NAME} says {said}, the shards have {shards}"));
        }
        let ids = (metadata.first_trajectory_id, metadata.last_trajectory_id);
        if let Some(range) = self.taken.or(self.present)
            && ![self.taken, self.present].contains(&Some(ids))
        {
            found.problems.push(format!(
                "{METADATA_NAME} says trajectory ids from {} to {}, the shards have {} to {}",
                ids.0, ids.1, range.0, range.1
            ));
        }
    }
}

/// Reports half-extents in records that are no size.
fn report_extents(records: &[TrajectoryRecord], found: &mut Inspection) {
    let is_size = |half: f32| half.is_finite() && half >= 0.0;
    let is_wrong = |record: &&TrajectoryRecord| !record.extent.iter().all(|&half| is_size(half));
    if let Some(first) = records.iter().find(is_wrong) {
        let what = format!(
            "a half-extent that is no size (of trajectory {} {:?}; accepted: 0 or more metres)",
            first.id, first.extent
        );
        let ids: Vec<u64> = records.iter().filter(is_wrong).map(|record| record.id).collect();
        report_records(found, &ids, &what);
    }
}

/// Reports records that name a shard which is not there; returns whether all shards that they name are there.
fn report_unknown_shards(records: &[TrajectoryRecord], dataset: &ShardFolder, found: &mut Inspection) -> bool {
    let is_there = |number: u32| dataset.shards.iter().any(|shard| i64::from(shard.first_step) == i64::from(number));
    let elsewhere: Vec<&TrajectoryRecord> = records.iter().filter(|record| !is_there(record.data_file_index)).collect();
    if let Some(first) = elsewhere.first() {
        found.problems.push(format!(
            "{TRAJECTORIES_NAME} says that trajectory {} begins in shard-{}.bin, which is not among the shards that \
             can be used; {} in all",
            first.id,
            first.data_file_index,
            counted(elsewhere.len() as u64, "such record")
        ));
    }
    elsewhere.is_empty()
}

/// Reports that the records of the trajectories `ids`, where there are any, name `what`.
fn report_records(found: &mut Inspection, ids: &[u64], what: &str) {
    if !ids.is_empty() {
        let n = ids.len() as u64;
        found.problems.push(format!("{TRAJECTORIES_NAME}: {} {what}: {}", of(n), first_of(ids, n)));
    }
}

/// The subject and the verb of a sentence about records.
fn of(n: u64) -> String {
    if n == 1 { "1 record names".to_string() } else { format!("{} records name", count(n)) }
}
