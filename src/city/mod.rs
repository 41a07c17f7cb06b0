//! Building footprints and a terrain raster become one triangle surface mesh of ground, walls and roofs.
//!
//! The mesh is made tile by tile and is the same, bit for bit, for every tiling. Data flow one way:
//!
//! | module | what it holds |
//! |---|---|
//! | [`footprint`] | footprints as they come in: polygons, height, level of detail |
//! | [`terrain`] | the ground: a raster of heights, and the height at any point |
//! | [`generate`] | cities from nothing, for tests and measurements |

pub mod footprint;
pub mod generate;
pub mod terrain;
