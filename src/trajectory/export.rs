//! Samples of a data set as CSV, in the form that `import` reads.
//!
//! ```
//! # use groma::trajectory::generate::{GenerateOptions, generate};
//! use groma::trajectory::export::{ExportOptions, export};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # generate(&folder, &GenerateOptions::new(20, 2, 5))?;
//! let file = folder.path().join("some.csv");
//! let options = ExportOptions { ids: Some(vec![3, 7]), steps: Some((2..=8).into()), ..ExportOptions::default() };
//! assert_eq!(export(folder.path(), &file, &options)?.samples, 14);
//! # Ok::<(), groma::Error>(())
//! ```

use std::collections::HashSet;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::Serialize;

use crate::error::IoContext;
use crate::human::first_of;
use crate::io::atomic::{AtomicFile, Durability};
use crate::io::output::{make_folder_of, refuse_inputs};
use crate::job::{Context, Phase, RunOptions, Runner};
use crate::trajectory::Steps;
use crate::trajectory::dataset::METADATA_FILES;
use crate::trajectory::query::{Dataset, DatasetOptions};
use crate::trajectory::shard::{ReadBuffer, Shard, ShardReader, WantDigest};
use crate::{Error, Result};

/// The part of a data set to write, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportOptions {
    /// Only these trajectories; `None`: all.
    pub ids: Option<Vec<u64>>,
    /// Only these time steps; `None`: all.
    pub steps: Option<Steps>,
    /// Positions as they are stored, where an origin was subtracted from them. Otherwise the origin is added again.
    pub stored: bool,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportReport {
    /// Rows: one for each sample.
    pub samples: u64,
    /// Trajectories that were asked for and have no sample in the time steps, ascending.
    pub without_samples: Vec<u64>,
}

/// Writes samples into a CSV file with the columns id, frame, x, y, z: shard after shard, in each trajectory after
/// trajectory as they stand in it. The file gets its name when it is whole. Memory does not depend on the data set's
/// size.
///
/// # Errors
/// As [`Dataset::open`]; [`Error::InvalidArgument`] for a range of time steps that ends before it begins or in
/// which no shard has any; [`Error::NotFound`] where none of the trajectories has a sample in them, so that a file of
/// before is not replaced by an empty one; [`Error::BadFormat`] where a shard that cannot be used may have some of
/// them; [`Error::Cancelled`], [`Error::Io`].
pub fn export(dataset: &Path, output: &Path, options: &ExportOptions) -> Result<ExportReport> {
    export_with(dataset, output, options, &mut Runner::new(&RunOptions { threads: 1, ..RunOptions::default() })?)
}

/// [`export`] with a runner of the caller's.
///
/// # Errors
/// As [`export`].
pub fn export_with(
    dataset: &Path,
    output: &Path,
    options: &ExportOptions,
    runner: &mut Runner,
) -> Result<ExportReport> {
    let data = Dataset::open(dataset, DatasetOptions::default())?;
    let metadata = METADATA_FILES.map(|name| dataset.join(name));
    let inputs = data.shard_folder().shards.iter().map(|shard| &*shard.path).chain(metadata.iter().map(|path| &**path));
    refuse_inputs(output, "output", inputs)?;
    make_folder_of(output, "output")?;
    let mut file = AtomicFile::create(output)?;
    let mut out = BufWriter::with_capacity(1 << 20, file.file());
    let report = write_csv(&data, options, &mut out, output, runner)?;
    out.flush().context("write", output)?;
    drop(out);
    file.commit(Durability::Unsynced)?;
    Ok(report)
}

/// `name` stands for `out` in errors.
fn write_csv(
    dataset: &Dataset,
    options: &ExportOptions,
    out: &mut (dyn Write + Send),
    name: &Path,
    runner: &mut Runner,
) -> Result<ExportReport> {
    let data = dataset.shard_folder();
    let steps = dataset.steps_within(options.steps)?;
    let parts: Vec<(&Shard, Steps)> =
        data.shards.iter().filter_map(|shard| Some((shard, shard.time_steps().cut_to(steps)?))).collect();
    let origin = if options.stored { None } else { dataset.coordinate_origin() };
    runner.plan(&[Phase { name: "export", weight: 1.0 }]);
    let entries = parts.iter().map(|(shard, _)| u64::from(shard.entries)).sum();
    runner.begin("export", parts.len() as u64, entries)?;
    let context = runner.context().clone();
    let mut rows = Rows {
        wanted: options.ids.as_ref().map(|ids| ids.iter().copied().collect()),
        seen: HashSet::new(),
        origin: origin.unwrap_or_default(),
        stored: origin.is_none(),
        samples: 0,
        out,
        name,
    };
    writeln!(rows.out, "id,frame,x,y,z").context("write", name)?;
    for (shard, steps) in parts {
        runner.run(|| rows.write_shard(shard, steps, &context))?;
    }
    runner.finish();
    let missing = rows.wanted.iter().flatten().filter(|id| !rows.seen.contains(id));
    let mut without_samples: Vec<u64> = missing.copied().collect();
    without_samples.sort_unstable();
    if rows.samples == 0 && options.ids.is_some() {
        let ids: Vec<String> = without_samples.iter().map(u64::to_string).collect();
        let ids = first_of(&ids, without_samples.len() as u64);
        let what = format!("no sample of the trajectories {ids} at the time steps {steps}");
        return Err(Error::NotFound { subject: data.path.clone(), what });
    }
    Ok(ExportReport { samples: rows.samples, without_samples })
}

/// The rows that are written.
struct Rows<'a> {
    wanted: Option<HashSet<u64>>,
    /// Those of `wanted` that have a sample.
    seen: HashSet<u64>,
    origin: [f64; 3],
    stored: bool,
    samples: u64,
    out: &'a mut (dyn Write + Send),
    name: &'a Path,
}

impl Rows<'_> {
    fn write_shard(&mut self, shard: &Shard, steps: Steps, context: &Context) -> Result<()> {
        let reader = ShardReader::open(shard)?;
        let mut buffer = ReadBuffer::default();
        let first = (steps.first - shard.first_step) as u32;
        let chunk = ShardReader::chunk_entries(shard);
        let mut begin = 0;
        while begin < shard.entries {
            context.check()?;
            let end = shard.entries.min(begin.saturating_add(chunk));
            let range = first..first + steps.count() as u32;
            reader.for_each(begin..end, range, WantDigest::No, &mut buffer, |_, entry| {
                if entry.valid_samples == 0 || self.wanted.as_ref().is_some_and(|ids| !ids.contains(&entry.id)) {
                    return Ok(());
                }
                for (position, step) in entry.positions.as_chunks::<3>().0.iter().zip(steps.iter()) {
                    if position.iter().all(|c| c.is_finite()) {
                        self.write_row(entry.id, step, *position)?;
                    }
                }
                Ok(())
            })?;
            context.add_items(u64::from(end - begin));
            begin = end;
        }
        context.add_unit();
        Ok(())
    }

    fn write_row(&mut self, id: u64, step: i32, position: [f32; 3]) -> Result<()> {
        let [x, y, z] = position;
        let written = if self.stored {
            writeln!(self.out, "{id},{step},{x},{y},{z}")
        } else {
            let [x, y, z]: [f64; 3] = std::array::from_fn(|axis| f64::from(position[axis]) + self.origin[axis]);
            writeln!(self.out, "{id},{step},{x},{y},{z}")
        };
        self.samples += 1;
        if self.wanted.is_some() {
            self.seen.insert(id);
        }
        written.context("write", self.name)
    }
}
