//! Opening data sets, and facts about them.

use std::sync::Arc;

use super::arguments::{copy_some, flag, named, point, reserved};
use super::boundary::{call, close, give, handle, output};
use super::grow::{self, Grows};
use super::status::groma_error;
use super::text::groma_str;
use crate::job::RunOptions;
use crate::trajectory::grid::check_cell_size;
use crate::trajectory::periodic::PeriodicVolume;
use crate::trajectory::query::{Dataset, DatasetOptions};
use crate::{Error, Result};

/// A trajectory data set opened for queries: its shards, and the tables of any cell size.
///
/// Threads: every function on it may be called from any thread, also at the same time, except groma_dataset_close,
/// which must be the last. Files are mapped when they are first needed. While the data set is open they must not be
/// cut; replacing them is fine.
pub struct groma_dataset {
    pub(super) dataset: Arc<Dataset>,
}

/// Options of an open data set. Fill it with groma_dataset_options_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_dataset_options {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// 1: build the tables of a cell size when a query needs missing ones. 0 (default): such a query returns
    /// GROMA_NOT_FOUND.
    pub build_missing: i32,
    /// The folder under which the tables are: the output of their build. Default: empty, which stands for the data
    /// set's folder.
    pub tables_folder: groma_str,
    /// The number of threads for batches, for queries in the background and for building; default 0, which stands for
    /// one per processor.
    pub threads: u32,
    /// Zero.
    pub reserved: u32,
    /// The memory limit of a build in bytes (see MEMORY above); default 0, which stands for 256 MiB.
    pub memory_limit: u64,
    /// The most bytes of positions that are kept in memory for time steps that are asked again; default 0, which stands
    /// for 64 MiB. 1 keeps none, since it is less than any position takes.
    pub cache_limit: u64,
}

// SAFETY: `struct_size` is first; the rest are numbers and raw pointers.
unsafe impl Grows for groma_dataset_options {
    const FIRST_SIZE: usize = 40;

    fn defaults() -> groma_dataset_options {
        groma_dataset_options {
            struct_size: size_of::<groma_dataset_options>() as u32,
            build_missing: 0,
            tables_folder: groma_str::EMPTY,
            threads: 0,
            reserved: 0,
            memory_limit: 0,
            cache_limit: 0,
        }
    }
}

/// Facts about a data set.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_dataset_info {
    /// sizeof the struct; set it before groma_dataset_get_info.
    pub struct_size: u32,
    /// The number of usable shards.
    pub shards: u32,
    /// The first time step that a shard covers.
    pub first_step: i32,
    /// The last time step that a shard covers.
    pub last_step: i32,
    /// The number of entries of all shards.
    pub entries: u64,
    /// The size of all shards, in bytes.
    pub bytes: u64,
    /// The number of trajectories according to dataset-meta.bin; 0 where that file is missing.
    pub trajectories: u64,
    /// The origin that an import subtracted from all positions, according to dataset-manifest.json, or to the index of
    /// the tables where the manifest has lost it: a position plus the origin is the source's position. Queries take
    /// points without it. Zeros where nothing was subtracted, or where it is not known, which is logged.
    pub coordinate_origin: [f64; 3],
    /// The extent of the periodic volume of all queries: what groma_dataset_set_periodic set last, or what
    /// dataset-manifest.json says. 0 on an axis that is not periodic.
    pub periodic_extent: [f64; 3],
    /// The least corner of that volume.
    pub periodic_origin: [f64; 3],
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_dataset_info {
    const FIRST_SIZE: usize = 40;
}

/// The box of the cells of a cell size's tables, as their keys were computed with it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_table_bounds {
    /// sizeof the struct; set it before groma_dataset_get_table_bounds.
    pub struct_size: u32,
    /// 1: the box is that of all positions, enlarged by `margin`. 0: the caller of the build gave the box.
    pub has_margin: i32,
    /// What the box of all positions got on every side; 0 where the caller gave the box.
    pub margin: f64,
    /// The smallest x, y, z.
    pub box_min: [f64; 3],
    /// The largest x, y, z.
    pub box_max: [f64; 3],
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_table_bounds {
    const FIRST_SIZE: usize = 64;
}

/// The memory and the mappings of an open data set.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_memory_stats {
    /// sizeof the struct; set it before groma_dataset_get_memory_stats.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The number of open tables.
    pub tables: u64,
    /// The mapped bytes of tables; the system takes them back when it needs the memory.
    pub table_bytes: u64,
    /// The number of open shards.
    pub shards: u64,
    /// The mapped bytes of shards; the system takes them back when it needs the memory.
    pub shard_bytes: u64,
    /// The bytes of memory for the shards' indices of ids.
    pub index_bytes: u64,
    /// The number of time steps of which positions are kept in memory.
    pub cached_steps: u64,
    /// The bytes of memory for these positions, within the cache_limit of the data set's options.
    pub cached_bytes: u64,
}

// SAFETY: `struct_size` is first; the other fields are numbers.
unsafe impl Grows for groma_memory_stats {
    const FIRST_SIZE: usize = 48;
}

/// Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_options_init(options: *mut groma_dataset_options, size: usize) -> i32 {
    // SAFETY: by the conventions `options` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(options, size, "options") })
}

/// Opens the data set in `folder`: checks every shard's header, and maps nothing yet. Tables are needed only by
/// queries. GROMA_NOT_FOUND when there is no such folder or no shard in it, GROMA_BAD_FORMAT when every shard
/// contradicts its name or header. Where only some do, they are left out and logged, and queries about time steps that
/// they may cover return GROMA_BAD_FORMAT. `options` may be NULL for the defaults. `dataset` gets the handle, to be
/// freed with groma_dataset_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_open(
    folder: groma_str,
    options: *const groma_dataset_options,
    dataset: *mut *mut groma_dataset,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let dataset = output(dataset, "dataset")?;
        // SAFETY: by the conventions `folder` is readable text.
        let folder = unsafe { folder.as_path("folder")? };
        // SAFETY: by the conventions `options` is NULL or readable for its struct_size.
        let options = unsafe { grow::read_or_defaults(options, "options")? };
        reserved(options.reserved)?;
        let tables = if options.tables_folder.size == 0 {
            None
        } else {
            // SAFETY: by the conventions `options.tables_folder` is readable text.
            Some(unsafe { options.tables_folder.as_path("tables_folder")? })
        };
        let options = DatasetOptions {
            tables_folder: tables,
            build_missing: flag(options.build_missing, "build_missing")?,
            run: RunOptions {
                threads: options.threads as usize,
                memory_limit: options.memory_limit,
                ..RunOptions::default()
            },
            cache_limit: match options.cache_limit {
                0 => DatasetOptions::CACHE_LIMIT,
                limit => limit,
            },
        };
        let open = groma_dataset { dataset: Arc::new(Dataset::open(folder, options)?) };
        // SAFETY: by the conventions `dataset` is writable: `output` looked at it.
        unsafe { give(open, dataset) };
        Ok(())
    })
}

/// Fills `info`, whose struct_size must be set, with facts about the data set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_get_info(
    dataset: *const groma_dataset,
    info: *mut groma_dataset_info,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let dataset = handle(dataset, "dataset")?;
        let data = dataset.dataset.shard_folder();
        let (first_step, last_step) = data.steps().map_or((0, 0), <(i32, i32)>::from);
        let volume = dataset.dataset.periodic()?;
        let value = groma_dataset_info {
            shards: data.shards.len() as u32,
            first_step,
            last_step,
            entries: data.shards.iter().map(|s| u64::from(s.entries)).sum(),
            bytes: data.shards.iter().map(|s| s.file_size).sum(),
            trajectories: data.metadata.as_ref().map_or(0, |m| m.trajectory_count),
            coordinate_origin: dataset.dataset.coordinate_origin().unwrap_or_default(),
            periodic_extent: volume.map_or([0.0; 3], |volume| volume.extent),
            periodic_origin: volume.map_or([0.0; 3], |volume| volume.origin),
            ..groma_dataset_info::defaults()
        };
        // SAFETY: by the conventions `info` is NULL or writable for its struct_size.
        unsafe { grow::write(&value, info, "info") }
    })
}

/// Makes space periodic for all queries of the data set from now on, whatever dataset-manifest.json says: it repeats
/// itself after `extent` (x, y, z; 0 on an axis on which it does not). `origin` is the least corner of the volume, or
/// NULL for zeros. With NULL or zeros as `extent` space is not periodic. Queries that run keep what they began with.
///
/// In a periodic volume a query finds all images of a position, which are the position plus whole extents: those within
/// a radius, several of one trajectory where the radius is large, and of a query point that moves the nearest. The
/// images field of groma_query_view tells which. Positions stay as they are stored. GROMA_INVALID_ARGUMENT for an
/// extent below 0 or not finite, and later for a query that reaches images more than 127 extents away.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_set_periodic(
    dataset: *const groma_dataset,
    extent: *const f64,
    origin: *const f64,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let dataset = handle(dataset, "dataset")?;
        // SAFETY: by the conventions `extent` and `origin` are NULL or three readable numbers.
        let volume = unsafe { volume(extent, origin)? };
        named(dataset.dataset.set_periodic(volume), &[("periodic", "extent"), ("periodic_origin", "origin")])
    })
}

/// # Safety
/// `extent` and `origin` must be null or readable for three numbers.
unsafe fn volume(extent: *const f64, origin: *const f64) -> Result<Option<PeriodicVolume>> {
    if extent.is_null() {
        return Ok(None);
    }
    // SAFETY: this function's contract.
    let extent = unsafe { point(extent, "extent")? };
    if extent == [0.0; 3] {
        return Ok(None);
    }
    // SAFETY: the same.
    let origin = if origin.is_null() { [0.0; 3] } else { unsafe { point(origin, "origin")? } };
    Ok(Some(PeriodicVolume { extent, origin }))
}

/// Reads the positions of trajectory `id` at the time steps `first_step` to `last_step`, both included. `positions`
/// gets x, y, z of each: it has room for 3 x (last_step - first_step + 1) floats. They are NaN where there is no
/// sample, and everywhere for an `id` that the data set does not have. Where several entries of a shard have the id,
/// the first with a sample at the time step counts. GROMA_INVALID_ARGUMENT for a range that goes beyond the data set's
/// time steps.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_positions(
    dataset: *const groma_dataset,
    id: u64,
    first_step: i32,
    last_step: i32,
    positions: *mut f32,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let dataset = handle(dataset, "dataset")?;
        let positions = output(positions, "positions")?.cast::<[f32; 3]>();
        let found = dataset.dataset.positions(id, first_step..=last_step)?;
        for (n, position) in found.iter().enumerate() {
            // SAFETY: the caller's array has room for a position of each time step, and there is one of each.
            unsafe { positions.add(n).write(position.unwrap_or([f32::NAN; 3])) };
        }
        Ok(())
    })
}

/// Lists the time steps that have a table of a cell size. `steps` gets them in ascending order, at most `capacity` of
/// them; `count` gets their total number, which may be larger. With a `capacity` of 0, to ask for the number, `steps`
/// may be NULL. It is no error if there are no tables at all: `count` is then 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_table_steps(
    dataset: *const groma_dataset,
    cell_size: f32,
    steps: *mut i32,
    capacity: usize,
    count: *mut usize,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: by the conventions `steps` is NULL or writable for `capacity` items, `count` NULL or writable.
    call(error, || unsafe {
        give_list(dataset, (steps, "steps"), capacity, count, |dataset| dataset.table_steps(cell_size))
    })
}

/// Fills `bounds`, whose struct_size must be set, with the box of the cells of a cell size's tables, in double, and
/// its margin. GROMA_NOT_FOUND where there are no tables, they have no sample, or another program has built them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_get_table_bounds(
    dataset: *const groma_dataset,
    cell_size: f32,
    bounds: *mut groma_table_bounds,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let dataset = handle(dataset, "dataset")?;
        check_cell_size(cell_size)?;
        let Some(found) = dataset.dataset.table_bounds(cell_size)? else {
            let what = format!("no index of tables of cell size {cell_size} that tells the box of the cells");
            return Err(Error::NotFound { subject: dataset.dataset.shard_folder().path.clone(), what });
        };
        let value = groma_table_bounds {
            has_margin: found.margin.is_some().into(),
            margin: found.margin.unwrap_or_default(),
            box_min: found.bounds.min,
            box_max: found.bounds.max,
            ..groma_table_bounds::defaults()
        };
        // SAFETY: by the conventions `bounds` is NULL or writable for its struct_size.
        unsafe { grow::write(&value, bounds, "bounds") }
    })
}

/// Lists the cell sizes of which there are tables, ascending. `cell_sizes` gets at most `capacity` of them; `count`
/// gets their total number. With a `capacity` of 0 `cell_sizes` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_cell_sizes(
    dataset: *const groma_dataset,
    cell_sizes: *mut f32,
    capacity: usize,
    count: *mut usize,
    error: *mut groma_error,
) -> i32 {
    // SAFETY: by the conventions `cell_sizes` is NULL or writable for `capacity` items, `count` NULL or writable.
    call(error, || unsafe { give_list(dataset, (cell_sizes, "cell_sizes"), capacity, count, Dataset::cell_sizes) })
}

/// Lists the time steps from `first_step` to `last_step` that have samples but no table of a cell size. `steps` gets
/// them in ascending order, at most `capacity` of them; `count` gets their total number: 0 when no table is missing.
/// With a `capacity` of 0 `steps` may be NULL.
///
/// The call opens no table. GROMA_BAD_FORMAT when the tables are of other data, GROMA_BUSY when their build runs or was
/// interrupted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_missing_steps(
    dataset: *const groma_dataset,
    cell_size: f32,
    first_step: i32,
    last_step: i32,
    steps: *mut i32,
    capacity: usize,
    count: *mut usize,
    error: *mut groma_error,
) -> i32 {
    let missing = |dataset: &Dataset| dataset.missing_steps(cell_size, first_step..=last_step);
    // SAFETY: by the conventions `steps` is NULL or writable for `capacity` items, `count` NULL or writable.
    call(error, || unsafe { give_list(dataset, (steps, "steps"), capacity, count, missing) })
}

/// # Safety
/// `list` must be null or writable for `capacity` items, `count` null or writable.
unsafe fn give_list<T: Copy>(
    dataset: *const groma_dataset,
    (list, name): (*mut T, &'static str),
    capacity: usize,
    count: *mut usize,
    find: impl FnOnce(&Dataset) -> Result<Vec<T>>,
) -> Result<()> {
    let dataset = handle(dataset, "dataset")?;
    let count = output(count, "count")?;
    let found = find(&dataset.dataset)?;
    // SAFETY: `count` is not null, and the rest is this function's contract.
    unsafe {
        copy_some(&found, list, capacity, name)?;
        count.write(found.len());
    }
    Ok(())
}

/// Closes the tables of a cell size and releases their mappings. Running queries keep theirs until they end; the next
/// query opens the tables that it needs again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_unload(
    dataset: *const groma_dataset,
    cell_size: f32,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let dataset = handle(dataset, "dataset")?;
        check_cell_size(cell_size)?;
        dataset.dataset.unload(cell_size);
        Ok(())
    })
}

/// Closes the tables of all cell sizes, otherwise as groma_dataset_unload.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_unload_all(dataset: *const groma_dataset, error: *mut groma_error) -> i32 {
    call(error, || {
        handle(dataset, "dataset")?.dataset.unload_all();
        Ok(())
    })
}

/// Fills `stats`, whose struct_size must be set, with the tables and shards that are open and mapped at the moment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_get_memory_stats(
    dataset: *const groma_dataset,
    stats: *mut groma_memory_stats,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let memory = handle(dataset, "dataset")?.dataset.memory();
        let value = groma_memory_stats {
            tables: memory.tables,
            table_bytes: memory.table_bytes,
            shards: memory.shards,
            shard_bytes: memory.shard_bytes,
            index_bytes: memory.index_bytes,
            cached_steps: memory.cached_steps,
            cached_bytes: memory.cached_bytes,
            ..groma_memory_stats::defaults()
        };
        // SAFETY: by the conventions `stats` is NULL or writable for its struct_size.
        unsafe { grow::write(&value, stats, "stats") }
    })
}

/// Closes the data set and joins its threads. Queries that run as jobs go on until their jobs are closed. NULL is
/// allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_dataset_close(dataset: *mut groma_dataset) {
    close(dataset);
}
