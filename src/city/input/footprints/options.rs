//! What the features' properties mean, and which features are wanted.

use super::filter::Filter;
use crate::city::input::Limit;
use crate::city::input::heights::{self, HeightMeaning, HeightPreset, LARGEST_HEIGHT, LEVEL_HEIGHT};
use crate::{Error, Result};

/// The meaning of the features' properties, and the choice of features.
#[derive(Clone, Debug)]
pub struct FootprintOptions {
    /// The property with the height, a number or a text like `12 m`. `None` takes, for each feature, the first of
    /// [`HEIGHT_PROPERTIES`](crate::city::input::heights::HEIGHT_PROPERTIES) with a usable value.
    pub height_property: Option<String>,
    /// The publisher whose fields heights are taken from, where there is no `height_property`.
    pub heights: HeightPreset,
    /// The meaning of the values of `height_property`; `None` for the known meaning of a property of that name, or, if
    /// the name is not known, the elevation of the roof.
    pub reference: Option<HeightMeaning>,
    /// The height of a storey in metres, for buildings whose height is known in storeys only; see
    /// [`FootprintOptions::LEVEL_HEIGHT`].
    pub level_height: f64,
    /// The property with the level of detail: 0 or 1, `"LOD0"` or `"lod1"`. Features without it get the mesh's.
    pub lod_property: Option<String>,
    /// The property with the name of the building. `None` takes the feature's `id`, else one of [`ID_PROPERTIES`].
    pub id_property: Option<String>,
    /// The height above the ground, in metres, for features without a height; `None` skips them. See
    /// [`FootprintOptions::DEFAULT_HEIGHT`].
    pub default_height: Option<f64>,
    /// The layer to read, in formats with layers. `None` takes the only one with polygons.
    pub layer: Option<String>,
    /// Features are read only where all of these hold.
    pub filters: Vec<Filter>,
}

impl Default for FootprintOptions {
    fn default() -> FootprintOptions {
        FootprintOptions {
            height_property: None,
            heights: HeightPreset::Auto,
            reference: None,
            level_height: LEVEL_HEIGHT,
            lod_property: None,
            id_property: None,
            default_height: None,
            layer: None,
            filters: Vec::new(),
        }
    }
}

impl FootprintOptions {
    /// The range of `default_height`.
    pub const DEFAULT_HEIGHT: Limit = Limit::above("default_height", 0.0, LARGEST_HEIGHT, "m", f64::NAN);
    /// The range of `level_height`.
    pub const LEVEL_HEIGHT: Limit = Limit::above("level_height", 0.0, 20.0, "m", LEVEL_HEIGHT);

    /// Checks the numbers and the height property.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a number out of range, for a height property beside the fields of a publisher,
    /// and for one that is known to be something else, unless `reference` states its meaning.
    pub fn check(&self) -> Result<()> {
        self.default_height.map_or(Ok(()), |height| Self::DEFAULT_HEIGHT.check(height))?;
        Self::LEVEL_HEIGHT.check(self.level_height)?;
        if let (Some(name), true) = (&self.height_property, self.heights != HeightPreset::Auto) {
            let accepted = "auto (--heights) where height_property (--height-property) names the property";
            return Err(Error::invalid("heights", format!("{} beside {name}", self.heights), accepted));
        }
        match self.height_property.as_deref().and_then(|name| Some((name, heights::lookalike(name)?))) {
            Some((name, what)) if self.reference.is_none() => Err(Error::invalid(
                "height_property",
                format!("{name}, which is {what}"),
                "the property with the height of the whole building, in metres or storeys; if this one has it, \
                 height_reference (--height-reference ground|absolute|levels) says what it counts from",
            )),
            _ => Ok(()),
        }
    }

    /// Returns the meaning of a property's values.
    pub(crate) fn meaning_of(&self, property: &str) -> HeightMeaning {
        let known = heights::rank(property).map(|rank| heights::HEIGHT_PROPERTIES[rank].1);
        let asked = self.reference.filter(|_| self.height_property.is_some());
        asked.or(known).unwrap_or(HeightMeaning::RoofElevation)
    }

    /// Returns a warning about a property that was chosen for the heights though it is known to be something else.
    pub(crate) fn doubt(&self) -> Option<String> {
        let name = self.height_property.as_deref()?;
        let what = heights::lookalike(name)?;
        Some(format!(
            "heights are taken from {name}, which is {what}; right only where its values are those of whole buildings, \
             in metres or storeys"
        ))
    }
}

/// The property names under which a building's own name is commonly found, in any case of letters.
pub const ID_PROPERTIES: [&str; 9] =
    ["id", "@id", "gml_id", "gml:id", "identificatie", "building_id", "uuid", "fid", "osm_id"];
