//! Answers queries straight from the files: tables list the trajectories that may be near, shards have their positions.
//!
//! ```text
//! ball -> box of cells -> cells of the table in it (walked) -> ids -> entries (index of the shard) -> positions
//!   -> distance
//! ```
//!
//! Every answer is exact: it equals the comparison of the query with every sample of the shards. Distances are
//! computed in double, `sqrt(dx*dx + dy*dy + dz*dz)`, and a sample is within a radius when its distance is at most the
//! radius. A sample is a position without NaN or infinity in an entry whose number of valid samples is not 0.
//!
//! | file | what it holds |
//! |---|---|
//! | `dataset` | [`Dataset`]: the open folder, its shards and tables, memory |
//! | `open_shards` | the shards of a data set, opened when first needed |
//! | `shards` | one mapped shard and its index of ids |
//! | `tables` | the tables of one cell size, opened when first needed |
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
