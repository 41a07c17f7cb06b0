//! The rows of a CSV file sorted roughly by time: in memory up to a limit, beyond it in temporary files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use bytemuck::{Pod, Zeroable};

use crate::Result;
use crate::error::IoContext;
use crate::io::atomic::TEMPORARY_PREFIX;
use crate::job::Context;

/// A row of the CSV file. Packed, for the rows of a shard are in memory together.
#[repr(C, packed(4))]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(super) struct Row {
    pub id: u64,
    pub line: u64,
    /// As the file has it, before an origin is taken away; NaN where it is missing.
    pub position: [f64; 3],
    pub frame: i32,
}

/// Rows in memory up to a limit, beyond it in one temporary file per span of time.
pub(super) struct Spill {
    folder: PathBuf,
    limit: u64,
    rows: u64,
    bins: BTreeMap<i32, Bin>,
}

#[derive(Default)]
struct Bin {
    rows: Vec<Row>,
    on_disk: u64,
    /// The frame and the line of the first row that came.
    first: (i32, u64),
}

/// Frames in a bin of [`Spill`].
const BIN_FRAMES: i32 = 16;

/// Frames between two rows in time, and where the later of them is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gap {
    pub frames: i64,
    pub frame: i32,
    pub line: u64,
}

impl Spill {
    pub fn new(folder: &Path, limit: u64) -> Spill {
        Spill { folder: folder.to_path_buf(), limit, rows: 0, bins: BTreeMap::new() }
    }

    fn file(&self, bin: i32) -> PathBuf {
        self.folder.join(format!("{TEMPORARY_PREFIX}rows-{bin}"))
    }

    pub fn push(&mut self, row: Row, context: &Context) -> Result<()> {
        let bin = self.bins.entry(row.frame / BIN_FRAMES).or_default();
        if bin.rows.is_empty() && bin.on_disk == 0 {
            bin.first = (row.frame, row.line);
        }
        bin.rows.push(row);
        self.rows += 1;
        // Vectors grow by doubling: count each row twice.
        if 2 * self.rows * size_of::<Row>() as u64 > self.limit {
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

    /// Spans of [`BIN_FRAMES`] frames that have rows.
    pub fn spans(&self) -> usize {
        self.bins.len()
    }

    /// The largest gap in time, to within [`BIN_FRAMES`].
    pub fn largest_gap(&self) -> Gap {
        let pairs = self.bins.iter().zip(self.bins.iter().skip(1));
        let gaps = pairs.map(|((before, _), (after, bin))| Gap {
            frames: (i64::from(*after) - i64::from(*before)) * i64::from(BIN_FRAMES),
            frame: bin.first.0,
            line: bin.first.1,
        });
        gaps.max_by_key(|gap| gap.frames).unwrap_or_default()
    }

    /// The first frame that has a row left, or, of rows on the disk, the first that may; `None` when none is left.
    pub fn first_frame(&mut self) -> Option<i32> {
        let (number, bin) = self.bins.first_key_value()?;
        bin.rows.iter().map(|row| row.frame).min().filter(|_| bin.on_disk == 0).or(Some(number * BIN_FRAMES))
    }

    /// Takes all rows of frames up to `last`.
    pub fn take(&mut self, last: i32, context: &Context) -> Result<Vec<Row>> {
        let mut taken = Vec::new();
        let bins: Vec<i32> = self.bins.range(..=last / BIN_FRAMES).map(|(bin, _)| *bin).collect();
        for number in bins {
            context.check()?;
            let path = self.file(number);
            let bin = self.bins.get_mut(&number).expect("listed above");
            // Twice in memory for a moment: here and by trajectory.
            let bytes = 2 * (taken.len() as u64 + bin.on_disk) * size_of::<Row>() as u64;
            context.memory().reserve(bytes, "the rows of one shard (a smaller interval takes less)")?;
            let mut rows = std::mem::take(&mut bin.rows);
            if bin.on_disk > 0 {
                let mut old = vec![Row::zeroed(); bin.on_disk as usize];
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
