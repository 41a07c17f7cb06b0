//! Some rows of a column.

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescPtr;
use serde_json::{Number, Value};

use crate::io::parquet::{OpenColumn, call};

/// The values of some rows; `None` where one is missing.
pub(super) enum Values {
    Booleans(Vec<Option<bool>>),
    Whole(Vec<Option<i64>>),
    Numbers(Vec<Option<f64>>),
    Bytes(Vec<Option<ByteArray>>),
}

impl Values {
    /// Returns whether a column holds a number, a text or a boolean in each row.
    pub fn can_be(column: &ColumnDescPtr) -> bool {
        let is_text = matches!(column.logical_type_ref(), Some(LogicalType::String | LogicalType::Enum))
            || matches!(column.converted_type(), ConvertedType::UTF8 | ConvertedType::ENUM);
        let is_plain = matches!(column.logical_type_ref(), None | Some(LogicalType::Integer(_)));
        let is_one = match column.physical_type() {
            Type::BOOLEAN | Type::FLOAT | Type::DOUBLE => true,
            // Dates, times and decimals are no numbers here.
            Type::INT32 | Type::INT64 => is_plain && column.converted_type() != ConvertedType::DECIMAL,
            Type::BYTE_ARRAY => is_text,
            Type::INT96 | Type::FIXED_LEN_BYTE_ARRAY => false,
        };
        is_one && column.max_rep_level() == 0
    }

    /// Takes the next rows of a column.
    ///
    /// # Errors
    /// What is wrong with them; too few of them.
    pub fn take(column: &mut OpenColumn, rows: usize) -> Result<Values, String> {
        let level = column.level;
        let taken = call(|| match &mut column.reader {
            ColumnReader::BoolColumnReader(reader) => fill(reader, level, rows, |v| *v).map(Values::Booleans),
            ColumnReader::Int32ColumnReader(reader) => fill(reader, level, rows, |v| i64::from(*v)).map(Values::Whole),
            ColumnReader::Int64ColumnReader(reader) => fill(reader, level, rows, |v| *v).map(Values::Whole),
            ColumnReader::FloatColumnReader(reader) => {
                fill(reader, level, rows, |v| f64::from(*v)).map(Values::Numbers)
            }
            ColumnReader::DoubleColumnReader(reader) => fill(reader, level, rows, |v| *v).map(Values::Numbers),
            ColumnReader::ByteArrayColumnReader(reader) => fill(reader, level, rows, Clone::clone).map(Values::Bytes),
            ColumnReader::Int96ColumnReader(_) | ColumnReader::FixedLenByteArrayColumnReader(_) => {
                Err(ParquetError::NYI("values of 12 bytes, or of a fixed number of bytes".into()))
            }
        })?;
        match taken.count() {
            count if count == rows => Ok(taken),
            count => Err(format!("{count} rows, where {rows} follow in another column")),
        }
    }

    fn count(&self) -> usize {
        match self {
            Values::Booleans(values) => values.len(),
            Values::Whole(values) => values.len(),
            Values::Numbers(values) => values.len(),
            Values::Bytes(values) => values.len(),
        }
    }

    pub fn bytes(&self, row: usize) -> Option<&[u8]> {
        match self {
            Values::Bytes(values) => values[row].as_ref().map(ByteArray::data),
            _ => None,
        }
    }

    pub fn number(&self, row: usize) -> Option<f64> {
        match self {
            Values::Numbers(values) => values[row],
            _ => None,
        }
    }

    pub fn value(&self, row: usize) -> Value {
        match self {
            Values::Booleans(values) => values[row].map_or(Value::Null, Value::Bool),
            Values::Whole(values) => values[row].map_or(Value::Null, Value::from),
            Values::Numbers(values) => values[row].and_then(Number::from_f64).map_or(Value::Null, Value::Number),
            Values::Bytes(values) => match &values[row] {
                Some(bytes) => String::from_utf8_lossy(bytes.data()).into_owned().into(),
                None => Value::Null,
            },
        }
    }
}

fn fill<T: DataType, V>(
    reader: &mut ColumnReaderImpl<T>,
    level: i16,
    rows: usize,
    convert: impl Fn(&T::T) -> V,
) -> Result<Vec<Option<V>>, ParquetError> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (read, ..) = reader.read_records(rows, Some(&mut levels), None, &mut values)?;
    let mut values = values.iter();
    let mut one = |row: usize| {
        // A value whose level is lower is missing.
        if level > 0 && levels.get(row) != Some(&level) {
            return Ok(None);
        }
        let value = values.next().ok_or_else(|| ParquetError::General("fewer values than rows".into()))?;
        Ok(Some(convert(value)))
    };
    (0..read).map(&mut one).collect()
}
