//! One feature of a FlatGeobuf: its polygons and its properties.

use serde_json::{Number, Value};

use super::header::{Column, columns};
use super::table::{Fault, Table};
use crate::city::input::footprints::bytes::{f64_le, i32_le, u16_le, u32_le};
use crate::city::input::footprints::feature::Geometry;
use crate::city::input::footprints::source::FeatureSink;

/// How deep collections may lie in each other.
const DEEPEST: u32 = 16;

/// Reads the polygons of a feature. Geometries that have no type are of the header's.
pub(super) fn geometry(feature: &Table<'_>, of_header: u8, bytes: usize) -> Result<Geometry, Fault> {
    let mut polygons = Polygons { geometry: Geometry::default(), points: bytes / 16, tables: bytes / 8 };
    if let Some(table) = feature.table(0)? {
        polygons.add(&table, of_header, 0)?;
    }
    Ok(polygons.geometry)
}

/// The polygons so far. Parts may lie over each other, so that few bytes could stand for many: points and tables are
/// counted against the bytes that there are.
struct Polygons {
    geometry: Geometry,
    points: usize,
    tables: usize,
}

impl Polygons {
    fn add(&mut self, table: &Table<'_>, of_parent: u8, depth: u32) -> Result<(), Fault> {
        if depth > DEEPEST {
            return Err("collections that lie too deep in each other");
        }
        self.tables = self.tables.checked_sub(1).ok_or("geometries that lie over each other")?;
        let kind = match table.u8(6)? {
            Some(0) | None => of_parent,
            Some(kind) => kind,
        };
        match kind {
            3 => {
                let rings = self.rings(table)?;
                self.geometry.add(rings);
            }
            6 | 7 | 12 => {
                if let Some(parts) = table.list(7, 4)? {
                    // The parts of a MultiPolygon are polygons, and mostly have no type.
                    let inner = if kind == 6 { 3 } else { 0 };
                    for n in 0..parts.count {
                        self.add(&parts.table(n)?, inner, depth + 1)?;
                    }
                }
            }
            10 => return Err("a CurvePolygon, whose arcs are not read; ogr2ogr -nlt CONVERT_TO_LINEAR ends them"),
            1..=17 => self.geometry.has_others = true,
            _ => return Err("a geometry of an unknown type"),
        }
        Ok(())
    }

    fn rings(&mut self, table: &Table<'_>) -> Result<Vec<Vec<[f64; 2]>>, Fault> {
        let Some(numbers) = table.list(1, 8)? else { return Ok(Vec::new()) };
        let points = numbers.count / 2;
        self.points = self.points.checked_sub(points).ok_or("geometries that lie over each other")?;
        let mut rings = Vec::new();
        let mut ring = |from: usize, to: usize| -> Result<(), Fault> {
            if from > to || to > points {
                return Err("a ring beyond the points of its polygon");
            }
            let mut points = Vec::with_capacity(to - from);
            for n in from..to {
                let point = [numbers.f64(2 * n)?, numbers.f64(2 * n + 1)?];
                if !point.iter().all(|c| c.is_finite()) {
                    return Err("a coordinate that is NaN or infinite");
                }
                points.push(point);
            }
            if !points.is_empty() {
                rings.push(points);
            }
            Ok(())
        };
        match table.list(0, 4)?.filter(|ends| ends.count > 0) {
            None => ring(0, points)?,
            Some(ends) => {
                let mut from = 0;
                for n in 0..ends.count {
                    let to = ends.u32(n)? as usize;
                    ring(from, to)?;
                    from = to;
                }
            }
        }
        Ok(rings)
    }
}

/// Gives the properties of a feature.
///
/// # Errors
/// What is wrong with them.
pub(super) fn properties(
    feature: &Table<'_>,
    of_header: &[Column],
    bytes: usize,
    sink: &mut dyn FeatureSink,
) -> Result<(), String> {
    let own = columns(feature, 2, bytes)?;
    let columns = if own.is_empty() { of_header } else { &own };
    // All features have all columns, whether they state a value or not.
    let wanted: Vec<bool> = columns.iter().map(|column| sink.wants(&column.name)).collect();
    let Some(list) = feature.list(1, 1)? else { return Ok(()) };
    let mut rest = list.slice();
    while !rest.is_empty() {
        let number = usize::from(u16_le(rest, 0).ok_or("properties that end too early")?);
        let column = columns.get(number).ok_or_else(|| format!("a value of column {number} of {}", columns.len()))?;
        let (value, length) = value_of(&rest[2..], column.kind).ok_or_else(|| {
            format!("a value of column {} that is cut, or of an unknown type ({})", column.name, column.kind)
        })?;
        if wanted[number] {
            sink.value(&column.name, &value)?;
        }
        rest = &rest[2 + length..];
    }
    Ok(())
}

/// Reads a value of this kind. Returns it with the bytes that it takes.
fn value_of(bytes: &[u8], kind: u8) -> Option<(Value, usize)> {
    let real = |value: f64| Number::from_f64(value).map_or(Value::Null, Value::Number);
    let u64_le = |bytes: &[u8]| Some(u64::from_le_bytes(*bytes.first_chunk()?));
    Some(match kind {
        0 => (Value::from(bytes.first()?.cast_signed()), 1),
        1 => (Value::from(*bytes.first()?), 1),
        2 => (Value::from(*bytes.first()? != 0), 1),
        3 => (Value::from(u16_le(bytes, 0)?.cast_signed()), 2),
        4 => (Value::from(u16_le(bytes, 0)?), 2),
        5 => (Value::from(i32_le(bytes, 0)?), 4),
        6 => (Value::from(u32_le(bytes, 0)?), 4),
        7 => (Value::from(u64_le(bytes)?.cast_signed()), 8),
        8 => (Value::from(u64_le(bytes)?), 8),
        9 => (real(f64::from(f32::from_bits(u32_le(bytes, 0)?))), 4),
        10 => (real(f64_le(bytes, 0)?), 8),
        // Texts, JSON, dates and bytes.
        11..=14 => {
            let length = u32_le(bytes, 0)? as usize;
            let text = bytes.get(4..length.checked_add(4)?)?;
            let value = if kind == 14 { Value::Null } else { String::from_utf8_lossy(text).into_owned().into() };
            (value, 4 + length)
        }
        _ => return None,
    })
}
