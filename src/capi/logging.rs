//! Passes the library's messages on to the caller.

use std::ffi::c_void;
use std::sync::{Once, RwLock};

use log::{Level, LevelFilter, Log, Metadata, Record};

use super::boundary::call;
use super::status::groma_error;
use super::text::groma_str;
use crate::Error;
use crate::human::without_options;

/// No messages.
pub const GROMA_LOG_OFF: i32 = 0;
/// Something failed.
pub const GROMA_LOG_ERROR: i32 = 1;
/// Something that did not stop the work but that its user should know.
pub const GROMA_LOG_WARN: i32 = 2;
/// One line per batch.
pub const GROMA_LOG_INFO: i32 = 3;
/// One line per time step.
pub const GROMA_LOG_DEBUG: i32 = 4;
/// Everything.
pub const GROMA_LOG_TRACE: i32 = 5;

/// Receives each message: its level (GROMA_LOG_ERROR to GROMA_LOG_TRACE), the module it comes from, and its text. The
/// texts are not NUL-terminated and live only until the return. The function is called from any thread, also from
/// several at once. It must not call back into the library, nor wait for a lock that is held around groma_log_to or
/// groma_job_close.
pub type groma_log_fn =
    Option<unsafe extern "C" fn(level: i32, target: groma_str, message: groma_str, user: *mut c_void)>;

#[derive(Clone, Copy)]
struct Sink {
    function: groma_log_fn,
    user: *mut c_void,
}
// SAFETY: the header tells the caller that the function is called from any thread; `user` is only handed back.
unsafe impl Send for Sink {}
// SAFETY: shared threads only copy both fields, and the header tells the caller that the function may be called from
// several at once.
unsafe impl Sync for Sink {}

static SINK: RwLock<Sink> = RwLock::new(Sink { function: None, user: std::ptr::null_mut() });

struct ToSink;

impl Log for ToSink {
    fn enabled(&self, metadata: &Metadata) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record) {
        // The lock is held during the call, so that the old function is not called any more once groma_log_to has
        // returned.
        let sink = SINK.read().unwrap_or_else(|e| e.into_inner());
        let Some(function) = sink.function.filter(|_| self.enabled(record.metadata())) else { return };
        let level = match record.level() {
            Level::Error => GROMA_LOG_ERROR,
            Level::Warn => GROMA_LOG_WARN,
            Level::Info => GROMA_LOG_INFO,
            Level::Debug => GROMA_LOG_DEBUG,
            Level::Trace => GROMA_LOG_TRACE,
        };
        let message = without_options(&record.args().to_string());
        // SAFETY: the caller gave a function of this type; the texts live until it returns.
        unsafe { function(level, groma_str::borrow(record.target()), groma_str::borrow(&message), sink.user) };
    }

    fn flush(&self) {}
}

/// Sends the library's messages up to `max_level` (GROMA_LOG_OFF to GROMA_LOG_TRACE) to `function`, together with
/// `user`. A process has one receiver: a second call replaces it, NULL or GROMA_LOG_OFF removes it. Once the call has
/// returned, the previous function is not called any more. Before the first call, messages are dropped.
///
/// Returns GROMA_BUSY in a Rust program that has set a logger of its own. From the first call on, a panic inside the
/// library is reported as a message and not written to stderr.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_log_to(
    function: groma_log_fn,
    user: *mut c_void,
    max_level: i32,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let filter = match max_level {
            GROMA_LOG_OFF => LevelFilter::Off,
            GROMA_LOG_ERROR => LevelFilter::Error,
            GROMA_LOG_WARN => LevelFilter::Warn,
            GROMA_LOG_INFO => LevelFilter::Info,
            GROMA_LOG_DEBUG => LevelFilter::Debug,
            GROMA_LOG_TRACE => LevelFilter::Trace,
            other => return Err(Error::invalid("max_level", other, "GROMA_LOG_OFF (0) to GROMA_LOG_TRACE (5)")),
        };
        static INSTALLED: RwLock<bool> = RwLock::new(false);
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let installed = log::set_logger(&ToSink).is_ok();
            *INSTALLED.write().unwrap_or_else(|e| e.into_inner()) = installed;
            if installed {
                // The host gets a panic inside the library as a message, not as text on its stderr.
                std::panic::set_hook(Box::new(|panic| log::error!("{panic}")));
            }
        });
        if !*INSTALLED.read().unwrap_or_else(|e| e.into_inner()) {
            let what = "the program has set a logger of its own, which gets the messages".to_string();
            return Err(Error::Busy { subject: "the log".into(), what });
        }
        *SINK.write().unwrap_or_else(|e| e.into_inner()) = Sink { function, user };
        log::set_max_level(if function.is_some() { filter } else { LevelFilter::Off });
        Ok(())
    })
}
