//! Parquet files: tables in columns, as pandas, polars, DuckDB, Spark and GDAL write them.
//!
//! A page of a column is read only after `pages` has checked that the file's size explains what it becomes in memory.
//!
//! | file | what it knows |
//! |---|---|
//! | `thrift` | the encoding of headers |
//! | `pages` | what the pages of a column say of themselves |

mod pages;
mod thrift;

use std::fmt::Display;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use parquet::column::reader::ColumnReader;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescPtr;

use super::input;
use crate::error::IoContext;
use crate::{Error, Result};

const ACCEPTED: &str = "a whole Parquet file, as pandas, polars, DuckDB, Spark or GDAL write it";

/// A file whose description was read.
pub(crate) struct ParquetFile {
    path: PathBuf,
    file: File,
    size: u64,
    reader: SerializedFileReader<File>,
}

/// A column in a group of rows.
pub(crate) struct OpenColumn {
    pub reader: ColumnReader,
    /// The level of a value that is not missing.
    pub level: i16,
    /// The bytes of memory that its pages take.
    pub memory: u64,
}

impl ParquetFile {
    pub fn open(path: &Path) -> Result<ParquetFile> {
        let file = input::open(path)?;
        let size = file.metadata().context("look at", path)?.len();
        let reader = file.try_clone().context("read", path)?;
        let reader = call(|| SerializedFileReader::new(reader)).map_err(|wrong| bad(path, &wrong))?;
        Ok(ParquetFile { path: path.to_path_buf(), file, size, reader })
    }

    pub fn metadata(&self) -> &ParquetMetaData {
        self.reader.metadata()
    }

    /// Returns the columns that hold single values, in the order of the file.
    pub fn columns(&self) -> &[ColumnDescPtr] {
        self.metadata().file_metadata().schema_descr().columns()
    }

    pub fn groups(&self) -> usize {
        self.reader.num_row_groups()
    }

    /// Returns the number of rows of a group.
    pub fn rows(&self, group: usize) -> Result<usize> {
        let rows = self.metadata().row_group(group).num_rows();
        usize::try_from(rows).map_err(|_| self.bad(&format!("a group of {rows} rows")))
    }

    /// Opens a column in a group of rows.
    pub fn column(&self, group: usize, number: usize) -> Result<OpenColumn> {
        let group = self.reader.get_row_group(group).map_err(|e| self.bad_column(number, &e))?;
        let chunk = group.metadata().column(number);
        let memory = pages::check(&self.file, self.size, chunk).map_err(|wrong| self.bad_column(number, &wrong))?;
        let level = chunk.column_descr().max_def_level();
        let reader = call(|| group.get_column_reader(number)).map_err(|wrong| self.bad_column(number, &wrong))?;
        Ok(OpenColumn { reader, level, memory })
    }

    /// Returns the error of a file that is damaged, or has what is not read.
    pub fn bad(&self, what: &dyn Display) -> Error {
        bad(&self.path, what)
    }

    /// Returns the error of such a column.
    pub fn bad_column(&self, number: usize, what: &dyn Display) -> Error {
        self.bad(&format!("column {}: {what}", self.columns()[number].path().string()))
    }
}

/// Calls the crate, whose readers panic at some damaged files, and returns what is wrong as a text.
pub(crate) fn call<T>(read: impl FnOnce() -> parquet::errors::Result<T>) -> std::result::Result<T, String> {
    // What a panic leaves behind is not used again.
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(|e| e.to_string()),
        Err(_) => Err("values that contradict each other".into()),
    }
}

fn bad(path: &Path, what: &dyn Display) -> Error {
    Error::bad_format(path, None, format!("a Parquet file that cannot be read: {what}"), ACCEPTED)
}
