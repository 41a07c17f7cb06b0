//! Which rings of a shape are outlines and which are holes. A Shapefile has the rings of all its polygons in one list:
//! outlines run clockwise, holes the other way around.

use crate::Result;
use crate::city::input::footprint::Polygon;
use crate::city::input::footprints::budget::Budget;

type Ring = Vec<[f64; 2]>;

/// Sorts rings into polygons. A hole belongs to the smallest outline around it; one without an outline around it is an
/// outline itself, as many programs write their outlines the wrong way around.
pub(super) fn polygons_of(rings: Vec<Ring>, budget: &Budget<'_>) -> Result<Vec<Polygon>> {
    if rings.len() == 1 {
        return Ok(vec![Polygon { rings }]);
    }
    let (holes, outlines): (Vec<Ring>, Vec<Ring>) = rings.into_iter().partition(|ring| doubled_area(ring) > 0.0);
    let mut polygons: Vec<Polygon> = outlines.into_iter().map(|ring| Polygon { rings: vec![ring] }).collect();
    if polygons.len() == 1 && holes.iter().all(|hole| contains(&polygons[0].rings[0], hole)) {
        polygons[0].rings.extend(holes);
        return Ok(polygons);
    }
    let boxes: Vec<[f64; 4]> = polygons.iter().map(|polygon| box_of(&polygon.rings[0])).collect();
    let mut alone = Vec::new();
    for hole in holes {
        budget.go_on()?;
        let inner = box_of(&hole);
        let holds = |outer: &[f64; 4]| {
            outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3]
        };
        let around = (0..boxes.len()).filter(|&n| holds(&boxes[n]) && contains(&polygons[n].rings[0], &hole));
        let size = |n: &usize| doubled_area(&polygons[*n].rings[0]).abs();
        match around.min_by(|a, b| size(a).total_cmp(&size(b))) {
            Some(n) => polygons[n].rings.push(hole),
            None => alone.push(Polygon { rings: vec![hole] }),
        }
    }
    polygons.extend(alone);
    Ok(polygons)
}

/// Returns twice the area of a ring, above zero where it runs counter-clockwise. Coordinates are taken from the first
/// point, as differences of large products would lose small areas.
fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    let Some(&[x0, y0]) = ring.first() else { return 0.0 };
    ring.windows(2).map(|w| (w[0][0] - x0) * (w[1][1] - y0) - (w[1][0] - x0) * (w[0][1] - y0)).sum()
}

fn box_of(ring: &[[f64; 2]]) -> [f64; 4] {
    ring.iter().fold([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY], |[w, s, e, n], &[x, y]| {
        [w.min(x), s.min(y), e.max(x), n.max(y)]
    })
}

/// Returns whether an outline contains a hole, by the first of its points that is not on the outline.
fn contains(outline: &[[f64; 2]], hole: &[[f64; 2]]) -> bool {
    hole.iter().find_map(|&point| place(outline, point)).unwrap_or(true)
}

/// Returns whether a point is inside a ring; `None` where it is on it.
fn place(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> Option<bool> {
    let mut is_inside = false;
    let mut previous = *ring.last()?;
    for &point in ring {
        let ([ax, ay], [bx, by]) = (previous, point);
        let side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
        let is_between = x >= ax.min(bx) && x <= ax.max(bx) && y >= ay.min(by) && y <= ay.max(by);
        if side == 0.0 && is_between {
            return None;
        }
        if (ay > y) != (by > y) {
            is_inside ^= (side > 0.0) == (by > ay);
        }
        previous = point;
    }
    Some(is_inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::CancelToken;

    fn square(west: f64, south: f64, size: f64, is_clockwise: bool) -> Ring {
        let (e, n) = (west + size, south + size);
        let mut ring = vec![[west, south], [west, n], [e, n], [e, south], [west, south]];
        if !is_clockwise {
            ring.reverse();
        }
        ring
    }

    #[test]
    fn holes_go_to_the_smallest_outline_around_them_and_others_are_outlines() {
        let sorted = |rings: Vec<Ring>| {
            let polygons = polygons_of(rings, &Budget::new(&|_, _| Ok(()), &CancelToken::default())).unwrap();
            polygons.iter().map(|p| p.rings.iter().map(|r| r[0][0]).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        let (outer, hole) = (square(0.0, 0.0, 10.0, true), square(2.0, 2.0, 6.0, false));
        let (island, pond) = (square(3.0, 3.0, 4.0, true), square(4.0, 4.0, 1.0, false));
        assert_eq!(sorted(vec![hole.clone(), outer.clone()]), [[0.0, 2.0]]);
        assert_eq!(sorted(vec![outer.clone(), hole.clone(), island.clone(), pond.clone()]), [[0.0, 2.0], [3.0, 4.0]]);
        // The order does not count, nor does a part elsewhere.
        assert_eq!(
            sorted(vec![pond, square(50.0, 0.0, 1.0, true), island, hole, outer]),
            [vec![50.0], vec![3.0, 4.0], vec![0.0, 2.0]]
        );
        // All the wrong way around.
        assert_eq!(sorted(vec![square(0.0, 0.0, 1.0, false), square(5.0, 0.0, 1.0, false)]), [vec![0.0], vec![5.0]]);
        assert_eq!(sorted(vec![square(0.0, 0.0, 1.0, false)]), [[0.0]]);
        // A hole that touches its outline.
        let touching = square(0.0, 0.0, 3.0, false);
        assert_eq!(sorted(vec![square(0.0, 0.0, 10.0, true), touching]), [[0.0, 0.0]]);
    }
}
