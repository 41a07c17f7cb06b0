//! The merged mesh into a file.

use std::path::Path;

use super::{MergeReport, MeshSink, plan};
use crate::Result;
use crate::city::store::MeshStore;
use crate::io::surface::{SurfaceFormat, SurfaceWriter};
use crate::job::Runner;

/// How to merge.
#[derive(Clone, Debug, Default)]
pub struct MergeOptions {
    /// Merge a store from which tiles are missing: the mesh has holes.
    pub allow_incomplete: bool,
    /// Flush the file to the disk before it gets its name.
    pub sync: bool,
}

impl MeshSink for SurfaceWriter {
    fn vertices(&mut self, positions: &[[f64; 3]]) -> Result<()> {
        SurfaceWriter::vertices(self, positions)
    }

    fn faces(&mut self, faces: &[[u64; 3]], markers: &[i32]) -> Result<()> {
        SurfaceWriter::faces(self, faces, markers)
    }
}

/// Merges the tiles of a city's store into one file: PLY, VTU or OBJ, as its name says.
///
/// # Errors
/// As [`plan`] and [`SurfaceWriter`]; [`crate::Error::Cancelled`]. The file gets its name only when it is whole.
pub fn merge_to_file(
    store: &MeshStore,
    path: &Path,
    options: &MergeOptions,
    runner: &mut Runner,
) -> Result<MergeReport> {
    let format = SurfaceFormat::from_path(path)?;
    let plan = plan(store, options.allow_incomplete)?;
    let (vertices, faces) = plan.sizes();
    runner.begin("merge", plan.cells(), faces)?;
    let context = runner.context().clone();
    let mut writer = SurfaceWriter::create(path, format, vertices, faces)?;
    let report = plan.stream(&mut writer, || context.check())?;
    writer.finish(options.sync)?;
    context.add_items(faces);
    runner.finish();
    Ok(report)
}
