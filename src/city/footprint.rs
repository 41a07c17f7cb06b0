//! Building footprints as they come in, in the coordinates of their source.

use serde::{Deserialize, Serialize};

/// A building's outline with its height. Coordinates are in metres.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    /// The building's name in its source; empty when it has none.
    pub id: String,
    /// One polygon, or several for a building of several parts.
    pub polygons: Vec<Polygon>,
    /// The height of the roof, in metres, counted from `reference`.
    pub height: f64,
    /// Where `height` counts from.
    pub reference: HeightReference,
    /// The level of detail of this building; `None` for that of the whole mesh.
    pub lod: Option<Lod>,
}

impl Footprint {
    /// What reports call it: its id, or its number among the footprints as `#0`.
    pub(crate) fn name(&self, number: u32) -> String {
        if self.id.is_empty() { format!("#{number}") } else { self.id.clone() }
    }
}

/// A polygon: the outer ring, then the holes, in any direction; a ring may or may not repeat its first point at its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polygon {
    /// The rings.
    pub rings: Vec<Vec<[f64; 2]>>,
}

/// Where a building's height counts from.
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
