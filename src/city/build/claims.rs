//! Who may do what in a store, when several processes or jobs build in it: files that are locked while their holder lives.
//!
//! | file | locked |
//! |---|---|
//! | `groma-store.lock` | while a process sets up the store: reads the manifest, removes stale tiles, writes the manifest; or clears it |
//! | `groma-builders.lock` | by all that build, together; alone by one that changes what the store is for, or clears it |
//! | `tile-NAME.lock` | while a process makes that tile |

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::city::store::{BUILDERS_LOCK, SET_UP_LOCK};
use crate::error::IoContext;
use crate::io::input;
use crate::io::lock::{self, Holder, Lock};
use crate::job::Context;
use crate::{Error, Result};

/// Waits until no other process sets up the store, and keeps others from it until dropped.
pub(super) fn set_up_alone(folder: &Path, context: &Context) -> Result<Lock> {
    let path = folder.join(SET_UP_LOCK);
    loop {
        match Lock::acquire(&path, |_| "another process or job sets up the store".into()) {
            Err(Error::Busy { .. }) => std::thread::sleep(Duration::from_millis(20)),
            other => return other,
        }
        context.check()?;
    }
}

/// The place of this build among those that build in the store. All functions but the drop belong into the set-up, so that
/// no two change their places at once.
pub(super) struct Builders {
    file: Option<File>,
    path: PathBuf,
    set_up: PathBuf,
    alone: bool,
}

impl Builders {
    /// Enters the store: alone, where nobody else is in it.
    pub fn enter(folder: &Path) -> Result<Builders> {
        let path = folder.join(BUILDERS_LOCK);
        let (file, alone) = match lock::acquire(&path, |_| String::new()) {
            Ok(file) => (file, true),
            Err(Error::Busy { .. }) => {
                let file = input::open(&path)?;
                lock::lock_shared(&file).context("lock", &path)?;
                (file, false)
            }
            Err(e) => return Err(e),
        };
        let mut builders = Builders { file: Some(file), path, set_up: folder.join(SET_UP_LOCK), alone };
        // For the message to those who want to be alone. What was entered is left again where it cannot be written.
        if let Some(file) = builders.file.as_mut().filter(|_| alone) {
            let holder = serde_json::to_vec(&Holder::this()).map_err(|e| Error::Internal(e.to_string()))?;
            file.set_len(0).and_then(|()| file.write_all(&holder)).context("write", &builders.path)?;
        }
        Ok(builders)
    }

    /// Refuses to take tiles away from others, or to change what they are to be.
    ///
    /// # Errors
    /// [`Error::Busy`] when others build in the store.
    pub fn must_be_alone(&self, folder: &Path) -> Result<()> {
        if self.alone {
            return Ok(());
        }
        // Without a name it is refused all the same.
        let holder = input::read(&self.path).ok().and_then(|text| serde_json::from_slice::<Holder>(&text).ok());
        let owner = holder.map_or("another process, or another job of this one,".into(), |holder| holder.to_string());
        let what = format!(
            "{owner} is building in this store, and this build has other inputs or options or starts afresh: wait until it ends, or \
             choose another store"
        );
        Err(Error::Busy { path: folder.to_path_buf(), what })
    }

    /// Lets others build along, once the store is for what this build makes.
    pub fn let_others_in(&mut self) -> Result<()> {
        if let Some(file) = self.file.as_ref().filter(|_| self.alone) {
            lock::unlock(file).and_then(|()| lock::lock_shared(file)).context("lock", &self.path)?;
            self.alone = false;
        }
        Ok(())
    }
}

impl Drop for Builders {
    fn drop(&mut self) {
        let Some(file) = self.file.take() else { return };
        // The last one takes the file away, unless somebody sets up and so may be about to open it. Where that fails it stays, locked
        // by nobody.
        let mut _set_up = None;
        if !self.alone {
            let _ = lock::unlock(&file);
            _set_up = Lock::acquire(&self.set_up, |_| String::new()).ok();
            if _set_up.is_none() || lock::try_lock(&file).is_err() {
                return;
            }
        }
        // While it is locked, so that no other process can hold it in between.
        let _ = std::fs::remove_file(&self.path);
    }
}
