//! Outlines without small holes and needless points.

use super::Settings;
use super::ring::{GridPoint, Shape, area2, remove_spikes, rotate_to_smallest};
use super::simplify::{Limits, simplify_ring};

/// Closes small holes and simplifies each ring; points where rings touch stay.
pub(crate) fn tidy(shapes: &mut Vec<Shape>, settings: &Settings) -> Option<()> {
    let limits = Limits::of_detail(settings.detail);
    let mut points: Vec<GridPoint> = shapes.iter().flatten().flatten().copied().collect();
    points.sort_unstable();
    let touching: Vec<GridPoint> = points.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0]).collect();
    for shape in shapes.iter_mut() {
        let mut outer = true;
        for ring in shape.iter_mut() {
            settings.go_on()?;
            if outer || -area2(ring) >= settings.hole_area2 {
                rotate_to_smallest(ring);
                simplify_ring(ring, &limits, |p| touching.binary_search(&p).is_ok());
                remove_spikes(ring);
            }
            outer = false;
        }
        if area2(&shape[0]) <= 0 {
            shape.clear();
        }
        // The first ring is the outline, which stays.
        let mut is_hole = false;
        shape.retain(|ring| !std::mem::replace(&mut is_hole, true) || -area2(ring) >= settings.hole_area2);
    }
    shapes.retain(|s| !s.is_empty());
    Some(())
}
