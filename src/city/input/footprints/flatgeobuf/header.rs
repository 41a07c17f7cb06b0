//! The header of a FlatGeobuf: columns, reference system, number of features, index.

use super::table::{Fault, Table};

/// A column of properties.
pub(super) struct Column {
    pub name: String,
    pub kind: u8,
}

pub(super) struct Header {
    /// The box of all features.
    pub extent: Option<[f64; 4]>,
    /// The type of all geometries; 0 where each has its own.
    pub geometry: u8,
    pub columns: Vec<Column>,
    /// The number of features; 0 where it is not known.
    pub features: u64,
    /// The children of a node of the index; 0 without an index.
    pub node_size: u16,
    pub crs: Option<String>,
}

impl Header {
    pub fn read(bytes: &[u8]) -> Result<Header, Fault> {
        let table = Table::root(bytes)?;
        let extent = match table.list(1, 8)? {
            Some(list) if list.count >= 4 => Some([list.f64(0)?, list.f64(1)?, list.f64(2)?, list.f64(3)?]),
            _ => None,
        };
        Ok(Header {
            extent,
            geometry: table.u8(2)?.unwrap_or(0),
            columns: columns(&table, 7, bytes.len())?,
            features: table.u64(8)?.unwrap_or(0),
            node_size: table.u16(9)?.unwrap_or(16),
            crs: match table.table(10)? {
                Some(crs) => system(&crs)?,
                None => None,
            },
        })
    }
}

/// Reads a list of columns. Names may lie over each other, so that few bytes could stand for many: they may take as
/// many together as there are.
pub(super) fn columns(table: &Table<'_>, field: usize, most: usize) -> Result<Vec<Column>, Fault> {
    let Some(list) = table.list(field, 4)? else { return Ok(Vec::new()) };
    let mut left = most;
    let mut columns = Vec::new();
    for n in 0..list.count {
        let column = list.table(n)?;
        let name = column.text(0)?.ok_or("a column without a name")?;
        left = left.checked_sub(name.len()).ok_or("names of columns that lie over each other")?;
        columns.push(Column { name, kind: column.u8(1)?.unwrap_or(0) });
    }
    Ok(columns)
}

fn system(crs: &Table<'_>) -> Result<Option<String>, Fault> {
    let organization = crs.text(0)?.filter(|name| !name.is_empty()).unwrap_or("EPSG".into());
    let code = crs.i32(1)?.filter(|code| *code > 0).map(|code| format!("{organization}:{code}"));
    let text = |field| -> Result<Option<String>, Fault> { Ok(crs.text(field)?.filter(|text| !text.is_empty())) };
    Ok(match code {
        Some(code) => Some(code),
        None => text(5)?.or(text(4)?).or(text(2)?),
    })
}
