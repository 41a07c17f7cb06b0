//! What a job is given to make a city from.

use std::path::PathBuf;
use std::sync::Arc;

use super::footprint::Footprint;
use super::geojson::FootprintOptions;
use super::terrain::Terrain;

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
