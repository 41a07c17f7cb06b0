//! The terminal: messages, progress, answers, and Ctrl-C.

use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use groma::human::{bytes, seconds};
use groma::job::{CancelToken, Job, Progress};
use groma::{Error, MissingUnit, Result};
use indicatif::{ProgressBar, ProgressStyle};
use log::{Level, LevelFilter, Log, Metadata, Record};
use serde::Serialize;

use crate::limits;

/// The progress bar on the screen, if any: messages are printed above it.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// The hint for a job that was interrupted: what is left of it, or how to continue.
static INTERRUPTED_HINT: Mutex<Option<String>> = Mutex::new(None);

/// Whether the user has pressed Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether Ctrl-C is how the command is meant to end.
static ENDS_BY_INTERRUPT: AtomicBool = AtomicBool::new(false);

/// Whether an answer is being printed.
static PRINTING: AtomicBool = AtomicBool::new(false);

/// The name of stdout in errors.
const STANDARD_OUTPUT: &str = "standard output";

struct Stderr;

impl Log for Stderr {
    fn enabled(&self, _: &Metadata) -> bool {
        true
    }

    fn log(&self, record: &Record) {
        match record.level() {
            Level::Error => print_line(&format!("error: {}", record.args())),
            Level::Warn => print_line(&format!("warning: {}", record.args())),
            _ => print_line(&record.args().to_string()),
        }
    }

    fn flush(&self) {}
}

fn print_line(line: &str) {
    // The command continues without a stderr.
    let write = || drop(writeln!(std::io::stderr(), "{line}"));
    match BAR.lock().ok().and_then(|bar| bar.clone()) {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Sends the library's messages to stderr: warnings and errors on a terminal, which has a progress bar; elsewhere also
/// infos.
pub fn start_logging(verbose: u8, quiet: bool) {
    let level = match (quiet, verbose, std::io::stderr().is_terminal()) {
        (true, ..) => LevelFilter::Error,
        (_, 0, true) => LevelFilter::Warn,
        (_, 0, false) | (_, 1, true) => LevelFilter::Info,
        _ => LevelFilter::Debug,
    };
    log::set_max_level(level);
    log::set_logger(&Stderr).expect("the only logger");
}

pub fn print_error(error: &dyn Display) {
    print_line(&format!("error: {error}"));
}

/// Prints that the command was interrupted, and the hint about its job.
pub fn print_cancelled() {
    let hint = INTERRUPTED_HINT.lock().expect("no panic while held").take();
    print_error(&hint.as_deref().map_or("cancelled".to_string(), |hint| format!("cancelled; {hint}")));
}

/// Returns a flag that Ctrl-C sets. A second Ctrl-C ends the process, and so does the first while an answer is printed.
///
/// # Errors
/// [`Error::Io`] when the thread that waits for Ctrl-C cannot be started; no command runs without it.
pub fn cancel_on_interrupt() -> Result<CancelToken> {
    let cancel = CancelToken::default();
    let token = cancel.clone();
    let handler = move || {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        if PRINTING.load(Ordering::SeqCst) {
            // There is nothing to clean up, and the reader of the answer may block the process for ever.
            print_line("error: cancelled; the answer is not whole");
            std::process::exit(130);
        }
        if !ENDS_BY_INTERRUPT.load(Ordering::SeqCst) {
            print_line("interrupted: stopping after the work in hand; Ctrl-C again ends at once");
        }
        token.cancel();
    };
    limits::ask_for_stack(limits::STACK)?;
    match ctrlc::set_handler(handler) {
        Ok(()) => Ok(cancel),
        Err(ctrlc::Error::System(cause)) => Err(Error::Io {
            action: "start the thread that waits for Ctrl-C in",
            subject: "this process".into(),
            cause,
        }),
        Err(e) => Err(Error::Internal(e.to_string())),
    }
}

/// Lets Ctrl-C end the command without a word from now on.
pub fn end_by_interrupt() {
    ENDS_BY_INTERRUPT.store(true, Ordering::SeqCst);
}

/// The exit code of what may succeed when it is done again, as `sysexits.h` has it.
const TRY_AGAIN: u8 = 75;

/// Returns the exit code that says to try again.
pub fn try_again() -> ExitCode {
    ExitCode::from(TRY_AGAIN)
}

/// What a piece of a build in parts prints as JSON where it has no report.
#[derive(Serialize)]
struct Undone<'a> {
    error: String,
    /// What the end of a build lacks, and the number of all tiles or shards.
    missing: &'a [MissingUnit],
    of: Option<u64>,
    /// Whether the same may succeed when it is done again.
    is_worth_repeating: bool,
}

/// Waits for a piece of a build in parts. An error after which it may succeed when it is done again is printed, and
/// `None` returned, for which [`try_again`] is the exit code.
pub fn wait_for_piece<R: Send + 'static>(job: Job<R>, json: bool, quiet: bool) -> Result<Option<R>> {
    let error = match wait_with_progress(job, quiet, || "the same command continues".into()) {
        Ok(report) => return Ok(Some(report)),
        Err(error) => error,
    };
    let is_worth_repeating = error.is_worth_repeating();
    let (missing, of) = match &error {
        Error::Unfinished { missing, of, .. } => (&missing[..], Some(*of)),
        _ => (&[][..], None),
    };
    if json && (is_worth_repeating || of.is_some()) {
        print_json(&Undone { error: error.to_string(), missing, of, is_worth_repeating })?;
    }
    if !is_worth_repeating {
        return Err(error);
    }
    print_error(&error);
    Ok(None)
}

/// Waits for a job, with a progress bar on a terminal. `when_cancelled` returns the hint for a job that was
/// interrupted: what is left of it, or how to continue.
pub fn wait_with_progress<R: Send + 'static>(
    job: Job<R>,
    quiet: bool,
    when_cancelled: impl FnOnce() -> String,
) -> Result<R> {
    if !quiet && std::io::stderr().is_terminal() {
        let bar = ProgressBar::new(1000);
        let style = |template| ProgressStyle::with_template(template).map_err(|e| Error::Internal(e.to_string()));
        let (known, unknown) =
            (style("{prefix:>10} [{wide_bar}] {percent:>3}%  {msg}")?, style("{prefix:>10} {spinner}  {msg}")?);
        *BAR.lock().expect("no panic while held") = Some(bar.clone());
        while !job.wait(Some(Duration::from_millis(100))) {
            let progress = job.poll();
            // The progress of a job that has not planned its work yet is unknown.
            let is_known = progress.fraction > 0.0 || progress.units_total > 0 || progress.items_total > 0;
            bar.set_style(if is_known { known.clone() } else { unknown.clone() });
            show(&bar, &progress);
        }
        *BAR.lock().expect("no panic while held") = None;
        bar.finish_and_clear();
    }
    let result = job.finish();
    if matches!(result, Err(Error::Cancelled)) {
        *INTERRUPTED_HINT.lock().expect("no panic while held") = Some(when_cancelled());
    }
    result
}

/// The hint for an interrupted command that writes its output whole or not at all.
pub fn nothing_written() -> String {
    "nothing was written".into()
}

fn show(bar: &ProgressBar, progress: &Progress) {
    bar.set_prefix(progress.phase);
    bar.set_position((1000.0 * progress.fraction) as u64);
    // Whole seconds, because fractions would only flicker.
    let time = |s: f64| if s < 100.0 { format!("{s:.0} s") } else { seconds(s) };
    let mut parts = Vec::new();
    if progress.units_total > 1 {
        parts.push(format!("{}/{}", progress.units_done, progress.units_total));
    }
    if progress.bytes_now > 0 {
        parts.push(format!("{} in buffers", bytes(progress.bytes_now)));
    }
    parts.push(time(progress.seconds));
    if let Some(left) = progress.eta_seconds.filter(|_| progress.fraction < 0.995) {
        parts.push(format!("{} left", time(left.max(1.0))));
    }
    bar.set_message(parts.join("  "));
}

/// Prints a value as JSON on stdout.
pub fn print_json(value: &impl Serialize) -> Result<()> {
    print(|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    })
}

/// Prints a line on stdout.
pub fn println(text: &str) -> Result<()> {
    print(|out| writeln!(out, "{text}"))
}

/// Prints on stdout what `write` writes, through a small buffer, so that no answer is in memory as a whole text. Ctrl-C
/// ends the process meanwhile.
///
/// # Errors
/// [`Error::Io`]; when the reader of a pipe is gone, one for which [`is_closed_output`] is true; [`Error::Cancelled`]
/// after Ctrl-C.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    PRINTING.store(true, Ordering::SeqCst);
    if INTERRUPTED.load(Ordering::SeqCst) {
        return Err(Error::Cancelled);
    }
    if limits::stdout_was_closed() {
        PRINTING.store(false, Ordering::SeqCst);
        let cause = io::Error::new(ErrorKind::NotConnected, "it was closed when the command began");
        return Err(Error::Io { action: "write", subject: STANDARD_OUTPUT.into(), cause });
    }
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let printed = write(&mut out).and_then(|()| out.flush());
    PRINTING.store(false, Ordering::SeqCst);
    // Dropping the writer itself would try to write the rest of the buffer again.
    drop(out.into_parts());
    printed.map_err(|cause| Error::Io { action: "write", subject: STANDARD_OUTPUT.into(), cause })
}

/// Returns whether an error means that the reader of stdout is gone, as with `| head`. That needs no message.
pub fn is_closed_output(error: &Error) -> bool {
    matches!(error, Error::Io { subject: path, cause, .. }
        if cause.kind() == ErrorKind::BrokenPipe && path.as_os_str() == STANDARD_OUTPUT)
}
