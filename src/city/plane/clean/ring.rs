//! Exact arithmetic on rings of grid points.
//!
//! Coordinates stay within [`LIMIT`], so that every cross product of differences fits an `i64`.

use std::cmp::Ordering;

/// A point on the grid.
pub(crate) type GridPoint = [i32; 2];
/// A closed ring that does not repeat its first point.
pub(crate) type Ring = Vec<GridPoint>;
/// A polygon: the outer ring counter-clockwise, then the holes clockwise.
pub(crate) type Shape = Vec<Ring>;

/// The largest coordinate, 262 km from the origin.
pub(crate) const LIMIT: i32 = 1 << 28;

/// Returns the vector `b - a`.
pub(crate) fn minus(b: GridPoint, a: GridPoint) -> [i64; 2] {
    [b[0] as i64 - a[0] as i64, b[1] as i64 - a[1] as i64]
}

/// Returns the cross product of two vectors.
pub(crate) fn cross(u: [i64; 2], v: [i64; 2]) -> i64 {
    u[0] * v[1] - u[1] * v[0]
}

/// Returns the dot product of two vectors.
pub(crate) fn dot(u: [i64; 2], v: [i64; 2]) -> i64 {
    u[0] * v[0] + u[1] * v[1]
}

/// Returns twice the signed area of the triangle `a b c`; positive when the way from `a` over `b` to `c` turns left.
pub(crate) fn turn(a: GridPoint, b: GridPoint, c: GridPoint) -> i64 {
    cross(minus(b, a), minus(c, a))
}

/// Returns the square of the distance of two points.
pub(crate) fn distance2(a: GridPoint, b: GridPoint) -> i64 {
    let d = minus(b, a);
    dot(d, d)
}

/// Returns the square of a length in whole units.
pub(crate) fn square(length: i32) -> i64 {
    length as i64 * length as i64
}

/// Returns a ring's edges, in order.
pub(crate) fn edges(ring: &[GridPoint]) -> impl Iterator<Item = [GridPoint; 2]> + '_ {
    (0..ring.len()).map(|i| [ring[i], ring[(i + 1) % ring.len()]])
}

/// Returns twice the signed area of a ring; positive when it is counter-clockwise.
pub(crate) fn area2(ring: &[GridPoint]) -> i128 {
    let Some(&o) = ring.first() else { return 0 };
    ring.windows(2).map(|w| turn(o, w[0], w[1]) as i128).sum()
}

/// Returns twice the area of a polygon without its holes.
pub(crate) fn shape_area2(shape: &[Ring]) -> i128 {
    shape.iter().map(|r| area2(r)).sum()
}

/// Returns the length of rings.
pub(crate) fn length<'a>(rings: impl IntoIterator<Item = &'a Ring>) -> f64 {
    rings.into_iter().flat_map(|ring| edges(ring)).map(|[a, b]| (distance2(a, b) as f64).sqrt()).sum()
}

/// The smallest and largest coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GridBox {
    pub min: GridPoint,
    pub max: GridPoint,
}

impl GridBox {
    pub fn of(points: &[GridPoint]) -> GridBox {
        let mut b = GridBox { min: [i32::MAX; 2], max: [i32::MIN; 2] };
        for &[x, y] in points {
            b.min = [b.min[0].min(x), b.min[1].min(y)];
            b.max = [b.max[0].max(x), b.max[1].max(y)];
        }
        b
    }

    /// Returns whether the two boxes are no farther apart than `reach` along either axis.
    pub fn near(&self, other: &GridBox, reach: i32) -> bool {
        (0..2).all(|k| self.min[k] <= other.max[k] + reach && other.min[k] <= self.max[k] + reach)
    }

    pub fn contains(&self, other: &GridBox) -> bool {
        (0..2).all(|k| self.min[k] <= other.min[k] && other.max[k] <= self.max[k])
    }
}

/// Turns a ring so that it starts at its lexicographically smallest vertex.
pub(crate) fn rotate_to_smallest(ring: &mut [GridPoint]) {
    let smallest = (0..ring.len()).min_by_key(|&i| ring[i]).unwrap_or(0);
    ring.rotate_left(smallest);
}

/// Gives a polygon its one canonical form: each ring from its smallest vertex, the holes in lexicographic order.
pub(crate) fn canonical(shape: &mut Shape) {
    for ring in shape.iter_mut() {
        rotate_to_smallest(ring);
    }
    if let Some(holes) = shape.get_mut(1..) {
        holes.sort_unstable();
    }
}

/// Removes repeated points, and spikes where a ring returns along itself; clears a ring of which nothing remains.
pub(crate) fn remove_spikes(ring: &mut Ring) {
    let mut kept: Ring = Vec::with_capacity(ring.len());
    for &p in ring.iter() {
        kept.push(p);
        pop_spikes(&mut kept);
    }
    // The same across the ring's start: it may itself be the tip of a spike, and then moves on.
    let mut first = 0;
    while kept.len() - first >= 3 {
        let (last, n) = (kept[kept.len() - 1], kept.len());
        if last == kept[first] || is_spike(kept[n - 2], last, kept[first]) {
            kept.pop();
        } else if is_spike(last, kept[first], kept[first + 1]) {
            first += 1;
        } else {
            break;
        }
    }
    kept.drain(..first);
    if kept.len() < 3 {
        kept.clear();
    }
    *ring = kept;
}

fn is_spike(a: GridPoint, b: GridPoint, c: GridPoint) -> bool {
    b == c || a == c || (turn(a, b, c) == 0 && dot(minus(a, b), minus(c, b)) > 0)
}

fn pop_spikes(path: &mut Ring) {
    while let [.., b, c] = path[..]
        && b == c
    {
        path.pop();
    }
    while let [.., a, b, c] = path[..]
        && is_spike(a, b, c)
    {
        path.truncate(path.len() - 2);
        if a != c {
            path.push(c);
        }
    }
}

/// Removes spikes of a polygon, and the rings of which nothing else remains; clears a polygon without an outer ring.
pub(crate) fn clear_collapsed(shape: &mut Shape) {
    shape.iter_mut().for_each(remove_spikes);
    if shape.first().is_some_and(Vec::is_empty) {
        shape.clear();
    }
    shape.retain(|ring| !ring.is_empty());
}

/// The way in which two edges meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meeting {
    /// No point in common.
    Apart,
    /// One end point in common and nothing else.
    AtVertex(GridPoint),
    /// The same end points in the same order.
    Same,
    /// The same end points in opposite order.
    Opposite,
    /// They cross, overlap in part, or one ends inside the other.
    Crossing,
}

/// Determines how the edges `a b` and `c d` meet, exactly.
pub(crate) fn meeting([a, b]: [GridPoint; 2], [c, d]: [GridPoint; 2]) -> Meeting {
    if a == c && b == d {
        return Meeting::Same;
    }
    if a == d && b == c {
        return Meeting::Opposite;
    }
    for (common, p, q) in [(a == c, b, d), (a == d, b, c)] {
        if common {
            let overlap = turn(a, p, q) == 0 && dot(minus(p, a), minus(q, a)) > 0;
            return if overlap { Meeting::Crossing } else { Meeting::AtVertex(a) };
        }
    }
    for (common, p, q) in [(b == c, a, d), (b == d, a, c)] {
        if common {
            let overlap = turn(b, p, q) == 0 && dot(minus(p, b), minus(q, b)) > 0;
            return if overlap { Meeting::Crossing } else { Meeting::AtVertex(b) };
        }
    }
    let (c_side, d_side) = (turn(a, b, c).signum(), turn(a, b, d).signum());
    let (a_side, b_side) = (turn(c, d, a).signum(), turn(c, d, b).signum());
    if c_side == 0 && d_side == 0 {
        // On one line, without a common end: they overlap when an end of one lies between the ends of the other.
        let within = |p: GridPoint, s: GridPoint, t: GridPoint| dot(minus(s, p), minus(t, p)) < 0;
        let overlap = within(c, a, b) || within(d, a, b) || within(a, c, d);
        return if overlap { Meeting::Crossing } else { Meeting::Apart };
    }
    if c_side * d_side <= 0 && a_side * b_side <= 0 { Meeting::Crossing } else { Meeting::Apart }
}

/// Returns whether a point is no farther than `reach` from an edge, exactly.
pub(crate) fn is_near(p: GridPoint, [a, b]: [GridPoint; 2], reach: i32) -> bool {
    let (along, to) = (minus(b, a), minus(p, a));
    let (at, length2) = (dot(along, to), dot(along, along));
    if at <= 0 {
        return distance2(p, a) <= square(reach);
    }
    if at >= length2 {
        return distance2(p, b) <= square(reach);
    }
    let off = cross(along, to) as i128;
    off * off <= square(reach) as i128 * length2 as i128
}

/// Returns whether two edges are no farther apart than `reach`, exactly.
pub(crate) fn are_near(e: [GridPoint; 2], f: [GridPoint; 2], reach: i32) -> bool {
    is_near(e[0], f, reach)
        || is_near(e[1], f, reach)
        || is_near(f[0], e, reach)
        || is_near(f[1], e, reach)
        || meeting(e, f) != Meeting::Apart
}

/// Compares two directions by their angle, counter-clockwise from the positive x axis.
pub(crate) fn compare_angle(u: [i64; 2], v: [i64; 2]) -> Ordering {
    let lower = |w: [i64; 2]| w[1] < 0 || (w[1] == 0 && w[0] < 0);
    lower(u).cmp(&lower(v)).then_with(|| 0.cmp(&cross(u, v)))
}

/// Returns `a + (b - a) k / n`, rounded to the grid. The point is the same when the ends are swapped and `k` counts
/// from the other.
pub(crate) fn part_way(a: GridPoint, b: GridPoint, k: i64, n: i64) -> GridPoint {
    if a > b {
        return part_way(b, a, n - k, n);
    }
    let d = minus(b, a);
    let at = |axis: usize| (a[axis] as i64 + (2 * d[axis] * k + n).div_euclid(2 * n)) as i32;
    [at(0), at(1)]
}

/// Cuts the edges longer than `longest` into equal parts, with the new vertices rounded to the grid.
pub(crate) fn cut_long_edges(ring: &mut Ring, longest: i32) {
    if edges(ring).all(|[a, b]| distance2(a, b) <= square(longest)) {
        return;
    }
    let mut cut = Vec::with_capacity(ring.len() * 2);
    for [a, b] in edges(ring) {
        // Rounding may lengthen a part by less than two units.
        let parts = ((distance2(a, b) as f64).sqrt() / (longest - 2) as f64).ceil() as i64;
        cut.push(a);
        if distance2(a, b) > square(longest) {
            cut.extend((1..parts).map(|k| part_way(a, b, k, parts)));
        }
    }
    *ring = cut;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_meet_as_they_should() {
        let e = [[0, 0], [10, 0]];
        assert_eq!(meeting(e, [[0, 0], [10, 0]]), Meeting::Same);
        assert_eq!(meeting(e, [[10, 0], [0, 0]]), Meeting::Opposite);
        assert_eq!(meeting(e, [[10, 0], [12, 5]]), Meeting::AtVertex([10, 0]));
        assert_eq!(meeting(e, [[10, 0], [20, 0]]), Meeting::AtVertex([10, 0]));
        assert_eq!(meeting(e, [[10, 0], [5, 0]]), Meeting::Crossing);
        assert_eq!(meeting(e, [[5, 0], [5, 9]]), Meeting::Crossing);
        assert_eq!(meeting(e, [[5, -1], [5, 9]]), Meeting::Crossing);
        assert_eq!(meeting(e, [[2, 0], [5, 0]]), Meeting::Crossing);
        assert_eq!(meeting(e, [[-5, 0], [15, 0]]), Meeting::Crossing);
        assert_eq!(meeting(e, [[11, 0], [15, 0]]), Meeting::Apart);
        assert_eq!(meeting(e, [[5, 1], [5, 9]]), Meeting::Apart);
    }

    #[test]
    fn spikes_and_repeated_points_go() {
        let mut ring = vec![[0, 0], [10, 0], [10, 0], [20, 0], [10, 0], [10, 10], [10, 15], [10, 10], [0, 10], [0, 0]];
        remove_spikes(&mut ring);
        assert_eq!(ring, [[0, 0], [10, 0], [10, 10], [0, 10]]);
        let mut flat = vec![[0, 0], [10, 0], [20, 0]];
        remove_spikes(&mut flat);
        assert!(flat.is_empty());
        let mut started_on_a_spike = vec![[-5, 0], [0, 0], [10, 0], [10, 10], [0, 10], [0, 0]];
        remove_spikes(&mut started_on_a_spike);
        assert_eq!(started_on_a_spike.len(), 4);
    }

    #[test]
    fn long_edges_are_cut_alike_from_either_end() {
        let mut there = vec![[0, 0], [200_001, 7], [3, 90_000]];
        let mut back: Ring = there.iter().rev().copied().collect();
        cut_long_edges(&mut there, 65_536);
        cut_long_edges(&mut back, 65_536);
        assert!(edges(&there).all(|[a, b]| distance2(a, b) <= square(65_536)));
        there.sort_unstable();
        back.sort_unstable();
        assert_eq!(there, back);
        assert!(there.len() > 8);
    }
}
