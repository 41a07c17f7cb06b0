//! Writes the merged mesh into a file.

use std::path::{Path, PathBuf};

use super::{MergePlan, MergeReport, MeshSink, plan_foreign};
use crate::Result;
use crate::city::input::Limit;
use crate::city::tiles::store::MeshStore;
use crate::io::Durability;
use crate::io::output::refuse_inputs;
use crate::io::surface::{Groups, Markers, SurfaceFormat, SurfaceOptions, SurfaceWriter};
use crate::job::{Context, Phase, Runner};

/// The phases of a merge. Their weights relate to those of [`crate::city::tiles::build::PHASES`] as the durations do.
pub const PHASES: [Phase; 2] = [Phase { name: "verify", weight: 1.0 }, Phase { name: "merge", weight: 7.0 }];

/// Options of a merge.
#[derive(Clone, Debug)]
pub struct MergeOptions {
    /// Whether to merge a city's store even if tiles are missing; the mesh then has holes.
    pub allow_incomplete: bool,
    /// The largest distance at which vertices of other programs' tiles become one, in metres; 0.01 by default. A city's
    /// tiles need none.
    pub snap_distance: f64,
    /// Whether to sync the file to the disk before it gets its name.
    pub fsync: bool,
    /// Whether the file has the triangles' markers.
    pub markers: Markers,
    /// The groups of an OBJ file.
    pub groups: Groups,
}

impl MergeOptions {
    /// The range of `snap_distance`: vertices that were meant to be one are never farther apart.
    pub const SNAP_DISTANCE: Limit = Limit::new("snap_distance", 0.0, 1000.0, "m", 0.01);

    /// Checks everything that can be checked without the store.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] for what is out of range.
    pub fn check(&self) -> Result<()> {
        Self::SNAP_DISTANCE.check(self.snap_distance)
    }
}

impl Default for MergeOptions {
    fn default() -> MergeOptions {
        MergeOptions {
            allow_incomplete: false,
            snap_distance: Self::SNAP_DISTANCE.default,
            fsync: false,
            markers: Markers::default(),
            groups: Groups::default(),
        }
    }
}

/// A file being written, which counts its triangles.
struct FileSink<'a> {
    writer: SurfaceWriter,
    context: &'a Context,
}

impl MeshSink for FileSink<'_> {
    fn vertices(&mut self, positions: &[[f64; 3]]) -> Result<()> {
        self.writer.vertices(positions)
    }

    fn faces(&mut self, faces: &[[u64; 3]], markers: &[i32]) -> Result<()> {
        self.context.add_items(faces.len() as u64);
        self.writer.faces(faces, markers)
    }
}

/// Merges the tiles of a store into one file: PLY, VTU, OBJ or STL, by its extension.
///
/// # Errors
/// As [`MergeOptions::check`]; [`crate::Error::NotFound`] for a store without a tile, whatever the options allow; as
/// [`super::plan`] for the store of a city, as [`plan_foreign`] for one of another program's tiles; as
/// [`SurfaceWriter`]; [`crate::Error::Cancelled`]. The file gets its name only when it is whole.
pub fn merge_to_file(
    store: &MeshStore,
    path: &Path,
    options: &MergeOptions,
    runner: &mut Runner,
) -> Result<MergeReport> {
    options.check()?;
    let format = SurfaceFormat::from_path(path)?;
    format.check_files_beside(path, options.markers)?;
    let tiles: Vec<PathBuf> = store.list_tiles()?.iter().map(|name| store.tile_path(name)).collect::<Result<_>>()?;
    refuse_inputs(path, "output", tiles.iter().map(|tile| &**tile))?;
    let context = runner.context().clone();
    runner.plan(&PHASES);
    let stats = store.total_stats()?;
    if options.allow_incomplete || store.manifest().city.is_none() {
        stats.refuse_no_tiles(store)?;
    }
    let city = store.manifest().city.as_ref();
    let (buildings, crs) = (city.map(|city| city.buildings), city.and_then(|city| city.crs.clone()));
    let surface = SurfaceOptions { markers: options.markers, groups: options.groups, buildings, crs };
    runner.begin("verify", stats.tiles, 0)?;
    let (report, sink) = if store.manifest().city.is_some() {
        let counted = || {
            context.add_unit();
            context.check()
        };
        let plan = runner.run(|| MergePlan::new(store, options.allow_incomplete, counted))?;
        let (vertices, faces) = plan.sizes();
        runner.begin("merge", 0, faces)?;
        let writer = SurfaceWriter::with_options(path, format, vertices, faces, &surface)?;
        let mut sink = FileSink { writer, context: &context };
        let report = runner.run(|| plan.stream(&mut sink, || context.check()))?;
        (report, sink)
    } else {
        let plan = runner.run(|| plan_foreign(store, options.snap_distance, &context))?;
        let report = *plan.report();
        runner.begin("merge", stats.tiles, report.triangles)?;
        let writer = SurfaceWriter::with_options(path, format, report.vertices, report.triangles, &surface)?;
        let mut sink = FileSink { writer, context: &context };
        runner.run(|| plan.stream(&mut sink, &context))?;
        (report, sink)
    };
    let durability = Durability::with_fsync(options.fsync);
    let written = runner.run(|| sink.writer.finish_with(durability, &mut || context.check()))?;
    let report = MergeReport { origin: written.origin, rounding: written.rounding, ..report };
    runner.finish();
    Ok(report)
}
