//! Fewer triangles for nearly the same surface: vertices are moved onto neighbours, the one that matters least first.
//!
//! What matters is told by quadrics. A vertex whose triangles have different markers moves along the line between them
//! only, so that ground, walls and roofs of each building stay what they are. A move that would turn a triangle over,
//! or join what is apart, is not made; so a surface stays one. Fixed vertices stay. The result has no new vertex, and
//! depends on nothing but the mesh: only sums, products, quotients and square roots are computed.

mod quadric;
mod surface;

use crate::io::surface::vector::{cross, dot, minus};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use self::quadric::Quadric;
use self::surface::{NONE, Spoke, Surface};
use super::mesh::{GridMesh, STEPS};
use crate::Result;
use crate::io::surface::corners::normals;

/// The cosine of the angle by which a move may turn a triangle, squared: 75 degrees.
const MOST_TURN: f64 = 0.0625;
/// The squared sine of the angle up to which a wall leans. What leans less may not come to lean more: its foot and its
/// top go together or not at all.
const MOST_LEAN: f64 = 0.1;
/// The squared error, in square metres, up to which a move is made at once: that of half a step of the grid. Most moves
/// are of this kind, on walls and roofs, and need not be put in order.
const AT_ONCE: f32 = (0.5 / STEPS * 0.5 / STEPS) as f32;
/// How many moves are made between two looks at a cancellation.
const MOVES_AT_ONCE: u32 = 1024;
/// The target of a vertex for which every move is one that cannot be made.
const BLOCKED: u32 = NONE - 1;

/// How far vertices may be moved.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest mean distance of a moved vertex from the planes around it, in metres.
    pub distance: f64,
    /// How much the lines between markers weigh beside the triangles at them. A line may move by more than the distance
    /// where this is less than 1.
    pub seam_weight: f64,
}

/// A move that waits: from the highest bits on its squared error, the vertex, the neighbour that it goes to, and the
/// state of the vertex for which it was found. The bits of a number that is not negative have the number's order.
type Move = Reverse<u128>;

fn as_move(error: f32, vertex: u32, target: u32, state: u32) -> Move {
    let bits = [error.to_bits(), vertex, target, state].map(u128::from);
    Reverse(bits[0] << 96 | bits[1] << 64 | bits[2] << 32 | bits[3])
}

/// A vertex.
#[derive(Clone, Copy, Default)]
struct Vertex {
    quadric: Quadric,
    /// The best move: its squared error and the neighbour.
    error: f32,
    target: u32,
    /// How often the best move has changed.
    state: u32,
    is_fixed: bool,
    /// Whether triangles around it have different markers. It cannot become so.
    is_at_seam: bool,
}

struct Simplifier {
    surface: Surface,
    /// Positions in metres. Single precision holds all steps of the grid within 262 km, so that they are exact, and
    /// those of a tile stay in the cache.
    positions: Vec<[f32; 3]>,
    vertices: Vec<Vertex>,
    moves: BinaryHeap<Move>,
    /// Moves that change next to nothing; the last one comes first, which is near the one before.
    free: Vec<Move>,
    /// The largest squared error that is accepted.
    most: f32,
    spokes: Vec<Spoke>,
    others: Vec<Spoke>,
    around: Vec<Spoke>,
    targets: Vec<(u32, u32)>,
}

/// Simplifies a mesh as far as the limits allow. `check` is called every now and then. Returns the largest mean
/// distance of a moved vertex, in metres.
///
/// # Errors
/// Those of `check`.
pub fn simplify(
    mesh: &mut GridMesh,
    fixed: &[bool],
    limits: &Limits,
    mut check: impl FnMut() -> Result<()>,
) -> Result<f64> {
    let mut simplifier = Simplifier::new(mesh, fixed, limits);
    for vertex in 0..fixed.len() as u32 {
        let best = simplifier.best_move(vertex);
        simplifier.put(best);
    }
    let (mut largest, mut made) = (0.0_f32, 0_u32);
    while let Some(Reverse(bits)) = simplifier.free.pop().or_else(|| simplifier.moves.pop()) {
        let [error, vertex, target, state] = [96, 64, 32, 0].map(|shift| (bits >> shift) as u32);
        if simplifier.vertices[vertex as usize].state != state {
            continue;
        }
        if !simplifier.is_possible(vertex, target) {
            simplifier.propose_possible(vertex);
            continue;
        }
        simplifier.make(vertex, target);
        largest = largest.max(f32::from_bits(error));
        made += 1;
        if made.is_multiple_of(MOVES_AT_ONCE) {
            check()?;
        }
    }
    let Surface { faces, markers, .. } = simplifier.surface;
    let left = faces.into_iter().zip(markers).filter(|(face, _)| face[0] != NONE);
    (mesh.faces, mesh.markers) = left.unzip();
    mesh.compact();
    Ok(f64::from(largest).sqrt())
}

impl Simplifier {
    fn new(mesh: &mut GridMesh, fixed: &[bool], limits: &Limits) -> Simplifier {
        // Near zero, squares keep their digits.
        let low: [i32; 3] = std::array::from_fn(|d| mesh.vertices.iter().map(|v| v[d]).min().unwrap_or(0));
        let metres = |v: &[i32; 3]| std::array::from_fn(|d| ((v[d] - low[d]) as f32) / STEPS as f32);
        let vertex = |&is_fixed: &bool| Vertex { is_fixed, target: NONE, ..Vertex::default() };
        let (faces, markers) = (std::mem::take(&mut mesh.faces), std::mem::take(&mut mesh.markers));
        let mut simplifier = Simplifier {
            surface: Surface::new(fixed.len(), faces, markers),
            positions: mesh.vertices.iter().map(metres).collect(),
            vertices: fixed.iter().map(vertex).collect(),
            moves: BinaryHeap::new(),
            free: Vec::new(),
            most: (limits.distance * limits.distance) as f32,
            spokes: Vec::new(),
            others: Vec::new(),
            around: Vec::new(),
            targets: Vec::new(),
        };
        simplifier.add_planes();
        simplifier.add_seams(limits.seam_weight);
        simplifier
    }

    fn position(&self, vertex: u32) -> [f64; 3] {
        self.positions[vertex as usize].map(f64::from)
    }

    /// Gives each vertex the planes of its triangles, by their area.
    fn add_planes(&mut self) {
        for &face in &self.surface.faces {
            let corners = face.map(|v| self.positions[v as usize].map(f64::from));
            let (cross, unit) = normals(corners);
            let area = 0.5 * length(cross);
            if area > 0.0 {
                let plane = Quadric::plane(corners[0], unit, area);
                face.iter().for_each(|&v| self.vertices[v as usize].quadric.add(&plane));
            }
        }
    }

    /// Gives the vertices of lines between markers the planes through them, upright on the triangles.
    fn add_seams(&mut self, weight: f64) {
        for vertex in 0..self.vertices.len() as u32 {
            if !self.surface.has_markers(vertex) {
                continue;
            }
            self.vertices[vertex as usize].is_at_seam = true;
            self.surface.spokes(vertex, &mut self.spokes);
            for n in 0..self.spokes.len() {
                let Spoke { face, next, .. } = self.spokes[n];
                if !is_seam(&self.spokes, n) {
                    continue;
                }
                let (from, to) = (self.position(vertex), self.position(next));
                let (_, normal) = normals(self.surface.faces[face as usize].map(|v| self.position(v)));
                let across = cross(normal, minus(to, from));
                let size = length(across);
                if size > 0.0 {
                    // As much as triangles that are as wide as the line is long.
                    let plane = Quadric::plane(from, across.map(|c| c / size), weight * size * size);
                    self.vertices[vertex as usize].quadric.add(&plane);
                    self.vertices[next as usize].quadric.add(&plane);
                }
            }
        }
    }

    /// Finds the neighbours that a vertex may move to, without a look at the triangles, each with its error.
    fn find_targets(&mut self, vertex: u32) {
        self.targets.clear();
        let Vertex { is_fixed, is_at_seam, quadric, .. } = &self.vertices[vertex as usize];
        if *is_fixed {
            return;
        }
        self.surface.spokes(vertex, &mut self.spokes);
        // Along a line between markers alone, where the vertex is still at one.
        let seams = if *is_at_seam { seams_of(&self.spokes) } else { 0 };
        for (n, spoke) in self.spokes.iter().enumerate() {
            if seams == 0 || is_in(seams, n) {
                let error = quadric.at(self.position(spoke.next)) as f32;
                if error <= self.most {
                    self.targets.push((error.to_bits(), spoke.next));
                }
            }
        }
    }

    /// Finds the best move of a vertex, which replaces the one before.
    fn best_move(&mut self, vertex: u32) -> Option<Move> {
        self.find_targets(vertex);
        let best = self.targets.iter().min().copied();
        self.replace(vertex, best, NONE)
    }

    /// As [`Simplifier::best_move`], but of the moves that can be made now; it is put among those that wait.
    fn propose_possible(&mut self, vertex: u32) {
        self.find_targets(vertex);
        let mut targets = std::mem::take(&mut self.targets);
        targets.sort_unstable();
        let best = targets.iter().find(|&&(_, target)| self.is_possible(vertex, target)).copied();
        let better = self.replace(vertex, best, BLOCKED);
        self.put(better);
        self.targets = targets;
    }

    /// Puts a move among those that wait.
    fn put(&mut self, found: Option<Move>) {
        let Some(found) = found else { return };
        if f32::from_bits((found.0 >> 96) as u32) <= AT_ONCE {
            self.free.push(found);
        } else {
            self.moves.push(found);
        }
    }

    fn replace(&mut self, vertex: u32, best: Option<(u32, u32)>, nothing: u32) -> Option<Move> {
        let this = &mut self.vertices[vertex as usize];
        this.state += 1;
        (this.error, this.target) =
            best.map_or((f32::INFINITY, nothing), |(error, target)| (f32::from_bits(error), target));
        best.map(|_| as_move(this.error, vertex, this.target, this.state))
    }

    /// Returns whether a vertex can move to a neighbour: no triangle is turned over, and the two have no neighbour in
    /// common but the two beside their edge.
    fn is_possible(&mut self, vertex: u32, target: u32) -> bool {
        self.surface.spokes(vertex, &mut self.spokes);
        let (from, to) = (self.position(vertex), self.position(target));
        for spoke in self.spokes.iter().filter(|spoke| spoke.next != target && spoke.before != target) {
            let [b, c] = [spoke.next, spoke.before].map(|v| self.position(v));
            let [old, new] = [from, to].map(|a| cross(minus(b, a), minus(c, a)));
            let (olds, news) = (dot(old, old), dot(new, new));
            // Ground and roofs stay what they are seen from above, also after many small turns.
            if old[2] > 0.0 && new[2] <= 0.0 {
                return false;
            }
            let leans = |normal: [f64; 3], squared: f64| normal[2] * normal[2] > MOST_LEAN * squared;
            if !leans(old, olds) && leans(new, news) {
                return false;
            }
            let along = dot(old, new);
            if olds > 0.0 && (along <= 0.0 || along * along < MOST_TURN * olds * news) {
                return false;
            }
        }
        self.surface.spokes(target, &mut self.others);
        self.surface.in_common(&self.spokes, &self.others) == 2
    }

    /// Moves a vertex to a neighbour, after [`Simplifier::is_possible`] has said that it can.
    fn make(&mut self, vertex: u32, target: u32) {
        std::mem::swap(&mut self.spokes, &mut self.around);
        let seams = if self.vertices[vertex as usize].is_at_seam { seams_of(&self.around) } else { 0 };
        self.surface.collapse(vertex, target);
        let moved = self.vertices[vertex as usize].quadric;
        self.vertices[vertex as usize].state += 1;
        self.vertices[target as usize].quadric.add(&moved);
        let to = self.position(target);
        for n in 0..self.around.len() {
            let Spoke { next: neighbour, before, .. } = self.around[n];
            let Vertex { is_fixed, is_at_seam, quadric, error, target: best, .. } = &self.vertices[neighbour as usize];
            if *is_fixed {
                continue;
            }
            // Two edges have become one where a triangle of the vertex and its target is gone.
            let is_beside = before == target || self.around.iter().any(|s| s.next == target && s.before == neighbour);
            let is_changed = neighbour == target || *best == vertex || *best == BLOCKED || *is_at_seam && is_beside;
            let better = if is_changed {
                self.best_move(neighbour)
            } else {
                // One neighbour has taken the place of another, and all else is as before.
                let new = quadric.at(to) as f32;
                if new > self.most || new >= *error || *is_at_seam && !is_in(seams, n) {
                    continue;
                }
                self.replace(neighbour, Some((new.to_bits(), target)), NONE)
            };
            self.put(better);
        }
    }
}

/// Returns whether the edge to the next vertex of a triangle around a vertex lies between different markers.
fn is_seam(spokes: &[Spoke], n: usize) -> bool {
    let Spoke { next, marker, .. } = spokes[n];
    spokes.iter().find(|other| other.before == next).is_some_and(|other| other.marker != marker)
}

/// Returns the edges of which [`is_seam`] is true, as bits; of those beyond the last bit, that of the last.
fn seams_of(spokes: &[Spoke]) -> u64 {
    let bits = (0..spokes.len()).filter(|&n| is_seam(spokes, n)).map(|n| 1 << n.min(63));
    bits.fold(0, |all: u64, bit: u64| all | bit)
}

fn is_in(seams: u64, n: usize) -> bool {
    seams >> n.min(63) & 1 == 1
}

fn length(v: [f64; 3]) -> f64 {
    dot(v, v).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::output::levels::borders::fixed;

    /// A square of `side` x `side` points 1 m apart, of which those within have a height and the triangles a marker.
    fn field(side: i32, height: impl Fn(i32, i32) -> f64, marker: impl Fn(i32, i32) -> i32) -> GridMesh {
        let mut mesh = GridMesh::default();
        for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
            let z = (height(x, y) * STEPS).round() as i32;
            mesh.vertices.push([x * 64, y * 64, z]);
            if x > 0 && y > 0 {
                let v = (y * side + x) as u32;
                let [a, b] = [v - side as u32, v - side as u32 - 1];
                mesh.faces.extend([[b, a, v], [b, v, v - 1]]);
                mesh.markers.extend([marker(x, y); 2]);
            }
        }
        mesh
    }

    fn limits(distance: f64) -> Limits {
        Limits { distance, seam_weight: 1.0 }
    }

    fn area_of(mesh: &GridMesh, marker: i32) -> i64 {
        let of_marker = mesh.faces.iter().zip(&mesh.markers).filter(|(_, m)| **m == marker);
        let doubled = of_marker.map(|(face, _)| {
            let [a, b, c] = face.map(|v| mesh.vertices[v as usize].map(i64::from));
            (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        });
        doubled.sum()
    }

    #[test]
    fn a_plane_is_left_with_its_border_and_lines_between_markers() {
        let mut mesh =
            field(21, |_, _| 0.0, |x, y| if (6..=15).contains(&x) && (6..=15).contains(&y) { 7 } else { -2 });
        let (inside, outside) = (area_of(&mesh, 7), area_of(&mesh, -2));
        let stay = fixed(&mesh);
        let error = simplify(&mut mesh, &stay, &limits(0.25), || Ok(())).unwrap();
        // 80 vertices on the border, and the four corners of the square within.
        assert_eq!((mesh.vertices.len(), error), (84, 0.0));
        assert_eq!((area_of(&mesh, 7), area_of(&mesh, -2)), (inside, outside));
        assert_eq!(fixed(&mesh).iter().filter(|stays| **stays).count(), 80);
    }

    #[test]
    fn hills_stay_within_the_limit_and_nothing_is_torn_or_turned_over() {
        let height = |x: i32, y: i32| 3.0 * (f64::from(x) / 9.0).sin() * (f64::from(y) / 7.0).cos();
        let fine = field(61, height, |_, _| -2);
        let mut sizes = Vec::new();
        for limit in [0.05, 0.2, 0.8] {
            let mut mesh = fine.clone();
            let error = simplify(&mut mesh, &fixed(&fine), &limits(limit), || Ok(())).unwrap();
            assert!(error <= limit && area_of(&mesh, -2) == area_of(&fine, -2));
            assert!(mesh.faces.iter().all(|face| {
                let [a, b, c] = face.map(|v| mesh.vertices[v as usize].map(i64::from));
                (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])
            }));
            assert_eq!(fixed(&mesh).iter().filter(|stays| **stays).count(), 240);
            sizes.push(mesh.faces.len());
        }
        assert!(sizes[0] < fine.faces.len() / 2 && sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
    }

    #[test]
    fn it_can_be_cancelled() {
        let fine = field(61, |_, _| 0.0, |_, _| -2);
        let stopped = simplify(&mut fine.clone(), &fixed(&fine), &limits(1.0), || Err(crate::Error::Cancelled));
        assert!(matches!(stopped, Err(crate::Error::Cancelled)));
    }
}
