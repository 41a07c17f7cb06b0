//! City objects as they stand in the text.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::boundaries::{Boundaries, Kinds};
use crate::city::input::footprints::geojson::Single;

/// A geometry of an object.
#[derive(Deserialize)]
pub(super) struct Geometry {
    #[serde(default)]
    pub r#type: String,
    #[serde(default)]
    lod: Option<Value>,
    #[serde(default)]
    pub boundaries: Boundaries,
    #[serde(default)]
    semantics: Option<Semantics>,
}

#[derive(Deserialize)]
struct Semantics {
    #[serde(default)]
    surfaces: Vec<Surface>,
    #[serde(default)]
    values: Kinds,
}

#[derive(Deserialize)]
struct Surface {
    #[serde(default)]
    r#type: String,
}

impl Geometry {
    /// Returns the level of detail; 0 where none is stated.
    pub fn lod(&self) -> f64 {
        match &self.lod {
            Some(Value::Number(number)) => number.as_f64().unwrap_or(0.0),
            Some(Value::String(text)) => text.trim().parse().unwrap_or(0.0),
            _ => 0.0,
        }
    }

    /// Returns the kind of a surface, such as `GroundSurface`. Kinds count only where each surface has one, or none.
    pub fn kind(&self, surface: usize) -> Option<&str> {
        let semantics = self.semantics.as_ref().filter(|s| s.values.0.len() == self.boundaries.len())?;
        let kind = semantics.values.0[surface]?;
        semantics.surfaces.get(kind as usize).map(|surface| surface.r#type.as_str())
    }
}

/// An object of a city.
#[derive(Default)]
pub(super) struct Object {
    pub kind: String,
    /// The wanted attributes.
    pub attributes: Vec<(String, Value)>,
    pub geometries: Vec<Geometry>,
    /// The objects that this one is a part of.
    pub parents: Vec<String>,
}

/// Reads an object. `wants` tells which attributes are kept.
pub(super) struct OneObject<'s>(pub &'s mut dyn FnMut(&str) -> bool);

impl<'de> DeserializeSeed<'de> for OneObject<'_> {
    type Value = Object;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Object, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneObject<'_> {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a city object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut object = Object::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => object.kind = map.next_value()?,
                "geometry" => object.geometries = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "parents" => object.parents = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "attributes" => object.attributes = map.next_value_seed(Attributes(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(object)
    }
}

struct Attributes<'s>(&'s mut dyn FnMut(&str) -> bool);

impl<'de> DeserializeSeed<'de> for Attributes<'_> {
    type Value = Vec<(String, Value)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Attributes<'_> {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object of attributes, or null")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut attributes = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if (self.0)(&key) {
                let Single(value) = map.next_value()?;
                attributes.push((key, value));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(attributes)
    }
}
