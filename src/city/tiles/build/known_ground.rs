//! The area in which the ground is known: all of the domain, or the part in which the terrain has data.
//!
//! The domain is cut into small squares, along the edges of pixels where the raster lies upright in the mesh's
//! reference system. A square is known where all its pixels have data. The others form voids. A void is filled as a
//! whole where each of its pixels is near enough to data, or under a building, where no ground is needed; else it is
//! left out as a whole. So the mesh ends at the data's edge, and gaps under trees and houses are no holes. All of this
//! is done once for the whole city, before it is cut into tiles.

use std::path::Path;

use rayon::prelude::*;
use static_aabb2d_index::{StaticAABB2DIndex, StaticAABB2DIndexBuilder};

use super::roofs::is_within_reach;
use crate::city::input::footprint::{EachFootprint, Polygon};
use crate::city::input::outside::OutsideData;
use crate::city::input::terrain::{Sampler, Terrain};
use crate::city::plane::area::{Area, OutlineRing};
use crate::city::plane::clean::cut_out;
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::parameters::Parameters;
use crate::human;
use crate::job::Context;
use crate::{Error, Result};

/// The area in which the ground is known, and how it is filled there.
pub(super) struct KnownGround {
    pub area: Area,
    /// How far from data heights are filled within the area, in metres.
    pub fill_distance: f64,
    /// The part of the domain that was left out because it has no data, in square metres.
    pub left_out: f64,
}

/// The most squares that the domain is cut into; they are made larger until there are no more.
const MOST_SQUARES: u64 = 1 << 26;

/// The edge of a square, as a share of the spacing of points on open ground; pixels are not divided.
const SQUARE: f64 = 0.25;

/// Data in a place of less than this area are left out: in squares of the spacing of points on open ground.
const SMALLEST_ISLAND: f64 = 4.0;

impl KnownGround {
    /// Finds the area. The terrain must hold all pixels of the domain.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where nothing is left; [`Error::MemoryLimit`]; [`Error::Cancelled`].
    pub fn find(
        footprints: &dyn EachFootprint,
        terrain: &Terrain,
        domain: &Domain,
        parameters: &Parameters,
        context: &Context,
    ) -> Result<KnownGround> {
        let all = |fill_distance| KnownGround { area: Area::from(*domain), fill_distance, left_out: 0.0 };
        if parameters.outside_data == OutsideData::Fill && terrain.has_gaps() {
            warn_about_filled(terrain, domain, context);
        }
        if parameters.outside_data != OutsideData::Skip || !terrain.has_gaps() {
            return Ok(all(parameters.fill_distance()));
        }
        let sampler = terrain.sampler(domain.origin, parameters.max_fill_distance);
        let squares = Squares::new(&sampler, terrain, domain, parameters);
        let _memory = context.memory().reserve(2 * squares.count() as u64, "finding where the terrain has data")?;
        let mut look = Look { sampler, footprints: Outlines::default(), within: parameters.max_fill_distance };
        let mut states = vec![FAR; squares.count()];
        squares.look(&mut states, &look, terrain, context)?;
        if states.contains(&FAR) {
            look.footprints = Outlines::new(squares.polygons_over(&states, footprints, domain, &look)?, domain);
            squares.look(&mut states, &look, terrain, context)?;
        }
        squares.judge_voids(&mut states);
        squares.leave_out_islands(&mut states, parameters);
        squares.part_at_corners(&mut states);
        context.check()?;
        if states.iter().all(|&state| state < COVERED) {
            return Ok(all(parameters.max_fill_distance));
        }
        let farthest = squares.farthest(&states, &look);
        terrain.release();
        let rings = squares.rings(&states);
        if rings.is_empty() {
            let [west, south, east, north] = domain.bounds();
            let seen = format!("no data but single heights in x {west} to {east}, y {south} to {north}");
            let accepted = "a larger area (bounds, --bounds) or another terrain; outside_data fill (--outside-data \
                            fill) takes the nearest data everywhere, max_fill_distance (--max-fill-distance) those \
                            that are near";
            return Err(Error::invalid("terrain", seen, accepted));
        }
        let [dx, dy] = terrain.metric_cell();
        let area = around(domain, rings);
        // A height on the border is interpolated with pixels beyond it.
        let fill_distance = farthest.max(parameters.max_fill_distance) + 2.0 * dx.hypot(dy);
        let left_out = domain.area() - area.square_metres();
        Ok(KnownGround { area, fill_distance, left_out })
    }
}

/// Warns about the share of the domain in which each place takes the height of the nearest data.
fn warn_about_filled(terrain: &Terrain, domain: &Domain, context: &Context) {
    let ([west, south], [east, north]) = (domain.local_min(), domain.local_max());
    let [rows, cols] = terrain.sampler(domain.origin, 0.0).pixels_under([west, south, east, north]);
    let without = rows.clone().map(|row| terrain.row(row, &cols).iter().filter(|v| v.is_nan()).count() as u64);
    let (without, all) = (without.sum::<u64>(), rows.len() as u64 * cols.len() as u64);
    terrain.release();
    if without > 0 {
        let message = format!(
            "{} of {} pixels of the terrain have no data and take the height of the nearest that have, however far \
             those are (--outside-data fill)",
            human::count(without),
            human::count(all)
        );
        context.warn("terrain-filled", message);
    }
}

impl KnownGround {
    /// Returns the part of the area that lies in polygons. `path` is their file, and `domain` the one in which the
    /// ground was looked for.
    ///
    /// # Errors
    /// [`Error::BadFormat`] where nothing is left; the errors of [`cut_out`].
    pub fn within(
        self,
        polygons: &[Polygon],
        path: &Path,
        domain: &Domain,
        parameters: &Parameters,
        context: &Context,
    ) -> Result<KnownGround> {
        let size = parameters.scale().lattice;
        let part_of = |area: &Area| cut_out(polygons, area, size * size, parameters, context);
        let Some(area) = part_of(&self.area)? else {
            let seen = "polygons of which nothing is left where the terrain has data";
            let accepted = "polygons that do not cross themselves, with an area where the terrain has data";
            return Err(Error::bad_format(path, None, seen, accepted));
        };
        let left_out = match self.left_out > 0.0 {
            true => part_of(&Area::from(*domain))?.map_or(0.0, |all| all.square_metres() - area.square_metres()),
            false => 0.0,
        };
        Ok(KnownGround { area: around(area.domain(), area.rings().to_vec()), left_out: left_out.max(0.0), ..self })
    }
}

/// Returns the area within rings, in a domain that is as small as it can be.
fn around(domain: &Domain, rings: Vec<OutlineRing>) -> Area {
    let points = || rings.iter().flatten();
    let extent = |d: usize| points().fold((i32::MAX, i32::MIN), |(low, high), p| (low.min(p[d]), high.max(p[d])));
    let (x, y) = (extent(0), extent(1));
    let unit = (1.0 / GRID) as i32;
    let moved = [x.0, y.0].map(|v| v.div_euclid(unit));
    let at = |p: [i32; 2]| [0, 1].map(|d| p[d] - moved[d] * unit);
    let smaller = Domain {
        origin: [0, 1].map(|d| domain.origin[d] + i64::from(moved[d])),
        min: at([x.0, y.0]),
        max: at([x.1, y.1]),
    };
    let rings = rings.iter().map(|ring| ring.iter().map(|&p| at(p)).collect()).collect();
    Area::within(smaller, rings)
}

/// What is asked about the pixels of squares.
struct Look<'a> {
    sampler: Sampler<'a>,
    footprints: Outlines,
    /// The largest distance from data, in metres.
    within: f64,
}

/// States of a square. All its pixels have data; or the others are near enough to data; or some are not, but lie under
/// a building; or some do not even that. The last stands for all squares that are left out.
const WITH_DATA: u8 = 0;
const NEAR: u8 = 1;
const COVERED: u8 = 2;
const FAR: u8 = 3;

/// The squares of a domain, row by row from the south-west.
struct Squares {
    /// The edges between columns and between rows, in grid units, ascending.
    lines: [Vec<i32>; 2],
}

impl Squares {
    fn new(sampler: &Sampler<'_>, terrain: &Terrain, domain: &Domain, parameters: &Parameters) -> Squares {
        let wanted = SQUARE * parameters.scale().lattice;
        let mut every = terrain.metric_cell().map(|size| (wanted / size).floor().max(1.0) as usize);
        loop {
            let lines = [0, 1].map(|d| {
                let edges = sampler.pixel_edges(d, every[d]).unwrap_or_else(|| {
                    let step = terrain.metric_cell()[d] * every[d] as f64;
                    let size = domain.local_max()[d];
                    (0..=(size / step) as u64).map(|k| k as f64 * step).collect()
                });
                lines_within(edges, domain.min[d], domain.max[d])
            });
            let squares = Squares { lines };
            if squares.count() as u64 <= MOST_SQUARES {
                return squares;
            }
            every = every.map(|every| 2 * every);
        }
    }

    fn columns(&self) -> usize {
        self.lines[0].len() - 1
    }

    fn rows(&self) -> usize {
        self.lines[1].len() - 1
    }

    fn count(&self) -> usize {
        self.columns() * self.rows()
    }

    /// Looks at the pixels of all squares that are far from data as far as is known.
    fn look(&self, states: &mut [u8], look: &Look<'_>, terrain: &Terrain, context: &Context) -> Result<()> {
        /// Rows that are looked at before the terrain's memory is given back.
        const BAND: usize = 256;
        let columns = self.columns();
        for (n, band) in states.chunks_mut(BAND * columns).enumerate() {
            band.par_chunks_mut(columns).enumerate().try_for_each(|(row, states)| {
                context.check()?;
                for (column, state) in states.iter_mut().enumerate().filter(|(_, state)| **state == FAR) {
                    *state = self.look_at(column, n * BAND + row, look);
                }
                Ok::<(), Error>(())
            })?;
            terrain.release();
        }
        Ok(())
    }

    /// Returns the polygons of footprints within reach that may lie over a pixel of a square that is far from data.
    fn polygons_over(
        &self,
        states: &[u8],
        footprints: &dyn EachFootprint,
        domain: &Domain,
        look: &Look<'_>,
    ) -> Result<Vec<Polygon>> {
        // The middle of a pixel may lie beside the square that it is partly under.
        let columns = self.columns();
        let beyond = states.par_iter().enumerate().filter(|(_, state)| **state == FAR).map(|(square, _)| {
            let place = self.place(square % columns, square / columns);
            let [west, south, east, north] = place;
            let [rows, cols] = look.sampler.pixels_under(place);
            let pixels = rows.flat_map(|row| cols.clone().map(move |col| (row, col)));
            let centres = pixels.filter_map(|(row, col)| look.sampler.centre(row, col));
            centres.flat_map(|[x, y]| [west - x, x - east, south - y, y - north]).fold(0.0, f64::max)
        });
        let margin = beyond.reduce(|| 0.0, f64::max) + GRID;
        let is_over = |[min, max]: [[f64; 2]; 2]| {
            let [across, up] = [0, 1].map(|d| {
                let metres = |v: f64| v - domain.origin[d] as f64;
                let (low, high) = (metres(min[d]) - margin, metres(max[d]) + margin);
                let lines = &self.lines[d];
                let first = lines.partition_point(|&line| f64::from(line) * GRID < low).saturating_sub(1);
                first..lines.partition_point(|&line| f64::from(line) * GRID <= high).min(lines.len() - 1)
            });
            up.into_iter().any(|row| states[row * columns..][across.clone()].contains(&FAR))
        };
        let mut polygons = Vec::new();
        footprints.each(&mut |_, footprint| {
            if is_within_reach(footprint, domain) {
                let over = |polygon: &&Polygon| box_around(polygon).is_some_and(is_over);
                polygons.extend(footprint.polygons.iter().filter(over).cloned());
            }
        })?;
        Ok(polygons)
    }

    /// Returns the place of a square: west, south, east, north in metres from the origin.
    fn place(&self, column: usize, row: usize) -> [f64; 4] {
        let metres = |v: i32| f64::from(v) * GRID;
        let [x, y] = &self.lines;
        [metres(x[column]), metres(y[row]), metres(x[column + 1]), metres(y[row + 1])]
    }

    /// Looks at the pixels of a square, and returns its state.
    fn look_at(&self, column: usize, row: usize, look: &Look<'_>) -> u8 {
        let place = self.place(column, row);
        let [west, south, east, north] = place;
        let [rows, cols] = look.sampler.pixels_under(place);
        let mut state = WITH_DATA;
        for (row, col) in rows.flat_map(|row| cols.clone().map(move |col| (row, col))) {
            let found = match look.sampler.distance_to_data(row, col, look.within) {
                Some(0.0) => WITH_DATA,
                Some(_) => NEAR,
                None => {
                    let middle = [0.5 * (west + east), 0.5 * (south + north)];
                    let centre = look.sampler.centre(row, col).unwrap_or(middle);
                    if look.footprints.hold(centre) { COVERED } else { return FAR }
                }
            };
            state = state.max(found);
        }
        state
    }

    /// Returns the farthest distance from data of a pixel under the covered squares, in metres.
    fn farthest(&self, states: &[u8], look: &Look<'_>) -> f64 {
        let covered = (0..states.len()).filter(|&square| states[square] == COVERED);
        let distance = |square: usize| {
            let [rows, cols] = look.sampler.pixels_under(self.place(square % self.columns(), square / self.columns()));
            let pixels = rows.flat_map(|row| cols.clone().map(move |col| (row, col)));
            let distances = pixels.filter_map(|(row, col)| look.sampler.distance_to_data(row, col, f64::INFINITY));
            distances.fold(0.0, f64::max)
        };
        covered.map(distance).fold(0.0, f64::max)
    }

    /// Calls `each` for the squares beside a square, across its sides.
    fn beside(&self, square: usize, mut each: impl FnMut(usize)) {
        let (columns, column) = (self.columns(), square % self.columns());
        if column > 0 {
            each(square - 1);
        }
        if column + 1 < columns {
            each(square + 1);
        }
        if square >= columns {
            each(square - columns);
        }
        if square + columns < self.count() {
            each(square + columns);
        }
    }

    /// Calls `each` for every group of squares that hang together across their sides and whose state is accepted.
    fn groups(&self, states: &mut [u8], accepts: impl Fn(u8) -> bool, mut each: impl FnMut(&[usize], &mut [u8])) {
        let mut seen = vec![false; states.len()];
        let mut group = Vec::new();
        for first in 0..states.len() {
            if seen[first] || !accepts(states[first]) {
                continue;
            }
            seen[first] = true;
            group.clear();
            group.push(first);
            let mut at = 0;
            while at < group.len() {
                self.beside(group[at], |square| {
                    if accepts(states[square]) && !std::mem::replace(&mut seen[square], true) {
                        group.push(square);
                    }
                });
                at += 1;
            }
            each(&group, states);
        }
    }

    /// Leaves out each void with a square that is far from data, as a whole.
    fn judge_voids(&self, states: &mut [u8]) {
        self.groups(
            states,
            |state| state != WITH_DATA,
            |void, states| {
                if void.iter().any(|&square| states[square] == FAR) {
                    void.iter().for_each(|&square| states[square] = FAR);
                }
            },
        );
    }

    /// Leaves out small islands of data, unless there is nothing else.
    fn leave_out_islands(&self, states: &mut [u8], parameters: &Parameters) {
        let size = parameters.scale().lattice;
        let least = SMALLEST_ISLAND * size * size;
        let area = |square: usize| {
            let (column, row) = (square % self.columns(), square / self.columns());
            let edge = |d: usize, k: usize| f64::from(self.lines[d][k + 1] - self.lines[d][k]) * GRID;
            edge(0, column) * edge(1, row)
        };
        let is_small = |island: &[usize]| island.iter().map(|&square| area(square)).sum::<f64>() < least;
        let mut has_large = false;
        self.groups(states, |state| state != FAR, |island, _| has_large |= !is_small(island));
        let leave_out = |island: &[usize], states: &mut [u8]| {
            if has_large && is_small(island) {
                island.iter().for_each(|&square| states[square] = FAR);
            }
        };
        self.groups(states, |state| state != FAR, leave_out);
    }

    /// Leaves out one of two squares that touch in a corner alone, until there are none, so that the outline never
    /// touches itself.
    fn part_at_corners(&self, states: &mut [u8]) {
        let columns = self.columns();
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for row in 1..self.rows() {
                for column in 1..columns {
                    let [sw, nw] = [(row - 1) * columns + column - 1, row * columns + column - 1];
                    let known = |square: usize| states[square] != FAR;
                    let (a, b) = ((known(sw), known(nw + 1)), (known(sw + 1), known(nw)));
                    let northern = match (a, b) {
                        ((true, true), (false, false)) => nw + 1,
                        ((false, false), (true, true)) => nw,
                        _ => continue,
                    };
                    states[northern] = FAR;
                    changed = true;
                }
            }
        }
    }

    /// Returns the rings around the known squares, which lie to the left of the rings' edges. No ring has a vertex on a
    /// straight side.
    fn rings(&self, states: &[u8]) -> Vec<OutlineRing> {
        let columns = self.columns();
        let is_known = |column: Option<usize>, row: Option<usize>| match (column, row) {
            (Some(column), Some(row)) if column < columns && row < self.rows() => states[row * columns + column] != FAR,
            _ => false,
        };
        // From corner to corner, as column and row.
        let mut steps: Vec<([usize; 2], [usize; 2])> = Vec::new();
        for square in (0..states.len()).filter(|&square| states[square] != FAR) {
            let (i, j) = (square % columns, square / columns);
            let sides = [
                (Some(i), j.checked_sub(1), [i, j], [i + 1, j]),
                (Some(i + 1), Some(j), [i + 1, j], [i + 1, j + 1]),
                (Some(i), Some(j + 1), [i + 1, j + 1], [i, j + 1]),
                (i.checked_sub(1), Some(j), [i, j + 1], [i, j]),
            ];
            let open = sides.into_iter().filter(|(column, row, ..)| !is_known(*column, *row));
            steps.extend(open.map(|(.., from, to)| (from, to)));
        }
        steps.sort_unstable();
        let mut used = vec![false; steps.len()];
        let mut rings = Vec::new();
        for first in 0..steps.len() {
            let mut corners: Vec<[usize; 2]> = Vec::new();
            let mut at = first;
            while !std::mem::replace(&mut used[at], true) {
                corners.push(steps[at].0);
                let to = steps[at].1;
                at = steps.partition_point(|(from, _)| *from < to);
            }
            if corners.is_empty() {
                continue;
            }
            let n = corners.len();
            let turns = |k: usize| {
                let (before, after) = (corners[(k + n - 1) % n], corners[(k + 1) % n]);
                (0..2).all(|d| before[d] != after[d])
            };
            let ring = (0..n).filter(|&k| turns(k)).map(|k| [0, 1].map(|d| self.lines[d][corners[k][d]]));
            rings.push(ring.collect());
        }
        rings
    }
}

/// Returns the ends of a domain along one axis, and the edges of pixels between them that are not too near to an end.
fn lines_within(mut edges: Vec<f64>, min: i32, max: i32) -> Vec<i32> {
    edges.sort_unstable_by(f64::total_cmp);
    let step = edges.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
    let apart = (0.5 * step / GRID) as i32;
    let between = edges.into_iter().map(|edge| (edge / GRID).round()).filter(|&edge| edge.abs() < f64::from(i32::MAX));
    let between = between.map(|edge| edge as i32).filter(|&edge| edge - apart > min && edge < max - apart);
    let mut lines = vec![min];
    lines.extend(between);
    lines.push(max);
    lines
}

/// Returns the smallest and the largest coordinates of a polygon.
fn box_around(polygon: &Polygon) -> Option<[[f64; 2]; 2]> {
    let ring = polygon.rings.first()?;
    let range = |d: usize| {
        ring.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], p| [low.min(p[d]), high.max(p[d])])
    };
    let [x, y] = [range(0), range(1)];
    (x[0] <= x[1] && y[0] <= y[1]).then_some([[x[0], y[0]], [x[1], y[1]]])
}

/// Outlines of footprints, with an index of the boxes around them.
#[derive(Default)]
struct Outlines {
    origin: [f64; 2],
    polygons: Vec<Polygon>,
    index: Option<StaticAABB2DIndex<f64>>,
}

impl Outlines {
    /// Creates those of polygons that have a box.
    fn new(polygons: Vec<Polygon>, domain: &Domain) -> Outlines {
        let mut builder = StaticAABB2DIndexBuilder::new(polygons.len());
        polygons.iter().filter_map(box_around).for_each(|[[west, south], [east, north]]| {
            builder.add(west, south, east, north);
        });
        Outlines { origin: domain.origin.map(|v| v as f64), polygons, index: builder.build().ok() }
    }

    /// Returns whether a place, in metres from the origin, lies in a footprint.
    fn hold(&self, place: [f64; 2]) -> bool {
        let Some(index) = &self.index else { return false };
        let [x, y] = [0, 1].map(|d| place[d] + self.origin[d]);
        let is_in = |polygon: &Polygon| {
            let edges = polygon.rings.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
            let crossed = edges
                .filter(|(a, b)| (a[1] <= y) != (b[1] <= y) && x < a[0] + (b[0] - a[0]) * ((y - a[1]) / (b[1] - a[1])));
            crossed.count() % 2 == 1
        };
        index.query_iter(x, y, x, y).any(|n| is_in(&self.polygons[n]))
    }
}
