//! Reads a layer of a GeoPackage, by its spatial index where only a part is wanted.

mod layers;

use std::sync::Arc;

use rusqlite::types::ValueRef;
use serde_json::{Number, Value};

use self::layers::Layer;
use super::feature::Geometry;
use super::source::{FeatureSink, Source};
use super::wkb;
use crate::io::sqlite::{Database, quoted_name};
use crate::{Error, Result};

/// Reads the features of a layer.
pub(super) fn read(source: &Source<'_>, sink: &mut dyn FeatureSink) -> Result<()> {
    let cancel = source.budget.cancel_token();
    let database = Database::open(source.path, "a whole GeoPackage", Arc::new(move || cancel.is_cancelled()))?;
    let layer = Layer::choose(&database, source.layer)?;
    sink.layer(&layer.table);
    if let Some(system) = &layer.crs {
        sink.reference_system(system.clone());
    }
    let columns: Vec<String> = layer.columns.iter().filter(|name| sink.wants(name)).cloned().collect();
    let listed: String = columns.iter().map(|name| format!(", {}", quoted_name(name))).collect();
    let table = quoted_name(&layer.table);
    let all = format!("SELECT {}{listed} FROM {table}", quoted_name(&layer.geometry));
    let reader = Reader { source, database: &database, layer: &layer, columns: &columns };
    let bounds = source.within(layer.crs.as_deref());
    let Some((bounds, index)) = bounds.zip(layer.index(&database)?) else {
        return reader.read_all(&all, sink);
    };
    let numbers = numbers_within(&database, &index, bounds.own)?;
    if numbers.is_empty() && layer.crs.is_none() {
        // A layer that names no system may be in another one than the box.
        return reader.read_all(&all, sink);
    }
    let first = format!("SELECT 1 FROM {table} LIMIT 1");
    if numbers.is_empty() && database.first(&first, [], |_| Ok(()))?.is_some() {
        sink.nothing_within(bounds, layer.extent);
    }
    reader.read_some(&format!("{all} WHERE rowid = ?1"), &numbers, sink)
}

/// Returns the numbers of the rows whose boxes meet a box, in ascending order.
fn numbers_within(database: &Database, index: &str, window: [f64; 4]) -> Result<Vec<i64>> {
    let index = quoted_name(index);
    let statement = format!("SELECT id FROM {index} WHERE maxx >= ?1 AND maxy >= ?2 AND minx <= ?3 AND miny <= ?4");
    let mut numbers: Vec<i64> = database.all(&statement, window, |row| row.get(0))?;
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

struct Reader<'a> {
    source: &'a Source<'a>,
    database: &'a Database,
    layer: &'a Layer,
    columns: &'a [String],
}

impl Reader<'_> {
    fn read_all(&self, statement: &str, sink: &mut dyn FeatureSink) -> Result<()> {
        let mut statement = self.database.prepare(statement)?;
        let mut rows = statement.query([]).map_err(|e| self.database.error(e))?;
        let mut number = 0;
        while let Some(row) = rows.next().map_err(|e| self.database.error(e))? {
            number += 1;
            self.give(row, number, sink)?;
        }
        Ok(())
    }

    /// Reads the rows with these numbers.
    fn read_some(&self, statement: &str, numbers: &[i64], sink: &mut dyn FeatureSink) -> Result<()> {
        let mut statement = self.database.prepare(statement)?;
        for number in numbers {
            let mut rows = statement.query([number]).map_err(|e| self.database.error(e))?;
            if let Some(row) = rows.next().map_err(|e| self.database.error(e))? {
                self.give(row, *number, sink)?;
            }
        }
        Ok(())
    }

    /// Gives the feature of a row.
    fn give(&self, row: &rusqlite::Row<'_>, number: i64, sink: &mut dyn FeatureSink) -> Result<()> {
        self.source.budget.go_on()?;
        sink.begin();
        let bad = |seen: String| {
            let seen = format!("layer {}, feature {number}: {seen}", self.layer.table);
            Error::bad_format(self.source.path, None, seen, "features with polygons")
        };
        let mut geometry = Geometry::default();
        match row.get_ref(0).map_err(|e| self.database.error(e))? {
            ValueRef::Null => {}
            ValueRef::Blob(blob) => {
                self.source.budget.check_feature(blob.len() as u64)?;
                read_blob(blob, &mut geometry).map_err(bad)?;
            }
            _ => return Err(bad("a geometry that is a number or a text".into())),
        }
        for (n, name) in self.columns.iter().enumerate() {
            sink.wants(name);
            let value = value_of(row.get_ref(n + 1).map_err(|e| self.database.error(e))?);
            sink.value(name, &value).map_err(bad)?;
        }
        sink.end(None, geometry);
        Ok(())
    }
}

fn value_of(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
    }
}

/// Reads a geometry of a GeoPackage: a header with an envelope, then WKB.
fn read_blob(blob: &[u8], geometry: &mut Geometry) -> std::result::Result<(), String> {
    /// Before the envelope: `GP`, version, flags, reference system.
    const HEADER: usize = 8;
    /// The numbers in each kind of envelope: none, x and y, with z, with m, with both.
    const ENVELOPES: [usize; 5] = [0, 4, 6, 6, 8];
    const EXTENDED: u8 = 0x20;
    let (Some(b"GP"), Some(flags)) = (blob.get(..2), blob.get(3)) else {
        return Err("a geometry that does not begin with GP".into());
    };
    if flags & EXTENDED != 0 {
        return Err("a geometry of an extension of GeoPackage".into());
    }
    let envelope = ENVELOPES.get(usize::from(flags >> 1 & 7)).ok_or("an envelope of an unknown kind")?;
    let wkb = blob.get(HEADER + 8 * envelope..).ok_or("a geometry that ends within its header")?;
    wkb::read(wkb, geometry)
}

#[cfg(test)]
mod tests;
