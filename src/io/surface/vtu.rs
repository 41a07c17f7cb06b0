//! VTU, VTK's unstructured grid: a text that describes arrays, which follow raw, each behind its length in bytes.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

use super::section::Section;
use super::{Encoder, Surface};
use crate::error::IoContext;
use crate::io::positioned::read_exact_at;
use crate::{Error, Result};

/// VTK's number for a triangle.
const TRIANGLE: u8 = 5;
/// What comes before the arrays' first byte, and behind the last.
const BEFORE: &str = "<AppendedData encoding=\"raw\">\n_";
const BEHIND: &str = "\n</AppendedData>\n</VTKFile>\n";
/// No header that [`Writer`] makes is longer.
const LONGEST_HEADER: usize = 4096;

/// An array of the file: its name, type, and bytes per point or cell.
struct Array {
    name: &'static str,
    kind: &'static str,
    of_points: bool,
    bytes: u64,
}

/// In the order in which they are in the file.
const ARRAYS: [Array; 5] = [
    Array { name: "Points", kind: "Float64", of_points: true, bytes: 24 },
    Array { name: "connectivity", kind: "Int64", of_points: false, bytes: 24 },
    Array { name: "offsets", kind: "Int64", of_points: false, bytes: 8 },
    Array { name: "types", kind: "UInt8", of_points: false, bytes: 1 },
    Array { name: "markers", kind: "Int32", of_points: false, bytes: 4 },
];

impl Array {
    fn len(&self, points: u64, cells: u64) -> u64 {
        self.bytes * if self.of_points { points } else { cells }
    }
}

/// Where each array's length stands behind [`BEFORE`], and where the last one ends.
fn offsets(points: u64, cells: u64) -> ([u64; 5], u64) {
    let mut end = 0;
    let starts = ARRAYS.map(|array| {
        let start = end;
        end += 8 + array.len(points, cells);
        start
    });
    (starts, end)
}

fn header(points: u64, cells: u64) -> String {
    let (starts, _) = offsets(points, cells);
    let array = |i: usize| {
        let Array { name, kind, .. } = ARRAYS[i];
        let components = if i == 0 { " NumberOfComponents=\"3\"" } else { "" };
        format!(
            "<DataArray type=\"{kind}\" Name=\"{name}\"{components} format=\"appended\" offset=\"{}\"/>\n",
            starts[i]
        )
    };
    format!(
        "<?xml version=\"1.0\"?>\n\
         <!-- groma city surface, metres; markers: -2 ground, -1 ground next to a building, \
         i wall and N + i roof of building i of N -->\n\
         <VTKFile type=\"UnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n\
         <UnstructuredGrid>\n<Piece NumberOfPoints=\"{points}\" NumberOfCells=\"{cells}\">\n\
         <Points>\n{}</Points>\n<Cells>\n{}{}{}</Cells>\n<CellData Scalars=\"markers\">\n{}</CellData>\n\
         </Piece>\n</UnstructuredGrid>\n{BEFORE}",
        array(0),
        array(1),
        array(2),
        array(3),
        array(4),
    )
}

pub struct Writer {
    sections: [Section; 5],
    behind: Section,
    /// Faces written so far.
    faces: u64,
}

impl Writer {
    pub fn new(vertices: u64, faces: u64) -> Writer {
        let header = header(vertices, faces);
        let (starts, end) = offsets(vertices, faces);
        let origin = header.len() as u64;
        let sections = std::array::from_fn(|i| {
            let length = ARRAYS[i].len(vertices, faces).to_le_bytes();
            match i {
                0 => Section::at(0, &[header.as_bytes(), &length].concat()),
                _ => Section::at(origin + starts[i], &length),
            }
        });
        Writer { sections, behind: Section::at(origin + end, BEHIND.as_bytes()), faces: 0 }
    }
}

impl Encoder for Writer {
    fn vertices(&mut self, file: &File, positions: &[[f64; 3]]) -> io::Result<()> {
        self.sections[0].push(file, bytemuck::cast_slice(positions))
    }

    fn faces(&mut self, file: &File, faces: &[[u64; 3]], markers: &[i32]) -> io::Result<()> {
        let [_, connectivity, offsets, types, marker] = &mut self.sections;
        connectivity.push(file, bytemuck::cast_slice(faces))?;
        marker.push(file, bytemuck::cast_slice(markers))?;
        for _ in faces {
            self.faces += 1;
            offsets.push(file, &(3 * self.faces).to_le_bytes())?;
            types.push(file, &[TRIANGLE])?;
        }
        Ok(())
    }

    fn finish(&mut self, file: &File) -> io::Result<()> {
        self.sections.iter_mut().chain([&mut self.behind]).try_for_each(|section| section.flush(file))
    }
}

/// Reads what [`Writer`] writes: the two numbers in the header say everything else.
pub fn read(file: File, path: &Path) -> Result<Surface> {
    let size = file.metadata().context("read", path)?.len();
    let mut start = vec![0; LONGEST_HEADER.min(size as usize)];
    read_exact_at(&file, &mut start, 0).context("read", path)?;
    let text = String::from_utf8_lossy(&start);
    let number = |attribute: &str| -> Option<u64> {
        let (_, rest) = text.split_once(&format!(" {attribute}=\""))?;
        rest.split_once('"')?.0.parse().ok().filter(|&n| n <= 1 << 48)
    };
    if !text.contains("<VTKFile") {
        return Err(Error::bad_format(path, 0, "no <VTKFile", "a VTU file"));
    }
    let (points, cells) = match (number("NumberOfPoints"), number("NumberOfCells")) {
        (Some(points), Some(cells)) => (points, cells),
        _ => return Err(Error::bad_format(path, 0, "no numbers of points and cells", "numbers up to 2^48")),
    };
    let header = header(points, cells);
    if !start.starts_with(header.as_bytes()) {
        let what = "a VTU file of another layout than groma writes; convert it to PLY".to_string();
        return Err(Error::Unsupported { path: path.to_path_buf(), what });
    }
    let origin = header.len() as u64;
    let (starts, end) = offsets(points, cells);
    let expected = origin + end + BEHIND.len() as u64;
    if size != expected {
        let accepted = format!("{expected} bytes for {points} points and {cells} cells");
        return Err(Error::bad_format(path, size, format!("{size} bytes"), accepted));
    }
    if points > 1 << 32 {
        let what = format!("{points} vertices; a surface in memory has at most 2^32");
        return Err(Error::Unsupported { path: path.to_path_buf(), what });
    }

    let place = |i: usize| origin + starts[i] + 8;
    let mut vertices = vec![[0.0; 3]; points as usize];
    read_exact_at(&file, bytemuck::cast_slice_mut(&mut vertices), place(0)).context("read", path)?;
    let mut markers = vec![0; cells as usize];
    read_exact_at(&file, bytemuck::cast_slice_mut(&mut markers), place(4)).context("read", path)?;
    let mut faces = Vec::with_capacity(cells as usize);
    let mut buffer = vec![[0u64; 3]; 4096];
    for first in (0..cells).step_by(buffer.len()) {
        let Range { start, end } = first..cells.min(first + buffer.len() as u64);
        let buffer = &mut buffer[..(end - start) as usize];
        let offset = place(1) + 24 * first;
        read_exact_at(&file, bytemuck::cast_slice_mut(buffer), offset).context("read", path)?;
        for (i, face) in buffer.iter().enumerate() {
            if let Some(v) = face.iter().find(|&&v| v >= points) {
                let at = offset + 24 * i as u64;
                return Err(Error::bad_format(path, at, format!("vertex {v}"), format!("0 to {}", points as i64 - 1)));
            }
            faces.push(face.map(|v| v as u32));
        }
    }
    Ok(Surface { vertices, faces, markers: Some(markers) })
}
