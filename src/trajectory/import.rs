//! Data sets from CSV, of any size: rows are sorted into shards on the disk, then shard after shard is put together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use bytemuck::{Pod, Zeroable};

use super::dataset::{DatasetInfo, DatasetWriter};
use crate::error::IoContext;
use crate::io::atomic::TEMPORARY_PREFIX;
use crate::io::input;
use crate::io::patient::Patient;
use crate::job::{CancelToken, Context, Phase, RunOptions, Runner};
use crate::{Error, Result};

/// How to read the CSV and what to make of it.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Time steps in a shard.
    pub interval: u32,
    /// What the data set says about itself.
    pub info: DatasetInfo,
    /// The most memory to take, in bytes; 0 stands for [`DEFAULT_MEMORY_LIMIT`](crate::job::DEFAULT_MEMORY_LIMIT).
    pub memory_limit: u64,
    /// Set it from any thread to stop.
    pub cancel: CancelToken,
}

impl ImportOptions {
    /// All defaults, for shards of `interval` time steps.
    pub fn new(interval: u32) -> ImportOptions {
        ImportOptions { interval, info: DatasetInfo::default(), memory_limit: 0, cancel: CancelToken::default() }
    }
}

/// What an import came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ImportReport {
    /// Rows of the CSV, which are samples.
    pub samples: u64,
    /// Trajectories.
    pub trajectories: u64,
    /// Shards written.
    pub shards: u64,
    /// The first time step.
    pub first_step: i32,
    /// The last time step.
    pub last_step: i32,
}

/// Reads `csv`, whose first line names the columns `id`, `frame`, `x`, `y` and `z` in any order among others, and
/// writes the data set into `folder`. Rows may come in any order; a row that is missing is a gap.
///
/// Memory: one record per trajectory, and the rows of one shard, or as many as the limit allows until they are put
/// aside in temporary files in `folder`.
///
/// # Errors
/// [`Error::BadFormat`] naming the line for a value that cannot be read, a frame outside 0 to 2^31 - 1, or a second row
/// of the same id and frame; [`Error::InvalidArgument`]; [`Error::MemoryLimit`] when a shard does not fit;
/// [`Error::Io`]; [`Error::Cancelled`].
pub fn import(csv: &Path, folder: &Path, options: &ImportOptions) -> Result<ImportReport> {
    let (memory_limit, cancel) = (options.memory_limit, options.cancel.clone());
    import_with(csv, folder, options, &mut Runner::new(&RunOptions { threads: 1, memory_limit, cancel })?)
}

/// [`import`] with a runner of the caller's; the options' own limit and cancel flag are not looked at.
///
/// # Errors
/// As [`import`].
pub fn import_with(csv: &Path, folder: &Path, options: &ImportOptions, runner: &mut Runner) -> Result<ImportReport> {
    runner.plan(&[Phase { name: "read", weight: 1.0 }, Phase { name: "write", weight: 1.0 }]);
    let mut rows = CsvRows::open(csv)?;
    let mut writer = DatasetWriter::create(folder, options.interval, options.info.clone())?;
    match import_rows(&mut rows, folder, options, &mut writer, runner) {
        Ok(report) => {
            runner.finish();
            writer.finish().map(|()| report)
        }
        Err(e) => {
            writer.abandon();
            Err(e)
        }
    }
}

fn import_rows(
    rows: &mut CsvRows,
    folder: &Path,
    options: &ImportOptions,
    writer: &mut DatasetWriter,
    runner: &mut Runner,
) -> Result<ImportReport> {
    let context = runner.context().clone();
    let mut spill = Spill::new(folder, context.memory().for_buffers() / 2);
    runner.begin("read", 0, rows.bytes)?;
    let (samples, [first, last]) = runner.run(|| take_in(rows, &mut spill, &context))?;
    runner.begin("write", 0, samples)?;
    runner.run(|| write_shards(&rows.path, spill, options, [first, last], writer, &context))
}

/// Gives the number of rows, and the first and the last frame.
fn take_in(rows: &mut CsvRows, spill: &mut Spill, context: &Context) -> Result<(u64, [i32; 2])> {
    let (mut samples, mut first, mut last, mut read) = (0, i32::MAX, i32::MIN, 0);
    while let Some(row) = rows.next()? {
        if row.line % 4096 == 0 {
            context.check()?;
            let now = rows.reader.position().byte();
            context.add_items(now - read);
            read = now;
        }
        samples += 1;
        (first, last) = (first.min(row.frame), last.max(row.frame));
        spill.push(row, context)?;
    }
    if first > last {
        let seen = "no row after the line of column names";
        return Err(Error::bad_format(&rows.path, None, seen, "a row for each sample"));
    }
    Ok((samples, [first, last]))
}

fn write_shards(
    csv: &Path,
    mut spill: Spill,
    options: &ImportOptions,
    [first, last]: [i32; 2],
    writer: &mut DatasetWriter,
    context: &Context,
) -> Result<ImportReport> {
    let interval = options.interval as i32;
    let mut positions = vec![f32::NAN; 3 * options.interval as usize];
    let mut ids = BTreeSet::new();
    let mut report = ImportReport { samples: 0, trajectories: 0, shards: 0, first_step: first, last_step: last };
    while let Some(frame) = spill.first_frame() {
        // Shards begin at whole intervals from the first frame; where there are no rows there is no shard.
        let frame = frame.max(first);
        let shard_first = frame - (frame - first) % interval;
        let taken = spill.take(shard_first.saturating_add(interval - 1), context)?;
        if taken.is_empty() {
            continue;
        }
        let mut by_id: BTreeMap<u64, Vec<SpilledRow>> = BTreeMap::new();
        report.samples += taken.len() as u64;
        for (n, row) in taken.into_iter().enumerate() {
            if n % 65_536 == 0 {
                context.check()?;
            }
            by_id.entry(row.id).or_default().push(row);
        }
        for (id, mut rows_of_id) in by_id {
            context.check()?;
            context.add_items(rows_of_id.len() as u64);
            ids.insert(id);
            rows_of_id.sort_unstable_by_key(|row| (row.frame, row.line));
            if let Some(pair) = rows_of_id.windows(2).find(|pair| pair[0].frame == pair[1].frame) {
                let seen = format!(
                    "lines {} and {} both have id {id} and frame {}",
                    pair[0].line, pair[1].line, pair[0].frame
                );
                return Err(Error::bad_format(csv, None, seen, "one row for an id and frame"));
            }
            positions.fill(f32::NAN);
            for row in rows_of_id {
                positions.as_chunks_mut::<3>().0[(row.frame - shard_first) as usize] = row.position;
            }
            writer.append(shard_first, id, &positions)?;
        }
        report.shards += 1;
    }
    report.trajectories = ids.len() as u64;
    Ok(report)
}

/// The rows of a CSV file, one after another.
struct CsvRows {
    path: PathBuf,
    reader: csv::Reader<Patient>,
    record: csv::StringRecord,
    columns: [usize; 5],
    /// Bytes of a line's end that the reader takes for the beginning of the next line: where lines end with CR and LF, the LF.
    late: u64,
    /// Of the whole file, as it was opened.
    bytes: u64,
}

const COLUMNS: [&str; 5] = ["id", "frame", "x", "y", "z"];

impl CsvRows {
    fn open(path: &Path) -> Result<CsvRows> {
        let file = input::open(path)?;
        let bytes = file.metadata().context("look at", path)?.len();
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(Patient(file));
        let names = reader.headers().map_err(|e| csv_error(path, e))?.clone();
        let mut columns = [0; 5];
        for (column, name) in columns.iter_mut().zip(COLUMNS) {
            *column = names.iter().position(|n| n.eq_ignore_ascii_case(name)).ok_or_else(|| {
                let seen = format!("the first line names the columns {:?}", names.iter().collect::<Vec<_>>());
                Error::bad_format(path, 0, seen, format!("columns named {}; {name:?} is missing", COLUMNS.join(", ")))
            })?;
        }
        let late = u64::from(first_line_ends_with_crlf(path)?);
        Ok(CsvRows { path: path.to_path_buf(), reader, record: csv::StringRecord::new(), columns, late, bytes })
    }

    fn next(&mut self) -> Result<Option<SpilledRow>> {
        if !self.reader.read_record(&mut self.record).map_err(|e| csv_error(&self.path, e))? {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, |position| position.line() + self.late);
        let id = self.value::<u64>(0, line, "a whole number, 0 or more")?;
        let frame = self.value::<i32>(1, line, "a whole number, 0 to 2147483647")?;
        if frame < 0 {
            return Err(self.bad_value(1, line, "a whole number, 0 to 2147483647"));
        }
        let mut position = [0.0; 3];
        for (axis, coordinate) in position.iter_mut().enumerate() {
            *coordinate = self.value::<f32>(2 + axis, line, "a number")?;
        }
        Ok(Some(SpilledRow { id, line, frame, position }))
    }

    fn value<T: std::str::FromStr>(&self, column: usize, line: u64, accepted: &str) -> Result<T> {
        let text = self.record.get(self.columns[column]).unwrap_or_default();
        text.parse().map_err(|_| self.bad_value(column, line, accepted))
    }

    fn bad_value(&self, column: usize, line: u64, accepted: &str) -> Error {
        let text = self.record.get(self.columns[column]).unwrap_or_default();
        let offset = self.record.position().map(|position| position.byte() + self.late);
        Error::bad_format(&self.path, offset, format!("line {line}, column {}: {text:?}", COLUMNS[column]), accepted)
    }
}

fn first_line_ends_with_crlf(path: &Path) -> Result<bool> {
    const LONGEST: u64 = 1 << 16;
    let mut line = Vec::new();
    BufReader::new(Patient(input::open(path)?)).take(LONGEST).read_until(b'\n', &mut line).context("read", path)?;
    Ok(line.ends_with(b"\r\n"))
}

fn csv_error(path: &Path, error: csv::Error) -> Error {
    let (text, offset) = (error.to_string(), error.position().map(csv::Position::byte));
    match error.into_kind() {
        csv::ErrorKind::Io(source) => Error::Io { action: "read", path: path.to_path_buf(), source },
        _ => Error::bad_format(path, offset, text, "UTF-8 with as many fields in each line as in the first"),
    }
}

/// Rows sorted roughly by time: in memory up to a limit, beyond it in one temporary file per span of time.
struct Spill {
    folder: PathBuf,
    limit: u64,
    rows: u64,
    bins: BTreeMap<i32, Bin>,
}

#[derive(Default)]
struct Bin {
    rows: Vec<SpilledRow>,
    on_disk: u64,
}

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct SpilledRow {
    id: u64,
    line: u64,
    frame: i32,
    position: [f32; 3],
}

/// Frames in a bin of [`Spill`].
const BIN_FRAMES: i32 = 16;

impl Spill {
    fn new(folder: &Path, limit: u64) -> Spill {
        Spill { folder: folder.to_path_buf(), limit, rows: 0, bins: BTreeMap::new() }
    }

    fn file(&self, bin: i32) -> PathBuf {
        self.folder.join(format!("{TEMPORARY_PREFIX}rows-{bin}"))
    }

    fn push(&mut self, row: SpilledRow, context: &Context) -> Result<()> {
        self.bins.entry(row.frame / BIN_FRAMES).or_default().rows.push(row);
        self.rows += 1;
        // Vectors grow by doubling: count each row twice.
        if 2 * self.rows * size_of::<SpilledRow>() as u64 > self.limit {
            self.put_aside(context)?;
        }
        Ok(())
    }

    fn put_aside(&mut self, context: &Context) -> Result<()> {
        let files: Vec<PathBuf> = self.bins.keys().map(|bin| self.file(*bin)).collect();
        for (bin, path) in self.bins.values_mut().zip(files).filter(|(bin, _)| !bin.rows.is_empty()) {
            context.check()?;
            let mut file = File::options().create(true).append(true).open(&path).context("open", &path)?;
            file.write_all(bytemuck::must_cast_slice(&bin.rows)).context("write", &path)?;
            bin.on_disk += bin.rows.len() as u64;
            bin.rows = Vec::new();
        }
        self.rows = 0;
        Ok(())
    }

    /// The first frame that has a row left, or, of rows on the disk, the first that may; `None` when none is left.
    fn first_frame(&mut self) -> Option<i32> {
        let (number, bin) = self.bins.first_key_value()?;
        bin.rows.iter().map(|row| row.frame).min().filter(|_| bin.on_disk == 0).or(Some(number * BIN_FRAMES))
    }

    /// Takes all rows of frames up to `last`.
    fn take(&mut self, last: i32, context: &Context) -> Result<Vec<SpilledRow>> {
        let mut taken = Vec::new();
        let bins: Vec<i32> = self.bins.range(..=last / BIN_FRAMES).map(|(bin, _)| *bin).collect();
        for number in bins {
            context.check()?;
            let path = self.file(number);
            let bin = self.bins.get_mut(&number).expect("listed above");
            // Twice in memory for a moment: here and by trajectory.
            let bytes = 2 * (taken.len() as u64 + bin.on_disk) * size_of::<SpilledRow>() as u64;
            context.memory().reserve(bytes, "the rows of one shard (a smaller interval takes less)")?;
            let mut rows = std::mem::take(&mut bin.rows);
            if bin.on_disk > 0 {
                let mut old = vec![SpilledRow::zeroed(); bin.on_disk as usize];
                let mut file = File::open(&path).context("open", &path)?;
                file.read_exact(bytemuck::must_cast_slice_mut(&mut old)).context("read", &path)?;
                drop(file);
                std::fs::remove_file(&path).context("remove", &path)?;
                bin.on_disk = 0;
                rows.append(&mut old);
            }
            let later = rows.extract_if(.., |row| row.frame > last).collect::<Vec<_>>();
            taken.append(&mut rows);
            if later.is_empty() {
                self.bins.remove(&number);
            } else {
                bin.rows = later;
            }
        }
        Ok(taken)
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        for (number, _) in self.bins.iter().filter(|(_, bin)| bin.on_disk > 0) {
            // Nothing more can be done here; the next use of the folder removes it.
            let _ = std::fs::remove_file(self.file(*number));
        }
    }
}
