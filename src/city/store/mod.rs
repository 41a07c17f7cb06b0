//! The store: a folder with one file per tile, which any number of threads and processes fill and read.
//!
//! | file | content |
//! |---|---|
//! | `groma-store.json` | the [`Manifest`] |
//! | `tile-NAME.bin` | a tile ([`TileView`]); it is there whole or not at all |
//! | `tile-NAME.failed` | why a tile could not be made |
//! | `buildings.jsonl` | one line for each building of a city, a [`BuildingRecord`] |
//!
//! The list of tiles is what is there. A program with meshes of its own uses [`MeshStore::create`] and
//! [`MeshStore::add_tile`]; the builder of city meshes uses the same files and adds what it needs to merge them without
//! looking for equal vertices.
//!
//! [`export_glb`] writes the tiles as files that engines load. With the feature `hdf5`, the module `hdf5` writes and reads
//! them in the layout of DTCC's shared mesh store.

mod buildings;
mod export;
#[cfg(feature = "hdf5")]
pub mod hdf5;
mod manifest;
mod source;
mod tile_file;
mod zones;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

pub(crate) use buildings::write_buildings;
pub use buildings::{BUILDINGS_NAME, BuildingRecord, Buildings};
pub use export::{ExportFormat, ExportReport, export, export_glb};
pub use manifest::{CityManifest, MANIFEST_NAME, Manifest};
pub use tile_file::{TileHeader, TileView, read_header};
pub(crate) use tile_file::{TileParts, inputs_text, open_same};

use crate::city::cells::Tile;
use crate::error::IoContext;
use crate::io::atomic::{remove_abandoned, remove_unfinished};
use crate::io::in_use::remove_if_there;
use crate::io::input;
use crate::io::lock::Lock;
use crate::{Error, Result};

/// A folder of tiles.
#[derive(Clone, Debug)]
pub struct MeshStore {
    folder: PathBuf,
    manifest: Manifest,
    sync: bool,
}

/// What all tiles of a store come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct StoreStats {
    /// Tiles that are there.
    pub tiles: u64,
    /// Tiles without a triangle among them.
    pub empty_tiles: u64,
    /// Tiles of a city that are not there yet.
    pub missing_tiles: u64,
    /// Tiles whose last attempt failed, among those missing.
    pub failed_tiles: u64,
    /// Vertices, each once for each tile that uses it.
    pub vertices: u64,
    /// Triangles.
    pub triangles: u64,
    /// The size of the tiles' files.
    pub bytes: u64,
    /// West, south, lowest, east, north, highest.
    pub bounds: Option<[f64; 6]>,
}

impl StoreStats {
    /// Refuses to make something of the tiles of a store that has none, or no triangle in them.
    pub(crate) fn refuse_empty(&self, store: &MeshStore) -> Result<()> {
        let what = match (self.tiles, self.missing_tiles) {
            (0, 0) => "no tile in this store, so there is no mesh; add tiles first".to_string(),
            (0, missing) => {
                format!("none of the {missing} tiles of this store is there, so there is no mesh; build the city again")
            }
            _ if self.triangles == 0 => {
                format!("no triangle in the {} tiles of this store, so there is no mesh", self.tiles)
            }
            _ => return Ok(()),
        };
        Err(Error::NotFound { path: store.folder.clone(), what })
    }
}

impl MeshStore {
    /// Makes a store in a folder, which may exist, for tiles of any program.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the folder already holds a store; [`Error::Io`].
    pub fn create(folder: impl Into<PathBuf>, metadata: serde_json::Value) -> Result<MeshStore> {
        let folder = folder.into();
        std::fs::create_dir_all(&folder).context("create", &folder)?;
        if folder.join(MANIFEST_NAME).exists() {
            return Err(Error::invalid("folder", folder.display(), "a folder without a store; open or clear this one"));
        }
        let manifest = Manifest::new(None, metadata);
        manifest.write(&folder, false)?;
        Ok(MeshStore { folder, manifest, sync: false })
    }

    /// Opens a store.
    ///
    /// # Errors
    /// As [`Manifest::read`].
    pub fn open(folder: impl Into<PathBuf>) -> Result<MeshStore> {
        let folder = folder.into();
        let manifest = Manifest::read(&folder)?;
        Ok(MeshStore { folder, manifest, sync: false })
    }

    /// Makes a store for the tiles of a city, or turns the one that is there into it.
    pub(crate) fn for_city(folder: &Path, city: CityManifest, sync: bool) -> Result<MeshStore> {
        let manifest = Manifest::new(Some(city), serde_json::Value::Null);
        manifest.write(folder, sync)?;
        Ok(MeshStore { folder: folder.to_path_buf(), manifest, sync })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the store says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The city whose tiles it holds.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a store of tiles of another program.
    pub fn city(&self) -> Result<&CityManifest> {
        self.manifest.city.as_ref().ok_or_else(|| Error::Unsupported {
            path: self.folder.clone(),
            what: "the store holds tiles of another program, not those of a city".into(),
        })
    }

    /// The file of a tile.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a name with other characters than letters, digits, `_`, `-` and `.`.
    pub fn tile_path(&self, name: &str) -> Result<PathBuf> {
        let valid = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        if name.is_empty() || name.len() > 200 || !name.chars().all(valid) {
            return Err(Error::invalid("tile", name, "1 to 200 letters, digits, _, - and ."));
        }
        Ok(self.folder.join(format!("tile-{name}.bin")))
    }

    /// The file that says why a tile could not be made.
    pub(crate) fn failure_path(&self, name: &str) -> Result<PathBuf> {
        Ok(self.tile_path(name)?.with_extension("failed"))
    }

    /// The file that is locked while a tile is made.
    pub(crate) fn claim_path(&self, name: &str) -> Result<PathBuf> {
        Ok(self.tile_path(name)?.with_extension("lock"))
    }

    /// Adds a tile, or replaces it: whole or not at all. Several threads or processes may add different tiles.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a bad name, for a triangle with a vertex that does not exist, for a position that is not
    /// finite, or when there are not as many markers as triangles; [`Error::Unsupported`] in the store of a city, whose tiles
    /// come from [`build`](crate::city::build); [`Error::Io`].
    pub fn add_tile(
        &self,
        name: &str,
        vertices: &[[f64; 3]],
        faces: &[[u32; 3]],
        markers: &[i32],
    ) -> Result<TileHeader> {
        if self.manifest.city.is_some() {
            let what = "tiles of a city are made by building it; make a store of your own for other tiles".into();
            return Err(Error::Unsupported { path: self.folder.clone(), what });
        }
        if let Some(v) = vertices.iter().find(|v| !v.iter().all(|x| x.is_finite())) {
            return Err(Error::invalid("vertices", format!("{v:?}"), "finite coordinates"));
        }
        if let Some(face) = faces.iter().find(|face| face.iter().any(|&v| v as usize >= vertices.len())) {
            return Err(Error::invalid("faces", format!("{face:?}"), format!("vertices under {}", vertices.len())));
        }
        let parts = TileParts { vertices, faces, markers, shared: &[], cells: &[], zones: &[], buildings: &[] };
        self.write_tile(name, &parts, |_| {})
    }

    /// Writes the file of a tile and takes back that it failed.
    pub(crate) fn write_tile(
        &self,
        name: &str,
        parts: &TileParts<'_>,
        describe: impl FnOnce(&mut TileHeader),
    ) -> Result<TileHeader> {
        let path = self.tile_path(name)?;
        refuse_other_case(&path, name)?;
        let header = tile_file::write(&path, parts, self.sync, describe)?;
        remove_if_there(&self.failure_path(name)?)?;
        Ok(header)
    }

    /// A tile, mapped.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there; as [`TileView::open`].
    pub fn get_tile(&self, name: &str) -> Result<TileView> {
        let path = self.tile_path(name)?;
        if !self.has_tile(name)? {
            return Err(Error::NotFound { path, what: "no such tile; list_tiles names those that are there".into() });
        }
        TileView::open(&path)
    }

    /// Whether a tile is there; what cannot be looked at is not taken for missing.
    pub(crate) fn has_tile(&self, name: &str) -> Result<bool> {
        let path = self.tile_path(name)?;
        path.try_exists().context("look at", &path)
    }

    /// The header of a tile; `None` when it is not there.
    ///
    /// # Errors
    /// As [`read_header`].
    pub fn tile_info(&self, name: &str) -> Result<Option<TileHeader>> {
        if self.has_tile(name)? { read_header(&self.tile_path(name)?).map(Some) } else { Ok(None) }
    }

    /// The names of the tiles that are there, sorted. Of a city's store those that it is cut into: what an earlier build
    /// with other tiles may have left is none.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn list_tiles(&self) -> Result<Vec<String>> {
        let mut names = self.all_tiles()?;
        if let Some(city) = &self.manifest.city {
            let own: HashSet<String> = city.tiles.iter().map(Tile::name).collect();
            names.retain(|name| own.contains(name));
        }
        Ok(names)
    }

    /// The names of all files of tiles, sorted.
    pub(crate) fn all_tiles(&self) -> Result<Vec<String>> {
        self.names("bin")
    }

    /// The names of the tiles whose last attempt failed, with the cause, sorted.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn failures(&self) -> Result<Vec<(String, String)>> {
        let names = self.names("failed")?;
        let cause = |name: String| {
            let path = self.failure_path(&name)?;
            Ok((name, String::from_utf8_lossy(&input::read(&path)?).trim_end().to_string()))
        };
        names.into_iter().map(cause).collect()
    }

    /// Removes what processes left that were killed: unfinished files, and claims of tiles that nobody holds.
    pub(crate) fn clear_up(&self) -> Result<()> {
        remove_abandoned(&self.folder);
        for name in self.names("lock")? {
            match Lock::acquire(self.claim_path(&name)?, |_| String::new()) {
                Err(Error::Busy { .. }) => {}
                other => drop(other?),
            }
        }
        Ok(())
    }

    fn names(&self, extension: &str) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.folder).context("list", &self.folder)? {
            let file = entry.context("list", &self.folder)?.file_name();
            let file = file.to_string_lossy();
            let name = file.strip_prefix("tile-").and_then(|n| n.strip_suffix(extension)?.strip_suffix('.'));
            match name {
                Some(name) if self.tile_path(name).is_ok() => names.push(name.to_string()),
                Some(_) => log::warn!("{}: {file:?} is passed over: no tile has such a name", self.folder.display()),
                None => {}
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// What all tiles come to.
    ///
    /// # Errors
    /// As [`read_header`].
    pub fn total_stats(&self) -> Result<StoreStats> {
        let mut stats = StoreStats::default();
        for name in self.list_tiles()? {
            let header = read_header(&self.tile_path(&name)?)?;
            let (vertices, faces) = header.sizes();
            stats.tiles += 1;
            stats.empty_tiles += u64::from(faces == 0);
            stats.vertices += vertices;
            stats.triangles += faces;
            stats.bytes += header.file_size();
            if vertices > 0 {
                let b = header.bounds;
                let a = stats.bounds.get_or_insert(b);
                (0..3).for_each(|d| (a[d], a[d + 3]) = (a[d].min(b[d]), a[d + 3].max(b[d + 3])));
            }
        }
        if let Some(city) = &self.manifest.city {
            stats.missing_tiles = (city.tiles.len() as u64).saturating_sub(stats.tiles);
            stats.failed_tiles = self.failures()?.len() as u64;
        }
        Ok(stats)
    }

    /// Removes a tile; no error when it is not there.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove_tile(&self, name: &str) -> Result<()> {
        remove_if_there(&self.tile_path(name)?)?;
        remove_if_there(&self.failure_path(name)?)
    }

    /// Removes all tiles.
    ///
    /// # Errors
    /// [`Error::Busy`] while a city is built in the store; [`Error::Io`].
    pub fn clear(&self) -> Result<()> {
        self.clear_alone().map(drop)
    }

    /// Removes all tiles, and keeps builds out until what it gives is dropped.
    fn clear_alone(&self) -> Result<[Lock; 2]> {
        let busy = |_: &Path| "a city is built in this store: wait for its end, or cancel it".into();
        let lock = |name: &str| Lock::acquire(self.folder.join(name), busy);
        let alone = [lock(SET_UP_LOCK)?, lock(BUILDERS_LOCK)?];
        for name in self.all_tiles()?.into_iter().chain(self.names("failed")?) {
            self.remove_tile(&name)?;
        }
        remove_unfinished(&self.folder)?;
        Ok(alone)
    }

    /// Removes the store's files, and the folder when nothing else is in it.
    ///
    /// # Errors
    /// As [`MeshStore::clear`].
    pub fn delete(self) -> Result<()> {
        let alone = self.clear_alone()?;
        remove_if_there(&self.folder.join(BUILDINGS_NAME))?;
        remove_if_there(&self.folder.join(MANIFEST_NAME))?;
        drop(alone);
        // Other files in the folder are not the store's to remove.
        let _ = std::fs::remove_dir(&self.folder);
        Ok(())
    }
}

/// Locked while a process sets up the store, or clears it.
pub(crate) const SET_UP_LOCK: &str = "groma-store.lock";
/// Locked by all that build a city in the store, together.
pub(crate) const BUILDERS_LOCK: &str = "groma-builders.lock";

/// Where names that differ in upper and lower case only are one file, as on Windows, a tile must not replace another.
fn refuse_other_case(path: &Path, name: &str) -> Result<()> {
    if !cfg!(any(windows, target_os = "macos")) || !path.exists() {
        return Ok(());
    }
    let there = path.canonicalize().context("look at", path)?;
    if there.file_name() == path.file_name() {
        return Ok(());
    }
    let there = there.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let there = there.strip_prefix("tile-").unwrap_or(&there);
    Err(Error::invalid(
        "tile",
        name,
        format!("{there}, which is the same file on this system, or a name that differs more"),
    ))
}
