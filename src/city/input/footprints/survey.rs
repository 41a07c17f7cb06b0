//! A summary of a file of footprints before any build: what the file holds, and what a build would take from it.
//!
//! The file is read by the same readers as in a build, and the same collector counts; no footprint is kept.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::budget::Budget;
use super::collector::Collector;
use super::feature::{Geometry, MOST_NAMES, shortened};
use super::options::{FootprintOptions, ID_PROPERTIES};
use super::set::FootprintSet;
use super::source::{Bounds, FeatureSink, Source};
use super::tags::{OTHER_TAGS, tags};
use super::{Surroundings, read};
use crate::city::input::footprint::Polygon;
use crate::city::input::heights::{self, HEIGHT_PROPERTIES, HeightMeaning, HeightReport};
use crate::city::input::systems::could_only_be_degrees;
use crate::io::crs::Crs;
use crate::job::CancelToken;
use crate::{Error, Result};

/// The number of texts that are named for a property.
const EXAMPLES: usize = 3;

/// The summary of a file of footprints.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct FootprintsSummary {
    /// The file.
    pub path: PathBuf,
    /// The name of the format, such as "GeoPackage".
    pub format: &'static str,
    /// The layer, in formats with layers.
    pub layer: Option<String>,
    /// The reference system, as the file names it; WGS 84 where it names none and its numbers can only be degrees.
    pub reference_system: Option<String>,
    /// The number of features.
    pub features: u64,
    /// The number of features with polygons.
    pub with_polygons: u64,
    /// The number of polygons.
    pub polygons: u64,
    /// The number of points of all outlines.
    pub points: u64,
    /// West, south, east, north of all polygons, in the file's coordinates.
    pub extent: Option<[f64; 4]>,
    /// The number of footprints that a build would use, before it looks where they lie.
    pub usable: u64,
    /// The number of features that the filters leave out.
    pub filtered: u64,
    /// The sources of the heights.
    pub heights: HeightReport,
    /// The number of features that have polygons but no height.
    pub without_height: u64,
    /// The properties in the order in which they were first seen, a hundred at most.
    pub properties: Vec<PropertySummary>,
    /// Doubts about the file, in words.
    pub doubts: Vec<String>,
    /// Why a build would refuse the file.
    pub refusal: Option<String>,
}

/// The values of a property.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PropertySummary {
    /// The name, as the file writes it.
    pub name: String,
    /// The number of features with a value.
    pub values: u64,
    /// The number of features without one: null, or without the property.
    pub nulls: u64,
    /// The smallest and the largest number.
    pub range: Option<[f64; 2]>,
    /// The number of values that are texts.
    pub texts: u64,
    /// The first different texts, shortened.
    pub examples: Vec<String>,
    /// The use that a build makes of the property, or why it makes none of one that could be mistaken for a height.
    pub purpose: Option<String>,
}

/// A survey: the summary, and the sizes for a look at other inputs.
pub(crate) struct Surveyed {
    pub summary: FootprintsSummary,
    /// The number of footprints with height and the number of their points, as a build would hold them.
    pub sizes: (u64, u64),
}

impl Surveyed {
    /// Summarises a file that cannot be read.
    pub fn refused(path: &Path, why: String) -> Surveyed {
        let (path, refusal) = (path.to_path_buf(), Some(why));
        Surveyed { summary: FootprintsSummary { path, refusal, ..FootprintsSummary::default() }, sizes: (0, 0) }
    }
}

/// Surveys a file. `room` is as in [`super::read_until_cancelled`]; nothing but one feature is ever held.
///
/// # Errors
/// As [`super::read_footprints`], but for files that can be read and would be refused by a build: the summary says why.
pub(crate) fn survey(
    path: &Path,
    options: &FootprintOptions,
    surroundings: &Surroundings<'_>,
    cancel: &CancelToken,
    room: &dyn Fn(u64, u64) -> Result<()>,
) -> Result<Surveyed> {
    options.check()?;
    let budget = Budget::new(room, cancel);
    let layer = options.layer.as_deref();
    let source = Source { path, budget: &budget, layer, within: surroundings.within, terrain: surroundings.crs };
    let mut leave = |_, _| Ok(());
    let collector = Collector::new(options, &budget, &mut leave);
    let mut seen = Seen { collector, summary: FootprintsSummary::default(), places: HashMap::new(), are_small: true };
    seen.summary.format = read(&source, &mut seen)?;
    seen.finish(path, options)
}

/// What was seen so far.
struct Seen<'a> {
    /// The collector of a build, which counts.
    collector: Collector<'a>,
    summary: FootprintsSummary,
    /// The places of the properties in the summary.
    places: HashMap<String, usize>,
    /// Whether all coordinates can only be degrees.
    are_small: bool,
}

impl FeatureSink for Seen<'_> {
    fn begin(&mut self) {
        self.collector.begin();
        self.summary.features += 1;
    }

    fn wants(&mut self, property: &str) -> bool {
        self.collector.wants(property);
        if self.places.len() < MOST_NAMES && !self.places.contains_key(property) {
            self.places.insert(property.to_string(), self.summary.properties.len());
            let name = property.to_string();
            self.summary.properties.push(PropertySummary { name, ..PropertySummary::default() });
        }
        self.places.contains_key(property)
    }

    fn value(&mut self, property: &str, value: &Value) -> std::result::Result<(), String> {
        self.count(property, value);
        if let (OTHER_TAGS, Value::String(text)) = (property, value) {
            for (key, value) in tags(text) {
                self.wants(&key);
                self.count(&key, &Value::String(value));
            }
        }
        self.collector.value(property, value)
    }

    fn roof(&mut self, elevation: f64) {
        self.collector.roof(elevation);
    }

    fn end(&mut self, id: Option<&Value>, geometry: Geometry) {
        self.add(&geometry.polygons);
        self.collector.end(id, geometry);
    }

    fn layer(&mut self, name: &str) {
        self.summary.layer = Some(name.to_string());
    }

    fn reference_system(&mut self, name: String) {
        self.collector.reference_system(name);
    }

    fn nothing_within(&mut self, bounds: Bounds, extent: Option<[f64; 4]>) {
        self.collector.nothing_within(bounds, extent);
    }

    fn doubt(&mut self, what: String) {
        self.summary.doubts.push(what.clone());
        self.collector.doubt(what);
    }
}

impl Seen<'_> {
    fn count(&mut self, property: &str, value: &Value) {
        if let Some(&place) = self.places.get(property) {
            self.summary.properties[place].add(value);
        }
    }

    fn add(&mut self, polygons: &[Polygon]) {
        let summary = &mut self.summary;
        summary.with_polygons += u64::from(!polygons.is_empty());
        summary.polygons += polygons.len() as u64;
        for &[x, y] in polygons.iter().flat_map(|polygon| polygon.rings.iter().flatten()) {
            summary.points += 1;
            let [w, s, e, n] = summary.extent.unwrap_or([x, y, x, y]);
            summary.extent = Some([w.min(x), s.min(y), e.max(x), n.max(y)]);
        }
        self.are_small = self.are_small && could_only_be_degrees(polygons);
    }

    fn finish(self, path: &Path, options: &FootprintOptions) -> Result<Surveyed> {
        let Seen { collector, mut summary, are_small, .. } = self;
        summary.path = path.to_path_buf();
        let (named, sizes) = (collector.reference_system_so_far().map(String::from), collector.sizes());
        match collector.finish(path) {
            Ok((set, _)) => summary.take(set),
            Err(e @ (Error::Cancelled | Error::MemoryLimit { .. } | Error::Io { .. })) => return Err(e),
            Err(refusal) => summary.refusal = Some(refusal.to_string()),
        }
        let crs = named.as_deref().and_then(Crs::parse);
        let crs = crs.or_else(|| (are_small && summary.extent.is_some()).then(Crs::degrees));
        summary.reference_system = crs.as_ref().map(Crs::to_string).or(named);
        summary.usable = sizes.0;
        summary.doubts.extend(options.doubt());
        summary.settle(options);
        Ok(Surveyed { summary, sizes })
    }
}

impl FootprintsSummary {
    fn take(&mut self, set: FootprintSet) {
        self.filtered = set.filtered;
        self.without_height = set.skipped.no_height.count;
        self.heights = set.heights;
    }

    /// Completes the properties once all features were seen.
    fn settle(&mut self, options: &FootprintOptions) {
        let best_id = ID_PROPERTIES
            .iter()
            .find_map(|known| self.properties.iter().position(|property| property.name.eq_ignore_ascii_case(known)));
        for (place, property) in self.properties.iter_mut().enumerate() {
            property.nulls = self.features.saturating_sub(property.values);
            let is_id = match &options.id_property {
                Some(name) => *name == property.name,
                None => best_id == Some(place),
            };
            property.purpose = purpose_of(&property.name, is_id, options, &self.heights);
        }
    }
}

/// Returns what a build uses a property for.
fn purpose_of(name: &str, is_id: bool, options: &FootprintOptions, heights: &HeightReport) -> Option<String> {
    let what = |meaning| match meaning {
        HeightMeaning::RoofElevation => "the elevation of the roof",
        HeightMeaning::AboveGround => "the height above the ground",
        HeightMeaning::Levels => "storeys above the ground",
    };
    if let Some(used) = heights.properties.iter().find(|source| source.property == name) {
        return Some(format!("{} of {}", what(used.meaning), crate::human::counted(used.footprints, "building")));
    }
    if options.lod_property.as_deref() == Some(name) {
        return Some("the level of detail".into());
    }
    if is_id {
        return Some("the buildings' names".into());
    }
    if let Some(lookalike) = heights::lookalike(name) {
        return Some(format!("not taken for a height: {lookalike}"));
    }
    let rank = heights::rank(name)?;
    let meaning = what(HEIGHT_PROPERTIES[rank].1);
    Some(match (&options.height_property, options.heights.takes(HEIGHT_PROPERTIES[rank].0)) {
        (Some(chosen), _) => format!("{meaning}, not taken: {chosen} is asked for"),
        (None, false) => format!("{meaning}, not taken: no field of {}", options.heights),
        (None, true) => format!("{meaning}, not taken: better properties have values, or its own are no heights"),
    })
}

impl PropertySummary {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => return,
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                let [low, high] = self.range.unwrap_or([number; 2]);
                self.range = Some([low.min(number), high.max(number)]);
            }
            Value::String(text) => {
                self.texts += 1;
                if self.examples.len() < EXAMPLES {
                    let text = shortened(text.clone());
                    if !self.examples.contains(&text) {
                        self.examples.push(text);
                    }
                }
            }
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
        }
        self.values += 1;
    }
}
