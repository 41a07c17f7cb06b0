//! Results made from a store of tiles: one mesh, a verdict, a picture, buffers for an engine.

pub mod check;
pub mod inspect;
pub mod levels;
pub mod local;
pub mod merge;
pub mod preview;
pub mod tileset;
