//! Building footprints and a terrain raster become one triangle surface mesh of ground, walls and roofs.
//!
//! The mesh is made tile by tile and is the same, bit for bit, for every tiling. Data flow one way:
//!
//! | module | what it holds |
//! |---|---|
//! | [`footprint`] | footprints as they come in: polygons, height, level of detail |

pub mod cells;
pub mod domain;
pub mod footprint;
pub mod geometry;
pub mod merge;
pub mod mesher;
pub mod parameters;
pub mod planar;
pub mod store;
pub mod surface;
