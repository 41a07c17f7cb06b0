//! The part of the surface that a tile owns, in the order of the merged mesh.

use serde::{Deserialize, Serialize};

use super::heights::{Levels, MissingGround};
use super::walls::wall;
use super::{SurfaceInput, sort_key};
use crate::city::input::terrain::GroundHeight;
use crate::city::plane::cells::Cell;
use crate::city::plane::geometry::{Point, before, cos_degrees, distance2};
use crate::city::plane::mesher::PlaneMesh;
use crate::city::plane::mesher::certificate::{ZoneHash, zone_hashes};
use crate::city::plane::mesher::regions::{Regions, beside};
use crate::city::plane::mesher::triangulation::NONE;
use crate::city::plane::planar::Region;

/// The surface of a tile.
///
/// The vertices in the tile's own cells come first, by cell, then by position; they include some that only triangles of
/// other tiles use. Then come, in the same order, the vertices of other tiles that its triangles use. Triangles are
/// sorted by cell, then by position.
#[derive(Debug, Default)]
pub struct TileMesh {
    /// Positions in the coordinates of the source, in metres.
    pub vertices: Vec<[f64; 3]>,
    /// The number of vertices that lie in own cells.
    pub own_vertices: u32,
    /// The triangles, counter-clockwise seen from above or outside, the lexicographically smallest vertex first.
    pub faces: Vec<[u32; 3]>,
    /// The marker of each triangle: -2 ground, -1 ground beside a building, i wall of building i, N + i roof of
    /// building i.
    pub markers: Vec<i32>,
    /// The part of the tile that each cell holds, in the order of the tile's cells.
    pub cells: Vec<CellSpan>,
    /// The own vertices that triangles of other tiles use, sorted.
    pub shared: Vec<u32>,
    /// The hashes of the zones along the tile's border.
    pub certificate: Vec<ZoneHash>,
    /// The counts of triangles and faults.
    pub counts: SurfaceCounts,
}

/// The part of a tile's vertices and triangles that lies in a cell.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
pub struct CellSpan {
    /// The cell's row.
    pub row: u32,
    /// The cell's column.
    pub column: u32,
    /// The index of its first vertex.
    pub first_vertex: u32,
    /// The number of its vertices.
    pub vertices: u32,
    /// The index of its first triangle.
    pub first_face: u32,
    /// The number of its triangles.
    pub faces: u32,
}

/// The counts over the surface of a tile, or of all tiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SurfaceCounts {
    /// Triangles of the ground that touch no building.
    pub ground: u64,
    /// Triangles of the ground that touch a building.
    pub ground_beside_buildings: u64,
    /// Triangles of walls.
    pub walls: u64,
    /// Triangles of roofs.
    pub roofs: u64,
    /// Vertices whose height was taken from the nearest data.
    pub filled_heights: u64,
    /// Pieces of walls with their top below their bottom at an end: the roof lies under the ground there.
    pub walls_upside_down: u64,
    /// The shape of the triangles of ground and roofs, seen from above.
    pub quality: Quality,
}

impl SurfaceCounts {
    /// Returns the number of all triangles.
    pub fn triangles(&self) -> u64 {
        self.ground + self.ground_beside_buildings + self.walls + self.roofs
    }

    /// Adds another tile's counts.
    pub fn add(&mut self, other: &SurfaceCounts) {
        self.ground += other.ground;
        self.ground_beside_buildings += other.ground_beside_buildings;
        self.walls += other.walls;
        self.roofs += other.roofs;
        self.filled_heights += other.filled_heights;
        self.walls_upside_down += other.walls_upside_down;
        self.quality.add(&other.quality);
    }
}

/// The quality of triangle shapes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Triangles with an angle under 25 degrees.
    pub under_25: u64,
    /// Triangles with an angle under 20 degrees.
    pub under_20: u64,
    /// Triangles with an angle under 10 degrees.
    pub under_10: u64,
    /// The cosine of the smallest of all angles.
    pub cos_min_angle: f64,
    /// The longest edge, in metres.
    pub longest_edge: f64,
}

impl Default for Quality {
    fn default() -> Quality {
        Quality { under_25: 0, under_20: 0, under_10: 0, cos_min_angle: 0.5, longest_edge: 0.0 }
    }
}

impl Quality {
    /// Returns the smallest angle in degrees.
    pub fn min_angle(&self) -> f64 {
        self.cos_min_angle.min(1.0).acos().to_degrees()
    }

    fn add(&mut self, other: &Quality) {
        self.under_25 += other.under_25;
        self.under_20 += other.under_20;
        self.under_10 += other.under_10;
        self.cos_min_angle = self.cos_min_angle.max(other.cos_min_angle);
        self.longest_edge = self.longest_edge.max(other.longest_edge);
    }
}

/// Makes the surface of `input.tile` from the triangulation of the plane around it. `zone_width` is the width of the
/// certificate's zones, in metres.
///
/// # Errors
/// [`MissingGround`] where a height is needed and no data are near enough.
pub fn surface<G: Fn(Point) -> GroundHeight>(
    plane: &PlaneMesh,
    input: &SurfaceInput<'_, G>,
    zone_width: f64,
) -> Result<TileMesh, MissingGround> {
    let mesh = &plane.mesh;
    let (tile, cells) = (input.tile, input.cells);
    let regions = Regions::new(mesh, input.planar, &tile.rect().inflated(input.halo));
    let cell_of: Vec<Cell> = mesh.points.iter().map(|&p| cells.cell_of(p)).collect();
    let own: Vec<bool> = cell_of.iter().map(|&cell| tile.contains(cell)).collect();

    // The levels of an own vertex depend on all triangles that touch it, also on those of other tiles.
    let touches = |t: u32| mesh.canonical(t).iter().any(|&v| own[v as usize]);
    let touching: Vec<u32> = (0..mesh.triangles()).filter(|&t| regions.meshed(t).is_some() && touches(t)).collect();
    let mut used = vec![false; mesh.points.len()];
    for &t in &touching {
        mesh.canonical(t).iter().for_each(|&v| used[v as usize] = true);
    }
    let levels = Levels::new(mesh, &regions, &used, input)?;

    let mut builder = Builder::new(&own, &levels);
    let shapes = Shapes::new();
    for &t in &touching {
        let region = regions.meshed(t).expect("touching triangles are meshed");
        builder.add_cover(plane, &levels, t, region, input, &shapes);
        for e in (3 * t..3 * t + 3).filter(|&e| mesh.edge[e as usize] != NONE) {
            builder.add_wall(plane, &regions, &levels, e, input);
        }
    }
    let is_meshed = |t: u32| input.planar.is_rectangle() || regions.meshed(t).is_some();
    let certificate = zone_hashes(plane, tile, cells, zone_width, is_meshed);
    Ok(builder.finish(plane, &levels, &cell_of, input, certificate))
}

/// A triangle, as three levels, the one with the lexicographically smallest position first.
struct Face {
    levels: [u32; 3],
    marker: i32,
}

struct Builder<'a> {
    own: &'a [bool],
    /// Whether a triangle of another tile uses each level.
    shared: Vec<bool>,
    /// Whether each level belongs to another tile and is used here.
    foreign: Vec<bool>,
    /// The vertex of each level.
    vertex_of: Vec<u32>,
    faces: Vec<Face>,
    counts: SurfaceCounts,
}

impl<'a> Builder<'a> {
    fn new(own: &'a [bool], levels: &Levels) -> Builder<'a> {
        let mut builder = Builder {
            own,
            shared: vec![false; levels.count()],
            foreign: vec![false; levels.count()],
            vertex_of: vec![0; levels.count()],
            faces: Vec::new(),
            counts: SurfaceCounts::default(),
        };
        for (v, &is_own) in own.iter().enumerate() {
            levels.of(v as u32).for_each(|level| builder.vertex_of[level as usize] = v as u32);
            if is_own && levels.filled[v] {
                builder.counts.filled_heights += 1;
            }
        }
        builder
    }

    /// Adds a triangle of the plane as ground or roof; nothing for an open footprint.
    fn add_cover<G>(
        &mut self,
        plane: &PlaneMesh,
        levels: &Levels,
        t: u32,
        region: Region,
        input: &SurfaceInput<'_, G>,
        shapes: &Shapes,
    ) {
        let mesh = &plane.mesh;
        let part = region.as_part();
        if part.is_some_and(|part| input.is_open(part)) {
            return;
        }
        let corners = mesh.canonical(t);
        let face = corners.map(|v| levels.at(v, region, input));
        let marker = match part {
            Some(part) => (input.buildings + input.parts[part as usize].building) as i32,
            None if levels.beside_building[t as usize] => -1,
            None => -2,
        };
        if self.add(face, marker, self.own[corners[0] as usize]) {
            shapes.look_at(corners.map(|v| mesh.points[v as usize]), &mut self.counts.quality);
            *match marker {
                -2 => &mut self.counts.ground,
                -1 => &mut self.counts.ground_beside_buildings,
                _ => &mut self.counts.roofs,
            } += 1;
        }
    }

    /// Adds a triangle of the surface, and returns whether it is kept. A triangle of another tile is not: only its
    /// vertices in this tile are noted as shared.
    fn add(&mut self, levels: [u32; 3], marker: i32, is_own: bool) -> bool {
        for level in levels {
            let own_vertex = self.own[self.vertex_of[level as usize] as usize];
            match (is_own, own_vertex) {
                (true, false) => self.foreign[level as usize] = true,
                (false, true) => self.shared[level as usize] = true,
                _ => {}
            }
        }
        if is_own {
            self.faces.push(Face { levels, marker });
        }
        is_own
    }

    /// Adds the wall over a half-edge, if there is one.
    fn add_wall<G>(
        &mut self,
        plane: &PlaneMesh,
        regions: &Regions,
        levels: &Levels,
        e: u32,
        input: &SurfaceInput<'_, G>,
    ) {
        let mesh = &plane.mesh;
        // What lies beyond the border may be no triangle, or one that reaches beyond the rectangle.
        let right = match beside(mesh, input.planar, e)[1] {
            Region::OUTSIDE => Some(Region::OUTSIDE),
            _ if mesh.twin[e as usize] == NONE => None,
            _ => regions.of(mesh.twin[e as usize] / 3),
        };
        let (Some(left), Some(right)) = (regions.of(e / 3), right) else { return };
        let ends = [mesh.start[e as usize], mesh.end(e)];
        if !ends.iter().any(|&v| self.own[v as usize]) {
            return;
        }
        let Some(wall) = wall(mesh, levels, e, [left, right], input) else { return };
        let [p, q] = ends.map(|v| mesh.points[v as usize]);
        let is_own = self.own[(if before(p, q) { ends[0] } else { ends[1] }) as usize];
        if is_own && wall.upside_down {
            self.counts.walls_upside_down += 1;
        }
        for triangle in wall.triangles {
            if self.add(triangle, wall.building as i32, is_own) {
                self.counts.walls += 1;
            }
        }
    }

    /// Numbers the vertices and sorts the triangles.
    fn finish<G>(
        self,
        plane: &PlaneMesh,
        levels: &Levels,
        cell_of: &[Cell],
        input: &SurfaceInput<'_, G>,
        certificate: Vec<ZoneHash>,
    ) -> TileMesh {
        let points = &plane.mesh.points;
        let origin = input.planar.domain().origin.map(|v| v as f64);
        let mut order: Vec<u32> = (0..points.len() as u32).filter(|&v| !levels.of(v).is_empty()).collect();
        order.sort_unstable_by_key(|&v| (!self.own[v as usize], cell_of[v as usize], sort_key(points[v as usize])));

        let mut cells: Vec<CellSpan> = input
            .tile
            .cells()
            .map(|cell| CellSpan { row: cell.row, column: cell.column, ..CellSpan::default() })
            .collect();
        let place = |cell: Cell| {
            ((cell.row - input.tile.row) * input.tile.columns + (cell.column - input.tile.column)) as usize
        };
        let mut number = vec![NONE; levels.count()];
        let mut vertices = Vec::with_capacity(levels.count());
        let mut own_vertices = 0;
        for v in order {
            let [x, y] = points[v as usize];
            let own = self.own[v as usize];
            for level in levels.of(v).filter(|&level| own || self.foreign[level as usize]) {
                number[level as usize] = vertices.len() as u32;
                vertices.push([x + origin[0], y + origin[1], levels.height(level)]);
                if own {
                    own_vertices += 1;
                    cells[place(cell_of[v as usize])].vertices += 1;
                }
            }
        }
        let mut faces: Vec<([u32; 3], i32)> = self
            .faces
            .into_iter()
            .map(|face| (smallest_first(face.levels.map(|level| number[level as usize]), &vertices), face.marker))
            .collect();
        let key = |vertex: u32| {
            let [x, y, z] = vertices[vertex as usize];
            (sort_key([x, y]), sort_key([z, 0.0])[0])
        };
        faces.sort_unstable_by(|(a, _), (b, _)| {
            a[0].cmp(&b[0]).then_with(|| (key(a[1]), key(a[2])).cmp(&(key(b[1]), key(b[2]))))
        });
        let (mut vertex, mut face) = (0, 0);
        for cell in &mut cells {
            (cell.first_vertex, cell.first_face) = (vertex, face);
            vertex += cell.vertices;
            face = faces.partition_point(|(face, _)| face[0] < vertex) as u32;
            cell.faces = face - cell.first_face;
        }
        let mut shared: Vec<u32> = (0..levels.count()).filter(|&l| self.shared[l]).map(|l| number[l]).collect();
        shared.sort_unstable();
        TileMesh {
            own_vertices,
            faces: faces.iter().map(|(face, _)| *face).collect(),
            markers: faces.iter().map(|(_, marker)| *marker).collect(),
            vertices,
            cells,
            shared,
            certificate,
            counts: self.counts,
        }
    }
}

/// Rotates a triangle so that the lexicographically smallest position comes first.
fn smallest_first([a, b, c]: [u32; 3], vertices: &[[f64; 3]]) -> [u32; 3] {
    let less =
        |p: u32, q: u32| vertices[p as usize].partial_cmp(&vertices[q as usize]) == Some(std::cmp::Ordering::Less);
    if less(a, b) {
        if less(a, c) { [a, b, c] } else { [c, a, b] }
    } else if less(b, c) {
        [b, c, a]
    } else {
        [c, a, b]
    }
}

/// Measures the shapes of triangles.
struct Shapes {
    cos: [f64; 3],
}

impl Shapes {
    fn new() -> Shapes {
        Shapes { cos: [25.0, 20.0, 10.0].map(cos_degrees) }
    }

    fn look_at(&self, p: [Point; 3], quality: &mut Quality) {
        let mut sides = [distance2(p[0], p[1]), distance2(p[1], p[2]), distance2(p[2], p[0])];
        sides.sort_unstable_by(f64::total_cmp);
        let cos = (sides[1] + sides[2] - sides[0]) / (2.0 * (sides[1] * sides[2]).sqrt());
        quality.cos_min_angle = quality.cos_min_angle.max(cos);
        quality.longest_edge = quality.longest_edge.max(sides[2].sqrt());
        // An angle that equals the limit up to rounding is not below it.
        let under = self.cos.map(|limit| u64::from(cos > limit + 1e-12));
        quality.under_25 += under[0];
        quality.under_20 += under[1];
        quality.under_10 += under[2];
    }
}
