//! A summary of a terrain before any build: what its files hold, and a look at its heights.

use std::path::PathBuf;

use serde::Serialize;

use super::outliers::Watch;
use super::{Placement, TerrainFile};
use crate::io::crs::{Crs, Fault};
use crate::io::raster::{RasterStorage, RasterWindow};
use crate::job::CancelToken;
use crate::{Error, Result, human};

/// The most pixels that are all looked at; of a larger raster, windows spread over it are.
const ALL: u64 = 1 << 26;
/// The number of windows along either edge of a larger raster, and the edge of one, in pixels.
const WINDOWS: usize = 16;
const WINDOW: usize = 256;

/// The summary of a terrain.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct TerrainSummary {
    /// The files or folders.
    pub paths: Vec<PathBuf>,
    /// How the raster is stored.
    pub storage: RasterStorage,
    /// The reference system, as the file or one beside it names it.
    pub reference_system: Option<String>,
    /// The number of columns.
    pub cols: usize,
    /// The number of rows.
    pub rows: usize,
    /// The width and the height of a pixel, in the unit of the reference system.
    pub cell: [f64; 2],
    /// The name of that unit: "m", "degrees", or as the system names it.
    pub unit: String,
    /// West, south, east, north, in the raster's own reference system.
    pub extent: [f64; 4],
    /// Whether the first row is the northernmost, and rows run from west to east.
    pub is_upright: bool,
    /// The length of the unit of heights in metres.
    pub height_unit: f64,
    /// The number of pixels that were looked at: all of them, or windows spread over a large raster.
    pub looked_at: u64,
    /// The number of those that have data.
    pub with_data: u64,
    /// The lowest and the highest height, in metres.
    pub range: Option<[f32; 2]>,
    /// Pixels on none of the files, in words.
    pub gaps: Option<String>,
    /// Doubts about the files, in words, such as heights that are far from all others.
    pub doubts: Vec<String>,
    /// Why a build would refuse the terrain.
    pub refusal: Option<String>,
}

impl TerrainFile {
    /// Summarises the terrain: looks at all heights, or, of a raster of more than 67 million pixels, at windows spread
    /// over it. `nodata` and `height_unit` are as in [`super::TerrainOptions`]; `on_pixels` is called with the number
    /// of pixels looked at since the last call.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Cancelled`]. Contents that a build would refuse are in the summary.
    pub fn survey(
        &mut self,
        nodata: &[f64],
        height_unit: Option<f64>,
        cancel: &CancelToken,
        on_pixels: &mut dyn FnMut(u64),
    ) -> Result<TerrainSummary> {
        let header = *self.header();
        let matrix = self.source.matrix();
        let placement = Placement::new(&header, matrix, None).ok().flatten();
        let mut summary = TerrainSummary {
            paths: vec![self.path.clone()],
            storage: self.source.storage(),
            reference_system: self.crs().map(Crs::to_string),
            cols: header.cols,
            rows: header.rows,
            cell: header.cell,
            unit: unit_of(self.crs()),
            extent: placement.map_or(header.bounds(), |placement| placement.bounds()),
            is_upright: matrix.is_none(),
            height_unit: 1.0,
            doubts: self.source.doubt().map(String::from).into_iter().collect(),
            ..TerrainSummary::default()
        };
        let looked = self.look(nodata, height_unit, cancel, on_pixels, &mut summary);
        match looked {
            Err(e @ (Error::Cancelled | Error::Io { .. } | Error::NoMemory { .. })) => return Err(e),
            looked => summary.refusal = looked.err().map(|e| e.to_string()).or(summary.refusal),
        }
        Ok(summary)
    }

    fn look(
        &mut self,
        nodata: &[f64],
        height_unit: Option<f64>,
        cancel: &CancelToken,
        on_pixels: &mut dyn FnMut(u64),
        summary: &mut TerrainSummary,
    ) -> Result<()> {
        summary.height_unit = self.source.interpret(nodata, height_unit)?;
        let (mut watch, header) = (Watch::new(), *self.header());
        for window in windows(&header.whole()) {
            self.source.read(&window, &mut |_, _, heights| {
                if cancel.is_cancelled() {
                    return Err(Error::Cancelled);
                }
                watch.add(heights);
                let known = || heights.iter().filter(|height| !height.is_nan());
                summary.looked_at += heights.len() as u64;
                summary.with_data += known().count() as u64;
                for &height in known() {
                    let [low, high] = summary.range.unwrap_or([height; 2]);
                    summary.range = Some([low.min(height), high.max(height)]);
                }
                on_pixels(heights.len() as u64);
                Ok(())
            })?;
        }
        summary.gaps = self.gaps(&header.whole());
        if let Some(outliers) = watch.finish() {
            let are_accepted = !outliers.are_voids() || nodata.iter().any(|value| value.is_nan());
            match are_accepted {
                true => summary.doubts.push(format!("it has {outliers}")),
                false => summary.refusal = Some(format!("it has {outliers}; accepted: {}", outliers.remedy())),
            }
        }
        if summary.range.is_none() {
            let pixels = human::count(summary.looked_at);
            summary.refusal = Some(format!("none of the {pixels} pixels that were looked at has data"));
        }
        Ok(())
    }
}

/// Returns the windows to look at.
fn windows(whole: &RasterWindow) -> Vec<RasterWindow> {
    if whole.pixels() <= ALL {
        return vec![whole.clone()];
    }
    let spread = |count: usize| -> Vec<std::ops::Range<usize>> {
        let number = WINDOWS.min(count.div_ceil(WINDOW));
        let start = |k: usize| match number {
            1 => 0,
            _ => k * count.saturating_sub(WINDOW) / (number - 1),
        };
        (0..number).map(|k| start(k)..(start(k) + WINDOW).min(count)).collect()
    };
    let columns = spread(whole.cols.len());
    let row = |rows: std::ops::Range<usize>| columns.iter().map(move |cols| (rows.clone(), cols.clone()));
    spread(whole.rows.len()).into_iter().flat_map(row).map(|(rows, cols)| RasterWindow { rows, cols }).collect()
}

/// Returns the name of the unit of coordinates.
fn unit_of(crs: Option<&Crs>) -> String {
    match crs.and_then(|crs| crs.fault.as_ref()) {
        Some(Fault::Degrees) => "degrees".into(),
        Some(Fault::Unit { name, .. }) => name.clone(),
        _ => "m".into(),
    }
}
