//! Threads for many short pieces of work that wait for each other's locks.

use std::io;
use std::thread::JoinHandle;

use crossbeam_channel::Sender;
use memmap2::MmapOptions;

use super::RunOptions;
use crate::{Error, Result};

type Task = Box<dyn FnOnce() + Send>;

/// Threads that run one task after another, in the order in which they came.
///
/// Unlike a worker of a [`Pool`](super::Pool), one that waits never takes up another task meanwhile, which might want a lock
/// that it holds. Dropping it waits until all tasks are done and the threads have ended.
#[derive(Debug)]
pub struct Workers {
    /// `None` only while it is dropped.
    tasks: Option<Sender<Task>>,
    handles: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts the threads.
    ///
    /// # Errors
    /// As [`Pool::new`](super::Pool::new).
    pub fn new(options: &RunOptions) -> Result<Workers> {
        options.check_threads()?;
        ask_for_stacks(options.thread_count())?;
        let (sender, receiver) = crossbeam_channel::unbounded::<Task>();
        let mut workers = Workers { tasks: Some(sender), handles: Vec::new() };
        for n in 0..options.thread_count() {
            let receiver = receiver.clone();
            let run = move || receiver.iter().for_each(|task| task());
            workers.handles.push(start(format!("groma-task-{n}"), run).map_err(cannot_start)?);
        }
        Ok(workers)
    }

    /// Has one of the threads run `task`, which must not panic.
    pub(super) fn spawn(&self, task: impl FnOnce() + Send + 'static) {
        let tasks = self.tasks.as_ref().expect("not dropped");
        tasks.send(Box::new(task)).expect("the threads hold the receiver as long as this lives");
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.tasks = None;
        join_all(&mut self.handles);
    }
}

/// The stack of a thread of groma's, whatever the process's limit and environment say.
const STACK: usize = 2 << 20;

/// Starts a thread.
pub(super) fn start(name: String, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name).stack_size(STACK).spawn(work)
}

/// Runs `work`, which waits for other threads, on a thread of its own: waiting leaves something behind on a host's thread.
///
/// # Errors
/// Those of `work`; [`Error::NoMemory`] and [`Error::Io`] when there is no thread; [`Error::Internal`] when `work` panicked.
pub(crate) fn on_own_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    ask_for_stacks(1)?;
    let thread = std::thread::Builder::new().name("groma-job".into()).stack_size(STACK).spawn(work);
    thread.map_err(cannot_start)?.join().unwrap_or_else(|payload| Err(Error::from_panic(&*payload)))
}

/// Asks the system for room for the stacks of so many threads, and gives it back at once: a thread that finds none for what the
/// standard library has beside its stack ends the process.
///
/// # Errors
/// [`Error::NoMemory`].
pub(super) fn ask_for_stacks(threads: usize) -> Result<()> {
    /// Guard pages, the stack of signals, what belongs to the thread.
    const BESIDE: usize = 1 << 18;
    let bytes = threads * (STACK + BESIDE);
    let asked = MmapOptions::new().len(bytes).no_reserve_swap().map_anon();
    asked.map(drop).map_err(|_| Error::NoMemory { bytes: bytes as u64, what: "the stacks of the threads" })
}

pub(super) fn join_all(handles: &mut Vec<JoinHandle<()>>) {
    for thread in handles.drain(..) {
        // A panic of what it ran was caught; the thread itself has none to report.
        let _ = thread.join();
    }
}

pub(super) fn cannot_start(source: std::io::Error) -> Error {
    Error::Io { action: "start the worker threads of", path: "the job".into(), source }
}
