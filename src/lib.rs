//! groma turns spatial data too big for memory, piece by piece, into files a real-time engine can use.
//!
//! | module | what it holds |
//! |---|---|
//! | [`trajectory`] | trajectory shards in, one spatial hash table per time step out, and queries answered from both |
//! | [`city`] | building footprints and terrain in, one tiled triangle mesh out |
//! | [`job`] | the runner: threads, progress, cancel, memory limit, journal, report |
//! | [`io`] | what is read and written at the edges: positioned reads, atomic files, rasters, surface meshes |
//! | [`capi`] | the C ABI; `include/groma.h` is made from it |
//! | [`error`] | the one error type and its status numbers |
//! | [`human`] | numbers as people read them |
//!
//! What most programs need is here at the root. The tables of a data set take its folder and a cell size:
//!
//! ```no_run
//! use groma::{BuildHashTablesOptions, Dataset, DatasetOptions, QueryResult, build_hash_tables};
//!
//! let report = build_hash_tables("my-data-set", &BuildHashTablesOptions::new(10.0))?;
//! println!("{report}");
//! let dataset = Dataset::open("my-data-set", DatasetOptions::default())?;
//! let mut near = QueryResult::default();
//! dataset.query_time_range(10.0, 0..=99, [1.0, 2.0, 3.0], 5.0, &mut near)?;
//! # Ok::<(), groma::Error>(())
//! ```
//!
//! A city mesh takes footprints and terrain, from files or from memory:
//!
//! ```no_run
//! use groma::{BuildCityMeshOptions, CityInput, Footprints, Ground, MergeOptions, build_city_mesh, merge_to_file};
//! use groma::{MeshStore, RunOptions, Runner};
//!
//! let input = CityInput {
//!     footprints: Footprints::File("footprints.geojson".into(), Default::default()),
//!     terrain: Ground::File("terrain.tif".into()),
//! };
//! println!("{}", build_city_mesh(&input, "tiles", &BuildCityMeshOptions::default())?);
//! let mut runner = Runner::new(&RunOptions::default())?;
//! merge_to_file(&MeshStore::open("tiles")?, "city.ply".as_ref(), &MergeOptions::default(), &mut runner)?;
//! # Ok::<(), groma::Error>(())
//! ```
//!
//! [`spawn_hash_tables`] and [`spawn_city_mesh`] do the same as a [`Job`] with progress and cancel.

#[cfg(target_endian = "big")]
compile_error!("groma's files are little-endian and are read without conversion");

pub mod capi;
pub mod city;
pub mod error;
pub mod human;
pub mod io;
pub mod job;
pub mod trajectory;

pub use city::build::{BuildCityMeshOptions, CityReport, build_city_mesh, spawn_city_mesh};
pub use city::check::{Checked, Expectations, Verdict, check_mesh, check_store};
pub use city::merge::{MergeOptions, MergeReport, merge_to_file, merge_to_surface};
pub use city::parameters::Parameters;
pub use city::store::MeshStore;
pub use city::{CityInput, Footprints, Ground};
pub use error::{Error, MissingUnit, Result, Status};
pub use job::{CancelToken, Job, RunOptions, Runner};
pub use trajectory::Steps;
pub use trajectory::build::{BuildHashTablesOptions, HashTablesReport, build_hash_tables, spawn_hash_tables};
pub use trajectory::dataset::{ShardWriter, ShardWriterOptions};
pub use trajectory::query::{Dataset, DatasetOptions, Query, QueryResult, Sample};

/// The pages that come with the source. Their Rust compiles, and the cookbook's runs, as a test.
#[cfg(any(doc, doctest))]
pub mod pages {
    #[doc = include_str!("../README.md")]
    pub mod readme {}

    #[doc = include_str!("../docs/cookbook.md")]
    pub mod cookbook {}

    #[doc = include_str!("../docs/footprints.md")]
    pub mod footprints {}

    #[doc = include_str!("../docs/heights.md")]
    pub mod heights {}
}

/// The version of this library, as in its `Cargo.toml`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
