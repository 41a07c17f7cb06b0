//! An SQLite file that is only read, in bounds.
//!
//! The file is opened for reading alone. What it says is bounded: a value is no longer than the file, and SQLite stops
//! when its statements do more work than the file's size explains, as a view can ask for any amount.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Statement};

use crate::error::IoContext;
use crate::{Error, Result};

/// The instructions of SQLite's machine between two looks at the clock.
const STEP: u32 = 10_000;
/// The instructions that are allowed for each byte of the file, and on top: a row takes some ten for each column, and
/// has more bytes than that.
const WORK_PER_BYTE: u64 = 1_000;
const FREE_WORK: u64 = 20_000_000;

/// Whether the work that reads a file was asked to stop.
pub(crate) type IsCancelled = Arc<dyn Fn() -> bool + Send + Sync>;

/// An open file.
pub(crate) struct Database {
    connection: Connection,
    path: PathBuf,
    /// What a whole file is called in errors, with an article.
    whole: &'static str,
    is_cancelled: IsCancelled,
    /// Whether SQLite was stopped for doing too much.
    is_exhausted: Arc<AtomicBool>,
}

impl Database {
    /// Opens a file. All statements see the same state of it.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] for a file that is no database; [`Error::Busy`] while another program writes
    /// to it; [`Error::Cancelled`]. Every method has the same ones.
    pub fn open(path: &Path, whole: &'static str, is_cancelled: IsCancelled) -> Result<Database> {
        let size = path.metadata().context("look at", path)?.len();
        let has_log = ["-wal", "-journal"].iter().any(|suffix| {
            let mut name = path.as_os_str().to_os_string();
            name.push(suffix);
            Path::new(&name).metadata().is_ok_and(|log| log.len() > 0)
        });
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(uri(path, !has_log)?, flags);
        let is_exhausted = Arc::new(AtomicBool::new(false));
        let connection = opened.map_err(|e| error(e, path, whole))?;
        let mut database = Database { connection, path: path.to_path_buf(), whole, is_cancelled, is_exhausted };
        database.bound(size).map_err(|e| database.error(e))?;
        Ok(database)
    }

    /// Sets what a file of this size may ask for, and begins to read.
    fn bound(&mut self, size: u64) -> rusqlite::Result<()> {
        let connection = &mut self.connection;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        let longest = i32::try_from(size.saturating_add(1 << 20)).unwrap_or(i32::MAX).min(1_000_000_000);
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        let most = FREE_WORK + size.saturating_mul(WORK_PER_BYTE);
        let (work, is_cancelled, is_exhausted) =
            (AtomicU64::new(0), self.is_cancelled.clone(), self.is_exhausted.clone());
        connection.progress_handler(
            STEP as i32,
            Some(move || {
                let is_too_much = work.fetch_add(u64::from(STEP), Ordering::Relaxed) > most;
                is_exhausted.fetch_or(is_too_much, Ordering::Relaxed);
                is_too_much || is_cancelled()
            }),
        )?;
        connection.execute_batch("BEGIN")
    }

    /// Prepares a statement.
    pub fn prepare(&self, statement: &str) -> Result<Statement<'_>> {
        self.connection.prepare(statement).map_err(|e| self.error(e))
    }

    /// Returns the values of the first row of a statement's answer, if it has one.
    pub fn first<T>(
        &self,
        statement: &str,
        parameters: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        self.connection.query_row(statement, parameters, read).optional().map_err(|e| self.error(e))
    }

    /// Returns all rows of a statement's answer.
    pub fn all<T>(
        &self,
        statement: &str,
        parameters: impl rusqlite::Params,
        read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.prepare(statement)?;
        let rows = statement.query_map(parameters, read).map_err(|e| self.error(e))?;
        rows.collect::<rusqlite::Result<_>>().map_err(|e| self.error(e))
    }

    /// Returns whether there is such a table.
    pub fn has_table(&self, name: &str) -> Result<bool> {
        let found = "SELECT 1 FROM sqlite_schema WHERE lower(name) = lower(?1) AND type = 'table'";
        Ok(self.first(found, [name], |_| Ok(()))?.is_some())
    }

    /// Returns the names of the columns of a table or view.
    pub fn columns(&self, table: &str) -> Result<Vec<String>> {
        self.all(&format!("PRAGMA table_info({})", quoted_name(table)), [], |row| row.get(1))
    }

    /// Returns the error of a call of SQLite.
    pub fn error(&self, e: rusqlite::Error) -> Error {
        if (self.is_cancelled)() {
            return Error::Cancelled;
        }
        if self.is_exhausted.load(Ordering::Relaxed) {
            let seen = "a table or a view that takes more work than the file's size explains";
            return Error::bad_format(&self.path, None, seen, "a table, or a simple view");
        }
        error(e, &self.path, self.whole)
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn error(e: rusqlite::Error, path: &Path, whole: &str) -> Error {
    match e.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::PermissionDenied) => {
            let cause = std::io::Error::other(e.to_string());
            Error::Io { action: "read", subject: path.to_path_buf(), cause }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::Busy { subject: path.to_path_buf(), what: "another program writes to the file".into() }
        }
        _ => Error::bad_format(path, None, format!("an SQLite file that cannot be read: {e}"), whole),
    }
}

/// Returns a name in quotes.
pub(crate) fn quoted_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns the address by which SQLite opens a file. One that nobody writes to is opened without locks and helpers
/// beside it, as on a medium that cannot be written; one with a log of changes needs both.
fn uri(path: &Path, is_immutable: bool) -> Result<String> {
    let whole = std::path::absolute(path).context("find", path)?;
    let bytes = whole.as_os_str().as_encoded_bytes();
    let mut uri = String::from(if cfg!(windows) { "file:///" } else { "file:" });
    for &byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(byte)),
            b':' if cfg!(windows) => uri.push(':'),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str(if is_immutable { "?mode=ro&immutable=1" } else { "?mode=ro" });
    Ok(uri)
}
