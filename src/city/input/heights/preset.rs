//! The publishers of footprints whose fields are known, one by one, from their own schemas.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::is_same;
use crate::Error;

/// The fields that heights are taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HeightPreset {
    /// All of [`HEIGHT_PROPERTIES`](super::HEIGHT_PROPERTIES), and the roofs of a format that has them.
    #[default]
    Auto,
    /// Tags of OpenStreetMap.
    Osm,
    /// Overture Maps: the types `building` and `building_part`.
    Overture,
    /// Microsoft's Global ML Building Footprints.
    Microsoft,
    /// 3DBAG of the Netherlands.
    Bag,
    /// CityJSON: attributes of CityGML, and the roofs in the geometry.
    CityJson,
}

/// The name under which the heights of roofs in a geometry are reported, and can be asked for: last of all properties,
/// since attributes are what somebody decided on.
pub const ROOF_SURFACES: &str = "roof surfaces";

impl HeightPreset {
    /// All presets, in the order of the help.
    pub const ALL: [HeightPreset; 6] = [
        HeightPreset::Auto,
        HeightPreset::Osm,
        HeightPreset::Overture,
        HeightPreset::Microsoft,
        HeightPreset::Bag,
        HeightPreset::CityJson,
    ];

    /// Returns the name in options.
    pub fn name(self) -> &'static str {
        match self {
            HeightPreset::Auto => "auto",
            HeightPreset::Osm => "osm",
            HeightPreset::Overture => "overture",
            HeightPreset::Microsoft => "microsoft",
            HeightPreset::Bag => "bag",
            HeightPreset::CityJson => "cityjson",
        }
    }

    /// Returns the fields that heights are taken from, best first; `None` for all that are known.
    pub fn fields(self) -> Option<&'static [&'static str]> {
        Some(match self {
            HeightPreset::Auto => return None,
            HeightPreset::Osm => &["height", "building_height", "est_height", "building:levels"],
            HeightPreset::Overture => &["height", "num_floors"],
            HeightPreset::Microsoft => &["height"],
            HeightPreset::Bag => {
                &["b3_h_dak_50p", "b3_h_dak_70p", "b3_h_50p", "b3_h_70p", "h_dak_50p", "roof-0.50", "b3_bouwlagen"]
            }
            HeightPreset::CityJson => &["measuredHeight", "storeysAboveGround", ROOF_SURFACES],
        })
    }

    /// Returns whether heights are taken from a field.
    pub(crate) fn takes(self, field: &str) -> bool {
        self.fields().is_none_or(|fields| fields.contains(&field))
    }

    /// Recognises a publisher by the names of properties: each has some that no other uses.
    pub(crate) fn recognise<'a>(names: impl Iterator<Item = &'a String> + Clone) -> Option<HeightPreset> {
        const OF_OVERTURE: [&str; 9] = [
            "sources",
            "has_parts",
            "num_floors",
            "num_floors_underground",
            "is_underground",
            "subtype",
            "facade_color",
            "roof_shape",
            "building_id",
        ];
        let is_any = |known: &[&str]| names.clone().filter(|name| known.iter().any(|k| is_same(k, name))).count();
        let begins = |start: &str| names.clone().any(|name| name.to_ascii_lowercase().starts_with(start));
        if begins("b3_") || is_any(&["roof-0.50", "h_dak_50p"]) > 0 {
            Some(HeightPreset::Bag)
        } else if is_any(&OF_OVERTURE) >= 3 {
            Some(HeightPreset::Overture)
        } else if is_any(&["building"]) > 0
            && (begins("addr:") || begins("building:") || is_any(&["osm_id", "@id", "osm_way_id"]) > 0)
        {
            Some(HeightPreset::Osm)
        } else if names.clone().count() == 2 && is_any(&["height", "confidence"]) == 2 {
            Some(HeightPreset::Microsoft)
        } else if is_any(&["measuredHeight", "storeysAboveGround", "storeyHeightsAboveGround"]) > 1 {
            Some(HeightPreset::CityJson)
        } else {
            None
        }
    }

    /// Returns the publisher's name.
    pub(crate) fn publisher(self) -> &'static str {
        match self {
            HeightPreset::Auto => "unknown",
            HeightPreset::Osm => "OpenStreetMap",
            HeightPreset::Overture => "Overture",
            HeightPreset::Microsoft => "Microsoft",
            HeightPreset::Bag => "3DBAG",
            HeightPreset::CityJson => "CityJSON",
        }
    }
}

impl fmt::Display for HeightPreset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for HeightPreset {
    type Err = Error;

    fn from_str(text: &str) -> Result<HeightPreset, Error> {
        HeightPreset::ALL.into_iter().find(|preset| preset.name().eq_ignore_ascii_case(text)).ok_or_else(|| {
            let names = HeightPreset::ALL.map(HeightPreset::name).join(", ");
            Error::invalid("heights", text, format!("{names} (--heights)"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::input::heights::HEIGHT_PROPERTIES;

    #[test]
    fn presets_take_known_fields_alone_and_the_page_on_heights_has_them() {
        let page = include_str!("../../../../docs/heights.md");
        for preset in HeightPreset::ALL {
            assert_eq!(preset.name().parse::<HeightPreset>().unwrap(), preset);
            assert!(page.contains(&format!("`{preset}`")), "{preset}");
            for field in preset.fields().unwrap_or_default() {
                let is_known = HEIGHT_PROPERTIES.iter().any(|(known, _)| known == field);
                assert!(is_known || *field == ROOF_SURFACES, "{field}");
                assert!(page.contains(field), "{field}");
            }
        }
        assert!("bing".parse::<HeightPreset>().unwrap_err().to_string().contains("overture, microsoft"));
    }

    #[test]
    fn publishers_are_recognised_by_names_that_they_alone_use() {
        let recognise = |names: &str| {
            let names: Vec<String> = names.split(' ').map(String::from).collect();
            HeightPreset::recognise(names.iter())
        };
        for (names, preset) in [
            ("id version sources subtype class has_parts height num_floors", Some(HeightPreset::Overture)),
            ("osm_id osm_way_id building height other_tags", Some(HeightPreset::Osm)),
            ("@id building building:levels", Some(HeightPreset::Osm)),
            ("height confidence", Some(HeightPreset::Microsoft)),
            ("identificatie b3_h_dak_50p b3_h_maaiveld", Some(HeightPreset::Bag)),
            ("measuredHeight storeysAboveGround roofType", Some(HeightPreset::CityJson)),
            ("id height", None),
            ("building height", None),
        ] {
            assert_eq!(recognise(names), preset, "{names}");
        }
    }
}
