//! What a job is given to make a city from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::footprint::Footprint;
use super::geojson::FootprintOptions;
use super::terrain::Terrain;
use crate::Result;
use crate::io::output::refuse_inputs;

/// Where the footprints come from.
#[derive(Clone, Debug)]
pub enum Footprints {
    /// A GeoJSON file.
    File(PathBuf, FootprintOptions),
    /// Memory.
    Memory(Arc<[Footprint]>),
}

/// Where the terrain comes from.
#[derive(Clone, Debug)]
pub enum Ground {
    /// A GeoTIFF or an ESRI ASCII grid.
    File(PathBuf),
    /// Memory.
    Memory(Arc<Terrain>),
}

/// What a city mesh is made from.
#[derive(Clone, Debug)]
pub struct CityInput {
    /// The buildings.
    pub footprints: Footprints,
    /// The terrain.
    pub terrain: Ground,
}

impl CityInput {
    /// Refuses to write a file in the place of one that the city is made from.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] when `output` is one of the files, under whatever name; [`crate::Error::Io`].
    pub fn refuse_as_output(&self, output: &Path) -> Result<()> {
        refuse_inputs(output, "output", self.files())
    }

    /// The files that the city is made from.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let footprints = match &self.footprints {
            Footprints::File(path, _) => Some(&**path),
            Footprints::Memory(_) => None,
        };
        let terrain = match &self.terrain {
            Ground::File(path) => Some(&**path),
            Ground::Memory(_) => None,
        };
        footprints.into_iter().chain(terrain)
    }
}
