//! The shape of a single triangle: area, angles, degeneracy.

use crate::io::surface::vector::{cross, minus};
use robust::{Coord, orient2d};

use super::report::{AngleReport, Below, PartReport};
use crate::io::surface::part::{NO_MARKER, is_upright};
use crate::io::surface::{Part, Triangle};

/// The angles below which triangles are counted, in degrees.
const ANGLES: [f64; 5] = [25.0, 20.0, 10.0, 5.0, 1.0];
/// The tolerance of comparisons of angles, in degrees, far above the rounding.
const ANGLE_TOLERANCE: f64 = 1e-6;
/// A compensated sum (Neumaier 1974): the order of its terms affects only the last few bits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() { (self.sum - sum) + term } else { (term - sum) + self.sum };
        self.sum = sum;
    }

    pub fn value(&self) -> f64 {
        self.sum + self.lost
    }
}

/// The smallest angles of a class of triangles, as tangents, which saves an arc tangent per triangle.
struct Angles {
    thresholds: [f64; 6],
    below: [u64; 6],
    triangles: u64,
    smallest: f64,
    /// The vertex and the part of the smallest.
    at: Option<([f64; 2], Part)>,
}

impl Angles {
    fn new(min_angle: f64) -> Angles {
        let [a, b, c, d, e] = ANGLES;
        let thresholds = [a, b, c, d, e, min_angle].map(|angle| (angle - ANGLE_TOLERANCE).to_radians().tan());
        Angles { thresholds, below: [0; 6], triangles: 0, smallest: f64::INFINITY, at: None }
    }

    fn add(&mut self, triangle: &Triangle, part: Part) {
        let [a, b, c] = *triangle;
        let mut squares = [(a, b), (b, c), (c, a)].map(|(p, q)| square(minus(p, q)));
        squares.sort_by(f64::total_cmp);
        let [short, middle, long] = squares;
        // The law of cosines for the smallest angle, which is between the two longer sides.
        let dot = (middle + long - short) / 2.0;
        let cross = square(cross(minus(b, a), minus(c, a))).sqrt();
        let tangent = if cross > 0.0 { cross / dot } else { 0.0 };
        self.triangles += 1;
        if tangent < self.smallest {
            self.smallest = tangent;
            // The smallest angle is opposite the shortest side.
            let sides = [(b, c, a), (c, a, b), (a, b, c)].map(|(p, q, opposite)| (square(minus(p, q)), opposite));
            let shortest = sides.into_iter().min_by(|one, other| one.0.total_cmp(&other.0));
            self.at = shortest.map(|(_, [x, y, _])| ([x, y], part));
        }
        for (count, threshold) in self.below.iter_mut().zip(self.thresholds) {
            *count += u64::from(tangent < threshold);
        }
    }

    fn report(&self) -> AngleReport {
        let share = |triangles: u64| if self.triangles == 0 { 0.0 } else { triangles as f64 / self.triangles as f64 };
        let below = ANGLES.iter().zip(self.below);
        let below = below.map(|(&degrees, triangles)| Below { degrees, triangles, share: share(triangles) });
        AngleReport {
            triangles: self.triangles,
            smallest: (self.triangles > 0).then(|| self.smallest.atan().to_degrees()),
            smallest_at: self.at.map(|(at, _)| at),
            smallest_in: self.at.map(|(_, part)| part),
            below: below.collect(),
            below_min_angle: self.below[5],
        }
    }
}

/// Sums over the shapes of a surface's triangles.
pub struct Shapes {
    buildings: u32,
    /// Per [`Part`]: number of triangles, area, signed area in plan.
    parts: [(u64, Sum, Sum); 5],
    plan: Angles,
    walls: Angles,
    longest_edge: f64,
    pub triangles: u64,
    pub non_finite: u64,
    pub degenerate: u64,
    pub facing_down: u64,
    pub tilted_walls: u64,
    /// Triangles with a marker that has no meaning. The smallest and the largest such marker follow.
    pub strange: u64,
    pub strange_range: Option<[i32; 2]>,
    /// The area of all triangles in plan; those that face down count negative.
    covered: Sum,
}

impl Shapes {
    pub fn new(min_angle: f64, buildings: u32) -> Shapes {
        Shapes {
            buildings,
            parts: Default::default(),
            plan: Angles::new(min_angle),
            walls: Angles::new(min_angle),
            longest_edge: 0.0,
            triangles: 0,
            non_finite: 0,
            degenerate: 0,
            facing_down: 0,
            tilted_walls: 0,
            strange: 0,
            strange_range: None,
            covered: Sum::default(),
        }
    }

    pub fn add(&mut self, triangle: &Triangle, marker: i32) {
        self.triangles += 1;
        let part = Part::of(marker, self.buildings);
        let (count, area, plan_area) = &mut self.parts[part as usize];
        *count += 1;
        if part == Part::Unknown && marker != NO_MARKER {
            self.strange += 1;
            let [low, high] = self.strange_range.unwrap_or([marker; 2]);
            self.strange_range = Some([low.min(marker), high.max(marker)]);
        }
        if !triangle.as_flattened().iter().all(|c| c.is_finite()) {
            self.non_finite += 1;
            return;
        }
        let [a, b, c] = *triangle;
        let normal = cross(minus(b, a), minus(c, a));
        let twice = square(normal).sqrt();
        area.add(twice / 2.0);
        let longest = square(minus(b, a)).max(square(minus(c, b))).max(square(minus(a, c)));
        self.longest_edge = self.longest_edge.max(longest);
        if twice <= 1e-9 * longest && is_degenerate(triangle) {
            self.degenerate += 1;
            return;
        }
        let vertical = is_upright(normal);
        self.covered.add(normal[2] / 2.0);
        if part != Part::Wall {
            plan_area.add(normal[2] / 2.0);
        }
        let is_wall = part == Part::Wall || (part == Part::Unknown && vertical);
        self.facing_down += u64::from(normal[2] < 0.0 && !(is_wall && vertical));
        if is_wall {
            self.tilted_walls += u64::from(!vertical);
            self.walls.add(triangle, part);
        } else {
            self.plan.add(&triangle.map(|[x, y, _]| [x, y, 0.0]), part);
        }
    }

    pub fn plan_area(&self) -> f64 {
        let mut all = Sum::default();
        self.parts.iter().for_each(|(_, _, plan)| all.add(plan.value()));
        all.value()
    }

    pub fn covered_area(&self) -> f64 {
        self.covered.value()
    }

    pub fn longest_edge(&self) -> f64 {
        self.longest_edge.sqrt()
    }

    pub fn parts(&self) -> Vec<PartReport> {
        let parts = Part::ALL.into_iter().zip(&self.parts);
        let report = |(part, (triangles, area, plan)): (Part, &(u64, Sum, Sum))| PartReport {
            part,
            triangles: *triangles,
            area: area.value(),
            plan_area: plan.value(),
        };
        parts.map(report).collect()
    }

    /// Returns the angles of ground and roofs, seen from above, and the angles of walls.
    pub fn angles(&self) -> (AngleReport, AngleReport) {
        (self.plan.report(), self.walls.report())
    }
}

/// Returns whether the corners lie on one line. Exact: it tests the projections along all axes.
fn is_degenerate(triangle: &Triangle) -> bool {
    [(0, 1), (1, 2), (2, 0)].iter().all(|&(i, j)| {
        let [a, b, c] = triangle.map(|corner| Coord { x: corner[i], y: corner[j] });
        orient2d(a, b, c) == 0.0
    })
}

fn square(a: [f64; 3]) -> f64 {
    a[0] * a[0] + a[1] * a[1] + a[2] * a[2]
}
