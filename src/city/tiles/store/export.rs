//! Exports the tiles of a store to files that engines load.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use serde::Serialize;

use super::MeshStore;
use super::outputs::refuse_misplaced;
use crate::error::IoContext;
use crate::human::{counted, first_of};
use crate::io::in_use::remove_if_there;
use crate::io::input;
use crate::io::output::make_folder;
use crate::io::surface::glb::{Compression, GlbMesh, encode, is_of_groma};
use crate::io::surface::part::MarkersSeen;
use crate::io::temporary::TEMPORARY_PREFIX;
use crate::io::{Durability, atomic};
use crate::job::{Context, Phase, Runner};
use crate::{Error, Result};

/// The file format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportFormat {
    /// A GLB file for each tile, and a list of them: see [`export_glb`].
    Glb(Compression),
    /// One HDF5 file; only where this library was built with the feature `hdf5`.
    Hdf5,
}

/// The figures of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportReport {
    /// The number of files, the list of tiles included.
    pub files: u64,
    /// The number of tiles.
    pub tiles: u64,
    /// The number of triangles.
    pub triangles: u64,
}

/// Writes the tiles of a store to `path`: a folder for GLB, a file for HDF5. Folders are created as needed.
///
/// # Errors
/// [`Error::NotFound`] for a store without a triangle, in which case nothing is written, and for a store with missing
/// tiles, after the others were written: the list of GLB files names the missing ones. As [`export_glb`];
/// [`Error::Unsupported`] for HDF5 without the feature.
pub fn export(store: &MeshStore, path: &Path, format: ExportFormat, runner: &mut Runner) -> Result<ExportReport> {
    refuse_misplaced(store, path)?;
    let stats = store.total_stats()?;
    stats.refuse_empty(store)?;
    runner.plan(&[Phase { name: "export", weight: 1.0 }]);
    runner.begin("export", stats.tiles, stats.triangles)?;
    let context = runner.context().clone();
    let (tiles, files) = match format {
        ExportFormat::Glb(compression) => {
            runner.run(|| export_glb(store, path, compression, &context)).map(|tiles| (tiles, tiles + 1))?
        }
        ExportFormat::Hdf5 => (runner.run(|| export_hdf5(store, path, &context))?, 1),
    };
    if stats.missing_tiles > 0 {
        let missing = counted(stats.missing_tiles, "tile");
        let (are, them) = if stats.missing_tiles == 1 { ("is", "it") } else { ("are", "them") };
        let what = format!(
            "{missing} {are} missing, so that {} has no file of {them}; build the city again and then export it again",
            path.display()
        );
        return Err(Error::NotFound { subject: store.folder().to_path_buf(), what });
    }
    runner.finish();
    Ok(ExportReport { files, tiles, triangles: stats.triangles })
}

#[cfg(feature = "hdf5")]
fn export_hdf5(store: &MeshStore, path: &Path, context: &Context) -> Result<u64> {
    crate::io::output::make_folder_of(path, "output")?;
    super::hdf5::export_hdf5(store, path, context)?;
    Ok(store.list_tiles()?.len() as u64)
}

#[cfg(not(feature = "hdf5"))]
fn export_hdf5(_: &MeshStore, path: &Path, _: &Context) -> Result<u64> {
    let what =
        "this groma was built without HDF5: build it with the system's HDF5 library and --features hdf5, as in cargo \
                install --path . --features hdf5, or export GLB"
            .into();
    Err(Error::Unsupported { subject: path.to_path_buf(), what })
}

/// What a tile takes at most while its file is made, in bytes for each triangle, and besides.
const BYTES_PER_TRIANGLE: u64 = 200;
const BYTES_PER_TILE: u64 = 1 << 20;

/// The name of the list of an export's tiles.
const LIST_NAME: &str = "tiles.json";

/// The content of the list.
#[derive(Serialize)]
struct TileList {
    groma: &'static str,
    /// Whether no tile of the store is missing.
    complete: bool,
    /// The names of the missing tiles.
    missing_tiles: Vec<String>,
    crs: Option<String>,
    /// The number of buildings, the N of the markers.
    buildings: u32,
    tiles: Vec<TileEntry>,
}

#[derive(Serialize)]
struct TileEntry {
    name: String,
    file: String,
    origin: [f64; 3],
    bounds: [f64; 6],
    triangles: u64,
}

/// Writes every tile of a store as a GLB file, `<tile>.glb`, and then `tiles.json`. That lists for each tile its name,
/// file, origin, bounds (west, south, lowest, east, north, highest) and number of triangles. It also says whether the
/// store is `complete` and which `missing_tiles` it lacks. Returns the number of tiles.
///
/// The positions in a file are relative to the tile's origin: its south-west bottom corner, rounded down to whole
/// metres. In a store of another program's tiles, the number of buildings is derived from the vertical walls and the
/// roofs.
///
/// A folder with other GLB files is refused, because whoever loads the folder would take them for tiles. The files that
/// an earlier export wrote for tiles of the city that are missing now are removed.
///
/// # Errors
/// [`Error::InvalidArgument`] for a folder with GLB files that are not of the store's tiles or are by another program,
/// or with a `tiles.json` of another program, and for one in a store's folder; [`Error::Unsupported`] for a store of
/// levels of detail. As [`MeshStore::get_tile`](super::MeshStore::get_tile) and
/// [`write_glb`](crate::io::surface::glb::write_glb); [`Error::Cancelled`]. All tiles are checked before the first file
/// is written. [`Error::MemoryLimit`] for a tile of more triangles than the limit has room for, 200 bytes each. Files
/// are written whole or not at all, `tiles.json` after all the files that it lists.
pub fn export_glb(store: &MeshStore, folder: &Path, compression: Compression, context: &Context) -> Result<u64> {
    refuse_misplaced(store, folder)?;
    let names = store.list_tiles()?;
    // Report a damaged tile before any file is written.
    let mut seen = MarkersSeen::default();
    for name in &names {
        context.check()?;
        let tile = store.get_tile(name)?;
        if store.manifest().buildings().is_none() {
            let vertices = tile.vertices();
            for (face, &marker) in tile.faces().iter().zip(tile.markers()) {
                seen.add(&face.map(|v| vertices[v as usize]), marker);
            }
        }
        tile.check_whole()?;
    }
    let manifest = store.manifest();
    let tiles = manifest.tile_names().unwrap_or_else(|| names.clone());
    refuse_other_glbs(folder, &tiles)?;
    make_folder(folder, "output")?;
    atomic::remove_abandoned(folder);
    let buildings = manifest.buildings().unwrap_or_else(|| seen.likely());
    let missing_tiles = store.missing_tiles()?;
    let mut list = TileList {
        groma: crate::VERSION,
        complete: missing_tiles.is_empty(),
        missing_tiles,
        crs: manifest.crs().map(str::to_string),
        buildings,
        tiles: Vec::with_capacity(names.len()),
    };
    // The list of an earlier export would name other files.
    let list_path = folder.join(LIST_NAME);
    remove_if_there(&list_path)?;
    for name in &list.missing_tiles {
        remove_if_there(&folder.join(format!("{name}.glb")))?;
    }
    for name in names {
        context.check()?;
        let tile = store.get_tile(&name)?;
        let header = tile.header();
        let (_, faces) = header.sizes();
        let _reservation =
            context.memory().reserve(BYTES_PER_TILE + BYTES_PER_TRIANGLE * faces, "the GLB file of a tile")?;
        let bounds = header.bounds;
        let origin = std::array::from_fn(|d| bounds[d].floor());
        let file = format!("{name}.glb");
        let (vertices, faces, markers) = (tile.vertices(), tile.faces(), tile.markers());
        let path = folder.join(&file);
        let crs = list.crs.as_deref();
        let mesh = GlbMesh { name: &name, vertices, faces, markers, buildings, origin, crs, compression };
        let glb = encode(&path, &mesh);
        tile.check_whole()?;
        atomic::write(&path, &glb?, Durability::Unsynced)?;
        let triangles = header.sizes().1;
        context.add_items(triangles);
        context.add_unit();
        list.tiles.push(TileEntry { name, file, origin, bounds, triangles });
    }
    let text = serde_json::to_string_pretty(&list).map_err(|e| Error::Internal(e.to_string()))?;
    atomic::write(&list_path, format!("{text}\n").as_bytes(), Durability::Unsynced)?;
    Ok(list.tiles.len() as u64)
}

/// Refuses a folder with GLB files that are not of these tiles or are by another program.
fn refuse_other_glbs(folder: &Path, tiles: &[String]) -> Result<()> {
    let names = match input::sorted_names(folder) {
        Ok(names) => names,
        // A missing folder is empty; creating it reports whatever else is at the path.
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(()),
        Err(cause) => return Err(cause).context("list", folder),
    };
    let tiles: HashSet<&str> = tiles.iter().map(String::as_str).collect();
    let mut others = Vec::new();
    for name in names {
        let path = Path::new(&name);
        // Unfinished files of an interrupted export are removed, and nobody loads them.
        let is_unfinished = name.to_string_lossy().starts_with(TEMPORARY_PREFIX);
        let is_glb = !is_unfinished && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("glb"));
        let is_ours = path.extension().is_some_and(|ending| ending == "glb")
            && path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| tiles.contains(stem));
        if is_glb && !(is_ours && is_of_groma(&folder.join(path))?) {
            others.push(name.to_string_lossy().into_owned());
        }
    }
    if !others.is_empty() {
        let count = others.len() as u64;
        let seen = format!(
            "{}, where {} {} of no tile of this store, or by another program: {}",
            folder.display(),
            counted(count, "GLB file"),
            if count == 1 { "is" } else { "are" },
            first_of(&others, count)
        );
        return Err(Error::invalid("output", seen, "a new folder, or one from which these files were removed"));
    }
    let list = folder.join(LIST_NAME);
    let is_ours = |bytes: &[u8]| {
        let list: std::result::Result<serde_json::Value, _> = serde_json::from_slice(bytes);
        list.is_ok_and(|list| list.get("groma").is_some())
    };
    if input::read_small_if_there(&list)?.is_some_and(|bytes| !is_ours(&bytes)) {
        let seen = format!("{}, where {LIST_NAME} is of another program", folder.display());
        return Err(Error::invalid("output", seen, "a new folder, or one from which that file was removed"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{CancelToken, RunOptions, Runner};

    #[test]
    fn every_tile_is_a_file_with_an_origin_of_whole_metres() {
        let folder = tempfile::tempdir().unwrap();
        let store = MeshStore::create(folder.path().join("store"), serde_json::Value::Null).unwrap();
        let vertices = [[100.5, -20.25, 3.0], [101.5, -20.25, 3.0], [100.5, -19.0, 7.5]];
        store.add_tile("b", &vertices, &[[0, 1, 2]], &[3]).unwrap();
        store.add_tile("a", &[], &[], &[]).unwrap();
        let out = folder.path().join("glb");
        let runner = Runner::new(&RunOptions::default()).unwrap();
        assert_eq!(export_glb(&store, &out, Compression::None, runner.context()).unwrap(), 2);

        let list: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("tiles.json")).unwrap()).unwrap();
        assert_eq!(list["buildings"], 2);
        let tile = &list["tiles"][1];
        assert_eq!((&tile["name"], &tile["file"], &tile["triangles"]), (&"b".into(), &"b.glb".into(), &1.into()));
        assert_eq!(tile["origin"], serde_json::json!([100.0, -21.0, 3.0]));
        assert_eq!(tile["bounds"], serde_json::json!([100.5, -20.25, 3.0, 101.5, -19.0, 7.5]));
        let glb = std::fs::read(out.join("b.glb")).unwrap();
        assert_eq!((&glb[..4], u32::from_le_bytes(glb[8..12].try_into().unwrap())), (&b"glTF"[..], glb.len() as u32));
        let json_size = u32::from_le_bytes(glb[12..16].try_into().unwrap()) as usize;
        let document: serde_json::Value = serde_json::from_slice(&glb[20..20 + json_size]).unwrap();
        // In the file y is up and -z is north.
        assert_eq!(document["nodes"][0]["translation"], serde_json::json!([100.0, 3.0, 21.0]));
        assert_eq!(document["accessors"][0]["min"], serde_json::json!([0.5, 0.0, -2.0]));
        assert_eq!(document["materials"][0]["name"], "roof");
        assert!(out.join("a.glb").exists());
    }

    #[test]
    fn a_store_without_a_triangle_is_not_exported() {
        let folder = tempfile::tempdir().unwrap();
        let store = MeshStore::create(folder.path().join("store"), serde_json::Value::Null).unwrap();
        let out = folder.path().join("glb");
        let mut runner = Runner::new(&RunOptions::default()).unwrap();
        let mut refused = |expected: &str| {
            let error = export(&store, &out, ExportFormat::Glb(Compression::None), &mut runner).unwrap_err();
            assert!(matches!(error, Error::NotFound { .. }) && error.to_string().contains(expected), "{error}");
            assert!(!out.exists());
        };
        refused("no tile in this store");
        store.add_tile("a", &[], &[], &[]).unwrap();
        refused("no triangle in this store of 1 tile,");
    }

    #[test]
    fn a_folder_with_files_of_no_tile_is_refused_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = |name: &str, tiles: &[&str]| {
            let store = MeshStore::create(folder.path().join(name), serde_json::Value::Null).unwrap();
            for tile in tiles {
                store.add_tile(tile, &[[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], &[[0, 1, 2]], &[-2]).unwrap();
            }
            store
        };
        let (first, second) = (store("first", &["a", "b"]), store("second", &["b", "c"]));
        let out = folder.path().join("glb");
        let runner = Runner::new(&RunOptions::default()).unwrap();
        let export = |store: &MeshStore| export_glb(store, &out, Compression::None, runner.context());
        let there = || {
            let names = std::fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
            let mut names: Vec<String> = names.collect();
            names.sort();
            names
        };
        export(&first).unwrap();
        let (before, list) = (std::fs::read(out.join("b.glb")).unwrap(), std::fs::read(out.join(LIST_NAME)).unwrap());
        let error = export(&second).unwrap_err().to_string();
        assert!(error.contains("1 GLB file is of no tile of this store") && error.contains(": a.glb"), "{error}");
        assert!(error.contains("accepted: a new folder, or one from which these files were removed"), "{error}");
        assert_eq!(there(), ["a.glb", "b.glb", LIST_NAME]);
        assert_eq!(std::fs::read(out.join("b.glb")).unwrap(), before);
        assert_eq!(std::fs::read(out.join(LIST_NAME)).unwrap(), list);
        // The same store may be exported again, another store once the others' files are gone; also after an interrupt.
        export(&first).unwrap();
        std::fs::remove_file(out.join("a.glb")).unwrap();
        std::fs::remove_file(out.join(LIST_NAME)).unwrap();
        export(&second).unwrap();
        assert_eq!(there(), ["b.glb", "c.glb", LIST_NAME]);
        // A file of another program with that name is kept.
        std::fs::write(out.join(LIST_NAME), "{\"root\": {}}").unwrap();
        let error = export(&second).unwrap_err().to_string();
        assert!(error.contains("where tiles.json is of another program"), "{error}");
        assert_eq!(std::fs::read_to_string(out.join(LIST_NAME)).unwrap(), "{\"root\": {}}");
    }

    #[test]
    fn a_cancelled_export_has_no_list() {
        let folder = tempfile::tempdir().unwrap();
        let store = MeshStore::create(folder.path().join("store"), serde_json::Value::Null).unwrap();
        store.add_tile("a", &[[0.0; 3]], &[[0, 0, 0]], &[0]).unwrap();
        let cancel = CancelToken::default();
        cancel.cancel();
        let runner = Runner::new(&RunOptions { cancel, ..RunOptions::default() }).unwrap();
        let out = folder.path().join("glb");
        assert!(matches!(export_glb(&store, &out, Compression::None, runner.context()), Err(Error::Cancelled)));
        assert!(!out.exists());
    }
}
