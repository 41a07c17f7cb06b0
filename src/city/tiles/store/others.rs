//! Recognises files of other programs that have the names of a store's own files: a folder with one does not become a
//! store.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::buildings::LONGEST_LINE;
use super::tile_file::MAGIC;
use super::{BUILDINGS_NAME, BuildingRecord, MANIFEST_NAME};
use crate::city::plane::cells::Tile;
use crate::error::IoContext;
use crate::io::input;
use crate::{Error, Result};

/// Refuses a folder that is no store yet and has a file that a store would replace or remove. Files that a store has
/// left behind are accepted: its manifest may have been removed, or its first build killed before it wrote one.
///
/// # Errors
/// [`Error::InvalidArgument`] under the parameter's `name`, with the first such file in the order of names;
/// [`Error::Io`].
pub(crate) fn refuse_foreign_files(folder: &Path, name: &'static str) -> Result<()> {
    if folder.join(MANIFEST_NAME).symlink_metadata().is_ok() {
        return Ok(());
    }
    let names = match input::sorted_names(folder) {
        Ok(names) => names,
        // A missing folder is empty; for a file in its place, making the folder gives the error.
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(()),
        Err(cause) => return Err(cause).context("list", folder),
    };
    for file in names {
        let path = folder.join(&file);
        let file = file.to_string_lossy();
        if !is_of_a_store(&path, &file)? {
            let seen = format!("{}, where {file} is of another program", folder.display());
            let accepted = "a new folder, the folder of a store, or one from which that file was moved away: the store \
                            would replace or remove it";
            return Err(Error::invalid(name, seen, accepted));
        }
    }
    Ok(())
}

/// Returns whether a file has the content of a store's file, or a name that no store uses.
fn is_of_a_store(path: &Path, file: &str) -> Result<bool> {
    if file == BUILDINGS_NAME {
        return holds(path, lists_buildings);
    }
    let Some((tile, ending)) = file.strip_prefix("tile-").and_then(|rest| rest.rsplit_once('.')) else {
        return Ok(true);
    };
    match ending {
        "bin" => is_tile(path),
        // Their content is a message of any form, so only the name can be checked.
        "failed" | "lock" => Ok(Tile::is_name(tile)),
        _ => Ok(true),
    }
}

/// Returns whether a file begins as a tile does; true for a file that is gone.
pub(crate) fn is_tile(path: &Path) -> Result<bool> {
    holds(path, begins_as_tile)
}

fn holds(path: &Path, look: fn(File, &Path) -> Result<bool>) -> Result<bool> {
    match input::open(path) {
        Ok(file) => look(file, path),
        // A folder or a pipe.
        Err(Error::BadFormat { .. }) => Ok(false),
        // The file was removed meanwhile.
        Err(_) if path.symlink_metadata().is_err() => Ok(true),
        Err(e) => Err(e),
    }
}

fn begins_as_tile(mut file: File, path: &Path) -> Result<bool> {
    let mut start = Vec::new();
    file.by_ref().take(MAGIC.len() as u64).read_to_end(&mut start).context("read", path)?;
    Ok(start == MAGIC)
}

/// Returns whether a file begins as a list of buildings does. The list of a city without buildings is empty.
fn lists_buildings(file: File, path: &Path) -> Result<bool> {
    let mut line = Vec::new();
    BufReader::new(file.take(LONGEST_LINE)).read_until(b'\n', &mut line).context("read", path)?;
    Ok(line.is_empty() || serde_json::from_slice::<BuildingRecord>(&line).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::tiles::store::MeshStore;

    #[test]
    fn files_of_other_programs_are_named_and_what_a_store_left_is_not() {
        let building = r#"{"building":0,"roof":8.0,"platform":1.0,"lod":"lod1","members":["a"]}"#;
        let two = format!("{building}\n{building}\n");
        for (file, content, is_accepted) in [
            (BUILDINGS_NAME, two.as_str(), true),
            (BUILDINGS_NAME, "", true),
            (BUILDINGS_NAME, "{\"id\": 1, \"height\": 8}\n", false),
            (BUILDINGS_NAME, "\n", false),
            ("tile-0_0_2x1.bin", "gromaTil and so on", true),
            ("tile-0_0_2x1.bin", "", false),
            ("tile-roof.bin", "slates", false),
            ("tile-0_0_2x1.failed", "why", true),
            ("tile-roof.failed", "why", false),
            ("tile-0_0_2x1.lock", "", true),
            ("tile-1.lock", "", false),
            ("tile-roof.png", "slates", true),
            ("notes.txt", "mine", true),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(file);
            std::fs::write(&path, content).unwrap();
            let refused = refuse_foreign_files(folder.path(), "store");
            assert_eq!(refused.is_ok(), is_accepted, "{file} with {content:?}");
            if let Err(e) = refused {
                let expected = format!("store is {}, where {file} is of another program", folder.path().display());
                assert!(e.to_string().contains(&expected), "{e}");
                assert!(MeshStore::create(folder.path(), serde_json::Value::Null).is_err());
                assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tile-x.bin")).unwrap();
        assert!(refuse_foreign_files(folder.path(), "store").is_err());
        refuse_foreign_files(&folder.path().join("new"), "store").unwrap();
    }
}
