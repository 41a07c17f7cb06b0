//! Messages of the library, for Python's `logging`.
//!
//! They are kept in a queue and handed on by the thread that called the library: a thread of a job that waited for the
//! interpreter's lock could wait for a thread which waits for the job.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use groma::human::without_options;
use log::{Level, LevelFilter, Log, Metadata, Record};
use pyo3::prelude::*;

struct Queue {
    messages: Mutex<Vec<(Level, String)>>,
    has_some: AtomicBool,
}

static QUEUE: Queue = Queue { messages: Mutex::new(Vec::new()), has_some: AtomicBool::new(false) };

impl Log for Queue {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("groma")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let message = (record.level(), without_options(&record.args().to_string()));
            self.messages.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(message);
            self.has_some.store(true, Ordering::Release);
        }
    }

    fn flush(&self) {}
}

/// Takes the library's messages from now on.
pub fn install() {
    // Another logger can be there only where this module was loaded before, whose queue it then is.
    let _ = log::set_logger(&QUEUE);
    log::set_max_level(LevelFilter::Warn);
}

fn logger(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import("logging")?.call_method1("getLogger", ("groma",))
}

/// Has the library make only such messages as the logger "groma" wants at the moment.
pub fn follow(py: Python<'_>) -> PyResult<()> {
    let level: i32 = logger(py)?.call_method0("getEffectiveLevel")?.extract()?;
    log::set_max_level(match level {
        ..=10 => LevelFilter::Debug,
        11..=20 => LevelFilter::Info,
        21..=30 => LevelFilter::Warn,
        _ => LevelFilter::Error,
    });
    Ok(())
}

/// Hands the messages so far to `logging`.
pub fn deliver(py: Python<'_>) -> PyResult<()> {
    if !QUEUE.has_some.swap(false, Ordering::Acquire) {
        return Ok(());
    }
    let messages = std::mem::take(&mut *QUEUE.messages.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
    let logger = logger(py)?;
    for (level, message) in messages {
        let level = match level {
            Level::Error => 40,
            Level::Warn => 30,
            Level::Info => 20,
            Level::Debug | Level::Trace => 10,
        };
        logger.call_method1("log", (level, message))?;
    }
    Ok(())
}
