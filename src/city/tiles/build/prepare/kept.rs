//! What was made of islands, kept beside a store while a city is prepared, so that a run that was killed need not make
//! it again.

use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

use crate::city::plane::clean::CleanedIslands;
use crate::city::tiles::store::PREPARED_FOLDER;
use crate::error::IoContext;
use crate::io::atomic::{self, Durability};
use crate::io::in_use::remove_if_there;
use crate::io::input;
use crate::io::output::make_folder;
use crate::{Error, Result};

/// Fewer footprints are cleaned sooner than a run could be missed.
const LEAST_FOOTPRINTS: u64 = 50_000;

/// The files of what was made at each step of a sweep.
pub struct KeptIslands {
    folder: PathBuf,
    is_worth_it: bool,
}

impl KeptIslands {
    /// Creates those of so many footprints, in the folder of the prepared city of a store.
    pub fn of(footprints: u64, store: &Path) -> KeptIslands {
        KeptIslands { folder: store.join(PREPARED_FOLDER), is_worth_it: footprints >= LEAST_FOOTPRINTS }
    }

    /// Returns what `make` makes, or has made with the same hash at this step of an earlier run.
    ///
    /// # Errors
    /// Those of `make`; [`crate::Error::Io`].
    pub fn make(
        &self,
        step: u32,
        hash: impl FnOnce() -> u128,
        make: impl FnOnce() -> Result<CleanedIslands>,
    ) -> Result<CleanedIslands> {
        if !self.is_worth_it {
            return make();
        }
        let (path, hash) = (path_of(&self.folder, step), hash());
        if let Some(known) = read(&path, hash)? {
            return Ok(known);
        }
        let made = make()?;
        make_folder(&self.folder, "store")?;
        let content = serde_json::to_vec(&made).expect("plain values are JSON");
        let head = format!("{hash:032x} {:032x}\n", xxh3_128(&content));
        atomic::write(&path, &[head.as_bytes(), &content].concat(), Durability::Unsynced)?;
        Ok(made)
    }
}

/// Removes what was kept beside a store, and the folders that hold nothing else.
///
/// # Errors
/// [`crate::Error::Io`].
pub fn remove_kept(store: &Path) -> Result<()> {
    let folder = &store.join(PREPARED_FOLDER);
    if !folder.is_dir() {
        return Ok(());
    }
    for name in input::sorted_names(folder).context("list", folder)? {
        if name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(ENDING)) {
            remove_if_there(&folder.join(name))?;
        }
    }
    atomic::remove_abandoned(folder);
    // Folders with files in them stay.
    let _ = std::fs::remove_dir(folder);
    let _ = std::fs::remove_dir(store);
    Ok(())
}

const PREFIX: &str = "islands-";
const ENDING: &str = ".json";

fn path_of(folder: &Path, step: u32) -> PathBuf {
    folder.join(format!("{PREFIX}{step:06}{ENDING}"))
}

/// Reads what was made of islands with a hash; `None` where there is nothing of the kind, or it is damaged.
fn read(path: &Path, hash: u128) -> Result<Option<CleanedIslands>> {
    let bytes = match input::read_small_if_there(path) {
        Err(Error::BadFormat { .. }) => return Ok(None),
        bytes => bytes?,
    };
    let Some(bytes) = bytes else { return Ok(None) };
    let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else { return Ok(None) };
    let (head, content) = (&bytes[..end], &bytes[end + 1..]);
    let is_same = head == format!("{hash:032x} {:032x}", xxh3_128(content)).as_bytes();
    Ok(if is_same { serde_json::from_slice(content).ok() } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_of_the_same_is_made_once_and_damage_is_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("store");
        let kept = KeptIslands::of(LEAST_FOOTPRINTS, &store);
        let mut made = 0;
        let mut make = |step: u32, hash: u128| {
            let none: CleanedIslands = CleanedIslands::none();
            kept.make(
                step,
                || hash,
                || {
                    made += 1;
                    Ok(none)
                },
            )
            .unwrap();
            made
        };
        assert_eq!([make(3, 1), make(3, 1), make(4, 1), make(3, 2), make(3, 2), make(3, 1)], [1, 1, 2, 3, 3, 4]);
        let path = path_of(&kept.folder, 3);
        let whole = std::fs::read(&path).unwrap();
        for cut in [0, 10, whole.len() - 1] {
            std::fs::write(&path, &whole[..cut]).unwrap();
            make(3, 1);
        }
        assert_eq!(make(3, 1), 7);
        // What fails leaves nothing, and of few footprints nothing is kept.
        let failed = kept.make(5, || 1, || Err(Error::Cancelled));
        assert!(failed.is_err() && !path_of(&kept.folder, 5).exists());
        std::fs::write(kept.folder.join("notes.txt"), "mine").unwrap();
        remove_kept(&store).unwrap();
        assert_eq!(std::fs::read_dir(&kept.folder).unwrap().count(), 1);
        let few = KeptIslands::of(LEAST_FOOTPRINTS - 1, &dir.path().join("few"));
        few.make(0, || panic!("no hash is needed"), || Ok(CleanedIslands::none())).unwrap();
        remove_kept(&dir.path().join("few")).unwrap();
        assert!(!few.folder.exists());
    }
}
