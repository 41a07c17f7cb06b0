//! The place of a raster that does not lie upright in the mesh's reference system: one in degrees or in another
//! projection, one in feet, one that is rotated. Heights are looked up through the transformation; the raster is not
//! resampled.

use serde::{Deserialize, Serialize};

use crate::io::crs::{Transform, TransformRecord};
use crate::io::raster::RasterHeader;

/// The way from the mesh's coordinates to a raster's own.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    /// The way to the raster's reference system; `None` where it is the mesh's.
    way: Option<[Transform; 2]>,
    /// The way from the raster's system to the raster, and the matrix it comes from; `None` for an upright one.
    turned: Option<Turned>,
    /// The largest rectangle about the middle that lies within the raster: west, south, east, north.
    bounds: [f64; 4],
    /// The width and the height of a pixel about the middle, in metres.
    cell: [f64; 2],
}

#[derive(Clone, Copy, Debug)]
struct Turned {
    matrix: [f64; 6],
    /// The width and the height of a pixel in the raster's header.
    cell: [f64; 2],
}

/// A place as a file keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PlacementRecord {
    way: Option<TransformRecord>,
    matrix: Option<[f64; 6]>,
}

impl Turned {
    /// Returns a point of the raster's system in the plane of the raster's header.
    fn inside(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [x0, ax, bx, y0, ay, by] = self.matrix;
        let (x, y, determinant) = (x - x0, y - y0, ax * by - bx * ay);
        let (col, row) = ((by * x - bx * y) / determinant, (ax * y - ay * x) / determinant);
        [col * self.cell[0], -row * self.cell[1]]
    }

    /// Returns a point of the header's plane in the raster's system.
    fn outside(&self, [u, v]: [f64; 2]) -> [f64; 2] {
        let [x0, ax, bx, y0, ay, by] = self.matrix;
        let (col, row) = (u / self.cell[0], -v / self.cell[1]);
        [x0 + ax * col + bx * row, y0 + ay * col + by * row]
    }
}

/// Points along each edge of a rectangle at which it is looked where the edge comes to lie.
const ALONG: usize = 16;
/// The most by which a point comes back elsewhere, in pixels.
const MOST_ERROR: f64 = 0.01;

impl Placement {
    /// Places a raster; `way` leads from the mesh's system to the raster's. Returns `None` where the raster lies
    /// upright in the mesh's system.
    ///
    /// # Errors
    /// The reason, as a sentence, where the raster reaches beyond the places for which the transformation is defined.
    pub fn new(
        header: &RasterHeader,
        matrix: Option<[f64; 6]>,
        way: Option<Transform>,
    ) -> Result<Option<Placement>, String> {
        if way.is_none() && matrix.is_none() {
            return Ok(None);
        }
        let turned = matrix.map(|matrix| Turned { matrix, cell: header.cell });
        let way = way.map(|way| [way.clone(), way.inverse()]);
        let mut placement = Placement { way, turned, bounds: [0.0; 4], cell: [1.0; 2] };
        let [west, south, east, north] = header.bounds();
        let middle = [0.5 * (west + east), 0.5 * (south + north)];
        let [dx, dy] = header.cell;
        let undefined = || {
            "the transformation between the reference systems is not defined in all of the raster, or not exact there"
                .to_string()
        };
        let at = |point: [f64; 2]| placement.back(point).ok_or_else(undefined);
        let mut outer = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for point in along([west, south, east, north]) {
            let [x, y] = at(point)?;
            let again = placement.to_raster([x, y]).ok_or_else(undefined)?;
            if (again[0] - point[0]).abs() > MOST_ERROR * dx || (again[1] - point[1]).abs() > MOST_ERROR * dy {
                return Err(undefined());
            }
            outer = [outer[0].min(x), outer[1].min(y), outer[2].max(x), outer[3].max(y)];
        }
        let centre = at(middle)?;
        let step = |d: [f64; 2]| {
            let [x, y] = at([middle[0] + d[0], middle[1] + d[1]])?;
            Ok::<f64, String>((x - centre[0]).hypot(y - centre[1]))
        };
        let cell = [step([dx, 0.0])?, step([0.0, dy])?];
        let bounds = placement.largest_within(header, outer);
        placement.bounds = bounds;
        placement.cell = cell;
        Ok(Some(placement))
    }

    /// Returns the largest rectangle of the shape of `outer`, and about its middle, that lies within the raster.
    fn largest_within(&self, header: &RasterHeader, outer: [f64; 4]) -> [f64; 4] {
        /// Rounding moves a corner by less, in pixels.
        const ROUNDING: f64 = 1e-6;
        let [west, south, east, north] = outer;
        let (middle, half) =
            ([0.5 * (west + east), 0.5 * (south + north)], [0.5 * (east - west), 0.5 * (north - south)]);
        let scaled = |by: f64| {
            let (w, h) = (by * half[0], by * half[1]);
            [middle[0] - w, middle[1] - h, middle[0] + w, middle[1] + h]
        };
        let [w, s, e, n] = header.bounds();
        let [dx, dy] = header.cell.map(|v| ROUNDING * v);
        let is_within = |bounds: [f64; 4]| {
            along(bounds).all(|point| {
                self.to_raster(point).is_some_and(|[x, y]| x >= w - dx && x <= e + dx && y >= s - dy && y <= n + dy)
            })
        };
        let (mut fits, mut fails) = (0.0, 1.0);
        if is_within(scaled(1.0)) {
            return outer;
        }
        for _ in 0..40 {
            let half = 0.5 * (fits + fails);
            if is_within(scaled(half)) { fits = half } else { fails = half }
        }
        scaled(fits)
    }

    /// Returns the largest rectangle about the middle that lies within the raster: west, south, east, north.
    pub fn bounds(&self) -> [f64; 4] {
        self.bounds
    }

    /// Returns the width and the height of a pixel about the middle of the raster, in metres.
    pub fn cell(&self) -> [f64; 2] {
        self.cell
    }

    /// Returns a point of the mesh in the coordinates of the raster's header; `None` where there is none.
    pub fn to_raster(&self, point: [f64; 2]) -> Option<[f64; 2]> {
        let point = self.way.as_ref().map_or(Some(point), |[to, _]| to.point(point))?;
        Some(self.turned.map_or(point, |turned| turned.inside(point)))
    }

    fn back(&self, point: [f64; 2]) -> Option<[f64; 2]> {
        let point = self.turned.map_or(point, |turned| turned.outside(point));
        self.way.as_ref().map_or(Some(point), |[_, back]| back.point(point))
    }

    /// Returns the rectangle in the raster's header around a rectangle of the mesh; infinite where it has no bounds.
    pub fn around(&self, bounds: [f64; 4]) -> [f64; 4] {
        let mut around = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for point in along(bounds) {
            let Some([x, y]) = self.to_raster(point) else {
                return [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY];
            };
            around = [around[0].min(x), around[1].min(y), around[2].max(x), around[3].max(y)];
        }
        // Between two of the points an edge may bend out a little.
        let [w, h] = [around[2] - around[0], around[3] - around[1]].map(|size| size / (ALONG * ALONG) as f64);
        [around[0] - w, around[1] - h, around[2] + w, around[3] + h]
    }

    /// Returns what [`Placement::of_record`] makes the same place of.
    pub fn record(&self) -> PlacementRecord {
        let way = self.way.as_ref().map(|[to, _]| TransformRecord::from(to));
        PlacementRecord { way, matrix: self.turned.map(|turned| turned.matrix) }
    }

    /// Makes the place of a raster again.
    pub fn of_record(record: &PlacementRecord, header: &RasterHeader) -> Result<Option<Placement>, String> {
        let way = record.way.as_ref().map(Transform::try_from).transpose()?;
        Placement::new(header, record.matrix, way)
    }

    /// Returns all that the place depends on, as a text.
    pub fn text(&self) -> String {
        let way = self.way.as_ref().map_or("", |[to, _]| to.text());
        let matrix = self.turned.map_or([0; 6], |turned| turned.matrix.map(f64::to_bits));
        format!("{way} {matrix:x?} {:x?}", self.cell.map(f64::to_bits))
    }
}

/// Returns points along the edges of a rectangle, the corners among them.
fn along([west, south, east, north]: [f64; 4]) -> impl Iterator<Item = [f64; 2]> {
    (0..=ALONG).flat_map(move |k| {
        let t = k as f64 / ALONG as f64;
        let (x, y) = (west + t * (east - west), south + t * (north - south));
        // The ends must be the corners, bit for bit.
        let (x, y) = if k == ALONG { (east, north) } else { (x, y) };
        [[x, south], [x, north], [west, y], [east, y]]
    })
}
