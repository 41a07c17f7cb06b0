//! Writes a data set: shards one after another, then the metadata of the whole.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{
    IDS_NAME, MANIFEST_NAME, METADATA_FILES, METADATA_NAME, Manifest, ManifestMeta, Metadata, TRAJECTORIES_NAME,
    TrajectoryRecord, number_in_shard_name, write_trajectories,
};
use crate::error::IoContext;
use crate::io::atomic::{Durability, remove_unfinished};
use crate::io::input;
use crate::io::lock::Lock;
use crate::io::output::make_folder;
use crate::trajectory::Steps;
use crate::trajectory::periodic::PeriodicVolume;
use crate::trajectory::shard::{MOST_STEPS, ShardFileWriter, broken, packed_entry_size, shard_name};
use crate::{Error, Result};

/// The description of a data set for its manifest, apart from the samples.
#[derive(Clone, Debug)]
pub struct ShardWriterOptions {
    /// The name of the simulation or observation.
    pub scenario_name: String,
    /// The data set's name.
    pub dataset_name: String,
    /// The unit of the physical times.
    pub time_unit: String,
    /// The physical time of time step 0.
    pub time_origin: f64,
    /// The physical time from one step to the next.
    pub time_per_step: f64,
    /// The unit of the coordinates.
    pub coordinate_units: String,
    /// Half the size of the moving things, in metres.
    pub half_size: [f32; 3],
    /// The time at which the data set was made, in seconds since 1970; 0 where it is not stated.
    pub created_at_unix: i64,
    /// The origin that was subtracted from all positions; see [`Manifest::coordinate_origin`].
    pub coordinate_origin: Option<[f64; 3]>,
    /// The volume that repeats itself; see [`Manifest::periodic_volume`].
    pub periodic_volume: Option<PeriodicVolume>,
}

impl Default for ShardWriterOptions {
    fn default() -> ShardWriterOptions {
        ShardWriterOptions {
            scenario_name: String::new(),
            dataset_name: String::new(),
            time_unit: "steps".into(),
            time_origin: 0.0,
            time_per_step: 1.0,
            coordinate_units: "meters".into(),
            half_size: [0.0; 3],
            created_at_unix: 0,
            coordinate_origin: None,
            periodic_volume: None,
        }
    }
}

/// The file that is locked while a data set is being written.
pub(crate) const LOCK_NAME: &str = "groma-writer.lock";

/// Writes a data set into a folder, shard after shard in ascending time.
///
/// Memory: one record of 40 bytes per trajectory, and for a moment half as much to sort them. A shard has its final
/// name once the next one has begun or [`ShardWriter::finish`] returned.
#[derive(Debug)]
pub struct ShardWriter {
    folder: PathBuf,
    /// Whether the folder was not there before.
    is_new: bool,
    options: ShardWriterOptions,
    interval: u32,
    /// The first step of the first shard: shards are numbered from it.
    origin: Option<i32>,
    /// The first step that a further shard may have.
    next_step: i64,
    /// The time steps that were passed over between shards.
    passed_over: Vec<Steps>,
    /// Whether a write has failed, so that the data set cannot be finished.
    broken: bool,
    open: Option<OpenShard>,
    /// The lock of the folder, held as long as the writer lives, and until the unfinished shard is gone: fields are
    /// dropped in their order.
    _lock: Lock,
    /// The first steps of the shards that have their final names.
    written: Vec<i32>,
    /// The trajectories so far, ascending by id apart from those that are new with the open shard.
    trajectories: Vec<TrajectoryRecord>,
    /// The number of trajectories that earlier shards have brought.
    known: usize,
    bounds: Option<([f32; 3], [f32; 3])>,
}

#[derive(Debug)]
struct OpenShard {
    writer: ShardFileWriter,
    first_step: i32,
    entries: u64,
}

impl ShardWriter {
    /// Starts a data set of shards of `interval` time steps in `folder`, which is created where it does not exist.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an interval outside 1 to [`MOST_STEPS`], times, extents or an origin that are not
    /// finite, or a folder that has shards already; [`Error::Io`].
    pub fn create(folder: impl AsRef<Path>, interval: u32, options: ShardWriterOptions) -> Result<ShardWriter> {
        ShardWriter::start(folder, interval, options, refuse_data_set)
    }

    /// Starts a data set as [`ShardWriter::create`] does, in place of one that is in the folder: its shards and
    /// metadata are removed now. Its tables stay, and are reported as tables of other data until they are built again.
    ///
    /// # Errors
    /// As [`ShardWriter::create`], but for a folder that has shards.
    pub fn overwrite(folder: impl AsRef<Path>, interval: u32, options: ShardWriterOptions) -> Result<ShardWriter> {
        ShardWriter::start(folder, interval, options, |_| Ok(()))
    }

    fn start(
        folder: impl AsRef<Path>,
        interval: u32,
        options: ShardWriterOptions,
        refuse: impl Fn(&Path) -> Result<()>,
    ) -> Result<ShardWriter> {
        let folder = folder.as_ref().to_path_buf();
        if !(1..=MOST_STEPS).contains(&interval) {
            return Err(Error::invalid("interval", interval, format!("1 to {MOST_STEPS} time steps")));
        }
        options.periodic_volume.map_or(Ok(()), |volume| volume.check())?;
        if let Some(c) = options.coordinate_origin.into_iter().flatten().find(|c| !c.is_finite()) {
            return Err(Error::invalid("coordinate_origin", c, "finite numbers"));
        }
        if !(options.time_per_step.is_finite() && options.time_per_step > 0.0 && options.time_origin.is_finite()) {
            let seen = format!("{} from {}", options.time_per_step, options.time_origin);
            return Err(Error::invalid("time_per_step", seen, "a finite number above 0, from a finite time_origin"));
        }
        if let Some(half) = options.half_size.iter().find(|half| !(half.is_finite() && **half >= 0.0)) {
            return Err(Error::invalid("half_size", half, "finite numbers of 0 or more"));
        }
        let is_new = !input::exists(&folder)?;
        make_folder(&folder, "folder")?;
        refuse(&folder)?;
        let lock = Lock::acquire(folder.join(LOCK_NAME), |_| {
            "another writer, of this program or another one, is at work on a data set here".into()
        })?;
        // A writer that had the lock until now may have left a data set.
        refuse(&folder)?;
        remove_data_set(&folder)?;
        remove_unfinished(&folder)?;
        Ok(ShardWriter {
            folder,
            is_new,
            options,
            interval,
            origin: None,
            next_step: 0,
            passed_over: Vec::new(),
            broken: false,
            open: None,
            _lock: lock,
            written: Vec::new(),
            trajectories: Vec::new(),
            known: 0,
            bounds: None,
        })
    }

    /// Adds a trajectory to the shard that begins at `first_step`; another `first_step` than before ends the shard at
    /// work and begins the next. `positions` holds x, y, z of each of the shard's time steps, NaN where there is no
    /// sample.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the shard would overlap the one before it or `positions` is not 3 floats for
    /// each time step; [`Error::Io`].
    pub fn append(&mut self, first_step: i32, id: u64, positions: &[f32]) -> Result<()> {
        self.begin_shard(first_step)?;
        let open = self.open.as_mut().expect("begun above");
        if let Err(e) = open.writer.append(id, positions) {
            // A refused argument changes nothing; after a failed write the shard's contents are unknown.
            self.broken = matches!(e, Error::Io { .. });
            return Err(e);
        }
        let entry = open.entries;
        open.entries += 1;
        self.note(first_step, id, entry, positions);
        Ok(())
    }

    /// Sets the origin that was subtracted from the positions that are appended; see [`Manifest::coordinate_origin`]. A
    /// periodic volume, which was stated in the coordinates of before, is moved with the positions.
    pub fn set_coordinate_origin(&mut self, origin: Option<[f64; 3]>) {
        self.options.coordinate_origin = origin;
        if let (Some(volume), Some(origin)) = (&mut self.options.periodic_volume, origin) {
            volume.origin = std::array::from_fn(|axis| volume.origin[axis] - origin[axis]);
        }
    }

    /// Sets the number of time steps in a shard, before the first shard.
    pub(crate) fn set_interval(&mut self, interval: u32) {
        debug_assert!(self.origin.is_none() && (1..=MOST_STEPS).contains(&interval));
        self.interval = interval;
    }

    /// Sets the unit of times, the time of time step 0 and the time from one step to the next.
    pub(crate) fn set_times(&mut self, unit: &str, origin: f64, step: f64) {
        (self.options.time_unit, self.options.time_origin, self.options.time_per_step) =
            (unit.to_string(), origin, step);
    }

    /// Sets the unit of the coordinates.
    pub(crate) fn set_coordinate_units(&mut self, units: &str) {
        self.options.coordinate_units = units.to_string();
    }

    /// Returns the number of steps from the first to the last sample of each trajectory, added up.
    pub(crate) fn lives(&self) -> u64 {
        self.trajectories.iter().map(|r| u64::from(r.end_time_step.abs_diff(r.start_time_step))).sum()
    }

    /// Makes sure that there is a shard that begins at `first_step`, even an empty one.
    ///
    /// # Errors
    /// As [`ShardWriter::append`].
    pub fn begin_shard(&mut self, first_step: i32) -> Result<()> {
        if self.broken {
            return Err(broken(&self.folder));
        }
        if self.open.as_ref().is_some_and(|open| open.first_step == first_step) {
            return Ok(());
        }
        let last = i64::from(first_step) + i64::from(self.interval) - 1;
        if i64::from(first_step) < self.next_step || last > i64::from(i32::MAX) {
            let end = i64::from(i32::MAX) - i64::from(self.interval) + 1;
            return Err(Error::invalid("first_step", first_step, format!("{} to {end}", self.next_step)));
        }
        self.end_shard()?;
        let origin = self.origin.unwrap_or(first_step);
        let number = (i64::from(first_step) - i64::from(origin)) / i64::from(self.interval);
        let writer = ShardFileWriter::create(&self.folder, first_step, self.interval, number as i32)?;
        if self.origin.replace(origin).is_some() && self.next_step < i64::from(first_step) {
            self.passed_over.push(Steps::from(self.next_step as i32..=first_step - 1));
        }
        self.next_step = last + 1;
        self.open = Some(OpenShard { writer, first_step, entries: 0 });
        Ok(())
    }

    /// Returns the first time step of the data set.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when no shard was begun: there is nothing to finish yet.
    pub(crate) fn check_begun(&self) -> Result<i32> {
        self.origin.ok_or_else(|| Error::invalid("the number of shards", 0, "1 or more"))
    }

    /// Ends the last shard and writes the manifest and the two metadata files.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when no shard was begun, [`Error::Io`].
    pub fn finish(mut self) -> Result<()> {
        if self.broken {
            return Err(broken(&self.folder));
        }
        let origin = self.check_begun()?;
        self.end_shard()?;
        let records = &self.trajectories;
        write_trajectories(&self.folder.join(TRAJECTORIES_NAME), records)?;
        let first_time_step = records.iter().map(|r| r.start_time_step).min().unwrap_or(origin);
        let last_time_step = records.iter().map(|r| r.end_time_step).max().unwrap_or(origin);
        let (bbox_min, bbox_max) = self.bounds.unwrap_or_default();
        let metadata = Metadata {
            first_time_step,
            last_time_step,
            time_step_interval_size: self.interval as i32,
            entry_size_bytes: packed_entry_size(self.interval) as i32,
            bbox_min,
            bbox_max,
            trajectory_count: records.len() as u64,
            first_trajectory_id: records.first().map_or(0, |r| r.id),
            last_trajectory_id: records.last().map_or(0, |r| r.id),
            created_at_unix: self.options.created_at_unix,
            converter_version: Metadata::by_groma(),
        };
        metadata.write(&self.folder.join(METADATA_NAME))?;
        let options = &self.options;
        let time = |step: i32| options.time_origin + f64::from(step) * options.time_per_step;
        Manifest {
            physical_start_time: time(first_time_step),
            physical_end_time: time(last_time_step),
            scenario_name: options.scenario_name.clone(),
            dataset_name: options.dataset_name.clone(),
            physical_time_unit: options.time_unit.clone(),
            coordinate_units: options.coordinate_units.clone(),
            dataset_meta_info: ManifestMeta::from(&metadata),
            coordinate_origin: options.coordinate_origin,
            steps_without_shard: self.passed_over.clone(),
            periodic_volume: options.periodic_volume,
        }
        .write(&self.folder.join(MANIFEST_NAME))
    }

    /// Removes every shard that was written, and the folder when it is new and has nothing else in it.
    pub fn abandon(self) {
        let ShardWriter { folder, is_new, open, written, _lock: lock, .. } = self;
        drop(open);
        for first_step in written {
            // A shard that cannot be removed stays, and is valid.
            let _ = std::fs::remove_file(folder.join(shard_name(first_step)));
        }
        drop(lock);
        if is_new {
            let _ = std::fs::remove_dir(&folder);
        }
    }

    fn end_shard(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        self.sort_trajectories();
        let finished = open.writer.finish(Durability::Unsynced);
        self.broken = finished.is_err();
        finished?;
        self.written.push(open.first_step);
        Ok(())
    }

    fn note(&mut self, first_step: i32, id: u64, entry: u64, positions: &[f32]) {
        let mut life: Option<Steps> = None;
        for (k, p) in positions.chunks_exact(3).enumerate() {
            if p.iter().any(|c| c.is_nan()) {
                continue;
            }
            let step = first_step + k as i32;
            life = Some(Steps::from(life.map_or(step, |life| life.first)..=step));
            if p.iter().all(|c| c.is_finite()) {
                let p = [p[0], p[1], p[2]];
                let (min, max) = self.bounds.get_or_insert((p, p));
                for axis in 0..3 {
                    min[axis] = min[axis].min(p[axis]);
                    max[axis] = max[axis].max(p[axis]);
                }
            }
        }
        let Some(Steps { first, last }) = life else { return };
        let known = self.trajectories[..self.known].binary_search_by_key(&id, |record| record.id);
        match known {
            Ok(place) => self.trajectories[place].end_time_step = self.trajectories[place].end_time_step.max(last),
            Err(_) => self.trajectories.push(TrajectoryRecord {
                id,
                start_time_step: first,
                end_time_step: last,
                extent: self.options.half_size,
                data_file_index: first_step as u32,
                entry_offset_index: entry,
            }),
        }
    }

    /// Sorts the trajectories that are new with the open shard in among the others.
    fn sort_trajectories(&mut self) {
        let is_sorted = self.trajectories[self.known.saturating_sub(1)..].is_sorted_by(|a, b| a.id < b.id);
        if !is_sorted {
            // The sort is stable: of several entries of an id the first one stays.
            self.trajectories.sort_by_key(|record| record.id);
            self.trajectories.dedup_by(|later, first| {
                let is_same = later.id == first.id;
                if is_same {
                    first.start_time_step = first.start_time_step.min(later.start_time_step);
                    first.end_time_step = first.end_time_step.max(later.end_time_step);
                }
                is_same
            });
        }
        self.known = self.trajectories.len();
    }
}

/// Removes all files that make a folder a data set. The metadata go first: shards without them are a data set, too.
fn remove_data_set(folder: &Path) -> Result<()> {
    let names = input::sorted_names(folder).context("list", folder)?;
    let is_metadata = |name: &&OsString| METADATA_FILES.iter().any(|file| *name == file);
    let is_shard = |name: &&OsString| number_in_shard_name(&name.to_string_lossy()).is_some();
    let mut parts = names.iter().filter(is_metadata).chain(names.iter().filter(is_shard)).peekable();
    // A file of names belongs to a data set only beside one.
    let ids = names.iter().filter(|name| *name == IDS_NAME && parts.peek().is_some()).collect::<Vec<_>>();
    for name in parts.chain(ids) {
        let path = folder.join(name);
        std::fs::remove_file(&path).context("remove", &path)?;
    }
    Ok(())
}

fn refuse_data_set(folder: &Path) -> Result<()> {
    let names = input::sorted_names(folder).context("list", folder)?;
    let names = || names.iter().map(|name| name.to_string_lossy());
    let first_shard = names().find(|name| number_in_shard_name(name).is_some());
    let Some(name) = first_shard.or_else(|| names().find(|name| METADATA_FILES.contains(&&**name))) else {
        return Ok(());
    };
    let seen = format!("{}, which has {name}", folder.display());
    Err(Error::invalid("folder", seen, "a new folder, or one without a data set"))
}
