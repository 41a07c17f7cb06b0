//! What a file of a surface holds besides positions and triangles.

use serde::Serialize;

/// Whether a file has the markers of its faces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Markers {
    /// As the format has them: a property of PLY's faces, cell data of VTU, the groups and materials of OBJ. STL has
    /// none.
    #[default]
    Faces,
    /// Positions and triangles alone. meshio, for one, reads no binary PLY whose faces have more than their corners.
    None,
}

/// What an OBJ file makes a group of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Groups {
    /// `ground`, `walls` and `roofs`, where the number of buildings is known; else as [`Groups::Markers`].
    #[default]
    Parts,
    /// Each marker m is a group `marker_<m>`, so that walls and roof of every building are apart.
    Markers,
}

/// What a file shall hold besides positions and triangles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SurfaceOptions {
    /// Whether it has markers.
    pub markers: Markers,
    /// The groups of an OBJ file.
    pub groups: Groups,
    /// The number of buildings that the markers count, N, where it is known: it tells walls from roofs. A PLY, VTU or
    /// OBJ file with markers states it in a remark, for [`Surface::read`](super::Surface::read).
    pub buildings: Option<u32>,
}

/// How the positions in a file differ from those that were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Written {
    /// What was taken away from every position, in metres: 0 but in STL, whose coordinates are single-precision.
    pub origin: [f64; 3],
    /// The most that rounding has moved a coordinate by, in metres: 0 but in STL.
    pub rounding: f64,
}
