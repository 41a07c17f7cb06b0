//! Threads for many short pieces of work that wait for each other's locks.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;

use memmap2::MmapOptions;

use super::RunOptions;
use crate::{Error, Result};

type Task = Box<dyn FnOnce() + Send>;

/// Threads that run one task after another, in the order in which they came.
///
/// Unlike a worker of a [`Pool`](super::Pool), one that waits never takes up another task meanwhile, which might want a
/// lock that it holds. Dropping it waits until all tasks are done and the threads have ended.
#[derive(Debug)]
pub struct Workers {
    queue: Arc<Queue>,
    handles: Vec<JoinHandle<()>>,
}

/// The tasks that wait for a thread.
///
/// No channel of crossbeam's: sending wakes a receiver by asking `std::thread::current` who sends, and on a host's
/// thread the answer is memory that the host cannot free.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    tasks: VecDeque<Task>,
    /// No further task will come.
    is_closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("no panic while held")
    }

    fn push(&self, task: Task) {
        self.lock().tasks.push_back(task);
        self.changed.notify_one();
    }

    fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    /// Waits for the next task; `None` when all are taken and no further one will come.
    fn next(&self) -> Option<Task> {
        let is_idle = |waiting: &mut Waiting| waiting.tasks.is_empty() && !waiting.is_closed;
        let mut waiting = self.changed.wait_while(self.lock(), is_idle).expect("no panic while held");
        waiting.tasks.pop_front()
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

impl Workers {
    /// Starts the threads.
    ///
    /// # Errors
    /// As [`Pool::new`](super::Pool::new).
    pub fn new(options: &RunOptions) -> Result<Workers> {
        options.check_threads()?;
        ask_for_stacks(options.thread_count())?;
        let mut workers = Workers { queue: Arc::default(), handles: Vec::new() };
        for n in 0..options.thread_count() {
            let queue = workers.queue.clone();
            let run = move || std::iter::from_fn(|| queue.next()).for_each(|task| task());
            workers.handles.push(start(format!("groma-task-{n}"), run).map_err(cannot_start)?);
        }
        Ok(workers)
    }

    /// Has one of the threads run `task`, which must not panic.
    pub(super) fn spawn(&self, task: impl FnOnce() + Send + 'static) {
        self.queue.push(Box::new(task));
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.queue.close();
        join_all(&mut self.handles);
    }
}

/// The stack of a thread of groma's, whatever the process's limit and environment say.
const STACK: usize = 2 << 20;

/// Starts a thread.
pub(super) fn start<T: Send + 'static>(
    name: String,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    std::thread::Builder::new().name(name).stack_size(STACK).spawn(work)
}

/// Runs `work`, which waits for other threads, on a thread of its own: waiting leaves something behind on a host's
/// thread.
///
/// # Errors
/// Every error of `work`; [`Error::NoMemory`] and [`Error::Io`] when there is no thread; [`Error::Internal`] when
/// `work` panicked.
pub(crate) fn on_own_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    ask_for_stacks(1)?;
    start("groma-job".into(), work)
        .map_err(cannot_start)?
        .join()
        .unwrap_or_else(|payload| Err(Error::from_panic(&*payload)))
}

/// Asks the system for room for the stacks of so many threads, and gives it back at once: a thread that finds none for
/// what the standard library has beside its stack ends the process.
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

pub(super) fn cannot_start(cause: std::io::Error) -> Error {
    Error::Io { action: "start the worker threads of", path: "the job".into(), cause }
}
