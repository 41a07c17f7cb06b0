//! Reads one feature: its name, its polygons, and the properties for its height and level of detail.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::coordinates::Coordinates;
use super::words::NOT_A_NUMBER;
use super::{FootprintOptions, ID_PROPERTIES};
use crate::city::input::footprint::{Lod, Polygon};
use crate::city::input::heights::{self, HEIGHT_PROPERTIES, HeightMeaning, Raw, Refusal};

/// The number of property names that are remembered for messages.
const MOST_NAMES: usize = 100;
/// The largest number of characters of a value in a message.
const LONGEST_VALUE: usize = 40;

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
}

impl<'a> KnownProperties<'a> {
    pub fn new(options: &'a FootprintOptions) -> KnownProperties<'a> {
        let property =
            |name: &str, meaning| HeightProperty { name: name.to_string(), meaning, was_seen: false, footprints: 0 };
        let heights = match &options.height_property {
            None => HEIGHT_PROPERTIES.iter().map(|(name, meaning)| property(name, *meaning)).collect(),
            Some(name) => vec![property(name, options.meaning_of(name))],
        };
        KnownProperties { options, heights, names: BTreeSet::new(), has_lod: false, has_id: false }
    }
}

/// The members of a feature that groma uses.
pub(super) struct Feature {
    pub id: String,
    pub geometry: Geometry,
    /// Whether its collection of geometries contains anything other than polygons.
    pub has_other_parts: bool,
    pub height: Option<(usize, f64)>,
    pub refused: Vec<Refused>,
    pub lod: Option<Lod>,
}

/// A value of a height property that was refused.
pub(super) struct Refused {
    pub rank: usize,
    pub why: Refusal,
    pub value: String,
}

pub(super) enum Geometry {
    Absent,
    Other,
    Polygons(Vec<Polygon>),
}

/// Reads one feature.
pub(super) struct OneFeature<'r, 'a>(pub &'r mut KnownProperties<'a>);

impl<'de> DeserializeSeed<'de> for OneFeature<'_, '_> {
    type Value = Feature;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Feature, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneFeature<'_, '_> {
    type Value = Feature;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Feature, A::Error> {
        let mut own_id = None;
        let (mut geometry, mut has_other_parts) = (Geometry::Absent, false);
        let mut found = Found::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" => own_id = name(&value(&mut map)?),
                "geometry" => {
                    let mut parts = Parts::default();
                    if let Some(raw) = map.next_value::<Option<RawGeometry>>()? {
                        parts.take(raw).map_err(A::Error::custom)?;
                    }
                    has_other_parts = parts.has_others;
                    geometry = parts.into_geometry();
                }
                "properties" => found = map.next_value_seed(Properties(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        found.settle_zeros();
        let own_id = own_id.filter(|_| self.0.options.id_property.is_none());
        let id = own_id.or(found.id.map(|(_, id)| id)).unwrap_or_default();
        Ok(Feature { id, geometry, has_other_parts, height: found.height, refused: found.refused, lod: found.lod })
    }
}

#[derive(Deserialize)]
struct RawGeometry {
    r#type: String,
    #[serde(default)]
    coordinates: Option<Coordinates>,
    #[serde(default)]
    geometries: Option<Vec<RawGeometry>>,
}

/// The polygons of a geometry, and whether it contains anything else.
#[derive(Default)]
struct Parts {
    polygons: Vec<Polygon>,
    has_others: bool,
}

impl Parts {
    fn take(&mut self, raw: RawGeometry) -> std::result::Result<(), String> {
        match (raw.r#type.as_str(), raw.coordinates) {
            ("Polygon" | "MultiPolygon", None | Some(Coordinates::Empty)) => {}
            ("Polygon", Some(Coordinates::Polygon(rings))) => self.polygons.push(Polygon { rings }),
            ("MultiPolygon", Some(Coordinates::MultiPolygon(polygons))) => {
                self.polygons.extend(polygons.into_iter().filter(|p| !p.is_empty()).map(|rings| Polygon { rings }));
            }
            (kind @ ("Polygon" | "MultiPolygon"), _) => {
                return Err(format!("coordinates that are not those of a {kind}"));
            }
            ("GeometryCollection", _) => {
                for part in raw.geometries.into_iter().flatten() {
                    self.take(part)?;
                }
            }
            _ => self.has_others = true,
        }
        Ok(())
    }

    fn into_geometry(self) -> Geometry {
        match (self.polygons.is_empty(), self.has_others) {
            (false, _) => Geometry::Polygons(self.polygons),
            (true, true) => Geometry::Other,
            (true, false) => Geometry::Absent,
        }
    }
}

/// The values found among the properties of a feature.
#[derive(Default)]
struct Found {
    /// The rank of the name's property, by how common it is, and the name.
    id: Option<(usize, String)>,
    /// The rank of the height's property, and the height.
    height: Option<(usize, f64)>,
    /// The refused values of better height properties.
    refused: Vec<Refused>,
    /// Elevations of exactly zero, which more often stand for "unknown" than for a roof at sea level.
    zeros: Vec<(Refused, f64)>,
    lod: Option<Lod>,
}

impl Found {
    /// Considers the value of a height property.
    fn take_height(&mut self, rank: usize, value: &Value, meaning: HeightMeaning, level_height: f64) {
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
        let refused = |why| {
            let mut value = value.to_string();
            if let Some((end, _)) = value.char_indices().nth(LONGEST_VALUE) {
                value.truncate(end);
                value.push_str("...");
            }
            Refused { rank, why, value }
        };
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
    fn settle_zeros(&mut self) {
        let zeros = std::mem::take(&mut self.zeros);
        if let Some((best, _)) = self.height {
            self.refused.extend(zeros.into_iter().map(|(refused, _)| refused).filter(|refused| refused.rank < best));
        } else if let Some((zero, height)) = zeros.into_iter().min_by_key(|(zero, _)| zero.rank) {
            self.refused.retain(|refused| refused.rank < zero.rank);
            self.height = Some((zero.rank, height));
        }
    }
}

/// Reads the next value. `NaN` and `Infinity` become null; arrays and objects are cut as by [`Single`].
fn value<'de, A: MapAccess<'de>>(map: &mut A) -> std::result::Result<Value, A::Error> {
    let Single(value) = map.next_value()?;
    Ok(if value == NOT_A_NUMBER { Value::Null } else { value })
}

/// A value without depth: an array is cut to its first element, an object to its first member.
struct Single(Value);

impl<'de> Deserialize<'de> for Single {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Single, D::Error> {
        deserializer.deserialize_any(OneValue).map(Single)
    }
}

struct OneValue;

impl<'de> Visitor<'de> for OneValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, v: bool) -> std::result::Result<Value, E> {
        Ok(v.into())
    }

    fn visit_u64<E>(self, v: u64) -> std::result::Result<Value, E> {
        Ok(v.into())
    }

    fn visit_i64<E>(self, v: i64) -> std::result::Result<Value, E> {
        Ok(v.into())
    }

    fn visit_f64<E>(self, v: f64) -> std::result::Result<Value, E> {
        Ok(v.into())
    }

    fn visit_str<E>(self, v: &str) -> std::result::Result<Value, E> {
        Ok(v.into())
    }

    fn visit_string<E>(self, v: String) -> std::result::Result<Value, E> {
        Ok(v.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> std::result::Result<Value, A::Error> {
        let first = array.next_element::<Single>()?;
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(first.map(|Single(value)| value).into_iter().collect()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Value, A::Error> {
        let mut object = serde_json::Map::new();
        if let Some((name, Single(value))) = map.next_entry()? {
            object.insert(name, value);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object(object))
    }
}

/// Reads the properties of a feature.
struct Properties<'r, 'a>(&'r mut KnownProperties<'a>);

impl<'de> DeserializeSeed<'de> for Properties<'_, '_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Properties<'_, '_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object of properties, or null")
    }

    fn visit_unit<E>(self) -> std::result::Result<Found, E> {
        Ok(Found::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Found, A::Error> {
        let known = self.0;
        let options = known.options;
        let mut found = Found::default();
        while let Some(key) = map.next_key::<String>()? {
            let height_rank = match &options.height_property {
                Some(name) => (*name == key).then_some(0),
                None => heights::rank(&key),
            };
            let id_rank = match &options.id_property {
                Some(name) => (*name == key).then_some(0),
                None => ID_PROPERTIES.iter().position(|name| *name == key),
            };
            let is_lod = options.lod_property.as_ref() == Some(&key);
            if height_rank.is_none() && id_rank.is_none() && !is_lod {
                map.next_value::<IgnoredAny>()?;
            } else {
                let value = value(&mut map)?;
                if let Some(rank) = height_rank {
                    let property = &mut known.heights[rank];
                    if !property.was_seen {
                        property.was_seen = true;
                        property.name.clone_from(&key);
                    }
                    found.take_height(rank, &value, property.meaning, options.level_height);
                }
                known.has_id |= id_rank.is_some();
                if let Some(rank) = id_rank.filter(|&rank| found.id.as_ref().is_none_or(|(best, _)| rank < *best)) {
                    found.id = name(&value).map(|name| (rank, name)).or(found.id);
                }
                if is_lod {
                    known.has_lod = true;
                    found.lod = lod(&value)
                        .map_err(|e| A::Error::custom(format!("{e} in the property \"{key}\" (lod_property)")))?;
                }
            }
            if known.names.len() < MOST_NAMES && !known.names.contains(&key) {
                known.names.insert(key);
            }
        }
        Ok(found)
    }
}

/// Returns a name, which may be a number.
fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn lod(value: &Value) -> std::result::Result<Option<Lod>, String> {
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
