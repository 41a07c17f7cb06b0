//! A job that runs on a thread of its own.

use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::workers::{ask_for_stacks, start};
use super::{Context, Progress, ProgressCallback, RunOptions, Runner, Workers};
use crate::{Error, Result};

/// A long piece of work on a thread of its own: poll it, wait for it, cancel it, take its result.
///
/// All methods but [`Job::finish`] may be called from any number of threads. Dropping a job cancels it and waits for
/// its end, so nothing of it is left behind. A job dropped in its own callback cannot wait for itself: it ends on its
/// own, without another callback.
#[must_use = "dropping a job cancels it"]
pub struct Job<R: Send + 'static> {
    context: Arc<Context>,
    outcome: Arc<Outcome<R>>,
    /// `None` when the job runs on one of several [`Workers`].
    thread: Option<JoinHandle<()>>,
}

thread_local! {
    /// The context of the job that runs on this thread. A host's thread is identified by this alone:
    /// `std::thread::current` would allocate memory there that the host cannot free.
    static RUNS: Cell<*const Context> = const { Cell::new(std::ptr::null()) };
}

struct Outcome<R> {
    state: Mutex<State<R>>,
    ended: Condvar,
}

enum State<R> {
    Running,
    Ended(Result<R>),
    Taken,
}

impl<R> Outcome<R> {
    fn new() -> Arc<Outcome<R>> {
        Arc::new(Outcome { state: Mutex::new(State::Running), ended: Condvar::new() })
    }

    fn end(&self, result: Result<R>) {
        *self.lock() = State::Ended(result);
        self.ended.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().expect("no panic while held")
    }
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
        let outcome = Outcome::new();
        let (own, shared) = (context.clone(), outcome.clone());
        ask_for_stacks(1)?;
        let run = move || {
            RUNS.set(Arc::as_ptr(&own));
            let result = Error::catch(|| work(&mut runner));
            // Join the pool's threads before announcing the end.
            drop(runner);
            shared.end(result);
        };
        let thread = start("groma-job".into(), run).map_err(|cause| Error::Io {
            action: "start the thread of",
            subject: "the job".into(),
            cause,
        })?;
        Ok(Job { context, outcome, thread: Some(thread) })
    }

    /// Starts `work`, with a context of its own, on one of the threads of `workers` as soon as one is free. This is for
    /// many short pieces of work, which would cost less than threads of their own.
    pub fn on(workers: &Workers, work: impl FnOnce(&Context) -> Result<R> + Send + 'static) -> Job<R> {
        let context = Arc::new(Context::new(&RunOptions { threads: 1, ..RunOptions::default() }));
        let outcome = Outcome::new();
        let (shared, seen) = (outcome.clone(), context.clone());
        workers.spawn(move || {
            // A job that was cancelled while it waited for a thread does not begin.
            shared.end(Error::catch(|| seen.check().and_then(|()| work(&seen))));
        });
        Job { context, outcome, thread: None }
    }

    /// Takes a snapshot of the job's progress.
    pub fn poll(&self) -> Progress {
        self.context.progress()
    }

    /// Returns whether the job has ended, with success or not.
    pub fn is_finished(&self) -> bool {
        !matches!(*self.outcome.lock(), State::Running)
    }

    /// Returns whether the caller is on the job's own thread, as its callback is.
    pub fn is_own_thread(&self) -> bool {
        std::ptr::eq(RUNS.get(), Arc::as_ptr(&self.context))
    }

    /// Waits until the job has ended, at most for `timeout`; returns whether it has ended.
    pub fn wait(&self, timeout: Option<Duration>) -> bool {
        // A deadline beyond the clock's range is no deadline.
        let deadline = timeout.and_then(|t| Instant::now().checked_add(t));
        let mut state = self.outcome.lock();
        while matches!(*state, State::Running) {
            state = match deadline {
                None => self.outcome.ended.wait(state).expect("no panic while held"),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    self.outcome.ended.wait_timeout(state, left).expect("no panic while held").0
                }
            };
        }
        true
    }

    /// Asks the job to stop. It ends with [`Error::Cancelled`] unless it was done already.
    pub fn cancel(&self) {
        self.context.cancel();
    }

    /// Passes the result to `look`, or `None` while the job runs.
    pub fn with_result<T>(&self, look: impl FnOnce(Option<&Result<R>>) -> T) -> T {
        match &*self.outcome.lock() {
            State::Ended(result) => look(Some(result)),
            _ => look(None),
        }
    }

    /// Waits for the end and returns the result.
    ///
    /// # Errors
    /// Every error of the work; [`Error::Internal`] when it panicked.
    pub fn finish(self) -> Result<R> {
        self.wait(None);
        match std::mem::replace(&mut *self.outcome.lock(), State::Taken) {
            State::Ended(result) => result,
            State::Running | State::Taken => unreachable!("wait saw the end, and only this takes it"),
        }
    }
}

impl<R: Send + 'static> Drop for Job<R> {
    fn drop(&mut self) {
        // The caller's flag may be for more than this job: one that has ended leaves it.
        if !self.is_finished() {
            self.context.cancel();
        }
        if self.is_own_thread() {
            self.context.silence();
            return;
        }
        self.wait(None);
        if let Some(thread) = self.thread.take() {
            // The work's panics are caught inside; the thread itself has none to report.
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
    fn a_job_that_has_ended_leaves_the_callers_flag() {
        let options = RunOptions::default();
        Job::spawn(&options, None, |_| Ok(())).unwrap().finish().unwrap();
        let job = Job::spawn(&options, None, |_| Ok(())).unwrap();
        assert!(job.wait(None));
        drop(job);
        assert!(!options.cancel.is_cancelled());
    }

    #[test]
    fn jobs_share_the_threads_of_workers() {
        let workers = Workers::new(&RunOptions { threads: 2, ..RunOptions::default() }).unwrap();
        let jobs: Vec<_> = (0..100).map(|n| Job::on(&workers, move |_| Ok(n * n))).collect();
        assert!(jobs.into_iter().map(|job| job.finish().unwrap()).eq((0..100).map(|n| n * n)));
        assert!(Job::<()>::on(&workers, |_| panic!("broken")).finish().is_err());

        // A job that is cancelled while it waits for a thread never begins.
        let until_cancelled = |context: &Context| -> Result<()> {
            while context.check().is_ok() {
                std::thread::sleep(Duration::from_millis(1));
            }
            context.check()
        };
        let busy = [Job::on(&workers, until_cancelled), Job::on(&workers, until_cancelled)];
        let waits = Job::<()>::on(&workers, |_| unreachable!("it was cancelled before"));
        waits.cancel();
        busy.iter().for_each(Job::cancel);
        assert!(matches!(waits.finish(), Err(Error::Cancelled)));
        drop(busy);
    }

    #[test]
    fn a_job_dropped_in_its_own_callback_ends_without_another() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let slot: Arc<Mutex<Option<Job<()>>>> = Arc::default();
        let calls = Arc::new(AtomicUsize::new(0));
        let (ended, end) = crossbeam_channel::bounded(1);
        let (seen, own) = (calls.clone(), slot.clone());
        let callback = move |_: &Progress| {
            let Some(job) = own.lock().unwrap().take() else { return true };
            assert!(job.is_own_thread());
            drop(job);
            seen.fetch_add(1, Ordering::SeqCst);
            true
        };
        let job = Job::spawn(&RunOptions::default(), Some(Box::new(callback)), move |runner| {
            while runner.check().is_ok() {
                std::thread::sleep(Duration::from_millis(1));
            }
            let result = runner.check();
            ended.send(()).unwrap();
            result
        })
        .unwrap();
        assert!(!job.is_own_thread());
        *slot.lock().unwrap() = Some(job);
        end.recv_timeout(Duration::from_secs(60)).unwrap();
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_panic_of_the_work_is_its_result() {
        let job = Job::<()>::spawn(&RunOptions::default(), None, |_| panic!("broken")).unwrap();
        assert_eq!(
            job.finish().unwrap_err().to_string(),
            "internal error: broken (a defect of groma; please report it)"
        );
    }
}
