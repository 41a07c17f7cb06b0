//! An SQLite file that is only read, in bounds.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Statement};

use crate::city::input::footprints::budget::Budget;
use crate::error::IoContext;
use crate::{Error, Result};

/// The instructions of SQLite's machine between two looks at the clock.
const STEP: u32 = 10_000;
/// The instructions that are allowed for each byte of the file, and on top: a row takes some ten for each column, and
/// has more bytes than that.
const WORK_PER_BYTE: u64 = 1_000;
const FREE_WORK: u64 = 20_000_000;

/// An open file.
pub(super) struct Database<'a> {
    connection: Connection,
    path: &'a Path,
    budget: &'a Budget<'a>,
    /// Whether SQLite was stopped for doing too much.
    is_exhausted: Arc<AtomicBool>,
}

impl<'a> Database<'a> {
    pub fn open(path: &'a Path, budget: &'a Budget<'a>) -> Result<Database<'a>> {
        let size = path.metadata().context("look at", path)?.len();
        let has_log = ["-wal", "-journal"].iter().any(|suffix| {
            let mut name = path.as_os_str().to_os_string();
            name.push(suffix);
            Path::new(&name).metadata().is_ok_and(|log| log.len() > 0)
        });
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(uri(path, !has_log)?, flags);
        let is_exhausted = Arc::new(AtomicBool::new(false));
        let broken = |e| error(e, path, budget, false);
        let mut database = Database { connection: opened.map_err(broken)?, path, budget, is_exhausted };
        database.bound(size).map_err(|e| database.error(e))?;
        Ok(database)
    }

    /// Sets what a file of this size may ask for.
    fn bound(&mut self, size: u64) -> rusqlite::Result<()> {
        let connection = &mut self.connection;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        let longest = i32::try_from(size.saturating_add(1 << 20)).unwrap_or(i32::MAX).min(1_000_000_000);
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        let most = FREE_WORK + size.saturating_mul(WORK_PER_BYTE);
        let (work, cancel, is_exhausted) = (AtomicU64::new(0), self.budget.cancel_token(), self.is_exhausted.clone());
        connection.progress_handler(
            STEP as i32,
            Some(move || {
                let is_too_much = work.fetch_add(u64::from(STEP), Ordering::Relaxed) > most;
                is_exhausted.fetch_or(is_too_much, Ordering::Relaxed);
                is_too_much || cancel.is_cancelled()
            }),
        )
    }

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
    pub fn all<T>(&self, statement: &str, read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
        let mut statement = self.prepare(statement)?;
        let rows = statement.query_map([], read).map_err(|e| self.error(e))?;
        rows.collect::<rusqlite::Result<_>>().map_err(|e| self.error(e))
    }

    /// Returns whether there is such a table.
    pub fn has_table(&self, name: &str) -> Result<bool> {
        let found = "SELECT 1 FROM sqlite_schema WHERE lower(name) = lower(?1) AND type = 'table'";
        Ok(self.first(found, [name], |_| Ok(()))?.is_some())
    }

    /// Returns whether a table, with its name in quotes, has no row.
    pub fn is_empty(&self, table: &str) -> Result<bool> {
        Ok(self.first(&format!("SELECT 1 FROM {table} LIMIT 1"), [], |_| Ok(()))?.is_none())
    }

    /// Returns the numbers of the rows whose boxes meet a box, in ascending order.
    pub fn numbers_within(&self, index: &str, [west, south, east, north]: [f64; 4]) -> Result<Vec<i64>> {
        let index = quoted_name(index);
        let statement = format!("SELECT id FROM {index} WHERE maxx >= ?1 AND maxy >= ?2 AND minx <= ?3 AND miny <= ?4");
        let mut statement = self.prepare(&statement)?;
        let rows = statement.query_map([west, south, east, north], |row| row.get(0)).map_err(|e| self.error(e))?;
        let mut numbers = rows.collect::<rusqlite::Result<Vec<i64>>>().map_err(|e| self.error(e))?;
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    pub fn error(&self, e: rusqlite::Error) -> Error {
        error(e, self.path, self.budget, self.is_exhausted.load(Ordering::Relaxed))
    }

    pub fn path(&self) -> &Path {
        self.path
    }
}

fn error(e: rusqlite::Error, path: &Path, budget: &Budget<'_>, is_exhausted: bool) -> Error {
    if budget.is_cancelled() {
        return Error::Cancelled;
    }
    if is_exhausted {
        let seen = "a layer that takes more work than the file's size explains";
        return Error::bad_format(path, None, seen, "a layer that is a table, or a simple view");
    }
    match e.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::PermissionDenied) => {
            let cause = std::io::Error::other(e.to_string());
            Error::Io { action: "read", subject: path.to_path_buf(), cause }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::Busy { subject: path.to_path_buf(), what: "another program writes to the file".into() }
        }
        _ => Error::bad_format(path, None, format!("an SQLite file that cannot be read: {e}"), "a whole GeoPackage"),
    }
}

/// Returns a name in quotes.
pub(super) fn quoted_name(name: &str) -> String {
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
