//! Tiles: the surface over a part of the plane, the folder of tiles, and the job that fills it.

pub mod build;
mod estimate;
pub mod store;
pub mod surface;
pub mod tile_size;
mod within;
