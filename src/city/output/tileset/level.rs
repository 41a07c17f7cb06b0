//! A tile of a coarser level, made of its four children alone, and the file that it is kept in.
//!
//! Its border is that of the children: the same edges, bit for bit. So tiles of any levels fit each other.

use std::path::Path;

use super::borders::fixed;
use super::lower::lower;
use super::measure::farthest;
use super::mesh::{GROUND, GridMesh, STEPS, Welder};
use super::simplify::{Limits, simplify};
use super::tiling::TileId;
use crate::Result;
use crate::city::tiles::store::{TileHeader, TileParts, TileView, write_tile_file};
use crate::io::surface::Part;
use crate::io::{Durability, input};
use crate::job::Context;

/// The largest mean distance of a moved vertex from the planes around it on level 1, in metres. It doubles with each
/// level.
const LIMIT: f64 = 0.25;
/// The height of the buildings that are lowered on level 2, in metres; on level 1 none is. It doubles with each level.
const LOW: f64 = 8.0;
/// How much the outlines of roofs weigh from level 2 on, where they are colours on the ground: they may be four times
/// as far off as the ground, which is two to four pixels where readers show these levels.
const SEAM_WEIGHT: f64 = 1.0 / 16.0;
/// How far a surface is from that of the leaves, in metres, at most.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Distance {
    /// By vertices that were moved; what each level adds.
    pub moved: f64,
    /// By buildings that were lowered; a building is lowered once.
    pub lowered: f64,
}

impl Distance {
    /// Returns the larger of two distances.
    pub fn max(self, other: Distance) -> Distance {
        Distance { moved: self.moved.max(other.moved), lowered: self.lowered.max(other.lowered) }
    }

    /// Returns the distance in all.
    pub fn total(self) -> f64 {
        self.moved + self.lowered
    }
}

/// Makes the mesh of a tile from those of its children, of which the largest distance is given.
///
/// # Errors
/// [`Error::Cancelled`](crate::Error::Cancelled).
pub fn make(
    level: u8,
    children: &[GridMesh],
    distance: Distance,
    buildings: u32,
    context: &Context,
) -> Result<(GridMesh, Distance)> {
    let mut welder = Welder::with_capacity(children.iter().map(|mesh| mesh.faces.len()).sum());
    children.iter().for_each(|mesh| welder.add(mesh));
    let mut mesh = welder.mesh;
    for marker in &mut mesh.markers {
        if Part::of(*marker, buildings) == Part::GroundNextToBuilding {
            *marker = GROUND;
        }
    }
    let scale = f64::from(1_u32 << (level - 1));
    let mut lowered = 0.0;
    let mut stay = fixed(&mesh);
    if level > 1 {
        context.check()?;
        (mesh, lowered) = lower(&mesh, &stay, buildings, LOW * scale / 2.0);
        // Where triangles on both sides are gone, others may be in the way.
        stay = fixed(&mesh);
    }
    context.check()?;
    let limits = Limits { distance: LIMIT * scale, seam_weight: if level > 1 { SEAM_WEIGHT } else { 1.0 } };
    let before = mesh.vertices.clone();
    simplify(&mut mesh, &stay, &limits, || context.check())?;
    context.check()?;
    let moved = farthest(&before, &mesh, 2.0 * limits.distance);
    // A coarser level is no more exact, even where it is the same.
    let moved = distance.moved + moved.max(1.0 / STEPS);
    Ok((mesh, Distance { moved, lowered: distance.lowered.max(lowered) }))
}

/// Writes the mesh of a tile as a file of a store's tile, in the city's coordinates. `inputs` is a hash of what it was
/// made from.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io).
pub fn write(
    path: &Path,
    tile: TileId,
    mesh: &GridMesh,
    origin: [f64; 2],
    buildings: u32,
    inputs: u128,
) -> Result<TileHeader> {
    let metres = |v: &[i32; 3]| {
        let [x, y, z] = v.map(|c| f64::from(c) / STEPS);
        [x + origin[0], y + origin[1], z]
    };
    let vertices: Vec<[f64; 3]> = mesh.vertices.iter().map(metres).collect();
    let (faces, markers) = (&mesh.faces, &mesh.markers);
    let parts = TileParts { vertices: &vertices, faces, markers, shared: &[], cells: &[], zones: &[], buildings: &[] };
    let cells = tile.cells();
    write_tile_file(path, &parts, Durability::Unsynced, |header| {
        header.fingerprint = halves(inputs);
        header.cells = [cells.column, cells.row, cells.columns, cells.rows];
        header.building_count = buildings;
    })
}

/// Returns whether the file of a tile that was made from these inputs is there.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io).
pub fn is_there(path: &Path, inputs: u128) -> Result<bool> {
    if !input::exists(path)? {
        return Ok(false);
    }
    match TileView::open(path) {
        Ok(view) => Ok(view.header().fingerprint == halves(inputs) && view.verify().is_ok()),
        Err(e) if e.is_starved() => Err(e),
        Err(_) => Ok(false),
    }
}

/// Reads the mesh of a tile.
///
/// # Errors
/// As [`TileView::open`] and [`TileView::verify`].
pub fn read(path: &Path, origin: [f64; 2]) -> Result<GridMesh> {
    let view = TileView::open(path)?;
    view.verify()?;
    let steps = |&[x, y, z]: &[f64; 3]| [x - origin[0], y - origin[1], z].map(|c| (c * STEPS).round() as i32);
    let mesh = GridMesh {
        vertices: view.vertices().iter().map(steps).collect(),
        faces: view.faces().to_vec(),
        markers: view.markers().to_vec(),
    };
    view.check_whole().map(|()| mesh)
}

fn halves(hash: u128) -> [u64; 2] {
    [hash as u64, (hash >> 64) as u64]
}
