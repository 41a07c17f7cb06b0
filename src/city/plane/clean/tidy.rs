//! Removes small holes and needless vertices from outlines.

use super::Settings;
use super::ring::{GridPoint, Ring, Shape, area2, remove_spikes, rotate_to_smallest};
use super::simplify::simplify_ring;
use crate::Result;

/// Closes small holes and simplifies each ring; points where rings touch stay.
///
/// # Errors
/// [`crate::Error::Cancelled`].
pub(crate) fn tidy(shapes: &mut Vec<Shape>, settings: &Settings) -> Result<()> {
    let limits = settings.limits();
    let mut points: Vec<GridPoint> = shapes.iter().flatten().flatten().copied().collect();
    points.sort_unstable();
    let touching: Vec<GridPoint> = points.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0]).collect();
    for shape in shapes.iter_mut() {
        let is_small_hole = |place: usize, ring: &Ring| place > 0 && -area2(ring) < settings.hole_area2;
        for (place, ring) in shape.iter_mut().enumerate() {
            settings.check()?;
            if !is_small_hole(place, ring) {
                rotate_to_smallest(ring);
                simplify_ring(ring, &limits, |p| touching.binary_search(&p).is_ok());
                remove_spikes(ring);
            }
        }
        if area2(&shape[0]) <= 0 {
            shape.clear();
        }
        // Simplifying may have made a hole small.
        let mut places = 0..;
        shape.retain(|ring| places.next().is_some_and(|place| !is_small_hole(place, ring)));
    }
    shapes.retain(|s| !s.is_empty());
    Ok(())
}
