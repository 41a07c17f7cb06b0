//! Estimates the triangles and the memory of a part of the plane: for the plan of a build, and for the size of tiles.

use crate::city::plane::cells::{Cell, Cells};
use crate::city::plane::geometry::{Point, Rect, distance2};
use crate::city::plane::mesher::scale::Scale;

/// The bytes of memory per triangle of the plane while a tile is made, measured.
pub const BYTES_PER_TRIANGLE: u64 = 330;

/// The points that each piece of a building's edge brings with it, besides the lattice, measured.
const POINTS_PER_PIECE: f64 = 5.0;

/// The height of a triangle of the lattice, as a share of its edge.
const ROW: f64 = 0.866;

/// The estimate for meshing a part of the plane.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Estimate {
    /// The triangles, walls excluded.
    pub triangles: f64,
    /// The bytes of memory.
    pub bytes: u64,
}

impl Estimate {
    /// Estimates an area in square metres, with `pieces` of edges or their equivalents.
    pub fn new(area: f64, pieces: f64, scale: &Scale) -> Estimate {
        // Pages of code that only cities need, and memory that the allocator keeps after the inputs were read.
        const AT_LEAST: u64 = 3 << 19;
        let triangles = 2.0 * (area / (0.75_f64.sqrt() * scale.lattice * scale.lattice) + POINTS_PER_PIECE * pieces);
        // The finest level that is marked in a bitmap has a byte for each half step of each row.
        let marked = scale.spacing(scale.roof_level.max(2));
        let bitmap = (2.0 * area / (ROW * marked * marked)) as u64;
        let bytes = BYTES_PER_TRIANGLE.saturating_mul(triangles.ceil() as u64);
        Estimate { triangles, bytes: AT_LEAST.saturating_add(bytes).saturating_add(bitmap) }
    }
}

/// Returns the number of pieces that an edge is cut into, at least.
pub(crate) fn pieces_of_edge(a: Point, b: Point, scale: &Scale) -> f64 {
    (distance2(a, b).sqrt() / scale.wall).ceil().max(1.0)
}

/// Returns the number of pieces of edges that bring as many points as the lattice on so many square metres of roofs:
/// roofs with a fine lattice have more than their edges tell.
pub(crate) fn pieces_of_roofs(area: f64, scale: &Scale) -> f64 {
    if scale.roof_level < 2 {
        return 0.0;
    }
    let fine = scale.spacing(scale.roof_level);
    area / (ROW * fine * fine * POINTS_PER_PIECE)
}

/// The area of the roofs in each cell, about: as if each were spread evenly over its bounding box.
pub(crate) struct RoofAreas {
    cells: Cells,
    areas: Vec<f64>,
}

impl RoofAreas {
    pub fn new(cells: Cells) -> RoofAreas {
        RoofAreas { cells, areas: vec![0.0; cells.columns as usize * cells.rows as usize] }
    }

    /// Makes what [`RoofAreas::areas`] returned into such areas again; `None` when these are not one per cell.
    pub fn of(cells: Cells, areas: Vec<f64>) -> Option<RoofAreas> {
        (areas.len() == cells.columns as usize * cells.rows as usize).then_some(RoofAreas { cells, areas })
    }

    /// Returns the areas, row by row.
    pub fn areas(&self) -> &[f64] {
        &self.areas
    }

    /// Adds a roof by its outline, in local metres.
    pub fn add(&mut self, ring: &[Point]) {
        let bounds = ring.iter().fold(Rect::around(ring[0], ring[0]), |b, &p| Rect {
            min: [b.min[0].min(p[0]), b.min[1].min(p[1])],
            max: [b.max[0].max(p[0]), b.max[1].max(p[1])],
        });
        let twice: f64 = ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum();
        let all = area(&bounds);
        if all > 0.0 {
            for (place, cell) in places(&self.cells, &bounds) {
                self.areas[place] += 0.5 * twice.abs() * area(&cell.rect().intersection(&bounds)) / all;
            }
        }
    }

    /// Returns the area of the roofs in a rectangle, at most.
    pub fn within(&self, rect: &Rect) -> f64 {
        places(&self.cells, rect)
            .map(|(place, cell)| self.areas[place].min(area(&cell.rect().intersection(rect))))
            .sum()
    }
}

/// Returns the cells that a rectangle meets, with their places row by row.
pub(crate) fn places(cells: &Cells, rect: &Rect) -> impl Iterator<Item = (usize, Cell)> + use<> {
    let (first, last, columns) = (cells.cell_of(rect.min), cells.cell_of(rect.max), cells.columns);
    let row = move |row: u32| (first.column..=last.column).map(move |column| Cell { column, row });
    (first.row..=last.row).flat_map(row).map(move |cell| ((cell.row * columns + cell.column) as usize, cell))
}

/// Returns the area of a rectangle, 0 for one without inside.
pub(crate) fn area(rect: &Rect) -> f64 {
    (rect.max[0] - rect.min[0]).max(0.0) * (rect.max[1] - rect.min[1]).max(0.0)
}

/// The work that the memory limit is too small for, in the error for too many footprints.
pub(crate) const CLEANING: &str = "cleaning the footprints";

/// Returns the bytes that footprints and the results of cleaning take together, measured.
pub(crate) fn bytes_to_clean(footprints: u64, points: u64, threads: usize) -> u64 {
    let one_thread = (600 * footprints + 80 * points) as f64;
    // Each further thread works on clusters of its own, and the allocator keeps memory for it in an arena of its own.
    const KEPT_BACK: u64 = 1 << 20;
    let further = (threads - 1).min(4);
    (one_thread * (1.0 + 0.35 * further as f64)) as u64 + KEPT_BACK * further as u64
}
