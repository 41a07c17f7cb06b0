//! Reads a text of GeoJSON objects, one or several after each other.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::coordinates::Coordinates;
use super::feature::{OneFeature, Properties, RawGeometry};
use super::value::Single;
use crate::city::input::footprints::feature::Geometry;
use crate::city::input::footprints::source::FeatureSink;

/// Reads all objects. `other_type` becomes the type of an outermost object that is no GeoJSON.
pub(super) fn read(
    file: impl Read,
    sink: &mut dyn FeatureSink,
    other_type: &mut Option<String>,
) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_reader(file);
    let mut objects = 0_u64;
    loop {
        let mut has_begun = false;
        let outermost = Outermost { sink: &mut *sink, other_type: &mut *other_type, has_begun: &mut has_begun };
        match deserializer.deserialize_map(outermost) {
            Ok(()) => objects += 1,
            // Nothing follows the last object.
            Err(e) if e.is_eof() && !has_begun && objects > 0 => return Ok(()),
            Err(e) => return Err(e),
        }
    }
}

/// Reads an outermost object. Its type may come last, so members are read by their names.
struct Outermost<'s> {
    sink: &'s mut dyn FeatureSink,
    other_type: &'s mut Option<String>,
    has_begun: &'s mut bool,
}

const GEOMETRIES: [&str; 7] =
    ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"];

impl<'de> Visitor<'de> for Outermost<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        *self.has_begun = true;
        let sink = self.sink;
        let mut kind: Option<String> = None;
        let (mut id, mut is_collection, mut is_feature) = (None, false, false);
        let mut geometry = Geometry::default();
        let (mut coordinates, mut geometries) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            let is_one = kind.as_deref().is_none_or(|kind| kind != "FeatureCollection");
            match key.as_str() {
                "type" => match map.next_value::<Value>()? {
                    Value::String(text)
                        if text == "FeatureCollection" || text == "Feature" || GEOMETRIES.contains(&text.as_str()) =>
                    {
                        kind = Some(text);
                    }
                    other => {
                        *self.other_type = other.as_str().map(String::from);
                        return Err(A::Error::custom(format!("an object of the type {other}")));
                    }
                },
                "crs" | "coordRefSys" => {
                    if let Some(crs) = crs_name(&map.next_value()?) {
                        sink.reference_system(crs);
                    }
                }
                "features" => {
                    map.next_value_seed(Features(sink))?;
                    is_collection = true;
                }
                "id" => id = Some(map.next_value::<Single>()?.0),
                "properties" | "geometry" if is_one && !is_collection => {
                    if !is_feature {
                        sink.begin();
                        is_feature = true;
                    }
                    if key == "properties" {
                        map.next_value_seed(Properties(sink))?;
                    } else if let Some(raw) = map.next_value::<Option<RawGeometry>>()? {
                        raw.add_to(&mut geometry).map_err(A::Error::custom)?;
                    }
                }
                "coordinates" if is_one => coordinates = map.next_value::<Option<Coordinates>>()?,
                "geometries" if is_one => geometries = map.next_value::<Option<Vec<RawGeometry>>>()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        match kind.as_deref() {
            _ if is_collection => {}
            Some("FeatureCollection") | None => return Err(A::Error::custom("no features")),
            Some("Feature") => {
                if !is_feature {
                    sink.begin();
                }
                sink.end(id.as_ref(), geometry);
            }
            Some(kind) => {
                sink.begin();
                let raw = RawGeometry { r#type: kind.to_string(), coordinates, geometries };
                raw.add_to(&mut geometry).map_err(A::Error::custom)?;
                sink.end(None, geometry);
            }
        }
        Ok(())
    }
}

/// Returns the name of a reference system, from the member `crs` of GeoJSON before RFC 7946 or from JSON-FG.
fn crs_name(crs: &Value) -> Option<String> {
    let text = |pointer: &str| match crs.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(code) => Some(format!("EPSG:{code}")),
        _ => None,
    };
    crs.as_str().map(String::from).or_else(|| {
        ["/properties/name", "/properties/code", "/properties/href"].iter().find_map(|pointer| text(pointer))
    })
}

/// Reads the features of a collection.
struct Features<'s>(&'s mut dyn FeatureSink);

impl<'de> DeserializeSeed<'de> for Features<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        while array.next_element_seed(OneFeature(&mut *self.0))?.is_some() {}
        Ok(())
    }
}
