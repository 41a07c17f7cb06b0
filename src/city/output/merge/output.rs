//! Writes the merged mesh into a file, or into memory.

use std::path::{Path, PathBuf};

use super::{ForeignPlan, MergePlan, MergeReport, MeshSink, plan_foreign};
use crate::city::input::Limit;
use crate::city::tiles::store::{MeshStore, StoreStats};
use crate::io::Durability;
use crate::io::output::refuse_inputs;
use crate::io::surface::{Groups, Markers, Surface, SurfaceFormat, SurfaceOptions, SurfaceWriter};
use crate::job::{Context, Phase, Runner};
use crate::{Error, Result};

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
    let city = store.manifest().city.as_ref();
    let (buildings, crs) = (city.map(|city| city.buildings), city.and_then(|city| city.crs.clone()));
    let surface = SurfaceOptions { markers: options.markers, groups: options.groups, buildings, crs };
    let plan = Plan::make(store, options, &stats, runner)?;
    let (vertices, faces) = plan.sizes();
    let writer = SurfaceWriter::with_options(path, format, vertices, faces, &surface)?;
    let mut sink = FileSink { writer, context: &context };
    let report = plan.stream(&mut sink, runner)?;
    let durability = Durability::with_fsync(options.fsync);
    let written = runner.run(|| sink.writer.finish_with(durability, &mut || context.check()))?;
    let report = MergeReport { origin: written.origin, rounding: written.rounding, ..report };
    runner.finish();
    Ok(report)
}

/// A surface in memory that becomes the merged mesh.
struct SurfaceSink<'a> {
    surface: Surface,
    markers: Vec<i32>,
    context: &'a Context,
}

impl MeshSink for SurfaceSink<'_> {
    fn vertices(&mut self, positions: &[[f64; 3]]) -> Result<()> {
        self.surface.vertices.extend_from_slice(positions);
        Ok(())
    }

    fn faces(&mut self, faces: &[[u64; 3]], markers: &[i32]) -> Result<()> {
        self.context.add_items(faces.len() as u64);
        // There are fewer than 2^32 vertices: that was checked before the first was taken.
        self.surface.faces.extend(faces.iter().map(|face| face.map(|vertex| vertex as u32)));
        self.markers.extend_from_slice(markers);
        Ok(())
    }
}

/// Merges the tiles of a store into one surface in memory, the same as [`merge_to_file`] writes. The surface itself
/// does not count against the job's memory limit: it takes 24 bytes for a vertex and 16 for a triangle.
///
/// # Errors
/// As [`merge_to_file`], as far as it does not concern the file; [`crate::Error::Unsupported`] for more than 2^32
/// vertices; [`crate::Error::NoMemory`] when there is no memory for the surface.
pub fn merge_to_surface(
    store: &MeshStore,
    options: &MergeOptions,
    runner: &mut Runner,
) -> Result<(Surface, MergeReport)> {
    options.check()?;
    let context = runner.context().clone();
    runner.plan(&PHASES);
    let plan = Plan::make(store, options, &store.total_stats()?, runner)?;
    let (vertices, faces) = plan.sizes();
    if vertices > 1 << 32 {
        let what = format!("a mesh of {vertices} vertices; a mesh in memory has 2^32 at most: merge it into a file");
        return Err(Error::Unsupported { subject: store.folder().to_path_buf(), what });
    }
    let buildings = store.manifest().city.as_ref().map(|city| city.buildings);
    let mut sink =
        SurfaceSink { surface: Surface { buildings, ..Surface::default() }, markers: Vec::new(), context: &context };
    let reserved = sink.surface.vertices.try_reserve_exact(vertices as usize);
    let reserved = reserved.and_then(|()| sink.surface.faces.try_reserve_exact(faces as usize));
    reserved
        .and_then(|()| sink.markers.try_reserve_exact(faces as usize))
        .map_err(|_| Error::NoMemory { bytes: 24 * vertices + 16 * faces, what: "the merged mesh" })?;
    let report = plan.stream(&mut sink, runner)?;
    runner.finish();
    let SurfaceSink { surface, markers, .. } = sink;
    Ok((Surface { markers: Some(markers), ..surface }, report))
}

/// The plan of a merge, whoever made the tiles.
enum Plan {
    City(MergePlan),
    Foreign(ForeignPlan),
}

impl Plan {
    /// Reads the tiles' headers, or, of other programs' tiles, all of them.
    fn make(store: &MeshStore, options: &MergeOptions, stats: &StoreStats, runner: &mut Runner) -> Result<Plan> {
        let context = runner.context().clone();
        let is_city = store.manifest().city.is_some();
        if options.allow_incomplete || !is_city {
            stats.refuse_no_tiles(store)?;
        }
        runner.begin("verify", stats.tiles, 0)?;
        runner.run(|| {
            if !is_city {
                return plan_foreign(store, options.snap_distance, &context).map(Plan::Foreign);
            }
            let counted = || {
                context.add_unit();
                context.check()
            };
            MergePlan::new(store, options.allow_incomplete, counted).map(Plan::City)
        })
    }

    /// Returns the numbers of vertices and triangles.
    fn sizes(&self) -> (u64, u64) {
        match self {
            Plan::City(plan) => plan.sizes(),
            Plan::Foreign(plan) => (plan.report().vertices, plan.report().triangles),
        }
    }

    /// Hands the merged mesh to a sink.
    fn stream(&self, sink: &mut (dyn MeshSink + Send), runner: &mut Runner) -> Result<MergeReport> {
        let context = runner.context().clone();
        let (_, faces) = self.sizes();
        match self {
            Plan::City(plan) => {
                runner.begin("merge", 0, faces)?;
                runner.run(|| plan.stream(sink, || context.check()))
            }
            Plan::Foreign(plan) => {
                runner.begin("merge", plan.report().tiles, faces)?;
                runner.run(|| plan.stream(sink, &context))?;
                Ok(*plan.report())
            }
        }
    }
}
