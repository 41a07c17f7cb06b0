//! Reads the databases that JuPedSim writes: SQLite files with a row for each agent at each frame.

use std::fmt::Write;
use std::sync::Arc;

use rusqlite::types::ValueRef;

use super::records::{Head, Record, Records};
use super::source::{LONGEST_RECORD, Share, Source};
use crate::io::recognise::quoted;
use crate::io::sqlite::{Database, quoted_name};
use crate::job::Context;
use crate::{Error, Result};

/// The table of the rows.
const ROWS: &str = "trajectory_data";
/// The table of keys and values, among which is the number of frames in a second.
const METADATA: &str = "metadata";

/// The rows that are read at once, unless they are long.
const ROWS_AT_ONCE: usize = 4096;

/// The names by which SQLite knows the number of a row, unless a column has them.
const NAMES_OF_ROW_NUMBERS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// A database of JuPedSim. Rows are read by their numbers, some at a time, so that no more are in memory.
struct JuPedSim {
    database: Database,
    /// The statement for the rows from a number on: the number, then all columns.
    statement: String,
    rows: std::vec::IntoIter<csv::ByteRecord>,
    /// The least number of a row that was not read; `None` when all were.
    next: Option<i64>,
    /// The rows that were given.
    count: u64,
    /// By the numbers of rows.
    share: Share,
}

pub(super) fn open(source: &Source, context: &Context) -> Result<(Box<dyn Records>, Head)> {
    let path = &source.path;
    let cancel = context.cancel_token().clone();
    let is_cancelled = Arc::new(move || cancel.is_cancelled());
    let database = Database::open(path, "a whole SQLite database of JuPedSim", is_cancelled)?;
    refuse_others(&database)?;
    let columns = database.columns(ROWS)?;
    let is_free = |name: &&str| !columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    let Some(number) = NAMES_OF_ROW_NUMBERS.into_iter().find(is_free) else {
        let seen = format!("the table {ROWS} has columns named {}", NAMES_OF_ROW_NUMBERS.join(", "));
        return Err(Error::bad_format(path, None, seen, "a table without a column of one of these names"));
    };
    let listed: String = columns.iter().map(|name| format!(", {}", quoted_name(name))).collect();
    let last: Option<i64> =
        database.first(&format!("SELECT max({number}) FROM {ROWS}"), [], |row| row.get(0))?.flatten();
    let usual_time_step = time_step(&database)?;
    let mut reader = JuPedSim {
        statement: format!("SELECT {number}{listed} FROM {ROWS} WHERE {number} >= ?1 ORDER BY {number}"),
        database,
        rows: Vec::new().into_iter(),
        next: last.map(|_| i64::MIN),
        count: 0,
        share: source.share(last.unwrap_or(0).max(0) as u64),
    };
    reader.fill()?;
    let head = Head {
        path: path.clone(),
        format: "a database of JuPedSim",
        counted: "row",
        names: Some(columns.into_iter().collect()),
        records: reader.rows.as_slice().iter().take(HEAD_RECORDS).cloned().collect(),
        comments: Vec::new(),
        has_decimal_commas: false,
        usual_time_step,
    };
    Ok((Box::new(reader), head))
}

/// The first rows that are looked at.
const HEAD_RECORDS: usize = 200;

/// Refuses a database without the two tables, and one whose rows are made by a view or by an extension of SQLite.
fn refuse_others(database: &Database) -> Result<()> {
    let kind = "SELECT type || CASE WHEN wr THEN ' without numbers of rows' ELSE '' END FROM pragma_table_list(?1) \
                WHERE schema = 'main'";
    let rows: Option<String> = database.first(kind, [ROWS], |row| row.get(0))?;
    if rows.as_deref() == Some("table") && database.has_table(METADATA)? {
        return Ok(());
    }
    const SHOWN: usize = 20;
    let listed = format!(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' ORDER BY rowid \
         LIMIT {}",
        SHOWN + 1
    );
    let mut tables: Vec<String> = database.all(&listed, [], |row| row.get(0))?;
    if tables.len() > SHOWN {
        tables[SHOWN] = "others".into();
    }
    let tables = if tables.is_empty() { "no tables".into() } else { format!("the tables {}", tables.join(", ")) };
    let kind = match rows.as_deref() {
        None | Some("table") => String::new(),
        Some(kind) => format!(", of which {ROWS} is a {kind}"),
    };
    let what = format!(
        "this is an SQLite database with {tables}{kind}; trajectories are read from those of JuPedSim, which have the \
         tables {ROWS} and {METADATA}: sqlite3 -header -csv {} 'SELECT id, frame, x, y, z FROM TABLE' > samples.csv",
        quoted(database.path())
    );
    Err(Error::Unsupported { subject: database.path().to_path_buf(), what })
}

/// Returns the seconds from one frame to the next, if the metadata say how many there are in a second.
fn time_step(database: &Database) -> Result<Option<f64>> {
    let statement = format!("SELECT CAST(value AS TEXT) FROM {METADATA} WHERE key = 'fps'");
    let Some(text) = database.first(&statement, [], |row| row.get::<_, Option<String>>(0))?.flatten() else {
        return Ok(None);
    };
    let step = text.trim().parse::<f64>().ok().map(|fps| 1.0 / fps);
    step.filter(|step| step.is_finite() && *step > 0.0).map(Some).ok_or_else(|| {
        let seen = format!("the table {METADATA} has {text:?} for fps");
        Error::bad_format(database.path(), None, seen, "the number of frames in a second, above 0")
    })
}

impl JuPedSim {
    /// Reads the next rows.
    fn fill(&mut self) -> Result<()> {
        let Some(from) = self.next.take() else { return Ok(()) };
        let mut statement = self.database.prepare(&self.statement)?;
        let columns = statement.column_count();
        let mut found = statement.query([from]).map_err(|e| self.database.error(e))?;
        let (mut rows, mut bytes, mut text) = (Vec::new(), 0, String::new());
        while let Some(row) = found.next().map_err(|e| self.database.error(e))? {
            let number = row.get(0).map_err(|e| self.database.error(e))?;
            if rows.len() == ROWS_AT_ONCE || bytes > LONGEST_RECORD {
                self.next = Some(number);
                break;
            }
            let mut record = csv::ByteRecord::new();
            for n in 1..columns {
                let value = row.get_ref(n).map_err(|e| self.database.error(e))?;
                text.clear();
                match value {
                    ValueRef::Null => {}
                    ValueRef::Integer(number) => drop(write!(text, "{number}")),
                    ValueRef::Real(number) => drop(write!(text, "{number:?}")),
                    ValueRef::Text(text) => record.push_field(text),
                    ValueRef::Blob(_) => return Err(self.has_blob(number, columns)),
                }
                if !matches!(value, ValueRef::Text(_)) {
                    record.push_field(text.as_bytes());
                }
            }
            bytes += record.as_slice().len() as u64;
            self.share.note(number.max(0) as u64);
            rows.push(record);
        }
        self.rows = rows.into_iter();
        Ok(())
    }

    fn has_blob(&self, number: i64, columns: usize) -> Error {
        let seen = format!("row {number} of {ROWS} has bytes in one of its {} columns", columns - 1);
        Error::bad_format(self.database.path(), None, seen, "numbers and texts")
    }
}

impl Records for JuPedSim {
    fn read(&mut self, record: &mut Record) -> Result<bool> {
        if self.rows.as_slice().is_empty() {
            self.fill()?;
        }
        let Some(fields) = self.rows.next() else { return Ok(false) };
        self.count += 1;
        (record.fields, record.line, record.offset) = (fields, self.count, None);
        Ok(true)
    }
}
