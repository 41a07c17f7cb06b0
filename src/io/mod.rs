//! What is read and written at the edges.

pub mod ascii_grid;
pub mod atomic;
pub mod crs;
pub mod free_space;
pub mod geotiff;
mod guard;
pub mod in_use;
pub mod input;
pub mod lock;
pub mod mapped;
pub mod mapped_array;
pub mod output;
pub mod patient;
pub mod picture;
pub mod positioned;
pub mod raster;
pub mod recognise;
mod sidecar;
pub mod surface;
pub mod temporary;
