//! Periodic volumes: what leaves on one side enters on the opposite one.

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A volume that repeats itself along some or all axes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodicVolume {
    /// The length after which the volume repeats itself along x, y and z, in the data's own unit; 0 on an axis that is
    /// not periodic.
    pub extent: [f64; 3],
    /// The least corner of the volume, into which [`PeriodicVolume::wrap`] moves positions. It does not change what
    /// queries find.
    #[serde(default)]
    pub origin: [f64; 3],
}

/// The image of a periodic volume in which a sample was found: the number of extents to add to its stored position
/// along x, y and z, each -127 to 127. Images are ordered by x, then y, then z.
#[repr(transparent)]
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Pod, Zeroable)]
pub struct Image(u32);

impl Image {
    /// Makes the image that is shifted by so many extents.
    pub fn new(shifts: [i8; 3]) -> Image {
        let [x, y, z] = shifts.map(|shift| u32::from(shift as u8));
        Image(x | y << 8 | z << 16)
    }

    /// Returns the number of extents by which the image is shifted along x, y and z.
    pub fn shifts(self) -> [i8; 3] {
        [0, 8, 16].map(|bit| (self.0 >> bit) as u8 as i8)
    }

    /// Returns the shifts as one signed byte each: x in bits 0 to 7, y in 8 to 15, z in 16 to 23.
    pub fn bits(self) -> u32 {
        self.0
    }
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.shifts().fmt(f)
    }
}

impl PartialOrd for Image {
    fn partial_cmp(&self, other: &Image) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Image {
    fn cmp(&self, other: &Image) -> std::cmp::Ordering {
        self.shifts().cmp(&other.shifts())
    }
}

impl PeriodicVolume {
    /// Makes a volume whose least corner is the origin of coordinates.
    ///
    /// # Errors
    /// As [`PeriodicVolume::check`].
    pub fn new(extent: [f64; 3]) -> Result<PeriodicVolume> {
        let volume = PeriodicVolume { extent, origin: [0.0; 3] };
        volume.check().map(|()| volume)
    }

    /// Checks that extent and origin make a volume.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an extent that is not finite or below 0, one of 0 on all axes, and an origin that
    /// is not finite.
    pub fn check(&self) -> Result<()> {
        if let Some(extent) = self.extent.iter().find(|extent| !(0.0..=1.0e150).contains(*extent)) {
            return Err(Error::invalid("periodic", extent, "extents of 0 (not periodic) to 1e150"));
        }
        if self.extent == [0.0; 3] {
            return Err(Error::invalid("periodic", "0, 0, 0", "an extent above 0 on one axis at least"));
        }
        match self.origin.iter().find(|c| c.abs() > 1.0e150 || c.is_nan()) {
            Some(c) => Err(Error::invalid("periodic_origin", c, "finite coordinates between -1e150 and 1e150")),
            None => Ok(()),
        }
    }

    /// Returns the vector to add to a stored position for an image.
    pub fn offset(&self, image: Image) -> [f64; 3] {
        let shifts = image.shifts();
        std::array::from_fn(|axis| f64::from(shifts[axis]) * self.extent[axis])
    }

    /// Returns the image of a position that lies in the volume.
    ///
    /// ```
    /// use groma::trajectory::periodic::PeriodicVolume;
    ///
    /// let volume = PeriodicVolume::new([10.0, 10.0, 0.0])?;
    /// assert_eq!(volume.wrap([-0.5, 23.0, -4.0]), [9.5, 3.0, -4.0]);
    /// # Ok::<(), groma::Error>(())
    /// ```
    pub fn wrap(&self, position: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|axis| match self.extent[axis] {
            0.0 => position[axis],
            extent => {
                let wrapped = (position[axis] - self.origin[axis]).rem_euclid(extent);
                // A position just below the origin can be rounded to the extent, which is the origin again.
                self.origin[axis] + if wrapped < extent { wrapped } else { 0.0 }
            }
        })
    }

    /// Makes consecutive positions continuous: replaces each by its image nearest to the one before.
    ///
    /// ```
    /// use groma::trajectory::periodic::PeriodicVolume;
    ///
    /// let volume = PeriodicVolume::new([10.0, 0.0, 0.0])?;
    /// let mut positions = [[8.0, 1.0, 0.0], [9.5, 2.0, 0.0], [1.0, 3.0, 0.0]];
    /// volume.make_continuous(&mut positions);
    /// assert_eq!(positions[2], [11.0, 3.0, 0.0]);
    /// # Ok::<(), groma::Error>(())
    /// ```
    pub fn make_continuous(&self, positions: &mut [[f64; 3]]) {
        let mut before = None;
        for position in positions {
            *position = before.map_or(*position, |before| self.nearest_to(before, *position));
            before = Some(*position);
        }
    }

    /// Returns the image of a position that is nearest to a point.
    pub(crate) fn nearest_to(&self, point: [f64; 3], position: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|axis| match self.extent[axis] {
            0.0 => position[axis],
            extent => position[axis] - ((position[axis] - point[axis]) / extent).round() * extent,
        })
    }
}
