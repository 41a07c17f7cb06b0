//! Wavefront OBJ: text, a vertex or a face per line.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::part::{MATERIALS, Material};
use super::section::Section;
use super::sorted::SortedFaces;
use super::text::Text;
use super::{BUILDINGS, Encoder, Groups, Markers, Part, Surface, SurfaceOptions, TRIANGLES, Written, buildings_in};
use crate::error::IoContext;
use crate::io::{Durability, atomic};
use crate::{Error, Result};

/// The prefix of a group's name where each marker has a group; the marker follows.
const GROUP: &str = "marker_";
/// The groups of the parts: name, part and the marker that their faces read as. The markers describe a city with one
/// building.
const PART_GROUPS: [(&str, Part, Option<i32>); 4] = [
    ("ground", Part::Ground, Some(-2)),
    ("walls", Part::Wall, Some(0)),
    ("roofs", Part::Roof, Some(1)),
    ("unknown", Part::Unknown, None),
];
/// The first words of groma's file of materials; another file of that name is not groma's to replace.
const MATERIALS_BEGIN: &str = "# groma materials";
/// Faces between two calls of the check.
const FACES_PER_CHECK: u64 = 4096;

/// Writes an OBJ file. Vertices go straight into it. Faces are sorted and the length of the vertices is not known in
/// advance, so faces go to a file of their own first.
pub struct Writer {
    vertices: Section,
    faces: SortedFaces,
    layout: Layout,
}

/// The grouping of faces and the look of the groups.
struct Layout {
    options: SurfaceOptions,
    /// The path of the file of materials, if any.
    materials: Option<PathBuf>,
}

impl Writer {
    pub fn new(path: &Path, options: &SurfaceOptions) -> Result<Writer> {
        let mut options = options.clone();
        if options.buildings.is_none() {
            options.groups = Groups::Markers;
        }
        let materials = materials_of(path, options.markers)?;
        let mut header = "# groma city surface, metres".to_string();
        let system = options.system().map(|system| format!("\n# {system}"));
        if let Some(materials) = &materials {
            header += match options.groups {
                Groups::Parts => "; groups: ground, walls, roofs",
                Groups::Markers => {
                    "; groups: marker_-2 ground, marker_-1 ground next to a building,\n\
                     # marker_i wall and marker_N+i roof of building i of N"
                }
            };
            if let Some(buildings) = options.buildings {
                header += &format!("\n# {BUILDINGS}{buildings}");
            }
            header += &format!("\nmtllib {}", file_name(materials)?);
        }
        header += &system.unwrap_or_default();
        let vertices = Section::at(0, (header + "\n").as_bytes());
        Ok(Writer { vertices, faces: SortedFaces::new(path)?, layout: Layout { options, materials } })
    }
}

impl Layout {
    /// Returns the part of a marker. Without a number of buildings walls and roofs cannot be told apart.
    fn part(&self, marker: i32) -> Part {
        Part::of(marker, self.options.buildings.unwrap_or(0))
    }

    /// Returns the key that faces are sorted by: an index in [`PART_GROUPS`], or the marker.
    fn group(&self, marker: i32) -> i32 {
        match (self.options.markers, self.options.groups) {
            (Markers::None, _) => 0,
            (_, Groups::Markers) => marker,
            (_, Groups::Parts) => {
                let material = Material::of(self.part(marker));
                PART_GROUPS.iter().position(|(_, part, _)| Material::of(*part) == material).map_or(0, |i| i as i32)
            }
        }
    }

    /// Returns the name and the material of a group.
    fn named(&self, group: i32) -> (String, &'static str) {
        let (name, part) = match self.options.groups {
            Groups::Parts => (PART_GROUPS[group as usize].0.to_string(), PART_GROUPS[group as usize].1),
            Groups::Markers => (format!("{GROUP}{group}"), self.part(group)),
        };
        (name, MATERIALS[Material::of(part)].name)
    }
}

fn file_name(materials: &Path) -> Result<&str> {
    let name = materials.file_name().and_then(|name| name.to_str()).filter(|name| !name.contains(char::is_control));
    let accepted = "for OBJ with materials, a file name of readable characters in UTF-8";
    name.ok_or_else(|| Error::invalid("path", format!("{:?}", materials.with_extension("obj")), accepted))
}

/// Returns the path of the file of materials, if there is to be one, after checking that it may be written.
pub fn materials_of(path: &Path, markers: Markers) -> Result<Option<PathBuf>> {
    match markers {
        Markers::None => Ok(None),
        Markers::Faces => {
            let materials = path.with_extension("mtl");
            file_name(&materials)?;
            check_replaceable(&materials)?;
            Ok(Some(materials))
        }
    }
}

fn check_replaceable(materials: &Path) -> Result<()> {
    let mut start = [0; MATERIALS_BEGIN.len()];
    let ours = match File::open(materials) {
        Ok(mut file) => io::Read::read_exact(&mut file, &mut start).is_ok() && start == *MATERIALS_BEGIN.as_bytes(),
        Err(_) => !materials.exists(),
    };
    if ours {
        return Ok(());
    }
    let what = "is there and was not written by groma, so the materials of the OBJ file beside it cannot go there; \
                give the OBJ file another name, or write it without markers (--markers none)";
    Err(Error::Unsupported { subject: materials.to_path_buf(), what: what.into() })
}

/// Returns the text of the file of materials.
fn materials_text() -> String {
    let mut text = format!("{MATERIALS_BEGIN}: the parts of a city\n");
    for Material { name, color: [red, green, blue], .. } in MATERIALS {
        text += &format!("\nnewmtl {name}\nKd {red} {green} {blue}\nKs 0 0 0\nillum 1\n");
    }
    text
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
            let group = self.layout.group(marker);
            self.faces.push(group, *face)?;
        }
        Ok(())
    }

    fn finish(
        self: Box<Self>,
        file: &File,
        path: &Path,
        durability: Durability,
        check: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Written> {
        // The faces begin where the vertices end.
        let Writer { vertices: mut out, faces, layout } = *self;
        let (mut now, mut material, mut done) = (None, None, 0_u64);
        faces.finish(path, &mut |group, corners| {
            if done.is_multiple_of(FACES_PER_CHECK) {
                check()?;
            }
            done += 1;
            let mut begins = String::new();
            if layout.materials.is_some() && now.replace(group) != Some(group) {
                let (name, looks) = layout.named(group);
                begins = format!("g {name}\n");
                if material.replace(looks) != Some(looks) {
                    begins += &format!("usemtl {looks}\n");
                }
            }
            let [a, b, c] = corners.map(|v| v + 1);
            out.encode(file, |out| writeln!(out, "{begins}f {a} {b} {c}")).context("write", path)
        })?;
        out.flush(file).context("write", path)?;
        if let Some(materials) = &layout.materials {
            atomic::write(materials, materials_text().as_bytes(), durability)?;
        }
        Ok(Written::default())
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
                    return Err(text.bad(&line, TRIANGLES));
                }
                surface.faces.push(face);
                markers.extend(marker);
            }
            Some("g") => {
                let group = words.next();
                surface.has_parts_alone |= group.is_some_and(is_of_buildings);
                marker = group.and_then(marker_of);
            }
            Some("vn" | "vt" | "vp" | "o" | "s" | "usemtl" | "mtllib") | None => {}
            Some(comment) if comment.starts_with('#') => {
                surface.buildings = line.trim_start().strip_prefix('#').and_then(buildings_in).or(surface.buildings);
            }
            Some(_) => {
                return Err(text.bad(&line, "a line that begins with v, f, g, vn, vt, vp, o, s, usemtl, mtllib or #"));
            }
        }
    }
    if surface.vertices.len() > 1 << 32 {
        let what = format!("{} vertices; a surface in memory has at most 2^32", surface.vertices.len());
        return Err(Error::Unsupported { subject: path.to_path_buf(), what });
    }
    if !surface.faces.is_empty() && largest.0 as usize >= surface.vertices.len() {
        let (seen, accepted) = (format!("vertex {}", u64::from(largest.0) + 1), surface.vertices.len());
        return Err(text.bad_at(largest.1, &seen, &format!("at most {accepted}, the number of vertices")));
    }
    surface.markers = (markers.len() == surface.faces.len() && !markers.is_empty()).then_some(markers);
    surface.has_parts_alone &= surface.markers.is_some();
    // The markers of parts describe a city with one building.
    surface.buildings_in_parts = surface.buildings.filter(|_| surface.has_parts_alone);
    surface.buildings = if surface.has_parts_alone { Some(1) } else { surface.buildings };
    surface.buildings = surface.buildings.filter(|_| surface.markers.is_some());
    Ok(surface)
}

/// Returns whether a group holds the walls or the roofs of all buildings.
fn is_of_buildings(group: &str) -> bool {
    PART_GROUPS.iter().any(|(name, part, _)| *name == group && matches!(part, Part::Wall | Part::Roof))
}

/// Returns the marker of the faces of a group.
fn marker_of(group: &str) -> Option<i32> {
    let of_part = PART_GROUPS.iter().find(|(name, ..)| *name == group).and_then(|(.., marker)| *marker);
    of_part.or_else(|| group.strip_prefix(GROUP)?.parse().ok())
}

/// Returns the vertex that a file's index names, `vertices` having been read so far.
fn vertex(index: i64, vertices: usize) -> Option<u32> {
    let vertex = match index {
        0 => return None,
        i if i > 0 => i - 1,
        i => i.checked_add(vertices as i64)?,
    };
    u32::try_from(vertex).ok()
}
