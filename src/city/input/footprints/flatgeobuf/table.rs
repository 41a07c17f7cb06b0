//! Tables of FlatBuffers, with each place checked before it is read.
//!
//! The crate `flatgeobuf` brings four others and asks for a verifier to be run by hand; what a reader of footprints
//! needs of the format is this.

use crate::city::input::footprints::bytes::{f64_le, i32_le, u16_le, u32_le};

/// Why a table cannot be read.
pub(super) type Fault = &'static str;

const BROKEN: Fault = "a table that reaches beyond its end";

/// A table in bytes.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The list of the places of fields.
    fields: usize,
    /// The bytes of that list.
    length: usize,
}

/// A list in bytes.
#[derive(Clone, Copy)]
pub(super) struct List<'a> {
    bytes: &'a [u8],
    start: usize,
    pub count: usize,
}

impl<'a> Table<'a> {
    /// Returns the outermost table.
    pub fn root(bytes: &'a [u8]) -> Result<Table<'a>, Fault> {
        Table::at(bytes, u32_le(bytes, 0).ok_or(BROKEN)? as usize)
    }

    fn at(bytes: &'a [u8], at: usize) -> Result<Table<'a>, Fault> {
        let back = i64::from(i32_le(bytes, at).ok_or(BROKEN)?);
        let fields = usize::try_from(at as i64 - back).map_err(|_| BROKEN)?;
        let length = usize::from(u16_le(bytes, fields).ok_or(BROKEN)?);
        Ok(Table { bytes, at, fields, length })
    }

    /// Returns the place of a field, by its number; `None` for one that is absent.
    fn field(&self, number: usize) -> Result<Option<usize>, Fault> {
        let slot = 4 + 2 * number;
        if slot + 2 > self.length {
            return Ok(None);
        }
        let offset = u16_le(self.bytes, self.fields + slot).ok_or(BROKEN)?;
        Ok((offset > 0).then_some(self.at + usize::from(offset)))
    }

    fn number<T>(&self, number: usize, read: fn(&[u8], usize) -> Option<T>) -> Result<Option<T>, Fault> {
        self.field(number)?.map(|at| read(self.bytes, at).ok_or(BROKEN)).transpose()
    }

    pub fn u8(&self, number: usize) -> Result<Option<u8>, Fault> {
        self.number(number, |bytes, at| bytes.get(at).copied())
    }

    pub fn u16(&self, number: usize) -> Result<Option<u16>, Fault> {
        self.number(number, u16_le)
    }

    pub fn i32(&self, number: usize) -> Result<Option<i32>, Fault> {
        self.number(number, i32_le)
    }

    pub fn u64(&self, number: usize) -> Result<Option<u64>, Fault> {
        self.number(number, |bytes, at| {
            Some(u64::from(u32_le(bytes, at)?) | u64::from(u32_le(bytes, at.checked_add(4)?)?) << 32)
        })
    }

    /// Returns the place that a field refers to.
    fn reference(&self, number: usize) -> Result<Option<usize>, Fault> {
        let Some(at) = self.field(number)? else { return Ok(None) };
        Ok(Some(at + u32_le(self.bytes, at).ok_or(BROKEN)? as usize))
    }

    pub fn table(&self, number: usize) -> Result<Option<Table<'a>>, Fault> {
        self.reference(number)?.map(|at| Table::at(self.bytes, at)).transpose()
    }

    /// Returns a list of elements of so many bytes.
    pub fn list(&self, number: usize, bytes_each: usize) -> Result<Option<List<'a>>, Fault> {
        let Some(at) = self.reference(number)? else { return Ok(None) };
        let count = u32_le(self.bytes, at).ok_or(BROKEN)? as usize;
        let start = at + 4;
        if count > (self.bytes.len() - start) / bytes_each {
            return Err("a list that is longer than its file");
        }
        Ok(Some(List { bytes: self.bytes, start, count }))
    }

    pub fn text(&self, number: usize) -> Result<Option<String>, Fault> {
        let text = self.list(number, 1)?;
        Ok(text.map(|text| String::from_utf8_lossy(text.slice()).into_owned()))
    }
}

impl<'a> List<'a> {
    /// Returns the bytes of a list of bytes.
    pub fn slice(&self) -> &'a [u8] {
        &self.bytes[self.start..self.start + self.count]
    }

    /// Returns an element of a list of tables.
    pub fn table(&self, n: usize) -> Result<Table<'a>, Fault> {
        let at = self.start + 4 * n;
        Table::at(self.bytes, at + u32_le(self.bytes, at).ok_or(BROKEN)? as usize)
    }

    /// Returns an element of a list of numbers of four bytes.
    pub fn u32(&self, n: usize) -> Result<u32, Fault> {
        u32_le(self.bytes, self.start + 4 * n).ok_or(BROKEN)
    }

    /// Returns an element of a list of numbers of eight bytes.
    pub fn f64(&self, n: usize) -> Result<f64, Fault> {
        f64_le(self.bytes, self.start + 8 * n).ok_or(BROKEN)
    }
}
