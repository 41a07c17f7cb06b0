//! Building footprints in the coordinates of their source.
//!
//! ```
//! use groma::city::footprint::{Footprint, HeightReference, Polygon};
//!
//! let house = Footprint {
//!     id: "house".into(),
//!     polygons: vec![Polygon { rings: vec![vec![[0.0, 0.0], [12.0, 0.0], [12.0, 8.0], [0.0, 8.0]]] }],
//!     height: 6.5,
//!     reference: HeightReference::Ground,
//!     lod: None,
//! };
//! assert_eq!(house.polygons[0].rings[0].len(), 4);
//! # Ok::<(), groma::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::Result;

/// The outline of a building with its height. Coordinates are in metres.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    /// The building's name in its source; empty when it has none.
    pub id: String,
    /// One polygon, or several for a building of several parts.
    pub polygons: Vec<Polygon>,
    /// The height of the roof, in metres, counted from `reference`.
    pub height: f64,
    /// The zero that `height` counts from.
    pub reference: HeightReference,
    /// The level of detail of this building; `None` for the mesh's.
    pub lod: Option<Lod>,
}

impl Footprint {
    /// Returns the building's name in reports: its id, or its number among the footprints as `#0`.
    pub(crate) fn name(&self, number: u32) -> String {
        name_of(&self.id, number)
    }

    /// Returns the number of points of all rings.
    pub(crate) fn points(&self) -> u64 {
        self.polygons.iter().flat_map(|polygon| &polygon.rings).map(|ring| ring.len() as u64).sum()
    }

    /// Returns the outer rings.
    pub(crate) fn outlines(&self) -> impl Iterator<Item = &[[f64; 2]]> {
        self.polygons.iter().filter_map(|polygon| polygon.rings.first()).map(Vec::as_slice)
    }
}

/// Footprints that can be passed over as often as is needed, wherever they are.
pub(crate) trait EachFootprint {
    /// Looks at footprints, with their numbers in the order in which they were given, until `look` returns `true`.
    /// Returns whether it did. The order in which it looks at them is always the same.
    ///
    /// # Errors
    /// Those of reading files; [`crate::Error::Cancelled`].
    fn any(&self, look: &mut dyn FnMut(u32, &Footprint) -> bool) -> Result<bool>;

    /// Looks at all footprints.
    ///
    /// # Errors
    /// As [`EachFootprint::any`].
    fn each(&self, look: &mut dyn FnMut(u32, &Footprint)) -> Result<()> {
        let mut look_on = |number, footprint: &Footprint| {
            look(number, footprint);
            false
        };
        self.any(&mut look_on).map(drop)
    }
}

impl EachFootprint for &[Footprint] {
    fn any(&self, look: &mut dyn FnMut(u32, &Footprint) -> bool) -> Result<bool> {
        Ok((0..).zip(*self).any(|(number, footprint)| look(number, footprint)))
    }
}

/// Returns the name in reports of the building with an id, which may be empty, and a number.
pub(crate) fn name_of(id: &str, number: u32) -> String {
    if id.is_empty() { format!("#{number}") } else { id.to_string() }
}

/// A polygon: the outer ring, then the holes, each in any direction. The last point of a ring may or may not repeat the
/// first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polygon {
    /// The rings.
    pub rings: Vec<Vec<[f64; 2]>>,
}

/// The zero that a building's height counts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeightReference {
    /// The zero of the terrain's heights: the height is the roof's elevation.
    #[default]
    Absolute,
    /// The lowest ground along the building's outline.
    Ground,
}

/// A level of detail of a building.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lod {
    /// A flat platform on the ground.
    Lod0,
    /// A block with a flat roof.
    #[default]
    Lod1,
}

/// A number of footprints, with the first of them by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FootprintList {
    /// The number of footprints.
    pub count: u64,
    /// The names of the first [`FootprintList::LISTED`].
    pub ids: Vec<String>,
}

impl FootprintList {
    /// The number of footprints that are listed by name.
    pub const LISTED: usize = 1000;

    pub(crate) fn add(&mut self, id: impl FnOnce() -> String) {
        self.count += 1;
        if self.ids.len() < Self::LISTED {
            self.ids.push(id());
        }
    }
}
