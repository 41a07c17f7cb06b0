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

/// Threads that run tasks in the order in which they came.
///
/// A worker that waits for a lock never takes up another task meanwhile, as one of a [`Pool`](super::Pool) does: that
/// task might want a lock that the worker holds. Dropping the workers waits until all tasks are done and the threads
/// have ended.
#[derive(Debug)]
pub struct Workers {
    queue: Arc<Queue>,
    handles: Vec<JoinHandle<()>>,
}

/// The tasks that wait for a thread.
///
/// This is not a crossbeam channel: its sender calls `std::thread::current` to wake a receiver, which on a host's
/// thread allocates memory that the host cannot free.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    tasks: VecDeque<Task>,
    /// Set when no further task will come.
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

    /// Waits for the next task; returns `None` when all are taken and no further one will come.
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

    /// Queues `task`, which must not panic, for one of the threads.
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

/// The size of the stack of each of groma's threads, whatever the process's limit and environment say.
const STACK: usize = 2 << 20;

/// Starts a named thread with a stack of [`STACK`] bytes.
pub(super) fn start<T: Send + 'static>(
    name: String,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    std::thread::Builder::new().name(name).stack_size(STACK).spawn(work)
}

/// Runs `work`, which waits for other threads, on a thread of its own: waiting on a host's thread would leave memory
/// behind there.
///
/// # Errors
/// Every error of `work`; [`Error::NoMemory`] and [`Error::Io`] when no thread can be started; [`Error::Internal`] when
/// `work` panicked.
pub(crate) fn on_own_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    ask_for_stacks(1)?;
    start("groma-job".into(), work)
        .map_err(cannot_start)?
        .join()
        .unwrap_or_else(|payload| Err(Error::from_panic(&*payload)))
}

/// Checks that the system has room for the stacks of `threads` threads; the room is given back at once. A thread
/// without room for the memory that the standard library puts beside its stack aborts the process.
///
/// # Errors
/// [`Error::NoMemory`].
pub(super) fn ask_for_stacks(threads: usize) -> Result<()> {
    /// Guard pages, the signal stack and thread-local memory of a thread.
    const BESIDE: usize = 1 << 18;
    let bytes = threads * (STACK + BESIDE);
    let asked = MmapOptions::new().len(bytes).no_reserve_swap().map_anon();
    asked.map(drop).map_err(|_| Error::NoMemory { bytes: bytes as u64, what: "the stacks of the threads" })
}

pub(super) fn join_all(handles: &mut Vec<JoinHandle<()>>) {
    for thread in handles.drain(..) {
        // The task's panics were caught; the thread itself has none to report.
        let _ = thread.join();
    }
}

pub(super) fn cannot_start(cause: std::io::Error) -> Error {
    Error::Io { action: "start the worker threads of", subject: "the job".into(), cause }
}
