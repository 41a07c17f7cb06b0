//! The rectangle that is meshed, and the local coordinates of all computations.
//!
//! One integer origin is subtracted from all coordinates. Footprints then lie on a grid of 2^-10 m ([`GRID`]), and all
//! points of the mesh on one of 2^-20 m ([`FINE_GRID`]). So halving an edge repeatedly is exact, and a city moved by
//! whole metres has the same mesh, moved.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The grid of footprint vertices, in metres.
pub const GRID: f64 = 1.0 / 1024.0;

/// The grid of mesh vertices, in metres.
pub const FINE_GRID: f64 = 1.0 / 1_048_576.0;

/// The rectangle that is meshed, in units of [`GRID`] relative to an integer origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// The origin that is subtracted from the coordinates of the source, in metres.
    pub origin: [i64; 2],
    /// The south-west corner.
    pub min: [i32; 2],
    /// The north-east corner.
    pub max: [i32; 2],
}

impl Domain {
    /// The largest edge of a domain, in metres: cleaning multiplies grid coordinates, also of what reaches beyond the
    /// border.
    pub const LARGEST_EDGE: f64 = 261_000.0;

    /// Creates the largest rectangle on the grid inside `bounds` (west, south, east, north, in metres). The origin is
    /// the south-west corner rounded down to whole metres.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the bounds are not finite, are empty or larger than [`Domain::LARGEST_EDGE`].
    pub fn new(bounds: [f64; 4]) -> Result<Domain> {
        let [west, south, east, north] = bounds;
        let sane = bounds.iter().all(|v| v.is_finite() && v.abs() < 1e12) && west < east && south < north;
        if !sane || east - west > Domain::LARGEST_EDGE || north - south > Domain::LARGEST_EDGE {
            let accepted = format!(
                "west < east and south < north, finite, with edges of at most {} km",
                Domain::LARGEST_EDGE / 1000.0
            );
            return Err(Error::invalid("bounds", format!("{bounds:?}"), accepted));
        }
        let origin = [west.floor() as i64, south.floor() as i64];
        let up = |v: f64, o: i64| ((v - o as f64) / GRID).ceil() as i32;
        let down = |v: f64, o: i64| ((v - o as f64) / GRID).floor() as i32;
        let domain = Domain {
            origin,
            min: [up(west, origin[0]), up(south, origin[1])],
            max: [down(east, origin[0]), down(north, origin[1])],
        };
        if domain.size().iter().any(|&edge| edge < 1.0) {
            return Err(Error::invalid("bounds", format!("{bounds:?}"), "edges of 1 m or more"));
        }
        Ok(domain)
    }

    /// As [`Domain::new`], of the bounds that are asked for, or of all of a terrain.
    ///
    /// # Errors
    /// As [`Domain::new`].
    pub fn of_terrain(terrain: [f64; 4], asked: Option<[f64; 4]>) -> Result<Domain> {
        let all = |error| {
            let [west, south, east, north] = terrain;
            let seen = format!("all of the terrain, {} m x {} m", east - west, north - south);
            let accepted = format!("a part of it with edges of 1 m to {} km", Domain::LARGEST_EDGE / 1000.0);
            if asked.is_some() { error } else { Error::invalid("bounds", seen, accepted) }
        };
        Domain::new(asked.unwrap_or(terrain)).map_err(all)
    }

    /// Returns the south-west corner in local metres.
    pub fn local_min(&self) -> [f64; 2] {
        self.min.map(|v| f64::from(v) * GRID)
    }

    /// Returns the north-east corner in local metres.
    pub fn local_max(&self) -> [f64; 2] {
        self.max.map(|v| f64::from(v) * GRID)
    }

    /// Returns width and height in metres.
    pub fn size(&self) -> [f64; 2] {
        let (min, max) = (self.local_min(), self.local_max());
        [max[0] - min[0], max[1] - min[1]]
    }

    /// Returns the area in square metres.
    pub fn area(&self) -> f64 {
        let [width, height] = self.size();
        width * height
    }

    /// Returns west, south, east and north in the coordinates of the source.
    pub fn bounds(&self) -> [f64; 4] {
        let (min, max) = (self.local_min(), self.local_max());
        let [x, y] = self.origin.map(|v| v as f64);
        [min[0] + x, min[1] + y, max[0] + x, max[1] + y]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_moved_by_whole_metres_has_the_same_local_coordinates() {
        let bounds = [10.3, 20.25, 110.7, 320.125];
        let here = Domain::new(bounds).unwrap();
        let there =
            Domain::new([bounds[0] + 320_000.0, bounds[1] + 6.4e6, bounds[2] + 320_000.0, bounds[3] + 6.4e6]).unwrap();
        assert_eq!((here.min, here.max), (there.min, there.max));
        assert_eq!(there.origin, [320_010, 6_400_020]);
        assert!(here.bounds()[0] >= 10.3 && here.bounds()[0] < 10.3 + 2.0 * GRID);
    }

    #[test]
    fn bounds_without_sense_are_refused() {
        for bounds in [[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, f64::NAN, 1.0], [0.0, 0.0, 2e6, 1.0], [0.0, 0.0, 0.5, 9.0]] {
            assert!(Domain::new(bounds).is_err(), "{bounds:?}");
        }
    }
}
