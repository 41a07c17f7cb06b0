//! The levels of each vertex: the ground's height and the tops of the parts of buildings around it.

use super::{Part, SurfaceInput, sort_key};
use crate::city::input::footprint::Lod;
use crate::city::input::terrain::GroundHeight;
use crate::city::plane::geometry::Point;
use crate::city::plane::mesher::regions::{Regions, beside};
use crate::city::plane::mesher::triangulation::{NONE, Triangulation};
use crate::city::plane::parameters::GroundBesideBuildings;
use crate::city::plane::planar::Region;

/// A place, in local metres, where a height is needed and no data are near enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MissingGround(pub Point);

/// In metres: levels of a vertex that are nearer to each other than this become one, the lowest of them. So there is no
/// wall, which would consist of slivers, between the ground and a roof that almost touches it. The decision depends
/// only on the levels of the vertex, so all triangles and tiles that meet in it agree.
const LEVEL_STEP: f64 = 1e-3;

fn is_same_level(low: f64, high: f64) -> bool {
    high - low < LEVEL_STEP
}

/// The levels of the vertices, lowest first.
pub(super) struct Levels {
    /// The levels of vertex `v` are `z[starts[v]..starts[v + 1]]`.
    starts: Vec<u32>,
    z: Vec<f64>,
    /// The height of the ground at each vertex; NaN where it was not needed.
    ground: Vec<f64>,
    /// Whether the ground's height was taken from the nearest data, by vertex.
    pub filled: Vec<bool>,
    /// Whether each triangle of the ground touches a building.
    pub beside_building: Vec<bool>,
}

impl Levels {
    /// Computes the levels of all vertices with `used` set.
    pub fn new<G: Fn(Point) -> GroundHeight>(
        mesh: &Triangulation,
        regions: &Regions,
        used: &[bool],
        input: &SurfaceInput<'_, G>,
    ) -> Result<Levels, MissingGround> {
        let around = Around::new(mesh, regions, input);
        let (mut ground, filled) = around.ground_heights(used, input)?;
        if input.beside_buildings == GroundBesideBuildings::Lowest {
            around.lower_beside_buildings(&mut ground);
        }
        around.level_with_platforms(&mut ground, input);

        let mut starts = Vec::with_capacity(used.len() + 1);
        let mut z = Vec::with_capacity(used.len());
        let mut tops: &[(u32, Region)] = &around.tops;
        for (v, &used) in used.iter().enumerate() {
            starts.push(z.len() as u32);
            let count = tops.iter().take_while(|(at, _)| *at == v as u32).count();
            let (here, rest) = tops.split_at(count);
            tops = rest;
            if !used {
                continue;
            }
            let first = z.len();
            let has_walls_down = around.kind[v] & OPENING != 0 && !here.is_empty();
            if around.kind[v] & GROUND != 0 || has_walls_down {
                z.push(ground[v]);
            }
            z.extend(here.iter().map(|(_, region)| top(input.parts, *region)));
            z[first..].sort_unstable_by(f64::total_cmp);
            let mut kept = first + 1;
            for i in first + 1..z.len() {
                if !is_same_level(z[kept - 1], z[i]) {
                    z[kept] = z[i];
                    kept += 1;
                }
            }
            z.truncate(kept);
        }
        starts.push(z.len() as u32);
        Ok(Levels { starts, z, ground, filled, beside_building: around.beside_building })
    }

    /// Returns the range of a vertex's levels.
    pub fn of(&self, vertex: u32) -> std::ops::Range<u32> {
        self.starts[vertex as usize]..self.starts[vertex as usize + 1]
    }

    /// Returns the number of levels.
    pub fn count(&self) -> usize {
        self.z.len()
    }

    /// Returns the height of a level.
    pub fn height(&self, level: u32) -> f64 {
        self.z[level as usize]
    }

    /// Returns the level of a region at a vertex: the top of a building's part, or the ground's for the ground, for the
    /// outside and for a footprint that is left open.
    pub fn at<G>(&self, vertex: u32, region: Region, input: &SurfaceInput<'_, G>) -> u32 {
        let height = match region.as_part() {
            Some(part) if !input.is_open(part) => top(input.parts, region),
            _ => self.ground[vertex as usize],
        };
        let found = self.of(vertex).rev().find(|&level| self.z[level as usize] <= height);
        found.expect("a vertex has the levels of all regions around it")
    }
}

fn top(parts: &[Part], region: Region) -> f64 {
    let part = region.as_part().expect("only parts of buildings have tops");
    // Adding zero turns -0 into 0: zero has one sign in a mesh.
    parts[part as usize].top() + 0.0
}

const GROUND: u8 = 1;
const BUILDING: u8 = 2;
/// A footprint that is left open, or the outside beyond a building's wall.
const OPENING: u8 = 4;

/// The surroundings of the vertices.
struct Around<'a> {
    mesh: &'a Triangulation,
    regions: &'a Regions,
    /// The kinds of regions around each vertex, as bits.
    kind: Vec<u8>,
    /// Whether each triangle of the ground touches a building.
    beside_building: Vec<bool>,
    /// Pairs of vertex and part of a building, sorted, without repetition; open footprints are left out.
    tops: Vec<(u32, Region)>,
}

impl<'a> Around<'a> {
    fn new<G>(mesh: &'a Triangulation, regions: &'a Regions, input: &SurfaceInput<'_, G>) -> Around<'a> {
        let mut kind = vec![0_u8; mesh.points.len()];
        let mut first = vec![Region::OUTSIDE; mesh.points.len()];
        let mut tops = Vec::new();
        for t in 0..mesh.triangles() {
            let Some(region) = regions.meshed(t) else { continue };
            let (bit, has_top) = match region.as_part() {
                None => (GROUND, false),
                Some(part) if input.is_open(part) => (BUILDING | OPENING, false),
                Some(_) => (BUILDING, true),
            };
            for e in 3 * t..3 * t + 3 {
                let v = mesh.start[e as usize];
                kind[v as usize] |= bit;
                if has_top && mesh.edge[e as usize] != NONE && beside(mesh, input.planar, e)[1] == Region::OUTSIDE {
                    [v, mesh.end(e)].iter().for_each(|&v| kind[v as usize] |= OPENING);
                }
                // Most vertices on roofs lie inside one part, and come again with each of its triangles.
                if has_top && std::mem::replace(&mut first[v as usize], region) != region {
                    tops.push((v, region));
                }
            }
        }
        tops.sort_unstable();
        tops.dedup();
        let beside = |t: u32| {
            regions.of(t) == Some(Region::GROUND)
                && (3 * t..3 * t + 3).any(|e| kind[mesh.start[e as usize] as usize] & BUILDING != 0)
        };
        let beside_building = (0..mesh.triangles()).map(beside).collect();
        Around { mesh, regions, kind, beside_building, tops }
    }

    /// Returns the smoothed height of the terrain at all ground vertices that affect those `used`.
    fn ground_heights<G: Fn(Point) -> GroundHeight>(
        &self,
        used: &[bool],
        input: &SurfaceInput<'_, G>,
    ) -> Result<(Vec<f64>, Vec<bool>), MissingGround> {
        // A height depends on those of the triangles around it, and each round of smoothing on those one ring farther
        // out.
        let mut needed = used.to_vec();
        for _ in 0..=input.smoothing {
            let mut wider = needed.clone();
            for t in (0..self.mesh.triangles()).filter(|&t| self.regions.meshed(t).is_some()) {
                let corners = self.mesh.canonical(t).map(|v| v as usize);
                if corners.iter().any(|&v| needed[v]) {
                    corners.iter().for_each(|&v| wider[v] = true);
                }
            }
            needed = wider;
        }
        let mut heights = vec![f64::NAN; needed.len()];
        let mut filled = vec![false; needed.len()];
        for (v, &p) in self.mesh.points.iter().enumerate() {
            let on_ground = self.kind[v] & (GROUND | OPENING) != 0;
            if !needed[v] || !on_ground {
                continue;
            }
            (heights[v], filled[v]) = match (input.ground)(p) {
                // Adding zero turns -0 into 0.
                GroundHeight::Data(z) => (z + 0.0, false),
                GroundHeight::Filled(z) => (z + 0.0, true),
                GroundHeight::Missing => return Err(MissingGround(p)),
            };
        }
        if input.smoothing > 0 {
            let neighbours = self.ground_neighbours(&needed);
            for _ in 0..input.smoothing {
                heights = smoothed(&heights, &neighbours);
            }
        }
        Ok((heights, filled))
    }

    /// Returns pairs of neighbouring ground vertices in both directions, sorted by the first, then by the position of
    /// the second.
    fn ground_neighbours(&self, needed: &[bool]) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for t in (0..self.mesh.triangles()).filter(|&t| self.regions.of(t) == Some(Region::GROUND)) {
            let v = self.mesh.canonical(t);
            for (a, b) in [(v[0], v[1]), (v[1], v[2]), (v[2], v[0])] {
                if needed[a as usize] && needed[b as usize] {
                    pairs.extend([(a, b), (b, a)]);
                }
            }
        }
        pairs.sort_unstable_by_key(|&(a, b)| (a, sort_key(self.mesh.points[b as usize])));
        pairs.dedup();
        pairs
    }

    /// Gives each vertex beside buildings the lowest height of the triangles around it.
    fn lower_beside_buildings(&self, ground: &mut [f64]) {
        let original = ground.to_vec();
        for t in (0..self.mesh.triangles()).filter(|&t| self.beside_building[t as usize]) {
            let corners = self.mesh.canonical(t).map(|v| v as usize);
            // NaN where a height is not needed. The minimum then covers only the others; it would be wrong, but is not
            // needed.
            let lowest = corners.iter().map(|&v| original[v]).fold(f64::INFINITY, f64::min);
            corners.iter().for_each(|&v| ground[v] = ground[v].min(lowest));
        }
    }

    /// Gives each vertex on the outline of a platform the platform's height.
    fn level_with_platforms<G>(&self, ground: &mut [f64], input: &SurfaceInput<'_, G>) {
        if input.lod0_as_holes {
            return;
        }
        let platform = |region: Region| {
            let part = &input.parts[region.as_part().expect("only parts of buildings have tops") as usize];
            (part.lod == Lod::Lod0).then_some(part.platform + 0.0)
        };
        for same in self.tops.chunk_by(|a, b| a.0 == b.0) {
            if let Some(lowest) = same.iter().filter_map(|(_, region)| platform(*region)).reduce(f64::min) {
                ground[same[0].0 as usize] = lowest;
            }
        }
    }
}

/// Averages each height with the mean of its neighbours' heights.
fn smoothed(heights: &[f64], neighbours: &[(u32, u32)]) -> Vec<f64> {
    let mut result = heights.to_vec();
    for same in neighbours.chunk_by(|a, b| a.0 == b.0) {
        let sum: f64 = same.iter().map(|&(_, other)| heights[other as usize]).sum();
        let v = same[0].0 as usize;
        result[v] = 0.5 * (heights[v] + sum / same.len() as f64);
    }
    result
}
