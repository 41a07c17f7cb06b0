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
//! | `value` | [`Query`]: queries as values |
//! | `points` | query points from a file |
//! | `result` | [`QueryResult`] |
//! | `open_shard`, `open_shards` | a mapped shard and its index of ids; those of a data set, opened when first needed |
//! | `tables` | the tables of one cell size, opened when first needed |
//! | `counted` | a part of a total as long as it lives: open tables, bytes in the cache |
//! | `boxes` | boxes that are compared with a ball by eights, and a tree of them over the samples of a table |
//! | `unit` | positions in memory, compared with a ball by sixteens |
//! | `cached_step`, `cache` | the positions of a time step, in units; those that a data set keeps, within a limit |
//! | `order`, `closest` | the order of the numbers in an answer; what may be among the nearest |
//! | `dataset` | [`Dataset`]: the open folder, its shards and tables, memory |
//! | `images` | periodic volumes: the images that a ball reaches |
//! | `step_search` | the samples within a radius at one time step, from the files or from kept positions |
//! | `answering` | a query being answered: its time steps, many points in parallel |
//! | `spatial`, `nearest`, `moving` | query points that stay, the nearest to them, and points that move |
//! | `run` | any query, at once or in the background |
//! | `step_samples` | all samples of a time step |
//! | `neighbours` | all pairs of them that are near each other |

mod answering;
mod boxes;
mod cache;
mod cached_step;
mod closest;
mod counted;
mod dataset;
mod images;
mod moving;
mod nearest;
mod neighbours;
mod open_shard;
mod open_shards;
mod order;
mod points;
mod result;
mod run;
mod spatial;
mod step_samples;
mod step_search;
mod tables;
mod unit;
mod value;

pub use crate::trajectory::periodic::{Image, PeriodicVolume};
pub use dataset::{Dataset, DatasetOptions, MemoryStats};
pub use neighbours::{NeighbourQuery, Neighbours};
pub use points::{read_points, read_points_from};
pub use result::{QueryResult, Sample};
pub use step_samples::StepSamples;
pub use tables::TableBounds;
pub use value::{Centres, PathPoint, Periodicity, Query, QueryKind, QueryPath};
