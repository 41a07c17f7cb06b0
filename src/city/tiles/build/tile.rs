//! Makes one tile: from the city to its file.

use std::time::{Duration, Instant};

use xxhash_rust::xxh3::Xxh3;

use super::plane::Surroundings;
use super::source::TileSource;
use crate::city::plane::cells::Tile;
use crate::city::plane::mesher::{self, StageTimes};
use crate::city::plane::planar::{Edge, Region};
use crate::city::tiles::store::{MeshStore, TileHeader, TileParts, TileView, inputs_text};
use crate::city::tiles::surface::{SurfaceInput, surface};
use crate::job::Context;
use crate::{Error, Result};

/// The inputs of a tile: its geometry as a hash, and the numbers of its buildings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TileInputs {
    /// A hash of everything that its vertices and triangles depend on.
    pub fingerprint: u128,
    /// The numbers of the buildings near it, in an order that depends on geometry alone.
    pub buildings: Vec<u32>,
}

impl TileInputs {
    /// Collects the inputs of a tile. Its buildings are those with an edge near it, and the one that covers it if any.
    ///
    /// # Errors
    /// As [`TileSource::around`].
    pub fn new(source: &TileSource, tile: &Tile) -> Result<TileInputs> {
        let (parameters, domain) = (&source.parameters, source.area.domain());
        let rect = tile.rect();
        let mut numbers = Vec::new();
        let near = rect.inflated(parameters.tile_reach(&source.scale));
        let Surroundings { planar, parts } = source.around(&near)?;
        planar.edges_near(&near, |edge| numbers.push(edge));
        // Edges are numbered in the order of their ends, so this order depends on geometry alone.
        numbers.sort_unstable();
        let edges: Vec<&Edge> = numbers.iter().map(|&n| &planar.edges()[n as usize]).collect();
        let mut order = Order::default();
        let mut hash = Xxh3::new();
        hash.update(&[TILE_VERSION]);
        let text = serde_json::to_vec(&(parameters, tile, domain)).expect("plain numbers are JSON");
        hash.update(&text);
        for edge in edges {
            let sides = [edge.left, edge.right].map(|region| order.of_region(region));
            hash.update(bytemuck::must_cast_slice(&[edge.a, edge.b]));
            hash.update(bytemuck::must_cast_slice(&sides));
        }
        let middle = [0, 1].map(|d| 0.5 * (rect.min[d] + rect.max[d].min(domain.local_max()[d])));
        hash.update(&order.of_region(planar.region_at(middle)).to_le_bytes());
        let mut buildings = Order::default();
        for &part in &order.met {
            let part = &parts[part as usize];
            hash.update(&buildings.of(part.building).to_le_bytes());
            hash.update(&part.roof.to_bits().to_le_bytes());
            hash.update(&part.platform.to_bits().to_le_bytes());
            hash.update(&[part.lod as u8]);
        }
        let bounds = [near.min[0], near.min[1], near.max[0], near.max[1]];
        hash.update(&source.sampler().fingerprint(bounds).to_le_bytes());
        Ok(TileInputs { fingerprint: hash.digest128(), buildings: buildings.met })
    }

    /// Returns the hash of the inputs as it is in the manifest.
    pub fn text(&self, source: &TileSource) -> String {
        inputs_text(self.words(), &self.buildings, source.buildings)
    }

    pub fn words(&self) -> [u64; 2] {
        [self.fingerprint as u64, (self.fingerprint >> 64) as u64]
    }
}

/// The version of the mesher: it must change when the mesher makes other tiles from the same inputs.
const TILE_VERSION: u8 = 4;

/// Numbers things, given by numbers of their own, in the order in which they are met.
#[derive(Default)]
struct Order {
    met: Vec<u32>,
    places: std::collections::HashMap<u32, u32>,
}

impl Order {
    fn of(&mut self, number: u32) -> u32 {
        *self.places.entry(number).or_insert_with(|| {
            self.met.push(number);
            self.met.len() as u32 - 1
        })
    }

    /// Numbers the part of a building; the ground and the outside have fixed numbers.
    fn of_region(&mut self, region: Region) -> u32 {
        match region.as_part() {
            Some(part) => self.of(part),
            None => {
                if region == Region::OUTSIDE {
                    u32::MAX
                } else {
                    u32::MAX - 1
                }
            }
        }
    }
}

/// The state of a tile's file.
pub(super) enum State {
    UpToDate,
    /// Only the numbers of the buildings have changed.
    ToRenumber,
    Missing,
    Stale,
}

/// Determines the state of a tile's file; one that was made with a smaller halo than `halo` is stale.
///
/// # Errors
/// Only when the process or the system lacks a resource, which says nothing about the file. A file that cannot be read
/// for another reason is stale: making it again reports the reason.
pub(super) fn state(
    store: &MeshStore,
    name: &str,
    inputs: &TileInputs,
    source: &TileSource,
    halo: f64,
) -> Result<State> {
    if store.has_tile(name).is_ok_and(|there| !there) {
        return Ok(State::Missing);
    }
    let looked = store.tile_path(name).and_then(|path| TileView::open(&path)).and_then(|view| {
        let is_named_so = view.header().tile().is_some_and(|tile| tile.name() == name);
        if !is_named_so || view.header().fingerprint != inputs.words() || view.header().halo < halo {
            return Ok(State::Stale);
        }
        view.verify()?;
        let up_to_date = view.inputs() == inputs.text(source);
        view.check_whole()?;
        Ok(if up_to_date { State::UpToDate } else { State::ToRenumber })
    });
    match looked {
        Err(e) if e.is_starved() => Err(e),
        looked => Ok(looked.unwrap_or(State::Stale)),
    }
}

/// A tile that was made, with the time of each stage.
pub(super) struct MadeTile {
    pub header: TileHeader,
    pub mesher: StageTimes,
    pub surface: Duration,
    pub store: Duration,
}

/// Makes a tile and writes its file.
pub(super) fn make(
    source: &TileSource,
    tile: &Tile,
    halo: f64,
    inputs: &TileInputs,
    store: &MeshStore,
    context: &Context,
) -> Result<MadeTile> {
    let bytes = source.estimate(tile, halo)?.bytes;
    let _memory = context.memory().reserve(bytes, "triangulating a tile")?;
    let rect = tile.rect().inflated(halo);
    let Surroundings { planar, parts } = source.around(&rect.inflated(source.scale.edge_reach()))?;
    let plane = mesher::mesh(&planar, &rect, &source.scale, || context.check())?;
    let started = Instant::now();
    let input = SurfaceInput {
        planar: &planar,
        cells: &source.cells,
        tile,
        halo,
        parts: &parts,
        buildings: source.buildings,
        ground: source.ground(),
        smoothing: source.parameters.smoothing,
        beside_buildings: source.parameters.ground_beside_buildings,
        lod0_as_holes: source.parameters.treat_lod0_as_holes,
    };
    let mesh = surface(&plane, &input, source.zone_width).map_err(|missing| {
        let origin = source.area.domain().origin;
        let [x, y] = [0, 1].map(|d| missing.0[d] + origin[d] as f64);
        Error::invalid(
            "max_fill_distance",
            format!(
                "{} m, and the terrain has no data that near to x {x:.3}, y {y:.3}",
                source.parameters.max_fill_distance
            ),
            "a larger distance, bounds that leave such places out, or terrain without gaps",
        )
    })?;
    source.check_terrain()?;
    source.release();
    let (mesher, rounds) = (plane.times, plane.rounds);
    drop(plane);
    context.check()?;
    let surface_time = started.elapsed();

    let started = Instant::now();
    let content = TileParts {
        vertices: &mesh.vertices,
        faces: &mesh.faces,
        markers: &mesh.markers,
        shared: &mesh.shared,
        cells: &mesh.cells,
        zones: &mesh.certificate,
        buildings: &inputs.buildings,
    };
    context.check_output()?;
    let header = store.write_tile(&tile.name(), &content, |header| {
        header.fingerprint = inputs.words();
        header.own_vertices = u64::from(mesh.own_vertices);
        header.cells = [tile.column, tile.row, tile.columns, tile.rows];
        header.rounds = u32::from(rounds);
        header.building_count = source.buildings;
        header.halo = halo;
        header.set_counts(&mesh.counts);
    })?;
    context.add_items(mesh.faces.len() as u64);
    Ok(MadeTile { header, mesher, surface: surface_time, store: started.elapsed() })
}

/// Rewrites the markers of an otherwise valid tile with the current numbers of its buildings.
pub(super) fn renumber(source: &TileSource, tile: &Tile, inputs: &TileInputs, store: &MeshStore) -> Result<TileHeader> {
    let view = TileView::open(&store.tile_path(&tile.name())?)?;
    view.verify()?;
    let old = *view.header();
    let places: std::collections::HashMap<u32, u32> =
        view.buildings().iter().zip(&inputs.buildings).map(|(&old, &new)| (old, new)).collect();
    let renumbered = |marker: i32| {
        let Ok(marker) = u32::try_from(marker) else { return Some(marker) };
        let (building, base) = match marker.checked_sub(old.building_count) {
            Some(building) => (building, source.buildings),
            None => (marker, 0),
        };
        places.get(&building).map(|new| (base + new) as i32)
    };
    let markers: Option<Vec<i32>> = view.markers().iter().map(|&m| renumbered(m)).collect();
    let markers = markers.ok_or_else(|| {
        Error::bad_format(view.path(), None, "a marker of a building that is not near the tile", "its own buildings")
    })?;
    // Copied first: only after `check_whole` is it certain that all of it came from the file.
    let (vertices, faces, shared) = (view.vertices().to_vec(), view.faces().to_vec(), view.shared().to_vec());
    let (cells, zones) = (view.cells().to_vec(), view.zones().to_vec());
    view.check_whole()?;
    drop(view);
    let parts = TileParts {
        vertices: &vertices,
        faces: &faces,
        markers: &markers,
        shared: &shared,
        cells: &cells,
        zones: &zones,
        buildings: &inputs.buildings,
    };
    store.write_tile(&tile.name(), &parts, |header| {
        header.describe_like(&old);
        header.building_count = source.buildings;
    })
}
