//! The height of the ground at a point.

use std::ops::Range;

use xxhash_rust::xxh3::Xxh3;

use super::Terrain;
use super::fill::Nearest;
use crate::io::raster::{RasterHeader, RasterWindow};

/// A height of the ground, in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GroundHeight {
    /// Interpolated from pixels that all have data.
    Data(f64),
    /// Partly or wholly taken from the nearest pixels with data.
    Filled(f64),
    /// No data are within the fill distance, or the place is outside the part of the terrain that was read.
    Missing,
}

/// Returns heights at points whose coordinates are metres from an integer origin. Threads can share it.
///
/// A height is interpolated bilinearly between the centres of four pixels. Between the centre of an outermost pixel and
/// the raster's edge it is constant. Beyond the edge, up to the fill distance, it equals the height at the edge and
/// counts as filled. The raster's place relative to the origin is rounded to 2^-20 m; all else takes only additions,
/// subtractions, multiplications and divisions. So a city that is moved by whole metres, together with its origin, has
/// the same heights, bit for bit. In a raster of another reference system, a point is transformed to it first.
#[derive(Clone, Copy, Debug)]
pub struct Sampler<'a> {
    terrain: &'a Terrain,
    /// The upper left corner of the raster, relative to the origin.
    west: f64,
    north: f64,
    /// The origin that points count from.
    origin: [i64; 2],
    fill_distance: f64,
}

/// How far beyond the edge a point still counts as on the raster, in metres, since edges and points are rounded.
const EDGE_TOLERANCE: f64 = 1.0 / 1024.0;

impl Sampler<'_> {
    pub(super) fn new(terrain: &Terrain, origin: [i64; 2], fill_distance: f64) -> Sampler<'_> {
        const STEPS: f64 = (1 << 20) as f64;
        let local = |v: f64, origin: i64| ((v - origin as f64) * STEPS).round() / STEPS;
        Sampler {
            terrain,
            west: local(terrain.header.west, origin[0]),
            north: local(terrain.header.north, origin[1]),
            origin,
            fill_distance: fill_distance.max(0.0),
        }
    }

    /// Returns the height at a point, given in metres from the origin.
    pub fn height(&self, x: f64, y: f64) -> GroundHeight {
        let header = &self.terrain.header;
        let (u, v) = self.pixel(x, y);
        let [dx, dy] = self.terrain.metric_cell();
        let beyond_x = outside(u, header.cols) * dx;
        let beyond_y = outside(v, header.rows) * dy;
        let beyond = beyond_x * beyond_x + beyond_y * beyond_y;
        let is_inside = beyond <= EDGE_TOLERANCE * EDGE_TOLERANCE;
        let is_near = beyond <= self.fill_distance * self.fill_distance;
        // A point with a NaN is neither.
        if !is_inside && !is_near {
            return GroundHeight::Missing;
        }
        let (c, fx) = split(u, header.cols);
        let (r, fy) = split(v, header.rows);
        // A neighbour without weight is not looked at.
        let (c1, r1) = (c + usize::from(fx > 0.0), r + usize::from(fy > 0.0));
        let mut is_filled = !is_inside;
        let held = self.terrain.values();
        let mut values = [0.0; 4];
        for (value, (row, col)) in values.iter_mut().zip([(r, c), (r, c1), (r1, c), (r1, c1)]) {
            // The pixel is outside the part of the terrain that was read.
            let Some(place) = self.terrain.index(row, col) else { return GroundHeight::Missing };
            let mut height = held[place];
            if height.is_nan() {
                is_filled = true;
                match self.nearest(row, col) {
                    Some(nearest) => height = nearest,
                    None => return GroundHeight::Missing,
                }
            }
            *value = f64::from(height);
        }
        let [a, b, c, d] = values;
        let upper = a * (1.0 - fx) + b * fx;
        let lower = c * (1.0 - fx) + d * fx;
        let height = upper * (1.0 - fy) + lower * fy;
        if is_filled { GroundHeight::Filled(height) } else { GroundHeight::Data(height) }
    }

    /// Returns every `every`th edge between pixels along x or y (`axis` 0 or 1), counted from the raster's
    /// north-western corner, as metres from the origin. `None` where the raster does not lie upright in the mesh's
    /// reference system.
    pub(crate) fn pixel_edges(&self, axis: usize, every: usize) -> Option<Vec<f64>> {
        let RasterHeader { cols, rows, cell, .. } = self.terrain.header;
        let edge = |k: usize| match axis {
            0 => self.west + k as f64 * cell[0],
            _ => self.north - k as f64 * cell[1],
        };
        self.terrain.placement.is_none().then(|| (0..=[cols, rows][axis]).step_by(every).map(edge).collect())
    }

    /// Returns the rows and the columns of the pixels that a rectangle (west, south, east, north, in metres from the
    /// origin) covers in part; for one beside the raster, those at its edge.
    pub(crate) fn pixels_under(&self, rect: [f64; 4]) -> [Range<usize>; 2] {
        let [first_col, first_row, last_col, last_row] = self.pixels_around(rect);
        let header = &self.terrain.header;
        let covered = |first: f64, last: f64, size: f64, count: usize| {
            // A pixel reaches half its size around its centre. Edges are rounded to the grid of the mesh.
            let end = (count - 1) as f64;
            let pixel = |v: f64| (v + 0.5).floor().clamp(0.0, end) as usize;
            let rounding = 2.0 * EDGE_TOLERANCE / size;
            let first = pixel(first + rounding);
            first..pixel(last - rounding).max(first) + 1
        };
        let cell = self.terrain.metric_cell();
        [covered(first_row, last_row, cell[1], header.rows), covered(first_col, last_col, cell[0], header.cols)]
    }

    /// Returns the distance of a pixel from the nearest data in metres: 0 for one with data, `None` where there are
    /// none within `within`, and for a pixel that is not held.
    pub(crate) fn distance_to_data(&self, row: usize, col: usize, within: f64) -> Option<f64> {
        let place = self.terrain.index(row, col)?;
        if !self.terrain.values()[place].is_nan() {
            return Some(0.0);
        }
        let RasterWindow { rows, cols } = &self.terrain.window;
        self.search(within)?.distance(row - rows.start, col - cols.start)
    }

    /// Returns the centre of a pixel in metres from the origin; `None` where the raster does not lie upright in the
    /// mesh's reference system.
    pub(crate) fn centre(&self, row: usize, col: usize) -> Option<[f64; 2]> {
        let [dx, dy] = self.terrain.header.cell;
        let centre = [self.west + (col as f64 + 0.5) * dx, self.north - (row as f64 + 0.5) * dy];
        self.terrain.placement.is_none().then_some(centre)
    }

    /// Returns a hash of everything that heights within the bounds (west, south, east, north, in metres from the
    /// origin) depend on: the pixels, their place relative to the origin, the fill distance.
    pub fn fingerprint(&self, local_bounds: [f64; 4]) -> u128 {
        let header = &self.terrain.header;
        let cell = self.terrain.metric_cell();
        let [first_col, first_row, last_col, last_row] = self.pixels_around(local_bounds);
        let (cols, rows) = (window(first_col, last_col, header.cols), window(first_row, last_row, header.rows));

        let mut hash = Xxh3::new();
        // The bounds are hashed in pixels, too: a window that ends at the raster's edge does not show how far they
        // reach.
        let reach = [first_col, last_col, first_row, last_row].map(|v| v.floor().clamp(-1e15, 1e15));
        for number in
            [self.west, self.north, header.cell[0], header.cell[1], self.fill_distance].into_iter().chain(reach)
        {
            hash.update(&number.to_le_bytes());
        }
        if let Some(placement) = &self.terrain.placement {
            hash.update(placement.text().as_bytes());
            self.origin.iter().for_each(|origin| hash.update(&origin.to_le_bytes()));
        }
        if self.fill_distance.is_infinite() {
            self.update_filled(&mut hash, rows, cols);
        } else if self.update(&mut hash, rows.clone(), cols.clone()) {
            let margin = |range: Range<usize>, cell: f64, end: usize| {
                let pixels = (self.fill_distance / cell).ceil() as usize;
                let pixels = pixels.saturating_add(1);
                range.start.saturating_sub(pixels)..range.end.saturating_add(pixels).min(end)
            };
            let (rows, cols) = (margin(rows, cell[1], header.rows), margin(cols, cell[0], header.cols));
            self.update(&mut hash, rows, cols);
        }
        hash.digest128()
    }

    /// Adds a window and its pixels to the hash; returns whether some have no data.
    fn update(&self, hash: &mut Xxh3, rows: Range<usize>, cols: Range<usize>) -> bool {
        for number in [rows.start, rows.end, cols.start, cols.end] {
            hash.update(&(number as u64).to_le_bytes());
        }
        let mut has_gaps = false;
        for row in rows {
            let values = self.terrain.row(row, &cols);
            has_gaps |= values.iter().any(|v| v.is_nan());
            hash.update(bytemuck::cast_slice(values));
        }
        has_gaps
    }

    /// Adds a window and its pixels to the hash, each without data by the height that it takes from the nearest: the
    /// pixels that these come from may lie anywhere.
    fn update_filled(&self, hash: &mut Xxh3, rows: Range<usize>, cols: Range<usize>) {
        for number in [rows.start, rows.end, cols.start, cols.end] {
            hash.update(&(number as u64).to_le_bytes());
        }
        let mut filled = Vec::with_capacity(cols.len());
        for row in rows {
            let first = cols.start.max(self.terrain.window.cols.start);
            filled.clear();
            let values = self.terrain.row(row, &cols).iter().enumerate();
            filled.extend(values.map(|(n, &value)| match value.is_nan() {
                true => self.nearest(row, first + n).unwrap_or(value),
                false => value,
            }));
            hash.update(bytemuck::cast_slice(&filled));
        }
    }

    /// Converts a point to pixels: 0 is the centre of the first column, and of the first row.
    fn pixel(&self, x: f64, y: f64) -> (f64, f64) {
        let [dx, dy] = self.terrain.header.cell;
        let Some(placement) = &self.terrain.placement else {
            return ((x - self.west) / dx - 0.5, (self.north - y) / dy - 0.5);
        };
        let RasterHeader { west, north, .. } = self.terrain.header;
        let there = placement.to_raster([x + self.origin[0] as f64, y + self.origin[1] as f64]);
        // Where the transformation is not defined there is no height.
        let [x, y] = there.unwrap_or([f64::NAN; 2]);
        ((x - west) / dx - 0.5, (north - y) / dy - 0.5)
    }

    /// Returns the coordinates in pixels around a rectangle: the first column and row, the last ones.
    fn pixels_around(&self, [west, south, east, north]: [f64; 4]) -> [f64; 4] {
        let Some(placement) = &self.terrain.placement else {
            let (first, last) = (self.pixel(west, north), self.pixel(east, south));
            return [first.0, first.1, last.0, last.1];
        };
        let [x, y] = self.origin.map(|origin| origin as f64);
        let [w, s, e, n] = placement.around([west + x, south + y, east + x, north + y]);
        let (header, [dx, dy]) = (&self.terrain.header, self.terrain.header.cell);
        let (col, row) = (|x: f64| (x - header.west) / dx - 0.5, |y: f64| (header.north - y) / dy - 0.5);
        [col(w), row(n), col(e), row(s)]
    }

    /// Returns the height of the pixel with data that is nearest to a held pixel.
    fn nearest(&self, row: usize, col: usize) -> Option<f32> {
        let RasterWindow { rows, cols } = &self.terrain.window;
        self.search(self.fill_distance)?.find(row - rows.start, col - cols.start)
    }

    /// Returns the search for pixels with data; `None` where all pixels have data.
    fn search(&self, within: f64) -> Option<Nearest<'_>> {
        let terrain = self.terrain;
        let (cols, cell) = (terrain.window.cols.len(), terrain.metric_cell());
        let occupancy = terrain.gaps.as_deref()?;
        Some(Nearest { values: terrain.values(), cols, cell, occupancy, within })
    }
}

/// Returns how far a coordinate in pixels is beyond the outer edges.
fn outside(v: f64, count: usize) -> f64 {
    let beyond = (-0.5 - v).max(v - (count as f64 - 0.5));
    // Unlike `max`, this keeps a NaN.
    if beyond <= 0.0 { 0.0 } else { beyond }
}

/// Returns the pixel at or before a coordinate in pixels, and the weight of the next one.
fn split(v: f64, count: usize) -> (usize, f64) {
    let v = v.clamp(0.0, (count - 1) as f64);
    let first = v.floor();
    (first as usize, v - first)
}

/// Returns the pixels that heights between two coordinates in pixels come from, and one more on either side.
fn window(first: f64, last: f64, count: usize) -> Range<usize> {
    let end = (count - 1) as f64;
    let first = (first.clamp(0.0, end).floor() as usize).saturating_sub(1);
    let last = (last.clamp(0.0, end).floor() as usize + 2).min(count - 1);
    first..(last + 1).max(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GAP: f32 = f32::NAN;

    /// Returns a terrain of 3 x 2 pixels of 2 m, with the south-west corner (100, 200).
    fn terrain(values: [f32; 6]) -> Terrain {
        Terrain::from_memory(3, 2, 100.0, 204.0, [2.0, 2.0], values.to_vec(), None).unwrap()
    }

    #[test]
    fn heights_are_those_of_pixel_centres_and_linear_between() {
        let terrain = terrain([1.0, 2.0, 3.0, 11.0, 12.0, 13.0]);
        let sampler = terrain.sampler([100, 200], 0.0);
        for (x, y, height) in [
            (1.0, 3.0, 1.0),
            (3.0, 3.0, 2.0),
            (5.0, 1.0, 13.0),
            (2.0, 2.0, 6.5),
            (0.0, 0.0, 11.0),
            (6.0, 4.0, 3.0),
            (6.0, 2.0, 8.0),
            (0.5, 3.9, 1.0),
        ] {
            assert_eq!(sampler.height(x, y), GroundHeight::Data(height), "at {x}, {y}");
        }
        for (x, y) in [(-0.01, 1.0), (1.0, 4.01), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
            assert_eq!(sampler.height(x, y), GroundHeight::Missing, "at {x}, {y}");
        }
        let filling = terrain.sampler([100, 200], 1.0);
        assert_eq!(filling.height(-0.5, 0.0), GroundHeight::Filled(11.0));
        assert_eq!(filling.height(-0.8, -0.8), GroundHeight::Missing);
    }

    #[test]
    fn gaps_are_filled_from_the_nearest_pixel_within_reach() {
        let terrain = terrain([GAP, GAP, 3.0, GAP, 12.0, GAP]);
        let sampler = terrain.sampler([100, 200], 2.0);
        // (0, 1) is as far from (0, 2) as from (1, 1): the smaller row wins.
        assert_eq!(sampler.height(3.0, 3.0), GroundHeight::Filled(3.0));
        assert_eq!(sampler.height(1.0, 1.0), GroundHeight::Filled(12.0));
        assert_eq!(sampler.height(1.0, 3.0), GroundHeight::Missing);
        assert_eq!(sampler.height(5.0, 3.0), GroundHeight::Data(3.0));
        assert_eq!(terrain.sampler([100, 200], 1.99).height(3.0, 3.0), GroundHeight::Missing);
        assert_eq!(terrain.sampler([100, 200], f64::INFINITY).height(1.0, 3.0), GroundHeight::Filled(12.0));
        let bare = Terrain::from_memory(2, 1, 0.0, 0.0, [1.0, 1.0], vec![GAP; 2], None).unwrap();
        assert_eq!(bare.sampler([0, 0], f64::INFINITY).height(0.5, -0.5), GroundHeight::Missing);
    }

    #[test]
    fn fingerprints_change_with_what_heights_depend_on_and_with_nothing_else() {
        let bounds = [10.0, 10.0, 20.0, 20.0];
        let values = |change: Option<usize>, gap: Option<usize>| {
            let mut values: Vec<f32> = (0..1600).map(|k| k as f32).collect();
            change.into_iter().for_each(|k| values[k] += 0.5);
            gap.into_iter().for_each(|k| values[k] = GAP);
            values
        };
        let print = |values: Vec<f32>, at: [f64; 2], fill: f64| {
            let terrain = Terrain::from_memory(40, 40, at[0], at[1] + 40.0, [1.0, 1.0], values, None).unwrap();
            terrain.sampler([at[0] as i64, at[1] as i64], fill).fingerprint(bounds)
        };
        let pixel = |x: usize, y: usize| Some((39 - y) * 40 + x);
        let whole = print(values(None, None), [0.0, 0.0], 5.0);
        assert_eq!(whole, print(values(None, None), [500.0, 7_000_000.0], 5.0));
        assert_eq!(whole, print(values(pixel(30, 30), None), [0.0, 0.0], 5.0));
        assert_eq!(whole, print(values(pixel(23, 15), None), [0.0, 0.0], 5.0));
        assert_ne!(whole, print(values(pixel(15, 15), None), [0.0, 0.0], 5.0));
        assert_ne!(whole, print(values(pixel(9, 15), None), [0.0, 0.0], 5.0));
        assert_ne!(whole, print(values(None, None), [0.25, 0.0], 5.0));
        assert_ne!(whole, print(values(None, None), [0.0, 0.0], 6.0));
        let gap = print(values(None, pixel(20, 15)), [0.0, 0.0], 5.0);
        assert_ne!(gap, print(values(pixel(25, 15), pixel(20, 15)), [0.0, 0.0], 5.0));
        assert_eq!(gap, print(values(pixel(30, 15), pixel(20, 15)), [0.0, 0.0], 5.0));
    }

    proptest! {
        #[test]
        fn a_city_moved_by_whole_metres_has_the_same_heights(
            moved in prop::array::uniform2(-10_000_000i64..10_000_000),
            west in -1000.0f64..1000.0,
            fill in 0.0f64..20.0,
            points in prop::collection::vec(prop::array::uniform2(-5.0f64..65.0), 20),
        ) {
            let random = |k: usize| xxhash_rust::xxh3::xxh3_64(&k.to_le_bytes()) as f32 / 1e18;
            let values: Vec<f32> =
                (0..400).map(|k| if random(k) > 10.0 { GAP } else { random(k) }).collect();
            // A coordinate with three decimals, as in files.
            let west = (west * 1000.0).round() / 1000.0;
            let place = |by: f64| ((west + by) * 1000.0).round() / 1000.0;
            let [x, y] = moved.map(|v| v as f64);
            let here = Terrain::from_memory(20, 20, west, 60.0, [3.0, 3.0], values.clone(), None).unwrap();
            let there = Terrain::from_memory(20, 20, place(x), 60.0 + y, [3.0, 3.0], values, None).unwrap();
            let (here, there) = (here.sampler([0, 0], fill), there.sampler(moved, fill));
            for [x, y] in points {
                prop_assert_eq!(here.height(west + x, y), there.height(west + x, y));
            }
            prop_assert_eq!(here.fingerprint([0.0, 0.0, 40.0, 30.0]), there.fingerprint([0.0, 0.0, 40.0, 30.0]));
        }
    }
}
