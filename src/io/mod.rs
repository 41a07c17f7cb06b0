//! What is read and written at the edges.

pub mod atomic;
pub mod lock;
pub mod mapped;
pub mod positioned;
pub mod surface;
