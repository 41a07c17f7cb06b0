//! Keeps rows, roughly sorted by time: in memory up to a limit, beyond it in temporary files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use bytemuck::{Pod, Zeroable};

use crate::error::IoContext;
use crate::io::temporary::TEMPORARY_PREFIX;
use crate::job::Context;
use crate::{Error, Result};

/// A row of an input. It is packed, since all rows of a shard are in memory together.
#[repr(C, packed(4))]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(super) struct Row {
    pub id: u64,
    /// The file and the line in it; see [`Places`](super::places::Places).
    pub place: u64,
    /// The position as the file has it, scaled, before an origin is subtracted; NaN where a coordinate is missing.
    pub position: [f64; 3],
    pub frame: i32,
}

/// Rows in memory up to a limit, beyond it in one temporary file per span of time.
pub(super) struct Spill {
    folder: PathBuf,
    limit: u64,
    /// Whether rows are dropped, and only their spans of time are known.
    is_dry: bool,
    rows: u64,
    bins: BTreeMap<i32, Bin>,
}

#[derive(Default)]
struct Bin {
    rows: Vec<Row>,
    on_disk: u64,
    /// The frame and the place of the first row that came.
    first: Option<(i32, u64)>,
}

/// Frames in a bin of [`Spill`].
const BIN_FRAMES: i32 = 16;

/// The frames between two successive rows in time, and the frame and place of the later one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gap {
    pub frames: i64,
    pub frame: i32,
    pub place: u64,
}

impl Spill {
    pub fn new(folder: &Path, limit: u64) -> Spill {
        Spill { folder: folder.to_path_buf(), limit, is_dry: false, rows: 0, bins: BTreeMap::new() }
    }

    /// One that keeps no rows.
    pub fn dry() -> Spill {
        let mut spill = Spill::new(Path::new(""), 0);
        spill.is_dry = true;
        spill
    }

    fn file(&self, bin: i32) -> PathBuf {
        self.folder.join(format!("{TEMPORARY_PREFIX}rows-{bin}"))
    }

    pub fn push(&mut self, row: Row, context: &Context) -> Result<()> {
        let bin = self.bins.entry(row.frame.div_euclid(BIN_FRAMES)).or_default();
        bin.first.get_or_insert((row.frame, row.place));
        if self.is_dry {
            return Ok(());
        }
        bin.rows.push(row);
        self.rows += 1;
        if self.bytes() > self.limit {
            self.put_aside(context)?;
        }
        Ok(())
    }

    /// Writes all rows in memory to the disk.
    pub fn put_aside(&mut self, context: &Context) -> Result<()> {
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

    /// Bytes of the rows in memory, with the room of vectors that grow by doubling.
    pub fn bytes(&self) -> u64 {
        2 * self.rows * size_of::<Row>() as u64
    }

    /// Spans of [`BIN_FRAMES`] frames that have rows.
    pub fn spans(&self) -> usize {
        self.bins.len()
    }

    /// The largest gap in time, to within [`BIN_FRAMES`].
    pub fn largest_gap(&self) -> Gap {
        let pairs = self.bins.iter().zip(self.bins.iter().skip(1));
        let gaps = pairs.map(|((before, _), (after, bin))| {
            let (frame, place) = bin.first.unwrap_or_default();
            Gap { frames: (i64::from(*after) - i64::from(*before)) * i64::from(BIN_FRAMES), frame, place }
        });
        gaps.max_by_key(|gap| gap.frames).unwrap_or_default()
    }

    /// The first frame that has a row left, or, for rows on the disk, that may have one; `None` when none is left.
    pub fn first_frame(&mut self) -> Option<i32> {
        let (number, bin) = self.bins.first_key_value()?;
        bin.rows.iter().map(|row| row.frame).min().filter(|_| bin.on_disk == 0).or(Some(number * BIN_FRAMES))
    }

    /// The most rows that are taken for a shard of `interval` frames, where shards begin at frame `first` and the last
    /// frame is `last`, and the most of them that belong to later shards, since spans are taken whole.
    pub fn most_at_once(&self, first: i32, last: i32, interval: u32) -> (u64, u64) {
        let shard_of = |frame: i64| (frame.min(i64::from(last)) - i64::from(first)).max(0) / i64::from(interval);
        let (mut shards, mut most, mut most_left) = (BTreeMap::<i64, u64>::new(), 0, 0);
        for (number, bin) in &self.bins {
            let begin = i64::from(*number) * i64::from(BIN_FRAMES);
            let (from, to) = (shard_of(begin), shard_of(begin + i64::from(BIN_FRAMES) - 1));
            let rows = bin.rows.len() as u64 + bin.on_disk;
            if from < to {
                most_left = most_left.max(rows);
            }
            (from..=to).for_each(|shard| *shards.entry(shard).or_default() += rows);
            let later = shards.split_off(&from);
            most = most.max(shards.into_values().max().unwrap_or(0));
            shards = later;
        }
        (most.max(shards.into_values().max().unwrap_or(0)), most_left)
    }

    /// Takes all rows of frames up to `last`.
    pub fn take(&mut self, last: i32, context: &Context) -> Result<Vec<Row>> {
        let bins: Vec<i32> = self.bins.range(..=last.div_euclid(BIN_FRAMES)).map(|(bin, _)| *bin).collect();
        let count = |number: &i32| self.bins[number].rows.len() as u64 + self.bins[number].on_disk;
        let rows: u64 = bins.iter().map(count).sum();
        let mut taken = Vec::new();
        let no_memory = |_| Error::NoMemory { bytes: rows * size_of::<Row>() as u64, what: "the rows of one shard" };
        taken.try_reserve_exact(rows as usize).map_err(no_memory)?;
        for number in bins {
            context.check()?;
            let path = self.file(number);
            let bin = self.bins.get_mut(&number).expect("listed above");
            let first = taken.len();
            taken.append(&mut bin.rows);
            bin.rows = Vec::new();
            if bin.on_disk > 0 {
                let before = taken.len();
                taken.resize(before + bin.on_disk as usize, Row::zeroed());
                let mut file = File::open(&path).context("open", &path)?;
                file.read_exact(bytemuck::must_cast_slice_mut(&mut taken[before..])).context("read", &path)?;
                drop(file);
                std::fs::remove_file(&path).context("remove", &path)?;
                bin.on_disk = 0;
            }
            let later = taken.extract_if(first.., |row| row.frame > last).collect::<Vec<_>>();
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
