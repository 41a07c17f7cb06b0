//! What every format gives: records of fields, one after another, and what can be known of them before.

use std::path::PathBuf;

use crate::Result;

/// A record of a file.
#[derive(Default)]
pub(super) struct Record {
    pub fields: csv::ByteRecord,
    pub line: u64,
    /// Where it begins; `None` where that is no offset in the file.
    pub offset: Option<u64>,
}

/// The reader of a format: it knows where fields begin and end, and nothing of what they mean.
pub(super) trait Records: Send {
    /// Takes note that fields in these places alone are used; others may be left empty.
    fn only(&mut self, _places: &[usize]) {}

    /// Reads the next record into `record`; false when there is none.
    fn read(&mut self, record: &mut Record) -> Result<bool>;
}

/// What is known of a file before its records are read.
pub(super) struct Head {
    pub path: PathBuf,
    /// The format, with an article.
    pub format: &'static str,
    /// What `Record::line` counts.
    pub counted: &'static str,
    /// The columns' names; `None` where the file has none.
    pub names: Option<csv::StringRecord>,
    /// The first records after the names.
    pub records: Vec<csv::ByteRecord>,
    /// The text of the comments before the first record.
    pub comments: Vec<String>,
    /// Numbers have a comma where others have a point.
    pub has_decimal_commas: bool,
    /// The time between time steps that the format has where it says nothing else.
    pub usual_time_step: Option<f64>,
}
