//! Answers straight from the files: tables say which trajectories may be near, shards say where they are.
//!
//! ```text
//! ball -> box of cells -> cells of the table in it (walked) -> ids -> entries (index of the shard) -> positions
//!   -> distance
//! ```
//!
//! Every answer is exact: it equals what comparing the query with every sample of the shards gives. Distances are
//! computed in double, `sqrt(dx*dx + dy*dy + dz*dz)`, and a sample is within a radius when that distance is not above
//! it. A sample is a position without NaN or infinity in an entry whose number of valid samples is not 0.
//!
//! | file | what it holds |
//! |---|---|
//! | `dataset` | [`Dataset`]: the open folder, its shards and tables, memory |
//! | `shards` | one mapped shard and its index of ids |
//! | `tables` | the tables of one cell size, opened when asked |
//! | `ball` | the samples within a radius at one time step |
//! | `spatial` | radius, two radii, a range of time steps, nearest, batches |
//! | `moving` | a query point that moves |
//! | `ask` | [`Query`]: queries in the background |
//! | `result` | [`QueryResult`] |

mod ask;
mod ball;
mod dataset;
mod moving;
mod open_shards;
mod result;
mod shards;
mod spatial;
mod tables;

pub use ask::Query;
pub use dataset::{Dataset, DatasetOptions, MemoryStats};
pub use moving::{PathPoint, QueryPath};
pub use result::{QueryResult, Sample};
