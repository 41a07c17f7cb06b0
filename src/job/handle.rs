//! A job on a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Context, Progress, ProgressCallback, RunOptions, Runner};
use crate::{Error, Result};

/// A long piece of work on a thread of its own: poll it, wait for it, cancel it, take its result.
///
/// All methods but [`Job::finish`] may be called from any number of threads. Dropping a job cancels it and waits for
/// its threads, so that nothing of it is left behind.
pub struct Job<R> {
    context: Arc<Context>,
    outcome: Arc<Outcome<R>>,
    thread: Option<JoinHandle<()>>,
}

struct Outcome<R> {
    result: Mutex<Option<Result<R>>>,
    ended: Condvar,
}

impl<R: Send + 'static> Job<R> {
    /// Starts `work` with a runner made from `options`.
    ///
    /// `on_progress` is called on the job's thread, with no lock held, and never after [`Job::wait`] saw the end.
    ///
    /// # Errors
    /// As [`Runner::new`].
    pub fn spawn(
        options: &RunOptions,
        on_progress: Option<ProgressCallback>,
        work: impl FnOnce(&mut Runner) -> Result<R> + Send + 'static,
    ) -> Result<Job<R>> {
        let mut runner = Runner::with_callback(options, on_progress)?;
        let context = runner.context().clone();
        let outcome = Arc::new(Outcome { result: Mutex::new(None), ended: Condvar::new() });
        let shared = outcome.clone();
        let thread = std::thread::Builder::new()
            .name("groma-job".into())
            .spawn(move || {
                let result = catch_unwind(AssertUnwindSafe(|| work(&mut runner)))
                    .unwrap_or_else(|payload| Err(Error::from_panic(&*payload)));
                // The pool's threads are joined before the end is announced.
                drop(runner);
                *shared.result.lock().expect("no panic while held") = Some(result);
                shared.ended.notify_all();
            })
            .map_err(|source| Error::Io { action: "start the thread of", path: "the job".into(), source })?;
        Ok(Job { context, outcome, thread: Some(thread) })
    }

    /// A snapshot of where the job is.
    pub fn poll(&self) -> Progress {
        self.context.progress()
    }

    /// Whether the job has ended, with whatever result.
    pub fn is_finished(&self) -> bool {
        self.outcome.result.lock().expect("no panic while held").is_some()
    }

    /// Waits until the job has ended, or, given a timeout, at most that long; says whether it has ended.
    pub fn wait(&self, timeout: Option<Duration>) -> bool {
        // A deadline beyond what the clock can hold is no deadline.
        let deadline = timeout.and_then(|t| Instant::now().checked_add(t));
        let mut result = self.outcome.result.lock().expect("no panic while held");
        while result.is_none() {
            result = match deadline {
                None => self.outcome.ended.wait(result).expect("no panic while held"),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    self.outcome.ended.wait_timeout(result, left).expect("no panic while held").0
                }
            };
        }
        true
    }

    /// Asks the job to stop; it ends with [`Error::Cancelled`] unless it was done already.
    pub fn cancel(&self) {
        self.context.cancel();
    }

    /// Looks at the result, `None` while the job runs.
    pub fn with_result<T>(&self, look: impl FnOnce(Option<&Result<R>>) -> T) -> T {
        look(self.outcome.result.lock().expect("no panic while held").as_ref())
    }

    /// Waits for the end and takes the result.
    ///
    /// # Errors
    /// Whatever the work gave; [`Error::Internal`] when it panicked.
    pub fn finish(self) -> Result<R> {
        self.wait(None);
        self.outcome.result.lock().expect("no panic while held").take().expect("wait saw the end")
    }
}

impl<R> Drop for Job<R> {
    fn drop(&mut self) {
        self.context.cancel();
        if let Some(thread) = self.thread.take() {
            // A panic of the work was caught inside; the thread itself has none to report.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_times_out_and_drop_cancels() {
        let job = Job::spawn(&RunOptions::default(), None, |runner| {
            let context = runner.context().clone();
            runner.run_units(
                0..1,
                1,
                |_| {
                    while context.check().is_ok() {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    context.check()
                },
                |()| Ok(()),
            )
        })
        .unwrap();
        assert!(!job.wait(Some(Duration::from_millis(20))));
        assert!(!job.is_finished());
        job.cancel();
        assert!(job.wait(None));
        assert!(matches!(job.finish(), Err(Error::Cancelled)));
    }

    #[test]
    fn a_panic_of_the_work_is_its_result() {
        let job = Job::<()>::spawn(&RunOptions::default(), None, |_| panic!("broken")).unwrap();
        assert_eq!(job.finish().unwrap_err().to_string(), "internal error: broken");
    }
}
