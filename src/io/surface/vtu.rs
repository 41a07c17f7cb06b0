//! VTU, VTK's unstructured grid: a text that describes arrays, then the raw arrays, each behind its length in bytes.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

use super::part::NO_MARKER;
use super::section::Section;
use super::{BUILDINGS, Encoder, Markers, Surface, SurfaceOptions, Written, buildings_in};
use crate::error::IoContext;
use crate::io::Durability;
use crate::io::positioned::read_exact_at;
use crate::{Error, Result};

/// VTK's cell type for a triangle.
const TRIANGLE: u8 = 5;
/// VTK's cell type for a set of points. A surface without triangles gets one empty such cell, because meshio reads no
/// grid without cells.
const POINT_SET: u8 = 2;
/// The text before the arrays' first byte, and the one behind the last.
const BEFORE: &str = "<AppendedData encoding=\"raw\">\n_";
const BEHIND: &str = "\n</AppendedData>\n</VTKFile>\n";
/// The longest header that [`Writer`] makes is shorter, in bytes.
const LONGEST_HEADER: usize = 4096;

/// An array of the file: its name and its type.
struct Array {
    name: &'static str,
    kind: &'static str,
}

/// The arrays in the order of the file.
const ARRAYS: [Array; 5] = [
    Array { name: "Points", kind: "Float64" },
    Array { name: "connectivity", kind: "Int64" },
    Array { name: "offsets", kind: "Int64" },
    Array { name: "types", kind: "UInt8" },
    Array { name: "markers", kind: "Int32" },
];

/// The contents of a file, from which the place of everything in it follows.
#[derive(Clone, Copy)]
struct Layout {
    points: u64,
    triangles: u64,
    markers: bool,
    /// Whether the empty cell stands in for the missing triangles.
    stand_in: bool,
    /// The number of buildings, if stated.
    buildings: Option<u32>,
}

impl Layout {
    fn cells(&self) -> u64 {
        self.triangles + u64::from(self.stand_in)
    }

    fn arrays(&self) -> usize {
        if self.markers { 5 } else { 4 }
    }

    /// Returns the length of an array, in bytes.
    fn len(&self, array: usize) -> u64 {
        [24 * self.points, 24 * self.triangles, 8 * self.cells(), self.cells(), 4 * self.cells()][array]
    }

    /// Returns the offset of each array's length behind [`BEFORE`], and the end of the last array.
    fn offsets(&self) -> ([u64; 5], u64) {
        let (mut starts, mut end) = ([0; 5], 0);
        for (array, start) in starts.iter_mut().enumerate().take(self.arrays()) {
            *start = end;
            end += 8 + self.len(array);
        }
        (starts, end)
    }

    fn header(&self) -> String {
        let (starts, _) = self.offsets();
        let array = |i: usize| {
            let Array { name, kind } = ARRAYS[i];
            let components = if i == 0 { " NumberOfComponents=\"3\"" } else { "" };
            format!(
                "<DataArray type=\"{kind}\" Name=\"{name}\"{components} format=\"appended\" offset=\"{}\"/>\n",
                starts[i]
            )
        };
        let (legend, data) = match self.markers {
            true => (
                "; markers: -2 ground, -1 ground next to a building, i wall and N + i roof of building i of N",
                format!("<CellData Scalars=\"markers\">\n{}</CellData>\n", array(4)),
            ),
            false => ("", String::new()),
        };
        let stated = self.buildings.filter(|_| self.markers).map(|n| format!("<!-- {BUILDINGS}{n} -->\n"));
        let stated = stated.unwrap_or_default();
        format!(
            "<?xml version=\"1.0\"?>\n<!-- groma city surface, metres{legend} -->\n{stated}\
             <VTKFile type=\"UnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n\
             <UnstructuredGrid>\n<Piece NumberOfPoints=\"{}\" NumberOfCells=\"{}\">\n\
             <Points>\n{}</Points>\n<Cells>\n{}{}{}</Cells>\n{data}</Piece>\n</UnstructuredGrid>\n{BEFORE}",
            self.points,
            self.cells(),
            array(0),
            array(1),
            array(2),
            array(3),
        )
    }
}

pub struct Writer {
    sections: [Section; 5],
    layout: Layout,
    behind: Section,
    /// The number of faces written so far.
    faces: u64,
}

impl Writer {
    pub fn new(vertices: u64, faces: u64, options: &SurfaceOptions) -> Writer {
        let markers = options.markers == Markers::Faces;
        let (stand_in, buildings) = (faces == 0, options.buildings);
        let layout = Layout { points: vertices, triangles: faces, markers, stand_in, buildings };
        let header = layout.header();
        let (starts, end) = layout.offsets();
        let origin = header.len() as u64;
        let sections = std::array::from_fn(|i| {
            let mut start = layout.len(i).to_le_bytes().to_vec();
            if layout.stand_in {
                match i {
                    2 => start.extend_from_slice(&0_u64.to_le_bytes()),
                    3 => start.push(POINT_SET),
                    4 => start.extend_from_slice(&NO_MARKER.to_le_bytes()),
                    _ => {}
                }
            }
            match i {
                0 => Section::at(0, &[header.as_bytes(), &start].concat()),
                _ => Section::at(origin + starts[i], &start),
            }
        });
        Writer { sections, layout, behind: Section::at(origin + end, BEHIND.as_bytes()), faces: 0 }
    }
}

impl Encoder for Writer {
    fn vertices(&mut self, file: &File, positions: &[[f64; 3]]) -> io::Result<()> {
        self.sections[0].push(file, bytemuck::cast_slice(positions))
    }

    fn faces(&mut self, file: &File, faces: &[[u64; 3]], markers: &[i32]) -> io::Result<()> {
        let [_, connectivity, offsets, types, marker] = &mut self.sections;
        connectivity.push(file, bytemuck::cast_slice(faces))?;
        if self.layout.markers {
            marker.push(file, bytemuck::cast_slice(markers))?;
        }
        for _ in faces {
            self.faces += 1;
            offsets.push(file, &(3 * self.faces).to_le_bytes())?;
            types.push(file, &[TRIANGLE])?;
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
        let arrays = self.layout.arrays();
        let sections = self.sections.iter_mut().take(arrays).chain([&mut self.behind]);
        { sections }.try_for_each(|section| section.flush(file)).context("write", path)?;
        Ok(Written::default())
    }
}

/// Reads a file of [`Writer`]: everything else follows from the numbers in its header.
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
    let remarks = text.split("<!--").skip(1).filter_map(|rest| rest.split_once("-->"));
    let buildings = remarks.filter_map(|(remark, _)| buildings_in(remark)).next();
    let Some((layout, header)) =
        layouts(points, cells, buildings).map(|l| (l, l.header())).find(|(_, h)| start.starts_with(h.as_bytes()))
    else {
        let what = "a VTU file of another layout than groma writes; convert it to PLY".to_string();
        return Err(Error::Unsupported { subject: path.to_path_buf(), what });
    };
    let origin = header.len() as u64;
    let (starts, end) = layout.offsets();
    let expected = origin + end + BEHIND.len() as u64;
    if size != expected {
        let accepted = format!("{expected} bytes for {points} points and {cells} cells");
        return Err(Error::bad_format(path, size, format!("{size} bytes"), accepted));
    }
    let cells = layout.triangles;
    if points > 1 << 32 {
        let what = format!("{points} vertices; a surface in memory has at most 2^32");
        return Err(Error::Unsupported { subject: path.to_path_buf(), what });
    }

    let place = |i: usize| origin + starts[i] + 8;
    let mut vertices = vec![[0.0; 3]; points as usize];
    read_exact_at(&file, bytemuck::cast_slice_mut(&mut vertices), place(0)).context("read", path)?;
    let mut markers = layout.markers.then(|| vec![0; cells as usize]);
    if let Some(markers) = &mut markers {
        read_exact_at(&file, bytemuck::cast_slice_mut(markers), place(4)).context("read", path)?;
    }
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
    let buildings = layout.buildings.filter(|_| layout.markers);
    Ok(Surface { vertices, faces, markers, buildings, ..Surface::default() })
}

/// Returns the layouts that files with these numbers can have. Earlier versions wrote grids without cells.
fn layouts(points: u64, cells: u64, buildings: Option<u32>) -> impl Iterator<Item = Layout> {
    let of = move |(markers, stand_in): (bool, bool)| {
        let triangles = cells.checked_sub(u64::from(stand_in))?;
        Some(Layout { points, triangles, markers, stand_in, buildings })
            .filter(|layout| !stand_in || layout.triangles == 0)
    };
    [(true, false), (false, false), (true, true), (false, true)].into_iter().filter_map(of)
}
