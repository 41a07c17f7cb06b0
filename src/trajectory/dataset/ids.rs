//! `ids.csv`: the names of trajectories whose ids were texts where they came from.

use std::collections::HashMap;
use std::path::Path;

use crate::io::{Durability, atomic, input};
use crate::{Error, Result};

/// The file's name in the folder of a data set. Its columns are `id` and `name`.
pub const IDS_NAME: &str = "ids.csv";

/// Writes the names of trajectories, by their ids.
pub(crate) fn write_names(folder: &Path, names: &[(u64, &str)]) -> Result<()> {
    let path = folder.join(IDS_NAME);
    let failed = |e: csv::Error| Error::Internal(e.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "name"]).map_err(failed)?;
    for (id, name) in names {
        writer.write_record([id.to_string().as_str(), name]).map_err(failed)?;
    }
    let text = writer.into_inner().map_err(|e| Error::Internal(e.to_string()))?;
    atomic::write(&path, &text, Durability::Unsynced)
}

/// Reads the names of a data set's trajectories, by their ids; there are none where its folder has no `ids.csv`.
///
/// # Errors
/// [`Error::BadFormat`] naming the line for a file that is not as groma writes it; [`Error::Io`].
pub fn read_names(folder: &Path) -> Result<HashMap<u64, String>> {
    let path = folder.join(IDS_NAME);
    let Some(text) = input::read_if_there(&path)? else { return Ok(HashMap::new()) };
    let bad = |seen: String| Error::bad_format(&path, None, seen, "the columns id and name, a whole number and a text");
    let mut reader = csv::Reader::from_reader(&text[..]);
    let records = reader.records().map(|record| {
        let record = record.map_err(|e| bad(e.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let id =
            record.get(0).and_then(|id| id.parse().ok()).ok_or_else(|| bad(format!("line {line} without an id")))?;
        Ok((id, record.get(1).ok_or_else(|| bad(format!("line {line} without a name")))?.to_string()))
    });
    records.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_and_damage_is_told() {
        let dir = tempfile::tempdir().unwrap();
        assert!(read_names(dir.path()).unwrap().is_empty());
        let names = [(1, "ped_1"), (2, "a \"b\", c\nd"), (3, "ä")];
        write_names(dir.path(), &names).unwrap();
        let read = read_names(dir.path()).unwrap();
        assert_eq!(read.len(), 3);
        names.iter().for_each(|(id, name)| assert_eq!(read[id], *name));
        std::fs::write(dir.path().join(IDS_NAME), "id,name\nx,y\n").unwrap();
        assert!(read_names(dir.path()).unwrap_err().to_string().contains("line 2 without an id"));
    }
}
