//! The canonical mesher: triangulates a rectangle of the plane so that overlapping rectangles agree.
//!
//! All points are a function of the input nearby: points on edges ([`pieces`]), points of a lattice ([`field`]), points
//! of refinement ([`refine`]). The triangulation of points is unique ([`triangulation`]). So two rectangles have the
//! same triangles where they overlap, except near their rims.

pub mod certificate;
pub mod field;
pub mod pieces;
pub mod refine;
pub mod regions;
pub mod scale;
pub mod triangulation;

use std::time::{Duration, Instant};

use crate::Result;
use crate::city::plane::geometry::{Point, Rect};
use crate::city::plane::planar::{Planar, Region};
use regions::Regions;
use scale::Scale;
use triangulation::{NONE, Triangulation};

/// A triangulated rectangle of the plane.
#[derive(Debug)]
pub struct PlaneMesh {
    /// The triangles. Where the meshed area is no rectangle, those outside it are there too, but are not refined.
    pub mesh: Triangulation,
    /// The round of refinement that inserted each vertex; 0 for vertices from before the first.
    pub round: Vec<u8>,
    /// The number of rounds of refinement that inserted a point.
    pub rounds: u8,
    /// The durations of the stages.
    pub times: StageTimes,
}

/// The durations of the stages of meshing.
#[derive(Clone, Copy, Debug, Default)]
pub struct StageTimes {
    /// Placing points on edges and in the field.
    pub points: Duration,
    /// Triangulating them.
    pub triangulate: Duration,
    /// Refining.
    pub refine: Duration,
}

/// Triangulates `rect`, clipped to the meshed area. Near the rim of the rectangle, except along the area's border, the
/// triangles differ from those of a larger rectangle.
///
/// # Errors
/// Every error of `check`, which is called now and then; [`crate::Error::Internal`] when the edges are not planar.
pub fn mesh(planar: &Planar, rect: &Rect, scale: &Scale, check: impl Fn() -> Result<()>) -> Result<PlaneMesh> {
    let started = Instant::now();
    let pieces = pieces::pieces_in(planar, &rect.inflated(scale.field_reach), scale);
    check()?;
    let field = field::field_points(planar, rect, &pieces, scale);

    // The ends of pieces, without repetition, then the field.
    let constraints: Vec<pieces::Piece> =
        pieces.into_iter().filter(|p| Rect::around(p.ends[0], p.ends[1]).meets(rect)).collect();
    let mut ends: Vec<(Point, u32)> = constraints.iter().flat_map(|p| p.ends.map(|end| (end, p.edge))).collect();
    ends.sort_unstable_by(|a, b| a.0[0].total_cmp(&b.0[0]).then(a.0[1].total_cmp(&b.0[1])));
    let mut points: Vec<Point> = Vec::with_capacity(ends.len() / 2 + field.len());
    let mut edge_of = Vec::with_capacity(points.capacity());
    for same in ends.chunk_by(|a, b| a.0 == b.0) {
        let at = same[0].0;
        points.push(at);
        let edge = &planar.edges()[same[0].1 as usize];
        edge_of.push(if edge.ends().contains(&at) { NONE } else { same[0].1 });
    }
    let on_edges = points.len();
    let vertex = |end: Point| {
        let found = points[..on_edges].binary_search_by(|p| p[0].total_cmp(&end[0]).then(p[1].total_cmp(&end[1])));
        found.expect("every end is among the points") as u32
    };
    let constraints = constraints.iter().map(|p| (p.ends.map(vertex), p.edge)).collect();
    points.extend(field);
    edge_of.resize(points.len(), NONE);
    let mut times = StageTimes { points: started.elapsed(), ..StageTimes::default() };
    check()?;

    let started = Instant::now();
    let mut mesh = Triangulation::new(points, constraints)?;
    if !planar.is_rectangle() {
        let regions = Regions::new(&mesh, planar, rect);
        mesh.outside = (0..mesh.triangles()).map(|t| regions.of(t) == Some(Region::OUTSIDE)).collect();
    }
    times.triangulate = started.elapsed();

    let started = Instant::now();
    let refined = refine::refine(&mut mesh, &mut edge_of, planar, scale, check)?;
    times.refine = started.elapsed();
    Ok(PlaneMesh { mesh, round: refined.round, rounds: refined.rounds, times })
}

#[cfg(test)]
mod tests;
