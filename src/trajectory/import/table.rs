//! Reads tables in memory: columns of numbers, times or texts, as programs hold them.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::clock::write_iso;
use super::records::{Head, Record, Records};
use crate::{Error, Result};

/// The first rows that are looked at.
const HEAD_RECORDS: usize = 200;

/// A table in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What messages call it, as "the table".
    pub name: String,
    /// The columns with their names, all of one length.
    pub columns: Vec<(String, TableColumn)>,
}

/// The values of a column. Clones share them.
#[derive(Clone, Debug, PartialEq)]
pub enum TableColumn {
    /// Whole numbers with a sign.
    Signed(Arc<[i64]>),
    /// Whole numbers without one.
    Unsigned(Arc<[u64]>),
    /// Numbers in single precision; NaN is a missing one.
    Singles(Arc<[f32]>),
    /// Numbers in double precision; NaN is a missing one.
    Doubles(Arc<[f64]>),
    /// Nanoseconds since 1970; [`i64::MIN`] is a missing one.
    Times(Arc<[i64]>),
    /// Texts; an empty one is missing.
    Texts(Arc<[String]>),
}

impl TableColumn {
    /// Returns the number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            TableColumn::Signed(values) | TableColumn::Times(values) => values.len(),
            TableColumn::Unsigned(values) => values.len(),
            TableColumn::Singles(values) => values.len(),
            TableColumn::Doubles(values) => values.len(),
            TableColumn::Texts(values) => values.len(),
        }
    }

    /// Returns whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes a value as the text that it would be in a file.
    fn write(&self, row: usize, text: &mut Vec<u8>) {
        let written = match self {
            TableColumn::Signed(values) => write!(text, "{}", values[row]),
            TableColumn::Unsigned(values) => write!(text, "{}", values[row]),
            TableColumn::Singles(values) => write!(text, "{}", values[row]),
            TableColumn::Doubles(values) => write!(text, "{}", values[row]),
            TableColumn::Times(values) if values[row] == i64::MIN => Ok(()),
            TableColumn::Times(values) => {
                const SECOND: i64 = 1_000_000_000;
                write_iso(text, values[row].div_euclid(SECOND), values[row].rem_euclid(SECOND) as u32);
                Ok(())
            }
            TableColumn::Texts(values) => text.write_all(values[row].as_bytes()),
        };
        written.expect("a vector takes all bytes");
    }
}

impl Table {
    /// Returns the number of rows.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for columns of different lengths.
    fn rows(&self) -> Result<usize> {
        let Some((first, column)) = self.columns.first() else { return Ok(0) };
        let rows = column.len();
        match self.columns.iter().find(|(_, column)| column.len() != rows) {
            None => Ok(rows),
            Some((name, other)) => {
                let seen = format!("column {name} with {} values", other.len());
                Err(Error::invalid("table", seen, format!("{rows} values, as the column {first} has")))
            }
        }
    }

    fn record(&self, row: usize, used: impl Fn(usize) -> bool, text: &mut Vec<u8>, fields: &mut csv::ByteRecord) {
        fields.clear();
        for (place, (_, column)) in self.columns.iter().enumerate() {
            text.clear();
            if used(place) {
                column.write(row, text);
            }
            fields.push_field(text);
        }
    }
}

/// A table that is being read.
struct Rows<'a> {
    table: &'a Table,
    used: Vec<bool>,
    rows: usize,
    next: usize,
    text: Vec<u8>,
    taken: Arc<AtomicU64>,
}

/// Begins to read a table. `taken` counts the rows that were read. Also returns their number.
pub(super) fn open<'a>(table: &'a Table, taken: Arc<AtomicU64>) -> Result<(Box<dyn Records + 'a>, Head, u64)> {
    let rows = table.rows()?;
    let mut text = Vec::new();
    let first = |row| {
        let mut record = csv::ByteRecord::new();
        table.record(row, |_| true, &mut text, &mut record);
        record
    };
    let head = Head {
        path: PathBuf::from(&table.name),
        format: "a table in memory",
        counted: "row",
        names: Some(table.columns.iter().map(|(name, _)| name.as_str()).collect()),
        records: (0..rows.min(HEAD_RECORDS)).map(first).collect(),
        comments: Vec::new(),
        has_decimal_commas: false,
        usual_time_step: None,
    };
    let used = vec![true; table.columns.len()];
    Ok((Box::new(Rows { table, used, rows, next: 0, text: Vec::new(), taken }), head, rows as u64))
}

impl Records for Rows<'_> {
    fn only(&mut self, places: &[usize]) {
        self.used.iter_mut().enumerate().for_each(|(place, used)| *used = places.contains(&place));
    }

    fn read(&mut self, record: &mut Record) -> Result<bool> {
        if self.next == self.rows {
            return Ok(false);
        }
        self.table.record(self.next, |place| self.used[place], &mut self.text, &mut record.fields);
        self.next += 1;
        (record.line, record.offset) = (self.next as u64, None);
        self.taken.store(self.next as u64, Ordering::Relaxed);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::trajectory::import::{ImportOptions, ImportReport, Input, Inputs, Meaning, import};
    use crate::trajectory::query::{Dataset, DatasetOptions};

    /// The report, the data set, and the folder that it is in.
    type Imported = (ImportReport, Dataset, tempfile::TempDir);

    fn imported(columns: Vec<(&str, TableColumn)>, options: &ImportOptions) -> Result<Imported> {
        let folder = tempfile::tempdir().unwrap();
        let columns = columns.into_iter().map(|(name, column)| (name.to_string(), column)).collect();
        let table = Table { name: "the table".into(), columns };
        let report = import(Inputs(vec![Input::Table(table)]), folder.path(), options)?;
        let dataset = Dataset::open(&folder, DatasetOptions::default()).unwrap();
        Ok((report, dataset, folder))
    }

    fn doubles(values: &[f64]) -> TableColumn {
        TableColumn::Doubles(values.into())
    }

    #[test]
    fn columns_are_found_by_their_names_and_values_come_back() {
        let (report, dataset, _folder) = imported(
            vec![
                ("particle", TableColumn::Unsigned([9_u64, 9, 4].into())),
                ("frame", TableColumn::Signed([2_i64, 3, 3].into())),
                ("mass", doubles(&[1.0, 1.0, 1.0])),
                ("x", TableColumn::Singles([0.1_f32, 1e-30, -3.5].into())),
                ("y", doubles(&[1.0 / 3.0, 1e12, f64::NAN])),
            ],
            &ImportOptions::default(),
        )
        .unwrap();
        assert_eq!((report.samples, report.rows_without_position, report.trajectories), (2, 1, 1));
        let expected = [Some([0.1_f32, (1.0_f64 / 3.0) as f32, 0.0]), Some([1e-30, 1e12, 0.0])];
        assert_eq!(dataset.positions(9, 2..=3).unwrap(), expected);
    }

    #[test]
    fn times_become_steps_and_texts_numbers() {
        let seconds = |s: f64| 1_700_000_000_000_000_000 + (s * 1e9) as i64;
        let names = ["walker a", "walker b", "walker a"].map(String::from);
        let (report, dataset, _folder) = imported(
            vec![
                ("name", TableColumn::Texts(names.into())),
                ("when", TableColumn::Times([seconds(0.0), seconds(0.5), seconds(1.5)].into())),
                ("x", doubles(&[1.0, 2.0, 3.0])),
                ("y", doubles(&[1.0, 2.0, 3.0])),
            ],
            &ImportOptions {
                columns: BTreeMap::from([(Meaning::Id, "name".into()), (Meaning::Time, "when".into())]),
                time_per_step: Some(0.5),
                ..ImportOptions::default()
            },
        )
        .unwrap();
        assert_eq!((report.numbered_ids, report.first_step, report.last_step), (Some(2), 0, 3));
        assert_eq!(dataset.positions(1, 3..=3).unwrap(), [Some([3.0, 3.0, 0.0])]);
    }

    #[test]
    fn what_is_wrong_is_told_by_row_and_column() {
        let error = imported(
            vec![
                ("id", TableColumn::Signed([1_i64, 1].into())),
                ("frame", TableColumn::Signed([0_i64, -1].into())),
                ("x", doubles(&[0.0, 0.0])),
                ("y", doubles(&[0.0, 0.0])),
            ],
            &ImportOptions::default(),
        )
        .unwrap_err();
        assert!(error.to_string().starts_with("the table: row 2, column frame: \"-1\""), "{error}");
        let columns = vec![("id", doubles(&[1.0])), ("x", doubles(&[]))];
        let error = imported(columns, &ImportOptions::default()).unwrap_err();
        assert!(error.to_string().contains("column x with 0 values"), "{error}");
    }
}
