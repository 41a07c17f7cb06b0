//! The shards of an open data set: each is opened, and hashed, when it is first needed.

use std::sync::{Mutex, MutexGuard, OnceLock};

use super::open_shard::OpenShard;
use crate::error::IoContext;
use crate::job::{Pool, RunOptions};
use crate::trajectory::dataset::ShardFolder;
use crate::trajectory::scan::scan_shard;
use crate::trajectory::shard::modified_ns;
use crate::{Error, Result};

/// The shards of a data set. Any number of threads may use them.
#[derive(Debug)]
pub(super) struct OpenShards {
    folder: ShardFolder,
    opened: Vec<OnceLock<OpenShard>>,
    digests: Vec<OnceLock<u64>>,
    /// Held while a shard is opened or hashed, or tables are built, so that only one thread does it.
    opening: Mutex<()>,
    run: RunOptions,
    /// The pool, and the process that has its threads.
    pool: OnceLock<(u32, Pool)>,
}

impl OpenShards {
    /// Takes the shards of a folder and opens none. `run` has the number of threads that hash them.
    pub fn new(folder: ShardFolder, run: RunOptions) -> OpenShards {
        let count = folder.shards.len();
        OpenShards {
            folder,
            opened: (0..count).map(|_| OnceLock::new()).collect(),
            digests: (0..count).map(|_| OnceLock::new()).collect(),
            opening: Mutex::new(()),
            run,
            pool: OnceLock::new(),
        }
    }

    /// Returns the folder, with its shards and metadata.
    pub fn folder(&self) -> &ShardFolder {
        &self.folder
    }

    /// Returns the shards that are open.
    pub fn opened(&self) -> impl Iterator<Item = &OpenShard> {
        self.opened.iter().filter_map(OnceLock::get)
    }

    /// Returns a shard, and opens it when it is first needed.
    pub fn get(&self, number: usize) -> Result<&OpenShard> {
        let cell = &self.opened[number];
        if cell.get().is_none() {
            let _one_at_a_time = self.lock();
            if cell.get().is_none() {
                self.refuse_replaced(number)?;
                let open = OpenShard::open(&self.folder.shards[number])?;
                return Ok(cell.get_or_init(|| open));
            }
        }
        let open = cell.get().expect("opened before");
        open.check_size()?;
        Ok(open)
    }

    /// Returns the hash of a shard's entries, computed when it is first needed.
    pub fn digest(&self, number: usize) -> Result<u64> {
        let cell = &self.digests[number];
        if let Some(digest) = cell.get() {
            return Ok(*digest);
        }
        let _one_at_a_time = self.lock();
        self.refuse_replaced(number)?;
        let pool = self.pool()?;
        let scan =
            pool.install(|| scan_shard(&self.folder.shards[number], pool.context(), pool.context().threads()))?;
        Ok(*cell.get_or_init(|| scan.digest))
    }

    /// Refuses a shard file that is another one than when the data set was opened: what is mapped of the old one would
    /// be mixed with tables of the new one.
    fn refuse_replaced(&self, number: usize) -> Result<()> {
        let shard = &self.folder.shards[number];
        let now = std::fs::metadata(&shard.path).context("look at", &shard.path)?;
        // Who reads it tells of another size.
        if now.len() != shard.file_size || modified_ns(&now) == shard.modified_ns {
            return Ok(());
        }
        let seen = "a file that was written since the data set was opened";
        Err(Error::bad_format(&shard.path, None, seen, "the file as it was: open the data set again"))
    }

    /// Takes the lock that keeps other threads from opening and hashing shards, and from building tables.
    pub fn lock(&self) -> MutexGuard<'_, ()> {
        // The lock guards no data, so a panic while it was held has left nothing inconsistent.
        self.opening.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Returns the threads that hash shards and answer batches.
    ///
    /// # Errors
    /// [`Error::Unsupported`] in a process that was forked after the threads were made: they have stayed behind, and
    /// whoever gave them work would wait for ever.
    pub fn pool(&self) -> Result<&Pool> {
        if self.pool.get().is_none() {
            let pool = (std::process::id(), Pool::new(&self.run)?);
            return Ok(&self.pool.get_or_init(|| pool).1);
        }
        let (process, pool) = self.pool.get().expect("made before");
        if *process == std::process::id() {
            return Ok(pool);
        }
        let what = "the data set was used before this process was forked from another one, in which its threads are; \
                    open it in this process";
        Err(Error::Unsupported { subject: self.folder.path.clone(), what: what.into() })
    }
}

impl Drop for OpenShards {
    fn drop(&mut self) {
        // A process that was forked has none of the pool's threads, for whose end it would wait for ever.
        if let Some((process, pool)) = self.pool.take()
            && process != std::process::id()
        {
            std::mem::forget(pool);
        }
    }
}
