//! Fewer triangles for nearly the same surface: vertices are moved onto neighbours, the one that matters least first.
//!
//! What matters is told by quadrics. A vertex whose triangles have different markers moves along the line between them
//! only, so that ground, walls and roofs of each building stay what they are. A move that would turn a triangle over,
//! or join what is apart, is not made; so a surface stays one. Fixed vertices stay. The result has no new vertex, and
//! depends on nothing but the mesh: only sums, products, quotients and square roots are computed.

mod quadric;
mod surface;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use self::quadric::Quadric;
use self::surface::{Spoke, Surface};
use super::mesh::{GridMesh, STEPS};
use crate::Result;
use crate::io::surface::corners::normals;

/// How much a line between markers weighs beside the triangles at it, for a line as long as these are wide.
const SEAM_WEIGHT: f64 = 1.0;
/// The cosine of the angle by which a move may turn a triangle, squared: 75 degrees.
const MOST_TURN: f64 = 0.0625;
/// How many moves are made between two looks at a cancellation.
const MOVES_AT_ONCE: u32 = 1024;

/// A move that waits: its error, the vertex, the neighbour it goes to, and the state of the vertex it was found for.
/// An error is kept as the bits of a number that is not negative, which have the same order.
type Move = Reverse<(u64, u32, u32, u32)>;

struct Simplifier<'a> {
    surface: Surface,
    positions: Vec<[f64; 3]>,
    quadrics: Vec<Quadric>,
    fixed: &'a [bool],
    /// How often the surroundings of a vertex have changed.
    states: Vec<u32>,
    moves: BinaryHeap<Move>,
    /// The largest squared error that is accepted.
    most: f64,
    spokes: Vec<Spoke>,
    others: Vec<Spoke>,
    targets: Vec<(u64, u32)>,
}

/// Simplifies a mesh so far that the mean distance of a moved vertex from the planes around it stays within `limit`
/// metres. `check` is called every now and then. Returns the largest of these distances.
///
/// # Errors
/// Those of `check`.
pub fn simplify(
    mesh: &mut GridMesh,
    fixed: &[bool],
    limit: f64,
    mut check: impl FnMut() -> Result<()>,
) -> Result<f64> {
    let mut simplifier = Simplifier::new(mesh, fixed, limit);
    for vertex in 0..simplifier.positions.len() as u32 {
        simplifier.propose(vertex);
    }
    let (mut largest, mut made) = (0.0_f64, 0_u32);
    while let Some(Reverse((error, vertex, target, state))) = simplifier.moves.pop() {
        if simplifier.states[vertex as usize] != state {
            continue;
        }
        if !simplifier.is_possible(vertex, target) {
            simplifier.propose_possible(vertex);
            continue;
        }
        simplifier.make(vertex, target);
        largest = largest.max(f64::from_bits(error));
        made += 1;
        if made.is_multiple_of(MOVES_AT_ONCE) {
            check()?;
        }
    }
    let Surface { faces, markers, .. } = simplifier.surface;
    let left = faces.into_iter().zip(markers).filter(|(face, _)| face[0] != surface::NONE);
    (mesh.faces, mesh.markers) = left.unzip();
    mesh.compact();
    Ok(largest.sqrt())
}

impl<'a> Simplifier<'a> {
    fn new(mesh: &mut GridMesh, fixed: &'a [bool], limit: f64) -> Simplifier<'a> {
        // Near zero, squares keep their digits.
        let low: [i32; 3] = std::array::from_fn(|d| mesh.vertices.iter().map(|v| v[d]).min().unwrap_or(0));
        let metres = |v: &[i32; 3]| std::array::from_fn(|d| f64::from(v[d] - low[d]) / STEPS);
        let positions: Vec<[f64; 3]> = mesh.vertices.iter().map(metres).collect();
        let surface = Surface::new(positions.len(), std::mem::take(&mut mesh.faces), std::mem::take(&mut mesh.markers));
        let mut simplifier = Simplifier {
            quadrics: vec![Quadric::default(); positions.len()],
            states: vec![0; positions.len()],
            surface,
            positions,
            fixed,
            moves: BinaryHeap::new(),
            most: limit * limit,
            spokes: Vec::new(),
            others: Vec::new(),
            targets: Vec::new(),
        };
        simplifier.add_planes();
        simplifier.add_seams();
        simplifier
    }

    /// Gives each vertex the planes of its triangles, by their area.
    fn add_planes(&mut self) {
        for &face in &self.surface.faces {
            let corners = face.map(|v| self.positions[v as usize]);
            let (cross, unit) = normals(corners);
            let area = 0.5 * length(cross);
            if area > 0.0 {
                let plane = Quadric::plane(corners[0], unit, area);
                face.iter().for_each(|&v| self.quadrics[v as usize].add(&plane));
            }
        }
    }

    /// Gives the vertices of lines between markers the planes through them, upright on the triangles.
    fn add_seams(&mut self) {
        for vertex in 0..self.positions.len() as u32 {
            self.surface.spokes(vertex, &mut self.spokes);
            for n in 0..self.spokes.len() {
                let Spoke { face, next, .. } = self.spokes[n];
                if !is_seam(&self.spokes, n, &self.surface) {
                    continue;
                }
                let (from, to) = (self.positions[vertex as usize], self.positions[next as usize]);
                let (_, normal) = normals(self.surface.faces[face as usize].map(|v| self.positions[v as usize]));
                let along: [f64; 3] = std::array::from_fn(|d| to[d] - from[d]);
                let across = [
                    normal[1] * along[2] - normal[2] * along[1],
                    normal[2] * along[0] - normal[0] * along[2],
                    normal[0] * along[1] - normal[1] * along[0],
                ];
                let size = length(across);
                if size > 0.0 {
                    let plane = Quadric::plane(from, across.map(|c| c / size), SEAM_WEIGHT * size * size);
                    self.quadrics[vertex as usize].add(&plane);
                    self.quadrics[next as usize].add(&plane);
                }
            }
        }
    }

    /// Finds the neighbours that a vertex may move to, without a look at the triangles, each with its error.
    fn find_targets(&mut self, vertex: u32) {
        self.targets.clear();
        if self.fixed[vertex as usize] {
            return;
        }
        self.surface.spokes(vertex, &mut self.spokes);
        let is_at_seam = (0..self.spokes.len()).any(|n| is_seam(&self.spokes, n, &self.surface));
        let quadric = &self.quadrics[vertex as usize];
        for n in 0..self.spokes.len() {
            let target = self.spokes[n].next;
            // Along the line in both directions: its other triangle sees the other neighbour.
            if !is_at_seam || is_seam(&self.spokes, n, &self.surface) {
                let error = quadric.at(self.positions[target as usize]);
                if error <= self.most {
                    self.targets.push((error.to_bits(), target));
                }
            }
        }
    }

    /// Puts the best move of a vertex among those that wait.
    fn propose(&mut self, vertex: u32) {
        self.find_targets(vertex);
        if let Some(&(error, target)) = self.targets.iter().min() {
            self.moves.push(Reverse((error, vertex, target, self.states[vertex as usize])));
        }
    }

    /// As [`Simplifier::propose`], but of the moves that can be made now.
    fn propose_possible(&mut self, vertex: u32) {
        self.find_targets(vertex);
        let mut targets = std::mem::take(&mut self.targets);
        targets.sort_unstable();
        if let Some(&(error, target)) = targets.iter().find(|&&(_, target)| self.is_possible(vertex, target)) {
            self.moves.push(Reverse((error, vertex, target, self.states[vertex as usize])));
        }
        self.targets = targets;
    }

    /// Returns whether a vertex can move to a neighbour: no triangle is turned over, and the two have no neighbour in
    /// common but the two beside their edge.
    fn is_possible(&mut self, vertex: u32, target: u32) -> bool {
        self.surface.spokes(vertex, &mut self.spokes);
        let (from, to) = (self.positions[vertex as usize], self.positions[target as usize]);
        for spoke in self.spokes.iter().filter(|spoke| spoke.next != target && spoke.before != target) {
            let [b, c] = [spoke.next, spoke.before].map(|v| self.positions[v as usize]);
            let ((old, _), (new, _)) = (normals([from, b, c]), normals([to, b, c]));
            let (olds, news) = (dot(old, old), dot(new, new));
            let along = dot(old, new);
            if olds > 0.0 && (along <= 0.0 || along * along < MOST_TURN * olds * news) {
                return false;
            }
        }
        self.surface.spokes(target, &mut self.others);
        self.surface.in_common(&self.spokes, &self.others) == 2
    }

    /// Moves a vertex to a neighbour.
    fn make(&mut self, vertex: u32, target: u32) {
        self.surface.spokes(vertex, &mut self.spokes);
        let around: Vec<u32> = self.spokes.iter().map(|spoke| spoke.next).collect();
        self.surface.collapse(vertex, target);
        let moved = self.quadrics[vertex as usize];
        self.quadrics[target as usize].add(&moved);
        self.states[vertex as usize] += 1;
        for neighbour in around {
            self.states[neighbour as usize] += 1;
            self.propose(neighbour);
        }
    }
}

/// Returns whether the edge to the next vertex of a triangle around a vertex lies between different markers.
fn is_seam(spokes: &[Spoke], n: usize, surface: &Surface) -> bool {
    let Spoke { face, next, .. } = spokes[n];
    let other = spokes.iter().find(|other| other.before == next);
    other.is_some_and(|other| surface.markers[other.face as usize] != surface.markers[face as usize])
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn length(v: [f64; 3]) -> f64 {
    dot(v, v).sqrt()
}
