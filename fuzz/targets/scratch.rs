//! Files that live as long as the thread, in memory where the system has a folder for that, and what work needs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use groma::job::{Context, Pool, RunOptions};
use tempfile::TempDir;

/// What a target's work may take, in bytes. The job leaves 12 MiB of it for what is not accounted.
pub const MEMORY: u64 = 32 << 20;

thread_local! {
    static FOLDER: TempDir = {
        let fast = Path::new("/dev/shm");
        let parent = if fast.is_dir() { fast.to_path_buf() } else { std::env::temp_dir() };
        tempfile::Builder::new().prefix("groma-fuzz-").tempdir_in(parent).unwrap()
    };
}

/// One thread and little memory.
pub fn run_options() -> RunOptions {
    RunOptions { threads: 1, memory_limit: MEMORY, ..RunOptions::default() }
}

/// What work in the target's own thread is given.
pub fn context() -> Arc<Context> {
    static CONTEXT: OnceLock<Arc<Context>> = OnceLock::new();
    // The pool ends here: to drop one in a thread-local's destructor would wait without end on Windows.
    CONTEXT.get_or_init(|| Pool::new(&run_options()).unwrap().context().clone()).clone()
}

/// A path in the folder.
pub fn path(name: &str) -> PathBuf {
    FOLDER.with(|folder| folder.path().join(name))
}

/// A file with this content.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = path(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// An empty folder.
pub fn empty(name: &str) -> PathBuf {
    let path = path(name);
    if path.exists() {
        std::fs::remove_dir_all(&path).unwrap();
    }
    std::fs::create_dir(&path).unwrap();
    path
}
