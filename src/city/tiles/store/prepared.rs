//! The folder in a store of what the parts of a build need.

use std::path::Path;

use crate::Result;
use crate::error::IoContext;
use crate::io::in_use::remove_if_there;
use crate::io::{atomic, input};

/// The folder of the prepared city.
pub(crate) const PREPARED_FOLDER: &str = "prepared";

/// The endings of the names of its files.
const ENDINGS: [&str; 2] = [".bin", ".json"];

/// Removes the prepared city of a store, if there is one.
pub(crate) fn remove_prepared(store: &Path) -> Result<()> {
    let folder = store.join(PREPARED_FOLDER);
    if !input::exists(&folder.join(PLAN_NAME))? {
        return Ok(());
    }
    // Without the plan the rest is nothing.
    remove_if_there(&folder.join(PLAN_NAME))?;
    for name in input::sorted_names(&folder).context("list", &folder)? {
        if name.to_str().is_some_and(|name| ENDINGS.iter().any(|ending| name.ends_with(ending))) {
            remove_if_there(&folder.join(name))?;
        }
    }
    atomic::remove_unfinished(&folder)?;
    // Other files in the folder are not the store's to remove.
    let _ = std::fs::remove_dir(&folder);
    Ok(())
}

/// The file without which the folder holds no prepared city.
pub(crate) const PLAN_NAME: &str = "plan.json";
