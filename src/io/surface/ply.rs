//! PLY, the polygon file format: a text header lists elements and their properties; the rows of each element follow.

use std::fs::File;
use std::io;
use std::path::Path;

use super::section::Section;
use super::text::Text;
use super::{BUILDINGS, Encoder, Markers, Surface, SurfaceOptions, TRIANGLES, Written, buildings_in};
use crate::error::IoContext;
use crate::io::Durability;
use crate::{Error, Result};

/// The size of a vertex in bytes: three doubles.
const VERTEX: u64 = 24;

pub struct Writer {
    vertices: Section,
    faces: Section,
    markers: bool,
}

impl Writer {
    pub fn new(path: &Path, vertices: u64, faces: u64, options: &SurfaceOptions) -> Result<Writer> {
        if vertices > 1 << 32 {
            let what = format!("{vertices} vertices; PLY numbers at most 2^32 (.vtu and .obj more)");
            return Err(Error::Unsupported { subject: path.to_path_buf(), what });
        }
        // Readers that take the type of the markers from the first one would find none in a file without faces.
        let markers = options.markers == Markers::Faces && faces > 0;
        let (legend, property) = match markers {
            true => (
                "; marker: -2 ground, -1 ground next to a building, i wall and N + i roof of building i of N",
                "property int marker\n",
            ),
            false => ("", ""),
        };
        let stated = options.buildings.filter(|_| markers).map(|n| format!("comment {BUILDINGS}{n}\n"));
        let system = options.system().map(|system| format!("comment {system}\n"));
        let stated = stated.unwrap_or_default() + &system.unwrap_or_default();
        let header = format!(
            "ply\nformat binary_little_endian 1.0\ncomment groma city surface, metres{legend}\n{stated}\
             element vertex {vertices}\nproperty double x\nproperty double y\nproperty double z\n\
             element face {faces}\nproperty list uchar uint vertex_indices\n{property}end_header\n"
        );
        let faces = header.len() as u64 + vertices * VERTEX;
        Ok(Writer { vertices: Section::at(0, header.as_bytes()), faces: Section::at(faces, &[]), markers })
    }
}

impl Encoder for Writer {
    fn vertices(&mut self, file: &File, positions: &[[f64; 3]]) -> io::Result<()> {
        self.vertices.push(file, bytemuck::cast_slice(positions))
    }

    fn faces(&mut self, file: &File, faces: &[[u64; 3]], markers: &[i32]) -> io::Result<()> {
        for (face, marker) in faces.iter().zip(markers) {
            self.faces.encode(file, |out| {
                out.push(3);
                face.iter().for_each(|&v| out.extend_from_slice(&(v as u32).to_le_bytes()));
                if self.markers {
                    out.extend_from_slice(&marker.to_le_bytes());
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn finish(
        mut self: Box<Self>,
        file: &File,
        path: &Path,
        _: Durability,
        _: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Written> {
        self.vertices.flush(file).and_then(|()| self.faces.flush(file)).context("write", path)?;
        Ok(Written::default())
    }
}

#[derive(Clone, Copy, Debug)]
enum Scalar {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    F32,
    F64,
}

impl Scalar {
    fn named(name: &str) -> Option<Scalar> {
        Some(match name {
            "char" | "int8" => Scalar::I8,
            "uchar" | "uint8" => Scalar::U8,
            "short" | "int16" => Scalar::I16,
            "ushort" | "uint16" => Scalar::U16,
            "int" | "int32" => Scalar::I32,
            "uint" | "uint32" => Scalar::U32,
            "float" | "float32" => Scalar::F32,
            "double" | "float64" => Scalar::F64,
            _ => return None,
        })
    }

    fn bytes(self) -> u64 {
        match self {
            Scalar::I8 | Scalar::U8 => 1,
            Scalar::I16 | Scalar::U16 => 2,
            Scalar::I32 | Scalar::U32 | Scalar::F32 => 4,
            Scalar::F64 => 8,
        }
    }
}

struct Property {
    name: String,
    /// The type of a list's length; `None` for a single value.
    length: Option<Scalar>,
    value: Scalar,
}

struct Element {
    name: String,
    rows: u64,
    properties: Vec<Property>,
}

impl Element {
    fn position(&self, names: &[&str]) -> Option<usize> {
        self.properties.iter().position(|p| names.contains(&p.name.as_str()))
    }
}

struct Header {
    ascii: bool,
    /// The number of buildings, where a comment states it.
    buildings: Option<u32>,
    elements: Vec<Element>,
}

/// The values after a header, in any encoding. Every type of PLY fits a double.
struct Body<'a> {
    text: Text<'a>,
    ascii: bool,
}

impl Body<'_> {
    fn value(&mut self, scalar: Scalar) -> Result<f64> {
        if self.ascii {
            return self.text.number();
        }
        Ok(match scalar {
            Scalar::I8 => f64::from(i8::from_le_bytes(self.text.bytes()?)),
            Scalar::U8 => f64::from(u8::from_le_bytes(self.text.bytes()?)),
            Scalar::I16 => f64::from(i16::from_le_bytes(self.text.bytes()?)),
            Scalar::U16 => f64::from(u16::from_le_bytes(self.text.bytes()?)),
            Scalar::I32 => f64::from(i32::from_le_bytes(self.text.bytes()?)),
            Scalar::U32 => f64::from(u32::from_le_bytes(self.text.bytes()?)),
            Scalar::F32 => f64::from(f32::from_le_bytes(self.text.bytes()?)),
            Scalar::F64 => f64::from_le_bytes(self.text.bytes()?),
        })
    }

    /// Reads a value that must be a whole number from `low` to `high`.
    fn whole(&mut self, scalar: Scalar, low: f64, high: f64, what: &str) -> Result<f64> {
        let value = self.value(scalar)?;
        if (low..=high).contains(&value) && value == value.trunc() {
            return Ok(value);
        }
        Err(self.bad(format!("{what} {value}"), format!("a whole number from {low} to {high}")))
    }

    fn skip(&mut self, property: &Property) -> Result<()> {
        let values = match property.length {
            Some(length) => self.whole(length, 0.0, f64::from(u32::MAX), "a list's length")? as u64,
            None => 1,
        };
        (0..values).try_for_each(|_| self.value(property.value).map(drop))
    }

    fn bad(&self, seen: String, accepted: String) -> Error {
        match self.ascii {
            true => self.text.bad_at(self.text.line_number() + 1, &seen, &accepted),
            false => Error::bad_format(self.text.path(), self.text.offset(), seen, accepted),
        }
    }
}

pub fn read(file: File, path: &Path) -> Result<Surface> {
    let size = file.metadata().context("read", path)?.len();
    let mut text = Text::new(file, path);
    let header = header(&mut text)?;
    let columns = Columns::of(&header, path)?;
    check_rows(&header, &columns, size.saturating_sub(text.offset()), path)?;
    let (vertex, face) = (columns.vertex, columns.face);
    let mut surface = Surface {
        vertices: Vec::with_capacity(vertex.rows as usize),
        faces: Vec::with_capacity(face.rows as usize),
        markers: columns.marker.map(|_| Vec::with_capacity(face.rows as usize)),
        buildings: header.buildings.filter(|_| columns.marker.is_some()),
        ..Surface::default()
    };
    let mut body = Body { text, ascii: header.ascii };
    for element in &header.elements {
        for _ in 0..element.rows {
            if std::ptr::eq(element, vertex) {
                columns.read_vertex(&mut body, &mut surface)?;
            } else if std::ptr::eq(element, face) {
                columns.read_face(&mut body, &mut surface)?;
            } else {
                element.properties.iter().try_for_each(|p| body.skip(p))?;
            }
        }
    }
    Ok(surface)
}

/// The elements of vertices and faces, and the indices of the properties that are read.
struct Columns<'a> {
    vertex: &'a Element,
    face: &'a Element,
    /// x, y and z among the properties of a vertex.
    coordinates: [usize; 3],
    /// The corners and the marker among the properties of a face.
    corners: usize,
    marker: Option<usize>,
}

impl<'a> Columns<'a> {
    fn of(header: &'a Header, path: &Path) -> Result<Columns<'a>> {
        let find = |name: &str| header.elements.iter().find(|e| e.name == name);
        let (Some(vertex), Some(face)) = (find("vertex"), find("face")) else {
            return Err(Error::bad_format(path, None, "no element vertex or face", "a PLY file of a surface"));
        };
        let coordinates = [["x"], ["y"], ["z"]].map(|name| vertex.position(&name));
        let [Some(x), Some(y), Some(z)] = coordinates else {
            return Err(Error::bad_format(path, None, "a vertex without x, y, z", "properties x, y and z"));
        };
        let corners =
            face.position(&["vertex_indices", "vertex_index"]).filter(|&i| face.properties[i].length.is_some());
        let Some(corners) = corners else {
            return Err(Error::bad_format(path, None, "faces without corners", "property list ... vertex_indices"));
        };
        let marker = face.position(&["marker", "markers"]).filter(|&i| face.properties[i].length.is_none());
        Ok(Columns { vertex, face, coordinates: [x, y, z], corners, marker })
    }

    fn read_vertex(&self, body: &mut Body<'_>, surface: &mut Surface) -> Result<()> {
        let mut position = [0.0; 3];
        for (i, property) in self.vertex.properties.iter().enumerate() {
            match self.coordinates.iter().position(|&c| c == i) {
                Some(c) if property.length.is_none() => position[c] = body.value(property.value)?,
                _ => body.skip(property)?,
            }
        }
        surface.vertices.push(position);
        Ok(())
    }

    fn read_face(&self, body: &mut Body<'_>, surface: &mut Surface) -> Result<()> {
        let last_vertex = self.vertex.rows as f64 - 1.0;
        for (i, property) in self.face.properties.iter().enumerate() {
            if i == self.corners {
                surface.faces.push(triangle(body, property, last_vertex)?);
            } else if let Some(markers) = surface.markers.as_mut().filter(|_| self.marker == Some(i)) {
                let (low, high) = (f64::from(i32::MIN), f64::from(i32::MAX));
                markers.push(body.whole(property.value, low, high, "marker")? as i32);
            } else {
                body.skip(property)?;
            }
        }
        Ok(())
    }
}

/// Refuses more rows than the `rest` of the file can hold or a surface can have, before memory is allocated for them.
fn check_rows(header: &Header, columns: &Columns<'_>, rest: u64, path: &Path) -> Result<()> {
    let corner = columns.face.properties[columns.corners].value;
    for element in &header.elements {
        // The least size of a row: in text a value and its separator; a face has three corners.
        let of = |scalar: Scalar| if header.ascii { 2 } else { scalar.bytes() };
        let row: u64 = element.properties.iter().map(|p| p.length.map_or(of(p.value), of)).sum();
        let row = if element.name == "face" { row + 3 * of(corner) } else { row };
        if row.saturating_mul(element.rows) > rest + 1 || (row == 0 && element.rows > 0) {
            let seen = format!("{} rows of element {}", element.rows, element.name);
            let accepted = format!("rows of at least {} bytes that fit into {rest} bytes", row.max(1));
            return Err(Error::bad_format(path, None, seen, accepted));
        }
    }
    if columns.vertex.rows > 1 << 32 {
        let what = format!("{} vertices; a surface in memory has at most 2^32", columns.vertex.rows);
        return Err(Error::Unsupported { subject: path.to_path_buf(), what });
    }
    Ok(())
}

fn triangle(body: &mut Body<'_>, property: &Property, last_vertex: f64) -> Result<[u32; 3]> {
    let corners = body.value(property.length.unwrap_or(Scalar::U8))?;
    if corners != 3.0 {
        return Err(body.bad(format!("a face of {corners} corners"), TRIANGLES.to_string()));
    }
    let mut face = [0; 3];
    for corner in &mut face {
        *corner = body.whole(property.value, 0.0, last_vertex, "vertex")? as u32;
    }
    Ok(face)
}

fn header(text: &mut Text<'_>) -> Result<Header> {
    if text.line()?.as_deref() != Some("ply") {
        return Err(text.bad_at(1, "not a PLY file", "a first line \"ply\""));
    }
    let (mut ascii, mut buildings) = (None, None);
    let mut elements: Vec<Element> = Vec::new();
    loop {
        let Some(line) = text.line()?.map(|l| l.into_owned()) else {
            return Err(text.bad("the file ends", "end_header"));
        };
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let property = match words[..] {
            ["comment", ..] => {
                buildings = line.trim_start().strip_prefix("comment").and_then(buildings_in).or(buildings);
                continue;
            }
            [] | ["obj_info", ..] => continue,
            ["end_header"] => break,
            ["format", "ascii", "1.0"] => {
                ascii = Some(true);
                continue;
            }
            ["format", "binary_little_endian", "1.0"] => {
                ascii = Some(false);
                continue;
            }
            ["format", ..] => return Err(text.bad(&line, "ascii 1.0 or binary_little_endian 1.0")),
            ["element", name, rows] => {
                let rows = rows.parse().map_err(|_| text.bad(&line, "element <name> <number>"))?;
                elements.push(Element { name: name.to_string(), rows, properties: Vec::new() });
                continue;
            }
            ["property", "list", length, value, name] => {
                Scalar::named(length).zip(Scalar::named(value)).map(|(length, value)| (Some(length), value, name))
            }
            ["property", value, name] => Scalar::named(value).map(|value| (None, value, name)),
            _ => None,
        };
        match (property, elements.last_mut()) {
            (Some((length, value, name)), Some(element)) => {
                element.properties.push(Property { name: name.to_string(), length, value });
            }
            _ => return Err(text.bad(&line, "a line of a PLY header: format, comment, element, property, end_header")),
        }
    }
    let ascii = ascii.ok_or_else(|| text.bad("no format", "a line \"format ...\" in the header"))?;
    Ok(Header { ascii, buildings, elements })
}
