//! STL: triangles alone, each with the positions of its corners in single precision.
//!
//! At millions of metres, single precision is off by up to a quarter of a metre. So the writer subtracts an origin in
//! whole metres, which the header states and the reader adds again.

use super::vector::{cross, dot};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Seek};
use std::path::Path;

use super::section::Section;
use super::text::Text;
use super::{Encoder, Surface, TRIANGLES, Written};
use crate::error::IoContext;
use crate::io::atomic::{Durability, nameless_beside};
use crate::io::positioned::read_exact_at;
use crate::{Error, Result};

/// The length of the text before the triangles of a binary file; their number follows.
const HEADER: usize = 80;
const BEFORE: u64 = HEADER as u64 + 4;
/// The size of a triangle in bytes: normal, three corners, and two bytes without a meaning.
const TRIANGLE: u64 = 50;
/// The first words of a header of [`Writer`]; the origin's three coordinates follow. (A binary file must not begin with
/// "solid".)
const BEGIN: &str = "groma STL, metres, origin ";
/// An axis whose coordinates are all nearer to zero than this, in metres, keeps its zero: single precision is exact to
/// a quarter of a millimetre there.
const NEAR: f64 = 4096.0;
/// The largest coordinate, in metres, that leaves room for the origin in the header.
const FAR: f64 = 1e12;
/// Triangles that are read back at once.
const PIECE: usize = 4096;
/// Positions are read back in blocks of this size, [`BLOCKS`] of which are kept: 3 MiB. Corners of a triangle are near
/// each other in a city, and so are their numbers.
const BLOCK: u64 = 1024;
const BLOCKS: usize = 128;

/// Writes an STL file. Positions and triangles go to files of their own first: a triangle may name a vertex that is yet
/// to come, and the origin is known only at the end.
pub struct Writer {
    positions: (Section, File),
    triangles: (Section, File),
    vertices: u64,
    faces: u64,
    low: [f64; 3],
    high: [f64; 3],
}

impl Writer {
    pub fn new(path: &Path, vertices: u64, faces: u64) -> Result<Writer> {
        if faces > u64::from(u32::MAX) {
            let what = format!("{faces} triangles; STL counts at most 2^32 - 1 (.ply, .vtu and .obj more)");
            return Err(Error::Unsupported { subject: path.to_path_buf(), what });
        }
        let spool = || Ok::<_, Error>((Section::at(0, &[]), nameless_beside(path)?));
        let (positions, triangles) = (spool()?, spool()?);
        Ok(Writer { positions, triangles, vertices, faces, low: [f64::INFINITY; 3], high: [f64::NEG_INFINITY; 3] })
    }

    fn origin(&self) -> [f64; 3] {
        std::array::from_fn(|i| {
            let (low, high) = (self.low[i], self.high[i]);
            if self.vertices == 0 || (low >= -NEAR && high <= NEAR) { 0.0 } else { (0.5 * low + 0.5 * high).round() }
        })
    }
}

impl Encoder for Writer {
    fn vertices(&mut self, _: &File, positions: &[[f64; 3]]) -> io::Result<()> {
        for position in positions {
            for (i, &c) in position.iter().enumerate() {
                (self.low[i], self.high[i]) = (self.low[i].min(c), self.high[i].max(c));
            }
        }
        let (section, file) = &mut self.positions;
        section.push(file, bytemuck::cast_slice(positions))
    }

    fn faces(&mut self, _: &File, faces: &[[u64; 3]], _: &[i32]) -> io::Result<()> {
        let (section, file) = &mut self.triangles;
        section.push(file, bytemuck::cast_slice(faces))
    }

    fn finish(
        mut self: Box<Self>,
        file: &File,
        path: &Path,
        _: Durability,
        check: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Written> {
        let far = self.low.iter().chain(&self.high).find(|c| c.is_finite() && c.abs() > FAR);
        if let Some(far) = far {
            let what = format!("a coordinate of {far} m; STL has single precision: write .ply, .vtu or .obj");
            return Err(Error::Unsupported { subject: path.to_path_buf(), what });
        }
        for (section, spool) in [&mut self.positions, &mut self.triangles] {
            section.flush(spool).context("write", path)?;
        }
        let mut written = Written { origin: self.origin(), rounding: 0.0 };
        let [x, y, z] = written.origin;
        let mut start = format!("{BEGIN}{x} {y} {z}").into_bytes();
        start.resize(HEADER, b' ');
        start.extend_from_slice(&(self.faces as u32).to_le_bytes());
        let mut out = Section::at(0, &start);
        let mut positions = Positions::new(&self.positions.1, self.vertices);
        let mut piece = vec![[0_u64; 3]; PIECE];
        for first in (0..self.faces).step_by(PIECE) {
            check()?;
            let piece = &mut piece[..(self.faces - first).min(PIECE as u64) as usize];
            read_exact_at(&self.triangles.1, bytemuck::cast_slice_mut(piece), 24 * first).context("read", path)?;
            for corners in &*piece {
                let mut triangle = [[0.0_f32; 3]; 3];
                for (single, &corner) in triangle.iter_mut().zip(corners) {
                    let position = positions.get(corner).context("read", path)?;
                    for (i, c) in single.iter_mut().enumerate() {
                        let exact = position[i] - written.origin[i];
                        *c = exact as f32;
                        written.rounding = written.rounding.max((f64::from(*c) - exact).abs());
                    }
                }
                out.encode(file, |out| {
                    for c in [normal(&triangle)].iter().chain(&triangle).flatten() {
                        out.extend_from_slice(&c.to_le_bytes());
                    }
                    out.extend_from_slice(&[0, 0]);
                    Ok(())
                })
                .context("write", path)?;
            }
        }
        out.flush(file).context("write", path)?;
        Ok(written)
    }
}

/// Returns the unit normal, or zero where the corners lie on one line.
fn normal(&[a, b, c]: &[[f32; 3]; 3]) -> [f32; 3] {
    let d = |p: [f32; 3], q: [f32; 3]| std::array::from_fn::<f64, 3, _>(|i| f64::from(q[i]) - f64::from(p[i]));
    let (u, v) = (d(a, b), d(a, c));
    let n = cross(u, v);
    let length = dot(n, n).sqrt();
    if length > 0.0 { n.map(|c| (c / length) as f32) } else { [0.0; 3] }
}

/// The positions in a file, cached by blocks.
struct Positions<'a> {
    file: &'a File,
    count: u64,
    /// The cache: entry b modulo [`BLOCKS`] holds block b's number and positions.
    blocks: Vec<(Option<u64>, Vec<[f64; 3]>)>,
}

impl Positions<'_> {
    fn new(file: &File, count: u64) -> Positions<'_> {
        Positions { file, count, blocks: vec![(None, Vec::new()); BLOCKS] }
    }

    fn get(&mut self, number: u64) -> io::Result<[f64; 3]> {
        let block = number / BLOCK;
        let (there, positions) = &mut self.blocks[(block % BLOCKS as u64) as usize];
        if *there != Some(block) {
            *there = None;
            positions.resize((self.count - block * BLOCK).min(BLOCK) as usize, [0.0; 3]);
            read_exact_at(self.file, bytemuck::cast_slice_mut(positions), 24 * block * BLOCK)?;
            *there = Some(block);
        }
        Ok(positions[(number % BLOCK) as usize])
    }
}

/// Merges corners with the same position into one vertex.
#[derive(Default)]
struct Welding {
    surface: Surface,
    numbers: HashMap<[u32; 3], u32>,
}

impl Welding {
    fn add(&mut self, triangle: [[f32; 3]; 3], origin: [f64; 3]) {
        let face = triangle.map(|corner| {
            let corner = corner.map(|c| c + 0.0); // -0 and 0 are one place
            let vertices = &mut self.surface.vertices;
            *self.numbers.entry(corner.map(f32::to_bits)).or_insert_with(|| {
                vertices.push(std::array::from_fn(|i| f64::from(corner[i]) + origin[i]));
                vertices.len() as u32 - 1
            })
        });
        self.surface.faces.push(face);
    }
}

/// Reads any binary or ASCII STL.
pub fn read(mut file: File, path: &Path) -> Result<Surface> {
    let size = file.metadata().context("read", path)?.len();
    let mut start = [0; BEFORE as usize];
    if size >= BEFORE {
        read_exact_at(&file, &mut start, 0).context("read", path)?;
        let count = u32::from_le_bytes([start[80], start[81], start[82], start[83]]);
        let expected = BEFORE + TRIANGLE * u64::from(count);
        if size == expected {
            return read_binary(&file, path, &start, count);
        }
        if !start.starts_with(b"solid") {
            let accepted = format!("{expected} bytes for {count} triangles, or a text that begins with \"solid\"");
            return Err(Error::bad_format(path, size, format!("{size} bytes"), accepted));
        }
        file.rewind().context("read", path)?;
    }
    read_text(file, path)
}

fn read_binary(file: &File, path: &Path, start: &[u8], count: u32) -> Result<Surface> {
    let origin = origin_in(start);
    let mut welding = Welding::default();
    let mut piece = vec![0; PIECE * TRIANGLE as usize];
    let mut offset = BEFORE;
    let mut left = u64::from(count);
    while left > 0 {
        let triangles = left.min(PIECE as u64);
        let piece = &mut piece[..(triangles * TRIANGLE) as usize];
        read_exact_at(file, piece, offset).context("read", path)?;
        for bytes in piece.chunks_exact(TRIANGLE as usize) {
            let number = |i: usize| f32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]);
            let triangle = std::array::from_fn(|corner| std::array::from_fn(|i| number(12 + 12 * corner + 4 * i)));
            welding.add(triangle, origin);
        }
        left -= triangles;
        offset += triangles * TRIANGLE;
    }
    Ok(welding.surface)
}

/// Returns the origin in the header of a file of groma's; 0 for other files.
fn origin_in(start: &[u8]) -> [f64; 3] {
    let text = std::str::from_utf8(&start[..HEADER]).ok().and_then(|text| text.strip_prefix(BEGIN));
    let numbers = text.map(|text| text.split_ascii_whitespace().map(|word| word.parse::<f64>()).collect::<Vec<_>>());
    match numbers.as_deref() {
        Some([Ok(x), Ok(y), Ok(z)]) if [x, y, z].iter().all(|c| c.abs() <= FAR) => [*x, *y, *z],
        _ => [0.0; 3],
    }
}

fn read_text(file: File, path: &Path) -> Result<Surface> {
    let mut text = Text::new(file, path);
    let mut welding = Welding::default();
    let mut corners: Vec<[f32; 3]> = Vec::new();
    let mut first = true;
    while let Some(line) = text.line()?.map(|line| line.into_owned()) {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        if first && words.first() != Some(&"solid") {
            return Err(text.bad("not an STL file", "a text that begins with \"solid\", or a binary STL"));
        }
        first = false;
        match words[..] {
            [] | ["solid" | "endsolid", ..] | ["facet", ..] | ["outer", "loop"] | ["endfacet"] => {}
            ["vertex", x, y, z] => {
                let mut corner = [0.0; 3];
                for (c, word) in corner.iter_mut().zip([x, y, z]) {
                    *c = word.parse().map_err(|_| text.bad(&line, "vertex and three numbers"))?;
                }
                corners.push(corner);
            }
            ["endloop"] => match corners[..] {
                [a, b, c] => {
                    welding.add([a, b, c], [0.0; 3]);
                    corners.clear();
                }
                _ => return Err(text.bad(&format!("a facet of {} corners", corners.len()), TRIANGLES)),
            },
            _ => {
                return Err(
                    text.bad(&line, "a line of STL: solid, facet, outer loop, vertex, endloop, endfacet, endsolid")
                );
            }
        }
    }
    if first || !corners.is_empty() {
        return Err(Error::bad_format(path, text.offset(), "the file ends", "the end of a facet, or \"solid\""));
    }
    Ok(welding.surface)
}
