//! The footprints of a file, and an account of what was left out.

use crate::city::input::footprint::{Footprint, FootprintList};
use crate::city::input::heights::HeightReport;

/// The footprints of a file, with an account of the skipped features.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FootprintSet {
    /// The footprints, in the order of the file.
    pub footprints: Vec<Footprint>,
    /// The sources of the heights, and the values that were refused.
    pub heights: HeightReport,
    /// The names of the features' properties, the first hundred.
    pub property_names: Vec<String>,
    /// The name of the coordinate system, if the file has one.
    pub crs: Option<String>,
    /// The skipped features.
    pub skipped: Skipped,
    /// The number of features that the filters leave out.
    pub filtered: u64,
    /// Doubts about the file, in words, such as "has no table of attributes".
    pub doubts: Vec<String>,
    /// West, south, east, north of all footprints, in the file's reference system; `None` when there are none.
    pub bounds: Option<[f64; 4]>,
}

/// The skipped features by reason, and the used ones that lack something. A feature without a name is called by its
/// number in the file, as `#1`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Features without a geometry, or with an empty one.
    pub no_geometry: FootprintList,
    /// Features whose geometry has no polygon.
    pub other_geometry: FootprintList,
    /// Features without a height, when there is no default height.
    pub no_height: FootprintList,
    /// Used features with anything other than polygons in their collection of geometries, which is left out.
    pub other_parts: FootprintList,
    /// Used features without a value in the property that was chosen for the level of detail.
    pub no_lod: FootprintList,
    /// Used features without a value in the property that was chosen for the name.
    pub no_id: FootprintList,
}

/// What the ranks of the properties that heights are from stand for.
pub(crate) struct Sources(pub(super) [u8; u8::MAX as usize + 1]);

impl Default for Sources {
    fn default() -> Sources {
        Sources([Sources::NONE; u8::MAX as usize + 1])
    }
}

impl Sources {
    /// Stands for the default height, and for footprints that are from no file.
    pub const NONE: u8 = u8::MAX;

    /// Returns the index in [`HeightReport::properties`] of the property of a rank; [`Sources::NONE`] for none.
    pub fn place_of(&self, rank: u8) -> u8 {
        self.0[usize::from(rank)]
    }
}
