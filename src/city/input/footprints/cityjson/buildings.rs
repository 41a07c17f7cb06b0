//! Buildings with their parts, until all objects of a text have been read.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::object::Object;
use super::surfaces::{Shape, shape_of, union};
use crate::city::input::footprints::feature::Geometry;
use crate::city::input::footprints::source::FeatureSink;

/// A building with its parts, as far as they were read.
#[derive(Default)]
struct Building {
    id: String,
    /// The building's own attributes, and those of its parts.
    own: Vec<(String, Value)>,
    of_parts: Vec<(String, Value)>,
    /// The shapes of the building and its parts together, but for the flat outline of the building itself.
    shape: Shape,
    flat: Vec<Vec<Vec<[f64; 2]>>>,
    has_others: bool,
}

/// The buildings read so far, in the order in which they or their first part stand in the text.
#[derive(Default)]
pub(super) struct Buildings {
    buildings: Vec<Building>,
    places: HashMap<String, usize>,
    /// The points of all outlines.
    points: u64,
    /// The numbers of objects that are no buildings, by their type.
    others: BTreeMap<String, u64>,
}

/// The number of types that are told.
const MOST_TYPES: usize = 20;

impl Buildings {
    /// Adds an object to its building.
    ///
    /// # Errors
    /// What is wrong with the object.
    pub fn add(&mut self, id: &str, object: Object, vertices: &[[f64; 3]]) -> Result<(), String> {
        let is_part = object.kind == "BuildingPart";
        if !is_part && object.kind != "Building" {
            if self.others.len() < MOST_TYPES || self.others.contains_key(&object.kind) {
                *self.others.entry(object.kind).or_default() += 1;
            }
            return Ok(());
        }
        let root = if is_part { object.parents.first().map_or(id, String::as_str) } else { id };
        let place = *self.places.entry(root.to_string()).or_insert(self.buildings.len());
        if place == self.buildings.len() {
            self.buildings.push(Building { id: root.to_string(), ..Building::default() });
        }
        let building = &mut self.buildings[place];
        let Shape { grounds, flat, roofs } = shape_of(&object.geometries, vertices)?;
        self.points += grounds.iter().chain(&flat).flatten().map(|ring| ring.len() as u64).sum::<u64>();
        building.has_others |= !object.geometries.is_empty() && grounds.is_empty() && flat.is_empty();
        building.shape.grounds.extend(grounds);
        building.shape.roofs[0] += roofs[0];
        building.shape.roofs[1] += roofs[1];
        if is_part {
            building.shape.grounds.extend(flat);
            building.of_parts.extend(object.attributes);
        } else {
            building.flat = flat;
            building.own = object.attributes;
        }
        Ok(())
    }

    /// Returns the numbers of buildings and of points in their outlines.
    pub fn sizes(&self) -> (u64, u64) {
        (self.buildings.len() as u64, self.points)
    }

    /// Gives the buildings read so far, and forgets them.
    ///
    /// # Errors
    /// What is wrong with the attributes of a building.
    pub fn give(&mut self, sink: &mut dyn FeatureSink) -> Result<(), String> {
        self.places.clear();
        self.points = 0;
        for building in self.buildings.drain(..) {
            sink.begin();
            // The first value of a property counts, so the building's own stand before those of its parts.
            for (name, value) in building.own.iter().chain(&building.of_parts) {
                sink.wants(name);
                sink.value(name, value).map_err(|seen| format!("object \"{}\": {seen}", building.id))?;
            }
            let [area, moment] = building.shape.roofs;
            if area > 0.0 {
                sink.roof(moment / area);
            }
            let grounds = if building.shape.grounds.is_empty() { building.flat } else { building.shape.grounds };
            let polygons = union(grounds);
            let geometry = Geometry { has_others: building.has_others && polygons.is_empty(), polygons };
            sink.end(Some(&Value::String(building.id)), geometry);
        }
        Ok(())
    }

    /// Tells what else there was.
    pub fn tell(self, sink: &mut dyn FeatureSink) {
        if !self.others.is_empty() {
            let kinds: Vec<String> = self.others.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            sink.doubt(format!("objects that are no buildings are left out: {}", kinds.join(", ")));
        }
    }
}
