//! Reads one feature: its id, its polygons, and its properties.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::coordinates::Coordinates;
use super::value::Single;
use crate::city::input::footprints::feature::Geometry;
use crate::city::input::footprints::source::FeatureSink;

/// Reads one feature.
pub(super) struct OneFeature<'s>(pub &'s mut dyn FeatureSink);

impl<'de> DeserializeSeed<'de> for OneFeature<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneFeature<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut id = None;
        let mut geometry = Geometry::default();
        self.0.begin();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" => id = Some(map.next_value::<Single>()?.0),
                "geometry" => {
                    geometry = Geometry::default();
                    if let Some(raw) = map.next_value::<Option<RawGeometry>>()? {
                        raw.add_to(&mut geometry).map_err(A::Error::custom)?;
                    }
                }
                "properties" => map.next_value_seed(Properties(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        self.0.end(id.as_ref(), geometry);
        Ok(())
    }
}

/// A geometry as it stands in the text.
#[derive(Deserialize)]
pub(super) struct RawGeometry {
    pub r#type: String,
    #[serde(default)]
    pub coordinates: Option<Coordinates>,
    #[serde(default)]
    pub geometries: Option<Vec<RawGeometry>>,
}

impl RawGeometry {
    /// Adds the polygons.
    ///
    /// # Errors
    /// Why they are none.
    pub fn add_to(self, geometry: &mut Geometry) -> Result<(), String> {
        match (self.r#type.as_str(), self.coordinates) {
            ("Polygon" | "MultiPolygon", None | Some(Coordinates::Empty)) => {}
            ("Polygon", Some(Coordinates::Polygon(rings))) => geometry.add(rings),
            ("MultiPolygon", Some(Coordinates::MultiPolygon(polygons))) => {
                polygons.into_iter().for_each(|rings| geometry.add(rings));
            }
            (kind @ ("Polygon" | "MultiPolygon"), _) => {
                return Err(format!("coordinates that are not those of a {kind}"));
            }
            ("GeometryCollection", _) => {
                for part in self.geometries.into_iter().flatten() {
                    part.add_to(geometry)?;
                }
            }
            _ => geometry.has_others = true,
        }
        Ok(())
    }
}

/// Reads the properties of a feature.
pub(super) struct Properties<'s>(pub &'s mut dyn FeatureSink);

impl<'de> DeserializeSeed<'de> for Properties<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Properties<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object of properties, or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if self.0.wants(&key) {
                let Single(value) = map.next_value()?;
                self.0.value(&key, &value).map_err(A::Error::custom)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
