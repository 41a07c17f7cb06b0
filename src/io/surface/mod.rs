//! Triangle surface meshes as files: PLY, VTU, OBJ and STL, written as a stream in bounded memory and read whole; GLB,
//! one tile at a time.
//!
//! | module | what it holds |
//! |---|---|
//! | [`part`] | the marker of a face, and which part of the city it stands for |
//! | [`triangles`] | surfaces as streams of triangles |
//! | [`glb`] | one tile for engines |
//!
//! A surface has vertices (positions in metres in the data set's coordinates) and faces. A face has three indices into
//! the vertices, counter-clockwise seen from outside, and a marker.
//!
//! ```
//! use groma::io::Durability;
//! use groma::io::surface::Surface;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! let path = folder.path().join("square.ply");
//! let surface = Surface {
//!     vertices: vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]],
//!     faces: vec![[0, 1, 2], [0, 2, 3]],
//!     markers: Some(vec![-2, -2]),
//!     ..Surface::default()
//! };
//! surface.write(&path, Durability::Unsynced)?;
//! assert_eq!(Surface::read(&path)?.faces, surface.faces);
//! # Ok::<(), groma::Error>(())
//! ```

pub(crate) mod corners;
pub mod glb;
mod obj;
mod options;
pub mod part;
mod ply;
mod section;
mod sorted;
mod stl;
mod text;
pub mod triangles;
pub(crate) mod vector;
mod vtu;

use std::fs::File;
use std::io;
use std::path::Path;

pub use options::{Groups, Markers, SurfaceOptions, Written};
pub use part::Part;
pub use triangles::{Triangle, TriangleSource};

use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability, remove_abandoned};
use crate::io::input;
use crate::{Error, Result};

/// The words before the number of buildings in a comment of a PLY or OBJ header, or at the head of a VTU.
const BUILDINGS: &str = "groma buildings ";

/// Parses the number of buildings from a header's comment.
fn buildings_in(remark: &str) -> Option<u32> {
    remark.trim().strip_prefix(BUILDINGS)?.parse().ok()
}

/// The faces that are accepted in files of other programs, for messages.
const TRIANGLES: &str = "triangles only; in Python trimesh.load(FILE).export(\"triangles.ply\") makes them";

/// The file formats that hold a whole surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SurfaceFormat {
    /// Polygon file format, binary, little-endian: double positions, a marker per face. At most 2^32 vertices.
    Ply,
    /// VTK's unstructured grid, its data appended raw: double positions, 64-bit indices, cell data `markers`.
    Vtu,
    /// Wavefront OBJ, text: exact positions, faces sorted by [`Groups`]. The materials are in a file beside it, of the
    /// same name with the extension `.mtl`.
    Obj,
    /// STL, binary: triangles alone, in single precision around an origin that the header and [`Written`] state. At
    /// most 2^32 - 1 triangles.
    Stl,
}

impl SurfaceFormat {
    /// Returns the format for a file's extension: `.ply`, `.vtu`, `.obj` or `.stl`, in any case.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for any other.
    pub fn from_path(path: &Path) -> Result<SurfaceFormat> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "ply" => Ok(SurfaceFormat::Ply),
            "vtu" => Ok(SurfaceFormat::Vtu),
            "obj" => Ok(SurfaceFormat::Obj),
            "stl" => Ok(SurfaceFormat::Stl),
            _ => Err(Error::invalid("path", path.display(), "a file name that ends in .ply, .vtu, .obj or .stl")),
        }
    }

    /// Checks that nothing stands in the way of the files beside the one at `path`. Writing does so, too, but a job may
    /// have worked for hours by then.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when a file that is not groma's stands where the materials of an OBJ file would;
    /// [`Error::InvalidArgument`] for a name that an OBJ file cannot tell.
    pub fn check_files_beside(self, path: &Path, markers: Markers) -> Result<()> {
        match self {
            SurfaceFormat::Obj => obj::materials_of(path, markers).map(drop),
            SurfaceFormat::Ply | SurfaceFormat::Vtu | SurfaceFormat::Stl => Ok(()),
        }
    }
}

/// The layout of vertices and faces in one format. Each call continues where the last of its kind ended.
trait Encoder: Send {
    fn vertices(&mut self, file: &File, positions: &[[f64; 3]]) -> io::Result<()>;
    fn faces(&mut self, file: &File, faces: &[[u64; 3]], markers: &[i32]) -> io::Result<()>;
    /// Writes the rest. `path` names the file in messages; an error of `check`, called now and then, ends the writing.
    fn finish(
        self: Box<Self>,
        file: &File,
        path: &Path,
        durability: Durability,
        check: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Written>;
}

/// Writes a surface piece by piece. Its numbers of vertices and faces are known in advance; memory is a few buffers.
///
/// The same vertices and faces give the same bytes, however they are cut into pieces and interleaved.
pub struct SurfaceWriter {
    file: AtomicFile,
    encoder: Box<dyn Encoder>,
    /// Vertices written so far, and in all.
    vertices: (u64, u64),
    faces: (u64, u64),
}

impl SurfaceWriter {
    /// Starts the file that will be at `path`, with these totals and with every marker.
    ///
    /// # Errors
    /// As [`SurfaceWriter::with_options`].
    pub fn create(path: &Path, format: SurfaceFormat, vertices: u64, faces: u64) -> Result<SurfaceWriter> {
        SurfaceWriter::with_options(path, format, vertices, faces, &SurfaceOptions::default())
    }

    /// Starts the file that will be at `path`, with these totals.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when the format cannot number that many vertices or triangles, or when a file that is not
    /// groma's stands where the materials of an OBJ file would; [`Error::InvalidArgument`] when a file cannot be that
    /// long; [`Error::Io`].
    pub fn with_options(
        path: &Path,
        format: SurfaceFormat,
        vertices: u64,
        faces: u64,
        options: &SurfaceOptions,
    ) -> Result<SurfaceWriter> {
        // Beyond this, offsets in a file would not fit 63 bits in some format.
        for (name, total) in [("vertices", vertices), ("faces", faces)] {
            if total > 1 << 48 {
                return Err(Error::invalid(name, total, "at most 2^48"));
            }
        }
        // Only a file that replaces another has a name before it is complete, so a kill may have left one.
        remove_abandoned(path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")));
        let encoder: Box<dyn Encoder> = match format {
            SurfaceFormat::Ply => Box::new(ply::Writer::new(path, vertices, faces, options)?),
            SurfaceFormat::Vtu => Box::new(vtu::Writer::new(vertices, faces, options)),
            SurfaceFormat::Obj => Box::new(obj::Writer::new(path, options)?),
            SurfaceFormat::Stl => Box::new(stl::Writer::new(path, vertices, faces)?),
        };
        Ok(SurfaceWriter { file: AtomicFile::create(path)?, encoder, vertices: (0, vertices), faces: (0, faces) })
    }

    /// Adds vertices. Calls of this and of [`SurfaceWriter::faces`] may alternate in any way; a refused call adds
    /// nothing.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for more vertices than announced or a position that is not finite; [`Error::Io`].
    pub fn vertices(&mut self, positions: &[[f64; 3]]) -> Result<()> {
        if let Some(p) = positions.iter().find(|p| p.iter().any(|c| !c.is_finite())) {
            return Err(Error::invalid("positions", format!("{p:?}"), "finite coordinates"));
        }
        count("vertices", &mut self.vertices, positions.len())?;
        self.encoder.vertices(self.file.file(), positions).context("write", self.file.path())
    }

    /// Adds faces, `markers[i]` being the marker of `faces[i]`. A face may name a vertex that is yet to come.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for more faces than announced, an index beyond the announced vertices, or another
    /// number of markers than of faces; [`Error::Io`].
    pub fn faces(&mut self, faces: &[[u64; 3]], markers: &[i32]) -> Result<()> {
        if faces.len() != markers.len() {
            return Err(Error::invalid(
                "the number of markers",
                markers.len(),
                format!("{}, one for each triangle", faces.len()),
            ));
        }
        let vertices = self.vertices.1;
        if let Some(f) = faces.iter().find(|f| f.iter().any(|&v| v >= vertices)) {
            return Err(Error::invalid("faces", format!("{f:?}"), format!("indices below {vertices}")));
        }
        count("faces", &mut self.faces, faces.len())?;
        self.encoder.faces(self.file.file(), faces, markers).context("write", self.file.path())
    }

    /// Writes the rest and gives the file its name.
    ///
    /// # Errors
    /// As [`SurfaceWriter::finish_with`].
    pub fn finish(self, durability: Durability) -> Result<Written> {
        self.finish_with(durability, &mut || Ok(()))
    }

    /// As [`SurfaceWriter::finish`], but calls `check` every few thousand triangles: OBJ and STL are written only now.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when fewer vertices or faces came than announced; [`Error::Unsupported`] for
    /// coordinates beyond 10^12 m in STL; the error of `check`; [`Error::Io`]. In each case no file appears.
    pub fn finish_with(mut self, durability: Durability, check: &mut dyn FnMut() -> Result<()>) -> Result<Written> {
        for (name, (written, total)) in [("vertices", self.vertices), ("faces", self.faces)] {
            if written != total {
                return Err(Error::invalid(name, format!("{written} written"), format!("{total}, as announced")));
            }
        }
        let path = self.file.path().to_path_buf();
        let written = self.encoder.finish(self.file.file(), &path, durability, check)?;
        self.file.commit(durability)?;
        Ok(written)
    }
}

fn count(name: &'static str, (written, total): &mut (u64, u64), more: usize) -> Result<()> {
    let now = *written + more as u64;
    if now > *total {
        return Err(Error::invalid(name, format!("{now} or more"), format!("{total}, as announced")));
    }
    *written = now;
    Ok(())
}

/// A whole surface in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surface {
    /// Positions, in metres.
    pub vertices: Vec<[f64; 3]>,
    /// Triangles: three indices into `vertices` each.
    pub faces: Vec<[u32; 3]>,
    /// A marker per face, where all faces of the file have one. See [`Part`].
    pub markers: Option<Vec<i32>>,
    /// Whether the markers tell only ground, walls and roofs apart, not one building from another: all belong to one.
    pub has_parts_alone: bool,
    /// The number of buildings, N, that the markers refer to, where the file states it, as [`SurfaceWriter`] does with
    /// [`SurfaceOptions::buildings`]. It tells walls from roofs.
    pub buildings: Option<u32>,
    /// The number of the city's buildings, where the file states it though its markers [tell parts
    /// alone](Surface::has_parts_alone).
    pub buildings_in_parts: Option<u32>,
}

impl Surface {
    /// Reads a file of triangles in the format that its extension names: any binary little-endian or ASCII PLY, a VTU
    /// as [`SurfaceWriter`] writes it, any OBJ, any STL.
    ///
    /// An OBJ file that is grouped by [`Groups::Parts`] reads as a city with one building and [has parts
    /// alone](Surface::has_parts_alone). Corners of an STL file with the same position become one vertex, and the
    /// origin that was subtracted is added again.
    ///
    /// Properties, normals, texture coordinates, materials and names that a surface cannot hold are skipped. The memory
    /// taken is proportional to the file's size, whatever its header says.
    ///
    /// # Errors
    /// [`Error::BadFormat`], with the place, for a malformed file, a face that is not a triangle, or an index without a
    /// vertex; [`Error::Unsupported`] for a valid file of a kind not named above; [`Error::Io`].
    pub fn read(path: &Path) -> Result<Surface> {
        let format = SurfaceFormat::from_path(path)?;
        let file = input::open(path)?;
        match format {
            SurfaceFormat::Ply => ply::read(file, path),
            SurfaceFormat::Vtu => vtu::read(file, path),
            SurfaceFormat::Obj => obj::read(file, path),
            SurfaceFormat::Stl => stl::read(file, path),
        }
    }

    /// Writes the surface in the format that the extension names; a surface without markers gets marker 0 everywhere.
    /// An OBJ file has the faces in the order of their markers, with a group per marker.
    ///
    /// # Errors
    /// As [`SurfaceWriter`].
    pub fn write(&self, path: &Path, durability: Durability) -> Result<Written> {
        let format = SurfaceFormat::from_path(path)?;
        let (vertices, faces) = (self.vertices.len() as u64, self.faces.len() as u64);
        let options =
            SurfaceOptions { groups: Groups::Markers, buildings: self.buildings, ..SurfaceOptions::default() };
        let mut writer = SurfaceWriter::with_options(path, format, vertices, faces, &options)?;
        writer.vertices(&self.vertices)?;
        for start in (0..self.faces.len()).step_by(4096) {
            let end = self.faces.len().min(start + 4096);
            let faces: Vec<_> = self.faces[start..end].iter().map(|f| f.map(u64::from)).collect();
            match &self.markers {
                Some(markers) => writer.faces(&faces, &markers[start..end])?,
                None => writer.faces(&faces, &vec![0; faces.len()])?,
            }
        }
        writer.finish(durability)
    }
}

#[cfg(test)]
mod tests;
