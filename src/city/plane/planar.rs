//! The plane as the buildings cut it: edges with the regions on both sides, and a spatial index of them.

use std::collections::{HashMap, HashSet};

use crate::city::plane::area::Area;
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::geometry::{Point, Rect, orient};

/// The region on one side of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u32);

impl Region {
    /// The outside of the meshed area.
    pub const OUTSIDE: Region = Region(u32::MAX);
    /// The ground between the buildings.
    pub const GROUND: Region = Region(u32::MAX - 1);

    /// Returns the region of the building's part with this number.
    pub fn part(number: u32) -> Region {
        debug_assert!(number < Region::GROUND.0);
        Region(number)
    }

    /// Returns the number of the building's part; `None` for the ground and the outside.
    pub fn as_part(self) -> Option<u32> {
        (self.0 < Region::GROUND.0).then_some(self.0)
    }
}

/// A straight segment of a building's outline, or a part of the border of the meshed area, or both.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The lexicographically smaller end, in units of the grid.
    pub a: [i32; 2],
    /// The other end.
    pub b: [i32; 2],
    /// The region to the left of the direction from `a` to `b`.
    pub left: Region,
    /// The region to the right.
    pub right: Region,
}

impl Edge {
    /// Returns both ends in local metres.
    pub fn ends(&self) -> [Point; 2] {
        [self.a, self.b].map(|p| p.map(|v| f64::from(v) * GRID))
    }

    /// Returns the common end of both edges, if there is one.
    pub fn common_end(&self, other: &Edge) -> Option<[i32; 2]> {
        [self.a, self.b].into_iter().find(|&p| p == other.a || p == other.b)
    }

    /// Returns whether the two edges have a common end.
    pub fn is_adjacent_to(&self, other: &Edge) -> bool {
        self.common_end(other).is_some()
    }

    /// Returns whether the edge belongs to the border of the meshed area.
    pub fn is_border(&self) -> bool {
        self.left == Region::OUTSIDE || self.right == Region::OUTSIDE
    }
}

/// All edges of a city, or those in a window of it, with a spatial index.
#[derive(Debug)]
pub struct Planar {
    domain: Domain,
    /// Whether the meshed area is all of the domain's rectangle.
    is_rectangle: bool,
    edges: Vec<Edge>,
    /// The window that all edges are known of; the whole domain where there is none.
    window: Option<Window>,
    /// The index: the edges of bucket `i` are `items[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    items: Vec<u32>,
    /// The south-west corner of the first bucket, in units of the grid.
    first: [i32; 2],
    columns: usize,
    rows: usize,
    /// The side of a bucket is 2^shift units of the grid.
    shift: u32,
}

/// A rectangle of the plane, in units of the grid, and what lies at its south-western corner.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The south-west corner.
    pub min: [i32; 2],
    /// The north-east corner.
    pub max: [i32; 2],
    /// The region at [`Window::anchor`] of the south-west corner.
    pub corner: Region,
}

impl Window {
    /// Returns the point that is looked at for a corner, in local metres: half a unit of the grid to the south-west of
    /// it, so that no vertex has its x or its y.
    pub fn anchor(corner: [i32; 2]) -> Point {
        corner.map(|v| (f64::from(v) - 0.5) * GRID)
    }

    /// Returns the rectangle in local metres, with the points that its corners stand for.
    pub fn rect(min: [i32; 2], max: [i32; 2]) -> Rect {
        Rect { min: Window::anchor(min), max: max.map(|v| f64::from(v) * GRID) }
    }
}

impl Planar {
    /// The longest edge on the domain's border, and the longest piece of a wall, in units of the grid: ten halvings of
    /// it stay on the fine grid.
    pub const LONGEST_EDGE: i32 = 64 << 10;
    /// The shift of the smallest buckets: 32 m.
    const BUCKET_SHIFT: u32 = 15;

    /// Creates the plane cut by the rings of the buildings' parts (outer ones counter-clockwise, holes clockwise) and
    /// by the border of the meshed area.
    ///
    /// The rings must be planar: they meet in common vertices and common edges only, and lie inside the area. Edges of
    /// theirs may lie on upright and level sides of the border, which then have no corner between the edge's ends.
    pub fn new<'a>(area: &Area, rings: impl IntoIterator<Item = (u32, &'a [[i32; 2]])>) -> Planar {
        let (mut edges, mut rim) = (Vec::new(), Rim::new(area));
        for (part, ring) in rings {
            edges.extend(edges_of_part(part, ring));
            rim.add(ring);
        }
        edges.extend(rim.into_edges());
        join_sides(&mut edges);
        edges.shrink_to_fit();
        Planar::indexed(area, edges, [area.domain().min, area.domain().max], None)
    }

    /// Creates the part of a plane between two heights, from all edges whose boxes meet it, sorted by their ends as in
    /// [`Planar::edges`].
    pub fn of_strip(area: &Area, edges: Vec<Edge>, [south, north]: [i32; 2]) -> Planar {
        let domain = area.domain();
        Planar::indexed(area, edges, [[domain.min[0], south], [domain.max[0], north]], None)
    }

    /// Creates the part of a plane that lies in a window, from the edges whose boxes meet [`Window::rect`], sorted by
    /// their ends as in [`Planar::edges`].
    pub fn of_window(area: &Area, edges: Vec<Edge>, window: Window) -> Planar {
        Planar::indexed(area, edges, [window.min, window.max], Some(window))
    }

    /// Creates the plane with the index of a box.
    fn indexed(area: &Area, edges: Vec<Edge>, [first, last]: [[i32; 2]; 2], window: Option<Window>) -> Planar {
        let (domain, is_rectangle) = (*area.domain(), area.is_rectangle());
        let extent = |d: usize, shift: u32| ((last[d] - first[d]) >> shift) as usize + 1;
        // With few edges larger buckets suffice.
        let most = (4 * edges.len()).max(1 << 16);
        let mut shift = Self::BUCKET_SHIFT;
        while extent(0, shift) * extent(1, shift) > most {
            shift += 1;
        }
        let (columns, rows) = (extent(0, shift), extent(1, shift));
        let (starts, items) = (vec![0; columns * rows + 1], Vec::new());
        let mut planar = Planar { domain, is_rectangle, edges, window, starts, items, first, columns, rows, shift };
        let mut starts = std::mem::take(&mut planar.starts);
        for edge in &planar.edges {
            planar.buckets(planar.bucket_range(edge_rect(edge))).for_each(|b| starts[b + 1] += 1);
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut at = starts.clone();
        let mut items = vec![0; starts[starts.len() - 1] as usize];
        for (number, edge) in planar.edges.iter().enumerate() {
            for bucket in planar.buckets(planar.bucket_range(edge_rect(edge))) {
                items[at[bucket] as usize] = number as u32;
                at[bucket] += 1;
            }
        }
        (planar.starts, planar.items) = (starts, items);
        planar
    }

    /// Returns the domain.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Returns whether the meshed area is all of the domain's rectangle.
    pub fn is_rectangle(&self) -> bool {
        self.is_rectangle
    }

    /// Returns all edges, sorted by their ends; the number of an edge is its index here.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Calls `each` once with the number of every edge whose bounding box meets `rect`, in no particular order.
    pub fn edges_near(&self, rect: &Rect, mut each: impl FnMut(u32)) {
        let range = self.bucket_range(*rect);
        for row in range[1].0..=range[1].1 {
            for column in range[0].0..=range[0].1 {
                let bucket = row * self.columns + column;
                for &number in &self.items[self.starts[bucket] as usize..self.starts[bucket + 1] as usize] {
                    let bounds = edge_rect(&self.edges[number as usize]);
                    // Report the edge in the first bucket that both it and the rectangle cover.
                    let own = self.bucket_range(bounds);
                    let first = (own[0].0.max(range[0].0), own[1].0.max(range[1].0));
                    if first == (column, row) && bounds.meets(rect) {
                        each(number);
                    }
                }
            }
        }
    }

    /// Returns the region that holds `p`, which must lie in the domain, and in the window where there is one, and on no
    /// edge.
    pub fn region_at(&self, p: Point) -> Region {
        // What crosses the line from p to the west before it leaves the window.
        let start = self.window.map(|window| [Window::anchor(window.min)[0], p[1]]);
        let range = self.bucket_range(Rect { min: p, max: p });
        let row = range[1].0;
        let mut nearest: Option<Crossing> = None;
        for column in (0..=range[0].0).rev() {
            let bucket = row * self.columns + column;
            for &number in &self.items[self.starts[bucket] as usize..self.starts[bucket + 1] as usize] {
                let edge = &self.edges[number as usize];
                if let Some(crossing) = Crossing::of(edge, p[1])
                    && crossing.is_left_of(p)
                    && !start.is_some_and(|start| crossing.is_left_of(start))
                    && nearest.is_none_or(|nearest| crossing.order(&nearest).is_gt())
                {
                    nearest = Some(crossing);
                }
            }
            let west_end = (self.first[0] + ((column as i32) << self.shift)) as f64 * GRID;
            if let Some(crossing) = nearest
                && (crossing.x >= west_end || column == 0)
            {
                return crossing.east;
            }
        }
        match self.window {
            Some(window) => self.region_above(&window, p[1]),
            None if self.is_rectangle => Region::GROUND,
            None => Region::OUTSIDE,
        }
    }

    /// Returns the region at the height `y` above the south-western corner of a window: beyond the last edge that
    /// crosses the way up to there.
    fn region_above(&self, window: &Window, y: f64) -> Region {
        let [x, low] = Window::anchor(window.min);
        let mut last = (f64::NEG_INFINITY, window.corner);
        self.edges_near(&Rect { min: [x, low.min(y)], max: [x, y.max(low)] }, |number| {
            let edge = &self.edges[number as usize];
            let [a, b] = edge.ends();
            // From `a` on, counted from `y`: what is near it is exact.
            let up = (a[1] - y) + (b[1] - a[1]) * ((x - a[0]) / (b[0] - a[0]));
            let is_passed = orient(a, b, [x, low]) < 0.0 && orient(a, b, [x, y]) > 0.0;
            if a[0] < x && x < b[0] && is_passed && up > last.0 {
                last = (up, edge.left);
            }
        });
        last.1
    }

    /// Returns the first and last bucket that a rectangle covers, along x and along y.
    fn bucket_range(&self, rect: Rect) -> [(usize, usize); 2] {
        [self.columns, self.rows].map_with_index(|d, count| {
            let bucket = |v: f64| {
                let grid = (v / GRID) as i64 - i64::from(self.first[d]);
                (grid >> self.shift).clamp(0, count as i64 - 1) as usize
            };
            (bucket(rect.min[d]), bucket(rect.max[d]))
        })
    }

    fn buckets(&self, range: [(usize, usize); 2]) -> impl Iterator<Item = usize> + use<> {
        let columns = self.columns;
        (range[1].0..=range[1].1).flat_map(move |row| (range[0].0..=range[0].1).map(move |c| row * columns + c))
    }
}

/// Returns the edges of a ring of a building's part.
pub fn edges_of_part(part: u32, ring: &[[i32; 2]]) -> impl Iterator<Item = Edge> + '_ {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    ends.map(move |(&a, &b)| directed(a, b, Region::part(part), Region::GROUND))
}

/// Sorts edges by their ends, and makes one of those that came once from each side: walls shared by two parts, and
/// walls on the border.
pub fn join_sides(edges: &mut Vec<Edge>) {
    edges.sort_unstable_by_key(|e| (e.a, e.b, e.left, e.right));
    edges.dedup_by(|next, kept| {
        let same = (kept.a, kept.b) == (next.a, next.b);
        if same {
            let both = |a: Region, b: Region| if a == Region::GROUND { b } else { a };
            (kept.left, kept.right) = (both(kept.left, next.left), both(kept.right, next.right));
        }
        same
    });
}

/// The border of the meshed area, as the buildings on it cut it.
pub struct Rim {
    sides: Vec<[[i32; 2]; 2]>,
    lines: Lines,
    corners: HashSet<[i32; 2]>,
    /// The vertices of buildings between the corners, with the numbers of their sides.
    stops: Vec<(u32, [i32; 2])>,
    /// The edges of buildings between places on the border, the smaller end first.
    walls: HashSet<[[i32; 2]; 2]>,
}

impl Rim {
    /// Creates the border without buildings.
    pub fn new(area: &Area) -> Rim {
        let sides: Vec<[[i32; 2]; 2]> = area.sides().collect();
        let (lines, corners) = (Lines::new(&sides), sides.iter().flatten().copied().collect());
        Rim { sides, lines, corners, stops: Vec::new(), walls: HashSet::new() }
    }

    /// Takes note of a ring of a building, which may lie on the border.
    pub fn add(&mut self, ring: &[[i32; 2]]) {
        let Rim { lines, corners, stops, walls, .. } = self;
        let mut is_on_border = |p: [i32; 2]| {
            let mut is_there = corners.contains(&p);
            lines.holding(p, |side| {
                stops.push((side, p));
                is_there = true;
            });
            is_there
        };
        let Some((&first, rest)) = ring.split_first() else { return };
        let first_is_there = is_on_border(first);
        let mut before = (first, first_is_there);
        for &p in rest {
            let here = (p, is_on_border(p));
            if before.1 && here.1 {
                walls.insert([before.0.min(p), before.0.max(p)]);
            }
            before = here;
        }
        if before.1 && first_is_there {
            walls.insert([before.0.min(first), before.0.max(first)]);
        }
    }

    /// Returns the edges of the border, as if there were nothing but ground within. What is no wall is cut into pieces.
    pub fn into_edges(mut self) -> Vec<Edge> {
        self.stops.sort_unstable();
        self.stops.dedup();
        let mut edges = Vec::new();
        let mut stops = self.stops.as_slice();
        for (number, &[from, to]) in (0..).zip(&self.sides) {
            let count = stops.iter().take_while(|(side, _)| *side == number).count();
            let (here, rest) = stops.split_at(count);
            stops = rest;
            let mut along: Vec<[i32; 2]> = here.iter().map(|(_, p)| *p).chain([from, to]).collect();
            along.sort_unstable();
            if from > to {
                along.reverse();
            }
            for span in along.windows(2) {
                let is_wall = self.walls.contains(&[span[0].min(span[1]), span[0].max(span[1])]);
                let points = if is_wall { span.to_vec() } else { border_points(span[0], span[1]) };
                edges.extend(points.windows(2).map(|p| directed(p[0], p[1], Region::GROUND, Region::OUTSIDE)));
            }
        }
        edges
    }
}

/// The upright and the level sides of the border, by their coordinate, to find those that hold a point.
struct Lines {
    /// For x and for y: the sides with this coordinate, from low to high.
    at: [HashMap<i32, Vec<Side>>; 2],
}

/// An upright or level side of the border.
struct Side {
    number: u32,
    /// The smallest and the largest of its other coordinate.
    low: i32,
    high: i32,
}

impl Lines {
    fn new(sides: &[[[i32; 2]; 2]]) -> Lines {
        let mut at = [HashMap::new(), HashMap::new()];
        for (number, [a, b]) in (0..).zip(sides) {
            for d in (0..2).filter(|&d| a[d] == b[d]) {
                let (low, high) = (a[1 - d].min(b[1 - d]), a[1 - d].max(b[1 - d]));
                at[d].entry(a[d]).or_insert_with(Vec::new).push(Side { number, low, high });
            }
        }
        at.iter_mut().flat_map(|lines| lines.values_mut()).for_each(|sides| sides.sort_unstable_by_key(|s| s.low));
        Lines { at }
    }

    /// Calls `each` with the number of every side that has the point between its ends.
    fn holding(&self, p: [i32; 2], mut each: impl FnMut(u32)) {
        for d in 0..2 {
            let Some(sides) = self.at[d].get(&p[d]) else { continue };
            // Sides of one line have no more than their ends in common.
            let after = sides.partition_point(|side| side.low < p[1 - d]);
            if let Some(side) = after.checked_sub(1).map(|before| &sides[before])
                && p[1 - d] < side.high
            {
                each(side.number);
            }
        }
    }
}

trait MapWithIndex<T> {
    fn map_with_index<U>(self, f: impl FnMut(usize, T) -> U) -> [U; 2];
}

impl<T> MapWithIndex<T> for [T; 2] {
    fn map_with_index<U>(self, mut f: impl FnMut(usize, T) -> U) -> [U; 2] {
        let [a, b] = self;
        [f(0, a), f(1, b)]
    }
}

/// The crossing of an edge with a horizontal line.
#[derive(Clone, Copy, Debug)]
pub struct Crossing {
    /// The x coordinate in local metres, rounded.
    pub x: f64,
    /// The region to the west of the edge.
    pub west: Region,
    /// The region to the east of the edge.
    pub east: Region,
    /// The lower end and the upper one.
    ends: [Point; 2],
}

impl Crossing {
    /// Returns the crossing of an edge with the line at `y`. An edge that ends on the line counts if it comes from
    /// above.
    pub fn of(edge: &Edge, y: f64) -> Option<Crossing> {
        let [mut low, mut high] = edge.ends();
        let (mut west, mut east) = (edge.left, edge.right);
        if low[1] > high[1] {
            (low, high) = (high, low);
            (west, east) = (east, west);
        }
        if !(low[1] <= y && y < high[1]) {
            return None;
        }
        let x = low[0] + (high[0] - low[0]) * ((y - low[1]) / (high[1] - low[1]));
        Some(Crossing { x, west, east, ends: [low, high] })
    }

    /// Orders crossings from west to east. Edges that cross at the same point are ordered as just above the line.
    pub fn order(&self, other: &Crossing) -> std::cmp::Ordering {
        let slope = |c: &Crossing| (c.ends[1][0] - c.ends[0][0]) / (c.ends[1][1] - c.ends[0][1]);
        self.x.total_cmp(&other.x).then_with(|| slope(self).total_cmp(&slope(other)))
    }

    /// Returns whether the edge passes to the west of `p`; exact.
    fn is_left_of(&self, p: Point) -> bool {
        orient(self.ends[0], self.ends[1], p) < 0.0
    }
}

fn edge_rect(edge: &Edge) -> Rect {
    let [a, b] = edge.ends();
    Rect::around(a, b)
}

fn directed(a: [i32; 2], b: [i32; 2], left: Region, right: Region) -> Edge {
    if a < b { Edge { a, b, left, right } } else { Edge { a: b, b: a, left: right, right: left } }
}

/// Returns the points that cut one side of the border into edges of bounded length, both ends included.
fn border_points(from: [i32; 2], to: [i32; 2]) -> Vec<[i32; 2]> {
    let length = (to[0] - from[0]).abs().max((to[1] - from[1]).abs());
    let parts = i64::from(length).div_euclid(i64::from(Planar::LONGEST_EDGE)) + 1;
    let at = |n: i64, d: usize| (i64::from(from[d]) + i64::from(to[d] - from[d]) * n / parts) as i32;
    (0..=parts).map(|n| [at(n, 0), at(n, 1)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a square of `size` metres with its south-west corner at `at`, in units of the grid.
    pub fn square(at: [i32; 2], size: i32) -> Vec<[i32; 2]> {
        let [x, y, s] = [at[0] << 10, at[1] << 10, size << 10];
        vec![[x, y], [x + s, y], [x + s, y + s], [x, y + s]]
    }

    #[test]
    fn every_point_knows_its_region() {
        let domain = Domain::new([0.0, 0.0, 500.0, 300.0]).unwrap();
        let courtyard: Vec<[i32; 2]> = square([220, 120], 20).into_iter().rev().collect();
        let rings = [(0, square([10, 10], 50)), (1, square([60, 10], 50)), (2, square([200, 100], 60)), (2, courtyard)];
        let planar = Planar::new(&domain.into(), rings.iter().map(|(b, r)| (*b, r.as_slice())));
        let region = |x: f64, y: f64| planar.region_at([x, y]).as_part();
        assert_eq!(region(30.0, 30.0), Some(0));
        assert_eq!(region(61.0, 30.0), Some(1));
        assert_eq!(region(59.0, 30.0), Some(0));
        assert_eq!(region(150.0, 30.0), None);
        assert_eq!(region(210.0, 130.0), Some(2));
        assert_eq!(region(230.0, 130.0), None);
        assert_eq!(region(499.0, 299.0), None);
        let shared: Vec<&Edge> =
            planar.edges().iter().filter(|e| e.left.as_part().is_some() && e.right.as_part().is_some()).collect();
        assert_eq!(shared.len(), 1);
    }

    #[test]
    fn a_vertex_on_the_line_is_no_way_in() {
        let domain = Domain::new([0.0, 0.0, 100.0, 100.0]).unwrap();
        let at = |x: i32, y: i32| [x << 10, y << 10];
        // Three triangles with a vertex on the line y = 50: above it, below it, and a slanted one.
        let rings = [
            (0, vec![at(20, 50), at(30, 70), at(10, 70)]),
            (1, vec![at(50, 50), at(40, 30), at(60, 30)]),
            (2, vec![at(80, 50), at(90, 80), at(70, 60)]),
        ];
        let planar = Planar::new(&domain.into(), rings.iter().map(|(b, r)| (*b, r.as_slice())));
        for x in [5.0, 25.0, 35.0, 55.0, 75.0, 95.0] {
            assert_eq!(planar.region_at([x, 50.0]), Region::GROUND, "{x}");
        }
        let mut crossings: Vec<Crossing> = planar.edges().iter().filter_map(|edge| Crossing::of(edge, 50.0)).collect();
        crossings.sort_by(Crossing::order);
        assert!(crossings.windows(2).all(|pair| pair[0].east == pair[1].west));
    }

    #[test]
    fn every_edge_near_is_found_once() {
        let domain = Domain::new([0.0, 0.0, 1000.0, 700.0]).unwrap();
        let squares: Vec<Vec<[i32; 2]>> =
            (0..100).map(|i| square([(i % 10) * 95 + 5, (i / 10) * 65 + 5], 20 + i % 40)).collect();
        let planar = Planar::new(&domain.into(), squares.iter().enumerate().map(|(i, r)| (i as u32, r.as_slice())));
        for rect in [
            Rect { min: [100.0, 100.0], max: [400.0, 250.0] },
            Rect { min: [-50.0, -50.0], max: [5000.0, 5000.0] },
            Rect { min: [31.0, 3.0], max: [33.0, 90.0] },
        ] {
            let mut found = Vec::new();
            planar.edges_near(&rect, |e| found.push(e));
            found.sort_unstable();
            let expected: Vec<u32> = (0..planar.edges().len() as u32)
                .filter(|&e| edge_rect(&planar.edges()[e as usize]).meets(&rect))
                .collect();
            assert_eq!(found, expected);
        }
    }

    /// The windows of a plane, cut as a prepared city cuts it, tell the region of each point that the whole tells.
    #[test]
    fn a_window_knows_the_regions_of_the_whole() {
        let domain = Domain::new([0.0, 0.0, 640.0, 500.0]).unwrap();
        let at = |x: f64, y: f64| [(x * 1024.0) as i32, (y * 1024.0) as i32];
        let slanted = |x: f64, y: f64, s: f64| vec![at(x, y), at(x + s, y + 0.3 * s), at(x + 0.6 * s, y + s)];
        // A hall over several windows with a courtyard, slanted ones on their corners, and one on the border.
        let mut rings = vec![(0, cut(vec![at(90.0, 70.0), at(400.0, 70.0), at(400.0, 330.0), at(90.0, 330.0)]))];
        rings.push((0, cut(vec![at(200.0, 150.0), at(200.0, 300.0), at(300.0, 300.0), at(300.0, 150.0)])));
        rings.push((1, slanted(230.0, 240.0, 40.0)));
        rings.push((2, slanted(500.0, 100.0, 60.0)));
        rings.push((3, slanted(500.0, 400.0, 50.0)));
        rings.push((4, cut(vec![at(600.0, 200.0), at(640.0, 200.0), at(640.0, 260.0), at(600.0, 260.0)])));
        let area = Area::within(domain, vec![vec![at(0.0, 0.0), at(640.0, 0.0), at(640.0, 500.0), at(0.0, 380.0)]]);
        for area in [Area::from(domain), area] {
            let planar = Planar::new(&area, rings.iter().map(|(b, r)| (*b, r.as_slice())));
            for size in [64 << 10, 128 << 10] {
                for (min, max) in (0..80).map(|k| [(k % 10) * size, (k / 10) * size]).map(|p| (p, p.map(|v| v + size)))
                {
                    if (0..2).any(|d| min[d] >= domain.max[d]) {
                        continue;
                    }
                    let rect = Window::rect(min, max);
                    let mut edges = Vec::new();
                    planar.edges_near(&rect, |n| edges.push(n));
                    edges.sort_unstable();
                    let edges = edges.iter().map(|&n| planar.edges()[n as usize]).collect();
                    let window = Window { min, max, corner: planar.region_at(Window::anchor(min)) };
                    let part = Planar::of_window(&area, edges, window);
                    for k in 0..400 {
                        let p = [0, 1].map(|d| {
                            let t = [(k % 20) as f64 / 20.0 + 0.013, (k / 20) as f64 / 20.0 + 0.0171][d];
                            (rect.min[d] + t * (rect.max[d] - rect.min[d])).min(domain.local_max()[d] - 0.01).max(0.01)
                        });
                        assert_eq!(part.region_at(p), planar.region_at(p), "{p:?} in {min:?} to {max:?}");
                    }
                }
            }
        }
    }

    /// Cuts the edges of a ring into pieces of at most 64 m.
    fn cut(ring: Vec<[i32; 2]>) -> Vec<[i32; 2]> {
        let ends = ring.iter().zip(ring.iter().cycle().skip(1));
        ends.flat_map(|(&a, &b)| border_points(a, b).split_last().unwrap().1.to_vec()).collect()
    }
}
