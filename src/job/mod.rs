//! The runner that every long piece of work goes through.
//!
//! A job cuts its work into a plan of *units* (a batch of shards, a tile) that never talk to each other. The parts,
//! each usable alone:
//!
//! - [`Runner`] hands units to a thread [`Pool`] of its own and passes each result, on one thread, to the code that
//!   records it; it calls the progress callback and stops when asked;
//! - [`Context`] is the state that workers share: cancel flag, progress counters, memory budget, warnings;
//! - [`Journal`] remembers which units are done, so that a second run does only those that are missing;
//! - [`Part`] is a share of the units, for one of several processes;
//! - [`Job`] runs the whole on a thread of its own, or a short piece of work on one of [`Workers`]; it can be polled,
//!   waited for and cancelled.
//!
//! Nothing here knows what a unit is.
//!
//! ```
//! use groma::job::{Job, RunOptions};
//!
//! let job = Job::spawn(&RunOptions::default(), None, |runner| {
//!     runner.begin("counting", 0, 0)?;
//!     Ok((1..=10).sum::<u32>())
//! })?;
//! assert_eq!(job.finish()?, 55);
//! # Ok::<(), groma::Error>(())
//! ```

pub(crate) mod aside;
mod context;
mod handle;
mod journal;
mod lanes;
mod memory;
mod part;
mod progress;
mod runner;
mod workers;

pub use context::{CancelToken, Context, RunOptions, Warning};
pub use handle::Job;
pub use journal::{Journal, Recovered, Seen};
pub(crate) use lanes::in_lanes;
pub use memory::{DEFAULT_MEMORY_LIMIT, MemoryBudget, Reservation, process_peak_bytes};
pub use part::Part;
pub(crate) use part::{unfinished, while_planned};
pub use progress::{Phase, PhaseReport, Progress};
pub use runner::{Pool, ProgressCallback, Runner};
pub use workers::Workers;
pub(crate) use workers::on_own_thread;
