//! GLB, the binary form of glTF 2.0, of one tile. Engines and viewers load it without conversion.
//!
//! Positions are single-precision, relative to the tile's origin, which becomes the node's translation. glTF has y up
//! and is right-handed: (x, y, z) becomes (x, z, -y). Engines read a translation in single precision too; it is exact
//! when the origin's coordinates are whole numbers below 2^24. The origin is also in `extras.origin` of the asset and
//! of the node, as doubles and in the data set's axes.

use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};

use super::Part;
use super::part::{MATERIALS, Material};
use crate::error::IoContext;
use crate::io::{Durability, atomic, input};
use crate::{Error, Result};

/// One tile.
#[derive(Clone, Copy, Debug)]
pub struct GlbMesh<'a> {
    /// Positions, in metres.
    pub vertices: &'a [[f64; 3]],
    /// Triangles: three indices into `vertices` each.
    pub faces: &'a [[u32; 3]],
    /// A marker per face. See [`Part`].
    pub markers: &'a [i32],
    /// The number of buildings, N, that the markers refer to.
    pub buildings: u32,
    /// The origin that positions in the file are relative to, in metres: a point of the tile, preferably of whole
    /// numbers.
    pub origin: [f64; 3],
    /// The reference system of positions and origin, where it is known: `extras.crs` of the asset.
    pub crs: Option<&'a str>,
}

// Constants of the glTF 2.0 specification.
const ARRAY_BUFFER: u32 = 34962;
const ELEMENT_ARRAY_BUFFER: u32 = 34963;
const FLOAT: u32 = 5126;
const UNSIGNED_INT: u32 = 5125;
const CHUNK_JSON: u32 = 0x4E4F_534A;
const CHUNK_BIN: u32 = 0x004E_4942;
/// The beginning of the name that groma writes as the program which made a file.
const GENERATOR: &str = "groma ";
/// More bytes than the headers and the JSON chunk of a file of groma's take.
const MOST_JSON: u64 = 65536;

/// Writes a tile as one GLB file: a node with a mesh that has one primitive per part of the city (ground, wall, roof)
/// that is in the tile, over common positions. A tile without faces gives a node without a mesh.
///
/// # Errors
/// [`Error::InvalidArgument`] for a position that is not finite, an index without a vertex, or another number of
/// markers than of faces; [`Error::Unsupported`] beyond 4 GiB, the most that a GLB file can have; [`Error::Io`].
pub fn write_glb(path: &Path, tile: &GlbMesh<'_>) -> Result<()> {
    atomic::write(path, &encode(path, tile)?, Durability::Unsynced)
}

/// Returns whether [`write_glb`] wrote a file. Another program that wrote it since would have put its own name into it.
/// A folder, and a file that is no GLB, are not groma's.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn is_of_groma(path: &Path) -> Result<bool> {
    let file = match input::open(path) {
        Err(Error::BadFormat { .. }) => return Ok(false),
        opened => opened?,
    };
    let mut start = Vec::new();
    file.take(MOST_JSON).read_to_end(&mut start).context("read", path)?;
    let (Some(size), Some(json)) = (start.first_chunk::<16>(), start.get(20..)) else { return Ok(false) };
    let size = u32::from_le_bytes([size[12], size[13], size[14], size[15]]) as usize;
    let document: Option<Value> = json.get(..size).and_then(|json| serde_json::from_slice(json).ok());
    let generator = document.as_ref().and_then(|document| document["asset"]["generator"].as_str());
    Ok(start.starts_with(b"glTF") && generator.is_some_and(|generator| generator.starts_with(GENERATOR)))
}

/// Returns the bytes of the file that [`write_glb`] writes.
pub(crate) fn encode(path: &Path, tile: &GlbMesh<'_>) -> Result<Vec<u8>> {
    let bytes = check(path, tile)?;
    let mut buffer = Buffer { bytes: Vec::with_capacity(bytes), views: Vec::new(), accessors: Vec::new() };
    buffer.add_positions(tile)?;
    let mut materials: Vec<Value> = Vec::new();
    let mut primitives: Vec<Value> = Vec::new();
    for Material { name, color: [red, green, blue], parts } in MATERIALS {
        let Some(indices) = buffer.add_faces(tile, parts) else { continue };
        primitives.push(json!({
            "attributes": { "POSITION": 0 }, "indices": indices, "material": materials.len()
        }));
        materials.push(json!({
            "name": name,
            "doubleSided": false,
            "pbrMetallicRoughness": {
                "baseColorFactor": [red, green, blue, 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.9
            },
        }));
    }

    let [x, y, z] = tile.origin;
    let extras = json!({ "origin": [x, y, z], "buildings": tile.buildings });
    let mut of_asset = extras.clone();
    if let Some(crs) = tile.crs {
        of_asset["crs"] = json!(crs);
    }
    let mut document = json!({
        "asset": { "version": "2.0", "generator": format!("{GENERATOR}{}", crate::VERSION), "extras": of_asset },
        "scene": 0,
        "scenes": [{ "nodes": [0] }],
        "nodes": [{ "translation": [x, z, -y], "extras": extras }],
    });
    // An array of glTF has at least one item.
    if primitives.is_empty() {
        buffer.bytes.clear();
    } else {
        document["nodes"][0]["mesh"] = json!(0);
        document["meshes"] = json!([{ "primitives": primitives }]);
        document["materials"] = json!(materials);
        document["accessors"] = json!(buffer.accessors);
        document["bufferViews"] = json!(buffer.views);
        document["buffers"] = json!([{ "byteLength": buffer.bytes.len() }]);
    }
    Ok(container(document.to_string().into_bytes(), &buffer.bytes))
}

/// Checks a tile's arrays, and returns the most bytes that its positions and indices take.
fn check(path: &Path, tile: &GlbMesh<'_>) -> Result<usize> {
    if tile.markers.len() != tile.faces.len() {
        return Err(Error::invalid(
            "the number of markers",
            tile.markers.len(),
            format!("{}, one for each triangle", tile.faces.len()),
        ));
    }
    if let Some(f) = tile.faces.iter().find(|f| f.iter().any(|&v| v as usize >= tile.vertices.len())) {
        return Err(Error::invalid("faces", format!("{f:?}"), format!("indices below {}", tile.vertices.len())));
    }
    let bytes = 12 * (tile.vertices.len() as u64 + tile.faces.len() as u64);
    // The file also has the JSON chunk and the headers.
    if bytes > u64::from(u32::MAX) - MOST_JSON {
        let what = format!("{bytes} bytes of positions and indices; a GLB file has less than 4 GiB: use smaller tiles");
        return Err(Error::Unsupported { subject: path.to_path_buf(), what });
    }
    Ok(bytes as usize)
}

/// The binary chunk, and the views and accessors that describe it.
struct Buffer {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
}

impl Buffer {
    /// Adds the positions, relative to the tile's origin and in glTF's axes; they are the accessor 0.
    fn add_positions(&mut self, tile: &GlbMesh<'_>) -> Result<()> {
        let (mut low, mut high) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
        for position in tile.vertices {
            let [x, y, z] = std::array::from_fn(|i| position[i] - tile.origin[i]);
            let position_here = [x as f32, z as f32, -y as f32];
            if !position_here.iter().all(|c| c.is_finite()) {
                return Err(Error::invalid("vertices", format!("{position:?}"), "finite positions near the origin"));
            }
            for (i, c) in position_here.into_iter().enumerate() {
                (low[i], high[i]) = (low[i].min(c), high[i].max(c));
                self.bytes.extend_from_slice(&c.to_le_bytes());
            }
        }
        self.views.push(json!({ "buffer": 0, "byteLength": self.bytes.len(), "target": ARRAY_BUFFER }));
        self.accessors.push(json!({
            "bufferView": 0, "componentType": FLOAT, "count": tile.vertices.len(), "type": "VEC3",
            "min": low, "max": high
        }));
        Ok(())
    }

    /// Adds the indices of the faces that belong to some parts of the city, and returns their accessor; `None` when the
    /// tile has no such faces.
    fn add_faces(&mut self, tile: &GlbMesh<'_>, parts: &[Part]) -> Option<usize> {
        let start = self.bytes.len();
        for (face, &marker) in tile.faces.iter().zip(tile.markers) {
            if parts.contains(&Part::of(marker, tile.buildings)) {
                face.iter().for_each(|v| self.bytes.extend_from_slice(&v.to_le_bytes()));
            }
        }
        let length = self.bytes.len() - start;
        if length == 0 {
            return None;
        }
        let accessor = self.accessors.len();
        self.accessors.push(json!({
            "bufferView": self.views.len(), "componentType": UNSIGNED_INT, "count": length / 4, "type": "SCALAR"
        }));
        let target = ELEMENT_ARRAY_BUFFER;
        self.views.push(json!({ "buffer": 0, "byteOffset": start, "byteLength": length, "target": target }));
        Some(accessor)
    }
}

/// Joins the chunks into a file. The length of a chunk must be a multiple of 4 bytes: the text is padded with blanks;
/// positions and indices consist of 4-byte numbers.
fn container(mut text: Vec<u8>, binary: &[u8]) -> Vec<u8> {
    text.resize(text.len().next_multiple_of(4), b' ');
    let chunks: &[(u32, &[u8])] = &[(CHUNK_JSON, &text), (CHUNK_BIN, binary)];
    let chunks = if binary.is_empty() { &chunks[..1] } else { chunks };
    let length = 12 + chunks.iter().map(|(_, bytes)| 8 + bytes.len()).sum::<usize>();
    let mut out = Vec::with_capacity(length);
    out.extend_from_slice(b"glTF");
    out.extend_from_slice(&2u32.to_le_bytes());
    out.extend_from_slice(&(length as u32).to_le_bytes());
    for (kind, bytes) in chunks {
        out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        out.extend_from_slice(&kind.to_le_bytes());
        out.extend_from_slice(bytes);
    }
    out
}
