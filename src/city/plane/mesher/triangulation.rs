//! A unique constrained Delaunay triangulation: where four points lie on one circle, the diagonal holds the
//! lexicographically smallest of them.
//!
//! Ties are broken by symbolic perturbation: each point is lifted to a paraboloid and lowered by an infinitesimal that
//! shrinks with its lexicographic rank. The lower hull is then unique, so that flipping terminates, in one
//! triangulation, whatever the order of insertion.
//!
//! Half-edges `3 t`, `3 t + 1`, `3 t + 2` go round triangle `t` counter-clockwise.

use spade::{ConstrainedDelaunayTriangulation, Point2, Triangulation as _};

use crate::city::plane::geometry::{Point, before, in_circle, orient};
use crate::{Error, Result};

/// Stands for no half-edge, no vertex or no edge.
pub const NONE: u32 = u32::MAX;

/// A triangulation as half-edges. See the module.
#[derive(Debug)]
pub struct Triangulation {
    /// The vertices.
    pub points: Vec<Point>,
    /// The vertex at the start of each half-edge.
    pub start: Vec<u32>,
    /// The half-edge on the other side of each; [`NONE`] on the hull.
    pub twin: Vec<u32>,
    /// The number of the edge that each half-edge is a piece of; [`NONE`] for half-edges that may be flipped.
    pub edge: Vec<u32>,
    /// Whether each triangle lies outside the meshed area; empty where none does. Pieces of edges are never flipped, so
    /// a triangle's parts lie where the triangle lay.
    pub outside: Vec<bool>,
    /// A half-edge that starts at each vertex.
    out: Vec<u32>,
    /// Half-edges to check again.
    stack: Vec<u32>,
}

/// Where a point lies in the triangulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// Inside the triangle.
    Triangle(u32),
    /// On the half-edge, between its ends.
    HalfEdge(u32),
    /// On the vertex.
    Vertex(u32),
    /// Beyond the hull.
    Outside,
}

/// Returns the next half-edge of the triangle.
pub fn next(e: u32) -> u32 {
    if e % 3 == 2 { e - 2 } else { e + 1 }
}

/// Returns the previous half-edge of the triangle.
pub fn previous(e: u32) -> u32 {
    if e.is_multiple_of(3) { e + 2 } else { e - 1 }
}

impl Triangulation {
    /// Triangulates `points`. Each of `constraints` is a piece of an edge: its two vertices and the number of the edge.
    ///
    /// # Errors
    /// [`Error::Internal`] when points coincide or pieces cross, which the cleaning of footprints rules out.
    pub fn new(points: Vec<Point>, mut constraints: Vec<([u32; 2], u32)>) -> Result<Triangulation> {
        let vertices: Vec<Point2<f64>> = points.iter().map(|p| Point2::new(p[0], p[1])).collect();
        let pairs = constraints.iter().map(|(ends, _)| ends.map(|v| v as usize)).collect();
        let mut conflicts = 0;
        let cdt =
            ConstrainedDelaunayTriangulation::<Point2<f64>>::try_bulk_load_cdt(vertices, pairs, |_| conflicts += 1)
                .map_err(|e| Error::Internal(format!("triangulation: {e}")))?;
        if conflicts > 0 || cdt.num_vertices() != points.len() {
            let coinciding = points.len() - cdt.num_vertices();
            return Err(Error::Internal(format!(
                "triangulation: {conflicts} pieces of edges cross others, {coinciding} points coincide"
            )));
        }
        for (ends, _) in &mut constraints {
            ends.sort_unstable();
        }
        constraints.sort_unstable();

        let half_edges = 3 * cdt.num_inner_faces();
        let mut mesh = Triangulation {
            out: vec![NONE; points.len()],
            points,
            start: Vec::with_capacity(half_edges),
            twin: vec![NONE; half_edges],
            edge: vec![NONE; half_edges],
            outside: Vec::new(),
            stack: Vec::new(),
        };
        let mut ours = vec![NONE; cdt.num_directed_edges()];
        for face in cdt.inner_faces() {
            for edge in face.adjacent_edges() {
                let here = mesh.start.len() as u32;
                ours[edge.fix().index()] = here;
                let (from, to) = (edge.from().fix().index() as u32, edge.to().fix().index() as u32);
                mesh.start.push(from);
                mesh.out[from as usize] = here;
                if edge.is_constraint_edge() {
                    let ends = [from.min(to), from.max(to)];
                    let found = constraints.binary_search_by_key(&ends, |(ends, _)| *ends);
                    let place = found.map_err(|_| Error::Internal("triangulation: an unknown piece".into()))?;
                    mesh.edge[here as usize] = constraints[place].1;
                }
            }
        }
        for edge in cdt.directed_edges() {
            let (here, there) = (ours[edge.fix().index()], ours[edge.rev().fix().index()]);
            if here != NONE {
                mesh.twin[here as usize] = there;
            }
        }
        drop(cdt);
        drop(ours);
        mesh.make_canonical();
        Ok(mesh)
    }

    /// Returns the number of triangles.
    pub fn triangles(&self) -> u32 {
        (self.start.len() / 3) as u32
    }

    /// Returns whether a triangle lies outside the meshed area.
    pub fn is_outside(&self, triangle: u32) -> bool {
        self.outside.get(triangle as usize).is_some_and(|&is_outside| is_outside)
    }

    /// Returns the vertices of a triangle, counter-clockwise, the lexicographically smallest first.
    pub fn canonical(&self, triangle: u32) -> [u32; 3] {
        let first = 3 * triangle as usize;
        let [a, b, c] = [self.start[first], self.start[first + 1], self.start[first + 2]];
        let [p, q, r] = [a, b, c].map(|v| self.points[v as usize]);
        if before(p, q) {
            if before(p, r) { [a, b, c] } else { [c, a, b] }
        } else if before(q, r) {
            [b, c, a]
        } else {
            [c, a, b]
        }
    }

    /// Returns the half-edge of a triangle that starts from a vertex of it.
    pub fn half_edge_from(&self, triangle: u32, vertex: u32) -> u32 {
        let first = 3 * triangle;
        (first..first + 2).find(|&e| self.start[e as usize] == vertex).unwrap_or(first + 2)
    }

    /// Returns the vertex that a half-edge ends at.
    pub fn end(&self, e: u32) -> u32 {
        self.start[next(e) as usize]
    }

    fn point_of(&self, e: u32) -> Point {
        self.points[self.start[e as usize] as usize]
    }

    /// Returns the half-edge between two neighbouring vertices, if there is one.
    pub fn half_edge_between(&self, from: u32, to: u32) -> Option<u32> {
        let first = self.out[from as usize];
        let mut e = first;
        loop {
            if self.end(e) == to {
                return Some(e);
            }
            // Go on clockwise: the half-edge after the twin starts at the same vertex.
            let twin = self.twin[e as usize];
            if twin == NONE {
                break;
            }
            e = next(twin);
            if e == first {
                return None;
            }
        }
        let mut e = first;
        loop {
            let inward = previous(e);
            if self.start[inward as usize] == to && self.twin[inward as usize] == NONE {
                // A hull edge, known only from its other side.
                return Some(inward);
            }
            e = self.twin[inward as usize];
            if e == NONE {
                return None;
            }
            if self.end(e) == to {
                return Some(e);
            }
        }
    }

    /// Finds the place of `p` by walking from the triangle `from`.
    pub fn locate(&self, p: Point, from: u32) -> Location {
        let mut triangle = from;
        for step in 0..=2 * self.triangles() {
            // Around pieces of edges a walk may go in circles; then every triangle is tried.
            if let Some(next) = step.checked_sub(self.triangles()) {
                triangle = next.min(self.triangles() - 1);
            }
            let first = 3 * triangle;
            let mut zero = [false; 3];
            let mut beyond = None;
            for k in 0..3 {
                let e = first + k;
                let side = orient(self.point_of(e), self.point_of(next(e)), p);
                if side < 0.0 {
                    beyond = Some(e);
                    break;
                }
                zero[k as usize] = side == 0.0;
            }
            match beyond {
                Some(e) => match self.twin[e as usize] {
                    NONE if step < self.triangles() => return Location::Outside,
                    NONE => {}
                    twin => triangle = twin / 3,
                },
                None => {
                    return match zero {
                        [false, false, false] => Location::Triangle(triangle),
                        [true, false, false] => Location::HalfEdge(first),
                        [false, true, false] => Location::HalfEdge(first + 1),
                        [false, false, true] => Location::HalfEdge(first + 2),
                        [true, true, _] => Location::Vertex(self.start[first as usize + 1]),
                        [_, true, true] => Location::Vertex(self.start[first as usize + 2]),
                        [true, _, true] => Location::Vertex(self.start[first as usize]),
                    };
                }
            }
        }
        Location::Outside
    }

    /// Inserts a point at `place`, a triangle or a half-edge, and returns the new vertex. Calls `touched` for each new
    /// or changed triangle, for some more than once.
    pub fn insert(&mut self, p: Point, place: Location, mut touched: impl FnMut(u32)) -> u32 {
        let vertex = self.points.len() as u32;
        self.points.push(p);
        self.out.push(NONE);
        match place {
            Location::Triangle(t) => self.split_triangle(t, vertex),
            Location::HalfEdge(e) => self.split_edge(e, vertex),
            Location::Vertex(_) | Location::Outside => unreachable!("points are inserted where there is room"),
        }
        // All triangles around the vertex were touched; flips add further ones.
        while let Some(e) = self.stack.pop() {
            touched(e / 3);
            if self.is_to_be_flipped(e) {
                let twin = self.twin[e as usize];
                touched(twin / 3);
                self.flip(e);
                // The edges opposite the new vertex in the two triangles that now hold it.
                self.stack.extend([e, twin].map(|h| self.opposite(h / 3, vertex)));
            }
        }
        vertex
    }

    /// Returns the half-edge of `triangle` that does not touch `vertex`.
    fn opposite(&self, triangle: u32, vertex: u32) -> u32 {
        next(self.half_edge_from(triangle, vertex))
    }

    fn make_canonical(&mut self) {
        let mut stack: Vec<u32> = (0..self.start.len() as u32).filter(|&e| e < self.twin[e as usize]).collect();
        while let Some(e) = stack.pop() {
            if self.is_to_be_flipped(e) {
                let twin = self.twin[e as usize];
                self.flip(e);
                stack.extend([next(e), previous(e), next(twin), previous(twin)]);
            }
        }
    }

    /// Returns whether the canonical rule wants the other diagonal of the two triangles beside a half-edge.
    fn is_to_be_flipped(&self, e: u32) -> bool {
        let twin = self.twin[e as usize];
        if twin == NONE || self.edge[e as usize] != NONE {
            return false;
        }
        let [a, b, c] = [e, next(e), previous(e)].map(|h| self.point_of(h));
        let d = self.point_of(previous(twin));
        let inside = in_circle(a, b, c, d);
        if inside != 0.0 {
            return inside > 0.0;
        }
        let first = |p, q| if before(p, q) { p } else { q };
        let (on, off) = (first(a, b), first(c, d));
        before(off, on)
    }

    /// Replaces the diagonal `a b` of the quadrilateral `a d b c` by `d c`.
    fn flip(&mut self, e: u32) {
        let f = self.twin[e as usize];
        let (e1, e2, f1, f2) = (next(e), previous(e), next(f), previous(f));
        let [a, b, c, d] = [e, f, e2, f2].map(|h| self.start[h as usize]);
        let outer = [e1, e2, f1, f2].map(|h| (self.twin[h as usize], self.edge[h as usize]));
        // The first triangle becomes d c a, the second c d b.
        self.set(e, d, (f, NONE));
        self.set(e1, c, outer[1]);
        self.set(e2, a, outer[2]);
        self.set(f, c, (e, NONE));
        self.set(f1, d, outer[3]);
        self.set(f2, b, outer[0]);
    }

    /// Sets a half-edge's start, its twin (in both directions) and its edge.
    fn set(&mut self, h: u32, start: u32, (twin, edge): (u32, u32)) {
        self.start[h as usize] = start;
        self.twin[h as usize] = twin;
        self.edge[h as usize] = edge;
        self.out[start as usize] = h;
        if twin != NONE {
            self.twin[twin as usize] = h;
        }
    }

    /// Makes room for a triangle that is a part of another, and returns its first half-edge.
    fn new_part_of(&mut self, triangle: u32) -> u32 {
        let first = self.start.len() as u32;
        if let Some(&is_outside) = self.outside.get(triangle as usize) {
            self.outside.push(is_outside);
        }
        self.start.extend([NONE; 3]);
        self.twin.extend([NONE; 3]);
        self.edge.extend([NONE; 3]);
        first
    }

    fn split_triangle(&mut self, t: u32, vertex: u32) {
        let e = [3 * t, 3 * t + 1, 3 * t + 2];
        let [a, b, c] = e.map(|h| self.start[h as usize]);
        let outer = e.map(|h| (self.twin[h as usize], self.edge[h as usize]));
        let (second, third) = (self.new_part_of(t), self.new_part_of(t));
        // a b v, b c v, c a v
        self.set(e[0], a, outer[0]);
        self.set(second, b, outer[1]);
        self.set(third, c, outer[2]);
        for (first, to, following) in [(e[0], b, second), (second, c, third), (third, a, e[0])] {
            self.start[first as usize + 1] = to;
            self.edge[first as usize + 1] = NONE;
            self.set(following + 2, vertex, (first + 1, NONE));
        }
        self.stack.extend([e[0], second, third]);
    }

    fn split_edge(&mut self, e: u32, vertex: u32) {
        let twin = self.twin[e as usize];
        let edge = self.edge[e as usize];
        let (near, far) = self.split_half_edge(e, vertex);
        self.stack.extend([near, far].map(|h| self.opposite(h / 3, vertex)));
        if twin == NONE {
            for h in [near, far] {
                self.twin[h as usize] = NONE;
            }
        } else {
            let (back, front) = self.split_half_edge(twin, vertex);
            // near goes a v, far v b; back goes b v, front v a.
            self.set(near, self.start[near as usize], (front, edge));
            self.set(far, vertex, (back, edge));
            self.stack.extend([back, front].map(|h| self.opposite(h / 3, vertex)));
        }
        for h in [near, far] {
            self.edge[h as usize] = edge;
        }
        let twins = [near, far].map(|h| self.twin[h as usize]);
        for h in twins.into_iter().filter(|&h| h != NONE) {
            self.edge[h as usize] = edge;
        }
    }

    /// Splits the triangle `a b c` beside the half-edge `a b` into `a v c` and `v b c`. Returns the half-edges `a v`
    /// and `v b`; the caller sets their twins.
    fn split_half_edge(&mut self, e: u32, vertex: u32) -> (u32, u32) {
        let (e1, e2) = (next(e), previous(e));
        let [b, c] = [e1, e2].map(|h| self.start[h as usize]);
        let bc = (self.twin[e1 as usize], self.edge[e1 as usize]);
        let first = self.new_part_of(e / 3);
        // The old triangle keeps a v c: e is a v, e1 v c, e2 c a.
        self.set(first, vertex, (NONE, NONE));
        self.set(first + 1, b, bc);
        self.set(first + 2, c, (NONE, NONE));
        self.set(e1, vertex, (first + 2, NONE));
        (e, first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((*seed >> 40) as f64) / f64::from(1 << 24)
    }

    pub fn check(mesh: &Triangulation) {
        for e in 0..mesh.start.len() as u32 {
            let twin = mesh.twin[e as usize];
            if twin != NONE {
                assert_eq!(mesh.twin[twin as usize], e);
                assert_eq!(mesh.start[twin as usize], mesh.end(e));
                assert_eq!(mesh.edge[twin as usize], mesh.edge[e as usize]);
            }
            assert!(
                !mesh.is_to_be_flipped(e),
                "{:?}",
                [e, next(e), previous(e), previous(twin)].map(|h| mesh.point_of(h))
            );
        }
        for (v, &e) in mesh.out.iter().enumerate() {
            assert_eq!(mesh.start[e as usize], v as u32);
        }
        for t in 0..mesh.triangles() {
            let [a, b, c] = mesh.canonical(t).map(|v| mesh.points[v as usize]);
            assert!(orient(a, b, c) > 0.0 && before(a, b) && before(a, c));
        }
    }

    fn triangles(mesh: &Triangulation) -> Vec<[Point; 3]> {
        let mut all: Vec<[Point; 3]> =
            (0..mesh.triangles()).map(|t| mesh.canonical(t).map(|v| mesh.points[v as usize])).collect();
        all.sort_by(|a, b| a.partial_cmp(b).unwrap());
        all
    }

    #[test]
    fn the_same_points_in_any_order_or_inserted_one_by_one_give_the_same_triangles() {
        // On a small integer grid nearly all squares have four points on one circle.
        let mut seed = 1;
        for _ in 0..20 {
            let mut points: Vec<Point> =
                (0..60).map(|_| [(random(&mut seed) * 9.0).floor(), (random(&mut seed) * 9.0).floor()]).collect();
            points.extend([[-1.0, -1.0], [10.0, -1.0], [10.0, 10.0], [-1.0, 10.0]]);
            points.sort_by(|a, b| a.partial_cmp(b).unwrap());
            points.dedup();
            let diagonal = |points: &[Point]| {
                let at = |p: Point| points.iter().position(|q| *q == p).unwrap() as u32;
                vec![([at([-1.0, -1.0]), at([10.0, -1.0])], 7)]
            };
            let all = Triangulation::new(points.clone(), diagonal(&points)).unwrap();
            check(&all);
            let expected = triangles(&all);
            points.reverse();
            let reversed = Triangulation::new(points.clone(), diagonal(&points)).unwrap();
            assert_eq!(triangles(&reversed), expected);

            points.retain(|p| p[0] < 0.0 || p[0] > 9.0);
            let mut grown = Triangulation::new(points.clone(), diagonal(&points)).unwrap();
            let mut later: Vec<Point> = all.points.iter().filter(|p| (0.0..=9.0).contains(&p[0])).copied().collect();
            later.sort_by_key(|p| (p[0] * 31.0 + p[1] * 17.0) as i64 % 13);
            for p in later {
                let place = grown.locate(p, 0);
                grown.insert(p, place, |_| {});
                check(&grown);
            }
            assert_eq!(triangles(&grown), expected);
        }
    }

    #[test]
    fn splitting_a_piece_keeps_its_edge_on_both_halves_also_on_the_hull() {
        let corners = vec![[0.0, 0.0], [8.0, 0.0], [8.0, 8.0], [0.0, 8.0]];
        let constraints = vec![([0, 1], 1), ([0, 2], 5)];
        let mut mesh = Triangulation::new(corners, constraints).unwrap();
        for (ends, edge) in [([0, 2], 5), ([0, 1], 1)] {
            let half_edge = mesh.half_edge_between(ends[0], ends[1]).unwrap();
            let m = crate::city::plane::geometry::middle(mesh.points[ends[0] as usize], mesh.points[ends[1] as usize]);
            let v = mesh.insert(m, Location::HalfEdge(half_edge), |_| {});
            check(&mesh);
            for end in ends {
                let half = mesh.half_edge_between(v, end).unwrap();
                assert_eq!(mesh.edge[half as usize], edge);
            }
        }
        assert_eq!(mesh.half_edge_between(1, 3), None);
    }

    #[test]
    fn crossing_pieces_and_coinciding_points_are_refused() {
        let corners = vec![[0.0, 0.0], [8.0, 0.0], [8.0, 8.0], [0.0, 8.0]];
        assert!(Triangulation::new(corners.clone(), vec![([0, 2], 0), ([1, 3], 1)]).is_err());
        let mut twice = corners;
        twice.push([8.0, 8.0]);
        assert!(Triangulation::new(twice, vec![]).is_err());
    }
}
