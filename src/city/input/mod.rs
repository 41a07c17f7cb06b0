//! What a city is made from: footprints and the ground, as files and memory have them.

pub mod footprint;
pub mod generate;
pub mod geojson;
mod given;
pub mod heights;
mod limit;
pub mod terrain;

pub use given::{CityInput, Footprints, Ground};
pub use limit::Limit;
