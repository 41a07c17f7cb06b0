//! Reads Parquet files: tables in columns, as pandas, polars, DuckDB and Spark write them.
//!
//! The columns that are used are read side by side, some rows at a time. Memory is taken for a page of each, of which
//! the file's size was found to explain it. `cells` gives the values of a column as texts.

mod cells;

use std::path::{Path, PathBuf};

use parquet::column::reader::ColumnReader;

use self::cells::{Cells, Kind, LONGEST_TEXT};
use super::records::{Head, Record, Records};
use super::source::{Share, Source};
use crate::io::parquet::{OpenColumn, ParquetFile, call};
use crate::job::{Context, Reservation};
use crate::{Error, Result};

/// The rows that are read at once.
const ROWS_AT_ONCE: usize = 1024;

/// The first rows that are looked at.
const HEAD_RECORDS: usize = 200;

/// A Parquet file.
struct Parquet<'a> {
    table: Table,
    context: &'a Context,
    /// The columns that are used.
    used: Vec<usize>,
    /// The group of rows at work, and its columns; empty before the first one and after each.
    columns: Vec<Column>,
    /// Memory for the pages of these.
    memory: Option<Reservation<'a>>,
    /// The number of the next group of rows.
    next_group: usize,
    /// The rows of the group that were not read.
    left: usize,
    /// The next of the rows that were read.
    next_row: usize,
    /// The rows that were given.
    count: u64,
    share: Share,
}

/// What is known of the file.
struct Table {
    path: PathBuf,
    file: ParquetFile,
    /// The columns that can be used, by their numbers in the file.
    kinds: Vec<(usize, Kind)>,
    names: Vec<String>,
}

struct Column {
    /// Its place among the fields of a record.
    place: usize,
    kind: Kind,
    /// The level of a value that is not missing.
    level: i16,
    reader: ColumnReader,
    cells: Cells,
}

pub(super) fn open<'a>(source: &Source, context: &'a Context) -> Result<(Box<dyn Records + 'a>, Head)> {
    let table = Table::open(&source.path)?;
    let records = table.first_records(context)?;
    let rows = table.file.metadata().file_metadata().num_rows();
    let head = Head {
        path: source.path.clone(),
        format: "a Parquet file",
        counted: "row",
        names: Some(table.names.iter().collect()),
        records,
        comments: Vec::new(),
        has_decimal_commas: false,
        usual_time_step: None,
    };
    let parquet = Parquet {
        used: (0..table.kinds.len()).collect(),
        table,
        context,
        columns: Vec::new(),
        memory: None,
        next_group: 0,
        left: 0,
        next_row: 0,
        count: 0,
        share: source.share(u64::try_from(rows).unwrap_or(0)),
    };
    Ok((Box::new(parquet), head))
}

impl Table {
    fn open(path: &Path) -> Result<Table> {
        let file = ParquetFile::open(path)?;
        let columns = file.columns().iter().enumerate();
        let kinds: Vec<(usize, Kind)> =
            columns.filter_map(|(number, column)| Kind::of(column).map(|kind| (number, kind))).collect();
        let names = kinds.iter().map(|(number, _)| file.columns()[*number].name().to_string()).collect();
        Ok(Table { path: path.to_path_buf(), file, kinds, names })
    }

    /// Opens a column in a group of rows. Returns it with the memory that its pages take.
    fn column(&self, group: usize, place: usize) -> Result<(Column, u64)> {
        let (number, kind) = self.kinds[place];
        let OpenColumn { reader, level, memory } = self.file.column(group, number)?;
        Ok((Column { place, kind, level, reader, cells: Cells::default() }, memory))
    }

    fn fill(&self, column: &mut Column, most: usize) -> Result<()> {
        let Column { place, kind, level, reader, cells } = column;
        let bad = |what: &str| self.file.bad_column(self.kinds[*place].0, &what);
        call(|| cells.take(reader, *kind, *level, most)).map_err(|wrong| bad(&wrong))?;
        if cells.count() < most {
            return Err(bad(&format!("{} rows, where {most} follow in another column", cells.count())));
        }
        Ok(())
    }

    /// The first rows with all columns, one of which is open at a time. One that cannot be read is empty: the error
    /// comes later, if the column is used.
    fn first_records(&self, context: &Context) -> Result<Vec<csv::ByteRecord>> {
        let Some(group) = (0..self.file.groups()).find(|group| self.file.rows(*group).is_ok_and(|rows| rows > 0))
        else {
            return Ok(Vec::new());
        };
        let mut records = vec![csv::ByteRecord::new(); self.file.rows(group)?.min(HEAD_RECORDS)];
        for place in 0..self.kinds.len() {
            context.check()?;
            let column = self.first_cells(group, place, records.len(), context).ok();
            let cell = |row| column.as_ref().map_or(&[][..], |column: &Column| column.cells.get(row));
            records.iter_mut().enumerate().for_each(|(row, record)| record.push_field(cell(row)));
        }
        Ok(records)
    }

    fn first_cells(&self, group: usize, place: usize, rows: usize, context: &Context) -> Result<Column> {
        let (mut column, memory) = self.column(group, place)?;
        let _memory = context.memory().reserve(memory, PAGES)?;
        self.fill(&mut column, rows)?;
        Ok(column)
    }
}

/// What memory is reserved for.
const PAGES: &str = "the pages of a Parquet file";

impl Parquet<'_> {
    /// Reads the next rows; false when there are none.
    fn fill(&mut self) -> Result<bool> {
        while self.left == 0 {
            self.columns.clear();
            self.memory = None;
            let group = self.next_group;
            if group == self.table.file.groups() {
                return Ok(false);
            }
            self.next_group += 1;
            self.left = self.table.file.rows(group)?;
            if self.left > 0 {
                self.open_group(group)?;
            }
        }
        let most = self.left.min(ROWS_AT_ONCE);
        self.columns.iter_mut().try_for_each(|column| self.table.fill(column, most))?;
        (self.left, self.next_row) = (self.left - most, 0);
        Ok(true)
    }

    fn open_group(&mut self, group: usize) -> Result<()> {
        let mut memory = 0;
        for place in &self.used {
            let (column, of_column) = self.table.column(group, *place)?;
            memory += of_column;
            self.columns.push(column);
        }
        self.memory = Some(self.context.memory().reserve(memory, PAGES)?);
        Ok(())
    }
}

impl Records for Parquet<'_> {
    fn only(&mut self, places: &[usize]) {
        self.used = places.to_vec();
        self.used.sort_unstable();
        self.used.dedup();
    }

    fn read(&mut self, record: &mut Record) -> Result<bool> {
        let rows = self.columns.first().map_or(0, |column| column.cells.count());
        if self.next_row == rows && !self.fill()? {
            return Ok(false);
        }
        self.count += 1;
        self.share.note(self.count);
        record.fields.clear();
        let mut columns = self.columns.iter().peekable();
        for place in 0..self.table.names.len() {
            let column = columns.next_if(|column| column.place == place);
            let field = column.map_or(&[][..], |column| column.cells.get(self.next_row));
            if field.len() > LONGEST_TEXT {
                let seen = format!("row {}, column {}: a text of more than 4 KiB", self.count, self.table.names[place]);
                return Err(Error::bad_format(&self.table.path, None, seen, "numbers, times and short texts"));
            }
            record.fields.push_field(field);
        }
        (record.line, record.offset) = (self.count, None);
        self.next_row += 1;
        Ok(true)
    }
}
