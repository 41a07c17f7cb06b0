//! Tiles: their surfaces, the folder that stores them, and the job that builds them.

pub mod build;
mod estimate;
pub mod store;
pub mod surface;
pub mod tile_size;
mod within;
