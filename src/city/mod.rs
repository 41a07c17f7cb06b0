//! Building footprints and a terrain raster become one triangle surface mesh of ground, walls and roofs.
//!
//! The mesh is made tile by tile and is the same, bit for bit, for every tiling. Data flow one way, through four wings:
//!
//! | wing | module | what it holds |
//! |---|---|---|
//! | input | [`footprint`] | footprints as they come in: polygons, height, level of detail |
//! | | [`heights`] | which property states a building's height, and which values are heights |
//! | | [`geojson`] | footprints from GeoJSON |
//! | | [`terrain`] | the ground: a raster of heights, and the height at any point |
//! | | [`generate`] | cities from nothing, for trying things out |
//! | plane | [`geometry`] | points and predicates of the plane |
//! | | [`domain`] | the rectangle that is meshed, and local coordinates |
//! | | [`cells`] | cells and tiles: who owns which triangle |
//! | | [`planar`] | the plane as the buildings cut it: edges, regions, an index |
//! | | [`parameters`] | the parameters of a city mesh |
//! | | [`clean`] | footprints made clean, once for the whole city |
//! | | [`mesher`] | the canonical triangulation of a rectangle of the plane |
//! | tiles | [`surface`] | heights and walls: from the plane to the surface of a tile |
//! | | [`store`] | the folder of tiles |
//! | | [`build`] | the job: from footprints and terrain to a store of tiles |
//! | | [`tile_size`] | how large tiles may be |
//! | output | [`local`] | tiles as engines read them: single precision, a local origin, one of two frames |
//! | | [`merge`] | the tiles of a store become one mesh |
//! | | [`check`] | whether a mesh is whole: duplicates, holes, T-junctions, angles, areas |
//! | | [`inspect`] | what a store holds |
//! | | [`preview`] | a picture of a mesh |

mod input;
mod output;
mod plane;
mod tiles;

pub use input::{CityInput, Footprints, Ground, Limit, footprint, generate, geojson, heights, terrain};
pub use output::{check, inspect, local, merge, preview};
pub use plane::parameters;
#[doc(hidden)]
pub use plane::{cells, clean, domain, geometry, mesher, planar};
#[doc(hidden)]
pub use tiles::surface;
pub use tiles::{build, store, tile_size};
