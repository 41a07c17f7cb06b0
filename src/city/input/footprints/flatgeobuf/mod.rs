//! Reads FlatGeobufs, by their index where only a part is wanted.

mod feature;
mod header;
mod index;
mod table;

use self::header::Header;
use self::index::Index;
use self::table::Table;
use super::bytes::{FileBytes, u32_le};
use super::source::{FeatureSink, Source};
use crate::{Error, Result};

/// `fgb`, the version, `fgb`, the patch.
const MAGIC: u64 = 8;
const VERSION: u8 = 3;

/// Reads the features of a file.
pub(super) fn read(source: &Source<'_>, sink: &mut dyn FeatureSink) -> Result<()> {
    let mut file = FileBytes::open(source.path)?;
    let version = file.get(0, MAGIC, "the header")?[3];
    if version != VERSION {
        let what =
            format!("this is a FlatGeobuf of version {version}; version {VERSION} is read, which ogr2ogr writes");
        return Err(Error::Unsupported { subject: source.path.to_path_buf(), what });
    }
    let length = u64::from(u32_le(file.get(MAGIC, 4, "the header's length")?, 0).unwrap_or_default());
    let bytes = file.get(MAGIC + 4, length, "the header")?;
    let header = Header::read(bytes).map_err(|seen| file.bad(MAGIC + 4, seen, "a header of FlatGeobuf"))?;
    if let Some(system) = &header.crs {
        sink.reference_system(system.clone());
    }
    let after = MAGIC + 4 + length;
    let mut reader = Reader { source, file, header, first: after, number: 0 };
    let has_index = reader.header.features > 0 && reader.header.node_size > 0;
    if !has_index {
        return reader.read_all(sink);
    }
    let index = Index::new(after, reader.header.features, reader.header.node_size);
    let room = reader.file.length - after;
    let Some(index) = index.filter(|index| index.size() <= room) else {
        let seen = format!("an index of {} features in {room} bytes", reader.header.features);
        return Err(reader.file.bad(after, seen, "a whole file"));
    };
    reader.first = after + index.size();
    let Some(bounds) = source.within(reader.header.crs.as_deref()) else { return reader.read_all(sink) };
    let places = index.within(&mut reader.file, bounds.own, source.budget)?;
    if places.is_empty() && reader.header.crs.is_none() {
        // A file that names no system may be in another one than the box.
        return reader.read_all(sink);
    }
    if places.is_empty() {
        sink.nothing_within(bounds, reader.header.extent);
    }
    for place in places {
        let at = reader.first.saturating_add(place);
        reader.read_one(at, sink)?;
    }
    Ok(())
}

struct Reader<'a> {
    source: &'a Source<'a>,
    file: FileBytes,
    header: Header,
    /// The place of the first feature.
    first: u64,
    /// The number of features read so far.
    number: u64,
}

impl Reader<'_> {
    fn read_all(&mut self, sink: &mut dyn FeatureSink) -> Result<()> {
        let mut at = self.first;
        while at < self.file.length {
            at = self.read_one(at, sink)?;
        }
        if self.header.features > 0 && self.number != self.header.features {
            let seen = format!("{} features where the header says {}", self.number, self.header.features);
            return Err(self.file.bad(at, seen, "a whole file"));
        }
        Ok(())
    }

    /// Reads the feature at a place. Returns where the next one is.
    fn read_one(&mut self, at: u64, sink: &mut dyn FeatureSink) -> Result<u64> {
        self.source.budget.go_on()?;
        self.number += 1;
        let number = self.number;
        let length = u64::from(u32_le(self.file.get(at, 4, "a feature's length")?, 0).unwrap_or_default());
        self.source.budget.check_feature(length)?;
        let bytes = self.file.get(at + 4, length, "a feature")?;
        sink.begin();
        let given = give(bytes, &self.header, sink);
        given.map_err(|seen| self.file.bad(at, format!("feature #{number}: {seen}"), "a feature of FlatGeobuf"))?;
        Ok(at + 4 + length)
    }
}

/// Gives the feature in these bytes.
fn give(bytes: &[u8], header: &Header, sink: &mut dyn FeatureSink) -> std::result::Result<(), String> {
    let table = Table::root(bytes)?;
    feature::properties(&table, &header.columns, bytes.len(), sink)?;
    let geometry = feature::geometry(&table, header.geometry, bytes.len())?;
    sink.end(None, geometry);
    Ok(())
}

#[cfg(test)]
mod tests;
