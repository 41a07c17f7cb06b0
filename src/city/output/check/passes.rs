//! The passes over a surface that a check makes, one after the other.

use super::edges::OddEdges;
use super::keys::{Corners, Direction};
use super::shape::Shapes;
use super::tally::{Room, Tally, Uses};
use super::walk::walk;
use super::{CheckOptions, CheckReport, EdgeReport, JunctionReport, MarkerReport, Plan, expected_vertices_and_edges};
use crate::Result;
use crate::io::surface::part::MarkersSeen;
use crate::io::surface::{Triangle, TriangleSource};
use crate::job::Context;

/// A surface that is walked again and again, and the job that may stop a walk.
pub(super) struct Passes<'a> {
    pub source: &'a dyn TriangleSource,
    pub context: &'a Context,
}

impl Passes<'_> {
    /// Makes all passes and puts together what they found.
    pub fn run(&self, options: &CheckOptions, plan: &Plan) -> Result<CheckReport> {
        let (extent, seen) = self.find_extent_and_markers()?;
        let bounds = options.bounds.or(extent).unwrap_or([0.0; 4]);
        let markers = MarkerReport::new(&seen, options.buildings, self.source.buildings())?;
        let shapes = self.measure_shapes(Shapes::new(options.min_angle, markers.buildings))?;
        let (expected_vertices, expected_edges) = expected_vertices_and_edges(shapes.triangles);
        let mut tally = Tally::new(plan.slots)?;
        let duplicate_faces = self.count_duplicate_faces(&mut tally, shapes.triangles)?;
        let vertices = self.count_vertices(&mut tally, expected_vertices)?;
        let mut odd = OddEdges::new(bounds, options.area.as_ref(), plan.open_edges);
        let edges = self.count_edges(&mut tally, expected_edges, Tally::new(plan.singled_out)?, &mut odd)?;

        let (plan_angles, wall_angles) = shapes.angles();
        let mut report = CheckReport {
            bounds,
            buildings: markers.buildings,
            markers: MarkerReport { strange: shapes.strange, strange_range: shapes.strange_range, ..markers },
            holes: options.holes,
            min_angle: options.min_angle,
            triangles: shapes.triangles,
            vertices,
            edges,
            non_finite_faces: shapes.non_finite,
            degenerate_faces: shapes.degenerate,
            duplicate_faces,
            open_border_edges: EdgeReport::default(),
            open_inner_edges: EdgeReport::default(),
            crowded_edges: EdgeReport::default(),
            corner_contacts: EdgeReport::default(),
            direction_faults: EdgeReport::default(),
            t_junctions: JunctionReport::default(),
            parts: shapes.parts(),
            buildings_are_apart: self.source.buildings_are_apart(),
            buildings_in_parts: self.source.buildings_in_parts(),
            facing_down: shapes.facing_down,
            tilted_walls: shapes.tilted_walls,
            domain_area: match &options.area {
                Some(area) => area.square_metres(),
                None => (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]),
            },
            plan_area: shapes.plan_area(),
            covered_area: shapes.covered_area(),
            longest_edge: shapes.longest_edge(),
            plan_angles,
            wall_angles,
        };
        odd.add_to(&mut report)?;
        Ok(report)
    }

    /// The box around all finite corners, `None` without one, and what the markers tell of buildings.
    fn find_extent_and_markers(&self) -> Result<(Option<[f64; 4]>, MarkersSeen)> {
        let mut extent = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let mut seen = MarkersSeen::default();
        self.walk(&mut |triangle, marker| {
            seen.add(triangle, marker);
            for [x, y, _] in triangle.iter().filter(|corner| corner.iter().all(|c| c.is_finite())) {
                extent = [extent[0].min(*x), extent[1].min(*y), extent[2].max(*x), extent[3].max(*y)];
            }
        })?;
        Ok((extent[0].is_finite().then_some(extent), seen))
    }

    fn measure_shapes(&self, mut shapes: Shapes) -> Result<Shapes> {
        self.walk(&mut |triangle, marker| shapes.add(triangle, marker))?;
        Ok(shapes)
    }

    fn count_duplicate_faces(&self, tally: &mut Tally, expected: u64) -> Result<u64> {
        let mut duplicates = 0;
        tally.count(
            expected,
            |add| self.walk_corners(&mut |corners| add(corners.face(), Direction::Forward)),
            |tally| {
                duplicates += tally.repeated();
                Ok(Room::Enough)
            },
        )?;
        Ok(duplicates)
    }

    fn count_vertices(&self, tally: &mut Tally, expected: u64) -> Result<u64> {
        let mut vertices = 0;
        tally.count(
            expected,
            |add| {
                self.walk_corners(&mut |corners| {
                    corners.vertices().iter().for_each(|&key| add(key, Direction::Forward));
                })
            },
            |tally| {
                vertices += tally.keys();
                Ok(Room::Enough)
            },
        )?;
        Ok(vertices)
    }

    /// Counts the edges, and gives those to `odd` that are not used once in each direction. Their keys gather in
    /// `singled_out`; whenever it is full, and at the end, one walk finds their corners.
    fn count_edges(&self, tally: &mut Tally, expected: u64, mut singled_out: Tally, odd: &mut OddEdges) -> Result<u64> {
        let mut edges = 0;
        tally.count(
            expected,
            |add| {
                self.walk_corners(&mut |corners| {
                    corners.edges().iter().for_each(|&(key, direction)| add(key, direction))
                })
            },
            |tally| {
                let odd_ones = || tally.iter().filter(|(_, uses)| *uses != Uses::ONE_EACH);
                let more = odd_ones().count();
                if more > singled_out.capacity() {
                    return Ok(Room::TooLittle);
                }
                if singled_out.keys() as usize + more > singled_out.capacity() {
                    self.find_corners(&mut singled_out, odd)?;
                }
                odd_ones().for_each(|(key, uses)| singled_out.insert(key, uses));
                edges += tally.keys();
                Ok(Room::Enough)
            },
        )?;
        if singled_out.keys() > 0 {
            self.find_corners(&mut singled_out, odd)?;
        }
        Ok(edges)
    }

    /// Gives each edge that was singled out to `odd`, with its corners, and empties the table.
    fn find_corners(&self, singled_out: &mut Tally, odd: &mut OddEdges) -> Result<()> {
        self.walk(&mut |triangle, _| {
            let Some(corners) = Corners::of(triangle) else { return };
            for (i, (key, _)) in corners.edges().into_iter().enumerate() {
                if let Some(uses) = singled_out.take(key) {
                    odd.add(triangle[i], triangle[(i + 1) % 3], uses);
                }
            }
        })?;
        singled_out.clear();
        Ok(())
    }

    /// Walks the triangles that have three different corners.
    fn walk_corners(&self, each: &mut dyn FnMut(&Corners)) -> Result<()> {
        self.walk(&mut |triangle, _| {
            if let Some(corners) = Corners::of(triangle) {
                each(&corners);
            }
        })
    }

    fn walk(&self, each: &mut dyn FnMut(&Triangle, i32)) -> Result<()> {
        walk(self.source, self.context, each)
    }
}
