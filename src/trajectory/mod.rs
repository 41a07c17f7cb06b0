//! Trajectory shards in, one spatial hash table per time step out; queries are answered from both.
//!
//! Data flow one way:
//!
//! ```text
//! files of other programs --import--> shard files
//! shard files --ShardFolder::open--> checked headers --scan--> box --build--> timestep_<n>.bin, groma-index.json
//! shard files, tables --Dataset::query--> QueryResult
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`dataset`] | the folder: which shards it has, its metadata, writing one |
//! | [`Steps`] | a range of time steps |
//! | [`shard`] | one shard file: header, checked layout, reading entries, writing |
//! | [`grid`] | box and cells; the arithmetic that byte identity rests on |
//! | [`morton`] | Morton keys, and the shorter keys a build sorts by |
//! | [`scan`] | pass 1: the box of all positions |
//! | [`build`] | pass 2: the tables |
//! | [`table`] | one table file, the folder of tables and its index |
//! | [`periodic`] | volumes that repeat themselves |
//! | [`query`] | answers straight from tables and shards |
//! | [`generate`], [`import`] | data sets from nothing, and from files of other programs |
//! | `keys`, `sort` | stages of pass 2, open to the benchmarks only |
//! | [`export`] | samples as CSV |
//! | [`inspect`] | what a path is and what is wrong with it |
//! | [`preview`] | a picture of a time step |

pub mod build;
pub mod dataset;
pub mod export;
pub mod generate;
pub mod grid;
pub mod import;
pub mod inspect;
#[doc(hidden)]
pub mod keys;
pub mod morton;
pub mod periodic;
pub mod preview;
pub mod query;
pub mod scan;
pub mod shard;
#[doc(hidden)]
pub mod sort;
mod steps;
pub mod table;

pub use steps::Steps;
