//! Refinement in canonical rounds. In each round every bad triangle proposes a point; a proposal wins if no better one
//! is near it; all winners are inserted at once.
//!
//! A round depends only on the surroundings within [`Scale::reach`], and not on the order in which anything is visited.
//! So overlapping rectangles refine their common part alike.

use std::cmp::Reverse;

use xxhash_rust::xxh3::xxh3_64;

use super::pieces::{can_be_halved, meet_sharply};
use super::scale::Scale;
use super::triangulation::{Location, NONE, Triangulation, next, previous};
use crate::Result;
use crate::city::plane::domain::FINE_GRID;
use crate::city::plane::geometry::{Point, before, distance2, dot, in_circle, middle, orient, sub};
use crate::city::plane::planar::Planar;

/// Triangles and points between two calls of the check.
const CHECKED: usize = 1 << 14;

/// The condition in which the refinement finds a triangle.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Condition {
    /// No small angle, or outside the meshed area.
    Good,
    /// A small angle in the sharp corner of two edges, which no point can mend.
    Exempt,
    /// Too large for refinement to stay local.
    TooLarge,
    /// A bad triangle, with the index of its shortest side among its canonical vertices.
    Bad(usize),
}

/// A point that a bad triangle proposes.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    at: Point,
    radius: f64,
    rank: Rank,
    site: Site,
}

/// The order of candidates; a smaller rank is better.
type Rank = (bool, u64, u64, [u64; 2]);

#[derive(Clone, Copy, Debug)]
enum Site {
    /// In the open; locating it starts from this triangle.
    Field(u32),
    /// In the middle of the piece between these vertices.
    Piece([u32; 2]),
}

impl Candidate {
    fn new(at: Point, radius: f64, site: Site) -> Candidate {
        Candidate { at, radius, rank: rank(at, radius, site), site }
    }
}

/// The result of refinement.
#[derive(Debug, Default)]
pub struct Refined {
    /// The round that inserted each vertex; 0 for those that were there before.
    pub round: Vec<u8>,
    /// The number of rounds that inserted a point.
    pub rounds: u8,
}

/// Refines the triangulation. `edge_of` has the edge that each vertex lies on, or [`NONE`] for vertices in the open and
/// for the ends of edges; it grows with the vertices.
///
/// # Errors
/// Every error of `check`, which is called now and then.
pub fn refine(
    mesh: &mut Triangulation,
    edge_of: &mut Vec<u32>,
    planar: &Planar,
    scale: &Scale,
    check: impl Fn() -> Result<()>,
) -> Result<Refined> {
    let mut refined = Refined { round: vec![0; mesh.points.len()], rounds: 0 };
    let Some(cos_min_angle) = scale.cos_min_angle else { return Ok(refined) };
    let mut touched: Vec<u32> = (0..mesh.triangles()).collect();
    let mut bad: Vec<(u32, [u32; 3])> = Vec::new();
    while refined.rounds < Scale::MAX_ROUNDS {
        check()?;
        let rounds = Round { mesh, edge_of, planar, scale, cos_min_angle };
        bad.retain(|&(triangle, vertices)| rounds.mesh.canonical(triangle) == vertices);
        touched.sort_unstable();
        touched.dedup();
        for (n, &triangle) in touched.iter().enumerate() {
            if n.is_multiple_of(CHECKED) {
                check()?;
            }
            if let Condition::Bad(_) = rounds.condition(triangle) {
                bad.push((triangle, rounds.mesh.canonical(triangle)));
            }
        }
        touched.clear();
        bad.sort_unstable();
        bad.dedup();
        let candidates = bad.iter().filter_map(|&(triangle, _)| rounds.candidate(triangle)).collect();
        check()?;
        let winners = winners(candidates, scale.largest_radius);
        if winners.is_empty() {
            break;
        }
        refined.rounds += 1;
        for (n, winner) in winners.into_iter().enumerate() {
            if n.is_multiple_of(CHECKED) {
                check()?;
            }
            let (place, edge) = match winner.site {
                Site::Field(from) => (mesh.locate(winner.at, from), NONE),
                Site::Piece([u, v]) => {
                    let half_edge = mesh.half_edge_between(u, v).expect("pieces stay until they are halved");
                    (Location::HalfEdge(half_edge), mesh.edge[half_edge as usize])
                }
            };
            if let Location::Vertex(_) | Location::Outside = place {
                // The place is taken or beyond the hull: there is nothing to insert.
                continue;
            }
            mesh.insert(winner.at, place, |triangle| touched.push(triangle));
            edge_of.push(edge);
            refined.round.push(refined.rounds);
        }
    }
    Ok(refined)
}

/// The state that does not change while candidates are collected.
struct Round<'a> {
    mesh: &'a Triangulation,
    edge_of: &'a [u32],
    planar: &'a Planar,
    scale: &'a Scale,
    cos_min_angle: f64,
}

impl Round<'_> {
    fn condition(&self, triangle: u32) -> Condition {
        if self.mesh.is_outside(triangle) {
            return Condition::Good;
        }
        let vertices = self.mesh.canonical(triangle);
        let p = vertices.map(|v| self.mesh.points[v as usize]);
        // Side k goes from vertex k to the next.
        let sides = [distance2(p[0], p[1]), distance2(p[1], p[2]), distance2(p[2], p[0])];
        let k = shortest(sides);
        let (a2, b2, c2) = (sides[k], sides[(k + 1) % 3], sides[(k + 2) % 3]);
        // The law of cosines at the vertex opposite the shortest side, which has the smallest angle.
        if b2 + c2 - a2 <= 2.0 * self.cos_min_angle * (b2 * c2).sqrt() {
            return Condition::Good;
        }
        let area2 = {
            let (u, v) = (sub(p[1], p[0]), sub(p[2], p[0]));
            u[0] * v[1] - u[1] * v[0]
        };
        let limit = 2.0 * self.scale.largest_radius * area2;
        if a2 * b2 * c2 > limit * limit {
            return Condition::TooLarge;
        }
        let first = self.mesh.half_edge_from(triangle, vertices[k]);
        let fixed = |e: u32| self.mesh.edge[e as usize] != NONE;
        if fixed(next(first)) && fixed(previous(first)) {
            return Condition::Exempt;
        }
        let [on, other] = [vertices[k], vertices[(k + 1) % 3]].map(|v| self.edge_of[v as usize]);
        if on != NONE && other != NONE && on != other {
            let edges = self.planar.edges();
            if meet_sharply(&edges[on as usize], &edges[other as usize]) {
                return Condition::Exempt;
            }
        }
        Condition::Bad(k)
    }

    /// Returns the point that a bad triangle proposes; `None` when there is no room for one.
    fn candidate(&self, triangle: u32) -> Option<Candidate> {
        let Condition::Bad(k) = self.condition(triangle) else { return None };
        let vertices = self.mesh.canonical(triangle);
        let p = vertices.map(|v| self.mesh.points[v as usize]);
        let at = self.off_centre(p, k)?;
        match self.walk(triangle, p, at) {
            Walk::Blocked(half_edge) => self.middle_of(half_edge),
            Walk::Outside => None,
            Walk::Arrived(inside) => match self.encroached(inside, at) {
                Ok(Some(half_edge)) => self.middle_of(half_edge),
                Ok(None) => {
                    let radius = distance2(at, p[k]).sqrt();
                    Some(Candidate::new(at, radius, Site::Field(inside)))
                }
                Err(Occupied) => None,
            },
        }
    }

    /// Returns the circumcentre or, if the circumcentre is too far from the shortest side, Üngör's off-centre: the
    /// point over the middle of that side from which it is seen under the wanted angle. The point is rounded to the
    /// fine grid.
    fn off_centre(&self, p: [Point; 3], k: usize) -> Option<Point> {
        let (u, v) = (sub(p[1], p[0]), sub(p[2], p[0]));
        let d = 2.0 * (u[0] * v[1] - u[1] * v[0]);
        let (u2, v2) = (dot(u, u), dot(v, v));
        let centre = [(v[1] * u2 - u[1] * v2) / d, (u[0] * v2 - v[0] * u2) / d];
        let corners = [[0.0, 0.0], u, v];
        let (from, to) = (corners[k], corners[(k + 1) % 3]);
        let m = [0.5 * (from[0] + to[0]), 0.5 * (from[1] + to[1])];
        let up = sub(centre, m);
        let (height2, side2) = (dot(up, up), distance2(from, to));
        let wanted = self.scale.off_centre * side2.sqrt();
        let relative = if height2 > wanted * wanted {
            let t = wanted / height2.sqrt();
            [m[0] + t * up[0], m[1] + t * up[1]]
        } else {
            centre
        };
        // Rounding relative to the first vertex, which lies on the grid, gives the same result wherever the city lies.
        let at = [0, 1].map(|i| p[0][i] + (relative[i] / FINE_GRID).round() * FINE_GRID);
        at.iter().all(|v| v.is_finite()).then_some(at)
    }

    /// Walks straight from the middle of a triangle towards `at`, until a piece of an edge is in the way.
    fn walk(&self, triangle: u32, p: [Point; 3], at: Point) -> Walk {
        let third = |i: usize| ((p[1][i] - p[0][i] + (p[2][i] - p[0][i])) / (3.0 * FINE_GRID)).round() * FINE_GRID;
        let from = [p[0][0] + third(0), p[0][1] + third(1)];
        let mesh = self.mesh;
        let mut here = mesh.half_edge_from(triangle, mesh.canonical(triangle)[0]);
        let mut entered = false;
        for _ in 0..MAX_STEPS {
            let beyond = |e: u32| {
                let [a, b] = [e, next(e)].map(|h| mesh.points[mesh.start[h as usize] as usize]);
                orient(a, b, at) < 0.0
            };
            let sides = [here, next(here), previous(here)];
            let out = [!entered && beyond(sides[0]), beyond(sides[1]), beyond(sides[2])];
            let exit = match out {
                [false, false, false] => return Walk::Arrived(here / 3),
                [true, false, false] => sides[0],
                [false, true, false] => sides[1],
                [false, false, true] => sides[2],
                _ => {
                    // Two exits: the line passes on one side of the vertex between them.
                    let first = (0..3).find(|&i| out[i] && out[(i + 1) % 3]).expect("two of three");
                    let second = sides[(first + 1) % 3];
                    let between = mesh.points[mesh.start[second as usize] as usize];
                    if orient(from, at, between) > 0.0 { sides[first] } else { second }
                }
            };
            if mesh.edge[exit as usize] != NONE {
                return Walk::Blocked(exit);
            }
            match mesh.twin[exit as usize] {
                NONE => return Walk::Outside,
                twin => here = twin,
            }
            entered = true;
        }
        Walk::Outside
    }

    /// Finds the piece whose diametral circle contains `at`, a point of the triangle `inside`; of several, the one with
    /// the nearest middle.
    fn encroached(&self, inside: u32, at: Point) -> std::result::Result<Option<u32>, Occupied> {
        let mesh = self.mesh;
        let mut cavity = vec![inside];
        let mut found: Option<(f64, Point, u32)> = None;
        let mut looked_at = 0;
        while looked_at < cavity.len() {
            let first = 3 * cavity[looked_at];
            looked_at += 1;
            for e in first..first + 3 {
                let [a, b] = [e, next(e)].map(|h| mesh.points[mesh.start[h as usize] as usize]);
                if a == at {
                    return Err(Occupied);
                }
                if mesh.edge[e as usize] != NONE {
                    let m = middle(a, b);
                    let nearness = distance2(m, at);
                    let nearer =
                        |(other, at, _): (f64, Point, u32)| nearness < other || nearness == other && before(m, at);
                    if dot(sub(a, at), sub(b, at)) < 0.0 && found.is_none_or(nearer) {
                        found = Some((nearness, m, e));
                    }
                    continue;
                }
                let twin = mesh.twin[e as usize];
                if twin != NONE && !cavity.contains(&(twin / 3)) {
                    let [a, b, c] = mesh.canonical(twin / 3).map(|v| mesh.points[v as usize]);
                    if in_circle(a, b, c, at) > 0.0 {
                        cavity.push(twin / 3);
                    }
                }
            }
        }
        Ok(found.map(|(_, _, e)| e))
    }

    /// Returns the middle of a piece as a candidate; `None` when the piece is too short.
    fn middle_of(&self, half_edge: u32) -> Option<Candidate> {
        let ends = [self.mesh.start[half_edge as usize], self.mesh.end(half_edge)];
        let [a, b] = ends.map(|v| self.mesh.points[v as usize]);
        let length = distance2(a, b).sqrt();
        let (at, radius) = (middle(a, b), 0.5 * length);
        can_be_halved(length).then(|| Candidate::new(at, radius, Site::Piece(ends)))
    }
}

/// The point coincides with a vertex.
struct Occupied;

/// The longest walk through triangles, in steps. Triangles that are refined are too small for a longer one.
const MAX_STEPS: usize = 10_000;

enum Walk {
    Arrived(u32),
    Blocked(u32),
    Outside,
}

fn shortest(sides: [f64; 3]) -> usize {
    let mut k = 0;
    for i in 1..3 {
        if sides[i] < sides[k] {
            k = i;
        }
    }
    k
}

/// Ranks middles of pieces first, then by the power of two of the radius, then by a hash of the position, which is the
/// same everywhere.
fn rank(at: Point, radius: f64, site: Site) -> Rank {
    let key = at.map(|v| ((v / FINE_GRID) as i64) as u64);
    let exponent = radius.to_bits() >> 52;
    (matches!(site, Site::Field(_)), exponent, xxh3_64(bytemuck::must_cast_slice(&key)), key)
}

/// Returns the candidates without a better one within their radius, which is at most `largest_radius`.
fn winners(mut candidates: Vec<Candidate>, largest_radius: f64) -> Vec<Candidate> {
    // Several triangles may propose the same point; the one with the largest radius stands for all.
    candidates.sort_unstable_by_key(|c| (c.rank, Reverse(c.radius.to_bits())));
    candidates.dedup_by_key(|c| c.rank);
    let buckets = Buckets::new(&candidates, largest_radius);
    let wins = |n: usize| {
        let candidate = &candidates[n];
        let near = candidate.radius * candidate.radius;
        // The list is sorted by rank, so a smaller number is better.
        !buckets.around(candidate.at).any(|other| other < n && distance2(candidates[other].at, candidate.at) < near)
    };
    (0..candidates.len()).filter(|&n| wins(n)).map(|n| candidates[n]).collect()
}

/// The candidates, hashed by squares of the plane.
struct Buckets {
    size: f64,
    /// Square and candidate number, sorted.
    items: Vec<((i64, i64), usize)>,
}

impl Buckets {
    fn new(candidates: &[Candidate], size: f64) -> Buckets {
        let square = |p: Point| ((p[1] / size).floor() as i64, (p[0] / size).floor() as i64);
        let mut items: Vec<_> = candidates.iter().enumerate().map(|(n, c)| (square(c.at), n)).collect();
        items.sort_unstable();
        Buckets { size, items }
    }

    /// Returns the candidates in the square of `p` and in the eight around it.
    fn around(&self, p: Point) -> impl Iterator<Item = usize> {
        let (row, column) = ((p[1] / self.size).floor() as i64, (p[0] / self.size).floor() as i64);
        (row - 1..=row + 1).flat_map(move |row| {
            let first = self.items.partition_point(|(square, _)| *square < (row, column - 1));
            self.items[first..].iter().take_while(move |(s, _)| *s <= (row, column + 1)).map(|(_, n)| *n)
        })
    }
}
