//! Building footprints and a terrain raster become one triangle surface mesh of ground, walls and roofs.
//!
//! The mesh is made tile by tile and is the same, bit for bit, for every tiling. Data flow one way:
//!
//! | module | what it holds |
//! |---|---|
//! | [`footprint`] | footprints as they come in: polygons, height, level of detail |
//! | [`heights`] | which property states a building's height, and which values are heights |
//! | [`geojson`] | footprints from GeoJSON |
//! | [`terrain`] | the ground: a raster of heights, and the height at any point |
//! | [`generate`] | cities from nothing, for trying things out |
//! | [`domain`] | the rectangle that is meshed, and local coordinates |
//! | [`parameters`] | the parameters of a city mesh |
//! | [`clean`] | footprints made clean, once for the whole city |
//! | [`planar`] | the plane as the buildings cut it: edges, regions, an index |
//! | [`geometry`] | points and predicates of the plane |
//! | [`mesher`] | the canonical triangulation of a rectangle of the plane |
//! | [`cells`] | cells and tiles: who owns which triangle |
//! | [`surface`] | heights and walls: from the plane to the surface of a tile |
//! | [`store`] | the folder of tiles |
//! | [`local`] | tiles as engines read them: single precision, a local origin, one of two frames |
//! | [`build`] | the job: from footprints and terrain to a store of tiles |
//! | [`tile_size`] | how large tiles may be |
//! | [`merge`] | the tiles of a store become one mesh |
//! | [`check`] | whether a mesh is whole: duplicates, holes, T-junctions, angles, areas |
//! | [`inspect`] | what a store holds |
//! | [`preview`] | a picture of a mesh |

pub mod build;
pub mod cells;
pub mod check;
pub mod clean;
pub mod domain;
pub mod footprint;
pub mod generate;
pub mod geojson;
pub mod geometry;
pub mod heights;
pub mod inspect;
pub mod local;
pub mod merge;
pub mod mesher;
pub mod parameters;
pub mod planar;
pub mod preview;
pub mod store;
pub mod surface;
pub mod terrain;
pub mod tile_size;
