//! The C ABI: the only place that speaks C. `include/groma.h` is generated from it and is its manual.
//!
//! One file per area, one panic boundary (`boundary::call`), one way to read options that can grow (`grow::read`).
//! Nothing here decides anything: each function translates its arguments for the Rust API.
//!
//! Names are C's, so Rust's naming lints do not apply.
//!
//! The caller's promises are stated once, under CONVENTIONS and OWNERSHIP on the header's first page: each pointer is
//! NULL or points to data of its type as the function's comment says, for the time of the call; structs that can grow
//! state their size; texts and arrays have the size that is given beside them. `SAFETY: by the conventions` names the
//! promises that a block relies on.
//!
//! The documentation is in C's terms too: brackets in it are array indices, not links.
#![allow(non_camel_case_types, clippy::missing_safety_doc, rustdoc::broken_intra_doc_links)]

mod arguments;
mod boundary;
mod city;
mod city_input;
mod city_report;
mod datasets;
mod grow;
mod handles;
mod hash_tables;
mod job;
mod logging;
mod mapped_arrays;
mod mesh_buildings;
mod mesh_exports;
mod mesh_jobs;
mod mesh_levels;
mod mesh_stores;
mod mesh_tiles;
mod parts;
mod queries;
mod queries_async;
mod query;
mod shards;
mod status;
mod tables;
mod text;
mod tile_size;

pub use city::*;
pub use city_input::*;
pub use city_report::*;
pub use datasets::*;
pub use handles::groma_open_handles;
pub use hash_tables::*;
pub use job::*;
pub use logging::*;
pub use mapped_arrays::*;
pub use mesh_buildings::*;
pub use mesh_exports::*;
pub use mesh_jobs::*;
pub use mesh_levels::*;
pub use mesh_stores::*;
pub use mesh_tiles::*;
pub use parts::*;
pub use queries::*;
pub use queries_async::*;
pub use query::*;
pub use shards::*;
pub use status::*;
pub use tables::*;
pub use text::groma_str;
pub use tile_size::*;
