//! The one error type of the crate, and the status numbers that the C ABI gives for it.
//!
//! ```
//! use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
//! use groma::{Error, Status};
//!
//! let error = build_hash_tables("no-such-folder", &BuildHashTablesOptions::new(10.0)).unwrap_err();
//! assert!(matches!(error, Error::NotFound { .. }));
//! assert_eq!(error.status(), Status::NotFound);
//! ```

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde::Serialize;

/// The result of every fallible function of groma.
pub type Result<T> = std::result::Result<T, Error>;

/// The outcome of a call as a number. Numbers never change.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// The call did what it says.
    Ok = 0,
    /// The job was cancelled.
    Cancelled = 1,
    /// The time given to a wait has passed; the job goes on.
    Timeout = 2,
    /// A parameter is out of its range.
    InvalidArgument = 10,
    /// A file, a folder or a time step does not exist.
    NotFound = 11,
    /// The operating system refused to read or write.
    Io = 20,
    /// The disk or the quota is full.
    DiskFull = 21,
    /// A file is not what its name or header says.
    BadFormat = 22,
    /// The request or the file is valid, but this version cannot do it.
    Unsupported = 23,
    /// The system has no memory left.
    NoMemory = 30,
    /// The memory limit that the caller set does not suffice.
    MemoryLimit = 31,
    /// Another process or job holds what this one needs, or has not made it yet.
    Busy = 40,
    /// A defect of groma itself.
    Internal = 99,
}

impl Status {
    /// Every status there is, in ascending order.
    pub const ALL: [Status; 13] = [
        Status::Ok,
        Status::Cancelled,
        Status::Timeout,
        Status::InvalidArgument,
        Status::NotFound,
        Status::Io,
        Status::DiskFull,
        Status::BadFormat,
        Status::Unsupported,
        Status::NoMemory,
        Status::MemoryLimit,
        Status::Busy,
        Status::Internal,
    ];

    /// Returns a short name in lower case, as in messages and logs.
    pub fn name(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Cancelled => "cancelled",
            Status::Timeout => "timeout",
            Status::InvalidArgument => "invalid argument",
            Status::NotFound => "not found",
            Status::Io => "i/o error",
            Status::DiskFull => "disk full",
            Status::BadFormat => "bad format",
            Status::Unsupported => "unsupported",
            Status::NoMemory => "no memory",
            Status::MemoryLimit => "memory limit",
            Status::Busy => "busy",
            Status::Internal => "internal error",
        }
    }
}

/// Why a call failed. The text names the file or the parameter, the value seen and what is accepted.
///
/// `Debug` writes the same text as `Display`, because a `main` that returns an error prints its `Debug` form.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The job was cancelled by its caller.
    #[error("cancelled")]
    Cancelled,

    /// A parameter is out of its range.
    #[error("{name} is {seen}; accepted: {accepted}")]
    InvalidArgument {
        /// The parameter's name in the options.
        name: &'static str,
        /// The value given.
        seen: String,
        /// The values that are accepted.
        accepted: String,
    },

    /// Something that must exist does not.
    #[error("{}: {what}", subject.display())]
    NotFound {
        /// The path that was looked up, or the name of something else, as "the tile".
        subject: PathBuf,
        /// The missing thing, and how to get it.
        what: String,
    },

    /// The operating system refused.
    #[error("cannot {action} {}: {cause}{}", subject.display(), remedy(action, cause))]
    Io {
        /// The action that failed, as an infinitive: "read", "create".
        action: &'static str,
        /// The file or folder that the action was on, or the name of something else, as "the job".
        subject: PathBuf,
        /// The system's error. The text contains it, so it is not also the [`source`](std::error::Error::source): a
        /// printed chain would say it twice.
        cause: io::Error,
    },

    /// A file is not what its name or header says.
    #[error("{}{}: {seen}; accepted: {accepted}", path.display(), at(*offset))]
    BadFormat {
        /// The file.
        path: PathBuf,
        /// The place in the file, in bytes from its start.
        offset: Option<u64>,
        /// The content found there.
        seen: String,
        /// The content that is accepted.
        accepted: String,
    },

    /// A file or request is valid but cannot be handled.
    #[error("{}: {what}", subject.display())]
    Unsupported {
        /// The file or folder, or the name of something else, as "options".
        subject: PathBuf,
        /// The request that cannot be handled, and what can be done instead.
        what: String,
    },

    /// The system has no memory left.
    #[error("no memory: {bytes} bytes for {what} could not be had")]
    NoMemory {
        /// The number of bytes asked for.
        bytes: u64,
        /// The use that the memory was meant for.
        what: &'static str,
    },

    /// The memory limit does not suffice.
    #[error(
        "the memory limit of {limit} bytes does not suffice for {what}: at least {needed} bytes are needed \
         (memory_limit, --memory-limit {}MiB)",
        needed.div_ceil(1 << 20)
    )]
    MemoryLimit {
        /// The limit in force, in bytes.
        limit: u64,
        /// The smallest limit that would do, in bytes.
        needed: u64,
        /// The work that needs the memory.
        what: String,
    },

    /// Another process or job is at work on the same folder.
    #[error("{}: {what}", subject.display())]
    Busy {
        /// The file or folder that is held, or the name of something else, as "the log".
        subject: PathBuf,
        /// The holder, as far as known.
        what: String,
    },

    /// There is no plan of the build that a part or an end belongs to, or it cannot be seen yet: where machines share a
    /// folder, one may see later what another has written.
    #[error("{}: {what}", subject.display())]
    NotPlanned {
        /// The folder or the file that was looked into.
        subject: PathBuf,
        /// What is not as planned, and how to get a plan.
        what: String,
    },

    /// A build in parts cannot be ended: some of what its parts make is missing or damaged.
    #[error("{}: {what}", subject.display())]
    Unfinished {
        /// The folder of the outputs.
        subject: PathBuf,
        /// How many are missing, the first of them, and what to do.
        what: String,
        /// The number of all there are to be.
        of: u64,
        /// Those that are missing.
        missing: Vec<MissingUnit>,
    },

    /// A defect of groma itself, with the panic's message.
    #[error("internal error: {0} (a defect of groma; please report it)")]
    Internal(String),
}

/// A tile, or the tables of a shard, that a build in parts lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingUnit {
    /// The name of the tile, or of the shard's file.
    pub name: String,
    /// Why it is missing, as far as is known.
    pub cause: String,
    /// Whether it could not be made for a reason that stays when its part runs again.
    pub is_lasting: bool,
}

/// Returns the advice for a resource that the process or the system has run out of; empty for other errors.
fn remedy(action: &str, error: &io::Error) -> &'static str {
    match Lack::of(error) {
        Some(Lack::OpenFiles) => "; the limit of open files is reached: raise it (ulimit -n)",
        Some(Lack::OpenFilesOfTheSystem) => "; the whole system has too many files open: close other programs",
        Some(Lack::FileSize) => {
            "; the file would be larger than the limit of file sizes (ulimit -f) or the file system allows: raise the \
             limit, or write elsewhere"
        }
        Some(Lack::Memory) => "; there is no memory left: raise the limit (ulimit -v), or close other programs",
        Some(Lack::Threads) if action.starts_with("start") => {
            "; the limit of threads and processes is reached: raise it (ulimit -u), or ask for fewer threads"
        }
        _ => "",
    }
}

/// The resources, besides disk space, that a process or the system can run out of.
#[derive(Clone, Copy, PartialEq, Eq)]
// Windows has no code of its own for some of them.
#[cfg_attr(not(unix), allow(dead_code))]
enum Lack {
    OpenFiles,
    OpenFilesOfTheSystem,
    FileSize,
    Memory,
    Threads,
}

impl Lack {
    fn of(error: &io::Error) -> Option<Lack> {
        #[cfg(unix)]
        let known = [
            (libc::EMFILE, Lack::OpenFiles),
            (libc::ENFILE, Lack::OpenFilesOfTheSystem),
            (libc::EFBIG, Lack::FileSize),
            (libc::ENOMEM, Lack::Memory),
            (libc::EAGAIN, Lack::Threads),
        ];
        // ERROR_TOO_MANY_OPEN_FILES, ERROR_NOT_ENOUGH_MEMORY, ERROR_OUTOFMEMORY, ERROR_MAX_THRDS_REACHED,
        // ERROR_FILE_TOO_LARGE, ERROR_NO_SYSTEM_RESOURCES, ERROR_COMMITMENT_LIMIT.
        #[cfg(not(unix))]
        let known =
            [(4, Lack::OpenFiles), (8, Lack::Memory), (14, Lack::Memory), (1450, Lack::Memory), (1455, Lack::Memory)];
        let code = error.raw_os_error()?;
        known.iter().find(|(known, _)| *known == code).map(|(_, lack)| *lack)
    }
}

fn at(offset: Option<u64>) -> String {
    offset.map(|o| format!(" at byte {o}")).unwrap_or_default()
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error {
    /// Returns the status number of this error.
    pub fn status(&self) -> Status {
        match self {
            Error::Cancelled => Status::Cancelled,
            Error::InvalidArgument { .. } => Status::InvalidArgument,
            Error::NotFound { .. } => Status::NotFound,
            Error::Io { cause, .. } => match cause.kind() {
                io::ErrorKind::NotFound => Status::NotFound,
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Status::DiskFull,
                io::ErrorKind::OutOfMemory => Status::NoMemory,
                _ => Status::Io,
            },
            Error::BadFormat { .. } => Status::BadFormat,
            Error::Unsupported { .. } => Status::Unsupported,
            Error::NoMemory { .. } => Status::NoMemory,
            Error::MemoryLimit { .. } => Status::MemoryLimit,
            Error::Busy { .. } => Status::Busy,
            Error::NotPlanned { .. } => Status::NotFound,
            Error::Unfinished { missing, .. } if missing.iter().any(|one| one.is_lasting) => Status::NotFound,
            Error::Unfinished { .. } => Status::Busy,
            Error::Internal(_) => Status::Internal,
        }
    }

    /// Returns the operating system's own number for this error, 0 when there is none.
    pub fn os_code(&self) -> i32 {
        match self {
            Error::Io { cause, .. } => cause.raw_os_error().unwrap_or(0),
            _ => 0,
        }
    }

    /// Returns whether the process or the system has run out of a resource. Such an error says nothing about the file
    /// that it names: the file must not be taken for damaged or missing.
    pub(crate) fn is_starved(&self) -> bool {
        match self {
            Error::Io { cause, .. } => Lack::of(cause).is_some_and(|lack| lack != Lack::Threads),
            Error::NoMemory { .. } | Error::MemoryLimit { .. } => true,
            _ => false,
        }
    }

    /// Returns whether the same may succeed when it is done again later, with nothing else changed: a file could not be
    /// read or written, memory lacked, somebody else is at work, or has not done yet, or not visibly, what is needed.
    pub fn is_worth_repeating(&self) -> bool {
        use io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem};
        match self {
            Error::Io { cause, .. } => {
                !matches!(cause.kind(), NotFound | PermissionDenied | NotADirectory | IsADirectory | ReadOnlyFilesystem)
            }
            Error::Unfinished { missing, .. } => !missing.iter().any(|one| one.is_lasting),
            Error::Busy { .. } | Error::NoMemory { .. } | Error::NotPlanned { .. } => true,
            _ => false,
        }
    }

    /// Returns whether nothing can be written in a folder.
    pub(crate) fn is_read_only(&self) -> bool {
        let kinds = [io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::PermissionDenied];
        matches!(self, Error::Io { cause, .. } if kinds.contains(&cause.kind()))
    }

    /// Returns whether a file is not there.
    pub(crate) fn is_not_there(&self) -> bool {
        self.status() == Status::NotFound && matches!(self, Error::Io { .. } | Error::NotFound { .. })
    }

    /// Makes an [`Error::InvalidArgument`].
    pub fn invalid(name: &'static str, seen: impl ToString, accepted: impl ToString) -> Error {
        Error::InvalidArgument { name, seen: seen.to_string(), accepted: accepted.to_string() }
    }

    pub(crate) fn bad_format(
        path: impl AsRef<Path>,
        offset: impl Into<Option<u64>>,
        seen: impl ToString,
        accepted: impl ToString,
    ) -> Error {
        Error::BadFormat {
            path: path.as_ref().to_path_buf(),
            offset: offset.into(),
            seen: seen.to_string(),
            accepted: accepted.to_string(),
        }
    }

    /// Does work; a panic in it becomes an [`Error::Internal`] with its message.
    pub fn catch<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(Error::from_panic(&*payload)))
    }

    /// Turns a caught panic into an error that carries its message.
    pub fn from_panic(payload: &(dyn std::any::Any + Send)) -> Error {
        let message = payload
            .downcast_ref::<&str>()
            .map(|s| s.to_string())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_string());
        Error::Internal(message)
    }
}

/// Adds the file and the action to an [`io::Error`].
pub(crate) trait IoContext<T> {
    fn context(self, action: &'static str, path: impl AsRef<Path>) -> Result<T>;
}

impl<T> IoContext<T> for io::Result<T> {
    fn context(self, action: &'static str, path: impl AsRef<Path>) -> Result<T> {
        self.map_err(|cause| Error::Io { action, subject: path.as_ref().to_path_buf(), cause })
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_panic_becomes_an_error_with_its_message() {
        assert_eq!(Error::catch(|| Ok(7)).unwrap(), 7);
        let text = |error: Error| (error.status(), error.to_string());
        assert_eq!(text(Error::catch::<()>(|| Err(Error::Cancelled)).unwrap_err()).0, Status::Cancelled);
        let number = 3;
        let (status, said) = text(Error::catch::<()>(|| panic!("at {number}")).unwrap_err());
        assert!(status == Status::Internal && said.starts_with("internal error: at 3 ("), "{said}");
        let (_, said) = text(Error::catch::<()>(|| panic!("at all")).unwrap_err());
        assert!(said.starts_with("internal error: at all ("), "{said}");
    }

    #[test]
    fn the_chain_of_an_error_says_each_thing_once() {
        let refused = io::Error::from(io::ErrorKind::PermissionDenied);
        let said = refused.to_string();
        let error = Err::<(), _>(refused).context("read", "a.bin").unwrap_err();
        assert!(error.to_string().contains(&said) && error.source().is_none(), "{error}");
    }
}
