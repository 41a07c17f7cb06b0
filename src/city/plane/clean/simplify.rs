//! Simplifies outlines: straight walls, no short edges, no needles. The changes of place and area are bounded.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::ring::{GridPoint, Ring, area2, distance2, dot, minus, square, turn};

/// How often needles are cut and short edges removed, at most.
const ROUNDS: usize = 4;

/// The bounds of a simplification, in grid units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Edges shorter than this are removed where possible; no vertex moves farther.
    pub edge: i32,
    /// Vertices no farther than this from the straight line between their neighbours are removed.
    pub straight: f64,
    /// The cosine of the sharpest corner allowed: sharper ones are cut off where they are as wide as the shortest edge.
    /// `None` where corners of any angle are.
    pub cos_sharpest: Option<f64>,
}

impl Limits {
    /// Returns the limits for a smallest detail in grid units, with corners of any angle.
    pub fn of_detail(detail: i32) -> Limits {
        // A sixteenth of the detail is 3 cm by default: the noise of surveyed walls, less than any architecture.
        Limits { edge: detail, straight: (detail as f64 / 16.0).max(0.5), cos_sharpest: None }
    }
}

/// Simplifies a closed ring; points for which `fixed` is true stay.
pub(crate) fn simplify_ring(ring: &mut Ring, limits: &Limits, fixed: impl Fn(GridPoint) -> bool) {
    let mut chain = Chain::closed(ring, fixed);
    chain.run(limits);
    *ring = chain.points();
}

/// Simplifies an open line between its ends. Where the ends coincide, the line remains a ring of at least three
/// vertices.
pub(crate) fn simplify_line(line: &mut Vec<GridPoint>, limits: &Limits) {
    let mut chain = Chain::open(line);
    let length: f64 = line.windows(2).map(|w| (distance2(w[0], w[1]) as f64).sqrt()).sum();
    chain.budget = length * limits.edge as f64 / 4.0;
    chain.run(limits);
    *line = chain.points();
}

/// Simplifies an open line as [`simplify_line`] does, but removes only vertices on nearly straight walls.
pub(crate) fn straighten_line(line: &mut Vec<GridPoint>, limits: &Limits) {
    let mut chain = Chain::open(line);
    chain.straighten(limits);
    *line = chain.points();
}

/// A ring, or a line between two fixed ends, as a linked list, from which vertices are removed one by one.
struct Chain {
    at: Vec<GridPoint>,
    next: Vec<u32>,
    previous: Vec<u32>,
    alive: Vec<bool>,
    fixed: Vec<bool>,
    /// An upper bound of the distance of the vertices that were removed after this one from the edge to the next.
    removed: Vec<f64>,
    /// How many vertices are left, and how many must remain.
    left: usize,
    fewest: usize,
    /// Twice the area that may still be added or removed.
    budget: f64,
}

/// The way in which a needle, or the tip of a sharp corner, is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// The tip goes.
    Remove,
    /// The tip moves.
    Move(GridPoint),
    /// Two vertices take the place of the tip, the first on the edge to it, the second on the edge from it.
    Blunt([GridPoint; 2]),
}

/// Turns a non-negative number into an integer of the same order.
fn key(x: f64) -> u64 {
    x.to_bits()
}

impl Chain {
    fn closed(ring: &[GridPoint], fixed: impl Fn(GridPoint) -> bool) -> Chain {
        Chain::new(ring, ring.iter().map(|&p| fixed(p)).collect(), 3)
    }

    fn open(line: &[GridPoint]) -> Chain {
        let fixed = (0..line.len()).map(|i| i == 0 || i + 1 == line.len()).collect();
        // A ring whose first vertex is repeated at the end has one vertex more than it has corners.
        let fewest = if line.first() == line.last() { 4 } else { 2 };
        Chain::new(line, fixed, fewest)
    }

    fn new(points: &[GridPoint], fixed: Vec<bool>, fewest: usize) -> Chain {
        let n = points.len();
        Chain {
            at: points.to_vec(),
            next: (0..n).map(|i| ((i + 1) % n) as u32).collect(),
            previous: (0..n).map(|i| ((i + n - 1) % n) as u32).collect(),
            alive: vec![true; n],
            fixed,
            removed: vec![0.0; n],
            left: n,
            fewest,
            budget: area2(points).unsigned_abs() as f64 / 16.0,
        }
    }

    fn points(&self) -> Vec<GridPoint> {
        let first = (0..self.at.len()).find(|&i| self.alive[i]).expect("some vertices always remain");
        let following = |&i: &usize| Some(self.next[i] as usize).filter(|&next| next != first);
        std::iter::successors(Some(first), following).map(|i| self.at[i]).collect()
    }

    fn around(&self, i: usize) -> [usize; 2] {
        [self.previous[i] as usize, self.next[i] as usize]
    }

    fn remove(&mut self, i: usize, deviation: f64) {
        let [a, c] = self.around(i);
        self.removed[a] = self.removed[a].max(self.removed[i]) + deviation;
        self.next[a] = c as u32;
        self.previous[c] = a as u32;
        self.alive[i] = false;
        self.left -= 1;
    }

    /// Adds a vertex after vertex `i`.
    fn insert_after(&mut self, i: usize, at: GridPoint) {
        let (new, c) = (self.at.len() as u32, self.next[i]);
        self.at.push(at);
        self.previous.push(i as u32);
        self.next.push(c);
        self.alive.push(true);
        self.fixed.push(false);
        self.removed.push(self.removed[i]);
        self.next[i] = new;
        self.previous[c as usize] = new;
        self.left += 1;
    }

    fn run(&mut self, limits: &Limits) {
        self.straighten(limits);
        // Removing a short edge may make a sharp corner, and cutting a needle a short edge.
        for round in 0..ROUNDS {
            let has_cut = self.remove_needles(limits);
            if round > 0 && !has_cut {
                break;
            }
            self.lengthen(limits);
        }
        self.straighten(limits);
    }

    /// Returns the distance of vertex `i` from the edge that would replace it and its two edges.
    fn deviation(&self, i: usize) -> f64 {
        let [a, c] = self.around(i);
        distance_to_edge(self.at[i], [self.at[a], self.at[c]])
    }

    /// Removes vertices on nearly straight walls, the straightest first.
    fn straighten(&mut self, limits: &Limits) {
        let cost = |chain: &Chain, i: usize| {
            let a = chain.previous[i] as usize;
            let d = chain.deviation(i) + chain.removed[a].max(chain.removed[i]);
            (!chain.fixed[i] && d <= limits.straight).then_some(key(d))
        };
        self.remove_cheapest(cost);
    }

    /// Removes tips, outward or inward, that are narrower than the shortest edge allowed, and cuts sharp corners off
    /// where they become as wide; the smallest first. Returns whether there were any.
    fn remove_needles(&mut self, limits: &Limits) -> bool {
        let mut heap: BinaryHeap<Reverse<(u64, usize)>> = (0..self.at.len())
            .filter(|&i| self.alive[i])
            .filter_map(|i| Some(Reverse((key(self.needle(i, limits)?.0), i))))
            .collect();
        let mut has_cut = false;
        // Each cut makes a needle shorter. The limit is for rings that pass the same points again and again.
        let mut cuts = 8 * self.at.len();
        while let Some(Reverse((k, i))) = heap.pop() {
            if cuts == 0 {
                break;
            }
            let Some((area, cut)) = self.needle(i, limits).filter(|n| self.alive[i] && key(n.0) == k) else { continue };
            if cut == Cut::Remove && self.left <= self.fewest {
                continue;
            }
            cuts -= 1;
            has_cut = true;
            self.budget -= area;
            let [a, c] = self.around(i);
            match cut {
                Cut::Remove => self.remove(i, 0.0),
                Cut::Move(to) => self.at[i] = to,
                Cut::Blunt([first, second]) => {
                    self.at[i] = first;
                    self.insert_after(i, second);
                }
            }
            let near = [self.previous[a] as usize, a, i, c, self.next[c] as usize];
            heap.extend(
                near.into_iter()
                    .filter(|&j| self.alive[j])
                    .filter_map(|j| Some(Reverse((key(self.needle(j, limits)?.0), j)))),
            );
        }
        has_cut
    }

    /// Measures the needle or sharp corner of which vertex `i` is the tip: twice the area that cutting it changes, and
    /// the cut. Returns `None` for another vertex.
    fn needle(&self, i: usize, limits: &Limits) -> Option<(f64, Cut)> {
        let [a, c] = self.around(i);
        let [pa, pi, pc] = [a, i, c].map(|k| self.at[k]);
        if self.fixed[i] || pa == pc || dot(minus(pa, pi), minus(pc, pi)) <= 0 {
            return None;
        }
        let (to_a, to_c) = (distance2(pi, pa), distance2(pi, pc));
        let (shorter, near, far) = if to_a <= to_c { (to_a, pa, pc) } else { (to_c, pc, pa) };
        if distance2(pa, pc) < square(limits.edge) && shorter > distance2(pa, pc) {
            let area = turn(pa, pi, pc).unsigned_abs() as f64;
            return (area <= self.budget).then_some((area, Cut::Remove));
        }
        // Below 30 degrees the tip goes to where it is as wide as it gets on its shorter side.
        let foot = closest_on_edge(near, [pi, far]).map(|v| v.round() as i32);
        if foot == near {
            return Some((turn(pa, pi, pc).unsigned_abs() as f64, Cut::Remove));
        }
        let width2 = distance2(near, foot);
        let narrow = width2 < square(limits.edge) && 4 * width2 < shorter && foot != far && foot != pi;
        let (area, cut) = if narrow {
            (turn(pi, near, foot).unsigned_abs() as f64, Cut::Move(foot))
        } else {
            let [first, second] = sharp_corner([pa, pi, pc], limits)?;
            let cut = match (first == pa, second == pc) {
                (true, true) => Cut::Remove,
                (true, false) => Cut::Move(second),
                (false, true) => Cut::Move(first),
                (false, false) => Cut::Blunt([first, second]),
            };
            (turn(first, pi, second).unsigned_abs() as f64, cut)
        };
        (area <= self.budget).then_some((area, cut))
    }

    /// Removes the vertex with the lowest `cost` until none has one, and adds up the deviations.
    fn remove_cheapest(&mut self, cost: impl Fn(&Chain, usize) -> Option<u64>) {
        let mut heap: BinaryHeap<Reverse<(u64, usize)>> =
            (0..self.at.len()).filter(|&i| self.alive[i]).filter_map(|i| Some(Reverse((cost(self, i)?, i)))).collect();
        while let Some(Reverse((k, i))) = heap.pop() {
            if self.left <= self.fewest {
                return;
            }
            // When a vertex's cost changes, a new entry is pushed and the old one stays: it is skipped here.
            if !self.alive[i] || cost(self, i) != Some(k) {
                continue;
            }
            let [a, c] = self.around(i);
            if self.at[a] != self.at[c] {
                self.remove(i, self.deviation(i));
                heap.extend([a, c].into_iter().filter_map(|j| Some(Reverse((cost(self, j)?, j)))));
            }
        }
    }

    /// Removes short edges, the shortest first: by removing one end, or by moving both to where the lines of the
    /// neighbouring edges meet.
    fn lengthen(&mut self, limits: &Limits) {
        let length = |chain: &Chain, i: usize| {
            let l = distance2(chain.at[i], chain.at[chain.next[i] as usize]);
            (l < square(limits.edge)).then_some(l)
        };
        let mut heap: BinaryHeap<Reverse<(i64, usize)>> = (0..self.at.len())
            .filter(|&i| self.alive[i])
            .filter_map(|i| Some(Reverse((length(self, i)?, i))))
            .collect();
        while let Some(Reverse((l, b))) = heap.pop() {
            if !self.alive[b] || length(self, b) != Some(l) {
                continue;
            }
            if self.left <= self.fewest {
                return;
            }
            if let Some(changed) = self.collapse(b, limits) {
                let [a, c] = self.around(changed);
                heap.extend(
                    [self.previous[a] as usize, a, changed, c]
                        .into_iter()
                        .filter_map(|i| Some(Reverse((length(self, i)?, i)))),
                );
            }
        }
    }

    /// Removes the edge from `b` in the way that changes the area least; returns a vertex of the changed edges.
    fn collapse(&mut self, b: usize, limits: &Limits) -> Option<usize> {
        let c = self.next[b] as usize;
        let (a, d) = (self.previous[b] as usize, self.next[c] as usize);
        let [pa, pb, pc, pd] = [a, b, c, d].map(|i| self.at[i]);
        let mut best: Option<(f64, Option<GridPoint>, usize)> = None;
        let mut offer = |area: f64, moved: Option<GridPoint>, gone: usize| {
            if area <= self.budget && best.is_none_or(|(least, ..)| area < least) {
                best = Some((area, moved, gone));
            }
        };
        for (i, area, merged) in [(b, turn(pa, pb, pc), pa == pc), (c, turn(pb, pc, pd), pb == pd)] {
            if !self.fixed[i] && !merged && self.deviation(i) <= limits.edge as f64 {
                offer(area.unsigned_abs() as f64, None, i);
            }
        }
        if !self.fixed[b]
            && !self.fixed[c]
            && a != d
            && let Some(p) = meet([pa, pb], [pd, pc])
            && distance2(p, pb) <= square(limits.edge)
            && distance2(p, pc) <= square(limits.edge)
            && dot(minus(p, pb), minus(pb, pa)) >= 0
            && dot(minus(p, pc), minus(pc, pd)) >= 0
        {
            offer(turn(pb, pc, p).unsigned_abs() as f64, Some(p), c);
        }
        let (area, moved, gone) = best?;
        self.budget -= area;
        match moved {
            Some(p) => {
                self.at[b] = p;
                self.remove(c, 0.0);
                Some(b)
            }
            None => {
                let stays = if gone == b { c } else { b };
                self.remove(gone, 0.0);
                Some(stays)
            }
        }
    }
}

/// Returns the ends of the edge that cuts the corner `a p c` off where it is as wide as the shortest edge. Where less
/// than that length would be left of an edge of the corner, its end is at `a` or `c`. Returns `None` for a corner that
/// is not sharp, or nowhere as wide.
pub(super) fn sharp_corner([a, p, c]: [GridPoint; 3], limits: &Limits) -> Option<[GridPoint; 2]> {
    let lengths = [a, c].map(|end| (distance2(p, end) as f64).sqrt());
    let [u, v] = [(a, lengths[0]), (c, lengths[1])].map(|(end, length)| minus(end, p).map(|d| d as f64 / length));
    let is_sharp = |cos_sharpest| u[0] * v[0] + u[1] * v[1] > cos_sharpest;
    if limits.edge == 0 || !limits.cos_sharpest.is_some_and(is_sharp) {
        return None;
    }
    let apart = [u[0] - v[0], u[1] - v[1]];
    // Rounding both ends of the cut may shorten it by less than two units.
    let along = f64::from(limits.edge + 2) / (apart[0] * apart[0] + apart[1] * apart[1]).sqrt();
    let at = |end: GridPoint, unit: [f64; 2], length: f64| match length - along < f64::from(limits.edge) {
        true => end,
        false => [0, 1].map(|k| p[k] + (unit[k] * along).round() as i32),
    };
    let is_wide = along <= lengths[0] && along <= lengths[1];
    is_wide.then(|| [at(a, u, lengths[0]), at(c, v, lengths[1])])
}

/// Returns the distance of a point from an edge.
pub(crate) fn distance_to_edge(p: GridPoint, [a, b]: [GridPoint; 2]) -> f64 {
    let q = closest_on_edge(p, [a, b]);
    let d = [p[0] as f64 - q[0], p[1] as f64 - q[1]];
    (d[0] * d[0] + d[1] * d[1]).sqrt()
}

/// Returns the point of an edge that is closest to `p`.
pub(crate) fn closest_on_edge(p: GridPoint, [a, b]: [GridPoint; 2]) -> [f64; 2] {
    let (along, to) = (minus(b, a), minus(p, a));
    let (at, length2) = (dot(along, to), dot(along, along));
    if at <= 0 || length2 == 0 {
        return a.map(f64::from);
    }
    if at >= length2 {
        return b.map(f64::from);
    }
    let t = at as f64 / length2 as f64;
    [a[0] as f64 + along[0] as f64 * t, a[1] as f64 + along[1] as f64 * t]
}

/// Returns the grid point where the lines through `a b` and `c d` meet; `None` when they are nearly parallel.
fn meet([a, b]: [GridPoint; 2], [c, d]: [GridPoint; 2]) -> Option<GridPoint> {
    let (u, v) = (minus(b, a), minus(d, c));
    let cross = super::ring::cross(u, v) as f64;
    let (lu, lv) = ((dot(u, u) as f64).sqrt(), (dot(v, v) as f64).sqrt());
    if cross.abs() < 0.05 * lu * lv {
        return None;
    }
    // Computed from `b`, the end nearer to the meeting point: the smaller the step, the smaller the rounding.
    let t = super::ring::cross(minus(c, b), v) as f64 / cross;
    let step = [u[0] as f64 * t, u[1] as f64 * t];
    let far = step.iter().any(|s| s.abs() > 1e6);
    (!far).then(|| [b[0] + step[0].round() as i32, b[1] + step[1].round() as i32])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::plane::clean::ring::edges;

    const LIMITS: Limits = Limits { edge: 512, straight: 32.0, cos_sharpest: Some(0.9) };

    fn simplified(mut ring: Ring) -> Ring {
        simplify_ring(&mut ring, &LIMITS, |_| false);
        ring
    }

    #[test]
    fn vertices_on_straight_walls_go() {
        let ring = vec![[0, 0], [5000, 10], [10_000, 0], [10_000, 5000], [10_000, 10_000], [4000, 9980], [0, 10_000]];
        assert_eq!(simplified(ring), [[0, 0], [10_000, 0], [10_000, 10_000], [0, 10_000]]);
    }

    #[test]
    fn a_cut_corner_becomes_sharp() {
        let ring = vec![[0, 0], [10_000, 0], [10_000, 9800], [9800, 10_000], [0, 10_000]];
        assert_eq!(simplified(ring), [[0, 0], [10_000, 0], [10_000, 10_000], [0, 10_000]]);
    }

    #[test]
    fn a_needle_goes() {
        let ring =
            vec![[0, 0], [10_000, 0], [10_000, 5000], [19_000, 5100], [10_000, 5200], [10_000, 10_000], [0, 10_000]];
        assert_eq!(simplified(ring), [[0, 0], [10_000, 0], [10_000, 10_000], [0, 10_000]]);
    }

    #[test]
    fn a_small_step_goes_without_short_edges() {
        let ring = vec![[0, 0], [10_000, 0], [10_000, 3000], [10_300, 3000], [10_300, 10_000], [0, 10_000]];
        let out = simplified(ring);
        assert!(edges(&out).all(|[a, b]| distance2(a, b) >= square(512)), "{out:?}");
        assert!((4..=5).contains(&out.len()));
    }

    #[test]
    fn a_curve_drifts_no_farther_than_its_limit() {
        // A parabola with a vertex every half metre.
        let arc: Vec<GridPoint> = (0..=80).map(|k| [k * 512, k * (80 - k) * 8]).collect();
        let mut line = arc.clone();
        straighten_line(&mut line, &LIMITS);
        assert!(line.len() < 40, "{}", line.len());
        for p in arc {
            let off = line.windows(2).map(|w| distance_to_edge(p, [w[0], w[1]])).fold(f64::MAX, f64::min);
            assert!(off <= 32.0, "{off}");
        }
    }
}
