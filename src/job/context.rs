//! The state that the workers of a job share.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde::Serialize;

use super::memory::{DEFAULT_MEMORY_LIMIT, MemoryBudget};
use super::progress::Counters;
use crate::{Error, Result};

/// How a job may use the machine.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// The number of worker threads, [`RunOptions::MOST_THREADS`] at most; 0 means one per processor.
    pub threads: usize,
    /// The most anonymous memory the job may take, in bytes; 0 means [`DEFAULT_MEMORY_LIMIT`]. Pages of files (the
    /// program's code, mapped inputs and outputs) are not counted: the system drops them when it needs the memory.
    pub memory_limit: u64,
    /// The flag that stops the job; it can be set from any thread.
    pub cancel: CancelToken,
}

impl RunOptions {
    /// The most threads there may be.
    pub const MOST_THREADS: usize = 1024;

    pub(crate) fn check_threads(&self) -> Result<()> {
        if self.threads > Self::MOST_THREADS {
            let accepted = format!("0 (one per processor) to {}", Self::MOST_THREADS);
            return Err(Error::invalid("threads", self.threads, accepted));
        }
        Ok(())
    }

    /// Returns the number of worker threads, with 0 resolved to one per processor.
    pub(super) fn thread_count(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n => n,
        }
    }
}

/// A flag that asks a job to stop; clones share the flag.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Asks the job to stop at the next opportunity.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns whether the job was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Something that did not stop the job but that its user should know of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The kind of warning, in kebab case. Kinds are stable, so programs may compare them.
    pub kind: &'static str,
    /// The message for people, a whole sentence.
    pub message: String,
}

/// Looks whether outputs are still wanted.
pub(crate) type OutputCheck = Arc<dyn Fn() -> Result<()> + Send + Sync>;

/// The state that the workers of one job share: cancel flag, progress counters, memory budget, warnings.
pub struct Context {
    threads: usize,
    cancel: CancelToken,
    /// Set once the job's handle was dropped: callbacks are not called any more.
    silent: AtomicBool,
    pub(super) counters: Counters,
    memory: MemoryBudget,
    warnings: Mutex<Vec<Warning>>,
    output_check: Mutex<Option<OutputCheck>>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("threads", &self.threads).field("memory", &self.memory).finish_non_exhaustive()
    }
}

/// Has outputs looked after until it is dropped.
pub(crate) struct LookedAfter<'a>(&'a Context);

impl Drop for LookedAfter<'_> {
    fn drop(&mut self) {
        *self.0.output_check.lock().expect("no panic while held") = None;
    }
}

impl Context {
    pub(super) fn new(options: &RunOptions) -> Context {
        let limit = if options.memory_limit == 0 { DEFAULT_MEMORY_LIMIT } else { options.memory_limit };
        Context {
            threads: options.thread_count(),
            cancel: options.cancel.clone(),
            silent: AtomicBool::new(false),
            counters: Counters::default(),
            memory: MemoryBudget::new(limit),
            warnings: Mutex::new(Vec::new()),
            output_check: Mutex::new(None),
        }
    }

    /// Has [`Context::check_output`] ask `check`, until what is returned is dropped.
    pub(crate) fn look_after_outputs(&self, check: OutputCheck) -> LookedAfter<'_> {
        *self.output_check.lock().expect("no panic while held") = Some(check);
        LookedAfter(self)
    }

    /// Looks whether an output that is finished is still wanted, before it gets its name.
    pub(crate) fn check_output(&self) -> Result<()> {
        let check = self.output_check.lock().expect("no panic while held").clone();
        check.map_or(Ok(()), |check| check())
    }

    /// Returns the number of worker threads.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Returns the job's memory budget.
    pub fn memory(&self) -> &MemoryBudget {
        &self.memory
    }

    /// Asks the job to stop.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Stops all further callbacks.
    pub(super) fn silence(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.silent.load(Ordering::Relaxed)
    }

    /// Returns the flag that stops the job.
    pub fn cancel_token(&self) -> &CancelToken {
        &self.cancel
    }

    /// Returns [`Error::Cancelled`] once the job was asked to stop; workers call it often.
    pub fn check(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Counts items (samples, triangles) as done.
    pub fn add_items(&self, items: u64) {
        self.counters.add_items(items);
    }

    /// Counts a unit as done. [`Runner::run_units`](super::Runner::run_units) does so for its own units.
    pub fn add_unit(&self) {
        self.counters.add_unit();
    }

    /// Takes a snapshot of the job's progress.
    pub fn progress(&self) -> super::Progress {
        self.counters.snapshot(&self.memory)
    }

    /// Records a warning for the report, and logs it.
    pub fn warn(&self, kind: &'static str, message: impl Into<String>) {
        let message = message.into();
        log::warn!("{message}");
        self.warnings.lock().expect("no panic while held").push(Warning { kind, message });
    }

    /// Returns the warnings so far, in the order in which they came.
    pub fn warnings(&self) -> Vec<Warning> {
        self.warnings.lock().expect("no panic while held").clone()
    }
}
