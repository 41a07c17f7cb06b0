//! Wavefront OBJ: text, a vertex or a face per line.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::section::Section;
use super::text::Text;
use super::{Encoder, Surface};
use crate::error::IoContext;
use crate::io::atomic::temporary_name;
use crate::{Error, Result};

/// What the names of groups begin with; the marker follows.
const GROUP: &str = "marker_";

/// Vertices go straight into the file; how long they get is not known before, so faces go to a file of their own first.
pub struct Writer {
    vertices: Section,
    faces: Section,
    spool: Spool,
    marker: Option<i32>,
}

impl Writer {
    pub fn new(path: &Path) -> Result<Writer> {
        let header = "# groma city surface, metres; groups: marker_-2 ground, marker_-1 ground next to a building,\n\
                      # marker_i wall and marker_N+i roof of building i of N\n";
        let spool = Spool::create(path)?;
        Ok(Writer { vertices: Section::at(0, header.as_bytes()), faces: Section::at(0, &[]), spool, marker: None })
    }
}

impl Encoder for Writer {
    fn vertices(&mut self, file: &File, positions: &[[f64; 3]]) -> io::Result<()> {
        for [x, y, z] in positions {
            self.vertices.encode(file, |out| writeln!(out, "v {x} {y} {z}"))?;
        }
        Ok(())
    }

    fn faces(&mut self, _: &File, faces: &[[u64; 3]], markers: &[i32]) -> io::Result<()> {
        for (face, &marker) in faces.iter().zip(markers) {
            let [a, b, c] = face.map(|v| v + 1);
            let group = self.marker.replace(marker) != Some(marker);
            self.faces.encode(&self.spool.file, |out| {
                if group {
                    writeln!(out, "g {GROUP}{marker}")?;
                }
                writeln!(out, "f {a} {b} {c}")
            })?;
        }
        Ok(())
    }

    fn finish(&mut self, mut file: &File) -> io::Result<()> {
        self.vertices.flush(file)?;
        self.faces.flush(&self.spool.file)?;
        file.seek(SeekFrom::End(0))?;
        self.spool.file.seek(SeekFrom::Start(0))?;
        io::copy(&mut self.spool.file, &mut file).map(drop)
    }
}

/// A temporary file that is gone with the writer.
struct Spool {
    file: File,
    /// Where it stands, if the system keeps the name of an open file.
    path: Option<PathBuf>,
}

impl Spool {
    fn create(path: &Path) -> Result<Spool> {
        let path = temporary_name(path);
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(true).open(&path).context("create", &path)?;
        // Without a name, nothing is left of it after a kill.
        let path = std::fs::remove_file(&path).is_err().then_some(path);
        Ok(Spool { file, path })
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // Nothing more can be done here; whoever clears the folder of unfinished files removes it.
            let _ = std::fs::remove_file(path);
        }
    }
}

pub fn read(file: File, path: &Path) -> Result<Surface> {
    let mut text = Text::new(file, path);
    let mut surface = Surface::default();
    let mut markers = Vec::new();
    let mut marker = None;
    // The largest index and its line: faces may name vertices of later lines.
    let mut largest = (0, 0);
    while let Some(line) = text.line()?.map(|line| line.into_owned()) {
        let mut words = line.split_ascii_whitespace();
        match words.next() {
            Some("v") => {
                let mut position = [0.0; 3];
                for c in &mut position {
                    let number = words.next().and_then(|w| w.parse().ok());
                    *c = number.ok_or_else(|| text.bad(&line, "v and three numbers"))?;
                }
                surface.vertices.push(position);
            }
            Some("f") => {
                let mut face = [0; 3];
                for corner in &mut face {
                    let index = words.next().and_then(|w| w.split('/').next()?.parse().ok());
                    *corner = index
                        .and_then(|i| vertex(i, surface.vertices.len()))
                        .ok_or_else(|| text.bad(&line, "f and three vertices, counted from 1 or backwards from -1"))?;
                    if *corner >= largest.0 {
                        largest = (*corner, text.line_number());
                    }
                }
                if words.next().is_some() {
                    return Err(text.bad(&line, "triangles only"));
                }
                surface.faces.push(face);
                markers.extend(marker);
            }
            Some("g") => marker = words.next().and_then(|name| name.strip_prefix(GROUP)?.parse::<i32>().ok()),
            Some("vn" | "vt" | "vp" | "o" | "s" | "usemtl" | "mtllib") | None => {}
            Some(comment) if comment.starts_with('#') => {}
            Some(_) => {
                return Err(text.bad(&line, "a line that begins with v, f, g, vn, vt, vp, o, s, usemtl, mtllib or #"));
            }
        }
    }
    if surface.vertices.len() > 1 << 32 {
        let what = format!("{} vertices; a surface in memory has at most 2^32", surface.vertices.len());
        return Err(Error::Unsupported { path: path.to_path_buf(), what });
    }
    if !surface.faces.is_empty() && largest.0 as usize >= surface.vertices.len() {
        let (seen, accepted) = (format!("vertex {}", u64::from(largest.0) + 1), surface.vertices.len());
        return Err(text.bad_at(largest.1, &seen, &format!("at most {accepted}, the number of vertices")));
    }
    surface.markers = (markers.len() == surface.faces.len() && !markers.is_empty()).then_some(markers);
    Ok(surface)
}

/// The vertex that an index of the file means, when so many have been read.
fn vertex(index: i64, vertices: usize) -> Option<u32> {
    let vertex = match index {
        0 => return None,
        i if i > 0 => i - 1,
        i => i.checked_add(vertices as i64)?,
    };
    u32::try_from(vertex).ok()
}
