//! Writing data sets.

use std::sync::{Mutex, MutexGuard};

use super::arguments::{array, flag, reserved};
use super::boundary::{call, close, give, handle, output};
use super::grow::{self, Grows};
use super::status::groma_error;
use super::text::groma_str;
use crate::trajectory::dataset::{ShardWriter, ShardWriterOptions};
use crate::trajectory::periodic::PeriodicVolume;
use crate::{Error, Result};

/// Writes a trajectory data set: shard after shard, then the metadata.
///
/// Threads: one call at a time; calls from several threads wait for each other.
pub struct groma_shard_writer {
    /// `None` once the data set is finished.
    writer: Mutex<Option<ShardWriter>>,
    interval: u32,
}

/// Options of a new data set. Fill it with groma_shard_writer_options_init, then set interval.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_shard_writer_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// The number of time steps in each shard; 1 or more. No default.
    pub interval: u32,
    /// The data set's name. Default: empty.
    pub dataset_name: groma_str,
    /// The name of what was simulated or observed. Default: empty.
    pub scenario_name: groma_str,
    /// The unit of coordinates. Default: "meters".
    pub coordinate_units: groma_str,
    /// The unit of physical times. Default: "steps".
    pub time_unit: groma_str,
    /// The physical time of time step 0. Default: 0.
    pub time_origin: f64,
    /// The physical time between two time steps. Default: 1.
    pub time_per_step: f64,
    /// The creation time of the data set, in seconds since 1970. Default: 0.
    pub created_at_unix: i64,
    /// Half the size of the things that move, in metres. Default: 0.
    pub half_size: [f32; 3],
    /// Zero.
    pub reserved: u32,
    /// The origin that the program has subtracted from all positions, so that single precision holds them;
    /// groma_dataset_info gives it back. It is only recorded: positions are written as they are given. Default: zeros,
    /// for none.
    pub coordinate_origin: [f64; 3],
    /// After which length space repeats itself along x, y and z: queries of the data set find what is near across the
    /// border; see groma_dataset_set_periodic. Default: zeros, for a space that does not.
    pub periodic_extent: [f64; 3],
    /// The least corner of the volume that repeats itself, in the coordinates of the positions. Default: zeros.
    pub periodic_origin: [f64; 3],
    /// 1: a data set that is in the folder makes room: groma_shard_writer_create removes its shards and metadata. Its
    /// tables stay, and are refused as those of other data until they are built again. Default: 0.
    pub overwrite: i32,
    /// Zero.
    pub reserved2: u32,
}

// SAFETY: `struct_size` is first; the rest are numbers and raw pointers.
unsafe impl Grows for groma_shard_writer_options {
    const FIRST_SIZE: usize = 112;

    fn defaults() -> groma_shard_writer_options {
        groma_shard_writer_options {
            struct_size: size_of::<groma_shard_writer_options>() as u32,
            interval: 0,
            dataset_name: groma_str::EMPTY,
            scenario_name: groma_str::EMPTY,
            coordinate_units: groma_str::of(c"meters"),
            time_unit: groma_str::of(c"steps"),
            time_origin: 0.0,
            time_per_step: 1.0,
            created_at_unix: 0,
            half_size: [0.0; 3],
            reserved: 0,
            coordinate_origin: [0.0; 3],
            periodic_extent: [0.0; 3],
            periodic_origin: [0.0; 3],
            overwrite: 0,
            reserved2: 0,
        }
    }
}

impl groma_shard_writer_options {
    /// # Safety
    /// The texts must be readable.
    unsafe fn to_options(self) -> Result<ShardWriterOptions> {
        reserved(self.reserved)?;
        reserved(self.reserved2)?;
        // SAFETY: this function's contract.
        let text = |text: groma_str, name| unsafe { text.as_str(name).map(str::to_string) };
        Ok(ShardWriterOptions {
            scenario_name: text(self.scenario_name, "scenario_name")?,
            dataset_name: text(self.dataset_name, "dataset_name")?,
            time_unit: text(self.time_unit, "time_unit")?,
            time_origin: self.time_origin,
            time_per_step: self.time_per_step,
            coordinate_units: text(self.coordinate_units, "coordinate_units")?,
            half_size: self.half_size,
            created_at_unix: self.created_at_unix,
            coordinate_origin: (self.coordinate_origin != [0.0; 3]).then_some(self.coordinate_origin),
            periodic_volume: (self.periodic_extent != [0.0; 3])
                .then_some(PeriodicVolume { extent: self.periodic_extent, origin: self.periodic_origin }),
        })
    }
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_shard_writer_options_init(options: *mut groma_shard_writer_options, size: usize) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

/// Starts a data set in `folder`, which is created if needed; GROMA_INVALID_ARGUMENT when it already has shards,
/// unless the options say to overwrite them.
/// `options` must not be NULL: it has the interval.
///
/// `writer` gets the handle, to be freed with groma_shard_writer_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_shard_writer_create(
    folder: groma_str,
    options: *const groma_shard_writer_options,
    writer: *mut *mut groma_shard_writer,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let writer = output(writer, "writer")?;
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size; `folder` is readable text.
        let (folder, options) = unsafe { (folder.as_path("folder")?, grow::read(options, "options")?) };
        // SAFETY: by the conventions the texts and arrays in `options` are readable.
        let writer_options = unsafe { options.to_options()? };
        let created = match flag(options.overwrite, "overwrite")? {
            true => ShardWriter::overwrite(folder, options.interval, writer_options)?,
            false => ShardWriter::create(folder, options.interval, writer_options)?,
        };
        let created = groma_shard_writer { writer: Mutex::new(Some(created)), interval: options.interval };
        // SAFETY: by the conventions `writer` is writable: `output` looked at it.
        unsafe { give(created, writer) };
        Ok(())
    })
}

/// Adds `count` trajectories to the shard that begins at time step `first_step`, 0 or more. A new `first_step` ends the
/// current shard, which gets its name, and begins the next one; it must be at least the interval further on.
///
/// `ids` has `count` ids; `positions` has count x interval x 3 floats: x, y, z of each time step of the first
/// trajectory, then of the second, and so on. NaN stands for no sample. A `count` of 0 makes an empty shard. A
/// trajectory that goes on in the next shard is appended to that shard under the same id. Both arrays may be reused
/// after the return.
///
/// A refused argument (GROMA_INVALID_ARGUMENT) changes nothing. After a failed write (GROMA_IO, GROMA_DISK_FULL) some
/// of the trajectories may be in the file: the writer can then only be closed, and shards ended before stay.
///
/// ```c
/// // Two trajectories of three time steps each, the interval of the writer: 7 moves along x, 9 is not there at first.
/// const uint64_t ids[] = {7, 9};
/// const float positions[] = {0, 0, 0,  1, 0, 0,  2, 0, 0,  NAN, NAN, NAN,  5, 5, 0,  5, 6, 0};
/// groma_error error;
/// if (groma_shard_writer_append(writer, 0, 2, ids, positions, &error) != GROMA_OK) {
///     fprintf(stderr, "%s\n", error.message);
/// }
/// ```
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_shard_writer_append(
    writer: *const groma_shard_writer,
    first_step: i32,
    count: u64,
    ids: *const u64,
    positions: *const f32,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let writer = handle(writer, "writer")?;
        let stride = 3 * writer.interval as usize;
        let floats = usize::try_from(count)
            .ok()
            .and_then(|n| n.checked_mul(stride))
            .filter(|n| *n <= isize::MAX as usize / size_of::<f32>())
            .ok_or_else(|| Error::invalid("count", count, "as many as fit into memory"))?;
        // SAFETY: by this function's contract they hold `count` ids and `floats` floats.
        let (ids, positions) = unsafe { (array(ids, count as usize, "ids")?, array(positions, floats, "positions")?) };
        writer.with(|w| {
            w.begin_shard(first_step)?;
            ids.iter().zip(positions.chunks_exact(stride)).try_for_each(|(id, p)| w.append(first_step, *id, p))
        })
    })
}

/// Ends the last shard and writes dataset-manifest.json, dataset-meta.bin and dataset-trajmeta.bin. After that the
/// handle can only be closed. GROMA_INVALID_ARGUMENT when the data set was finished before, or when nothing was
/// appended; then trajectories can still be appended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_shard_writer_finish(writer: *const groma_shard_writer, error: *mut groma_error) -> i32 {
    call(error, || {
        let writer = handle(writer, "writer")?;
        let mut writer = writer.lock()?;
        // A refused call does not finish the data set: more can be appended.
        writer.as_ref().ok_or_else(finished)?.check_begun()?;
        writer.take().ok_or_else(finished)?.finish()
    })
}

/// Frees the writer. NULL is allowed. Without a groma_shard_writer_finish before, the current shard is dropped and the
/// metadata are not written; shards that were ended stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_shard_writer_close(writer: *mut groma_shard_writer) {
    close(writer);
}

impl groma_shard_writer {
    fn lock(&self) -> Result<MutexGuard<'_, Option<ShardWriter>>> {
        self.writer.lock().map_err(|_| Error::Internal("an earlier call on this writer panicked".into()))
    }

    fn with(&self, work: impl FnOnce(&mut ShardWriter) -> Result<()>) -> Result<()> {
        self.lock()?.as_mut().ok_or_else(finished).and_then(work)
    }
}

fn finished() -> Error {
    Error::invalid("writer", "finished", "a writer that is not finished")
}
