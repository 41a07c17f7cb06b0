//! The input of a city: footprints and the ground, from files or from memory.

pub mod footprint;
pub mod footprints;
pub mod generate;
mod given;
pub mod heights;
mod limit;
pub mod outside;
pub(crate) mod systems;
pub mod terrain;

pub use given::{CityInput, Footprints, Ground};
pub use limit::Limit;
