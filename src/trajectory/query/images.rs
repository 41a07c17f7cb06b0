//! Queries in a periodic volume.
//!
//! The images of a position are the position plus whole extents of the volume. Those within a radius of a point are the
//! positions within the radius of the point less the same extents, so a search is one search for each shifted point.

use crate::trajectory::grid::BoundingBox;
use crate::trajectory::periodic::{Image, PeriodicVolume};
use crate::trajectory::table::Ball;
use crate::{Error, Result};

/// The greatest number of extents by which an image can be shifted along an axis.
const MOST: i32 = 127;

impl PeriodicVolume {
    /// Returns the point around which to search for positions whose image is near `centre`.
    fn shifted(&self, centre: [f64; 3], shifts: [i32; 3]) -> [f64; 3] {
        std::array::from_fn(|axis| centre[axis] - f64::from(shifts[axis]) * self.extent[axis])
    }

    /// Returns the distance of a position's image that is nearest to `centre`, and that image. It is the nearest on
    /// each axis by itself; of two that are equally near, the lower.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for one more than 127 extents away.
    pub(super) fn nearest_image(&self, centre: [f64; 3], position: [f32; 3]) -> Result<(f64, Image)> {
        let mut shifts = [0; 3];
        for axis in 0..3 {
            if self.extent[axis] == 0.0 {
                continue;
            }
            let quotient = (centre[axis] - f64::from(position[axis])) / self.extent[axis];
            let near = check_shift(axis, quotient.round())?;
            let away =
                |shift: i32| (f64::from(position[axis]) - (centre[axis] - f64::from(shift) * self.extent[axis])).abs();
            let around = (near - 1).max(-MOST)..=(near + 1).min(MOST);
            shifts[axis] = around.min_by(|&a, &b| away(a).total_cmp(&away(b))).unwrap_or(near);
        }
        let ball = Ball { centre: self.shifted(centre, shifts), radius: 0.0 };
        Ok((ball.distance(position), Image::new(shifts.map(|shift| shift as i8))))
    }

    /// Lists the images in which a position in `bounds` can lie in the ball, each with the shifted ball to search.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a ball that reaches an image more than 127 extents away.
    pub(super) fn images(&self, ball: Ball, bounds: &BoundingBox) -> Result<impl Iterator<Item = (Image, Ball)>> {
        let mut ranges = [(0, 0); 3];
        for (axis, range) in ranges.iter_mut().enumerate() {
            let extent = self.extent[axis];
            if extent == 0.0 {
                continue;
            }
            // Rounded outwards: a shift too many costs a search that finds nothing.
            let outwards = |quotient: f64| quotient + (1.0 + quotient.abs()) * 1.0e-12;
            let last = outwards((ball.centre[axis] + ball.reach() - bounds.min[axis]) / extent).floor();
            let first = -outwards((bounds.max[axis] - ball.centre[axis] + ball.reach()) / extent).floor();
            if first > last {
                // No image is near on this axis, so none is near at all.
                *range = (1, 0);
                continue;
            }
            *range = (check_shift(axis, first)?, check_shift(axis, last)?);
        }
        let [x, y, z] = ranges.map(|(first, last)| first..=last);
        let (volume, bounds) = (*self, *bounds);
        let shifts = x.flat_map(move |x| {
            let z = z.clone();
            y.clone().flat_map(move |y| z.clone().map(move |z| [x, y, z]))
        });
        let near = shifts.filter_map(move |shifts| {
            let shifted = Ball { centre: volume.shifted(ball.centre, shifts), radius: ball.radius };
            let image = Image::new(shifts.map(|shift| shift as i8));
            may_touch(&shifted, &bounds).then_some((image, shifted))
        });
        Ok(near)
    }

    /// Returns a radius within which every position in `bounds` has an image.
    pub(super) fn radius_of_all(&self, centre: [f64; 3], bounds: &BoundingBox) -> f64 {
        let away = |axis: usize| {
            let farthest = (bounds.min[axis] - centre[axis]).abs().max((bounds.max[axis] - centre[axis]).abs());
            if self.extent[axis] == 0.0 { farthest } else { farthest.min(self.extent[axis]) }
        };
        let [x, y, z] = [away(0), away(1), away(2)];
        (x * x + y * y + z * z).sqrt() * (1.0 + 16.0 * f64::EPSILON)
    }
}

/// Returns whether a ball can hold a position in a box.
fn may_touch(ball: &Ball, bounds: &BoundingBox) -> bool {
    let outside =
        |axis: usize| (bounds.min[axis] - ball.centre[axis]).max(ball.centre[axis] - bounds.max[axis]).max(0.0);
    let [x, y, z] = [outside(0), outside(1), outside(2)];
    (x * x + y * y + z * z).sqrt() * (1.0 - 16.0 * f64::EPSILON) <= ball.reach()
}

fn check_shift(axis: usize, shift: f64) -> Result<i32> {
    if shift.abs() <= f64::from(MOST) {
        return Ok(shift as i32);
    }
    let seen = format!(
        "so small that the query reaches an image {} extents away along {}",
        shift.abs(),
        ["x", "y", "z"][axis]
    );
    let accepted = "an extent, a point and a radius with which no image is more than 127 extents away; a point far \
                    outside the volume can be wrapped into it";
    Err(Error::invalid("periodic", seen, accepted))
}
