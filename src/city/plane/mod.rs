//! The plane: footprints made clean and planar, and their unique triangulation. Nothing here has a height.

pub mod area;
pub mod cells;
pub mod clean;
pub(crate) mod corners;
pub mod domain;
pub mod geometry;
pub mod mesher;
pub mod parameters;
pub mod planar;
pub(crate) mod quadtree;
