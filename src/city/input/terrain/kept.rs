//! A terrain in files of its own, which other processes map.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::fill::Occupancy;
use super::placement::PlacementRecord;
use super::values::Values;
use super::{Placement, Terrain};
use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability};
use crate::io::input;
use crate::io::mapped::Mapped;
use crate::io::raster::{RasterHeader, RasterWindow};
use crate::{Error, Result};

/// The heights, row by row from the north, in single precision; NaN stands for no data.
const HEIGHTS: &str = "terrain.bin";

/// A bit for each block of 8 x 8 pixels with data; only where some pixels have none.
const DATA: &str = "terrain-data.bin";

/// A terrain in files, but for its heights.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptTerrain {
    header: RasterHeader,
    window: RasterWindow,
    placement: Option<PlacementRecord>,
    has_gaps: bool,
}

impl Terrain {
    /// Writes the terrain into a folder; what it returns makes a terrain of the files again, which has the same heights
    /// everywhere.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn keep(&self, folder: &Path, durability: Durability) -> Result<KeptTerrain> {
        write(&folder.join(HEIGHTS), self.values(), durability, || self.release())?;
        if let Some(gaps) = &self.gaps {
            write(&folder.join(DATA), gaps.lowest(), durability, || ())?;
        }
        self.check_whole()?;
        Ok(KeptTerrain {
            header: self.header,
            window: self.window.clone(),
            placement: self.placement.as_ref().map(|placement| placement.record()),
            has_gaps: self.gaps.is_some(),
        })
    }

    /// Maps a terrain that was kept in a folder.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for files that do not hold such a terrain; [`Error::Io`].
    pub(crate) fn of_kept(folder: &Path, kept: &KeptTerrain) -> Result<Terrain> {
        let path = folder.join(HEIGHTS);
        let damaged = |path: &Path, seen: String| Error::bad_format(path, None, seen, "the terrain of a prepared city");
        let KeptTerrain { header, window, placement, has_gaps } = kept.clone();
        let is_within = window.rows.end <= header.rows && window.cols.end <= header.cols;
        if header.fault().is_some() || !is_within || window.rows.is_empty() || window.cols.is_empty() {
            return Err(damaged(&path, format!("a window of {window:?} of {header:?}")));
        }
        let mapped = Mapped::open(&input::open(&path)?).context("map", &path)?;
        if mapped.bytes().len() as u64 != window.pixels() * size_of::<f32>() as u64 {
            return Err(damaged(&path, format!("{} bytes for {} heights", mapped.bytes().len(), window.pixels())));
        }
        let gaps = if has_gaps { Some(Arc::new(read_gaps(folder, &window)?)) } else { None };
        let placement = match &placement {
            Some(record) => Placement::of_record(record, &header).map_err(|why| damaged(&path, why))?,
            None => None,
        };
        Ok(Terrain {
            header,
            window,
            values: Arc::new(Values::File { mapped, action: "read", path }),
            gaps,
            outliers: None,
            flat: None,
            crs: None,
            matrix: None,
            placement: placement.map(Arc::new),
        })
    }
}

/// Writes values, and calls `release` for those that were written from time to time.
fn write<T: bytemuck::NoUninit>(path: &Path, values: &[T], durability: Durability, release: impl Fn()) -> Result<()> {
    const AT_ONCE: usize = 16 << 20;
    let mut file = AtomicFile::create(path)?;
    for bytes in bytemuck::cast_slice(values).chunks(AT_ONCE) {
        file.write_all(bytes).context("write", path)?;
        release();
    }
    file.commit(durability)
}

fn read_gaps(folder: &Path, window: &RasterWindow) -> Result<Occupancy> {
    let path = folder.join(DATA);
    let bytes = input::read(&path)?;
    let words = bytes.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes"))).collect();
    Occupancy::of_lowest(window.cols.len(), window.rows.len(), words).ok_or_else(|| {
        Error::bad_format(&path, None, format!("{} bytes", bytes.len()), "the blocks of the terrain of a prepared city")
    })
}
