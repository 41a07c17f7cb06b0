//! The part of the meshed area that lies in polygons, such as the outline of a district.

use super::on_grid::repair;
use super::overlay::{Collinear, intersection};
use super::planarity::check_polygons;
use super::ring::{GridPoint, LIMIT, Ring, Shape, area2, cut_long_edges, remove_spikes, shape_area2};
use super::{LONGEST_EDGE, Settings};
use crate::Result;
use crate::city::input::footprint::Polygon;
use crate::city::plane::area::Area;
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::parameters::Parameters;
use crate::job::Context;

/// Returns the part of an area that lies in polygons, as an area of the same domain; `None` where nothing of it does,
/// or where nothing valid can be made of the polygons. Parts smaller than `smallest` square metres are left out. The
/// result does not depend on the order of the polygons.
///
/// # Errors
/// [`crate::Error::MemoryLimit`] where the polygons cross each other too often; [`crate::Error::Cancelled`].
pub fn cut_out(
    polygons: &[Polygon],
    area: &Area,
    smallest: f64,
    parameters: &Parameters,
    context: &Context,
) -> Result<Option<Area>> {
    let settings = Settings::new(parameters, context);
    let mut on_grid: Vec<Shape> = polygons.iter().map(|polygon| to_grid(polygon, area.domain())).collect();
    on_grid.retain(|shape| shape.first().is_some_and(|outer| !outer.is_empty()));
    on_grid.sort_unstable();
    let Some(united) = repair(&on_grid, &settings)? else { return Ok(None) };
    let sides: Vec<Ring> = area.rings().to_vec();
    let mut inside = intersection(united.iter().flatten(), sides.iter(), Collinear::Drop);
    if !is_valid(&inside) {
        let Some(again) = repair(&inside, &settings)? else { return Ok(None) };
        inside = again;
    }
    let smallest2 = (2.0 * smallest / (GRID * GRID)) as i128;
    inside.retain(|shape| shape_area2(shape) > smallest2);
    let rings = |shapes: &[Shape]| shapes.iter().flatten().cloned().collect::<Vec<Ring>>();
    let whole = Area::within(*area.domain(), rings(&inside));
    if inside.is_empty() || whole.is_rectangle() {
        return Ok((!inside.is_empty()).then_some(whole));
    }
    inside.iter_mut().flatten().for_each(|ring| cut_long_edges(ring, LONGEST_EDGE));
    // Cutting rounds new corners to the grid, which may make sides cross that all but touch.
    Ok(is_valid(&inside).then(|| Area::within(*area.domain(), rings(&inside))))
}

fn is_valid(shapes: &[Shape]) -> bool {
    let polygons: Vec<&[Ring]> = shapes.iter().map(Vec::as_slice).collect();
    check_polygons(&polygons, None, None).is_ok()
}

/// Rounds a polygon to the grid; its outer ring goes counter-clockwise, its holes clockwise.
fn to_grid(polygon: &Polygon, domain: &Domain) -> Shape {
    let far = f64::from(LIMIT);
    let point = |p: &[f64; 2]| -> GridPoint {
        // What lies far beyond the domain need only lie far beyond it.
        [0, 1].map(|d| ((p[d] - domain.origin[d] as f64) / GRID).round().clamp(-far, far) as i32)
    };
    let ring = |(place, ring): (usize, &Vec<[f64; 2]>)| {
        let finite = ring.iter().filter(|p| p.iter().all(|v| v.is_finite()));
        let mut ring: Ring = finite.map(point).collect();
        remove_spikes(&mut ring);
        if (area2(&ring) < 0) == (place == 0) {
            ring.reverse();
        }
        ring
    };
    let mut shape: Shape = polygon.rings.iter().enumerate().map(ring).collect();
    let is_outer = shape.first().is_some_and(|outer| !outer.is_empty());
    shape.retain(|ring| !ring.is_empty());
    if is_outer { shape } else { Shape::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{Pool, RunOptions};

    fn area_of(polygons: &[&[[f64; 2]]]) -> Option<f64> {
        let polygons: Vec<Polygon> = polygons.iter().map(|ring| Polygon { rings: vec![ring.to_vec()] }).collect();
        let domain = Domain::new([0.0, 0.0, 200.0, 100.0]).unwrap();
        let pool = Pool::new(&RunOptions::default()).unwrap();
        let cut = cut_out(&polygons, &domain.into(), 10.0, &Parameters::DEFAULT, pool.context()).unwrap();
        cut.map(|area| area.square_metres())
    }

    #[test]
    fn polygons_are_united_and_cut_to_the_area() {
        assert_eq!(area_of(&[&[[10.0, 10.0], [110.0, 10.0], [10.0, 90.0]]]), Some(4000.0));
        let two: [&[[f64; 2]]; 2] = [
            &[[-50.0, -50.0], [50.0, -50.0], [50.0, 50.0], [-50.0, 50.0]],
            &[[40.0, 10.0], [100.0, 10.0], [100.0, 20.0], [40.0, 20.0], [40.0, 10.0]],
        ];
        assert_eq!(area_of(&two), Some(3000.0));
        assert_eq!(area_of(&[two[1], two[0]]), Some(3000.0));
        // A bow tie, all of it, nothing of it, and a sliver.
        let bow_tie = area_of(&[&[[0.0, 0.0], [100.0, 100.0], [100.0, 0.0], [0.0, 100.0]]]).unwrap();
        assert!((bow_tie - 5000.0).abs() < 0.2, "{bow_tie}");
        assert_eq!(area_of(&[&[[-1e7, -1e7], [1e9, -1e7], [1e9, 1e9], [-1e7, 1e9]]]), Some(20_000.0));
        assert_eq!(area_of(&[&[[300.0, 0.0], [400.0, 0.0], [400.0, 50.0]]]), None);
        assert_eq!(area_of(&[&[[10.0, 10.0], [11.0, 10.0], [11.0, 11.0]]]), None);
        assert_eq!(area_of(&[&[[10.0, 10.0], [f64::NAN, 10.0]]]), None);
        assert_eq!(area_of(&[]), None);
    }
}
