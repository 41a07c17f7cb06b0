//! Reads the buildings of CityJSON and of CityJSON text sequences, in which a first line says what the others share.
//!
//! In CityJSON the vertices of all objects stand together, mostly behind the objects, so the text is read twice: once
//! for the vertices, once for the objects. A building and its parts become one footprint.

mod boundaries;
mod buildings;
mod object;
mod surfaces;

use std::cell::Cell;
use std::fmt;
use std::io::{BufReader, Read};

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use self::buildings::Buildings;
use self::object::{Object, OneObject};
use super::budget::Budget;
use super::geojson::NumberWords;
use super::source::{FeatureSink, Source};
use super::text::{Text, read_error};
use crate::{Error, Result};

/// Reads the buildings of a text.
pub(super) fn read(source: &Source<'_>, sink: &mut dyn FeatureSink) -> Result<()> {
    let mut shared = Shared { budget: source.budget, transform: None, crs: None, vertices: Vec::new(), refused: None };
    let read_first = each_value(source, &mut |text, _| text.deserialize_map(First(&mut shared)).map(|()| false));
    read_first.map_err(|error| shared.refused.take().unwrap_or(error))?;
    if let Some(crs) = shared.crs.take() {
        sink.reference_system(crs);
    }
    let mut buildings = Buildings::default();
    let mut is_first = true;
    let read_all = each_value(source, &mut |text, has_begun| {
        let objects = Objects { shared: &mut shared, buildings: &mut buildings, sink: &mut *sink, is_first, has_begun };
        text.deserialize_map(objects)?;
        is_first = false;
        Ok(true)
    });
    read_all.map_err(|error| shared.refused.take().unwrap_or(error))?;
    buildings.tell(sink);
    Ok(())
}

type Json<'a> = serde_json::Deserializer<serde_json::de::IoRead<BufReader<NumberWords<Text<'a>>>>>;

/// Reads the values of a text one after the other, until `read` returns that it needs no more. It sets the flag when a
/// value begins.
fn each_value(
    source: &Source<'_>,
    read: &mut dyn FnMut(&mut Json<'_>, &Cell<bool>) -> serde_json::Result<bool>,
) -> Result<()> {
    const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
    let (path, budget) = (source.path, source.budget);
    let mut text = Text::open(path, budget)?;
    let is_gzip = text.is_gzip;
    let broken = |cause| read_error(path, cause, is_gzip, budget);
    if text.start.starts_with(BYTE_ORDER_MARK) {
        text.read_exact(&mut [0; BYTE_ORDER_MARK.len()]).map_err(broken)?;
    }
    let reader = BufReader::with_capacity(256 << 10, NumberWords::new(text));
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let mut values = 0_u64;
    loop {
        let has_begun = Cell::new(false);
        match read(&mut deserializer, &has_begun) {
            Ok(true) => values += 1,
            Ok(false) => return Ok(()),
            Err(e) if e.is_io() => return Err(broken(e.into())),
            Err(e) if e.is_eof() && values > 0 && !has_begun.get() => return Ok(()),
            Err(e) => return Err(Error::bad_format(path, None, e, "CityJSON, or CityJSON features one in each line")),
        }
    }
}

/// What the objects of a text share.
struct Shared<'a> {
    budget: &'a Budget<'a>,
    transform: Option<Transform>,
    crs: Option<String>,
    /// The vertices, in coordinates.
    vertices: Vec<[f64; 3]>,
    /// The error of the budget, which the errors of JSON cannot carry.
    refused: Option<Error>,
}

#[derive(Clone, Copy, Deserialize)]
struct Transform {
    scale: [f64; 3],
    translate: [f64; 3],
}

impl Shared<'_> {
    /// Returns coordinates out of the numbers in the text.
    fn place(&self, mut vertices: Vec<[f64; 3]>) -> Vec<[f64; 3]> {
        if let Some(Transform { scale, translate }) = self.transform {
            for vertex in &mut vertices {
                *vertex = [0, 1, 2].map(|d| vertex[d] * scale[d] + translate[d]);
            }
        }
        vertices
    }

    /// Checks that there is room for so many footprints and points.
    fn check<E: serde::de::Error>(&mut self, sizes: (u64, u64)) -> std::result::Result<(), E> {
        let room = self.budget.check(sizes);
        self.budget.end_feature();
        self.budget.hold(sizes);
        room.map_err(|error| {
            self.refused = Some(error);
            E::custom("more than there is room for")
        })
    }
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(rename = "referenceSystem", default)]
    system: Option<Value>,
}

/// Reads what is shared out of the first value.
struct First<'r, 'a>(&'r mut Shared<'a>);

impl<'de> Visitor<'de> for First<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("CityJSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let mut vertices = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => match map.next_value::<Value>()? {
                    Value::String(kind) if kind == "CityJSON" => {}
                    other => return Err(A::Error::custom(format!("an object of the type {other}"))),
                },
                "transform" => self.0.transform = map.next_value()?,
                "metadata" => {
                    let system = map.next_value::<Option<Metadata>>()?.and_then(|metadata| metadata.system);
                    self.0.crs = system.and_then(|system| system.as_str().map(String::from));
                }
                "vertices" => vertices = map.next_value_seed(Vertices(self.0))?,
                "CityObjects" => map.next_value_seed(Skipped(self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        self.0.vertices = self.0.place(vertices);
        Ok(())
    }
}

/// Passes over the objects.
struct Skipped<'r, 'a>(&'r mut Shared<'a>);

impl<'de> DeserializeSeed<'de> for Skipped<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Skipped<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("city objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            self.0.budget.end_feature();
        }
        Ok(())
    }
}

/// Reads vertices, as the numbers in the text.
struct Vertices<'r, 'a>(&'r mut Shared<'a>);

impl<'de> DeserializeSeed<'de> for Vertices<'_, '_> {
    type Value = Vec<[f64; 3]>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Vertices<'_, '_> {
    type Value = Vec<[f64; 3]>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("vertices of three numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> std::result::Result<Self::Value, A::Error> {
        /// How many are read between two looks at the room.
        const STEP: usize = 4096;
        let mut vertices = Vec::new();
        while let Some(vertex) = array.next_element::<[f64; 3]>()? {
            vertices.push(vertex);
            if vertices.len().is_multiple_of(STEP) {
                self.0.check((0, vertices.len() as u64))?;
            }
        }
        Ok(vertices)
    }
}

/// Reads the objects of a value: of the first one with the vertices that are known, of a feature with its own.
struct Objects<'r, 'a, 's> {
    shared: &'r mut Shared<'a>,
    buildings: &'r mut Buildings,
    sink: &'s mut dyn FeatureSink,
    is_first: bool,
    has_begun: &'r Cell<bool>,
}

impl<'de> Visitor<'de> for Objects<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("CityJSON or a CityJSON feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let Objects { shared, buildings, sink, is_first, has_begun } = self;
        has_begun.set(true);
        let (mut objects, mut vertices) = (Vec::new(), Vec::new());
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "CityObjects" => {
                    let entries =
                        Entries { shared: &mut *shared, buildings: &mut *buildings, sink: &mut *sink, is_first };
                    objects.extend(map.next_value_seed(entries)?);
                }
                "vertices" if !is_first => vertices = map.next_value::<Vec<[f64; 3]>>()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let vertices = shared.place(vertices);
        for (id, object) in objects {
            add(buildings, &id, object, &vertices)?;
        }
        buildings.give(sink).map_err(A::Error::custom)
    }
}

fn add<E: serde::de::Error>(
    buildings: &mut Buildings,
    id: &str,
    object: Object,
    vertices: &[[f64; 3]],
) -> std::result::Result<(), E> {
    buildings.add(id, object, vertices).map_err(|seen| E::custom(format!("object \"{id}\": {seen}")))
}

/// Reads the objects by their names. Gives those back whose vertices are not known yet.
struct Entries<'r, 'a, 's> {
    shared: &'r mut Shared<'a>,
    buildings: &'r mut Buildings,
    sink: &'s mut dyn FeatureSink,
    is_first: bool,
}

impl<'de> DeserializeSeed<'de> for Entries<'_, '_, '_> {
    type Value = Vec<(String, Object)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_, '_, '_> {
    type Value = Vec<(String, Object)>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("city objects by their names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        let Entries { shared, buildings, sink, is_first } = self;
        let mut later = Vec::new();
        while let Some(id) = map.next_key::<String>()? {
            let object = map.next_value_seed(OneObject(&mut |name| sink.wants(name)))?;
            if is_first {
                add(buildings, &id, object, &shared.vertices)?;
                shared.check(buildings.sizes())?;
            } else {
                later.push((id, object));
            }
        }
        Ok(later)
    }
}

#[cfg(test)]
mod tests;
