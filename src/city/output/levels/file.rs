//! The file that a tile of a level is kept in: that of a store's tile, in the city's coordinates.

use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use super::coarser::Distance;
use super::mesh::{GridMesh, STEPS};
use super::source::Source;
use crate::Result;
use crate::city::plane::quadtree::TileId;
use crate::city::tiles::store::{TileHeader, TileParts, TileView, write_tile_file};
use crate::io::{Durability, input};

/// Writes the file of a tile, whole or not at all. `inputs` is a hash of what the mesh was made from.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io).
pub fn write(
    path: &Path,
    tile: TileId,
    mesh: &GridMesh,
    source: &Source,
    inputs: u128,
    distance: Distance,
) -> Result<TileHeader> {
    let [west, south] = source.origin;
    let metres = |v: &[i32; 3]| {
        let [x, y, z] = v.map(|c| f64::from(c) / STEPS);
        [x + west, y + south, z]
    };
    let vertices: Vec<[f64; 3]> = mesh.vertices.iter().map(metres).collect();
    let (faces, markers) = (&mesh.faces, &mesh.markers);
    let parts = TileParts { vertices: &vertices, faces, markers, shared: &[], cells: &[], zones: &[], buildings: &[] };
    let cells = tile.cells();
    write_tile_file(path, &parts, Durability::Unsynced, |header| {
        header.fingerprint = halves(inputs);
        header.cells = [cells.column, cells.row, cells.columns, cells.rows];
        header.building_count = source.buildings;
        header.distance = [distance.moved, distance.lowered];
    })
}

/// Returns the header of a tile's file that is there, whole, and was made from these inputs.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io).
pub fn find(path: &Path, inputs: u128) -> Result<Option<TileHeader>> {
    if !input::exists(path)? {
        return Ok(None);
    }
    match TileView::open(path) {
        Ok(view) => {
            let is_same = view.header().fingerprint == halves(inputs) && view.verify().is_ok();
            Ok(is_same.then_some(*view.header()))
        }
        Err(e) if e.is_starved() => Err(e),
        Err(_) => Ok(None),
    }
}

/// Reads the mesh of a tile whose positions count from `origin`, and how far it is from the leaves.
///
/// # Errors
/// As [`TileView::open`] and [`TileView::verify`].
pub fn read(path: &Path, origin: [f64; 2]) -> Result<(GridMesh, Distance)> {
    let view = TileView::open(path)?;
    view.verify()?;
    let steps = |&[x, y, z]: &[f64; 3]| [x - origin[0], y - origin[1], z].map(|c| (c * STEPS).round() as i32);
    let mesh = GridMesh {
        vertices: view.vertices().iter().map(steps).collect(),
        faces: view.faces().to_vec(),
        markers: view.markers().to_vec(),
    };
    view.check_whole().map(|()| (mesh, distance(view.header())))
}

/// Returns how far the tile of a header is from the leaves.
pub fn distance(header: &TileHeader) -> Distance {
    let [moved, lowered] = header.distance;
    Distance { moved, lowered }
}

/// Returns the hash of a leaf's inputs: of its mesh.
pub fn hash_of_leaf(tile: TileId, mesh: &GridMesh, source: &Source) -> u128 {
    let mut hash = hash_of(tile, source);
    hash.update(bytemuck::cast_slice(&mesh.vertices));
    hash.update(bytemuck::cast_slice(&mesh.faces));
    hash.update(bytemuck::cast_slice(&mesh.markers));
    hash.digest128()
}

/// Returns the hash of the inputs of a tile of a coarser level: of those of its children.
pub fn hash_of_parent(tile: TileId, children: impl Iterator<Item = u128>, source: &Source) -> u128 {
    let mut hash = hash_of(tile, source);
    children.for_each(|child| hash.update(&child.to_le_bytes()));
    hash.digest128()
}

fn hash_of(tile: TileId, source: &Source) -> Xxh3 {
    let mut hash = Xxh3::new();
    // The number steps when other meshes come out of the same inputs.
    hash.update(format!("levels 2 {tile} {:?} {}", source.origin, source.buildings).as_bytes());
    hash
}

/// Returns a hash as a header keeps it.
pub fn halves(hash: u128) -> [u64; 2] {
    [hash as u64, (hash >> 64) as u64]
}
