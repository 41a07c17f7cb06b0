//! The binary chunk of a GLB file, and the views and accessors that describe it.

use serde_json::{Value, json};

use super::Compression;
use crate::io::meshopt::{attributes, filters, triangles};

// Constants of the glTF 2.0 specification.
const ARRAY_BUFFER: u32 = 34962;
const ELEMENT_ARRAY_BUFFER: u32 = 34963;
const BYTE: u32 = 5120;
const UNSIGNED_SHORT: u32 = 5123;
const UNSIGNED_INT: u32 = 5125;
const FLOAT: u32 = 5126;

const MESHOPT: &str = "EXT_meshopt_compression";

/// The binary chunk, and the views and accessors that describe it.
pub(crate) struct Buffer {
    pub bytes: Vec<u8>,
    pub views: Vec<Value>,
    pub accessors: Vec<Value>,
    compression: Compression,
    /// The exponent of the grid of compressed positions.
    step_exponent: i8,
    /// The bytes that compressed views take once they are no longer compressed.
    unpacked: usize,
}

/// What is in a view.
enum Kind {
    /// Attributes of vertices, with the filter that they were passed through.
    Attributes(Option<&'static str>),
    Indices,
}

impl Buffer {
    pub fn new(compression: Compression, step_exponent: i8) -> Buffer {
        let (bytes, views, accessors) = (Vec::new(), Vec::new(), Vec::new());
        Buffer { bytes, views, accessors, compression, step_exponent, unpacked: 0 }
    }

    /// Returns the file's buffers.
    pub fn buffers(&self) -> Value {
        let stored = json!({ "byteLength": self.bytes.len() });
        match self.unpacked {
            0 => json!([stored]),
            unpacked => json!([stored, { "byteLength": unpacked, "extensions": { MESHOPT: { "fallback": true } } }]),
        }
    }

    /// Returns the extensions that a reader must know.
    pub fn extensions(&self) -> &'static [&'static str] {
        // Without it, normals are not bytes.
        if self.unpacked > 0 { &[MESHOPT, "KHR_mesh_quantization"] } else { &[] }
    }

    /// Adds positions, which have y up, and returns their accessor.
    pub fn add_positions(&mut self, positions: &[[f32; 3]]) -> usize {
        let (mut low, mut high) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
        for position in positions {
            (0..3).for_each(|d| (low[d], high[d]) = (low[d].min(position[d]), high[d].max(position[d])));
        }
        let (raw, filter) = match self.compression {
            Compression::None => (little_endian(positions.iter().flatten().map(|c| c.to_le_bytes())), None),
            Compression::Meshopt => {
                let per_metre = 2f64.powi(-i32::from(self.step_exponent));
                let steps = positions.iter().flatten().map(|&c| (f64::from(c) * per_metre) as i32);
                let numbers = steps.map(|n| filters::exponential(n, self.step_exponent).to_le_bytes());
                (little_endian(numbers), Some("EXPONENTIAL"))
            }
        };
        let view = self.add_view(&raw, 12, &Kind::Attributes(filter));
        self.add_accessor(json!({
            "bufferView": view, "componentType": FLOAT, "count": positions.len(), "type": "VEC3",
            "min": low, "max": high
        }))
    }

    /// Adds unit vectors, which have y up, and returns their accessor.
    pub fn add_normals(&mut self, normals: &[[f32; 3]]) -> usize {
        let (raw, stride, of_type, filter) = match self.compression {
            Compression::None => (little_endian(normals.iter().flatten().map(|c| c.to_le_bytes())), 12, FLOAT, None),
            Compression::Meshopt => {
                (little_endian(normals.iter().map(|&n| filters::octahedral(n))), 4, BYTE, Some("OCTAHEDRAL"))
            }
        };
        let view = self.add_view(&raw, stride, &Kind::Attributes(filter));
        let mut accessor =
            json!({ "bufferView": view, "componentType": of_type, "count": normals.len(), "type": "VEC3" });
        if of_type == BYTE {
            accessor["normalized"] = json!(true);
        }
        self.add_accessor(accessor)
    }

    /// Adds the numbers of features, of which `most` is the largest, and returns their accessor. Attributes of vertices
    /// take four bytes each, and their whole numbers have 16 bits at most.
    pub fn add_features(&mut self, ids: &[u32], most: u32) -> usize {
        let (raw, of_type) = match u16::try_from(most) {
            Ok(_) => (little_endian(ids.iter().map(|&id| id.to_le_bytes())), UNSIGNED_SHORT),
            Err(_) => (little_endian(ids.iter().map(|&id| (id as f32).to_le_bytes())), FLOAT),
        };
        let view = self.add_view(&raw, 4, &Kind::Attributes(None));
        self.add_accessor(json!({
            "bufferView": view, "componentType": of_type, "count": ids.len(), "type": "SCALAR"
        }))
    }

    /// Adds the indices of triangles over so many vertices, and returns their accessor.
    pub fn add_indices(&mut self, faces: &[[u32; 3]], vertices: usize) -> usize {
        // The largest number of each type restarts strips.
        let is_short = vertices <= usize::from(u16::MAX);
        let (of_type, stride) = if is_short { (UNSIGNED_SHORT, 2) } else { (UNSIGNED_INT, 4) };
        let view = match self.compression {
            Compression::None if is_short => {
                let raw = little_endian(faces.iter().flatten().map(|&v| (v as u16).to_le_bytes()));
                self.add_view(&raw, stride, &Kind::Indices)
            }
            Compression::None => {
                let raw = little_endian(faces.iter().flatten().map(|&v| v.to_le_bytes()));
                self.add_view(&raw, stride, &Kind::Indices)
            }
            Compression::Meshopt => {
                let start = self.bytes.len();
                triangles::encode(faces, &mut self.bytes);
                self.compressed(start, 3 * faces.len(), stride, &Kind::Indices)
            }
        };
        let count = 3 * faces.len();
        self.add_accessor(json!({ "bufferView": view, "componentType": of_type, "count": count, "type": "SCALAR" }))
    }

    /// Adds bytes that are never compressed, at a multiple of 8, and returns their view.
    pub fn add_plain(&mut self, raw: &[u8]) -> usize {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        self.views.push(json!({ "buffer": 0, "byteOffset": self.bytes.len(), "byteLength": raw.len() }));
        self.bytes.extend_from_slice(raw);
        self.views.len() - 1
    }

    fn add_view(&mut self, raw: &[u8], stride: usize, kind: &Kind) -> usize {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        let start = self.bytes.len();
        if self.compression == Compression::Meshopt {
            attributes::encode(raw, stride, &mut self.bytes);
            return self.compressed(start, raw.len() / stride, stride, kind);
        }
        self.bytes.extend_from_slice(raw);
        let mut view = json!({
            "buffer": 0, "byteOffset": start, "byteLength": raw.len(), "target": ELEMENT_ARRAY_BUFFER
        });
        if let Kind::Attributes(_) = kind {
            (view["target"], view["byteStride"]) = (json!(ARRAY_BUFFER), json!(stride));
        }
        self.views.push(view);
        self.views.len() - 1
    }

    /// Adds the view of a compressed stream that goes from `start` to the end.
    fn compressed(&mut self, start: usize, count: usize, stride: usize, kind: &Kind) -> usize {
        let mut stream = json!({
            "buffer": 0, "byteOffset": start, "byteLength": self.bytes.len() - start, "byteStride": stride,
            "count": count, "mode": "TRIANGLES"
        });
        let mut view = json!({
            "buffer": 1, "byteOffset": self.unpacked, "byteLength": count * stride, "target": ELEMENT_ARRAY_BUFFER
        });
        if let Kind::Attributes(filter) = kind {
            stream["mode"] = json!("ATTRIBUTES");
            if let Some(filter) = filter {
                stream["filter"] = json!(filter);
            }
            (view["target"], view["byteStride"]) = (json!(ARRAY_BUFFER), json!(stride));
        }
        view["extensions"] = json!({ MESHOPT: stream });
        self.unpacked += (count * stride).next_multiple_of(4);
        self.views.push(view);
        self.views.len() - 1
    }

    fn add_accessor(&mut self, accessor: Value) -> usize {
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }
}

fn little_endian<const N: usize>(values: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(N * values.size_hint().0);
    values.for_each(|value| bytes.extend_from_slice(&value));
    bytes
}
