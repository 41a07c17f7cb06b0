//! Fewer triangles for nearly the same surface: vertices are moved onto neighbours, sweep by sweep.
//!
//! What a move costs is told by quadrics. The first sweep makes the moves that change next to nothing, which are most,
//! on walls and roofs; the next ones make all that are within the limit, until none is left. So no move waits, and none
//! has to be put in order. A vertex whose triangles have different markers moves along the line between them only, so
//! that ground, walls and roofs of each building stay what they are. A move that would turn a triangle over, or join
//! what is apart, is not made; so a surface stays one. Fixed vertices stay. The result has no new vertex, and depends
//! on nothing but the mesh: only sums, products, quotients and square roots are computed.

mod quadric;
mod surface;

use crate::io::surface::vector::{cross, dot, minus};

use self::quadric::Quadric;
use self::surface::{Spoke, Surface};
use super::mesh::{GridMesh, STEPS};
use crate::Result;
use crate::io::surface::corners::normals;

/// The cosine of the angle by which a move may turn a triangle, squared: 75 degrees.
const MOST_TURN: f64 = 0.0625;
/// The squared sine of the angle up to which a wall leans. What leans less may not come to lean more: its foot and its
/// top go together or not at all.
const MOST_LEAN: f64 = 0.1;
/// The squared error, in square metres, of the moves of the first sweep: that of two steps of the grid.
const NEXT_TO_NOTHING: f32 = (2.0 / STEPS * 2.0 / STEPS) as f32;
/// The share of the largest squared error that the moves of the second sweep have at most. Without that sweep, single
/// points come to be twice as far off as with all moves in order.
const CHEAP: f32 = 0.1;
/// How many vertices are looked at between two looks at a cancellation.
const VERTICES_AT_ONCE: u32 = 4096;

/// How far vertices may be moved.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest mean distance of a moved vertex from the planes around it, in metres.
    pub distance: f64,
    /// How much the lines between markers weigh beside the triangles at them. A line may move by more than the distance
    /// where this is less than 1.
    pub seam_weight: f64,
}

/// A vertex.
#[derive(Clone, Copy, Default)]
struct Vertex {
    quadric: Quadric,
    is_fixed: bool,
    /// Whether triangles around it have different markers. It cannot become so.
    is_at_seam: bool,
    /// The squared error of the best move that it had when it was looked at, infinite where none could be made; zero
    /// where something around it has changed since.
    least: f32,
}

struct Simplifier {
    surface: Surface,
    /// Positions in metres. Single precision holds all steps of the grid within 65 km, so that they are exact, and
    /// those of a tile stay in the cache.
    positions: Vec<[f32; 3]>,
    vertices: Vec<Vertex>,
    /// The triangles around the vertex that is looked at, and around the one that it may move to.
    spokes: Vec<Spoke>,
    others: Vec<Spoke>,
    targets: Vec<(u32, u32)>,
}

/// Simplifies a mesh as far as the limits allow. `check` is called every now and then.
///
/// # Errors
/// Those of `check`.
pub fn simplify(
    mesh: &mut GridMesh,
    fixed: &[bool],
    limits: &Limits,
    mut check: impl FnMut() -> Result<()>,
) -> Result<()> {
    let mut simplifier = Simplifier::new(mesh, fixed, limits);
    let most = (limits.distance * limits.distance) as f32;
    simplifier.sweep(NEXT_TO_NOTHING, &mut check)?;
    simplifier.sweep(CHEAP * most, &mut check)?;
    while simplifier.sweep(most, &mut check)? > 0 {}
    (mesh.faces, mesh.markers) = simplifier.surface.left().unzip();
    mesh.compact();
    Ok(())
}

impl Simplifier {
    fn new(mesh: &mut GridMesh, fixed: &[bool], limits: &Limits) -> Simplifier {
        // Near zero, squares keep their digits.
        let low: [i32; 3] = std::array::from_fn(|d| mesh.vertices.iter().map(|v| v[d]).min().unwrap_or(0));
        let metres = |v: &[i32; 3]| std::array::from_fn(|d| ((v[d] - low[d]) as f32) / STEPS as f32);
        let vertex = |&is_fixed: &bool| Vertex { is_fixed, ..Vertex::default() };
        let (faces, markers) = (std::mem::take(&mut mesh.faces), std::mem::take(&mut mesh.markers));
        let mut simplifier = Simplifier {
            surface: Surface::new(fixed.len(), &faces, &markers),
            positions: mesh.vertices.iter().map(metres).collect(),
            vertices: fixed.iter().map(vertex).collect(),
            spokes: Vec::new(),
            others: Vec::new(),
            targets: Vec::new(),
        };
        simplifier.add_planes(&faces);
        simplifier.add_seams(limits.seam_weight);
        simplifier
    }

    fn position(&self, vertex: u32) -> [f64; 3] {
        self.positions[vertex as usize].map(f64::from)
    }

    /// Gives each vertex the planes of its triangles, by their area.
    fn add_planes(&mut self, faces: &[[u32; 3]]) {
        for face in faces {
            let [a, b, c] = face.map(|v| self.position(v));
            let normal = cross(minus(b, a), minus(c, a));
            let area = 0.5 * dot(normal, normal).sqrt();
            if area > 0.0 {
                let plane = Quadric::plane(a, normal, area);
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
                let (_, normal) = normals(self.surface.face(face).map(|v| self.position(v)));
                let across = cross(normal, minus(to, from));
                let squared = dot(across, across);
                if squared > 0.0 {
                    // As much as triangles that are as wide as the line is long.
                    let plane = Quadric::plane(from, across, weight * squared);
                    self.vertices[vertex as usize].quadric.add(&plane);
                    self.vertices[next as usize].quadric.add(&plane);
                }
            }
        }
    }

    /// Moves each vertex that has a move of at most so large a squared error, the best one that can be made. Returns
    /// how many were moved.
    fn sweep(&mut self, most: f32, check: &mut impl FnMut() -> Result<()>) -> Result<usize> {
        let mut moved = 0;
        for vertex in 0..self.vertices.len() as u32 {
            if vertex.is_multiple_of(VERTICES_AT_ONCE) {
                check()?;
            }
            let Vertex { is_fixed, least, .. } = self.vertices[vertex as usize];
            if is_fixed || least > most {
                continue;
            }
            let least = self.find_targets(vertex, most);
            let mut targets = std::mem::take(&mut self.targets);
            targets.sort_unstable();
            if let Some(&(_, target)) = targets.iter().find(|&&(_, target)| self.is_possible(vertex, target)) {
                self.make(vertex, target);
                moved += 1;
            }
            self.vertices[vertex as usize].least = least;
            self.targets = targets;
        }
        Ok(moved)
    }

    /// Finds the neighbours that a vertex may move to by at most so large a squared error, without a look at the
    /// triangles, each with its error: the bits of a number that is not negative have the number's order. Returns the
    /// least of the larger errors.
    fn find_targets(&mut self, vertex: u32, most: f32) -> f32 {
        self.targets.clear();
        self.surface.spokes(vertex, &mut self.spokes);
        let Vertex { is_at_seam, quadric, .. } = &self.vertices[vertex as usize];
        // Along a line between markers alone, where the vertex is still at one.
        let seams = if *is_at_seam { seams_of(&self.spokes) } else { 0 };
        let mut least = f32::INFINITY;
        for (n, spoke) in self.spokes.iter().enumerate() {
            if seams == 0 || is_in(seams, n) {
                let error = quadric.at(self.position(spoke.next)) as f32;
                if error <= most {
                    self.targets.push((error.to_bits(), spoke.next));
                } else {
                    least = least.min(error);
                }
            }
        }
        least
    }

    /// Returns whether a vertex, whose triangles were listed, can move to a neighbour: no triangle is turned over, and
    /// the two have no neighbour in common but the two beside their edge.
    fn is_possible(&mut self, vertex: u32, target: u32) -> bool {
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
        self.surface.collapse(vertex, target);
        let moved = self.vertices[vertex as usize].quadric;
        self.vertices[target as usize].quadric.add(&moved);
        for spoke in &self.spokes {
            self.vertices[spoke.next as usize].least = 0.0;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::output::levels::borders::fixed;
    use crate::city::output::levels::measure::farthest;

    /// A square of `side` x `side` points 1 m apart, of which those within have a height and the triangles a marker.
    fn field(side: i32, height: impl Fn(i32, i32) -> f64, marker: impl Fn(i32, i32) -> i32) -> GridMesh {
        let mut mesh = GridMesh::default();
        for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
            let z = (height(x, y) * STEPS).round() as i32;
            mesh.vertices.push([x * STEPS as i32, y * STEPS as i32, z]);
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
        simplify(&mut mesh, &stay, &limits(0.25), || Ok(())).unwrap();
        // 80 vertices on the border, and the four corners of the square within.
        assert_eq!(mesh.vertices.len(), 84);
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
            simplify(&mut mesh, &fixed(&fine), &limits(limit), || Ok(())).unwrap();
            // The limit is of means; in cities, single points are five times as far off.
            let off = farthest(&fine.vertices, &mesh, limit);
            assert!(off <= 5.0 * limit, "{off} m, {limit} m");
            assert_eq!(area_of(&mesh, -2), area_of(&fine, -2));
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
