//! The streams of glTF's extension `EXT_meshopt_compression`: written and read, in plain Rust.
//!
//! | module | what it holds |
//! |---|---|
//! | [`attributes`] | arrays of elements of equal size (the extension's mode 0), codec version 0 |
//! | [`triangles`] | lists of triangles (mode 1) |
//! | [`filters`] | positions on a grid and unit vectors, as the codec of attributes takes them |
//! | [`order`] | the order of triangles in which their stream is short |
//!
//! Codec version 1 of attributes, which newer encoders write by default, is not part of the extension. All arithmetic
//! is of integers or of correctly rounded operations, so that the bytes are the same on every platform.

pub mod attributes;
pub mod filters;
pub mod order;
pub mod triangles;

/// A fault of a stream, as a part of a sentence.
pub type Fault = String;
