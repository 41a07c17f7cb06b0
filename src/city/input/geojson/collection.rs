//! Reads a feature collection, feature by feature.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::coordinates::Coordinates;
use super::words::NOT_A_NUMBER;
use super::{FeatureText, FootprintOptions, FootprintSet, ID_PROPERTIES};
use crate::city::input::footprint::{Footprint, FootprintList, HeightReference, Lod, Polygon};
use crate::city::input::heights::{self, HEIGHT_PROPERTIES, HeightMeaning, HeightSource, Raw, Refusal, RefusedHeight};
use crate::human;
use crate::io::crs::{Comparison, Crs};
use crate::io::recognise::{self, Format};
use crate::{Error, Result};

/// The number of property names that are remembered for messages.
const MOST_NAMES: usize = 100;
/// The extent below which coordinates must be degrees: no footprint is that small in metres, none that large in
/// degrees.
const LARGEST_IN_DEGREES: f64 = 0.1;
/// The largest number of characters of a value in a message.
const LONGEST_VALUE: usize = 40;

/// A property that heights may come from.
struct HeightProperty {
    /// The name as the file writes it, once seen.
    name: String,
    meaning: HeightMeaning,
    was_seen: bool,
    footprints: u64,
}

/// The state of reading features.
pub(super) struct Reader<'a> {
    options: &'a FootprintOptions,
    /// Checks that there is memory for so many footprints with so many points.
    room: &'a dyn Fn(u64, u64) -> Result<()>,
    text: &'a FeatureText,
    /// The numbers of footprints and points so far.
    sizes: (u64, u64),
    is_too_large: bool,
    set: FootprintSet,
    /// The properties that heights are taken from, best first.
    heights: Vec<HeightProperty>,
    /// The names of properties seen so far.
    names: BTreeSet<String>,
    /// The number of the current feature, from 1 on; 0 before the first and after the last one.
    number: u64,
    count: u64,
    /// The longer side of the largest footprint.
    largest: f64,
    /// Whether any feature has the property for the level of detail. The same for the name follows.
    has_lod: bool,
    has_id: bool,
    /// The type of the outermost object, if it is not a feature collection.
    other_type: Option<String>,
}

impl<'a> Reader<'a> {
    pub fn new(
        options: &'a FootprintOptions,
        room: &'a dyn Fn(u64, u64) -> Result<()>,
        text: &'a FeatureText,
    ) -> Reader<'a> {
        let property =
            |name: &str, meaning| HeightProperty { name: name.to_string(), meaning, was_seen: false, footprints: 0 };
        let heights = match &options.height_property {
            None => HEIGHT_PROPERTIES.iter().map(|(name, meaning)| property(name, *meaning)).collect(),
            Some(name) => vec![property(name, options.meaning_of(name))],
        };
        Reader {
            options,
            room,
            text,
            sizes: (0, 0),
            is_too_large: false,
            set: FootprintSet::default(),
            heights,
            names: BTreeSet::new(),
            number: 0,
            count: 0,
            largest: 0.0,
            has_lod: false,
            has_id: false,
            other_type: None,
        }
    }

    pub fn read(&mut self, file: impl Read) -> serde_json::Result<()> {
        let mut deserializer = serde_json::Deserializer::from_reader(file);
        deserializer.deserialize_map(Collection(self))?;
        deserializer.end()
    }

    /// Returns the error for a feature whose text does not fit the memory.
    pub fn too_long(&self, refused: Option<Error>) -> Error {
        let what = match self.number {
            0 => "what stands before or after the features".to_string(),
            number => {
                format!("reading feature #{number}, whose text is {} or longer", human::bytes(self.text.bytes.get()))
            }
        };
        match refused {
            Some(Error::MemoryLimit { limit, needed, .. }) => Error::MemoryLimit { limit, needed, what },
            other => other.unwrap_or(Error::Cancelled),
        }
    }

    /// Returns the format of a file that is not a feature collection, if it is a known one.
    pub fn other_format(&self) -> Option<Format> {
        recognise::of_json_type(self.other_type.as_deref()?)
    }

    /// Describes an error with the feature it is in; the error itself has line and column.
    pub fn locate(&self, e: &serde_json::Error) -> String {
        if self.number > 0 { format!("feature #{}: {e}", self.number) } else { e.to_string() }
    }

    pub fn finish(mut self, path: &Path, terrain: Option<&Crs>) -> Result<FootprintSet> {
        self.check_place(path, terrain)?;
        if self.is_too_large {
            (self.room)(self.sizes.0, self.sizes.1)?;
        }
        if self.count > 0 && !self.heights.iter().any(|property| property.was_seen) {
            self.refuse_without_heights(path)?;
        }
        let asked = [
            (&self.options.lod_property, self.has_lod, "lod_property (--lod-property)"),
            (&self.options.id_property, self.has_id, "id_property (--id-property)"),
        ];
        for (name, is_there, parameter) in asked {
            if let (Some(name), false, 1..) = (name, is_there, self.count) {
                let accepted = format!("{}, or no {parameter}", self.properties_there_are(parameter));
                return Err(Error::bad_format(path, None, no_feature_with(name), accepted));
            }
        }
        self.set.property_names = self.names.into_iter().collect();
        let mut place = [u8::MAX; u8::MAX as usize + 1];
        let report = &mut self.set.heights;
        for (rank, property) in self.heights.into_iter().enumerate().filter(|(_, property)| property.footprints > 0) {
            let HeightProperty { name, meaning, footprints, .. } = property;
            place[rank] = report.properties.len() as u8;
            report.level_height =
                report.level_height.or((meaning == HeightMeaning::Levels).then_some(self.options.level_height));
            report.properties.push(HeightSource { property: name, meaning, footprints });
        }
        self.set.sources.iter_mut().for_each(|source| *source = place[usize::from(*source)]);
        self.set.sources.shrink_to_fit();
        self.set.footprints.shrink_to_fit();
        Ok(self.set)
    }

    /// Refuses a file in which no feature has a property for the height.
    fn refuse_without_heights(&self, path: &Path) -> Result<()> {
        let seen = match &self.options.height_property {
            Some(name) => no_feature_with(name),
            None if self.options.default_height.is_none() => {
                "no property that is known to state a height or storeys (groma help city build lists those)".to_string()
            }
            None => return Ok(()),
        };
        let property = self.properties_there_are("height_property (--height-property)");
        let accepted = format!("{property}; or a height for all as default_height (--default-height)");
        Err(Error::bad_format(path, None, seen, accepted))
    }

    /// Describes the properties that the features have, as candidates for `parameter`.
    fn properties_there_are(&self, parameter: &str) -> String {
        let name = |name: &String| match heights::lookalike(name) {
            Some(what) => format!("\"{name}\" ({what})"),
            None => format!("\"{name}\""),
        };
        let names = self.names.iter().map(name).collect::<Vec<_>>().join(", ");
        match names.as_str() {
            "" => "features with properties, for these have none".to_string(),
            names => format!("one of the properties there are, {names}, as {parameter}"),
        }
    }

    /// Refuses coordinates that are not in metres, or in another system than the terrain's.
    fn check_place(&self, path: &Path, terrain: Option<&Crs>) -> Result<()> {
        let crs = self.set.crs.as_deref().and_then(Crs::parse);
        let within_degrees = |[west, south, east, north]: [f64; 4]| {
            west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0 && self.largest < LARGEST_IN_DEGREES
        };
        let look_like_degrees =
            || self.set.bounds.is_some_and(within_degrees).then(|| "coordinates that look like degrees".to_string());
        let differ = || match (&crs, terrain) {
            (Some(own), Some(terrain)) if own.compare(terrain) == Comparison::Different => {
                Some(format!("coordinates in {own}"))
            }
            _ => None,
        };
        let complaint = crs.as_ref().and_then(Crs::complaint).or_else(look_like_degrees).or_else(differ);
        let Some(complaint) = complaint else { return Ok(()) };
        let beside = terrain.map(|terrain| format!(", while the terrain is in {terrain}")).unwrap_or_default();
        let code = terrain.and_then(Crs::epsg).map_or("CODE".to_string(), |code| code.to_string());
        let what = format!(
            "{complaint}{beside}; project them to a coordinate system in metres, that of the terrain: \
             ogr2ogr -t_srs EPSG:{code} metres.geojson {}",
            recognise::quoted(path)
        );
        Err(Error::Unsupported { path: path.to_path_buf(), what })
    }

    fn add(&mut self, feature: Feature) {
        let number = self.number;
        let has_id = !feature.id.is_empty();
        let id = if feature.id.is_empty() { format!("#{number}") } else { feature.id };
        let skip = |features: &mut FootprintList| features.add(|| id.clone());
        let polygons = match feature.geometry {
            Geometry::Absent => return skip(&mut self.set.skipped.no_geometry),
            Geometry::Other => return skip(&mut self.set.skipped.other_geometry),
            Geometry::Polygons(polygons) => polygons,
        };
        for Refused { rank, why, value } in feature.refused {
            let property = &self.heights[rank].name;
            let refused = || RefusedHeight { id: id.clone(), property: Some(property.clone()), value };
            self.set.heights.refused(why).add(refused);
        }
        let (height, reference, source) = match (feature.height, self.options.default_height) {
            (Some((rank, height)), _) => {
                let property = &mut self.heights[rank];
                property.footprints += 1;
                (height, property.meaning.reference(), rank as u8)
            }
            (None, Some(height)) => {
                self.set.heights.default += 1;
                (height, HeightReference::Ground, u8::MAX)
            }
            (None, None) => return skip(&mut self.set.skipped.no_height),
        };
        let lacks = [
            (feature.has_other_parts, &mut self.set.skipped.other_parts),
            (self.options.lod_property.is_some() && feature.lod.is_none(), &mut self.set.skipped.no_lod),
            (self.options.id_property.is_some() && !has_id, &mut self.set.skipped.no_id),
        ];
        lacks.into_iter().filter(|(is_so, _)| *is_so).for_each(|(_, list)| list.add(|| id.clone()));
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for &[x, y] in polygons.iter().flat_map(|p| p.rings.iter().flatten()) {
            bounds = join(bounds, [x, y, x, y]);
        }
        self.largest = self.largest.max(bounds[2] - bounds[0]).max(bounds[3] - bounds[1]);
        self.set.bounds = Some(self.set.bounds.map_or(bounds, |all| join(all, bounds)));
        self.sizes.0 += 1;
        self.sizes.1 += polygons.iter().flat_map(|p| &p.rings).map(|ring| ring.len() as u64).sum::<u64>();
        self.is_too_large = self.is_too_large || (self.room)(self.sizes.0, self.sizes.1).is_err();
        if self.is_too_large {
            // From here on footprints are only counted, to find the memory limit that would do.
            (self.set.footprints, self.set.sources) = (Vec::new(), Vec::new());
            return;
        }
        self.set.sources.push(source);
        self.set.footprints.push(Footprint { id, polygons, height, reference, lod: feature.lod });
    }
}

fn no_feature_with(property: &str) -> String {
    format!("no feature with the property \"{property}\"")
}

fn join(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Reads the outermost object.
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
                "crs" | "coordRefSys" => {
                    let crs = map.next_value::<Value>()?;
                    self.0.set.crs = crs_name(&crs).or(self.0.set.crs.take());
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
            self.0.text.bytes.set(0);
            self.0.text.held.set(if self.0.is_too_large { (0, 0) } else { self.0.sizes });
        }
        self.0.number = 0;
        Ok(())
    }
}

/// The members of a feature that matter.
struct Feature {
    id: String,
    geometry: Geometry,
    /// Whether its collection of geometries contains anything other than polygons.
    has_other_parts: bool,
    height: Option<(usize, f64)>,
    refused: Vec<Refused>,
    lod: Option<Lod>,
}

/// A value of a height property that was refused.
struct Refused {
    rank: usize,
    why: Refusal,
    value: String,
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
        let options = reader.options;
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
                    let property = &mut reader.heights[rank];
                    if !property.was_seen {
                        property.was_seen = true;
                        property.name.clone_from(&key);
                    }
                    found.take_height(rank, &value, property.meaning, options.level_height);
                }
                reader.has_id |= id_rank.is_some();
                if let Some(rank) = id_rank.filter(|&rank| found.id.as_ref().is_none_or(|(best, _)| rank < *best)) {
                    found.id = name(&value).map(|name| (rank, name)).or(found.id);
                }
                if is_lod {
                    reader.has_lod = true;
                    found.lod = lod(&value)
                        .map_err(|e| A::Error::custom(format!("{e} in the property \"{key}\" (lod_property)")))?;
                }
            }
            if reader.names.len() < MOST_NAMES && !reader.names.contains(&key) {
                reader.names.insert(key);
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
