//! Points of the field: a nested triangular lattice, finer where edges have short pieces.
//!
//! The sizing field at a point is the minimum of `length + 0.6 x distance` over all pieces of edges. A level of the
//! lattice is used where the field is below [`Scale::threshold`], and inside footprints from [`Scale::roof_level`] on.
//! A point nearer to a piece than 0.6 of its length is left out. To compute this, pieces mark level by level the points
//! that they ask for and those that they forbid.

use std::collections::HashSet;

use super::pieces::Piece;
use super::scale::Scale;
use crate::city::plane::geometry::{Point, Rect, segment_distance2};
use crate::city::plane::planar::{Crossing, Planar, Region};

/// The growth of the sizing field with the distance from a piece.
const GROWTH: f64 = 0.6;

/// The smallest distance of a point from a piece, as a share of the piece's length.
const CLEARANCE: f64 = 0.6;

/// Levels up to this one are marked in bitmaps over the whole rectangle, finer ones in lists.
const LAST_DENSE_LEVEL: u32 = 2;

/// Returns the lattice points in `rect` and inside the meshed area. `pieces` must be those of all edges within
/// [`Scale::field_reach`] of `rect`.
pub fn field_points(planar: &Planar, rect: &Rect, pieces: &[Piece], scale: &Scale) -> Vec<Point> {
    let domain = planar.domain();
    let inside = Rect { min: domain.local_min(), max: domain.local_max() }.intersection(rect);
    let shortest = pieces.iter().map(Piece::length).fold(f64::INFINITY, f64::min);
    let mut points = Vec::new();
    let mut level = 0;
    while level <= scale.roof_level || shortest < scale.threshold(level) {
        let lattice = Lattice::new(level, &inside, scale);
        if level <= LAST_DENSE_LEVEL.max(scale.roof_level) {
            dense_level(&lattice, planar, pieces, scale, &mut points);
        } else {
            sparse_level(&lattice, planar, pieces, scale, &mut points);
        }
        level += 1;
    }
    points
}

/// One level of the lattice, cut to a rectangle. Point `(i, j)` lies at `(i * step / 2, j * row)`, where `i + j` is
/// even.
struct Lattice {
    level: u32,
    half: f64,
    row: f64,
    rect: Rect,
    /// The first and last `i` and `j` inside the rectangle.
    i: (i64, i64),
    j: (i64, i64),
}

impl Lattice {
    fn new(level: u32, rect: &Rect, scale: &Scale) -> Lattice {
        let half = 0.5 * scale.spacing(level);
        let row = scale.row / f64::from(1 << level);
        let span = |d: usize, step: f64| ((rect.min[d] / step).ceil() as i64, (rect.max[d] / step).floor() as i64);
        Lattice { level, half, row, rect: *rect, i: span(0, half), j: span(1, row) }
    }

    fn point(&self, i: i64, j: i64) -> Point {
        [i as f64 * self.half, j as f64 * self.row]
    }

    /// Returns whether the point is new on this level, as opposed to the one before.
    fn is_new(&self, i: i64, j: i64) -> bool {
        // On the previous level the same place has half these numbers, with an even sum.
        self.level == 0 || j & 1 == 1 || (i + j) & 3 != 0
    }

    /// Calls `each` for every new point of the level within `radius` of the piece, with the square of its distance.
    fn around(&self, piece: &Piece, radius: f64, mut each: impl FnMut(i64, i64, f64)) {
        if radius <= 0.0 {
            return;
        }
        let around = Rect::around(piece.ends[0], piece.ends[1]).inflated(radius).intersection(&self.rect);
        let j = ((around.min[1] / self.row).ceil() as i64, (around.max[1] / self.row).floor() as i64);
        let i = ((around.min[0] / self.half).ceil() as i64, (around.max[0] / self.half).floor() as i64);
        for j in j.0..=j.1 {
            for i in (i.0 + ((i.0 + j) & 1)..=i.1).step_by(2) {
                if self.is_new(i, j) {
                    let d2 = segment_distance2(self.point(i, j), piece.ends[0], piece.ends[1]);
                    if d2 < radius * radius {
                        each(i, j, d2);
                    }
                }
            }
        }
    }

    /// Returns the distance from a piece of this length within which the field asks for this level; not positive for
    /// none.
    fn wanted_within(&self, length: f64, scale: &Scale) -> f64 {
        if self.level == 0 { 0.0 } else { (scale.threshold(self.level) - length) / GROWTH }
    }
}

const WANTED: u8 = 1;
const FORBIDDEN: u8 = 2;

fn dense_level(lattice: &Lattice, planar: &Planar, pieces: &[Piece], scale: &Scale, points: &mut Vec<Point>) {
    let width = (lattice.i.1 - lattice.i.0 + 1).max(0) as usize;
    let height = (lattice.j.1 - lattice.j.0 + 1).max(0) as usize;
    let mut marks = vec![if lattice.level == 0 { WANTED } else { 0 }; width * height];
    let at = |i: i64, j: i64| (j - lattice.j.0) as usize * width + (i - lattice.i.0) as usize;
    mark(lattice, pieces, scale, |i, j, mark| marks[at(i, j)] |= mark);
    let on_roofs = lattice.level > 0 && lattice.level <= scale.roof_level;
    let asks_for_regions = on_roofs || !planar.is_rectangle();
    let crossings = if asks_for_regions { row_crossings(lattice, planar) } else { Vec::new() };
    for j in lattice.j.0..=lattice.j.1 {
        let mut row = asks_for_regions.then(|| RowOfRegions::new(lattice, planar, &crossings, j));
        for i in (lattice.i.0 + ((lattice.i.0 + j) & 1)..=lattice.i.1).step_by(2) {
            let mark = marks[at(i, j)];
            if mark & FORBIDDEN != 0 || !lattice.is_new(i, j) {
                continue;
            }
            let point = lattice.point(i, j);
            let wanted = match &mut row {
                Some(row) if on_roofs || mark & WANTED != 0 => match row.region_at(point[0]) {
                    Region::OUTSIDE => false,
                    region => mark & WANTED != 0 || region.as_part().is_some(),
                },
                _ => mark & WANTED != 0,
            };
            if wanted {
                points.push(point);
            }
        }
    }
}

/// Fills a fine level. Few pieces are short enough to ask for it, and most forbid points where nothing asks for any.
fn sparse_level(lattice: &Lattice, planar: &Planar, pieces: &[Piece], scale: &Scale, points: &mut Vec<Point>) {
    let mut wanted: Vec<(i64, i64)> = Vec::new();
    for piece in pieces {
        lattice.around(piece, lattice.wanted_within(piece.length(), scale), |i, j, _| wanted.push((j, i)));
    }
    wanted.sort_unstable();
    wanted.dedup();
    let square = |p: Point| ((p[0] / scale.lattice).floor() as i64, (p[1] / scale.lattice).floor() as i64);
    let squares: HashSet<(i64, i64)> = wanted.iter().map(|&(j, i)| square(lattice.point(i, j))).collect();
    let mut forbidden = vec![false; wanted.len()];
    for piece in pieces {
        let clear = CLEARANCE * piece.length();
        let near = Rect::around(piece.ends[0], piece.ends[1]).inflated(clear);
        let (low, high) = (square(near.min), square(near.max));
        let meets = (low.0..=high.0).any(|x| (low.1..=high.1).any(|y| squares.contains(&(x, y))));
        if !meets {
            continue;
        }
        let rows = ((near.min[1] / lattice.row).ceil() as i64, (near.max[1] / lattice.row).floor() as i64);
        let first = (near.min[0] / lattice.half).ceil() as i64;
        for j in rows.0..=rows.1 {
            let from = wanted.partition_point(|&at| at < (j, first));
            for (n, &(_, i)) in wanted.iter().enumerate().skip(from).take_while(|(_, at)| at.0 == j) {
                let p = lattice.point(i, j);
                if p[0] > near.max[0] {
                    break;
                }
                forbidden[n] |= segment_distance2(p, piece.ends[0], piece.ends[1]) < clear * clear;
            }
        }
    }
    let kept = wanted.iter().zip(&forbidden).filter(|(_, forbidden)| !**forbidden);
    let kept = kept.map(|(&(j, i), _)| lattice.point(i, j));
    points.extend(kept.filter(|&p| planar.is_rectangle() || planar.region_at(p) != Region::OUTSIDE));
}

/// Marks the points of the level that pieces ask for and those that they forbid.
fn mark(lattice: &Lattice, pieces: &[Piece], scale: &Scale, mut set: impl FnMut(i64, i64, u8)) {
    for piece in pieces {
        let length = piece.length();
        let clear = CLEARANCE * length;
        let wanted = lattice.wanted_within(length, scale);
        lattice.around(piece, wanted.max(clear), |i, j, d2| {
            if d2 < clear * clear {
                set(i, j, FORBIDDEN);
            } else if d2 < wanted * wanted {
                set(i, j, WANTED);
            }
        });
    }
}

/// Returns the crossings of the lattice's rows with edges, sorted by row, then from west to east.
fn row_crossings(lattice: &Lattice, planar: &Planar) -> Vec<(i64, Crossing)> {
    let mut crossings = Vec::new();
    planar.edges_near(&lattice.rect, |number| {
        let edge = &planar.edges()[number as usize];
        let [a, b] = edge.ends();
        let (low, high) = (a[1].min(b[1]), a[1].max(b[1]));
        let first = ((low / lattice.row).ceil() as i64).max(lattice.j.0);
        let last = ((high / lattice.row).floor() as i64).min(lattice.j.1);
        for j in first..=last {
            // Crossings beyond the rectangle are not all known here.
            let within = |c: &Crossing| lattice.rect.min[0] <= c.x && c.x <= lattice.rect.max[0];
            crossings.extend(Crossing::of(edge, j as f64 * lattice.row).filter(within).map(|c| (j, c)));
        }
    });
    crossings.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.order(&b.1)));
    crossings
}

/// The regions along a row of the lattice, queried from west to east.
///
/// Rounded crossings are precise enough, because the queried points lie well clear of all edges.
struct RowOfRegions<'a> {
    crossings: &'a [(i64, Crossing)],
    now: Region,
}

impl<'a> RowOfRegions<'a> {
    fn new(lattice: &Lattice, planar: &Planar, crossings: &'a [(i64, Crossing)], j: i64) -> RowOfRegions<'a> {
        let start = crossings.partition_point(|c| c.0 < j);
        let end = crossings.partition_point(|c| c.0 <= j);
        let crossings = &crossings[start..end];
        let now = match crossings.first() {
            Some((_, crossing)) => crossing.west,
            None => planar.region_at(lattice.point(lattice.i.0, j)),
        };
        RowOfRegions { crossings, now }
    }

    fn region_at(&mut self, x: f64) -> Region {
        while let Some((_, crossing)) = self.crossings.first()
            && crossing.x < x
        {
            self.now = crossing.east;
            self.crossings = &self.crossings[1..];
        }
        self.now
    }
}
