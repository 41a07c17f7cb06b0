//! Long work: it goes on in threads of its own, while the calling thread waits in slices without the interpreter's
//! lock and looks after signals, messages and progress in between.

use std::time::Duration;

use groma::Error;
use groma::human::{json_without_options, without_options};
use groma::job::{Job, RunOptions, Runner};
use pyo3::prelude::*;

use crate::errors::{OrRaise, exception};
use crate::logging;

/// How long a wait goes on between two looks at signals and progress.
const SLICE: Duration = Duration::from_millis(50);

/// The progress of a job.
#[pyclass(frozen, get_all, module = "groma")]
pub struct Progress {
    phase: &'static str,
    fraction: f64,
    units_done: u64,
    units_total: u64,
    items_done: u64,
    items_total: u64,
    bytes_now: u64,
    bytes_peak: u64,
    seconds: f64,
    eta_seconds: Option<f64>,
    finished: bool,
}

#[pymethods]
impl Progress {
    fn __repr__(&self) -> String {
        format!("Progress(phase={:?}, fraction={:.3}, seconds={:.3})", self.phase, self.fraction, self.seconds)
    }
}

/// What a function of Python says of how to run.
#[derive(FromPyObject)]
pub struct Run<'py> {
    #[pyo3(item)]
    threads: usize,
    #[pyo3(item)]
    memory_limit: u64,
    #[pyo3(item)]
    progress: Option<Bound<'py, PyAny>>,
}

impl Run<'_> {
    pub fn options(&self) -> RunOptions {
        RunOptions { threads: self.threads, memory_limit: self.memory_limit, ..RunOptions::default() }
    }
}

/// Does long work on a runner.
pub fn run<R: Send + 'static>(
    py: Python<'_>,
    run: &Run<'_>,
    work: impl FnOnce(&mut Runner) -> groma::Result<R> + Send + 'static,
) -> PyResult<R> {
    logging::follow(py)?;
    let job = Job::spawn(&run.options(), None, work).or_raise()?;
    wait(py, job, run.progress.as_ref())
}

/// Waits for a job. A signal, or an exception out of `progress`, cancels it; so does a `progress` that returns False.
pub fn wait<R: Send + 'static>(py: Python<'_>, job: Job<R>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<R> {
    loop {
        let ended = py.detach(|| job.wait(Some(SLICE)));
        let looked = look_after(py, &job, progress, ended);
        if ended || looked.is_err() {
            job.cancel();
            let result = py.detach(|| job.finish());
            logging::deliver(py)?;
            looked?;
            return result.map_err(|error| exception(&error));
        }
    }
}

fn look_after<R: Send>(
    py: Python<'_>,
    job: &Job<R>,
    progress: Option<&Bound<'_, PyAny>>,
    finished: bool,
) -> PyResult<()> {
    py.check_signals()?;
    logging::deliver(py)?;
    let Some(progress) = progress else { return Ok(()) };
    let p = job.poll();
    let seen = Progress {
        phase: p.phase,
        fraction: p.fraction,
        units_done: p.units_done,
        units_total: p.units_total,
        items_done: p.items_done,
        items_total: p.items_total,
        bytes_now: p.bytes_now,
        bytes_peak: p.bytes_peak,
        seconds: p.seconds,
        eta_seconds: p.eta_seconds,
        finished,
    };
    let answer = progress.call1((seen,))?;
    if !finished && answer.extract::<bool>().is_ok_and(|goes_on| !goes_on) {
        job.cancel();
    }
    Ok(())
}

/// A report as JSON.
pub fn json(report: &impl serde::Serialize) -> groma::Result<String> {
    let json = serde_json::to_string(report).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(json_without_options(&json))
}

/// A report as JSON and as text.
pub fn both(report: &(impl serde::Serialize + ToString)) -> groma::Result<(String, String)> {
    Ok((json(report)?, without_options(&report.to_string())))
}
