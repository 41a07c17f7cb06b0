//! Reads the GLB files that this module writes, compressed or not, and refuses what contradicts itself.
//!
//! All that a file says is compared with its bytes before memory is taken for it.

use serde_json::Value;

use super::container;
use super::scene::checksum;
use crate::io::meshopt::{attributes, filters, triangles};

/// The most bytes that arrays may take, beside those of the file. The codec of attributes can reach twice as much, for
/// arrays of one value alone.
const MOST_UNPACKED: usize = 32;
const MESHOPT: &str = "EXT_meshopt_compression";

/// A file's mesh, with y up as it stands there.
#[derive(Clone, Debug, Default)]
pub struct ReadMesh {
    /// `asset.extras`.
    pub extras: Value,
    /// The extensions that the file says it uses.
    pub extensions: Vec<String>,
    /// The extensions that a reader must know.
    pub required: Vec<String>,
    /// Whether the scene shows the mesh, if there is one, where its positions say: no node moves it.
    pub is_in_place: bool,
    /// The primitives; none for a file without a mesh.
    pub primitives: Vec<ReadPrimitive>,
    /// The numbers of the buildings in the table of properties, row by row; `None` without a table.
    pub buildings: Option<Vec<u32>>,
    /// The names of the footprints of each row.
    pub footprints: Vec<Vec<String>>,
    /// The heights, roofs and platforms of each row.
    pub heights: Vec<[f32; 3]>,
}

/// A part of a mesh, with vertices of its own.
#[derive(Clone, Debug)]
pub struct ReadPrimitive {
    /// The name of its material.
    pub material: String,
    /// Positions in metres.
    pub positions: Vec<[f32; 3]>,
    /// The smallest and the largest coordinates that the file states.
    pub bounds: [[f32; 3]; 2],
    /// A vector for each position.
    pub normals: Vec<[f32; 3]>,
    /// A number for each position, if there are any.
    pub features: Option<Vec<u32>>,
    /// Whether the numbers are those of rows of the table of properties.
    pub names_rows: bool,
    /// Three indices into the positions each.
    pub faces: Vec<[u32; 3]>,
}

/// A fault of a file, as a part of a sentence.
type Fault = String;

/// Reads a file.
///
/// # Errors
/// The first fault that keeps it from being read.
pub fn read(file: &[u8]) -> Result<ReadMesh, Fault> {
    let [text, binary] = container::split(file).map_err(|(offset, fault)| format!("{fault} at byte {offset}"))?;
    let document: Value = serde_json::from_slice(text).map_err(|e| format!("its document is no JSON: {e}"))?;
    let room = file.len().saturating_mul(MOST_UNPACKED);
    Reader { document: &document, binary, room }.read()
}

/// Returns whether a file says what its bytes are, and is right.
pub(crate) fn is_whole(file: &[u8]) -> bool {
    let Ok([text, binary]) = container::split(file) else { return false };
    let document = serde_json::from_slice(text).ok();
    document.and_then(|document| checksums(&document, binary)).is_some_and(|[stated, seen]| stated == seen)
}

/// Returns the checksum that a file states, if it does, and the one that it has.
fn checksums(document: &Value, binary: &[u8]) -> Option<[String; 2]> {
    let stated = document["asset"]["extras"]["groma"]["checksum"].as_str()?.to_string();
    let mut without = document.clone();
    without["asset"]["extras"]["groma"].as_object_mut()?.remove("checksum");
    let length = index(&document["buffers"][0]["byteLength"]).unwrap_or(0);
    Some([stated, checksum(&without.to_string(), binary.get(..length)?)])
}

fn is_in_place(document: &Value) -> bool {
    let node = &document["nodes"][0];
    let moves = ["matrix", "translation", "rotation", "scale"].iter().any(|how| !node[how].is_null());
    let scene = &document["scenes"][index(&document["scene"]).unwrap_or(usize::MAX)]["nodes"];
    let shows = scene.as_array().is_some_and(|nodes| nodes.len() == 1 && nodes[0] == 0);
    let has_mesh = document["meshes"].is_null() || node["mesh"] == 0;
    shows && has_mesh && !moves && node["children"].is_null()
}

struct Reader<'a> {
    document: &'a Value,
    binary: &'a [u8],
    /// The bytes that further arrays may take.
    room: usize,
}

/// The content of an accessor: its bytes, element by element, and its description.
struct Array {
    bytes: Vec<u8>,
    stride: usize,
    count: usize,
    component: u64,
    is_normalized: bool,
    bounds: [Option<[f32; 3]>; 2],
}

impl<'a> Reader<'a> {
    fn read(mut self) -> Result<ReadMesh, Fault> {
        let document = self.document;
        let texts = |name: &str| {
            let texts = document[name].as_array().map_or(&[][..], Vec::as_slice);
            texts.iter().filter_map(Value::as_str).map(String::from).collect()
        };
        let mut mesh = ReadMesh {
            extras: document["asset"]["extras"].clone(),
            extensions: texts("extensionsUsed"),
            required: texts("extensionsRequired"),
            is_in_place: is_in_place(document),
            ..ReadMesh::default()
        };
        if let Some([stated, seen]) = checksums(document, self.binary).filter(|[stated, seen]| stated != seen) {
            return Err(format!("its content has the checksum {seen}, not {stated}"));
        }
        let (nodes, meshes) = (len(&document["nodes"]), len(&document["meshes"]));
        if nodes != 1 || meshes > 1 {
            return Err(format!("{nodes} nodes and {meshes} meshes, where one of each is"));
        }
        let primitives = document["meshes"][0]["primitives"].as_array().map_or(&[][..], Vec::as_slice);
        for primitive in primitives {
            let read = self.primitive(primitive)?;
            mesh.primitives.push(read);
        }
        self.table(&mut mesh)?;
        Ok(mesh)
    }

    fn primitive(&mut self, primitive: &Value) -> Result<ReadPrimitive, Fault> {
        let material = index(&primitive["material"]).map(|n| &self.document["materials"][n]["name"]);
        let material = material.and_then(Value::as_str).ok_or("a primitive without a named material")?.to_string();
        if !primitive["mode"].is_null() && primitive["mode"] != 4 {
            return Err(format!("a primitive of mode {}, not triangles", primitive["mode"]));
        }
        let attributes = &primitive["attributes"];
        let positions = self.accessor(&attributes["POSITION"], "VEC3", &[FLOAT])?;
        let bounds = match positions.bounds {
            [Some(low), Some(high)] => [low, high],
            _ => return Err("positions without bounds".into()),
        };
        let normals = self.accessor(&attributes["NORMAL"], "VEC3", &[FLOAT, BYTE])?;
        let features = match &attributes["_FEATURE_ID_0"] {
            Value::Null => None,
            number => Some(self.accessor(number, "SCALAR", &[UNSIGNED_BYTE, UNSIGNED_SHORT, FLOAT])?.whole_numbers()?),
        };
        let indices = self.accessor(&primitive["indices"], "SCALAR", &[UNSIGNED_SHORT, UNSIGNED_INT])?;
        let count = positions.count;
        let of = features.as_ref().map_or(count, Vec::len);
        if normals.count != count || of != count || indices.count % 3 != 0 {
            let (normals, indices) = (normals.count, indices.count);
            return Err(format!("{count} positions, {normals} normals, {of} features and {indices} indices"));
        }
        let (positions, normals) = (positions.vectors()?, normals.vectors()?);
        let indices = indices.whole_numbers()?;
        if let Some(far) = indices.iter().find(|&&vertex| vertex as usize >= count) {
            return Err(format!("a triangle with vertex {far} of {count}"));
        }
        let faces = indices.chunks_exact(3).map(|face| [face[0], face[1], face[2]]).collect();
        let table = &primitive["extensions"]["EXT_mesh_features"]["featureIds"][0]["propertyTable"];
        let names_rows = table.as_u64() == Some(0);
        Ok(ReadPrimitive { material, positions, bounds, normals, features, names_rows, faces })
    }

    fn accessor(&mut self, number: &Value, of_type: &str, components: &[u64]) -> Result<Array, Fault> {
        let accessor = index(number).map_or(&Value::Null, |n| &self.document["accessors"][n]);
        let (there, component) = (&accessor["type"], accessor["componentType"].as_u64().unwrap_or(0));
        if there != of_type || !components.contains(&component) {
            return Err(format!("an accessor of type {there} and {component}, where {of_type} of {components:?} is"));
        }
        let count = index(&accessor["count"]).ok_or("an accessor without a count")?;
        let view = index(&accessor["bufferView"]).map_or(&Value::Null, |n| &self.document["bufferViews"][n]);
        if !matches!(&accessor["byteOffset"], Value::Null) && accessor["byteOffset"] != 0 {
            return Err("an accessor that does not begin where its view does".into());
        }
        let size = if of_type == "VEC3" { 3 * size_of_component(component) } else { size_of_component(component) };
        let compressed = &view["extensions"][MESHOPT];
        let (bytes, stride) = match compressed {
            Value::Null => {
                let stride = if view["byteStride"].is_null() { Some(size) } else { index(&view["byteStride"]) };
                (self.bytes_of(view)?.to_vec(), stride.filter(|&stride| stride >= size).ok_or("a view's stride")?)
            }
            stream => self.unpacked(stream)?,
        };
        let end = count.checked_sub(1).and_then(|last| last.checked_mul(stride)?.checked_add(size)).unwrap_or(0);
        if end > bytes.len() || size > stride {
            return Err(format!("{count} elements in {} bytes", bytes.len()));
        }
        let bound = |name: &str| {
            let values = accessor[name].as_array()?;
            let values: Vec<f32> = values.iter().filter_map(|v| v.as_f64().map(|v| v as f32)).collect();
            <[f32; 3]>::try_from(values).ok()
        };
        let bounds = [bound("min"), bound("max")];
        let is_normalized = accessor["normalized"] == true;
        Ok(Array { bytes, stride, count, component, is_normalized, bounds })
    }

    /// Returns the bytes of a view of the binary chunk.
    fn bytes_of(&mut self, view: &Value) -> Result<&'a [u8], Fault> {
        let from = if view["byteOffset"].is_null() { Some(0) } else { index(&view["byteOffset"]) };
        let range =
            from.zip(index(&view["byteLength"])).and_then(|(from, length)| Some(from..from.checked_add(length)?));
        let bytes = range.filter(|_| view["buffer"] == 0).and_then(|range| self.binary.get(range));
        let bytes = bytes.ok_or("a view that is not within the binary chunk")?;
        self.room = self.room.checked_sub(bytes.len()).ok_or("views that cover the same bytes again and again")?;
        Ok(bytes)
    }

    /// Returns the bytes of a compressed view, and its stride.
    fn unpacked(&mut self, stream: &Value) -> Result<(Vec<u8>, usize), Fault> {
        let (count, stride) = (index(&stream["count"]), index(&stream["byteStride"]));
        let (count, stride) = count.zip(stride).ok_or("a compressed view without count and stride")?;
        let filter = stream["filter"].as_str().unwrap_or("NONE");
        let room = self.room;
        let bytes = self.bytes_of(stream)?;
        let unpacked = match (stream["mode"].as_str(), stride) {
            (Some("ATTRIBUTES"), _) => {
                let raw = attributes::decode(bytes, stride, count, room)?;
                (filtered(raw, filter, stride)?, stride)
            }
            // Indices come out with four bytes each here, whatever the stride.
            (Some("TRIANGLES"), 2 | 4) if count % 3 == 0 && filter == "NONE" => {
                let faces = triangles::decode(bytes, count / 3)?;
                if let Some(far) = faces.iter().flatten().find(|&&v| stride == 2 && v > u32::from(u16::MAX)) {
                    return Err(format!("an index of {far} in 16 bits"));
                }
                (faces.into_iter().flatten().flat_map(u32::to_le_bytes).collect(), 4)
            }
            (mode, _) => return Err(format!("a compressed view of mode {mode:?}, stride {stride}, filter {filter}")),
        };
        self.room = self.room.checked_sub(unpacked.0.len()).ok_or("more arrays than its size explains")?;
        Ok(unpacked)
    }

    fn table(&mut self, mesh: &mut ReadMesh) -> Result<(), Fault> {
        let tables = &self.document["extensions"]["EXT_structural_metadata"]["propertyTables"];
        if tables.is_null() {
            return Ok(());
        }
        let table = &tables[0];
        let rows = index(&table["count"]).ok_or("a table of properties without a count")?;
        let properties = &table["properties"];
        let mut numbers = |property: &str, part: &str| -> Result<Vec<u32>, Fault> {
            let view = index(&properties[property][part]).map(|n| &self.document["bufferViews"][n]);
            let view = view.ok_or_else(|| format!("a table of properties without {property}"))?;
            let bytes = self.bytes_of(view)?;
            Ok(bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
        };
        let buildings = numbers("building", "values")?;
        let [heights, roofs, platforms] = ["height", "roof", "platform"].map(|name| numbers(name, "values"));
        let (heights, roofs, platforms) = (heights?, roofs?, platforms?);
        if [&buildings, &heights, &roofs, &platforms].iter().any(|column| column.len() != rows) {
            return Err(format!("a table of {rows} rows with columns of other lengths"));
        }
        let bits = heights.iter().zip(&roofs).zip(&platforms);
        mesh.heights = bits.map(|((&h, &r), &p)| [h, r, p].map(f32::from_bits)).collect();
        mesh.buildings = Some(buildings);
        mesh.footprints = vec![Vec::new(); rows];
        if properties["footprints"].is_null() {
            return Ok(());
        }
        let (arrays, strings) = (numbers("footprints", "arrayOffsets")?, numbers("footprints", "stringOffsets")?);
        let view = index(&properties["footprints"]["values"]).map(|n| &self.document["bufferViews"][n]);
        let texts = self.bytes_of(view.unwrap_or(&Value::Null))?;
        let text = |n: usize| {
            let range = *strings.get(n)? as usize..*strings.get(n + 1)? as usize;
            String::from_utf8(texts.get(range)?.to_vec()).ok()
        };
        let mut room = texts.len().saturating_add(strings.len());
        for (row, names) in mesh.footprints.iter_mut().enumerate() {
            let ends = arrays.get(row).zip(arrays.get(row + 1));
            let (&from, &to) = ends.ok_or("a table of properties with too few offsets")?;
            for n in from as usize..to as usize {
                let name = text(n).ok_or("a text of the table of properties that is none")?;
                room = room.checked_sub(name.len() + 1).ok_or("texts of the table of properties that overlap")?;
                names.push(name);
            }
        }
        Ok(())
    }
}

// Constants of the glTF 2.0 specification.
const BYTE: u64 = 5120;
const UNSIGNED_BYTE: u64 = 5121;
const UNSIGNED_SHORT: u64 = 5123;
const UNSIGNED_INT: u64 = 5125;
const FLOAT: u64 = 5126;

fn size_of_component(component: u64) -> usize {
    match component {
        BYTE | UNSIGNED_BYTE => 1,
        UNSIGNED_SHORT => 2,
        _ => 4,
    }
}

impl Array {
    fn elements(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks(self.stride).take(self.count)
    }

    fn vectors(&self) -> Result<Vec<[f32; 3]>, Fault> {
        if self.component == BYTE && !self.is_normalized {
            return Err("vectors of bytes that are not normalized".into());
        }
        let vector = |element: &[u8]| match self.component {
            BYTE => [0, 1, 2].map(|d| (f32::from(element[d] as i8) / 127.0).max(-1.0)),
            _ => [0, 4, 8].map(|d| f32::from_le_bytes([element[d], element[d + 1], element[d + 2], element[d + 3]])),
        };
        let vectors: Vec<[f32; 3]> = self.elements().map(vector).collect();
        match vectors.iter().find(|vector| !vector.iter().all(|c| c.is_finite())) {
            Some(odd) => Err(format!("a vector of {odd:?}")),
            None => Ok(vectors),
        }
    }

    fn whole_numbers(&self) -> Result<Vec<u32>, Fault> {
        let number = |element: &[u8]| match (self.component, element) {
            // Indices that were unpacked have four bytes.
            (UNSIGNED_SHORT, &[a, b, 0, 0]) if self.stride == 4 => Some(u32::from(u16::from_le_bytes([a, b]))),
            (UNSIGNED_BYTE, &[a, ..]) => Some(u32::from(a)),
            (UNSIGNED_SHORT, &[a, b, ..]) => Some(u32::from(u16::from_le_bytes([a, b]))),
            (UNSIGNED_INT, &[a, b, c, d, ..]) => Some(u32::from_le_bytes([a, b, c, d])),
            (FLOAT, &[a, b, c, d, ..]) => {
                let value = f32::from_le_bytes([a, b, c, d]);
                ((0.0..=16_777_216.0).contains(&value) && value.fract() == 0.0).then_some(value as u32)
            }
            _ => None,
        };
        self.elements().map(|element| number(element).ok_or_else(|| "a number that is not whole".to_string())).collect()
    }
}

/// Undoes a filter.
fn filtered(mut raw: Vec<u8>, filter: &str, stride: usize) -> Result<Vec<u8>, Fault> {
    match filter {
        "NONE" => {}
        "EXPONENTIAL" => {
            for number in raw.chunks_exact_mut(4) {
                let value = u32::from_le_bytes([number[0], number[1], number[2], number[3]]);
                number.copy_from_slice(&filters::exponential_back(value)?.to_le_bytes());
            }
        }
        "OCTAHEDRAL" if stride == 4 => {
            for vector in raw.chunks_exact_mut(4) {
                let back = filters::octahedral_back([vector[0], vector[1], vector[2], vector[3]])?;
                vector.copy_from_slice(&back.map(|c| c as u8));
            }
        }
        other => return Err(format!("the filter {other} with a stride of {stride}")),
    }
    Ok(raw)
}

fn index(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|value| usize::try_from(value).ok())
}

fn len(value: &Value) -> usize {
    value.as_array().map_or(0, Vec::len)
}
