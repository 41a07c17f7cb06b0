//! groma turns spatial data too big for memory, piece by piece, into files a real-time engine can use.
//!
//! | module | what it holds |
//! |---|---|
//! | [`trajectory`] | trajectory shards in, one spatial hash table per time step out |
//! | [`city`] | building footprints and terrain in, one tiled triangle mesh out |
//! | [`job`] | the runner: threads, progress, cancel, memory limit, journal, report |
//! | [`io`] | what is read and written at the edges: positioned reads, atomic files, rasters, surface meshes |
//! | [`capi`] | the C ABI; `include/groma.h` is made from it |
//! | [`error`] | the one error type and its status numbers |
//! | [`human`] | numbers as people read them |
//!
//! Building the tables of a data set takes its folder and a cell size:
//!
//! ```no_run
//! use groma::trajectory::build::{self, BuildOptions};
//!
//! let report = build::run("my-data-set", &BuildOptions::new(10.0))?;
//! println!("{report}");
//! # Ok::<(), groma::Error>(())
//! ```
//!
//! [`trajectory::build::spawn`] does the same as a job with progress and cancel.

#[cfg(target_endian = "big")]
compile_error!("groma's files are little-endian and are read without conversion");

pub mod capi;
pub mod city;
pub mod error;
pub mod human;
pub mod io;
pub mod job;
pub mod trajectory;

pub use error::{Error, Result, Status};

/// The pages that come with the source. Their Rust compiles, and the cookbook's runs, as a test.
#[cfg(any(doc, doctest))]
pub mod pages {
    #[doc = include_str!("../README.md")]
    pub mod readme {}

    #[doc = include_str!("../docs/cookbook.md")]
    pub mod cookbook {}

    #[doc = include_str!("../docs/heights.md")]
    pub mod heights {}
}

/// The version of this library, as in its `Cargo.toml`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
