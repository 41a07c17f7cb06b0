//! What the tests of tilesets share: a city's tileset as they read it, by what 3D Tiles and glTF say.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use groma::city::store::MeshStore;
use groma::city::tileset::{Placement, TilesetOptions, TilesetReport, export_tileset};
use groma::io::surface::glb::read::{ReadMesh, read};
use groma::job::{RunOptions, Runner};
use serde_json::Value;

/// A tile with its content, if it has any; z is up.
pub struct Tile {
    pub uri: Option<String>,
    pub bounds: [[f64; 3]; 2],
    pub error: f64,
    pub mesh: ReadMesh,
    pub children: Vec<Tile>,
}

/// The names of a tileset's files with their bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A triangle as the bits of its corners, the smallest first; what it is of; the number of its building.
pub type Triangle = ([[u32; 3]; 3], String, Option<u32>);

pub fn local() -> TilesetOptions {
    TilesetOptions { placement: Placement::Local, ..TilesetOptions::default() }
}

pub fn on_globe(crs: u32) -> TilesetOptions {
    TilesetOptions { crs: Some(crs), geoid_offset: Some(20.0), ..TilesetOptions::default() }
}

pub fn export(store: &Path, folder: &Path, options: &TilesetOptions, threads: usize) -> TilesetReport {
    let run = RunOptions { threads, ..RunOptions::default() };
    export_tileset(&MeshStore::open(store).unwrap(), folder, options, &mut Runner::new(&run).unwrap()).unwrap()
}

pub fn build(input: &groma::city::CityInput, store: &Path, tile_size: f64) {
    crate::common::city::build(input, store, &crate::common::city::options(tile_size, 2));
}

/// All files below a folder.
pub fn files(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        for entry in std::fs::read_dir(folder.join(&inside)).unwrap() {
            let entry = entry.unwrap();
            let name = inside.join(entry.file_name());
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(name),
                false => {
                    let bytes = std::fs::read(entry.path()).unwrap();
                    files.insert(name.to_str().unwrap().replace('\\', "/"), bytes);
                }
            }
        }
    }
    files
}

pub fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Reads a tileset with all of its files.
pub fn open(folder: &Path) -> (Tile, Value) {
    let path = folder.join("tileset.json");
    let file = json(&path);
    (tile(&file["root"], &path), file)
}

fn tile(value: &Value, file: &Path) -> Tile {
    let numbers: Vec<f64> = serde_json::from_value(value["boundingVolume"]["box"].clone()).unwrap();
    let half = [numbers[3], numbers[7], numbers[11]];
    assert_eq!(numbers[3..].iter().filter(|n| **n != 0.0).count(), 3, "{numbers:?}");
    let bounds = [-1.0, 1.0].map(|side: f64| std::array::from_fn(|d| numbers[d] + side * half[d]));
    let error = value["geometricError"].as_f64().unwrap();
    let uri = value["content"]["uri"].as_str().map(String::from);
    let mut mesh = ReadMesh::default();
    if let Some(uri) = &uri {
        let path = file.parent().unwrap().join(uri);
        if uri.ends_with(".json") {
            let below = json(&path);
            assert!(below["root"]["transform"].is_null() && value["children"].is_null());
            let tile = tile(&below["root"], &path);
            assert_eq!((tile.bounds, tile.error), (bounds, error));
            return tile;
        }
        mesh = read(&std::fs::read(path).unwrap()).unwrap();
    }
    let children = value["children"].as_array().map_or(&[][..], Vec::as_slice);
    Tile { uri, bounds, error, mesh, children: children.iter().map(|child| tile(child, file)).collect() }
}

impl Tile {
    /// The tile and all below it.
    pub fn all(&self) -> Vec<&Tile> {
        let below = self.children.iter().flat_map(|child| child.all());
        std::iter::once(self).chain(below).collect()
    }

    pub fn leaves(&self) -> Vec<&Tile> {
        self.all().into_iter().filter(|tile| tile.children.is_empty()).collect()
    }

    /// The corners of the triangles, with z up.
    pub fn corners(&self) -> Vec<[[f32; 3]; 3]> {
        let z_up = |[x, y, z]: [f32; 3]| [x, -z + 0.0, y];
        let of = |p: &groma::io::surface::glb::read::ReadPrimitive| {
            let at = |face: &[u32; 3]| face.map(|v| z_up(p.positions[v as usize]));
            p.faces.iter().map(at).collect::<Vec<_>>()
        };
        self.mesh.primitives.iter().flat_map(of).collect()
    }

    /// The corners of the walls' triangles, with z up.
    pub fn walls(&self) -> Vec<[[f32; 3]; 3]> {
        let mut corners = self.corners().into_iter();
        let mut walls = Vec::new();
        for primitive in &self.mesh.primitives {
            let of: Vec<_> = corners.by_ref().take(primitive.faces.len()).collect();
            if primitive.material == "wall" {
                walls.extend(of);
            }
        }
        walls
    }

    /// The triangles with what they are of.
    pub fn triangles(&self) -> Vec<Triangle> {
        let mut corners = self.corners().into_iter();
        let mut triangles = Vec::new();
        for primitive in &self.mesh.primitives {
            for face in &primitive.faces {
                let buildings = self.mesh.buildings.as_deref().unwrap_or_default();
                let features = primitive.features.as_ref().map(|features| face.map(|v| features[v as usize]));
                let building = features.map(|[a, b, c]| {
                    assert!(a == b && b == c, "one building");
                    buildings[a as usize]
                });
                triangles.push((turned(corners.next().unwrap()), primitive.material.clone(), building));
            }
        }
        triangles
    }
}

/// A triangle by the bits of its corners, which begin with the smallest.
pub fn turned(corners: [[f32; 3]; 3]) -> [[u32; 3]; 3] {
    let [a, b, c] = corners.map(|corner| corner.map(|c| (c + 0.0).to_bits()));
    *[[a, b, c], [b, c, a], [c, a, b]].iter().min().unwrap()
}

/// The edges of tiles that do not cancel.
pub fn open_edges<'a>(tiles: impl IntoIterator<Item = &'a Tile>) -> HashMap<[[u32; 3]; 2], i32> {
    let mut edges = HashMap::new();
    for [a, b, c] in tiles.into_iter().flat_map(Tile::corners).map(turned) {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            let (edge, times) = if from < to { ([from, to], 1) } else { ([to, from], -1) };
            *edges.entry(edge).or_insert(0) += times;
        }
    }
    edges.retain(|_, times| *times != 0);
    edges
}
