//! A feature collection, feature by feature.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::coordinates::Coordinates;
use super::{FootprintOptions, FootprintSet, HEIGHT_PROPERTIES, ID_PROPERTIES, SkippedFeatures};
use crate::city::footprint::{Footprint, HeightReference, Lod, Polygon};
use crate::io::recognise::{self, Format};
use crate::{Error, Result};

/// How many names of properties are remembered for a message.
const MOST_NAMES: usize = 100;
/// No footprint is that small in metres, and none that large in degrees.
const LARGEST_IN_DEGREES: f64 = 0.1;

/// What is known while features are read.
pub(super) struct Reader<'a> {
    options: &'a FootprintOptions,
    set: FootprintSet,
    /// The property that heights are taken from, once it is known, and where they count from.
    height: Option<(String, HeightReference)>,
    height_was_seen: bool,
    /// The names of properties that were seen.
    names: BTreeSet<String>,
    /// The number of the feature at work, from 1 on; 0 before the first and after the last one.
    number: u64,
    count: u64,
    /// The longer side of the largest footprint.
    largest: f64,
    /// What the outermost object says it is instead of a feature collection.
    other_type: Option<String>,
}

impl<'a> Reader<'a> {
    pub fn new(options: &'a FootprintOptions) -> Reader<'a> {
        Reader {
            options,
            set: FootprintSet::default(),
            height: options.height_property.clone().map(|name| (name, options.reference)),
            height_was_seen: false,
            names: BTreeSet::new(),
            number: 0,
            count: 0,
            largest: 0.0,
            other_type: None,
        }
    }

    pub fn read(&mut self, file: impl Read) -> serde_json::Result<()> {
        let mut deserializer = serde_json::Deserializer::from_reader(file);
        deserializer.deserialize_map(Collection(self))?;
        deserializer.end()
    }

    /// The format of a file that is no feature collection, where it is a known one.
    pub fn other_format(&self) -> Option<Format> {
        recognise::of_json_type(self.other_type.as_deref()?)
    }

    /// An error with the feature it is in; it brings line and column itself.
    pub fn locate(&self, e: &serde_json::Error) -> String {
        if self.number > 0 { format!("feature #{}: {e}", self.number) } else { e.to_string() }
    }

    pub fn finish(mut self, path: &Path) -> Result<FootprintSet> {
        let crs = self.set.crs.as_deref().unwrap_or_default();
        let is_geographic = ["CRS84", "EPSG::4326", "EPSG:4326", "EPSG::4258", "EPSG:4258", "EPSG::4979", "EPSG:4979"]
            .iter()
            .any(|name| crs.ends_with(name));
        let within_degrees = |[west, south, east, north]: [f64; 4]| {
            west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0 && self.largest < LARGEST_IN_DEGREES
        };
        if is_geographic || self.set.bounds.is_some_and(within_degrees) {
            let seen = if is_geographic { format!("in {crs}") } else { "that look like degrees".to_string() };
            return Err(Error::Unsupported {
                path: path.to_path_buf(),
                what: format!(
                    "coordinates {seen}; project them to a coordinate system in metres: \
                     ogr2ogr -t_srs EPSG:CODE metres.geojson {}",
                    path.display()
                ),
            });
        }
        if !self.height_was_seen && self.count > 0 {
            let wanted = match &self.options.height_property {
                Some(name) => Some(format!("no feature with the property \"{name}\"")),
                None if self.options.default_height.is_none() => {
                    let known = HEIGHT_PROPERTIES.map(|(name, _)| name).join(", ");
                    Some(format!("no property with a height: none of {known}"))
                }
                None => None,
            };
            if let Some(seen) = wanted {
                let names = self.names.iter().map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", ");
                let property = match names.as_str() {
                    "" => "features with a property for the height, for these have no properties".to_string(),
                    names => {
                        format!("one of the properties there are, {names}, as height_property (--height-property)")
                    }
                };
                let accepted = format!("{property}; or a height for all as default_height (--default-height)");
                return Err(Error::bad_format(path, None, seen, accepted));
            }
        }
        self.set.height_property = self.height.map(|(name, _)| name);
        self.set.footprints.shrink_to_fit();
        Ok(self.set)
    }

    fn add(&mut self, feature: Feature) {
        let number = self.number;
        let id = if feature.id.is_empty() { format!("#{number}") } else { feature.id };
        let skip = |features: &mut SkippedFeatures| features.add(|| id.clone());
        let polygons = match feature.geometry {
            Geometry::Absent => return skip(&mut self.set.skipped.no_geometry),
            Geometry::Other => return skip(&mut self.set.skipped.other_geometry),
            Geometry::Polygons(polygons) => polygons,
        };
        let (height, reference) = match (feature.height, self.options.default_height) {
            (Some(height), _) => height,
            (None, Some(height)) => {
                self.set.default_heights += 1;
                (height, HeightReference::Ground)
            }
            (None, None) => return skip(&mut self.set.skipped.no_height),
        };
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for &[x, y] in polygons.iter().flat_map(|p| p.rings.iter().flatten()) {
            bounds = join(bounds, [x, y, x, y]);
        }
        self.largest = self.largest.max(bounds[2] - bounds[0]).max(bounds[3] - bounds[1]);
        self.set.bounds = Some(self.set.bounds.map_or(bounds, |all| join(all, bounds)));
        self.set.footprints.push(Footprint { id, polygons, height, reference, lod: feature.lod });
    }
}

fn join(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Reads the object that holds all.
struct Collection<'r, 'a>(&'r mut Reader<'a>);

impl<'de> Visitor<'de> for Collection<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a GeoJSON feature collection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let mut has_features = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => match map.next_value::<Value>()? {
                    Value::String(kind) if kind == "FeatureCollection" => {}
                    other => {
                        self.0.other_type = other.as_str().map(String::from);
                        return Err(A::Error::custom(format!("an object of the type {other}")));
                    }
                },
                "crs" => {
                    let crs = map.next_value::<Value>()?;
                    self.0.set.crs = crs.pointer("/properties/name").and_then(Value::as_str).map(String::from);
                }
                "features" => {
                    map.next_value_seed(Features(self.0))?;
                    has_features = true;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if has_features { Ok(()) } else { Err(A::Error::custom("no features")) }
    }
}

struct Features<'r, 'a>(&'r mut Reader<'a>);

impl<'de> DeserializeSeed<'de> for Features<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> std::result::Result<(), A::Error> {
        loop {
            self.0.number = self.0.count + 1;
            let Some(feature) = array.next_element_seed(OneFeature(self.0))? else { break };
            self.0.add(feature);
            self.0.count += 1;
        }
        self.0.number = 0;
        Ok(())
    }
}

/// What is wanted of a feature.
struct Feature {
    id: String,
    geometry: Geometry,
    height: Option<(f64, HeightReference)>,
    lod: Option<Lod>,
}

enum Geometry {
    Absent,
    Other,
    Polygons(Vec<Polygon>),
}

struct OneFeature<'r, 'a>(&'r mut Reader<'a>);

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
        let mut geometry = Geometry::Absent;
        let mut found = Found::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" => own_id = name(&map.next_value()?),
                "geometry" => geometry = polygons(map.next_value()?).map_err(A::Error::custom)?,
                "properties" => found = map.next_value_seed(Properties(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let own_id = own_id.filter(|_| self.0.options.id_property.is_none());
        let id = own_id.or(found.id.map(|(_, id)| id)).unwrap_or_default();
        Ok(Feature { id, geometry, height: found.height, lod: found.lod })
    }
}

#[derive(Deserialize)]
struct RawGeometry {
    r#type: String,
    #[serde(default)]
    coordinates: Option<Coordinates>,
}

fn polygons(raw: Option<RawGeometry>) -> std::result::Result<Geometry, String> {
    let Some(raw) = raw else { return Ok(Geometry::Absent) };
    let polygons = match (raw.r#type.as_str(), raw.coordinates) {
        ("Polygon" | "MultiPolygon", None | Some(Coordinates::Empty)) => return Ok(Geometry::Absent),
        ("Polygon", Some(Coordinates::Polygon(rings))) => vec![Polygon { rings }],
        ("MultiPolygon", Some(Coordinates::MultiPolygon(polygons))) => {
            polygons.into_iter().filter(|rings| !rings.is_empty()).map(|rings| Polygon { rings }).collect()
        }
        (kind @ ("Polygon" | "MultiPolygon"), _) => return Err(format!("coordinates that are not those of a {kind}")),
        _ => return Ok(Geometry::Other),
    };
    Ok(Geometry::Polygons(polygons))
}

/// What was found among the properties of a feature.
#[derive(Default)]
struct Found {
    /// How common a name it was found under, and the name.
    id: Option<(usize, String)>,
    height: Option<(f64, HeightReference)>,
    lod: Option<Lod>,
}

struct Properties<'r, 'a>(&'r mut Reader<'a>);

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
        let reader = self.0;
        let mut found = Found::default();
        // The best-known name so far, while it is not known which property has the heights.
        let mut candidate: Option<(usize, Option<f64>)> = None;
        while let Some(key) = map.next_key::<String>()? {
            let is_height = reader.height.as_ref().is_some_and(|(name, _)| *name == key);
            let height_rank = match &reader.height {
                None => HEIGHT_PROPERTIES.iter().position(|(name, _)| *name == key),
                Some(_) => None,
            };
            let id_rank = match &reader.options.id_property {
                Some(name) => (*name == key).then_some(0),
                None => ID_PROPERTIES.iter().position(|name| *name == key),
            };
            let is_lod = reader.options.lod_property.as_ref() == Some(&key);
            if !is_height && height_rank.is_none() && id_rank.is_none() && !is_lod {
                map.next_value::<IgnoredAny>()?;
            } else {
                let value: Value = map.next_value()?;
                if is_height {
                    reader.height_was_seen = true;
                    found.height = number(&value).zip(reader.height.as_ref().map(|(_, reference)| *reference));
                }
                if let Some(rank) = height_rank.filter(|&rank| candidate.is_none_or(|(best, _)| rank < best)) {
                    candidate = Some((rank, number(&value)));
                }
                if let Some(rank) = id_rank.filter(|&rank| found.id.as_ref().is_none_or(|(best, _)| rank < *best)) {
                    found.id = name(&value).map(|name| (rank, name)).or(found.id);
                }
                if is_lod {
                    found.lod = lod(&value).map_err(A::Error::custom)?;
                }
            }
            if reader.names.len() < MOST_NAMES && !reader.names.contains(&key) {
                reader.names.insert(key);
            }
        }
        if let Some((rank, height)) = candidate {
            let (name, reference) = HEIGHT_PROPERTIES[rank];
            reader.height = Some((name.to_string(), reference));
            reader.height_was_seen = true;
            found.height = height.map(|height| (height, reference));
        }
        Ok(found)
    }
}

/// A finite number, or a text that is one.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|n| n.is_finite())
}

/// A name, which may be a number.
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
