//! The document of a GLB file: a node with a mesh, of which each part of the city is a primitive.

use std::path::Path;

use serde_json::{Value, json};

use super::buffer::Buffer;
use super::table::Table;
use super::{Compression, GENERATOR, MOST_JSON, container};
use crate::io::checksum::Hasher;
use crate::io::meshopt::{filters, order};
use crate::io::surface::Part;
use crate::io::surface::corners::{Corner, Corners};
use crate::io::surface::part::{MATERIALS, Material};
use crate::{Error, Result};

/// What stands for a building in the attribute of features.
pub(crate) enum Features<'a> {
    /// Its number.
    Numbers,
    /// Its place among some buildings, whose numbers are sorted and hold all that are met; a table says more of each.
    Rows(&'a [u32], &'a Table),
}

/// A mesh with all that a file says of it.
pub(crate) struct Scene<'a> {
    /// The name of node and mesh.
    pub name: &'a str,
    /// Positions in metres, z up.
    pub positions: &'a [[f32; 3]],
    pub faces: &'a [[u32; 3]],
    pub markers: &'a [i32],
    /// The number of buildings, N, that the markers refer to.
    pub buildings: u32,
    pub features: Features<'a>,
    pub compression: Compression,
    /// The exponent of the grid on which positions that are compressed lie.
    pub step_exponent: i8,
    /// The node's translation, y up.
    pub translation: [f64; 3],
    pub asset_extras: Value,
    pub node_extras: Value,
}

/// The largest number that single precision and all numbers below it hold.
const MOST_IN_FLOAT: u32 = 1 << 24;

impl Scene<'_> {
    /// Returns the file's bytes. `path` is for errors alone.
    ///
    /// # Errors
    /// As [`write_glb`](super::write_glb).
    pub fn encode(&self, path: &Path) -> Result<Vec<u8>> {
        self.check(path)?;
        let mut buffer = Buffer::new(self.compression, self.step_exponent);
        let (mut materials, mut primitives): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
        let mut corners = Corners::new(self.positions.len(), true);
        for Material { name, color: [red, green, blue], parts } in MATERIALS {
            let is_of = |marker: i32| parts.contains(&Part::of(marker, self.buildings));
            let Some(mut primitive) = self.primitive(is_of, &mut corners, &mut buffer, path)? else { continue };
            primitive["material"] = json!(materials.len());
            primitives.push(primitive);
            materials.push(json!({
                "name": name,
                "doubleSided": false,
                "pbrMetallicRoughness": {
                    "baseColorFactor": [red, green, blue, 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.9
                },
            }));
        }
        let mut asset = json!({ "version": "2.0", "generator": format!("{GENERATOR}{}", crate::VERSION) });
        asset["extras"] = self.asset_extras.clone();
        let mut document = json!({
            "asset": asset,
            "scene": 0,
            "scenes": [{ "nodes": [0] }],
            "nodes": [{ "name": self.name }],
        });
        if self.translation != [0.0; 3] {
            document["nodes"][0]["translation"] = json!(self.translation);
        }
        if !self.node_extras.is_null() {
            document["nodes"][0]["extras"] = self.node_extras.clone();
        }
        // An array of glTF has at least one item.
        if !primitives.is_empty() {
            let required = buffer.extensions();
            let mut used = required.to_vec();
            if let Features::Rows(rows, table) = self.features
                && !rows.is_empty()
            {
                document["extensions"] = json!({ "EXT_structural_metadata": table.write(&mut buffer) });
                used.extend(["EXT_mesh_features", "EXT_structural_metadata"]);
            }
            document["nodes"][0]["mesh"] = json!(0);
            document["meshes"] = json!([{ "name": self.name, "primitives": primitives }]);
            document["materials"] = json!(materials);
            document["accessors"] = json!(buffer.accessors);
            document["bufferViews"] = json!(buffer.views);
            document["buffers"] = buffer.buffers();
            if !required.is_empty() {
                document["extensionsRequired"] = json!(required);
            }
            if !used.is_empty() {
                document["extensionsUsed"] = json!(used);
            }
        }
        let mut text = document.to_string();
        if let Some(own) = document["asset"]["extras"].get_mut("groma") {
            // Of the document, too, as it is without it.
            own["checksum"] = json!(checksum(&text, &buffer.bytes));
            text = document.to_string();
        }
        let text = text.into_bytes();
        if text.len() as u64 + buffer.bytes.len() as u64 + 64 > u64::from(u32::MAX) {
            return Err(too_large(path, buffer.bytes.len() as u64));
        }
        Ok(container::join(text, buffer.bytes))
    }

    fn check(&self, path: &Path) -> Result<()> {
        // A triangle has three vertices of its own at most, of 28 bytes each, and three indices.
        if self.faces.len() as u64 * 96 > u64::from(u32::MAX) - MOST_JSON && self.compression == Compression::None {
            return Err(too_large(path, self.faces.len() as u64 * 96));
        }
        let most = f64::from(filters::MOST_STEPS) * 2f64.powi(self.step_exponent.into());
        let is_far = |c: &f32| f64::from(*c).abs() > most;
        if self.compression == Compression::Meshopt
            && let Some(far) = self.positions.iter().find(|position| position.iter().any(is_far))
        {
            let what =
                format!("a position at {far:?} m from the origin; compressed ones reach {most} m: use smaller tiles");
            return Err(Error::Unsupported { subject: path.to_path_buf(), what });
        }
        if matches!(self.features, Features::Numbers) && self.buildings > MOST_IN_FLOAT {
            let what = format!("{} buildings, where an attribute tells {MOST_IN_FLOAT} apart", self.buildings);
            return Err(Error::Unsupported { subject: path.to_path_buf(), what });
        }
        Ok(())
    }

    /// Adds the triangles of a part to the file as a primitive; `None` where there are none.
    fn primitive(
        &self,
        is_of: impl Fn(i32) -> bool,
        corners: &mut Corners,
        buffer: &mut Buffer,
        path: &Path,
    ) -> Result<Option<Value>> {
        corners.clear();
        let mut faces = Vec::new();
        let mut buildings = Vec::new();
        for (&face, &marker) in self.faces.iter().zip(self.markers) {
            if !is_of(marker) {
                continue;
            }
            let building = self.building_of(marker);
            let positions = face.map(|v| self.positions[v as usize].map(f64::from));
            let group = building.map_or(-1, |building| building as i32);
            let local = corners.add(face, group, positions).ok_or_else(|| too_large(path, u64::MAX))?;
            buildings.resize(corners.all.len(), building);
            faces.push(local);
        }
        if faces.is_empty() {
            return Ok(None);
        }
        // Vertices come in the order in which the triangles use them.
        let order = order::order(&faces, corners.all.len());
        let mut place = vec![u32::MAX; corners.all.len()];
        let mut used = Vec::with_capacity(corners.all.len());
        let mut ordered = Vec::with_capacity(faces.len());
        for &triangle in &order {
            ordered.push(faces[triangle as usize].map(|corner| {
                let place = &mut place[corner as usize];
                if *place == u32::MAX {
                    *place = used.len() as u32;
                    used.push(corner);
                }
                *place
            }));
        }
        let y_up = |[x, y, z]: [f32; 3]| [x, z, 0.0 - y];
        let corner = |&corner: &u32| &corners.all[corner as usize];
        let positions: Vec<_> = used.iter().map(|c| y_up(self.positions[corner(c).vertex as usize])).collect();
        let normal = |corner: &Corner| corner.normal().unwrap_or([0.0, 0.0, 1.0]).map(|c| c as f32);
        let normals: Vec<_> = used.iter().map(|c| y_up(normal(corner(c)))).collect();
        let position = buffer.add_positions(&positions);
        let normal = buffer.add_normals(&normals);
        let mut primitive = json!({ "attributes": { "POSITION": position, "NORMAL": normal } });
        if let Some(Some(_)) = buildings.first() {
            let ids: Vec<u32> = used.iter().map(|&c| self.feature(buildings[c as usize].unwrap_or(0))).collect();
            let most = match self.features {
                Features::Numbers => ids.iter().copied().max().unwrap_or(0),
                Features::Rows(rows, _) => rows.len() as u32,
            };
            primitive["attributes"]["_FEATURE_ID_0"] = json!(buffer.add_features(&ids, most));
            if let Features::Rows(rows, _) = self.features {
                let features = json!({ "featureCount": rows.len(), "attribute": 0, "propertyTable": 0 });
                primitive["extensions"] = json!({ "EXT_mesh_features": { "featureIds": [features] } });
            }
        }
        primitive["indices"] = json!(buffer.add_indices(&ordered, used.len()));
        Ok(Some(primitive))
    }

    /// Returns the building that a marker stands for, if it does for one.
    fn building_of(&self, marker: i32) -> Option<u32> {
        match Part::of(marker, self.buildings) {
            Part::Wall => Some(marker as u32),
            Part::Roof => Some(marker as u32 - self.buildings),
            Part::Ground | Part::GroundNextToBuilding | Part::Unknown => None,
        }
    }

    fn feature(&self, building: u32) -> u32 {
        match self.features {
            Features::Numbers => building,
            Features::Rows(rows, _) => rows.binary_search(&building).unwrap_or(0) as u32,
        }
    }
}

/// Returns the checksum of a file's document and buffer that a file of a tileset states of itself.
pub(super) fn checksum(document: &str, bytes: &[u8]) -> String {
    let mut hasher = Hasher::default();
    hasher.add(document.as_bytes());
    hasher.finish(bytes).to_string()
}

fn too_large(path: &Path, bytes: u64) -> Error {
    let what = format!("{bytes} bytes of vertices and triangles; a GLB file has less than 4 GiB: use smaller tiles");
    Error::Unsupported { subject: path.to_path_buf(), what }
}
