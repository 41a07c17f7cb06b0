//! What goes to the terminal: messages, progress, an interrupt.

use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use groma::human::{bytes, seconds};
use groma::job::{CancelToken, Job, Progress};
use groma::{Error, Result};
use indicatif::{ProgressBar, ProgressStyle};
use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::limits;

/// The bar on the screen, so that messages appear above it and not inside.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// What to say of a job that was interrupted.
static INTERRUPTED_HINT: Mutex<Option<String>> = Mutex::new(None);

/// Whether the user has asked the command to stop.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether an answer is being printed.
static PRINTING: AtomicBool = AtomicBool::new(false);

/// The "file" that errors of printing name.
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
    // A closed stderr is no reason to stop.
    let write = || drop(writeln!(std::io::stderr(), "{line}"));
    match BAR.lock().ok().and_then(|bar| bar.clone()) {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Sends the library's messages to stderr: on a terminal, where there is a bar, from warnings up, else from infos up.
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

/// Says that the command was interrupted, and what is left of it.
pub fn print_cancelled() {
    let hint = INTERRUPTED_HINT.lock().expect("no panic while held").take();
    print_error(&hint.as_deref().map_or("cancelled".to_string(), |hint| format!("cancelled; {hint}")));
}

/// A flag that Ctrl-C sets; a second Ctrl-C ends the process, and so does the first while an answer is printed.
///
/// # Errors
/// Where no thread can be started to wait for it: a command that does not hear Ctrl-C is not begun.
pub fn cancel_on_interrupt() -> Result<CancelToken> {
    let cancel = CancelToken::default();
    let token = cancel.clone();
    let handler = move || {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        if PRINTING.load(Ordering::SeqCst) {
            // Nothing needs to be put in order, and whoever reads the answer may keep the process waiting for ever.
            print_line("error: cancelled; the answer is not whole");
            std::process::exit(130);
        }
        print_line("interrupted: stopping after the work in hand; Ctrl-C again ends at once");
        token.cancel();
    };
    limits::ask_for_stack(limits::STACK)?;
    match ctrlc::set_handler(handler) {
        Ok(()) => Ok(cancel),
        Err(ctrlc::Error::System(cause)) => {
            Err(Error::Io { action: "start the thread that waits for Ctrl-C in", path: "this process".into(), cause })
        }
        Err(e) => Err(Error::Internal(e.to_string())),
    }
}

/// Waits for a job with a bar on a terminal, without one elsewhere. `when_cancelled` is what there is to say when it
/// was interrupted: what is left of it, or how to go on.
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
            // How far a job without a plan is, nobody knows.
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

/// What to say of an interrupted command whose output is there whole or not at all.
pub fn nothing_written() -> String {
    "nothing was written".into()
}

fn show(bar: &ProgressBar, progress: &Progress) {
    bar.set_prefix(progress.phase);
    bar.set_position((1000.0 * progress.fraction) as u64);
    // Whole seconds: fractions of them would only flicker.
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
pub fn print_json(value: &impl serde::Serialize) -> Result<()> {
    print(|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    })
}

/// Prints a line on stdout.
pub fn println(text: &str) -> Result<()> {
    print(|out| writeln!(out, "{text}"))
}

/// Prints on stdout what `write` writes, piece by piece: an answer is never in memory as text. An interrupt ends it.
///
/// A reader that has gone away is an error for which [`is_closed_output`] is true.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    PRINTING.store(true, Ordering::SeqCst);
    if INTERRUPTED.load(Ordering::SeqCst) {
        return Err(Error::Cancelled);
    }
    if limits::stdout_was_closed() {
        PRINTING.store(false, Ordering::SeqCst);
        let cause = io::Error::new(ErrorKind::NotConnected, "it was closed when the command began");
        return Err(Error::Io { action: "write", path: STANDARD_OUTPUT.into(), cause });
    }
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let printed = write(&mut out).and_then(|()| out.flush());
    PRINTING.store(false, Ordering::SeqCst);
    // What could not be written is not tried again.
    drop(out.into_parts());
    printed.map_err(|cause| Error::Io { action: "write", path: STANDARD_OUTPUT.into(), cause })
}

/// Whether an error says that nobody reads stdout any more, as at the end of `| head`: no reason for a message.
pub fn is_closed_output(error: &Error) -> bool {
    matches!(error, Error::Io { path, cause, .. }
        if cause.kind() == ErrorKind::BrokenPipe && path.as_os_str() == STANDARD_OUTPUT)
}
