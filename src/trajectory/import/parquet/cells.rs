//! The values of a column as the texts that they would be in a table.

use std::io::Write;

use half::f16;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{AsBytes, DataType};
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescriptor;

use crate::trajectory::import::clock::write_iso;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Whole numbers, with a sign or without.
    Whole {
        is_signed: bool,
    },
    /// Whole numbers with so many decimals.
    Decimal(u32),
    /// Days since 1970.
    Date,
    /// So many in a second since 1970.
    Times(i64),
    Float,
    /// In two bytes.
    Half,
    Text,
}

impl Kind {
    /// Returns what a column holds; `None` for a column whose values are neither numbers, times nor texts, each by
    /// itself.
    pub fn of(column: &ColumnDescriptor) -> Option<Kind> {
        if column.path().parts().len() != 1 || column.max_rep_level() > 0 {
            return None;
        }
        let decimal = || u32::try_from(column.type_scale()).ok().filter(|scale| *scale <= 38).map(Kind::Decimal);
        let of_unit = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => 1_000,
            TimeUnit::MICROS => 1_000_000,
            TimeUnit::NANOS => 1_000_000_000,
        };
        let logical = column.logical_type_ref();
        let is_number = matches!(column.physical_type(), Type::INT32 | Type::INT64);
        match (logical, column.converted_type()) {
            (Some(LogicalType::Timestamp(times)), _) => return Some(Kind::Times(of_unit(&times.unit))),
            (None, ConvertedType::TIMESTAMP_MILLIS) => return Some(Kind::Times(1_000)),
            (None, ConvertedType::TIMESTAMP_MICROS) => return Some(Kind::Times(1_000_000)),
            (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => return Some(Kind::Date),
            (Some(LogicalType::Decimal(_)), _) | (None, ConvertedType::DECIMAL) => return decimal(),
            (Some(LogicalType::Float16), _) => return Some(Kind::Half),
            (Some(LogicalType::Integer(int)), _) => return Some(Kind::Whole { is_signed: int.is_signed }),
            (
                None,
                ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64,
            ) => return Some(Kind::Whole { is_signed: false }),
            (
                None,
                ConvertedType::NONE
                | ConvertedType::INT_8
                | ConvertedType::INT_16
                | ConvertedType::INT_32
                | ConvertedType::INT_64,
            ) if is_number => return Some(Kind::Whole { is_signed: true }),
            _ => {}
        }
        match (column.physical_type(), logical) {
            (Type::INT96, _) => Some(Kind::Times(1_000_000_000)),
            (Type::FLOAT | Type::DOUBLE, _) => Some(Kind::Float),
            (Type::BYTE_ARRAY, None | Some(LogicalType::String | LogicalType::Enum)) => Some(Kind::Text),
            _ => None,
        }
    }
}

/// The longest text of a column that is used: longer than any id may be.
pub(super) const LONGEST_TEXT: usize = 4096;

/// Texts, one after another.
#[derive(Default)]
pub(super) struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    pub fn get(&self, n: usize) -> &[u8] {
        let start = if n == 0 { 0 } else { self.ends[n - 1] };
        &self.bytes[start..self.ends[n]]
    }

    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// Takes the next rows of a column, `most` at most, in place of those before. A text that is too long is cut.
    pub fn take(&mut self, reader: &mut ColumnReader, kind: Kind, level: i16, most: usize) -> Result<(), ParquetError> {
        self.bytes.clear();
        self.ends.clear();
        match reader {
            ColumnReader::BoolColumnReader(_) => Err(ParquetError::NYI("booleans".into())),
            ColumnReader::Int32ColumnReader(reader) => self.fill(reader, level, most, |number, cell| match kind {
                Kind::Whole { is_signed: false } => write_whole(cell, i128::from(*number as u32), 0),
                kind => write_number(cell, kind, i64::from(*number)),
            }),
            ColumnReader::Int64ColumnReader(reader) => self.fill(reader, level, most, |number, cell| match kind {
                Kind::Whole { is_signed: false } => write_whole(cell, i128::from(*number as u64), 0),
                kind => write_number(cell, kind, *number),
            }),
            ColumnReader::Int96ColumnReader(reader) => {
                self.fill(reader, level, most, |time, cell| write_number(cell, kind, time.to_nanos()))
            }
            ColumnReader::FloatColumnReader(reader) => {
                self.fill(reader, level, most, |number, cell| drop(write!(cell, "{number:?}")))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                self.fill(reader, level, most, |number, cell| drop(write!(cell, "{number:?}")))
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                self.fill(reader, level, most, |bytes, cell| write_bytes(cell, kind, bytes.data()))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                self.fill(reader, level, most, |bytes, cell| write_bytes(cell, kind, bytes.as_bytes()))
            }
        }
    }

    fn fill<T: DataType>(
        &mut self,
        reader: &mut ColumnReaderImpl<T>,
        level: i16,
        most: usize,
        write: impl Fn(&T::T, &mut Vec<u8>),
    ) -> Result<(), ParquetError> {
        let (mut levels, mut values) = (Vec::new(), Vec::with_capacity(most));
        let (rows, ..) = reader.read_records(most, Some(&mut levels), None, &mut values)?;
        let mut values = values.iter();
        for row in 0..rows {
            // A value whose level is lower is missing.
            if level == 0 || levels.get(row) == Some(&level) {
                let value = values.next().ok_or_else(|| ParquetError::General("fewer values than rows".into()))?;
                write(value, &mut self.bytes);
            }
            self.ends.push(self.bytes.len());
        }
        Ok(())
    }
}

fn write_number(cell: &mut Vec<u8>, kind: Kind, number: i64) {
    match kind {
        Kind::Decimal(decimals) => write_whole(cell, number.into(), decimals),
        Kind::Date => write_iso(cell, number.saturating_mul(86_400), 0),
        Kind::Times(in_second) => {
            let nanoseconds = number.rem_euclid(in_second) * (1_000_000_000 / in_second);
            write_iso(cell, number.div_euclid(in_second), nanoseconds as u32);
        }
        _ => write_whole(cell, number.into(), 0),
    }
}

/// Writes a whole number, the last digits of which are decimals.
fn write_whole(cell: &mut Vec<u8>, number: i128, decimals: u32) {
    let (sign, digits) = (if number < 0 { "-" } else { "" }, number.unsigned_abs());
    let unit = 10u128.pow(decimals);
    // A vector takes all that is written to it.
    let _ = match decimals {
        0 => write!(cell, "{number}"),
        _ => write!(cell, "{sign}{}.{:0width$}", digits / unit, digits % unit, width = decimals as usize),
    };
}

fn write_bytes(cell: &mut Vec<u8>, kind: Kind, bytes: &[u8]) {
    match (kind, bytes) {
        (Kind::Half, [low, high]) => drop(write!(cell, "{:?}", f16::from_le_bytes([*low, *high]).to_f32())),
        (Kind::Decimal(decimals), [first, ..]) if bytes.len() <= 16 => {
            let mut wide = [if *first >= 0x80 { 0xff } else { 0 }; 16];
            wide[16 - bytes.len()..].copy_from_slice(bytes);
            write_whole(cell, i128::from_be_bytes(wide), decimals);
        }
        _ => cell.extend_from_slice(&bytes[..bytes.len().min(LONGEST_TEXT + 1)]),
    }
}
