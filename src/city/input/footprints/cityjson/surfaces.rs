//! The outline of surfaces in space, and the height of roofs.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::float::simplify::SimplifyShape;

use super::object::Geometry;
use crate::city::input::footprint::Polygon;

type Ring = Vec<[f64; 2]>;

/// Part of a plan area that does not count: walls that are not quite upright.
const UPRIGHT: f64 = 1e-6;

/// The shape of an object as far as footprints need it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Shape {
    /// The surfaces that the object stands on, seen from above: outlines counter-clockwise, holes clockwise.
    pub grounds: Vec<Vec<Ring>>,
    /// The same from a footprint or a roof's outline in level of detail 0, which counts where nothing else is there.
    pub flat: Vec<Vec<Ring>>,
    /// The plan area of the roofs, and that area times their height.
    pub roofs: [f64; 2],
}

/// A surface with its area seen from above, positive where its front is up, and that area times its height.
struct Seen {
    rings: Vec<Ring>,
    area: f64,
    moment: f64,
}

/// Finds the shape of an object. Of its geometries the most detailed one with ground surfaces counts, else the most
/// detailed body, else the flat one.
///
/// # Errors
/// A vertex that is not there.
pub(super) fn shape_of(geometries: &[Geometry], vertices: &[[f64; 3]]) -> Result<Shape, String> {
    let mut shape = Shape::default();
    let is_surface = |geometry: &&Geometry| geometry.r#type.ends_with("Surface") || geometry.r#type.ends_with("Solid");
    let best = |is_wanted: &dyn Fn(&Geometry) -> bool| {
        let wanted = geometries.iter().filter(is_surface).filter(|geometry| is_wanted(geometry));
        wanted.max_by(|a, b| a.lod().total_cmp(&b.lod()))
    };
    let has_kind = |geometry: &Geometry, kind: &str| {
        (0..geometry.boundaries.len()).any(|surface| geometry.kind(surface) == Some(kind))
    };
    if let Some(geometry) = best(&|geometry| geometry.lod() >= 1.0 && has_kind(geometry, "GroundSurface")) {
        for n in 0..geometry.boundaries.len() {
            match geometry.kind(n) {
                Some("GroundSurface") => shape.grounds.extend(outline(seen(geometry, n, vertices)?)),
                Some("RoofSurface") => shape.add_roof(&seen(geometry, n, vertices)?, 1.0),
                _ => {}
            }
        }
    } else if let Some(geometry) = best(&|geometry| geometry.lod() >= 1.0) {
        let all: Vec<Seen> =
            (0..geometry.boundaries.len()).map(|n| seen(geometry, n, vertices)).collect::<Result<_, _>>()?;
        // The volume of a closed body whose surfaces have their fronts outside is above zero.
        let volume: f64 = all.iter().map(|surface| surface.moment).sum();
        let outside = if volume < 0.0 { -1.0 } else { 1.0 };
        for surface in all.into_iter().filter(|surface| surface.area * outside > UPRIGHT) {
            shape.add_roof(&surface, outside);
            shape.grounds.extend(outline(surface));
        }
    }
    let flat = best(&|geometry| geometry.lod() < 1.0).filter(|_| shape.grounds.is_empty());
    if let Some(geometry) = flat {
        for n in 0..geometry.boundaries.len() {
            shape.flat.extend(outline(seen(geometry, n, vertices)?));
        }
    }
    Ok(shape)
}

impl Shape {
    fn add_roof(&mut self, surface: &Seen, outside: f64) {
        self.roofs[0] += surface.area * outside;
        self.roofs[1] += surface.moment * outside;
    }
}

fn seen(geometry: &Geometry, surface: usize, vertices: &[[f64; 3]]) -> Result<Seen, String> {
    let mut seen = Seen { rings: Vec::new(), area: 0.0, moment: 0.0 };
    for ring in geometry.boundaries.surface(surface) {
        let vertex = |n: u32| {
            let vertex = vertices.get(n as usize).copied();
            vertex.ok_or_else(|| format!("vertex {n} of {}", vertices.len()))
        };
        let points: Vec<[f64; 3]> = ring.iter().map(|n| vertex(*n)).collect::<Result<_, _>>()?;
        // Triangles around the first point: the sum of their areas is the ring's.
        if let [[x, y, z], rest @ ..] = &points[..] {
            for pair in rest.windows(2) {
                let [[ax, ay, az], [bx, by, bz]] = [pair[0], pair[1]];
                let area = 0.5 * ((ax - x) * (by - y) - (bx - x) * (ay - y));
                seen.area += area;
                seen.moment += area * (z + az + bz) / 3.0;
            }
        }
        if points.len() >= 3 {
            seen.rings.push(points.iter().map(|[x, y, _]| [*x, *y]).collect());
        }
    }
    Ok(seen)
}

/// Returns a surface seen from above; `None` for an upright one.
fn outline(surface: Seen) -> Option<Vec<Ring>> {
    if surface.area.abs() <= UPRIGHT || surface.rings.is_empty() {
        return None;
    }
    let mut rings = surface.rings;
    for (n, ring) in rings.iter_mut().enumerate() {
        let is_counter_clockwise = doubled_area(ring) > 0.0;
        if is_counter_clockwise != (n == 0) {
            ring.reverse();
        }
    }
    Some(rings)
}

fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    let [x0, y0] = ring[0];
    ring.windows(2).map(|w| (w[0][0] - x0) * (w[1][1] - y0) - (w[1][0] - x0) * (w[0][1] - y0)).sum()
}

/// Returns the union of surfaces seen from above. A single one stays as it is.
pub(super) fn union(mut surfaces: Vec<Vec<Ring>>) -> Vec<Polygon> {
    if surfaces.len() > 1 {
        surfaces = surfaces.simplify_shape(FillRule::NonZero);
    }
    surfaces.into_iter().map(|rings| Polygon { rings }).collect()
}
