//! GLB, the binary form of glTF 2.0, of one tile. Engines and viewers load it without conversion.
//!
//! Positions are single-precision, relative to the tile's origin, which becomes the node's translation. glTF has y up
//! and is right-handed: (x, y, z) becomes (x, z, -y). Engines read a translation in single precision too; it is exact
//! when the origin's coordinates are whole numbers below 2^24. The origin is also in `extras.origin` of the asset and
//! of the node, as doubles and in the data set's axes.
//!
//! Ground, walls and roofs are primitives with vertices of their own, each with a normal; those of walls and roofs say
//! in the attribute `_FEATURE_ID_0` which building they are of.
//!
//! | file | what it holds |
//! |---|---|
//! | `scene` | the document: primitives, materials, nodes |
//! | `buffer` | the binary chunk with the views and accessors that describe it, compressed or not |
//! | `table` | properties of buildings, as a table of `EXT_structural_metadata` |
//! | `container` | the chunks of a file |
//! | `read` | the way back, for checks |

mod buffer;
pub(crate) mod container;
#[doc(hidden)]
pub mod read;
mod scene;
pub(crate) mod table;

use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};

pub(crate) use self::scene::{Features, Scene};
use crate::error::IoContext;
use crate::io::{Durability, atomic, input};
use crate::{Error, Result};

/// How the arrays of a file are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// As glTF alone has them, which every program reads.
    #[default]
    None,
    /// By the extension `EXT_meshopt_compression`: a quarter of the size, for programs that know it. Positions are
    /// rounded to steps of 1/128 m.
    Meshopt,
}

/// The steps of compressed positions in metres, as a power of two.
pub(crate) const STEP_EXPONENT: i8 = -7;

/// One tile.
#[derive(Clone, Copy, Debug)]
pub struct GlbMesh<'a> {
    /// The name of node and mesh.
    pub name: &'a str,
    /// Positions, in metres.
    pub vertices: &'a [[f64; 3]],
    /// Triangles: three indices into `vertices` each.
    pub faces: &'a [[u32; 3]],
    /// A marker per face. See [`Part`](super::Part).
    pub markers: &'a [i32],
    /// The number of buildings, N, that the markers refer to.
    pub buildings: u32,
    /// The origin that positions in the file are relative to, in metres: a point of the tile, preferably of whole
    /// numbers.
    pub origin: [f64; 3],
    /// The reference system of positions and origin, where it is known: `extras.crs` of the asset.
    pub crs: Option<&'a str>,
    /// How the arrays are kept.
    pub compression: Compression,
}

/// The beginning of the name that groma writes as the program which made a file.
const GENERATOR: &str = "groma ";
/// More bytes than the headers and the JSON chunk of a tile's file take.
const MOST_JSON: u64 = 65536;

/// Writes a tile as one GLB file: a node with a mesh that has one primitive per part of the city (ground, wall, roof)
/// that is in the tile. A tile without faces gives a node without a mesh.
///
/// # Errors
/// [`Error::InvalidArgument`] for a position that is not finite, an index without a vertex, or another number of
/// markers than of faces; [`Error::Unsupported`] beyond 4 GiB, the most that a GLB file can have, for positions too far
/// from the origin to be compressed, and for numbers of buildings beyond 2^24, which no attribute holds; [`Error::Io`].
pub fn write_glb(path: &Path, tile: &GlbMesh<'_>) -> Result<()> {
    atomic::write(path, &encode(path, tile)?, Durability::Unsynced)
}

/// Returns whether [`write_glb`] wrote a file. Another program that wrote it since would have put its own name into it.
/// A folder, and a file that is no GLB, are not groma's.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn is_of_groma(path: &Path) -> Result<bool> {
    let document = document_of(path, MOST_JSON)?;
    let generator = document.as_ref().and_then(|document| document["asset"]["generator"].as_str());
    Ok(generator.is_some_and(|generator| generator.starts_with(GENERATOR)))
}

/// Reads the document of a file; `None` for what is no GLB, is not as long as it says, or has a document of more than
/// about `most` bytes.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn document_of(path: &Path, most: u64) -> Result<Option<Value>> {
    let file = match input::open(path) {
        Err(Error::BadFormat { .. }) => return Ok(None),
        opened => opened?,
    };
    let length = file.metadata().context("look at", path)?.len();
    let mut start = Vec::new();
    file.take(most).read_to_end(&mut start).context("read", path)?;
    let (Some(head), Some(json)) = (start.first_chunk::<16>(), start.get(20..)) else { return Ok(None) };
    let [stated, size] = [8, 12].map(|at| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    let document = json.get(..size as usize).and_then(|json| serde_json::from_slice(json).ok());
    Ok(document.filter(|_| start.starts_with(b"glTF") && u64::from(stated) == length))
}

/// Returns the bytes of the file that [`write_glb`] writes.
pub(crate) fn encode(path: &Path, tile: &GlbMesh<'_>) -> Result<Vec<u8>> {
    check(tile)?;
    let positions = tile.vertices.iter().map(|position| {
        let here: [f64; 3] = std::array::from_fn(|i| position[i] - tile.origin[i]);
        let here = match tile.compression {
            Compression::None => here.map(|c| c as f32),
            Compression::Meshopt => here.map(|c| ((c * 128.0).round() / 128.0) as f32),
        };
        if here.iter().all(|c| c.is_finite()) {
            return Ok(here);
        }
        Err(Error::invalid("vertices", format!("{position:?}"), "finite positions near the origin"))
    });
    let positions = positions.collect::<Result<Vec<_>>>()?;
    let [x, y, z] = tile.origin;
    let extras = json!({ "origin": [x, y, z], "buildings": tile.buildings });
    let mut of_asset = extras.clone();
    if let Some(crs) = tile.crs {
        of_asset["crs"] = json!(crs);
    }
    let scene = Scene {
        name: tile.name,
        positions: &positions,
        faces: tile.faces,
        markers: tile.markers,
        buildings: tile.buildings,
        features: Features::Numbers,
        step_exponent: STEP_EXPONENT,
        compression: tile.compression,
        translation: [x, z, -y],
        asset_extras: of_asset,
        node_extras: extras,
    };
    scene.encode(path)
}

fn check(tile: &GlbMesh<'_>) -> Result<()> {
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
    Ok(())
}
