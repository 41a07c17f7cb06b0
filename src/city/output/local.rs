//! Tiles for engines: single-precision positions relative to an origin per tile.
//!
//! ```
//! # use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
//! # use groma::city::generate::{GenerateOptions, city};
//! # use groma::city::{CityInput, Footprints, Ground};
//! use groma::city::local::{LocalMesh, LocalOptions};
//! use groma::city::store::MeshStore;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let (footprints, terrain) = city(&GenerateOptions::new(6))?;
//! # let (footprints, terrain) = (Footprints::Memory(footprints.into()), Ground::Memory(terrain.into()));
//! # let input = CityInput { footprints, terrain };
//! # build_city_mesh(&input, folder.path().join("tiles"), &BuildCityMeshOptions::default())?;
//! let store = MeshStore::open(folder.path().join("tiles"))?;
//! for name in store.list_tiles()? {
//!     let mesh = LocalMesh::read(&store.get_tile(&name)?, &LocalOptions::default())?;
//!     println!("{name}: {} vertices around {:?}", mesh.positions.len(), mesh.origin);
//! }
//! # Ok::<(), groma::Error>(())
//! ```

use crate::city::tiles::store::TileView;
use crate::io::surface::Part;
use crate::io::surface::corners::{Corner, Corners, unit};
use crate::{Error, Result};

/// The axes and the unit of positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frame {
    /// The data's axes: x east, y north, z up, in metres. Triangles are counter-clockwise seen from outside.
    #[default]
    Source,
    /// Unreal's axes: x east, y south, z up, in centimetres, left-handed. Indices have the same order as in
    /// [`Frame::Source`]: mirroring y reverses the winding, and so does Unreal's front-face rule; the two cancel.
    Unreal,
}

impl Frame {
    /// Converts a vector of the data to this frame.
    fn vector(self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        match self {
            Frame::Source => [x, y, z],
            Frame::Unreal => [100.0 * x, -100.0 * y, 100.0 * z],
        }
    }
}

/// A set of parts of the city, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartMask(u32);

impl PartMask {
    /// Ground, next to buildings or not.
    pub const GROUND: PartMask = PartMask(1);
    /// Walls.
    pub const WALL: PartMask = PartMask(2);
    /// Roofs and platforms.
    pub const ROOF: PartMask = PartMask(4);
    /// All other triangles, by their markers; those of other programs.
    pub const OTHER: PartMask = PartMask(8);
    /// All parts.
    pub const ALL: PartMask = PartMask(15);

    /// Returns the parts with these bits.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for none, or for bits that no part has.
    pub fn from_bits(bits: u32) -> Result<PartMask> {
        if bits == 0 || bits & !PartMask::ALL.0 != 0 {
            return Err(Error::invalid("parts", bits, "a sum of 1 (ground), 2 (walls), 4 (roofs) and 8 (others)"));
        }
        Ok(PartMask(bits))
    }

    /// Returns the bits.
    pub fn bits(self) -> u32 {
        self.0
    }

    fn has(self, part: PartMask) -> bool {
        self.0 & part.0 != 0
    }

    fn of(part: Part) -> PartMask {
        match part {
            Part::Ground | Part::GroundNextToBuilding => PartMask::GROUND,
            Part::Wall => PartMask::WALL,
            Part::Roof => PartMask::ROOF,
            Part::Unknown => PartMask::OTHER,
        }
    }
}

/// The parts of a tile to read, and the form to read them in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalOptions {
    /// The axes and the unit.
    pub frame: Frame,
    /// The parts whose triangles are read.
    pub parts: PartMask,
    /// Whether to give vertices normals. A vertex is then repeated for each part and for each group of triangles around
    /// it whose directions differ by more than 45 degrees: ground is smooth, buildings have edges.
    pub normals: bool,
}

impl Default for LocalOptions {
    fn default() -> LocalOptions {
        LocalOptions { frame: Frame::Source, parts: PartMask::ALL, normals: false }
    }
}

/// A tile, or parts of it, with only the vertices that these use, in the order of their use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LocalMesh {
    /// The origin of the positions, in metres, in the data's axes: whole numbers, the same for all parts of a tile.
    pub origin: [f64; 3],
    /// The positions, relative to the origin.
    pub positions: Vec<[f32; 3]>,
    /// A unit vector for each position, or none at all.
    pub normals: Vec<[f32; 3]>,
    /// The triangles, in the order of the tile.
    pub faces: Vec<[u32; 3]>,
    /// The tile's markers of these triangles.
    pub markers: Vec<i32>,
}

impl LocalMesh {
    /// Reads a tile.
    ///
    /// # Errors
    /// As [`TileView::verify`]; [`Error::Unsupported`] for tiles that reach farther than single precision, or have more
    /// corners than 32 bits can count.
    pub fn read(tile: &TileView, options: &LocalOptions) -> Result<LocalMesh> {
        tile.verify()?;
        let unsupported = |what: &str| Error::Unsupported { subject: tile.path().to_path_buf(), what: what.into() };
        let buildings = tile.header().building_count;
        let vertices = tile.vertices();
        let mut mesh = LocalMesh { origin: origin(tile.header().bounds), ..LocalMesh::default() };
        let mut corners = Corners::new(vertices.len(), options.normals);
        for (face, &marker) in tile.faces().iter().zip(tile.markers()) {
            let part = PartMask::of(Part::of(marker, buildings));
            if !options.parts.has(part) {
                continue;
            }
            let local = corners.add(*face, part.0 as i32, face.map(|v| vertices[v as usize]));
            let local = local.ok_or_else(|| unsupported("more corners than 32 bits can count; use smaller tiles"))?;
            mesh.faces.push(local);
            mesh.markers.push(marker);
        }
        for corner in &corners.all {
            let p = vertices[corner.vertex as usize];
            let position = options.frame.vector(std::array::from_fn(|d| p[d] - mesh.origin[d])).map(|c| c as f32);
            if !position.iter().all(|c| c.is_finite()) {
                return Err(unsupported("positions too far apart for single precision"));
            }
            mesh.positions.push(position);
        }
        if options.normals {
            // Mirrored axes keep a unit vector's length, and it is normalised again after the frame's scaling.
            let turned = |corner: &Corner| {
                let normal = corner.normal().and_then(|normal| unit(options.frame.vector(normal)));
                normal.unwrap_or([0.0, 0.0, 1.0])
            };
            mesh.normals = corners.all.iter().map(|corner| turned(corner).map(|c| c as f32)).collect();
        }
        tile.check_whole().map(|()| mesh)
    }
}

/// Returns the middle of a tile, at its lowest point, in whole metres.
fn origin([west, south, lowest, east, north, _]: [f64; 6]) -> [f64; 3] {
    [(0.5 * west + 0.5 * east).floor(), (0.5 * south + 0.5 * north).floor(), lowest.floor()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::tiles::store::{MeshStore, TileParts};
    use crate::io::surface::corners::normals;

    /// Writes a box of 4 x 3 x 2 m on ground at 7 m, far from the origin.
    fn tile(folder: &std::path::Path) -> TileView {
        let store = MeshStore::create(folder, serde_json::Value::Null).unwrap();
        let at = |x: f64, y: f64, z: f64| [320_000.25 + x, 6_400_000.5 + y, 7.25 + z];
        let plane = |z: f64| [at(0.0, 0.0, z), at(4.0, 0.0, z), at(4.0, 3.0, z), at(0.0, 3.0, z)];
        let outside = [at(-4.0, -3.0, 0.0), at(8.0, -3.0, 0.0), at(2.0, 9.0, 0.0)];
        let vertices: Vec<[f64; 3]> = [plane(0.0).as_slice(), &plane(2.0), &outside].concat();
        let wall = |a: u32| [[a, (a + 1) % 4, (a + 1) % 4 + 4], [a, (a + 1) % 4 + 4, a + 4]];
        let mut faces = vec![[8, 9, 1], [8, 1, 0], [9, 2, 1], [9, 10, 2], [10, 3, 2], [10, 8, 3], [8, 0, 3]];
        let mut markers = vec![-1; 7];
        faces.extend((0..4).flat_map(wall));
        markers.extend([0; 8]);
        faces.extend([[4, 5, 6], [4, 6, 7]]);
        markers.extend([1; 2]);
        let parts = TileParts {
            vertices: &vertices,
            faces: &faces,
            markers: &markers,
            shared: &[],
            cells: &[],
            zones: &[],
            buildings: &[],
        };
        store.write_tile("box", &parts, |header| header.building_count = 1).unwrap();
        store.get_tile("box").unwrap()
    }

    fn read(tile: &TileView, parts: PartMask) -> LocalMesh {
        LocalMesh::read(tile, &LocalOptions { frame: Frame::Source, parts, normals: false }).unwrap()
    }

    fn read_with_normals(tile: &TileView, frame: Frame) -> LocalMesh {
        LocalMesh::read(tile, &LocalOptions { frame, parts: PartMask::ALL, normals: true }).unwrap()
    }

    #[test]
    fn parts_have_their_own_vertices_and_come_to_the_whole() {
        let dir = tempfile::tempdir().unwrap();
        let tile = tile(dir.path());
        let all = read(&tile, PartMask::ALL);
        assert_eq!((all.positions.len(), all.faces.len(), all.normals.len()), (11, 17, 0));
        assert_eq!(all.markers, tile.markers());
        let parts = [PartMask::GROUND, PartMask::WALL, PartMask::ROOF, PartMask::OTHER];
        let sizes = parts.map(|part| read(&tile, part)).map(|m| (m.positions.len(), m.faces.len()));
        assert_eq!(sizes, [(7, 7), (8, 8), (4, 2), (0, 0)]);
        for (face, here) in tile.faces().iter().zip(&all.faces) {
            for (&v, &w) in face.iter().zip(here) {
                let (there, here) = (tile.vertices()[v as usize], all.positions[w as usize]);
                assert_eq!([0, 1, 2].map(|d| all.origin[d] + f64::from(here[d])), there);
            }
        }
        assert!(PartMask::from_bits(0).is_err() && PartMask::from_bits(16).is_err());
        assert_eq!(PartMask::from_bits(5).unwrap().bits(), 5);
    }

    #[test]
    fn normals_point_outwards_in_both_frames_and_corners_of_buildings_are_split() {
        let dir = tempfile::tempdir().unwrap();
        let tile = tile(dir.path());
        let source = read_with_normals(&tile, Frame::Source);
        // Ground has 7 vertices, the roof 4, and the walls two at each of the box's eight corners.
        assert_eq!(source.positions.len(), 7 + 4 + 16);
        let unreal = read_with_normals(&tile, Frame::Unreal);
        assert_eq!((&source.faces, source.origin), (&unreal.faces, unreal.origin));
        for (n, face) in source.faces.iter().enumerate() {
            let [a, b, c] = face.map(|v| source.positions[v as usize].map(f64::from));
            let (_, facing) = normals([a, b, c]);
            for &v in face {
                let normal = source.normals[v as usize].map(f64::from);
                assert!((0..3).all(|d| (normal[d] - facing[d]).abs() < 1e-6), "triangle {n}");
                let [x, y, z] = source.normals[v as usize];
                assert_eq!(unreal.normals[v as usize], [x, -y, z]);
                let [x, y, z] = source.positions[v as usize];
                assert_eq!(unreal.positions[v as usize], [100.0 * x, -100.0 * y, 100.0 * z]);
            }
            // The front in a left-handed frame: the cross product has the opposite direction.
            let [a, b, c] = face.map(|v| unreal.positions[v as usize].map(f64::from));
            let (_, [x, y, z]) = normals([a, c, b]);
            let normal = unreal.normals[face[0] as usize].map(f64::from);
            assert!((x - normal[0]).abs() + (y - normal[1]).abs() + (z - normal[2]).abs() < 1e-6);
        }
    }
}
