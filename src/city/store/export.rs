//! The tiles of a store as files that other programs load.

use std::path::Path;

use super::MeshStore;
use crate::Result;
use crate::error::IoContext;
use crate::io::surface::Part;
use crate::io::surface::glb::{GlbMesh, write_glb};
use crate::job::Context;

/// Writes each tile that is there into a file `tile-NAME.glb` of a folder, which is made if need be, and gives their number.
///
/// A file's origin is its tile's south-west corner in whole metres, at elevation 0.
///
/// # Errors
/// Those of reading a tile and of [`write_glb`]; [`Error::MemoryLimit`](crate::Error::MemoryLimit) for a tile whose file does
/// not fit the memory; [`Error::Cancelled`](crate::Error::Cancelled). Files under their final names are whole.
pub fn export_glb(store: &MeshStore, folder: &Path, context: &Context) -> Result<u64> {
    std::fs::create_dir_all(folder).context("create", folder)?;
    let names = store.list_tiles()?;
    let buildings = match &store.manifest().city {
        Some(city) => city.buildings,
        None => count_buildings(store, &names)?,
    };
    for name in &names {
        context.check()?;
        let tile = store.get_tile(name)?;
        tile.verify()?;
        let [west, south, ..] = tile.header().bounds;
        let mesh = GlbMesh {
            vertices: tile.vertices(),
            faces: tile.faces(),
            markers: tile.markers(),
            buildings,
            origin: [west.floor(), south.floor(), 0.0],
        };
        // The file's contents are put together twice: as positions and indices, then with headers around them.
        let bytes = 24 * (mesh.vertices.len() + mesh.faces.len()) as u64;
        let _reservation = context.memory().reserve(bytes, "the GLB file of a tile")?;
        write_glb(&folder.join(format!("tile-{name}.glb")), &mesh)?;
        context.add_items(mesh.faces.len() as u64);
    }
    Ok(names.len() as u64)
}

/// The buildings that the markers of another program's tiles count.
fn count_buildings(store: &MeshStore, names: &[String]) -> Result<u32> {
    let mut largest = -1;
    for name in names {
        largest = store.get_tile(name)?.markers().iter().copied().fold(largest, i32::max);
    }
    Ok(Part::buildings(largest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{RunOptions, Runner};

    #[test]
    fn every_tile_becomes_a_file_at_its_own_whole_metres() {
        let dir = tempfile::tempdir().unwrap();
        let store = MeshStore::create(dir.path().join("store"), serde_json::Value::Null).unwrap();
        let (x, y) = (320_000.25, 6_399_999.75);
        let vertices = [[x, y, 3.0], [x + 8.0, y, 3.0], [x, y + 8.0, 4.0]];
        store.add_tile("a", &vertices, &[[0, 1, 2]], &[1]).unwrap();
        store.add_tile("b", &[], &[], &[]).unwrap();
        let runner = Runner::new(&RunOptions::default()).unwrap();
        let out = dir.path().join("glb");
        assert_eq!(export_glb(&store, &out, runner.context()).unwrap(), 2);
        let file = std::fs::read(out.join("tile-a.glb")).unwrap();
        let length = u32::from_le_bytes(file[12..16].try_into().unwrap()) as usize;
        let document: serde_json::Value = serde_json::from_slice(&file[20..20 + length]).unwrap();
        assert_eq!(document["asset"]["extras"]["origin"], serde_json::json!([320_000.0, 6_399_999.0, 0.0]));
        // The largest marker tells of one building, and that the face is its roof.
        assert_eq!(document["asset"]["extras"]["buildings"], 1);
        assert_eq!(document["materials"][0]["name"], "roof");
        assert!(out.join("tile-b.glb").exists());
    }

    #[test]
    fn a_damaged_tile_is_an_error_and_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let store = MeshStore::create(dir.path().join("store"), serde_json::Value::Null).unwrap();
        store.add_tile("a", &[[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], &[[0, 1, 2]], &[-2]).unwrap();
        let path = store.tile_path("a").unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[400] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let runner = Runner::new(&RunOptions::default()).unwrap();
        let out = dir.path().join("glb");
        let error = export_glb(&store, &out, runner.context()).unwrap_err().to_string();
        assert!(error.contains("tile-a.bin"), "{error}");
        assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
    }
}
