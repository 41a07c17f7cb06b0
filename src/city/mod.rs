//! Building footprints and a terrain raster become one triangle surface mesh of ground, walls and roofs.
//!
//! The mesh is made tile by tile and is the same, bit for bit, for every tiling. Data flow one way:
//!
//! | module | what it holds |
//! |---|---|
//! | [`footprint`] | footprints as they come in: polygons, height, level of detail |
//! | [`clean`] | footprints as a mesher can use them: merged or sharing walls, simplified, checked exactly |

pub mod clean;
pub mod footprint;
