//! Locks that let several processes or jobs build in one store. A lock ends with the process that holds it.
//!
//! | file | who holds its lock |
//! |---|---|
//! | `groma-store.lock` | the process that sets up the store (manifest, stale tiles) or clears it |
//! | `groma-builders.lock` | all builds, shared; exclusively a build that changes or clears the store |
//! | `tile-NAME.lock` | the process that makes the tile |

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::city::tiles::store::{BUILDERS_LOCK, SET_UP_LOCK};
use crate::error::IoContext;
use crate::io::input;
use crate::io::lock::{self, Holder, Lock};
use crate::job::Context;
use crate::{Error, Result};

/// Waits until no other process sets up the store, and keeps others from doing so until the lock is dropped.
fn set_up_alone(folder: &Path, context: &Context) -> Result<Lock> {
    let path = folder.join(SET_UP_LOCK);
    loop {
        match Lock::acquire(&path, |_| "another process or job sets up the store".into()) {
            Err(Error::Busy { .. }) => std::thread::sleep(Duration::from_millis(20)),
            other => return other,
        }
        context.check()?;
    }
}

/// The membership of this build among the builds in a store. Members enter and leave one at a time, under the set-up
/// lock: a build that enters holds it until it lets others in.
pub(super) struct Builders {
    file: Option<File>,
    path: PathBuf,
    /// The set-up lock, while this build holds it.
    set_up: Option<Lock>,
    set_up_path: PathBuf,
    /// Whether this build holds the builders' lock exclusively.
    alone: bool,
    /// Whether the file system has locks; without them nobody knows of others.
    pub are_known: bool,
}

impl Builders {
    /// Waits for the set-up lock and enters the store; exclusively when no other build is in it.
    pub fn enter(folder: &Path, context: &Context) -> Result<Builders> {
        let set_up = Some(set_up_alone(folder, context)?);
        let set_up_path = folder.join(SET_UP_LOCK);
        let path = folder.join(BUILDERS_LOCK);
        let (file, alone) = match lock::acquire(&path, |_| String::new()) {
            Ok(file) => (file, true),
            Err(Error::Busy { .. }) => {
                let file = input::open_own(&path)?;
                lock::lock_shared(&file).context("lock", &path)?;
                (file, false)
            }
            Err(e) => return Err(e),
        };
        let are_known = !alone || lock::works(&file);
        if !are_known {
            context.warn("no-locks", format!("{}: {}", folder.display(), lock::NO_LOCKS));
        }
        let mut builders = Builders { file: Some(file), path, set_up, set_up_path, alone, are_known };
        // The list of builders is for the error of `must_be_alone`. When it cannot be written, dropping `builders`
        // leaves the store again.
        if let Some(file) = builders.file.as_mut() {
            // Builders in a list that nobody had locked were killed.
            let mut holders = if alone { Vec::new() } else { read_holders(file).context("read", &builders.path)? };
            holders.push(Holder::this());
            write_holders(file, &holders).context("write", &builders.path)?;
        }
        Ok(builders)
    }

    /// Fails when other builds are in the store: this one would remove their tiles or change what they make.
    ///
    /// # Errors
    /// [`Error::Busy`] when others build in the store.
    pub fn must_be_alone(&self, folder: &Path) -> Result<()> {
        if self.alone {
            return Ok(());
        }
        // An unreadable list is no reason to continue. It may also name a build that was killed since.
        let mut holders = self.file.as_ref().and_then(|file| read_holders(file).ok()).unwrap_or_default();
        remove_this(&mut holders);
        let names: Vec<String> = holders.iter().map(Holder::to_string).collect();
        let owner = match names.is_empty() {
            true => "another process, or another job of this one,".to_string(),
            false => names.join(" or "),
        };
        let what = format!(
            "{owner} is building in this store, and this build has other inputs or options or starts afresh: wait \
             until it ends, or choose another store"
        );
        Err(Error::Busy { subject: folder.to_path_buf(), what })
    }

    /// Lets other builds enter, once the store is set up.
    pub fn let_others_in(&mut self) -> Result<()> {
        if let Some(file) = self.file.as_ref().filter(|_| self.alone && self.are_known) {
            lock::unlock(file).and_then(|()| lock::lock_shared(file)).context("lock", &self.path)?;
            self.alone = false;
        }
        self.set_up = None;
        Ok(())
    }

    /// Takes the set-up lock for leaving the store. A build that leaves holds it for a moment only. One that holds it
    /// for longer is entering, and removes the file when it is the last to leave: then this returns `None`.
    fn set_up_to_leave(&self) -> Option<Lock> {
        for _ in 0..200 {
            match Lock::acquire(&self.set_up_path, |_| String::new()) {
                Err(Error::Busy { .. }) => std::thread::sleep(Duration::from_millis(5)),
                other => return other.ok(),
            }
        }
        None
    }
}

impl Drop for Builders {
    fn drop(&mut self) {
        let Some(file) = self.file.take() else { return };
        // The last build removes the file, under the set-up lock, so that no build that enters has just opened it. When
        // that fails, the file stays, and nobody holds its lock.
        let mut _set_up = self.set_up.take();
        if !self.alone {
            let _ = lock::unlock(&file);
            if _set_up.is_none() {
                _set_up = self.set_up_to_leave();
            }
            if _set_up.is_none() {
                return;
            }
            if lock::try_lock(&file).is_err() {
                // This build goes from the list. When that fails, errors name it beside the others.
                if let Ok(mut holders) = read_holders(&file) {
                    remove_this(&mut holders);
                    let _ = write_holders(&file, &holders);
                }
                return;
            }
        }
        // Removed while it is locked, so that no other process can lock it before.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Reads the list of builders, one per line.
fn read_holders(mut file: &File) -> std::io::Result<Vec<Holder>> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    // The list of very many, which another file in its place may exceed.
    file.take(1 << 20).read_to_string(&mut text)?;
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

fn write_holders(mut file: &File, holders: &[Holder]) -> std::io::Result<()> {
    let mut text = String::new();
    for holder in holders {
        text += &serde_json::to_string(holder)?;
        text.push('\n');
    }
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text.as_bytes())
}

/// Removes one entry of this process from the list: another job of it may have one, too.
fn remove_this(holders: &mut Vec<Holder>) {
    if let Some(place) = holders.iter().rposition(|holder| *holder == Holder::this()) {
        holders.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;
    use crate::job::{RunOptions, Runner};

    #[test]
    fn those_are_named_who_build_and_nobody_who_left() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path();
        let path = folder.join(BUILDERS_LOCK);
        let runner = Runner::new(&RunOptions::default()).unwrap();
        let enter = || Builders::enter(folder, runner.context()).unwrap();
        let told = |builders: &Builders| builders.must_be_alone(folder).unwrap_err().to_string();
        let this = format!("another job of this same process {}", std::process::id());

        // A build that was killed has left its entry.
        std::fs::write(&path, r#"{"process":77,"run":1}"#).unwrap();
        let mut first = enter();
        assert!(first.must_be_alone(folder).is_ok());
        first.let_others_in().unwrap();
        let mut second = enter();
        assert!(told(&second).contains(&format!(": {this} is building")), "{}", told(&second));

        // The first entry becomes that of another process.
        let mut lines = read_holders(second.file.as_ref().unwrap()).unwrap();
        assert_eq!(lines, [Holder::this(); 2]);
        lines[0] = Holder::default();
        write_holders(second.file.as_ref().unwrap(), &lines).unwrap();
        second.let_others_in().unwrap();
        let third = enter();
        assert!(told(&third).contains(&format!(": process 0 or {this} is building")), "{}", told(&third));
        drop(third);
        assert_eq!(read_holders(second.file.as_ref().unwrap()).unwrap(), lines);
        drop(first);
        assert_eq!(read_holders(second.file.as_ref().unwrap()).unwrap(), [Holder::default()]);
        drop(second);
        assert!(!path.exists());
    }

    #[test]
    fn the_last_to_leave_takes_the_file_away_however_many_leave_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let runner = Runner::new(&RunOptions::default()).unwrap();
        let context = runner.context().clone();
        for round in 0..20 {
            let together = Barrier::new(4);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        let mut builders = Builders::enter(dir.path(), &context).unwrap();
                        builders.let_others_in().unwrap();
                        together.wait();
                    });
                }
            });
            assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "round {round}");
        }
    }
}
