//! Buildings and the border of the meshed area: walls that all but lie on it are put on it, and buildings that reach
//! beyond it are refused.

use super::locate::{Locator, Place, twice_middle};
use super::ring::{
    GridBox, GridPoint, Ring, Shape, are_near, cut_long_edges, distance2, dot, edges, minus, remove_spikes, turn,
};
use super::{LONGEST_EDGE, SMALLEST_MARGIN};
use crate::city::plane::area::Area;
use crate::city::plane::domain::GRID;
use crate::city::plane::geometry::Rect;
use crate::city::plane::planar::{Planar, Region};

/// Why a polygon is no building of the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beyond {
    /// It lies outside.
    Outside,
    /// It reaches over the border, or is too near to a side of it that is neither upright nor level.
    OverBorder,
}

/// The border of the meshed area, with a spatial index.
pub(super) struct Border {
    planar: Planar,
    /// Points nearer to an upright or level side than this are put on it.
    margin: i32,
}

impl Border {
    /// Takes the smallest detail in grid units: no ground is left between a wall and the border that is narrower.
    pub fn new(area: &Area, detail: i32) -> Border {
        Border { planar: Planar::new(area, []), margin: detail.max(SMALLEST_MARGIN) }
    }

    /// Returns how far a point may be moved along each axis, in grid units.
    pub fn margin(&self) -> i32 {
        self.margin
    }

    /// Returns the sides of the border, cut into pieces.
    pub fn sides(&self) -> impl Iterator<Item = [GridPoint; 2]> + '_ {
        self.planar.edges().iter().map(|edge| [edge.a, edge.b])
    }

    /// Puts the vertices of a polygon near the border on it. Nothing changes about a polygon that is refused, or that
    /// lies away from the border.
    pub fn put_on(&self, rings: &mut Shape) -> Result<(), Beyond> {
        self.fit(rings).map(|fitted| fitted.into_iter().for_each(|[moved, _]| *rings = moved))
    }

    /// Puts the vertices of a building near the border on it, and adds a vertex wherever a corner of the border lies in
    /// a wall. The building must be made of valid rings; it remains so unless it is narrower than the margin.
    pub fn join(&self, rings: &mut Shape) -> Result<(), Beyond> {
        self.fit(rings).map(|fitted| fitted.into_iter().for_each(|[_, noded]| *rings = noded))
    }

    /// Returns the polygon with its vertices moved, and the same with the border's corners as vertices; `None` for one
    /// away from the border.
    fn fit(&self, rings: &Shape) -> Result<Option<[Shape; 2]>, Beyond> {
        let Some(outer) = rings.first() else { return Ok(None) };
        let bounds = GridBox::of(outer);
        let domain = self.planar.domain();
        let is_apart = |d: usize| bounds.max[d] <= domain.min[d] || bounds.min[d] >= domain.max[d];
        if is_apart(0) || is_apart(1) {
            return Err(Beyond::Outside);
        }
        let is_clear =
            |d: usize| bounds.min[d] >= domain.min[d] + self.margin && bounds.max[d] <= domain.max[d] - self.margin;
        if self.planar.is_rectangle() && is_clear(0) && is_clear(1) {
            return Ok(None);
        }
        let sides = self.sides_near(&bounds);
        if sides.is_empty() {
            return if self.is_inside(outer[0].map(|v| 2 * i64::from(v))) { Ok(None) } else { Err(Beyond::Outside) };
        }
        let is_upright_or_level = |side: &[GridPoint; 2]| (0..2).any(|d| side[0][d] == side[1][d]);
        let mut moved: Shape = rings.clone();
        for ring in &mut moved {
            ring.iter_mut().for_each(|p| *p = self.snapped(*p, &sides));
            remove_spikes(ring);
        }
        if moved[0].is_empty() {
            // Nothing of it is wider than the margin. The caller leaves it out, for it has no area.
            return Ok(Some([moved.clone(), moved]));
        }
        moved.retain(|ring| !ring.is_empty());
        moved.iter_mut().for_each(|ring| cut_long_edges(ring, LONGEST_EDGE));
        let noded: Shape = moved.iter().map(|ring| with_corners(ring, &sides)).collect();
        let (mut inside, mut outside) = (false, false);
        for edge in noded.iter().flat_map(|ring| edges(ring)) {
            if sides.iter().any(|side| is_part_of(edge, *side)) {
                continue;
            }
            let is_refused = sides.iter().any(|side| {
                cross_inside(edge, *side) || !is_upright_or_level(side) && are_near(edge, *side, self.margin)
            });
            let is_here = !is_refused && self.is_inside(twice_middle(edge));
            (inside, outside) = (inside || is_here || is_refused, outside || !is_here);
        }
        let locator = Locator::new(noded.iter());
        let holds_corner = sides.iter().flatten().any(|corner| locator.place(*corner) == Place::Inside);
        match (inside, outside) {
            (_, false) if !holds_corner => Ok(Some([moved, noded])),
            (false, true) if !holds_corner => Err(Beyond::Outside),
            _ => Err(Beyond::OverBorder),
        }
    }

    /// Returns the parts of the border near a box.
    fn sides_near(&self, bounds: &GridBox) -> Vec<[GridPoint; 2]> {
        let metres = |p: GridPoint| p.map(|v| f64::from(v) * GRID);
        let rect = Rect { min: metres(bounds.min), max: metres(bounds.max) }.inflated(f64::from(self.margin) * GRID);
        let mut numbers = Vec::new();
        self.planar.edges_near(&rect, |number| numbers.push(number));
        numbers.sort_unstable();
        let side = |number: &u32| {
            let edge = &self.planar.edges()[*number as usize];
            [edge.a, edge.b]
        };
        numbers.iter().map(side).collect()
    }

    /// Moves a point near upright and level sides onto the nearest of each kind.
    fn snapped(&self, p: GridPoint, sides: &[[GridPoint; 2]]) -> GridPoint {
        let coordinate = |d: usize| {
            let near = |[a, b]: &[GridPoint; 2]| {
                let (low, high) = (a[1 - d].min(b[1 - d]) - self.margin, a[1 - d].max(b[1 - d]) + self.margin);
                let apart = i64::from(p[d]).abs_diff(i64::from(a[d]));
                (a[d] == b[d] && (low..=high).contains(&p[1 - d]) && apart < self.margin as u64)
                    .then_some((apart, a[d]))
            };
            sides.iter().filter_map(near).min().map_or(p[d], |(_, side)| side)
        };
        [coordinate(0), coordinate(1)]
    }

    /// Returns whether the point with the coordinates `twice / 2`, which lies on no side, is in the area.
    fn is_inside(&self, twice: [i64; 2]) -> bool {
        let domain = self.planar.domain();
        let within = |d: usize| 2 * i64::from(domain.min[d]) < twice[d] && twice[d] < 2 * i64::from(domain.max[d]);
        within(0)
            && within(1)
            && (self.planar.is_rectangle()
                || self.planar.region_at(twice.map(|v| v as f64 * (0.5 * GRID))) == Region::GROUND)
    }
}

/// Returns a ring with the corners of the border that lie within its edges as vertices.
fn with_corners(ring: &Ring, sides: &[[GridPoint; 2]]) -> Ring {
    let mut noded = Ring::with_capacity(ring.len());
    for [a, b] in edges(ring) {
        noded.push(a);
        let mut corners: Vec<GridPoint> =
            sides.iter().flatten().copied().filter(|&corner| is_within(corner, [a, b])).collect();
        corners.sort_unstable_by_key(|&corner| distance2(a, corner));
        corners.dedup();
        noded.extend(corners);
    }
    noded
}

/// Returns whether a point lies on an edge, but not at its ends.
fn is_within(p: GridPoint, [a, b]: [GridPoint; 2]) -> bool {
    turn(a, b, p) == 0 && dot(minus(a, p), minus(b, p)) < 0
}

/// Returns whether all of an edge lies on a side.
fn is_part_of([a, b]: [GridPoint; 2], side: [GridPoint; 2]) -> bool {
    let is_on = |p: GridPoint| side.contains(&p) || is_within(p, side);
    is_on(a) && is_on(b)
}

/// Returns whether two edges cross in a point that is no end of either.
fn cross_inside([a, b]: [GridPoint; 2], [c, d]: [GridPoint; 2]) -> bool {
    let apart =
        |p: GridPoint, q: GridPoint, [s, t]: [GridPoint; 2]| turn(s, t, p).signum() * turn(s, t, q).signum() < 0;
    apart(a, b, [c, d]) && apart(c, d, [a, b])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::plane::domain::Domain;

    fn rectangle(min: [i32; 2], max: [i32; 2]) -> Shape {
        vec![vec![min, [max[0], min[1]], max, [min[0], max[1]]]]
    }

    /// An area of 100 m x 100 m without its north-eastern quarter.
    fn border() -> Border {
        let at = |x: i32, y: i32| [x << 10, y << 10];
        let ring = vec![at(0, 0), at(100, 0), at(100, 50), at(50, 50), at(50, 100), at(0, 100)];
        let domain = Domain::new([0.0, 0.0, 100.0, 100.0]).unwrap();
        Border::new(&Area::within(domain, vec![ring]), 512)
    }

    #[test]
    fn buildings_fit_into_the_area_or_are_refused() {
        let at = |x: i32, y: i32| [x << 10, y << 10];
        let place = |min: GridPoint, max: GridPoint| border().put_on(&mut rectangle(min, max));
        assert_eq!(place(at(10, 10), at(20, 20)), Ok(()));
        assert_eq!(place(at(60, 60), at(70, 70)), Err(Beyond::Outside));
        assert_eq!(place(at(-20, 0), at(-5, 20)), Err(Beyond::Outside));
        assert_eq!(place(at(40, 60), at(70, 70)), Err(Beyond::OverBorder));
        assert_eq!(place(at(45, 45), at(70, 70)), Err(Beyond::OverBorder));
        assert_eq!(place(at(-20, 0), at(5, 20)), Err(Beyond::OverBorder));
        // In the corner of the quarter that is left out, and around it.
        assert_eq!(place(at(50, 50), at(70, 70)), Err(Beyond::Outside));
        assert_eq!(place(at(-10, -10), at(200, 200)), Err(Beyond::OverBorder));
    }

    #[test]
    fn walls_near_the_border_lie_on_it_and_have_its_corners() {
        let mut near = rectangle([99 << 10, 3000], [(100 << 10) - 511, 30_000]);
        border().put_on(&mut near).unwrap();
        assert_eq!(near, rectangle([99 << 10, 3000], [100 << 10, 30_000]));
        let mut beyond = rectangle([90 << 10, -300], [(100 << 10) + 300, 30_000]);
        border().put_on(&mut beyond).unwrap();
        assert_eq!(beyond, rectangle([90 << 10, 0], [100 << 10, 30_000]));
        let mut far = rectangle([90 << 10, 600], [(100 << 10) - 600, 30_000]);
        border().put_on(&mut far).unwrap();
        assert_eq!(far, rectangle([90 << 10, 600], [(100 << 10) - 600, 30_000]));
        // A wall from x = 40 m to 60 m along y = 50 m, whose eastern half is on the border.
        let mut wall = rectangle([40 << 10, 40 << 10], [60 << 10, 50 << 10]);
        border().join(&mut wall).unwrap();
        assert_eq!(wall[0].len(), 5);
        assert!(wall[0].contains(&[50 << 10, 50 << 10]));
        let mut sliver = rectangle([(100 << 10) - 400, 3000], [(100 << 10) - 100, 30_000]);
        border().put_on(&mut sliver).unwrap();
        assert!(sliver[0].is_empty());
    }

    #[test]
    fn a_void_within_a_building_refuses_it() {
        let domain = Domain::new([0.0, 0.0, 100.0, 100.0]).unwrap();
        let mut rings = rectangle([0, 0], [100 << 10, 100 << 10]);
        rings.push(rectangle([40 << 10; 2], [50 << 10; 2]).remove(0).into_iter().rev().collect());
        let border = Border::new(&Area::within(domain, rings), 512);
        assert_eq!(border.put_on(&mut rectangle([30 << 10; 2], [60 << 10; 2])), Err(Beyond::OverBorder));
        assert_eq!(border.put_on(&mut rectangle([42 << 10; 2], [48 << 10; 2])), Err(Beyond::Outside));
        assert_eq!(border.put_on(&mut rectangle([50 << 10; 2], [60 << 10; 2])), Ok(()));
    }
}
