//! Counts what the shards of a data set hold, and tells what is wrong with it.

use super::Inspection;
use super::trajectories::{Life, Trajectories};
use crate::Result;
use crate::human::{counted, rough};
use crate::job::{Context, Reservation};
use crate::trajectory::Steps;
use crate::trajectory::grid::BoundingBox;
use crate::trajectory::import::{Measure, TOLD_LENGTH, TOLD_SHARE};
use crate::trajectory::shard::{Entry, ReadBuffer, Shard, ShardReader, WantDigest};

/// The number of entries between two checks of the cancel flag.
const ENTRIES_AT_ONCE: u32 = 1024;

/// The least and the greatest coordinates of some positions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub min: [f32; 3],
    pub max: [f32; 3],
}

/// The contents of a shard with which its tables must agree.
pub(super) struct ShardContents {
    /// The hash of its entries; `None` where not all of the file was read.
    pub digest: Option<u64>,
    /// The number of samples at each time step.
    pub samples: Vec<u32>,
}

/// Whether the contents of each shard are kept, to be compared with its tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Shards,
    Nothing,
}

/// Counts over the shards read so far.
pub(super) struct Contents<'a> {
    /// One for each shard that was read, where they are kept.
    pub shards: Vec<ShardContents>,
    keep: Keep,
    memory: Vec<Reservation<'a>>,
    entries: u64,
    /// Samples that a build takes.
    samples: u64,
    /// Time steps that have a sample.
    pub steps: u64,
    /// The first and the last of them.
    pub range: Option<Steps>,
    /// The boxes of all finite positions, and of those that are samples.
    pub extents: [Option<Extent>; 2],
    infinite: u64,
    /// Finite positions in entries whose number of valid samples is 0, and the number of those entries.
    uncounted: u64,
    uncounted_entries: u64,
    wrong_counts: u64,
    /// Entries whose start step is not that of their first sample.
    wrong_starts: WrongStarts,
    /// Entries with an id over 32 bits, and the first such id.
    wide: u64,
    first_wide: Option<u64>,
    repeated: u64,
    /// Whether any coordinate on an axis is a number.
    has_coordinate: [bool; 3],
    /// The distances between samples, and half the distance between single-precision numbers where the samples are.
    measure: Measure,
}

/// Entries whose start step is not that of their first sample: their number, and a description of the first.
#[derive(Default)]
struct WrongStarts {
    count: u64,
    first: Option<String>,
}

impl<'a> Contents<'a> {
    /// Starts with no shard.
    pub fn new(keep: Keep) -> Contents<'a> {
        Contents {
            shards: Vec::new(),
            keep,
            memory: Vec::new(),
            entries: 0,
            samples: 0,
            steps: 0,
            range: None,
            extents: [None; 2],
            infinite: 0,
            uncounted: 0,
            uncounted_entries: 0,
            wrong_counts: 0,
            wrong_starts: WrongStarts::default(),
            wide: 0,
            first_wide: None,
            repeated: 0,
            has_coordinate: [false; 3],
            measure: Measure::new(),
        }
    }

    /// Reads a whole shard, and adds its entries to `trajectories`.
    pub fn read(&mut self, shard: &Shard, trajectories: &mut Trajectories<'a>, context: &'a Context) -> Result<()> {
        if shard.entries == 0 {
            if self.keep == Keep::Shards {
                self.shards.push(ShardContents { digest: None, samples: Vec::new() });
            }
            return Ok(());
        }
        let reader = ShardReader::open(shard)?;
        let bytes = u64::from(shard.entries) * 8 + ShardReader::buffer_bytes(shard, shard.steps);
        let _memory = context.memory().reserve(bytes, "the trajectory ids of one shard")?;
        let counts = context.memory().reserve(4 * u64::from(shard.steps), "the numbers of samples of a shard")?;
        let (mut ids, mut buffer) = (Vec::with_capacity(shard.entries as usize), ReadBuffer::default());
        let mut samples = vec![0; shard.steps as usize];
        let digest = if self.keep == Keep::Shards { WantDigest::Yes } else { WantDigest::No };
        let digest = reader.for_each(0..shard.entries, 0..shard.steps, digest, &mut buffer, |n, entry| {
            if n.is_multiple_of(ENTRIES_AT_ONCE) {
                context.check()?;
            }
            let life = self.add(&entry, shard.first_step, &mut samples);
            self.wrong_starts.look_at(shard, n, &entry, life);
            trajectories.add(shard, n, entry.id, life);
            context.add_items(u64::from(shard.steps));
            ids.push(entry.id);
            Ok(())
        })?;
        self.entries += u64::from(shard.entries);
        self.steps += samples.iter().filter(|count| **count > 0).count() as u64;
        let counted = samples.iter().zip(shard.first_step..=shard.last_step());
        let steps = counted.filter(|(count, _)| **count > 0).map(|(_, step)| step);
        for step in steps {
            self.range = Some(
                self.range.map_or(step.into(), |Steps { first, last }| Steps::from(first.min(step)..=last.max(step))),
            );
        }
        if self.keep == Keep::Shards {
            self.shards.push(ShardContents { digest: digest.map(|digest| digest.0), samples });
            self.memory.push(counts);
        }
        ids.sort_unstable();
        self.repeated += ids.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
        trajectories.end_shard(context)
    }

    /// Adds an entry, and returns the first and the last time step of its positions and of its samples.
    fn add(&mut self, entry: &Entry<'_>, first_step: i32, samples: &mut [u32]) -> Life {
        let is_taken = entry.valid_samples != 0;
        let mut life = Life::default();
        let (mut present, mut finite) = (0, 0);
        let mut before = None;
        for ((step, position), samples) in (first_step..).zip(entry.positions.as_chunks::<3>().0).zip(samples) {
            (0..3).for_each(|axis| self.has_coordinate[axis] |= position[axis].is_finite());
            if position.iter().any(|c| c.is_nan()) {
                continue;
            }
            present += 1;
            life.present.add(step);
            if position.iter().any(|c| c.is_infinite()) {
                self.infinite += 1;
                continue;
            }
            finite += 1;
            Extent::add(&mut self.extents[0], position);
            if !is_taken {
                continue;
            }
            life.taken.add(step);
            Extent::add(&mut self.extents[1], position);
            *samples += 1;
            self.measure.add_rounding(half_spacing(position));
            let here = position.map(f64::from);
            if let Some(before) = before.replace(here) {
                self.measure.add_step(before, here);
            }
        }
        if is_taken {
            self.samples += finite;
            self.wrong_counts += u64::from(present as i64 != i64::from(entry.valid_samples));
        } else {
            self.uncounted += finite;
            self.uncounted_entries += u64::from(finite > 0);
        }
        if entry.id > u64::from(u32::MAX) {
            self.wide += 1;
            self.first_wide.get_or_insert(entry.id);
        }
        life
    }

    /// Reports the counts and everything that is wrong.
    pub fn report(&self, found: &mut Inspection) {
        found.fact("samples", self.samples);
        for (n, what) in [
            (self.infinite, "positions have an infinite coordinate: treated as missing"),
            (self.wrong_counts, "entries have a number of valid samples that is not theirs"),
            (self.repeated, "entries repeat a trajectory id"),
        ] {
            if n > 0 {
                found.problems.push(format!("{n} {what}"));
            }
        }
        if let Some(first) = &self.wrong_starts.first {
            let n = counted(self.wrong_starts.count, "entry");
            found.problems.push(format!("{n} with a start step that is not that of the first sample: {first}"));
        }
        if self.uncounted > 0 {
            found.problems.push(format!(
                "{} in {} whose number of valid samples is 0: a build skips them",
                counted(self.uncounted, "position"),
                counted(self.uncounted_entries, "entry")
            ));
        }
        if let Some(id) = self.first_wide {
            found.problems.push(format!(
                "{} entries have a trajectory id over 32 bits, which a table cannot hold, the first of them {id}: a \
                 build fails, unless it cuts them (wide_ids, --wide-ids truncate)",
                self.wide
            ));
        }
        if self.entries > 0 {
            self.report_positions(found);
        }
    }

    fn report_positions(&self, found: &mut Inspection) {
        let missing: Vec<&str> = (0..3).filter(|&n| !self.has_coordinate[n]).map(|n| ["x", "y", "z"][n]).collect();
        if !missing.is_empty() {
            let what =
                format!("{} is missing in all of {}: there is no sample", missing.join(", "), self.all_entries());
            found.problems.push(what);
        } else if self.steps == 0 {
            found.problems.push(format!("none of {} has a sample", self.all_entries()));
        }
        let half = self.measure.typical_rounding();
        let step = self.measure.finish().typical_step;
        if let Some(step) = step {
            found.fact("typical step", step as f32);
        }
        // By how much rounding has moved them is not known: by half a step at most.
        if half > step.map_or(TOLD_LENGTH, |step| TOLD_SHARE * step) {
            let of_step = step.map_or(String::new(), |step| {
                let share = rough(200.0 * half / step);
                format!(", {share} % of the typical step of {} from one sample to the next", rough(step))
            });
            found.problems.push(format!(
                "positions are so far from the origin that single precision has them in steps of {}{of_step}: import \
                 them with an origin subtracted (--origin auto)",
                rough(2.0 * half)
            ));
        }
    }

    fn all_entries(&self) -> String {
        counted(self.entries, "entry")
    }
}

impl WrongStarts {
    /// The start step of an entry without samples does not matter, since a build skips it.
    fn look_at(&mut self, shard: &Shard, number: u32, entry: &Entry<'_>, life: Life) {
        let start = i64::from(shard.first_step) + i64::from(entry.start);
        let firsts = [life.present.first(), life.taken.first()];
        if life.taken.is_empty() || (entry.start >= 0 && firsts.contains(&Some(start))) {
            return;
        }
        self.count += 1;
        if self.first.is_none()
            && let Some(first) = life.taken.first()
        {
            self.first = Some(format!(
                "entry {number} of {} says {}, and its first sample is {} after the shard's first; the samples count",
                shard.name(),
                entry.start,
                counted((first - i64::from(shard.first_step)) as u64, "step")
            ));
        }
    }
}

impl Extent {
    /// The box that a build makes of it, with a margin.
    pub fn grown(&self, margin: f64) -> BoundingBox {
        BoundingBox { min: self.min.map(f64::from), max: self.max.map(f64::from) }.grown(margin)
    }

    fn add(extent: &mut Option<Extent>, position: &[f32; 3]) {
        let extent = extent.get_or_insert(Extent { min: *position, max: *position });
        for (axis, &c) in position.iter().enumerate() {
            extent.min[axis] = extent.min[axis].min(c);
            extent.max[axis] = extent.max[axis].max(c);
        }
    }
}

/// Half the distance from the largest coordinate to the next single-precision number, which is the most by which
/// rounding has moved it.
fn half_spacing(position: &[f32; 3]) -> f64 {
    let largest = position.iter().fold(0.0, |largest: f32, c| largest.max(c.abs()));
    0.5 * (f64::from(largest) - f64::from(largest.next_down().max(0.0)))
}
