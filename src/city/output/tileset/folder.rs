//! The folder of a tileset: whose it is, and what does not belong in it any more.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{LEVELS_FOLDER, MARK_NAME, TILES_FOLDER, TILESET_NAME};
use crate::city::plane::quadtree::TileId;
use crate::city::tiles::store::refuse_stores;
use crate::error::IoContext;
use crate::io::in_use::remove_if_there;
use crate::io::lock::Lock;
use crate::io::output::make_folder;
use crate::io::{Durability, atomic, input};
use crate::{Error, Result};

const FORMAT: &str = "groma 3D tiles";
/// The largest size of the file that says so, in bytes.
const LARGEST_MARK: u64 = 4096;
/// The endings of the files of tiles.
pub const TILE_ENDINGS: [&str; 2] = ["glb", "json"];
/// The file that is locked while an export writes.
const LOCK_NAME: &str = "groma-export.lock";

/// A folder that an export has for its own.
pub struct Folder {
    path: PathBuf,
    _lock: Lock,
}

impl Folder {
    /// Takes a folder that is new, empty or of an earlier export, of which `tileset.json` goes.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a folder with other files, and for one in a store's folder; [`Error::Busy`] while
    /// another export writes there; [`Error::Io`].
    pub fn take(path: &Path) -> Result<Folder> {
        refuse_stores(path)?;
        make_folder(path, "output")?;
        let busy = |_: &Path| "another export writes into this folder: wait for its end, or cancel it".into();
        let mark = path.join(MARK_NAME);
        if !is_mark(&mark)? {
            let names = input::sorted_names(path).context("list", path)?;
            if let Some(other) = names.iter().find(|name| name.to_str() != Some(LOCK_NAME)) {
                let seen = format!("{}, where {} is", path.display(), other.to_string_lossy());
                return Err(Error::invalid("output", seen, "a new or empty folder, or one of an earlier such export"));
            }
        }
        let lock = Lock::acquire(path.join(LOCK_NAME), busy)?;
        atomic::remove_abandoned(path);
        let text = json!({ "format": FORMAT, "groma": crate::VERSION }).to_string();
        atomic::write(&mark, format!("{text}\n").as_bytes(), Durability::Unsynced)?;
        // That of an earlier export would lead to other tiles.
        remove_if_there(&path.join(TILESET_NAME))?;
        for folder in [TILES_FOLDER, LEVELS_FOLDER] {
            make_folder(&path.join(folder), "output")?;
            atomic::remove_abandoned(&path.join(folder));
        }
        Ok(Folder { path: path.to_path_buf(), _lock: lock })
    }

    /// Removes the tiles of earlier exports that are none now, and the meshes of levels.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn clear_up(&self, tiles: &HashSet<String>) -> Result<()> {
        let folder = self.path.join(TILES_FOLDER);
        remove_own(&folder, &TILE_ENDINGS, |name| tiles.contains(name))?;
        let levels = self.path.join(LEVELS_FOLDER);
        remove_own(&levels, &["bin"], |_| false)?;
        // What else is in it is not the export's to remove.
        let _ = std::fs::remove_dir(&levels);
        Ok(())
    }
}

/// Removes the files of a folder that have the names of tiles, with one of these endings; other files stay.
fn remove_own(folder: &Path, endings: &[&str], is_kept: impl Fn(&str) -> bool) -> Result<()> {
    for name in input::sorted_names(folder).context("list", folder)? {
        let Some(text) = name.to_str() else { continue };
        if is_own(text, endings) && !is_kept(text) {
            remove_if_there(&folder.join(text))?;
        }
    }
    Ok(())
}

/// Returns whether a file has the name of a tile, with one of these endings.
pub fn is_own(name: &str, endings: &[&str]) -> bool {
    let tile = name.rsplit_once('.').filter(|(_, ending)| endings.contains(ending)).map(|(tile, _)| tile);
    tile.is_some_and(|tile| TileId::parse_of_any_level(tile).is_some())
}

fn is_mark(path: &Path) -> Result<bool> {
    let bytes = match input::if_there(path, input::read_at_most(path, LARGEST_MARK)) {
        Err(Error::BadFormat { .. }) => None,
        bytes => bytes?,
    };
    let value: Option<Value> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Ok(value.is_some_and(|value| value["format"] == FORMAT))
}
