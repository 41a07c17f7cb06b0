//! The attributes of shapes: the rows of a dBASE table.

use std::path::Path;

use serde_json::{Number, Value};

use super::encoding::Decoder;
use crate::Result;
use crate::city::input::footprints::bytes::{FileBytes, f64_le, i32_le, u16_le, u32_le};
use crate::city::input::footprints::source::FeatureSink;

const FIELD: usize = 32;
const END_OF_FIELDS: u8 = 0x0d;
const DELETED: u8 = b'*';

struct Field {
    name: String,
    kind: u8,
    /// The place in a row.
    at: usize,
    length: usize,
}

/// A table whose rows are read one at a time.
pub(super) struct Attributes {
    file: FileBytes,
    decoder: Decoder,
    fields: Vec<Field>,
    rows: u64,
    first_row: u64,
    row_length: u64,
}

impl Attributes {
    /// Opens a table. `decoder` gives the decoder for the language byte of the header.
    pub fn open(path: &Path, decoder: impl FnOnce(u8) -> Decoder) -> Result<Attributes> {
        let mut file = FileBytes::open(path)?;
        let header = file.get(0, FIELD as u64, "the header")?;
        let rows = u64::from(u32_le(header, 4).unwrap_or_default());
        let first_row = u64::from(u16_le(header, 8).unwrap_or_default());
        let row_length = u64::from(u16_le(header, 10).unwrap_or_default());
        let decoder = decoder(header[29]);
        if first_row <= FIELD as u64 || row_length == 0 {
            let seen = format!("a header of {first_row} bytes and rows of {row_length}");
            return Err(file.bad(8, seen, "a dBASE table"));
        }
        let described = file.get(FIELD as u64, first_row - FIELD as u64, "the fields")?.to_vec();
        let mut fields = Vec::new();
        // A row begins with the mark of deletion.
        let mut at = 1;
        for field in described.chunks_exact(FIELD).take_while(|field| field[0] != END_OF_FIELDS) {
            let name = &field[..11];
            let name = &name[..name.iter().position(|&byte| byte == 0).unwrap_or(name.len())];
            let length = usize::from(field[16]);
            fields.push(Field { name: decoder.decode(name).trim().to_string(), kind: field[11], at, length });
            at += length;
        }
        if at as u64 > row_length {
            let seen = format!("fields of {at} bytes in rows of {row_length}");
            return Err(file.bad(10, seen, "rows that hold their fields"));
        }
        let room = (file.length - first_row) / row_length;
        if rows > room {
            let seen = format!("{rows} rows of {row_length} bytes in a file of {} bytes", file.length);
            return Err(file.bad(4, seen, "a whole file"));
        }
        Ok(Attributes { file, decoder, fields, rows, first_row, row_length })
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    fn row(&mut self, row: u64) -> Result<&[u8]> {
        self.file.get(self.first_row + row * self.row_length, self.row_length, "a row")
    }

    pub fn is_deleted(&mut self, row: u64) -> Result<bool> {
        Ok(self.row(row)?[0] == DELETED)
    }

    /// Gives the values of a row.
    pub fn give(&mut self, row: u64, sink: &mut dyn FeatureSink) -> Result<()> {
        let at = self.first_row + row * self.row_length;
        let bytes = self.file.get(at, self.row_length, "a row")?;
        for field in &self.fields {
            if sink.wants(&field.name) {
                let value = value_of(&bytes[field.at..field.at + field.length], field.kind, &self.decoder);
                if let Err(seen) = sink.value(&field.name, &value) {
                    return Err(self.file.bad(at, format!("feature #{}: {seen}", row + 1), "another value"));
                }
            }
        }
        Ok(())
    }
}

/// Reads a value by the kind of its field. Texts end before the blanks that fill them.
fn value_of(bytes: &[u8], kind: u8, decoder: &Decoder) -> Value {
    let real = |value: Option<f64>| value.and_then(Number::from_f64).map_or(Value::Null, Value::Number);
    match kind {
        b'N' | b'F' => {
            let text = String::from_utf8_lossy(bytes);
            let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
            match text.parse::<i64>() {
                Ok(number) => number.into(),
                // A field full of asterisks is a number that did not fit, or none.
                Err(_) => real(text.replace(',', ".").parse().ok()),
            }
        }
        b'L' => match bytes.first() {
            Some(b'T' | b't' | b'Y' | b'y') => true.into(),
            Some(b'F' | b'f' | b'N' | b'n') => false.into(),
            _ => Value::Null,
        },
        b'I' | b'+' if bytes.len() == 4 => i32_le(bytes, 0).map_or(Value::Null, Value::from),
        b'B' | b'O' if bytes.len() == 8 => real(f64_le(bytes, 0)),
        // A reference to a text in another file.
        b'M' | b'G' | b'P' => Value::Null,
        _ => {
            let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
            let text = decoder.decode(&bytes[..end]);
            if text.is_empty() { Value::Null } else { text.into() }
        }
    }
}
