//! `groma city view`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use groma::city::store::{MANIFEST_NAME, MeshStore};
use groma::city::tileset::check::is_tileset;
use groma::city::tileset::{Placement, TILESET_NAME, TilesetOptions, export_tileset};
use groma::job::{CancelToken, Job, RunOptions};
use groma::{Error, Result};

use super::Serve;
use super::folder::Folder;
use super::pages::Page;
use crate::terminal::{cancel_on_interrupt, wait_with_progress};
use crate::values;

const EXAMPLES: &str = "\
Prints the address of a page and serves it to the browsers of this machine until Ctrl-C. The page needs no network. \
A store is exported first, into a temporary folder, which takes as long and as much room as city export; export a \
large city once and view the folder.

Examples:
  groma city view tiles --open
  groma city export tiles --format 3dtiles --output city --placement local
  groma city view city --port 8080";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct CityView {
    /// A folder of 3D Tiles, as city export --format 3dtiles makes it, or a store
    #[arg(value_name = "STORE|DIR")]
    city: PathBuf,
    #[command(flatten)]
    serve: Serve,
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        help = values::threads("Tiles of a store made at once, each on a thread")
    )]
    threads: usize,
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = values::bytes,
        help = values::memory_limit("The most memory to take for the export of a store, like 2GiB")
    )]
    memory_limit: Option<u64>,
}

/// The folder that is shown.
enum Shown {
    Given(PathBuf),
    /// It is removed at the end.
    Exported(tempfile::TempDir),
}

impl CityView {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let cancel = cancel_on_interrupt()?;
        let shown = self.shown(&cancel, quiet)?;
        let path = match &shown {
            Shown::Given(path) => path,
            Shown::Exported(folder) => folder.path(),
        };
        let folder = Folder::new(path).map_err(|cause| Error::Io { action: "open", subject: path.into(), cause })?;
        self.serve.run(&cancel, move |path, _| {
            let of_page = Page::City.part(path);
            of_page.unwrap_or_else(|| folder.file(path.strip_prefix("/data/").unwrap_or_default()))
        })?;
        Ok(ExitCode::SUCCESS)
    }

    fn shown(&self, cancel: &CancelToken, quiet: bool) -> Result<Shown> {
        if is_tileset(&self.city)? {
            return Ok(Shown::Given(self.city.clone()));
        }
        refuse_others(&self.city)?;
        let folder = tempfile::Builder::new().prefix("groma-view-").tempdir();
        let temporary = std::env::temp_dir();
        let folder = folder.map_err(|cause| Error::Io { action: "make a folder in", subject: temporary, cause })?;
        export(&self.city, folder.path(), self.run_options(cancel), quiet)?;
        Ok(Shown::Exported(folder))
    }

    fn run_options(&self, cancel: &CancelToken) -> RunOptions {
        let memory_limit = self.memory_limit.unwrap_or(0);
        RunOptions { threads: self.threads, memory_limit, cancel: cancel.clone() }
    }
}

/// Refuses what is neither a tileset nor a store.
pub fn refuse_others(folder: &Path) -> Result<()> {
    if folder.join(MANIFEST_NAME).is_file() {
        return Ok(());
    }
    let what = format!(
        "it has neither {TILESET_NAME}, as a folder of 3D Tiles has, nor {MANIFEST_NAME}, as a store has; groma city \
         export --format 3dtiles makes the one, groma city build --store the other"
    );
    Err(Error::NotFound { subject: folder.to_path_buf(), what })
}

/// Exports a store into a folder, where the store's coordinates are, so that no reference system is asked for.
fn export(store: &Path, folder: &Path, run: RunOptions, quiet: bool) -> Result<()> {
    let store = MeshStore::open(store)?;
    let options = TilesetOptions { placement: Placement::Local, ..TilesetOptions::default() };
    let folder = folder.to_path_buf();
    let job = Job::spawn(&run, None, move |runner| export_tileset(&store, &folder, &options, runner))?;
    wait_with_progress(job, quiet, || "nothing is kept of the export".into()).map(drop)
}
