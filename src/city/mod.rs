//! Builds one triangle surface mesh of ground, walls and roofs from building footprints and a terrain raster.
//!
//! The mesh is built tile by tile and is the same, bit for bit, for every tiling. Data flow one way through four
//! folders, `input`, `plane`, `tiles` and `output`. Their modules are public here: `city::merge` is
//! `src/city/output/merge`.
//!
//! | folder | module | content |
//! |---|---|---|
//! | input | [`CityInput`] | what a city is built from: [`Footprints`] and [`Ground`], from files or from memory |
//! | | [`Limit`] | the range of a parameter |
//! | | [`outside`] | what is done where a terrain has no data |
//! | | [`footprint`] | footprints in the coordinates of their source: polygons, height, level of detail |
//! | | [`heights`] | which property states a building's height, and which values are heights |
//! | | [`footprints`] | reads footprints from files: GeoJSON and other formats |
//! | | [`terrain`] | the ground: a raster of heights, and the height at any point |
//! | | [`generate`] | generates cities for trials and tests |
//! | plane | [`geometry`] | points of the plane, and predicates |
//! | | [`domain`] | the meshed rectangle, and its local coordinates |
//! | | [`area`] | the meshed part of it, with its outline |
//! | | [`cells`] | cells and tiles: which of them owns a triangle |
//! | | [`planar`] | the plane as the buildings divide it: edges, regions, a spatial index |
//! | | [`parameters`] | the parameters of a city mesh |
//! | | [`clean`] | cleans the footprints, once for the whole city |
//! | | [`mesher`] | the canonical triangulation of a rectangle of the plane |
//! | tiles | [`surface`] | heights and walls: turns the triangulated plane into the surface of a tile |
//! | | [`store`] | the folder of tiles: its files and their formats |
//! | | [`build`] | the job that builds a store of tiles from footprints and terrain |
//! | | [`tile_size`] | the largest tiles for a memory limit |
//! | output | [`local`] | tiles for engines: single precision, a local origin, one of two frames |
//! | | [`merge`] | merges the tiles of a store into one mesh |
//! | | [`check`] | checks a mesh for holes, duplicates, T-junctions, angles and areas |
//! | | [`inspect`] | summarises a store |
//! | | [`preview`] | draws a picture of a mesh |
//! | | [`levels`] | the city on coarser levels, which fit each other |
//! | | [`tileset`] | a city as 3D Tiles, which globes and engines stream |

mod input;
mod output;
mod plane;
mod tiles;

pub use input::{CityInput, Footprints, Ground, Limit, footprint, footprints, generate, heights, outside, terrain};
pub use output::{check, inspect, levels, local, merge, preview, tileset};
pub use plane::parameters;
#[doc(hidden)]
pub use plane::{area, cells, clean, domain, geometry, mesher, planar};
#[doc(hidden)]
pub use tiles::surface;
pub use tiles::{build, store, tile_size};
