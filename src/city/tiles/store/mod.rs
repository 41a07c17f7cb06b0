//! The store: a folder with one file per tile, which any number of threads and processes can fill and read.
//!
//! | file | content |
//! |---|---|
//! | `groma-store.json` | the [`Manifest`] |
//! | `tile-NAME.bin` | a tile ([`TileView`]), written whole or not at all |
//! | `tile-NAME.failed` | why a tile could not be made |
//! | `buildings.jsonl` | one line for each building of a city, a [`BuildingRecord`] |
//! | `levels` | the city's levels of detail, where they were made: a store of their own ([`MeshStore::levels`]) |
//!
//! The list of tiles is the list of files. A program with meshes of its own uses [`MeshStore::create`] and
//! [`MeshStore::add_tile`]. The builder of city meshes uses the same files and adds the data that the merge needs
//! instead of looking for equal vertices.
//!
//! [`export_glb`] writes the tiles as files that engines load. With the feature `hdf5`, the module `hdf5` writes and
//! reads them in the layout of DTCC's shared mesh store.
//!
//! ```
//! # use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
//! # use groma::city::generate::{GenerateOptions, city};
//! # use groma::city::{CityInput, Footprints, Ground};
//! use groma::city::store::MeshStore;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let (footprints, terrain) = city(&GenerateOptions::new(6))?;
//! # let (footprints, terrain) = (Footprints::Memory(footprints.into()), Ground::Memory(terrain.into()));
//! # let input = CityInput { footprints, terrain };
//! # build_city_mesh(&input, folder.path().join("tiles"), &BuildCityMeshOptions::default())?;
//! let store = MeshStore::open(folder.path().join("tiles"))?;
//! for name in store.list_tiles()? {
//!     let tile = store.get_tile(&name)?;
//!     println!("{name}: {} vertices, {} triangles", tile.vertices().len(), tile.faces().len());
//! }
//! # Ok::<(), groma::Error>(())
//! ```

mod buildings;
mod export;
#[cfg(feature = "hdf5")]
pub mod hdf5;
mod levels;
mod manifest;
mod others;
mod outputs;
mod prepared;
mod source;
mod tile_file;
mod zones;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

pub use crate::io::surface::glb::Compression;
pub(crate) use buildings::BuildingsFile;
pub use buildings::{BUILDINGS_NAME, BuildingRecord, Buildings, PartRecord};
pub use export::{ExportFormat, ExportReport, export, export_glb};
pub use levels::{LEVELS_FOLDER, LevelInfo, LevelTile, LevelsManifest};
pub use manifest::{CityManifest, MANIFEST_NAME, Manifest};
pub(crate) use others::{is_tile, refuse_foreign_files};
pub(crate) use outputs::refuse_stores;
pub(crate) use prepared::{PLAN_NAME, PREPARED_FOLDER, remove_prepared};
pub use tile_file::{TileHeader, TileView, read_header};
pub(crate) use tile_file::{TileParts, inputs_text, open_same, write as write_tile_file};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::IoContext;
use crate::io::atomic::{self, Durability, remove_abandoned, remove_unfinished};
use crate::io::in_use::remove_if_there;
use crate::io::input;
use crate::io::lock::Lock;
use crate::io::output::make_folder;
use crate::{Error, Result};

/// The last line of the note of a tile that may be made when it is tried again.
const MAY_SUCCEED: &str = "another run may succeed\n";

/// A folder of tiles.
#[derive(Clone, Debug)]
pub struct MeshStore {
    folder: PathBuf,
    manifest: Manifest,
    /// The index in the manifest of each of the tiles of a city or its levels, by name.
    places: Arc<HashMap<String, usize>>,
    durability: Durability,
}

/// The totals over all tiles of a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StoreStats {
    /// The number of tiles that exist.
    pub tiles: u64,
    /// The number of existing tiles without a triangle.
    pub empty_tiles: u64,
    /// The number of tiles of a city that are missing or invalid.
    pub missing_tiles: u64,
    /// The number of missing tiles whose file exists, but is damaged or of another build; in another program's store,
    /// tiles whose file has the name of another tile.
    pub wrong_tiles: u64,
    /// The number of missing tiles whose last attempt failed.
    pub failed_tiles: u64,
    /// The number of vertices. A vertex counts once for each tile that uses it.
    pub vertices: u64,
    /// The number of triangles.
    pub triangles: u64,
    /// The size of the tiles' files, in bytes.
    pub bytes: u64,
    /// West, south, lowest, east, north, highest of all vertices; `None` when there are none.
    pub bounds: Option<[f64; 6]>,
}

impl StoreStats {
    /// Refuses a store without tiles as the input of some work.
    pub(crate) fn refuse_no_tiles(&self, store: &MeshStore) -> Result<()> {
        // Reading an invalid tile gives an error that names it.
        if self.wrong_tiles > 0 {
            return Ok(());
        }
        let what = match (self.tiles, self.missing_tiles) {
            (0, 0) => "no tile in this store, so there is no mesh; add tiles first".to_string(),
            (0, missing) => {
                format!("none of the {missing} tiles of this store is there, so there is no mesh; build the city again")
            }
            _ => return Ok(()),
        };
        Err(Error::NotFound { subject: store.folder.clone(), what })
    }

    /// Refuses a store as `refuse_no_tiles` does, and one whose tiles have no triangle.
    pub(crate) fn refuse_empty(&self, store: &MeshStore) -> Result<()> {
        self.refuse_no_tiles(store)?;
        if self.triangles > 0 || self.wrong_tiles > 0 {
            return Ok(());
        }
        let tiles = crate::human::counted(self.tiles, "tile");
        let what =
            format!("no triangle in this store of {tiles}, so there is nothing to show; add tiles with triangles");
        Err(Error::NotFound { subject: store.folder.clone(), what })
    }

    pub(crate) fn add(&mut self, header: &TileHeader) {
        let (vertices, faces) = header.sizes();
        self.tiles += 1;
        self.empty_tiles += u64::from(faces == 0);
        self.vertices += vertices;
        self.triangles += faces;
        self.bytes += header.file_size();
        if vertices > 0 {
            let b = header.bounds;
            let a = self.bounds.get_or_insert(b);
            (0..3).for_each(|d| (a[d], a[d + 3]) = (a[d].min(b[d]), a[d + 3].max(b[d + 3])));
        }
    }
}

impl MeshStore {
    fn new(folder: PathBuf, manifest: Manifest, durability: Durability) -> MeshStore {
        let names = manifest.tile_names().into_iter().flatten();
        let places = Arc::new(names.enumerate().map(|(place, name)| (name, place)).collect());
        MeshStore { folder, manifest, places, durability }
    }

    /// Creates a store in a folder, which may exist, for tiles of any program.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the folder already holds a store, or files of another program under the names of
    /// a store's own; [`Error::Io`].
    pub fn create(folder: impl Into<PathBuf>, metadata: serde_json::Value) -> Result<MeshStore> {
        let folder = folder.into();
        refuse_foreign_files(&folder, "folder")?;
        make_folder(&folder, "folder")?;
        if input::exists(&folder.join(MANIFEST_NAME))? {
            return Err(Error::invalid("folder", folder.display(), "a folder without a store; open or clear this one"));
        }
        let manifest = Manifest::new(None, metadata);
        manifest.write(&folder, Durability::Unsynced)?;
        Ok(MeshStore::new(folder, manifest, Durability::Unsynced))
    }

    /// Opens a store.
    ///
    /// # Errors
    /// As [`Manifest::read`].
    pub fn open(folder: impl Into<PathBuf>) -> Result<MeshStore> {
        let folder = folder.into();
        let manifest = Manifest::read(&folder)?;
        Ok(MeshStore::new(folder, manifest, Durability::Unsynced))
    }

    /// Creates a store for the tiles of a city, or turns the existing one into it.
    pub(crate) fn for_city(folder: &Path, city: CityManifest, durability: Durability) -> Result<MeshStore> {
        let manifest = Manifest::new(Some(city), serde_json::Value::Null);
        manifest.write(folder, durability)?;
        Ok(MeshStore::new(folder.to_path_buf(), manifest, durability))
    }

    /// Looks at the files of a folder whose manifest is not asked, or is gone.
    pub(crate) fn without_manifest(folder: &Path) -> MeshStore {
        MeshStore::new(folder.to_path_buf(), Manifest::new(None, serde_json::Value::Null), Durability::Unsynced)
    }

    /// Returns the same store, whose files are written so.
    pub(crate) fn with_durability(&self, durability: Durability) -> MeshStore {
        MeshStore { durability, ..self.clone() }
    }

    /// Returns the store's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the store's manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the manifest's part about the city.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a store of tiles of another program.
    pub fn city(&self) -> Result<&CityManifest> {
        self.manifest.city.as_ref().ok_or_else(|| Error::Unsupported {
            subject: self.folder.clone(),
            what: "the store holds tiles of another program, not those of a city".into(),
        })
    }

    /// Returns the hash of the inputs that a tile of a city must be made from; `None` for one that the manifest does
    /// not list.
    pub(crate) fn inputs_of(&self, name: &str) -> Option<&str> {
        let place = self.places.get(name)?;
        self.manifest.tile(*place).map(|(_, inputs)| inputs)
    }

    /// Returns the path of a tile's file.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a name with other characters than letters, digits, `_`, `-` and `.`.
    pub fn tile_path(&self, name: &str) -> Result<PathBuf> {
        let valid = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        if name.is_empty() || name.len() > 200 || !name.chars().all(valid) {
            return Err(Error::invalid("name", name, "1 to 200 letters, digits, _, - and ., the name of a tile"));
        }
        Ok(self.folder.join(format!("tile-{name}.bin")))
    }

    /// Returns the path of the file that says why a tile could not be made.
    pub(crate) fn failure_path(&self, name: &str) -> Result<PathBuf> {
        Ok(self.tile_path(name)?.with_extension("failed"))
    }

    /// Leaves a note of why a tile could not be made.
    pub(crate) fn note_failure(&self, name: &str, cause: &Error) {
        let hint = if cause.is_worth_repeating() { MAY_SUCCEED } else { "" };
        // Writing the note may fail, too, as on a full disk; the report has the cause in any case.
        let _ = self
            .failure_path(name)
            .and_then(|path| atomic::write(&path, format!("{cause}\n{hint}").as_bytes(), Durability::Unsynced));
    }

    /// Reads the note of a tile that could not be made: the cause, and whether it stays when the tile is tried again.
    pub(crate) fn failure_of(&self, name: &str) -> Result<Option<(String, bool)>> {
        let Some(note) = input::read_small_if_there(&self.failure_path(name)?)? else { return Ok(None) };
        let note = String::from_utf8_lossy(&note);
        let cause = note.strip_suffix(MAY_SUCCEED);
        Ok(Some((cause.unwrap_or(&note).trim_end().to_string(), cause.is_none())))
    }

    /// Returns the path of the file that is locked while a tile is made.
    pub(crate) fn claim_path(&self, name: &str) -> Result<PathBuf> {
        Ok(self.tile_path(name)?.with_extension("lock"))
    }

    /// Adds a tile, or replaces it: whole or not at all. Several threads or processes may add different tiles.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a bad name, for a triangle with a vertex that does not exist, for a position that
    /// is not finite, or when there are not as many markers as triangles; [`Error::Unsupported`] in the store of a
    /// city, whose tiles come from [`build`](crate::city::tiles::build); [`Error::Io`].
    pub fn add_tile(
        &self,
        name: &str,
        vertices: &[[f64; 3]],
        faces: &[[u32; 3]],
        markers: &[i32],
    ) -> Result<TileHeader> {
        if self.manifest.lists_tiles() {
            let what = "tiles of a city are made by building it; make a store of your own for other tiles".into();
            return Err(Error::Unsupported { subject: self.folder.clone(), what });
        }
        if let Some(v) = vertices.iter().find(|v| !v.iter().all(|x| x.is_finite())) {
            return Err(Error::invalid("vertices", format!("{v:?}"), "finite coordinates"));
        }
        if let Some(face) = faces.iter().find(|face| face.iter().any(|&v| v as usize >= vertices.len())) {
            return Err(Error::invalid("faces", format!("{face:?}"), format!("vertices under {}", vertices.len())));
        }
        let parts = TileParts { vertices, faces, markers, shared: &[], cells: &[], zones: &[], buildings: &[] };
        self.write_tile(name, &parts, |header| header.fingerprint = fingerprint_of_name(name))
    }

    /// Writes the file of a tile, and removes the note that the tile failed.
    pub(crate) fn write_tile(
        &self,
        name: &str,
        parts: &TileParts<'_>,
        describe: impl FnOnce(&mut TileHeader),
    ) -> Result<TileHeader> {
        let path = self.tile_path(name)?;
        refuse_other_case(&path, name)?;
        let header = tile_file::write(&path, parts, self.durability, describe)?;
        remove_if_there(&self.failure_path(name)?)?;
        Ok(header)
    }

    /// Maps a tile after checking all of it: its checksum, its name, and that it is of the store's last build.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is missing; [`Error::BadFormat`] when it is damaged, or another tile, or of another
    /// build; as [`TileView::open`].
    pub fn get_tile(&self, name: &str) -> Result<TileView> {
        let view = self.open_tile(name)?;
        view.verify()?;
        Ok(view)
    }

    /// Opens a tile as [`MeshStore::get_tile`] does, but does not check its vertices and triangles. Every other reader
    /// of tiles begins here.
    pub(crate) fn open_tile(&self, name: &str) -> Result<TileView> {
        let path = self.tile_path(name)?;
        if !self.has_tile(name)? {
            return Err(Error::NotFound {
                subject: path,
                what: "no such tile; list_tiles names those that are there".into(),
            });
        }
        let view = TileView::open(&path)?;
        let belongs = self.check_belongs(name, &view);
        view.check_whole()?;
        belongs.map(|()| view)
    }

    /// Checks that a tile's header agrees with the tile's name and with the manifest.
    fn check_belongs(&self, name: &str, view: &TileView) -> Result<()> {
        let bad = |seen: String, accepted: &str| Err(Error::bad_format(view.path(), None, seen, accepted));
        let seen = view.header().tile();
        let described =
            || seen.map_or("a tile of another program".into(), |tile| format!("tile {} of a city", tile.name()));
        if !self.manifest.lists_tiles() {
            let fingerprint = view.header().fingerprint;
            if seen.is_some() {
                return bad(described(), "a tile that was added to this store; remove it, or add the tile again");
            }
            if fingerprint != [0; 2] && fingerprint != fingerprint_of_name(name) {
                return bad(
                    "a tile that has another name".into(),
                    "the tile of this name; give it back its name, or add it again",
                );
            }
            return Ok(());
        }
        let Some((tile, inputs)) = self.places.get(name).and_then(|&place| self.manifest.tile(place)) else {
            return bad(
                format!("a tile named {name}"),
                "one of the tiles that the city is cut into; the same build removes it",
            );
        };
        if seen != Some(tile) {
            return bad(described(), "the tile that its name says; the same build makes it again");
        }
        if view.inputs() != inputs {
            // An open store keeps the manifest of when it was opened; another build may have replaced it since.
            let now = Manifest::read(&self.folder)?;
            if !now.tile_inputs().eq(self.manifest.tile_inputs()) {
                let seen = "a tile of a build that came after the store was opened";
                return bad(seen.into(), "a store that is opened after its last build: open it again");
            }
            let seen = "a tile of an earlier build, or of another city";
            return bad(seen.into(), "a tile of the store's last build; the same build makes it again");
        }
        Ok(())
    }

    /// Returns whether a tile exists. An error other than "not found" is returned, not taken for missing.
    pub(crate) fn has_tile(&self, name: &str) -> Result<bool> {
        let path = self.tile_path(name)?;
        path.try_exists().context("look at", &path)
    }

    /// Reads the header of a tile; `None` when the tile is missing.
    ///
    /// # Errors
    /// As [`MeshStore::get_tile`]; only the header is checked.
    pub fn tile_info(&self, name: &str) -> Result<Option<TileHeader>> {
        if self.has_tile(name)? { self.open_tile(name).map(|view| Some(*view.header())) } else { Ok(None) }
    }

    /// Checks these tiles and returns the error of the first invalid one; call it before making something of them.
    #[cfg(feature = "hdf5")]
    pub(crate) fn check_tiles(&self, names: &[String]) -> Result<()> {
        names.iter().try_for_each(|name| self.open_tile(name).map(drop))
    }

    /// Lists the names of the existing tiles, sorted. In a city's store only the city's tiles count; an earlier build
    /// with other tiles may have left more files.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn list_tiles(&self) -> Result<Vec<String>> {
        let mut names = self.all_tiles()?;
        if self.manifest.lists_tiles() {
            names.retain(|name| self.places.contains_key(name));
        }
        Ok(names)
    }

    /// Lists the names of all files of tiles, sorted.
    pub(crate) fn all_tiles(&self) -> Result<Vec<String>> {
        self.names("bin")
    }

    /// Lists the names of all tiles with a note of failure, sorted.
    pub(crate) fn failed_names(&self) -> Result<Vec<String>> {
        self.names("failed")
    }

    /// Lists the files in a city's store that look like files of tiles but are not of the city's tiles, sorted. No
    /// reader uses them, and the next build removes those that groma wrote.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn stray_files(&self) -> Result<Vec<String>> {
        let mut strays = Vec::new();
        if self.manifest.lists_tiles() {
            for extension in ["bin", "failed"] {
                let names = self.names(extension)?.into_iter().filter(|name| !self.places.contains_key(name));
                strays.extend(names.map(|name| format!("tile-{name}.{extension}")));
            }
            strays.sort_unstable();
        }
        Ok(strays)
    }

    /// Lists the names of missing and invalid tiles, in the order of the manifest; in another program's store, those of
    /// invalid tiles.
    ///
    /// # Errors
    /// As [`MeshStore::total_stats`].
    pub fn missing_tiles(&self) -> Result<Vec<String>> {
        let names = match self.manifest.tile_names() {
            Some(names) => names,
            None => self.list_tiles()?,
        };
        let mut missing = Vec::new();
        for name in names {
            match self.open_tile(&name) {
                Ok(_) => {}
                Err(e) if e.is_starved() || matches!(e, Error::Io { .. }) => return Err(e),
                Err(_) => missing.push(name),
            }
        }
        Ok(missing)
    }

    /// Lists the names of the tiles whose last attempt failed, with the cause, sorted. In a city's store only the
    /// city's tiles count.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn failures(&self) -> Result<Vec<(String, String)>> {
        let mut names = self.failed_names()?;
        if self.manifest.city.is_some() {
            names.retain(|name| self.places.contains_key(name));
        }
        let mut failures = Vec::with_capacity(names.len());
        for name in names {
            if let Some((cause, _)) = self.failure_of(&name)? {
                failures.push((name, cause));
            }
        }
        Ok(failures)
    }

    /// Removes leftovers of killed processes: unfinished files, and claims of tiles that nobody holds.
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

    /// Computes the totals over all tiles. An invalid tile counts as missing.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::NoMemory`].
    pub fn total_stats(&self) -> Result<StoreStats> {
        let mut stats = StoreStats::default();
        for name in self.list_tiles()? {
            match self.open_tile(&name) {
                Ok(view) => stats.add(view.header()),
                Err(e) if e.is_starved() || matches!(e, Error::Io { .. }) => return Err(e),
                Err(_) => stats.wrong_tiles += 1,
            }
        }
        stats.missing_tiles = if self.manifest.lists_tiles() {
            (self.places.len() as u64).saturating_sub(stats.tiles)
        } else {
            stats.wrong_tiles
        };
        if self.manifest.city.is_some() {
            stats.failed_tiles = self.failures()?.len() as u64;
        }
        Ok(stats)
    }

    /// Removes a tile; a missing one is no error.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove_tile(&self, name: &str) -> Result<()> {
        remove_if_there(&self.tile_path(name)?)?;
        remove_if_there(&self.failure_path(name)?)
    }

    /// Removes all tiles, and those of the city's levels.
    ///
    /// # Errors
    /// [`Error::Busy`] while a city is built in the store; [`Error::Io`].
    pub fn clear(&self) -> Result<()> {
        self.clear_alone().map(drop)
    }

    /// Removes all tiles, and returns locks that keep builds out until they are dropped.
    fn clear_alone(&self) -> Result<[Lock; 2]> {
        let busy = |_: &Path| "a city is built in this store: wait for its end, or cancel it".into();
        let lock = |name: &str| Lock::acquire(self.folder.join(name), busy);
        let set_up = lock(SET_UP_LOCK)?;
        // The locks are released in this order, so that whoever sets up next finds no builders.
        let alone = [lock(BUILDERS_LOCK)?, set_up];
        for name in self.all_tiles()?.into_iter().chain(self.failed_names()?) {
            self.remove_tile(&name)?;
        }
        remove_unfinished(&self.folder)?;
        self.delete_levels()?;
        remove_prepared(&self.folder)?;
        Ok(alone)
    }

    /// Removes the levels of the city, if there are any.
    fn delete_levels(&self) -> Result<()> {
        let folder = self.folder.join(LEVELS_FOLDER);
        if self.manifest.city.is_none() || !input::exists(&folder.join(MANIFEST_NAME))? {
            return Ok(());
        }
        match Manifest::read(&folder) {
            // Another store.
            Ok(manifest) if manifest.levels.is_none() => Ok(()),
            _ => MeshStore::without_manifest(&folder).delete(),
        }
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

/// The file that is locked exclusively while a process sets up the store or clears it.
pub(crate) const SET_UP_LOCK: &str = "groma-store.lock";
/// The file that all builders of a city in the store lock together.
pub(crate) const BUILDERS_LOCK: &str = "groma-builders.lock";

/// Returns the fingerprint in the header of another program's tile, made from its name, so that a file renamed to
/// another tile is noticed. Earlier versions left it zero.
fn fingerprint_of_name(name: &str) -> [u64; 2] {
    [xxh3_64(name.as_bytes()), 0]
}

/// Refuses a name that differs from an existing tile's in upper and lower case only, where the file system takes both
/// for one file, as on Windows: the tile would replace the other.
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
        "name",
        name,
        format!("{there}, which is the same file on this system, or a name that differs more"),
    ))
}
