//! One feature as the readers of formats hand it over, and the values found among its properties.

use std::collections::BTreeSet;

use serde_json::{Number, Value};

use super::options::{FootprintOptions, ID_PROPERTIES};
use crate::city::input::footprint::{Lod, Polygon};
use crate::city::input::heights::{self, HEIGHT_PROPERTIES, HeightMeaning, ROOF_SURFACES, Raw, Refusal};

/// The number of property names that are remembered for messages.
pub(super) const MOST_NAMES: usize = 100;
/// The largest number of characters of a value in a message.
const LONGEST_VALUE: usize = 40;

/// The polygons of a feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Geometry {
    /// The polygons, in the file's coordinates.
    pub polygons: Vec<Polygon>,
    /// Whether the feature also has anything other than polygons.
    pub has_others: bool,
}

impl Geometry {
    /// Adds a polygon, unless it is empty.
    pub fn add(&mut self, rings: Vec<Vec<[f64; 2]>>) {
        if !rings.is_empty() {
            self.polygons.push(Polygon { rings });
        }
    }
}

/// A property that heights may come from.
pub(super) struct HeightProperty {
    /// The name as the file writes it, once seen.
    pub name: String,
    pub meaning: HeightMeaning,
    pub was_seen: bool,
    /// The number of footprints that got their height from it.
    pub footprints: u64,
}

/// The properties that features are read for, and those that were seen.
pub(super) struct KnownProperties<'a> {
    pub options: &'a FootprintOptions,
    /// The properties that heights are taken from, best first.
    pub heights: Vec<HeightProperty>,
    /// The names of properties seen so far.
    pub names: BTreeSet<String>,
    /// Whether any feature has the property for the level of detail.
    pub has_lod: bool,
    /// Whether any feature has the property for the name.
    pub has_id: bool,
    /// For each filter, whether any feature has its property.
    pub has_filtered: Vec<bool>,
}

/// The uses of a property.
struct Use {
    height: Option<usize>,
    id: Option<usize>,
    is_lod: bool,
    is_filtered: bool,
}

impl Use {
    fn is_any(&self) -> bool {
        self.height.is_some() || self.id.is_some() || self.is_lod || self.is_filtered
    }
}

impl<'a> KnownProperties<'a> {
    pub fn new(options: &'a FootprintOptions) -> KnownProperties<'a> {
        let property =
            |name: &str, meaning| HeightProperty { name: name.to_string(), meaning, was_seen: false, footprints: 0 };
        let heights = match &options.height_property {
            None => {
                let surfaces = (ROOF_SURFACES, HeightMeaning::RoofElevation);
                HEIGHT_PROPERTIES.iter().chain([&surfaces]).map(|(name, meaning)| property(name, *meaning)).collect()
            }
            Some(name) => vec![property(name, options.meaning_of(name))],
        };
        let has_filtered = vec![false; options.filters.len()];
        KnownProperties { options, heights, names: BTreeSet::new(), has_lod: false, has_id: false, has_filtered }
    }

    fn use_of(&self, name: &str) -> Use {
        let options = self.options;
        Use {
            height: match &options.height_property {
                Some(asked) => (asked == name).then_some(0),
                None => heights::rank(name).filter(|&rank| options.heights.takes(HEIGHT_PROPERTIES[rank].0)),
            },
            id: match &options.id_property {
                Some(asked) => (asked == name).then_some(0),
                None => ID_PROPERTIES.iter().position(|known| known.eq_ignore_ascii_case(name)),
            },
            is_lod: options.lod_property.as_deref() == Some(name),
            is_filtered: options.filters.iter().any(|filter| filter.property == name),
        }
    }

    /// Notes that a feature has this property. Returns whether its values are of use.
    pub fn see(&mut self, name: &str) -> bool {
        if self.names.len() < MOST_NAMES && !self.names.contains(name) {
            self.names.insert(name.to_string());
        }
        let of = self.use_of(name);
        if let Some(property) = of.height.map(|rank| &mut self.heights[rank]).filter(|property| !property.was_seen) {
            property.was_seen = true;
            property.name = name.to_string();
        }
        self.has_id |= of.id.is_some();
        self.has_lod |= of.is_lod;
        for (filter, has) in self.options.filters.iter().zip(&mut self.has_filtered) {
            *has |= filter.property == name;
        }
        of.is_any()
    }
}

/// A value of a height property that was refused.
pub(super) struct Refused {
    pub rank: usize,
    pub why: Refusal,
    pub value: String,
}

/// The values found among the properties of a feature.
#[derive(Default)]
pub(super) struct Found {
    /// The rank of the name's property, by how common it is, and the name.
    id: Option<(usize, String)>,
    /// The rank of the height's property, and the height.
    pub height: Option<(usize, f64)>,
    /// The refused values of better height properties.
    pub refused: Vec<Refused>,
    /// Elevations of exactly zero, which more often stand for "unknown" than for a roof at sea level.
    zeros: Vec<(Refused, f64)>,
    pub lod: Option<Lod>,
    /// The values of properties that filters ask for.
    filtered: Vec<(String, Value)>,
}

impl Found {
    /// Takes the value of a property that is of use.
    pub fn take(&mut self, known: &KnownProperties<'_>, name: &str, value: &Value) -> Result<(), String> {
        let of = known.use_of(name);
        if let Some(rank) = of.height {
            self.take_height(rank, value, known.heights[rank].meaning, known.options.level_height);
        }
        if let Some(rank) = of.id.filter(|&rank| self.id.as_ref().is_none_or(|(best, _)| rank < *best)) {
            self.id = name_of(value).map(|name| (rank, name)).or(self.id.take());
        }
        if of.is_lod {
            self.lod = lod(value).map_err(|e| format!("{e} in the property \"{name}\" (lod_property)"))?;
        }
        if of.is_filtered {
            self.filtered.push((name.to_string(), value.clone()));
        }
        Ok(())
    }

    /// Takes the elevation of the roof out of a geometry.
    pub fn take_roof(&mut self, known: &mut KnownProperties<'_>, elevation: f64) {
        let level_height = known.options.level_height;
        let place = known.heights.iter().position(|property| property.name == ROOF_SURFACES);
        let is_taken = known.options.height_property.is_some() || known.options.heights.takes(ROOF_SURFACES);
        if let (Some(rank), Some(elevation)) = (place.filter(|_| is_taken), Number::from_f64(elevation)) {
            known.heights[rank].was_seen = true;
            self.take_height(rank, &Value::Number(elevation), known.heights[rank].meaning, level_height);
        }
    }

    /// Considers the value of a height property.
    pub fn take_height(&mut self, rank: usize, value: &Value, meaning: HeightMeaning, level_height: f64) {
        if *value == Value::Null || self.height.is_some_and(|(best, _)| best <= rank) {
            return;
        }
        let judged = match value {
            Value::Number(number) => {
                heights::judge(Raw::Number(number.as_f64().unwrap_or(f64::NAN)), meaning, level_height)
            }
            Value::String(text) => heights::judge(Raw::Text(text), meaning, level_height),
            _ => Err(Refusal::Unreadable),
        };
        let refused = |why| Refused { rank, why, value: shortened(value.to_string()) };
        match judged {
            Ok(Some(height)) if height == 0.0 => self.zeros.push((refused(Refusal::Unknown), height)),
            Ok(Some(height)) => {
                self.height = Some((rank, height));
                self.refused.retain(|refused| refused.rank < rank);
            }
            Ok(None) => {}
            Err(why) => self.refused.push(refused(why)),
        }
    }

    /// Decides about elevations of zero once all properties are known: any other height takes precedence; without one
    /// the best of the zeros is the elevation.
    pub fn settle_zeros(&mut self) {
        let zeros = std::mem::take(&mut self.zeros);
        if let Some((best, _)) = self.height {
            self.refused.extend(zeros.into_iter().map(|(refused, _)| refused).filter(|refused| refused.rank < best));
        } else if let Some((zero, height)) = zeros.into_iter().min_by_key(|(zero, _)| zero.rank) {
            self.refused.retain(|refused| refused.rank < zero.rank);
            self.height = Some((zero.rank, height));
        }
    }

    /// Returns whether all filters accept the feature.
    pub fn is_accepted(&self, options: &FootprintOptions) -> bool {
        options.filters.iter().all(|filter| {
            let value = self.filtered.iter().find(|(name, _)| *name == filter.property);
            filter.accepts(value.map(|(_, value)| value))
        })
    }

    /// Returns the name of the feature, empty where it has none. `own` is the feature's id outside its properties.
    pub fn name(&mut self, own: Option<&Value>, options: &FootprintOptions) -> String {
        let own = own.and_then(name_of).filter(|_| options.id_property.is_none());
        own.or(self.id.take().map(|(_, id)| id)).unwrap_or_default()
    }
}

/// Shortens a value for a message.
pub(super) fn shortened(mut value: String) -> String {
    if let Some((end, _)) = value.char_indices().nth(LONGEST_VALUE) {
        value.truncate(end);
        value.push_str("...");
    }
    value
}

/// Returns a name, which may be a number.
fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn lod(value: &Value) -> Result<Option<Lod>, String> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_ascii_lowercase(),
        other => other.to_string(),
    };
    match text.strip_prefix("lod").unwrap_or(&text) {
        "0" | "0.0" => Ok(Some(Lod::Lod0)),
        "1" | "1.0" => Ok(Some(Lod::Lod1)),
        "" => Ok(None),
        _ => Err(format!("a level of detail of {value}, where 0, 1, \"LOD0\" and \"LOD1\" are accepted")),
    }
}
