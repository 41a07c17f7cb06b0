//! Reads a feature collection, feature by feature.

use std::fmt;
use std::io::Read;
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::feature::{Feature, Geometry, HeightProperty, KnownProperties, OneFeature, Refused};
use super::{FeatureText, FootprintOptions, FootprintSet};
use crate::city::input::footprint::{Footprint, FootprintList, HeightReference};
use crate::city::input::heights::{self, HeightMeaning, HeightSource, RefusedHeight};
use crate::human;
use crate::io::crs::{Comparison, Crs};
use crate::io::recognise::{self, Format};
use crate::{Error, Result};

/// The extent below which coordinates must be degrees: no footprint is that small in metres, none that large in
/// degrees.
const LARGEST_IN_DEGREES: f64 = 0.1;

/// The state of reading features.
pub(super) struct Reader<'a> {
    properties: KnownProperties<'a>,
    /// Checks that there is memory for so many footprints with so many points.
    room: &'a dyn Fn(u64, u64) -> Result<()>,
    text: &'a FeatureText,
    /// The numbers of footprints and points so far.
    sizes: (u64, u64),
    is_too_large: bool,
    set: FootprintSet,
    /// The number of the current feature, from 1 on; 0 before the first and after the last one.
    number: u64,
    count: u64,
    /// The longer side of the largest footprint.
    largest: f64,
    /// The type of the outermost object, if it is not a feature collection.
    other_type: Option<String>,
}

impl<'a> Reader<'a> {
    pub fn new(
        options: &'a FootprintOptions,
        room: &'a dyn Fn(u64, u64) -> Result<()>,
        text: &'a FeatureText,
    ) -> Reader<'a> {
        Reader {
            properties: KnownProperties::new(options),
            room,
            text,
            sizes: (0, 0),
            is_too_large: false,
            set: FootprintSet::default(),
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
        if self.count > 0 && !self.properties.heights.iter().any(|property| property.was_seen) {
            self.refuse_without_heights(path)?;
        }
        let asked = [
            (&self.properties.options.lod_property, self.properties.has_lod, "lod_property (--lod-property)"),
            (&self.properties.options.id_property, self.properties.has_id, "id_property (--id-property)"),
        ];
        for (name, is_there, parameter) in asked {
            if let (Some(name), false, 1..) = (name, is_there, self.count) {
                let accepted = format!("{}, or no {parameter}", self.properties_there_are(parameter));
                return Err(Error::bad_format(path, None, no_feature_with(name), accepted));
            }
        }
        self.set.property_names = self.properties.names.into_iter().collect();
        let mut place = [u8::MAX; u8::MAX as usize + 1];
        let report = &mut self.set.heights;
        for (rank, property) in
            self.properties.heights.into_iter().enumerate().filter(|(_, property)| property.footprints > 0)
        {
            let HeightProperty { name, meaning, footprints, .. } = property;
            place[rank] = report.properties.len() as u8;
            report.level_height = report
                .level_height
                .or((meaning == HeightMeaning::Levels).then_some(self.properties.options.level_height));
            report.properties.push(HeightSource { property: name, meaning, footprints });
        }
        self.set.sources.iter_mut().for_each(|source| *source = place[usize::from(*source)]);
        self.set.sources.shrink_to_fit();
        self.set.footprints.shrink_to_fit();
        Ok(self.set)
    }

    /// Refuses a file in which no feature has a property for the height.
    fn refuse_without_heights(&self, path: &Path) -> Result<()> {
        let seen = match &self.properties.options.height_property {
            Some(name) => no_feature_with(name),
            None if self.properties.options.default_height.is_none() => {
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
        let names = self.properties.names.iter().map(name).collect::<Vec<_>>().join(", ");
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
        Err(Error::Unsupported { subject: path.to_path_buf(), what })
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
            let property = &self.properties.heights[rank].name;
            let refused = || RefusedHeight { id: id.clone(), property: Some(property.clone()), value };
            self.set.heights.refused(why).add(refused);
        }
        let (height, reference, source) = match (feature.height, self.properties.options.default_height) {
            (Some((rank, height)), _) => {
                let property = &mut self.properties.heights[rank];
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
            (self.properties.options.lod_property.is_some() && feature.lod.is_none(), &mut self.set.skipped.no_lod),
            (self.properties.options.id_property.is_some() && !has_id, &mut self.set.skipped.no_id),
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
            let Some(feature) = array.next_element_seed(OneFeature(&mut self.0.properties))? else { break };
            self.0.add(feature);
            self.0.count += 1;
            self.0.text.bytes.set(0);
            self.0.text.held.set(if self.0.is_too_large { (0, 0) } else { self.0.sizes });
        }
        self.0.number = 0;
        Ok(())
    }
}
