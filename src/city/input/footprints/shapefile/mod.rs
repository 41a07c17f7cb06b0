//! Reads Shapefiles: shapes (`.shp`, with or without `.shx`), their attributes (`.dbf`, in the encoding of `.cpg` or of
//! its own header) and their reference system (`.prj`).

mod attributes;
mod encoding;
mod rings;
mod shapes;

use std::path::{Path, PathBuf};

use self::attributes::Attributes;
use self::encoding::Decoder;
use self::shapes::Shapes;
use super::source::{FeatureSink, Source};
use crate::human::counted;
use crate::io::input;
use crate::io::sidecar::check_prj;
use crate::{Error, Result};

/// The longest `.prj` or `.cpg` that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// Reads the shapes of a file with their attributes.
pub(super) fn read(source: &Source<'_>, sink: &mut dyn FeatureSink) -> Result<()> {
    let path = source.path;
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("shx")) {
        let what = "this is the index of a Shapefile; name the .shp beside it".to_string();
        return Err(Error::Unsupported { subject: path.to_path_buf(), what });
    }
    let mut shapes = Shapes::open(path, beside(path, "shx"))?;
    let prj = beside(path, "prj");
    if let Some(system) = text_of(prj.clone())? {
        check_prj(&prj.unwrap_or_default(), &system)?;
        sink.reference_system(system);
    }
    let mut attributes = match beside(path, "dbf") {
        Some(table) => {
            let page = text_of(beside(path, "cpg"))?;
            Some(Attributes::open(&table, |header| Decoder::new(page.as_deref(), header))?)
        }
        None => {
            let name = path.with_extension("dbf");
            sink.doubt(format!("there are no attributes, for {} is missing", name.display()));
            None
        }
    };
    let (mut deleted, mut without_row, mut number) = (0_u64, 0_u64, 0_u64);
    while shapes.next_record(source.budget)? {
        number += 1;
        let row = number - 1;
        if let Some(table) = &mut attributes {
            if row >= table.rows() {
                without_row += 1;
            } else if table.is_deleted(row)? {
                deleted += 1;
                continue;
            }
        }
        sink.begin();
        let geometry = shapes.geometry(source.budget)?;
        if let Some(table) = attributes.as_mut().filter(|table| row < table.rows()) {
            table.give(row, sink)?;
        }
        sink.end(None, geometry);
    }
    if deleted > 0 {
        sink.doubt(format!("{} marked as deleted in the .dbf, left out", counted(deleted, "feature")));
    }
    if without_row > 0 {
        sink.doubt(format!("{} without a row in the .dbf, which has fewer", counted(without_row, "feature")));
    }
    Ok(())
}

/// Returns the file of the same name with another extension, in any case, if there is one.
fn beside(path: &Path, extension: &str) -> Option<PathBuf> {
    let upper = extension.to_ascii_uppercase();
    [extension, &upper].into_iter().map(|extension| path.with_extension(extension)).find(|path| path.exists())
}

/// Returns the text of a small file.
fn text_of(path: Option<PathBuf>) -> Result<Option<String>> {
    let Some(path) = path else { return Ok(None) };
    let mut bytes = Vec::new();
    let file = input::open(&path)?;
    let read = std::io::Read::read_to_end(&mut std::io::Read::take(file, LONGEST as u64), &mut bytes);
    crate::error::IoContext::context(read, "read", &path)?;
    Ok(Some(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').trim().to_string()))
}

#[cfg(test)]
mod tests;
