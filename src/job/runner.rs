//! Hands units to a thread pool and collects their results in one place.

use std::io;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::RecvTimeoutError;

use super::progress::{Phase, PhaseReport, Progress};
use super::workers::{ask_for_stacks, cannot_start, join_all, start};
use super::{Context, RunOptions};
use crate::{Error, Result};

/// Called on the job's own thread while it runs. Returning `false` asks the job to stop.
pub type ProgressCallback = Box<dyn FnMut(&Progress) -> bool + Send>;

/// How long the runner waits for a unit before it calls the callback again.
const TICK: Duration = Duration::from_millis(50);

/// A thread pool with the [`Context`] that its workers share.
///
/// Dropping the pool waits until its threads have ended, so a host may unload the library once its handles are closed.
#[derive(Debug)]
pub struct Pool {
    context: Arc<Context>,
    /// `None` only while the pool is dropped.
    threads: Option<rayon::ThreadPool>,
    handles: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts the threads.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for more than 1024 threads, [`Error::Io`] when they cannot be started.
    pub fn new(options: &RunOptions) -> Result<Pool> {
        options.check_threads()?;
        let context = Arc::new(Context::new(options));
        ask_for_stacks(context.threads())?;
        let (mut handles, mut refused) = (Vec::new(), None);
        let started = rayon::ThreadPoolBuilder::new()
            .num_threads(context.threads())
            .spawn_handler(|worker| {
                let name = format!("groma-worker-{}", worker.index());
                match start(name, || worker.run()) {
                    Ok(handle) => handles.push(handle),
                    Err(e) => {
                        refused = Some(e);
                        return Err(io::ErrorKind::Other.into());
                    }
                }
                Ok(())
            })
            .build();
        match started {
            Ok(threads) => Ok(Pool { context, threads: Some(threads), handles }),
            Err(e) => {
                join_all(&mut handles);
                Err(cannot_start(refused.unwrap_or_else(|| io::Error::other(e))))
            }
        }
    }

    /// Returns the state that the workers share.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Runs `work` on the pool and waits for it; parallel iterators inside use the pool's threads.
    pub fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.threads().install(work)
    }

    fn threads(&self) -> &rayon::ThreadPool {
        self.threads.as_ref().expect("not dropped")
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Dropping the pool tells its threads to end once they have nothing left to do.
        self.threads = None;
        join_all(&mut self.handles);
        forget_ended_threads();
    }
}

/// Frees the entries of a pool's ended threads in crossbeam's list of threads, which rayon's work stealing uses.
///
/// A thread that ends only marks its entry, by a bit in the pointer to the next; another thread that walks the list
/// later unlinks it. Until then memory checkers, which do not follow marked pointers, report it as "possibly lost". The
/// walk is made on a thread of its own, lest the host's thread be registered instead; that thread's own entry stays at
/// the head of the list, unmarked.
fn forget_ended_threads() {
    /// The first round unlinks an entry; three further advances of the epoch free it.
    const ROUNDS: usize = 8;
    let look = || (0..ROUNDS).for_each(|_| crossbeam_epoch::pin().flush());
    if ask_for_stacks(1).is_ok()
        && let Ok(thread) = start("groma-end".into(), look)
    {
        let _ = thread.join();
    }
}

/// Runs the units of a job on a [`Pool`] of its own.
pub struct Runner {
    pool: Pool,
    on_progress: Option<ProgressCallback>,
}

impl Runner {
    /// Creates a runner without a progress callback.
    ///
    /// # Errors
    /// As [`Pool::new`].
    pub fn new(options: &RunOptions) -> Result<Runner> {
        Runner::with_callback(options, None)
    }

    /// Creates a runner that calls `on_progress` at each finished unit and about twenty times a second.
    ///
    /// # Errors
    /// As [`Pool::new`].
    pub fn with_callback(options: &RunOptions, on_progress: Option<ProgressCallback>) -> Result<Runner> {
        Ok(Runner { pool: Pool::new(options)?, on_progress })
    }

    /// Returns the state that the workers share.
    pub fn context(&self) -> &Arc<Context> {
        self.pool.context()
    }

    /// Runs `work` on the runner's pool and waits for it, as [`Pool::install`].
    pub fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }

    /// Sets the phases and their weights, from which the fraction done and the remaining time are computed. A current
    /// plan that already has all of these phases is kept, so that a job made of several pieces of work can plan them
    /// together.
    pub fn plan(&self, phases: &[Phase]) {
        self.pool.context.counters.set_plan(phases);
    }

    /// Starts a phase of `units` units and, as far as known, `items` items.
    pub fn begin(&mut self, name: &'static str, units: u64, items: u64) -> Result<()> {
        self.pool.context.counters.begin(name, units, items);
        self.tick();
        self.pool.context.check()
    }

    /// Calls the progress callback and returns [`Error::Cancelled`] once the job was asked to stop. This is for work
    /// that is not cut into units.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn check(&mut self) -> Result<()> {
        self.tick();
        self.pool.context.check()
    }

    /// Ends the current phase; returns the reports of all phases and the seconds since the start.
    pub fn finish(&mut self) -> (Vec<PhaseReport>, f64) {
        (self.pool.context.counters.finish(), self.pool.context.counters.seconds())
    }

    /// Runs one piece of work on the pool and calls the progress callback meanwhile. The work itself must look for a
    /// cancellation.
    ///
    /// # Errors
    /// Every error of `work`; [`Error::Internal`] when it panicked.
    pub fn run<T: Send>(&mut self, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        let work = Mutex::new(Some(work));
        let mut result = None;
        self.run_units(
            [()],
            1,
            |()| {
                let work = work.lock().expect("no panic while held").take().expect("the only unit");
                work()
            },
            |done| {
                result = Some(done);
                Ok(())
            },
        )?;
        Ok(result.expect("the unit has succeeded"))
    }

    /// Runs `work` on each unit, on the pool, at most `at_once` at a time. Calls `done` with each result on the calling
    /// thread, in the order in which the units finish.
    ///
    /// # Errors
    /// The first error of `work` or `done`. No further unit is started after it; the results of the units already at
    /// work still reach `done`. A panic in `work` counts as [`Error::Internal`].
    pub fn run_units<U: Send, T: Send>(
        &mut self,
        units: impl IntoIterator<Item = U>,
        at_once: usize,
        work: impl Fn(U) -> Result<T> + Sync,
        mut done: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        let (sender, receiver) = crossbeam_channel::unbounded::<Result<T>>();
        let mut units = units.into_iter();
        let mut failure = None;
        let (context, on_progress, work) = (&self.pool.context, &mut self.on_progress, &work);
        self.pool.threads().in_place_scope(|scope| {
            let mut running = 0;
            loop {
                while running < at_once.max(1) && failure.is_none() {
                    if let Err(e) = context.check() {
                        failure = Some(e);
                        break;
                    }
                    let Some(unit) = units.next() else { break };
                    let sender = sender.clone();
                    running += 1;
                    scope.spawn(move |_| {
                        // The receiver outlives the scope, so the send cannot fail.
                        let _ = sender.send(Error::catch(|| work(unit)));
                    });
                }
                if running == 0 {
                    break;
                }
                match receiver.recv_timeout(TICK) {
                    Ok(result) => {
                        running -= 1;
                        if let Err(e) = result.and_then(&mut done) {
                            failure.get_or_insert(e);
                        } else {
                            context.counters.add_unit();
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => unreachable!("this function holds a sender"),
                }
                tick(context, on_progress);
            }
        });
        failure.map_or(Ok(()), Err)
    }

    fn tick(&mut self) {
        tick(&self.pool.context, &mut self.on_progress);
    }
}

fn tick(context: &Context, on_progress: &mut Option<ProgressCallback>) {
    if let Some(callback) = on_progress
        && !context.is_silent()
        && !callback(&context.progress())
    {
        context.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runner(threads: usize) -> Runner {
        Runner::new(&RunOptions { threads, ..RunOptions::default() }).unwrap()
    }

    #[test]
    fn every_unit_is_done_once_whatever_the_threads() {
        for (threads, at_once) in [(1, 1), (2, 2), (4, 100)] {
            let mut seen = Vec::new();
            runner(threads)
                .run_units(0..100, at_once, Ok, |n| {
                    seen.push(n);
                    Ok(())
                })
                .unwrap();
            seen.sort_unstable();
            assert_eq!(seen, (0..100).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_dropped_pool_has_no_thread_left() {
        use std::cell::RefCell;
        use std::sync::atomic::{AtomicUsize, Ordering};

        /// Reports that its thread is about to end.
        struct Last(Arc<AtomicUsize>);
        impl Drop for Last {
            fn drop(&mut self) {
                std::thread::sleep(Duration::from_millis(20));
                self.0.fetch_add(1, Ordering::SeqCst);
            }
        }
        thread_local!(static LAST: RefCell<Option<Last>> = const { RefCell::new(None) });

        let ended = Arc::new(AtomicUsize::new(0));
        let pool = Pool::new(&RunOptions { threads: 3, ..RunOptions::default() }).unwrap();
        pool.threads().broadcast(|_| LAST.set(Some(Last(ended.clone()))));
        assert_eq!(ended.load(Ordering::SeqCst), 0);
        drop(pool);
        assert_eq!(ended.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn a_panic_in_a_unit_is_an_error_and_stops_the_rest() {
        let mut done = 0;
        let error = runner(1)
            .run_units(
                0..100,
                1,
                |n| if n == 3 { panic!("unit {n} is broken") } else { Ok(n) },
                |_| {
                    done += 1;
                    Ok(())
                },
            )
            .unwrap_err();
        assert_eq!(error.to_string(), "internal error: unit 3 is broken (a defect of groma; please report it)");
        assert_eq!(done, 3);
    }

    #[test]
    fn pieces_of_work_that_were_planned_together_share_the_plan() {
        let [read, write] = ["read", "write"].map(|name| Phase { name, weight: 1.0 });
        let mut runner = runner(1);
        runner.plan(&[read, write]);
        runner.plan(&[read]);
        runner.begin("read", 0, 10).unwrap();
        assert_eq!(runner.context().progress().eta_seconds, None);
        let context = runner.context().clone();
        let read_half = || {
            context.add_items(5);
            Ok(())
        };
        runner.run(read_half).unwrap();
        let progress = runner.context().progress();
        assert_eq!((progress.fraction, progress.eta_seconds.is_some()), (0.25, true));
        runner.finish();
        assert_eq!(runner.context().progress().fraction, 0.5);
        runner.plan(&[write]);
        runner.begin("write", 4, 0).unwrap();
        runner.context().add_unit();
        assert_eq!(runner.context().progress().fraction, 0.625);
        assert_eq!(runner.finish().0.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["read", "write"]);
        assert_eq!(runner.context().progress().fraction, 1.0);
        assert!(matches!(runner.run(|| -> Result<()> { panic!("broken") }), Err(Error::Internal(_))));
    }

    #[test]
    fn a_callback_that_returns_false_cancels() {
        let mut calls = 0;
        let mut runner = Runner::with_callback(
            &RunOptions { threads: 1, ..RunOptions::default() },
            Some(Box::new(move |_| {
                calls += 1;
                calls < 5
            })),
        )
        .unwrap();
        let error = runner.run_units(0..100, 1, Ok, |_| Ok(())).unwrap_err();
        assert!(matches!(error, Error::Cancelled));
    }
}
