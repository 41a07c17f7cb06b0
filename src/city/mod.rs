//! Building footprints and a terrain raster become one triangle surface mesh of ground, walls and roofs.
//!
//! The mesh is made tile by tile and is the same, bit for bit, for every tiling. Data flow one way:
//!
//! | module | what it holds |
//! |---|---|
//! | [`footprint`] | footprints as they come in: polygons, height, level of detail |
//! | [`check`] | is a surface sound: topology, angles, areas, in bounded memory |
//! | [`preview`] | pictures of a surface |

pub mod check;
pub mod footprint;
pub mod preview;
