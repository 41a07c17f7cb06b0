//! Reads GeoParquet: a Parquet file with a column of geometries in well-known binary, as Overture, GDAL, GeoPandas and
//! DuckDB write it. The format: <https://geoparquet.org/releases/v1.1.0/>.
//!
//! Rows are read some at a time, of the columns that are of use. Where the file has a column with the boxes of its
//! geometries (a covering, as Overture's files have), groups of rows that cannot meet the wanted box are passed over.

mod about;
mod values;

use self::about::{About, Covering};
use self::values::Values;
use super::feature::Geometry;
use super::source::{Bounds, FeatureSink, Source};
use super::wkb;
use crate::io::parquet::ParquetFile;
use crate::{Error, Result};

/// The rows that are read at once.
const ROWS_AT_ONCE: usize = 1024;

/// Reads the features of a file.
pub(super) fn read(source: &Source<'_>, sink: &mut dyn FeatureSink) -> Result<()> {
    let file = ParquetFile::open(source.path)?;
    let about = About::of(&file, source.path)?;
    if let Some(system) = &about.crs {
        sink.reference_system(system.clone());
    }
    let is_property = |number: &usize| *number != about.geometry && !about.is_covering(&file, *number);
    let properties: Vec<(usize, String)> = (0..file.columns().len())
        .filter(is_property)
        .filter(|&number| Values::can_be(&file.columns()[number]))
        .map(|number| (number, file.columns()[number].path().string()))
        .filter(|(_, name)| sink.wants(name))
        .collect();
    let window = source.within(about.crs.as_deref());
    let mut reader = Reader { source, file, about, properties, window, number: 0, given: 0 };
    for group in 0..reader.file.groups() {
        reader.read_group(group, sink)?;
    }
    if let (Some(window), 0, Some(_)) = (window, reader.given, &reader.about.covering)
        && reader.number > 0
        && reader.about.crs.is_some()
    {
        sink.nothing_within(window, reader.about.extent);
    }
    Ok(())
}

struct Reader<'a> {
    source: &'a Source<'a>,
    file: ParquetFile,
    about: About,
    /// The columns that are of use beside the geometry, with their names.
    properties: Vec<(usize, String)>,
    /// The bounds that are wanted.
    window: Option<Bounds>,
    /// The rows so far, and those of them that were given.
    number: u64,
    given: u64,
}

impl Reader<'_> {
    /// The box of rows to read, where the file can tell which are in it.
    fn wanted(&self) -> Option<(Covering, [f64; 4])> {
        // A file that names no system may be in another one than the box.
        self.about.covering.zip(self.window.map(|bounds| bounds.own)).filter(|_| self.about.crs.is_some())
    }

    fn read_group(&mut self, group: usize, sink: &mut dyn FeatureSink) -> Result<()> {
        let rows = self.file.rows(group)?;
        if let Some((covering, window)) = self.wanted()
            && !covering.may_meet(&self.file, group, window)
        {
            self.number += rows as u64;
            return Ok(());
        }
        let covering: Vec<usize> = self.wanted().map_or(Vec::new(), |(covering, _)| covering.columns.to_vec());
        let numbers = [self.about.geometry].into_iter().chain(covering);
        let numbers: Vec<usize> = numbers.chain(self.properties.iter().map(|(number, _)| *number)).collect();
        let mut columns = Vec::with_capacity(numbers.len());
        let mut memory = 0;
        for &number in &numbers {
            let column = self.file.column(group, number)?;
            memory += column.memory;
            columns.push(column);
        }
        self.source.budget.check_pages(memory)?;
        let mut left = rows;
        while left > 0 {
            let most = left.min(ROWS_AT_ONCE);
            let mut values = Vec::with_capacity(numbers.len());
            for (column, &number) in columns.iter_mut().zip(&numbers) {
                let taken = Values::take(column, most).map_err(|wrong| self.file.bad_column(number, &wrong))?;
                values.push(taken);
            }
            for row in 0..most {
                self.give(&values, row, sink)?;
            }
            left -= most;
        }
        Ok(())
    }

    /// Gives the feature of a row: `values` are the geometry, the box where it is needed, and the properties.
    fn give(&mut self, values: &[Values], row: usize, sink: &mut dyn FeatureSink) -> Result<()> {
        self.source.budget.go_on()?;
        self.number += 1;
        let (geometry_of, rest) = values.split_first().expect("the geometry is first");
        let mut properties = rest;
        if let Some((_, [west, south, east, north])) = self.wanted() {
            let (around, others) = rest.split_at(4);
            properties = others;
            let side = |n: usize| around[n].number(row);
            if let (Some(w), Some(s), Some(e), Some(n)) = (side(0), side(1), side(2), side(3))
                && (w > east || e < west || s > north || n < south)
            {
                return Ok(());
            }
        }
        self.given += 1;
        sink.begin();
        let number = self.number;
        let bad = |seen: String| {
            Error::bad_format(self.source.path, None, format!("row {number}: {seen}"), "features with polygons")
        };
        let mut geometry = Geometry::default();
        if let Some(bytes) = geometry_of.bytes(row) {
            self.source.budget.check_feature(bytes.len() as u64)?;
            wkb::read(bytes, &mut geometry).map_err(bad)?;
        }
        for ((_, name), values) in self.properties.iter().zip(properties) {
            if sink.wants(name) {
                sink.value(name, &values.value(row)).map_err(bad)?;
            }
        }
        sink.end(None, geometry);
        Ok(())
    }
}
