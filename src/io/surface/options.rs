//! Options of a surface's file besides positions and triangles.

use serde::Serialize;

/// Whether a file has the markers of its faces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Markers {
    /// In the form of the format: a property of PLY's faces, cell data of VTU, the groups and materials of OBJ. STL has
    /// none.
    #[default]
    Faces,
    /// None: positions and triangles alone. meshio, for one, cannot read a binary PLY whose faces have further
    /// properties.
    None,
}

/// The groups of an OBJ file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Groups {
    /// `ground`, `walls` and `roofs`, where the number of buildings is known; else as [`Groups::Markers`].
    #[default]
    Parts,
    /// A group `marker_<m>` for each marker m, so that walls and roof of every building are apart.
    Markers,
}

/// Options of a surface's file besides positions and triangles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurfaceOptions {
    /// Whether it has markers.
    pub markers: Markers,
    /// The groups of an OBJ file.
    pub groups: Groups,
    /// The number of buildings, N, that the markers refer to, where it is known: it tells walls from roofs. A PLY, VTU
    /// or OBJ file with markers states it in a comment, for [`Surface::read`](super::Surface::read).
    pub buildings: Option<u32>,
    /// The reference system of the positions, where it is known. A PLY or OBJ file states it in a comment.
    pub crs: Option<String>,
}

impl SurfaceOptions {
    /// Returns the words of a comment that states the reference system, in one line.
    pub(super) fn system(&self) -> Option<String> {
        const LONGEST: usize = 200;
        let name: String = self.crs.as_ref()?.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        Some(format!("reference system {name}"))
    }
}

/// The differences between the positions in a file and those given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Written {
    /// The origin that was subtracted from every position, in metres: 0 except in STL, which is single-precision.
    pub origin: [f64; 3],
    /// The largest change of a coordinate by rounding, in metres: 0 except in STL.
    pub rounding: f64,
}
