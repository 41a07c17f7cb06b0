//! Where exports may write.

use std::path::Path;

use super::{MANIFEST_NAME, MeshStore};
use crate::io::output::resolve;
use crate::{Error, Result};

/// Refuses what an export must not have: a store of levels for its input, or an output in a store's folder, where files
/// of the same names may be the store's own.
///
/// # Errors
/// [`Error::Unsupported`]; as [`refuse_stores`].
pub(super) fn refuse_misplaced(store: &MeshStore, output: &Path) -> Result<()> {
    store.refuse_levels()?;
    refuse_stores(output)
}

/// Refuses an output in the folder of a store, or in a folder inside of it.
///
/// # Errors
/// [`Error::InvalidArgument`]; [`Error::Io`].
pub(crate) fn refuse_stores(output: &Path) -> Result<()> {
    let resolved = resolve(output)?;
    let store = resolved.ancestors().filter(|folder| folder.join(MANIFEST_NAME).is_file()).last();
    let Some(store) = store else { return Ok(()) };
    let seen = format!("{}, in the folder of the mesh store {}", output.display(), store.display());
    Err(Error::invalid("output", seen, "a folder outside of stores, where no file is a store's own"))
}
