//! The input of a job that makes a city.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::footprint::Footprint;
use super::footprints::FootprintOptions;
use super::terrain::Terrain;
use crate::Result;
use crate::io::output::refuse_inputs;

/// The source of the footprints.
#[derive(Clone, Debug)]
pub enum Footprints {
    /// A file of any format that [`read_footprints`](super::footprints::read_footprints) reads.
    File(PathBuf, FootprintOptions),
    /// Footprints in memory.
    Memory(Arc<[Footprint]>),
}

/// The source of the terrain.
#[derive(Clone, Debug)]
pub enum Ground {
    /// A GeoTIFF, an ESRI ASCII grid, an XYZ grid, an SRTM tile (.hgt) or a VRT; or a folder of such files, as
    /// [`Ground::Files`] in the order of their names.
    File(PathBuf),
    /// Files, or folders of them, as one raster: where they overlap, the first that has data counts.
    Files(Vec<PathBuf>),
    /// Terrain in memory.
    Memory(Arc<Terrain>),
}

impl Ground {
    /// Returns the paths of the files and folders; none for terrain in memory.
    pub(crate) fn paths(&self) -> &[PathBuf] {
        match self {
            Ground::File(path) => std::slice::from_ref(path),
            Ground::Files(paths) => paths,
            Ground::Memory(_) => &[],
        }
    }
}

/// The input of a city mesh.
#[derive(Clone, Debug)]
pub struct CityInput {
    /// The buildings.
    pub footprints: Footprints,
    /// The terrain.
    pub terrain: Ground,
}

impl CityInput {
    /// Refuses an output file that is one of the city's input files.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] when `output` is one of the files, under any name; [`crate::Error::Io`].
    pub fn refuse_as_output(&self, output: &Path) -> Result<()> {
        refuse_inputs(output, "output", self.files())
    }

    /// Returns the city's input files.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let footprints = match &self.footprints {
            Footprints::File(path, _) => Some(&**path),
            Footprints::Memory(_) => None,
        };
        let terrain = self.terrain.paths().iter().map(PathBuf::as_path);
        footprints.into_iter().chain(terrain)
    }
}
