//! The content of a tile: a GLB file that says itself what it was made from.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::json;
use xxhash_rust::xxh3::Xxh3;

use super::placement::Frame;
use crate::city::input::footprint::Lod;
use crate::city::output::levels::coarser::Distance;
use crate::city::output::levels::mesh::GridMesh;
use crate::city::plane::quadtree::TileId;
use crate::city::tiles::store::BuildingRecord;
use crate::error::IoContext;
use crate::io::surface::glb::read::is_whole;
use crate::io::surface::glb::table::{Column, Table, Values};
use crate::io::surface::glb::{Compression, Features, Scene, document_of};
use crate::io::{Durability, atomic, input};
use crate::{Error, Result};

/// The largest document of a file whose description is read, in bytes.
const MOST_DOCUMENT: u64 = 65_536;

/// What is known of the content of a tile, beside the file itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Content {
    /// A hash of all that it was made from.
    pub inputs: u128,
    /// The lowest and the highest coordinates in the frame.
    pub bounds: [[f64; 3]; 2],
    pub distance: Distance,
    pub triangles: u64,
    pub bytes: u64,
}

/// What a file says of itself, in `asset.extras.groma`.
#[derive(Serialize, Deserialize)]
struct Description {
    /// The hash of the inputs in hexadecimal digits.
    inputs: String,
    bounds: [[f64; 3]; 2],
    /// How far the surface is from that of the leaves, in metres: by vertices that were moved, and by buildings that
    /// were lowered.
    moved: f64,
    lowered: f64,
    triangles: u64,
}

/// What all contents of a tileset have in common.
pub struct Writer<'a> {
    pub frame: &'a Frame,
    /// The city's origin, which positions of meshes count from.
    pub origin: [f64; 2],
    /// The number of the city's buildings.
    pub buildings: u32,
    pub compression: Compression,
}

impl Writer<'_> {
    /// Returns a hash of all that contents depend on, beside the meshes.
    pub fn hash(&self) -> Xxh3 {
        let mut hash = Xxh3::new();
        // The number steps when other files come out of the same inputs.
        let text = format!("tileset 2 {} {:?} {:?}", self.frame.text(), self.origin, self.compression);
        hash.update(text.as_bytes());
        hash.update(&self.buildings.to_le_bytes());
        hash
    }

    /// Writes the content of a tile, whole or not at all. `records` are those of the buildings in the mesh.
    ///
    /// # Errors
    /// As [`Frame::place`] and [`write_glb`](crate::io::surface::glb::write_glb).
    pub fn write(
        &self,
        path: &Path,
        tile: TileId,
        mesh: &GridMesh,
        records: &[BuildingRecord],
        inputs: u128,
        distance: Distance,
    ) -> Result<Content> {
        let positions = self.frame.place(&mesh.vertices, self.origin)?;
        let mut bounds = [[f64::INFINITY; 3], [f64::NEG_INFINITY; 3]];
        for position in &positions {
            for (d, c) in position.iter().map(|&c| f64::from(c)).enumerate() {
                (bounds[0][d], bounds[1][d]) = (bounds[0][d].min(c), bounds[1][d].max(c));
            }
        }
        let triangles = mesh.faces.len() as u64;
        let Distance { moved, lowered } = distance;
        let description = Description { inputs: format!("{inputs:032x}"), bounds, moved, lowered, triangles };
        let numbers: Vec<u32> = records.iter().map(|record| record.building).collect();
        let name = format!("tile {tile}");
        let scene = Scene {
            name: &name,
            positions: &positions,
            faces: &mesh.faces,
            markers: &mesh.markers,
            buildings: self.buildings,
            features: Features::Rows(&numbers, &table(records)),
            compression: self.compression,
            step_exponent: self.frame.step_exponent,
            translation: [0.0; 3],
            asset_extras: json!({ "groma": description }),
            node_extras: serde_json::Value::Null,
        };
        let bytes = scene.encode(path)?;
        atomic::write(path, &bytes, Durability::Unsynced)?;
        Ok(Content { inputs, bounds, distance, triangles, bytes: bytes.len() as u64 })
    }
}

/// Returns what is known of the content of a tile whose file is there and was made from these inputs.
///
/// # Errors
/// [`Error::Io`].
pub fn read(path: &Path, inputs: u128) -> Result<Option<Content>> {
    if !input::exists(path)? {
        return Ok(None);
    }
    let bytes = std::fs::metadata(path).context("look at", path)?.len();
    let document = document_of(path, MOST_DOCUMENT)?;
    let described = document.and_then(|mut document| {
        serde_json::from_value::<Description>(document["asset"]["extras"]["groma"].take()).ok()
    });
    let described = described.filter(|described| described.inputs == format!("{inputs:032x}"));
    // What was changed since it was written is made again.
    if described.is_none() || !is_whole(&input::read(path)?) {
        return Ok(None);
    }
    Ok(described.map(|described| {
        let Description { bounds, moved, lowered, triangles, .. } = described;
        Content { inputs, bounds, distance: Distance { moved, lowered }, triangles, bytes }
    }))
}

/// Returns the hash of a leaf: of that of its mesh, and of its buildings.
pub fn hash_of_leaf(mut hash: Xxh3, mesh: u128, records: &[BuildingRecord]) -> Result<u128> {
    hash.update(&mesh.to_le_bytes());
    let records = serde_json::to_vec(records).map_err(|e| Error::Internal(e.to_string()))?;
    hash.update(&records);
    Ok(hash.digest128())
}

/// Returns the hash of a tile of a coarser level: of those of its children.
pub fn hash_of_parent(mut hash: Xxh3, tile: TileId, children: impl Iterator<Item = u128>) -> u128 {
    hash.update(tile.to_string().as_bytes());
    children.for_each(|child| hash.update(&child.to_le_bytes()));
    hash.digest128()
}

/// The properties of buildings that a tile tells.
fn table(records: &[BuildingRecord]) -> Table {
    let metres = |value: fn(&BuildingRecord) -> f64| Values::F32(records.iter().map(|r| value(r) as f32).collect());
    let lod = |record: &BuildingRecord| match record.lod {
        Lod::Lod0 => 0,
        Lod::Lod1 => 1,
    };
    let column = |name, description, values| Column { name, description, values };
    Table {
        class: "building",
        rows: records.len(),
        columns: vec![
            column(
                "building",
                "The number of the building in buildings.jsonl",
                Values::U32(records.iter().map(|record| record.building).collect()),
            ),
            column("height", "The height of the roof above the platform, in metres", metres(|r| r.roof - r.platform)),
            column("roof", "The elevation of the roof, in metres", metres(|r| r.roof)),
            column(
                "platform",
                "The elevation of the lowest ground under the building, in metres",
                metres(|r| r.platform),
            ),
            column(
                "lod",
                "The level of detail: 0 a platform on the ground, 1 a block",
                Values::U8(records.iter().map(lod).collect()),
            ),
            column(
                "footprints",
                "The names of the footprints that make up the building",
                Values::Texts(records.iter().map(|record| record.members.clone()).collect()),
            ),
        ],
    }
}
